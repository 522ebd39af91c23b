"""The line to a QuickBooks that calls by itself: a transport whose documents wait until the Web Connector fetches them.

A drain sends as over any other transport. The document is written down as offered; whichever process is called next
hands it out, and writes down what comes back. `Bells` wakes whoever waits in this process at once; what happened in
another one is found by looking again, ever more slowly.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from typing import TYPE_CHECKING, BinaryIO

from procore_qbd.errors import EngineError, NotSentError, ReplyLostError, TransportError
from procore_qbd.journal.states import SessionState
from procore_qbd.transports.base import BaseTransport
from procore_qbd.transports.spooling import spooled

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.journal.sessions import Sessions, UpdateSession

__all__ = ["BEAT", "Bells", "ConnectorLine"]

BEAT = 2.0
"""Every so many seconds a drain says that it is at work."""
_FIRST, _LAST = 0.02, 0.5
"""Seconds between two looks, at first and at last."""
_HRESULT = re.compile(r"0[xX][0-9a-fA-F]{1,8}|-?[0-9]{1,10}")


class Bells:
    """Wakes those who wait for something of a session to change."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rung: Counter[str] = Counter()

    def ring(self, company: str) -> None:
        """Something of the session of a company file has changed."""
        with self._changed:
            self._rung[company] += 1
            self._changed.notify_all()

    def rung(self, company: str) -> int:
        """How often that was; to be asked before one looks."""
        return self._rung[company]

    def wait(self, company: str, since: int, seconds: float) -> None:
        """Wait until it has changed, at most for a while."""
        with self._changed:
            self._changed.wait_for(lambda: self._rung[company] != since, seconds)


class ConnectorLine(BaseTransport):
    """The way from a drain to the session that it works for.

    Args:
        sessions: Where they stand.
        session: The session.
        runner: The name of the drain.
        bells: Wake it.
        wait: Is called in place of waiting, with the bells' count and the seconds; for tests.
    """

    def __init__(
        self,
        sessions: Sessions,
        session: UpdateSession,
        runner: str,
        bells: Bells,
        *,
        wait: Callable[[int, float], object] | None = None,
    ) -> None:
        super().__init__()
        self._sessions, self._runner, self._bells = sessions, runner, bells
        self._ticket, self._company = session.ticket, session.company
        self._wait = wait or self._wait_for_a_bell

    def _wait_for_a_bell(self, since: int, seconds: float) -> None:
        self._bells.wait(self._company, since, seconds)

    def must_be_live(self) -> None:
        """See that the session is still there for this drain.

        Raises:
            NotSentError: It is not.
        """
        if self._sessions.beat(self._ticket, self._runner, BEAT) is None:
            raise NotSentError(self._why_over())

    def _exchange(self, document: bytes) -> BinaryIO:
        session = self._sessions.offer(self._ticket, self._runner, document)
        if session is None:
            raise NotSentError(self._why_over())
        self._bells.ring(self._company)
        self._await(session.number)
        taken = self._sessions.take_reply(self._ticket, self._runner)
        if taken is None:
            raise self._gone(session.number)
        answered, pieces = taken
        if answered.hresult:
            raise _engine_error(answered)
        if not any(pieces):
            raise ReplyLostError("the Web Connector brought back nothing, and no error")
        return spooled(pieces)

    def _await(self, number: int) -> None:
        """Wait until there is an answer."""
        pause = _FIRST
        while True:
            since = self._bells.rung(self._company)
            session = self._sessions.beat(self._ticket, self._runner, BEAT)
            if session is None:
                raise self._gone(number)
            if session.state is SessionState.ANSWERED:
                return
            self._wait(since, pause)
            pause = min(pause * 2, _LAST)

    def _gone(self, number: int) -> TransportError:
        """What a document has become whose session is over."""
        session = self._sessions.find(self._ticket)
        if session is not None and session.handed < number and session.runner == self._runner:
            return NotSentError(f"QuickBooks did not ask for it: {self._why_over()}")
        return ReplyLostError(self._why_over())

    def _why_over(self) -> str:
        session = self._sessions.find(self._ticket)
        if session is None:
            return "the session of the Web Connector is gone"
        if session.runner != self._runner:
            return "another process goes on with the session of the Web Connector"
        return session.words or f"the session of the Web Connector is {session.state.value}"


def _engine_error(session: UpdateSession) -> TransportError:
    if not _HRESULT.fullmatch(session.hresult):
        return ReplyLostError(f"the Web Connector brought back no reply, and {session.hresult[:40]!r} for an HRESULT")
    return EngineError(int(session.hresult, 0) & 0xFFFFFFFF, session.detail)
