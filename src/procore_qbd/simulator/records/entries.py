"""The rows of the ledger: one entry an account and line of a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs

from procore_qbd.qbxml.rows.records import table
from procore_qbd.simulator.knowledge.arithmetic import NO_QUANTITY, from_cents, from_parts, in_cents, in_parts
from procore_qbd.simulator.knowledge.nouns import Line, is_group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from procore_qbd.qbxml import Record

__all__ = ["NAME", "STOCK", "Entry", "flat", "line_class"]

NAME, STOCK = "name", "stock"


@attrs.frozen(kw_only=True)
class Entry:
    """One line of the ledger.

    Attributes:
        account: The account's ListID; '' where none is known.
        amount: A debit where it is more than nothing, else a credit.
        line: The TxnLineID that it comes from; '' for the transaction itself.
        posts: Whether it moves the account.
        entity: Whose it is, as list and ListID: a job, a vendor.
        class_: The class's ListID.
        item: The item, as list and ListID.
        quantity: How much of it; what leaves is less than nothing.
        memo: What is said of it.
        holds: What else than the account it moves: what the entity owes or is owed, or the stock of the item.
    """

    account: str
    amount: Decimal
    line: str = ""
    posts: bool = True
    entity: str = ""
    class_: str = ""
    item: str = ""
    quantity: Decimal = NO_QUANTITY
    memo: str = ""
    holds: str = ""

    @classmethod
    def of(cls, row: Sequence[Any]) -> Entry:
        """An entry from its row of the table: see `row`."""
        line, posts, account, amount, entity, class_, item, quantity, memo, holds = row
        return cls(
            line=line,
            posts=bool(posts),
            account=account,
            amount=from_cents(amount),
            entity=entity,
            class_=class_,
            item=item,
            quantity=from_parts(quantity),
            memo=memo,
            holds=holds,
        )

    def row(self) -> tuple[str | int, ...]:
        """The entry as a row of the table: amounts in cents, quantities in hundred-thousandths."""
        amount, quantity = in_cents(self.amount), in_parts(self.quantity)
        whose = self.entity, self.class_, self.item
        return self.line, self.posts, self.account, amount, *whose, quantity, self.memo, self.holds

    def moves(self) -> Iterator[tuple[str, int]]:
        """The balances that it moves, and by how much: cents, and hundred-thousandths of quantities."""
        if not self.posts:
            return
        amount = in_cents(self.amount)
        yield f"account {self.account}", amount
        if self.holds == NAME:
            yield f"owed {self.entity}", amount
        if self.holds == STOCK:
            yield f"value {self.item}", amount
            yield f"hand {self.item}", in_parts(self.quantity)


def line_class(record: Record, name: str) -> type[Line]:
    """The class of the lines that a field of a transaction, or of a group, holds beside groups."""
    members = table(type(record)).by_name[name].members.values()
    return cast("type[Line]", next(cls for cls in members if not hasattr(cls, "lines")))


def flat(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines, with those that QuickBooks made of a group of items in its place."""
    for line in lines:
        if is_group(line):
            yield from line.lines
        else:
            yield line
