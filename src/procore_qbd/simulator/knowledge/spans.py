"""What a word for a span of time means on a day: ``ThisMonth``, ``LastFiscalYearToDate``, ``NextFourWeeks``.

Weeks begin on a Sunday, and the fiscal year with the calendar's, as in a new company of QuickBooks.
"""

from __future__ import annotations

import datetime as dt
import re

from procore_qbd.simulator.knowledge.days import later, month_end, of_month

__all__ = ["span"]

_FORM = re.compile(
    r"(This|Last|Next)(Week|FourWeeks|Month|(?:Calendar|Fiscal)?Quarter|(?:Calendar|Fiscal)?Year)(ToDate)?"
)
_TURN = {"Last": -1, "This": 0, "Next": 1}
_MONTHS = {"Month": 1, "Quarter": 3, "Year": 12}


def span(word: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day that a word means.

    Args:
        word: A ``DateMacro`` or ``ReportDateMacro``.
        today: The day on which it is said.

    Raises:
        ValueError: There is no such word.
    """
    if word == "All":
        return dt.date.min, dt.date.max
    if word in {"Today", "Yesterday"}:
        day = later(today, 0 if word == "Today" else -1)
        return day, day
    if (found := _FORM.fullmatch(word)) is None:
        raise ValueError(f"no such span of time: {word!r}")
    turn, unit, to_date = found.groups()
    first, last, now = _whole(unit, _TURN[turn], today)
    return first, now if to_date else last


def _whole(unit: str, turn: int, today: dt.date) -> tuple[dt.date, dt.date, dt.date]:
    """The first and the last day of a unit of time, and the day in it that today corresponds to."""
    if unit.endswith(("Week", "Weeks")):
        begins = 7 * turn - (today.weekday() + 1) % 7
        days = 28 if unit == "FourWeeks" else 7
        return later(today, begins), later(today, begins + days - 1), later(today, 7 * turn)
    months = next(count for name, count in _MONTHS.items() if unit.endswith(name))
    start = (today.month - 1) // months * months
    begins = start + turn * months
    there = of_month(today.year, today.month - 1 + turn * months, today.day)
    return of_month(today.year, begins), month_end(today.year, begins + months - 1), there
