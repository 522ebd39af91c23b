"""create_vendor: a company of Procore's directory becomes a vendor, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import CloseOut, ItemKind
from procore_qbd.erp.settling import Item, Settled, detail, external_data, find_or_add, known_id, link, linked
from procore_qbd.errors import TranslationError
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.translate import to_vendor

if TYPE_CHECKING:
    from procore_qbd.domain import Books, CreateVendor, Links
    from procore_qbd.flows import Flow

__all__ = ["create_vendor"]


def create_vendor(request: CreateVendor, links: Links, books: Books) -> Flow[CloseOut]:
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
    settled = yield from _settle(request, item, links, books)
    done = [settled.record] if settled.record else []
    return CloseOut(
        request_name=request.request_name,
        company_id=request.company_id,
        details=(detail(item, settled),),
        external_data=tuple(external_data(item, record) for record in done),
        links=tuple(link(item, record) for record in done),
    )


def _settle(request: CreateVendor, item: Item, links: Links, books: Books) -> Flow[Settled[Vendor]]:
    known, contradiction = known_id(item, links)
    if contradiction:
        return Settled(record=None, messages=contradiction)
    if known is not None:
        found = yield from linked(Vendor, VendorQuery, known, "vendor")
        return found
    try:
        vendor = to_vendor(request.vendor, links, books, company_id=request.company_id)
    except TranslationError as error:
        return Settled(record=None, messages=tuple(map(str, error.faults)))
    made = yield from find_or_add(item, vendor, VendorQuery, vendor.name or "", links)
    return made
