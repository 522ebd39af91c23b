"""Which transactions a query means: each filter is a piece of SQL, so that a file of any size answers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml import Moment, Ref
from procore_qbd.qbxml.entities.shared.common import MatchCriterion
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES, ITEMS
from procore_qbd.simulator.knowledge.reasons import ENDS_BEFORE_IT_BEGINS
from procore_qbd.simulator.knowledge.spans import span
from procore_qbd.simulator.knowledge.type_groups import accounts_of, item_lists
from procore_qbd.simulator.lists.references import find_in_any
from procore_qbd.simulator.records.shaping import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from procore_qbd.simulator.knowledge.calendar import Calendar
    from procore_qbd.simulator.knowledge.nouns import ListRecord, Query
    from procore_qbd.simulator.store.company import OpenCompany
    from procore_qbd.simulator.store.file import Store

__all__ = ["Condition", "conditions", "keys"]

Condition = tuple[str, tuple[Any, ...]]
"""A piece of a WHERE over the table of transactions, and the values in it."""

_MATCHES = {
    MatchCriterion.STARTS_WITH: "substr(ref_key, 1, length(?1)) = ?1",
    MatchCriterion.CONTAINS: "instr(ref_key, ?1) > 0",
    MatchCriterion.ENDS_WITH: "substr(ref_key, -length(?1)) = ?1",
}
_PAID = {"PaidOnly": "open = 0", "NotPaidOnly": "open <> 0", "Closed": "ifnull(open, 0) = 0", "Open": "open <> 0"}
_POSTING = {"Posting": 1, "NonPosting": 0}
_LEDGER = "id IN (SELECT txn FROM ledger WHERE {})"


def conditions(query: Query, company: OpenCompany) -> Iterator[Condition]:  # noqa: C901  one line a filter
    """What a transaction must be for the filters of a query to mean it; nothing where there are none.

    Args:
        query: A query of transactions, of one kind or of all.
        company: The company file.

    Raises:
        Refusal: A filter names what is not there.
    """

    def said(*names: str) -> Any:
        return next((found for name in names if (found := getattr(query, name, None)) not in (None, ())), None)

    store, calendar = company.store, company.calendar
    if (modified := said("modified_date_range_filter", "transaction_modified_date_range_filter")) is not None:
        yield from _modified(modified, calendar)
    if (dates := said("txn_date_range_filter", "transaction_date_range_filter")) is not None:
        yield from _dated(dates, calendar)
    if (whom := said("entity_filter", "transaction_entity_filter", "time_tracking_entity_filter")) is not None:
        yield _one_of("entity", keys(whom, ENTITIES, store))
    if (accounts := said("account_filter", "transaction_account_filter")) is not None:
        yield _in_ledger("account", [key.partition("/")[2] for key in keys(accounts, ("Account",), store)])
    if (items := said("item_filter", "transaction_item_filter")) is not None:
        yield _in_ledger("item", keys(items, ITEMS, store))
    if (classes := said("transaction_class_filter")) is not None:
        yield _in_ledger("class", [key.partition("/")[2] for key in keys(classes, ("Class",), store)])
    yield from _numbered(query)
    if (paid := said("paid_status", "transaction_paid_status_filter")) in _PAID:
        yield _PAID[paid], ()
    if (status := said("transaction_posting_status_filter")) in _POSTING:
        yield _LEDGER.format("posts = ?"), (_POSTING[status],)
    if (pending := said("pending_status")) in {"PendingOnly", "NotPendingOnly"}:
        yield f"{'' if pending == 'PendingOnly' else 'NOT '}instr(xml, '<IsPending>true')", ()
    if (types := said("transaction_type_filter")) is not None and "All" not in types.txn_type_filters:
        yield _one_of("kind", types.txn_type_filters)
    if (currencies := said("currency_filter")) is not None:
        yield _in_currency(currencies, store)


def _one_of(column: str, values: Iterable[str]) -> Condition:
    wanted = tuple(values)
    return f"{column} IN ({', '.join('?' * len(wanted))})", wanted


def _in_ledger(column: str, values: Iterable[str]) -> Condition:
    where, wanted = _one_of(column, values)
    return _LEDGER.format(where), wanted


def _modified(modified: Any, calendar: Calendar) -> Iterator[Condition]:
    if word := getattr(modified, "date_macro", None):
        first, last = span(word, calendar.today())
        ends = (Moment(first.isoformat()), Moment(last.isoformat()))
        yield "modified BETWEEN ? AND ?", (calendar.epoch(ends[0]), calendar.epoch(ends[1], end_of_day=True))
    if modified.from_modified_date is not None:
        yield "modified >= ?", (calendar.epoch(modified.from_modified_date),)
    if modified.to_modified_date is not None:
        yield "modified <= ?", (calendar.epoch(modified.to_modified_date, end_of_day=True),)


def _dated(dates: Any, calendar: Calendar) -> Iterator[Condition]:
    first, last = dates.from_txn_date, dates.to_txn_date
    if dates.date_macro:
        first, last = span(dates.date_macro, calendar.today())
    if first and last and first > last:
        raise ENDS_BEFORE_IT_BEGINS(note=f"from {first} to {last}")
    if first:
        yield "date >= ?", (first.isoformat(),)
    if last:
        yield "date <= ?", (last.isoformat(),)


def _numbered(query: Query) -> Iterator[Condition]:
    if (numbers := getattr(query, "ref_number_filter", None)) is not None:
        text = name_key(numbers.ref_number or "")
        where = _MATCHES[MatchCriterion(numbers.match_criterion)]
        yield where.replace("?1", "?"), (text,) * where.count("?1")
    if (between := getattr(query, "ref_number_range_filter", None)) is not None:
        yield "ref_key >= ?", (name_key(between.from_ref_number or ""),)
        if between.to_ref_number:
            yield "ref_key <= ?", (name_key(between.to_ref_number),)


def _in_currency(currencies: Any, store: Store) -> Condition:
    """Transactions that name a currency; in a file without several, none does."""
    ids = [key.partition("/")[2] for key in keys(currencies, ("Currency",), store)]
    found = [f"instr(xml, '<CurrencyRef>') AND instr(xml, '<ListID>' || ? || '</ListID>')" for _ in ids]  # noqa: F541
    return f"({' OR '.join(found) or '0'})", tuple(ids)


# --- what is named ---------------------------------------------------------------------------------------------------


def keys(wanted: Any, lists: tuple[str, ...], store: Store) -> list[str]:
    """The records that a filter means, as list and ListID, with those below them where it says so."""
    if kind := getattr(wanted, "entity_type_filter", None):
        return [_key(one) for one in store.all(kind)]
    if kind := getattr(wanted, "item_type_filter", None):
        return [_key(one) for list_ in item_lists(kind, lists) for one in store.all(list_)]
    if kind := getattr(wanted, "account_type_filter", None):
        return [_key(one) for one in filter(accounts_of(kind), store.all("Account"))]
    found = [f"{store.home(lists, list_id) or '?'}/{list_id}" for list_id in getattr(wanted, "list_ids", ())]
    named = (find_in_any(store, lists, Ref(full_name=name)) for name in getattr(wanted, "full_names", ()))
    found += [_key(record) for record in named if record is not None]
    top = Ref(
        list_id=getattr(wanted, "list_id_with_children", None),
        full_name=getattr(wanted, "full_name_with_children", None),
    )
    if (top.list_id or top.full_name) and (record := find_in_any(store, lists, top)) is not None:
        found += _family(record, store)
    return found


def _family(record: ListRecord, store: Store) -> list[str]:
    return [_key(record), *(key for child in store.children(record) for key in _family(child, store))]


def _key(record: ListRecord) -> str:
    return f"{record.__record__.tag}/{record.list_id}"
