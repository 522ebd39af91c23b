"""Pumping a flow: a document at a time, by whoever has the line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Generic, TypeVar

from procore_qbd.codes import Effect
from procore_qbd.errors import NotSentError, RecordError, ReplyError, ReplyLostError, TransportError
from procore_qbd.flows.asking import USUAL_CALL, called, must_be_fresh, requests_of, unwritable
from procore_qbd.qbxml import Dialect, OnError, Rule, Violation, read_reply, write_requests
from procore_qbd.qbxml.judging.macros import judge_macros
from procore_qbd.qbxml.messages.requests import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from procore_qbd.flows.asking import Flow
    from procore_qbd.qbxml import Outcome, Reply, Request
    from procore_qbd.transports.base import Transport

__all__ = ["Conversation", "run"]

T = TypeVar("T")


class Conversation(Generic[T]):
    """One flow, a document at a time, without a line: take `document`, get it answered, give the reply to `receive`.

    Args:
        flow: A fresh flow.
        dialect: Who reads the documents.
        on_error: Whether QuickBooks goes on behind a refused request; one bad record must not hold up the rest.
        read_only: Whether the flow may only read; a document of it that writes is refused, and the flow is closed.

    Raises:
        TypeError: It is no flow.
        RuntimeError: The flow has begun already.
        NotSentError: The flow may only read, and its document writes.
    """

    def __init__(
        self,
        flow: Flow[T],
        *,
        dialect: Dialect | None = None,
        on_error: OnError = OnError.CONTINUE,
        read_only: bool = False,
    ) -> None:
        must_be_fresh(flow)
        self._flow = flow
        self._dialect = dialect or Dialect()
        self._on_error = on_error
        self._read_only = read_only
        self._result: list[T] = []
        self.requests: tuple[Request, ...] = ()
        """What `document` asks for, or what the last one asked for."""
        self.document: bytes | None = None
        """What QuickBooks shall answer next, None when the flow has ended; the very bytes to journal and to send."""
        self._advance(None)

    @property
    def writes(self) -> bool:
        """Whether `document` may write something: not if it is of queries alone, whatever becomes of its reply."""
        return any(request.writes for request in self.requests)

    @property
    def result(self) -> T:
        """What the flow ended with.

        Raises:
            RuntimeError: It has not ended, or an error ended it.
        """
        if not self._result and self.document is None:
            raise RuntimeError("the conversation has no result: its flow raised an error")
        if not self._result:
            raise RuntimeError("the conversation has not ended: send its document and give it the reply")
        return self._result[0]

    def exchange(self, transport: Transport) -> None:
        """Send `document` over a transport and take the reply to it.

        Raises:
            TransportError: It was not sent, QuickBooks failed, or no readable reply came; see its ``effect``.
            RuntimeError: There is no document to answer.
        """
        if self.document is None:
            raise RuntimeError("the conversation has ended: there is nothing to send")
        try:
            reply = transport.send(self.document)
        except ReplyLostError as error:
            if not self.writes:
                error.effect = Effect.NOT_DONE
            raise
        with reply:
            self.receive(reply)

    def receive(self, reply: bytes | BinaryIO) -> None:
        """Take QuickBooks' reply to `document`. After an error the conversation still waits for the right reply.

        Raises:
            ReplyLostError: It is no reply, is cut short, or does not answer each request of the document once.
            NotSentError: The flow may only read, and its next document writes.
            RuntimeError: There is no document to answer.
        """
        if self.document is None:
            raise RuntimeError("the conversation has ended: there is nothing to answer")
        try:
            outcomes = self._matched(_read(reply))
        except ReplyLostError as error:
            if not self.writes:
                error.effect = Effect.NOT_DONE
            raise
        self._advance(outcomes)

    def _matched(self, reply: Reply) -> tuple[Outcome, ...]:
        try:
            outcomes = reply.match(self.requests)
        except ReplyError as error:
            raise ReplyLostError(f"it answers another document: {'; '.join(map(str, error.faults))}") from error
        asked = zip(self.requests, numbered(self.requests), outcomes, strict=True)
        if missing := [f"{request.name} {number} is not answered" for request, number, found in asked if found is None]:
            raise ReplyLostError(f"it leaves requests out: {'; '.join(missing)}")
        return tuple(outcome for outcome in outcomes if outcome is not None)

    def _advance(self, outcomes: tuple[Outcome, ...] | None) -> None:
        self.document = None  # what was answered must never be sent again, not even if the flow fails now
        try:
            requests = requests_of(self._flow, next(self._flow) if outcomes is None else self._flow.send(outcomes))
            while error := self._write(requests):
                requests = requests_of(self._flow, self._flow.throw(error))
        except StopIteration as end:
            self._result.append(end.value)

    def _write(self, requests: tuple[Request, ...]) -> RecordError | None:
        """Make the document of these requests; or there is none, and the error says which of them cannot be written."""
        writing = [request.name for request in requests if request.writes]
        if writing and self._read_only:
            self._flow.close()
            raise NotSentError(f"the run is read-only, and the document writes ({', '.join(dict.fromkeys(writing))})")
        if len({*numbered(requests)}) == len(requests):  # answers are matched by these ids
            try:
                self.document = write_requests(requests, dialect=self._dialect, on_error=self._on_error)
            except RecordError:
                pass
            else:
                self.requests = requests
                return None
        return unwritable(f"qbXML {self._dialect}", _faults(requests, self._dialect))


def _read(reply: bytes | BinaryIO) -> Reply:
    try:
        data = reply if isinstance(reply, bytes) else reply.read()
    except TransportError:
        raise
    except Exception as error:
        raise ReplyLostError(f"it stopped with an error: {type(error).__name__}: {error}") from error
    try:
        return read_reply(data)
    except ReplyError as error:
        if not data.strip():
            raise ReplyLostError("it is empty") from None
        whole = data.rstrip().endswith(b"</QBXML>")
        what = "it is not a qbXML reply" if whole else f"it is cut short after {len(data)} bytes, or not a qbXML reply"
        raise ReplyLostError(f"{what}: {'; '.join(map(str, error.faults))}") from error


def _faults(requests: Sequence[Request], dialect: Dialect) -> dict[int, list[Violation]]:
    """Why requests cannot be written in one document, by their places in it: each is judged by itself.

    An id that appears twice is the fault of whoever chose it; the requests that are numbered have chosen none.
    """
    found = [request.faults(dialect) for request in requests]
    count = Counter(numbered(requests))
    for request, faults in zip(requests, found, strict=True):
        if request.request_id and count[request.request_id] > 1:
            message = f"another request of the document has it too, got {request.request_id!r}; leave it out"
            faults.append(Violation(path=f"{request.name}/@requestID", rule=Rule.REPEATED, message=message))
    good = [None if faults else (one.record, one.shape, one.body) for one, faults in zip(requests, found, strict=True)]
    for faults, of_macros in zip(found, judge_macros(good), strict=True):
        faults.extend(of_macros)
    return {at: faults for at, faults in enumerate(found) if faults}


def run(
    flow: Flow[T],
    transport: Transport,
    *,
    dialect: Dialect | None = None,
    on_error: OnError = OnError.CONTINUE,
    read_only: bool = False,
) -> T:
    """Pump a flow over a transport to its end.

    Args:
        flow: A fresh flow.
        transport: Where QuickBooks answers.
        dialect: Who reads the documents.
        on_error: Whether QuickBooks goes on behind a refused request.
        read_only: Whether a document that writes is refused before it is sent, by a `NotSentError`.

    Raises:
        TransportError: A document was not sent, QuickBooks failed, or no readable reply came; its ``effect`` says what
            is known of the document. What earlier documents of the flow wrote is written.
        RecordError: The flow asked for something that cannot be written.
        ReplyError: The flow needs a record of a reply, and the record cannot be read.
        TypeError: It is no flow, or no transport.
        RuntimeError: The flow has begun already.
    """
    if not callable(getattr(transport, "send", None)):
        raise TypeError(f"expected a transport, which has a method send, got {called(transport)}; {USUAL_CALL}")
    conversation = Conversation(flow, dialect=dialect, on_error=on_error, read_only=read_only)
    while conversation.document is not None:
        conversation.exchange(transport)
    return conversation.result
