"""What links two transactions, and what both say of it: pure functions.

A payment says which bills it pays, a bill what is still open of it and by what it was paid, and a purchase order what
was received of each of its lines: three records that have to agree, whoever is changed or deleted. So none of it is
kept with the records. A link is kept once, with the transaction that made it, and goes with it; what a purchase order
has received, and what of a bill is paid, is reckoned from the links whenever the record is read.

There are four roles. A line of a bill that is for one of an order (``ORDER``) takes a quantity. What is owed is settled
by a ``PAYMENT`` or a ``CREDIT``, each for an amount, a payment perhaps with a discount for paying early. A
``DEPOSIT`` takes a payment to the bank. Mostly the transaction that makes a link is one of its ends; but a payment can
set a credit against a bill, and then it is neither: ``via`` says that the link goes with it.

What is open of a transaction is its total less its links. It is kept beside the record as well, because queries ask
for what is open (`TransactionTable.set_open`), and is written anew whenever a link comes or goes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml.entities.shared.transactions import LinkedTxn, LinkType
from procore_qbd.simulator.kinds import KINDS, Kind
from procore_qbd.simulator.knowledge.arithmetic import (
    NO_QUANTITY,
    ZERO,
    is_filled,
    not_received,
    quantity_or_one,
    to_the_cent,
)
from procore_qbd.simulator.knowledge.nouns import Line, TransactionRecord, Values, has_links, is_group
from procore_qbd.simulator.records.entries import flat
from procore_qbd.simulator.records.links import Role
from procore_qbd.simulator.records.shaping import fields_of, with_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from procore_qbd.simulator.records.links import Partner, TxnLink

__all__ = [
    "copied",
    "is_open",
    "left_open",
    "still_to_come",
    "total_of",
    "with_links",
    "worth_to_come",
]


def left_open(txn_id: str, total: Decimal, links: Iterable[TxnLink]) -> Decimal:
    """What of a transaction is to be paid, or to be used up."""
    for link in links:
        if link.role in (Role.PAYMENT, Role.CREDIT):
            if link.target == txn_id:
                total -= link.amount + link.discount
            elif link.txn == txn_id:
                total -= link.amount
    return total


def with_links(
    record: TransactionRecord, kind: Kind, links: tuple[TxnLink, ...], partner: Callable[[str], Partner]
) -> TransactionRecord:
    """A transaction as it is with its links.

    Args:
        record: As it is kept.
        kind: What is known of its kind.
        links: All that it has.
        partner: Tells of a transaction by its TxnID.
    """
    values: Values = {}
    own = [link for link in links if record.txn_id in (link.txn, link.target)]
    if own and has_links(record):
        values["linked_txns"] = _linked(record.txn_id, own, partner)
    if kind.received:
        values |= _received(record, kind, own, partner)
    if kind.opens:
        values |= _opened(record, kind, own)
    if kind.applied and links:
        applied = getattr(record, kind.applied)
        values[kind.applied] = tuple(_applied(one, links, partner) for one in applied)
    if kind.shown is not None and links:
        values |= kind.shown(record, links, partner)
    return with_fields(record, **values) if values else record


def _linked(txn_id: str, links: Iterable[TxnLink], partner: Callable[[str], Partner]) -> tuple[LinkedTxn, ...]:
    shared: dict[tuple[str, LinkType], Decimal] = {}
    for link in links:
        other = link.txn if link.target == txn_id else link.target
        type_ = LinkType.QUANTITY if link.role is Role.ORDER else LinkType.AMOUNT
        shared[other, type_] = shared.get((other, type_), ZERO) + link.amount * _sign(link, txn_id)
    return tuple(_seen(partner(other), type_, amount) for (other, type_), amount in shared.items())


def _sign(link: TxnLink, txn_id: str) -> int:
    """Money that settles a transaction stands on it with a minus."""
    return -1 if link.role in (Role.PAYMENT, Role.CREDIT) and link.target == txn_id else 1


def _seen(partner: Partner, kind: LinkType, amount: Decimal) -> LinkedTxn:
    return LinkedTxn(
        txn_id=partner.txn_id,
        txn_type=partner.kind,
        txn_date=partner.date,
        ref_number=partner.ref_number,
        link_type=kind,
        amount=amount,
    )


# --- money -----------------------------------------------------------------------------------------------------------


def total_of(record: TransactionRecord, kind: Kind) -> Decimal:
    """The total of a transaction, whatever it is called."""
    if kind.totals:
        return getattr(record, kind.totals[0]) or ZERO
    if hasattr(record, "subtotal"):
        return (record.subtotal or ZERO) + (record.sales_tax_total or ZERO)
    return getattr(record, "amount", None) or ZERO


def _opened(record: TransactionRecord, kind: Kind, links: Iterable[TxnLink]) -> Values:
    total = total_of(record, kind)
    rest = left_open(record.txn_id, total, links)
    values: Values = {kind.opens or "": rest}
    if hasattr(record, "is_paid"):
        values["is_paid"] = not rest
    if hasattr(record, "applied_amount"):
        values["applied_amount"] = rest - total
    return values


def _applied(one: Any, links: Iterable[TxnLink], partner: Callable[[str], Partner]) -> Any:
    """What a payment is applied to, as QuickBooks shows it."""
    other = partner(one.txn_id)
    values: Values = {"txn_type": other.kind, "txn_date": other.date, "ref_number": other.ref_number}
    values["credit_remaining" if hasattr(one, "credit_remaining") else "balance_remaining"] = other.open
    credits_ = [link for link in links if link.role is Role.CREDIT and link.target == one.txn_id]
    if credits_ and has_links(one):
        shown = (_seen(partner(link.txn), LinkType.AMOUNT, link.amount) for link in credits_)
        values["linked_txns"] = tuple(shown)
    return with_fields(one, **values)


# --- goods -----------------------------------------------------------------------------------------------------------


def _received(
    order: TransactionRecord, kind: Kind, links: Iterable[TxnLink], partner: Callable[[str], Partner]
) -> Values:
    """What was received of each line, and what was billed; text alone waits for nothing."""
    name = kind.received
    received: dict[str | None, Decimal] = {}
    billed: dict[str | None, Decimal] = {}
    for link in links:
        received[link.target_line] = received.get(link.target_line, NO_QUANTITY) + link.quantity
        if KINDS[partner(link.txn).kind].bills:
            billed[link.target_line] = billed.get(link.target_line, NO_QUANTITY) + link.quantity

    def so_far(line: Line) -> Line:
        if is_group(line):
            return with_fields(line, lines=tuple(map(so_far, line.lines)))
        if not line.item_ref:
            return line
        values: Values = {name: received.get(line.txn_line_id, NO_QUANTITY)}
        if hasattr(line, "is_billed"):
            done = billed.get(line.txn_line_id, NO_QUANTITY)
            filled = is_filled(line.quantity, done)
            values["unbilled_quantity"] = NO_QUANTITY if filled else not_received(line.quantity, done)
            values["is_billed"] = bool(done) and filled
        return with_fields(line, **values)

    lines = tuple(map(so_far, order.lines))
    items = [line for line in flat(lines) if line.item_ref]
    filled = any(getattr(line, name) for line in items) and not any(
        not is_filled(line.quantity, getattr(line, name)) for line in items
    )
    return {"lines": lines, kind.fulfilled: filled}


def is_open(order: TransactionRecord, line: Line) -> bool:
    """Whether a bill, or an invoice, can be for a line of an order."""
    kind = KINDS[order.__record__.tag]
    if order.is_manually_closed or getattr(order, kind.fulfilled) or line.is_manually_closed:
        return False
    return line.item_ref is not None and not is_filled(line.quantity, getattr(line, kind.received))


def still_to_come(order: TransactionRecord, line: Line) -> Decimal:
    """How much of a line of an order is still to come; nothing where it is closed."""
    return (
        not_received(line.quantity, getattr(line, KINDS[order.__record__.tag].received))
        if is_open(order, line)
        else NO_QUANTITY
    )


def worth_to_come(order: TransactionRecord, line: Line) -> Decimal:
    """The same in money."""
    ordered, rest = quantity_or_one(line.quantity), still_to_come(order, line)
    return to_the_cent(line.amount * rest / ordered) if line.amount and ordered else ZERO


_TAKEN = (
    "item_ref",
    "desc",
    "unit_of_measure",
    "customer_ref",
    "class_ref",
    "sales_tax_code_ref",
    "rate_percent",
    "other1",
    "other2",
)


def copied(line: Line, order_line: Line, rate: str) -> Line:
    """A bill's or invoice's line with what it takes from the line of the order; what it says itself stays.

    An amount alone is for one. Where nothing is said, it is for all that is still to come.

    Args:
        line: The line.
        order_line: That of the order.
        rate: What the line calls the price of one.
    """
    done = order_line.received_quantity if hasattr(order_line, "received_quantity") else order_line.invoiced
    own = {name: value for name, value in fields_of(line).items() if name != "link_to_txn"}
    taken = (name for name in _TAKEN if hasattr(line, name) and hasattr(order_line, name))
    values: Values = {name: getattr(order_line, name) for name in taken} | own
    if values.get("rate_percent") is not None and own.keys().isdisjoint({"quantity", rate, "amount"}):
        return type(line)(**values)  # a share of the line above, whatever that is here
    if own.keys().isdisjoint({"quantity", rate, "amount"}) and not done:
        values["amount"] = order_line.amount
    if "quantity" not in own:
        whole = not_received(order_line.quantity, done)
        values["quantity"] = Decimal(1) if "amount" in own else whole
    if values.get("amount") is None and rate not in own:
        values[rate] = order_line.amount if order_line.rate is None else order_line.rate
    return type(line)(**values)
