"""What time it is where the simulated QuickBooks stands, and how QuickBooks prints it."""

from __future__ import annotations

import datetime as dt
import functools
import re
import zoneinfo
from contextlib import suppress
from typing import TYPE_CHECKING

import attrs

from procore_qbd.errors import CompanyFileError
from procore_qbd.qbxml import Moment

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["UTC", "Calendar", "time_zone"]

UTC = "UTC"
_MONTHS_APART = (1, 7)
_MINUTE = dt.timedelta(minutes=1)
_FIRST, _LAST = -62_135_510_400, 253_402_214_399
"""The seconds since 1970 between which every wall shows a year from 1 to 9999: a day less at each end."""


def time_zone(name: str) -> dt.tzinfo:
    """The time zone of a name from the IANA database.

    Raises:
        CompanyFileError: There is none of this name, or this computer has no database of time zones.
    """
    try:
        return dt.UTC if name == UTC else zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise CompanyFileError(f"{name!r} is no time zone that this computer knows; see the package tzdata") from None


@functools.lru_cache(16)
def _printed(calendar: Calendar, epoch: int) -> Moment:
    wall = dt.datetime.fromtimestamp(min(max(epoch, _FIRST), _LAST), calendar.zone)
    return Moment(wall.replace(tzinfo=dt.timezone(calendar.in_winter(wall.year))).isoformat())


@functools.lru_cache(16)
def _day(printed: Moment) -> dt.date:
    return printed.wall.date()


@attrs.frozen
class Calendar:
    """The clock on the wall of the computer that QuickBooks runs on.

    QuickBooks prints the time on that wall, and beside it the offset that is right in winter, all the year round. So
    half of what it prints is an hour off (measured over its recorded replies); what it is told, it reads likewise.

    Attributes:
        now: The seconds since 1970.
        zone: The time zone.
    """

    now: Callable[[], int]
    zone: dt.tzinfo = dt.UTC

    def moment(self, epoch: int) -> Moment:
        """Seconds since 1970 as QuickBooks prints them."""
        return _printed(self, epoch)

    def today(self) -> dt.date:
        """The date on the wall."""
        return _day(self.moment(self.now()))

    def epoch(self, moment: Moment, *, end_of_day: bool = False) -> int:
        """A moment of a filter in seconds since 1970.

        Without an offset it is the time on the wall; with one it is taken over into the offset that QuickBooks prints,
        so that what QuickBooks printed means what it meant. Of the hour that is there twice in autumn it is the first.

        Args:
            moment: The moment.
            end_of_day: Whether a date alone means its last second, not its first.
        """
        wall = moment.wall
        if end_of_day and "T" not in moment.raw:
            wall = wall.replace(hour=23, minute=59, second=59)
        if offset := re.fullmatch(r"([+-])(\d+):?(\d\d)", moment.printed_offset or ""):
            sign, hours, minutes = offset.groups()
            printed = int(f"{sign}1") * dt.timedelta(hours=int(hours), minutes=int(minutes))
            with suppress(OverflowError):  # at the ends of time an hour is neither here nor there
                wall += self.in_winter(wall.year) - printed
        return int(wall.replace(tzinfo=self.zone).timestamp())

    def in_winter(self, year: int) -> dt.timedelta:
        """The offset from UTC without daylight saving, to the minute: before there were zones, it had seconds too."""
        offsets = (self.zone.utcoffset(dt.datetime(year, month, 1)) for month in _MONTHS_APART)  # noqa: DTZ001
        offset = min(offset for offset in offsets if offset is not None)
        return offset - offset % _MINUTE
