"""Time that somebody worked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import MAX_RETURNED
from procore_qbd.qbxml.entities.shared.transactions import (
    BillableStatus,
    ModifiedDateRangeFilter,
    TxnDateRangeFilter,
    reimbursed_by,
)

__all__ = ["TimeTracking", "TimeTrackingEntityFilter", "TimeTrackingQuery"]


@q.record("TimeTracking", shapes=q.ADD | q.MOD | q.RET, needs=reimbursed_by("customer_ref"), later={q.MOD: "6.0"})
@attrs.frozen(kw_only=True, slots=False)
class TimeTracking(q.Record):
    """Time that an employee, a vendor or somebody else worked in a day; the job is the customer."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    entity_ref: Annotated[q.Ref | None, q.Reference("EntityRef", 209, required=q.ADD | q.MOD, to=("Employee", "Vendor", "OtherName"))] = None
    customer_ref: Annotated[q.Ref | None, q.Reference("CustomerRef", 209)] = None
    item_service_ref: Annotated[q.Ref | None, q.Reference("ItemServiceRef", 159, to=("ItemService",))] = None
    rate: Annotated[Decimal | None, q.Price("Rate", editions=q.ONLINE)] = None
    duration: Annotated[dt.timedelta | None, q.TimeInterval("Duration", required=q.ADD | q.MOD)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    payroll_item_wage_ref: Annotated[q.Ref | None, q.Reference("PayrollItemWageRef", 31)] = None
    notes: Annotated[str | None, q.Text("Notes", 4095)] = None
    billable_status: Annotated[BillableStatus | str | None, q.Choice("BillableStatus", BillableStatus, since="6.0")] = None
    is_billable: Annotated[bool | None, q.YesNo("IsBillable", shapes=q.ADD | q.RET, until="5.0")] = None
    is_billed: Annotated[bool | None, q.YesNo("IsBilled", shapes=q.RET, until="5.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None


@q.record(shapes=q.QUERY, choices=(q.OneOf.of("list_ids", "full_names", required=q.QUERY),))
@attrs.frozen(kw_only=True, slots=False)
class TimeTrackingEntityFilter(q.Record):
    """Time of certain employees, vendors or other names."""

    list_ids: Annotated[tuple[str, ...], q.Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName")] = ()


@q.record(
    "TimeTrackingQuery",
    shapes=q.QUERY,
    choices=(
        q.OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        q.OneOf.of(
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
class TimeTrackingQuery(q.Record):
    """Time worked, by id, by whose it is, or by when it was made, changed or worked."""

    txn_ids: Annotated[tuple[str, ...], q.Id("TxnID")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, q.Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, q.Block("TxnDateRangeFilter")] = None
    time_tracking_entity_filter: Annotated[TimeTrackingEntityFilter | None, q.Block("TimeTrackingEntityFilter")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
