"""Currencies of a company that trades in several."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import ListQuery, list_choices
from procore_qbd.qbxml.records import Block, Record, record
from procore_qbd.qbxml.values import ADD, MOD, QUERY, RET, Choice, Day, Float, Id, Moment, Text, When, YesNo

__all__ = [
    "Currency",
    "CurrencyFormat",
    "CurrencyQuery",
    "DecimalPlaces",
    "DecimalSeparator",
    "ThousandSeparator",
    "ThousandSeparatorGrouping",
]


class ThousandSeparator(StrEnum):
    """What stands between thousands."""

    COMMA = "Comma"
    PERIOD = "Period"
    SPACE = "Space"
    APOSTROPHE = "Apostrophe"


class ThousandSeparatorGrouping(StrEnum):
    """Where it stands: every three digits, or as in India, every two before the last three."""

    THREES = "XX_XXX_XXX"
    TWOS = "X_XX_XX_XXX"


class DecimalPlaces(StrEnum):
    """Whether amounts have cents."""

    NONE = "0"
    TWO = "2"


class DecimalSeparator(StrEnum):
    """What stands before the cents."""

    PERIOD = "Period"
    COMMA = "Comma"


@record()
@attrs.frozen(kw_only=True, slots=False)
class CurrencyFormat(Record):
    """How amounts of a currency are printed."""

    thousand_separator: Annotated[ThousandSeparator | str | None, Choice("ThousandSeparator", ThousandSeparator)] = None
    thousand_separator_grouping: Annotated[ThousandSeparatorGrouping | str | None, Choice("ThousandSeparatorGrouping", ThousandSeparatorGrouping)] = None
    decimal_places: Annotated[DecimalPlaces | str | None, Choice("DecimalPlaces", DecimalPlaces)] = None
    decimal_separator: Annotated[DecimalSeparator | str | None, Choice("DecimalSeparator", DecimalSeparator)] = None


@record("Currency", shapes=ADD | MOD | RET, since="8.0")
@attrs.frozen(kw_only=True, slots=False)
class Currency(Record):
    """A currency, ``Canadian Dollar`` for instance, and the last rate that QuickBooks knows of it."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 64, required=ADD)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    currency_code: Annotated[str | None, Text("CurrencyCode", 3, required=ADD)] = None
    currency_format: Annotated[CurrencyFormat | None, Block("CurrencyFormat")] = None
    is_user_defined_currency: Annotated[bool | None, YesNo("IsUserDefinedCurrency", shapes=RET)] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", shapes=RET)] = None
    as_of_date: Annotated[dt.date | None, Day("AsOfDate", shapes=RET)] = None


@record("CurrencyQuery", shapes=QUERY, choices=list_choices(), meta_data=True, since="8.0")
@attrs.frozen(kw_only=True, slots=False)
class CurrencyQuery(ListQuery):
    """Currencies by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50)] = ()
