"""Many records, some at a time, and each once, whatever breaks off in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from procore_qbd.errors import ReplyError
from procore_qbd.flows.asking import ask
from procore_qbd.qbxml import Iteration, Record, Request

if TYPE_CHECKING:
    from procore_qbd.flows.asking import Flow
    from procore_qbd.qbxml import Outcome

__all__ = ["Bookmark", "Pages"]

R = TypeVar("R", bound=Record)


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

    To stop early, ``yield from bills.stop()``. Another run continues an interrupted one, with the `bookmark`
    that was taken after the last page that is dealt with: ``Pages(BillQuery(), Bill, after=bookmark)``.

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
            raise TypeError(f"QuickBooks does not answer a {query.__record__.tag} in pieces; ask for it in one request")
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
        came = len(outcome.found) + len(outcome.unmodelled)
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
            faults.append("a record came without its ListID or TxnID, so it could not be recognised again")
        if remaining is None and found:
            faults.append("it does not say how many records remain")
        if remaining and not place:
            faults.append(f"{remaining} records remain, but there is no iteratorID to ask for them")
        if remaining and not found and not outcome.unmodelled:
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
