"""A record for a QuickBooks that knows less of it: older, or of another country."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from procore_qbd.errors import RecordError
from procore_qbd.qbxml.judging.checking import not_in_dialect, unknown_word
from procore_qbd.qbxml.rows.records import Block, Field, Record, table
from procore_qbd.qbxml.rows.values import Choice, Shape
from procore_qbd.qbxml.rows.violations import Rule, Violation

if TYPE_CHECKING:
    from procore_qbd.qbxml.rows.dialect import Dialect

__all__ = ["adapt"]

R = TypeVar("R", bound=Record)


def adapt(record: R, shape: Shape, dialect: Dialect) -> tuple[R, tuple[Violation, ...]]:
    """A record without what the target does not know, and the list of what was left out.

    Left out are fields, and words of a list, that came later, went before, or are of another edition; and a block in
    which nothing is left, though never a line. Whatever else is wrong there (too long, missing) `check` tells.

    Args:
        record: The record; it is not changed.
        shape: Which of its shapes will be written.
        dialect: Who reads it.

    Returns:
        The record to write, and for each thing left out where it stood, and since when or where QuickBooks knows it.
        Show them to somebody, or write them down: they were meant.

    Raises:
        RecordError: The target knows no such record at all.
    """
    spec = record.__record__
    path = spec.element(shape)
    if unknown := not_in_dialect(spec, dialect, path, shape):
        raise RecordError(f"qbXML {dialect}", [unknown])
    left_out: list[Violation] = []
    return _adapted(record, shape, dialect, path, left_out), tuple(left_out)


def _adapted(record: R, shape: Shape, dialect: Dialect, path: str, left_out: list[Violation]) -> R:
    compiled = table(type(record), dialect.version)
    changed: dict[str, Any] = {}
    present = compiled.present(record)
    for field in (field for field in compiled.fields if field.name in present and shape in field.row.shapes):
        where = f"{path}/{field.label(shape)}"
        value = getattr(record, field.name)
        if violation := not_in_dialect(field.row, dialect, where, shape):
            left_out.append(violation)
            changed[field.name] = () if field.plural else None
        elif (kept := _kept(field, value, shape, dialect, path, left_out)) != value:
            changed[field.name] = kept
    if not changed:
        return record
    gone = {name for name, value in changed.items() if value in (None, ())}
    return attrs.evolve(record, erased=tuple(name for name in record.erased if name not in gone), **changed)


def _kept(field: Field, value: Any, shape: Shape, dialect: Dialect, path: str, left_out: list[Violation]) -> Any:
    """What of a field's value the target knows."""
    row = field.row
    kept: list[Any] = []
    for where, item in field.places(shape, value, path):
        if isinstance(row, Block) and isinstance(item, Record):
            known = _adapted(item, shape, dialect, where, left_out)
            if known is item or row.key is not None or table(type(item)).present(known):
                kept.append(known)
        elif isinstance(row, Choice) and (change := unknown_word(row, item, dialect)):
            left_out.append(Violation(path=where, rule=Rule.ENUM, message=change, status=row.status))
        else:
            kept.append(item)
    return tuple(kept) if field.plural else next(iter(kept), None)
