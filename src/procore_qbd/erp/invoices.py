"""create_requisitions: each subcontractor invoice becomes a bill against the commitment's purchase order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.domain import CloseOut, CommitmentKind, ItemKind
from procore_qbd.erp.settling import Item, Settled, detail, external_data, find_or_add_txn, known_id, link, linked
from procore_qbd.erp.verifying import differences
from procore_qbd.errors import TranslationError
from procore_qbd.flows import gather
from procore_qbd.qbxml.entities.bills import Bill, BillQuery, VendorCredit, VendorCreditQuery
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderQuery
from procore_qbd.translate.bills import to_bill

if TYPE_CHECKING:
    from procore_qbd.domain import Books, CreateRequisitions, Links, Requisition
    from procore_qbd.flows import Flow

__all__ = ["create_requisitions"]

_NOT_THERE = "its commitment is not in QuickBooks: export the commitment first, or link it to its purchase order"


def create_requisitions(request: CreateRequisitions, links: Links, books: Books) -> Flow[CloseOut]:
    """Export a batch of subcontractor invoices; one that is refused does not stop the others."""
    items = [
        Item(
            kind=ItemKind.REQUISITION,
            id=requisition.id,
            name=f"Invoice {requisition.code or requisition.invoice_number or requisition.id}",
            request_detail_id=request_detail_id,
            origin_id=None,
            origin_code=requisition.code,
        )
        for requisition, request_detail_id in zip(request.requisitions, request.request_detail_ids, strict=True)
    ]
    settled: list[Settled[Any]] = []
    for batch in _batches(request.requisitions):
        settled += yield from gather(
            *(_settle(request.requisitions[at], items[at], request.company_id, links, books) for at in batch)
        )
    done = [(item, ended.record) for item, ended in zip(items, settled, strict=True) if ended.record is not None]
    return CloseOut(
        request_name=request.request_name,
        company_id=request.company_id,
        details=tuple(detail(item, ended) for item, ended in zip(items, settled, strict=True)),
        external_data=tuple(external_data(item, bill) for item, bill in done),
        links=tuple(link(item, bill) for item, bill in done),
    )


def _settle(  # noqa: PLR0911  each return is an end of the story
    requisition: Requisition, item: Item, company_id: int | None, links: Links, books: Books
) -> Flow[Settled[Any]]:
    known, contradiction = known_id(item, links)
    if contradiction:
        return Settled(record=None, messages=contradiction)
    if known is not None:
        found = yield from _known(requisition, known)
        return found
    txn_id, contradiction = _order_of(requisition, links)
    if txn_id is None:
        return Settled(record=None, messages=contradiction or (_NOT_THERE,))
    order = yield from linked(PurchaseOrder, PurchaseOrderQuery, txn_id, "purchase order")
    if order.record is None:
        return Settled(record=None, messages=order.messages)
    try:
        bill = to_bill(requisition, order.record, links, books, company_id=company_id)
    except TranslationError as error:
        return Settled(record=None, messages=tuple(map(str, error.faults)))
    number = (bill.ref_number or "",)
    query = VendorCreditQuery if isinstance(bill, VendorCredit) else BillQuery
    made: Settled[Any] = yield from find_or_add_txn(
        item, bill, query(ref_numbers=number, include_line_items=True), links
    )
    saved = made.record
    if saved is None or not made.changed:
        return made
    total = saved.credit_amount if isinstance(saved, VendorCredit) else saved.amount_due
    told = differences(bill.item_lines, saved.item_lines, total)
    return Settled(record=saved, changed=True, messages=(*made.messages, *told, *_doubts(requisition)))


def _batches(requisitions: tuple[Requisition, ...]) -> list[list[int]]:
    """Which invoices go together, in their order: one of a number that comes again sees what became of the first."""
    batches: list[list[int]] = []
    seen: set[str] = set()
    for at, requisition in enumerate(requisitions):
        number = (requisition.code or requisition.invoice_number or "").casefold()
        if not batches or number in seen:
            batches.append([])
            seen.clear()
        batches[-1].append(at)
        seen.add(number)
    return batches


def _order_of(requisition: Requisition, links: Links) -> tuple[str | None, tuple[str, ...]]:
    """The purchase order of an invoice's commitment, whose kind the invoice does not say."""
    contracts = [
        Item(
            kind=kind.item_kind,
            id=requisition.contract_id,
            name="",
            request_detail_id=None,
            origin_id=requisition.contract_origin_id,
        )
        for kind in CommitmentKind
    ]
    synced = [one for one in contracts if links.find(one.kind, one.id)]
    answers = [known_id(contract, links) for contract in synced or contracts]
    return next((answer for answer in answers if bool(answer[0]) == bool(synced)), answers[0])


def _known(requisition: Requisition, known: str) -> Flow[Settled[Any]]:
    """The bill, or the vendor credit, that an invoice is already."""
    if requisition.total < 0:
        credit = yield from linked(VendorCredit, VendorCreditQuery, known, "vendor credit")
        return credit
    bill = yield from linked(Bill, BillQuery, known, "bill")
    return bill


def _doubts(requisition: Requisition) -> tuple[str, ...]:
    """Where Procore's total of the retainage is not what its parts come to: the total counts, and this is told."""
    return tuple(
        f"line {number}: {item.retainage} is held back, though its parts come to {item.retainage_of_parts}"
        for number, item in enumerate(requisition.items, 1)
        if item.retainage != item.retainage_of_parts and item.retainage_of_parts
    )
