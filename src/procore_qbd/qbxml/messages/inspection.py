"""Look at any qbXML, whole document or fragment, request or reply, and say everything that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import attrs

from procore_qbd.errors import ReplyError
from procore_qbd.qbxml.codec.elements import parse, read
from procore_qbd.qbxml.entities import find
from procore_qbd.qbxml.judging.checking import check, structure
from procore_qbd.qbxml.messages.envelope import judge_request, read_requests
from procore_qbd.qbxml.messages.outcomes import ErrorRecovery
from procore_qbd.qbxml.messages.requests import Request
from procore_qbd.qbxml.rows.dialect import Dialect, Edition
from procore_qbd.qbxml.rows.values import RET

if TYPE_CHECKING:
    from lxml import etree

    from procore_qbd.qbxml.rows.records import Record
    from procore_qbd.qbxml.rows.values import Shape
    from procore_qbd.qbxml.rows.violations import Violation

__all__ = ["Inspection", "inspect"]


@attrs.frozen(kw_only=True)
class Inspection:
    """What was found.

    Attributes:
        violations: Message by message, in the order of the document.
        judged: The names of the requests, answers and records that were looked at.
        unmodelled: The names of those that nobody modelled; nothing is said of them.
    """

    violations: tuple[Violation, ...]
    judged: tuple[str, ...]
    unmodelled: tuple[str, ...]


def inspect(
    document: bytes | BinaryIO, dialect: Dialect | None = None, *, edition: Edition | None = None
) -> Inspection:
    """Judge a document (``QBXML``), a request (``VendorAddRq``), an answer (``VendorAddRs``), a record (``VendorRet``).

    Fragments may stand side by side. Replies are held against the rules as strictly as requests, although QuickBooks
    itself does not always keep them.

    Args:
        document: The bytes.
        dialect: Whose rules; by default the version in the document's head, or 13.0.
        edition: Whose rules, where the version is the document's; None for any edition's.

    Raises:
        ReplyError: It is no XML, or nothing of qbXML.
    """
    data = document if isinstance(document, bytes) else document.read()
    try:
        roots = [parse(data)]
    except ReplyError:
        roots = _side_by_side(data)
    found = _Found(dialect or Dialect("13.0", edition))
    for root in roots:
        if root.tag == "QBXML" and root.find("QBXMLMsgsRq") is not None:
            messages = read_requests(data, dialect, edition=edition)
            found.violations += messages.faults
            for request, violations in zip(messages.requests, messages.violations, strict=True):
                found.note(request.name, known=isinstance(request, Request), violations=violations)
        elif root.tag in ("QBXML", "QBXMLMsgsRs", "QBXMLMsgsRq"):
            answers = root.find("QBXMLMsgsRs")
            for message in root if answers is None else answers:
                found.message(message)
        else:
            found.message(root)
    return Inspection(
        violations=tuple(found.violations),
        judged=tuple(found.judged),
        unmodelled=tuple(dict.fromkeys(found.unmodelled)),
    )


def _side_by_side(data: bytes) -> list[etree._Element]:
    """Fragments without a root of their own; the fault of the whole where they are none either."""
    try:
        root = parse(b"<fragments>" + data + b"</fragments>")
    except ReplyError:
        return [parse(data)]
    between = (root.text, *(child.tail for child in root))
    if not len(root) or any(text and not text.isspace() for text in between):
        return [parse(data)]
    return list(root)


class _Found:
    """What an inspection has found so far."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.violations: list[Violation] = []
        self.judged: list[str] = []
        self.unmodelled: list[str] = []

    def note(self, name: str, *, known: bool, violations: tuple[Violation, ...] | list[Violation] = ()) -> None:
        (self.judged if known else self.unmodelled).append(name)
        self.violations += violations

    def message(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if tag.endswith("Rq"):
            request, violations = judge_request(element, self.dialect)
            self.note(tag, known=isinstance(request, Request), violations=violations)
        elif tag.endswith("Rs"):
            for child in element:
                self.record(child)
        else:
            self.record(element)

    def record(self, element: etree._Element) -> None:
        tag = str(element.tag)
        known = (ErrorRecovery, RET) if tag == "ErrorRecovery" else find(tag)
        if known is None:
            self.note(tag, known=False)
            return
        self.note(tag, known=True, violations=_record_violations(element, *known, self.dialect))


def _record_violations(element: etree._Element, cls: type[Record], shape: Shape, dialect: Dialect) -> list[Violation]:
    faults: list[Violation] = []
    record = read(element, cls, faults)
    found = structure(element, cls, shape) + faults + check(record, shape, dialect, str(element.tag))
    return list({(violation.path, violation.rule): violation for violation in reversed(found)}.values())[::-1]
