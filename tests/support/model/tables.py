"""The project's own tables, by number: `decide` and `moved`, asked once for each case, and which of them were used."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeAlias

from procore_qbd.errors import JournalError
from procore_qbd.journal.decisions import DECISIONS, Evidence, Fence, Found, KeptReply, Verdict, decide
from procore_qbd.journal.states import EFFECT_MOVES, EXCHANGE_MOVES, EffectState, ExchangeState, moved

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["EFFECTS", "EXCHANGES", "FENCE", "FOUND", "KEPT_REPLY", "Tables"]

EXCHANGES: dict[ExchangeState, int] = {state: number for number, state in enumerate(ExchangeState, 1)}
EFFECTS: dict[EffectState, int] = {state: number for number, state in enumerate(EffectState, 1)}
"""A state as a number; 0 is a document that was never planned."""
KEPT_REPLY: dict[KeptReply, int] = {said: number for number, said in enumerate(KeptReply)}
FENCE: dict[Fence, int] = {said: number for number, said in enumerate(Fence)}
FOUND: dict[Found, int] = {found: number for number, found in enumerate(Found)}

_Moves: TypeAlias = dict[tuple[int, str], tuple[int, str]]


class Tables:
    """What the code decides, as it decides it.

    Attributes:
        rows: The rows of `DECISIONS` that were gone by, by their place.
        moves: The moves that were made, in words.
    """

    def __init__(self) -> None:
        self.rows: set[int] = set()
        self.moves: set[str] = set()
        self._decided: dict[tuple[int, int, int, int], tuple[Verdict, int]] = {}
        for kept, fence, found, waited in itertools.product(KeptReply, Fence, Found, (False, True)):
            row = decide(Evidence(kept=kept, fence=fence, found=found, waited=waited))
            key = KEPT_REPLY[kept], FENCE[fence], FOUND[found], int(waited)
            self._decided[key] = row.decision, DECISIONS.index(row)
        self._exchanges = _numbered("exchange", EXCHANGES, [move for _, move in EXCHANGE_MOVES])
        self._effects = _numbered("effect", EFFECTS, [move for _, move in EFFECT_MOVES])

    def decide(self, kept: int, fence: int, found: int, waited: int) -> Verdict:
        """What is done."""
        verdict, row = self._decided[kept, fence, found, waited]
        self.rows.add(row)
        return verdict

    def exchange(self, state: int, move: str) -> int:
        """Where an exchange goes.

        Raises:
            JournalError: The journal allows no such move.
        """
        return self._to(self._exchanges, state, move)

    def effect(self, state: int, move: str) -> int:
        """Where an effect goes.

        Raises:
            JournalError: The journal allows no such move.
        """
        return self._to(self._effects, state, move)

    def _to(self, table: _Moves, state: int, move: str) -> int:
        found = table.get((state, move))
        if found is None:
            raise JournalError(f"the journal allows no move {move!r} from state {state}")
        self.moves.add(found[1])
        return found[0]


def _numbered(kind: str, states: dict[ExchangeState, int] | dict[EffectState, int], moves: Iterable[str]) -> _Moves:
    numbers: dict[ExchangeState | EffectState, int] = dict(states.items())
    found: _Moves = {}
    for state, move in itertools.product(numbers, dict.fromkeys(moves)):
        try:
            to = moved(state, move)
        except JournalError:
            continue
        found[numbers[state], move] = numbers[to], f"{kind}: {state.value}, {move}"
    return found
