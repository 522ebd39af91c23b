"""What QuickBooks would refuse because of what it has already: names in use, an old EditSequence, lines left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml.rows.records import Block, Record, table
from procore_qbd.qbxml.rows.values import MOD, Shape
from procore_qbd.qbxml.rows.violations import Rule, Violation, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

__all__ = ["collisions", "losses"]

# --- against the record as it stands ---------------------------------------------------------------------------------


def losses(mod: Record, against: Record, path: str) -> Iterator[Violation]:
    """What a Mod would delete from the record: QuickBooks deletes the lines that it leaves out.

    Args:
        mod: What is sent.
        against: The record as QuickBooks returned it, with its lines.
        path: The Mod's element.
    """
    for name, tag in (("list_id", "ListID"), ("txn_id", "TxnID")):
        if (said := getattr(mod, name, None)) != (there := getattr(against, name, None)) and said is not None:
            message = f"is that of another record, got {quoted(said)} where QuickBooks has {quoted(there)}"
            yield Violation(path=f"{path}/{tag}", rule=Rule.OUT_OF_DATE, message=message, status=3120)
    said, there = getattr(mod, "edit_sequence", None), getattr(against, "edit_sequence", None)
    if said is not None and said != there:
        message = f"is out of date, got {quoted(said)} where QuickBooks has {quoted(there)}; read the record again"
        yield Violation(path=f"{path}/EditSequence", rule=Rule.OUT_OF_DATE, message=message, status=3200)
    yield from _lines_lost(mod, against, path)


def _lines_lost(mod: Any, against: Any, path: str) -> Iterator[Violation]:
    for field in table(type(against)).fields:
        row = field.row
        key = row.key if isinstance(row, Block) and field.plural else None
        said = getattr(mod, field.name, ()) if key else ()
        if not key or not said:
            continue  # where a Mod speaks of no lines at all, they stay as they are
        kept = {getattr(line, key): line for line in said}
        for line in getattr(against, field.name):
            number = getattr(line, key)
            if number not in kept:
                message = f"leaves out the line {number}, which QuickBooks then deletes; name it by its id to keep it"
                yield Violation(path=f"{path}/{field.label(MOD)}", rule=Rule.LINES_LOST, message=message)
            elif type(line) is type(kept[number]):
                yield from _lines_lost(kept[number], line, f"{path}/{field.label(MOD)}[{number}]")


# --- against the names in the company file ---------------------------------------------------------------------------

_PEOPLE = ("Customer", "Vendor", "Employee", "OtherName")
_ITEMS = "Item"
_NAME_IN_USE, _NEW_NAME_IN_USE = 3100, 3170


def collisions(
    record: Record, shape: Shape, names: Mapping[str, Collection[str]], against: Record | None, path: str
) -> Iterator[Violation]:
    """Names in use: QuickBooks minds no case, and customers, vendors, employees and other names share one name space.

    Args:
        record: A record of a list.
        shape: How it is sent. A Mod may name itself, so its own list is only looked at where ``against`` says what it
            was called.
        names: The full names in the company file by list: ``{"Vendor": (…), "Customer": ("Smith", "Smith:Garage")}``.
            Inactive records count too.
        against: The record as it stands.
        path: The record's element.
    """
    tag = record.__record__.tag
    name = _full_name(record)
    if name is None:
        return
    old = None if against is None else _full_name(against)
    status = _NEW_NAME_IN_USE if shape is MOD else _NAME_IN_USE
    for kind in _space(tag, names):
        own = kind == tag
        if own and shape is MOD and old is None:
            continue
        for other in names[kind]:
            if own and old is not None and other.casefold() == old.casefold():
                continue
            if other.casefold() == name.casefold():
                message = f"is in use: there is {_article(kind)} {quoted(other)}" + _why(tag, kind)
                yield Violation(path=f"{path}/Name", rule=Rule.NAME_IN_USE, message=message, status=status)
            elif kind in _PEOPLE and _straight(other) == _straight(name):
                message = f"may be in use: {quoted(name)} and the {kind} {quoted(other)} can count as the same name"
                yield Violation(
                    path=f"{path}/Name", rule=Rule.NAME_IN_USE, message=message, status=status, warning=True
                )


def _space(tag: str, names: Mapping[str, Collection[str]]) -> Iterator[str]:
    """The lists that share their names with a list, as far as their names are known."""
    for kind in names:
        if kind == tag or {kind, tag} <= set(_PEOPLE) or (kind.startswith(_ITEMS) and tag.startswith(_ITEMS)):
            yield kind


def _full_name(record: Any) -> str | None:
    """What a record is called in full; None where its parent is known by nothing but an id."""
    name: str | None = getattr(record, "name", None)
    parent = getattr(record, "parent_ref", None)
    if name is None or parent is None:
        return getattr(record, "full_name", None) or name
    return None if parent.full_name is None else f"{parent.full_name}:{name}"


def _straight(name: str) -> str:
    """``Smith, Mike`` as ``mike smith``."""
    last, comma, first = name.partition(",")
    return " ".join((f"{first} {last}" if comma else name).casefold().split())


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}"


def _why(tag: str, kind: str) -> str:
    return "" if tag == kind else "; these lists share one name space"
