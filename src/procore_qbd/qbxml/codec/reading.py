r"""The fast way in: for each record class and shape one regular expression, made once from its rows, that reads text.

Why not the parser alone? A reply of QuickBooks is megabytes of small elements, each with one word in it. A parser makes
an object of every one of them, and asking those objects one by one takes longer than all the rest.

So every row that holds one value becomes a piece like ``(?:TxnID>([^<>]*)</TxnID>\s*<|)``, the pieces stand in the
order in which QuickBooks writes them, and one match reads them all: which rows are there, and their texts. It ends
where something else stands: the record's end, a record inside it, a row out of its order, an element that nobody
modelled. That is read, and the match begins again. The order makes it fast; nothing depends on it.

Is it safe? What the expression lets through is well-formed XML by itself, and no parser needs to have seen it
(`streams.py`). What is out of the ordinary (a value that cannot be read, an empty element, an attribute, a comment)
raises `Doubt`, and `elements.read` starts over with care. It alone says what is wrong, so this file has no messages.
Both give the same record where neither has a doubt; a test holds them side by side.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from lxml import etree

from procore_qbd.qbxml.rows.records import Block, Record, Ref, Unknown, table
from procore_qbd.qbxml.rows.values import (
    RET,
    Amount,
    Day,
    Float,
    Integer,
    Percent,
    Price,
    Row,
    Shape,
    Text,
    Value,
    unescape,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Convert = Callable[[str], Any]
    Reader = Callable[[str, int, str, bool], tuple[Any, int]]

__all__ = ["Doubt", "plain", "read_text", "reader"]

R = TypeVar("R", bound=Record)


class Doubt(Exception):  # noqa: N818 - no error: the careful reader takes over
    """Something is out of the ordinary."""


# --- texts -----------------------------------------------------------------------------------------------------------

_BLANKS = r"[ \t\r\n]*+"
_NEXT = rf"{_BLANKS}<"
_TEXT = r"[^<>\x00-\x08\x0b-\x1f\ufffe\uffff]*+"  # a bare > and a carriage return are XML too, but nobody writes them
_WORD = r"[!-%'-;=?-~]++"
_NUMBER = r"-?[0-9]++(?:\.[0-9]++)?+"
_WHOLE = r"-?[0-9]++"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_REF = rf"(?:{_NEXT}ListID>[^<]*+</ListID>|)(?:{_NEXT}FullName>[^<]*+</FullName>|){_BLANKS}"  # for `_ref` to judge

_next = re.compile(_NEXT).match
_opening = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)>").match
_texts = re.compile(r"<(ListID|FullName)>([^<]*)").findall
_is_text = re.compile(_TEXT).fullmatch
_reference = re.compile(r"&(?:#([0-9]+);|#x([0-9A-Fa-f]+);|(amp|lt|gt|quot|apos);|)")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_KEPT, _SHORT = 8192, 1024


def plain(text: str) -> bool:
    """Whether the characters of a text are what they seem: no references, nothing beyond ASCII."""
    return "&" not in text and text.isascii()


def _mended(text: str) -> str:
    return unescape(_reference.sub(_character, text) if "&" in text else text)


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal or "0", 16)
    if code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:  # noqa: PLR2004  XML's own
        return chr(code)
    raise Doubt(found[0])


class _Kept(dict[str, Any]):
    """What repeats without end and does not change is made once and given out again."""

    def __init__(self, make: Convert) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> Any:
        made = self._make(text)
        if len(self) >= _KEPT:
            self.clear()
        if len(text) < _SHORT:
            self[text] = made
        return made


def _ref(xml: str) -> Ref:
    said = dict(_texts(xml))
    if not all(map(_is_text, said.values())):
        raise Doubt(xml)
    list_id, full_name = said.get("ListID"), said.get("FullName")
    return Ref(
        list_id=None if list_id is None else _mended(list_id),
        full_name=None if full_name is None else _mended(full_name),
    )


_REFS = _Kept(_ref).__getitem__
_DAYS = _Kept(Day("").read).__getitem__


def _value(row: Row) -> tuple[str, Convert | None]:
    """What a row's text looks like every day, and what makes a value of it; text needs nothing."""
    if isinstance(row, Block):
        return _REF, _REFS
    if isinstance(row, Text):
        return _TEXT, None
    if isinstance(row, (Amount, Float, Price)) and not isinstance(row, Percent):  # which may have its sign
        return _NUMBER, Decimal
    if isinstance(row, Integer):
        return _WHOLE, int
    if isinstance(row, Day):
        return _DATE, _DAYS
    assert isinstance(row, Value)  # noqa: S101  a row is a value or holds records
    return _WORD, row.reader()


# --- records ---------------------------------------------------------------------------------------------------------

_READERS: dict[tuple[type[Record], Shape], Reader] = {}


def reader(cls: type[Record], shape: Shape = RET) -> Reader:
    """The function that reads a record class's elements of a shape; made on first use.

    It takes a text, where in it the record begins (behind its opening tag), its closing tag without the ``<``, and
    whether the text is `plain`; it gives the record, and where its element ends.
    """
    found = _READERS.get((cls, shape))
    if found is None:
        found = _READERS[cls, shape] = _compile(cls, shape)
    return found


def read_text(text: str, tag: str, cls: type[R], shape: Shape = RET) -> R:
    """A record from the text of its element, which is all of the text.

    Raises:
        Doubt: Something is out of the ordinary.
        ValueError: A value cannot be read.
    """
    if not text.startswith(f"<{tag}>"):
        raise Doubt(text)
    record, end = reader(cls, shape)(text, len(f"<{tag}>"), f"/{tag}>", plain(text))
    if end < len(text):
        raise Doubt(text)
    return record  # type: ignore[no-any-return]


def _compile(cls: type[Record], shape: Shape) -> Reader:  # noqa: C901, PLR0915  its loop is the one below
    compiled = table(cls)
    rows: dict[str, tuple[str, str, Convert | None]] = {}
    inner: dict[str, tuple[str, bool, type[Record] | Reader]] = {}
    for field in compiled.order(shape):
        for tag, member in field.tags(shape).items():
            if compiled.readers[tag] != (field, member):
                continue
            if member is not None and (field.plural or member is not Ref):
                inner[tag] = field.name, field.plural, member
            elif field.plural:
                inner[tag] = field.name, True, _leaf(*_value(field.row))
            else:
                rows[tag] = field.name, *_value(field.row)
    known = compiled.readers.keys()
    tags, names = tuple(rows), tuple(name for name, _, _ in rows.values())
    as_they_are = tuple(convert for _, _, convert in rows.values())
    mended = tuple(convert or _mended for convert in as_they_are)
    match = re.compile("".join(f"(?:{tag}>({text})</{tag}>{_NEXT}|)" for tag, (_, text, _) in rows.items())).match
    make = _maker(cls)

    # One loop, and few calls: it runs a million times. `at` stands behind a "<", always.
    def read(text: str, at: int, closing: str, is_plain: bool) -> tuple[Any, int]:  # noqa: C901
        values: dict[str, Any] = {}
        several: dict[str, list[Any]] = {}
        converts = as_they_are if is_plain else mended
        previous = None
        at = at + 1 if text.startswith("<", at) else _behind_next(text, at)
        while True:
            found: Any = match(text, at)  # nothing is a match too
            last = found.lastindex
            if last:
                for name, convert, value in zip(names, converts, found.groups()):  # noqa: B905  the check takes longer
                    if value is not None:
                        values[name] = value if convert is None else convert(value)
                previous = tags[last - 1]
                at = found.end()
            if text.startswith(closing, at):
                break
            tag = _tag(text, at)
            if tag in inner:
                name, plural, kind = inner[tag]
                read_one = reader(kind, shape) if isinstance(kind, type) else kind
                opening, ending, members = f"{tag}>", f"/{tag}>", []
                while text.startswith(opening, at):
                    member, at = read_one(text, at + len(opening), ending, is_plain)
                    members.append(member)
                    at = at + 1 if text.startswith("<", at) else _behind_next(text, at)
                if plural:
                    several.setdefault(name, []).extend(members)
                else:
                    values[name] = members[-1]
                previous = tag
            elif tag not in known:
                unknown, at = _unknown(text, at, tag, previous)
                several.setdefault("unknown", []).append(unknown)
                at = _behind_next(text, at)
            elif not last:
                raise Doubt(tag)
        for name, members in several.items():
            values[name] = tuple(members)
        return make(values), at + len(closing)

    return read


def _leaf(text: str, convert: Convert | None) -> Reader:
    """The same for a row that repeats and holds a value each time."""
    match = re.compile(text).match

    def read(text: str, at: int, closing: str, is_plain: bool) -> tuple[Any, int]:
        found = match(text, at)
        if found is None or not text.startswith(f"<{closing}", found.end()):
            raise Doubt
        value = found[0]
        return (convert or (str if is_plain else _mended))(value), found.end() + 1 + len(closing)

    return read


def _behind_next(text: str, at: int) -> int:
    found = _next(text, at)
    if found is None:
        raise Doubt
    return found.end()


def _tag(text: str, at: int) -> str:
    found = _opening(text, at)
    if found is None:
        raise Doubt
    return found[1]


def _unknown(text: str, at: int, tag: str, previous: str | None) -> tuple[Unknown, int]:
    closing = f"</{tag}>"
    end = text.find(closing, at) + len(closing)  # where there is none, what is cut out is not whole
    try:
        element = etree.fromstring(text[at - 1 : end])
    except etree.XMLSyntaxError:
        raise Doubt(tag) from None
    return Unknown(tag, etree.tostring(element, encoding="unicode"), previous), end


def _maker(cls: type[Record]) -> Callable[[dict[str, Any]], Any]:
    """How an instance comes about: without slots its values are put in as they are, and defaults stand in the class."""
    if "__slots__" in vars(cls):
        return lambda values: cls(**values)
    new, put = cls.__new__, object.__setattr__

    def make(values: dict[str, Any]) -> Any:
        made = new(cls)
        put(made, "__dict__", values)
        return made

    return make
