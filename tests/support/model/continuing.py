"""Where a worker goes on once something is written down: what the journal says is to be done next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.model.journal import ended, is_asked, moved_on, under_way
from support.model.places import (
    CLEAR,
    DOUBT,
    E_IN_DOUBT,
    E_OPEN,
    FENCE_REFUSED,
    FIND_DONE,
    FIND_NOT_DONE,
    FIND_REFUSED,
    KNOW,
    LATE,
    LOOK_ANSWERED,
    RELEASE,
    RESOLVE,
    SENDING,
    SETTLE,
    SETTLE_BY_REPLY,
    X_ANSWERED,
    X_SENDING,
    X_SETTLED,
)
from support.model.quickbooks import CUT, DONE, NOT_TRIED, REFUSED, STALE
from support.model.state import DOCUMENTS, EFFECT, EXCHANGE, PERSON_ANSWERED, REPLY, TRIES

if TYPE_CHECKING:
    from support.model.places import Model
    from support.model.state import Driver

__all__ = ["go", "go_on", "next_work", "understand"]


def go(state: int, driver: Driver, at: int) -> list[int]:
    """The worker goes on there."""
    return [driver.at.put(state, at)]


def next_work(model: Model, state: int, driver: Driver) -> int:
    """What the journal says is to be done next."""
    sequence, counter, notes = driver.sequence.of(state), driver.counter.of(state), driver.notes.of(state)
    state = driver.whole.put(state, 0)
    state = driver.notes.put(driver.counter.put(driver.sequence.put(state, sequence), counter), notes)
    if document := under_way(state):
        state = driver.document.put(state, document)
        exchange = EXCHANGE[document].of(state)
        if exchange == X_ANSWERED:
            return understand(state, driver, document)
        return driver.at.put(state, DOUBT if exchange == X_SENDING else RESOLVE)
    asked = is_asked(state)
    if asked and PERSON_ANSWERED.of(state):
        return driver.at.put(driver.document.put(state, asked), LOOK_ANSWERED)
    if not asked and not ended(state):
        left = TRIES.of(state) < model.world.tries  # else this is the bound of the model, and no more is tried
        return driver.at.put(state, SENDING) if left else driver.at.put(driver.whole.put(state, 0), RELEASE)
    for document in DOCUMENTS:
        if EXCHANGE[document].of(state) == X_SETTLED and model.rules.recovery:
            return driver.at.put(driver.document.put(driver.whole.put(state, 0), document), CLEAR)
    return driver.at.put(driver.whole.put(state, 0), RELEASE)


def go_on(model: Model, state: int, driver: Driver) -> list[int]:
    """`_absorb`: go on from the fence as it was read."""
    if not moved_on(model, state, driver):
        return [next_work(model, state, driver)]
    if driver.notes.of(state) == driver.document.of(state):
        return go(state, driver, KNOW)
    return go(state, driver, LATE)


def understand(state: int, driver: Driver, document: int) -> int:
    """`_understand`: what the reply says, once it is written down."""
    reply = REPLY[document].of(state)
    if reply in (DONE, REFUSED, NOT_TRIED):
        verdict = {DONE: FIND_DONE, REFUSED: FIND_REFUSED, NOT_TRIED: FIND_NOT_DONE}[reply]
        verdict = verdict if EFFECT[document].of(state) in (E_OPEN, E_IN_DOUBT) else 0
        return driver.at.put(driver.verdict.put(state, verdict), SETTLE_BY_REPLY)
    if reply == STALE:
        return driver.at.put(state, FENCE_REFUSED)
    if reply == CUT:
        return driver.at.put(state, DOUBT)
    verdict = FIND_NOT_DONE if EFFECT[document].of(state) in (E_OPEN, E_IN_DOUBT) else 0
    return driver.at.put(driver.verdict.put(state, verdict), SETTLE)
