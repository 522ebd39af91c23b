"""Pumping a flow: a document at a time, by whoever has the line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

from procore_qbd.codes import Effect
from procore_qbd.errors import DivergedError, NotSentError, RecordError, ReplyError, ReplyLostError, TransportError
from procore_qbd.flows.asking import USUAL_CALL, called, unwritable
from procore_qbd.flows.stepping import Stepping
from procore_qbd.qbxml import Dialect, OnError, Rule, Violation, read_reply, write_requests
from procore_qbd.qbxml.judging.macros import judge_macros
from procore_qbd.qbxml.messages.requests import numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from procore_qbd.flows.asking import Flow
    from procore_qbd.qbxml import Outcome, Reply, Request
    from procore_qbd.transports.base import Transport

__all__ = ["Conversation", "Exchange", "run"]

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Exchange:
    """One document, and one try at it.

    Attributes:
        number: Counted from 1 in its conversation.
        set_id: Its ``newMessageSetID``, under which QuickBooks keeps the reply; None for one that only reads.
        document: The very bytes to journal and to send.
        writes: Whether it may write something, whatever becomes of its reply.
    """

    number: int
    set_id: str | None
    document: bytes
    writes: bool


class Conversation(Generic[T]):
    """One flow, a document at a time, without a line: take `document`, get it answered, give the reply to `receive`.

    What reads and what writes travels in documents of their own, reads first.

    Args:
        flow: A fresh flow.
        dialect: Who reads the documents.
        on_error: Whether QuickBooks goes on behind a refused request; one bad record must not hold up the rest.
        read_only: Whether the flow may only read; a document of it that writes is refused, and the flow is closed.
        new_set_id: Makes a message set id, never the same twice, for each document that writes; then `recovery` asks
            for a reply that was lost. Without it QuickBooks keeps no replies.

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
        new_set_id: Callable[[], str] | None = None,
    ) -> None:
        self._dialect = dialect or Dialect()
        self._on_error = on_error
        self._read_only = read_only
        self._new_set_id = new_set_id
        self._number = 0
        self._failed = False
        self.requests: tuple[Request, ...] = ()
        """What `document` asks for, or what the last one asked for."""
        self.current: Exchange | None = None
        """What QuickBooks shall answer next, None when the flow has ended."""
        self._steps = Stepping(flow)
        self._prepare()

    @property
    def document(self) -> bytes | None:
        """The bytes of `current`."""
        return self.current.document if self.current is not None else None

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
        if not self._steps.ended and self.current is None:
            raise RuntimeError("the conversation has no result: its flow raised an error")
        if not self._steps.ended:
            raise RuntimeError("the conversation has not ended: send its document and give it the reply")
        return self._steps.result

    def exchange(self, transport: Transport) -> None:
        """Send `document` over a transport and take the reply to it.

        Raises:
            TransportError: It was not sent, QuickBooks failed, or no readable reply came; see its ``effect``.
            RuntimeError: There is no document to answer.
        """
        if self.current is None:
            raise RuntimeError("the conversation has ended: there is nothing to send")
        try:
            reply = transport.send(self.current.document)
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
        if self.current is None:
            raise RuntimeError("the conversation has ended: there is nothing to answer")
        try:
            outcomes = matched(read_whole(reply), self.requests)
        except ReplyLostError as error:
            if not self.writes:
                error.effect = Effect.NOT_DONE
            raise
        self.current = None  # what was answered must never be sent again, not even if the flow fails now
        self._steps.answer(outcomes)
        self._prepare()

    def replay(self, exchange: Exchange, reply: bytes | BinaryIO) -> None:
        """Take a reply that was written down, if `document` is the one that it answers.

        Args:
            exchange: As it was sent, by an earlier run of the same flow that was told the same.
            reply: What QuickBooks answered.

        Raises:
            DivergedError: The flow asks for something else now. Settle what was sent by looking, then begin anew.
            ReplyLostError: As `receive`.
            RuntimeError: There is no document to answer.
        """
        if self.current is None:
            raise DivergedError(f"the flow has ended, and exchange {exchange.number} was sent by it")
        mine = self._written(self.requests, exchange.set_id)
        if mine != exchange.document:
            raise DivergedError(
                f"exchange {exchange.number} was sent with other bytes: {difference(exchange.document, mine)}"
            )
        self.receive(reply)

    def recovery(self) -> bytes:
        """The document that asks QuickBooks for the reply to `current` once more, and for nothing else.

        Raises:
            RuntimeError: There is nothing to answer, or it has no message set id.
        """
        if self.current is None or self.current.set_id is None:
            raise RuntimeError("there is no reply to recover: the document has no message set id")
        return recovery(self.current.set_id, self._dialect)

    def _prepare(self) -> None:
        """Make the document of what the flow asks now; where something of it cannot be written, the flow is told so."""
        while self._steps.asked:
            if self._read_only and (names := [one.name for one in self._steps.asked if one.writes]):
                self._steps.close()
                what = ", ".join(dict.fromkeys(names))
                raise NotSentError(f"the run is read-only, and the document writes ({what})")
            requests = self._steps.requests
            set_id = self._new_set_id() if self._new_set_id is not None and requests[0].writes else None
            if len({*numbered(self._steps.asked)}) == len(self._steps.asked):  # answers are matched by these ids
                try:
                    document = self._written(requests, set_id)
                except RecordError:
                    pass
                else:
                    self._number += 1
                    self.requests = requests
                    self.current = Exchange(
                        number=self._number, set_id=set_id, document=document, writes=requests[0].writes
                    )
                    return
            self._steps.refuse(why_unwritable(self._steps.asked, self._dialect))

    def _written(self, requests: tuple[Request, ...], set_id: str | None) -> bytes:
        return write_requests(requests, dialect=self._dialect, on_error=self._on_error, new_message_set_id=set_id)


def matched(reply: Reply, requests: Sequence[Request]) -> tuple[Outcome, ...]:
    """The outcome of each request of a document.

    Raises:
        ReplyLostError: It is the reply to another document, or leaves requests out.
    """
    try:
        outcomes = reply.match(requests)
    except ReplyError as error:
        raise ReplyLostError(f"it answers another document: {'; '.join(map(str, error.faults))}") from error
    asked = zip(requests, numbered(requests), outcomes, strict=True)
    if missing := [f"{request.name} {number} is not answered" for request, number, found in asked if found is None]:
        raise ReplyLostError(f"it leaves requests out: {'; '.join(missing)}")
    return tuple(outcome for outcome in outcomes if outcome is not None)


def recovery(set_id: str, dialect: Dialect) -> bytes:
    """The document that asks QuickBooks for the reply that it keeps under an id once more, and for nothing else."""
    return write_requests((), dialect=dialect, new_message_set_id=set_id, old_message_set_id=set_id)


def difference(before: bytes, now: bytes) -> str:
    """Where two documents differ first, for whoever looks for the reason."""
    at = next((at for at, (one, other) in enumerate(zip(before, now, strict=False)) if one != other), None)
    at = min(len(before), len(now)) if at is None else at
    return f"from byte {at} on, {before[at : at + _SHOWN]!r} before and {now[at : at + _SHOWN]!r} now"


_SHOWN = 40


def read_whole(reply: bytes | BinaryIO) -> Reply:
    """Read a reply that came whole.

    Raises:
        ReplyLostError: It is cut short, or no reply.
    """
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


def why_unwritable(requests: Sequence[Request], dialect: Dialect) -> RecordError:
    """Why requests cannot be written in one document, by their places among them: each is judged by itself.

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
    return unwritable(f"qbXML {dialect}", {at: faults for at, faults in enumerate(found) if faults})


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
