"""create_vendor, unlink_vendor: a company of Procore's directory becomes a vendor, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import CloseOut, Difference, ErpRefusal, ItemKind, RefusalCode
from procore_qbd.domain.ids import same_text
from procore_qbd.erp.finding import by_id, get_or_create, gone, known_id, look_up
from procore_qbd.erp.results import Item, ItemResult, close, detail, external_data, isolated, link, refused
from procore_qbd.erp.unlinking import forgotten, named_item, newest_first, still_synced
from procore_qbd.erp.usable import survivor
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.translate import to_vendor

if TYPE_CHECKING:
    from procore_qbd.domain import Books, CreateVendor, LinkView, UnlinkVendor
    from procore_qbd.flows import Flow

__all__ = ["create_vendor", "unlink_vendor"]

_INACTIVE = "the vendor is inactive in QuickBooks: make it active there before anything is exported for it"


def create_vendor(request: CreateVendor, links: LinkView, books: Books) -> Flow[CloseOut]:
    """Export a company. What is linked already is left as it is: Procore does not sync changes of linked companies."""
    company = request.vendor
    item = Item(
        kind=ItemKind.VENDOR,
        id=company.id,
        name=company.name,
        request_detail_id=request.request_detail_id,
        origin_id=company.origin_id,
        origin_code=company.origin_code,
    )
    (settled,) = yield from isolated(_settle(request, item, links, books))
    vendor = settled.record
    if vendor is None:
        return close(request, detail(item, settled))
    if not same_text(vendor.name, company.name):
        settled = settled.told([Difference("company name", company.name, vendor.name)])
    if vendor.is_active is False:
        settled = settled.told(notes=[_INACTIVE])
    shared = links.find(item.kind, item.id)
    return close(
        request,
        detail(item, settled),
        external_data=(external_data(item, vendor),),
        links=(link(item, vendor, shared=shared is not None and shared.shared),),
    )


def _settle(request: CreateVendor, item: Item, links: LinkView, books: Books) -> Flow[ItemResult[Vendor]]:
    known, why = known_id(item, links)
    if why is not None:
        return refused(why)
    if known is not None:
        found, why = yield from look_up(by_id(VendorQuery, known), Vendor)
        if found is not None:
            return ItemResult(record=found)
        merged = None if why else (yield from survivor(known, links, item.id))
        if merged is not None:
            return refused(ErpRefusal(RefusalCode.MERGED, f"{item.name}: {merged}"))
        return refused(why or gone("vendor", known, item, links, other=" or merged it into another vendor"))
    vendor = to_vendor(request.vendor, links, books, company_id=request.company_id)
    made = yield from get_or_create(item, vendor, vendor.name or "", links)
    return made


def unlink_vendor(request: UnlinkVendor, links: LinkView, books: Books) -> Flow[CloseOut]:  # noqa: ARG001
    """Forget which vendor a company is, unless something synced is of that vendor; nothing is asked of QuickBooks."""
    yield from ()
    company = request.vendor
    item = named_item(ItemKind.VENDOR, company.id, request, links, company.origin_id)
    link_ = links.find(item.kind, item.id)
    list_id = str(link_.quickbooks_id) if link_ is not None else company.origin_id
    if list_id is None:
        return forgotten(request, [(item, ItemResult(notes=("it was linked to nothing",)))])
    if children := newest_first(links.of_party(list_id)):
        stays = (
            f"here the company stays linked to vendor {list_id}; when all on it is unlinked, forget the link "
            f"(procore-qbd unlink vendor {item.id}), or link the company again in Procore"
        )
        return forgotten(request, [(item, refused(still_synced(item, children)).told(notes=(stays,)))])
    return forgotten(request, [(item, ItemResult(notes=(f"vendor {list_id} stays in QuickBooks",)))])
