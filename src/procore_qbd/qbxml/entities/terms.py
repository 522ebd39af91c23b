"""Terms of payment: those that count days, those that name a day of the month, and the query for both."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import ListQuery, list_choices

__all__ = ["DateDrivenTerms", "DateDrivenTermsQuery", "StandardTerms", "StandardTermsQuery", "TermsQuery"]


@q.record("StandardTerms", shapes=q.ADD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class StandardTerms(q.Record):
    """Terms that count days: ``Net 30``, ``2% 10 Net 30``. qbXML cannot modify them."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.RET)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.RET)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    std_due_days: Annotated[int | None, q.Integer("StdDueDays")] = None
    std_discount_days: Annotated[int | None, q.Integer("StdDiscountDays")] = None
    discount_pct: Annotated[Decimal | None, q.Percent("DiscountPct")] = None


@q.record("StandardTermsQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class StandardTermsQuery(ListQuery):
    """Terms by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()


@q.record("DateDrivenTerms", shapes=q.ADD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class DateDrivenTerms(q.Record):
    """Terms that name a day of the month: ``Net 25th``, ``1% 10th Net 25th``. qbXML cannot modify them."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.RET)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.RET)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    day_of_month_due: Annotated[int | None, q.Integer("DayOfMonthDue", least=1, most=31, required=q.ADD)] = None
    due_next_month_days: Annotated[int | None, q.Integer("DueNextMonthDays")] = None
    discount_day_of_month: Annotated[int | None, q.Integer("DiscountDayOfMonth", least=1, most=31)] = None
    discount_pct: Annotated[Decimal | None, q.Percent("DiscountPct")] = None


@q.record("DateDrivenTermsQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class DateDrivenTermsQuery(ListQuery):
    """Terms that name a day by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()


@q.record(
    "TermsQuery",
    shapes=q.QUERY,
    choices=list_choices(),
    meta_data=True,
    answers=("StandardTerms", "DateDrivenTerms"),
)
@attrs.frozen(kw_only=True, slots=False)
class TermsQuery(ListQuery):
    """Terms of both kinds by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
