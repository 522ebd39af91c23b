"""Reports of jobs: what was estimated, what it cost, what it brought, by job or by item.

A cost is what accounts of costs and expenses got of a job, revenue what those of income got; so all of it together is
profit and loss. Estimates count while they are active. What an estimate says that a line is to cost is what its item
is bought for, times the quantity: nothing, where the item has no cost.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from procore_qbd.qbxml.entities.reports import ColType
from procore_qbd.simulator.knowledge.arithmetic import in_cents, percent
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.reports.balances import PROFIT
from procore_qbd.simulator.reports.pages import Figures, Page, ReportColumn, ReportLine, money, number, span_words
from procore_qbd.simulator.reports.scope import DIMENSIONS, Scope, among, lacking
from procore_qbd.simulator.reports.summaries import by_item_type, sold
from procore_qbd.simulator.reports.trees import Leaf, Node, added, family, lines, total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from procore_qbd.simulator.queries.transactions import Condition
    from procore_qbd.simulator.reports.pages import Cell

__all__ = ["JOBS"]

NO_JOB_NAMED = Reason(
    3150,
    "A report of one customer or job names none, or several.",
    Source.DECIDED,
    tried(
        "<JobReportQueryRq><JobReportType>JobProfitabilityDetail</JobReportType><DisplayReport>false</DisplayReport>"
        "</JobReportQueryRq>"
    ),
)

_OF_JOBS: Condition = ("l.entity LIKE 'Customer/%'", ())
_HUNDRED = Decimal(100)
_ESTIMATED: Condition = ("t.kind = 'Estimate' AND instr(t.xml, '<IsActive>true')", ())


# --- columns ---------------------------------------------------------------------------------------------------------


def _amount(title: str, name: str) -> ReportColumn:
    return ReportColumn((title,), ColType.AMOUNT, lambda figures: money(figures.get(name, 0)))


def _difference(more: str, less: str) -> ReportColumn:
    def of(figures: Figures) -> Cell:
        return money(figures.get(more, 0) - figures.get(less, 0))

    return ReportColumn(("($) Diff.",), ColType.AMOUNT_DIFFERENCE, of)


_PROFITABILITY = (
    _amount("Act. Cost", "cost"),
    _amount("Act. Revenue", "revenue"),
    _difference("revenue", "cost"),
)
_AGAINST_ESTIMATES = (
    _amount("Est. Cost", "estimated cost"),
    _amount("Act. Cost", "cost"),
    _difference("cost", "estimated cost"),
    _amount("Est. Revenue", "estimated revenue"),
    _amount("Act. Revenue", "revenue"),
    _difference("revenue", "estimated revenue"),
)


# --- figures ---------------------------------------------------------------------------------------------------------


def _actual(scope: Scope, rows: str, *where: Condition) -> dict[str, dict[str, int]]:
    """Cost and revenue of each line of the report."""
    found: dict[str, dict[str, int]] = {}
    profit = among("l.account", scope.accounts_of(*PROFIT))
    for key, account, cents, _ in scope.sums((rows, "l.account"), profit, *where):
        side = sold(scope.type_of(account))
        name = "cost" if side > 0 else "revenue"
        figures = found.setdefault(key, {})
        figures[name] = figures.get(name, 0) + side * cents
    return found


def _estimated(scope: Scope, rows: str, *where: Condition) -> dict[str, dict[str, int]]:
    """The same as estimates have it."""
    found: dict[str, dict[str, int]] = {}
    posting = ("l.posts = 0", ())
    wanted, values = scope.wanted((_ESTIMATED, posting, *where), scope.days, "1")
    sql = f"""SELECT {rows}, l.item, sum(l.amount), sum(l.quantity)
        FROM ledger l JOIN txns t ON t.id = l.txn WHERE {wanted} GROUP BY 1, 2"""  # noqa: S608  our own words
    for key, item, cents, quantity in scope.store.book.db.execute(sql, values):
        figures = found.setdefault(key, {})
        cost = percent(number(-quantity) * _cost(item, scope), _HUNDRED)
        for name, amount in (("estimated revenue", -cents), ("estimated cost", in_cents(cost))):
            figures[name] = figures.get(name, 0) + amount
    return found


def _cost(key: str, scope: Scope) -> Decimal:
    """What one of an item is bought for; nothing where that is not said."""
    list_, _, list_id = key.partition("/")
    item = scope.store.plain(list_, list_id) if list_id else None
    both = getattr(item, "sales_and_purchase", None) or item
    return getattr(both, "purchase_cost", None) or Decimal(0)


def _figures(scope: Scope, rows: str, *where: Condition, estimates: bool) -> dict[str, Leaf]:
    jobs = [key for key in scope.meant.get("report_entity_filter", ()) if key.startswith("Customer/")]
    if jobs:  # a line counts for its own job, not for the one that the transaction is with
        where = (*where, among("l.entity", jobs))
    found = _actual(scope, rows, *where)
    for key, figures in _estimated(scope, rows, *where).items() if estimates else ():
        found[key] = dict(added(found.get(key, {}), figures))
    return {key: Leaf(figures) for key, figures in found.items()}


# --- reports ---------------------------------------------------------------------------------------------------------


def _page(scope: Scope, title: str, nodes: Sequence[Node], columns: Sequence[ReportColumn]) -> Page:
    def rows() -> Iterator[ReportLine]:
        for node in nodes:
            yield from lines(node, columns)
        if nodes:
            yield total("TOTAL", added(*(node.figures for node in nodes)), columns)

    by = scope.query.summarize_columns_by
    if by not in (None, "TotalOnly"):
        raise lacking(by, "the simulator makes reports of jobs with one set of columns only")
    return Page(title=title, subtitle=span_words(scope.days), columns=tuple(columns), lines=rows())


def _by_job(title: str, columns: Sequence[ReportColumn], *, estimates: bool) -> Callable[[Scope], Page]:
    """Every customer and job."""

    def page(scope: Scope) -> Page:
        leaves = _figures(scope, "l.entity", _OF_JOBS, estimates=estimates)
        return _page(scope, title, family(leaves, scope.names), columns)

    return page


def _of_job(title: str, columns: Sequence[ReportColumn], *, estimates: bool) -> Callable[[Scope], Page]:
    """One job, item by item."""

    def page(scope: Scope) -> Page:
        job = _job(scope)
        leaves = _figures(scope, DIMENSIONS["ItemDetail"], _OF_JOBS, estimates=estimates)
        return _page(scope, f"{title} for {scope.names.full(job)}", by_item_type(leaves, scope), columns)

    return page


def _job(scope: Scope) -> str:
    """The one customer or job that the query names; with those below it, where it says so.

    Raises:
        Refusal: It names none, or several.
    """
    wanted = scope.query.report_entity_filter
    named = (wanted.list_ids, wanted.full_names) if wanted is not None else ()
    meant = scope.meant.get("report_entity_filter", [])
    top = wanted is not None and (wanted.list_id_with_children or wanted.full_name_with_children)
    if not meant or not (top or sum(map(len, named)) == 1) or not meant[0].startswith("Customer/"):
        note = f"{scope.query.report_type} is of one customer or job: name it in ReportEntityFilter"
        raise NO_JOB_NAMED(field="ReportEntityFilter", note=note)
    return meant[0]


def _by_item(
    title: str, columns: Sequence[ReportColumn], *where: Condition, estimates: bool
) -> Callable[[Scope], Page]:
    """Every item, whatever the job."""

    def page(scope: Scope) -> Page:
        leaves = _figures(scope, DIMENSIONS["ItemDetail"], ("l.item <> ''", ()), *where, estimates=estimates)
        return _page(scope, title, by_item_type(leaves, scope), columns)

    return page


JOBS: dict[str, Callable[[Scope], Page]] = {
    "ItemEstimatesVsActuals": _by_item("Item Estimates vs. Actuals", _AGAINST_ESTIMATES, _OF_JOBS, estimates=True),
    "ItemProfitability": _by_item("Item Profitability", _PROFITABILITY, estimates=False),
    "JobEstimatesVsActualsDetail": _of_job("Job Estimates vs. Actuals Detail", _AGAINST_ESTIMATES, estimates=True),
    "JobEstimatesVsActualsSummary": _by_job("Job Estimates vs. Actuals Summary", _AGAINST_ESTIMATES, estimates=True),
    "JobProfitabilityDetail": _of_job("Job Profitability Detail", _PROFITABILITY, estimates=False),
    "JobProfitabilitySummary": _by_job("Job Profitability Summary", _PROFITABILITY, estimates=False),
}
"""The reports of jobs, by name."""
