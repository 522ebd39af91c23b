"""create_commitment_change_order: more lines on the commitment's purchase order; nothing that is there is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.domain import CloseOut, ExternalData, ItemKind, Link
from procore_qbd.erp.commitments import item_lines, line_data, line_links, notes_on_lines
from procore_qbd.erp.settling import Item, Settled, detail, known_id, linked, refusal
from procore_qbd.erp.verifying import differences
from procore_qbd.errors import RecordError, TranslationError
from procore_qbd.flows import ask
from procore_qbd.qbxml import Request, changes
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine, PurchaseOrderQuery
from procore_qbd.translate._fitting import text
from procore_qbd.translate._lines import given, marked
from procore_qbd.translate.purchase_orders import to_order_lines

if TYPE_CHECKING:
    from procore_qbd.domain import Books, CreateCommitmentChangeOrder, Links
    from procore_qbd.flows import Flow

__all__ = ["create_commitment_change_order"]

_OUT_OF_DATE = 3200
_NOT_THERE = (
    "its commitment is not in QuickBooks: Procore names no QuickBooks id for it, and no link is known; "
    "export the commitment first, or link it to its purchase order"
)
_OTHER_LINES = (
    "the number of lines in QuickBooks does not match up with the number in Procore: somebody changed the purchase "
    "order; put its lines back as they were, then send the change order again"
)
_CLOSED = "the purchase order is closed in QuickBooks; open it there, then send the change order again"


def create_commitment_change_order(request: CreateCommitmentChangeOrder, links: Links, _books: Books) -> Flow[CloseOut]:
    """Export a change order: append its lines, once each, and leave every other line as it is."""
    order_, commitment = request.change_order, request.commitment
    item = Item(
        kind=ItemKind.CHANGE_ORDER,
        id=order_.id,
        name=" ".join(filter(None, (commitment.number, order_.number, order_.title))),
        request_detail_id=request.request_detail_id,
        origin_id=order_.origin_id,
        origin_code=order_.origin_code,
    )
    contract = Item(
        kind=commitment.kind.item_kind,
        id=commitment.id,
        name=item.name,
        request_detail_id=None,
        origin_id=commitment.origin_id,
    )
    txn_id, contradiction = known_id(contract, links)
    if contradiction:
        settled: Settled[PurchaseOrder] = Settled(record=None, messages=contradiction)
    elif txn_id is None:
        settled = Settled(record=None, messages=(_NOT_THERE,))
    else:
        settled = yield from _append(request, txn_id, links)
    order = settled.record
    if order is None:
        return CloseOut(
            request_name=request.request_name, company_id=request.company_id, details=(detail(item, settled),)
        )
    lines = line_data(order, request.change_order_items)
    by_item = {data.item_id: data.origin_id for data in lines}
    origin_id = "|".join((given(order.txn_id), *by_item.values()))
    # A zero-dollar line of the commitment and the change order's line that points to it are one line in QuickBooks.
    twins = tuple(
        ExternalData(item_type=ItemKind.LINE_ITEM, item_id=line.commitment_line_item_id, origin_id=by_item[line.id])
        for line in request.change_order_items
        if line.commitment_line_item_id is not None and line.id in by_item
    )
    header = ExternalData(
        item_type=ItemKind.CHANGE_ORDER, item_id=item.id, origin_id=origin_id, origin_code=item.origin_code
    )
    notes = notes_on_lines(request.change_order_items, request.job_origin_id or commitment.project.origin_id)
    return CloseOut(
        request_name=request.request_name,
        company_id=request.company_id,
        details=(detail(item, settled, notes),),
        external_data=(header, *lines, *twins),
        links=(
            Link(
                kind=item.kind,
                procore_id=item.id,
                quickbooks_id=origin_id,
                name=order.ref_number,
                parent=given(order.txn_id),
            ),
            *line_links(order, request.change_order_items),
        ),
    )


def _append(  # noqa: PLR0911  each return is an end of the story
    request: CreateCommitmentChangeOrder, txn_id: str, links: Links
) -> Flow[Settled[PurchaseOrder]]:
    try:
        job = request.job_origin_id or request.commitment.project.origin_id
        lines = to_order_lines(request.change_order_items, job)
    except TranslationError as error:
        return Settled(record=None, messages=tuple(map(str, error.faults)))
    outcome = None
    for _ in range(2):
        found = yield from linked(PurchaseOrder, PurchaseOrderQuery, txn_id, "purchase order")
        order = found.record
        if order is None:
            return found
        there = {marked(line.other2) for line in item_lines(order)}
        new = tuple(line for line in lines if marked(line.other2) not in there)
        if not new:
            return found
        if (why := _obstacle(order, links)) is not None:
            return Settled(record=None, messages=(why,))
        try:
            wanted = changes(order, _longer(order, new, request))
        except RecordError as error:
            return Settled(record=None, messages=tuple(map(str, error.faults)))
        assert wanted is not None  # noqa: S101  there are new lines
        outcome = yield from ask(Request.mod(wanted))
        if outcome.ok:
            return _appended(order, new, outcome.record(PurchaseOrder))
        if outcome.code != _OUT_OF_DATE:
            break
    return Settled(record=None, messages=(refusal(outcome),) if outcome else ())


def _obstacle(order: PurchaseOrder, links: Links) -> str | None:
    """What a person did to the purchase order that a change order must not pave over."""
    if order.is_manually_closed:
        return _CLOSED
    expected = {link.quickbooks_id for link in links.lines(given(order.txn_id))}
    ours = {line.txn_line_id for line in order.lines}
    return _OTHER_LINES if expected and expected != ours else None


def _longer(
    order: PurchaseOrder, new: tuple[PurchaseOrderLine, ...], request: CreateCommitmentChangeOrder
) -> PurchaseOrder:
    """The purchase order with more lines, and the change order's description behind what the memo says already."""
    description = text(request.change_order.description)
    memo = "\n".join(filter(None, (order.memo, description))) or None
    return attrs.evolve(order, memo=memo, lines=(*order.lines, *new))


def _appended(
    before: PurchaseOrder, new: tuple[PurchaseOrderLine, ...], after: PurchaseOrder
) -> Settled[PurchaseOrder]:
    """The purchase order as saved, and what is otherwise than it should be, old lines and new."""
    marks = {marked(line.other2) for line in new}
    told = list(differences(new, [line for line in item_lines(after) if marked(line.other2) in marks], None))
    lost = {line.txn_line_id for line in before.lines} - {line.txn_line_id for line in after.lines}
    if lost:
        told.append(f"QuickBooks saved it otherwise: lines that were there are gone: {len(lost)}")
    return Settled(record=after, changed=True, messages=tuple(told))
