"""A flow, one question at a time: what it asks now, reads before writes.

A flow may ask for reads and writes at once, and many flows side by side do. They never travel in one document: a
document that writes is kept by QuickBooks under its message set id, and whoever recovers it wants nothing else in it;
one that reads can be asked again at will. So the reads go first, then the writes, and the flow goes on when it has the
answers to both. Answers may come in pieces too, where a refusal kept QuickBooks from the requests behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from procore_qbd.flows.asking import must_be_fresh, requests_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from procore_qbd.errors import RecordError
    from procore_qbd.flows.asking import Flow
    from procore_qbd.qbxml import Outcome, Request

__all__ = ["Stepping"]

T = TypeVar("T")


class Stepping(Generic[T]):
    """One flow, without documents: take `requests`, get them answered, hand over the outcomes.

    Args:
        flow: A fresh flow. It runs up to its first question.

    Raises:
        TypeError: It is no flow.
        RuntimeError: The flow has begun already.
    """

    def __init__(self, flow: Flow[T]) -> None:
        must_be_fresh(flow)
        self._flow = flow
        self._result: list[T] = []
        self.step = 0
        """How often it has asked something."""
        self._asked: tuple[Request, ...] = ()
        self._known: list[Outcome | None] = []
        self._go_on(lambda: next(flow))

    @property
    def asked(self) -> tuple[Request, ...]:
        """All that the flow waits for, answered or not."""
        return self._asked

    @property
    def requests(self) -> tuple[Request, ...]:
        """What is to be asked now: the reads that have no answer yet, else the writes; nothing once it has ended."""
        return tuple(self._asked[at] for at in self._now())

    @property
    def places(self) -> tuple[int, ...]:
        """Where `requests` stand among all that is `asked`."""
        return tuple(self._now())

    def _now(self) -> list[int]:
        waiting = [at for at, known in enumerate(self._known) if known is None]
        return [at for at in waiting if not self._asked[at].writes] or waiting

    @property
    def ended(self) -> bool:
        """Whether it ended with a result; one that raised has not, and asks nothing more."""
        return bool(self._result)

    @property
    def result(self) -> T:
        """What it ended with.

        Raises:
            RuntimeError: It has not.
        """
        if not self._result:
            raise RuntimeError("the flow has not ended with a result")
        return self._result[0]

    def answer(self, outcomes: Sequence[Outcome | None]) -> None:
        """The answers to `requests`, in their order; None where there is none yet.

        Raises:
            ValueError: There are more or fewer.
        """
        self.answer_at(self._now(), outcomes)

    def answer_at(self, places: Sequence[int], outcomes: Sequence[Outcome | None]) -> None:
        """The answers to some of what is `asked`, by their places there; None where there is none yet.

        Raises:
            ValueError: There are more or fewer.
        """
        for at, outcome in zip(places, outcomes, strict=True):
            self._known[at] = outcome if outcome is not None else self._known[at]
        if None not in self._known:
            known = tuple(one for one in self._known if one is not None)
            self._go_on(lambda: self._flow.send(known))

    def refuse(self, error: RecordError) -> None:
        """What the flow asked for cannot be written: it is told so, and asks for something else."""
        self._go_on(lambda: self._flow.throw(error))

    def close(self) -> None:
        """Ask nothing more."""
        self._asked, self._known = (), []
        self._flow.close()

    def _go_on(self, step: Callable[[], tuple[Request, ...]]) -> None:
        self._asked, self._known = (), []  # what was answered must never be sent again, not even if the flow fails now
        try:
            while not self._asked:
                self._asked = requests_of(self._flow, step())
                step = lambda: self._flow.send(())  # noqa: E731  who asks nothing is answered nothing
        except StopIteration as end:
            self._result.append(end.value)
            return
        self._known = [None] * len(self._asked)
        self.step += 1
