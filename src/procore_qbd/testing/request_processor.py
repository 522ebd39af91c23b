"""A stand-in for QuickBooks' request processor and for the part of pywin32 that calls it, for tests without Windows.

It is built from the type library: the same calls, the same order that they must come in, and the same way to fail::

    processor = RequestProcessor(company_file.process)
    transport = Com(through=InProcess(PythonCom(processor)))

`serve` is the far half of the pipe of `PowerShell32`, for a process that a test starts in place of PowerShell.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from typing import IO, TYPE_CHECKING, Any, Final, NoReturn

import attrs

from procore_qbd.errors import EngineError
from procore_qbd.transports.com_calls import Connection
from procore_qbd.transports.com_host import line_of, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["ComError", "ComFault", "PythonCom", "RequestProcessor", "serve"]

_DISP_E_EXCEPTION: Final = 0x80020009
_MEMBER_NOT_FOUND, _BAD_PARAMETER_COUNT = 0x80020003, 0x8002000E
_WRONG_THREAD, _NO_APARTMENT, _NO_SUCH_NAME = 0x8001010E, 0x800401F0, 0x800401F3
_NO_SESSION, _BAD_TICKET, _NO_CONNECTION = 0x8004040C, 0x8004040D, 0x8004040F
_SESSION_IS_OPEN, _CONNECTION_IS_OPEN, _NO_NAME = 0x80040411, 0x80040412, 0x80040415
_OTHER_FILE, _NO_FILE, _INVALID = 0x8004040A, 0x80040417, 0x80040425
_SERVER_FAULT = 0x80010105

_METHOD, _PROPERTY = 1, 2
_KINDS: Final = {
    "OpenConnection": _METHOD,
    "OpenConnection2": _METHOD,
    "BeginSession": _METHOD,
    "ProcessRequest": _METHOD,
    "EndSession": _METHOD,
    "CloseConnection": _METHOD,
    "GetCurrentCompanyFileName": _METHOD,
    "QBXMLVersionsForSession": _PROPERTY,
    "AuthPreferences": _PROPERTY,
    "MajorVersion": _PROPERTY,
    "MinorVersion": _PROPERTY,
    "ReleaseLevel": _PROPERTY,
    "ReleaseNumber": _PROPERTY,
    "ConnectionType": _PROPERTY,
    **dict.fromkeys(("PutIsReadOnly", "PutUnattendedModePref", "PutPersonalDataPref", "PutAuthFlags"), _METHOD),
    **dict.fromkeys(("GetIsReadOnly", "GetUnattendedModePref", "GetPersonalDataPref", "GetAuthFlags"), _METHOD),
    "WasAuthPreferencesObeyed": _METHOD,
}
_NAMES: Final = tuple(_KINDS)


def _signed(number: int) -> int:
    return number - 2**32 if number >= 2**31 else number


class ComError(Exception):
    """What ``pythoncom.com_error`` is: the number, its words, what the object said beside it, and the argument."""

    def __init__(
        self,
        hresult: int,
        strerror: str,
        excepinfo: tuple[int, str, str, str | None, int, int] | None = None,
        argerror: int | None = None,
    ) -> None:
        self.hresult, self.strerror, self.excepinfo, self.argerror = hresult, strerror, excepinfo, argerror
        super().__init__(hresult, strerror, excepinfo, argerror)


@attrs.frozen
class ComFault:
    """A call that fails.

    Attributes:
        number: With which HRESULT.
        done: Whether the call does its work first.
        words: What is said beside it.
    """

    number: int = attrs.field(repr=hex)
    done: bool = False
    words: str = "The call failed."


class RequestProcessor:
    """A request processor before a QuickBooks that has a company file open.

    It belongs to the thread that made it, or for which `PythonCom` made it, and fails on any other with 0x8001010E.

    Args:
        process: Answers a document: ``company_file.process``. An `EngineError` that it raises is the HRESULT of the
            call; whatever else it raises is a fault of the server, 0x80010105.
        open_file: The path of the company file that is open; ``''`` for none.
        versions: The versions of qbXML that a session reads.
        faults: What goes wrong with the calls of a name, one entry for each call in turn: None for nothing, an HRESULT,
            a `ComFault`, or a function that is called before the call does its work.
        early_bound: Whether errors come as from early-bound calls: QuickBooks' number is then the error's own.
        is_installed: Whether Windows knows it; with a number, what Windows says instead.

    Attributes:
        open_file: See above; a person may open another one at any time.
        calls: The names of the calls, in their order.
        connections: How many connections were opened.
        sessions: How many sessions were begun.
        documents: The documents that were processed, in their order.
        preferences: What was asked with ``Put…``, by the names behind it.
        openings: The arguments of OpenConnection and BeginSession, in their order.
    """

    def __init__(
        self,
        process: Callable[[bytes], bytes],
        *,
        open_file: str = r"C:\Books\Alder.qbw",
        versions: Iterable[str] = ("1.0", "2.0", "6.0", "9.0", "13.0", "16.0"),
        faults: Mapping[str, Iterable[int | ComFault | Callable[[], object] | None]] | None = None,
        early_bound: bool = False,
        is_installed: bool | int = True,
    ) -> None:
        self._process = process
        self.open_file = open_file
        self._versions = tuple(versions)
        self._faults = {name: deque(ordered) for name, ordered in (faults or {}).items()}
        if unknown := self._faults.keys() - _KINDS.keys():
            raise ValueError(f"the request processor has no call named {min(unknown)}")
        self._early_bound = early_bound
        self.is_installed = is_installed
        self.calls: list[str] = []
        self.documents: list[bytes] = []
        self.preferences: dict[str, object] = {}
        self.openings: list[tuple[object, ...]] = []
        self.connections = 0
        self.sessions = 0
        self.begin_anew()

    def begin_anew(self) -> None:
        """It is made once more, for the thread that calls this."""
        self._thread = threading.get_ident()
        self._is_connected = False
        self._ticket = ""
        self._file = ""
        self._connection = Connection.UNKNOWN

    # --- its calls, by the names of the type library -----------------------------------------------------------------

    def OpenConnection(self, app_id: str, app_name: str) -> None:  # noqa: N802
        """Connect to the QuickBooks on this computer."""
        self.call("OpenConnection", self._open, app_id, app_name, Connection.LOCAL)

    def OpenConnection2(self, app_id: str, app_name: str, connection: int) -> None:  # noqa: N802
        """Connect to a QuickBooks."""
        self.call("OpenConnection2", self._open, app_id, app_name, connection)

    def BeginSession(self, company_file: str, mode: int) -> str:  # noqa: N802
        """Begin a session; its ticket."""
        return self.call("BeginSession", self._begin, company_file, mode)  # type: ignore[no-any-return]

    def ProcessRequest(self, ticket: str, request: str) -> str:  # noqa: N802
        """The reply to a document."""
        return self.call("ProcessRequest", self._answer, ticket, request)  # type: ignore[no-any-return]

    def EndSession(self, ticket: str) -> None:  # noqa: N802
        """End the session."""
        self.call("EndSession", self._end, ticket)

    def CloseConnection(self) -> None:  # noqa: N802
        """End the connection."""
        self.call("CloseConnection", self._close)

    def GetCurrentCompanyFileName(self, ticket: str) -> str:  # noqa: N802
        """The path of the session's company file."""
        return self.call("GetCurrentCompanyFileName", self.in_session, ticket)  # type: ignore[no-any-return]

    def QBXMLVersionsForSession(self, ticket: str) -> tuple[str, ...]:  # noqa: N802
        """A property that takes the ticket: the versions that the session reads."""
        return self.call("QBXMLVersionsForSession", self._read_versions, ticket)  # type: ignore[no-any-return]

    @property
    def AuthPreferences(self) -> _Preferences:  # noqa: N802
        """What the program wants to be allowed."""
        return self.call("AuthPreferences", lambda: _Preferences(self))  # type: ignore[no-any-return]

    @property
    def MajorVersion(self) -> int:  # noqa: N802
        """Of the request processor."""
        return self.call("MajorVersion", lambda: 16)  # type: ignore[no-any-return]

    @property
    def MinorVersion(self) -> int:  # noqa: N802
        """Of the request processor."""
        return self.call("MinorVersion", lambda: 0)  # type: ignore[no-any-return]

    @property
    def ReleaseLevel(self) -> int:  # noqa: N802
        """3: a release."""
        return self.call("ReleaseLevel", lambda: 3)  # type: ignore[no-any-return]

    @property
    def ReleaseNumber(self) -> int:  # noqa: N802
        """Of the request processor."""
        return self.call("ReleaseNumber", lambda: 0)  # type: ignore[no-any-return]

    @property
    def ConnectionType(self) -> int:  # noqa: N802
        """Of the connection."""
        return self.call("ConnectionType", lambda: int(self._connection))  # type: ignore[no-any-return]

    # --- what they do ------------------------------------------------------------------------------------------------

    def _open(self, app_id: str, app_name: str, connection: int) -> None:
        if not app_name:
            self.fail(_NO_NAME)
        if self._is_connected:
            self.fail(_CONNECTION_IS_OPEN)
        self._is_connected, self._connection = True, Connection(connection)
        self.connections += 1
        self.openings.append((app_id, app_name, connection))

    def _begin(self, company_file: str, mode: int) -> str:
        if not self._is_connected:
            self.fail(_NO_CONNECTION)
        if self._ticket:
            self.fail(_SESSION_IS_OPEN)
        if mode not in (0, 1, 2):
            self.fail(_INVALID)
        if not company_file and not self.open_file:
            self.fail(_NO_FILE)
        if company_file and self.open_file and company_file != self.open_file:
            self.fail(_OTHER_FILE)
        self._file = self.open_file = company_file or self.open_file
        self.openings.append((company_file, mode))
        self.sessions += 1
        self._ticket = f"ticket {self.sessions}"
        return self._ticket

    def _answer(self, ticket: str, request: str) -> str:
        self.in_session(ticket)
        document = request.encode("utf-8")
        self.documents.append(document)
        try:
            return self._process(document).decode("utf-8")
        except EngineError as error:
            self.fail(error.hresult, error.detail)
        except Exception as error:
            raise ComError(_signed(_SERVER_FAULT), "The server threw an exception.") from error

    def _end(self, ticket: str) -> None:
        if not self._ticket:
            self.fail(_NO_SESSION)
        if ticket != self._ticket:
            self.fail(_BAD_TICKET)
        self._ticket = ""

    def _close(self) -> None:
        if not self._is_connected:
            self.fail(_NO_CONNECTION)
        self._is_connected, self._ticket = False, ""

    def in_session(self, ticket: str) -> str:
        """The path of the session's company file, where the ticket is good and the file is still open."""
        if not self._ticket:
            self.fail(_NO_SESSION)
        if ticket != self._ticket or self._file != self.open_file:
            self.fail(_BAD_TICKET)
        return self._file

    def _read_versions(self, ticket: str) -> tuple[str, ...]:
        self.in_session(ticket)
        return self._versions

    def put(self, name: str, value: object) -> None:
        """One of the program's wishes; QuickBooks takes them before BeginSession, and on this computer only."""
        if self._ticket or not self._connection.is_local:
            self.fail(_INVALID)
        self.preferences[name] = value

    def read(self, name: str, ticket: str) -> object:
        """What was wished."""
        self.in_session(ticket)
        return self.preferences.get(name)

    def fail(self, number: int, words: str = "The call failed.") -> NoReturn:
        """Fail as QuickBooks does.

        Raises:
            ComError: Always.
        """
        if self._early_bound:
            raise ComError(_signed(number), words, (0, "QBXMLRP2.RequestProcessor.2", words, None, 0, 0))
        what = (0, "QBXMLRP2.RequestProcessor.2", words, None, 0, _signed(number))
        raise ComError(_signed(_DISP_E_EXCEPTION), "Exception occurred.", what)

    def call(self, name: str, do: Callable[..., Any], *arguments: Any) -> Any:
        """A call: it is counted, and fails where a fault is ordered or the thread is another one."""
        self.calls.append(name)
        if threading.get_ident() != self._thread:
            raise ComError(_signed(_WRONG_THREAD), "The object belongs to another thread.")
        ordered = self._faults.get(name)
        fault = ordered.popleft() if ordered else None
        if isinstance(fault, int):
            fault = ComFault(fault)
        if isinstance(fault, ComFault) and not fault.done:
            self.fail(fault.number, fault.words)
        if fault is not None and not isinstance(fault, ComFault):
            fault()
        done = do(*arguments)
        if isinstance(fault, ComFault):
            self.fail(fault.number, fault.words)
        return done


class _Preferences:
    """The object behind ``AuthPreferences``."""

    def __init__(self, processor: RequestProcessor) -> None:
        self._processor = processor

    def __getattr__(self, name: str) -> Callable[..., Any]:
        what = name[3:]
        if name.startswith("Put") and name in _KINDS:
            return lambda value: self._processor.call(name, self._processor.put, what, value)
        if name.startswith("Get") and name in _KINDS:
            return lambda ticket: self._processor.call(name, self._processor.read, what, ticket)
        if name == "WasAuthPreferencesObeyed":
            return lambda ticket: self._processor.call(name, self._processor.in_session, ticket) != ""
        raise AttributeError(name)


# --- pywin32 ---------------------------------------------------------------------------------------------------------


class _Dispatch:
    """IDispatch, as pywin32 offers it."""

    def __init__(self, thing: RequestProcessor | _Preferences) -> None:
        self._thing = thing

    def GetIDsOfNames(self, name: str) -> int:  # noqa: N802
        """The number of a member."""
        owner = RequestProcessor if isinstance(self._thing, RequestProcessor) else None
        if name not in _KINDS or (owner is not None and not hasattr(owner, name)):
            raise ComError(_signed(0x80020006), "Unknown name.")
        return _NAMES.index(name)

    def Invoke(self, dispid: int, lcid: int, kind: int, wanted: bool, *arguments: Any) -> Any:  # noqa: ARG002, N802
        """Call a method, or read a property."""
        name = _NAMES[dispid]
        if not kind & _KINDS[name]:
            raise ComError(_signed(_MEMBER_NOT_FOUND), "Member not found.")
        is_plain = isinstance(getattr(type(self._thing), name, None), property)
        try:
            found = getattr(self._thing, name)
            if not is_plain:
                found = found(*arguments)
        except TypeError:
            raise ComError(_signed(_BAD_PARAMETER_COUNT), "Invalid number of parameters.") from None
        return _Dispatch(found) if isinstance(found, _Preferences) else found


class PythonCom:
    """What `Com` needs of the module ``pythoncom``, before a request processor of ours.

    Args:
        processor: The request processor that Windows makes.

    Attributes:
        apartments: How often each thread, by its id, has called CoInitialize and not yet CoUninitialize.
        pumped: How often messages were taken.
        made: How many request processors were made.
    """

    com_error = ComError
    CLSCTX_INPROC_SERVER = 1
    DISPATCH_METHOD = _METHOD
    DISPATCH_PROPERTYGET = _PROPERTY
    IID_IDispatch = "{00020400-0000-0000-C000-000000000046}"

    def __init__(self, processor: RequestProcessor) -> None:
        self.processor = processor
        self.apartments: Counter[int] = Counter()
        self.pumped = 0
        self.made = 0

    def CoInitialize(self) -> None:  # noqa: N802
        """The thread becomes an apartment."""
        self.apartments[threading.get_ident()] += 1

    def CoUninitialize(self) -> None:  # noqa: N802
        """It is none any more."""
        self.apartments[threading.get_ident()] -= 1

    def PumpWaitingMessages(self) -> int:  # noqa: N802
        """Take what waits."""
        self._must_be_an_apartment()
        self.pumped += 1
        return 0

    def CoCreateInstance(self, name: str, outer: object, context: int, interface: str) -> Any:  # noqa: ARG002, N802
        """A request processor, for the thread that calls."""
        self._must_be_an_apartment()
        if self.processor.is_installed is not True:
            number = int(self.processor.is_installed) or _NO_SUCH_NAME
            raise ComError(_signed(number), "Class not registered")
        self.made += 1
        self.processor.begin_anew()
        return _Dispatch(self.processor)

    def _must_be_an_apartment(self) -> None:
        if self.apartments[threading.get_ident()] < 1:
            raise ComError(_signed(_NO_APARTMENT), "CoInitialize has not been called.")


# --- the far half of the pipe ----------------------------------------------------------------------------------------


def serve(processor: RequestProcessor, lines: IO[bytes], answers: IO[bytes]) -> None:
    """Do what ``com_host.ps1`` does, with a request processor of ours, until the lines end.

    Args:
        processor: The request processor.
        lines: Where the lines come from: ``sys.stdin.buffer``.
        answers: Where the answers go: ``sys.stdout.buffer``.
    """
    ticket, is_connected = "", False
    try:
        for line in lines:
            number, word, texts = parts_of(line)
            ticket = "" if word == "end" else ticket  # each is undone once, also where that fails
            is_connected = is_connected and word != "close"
            try:
                said = _done(processor, word, texts)
            except ComError as error:
                scode = (error.excepinfo and error.excepinfo[5]) or error.hresult
                words = error.excepinfo[2] if error.excepinfo else error.strerror
                answers.write(line_of(number, "failed", f"{scode & 0xFFFFFFFF:08X}", words))
            else:
                ticket = said[0] if word == "begin" else ticket
                is_connected = is_connected or word == "open"
                answers.write(line_of(number, "ok", *said))
            answers.flush()
    finally:
        if ticket:
            processor.EndSession(ticket)
        if is_connected:
            processor.CloseConnection()


def _done(  # noqa: C901  a case a word
    processor: RequestProcessor, word: str, texts: list[str]
) -> tuple[str, ...]:
    """What a line asks for."""
    match word, texts:
        case "make", []:
            if processor.is_installed is not True:
                raise ComError(_signed(int(processor.is_installed) or _NO_SUCH_NAME), "Class not registered")
            processor.begin_anew()
        case "open", [app_id, app_name, connection]:
            processor.OpenConnection2(app_id, app_name, int(connection))
        case "begin", [company_file, mode, takes_preferences, unattended, personal_data, read_only, auth_flags]:
            if takes_preferences == "1":
                preferences = processor.AuthPreferences
                preferences.PutUnattendedModePref(int(unattended))
                preferences.PutPersonalDataPref(int(personal_data))
                preferences.PutIsReadOnly(read_only == "1")
                if auth_flags != "0":
                    preferences.PutAuthFlags(int(auth_flags))
            return (processor.BeginSession(company_file, int(mode)),)
        case "name", [ticket]:
            return (processor.GetCurrentCompanyFileName(ticket),)
        case "versions", [ticket]:
            return processor.QBXMLVersionsForSession(ticket)
        case "process", [ticket, text]:
            return (processor.ProcessRequest(ticket, text),)
        case "end", [ticket]:
            processor.EndSession(ticket)
        case "close", []:
            processor.CloseConnection()
        case _:
            raise ComError(_signed(0x80131501), "a word that is none of the protocol")
    return ()
