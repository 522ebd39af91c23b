"""A document of requests, as whoever stands in for QuickBooks reads it: strictly, and every fault at once."""

from __future__ import annotations

import difflib
import re
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import attrs
from lxml import etree

from procore_qbd.errors import ReplyError
from procore_qbd.qbxml.codec.elements import attribute, parse, read
from procore_qbd.qbxml.codec.reading import Doubt, read_text
from procore_qbd.qbxml.codec.writing import writer
from procore_qbd.qbxml.entities import find
from procore_qbd.qbxml.judging.checking import merged, spelling, structure
from procore_qbd.qbxml.judging.macros import judge_macros
from procore_qbd.qbxml.messages.catalogue import KNOWN, exists
from procore_qbd.qbxml.messages.requests import (
    INCLUDE,
    INDENT,
    Iteration,
    MetaData,
    OnError,
    Request,
    judge_response_data,
)
from procore_qbd.qbxml.rows.dialect import RELEASES, Dialect, Edition
from procore_qbd.qbxml.rows.values import BARE, RET, unescape
from procore_qbd.qbxml.rows.violations import Rule, Violation, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.qbxml.rows.records import Record
    from procore_qbd.qbxml.rows.values import Shape

__all__ = ["MessageSet", "UnmodelledRequest", "judge_request", "read_requests"]


@attrs.frozen(kw_only=True)
class UnmodelledRequest:
    """An unmodelled request or answer, by its element's name."""

    name: str
    request_id: str | None = None
    line: int | None = None


@attrs.frozen(kw_only=True)
class MessageSet:
    """A document of requests, as whoever stands in for QuickBooks reads it.

    Attributes:
        version: Of qbXML, from the document's head; None where it has none.
        requests: In order; each that nobody modelled is a `UnmodelledRequest`.
        violations: What is wrong with the requests, by their position: structure, spelling, the records' own rules, and
            their macros; and that a request does not exist.
        faults: What is wrong with the document around them.
        has_macros: Whether any of them defines or uses a macro.
    """

    version: str | None
    on_error: str | None
    new_message_set_id: str | None
    old_message_set_id: str | None
    response_data: str | None = None
    requests: tuple[Request | UnmodelledRequest, ...]
    violations: tuple[tuple[Violation, ...], ...]
    faults: tuple[Violation, ...] = ()
    has_macros: bool = False


def _version(root: etree._Element) -> str | None:
    """What the document's head says."""
    for node in root.itersiblings(preceding=True):
        if isinstance(node, etree._ProcessingInstruction) and node.target == "qbxml":  # noqa: SLF001  it has no other name
            return node.get("version")
    return None


def read_requests(
    document: bytes | BinaryIO, dialect: Dialect | None = None, *, edition: Edition | None = None
) -> MessageSet:
    """A document of requests, strictly: everything that is wrong with it is listed, and nothing is mended.

    Args:
        document: The bytes.
        dialect: Whose rules; by default the version in the document's head.
        edition: Whose rules, where the version is the document's; None for any edition's.

    Raises:
        ReplyError: It is no qbXML at all.
    """
    data = document if isinstance(document, bytes) else document.read()
    root = parse(data)
    version = _version(root)
    messages = root.find("QBXMLMsgsRq")
    if root.tag != "QBXML" or messages is None:
        raise ReplyError("qbXML requests", [f"expected QBXML with QBXMLMsgsRq inside, got {root.tag!s}"])
    dialect = dialect or _dialect(version, edition)
    judged = [judge_request(request, dialect) for request in messages]
    asked = [(one.record, one.shape, one.body) if isinstance(one, Request) else None for one, _ in judged]
    has_macros = bool(_has_macros(messages))
    macros = judge_macros(asked) if has_macros else [[] for _ in asked]
    return MessageSet(
        version=version,
        on_error=messages.get("onError"),
        new_message_set_id=attribute(messages, "newMessageSetID"),
        old_message_set_id=attribute(messages, "oldMessageSetID"),
        response_data=messages.get("responseData"),
        requests=tuple(request for request, _ in judged),
        violations=tuple((*violations, *more) for (_, violations), more in zip(judged, macros, strict=True)),
        faults=(*_judge_version(version, root), *_around(root, messages, dialect)),
        has_macros=has_macros,
    )


_USUAL = "13.0"
_has_macros = etree.XPath("boolean(.//@defMacro or .//@useMacro)")


def _dialect(version: str | None, edition: Edition | None) -> Dialect:
    """Documents do not say for which edition they are; a version that nobody knows is judged as 13.0."""
    return Dialect(version if version in RELEASES else _USUAL, edition)


def _judge_version(version: str | None, root: etree._Element) -> Iterator[Violation]:
    """Whether there is the version that the document's head says."""
    if version is not None and version not in RELEASES:
        message = f"there is no qbXML {quoted(version)}, so the document is judged as {_USUAL}"
        yield Violation(path="?qbxml/@version", rule=Rule.VERSION, message=message, line=root.sourceline)


_SET_ATTRIBUTES = {"onError", "newMessageSetID", "oldMessageSetID", "responseData"}


def _around(root: etree._Element, messages: etree._Element, dialect: Dialect) -> Iterator[Violation]:
    """What is wrong with a document around its requests."""

    def fault(path: str, rule: Rule, message: str, element: etree._Element = messages) -> Violation:
        return Violation(path=path, rule=rule, message=message, line=element.sourceline)

    for other in root:
        if other is not messages:
            yield fault(f"QBXML/{other.tag!s}", Rule.UNKNOWN, "expected one QBXMLMsgsRq and nothing else", other)
    for name in {str(name) for name in messages.attrib} - _SET_ATTRIBUTES:
        yield fault(f"QBXMLMsgsRq/@{name}", Rule.UNKNOWN, "no such attribute")
    for text in (root.text, messages.text, *(child.tail for child in (*root, *messages))):
        if text and not text.isspace():
            yield fault("QBXMLMsgsRq", Rule.UNKNOWN, f"text between elements, got {quoted(text.strip())}")
    on_error = messages.get("onError")
    if on_error not in set(OnError):
        found = f"expected {', '.join(OnError)}, got {quoted(on_error)}" if on_error else "is missing"
        yield fault("QBXMLMsgsRq/@onError", Rule.REQUIRED, found)
    yield from judge_response_data(messages.get("responseData"), dialect, messages.sourceline)


def judge_request(element: etree._Element, dialect: Dialect) -> tuple[Request | UnmodelledRequest, list[Violation]]:
    """One request's element: what it is, and what is wrong with it."""
    name = str(element.tag)
    request_id = attribute(element, "requestID")
    known = find(name.removesuffix("Rq")) if name.endswith("Rq") else None
    if known is None or known[1] is RET:
        unmodelled = UnmodelledRequest(name=name, request_id=request_id, line=element.sourceline)
        return unmodelled, list(judge_name(name, dialect.edition, element.sourceline))
    cls, shape = known
    violations: list[Violation] = []
    include: tuple[str, ...] = ()
    body = element
    if shape not in BARE:
        children = list(element)
        violations += _wrapper(element, name.removesuffix("Rq"))
        body = children[0] if children else element
        include = tuple(unescape(child.text or "") for child in children[1:])
    else:
        violations += _words(element)
    faults: list[Violation] = []
    record_ = None if shape in BARE or violations else _as_we_write_it(body, cls, shape, dialect)
    plain = record_ is not None
    if record_ is None:
        attributes = _REQUEST_ATTRIBUTES if shape in BARE else frozenset()
        violations += structure(body, cls, shape, dialect, ignore=attributes)
        record_ = read(body, cls, faults, str(body.tag).removesuffix("Rq"))
    request = Request(
        record=record_,
        shape=shape,
        request_id=request_id,
        include=include,
        iterator=_member(Iteration, element.get("iterator")),
        iterator_id=attribute(element, "iteratorID"),
        meta_data=_member(MetaData, element.get("metaData")),
    )
    faults += request.faults_around(dialect) if plain else request.faults(dialect)
    return request, merged(violations, faults)


def judge_name(name: str, edition: Edition | None, line: int | None) -> Iterator[Violation]:
    """What is wrong with the name of a request that is not modelled."""
    if exists(name, edition):
        return
    near = difflib.get_close_matches(name, sorted(KNOWN), 1)
    who = "QuickBooks" if edition is None or name not in KNOWN else f"QuickBooks {edition.label}"
    message = f"{who} has no such request" + (f"; did you mean {near[0]}?" if near and name not in KNOWN else "")
    yield Violation(path=name, rule=Rule.UNKNOWN, message=message, line=line)


_between = re.compile(r">\s+<").sub


def _as_we_write_it(element: etree._Element, cls: type[Record], shape: Shape, dialect: Dialect) -> Record | None:
    """The record of an element that stands as the record would be written, which proves that nothing is wrong with it.

    None where it does not, and where it has to be looked at with care.
    """
    text = etree.tostring(element, encoding="ascii", with_tail=False).decode("ascii")
    out: list[str] = []
    try:
        record_ = read_text(text, str(element.tag), cls, shape)
        writer(cls, shape, dialect)(record_, str(element.tag), out, INDENT, "")
    except (Doubt, ValueError):
        return None
    ours = "".join(out).strip()
    return record_ if ours == text or _between("><", ours) == _between("><", text) else None


_REQUEST_ATTRIBUTES = frozenset({"requestID", "metaData", "iterator", "iteratorID"})

E = TypeVar("E", bound=StrEnum)


def _member(words: type[E], text: str | None) -> E | None:
    return next((word for word in words if word == text), None)


def _wrapper(element: etree._Element, body: str) -> Iterator[Violation]:
    """What is wrong around the record of an Add or Mod."""
    for name in element.attrib:
        if name != "requestID":
            path, line = f"{element.tag!s}/@{name}", element.sourceline
            yield Violation(path=path, rule=Rule.UNKNOWN, message="no such attribute", line=line)
    for text in (element.text, *(child.tail for child in element)):
        if text and not text.isspace():
            message = f"text between elements, got {quoted(text.strip())}"
            yield Violation(path=str(element.tag), rule=Rule.UNKNOWN, message=message, line=element.sourceline)
    for at, child in enumerate(element):
        if str(child.tag) != (body if at == 0 else "IncludeRetElement"):
            path, line = f"{element.tag!s}/{child.tag!s}", child.sourceline
            yield Violation(
                path=path, rule=Rule.UNKNOWN, message=f"expected {body} and then IncludeRetElement", line=line
            )
        elif at:
            yield from spelling(child, INCLUDE, f"{element.tag!s}/IncludeRetElement[{at}]")
    if not len(element):
        path, line = f"{element.tag!s}/{body}", element.sourceline
        yield Violation(path=path, rule=Rule.REQUIRED, message="is missing", line=line)


def _words(element: etree._Element) -> Iterator[Violation]:
    """What is wrong with the attributes of a query."""
    for name, words in (("iterator", Iteration), ("metaData", MetaData)):
        text = element.get(name)
        if text is not None and _member(words, text) is None:
            message = f"expected one of {', '.join(words)}, got {quoted(text)}"
            path, line = f"{element.tag!s}/@{name}", element.sourceline
            yield Violation(path=path, rule=Rule.ENUM, message=message, line=line)
