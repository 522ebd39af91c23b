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

from procore_qbd.codes import Effect, Severity, status
from procore_qbd.errors import RecordError, RefusedError, ReplyError
from procore_qbd.qbxml.checking import check, spelling, stranger, structure
from procore_qbd.qbxml.dialect import Dialect, Edition, parse_version
from procore_qbd.qbxml.entities import entity, find
from procore_qbd.qbxml.reading import Doubt
from procore_qbd.qbxml.records import YOUNG, OneOf, Record, record, table
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    QUERY,
    RET,
    Attribute,
    Guid,
    Id,
    Integer,
    Macro,
    Shape,
    Text,
    escape,
    escape_attribute,
    unescape,
)
from procore_qbd.qbxml.violations import Rule, Violation, shown
from procore_qbd.qbxml.wire import read, write
from procore_qbd.qbxml.writing import writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from procore_qbd.qbxml.writing import Writer

__all__ = [
    "ErrorRecovery",
    "Iteration",
    "MessageSet",
    "MetaData",
    "OnError",
    "Outcome",
    "Reply",
    "Request",
    "ResponseData",
    "Stranger",
    "judge_request",
    "judge_requests",
    "numbered",
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


class ResponseData(StrEnum):
    """Whether the answers bring the records they speak of; without them nobody is told the ids of what was added."""

    ALL = "includeAll"
    NONE = "includeNone"


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

    @classmethod
    def command(cls, record: Record) -> Request:
        """Do what a command says: `ListDel`, `TxnVoid` and the like."""
        return cls(record=record, shape=QUERY)

    @property
    def body(self) -> str:
        """The record's element: ``'VendorAdd'``; for a query the request is the record: ``'VendorQuery'``."""
        return self.record.__record__.tag + _ENDINGS[self.shape]

    @property
    def name(self) -> str:
        """The request's element: ``'VendorAddRq'``."""
        return f"{self.body}Rq"

    def faults(self, dialect: Dialect) -> list[Violation]:
        """Everything that QuickBooks would not take."""
        around, known = self._around(dialect)
        found = check(self.record, self.shape, dialect, self.body) if known else ()
        return [*(violation for violation in found if not violation.warning), *around]

    def _around(self, dialect: Dialect) -> tuple[list[Violation], bool]:
        """What is wrong around the record, and whether there is such a request at all."""
        spec = table(type(self.record), dialect.version).spec
        if self.shape not in spec.shapes or self.shape is RET:
            message = f"QuickBooks has no such request; there are {', '.join(_requests(self.record))}"
            return [Violation(path=self.name, rule=Rule.NOT_HERE, message=message)], False
        unknown = stranger(spec, dialect, self.name, self.shape)
        found = [unknown] if unknown else []
        for given, fact, name, never in (
            (self.iterator, "iterator", "@iterator", "this query has no iterator"),
            (self.iterator_id, "iterator", "@iteratorID", "this query has no iteratorID"),
            (self.meta_data, "meta_data", "@metaData", "this query has no metaData"),
            (self.include or None, "selective", "IncludeRetElement", "what comes back cannot be chosen"),
        ):
            if given is not None and not getattr(spec, fact):
                later = getattr(self.record.__record__, fact)
                message = f"came with qbXML {YOUNG[fact]}, and the target reads {dialect.version}" if later else never
                rule = Rule.VERSION if later else Rule.NOT_HERE
                found.append(Violation(path=f"{self.name}/{name}", rule=rule, message=message))
        for row, text, where in (
            (_REQUEST_ID, self.request_id, "@requestID"),
            (_ITERATOR_ID, self.iterator_id, "@iteratorID"),
            *((_INCLUDE, tag, f"IncludeRetElement[{at}]") for at, tag in enumerate(self.include, 1)),
        ):
            if text is not None and (fault := row.fault(text)):
                rule, message, status = fault
                status = 1060 if row is _REQUEST_ID else status
                found.append(Violation(path=f"{self.name}/{where}", rule=rule, message=message, status=status))
        return found, unknown is None

    def write(self, dialect: Dialect, request_id: str, out: list[str]) -> list[Violation]:
        """Append the request's element to ``out``; returns everything that QuickBooks would not take."""
        around, known = self._around(dialect)
        if not around and known:
            mark = len(out)
            try:
                _write_request(self, request_id, out, writer(type(self.record), self.shape, dialect))
            except Doubt:
                del out[mark:]
            else:
                return []
        faults = self.faults(dialect)
        if not faults:
            _write_request(self, request_id, out, self._carefully)
        return faults

    def _carefully(self, record: Record, tag: str, out: list[str], indent: str, attributes: str) -> None:
        write(record, self.shape, tag, out, indent, attributes)


_ENDINGS = {ADD: "Add", MOD: "Mod", QUERY: "", RET: "Ret"}
_LONGEST_ID = 23  # of a message set: one of Intuit's guides says 23, another 24
_REQUEST_ID = Attribute("requestID", 50)
_ITERATOR_ID = Attribute("iteratorID")
_INCLUDE = Text("IncludeRetElement", 50)


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
        requests: In order; each that nobody modelled is a `Stranger`.
        violations: What is wrong with the requests, by their position: structure, spelling, the records' own rules, and
            their macros.
        faults: What is wrong with the document around them.
    """

    version: str | None
    on_error: str | None
    new_message_set_id: str | None
    old_message_set_id: str | None
    response_data: str | None = None
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
    response_data: ResponseData | None = None,
) -> bytes:
    """A document of requests, in ASCII.

    Args:
        requests: In the order in which QuickBooks shall carry them out.
        dialect: Who reads it; qbXML 13.0 of the US edition by default.
        on_error: Whether the requests behind a refused one are carried out all the same.
        new_message_set_id: A name under which QuickBooks keeps its reply, for error recovery.
        old_message_set_id: The name of an earlier document whose reply is wanted or may go.
        response_data: Whether the answers bring records; QuickBooks sends them where nothing is said.

    Raises:
        RecordError: A record cannot be written as asked; nothing is cut or left out silently.
    """
    dialect = dialect or Dialect()
    requests = tuple(requests)
    body: list[str] = []
    faults = []
    for number, request in zip(numbered(requests), requests, strict=True):
        faults += request.write(dialect, number, body)
    said = "".join(body)
    if "Macro=" in said:  # which it seldom is, and then it may be text
        faults += [fault for found in judge_requests(requests) for fault in found]
    ids = {
        "newMessageSetID": new_message_set_id,
        "oldMessageSetID": old_message_set_id,
        "responseData": response_data,
        "onError": on_error.value,
    }
    for name, text in ids.items():
        longest = _LONGEST_ID if name.endswith("MessageSetID") else None
        if text is not None and (fault := Attribute(name, longest).fault(text)):
            rule, message, status = fault
            status = 9004 if rule is Rule.TOO_LONG else None
            faults.append(Violation(path=f"QBXMLMsgsRq/@{name}", rule=rule, message=message, status=status))
    faults += _judge_response_data(response_data, dialect)
    if faults:
        raise RecordError(f"qbXML {dialect}", faults)
    out = [
        '<?xml version="1.0" encoding="utf-8"?>\n',
        f'<?qbxml version="{dialect.version}"?>\n',
        f"<QBXML>\n  <QBXMLMsgsRq{_attributes(ids)}>\n",
        said,
        "  </QBXMLMsgsRq>\n</QBXML>\n",
    ]
    return "".join(out).encode("ascii")


_RESPONSE_DATA = Attribute("responseData", since="2.0")


def _judge_response_data(said: str | None, dialect: Dialect, line: int | None = None) -> Iterator[Violation]:
    path = "QBXMLMsgsRq/@responseData"
    if said is not None and said not in set(ResponseData):
        message = f"expected {' or '.join(ResponseData)}, got {shown(said)}"
        yield Violation(path=path, rule=Rule.ENUM, message=message, line=line)
    if said is not None and (unknown := stranger(_RESPONSE_DATA, dialect, path)):
        yield attrs.evolve(unknown, line=line)


def numbered(requests: Iterable[Request]) -> tuple[str, ...]:
    """The ``requestID`` of each request in a document: its own, or its position, from 1."""
    return tuple(request.request_id or str(number) for number, request in enumerate(requests, 1))


# --- macros ----------------------------------------------------------------------------------------------------------
#
# A macro names the id of a record that a later request of the same document needs before anybody knows it. QuickBooks
# keeps it for the whole session, but who has the answer to one document has the id, and does not rely on a session.

_MACRO = re.compile(r"(?:ListID|TxnID|TxnLineID):.+", re.DOTALL)


def judge_requests(requests: Iterable[Request | Stranger]) -> list[list[Violation]]:
    """What is wrong with the macros of a document, by request: each is defined once, and before it is used."""
    asked = tuple(requests)
    met = [list(_macros(one.record, one.shape, one.body)) if isinstance(one, Request) else () for one in asked]
    later = {name for macros in met for _, name, defined in macros if defined}
    known: dict[str, str] = {}
    return [[fault for macro in macros if (fault := _judge_macro(macro, known, later))] for macros in met]


def _judge_macro(macro: tuple[str, str, bool], known: dict[str, str], later: set[str]) -> Violation | None:
    path, name, defined = macro
    if not _MACRO.fullmatch(name):
        return None  # its row judges how a name is made
    if defined and name in known:
        message = f"the macro is defined already, at {known[name]}; it may be defined once, got {shown(name)}"
        return Violation(path=path, rule=Rule.REPEATED, message=message, status=9100)
    if defined:
        known[name] = path
    elif name not in known:
        why = "the macro is defined only further down" if name in later else "nothing before it defines the macro"
        message = f"{why}; a record that is answered already has an id, got {shown(name)}"
        return Violation(path=path, rule=Rule.REQUIRED, message=message, status=9103)
    return None


def _macros(record: Record, shape: Shape, path: str) -> Iterator[tuple[str, str, bool]]:
    """Every macro of a record as it is written: where, its name, and whether it is defined there or used."""
    compiled = table(type(record))
    for field in compiled.attributes:
        name = getattr(record, field.name)
        if field.row.tag == "defMacro" and isinstance(name, str):
            yield f"{path}/@defMacro", name, True
    for field in compiled.order(shape):
        value = getattr(record, field.name)
        tags = {cls: tag for tag, cls in field.tags(shape).items()}
        for at, member in enumerate(value if isinstance(value, tuple) else (value,), 1):
            where = f"{path}/{tags.get(type(member), field.label(shape))}" + (f"[{at}]" if field.plural else "")
            if isinstance(member, Macro):
                yield f"{where}/@useMacro", member.name, False
            elif isinstance(member, Record):
                yield from _macros(member, shape, where)


def _attributes(values: dict[str, str | None]) -> str:
    return "".join(f' {name}="{escape_attribute(value)}"' for name, value in values.items() if value is not None)


def _write_request(request: Request, request_id: str, out: list[str], write_record: Writer) -> None:
    attributes = {
        "requestID": request_id,
        "metaData": request.meta_data,
        "iterator": request.iterator,
        "iteratorID": request.iterator_id,
    }
    if request.shape is QUERY:
        write_record(request.record, request.name, out, "    ", _attributes(attributes))
        return
    out.append(f"    <{request.name}{_attributes(attributes)}>\n")
    write_record(request.record, request.body, out, "      ", "")
    out.extend(f"      <IncludeRetElement>{escape(name)}</IncludeRetElement>\n" for name in request.include)
    out.append(f"    </{request.name}>\n")


# --- outcomes --------------------------------------------------------------------------------------------------------


@record(choices=(OneOf.of("list_id", "owner_id", "txn_id"),))
@attrs.frozen(kw_only=True, slots=False)
class ErrorRecovery(Record):
    """What QuickBooks says of a record that it saved although the answer is an error."""

    list_id: Annotated[str | None, Id("ListID")] = None
    owner_id: Annotated[str | None, Guid("OwnerID")] = None
    txn_id: Annotated[str | None, Id("TxnID")] = None
    txn_number: Annotated[int | None, Integer("TxnNumber")] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16)] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID")] = None


UNREADABLE = -1
"""The code of an answer without a statusCode that can be read: nobody knows what became of its request."""

_NEVER_TRIED = 3231
_COMMITTED = {Effect.DONE: True, Effect.DONE_WITH_DEFECT: True, Effect.NOT_DONE: False, Effect.UNKNOWN: None}


@attrs.frozen(kw_only=True)
class Outcome:
    """QuickBooks' answer to one request.

    Attributes:
        name: The answer's element, ``'VendorAddRs'``.
        code: The ``statusCode``; `procore_qbd.codes.status` says what it means. `UNREADABLE` where it is no number.
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

    @property
    def tried(self) -> bool:
        """Whether QuickBooks came to the request at all; after an error it may have stopped before it."""
        return self.code != _NEVER_TRIED

    @property
    def committed(self) -> bool | None:
        """Whether the request changed the company file, be it with a defect or unshown; None where nobody can say.

        By the code, as `procore_qbd.codes` has it; but where an error comes with an `ErrorRecovery` there may be a
        record all the same, so that is not known either. What is not known is looked up before it is sent again.
        """
        if self.name.endswith("QueryRs"):
            return False
        committed = _COMMITTED[status(self.code).effect]
        return None if committed is False and self.error_recovery is not None else committed

    def records(self, cls: type[R]) -> tuple[R, ...]:
        """The records of a kind that came back.

        Raises:
            RefusedError: QuickBooks refused the request.
            ReplyError: Something in the answer cannot be read.
        """
        if not self.ok and not (self.code == UNREADABLE and self.faults):
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
        message_set_status: For error recovery: None where no id was given, 0 where all is well.
    """

    outcomes: tuple[Outcome, ...]
    message_set_id: str | None = None
    message_set_status: int | None = None

    def match(self, requests: Sequence[Request]) -> tuple[Outcome | None, ...]:
        """Each request's answer, by its ``requestID``; None where there is none, so that its outcome is not known.

        Args:
            requests: Those of the document that is answered; `numbered` says their ids.

        Raises:
            ReplyError: The reply is not to these requests: an answer stands twice, or to what was not asked.
            ValueError: Two requests have the same id.
        """
        asked = dict(zip(numbered(requests), requests, strict=True))
        if len(asked) != len(requests):
            raise ValueError("expected a requestID of its own for each request, or none")
        found: dict[str | None, Outcome] = {}
        faults = []
        for outcome in self.outcomes:
            request = asked.get(outcome.request_id or "")
            where = f"{outcome.name} {outcome.request_id or '?'}"
            if request is None:
                faults.append(f"{where} answers what was not asked")
            elif outcome.name != request.name.removesuffix("Rq") + "Rs":
                faults.append(f"{where} answers no {request.name}")
            elif outcome.request_id in found:
                faults.append(f"{where} stands twice")
            found[outcome.request_id] = outcome
        if faults:
            raise ReplyError("reply", faults)
        return tuple(found.get(number) for number in asked)


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
        message_set_id=_text(answers, "newMessageSetID"),
        message_set_status=_integer(code),
    )


def _text(element: etree._Element, name: str) -> str | None:
    text = element.get(name)
    return None if text is None else unescape(text)


def _integer(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,9}", text) else None


def _read_outcome(answer: etree._Element) -> Outcome:
    name = str(answer.tag)
    faults: list[Violation] = []
    found: list[Record] = []
    strangers: list[str] = []
    recovery = None
    if (inline := entity(name.removesuffix("Rs"))) is not None and inline.__record__.inline:
        body = etree.Element(f"{inline.__record__.tag}Ret")
        body.extend([child for child in answer if child.tag != "ErrorRecovery"])
        if len(body):
            found.append(read(body, inline, faults))
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
        request_id=_text(answer, "requestID"),
        code=UNREADABLE if code is None else code,
        severity=answer.get("statusSeverity"),
        message=_text(answer, "statusMessage") or "",
        found=tuple(found),
        faults=tuple(faults),
        strangers=tuple(strangers),
        error_recovery=recovery,
        ret_count=_integer(answer.get("retCount")),
        iterator_remaining_count=_integer(answer.get("iteratorRemainingCount")),
        iterator_id=_text(answer, "iteratorID"),
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
        if not outcome.found and outcome.error_recovery is None:
            out.append(f"<{outcome.name}{_attributes(attributes)} />\n")
            continue
        out.append(f"<{outcome.name}{_attributes(attributes)}>\n")
        for found in outcome.found:
            _write_found(found, out)
        if outcome.error_recovery is not None:
            write(outcome.error_recovery, RET, "ErrorRecovery", out)
        out.append(f"</{outcome.name}>\n")
    out.append("</QBXMLMsgsRs>\n</QBXML>\n")
    return "".join(out).encode("ascii")


def _write_found(found: Record, out: list[str]) -> None:
    tag, mark = f"{found.__record__.tag}Ret", len(out)
    try:
        writer(type(found), RET, None)(found, tag, out, "", "")
    except Doubt:
        del out[mark:]
        write(found, RET, tag, out)
    if found.__record__.inline:
        del out[-1], out[mark]


# --- documents -------------------------------------------------------------------------------------------------------


def parse(document: bytes | BinaryIO) -> etree._Element:
    """The root of a qbXML document, by a parser that trusts nobody: no DOCTYPE, no entities, no network.

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
        raise ReplyError("XML", ["has a DOCTYPE, which qbXML never has; refused unread"])
    etree.strip_elements(root, etree.PI, with_tail=False)
    return root


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
    macros = judge_requests(request for request, _ in judged)
    return MessageSet(
        version=version,
        on_error=messages.get("onError"),
        new_message_set_id=_text(messages, "newMessageSetID"),
        old_message_set_id=_text(messages, "oldMessageSetID"),
        response_data=messages.get("responseData"),
        requests=tuple(request for request, _ in judged),
        violations=tuple((*violations, *more) for (_, violations), more in zip(judged, macros, strict=True)),
        faults=tuple(_around(root, messages, dialect)),
    )


def _dialect(version: str | None, edition: Edition | None) -> Dialect:
    """Documents do not say for which edition they are; a version that nobody knows is judged as 13.0."""
    try:
        parse_version(version or "13.0")
    except ValueError:
        version = None
    return Dialect(version or "13.0", edition)


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
            yield fault("QBXMLMsgsRq", Rule.UNKNOWN, f"text between elements, got {shown(text.strip())}")
    on_error = messages.get("onError")
    if on_error not in set(OnError):
        found = f"expected {', '.join(OnError)}, got {shown(on_error)}" if on_error else "is missing"
        yield fault("QBXMLMsgsRq/@onError", Rule.REQUIRED, found)
    yield from _judge_response_data(messages.get("responseData"), dialect, messages.sourceline)


def judge_request(element: etree._Element, dialect: Dialect) -> tuple[Request | Stranger, list[Violation]]:
    """One request's element: what it is, and what is wrong with it."""
    name = str(element.tag)
    request_id = _text(element, "requestID")
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
        include = tuple(unescape(child.text or "") for child in children[1:])
    else:
        violations += _words(element)
    violations += structure(body, cls, shape, ignore=_REQUEST_ATTRIBUTES if shape is QUERY else frozenset())
    faults: list[Violation] = []
    record_ = read(body, cls, faults, str(body.tag).removesuffix("Rq"))
    request = Request(
        record=record_,
        shape=shape,
        request_id=request_id,
        include=include,
        iterator=_member(Iteration, element.get("iterator")),
        iterator_id=_text(element, "iteratorID"),
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
    for name in element.attrib:
        if name != "requestID":
            path, line = f"{element.tag!s}/@{name}", element.sourceline
            yield Violation(path=path, rule=Rule.UNKNOWN, message="no such attribute", line=line)
    for text in (element.text, *(child.tail for child in element)):
        if text and not text.isspace():
            message = f"text between elements, got {shown(text.strip())}"
            yield Violation(path=str(element.tag), rule=Rule.UNKNOWN, message=message, line=element.sourceline)
    for at, child in enumerate(element):
        if str(child.tag) != (body if at == 0 else "IncludeRetElement"):
            path, line = f"{element.tag!s}/{child.tag!s}", child.sourceline
            yield Violation(
                path=path, rule=Rule.UNKNOWN, message=f"expected {body} and then IncludeRetElement", line=line
            )
        elif at:
            yield from spelling(child, _INCLUDE, f"{element.tag!s}/IncludeRetElement[{at}]")
    if not len(element):
        path, line = f"{element.tag!s}/{body}", element.sourceline
        yield Violation(path=path, rule=Rule.REQUIRED, message="is missing", line=line)


def _words(element: etree._Element) -> Iterator[Violation]:
    """What is wrong with the attributes of a query."""
    for name, words in (("iterator", Iteration), ("metaData", MetaData)):
        text = element.get(name)
        if text is not None and _member(words, text) is None:
            message = f"expected one of {', '.join(words)}, got {shown(text)}"
            path, line = f"{element.tag!s}/@{name}", element.sourceline
            yield Violation(path=path, rule=Rule.ENUM, message=message, line=line)


def _distinct(violations: Sequence[Violation]) -> list[Violation]:
    """Each fault of a place once, as it was found first: there the line is known."""
    return list({(violation.path, violation.rule): violation for violation in reversed(violations)}.values())[::-1]
