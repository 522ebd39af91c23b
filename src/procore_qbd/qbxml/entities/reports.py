"""Reports, answered: columns, lines of four kinds, and the plain rows that they make."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Annotated, ClassVar, TypeAlias, TypeVar

import attrs

from procore_qbd.cards import Card, Grid, GridRow, HasCard, alignments
from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.reports import ReportBasis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from procore_qbd.cards import Shown

__all__ = [
    "Cell",
    "ColData",
    "ColDesc",
    "ColTitle",
    "ColType",
    "DataRow",
    "Report",
    "ReportBasis",
    "ReportData",
    "RowData",
    "RowKind",
    "SubtotalRow",
    "TextRow",
    "TotalRow",
]

Cell: TypeAlias = str | Decimal | int | bool | dt.date | dt.datetime | dt.timedelta | None
"""What a cell of a report says; None where it is empty."""


class RowKind(StrEnum):
    """What kind of line: figures, the sum of some lines above, the sum of all, or a heading."""

    DATA = "data"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    TEXT = "text"


class ColType(q.Words):
    """What a column means; a type that is none of these is kept as text."""

    ACCOUNT = "Account"
    ADDR_1 = "Addr1"
    ADDR_2 = "Addr2"
    ADDR_3 = "Addr3"
    ADDR_4 = "Addr4"
    ADDR_5 = "Addr5"
    AGING = "Aging"
    AMOUNT = "Amount"
    AMOUNT_DIFFERENCE = "AmountDifference"
    AVERAGE_COST = "AverageCost"
    BILLED_DATE = "BilledDate"
    BILLING_STATUS = "BillingStatus"
    BLANK = "Blank"
    CALCULATED_AMOUNT = "CalculatedAmount"
    CLASS = "Class"
    CLEARED_STATUS = "ClearedStatus"
    COST_PRICE = "CostPrice"
    CREATE_DATE = "CreateDate"
    CREDIT = "Credit"
    CUSTOM_FIELD = "CustomField"
    DATE = "Date"
    DEBIT = "Debit"
    DELIVERY_DATE = "DeliveryDate"
    DUE_DATE = "DueDate"
    DURATION = "Duration"
    EARLIEST_RECEIPT_DATE = "EarliestReceiptDate"
    ESTIMATE_ACTIVE = "EstimateActive"
    FOB = "FOB"
    INCOME_SUBJECT_TO_TAX = "IncomeSubjectToTax"
    INVOICED = "Invoiced", "3.0"
    IS_ADJUSTMENT = "IsAdjustment", "3.0"
    ITEM = "Item"
    ITEM_DESC = "ItemDesc"
    ITEM_VENDOR = "ItemVendor"
    LABEL = "Label"
    LAST_MODIFIED_BY = "LastModifiedBy"
    LATEST_OR_PRIOR_STATE = "LatestOrPriorState", "5.0"
    MEMO = "Memo"
    MODIFIED_TIME = "ModifiedTime"
    NAME = "Name"
    NAME_ACCOUNT_NUMBER = "NameAccountNumber"
    NAME_ADDRESS = "NameAddress"
    NAME_CITY = "NameCity"
    NAME_CONTACT = "NameContact"
    NAME_EMAIL = "NameEmail"
    NAME_FAX = "NameFax"
    NAME_PHONE = "NamePhone"
    NAME_STATE = "NameState"
    NAME_ZIP = "NameZip"
    OPEN_BALANCE = "OpenBalance"
    ORIGINAL_AMOUNT = "OriginalAmount"
    PAID_AMOUNT = "PaidAmount"
    PAID_STATUS = "PaidStatus"
    PAID_THROUGH_DATE = "PaidThroughDate"
    PAYMENT_METHOD = "PaymentMethod"
    PAYROLL_ITEM = "PayrollItem"
    PERCENT = "Percent"
    PERCENT_CHANGE = "PercentChange"
    PERCENT_OF_TOTAL_RETAIL = "PercentOfTotalRetail"
    PERCENT_OF_TOTAL_VALUE = "PercentOfTotalValue"
    PHYSICAL_COUNT = "PhysicalCount"
    PO_NUMBER = "PONumber"
    PRINT_STATUS = "PrintStatus"
    PROGRESS_AMOUNT = "ProgressAmount"
    PROGRESS_PERCENT = "ProgressPercent"
    QUANTITY = "Quantity"
    QUANTITY_AVAILABLE = "QuantityAvailable"
    QUANTITY_ON_HAND = "QuantityOnHand"
    QUANTITY_ON_ORDER = "QuantityOnOrder"
    QUANTITY_ON_PENDING_BUILD = "QuantityOnPendingBuild", "5.0"
    QUANTITY_ON_SALES_ORDER = "QuantityOnSalesOrder"
    RECEIVED_QUANTITY = "ReceivedQuantity"
    REF_NUMBER = "RefNumber"
    REORDER_POINT = "ReorderPoint"
    RETAIL_VALUE_ON_HAND = "RetailValueOnHand"
    RUNNING_BALANCE = "RunningBalance"
    SALES_PER_WEEK = "SalesPerWeek"
    SALES_REP = "SalesRep"
    SALES_TAX_CODE = "SalesTaxCode"
    SHIP_DATE = "ShipDate"
    SHIP_METHOD = "ShipMethod"
    SHIP_TO_ADDR_1 = "ShipToAddr1"
    SHIP_TO_ADDR_2 = "ShipToAddr2"
    SHIP_TO_ADDR_3 = "ShipToAddr3"
    SHIP_TO_ADDR_4 = "ShipToAddr4"
    SHIP_TO_ADDR_5 = "ShipToAddr5"
    SO_NUMBER = "SONumber"
    SOURCE_NAME = "SourceName"
    SPLIT_ACCOUNT = "SplitAccount"
    SSN_OR_TAX_ID = "SSNOrTaxID"
    SUGGESTED_REORDER = "SuggestedReorder"
    TAX_LINE = "TaxLine"
    TAX_TABLE_VERSION = "TaxTableVersion", "3.0"
    TERMS = "Terms"
    TOTAL = "Total"
    TXN_ID = "TxnID", "2.1"
    TXN_NUMBER = "TxnNumber"
    TXN_TYPE = "TxnType"
    UNIT_PRICE = "UnitPrice"
    USER_EDIT = "UserEdit", "3.0"
    VALUE_ON_HAND = "ValueOnHand"
    WAGE_BASE = "WageBase"
    WAGE_BASE_TIPS = "WageBaseTips"


# --- what a cell says ------------------------------------------------------------------------------------------------

_READERS: dict[str | None, Callable[[str], Cell]] = {
    "AMTTYPE": q.Amount("value").read,
    "BOOLTYPE": q.YesNo("value").read,
    "DATETIMETYPE": lambda text: q.When("value").read(text).wall,
    "DATETYPE": q.Day("value").read,
    "INTTYPE": q.Integer("value").read,
    "PERCENTTYPE": q.Percent("value").read,
    "PRICETYPE": q.Price("value").read,
    "QUANTYPE": q.Quantity("value").read,
    "TIMEINTERVALTYPE": q.TimeInterval("value").read,
}


def _cell(text: str | None, data_type: str | None) -> Cell:
    """The value of a cell; one that cannot be read stays text, as QuickBooks wrote it."""
    if text is None or not text.strip():
        return None
    read = _READERS.get(data_type)
    if read is None:
        return text
    try:
        return read(text.strip())
    except ValueError:
        return text


def _as_shown(cell: Cell) -> Shown:
    """A cell as a card shows it: figures stay figures."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return cell if cell is None or isinstance(cell, (Decimal, int)) else str(cell)


# --- columns ---------------------------------------------------------------------------------------------------------


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class ColTitle(q.Record):
    """What stands above a column in one of the title's rows."""

    title_row: Annotated[str | None, q.Attribute("titleRow", required=q.RET)] = None
    value: Annotated[str | None, q.Attribute("value")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class ColDesc(q.Record):
    """A column: its number, the type of what stands in it (``AMTTYPE``, ``DATETYPE``, …), its title and its meaning."""

    col_id: Annotated[str | None, q.Attribute("colID", required=q.RET)] = None
    data_type: Annotated[str | None, q.Attribute("dataType", required=q.RET)] = None
    titles: Annotated[tuple[ColTitle, ...], q.Block("ColTitle")] = ()
    type: Annotated[ColType | str | None, q.Choice("ColType", ColType)] = None

    @property
    def title(self) -> str:
        """Its title in one line, its rows joined by a colon; that of a column without one is its meaning.

        The column that names the lines is ``label``.
        """
        rows = (" ".join((title.value or "").split()) for title in self.titles)
        if said := ": ".join(filter(None, rows)):
            return said
        return "label" if self.type in {None, ColType.BLANK, ColType.LABEL} else str(self.type)


# --- lines -----------------------------------------------------------------------------------------------------------


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class RowData(q.Record):
    """What a line is about: the kind of record (``item``, ``customer``, ``account``, …) and its full name."""

    row_type: Annotated[str | None, q.Attribute("rowType")] = None
    value: Annotated[str | None, q.Attribute("value")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class ColData(q.Record):
    """A cell: the number of its column, its text, and its type where that is not the column's."""

    col_id: Annotated[str | None, q.Attribute("colID", required=q.RET)] = None
    value: Annotated[str | None, q.Attribute("value")] = None
    data_type: Annotated[str | None, q.Attribute("dataType")] = None


@attrs.frozen(kw_only=True, slots=False)
class CellRow(q.Record):
    """What all lines with cells have; an empty cell has no element."""

    kind: ClassVar[RowKind]

    row_number: Annotated[str | None, q.Attribute("rowNumber", required=q.RET)] = None
    row_data: Annotated[RowData | None, q.Block("RowData")] = None
    cells: Annotated[tuple[ColData, ...], q.Block("ColData")] = ()


@q.record("DataRow", shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class DataRow(CellRow):
    """A line of figures."""

    kind: ClassVar[RowKind] = RowKind.DATA


@q.record("SubtotalRow", shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class SubtotalRow(CellRow):
    """A sum of lines above."""

    kind: ClassVar[RowKind] = RowKind.SUBTOTAL


@q.record("TotalRow", shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class TotalRow(CellRow):
    """The sum of the report."""

    kind: ClassVar[RowKind] = RowKind.TOTAL


@q.record("TextRow", shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class TextRow(q.Record):
    """A heading: text instead of cells."""

    kind: ClassVar[RowKind] = RowKind.TEXT

    row_number: Annotated[str | None, q.Attribute("rowNumber", required=q.RET)] = None
    value: Annotated[str | None, q.Attribute("value")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class ReportData(q.Record):
    """The lines of a report, as they stand."""

    lines: Annotated[tuple[DataRow | TextRow | SubtotalRow | TotalRow, ...], q.Lines()] = ()


# --- the report ------------------------------------------------------------------------------------------------------

_ABOUT = ("kind", "row_type", "row_value")

P = TypeVar("P", ColDesc, ColData)


def _placed(parts: Iterable[P]) -> Iterator[tuple[tuple[str | None, int], P]]:
    """Columns or cells with their places: the column's number, and how often it was there before."""
    seen: Counter[str | None] = Counter()
    for part in parts:
        yield (part.col_id, seen[part.col_id]), part
        seen[part.col_id] += 1


@q.record("Report", shapes=q.RET, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class Report(HasCard, q.Record):
    """A report as QuickBooks would print it; `rows` makes plain rows of it."""

    title: Annotated[str | None, q.Text("ReportTitle")] = None
    subtitle: Annotated[str | None, q.Text("ReportSubtitle")] = None
    basis: Annotated[ReportBasis | str | None, q.Choice("ReportBasis", ReportBasis)] = None
    num_rows: Annotated[int | None, q.Integer("NumRows")] = None
    num_columns: Annotated[int | None, q.Integer("NumColumns")] = None
    num_col_title_rows: Annotated[int | None, q.Integer("NumColTitleRows")] = None
    columns: Annotated[tuple[ColDesc, ...], q.Block("ColDesc")] = ()
    data: Annotated[ReportData | None, q.Block("ReportData")] = None

    @property
    def lines(self) -> tuple[DataRow | TextRow | SubtotalRow | TotalRow, ...]:
        """The lines of all kinds, as they stand; none where the report is empty."""
        return self.data.lines if self.data is not None else ()

    @property
    def names(self) -> tuple[str, ...]:
        """What stands in each of the `rows`, in order, under names that are all different.

        First ``kind``, ``row_type`` and ``row_value``; then the columns by their titles. A title that was there before
        gets a number: ``Diff. (2)``. A cell whose column nobody described has ``column 7``.
        """
        return (*_ABOUT, *self._names().values())

    def rows(self, *kinds: RowKind | str) -> tuple[dict[str, Cell], ...]:
        """The lines as plain mappings, each with all of the `names`, for a DataFrame or ``csv.DictWriter``.

        Amounts, quantities, prices and percentages are Decimal, days dates, moments the wall clock of the machine that
        runs QuickBooks. What cannot be read as its column says stays text, and an empty cell is None. The text of a
        heading stands in the first column.

        Args:
            kinds: ``"data"``, ``"subtotal"``, ``"total"`` or ``"text"``; lines of all kinds where none is named.

        Raises:
            ValueError: There are no lines of such a kind.
        """
        if strangers := [kind for kind in kinds if kind not in set(RowKind)]:
            raise ValueError(f"expected {', '.join(RowKind)}, got {', '.join(map(repr, strangers))}")
        names = self._names()
        types = {place: column.data_type for place, column in _placed(self.columns)}
        empty: dict[str, Cell] = dict.fromkeys((*_ABOUT, *names.values()))
        found = []
        for line in self.lines:
            if kinds and line.kind not in kinds:
                continue
            row = empty | {"kind": line.kind.value}
            if isinstance(line, TextRow):
                row[next(iter(names.values()))] = line.value
            else:
                if line.row_data is not None:
                    row |= {"row_type": line.row_data.row_type, "row_value": line.row_data.value}
                for place, cell in _placed(line.cells):
                    row[names[place]] = _cell(cell.value, cell.data_type or types.get(place))
            found.append(row)
        return tuple(found)

    def _card(self) -> Card:
        about = (self.title, self.subtitle, f"{self.basis} basis" if self.basis else None)
        rows = tuple(
            GridRow(
                tuple(map(_as_shown, list(row.values())[len(_ABOUT) :])),
                strong=row["kind"] in {RowKind.SUBTOTAL, RowKind.TOTAL},
            )
            for row in self.rows()
        )
        headings = tuple("" if name == "label" else name for name in self.names[len(_ABOUT) :])
        grid = Grid(headings=headings, columns=alignments(rows, headings), rows=rows)
        return Card(title=", ".join(filter(None, about)) or "Report", grids=(grid,))

    def _names(self) -> dict[tuple[str | None, int], str]:
        """The name of every place that a cell of this report may have."""
        titles = {place: column.title for place, column in _placed(self.columns)}
        for place, _ in chain.from_iterable(_placed(line.cells) for line in self.lines if not isinstance(line, TextRow)):
            titles.setdefault(place, f"column {place[0] or ''}".rstrip())
        if not titles:
            titles["1", 0] = "label"  # headings stand somewhere even so
        taken: set[str] = set(_ABOUT)
        for place, title in titles.items():
            name, number = title, 1
            while name in taken:
                number += 1
                name = f"{title} ({number})"
            taken.add(name)
            titles[place] = name
        return titles
