"""What an exchange and an effect can be, and which move leads from which to which: rows, and nothing else decides.

An exchange is one document, one try. An effect is one writing request in it, and stands for one record of QuickBooks.
The drawings in docs/journal.md are made of these rows, and the database refuses any state beside them.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from procore_qbd.errors import JournalError

__all__ = ["EFFECT_MOVES", "EXCHANGE_MOVES", "EffectState", "ExchangeState", "moved", "way"]


class ExchangeState(StrEnum):
    """Where a document stands."""

    SENDING = "sending"
    """Its bytes, id, sender and fence are on disk; nobody may send another one that writes."""
    IN_DOUBT = "in doubt"
    """No reply came; it is not known whether anything was written."""
    ANSWERED = "answered"
    """The reply is on disk, and nobody has read it yet."""
    SETTLED = "settled"
    """It is known what became of each of its requests."""
    CLEARED = "cleared"
    """QuickBooks was told to forget the reply, if it kept it; no copy of the document is on its way any more."""


class EffectState(StrEnum):
    """Where one writing request stands."""

    OPEN = "open"
    """It was handed out to be sent, and nothing is known."""
    IN_DOUBT = "in doubt"
    """It may have been carried out."""
    ASKED = "asked"
    """A person must say what it is."""
    DONE = "done"
    """QuickBooks has it."""
    REFUSED = "refused"
    """QuickBooks refused it."""
    NOT_DONE = "not done"
    """It is proved that QuickBooks does not have it; what wants it plans it anew."""
    ABANDONED = "abandoned"
    """A person gave it up."""


_X, _E = ExchangeState, EffectState

EXCHANGE_MOVES: dict[tuple[ExchangeState, str], ExchangeState] = {
    (_X.SENDING, "answer"): _X.ANSWERED,
    (_X.SENDING, "lose"): _X.IN_DOUBT,
    (_X.SENDING, "withdraw"): _X.SETTLED,
    (_X.IN_DOUBT, "answer"): _X.ANSWERED,
    (_X.IN_DOUBT, "settle"): _X.SETTLED,
    (_X.ANSWERED, "settle"): _X.SETTLED,
    (_X.ANSWERED, "lose"): _X.IN_DOUBT,
    (_X.SETTLED, "clear"): _X.CLEARED,
    (_X.SETTLED, "come late"): _X.IN_DOUBT,
    (_X.CLEARED, "come late"): _X.IN_DOUBT,
}
"""From a state, by a move, to a state."""

EFFECT_MOVES: dict[tuple[EffectState, str], EffectState] = {
    (_E.OPEN, "find done"): _E.DONE,
    (_E.OPEN, "find refused"): _E.REFUSED,
    (_E.OPEN, "find not done"): _E.NOT_DONE,
    (_E.OPEN, "lose"): _E.IN_DOUBT,
    (_E.OPEN, "ask"): _E.ASKED,
    (_E.IN_DOUBT, "find done"): _E.DONE,
    (_E.IN_DOUBT, "find refused"): _E.REFUSED,
    (_E.IN_DOUBT, "find not done"): _E.NOT_DONE,
    (_E.IN_DOUBT, "ask"): _E.ASKED,
    (_E.NOT_DONE, "come late"): _E.IN_DOUBT,
    (_E.ASKED, "ask"): _E.ASKED,
    (_E.ASKED, "adopt"): _E.DONE,
    (_E.ASKED, "find it different"): _E.NOT_DONE,
    (_E.ASKED, "give up"): _E.ABANDONED,
}


_MOVES: dict[tuple[ExchangeState | EffectState, str], ExchangeState | EffectState] = {
    **EXCHANGE_MOVES,  # type: ignore[dict-item]
    **EFFECT_MOVES,  # type: ignore[dict-item]
}


def moved(state: ExchangeState | EffectState, move: str) -> ExchangeState | EffectState:
    """Where a move leads.

    Raises:
        JournalError: No such move leads from there.
    """
    kind = "exchange" if isinstance(state, ExchangeState) else "effect"
    found = _MOVES.get((state, move))
    if found is None or type(found) is not type(state):
        raise JournalError(f"an {kind} that is {state.value} does not {move}: somebody else settled it meanwhile")
    return found


@cache
def way(kind: type[ExchangeState | EffectState], move: str) -> tuple[tuple[str, ...], str]:
    """From which states a move leads, and to which one."""
    found = {start.value: end.value for (start, word), end in _MOVES.items() if word == move and type(start) is kind}
    (end,) = set(found.values())
    return tuple(found), end
