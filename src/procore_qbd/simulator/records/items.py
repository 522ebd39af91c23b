"""What an item brings to a line: words, a price, a tax code, and the accounts that it posts to."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procore_qbd.qbxml import Ref
    from procore_qbd.simulator.knowledge.nouns import ListRecord

__all__ = ["Side", "account_ref", "percent_of", "suggested"]


class Side(StrEnum):
    """Which account of an item is meant."""

    INCOME = "income"
    EXPENSE = "expense"
    ASSET = "asset"


def suggested(item: ListRecord | None, *, sold: bool) -> tuple[str | None, Decimal | None]:
    """The words and the price that an item brings to a line."""
    one, both = getattr(item, "sales_or_purchase", None), getattr(item, "sales_and_purchase", None)
    if both is None and hasattr(item, "sales_price"):
        both = item
    if both is not None:
        return (both.sales_desc, both.sales_price) if sold else (both.purchase_desc, both.purchase_cost)
    if one is not None:
        return one.desc, one.price
    if (off := getattr(item, "discount_rate", None)) is not None:
        return getattr(item, "item_desc", None), -Decimal(off)
    return getattr(item, "item_desc", None), getattr(item, "purchase_cost", None)


def percent_of(item: ListRecord | None) -> Decimal | None:
    """What an item takes of the line above it, in percent; None where it costs an amount."""
    one = getattr(item, "sales_or_purchase", None)
    if (off := getattr(item, "discount_rate_percent", None)) is not None:
        return -Decimal(off)
    return getattr(one, "price_percent", None)


_NAMES = {
    Side.INCOME: ("income_account_ref", "account_ref", "deposit_to_account_ref"),
    Side.EXPENSE: ("expense_account_ref", "cogs_account_ref", "account_ref", "asset_account_ref"),
    Side.ASSET: ("asset_account_ref",),
}


def account_ref(item: ListRecord, side: Side) -> Ref | None:
    """The account of an item; None where it has none."""
    homes = (getattr(item, "sales_and_purchase", None), getattr(item, "sales_or_purchase", None), item)
    for name in _NAMES[side]:
        for home in homes:
            ref: Ref | None = getattr(home, name, None)
            if ref is not None:
                return ref
    return None
