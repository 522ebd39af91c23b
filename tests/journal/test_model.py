"""The driver's protocol in every state that it can reach: see `support.model`. The large checks are slow, the others not."""

import pytest

from procore_qbd.journal.decisions import DECISIONS, Found, KeptReply, Verdict
from procore_qbd.journal.states import EFFECT_MOVES, EXCHANGE_MOVES
from support.model.checks import CHECKS
from support.model.exploring import explore
from support.model.rules import Rules, World

CASES = [
    pytest.param(
        check,
        id=f"{group}-{check.name}{check.lacks and f', without {check.lacks}'}".replace(" ", "-"),
        marks=[getattr(pytest.mark, check.mark)] if check.mark else [],
    )
    for group, checks in CHECKS.items()
    for check in checks
]


@pytest.mark.parametrize("check", CASES)
def test_what_is_explored_comes_out_as_it_must(check):
    explored = check.explore()
    ways = "\n".join(f"{what}:\n  " + "\n  ".join(way) for what, way in explored.wrong.items())
    assert check.came_out(explored), f"{check.name}: {explored.states} states, complete: {explored.complete}\n{ways}"


def test_a_stopped_worker_that_goes_on_is_told_by_the_shortest_way():
    explored = explore(World(held="workers", remembers="all"), Rules(fence=False), stop_at_first=True)
    (way,) = explored.wrong.values()
    words = (
        "a worker claims the file",
        "writes down what it is about to send (document 1)",
        "a worker claims the file",  # the first is stopped
        "looks in the company file",
        "has waited as long as a document may take, to look again",
        "looks in the company file",
        "sends it (document 1)",  # it goes on
        "QuickBooks does the request (document 1; 1 there",
        "writes down what became of it (document 1)",  # nothing was there
        "QuickBooks does the request (document 2; 2 there",
    )
    lines = iter(way)
    assert all(any(word in line for line in lines) for word in words), "\n".join(way)


def test_what_is_wrong_without_the_fence_is_told_by_the_shortest_way():
    explored = explore(World(claims=1, remembers="all"), Rules(fence=False), stop_at_first=True)
    (way,) = explored.wrong.values()
    looked = [at for at, line in enumerate(way) if "looks in the company file" in line]
    done = [at for at, line in enumerate(way) if "QuickBooks does the request" in line]
    assert len(looked) == len(done) == 2  # looked twice, nothing there; sent anew; and the first one comes
    assert looked[-1] < done[0]


def test_every_check_has_a_name_of_its_own():
    for checks in CHECKS.values():
        names = [(check.name, check.rules) for check in checks]
        assert len(names) == len(set(names))


NEVER = {
    "SEVERAL": lambda row: (
        row.found == (Found.SEVERAL,)
    ),  # two records are what must never be; a person's copy is not modelled
    "old": lambda row: row.old,  # there is no time
    "OTHER": lambda row: row.kept == (KeptReply.OTHER,),  # ids never come twice
}


def test_every_row_and_every_move_is_taken_but_those_that_nothing_here_can_lead_to():
    worlds = (
        (World(torn=True), Rules()),
        (World(claims=1, deletes=1, refuses=True), Rules()),
        (World(claims=1, change=True, deletes=2), Rules(minds_record=True)),
        (World(claims=1, held="nothing"), Rules(fence=False)),
        (World(claims=1, held="nothing"), Rules(fence=False, recovery=False)),
    )
    explored = [explore(world, rules) for world, rules in worlds]
    rows_taken = set().union(*(one.tables.rows for one in explored))
    moves_taken = set().union(*(one.tables.moves for one in explored))
    never = [row for at, row in enumerate(DECISIONS) if at not in rows_taken]
    assert all(row.decision is Verdict.ASK and any(why(row) for why in NEVER.values()) for row in never)
    assert len(never) == len(NEVER)
    every = {f"exchange: {state.value}, {move}" for state, move in EXCHANGE_MOVES}
    every |= {f"effect: {state.value}, {move}" for state, move in EFFECT_MOVES}
    assert every - moves_taken == {"exchange: cleared, come late"}  # which needs the long way of "late after clearing"
    assert moves_taken <= every
