"""Time that somebody worked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import MAX_RETURNED
from procore_qbd.qbxml.entities._transactions import (
    BillableStatus,
    ModifiedDateRangeFilter,
    TxnDateRangeFilter,
)
from procore_qbd.qbxml.records import Block, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    ONLINE,
    QUERY,
    RET,
    Attribute,
    Choice,
    Day,
    Guid,
    Id,
    Integer,
    Moment,
    Price,
    Text,
    TimeInterval,
    When,
    YesNo,
)

__all__ = ["TimeTracking", "TimeTrackingEntityFilter", "TimeTrackingQuery"]


@record("TimeTracking", shapes=ADD | MOD | RET, later={MOD: "6.0"})
@attrs.frozen(kw_only=True, slots=False)
class TimeTracking(Record):
    """Time that an employee, a vendor or somebody else worked in a day; the job is the customer."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    entity_ref: Annotated[Ref | None, Reference("EntityRef", 209, required=ADD | MOD, to=("Employee", "Vendor", "OtherName"))] = None
    customer_ref: Annotated[Ref | None, Reference("CustomerRef", 209)] = None
    item_service_ref: Annotated[Ref | None, Reference("ItemServiceRef", 159, to=("ItemService",))] = None
    rate: Annotated[Decimal | None, Price("Rate", editions=ONLINE)] = None
    duration: Annotated[dt.timedelta | None, TimeInterval("Duration", required=ADD | MOD)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    payroll_item_wage_ref: Annotated[Ref | None, Reference("PayrollItemWageRef", 31)] = None
    notes: Annotated[str | None, Text("Notes", 4095)] = None
    billable_status: Annotated[BillableStatus | str | None, Choice("BillableStatus", BillableStatus, since="6.0")] = None
    is_billable: Annotated[bool | None, YesNo("IsBillable", shapes=ADD | RET, until="5.0")] = None
    is_billed: Annotated[bool | None, YesNo("IsBilled", shapes=RET, until="5.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None


@record(shapes=QUERY, choices=(OneOf.of("list_ids", "full_names", required=QUERY),))
@attrs.frozen(kw_only=True, slots=False)
class TimeTrackingEntityFilter(Record):
    """Time of certain employees, vendors or other names."""

    list_ids: Annotated[tuple[str, ...], Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], Text("FullName")] = ()


@record(
    "TimeTrackingQuery",
    shapes=QUERY,
    choices=(
        OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        OneOf.of(
            "txn_ids",
            (
                "max_returned",
                "modified_date_range_filter",
                "txn_date_range_filter",
                "time_tracking_entity_filter",
            ),
        ),
    ),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class TimeTrackingQuery(Record):
    """Time worked, by id, by whose it is, or by when it was made, changed or worked."""

    txn_ids: Annotated[tuple[str, ...], Id("TxnID")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, Block("TxnDateRangeFilter")] = None
    time_tracking_entity_filter: Annotated[TimeTrackingEntityFilter | None, Block("TimeTrackingEntityFilter")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
