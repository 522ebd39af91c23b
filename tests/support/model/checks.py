"""What is explored: a row is a world, the rules by which the driver goes in it, and what must come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from support.model.exploring import MADE_AGAIN_UNASKED, NO_END, NOT_THERE, THERE, TWO_RECORDS, Explored, explore
from support.model.rules import AS_IT_STANDS, REPAIRED, Rules, World

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CHECKS", "HOLES", "MUTANTS", "NO_FENCE", "REPAIRS", "SAFE", "SPARE", "Check"]


@attrs.frozen(kw_only=True)
class Check:
    """A row.

    Attributes:
        name: What is looked at, in words.
        world: What may befall.
        rules: How the driver goes about it.
        wrong: What must be found to be wrong; None: nothing.
        lacks: The rule without which it is wrong.
        mark: "slow" or "long" where it takes more than a second; of pytest.
    """

    name: str
    world: World
    rules: Rules = AS_IT_STANDS
    wrong: str | None = None
    lacks: str = ""
    mark: str = ""

    def explore(self) -> Explored:
        """Look into all states, or as far as what must be found."""
        return explore(self.world, self.rules, stop_at_first=self.wrong is not None)

    def came_out(self, explored: Explored) -> bool:
        """Whether it is as it must be."""
        if self.wrong is None:
            return explored.complete and not explored.wrong
        return self.wrong in explored.wrong


def _rows(*rows: tuple[str, World], rules: Rules = AS_IT_STANDS, mark: str = "") -> tuple[Check, ...]:
    return tuple(Check(name=name, world=world, rules=rules, mark=mark) for name, world in rows)


_NO_RECOVERY, _NO_FENCE = Rules(recovery=False), Rules(fence=False)

SAFE = (
    *_rows(
        ("line and workers", World(twice=1)),
        ("every reply kept", World(twice=1, remembers="all")),
        ("the last reply kept", World(twice=1, remembers="last")),
        ("no reply kept", World(twice=1, remembers="none")),
        ("a person deletes", World(deletes=1)),
        ("a change of a record", World(change=True, deletes=1)),
        ("EditSequence by the second", World(by_second=True)),
    ),
    *_rows(("never asked for replies", World(twice=1)), rules=_NO_RECOVERY),
    *_rows(
        ("QuickBooks refuses, is busy, tears", World(refuses=True, torn=True)),
        ("line and workers, three of each", World(tries=3, claims=3, twice=1)),
        ("QuickBooks refuses, is busy, tears, twice", World(claims=3, twice=1, refuses=True, torn=True)),
        ("a change of a record, twice", World(claims=3, twice=1, change=True, deletes=1, refuses=True)),
        mark="slow",
    ),
    *_rows(
        ("a person deletes, enters a similar one", World(claims=3, twice=1, deletes=1, similar=True, torn=True)),
        mark="long",
    ),
)
"""Where the driver, as it stands, makes nothing twice. Every state is looked into."""

_CASES = tuple(
    Check(name=name, world=world, wrong=wrong, lacks=lacks, mark=mark)
    for lacks, name, world, wrong, mark in (
        ("waits_for_all", "a later document at work", World(tries=3, claims=3, interleaves=True), TWO_RECORDS, ""),
        ("waits_for_all", "one refused, one at work", World(twice=1, interleaves=True), TWO_RECORDS, ""),
        ("looks_in_same_file", "another file when looking", World(switches=2), TWO_RECORDS, ""),
        ("thaw_looks", "late while frozen", World(claims=3, switches=2, thaws=1), TWO_RECORDS, ""),
        ("thaw_looks", "the fence made anew", World(claims=3, fence_deletes=1, thaws=1), TWO_RECORDS, ""),
        ("minds_sequence", "a backup restored", World(twice=1, restores=1, deletes=1), TWO_RECORDS, "long"),
        ("minds_clock", "the same fence as before", World(twice=1, restores=1, deletes=1), TWO_RECORDS, "long"),
        ("minds_cleared", "late after clearing", World(claims=3, restores=1, deletes=1), TWO_RECORDS, "long"),
        ("waits_a_second", "twice, in one second", World(by_second=True, twice=1), TWO_RECORDS, ""),
        ("minds_record", "a change deleted", World(change=True, deletes=2), MADE_AGAIN_UNASKED, ""),
    )
)
"""What each rule that the check led to is for: without it this goes wrong."""

HOLES = tuple(case for case in _CASES if not getattr(AS_IT_STANDS, case.lacks))
"""What the driver does not do yet. A rule that is put into the driver becomes the default of `Rules`."""

REPAIRS = (
    *{
        case.world: attrs.evolve(case, rules=REPAIRED, wrong=None, lacks="", mark=case.mark or "slow")
        for case in _CASES
    }.values(),
    *_rows(
        ("at work on it, twice", World(claims=3, twice=1, interleaves=True, deletes=1)),
        ("another file, twice, thawed", World(claims=3, twice=1, switches=2, thaws=1)),
        ("the fence deleted, twice, thawed", World(twice=1, deletes=1, fence_deletes=1, thaws=1)),
        ("by the second, twice", World(claims=3, twice=1, deletes=1, by_second=True)),
        rules=REPAIRED,
        mark="slow",
    ),
    *_rows(
        ("a backup restored, twice, thawed", World(deletes=1, twice=1, restores=1, thaws=1)),
        ("everything that freezes, two thaws", World(switches=2, fence_deletes=1, restores=1, thaws=2)),
        rules=REPAIRED,
        mark="long",
    ),
)
"""The same and more, with all rules: then nothing is made twice."""


def _mutants() -> Iterator[Check]:
    def mutant(name: str, rules: Rules, world: World | None = None, wrong: str = TWO_RECORDS) -> Check:
        return Check(name=name, world=world or World(), rules=rules, wrong=wrong)

    yield mutant("the fence read after the look", Rules(fence_before_look=False))
    yield mutant("sent again at takeover, without a look", Rules(looks=False))
    yield mutant("no tokens in the journal", Rules(tokens=False))
    yield mutant("600 taken for proof", Rules(silence_is_proof=True))
    yield mutant("a copy's refusal taken for proof", Rules(refusal_is_proof=True))
    yield mutant("a copy's refusal taken for the end", Rules(refusal_is_final=True), wrong=THERE)
    yield mutant("what came late not minded", Rules(minds_late=False))
    yield mutant("a lost reply taken for done", Rules(lost_is_done=True), wrong=NOT_THERE)
    yield mutant("waiting without an end", Rules(waits_forever=True), wrong=NO_END)
    restored, stale = World(twice=1, restores=1), Rules(minds_latest=False, minds_clock=False)
    yield attrs.evolve(mutant("a backup restored before the look", stale, restored), mark="slow")
    short = World(held="nothing", remembers="all")
    yield mutant("no fence: no token before sending", Rules(fence=False, token_at_sending=False), short)
    yield mutant("no fence: 600 taken for proof", Rules(fence=False, silence_is_proof=True), World(held="nothing"))
    twice = World(held="nothing", remembers="all", twice=1)
    yield mutant("no fence: the reply cleared at once", Rules(fence=False, clears_at_once=True), twice)
    for case in _CASES:
        yield attrs.evolve(case, rules=attrs.evolve(REPAIRED, **{case.lacks: False}))


MUTANTS = tuple(_mutants())
"""Rules that are wrong by one: each must be found. The last are all rules, but one."""

SPARE = (
    Check(name="no token before sending", world=World(), rules=Rules(token_at_sending=False), mark="slow"),
    Check(name="the reply cleared at once", world=World(twice=1), rules=Rules(clears_at_once=True), mark="slow"),
    Check(
        name="a fence that went back under the worker's eyes",
        world=World(twice=1, restores=1),
        rules=attrs.evolve(REPAIRED, minds_latest=False),
        mark="slow",
    ),
)
"""What is not needed: it holds without. Without the fence, or without a rule besides, it is (`MUTANTS`)."""

NO_FENCE = (
    Check(name="a copy is held", world=World(claims=1, remembers="all"), rules=_NO_FENCE, wrong=TWO_RECORDS),
    Check(name="a worker is stopped", world=World(held="workers", remembers="all"), rules=_NO_FENCE, wrong=TWO_RECORDS),
    Check(name="twice, and forgotten", world=World(held="nothing", twice=1), rules=_NO_FENCE, wrong=TWO_RECORDS),
    *_rows(
        ("nothing held", World(tries=3, claims=3, held="nothing", interleaves=True)),
        ("nothing held, twice, kept", World(held="nothing", interleaves=True, twice=1, remembers="all")),
        rules=_NO_FENCE,
    ),
    *_rows(
        ("nothing held, replies not asked for", World(held="nothing", interleaves=True, deletes=1)),
        rules=attrs.evolve(_NO_FENCE, recovery=False),
    ),
    *_rows(
        ("nothing held, a person deletes", World(held="nothing", deletes=1, refuses=True, torn=True)),
        ("nothing held, three of each", World(tries=3, claims=3, held="nothing", deletes=1, refuses=True, torn=True)),
        rules=_NO_FENCE,
        mark="slow",
    ),
)
"""Without the fence: what can still happen. It needs a copy that is held for longer than two looks, or one that comes
twice to a QuickBooks that has forgotten the first; else nothing is made twice."""

CHECKS: dict[str, tuple[Check, ...]] = {
    "as it stands": SAFE,
    "as it stands: holes, and must be found": HOLES,
    "with all rules": REPAIRS,
    "without one rule, and must be found": MUTANTS,
    "what is not needed": SPARE,
    "without the fence": NO_FENCE,
}
"""All of them."""
