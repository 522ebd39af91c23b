"""COM: to the QuickBooks on the same Windows, through its request processor (QBXMLRP2).

The request processor belongs to the thread that made it. So a `Com` has a thread of its own, which makes it, calls it
and lets go of it; `Com.send` may be called from any thread, and only waits. A session is begun with the first document
and kept. Before each document QuickBooks is asked which company file the session is with, so that a session that is
gone is found where nothing was handed over, and a document is handed over once or not at all.

The extra is ``com``. See ``docs/transports/com.md``; none of it ever ran on Windows.
"""

from __future__ import annotations

import atexit
import codecs
import io
import logging
import os
import queue
import re
import struct
import sys
import threading
import time
import weakref
from concurrent.futures import Future, wait
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from procore_qbd.codes import Effect
from procore_qbd.errors import EngineError, NotSentError, ReplyLostError
from procore_qbd.transports.base import BaseTransport, Sender, _never_handed_over
from procore_qbd.transports.com_calls import (
    PROG_ID,
    AuthFlags,
    ComCall,
    ComHost,
    ComObject,
    Connection,
    Opening,
    PersonalData,
    Unattended,
    UserMode,
    effect_of,
    signed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Com", "InProcess"]

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_GLANCE = 0.05
"""How many seconds the thread waits for work before it looks whether Windows has something to say."""
_BREATH = 0.2
"""How many seconds a caller waits at a stretch: on Windows, Ctrl+C is only noticed between two of them."""


class Com(BaseTransport):
    """A transport to QuickBooks on this computer, and a context manager: ``Com("C:/Books/Alder.qbw")``.

    What passes by itself (an open dialog, a locked company file, a QuickBooks that is still starting) is tried again,
    but only before the document is handed over. The document itself is handed over once.

    Args:
        company_file: The path of the company file; ``''`` for the one that is open in QuickBooks. Once a session was
            begun, no document goes to another company file than that one.
        sender: The program that sends, as the bookkeeper sees it.
        mode: The user mode of the company file.
        connection: Where QuickBooks is.
        unattended: Whether the program works while nobody has the company file open.
        personal_data: Whether the program wants personal data.
        read_only: Whether QuickBooks shall refuse whatever writes.
        auth_flags: With which editions of QuickBooks the program works; none named means all.
        keep_session: Whether the session is kept for the next document. QuickBooks stays open as long as it is.
        timeout: For how many seconds an answer is waited for; None for as long as it takes. It should not be more than
            `WorkerSettings.timeout`. QuickBooks is left to finish: the next document waits for that as long again.
        tries: How often it is tried to begin a session.
        wait: How many seconds apart.
        closing: For how many seconds `close`, or the end of the program, waits for a call that does not come back.
        sleep: Waits some seconds.
        through: Where the request processor lives: in this process, or `PowerShell32`.

    Raises:
        ValueError: It is never tried.
    """

    def __init__(  # noqa: PLR0913  all but the first are named where it is called
        self,
        company_file: str | os.PathLike[str] = "",
        *,
        sender: Sender | None = None,
        mode: UserMode = UserMode.DO_NOT_CARE,
        connection: Connection = Connection.LOCAL,
        unattended: Unattended = Unattended.OPTIONAL,
        personal_data: PersonalData = PersonalData.NOT_NEEDED,
        read_only: bool = False,
        auth_flags: AuthFlags = AuthFlags.ALL,
        keep_session: bool = True,
        timeout: float | None = 120,
        tries: int = 5,
        wait: float = 3,
        closing: float = 30,
        sleep: Callable[[float], object] = time.sleep,
        through: ComHost | None = None,
    ) -> None:
        if tries < 1:
            raise ValueError(f"expected 1 or more tries, got {tries}")
        super().__init__(sender)
        opening = Opening(
            sender=self.sender,
            company_file=os.fspath(company_file),
            mode=mode,
            connection=connection,
            unattended=unattended,
            personal_data=personal_data,
            read_only=read_only,
            auth_flags=auth_flags,
        )
        self._keep_session = keep_session
        self._timeout = timeout
        self._tries, self._pause, self._sleep = tries, wait, sleep
        self._closing = closing
        self._session = _ComSession(through if through is not None else InProcess(), opening)
        self._thread = _OwnThread(self._session)
        self._known_session = 0
        self._text = ""
        atexit.register(self._thread.stop, closing)
        weakref.finalize(self, _give_up, self._thread).atexit = False

    def open(self) -> None:
        """Begin the session now; without it, the first document does.

        Raises:
            NotSentError: There is no QuickBooks to be reached, or the transport is closed.
            EngineError: QuickBooks, or Windows, refuses.
        """
        self._ask_in_session(self._session.ready)

    @property
    def company_file_name(self) -> str:
        """The path of the company file that the session is with, as QuickBooks tells it.

        Raises:
            NotSentError: There is no QuickBooks to be reached, or the transport is closed.
            EngineError: QuickBooks, or Windows, refuses.
        """
        return self._ask_in_session(self._session.company_file_name)

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of qbXML that the session reads, as QuickBooks lists them.

        Raises:
            NotSentError: There is no QuickBooks to be reached, or the transport is closed.
            EngineError: QuickBooks, or Windows, refuses.
        """
        return self._ask_in_session(self._session.versions)

    def _prepare(self, document: bytes) -> None:
        self._text = text_of(document)
        self._begin_session()

    def _exchange(self, document: bytes) -> BinaryIO:  # noqa: ARG002  it was made ready as a text
        text, self._text = self._text, ""
        reply: object = self._ask(partial(self._session.process, text, keep=self._keep_session))
        if not isinstance(reply, str):
            raise ReplyLostError(f"expected text, got {type(reply).__name__}")
        if not reply:
            raise ReplyLostError("it is empty")
        return io.BytesIO(bytes_of(reply))

    def _close(self) -> None:
        atexit.unregister(self._thread.stop)
        self._thread.stop(self._closing)

    def _ask_in_session(self, what: Callable[[], T]) -> T:
        with self._one_at_a_time:
            try:
                if self._is_closed:
                    raise NotSentError("the transport is closed")  # noqa: TRY301  one end for all
                self._begin_session()
                return self._ask(what)
            except Exception as error:  # noqa: BLE001  as in `send`
                told = _never_handed_over(error, self._words(error))
                raise told from (error if told is not error else error.__cause__)

    def _begin_session(self) -> None:
        """See to it that there is a session; this is the only place where anything is tried again."""
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed

        trying = Retrying(
            stop=stop_after_attempt(self._tries),
            wait=wait_fixed(self._pause),
            retry=retry_if_exception(lambda error: isinstance(error, EngineError) and error.retryable),
            sleep=self._sleep_for,
            reraise=True,
        )
        session = trying(self._ask, self._session.ready)
        if session != self._known_session:
            self._new_session()
            self._known_session = session

    def _sleep_for(self, seconds: float) -> None:
        _LOG.info("QuickBooks is busy; it is tried again in %g seconds", seconds)
        self._sleep(seconds)

    def _ask(self, what: Callable[[], T]) -> T:
        """What the thread answers.

        Raises:
            NotSentError: It did not begin with it.
            TimeoutError: It began, and goes on.
        """
        job = self._thread.do(what)
        end = None if self._timeout is None else time.monotonic() + self._timeout
        try:
            while not job.done() and (end is None or time.monotonic() < end):
                wait([job], _BREATH)
        finally:  # also where Ctrl+C was pressed
            if not job.done() and not job.cancel():
                job.add_done_callback(_tell_of_an_answer_to_nobody)
        if job.cancelled():
            raise NotSentError(f"QuickBooks was busy with an earlier call for {self._timeout:g} seconds")
        if not job.done():
            raise TimeoutError(f"no answer in {self._timeout:g} seconds")
        return job.result()


def _give_up(thread: _OwnThread) -> None:
    """Nobody has the transport any more, who could close it."""
    atexit.unregister(thread.stop)
    thread.ask_to_stop()


def _tell_of_an_answer_to_nobody(job: Future[Any]) -> None:
    _LOG.warning("QuickBooks answered when nobody waited any more: %s", type(job.exception() or job.result()).__name__)


# --- one thread ------------------------------------------------------------------------------------------------------


class _OwnThread:
    """The one thread that touches a session: what others ask of it is done in the order in which they ask."""

    def __init__(self, session: _ComSession) -> None:
        self._session = session
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_over = False

    def do(self, what: Callable[[], T]) -> Future[T]:
        """Have something done."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="procore_qbd COM", daemon=True)
            self._thread.start()
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
            thread.join(_BREATH)

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


class _ComSession:
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
        except Exception as error:  # noqa: BLE001  whatever it is, a new session is begun
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


# --- text ------------------------------------------------------------------------------------------------------------

_DECLARED = re.compile(r"""\A(<\?xml\b[^>]*?)\s+encoding\s*=\s*["']([^"'<>]*)["']""")
_HEAD = 200
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def text_of(document: bytes) -> str:
    """A document as text, which is what COM carries; its declaration names no encoding any more.

    COM's text is UTF-16, whatever the document was in; a declaration that still said ``utf-8`` would not be true, and
    there are parsers that believe it.

    Raises:
        ValueError: It is not in the encoding that it declares.
        LookupError: There is no such encoding.
    """
    encoding = next((name for mark, name in _MARKS if document.startswith(mark)), None)
    if encoding is None:
        declared = _DECLARED.match(document[:_HEAD].decode("latin-1"))
        encoding = declared[2] if declared else "utf-8"
    text = document.decode(encoding)
    if not text.lstrip().startswith("<"):
        raise ValueError(f"the document does not begin with '<' when it is read as {encoding}")
    return _DECLARED.sub(r"\1", text)


def bytes_of(text: str) -> bytes:
    """A reply as UTF-8, which is what a declaration without an encoding means.

    Half a character, which XML cannot hold, becomes a question mark: a reply that cannot be read could never be had
    again in any better state.
    """
    return _DECLARED.sub(r"\1", text.removeprefix("\ufeff")).encode("utf-8", "replace")


# --- in this process -------------------------------------------------------------------------------------------------

_BITS = struct.calcsize("P") * 8
_NOT_THERE = {0x80040154, 0x800401F3}


class InProcess:
    """The request processor in this process, through pywin32; it has as many bits as this Python.

    Args:
        pythoncom: A stand-in for the module of this name, for tests.
    """

    def __init__(self, pythoncom: Any = None) -> None:
        self._com = pythoncom

    def enter(self) -> None:
        """Make the thread one of COM's single-threaded apartments.

        Raises:
            NotSentError: pywin32 is not installed.
        """
        if self._com is None:
            self._com = _pythoncom()
        self._com.CoInitialize()

    def make(self) -> ComObject:
        """A new request processor.

        Raises:
            EngineError: Windows does not make one.
        """
        com = self._com
        try:
            return _Dispatched(com, com.CoCreateInstance(PROG_ID, None, com.CLSCTX_INPROC_SERVER, com.IID_IDispatch))
        except com.com_error as error:
            told = _engine_error(ComCall.OPEN, error)
            if told.hresult in _NOT_THERE:
                others = 96 - _BITS
                hint = f"; this Python has {_BITS} bits, and the request processor may be one for {others}"
                way = "use a Python of 32 bits, or Com(through=PowerShell32())"
                way = way if others == 32 else "use a Python of 64 bits"  # noqa: PLR2004  bits
                told = EngineError(told.hresult, f"{told.detail.rstrip('.')}{hint}: {way}", told.effect)
            raise told from error.with_traceback(None)

    def pump(self) -> None:
        """Take what Windows has to say to the thread: who sends to all windows waits for that, and COM has one here."""
        self._com.PumpWaitingMessages()

    def leave(self) -> None:
        """The thread is none of COM's any more."""
        self._com.CoUninitialize()

    def kill(self) -> None:
        """Nothing: a call in this process cannot be ended."""


def _pythoncom() -> Any:
    try:
        import pythoncom  # type: ignore[import-untyped,import-not-found,unused-ignore]  # pyright: ignore[reportMissingModuleSource]
    except ImportError as error:
        if sys.platform != "win32":
            raise NotSentError("COM is a part of Windows, and this is another system") from error
        raise NotSentError('COM needs pywin32, which is not installed: pip install "procore-qbd[com]"') from error
    return pythoncom


class _Dispatched:
    """A request processor, called by the names of its type library.

    It is IDispatch itself and no wrapper of pywin32's that guesses what is a property: one of them takes an argument.
    """

    def __init__(self, com: Any, dispatch: Any) -> None:
        self._com = com
        self._dispatch: Any = dispatch

    def open(self, opening: Opening) -> None:
        sender = opening.sender
        self._call(ComCall.OPEN, "OpenConnection2", sender.application_id, sender.application_name, opening.connection)

    def begin(self, opening: Opening) -> str:
        if opening.connection.is_local:
            self._prefer(opening)
        ticket: str = self._call(ComCall.BEGIN, "BeginSession", opening.company_file, opening.mode)
        return ticket

    def company_file_name(self, ticket: str) -> str:
        name: str = self._call(ComCall.BEGIN, "GetCurrentCompanyFileName", ticket)
        return name

    def versions(self, ticket: str) -> tuple[str, ...]:
        return tuple(self._get(ComCall.BEGIN, "QBXMLVersionsForSession", ticket))

    def process(self, ticket: str, text: str) -> str:
        reply: str = self._call(ComCall.PROCESS, "ProcessRequest", ticket, text)
        return reply

    def end(self, ticket: str) -> None:
        self._call(ComCall.END, "EndSession", ticket)

    def close(self) -> None:
        self._call(ComCall.CLOSE, "CloseConnection")

    def release(self) -> None:
        """Let go of it here and now: an error that somebody keeps would let go of it on some other thread."""
        self._dispatch = None

    def _prefer(self, opening: Opening) -> None:
        preferences = _Dispatched(self._com, self._get(ComCall.BEGIN, "AuthPreferences"))
        try:
            preferences._call(ComCall.BEGIN, "PutUnattendedModePref", opening.unattended)
            preferences._call(ComCall.BEGIN, "PutPersonalDataPref", opening.personal_data)
            preferences._call(ComCall.BEGIN, "PutIsReadOnly", bool(opening.read_only))
            if opening.auth_flags:
                preferences._call(ComCall.BEGIN, "PutAuthFlags", signed(opening.auth_flags))
        finally:
            preferences.release()

    def _call(self, call: ComCall, name: str, *arguments: object) -> Any:
        return self._invoke(call, name, self._com.DISPATCH_METHOD, arguments)

    def _get(self, call: ComCall, name: str, *arguments: object) -> Any:
        return self._invoke(call, name, self._com.DISPATCH_PROPERTYGET, arguments)

    def _invoke(self, call: ComCall, name: str, kind: int, arguments: tuple[object, ...]) -> Any:
        plain = (int(one) if type(one) is not bool and isinstance(one, int) else one for one in arguments)
        try:
            return self._dispatch.Invoke(self._dispatch.GetIDsOfNames(name), 0, kind, True, *plain)
        except self._com.com_error as error:
            raise _engine_error(call, error) from error.with_traceback(None)  # whose frames could hold the object


def _engine_error(call: ComCall, error: Any) -> EngineError:
    """What a ``com_error`` says.

    Where the call was bound late, its own number says only that there is an exception, which has QuickBooks' number.
    """
    number, said = error.hresult, error.strerror
    if error.excepinfo:
        said = error.excepinfo[2] or said
        number = error.excepinfo[5] or number
    return EngineError(number, (said or "").strip(), effect_of(call, number))
