"""The fast way out: for each record class, shape and dialect a function, made once from the rows, that writes it.

Before a record is sent, everything in it is judged: whether this version and edition know the element, how long a text
may be, whether a number has too many decimals, what must be there, and what excludes what. Asked of the rows again for
every record, that takes many times as long as the writing. But nearly all of it is known once the class, the
shape and the dialect are, so it is worked out then: what is left for each record is a list of steps, one a field, each
with its element ready and a function that turns one value into text, or doubts it.

It writes only what `checking.check` would find nothing against. Whatever is out of the ordinary (a value of another
type, a text too long, a field that is not of this shape) raises `Doubt`, and the careful way (`checking.check`, then
`elements.write`) starts over and says what is wrong. So there is one place that explains, and this file only has to
know what is certainly right. A test holds the two side by side.

References that were judged once are kept for a while: an item or a customer stands on thousands of lines.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml.codec.reading import Doubt
from procore_qbd.qbxml.judging.checking import not_in_dialect
from procore_qbd.qbxml.rows.records import Block, Field, Record, Ref, Reference, table
from procore_qbd.qbxml.rows.values import (
    RET,
    Amount,
    Choice,
    Day,
    Id,
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

    from procore_qbd.qbxml.rows.dialect import Dialect, Edition

    Writer = Callable[[Any, str, list[str], str, str], None]
    Say = Callable[[Any], str]
    Step = tuple[int, str, int | None, bool, Say | None, str, str, Any]

__all__ = ["writer"]

_SAID, _KEPT = frozenset({str, type(None)}), 4096
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
    compiled = table(cls, dialect.version if dialect else None)
    order = [field for field in compiled.order(shape) if _known(field, shape, dialect)]
    steps = {field.name: _step(at, field, shape, dialect) for at, field in enumerate(order)}
    needed = [field for field in order if shape in field.row.required] if shape is not RET else []
    required = {field.name for field in needed if field.name not in compiled.branch_of}
    branched = [(field.name, compiled.branch_of[field.name]) for field in needed if field.name not in required]
    choices = [
        (choice.branches, frozenset(chain(*choice.branches)), shape in choice.required)
        for choice in compiled.spec.choices
        if shape in choice.shapes and shape is not RET and not choice.warning
    ]
    needs = compiled.spec.needs if shape is not RET else ()
    said_of = _said_of(cls)
    plans: dict[tuple[str, ...], tuple[Step, ...]] = {}

    def plan(said: tuple[str, ...]) -> tuple[Step, ...]:
        """The steps of a record that says these fields: the next one mostly says the same."""
        if not steps.keys() >= set(said):  # an attribute, an element that is not of this shape, or unknown, or erased
            raise Doubt
        _decided(set(said), required, choices, branched)
        if len(plans) >= _KEPT:
            plans.clear()
        found = plans[said] = tuple(sorted((steps[name] for name in said), key=itemgetter(0)))
        return found

    def write(record: Any, tag: str, out: list[str], indent: str, attributes: str) -> None:  # noqa: C901  one loop, run for every record
        if record.__class__ is not cls:
            raise Doubt
        values = said_of(record)
        said = tuple(
            [name for name, value in values.items() if value or (value is not None and value.__class__ is not tuple)]
        )
        planned = plans.get(said)
        if planned is None:
            planned = plan(said)
        if needs and any(need.lacking(record) for need in needs):
            raise Doubt
        if not planned:
            out.append(f"{indent}<{tag}{attributes} />\n")
            return
        out.append(f"{indent}<{tag}{attributes}>\n")
        inner = indent + "  "
        for _, name, at_most, plural, say, head, tail, members in planned:
            value = values[name]
            if not plural:
                if say is not None:
                    out.append(f"{inner}{head}{say(value)}{tail}")
                else:
                    _write_member(members, value, out, inner)
                continue
            if value.__class__ is not tuple or (at_most is not None and len(value) > at_most):
                raise Doubt
            for one in value:
                if say is not None:
                    out.append(f"{inner}{head}{say(one)}{tail}")
                else:
                    _write_member(members, one, out, inner)
        out.append(f"{indent}</{tag}>\n")

    return write


def _said_of(cls: type[Record]) -> Callable[[Any], dict[str, Any]]:
    """What an instance holds, by name."""
    if "__slots__" not in vars(cls):
        return vars
    names = [field.name for field in attrs.fields(cls)]
    return lambda record: {name: getattr(record, name) for name in names}


def _write_member(members: Any, value: Any, out: list[str], indent: str) -> None:
    member = members.get(value.__class__)
    if member is None:
        raise Doubt
    tag, write = member
    write(value, tag, out, indent, "")


def _decided(said: set[str], required: set[str], choices: Any, branched: Any) -> None:
    """Doubt a record that lacks something, or has two branches of a choice."""
    if not required <= said:
        raise Doubt
    for branches, names, must in choices:
        chosen = len(said & names)  # mostly none or one
        if chosen > 1:
            chosen = sum(not said.isdisjoint(branch) for branch in branches)
        if chosen > 1 or (must and not chosen):
            raise Doubt
    if any(name not in said and not said.isdisjoint(branch) for name, branch in branched):
        raise Doubt


def _known(field: Field, shape: Shape, dialect: Dialect | None) -> bool:
    """Whether the target knows a row; attributes are written by the careful way."""
    return dialect is None or not_in_dialect(field.row, dialect, "", shape) is None


def _step(at: int, field: Field, shape: Shape, dialect: Dialect | None) -> Step:
    row = field.row
    at_most = row.at_most if dialect is not None else None
    if isinstance(row, Block):
        longest = _longest(row, dialect) if isinstance(row, Reference) else None
        members = {
            cls: (tag, _member(cls, shape, dialect, longest))
            for tag, cls in field.tags(shape).items()
            if cls is not None
        }
        return at, field.name, at_most, field.plural, None, "", "", members
    say = _say(row, shape, dialect)
    return at, field.name, at_most, field.plural, say, f"<{row.tag}>", f"</{row.tag}>\n", None


def _longest(row: Reference, dialect: Dialect | None) -> int | None:
    name = Text("FullName", row.max, lengths=row.lengths)
    return None if dialect is None else name.longest(dialect.edition)


def _member(cls: type[Record], shape: Shape, dialect: Dialect | None, longest: int | None) -> Writer:
    return _ref_writer(shape, longest) if cls is Ref else writer(cls, shape, dialect)


def _ref_writer(shape: Shape, longest: int | None) -> Writer:
    """References are half of all blocks: an id, a name, or both."""
    say_id, say_name = _say(table(Ref).by_name["list_id"].row, shape, None), _text(longest)
    kept: dict[tuple[str | None, str | None, str, str], str] = {}  # the same few are written again and again

    def write(record: Any, tag: str, out: list[str], indent: str, attributes: str) -> None:
        del attributes
        if record.unknown or record.erased:
            raise Doubt
        list_id, full_name = record.list_id, record.full_name
        if list_id.__class__ not in _SAID or full_name.__class__ not in _SAID:
            raise Doubt
        key = list_id, full_name, tag, indent
        text = kept.get(key)
        if text is None:
            if len(kept) >= _KEPT:
                kept.clear()
            text = kept[key] = told(list_id, full_name, tag, indent)
        out.append(text)

    def told(list_id: str | None, full_name: str | None, tag: str, indent: str) -> str:
        said = "" if list_id is None else f"{indent}  <ListID>{say_id(list_id)}</ListID>\n"
        if full_name is not None:
            said += f"{indent}  <FullName>{say_name(full_name)}</FullName>\n"
        return f"{indent}<{tag}>\n{said}{indent}</{tag}>\n" if said else f"{indent}<{tag} />\n"

    return write


# --- values ----------------------------------------------------------------------------------------------------------


def _say(row: Row, shape: Shape, dialect: Dialect | None) -> Say:
    """The function that says a good value, and doubts any other."""
    assert isinstance(row, Value)  # noqa: S101  a row is a value or holds records
    edition = dialect.edition if dialect else None
    if isinstance(row, Amount) and row.whole == Amount("").whole:
        return _cents
    if isinstance(row, Price) and row.whole == Price("").whole:
        return _five_places
    if isinstance(row, Choice):
        return _looked_up({str(word): str(word) for word in (row.usual(dialect.version) if dialect else row.words)})
    if isinstance(row, Id) and shape is not RET:
        return _id(row, shape)
    if isinstance(row, Text):
        return _text(row.longest(edition), colon=row.colon)
    plain: dict[type[Value], Say] = {YesNo: _yes_no, Day: _day}
    return plain.get(type(row)) or _otherwise(row, edition)


def _text(longest: int | None, *, colon: bool = True) -> Say:
    most = "" if longest is None else longest
    plain = re.compile(rf"[\t\n\x20-\x25\x27-\x39{':' * colon};\x3d\x3f-\x7e]{{0,{most}}}").fullmatch

    def say(value: Any) -> str:
        if value.__class__ is not str:
            raise Doubt
        if plain(value):
            return value
        if unstorable(value) or (longest is not None and len(value) > longest) or (not colon and ":" in value):
            raise Doubt
        return escape(value)

    return say


def _id(row: Id, shape: Shape) -> Say:
    usual = re.compile(r"[0-9A-F]{1,16}-[0-9]{1,16}").fullmatch

    def say(value: Any) -> str:
        if value.__class__ is not str or (not usual(value) and row.fault_in(shape, value)):
            raise Doubt
        return value

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
