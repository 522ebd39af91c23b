"""The storm itself: workers that die, stop and go on later, and everybody else, each in turn, until all has an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import Books
from procore_qbd.errors import JournalError
from procore_qbd.testing.storm.desk import Desk
from procore_qbd.testing.storm.judge import KINDS, Judge
from procore_qbd.testing.storm.line import LineToQuickBooks
from procore_qbd.testing.storm.people import People
from procore_qbd.testing.storm.procore import Procore
from procore_qbd.testing.storm.report import deciding
from procore_qbd.testing.storm.weather import ACCIDENTS, COMMIT, Weather
from procore_qbd.testing.storm.world import LEASE, TIMEOUT, Scene, World, first_scene
from procore_qbd.worker import Commit, Send, Sleep, Tell, WorkerSettings, steps

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from procore_qbd.chooser import Chooser
    from procore_qbd.journal.tables import Tables
    from procore_qbd.testing.storm.report import StormReport
    from procore_qbd.transports.base import Transport
    from procore_qbd.worker import Drained, Step

    Course = Generator[Step, Any, Drained]

__all__ = ["Storm"]

_USUAL_CHAINS = ("subcontract", "project", "subcontract")
_PROJECT = 86
_STOPPED = (3 * (LEASE + TIMEOUT), LEASE + 10, 3000.0)
_REST = 100 * 24 * 3600.0
_AGAIN = 20
_AFTER_DEATH = 5
_PATIENCE = 1500
"""Turns within which all must have an end when the faults have ended."""


@attrs.define(eq=False)
class _Worker:
    """Somebody who drains; without a course it is dead, or has nothing to do."""

    name: str
    chooser: Chooser
    course: Course | None = None


class Storm:
    """One storm.

    Args:
        chooser: What picks; each who takes part is an actor of it.
        weather: What holds all along; the chooser picks it where nothing is said.
        chains: What Procore sends: names of `plans.CHAINS`, or kinds of exports.
        workers: How many drain at once.
        scene: What there is already.
        tables: Where the journal is kept, if not in memory.
        in_order: Whether turns come by the time alone.
        tool: Whether people at Procore take the requests through the ERP tool (`desk.Desk`).
        through: Makes the transport that documents go through, from a function, the world and the chooser.
    """

    def __init__(
        self,
        chooser: Chooser,
        *,
        weather: Weather | None = None,
        chains: Sequence[str] = _USUAL_CHAINS,
        workers: int = 2,
        scene: Scene | None = None,
        tables: Tables | None = None,
        in_order: bool = False,
        tool: bool = False,
        through: Callable[..., Transport] | None = None,
    ) -> None:
        chosen = weather if weather is not None else Weather.picked(chooser)
        self.world = World(chooser, chosen, scene if scene is not None else first_scene(), tables)
        self._in_order = in_order
        self.people = People(self.world, chooser)
        self.judge = self.people.judge = Judge(self.world)
        self.line = LineToQuickBooks(self.world, chooser, self.judge, self.people.act, through)
        projects = (_PROJECT, *(200 + group for group in range(len(chains))))
        self.desk = Desk(self.world, chooser, projects) if tool else None
        self.procore = Procore(self.world, chooser, chains, self.desk)
        self._settings = WorkerSettings(
            timeout=TIMEOUT, lease=LEASE, pause=1, tries=6, recovery=chosen.recovery, fence=chosen.fence
        )
        self._books = Books(income_account="Income", expense_account="Cost")
        self._frozen: str | None = None
        self.workers = [
            _Worker(f"worker {number}", chooser.split(f"worker {number}", departures=0.06)) for number in range(workers)
        ]

    def run(self, *, close: bool = True) -> StormReport:
        """Play it to its end.

        Args:
            close: Whether the company file is closed then.

        Raises:
            BrokenError: A promise is broken.
        """
        try:
            with deciding(self.world.report.rules):
                self._play()
        finally:
            self.people.leave()
            self.line.close()
        if close:
            self.world.company.close()
        return self.world.report

    def _play(self) -> None:
        world = self.world
        self.procore.begin()
        for worker in self.workers:
            world.turns.after(0, worker.name, lambda worker=worker: self._drain(worker))  # type: ignore[misc]
        self.people.begin(self.procore.has)
        for _ in range(world.weather.turns):
            if self._in_order and world.happened:
                self.people.answer()
            if self._is_over():
                break
            world.turns.take(in_order=self._in_order)
        world.calm = True
        self._come_home()
        must_freeze = world.expected in ACCIDENTS[2:] or bool(self.people.lost)
        for _ in range(2 if must_freeze and self._frozen is None else 0):  # one may be at work, and past the fence
            self._drain_once()
        self.judge.look(KINDS)
        if world.expected == ACCIDENTS[-1] and self.judge.there():
            raise world.broken(f"another company file was opened, and {self.judge.there()} was written to it")
        if self._frozen is not None:
            world.report.frozen += 1
            return
        if must_freeze:
            raise world.broken(f"{world.expected}, and the driver went on; lost: {', '.join(sorted(self.people.lost))}")
        if world.weather.tidy:
            self._tidy_up()
        self._at_the_end()

    def _at_the_end(self) -> None:
        self.judge.at_the_end(self.procore.told.values(), len(self.procore.told), self.procore.deletions)
        if self.desk is not None:
            self.desk.at_the_end()

    def _come_home(self) -> None:
        """The faults have ended: everything must come to an end now."""
        for _ in range(_PATIENCE):
            if self.world.happened:
                self.people.answer()
            if self._is_over():
                return
            if not self.world.turns:
                raise self.world.broken("nobody has anything to do, and requests have not ended")
            self.world.turns.take(in_order=True)
        raise self.world.broken(f"requests do not end: {self.world.journal.count('books')}")

    def _is_over(self) -> bool:
        """Whether every request has ended and Procore knows, or the file is frozen; it is looked if anything happened.

        What an accident does must be met by the driver, so after one it is over only when the file is frozen, or when
        somebody has drained since.
        """
        if not self.world.happened:
            return False
        self.world.happened = False
        if self._frozen is not None:
            return True
        count = self.world.journal.count("books")
        waits = any(count.get(state) for state in ("waiting", "working", "asked"))
        return not waits and not self.world.journal.closings("books")

    def _tidy_up(self) -> None:
        """Let the time pass after which no copy of anything can come, and drain once more."""
        for delay in (2 * (LEASE + TIMEOUT) + _STOPPED[-1], LEASE + TIMEOUT + 1):
            self.world.turns.now += delay
            self._drain_once()

    def _drain_once(self) -> None:
        """Let somebody end a drain."""
        self.world.happened = False
        for _ in range(_PATIENCE):
            if self.world.happened:
                return
            self.world.turns.take(in_order=True)

    # --- workers -----------------------------------------------------------------------------------------------------

    def _drain(self, worker: _Worker) -> None:
        worker.course = steps(
            "books",
            self.world.journal,
            self._books,
            owner=worker.name,
            new_id=self.world.new_id,
            clock=lambda: self.world.turns.now,
            settings=self._settings,
        )
        self._go_on(worker, worker.course, None)

    def _after(self, delay: float, worker: _Worker, course: Course, answer: Any = None) -> None:
        self.world.turns.after(delay, worker.name, lambda: self._go_on(worker, course, answer))

    def _go_on(self, worker: _Worker, course: Course, answer: Any) -> None:
        """Resume a worker, unless it died meanwhile: then it is never resumed."""
        if worker.course is not course:
            return
        try:
            step = course.throw(answer) if isinstance(answer, Exception) else course.send(answer)
        except StopIteration as end:
            self._drained(worker, end.value)
            return
        except JournalError as error:
            self.world.note(worker.name, str(error))
            self.world.turns.after(_AGAIN, worker.name, lambda: self._drain(worker))
            return
        if isinstance(step, Send):
            self.line.send(step, worker.name, lambda reply, delay: self._after(delay, worker, course, reply))
        elif isinstance(step, Sleep):
            self._after(step.seconds, worker, course)
        elif isinstance(step, Tell):
            self._after(0, worker, course, self.procore.tell(step.number, step.close_out))
        elif isinstance(step, Commit):
            self._commit(worker, course, step)

    def _drained(self, worker: _Worker, drained: Drained) -> None:
        self.world.happened = self.world.happened or not drained.busy
        if drained.frozen is not None:
            self.world.note(worker.name, f"frozen: {drained.frozen}")
            if self.world.expected is None:
                raise self.world.broken(f"frozen without a reason: {drained.frozen}")
            self._frozen = drained.frozen
        self.world.turns.after(_AGAIN, worker.name, lambda: self._drain(worker))

    def _commit(self, worker: _Worker, course: Course, step: Commit) -> None:
        fate = self.world.fate(worker.chooser, COMMIT, f"{worker.name} before {step.name!r}")
        if fate.startswith("dies"):
            worker.course = None
            self.world.turns.now += 0 if fate == "dies" else _REST
            self.world.turns.after(_AFTER_DEATH, worker.name, lambda: self._drain(worker))
        elif fate == "is stopped":
            self._after(_STOPPED[worker.chooser.pick(len(_STOPPED), "how long")], worker, course)
        else:
            self._go_on(worker, course, None)
