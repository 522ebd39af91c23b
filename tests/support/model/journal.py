"""The journal: what its methods do, each of them one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.model.places import (
    E_ASKED,
    E_ENDS,
    E_IN_DOUBT,
    E_NOT_DONE,
    E_OPEN,
    SEND,
    VERDICTS,
    X_ANSWERED,
    X_CLEARED,
    X_IN_DOUBT,
    X_SENDING,
    X_SETTLED,
)
from support.model.state import (
    AT_WORK,
    COPIES,
    DOCUMENTS,
    DRIVERS,
    EFFECT,
    EXCHANGE,
    JOURNAL_COUNTER,
    JOURNAL_FROZEN,
    JOURNAL_NOTES,
    JOURNAL_OWNER,
    JOURNAL_SEQUENCE,
    KEPT,
    REPLY,
)

if TYPE_CHECKING:
    from support.model.places import Model
    from support.model.state import Driver

__all__ = [
    "came_late",
    "dropped",
    "ended",
    "freeze",
    "holds",
    "is_asked",
    "known",
    "moved_on",
    "settled",
    "think_again",
    "too_early",
    "under_way",
]


def holds(model: Model, state: int, driver: Driver) -> bool:
    """Whether the claim holds; who was overtaken is told so by its next commit, and ends."""
    return not model.rules.tokens or JOURNAL_OWNER.of(state) == driver.number


def dropped(state: int, driver: Driver) -> list[int]:
    """The worker is no more."""
    return [driver.whole.put(state, 0)]


def under_way(state: int) -> int:
    """The document that is not settled; the journal allows no two."""
    for document in DOCUMENTS:
        if EXCHANGE[document].of(state) in (X_SENDING, X_IN_DOUBT, X_ANSWERED):
            return document
    return 0


def ended(state: int) -> bool:
    """Whether it is known what became of the item."""
    return any(EFFECT[document].of(state) in E_ENDS for document in DOCUMENTS)


def is_asked(state: int) -> int:
    """The document whose effect a person is asked about."""
    return next((document for document in DOCUMENTS if EFFECT[document].of(state) == E_ASKED), 0)


def came_late(model: Model, state: int, document: int) -> int:
    """What `Journal.came_late` does: what was held for not done is in doubt once more. 0 where there is no such."""
    effects = [EFFECT[one].of(state) for one in DOCUMENTS]
    if (
        not document
        or EXCHANGE[document].of(state) not in (X_SETTLED, X_CLEARED)
        or (EXCHANGE[document].of(state) == X_CLEARED and not model.rules.minds_cleared)
        or EFFECT[document].of(state) != E_NOT_DONE
        or any(effect in (E_OPEN, E_IN_DOUBT, E_ASKED) for effect in effects)
    ):
        return 0
    state = EFFECT[document].put(state, model.tables.effect(E_NOT_DONE, "come late"))
    return EXCHANGE[document].put(state, model.tables.exchange(EXCHANGE[document].of(state), "come late"))


def too_early(model: Model, state: int) -> bool:
    """Whether as long as a document may take cannot have gone by: something is there still that is not held up."""
    if model.world.held == "anything":
        return False
    if any(COPIES[document].of(state) or AT_WORK[document].of(state) for document in DOCUMENTS):
        return True
    return model.world.held == "nothing" and any(driver.at.of(state) == SEND for driver in DRIVERS)


def think_again(model: Model, state: int) -> int:
    """What `Journal.thaw` does: nothing counts as proved that was proved before. Looking by the GUID once is enough."""
    if ended(state):
        return state
    return next((late for one in DOCUMENTS if (late := came_late(model, state, one))), state)


def settled(model: Model, state: int, driver: Driver) -> int:
    """What `Journal.settled` does."""
    document = driver.document.of(state)
    exchange, effect = EXCHANGE[document].of(state), EFFECT[document].of(state)
    if exchange not in (X_SETTLED, X_CLEARED):
        state = EXCHANGE[document].put(state, model.tables.exchange(exchange, "settle"))
    if verdict := driver.verdict.of(state):
        state = EFFECT[document].put(state, model.tables.effect(effect, VERDICTS[verdict]))
    state = REPLY[document].put(state, 0)
    if model.rules.clears_at_once:
        state = KEPT[document].put(state, 0)
    return state


def known(state: int, driver: Driver) -> int:
    """What `Journal.meet` does."""
    state = JOURNAL_SEQUENCE.put(state, driver.sequence.of(state))
    return JOURNAL_COUNTER.put(JOURNAL_NOTES.put(state, driver.notes.of(state)), driver.counter.of(state))


def moved_on(model: Model, state: int, driver: Driver) -> bool:
    """Whether the fence, as the worker read it, was changed since the journal knew it, whatever its counter says."""
    more = driver.counter.of(state) - JOURNAL_COUNTER.of(state)
    changed = model.rules.minds_clock and driver.sequence.of(state) != JOURNAL_SEQUENCE.of(state)
    return more > 0 or (not more and changed)


def freeze(model: Model, state: int, driver: Driver) -> list[int]:
    """What `Journal.freeze` and `Journal.release` do."""
    if holds(model, state, driver):
        state = JOURNAL_OWNER.put(JOURNAL_FROZEN.put(state, 1), 0)
    return dropped(state, driver)
