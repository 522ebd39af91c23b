"""Reports of sums: profit and loss, the balance sheet, the trial balance, sales and purchases by name or item."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml.entities.report_queries import ReturnLines
from procore_qbd.qbxml.entities.reports import ColType
from procore_qbd.simulator.items import STOCKED
from procore_qbd.simulator.kinds import ACCOUNT_TYPES, ITEM_LISTS
from procore_qbd.simulator.reports.due import balances
from procore_qbd.simulator.reports.pages import (
    Column,
    Figures,
    Line,
    Page,
    day_words,
    heading,
    money,
    number,
    span_words,
)
from procore_qbd.simulator.reports.scope import DIMENSIONS, Scope, among, lacking
from procore_qbd.simulator.reports.trees import Leaf, Node, added, family, lines, minus, subtotal, text, total
from procore_qbd.simulator.transactions import TRANSACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from procore_qbd.simulator.reports.pages import Cell, Days
    from procore_qbd.simulator.txn_filters import Condition

    Sums = dict[str, dict[str, int]]

__all__ = ["SUMMARIES", "by_item_type", "custom_summary", "profit_lines", "shown_rows"]

_ALL = "all"
_CREDITED = ("Income", "OtherIncome")
_SPANS = ("Day", "Week", "Month", "Quarter", "Year")
_MONTHS = {"Month": 1, "Quarter": 3, "Year": 12}
_NOBODY = {"Class": "Unclassified", "Customer": "No name", "ItemDetail": "No item"}
_PROFIT = ("Income", "CostOfGoodsSold", "Expense", "OtherIncome", "OtherExpense")


# --- columns ---------------------------------------------------------------------------------------------------------


def _sum_of(keys: Iterable[str]) -> Callable[[Figures], Cell]:
    wanted = tuple(keys)
    return lambda figures: money(sum(figures.get(key, 0) for key in wanted))


def _across(scope: Scope, sums: Iterable[Figures], default: str = "TotalOnly") -> tuple[Column, ...]:
    """The columns of a report: one for each of what its query summarizes columns by, and their sum."""
    by = scope.query.summarize_columns_by or default
    found = added(*sums)
    everything = Column(("TOTAL",), ColType.TOTAL, _sum_of(found))
    if by == "TotalOnly":
        return (attrs.evolve(everything, titles=(heading(scope.days),), type=ColType.AMOUNT),)
    keys = {key for key in found if not _is_nil(key, sums, scope.query.return_columns)}
    if by in _SPANS:
        columns = [_column((_span_heading(start, by, scope.days),), [start]) for start in _spans(keys, by, scope)]
    else:
        if scope.query.return_columns == ReturnLines.ALL:
            keys |= {key for list_ in _lists(by) for key in scope.names.of(list_)}
        leaves = {key: Leaf({}) for key in keys}
        columns = [
            one for node in family(leaves, scope.names, _NOBODY.get(by, "No name")) for one in _columns(node, scope)
        ]
    return (*columns, everything)


def _is_nil(key: str, sums: Iterable[Figures], wanted: str | None) -> bool:
    return wanted == ReturnLines.NON_ZERO and not any(figures.get(key) for figures in sums)


def _column(titles: tuple[str, ...], keys: Iterable[str]) -> Column:
    return Column(titles, ColType.AMOUNT, _sum_of(keys))


def _columns(node: Node, scope: Scope, above: str = "") -> Iterator[Column]:
    """The columns of a record and of what stands below it, and of both together."""
    under = (f"({above})",) if above else ()
    full = {key: scope.names.full(key) for key in _keys_of(node, scope)}
    own = [key for key, name in full.items() if node.about is not None and name == node.about[1]]
    if not node.children:
        yield _column((node.label, *under), own or [""])
        return
    for child in node.children:
        yield from _columns(child, scope, node.label)
    if node.own is not None:
        yield _column((f"{node.label} - Other", *under), own)
    yield _column((f"Total {node.label}", *under), full)


def _keys_of(node: Node, scope: Scope) -> Iterator[str]:
    if node.about is not None:
        yield from scope.keys_of(*node.about)
    for child in node.children:
        yield from _keys_of(child, scope)
