"""How a document is answered: bytes in, bytes out, or an HRESULT raised.

Two locks keep order. One lets in one document at a time, for QuickBooks answers one program after the other. The other,
the store's own, is held for one request: between two requests of a document people get on with their work, as they do
in QuickBooks, and what they did is there when the next request is tried.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs
from lxml import etree

from procore_qbd.errors import CompanyFileError, EngineError, NotSentError, ReplyError
from procore_qbd.qbxml import Dialect, Edition, OnError, Outcome, Reply, Request, ResponseData, adapt, read_requests
from procore_qbd.qbxml.judging.checking import NOT_SUPPORTED
from procore_qbd.qbxml.messages.catalogue import exists
from procore_qbd.simulator import about
from procore_qbd.simulator.engine.message_sets import MessageSets
from procore_qbd.simulator.engine.processor import Processor, simulated
from procore_qbd.simulator.engine.values import refused
from procore_qbd.simulator.faults import Crashed, Faults, Point, Trouble, held_up
from procore_qbd.simulator.knowledge.asked import anything
from procore_qbd.simulator.knowledge.reasons import NOT_SIMULATED
from procore_qbd.simulator.knowledge.requests import deleted_kind
from procore_qbd.simulator.knowledge.rules import Experiment, Reason, Refusal, Setting, Source, Step, tried
from procore_qbd.simulator.knowledge.wording import CANNOT_PARSE_WORDS, NAME_WITH_COLON, words
from procore_qbd.simulator.store.file import in_words

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterator, Sequence

    from procore_qbd.qbxml import Violation
    from procore_qbd.qbxml.messages.envelope import MessageSet, UnmodelledRequest
    from procore_qbd.simulator.store.company import OpenCompany

__all__ = ["BROKE", "USUAL", "Engine"]

_ABSENT = "<TxnDelRq><TxnDelType>Bill</TxnDelType><TxnID>7FFFFFFF-1</TxnID></TxnDelRq>"

NOT_QBXML = Reason(
    0x80040400,
    "The document is no XML, or no qbXML: nothing of it is done.",
    Source.RECORDED,
    tried("<VendorQueryRq><VendorQueryRq>"),
)
WRONG_STRUCTURE = Reason(
    0x80040400,
    "An element stands where the schema of the version has none: out of order, twice, misspelt, of a later version or "
    "another country; or one is missing that it demands. Nothing of the document is done.",
    Source.RECORDED,
    tried(
        "<VendorQueryRq><MaxReturned>1</MaxReturned></VendorQueryRq>"
        "<VendorAddRq><VendorAdd><Nom>~Elm</Nom></VendorAdd></VendorAddRq>"
    ),
)
NO_SUCH_REQUEST = Reason(
    0x80040400,
    "QuickBooks has no such request, or not in this country: nothing of the document is done.",
    Source.SCHEMA,
    tried("<VendorModifyRq></VendorModifyRq>"),
)
NO_ROLLBACK = Reason(
    0x80040413,
    "The document wants to be rolled back on an error, which QuickBooks Desktop never does: nothing of it is done.",
    Source.TABLE,
    Experiment((Step("<VendorQueryRq><MaxReturned>1</MaxReturned></VendorQueryRq>", on_error="rollbackOnError"),)),
)
NO_SUCH_VERSION = Reason(
    0x80040423,
    "The document is in a version of qbXML that this QuickBooks does not read.",
    Source.TABLE,
    Experiment((Step("<VendorQueryRq><MaxReturned>1</MaxReturned></VendorQueryRq>", version="99.0"),)),
)
FILE_BROKE = Reason(
    0x8004041C,
    "The company file breaks while QuickBooks is at work.",
    Source.TABLE,
    tried("<VendorQueryRq><FullName>~Fir</FullName></VendorQueryRq>", setting=Setting.FILE_BREAKS),
)
NOT_PROCESSED = Reason(
    3231,
    "A request before it was refused, and the document stops on an error.",
    Source.LIVE_REPORT,
    Experiment((Step(f"{_ABSENT}{_ABSENT}", (3120, 3231), on_error="stopOnError"),)),
    refuses=anything,
)

BROKE = (sqlite3.Error, etree.XMLSyntaxError, UnicodeDecodeError)
"""What is raised where a file is damaged, or its disk is full or gone."""
USUAL = "13.0"
"""The version of documents that name none, where QuickBooks reads it."""
_NOTHING_DONE = "the whole document is refused, and nothing in it was done"


class Engine:
    """Answers documents for one company file.

    Args:
        company: The company file.
        faults: What shall go wrong.
        new_uuid: Makes the ids of iterators.

    Attributes:
        faults: See above.
        last_fault: What was wrong with the last document, where QuickBooks' answer does not say; None where
            nothing was.
        last_reasons: The rules by which it, or requests in it, were refused.
        processor: Carries out one request.
        message_sets: What is remembered of message sets.
    """

    def __init__(self, company: OpenCompany, faults: Faults, new_uuid: Callable[[], uuid.UUID]) -> None:
        self.faults = faults
        self.last_fault: str | None = None
        self.last_reasons: list[Reason] = []
        self.processor = Processor(company, new_uuid)
        self._documents = threading.RLock()
        self._answering = False
        self._store = company.store
        self.message_sets = MessageSets(company.store, company.calendar.now, self._note)
        self._closed = False

    def close(self) -> None:
        """Answer no more documents."""
        self._closed = True

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep documents out: wait for the one that is being answered, and let no other in.

        Raises:
            CompanyFileError: A document is being answered that called the caller back, who would wait for ever.
        """
        with self._documents:
            if self._answering:
                raise CompanyFileError("a document is being answered: do this when its reply has come")
            with self._store.lock:
                yield

    def end_session(self) -> None:
        """Forget the iterators."""
        with self.alone():
            self.processor.end_session()

    @property
    def edition(self) -> Edition:
        """Whose QuickBooks answers."""
        with self._store.lock:
            return Edition[self._store.fact("edition")]

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of qbXML that this QuickBooks reads."""
        with self._store.lock:
            return about.known_versions(self._store.fact("version"), self.edition)

    def process(self, document: bytes) -> bytes:
        """Answer a document of requests: see `CompanyFile.process`.

        Raises:
            EngineError: The document was not taken, or the file broke while at work, or it was ordered of `faults`.
            NotSentError: The company file is closed.
        """
        with self._documents:
            if self._answering:
                raise EngineError(Trouble.BUSY, "a document is being answered, and sent this one meanwhile")
            self.last_fault = None
            self.last_reasons = []
            if self._closed:
                raise NotSentError("the company file is closed")
            self._answering = True
            try:
                messages = self._read(document)
                names = [request.name for request in messages.requests]
                self._reach(Point.TAKEN, names)
                reply = self.message_sets.answer(messages, document, self._reply)
                return self._reach(Point.ANSWERED, names, reply)
            except BROKE as error:
                raise self._not_taken(FILE_BROKE, in_words(error)) from None
            except Crashed as crash:
                self.processor.end_session()
                raise EngineError(crash.hresult) from None
            finally:
                self._answering = False

    def _reach(self, point: Point, names: Sequence[str], reply: bytes = b"") -> bytes:
        """What becomes of a reply where a document or a request has got to a point; or a fault is raised."""
        for happened in self.faults.due(point, names):
            self._note(str(happened))
            reply = happened.rule.fault.strike(reply, self.faults.sleep)
        return reply

    def _read(self, document: bytes) -> MessageSet:
        """A document of the right structure; a value of the wrong kind costs its own request alone."""
        edition = self.edition
        try:
            messages = read_requests(document, edition=edition)
        except ReplyError as error:
            raise self._not_taken(NOT_QBXML, str(error)) from None
        if messages.version not in (None, *self.versions):
            there_are = ", ".join(self.versions)
            raise self._not_taken(NO_SUCH_VERSION, f"qbXML {messages.version}: this QuickBooks reads {there_are}")
        if messages.on_error == OnError.ROLLBACK:
            raise self._not_taken(NO_ROLLBACK, "rollbackOnError: QuickBooks never rolls back")
        faults = [*messages.faults]
        faults += [fault for found in messages.violations for fault in found if fault.of_the_document]
        if faults:
            unknown = any(not exists(request.name, edition) for request in messages.requests)
            why = f"{'; '.join(map(str, faults))}: {_NOTHING_DONE}"
            raise self._not_taken(NO_SUCH_REQUEST if unknown else WRONG_STRUCTURE, why)
        return messages

    @property
    def _usual(self) -> str:
        """The version of documents that name none."""
        return USUAL if USUAL in self.versions else self.versions[-1]

    def _dialect(self, version: str) -> Dialect:
        return Dialect(version, self.edition)

    def _not_taken(self, reason: Reason, why: str) -> EngineError:
        self.last_fault = why
        self.last_reasons.append(reason)
        return EngineError(reason.code, CANNOT_PARSE_WORDS if reason.code == NOT_QBXML.code else "")

    def _reply(self, messages: MessageSet) -> Reply:
        dialect = self._dialect(messages.version or self._usual)
        self.processor.begin_message_set(macros=messages.has_macros)
        outcomes: list[Outcome] = []
        stopped = False
        for request, violations in zip(messages.requests, messages.violations, strict=True):
            outcome = (
                self._refused(NOT_PROCESSED(request.name)) if stopped else self._answer(request, violations, dialect)
            )
            name = request.name.removesuffix("Rq") + "Rs"
            found = () if messages.response_data == ResponseData.NONE else outcome.found
            outcomes.append(attrs.evolve(outcome, name=name, request_id=request.request_id, found=found))
            if not stopped:
                self._reach(Point.KEPT, [request.name])
            stopped = stopped or (messages.on_error == OnError.STOP and not outcome.ok)
        self._reach(Point.DONE, [request.name for request in messages.requests])
        return Reply(outcomes=tuple(outcomes))

    def _answer(
        self, request: Request | UnmodelledRequest, violations: tuple[Violation, ...], dialect: Dialect
    ) -> Outcome:
        try:
            return self._tried(request, violations, dialect)
        except Refusal as refusal:
            return self._refused(refusal)

    def _tried(
        self, request: Request | UnmodelledRequest, violations: tuple[Violation, ...], dialect: Dialect
    ) -> Outcome:
        self._reach(Point.TRIED, [request.name])
        with self._store.lock:
            return self._carried_out(request, violations, dialect)

    def _carried_out(
        self, request: Request | UnmodelledRequest, violations: tuple[Violation, ...], dialect: Dialect
    ) -> Outcome:
        about.needs_its_feature(self._store, request.name, deleted_kind(request))
        unsupported = [one for one in violations if one.status == NOT_SUPPORTED]
        wrong = [one for one in violations if one.status not in (NOT_SUPPORTED, NAME_WITH_COLON)]
        if wrong:
            raise refused(wrong[0])
        if not isinstance(request, Request) or not simulated(request):
            note = f"{request.name}: exists in QuickBooks, but is not simulated"
            raise NOT_SIMULATED(request.name, note=note)
        if unsupported:
            request = attrs.evolve(request, record=adapt(request.record, request.shape, dialect)[0])
        held_up(self._store, request, self.faults.held)
        with self._store.transaction():
            outcome = self.processor.answer(request, dialect)
            self._reach(Point.WRITTEN, [request.name])
        if not unsupported or outcome.code:
            return outcome
        self._note("; ".join(map(str, unsupported)))
        return attrs.evolve(outcome, code=NOT_SUPPORTED, message=words(NOT_SUPPORTED, field=unsupported[0].field))

    def _note(self, note: str) -> None:
        self.last_fault = "; ".join(filter(None, (self.last_fault, note)))

    def _refused(self, refusal: Refusal) -> Outcome:
        if refusal.reason is not None:
            self.last_reasons.append(refusal.reason)
        if refusal.note:
            self._note(refusal.note)
        return Outcome(name="", code=refusal.code, message=refusal.message)
