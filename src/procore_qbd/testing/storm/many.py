"""Many storms: seed after seed, in several processes, until one breaks; then its token, made as short as can be."""

from __future__ import annotations

import gc
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.chooser import Replay, Seeded, shrink, token_of
from procore_qbd.journal.tables import TABLES
from procore_qbd.testing.storm.report import BrokenError, StormReport
from procore_qbd.testing.storm.storm import Storm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from procore_qbd.chooser import Hand
    from procore_qbd.journal.tables import Tables

__all__ = ["Failure", "chooser_of", "empty", "failure_of", "many", "played", "processes_for_storms", "replay", "until"]

_CHUNK = 25
_MOST_RUNS = 400


@attrs.frozen(kw_only=True)
class Failure:
    """A storm that broke a promise.

    Attributes:
        words: Which.
        token: What plays it again.
        shrunk: What plays as little of it as still fails.
        trace: What happens in the shrunk one.
        seed: The seed, where it came from one.
        options: What else the command is told to play it again.
    """

    words: str
    token: str
    shrunk: str
    trace: str
    seed: int | None = None
    options: str = ""

    def lines(self) -> Iterator[str]:
        """The failure for people."""
        yield f"BROKEN{'' if self.seed is None else f' by seed {self.seed}'}: {self.words}"
        yield f"play it again: procore-qbd storm{self.options} --token {self.token}"
        yield f"and shorter:   procore-qbd storm{self.options} --token {self.shrunk}"
        yield self.trace


def processes_for_storms(count: int) -> ProcessPoolExecutor:
    """Processes of their own, which look less often for what is garbage: a fifth of a storm's time went into that."""
    return ProcessPoolExecutor(count, initializer=_look_less_for_garbage)


def _look_less_for_garbage() -> None:
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def chooser_of(seed: int) -> Seeded:
    """The dice of a seed."""
    return Seeded(seed, departures=0.12)


def empty(tables: Tables) -> None:
    """Forget everything that a storm has left in its journal."""
    with tables.transaction() as rows:
        for table in TABLES:
            rows.delete(table, {})


def played(hand: Hand, *, journal: Tables | None = None, **how: Any) -> tuple[BaseException | None, Storm]:
    """A storm that was played, and what it raised: an error of the driver's own breaks a promise too.

    Args:
        hand: What picks.
        journal: Where the journal is kept, if not in memory; it is emptied first.
        how: What `Storm` is told else.
    """
    if journal is not None:
        empty(journal)
        how["tables"] = journal
    storm = Storm(hand, **how)
    try:
        storm.run()
    except Exception as error:  # noqa: BLE001  whatever it is
        return error, storm
    return None, storm


def _words(error: BaseException) -> str:
    return error.words if isinstance(error, BrokenError) else f"{type(error).__name__}: {error}"


def _kind(error: BaseException | None) -> str | None:
    """What kind of failure it is: shrinking must not slip from one to another."""
    if isinstance(error, BrokenError):
        return error.words.split(":")[0].translate({ord(digit): "" for digit in "0123456789"})[:20]
    return None if error is None else type(error).__name__


def failure_of(hand: Hand, error: BaseException, seed: int | None = None, *, options: str = "", **how: Any) -> Failure:
    """The failure of a storm that was played, shrunk.

    Args:
        hand: What had picked.
        error: What it raised.
        seed: The seed, where it came from one.
        options: What else the command is told to play it again.
        how: What `Storm` was told else.
    """
    runs, kind = 0, _kind(error)

    def fails(picks: dict[str, list[int]]) -> bool:
        nonlocal runs
        runs += 1
        return runs <= _MOST_RUNS and _kind(played(Replay(token_of(picks)), **how)[0]) == kind

    token = token_of(hand.picks)
    shrunk = token_of(shrink(hand.picks, fails))
    found, storm = played(Replay(shrunk), **how)
    return Failure(
        words=_words(found or error),
        token=token,
        shrunk=shrunk,
        trace=storm.world.trace,
        seed=seed,
        options=options,
    )


def replay(token: str, *, options: str = "", **how: Any) -> tuple[StormReport, Failure | None]:
    """Play what a token says.

    Args:
        token: The token.
        options: What else the command was told, for who plays it again.
        how: What `Storm` is told else.

    Raises:
        ValueError: It is no token.
    """
    hand = Replay(token)
    error, storm = played(hand, **how)
    return storm.world.report, None if error is None else failure_of(hand, error, options=options, **how)


def many(seeds: Iterable[int], *, options: str = "", **how: Any) -> tuple[StormReport, Failure | None]:
    """Play some seeds, up to the first that breaks a promise.

    Args:
        seeds: Which.
        options: What else the command was told, for who plays it again.
        how: What `Storm` is told else.
    """
    whole = StormReport()
    for seed in seeds:
        hand = chooser_of(seed)
        error, storm = played(hand, **how)
        if error is not None:
            return whole, failure_of(hand, error, seed, options=options, **how)
        whole.add(storm.world.report)
    return whole, None


def until(
    exports: int,
    seed: int = 1,
    *,
    seeds: int = 0,
    all_taken: int = 0,
    processes: int | None = None,
    **how: Any,
) -> tuple[StormReport, Failure | None]:
    """Play seeds until so many exports ended, so many seeds were played, all was taken; or one breaks a promise.

    Args:
        exports: How many exports.
        seed: The first seed.
        seeds: How many seeds at the least.
        all_taken: How many seeds at the most until every move and every rule was taken (`StormReport.not_taken`);
            0: it is not waited for.
        processes: How many at once; one for each processor where nothing is said.
        how: What `many` is told else; with a ``journal`` in a database one storm comes after the other.
    """
    whole = StormReport()

    def wanted() -> bool:
        too_few = whole.exports < exports or whole.seeds < seeds
        return too_few or (whole.seeds < all_taken and bool(whole.not_taken))

    count = 1 if how.get("journal") is not None else processes or os.cpu_count() or 1
    if count == 1:
        while wanted():
            found, failure = many([seed + whole.seeds], **how)
            whole.add(found)
            if failure is not None:
                return whole, failure
        return whole, None
    with processes_for_storms(count) as pool:
        while wanted():
            chunks = [range(first, first + _CHUNK) for first in range(seed, seed + _CHUNK * count * 4, _CHUNK)]
            seed += _CHUNK * len(chunks)
            for found, failure in pool.map(partial(many, **how), chunks):
                whole.add(found)
                if failure is not None:
                    return whole, failure
    return whole, None
