"""A card as plain text, for the terminal: a hundred characters wide, unless what is never cut takes more."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from procore_qbd.cards.grids import Alignment
from procore_qbd.cards.plain import harmless, one_line, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from procore_qbd.cards.grids import Grid

__all__ = ["draw"]

_WIDTH = 100
_GAP = 2
_LEAST = 8
"""The fewest characters that a column of words has, if it must be cut."""


def draw(title: str, grids: Sequence[Grid], document: str, notes: Sequence[str]) -> str:
    """A card as text, part by part."""
    lines = [said(title, whole=True)] if title else []
    for grid in grids:
        lines += ["", one_line(grid.title)] if grid.title else []
        lines += _grid(grid) if grid.rows else ["  nothing"]
        lines += [f"{'':{grid.indent}}{sentence}" for sentence in grid.left_out]
    lines += (f"    {harmless(line)}" for line in document.splitlines())
    if notes:
        lines += [""] if any(grid.title or grid.headings for grid in grids) else []
        lines += (line for note in notes for line in textwrap.wrap(harmless(note), _WIDTH))
    return "\n".join(lines)


def _grid(grid: Grid) -> Iterator[str]:
    """Its lines; numbers go without commas where there is no room for them."""
    texts = _texts(grid, "{:,}")
    headings = tuple(map(one_line, grid.headings))
    if _room(grid, [headings, *texts]) < _LEAST * grid.columns.count(Alignment.WORDS):
        texts = _texts(grid, "{}")
    lines = [headings, *texts] if headings else texts
    widths = _widths(grid, lines)
    for line in lines:
        cells = (
            text.rjust(width) if column is Alignment.NUMBERS else _cut(text, width, column).ljust(width)
            for text, width, column in zip(line, widths, grid.columns, strict=True)
        )
        yield (" " * grid.indent + (" " * _GAP).join(cells)).rstrip()


def _texts(grid: Grid, number: str) -> list[tuple[str, ...]]:
    words = grid.words
    return [
        tuple(
            "  " * row.depth * (at == words) + said(cell, number, whole=column is Alignment.WHOLE)
            for at, (cell, column) in enumerate(zip(row.cells, grid.columns, strict=True))
        )
        for row in grid.rows
    ]


def _needs(grid: Grid, lines: list[tuple[str, ...]]) -> list[int]:
    needs = [max((len(line[at]) for line in lines if line), default=0) for at in range(len(grid.columns))]
    return [max(grid.least, needs[0]), *needs[1:]]


def _room(grid: Grid, lines: list[tuple[str, ...]]) -> int:
    """How many characters are left for words."""
    taken = sum(
        need for need, column in zip(_needs(grid, lines), grid.columns, strict=True) if column is not Alignment.WORDS
    )
    return _WIDTH - taken - grid.indent - _GAP * (len(grid.columns) - 1)


def _widths(grid: Grid, lines: list[tuple[str, ...]]) -> list[int]:
    """The widths of the columns: each what it needs, as far as its share goes; that of the first words is double."""
    widths, room = _needs(grid, lines), max(_room(grid, lines), 0)
    words = [at for at, column in enumerate(grid.columns) if column is Alignment.WORDS]
    shares = {at: 1 + (at == words[0]) for at in words}
    for at in sorted(words, key=lambda at: widths[at] / shares[at]):
        widths[at] = min(widths[at], max(room * shares[at] // sum(shares.values()), _LEAST))
        room = max(room - widths[at], 0)
        del shares[at]
    return widths


def _cut(text: str, width: int, column: Alignment) -> str:
    if column is Alignment.WHOLE or len(text) <= width:
        return text
    return text[: max(width - 1, 0)] + "…"[:width]
