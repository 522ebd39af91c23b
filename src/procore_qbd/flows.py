"""A conversation with QuickBooks, written once as a generator, pumped by whoever has the line.

A flow yields *requests*, as many at a time as it knows, and is sent their *outcomes*; it ends with a value::

    def vendor_names() -> Flow[list[str]]:
        outcome = yield from ask(Request.query(VendorQuery()))
        return [vendor.name or "" for vendor in outcome.records(Vendor)]

It opens nothing, asks no clock and throws no dice. `run` pumps a flow over a transport that QuickBooks answers on;
`Conversation` is for those who are called by QuickBooks instead, and for drivers that must remember every step;
`gather` makes one flow of many, so that fifty vendors are one round trip and not fifty, and what one of them runs into
is its own; `Pages` takes a large query in pieces, and goes on where it was broken off.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, cast

import attrs

from procore_qbd.codes import Effect
from procore_qbd.errors import NotSentError, RecordError, ReplyError, ReplyLostError, TransportError
from procore_qbd.qbxml import Dialect, Iteration, OnError, Record, Rule, Violation, read_reply, write_requests
from procore_qbd.qbxml.macros import judge_macros
from procore_qbd.qbxml.outcomes import Outcome, Reply
from procore_qbd.qbxml.requests import Request, numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import BinaryIO

    from procore_qbd.transports.base import Transport

__all__ = ["Bookmark", "Conversation", "Ended", "Flow", "Pages", "ask", "ask_all", "gather", "run"]

T = TypeVar("T")
R = TypeVar("R", bound=Record)

Flow: TypeAlias = Generator[tuple[Request, ...], tuple[Outcome, ...], T]
"""A conversation with QuickBooks: a generator that yields requests, is sent their outcomes, and ends with a ``T``."""


def ask(request: Request) -> Flow[Outcome]:
    """Send one request: ``outcome = yield from …`` it.

    Raises:
        RecordError: The request cannot be written; it was not sent.
    """
    (outcome,) = yield (request,)
    return outcome


def ask_all(requests: Sequence[Request]) -> Flow[tuple[Outcome, ...]]:
    """Send several requests in one document; their outcomes come back in the same order.

    Raises:
        RecordError: Some cannot be written, those of its ``by_request``; none was sent.
    """
    if not requests:
        return ()
    outcomes = yield tuple(requests)
    return outcomes


# --- many flows ------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Ended(Generic[T]):
    """How one of several flows ended.

    Attributes:
        value: What it ended with; None where it raised.
        error: What it raised; None where it ended well.
    """

    value: T | None = None
    error: Exception | None = None

    @property
    def ok(self) -> bool:
        """Whether it ended with a value, be it None."""
        return self.error is None

    def result(self) -> T:
        """The value; or the error is raised."""
        if self.error is not None:
            raise self.error
        return cast("T", self.value)


def gather(*flows: Flow[T]) -> Flow[tuple[Ended[T], ...]]:
    """Many flows as one: what they ask at the same time travels in one document.

    Each ends by itself. One that raises does not end the others, nor does one that asks for what cannot be written: it
    alone is told so, by a `RecordError` where it asked. The refusal of a request raises in no flow unless the flow asks
    for its record.

    Args:
        flows: Fresh flows.

    Returns:
        How each of them ended, in their order.

    Raises:
        TypeError: Something is no flow.
        RuntimeError: A flow has begun already, or stands twice.
    """
    for flow in flows:
        _must_be_fresh(flow)
    if len({*map(id, flows)}) < len(flows):
        raise RuntimeError("the same flow stands twice, and a flow runs once: make a new one")
    return _gather(flows)


def _gather(flows: Sequence[Flow[T]]) -> Flow[tuple[Ended[T], ...]]:
    ended: dict[int, Ended[T]] = {}
    asked: dict[int, tuple[Request, ...]] = {}

    def step(number: int, go_on: Callable[[], tuple[Request, ...]]) -> None:
        try:
            asked[number] = _asked(flows[number], go_on())
        except StopIteration as end:
            ended[number] = Ended(value=end.value)
        except Exception as error:  # noqa: BLE001  whatever it is, it is this flow's own
            ended[number] = Ended(error=error)

    for number, flow in enumerate(flows):
        step(number, partial(next, flow))
    while batch := {number: requests for number, requests in asked.items() if number not in ended}:
        try:
            outcomes = yield tuple(request for requests in batch.values() for request in requests)
        except RecordError as error:
            meant = _shared_out(error, batch)
            if not meant:
                raise
            for number, own in meant.items():
                step(number, partial(flows[number].throw, own))
            continue
        at = 0
        for number, requests in batch.items():
            step(number, partial(flows[number].send, outcomes[at : at + len(requests)]))
            at += len(requests)
    return tuple(ended[number] for number in range(len(flows)))


def _shared_out(error: RecordError, batch: Mapping[int, tuple[Request, ...]]) -> dict[int, RecordError]:
    """What of an error each flow is told: the faults of its own requests; nothing where they have none."""
    found = {}
    first = 0
    for number, requests in batch.items():
        places = range(first, first + len(requests))
        own = {at - first: faults for at, faults in error.by_request.items() if at in places}
        if own:
            found[number] = _unwritable(error.subject, own)
        first = places.stop
    return found


def _unwritable(subject: str, by_request: Mapping[int, Sequence[object]]) -> RecordError:
    faults = [fault for found in by_request.values() for fault in found]
    return RecordError(subject, faults, by_request=by_request)


def _must_be_fresh(flow: object) -> None:
    """Refuse what is no flow, and a flow that would not begin at its beginning."""
    if not isinstance(flow, Generator):
        raise TypeError(f"expected a flow, got {_called(flow)}; {_USUAL_CALL}")
    state = inspect.getgeneratorstate(flow) if inspect.isgenerator(flow) else inspect.GEN_CREATED
    if state != inspect.GEN_CREATED:
        has = "ended" if state == inspect.GEN_CLOSED else "begun"
        raise RuntimeError(f"this flow has {has} already, and a flow runs once: make a new one")


def _asked(flow: Flow[Any], requests: object) -> tuple[Request, ...]:
    """What a flow yielded; one that yields no requests has ended."""
    if isinstance(requests, tuple | list) and all(isinstance(one, Request) for one in requests):
        return tuple(requests)
    flow.close()
    what = f"one of {', '.join(map(_called, requests))}" if isinstance(requests, tuple | list) else _called(requests)
    raise TypeError(f"a flow yields a tuple of requests, as `yield from ask(request)` does; this one yielded {what}")


def _called(thing: object) -> str:
    return f"a function, {thing.__name__}" if inspect.isroutine(thing) else f"a {type(thing).__name__}"


_USUAL_CALL = "the usual call is run(perform(request, links, books), Memory(company_file.process))"


# --- many records ----------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Bookmark:
    """Where a query that is taken in pieces was broken off; texts and a number, to be written down.

    Attributes:
        given: The ids of the records that were given.
        iterator_id: QuickBooks' own bookmark, which it forgets when its session ends; None at an end.
        remaining: How many records were to come behind it.
    """

    given: frozenset[str] = frozenset()
    iterator_id: str | None = None
    remaining: int = 0


class Pages(Generic[R]):
    """The records that a query finds, some at a time and each once.

    ::

        bills = Pages(BillQuery(), Bill, size=200)
        while page := (yield from bills.next()):
            ...

    Who has enough says ``yield from bills.stop()``. Who is broken off goes on in another run, with the `bookmark` that
    was taken behind the last page that is dealt with: ``Pages(BillQuery(), Bill, after=bookmark)``.

    When QuickBooks has lost its place, or has gone on from it unheard, the query is asked anew and what was given is
    passed over. So a record that changed meanwhile is not given again, and one that came meanwhile is given. The price
    is the memory for the ids of all that was given.

    Args:
        query: What is asked: the same each time, of a QuickBooks that reads qbXML 5.0 or later.
        cls: The records' class; others that come are left out. `Record` is all, from an ``ItemQuery`` for instance.
        size: How many records QuickBooks shall send at a time.
        after: Where an earlier run was broken off.

    Raises:
        TypeError: QuickBooks does not answer such a query in pieces.
        ValueError: The size is not positive.
    """

    def __init__(self, query: Record, cls: type[R], *, size: int = 500, after: Bookmark | None = None) -> None:
        if not query.__record__.iterator:
            raise TypeError(f"QuickBooks does not answer a {query.__record__.tag} in pieces; ask it at once")
        if size < 1:
            raise ValueError(f"expected a size of 1 or more, got {size}")
        sized: dict[str, Any] = {"max_returned": size}
        self._query = attrs.evolve(query, **sized)
        self._cls = cls
        mark = after or Bookmark()
        self._before = set(mark.given)  # in earlier passes over what the query finds
        self._given: set[str] = set()  # in this one
        self._place = mark.iterator_id
        self._remaining = mark.remaining
        self._sure = after is None  # that QuickBooks' place is ours
        self._worth_a_start = True
        self._ended = False

    @property
    def bookmark(self) -> Bookmark:
        """Where to go on behind the page that was given last."""
        return Bookmark(given=frozenset(self._before | self._given), iterator_id=self._place, remaining=self._remaining)

    def next(self) -> Flow[tuple[R, ...]]:
        """The next page; ``()`` when there are no more. After an error it may be asked again: the query starts anew.

        Raises:
            RefusedError: QuickBooks refused the query, or lost its place again before anything new had come.
            ReplyError: A record cannot be read or has no id, or the answer does not say whether there are more.
        """
        page: tuple[R, ...] = ()
        while not page and not self._ended:
            outcome = yield from self._go_on() if self._place else self._start()
            if outcome is not None:
                page = self._taken(outcome)
        return page

    def stop(self) -> Flow[None]:
        """Tell QuickBooks that no more is wanted. `next` gives nothing from now on; another run may go on."""
        place, self._place, self._ended = self._place, None, True
        if place:
            yield from self._ask(Iteration.STOP, place)

    def _start(self) -> Flow[Outcome]:
        self._before |= self._given
        self._given = set()
        self._sure, self._worth_a_start = True, False
        return (yield from self._ask(Iteration.START))

    def _go_on(self) -> Flow[Outcome | None]:
        """The next piece; None where the place is not ours any more."""
        place, self._place = self._place or "", None  # after an error nobody knows how far QuickBooks went
        outcome = yield from self._ask(Iteration.CONTINUE, place)
        if outcome.code == _PLACE_LOST and self._worth_a_start:
            return None
        came = len(outcome.found) + len(outcome.strangers)
        if not self._sure and outcome.ok and came + (outcome.iterator_remaining_count or 0) != self._remaining:
            yield from self._ask(Iteration.STOP, place)
            return None
        self._sure = True
        return outcome

    def _ask(self, iteration: Iteration, place: str | None = None) -> Flow[Outcome]:
        return ask(Request.query(self._query, iterator=iteration, iterator_id=place))

    def _taken(self, outcome: Outcome) -> tuple[R, ...]:
        """What of an answer is new; and where to go on."""
        found = [(_id(record), record) for record in outcome.records(Record)]
        remaining, place = outcome.iterator_remaining_count, outcome.iterator_id
        faults = []
        if any(name is None for name, _ in found):
            faults.append("a record came without its ListID or TxnID, by which it would be known again")
        if remaining is None and found:
            faults.append("it does not say how many records remain")
        if remaining and not place:
            faults.append(f"{remaining} records remain, but there is no iteratorID to ask for them")
        if remaining and not found and not outcome.strangers:
            faults.append(f"{remaining} records remain, but none came")
        if faults:
            raise ReplyError(outcome.name, faults)
        self._remaining = remaining or 0
        self._place = place if remaining else None
        self._ended = not remaining
        page = [(name, record) for name, record in found if name not in self._before]
        self._given |= {name for name, _ in page if name}
        self._worth_a_start = self._worth_a_start or bool(page)
        return tuple(record for _, record in page if isinstance(record, self._cls))


def _id(record: Any) -> str | None:
    """What a record is known by; the rows of a `TransactionQuery` are the lines of transactions."""
    parts = (getattr(record, name, None) for name in ("list_id", "txn_id", "txn_line_id"))
    return "/".join(part for part in parts if part) or None


_PLACE_LOST = 3391


# --- pumping ---------------------------------------------------------------------------------------------------------


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
        _must_be_fresh(flow)
        self._flow = flow
        self._dialect = dialect or Dialect()
        self._on_error = on_error
        self._read_only = read_only
        self._result: list[T] = []
        self._requests: tuple[Request, ...] = ()
        self.document: bytes | None = None
        """What QuickBooks shall answer next, None when the flow has ended; the very bytes to journal and to send."""
        self.writes = False
        """Whether `document` may write something: not if it is of queries alone, whatever becomes of its reply."""
        self._advance(None)

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

    def receive(self, reply: bytes | BinaryIO) -> None:
        """Take QuickBooks' reply to `document`. After an error the document stands, for its right reply.

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
            outcomes = reply.match(self._requests)
        except ReplyError as error:
            raise ReplyLostError(f"it answers another document: {'; '.join(map(str, error.faults))}") from error
        asked = zip(self._requests, numbered(self._requests), outcomes, strict=True)
        if missing := [f"{request.name} {number} is not answered" for request, number, found in asked if found is None]:
            raise ReplyLostError(f"it leaves requests out: {'; '.join(missing)}")
        return tuple(outcome for outcome in outcomes if outcome is not None)

    def _advance(self, outcomes: tuple[Outcome, ...] | None) -> None:
        self.document = None  # what was answered must never be sent again, not even if the flow fails now
        try:
            requests = _asked(self._flow, next(self._flow) if outcomes is None else self._flow.send(outcomes))
            while error := self._write(requests):
                requests = _asked(self._flow, self._flow.throw(error))
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
                self._requests = requests
                self.writes = bool(writing)
                return None
        return _unwritable(f"qbXML {self._dialect}", _faults(requests, self._dialect))


def _read(reply: bytes | BinaryIO) -> Reply:
    try:
        data = reply if isinstance(reply, bytes) else reply.read()
    except TransportError:
        raise
    except Exception as error:
        raise ReplyLostError(f"it broke off: {type(error).__name__}: {error}") from error
    try:
        return read_reply(data)
    except ReplyError as error:
        if not data.strip():
            raise ReplyLostError("it is empty") from None
        whole = data.rstrip().endswith(b"</QBXML>")
        what = "it is no qbXML reply" if whole else f"it is cut short behind {len(data)} bytes, or no qbXML reply"
        raise ReplyLostError(f"{what}: {'; '.join(map(str, error.faults))}") from error


def _faults(requests: Sequence[Request], dialect: Dialect) -> dict[int, list[Violation]]:
    """Why requests cannot be written in one document, by their places in it: each is judged by itself.

    An id that stands twice is the fault of whoever chose it; the requests that are numbered have chosen none.
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
        raise TypeError(f"expected a transport, which has a method send, got {_called(transport)}; {_USUAL_CALL}")
    conversation = Conversation(flow, dialect=dialect, on_error=on_error, read_only=read_only)
    while conversation.document is not None:
        try:
            reply = transport.send(conversation.document)
        except ReplyLostError as error:
            if not conversation.writes:
                error.effect = Effect.NOT_DONE
            raise
        with reply:
            conversation.receive(reply)
    return conversation.result
