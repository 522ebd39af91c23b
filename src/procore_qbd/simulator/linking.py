"""Which line of a bill is for which line of a purchase order, and what both say of it: pure functions.

A link is kept once, beside the bill; what a purchase order has received is reckoned whenever it is read.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml.entities._transactions import LinkedTxn, LinkType
from procore_qbd.simulator.arithmetic import ZERO, is_filled, left
from procore_qbd.simulator.shaping import said

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

__all__ = ["Link", "Partner", "copied", "is_open", "with_links"]


@attrs.frozen
class Link:
    """One line of a bill that is for one line of a purchase order.

    Attributes:
        txn: The bill's TxnID.
        line: Its line's TxnLineID.
        order: The purchase order's TxnID.
        order_line: Its line's TxnLineID.
        quantity: How much of it.
        amount: For how much.
    """

    txn: str
    line: str
    order: str
    order_line: str
    quantity: Decimal
    amount: Decimal


@attrs.frozen
class Partner:
    """What a transaction shows of one that it is linked to."""

    kind: str
    date: dt.date | None
    ref_number: str | None


def with_links(record: Any, links: Iterable[Link], partner: Callable[[str], Partner]) -> Any:
    """A purchase order or bill as it is with its links.

    Args:
        record: As it is kept.
        links: All that it has.
        partner: Tells of a transaction by its TxnID.
    """
    links = tuple(links)
    ordered = record.__record__.tag == "PurchaseOrder"
    by_partner: dict[str, list[Link]] = {}
    for link in links:
        by_partner.setdefault(link.txn if ordered else link.order, []).append(link)
    linked = tuple(_linked(txn_id, partner(txn_id), shared) for txn_id, shared in by_partner.items())
    record = attrs.evolve(record, linked_txns=linked)
    return _received(record, links) if ordered else record


def _linked(txn_id: str, partner: Partner, shared: list[Link]) -> LinkedTxn:
    return LinkedTxn(
        txn_id=txn_id,
        txn_type=partner.kind,
        txn_date=partner.date,
        ref_number=partner.ref_number,
        link_type=LinkType.QUANTITY,
        amount=sum((link.amount for link in shared), ZERO),
    )


def _received(order: Any, links: tuple[Link, ...]) -> Any:
    """What was received of each line; text alone waits for nothing."""
    received: dict[str, Decimal] = {}
    for link in links:
        received[link.order_line] = received.get(link.order_line, Decimal(0)) + link.quantity
    lines = tuple(
        attrs.evolve(line, received_quantity=received.get(line.txn_line_id, Decimal(0))) if line.item_ref else line
        for line in order.lines
    )
    items = [line for line in lines if line.item_ref]
    filled = any(line.received_quantity for line in items) and not any(map(_waits, items))
    return attrs.evolve(order, lines=lines, is_fully_received=filled)


def _waits(line: Any) -> bool:
    return not is_filled(line.quantity, line.received_quantity)


def is_open(order: Any, line: Any) -> bool:
    """Whether a bill can be for a line of a purchase order."""
    if order.is_manually_closed or order.is_fully_received or line.is_manually_closed:
        return False
    return line.item_ref is not None and _waits(line)


def copied(line: Any, order_line: Any) -> Any:
    """A bill's line with what it takes from the line of the purchase order; what it says itself stays.

    An amount alone is for one. Where nothing is said, it is for all that is still to come.
    """
    own = {name: value for name, value in said(line).items() if name != "link_to_txn"}
    taken = ("item_ref", "desc", "unit_of_measure", "customer_ref", "class_ref")
    values: dict[str, Any] = {name: getattr(order_line, name) for name in taken} | own
    if own.keys().isdisjoint({"quantity", "cost", "amount"}) and not order_line.received_quantity:
        values["amount"] = order_line.amount
    if "quantity" not in own:
        whole = left(order_line.quantity, order_line.received_quantity)
        values["quantity"] = Decimal(1) if "amount" in own else whole
    if values.get("amount") is None and "cost" not in own:
        values["cost"] = order_line.amount if order_line.rate is None else order_line.rate
    return type(line)(**values)
