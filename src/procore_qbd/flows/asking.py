"""What a flow is, and how it asks: one request, or several in one document."""

from __future__ import annotations

import inspect
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from procore_qbd.errors import RecordError
from procore_qbd.qbxml.messages.outcomes import Outcome
from procore_qbd.qbxml.messages.requests import Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["USUAL_CALL", "Flow", "ask", "ask_all", "called", "must_be_fresh", "requests_of", "unwritable"]

T = TypeVar("T")

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


# --- what is no flow ------------------------------------------------------------------------------------------------


def unwritable(subject: str, by_request: Mapping[int, Sequence[object]]) -> RecordError:
    """The error that says which requests cannot be written: their faults by their places."""
    faults = [fault for found in by_request.values() for fault in found]
    return RecordError(subject, faults, by_request=by_request)


def must_be_fresh(flow: object) -> None:
    """Refuse what is no flow, and a flow that would not begin at its beginning."""
    if not isinstance(flow, Generator):
        raise TypeError(f"expected a flow, got {called(flow)}; {USUAL_CALL}")
    state = inspect.getgeneratorstate(flow) if inspect.isgenerator(flow) else inspect.GEN_CREATED
    if state != inspect.GEN_CREATED:
        has = "ended" if state == inspect.GEN_CLOSED else "begun"
        raise RuntimeError(f"this flow has {has} already, and a flow runs once: make a new one")


def requests_of(flow: Flow[Any], requests: object) -> tuple[Request, ...]:
    """What a flow yielded; one that yields no requests has ended."""
    if isinstance(requests, tuple | list) and all(isinstance(one, Request) for one in requests):
        return tuple(requests)
    flow.close()
    what = f"one of {', '.join(map(called, requests))}" if isinstance(requests, tuple | list) else called(requests)
    raise TypeError(f"a flow yields a tuple of requests, as `yield from ask(request)` does; this one yielded {what}")


def called(thing: object) -> str:
    """What somebody passed, for a message."""
    return f"a function, {thing.__name__}" if inspect.isroutine(thing) else f"a {type(thing).__name__}"


USUAL_CALL = "the usual call is run(perform(request, links, books), Memory(company_file.process))"
