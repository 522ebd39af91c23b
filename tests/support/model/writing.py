"""The driver's steps that write the journal, and those that send. Who was overtaken is refused, and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.model.continuing import go, go_on, next_work, understand
from support.model.journal import (
    came_late,
    dropped,
    freeze,
    holds,
    known,
    moved_on,
    settled,
    too_early,
    under_way,
)
from support.model.places import (
    AWAIT,
    DO_FIND_IT_DIFFERENT,
    DOUBT,
    E_ASKED,
    E_IN_DOUBT,
    E_OPEN,
    FIND_DONE,
    KNOW,
    KNOW_AND_BEGIN_AGAIN,
    MEET,
    RELEASE,
    RESOLVE,
    SEND,
    SETTLE,
    TOUCH,
    WITHDRAW,
    X_CLEARED,
    X_IN_DOUBT,
    X_SENDING,
    X_SETTLED,
)
from support.model.quickbooks import NO_FENCE
from support.model.reading import with_fence
from support.model.state import (
    AFTER_COUNTER,
    AFTER_SEQUENCE,
    COPIES,
    DOCUMENTS,
    EFFECT,
    EXCHANGE,
    JOURNAL_COUNTER,
    JOURNAL_OWNER,
    KEPT,
    PERSON_ANSWERED,
    PERSON_APPROVED,
    REPLY,
    SAME_SECOND,
    SENT_COUNTER,
    SENT_SEQUENCE,
    TRIES,
)

if TYPE_CHECKING:
    from support.model.places import Model, Step
    from support.model.state import Driver

__all__ = [
    "act",
    "answer",
    "ask",
    "clear",
    "doubt",
    "give_up_waiting",
    "know",
    "know_and_begin_again",
    "mind_late",
    "mind_late_first",
    "plan",
    "release",
    "send",
    "settle",
    "settle_by_reply",
    "touch",
    "withdraw",
]


def _claimed(step: Step) -> Step:
    """A transaction of the journal: who was overtaken is refused, and ends."""

    def claimed(model: Model, state: int, driver: Driver) -> list[int]:
        return step(model, state, driver) if holds(model, state, driver) else dropped(state, driver)

    return claimed


@_claimed
def mind_late(model: Model, state: int, driver: Driver) -> list[int]:
    """`came_late`, in the middle of the work."""
    late = came_late(model, state, driver.notes.of(state)) if model.rules.minds_late else 0
    return go(late or state, driver, KNOW_AND_BEGIN_AGAIN if late else KNOW)


@_claimed
def mind_late_first(model: Model, state: int, driver: Driver) -> list[int]:
    """`came_late`, at the beginning."""
    if moved_on(model, state, driver):
        late = came_late(model, state, driver.notes.of(state)) if model.rules.minds_late else 0
        state = late or state
    return go(state, driver, KNOW)


@_claimed
def know(model: Model, state: int, driver: Driver) -> list[int]:
    """`Journal.meet`."""
    return [next_work(model, known(state, driver), driver)]


@_claimed
def know_and_begin_again(_model: Model, state: int, driver: Driver) -> list[int]:
    """`Journal.meet`, and `AgainError`."""
    return go(driver.whole.put(known(state, driver), 0), driver, MEET)


@_claimed
def ask(model: Model, state: int, driver: Driver) -> list[int]:
    """`Journal.ask`."""
    document = driver.document.of(state)
    state = EFFECT[document].put(state, model.tables.effect(EFFECT[document].of(state), "ask"))
    state = PERSON_ANSWERED.put(state, 0)
    if EXCHANGE[document].of(state) in (X_SETTLED, X_CLEARED):
        return [next_work(model, state, driver)]
    return go(state, driver, SETTLE)


@_claimed
def settle(model: Model, state: int, driver: Driver) -> list[int]:
    """`Journal.settled`, by what was concluded."""
    no_fence = REPLY[driver.document.of(state)].of(state) == NO_FENCE
    state = settled(model, state, driver)
    if no_fence:
        return freeze(model, state, driver)
    if not model.rules.fence:
        return [next_work(model, state, driver)]
    if not model.rules.fence_before_look:
        return go(with_fence(state, driver), driver, KNOW)
    return go_on(model, state, driver)


@_claimed
def settle_by_reply(model: Model, state: int, driver: Driver) -> list[int]:
    """`Journal.settled`, by a reply."""
    document = driver.document.of(state)
    state = settled(model, state, driver)
    if not model.rules.fence:
        return [next_work(model, state, driver)]
    after = AFTER_COUNTER[document].of(state)
    if after > driver.counter.of(state):
        before = driver.sequence.of(state)
        state = driver.sequence.put(driver.counter.put(state, after), AFTER_SEQUENCE[document].of(state))
        state = known(driver.notes.put(state, document), driver)
        if before == AFTER_SEQUENCE[document].of(state):
            return go(state, driver, TOUCH)
    return go_on(model, state, driver)


@_claimed
def doubt(model: Model, state: int, driver: Driver) -> list[int]:
    """`Journal.doubted`."""
    document = driver.document.of(state)
    exchange, effect = EXCHANGE[document].of(state), EFFECT[document].of(state)
    state = REPLY[document].put(state, 0)
    if exchange != X_IN_DOUBT:
        state = EXCHANGE[document].put(state, model.tables.exchange(exchange, "lose"))
    if effect == E_OPEN:
        state = EFFECT[document].put(state, model.tables.effect(effect, "lose"))
    if model.rules.lost_is_done:
        return go(driver.verdict.put(state, FIND_DONE), driver, SETTLE)
    return go(state, driver, RESOLVE)


@_claimed
def withdraw(model: Model, state: int, driver: Driver) -> list[int]:
    """`Journal.withdrawn`."""
    document = driver.document.of(state)
    state = EXCHANGE[document].put(state, model.tables.exchange(EXCHANGE[document].of(state), "withdraw"))
    if effect := EFFECT[document].of(state):
        state = EFFECT[document].put(state, model.tables.effect(effect, "find not done"))
    return [next_work(model, state, driver)]


@_claimed
def answer(model: Model, state: int, driver: Driver) -> list[int]:
    """`Journal.answered`."""
    document = driver.document.of(state)
    state = EXCHANGE[document].put(state, model.tables.exchange(EXCHANGE[document].of(state), "answer"))
    state = REPLY[document].put(state, driver.reply.of(state))
    return [understand(driver.reply.put(state, 0), driver, document)]


@_claimed
def act(model: Model, state: int, driver: Driver) -> list[int]:
    """`Journal.settled`, by what a person said."""
    if driver.verdict.of(state) == DO_FIND_IT_DIFFERENT:
        state = PERSON_APPROVED.put(state, 1)
    state = PERSON_ANSWERED.put(settled(model, state, driver), 0)
    return [next_work(model, state, driver)]


def touch(model: Model, state: int, driver: Driver) -> list[int]:
    """The fence was changed twice in one second: change it again, in the next, with a document of nothing else."""
    if model.rules.token_at_sending and not holds(model, state, driver):
        return dropped(state, driver)
    if TRIES.of(state) == DOCUMENTS[-1]:
        return go(driver.whole.put(state, 0), driver, RELEASE)
    state = SAME_SECOND.put(state, 0)
    return _sending(state, driver, 0)


def _sending(state: int, driver: Driver, effect: int) -> list[int]:
    document = TRIES.of(state) + 1
    state = TRIES.put(state, document)
    state = EFFECT[document].put(EXCHANGE[document].put(state, X_SENDING), effect)
    state = SENT_SEQUENCE[document].put(state, driver.sequence.of(state))
    state = SENT_COUNTER[document].put(state, JOURNAL_COUNTER.of(state) + 1)
    return go(driver.verdict.put(driver.document.put(state, document), 0), driver, SEND)


def plan(model: Model, state: int, driver: Driver) -> list[int]:
    """`sending`: from here on it may have been sent."""
    if model.rules.token_at_sending and not holds(model, state, driver):
        return dropped(state, driver)
    effects = [EFFECT[document].of(state) for document in DOCUMENTS]
    if under_way(state) or any(effect in (E_OPEN, E_IN_DOUBT, E_ASKED) for effect in effects):
        return dropped(state, driver)  # the journal's keys allow no two
    if TRIES.of(state) == DOCUMENTS[-1]:
        return dropped(state, driver)
    return _sending(state, driver, E_OPEN)


def send(model: Model, state: int, driver: Driver) -> list[int]:
    """The document leaves, or not."""
    if model.rules.waits_a_second:
        state = SAME_SECOND.put(state, 0)
    found = go(COPIES[driver.document.of(state)].more(state), driver, AWAIT)
    if model.world.refuses:
        found += go(state, driver, WITHDRAW)
    return found


def give_up_waiting(_model: Model, state: int, driver: Driver) -> list[int]:
    """The reply does not come."""
    state = SAME_SECOND.put(state, 0)  # it takes longer
    return go(state, driver, DOUBT)


def clear(model: Model, state: int, driver: Driver) -> list[int]:
    """QuickBooks is told to forget, and `Journal.cleared`."""
    if too_early(model, state):
        return []  # `_clear` waits as long as a copy may take
    document = driver.document.of(state)
    state = KEPT[document].put(state, 0)
    if not holds(model, state, driver):
        return dropped(state, driver)
    state = EXCHANGE[document].put(state, model.tables.exchange(X_SETTLED, "clear"))
    return [next_work(model, state, driver)]


def release(model: Model, state: int, driver: Driver) -> list[int]:
    """`Journal.release`."""
    if holds(model, state, driver):
        state = JOURNAL_OWNER.put(state, 0)
    return dropped(state, driver)
