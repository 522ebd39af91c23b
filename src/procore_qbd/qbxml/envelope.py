"""A batch of requests out, a batch of outcomes in; and for those who stand in for QuickBooks, the other way round.

A document holds one message set: requests in order, each with a ``requestID``; the reply holds one answer each, in the
same order. A refusal is an outcome like any other: nothing raises until somebody asks for a record that is not there.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, BinaryIO, TypeVar

import attrs
from lxml import etree

from procore_qbd.codes import Severity, status
from procore_qbd.errors import RecordError, RefusedError, ReplyError
from procore_qbd.qbxml.checking import check, structure
from procore_qbd.qbxml.dialect import Dialect, parse_version
from procore_qbd.qbxml.entities import find
from procore_qbd.qbxml.records import OneOf, Record, record
from procore_qbd.qbxml.values import ADD, MOD, QUERY, RET, Guid, Id, Integer, Shape, Text, escape
from procore_qbd.qbxml.violations import Rule, Violation
from procore_qbd.qbxml.wire import read, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "ErrorRecovery",
    "Iteration",
    "MessageSet",
    "MetaData",
    "OnError",
    "Outcome",
    "Reply",
    "Request",
    "Stranger",
    "judge_request",
    "parse",
    "read_reply",
    "read_requests",
    "write_reply",
    "write_requests",
]

R = TypeVar("R", bound=Record)


# --- requests --------------------------------------------------------------------------------------------------------


class OnError(StrEnum):
    """What QuickBooks does with the rest after an error. It rejects ``rollbackOnError``: nothing is rolled back."""

    STOP = "stopOnError"
    CONTINUE = "continueOnError"
    ROLLBACK = "rollbackOnError"


class MetaData(StrEnum):
    """Whether a query returns records, their number, or both."""

    NO = "NoMetaData"
    ONLY = "MetaDataOnly"
    AND_RESPONSE_DATA = "MetaDataAndResponseData"


class Iteration(StrEnum):
    """How a query is taken in pieces; the pieces must be fetched in one session, one soon after the other."""

    START = "Start"
    CONTINUE = "Continue"
    STOP = "Stop"


@attrs.frozen(kw_only=True)
class Request:
    """One request: a record and what to do with it.

    Attributes:
        record: A record to add or modify, or a query.
        shape: Which of its shapes is sent.
        request_id: Comes back with the answer; `write_requests` numbers requests that have none.
        include: For an Add or Mod, the elements that the answer shall have; all of them where nothing is named.
        iterator: How the query is taken in pieces.
        iterator_id: From the answer to the first piece.
        meta_data: Whether the query returns counts.
    """

    record: Record
    shape: Shape
    request_id: str | None = None
    include: tuple[str, ...] = ()
    iterator: Iteration | None = None
    iterator_id: str | None = None
    meta_data: MetaData | None = None

    @classmethod
    def add(cls, record: Record, *include: str) -> Request:
        """Make a new record."""
        return cls(record=record, shape=ADD, include=include)

    @classmethod
    def mod(cls, record: Record, *include: str) -> Request:
        """Change a record; `procore_qbd.qbxml.changes` says what to send."""
        return cls(record=record, shape=MOD, include=include)

    @classmethod
    def query(
        cls,
        record: Record,
        *,
        iterator: Iteration | None = None,
        iterator_id: str | None = None,
        meta_data: MetaData | None = None,
    ) -> Request:
        """Ask for records."""
        return cls(record=record, shape=QUERY, iterator=iterator, iterator_id=iterator_id, meta_data=meta_data)

    @property
    def body(self) -> str:
        """The record's element: ``'VendorAdd'``; for a query the request is the record: ``'VendorQuery'``."""
        return self.record.__record__.tag + {ADD: "Add", MOD: "Mod", RET: "Ret"}.get(self.shape, "")

    @property
    def name(self) -> str:
        """The request's element: ``'VendorAddRq'``."""
        return f"{self.body}Rq"

    def faults(self, dialect: Dialect) -> list[Violation]:
        """Everything that QuickBooks would not take."""
        spec = self.record.__record__
        if self.shape not in spec.shapes:
            message = f"QuickBooks has no such request; there are {', '.join(_requests(self.record))}"
            return [Violation(path=self.name, rule=Rule.NOT_HERE, message=message)]
        found = check(self.record, self.shape, dialect, self.body)
        for given, allowed, name in (
            (self.iterator or self.iterator_id, spec.iterator, "iterator"),
            (self.meta_data, spec.meta_data, "metaData"),
        ):
            if given and not allowed:
                message = f"this query has no {name}"
                found.append(Violation(path=f"{self.name}/@{name}", rule=Rule.NOT_HERE, message=message))
        if self.request_id is not None and len(self.request_id) > _LONGEST_REQUEST_ID:
            message = f"at most {_LONGEST_REQUEST_ID} characters, got '{self.request_id}'"
            found.append(Violation(path=f"{self.name}/@requestID", rule=Rule.TOO_LONG, message=message, status=1060))
        return found


_LONGEST_REQUEST_ID = 50


def _requests(record: Record) -> Iterator[str]:
    spec = record.__record__
    for shape, suffix in ((ADD, "AddRq"), (MOD, "ModRq"), (QUERY, "Rq")):
        if shape in spec.shapes:
            yield spec.tag + suffix


@attrs.frozen(kw_only=True)
class Stranger:
    """A request or answer that nobody modelled, by its element's name."""

    name: str
    request_id: str | None = None
    line: int | None = None


@attrs.frozen(kw_only=True)
class MessageSet:
    """A document of requests, as whoever stands in for QuickBooks reads it.

    Attributes:
        version: Of qbXML, from the document's head; None where it has none.
        requests: In order; those that nobody modelled are `Stranger`s.
        violations: What is wrong with the requests, by their position: structure, spelling, and the records' own rules.
        faults: What is wrong with the document around them.
    """

    version: str | None
    on_error: str | None
    new_message_set_id: str | None
    old_message_set_id: str | None
    requests: tuple[Request | Stranger, ...]
    violations: tuple[tuple[Violation, ...], ...]
    faults: tuple[Violation, ...] = ()


def write_requests(
    requests: Iterable[Request],
    *,
    dialect: Dialect | None = None,
    on_error: OnError = OnError.CONTINUE,
    new_message_set_id: str | None = None,
    old_message_set_id: str | None = None,
) -> bytes:
    """A document of requests, in ASCII.

    Args:
        requests: In the order in which QuickBooks shall carry them out.
        dialect: Who reads it; qbXML 13.0 of the US edition by default.
        on_error: Whether the requests behind a refused one are carried out all the same.
        new_message_set_id: A name under which QuickBooks keeps its reply, for error recovery.
        old_message_set_id: The name of an earlier document whose reply is wanted or may go.

    Raises:
        RecordError: A record cannot be written as asked; nothing is cut or left out silently.
    """
    dialect = dialect or Dialect()
    requests = tuple(requests)
    if faults := [fault for request in requests for fault in request.faults(dialect)]:
        raise RecordError(f"qbXML {dialect}", faults)
    ids = {"newMessageSetID": new_message_set_id, "oldMessageSetID": old_message_set_id, "onError": on_error.value}
    out = [
        '<?xml version="1.0" encoding="utf-8"?>\n',
        f'<?qbxml version="{dialect.version}"?>\n',
        f"<QBXML>\n  <QBXMLMsgsRq{_attributes(ids)}>\n",
    ]
    for number, request in enumerate(requests, 1):
        _write_request(request, request.request_id or str(number), out)
    out.append("  </QBXMLMsgsRq>\n</QBXML>\n")
    return "".join(out).encode("ascii")


def _attributes(values: dict[str, str | None]) -> str:
    return "".join(
        f' {name}="{escape(value).replace(chr(34), "&quot;")}"' for name, value in values.items() if value is not None
    )


def _write_request(request: Request, request_id: str, out: list[str]) -> None:
    attributes = {
        "requestID": request_id,
        "metaData": request.meta_data,
        "iterator": request.iterator,
        "iteratorID": request.iterator_id,
    }
    if request.shape is QUERY:
        write(request.record, QUERY, request.name, out, "    ", _attributes(attributes))
        return
    out.append(f"    <{request.name}{_attributes(attributes)}>\n")
    write(request.record, request.shape, request.body, out, "      ")
    out.extend(f"      <IncludeRetElement>{escape(name)}</IncludeRetElement>\n" for name in request.include)
    out.append(f"    </{request.name}>\n")


# --- outcomes --------------------------------------------------------------------------------------------------------


@record(choices=(OneOf.of("list_id", "owner_id", "txn_id"),))
@attrs.frozen(kw_only=True)
class ErrorRecovery(Record):
    """What QuickBooks says of a record that it saved although the answer is an error."""

    list_id: Annotated[str | None, Id("ListID")] = None
    owner_id: Annotated[str | None, Guid("OwnerID")] = None
    txn_id: Annotated[str | None, Id("TxnID")] = None
    txn_number: Annotated[int | None, Integer("TxnNumber")] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16)] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID")] = None


@attrs.frozen(kw_only=True)
class Outcome:
    """QuickBooks' answer to one request.

    Attributes:
        name: The answer's element, ``'VendorAddRs'``.
        code: The ``statusCode``; `procore_qbd.codes.status` says what it means.
        severity: As QuickBooks printed it; trust the code.
        message: QuickBooks' own words.
        found: What came back, whether or not the request was refused; see `records`.
        faults: Values in there that could not be read.
        strangers: Elements that nobody modelled.
        ret_count: How many records came back, where the query counts.
        iterator_remaining_count: How many are still to come, where the query is taken in pieces.
    """

    name: str
    request_id: str | None = None
    code: int = 0
    severity: str | None = None
    message: str = ""
    found: tuple[Record, ...] = ()
    faults: tuple[Violation, ...] = ()
    strangers: tuple[str, ...] = ()
    error_recovery: ErrorRecovery | None = None
    ret_count: int | None = None
    iterator_remaining_count: int | None = None
    iterator_id: str | None = None

    @property
    def ok(self) -> bool:
        """Whether QuickBooks carried the request out, be it with a warning; "no match" and "not found" are answers."""
        return status(self.code).severity is not Severity.ERROR

    def records(self, cls: type[R]) -> tuple[R, ...]:
        """The records of a kind that came back.

        Raises:
            RefusedError: QuickBooks refused the request.
            ReplyError: Something in the answer cannot be read.
        """
        if not self.ok:
            raise RefusedError(self.name, self.request_id or "?", self.code, self.message)
        if self.faults:
            raise ReplyError(f"{self.name} {self.request_id or '?'}", self.faults)
        return tuple(found for found in self.found if isinstance(found, cls))

    def record(self, cls: type[R]) -> R:
        """The one record that came back.

        Raises:
            RefusedError: QuickBooks refused the request.
            ReplyError: Something in the answer cannot be read, or there is no record, or there are several.
        """
        records = self.records(cls)
        if len(records) != 1:
            raise ReplyError(
                f"{self.name} {self.request_id or '?'}", [f"expected one {cls.__record__.tag}, got {len(records)}"]
            )
        return records[0]


@attrs.frozen(kw_only=True)
class Reply:
    """A document of answers.

    Attributes:
        message_set_id: The ``newMessageSetID`` of the document that is answered.
        message_set_status: For error recovery; None where all is well.
    """

    outcomes: tuple[Outcome, ...]
    message_set_id: str | None = None
    message_set_status: int | None = None


def read_reply(document: bytes | BinaryIO) -> Reply:
    """A document of answers, leniently: what cannot be read stands in the outcome's ``faults``.

    Raises:
        ReplyError: It is no qbXML reply.
    """
    root = parse(document)
    answers = root.find("QBXMLMsgsRs")
    if root.tag != "QBXML" or answers is None:
        raise ReplyError("qbXML reply", [f"expected QBXML with QBXMLMsgsRs inside, got {root.tag!s}"])
    code = answers.get("messageSetStatusCode")
    return Reply(
        outcomes=tuple(_read_outcome(answer) for answer in answers),
        message_set_id=answers.get("newMessageSetID"),
        message_set_status=_integer(code),
    )


def _integer(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,9}", text) else None


def _read_outcome(answer: etree._Element) -> Outcome:
    name = str(answer.tag)
    faults: list[Violation] = []
    found: list[Record] = []
    strangers: list[str] = []
    recovery = None
    for child in answer:
        tag = str(child.tag)
        if tag == "ErrorRecovery":
            recovery = read(child, ErrorRecovery, faults)
        elif (known := find(tag)) is not None and known[1] is RET:
            found.append(read(child, known[0], faults))
        else:
            strangers.append(tag)
    code = _integer(answer.get("statusCode"))
    if code is None:
        message = f"expected a whole number, got '{answer.get('statusCode')}'"
        path = f"{name}/@statusCode"
        faults.append(Violation(path=path, rule=Rule.FORMAT, message=message, line=answer.sourceline))
    return Outcome(
        name=name,
        request_id=answer.get("requestID"),
        code=0 if code is None else code,
        severity=answer.get("statusSeverity"),
        message=answer.get("statusMessage") or "",
        found=tuple(found),
        faults=tuple(faults),
        strangers=tuple(strangers),
        error_recovery=recovery,
        ret_count=_integer(answer.get("retCount")),
        iterator_remaining_count=_integer(answer.get("iteratorRemainingCount")),
        iterator_id=answer.get("iteratorID"),
    )


def write_reply(reply: Reply) -> bytes:
    """A document of answers as QuickBooks writes it: ASCII, and no ``<?qbxml?>`` in its head."""
    code = None if reply.message_set_status is None else str(reply.message_set_status)
    head = _attributes({"newMessageSetID": reply.message_set_id, "messageSetStatusCode": code})
    out = ['<?xml version="1.0" ?>\n', f"<QBXML>\n<QBXMLMsgsRs{head}>\n"]
    for outcome in reply.outcomes:
        counts = (outcome.ret_count, outcome.iterator_remaining_count)
        ret_count, remaining = (None if count is None else str(count) for count in counts)
        attributes = {
            "requestID": outcome.request_id,
            "statusCode": str(outcome.code),
            "statusSeverity": outcome.severity or status(outcome.code).severity.value,
            "statusMessage": outcome.message,
            "retCount": ret_count,
            "iteratorRemainingCount": remaining,
            "iteratorID": outcome.iterator_id,
        }
        out.append(f"<{outcome.name}{_attributes(attributes)}>\n")
        for found in outcome.found:
            write(found, RET, f"{found.__record__.tag}Ret", out)
        out.append(f"</{outcome.name}>\n")
    out.append("</QBXMLMsgsRs>\n</QBXML>\n")
    return "".join(out).encode("ascii")


# --- documents -------------------------------------------------------------------------------------------------------


def parse(document: bytes | BinaryIO) -> etree._Element:
    """The root of a qbXML document, by a parser that trusts nobody: no DOCTYPE, no entities, no network.

    Raises:
        ReplyError: It is no XML, is cut short, or has a DOCTYPE.
    """
    data = document if isinstance(document, bytes) else document.read()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReplyError("XML", [str(error)]) from None
    if root.getroottree().docinfo.doctype or b"<!DOCTYPE" in data[:4096]:
        raise ReplyError("XML", ["has a DOCTYPE, which qbXML never has; refused unread"])
    return root


_HEAD = re.compile(rb"<\?qbxml\s+version\s*=\s*[\"']([^\"']+)[\"']\s*\?>")


def read_requests(document: bytes | BinaryIO, dialect: Dialect | None = None) -> MessageSet:
    """A document of requests, strictly: everything that is wrong with it is listed, and nothing is mended.

    Args:
        document: The bytes.
        dialect: Whose rules; by default the version in the document's head, whatever the edition.

    Raises:
        ReplyError: It is no qbXML at all.
    """
    data = document if isinstance(document, bytes) else document.read()
    root = parse(data)
    head = _HEAD.search(data[:512])
    version = head[1].decode("ascii", "replace") if head else None
    messages = root.find("QBXMLMsgsRq")
    if root.tag != "QBXML" or messages is None:
        raise ReplyError("qbXML requests", [f"expected QBXML with QBXMLMsgsRq inside, got {root.tag!s}"])
    faults = []
    on_error = messages.get("onError")
    if on_error not in set(OnError):
        message = f"expected {', '.join(OnError)}, got {on_error!r}" if on_error else "is missing"
        path = "QBXMLMsgsRq/@onError"
        faults.append(Violation(path=path, rule=Rule.REQUIRED, message=message, line=messages.sourceline))
    judged = [judge_request(request, dialect or _dialect(version)) for request in messages]
    return MessageSet(
        version=version,
        on_error=on_error,
        new_message_set_id=messages.get("newMessageSetID"),
        old_message_set_id=messages.get("oldMessageSetID"),
        requests=tuple(request for request, _ in judged),
        violations=tuple(tuple(violations) for _, violations in judged),
        faults=tuple(faults),
    )


def _dialect(version: str | None) -> Dialect:
    """Documents do not say for which edition they are; a version that nobody knows is judged as 13.0."""
    try:
        parse_version(version or "13.0")
    except ValueError:
        version = None
    return Dialect(version or "13.0", None)


def judge_request(element: etree._Element, dialect: Dialect) -> tuple[Request | Stranger, list[Violation]]:
    """One request's element: what it is, and what is wrong with it."""
    name = str(element.tag)
    request_id = element.get("requestID")
    known = find(name.removesuffix("Rq")) if name.endswith("Rq") else None
    if known is None or known[1] is RET:
        return Stranger(name=name, request_id=request_id, line=element.sourceline), []
    cls, shape = known
    violations: list[Violation] = []
    include: tuple[str, ...] = ()
    body = element
    if shape is not QUERY:
        children = list(element)
        violations += _wrapper(element, name.removesuffix("Rq"))
        body = children[0] if children else element
        include = tuple(child.text or "" for child in children[1:])
    violations += structure(body, cls, shape, ignore=_REQUEST_ATTRIBUTES if shape is QUERY else frozenset())
    faults: list[Violation] = []
    record_ = read(body, cls, faults)
    request = Request(
        record=record_,
        shape=shape,
        request_id=request_id,
        include=include,
        iterator=_member(Iteration, element.get("iterator")),
        iterator_id=element.get("iteratorID"),
        meta_data=_member(MetaData, element.get("metaData")),
    )
    violations += request.faults(dialect) + faults
    return request, _distinct(violations)


_REQUEST_ATTRIBUTES = frozenset({"requestID", "metaData", "iterator", "iteratorID"})

E = TypeVar("E", bound=StrEnum)


def _member(words: type[E], text: str | None) -> E | None:
    return next((word for word in words if word == text), None)


def _wrapper(element: etree._Element, body: str) -> Iterator[Violation]:
    """What is wrong around the record of an Add or Mod."""
    for at, child in enumerate(element):
        if str(child.tag) != (body if at == 0 else "IncludeRetElement"):
            path, line = f"{element.tag!s}/{child.tag!s}", child.sourceline
            yield Violation(
                path=path, rule=Rule.UNKNOWN, message=f"expected {body} and then IncludeRetElement", line=line
            )
    if not len(element):
        path, line = f"{element.tag!s}/{body}", element.sourceline
        yield Violation(path=path, rule=Rule.REQUIRED, message="is missing", line=line)


def _distinct(violations: Sequence[Violation]) -> list[Violation]:
    """Each fault of a place once, as it was found first: there the line is known."""
    return list({(violation.path, violation.rule): violation for violation in reversed(violations)}.values())[::-1]
