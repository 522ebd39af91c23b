"""Which accounts an item may have, by the element that names the account: the types are those of the pre-flight.

Beside them QuickBooks names two accounts of its own that no item may have: Sales Tax Payable and Undeposited Funds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml.judging.accounts import ACCOUNT_PLACES
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.simulator.knowledge.asked import RequestType
    from procore_qbd.simulator.knowledge.nouns import ListRecord

__all__ = ["ITEM_ACCOUNTS", "why_not"]


_PLACES = ACCOUNT_PLACES | {"AccountRef": ACCOUNT_PLACES["SalesOrPurchase/AccountRef"]}


def _two_sided(income: str, expense: str) -> str:
    accounts = ref("IncomeAccountRef", income) + ref("ExpenseAccountRef", expense)
    sides = f"<SalesAndPurchase>{accounts}</SalesAndPurchase>"
    return f"<ItemNonInventoryAdd><Name>~Nails</Name>{sides}</ItemNonInventoryAdd>"


def _stocked(cogs: str, asset: str) -> str:
    accounts = ref("IncomeAccountRef", "~Sales") + ref("COGSAccountRef", cogs) + ref("AssetAccountRef", asset)
    return f"<ItemInventoryAdd><Name>~Nails</Name>{accounts}</ItemInventoryAdd>"


def _names(tag: str) -> Callable[[RequestType], bool]:
    """Said of a rule about an account of items: items that have a place for it."""
    return lambda asked: asked.of_list and asked.stem.startswith("Item") and asked.says(tag)


WRONG_ITEM_ACCOUNT = Reason(
    3140,
    "An item's account is Sales Tax Payable, Undeposited Funds, a receivable, a payable, or one that does not post.",
    Source.LIVE_REPORT,
    tried(
        "<ItemServiceAdd><Name>~Painting</Name><SalesOrPurchase>"
        + ref("AccountRef", "~Receivables")
        + "</SalesOrPurchase></ItemServiceAdd>"
    ),
    quickbooks=_PLACES["AccountRef"].words,
    refuses=_names("AccountRef"),
)
WRONG_INCOME_ACCOUNT = Reason(
    3140,
    "The income account of an item that is bought too, or stocked, is one that no item may have.",
    Source.REFERENCE,
    tried(_two_sided("~Receivables", "~Job Costs")),
    quickbooks=_PLACES["IncomeAccountRef"].words,
    refuses=_names("IncomeAccountRef"),
)
WRONG_EXPENSE_ACCOUNT = Reason(
    3140,
    "The expense account of an item that is sold too is one that no item may have.",
    Source.LIVE_REPORT,
    tried(_two_sided("~Sales", "~Payables")),
    quickbooks=_PLACES["ExpenseAccountRef"].words,
    refuses=_names("ExpenseAccountRef"),
)
WRONG_COGS_ACCOUNT = Reason(
    3140,
    "The cost-of-goods-sold account of a stocked item is a bank account, a credit card, or one that no item may have.",
    Source.DECIDED,
    tried(_stocked("~Checking", "~Stock")),
    quickbooks=_PLACES["COGSAccountRef"].words,
    refuses=_names("COGSAccountRef"),
)
WRONG_ASSET_ACCOUNT = Reason(
    3140,
    "The asset account of a stocked item or of a fixed asset is not an asset, or is a bank account.",
    Source.DECIDED,
    tried(_stocked("~Job Costs", "~Sales")),
    quickbooks=_PLACES["AssetAccountRef"].words,
    refuses=_names("AssetAccountRef"),
)


_ITS_OWN = ("SalesTaxPayable", "UndepositedFunds")

ITEM_ACCOUNTS: dict[str, Reason] = {
    "AccountRef": WRONG_ITEM_ACCOUNT,
    "IncomeAccountRef": WRONG_INCOME_ACCOUNT,
    "ExpenseAccountRef": WRONG_EXPENSE_ACCOUNT,
    "COGSAccountRef": WRONG_COGS_ACCOUNT,
    "AssetAccountRef": WRONG_ASSET_ACCOUNT,
}
"""What is said of an account that an item may not have, by its place; where a payment is deposited to is no such place.
"""


def why_not(element: str, account: ListRecord) -> Reason | None:
    """Why an item may not have an account in a place; None where it may.

    Args:
        element: The place: ``"IncomeAccountRef"``.
        account: The account.
    """
    reason = ITEM_ACCOUNTS.get(element)
    if reason is None or (
        _PLACES[element].takes(account.account_type) and account.special_account_type not in _ITS_OWN
    ):
        return None
    return reason
