"""What a report looks like: titles, columns and lines, and how QuickBooks prints what stands in them."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TypeAlias

import attrs

from procore_qbd.qbxml.entities.reports import (
    ColData,
    ColDesc,
    ColTitle,
    ColType,
    DataRow,
    Report,
    ReportBasis,
    ReportData,
    RowData,
    RowKind,
    SubtotalRow,
    TextRow,
    TotalRow,
)
from procore_qbd.simulator.knowledge.arithmetic import from_cents
from procore_qbd.simulator.store.sums import quantity_of

__all__ = ["Figures", "Page", "ReportColumn", "ReportLine", "day_words", "heading", "money", "number", "span_words"]

Figures: TypeAlias = Mapping[str, int]
"""The sums of a line, by what they are of: cents, or hundred-thousandths of a quantity."""

Cell: TypeAlias = Decimal | dt.date | dt.timedelta | str | int | None
Days: TypeAlias = tuple[dt.date | None, dt.date | None]
"""The first and the last day; None where there is no limit."""

_DATA_TYPES = {
    "AMTTYPE": "Amount AmountDifference Credit Debit OpenBalance OriginalAmount RunningBalance Total",
    "DATETYPE": "Date DeliveryDate DueDate ShipDate",
    "IDTYPE": "TxnID",
    "INTTYPE": "Aging TxnNumber",
    "PERCENTTYPE": "Percent",
    "PRICETYPE": "UnitPrice",
    "QUANTYPE": "Quantity ReceivedQuantity",
    "TIMEINTERVALTYPE": "Duration",
}
_TYPED = {name: data_type for data_type, names in _DATA_TYPES.items() for name in names.split()}
_ROWS: dict[RowKind, type[DataRow | SubtotalRow | TotalRow]] = {
    RowKind.DATA: DataRow,
    RowKind.SUBTOTAL: SubtotalRow,
    RowKind.TOTAL: TotalRow,
}


@attrs.frozen
class ReportColumn:
    """A column: what stands above it, what it means, and what it says of the sums of a line."""

    titles: tuple[str, ...]
    type: ColType
    of: Callable[[Figures], Cell]


@attrs.frozen
class ReportLine:
    """A line.

    Attributes:
        kind: Figures, the sum of some lines or of all, or a heading.
        label: What stands in the first column.
        cells: What stands in the others, one for each.
        about: What it is about: the kind of record, and its full name.
    """

    kind: RowKind
    label: str = ""
    cells: tuple[Cell, ...] = ()
    about: tuple[str, str] | None = None


@attrs.frozen(kw_only=True)
class Page:
    """A report before it is written.

    Attributes:
        title: Its name.
        subtitle: The time that it is about.
        columns: The columns, without the first, which names the lines.
        lines: The lines, in order.
        labels: What the first column is: labels, or a blank before transactions.
    """

    title: str
    subtitle: str
    columns: tuple[ReportColumn, ...]
    lines: Iterable[ReportLine]
    labels: ColType = ColType.LABEL

    def report(self) -> Report:
        """The report as it is answered; an empty one has columns and no lines."""
        first = ReportColumn(("",), self.labels, lambda _figures: None)
        columns = (first, *self.columns)
        rows = max(len(column.titles) for column in columns)
        lines = tuple(_row(at, line) for at, line in enumerate(self.lines, 1))
        return Report(
            title=self.title,
            subtitle=self.subtitle,
            basis=ReportBasis.ACCRUAL,
            num_rows=len(lines),
            num_columns=len(columns),
            num_col_title_rows=rows,
            columns=tuple(_described(at, column, rows) for at, column in enumerate(columns, 1)),
            data=ReportData(lines=lines) if lines else None,
        )


def _described(at: int, column: ReportColumn, rows: int) -> ColDesc:
    titles = (*column.titles, *[""] * (rows - len(column.titles)))
    return ColDesc(
        col_id=str(at),
        data_type=_TYPED.get(column.type, "STRTYPE"),
        titles=tuple(ColTitle(title_row=str(row), value=title or None) for row, title in enumerate(titles, 1)),
        type=column.type,
    )


def _row(at: int, line: ReportLine) -> DataRow | TextRow | SubtotalRow | TotalRow:
    if line.kind is RowKind.TEXT:
        return TextRow(row_number=str(at), value=line.label)
    cells = enumerate((line.label or None, *line.cells), 1)
    return _ROWS[line.kind](
        row_number=str(at),
        row_data=RowData(row_type=line.about[0], value=line.about[1]) if line.about else None,
        cells=tuple(ColData(col_id=str(column), value=_printed(cell)) for column, cell in cells if cell is not None),
    )


def _printed(cell: Cell) -> str:
    if isinstance(cell, dt.timedelta):
        minutes = round(cell.total_seconds()) // 60
        return f"PT{minutes // 60}H{minutes % 60}M0S"
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


# --- numbers ---------------------------------------------------------------------------------------------------------


money, number = from_cents, quantity_of
"""What the ledger keeps as whole numbers, as an amount and as a quantity."""


# --- time, as it stands above a report and its columns ---------------------------------------------------------------


def day_words(day: dt.date) -> str:
    """``December 15, 2007``."""
    return f"{day:%B} {day.day}, {day.year}"


def span_words(days: Days) -> str:
    """``January through December 2007``, ``February 1 - 7, 2011``; ``All Transactions`` where there is no limit."""
    first, last = days
    if first is None or last is None:
        return f"Through {day_words(last)}" if last else f"From {day_words(first)}" if first else "All Transactions"
    if first == last:
        return day_words(first)
    month = (first.year, first.month) == (last.year, last.month)
    if first.day == 1 and last.day == _last_day(last):
        if month:
            return f"{first:%B} {first.year}"
        year = "" if first.year == last.year else f" {first.year}"
        return f"{first:%B}{year} through {last:%B} {last.year}"
    if month:
        return f"{first:%B} {first.day} - {last.day}, {last.year}"
    year = "" if first.year == last.year else f", {first.year}"
    return f"{first:%B} {first.day}{year} through {day_words(last)}"


def heading(days: Days) -> str:
    """The same above a column: ``Jan - Dec 07``, ``Feb 1 - 7, 11``; ``TOTAL`` where there is no limit."""
    first, last = days
    if first is None or last is None:
        return "TOTAL"
    if first == last:
        return f"{last:%b} {last.day}, {last:%y}"
    month = (first.year, first.month) == (last.year, last.month)
    same_year = first.year == last.year
    if first.day == 1 and last.day == _last_day(last):
        if month:
            return f"{last:%b %y}"
        return f"{first:%b} - {last:%b %y}" if same_year else f"{first:%b '%y} - {last:%b %y}"
    if month:
        return f"{first:%b} {first.day} - {last.day}, {last:%y}"
    year = "" if same_year else f", {first:%y}"
    return f"{first:%b} {first.day}{year} - {last:%b} {last.day}, {last:%y}"


def _last_day(day: dt.date) -> int:
    return calendar.monthrange(day.year, day.month)[1]
