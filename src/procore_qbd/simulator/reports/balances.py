"""What stands in accounts, and what is owed, at the end of a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs

from procore_qbd.simulator.reports.scope import Scope, among

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator.reports.pages import Days

__all__ = ["PAYABLE", "RECEIVABLE", "Balances", "Open", "balances", "open_items", "owed", "owed_before"]

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


def balances(scope: Scope, day: dt.date) -> Balances:
    """What stands in the accounts at the end of a day.

    An account's opening balance has no transaction in the simulator; its other side is put into Opening Balance Equity
    here, so that the books balance.
    """
    year = dt.date(day.year, 1, 1)
    lasting: dict[str, int] = {}
    profit: dict[str, int] = {}
    retained, opening = _special(scope, "Retained Earnings"), _special(scope, "Opening Balance Equity")
    for account, this_year, cents, _ in scope.sums(("l.account", f"t.date >= '{year}'"), days=(None, day)):
        of_profit = scope.type_of(account) in PROFIT
        into, key = (profit, f"Account/{account}") if of_profit and this_year else (lasting, f"Account/{account}")
        if of_profit and not this_year:
            key = retained
        into[key] = into.get(key, 0) + cents
    for account, cents in scope.opening("account", "", "report_account_filter").items():
        for key, amount in ((f"Account/{account}", cents), (opening, -cents)):
            lasting[key] = lasting.get(key, 0) + amount
    return Balances(lasting, profit)


def _special(scope: Scope, name: str) -> str:
    """An account that QuickBooks makes itself: its key, or one that says its name where it is not there yet."""
    word = name.replace(" ", "")
    found = (list_id for list_id, account in scope.accounts.items() if account.special_account_type == word)
    return f"Account/{next(found, name)}"


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
