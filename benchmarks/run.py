"""Run every benchmark and print one table of ratios.

A benchmark is a function in ``benchmarks/bench_*.py`` that yields rows; the names of files and functions after the
command choose some of them::

    python benchmarks/run.py import

A figure over its limit is marked, and fails nothing: a timing is a measurement, not a test.
"""
# ruff: noqa: T201, INP001  # a script that prints

from __future__ import annotations

import importlib
import platform
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent


class Row(NamedTuple):
    """One comparison.

    Attributes:
        name: What was measured.
        ours: Our figure, in ``unit``.
        theirs: The figure of what a user would pick instead, in ``unit``; None where there is none.
        limit: What is still good: of the ratio, or of ``ours`` where there is nothing to compare with.
        unit: ``'s'``, ``'ms'``, ``'µs'``, ``'MB'``.
    """

    name: str
    ours: float
    theirs: float | None = None
    limit: float | None = None
    unit: str = "ms"

    @property
    def ratio(self) -> float | None:
        """Ours to theirs; below 1 is better than theirs."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def over(self) -> bool:
        """Whether the figure misses its limit."""
        measured = self.ours if self.ratio is None else self.ratio
        return self.limit is not None and measured > self.limit


class Timing(NamedTuple):
    """Milliseconds a call took: the least, free of what else the machine did, and the median."""

    least: float
    median: float


def timed(*calls: Callable[[], object], runs: int = 10) -> list[Timing]:
    """Time calls, once each to warm up and then ``runs`` times, by turns so that a busy moment hits them all."""
    taken: list[list[float]] = [[] for _ in calls]
    for run in range(runs + 1):
        for call, times in zip(calls, taken, strict=True):
            start = time.perf_counter()
            call()
            if run:
                times.append((time.perf_counter() - start) * 1000)
    return [Timing(min(times), statistics.median(times)) for times in taken]


def benchmarks(wanted: list[str]) -> Iterator[tuple[str, Callable[[], Iterator[Row]]]]:
    """Every benchmark whose file or function name contains one of the wanted words, or all."""
    for path in sorted(HERE.glob("bench_*.py")):
        module = importlib.import_module(path.stem)
        for name, function in vars(module).items():
            title = f"{path.stem.removeprefix('bench_')}.{name.removeprefix('bench_')}"
            if name.startswith("bench_") and (not wanted or any(word in title for word in wanted)):
                yield title, function


def line(name: str, ours: str, theirs: str, ratio: str, limit: str, verdict: str = "") -> str:
    """One line of the table."""
    return f"{name:<58} {ours:>12} {theirs:>12} {ratio:>8} {limit:>9}  {verdict}".rstrip()


def main(wanted: list[str]) -> None:
    """Print the table, row by row as it comes."""
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    print(line("", "ours", "theirs", "ratio", "limit"))
    for title, function in benchmarks(wanted):
        print(title)
        for row in function():
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}" if row.ratio >= 1 else f"{row.ratio:.3g}"
            unit = f" {row.unit}" if row.ratio is None else ""
            print(
                line(
                    f"  {row.name}",
                    f"{row.ours:,.1f} {row.unit}",
                    "" if row.theirs is None else f"{row.theirs:,.1f} {row.unit}",
                    ratio,
                    "" if row.limit is None else f"{row.limit:g}{unit}",
                    "OVER" if row.over else "",
                ),
                flush=True,
            )


if __name__ == "__main__":
    # A benchmark says `from run import Row`, and must find this very module.
    sys.modules["run"] = sys.modules["__main__"]
    main(sys.argv[1:])
