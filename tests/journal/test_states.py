"""The states of exchanges and effects, and the moves between them."""

import pytest

from procore_qbd.errors import JournalError
from procore_qbd.journal.states import EFFECT_MOVES, EXCHANGE_MOVES, EffectState, ExchangeState, moved


@pytest.mark.parametrize(
    ("moves", "first", "states"),
    [
        (EXCHANGE_MOVES, ExchangeState.SENDING, ExchangeState),
        (EFFECT_MOVES, EffectState.OPEN, EffectState),
    ],
    ids=["exchange", "effect"],
)
def test_every_state_can_be_reached(moves, first, states):
    reached, before = {first}, set()
    while reached != before:
        before = set(reached)
        reached |= {to for (state, _), to in moves.items() if state in reached}
    assert reached == set(states)


def test_what_is_done_stays_done_whatever_comes_late():
    settled = (EffectState.DONE, EffectState.REFUSED, EffectState.ABANDONED)
    assert not [key for key in EFFECT_MOVES if key[0] in settled]
    assert moved(EffectState.NOT_DONE, "come late") is EffectState.IN_DOUBT


@pytest.mark.parametrize("state", [*ExchangeState, *EffectState])
def test_a_move_that_no_row_has_is_an_error(state):
    with pytest.raises(JournalError, match=f"that is {state.value} does not fly: somebody else settled it"):
        moved(state, "fly")
    other = "find done" if isinstance(state, ExchangeState) else "answer"
    with pytest.raises(JournalError):
        moved(state, other)
