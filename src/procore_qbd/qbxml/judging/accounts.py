"""Which types of account a place takes. No schema says it; QuickBooks refuses the others.

Sources: help pages and tickets that quote QuickBooks. An invoice whose A/R account is of another type: "The account for
this transaction must be of type Accounts Receivable", likewise a received payment; a bill with an A/P account on an
expense line: 3180. An item takes no receivables, no payables and no accounts that do not post, and usually income
where it is sold and costs where it is bought; "The expense account is invalid" is quoted too. So other types are taken
there: contractors put costs into assets, and customers' deposits into liabilities. Bank and card accounts are taken
from there by likeness; decided is that money is deposited to what holds money, that stock lies in an asset that is no
bank account, and that what it had cost goes to no bank account or card.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ACCOUNT_PLACES", "HOLDS_MONEY", "NOT_REIMBURSED", "AccountPlace", "account_place"]

_ASSETS = frozenset({"FixedAsset", "OtherAsset", "OtherCurrentAsset"})
_COSTS = frozenset({"CostOfGoodsSold", "Expense", "OtherExpense"})
_INCOME = frozenset({"Income", "OtherIncome"})
HOLDS_MONEY = _ASSETS | {"Bank", "CreditCard", "Equity", "LongTermLiability", "OtherCurrentLiability"}
"""The types that hold money: those of a balance sheet, but for what names owe and are owed."""
_OF_ITEMS = HOLDS_MONEY | _COSTS | _INCOME
_ANY_BUT_PAYABLE = _OF_ITEMS | {"AccountsReceivable", "NonPosting"}

NOT_REIMBURSED = frozenset({"AccountsPayable", "AccountsReceivable"})
"""The types of account on whose lines no ``BillableStatus`` can stand, customer or not (3210)."""


@attrs.frozen
class AccountPlace:
    """A place where an account stands.

    Attributes:
        types: The types that it takes, as ``AccountType`` has them.
        words: What QuickBooks says to others behind ``QuickBooks error message:``.
        status: The statusCode that it says it with.
    """

    types: frozenset[str]
    words: str
    status: int = 3140

    def takes(self, account_type: str | None) -> bool:
        """Whether an account of a type may stand here."""
        return account_type in self.types


def _of_type(type_: str, words: str) -> AccountPlace:
    return AccountPlace(frozenset({type_}), f"The account for this transaction must be of type {words}.")


def _of_item(types: frozenset[str], which: str) -> AccountPlace:
    return AccountPlace(types, f"The {which} account is invalid.")


_ONE_SIDED = AccountPlace(
    _OF_ITEMS,
    "You cannot associate an item with Sales Tax Payable, Undeposited Funds, Accounts Receivable, Accounts Payable or "
    "non-posting accounts. Usually, if you sell the item, use an income account; if you buy it, use an expense "
    "account.",
)
_COSTS_OF_A_BILL = AccountPlace(_ANY_BUT_PAYABLE, "", 3180)
_BANK, _CARD = _of_type("Bank", "Bank"), _of_type("CreditCard", "Credit Card")

ACCOUNT_PLACES: dict[str, AccountPlace] = {
    # transactions
    "APAccountRef": _of_type("AccountsPayable", "Accounts Payable"),
    "ARAccountRef": _of_type("AccountsReceivable", "Accounts Receivable"),
    "BankAccountRef": _BANK,
    "Check/AccountRef": _BANK,
    "CreditCardAccountRef": _CARD,
    "CreditCardCharge/AccountRef": _CARD,
    "CreditCardCredit/AccountRef": _CARD,
    "DepositToAccountRef": AccountPlace(
        HOLDS_MONEY,
        "The account for this transaction must be of type Bank or Other Current Asset.",
    ),
    "Bill/ExpenseLine/AccountRef": _COSTS_OF_A_BILL,
    "ItemReceipt/ExpenseLine/AccountRef": _COSTS_OF_A_BILL,
    "VendorCredit/ExpenseLine/AccountRef": _COSTS_OF_A_BILL,
    # items
    "AssetAccountRef": _of_item(_ASSETS, "asset"),
    "COGSAccountRef": _of_item(_OF_ITEMS - {"Bank", "CreditCard"}, "COGS"),
    "ExpenseAccountRef": _of_item(_OF_ITEMS, "expense"),
    "IncomeAccountRef": _of_item(_OF_ITEMS, "income"),
    "ItemDiscount/AccountRef": _ONE_SIDED,
    "SalesOrPurchase/AccountRef": _ONE_SIDED,
}
"""By the end of the reference's path, in tags without ``Add`` and ``Mod``: the longest that fits."""


@cache
def account_place(path: tuple[str, ...]) -> AccountPlace | None:
    """What a place takes, None where any account does.

    Args:
        path: The tags that lead there, without ``Add`` and ``Mod``: ``("Bill", "ExpenseLine", "AccountRef")``.
    """
    return next(filter(None, map(ACCOUNT_PLACES.get, _ends(path))), None)


def _ends(path: tuple[str, ...]) -> Iterator[str]:
    return ("/".join(path[at:]) for at in range(len(path)))
