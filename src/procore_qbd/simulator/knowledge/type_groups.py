"""What the words for several types at once mean: ``BankAndUF`` of accounts, ``Sales`` of items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.simulator.knowledge.reasons import NOT_SIMULATED

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.simulator.knowledge.nouns import ListRecord

__all__ = [
    "ACCOUNT_TYPES",
    "CREDITED",
    "ITEM_LISTS",
    "SALES_TAXES",
    "STOCKED",
    "accounts_of",
    "item_lists",
]

ACCOUNT_TYPES = (
    "Bank",
    "AccountsReceivable",
    "OtherCurrentAsset",
    "FixedAsset",
    "OtherAsset",
    "AccountsPayable",
    "CreditCard",
    "OtherCurrentLiability",
    "LongTermLiability",
    "Equity",
    "Income",
    "CostOfGoodsSold",
    "Expense",
    "OtherIncome",
    "OtherExpense",
    "NonPosting",
)
"""The types of accounts, in the order of the chart of accounts."""

CREDITED = (
    "AccountsPayable",
    "CreditCard",
    "Equity",
    "Income",
    "LongTermLiability",
    "OtherCurrentLiability",
    "OtherIncome",
)
"""The accounts whose balance is a credit."""

_CURRENT_ASSET = ("Bank", "AccountsReceivable", "OtherCurrentAsset")
_ASSET = (*_CURRENT_ASSET, "FixedAsset", "OtherAsset")
_CURRENT_LIABILITY = ("AccountsPayable", "CreditCard", "OtherCurrentLiability")
_LIABILITY = (*_CURRENT_LIABILITY, "LongTermLiability")
_ORDINARY_EXPENSE, _ORDINARY_INCOME = ("CostOfGoodsSold", "Expense"), ("Income",)
_EXPENSE = (*_ORDINARY_EXPENSE, "OtherExpense")
_INCOME = (*_ORDINARY_INCOME, "OtherIncome")
_UNDEPOSITED = "UndepositedFunds"
_SALES_TAX = "SalesTaxPayable"

_TOGETHER: dict[str, tuple[str, ...]] = {
    "APOrCreditCard": ("AccountsPayable", "CreditCard"),
    "ARAndAP": ("AccountsReceivable", "AccountsPayable"),
    "Asset": _ASSET,
    "BalanceSheet": (*_ASSET, *_LIABILITY, "Equity"),
    "CostOfSales": ("CostOfGoodsSold",),
    "CurrentAsset": _CURRENT_ASSET,
    "CurrentAssetAndExpense": (*_CURRENT_ASSET, *_EXPENSE),
    "CurrentLiability": _CURRENT_LIABILITY,
    "EquityAndIncomeAndExpense": ("Equity", *_INCOME, *_EXPENSE),
    "ExpenseAndOtherExpense": _EXPENSE,
    "IncomeAndExpense": (*_INCOME, *_EXPENSE),
    "IncomeAndOtherIncome": _INCOME,
    "Liability": _LIABILITY,
    "LiabilityAndEquity": (*_LIABILITY, "Equity"),
    "OrdinaryExpense": _ORDINARY_EXPENSE,
    "OrdinaryIncome": _ORDINARY_INCOME,
    "OrdinaryIncomeAndCOGS": ("Income", "CostOfGoodsSold"),
    "OrdinaryIncomeAndExpense": (*_ORDINARY_INCOME, *_ORDINARY_EXPENSE),
    "OtherIncomeOrExpense": ("OtherIncome", "OtherExpense"),
} | {name: (name,) for name in ACCOUNT_TYPES}

_WITH_SPECIAL = {
    "APAndSalesTax": (("AccountsPayable",), (_SALES_TAX,)),
    "BankAndARAndAPAndUF": (("Bank", "AccountsReceivable", "AccountsPayable"), (_UNDEPOSITED,)),
    "BankAndUF": (("Bank",), (_UNDEPOSITED,)),
}


def accounts_of(word: str) -> Callable[[ListRecord], bool]:
    """Whether an account is of the types that a word means.

    Raises:
        Refusal: The simulator does not know which accounts it means (``AllowedFor1099``).
    """
    types, special = _WITH_SPECIAL.get(word, (_TOGETHER.get(word), ()))
    if types is None:
        raise NOT_SIMULATED(word, note=f"{word}: exists in QuickBooks, but is not simulated")
    return lambda account: account.account_type in types or account.special_account_type in special


SALES_TAXES = ("ItemSalesTax", "ItemSalesTaxGroup")
STOCKED = ("ItemInventory", "ItemInventoryAssembly")
"""The items of which there is a stock."""

ITEM_LISTS: dict[str, tuple[str, ...]] = {
    "Assembly": ("ItemInventoryAssembly",),
    "Discount": ("ItemDiscount",),
    "FixedAsset": ("ItemFixedAsset",),
    "Inventory": ("ItemInventory",),
    "InventoryAndAssembly": STOCKED,
    "NonInventory": ("ItemNonInventory",),
    "OtherCharge": ("ItemOtherCharge",),
    "Payment": ("ItemPayment",),
    "Sales": (
        "ItemService",
        "ItemNonInventory",
        "ItemOtherCharge",
        "ItemInventory",
        "ItemInventoryAssembly",
        "ItemDiscount",
    ),
    "SalesTax": SALES_TAXES,
    "Service": ("ItemService",),
}
"""The lists that a word for types of items means."""


def item_lists(word: str, every: tuple[str, ...]) -> tuple[str, ...]:
    """The lists that a word for types of items means, of all that there are."""
    if word == "AllExceptFixedAsset":
        return tuple(one for one in every if one != "ItemFixedAsset")
    return ITEM_LISTS[word]
