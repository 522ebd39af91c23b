"""How a command that goes on for ever is told to stop."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["told_to_stop"]


@contextmanager
def told_to_stop() -> Iterator[threading.Event]:
    """What is set by the first SIGTERM or SIGINT; the second has its usual effect."""
    stopping = threading.Event()
    before: dict[int, Any] = {}

    def stop(number: int, _frame: object) -> None:
        stopping.set()
        signal.signal(number, before[number])

    before |= {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
