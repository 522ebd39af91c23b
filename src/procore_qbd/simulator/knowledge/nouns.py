"""What the simulator works on: transactions, their lines, the records of lists, and queries.

Each of these is one of many record classes, and most of the simulator does not ask which. The nouns of this file are
for type checkers alone: they say with types what all transactions have, or all lines. What only some of them have (the
``linked_txns`` of a bill, the ``is_manually_closed`` of an order) goes unchecked: whoever asks for it knows the kind,
has it from a `Kind`, or asks first, mostly by one of the questions below. A record is read as it is kept: a
new one has no id before it gets one.

When the program runs, each noun is just a `Record`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from procore_qbd.qbxml.rows.records import Record

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from procore_qbd.qbxml.rows.records import Ref
    from procore_qbd.qbxml.rows.values import Moment

__all__ = [
    "KeptRecord",
    "Line",
    "ListRecord",
    "Query",
    "TransactionRecord",
    "Values",
    "has_links",
    "is_account_line",
    "is_group",
    "is_order",
]

Values: TypeAlias = dict[str, Any]
"""What a record says, or shall say, by field."""


if TYPE_CHECKING:

    class _Noun(Record):
        """A record of one of several classes."""

        def __init__(self, **values: Any) -> None: ...

        def __getattr__(self, name: str) -> Any:
            """What only some of the classes have."""

    class KeptRecord(_Noun):
        """A record of a list, or a transaction."""

        time_created: Moment
        time_modified: Moment
        edit_sequence: str

    class ListRecord(KeptRecord):
        """A record of a list: a name, an item, an account, a kind of terms."""

        list_id: str

    class TransactionRecord(KeptRecord):
        """A bill, an order, a payment: one of the kinds in `KINDS`."""

        txn_id: str
        txn_number: int
        txn_date: dt.date

    class Line(_Noun):
        """A line of a transaction: of an item, of an account, or of a group of items with lines of its own."""

        txn_line_id: str | None
        item_ref: Ref | None
        quantity: Decimal | None
        amount: Decimal | None
        desc: str | None

    class Query(_Noun):
        """A query, of whatever it asks for."""

else:
    KeptRecord = ListRecord = TransactionRecord = Line = Query = Record


def is_group(line: Record) -> bool:
    """Whether a line is a group of items, with lines of its own that QuickBooks made."""
    return hasattr(line, "item_group_ref")


def is_account_line(line: Record) -> bool:
    """Whether a line names an account itself; that of an item has it from the item."""
    return hasattr(line, "account_ref")


def is_order(record: Record) -> bool:
    """Whether a transaction is an order: something is waited for until it came, or until somebody closes it by hand."""
    return hasattr(record, "is_manually_closed")


def has_links(record: Record) -> bool:
    """Whether a transaction, or what it is applied to, shows what it is linked to."""
    return hasattr(record, "linked_txns")
