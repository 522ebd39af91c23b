"""What a report is about: the days, and which lines of the ledger its filters mean, as pieces of SQL."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml import Moment, Ref
from procore_qbd.qbxml.entities.report_queries import ReportBasis
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES, ITEMS
from procore_qbd.simulator.knowledge.reasons import ENDS_BEFORE_IT_BEGINS, NO_SUCH_REFERENCE, NOT_SIMULATED
from procore_qbd.simulator.knowledge.spans import span
from procore_qbd.simulator.lists.references import find_in_any
from procore_qbd.simulator.queries.transactions import Condition, keys
from procore_qbd.simulator.reports.trees import Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from procore_qbd.simulator.knowledge.calendar import Calendar
    from procore_qbd.simulator.knowledge.nouns import Query, TransactionRecord
    from procore_qbd.simulator.knowledge.rules import Refusal
    from procore_qbd.simulator.reports.pages import Days
    from procore_qbd.simulator.store.company import OpenCompany
    from procore_qbd.simulator.store.file import Store

__all__ = ["DIMENSIONS", "Scope", "among", "lacking", "within"]

_OF_NAMES = "CASE WHEN l.entity LIKE '{0}/%' THEN l.entity WHEN t.entity LIKE '{0}/%' THEN t.entity ELSE '' END"
"""Whose the line is, or whose the transaction: a line of a vendor's bill is often a job's."""

DIMENSIONS = {
    "TotalOnly": "''",
    "Account": "CASE WHEN l.account <> '' THEN 'Account/' || l.account ELSE '' END",
    "Class": "CASE WHEN l.class <> '' THEN 'Class/' || l.class ELSE '' END",
    "Customer": "CASE WHEN l.entity LIKE 'Customer/%' THEN l.entity ELSE '' END",
    "Employee": _OF_NAMES.format("Employee"),
    "ItemDetail": "l.item",
    "Payee": "t.entity",
    "Vendor": _OF_NAMES.format("Vendor"),
    "Day": "t.date",
    "Week": "max('0001-01-01', date(t.date, '-' || strftime('%w', t.date) || ' days'))",
    "Month": "substr(t.date, 1, 7) || '-01'",
    "Quarter": "printf('%s-%02d-01', substr(t.date, 1, 4), (substr(t.date, 6, 2) - 1) / 3 * 3 + 1)",
    "Year": "substr(t.date, 1, 4) || '-01-01'",
}
"""What lines or columns can be of, by the words for it: a list and a ListID, or the day on which a span begins."""

_FROM = "FROM ledger l JOIN txns t ON t.id = l.txn"
_POSTING = {"Posting": "l.posts = 1", "NonPosting": "l.posts = 0", "Either": "1"}
_DETAIL = {"All": "1", "SummaryOnly": "l.at = 0", "AllExceptSummary": "l.line <> ''"}


def lacking(what: str, note: str) -> Refusal:
    """The refusal of what QuickBooks has and the simulator has not."""
    return NOT_SIMULATED(what, note=f"{what}: {note}")


def among(column: str, values: Iterable[str]) -> Condition:
    """One of some values, however many there are."""
    return f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(list(values)),)  # noqa: S608  our own words


def within(days: Days) -> Iterator[Condition]:
    """On one of some days."""
    first, last = days
    if first is not None:
        yield "t.date >= ?", (first.isoformat(),)
    if last is not None:
        yield "t.date <= ?", (last.isoformat(),)


@attrs.frozen(eq=False)
class Scope:
    """What a report is about.

    Attributes:
        query: The query.
        store: Where the records are.
        today: The day on which it is asked.
        days: The first and the last day of the report, None where there is no limit.
        names: Tells what records are called.
        accounts: The accounts by ListID.
        meant: The records that its filters by records mean, by filter.
        filters: Which lines of the ledger (``l``) and transactions (``t``) count at all, whatever the day.
        posting: What the query says of posting, None where it says nothing.
    """

    query: Query
    store: Store
    today: dt.date
    days: Days
    names: Names
    accounts: dict[str, Any]
    meant: dict[str, list[str]]
    filters: tuple[Condition, ...]
    posting: Condition | None
    _records: dict[str, TransactionRecord] = attrs.field(factory=dict, init=False)

    @classmethod
    def of(cls, query: Query, company: OpenCompany) -> Scope:
        """What a query is about.

        Raises:
            Refusal: The days are the wrong way round, a filter names what is not there, or the report is on a basis
                of cash, which the simulator cannot reckon.
        """
        if getattr(query, "report_basis", None) == ReportBasis.CASH:
            raise lacking("ReportBasis", "the simulator keeps no books on a basis of cash; it reports on accrual")
        store, calendar = company.store, company.calendar
        names, meant = Names(store), _meant(query, store)
        posting = getattr(query, "report_posting_status_filter", None)
        return cls(
            query=query,
            store=store,
            today=calendar.today(),
            days=_days(query, calendar.today()),
            names=names,
            accounts={key.partition("/")[2]: store.plain(*key.split("/", 1)) for key in names.of("Account")},
            meant=meant,
            filters=tuple(_filters(query, meant, calendar)),
            posting=None if posting is None else (_POSTING[posting], ()),
        )

    @property
    def last(self) -> dt.date:
        """The last day, today where there is no limit; for what is reckoned as of a day."""
        return self.days[1] or self.today

    def accounts_of(self, *types: str) -> list[str]:
        """The ListIDs of the accounts of some types."""
        return [list_id for list_id, account in self.accounts.items() if account.account_type in types]

    def type_of(self, account: str) -> str:
        """The type of an account by its ListID, '' where it is not there."""
        return self.accounts[account].account_type if account in self.accounts else ""

    def record(self, txn_id: str) -> TransactionRecord:
        """A transaction, whole."""
        if txn_id not in self._records:
            self._records[txn_id] = self.store.book.get(txn_id)
        return self._records[txn_id]

    def special(self, word: str) -> str:
        """The ListID of an account that QuickBooks makes itself, '' where it has not made it yet."""
        found = (list_id for list_id, account in self.accounts.items() if account.special_account_type == word)
        return next(found, "") if word else ""

    def opening(self, kind: str, prefix: str, known_by: str) -> dict[str, int]:
        """What records of lists began with, which no transaction says; nothing where a filter asks for something else.

        Args:
            kind: Which balance: ``account`` or ``owed``, see `Entry.moves`.
            prefix: The beginning of the keys that are meant.
            known_by: The only filter that they pass, where they are among what it means.
        """
        if len(self.filters) > (known_by in self.meant):
            return {}
        column, holds = ("account", "1") if kind == "account" else ("entity", "holds = 'name'")
        sql = f"""SELECT substr(key, ?), amount - ifnull(
            (SELECT sum(amount) FROM ledger WHERE {column} = substr(key, ?) AND posts AND {holds}), 0)
            FROM balances WHERE key LIKE ? || '%'"""  # noqa: S608  our own words
        start = len(kind) + 2
        found = self.store.book.db.execute(sql, (start, start, f"{kind} {prefix}"))
        wanted = self.meant.get(known_by)
        home = "Account/" if kind == "account" else ""
        return {key: left for key, left in found if left and (wanted is None or home + key in wanted)}

    def sums(self, by: Sequence[str], *where: Condition, days: Days | None = None) -> list[tuple[Any, ...]]:
        """Sums of lines of the ledger.

        Args:
            by: What to tell apart, as SQL.
            where: Which lines count, beside the filters; those that are posted, where the query does not say.
            days: When; the days of the report where none are given.

        Returns:
            For each: what was told apart, cents, and hundred-thousandths of a quantity.
        """
        wanted, values = self.wanted(where, self.days if days is None else days)
        places = ", ".join(str(at) for at in range(1, len(by) + 1))
        sql = f"SELECT {', '.join(by)}, sum(l.amount), sum(l.quantity) {_FROM} WHERE {wanted} GROUP BY {places}"
        return self.store.book.db.execute(sql, values).fetchall()

    def not_posted(self) -> Scope:
        """The same about what is not posted."""
        return attrs.evolve(self, posting=("l.posts = 0", ()))

    def wanted(self, where: Iterable[Condition], days: Days, posting: str = "l.posts = 1") -> tuple[str, list[Any]]:
        """All that lines of the ledger must be, as one piece of SQL, and the values in it."""
        found = [*self.filters, self.posting or (posting, ()), *where, *within(days)]
        return " AND ".join(f"({one})" for one, _ in found), [value for _, values in found for value in values]


# --- what a query says -----------------------------------------------------------------------------------------------


def _days(query: Query, today: dt.date) -> Days:
    """The days of a report; the fiscal year up to today, where none are said."""
    if (period := query.report_period) is not None:
        first, last = period.from_report_date, period.to_report_date
        if first and last and first > last:
            raise ENDS_BEFORE_IT_BEGINS(note=f"from {first} to {last}")
        return first, last
    return _open(*span(query.report_date_macro or "ThisYearToDate", today))


def _open(first: dt.date, last: dt.date) -> Days:
    return None if first == dt.date.min else first, None if last == dt.date.max else last


_NAMED: dict[str, tuple[tuple[str, ...], str, str]] = {
    "report_account_filter": (("Account",), "Account", "'Account/' || l.account"),
    "report_entity_filter": (ENTITIES, "Entity", "l.entity"),
    "report_item_filter": (ITEMS, "Item", "l.item"),
    "report_class_filter": (("Class",), "Class", "'Class/' || l.class"),
}
"""The filters by records: the lists that they are in, what QuickBooks calls them, and where the ledger has them."""


def _meant(query: Query, store: Store) -> dict[str, list[str]]:
    """The records that the filters of a query mean, by filter."""
    said = {name: getattr(query, name, None) for name in _NAMED}
    return {name: _named(one, *_NAMED[name][:2], query, store) for name, one in said.items() if one is not None}


def _filters(query: Query, meant: dict[str, list[str]], calendar: Calendar) -> Iterator[Condition]:
    def said(name: str) -> Any:
        return getattr(query, name, None)

    for name, wanted in meant.items():
        where, values = among(_NAMED[name][2], wanted)
        if name == "report_entity_filter":  # whose the line is, or whose the transaction
            where, values = f"{where} OR {where.replace('l.', 't.')}", values * 2
        yield where, values
    types = said("report_txn_type_filter")
    if types is not None and "All" not in types.txn_type_filters:
        yield among("t.kind", types.txn_type_filters)
    yield from _modified(said("report_modified_date_range_filter"), said("report_modified_date_range_macro"), calendar)
    if level := said("report_detail_level_filter"):
        yield _DETAIL[level], ()


def _modified(dates: Any, macro: str | None, calendar: Calendar) -> Iterator[Condition]:
    first, last = _open(*span(macro or "All", calendar.today()))
    if dates is not None:
        first, last = dates.from_report_modified_date, dates.to_report_modified_date
    if first:
        yield "t.modified >= ?", (calendar.epoch(Moment(first.isoformat())),)
    if last:
        yield "t.modified <= ?", (calendar.epoch(Moment(last.isoformat()), end_of_day=True),)


def _named(wanted: Any, lists: tuple[str, ...], label: str, query: Query, store: Store) -> list[str]:
    """The records that a filter means, by list and ListID.

    Raises:
        Refusal: One that it names is not there.
    """
    refs = [Ref(list_id=one) for one in wanted.list_ids] + [Ref(full_name=one) for one in wanted.full_names]
    refs.append(Ref(list_id=wanted.list_id_with_children, full_name=wanted.full_name_with_children))
    for ref in refs:
        name = ref.list_id or ref.full_name
        if name and find_in_any(store, lists, ref) is None:
            raise store.absent(lists, ref.list_id or "", NO_SUCH_REFERENCE(name, label, query.__record__.tag))
    return keys(wanted, lists, store)
