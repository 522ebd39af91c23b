"""What may befall: for each of those who take part the ways it can go, the first of which is the usual one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeAlias

import attrs

from procore_qbd.simulator.engine.message_sets import SetMemory

if TYPE_CHECKING:
    from procore_qbd.chooser import Chooser

__all__ = [
    "ACCIDENTS",
    "ANSWERING",
    "CLOCKS",
    "COMMIT",
    "FAULTS",
    "LINE",
    "PEOPLE",
    "READING",
    "RECOVERING",
    "SUBMITTING",
    "TELLING",
    "Weather",
]

LINE = (
    "usual",
    "never left",
    "lost on the way there",
    "reply lost",
    "late",
    "delivered twice",
    "reply cut",
    "reply not saved",
    "QuickBooks crashes in the middle",
    "QuickBooks is busy",
    "a record is open",
    "an error that leaves it open",
    "a person acts in the middle",
)
"""What befalls a document that writes."""

READING = ("usual", "never left", "reply lost", "QuickBooks is busy")
"""What befalls one that only reads."""

RECOVERING = ("usual", "never left", "reply lost", "what was kept is torn", "the id is kept for other bytes")
"""What befalls a document that asks for a reply once more."""

COMMIT = ("usual", "dies", "is stopped", "dies, and all rest for 100 days")
"""What befalls a worker before the journal is written."""

PEOPLE = (
    "nothing",
    "rename",
    "renumber",
    "edit",
    "deactivate",
    "delete",
    "void",
    "merge",
    "enter a similar one",
    "create a copy",
    "type it by hand",
    "edit the fence",
    "rename the fence",
    "answer a question",
)
"""What people do."""

ANSWERING = ("usual", "names a record that is not there")
"""What befalls a person who answers a question."""

TELLING = ("usual", "Procore is down")
SUBMITTING = ("once", "sent twice", "sent twice under two ids")

ACCIDENTS = ("none", "a backup is restored", "the fence is deleted", "another file is opened")
"""After which nothing may be sent any more until a person has looked."""

_INTERFERING = {*PEOPLE, "a person acts in the middle"}
_TOO_LATE = {"late", "delivered twice"}
_USUAL = {"usual", "nothing", "once"}
FAULTS: tuple[str, ...] = tuple(
    dict.fromkeys(
        fate
        for fates in (LINE, READING, RECOVERING, COMMIT, PEOPLE, ANSWERING, TELLING, SUBMITTING)
        for fate in fates
        if fate not in _USUAL
    )
)
"""Every kind of fault."""

CLOCKS: dict[str, tuple[str, int]] = {
    "in step": ("UTC", 0),
    "an hour behind": ("UTC", -3600),
    "nearly a day ahead": ("Pacific/Auckland", 80_000),
    "where summer time begins": ("America/Los_Angeles", 5_014_500),
    "where summer time ends": ("America/Los_Angeles", 25_574_100),
}
"""How the clock goes on the computer that QuickBooks runs on: its time zone, and how many seconds it is ahead.

Summer time begins in Los Angeles on 2027-03-14 at 10:00 UTC, and ends on 2027-11-07 at 9:00 UTC; a storm begins at noon
on 2027-01-15, which is then an hour and five minutes before. So the hour that is not there is in it, or the one that is
there twice.
"""

Memory: TypeAlias = SetMemory | dt.timedelta
MEMORIES: tuple[Memory, ...] = (SetMemory.ALL, SetMemory.LAST, SetMemory.NONE, dt.timedelta(minutes=2))
_SOMETIMES, _SELDOM, _CALM = 0.5, 0.25, 0.1


@attrs.frozen(kw_only=True)
class Weather:
    """What holds for a whole storm.

    Attributes:
        memory: How long QuickBooks remembers replies.
        clock: How the clock of QuickBooks goes, of `CLOCKS`.
        by_second: Whether an EditSequence is the second of the change alone.
        multi_user: Whether the company file is open in multi-user mode, in which nothing is merged.
        recovery: Whether QuickBooks is asked to keep replies.
        fence: Whether documents begin with the fence. Without it nothing may come later than it is waited for.
        quiet: Kinds of fault that do not occur, of `FAULTS`.
        accident: One of `ACCIDENTS`.
        tidy: Whether the end is waited for at which QuickBooks was told to forget every reply.
        turns: After how many turns the faults end.
    """

    memory: Memory = SetMemory.ALL
    clock: str = "in step"
    by_second: bool = False
    multi_user: bool = False
    recovery: bool = True
    fence: bool = True
    quiet: frozenset[str] = frozenset()
    accident: str = ACCIDENTS[0]
    tidy: bool = False
    turns: int = 400

    @property
    def people(self) -> bool:
        """Whether people interfere at all."""
        return not self.quiet >= {act for act in PEOPLE if act not in ("nothing", "answer a question")}

    @classmethod
    def picked(cls, chooser: Chooser) -> Weather:
        """The weather that a chooser picks: whole kinds of fault are off, so that the others come to something."""
        often = chooser.split("weather", departures=_SOMETIMES)
        seldom = chooser.split("weather seldom", departures=_SELDOM)
        accident = chooser.split("accident", departures=_CALM)
        undisturbed = seldom.pick(2, "nobody interferes")
        quiet = {fault for fault in FAULTS if often.pick(2, f"no {fault}")}
        if not seldom.pick(2, "long rest"):
            quiet.add(COMMIT[-1])
        fence = not accident.pick(2, "no fence")
        return cls(
            memory=MEMORIES[often.pick(len(MEMORIES), "memory")],
            clock=tuple(CLOCKS)[seldom.pick(len(CLOCKS), "clock")],
            by_second=bool(often.pick(2, "EditSequence by the second")),
            multi_user=bool(seldom.pick(2, "multi-user mode")),
            recovery=not seldom.pick(2, "no recovery"),
            fence=fence,
            quiet=frozenset(quiet | (_INTERFERING if undisturbed else set()) | (set() if fence else _TOO_LATE)),
            accident=ACCIDENTS[accident.pick(len(ACCIDENTS), "accident") if fence else 0],
            tidy=bool(seldom.pick(2, "tidy")),
        )

    def __str__(self) -> str:
        words = [f"QuickBooks remembers {self.memory}"]
        words += [f"QuickBooks' clock: {self.clock}"] if self.clock != "in step" else []
        words += ["EditSequence by the second"] if self.by_second else []
        words += ["multi-user mode"] if self.multi_user else []
        words += [] if self.recovery else ["no recovery"]
        words += [] if self.fence else ["no fence"]
        words += [] if self.people else ["nobody interferes"]
        words += [self.accident] if self.accident != ACCIDENTS[0] else []
        return ", ".join(words)
