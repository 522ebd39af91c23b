"""What feeds the Web Connector: a drain for each session, in a thread of its own, which any process may go on with.

The thread is no safer than anything else: it may die with its process at any point. What it had begun stands in the
journal, as with every worker, and the next call of the session begins another drain, wherever it arrives.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeAlias

from procore_qbd.errors import LeaseLostError, ProcoreQbdError, TransportError
from procore_qbd.webconnector.line import BEAT, ConnectorLine
from procore_qbd.webconnector.passwords import new_ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.journal.sessions import Sessions, UpdateSession
    from procore_qbd.transports.base import Transport
    from procore_qbd.webconnector.line import Bells
    from procore_qbd.worker import Drained

__all__ = ["DrainThrough", "Feed", "in_words"]

_LOG = logging.getLogger("procore_qbd.webconnector")
_LOOK = 0.5
_PATIENCE = 15.0
"""For how many seconds the drain of an earlier session is given to end."""

DrainThrough: TypeAlias = (
    "Callable[[UpdateSession, Transport, str, Callable[[float], object], Callable[[], bool]], Drained]"
)
"""Drains a session's company file over a transport: told the session, the transport, its own name, how to wait, and
whether to begin nothing new."""


class Feed:
    """The drains of the sessions that this process works for.

    Args:
        sessions: The sessions.
        drain: Drains a company file.
        bells: Wake whoever waits.
        silent: For how many seconds a drain in another process may not be heard of before it counts as dead.
    """

    def __init__(self, sessions: Sessions, drain: DrainThrough, bells: Bells, *, silent: float = 20.0) -> None:
        self._sessions, self._drain, self._bells, self.silent = sessions, drain, bells, silent
        self._threads: set[threading.Thread] = set()
        self._alone = threading.Lock()
        self._closing = threading.Event()

    def begin(self, session: UpdateSession, dialect: str) -> UpdateSession | None:
        """Begin to work for a session of which the company file is proved; None where somebody did already."""
        runner = new_ticket()
        begun = self._sessions.begin(session.ticket, runner, dialect)
        if begun is not None:
            self._start(begun, runner)
        return begun

    def see_to(self, session: UpdateSession) -> UpdateSession:
        """Go on with a session whose drain is dead, if it is."""
        runner = new_ticket()
        adopted = self._sessions.adopt(session.ticket, runner, silent=self.silent)
        if adopted is None:
            return session
        _LOG.warning("%s: a drain is not heard of any more; another goes on with its session", session.company)
        self._start(adopted, runner)
        return adopted

    def close(self, patience: float = 10.0) -> bool:
        """Begin nothing new, and wait for what is in work; whether all of it ended."""
        self._closing.set()
        until = time.monotonic() + patience
        with self._alone:
            threads = set(self._threads)
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _start(self, session: UpdateSession, runner: str) -> None:
        thread = threading.Thread(target=self.run, args=(session, runner), name=f"feed {session.company}", daemon=True)
        with self._alone:
            self._threads = {one for one in self._threads if one.is_alive()} | {thread}
            thread.start()

    def run(self, session: UpdateSession, runner: str) -> None:
        """Drain, and write down how that ended."""
        try:
            with self._alive(session, runner):
                words, failed = self._drained(session, runner)
        except Exception as error:  # noqa: BLE001  whatever it is, the session must not wait for ever
            kind = type(error).__name__
            _LOG.error("%s: the drain broke off (%s); the next settles what it had begun", session.company, kind)
            told = str(error) if isinstance(error, ProcoreQbdError) else f"a fault in the service ({kind})"
            words, failed = f"{told}. What was begun is settled the next time.", True
        try:
            self._sessions.end(session.ticket, runner, words, failed=failed)
        except ProcoreQbdError as error:
            _LOG.error("%s: how the drain ended cannot be written down: %s", session.company, error)
        self._bells.ring(session.company)

    @contextmanager
    def _alive(self, session: UpdateSession, runner: str) -> Iterator[None]:
        """Say meanwhile, every few seconds, that the drain is alive, however long a step of it takes."""
        ended = threading.Event()
        every = min(BEAT, self.silent / 4)

        def beat() -> None:
            while not ended.wait(every):
                with suppress(ProcoreQbdError):  # the drain itself will hear of it
                    self._sessions.beat(session.ticket, runner, every)

        heart = threading.Thread(target=beat, name=f"beat {session.company}", daemon=True)
        heart.start()
        try:
            yield
        finally:
            ended.set()
            heart.join()

    def _drained(self, session: UpdateSession, runner: str) -> tuple[str, bool]:
        line = ConnectorLine(self._sessions, session, runner, self._bells)
        until = time.monotonic() + _PATIENCE

        def wait(seconds: float) -> None:
            """The whole time, unless the session is over: then nothing may come after it anyway."""
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                line.must_be_live()
                time.sleep(min(left, _LOOK))

        while True:
            try:
                ended = self._drain(session, line, runner, wait, self._closing.is_set)
                if not ended.busy or time.monotonic() > until:
                    return in_words(ended, closing=self._closing.is_set())
                self._sessions.free(session.company, silent=self.silent)
                wait(_LOOK)
            except (LeaseLostError, TransportError) as error:
                return str(error), True


def in_words(ended: Drained, *, closing: bool = False) -> tuple[str, bool]:
    """How a drain ended, for a bookkeeper, and whether that is bad news; not where the service itself is closing."""
    if ended.busy:
        return "Another program is at work on this company file; it is tried again the next time.", True
    if ended.frozen is not None:
        return f"Nothing is sent to this company file: {ended.frozen}", True
    counts = (
        (ended.done, "carried out"),
        (ended.refused, "refused by QuickBooks or by the settings"),
        (ended.failed, "set aside, because a fault in the service stopped them"),
        (ended.asked, "waiting for an answer of a person"),
        (ended.waiting, "waiting for the next time"),
    )
    told = "; ".join(f"{count} {words}" for count, words in counts if count) or "nothing to do"
    if ended.stopped is not None and closing:
        return f"Requests: {told}. The rest comes with the next update.", False
    if ended.stopped is not None:
        return f"Requests: {told}. It ended early: {ended.stopped}", True
    return f"Requests: {told}.", False
