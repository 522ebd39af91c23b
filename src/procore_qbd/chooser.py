"""All chance in one place: pick a number below n, where 0 is what usually happens.

Whoever has a choice asks a `Chooser`, and does not know which hand picks: `Seeded` throws dice, `Exhaustive` goes
through every sequence of picks, `Replay` repeats one from a token, `Drawn` lets a strategy of Hypothesis draw. So one
program is a simulation, a proof, a repetition and a property, and a failure of any of them is a short token.

>>> chooser = Seeded(7, departures=0.5)
>>> weather = [chooser.pick(3, "the weather: dry, rain, snow") for _ in range(4)]
>>> again = Replay(token_of(chooser.picks))
>>> weather == [again.pick(3) for _ in range(4)]
True
"""

from __future__ import annotations

import base64
import copy
import io
import random
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol, Self, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = [
    "Chooser",
    "Drawn",
    "Exhaustive",
    "Hand",
    "Pick",
    "Picks",
    "Replay",
    "Seeded",
    "picks_of",
    "shrink",
    "token_of",
    "trace",
]

Picks: TypeAlias = "Mapping[str, Sequence[int]]"
"""What was picked, by actor, each in the order in which that actor asked; '' is whoever never was split off."""

_DECIDES = "something else than the chooser decides what is asked"

# --- hands -----------------------------------------------------------------------------------------------------------


class Chooser(Protocol):
    """What picks, for whoever has a choice."""

    def pick(self, n: int, what: str = "") -> int:
        """A number from 0 up to, and without, ``n``; 0 is what usually happens.

        Args:
            n: How many ways there are, 1 or more.
            what: What is chosen, for `trace`.

        Raises:
            ValueError: There is no way.
        """
        ...

    def split(self, name: str, *, departures: float | None = None) -> Self:
        """The same hand for an actor, whose picks are counted apart from those of all others: see `Hand.split`."""
        ...


@attrs.frozen
class Pick:
    """One choice that was made.

    Attributes:
        actor: Who asked; '' for whoever never was split off.
        what: What was chosen.
        n: How many ways there were.
        number: Which was picked.
    """

    actor: str
    what: str
    n: int
    number: int

    def __str__(self) -> str:
        star = "*" if self.number else " "
        return f"{star} {self.number} of {self.n}  {': '.join(filter(None, (self.actor, self.what)))}".rstrip()


class Hand(ABC):
    """A chooser that remembers: what the four hands have in common. One thread at a time asks it and its actors.

    Attributes:
        actor: For whom it picks; '' before it was split.
        departures: The probability of anything but 0, for a hand that goes by weights; None for equal chances.
        log: Every pick of it and of all its actors, in the order in which they were made.
    """

    def __init__(self, departures: float | None = None) -> None:
        self.actor = ""
        self.departures = _probability(departures)
        self.log: list[Pick] = []

    @property
    def picks(self) -> dict[str, list[int]]:
        """The numbers that were picked, by actor; of all actors, whichever of them is asked."""
        found: dict[str, list[int]] = {}
        for one in self.log:
            found.setdefault(one.actor, []).append(one.number)
        return found

    def pick(self, n: int, what: str = "") -> int:
        """A number below ``n``: see `Chooser.pick`."""
        if n < 1:
            raise ValueError(f"expected 1 or more ways, got {n}: {what}")
        number = self._choose(n)
        self.log.append(Pick(self.actor, what, n, number))
        return number

    def split(self, name: str, *, departures: float | None = None) -> Self:
        """The same hand for an actor; the same name again is the same actor, who goes on.

        The log is one for all, and tells actors apart. So what one of them picks, or no longer picks, in a replay or
        a shrunk one, moves no pick of another.

        Args:
            name: Who; a name without ``/``, which stands between the names of an actor's actor.
            departures: The probability of anything but 0, where the hand goes by weights; None for that of this hand.

        Raises:
            ValueError: It is no such name, or no probability.
        """
        if not name or "/" in name:
            raise ValueError(f"expected a name without '/', got {name!r}")
        actor = copy.copy(self)
        actor.actor = f"{self.actor}/{name}" if self.actor else name
        actor.departures = self.departures if departures is None else _probability(departures)
        return actor

    @abstractmethod
    def _choose(self, n: int) -> int:
        """A number below ``n``, which is 1 or more."""


class Seeded(Hand):
    """Throws dice. Each actor has dice of its own, from the seed and its name, so that no pick depends on another.

    The dice fall alike on every machine and in every process. Each pick is one throw, whatever its ``n``, so another
    ``n`` does not move the picks behind it.

    Args:
        seed: Where the dice begin.
        departures: The probability of anything but 0, which the other numbers share alike; None where each number is
            as likely as 0.

    Raises:
        ValueError: It is no probability.
    """

    def __init__(self, seed: int | str, *, departures: float | None = None) -> None:
        super().__init__(departures)
        self.seed = seed
        self._dice: dict[str, random.Random] = {}

    def _choose(self, n: int) -> int:
        if self.actor not in self._dice:
            self._dice[self.actor] = random.Random(f"{self.seed} {self.actor}")  # noqa: S311  no secret
        thrown = self._dice[self.actor].random()
        chance = (n - 1) / n if self.departures is None else self.departures
        return min(n - 1, 1 + int(thrown / chance * (n - 1))) if thrown < chance else 0


class Replay(Hand):
    """Repeats what a token says. Where it says nothing, behind its end or of an actor that it does not know, it is 0.

    A number too large for its ``n``, as from a token of another state of the program, becomes the largest there is;
    the token fitted if `token_of` the picks is the same again.

    Args:
        token: What `token_of` gave.

    Raises:
        ValueError: It is no token.
    """

    def __init__(self, token: str) -> None:
        super().__init__()
        self._left = {actor: iter(numbers) for actor, numbers in picks_of(token).items()}

    def _choose(self, n: int) -> int:
        return min(next(self._left.get(self.actor, iter(())), 0), n - 1)


class Drawn(Hand):
    """Lets somebody else draw; of Hypothesis: ``Drawn(lambda n: data.draw(st.integers(0, n - 1)))``.

    Hypothesis shrinks its draws as one sequence, for all actors together, whatever is split: an actor that no longer
    asks moves the draws of the others. `shrink` the picks of what it found to have them apart.

    Args:
        below: Draws a number below another.
    """

    def __init__(self, below: Callable[[int], int]) -> None:
        super().__init__()
        self._below = below

    def _choose(self, n: int) -> int:
        return self._below(n)


class Exhaustive:
    """Goes through every sequence of picks with at most so many that are not 0, each once, the usual one first.

    ``for chooser in Exhaustive(at_most=2): run(chooser)``. How many ways a pick has is known when it is asked for, and
    may depend on the picks before; nothing else may decide what is asked. What follows the last departure is 0.
    The picks of actors are one sequence, in the order in which they are asked for; only so is each visited once.

    Args:
        at_most: How many picks may be other than 0.
        share: Which part of them, and of how many: ``(0, 4)`` is the first of four, for as many processes. All parts
            together visit each sequence once, but for the usual one, which each part begins with.

    Attributes:
        visited: How many sequences were begun; after the loop, how many there are.

    Raises:
        ValueError: It is less than none, or no such part.
    """

    def __init__(self, at_most: int, *, share: tuple[int, int] = (0, 1)) -> None:
        if at_most < 0:
            raise ValueError(f"expected 0 or more picks other than 0, got {at_most}")
        if not 0 <= share[0] < share[1]:
            raise ValueError(f"expected a part from 0 up to, and without, their number, got {share}")
        self.at_most = at_most
        self.share = share
        self.visited = 0

    def __iter__(self) -> Iterator[Hand]:
        """A chooser for each sequence.

        Raises:
            RuntimeError: The same picks led elsewhere than before: something else than the chooser decides.
        """
        self.visited = 0
        way: list[Pick] | None = []
        while way is not None:
            hand = _Guided(way)
            self.visited += 1
            yield hand
            if len(hand.log) < len(way):
                raise RuntimeError(f"{len(hand.log)} picks were asked for, at least {len(way)} before: {_DECIDES}")
            way = self._next(hand.log)

    def _next(self, log: list[Pick]) -> list[Pick] | None:
        """The way to the sequence behind one: its last pick that can be raised, raised, and those before it."""
        part, parts = self.share
        before = sum(1 for one in log if one.number)
        for place in reversed(range(len(log))):
            one = log[place]
            before -= one.number > 0
            for number in range(one.number + 1, one.n if before < self.at_most else 0):
                if before or (place + number) % parts == part:  # the first departure says whose part it is
                    return [*log[:place], attrs.evolve(one, number=number)]
        return None


class _Guided(Hand):
    """Goes the way to one sequence of `Exhaustive`, and the usual one from its end on."""

    def __init__(self, way: Sequence[Pick]) -> None:
        super().__init__()
        self._way = way

    def _choose(self, n: int) -> int:
        place = len(self.log)
        if place >= len(self._way):
            return 0
        before = self._way[place]
        if (self.actor, n) != (before.actor, before.n):
            now = Pick(self.actor, "", n, before.number)
            raise RuntimeError(f"pick {place} was '{before}' and is '{now}': {_DECIDES}")
        return before.number


def _probability(share: float | None) -> float | None:
    if share is not None and not 0 <= share <= 1:
        raise ValueError(f"expected a probability from 0 to 1, got {share}")
    return share


# --- what was picked, as text ----------------------------------------------------------------------------------------

_FORM = "c1-"
_MOST = 10_000_000


def trace(hand: Hand) -> str:
    """What was picked, one line each, with a star where it is not the usual; the last line is the token."""
    return "\n".join([*map(str, hand.log), token_of(hand.picks)])


def token_of(picks: Picks) -> str:
    """Picks as a short text for `Replay`, in letters and digits; zeros behind the last departure are not in it.

    Raises:
        ValueError: A number is less than 0.
    """
    data = bytearray()
    for actor, numbers in sorted(_trimmed(picks).items()):
        name, places = actor.encode(), [place for place, number in enumerate(numbers) if number]
        data += _varint(len(name)) + name + _varint(len(places))
        for last, place in zip([-1, *places], places, strict=False):
            data += _varint(place - last - 1) + _varint(numbers[place])
    return _FORM + base64.b32encode(data).decode().rstrip("=").lower()


def picks_of(token: str) -> dict[str, list[int]]:
    """The picks that a token says, by actor, up to the last departure of each.

    Raises:
        ValueError: It is no token, or was not copied whole.
    """
    text = token.removeprefix(_FORM).upper()
    found: dict[str, list[int]] = {}
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
        rest = io.BytesIO(data)
        while rest.tell() < len(data):
            numbers = found[rest.read(_number(rest)).decode()] = []
            for _ in range(_number(rest)):
                numbers += [0] * _number(rest, at_most=_MOST - len(numbers))
                numbers.append(_number(rest))
        whole = token_of(found) == token.lower()
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(f"expected a token such as 'c1-aaaqkaq', whole, got {token!r}")
    return found


def _varint(number: int) -> bytes:
    """A number in groups of seven bits, the lowest first; all but the last with the eighth bit set."""
    if number < 0:
        raise ValueError(f"expected picks of 0 or more, got {number}")
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _number(data: io.BytesIO, at_most: int | None = None) -> int:
    """The next number of a token."""
    number, shift, more = 0, 0, True
    while more:
        byte = data.read(1)
        if not byte:
            raise ValueError("it ends within a number")
        number |= (byte[0] & 0x7F) << shift
        shift, more = shift + 7, byte[0] > 0x7F  # noqa: PLR2004  the eighth bit
    if at_most is not None and number > at_most:
        raise ValueError("nobody picks so often")
    return number


# --- less of it ------------------------------------------------------------------------------------------------------


def shrink(picks: Picks, fails: Callable[[dict[str, list[int]]], bool]) -> dict[str, list[int]]:
    """The least of some picks that still fails: no single pick can be made usual or left out any more.

    Spans of an actor's picks are tried, long ones first: as zeros, which moves nothing, then left out, until nothing
    can go. Expect up to twenty runs for each pick.

    Args:
        picks: Picks that fail.
        fails: Whether some picks do: it runs all of it anew with ``Replay(token_of(picks))``.

    Returns:
        The picks, without zeros behind the last departure, and without actors that never depart.

    Raises:
        ValueError: The picks do not fail to begin with.
    """
    least = _trimmed(picks)
    if not fails(least):
        raise ValueError("these picks do not fail, so nothing is less of a failure")
    before = None
    while before != least:
        before = least
        for change in (_usual, _left_out):
            for actor in before:
                least = _shrunk(least, actor, change, fails)
    return least


def _shrunk(
    least: dict[str, list[int]],
    actor: str,
    change: Callable[[list[int], int, int], list[int]],
    fails: Callable[[dict[str, list[int]]], bool],
) -> dict[str, list[int]]:
    """One walk over an actor's picks for each size of spans."""
    size = 1 << len(least.get(actor, ())).bit_length()
    while size:
        start = 0
        while start < len(numbers := least.get(actor, [])):
            less = _trimmed(least | {actor: change(numbers, start, start + size)})
            if less != least and fails(less):
                least = less
            else:
                start += max(1, size // 2)  # halves overlap, for what belongs together may lie across two spans
        size //= 2
    return least


def _usual(numbers: list[int], start: int, end: int) -> list[int]:
    span = numbers[start:end]
    return [*numbers[:start], *[0] * len(span), *numbers[end:]]


def _left_out(numbers: list[int], start: int, end: int) -> list[int]:
    return numbers[:start] + numbers[end:]


def _trimmed(picks: Picks) -> dict[str, list[int]]:
    """Picks up to the last departure of each actor who departs."""
    ends = {
        actor: max((at for at, number in enumerate(numbers, 1) if number), default=0)
        for actor, numbers in picks.items()
    }
    return {actor: list(picks[actor][:end]) for actor, end in ends.items() if end}
