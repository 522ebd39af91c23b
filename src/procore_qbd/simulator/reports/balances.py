"""What stands in accounts, and what is owed, at the end of a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs

from procore_qbd.simulator.reports.scope import DIMENSIONS, Scope, among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from procore_qbd.simulator.reports.pages import Days

__all__ = ["PAYABLE", "RECEIVABLE", "Balances", "Open", "balances", "balances_at", "open_items", "owed", "owed_before"]

RECEIVABLE, PAYABLE = "AccountsReceivable", "AccountsPayable"
PROFIT = ("Income", "OtherIncome", "CostOfGoodsSold", "Expense", "OtherExpense")


@attrs.frozen
class Balances:
    """What stands in the accounts at the end of a day, debits positive, in cents, by list and ListID.

    Attributes:
        lasting: The accounts of the balance sheet; what earlier years brought is in Retained Earnings.
        profit: Those of profit and loss, since the fiscal year began.
    """

    lasting: dict[str, int]
    profit: dict[str, int]


def balances(scope: Scope, day: dt.date, year: int | None = None) -> Balances:
    """What stands in the accounts at the end of a day: see `balances_at`.

    Args:
        scope: What the report is about.
        day: The day.
        year: The fiscal year whose profit is not in Retained Earnings yet; that of the day, where none is given.
    """
    return balances_at(scope, [(day, day)], "TotalOnly", year)[0]


def balances_at(
    scope: Scope, spans: Sequence[tuple[dt.date, dt.date]], by: str, year: int | None = None
) -> list[Balances]:
    """What stands in the accounts at the end of each of some spans of time, the last of them last.

    An account's opening balance has no transaction in the simulator; its other side is put into Opening Balance Equity
    here, so that the books balance.

    Args:
        scope: What the report is about.
        spans: The first and the last day of each.
        by: The word for such spans.
        year: The fiscal year whose profit is not in Retained Earnings yet; that of the end, where none is given.
    """
    opening = scope.opening("account", "", "report_account_filter")
    told_apart = ("l.account", "substr(t.date, 1, 4)", DIMENSIONS[by])
    sums = scope.sums(told_apart, days=(None, spans[-1][1]))
    retained, equity = _special(scope, "Retained Earnings"), _special(scope, "Opening Balance Equity")
    found: list[Balances] = []
    for first, last in spans:
        now = Balances({}, {})
        this_year = str(year or last.year).zfill(4)
        for account, of_year, start, cents, _ in sums:
            if start > first.isoformat():
                continue
            if scope.type_of(account) not in PROFIT:
                _add(now.lasting, f"Account/{account}", cents)
            elif of_year < this_year:
                _add(now.lasting, retained, cents)
            else:
                _add(now.profit, f"Account/{account}", cents)
        for account, cents in opening.items():
            _add(now.lasting, f"Account/{account}", cents)
            _add(now.lasting, equity, -cents)
        found.append(now)
    return found


def _add(to: dict[str, int], key: str, cents: int) -> None:
    to[key] = to.get(key, 0) + cents


def _special(scope: Scope, name: str) -> str:
    """An account that QuickBooks makes itself: its key, or one that says its name where it is not there yet."""
    return f"Account/{scope.special(name.replace(' ', '')) or name}"


# --- what is owed ----------------------------------------------------------------------------------------------------


def owed(scope: Scope, account_type: str, day: dt.date | None) -> dict[str, int]:
    """What each name owes, or is owed, at the end of a day, by list and ListID; debits are positive."""
    where = among("l.account", scope.accounts_of(account_type))
    found = {whom: cents for whom, cents, _ in scope.sums(("l.entity",), where, days=(None, day))}
    for whom, cents in owed_before(scope, account_type).items():
        found[whom] = found.get(whom, 0) + cents
    return found


def owed_before(scope: Scope, account_type: str) -> dict[str, int]:
    """What names began with; there is no transaction for that, and no day."""
    list_ = "Customer/" if account_type == RECEIVABLE else "Vendor/"
    return scope.opening("owed", list_, "report_entity_filter")


@attrs.frozen
class Open:
    """What of a transaction is still open.

    Attributes:
        txn: Its TxnID.
        entity: Whom it is with, as list and ListID.
        due: The day on which it is due; of a credit, or where no such day is said, that of the transaction.
        cents: How much, debits positive.
    """

    txn: str
    entity: str
    due: dt.date
    cents: int


_DUE = """CASE WHEN t.kind IN ('Bill', 'Invoice', 'Charge') AND instr(t.xml, '<DueDate>')
    THEN substr(t.xml, instr(t.xml, '<DueDate>') + 9, 10) ELSE t.date END"""
_OPEN = """SELECT txn, entity, due, total - CASE WHEN total < 0 THEN -1 ELSE 1 END * ifnull((
        SELECT sum(round(k.amount * 100) + CASE WHEN k.role = 'payment' THEN round(k.discount * 100) ELSE 0 END)
        FROM links k JOIN txns a ON a.id = k.txn JOIN txns b ON b.id = k.target JOIN txns v ON v.id = k.via
        WHERE k.role IN ('payment', 'credit') AND (k.txn = found.txn OR k.target = found.txn)
        AND max(a.date, b.date, v.date) <= ?
    ), 0) AS rest
    FROM (
        SELECT l.txn AS txn, l.entity AS entity, min({due}) AS due, sum(l.amount) AS total,
            min(t.date) AS date, min(t.number) AS number
        FROM ledger l JOIN txns t ON t.id = l.txn WHERE {where} GROUP BY l.txn, l.entity
    ) AS found
    WHERE rest <> 0 ORDER BY date, number"""


def open_items(scope: Scope, account_type: str, as_of: dt.date, days: Days | None = None) -> Iterator[Open]:
    """What is open of transactions with names: bills, invoices, credits, payments that were not used up.

    Args:
        scope: What the report is about.
        account_type: Where it is kept: receivable or payable.
        as_of: The day by which they are settled, or not; what settles them later does not count.
        days: The days of the transactions; those up to the last of the report, where none are given.
    """
    where, values = scope.wanted([among("l.account", scope.accounts_of(account_type))], days or (None, scope.last))
    sql = _OPEN.format(where=where, due=_DUE)
    for txn, entity, due, cents in scope.store.book.db.execute(sql, [as_of.isoformat(), *values]).fetchall():
        yield Open(txn, entity, dt.date.fromisoformat(due), int(cents))
