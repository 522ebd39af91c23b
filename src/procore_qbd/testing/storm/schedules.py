"""Every schedule of at most so many faults over one export: not dice, but all of them, each once."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.chooser import Exhaustive, Seeded
from procore_qbd.testing.storm.many import Failure, failure_of, played, processes_for_storms
from procore_qbd.testing.storm.plans import CHAINS, KINDS_OF_EXPORTS
from procore_qbd.testing.storm.report import StormReport
from procore_qbd.testing.storm.storm import Storm
from procore_qbd.testing.storm.weather import ANSWERING, COMMIT, FAULTS, PEOPLE, SUBMITTING, Weather
from procore_qbd.testing.storm.world import Scene, first_scene

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["FEW_FAULTS", "Schedules", "before", "how_of", "options_of", "schedules"]

FEW_FAULTS = ("dies", "reply lost", "late", "is stopped", "QuickBooks crashes in the middle")
"""The faults that leave most in the dark, the worst first; with these alone more of them go together."""
_LEFT_OUT = frozenset(
    {COMMIT[-1], *PEOPLE, *ANSWERING[1:], *SUBMITTING[1:], "Procore is down", "a person acts in the middle"}
)
_TURNS = 120
_PARTS = 8


@attrs.define
class Schedules:
    """What came of it.

    Attributes:
        at_most: How many faults struck one export at the most.
        visited: How many schedules were played, by kind of export.
        report: What was survived in all.
        failure: The first that broke a promise.
    """

    at_most: int
    visited: Counter[str] = attrs.field(factory=Counter)
    report: StormReport = attrs.field(factory=StormReport)
    failure: Failure | None = None

    def lines(self) -> Iterator[str]:
        """What came of it for people."""
        for kind, count in self.visited.items():
            yield f"{count:8}  schedules of at most {self.at_most} faults: {kind}"
        yield f"{self.visited.total():8}  in all, {'0 broken' if self.failure is None else 'and one is broken'}"


@cache
def before(kind: str) -> Scene:
    """The scene in which a kind of export comes next: what it stands on is there, and was made in calm weather."""
    chain = next(chain for chain in CHAINS.values() if kind in chain)
    done = chain[: chain.index(kind)]
    scene = first_scene()
    for one in done:
        storm = Storm(Seeded(0), weather=_weather(()), chains=(one,), workers=1, scene=scene)
        storm.run(close=False)
        scene = storm.world.leave(storm.procore.known)
    return scene


def schedules(
    at_most: int,
    kinds: Sequence[str] = KINDS_OF_EXPORTS,
    faults: Iterable[str] = FAULTS,
    *,
    processes: int | None = 1,
    part: tuple[int, int] = (0, 1),
) -> Schedules:
    """Play every schedule of at most so many faults over one export of each kind, up to the first that fails.

    People leave the file alone but for answers, and whose turn it is decides the time alone. A fault has its usual
    measure (how late, how long, in which request); another measure counts as one fault more.

    Args:
        at_most: How many faults strike one export.
        kinds: The kinds of exports.
        faults: The faults that may strike; those of people and of Procore are left out.
        processes: How many at once; None: one for each processor.
        part: Which part of them, and of how many: ``(0, 40)`` is the first of forty. All parts together are all.
    """
    found = Schedules(at_most)
    count = processes or os.cpu_count() or 1
    here = _PARTS * count if count > 1 else 1
    parts = range(part[0], here * part[1], part[1])
    tasks = [(at_most, kind, tuple(faults), (one, here * part[1])) for kind in kinds for one in parts]
    with processes_for_storms(count) if count > 1 else nullcontext() as pool:
        for one in map(_part, tasks) if pool is None else pool.map(_part, tasks):
            found.visited.update(one.visited)
            found.report.add(one.report)
            if one.failure is not None:
                found.failure = one.failure
                break
    return found


def _part(task: tuple[int, str, tuple[str, ...], tuple[int, int]]) -> Schedules:
    """Play one part of the schedules over one kind of export."""
    at_most, kind, faults, share = task
    found, how = Schedules(at_most), how_of(kind, faults)
    for number, hand in enumerate(Exhaustive(at_most, share=share)):
        error, storm = played(hand, **how)
        if error is not None:
            found.failure = failure_of(hand, error, options=options_of(kind, faults), **how)
            break
        if number or not share[0]:  # each part begins with the schedule of no fault
            found.visited[kind] += 1
            found.report.add(storm.world.report)
    return found


def how_of(kind: str, faults: Iterable[str] = FAULTS) -> dict[str, Any]:
    """What `Storm` is told for one export of a kind."""
    return {"weather": _weather(faults), "chains": (kind,), "scene": before(kind), "in_order": True}


def options_of(kind: str, faults: Iterable[str]) -> str:
    """What the command is told to play a token of a schedule."""
    few = tuple(faults)
    worst = f" --worst {len(few)}" if few == FEW_FAULTS[: len(few)] else ""
    return f" --kinds {kind.replace(' ', '-')}{worst}"


def _weather(faults: Iterable[str]) -> Weather:
    allowed = set(faults) - _LEFT_OUT
    return Weather(quiet=frozenset(set(FAULTS) - allowed), turns=_TURNS)
