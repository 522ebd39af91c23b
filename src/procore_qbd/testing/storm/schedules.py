"""Every schedule of at most so many faults over one export: not dice, but all of them, each once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.chooser import Exhaustive, Seeded
from procore_qbd.testing.storm.many import failure_of
from procore_qbd.testing.storm.plans import CHAINS, KINDS_OF_EXPORTS
from procore_qbd.testing.storm.storm import Storm
from procore_qbd.testing.storm.weather import ANSWERING, COMMIT, FAULTS, PEOPLE, SUBMITTING, Weather
from procore_qbd.testing.storm.world import Scene, first_scene

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from procore_qbd.testing.storm.many import Failure
    from procore_qbd.testing.storm.report import StormReport

__all__ = ["FEW_FAULTS", "Schedules", "before", "schedules"]

FEW_FAULTS = frozenset({"dies", "is stopped", "reply lost", "late", "QuickBooks crashes in the middle"})
"""The faults that leave most in the dark; with these alone more of them go together."""
_LEFT_OUT = frozenset(
    {COMMIT[-1], *PEOPLE, *ANSWERING[1:], *SUBMITTING[1:], "Procore is down", "a person acts in the middle"}
)
_TURNS = 120


@attrs.define
class Schedules:
    """What came of it.

    Attributes:
        visited: How many schedules were played, by kind of export.
        report: What was survived in all.
        failure: The first that broke a promise.
    """

    visited: dict[str, int] = attrs.field(factory=dict)
    report: StormReport | None = None
    failure: Failure | None = None


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


def schedules(at_most: int, kinds: Sequence[str] = KINDS_OF_EXPORTS, faults: Iterable[str] | None = None) -> Schedules:
    """Play every schedule of at most so many faults over one export of each kind, up to the first that fails.

    People leave the file alone, and whose turn it is decides the time alone.

    Args:
        at_most: How many faults strike one export.
        kinds: The kinds of exports.
        faults: The faults that may strike; without it, all but those of people and of Procore.
    """
    found = Schedules()
    weather = _weather(FAULTS if faults is None else faults)
    for kind in kinds:
        how: dict[str, Any] = {"weather": weather, "chains": (kind,), "scene": before(kind), "in_order": True}
        every = Exhaustive(at_most)
        for hand in every:
            storm = Storm(hand, **how)
            try:
                report = storm.run()
            except Exception as error:  # noqa: BLE001  an error of the driver's own breaks a promise too
                found.failure = failure_of(hand, error, **how)
                return found
            if found.report is None:
                found.report = report
            else:
                found.report.add(report)
        found.visited[kind] = every.visited
    return found


def _weather(faults: Iterable[str]) -> Weather:
    allowed = set(faults) - _LEFT_OUT
    return Weather(quiet=frozenset(set(FAULTS) - allowed), turns=_TURNS)
