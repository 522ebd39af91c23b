"""Where a company file keeps what: the accounts of items, those that QuickBooks makes itself, what stock is worth."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.simulator.knowledge.arithmetic import in_cents, in_parts, percent
from procore_qbd.simulator.lists.references import find_in_any
from procore_qbd.simulator.store.entries import STOCK
from procore_qbd.simulator.store.shaping import is_set
from procore_qbd.simulator.store.sums import average
from procore_qbd.simulator.transactions.items import Side, account_ref

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.qbxml import Ref
    from procore_qbd.simulator.knowledge.nouns import ListRecord
    from procore_qbd.simulator.lists.listing import ListWriter
    from procore_qbd.simulator.store.file import Store

__all__ = ["AccountResolver"]

_WITHOUT = {
    Side.INCOME: "Uncategorized Income",
    Side.EXPENSE: "Uncategorized Expenses",
    Side.ASSET: "Inventory Asset",
}
"""Where an item posts that names no account."""


@attrs.frozen
class AccountResolver:
    """The accounts and items of a company file, as the ledger asks for them: see `ledger.Accounts`."""

    store: Store
    listing: ListWriter

    def special(self, name: str) -> str:
        """An account that QuickBooks makes itself, by name: its ListID."""
        return self.listing.special_account(name).list_id or ""

    def of(self, item: ListRecord | None, side: Side) -> str:
        """The account of an item; where it names none, or is not there, one that QuickBooks makes."""
        ref = account_ref(item, side) if item is not None else None
        return ref.list_id or "" if ref else self.special(_WITHOUT[side])

    def item(self, ref: Ref) -> ListRecord | None:
        """The item itself, None if it is not there."""
        return find_in_any(self.store, ITEMS, ref) if is_set(ref) else None

    def key(self, lists: Iterable[str], ref: Ref | None) -> str:
        """What a reference points to, as list and ListID; '' for nothing."""
        if ref is None or not ref.list_id:
            return ""
        return f"{self.store.home(lists, ref.list_id) or '?'}/{ref.list_id}"

    def stock(self, item: ListRecord, without: str) -> tuple[int, int]:
        """What there is of an item, and what it is worth, leaving a transaction out of account: see `Entry.moves`."""
        key = f"{item.__record__.tag}/{item.list_id}"
        hand, worth = self.store.book.sum(f"hand {key}"), self.store.book.sum(f"value {key}")
        for entry in self.store.book.entries(without):
            if entry.posts and entry.holds == STOCK and entry.item == key:
                hand -= in_parts(entry.quantity)
                worth -= in_cents(entry.amount)
        return hand, worth

    def cost(self, item: ListRecord, quantity: Decimal, without: str) -> Decimal:
        """What so much of an item in stock is worth on the average, leaving a transaction out of account."""
        hand, worth = self.stock(item, without)
        each = average(hand, worth) if hand > 0 else item.average_cost or item.purchase_cost or Decimal(0)
        return percent(quantity * each, Decimal(100))

    def is_of(self, account: str, *account_types: str) -> bool:
        """Whether an account is of one of these types."""
        found = self.store.plain("Account", account) if account else None
        return found is not None and found.account_type in account_types
