"""Look at any qbXML, whole document or fragment, request or reply, and say everything that is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

import attrs

from procore_qbd.cards import HasCard
from procore_qbd.errors import ReplyError
from procore_qbd.qbxml.codec.elements import parse, read
from procore_qbd.qbxml.entities import find
from procore_qbd.qbxml.judging.checking import check, merged, structure
from procore_qbd.qbxml.messages.envelope import judge_name, judge_request, read_requests
from procore_qbd.qbxml.messages.outcomes import ErrorRecovery, inlined
from procore_qbd.qbxml.messages.requests import Request
from procore_qbd.qbxml.rows.dialect import Dialect, Edition
from procore_qbd.qbxml.rows.values import RET
from procore_qbd.qbxml.rows.violations import Rule, Violation, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

    from procore_qbd.cards import Card
    from procore_qbd.qbxml.messages.envelope import UnmodelledRequest
    from procore_qbd.qbxml.rows.records import Record
    from procore_qbd.qbxml.rows.values import Shape

__all__ = ["Inspection", "inspect"]


@attrs.frozen(kw_only=True)
class Inspection(HasCard):
    """What was found.

    Attributes:
        violations: Message by message, in the order of the document.
        judged: The names of the requests, answers and records that were looked at.
        unmodelled: The names of those that nobody modelled; nothing is said of what is in them.
        refused_whole: Whether QuickBooks would refuse the whole document (HRESULT 0x80040400) and do nothing in it.
    """

    violations: tuple[Violation, ...]
    judged: tuple[str, ...]
    unmodelled: tuple[str, ...]
    refused_whole: bool = False

    @property
    def verdict(self) -> str:
        """In a line: ``'2 violations in 1 message'``."""
        count, judged = len(self.violations), len(self.judged)
        wrong = f"{count} violation{'s' if count > 1 else ''}" if count else "nothing wrong"
        return f"{wrong} in {judged} message{'s' if judged != 1 else ''}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What there is to say of the document as a whole, a sentence each."""
        whole = "QuickBooks would refuse the whole document, and do nothing in it"
        unchecked = f"not modelled, so not checked: {', '.join(self.unmodelled)}"
        return (*([whole] if self.refused_whole else ()), *([unchecked] if self.unmodelled else ()))

    def _card(self) -> Card:
        from procore_qbd.cards import Card
        from procore_qbd.qbxml.rows.cards import violations_grid

        grids = (violations_grid(self.violations),) if self.violations else ()
        return Card(title=self.verdict, grids=grids, notes=self.remarks)


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
            found.refused_whole |= bool(messages.faults)
            for request, violations in zip(messages.requests, messages.violations, strict=True):
                found.request(request, violations)
        elif root.tag == "QBXML":
            found.violations += _around(root)
            for answers in root.iterfind("QBXMLMsgsRs"):
                found.answers(answers)
        elif root.tag == "QBXMLMsgsRs":
            found.answers(root)
        elif root.tag == "QBXMLMsgsRq":
            for message in root:
                found.message(message)
        else:
            found.message(root)
    return Inspection(
        violations=tuple(found.violations),
        judged=tuple(found.judged),
        unmodelled=tuple(dict.fromkeys(found.unmodelled)),
        refused_whole=found.refused_whole,
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
        self.refused_whole = False

    def note(self, name: str, *, known: bool, violations: Sequence[Violation] = ()) -> None:
        (self.judged if known else self.unmodelled).append(name)
        self.violations += violations

    def message(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if tag.endswith("Rq"):
            request, violations = judge_request(element, self.dialect)
            self.request(request, violations)
        elif tag.endswith("Rs"):
            self.answer(element)
        else:
            self.record(element)

    def request(self, request: Request | UnmodelledRequest, violations: Sequence[Violation]) -> None:
        known = isinstance(request, Request) or bool(violations)  # one that does not exist is known not to
        self.note(request.name, known=known, violations=violations)
        self.refused_whole |= any(violation.of_the_document for violation in violations)

    def answers(self, element: etree._Element) -> None:
        self.violations += _attributes(element, (), {"newMessageSetID", "messageSetStatusCode"})
        self.violations += _text(element)
        for message in element:
            self.message(message)

    def answer(self, element: etree._Element) -> None:
        """An answer and the records in it; an answer without records is a message itself."""
        name = str(element.tag).removesuffix("Rs")
        known = find(name)
        cls = known[0] if known is not None and known[1] is not RET else None
        if cls is None and (wrong := list(judge_name(f"{name}Rq", self.dialect.edition, element.sourceline))):
            message = "QuickBooks has no such answer"
            self.note(name, known=True, violations=[attrs.evolve(wrong[0], path=f"{name}Rs", message=message)])
            return
        self.violations += _text(element)
        if cls is None:
            self.violations += _attributes(element, _STATUS, _ANSWERED | _COUNTED | _ITERATED)
            self.note(str(element.tag), known=False)
            return
        spec = cls.__record__
        counted, iterated = _COUNTED if spec.meta_data else set(), _ITERATED if spec.iterator else set()
        self.violations += _attributes(element, _STATUS, _ANSWERED | counted | iterated)
        if spec.inline:
            recovery = [child for child in element if child.tag == "ErrorRecovery"]
            inside = _record_violations(inlined(element, spec), cls, RET, self.dialect) if len(element) else []
            self.note(str(element.tag), known=True, violations=inside)
        else:
            recovery = list(element)
            expected = {f"{one}Ret" for one in spec.answers or (spec.tag,)} | {"ErrorRecovery"}
            self.violations += [
                _fault(f"{name}Rs/{child.tag!s}", Rule.NOT_HERE, f"is no part of {name}Rs", child)
                for child in element
                if str(child.tag) not in expected
            ]
            if not len(element):
                self.note(str(element.tag), known=True)
        for child in recovery:
            self.record(child)

    def record(self, element: etree._Element) -> None:
        tag = str(element.tag)
        known = (ErrorRecovery, RET) if tag == "ErrorRecovery" else find(tag)
        if known is None:
            self.note(tag, known=False)
            return
        self.note(tag, known=True, violations=_record_violations(element, *known, self.dialect))


# --- around the records of a reply -----------------------------------------------------------------------------------

_WHOLE = re.compile(r"-?[0-9]{1,9}")
_STATUS = ("statusCode", "statusSeverity")
_ANSWERED = {"requestID", "statusMessage"}
_COUNTED = {"retCount"}
_ITERATED = {"iteratorRemainingCount", "iteratorID"}
_NUMBERS = {"statusCode", "retCount", "iteratorRemainingCount", "messageSetStatusCode"}


def _fault(path: str, rule: Rule, message: str, element: etree._Element) -> Violation:
    return Violation(path=path, rule=rule, message=message, line=element.sourceline)


def _around(root: etree._Element) -> Iterator[Violation]:
    """What is wrong around the answers of a document."""
    if root.find("QBXMLMsgsRs") is None:
        yield _fault("QBXML/QBXMLMsgsRs", Rule.REQUIRED, "is missing", root)
    yield from _attributes(root, (), set())
    yield from _text(root)
    for number, other in enumerate(root):
        if number or other.tag != "QBXMLMsgsRs":
            yield _fault(f"QBXML/{other.tag!s}", Rule.UNKNOWN, "expected one QBXMLMsgsRs and nothing else", other)


def _attributes(element: etree._Element, required: tuple[str, ...], others: set[str]) -> Iterator[Violation]:
    """What is wrong with the attributes of an answer, or around the answers."""
    for name in required:
        if name not in element.attrib:
            yield _fault(f"{element.tag!s}/@{name}", Rule.REQUIRED, "is missing", element)
    for name, text in sorted((str(name), element.get(name) or "") for name in element.attrib):
        if name not in others and name not in required:
            yield _fault(f"{element.tag!s}/@{name}", Rule.UNKNOWN, "no such attribute", element)
        elif name in _NUMBERS and not _WHOLE.fullmatch(text):
            message = f"expected a whole number, got {quoted(text)}"
            yield _fault(f"{element.tag!s}/@{name}", Rule.FORMAT, message, element)


def _text(element: etree._Element) -> Iterator[Violation]:
    for text in (element.text, *(child.tail for child in element)):
        if text and not text.isspace():
            message = f"text between elements, got {quoted(text.strip())}"
            yield _fault(str(element.tag), Rule.UNKNOWN, message, element)


def _record_violations(element: etree._Element, cls: type[Record], shape: Shape, dialect: Dialect) -> list[Violation]:
    faults: list[Violation] = []
    record = read(element, cls, faults)
    return merged(structure(element, cls, shape, dialect), faults + check(record, shape, dialect, str(element.tag)))
