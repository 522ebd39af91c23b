"""A company file that transactions are written to: what a step asks it, and where it keeps what."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.simulator.knowledge.arithmetic import from_cents, in_cents, in_parts, percent
from procore_qbd.simulator.knowledge.type_groups import CREDITED
from procore_qbd.simulator.lists.references import find_in_any
from procore_qbd.simulator.records.entries import STOCK
from procore_qbd.simulator.records.items import Side, account_ref
from procore_qbd.simulator.records.shaping import is_set
from procore_qbd.simulator.store.sums import average, quantity_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.qbxml import Ref
    from procore_qbd.simulator.knowledge.calendar import Calendar
    from procore_qbd.simulator.knowledge.nouns import ListRecord
    from procore_qbd.simulator.knowledge.rules import Refusal
    from procore_qbd.simulator.lists.custom_fields import CustomFields
    from procore_qbd.simulator.lists.listing import ListWriter
    from procore_qbd.simulator.records.links import TxnLink
    from procore_qbd.simulator.store.file import Store

__all__ = ["WritableCompany"]

_WITHOUT = {
    Side.INCOME: "Uncategorized Income",
    Side.EXPENSE: "Uncategorized Expenses",
    Side.ASSET: "Inventory Asset",
}
"""Where an item posts that names no account."""


@attrs.frozen(eq=False)
class WritableCompany:
    """A company file as the steps see it, and, through `CompanyRecords`, the kinds of transactions.

    Attributes:
        store: Where its records are.
        calendar: What time it is there.
        listing: Makes the accounts that QuickBooks makes itself.
        fields: Its custom fields.
    """

    store: Store
    calendar: Calendar
    listing: ListWriter
    fields: CustomFields

    def fact(self, name: str) -> str:
        """What the company file knows of itself."""
        return self.store.fact(name)

    # --- records of lists --------------------------------------------------------------------------------------------

    def find(self, lists: Iterable[str], ref: Ref | None) -> ListRecord | None:
        """What a reference points to in one of several lists; None if it is empty, or points nowhere."""
        return find_in_any(self.store, lists, ref) if is_set(ref) else None

    def item(self, ref: Ref | None) -> ListRecord | None:
        """The same in the lists of items."""
        return find_in_any(self.store, ITEMS, ref) if is_set(ref) else None

    def key(self, lists: Iterable[str], ref: Ref | None) -> str:
        """What a reference points to, as list and ListID; '' for nothing."""
        if ref is None or not ref.list_id:
            return ""
        return f"{self.store.home(lists, ref.list_id) or '?'}/{ref.list_id}"

    # --- accounts ----------------------------------------------------------------------------------------------------

    def special(self, name: str) -> str:
        """An account that QuickBooks makes itself, by name: its ListID."""
        return self.listing.special_account(name).list_id or ""

    def of(self, item: ListRecord | None, side: Side) -> str:
        """The account of an item; where it names none, or is not there, one that QuickBooks makes."""
        ref = account_ref(item, side) if item is not None else None
        return ref.list_id or "" if ref else self.special(_WITHOUT[side])

    def is_of(self, account: str, *account_types: str) -> bool:
        """Whether an account is of one of these types."""
        found = self.store.plain("Account", account) if account else None
        return found is not None and found.account_type in account_types

    def balance_with(self, account: str, debit: Decimal, without: str) -> Decimal:
        """What an account holds with one more debit, leaving a transaction out of account."""
        found: ListRecord = self.store.get("Account", account)
        more = sum((-one.amount for one in self.store.book.entries(without) if one.account == account), debit)
        balance: Decimal = found.balance + (-more if found.account_type in CREDITED else more)
        return balance

    # --- stock -------------------------------------------------------------------------------------------------------

    def stock(self, item: ListRecord, without: str) -> tuple[Decimal, Decimal]:
        """What there is of an item, and what it is worth, leaving a transaction out of account."""
        hand, worth = self._stock(item, without)
        return quantity_of(hand), from_cents(worth)

    def cost(self, item: ListRecord, quantity: Decimal, without: str) -> Decimal:
        """What so much of an item in stock is worth on the average, leaving a transaction out of account."""
        hand, worth = self._stock(item, without)
        each = average(hand, worth) if hand > 0 else item.average_cost or item.purchase_cost or Decimal(0)
        return percent(quantity * each, Decimal(100))

    def _stock(self, item: ListRecord, without: str) -> tuple[int, int]:
        """The same as whole numbers: see `Entry.moves`."""
        key = f"{item.__record__.tag}/{item.list_id}"
        hand, worth = self.store.book.sum(f"hand {key}"), self.store.book.sum(f"value {key}")
        for entry in self.store.book.entries(without):
            if entry.posts and entry.holds == STOCK and entry.item == key:
                hand -= in_parts(entry.quantity)
                worth -= in_cents(entry.amount)
        return hand, worth

    def under_way(self, tag: str, item: str) -> Decimal:
        """How much of an item stands on open orders of a kind."""
        return self.store.book.under_way(tag, item)

    # --- transactions ------------------------------------------------------------------------------------------------

    def transaction(self, txn_id: str) -> Any:
        """A transaction, None if it is not there."""
        return self.store.book.get(txn_id)

    def links(self, txn_id: str) -> tuple[TxnLink, ...]:
        """All links that a transaction has."""
        return self.store.book.links(txn_id)

    def absent(self, kinds: Iterable[str], record_id: str, otherwise: Refusal) -> Refusal:
        """The refusal of an id that none of some kinds has: see `Store.absent`."""
        return self.store.absent(kinds, record_id, otherwise)
