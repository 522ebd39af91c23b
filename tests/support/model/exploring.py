"""Breadth first through all states: what is wrong in any of them, by the shortest way, and how each comes to an end."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import attrs

from procore_qbd.errors import JournalError
from procore_qbd.journal.states import EffectState
from support.model.driver import STEPS, step
from support.model.environment import HAPPENINGS, claim, deliver, finish, switch, wants_a_worker
from support.model.journal import ended, is_asked
from support.model.places import AWAIT, IDLE, Model
from support.model.state import (
    AT_WORK,
    COPIES,
    DOCUMENTS,
    DRIVERS,
    EFFECT,
    INITIAL,
    JOURNAL_FROZEN,
    MADE_AGAIN,
    OTHER_FILE_OPEN,
    PERSON_ANSWERED,
    PERSON_TOOK_AWAY,
    RECORDS,
    SAME_SECOND,
)
from support.model.tables import EFFECTS, Tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.model.rules import Rules, World

__all__ = ["Explored", "explore"]

_DONE, _REFUSED, _ABANDONED = (
    EFFECTS[state] for state in (EffectState.DONE, EffectState.REFUSED, EffectState.ABANDONED)
)
_PATIENCE = 400
"""How many steps a calm may take to the end."""

TWO_RECORDS = "two records with one GUID"
MADE_AGAIN_UNASKED = "made again, though a person had deleted it and was not asked"
NOT_ALLOWED = "a move that the journal does not allow"
NO_END = "no way out"
NOT_THERE = "told as done, and it is not there"
THERE = "told as not exported, and it is there"


@attrs.define
class Explored:
    """What was found.

    Attributes:
        states: How many states were looked into.
        seconds: How long it took.
        wrong: What is wrong, and the shortest way there, in words.
        tables: Which rows and moves were used.
        complete: Whether every state was looked into, within the bounds of the world.
    """

    states: int
    seconds: float
    wrong: dict[str, tuple[str, ...]]
    tables: Tables
    complete: bool


def _successors(model: Model, state: int) -> Iterator[int]:
    for driver in DRIVERS:
        if driver.at.of(state):
            yield from step(model, state, driver)
    for happening in HAPPENINGS.values():
        yield from happening(model, state)


def _wrong_in(state: int) -> str | None:
    if RECORDS.of(state) > 1:
        return TWO_RECORDS
    return MADE_AGAIN_UNASKED if MADE_AGAIN.of(state) else None


def explore(world: World, rules: Rules, *, most: int = 5_000_000, stop_at_first: bool = False) -> Explored:
    """Look into every state that can be reached.

    Args:
        world: What may befall.
        rules: How the driver goes about it.
        most: How many states to look into at the most.
        stop_at_first: Whether the first thing that is wrong is enough.
    """
    begun = time.perf_counter()
    model = Model(world, rules, Tables())
    calm = _Calm(model)
    initial = SAME_SECOND.put(INITIAL, int(world.by_second))
    came_from: dict[int, int] = {initial: initial}
    wrong: dict[str, tuple[str, ...]] = {}

    def report(what: str, state: int, *more: str) -> None:
        if what not in wrong:
            wrong[what] = (*_way(model, came_from, state), *more)

    layer = [initial]
    while layer and len(came_from) < most and not (stop_at_first and wrong):
        following = []
        for state in layer:
            if (bad := _wrong_in(state)) is not None:
                report(bad, state)
                continue
            if (untrue := calm.fault(state)) is not None:
                report(untrue, state, *calm.words(state))
            try:
                for after in _successors(model, state):
                    if after not in came_from:
                        came_from[after] = state
                        following.append(after)
            except JournalError as error:
                report(NOT_ALLOWED, state, str(error))
        layer = following
    seconds = time.perf_counter() - begun
    return Explored(len(came_from), seconds, wrong, model.tables, complete=not layer)


# --- calm ------------------------------------------------------------------------------------------------------------


class _Calm:
    """What becomes of a state if no fault happens any more: a copy that is on its way comes last of all."""

    def __init__(self, model: Model) -> None:
        self._model = attrs.evolve(
            model, world=attrs.evolve(model.world, tries=model.world.tries + 2, interleaves=True)
        )
        self._ends_well: set[int] = set()

    def fault(self, state: int) -> str | None:
        """What is wrong at the end, if anything."""
        known, seen = self._ends_well, []
        while state not in known:
            if (bad := _wrong_in(state)) is not None:
                return bad
            seen.append(state)
            if len(seen) > _PATIENCE:
                return NO_END
            try:
                after = self._next(state)
            except JournalError:
                return NOT_ALLOWED
            if after is None:
                if (untrue := self._untrue(state)) is not None:
                    return untrue
                break
            state = after
        known.update(seen)
        return None

    def words(self, state: int) -> tuple[str, ...]:
        """What happens from there on, in words."""
        lines = ["-- and no fault from here on:"]
        while len(lines) < _PATIENCE:
            try:
                after = self._next(state)
            except JournalError as error:
                return (*lines, str(error))
            if after is None or _wrong_in(state) is not None:
                break
            lines.append(_between(self._model, state, after) or "a person opens the right file, or a worker begins")
            state = after
        return tuple(lines)

    def _next(self, state: int) -> int | None:  # noqa: PLR0911  the first that can happen
        model = self._model
        busy = [document for document in DOCUMENTS if AT_WORK[document].of(state)]
        if busy:
            return finish(model, state, busy[0])[-1]
        if OTHER_FILE_OPEN.of(state):
            return switch(state)
        at_work = [driver for driver in DRIVERS if driver.at.of(state) != IDLE]
        for driver in at_work:
            at, document = driver.at.of(state), driver.document.of(state)
            if at == AWAIT and COPIES[document].of(state):
                return deliver(model, state, document)[-1]
            if found := step(model, state, driver):
                return found[0]
        held = [document for document in DOCUMENTS if COPIES[document].of(state)]
        if held:
            return deliver(model, state, held[0])[-1]
        if JOURNAL_FROZEN.of(state) or not wants_a_worker(state):
            return None
        return claim(model, state)[0]

    @staticmethod
    def _untrue(state: int) -> str | None:
        effects = {EFFECT[document].of(state) for document in DOCUMENTS}
        there, excused = RECORDS.of(state), PERSON_TOOK_AWAY.of(state)
        if _DONE in effects:
            return None if there or excused else NOT_THERE
        if effects & {_REFUSED, _ABANDONED}:
            return THERE if there and not excused else None
        return None if JOURNAL_FROZEN.of(state) or is_asked(state) or ended(state) else NO_END


# --- words -----------------------------------------------------------------------------------------------------------


def _way(model: Model, came_from: dict[int, int], state: int) -> tuple[str, ...]:
    states = [state]
    while came_from[states[-1]] != states[-1]:
        states.append(came_from[states[-1]])
    states.reverse()
    return tuple(_between(model, before, after) or "?" for before, after in itertools.pairwise(states))


def _between(model: Model, before: int, after: int) -> str | None:
    """What happened between two states, in words."""
    for driver in DRIVERS:
        at = driver.at.of(before)
        if at and after in step(model, before, driver):
            document = driver.document.of(before) or driver.document.of(after)
            about = f" (document {document})" if document else ""
            return f"worker {driver.number} {STEPS[at][0]}{about}"
    for name, happening in HAPPENINGS.items():
        if after in happening(model, before):
            return f"{name}{_about(before, after)}"
    return None


def _about(before: int, after: int) -> str:
    for document in DOCUMENTS:
        if any(field.of(before) != field.of(after) for field in (COPIES[document], AT_WORK[document])):
            came = any(
                driver.at.of(before) == AWAIT
                and driver.at.of(after) != AWAIT
                and driver.document.of(before) == document
                for driver in DRIVERS
            )
            there = f"; {RECORDS.of(after)} there" if RECORDS.of(before) != RECORDS.of(after) else ""
            return f" (document {document}{there}{'; the reply comes' if came else ''})"
    if PERSON_ANSWERED.of(before) != PERSON_ANSWERED.of(after):
        return f": {('', 'it is not there', 'it is there', 'do not export it')[PERSON_ANSWERED.of(after)]}"
    return ""
