"""What a commitment and its change orders have in common: the lines of one purchase order, theirs and the others'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.domain import Difference, ExternalData, ItemKind, Link
from procore_qbd.domain.ids import QuickBooksId
from procore_qbd.erp.appending import copies, known_lines
from procore_qbd.erp.verifying import Expected, compare_lines, line_amount
from procore_qbd.translate.lines import LineMark, id_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from procore_qbd.domain import CommitmentItem, LinkView
    from procore_qbd.erp.appending import Ours
    from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine

__all__ = ["expected_lines", "job_names", "line_data", "line_differences", "line_links", "old_marks", "others"]


def expected_lines(
    items: Sequence[CommitmentItem], lines: Sequence[PurchaseOrderLine], kind: ItemKind, links: LinkView
) -> list[Expected]:
    """Procore's lines with what they were translated to.

    Args:
        items: The lines in Procore.
        lines: What they were translated to.
        kind: What they are in Procore.
        links: For the ids by which they are known.
    """
    known = (links.find(kind, item.id) for item in items)
    return [
        Expected(
            name=f"line {number}",
            amount=item.amount,
            line=line,
            known_id=str(link.quickbooks_id) if link is not None else item.origin_id,
        )
        for number, (item, line, link) in enumerate(zip(items, lines, known, strict=True), 1)
    ]


def job_names(order: PurchaseOrder) -> dict[str, str]:
    """What the jobs of an order's lines are called."""
    refs = (getattr(line, "customer_ref", None) for line in order.lines)
    return {ref.list_id: ref.full_name for ref in refs if ref is not None and ref.list_id and ref.full_name}


def old_marks(kind: ItemKind, txn_id: str | None, links: LinkView) -> Ours:
    """Whether a line with a mark of an early release, ``'Procore 177'``, is of a kind: by what the links know of it.

    A line that a change order's link names is the change order's. One that only a line's link names is the
    commitment's. Of the others a commitment may say that they are its own, for it is there first; a change order may
    not: if it is wrong, its money is lost.
    """

    def ours(line: Any) -> bool | None:
        line_id = id_of(line.txn_line_id)
        orders = (one.quickbooks_id for one in links.parts(txn_id or "") if one.kind is ItemKind.CHANGE_ORDER)
        by_change = any(isinstance(one, QuickBooksId) and line_id in one.lines for one in orders)
        if kind is ItemKind.LINE_ITEM:
            return not by_change
        return True if by_change else False if links.holder(ItemKind.LINE_ITEM, line_id) is not None else None

    return ours


def line_differences(order: PurchaseOrder, expected: Sequence[Expected], ours: Ours) -> Iterator[Difference]:
    """Where the lines of an item are otherwise than in Procore."""
    lines = known_lines(order, expected, ours)
    yield from compare_lines(zip(expected, lines, strict=True))
    mine = [line for line in lines if line is not None]
    marks = {str(LineMark.of(line)) for line in mine}
    for line in copies(order, mine):
        if str(LineMark.of(line)) in marks:
            amount = line_amount(line)
            yield Difference("a line that Procore has only once", amount, amount + amount, "somebody copied it")


def others(order: PurchaseOrder, expected: Sequence[Expected], ours: Ours) -> tuple[list[Any], list[Any]]:
    """The lines of an order that are not the expected ones: those of change orders, and those missing in Procore."""
    mine = [id(line) for line in known_lines(order, expected, ours) if line is not None]
    rest = [line for line in order.lines if id(line) not in mine]
    twice = copies(order, [line for line in order.lines if id(line) in mine])
    changed = [
        line
        for line in rest
        if (mark := LineMark.of(line)) is not None
        and mark.kind in (ItemKind.CHANGE_ORDER_LINE_ITEM, None)
        and not any(line is one for one in twice)
    ]
    return changed, [line for line in rest if not any(line is one for one in changed)]


def line_data(
    order: PurchaseOrder, items: Sequence[CommitmentItem], expected: Sequence[Expected], kind: ItemKind, ours: Ours
) -> tuple[ExternalData, ...]:
    """What to tell Procore of the lines, by the marks that they carry."""
    return tuple(
        ExternalData(item_type=kind, item_id=item.id, origin_id=id_of(line.txn_line_id))
        for item, line in zip(items, known_lines(order, expected, ours), strict=True)
        if line is not None
    )


def line_links(order: PurchaseOrder, lines: Sequence[ExternalData]) -> tuple[Link, ...]:
    """What to remember of the lines."""
    return tuple(
        Link(
            kind=data.item_type,
            procore_id=data.item_id,
            quickbooks_id=data.origin_id or "",
            name=order.ref_number,
            parent=id_of(order.txn_id),
        )
        for data in lines
    )
