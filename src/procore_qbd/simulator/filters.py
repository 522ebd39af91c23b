"""Which records a query means."""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities._shared import ClassFilter, MatchCriterion, Operator
from procore_qbd.qbxml.entities._transactions import ENTITIES, ITEMS, TxnQuery
from procore_qbd.qbxml.entities.deletions import DeletedDateRangeFilter
from procore_qbd.simulator.shaping import name_key, own_name
from procore_qbd.simulator.transactions import TRANSACTIONS
from procore_qbd.simulator.wording import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.qbxml import Moment
    from procore_qbd.qbxml.entities.deletions import ListDeletedQuery

__all__ = ["deleted", "passes"]

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
_NOT_SIMULATED = {"currency_filter": "CurrencyFilter", "account_filter": "AccountFilter"}
_REMEMBERED = 90 * 86_400
_PAID = {"All": (True, False), "PaidOnly": (True,), "NotPaidOnly": (False,)}

Test = Callable[[Any], bool]
Names = Callable[[tuple[str, ...], str], str | None]
"""Tells the full name of a record of some lists by its ListID."""


def passes(query: Any, names: Names) -> Test:
    """Whether a record is what the query's filters mean.

    Names are compared without their parents', whatever the case. A record's EditSequence is when it was modified.

    Args:
        query: The query.
        names: Tells full names.

    Raises:
        Refusal: The query has a filter that is not simulated.
    """
    tests = tuple(_txn_tests(query, names) if isinstance(query, TxnQuery) else _list_tests(query, names))
    return lambda record: all(test(record) for test in tests)


def deleted(query: ListDeletedQuery, now: int) -> Test:
    """Whether a record that was deleted is what a query means; QuickBooks remembers for ninety days.

    Args:
        query: The query.
        now: Seconds since 1970.
    """
    span = query.deleted_date_range_filter or DeletedDateRangeFilter()
    since = max(_epoch(span.from_deleted_date) if span.from_deleted_date else 0, now - _REMEMBERED)
    until = _epoch(span.to_deleted_date, end_of_day=True) if span.to_deleted_date else now
    return lambda record: record.list_del_type in query.list_del_types and since <= _epoch(record.time_deleted) <= until


def _not_simulated(what: str) -> Refusal:
    return Refusal(1030, field=what, note=f"{what}: QuickBooks has it, the simulator has not")


def _list_tests(query: Any, names: Names) -> Iterator[Test]:
    active = _ACTIVE[query.active_status or "ActiveOnly"]
    yield lambda record: record.is_active in active
    yield from _modified(query)
    if (named := query.name_filter) is not None:
        matches, text = _NAMES[named.match_criterion], named.name.casefold()
        yield lambda record: matches(own_name(record).casefold(), text)
    if (span := query.name_range_filter) is not None:
        within = _within(span.from_name, span.to_name)
        yield lambda record: within(own_name(record))
    if (balances := getattr(query, "total_balance_filter", None)) is not None:
        compares, amount = _AMOUNTS[balances.operator], balances.amount
        yield lambda record: compares(getattr(record, "total_balance", record.balance), amount)
    if types := getattr(query, "account_types", ()):
        yield lambda record: record.account_type in types
    if methods := getattr(query, "payment_method_types", ()):
        yield lambda record: record.payment_method_type in methods
    if (classes := getattr(query, "class_filter", None)) is not None:
        in_class = _meant(classes, ("Class",), names)
        yield lambda record: in_class(record.class_ref or Ref())
    if (currencies := getattr(query, "currency_filter", None)) is not None:
        in_currency = _meant(currencies, ("Currency",), names)
        yield lambda record: in_currency(record.currency_ref or Ref())
    if (item := getattr(query, "item_ref", None)) is not None:
        is_it = _meant(_one(item), ITEMS, names)
        yield lambda record: any(is_it(price.item_ref) for price in record.item_prices)


def _txn_tests(query: TxnQuery, names: Names) -> Iterator[Test]:
    for name, tag in _NOT_SIMULATED.items():
        if getattr(query, name, None) is not None:
            raise _not_simulated(tag)
    if (modified := query.modified_date_range_filter) is not None:
        yield from _modified(modified)
    if (dates := query.txn_date_range_filter) is not None:
        if dates.date_macro not in (None, "All"):
            raise _not_simulated(f"DateMacro {dates.date_macro}")
        first, last = dates.from_txn_date or dt.date.min, dates.to_txn_date or dt.date.max
        yield lambda record: first <= record.txn_date <= last
    if (entities := query.entity_filter) is not None:
        with_them = _meant(entities, ENTITIES, names)
        yield lambda record: with_them(getattr(record, TRANSACTIONS[record.__record__.tag].entity) or Ref())
    if (numbers := query.ref_number_filter) is not None:
        matches, text = _NAMES[numbers.match_criterion or ""], (numbers.ref_number or "").casefold()
        yield lambda record: matches((record.ref_number or "").casefold(), text)
    if (span := query.ref_number_range_filter) is not None:
        within = _within(span.from_ref_number, span.to_ref_number)
        yield lambda record: within(record.ref_number or "")
    paid = _PAID[getattr(query, "paid_status", None) or "All"]
    yield lambda record: getattr(record, "is_paid", True) in paid


def _modified(query: Any) -> Iterator[Test]:
    if query.from_modified_date is not None:
        since = _epoch(query.from_modified_date)
        yield lambda record: int(record.edit_sequence) >= since
    if query.to_modified_date is not None:
        until = _epoch(query.to_modified_date, end_of_day=True)
        yield lambda record: int(record.edit_sequence) <= until


def _within(first: str | None, last: str | None) -> Callable[[str], bool]:
    """Whether a name lies between two others; none is no limit."""
    low, high = name_key(first or ""), name_key(last or "")
    return lambda name: low <= name_key(name) and (not high or name_key(name) <= high)


def _one(ref: Ref) -> ClassFilter:
    """A filter for what a reference names; the ListID wins."""
    return ClassFilter(list_ids=(ref.list_id,)) if ref.list_id else ClassFilter(full_names=(ref.full_name or "",))


def _meant(wanted: Any, lists: tuple[str, ...], names: Names) -> Callable[[Ref], bool]:
    """Whether a reference is to one of these, or stands below it, as a job stands below its customer."""
    if wanted.list_ids:
        return lambda ref: ref.list_id in wanted.list_ids
    if wanted.full_names:
        keys = {name_key(name) for name in wanted.full_names}
        return lambda ref: name_key(ref.full_name or "") in keys
    top = wanted.full_name_with_children or names(lists, wanted.list_id_with_children or "")
    above = f"{name_key(top)}:" if top else None
    return lambda ref: above is not None and f"{name_key(ref.full_name or '')}:".startswith(above)


def _epoch(moment: Moment, *, end_of_day: bool = False) -> int:
    """A filter's moment in seconds since 1970; without an offset it is local time, which is UTC in the simulator."""
    seconds = int(moment.wall.replace(tzinfo=dt.UTC).timestamp())
    if offset := re.fullmatch(r"([+-])(\d+):?(\d\d)", moment.printed_offset or ""):
        sign, hours, minutes = offset.groups()
        seconds -= int(f"{sign}1") * (int(hours) * 3600 + int(minutes) * 60)
    return seconds + (86_399 if end_of_day and "T" not in moment.raw else 0)
