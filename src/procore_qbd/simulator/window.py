"""A window into a company file: what is inside, job by job, with money; as plain text, or as HTML in a notebook."""

from __future__ import annotations

import html
import textwrap
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

import attrs

from procore_qbd.simulator.costing import lines_of, money_by_job
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.records.shaping import own_name
from procore_qbd.simulator.store.linking import total_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from procore_qbd.qbxml import Record
    from procore_qbd.simulator.knowledge.nouns import ListRecord, TransactionRecord


__all__ = ["Overview", "OverviewRow", "overview", "records_of", "rows"]

_WIDTH = 100
_GAP = 2
_LEAST = 8
"""The fewest characters that a column of words has, if it must be cut."""

Cell = str | Decimal | int | None


# --- records ---------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class OverviewRow:
    """A record, or a line of one.

    Attributes:
        id: ListID, TxnID or TxnLineID.
        depth: How far it stands below another.
        name: What people know it by.
        amount: What it comes to, where it is money.
        about: Whatever else tells it from others.
    """

    id: str
    depth: int = 0
    name: str
    amount: Decimal | None = None
    about: str = ""


def rows(records: Iterable[Record]) -> Iterator[OverviewRow]:
    """The records of a list, or transactions with their lines."""
    for record in records:
        if record.__record__.tag in LISTS:
            yield from _list_record(cast("ListRecord", record))
        else:
            yield from _transaction(cast("TransactionRecord", record))


def _list_record(record: ListRecord) -> Iterator[OverviewRow]:
    address = getattr(record, "vendor_address", None) or getattr(record, "bill_address", None)
    both, one = getattr(record, "sales_and_purchase", None), getattr(record, "sales_or_purchase", None)
    about = (
        both.purchase_desc or both.sales_desc if both else None,
        one.desc if one else None,
        getattr(record, "account_type", None),
        getattr(record, "template_type", None),
        ", ".join(filter(None, (address.addr1, address.city, address.state))) if address else None,
        None if record.is_active else "inactive",
    )
    yield OverviewRow(
        id=record.list_id,
        depth=getattr(record, "sublevel", 0) or 0,
        name=own_name(record),
        amount=getattr(record, "total_balance", None) or getattr(record, "balance", None) or None,
        about=_joined(about),
    )


def _transaction(record: TransactionRecord) -> Iterator[OverviewRow]:
    kind = KINDS[record.__record__.tag]
    party = getattr(record, kind.entity) if kind.entity else None
    received = "fully received" if getattr(record, "is_fully_received", False) else None
    yield OverviewRow(
        id=record.txn_id,
        name=getattr(record, "ref_number", None) or getattr(record, "memo", None) or "",
        amount=total_of(record, kind),
        about=_joined((party.full_name if party else None, received)),
    )
    for line in lines_of(record):
        item, account, job = (getattr(line, f"{what}_ref", None) for what in ("item", "account", "customer"))
        named = item or account
        said = getattr(line, "desc", None) or getattr(line, "memo", None)
        yield OverviewRow(
            id=getattr(line, "txn_line_id", None) or "",
            depth=1,
            name=(named.full_name or "") if named else "",
            amount=getattr(line, "amount", None),
            about=_joined((said, job.full_name if job else None)),
        )


def _joined(parts: Iterable[str | None]) -> str:
    return "; ".join(filter(None, parts))


# --- what is shown ---------------------------------------------------------------------------------------------------


class Alignment(Enum):
    """What stands in a column."""

    ID = "never cut"
    WORDS = "to the left, cut where there is no room"
    NUMBERS = "to the right, never cut"


@attrs.frozen(kw_only=True)
class TextTable:
    """Rows of cells.

    Attributes:
        title: What it is of; '' where that is plain.
        headings: What stands above the columns; nothing where that is plain.
        columns: What stands in them.
        rows: The cells, and how far the first word stands in.
    """

    title: str = ""
    headings: tuple[str, ...] = ()
    columns: tuple[Alignment, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]

    def plain(self) -> Iterator[str]:
        """Its lines; numbers go without commas where there is no room for them."""
        texts = [self._texts(depth, cells, "{:,}") for depth, cells in self.rows]
        if self._room([self.headings, *texts]) < _LEAST * self.columns.count(Alignment.WORDS):
            texts = [self._texts(depth, cells, "{}") for depth, cells in self.rows]
        lines = [self.headings, *texts] if self.headings else texts
        widths = self._widths(lines)
        for line in lines:
            cells = (
                text.rjust(width) if column is Alignment.NUMBERS else _cut(text, width).ljust(width)
                for text, width, column in zip(line, widths, self.columns, strict=True)
            )
            yield (" " * _GAP + (" " * _GAP).join(cells)).rstrip()

    def _texts(self, depth: int, cells: tuple[Cell, ...], number: str) -> tuple[str, ...]:
        words = self.columns.index(Alignment.WORDS)
        texts = [
            "" if cell is None else _one_line(cell) if isinstance(cell, str) else number.format(cell) for cell in cells
        ]
        texts[words] = "  " * depth + texts[words]
        return tuple(texts)

    def _needs(self, lines: list[tuple[str, ...]]) -> list[int]:
        return [max((len(line[at]) for line in lines if line), default=0) for at in range(len(self.columns))]

    def _room(self, lines: list[tuple[str, ...]]) -> int:
        """How many characters are left for words."""
        taken = sum(
            need for need, column in zip(self._needs(lines), self.columns, strict=True) if column is not Alignment.WORDS
        )
        return _WIDTH - taken - _GAP * len(self.columns)

    def _widths(self, lines: list[tuple[str, ...]]) -> list[int]:
        """The widths of the columns: the first words get what the others do not need, and two thirds at least."""
        widths, room = self._needs(lines), max(self._room(lines), 0)
        words = [at for at, column in enumerate(self.columns) if column is Alignment.WORDS]
        for at, later in zip(words, [words[1:], ()], strict=False):
            others = sum(widths[other] for other in later)
            widths[at] = min(widths[at], max(room - others, room * 2 // 3 if later else room))
            room -= widths[at]
        return widths

    def html(self) -> Iterator[str]:
        """It as HTML."""
        if self.title:
            yield f"<h4>{html.escape(self.title)}</h4>"
        yield "<table>"
        if self.headings:
            heads = (
                f"<th{_side(column)}>{html.escape(text)}</th>"
                for text, column in zip(self.headings, self.columns, strict=True)
            )
            yield f"<tr>{''.join(heads)}</tr>"
        for depth, cells in self.rows:
            texts = self._texts(0, cells, "{:,}")
            words = self.columns.index(Alignment.WORDS)
            data = (
                f"<td{_side(column, 1.5 * depth if at == words else 0)}>{html.escape(text)}</td>"
                for at, (text, column) in enumerate(zip(texts, self.columns, strict=True))
            )
            yield f"<tr>{''.join(data)}</tr>"
        yield "</table>"


def _side(column: Alignment, depth: float = 0) -> str:
    if column is Alignment.NUMBERS:
        return ' style="text-align:right"'
    return f' style="text-align:left;padding-left:{depth + 0.5}em"'


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"[:width]


@attrs.frozen(kw_only=True)
class Overview:
    """What is seen of a company file: ``print(view)``, or the value of a cell in a notebook.

    Attributes:
        title: Whose it is; '' where that is plain.
        tables: What is in it.
        counts: How many records of what there are, by list and kind.
    """

    title: str = ""
    tables: tuple[TextTable, ...]
    counts: dict[str, int] = attrs.field(factory=dict)

    def __str__(self) -> str:
        """Plain text of at most a hundred characters a line."""
        lines = [_cut(_one_line(self.title), _WIDTH)] if self.title else []
        for table in self.tables:
            lines += ["", table.title] if table.title else []
            lines += table.plain() if table.rows else ["  nothing"]
        if self.counts:
            lines += ["", *textwrap.wrap(self._counted(), _WIDTH)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        parts = [f"<h3>{html.escape(self.title)}</h3>"] if self.title else []
        for table in self.tables:
            parts += table.html()
        if self.counts:
            parts.append(f"<p>{html.escape(self._counted())}</p>")
        return "\n".join(parts)

    def _counted(self) -> str:
        return ", ".join(f"{kind}\u00a0{count:,}" for kind, count in self.counts.items())


def records_of(records: Iterable[Record]) -> Overview:
    """A list, or the transactions of a kind: ids, names with what stands below them, and what they come to."""
    columns = (Alignment.ID, Alignment.WORDS, Alignment.NUMBERS, Alignment.WORDS)
    found = tuple((row.depth, (row.id, row.name, row.amount, row.about)) for row in rows(records))
    return Overview(tables=(TextTable(columns=columns, rows=found),))


def overview(title: str, kinds: Iterable[str], records: Callable[[str], Iterable[Any]]) -> Overview:
    """What is inside: every job with its money, whom money is owed to, and how many records there are.

    Args:
        title: Whose company file it is.
        kinds: The lists and transactions that it keeps.
        records: Gives the records of each.
    """
    known = set(kinds)

    def there(kind: str) -> Iterable[Any]:
        return records(kind) if kind in known else ()

    money = money_by_job(there)
    jobs = TextTable(
        title="Jobs",
        headings=("", "Budget", "Committed", "Billed", "Paid", "Received"),
        columns=(Alignment.WORDS, *(Alignment.NUMBERS,) * 5),
        rows=tuple((job.sublevel or 0, (job.name, *attrs.astuple(money[job.list_id]))) for job in there("Customer")),
    )
    owed = TextTable(
        title="Vendors",
        headings=("", "Owed"),
        columns=(Alignment.WORDS, Alignment.NUMBERS),
        rows=tuple((0, (vendor.name, vendor.balance)) for vendor in there("Vendor")),
    )
    counts = {kind: sum(1 for _ in records(kind)) for kind in kinds}
    return Overview(title=title, tables=(jobs, owed), counts={kind: count for kind, count in counts.items() if count})
