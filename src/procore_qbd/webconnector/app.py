"""The endpoint as a WSGI application: `WebConnector(journal, url="https://books.example.com/quickbooks", ...)`.

``POST`` takes the calls of the Web Connector, ``GET …?wsdl`` says which there are. The same path without it is the
support page, which the Web Connector asks for before it takes a ``.qwc`` file: it says that the service is there.
``/company`` says to who signs in with user name and password how the updates went, what waits, and whose move it is;
``/company.qwc`` is the file itself. Nothing is ever redirected, for the Web Connector follows nothing.

TLS is not spoken here: what stands in front does. Any number of processes may serve the same journal, if that is in
PostgreSQL. Close it, and it waits for the drains that are at work in this process.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import traceback
import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import attrs

from procore_qbd.domain import Books
from procore_qbd.errors import JournalError
from procore_qbd.journal.sessions import Sessions
from procore_qbd.qbxml import Dialect, Edition
from procore_qbd.webconnector import soap
from procore_qbd.webconnector.endpoint import ConnectorEndpoint
from procore_qbd.webconnector.feed import Feed
from procore_qbd.webconnector.line import Bells
from procore_qbd.webconnector.pages import company_page, page, support_page
from procore_qbd.webconnector.qwc import QwcFile
from procore_qbd.worker import WorkerSettings, drain, thaw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from procore_qbd.domain import CloseOut
    from procore_qbd.journal import Journal
    from procore_qbd.journal.sessions import Login, UpdateSession
    from procore_qbd.transports.base import Transport
    from procore_qbd.worker import Drained

    Environ: TypeAlias = dict[str, Any]
    StartResponse: TypeAlias = Callable[..., object]
    Answer: TypeAlias = "tuple[str, list[tuple[str, str]], bytes]"

__all__ = ["ConnectorApp", "WebConnector"]

_LOG = logging.getLogger("procore_qbd.webconnector")
_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_OUR_NAMESPACE = uuid.UUID("5c0d7b0c-6f0a-4b52-9c55-1d5f6a1f9b0e")
_STATUS = {
    200: "200 OK",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    411: "411 Length Required",
    413: "413 Content Too Large",
    415: "415 Unsupported Media Type",
    503: "503 Service Unavailable",
}


@attrs.frozen(kw_only=True)
class ConnectorApp:
    """What the service is called, and where it is.

    Attributes:
        url: Where the Web Connector reaches it: ``https``, and a name; or ``http`` on ``localhost`` to try it.
        name: The name of the application, as people see it in the Web Connector and in QuickBooks. Under another name
            QuickBooks asks for permission again, and knows nothing of replies that it kept.
        owner_id: The GUID of the application, the same for all company files; made of the name if it is not given.
        description: What it does, for people.
    """

    url: str
    name: str = "Procore for QuickBooks"
    owner_id: str = attrs.field(
        default=attrs.Factory(lambda app: f"{{{uuid.uuid5(_OUR_NAMESPACE, app.name)}}}", takes_self=True)
    )
    description: str = "Exports from Procore's ERP Integrations to QuickBooks"

    def qwc(self, login: Login, *, every_minutes: int | None = 10) -> QwcFile:
        """The file that adds the service to a Web Connector, for one user.

        Args:
            login: The user.
            every_minutes: How often the Web Connector is to call by itself; None: when somebody says so.

        Raises:
            ValueError: The address is none that the Web Connector takes, with what is wrong.
        """
        return QwcFile(
            app_name=self.name,
            url=self.url,
            support_url=self.url,
            description=self.description,
            user=login.user,
            owner_id=self.owner_id,
            file_id=login.file_id,
            every_minutes=every_minutes,
        )


class WebConnector:
    """A WSGI application that the QuickBooks Web Connector calls.

    Args:
        journal: Where the requests wait, and everything is written down.
        app: What the service is called, and where it is.
        books: The bookkeeper's settings for a company file; without it the usual ones.
        tell: Takes how a request ended to Procore, as for `drain`, with the company file.
        settings: How to work; the version of qbXML is QuickBooks' own, up to the one given here.
        scope: Wraps the transport of a login for what its scope says (`procore_qbd.transports.Only`); without it a
            login with a scope is refused everything.
        patience: For how many seconds a call waits for the drain, before the Web Connector is told to come again.
        silent: After how many seconds without a sign of life the drain of another process counts as dead.
        interval: The Web Connector shall not call more often by itself than every so many seconds, whatever its user
            has set; None: as often as that says.
        largest: How many bytes a call may have.
        address: Tells the address of who calls, by which failures to sign in are counted; without it the peer's, which
            behind a proxy is the proxy.

    Attributes:
        sessions: The logins and sessions.
        endpoint: What answers the calls, without sockets.
    """

    def __init__(  # noqa: PLR0913  all but the first two are named where it is called
        self,
        journal: Journal,
        app: ConnectorApp,
        *,
        books: Callable[[str], Books] | None = None,
        tell: Callable[[str, CloseOut], bool | None] | None = None,
        settings: WorkerSettings | None = None,
        scope: Callable[[str, Transport], Transport] | None = None,
        patience: float = 20.0,
        silent: float = 20.0,
        interval: int | None = None,
        largest: int = 1 << 30,
        address: Callable[[Environ], str] | None = None,
    ) -> None:
        self.app = app
        self.sessions = Sessions(journal)
        self._books = books or (lambda _: Books())
        self._tell, self._settings, self._scope = tell, settings or WorkerSettings(), scope
        self._largest = largest
        self._address = address or (lambda environ: str(environ.get("REMOTE_ADDR", "")))
        self._path = urlsplit(app.url).path.rstrip("/")
        bells = Bells()
        self._feed = Feed(self.sessions, self._drain, bells, silent=silent)
        self.endpoint = ConnectorEndpoint(
            self.sessions, self._feed, bells, patience=patience, version=app.name, interval=interval
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self, patience: float = 10.0) -> bool:
        """Begin nothing new, and wait for what is at work in this process; whether all of it ended."""
        return self._feed.close(patience)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, as WSGI has it."""
        try:
            status, headers, body = self._answered(environ)
        except JournalError as error:
            _LOG.error("the journal cannot be used: %s", error)
            status, headers, body = _plain(503, "The service cannot work now; try again later.")
        headers = [*headers, ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(status, headers)
        return [body] if environ["REQUEST_METHOD"] != "HEAD" else [b""]

    def _answered(self, environ: Environ) -> Answer:
        method = environ["REQUEST_METHOD"]
        at = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).rstrip("/")
        if not (at == self._path or at.startswith(f"{self._path}/")):
            return _plain(404, "There is nothing here.")
        rest = at.removeprefix(self._path)
        if method == "POST":
            return self._called(environ) if rest == "" else _plain(404, "Calls of the Web Connector go elsewhere.")
        if method not in ("GET", "HEAD"):
            status, headers, body = _plain(405, "GET, HEAD or POST.")
            return status, [*headers, ("Allow", "GET, HEAD, POST")], body
        if rest == "" and environ.get("QUERY_STRING", "").lower() == "wsdl":
            return _STATUS[200], [("Content-Type", soap.CONTENT_TYPE)], soap.wsdl(self.app.url)
        pages: dict[str, Callable[[], Answer]] = {
            "": lambda: _html(support_page(self.app.name, self._path)),
            "/support": lambda: _html(support_page(self.app.name, self._path)),
            "/company": partial(self._signed_in, environ, self._company),
            "/company.qwc": partial(self._signed_in, environ, self._qwc),
        }
        return pages[rest]() if rest in pages else _plain(404, "There is nothing here.")

    # --- calls -------------------------------------------------------------------------------------------------------

    def _called(self, environ: Environ) -> Answer:
        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() not in _XML_TYPES:
            return _fault(415, "A call of the Web Connector is text/xml.")
        said = environ.get("CONTENT_LENGTH") or ""
        if said.isascii() and said.isdecimal():
            length: int | None = int(said[:20])
        elif not said and environ.get("wsgi.input_terminated"):
            length = None
        else:
            return _fault(411, "A call must say how long it is.")
        try:
            call = soap.read_call(environ["wsgi.input"], length, largest=self._largest)
        except soap.SoapError as error:
            return _fault(error.status, str(error))
        try:
            value = self.endpoint.answer(call, self._address(environ))
        except Exception as error:  # noqa: BLE001  who has a ticket is never answered with a fault
            _LOG.error("a fault of the service in %s: %s at %s", call.name, type(error).__name__, _place(error))
            value = _WHEN_AT_A_LOSS.get(call.name, "")
        finally:
            if call.response is not None:
                call.response.close()
        return _STATUS[200], [("Content-Type", soap.CONTENT_TYPE)], soap.write_answer(call.name, value)

    def _drain(
        self,
        session: UpdateSession,
        transport: Transport,
        owner: str,
        wait: Callable[[float], object],
        stop: Callable[[], bool],
    ) -> Drained:
        login = self.sessions.login(session.user)
        if login is None or (login.scope and self._scope is None):
            raise JournalError(f"{session.user}: may not do anything any more")
        company = session.company
        line = self._scope(login.scope, transport) if login.scope and self._scope is not None else transport
        version, _, edition = session.dialect.partition(" ")
        dialect = self._dialect(Dialect(version, Edition[edition]))
        self._thaw(login, line, dialect)
        return drain(
            company,
            journal=self.sessions.journal,
            transport=line,
            books=self._books(company),
            tell=partial(self._tell, company) if self._tell is not None else None,
            settings=attrs.evolve(self._settings, dialect=dialect),
            owner=owner,
            sleep=wait,
            stop=stop,
        )

    def _thaw(self, login: Login, transport: Transport, dialect: Dialect) -> None:
        """Do what a person has said of a frozen company file, now that QuickBooks can be asked."""
        journal, company = self.sessions.journal, login.company
        if not login.thaw_by:
            return
        if journal.company(company).frozen is not None:
            thaw(
                company,
                journal=journal,
                transport=transport,
                by=login.thaw_by,
                record_deleted=login.record_deleted,
                dialect=dialect,
            )
        self.sessions.thaw_next(company, "")

    def _dialect(self, theirs: Dialect) -> Dialect:
        """QuickBooks' own, but no newer than the settings say."""
        newest = self._settings.dialect.version
        older = min(newest, theirs.version, key=lambda version: tuple(map(int, version.split("."))))
        return Dialect(older, theirs.edition)

    # --- pages -------------------------------------------------------------------------------------------------------

    def _signed_in(self, environ: Environ, then: Callable[[Login], Answer]) -> Answer:
        user, password = _basic(environ.get("HTTP_AUTHORIZATION", ""))
        login = self.endpoint.logins.check(user, password, self._address(environ)) if user else None
        if login is None:
            status, headers, body = _html(page(self.app.name, ["Sign in with the user name of the .qwc file."]), 401)
            return status, [*headers, ("WWW-Authenticate", 'Basic realm="Web Connector", charset="UTF-8"')], body
        return then(login)

    def _company(self, login: Login) -> Answer:
        return _html(company_page(self.app.name, self._path, login, self.sessions))

    def _qwc(self, login: Login) -> Answer:
        name = f"{hashlib.sha256(login.user.encode()).hexdigest()[:8]}.qwc"
        headers = [("Content-Type", "application/xml"), ("Content-Disposition", f'attachment; filename="{name}"')]
        return _STATUS[200], headers, self.app.qwc(login).xml()


_XML_TYPES = ("text/xml", "application/xml", "application/soap+xml")
_WHEN_AT_A_LOSS: dict[str, str | int | tuple[str, str]] = {
    "authenticate": ("", "busy"),
    "receiveResponseXML": -1,
    "getLastError": "A fault in the service stopped the update. What was begun is settled the next time.",
    "connectionError": "done",
}


def _place(error: BaseException) -> str:
    """Where something was raised; what it says may be somebody's."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"


def _plain(status: int, words: str) -> Answer:
    return _STATUS[status], [("Content-Type", _TEXT)], f"{words}\n".encode()


def _html(text: str, status: int = 200) -> Answer:
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return _STATUS[status], [("Content-Type", _HTML), ("Content-Security-Policy", policy)], text.encode()


def _fault(status: int, words: str) -> Answer:
    return _STATUS[status], [("Content-Type", soap.CONTENT_TYPE)], soap.write_fault(words)


def _basic(header: str) -> tuple[str, str]:
    """User name and password of HTTP's own sign-in; two empty texts where there are none."""
    scheme, _, said = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(said.strip(), validate=True).decode().partition(":")
    except ValueError:  # no Base64, no UTF-8, or no ASCII at all
        return "", ""
    return user, password
