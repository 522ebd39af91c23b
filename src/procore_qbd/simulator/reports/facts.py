"""The transactions, and lines of them, that reports of details list, and the columns that tell of one."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.reports import ColType, RowKind
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.lists import SPECIAL_ACCOUNTS
from procore_qbd.simulator.records.entries import flat
from procore_qbd.simulator.reports.pages import Cell, Figures, ReportColumn, ReportLine, money, number
from procore_qbd.simulator.reports.scope import lacking
from procore_qbd.simulator.reports.trees import Leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from procore_qbd.simulator.knowledge.nouns import TransactionRecord
    from procore_qbd.simulator.queries.transactions import Condition
    from procore_qbd.simulator.reports.pages import Days
    from procore_qbd.simulator.reports.scope import Scope

__all__ = ["FIELDS", "Fact", "columns_of", "leaf", "lines_of_ledger", "whole_transactions"]


@attrs.define(eq=False, slots=False)
class Fact:
    """A line of the ledger, or a transaction, as a report lists it.

    Attributes:
        scope: What the report is about.
        group: What it is summarized under.
        txn: The TxnID.
        kind: What kind of transaction.
        number: Its number.
        date: Its day.
        ref_number: Its reference number.
        whom: Whom it is with, as list and ListID.
        line: The TxnLineID; '' for the transaction itself.
        at: Which of its lines of the ledger.
        account: The account's ListID.
        cents: How much, debits positive, or as the report prints it.
        entity: Whose the line is, as list and ListID.
        class_: The class's ListID.
        item: The item, as list and ListID.
        quantity: How much of it, in hundred-thousandths.
        memo: What is said of it.
        posts: Whether it is posted.
        open: What of it is open, in cents.
        as_of: The day by which its age is reckoned; None for the last of the report.
    """

    scope: Scope
    group: str
    txn: str
    kind: str
    number: int
    date: str
    ref_number: str | None
    whom: str
    line: str
    at: int
    account: str
    cents: int
    entity: str
    class_: str
    item: str
    quantity: int
    memo: str
    posts: int
    open: int = 0
    as_of: dt.date | None = None

    @property
    def record(self) -> TransactionRecord:
        """The transaction, whole."""
        return self.scope.record(self.txn)

    @cached_property
    def line_record(self) -> Any:
        """The line of the transaction that it is of; the transaction itself where there is none."""
        rows = (line for name in KINDS[self.kind].lines for line in flat(getattr(self.record, name)))
        return next((line for line in rows if self.line and line.txn_line_id == self.line), self.record)

    @cached_property
    def split(self) -> str:
        """The account on the other side; ``-SPLIT-`` where there are several."""
        sql = "SELECT at, account FROM ledger WHERE txn = ? ORDER BY at"
        rows = self.scope.store.book.db.execute(sql, (self.txn,)).fetchall()
        others = [account for at, account in rows if (at == 0 if self.at else at > 0 or not self.posts)]
        return self.scope.names.full(f"Account/{others[0]}") if len(others) == 1 else "-SPLIT-" if others else ""


_COLUMNS = """l.txn, t.kind, t.number, t.date, t.ref_number, t.entity, l.line, l.at, l.account, l.amount, l.entity,
    l.class, l.item, l.quantity, l.memo, l.posts"""


def lines_of_ledger(
    scope: Scope, by: str, *where: Condition, days: Days | None = None, posting: str = "l.posts = 1"
) -> list[Fact]:
    """The lines of the ledger that a report lists, by day and number.

    Args:
        scope: What the report is about.
        by: What they are summarized under, as SQL.
        where: Which of them.
        days: When; the days of the report where none are given.
        posting: Whether they are posted, where the query does not say.
    """
    wanted, values = scope.wanted(where, scope.days if days is None else days, posting)
    sql = f"""SELECT {by}, {_COLUMNS} FROM ledger l JOIN txns t ON t.id = l.txn
        WHERE {wanted} ORDER BY t.date, t.number, l.at"""  # noqa: S608  our own words
    return [Fact(scope, *row) for row in scope.store.book.db.execute(sql, values)]


def whole_transactions(scope: Scope, by: str, *where: Condition, days: Days | None = None) -> list[Fact]:
    """The transactions that a report lists, posted or not, where any of their lines is one that is wanted.

    The amount is what the account got that a transaction is kept in; of one that is not posted, the other side of its
    lines.
    """
    wanted, values = scope.wanted(where, scope.days if days is None else days, "1")
    sql = f"""SELECT {by}, {_COLUMNS.replace("l.amount", "CASE WHEN l.posts THEN l.amount ELSE -total END")}
        FROM (
            SELECT l.txn, sum(l.amount) AS total FROM ledger l JOIN txns t ON t.id = l.txn WHERE {wanted} GROUP BY l.txn
        ) AS found JOIN ledger l ON l.txn = found.txn AND l.at = 0 JOIN txns t ON t.id = l.txn
        ORDER BY t.date, t.number"""  # noqa: S608  our own words
    facts = [Fact(scope, *row) for row in scope.store.book.db.execute(sql, values)]
    for fact in facts:
        if not fact.posts:  # it has lines alone
            kept_in = SPECIAL_ACCOUNTS.get(KINDS[fact.kind].kept_in)
            fact.account = scope.special(kept_in.special) if kept_in else ""
            fact.entity, fact.class_, fact.item, fact.quantity, fact.memo = "", "", "", 0, ""
    return facts


# --- columns ---------------------------------------------------------------------------------------------------------


@attrs.frozen
class DetailColumn:
    """A column of a report of details: its title, what it says of a line, and whether its sum is printed."""

    title: str
    of: Callable[[Fact], Cell]
    adds: Callable[[Fact], int] | None = None


def _said(name: str) -> Callable[[Fact], Cell]:
    """What a transaction says in a field, if its kind has it."""

    def of(fact: Fact) -> Cell:
        value: Any = getattr(fact.record, name, None)
        return value.full_name if isinstance(value, Ref) else value

    return of


def _of_line(name: str) -> Callable[[Fact], Cell]:
    return lambda fact: getattr(fact.line_record, name, None)


def _money(of: Callable[[Fact], int]) -> tuple[Callable[[Fact], Cell], Callable[[Fact], int]]:
    return lambda fact: money(of(fact)), of


def _when_more(of: Callable[[Fact], int]) -> tuple[Callable[[Fact], Cell], Callable[[Fact], int]]:
    """An amount that is printed only where it is more than nothing: a debit, or a credit."""
    return lambda fact: money(of(fact)) if of(fact) > 0 else None, lambda fact: max(of(fact), 0)


def _key(of: Callable[[Fact], str]) -> Callable[[Fact], Cell]:
    return lambda fact: fact.scope.names.full(of(fact)) if of(fact).rpartition("/")[2] else None


def _aging(fact: Fact) -> Cell:
    due = getattr(fact.record, "due_date", None)
    days = ((fact.as_of or fact.scope.last) - due).days if due else 0
    return days if days > 0 and fact.open else None


def _paid(fact: Fact) -> Cell:
    if not hasattr(fact.record, "is_paid"):
        return None
    return "Paid" if fact.record.is_paid else "Unpaid"


def _price(fact: Fact) -> Cell:
    rate = getattr(fact.line_record, "rate", None)
    return rate if rate is not None else getattr(fact.line_record, "cost", None)


FIELDS: dict[str, DetailColumn] = {
    "Account": DetailColumn("Account", _key(lambda fact: f"Account/{fact.account}")),
    "Aging": DetailColumn("Aging", _aging),
    "Amount": DetailColumn("Amount", *_money(lambda fact: fact.cents)),
    "BillingStatus": DetailColumn("Billing Status", _of_line("billable_status")),
    "Class": DetailColumn("Class", _key(lambda fact: f"Class/{fact.class_}")),
    "Credit": DetailColumn("Credit", *_when_more(lambda fact: -fact.cents)),
    "Date": DetailColumn("Date", lambda fact: dt.date.fromisoformat(fact.date)),
    "Debit": DetailColumn("Debit", *_when_more(lambda fact: fact.cents)),
    "DeliveryDate": DetailColumn("Deliv Date", _said("expected_date")),
    "DueDate": DetailColumn("Due Date", _said("due_date")),
    "FOB": DetailColumn("FOB", _said("fob")),
    "Item": DetailColumn("Item", _key(lambda fact: fact.item)),
    "ItemDesc": DetailColumn("Item Description", _of_line("desc")),
    "Memo": DetailColumn("Memo", lambda fact: fact.memo or getattr(fact.record, "memo", None)),
    "ModifiedTime": DetailColumn("Last modified", lambda fact: fact.record.time_modified.raw),
    "Name": DetailColumn("Name", _key(lambda fact: fact.entity or fact.whom)),
    "OpenBalance": DetailColumn("Open Balance", *_money(lambda fact: fact.open)),
    "PaidStatus": DetailColumn("Paid", _paid),
    "PaymentMethod": DetailColumn("Pay Meth", _said("payment_method_ref")),
    "PONumber": DetailColumn("P. O. #", _said("po_number")),
    "Quantity": DetailColumn(
        "Qty", lambda fact: number(fact.quantity) if fact.quantity else None, lambda fact: fact.quantity
    ),
    "ReceivedQuantity": DetailColumn("Rcv'd", _of_line("received_quantity")),
    "RefNumber": DetailColumn("Num", lambda fact: fact.ref_number),
    "RunningBalance": DetailColumn("Balance", lambda _fact: None, lambda fact: fact.cents),
    "SalesRep": DetailColumn("Rep", _said("sales_rep_ref")),
    "ShipDate": DetailColumn("Ship Date", _said("ship_date")),
    "ShipMethod": DetailColumn("Via", _said("ship_method_ref")),
    "SourceName": DetailColumn("Source Name", _key(lambda fact: fact.whom)),
    "SplitAccount": DetailColumn("Split", lambda fact: fact.split or None),
    "Terms": DetailColumn("Terms", _said("terms_ref")),
    "TxnID": DetailColumn("Trans ID", lambda fact: fact.txn),
    "TxnNumber": DetailColumn("Trans #", lambda fact: fact.number),
    "TxnType": DetailColumn("Type", lambda fact: KINDS[fact.kind].title),
    "UnitPrice": DetailColumn("Sales Price", _price),
}
"""The columns that the simulator can fill, by the word for each."""


def columns_of(names: Iterable[str]) -> tuple[ReportColumn, ...]:
    """Columns by name, as they are in sums.

    Raises:
        Refusal: The simulator knows nothing to fill one with.
    """
    found: list[ReportColumn] = []
    for name in names:
        if name not in FIELDS:
            raise lacking(name, f"the simulator fills the columns {', '.join(FIELDS)}")
        found.append(ReportColumn((FIELDS[name].title,), ColType[_member(name)], _sum_of(name)))
    return tuple(found)


def _member(name: str) -> str:
    return next(member.name for member in ColType if member == name)


def _sum_of(name: str) -> Callable[[Figures], Cell]:
    if FIELDS[name].adds is None:
        return lambda _figures: None
    shown = number if name == "Quantity" else money
    return lambda figures: shown(figures.get(name, 0))


def leaf(facts: Sequence[Fact], names: Sequence[str], opening: int = 0) -> Leaf:
    """The lines of a report, and their sums.

    Args:
        facts: What each is about.
        names: The columns.
        opening: The balance before the first.
    """
    figures = dict.fromkeys(names, 0) | {"RunningBalance": opening}
    lines: list[ReportLine] = []
    for fact in facts:
        for name in names:
            if (adds := FIELDS[name].adds) is not None:
                figures[name] += adds(fact)
        balance = money(figures["RunningBalance"])
        cells = tuple(balance if name == "RunningBalance" else FIELDS[name].of(fact) for name in names)
        lines.append(ReportLine(RowKind.DATA, "", cells))
    return Leaf(figures, tuple(lines))
