"""Reports, made from the ledger: rows and columns of sums, or the transactions that they are of.

Each report is a function from what it is about to a page; `REPORTS` has them by query and name. Sums are made by the
database, so that a report of a large file takes no longer than it must.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml.entities.report_queries import (
    AgingReportQuery,
    BudgetSummaryReportQuery,
    CustomDetailReportQuery,
    CustomSummaryReportQuery,
    GeneralDetailReportQuery,
    GeneralSummaryReportQuery,
    JobReportQuery,
    PayrollDetailReportQuery,
    PayrollSummaryReportQuery,
    TimeReportQuery,
)
from procore_qbd.simulator.reports.details import AGING, DETAILS, custom_detail
from procore_qbd.simulator.reports.hours import HOURS
from procore_qbd.simulator.reports.jobs import JOBS
from procore_qbd.simulator.reports.scope import Scope, lacking
from procore_qbd.simulator.reports.summaries import SUMMARIES, custom_summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.qbxml.entities.reports import Report
    from procore_qbd.simulator.knowledge.nouns import Query
    from procore_qbd.simulator.reports.pages import Page
    from procore_qbd.simulator.store.company import OpenCompany

__all__ = ["REPORTS", "REPORT_QUERIES", "report"]

REPORTS: dict[type[Any], dict[str, Callable[[Scope], Page]]] = {
    AgingReportQuery: AGING,
    BudgetSummaryReportQuery: {},
    CustomDetailReportQuery: {"CustomTxnDetail": custom_detail},
    CustomSummaryReportQuery: {"CustomSummary": custom_summary},
    GeneralDetailReportQuery: DETAILS,
    GeneralSummaryReportQuery: SUMMARIES,
    JobReportQuery: JOBS,
    PayrollDetailReportQuery: {},
    PayrollSummaryReportQuery: {},
    TimeReportQuery: HOURS,
}
"""The reports that the simulator makes, by query and name. It keeps neither budgets nor wages."""

REPORT_QUERIES = tuple(REPORTS)


def report(query: Query, company: OpenCompany) -> Report:
    """The report that a query asks for.

    Args:
        query: One of `REPORT_QUERIES`.
        company: The company file.

    Raises:
        Refusal: QuickBooks makes no such report, or the simulator does not.
    """
    made = REPORTS[type(query)]
    if query.report_type not in made:
        there_are = ", ".join(made)
        raise lacking(str(query.report_type), f"the simulator does not make this report; it makes {there_are}")
    return made[query.report_type](Scope.of(query, company)).report()
