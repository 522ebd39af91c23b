"""create_commitment_change_order: more lines on the commitment's purchase order; nothing that is there is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import CloseOut, ExternalData, ItemKind, Link
from procore_qbd.erp.appending import append_lines
from procore_qbd.erp.commitments import line_data, line_links, notes_on_lines
from procore_qbd.erp.settling import Item, Settled, detail, known_id
from procore_qbd.errors import TranslationError
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderQuery
from procore_qbd.translate._fitting import text
from procore_qbd.translate._lines import given
from procore_qbd.translate.purchase_orders import to_order_lines

if TYPE_CHECKING:
    from procore_qbd.domain import Books, CreateCommitmentChangeOrder, Links
    from procore_qbd.flows import Flow

__all__ = ["create_commitment_change_order"]

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


def _append(request: CreateCommitmentChangeOrder, txn_id: str, links: Links) -> Flow[Settled[PurchaseOrder]]:
    try:
        job = request.job_origin_id or request.commitment.project.origin_id
        lines = to_order_lines(request.change_order_items, job)
    except TranslationError as error:
        return Settled(record=None, messages=tuple(map(str, error.faults)))
    description = text(request.change_order.description)
    appended = yield from append_lines(
        PurchaseOrder,
        PurchaseOrderQuery,
        txn_id,
        "purchase order",
        lines,
        obstacle=lambda order: _obstacle(order, links),
        besides=lambda order: {"memo": "\n".join(filter(None, (order.memo, description))) or None},
    )
    return appended


def _obstacle(order: PurchaseOrder, links: Links) -> str | None:
    """What a person did to the purchase order that a change order must not pave over."""
    if order.is_manually_closed:
        return _CLOSED
    expected = {link.quickbooks_id for link in links.lines(given(order.txn_id))}
    ours = {line.txn_line_id for line in order.lines}
    return _OTHER_LINES if expected and expected != ours else None
