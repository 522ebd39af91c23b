"""One record at a time out of a reply of any size: memory stays flat, and a document cut short gives what was whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from lxml import etree

from procore_qbd.codes import Severity, status
from procore_qbd.errors import RefusedError, ReplyError
from procore_qbd.qbxml.records import Record
from procore_qbd.qbxml.values import RET
from procore_qbd.qbxml.wire import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from procore_qbd.qbxml.violations import Violation

__all__ = ["stream"]

R = TypeVar("R", bound=Record)

_CHUNK = 1 << 16


def stream(
    source: str | os.PathLike[str] | BinaryIO | bytes | Iterable[bytes],
    cls: type[R],
    *,
    faults: list[Violation] | None = None,
) -> Iterator[R]:
    """The records of a kind in a document of answers, one after another.

    Nothing is opened before the first record is asked for, and a file that this opened is closed when the last one was
    given or the generator is closed. At most one record is held in memory, whatever the document holds.

    Args:
        source: A path, a binary file, the document, or its bytes in pieces as they come from a line.
        cls: The records' class, such as ``Bill``: every ``BillRet`` is one.
        faults: Takes what cannot be read, as `Outcome.faults` does; without it such a record raises.

    Raises:
        ReplyError: It is no qbXML reply, a value cannot be read, or it is cut short: then after every record that was
            whole, saying how many there were and where it broke.
        RefusedError: QuickBooks answered with an error, which comes after the records there were.
        TypeError: QuickBooks sends no such records.
    """
    spec = cls.__record__
    if RET not in spec.shapes:
        raise TypeError(f"QuickBooks sends no {spec.tag} records")
    return _stream(source, cls, faults)


def _stream(source: Any, cls: type[R], faults: list[Violation] | None) -> Iterator[R]:
    tag = f"{cls.__record__.tag}Ret"
    parser = etree.XMLPullParser(
        events=("end",),
        tag=(tag, "QBXMLMsgsRs"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    count = 0
    try:
        for element in _elements(parser, _chunks(source)):
            if element.tag != tag:
                _answered(element)
                continue
            found: list[Violation] = []
            record = read(element, cls, found)
            if found and faults is None:
                raise ReplyError(f"{tag} {count + 1}", found)
            if faults is not None:
                faults.extend(found)
            _forget(element)
            count += 1
            yield record
        root = parser.close()
    except etree.XMLSyntaxError as error:
        whole = f"{count} {tag} {'was' if count == 1 else 'were'} whole"
        raise ReplyError("XML", [f"{error.msg}; {whole} before it"]) from None
    if root.tag != "QBXML" or root.find("QBXMLMsgsRs") is None:
        raise ReplyError("qbXML reply", [f"expected QBXML with QBXMLMsgsRs inside, got {root.tag!s}"])


def _elements(parser: etree.XMLPullParser[Any], chunks: Iterator[bytes]) -> Iterator[etree._Element]:
    """The elements that the parser looks for; where a document breaks, first those before the break."""
    trusted, broken = False, None
    for chunk in chunks:
        try:
            parser.feed(chunk)
        except etree.XMLSyntaxError as error:
            broken = error
        for _, element in parser.read_events():
            trusted = trusted or _trust(element)
            yield element
        if broken is not None:
            raise broken


def _chunks(source: Any) -> Iterator[bytes]:
    if isinstance(source, (str, os.PathLike)):
        with open(source, "rb") as file:  # noqa: PTH123  # pathlib takes longer to import than a script wants to wait
            yield from _chunks(file)
    elif isinstance(source, (bytes, bytearray, memoryview)):
        for start in range(0, len(source), _CHUNK):
            yield bytes(source[start : start + _CHUNK])
    elif hasattr(source, "read"):
        while chunk := source.read(_CHUNK):
            yield chunk
    else:
        yield from source


def _trust(element: etree._Element) -> bool:
    """A DOCTYPE is refused before anything is read."""
    if element.getroottree().docinfo.doctype:
        raise ReplyError("XML", ["has a DOCTYPE, which qbXML never has; refused unread"])
    return True


def _forget(element: etree._Element) -> None:
    """Let go of a record that was read, and of all that stood before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _answered(answers: etree._Element) -> None:
    """Whether QuickBooks refused what was asked."""
    for answer in answers:
        text = answer.get("statusCode", "")
        code = int(text) if text.lstrip("-").isdecimal() else 0
        if status(code).severity is Severity.ERROR:
            raise RefusedError(str(answer.tag), answer.get("requestID") or "?", code, answer.get("statusMessage") or "")
