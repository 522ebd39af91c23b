"""The driver's steps that ask QuickBooks: the fence, the kept reply, a look into the file; and what is concluded from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.journal.decisions import Verdict
from support.model.continuing import go
from support.model.journal import freeze, too_early
from support.model.places import (
    ABANDON,
    ACT,
    ANSWER,
    ASK,
    DIFFERENT,
    DO_ADOPT,
    DO_FIND_IT_DIFFERENT,
    DO_GIVE_UP,
    E_IN_DOUBT,
    E_OPEN,
    F_LATER,
    F_NONE,
    F_OURS,
    F_UNMOVED,
    FIND_DONE,
    FIND_NOT_DONE,
    FIND_REFUSED,
    K_NOT_ASKED,
    K_SILENT,
    K_UNSAVED,
    L_NOT_LOOKED,
    L_ONE,
    LATE_THEN_KNOW,
    LOOK,
    RECOVER,
    RESOLVE,
    SEE_AGAIN,
    SETTLE,
    WAIT,
    WAIT_TO_LOOK,
)
from support.model.quickbooks import NO_REPLY, at_work, kept, look
from support.model.state import (
    EFFECT,
    FENCE_COUNTER,
    FENCE_EPOCH,
    FENCE_NOTES,
    FENCE_SEQUENCE,
    FENCE_THERE,
    JOURNAL_COUNTER,
    JOURNAL_EPOCH,
    JOURNAL_NOTES,
    OTHER_FILE_OPEN,
    PERSON_ANSWERED,
    RECORDS,
    SENT_COUNTER,
    SENT_SEQUENCE,
)

if TYPE_CHECKING:
    from support.model.places import Model
    from support.model.state import Driver

__all__ = [
    "fence_refused",
    "look_answered",
    "look_for_it",
    "meet",
    "recover",
    "resolve",
    "see_again",
    "wait",
    "wait_to_look",
    "with_fence",
]


def _sees_fence(model: Model, state: int, driver: Driver) -> bool:
    """`_see_that_it_is_the_same`: it goes on from how the journal knows it, and from how the worker read it; else the
    file is frozen.

    The driver compares with what it read last of all, the model with what it read when it began to `resolve`: that is
    as new or older, so the model overlooks more.
    """
    if OTHER_FILE_OPEN.of(state) or not FENCE_THERE.of(state) or FENCE_EPOCH.of(state) != JOURNAL_EPOCH.of(state):
        return False
    counter, notes = JOURNAL_COUNTER.of(state), JOURNAL_NOTES.of(state)
    if model.rules.minds_latest and driver.counter.of(state) > counter:
        counter, notes = driver.counter.of(state), driver.notes.of(state)
    more = FENCE_COUNTER.of(state) - counter
    return more > 0 or (not more and not (model.rules.minds_sequence and FENCE_NOTES.of(state) != notes))


def with_fence(state: int, driver: Driver) -> int:
    """The worker knows the fence as it is."""
    state = driver.sequence.put(state, FENCE_SEQUENCE.of(state))
    return driver.notes.put(driver.counter.put(state, FENCE_COUNTER.of(state)), FENCE_NOTES.of(state))


def _standing(model: Model, state: int, document: int) -> int:
    """`_standing`: what the fence says of a document."""
    if FENCE_NOTES.of(state) == document:
        return F_OURS
    same = FENCE_SEQUENCE.of(state) == SENT_SEQUENCE[document].of(state)
    if FENCE_COUNTER.of(state) >= SENT_COUNTER[document].of(state) or (model.rules.minds_sequence and not same):
        return F_LATER
    return F_UNMOVED


def meet(model: Model, state: int, driver: Driver) -> list[int]:
    """`_meet`."""
    if not _sees_fence(model, state, driver):
        return freeze(model, state, driver)
    return go(with_fence(state, driver), driver, LATE_THEN_KNOW)


def resolve(model: Model, state: int, driver: Driver) -> list[int]:
    """`_resolve`, as far as the fence."""
    standing = F_NONE
    if model.rules.fence:
        if not _sees_fence(model, state, driver):
            return freeze(model, state, driver)
        standing = _standing(model, state, driver.document.of(state))
        if driver.notes.of(state) != FENCE_NOTES.of(state):
            state = driver.waited.put(state, 0)  # another document was begun meanwhile
        state = with_fence(state, driver)
    state = driver.standing.put(state, standing)
    if not model.rules.looks:
        return go(driver.verdict.put(state, FIND_NOT_DONE), driver, SETTLE)
    if model.rules.recovery:
        return go(state, driver, RECOVER)
    return _first(model, driver.kept.put(state, K_NOT_ASKED), driver)


def recover(model: Model, state: int, driver: Driver) -> list[int]:
    """`_recovered`: what was kept."""
    said, reply = kept(state, driver.document.of(state))
    answers = [(said, reply)]
    if model.world.torn and reply:
        answers.append((K_UNSAVED, NO_REPLY))
    found = []
    for said, reply in answers:
        now = driver.reply.put(driver.kept.put(state, said), reply)
        found += go(now, driver, SEE_AGAIN) if model.rules.fence else _first(model, now, driver)
    return found


def see_again(model: Model, state: int, driver: Driver) -> list[int]:
    """`_recovered`: the fence once more."""
    if not _sees_fence(model, state, driver):
        return freeze(model, state, driver)
    return _first(model, state, driver)


def _first(model: Model, state: int, driver: Driver) -> list[int]:
    """What is decided before anybody looks."""
    standing, waited, said = driver.standing.of(state), driver.waited.of(state), driver.kept.of(state)
    verdict = model.tables.decide(said, standing, L_NOT_LOOKED, waited)
    if model.rules.silence_is_proof and said == K_SILENT:
        verdict = Verdict.PLAN_ANEW
    if verdict is Verdict.TAKE_REPLY:
        return go(state, driver, ANSWER)
    if verdict is Verdict.WAIT and (model.rules.waits_for_all or standing == F_OURS):
        return go(driver.began.put(state, at_work(state)), driver, WAIT)
    if EFFECT[driver.document.of(state)].of(state) not in (E_OPEN, E_IN_DOUBT):
        return go(state, driver, SETTLE)  # nothing of it is in doubt
    if verdict is Verdict.PLAN_ANEW:
        return go(driver.verdict.put(state, FIND_NOT_DONE), driver, SETTLE)
    return go(state, driver, LOOK)


def _waited(model: Model, state: int, driver: Driver) -> bool:
    """Whether a time-out may have gone by: what QuickBooks had begun then, it has ended."""
    if driver.began.of(state) & at_work(state):
        return False
    return not too_early(model, state)


def wait(model: Model, state: int, driver: Driver) -> list[int]:
    """`Verdict.WAIT`."""
    if not _waited(model, state, driver):
        return []
    return go(driver.began.put(driver.waited.put(state, not model.rules.waits_forever), 0), driver, RESOLVE)


def wait_to_look(model: Model, state: int, driver: Driver) -> list[int]:
    """`Verdict.LOOK_AGAIN`."""
    if not _waited(model, state, driver):
        return []
    return go(driver.began.put(driver.waited.put(state, 1), 0), driver, LOOK)


def fence_refused(model: Model, state: int, driver: Driver) -> list[int]:
    """`_fence_refused`."""
    if not _sees_fence(model, state, driver):
        return freeze(model, state, driver)
    document = driver.document.of(state)
    standing = _standing(model, state, document)
    state = driver.kept.put(driver.standing.put(with_fence(state, driver), standing), K_NOT_ASKED)
    if EFFECT[document].of(state) not in (E_OPEN, E_IN_DOUBT):
        return go(state, driver, SETTLE)
    if model.rules.refusal_is_final:
        return go(driver.verdict.put(state, FIND_REFUSED), driver, SETTLE)
    if model.rules.refusal_is_proof:
        return go(driver.verdict.put(state, FIND_NOT_DONE), driver, SETTLE)
    if model.rules.waits_for_all and standing != F_UNMOVED:
        return go(driver.began.put(state, at_work(state)), driver, WAIT_TO_LOOK)
    return go(driver.waited.put(state, 1), driver, LOOK)


def look_for_it(model: Model, state: int, driver: Driver) -> list[int]:
    """`_look`."""
    if model.rules.looks_in_same_file and model.rules.fence and not _sees_fence(model, state, driver):
        return freeze(model, state, driver)
    found = look(model.world, model.rules, state)
    verdict = model.tables.decide(driver.kept.of(state), driver.standing.of(state), found, driver.waited.of(state))
    if verdict is Verdict.LOOK_AGAIN:
        return go(driver.began.put(state, at_work(state)), driver, WAIT_TO_LOOK)
    if verdict is Verdict.ADOPT:
        return go(driver.verdict.put(state, FIND_DONE), driver, SETTLE)
    if verdict is Verdict.PLAN_ANEW:
        return go(driver.verdict.put(state, FIND_NOT_DONE), driver, SETTLE)
    return go(state, driver, ASK)


def look_answered(model: Model, state: int, driver: Driver) -> list[int]:
    """`_act_on_answers`: what a person said, looked over once more."""
    said = PERSON_ANSWERED.of(state)
    if model.rules.looks_in_same_file and model.rules.fence and not _sees_fence(model, state, driver):
        return freeze(model, state, driver)
    if said == ABANDON:
        return go(driver.verdict.put(state, DO_GIVE_UP), driver, ACT)
    found = look(model.world, model.rules, state)
    if said == DIFFERENT:
        return go(driver.verdict.put(state, DO_ADOPT if found == L_ONE else DO_FIND_IT_DIFFERENT), driver, ACT)
    if RECORDS.of(state) and not OTHER_FILE_OPEN.of(state):
        return go(driver.verdict.put(state, DO_ADOPT), driver, ACT)
    return go(state, driver, ASK)  # there is no such record
