"""A clock for tests that stands still."""

from __future__ import annotations

__all__ = ["Clock"]


class Clock:
    """A clock that stands still until it is set: ``CompanyFile.create(clock=Clock())``.

    What a simulated company file writes is then the same on every run, its ids and times too.

    Attributes:
        now: The time, in seconds since 1970; set it to whatever the time shall be.
    """

    def __init__(self, now: int = 1_700_000_000) -> None:
        self.now: float = now

    def __call__(self) -> int:
        """The time, to the second."""
        return int(self.now)

    def forward(self, seconds: float) -> None:
        """Let time pass: ``drain(…, clock=clock, sleep=clock.forward)`` waits for nothing."""
        self.now += seconds
