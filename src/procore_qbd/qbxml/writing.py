"""The fast way out: for each record class, shape and dialect a function, made once from the rows, that writes it.

It writes only what `checking.check` would find nothing against; whatever is out of the ordinary raises `Doubt`, and the
careful way (`checking.check`, then `wire.write`) starts over and says what is wrong. A test holds the two side by side.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml.checking import stranger
from procore_qbd.qbxml.reading import Doubt
from procore_qbd.qbxml.records import Block, Field, Record, Reference, Table, table
from procore_qbd.qbxml.values import (
    RET,
    Amount,
    Choice,
    Day,
    Price,
    Row,
    Shape,
    Text,
    Value,
    YesNo,
    escape,
    unstorable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.qbxml.dialect import Dialect, Edition

    Writer = Callable[[Any, str, list[str], str, str], None]
    Say = Callable[[Any], str]
    Step = tuple[str, bool, int | None, bool, Say | None, str, str, Any]

__all__ = ["writer"]

_NOTHING: tuple[Any, ...] = (None, ())
_PLAIN = re.compile(r"[\t\n\x20-\x25\x27-\x3b\x3d\x3f-\x7e]*").fullmatch
_CENTS = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?").fullmatch
_FIVE_PLACES = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,5})?").fullmatch

_WRITERS: dict[tuple[type[Record], Shape, Dialect | None], Writer] = {}


def writer(cls: type[Record], shape: Shape, dialect: Dialect | None) -> Writer:
    """The function that writes records of a class: record, tag, the pieces so far, indent, attributes.

    Args:
        cls: The class.
        shape: Which of its shapes.
        dialect: Who reads it; None for a Ret, of which nothing is asked.
    """
    key = cls, shape, dialect
    found = _WRITERS.get(key)
    if found is None:
        found = _WRITERS[key] = _compile(cls, shape, dialect)
    return found


def _compile(cls: type[Record], shape: Shape, dialect: Dialect | None) -> Writer:  # noqa: C901  it is two functions
    compiled = table(cls)
    steps = tuple(
        _step(field, shape, dialect, compiled) for field in compiled.order(shape) if _known(field, shape, dialect)
    )
    here = {step[0] for step in steps}
    elsewhere = tuple(field.name for field in compiled.fields if field.name not in here)
    attributes_of = tuple(field.name for field in compiled.attributes)
    choices = [choice for choice in compiled.spec.choices if shape in choice.shapes and shape is not RET]
    branches = [(choice.branches, shape in choice.required) for choice in choices]
    branched = tuple(
        (field.name, compiled.branch_of[field.name])
        for field in compiled.fields
        if shape in field.row.required and shape in field.row.shapes and field.name in compiled.branch_of
    )

    def doubtful(record: Any) -> bool:
        if record.unknown or record.erased or any(getattr(record, name) not in _NOTHING for name in elsewhere):
            return True
        if any(getattr(record, name) is not None for name in attributes_of):
            return True
        return bool(branches) and _undecided(record, branches, branched)

    def write(record: Any, tag: str, out: list[str], indent: str, attributes: str) -> None:
        if record.__class__ is not cls or doubtful(record):
            raise Doubt
        out.append(f"{indent}<{tag}{attributes}>\n")
        inner = indent + "  "
        for name, required, at_most, plural, say, head, tail, members in steps:
            value = getattr(record, name)
            if value is None or value == ():
                if required:
                    raise Doubt
                continue
            if plural:
                if value.__class__ is not tuple or (at_most is not None and len(value) > at_most):
                    raise Doubt
                several = value
            else:
                several = (value,)
            for one in several:
                if say is not None:
                    out.append(f"{inner}{head}{say(one)}{tail}")
                else:
                    member = members.get(one.__class__)
                    if member is None:
                        raise Doubt
                    member[1](one, member[0], out, inner, "")
        out.append(f"{indent}</{tag}>\n")

    return write


def _known(field: Field, shape: Shape, dialect: Dialect | None) -> bool:
    """Whether the target knows a row; attributes are written by the careful way."""
    return dialect is None or stranger(field.row, dialect, "", shape) is None


def _undecided(record: Any, branches: Any, branched: Any) -> bool:
    for choice, required in branches:
        chosen = sum(any(getattr(record, name) not in _NOTHING for name in branch) for branch in choice)
        if chosen > 1 or (required and not chosen):
            return True
    return any(
        getattr(record, name) in _NOTHING and any(getattr(record, one) not in _NOTHING for one in branch)
        for name, branch in branched
    )


def _step(field: Field, shape: Shape, dialect: Dialect | None, compiled: Table) -> Step:
    row = field.row
    required = shape in row.required and field.name not in compiled.branch_of and shape is not RET
    at_most = row.at_most if dialect is not None else None
    if isinstance(row, Block):
        longest = _longest(row, dialect) if isinstance(row, Reference) else None
        members = {
            cls: (tag, _member(cls, shape, dialect, longest))
            for tag, cls in field.tags(shape).items()
            if cls is not None
        }
        return field.name, required, at_most, field.plural, None, "", "", members
    say = _say(row, dialect.edition if dialect else None)
    return field.name, required, at_most, field.plural, say, f"<{row.tag}>", f"</{row.tag}>\n", None


def _longest(row: Reference, dialect: Dialect | None) -> int | None:
    name = Text("FullName", row.max, lengths=row.lengths)
    return None if dialect is None else name.longest(dialect.edition)


def _member(cls: type[Record], shape: Shape, dialect: Dialect | None, longest: int | None) -> Writer:
    write = writer(cls, shape, dialect)
    if longest is None:
        return write

    def write_ref(record: Any, tag: str, out: list[str], indent: str, attributes: str) -> None:
        if isinstance(record.full_name, str) and len(record.full_name) > longest:
            raise Doubt
        write(record, tag, out, indent, attributes)

    return write_ref


# --- values ----------------------------------------------------------------------------------------------------------


def _say(row: Row, edition: Edition | None) -> Say:
    """The function that says a good value, and doubts any other."""
    assert isinstance(row, Value)  # noqa: S101  a row is a value or holds records
    if isinstance(row, Amount):
        return _cents
    if isinstance(row, Price):
        return _five_places
    if isinstance(row, Choice):
        return _looked_up({str(word): str(word) for word in row.words})
    if isinstance(row, Text):
        return _text(row.longest(edition))
    plain: dict[type[Value], Say] = {YesNo: _yes_no, Day: _day}
    return plain.get(type(row)) or _otherwise(row, edition)


def _text(longest: int | None) -> Say:
    most = float("inf") if longest is None else longest

    def say(value: Any) -> str:
        if not isinstance(value, str) or len(value) > most:
            raise Doubt
        if _PLAIN(value):
            return value
        if unstorable(value):
            raise Doubt
        return escape(value)

    return say


def _cents(value: Any) -> str:
    text = str(value)
    if value.__class__ is not Decimal or not _CENTS(text):
        raise Doubt
    return text if text[-3:-2] == "." else f"{value:.2f}"


def _five_places(value: Any) -> str:
    text = str(value)
    if value.__class__ is not Decimal or not _FIVE_PLACES(text):
        raise Doubt
    return text


def _yes_no(value: Any) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    raise Doubt


def _day(value: Any) -> str:
    if value.__class__ is not dt.date:
        raise Doubt
    return str(value.isoformat())


def _looked_up(words: dict[str, str]) -> Say:
    def say(value: Any) -> str:
        try:
            return words[value]
        except (KeyError, TypeError):
            raise Doubt from None

    return say


def _otherwise(row: Value, edition: Edition | None) -> Say:
    def say(value: Any) -> str:
        if row.fault(value, edition):
            raise Doubt
        return escape(row.write(value))

    return say
