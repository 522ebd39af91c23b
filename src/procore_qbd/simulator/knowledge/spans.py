"""What a word for a span of time means on a day: ``ThisMonth``, ``LastFiscalYearToDate``, ``NextFourWeeks``.

Weeks begin on a Sunday, and the fiscal year with the calendar's, as in a new company of QuickBooks.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

__all__ = ["span"]

_FORM = re.compile(
    r"(This|Last|Next)(Week|FourWeeks|Month|(?:Calendar|Fiscal)?Quarter|(?:Calendar|Fiscal)?Year)(ToDate)?"
)
_TURN = {"Last": -1, "This": 0, "Next": 1}
_DAY = dt.timedelta(days=1)
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
        day = today if word == "Today" else today - _DAY
        return day, day
    if (found := _FORM.fullmatch(word)) is None:
        raise ValueError(f"no such span of time: {word!r}")
    turn, unit, to_date = found.groups()
    first, last, now = _whole(unit, _TURN[turn], today)
    return first, now if to_date else last


def _whole(unit: str, turn: int, today: dt.date) -> tuple[dt.date, dt.date, dt.date]:
    """The first and the last day of a unit of time, and the day in it that today corresponds to."""
    if unit.endswith(("Week", "Weeks")):
        weeks = 4 if unit == "FourWeeks" else 1
        first = today - dt.timedelta(days=(today.weekday() + 1) % 7) + dt.timedelta(weeks=turn)
        return first, first + dt.timedelta(weeks=weeks) - _DAY, today + dt.timedelta(weeks=turn)
    months = next(count for name, count in _MONTHS.items() if unit.endswith(name))
    start = (today.month - 1) // months * months
    first = _month(today.year, start + turn * months)
    last = _month(today.year, start + (turn + 1) * months) - _DAY
    there = _month(today.year, today.month - 1 + turn * months)
    return first, last, there.replace(day=min(today.day, calendar.monthrange(there.year, there.month)[1]))


def _month(year: int, months: int) -> dt.date:
    """The first of a month, counted from a January."""
    return dt.date(year + months // 12, months % 12 + 1, 1)
