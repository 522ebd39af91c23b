"""What was survived, what was reached of the tables of states and decisions, and what was not."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.journal import decisions
from procore_qbd.journal.decisions import DECISIONS
from procore_qbd.journal.states import EFFECT_MOVES, EXCHANGE_MOVES
from procore_qbd.testing.storm.weather import ACCIDENTS, FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from procore_qbd.journal.decisions import DecisionRow as Rule
    from procore_qbd.journal.tables import Row, Rows, Tables, Where

__all__ = ["BrokenError", "Observed", "StormReport", "deciding"]


class BrokenError(AssertionError):
    """A promise is broken.

    Attributes:
        words: Which.
        weather: In what weather.
        trace: How it came to that.
    """

    def __init__(self, words: str, weather: str, trace: str) -> None:
        super().__init__(f"{words}\n{weather}\n{trace}")
        self.words, self.weather, self.trace = words, weather, trace


_MOVES = {
    (table, before.value, after.value): f"{table}: {before.value} - {move} -> {after.value}"
    for table, moves in (("exchange", EXCHANGE_MOVES), ("effect", EFFECT_MOVES))
    for (before, move), after in moves.items()
}
"""No two moves lead from one state to the same other, so the states before and after say which it was."""
_ELSEWHERE = {
    _MOVES["exchange", "cleared", "in doubt"]: "a worker breaks off between settling a document and planning the next, "
    "and its reply is cleared before anybody drains: tests/worker/test_found_by_the_model.py"
}
"""The moves that no storm makes, why, and what shows them."""
_RULES = {id(row): f"rule {number}: {row.decision.name} ({row.why})" for number, row in enumerate(DECISIONS, 1)}


@attrs.define
class StormReport:
    """What was survived.

    Attributes:
        seeds: How many storms.
        exports: Requests that ended.
        survived: How often each fault struck.
        ended: How requests ended.
        asked: How often a person was asked.
        frozen: How often the driver froze, as it must.
        moves: How often each move of an exchange and of an effect was made.
        rules: How often each rule was decided by.
    """

    seeds: int = 0
    exports: int = 0
    asked: int = 0
    frozen: int = 0
    survived: Counter[str] = attrs.field(factory=Counter)
    ended: Counter[str] = attrs.field(factory=Counter)
    moves: Counter[str] = attrs.field(factory=Counter)
    rules: Counter[str] = attrs.field(factory=Counter)

    def add(self, other: StormReport) -> None:
        """Count what another storm survived too."""
        for field in attrs.fields(StormReport):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            else:
                setattr(self, field.name, mine + theirs)

    @property
    def not_taken(self) -> tuple[str, ...]:
        """The moves of the tables of states and the rows of the table of decisions that were not taken."""
        moves = (words for words in _MOVES.values() if words not in self.moves and words not in _ELSEWHERE)
        rules = (words for words in _RULES.values() if words not in self.rules)
        return (*moves, *rules)

    @property
    def missing(self) -> tuple[str, ...]:
        """The faults, moves and rules that did not occur."""
        return (*(fault for fault in (*FAULTS, *ACCIDENTS[1:]) if fault not in self.survived), *self.not_taken)

    def taken(self) -> str:
        """How much of the tables was taken, in a line."""
        moves, rules = (
            sum(one in self.moves for one in _MOVES.values()),
            sum(one in self.rules for one in _RULES.values()),
        )
        return f"{moves} of {len(_MOVES)} moves and {rules} of {len(_RULES)} rules were taken"

    def lines(self) -> Iterator[str]:
        """The report for people, as a table."""
        yield f"{self.exports} exports in {self.seeds} storms, each exactly once"
        for what, count in sorted(self.ended.items()):
            yield f"{count:8}  {what}"
        yield f"{self.asked:8}  questions to people"
        yield f"{self.frozen:8}  storms ended with a frozen company file, as they must"
        for title, counted in (("survived", self.survived), ("moves", self.moves), ("decisions", self.rules)):
            yield f"\n{title}:"
            yield from (f"{count:8}  {what}" for what, count in sorted(counted.items(), key=lambda one: -one[1]))
        yield f"\n{self.taken()}"
        yield "\nnot reached:"
        yield from (f"{'':8}  {what}" for what in self.missing or ("nothing was left out",))


@contextmanager
def deciding(rules: Counter[str]) -> Iterator[None]:
    """Count every rule that is decided by."""

    def observer(rule: Rule) -> None:
        rules[_RULES.get(id(rule), rule.why)] += 1

    decisions.OBSERVERS.append(observer)
    try:
        yield
    finally:
        decisions.OBSERVERS.remove(observer)


class Observed:
    """Tables that count each move of an exchange and of an effect.

    Args:
        tables: Where the rows are.
        moves: Is counted up.
    """

    def __init__(self, tables: Tables, moves: Counter[str]) -> None:
        self._tables, self._moves = tables, moves

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        """See `Tables`."""
        with self._tables.transaction() as rows:
            yield _ObservedRows(rows, self._moves)

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """See `Tables`."""
        with self._tables.reading() as rows:
            yield rows

    def scrub(self) -> None:
        """See `Tables`."""
        self._tables.scrub()

    def close(self) -> None:
        """See `Tables`."""
        self._tables.close()


class _ObservedRows:
    def __init__(self, rows: Rows, moves: Counter[str]) -> None:
        self._rows, self._moves = rows, moves
        self.select: Callable[..., list[Row]] = rows.select
        self.now: Callable[[], float] = rows.now
        self.count: Callable[[str, str, Where], dict[Any, int]] = rows.count
        self.insert: Callable[[str, Sequence[Row]], None] = rows.insert
        self.delete: Callable[[str, Where], int] = rows.delete

    def update(self, table: str, where: Where, values: Any, /) -> int:
        """See `Rows`."""
        if table in ("exchange", "effect") and "state" in values:
            for row in self._rows.select(table, where):
                self._moves[_MOVES.get((table, row["state"], values["state"]), "strange")] += 1
        return self._rows.update(table, where, values)

    def update_each(self, table: str, changes: Any, /) -> int:
        """See `Rows`."""
        return sum(self.update(table, where, values) for where, values in changes)
