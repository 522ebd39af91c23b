"""The page about the journal says what the tables say."""

import pathlib

import pytest

from procore_qbd.journal.decisions import DECISIONS
from procore_qbd.journal.states import EFFECT_MOVES, EXCHANGE_MOVES

PAGE = (pathlib.Path(__file__).parents[2] / "docs" / "journal.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize("moves", [EXCHANGE_MOVES, EFFECT_MOVES], ids=["exchange", "effect"])
def test_every_move_has_its_row_and_no_other(moves):
    told = [row for row in ROWS if len(row) == 3 and (row[0], row[1]) in {(state, move) for state, move in moves}]
    assert told == [[state, move, after] for (state, move), after in moves.items()]


def test_every_decision_has_its_row_in_order():
    verdicts = [[row.decision.value, row.why] for row in DECISIONS]
    assert [row[1:] for row in ROWS if len(row) == 3 and row[1:] in verdicts] == verdicts
