"""Many flows as one, so that fifty vendors are one round trip and not fifty."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar, cast

import attrs

from procore_qbd.errors import RecordError
from procore_qbd.flows.asking import must_be_fresh, requests_of, unwritable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from procore_qbd.flows.asking import Flow
    from procore_qbd.qbxml import Request

__all__ = ["Ended", "gather"]

T = TypeVar("T")


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
        RuntimeError: A flow has begun already, or appears twice.
    """
    for flow in flows:
        must_be_fresh(flow)
    if len({*map(id, flows)}) < len(flows):
        raise RuntimeError("the same flow is given twice, and a flow runs once: make a new one")
    return _gather(flows)


def _gather(flows: Sequence[Flow[T]]) -> Flow[tuple[Ended[T], ...]]:
    ended: dict[int, Ended[T]] = {}
    asked: dict[int, tuple[Request, ...]] = {}

    def step(number: int, go_on: Callable[[], tuple[Request, ...]]) -> None:
        try:
            asked[number] = requests_of(flows[number], go_on())
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
            found[number] = unwritable(error.subject, own)
        first = places.stop
    return found
