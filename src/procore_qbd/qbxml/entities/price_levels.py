"""Price levels: what certain customers pay instead of an item's usual price."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import CurrencyFilter, ListQuery, list_choices
from procore_qbd.qbxml.entities.shared.transactions import ITEMS

__all__ = ["AdjustRelativeTo", "ItemPrice", "PriceLevel", "PriceLevelQuery", "PriceLevelType"]


class PriceLevelType(StrEnum):
    """Whether a price level changes all prices alike, or has a price for each item."""

    FIXED_PERCENTAGE = "FixedPercentage"
    PER_ITEM = "PerItem"


class AdjustRelativeTo(StrEnum):
    """From which price a new one is reckoned."""

    STANDARD_PRICE = "StandardPrice"
    COST = "Cost"
    CURRENT_CUSTOM_PRICE = "CurrentCustomPrice"


@q.record(
    choices=(
        q.OneOf.of("custom_price", "custom_price_percent"),
        q.OneOf.of(("custom_price", "custom_price_percent"), ("adjust_percentage", "adjust_relative_to"), required=q.ADD | q.MOD),
    )
)
@attrs.frozen(kw_only=True, slots=False)
class ItemPrice(q.Record):
    """An item's price at a level: a price, a percentage of the usual one, or one that QuickBooks shall reckon."""

    item_ref: Annotated[q.Ref | None, q.Reference("ItemRef", required=q.ADD | q.MOD, to=ITEMS)] = None
    custom_price: Annotated[Decimal | None, q.Price("CustomPrice")] = None
    custom_price_percent: Annotated[Decimal | None, q.Percent("CustomPricePercent")] = None
    adjust_percentage: Annotated[Decimal | None, q.Percent("AdjustPercentage", shapes=q.ADD | q.MOD, required=q.ADD | q.MOD)] = None
    adjust_relative_to: Annotated[AdjustRelativeTo | str | None, q.Choice("AdjustRelativeTo", AdjustRelativeTo, shapes=q.ADD | q.MOD, required=q.ADD | q.MOD)] = None


_PRICES = "price_level_fixed_percentage", ("item_prices", "currency_ref")


@q.record(
    "PriceLevel",
    shapes=q.ADD | q.MOD | q.RET,
    choices=(q.OneOf.of(*_PRICES),),
    since="4.0",
    before={"8.0": {"choices": (q.OneOf.of(*_PRICES, required=q.ADD),)}},
)
@attrs.frozen(kw_only=True, slots=False)
class PriceLevel(q.Record):
    """A price level: one percentage for all items, or prices item by item."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    price_level_type: Annotated[PriceLevelType | str | None, q.Choice("PriceLevelType", PriceLevelType, shapes=q.RET)] = None
    price_level_fixed_percentage: Annotated[Decimal | None, q.Percent("PriceLevelFixedPercentage")] = None
    item_prices: Annotated[tuple[ItemPrice, ...], q.Block("PriceLevelPerItem", suffix={q.RET: "Ret"})] = ()
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, since="8.0")] = None


@q.record(
    "PriceLevelQuery",
    shapes=q.QUERY,
    choices=list_choices("item_ref", "currency_filter"),
    meta_data=True,
    since="4.0",
)
@attrs.frozen(kw_only=True, slots=False)
class PriceLevelQuery(ListQuery):
    """Price levels by id, by name, or by filters, of which one is an item; not in pieces."""

    item_ref: Annotated[q.Ref | None, q.Reference("ItemRef", to=ITEMS)] = None
    currency_filter: Annotated[CurrencyFilter | None, q.Block("CurrencyFilter", since="8.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50)] = ()
