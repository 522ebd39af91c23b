"""What stands on a job in QuickBooks, or on a job and an item together: transactions of every kind, by one report.

Queries of purchase orders and bills filter by the vendor, not by the jobs of the lines, and estimates have their lines
on the job of the whole. A report of transactions filters lines: it finds what is posted and what is not, of every kind,
an estimate or an invoice to the job as well as a line of a bill to a vendor. It does not find memorized transactions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.erp.refusing import refusal
from procore_qbd.flows import Flow, ask_all
from procore_qbd.qbxml import Request
from procore_qbd.qbxml.entities.report_queries import CustomDetailReportQuery, CustomDetailReportType
from procore_qbd.qbxml.entities.reports import Report
from procore_qbd.qbxml.entities.shared.kinds import PostingStatus
from procore_qbd.qbxml.entities.shared.reports import (
    IncludeColumn,
    ReportDateMacro,
    ReportEntityFilter,
    ReportItemFilter,
    SummarizeRowsBy,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from procore_qbd.domain import ErpRefusal
    from procore_qbd.qbxml import Outcome

__all__ = ["OnJob", "on_jobs"]

_COLUMNS = (IncludeColumn.TXN_ID, IncludeColumn.TXN_TYPE, IncludeColumn.DATE, IncludeColumn.REF_NUMBER)


@attrs.frozen
class OnJob:
    """A transaction that stands on a job.

    Attributes:
        txn_id: Its TxnID, where QuickBooks says it.
        words: What a person knows it by: ``'Bill A-1 of 2026-03-31'``.
    """

    txn_id: str | None
    words: str


def on_jobs(
    asked: Sequence[tuple[str, str | None]],
) -> Flow[list[tuple[tuple[OnJob, ...], ErpRefusal | None]]]:
    """The transactions on each job, or on each job and item, of all time; or why QuickBooks did not say.

    Args:
        asked: The ListIDs of a job and, where it is about both, of an item.
    """
    outcomes = yield from ask_all([Request.query(_report(job, item)) for job, item in asked])
    return [_read(outcome) for outcome in outcomes]


def _report(job: str, item: str | None) -> CustomDetailReportQuery:
    return CustomDetailReportQuery(
        report_type=CustomDetailReportType.CUSTOM_TXN_DETAIL,
        report_date_macro=ReportDateMacro.ALL,
        report_entity_filter=ReportEntityFilter(list_ids=(job,)),
        report_item_filter=ReportItemFilter(list_ids=(item,)) if item is not None else None,
        report_posting_status_filter=PostingStatus.EITHER,
        summarize_rows_by=SummarizeRowsBy.TOTAL_ONLY,
        include_columns=_COLUMNS,
    )


def _read(outcome: Outcome) -> tuple[tuple[OnJob, ...], ErpRefusal | None]:
    if not outcome.ok:
        return (), refusal(outcome)
    found: dict[OnJob, None] = {}
    for report in outcome.records(Report):
        titles = {str(column.type): title for column, title in zip(report.columns, report.names[3:], strict=False)}
        for row in report.rows("data"):
            txn_id, kind, day, number = (row.get(titles.get(column, "")) for column in _COLUMNS)
            words = " ".join(str(one) for one in (kind, number, f"of {day}" if day else None) if one)
            found[OnJob(str(txn_id) if txn_id else None, words)] = None
    return tuple(found), None
