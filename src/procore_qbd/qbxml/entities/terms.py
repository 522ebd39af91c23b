"""Terms of payment; those that count days for now."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import ListQuery, list_choices
from procore_qbd.qbxml.records import Record, record
from procore_qbd.qbxml.values import ADD, QUERY, RET, Id, Integer, Moment, Percent, Text, When, YesNo

__all__ = ["StandardTerms", "StandardTermsQuery"]


@record("StandardTerms", shapes=ADD | RET)
@attrs.frozen(kw_only=True)
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
@attrs.frozen(kw_only=True)
class StandardTermsQuery(ListQuery):
    """Terms by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
