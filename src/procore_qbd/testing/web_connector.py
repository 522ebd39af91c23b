"""A Web Connector of our own: it drives an endpoint through whole updates, in front of a company file, without Windows.

It does what Intuit's does: the same calls in the same order, the same two tries, and each answer followed by what
follows it there::

    connector = FakeWebConnector(
        post_to_app(app), company_file.process, user="alder", password=password, file_id=file_id, owner_id=owner_id
    )
    update = connector.update()

Its SOAP is its own, made without a line of the server's, so that a fault there is found here. It writes requests as the
.NET client does that the Web Connector is built on, and reads answers as strictly: what that client would not take, or
would take for nothing, is the same here (`read_answer`). An update is a generator too (`FakeWebConnector.calls`), for
tests that cut, repeat, hold back and reorder calls.
"""

from __future__ import annotations

import io
import re
import sys
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import unquote_to_bytes, urlsplit

import attrs
import requests
from lxml import etree

from procore_qbd.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    Post: TypeAlias = Callable[[bytes, Mapping[str, str]], tuple[int, str, bytes]]
    Answer: TypeAlias = str | int | tuple[str | None, ...] | None
    Steps: TypeAlias = Generator["WebConnectorCall", Answer, Any]

__all__ = [
    "AnsweredCall",
    "CallFailedError",
    "FakeWebConnector",
    "Update",
    "UpdateEnd",
    "WebConnectorCall",
    "post_to",
    "post_to_app",
    "read_answer",
]

_OURS: Final = "http://developer.intuit.com/"
_SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_XSD: Final = "http://www.w3.org/2001/XMLSchema"

_ARGUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "serverVersion": (),
    "clientVersion": ("strVersion",),
    "authenticate": ("strUserName", "strPassword"),
    "sendRequestXML": (
        *("ticket", "strHCPResponse", "strCompanyFileName"),
        *("qbXMLCountry", "qbXMLMajorVers", "qbXMLMinorVers"),
    ),
    "receiveResponseXML": ("ticket", "response", "hresult", "message"),
    "connectionError": ("ticket", "hresult", "message"),
    "getLastError": ("ticket",),
    "closeConnection": ("ticket",),
    "getInteractiveURL": ("wcTicket", "sessionID"),
    "interactiveRejected": ("wcTicket", "reason"),
    "interactiveDone": ("wcTicket",),
}
_CODES: Final = {
    "clientVersion": "QBWC1036",
    "sendRequestXML": "QBWC1041",
    "receiveResponseXML": "QBWC1042",
    "getLastError": "QBWC1043",
    "closeConnection": "QBWC1044",
    "connectionError": "QBWC1045",
}
_ANY_OTHER: Final = "QBWC1012"
_NULL = "Object reference not set to an instance of an object."

_NO_OP, _INTERACTIVE, _DONE = "NoOp", "Interactive mode", "done"
_PAUSE = 5.0
_OTHER_FILE_IS_OPEN = 0x8004040A
_ALL_DONE = 100
_ERRORS_FROM = 300
_MAY_HAVE_A_FAULT = {400, 500}
_TICKS_IN_1970, _TICKS_A_SECOND = 621_355_968_000_000_000, 10_000_000  # .NET counts from the year 1
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,40}")

_QUERIES = (
    '<?xml version="1.0" encoding="utf-8"?>\n<?qbxml version="{}.{}"?>\n<QBXML>\n'
    '<QBXMLMsgsRq onError="continueOnError"><HostQueryRq requestID="0"/><CompanyQueryRq requestID="1"/>'
    '<PreferencesQueryRq requestID="2"/></QBXMLMsgsRq>\n</QBXML>\n'
)
_PRIVATE_FIELD = (
    "<DataExtRet>\n<OwnerID>{}</OwnerID>\n<DataExtName>{}</DataExtName>\n<DataExtType>STR255TYPE</DataExtType>\n"
    "<DataExtValue>{}</DataExtValue>\n</DataExtRet>\n"
)


class UpdateEnd(StrEnum):
    """How an update ended.

    ``DONE``: the server said that all is done. ``NOTHING_TO_DO``: it had nothing. ``REFUSED``: it did not know the
    user, or the password was wrong. ``BUSY``, ``POSTPONED``: it said to come later. ``FAILED``: everything else;
    `Update.status` says what.
    """

    DONE = "done"
    NOTHING_TO_DO = "nothing to do"
    REFUSED = "refused"
    BUSY = "busy"
    POSTPONED = "postponed"
    FAILED = "failed"


@attrs.frozen
class AnsweredCall:
    """A call that was made.

    Attributes:
        name: Its name.
        outcome: What came of it, in a word or two: no secret, and no document.
    """

    name: str
    outcome: str


@attrs.frozen(kw_only=True)
class Update:
    """What came of an update.

    Attributes:
        end: How it ended.
        status: What the Web Connector shows of it.
        calls: The calls, in their order.
        percents: What ``receiveResponseXML`` answered, each time.
        documents: How many documents were handed to QuickBooks, with those that it refused.
        last_error: What ``getLastError`` said last, or ``''``.
        closing: What ``closeConnection`` said, or ``''``.
        postponed_for: For how many seconds the server does not want to be called, or 0.
        run_every: How many seconds the server wants between two updates, at the least, or 0.
    """

    end: UpdateEnd
    status: str
    calls: tuple[AnsweredCall, ...]
    percents: tuple[int, ...] = ()
    documents: int = 0
    last_error: str = ""
    closing: str = ""
    postponed_for: int = 0
    run_every: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the calls, in their order."""
        return tuple(call.name for call in self.calls)


class CallFailedError(Exception):
    """The .NET client raised an exception in a call: there is no answer that it could read.

    Args:
        call: The name of the call.
        words: What the exception says.
        is_fault: Whether the server said so itself, by a SOAP fault.

    Attributes:
        call: As given.
        words: As given.
        is_fault: As given.
        code: The number under which the Web Connector shows it, for instance ``'QBWC1042'``.
    """

    def __init__(self, call: str, words: str, *, is_fault: bool = False) -> None:
        super().__init__(call, words)
        self.call, self.words, self.is_fault = call, words, is_fault
        self.code = _CODES.get(call, _ANY_OTHER)

    def __str__(self) -> str:
        return f"{self.code}: {self.call} failed: {self.words}"


# --- calls, as the client writes them --------------------------------------------------------------------------------


def _an_argument_each(call: WebConnectorCall, _field: object, arguments: Mapping[str, object]) -> None:
    known = _ARGUMENTS.get(call.name)
    if known is None:
        raise ValueError(f"the Web Connector makes no call named {call.name!r}; it makes {', '.join(_ARGUMENTS)}")
    if unknown := arguments.keys() - set(known):
        raise ValueError(f"{call.name} has no argument {min(unknown)!r}; it has {', '.join(known) or 'none'}")


@attrs.frozen
class WebConnectorCall:
    """A call of the Web Connector: ``WebConnectorCall("getLastError", {"ticket": ticket})``.

    Attributes:
        name: Its name.
        arguments: By their names; what is missing or None is left out, as a .NET client leaves out what is null.

    Raises:
        ValueError: There is no such call, or it has no such argument.
    """

    name: str
    arguments: Mapping[str, str | int | None] = attrs.field(factory=dict, validator=_an_argument_each, repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of its HTTP request, without those about the connection."""
        return {
            "User-Agent": "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)",
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"{_OURS}{self.name}"',
            "Expect": "100-continue",
        }

    @property
    def body(self) -> bytes:
        """The body of its HTTP request."""
        given = [(name, self.arguments.get(name)) for name in _ARGUMENTS[self.name]]
        inside = "".join(_element(name, str(value)) for name, value in given if value is not None)
        call = f'{self.name} xmlns="{_OURS}"'
        text = (
            '<?xml version="1.0" encoding="utf-8"?>'
            f'<soap:Envelope xmlns:soap="{_SOAP}" xmlns:xsi="{_XSI}" xmlns:xsd="{_XSD}"><soap:Body>'
            + (f"<{call}>{inside}</{self.name}>" if inside else f"<{call} />")
            + "</soap:Body></soap:Envelope>"
        )
        return text.encode("utf-8", "replace")


def _element(name: str, text: str) -> str:
    return f"<{name}>{_escaped(text)}</{name}>" if text else f"<{name} />"


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # The client does not mind what XML cannot hold; the server will.
    return _UNWRITABLE.sub(lambda found: f"&#x{ord(found[0]):X};", text)


# --- answers, as the client reads them -------------------------------------------------------------------------------


def read_answer(call: str, status: int, content_type: str, body: bytes) -> Answer:
    """What a .NET client makes of an answer.

    Args:
        call: The name of the call that it answers.
        status: The status of the HTTP answer.
        content_type: Its content type.
        body: Its body.

    Returns:
        A whole number for ``receiveResponseXML``, texts for ``authenticate``, a text for any other call. What is not
        where the client looks for it is not missed: the answer is then 0 or None, and texts in another namespace are no
        texts.

    Raises:
        CallFailedError: The client raises an exception.
    """
    if status >= _ERRORS_FROM and status not in _MAY_HAVE_A_FAULT:
        raise CallFailedError(call, f"The request failed with HTTP status {status}.")
    media, charset = _media_and_charset(content_type)
    if media != "text/xml" or not body:
        words = f"Client found response content type of '{content_type}', but expected 'text/xml'."
        raise CallFailedError(call, words if body else f"{words} The request failed with an empty response.")
    envelope = _parsed(call, charset, body)
    if envelope.tag != f"{{{_SOAP}}}Envelope":
        raise CallFailedError(call, f"Possible SOAP version mismatch: {str(envelope.tag)!r} was unexpected.")
    inside = envelope.find(f"{{{_SOAP}}}Body")
    if inside is None:
        raise CallFailedError(call, "There is an error in XML document: it has no SOAP body.")
    if (fault := inside.find(f"{{{_SOAP}}}Fault")) is not None:
        raise CallFailedError(call, fault.findtext("faultstring") or "", is_fault=True)
    if status in _MAY_HAVE_A_FAULT:
        raise CallFailedError(call, f"The request failed with HTTP status {status}.")
    result = inside.find(f"{{{_OURS}}}{call}Response/{{{_OURS}}}{call}Result")
    if call == "receiveResponseXML":
        return 0 if result is None else _number(call, result)
    if result is None or _is_nil(result):
        return None
    if call == "authenticate":
        return tuple(None if _is_nil(one) else _text(call, one) for one in result.iterfind(f"{{{_OURS}}}string"))
    return _text(call, result)


def _media_and_charset(content_type: str) -> tuple[str, str | None]:
    media, *parameters = (part.strip() for part in content_type.split(";"))
    named = {name: value for name, _, value in (part.lower().partition("=") for part in parameters)}
    return media.lower(), named.get("charset", "").strip("\"' ") or None


def _parsed(call: str, charset: str | None, body: bytes) -> etree._Element:
    """The root of an answer; as for the client, a charset that HTTP names counts more than the XML's own."""
    try:
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
            remove_comments=True,
            remove_pis=True,
            encoding=charset,
        )
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise CallFailedError(call, f"Response is not well-formed XML. {error}") from None
    if root.getroottree().docinfo.doctype:
        raise CallFailedError(call, "Response is not well-formed XML. For security reasons DTD is prohibited.")
    return root


def _is_nil(element: etree._Element) -> bool:
    return element.get(f"{{{_XSI}}}nil") in {"true", "1"}


def _text(call: str, element: etree._Element) -> str:
    if len(element):
        raise CallFailedError(call, f"There is an error in XML document: {str(element[0].tag)!r} where text was due.")
    return element.text or ""


def _number(call: str, element: etree._Element) -> int:
    text = _text(call, element).strip(" \t\r\n")
    if not _WHOLE_NUMBER.fullmatch(text):
        raise CallFailedError(call, "There is an error in XML document: Input string was not in a correct format.")
    number = int(text)
    if not -(2**31) <= number < 2**31:
        raise CallFailedError(call, "There is an error in XML document: Value was too large or small for an Int32.")
    return number


# --- ways to an endpoint ---------------------------------------------------------------------------------------------


def post_to(url: str, timeout: float = 100, *, verify: bool | str = True) -> Post:
    """A way to an endpoint over HTTP: it follows no redirect, goes by no proxy, and keeps no connection.

    Args:
        url: The endpoint, as ``AppURL`` has it.
        timeout: For how many seconds it waits for the server.
        verify: Whether the server must be known by its certificate; or a file with those that are trusted.

    Returns:
        What `FakeWebConnector` posts with: it takes a body and headers, and returns status, content type and body. It
        raises an OSError where there is no answer.
    """

    def post(body: bytes, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
        with requests.Session() as session:
            session.trust_env = False
            session.headers.clear()
            answer = session.post(
                url, data=body, headers=dict(headers), timeout=timeout, verify=verify, allow_redirects=False
            )
            return answer.status_code, answer.headers.get("Content-Type", ""), answer.content

    return post


def post_to_app(app: Callable[..., Iterable[bytes]], url: str = "https://localhost/quickbooks") -> Post:
    """A way to a WSGI application in this process.

    Args:
        app: The application.
        url: The URL that it is called by.

    Returns:
        What `FakeWebConnector` posts with. What the application raises comes through: to the Web Connector it would
        only be an answer with status 500, and to a test it is a fault.
    """
    parts = urlsplit(url)

    def post(body: bytes, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
        secure = parts.scheme == "https"
        environ = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": parts.hostname or "localhost",
            "SERVER_PORT": str(parts.port or (443 if secure else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": parts.netloc,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in headers.items():
            cgi = name.upper().replace("-", "_")
            environ[cgi if cgi == "CONTENT_TYPE" else f"HTTP_{cgi}"] = value
        try:
            return _called(app, environ)
        except OSError as error:
            raise RuntimeError(f"the application raised {type(error).__name__}: {error}") from error

    return post


def _called(app: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> tuple[int, str, bytes]:
    said: list[tuple[str, list[tuple[str, str]]]] = []
    pieces: list[bytes] = []

    def start_response(
        status: str,
        headers: list[tuple[str, str]],
        exc_info: Any = None,  # noqa: ARG001  nothing was sent yet, whatever it is
    ) -> Callable[[bytes], object]:
        said.append((status, headers))
        return pieces.append

    answered = app(environ, start_response)
    try:
        pieces.extend(answered)
    finally:
        if close := getattr(answered, "close", None):
            close()
    status, headers = said[-1]
    by_name = {name.lower(): value for name, value in headers}
    body = b"".join(pieces)
    length = by_name.get("content-length")
    if length is not None and int(length) != len(body):
        raise RuntimeError(f"the application announced {length} bytes and answered {len(body)}")
    return int(status.split(" ", 1)[0]), by_name.get("content-type", ""), body


# --- the Web Connector -----------------------------------------------------------------------------------------------


class FakeWebConnector:
    r"""A Web Connector with one application in it, before a QuickBooks with one company file open.

    Args:
        post: The way to the endpoint: takes a body and headers, and returns the status, the content type and the body
            of the answer. An OSError is a connection that was closed. `post_to` and `post_to_app` make one.
        process: What QuickBooks does with a document: ``company_file.process``. An `EngineError` that it raises is the
            HRESULT that is told to the server.
        user: The user that the ``.qwc`` file names.
        password: The password that the bookkeeper typed in.
        file_id: The FileID that QuickBooks keeps in the company file.
        owner_id: The OwnerID of the application.
        company_path: The path of the company file that is open.
        version: The Web Connector's own version.
        country: The country of QuickBooks: ``'US'``, ``'CA'``, ``'UK'`` or ``'AU'``.
        qbxml: The newest version of qbXML that it reads.
        ask: Who answers the three queries that the Web Connector asks QuickBooks itself before the first document;
            ``process`` if it is not given.
        can_open: What QuickBooks says when a session is begun with a path, ``''`` for the file that is open: the error,
            or None. If it is not given, it opens the file that is open, and no other.
        machine: The name of the computer.
        sleep: Waits so many seconds.
        clock: Seconds since 1970.
        patience: After how many pauses in one update it gives up. Intuit's never does.
    """

    def __init__(  # noqa: PLR0913  each is a fact that the real one reads somewhere
        self,
        post: Post,
        process: Callable[[bytes], bytes],
        *,
        user: str,
        password: str,
        file_id: str,
        owner_id: str,
        company_path: str = r"C:\Books\Company.qbw",
        version: str = "34.0.10003.75",
        country: str = "US",
        qbxml: tuple[int, int] = (16, 0),
        ask: Callable[[bytes], bytes] | None = None,
        can_open: Callable[[str], EngineError | None] | None = None,
        machine: str = "BOOKKEEPING",
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.time,
        patience: int = 120,
    ) -> None:
        self._post, self._sleep, self._patience = post, sleep, patience
        self._version, self._user, self._password = version, user, password
        self._quickbooks = _QuickBooks(
            process=process,
            ask=ask if ask is not None else process,
            can_open=can_open,
            path=company_path,
            country=country,
            qbxml=qbxml,
            owner_id=owner_id,
            file_id=file_id,
            machine=machine,
            clock=clock,
        )

    def __repr__(self) -> str:
        return f"<FakeWebConnector {self._version} of {self._user}>"

    def update(self) -> Update:
        """Run one update, from ``serverVersion`` to its end; whatever the server does wrong is told, not raised."""
        steps = self.calls()
        try:
            call = next(steps)
            while True:
                try:
                    answer = self.ask(call)
                except CallFailedError as error:
                    call = steps.throw(error)
                else:
                    call = steps.send(answer)
        except StopIteration as ended:
            update: Update = ended.value
            return update

    def ask(self, call: WebConnectorCall) -> Answer:
        """Make one call.

        Args:
            call: The call, of an update or of one's own.

        Returns:
            The answer, as the .NET client reads it.

        Raises:
            CallFailedError: There is none that it could read.
        """
        try:
            status, content_type, body = self._post(call.body, call.headers)
        except OSError as error:
            words = f"The underlying connection was closed: {type(error).__name__}."
            raise CallFailedError(call.name, words) from error
        return read_answer(call.name, status, content_type, body)

    def calls(self) -> Generator[WebConnectorCall, Answer, Update]:
        """One update, a call at a time.

        It yields each call, and is sent what `ask` answers; or `CallFailedError` is thrown into it. Between
        ``sendRequestXML`` and ``receiveResponseXML`` QuickBooks carries the document out. Whoever closes it has the
        Web Connector die there.

        Returns:
            What came of the update.
        """
        running = _Running(
            self._quickbooks,
            WebConnectorCall("clientVersion", {"strVersion": self._version}),
            WebConnectorCall("authenticate", {"strUserName": self._user, "strPassword": self._password}),
            lambda: self._sleep(_PAUSE),
            self._patience,
        )
        try:
            end, status = yield from running.steps()
        except CallFailedError as error:
            end, status = UpdateEnd.FAILED, str(error)
        return Update(
            end=end,
            status=status,
            calls=tuple(running.made),
            percents=tuple(running.percents),
            documents=running.documents,
            last_error=running.last_error,
            closing=running.closing,
            postponed_for=running.postponed_for,
            run_every=running.run_every,
        )


@attrs.frozen(kw_only=True)
class _QuickBooks:
    """What stands behind the Web Connector: QuickBooks with its company file, on a computer."""

    process: Callable[[bytes], bytes]
    ask: Callable[[bytes], bytes]
    can_open: Callable[[str], EngineError | None] | None
    path: str
    country: str
    qbxml: tuple[int, int]
    owner_id: str
    file_id: str
    machine: str
    clock: Callable[[], float]

    def opened(self, path: str) -> str | EngineError:
        """What QuickBooks says of itself and of the company file, once a session is begun; the error where it is not.

        The Web Connector asks it for host, company and preferences, and reads its own two fields in the company file:
        the FileID, and the lock that it sets for as long as it works.
        """
        can_open = self.can_open if self.can_open is not None else self._only_what_is_open
        error = can_open(path) and can_open(path)  # each connection is tried twice
        if error is not None:
            return error
        document = _QUERIES.format(*self.qbxml).encode()
        try:
            reply = self.ask(document)
        except EngineError:
            try:
                reply = self.ask(document)
            except EngineError as refused:
                return refused
        lock = f"LOCKED:{self.machine}:{_TICKS_IN_1970 + int(self.clock() * _TICKS_A_SECOND)}"
        fields = "".join(
            _PRIVATE_FIELD.format(_escaped(self.owner_id), name, _escaped(value))
            for name, value in (("AppLock", lock), ("FileID", self.file_id))
        )
        return reply.decode("utf-8", "replace").replace("</CompanyRet>", f"{fields}</CompanyRet>", 1)

    def _only_what_is_open(self, path: str) -> EngineError | None:
        if not path or path.casefold() == self.path.casefold():
            return None
        return EngineError(_OTHER_FILE_IS_OPEN, "A different company file is already open.")

    def carried_out(self, document: str) -> dict[str, str]:
        """What ``receiveResponseXML`` has beside the ticket, once QuickBooks was given a document."""
        try:
            reply = self.process(document.encode("utf-8", "replace"))
        except EngineError as error:
            return {"response": "", **_told(error)}
        return {"response": reply.decode("utf-8", "replace"), "hresult": "", "message": ""}


def _told(error: EngineError) -> dict[str, str]:
    return {"hresult": f"0x{error.hresult:08X}", "message": error.detail or error.meaning}


class _Running:
    """An update that is under way."""

    def __init__(
        self,
        quickbooks: _QuickBooks,
        client_version: WebConnectorCall,
        login: WebConnectorCall,
        pause: Callable[[], object],
        patience: int,
    ) -> None:
        self._quickbooks, self._client_version, self._login = quickbooks, client_version, login
        self._pause, self._patience = pause, patience
        self._ticket: str | None = None
        self.made: list[AnsweredCall] = []
        self.percents: list[int] = []
        self.documents = 0
        self.last_error = ""
        self.closing = ""
        self.postponed_for = 0
        self.run_every = 0

    def steps(self) -> Steps:
        """How it goes, up to its end and the words about it."""
        yield from self._if_it_is_there(WebConnectorCall("serverVersion"))
        said = yield from self._if_it_is_there(self._client_version)
        if said:
            return UpdateEnd.FAILED, _of_version(said)
        answer = yield from self._call(self._login)
        path, ended = self._let_in(answer)
        if ended in {UpdateEnd.REFUSED, UpdateEnd.NOTHING_TO_DO}:
            yield from self._close()
        if ended is not None:
            return ended, _STATUS[ended]
        return (yield from self._before_quickbooks(path))

    def _let_in(self, answer: Answer) -> tuple[str, UpdateEnd | None]:
        """Which company file ``authenticate`` names, or how the update ends instead."""
        if not isinstance(answer, tuple):
            raise self._failed(_NULL)
        if len(answer) < 2:  # noqa: PLR2004  the ticket, and what comes next
            raise self._failed("Index was outside the bounds of the array.")
        self._ticket, said, *more = answer
        if said is None:
            raise self._failed(_NULL)
        self.postponed_for, self.run_every = (self._seconds(text) for text in (*more, "", "")[:2])
        ended = {"nvu": UpdateEnd.REFUSED, "none": UpdateEnd.NOTHING_TO_DO, "busy": UpdateEnd.BUSY}.get(said)
        if ended is None and self.postponed_for:
            ended = UpdateEnd.POSTPONED
        return said, ended

    def _before_quickbooks(self, path: str) -> Steps:
        """What follows a login: the company file is opened, and documents go there and back."""
        told: dict[str, str] = {}
        for _ in range(2):
            about = self._quickbooks.opened(path)
            if isinstance(about, str):
                return (yield from self._exchange(path or self._quickbooks.path, about))
            told = _told(about)
            answer = yield from self._call(WebConnectorCall("connectionError", {"ticket": self._ticket, **told}))
            if answer is None:
                raise self._failed(_NULL)
            path = str(answer)
            if path.lower() == _DONE:
                break
        return UpdateEnd.FAILED, f"QuickBooks could not be reached: {' '.join(told.values())}"

    def _exchange(self, path: str, about: str) -> Steps:
        pauses = 0
        while True:
            document = yield from self._send_request(path, about)
            about = ""
            if document in {"", _NO_OP}:
                words = yield from self._get_last_error()
                if words != _NO_OP:
                    break
                pauses += 1
                if pauses > self._patience:
                    return UpdateEnd.FAILED, f"the server said {_NO_OP} {pauses} times, and the test ended it"
                self._pause()
                continue
            reply = self._quickbooks.carried_out(document)
            self.documents += 1
            percent = yield from self._call(WebConnectorCall("receiveResponseXML", {"ticket": self._ticket, **reply}))
            if not isinstance(percent, int) or percent > _ALL_DONE:
                raise self._failed(f"{percent!r} is no percentage.")
            self.percents.append(percent)
            if percent == _ALL_DONE:
                yield from self._close()
                return UpdateEnd.DONE, self.closing or "done"
            if percent <= 0:
                words = yield from self._get_last_error()
                words = words or f"the server answered {percent} to receiveResponseXML and had no words for it"
                break
        yield from self._close()
        if words == _INTERACTIVE:
            return UpdateEnd.FAILED, "the server wants a person to talk to, and nobody is there"
        if words:
            return UpdateEnd.FAILED, words
        return (UpdateEnd.DONE, self.closing or "done") if self.documents else (UpdateEnd.NOTHING_TO_DO, self.closing)

    # --- calls ---

    def _call(self, call: WebConnectorCall) -> Steps:
        try:
            answer = yield call
        except CallFailedError as error:
            self.made.append(AnsweredCall(call.name, "fault" if error.is_fault else error.code))
            raise
        self.made.append(AnsweredCall(call.name, _outcome(call.name, answer)))
        return answer

    def _if_it_is_there(self, call: WebConnectorCall) -> Steps:
        """The answer to a call that older servers do not have: they answer it by a fault."""
        try:
            return (yield from self._call(call))
        except CallFailedError as error:
            if not error.is_fault:
                raise
            return None

    def _send_request(self, path: str, about: str) -> Steps:
        major, minor = self._quickbooks.qbxml
        document = yield from self._call(
            WebConnectorCall(
                "sendRequestXML",
                {
                    "ticket": self._ticket,
                    "strHCPResponse": about,
                    "strCompanyFileName": path,
                    "qbXMLCountry": self._quickbooks.country,
                    "qbXMLMajorVers": major,
                    "qbXMLMinorVers": minor,
                },
            )
        )
        if document is None:
            raise self._failed(_NULL)
        return document

    def _get_last_error(self) -> Steps:
        words = yield from self._call(WebConnectorCall("getLastError", {"ticket": self._ticket}))
        if words is None:
            raise self._failed(_NULL)
        self.last_error = "" if words == _NO_OP else words
        return words

    def _close(self) -> Steps:
        self.closing = (yield from self._call(WebConnectorCall("closeConnection", {"ticket": self._ticket}))) or ""

    def _seconds(self, text: str | None) -> int:
        text = (text or "").strip()
        if text and not _WHOLE_NUMBER.fullmatch(text):
            raise self._failed("Input string was not in a correct format.")
        return max(0, int(text or 0))

    def _failed(self, words: str) -> CallFailedError:
        """The exception that the Web Connector itself raises over the answer to the last call."""
        error = CallFailedError(self.made[-1].name, words)
        self.made[-1] = AnsweredCall(error.call, error.code)
        return error


_STATUS: Final = {
    UpdateEnd.REFUSED: "Invalid password for username",
    UpdateEnd.NOTHING_TO_DO: "No data exchange required",
    UpdateEnd.BUSY: "Application busy",
    UpdateEnd.POSTPONED: "Update postponed by application",
}


def _of_version(said: str) -> str:
    """What the Web Connector shows when the server does not simply let its version pass."""
    kind, _, words = said.partition(":")
    if ":" not in said or kind not in {"W", "E", "O"}:
        return f"QBWC1046: clientVersion answered {said[:40]!r}: expected nothing, or W:, E: or O: and words"
    if kind == "O":
        return f"the server needs version {words} of the Web Connector"
    return f"QBWC1037: {words}" if kind == "E" else f"QBWC1037: a person must say whether to go on: {words}"


def _outcome(name: str, answer: Answer) -> str:
    """What came of a call, without secrets and without documents."""
    is_word = answer in {"", _NO_OP, _INTERACTIVE}
    match name, answer:
        case _, None:
            told = "nothing"
        case "authenticate", (_, "nvu" | "none" | "busy" as word, *_):
            told = word
        case ("authenticate", (_, "", *_)) | ("connectionError", ""):
            told = "the open file"
        case "connectionError", str() if answer.lower() == _DONE:
            told = _DONE
        case ("authenticate", _) | ("connectionError", _):
            told = "a company file"
        case "sendRequestXML", str() if not is_word:
            told = "a document"
        case "clientVersion", str():
            told = answer[:2]
        case _, str() if not is_word:
            told = "words"
        case _:
            told = str(answer)
    return told
