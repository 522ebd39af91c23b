"""A conversation with QuickBooks, written once as a generator, pumped by whoever has the line.

A flow yields *requests*, as many at a time as it knows, and is sent their *outcomes*; it ends with a value::

    def vendor_names() -> Flow[list[str]]:
        outcome = yield from ask(Request.query(VendorQuery()))
        return [vendor.name or "" for vendor in outcome.records(Vendor)]

It opens nothing, asks no clock and throws no dice. `run` pumps a flow over a transport that QuickBooks answers on;
`Conversation` is for those who are called by QuickBooks instead, and for drivers that must remember every step;
`gather` makes one flow of many, so that fifty vendors are one round trip and not fifty.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from procore_qbd.errors import ReplyError
from procore_qbd.qbxml import Dialect, OnError, read_reply, write_requests
from procore_qbd.qbxml.envelope import Outcome, Request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from procore_qbd.transports.base import Transport

__all__ = ["Conversation", "Flow", "ask", "ask_all", "gather", "run"]

T = TypeVar("T")

Flow: TypeAlias = Generator[tuple[Request, ...], tuple[Outcome, ...], T]
"""A conversation with QuickBooks: a generator that yields requests, is sent their outcomes, and ends with a ``T``."""


def ask(request: Request) -> Flow[Outcome]:
    """Send one request: ``outcome = yield from …`` it."""
    (outcome,) = yield (request,)
    return outcome


def ask_all(requests: Sequence[Request]) -> Flow[tuple[Outcome, ...]]:
    """Send several requests in one document; their outcomes come back in the same order."""
    if not requests:
        return ()
    outcomes = yield tuple(requests)
    return outcomes


def gather(*flows: Flow[T]) -> Flow[tuple[T, ...]]:
    """Many flows as one: what they ask at the same time travels in one document.

    A flow that raises ends the whole; the refusal of a request raises in no flow unless the flow asks for its record.
    """
    results: dict[int, T] = {}
    asked: dict[int, tuple[Request, ...]] = {}

    def step(number: int, outcomes: tuple[Outcome, ...] | None) -> None:
        try:
            asked[number] = next(flows[number]) if outcomes is None else flows[number].send(outcomes)
        except StopIteration as end:
            asked.pop(number, None)
            results[number] = end.value

    for number in range(len(flows)):
        step(number, None)
    while asked:
        batch = dict(asked)
        outcomes = yield tuple(request for requests in batch.values() for request in requests)
        at = 0
        for number, requests in batch.items():
            step(number, outcomes[at : at + len(requests)])
            at += len(requests)
    return tuple(results[number] for number in range(len(flows)))


class Conversation(Generic[T]):
    """One flow, a document at a time, without a line: take `document`, get it answered, give the reply to `receive`.

    Args:
        flow: A fresh flow.
        dialect: Who reads the documents.
        on_error: Whether QuickBooks goes on behind a refused request; one bad record must not hold up the rest.
    """

    def __init__(self, flow: Flow[T], *, dialect: Dialect | None = None, on_error: OnError = OnError.CONTINUE) -> None:
        self._flow = flow
        self._dialect = dialect or Dialect()
        self._on_error = on_error
        self._result: list[T] = []
        self._requests: tuple[Request, ...] = ()
        self.document: bytes | None = None
        """What QuickBooks shall answer next, None when the flow has ended; the very bytes to journal and to send."""
        self._advance(None)

    @property
    def result(self) -> T:
        """What the flow ended with.

        Raises:
            RuntimeError: It has not ended.
        """
        if not self._result:
            raise RuntimeError("the conversation has not ended: send its document and give it the reply")
        return self._result[0]

    def receive(self, reply: bytes | BinaryIO) -> None:
        """Take QuickBooks' reply to `document`.

        Raises:
            ReplyError: It is no reply, or not to this document.
        """
        if self.document is None:
            raise RuntimeError("the conversation has ended: there is nothing to answer")
        outcomes = read_reply(reply).outcomes
        expected = [request.name.removesuffix("Rq") + "Rs" for request in self._requests]
        given = [outcome.name for outcome in outcomes]
        numbers = [request.request_id or str(number) for number, request in enumerate(self._requests, 1)]
        if given != expected or [outcome.request_id for outcome in outcomes] != numbers:
            raise ReplyError("reply", [f"answers {', '.join(given) or 'nothing'}, but {', '.join(expected)} was asked"])
        self._advance(outcomes)

    def _advance(self, outcomes: tuple[Outcome, ...] | None) -> None:
        self.document = None  # what was answered must never be sent again, not even if the flow fails now
        try:
            self._requests = next(self._flow) if outcomes is None else self._flow.send(outcomes)
        except StopIteration as end:
            self._result.append(end.value)
        else:
            self.document = write_requests(self._requests, dialect=self._dialect, on_error=self._on_error)


def run(
    flow: Flow[T], transport: Transport, *, dialect: Dialect | None = None, on_error: OnError = OnError.CONTINUE
) -> T:
    """Pump a flow over a transport to its end.

    Args:
        flow: A fresh flow.
        transport: Where QuickBooks answers.
        dialect: Who reads the documents.
        on_error: Whether QuickBooks goes on behind a refused request.

    Raises:
        EngineError: QuickBooks did not take a document.
        RecordError: The flow asked for something that cannot be written.
        ReplyError: A reply cannot be read.
    """
    conversation = Conversation(flow, dialect=dialect, on_error=on_error)
    while conversation.document is not None:
        with transport.send(conversation.document) as reply:
            conversation.receive(reply)
    return conversation.result
