"""The driver, step by step, as in `procore_qbd.worker`: what stands between two commits or two documents is one step.

Each step is a function of a state and a worker. It returns the states to which it may lead: one, unless something may go
either way. Where the worker goes next is written into its `at`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.errors import JournalError
from support.model.continuing import go, next_work
from support.model.journal import dropped
from support.model.places import (
    ACT,
    ANSWER,
    ASK,
    AWAIT,
    CLEAR,
    DOUBT,
    FENCE_REFUSED,
    KNOW,
    KNOW_AND_BEGIN_AGAIN,
    LATE,
    LATE_THEN_KNOW,
    LOOK,
    LOOK_ANSWERED,
    MEET,
    RECOVER,
    RELEASE,
    RESOLVE,
    SEE_AGAIN,
    SEND,
    SENDING,
    SETTLE,
    SETTLE_BY_REPLY,
    TOUCH,
    WAIT,
    WAIT_TO_LOOK,
    WITHDRAW,
)
from support.model.quickbooks import BUSY, CUT
from support.model.reading import (
    fence_refused,
    look_answered,
    look_for_it,
    meet,
    recover,
    resolve,
    see_again,
    wait,
    wait_to_look,
)
from support.model.state import DRIVERS
from support.model.writing import (
    act,
    answer,
    ask,
    clear,
    doubt,
    give_up_waiting,
    know,
    know_and_begin_again,
    mind_late,
    mind_late_first,
    plan,
    release,
    send,
    settle,
    settle_by_reply,
    touch,
    withdraw,
)

if TYPE_CHECKING:
    from support.model.places import Model, Step
    from support.model.state import Driver

__all__ = ["STEPS", "begun", "replied", "step"]

STEPS: dict[int, tuple[str, Step]] = {
    MEET: ("reads the fence, before anything else", meet),
    LATE_THEN_KNOW: ("writes down whether a document came late", mind_late_first),
    LATE: ("writes down whether a document came late", mind_late),
    KNOW: ("writes down the fence", know),
    KNOW_AND_BEGIN_AGAIN: ("writes down the fence, and begins again: a document came late", know_and_begin_again),
    RESOLVE: ("reads the fence, if there is one", resolve),
    RECOVER: ("asks for the reply that QuickBooks kept", recover),
    SEE_AGAIN: ("reads the fence again", see_again),
    WAIT: ("has waited as long as a document may take", wait),
    LOOK: ("looks in the company file", look_for_it),
    WAIT_TO_LOOK: ("has waited as long as a document may take, to look again", wait_to_look),
    ASK: ("asks a person", ask),
    SETTLE: ("writes down what became of it", settle),
    SETTLE_BY_REPLY: ("writes down what the reply says", settle_by_reply),
    FENCE_REFUSED: ("was refused by the fence, and reads it", fence_refused),
    DOUBT: ("writes down that it is in doubt", doubt),
    WITHDRAW: ("writes down that nothing was taken", withdraw),
    ANSWER: ("writes down the reply", answer),
    LOOK_ANSWERED: ("looks after what a person answered", look_answered),
    ACT: ("does what a person answered", act),
    SENDING: ("writes down what it is about to send", plan),
    SEND: ("sends it", send),
    AWAIT: ("waits for the reply no longer", give_up_waiting),
    CLEAR: ("has QuickBooks forget the reply", clear),
    RELEASE: ("gives the claim back", release),
    TOUCH: ("writes down that it is about to change the fence once more", touch),
}
"""What a worker does where it stands."""


def step(model: Model, state: int, driver: Driver) -> list[int]:
    """What a worker does next; who is refused by the journal ends.

    Raises:
        JournalError: It is refused although it holds the claim: that must never be.
    """
    try:
        return STEPS[driver.at.of(state)][1](model, state, driver)
    except JournalError:
        if model.rules.tokens:
            raise
        return dropped(state, driver)


def begun(model: Model, state: int, driver: Driver) -> int:
    """A worker that has just claimed the company file."""
    state = driver.whole.put(state, 0)
    return driver.at.put(state, MEET) if model.rules.fence else next_work(model, state, driver)


def replied(model: Model, state: int, document: int, reply: int) -> list[int]:
    """A reply on its way: it is lost, or comes to whoever waits for it."""
    found = [state]
    for driver in DRIVERS:
        if driver.at.of(state) == AWAIT and driver.document.of(state) == document:
            if reply == BUSY:
                found += go(state, driver, WITHDRAW)
            else:
                found += go(driver.reply.put(state, reply), driver, ANSWER)
                if model.world.torn:
                    found += go(driver.reply.put(state, CUT), driver, ANSWER)
    return found
