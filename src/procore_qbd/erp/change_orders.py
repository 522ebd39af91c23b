"""create_, unlink_commitment_change_order: more lines on the commitment's purchase order; no other is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import CloseOut, ErpRefusal, ExternalData, ItemKind, Link, RefusalCode
from procore_qbd.domain.ids import QuickBooksId
from procore_qbd.erp.appending import Appending
from procore_qbd.erp.commitments import commitment_item
from procore_qbd.erp.finding import by_id, known_id, look_up, unlinked_advice
from procore_qbd.erp.orders import expected_lines, job_names, line_data, line_differences, line_links, old_marks
from procore_qbd.erp.results import Item, ItemResult, close, detail, isolated, refused
from procore_qbd.erp.unlinking import named_item, newest_first, still_synced, still_there, unlinked
from procore_qbd.erp.verifying import line_amount
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderQuery
from procore_qbd.translate.fields import prose, refuse_if_invalid
from procore_qbd.translate.known import Known
from procore_qbd.translate.lines import LineMark, id_of, marked_lines
from procore_qbd.translate.purchase_orders import (
    check_status,
    job_of,
    line_labels,
    notes_on_lines,
    to_order_lines,
)

if TYPE_CHECKING:
    from procore_qbd.domain import Books, CreateCommitmentChangeOrder, LinkView, UnlinkCommitmentChangeOrder
    from procore_qbd.erp.verifying import Expected
    from procore_qbd.flows import Flow

__all__ = ["create_commitment_change_order", "unlink_commitment_change_order"]

_KIND = ItemKind.CHANGE_ORDER_LINE_ITEM
_LABELS = {
    "Memo": "description, which is added to the memo of the purchase order",
    "PurchaseOrderLineAdd or PurchaseOrderLineGroupAdd": "lines",
}


def create_commitment_change_order(
    request: CreateCommitmentChangeOrder, links: LinkView, books: Books
) -> Flow[CloseOut]:
    """Export a change order: append its lines, once each, and leave every other line as it is."""
    order_, commitment = request.change_order, request.commitment
    item = Item(
        kind=ItemKind.CHANGE_ORDER,
        id=order_.id,
        name=" ".join(filter(None, (commitment.number, order_.number, order_.title))) or f"change order {order_.id}",
        request_detail_id=request.request_detail_id,
        origin_id=order_.origin_id,
        origin_code=order_.origin_code,
    )
    expected, job = _expected(request, links)
    (settled,) = yield from isolated(_settle(request, item, expected, links, books))
    order = settled.record
    if order is None:
        return close(request, detail(item, settled))
    ours = old_marks(_KIND, order.txn_id, links)
    notes = notes_on_lines(request.change_order_items, [one.line for one in expected], job, job_names(order))
    settled = settled.told(line_differences(order, expected, ours), notes).named(links)
    lines = line_data(order, request.change_order_items, expected, _KIND, ours)
    by_item = {data.item_id: data.origin_id or "" for data in lines}
    whole = QuickBooksId(id_of(order.txn_id), tuple(by_item.values()))
    # A zero-dollar line of the commitment and the change order's line that points to it are one line in QuickBooks.
    twins = tuple(
        ExternalData(item_type=ItemKind.LINE_ITEM, item_id=line.commitment_line_item_id, origin_id=by_item[line.id])
        for line in request.change_order_items
        if line.commitment_line_item_id is not None and line.id in by_item
        if _is_free(line.commitment_line_item_id, by_item[line.id], links)
    )
    header = ExternalData(item_type=item.kind, item_id=item.id, origin_id=str(whole), origin_code=item.origin_code)
    itself = Link(
        kind=item.kind, procore_id=item.id, quickbooks_id=whole, name=order.ref_number, parent=whole.transaction
    )
    return close(
        request,
        detail(item, settled),
        external_data=(header, *lines, *twins),
        links=(itself, *line_links(order, lines)),
    )


def _is_free(line_id: int, origin_id: str, links: LinkView) -> bool:
    """Whether a line of the commitment is not known as another line of the purchase order."""
    link = links.find(ItemKind.LINE_ITEM, line_id)
    return link is None or link.quickbooks_id == origin_id


def _expected(request: CreateCommitmentChangeOrder, links: LinkView) -> tuple[list[Expected], str | None]:
    """The lines as they should stand, and the job of the request."""
    known, items, order = Known(links), request.change_order_items, request.change_order
    job = job_of(request, known)
    lines = to_order_lines(items, _KIND, job, known)
    expected = expected_lines(items, lines, _KIND, links)
    found = links.find(ItemKind.CHANGE_ORDER, order.id)
    whole = QuickBooksId.of(str(found.quickbooks_id) if found else order.origin_id or "")
    if len(whole.lines) == len(expected):  # in the order in which they were told to Procore
        pairs = zip(expected, whole.lines, strict=True)
        expected = [attrs.evolve(one, known_id=one.known_id or line_id) for one, line_id in pairs]
    return expected, job


def _settle(
    request: CreateCommitmentChangeOrder, item: Item, expected: list[Expected], links: LinkView, books: Books
) -> Flow[ItemResult[PurchaseOrder]]:
    contract = commitment_item(request.commitment, None)
    txn_id, why = known_id(contract, links)
    known = Known(links)
    if why is not None:
        known.refusals.append(why)
    elif txn_id is None:
        words = (
            f"its commitment {contract.name!r} is not in QuickBooks: Procore names no QuickBooks id for it, and no "
            "link is known; export the commitment first, or link it to its purchase order"
        )
        known.refuse(RefusalCode.NOT_EXPORTED, words)
    said = _whole(item, known)
    if said is not None and txn_id is not None and said.transaction != txn_id:
        words = f"{item.name}: it is linked to lines of transaction {said.transaction}, and its commitment is {txn_id}"
        known.refuse(RefusalCode.CONTRADICTION, f"{words}; neither is used: unlink the wrong one first")
    if said is None:
        check_status("change order", request.change_order.status, known, books)
    if (vendor := request.commitment.vendor) is not None:
        known.find(ItemKind.VENDOR, vendor.id, vendor.origin_id, what=f"contract company {vendor.name!r}")
    lines = to_order_lines(request.change_order_items, _KIND, job_of(request, known), known)
    draft = PurchaseOrder(memo=prose(request.change_order.description), lines=lines)
    refuse_if_invalid(draft, item.name, _LABELS, known.refusals, line_labels(request.change_order_items))
    appending: Appending[PurchaseOrder] = Appending(
        cls=PurchaseOrder,
        query=PurchaseOrderQuery,
        what="purchase order",
        item=contract,
        links=links,
        expected=expected,
        ours=old_marks(_KIND, txn_id, links),
        obstacle=lambda order: _obstacle(order, item, links, exported=said is not None),
        besides=lambda order: {"memo": _with(order.memo, draft.memo)},
        labels=_LABELS,
    )
    appended = yield from appending.to(txn_id or "")
    return appended


def _with(memo: str | None, more: str | None) -> str | None:
    """The order's memo with that of the change order behind it, once: part of it may have been written before."""
    return memo if more and more in (memo or "") else "\n".join(filter(None, (memo, more))) or None


def _whole(item: Item, known: Known) -> QuickBooksId | None:
    """The lines that the change order is already, where Procore or a link says so."""
    found = known.find(item.kind, item.id, QuickBooksId.of(item.origin_id) if item.origin_id else None, what=item.name)
    return QuickBooksId.of(found) if found else None


def _obstacle(order: PurchaseOrder, item: Item, links: LinkView, *, exported: bool) -> ErpRefusal | None:
    """What a person did to the purchase order that a change order must not pave over."""
    called = order.ref_number or id_of(order.txn_id)
    if order.is_manually_closed:
        words = f"purchase order {called!r} is closed in QuickBooks; open it there, then send the change order again"
        return ErpRefusal(RefusalCode.ORDER_CLOSED, words)
    if exported:
        words = (
            f"{item.name}: it was exported as lines of purchase order {called!r}, which somebody deleted in QuickBooks"
        )
        return ErpRefusal(RefusalCode.GONE, f"{words}: {unlinked_advice(item, links)}, then send it again")
    parts = links.parts(id_of(order.txn_id))
    known = [one for one in parts if one.kind in (ItemKind.LINE_ITEM, ItemKind.CHANGE_ORDER_LINE_ITEM)]
    if not known:
        return None
    there = {line.txn_line_id for line in order.lines}
    marks = marked_lines(order.lines)
    ids: set[Any] = {one.quickbooks_id for one in known} | {line.txn_line_id for line in marks.values()}
    gone = []
    for one in known:
        mark, old = LineMark(one.kind, one.procore_id), LineMark(None, one.procore_id)
        if one.quickbooks_id not in there and mark not in marks and old not in marks:
            gone.append(str(mark))
    added = [line for line in order.lines if line.txn_line_id not in ids]
    if not gone and not added:
        return None
    facts = [f"gone: {', '.join(gone)}"] if gone else []
    facts += [f"added: {', '.join(f'{line_amount(line):.2f}' for line in added)}"] if added else []
    words = (
        "the number of lines in QuickBooks does not match up with the number in Procore: somebody changed purchase "
        f"order {called!r} ({'; '.join(facts)}): delete what was added, and enter what is gone again with its mark in "
        "the field Other 2, or unlink the change orders whose lines are gone; then send the change order again"
    )
    return ErpRefusal(RefusalCode.ORDER_CHANGED, words)


# --- unlinking -------------------------------------------------------------------------------------------------------

_STILL_THERE = "The CCO is still in ERP. Please delete it before retrying"
"""Procore's words for its users."""


def unlink_commitment_change_order(
    request: UnlinkCommitmentChangeOrder,
    links: LinkView,
    books: Books,  # noqa: ARG001
) -> Flow[CloseOut]:
    """Unlink a change order of which no line stands in the purchase order any more, with its lines."""
    origin_id = request.commitment_change_order_origin_id
    item = named_item(ItemKind.CHANGE_ORDER, request.procore_commitment_change_order_id, request, links, origin_id)
    known, why = known_id(item, links)
    whole = QuickBooksId.of(known) if known is not None else None
    (settled,) = yield from isolated(_unlink(item, whole, why, links))
    return unlinked(request, item, settled, _its_lines(whole, links) if whole is not None else ())


def _its_lines(whole: QuickBooksId, links: LinkView) -> list[Link]:
    """The links of a change order's lines."""
    return [part for part in links.parts(whole.transaction) if part.kind is _KIND and part.quickbooks_id in whole.lines]


def _unlink(
    item: Item, whole: QuickBooksId | None, why: ErpRefusal | None, links: LinkView
) -> Flow[ItemResult[PurchaseOrder]]:
    if why is not None:
        return refused(why)
    if whole is None:
        return ItemResult(notes=("it was linked to nothing",))
    order, why = yield from look_up(by_id(PurchaseOrderQuery, whole.transaction), PurchaseOrder)
    lines = _lines_there(order, item, whole, links) if order is not None else []
    if order is None or not lines:
        return refused(why) if why is not None else ItemResult()
    invoices = newest_first(one for one in links.parts(whole.transaction) if one.kind is ItemKind.REQUISITION)
    if invoices and any(line.received_quantity for line in lines):
        # QuickBooks says that a line is billed, and not by which bill.
        return refused(still_synced(item, invoices, "the purchase order, whose bills take its lines,"))
    named = ", ".join(f"{line.desc or 'without a description'} for {line_amount(line):.2f}" for line in lines)
    where = f"purchase order {order.ref_number or whole.transaction!r} ({whole.transaction})"
    words = f"{len(lines)} of its lines {'is' if len(lines) == 1 else 'are'} in {where}: {named}"
    return refused(still_there(f"{_STILL_THERE}.", f"{words}: delete them there, then unlink again."))


def _lines_there(order: PurchaseOrder, item: Item, whole: QuickBooksId, links: LinkView) -> list[Any]:
    """The change order's lines that stand in the purchase order: by their ids, or entered anew with their marks.

    Where nobody knows its lines, all that are marked as a change order's count, but for those of the others.
    """
    parts = links.parts(whole.transaction)
    ids = {one.procore_id for one in _its_lines(whole, links)}
    orders = (one for one in parts if one.kind is ItemKind.CHANGE_ORDER and one.procore_id != item.id)
    theirs = {line for one in orders if isinstance(one.quickbooks_id, QuickBooksId) for line in one.quickbooks_id.lines}
    their_ids = {one.procore_id for one in parts if one.kind is _KIND and one.quickbooks_id in theirs}

    def mine(line: Any) -> bool:
        if line.txn_line_id in whole.lines:
            return True
        mark = LineMark.of(line)
        if mark is None or mark.kind not in (_KIND, None):
            return False
        if whole.lines:
            return mark.id in ids
        return mark.kind is _KIND and mark.id not in their_ids and line.txn_line_id not in theirs

    return [line for line in order.lines if mine(line)]
