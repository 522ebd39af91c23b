"""Terms of payment: those that count days, those that name a day of the month, and the query for both."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import ListQuery, list_choices
from procore_qbd.qbxml.records import Record, record
from procore_qbd.qbxml.values import ADD, QUERY, RET, Id, Integer, Moment, Percent, Text, When, YesNo

__all__ = ["DateDrivenTerms", "DateDrivenTermsQuery", "StandardTerms", "StandardTermsQuery", "TermsQuery"]


@record("StandardTerms", shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class StandardTerms(Record):
    """Terms that count days: ``Net 30``, ``2% 10 Net 30``. qbXML cannot modify them."""

    list_id: Annotated[str | None, Id("ListID", shapes=RET)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=RET)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    std_due_days: Annotated[int | None, Integer("StdDueDays")] = None
    std_discount_days: Annotated[int | None, Integer("StdDiscountDays")] = None
    discount_pct: Annotated[Decimal | None, Percent("DiscountPct")] = None


@record("StandardTermsQuery", shapes=QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class StandardTermsQuery(ListQuery):
    """Terms by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()


@record("DateDrivenTerms", shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class DateDrivenTerms(Record):
    """Terms that name a day of the month: ``Net 25th``, ``1% 10th Net 25th``. qbXML cannot modify them."""

    list_id: Annotated[str | None, Id("ListID", shapes=RET)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=RET)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    day_of_month_due: Annotated[int | None, Integer("DayOfMonthDue", least=1, most=31, required=ADD)] = None
    due_next_month_days: Annotated[int | None, Integer("DueNextMonthDays")] = None
    discount_day_of_month: Annotated[int | None, Integer("DiscountDayOfMonth", least=1, most=31)] = None
    discount_pct: Annotated[Decimal | None, Percent("DiscountPct")] = None


@record("DateDrivenTermsQuery", shapes=QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class DateDrivenTermsQuery(ListQuery):
    """Terms that name a day by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()


@record(
    "TermsQuery",
    shapes=QUERY,
    choices=list_choices(),
    meta_data=True,
    answers=("StandardTerms", "DateDrivenTerms"),
)
@attrs.frozen(kw_only=True, slots=False)
class TermsQuery(ListQuery):
    """Terms of both kinds by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
