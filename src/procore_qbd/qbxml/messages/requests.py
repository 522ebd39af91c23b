"""A batch of requests out: a document holds one message set, requests in order, each with a ``requestID``."""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from procore_qbd.errors import RecordError
from procore_qbd.qbxml.codec.elements import attributes, write
from procore_qbd.qbxml.codec.reading import Doubt
from procore_qbd.qbxml.codec.writing import writer
from procore_qbd.qbxml.judging.checking import check, not_in_dialect
from procore_qbd.qbxml.judging.macros import judge_macros
from procore_qbd.qbxml.rows.dialect import Dialect
from procore_qbd.qbxml.rows.records import YOUNG, Record, must_be_a_record, table
from procore_qbd.qbxml.rows.values import ADD, BARE, COMMAND, MOD, QUERY, RET, Attribute, Shape, Text, escape
from procore_qbd.qbxml.rows.violations import Rule, Violation, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from procore_qbd.qbxml.codec.writing import Writer

__all__ = [
    "INCLUDE",
    "INDENT",
    "LONGEST_SET_ID",
    "Iteration",
    "MetaData",
    "OnError",
    "Request",
    "ResponseData",
    "judge_response_data",
    "numbered",
    "write_requests",
]


class OnError(StrEnum):
    """What QuickBooks does with the rest after an error. It rejects ``rollbackOnError``: nothing is rolled back."""

    STOP = "stopOnError"
    CONTINUE = "continueOnError"
    ROLLBACK = "rollbackOnError"


class ResponseData(StrEnum):
    """Whether the answers contain the records; without them the ids of added records are not known."""

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

    def __attrs_post_init__(self) -> None:
        must_be_a_record(self.record, self.shape)

    @classmethod
    def add(cls, record: Record, *include: str) -> Request:
        """Make a new record."""
        return cls(record=record, shape=ADD, include=include)

    @classmethod
    def mod(cls, record: Record, *include: str) -> Request:
        """Change a record; `procore_qbd.qbxml.messages.changes` says what to send."""
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
        """Carry out a command: `ListDel`, `TxnVoid` and the like."""
        return cls(record=record, shape=COMMAND)

    @property
    def writes(self) -> bool:
        """Whether QuickBooks changes the company file for it; every request does but a query."""
        return self.shape is not QUERY

    @property
    def body(self) -> str:
        """The record's element: ``'VendorAdd'``; a query and a command are requests themselves: ``'VendorQuery'``."""
        return self.record.__record__.element(self.shape)

    @property
    def name(self) -> str:
        """The request's element: ``'VendorAddRq'``."""
        return f"{self.body}Rq"

    def faults(self, dialect: Dialect) -> list[Violation]:
        """Everything that QuickBooks would not take."""
        around, known = self._around(dialect)
        if not known:
            return around
        with suppress(Doubt):  # what can be written fast has no faults
            writer(type(self.record), self.shape, dialect)(self.record, self.body, [], "", "")
            return around
        found = check(self.record, self.shape, dialect, self.body)
        return [*(violation for violation in found if not violation.warning), *around]

    def faults_around(self, dialect: Dialect) -> list[Violation]:
        """Everything that QuickBooks would not take around the record, which is known to be without faults."""
        return self._around(dialect)[0]

    def _around(self, dialect: Dialect) -> tuple[list[Violation], bool]:
        """What is wrong around the record, and whether there is such a request at all."""
        spec = table(type(self.record), dialect.version).spec
        if self.shape not in spec.shapes or self.shape is RET:
            if self.shape in BARE and spec.shapes & BARE:
                kind = "command" if self.shape is QUERY else "query"
                message = f"is a {kind}: make it with Request.{kind}"
            else:
                message = f"QuickBooks has no such request; there are {', '.join(_requests(self.record))}"
            return [Violation(path=self.name, rule=Rule.NOT_HERE, message=message)], False
        unknown = not_in_dialect(spec, dialect, self.name, self.shape)
        found = [unknown] if unknown else []
        for given, fact, name, never in (
            (self.iterator, "iterator", "@iterator", "this query has no iterator"),
            (self.iterator_id, "iterator", "@iteratorID", "this query has no iteratorID"),
            (self.meta_data, "meta_data", "@metaData", "this query has no metaData"),
            (self.include or None, "selective", "IncludeRetElement", "the elements of the answer cannot be chosen"),
        ):
            if given is not None and not getattr(spec, fact):
                later = getattr(self.record.__record__, fact)
                message = (
                    f"was added in qbXML {YOUNG[fact]}, and the target reads {dialect.version}" if later else never
                )
                rule = Rule.VERSION if later else Rule.NOT_HERE
                found.append(Violation(path=f"{self.name}/{name}", rule=rule, message=message))
        if self._endless:
            message = "is missing; a query that is taken in pieces says how many a piece has"
            found.append(Violation(path=f"{self.body}/MaxReturned", rule=Rule.REQUIRED, message=message, status=3150))
        for row, text, where in (
            (_REQUEST_ID, self.request_id, "@requestID"),
            (_ITERATOR_ID, self.iterator_id, "@iteratorID"),
            *((INCLUDE, tag, f"IncludeRetElement[{at}]") for at, tag in enumerate(self.include, 1)),
        ):
            if text is not None and (fault := row.fault(text)):
                rule, message, status = fault
                status = 1060 if row is _REQUEST_ID else status
                found.append(Violation(path=f"{self.name}/{where}", rule=rule, message=message, status=status))
        return found, unknown is None

    @property
    def _endless(self) -> bool:
        """Whether the query is taken in pieces, and does not say of how many; the schema lets that pass."""
        begun = self.iterator in (Iteration.START, Iteration.CONTINUE) and self.record.__record__.iterator
        return begun and getattr(self.record, "max_returned", None) is None

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


LONGEST_SET_ID = 23
"""Characters of a ``newMessageSetID``: one of Intuit's guides says 23, another 24."""

_REQUEST_ID = Attribute("requestID", 50)
_ITERATOR_ID = Attribute("iteratorID")
INCLUDE = Text("IncludeRetElement", 50)
INDENT = " " * 6
"""Before the record of an Add or Mod."""


def _requests(record: Record) -> Iterator[str]:
    spec = record.__record__
    for shape, suffix in ((ADD, "AddRq"), (MOD, "ModRq"), (QUERY, "Rq"), (COMMAND, "Rq")):
        if shape in spec.shapes:
            yield spec.tag + suffix


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
        asked = ((request.record, request.shape, request.body) for request in requests)
        faults += [fault for found in judge_macros(asked) for fault in found]
    ids = {
        "newMessageSetID": new_message_set_id,
        "oldMessageSetID": old_message_set_id,
        "responseData": response_data,
        "onError": on_error.value,
    }
    for name, text in ids.items():
        longest = LONGEST_SET_ID if name.endswith("MessageSetID") else None
        if text is not None and (fault := Attribute(name, longest).fault(text)):
            rule, message, status = fault
            status = 9004 if rule is Rule.TOO_LONG else None
            faults.append(Violation(path=f"QBXMLMsgsRq/@{name}", rule=rule, message=message, status=status))
    faults += judge_response_data(response_data, dialect)
    if faults:
        raise RecordError(f"qbXML {dialect}", faults)
    out = [
        '<?xml version="1.0" encoding="utf-8"?>\n',
        f'<?qbxml version="{dialect.version}"?>\n',
        f"<QBXML>\n  <QBXMLMsgsRq{attributes(ids)}>\n",
        said,
        "  </QBXMLMsgsRq>\n</QBXML>\n",
    ]
    return "".join(out).encode("ascii")


_RESPONSE_DATA = Attribute("responseData", since="2.0")


def judge_response_data(said: str | None, dialect: Dialect, line: int | None = None) -> Iterator[Violation]:
    """What is wrong with a document's ``responseData``."""
    path = "QBXMLMsgsRq/@responseData"
    if said is not None and said not in set(ResponseData):
        message = f"expected {' or '.join(ResponseData)}, got {quoted(said)}"
        yield Violation(path=path, rule=Rule.ENUM, message=message, line=line)
    if said is not None and (unknown := not_in_dialect(_RESPONSE_DATA, dialect, path)):
        yield attrs.evolve(unknown, line=line)


def numbered(requests: Iterable[Request]) -> tuple[str, ...]:
    """The ``requestID`` of each request in a document: its own, or its position, from 1."""
    return tuple(request.request_id or str(number) for number, request in enumerate(requests, 1))


def _write_request(request: Request, request_id: str, out: list[str], write_record: Writer) -> None:
    said = {
        "requestID": request_id,
        "metaData": request.meta_data,
        "iterator": request.iterator,
        "iteratorID": request.iterator_id,
    }
    if request.shape in BARE:
        write_record(request.record, request.name, out, "    ", attributes(said))
        return
    out.append(f"    <{request.name}{attributes(said)}>\n")
    write_record(request.record, request.body, out, INDENT, "")
    out.extend(f"{INDENT}<IncludeRetElement>{escape(name)}</IncludeRetElement>\n" for name in request.include)
    out.append(f"    </{request.name}>\n")
