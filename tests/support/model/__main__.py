"""Explore everything and print what came of it: `nox -s model`."""

from __future__ import annotations

import sys

from procore_qbd.journal.decisions import DECISIONS
from procore_qbd.journal.states import EFFECT_MOVES, EXCHANGE_MOVES
from support.model.checks import CHECKS

_SMALL, _WAYS = "--small" in sys.argv, "--ways" in sys.argv


def main() -> int:
    """Print a row for each check, then what of the tables was never used.

    ``--small`` leaves out what is slow; ``--ways`` prints the shortest way to what is wrong.

    Returns:
        How many checks did not come out as they must.
    """
    failed, states, seconds = 0, 0, 0.0
    rows: set[int] = set()
    moves: set[str] = set()
    for title, checks in CHECKS.items():
        _say(f"\n{title:46} {'states':>10} {'seconds':>8}")
        for check in checks:
            if _SMALL and check.mark:
                continue
            explored = check.explore()
            rows |= explored.tables.rows
            moves |= explored.tables.moves
            states, seconds = states + explored.states, seconds + explored.seconds
            failed += not (right := check.came_out(explored))
            found = ", ".join(f"{what}, in {len(way)} steps" for what, way in explored.wrong.items()) or "nothing wrong"
            lacks = f" (lacks {check.lacks})" if check.lacks else ""
            said = f"{found}{lacks}{'' if right else '  -- NOT AS IT MUST BE'}"
            _say(f"  {check.name:44} {explored.states:10,} {explored.seconds:8.1f}  {said}")
            if _WAYS or not right:
                for way in explored.wrong.values():
                    _say("".join(f"      {line}\n" for line in way))
    _say(f"\n{'all':46} {states:10,} {seconds:8.1f}")
    never = [f"{row.decision.value}: {row.why}" for at, row in enumerate(DECISIONS) if at not in rows]
    never += [f"exchange: {state.value}, {move}" for state, move in EXCHANGE_MOVES]
    never += [f"effect: {state.value}, {move}" for state, move in EFFECT_MOVES]
    _say("\nnever used:\n" + "\n".join(f"  {one}" for one in never if one not in moves))
    return failed


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
