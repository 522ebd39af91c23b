"""Records to elements and back. Reading is lenient and loses nothing; writing asks no questions (see `checking.py`)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, BinaryIO, TypeVar

from lxml import etree

from procore_qbd.errors import ReplyError
from procore_qbd.qbxml.codec.reading import Doubt, read_text
from procore_qbd.qbxml.rows.records import Block, Record, Unknown, table
from procore_qbd.qbxml.rows.values import Macro, Row, Shape, Text, Value, escape, escape_attribute, unescape
from procore_qbd.qbxml.rows.violations import Rule, Violation

__all__ = ["attribute", "attributes", "parse", "read", "write"]

R = TypeVar("R", bound=Record)


def read(element: etree._Element, cls: type[R], faults: list[Violation], path: str | None = None) -> R:
    """A record from an element of any shape, leniently.

    What cannot be read is left out and reported; what nobody modelled is kept in ``unknown``.

    Args:
        element: The record's element.
        cls: The record's class.
        faults: Takes one violation for each value that cannot be read.
        path: The element's path, for the faults.
    """
    tag = str(element.tag)
    if tag.endswith("Ret"):
        with suppress(Doubt, ValueError):  # a value that cannot be read is a doubt too
            return read_text(etree.tostring(element, encoding="unicode", with_tail=False), tag, cls)
    return _read(element, cls, faults, path or tag)


def _read(element: etree._Element, cls: type[R], faults: list[Violation], path: str) -> R:
    """The careful way."""
    compiled = table(cls)
    values: dict[str, Any] = {
        field.name: unescape(text) for field in compiled.attributes if (text := element.get(field.row.tag)) is not None
    }
    several: dict[str, list[Any]] = {}
    unknown: list[Unknown] = []
    erased: list[str] = []
    previous: str | None = None
    for child in element:
        tag = str(child.tag)
        found = compiled.readers.get(tag)
        if found is None:
            unknown.append(Unknown(tag, etree.tostring(child, encoding="unicode", with_tail=False), previous))
            continue
        previous = tag
        field, member = found
        if member is not None:
            at = f"[{len(several.get(field.name, ())) + 1}]" if field.plural else ""
            value = _read(child, member, faults, f"{path}/{tag}{at}")
        else:
            value = _value(child, field.row, faults, path)
        if value is _NOTHING:
            erased.append(field.name)
        elif field.plural:
            several.setdefault(field.name, []).append(value)
        else:
            values[field.name] = value
    values |= {name: tuple(members) for name, members in several.items()}
    return cls(unknown=tuple(unknown), erased=tuple(erased), **values)


_NOTHING = object()


def _value(element: etree._Element, row: Row, faults: list[Violation], path: str) -> Any:
    """An element's value, ``_NOTHING`` where it is there and empty, None where it cannot be read."""
    assert isinstance(row, Value)  # noqa: S101  a row is a value or holds records
    if len(element):
        message = f"expected {row.expects}, got elements inside"
        faults.append(Violation(path=f"{path}/{row.tag}", rule=Rule.FORMAT, message=message, line=element.sourceline))
        return None
    text = element.text or ""
    if isinstance(row, Text):
        macro = element.get("useMacro")
        return row.read(text) if macro is None else Macro(unescape(macro))
    text = text.strip()
    if not text:
        return _NOTHING
    try:
        return row.read(text)
    except ValueError as error:
        faults.append(
            Violation(
                path=f"{path}/{row.tag}",
                rule=Rule.FORMAT,
                message=str(error),
                status=row.status,
                line=element.sourceline,
                value=text,
            )
        )
        return None


def write(record: Record, shape: Shape, tag: str, out: list[str], indent: str = "", attributes: str = "") -> None:
    """Append a record's element to ``out``, in the order of its shape; what may not be written is not looked at.

    Args:
        record: The record.
        shape: Which of its shapes.
        tag: The element's name.
        out: Takes the pieces of text.
        indent: Blanks before the element.
        attributes: Attributes of the element that are not the record's own, ready to be written.
    """
    compiled = table(type(record))
    inner = indent + "  "
    attributes += "".join(
        f' {field.row.tag}="{escape_attribute(value)}"'
        for field in compiled.attributes
        if (value := getattr(record, field.name)) not in (None, ())
    )
    start = len(out)
    out.append(f"{indent}<{tag}{attributes}>\n")
    unknown = record.unknown
    order = compiled.order(shape)
    if unknown:
        here = {tag for field in order for tag in field.tags(shape)}
        first = {element.after for element in unknown if element.after is None or element.after not in here}
        _write_unknown(unknown, first, inner, out)
    for field in order:
        value = getattr(record, field.name)
        row = field.row
        if value is None or value == ():
            if field.name in record.erased:
                out.append(f"{inner}<{row.tag}></{row.tag}>\n")
        elif isinstance(row, Block):
            tags = {cls: name for name, cls in field.tags(shape).items()}
            for member in value if field.plural else (value,):
                write(member, shape, tags[type(member)], out, inner)
        else:
            out.extend(_element(row, item, inner) for item in (value if field.plural else (value,)))
        if unknown:
            _write_unknown(unknown, {*field.tags(shape)}, inner, out)
    if len(out) == start + 1:
        out[start] = f"{indent}<{tag}{attributes} />\n"
    else:
        out.append(f"{indent}</{tag}>\n")


def _element(row: Row, value: Any, indent: str) -> str:
    if isinstance(value, Macro):
        return f'{indent}<{row.tag} useMacro="{escape_attribute(value.name)}"></{row.tag}>\n'
    assert isinstance(row, Value)  # noqa: S101  a row is a value or holds records
    return f"{indent}<{row.tag}>{escape(row.write(value))}</{row.tag}>\n"


def _write_unknown(unknown: tuple[Unknown, ...], after: set[str | None], indent: str, out: list[str]) -> None:
    out.extend(
        f"{indent}{element.xml.encode('ascii', 'xmlcharrefreplace').decode()}\n"
        for element in unknown
        if element.after in after
    )


# --- documents and attributes ----------------------------------------------------------------------------------------


def parse(document: bytes | BinaryIO) -> etree._Element:
    """The root of a qbXML document, parsed safely: no DOCTYPE, no entities, no network.

    Raises:
        ReplyError: It is no XML, is cut short, or has a DOCTYPE.
    """
    data = document if isinstance(document, bytes) else document.read()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReplyError("XML", [str(error)]) from None
    if root.getroottree().docinfo.doctype or b"<!DOCTYPE" in data[:4096]:
        raise ReplyError("XML", ["has a DOCTYPE, which qbXML never has; it was refused without being read"])
    etree.strip_elements(root, etree.PI, with_tail=False)
    return root


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute's text; None where there is none."""
    text = element.get(name)
    return None if text is None else unescape(text)


def attributes(values: dict[str, str | None]) -> str:
    """Attributes, ready to be written; those that are None are left out."""
    return "".join(f' {name}="{escape_attribute(value)}"' for name, value in values.items() if value is not None)
