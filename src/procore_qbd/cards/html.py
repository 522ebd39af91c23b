"""A card as HTML, for a notebook: quiet, for print too, with the colours of the page it stands in; no script.

The styles are for what is within one class, and the page keeps its own. Where they are taken out, as some sites do with
what others wrote, what is left is plain tables.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from procore_qbd.cards.grids import Alignment
from procore_qbd.cards.plain import harmless, one_line, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from procore_qbd.cards.grids import Grid, GridRow

__all__ = ["draw"]

_STYLE = """
.procore-qbd { color: inherit; background: none; line-height: 1.45; max-width: 100% }
.procore-qbd p { margin: .4em 0 }
.procore-qbd small { font-size: .9em }
.procore-qbd div { overflow-x: auto; max-width: 100%; margin: .4em 0 .8em }
.procore-qbd table { display: table; width: auto; margin: 0; border: 0; border-collapse: collapse; background: none }
.procore-qbd table, .procore-qbd caption, .procore-qbd tr, .procore-qbd th, .procore-qbd td, .procore-qbd pre {
  color: inherit; background: none; font-size: inherit }
.procore-qbd caption { caption-side: top; text-align: left; font-weight: 600; padding: .2em .5em; white-space: nowrap }
.procore-qbd tr { border: 0; border-bottom: 1px solid rgba(128, 128, 128, .45); break-inside: avoid }
.procore-qbd th, .procore-qbd td { border: 0; padding: .25em .5em; text-align: left; vertical-align: top }
.procore-qbd th { font-weight: 600; vertical-align: bottom }
.procore-qbd td { min-width: 2em; max-width: 30em }
.procore-qbd th[align=right], .procore-qbd td[align=right] {
  text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
.procore-qbd pre { margin: 0; padding: .25em .5em; border: 0; font-size: .9em; white-space: pre }
@media print { .procore-qbd div { overflow: visible } }
"""

_BESIDE = 2
"""How many columns of words stand beside each other on a phone."""


def draw(title: str, grids: Sequence[Grid], document: str, notes: Sequence[str]) -> str:
    """A card as HTML, part by part."""
    return "".join(_parts(title, grids, document, notes))


def _parts(title: str, grids: Sequence[Grid], document: str, notes: Sequence[str]) -> Iterator[str]:
    yield f'<div class="procore-qbd"><style>{_STYLE}</style>'
    if title:
        yield f"<p><strong>{escape(said(title, whole=True))}</strong></p>"
    for grid in grids:
        yield from _grid(grid)
    if document:
        yield f"<div><pre>{escape(harmless(document))}</pre></div>"
    for note in notes:
        yield f"<p><small>{_text(note)}</small></p>"
    yield "</div>"


def _text(text: str) -> str:
    return escape(one_line(text))


def _grid(grid: Grid) -> Iterator[str]:
    wide = ' style="width:max-content"' if len(grid.columns) > _BESIDE else ""  # scrolls rather than squeeze its words
    yield f"<div><table{wide}>"
    if grid.title:
        yield f"<caption>{_text(grid.title)}</caption>"
    order = grid.on_a_page
    if grid.headings:
        heads = (f'<th scope="col"{_side(grid.columns[at])}>{_text(grid.headings[at])}</th>' for at in order)
        yield f"<thead><tr>{''.join(heads)}</tr></thead>"
    yield "<tbody>"
    for row in grid.rows:
        yield f"<tr>{''.join(_cell(grid, row, at) for at in order)}</tr>"
    if not grid.rows:
        yield f'<tr><td colspan="{len(grid.columns)}">nothing</td></tr>'
    yield "</tbody></table></div>"
    for sentence in grid.left_out:
        yield f"<p><small>{_text(sentence)}</small></p>"


def _cell(grid: Grid, row: GridRow, at: int) -> str:
    column = grid.columns[at]
    text = escape(said(row.cells[at], whole=column is Alignment.WHOLE))
    depth = f' style="padding-left:{1.5 * row.depth + 0.5}em"' if row.depth and at == grid.words else ""
    return f"<td{_side(column)}{depth}>{f'<strong>{text}</strong>' if row.strong and text else text}</td>"


def _side(column: Alignment) -> str:
    return ' align="right"' if column is Alignment.NUMBERS else ""
