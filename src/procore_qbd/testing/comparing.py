"""Records, close-outs and qbXML documents compared by what they mean, and what differs told place by place.

``assert_same(document, expected)`` is for what may be written in several ways. A bare ``assert left == right`` of
records and close-outs is told in the same words, where pytest runs it; but it passes only what is equal.

What does not matter: whether an amount is ``1000`` or ``1000.00``, and the case of a GUID. In a document neither do
blanks between elements, the order of attributes, and, in a reply, the order of the elements of a record. In a request
that order does matter: QuickBooks takes no other. The order of requests, answers, records and lines always matters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeGuard

import attrs

from procore_qbd.errors import ReplyError
from procore_qbd.qbxml.codec.elements import parse
from procore_qbd.qbxml.entities import find
from procore_qbd.qbxml.rows.records import Record, table
from procore_qbd.transports.canonical import Redact, key, places

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["assert_same", "differences", "in_short"]

_GUID = re.compile(r"\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_AS_SAID = Redact(texts=False, marks=())
_CENT = Decimal("0.01")
_LONGEST = 200


def assert_same(left: Any, right: Any, *, ignore: Collection[str] = ()) -> None:
    """Pass if two things mean the same, else say where they do not.

    Args:
        left: A record, a close-out or another value of this library; a sequence of them; or a qbXML document, as bytes
            or text.
        right: Another one.
        ignore: Names of fields, elements and attributes that may differ, wherever they stand: ``"edit_sequence"``,
            ``"newMessageSetID"``.

    Raises:
        AssertionError: They differ; the message has a line for each place.
        ReplyError: One of them is a document that cannot be read.
    """
    if lines := differences(left, right, ignore=ignore):
        count = f"{len(lines)} places" if len(lines) > 1 else "one place"
        raise AssertionError("\n".join([f"left and right differ in {count}:", *(f"  {line}" for line in lines)]))


def differences(left: Any, right: Any, *, ignore: Collection[str] = ()) -> list[str]:
    """Where two things do not mean the same: a line for each place, such as ``lines[1].amount: 12.50 != 12.51``.

    Args:
        left: See `assert_same`.
        right: See `assert_same`.
        ignore: See `assert_same`.

    Raises:
        ReplyError: One of them is a document that cannot be read.
    """
    if _is_document(left) and _is_document(right):
        left, right = _tree(left, "left"), _tree(right, "right")
    return list(_walk(left, right, "", frozenset(ignore)))


def in_short(value: Any) -> str:
    """A value in a line: of a record what it says, and money to the cent."""
    text = _shown(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


# --- values ----------------------------------------------------------------------------------------------------------


def _walk(left: Any, right: Any, path: str, ignore: frozenset[str]) -> Iterator[str]:
    if isinstance(left, _Element) and isinstance(right, _Element):
        yield from _elements(left, right, path, "", ignore)
    elif attrs.has(type(left)) and type(left) is type(right):
        for field in attrs.fields(type(left)):
            if field.eq and field.name not in ignore:
                yield from _walk(getattr(left, field.name), getattr(right, field.name), _at(path, field.name), ignore)
    elif _is_sequence(left) and _is_sequence(right):
        yield from _sequences(left, right, path, ignore)
    elif isinstance(left, Mapping) and isinstance(right, Mapping):
        for name in [*left, *(name for name in right if name not in left)]:
            if name not in ignore:
                yield from _walk(left.get(name), right.get(name), f"{path}[{name!r}]", ignore)
    elif not _is_same(left, right):
        yield f"{path or 'they'}: {_unlike(left, right)}"


def _sequences(left: Sequence[Any], right: Sequence[Any], path: str, ignore: frozenset[str]) -> Iterator[str]:
    """What stands on one side alone, where both begin or end alike; else place by place."""
    begin, most = 0, min(len(left), len(right))
    end = 0
    if len(left) != len(right):
        while begin < most and not any(_walk(left[begin], right[begin], "", ignore)):
            begin += 1
        while end < most - begin and not any(_walk(left[-1 - end], right[-1 - end], "", ignore)):
            end += 1
    one, other = left[begin : len(left) - end], right[begin : len(right) - end]
    for at, (mine, yours) in enumerate(zip_longest(one, other, fillvalue=_NOTHING), begin):
        if mine is _NOTHING:
            yield f"{path}[{at}]: only on the right: {in_short(yours)}"
        elif yours is _NOTHING:
            yield f"{path}[{at}]: only on the left: {in_short(mine)}"
        else:
            yield from _walk(mine, yours, f"{path}[{at}]", ignore)


_NOTHING = object()


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _is_same(left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, str) and _GUID.fullmatch(left) and _GUID.fullmatch(right):
        return left.lower() == right.lower()
    return bool(left == right)


def _unlike(left: Any, right: Any) -> str:
    """Two values that differ; of two amounts also by how much."""
    if isinstance(left, Decimal) and isinstance(right, Decimal) and left.is_finite() and right.is_finite():
        return f"{_number(left)} != {_number(right)} (by {_number(abs(left - right))})"
    if type(left) is not type(right) and None not in (left, right):
        return f"{in_short(left)}, a {type(left).__name__} != {in_short(right)}, a {type(right).__name__}"
    return f"{in_short(left)} != {in_short(right)}"


def _number(number: Decimal) -> str:
    return f"{number:,.2f}" if number.is_finite() and number == number.quantize(_CENT) else f"{number:,f}"


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return _number(value) if abs(value.adjusted()) < 20 else str(value)  # noqa: PLR2004  what a column holds
    if isinstance(value, Record) or attrs.has(type(value)):
        fields = attrs.fields(type(value))
        said = ((field.name, getattr(value, field.name)) for field in fields)
        inside = ", ".join(f"{name}={_shown(one)}" for name, one in said if one not in (None, ()))
        return f"{type(value).__name__}({inside})"
    if _is_sequence(value):
        return f"[{', '.join(map(_shown, value))}]"
    return repr(value)


# --- documents -------------------------------------------------------------------------------------------------------


def _is_document(value: Any) -> bool:
    return isinstance(value, (str, bytes)) and value.lstrip()[:1] in ("<", b"<")


@attrs.define(eq=False)
class _Element:
    """An element: what it says, its attributes before all others, and what is in it."""

    name: str
    text: str = ""
    inside: list[_Element] = attrs.field(factory=list)

    def __str__(self) -> str:
        return f"<{self.name}>{self.text}{'…' if self.inside else ''}"


def _tree(document: str | bytes, side: str) -> _Element:
    """A document by its places, each value as it is always written."""
    try:
        root = parse(document.encode() if isinstance(document, str) else document)
    except ReplyError as error:
        raise ReplyError(f"the document on the {side}", error.faults) from None
    whole = _Element("")
    way: list[_Element] = [whole]
    for place in places(root, _AS_SAID):
        text = "".join(key(token)[1] if token.text.startswith("{") else token.text for token in place.tokens)
        del way[place.depth + 1 :]
        if place.tokens and way[-1].name == place.name:  # words between elements, under the name of theirs
            way[-1].text += text.strip()
            continue
        way[-1].inside.append(_Element(place.name, text))
        way.append(way[-1].inside[-1])
    _settle(whole, None)
    return whole


def _settle(element: _Element, cls: type[Record] | None) -> None:
    """Put the elements of a record in a reply in one order; those that share a row, such as lines, keep theirs."""
    for one in element.inside:
        known = find(one.name) if cls is None and one.name.endswith("Ret") else None
        _settle(one, known[0] if known else _member(cls, one.name)[1])
    if cls is not None:
        element.inside.sort(key=lambda one: _member(cls, one.name)[0])


def _member(cls: type[Record] | None, name: str) -> tuple[str, type[Record] | None]:
    """The row that an element of a record stands for, and what it holds."""
    found = table(cls).readers.get(name) if cls is not None else None
    return (found[0].name, found[1]) if found is not None else (name, None)


def _elements(left: _Element, right: _Element, path: str, number: str, ignore: frozenset[str]) -> Iterator[str]:
    """Where two elements of one name differ; the number says which of several."""
    here = f"{path}/{left.name}{number}".strip("/")
    if left.text != right.text:
        both = [left.text, right.text]
        numbers = all(map(_NUMBER.fullmatch, both)) and any("." in one for one in both)
        yield f"{here}: {_unlike(*map(Decimal, both)) if numbers else _unlike(*both)}"
    one, other = ([child for child in side.inside if child.name.lstrip("@") not in ignore] for side in (left, right))
    for mine, yours in _paired(one, other):
        if mine is None:
            yield f"{here}: only on the right: {yours}"
        elif yours is None:
            yield f"{here}: only on the left: {mine}"
        else:
            alike = [child for child in one if child.name == mine.name]
            number = f"[{alike.index(mine)}]" if len(alike) > 1 else ""
            yield from _elements(mine, yours, here, number, ignore)


def _paired(left: list[_Element], right: list[_Element]) -> Iterator[tuple[_Element | None, _Element | None]]:
    """Elements side by side by their names, in order; who has no partner stands alone."""
    names, others = [one.name for one in left], [one.name for one in right]
    for what, a, b, c, d in SequenceMatcher(a=names, b=others, autojunk=False).get_opcodes():
        if what == "equal":
            yield from zip(left[a:b], right[c:d], strict=True)
        else:
            yield from ((one, None) for one in left[a:b])
            yield from ((None, one) for one in right[c:d])
