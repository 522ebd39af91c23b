"""Records as grids, in a bookkeeper's words: the columns of which any record says something, the telling ones first."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.cards import Alignment, Grid, GridRow, HasCard, alignments
from procore_qbd.cards.words import heading
from procore_qbd.cards.words import records as in_words
from procore_qbd.qbxml.rows.records import Block, Record, Ref, Reference, table
from procore_qbd.qbxml.rows.values import RET, Macro, Moment, Text, YesNo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from procore_qbd.cards import Shown
    from procore_qbd.qbxml.rows.records import Field
    from procore_qbd.qbxml.rows.violations import Violation

__all__ = ["MOST_FIELDS", "NOT_SHOWN", "grid_of", "grids_of", "violations_grid"]

MOST_FIELDS = 8
"""How many fields of a record are shown; the others are named."""
NOT_SHOWN = "not shown here"
"""What stands for a value that is secret: a number of a card, of a bank account, of social security."""

_NAMED = 12
_LAST = 3
_ENOUGH = 3
"""How many telling fields do without those that are for programs."""
_FOR_PROGRAMS = frozenset(
    {"edit_sequence", "external_guid", "list_id", "sublevel", "time_created", "time_modified", "txn_id", "txn_number"}
)
_SELDOM = frozenset({"ap_account_ref", "ar_account_ref", "full_name", "ship_to_entity_ref", "template_ref"})


def grids_of(found: Iterable[Record]) -> Iterator[Grid]:
    """A grid for each kind of record, in the order in which the kinds come; of a report its own."""
    kinds: dict[type[Record], list[Record]] = {}
    for one in found:
        if isinstance(one, HasCard):
            card = one._card()  # noqa: SLF001  what it shows of itself
            yield from (attrs.evolve(grid, title=card.title) for grid in card.grids)
        else:
            kinds.setdefault(type(one), []).append(one)
    yield from map(grid_of, kinds.values())


def grid_of(found: Sequence[Record], *, title: str = "") -> Grid:
    """Records of one kind, one at least: a row each. Lines, and all else of which a record has several, are counted."""
    rows_of = table(type(found[0]))
    fields = [field for field in rows_of.order(RET) if any(getattr(one, field.name) not in (None, ()) for one in found)]
    fields.sort(key=_rank)
    telling = [field for field in fields if _rank(field) < _LAST]
    shown = (telling if len(telling) >= _ENOUGH else fields)[:MOST_FIELDS]
    others = [heading(field.name) for field in fields[len(shown) :]]
    rows = tuple(GridRow(tuple(_cell(field, getattr(one, field.name)) for field in shown)) for one in found if shown)
    headings = tuple(heading(field.name) for field in shown)
    return Grid(
        title=title or f"{in_words(rows_of.spec.tag)}: {len(found):,}",
        headings=headings,
        columns=alignments(rows, headings),
        rows=rows,
        left_out=tuple(_left_out(others)),
    )


def _rank(field: Field) -> int:
    """How late a field comes: names, dates and amounts before what is set, addresses, and what is for programs."""
    if field.name in _FOR_PROGRAMS or field.name.endswith("_block"):
        return _LAST
    within = isinstance(field.row, Block) and not isinstance(field.row, Reference)
    return 2 if within or field.name in _SELDOM else int(isinstance(field.row, YesNo))


def violations_grid(violations: Iterable[Violation], *, title: str = "") -> Grid:
    """Everything that is wrong, a row each."""
    return Grid(
        title=title,
        headings=("Line", "What is wrong"),
        columns=(Alignment.NUMBERS, Alignment.WHOLE),
        rows=tuple(GridRow((one.line, str(attrs.evolve(one, line=None)))) for one in violations),
    )


def _left_out(others: Sequence[str]) -> Iterator[str]:
    if others:
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        which = "1 more column is" if len(others) == 1 else f"{len(others)} more columns are"
        yield f"{which} not shown: {', '.join(others[:_NAMED])}{more}"


def _cell(field: Field, value: Any) -> Shown:
    if value is None or value == ():
        return None
    if isinstance(field.row, Text) and field.row.secret:
        return NOT_SHOWN
    if field.plural:
        return len(value) if isinstance(field.row, Block) else ", ".join(map(_words, value))
    return value if isinstance(value, Decimal) or type(value) is int else _words(value)


_WORDS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (bool, lambda value: "yes" if value else "no"),
    (Ref, lambda value: value.full_name or value.list_id or ""),
    (Record, lambda value: ", ".join(_said(value))),
    (Moment, lambda value: value.wall.isoformat(" ")),
    (Macro, lambda value: value.name),
    (Enum, lambda value: str(value.value)),
    (dt.date, lambda value: value.isoformat()),
)
"""How a value reads, by what it is; the first that fits."""


def _words(value: Any) -> str:
    return next((words(value) for kind, words in _WORDS if isinstance(value, kind)), str(value))


def _said(record: Record) -> Iterator[str]:
    """What a record within a record says, one after another."""
    for field in table(type(record)).order(RET):
        if (cell := _cell(field, getattr(record, field.name))) not in (None, ""):
            yield str(cell)
