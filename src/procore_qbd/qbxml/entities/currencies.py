"""Currencies of a company that trades in several."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import ListQuery, list_choices

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


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class CurrencyFormat(q.Record):
    """How amounts of a currency are printed."""

    thousand_separator: Annotated[ThousandSeparator | str | None, q.Choice("ThousandSeparator", ThousandSeparator)] = None
    thousand_separator_grouping: Annotated[ThousandSeparatorGrouping | str | None, q.Choice("ThousandSeparatorGrouping", ThousandSeparatorGrouping)] = None
    decimal_places: Annotated[DecimalPlaces | str | None, q.Choice("DecimalPlaces", DecimalPlaces)] = None
    decimal_separator: Annotated[DecimalSeparator | str | None, q.Choice("DecimalSeparator", DecimalSeparator)] = None


@q.record("Currency", shapes=q.ADD | q.MOD | q.RET, since="8.0")
@attrs.frozen(kw_only=True, slots=False)
class Currency(q.Record):
    """A currency, ``Canadian Dollar`` for instance, and the last rate that QuickBooks knows of it."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 64, required=q.ADD)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    currency_code: Annotated[str | None, q.Text("CurrencyCode", 3, required=q.ADD)] = None
    currency_format: Annotated[CurrencyFormat | None, q.Block("CurrencyFormat")] = None
    is_user_defined_currency: Annotated[bool | None, q.YesNo("IsUserDefinedCurrency", shapes=q.RET)] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", shapes=q.RET)] = None
    as_of_date: Annotated[dt.date | None, q.Day("AsOfDate", shapes=q.RET)] = None


@q.record("CurrencyQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True, since="8.0")
@attrs.frozen(kw_only=True, slots=False)
class CurrencyQuery(ListQuery):
    """Currencies by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50)] = ()
