"""What an answer to the Web Connector costs, against a bare application that parses the call and says a constant."""
# ruff: noqa: INP001  # a script's module

from __future__ import annotations

import gc
import io
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from run import Row, timed

from procore_qbd import Request
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.qbxml import write_requests
from procore_qbd.qbxml.entities.vendors import VendorQuery
from procore_qbd.simulator import CompanyFile
from procore_qbd.testing.web_connector import FakeWebConnector, WebConnectorCall, post_to_app
from procore_qbd.webconnector import ConnectorApp, Login, WebConnector, hashed, new_password
from procore_qbd.webconnector.soap import write_answer
from procore_qbd.worker import Drained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.journal.sessions import UpdateSession
    from procore_qbd.transports.base import Transport
    from procore_qbd.webconnector.calls import ConnectorCall

_URL = "https://books.example.com/quickbooks"
_DOCUMENT = write_requests([Request.query(VendorQuery())])
_LINE = "<VendorRet><ListID>80000001-1700000000</ListID><Name>Öl &amp; Söhne</Name></VendorRet>\n"
_LIMIT = 4
_SESSIONS = 50

_VALUES: dict[str, str | int] = {
    "serverVersion": "1",
    "getLastError": "NoOp",
    "sendRequestXML": _DOCUMENT.decode(),
    "receiveResponseXML": 50,
}
_ANSWERS = {f'"http://developer.intuit.com/{name}"': write_answer(name, value) for name, value in _VALUES.items()}


class _Pumping(WebConnector):
    """A service whose drains have the same document for ever, and do nothing with what comes back."""

    def _drain(
        self,
        session: UpdateSession,  # noqa: ARG002
        transport: Transport,
        owner: str,  # noqa: ARG002
        wait: Callable[[float], object],  # noqa: ARG002
        stop: Callable[[], bool],
    ) -> Drained:
        while not stop():
            with transport.send(_DOCUMENT) as reply:
                reply.read()
        return Drained()


class _Constants:
    """In place of what answers the calls, so that what is left is HTTP and SOAP."""

    def answer(self, call: ConnectorCall, _address: str) -> str | int:
        return _VALUES[call.name]


def _bare(environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
    """The least that must be done: the call is read, its texts are there as bytes, and a constant is answered."""
    parser, texts = expat.ParserCreate(), list[str]()
    parser.buffer_text = True
    parser.CharacterDataHandler = texts.append
    parser.Parse(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])), True)
    "".join(texts).encode()
    body = _ANSWERS[environ["HTTP_SOAPACTION"]]
    start("200 OK", [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


def _asking(app: Callable[..., Any], *calls: WebConnectorCall, times: int) -> Callable[[], None]:
    """Makes calls, one after the other, so many times."""
    made = [
        (
            call.body,
            {
                "REQUEST_METHOD": "POST",
                "PATH_INFO": "/quickbooks",
                "CONTENT_TYPE": "text/xml; charset=utf-8",
                "CONTENT_LENGTH": str(len(call.body)),
                "HTTP_SOAPACTION": call.headers["SOAPAction"],
                "REMOTE_ADDR": "127.0.0.1",
            },
        )
        for call in calls
    ]

    def ask() -> None:
        for _ in range(times):
            for body, environ in made:
                said: list[str] = []
                answer = app(
                    {**environ, "wsgi.input": io.BytesIO(body)}, lambda status, _, said=said: said.append(status)
                )
                assert said == ["200 OK"]  # noqa: S101
                assert len(b"".join(answer)) > len("<soap:Envelope/>")  # noqa: S101

    return ask


def _begun(service: WebConnector, company: CompanyFile, number: int) -> str:
    """The ticket of a session that has its first document."""
    login = Login(
        user=f"user {number}",
        company=f"company {number}",
        secret=hashed(password := new_password(), generated=True),
        file_id=f"{{5b8a6f2e-9a53-4f6f-8f0e-2a3f9f1f0a{number:02}}}",
    )
    journal = service.sessions.journal
    journal.register(login.company)
    vendor = VendorCompany(id=1, name="Alder")
    journal.submit(login.company, CreateVendor(company_id=7, request_detail_id=1, vendor=vendor))
    service.sessions.keep_login(login)
    connector = FakeWebConnector(
        post_to_app(service, _URL),
        company.process,
        user=login.user,
        password=password,
        file_id=login.file_id,
        owner_id=service.app.owner_id,
    )
    steps = connector.calls()
    call = next(steps)
    while call.name != "receiveResponseXML":
        call = steps.send(connector.ask(call))
    return str(call.arguments["ticket"])


def _rounds(ticket: str, size: int) -> list[WebConnectorCall]:
    """Two replies of that size, which differ as those of two documents do, each with the call for the next document."""
    lines = _LINE * (size // len(_LINE.encode()))
    return [
        call
        for set_id in (1, 2)
        for call in (
            WebConnectorCall(
                "receiveResponseXML",
                {"ticket": ticket, "response": f"<QBXML id='{set_id}'>{lines}</QBXML>", "hresult": "", "message": ""},
            ),
            WebConnectorCall("sendRequestXML", {"ticket": ticket, "strHCPResponse": "", "strCompanyFileName": "b.qbw"}),
        )
    ]


def bench_answer() -> Iterator[Row]:
    """A call without a journal; then with one in memory, and a drain in a thread that waits for each reply."""
    with CompanyFile.create() as company, _service() as service:
        ticket = _begun(service, company, 0)
        mute = WebConnector(Journal(MemoryTables()), ConnectorApp(url=_URL))
        mute.endpoint = _Constants()  # type: ignore[assignment]
        works = [
            ("serverVersion", [WebConnectorCall("serverVersion")], 40, 200),
            ("getLastError", [WebConnectorCall("getLastError", {"ticket": ticket})], 40, 200),
            ("a reply of 2 KB, a document", _rounds(ticket, 2_000), 1, 200),
            ("a reply of 1 MB, a document", _rounds(ticket, 1_000_000), 1, 10),
        ]
        for name, calls, times, runs in works:  # the shorter they are, the more tries until one is undisturbed
            apps = (_bare, mute, service)
            theirs, wire, whole = timed(*(_asking(app, *calls, times=times) for app in apps), runs=runs)
            each = times * max(1, len(calls) // 2)
            bare = 1000 * theirs.least / each
            yield Row(f"{name}: HTTP and SOAP", 1000 * wire.least / each, bare, _LIMIT, "µs")
            yield Row(f"{name}: and a journal in memory", 1000 * whole.least / each, bare, unit="µs")
            yield Row(f"{name}: in one process", 1000 * times * len(calls) / whole.median, unit="calls/s")


def bench_sessions() -> Iterator[Row]:
    """What a process holds for each session that waits for a reply, with its drain; only on Linux."""
    if not sys.platform.startswith("linux"):
        return
    with CompanyFile.create() as company, _service() as service:
        _begun(service, company, 0)  # what the first costs, all of them share
        before = _resident()
        for number in range(1, _SESSIONS + 1):
            _begun(service, company, number)
        yield Row(f"memory a session, of {_SESSIONS} at once", (_resident() - before) / _SESSIONS, unit="KB")


@contextmanager
def _service() -> Iterator[WebConnector]:
    service = _Pumping(Journal(MemoryTables()), ConnectorApp(url=_URL))
    try:
        yield service
    finally:
        for login in service.sessions.logins():
            for session in service.sessions.recent(login.company):
                service.sessions.close(session.ticket, "it was measured")
        service.close()


def _resident() -> int:
    gc.collect()
    with open("/proc/self/status") as file:  # noqa: PTH123
        return int(next(line for line in file if line.startswith("VmRSS")).split()[1])
