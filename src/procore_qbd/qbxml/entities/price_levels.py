"""Price levels: what certain customers pay instead of an item's usual price."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import CurrencyFilter, ListQuery, list_choices
from procore_qbd.qbxml.entities._transactions import ITEMS
from procore_qbd.qbxml.records import Block, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import ADD, MOD, QUERY, RET, Choice, Id, Moment, Percent, Price, Text, When, YesNo

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


@record(
    choices=(
        OneOf.of("custom_price", "custom_price_percent"),
        OneOf.of(("custom_price", "custom_price_percent"), ("adjust_percentage", "adjust_relative_to"), required=ADD | MOD),
    )
)
@attrs.frozen(kw_only=True, slots=False)
class ItemPrice(Record):
    """An item's price at a level: a price, a percentage of the usual one, or one that QuickBooks shall reckon."""

    item_ref: Annotated[Ref | None, Reference("ItemRef", required=ADD | MOD, to=ITEMS)] = None
    custom_price: Annotated[Decimal | None, Price("CustomPrice")] = None
    custom_price_percent: Annotated[Decimal | None, Percent("CustomPricePercent")] = None
    adjust_percentage: Annotated[Decimal | None, Percent("AdjustPercentage", shapes=ADD | MOD, required=ADD | MOD)] = None
    adjust_relative_to: Annotated[AdjustRelativeTo | str | None, Choice("AdjustRelativeTo", AdjustRelativeTo, shapes=ADD | MOD, required=ADD | MOD)] = None


_PRICES = "price_level_fixed_percentage", ("item_prices", "currency_ref")


@record(
    "PriceLevel",
    shapes=ADD | MOD | RET,
    choices=(OneOf.of(*_PRICES),),
    since="4.0",
    before={"8.0": {"choices": (OneOf.of(*_PRICES, required=ADD),)}},
)
@attrs.frozen(kw_only=True, slots=False)
class PriceLevel(Record):
    """A price level: one percentage for all items, or prices item by item."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    price_level_type: Annotated[PriceLevelType | str | None, Choice("PriceLevelType", PriceLevelType, shapes=RET)] = None
    price_level_fixed_percentage: Annotated[Decimal | None, Percent("PriceLevelFixedPercentage")] = None
    item_prices: Annotated[tuple[ItemPrice, ...], Block("PriceLevelPerItem", suffix={RET: "Ret"})] = ()
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, since="8.0")] = None


@record(
    "PriceLevelQuery",
    shapes=QUERY,
    choices=list_choices("item_ref", "currency_filter"),
    meta_data=True,
    since="4.0",
)
@attrs.frozen(kw_only=True, slots=False)
class PriceLevelQuery(ListQuery):
    """Price levels by id, by name, or by filters, of which one is an item; not in pieces."""

    item_ref: Annotated[Ref | None, Reference("ItemRef", to=ITEMS)] = None
    currency_filter: Annotated[CurrencyFilter | None, Block("CurrencyFilter", since="8.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50)] = ()
