"""What an exchange and an effect can be, and which move leads from which to which: rows, and nothing else decides.

An exchange is one document, one try. An effect is one writing request in it, and stands for one record of QuickBooks.
The drawings in docs/journal.md are made of these rows, and the database refuses any state beside them.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TypeAlias

from procore_qbd.errors import JournalError

__all__ = [
    "EFFECT_MOVES",
    "EXCHANGE_MOVES",
    "LIVE_SESSIONS",
    "SESSION_MOVES",
    "EffectState",
    "ExchangeState",
    "SessionState",
    "moved",
    "way",
]


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


class SessionState(StrEnum):
    """Where an update session of the Web Connector stands."""

    OPENED = "opened"
    """Somebody signed in; it is not proved yet which company file is open."""
    WORKING = "working"
    """A drain is at work, and has no document to hand out at the moment."""
    OFFERED = "offered"
    """It has one, and QuickBooks has not asked for it yet."""
    AWAITING = "awaiting"
    """QuickBooks has it, and its reply did not come back yet."""
    ANSWERED = "answered"
    """The reply is on disk, and the drain has not read it yet."""
    OVER = "over"
    """The drain has ended, and its words wait for whoever asks."""
    CLOSED = "closed"
    """The Web Connector ended it, or did not come back."""
    SUPERSEDED = "superseded"
    """A later session of the same company file began before it was closed."""


_State: TypeAlias = ExchangeState | EffectState | SessionState
_X, _E, _S = ExchangeState, EffectState, SessionState

LIVE_SESSIONS = (_S.OPENED, _S.WORKING, _S.OFFERED, _S.AWAITING, _S.ANSWERED, _S.OVER)
"""The states of a session in which its ticket is good for something; a company file has one such session."""

SESSION_MOVES: dict[tuple[SessionState, str], SessionState] = {
    (_S.OPENED, "begin"): _S.WORKING,
    (_S.WORKING, "offer"): _S.OFFERED,
    (_S.OFFERED, "hand over"): _S.AWAITING,
    (_S.AWAITING, "answer"): _S.ANSWERED,
    (_S.ANSWERED, "take"): _S.WORKING,
    **{(state, "end"): _S.OVER for state in (_S.WORKING, _S.OFFERED, _S.AWAITING, _S.ANSWERED)},
    **{(state, "adopt"): _S.WORKING for state in (_S.WORKING, _S.OFFERED, _S.AWAITING, _S.ANSWERED)},
    **{(state, "close"): _S.CLOSED for state in LIVE_SESSIONS},
    **{(state, "supersede"): _S.SUPERSEDED for state in LIVE_SESSIONS},
}
"""From a state of a session, by a move, to a state. To adopt is to go on with a session whose drain died."""

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


_MOVES: dict[tuple[_State, str], _State] = {
    **EXCHANGE_MOVES,  # type: ignore[dict-item]
    **EFFECT_MOVES,  # type: ignore[dict-item]
    **SESSION_MOVES,  # type: ignore[dict-item]
}


def moved(state: _State, move: str) -> _State:
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
def way(kind: type[_State], move: str) -> tuple[tuple[str, ...], str]:
    """From which states a move leads, and to which one."""
    found = {start.value: end.value for (start, word), end in _MOVES.items() if word == move and type(start) is kind}
    (end,) = set(found.values())
    return tuple(found), end
