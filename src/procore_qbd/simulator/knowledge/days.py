"""Days of a calendar that ends: reckoning that never leaves it.

``9999-12-31`` is what programs send for "no end", and terms may count any number of days. What would lie beyond the
last day is the last day, what would lie before the first one the first.
"""

from __future__ import annotations

import calendar
import datetime as dt

__all__ = ["later", "month_end", "of_month"]

_FIRST, _LAST = dt.date.min, dt.date.max


def later(day: dt.date, days: int) -> dt.date:
    """The day so many days later, or earlier where that is negative.

    Args:
        day: The day.
        days: How many, of any size.
    """
    return dt.date.fromordinal(min(max(day.toordinal() + days, _FIRST.toordinal()), _LAST.toordinal()))


def of_month(year: int, months: int, number: int = 1) -> dt.date:
    """A day of a month that is counted from a January; its last day, where it has not so many.

    Args:
        year: The year of the January.
        months: How many months later, or earlier, it is.
        number: Which day of the month, from 1.
    """
    year, month = year + months // 12, months % 12 + 1
    if year < _FIRST.year or year > _LAST.year:
        return _FIRST if year < _FIRST.year else _LAST
    return dt.date(year, month, min(number, calendar.monthrange(year, month)[1]))


def month_end(year: int, months: int) -> dt.date:
    """The last day of a month that is counted from a January."""
    return of_month(year, months, 31)
