"""What to send to turn a record as QuickBooks has it into what it should be: nobody should write a Mod by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from procore_qbd.errors import RecordError
from procore_qbd.qbxml.records import Block, Field, Record, Table, table
from procore_qbd.qbxml.values import MOD
from procore_qbd.qbxml.violations import Rule, Violation, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["changes"]

R = TypeVar("R", bound=Record)

NEW_LINE = "-1"
"""The key of a line that QuickBooks shall add."""


def changes(before: R, after: R) -> R | None:
    """The Mod that turns ``before`` into ``after``: the record's id and EditSequence, and what differs.

    Args:
        before: The record as QuickBooks returned it, whole.
        after: A changed copy of it (`attrs.evolve`). A field that is None there although it has a value in ``before``
            is refused: None says nothing; to clear a field say `procore_qbd.qbxml.erase`.

    Returns:
        What to send, None where nothing differs. A block that differs is sent whole. Where lines differ, all of them
        are sent, because QuickBooks deletes those that a Mod leaves out: the unchanged ones by their key alone.

    Raises:
        RecordError: ``before`` has no id or EditSequence; a field differs that a Mod cannot change; a value or a line
            is gone without `erase`.
    """
    compiled = table(type(before))
    faults: list[Violation] = []
    identity = {name: getattr(before, name) for name in _identity(compiled)}
    faults.extend(
        _fault(compiled, compiled.by_name[name], "is not known; read the record first")
        for name, value in identity.items()
        if value is None
    )
    differing = {
        field.name: _difference(compiled, field, getattr(before, field.name), getattr(after, field.name), faults)
        for field in compiled.fields
        if field.name not in identity
        and (getattr(before, field.name) != getattr(after, field.name) and field.name not in after.erased)
    }
    if faults:
        raise RecordError(f"{compiled.spec.tag}Mod", faults)
    if not differing and not after.erased:
        return None
    return type(before)(erased=after.erased, **identity, **differing)


def _identity(compiled: Table) -> Iterator[str]:
    """What says which record is meant, and how it stood."""
    return (name for name in ("list_id", "txn_id", "edit_sequence") if name in compiled.by_name)


def _fault(compiled: Table, field: Field, message: str) -> Violation:
    return Violation(path=f"{compiled.spec.tag}Mod/{field.row.tag}", rule=Rule.NOT_HERE, message=message)


def _difference(compiled: Table, field: Field, before: Any, after: Any, faults: list[Violation]) -> Any:
    if MOD not in field.row.shapes:
        message = f"cannot be changed once the record is made, got {shown(after)} instead of {shown(before)}"
        faults.append(_fault(compiled, field, message))
    elif after is None:
        faults.append(_fault(compiled, field, f"was {shown(before)} and is not said now; erase it to clear it"))
    elif isinstance(field.row, Block):
        if field.row.key is not None:
            return _lines(compiled, field, field.row.key, before, after, faults)
        return tuple(map(_sayable, after)) if field.plural else _sayable(after)
    return after


def _sayable(record: Record) -> Record:
    """A block without what only QuickBooks says of it."""
    said: dict[str, Any] = {}
    for field in table(type(record)).fields:
        value = getattr(record, field.name)
        if MOD in field.row.shapes and value is not None:
            if isinstance(field.row, Block):
                value = tuple(map(_sayable, value)) if field.plural else _sayable(value)
            said[field.name] = value
    return type(record)(erased=record.erased, **said)


def _lines(compiled: Table, field: Field, key: str, before: Any, after: Any, faults: list[Violation]) -> Any:
    """All lines of a Mod: old ones in their order by key, changed ones with what they say now, new ones at the end."""
    old = {getattr(line, key): line for line in before}
    kept = [getattr(line, key) for line in after if getattr(line, key) not in (None, NEW_LINE)]
    if gone := [number for number in old if number not in kept]:
        faults.append(_fault(compiled, field, f"would delete the lines {', '.join(map(str, gone))}; keep them"))
    if kept != [number for number in old if number in kept]:
        faults.append(
            _fault(compiled, field, "would change the order of the lines, which QuickBooks refuses with 3290")
        )
    return tuple(_line(line, key, old) for line in after)


def _line(line: Record, key: str, old: dict[str, Record]) -> Record:
    number = getattr(line, key)
    before = old.get(number)
    if before is None:
        said: dict[str, Any] = {key: number or NEW_LINE}
        return attrs.evolve(_sayable(line), **said)
    said = {
        field.name: getattr(line, field.name)
        for field in table(type(line)).fields
        if MOD in field.row.shapes and getattr(line, field.name) != getattr(before, field.name)
    }
    return type(line)(erased=line.erased, **{key: number}, **said)
