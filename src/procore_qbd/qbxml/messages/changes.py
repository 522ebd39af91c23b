"""What to send to turn a record as QuickBooks has it into what it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from procore_qbd.errors import RecordError
from procore_qbd.qbxml.rows.records import Block, Field, Record, Table, table
from procore_qbd.qbxml.rows.values import ADD, MOD, NEW_LINE
from procore_qbd.qbxml.rows.violations import Rule, Violation, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["changes"]

R = TypeVar("R", bound=Record)


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
        RecordError: ``before`` has no id or EditSequence, or was read without its lines and gets some; a field differs
            that a Mod cannot change; a value or a line is gone without `erase`; a new line says what only an Add can.
    """
    compiled = table(type(before))
    identity = {name: getattr(before, name) for name in _identity(compiled)}
    path = f"{compiled.spec.tag}Mod"
    faults = [
        _fault(path, compiled.by_name[name], "is not known; read the record first")
        for name, value in identity.items()
        if value is None
    ]
    faults += [
        _fault(
            path, compiled.by_name[name], f"belongs to another record, got {quoted(said)} instead of {quoted(value)}"
        )
        for name, value in identity.items()
        if (said := getattr(after, name)) != value and value is not None
    ]
    faults += _unread_lines(before, after, path)
    differing = _differing(before, after, identity, path, faults)
    if faults:
        raise RecordError(path, faults)
    if not differing and not after.erased:
        return None
    return type(before)(erased=after.erased, **identity, **differing)


def _unread_lines(before: Record, after: Record, path: str) -> Iterator[Violation]:
    """Lines for a record that was read without any: a Mod cannot name those that it has, and would delete them."""
    keyed = [field for field in table(type(before)).fields if isinstance(field.row, Block) and field.row.key]
    if not any(getattr(before, field.name) for field in keyed):
        message = "are not known; read the record with its lines, or the Mod would delete them"
        yield from (_fault(path, field, message) for field in keyed if getattr(after, field.name))


def _identity(compiled: Table) -> Iterator[str]:
    """What says which record is meant, and how it stood."""
    return (name for name in ("list_id", "txn_id", "edit_sequence") if name in compiled.by_name)


def _fault(path: str, field: Field, message: str) -> Violation:
    return Violation(path=f"{path}/{field.label(MOD) or field.row.tag}", rule=Rule.NOT_HERE, message=message)


def _differing(
    before: Record, after: Record, identity: Collection[str], path: str, faults: list[Violation]
) -> dict[str, Any]:
    """What a Mod says of the fields that differ; of a record, or of a line in it."""
    return {
        field.name: _difference(field, old, new, path, faults)
        for field in table(type(before)).fields
        if field.name not in identity
        and field.name not in after.erased
        and (old := getattr(before, field.name)) != (new := getattr(after, field.name))
    }


def _difference(field: Field, before: Any, after: Any, path: str, faults: list[Violation]) -> Any:
    row = field.row
    long = isinstance(row, Block) or field.plural
    keyed = isinstance(row, Block) and row.key is not None
    if MOD not in row.shapes:
        got = "" if long else f", got {quoted(after)} instead of {quoted(before)}"
        faults.append(_fault(path, field, f"cannot be changed once the record is made{got}"))
    elif after is None or (after == () and not keyed):
        was = "" if long else f"was {quoted(before)} and "
        what = "the fields inside it" if isinstance(row, Block) else "it"
        faults.append(_fault(path, field, f"{was}is not set any more; erase {what} to clear it"))
    elif isinstance(row, Block):
        if row.key is not None:
            return _lines(field, row.key, before, after, path, faults)
        return _sayable(field, after, f"{path}/{field.label(MOD)}", faults)
    return after


def _sayable(field: Field, value: Any, path: str, faults: list[Violation]) -> Any:
    """What a field holds, blocks without what only QuickBooks says of them, lines as new ones."""
    row = field.row
    if not isinstance(row, Block):
        return value
    members = value if field.plural else (value,)
    said = tuple(_new(member, row.key, path, faults) for member in members)
    return said if field.plural else said[0]


def _new(record: Record, key: str | None, path: str, faults: list[Violation]) -> Record:
    """A block or a line that QuickBooks has not got yet, without what only QuickBooks says of it."""
    said: dict[str, Any] = {}
    for field in table(type(record)).fields:
        value = getattr(record, field.name)
        if value in (None, ()):
            continue
        if MOD in field.row.shapes:
            said[field.name] = _sayable(field, value, f"{path}/{field.label(MOD)}", faults)
        elif ADD in field.row.shapes:
            got = "" if isinstance(field.row, Block) or field.plural else f", got {quoted(value)}"
            faults.append(_fault(path, field, f"can be set in an Add only{got}"))
    if key is not None:
        said[key] = said.get(key) or NEW_LINE
    return type(record)(erased=record.erased, **said)


def _lines(field: Field, key: str, before: Any, after: Any, path: str, faults: list[Violation]) -> Any:
    """All lines of a Mod: old ones in their order by key, changed ones with what they say now, new ones at the end."""
    old = {getattr(line, key): line for line in before}
    kept = [number for line in after if (number := getattr(line, key)) not in (None, NEW_LINE)]
    if gone := [number for number in old if number not in kept]:
        faults.append(_fault(path, field, f"would delete the lines {', '.join(map(str, gone))}; keep them"))
    if strangers := [number for number in kept if number not in old]:
        faults.append(_fault(path, field, f"has no lines {', '.join(map(quoted, strangers))}; a new line has no id"))
    elif kept != [number for number in old if number in kept]:
        message = "would change the order of the lines, which QuickBooks refuses with 3290"
        faults.append(_fault(path, field, message))
    tags = {cls: tag for tag, cls in field.tags(MOD).items()}
    return tuple(
        _line(line, key, old, f"{path}/{tags.get(type(line))}[{at}]", faults) for at, line in enumerate(after, 1)
    )


def _line(line: Record, key: str, old: dict[str, Record], path: str, faults: list[Violation]) -> Record:
    number = getattr(line, key)
    before = old.get(number)
    if before is None:
        return _new(line, key, path, faults)
    return type(line)(erased=line.erased, **{key: number}, **_differing(before, line, {key}, path, faults))
