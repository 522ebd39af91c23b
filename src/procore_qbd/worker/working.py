"""`work`: drain whatever company file of a journal is due, again and again, as the plain worker does.

It keeps nothing that it could lose. Any number of workers may work on one journal, on any number of machines: each
company file is claimed by one at a time, and what a worker that died had claimed is due again when its lease is over.
"""

from __future__ import annotations

import logging
import os
import platform
import time
import zlib
from collections import Counter
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import attrs

from procore_qbd.errors import JournalError, LeaseLostError
from procore_qbd.worker.draining import drain
from procore_qbd.worker.session import WorkerSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from procore_qbd.domain import Books, CloseOut
    from procore_qbd.journal.nouns import Metrics
    from procore_qbd.journal.store import Journal
    from procore_qbd.transports.base import Transport
    from procore_qbd.worker.effects import Drained

__all__ = ["Health", "work"]

_LOG = logging.getLogger("procore_qbd.worker")
_COUNTED = ("done", "refused", "failed", "told")


@attrs.frozen(kw_only=True)
class Health:
    """How a worker fares.

    Attributes:
        at: When that was, in seconds since 1970 by the worker's clock.
        drains: How many drains ended ``idle`` with nothing to do, ``done``, ``stopped`` before the work was,
            ``frozen``, ``busy`` with another worker, ``lost`` to another worker, or with an ``error``.
        requests: How many requests ended ``done``, ``refused`` or ``failed``, and how many close-outs were ``told``.
        metrics: How it stands with all company files of the journal; None where the journal did not answer.
    """

    at: float
    drains: Counter[str]
    requests: Counter[str]
    metrics: Metrics | None


def work(  # noqa: PLR0913  all but the first are named where it is called
    journal: Journal,
    *,
    transport: Callable[[str], AbstractContextManager[Transport]],
    books: Callable[[str], Books],
    tell: Callable[[str, CloseOut], bool | None] | None = None,
    mine: Callable[[str], bool] | None = None,
    settings: WorkerSettings | None = None,
    owner: str | None = None,
    stop: Callable[[], bool] = lambda: False,
    until_idle: bool = False,
    idle: float = 5.0,
    report: Callable[[Health], object] | None = None,
    wait: Callable[[float], object] = time.sleep,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.time,
) -> Health:
    """Drain the company files that are due, until it is told to stop.

    Args:
        journal: Where the requests wait.
        transport: Opens the line to the QuickBooks of a company file, for one drain: a context manager. What it raises
            is noted in the journal, and the company file is left to others for ``settings.retry_after`` seconds.
        books: The bookkeeper's settings for a company file.
        tell: Takes how a request ended to Procore, as for `drain`, with the company file.
        mine: Whether this worker serves a company file; without it all of them.
        settings: How to work.
        owner: The name of this worker, for people.
        stop: Whether to stop: nothing new is begun, and what is in work ends.
        until_idle: Whether to stop, too, when nothing is due.
        idle: How many seconds to wait when nothing is due.
        report: Is shown how it fares, after each drain and before each wait; the metrics are up to
            ``idle`` seconds old.
        wait: Waits when nothing is due; it may return early.
        sleep: Waits within a drain, for the whole time: what a lost document has become hangs on it.
        clock: The time in seconds.

    Returns:
        How it fared.

    Raises:
        JournalError: With ``until_idle``, the journal cannot be used; else it is tried again.
    """
    shift = _Shift(journal, settings or WorkerSettings(), owner or f"{platform.node()}:{os.getpid()}", clock)
    while not stop():
        try:
            company = shift.next(mine)
        except JournalError as error:
            if until_idle:
                raise
            _LOG.error("the journal does not say what is due: %s", error)
            company = None
        if company is not None:
            shift.drains[shift.drain(company, transport, books, tell, stop, sleep)] += 1
        if report is not None:
            report(shift.health(idle))
        if company is None and until_idle:
            break
        if company is None:
            wait(idle)
    return shift.health()


@attrs.define(eq=False)
class _Shift:
    journal: Journal
    settings: WorkerSettings
    owner: str
    clock: Callable[[], float]
    drains: Counter[str] = attrs.field(factory=Counter)
    requests: Counter[str] = attrs.field(factory=Counter)
    left: dict[str, float] = attrs.field(factory=dict)
    """The company files that are left to others, and until when."""
    metrics: Metrics | None = None
    looked: float = float("-inf")
    """When the metrics were taken last."""

    def next(self, mine: Callable[[str], bool] | None) -> str | None:
        """A company file that is due. Workers begin at different ones, so that they do not all want the same."""
        now = self.clock()
        self.left = {company: until for company, until in self.left.items() if until > now}
        while due := self.journal.due(besides=tuple(self.left)):
            strangers = [company for company in due if mine is not None and not mine(company)]
            if not strangers:
                return due[zlib.crc32(self.owner.encode()) % len(due)]
            self.left |= dict.fromkeys(strangers, float("inf"))
        return None

    def drain(
        self,
        company: str,
        transport: Callable[[str], AbstractContextManager[Transport]],
        books: Callable[[str], Books],
        tell: Callable[[str, CloseOut], bool | None] | None,
        stop: Callable[[], bool],
        sleep: Callable[[float], object],
    ) -> str:
        """Drain one; in a word, how that ended."""
        try:
            with transport(company) as line:
                ended = drain(
                    company,
                    journal=self.journal,
                    transport=line,
                    books=books(company),
                    tell=partial(tell, company) if tell is not None else None,
                    settings=self.settings,
                    owner=self.owner,
                    stop=stop,
                    sleep=sleep,
                    clock=self.clock,
                )
        except LeaseLostError:
            return self._leave(company, "lost")
        except Exception as error:  # noqa: BLE001  whatever it is, the others go on
            kind = type(error).__name__
            _LOG.error("%s: the drain broke off (%s); the next settles what it had begun", company, kind)
            with suppress(JournalError):  # its words may name people, so they go where people's data are
                self.journal.note(company, "broken off", f"{self.owner}: {kind}: {error}")
            return self._leave(company, "error")
        self.requests.update({name: getattr(ended, name) for name in _COUNTED})
        return self._leave(company, "busy") if ended.busy else _in_a_word(ended)

    def _leave(self, company: str, word: str) -> str:
        self.left[company] = self.clock() + self.settings.retry_after
        return word

    def health(self, every: float = 0.0) -> Health:
        """How it fares; the metrics, for which every company file is looked at, are taken every so many seconds."""
        now = self.clock()
        if now - self.looked >= every:
            try:
                self.metrics, self.looked = self.journal.metrics(), now
            except JournalError:
                self.metrics = None
        return Health(at=now, drains=self.drains.copy(), requests=+self.requests, metrics=self.metrics)


def _in_a_word(ended: Drained) -> str:
    if ended.frozen is not None:
        return "frozen"
    if ended.stopped is not None:
        return "stopped"
    return "done" if ended.done or ended.refused or ended.failed or ended.told else "idle"
