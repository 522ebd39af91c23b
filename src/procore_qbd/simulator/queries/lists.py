"""Which records a query means."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.deletions import DeletedDateRangeFilter, ListDeletedQuery, TxnDeletedQuery
from procore_qbd.qbxml.entities.shared.common import ClassFilter, MatchCriterion, Operator
from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.simulator.knowledge.nouns import KeptRecord, Query
from procore_qbd.simulator.records.shaping import name_key, own_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator.knowledge.calendar import Calendar

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
_REMEMBERED = 90 * 86_400
Test = Callable[[KeptRecord], bool]
Names = Callable[[tuple[str, ...], str], str | None]
"""Tells the full name of a record of some lists by its ListID."""


def passes(query: Query, names: Names, calendar: Calendar) -> Test:
    """Whether a record of a list is what the query's filters mean; for transactions see `transactions.filters`.

    Names are compared without their parents', whatever the case. A record's EditSequence is when it was modified.

    Args:
        query: The query.
        names: Tells full names.
        calendar: Tells what the filters' moments mean.
    """
    tests = tuple(_list_tests(query, names, calendar))
    return lambda record: all(test(record) for test in tests)


def deleted(query: ListDeletedQuery | TxnDeletedQuery, calendar: Calendar) -> Test:
    """Whether what was deleted is what a query means; QuickBooks remembers for ninety days.

    Args:
        query: The query.
        calendar: What time it is.
    """
    span = query.deleted_date_range_filter or DeletedDateRangeFilter()
    now, epoch = calendar.now(), calendar.epoch
    since = max(epoch(span.from_deleted_date) if span.from_deleted_date else 0, now - _REMEMBERED)
    until = epoch(span.to_deleted_date, end_of_day=True) if span.to_deleted_date else now
    kinds = query.list_del_types if isinstance(query, ListDeletedQuery) else query.txn_del_types
    return lambda record: _kind(record) in kinds and since <= epoch(record.time_deleted) <= until


def _kind(record: KeptRecord) -> str:
    kind: str = record.list_del_type if hasattr(record, "list_del_type") else record.txn_del_type
    return kind


def _list_tests(query: Query, names: Names, calendar: Calendar) -> Iterator[Test]:
    if not hasattr(query, "active_status"):  # templates know no filters
        return
    active = _ACTIVE[query.active_status or "ActiveOnly"]
    yield lambda record: record.is_active in active
    yield from _modified(query, calendar)
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


def _modified(query: Query, calendar: Calendar) -> Iterator[Test]:
    if query.from_modified_date is not None:
        since = calendar.epoch(query.from_modified_date)
        yield lambda record: int(record.edit_sequence) >= since
    if query.to_modified_date is not None:
        until = calendar.epoch(query.to_modified_date, end_of_day=True)
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
