"""A bill held against its invoice: lines, total, links, retainage, and what Procore shows as payment due."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import Difference, ExternalData, ItemKind
from procore_qbd.domain.ids import same_text
from procore_qbd.domain.money import CENT
from procore_qbd.erp.finding import by_id, total_of
from procore_qbd.erp.refusing import refusal
from procore_qbd.erp.verifying import Expected, compare_lines, compare_totals, extra, heading, line_amount, paired
from procore_qbd.flows import Flow, ask_all
from procore_qbd.qbxml import Record
from procore_qbd.qbxml.entities.bills import Bill, BillQuery, ItemLine, VendorCredit, VendorCreditQuery
from procore_qbd.translate.lines import id_of, unit_notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from procore_qbd.domain import Books, LinkView, Requisition
    from procore_qbd.erp.results import ItemResult
    from procore_qbd.translate.bills import Billing

__all__ = ["compared", "doubts", "line_data", "links_of", "over_released", "totals"]

_NOTHING = Decimal(0)
_NOT_LINKED = 570


def compared(requisition: Requisition, settled: ItemResult[Any], billing: Billing, wanted: Any) -> Iterator[Difference]:
    """Where a bill is otherwise than its invoice, whoever made it so.

    Args:
        requisition: The invoice.
        settled: The bill, just made or found again.
        billing: What the invoice bills of the order.
        wanted: The bill as it was sent, or would be.
    """
    bill: Any = settled.record
    pairs, left = _paired(bill, billing, wanted)
    yield from billing.differences
    yield from heading(attrs.evolve(wanted, vendor_ref=billing.order.vendor_ref), bill)
    yield from compare_lines(pairs)
    yield from extra([*left, *bill.expense_lines])
    yield from totals(requisition, bill)
    # What was just added comes back without its links; then QuickBooks' warning says that there are none.
    order = billing.order
    linked = settled.warning != _NOT_LINKED if settled.changed else order.txn_id in links_of(bill)
    if isinstance(bill, Bill) and billing.parts and not linked:
        why = "QuickBooks did not link the bill, or not all of it, to its purchase order"
        yield Difference("purchase order", order.ref_number or id_of(order.txn_id), None, why)


def links_of(bill: Any) -> set[str | None]:
    """The transactions that a bill is linked to."""
    return {one.txn_id for one in bill.linked_txns}


def _paired(bill: Any, billing: Billing, wanted: Any) -> tuple[list[tuple[Expected, Any]], list[Any]]:
    """The lines as QuickBooks should have them with those that it has: a linked one has the order's item and job."""
    expected = []
    for line, (line_id, parts) in zip(wanted.item_lines, billing.parts.items(), strict=False):
        source = billing.line(line_id)
        as_saved = ItemLine(item_ref=source.item_ref, customer_ref=source.customer_ref, amount=line.amount)
        name = " and ".join(f"line {part.number}" for part in parts)
        expected.append(Expected(name=name, amount=line.amount, line=as_saved))
    expected += [
        Expected(name=line.desc.lower(), amount=line.amount, line=line)
        for line in wanted.item_lines[len(billing.parts) :]
    ]
    return paired(expected, bill.item_lines)


def totals(requisition: Requisition, bill: Any) -> Iterator[Difference]:
    """Compare the invoice's total, by its lines and as Procore shows it, with the bill."""
    saved = total_of(bill)
    saved = -saved if isinstance(bill, VendorCredit) and saved is not None else saved
    yield from compare_totals(requisition.total, saved, bill)
    shown, due = requisition.formatted_payment_due, requisition.payment_due
    if shown and due is None:
        yield Difference("payment due", shown, saved, "it does not read as dollars, so it was not compared")
    elif due is not None and due != saved and abs(due - requisition.total) >= CENT:
        yield Difference("payment due", due, saved, f"in Procore, its lines come to {requisition.total}")


def line_data(requisition: Requisition, bill: Any, billing: Billing, wanted: Any) -> Iterator[ExternalData]:
    """What each line of the invoice is in QuickBooks: the line of the bill, or the lines of a whole change order."""
    pairs, _ = _paired(bill, billing, wanted)
    lines: Mapping[str, Any] = dict(zip(billing.parts, (line for _, line in pairs), strict=False))
    for number, item in enumerate(requisition.items, 1):
        billed = (lines[key] for key, parts in billing.parts.items() if any(part.number == number for part in parts))
        ids = [id_of(line.txn_line_id) for line in billed if line is not None]
        if item.kind is not None and ids:
            yield ExternalData(item_type=item.kind, item_id=item.id, origin_id="|".join(ids))


def doubts(requisition: Requisition) -> Iterator[str]:
    """Where Procore contradicts itself: retainage and its parts, quantity by unit cost and the amount; a note only."""
    for number, item in enumerate(requisition.items, 1):
        if item.retainage != item.retainage_of_parts and item.has_parts:
            yield f"line {number}: {item.retainage} is held back, though its parts come to {item.retainage_of_parts}"
        yield from unit_notes(number, item.qty, item.unit_cost, item.amount)


def over_released(
    billing: Billing, links: LinkView, books: Books, made: Iterable[str], itself: str | None
) -> Flow[tuple[Difference, ...]]:
    """Whether more retainage is released than the bills and credits on the order hold, as far as QuickBooks knows.

    Args:
        billing: What the invoice bills, holds and releases, with the purchase order and what that is linked to.
        links: For bills that only hold or release retainage, which QuickBooks does not link to the order.
        books: For the Retainage item.
        made: The bills on the same order that were made in the same request, whose links are not known yet.
        itself: The TxnID of the invoice's own bill, where it is there already.
    """
    order = billing.order
    held, released = max(billing.held, _NOTHING), billing.released - min(billing.held, _NOTHING)
    if released <= 0:
        return ()
    linked = [one.txn_id for one in order.linked_txns if one.txn_id]
    parts = links.parts(id_of(order.txn_id))
    ours = [str(one.quickbooks_id) for one in parts if one.kind is ItemKind.REQUISITION]
    field, why = "retainage released, and held", "more is released than the bills of its purchase order hold"
    if ids := [one for one in dict.fromkeys((*linked, *ours, *made)) if one != itself]:
        outcomes = yield from ask_all([by_id(query, *ids) for query in (BillQuery, VendorCreditQuery)])
        if wrong := [str(refusal(outcome)) for outcome in outcomes if not outcome.ok]:
            return (Difference(field, released, None, f"what is held is not known: {'; '.join(wrong)}"),)
        there: list[Any] = [bill for outcome in outcomes for bill in outcome.records(Record)]
        for bill in there:
            back = sum((line_amount(line) for line in bill.item_lines if _is_retainage(line, books)), _NOTHING)
            held += back if isinstance(bill, VendorCredit) else -back
    return (Difference(field, released, held, why),) if released > held else ()


def _is_retainage(line: Any, books: Books) -> bool:
    ref = getattr(line, "item_ref", None)
    return ref is not None and same_text(ref.full_name, books.retainage_item)
