"""What a document says, place by place: by the rows of the records, and by nothing that is only how it is written.

Each element and each attribute is a place, and its text falls into tokens. A ``constant`` means what it says. The
others stand for something that is another the next time, or that nobody else shall read: an ``id``, a ``request`` id,
an ``edit`` sequence, a ``text``, an ``amount``; and QuickBooks' own words are a ``message``. What kind a token is, its
row says: the row of an element knows whether it is text, a number, an id. What has no row (an element that nobody
modelled, an attribute that does not belong there), and what its row cannot read, is text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.codes import Severity
from procore_qbd.qbxml.entities import entity, find
from procore_qbd.qbxml.entities.company import Host
from procore_qbd.qbxml.entities.reports import ColData, ColDesc
from procore_qbd.qbxml.messages.outcomes import ErrorRecovery
from procore_qbd.qbxml.messages.requests import Iteration, MetaData, OnError, ResponseData
from procore_qbd.qbxml.rows.records import table
from procore_qbd.qbxml.rows.values import (
    BARE,
    NEW_LINE,
    Amount,
    Attribute,
    Choice,
    Day,
    Guid,
    Id,
    Integer,
    Percent,
    Price,
    Quantity,
    Text,
    TimeInterval,
    Value,
    When,
    YesNo,
    unescape,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.qbxml.rows.records import Record

__all__ = ["MARKS", "Place", "Redact", "Token", "key", "places"]

MARKS = (
    (
        r"procore-qbd: file ([0-9A-Z]+), epoch \d+, document \d+, id (?:none|([0-9A-Z]+))\. "
        r"This record keeps exports from Procore from being made twice\. Do not change, merge or delete it\."
    ),
    r"\bProcore (?:(?:line|change|budget) )?\d{1,19}\b",
)
"""What this library writes into notes and lines so that it knows them again."""


@attrs.frozen(kw_only=True)
class Redact:
    """What nobody shall read in a cassette.

    Attributes:
        texts: Whether texts become stand-ins: names, addresses, phones, e-mails, account and tax numbers, notes, memos,
            reference numbers, and all else that is text and neither an id nor a word of a closed list.
        amounts: Whether amounts and prices do too. Each amount has its own stand-in, with its sign, and nothing stays
            nothing; so totals are no sums of their lines any more. Quantities, percentages and rates of exchange stay.
        marks: What a program writes into texts so that it knows them again, as regular expressions: it is kept, for it
            says nothing of people, and what stands in a group is an id.
    """

    texts: bool = True
    amounts: bool = False
    marks: tuple[str, ...] = attrs.field(default=MARKS, converter=tuple)

    def __attrs_post_init__(self) -> None:
        _marks(self.marks)


@cache
def _marks(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None


@attrs.frozen
class Token:
    """A piece of a text.

    Attributes:
        kind: What it is; see the module.
        text: What stands there.
    """

    kind: str
    text: str


@attrs.frozen
class Place:
    """An element, or an attribute.

    Attributes:
        depth: How deep it stands.
        name: Its name, of an attribute with ``@`` before it.
        tokens: What stands there; nothing where it only holds others.
        put: Puts another text there.
    """

    depth: int
    name: str
    tokens: tuple[Token, ...] = ()
    put: Callable[[str], object] = attrs.field(default=lambda _text: None, eq=False)


def key(token: Token) -> tuple[str, str]:
    """By what a token is known: texts and GUIDs whatever their case, amounts by their value."""
    if token.kind == "text" or token.text.startswith("{"):
        return token.kind, unescape(token.text).lower()
    return token.kind, _plain(Decimal(token.text)) if token.kind == "amount" else token.text


def places(root: Any, redact: Redact) -> Iterator[Place]:
    """The places of a document, in order.

    Args:
        root: The root of a parsed document.
        redact: What is text, and what are amounts, that are not constant.
    """
    for node in root.itersiblings(preceding=True):
        if getattr(node, "target", None) == "qbxml":
            yield Place(0, "qbxml", (Token("constant", str(node.get("version"))),))
    yield from _Walk(redact).element(root, 0, None)


# --- the walk --------------------------------------------------------------------------------------------------------

_ENVELOPE = {
    "requestID": "request",
    "newMessageSetID": "id",
    "oldMessageSetID": "id",
    "iteratorID": "id",
    "defMacro": "id",
    "useMacro": "id",
    "statusMessage": "message",
}
_WORDS = frozenset(map(str, (*OnError, *ResponseData, *Iteration, *MetaData, *Severity)))
_NUMBERS = {"colID", "rowNumber", "titleRow"}
_CELLS: dict[str, Value] = {
    "AMTTYPE": Amount("value"),
    "BOOLTYPE": YesNo("value"),
    "DATETIMETYPE": When("value"),
    "DATETYPE": Day("value"),
    "INTTYPE": Integer("value"),
    "PERCENTTYPE": Percent("value"),
    "PRICETYPE": Price("value"),
    "QUANTYPE": Quantity("value"),
    "TIMEINTERVALTYPE": TimeInterval("value"),
    "IDTYPE": Id("value"),
}
_TAG = re.compile(r"[A-Z](?=.*[a-z])[A-Za-z0-9]{0,49}")
_VERSION = re.compile(r"(?:[A-Z]{2})?[0-9]{1,4}(?:\.[0-9]{1,4})?")
_OPEN_WORDS = {
    "CurrencyCode": re.compile(r"[A-Z]{3}"),
    "IncludeRetElement": _TAG,
    "MajorVersion": _VERSION,
    "MinorVersion": _VERSION,
    "SupportedQBXMLVersion": _VERSION,
}
"""Texts that say nothing of anybody, by the row and by what they look like. No stand-in looks so."""
_COUNTRY = re.compile(r"[A-Z]{2}")
_INCLUDE = "IncludeRetElement"
_REPORT_WORDS = {"dataType": re.compile(r"[A-Z0-9]{1,20}TYPE"), "rowType": re.compile(r"[a-z]{1,20}")}
"""Words of lists that nobody published, by what they look like. No stand-in looks so."""


class _Walk:
    """One document, from its root on."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact
        self._columns: dict[str | None, str | None] = {}

    def element(self, element: Any, depth: int, cls: type[Record] | None) -> Iterator[Place]:
        """An element that holds others, or that nobody modelled."""
        name = str(element.tag)
        yield Place(depth, name)
        if cls is ColDesc:
            self._columns[element.get("colID")] = element.get("dataType")
        for attribute in sorted(map(str, element.attrib)):
            tokens = self._attribute(element, attribute, cls)
            yield Place(depth + 1, f"@{attribute}", tokens, _into_attribute(element, attribute))
        if (element.text or "").strip():
            yield Place(depth + 1, name, self._texts(element.text), _into_text(element))
        for child in element:
            yield from self._child(child, depth + 1, name, cls)
            if (child.tail or "").strip():
                yield Place(depth + 1, name, self._texts(child.tail), _into_tail(child))

    def _child(self, child: Any, depth: int, parent: str, cls: type[Record] | None) -> Iterator[Place]:
        tag = str(child.tag)
        field, member = (table(cls).readers.get(tag) if cls is not None else None) or (None, None)
        if field is not None and member is None and not len(child):
            assert isinstance(field.row, Value)  # noqa: S101  a row is a value or holds records
            yield from self._value(child, depth, field.row, cls)
        elif tag == _INCLUDE and parent.endswith("Rq") and not len(child):
            yield from self._value(child, depth, Text(_INCLUDE), cls)
        else:
            yield from self.element(child, depth, member or _class(tag))

    def _value(self, element: Any, depth: int, row: Value, cls: type[Record] | None) -> Iterator[Place]:
        name = str(element.tag)
        yield Place(depth, name, self._row(row, element.text or "", cls), _into_text(element))
        for attribute in sorted(map(str, element.attrib)):
            tokens = self._attribute(element, attribute, None)
            yield Place(depth + 1, f"@{attribute}", tokens, _into_attribute(element, attribute))

    def _attribute(self, element: Any, name: str, cls: type[Record] | None) -> tuple[Token, ...]:
        text = str(element.get(name))
        if name in _ENVELOPE:
            return _one(_ENVELOPE[name], text)
        if cls is ColData and name == "value":
            row = _CELLS.get(element.get("dataType") or self._columns.get(element.get("colID")) or "")
            return self._row(row, text, cls) if row is not None else self._texts(text, full_name=True)
        if cls is not None and name in _REPORT_WORDS and _REPORT_WORDS[name].fullmatch(text):
            return _one("constant", text)
        if text in _WORDS or (re.fullmatch(r"-?[0-9]{1,9}", text) and (cls is None or name in _NUMBERS)):
            return _one("constant", text)
        return self._texts(text, full_name=True)

    def _row(self, row: Value, text: str, cls: type[Record] | None) -> tuple[Token, ...]:
        """What an element says, as its row reads it."""
        kind = _kind(row, text, cls)
        if kind is not None:
            return _one(kind, text)
        if not isinstance(row, Text) and (value := _read(row, text)) is not None:
            if self._redact.amounts and (isinstance(row, Amount) or type(row) is Price):
                return _amount(text.strip())
            return _one("constant", value)
        return self._texts(text, full_name=row.tag.startswith("FullName"))

    def _texts(self, text: str, *, full_name: bool = False) -> tuple[Token, ...]:
        """A text: the marks in it, and what stands between them; a full name by its parts."""
        marks = _marks(self._redact.marks)
        tokens: list[Token] = []
        end = 0
        for mark in marks.finditer(text) if marks else ():
            tokens += self._plain(text[end : mark.start()], full_name=full_name)
            end = mark.start()
            for start, stop in (span for span in mark.regs[1:] if span[0] >= 0):
                tokens += [Token("constant", text[end:start]), Token("id", text[start:stop])]
                end = stop
            tokens.append(Token("constant", text[end : mark.end()]))
            end = mark.end()
        return (*tokens, *self._plain(text[end:], full_name=full_name))

    def _plain(self, text: str, *, full_name: bool) -> Iterator[Token]:
        parts = re.split("(:)", text) if full_name else [text]
        for part in filter(None, parts):
            is_open = not self._redact.texts or part == ":" or not part.strip()
            yield Token("constant", unescape(part)) if is_open else Token("text", part)


def _kind(row: Value, text: str, cls: type[Record] | None) -> str | None:
    """What kind a text is where its row knows it as an id or a word."""
    if not text.strip():
        return "constant"
    if isinstance(row, (Id, Guid)):
        form = row.form if isinstance(row, Id) else row.lexical
        is_id = form is not None and form.fullmatch(text)
        return "constant" if text in {NEW_LINE, "0"} else "id" if is_id else None
    if isinstance(row, Choice):
        return "constant" if text.strip() in set(row.words) else None
    if not isinstance(row, Text) or isinstance(row, Attribute):
        return None
    if row.tag == "EditSequence":
        return "edit" if re.fullmatch(r"[0-9]{1,16}", text) else None
    form = _COUNTRY if cls is Host and row.tag == "Country" else _OPEN_WORDS.get(row.tag)
    return "constant" if form is not None and form.fullmatch(text) else None


def _read(row: Value, text: str) -> str | None:
    """A value as it is always written; None where the row cannot read it, or takes anything."""
    if isinstance(row, (Choice, Guid)):
        return None
    try:
        value = row.read(text.strip())
    except ValueError:
        return None
    return _plain(value) if isinstance(value, Decimal) else row.write(value)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"


def _amount(text: str) -> tuple[Token, ...]:
    sign = "-" if text.startswith("-") else ""
    digits = text.lstrip("+-")
    if not Decimal(digits):
        return _one("constant", "0")
    return (*(_one("constant", sign) if sign else ()), Token("amount", digits))


def _one(kind: str, text: str) -> tuple[Token, ...]:
    return (Token(kind, text),)


def _class(tag: str) -> type[Record] | None:
    """Whose rows stand in an element: a request that is a record, an answer that holds its elements, a record."""
    if tag == "ErrorRecovery":
        return ErrorRecovery
    if tag.endswith("Rs"):
        inline = entity(tag.removesuffix("Rs"))
        return inline if inline is not None and inline.__record__.inline else None
    if tag.endswith("Rq"):
        known = find(tag.removesuffix("Rq"))
        return known[0] if known is not None and known[1] in BARE else None
    known = find(tag)
    return known[0] if known is not None else None


def _into_text(element: Any) -> Callable[[str], None]:
    def put(text: str) -> None:
        element.text = text

    return put


def _into_tail(element: Any) -> Callable[[str], None]:
    def put(text: str) -> None:
        element.tail = text

    return put


def _into_attribute(element: Any, name: str) -> Callable[[str], None]:
    def put(text: str) -> None:
        element.set(name, text)

    return put
