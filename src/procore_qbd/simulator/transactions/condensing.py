"""Condensing: closed history goes out of the books, and one journal entry says what it came to.

QuickBooks asks its users what else shall go; here it is as if they had wanted all of it gone: what was never printed,
what was never cleared at the bank, costs that no customer was billed for. What stays is decided here:

- whatever is dated on the day or later, and all that is linked to it, over however many links;
- what is open, unused, pending, or waits in Undeposited Funds; item receipts, whose bill is yet to come; orders that
  wait for something, and active estimates;
- what moves stock;
- what no journal entry could say: that something was posted to an account that is not there, or that somebody who is
  no customer owes something.

What of a group of linked transactions stays keeps the whole group. The entry has no jobs but those that owe something,
no classes and no items: a job's past costs are gone from its reports, as in QuickBooks.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.journal_entries import JournalCreditLine, JournalDebitLine, JournalEntry
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.kinds.families import UNDEPOSITED
from procore_qbd.simulator.knowledge.arithmetic import from_cents, in_cents
from procore_qbd.simulator.knowledge.days import later
from procore_qbd.simulator.knowledge.nouns import TransactionRecord, is_order
from procore_qbd.simulator.lists.listing import serves
from procore_qbd.simulator.records.entries import NAME, STOCK, flat
from procore_qbd.simulator.records.links import Role
from procore_qbd.simulator.store.linking import is_open

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from procore_qbd.simulator.records.entries import Entry
    from procore_qbd.simulator.store.file import Store

__all__ = ["Condensing"]

_MEMO = "Condensed"
_OWES = {"AccountsReceivable": "Customer/", "AccountsPayable": "Vendor/"}
"""Whose a journal entry's line can be, by the type of its account."""

Key = tuple[str, str]
"""An account's ListID, and whose account it is within it, as list and ListID; '' where that does not matter."""


@attrs.frozen(eq=False)
class Condensing:
    """Takes closed history out, within a transaction of its caller.

    Attributes:
        store: Where the transactions are.
        add: Writes a new transaction.
    """

    store: Store
    add: Callable[[JournalEntry], object]

    def condense(self, before: dt.date) -> None:
        """Take out what is closed and dated before a day; every balance stays as it was."""
        sums: Counter[Key] = Counter()
        for group in list(self._closed_groups(before)):
            for txn_id in group:
                for entry in self.store.book.entries(txn_id):
                    if entry.posts:
                        sums[entry.account, entry.entity if entry.holds == NAME else ""] += in_cents(entry.amount)
                self.store.book.delete(txn_id)
        if lines := tuple(self._line(key, cents) for key, cents in sorted(sums.items()) if cents):
            with self._opened():
                self.add(JournalEntry(txn_date=later(before, -1), lines=lines))

    @contextmanager
    def _opened(self) -> Iterator[None]:
        """The books of the past, open for a moment."""
        closed = {name: self.store.fact(name) for name in ("closing_date", "condensed_before")}
        for name in closed:
            self.store.set_fact(name, "")
        yield
        for name, day in closed.items():
            self.store.set_fact(name, day)

    @staticmethod
    def _line(key: Key, cents: int) -> JournalDebitLine | JournalCreditLine:
        account, whose = key
        name = whose.rpartition("/")[2]
        side = JournalDebitLine if cents > 0 else JournalCreditLine
        return side(
            account_ref=Ref(list_id=account),
            amount=from_cents(abs(cents)),
            memo=_MEMO,
            entity_ref=Ref(list_id=name) if name else None,
        )

    # --- what goes ---------------------------------------------------------------------------------------------------

    def _closed_groups(self, before: dt.date) -> Iterator[set[str]]:
        """The groups of linked transactions that are closed, and of the past as a whole."""
        seen: set[str] = set()
        for txn_id in self.store.book.ids(KINDS, "date < ?", [before.isoformat()]):
            if txn_id not in seen:
                group = self._group(txn_id)
                seen |= group
                if all(self._is_closed(one, before) for one in group):
                    yield group

    def _group(self, txn_id: str) -> set[str]:
        """A transaction, and all that is linked to it, over however many links."""
        group: set[str] = set()
        to_see = [txn_id]
        while to_see:
            one = to_see.pop()
            if one not in group:
                group.add(one)
                to_see += (end for link in self.store.book.links(one) for end in (link.txn, link.target, link.via))
        return group

    def _is_closed(self, txn_id: str, before: dt.date) -> bool:
        record, entries = self.store.book.get(txn_id), self.store.book.entries(txn_id)
        kind = KINDS[record.__record__.tag]
        return not (
            record.txn_date >= before
            or (kind.opens and getattr(record, kind.opens))
            or getattr(record, "is_pending", None)
            or self._waits(record)
            or any(entry.holds == STOCK for entry in entries)
            or not self._can_be_told([entry for entry in entries if entry.posts])
        )

    def _waits(self, record: TransactionRecord) -> bool:
        """Whether something is still to come of it."""
        if (waits := KINDS[record.__record__.tag].waits) is not None:
            return waits(record)
        if is_order(record):
            return any(is_open(record, line) for line in flat(record.lines))
        held = getattr(record, "deposit_to_account_ref", None)
        account = self.store.plain("Account", held.list_id or "") if held is not None else None
        if account is not None and serves(account, UNDEPOSITED):
            return not any(link.role is Role.DEPOSIT for link in self.store.book.links(record.txn_id))
        return False

    def _can_be_told(self, entries: Sequence[Entry]) -> bool:
        """Whether a journal entry could say the same."""
        accounts = [self.store.plain("Account", entry.account) for entry in entries]
        return sum(entry.amount for entry in entries) == 0 and all(
            account is not None and entry.entity.startswith(_OWES.get(account.account_type, ""))
            for account, entry in zip(accounts, entries, strict=True)
        )
