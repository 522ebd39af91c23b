"""Grids: what is shown in rows and columns, without a word on how."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "LONGEST",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Alignment",
    "Grid",
    "GridRow",
    "Shown",
    "alignments",
    "facts",
    "short",
]

MOST_ROWS = 60
"""How many rows of a grid, and how many notes, a cell of a notebook shows."""
MOST_COLUMNS = 24
"""How many columns of a grid a cell of a notebook shows."""
LONGEST = 600
"""How many characters of one text a cell of a notebook shows; of a document, five times as many."""

_NEVER_CUT = 12

Shown: TypeAlias = str | Decimal | int | None
"""What stands in a cell of a grid; None for nothing."""


class Alignment(Enum):
    """What stands in a column."""

    WHOLE = "to the left, never cut"
    WORDS = "to the left, cut where the terminal has no room"
    NUMBERS = "to the right, never cut"


@attrs.frozen
class GridRow:
    """One row of a grid.

    Attributes:
        cells: What stands in it, by column; None for nothing.
        depth: How far it stands below another: its words stand in.
        strong: Whether it is a sum of others.
    """

    cells: tuple[Shown, ...]
    depth: int = 0
    strong: bool = False


@attrs.frozen(kw_only=True)
class Grid:
    """Rows of cells.

    Attributes:
        title: What it is of; ``''`` where that is plain.
        headings: What stands above the columns; nothing where that is plain.
        columns: What stands in them.
        rows: The rows.
        left_out: What is not shown of it, a sentence each.
        subject: The column that says what a row is about; on a page it comes first.
        indent: How many blanks stand before it in text.
        least: How many characters its first column has in text at least.
    """

    title: str = ""
    headings: tuple[str, ...] = ()
    columns: tuple[Alignment, ...]
    rows: tuple[GridRow, ...]
    left_out: tuple[str, ...] = ()
    subject: int = 0
    indent: int = 2
    least: int = 0

    def __attrs_post_init__(self) -> None:
        """See that each row has a cell for each column.

        Raises:
            ValueError: One has not.
        """
        count = len(self.columns)
        for what, cells in (("headings", self.headings or self.columns), *(("a row", row.cells) for row in self.rows)):
            if len(cells) != count:
                raise ValueError(f"a grid of {count} columns has {what} of {len(cells)}: {cells}")

    @property
    def words(self) -> int:
        """The column whose words stand in where a row stands below another: the first that may be cut, or the last."""
        cut = (at for at, column in enumerate(self.columns) if column is Alignment.WORDS)
        return next(cut, len(self.columns) - 1)

    @property
    def on_a_page(self) -> tuple[int, ...]:
        """The columns in the order in which a page has them."""
        return (self.subject, *(at for at in range(len(self.columns)) if at != self.subject))[: len(self.columns)]

    def in_a_cell(self) -> Grid:
        """It with no more than a cell shows, and what is left out."""
        kept = sorted(self.on_a_page[:MOST_COLUMNS])
        rows = tuple(
            attrs.evolve(row, cells=tuple(_short_cell(row.cells[at]) for at in kept)) for row in self.rows[:MOST_ROWS]
        )
        more = ((len(self.rows) - len(rows), "row"), (len(self.columns) - len(kept), "column"))
        return attrs.evolve(
            self,
            title=short(self.title),
            headings=tuple(short(self.headings[at]) for at in kept) if self.headings else (),
            columns=tuple(self.columns[at] for at in kept),
            rows=rows,
            subject=kept.index(self.subject) if kept else 0,
            left_out=(
                *self.left_out,
                *(f"{count:,} more {what}{'s' * (count > 1)} not shown" for count, what in more if count),
            ),
        )


def alignments(rows: Sequence[GridRow], headings: Sequence[str] = ()) -> tuple[Alignment, ...]:
    """How columns stand by what is in them: numbers to the right, words to the left, and what is short is never cut."""
    if not rows:
        return (Alignment.WORDS,) * len(headings)
    columns = zip(*(row.cells for row in rows), strict=True)
    heads = headings or [""] * len(rows[0].cells)
    return tuple(
        _alignment([cell for cell in column if cell is not None], head)
        for column, head in zip(columns, heads, strict=True)
    )


def _alignment(cells: Sequence[Shown], heading: str) -> Alignment:
    if cells and not any(isinstance(cell, str) for cell in cells):
        return Alignment.NUMBERS
    is_short = max((len(str(cell)) for cell in (heading, *cells)), default=0) <= _NEVER_CUT
    return Alignment.WHOLE if is_short else Alignment.WORDS


def facts(pairs: Iterable[tuple[str, Shown]], *, title: str = "") -> Grid:
    """A grid of names and what is known under each; those of which nothing is known are left out."""
    known = tuple(
        GridRow((name, f"{value:,}" if isinstance(value, (Decimal, int)) else value)) for name, value in pairs
    )
    rows = tuple(row for row in known if row.cells[1] not in (None, ""))
    return Grid(title=title, columns=(Alignment.WHOLE, Alignment.WHOLE), rows=rows)


def short(text: str, longest: int = LONGEST) -> str:
    """A text of so many characters at the most."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _short_cell(cell: Shown) -> Shown:
    return short(cell) if isinstance(cell, str) else cell
