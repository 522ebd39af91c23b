"""All that happens beside the workers' own steps: workers begin, the line delivers, QuickBooks works, people act.

A row is what may happen, and the states to which it may lead: none, where it cannot happen now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from procore_qbd.journal.states import ExchangeState
from support.model.driver import begun, replied
from support.model.journal import ended, is_asked, think_again, too_early, under_way
from support.model.places import ABANDON, ADOPT, DIFFERENT, IDLE, SEND
from support.model.quickbooks import BUSY, DONE, NOT_TRIED, REFUSED, begin, change, end
from support.model.state import (
    AT_WORK,
    BACKUP,
    BACKUP_TAKEN,
    CLAIMS,
    COPIES,
    DELETED,
    DOCUMENTS,
    DRIVERS,
    FENCE_COUNTER,
    FENCE_EPOCH,
    FENCE_NOTES,
    FENCE_SEQUENCE,
    FENCE_THERE,
    FILE,
    JOURNAL_COUNTER,
    JOURNAL_EPOCH,
    JOURNAL_FROZEN,
    JOURNAL_NOTES,
    JOURNAL_OWNER,
    JOURNAL_SEQUENCE,
    KEPT,
    OTHER_FILE_OPEN,
    PERSON_ANSWERED,
    PERSON_TOOK_AWAY,
    RECORDS,
    SAME_SECOND,
    SIMILAR,
    TRIES,
    TWICE,
    USED_DELETES,
    USED_FENCE_DELETES,
    USED_RESTORES,
    USED_SWITCHES,
    USED_THAWS,
)
from support.model.tables import EXCHANGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.model.places import Model

    _Happening: TypeAlias = Callable[[Model, int], list[int]]

__all__ = ["HAPPENINGS", "claim", "deliver", "finish", "switch", "wants_a_worker"]

_SETTLED = EXCHANGES[ExchangeState.SETTLED]


# --- workers ---------------------------------------------------------------------------------------------------------


def wants_a_worker(state: int) -> bool:
    """Whether there is anything to do, or anything began that the journal does not know."""
    if JOURNAL_FROZEN.of(state):
        return False
    asked = is_asked(state) and not PERSON_ANSWERED.of(state)
    open_ = under_way(state) or not (asked or ended(state))
    return bool(open_ or FENCE_COUNTER.of(state) != JOURNAL_COUNTER.of(state))


def claim(model: Model, state: int) -> list[int]:
    """A worker begins: nobody has the claim, its owner's lease ran out, or its owner died."""
    if not wants_a_worker(state):
        return []
    owner = JOURNAL_OWNER.of(state)
    if owner:
        state = SAME_SECOND.put(state, 0)  # a lease lasts longer
    if owner and model.rules.tokens and model.rules.token_at_sending and DRIVERS[owner - 1].at.of(state) != SEND:
        state = DRIVERS[owner - 1].whole.put(state, 0)  # it has nothing in its hand, and is told with its next commit
    begins = [driver for driver in DRIVERS if driver.at.of(state) == IDLE][:1]
    begins += [driver for driver in DRIVERS if driver.number == owner and driver not in begins]
    return [begun(model, JOURNAL_OWNER.put(state, driver.number), driver) for driver in begins]


def _claim(model: Model, state: int) -> list[int]:
    if CLAIMS.of(state) >= model.world.claims:
        return []
    return claim(model, CLAIMS.more(state))


# --- the line, and QuickBooks ----------------------------------------------------------------------------------------


def deliver(model: Model, state: int, document: int) -> list[int]:
    """QuickBooks takes a copy from the line."""
    state, reply = begin(model.world, model.rules, state, document)
    if reply:
        return replied(model, state, document, reply)
    return [state] if model.world.interleaves else finish(model, state, document)


def finish(model: Model, state: int, document: int) -> list[int]:
    """QuickBooks does the request."""
    return replied(model, end(model.world, model.rules, state, document, DONE), document, DONE)


def _deliver(model: Model, state: int) -> list[int]:
    found = []
    for document in DOCUMENTS[: TRIES.of(state)]:
        if COPIES[document].of(state):
            found += deliver(model, state, document)
    return found


def _finish(model: Model, state: int) -> list[int]:
    found = []
    for document in DOCUMENTS[: TRIES.of(state)]:
        if AT_WORK[document].of(state):
            found += finish(model, state, document)
    return found


def _refuse(model: Model, state: int) -> list[int]:
    found = []
    for document in DOCUMENTS[: TRIES.of(state)] if model.world.refuses else ():
        at_work = state
        if not AT_WORK[document].of(state):
            if model.world.interleaves or not COPIES[document].of(state):
                continue
            at_work, reply = begin(model.world, model.rules, state, document)
            if reply:
                continue
        for reply in (REFUSED, NOT_TRIED):
            found += replied(model, end(model.world, model.rules, at_work, document, reply), document, reply)
    return found


def _break_off(model: Model, state: int) -> list[int]:
    if not model.world.refuses:
        return []
    return [AT_WORK[one].put(state, 0) for one in DOCUMENTS[: TRIES.of(state)] if AT_WORK[one].of(state)]


def _be_busy(model: Model, state: int) -> list[int]:
    found = []
    for document in DOCUMENTS[: TRIES.of(state)] if model.world.refuses else ():
        if COPIES[document].of(state):
            found += replied(model, COPIES[document].more(state, -1), document, BUSY)
    return found


def _lose(_model: Model, state: int) -> list[int]:
    return [COPIES[one].more(state, -1) for one in DOCUMENTS[: TRIES.of(state)] if COPIES[one].of(state)]


def _double(model: Model, state: int) -> list[int]:
    if TWICE.of(state) >= model.world.twice:
        return []
    return [COPIES[one].more(TWICE.more(state)) for one in DOCUMENTS[: TRIES.of(state)] if COPIES[one].of(state) == 1]


def _forget(model: Model, state: int) -> list[int]:
    if model.world.remembers != "forgets":
        return []
    return [KEPT[one].put(state, 0) for one in DOCUMENTS[: TRIES.of(state)] if KEPT[one].of(state)]


# --- people ----------------------------------------------------------------------------------------------------------


def _is_at_work(state: int) -> bool:
    return any(AT_WORK[document].of(state) for document in DOCUMENTS)


def _delete(model: Model, state: int) -> list[int]:
    if not RECORDS.of(state) or OTHER_FILE_OPEN.of(state) or USED_DELETES.of(state) >= model.world.deletes:
        return []
    state = USED_DELETES.more(state)
    if not model.world.change or DELETED.of(state):  # of a change the second line, too
        state = RECORDS.more(state, -1)
    return [PERSON_TOOK_AWAY.put(DELETED.put(state, 1), 1)]


def _enter_similar(model: Model, state: int) -> list[int]:
    if not model.world.similar or SIMILAR.of(state) or OTHER_FILE_OPEN.of(state):
        return []
    return [SIMILAR.put(state, 1)]


def _let_a_second_go_by(model: Model, state: int) -> list[int]:
    return [SAME_SECOND.put(state, 0)] if model.world.by_second and SAME_SECOND.of(state) else []


def _delete_fence(model: Model, state: int) -> list[int]:
    if (
        OTHER_FILE_OPEN.of(state)
        or not FENCE_THERE.of(state)
        or USED_FENCE_DELETES.of(state) >= model.world.fence_deletes
    ):
        return []
    return [FENCE_THERE.put(USED_FENCE_DELETES.more(state), 0)]


def switch(state: int) -> int:
    """Another company file is opened, or this one again."""
    return OTHER_FILE_OPEN.put(state, 1 - OTHER_FILE_OPEN.of(state))


def _switch(model: Model, state: int) -> list[int]:
    if USED_SWITCHES.of(state) >= model.world.switches or _is_at_work(state):
        return []
    return [switch(USED_SWITCHES.more(state))]


def _back_up(model: Model, state: int) -> list[int]:
    if not model.world.restores or BACKUP_TAKEN.of(state) or OTHER_FILE_OPEN.of(state) or _is_at_work(state):
        return []
    return [BACKUP_TAKEN.put(BACKUP.put(state, FILE.of(state)), 1)]


def _brings_back(state: int) -> bool:
    """Whether a person deleted the record since the backup was made, and would have it back."""
    before = FILE.put(state, BACKUP.of(state))
    return bool(RECORDS.of(before) and DELETED.of(state) and not DELETED.of(before))


def _restore(model: Model, state: int) -> list[int]:
    """A backup is restored; not one that brings back what a person had deleted: the second record is that person's."""
    if (
        USED_RESTORES.of(state) >= model.world.restores
        or not BACKUP_TAKEN.of(state)
        or OTHER_FILE_OPEN.of(state)
        or _is_at_work(state)
        or _brings_back(state)
        or FILE.of(state) == BACKUP.of(state)
    ):
        return []
    state = FILE.put(USED_RESTORES.more(state), BACKUP.of(state))
    if USED_RESTORES.of(state) == model.world.restores:
        state = BACKUP.put(state, 0)  # nobody needs it any more
    return [PERSON_TOOK_AWAY.put(state, 1)]


def _answer(model: Model, state: int) -> list[int]:
    """A person looks into the file, and says what is there; it takes longer than a document may take."""
    if too_early(model, state):
        return []
    if not is_asked(state) or PERSON_ANSWERED.of(state) or OTHER_FILE_OPEN.of(state):
        return []
    choices = (ADOPT,) if RECORDS.of(state) else (DIFFERENT, ABANDON)
    return [PERSON_ANSWERED.put(state, choice) for choice in choices]


def _thaw(model: Model, state: int) -> list[int]:
    """A person has seen that the right file is open: `worker.thawing`. The fence is changed, or made anew."""
    if not JOURNAL_FROZEN.of(state) or OTHER_FILE_OPEN.of(state) or USED_THAWS.of(state) >= model.world.thaws:
        return []
    state = change(model.world, USED_THAWS.more(SAME_SECOND.put(state, 0)))
    if FENCE_THERE.of(state):
        state = FENCE_EPOCH.put(state, max(FENCE_EPOCH.of(state), JOURNAL_EPOCH.of(state)) + 1)
    else:
        state = FENCE_EPOCH.put(FENCE_NOTES.put(state, 0), JOURNAL_EPOCH.of(state) + 1)
        state = FENCE_COUNTER.put(state, JOURNAL_COUNTER.of(state) + 1)
        state = FENCE_THERE.put(state, 1)
    state = JOURNAL_COUNTER.put(JOURNAL_FROZEN.put(state, 0), FENCE_COUNTER.of(state))
    state = JOURNAL_SEQUENCE.put(JOURNAL_NOTES.put(state, FENCE_NOTES.of(state)), FENCE_SEQUENCE.of(state))
    state = JOURNAL_EPOCH.put(state, FENCE_EPOCH.of(state))
    return [think_again(model, state) if model.rules.thaw_looks else state]


HAPPENINGS: dict[str, _Happening] = {
    "a worker claims the file": _claim,
    "QuickBooks takes a document": _deliver,
    "QuickBooks does the request": _finish,
    "QuickBooks refuses the request, or does not come to it": _refuse,
    "QuickBooks dies in the middle": _break_off,
    "QuickBooks is busy": _be_busy,
    "a document is lost on the line": _lose,
    "a document is doubled on the line": _double,
    "QuickBooks forgets a reply": _forget,
    "a person deletes the record": _delete,
    "a person enters a similar one": _enter_similar,
    "a second goes by": _let_a_second_go_by,
    "a person deletes the fence": _delete_fence,
    "a person opens another file, or this one again": _switch,
    "a person makes a backup": _back_up,
    "a person restores the backup": _restore,
    "a person answers": _answer,
    "a person lets the file go on": _thaw,
}
"""What may happen at any moment."""
