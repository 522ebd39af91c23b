"""The page about the journal shows what the code goes by."""

import re
import sys
from pathlib import Path

import pytest

from procore_qbd.journal.decisions import DECISIONS
from procore_qbd.journal.states import EFFECT_MOVES, EXCHANGE_MOVES

DOCS = Path(__file__).parents[2] / "docs"
sys.path.append(str(DOCS))

from journal_drawing import drawing, parts  # noqa: E402


def grid(columns, rows):
    return "\n".join(f"| {' | '.join(row)} |" for row in (columns, ["---"] * len(columns), *rows))


@pytest.mark.parametrize(("kind", "moves"), [("exchange", EXCHANGE_MOVES), ("effect", EFFECT_MOVES)])
def test_every_move_is_drawn_and_has_its_row(kind, moves):
    picture, table = drawing(kind), parts(grid)[f"journal.{kind}"]
    assert sorted(re.findall(r'class="name"[^>]*>([^<]+)', picture)) == sorted(type(next(iter(moves))[0]))
    named = ", ".join(re.findall(r'class="move"[^>]*>([^<]+)', picture)).split(", ")
    assert sorted(named) == sorted(move for _, move in moves)
    for (before, move), after in moves.items():
        assert f"| {before} | {move} | {after} |" in table


def test_every_rule_has_its_row_in_order_and_the_page_includes_all():
    table = parts(grid)["journal.decisions"].splitlines()[2:]
    assert [line.split(" | ")[1:] for line in table] == [[row.decision.value, f"{row.why} |"] for row in DECISIONS]
    pages = [(DOCS / name).read_text("utf-8") for name in ("journal.md", "webconnector/index.md")]
    assert {found for page in pages for found in re.findall(r"drawn/(\w+\.\w+)\.md", page)} == set(parts(grid))
