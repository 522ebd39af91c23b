"""The function that carries out every request that Procore may send."""

from __future__ import annotations

import importlib
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any, cast

import attrs

from procore_qbd.domain import Books, ErpRequest, LinkView, NotSupported
from procore_qbd.domain.events import EVENTS, event_of
from procore_qbd.domain.links import NO_PROCORE_ID, is_procore_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.domain import CloseOut
    from procore_qbd.flows import Flow

__all__ = ["perform"]


def perform(request: ErpRequest, links: LinkView, books: Books) -> Flow[CloseOut]:
    """Carry out an ERP request: a flow that ends in the close-out for Procore.

    Nothing is made twice: what is linked, or carries our ExternalGUID under its name, is found again. ``links`` is only
    read; the links that came about stand in the close-out, for the caller to remember.

    Args:
        request: From `procore_qbd.procore.read_request`, or made by hand.
        links: Which items are which records.
        books: The accounting policy of the company file.

    Raises:
        TypeError: There is nothing that carries out such a request, or an argument is of another kind.
        ValueError: A number in a request that was made by hand is none, or has more than 30 digits.

    Nothing else is raised for an item: whatever speaks against it, or breaks its export, is its refusal. What happens
    to a whole document, a lost reply for instance, is raised by who pumps the flow: `procore_qbd.run`.
    """
    for what, value, kind in (("request", request, ErpRequest), ("links", links, LinkView), ("books", books, Books)):
        if not isinstance(value, kind):
            inside = f"; pass its {what}" if isinstance(getattr(value, what, None), kind) else ""
            made = f"expected {what}: {kind.__name__}, got {type(value).__name__}{inside}"
            raise TypeError(f"{made}; the usual call is perform(read_request(payload), links, books)")
    for where, number in _numbers(request):
        if type(number) is int and not is_procore_id(number):
            raise ValueError(f"{request.request_name}: {where}: {NO_PROCORE_ID}, got {number}")
        if isinstance(number, Decimal) and not (number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS):
            raise ValueError(f"{request.request_name}: {where}: expected a number of at most 30 digits, got {number}")
    return _exactly(_performer(request)(request, links, books))


def _performer(request: ErpRequest) -> Callable[[Any, LinkView, Books], Flow[CloseOut]]:
    """The function of the event's name, in the file of its subject, which is imported when it is first needed.

    Raises:
        TypeError: There is none.
    """
    event = event_of(type(request))
    subject, name = (event.subject, event.name) if event is not None else (None, None)
    if isinstance(request, NotSupported) and (known := EVENTS.get(request.request_name)) and not known.supported:
        subject, name = "unsupported", "not_supported"
    if subject is None or name is None:
        raise TypeError(f"no function carries out {request.request_name}")
    performer: Callable[[Any, LinkView, Books], Flow[CloseOut]] = getattr(
        importlib.import_module(f"procore_qbd.erp.{subject}"), name
    )
    return performer


_MOST_DIGITS = 30


def _numbers(value: Any, where: str = "") -> Iterator[tuple[str, Decimal | int]]:
    """The numbers of a request; those that Procore sends are within bounds, those that a program makes may not be."""
    if isinstance(value, (Decimal, int)):
        yield where, value
    elif isinstance(value, tuple):
        for at, one in enumerate(value):
            yield from _numbers(one, f"{where}[{at}]")
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from _numbers(getattr(value, field.name), f"{where}.{field.name}" if where else field.name)


_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
"""Ours, not the caller's: with six digits, as some programs set them, 100,000.25 and 0.25 would be 100,000."""


def _exactly(flow: Flow[CloseOut]) -> Flow[CloseOut]:
    """The same flow, each of its steps reckoned in a Decimal context of our own."""
    outcomes: Any = None
    thrown: Exception | None = None
    while True:
        try:
            with localcontext(_EXACT):
                requests = flow.send(outcomes) if thrown is None else flow.throw(thrown)
        except StopIteration as end:
            return cast("CloseOut", end.value)
        try:
            outcomes, thrown = (yield requests), None
        except Exception as error:  # noqa: BLE001  it is the flow's: a request that cannot be written, for instance
            thrown = error
