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
import re
import struct
import sys
import time
import weakref
from concurrent.futures import Future, wait
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from procore_qbd.errors import EngineError, NotSentError, ReplyLostError
from procore_qbd.transports.base import BaseTransport, Sender, never_handed_over
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
from procore_qbd.transports.com_session import ComSession, OwnThread

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Com", "InProcess"]

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
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
            ``WorkerSettings.timeout``. QuickBooks is left to finish: the next document waits for that as long again.
        tries: How often it is tried to begin a session.
        wait: How many seconds apart.
        closing: For how many seconds `close`, or the end of the program, waits for a call that does not come back.
        sleep: Waits some seconds.
        through: Where the request processor lives: in this process, or `PowerShell32`. Each transport has its own.

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
        self._session = ComSession(through if through is not None else InProcess(), opening)
        self._thread = OwnThread(self._session)
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
        text = text_of(document)
        self._begin_session()
        self._text = text

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
                told = never_handed_over(error, self._words(error))
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


def _give_up(thread: OwnThread) -> None:
    """Nobody has the transport any more, who could close it."""
    atexit.unregister(thread.stop)
    thread.ask_to_stop()


def _tell_of_an_answer_to_nobody(job: Future[Any]) -> None:
    _LOG.warning("QuickBooks answered when nobody waited any more: %s", type(job.exception() or job.result()).__name__)


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

    def load(self) -> None:
        """See that COM can be had at all; QuickBooks is not asked.

        Raises:
            NotSentError: This is not Windows, or pywin32 is not installed.
        """
        if self._com is None:
            self._com = _pythoncom()

    def enter(self) -> None:
        """Make the thread one of COM's single-threaded apartments.

        Raises:
            NotSentError: This is not Windows, or pywin32 is not installed.
        """
        self.load()
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
