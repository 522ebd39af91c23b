"""Where a worker may stand, what it may write down, and the numbers of what the journal's tables know."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from procore_qbd.journal.decisions import Fence, Found, KeptReply
from procore_qbd.journal.states import EffectState, ExchangeState
from support.model.tables import EFFECTS, EXCHANGES, FENCE, FOUND, KEPT_REPLY

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.model.rules import Rules, World
    from support.model.state import Driver
    from support.model.tables import Tables

__all__ = [
    "ABANDON",
    "ACT",
    "ADOPT",
    "ANSWER",
    "ASK",
    "AWAIT",
    "CLEAR",
    "DIFFERENT",
    "DOUBT",
    "DO_ADOPT",
    "DO_FIND_IT_DIFFERENT",
    "DO_GIVE_UP",
    "E_ASKED",
    "E_ENDS",
    "E_IN_DOUBT",
    "E_NOT_DONE",
    "E_OPEN",
    "FENCE_REFUSED",
    "FIND_DONE",
    "FIND_NOT_DONE",
    "FIND_REFUSED",
    "F_LATER",
    "F_NONE",
    "F_OURS",
    "F_UNMOVED",
    "IDLE",
    "KNOW",
    "KNOW_AND_BEGIN_AGAIN",
    "K_NOT_ASKED",
    "K_SILENT",
    "K_UNSAVED",
    "LATE",
    "LATE_THEN_KNOW",
    "LOOK",
    "LOOK_ANSWERED",
    "L_NOTHING",
    "L_NOT_LOOKED",
    "L_ONE",
    "MEET",
    "RECOVER",
    "RELEASE",
    "RESOLVE",
    "SEE_AGAIN",
    "SEND",
    "SENDING",
    "SETTLE",
    "SETTLE_BY_REPLY",
    "TOUCH",
    "VERDICTS",
    "WAIT",
    "WAIT_TO_LOOK",
    "WITHDRAW",
    "X_ANSWERED",
    "X_CLEARED",
    "X_IN_DOUBT",
    "X_SENDING",
    "X_SETTLED",
    "Model",
    "Step",
]

(
    IDLE, MEET, LATE, LATE_THEN_KNOW, KNOW, KNOW_AND_BEGIN_AGAIN, RESOLVE, RECOVER, SEE_AGAIN, WAIT, LOOK, WAIT_TO_LOOK,
    ASK, SETTLE, SETTLE_BY_REPLY, FENCE_REFUSED, DOUBT, WITHDRAW, ANSWER, LOOK_ANSWERED, ACT, SENDING, SEND, AWAIT,
    CLEAR, RELEASE, TOUCH,
) = range(27)  # fmt: skip
"""Where a worker may stand."""

DIFFERENT, ADOPT, ABANDON = 1, 2, 3
"""What a person answers."""

VERDICTS = ("", "find done", "find refused", "find not done", "adopt", "find it different", "give up")
FIND_DONE, FIND_REFUSED, FIND_NOT_DONE, DO_ADOPT, DO_FIND_IT_DIFFERENT, DO_GIVE_UP = range(1, 7)
"""What is written down of the effect; 0: nothing."""

X_SENDING, X_IN_DOUBT, X_ANSWERED, X_SETTLED, X_CLEARED = (EXCHANGES[state] for state in ExchangeState)
E_OPEN, E_IN_DOUBT, E_ASKED = (EFFECTS[state] for state in (EffectState.OPEN, EffectState.IN_DOUBT, EffectState.ASKED))
E_NOT_DONE = EFFECTS[EffectState.NOT_DONE]
E_ENDS = tuple(EFFECTS[state] for state in (EffectState.DONE, EffectState.REFUSED, EffectState.ABANDONED))
F_UNMOVED, F_OURS, F_LATER, F_NONE = (FENCE[said] for said in Fence)
K_SILENT, K_UNSAVED, K_NOT_ASKED = (
    KEPT_REPLY[said] for said in (KeptReply.SILENT, KeptReply.UNSAVED, KeptReply.NOT_ASKED)
)
L_NOT_LOOKED, L_ONE, L_NOTHING = (FOUND[found] for found in (Found.NOT_LOOKED, Found.ONE, Found.NOTHING))


@attrs.frozen(eq=False)
class Model:
    """A world, the rules of the driver, and the project's tables."""

    world: World
    rules: Rules
    tables: Tables


Step: TypeAlias = "Callable[[Model, int, Driver], list[int]]"
