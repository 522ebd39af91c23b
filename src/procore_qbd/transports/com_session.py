"""The thread that a `Com` has for itself, and the session that only this thread touches."""

from __future__ import annotations

import logging
import queue
import threading
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from procore_qbd.codes import Effect
from procore_qbd.errors import EngineError, NotSentError
from procore_qbd.transports.com_calls import ComCall, ComHost, ComObject, Opening

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ComSession", "OwnThread"]

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_GLANCE = 0.05
"""How many seconds the thread waits for work before it looks whether Windows has something to say."""
_LAST_WAIT = 0.2
"""How many seconds more are waited for a call that was ended by force."""


class OwnThread:
    """The one thread that touches a session: what others ask of it is done in the order in which they ask."""

    def __init__(self, session: ComSession) -> None:
        self._session = session
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_over = False

    def do(self, what: Callable[[], T]) -> Future[T]:
        """Have something done."""
        if self._thread is None:
            thread = threading.Thread(target=self._work, name="procore_qbd COM", daemon=True)
            thread.start()
            self._thread = thread
        job: Future[T] = Future()
        self._jobs.put((job, what))
        if self._is_over:
            self._refuse_what_is_left()
        return job

    def ask_to_stop(self) -> None:
        """End the session when what was asked before is done; this waits for nothing, for a finalizer calls it."""
        self._jobs.put(None)

    def stop(self, limit: float) -> None:
        """End the session, and wait for that."""
        self.ask_to_stop()
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return
        thread.join(limit)
        if thread.is_alive():
            _LOG.warning("QuickBooks is still at work after %g seconds; its session is left to it", limit)
            self._session.host.kill()
            thread.join(_LAST_WAIT)

    def _work(self) -> None:
        try:
            while (asked := self._next()) is not None:
                job, what = asked
                if job.set_running_or_notify_cancel():
                    try:
                        done = what()
                    except BaseException as error:  # noqa: BLE001  whoever asked is told
                        job.set_exception(error)
                    else:
                        job.set_result(done)
                        del done
                del asked, job, what  # an idle thread keeps no document
        finally:
            try:
                self._session.leave()
            finally:
                self._is_over = True
                self._refuse_what_is_left()

    def _next(self) -> tuple[Future[Any], Callable[[], Any]] | None:
        while True:
            try:
                return self._jobs.get(timeout=_GLANCE)
            except queue.Empty:
                self._session.pump()

    def _refuse_what_is_left(self) -> None:
        while True:
            try:
                left = self._jobs.get_nowait()
            except queue.Empty:
                return
            if left is not None and left[0].set_running_or_notify_cancel():
                left[0].set_exception(NotSentError("the transport is closed"))


class ComSession:
    """The request processor, the connection and the session with it, each undone once; one thread calls all of it."""

    def __init__(self, host: ComHost, opening: Opening) -> None:
        self.host = host
        self._opening = opening
        self._has_entered = False
        self._object: ComObject | None = None
        self._is_connected = False
        self._ticket: str | None = None
        self._number = 0
        self._company_file = ""

    def ready(self) -> int:
        """See to it that there is a session, and that it is with the company file that it was begun with.

        Returns:
            Which session it is, counted from 1.

        Raises:
            NotSentError: Another company file is open than before.
            EngineError: QuickBooks, or Windows, refuses.
        """
        if self._ticket is not None and not self._is_good(self._ticket):
            self.end()
        if self._ticket is None:
            self._begin()
        return self._number

    def process(self, text: str, *, keep: bool) -> str:
        """What QuickBooks replies to a document; this calls ProcessRequest once.

        After an error that leaves open what was done the session is ended: nobody knows what state it is in.
        """
        request_processor, ticket = self._there()
        try:
            reply = request_processor.process(ticket, text)
        except EngineError as error:
            if not keep or error.effect is not Effect.NOT_DONE:
                self.end()
            raise
        except BaseException:
            self.end()
            raise
        if not keep:
            self.end()
        return reply

    def company_file_name(self) -> str:
        """The company file of the session."""
        return self._company_file

    def versions(self) -> tuple[str, ...]:
        """The versions of qbXML that the session reads."""
        request_processor, ticket = self._there()
        return request_processor.versions(ticket)

    def end(self) -> None:
        """EndSession and CloseConnection, each once and only where it is due; where one fails, nothing changes."""
        request_processor, ticket, is_connected = self._object, self._ticket, self._is_connected
        self._object, self._ticket, self._is_connected = None, None, False
        if request_processor is None:
            return
        if ticket is not None:
            _quietly(ComCall.END, partial(request_processor.end, ticket))
        if is_connected:
            _quietly(ComCall.CLOSE, request_processor.close)
        request_processor.release()

    def pump(self) -> None:
        """Take what Windows has to say."""
        if self._has_entered:
            self.host.pump()

    def leave(self) -> None:
        """End all of it."""
        self.end()
        if self._has_entered:
            self._has_entered = False
            self.host.leave()

    def _there(self) -> tuple[ComObject, str]:
        if self._object is None or self._ticket is None:
            raise NotSentError("the session was ended")
        return self._object, self._ticket

    def _is_good(self, ticket: str) -> bool:
        try:
            return self._object is not None and self._object.company_file_name(ticket) == self._company_file
        except Exception as error:
            if isinstance(error, EngineError) and error.retryable:
                raise
            _LOG.info("the session is gone, a new one is begun: %s", _short(error))
            return False

    def _begin(self) -> None:
        try:
            if not self._has_entered:
                self.host.enter()
                self._has_entered = True
            self._object = self.host.make()
            self._object.open(self._opening)
            self._is_connected = True
            self._ticket = self._object.begin(self._opening)
            there = self._object.company_file_name(self._ticket)
            if self._company_file and there != self._company_file:
                raise NotSentError(  # noqa: TRY301  one end for all
                    f"QuickBooks has {there} open, and this transport was begun with {self._company_file}; open that "
                    "one, or make a new transport"
                )
        except BaseException:
            self.end()
            raise
        self._company_file = there
        self._number += 1


def _quietly(call: ComCall, do: Callable[[], object]) -> None:
    try:
        do()
    except Exception as error:  # noqa: BLE001  what was answered stays answered
        _LOG.warning("%s failed, which changes nothing: %s", call, _short(error))


def _short(error: Exception) -> str:
    return f"0x{error.hresult:08X}" if isinstance(error, EngineError) else type(error).__name__
