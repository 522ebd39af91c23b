"""What links two transactions, as a value: what it is for, and what either end shows of the other."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from procore_qbd.simulator.knowledge.arithmetic import NO_QUANTITY, ZERO

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

__all__ = ["Partner", "Role", "TxnLink"]


class Role(StrEnum):
    """What a link is for."""

    ORDER = "order"
    PAYMENT = "payment"
    CREDIT = "credit"
    DEPOSIT = "deposit"


@attrs.frozen
class TxnLink:
    """What one transaction, or one of its lines, does to another.

    Attributes:
        txn: The TxnID of the bill that takes from an order, of what pays, of the credit, of the deposit.
        line: Its line's TxnLineID; '' for the transaction as a whole.
        target: The TxnID of the order, of what is paid, of what is deposited.
        target_line: Its line's TxnLineID.
        role: What it is for.
        quantity: How much of it.
        amount: For how much.
        discount: What is taken off for paying early.
        via: The TxnID of the transaction that made the link, with which it goes; by default ``txn``.
    """

    txn: str
    line: str
    target: str
    target_line: str
    role: Role
    quantity: Decimal = NO_QUANTITY
    amount: Decimal = ZERO
    discount: Decimal = ZERO
    via: str = attrs.field(default=attrs.Factory(lambda self: self.txn, takes_self=True))


@attrs.frozen
class Partner:
    """What a transaction shows of one that it is linked to."""

    txn_id: str
    kind: str
    date: dt.date
    ref_number: str | None
    open: Decimal | None
    entity: str
