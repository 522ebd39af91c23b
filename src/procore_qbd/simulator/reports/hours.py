"""Reports of hours worked: by job, by name, by item."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from procore_qbd.qbxml.entities.report_queries import ReturnLines
from procore_qbd.qbxml.entities.reports import ColType
from procore_qbd.simulator.reports.pages import Figures, Page, ReportColumn, ReportLine, heading, span_words
from procore_qbd.simulator.reports.scope import DIMENSIONS, Scope, lacking
from procore_qbd.simulator.reports.trees import Leaf, Node, added, family, lines, total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["HOURS"]

_AN_HOUR = 100_000
"""The ledger counts hours in hundred-thousandths."""
_MOST_MINUTES = dt.timedelta.max // dt.timedelta(minutes=1)


def _duration(figures: Figures) -> dt.timedelta:
    minutes = round(figures.get("hours", 0) * 60 / _AN_HOUR)
    return dt.timedelta(minutes=min(max(minutes, -_MOST_MINUTES), _MOST_MINUTES))


def _hours(title: str, first: str, second: str) -> Callable[[Scope], Page]:
    """Hours by one thing, and below each by another."""

    def page(scope: Scope) -> Page:
        by = scope.query.summarize_columns_by
        if by not in (None, "TotalOnly") or scope.query.include_columns:
            raise lacking(by or "IncludeColumn", "the simulator makes reports of hours with one column only")
        if scope.query.return_rows == ReturnLines.ALL:
            raise lacking("ReturnRows", "the simulator makes lines of hours only where some were worked")
        columns = (ReportColumn((heading(scope.days),), ColType.DURATION, _duration),)
        found: dict[str, dict[str, Leaf]] = {}
        time = ("t.kind = 'TimeTracking'", ())
        scope_ = scope.not_posted()
        for above, below, _, quantity in scope_.sums((DIMENSIONS[first], DIMENSIONS[second]), time):
            found.setdefault(above, {})[below] = Leaf({"hours": quantity})

        every = [one.figures for below in found.values() for one in below.values()]

        def rows() -> Iterator[ReportLine]:
            for key in sorted(found, key=scope.names.full):
                label = scope.names.full(key) if key else _NOBODY[first]
                children = family(found[key], scope.names, _NOBODY[second])
                about = scope.names.about(key) if key else None
                yield from lines(Node(label=label, about=about, children=children), columns)
            if found:
                yield total("TOTAL", added(*every), columns)

        return Page(title=title, subtitle=span_words(scope.days), columns=columns, lines=rows())

    return page


_NOBODY = {"Customer": "No job", "ItemDetail": "No item", "Payee": "No name"}

HOURS: dict[str, Callable[[Scope], Page]] = {
    "TimeByItem": _hours("Time by Item", "ItemDetail", "Customer"),
    "TimeByJobSummary": _hours("Time by Job Summary", "Customer", "ItemDetail"),
    "TimeByName": _hours("Time by Name", "Payee", "Customer"),
}
"""The reports of hours, by name."""
