"""The fast way in: for each record class a function, made once from its rows, that reads a Ret without a doubt.

It reads what QuickBooks answers every day. Whatever is out of the ordinary (a value that cannot be read, an empty
element, an attribute, elements inside a text) raises `Doubt`, and `wire.read` starts over with care. Both give the same
record where neither has a doubt; a test holds them side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from procore_qbd.qbxml.records import Field, Record, Ref, Unknown, table
from procore_qbd.qbxml.values import Text, Value, unescape

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    Element = etree._Element  # noqa: SLF001  it has no other name
    Reader = Callable[[Element], Any]
    Step = tuple[str, Callable[[str], Any] | None, Reader, bool]

__all__ = ["Doubt", "reader"]

_REFS_KEPT = 8192


class Doubt(Exception):  # noqa: N818 - no error: the careful reader takes over
    """Something is out of the ordinary."""


_READERS: dict[type[Record], Reader] = {}


def reader(cls: type[Record]) -> Reader:
    """The function that reads a record class's elements, of any shape; made on first use."""
    found = _READERS.get(cls)
    if found is None:
        found = _READERS[cls] = _ref_reader() if cls is Ref else _compile(cls)
    return found


def _compile(cls: type[Record]) -> Reader:  # noqa: C901  its loop is the one below
    compiled = table(cls)
    texts: dict[Any, str] = {}
    steps: dict[Any, Step] = {}
    for tag, (field, member) in compiled.readers.items():
        if member is None and not field.plural and isinstance(field.row, Text):
            texts[tag] = field.name
        else:
            steps[tag] = _step(field, member)
    known = texts.keys() | steps.keys()
    text_of, step_of = texts.get, steps.get
    make = _maker(cls)

    # One loop and no calls but for the values: it runs a million times.
    def read(element: Element) -> Any:  # noqa: C901, PLR0912
        if compiled.attributes and element.attrib:
            raise Doubt
        values: dict[str, Any] = {}
        several: tuple[str, ...] = ()
        for child in element:
            tag = child.tag
            name = text_of(tag)
            if name is not None:
                text = child.text
                if text is None or len(child):
                    text = _blank(child)
                elif not text.isascii():
                    text = unescape(text)
                values[name] = text
                continue
            step = step_of(tag)
            if step is None:
                values["unknown"] = (*values.get("unknown", ()), _unknown(child, known))
                continue
            name, convert, member, plural = step
            if convert is None:
                value = member(child)
            elif (text := child.text) is None or len(child):
                raise Doubt
            else:
                value = convert(text)
            if not plural:
                values[name] = value
            elif name in values:
                values[name].append(value)
            else:
                values[name] = [value]
                several += (name,)
        for name in several:
            values[name] = tuple(values[name])
        return make(values)

    return read


def _step(field: Field, member: type[Record] | None) -> Step:
    if member is not None:
        return field.name, None, reader(member), field.plural
    row = field.row
    assert isinstance(row, Value)  # noqa: S101  a row is a value or holds records
    return field.name, row.reader(), _never, field.plural


def _never(element: Element) -> Any:
    raise Doubt(element.tag)


def _blank(element: Element) -> str:
    """The text of an element that says nothing; one with elements inside is a doubt."""
    if len(element) or element.attrib:
        raise Doubt
    return ""


def _unknown(element: Element, known: AbstractSet[Any]) -> Unknown:
    tag = element.tag
    if not isinstance(tag, str):
        raise Doubt
    before = element.getprevious()
    while before is not None and before.tag not in known:
        before = before.getprevious()
    xml = etree.tostring(element, encoding="unicode", with_tail=False)
    return Unknown(tag, xml, None if before is None else str(before.tag))


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


def _ref_reader() -> Reader:
    """References repeat without end, and do not change: the same one is given out again."""
    kept: dict[tuple[str | None, str | None], Ref] = {}
    found = kept.get

    def read(element: Element) -> Ref:
        list_id = full_name = None
        for child in element:
            tag, text = child.tag, child.text
            if text is None or len(child):
                raise Doubt
            if tag == "FullName":
                full_name = text
            elif tag == "ListID":
                list_id = text
            else:
                raise Doubt
        key = list_id, full_name
        ref = found(key)
        if ref is None:
            if len(kept) >= _REFS_KEPT:
                kept.clear()
            ref = kept[key] = Ref(
                list_id=None if list_id is None else unescape(list_id),
                full_name=None if full_name is None else unescape(full_name),
            )
        return ref

    return read
