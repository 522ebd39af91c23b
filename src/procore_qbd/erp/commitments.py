"""create_commitment, unlink_commitment: a subcontract or a purchase order becomes a purchase order in QuickBooks."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from procore_qbd.domain import CloseOut, Difference, ErpRefusal, ItemKind, RefusalCode, UnlinkChildren
from procore_qbd.domain.ids import same_text
from procore_qbd.erp.finding import by_id, by_number, described, known_id, linked, look_up, recognised
from procore_qbd.erp.orders import expected_lines, job_names, line_data, line_differences, line_links, old_marks, others
from procore_qbd.erp.refusing import refusal
from procore_qbd.erp.results import Item, ItemResult, close, detail, external_data, isolated, link, record_id, refused
from procore_qbd.erp.unlinking import counted, named_item, newest_first, still_synced, still_there, unlinked
from procore_qbd.erp.usable import needed_records, unusable
from procore_qbd.erp.verifying import compare_totals, extra, heading, line_amount
from procore_qbd.erp.writing import add
from procore_qbd.flows import Flow, ask, ask_all
from procore_qbd.qbxml import Record, Ref
from procore_qbd.qbxml.entities.bills import BillQuery, VendorCreditQuery
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderQuery
from procore_qbd.translate.known import Known
from procore_qbd.translate.lines import LineMark
from procore_qbd.translate.purchase_orders import (
    job_of,
    notes_on_lines,
    ref_number,
    to_order_lines,
    to_purchase_order,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from procore_qbd.domain import Books, Commitment, CommitmentItem, CreateCommitment, Link, LinkView, UnlinkCommitment
    from procore_qbd.erp.verifying import Expected

__all__ = ["commitment_item", "create_commitment", "unlink_commitment"]

_CLOSED_BY_HAND = "a person closed the purchase order in QuickBooks"


def commitment_item(commitment: Commitment, request_detail_id: int | None, code: str | None = None) -> Item:
    """A commitment as an item: what it is called, and what it is linked to."""
    return Item(
        kind=commitment.kind.item_kind,
        id=commitment.id,
        name=" ".join(filter(None, (commitment.number, commitment.title))) or f"commitment {commitment.id}",
        request_detail_id=request_detail_id,
        origin_id=commitment.origin_id,
        origin_code=code,
    )


def create_commitment(request: CreateCommitment, links: LinkView, books: Books) -> Flow[CloseOut]:
    """Export a commitment. What is linked already is left as it is: it changes by change orders."""
    item = commitment_item(request.commitment, request.request_detail_id, ref_number(request))
    (settled,) = yield from isolated(_settle(request, item, links, books))
    order = settled.record
    if order is None:
        return close(request, detail(item, settled))
    ours, known = old_marks(ItemKind.LINE_ITEM, order.txn_id, links), Known(links)
    items = _own_items(request, order)
    job = job_of(request, known)
    translated = to_order_lines(items, ItemKind.LINE_ITEM, job, known, request.commitment.grand_total)
    expected = expected_lines(items, translated, ItemKind.LINE_ITEM, links)
    differences = list(_differences(request, order, expected, known))
    notes = [*map(str, known.refusals), *notes_on_lines(items, translated, job, job_names(order))]
    settled = settled.told(differences, notes).named(links)
    lines = line_data(order, items, expected, ItemKind.LINE_ITEM, ours)
    return close(
        request,
        detail(item, settled),
        external_data=(external_data(item, order), *lines),
        links=(link(item, order), *line_links(order, lines)),
    )


def _own_items(request: CreateCommitment, order: PurchaseOrder) -> tuple[CommitmentItem, ...]:
    """The lines of a commitment without those of zero dollars that Procore made for a change order's lines."""
    changed = {
        line.txn_line_id
        for line in order.lines
        if (mark := LineMark.of(line)) is not None and mark.kind is ItemKind.CHANGE_ORDER_LINE_ITEM
    }
    return tuple(item for item in request.commitment_items if item.amount or item.origin_id not in changed)


def _settle(request: CreateCommitment, item: Item, links: LinkView, books: Books) -> Flow[ItemResult[PurchaseOrder]]:
    known, why = known_id(item, links)
    if why is not None:
        return refused(why)
    if known is not None:
        found = yield from linked(PurchaseOrder, PurchaseOrderQuery, known, "purchase order", item, links)
        return found
    order = to_purchase_order(request, links, books)
    outcome = yield from ask(by_number(PurchaseOrderQuery, order.ref_number or ""))
    there = recognised(item, order, [outcome], links, company_id=request.company_id)
    if there is not None:
        return there
    if refusals := (yield from unusable(needed_records(order, order.lines), links)):
        return refused(*refusals)
    made = yield from add(order)
    return made


def _differences(
    request: CreateCommitment, order: PurchaseOrder, expected: list[Expected], known: Known
) -> Iterator[Difference]:
    """Where the purchase order is otherwise than the commitment; contradictions are told in ``known``."""
    commitment, ours = request.commitment, old_marks(ItemKind.LINE_ITEM, order.txn_id, known.links)
    vendor, now = commitment.vendor, order.vendor_ref
    vendor_id = known.find(ItemKind.VENDOR, vendor.id, vendor.origin_id, what="contract company") if vendor else None
    if vendor is not None and vendor_id is None and not same_text(vendor.name, now.full_name if now else None):
        yield Difference("vendor", vendor.name, now.full_name if now else None, "it is not exported, or contradicted")
    wanted = PurchaseOrder(
        vendor_ref=Ref(list_id=vendor_id, full_name=vendor.name if vendor else None) if vendor_id else None,
        ref_number=ref_number(request),
        txn_date=request.accounting_date or commitment.contract_date,
    )
    yield from heading(wanted, order)
    yield from line_differences(order, expected, ours)
    changed, strange = others(order, expected, ours)
    yield from extra(strange)
    total = sum((one.amount for one in expected), Decimal(0))
    yield from compare_totals(total + sum(map(line_amount, changed), Decimal(0)), order.total_amount, order)
    mine = (order.total_amount or Decimal(0)) - sum(map(line_amount, changed), Decimal(0))
    if commitment.grand_total is not None and commitment.grand_total not in (mine, total):
        why = f"its lines come to {total} in Procore"
        yield Difference("total that Procore shows", commitment.grand_total, mine, why)
    if order.is_manually_closed:
        yield Difference("status", commitment.status, "closed", _CLOSED_BY_HAND)


# --- unlinking -------------------------------------------------------------------------------------------------------

_STILL_THERE = "The commitment is still in your ERP system. Please delete it before retrying."
"""Procore's words for its users."""


def unlink_commitment(request: UnlinkCommitment, links: LinkView, books: Books) -> Flow[CloseOut]:
    """Unlink a commitment whose purchase order is gone, with its lines; while it is there, all stays as it is."""
    item, why = _unlinked_item(request, links)
    order_id, disagreed = known_id(item, links)
    (settled,) = yield from isolated(_unlink(item, order_id, why or disagreed, links, books))
    return unlinked(request, item, settled, newest_first(links.parts(order_id or "")))


def _unlinked_item(request: UnlinkCommitment, links: LinkView) -> tuple[Item, ErpRefusal | None]:
    """The commitment that is meant; ids of subcontracts and of purchase orders may be alike."""
    number, kinds = request.procore_commitment_id, request.kinds
    known = [kind for kind in kinds if links.find(kind, number) is not None]
    kind, *others = known or kinds
    item = named_item(kind, number, request, links, request.commitment_origin_id)
    if not others:
        return item, None
    words = f"commitment {number}: Procore does not say whether it is a subcontract or a purchase order"
    got = f"commitment_type: expected WorkOrderContract or PurchaseOrderContract, got {request.commitment_type!r}"
    linked_ = "both are linked" if known else "neither is linked"
    return item, ErpRefusal(RefusalCode.VALUE, f"{words} ({got}), and {linked_} here; nothing is unlinked")


def _unlink(
    item: Item, order_id: str | None, why: ErpRefusal | None, links: LinkView, books: Books
) -> Flow[ItemResult[Any]]:
    if why is not None:
        return refused(why)
    if order_id is None:
        return ItemResult(notes=("it was linked to nothing",))
    kinds = (ItemKind.CHANGE_ORDER, ItemKind.REQUISITION)
    children = newest_first(part for part in links.parts(order_id) if part.kind in kinds)
    if children and books.unlink_children is UnlinkChildren.REFUSE:
        return refused(still_synced(item, children))
    order, why = yield from look_up(by_id(PurchaseOrderQuery, order_id), PurchaseOrder)
    if order is not None:
        why = still_there(_STILL_THERE, f"It is {_as_it_stands(order)}.")
    if why is not None:
        return refused(why)
    ended = yield from _without(item, children)
    return ended


def _without(item: Item, children: Sequence[Link]) -> Flow[ItemResult[Any]]:
    """The end of a commitment whose purchase order is gone, and with it its change orders; are its bills gone, too?"""
    bills = {str(one.quickbooks_id): one for one in children if one.kind is ItemKind.REQUISITION}
    answers = (yield from ask_all([by_id(query, *bills) for query in (BillQuery, VendorCreditQuery)])) if bills else ()
    if wrong := [refusal(outcome) for outcome in answers if not outcome.ok]:
        return refused(*wrong)
    there = [bills[record_id(one)] for outcome in answers for one in outcome.records(Record)]
    if there:
        return refused(still_synced(item, newest_first(there)))
    return ItemResult(notes=(f"with it {counted(children)} on it",) if children else ())


def _as_it_stands(order: PurchaseOrder) -> str:
    """A purchase order in words, with what must be done before it can be deleted."""
    vendor = order.vendor_ref.full_name if order.vendor_ref else None
    state = " closed by hand" if order.is_manually_closed else ""
    words = f"{described(order)}{f' of vendor {vendor!r}' if vendor else ''}{state} ({order.txn_id}) in QuickBooks"
    bills = [one.ref_number or one.txn_id or "" for one in order.linked_txns]
    if bills:
        return f"{words}; {', '.join(bills)} bills it: delete that first, then the purchase order, then unlink again"
    return f"{words}: delete it there, then unlink again"
