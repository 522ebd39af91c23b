"""The endpoint as a WSGI application: every path and method, what is no call, and what must never be seen."""

import base64
import contextlib
import io
import logging
import re
from wsgiref.validate import validator

import pytest
from lxml import etree

from procore_qbd.journal.tables import TABLES
from procore_qbd.testing.web_connector import WebConnectorCall, read_answer
from procore_qbd.webconnector import Login, hashed
from procore_qbd.webconnector.calls import CALLS
from support.company import Clock
from support.connector import FILE_ID, URL, Service

PATH = "/quickbooks"
XML = "text/xml; charset=utf-8"
PASSWORD = "planted-password-of-24-letters"  # noqa: S105
CHOSEN = "planted by a person"
pytestmark = pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")


class Site:
    """The application behind the validator of WSGI, and what it logs."""

    def __init__(self, service, caplog):
        self.service, self.caplog = service, caplog
        self.wsgi = validator(service.app)

    def ask(self, method="GET", at=PATH, body=b"", *, query="", headers=(), read=None, address="192.0.2.1"):
        """Status, headers and body of an answer."""
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": at,
            "QUERY_STRING": query,
            "SERVER_NAME": "books.example.com",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": address,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": read or io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if method == "POST":
            environ |= {"CONTENT_TYPE": XML, "CONTENT_LENGTH": str(len(body))}
        environ |= dict(headers)
        environ = {name: value for name, value in environ.items() if value is not None}
        said = []
        pieces = self.wsgi(environ, lambda *answer: said.append(answer) or print)
        try:
            whole = b"".join(pieces)
        finally:
            pieces.close()
        status, named = said[0][0], dict(said[0][1])
        assert named["Cache-Control"] == "no-store"
        if method != "HEAD":
            assert int(named["Content-Length"]) == len(whole)
        return int(status[:3]), named, whole

    def call(self, name, address="192.0.2.1", **arguments):
        """What a call of the Web Connector is answered, as its client reads it."""
        one = WebConnectorCall(name, arguments)
        status, headers, body = self.ask("POST", body=one.body, address=address)
        assert status == 200
        return read_answer(name, status, headers["Content-Type"], body)

    def sign_in(self, password=None, address="192.0.2.1"):
        return self.call(
            "authenticate", address, strUserName="hill-user", strPassword=password or self.service.passwords["hill"]
        )

    def page(self, at, user="hill-user", password=None, **how):
        return self.ask(at=f"{PATH}{at}", headers=basic(user, password or self.service.passwords["hill"]), **how)


def basic(user, password):
    return {"HTTP_AUTHORIZATION": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}.items()


@pytest.fixture
def service():
    made = Service(patience=1.0)
    made.submit()
    yield made
    with contextlib.suppress(Exception):
        for one in made.app.sessions.recent("hill"):
            made.app.sessions.close(one.ticket, "the test is over")
    made.app.close()


@pytest.fixture
def site(service, caplog):
    caplog.set_level(logging.DEBUG, "procore_qbd")
    return Site(service, caplog)


def test_the_wsdl_names_every_call_and_the_address(site):
    for query in ("wsdl", "WSDL"):
        status, headers, body = site.ask(query=query)
        assert (status, headers["Content-Type"]) == (200, XML)
        root = etree.fromstring(body)
        names = set(root.xpath("//*[local-name()='portType']/*/@name"))
        assert names == set(CALLS)
        assert root.xpath("//*[local-name()='address']/@location") == [URL]


@pytest.mark.parametrize("at", ["", "/", "/support"])
def test_the_support_page_is_there_for_anybody_and_tells_nothing(site, at):
    site.service.submit(count=3)
    status, headers, body = site.ask(at=PATH + at)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    for secret in ("hill", site.service.passwords["hill"], FILE_ID.strip("{}"), "Vendor"):
        assert secret.encode() not in body


def test_pages_of_a_company_file_are_for_who_signs_in(site):
    password = site.service.passwords["hill"]
    for at in ("/company", "/company.qwc"):
        wrong = [
            {},
            basic("hill-user", "planted-wrong"),
            basic("nobody", password),
            basic("", ""),
            basic("hill-user\0", password),
            {"HTTP_AUTHORIZATION": "Basic"},
            {"HTTP_AUTHORIZATION": "Basic \xff"},
            {"HTTP_AUTHORIZATION": "Basic /w=="},
            {"HTTP_AUTHORIZATION": f"Bearer {password}"},
        ]
        for headers in wrong:
            status, named, body = site.ask(at=PATH + at, headers=dict(headers))
            assert status == 401
            assert named["WWW-Authenticate"].startswith("Basic realm=")
            assert b"planted" not in body
            assert password.encode() not in body
        assert site.page(at)[0] == 200
    body = site.page("/company")[2].decode()
    assert "User hill-user." in body
    assert "<td>1</td><td>wait for the next update" in body
    status, headers, body = site.page("/company.qwc")
    assert headers["Content-Type"] == "application/xml"
    assert re.fullmatch(r'attachment; filename="[0-9a-f]{8}\.qwc"', headers["Content-Disposition"])
    assert etree.fromstring(body).findtext("UserName") == "hill-user"
    assert password.encode() not in body


def test_a_page_of_a_company_file_tells_how_it_stands_and_runs_no_script(site):
    site.service.visitor().update()
    visitor = site.service.visitor()
    site.service.submit()
    visitor.sign_in()
    visitor.ask("connectionError", visitor.ticket, "0x80040408", "<script>alert(1)</script>")
    claim = site.service.journal.claim("hill", "test", 60)
    site.service.journal.freeze(claim, "<b>it was restored</b>")
    site.service.journal.release(claim)
    body = site.page("/company")[2].decode()
    assert "Requests: 1 carried out." in body
    assert "&lt;b&gt;it was restored&lt;/b&gt;" in body
    assert "<script" not in body
    assert visitor.ticket not in body
    etree.fromstring(body.encode(), etree.HTMLParser())


def test_nothing_else_is_there(site):
    for method in ("GET", "HEAD", "POST", "PUT"):
        for at in ("", "/", "/quickbook", "/quickbooksx", "/company", "/Quickbooks", "/x/quickbooks"):
            status, _, body = site.ask(method, at)
            assert (status, at) == (404, at)
            assert b"hill" not in body
    for at in ("/nothing", "/company/x", "//company", "/../company", "/company.qwc.bak"):
        assert site.ask(at=PATH + at)[0] == 404
        assert site.ask("POST", at=PATH + at)[0] == 404
    assert site.ask("POST", at=f"{PATH}/company")[0] == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_not_allowed(site, method):
    for at in ("", "/company", "/company.qwc", "/support"):
        status, headers, _ = site.ask(method, PATH + at)
        assert (status, headers["Allow"]) == (405, "GET, HEAD, POST")


def test_head_is_get_without_the_body(site):
    password = site.service.passwords["hill"]
    for at, query in (("", ""), ("", "wsdl"), ("/support", ""), ("/company", ""), ("/company.qwc", ""), ("/no", "")):
        for headers in ({}, dict(basic("hill-user", password))):
            got, head = (site.ask(one, PATH + at, query=query, headers=headers) for one in ("GET", "HEAD"))
            assert head[0] == got[0]
            assert head[1] == got[1]
            assert head[2] == b""


# --- what is no call -------------------------------------------------------------------------------------------------


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *_):
        raise AssertionError("it was read")


def test_only_xml_is_a_call(site):
    body = WebConnectorCall("serverVersion").body
    for kind in ("text/xml", "TEXT/XML;charset=x", "application/xml", "application/soap+xml; charset=utf-8"):
        assert site.ask("POST", body=body, headers={"CONTENT_TYPE": kind})[0] == 200
    for kind in ("", "text/html", "application/json", "application/x-www-form-urlencoded", "text/xmlx", None):
        assert site.ask("POST", read=Unread(), headers={"CONTENT_TYPE": kind})[0] == 415


def test_a_call_says_how_long_it_is(site):
    body = WebConnectorCall("serverVersion").body
    for length in (None, ""):
        assert site.ask("POST", read=Unread(), headers={"CONTENT_LENGTH": length})[0] == 411
    ended = {"CONTENT_LENGTH": None, "wsgi.input_terminated": True}
    assert site.ask("POST", body=body, headers=ended)[0] == 200
    plain = site.service.app  # the validator itself takes no other than numbers
    for length in ("-1", "1.5", "x", "\u0663", "+5", "1e3"):
        said = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": PATH,
            "CONTENT_TYPE": XML,
            "CONTENT_LENGTH": length,
            "wsgi.input": Unread(),
        }
        plain(environ, lambda status, _, said=said: said.append(status))
        assert said == ["411 Length Required"]


def test_what_is_too_large_is_not_read(service, caplog):
    service.app._largest = 10_000
    site = Site(service, caplog)
    for length in ("10001", str(1 << 40), "9" * 300):
        assert site.ask("POST", read=Unread(), headers={"CONTENT_LENGTH": length})[0] == 413
    endless = {"CONTENT_LENGTH": None, "wsgi.input_terminated": True}
    assert site.ask("POST", body=b" " * 20_000, headers=endless)[0] == 413


def test_a_call_that_is_cut_anywhere_is_answered_by_a_fault(site):
    hello = site.service.visitor().hello()
    whole = [
        WebConnectorCall("authenticate", {"strUserName": "hill-user", "strPassword": PASSWORD}).body,
        WebConnectorCall("sendRequestXML", {"ticket": "planted-ticket", "strHCPResponse": hello}).body,
        WebConnectorCall("receiveResponseXML", {"ticket": "planted-ticket", "response": hello}).body,
    ]
    for body in whole:
        for at in [0, 1, *(found.end() for found in re.finditer(rb"<[^>]*>|&lt;/", body))][:-1]:
            for length in (at, len(body)):  # as the body says itself, and as it was announced
                status, headers, answer = site.ask("POST", body=body[:at], headers={"CONTENT_LENGTH": str(length)})
                assert (status, headers["Content-Type"]) == (400, XML)
                assert b"<soap:Fault>" in answer
                assert b"planted" not in answer


def test_other_documents_are_answered_by_a_fault(site):
    good = WebConnectorCall("getLastError", {"ticket": "planted-ticket"}).body
    for body in (
        b"",
        b"\0",
        b"planted",
        b"<x/>",
        good.replace(b"getLastError", b"dropTables"),
        good.replace(b"<soap:Body>", b"<soap:Body><!--").replace(b"</soap:Body>", b"--></soap:Body>"),
        b"<!DOCTYPE x [<!ENTITY e 'planted'>]>" + good.partition(b"?>")[2],
        good.replace(b"utf-8", b"utf-7"),
        good + good,
        good.decode().encode("utf-16"),
    ):
        status, _, answer = site.ask("POST", body=body)
        assert status in (400, 415), body
        assert b"<soap:Fault>" in answer
        assert b"planted" not in answer


# --- when something is wrong here ------------------------------------------------------------------------------------

TOLD = {
    "serverVersion": lambda said: isinstance(said, str),
    "clientVersion": lambda said: said == "",
    "authenticate": lambda said: said[1] == "busy",
    "sendRequestXML": lambda said: said == "",
    "receiveResponseXML": lambda said: said == -1,
    "getLastError": lambda said: said and "QBXML" not in said,
    "connectionError": lambda said: said == "done",
    "closeConnection": lambda said: isinstance(said, str),
    "getInteractiveURL": lambda said: said == "",
    "interactiveRejected": lambda said: said == "",
    "interactiveDone": lambda said: isinstance(said, str),
}
"""What every call is answered when the service is at a loss; the Web Connector can go on with each."""


def arguments_of(name):
    known = {"strUserName": "hill-user", "strPassword": PASSWORD, "response": "planted-reply", "qbXMLMajorVers": 13}
    names = [one for one in CALLS[name].parameters if name != "serverVersion"]
    return {one: known.get(one, f"planted-{one}") for one in names}


@pytest.mark.parametrize("name", CALLS)
def test_with_a_closed_journal_every_call_has_an_answer(site, name):
    site.service.journal.close()
    assert TOLD[name](site.call(name, **arguments_of(name)))


def test_with_a_closed_journal_pages_say_to_come_later(site):
    site.service.journal.close()
    for at in ("/company", "/company.qwc"):
        status, headers, body = site.page(at)
        assert (status, headers["Content-Type"]) == (503, "text/plain; charset=utf-8")
        assert b"try again later" in body
    assert site.ask()[0] == 200
    assert site.ask(query="wsdl")[0] == 200


@pytest.mark.parametrize("name", CALLS)
def test_a_fault_of_ours_is_logged_without_what_was_said(site, name, monkeypatch):
    def planted(call, _address):
        reply = call.response.read().decode() if call.response is not None else ""
        raise RuntimeError(f"planted-fault {dict(call.arguments)} {reply}")

    monkeypatch.setattr(site.service.app.endpoint, "answer", planted)
    assert TOLD[name](site.call(name, **arguments_of(name)))
    (record,) = [one for one in site.caplog.records if one.levelno >= logging.ERROR]
    assert re.fullmatch(rf"a fault of the service in {name}: RuntimeError at test_app.py:\d+", record.getMessage())
    assert record.exc_info is None


def test_what_is_kept_of_a_reply_is_let_go_of(site, monkeypatch):
    taken = []
    monkeypatch.setattr(site.service.app.endpoint, "answer", lambda call, _: taken.append(call.response) or 1 / 0)
    site.call("receiveResponseXML", **arguments_of("receiveResponseXML"))
    assert taken[0].closed


# --- who is let in ---------------------------------------------------------------------------------------------------


def test_after_a_thousand_wrong_passwords_the_right_one_is_let_in(site):
    for number in range(1000):
        assert site.sign_in(f"planted-{number}")[1] == "nvu"
    assert site.sign_in()[1] == ""
    assert site.page("/company", password="planted-wrong")[0] == 401  # noqa: S106
    assert site.page("/company")[0] == 200


def test_a_password_that_a_person_chose_is_not_looked_at_for_a_growing_while(site, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(site.service.app.sessions, "_clock", clock)
    monkeypatch.setattr("procore_qbd.webconnector.passwords._N", 2**4)
    secret = hashed(CHOSEN, generated=False)
    site.service.app.sessions.keep_login(Login(user="hill-user", company="hill", secret=secret, file_id=FILE_ID))

    def is_let_in(password=CHOSEN, address="192.0.2.1"):
        return site.page("/company", password=password, address=address)[0] == 200

    waits = []
    for failures in range(1, 13):
        assert not is_let_in("planted-wrong")
        waited = 0
        while site.service.app.sessions.failures("hill-user", "192.0.2.1")[1] < _delay(failures):
            if failures > 2:
                assert not is_let_in(CHOSEN)
            assert is_let_in(CHOSEN, "192.0.2.2")  # from anywhere else it is
            step = max(1, (_delay(failures) - waited) // 2)
            clock.forward(step)
            waited += step
        waits.append(waited)
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert is_let_in(CHOSEN)
    assert not is_let_in("planted-wrong")
    assert is_let_in(CHOSEN)  # and all is forgotten


def _delay(failures):
    return 0 if failures <= 2 else min(300, 2 ** (failures - 3))


# --- what must never be seen -----------------------------------------------------------------------------------------


def test_no_secret_is_in_a_log_a_page_an_error_a_repr_or_the_journal(site):
    service = site.service
    secret = hashed(PASSWORD, generated=True)
    service.passwords["hill"] = PASSWORD
    service.app.sessions.keep_login(Login(user="hill-user", company="hill", secret=secret, file_id=FILE_ID))
    ticket, word = site.sign_in()
    assert word == ""
    hello = service.visitor().hello()
    shown = [str(site.ask()), str(site.page("/company")), str(site.page("/company.qwc"))]
    documents = []
    first = hello
    while True:
        document = site.call("sendRequestXML", ticket=ticket, strHCPResponse=first, qbXMLMajorVers=13)
        first = ""
        if not document or document == "NoOp":
            break
        documents.append(document)
        reply = service.files["hill"].process(document.encode()).decode()
        if site.call("receiveResponseXML", ticket=ticket, response=reply) == 100:
            break
    assert documents
    site.sign_in("planted-wrong")
    site.call("getLastError", ticket="planted-ticket")
    site.ask("POST", body=b"planted")
    shown += [str(site.call(name, ticket=ticket)) for name in ("getLastError", "closeConnection")]
    shown += [str(site.page("/company")), str(site.page("/company", password="planted-wrong"))]  # noqa: S106
    with service.journal.tables.reading() as rows:
        kept = {name: rows.select(name, {}) for name in TABLES}
    shown.append(repr(kept))
    session = service.app.sessions.recent("hill")[0]
    login = service.app.sessions.login("hill-user")
    things = (session, login, service.app, service.app.endpoint, service.app._feed, service.app.sessions)
    shown += [f"{one!r} {one!s}" for one in things]
    shown += [f"{one.getMessage()} {one.__dict__}" for one in site.caplog.records]
    told = "\n".join(shown)
    for never in (PASSWORD, "planted-", ticket, ticket.strip("{}"), ticket.upper()):
        assert never not in told
    assert secret not in told.replace(repr(kept), "")
    logged = "\n".join(one.getMessage() for one in site.caplog.records)
    assert "QBXML" not in logged
    assert "Vendor" not in logged
