"""Time that somebody worked; nothing is posted, but reports count the hours."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from procore_qbd.qbxml.entities.employees import TimeDataUse
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES, ITEMS
from procore_qbd.simulator.kinds.kind import Kind
from procore_qbd.simulator.kinds.postings import list_id
from procore_qbd.simulator.knowledge.arithmetic import NO_QUANTITY, ZERO
from procore_qbd.simulator.knowledge.asked import writes
from procore_qbd.simulator.knowledge.reasons import NOT_REIMBURSABLE
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import ref as by_name
from procore_qbd.simulator.records.entries import Entry
from procore_qbd.simulator.records.shaping import full_name, is_set

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from procore_qbd.simulator.kinds.kind import CompanyRecords, Draft
    from procore_qbd.simulator.knowledge.nouns import TransactionRecord

__all__ = ["TIME_TRACKING"]

USE_OF_TIME_NOT_SET = Reason(
    3310,
    "Time is of an employee for whom it was not set whether time data makes paychecks.",
    Source.TABLE,
    tried(
        f"<TimeTrackingAdd>{by_name('EntityRef', '~Ann Doe')}<Duration>PT2H0M0S</Duration></TimeTrackingAdd>",
        employee="<EmployeeAdd><FirstName>~Ann</FirstName><LastName>Doe</LastName><EmployeePayrollInfo>"
        "<UseTimeDataToCreatePaychecks>NotSet</UseTimeDataToCreatePaychecks></EmployeePayrollInfo></EmployeeAdd>",
    ),
    refuses=writes("TimeTracking"),
)


def _judged(draft: Draft, company: CompanyRecords) -> Draft:
    """Of an employee it is known whether his time makes paychecks; time that is billable names a customer."""
    time = draft.record
    who = company.find(("Employee",), time.entity_ref)
    payroll = who.employee_payroll_info if who is not None else None
    if who is not None and payroll is not None and payroll.use_time_data_to_create_paychecks == TimeDataUse.NOT_SET:
        raise USE_OF_TIME_NOT_SET(full_name(who))
    if time.billable_status and time.billable_status != "NotBillable" and not is_set(time.customer_ref):
        raise NOT_REIMBURSABLE(str(time.billable_status), "billable status", note="it names no customer")
    return draft


def _entries(record: TransactionRecord, _kind: Kind, company: CompanyRecords) -> Iterator[Entry]:
    yield Entry(
        account="",
        amount=ZERO,
        posts=False,
        entity=company.key(ENTITIES, record.customer_ref or record.entity_ref),
        class_=list_id(record.class_ref),
        item=company.key(ITEMS, record.item_service_ref),
        quantity=_hours(record.duration),
        memo=record.notes or "",
    )


def _hours(duration: dt.timedelta | None) -> Decimal:
    return Decimal(round(duration.total_seconds())) / 3600 if duration else NO_QUANTITY


TIME_TRACKING = Kind(
    tag="TimeTracking",
    title="Time",
    listed=False,  # as Intuit's reference says
    entity="entity_ref",
    entries=_entries,
    defaults={"is_billed": False},
    completed=_judged,
)
