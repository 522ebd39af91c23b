"""A storm over a program of your own: it exports something, everything goes wrong meanwhile, and the file is looked at.

The program is called as a scheduler would call it: again after an error, and again after it died. What it leaves in the
company file in calm weather is what it must leave in every other: no record twice, none missing, no amount otherwise.
Each schedule begins with a twin of the company file and a memory of its own. First every schedule of one fault is
played, then schedules of many by dice; what breaks is shrunk to the least that still does, and has a token.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from procore_qbd.chooser import Exhaustive, Replay, Seeded, shrink, token_of
from procore_qbd.testing.comparing import in_short
from procore_qbd.testing.flow_judge import NotAsInCalmError, compared, left_in, photographed
from procore_qbd.testing.flow_line import Died, FlowLine, StormFault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from procore_qbd.chooser import Hand
    from procore_qbd.qbxml import Record
    from procore_qbd.simulator import CompanyFile
    from procore_qbd.testing.clock import Clock
    from procore_qbd.transports import Transport

__all__ = ["FlowStorm", "NotAsInCalmError", "StormFault", "Survived"]

M = TypeVar("M")

_DEPARTURES = 0.15
_REST = 900
"""Seconds between two calls: longer than a worker holds a company file, unless it is told otherwise."""
_STORMY, _CALM = 4, 8
"""How often it is called while faults strike, and then until it must have come to an end."""
_MOST_RUNS = 300
"""How often a failure is played to find the least of it."""


@attrs.frozen
class Survived:
    """What a program survived.

    Attributes:
        schedules: How many schedules were played.
        faults: How often each fault struck.
    """

    schedules: int
    faults: Counter[str]


@attrs.define
class FlowStorm:
    """The storm; the fixture ``storm`` is one over the company file of the test.

    Attributes:
        company_file: What each schedule begins with a twin of.
        clock: The time of all of it; a program that waits or asks what time it is must go by this clock.
        seeds: How many schedules are played by dice.
        token: Plays this schedule alone.
        name: The test, for who plays it again.
    """

    company_file: CompanyFile
    clock: Clock
    seeds: int = 20
    token: str | None = None
    name: str = ""

    def __call__(
        self,
        attempt: Callable[[Transport, M], object],
        *,
        memory: Callable[[], M] = dict,  # type: ignore[assignment]  # a dict where nothing else is said
        at_most: int = 1,
        seeds: int | None = None,
        without: Collection[str] = (),
        ignore: Collection[str] = (),
        token: str | None = None,
    ) -> Survived:
        """Let it be exported in every weather.

        Args:
            attempt: Exports something over a transport, given what the program remembers. It is called again when it
                raises, when the program dies within it, and when it returns False, which says that something is left to
                do; any other value says that it is done.
            memory: Makes what the program remembers from one call to the next, as a database would: once for each
                schedule. By default an empty dict.
            at_most: How many faults strike in the schedules that are played one and all.
            seeds: How many schedules by dice come after those, in which any number of faults strike.
            without: Faults that do not strike, of `StormFault`.
            ignore: Fields of records that may differ from what they are in calm weather: ``"memo"``.
            token: Plays the one schedule that it stands for, as the message of a failure gave it.

        Raises:
            NotAsInCalmError: What stands in the company file is not what it is in calm weather, or the program does not
                come to an end. The message says what happened, and how to play it again.
            ValueError: In calm weather the program changes nothing, so there is nothing to see; or it does another
                thing when all is the same; or there is no such fault or token.
            Exception: What the program raises in calm weather.
        """
        __tracebackhide__ = True  # pytest shows the call, and what the program raised
        faults = tuple(fault for fault in StormFault if fault not in {StormFault(one) for one in without})
        program = _Program(self, attempt, memory, faults, frozenset(ignore), photographed(self.company_file))
        program.calm = program.play(Replay(token_of({})))
        if not program.calm:
            raise ValueError("in calm weather nothing changed in the company file, so no storm can show anything")
        struck: Counter[str] = Counter()
        hands = self._hands(token or self.token, at_most, self.seeds if seeds is None else seeds)
        count = 0
        for hand in hands:
            count += 1
            try:
                program.play(hand)
            except NotAsInCalmError as broken:
                if not program.struck:
                    raise ValueError(f"in calm weather it does not do the same twice\n{broken}") from None
                raise self._told(program, hand, broken) from None
            struck.update(program.struck)
        return Survived(count, struck)

    @staticmethod
    def _hands(token: str | None, at_most: int, seeds: int) -> Iterator[Hand]:
        if token is not None:
            yield Replay(token)
            return
        try:
            yield from Exhaustive(at_most)
        except RuntimeError as error:
            raise ValueError(f"{error}; a program in a storm must do the same when the same happens") from None
        yield from (Seeded(seed, departures=_DEPARTURES) for seed in range(1, seeds + 1))

    def _told(self, program: _Program, hand: Hand, broken: NotAsInCalmError) -> NotAsInCalmError:
        """The least of a failure, with what plays it again."""
        least, runs = broken, 0

        def fails(picks: dict[str, list[int]]) -> bool:
            nonlocal least, runs
            runs += 1
            try:
                if runs <= _MOST_RUNS:
                    program.play(Replay(token_of(picks)))
            except NotAsInCalmError as error:
                if error.kind == broken.kind:
                    least = error
                    return True
            return False

        try:
            token = token_of(shrink(hand.picks, fails))
        except ValueError:
            again = "it cannot be: played again it does not fail, so something else than the storm decides"
            return attrs.evolve(broken, again=again)
        again = f'pytest "{self.name}" --storm-token {token}' if self.name else f'storm(…, token="{token}")'
        return attrs.evolve(least, token=token, again=again)


@attrs.define
class _Program:
    """One program in every weather.

    Attributes:
        before: What is in the company file before.
        calm: What it leaves in calm weather.
        struck: What struck in the last schedule.
    """

    storm: FlowStorm
    attempt: Callable[[Transport, Any], object]
    memory: Callable[[], Any]
    faults: tuple[StormFault, ...]
    ignore: frozenset[str]
    before: dict[tuple[str, str], Record]
    calm: tuple[Record | str, ...] | None = None
    struck: Counter[str] = attrs.field(factory=Counter)

    def play(self, hand: Hand) -> tuple[Record | str, ...]:
        """One schedule, from the beginning: what was left in the file.

        Raises:
            NotAsInCalmError: It is something else than in calm weather.
        """
        clock, began = self.storm.clock, self.storm.clock.now
        try:
            with self.storm.company_file.twin(clock=clock) as company:
                line = FlowLine(company, clock, hand, self.faults)
                try:
                    self._call_until_done(line)
                finally:
                    self.struck = line.struck
                line.settle()
                left = left_in(company, self.before, self.ignore)
        finally:
            clock.now = began
        if self.calm is not None and (told := compared(self.calm, left)):
            raise NotAsInCalmError(told[0], tuple(told), tuple(line.trace))
        return left

    def _call_until_done(self, line: FlowLine) -> None:
        memory, raised = self.memory(), None
        for number in range(_STORMY + _CALM):
            line.is_calm = number >= _STORMY
            line.note(f"call {number + 1}")
            try:
                with line.opened() as transport:
                    done = self.attempt(transport, memory)
            except Died as death:
                raised = None
                line.note(str(death))
            except Exception as error:
                if self.calm is None:
                    raise
                raised = error
                line.note(f"it raises {in_short(error)}")
            else:
                raised = None
                line.note("it says that something is left to do" if done is False else "it is done")
                if done is not False:
                    return
            line.must_go_on()
            self.storm.clock.forward(_REST)
        words = ["it does not come to an end, though the faults have ended"]
        words.append(
            f"it raises {raised!r}" if raised else "whatever waits or asks for the time goes by the storm's clock"
        )
        raise NotAsInCalmError("no end", tuple(words), tuple(line.trace))
