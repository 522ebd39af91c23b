"""create_commitment: a subcontract or a purchase order becomes a purchase order in QuickBooks."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from procore_qbd.domain import CloseOut, ExternalData, ItemKind, Link
from procore_qbd.erp.appending import by_mark
from procore_qbd.erp.settling import Item, Settled, detail, external_data, find_or_add_txn, known_id, link, linked
from procore_qbd.erp.verifying import differences
from procore_qbd.errors import TranslationError
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderQuery
from procore_qbd.translate._lines import Pair, given
from procore_qbd.translate.purchase_orders import ref_number, to_purchase_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.domain import Books, CommitmentItem, CreateCommitment, Links
    from procore_qbd.flows import Flow

__all__ = ["create_commitment", "line_data", "line_links", "notes_on_lines"]


def create_commitment(request: CreateCommitment, links: Links, books: Books) -> Flow[CloseOut]:
    """Export a commitment. What is linked already is left as it is: it changes by change orders."""
    commitment = request.commitment
    item = Item(
        kind=commitment.kind.item_kind,
        id=commitment.id,
        name=" ".join(filter(None, (commitment.number, commitment.title))),
        request_detail_id=request.request_detail_id,
        origin_id=commitment.origin_id,
        origin_code=ref_number(request),
    )
    settled = yield from _settle(request, item, links, books)
    order = settled.record
    if order is None:
        return CloseOut(
            request_name=request.request_name, company_id=request.company_id, details=(detail(item, settled),)
        )
    notes = notes_on_lines(request.commitment_items, request.job_origin_id or commitment.project.origin_id)
    lines = line_data(order, request.commitment_items)
    if lost := len(request.commitment_items) - len(lines):
        notes = (
            *notes,
            f"lines that are not known again on the purchase order, so that invoices cannot bill them: {lost}",
        )
    total = sum((line.amount for line in request.commitment_items), Decimal(0))
    if commitment.grand_total is not None and commitment.grand_total != total:
        notes = (*notes, f"Procore says that it comes to {commitment.grand_total}, and its lines to {total}")
    return CloseOut(
        request_name=request.request_name,
        company_id=request.company_id,
        details=(detail(item, settled, notes),),
        external_data=(external_data(item, order), *lines),
        links=(link(item, order), *line_links(order, request.commitment_items)),
    )


def _settle(request: CreateCommitment, item: Item, links: Links, books: Books) -> Flow[Settled[PurchaseOrder]]:
    known, contradiction = known_id(item, links)
    if contradiction:
        return Settled(record=None, messages=contradiction)
    if known is not None:
        found = yield from linked(PurchaseOrder, PurchaseOrderQuery, known, "purchase order")
        return found
    try:
        order = to_purchase_order(request, links, books)
    except TranslationError as error:
        return Settled(record=None, messages=tuple(map(str, error.faults)))
    query = PurchaseOrderQuery(ref_numbers=(order.ref_number or "",), include_line_items=True)
    made = yield from find_or_add_txn(item, order, query, links)
    if made.record is None or not made.changed:
        return made
    told = differences(order.lines, made.record.lines, made.record.total_amount)
    return Settled(record=made.record, changed=True, messages=(*made.messages, *told))


def line_data(order: PurchaseOrder, items: Iterable[CommitmentItem]) -> tuple[ExternalData, ...]:
    """What to tell Procore of the lines, by the marks that they carry."""
    ours = by_mark(order)
    return tuple(
        ExternalData(item_type=ItemKind.LINE_ITEM, item_id=item.id, origin_id=given(line.txn_line_id))
        for item in items
        if (line := ours.get(item.id)) is not None
    )


def line_links(order: PurchaseOrder, items: Iterable[CommitmentItem]) -> tuple[Link, ...]:
    """What to remember of the lines."""
    return tuple(
        Link(
            kind=ItemKind.LINE_ITEM,
            procore_id=data.item_id,
            quickbooks_id=data.origin_id,
            name=order.ref_number,
            parent=given(order.txn_id),
        )
        for data in line_data(order, items)
    )


def notes_on_lines(items: Iterable[CommitmentItem], job: str | None) -> tuple[str, ...]:
    """What the approver shall know of the lines although it stops nothing: another job, tax that stays in Procore."""
    notes: list[str] = []
    for number, item in enumerate(items, 1):
        pair = Pair.of(item.cost_code.origin_id) if item.cost_code else None
        if pair is not None and job is not None and pair.job != job:
            notes.append(f"line {number} is on job {pair.job}, as its cost code says, and not on {job}")
        if item.tax_amount:
            notes.append(f"line {number}: tax of {item.tax_amount} stays in Procore; QuickBooks gets no taxes from it")
    return tuple(notes)
