"""How it stands with one company file: what is under way, what a person is asked, and what happened last."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

import attrs

from procore_qbd.cards import Alignment, Card, Grid, GridRow, HasCard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from procore_qbd.journal.nouns import CompanyState, Question, Sent
    from procore_qbd.journal.store import Journal

__all__ = ["JournalStatus"]

_LAST = 10
"""How many events are shown."""


@attrs.frozen(kw_only=True)
class JournalStatus(HasCard):
    """What the journal knows of a company file, for people.

    Attributes:
        company: Which company file.
        state: What is known of it.
        requests: How many requests are in each state.
        questions: What people are asked.
        to_tell: How many close-outs Procore is still to be told.
        doubts: The documents of which it is not known what became of them.
        events: What happened: when, what, and words for people; all of it, the oldest first.
    """

    company: str
    state: CompanyState
    requests: Mapping[str, int]
    questions: tuple[Question, ...]
    to_tell: int
    doubts: tuple[Sent, ...]
    events: tuple[tuple[float, str, str], ...]

    @classmethod
    def of(cls, journal: Journal, company: str) -> Self:
        """How it stands now. Each figure is read by itself: while much is done, they need not fit together.

        Raises:
            JournalError: The company file is not known.
        """
        return cls(
            company=company,
            state=journal.company(company),
            requests=journal.count(company),
            questions=journal.questions(company),
            to_tell=len(journal.closings(company)),
            doubts=journal.doubts(company),
            events=journal.events(company),
        )

    @property
    def waits_for_a_person(self) -> bool:
        """Whether nothing more is done before a person has answered or looked."""
        return bool(self.state.frozen or self.questions)

    def _card(self) -> Card:
        counts = (
            *((f"requests {state}", count) for state, count in sorted(self.requests.items())),
            ("questions open", len(self.questions)),
            ("close-outs to tell", self.to_tell),
            ("documents written", self.state.counter),
        )
        waits = tuple(GridRow((line,)) for line in self._waits())
        last = tuple(GridRow((f"{what}: {words}",)) for _, what, words in self.events[-_LAST:])
        grids = (
            Grid(
                columns=(Alignment.WHOLE, Alignment.NUMBERS),
                rows=tuple(map(GridRow, counts)),
                indent=0,
                least=23,
            ),
            Grid(columns=(Alignment.WHOLE,), rows=waits, indent=0),
            Grid(columns=(Alignment.WHOLE,), rows=last),
        )
        return Card(grids=tuple(grid for grid in grids if grid.rows))

    def _waits(self) -> Iterator[str]:
        for sent in self.doubts:
            since = dt.datetime.fromtimestamp(sent.at, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
            yield f"document {sent.set_id}: not known since {since} what became of it; it waits for QuickBooks"
        if self.state.frozen:
            yield f"frozen: {self.state.frozen}"
