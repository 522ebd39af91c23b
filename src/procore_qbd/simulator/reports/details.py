"""Reports of transactions, one by one: what is open, the general ledger, the journal, lists by name or day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from procore_qbd.qbxml.entities.reports import ColType, RowKind
from procore_qbd.qbxml.entities.shared.reports import IncludeAccounts, ReportAsOf
from procore_qbd.simulator.knowledge.arithmetic import in_cents
from procore_qbd.simulator.knowledge.days import later
from procore_qbd.simulator.reports.balances import PAYABLE, PROFIT, RECEIVABLE, balances, open_items, owed_before
from procore_qbd.simulator.reports.facts import Fact, columns_of, leaf, lines_of_ledger, whole_transactions
from procore_qbd.simulator.reports.pages import (
    Figures,
    Page,
    ReportColumn,
    ReportLine,
    day_words,
    heading,
    money,
    span_words,
)
from procore_qbd.simulator.reports.scope import DIMENSIONS, Scope, among, lacking
from procore_qbd.simulator.reports.summaries import NOBODY, by_chart, by_item_type, profit_lines, sold
from procore_qbd.simulator.reports.trees import Leaf, Node, added, family, lines, subtotal, total
from procore_qbd.simulator.store.linking import still_to_come, worth_to_come

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from procore_qbd.simulator.queries.transactions import Condition

__all__ = ["AGING", "DETAILS", "custom_detail"]


# --- listed and grouped ----------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Detail:
    """A report of details.

    Attributes:
        title: Its name.
        columns: Its columns, where the query names none.
        by: What its lines are summarized by, where the query does not say.
        facts: What it lists, given what it is about and how to summarize it.
        as_of: Whether it is about what there is at the end of a day, not about what happened in some days.
    """

    title: str
    columns: tuple[str, ...]
    facts: Callable[[Scope, str], list[Fact]]
    by: str = "TotalOnly"
    as_of: bool = False

    def __call__(self, scope: Scope) -> Page:
        """The report."""
        names = _columns(scope, self.columns)
        by = getattr(scope.query, "summarize_rows_by", None) or self.by
        columns = columns_of(names)
        leaves = {key: leaf(facts, names) for key, facts in _grouped(self.facts(scope, _dimension(by))).items()}
        subtitle = f"As of {day_words(scope.last)}" if self.as_of else span_words(scope.days)
        return _page(self.title, subtitle, columns, _listed(leaves, by, scope, columns))


def _columns(scope: Scope, usual: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that the query names, each once; those of the report, where it names none."""
    return tuple(dict.fromkeys(map(str, scope.query.include_columns))) or usual


def _only_by(scope: Scope, *same: str) -> None:
    """Refuse to summarize what has lines of its own.

    Raises:
        Refusal: The query summarizes lines by something else.
    """
    by = scope.query.summarize_rows_by
    if by not in (None, *same):
        raise lacking(by, f"the simulator makes {scope.query.report_type} in its own order only")


def _page(title: str, subtitle: str, columns: tuple[ReportColumn, ...], rows: Iterator[ReportLine]) -> Page:
    return Page(title=title, subtitle=subtitle, columns=columns, lines=rows, labels=ColType.BLANK)


def _dimension(word: str) -> str:
    if word not in DIMENSIONS:
        raise lacking(word, f"the simulator summarizes by {', '.join(DIMENSIONS)}")
    return DIMENSIONS[word]


def _grouped(facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.group, []).append(fact)
    return found


def _listed(leaves: Mapping[str, Leaf], by: str, scope: Scope, columns: Sequence[ReportColumn]) -> Iterator[ReportLine]:
    """The lines below the names of what they are summarized by, and the sum of all."""
    if by == "TotalOnly":
        for one in leaves.values():
            yield from one.lines
    else:
        for node in _nodes(leaves, by, scope):
            yield from lines(node, columns)
    if leaves:
        yield total("TOTAL", added(*(one.figures for one in leaves.values())), columns)


def _nodes(leaves: Mapping[str, Leaf], by: str, scope: Scope) -> tuple[Node, ...]:
    if by == "ItemDetail":
        return by_item_type(leaves, scope)
    if by in ("Day", "Week", "Month", "Quarter", "Year"):
        words = {"Day": "", "Week": "Week of ", "Month": "", "Quarter": "Quarter of ", "Year": ""}
        return tuple(Node(label=words[by] + _span(key, by), own=leaves[key]) for key in sorted(leaves))
    return family(leaves, scope.names, NOBODY.get(by, "No name"))


def _span(key: str, by: str) -> str:
    start = dt.date.fromisoformat(key)
    return f"{start:%Y}" if by == "Year" else heading((start, start)) if by in ("Day", "Week") else f"{start:%b %y}"


# --- lists of transactions -------------------------------------------------------------------------------------------

_NOT_TIME: Condition = ("t.kind <> 'TimeTracking'", ())


def _transactions(*where: Condition) -> Callable[[Scope, str], list[Fact]]:
    return lambda scope, by: whole_transactions(scope, by, _NOT_TIME, *where)


def _everything(scope: Scope, by: str) -> list[Fact]:
    return lines_of_ledger(scope, by, _NOT_TIME, posting="1")


def _expenses(scope: Scope, by: str) -> list[Fact]:
    accounts = among("l.account", scope.accounts_of("Expense", "CostOfGoodsSold"))
    return lines_of_ledger(scope, by, accounts, ("t.entity LIKE 'Vendor/%'", ()))


# --- what is open ----------------------------------------------------------------------------------------------------


def _as_of(scope: Scope) -> dt.date:
    """The day by which something is open, or not."""
    end = scope.query.report_open_balance_as_of == ReportAsOf.REPORT_END_DATE
    return scope.last if end else scope.today


def _unsettled(account_type: str, sign: int) -> Callable[[Scope, str], list[Fact]]:
    """Transactions with names that are not settled."""

    def facts(scope: Scope, by: str) -> list[Fact]:
        return _open_facts(scope, by, account_type, sign, _as_of(scope))

    return facts


def _open_facts(scope: Scope, by: str, account_type: str, sign: int, as_of: dt.date) -> list[Fact]:
    opens = {(one.txn, one.entity): one.cents for one in open_items(scope, account_type, as_of)}
    txns = among("l.txn", {txn for txn, _ in opens})
    where = among("l.account", scope.accounts_of(account_type))
    found: dict[tuple[str, str], Fact] = {}
    for fact in lines_of_ledger(scope, by, where, txns, days=(None, scope.last)):
        key = fact.txn, fact.entity
        if key in found:
            found[key].cents += sign * fact.cents
        elif key in opens:
            fact.cents, fact.open = sign * fact.cents, sign * opens[key]
            found[key] = fact
    return list(found.values())


def _open_orders(scope: Scope, by: str) -> list[Fact]:
    """Lines of purchase orders of which something is still to come."""
    where: Condition = ("t.kind = 'PurchaseOrder'", ())
    found: list[Fact] = []
    for fact in lines_of_ledger(scope, by, where, posting="l.posts = 0"):
        waiting = still_to_come(fact.record, fact.line_record) if fact.line_record is not fact.record else Decimal(0)
        if waiting:
            fact.open = in_cents(worth_to_come(fact.record, fact.line_record))
            found.append(fact)
    return found


def _whole_open_orders(scope: Scope, by: str) -> list[Fact]:
    """Purchase orders of which something is still to come."""
    found: dict[str, Fact] = {}
    for fact in _open_orders(scope, by):
        if fact.txn in found:
            found[fact.txn].open += fact.open
        else:
            fact.cents = in_cents(fact.record.total_amount)
            fact.entity, fact.memo = "", ""
            found[fact.txn] = fact
    return list(found.values())


def _unbilled(scope: Scope, by: str) -> list[Fact]:
    """Lines of what was bought for a job that its customer is to pay, and was not billed for yet."""
    where: Condition = ("l.entity LIKE 'Customer/%' AND instr(t.xml, '<BillableStatus>Billable<')", ())
    facts = lines_of_ledger(scope, by, where, ("l.line <> ''", ()))
    return [fact for fact in facts if getattr(fact.line_record, "billable_status", None) == "Billable"]


# --- by account ------------------------------------------------------------------------------------------------------

_LEDGER = ("TxnType", "Date", "RefNumber", "Name", "Memo", "SplitAccount", "Debit", "Credit", "RunningBalance")
_JOURNAL = ("TxnNumber", "TxnType", "Date", "RefNumber", "Name", "Memo", "Account", "Debit", "Credit")
_PROFIT = ("TxnType", "Date", "RefNumber", "Name", "Memo", "Class", "SplitAccount", "Amount", "RunningBalance")


def _general_ledger(scope: Scope) -> Page:
    """Every account with what it began with and what moved it."""
    _only_by(scope, "Account")
    names = _columns(scope, _LEDGER)
    columns = columns_of(names)
    first, _ = scope.days
    start = first or dt.date.min
    before = balances(scope, later(start, -1), start.year)
    opening = before.lasting | before.profit
    groups = _grouped(lines_of_ledger(scope, DIMENSIONS["Account"]))
    every = [f"Account/{account}" for account in scope.accounts if scope.type_of(account) != "NonPosting"]
    keys = {key for key in (*groups, *opening) if groups.get(key) or opening.get(key)}
    if scope.query.include_accounts == IncludeAccounts.ALL:
        keys |= set(every)
    leaves = {key: leaf(groups.get(key, ()), names, opening.get(key, 0)) for key in keys}
    at = names.index("RunningBalance") if "RunningBalance" in names else None

    def rows() -> Iterator[ReportLine]:
        for key in by_chart(keys, scope):
            name, begun = scope.names.full(key), opening.get(key, 0)
            cells = tuple(money(begun) if place == at and begun else None for place in range(len(names)))
            about = ("account", name)
            yield (
                ReportLine(RowKind.DATA, name, cells, about)
                if begun and at is not None
                else ReportLine(RowKind.TEXT, name)
            )
            yield from leaves[key].lines
            yield subtotal(f"Total {name}", leaves[key].figures, columns, about)
        if leaves:
            yield total("TOTAL", added(*(one.figures for one in leaves.values())), columns)

    return _page("General Ledger", span_words(scope.days), columns, rows())


def _profit_and_loss(scope: Scope) -> Page:
    _only_by(scope, "Account", "IncomeStatement")
    names = _columns(scope, _PROFIT)
    columns = columns_of(names)
    where = among("l.account", scope.accounts_of(*PROFIT))
    facts = lines_of_ledger(scope, DIMENSIONS["Account"], where)
    for fact in facts:
        fact.cents *= sold(scope.type_of(fact.account))
    leaves = {key: leaf(one, names) for key, one in _grouped(facts).items()}
    return _page("Profit & Loss Detail", span_words(scope.days), columns, profit_lines(scope, leaves, columns))


def _journal(scope: Scope) -> Page:
    """Every transaction with its debits and credits, which come to the same."""
    _only_by(scope)
    names = _columns(scope, _JOURNAL)
    columns = columns_of(names)
    found = [leaf(facts, names) for facts in _grouped(lines_of_ledger(scope, "l.txn")).values()]

    def rows() -> Iterator[ReportLine]:
        for one in found:
            yield from one.lines
            yield subtotal("", one.figures, columns)
        if found:
            yield total("TOTAL", added(*(one.figures for one in found)), columns)

    return _page("Journal", span_words(scope.days), columns, rows())


_LIST = ("TxnType", "Date", "RefNumber", "Memo", "Account", "SplitAccount", "Amount")
_OWED = ("TxnType", "Date", "RefNumber", "DueDate", "Aging", "OpenBalance")

DETAILS: dict[str, Callable[[Scope], Page]] = {
    "ExpenseByVendorDetail": Detail(
        title="Expenses by Vendor Detail",
        columns=("TxnType", "Date", "RefNumber", "Memo", "Account", "SplitAccount", "Amount", "RunningBalance"),
        facts=_expenses,
        by="Vendor",
    ),
    "GeneralLedger": _general_ledger,
    "Journal": _journal,
    "OpenInvoices": Detail(
        title="Open Invoices",
        columns=("TxnType", "Date", "RefNumber", "Terms", "DueDate", "Aging", "OpenBalance"),
        facts=_unsettled(RECEIVABLE, 1),
        by="Customer",
        as_of=True,
    ),
    "OpenPOs": Detail(
        title="Open Purchase Orders",
        columns=("TxnType", "Date", "Name", "RefNumber", "DeliveryDate", "Amount", "OpenBalance"),
        facts=_whole_open_orders,
    ),
    "OpenPOsByJob": Detail(
        title="Open Purchase Orders by Job",
        columns=("TxnType", "Date", "RefNumber", "SourceName", "Item", "DeliveryDate", "Amount", "OpenBalance"),
        facts=_open_orders,
        by="Customer",
    ),
    "ProfitAndLossDetail": _profit_and_loss,
    "TxnListByCustomer": Detail(
        title="Transaction List by Customer",
        columns=_LIST,
        facts=_transactions(("t.entity LIKE 'Customer/%'", ())),
        by="Customer",
    ),
    "TxnListByDate": Detail(
        title="Transaction List by Date",
        columns=("TxnType", "Date", "RefNumber", "Name", "Memo", "Account", "SplitAccount", "Amount"),
        facts=_transactions(),
    ),
    "TxnListByVendor": Detail(
        title="Transaction List by Vendor",
        columns=_LIST,
        facts=_transactions(("t.entity LIKE 'Vendor/%'", ())),
        by="Vendor",
    ),
    "UnbilledCostsByJob": Detail(
        title="Unbilled Costs by Job",
        columns=("TxnType", "Date", "SourceName", "Memo", "Account", "BillingStatus", "Amount"),
        facts=_unbilled,
        by="Customer",
    ),
    "UnpaidBillsDetail": Detail(
        title="Unpaid Bills Detail", columns=_OWED, facts=_unsettled(PAYABLE, -1), by="Vendor", as_of=True
    ),
}
"""The reports of details that the simulator makes, by name."""

custom_detail = Detail(title="Custom Transaction Detail Report", columns=(), facts=_everything)
"""The one report of details whose lines and columns the query chooses; what is not posted is in it too."""


# --- aging -----------------------------------------------------------------------------------------------------------

_AGES = (("Current", 0), ("1 - 30", 30), ("31 - 60", 60), ("61 - 90", 90), ("> 90", None))


def _age(due: dt.date, as_of: dt.date) -> str:
    """Between how many and how many days something has been due."""
    days = (as_of - due).days
    return next(label for label, most in _AGES if most is None or days <= most)


def _aged_as_of(scope: Scope) -> dt.date:
    return scope.today if scope.query.report_aging_as_of == ReportAsOf.TODAY else scope.last


def _aging(title: str, account_type: str, sign: int) -> Callable[[Scope], Page]:
    """What each name owes, or is owed, by how long it has been due."""

    def page(scope: Scope) -> Page:
        as_of = _aged_as_of(scope)
        found: dict[str, dict[str, int]] = {}
        aged = [(one.entity, _age(one.due, as_of), one.cents) for one in open_items(scope, account_type, scope.last)]
        aged += [(whom, "Current", cents) for whom, cents in owed_before(scope, account_type).items()]
        for whom, age, cents in aged:
            figures = found.setdefault(whom, {})
            figures[age] = figures.get(age, 0) + sign * cents
        ages = tuple(label for label, _ in _AGES)
        of_ages = (ReportColumn((age,), ColType.AMOUNT, _sum((age,))) for age in ages)
        columns = (*of_ages, ReportColumn(("TOTAL",), ColType.TOTAL, _sum(ages)))
        leaves = {key: Leaf(figures) for key, figures in found.items()}

        def rows() -> Iterator[ReportLine]:
            for node in family(leaves, scope.names, "No name"):
                yield from lines(node, columns)
            if leaves:
                yield total("TOTAL", added(*found.values()), columns)

        return Page(title=title, subtitle=f"As of {day_words(scope.last)}", columns=columns, lines=rows())

    return page


def _sum(ages: tuple[str, ...]) -> Callable[[Figures], Decimal]:
    return lambda figures: money(sum(figures.get(age, 0) for age in ages))


def _aging_detail(title: str, account_type: str, sign: int) -> Callable[[Scope], Page]:
    """The transactions that are open, by how long they have been due."""

    def page(scope: Scope) -> Page:
        as_of = _aged_as_of(scope)
        names = _columns(scope, ("TxnType", "Date", "RefNumber", "Name", *_OWED[3:]))
        columns = columns_of(names)
        due = {(one.txn, one.entity): one.due for one in open_items(scope, account_type, scope.last)}
        facts = _open_facts(scope, "''", account_type, sign, scope.last)
        for fact in facts:
            fact.group, fact.as_of = _age(due[fact.txn, fact.entity], as_of), as_of
        groups = _grouped(facts)
        leaves = {label: leaf(groups[label], names) for label, _ in _AGES if label in groups}

        def rows() -> Iterator[ReportLine]:
            for label, one in leaves.items():
                yield from lines(Node(label=label, own=one), columns)
            if leaves:
                yield total("TOTAL", added(*(one.figures for one in leaves.values())), columns)

        return _page(title, f"As of {day_words(scope.last)}", columns, rows())

    return page


AGING: dict[str, Callable[[Scope], Page]] = {
    "APAgingDetail": _aging_detail("A/P Aging Detail", PAYABLE, -1),
    "APAgingSummary": _aging("A/P Aging Summary", PAYABLE, -1),
    "ARAgingDetail": _aging_detail("A/R Aging Detail", RECEIVABLE, 1),
    "ARAgingSummary": _aging("A/R Aging Summary", RECEIVABLE, 1),
}
"""The reports of what is due, by name."""
