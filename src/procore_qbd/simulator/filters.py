"""Which records a query means."""

from __future__ import annotations

import datetime as dt
import operator
import re
from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml.entities._shared import MatchCriterion, Operator
from procore_qbd.simulator.shaping import name_key
from procore_qbd.simulator.wording import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.qbxml import Moment

__all__ = ["passes"]

_ACTIVE = {"All": (True, False), "ActiveOnly": (True,), "InactiveOnly": (False,)}
_NAMES: dict[str, Callable[[str, str], bool]] = {
    MatchCriterion.STARTS_WITH: str.startswith,
    MatchCriterion.CONTAINS: operator.contains,
    MatchCriterion.ENDS_WITH: str.endswith,
}
_AMOUNTS: dict[str, Callable[[Any, Any], bool]] = {
    Operator.LESS_THAN: operator.lt,
    Operator.LESS_THAN_EQUAL: operator.le,
    Operator.EQUAL: operator.eq,
    Operator.GREATER_THAN: operator.gt,
    Operator.GREATER_THAN_EQUAL: operator.ge,
}
_NOT_SIMULATED = {"class_filter": "ClassFilter", "currency_filter": "CurrencyFilter"}


def passes(query: Any) -> Callable[[Any], bool]:
    """Whether a record is what the query's filters mean.

    Names are compared without their parents', whatever the case. A record's EditSequence is when it was modified.

    Raises:
        Refusal: The query has a filter that is not simulated.
    """
    for name, tag in _NOT_SIMULATED.items():
        if getattr(query, name, None) is not None:
            raise Refusal(1030, field=tag, note=f"{tag}: QuickBooks has it, the simulator has not")
    tests = tuple(_tests(query))
    return lambda record: all(test(record) for test in tests)


def _tests(query: Any) -> Iterator[Callable[[Any], bool]]:
    active = _ACTIVE[query.active_status or "ActiveOnly"]
    yield lambda record: record.is_active in active
    if query.from_modified_date is not None:
        since = _epoch(query.from_modified_date)
        yield lambda record: int(record.edit_sequence) >= since
    if query.to_modified_date is not None:
        until = _epoch(query.to_modified_date, end_of_day=True)
        yield lambda record: int(record.edit_sequence) <= until
    if (names := query.name_filter) is not None:
        matches, text = _NAMES[names.match_criterion], names.name.casefold()
        yield lambda record: matches(record.name.casefold(), text)
    if (span := query.name_range_filter) is not None:
        first, last = name_key(span.from_name or ""), name_key(span.to_name or "")
        yield lambda record: first <= name_key(record.name) and (not last or name_key(record.name) <= last)
    if (balances := getattr(query, "total_balance_filter", None)) is not None:
        compares, amount = _AMOUNTS[balances.operator], balances.amount
        yield lambda record: compares(getattr(record, "total_balance", record.balance), amount)
    if types := getattr(query, "account_types", ()):
        yield lambda record: record.account_type in types


def _epoch(moment: Moment, *, end_of_day: bool = False) -> int:
    """A filter's moment in seconds since 1970; without an offset it is local time, which is UTC in the simulator."""
    seconds = int(moment.wall.replace(tzinfo=dt.UTC).timestamp())
    if offset := re.fullmatch(r"([+-])(\d+):?(\d\d)", moment.printed_offset or ""):
        sign, hours, minutes = offset.groups()
        seconds -= int(f"{sign}1") * (int(hours) * 3600 + int(minutes) * 60)
    return seconds + (86_399 if end_of_day and "T" not in moment.raw else 0)
