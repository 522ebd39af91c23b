"""`drain`: the driver's steps, done one after the other over a transport."""

from __future__ import annotations

import os
import platform
import secrets
import time
from typing import TYPE_CHECKING, Any

from procore_qbd.worker.effects import Send, Sleep, Tell
from procore_qbd.worker.steps import steps

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from procore_qbd.domain import Books, CloseOut
    from procore_qbd.journal.store import Journal
    from procore_qbd.transports.base import Transport
    from procore_qbd.worker.effects import Drained, Step
    from procore_qbd.worker.session import WorkerSettings

__all__ = ["drain", "new_id"]

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LENGTH = 20


def new_id() -> str:
    """A message set id: 20 characters that never come twice; QuickBooks takes 23 at the most."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def drain(  # noqa: PLR0913  all but the first are named where it is called
    company: str,
    *,
    journal: Journal,
    transport: Transport,
    books: Books,
    tell: Callable[[CloseOut], bool | None] | None = None,
    settings: WorkerSettings | None = None,
    owner: str | None = None,
    progress: Callable[[Step], object] | None = None,
    stop: Callable[[], bool] | None = None,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.time,
    ids: Callable[[], str] = new_id,
) -> Drained:
    """Carry out all requests of a company file that wait in the journal, exactly once each.

    It may be called twice, at once, and again after a crash.

    Args:
        company: Which company file, as `Journal.register` knows it.
        journal: Where the requests wait and everything is written down.
        transport: Where QuickBooks answers.
        books: The bookkeeper's settings.
        tell: Takes how a request ended to Procore; it is not called again for it unless it returns False or raises.
            Without it the close-outs wait in the journal: `Journal.closings`.
        settings: How to work.
        owner: The name of this worker, for people.
        progress: Is shown every step before it is done.
        stop: Whether to stop: nothing new is begun, and what is in work ends.
        sleep: Waits, for the whole time: what a lost document has become hangs on it.
        clock: The time in seconds.
        ids: Makes message set ids.

    Returns:
        What became of it.

    Raises:
        JournalError: The journal cannot be used; nothing was sent after that.
        LeaseLostError: Another worker has taken the company file over.
    """
    name = owner or f"{platform.node()}:{os.getpid()}"
    course = steps(company, journal, books, owner=name, new_id=ids, clock=clock, settings=settings, stop=stop)
    return _run(course, transport, tell, progress, sleep)


def _run(
    course: Generator[Step, Any, Drained],
    transport: Transport,
    tell: Callable[[CloseOut], bool | None] | None,
    progress: Callable[[Step], object] | None,
    sleep: Callable[[float], object],
) -> Drained:
    answer: Any = None
    error: Exception | None = None
    while True:
        try:
            step = course.send(answer) if error is None else course.throw(error)
        except StopIteration as end:
            result: Drained = end.value
            return result
        answer, error = None, None
        if progress is not None:
            progress(step)
        if isinstance(step, Send):
            try:
                with transport.send(step.document) as reply:
                    answer = reply.read()
            except Exception as raised:  # noqa: BLE001  it is the driver's to understand
                error = raised
        elif isinstance(step, Sleep):
            sleep(step.seconds)
        elif isinstance(step, Tell):
            try:
                answer = tell(step.close_out) is not False if tell is not None else None
            except Exception as raised:  # noqa: BLE001  as above
                error = raised
