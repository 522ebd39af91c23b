"""What a record of a list says of the ledger: balances, and what there is in stock.

The balance of an account changes with every transaction. If it were kept with the record, each bill would rewrite its
vendor, its accounts and all their parents; if it were added up when it is asked for, an account would take longer the
older its file is. So beside the ledger stands a table of sums, one a key, as whole numbers: ``account`` and its ListID
in cents, ``owed`` and a list and a ListID, ``value`` and ``hand`` of an item in cents and hundred-thousandths. Posting
a transaction moves the few sums that it touches (`Entry.moves`), and undoing it moves them back. What a record says is
put together from them when it is read: the sign as QuickBooks shows it, what those below have added, an average.

What a record begins with (an opening balance, a stock) is put into the sums when it is added; it has no transaction,
as it has in QuickBooks. That is why a merge has to move it by itself.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import attrs

from procore_qbd.simulator.knowledge.arithmetic import (
    ZERO,
    from_cents,
    from_parts,
    in_cents,
    in_parts,
    to_five_places,
    without_zeros,
)
from procore_qbd.simulator.knowledge.type_groups import CREDITED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.simulator.knowledge.nouns import ListRecord, Values
    from procore_qbd.simulator.store.book import TransactionTable

__all__ = ["SUMS", "Sums", "average", "quantity_of"]


class Kept(Protocol):
    """What a record and its sums are kept in."""

    @property
    def book(self) -> TransactionTable:
        """The sums."""
        ...

    def children(self, record: ListRecord, /) -> Iterator[ListRecord]:
        """The records right below one."""
        ...


@attrs.frozen
class Sums:
    """How a kind of record and the sums have to do with each other.

    Attributes:
        opening: What a new record puts into the sums, by key, in cents or hundred-thousandths.
        now: What it says of them.
    """

    opening: Callable[[ListRecord], dict[str, int]]
    now: Callable[[ListRecord, Kept], Values]


def _cents(amount: Decimal | None) -> int:
    return in_cents(amount or ZERO)


def _amount(cents: int) -> Decimal:
    return from_cents(cents) + ZERO


# --- accounts and names ----------------------------------------------------------------------------------------------


def _account_opening(account: ListRecord) -> dict[str, int]:
    sign = -1 if account.account_type in CREDITED else 1
    return {f"account {account.list_id}": sign * _cents(account.balance)}


def _account(account: ListRecord, kept: Kept) -> Values:
    sign = -1 if account.account_type in CREDITED else 1
    own = _amount(sign * kept.book.sum(f"account {account.list_id}"))
    return {"balance": own, "total_balance": _with_those_below(own, account, kept, _account)}


def _customer_opening(customer: ListRecord) -> dict[str, int]:
    return {f"owed Customer/{customer.list_id}": _cents(customer.balance)}


def _customer(customer: ListRecord, kept: Kept) -> Values:
    own = _amount(kept.book.sum(f"owed Customer/{customer.list_id}"))
    return {"balance": own, "total_balance": _with_those_below(own, customer, kept, _customer)}


def _with_those_below(
    own: Decimal, record: ListRecord, kept: Kept, now: Callable[[ListRecord, Kept], Values]
) -> Decimal:
    below = (now(child, kept)["total_balance"] for child in kept.children(record))
    return sum(below, own)


def _vendor_opening(vendor: ListRecord) -> dict[str, int]:
    return {f"owed Vendor/{vendor.list_id}": -_cents(vendor.balance)}


def _vendor(vendor: ListRecord, kept: Kept) -> Values:
    return {"balance": _amount(-kept.book.sum(f"owed Vendor/{vendor.list_id}"))}


# --- stock -----------------------------------------------------------------------------------------------------------


def _key(item: ListRecord) -> str:
    return f"{item.__record__.tag}/{item.list_id}"


def _stock_opening(item: ListRecord) -> dict[str, int]:
    quantity = item.quantity_on_hand or Decimal(0)
    worth = item.total_value
    if worth is None:
        worth = quantity * (item.average_cost or item.purchase_cost or ZERO)
    return {f"hand {_key(item)}": in_parts(quantity), f"value {_key(item)}": _cents(worth)}


def _stock(item: ListRecord, kept: Kept) -> Values:
    """What there is, what it cost on the average, and what is under way."""
    hand, worth = kept.book.sum(f"hand {_key(item)}"), kept.book.sum(f"value {_key(item)}")
    values: Values = {
        "quantity_on_hand": quantity_of(hand),
        "quantity_on_order": kept.book.under_way("PurchaseOrder", _key(item)),
        "quantity_on_sales_order": kept.book.under_way("SalesOrder", _key(item)),
    }
    values["average_cost"] = average(hand, worth) if hand > 0 else item.average_cost or item.purchase_cost or ZERO
    return values


def average(hand: int, worth: int) -> Decimal:
    """What one of so many cost."""
    return without_zeros(to_five_places(from_cents(worth) / from_parts(hand)))


def quantity_of(number: int) -> Decimal:
    """Hundred-thousandths as a quantity."""
    return without_zeros(from_parts(number))


SUMS = {
    "Account": Sums(_account_opening, _account),
    "Customer": Sums(_customer_opening, _customer),
    "Vendor": Sums(_vendor_opening, _vendor),
    "ItemInventory": Sums(_stock_opening, _stock),
    "ItemInventoryAssembly": Sums(_stock_opening, _stock),
}
"""The lists whose records say something of the ledger."""
