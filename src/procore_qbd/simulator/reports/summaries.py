"""Reports of sums: profit and loss, the balance sheet, the trial balance, sales and purchases by name or item."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from procore_qbd.qbxml.entities.report_queries import ReturnLines
from procore_qbd.qbxml.entities.reports import ColType
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.days import later, month_end, of_month
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.type_groups import ACCOUNT_TYPES, ITEM_LISTS, STOCKED
from procore_qbd.simulator.reports.balances import PAYABLE, PROFIT, RECEIVABLE, Balances, balances, balances_at, owed
from procore_qbd.simulator.reports.pages import (
    Figures,
    Page,
    ReportColumn,
    ReportLine,
    day_words,
    heading,
    money,
    number,
    span_words,
)
from procore_qbd.simulator.reports.scope import DIMENSIONS, Scope, among, lacking
from procore_qbd.simulator.reports.trees import Leaf, Node, added, family, lines, minus, subtotal, text, total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from procore_qbd.simulator.queries.transactions import Condition
    from procore_qbd.simulator.reports.pages import Cell, Days

__all__ = ["NOBODY", "SUMMARIES", "by_chart", "by_item_type", "custom_summary", "profit_lines", "sold"]

TOO_MANY_COLUMNS = Reason(
    3320,
    "A report has more columns than anybody reads: 10,000 spans of time.",
    Source.DECIDED,
    tried(
        "<GeneralSummaryReportQueryRq><GeneralSummaryReportType>BalanceSheetStandard</GeneralSummaryReportType>"
        "<ReportPeriod><FromReportDate>2000-01-01</FromReportDate><ToReportDate>9999-12-31</ToReportDate></ReportPeriod>"
        "<SummarizeColumnsBy>Week</SummarizeColumnsBy></GeneralSummaryReportQueryRq>"
    ),
)

NOBODY = {"Class": "Unclassified", "ItemDetail": "No item", "Account": "No account"}
"""What is called that is of none; ``No name`` where nothing is said."""

_SPANS = {"Day": 0, "Week": 0, "Month": 1, "Quarter": 3, "Year": 12}
"""The words for spans of time, and how many months each has."""
_MOST_SPANS = 10_000
"""How many spans a report can have beside each other: those of eight thousand years by the year, of 27 by the day."""


# --- columns ---------------------------------------------------------------------------------------------------------


def _of(keys: Iterable[str]) -> Callable[[Figures], Cell]:
    wanted = tuple(keys)
    return lambda figures: money(sum(figures.get(key, 0) for key in wanted))


def _across(scope: Scope, sums: Iterable[Figures], by: str) -> tuple[ReportColumn, ...]:
    """The columns: one for each of what columns are summarized by, and one for all."""
    sums = tuple(sums)
    found = added(*sums)
    if by == "TotalOnly":
        return (ReportColumn((heading(scope.days),), ColType.AMOUNT, _of([""])),)
    keys = set(found)
    if scope.query.return_columns == ReturnLines.NON_ZERO:
        keys = {key for key in keys if any(figures.get(key) for figures in sums)}
    if by in _SPANS:
        columns = [
            _column((heading(_both(days, scope.days)),), [days[0].isoformat()]) for days in _spans(keys, by, scope)
        ]
    else:
        if scope.query.return_columns == ReturnLines.ALL:
            keys |= set(_all_of(by, scope))
        tree = family({key: Leaf({key: 1}) for key in keys}, scope.names, NOBODY.get(by, "No name"))
        columns = [column for node in tree for column in _columns(node)]
    return (*columns, ReportColumn(("TOTAL",), ColType.TOTAL, _of(found)))


def _column(titles: tuple[str, ...], keys: Iterable[str]) -> ReportColumn:
    return ReportColumn(titles, ColType.AMOUNT, _of(keys))


def _columns(node: Node, above: str = "") -> Iterator[ReportColumn]:
    """The columns of a record and of what stands below it, and of both together."""
    under = (f"({above})",) if above else ()
    if not node.children:
        yield _column((node.label, *under), node.figures)
        return
    for child in node.children:
        yield from _columns(child, node.label)
    if node.own is not None:
        yield _column((f"{node.label} - Other", *under), node.own.figures)
    yield _column((f"Total {node.label}", *under), node.figures)


def _all_of(by: str, scope: Scope) -> list[str]:
    """All records that lines or columns can be of; none where they are not of one list."""
    if by == "ItemDetail":
        return [
            key
            for list_ in dict.fromkeys(one for lists in ITEM_LISTS.values() for one in lists)
            for key in scope.names.of(list_)
        ]
    return scope.names.of(by)


def _spans(keys: Iterable[str], by: str, scope: Scope) -> Iterator[tuple[dt.date, dt.date]]:
    """The spans of time from the first to the last day, or from the first to the last of which there is something."""
    known = sorted(map(dt.date.fromisoformat, keys))
    if scope.query.return_columns == ReturnLines.NON_ZERO:
        yield from ((start, _end(start, by)) for start in known)
        return
    if not known and None in scope.days:
        return
    yield from _between(scope.days[0] or known[0], scope.days[1] or known[-1], by)


def _between(first: dt.date, last: dt.date, by: str) -> Iterator[tuple[dt.date, dt.date]]:
    """The spans from one day to another.

    Raises:
        Refusal: There are more than a report can have columns.
    """
    start = _start(first, by)
    for _ in range(_MOST_SPANS):
        if start > last:
            return
        end = _end(start, by)
        yield start, end
        if end == dt.date.max:
            return
        start = later(end, 1)
    raise TOO_MANY_COLUMNS(note=f"{by}: from {first} to {last} there are more than {_MOST_SPANS} columns")


def _start(day: dt.date, by: str) -> dt.date:
    """The first day of the span that a day is in."""
    if by == "Week":
        return later(day, -((day.weekday() + 1) % 7))
    months = _SPANS[by]
    return of_month(day.year, (day.month - 1) // months * months) if months else day


def _end(day: dt.date, by: str) -> dt.date:
    """The last day of the span that a day is in."""
    if by == "Week":
        return later(day, (5 - day.weekday()) % 7)
    months = _SPANS[by]
    return month_end(day.year, (day.month - 1) // months * months + months - 1) if months else day


def _both(days: tuple[dt.date, dt.date], limits: Days) -> Days:
    """What of a span lies within others."""
    return max(days[0], limits[0] or days[0]), min(days[1], limits[1] or days[1])


# --- sums ------------------------------------------------------------------------------------------------------------


def _dimension(word: str) -> str:
    """The SQL of what lines or columns are summarized by.

    Raises:
        Refusal: The simulator does not know it.
    """
    if word not in DIMENSIONS:
        raise lacking(word, f"the simulator summarizes by {', '.join(DIMENSIONS)}")
    return DIMENSIONS[word]


def _sums(scope: Scope, rows: str, by: str, *where: Condition, sign: int = 1) -> dict[str, dict[str, int]]:
    """Cents by line and column."""
    found: dict[str, dict[str, int]] = {}
    for row, column, cents, _ in scope.sums((rows, _dimension(by)), *where):
        found.setdefault(row, {})[column] = sign * cents
    return found


def _rows(scope: Scope, sums: Mapping[str, Figures], every: Iterable[str] = ()) -> dict[str, Leaf]:
    """The lines that a query wants: those in use, those that are not zero, or all."""
    wanted = getattr(scope.query, "return_rows", None)
    rows = {key: Leaf(figures) for key, figures in sums.items()}
    if wanted == ReturnLines.NON_ZERO:
        return {key: leaf for key, leaf in rows.items() if any(leaf.figures.values())}
    return dict.fromkeys(every, Leaf({})) | rows if wanted == ReturnLines.ALL else rows


def _listed(nodes: Sequence[Node], columns: Sequence[ReportColumn]) -> Iterator[ReportLine]:
    """Lines, and their sum; nothing where there are none."""
    for node in nodes:
        yield from lines(node, columns)
    if nodes:
        yield total("TOTAL", added(*(node.figures for node in nodes)), columns)


# --- profit and loss -------------------------------------------------------------------------------------------------

_HEADINGS = {
    "Income": ("Income", "Total Income"),
    "CostOfGoodsSold": ("Cost of Goods Sold", "Total COGS"),
    "Expense": ("Expense", "Total Expense"),
    "OtherIncome": ("Other Income", "Total Other Income"),
    "OtherExpense": ("Other Expense", "Total Other Expense"),
}


def sold(account_type: str) -> int:
    """The side on which an account of profit and loss is printed: income is a credit."""
    return -1 if account_type in ("Income", "OtherIncome") else 1


def profit_lines(scope: Scope, leaves: Mapping[str, Leaf], columns: Sequence[ReportColumn]) -> Iterator[ReportLine]:
    """Profit and loss, section by section.

    Args:
        scope: What the report is about.
        leaves: What is there of each account, on the side on which it is printed.
        columns: The columns.
    """

    def section(account_type: str) -> Node:
        label, sum_label = _HEADINGS[account_type]
        own = {key: leaf for key, leaf in leaves.items() if scope.type_of(key.partition("/")[2]) == account_type}
        return Node(label=label, sum_label=sum_label, children=family(own, scope.names))

    def shown(node: Node) -> Iterator[ReportLine]:
        if node.children:
            yield from lines(node, columns)

    if not leaves:
        return
    income, cost, expense, other_income, other_expense = map(section, _HEADINGS)
    gross = added(income.figures, minus(cost.figures))
    ordinary = added(gross, minus(expense.figures))
    other = added(other_income.figures, minus(other_expense.figures))
    yield text("Ordinary Income/Expense")
    yield from shown(income)
    yield from shown(cost)
    yield subtotal("Gross Profit", gross, columns)
    yield from shown(expense)
    yield subtotal("Net Ordinary Income", ordinary, columns)
    if other_income.children or other_expense.children:
        yield text("Other Income/Expense")
        yield from shown(other_income)
        yield from shown(other_expense)
        yield subtotal("Net Other Income", other, columns)
    yield total("Net Income", added(ordinary, other), columns)


def _profit_and_loss(title: str, default: str) -> Callable[[Scope], Page]:
    def page(scope: Scope) -> Page:
        by = scope.query.summarize_columns_by or default
        accounts = scope.accounts_of(*PROFIT)
        sums = {
            f"Account/{account}": {key: sold(scope.type_of(account)) * cents for key, cents in figures.items()}
            for account, figures in _sums(scope, "l.account", by, among("l.account", accounts)).items()
        }
        leaves = _rows(scope, sums, [f"Account/{account}" for account in accounts])
        columns = _across(scope, sums.values(), by)
        lines_ = profit_lines(scope, leaves, columns)
        return Page(title=title, subtitle=span_words(scope.days), columns=columns, lines=lines_)

    return page


# --- balances --------------------------------------------------------------------------------------------------------

_CURRENT_ASSETS = (
    ("Bank", "Checking/Savings"),
    ("AccountsReceivable", "Accounts Receivable"),
    ("OtherCurrentAsset", "Other Current Assets"),
)
_CURRENT_LIABILITIES = (
    ("AccountsPayable", "Accounts Payable"),
    ("CreditCard", "Credit Cards"),
    ("OtherCurrentLiability", "Other Current Liabilities"),
)


def _balance_sheet(scope: Scope) -> Page:
    by = scope.query.summarize_columns_by or "TotalOnly"
    if by not in ("TotalOnly", *_SPANS):
        raise lacking(by, f"the simulator's balance sheet is summarized by {', '.join(('TotalOnly', *_SPANS))}")
    spans = [(scope.last, scope.last)]
    if by != "TotalOnly":
        first = min(scope.days[0] or scope.last, scope.last)
        spans = [(start, min(end, scope.last)) for start, end in _between(first, scope.last, by)]
    ends = [end for _, end in spans]
    found = dict(zip(map(dt.date.isoformat, ends), balances_at(scope, spans, by), strict=True))
    sums: dict[str, dict[str, int]] = {}
    for end, one in found.items():
        for key, cents in one.lasting.items():
            sums.setdefault(key, {})[end] = cents
    net = {end: -sum(one.profit.values()) for end, one in found.items()}
    columns = tuple(_column((heading((end, end)),), [end.isoformat()]) for end in ends)
    lines_ = _balance_lines(scope, sums, net, columns)
    return Page(title="Balance Sheet", subtitle=f"As of {day_words(scope.last)}", columns=columns, lines=lines_)


def _balance_lines(
    scope: Scope, sums: dict[str, dict[str, int]], net: Figures, columns: Sequence[ReportColumn]
) -> Iterator[ReportLine]:
    def section(account_type: str, label: str, sign: int) -> tuple[Node, ...]:
        made = "Equity" if account_type == "Equity" else ""  # Retained Earnings, where nobody has made it yet
        own = {
            key: {end: sign * cents for end, cents in figures.items()}
            for key, figures in sums.items()
            if (scope.type_of(key.partition("/")[2]) or made) == account_type
        }
        every = [f"Account/{account}" for account in scope.accounts_of(account_type)]
        children = family(_rows(scope, own, every), scope.names)
        if made and (any(net.values()) or children):
            children = (*children, Node(label="Net Income", own=Leaf(net)))
        return (Node(label=label, children=children),) if children else ()

    def together(label: str, *nodes: Node) -> tuple[Node, ...]:
        return (Node(label=label, children=nodes),) if nodes else ()

    current = together("Current Assets", *(node for one in _CURRENT_ASSETS for node in section(*one, 1)))
    fixed = section("FixedAsset", "Fixed Assets", 1) + section("OtherAsset", "Other Assets", 1)
    assets = Node(label="ASSETS", children=current + fixed)
    due = together("Current Liabilities", *(node for one in _CURRENT_LIABILITIES for node in section(*one, -1)))
    liabilities = together("Liabilities", *due, *section("LongTermLiability", "Long Term Liabilities", -1))
    rest = Node(label="LIABILITIES & EQUITY", children=liabilities + section("Equity", "Equity", -1))
    for node in (assets, rest) if assets.children or rest.children else ():
        yield text(node.label)
        for child in node.children:
            yield from lines(child, columns)
        yield total(f"TOTAL {node.label}", node.figures, columns)


def _trial_balance(scope: Scope) -> Page:
    """Every account by itself; those of profit and loss since the fiscal year began."""
    _only_totals(scope)
    found: Balances = balances(scope, scope.last)
    sums = {key: {"": cents} for key, cents in (found.lasting | found.profit).items()}
    every = [f"Account/{account}" for account in scope.accounts if scope.type_of(account) != "NonPosting"]
    leaves = _rows(scope, sums, every)
    top = heading((scope.last, scope.last))
    columns = (
        ReportColumn((top, "Debit"), ColType.DEBIT, lambda figures: _side(figures, "debit")),
        ReportColumn((top, "Credit"), ColType.CREDIT, lambda figures: _side(figures, "credit")),
    )

    def rows() -> Iterator[ReportLine]:
        sides = {key: _sides(leaf.figures.get("", 0)) for key, leaf in leaves.items()}
        for key in by_chart(sides, scope):
            name = scope.names.full(key)
            yield from lines(Node(label=name, about=("account", name), own=Leaf(sides[key])), columns)
        if sides:
            yield total("TOTAL", added(*sides.values()), columns)

    return Page(title="Trial Balance", subtitle=f"As of {day_words(scope.last)}", columns=columns, lines=rows())


def by_chart(keys: Iterable[str], scope: Scope) -> list[str]:
    """Accounts in the order of the chart of accounts: by type, then by name."""
    return sorted(
        keys,
        key=lambda key: (ACCOUNT_TYPES.index(scope.type_of(key.partition("/")[2]) or "Equity"), scope.names.full(key)),
    )


def _sides(cents: int) -> Figures:
    return {"credit": -cents} if cents < 0 else {"debit": cents}


def _side(figures: Figures, side: str) -> Cell:
    return money(figures[side]) if side in figures else None


def _only_totals(scope: Scope) -> None:
    by = scope.query.summarize_columns_by
    if by not in (None, "TotalOnly"):
        raise lacking(by, f"the simulator makes {scope.query.report_type} with one column of sums only")


def _balance_of(title: str, account_type: str, list_: str, sign: int) -> Callable[[Scope], Page]:
    """What each customer owes, or each vendor is owed, at the end of a day."""

    def page(scope: Scope) -> Page:
        _only_totals(scope)
        found = {whom: {"": sign * cents} for whom, cents in owed(scope, account_type, scope.last).items() if cents}
        columns = (ReportColumn((heading((scope.last, scope.last)),), ColType.AMOUNT, _of([""])),)
        nodes = family(_rows(scope, found, scope.names.of(list_)), scope.names, "No name")
        return Page(
            title=title, subtitle=f"As of {day_words(scope.last)}", columns=columns, lines=_listed(nodes, columns)
        )

    return page


# --- by name and by item ---------------------------------------------------------------------------------------------

_SALES = tuple(tag for tag, kind in KINDS.items() if kind.sold and kind.side)
_PURCHASES = tuple(tag for tag, kind in KINDS.items() if "item_lines" in kind.lines)


def _of_items(scope: Scope, kinds: Iterable[str]) -> tuple[Condition, ...]:
    """Lines with items on some kinds of transactions, without what QuickBooks takes from the stock beside."""
    moved = among("l.account", scope.accounts_of("CostOfGoodsSold", "OtherCurrentAsset"))
    stocked = " OR ".join(f"l.item LIKE '{list_}/%'" for list_ in STOCKED)
    legs = (f"NOT (t.kind IN ({', '.join(map(repr, _SALES))}) AND ({stocked}) AND {moved[0]})", moved[1])
    return among("t.kind", kinds), ("l.item <> ''", ()), legs


def _by_name(
    title: str, rows: str, list_: str, where: Callable[[Scope], tuple[Condition, ...]], sign: int
) -> Callable[[Scope], Page]:
    def page(scope: Scope) -> Page:
        by = scope.query.summarize_columns_by or "TotalOnly"
        sums = _sums(scope, _dimension(rows), by, *where(scope), sign=sign)
        columns = _across(scope, sums.values(), by)
        nodes = family(_rows(scope, sums, scope.names.of(list_)), scope.names, "No name")
        return Page(title=title, subtitle=span_words(scope.days), columns=columns, lines=_listed(nodes, columns))

    return page


def _by_item(title: str, kinds: Iterable[str], sign: int, *, sales: bool) -> Callable[[Scope], Page]:
    """Items, by type: how many, for how much; of sales also which part of all, and the average price."""

    def page(scope: Scope) -> Page:
        _only_totals(scope)
        where = _of_items(scope, kinds)
        sums: dict[str, dict[str, int]] = {
            item: {"amount": sign * cents, "quantity": sign * quantity}
            for item, cents, quantity in scope.sums(("l.item",), *where)
        }
        everything = sum(figures["amount"] for figures in sums.values())
        columns: tuple[ReportColumn, ...] = (
            ReportColumn(
                (heading(scope.days), "Qty"), ColType.QUANTITY, lambda figures: number(figures.get("quantity", 0))
            ),
            ReportColumn((heading(scope.days), "Amount"), ColType.AMOUNT, _of(["amount"])),
        )
        if sales:
            columns += (
                ReportColumn(
                    (heading(scope.days), "% of Sales"), ColType.PERCENT, lambda figures: _share(figures, everything)
                ),
                ReportColumn((heading(scope.days), "Avg Price"), ColType.UNIT_PRICE, _price),
            )
        nodes = by_item_type(_rows(scope, sums, _all_of("ItemDetail", scope)), scope)
        return Page(title=title, subtitle=span_words(scope.days), columns=columns, lines=_listed(nodes, columns))

    return page


def _share(figures: Figures, everything: int) -> Cell:
    return round(money(figures.get("amount", 0)) * 100 / money(everything), 1) if everything else None


def _price(figures: Figures) -> Cell:
    quantity = number(figures.get("quantity", 0))
    return round(money(figures.get("amount", 0)) / quantity, 2) if quantity else None


_ITEM_TYPES = {
    "ItemInventory": "Inventory",
    "ItemInventoryAssembly": "Assembly",
    "ItemNonInventory": "Parts",
    "ItemService": "Service",
    "ItemOtherCharge": "Other Charges",
    "ItemFixedAsset": "Fixed Assets",
    "ItemDiscount": "Discounts",
}


def by_item_type(leaves: Mapping[str, Leaf], scope: Scope) -> tuple[Node, ...]:
    """Items below headings for their types; what is of no item comes last."""
    found: dict[str, dict[str, Leaf]] = {}
    for key, leaf in leaves.items():
        found.setdefault(_ITEM_TYPES.get(key.partition("/")[0], "Other" if key else ""), {})[key] = leaf
    headed = (*dict.fromkeys(_ITEM_TYPES.values()), "Other")
    typed = [Node(label=label, children=family(found[label], scope.names)) for label in headed if label in found]
    return (*typed, *family(found.get("", {}), scope.names, "No item"))


def custom_summary(scope: Scope) -> Page:
    """Income less expenses by what the query says; by account, or the income statement, it is profit and loss."""
    rows, by = scope.query.summarize_rows_by, scope.query.summarize_columns_by
    title = "Custom Summary Report"
    if rows in ("Account", "IncomeStatement"):
        return _profit_and_loss(title, "TotalOnly")(scope)
    if rows in _SPANS or rows == "TotalOnly":
        raise lacking(rows, "the simulator makes lines of a custom summary of accounts, names, classes and items")
    sums = _sums(scope, _dimension(rows), by, among("l.account", scope.accounts_of(*PROFIT)), sign=-1)
    columns = _across(scope, sums.values(), by)
    nodes = family(_rows(scope, sums, _all_of(rows, scope)), scope.names, NOBODY.get(rows, "No name"))
    return Page(title=title, subtitle=span_words(scope.days), columns=columns, lines=_listed(nodes, columns))


def _accounts(*types: str) -> Callable[[Scope], tuple[Condition, ...]]:
    return lambda scope: (among("l.account", scope.accounts_of(*types)),)


def _items_on(*kinds: str) -> Callable[[Scope], tuple[Condition, ...]]:
    return lambda scope: _of_items(scope, kinds)


def _vendors_expenses(scope: Scope) -> tuple[Condition, ...]:
    return *_accounts("Expense", "CostOfGoodsSold")(scope), ("t.entity LIKE 'Vendor/%'", ())


SUMMARIES: dict[str, Callable[[Scope], Page]] = {
    "BalanceSheetStandard": _balance_sheet,
    "CustomerBalanceSummary": _balance_of("Customer Balance Summary", RECEIVABLE, "Customer", 1),
    "ExpenseByVendorSummary": _by_name("Expenses by Vendor Summary", "Vendor", "Vendor", _vendors_expenses, 1),
    "IncomeByCustomerSummary": _by_name(
        "Income by Customer Summary", "Customer", "Customer", _accounts("Income", "CostOfGoodsSold"), -1
    ),
    "ProfitAndLossByClass": _profit_and_loss("Profit & Loss by Class", "Class"),
    "ProfitAndLossByJob": _profit_and_loss("Profit & Loss by Job", "Customer"),
    "ProfitAndLossStandard": _profit_and_loss("Profit & Loss", "TotalOnly"),
    "PurchaseByItemSummary": _by_item("Purchases by Item Summary", _PURCHASES, 1, sales=False),
    "PurchaseByVendorSummary": _by_name("Purchases by Vendor Summary", "Vendor", "Vendor", _items_on(*_PURCHASES), 1),
    "SalesByCustomerSummary": _by_name("Sales by Customer Summary", "Customer", "Customer", _items_on(*_SALES), -1),
    "SalesByItemSummary": _by_item("Sales by Item Summary", _SALES, -1, sales=True),
    "TrialBalance": _trial_balance,
    "VendorBalanceSummary": _balance_of("Vendor Balance Summary", PAYABLE, "Vendor", -1),
}
"""The reports of sums that the simulator makes, by name."""
