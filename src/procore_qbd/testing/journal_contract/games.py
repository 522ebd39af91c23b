"""One journal beside another: the same operations on a store and in memory, the same answers, the same rows.

What is done, and with what, a chooser picks. So a difference is a short token that plays it again, and the least that
shows it is found by `procore_qbd.chooser.shrink`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from procore_qbd.chooser import Replay, Seeded, shrink, token_of
from procore_qbd.errors import JournalError, LinkError
from procore_qbd.journal.memory import MemoryTables
from procore_qbd.journal.nouns import Claim
from procore_qbd.journal.store import Journal
from procore_qbd.journal.tables import TABLES, TakenError
from procore_qbd.testing.journal_contract.operations import CANNOT_FAIL, OPERATIONS, Draws, public_names
from procore_qbd.testing.promises import BrokenPromiseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.chooser import Chooser, Hand
    from procore_qbd.journal.tables import Row, Tables

__all__ = ["OpenStore", "all_rows", "in_lockstep", "lockstep"]

OpenStore: TypeAlias = "Callable[[], Tables]"
"""Opens the store: the same place each time, with nothing in it at first."""

_TURNS = 160
_DEPARTURES, _ANYWAY = 0.2, 0.05
"""How often an argument is not the usual one; how often something is done for which there is nothing yet."""
_TIMES = (1.0, 60.5, 200.0)
_LOTS = tuple(name for name, operation in OPERATIONS.items() for _ in range(operation.often))
_ANSWERS = (JournalError, LinkError, TakenError)
"""How a journal refuses; any other error in memory is a fault of ours."""


class _DifferentError(BrokenPromiseError):
    """The two journals went apart."""


def all_rows(tables: Tables) -> dict[str, list[Row]]:
    """Every row of a store, by table."""
    with tables.reading() as rows:
        return {table: rows.select(table, {}) for table in TABLES}


def _empty(tables: Tables) -> None:
    with tables.transaction() as rows:
        for table in TABLES:
            rows.delete(table, {})


@attrs.define(eq=False)
class _Game:
    """What is done to both journals, turn by turn."""

    store: Tables
    seen: Counter[tuple[str, bool]]
    memory: MemoryTables = attrs.field(factory=MemoryTables)
    now: float = 1000.0
    claims: list[Claim] = attrs.field(factory=list)
    done: list[str] = attrs.field(factory=list)

    def play(self, hand: Chooser, turns: int) -> None:
        journals = [Journal(tables, clock=lambda: self.now) for tables in (self.memory, self.store)]
        rows = all_rows(self.memory)
        for number in range(1, turns + 1):
            turn = hand.split(str(number))
            picked = turn.pick(len(_LOTS) + len(_TIMES) + 1, "what is done")
            if 0 < picked <= len(_LOTS):
                name = _LOTS[picked - 1]
                draws = Draws(turn.split(name, departures=_DEPARTURES), rows, self.claims)
                call = OPERATIONS[name].draw(draws)
                anyway = turn.split("anyway", departures=_ANYWAY)
                if not draws.lacking or anyway.pick(2, "although it cannot go well"):
                    rows = self._do(name, call, journals)
            elif picked:
                self.now += _TIMES[picked - len(_LOTS) - 1]
                self.done.append(f"it is {self.now:g}")
        for one in journals:
            one.close()
        self.seen["close", True] += 1

    def _do(self, name: str, call: Any, journals: list[Journal]) -> dict[str, list[Row]]:
        self.done.append(_called(name, call))
        expected, error = _answer(journals[0], name, call)
        answer, other = _answer(journals[1], name, call)
        if error is not None and not isinstance(error, _ANSWERS):
            error.add_note("\n".join(self.done))
            raise error
        if _refusal(error) != _refusal(other) or answer != expected:
            raise self._different(_told(expected, error), _told(answer, other)) from other
        rows = all_rows(self.memory)
        try:
            theirs = all_rows(self.store)
        except Exception as broken:
            raise self._different("all rows can be looked at", _told(None, broken)) from broken
        for table in TABLES:
            if rows[table] != theirs[table]:
                lacking = [row for row in rows[table] if row not in theirs[table]]
                strange = [row for row in theirs[table] if row not in rows[table]]
                raise self._different(f"{table}: {lacking or rows[table]}", f"{table}: {strange or theirs[table]}")
        if error is not None and name in CANNOT_FAIL:
            raise BrokenPromiseError(f"{name} cannot fail ({CANNOT_FAIL[name]}), and does: {error}")
        self.seen[name, error is None] += 1
        if isinstance(answer, Claim):
            self.claims.append(answer)
        return rows

    def _different(self, expected: str, got: str) -> _DifferentError:
        return _DifferentError(f"{self.done[-1]}\n  in memory: {expected}\n  this store: {got}")


def _answer(journal: Journal, name: str, call: Any) -> tuple[Any, Exception | None]:
    try:
        return OPERATIONS[name].on(journal, name, call), None
    except Exception as error:  # noqa: BLE001  whatever it is, it is the answer
        return None, error


def _refusal(error: Exception | None) -> tuple[str, str] | None:
    """The error and its words, but for what stands there already: that each store tells in words of its own."""
    if error is None:
        return None
    taken = error if isinstance(error, TakenError) else error.__cause__
    words = str(error).replace(str(taken), "…") if isinstance(taken, TakenError) else str(error)
    return type(error).__name__, words


def _told(answer: Any, error: Exception | None) -> str:
    return repr(answer) if error is None else f"{type(error).__name__}: {error}"


def _called(name: str, call: Any) -> str:
    given, named = call
    shown = [*map(_shown, given), *(f"{key}={_shown(value)}" for key, value in named.items())]
    return f"{name}({', '.join(shown)})"


def _shown(value: Any) -> str:
    return getattr(value, "__name__", None) or repr(value)


# --- games -----------------------------------------------------------------------------------------------------------


def in_lockstep(open_store: OpenStore, hand: Hand, *, turns: int = _TURNS) -> Counter[tuple[str, bool]]:
    """Let a hand pick operations, and do each on a store and in memory. The rows of the store are deleted before.

    A ``Seeded`` hand plays one game, ``Replay`` one from a token; ``for hand in Exhaustive(at_most=2)`` plays every
    game of at most two departures; ``Drawn`` lets Hypothesis look for one that fails.

    Args:
        open_store: Opens the store.
        hand: What picks.
        turns: How many operations at the most.

    Returns:
        How often each operation went well, ``(name, True)``, and was refused, ``(name, False)``.

    Raises:
        BrokenPromiseError: The two differ; with the operations that led there, and a token that plays them again.
    """
    seen: Counter[tuple[str, bool]] = Counter()
    tables = open_store()
    game = _Game(tables, seen)
    try:
        _empty(tables)
        game.play(hand, turns)
    except _DifferentError as error:
        lines = [*game.done[:-1], str(error), f"play it again: Replay({token_of(hand.picks)!r})"]
        raise _DifferentError("\n".join(lines)) from error.__cause__
    finally:
        tables.close()
    return seen


def lockstep(
    open_store: OpenStore, *, games: int = 1, at_most: int = 300, seed: int = 1, tries: int = 300
) -> Counter[tuple[str, bool]]:
    """Play games, seed after seed, until every operation of `Journal` went well and, if it can be, was refused.

    Args:
        open_store: Opens the store; what is in it is deleted before each game.
        games: How many games at the least.
        at_most: How many at the most.
        seed: The first seed.
        tries: How many games at the most to find the least that shows a difference.

    Returns:
        As `in_lockstep`, of all games.

    Raises:
        BrokenPromiseError: The two differ, or not every operation went well and was refused in so many games.
    """
    wanted = {(name, well) for name in public_names() for well in (True, False) if well or name not in CANNOT_FAIL}
    if strange := public_names() ^ {*OPERATIONS, "close"} | CANNOT_FAIL.keys() - public_names():
        raise BrokenPromiseError(f"the table of operations does not fit Journal: {', '.join(sorted(strange))}")
    seen: Counter[tuple[str, bool]] = Counter()
    played = 0
    while played < games or not wanted <= seen.keys():
        if played >= max(games, at_most):
            lacking = [f"{name} never {'went well' if well else 'was refused'}" for name, well in wanted - seen.keys()]
            raise BrokenPromiseError(f"in {played} games {', '.join(sorted(lacking))}: play more of them (at_most)")
        hand = Seeded(seed + played)
        try:
            seen += in_lockstep(open_store, hand)
        except _DifferentError as error:
            raise _shortest(open_store, hand, error, tries) from error
        played += 1
    return seen


def _shortest(open_store: OpenStore, hand: Hand, error: _DifferentError, tries: int) -> BrokenPromiseError:
    """The difference, by as few operations as show one."""
    played = 0

    def fails(picks: dict[str, list[int]]) -> bool:
        nonlocal played, error
        played += 1
        if played == 1:
            return True  # just seen
        if played > tries:
            return False
        try:
            in_lockstep(open_store, Replay(token_of(picks)))
        except _DifferentError as shorter:
            error = shorter
            return True
        return False

    shrink(hand.picks, fails)
    return error
