"""A line to an agent: what is said of each failure, what is tried again, and how long it may take."""

import io
import json
import logging
import pickle
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
import requests
import trustme
import urllib3
from requests import exceptions as failures

from procore_qbd import (
    Books,
    CompanyFile,
    EngineError,
    Journal,
    Memory,
    MemoryTables,
    NotSentError,
    ReplyLostError,
    Request,
    TransportError,
    ask,
    drain,
    run,
)
from procore_qbd.codes import Effect
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.flows.conversation import recovery
from procore_qbd.qbxml import Dialect, write_requests
from procore_qbd.qbxml.entities.company import HostQuery
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.transports import Agent, AgentStore, AgentToken, Http
from procore_qbd.transports.problems import CONTENT_TYPE, PROBLEMS
from support.fault_proxy import Fault, faulty
from support.serving import served

TOKEN = "planted-token-of-the-tests"  # noqa: S105  it is planted
READS = write_requests([Request.query(HostQuery())])
WRITES = write_requests([Request.add(Vendor(name="Alder"))], new_message_set_id="set-1")
URL = "http://127.0.0.1:9/"


class Line:
    """A session whose requests end as they are told to: an exception where it is to be raised, or an answer."""

    def __init__(self, *ends):
        self.ends, self.asked = list(ends), []

    def post(self, url, *, data, headers, auth, timeout, **how):
        request = auth(requests.Request("POST", url, headers=headers).prepare())
        del request.headers["Content-Length"]  # of the body that it has not here
        end = self.ends.pop(0) if len(self.ends) > 1 else self.ends[0]
        where, end = end if isinstance(end, tuple) else ("after", end)
        body = data.read({"before": 0, "half": len(data) // 2, "after": -1}[where]) if where != "before" else b""
        self.asked.append((dict(request.headers), body, timeout, how))
        if isinstance(end, BaseException):
            raise end
        return end()

    def close(self):
        pass


def answer(status=200, body=b"<r/>", content_type="application/xml", **headers):
    """Makes an answer, a fresh one each time."""

    def make():
        made = requests.Response()
        made.status_code = status
        made.headers.update({"Content-Type": content_type, **headers})
        made.raw = urllib3.HTTPResponse(io.BytesIO(body), preload_content=False)
        return made

    return make


def problem(name, detail="", hresult=None, **headers):
    kind = PROBLEMS[name]
    return answer(kind.status, kind.written(detail, hresult), CONTENT_TYPE, **headers)


class Time:
    """A clock that goes on when somebody sleeps."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def http(*ends, **options):
    line, hour = Line(*ends), Time()
    made = Http(URL, TOKEN, session=line, sleep=hour.sleep, clock=lambda: hour.now, **options)
    made.line, made.hour = line, hour
    return made


def told(transport, document=WRITES):
    with pytest.raises(TransportError) as raised:
        transport.send(document)
    return raised.value


# --- what is said of a failure ---------------------------------------------------------------------------------------

EVERY = sorted(
    {
        kind
        for module in (failures, urllib3.exceptions)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, Warning)
    }
    | {
        OSError,
        ConnectionResetError,
        BrokenPipeError,
        TimeoutError,
        socket.gaierror,
        ssl.SSLError,
        MemoryError,
        KeyError,
    },
    key=lambda kind: (kind.__module__, kind.__name__),
)


def made_of(kind):
    error = kind.__new__(kind)
    Exception.__init__(error, f"words with {TOKEN} and VendorAdd in them")
    return error


@pytest.mark.parametrize("where", ["before", "half", "after"])
@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_all_hangs_on_whether_the_last_byte_may_have_left(kind, where):
    error = told(http((where, made_of(kind))))
    assert type(error) is (ReplyLostError if where == "after" else NotSentError)
    assert error.effect is (Effect.UNKNOWN if where == "after" else Effect.NOT_DONE)
    assert isinstance(error.__cause__, kind)
    assert TOKEN not in str(error)
    assert "VendorAdd" not in str(error)
    assert type(pickle.loads(pickle.dumps(error))) is type(error)  # noqa: S301  our own


def test_a_try_that_was_not_taken_says_nothing_of_the_one_before():
    lost, refused = ("after", failures.ReadTimeout()), ("before", failures.ConnectionError())
    for ends in ([lost, refused], [lost, problem("busy")], [lost, answer(401)], [lost, problem("unauthorized")]):
        error = told(http(*ends))
        assert isinstance(error, ReplyLostError)
        assert "an earlier try of it may have arrived" in error.detail
    assert isinstance(told(http(refused, refused)), NotSentError)
    for final in ("another-document", "not-reached", "out-of-scope"):  # but how a key ended is true of every try
        assert isinstance(told(http(lost, problem(final))), NotSentError)
    error = told(http(lost, problem("refused", "a dialog", 0x80040414)))
    assert (error.hresult, error.effect) == (0x80040414, Effect.NOT_DONE)


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_problem_of_an_agent_is_understood(name):
    kind = PROBLEMS[name]
    transport = http(problem(name, "words", 0x80040414), tries=2)
    error = told(transport)
    assert (type(error), error.effect) == (kind.error, kind.effect)
    assert "words" in error.detail
    assert (len(transport.line.asked) > 1) is kind.again


ODD = [
    (answer(301, Location="https://elsewhere/"), NotSentError, "sends one elsewhere, which is not followed"),
    (answer(307, Location="https://elsewhere/"), NotSentError, "sends one elsewhere"),
    (answer(200, b"<html/>", "text/html"), ReplyLostError, "what answers is no agent"),
    (answer(204, b""), ReplyLostError, "answers 204"),
    (answer(401), NotSentError, "answers 401"),
    (answer(404), NotSentError, "answers 404"),
    (answer(413), NotSentError, "answers 413"),
    (answer(429), NotSentError, "answers 429"),
    (answer(400), ReplyLostError, "answers 400"),
    (answer(500), ReplyLostError, "answers 500"),
    (answer(502), ReplyLostError, "answers 502"),
    (answer(503), ReplyLostError, "answers 503"),
    (answer(504), ReplyLostError, "answers 504"),
    (answer(502, b"{", CONTENT_TYPE), ReplyLostError, "answers 502"),
    (answer(502, b"[1]", CONTENT_TYPE), ReplyLostError, "answers 502"),
    (answer(502, b'{"type": 1}', CONTENT_TYPE), ReplyLostError, "answers 502"),
    (answer(502, b" " * 70_000, CONTENT_TYPE), ReplyLostError, "answers 502"),
    # what contradicts itself is no word of an agent's
    (answer(502, json.dumps({"type": PROBLEMS["refused"].type, "outcome": "uncertain"}).encode(), CONTENT_TYPE), ReplyLostError, "answers 502"),
    (answer(500, PROBLEMS["refused"].written("", 0x80040414), CONTENT_TYPE), ReplyLostError, "answers 500"),
    (answer(502, PROBLEMS["refused"].written(), CONTENT_TYPE), ReplyLostError, "names no error of QuickBooks"),
]  # fmt: skip


@pytest.mark.parametrize(("ends", "kind", "words"), ODD)
def test_what_no_agent_answers_is_not_taken_for_its_word(ends, kind, words):
    error = told(http(ends, tries=1))
    assert type(error) is kind
    assert words in error.detail


def test_a_document_that_an_agent_could_not_read_is_not_sent():
    for document in (b"", b"no xml", "<QBXML><QBXMLMsgsRq newMessageSetID='é'/></QBXML>".encode()):
        transport = http(answer())
        assert isinstance(told(transport, document), NotSentError)
        assert transport.line.asked == []


# --- keys, tries and pauses ------------------------------------------------------------------------------------------


def test_what_is_sent_and_how():
    transport = http(answer())
    transport.send(WRITES).close()
    ((headers, body, timeout, how),) = transport.line.asked
    assert body == WRITES
    assert headers == {
        "Content-Type": "application/xml",
        "Accept": "application/xml, application/problem+json",
        "Accept-Encoding": "identity",
        "Idempotency-Key": '"set-1"',
        "Authorization": f"Bearer {TOKEN}",
    }
    assert timeout == (5, 80)
    assert how == {"verify": True, "allow_redirects": False, "stream": True}


def test_each_call_has_its_key_and_its_tries_have_one():
    no_id = write_requests([Request.add(Vendor(name="Alder"))])
    keys = iter("abcd")
    transport = http(failures.ReadTimeout(), answer(), answer(), answer(), answer(), new_key=lambda: next(keys))
    for document in (no_id, no_id, READS, recovery("set-1", Dialect())):
        transport.send(document).close()
    assert [one[0].get("Idempotency-Key") for one in transport.line.asked] == ['"a"', '"a"', '"b"', None, None]


def test_it_is_tried_a_few_times_with_longer_and_longer_pauses_and_no_longer_than_the_deadline():
    transport = http(failures.ConnectTimeout(), tries=4, jitter=lambda *_: 1)
    told(transport)
    assert (len(transport.line.asked), transport.hour.slept) == (4, [0.25, 0.5, 1.0])
    transport = http(failures.ConnectTimeout(), tries=1000, deadline=30, jitter=lambda *_: 0)
    told(transport)
    assert transport.hour.slept[:8] == [0.125, 0.25, 0.5, 1, 2, 4, 4, 4]
    assert 25 < transport.hour.now < 30
    assert all(connect <= 30 - at for (_, _, (connect, _), _), at in zip(transport.line.asked, [0], strict=False))
    assert transport.line.asked[-1][2][1] <= 5  # the time-outs are no longer than what is left


def test_pauses_differ_from_key_to_key_and_are_the_same_for_one():
    def slept(document):
        transport = http(failures.ConnectTimeout())
        told(transport, document)
        return transport.hour.slept

    other = WRITES.replace(b"set-1", b"set-2")
    assert slept(WRITES) == slept(WRITES) != slept(other)


def test_it_waits_as_long_as_it_is_told_to_and_gives_up_at_once_where_that_is_too_long():
    transport = http(answer(503, **{"Retry-After": "7"}), answer(429, **{"Retry-After": "9"}), answer())
    transport.send(WRITES).close()
    assert transport.hour.slept == [7, 9]
    transport = http(problem("busy", **{"Retry-After": "90"}))
    assert isinstance(told(transport), NotSentError)
    assert transport.hour.slept == []


def test_a_document_that_quickbooks_is_at_is_asked_for_until_the_deadline():
    at_it = problem("in-progress", **{"Retry-After": "1"})
    transport = http(*[at_it] * 50, answer(), tries=1)
    transport.send(WRITES).close()
    assert transport.hour.now == 50
    transport = http(at_it, tries=1, deadline=20)
    assert isinstance(told(transport), ReplyLostError)
    assert 18 <= transport.hour.now <= 20


@pytest.mark.parametrize("certain", [failures.SSLError(), failures.InvalidURL(), failures.TooManyRedirects()])
def test_what_will_not_change_is_not_tried_again(certain):
    transport = http(("before", certain))
    told(transport)
    assert len(transport.line.asked) == 1


# --- addresses and secrets -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://user:planted-word@example.com/", "a user or a password"),
        ("https://planted-word@example.com/", "a user or a password"),
        ("https://example.com/?token=planted-word", "a query"),
        ("https://example.com/#planted-word", "a fragment"),
        ("http://example.com/", "is not encrypted"),
        ("http://127.0.0.1.example.com/", "is not encrypted"),
        ("http://localhost.example.com/", "is not encrypted"),
        ("http://10.0.0.1/", "is not encrypted"),
        ("ftp://example.com/", "expected a URL such as"),
        ("example.com", "expected a URL such as"),
        ("https://", "expected a URL such as"),
        ("https://[::1", "cannot be read"),
        ("https://example.com:99999/", "cannot be read"),
        ("https://exa mple.com/", "cannot be read"),
        ("", "expected a URL such as"),
    ],
)
def test_a_url_that_will_not_do(url, words):
    with pytest.raises(ValueError, match=words) as raised:
        Http(url, TOKEN)
    assert "planted-word" not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["http://localhost:1/", "http://127.0.0.9/", "http://[::1]:8/", "https://example.com/qb"]
)
def test_a_url_that_will_do(url):
    Http(url, TOKEN).close()
    Http("http://10.0.0.1/", TOKEN, insecure=True).close()


@pytest.mark.parametrize("token", ["", "a b", "a\nb", "é"])
def test_a_token_that_is_none(token):
    with pytest.raises(ValueError, match="expected a token of ASCII"):
        Http(URL, token)


@pytest.fixture
def agent():
    """A company file, what came to it, and the URL of its agent."""
    came = []
    with CompanyFile.create() as company, AgentStore(":memory:") as store:
        process = Memory(lambda document: came.append(document) or company.process(document))
        with served(Agent(process, [AgentToken.of(TOKEN, "t")], store)) as url:
            yield company, came, url


def test_neither_the_environment_nor_a_netrc_nor_a_redirect_gets_the_token(agent, monkeypatch, tmp_path):
    _, _, url = agent
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with Http(url, TOKEN) as transport:
        assert transport.host.country == "US"
    with requests.Session() as session:  # whoever passes a session has its proxies, and the token all the same
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        transport = Http(url, TOKEN, session=session)
        assert transport.host.country == "US"


def test_no_secret_is_logged_or_told(agent, caplog):
    caplog.set_level(logging.DEBUG)
    _, _, url = agent
    with (
        Http(url, TOKEN) as transport,
        Http(url, f"wrong-{TOKEN}") as stranger,
        faulty(url, *[Fault(down=9)] * 9) as (bad, _),
    ):
        said = [repr(transport), repr(vars(transport))]
        with transport.send(WRITES) as reply:
            body = reply.read()
        said += [str(told(stranger)), repr(told(stranger))]
        with Http(bad, TOKEN, sleep=lambda _: None) as lost:
            error = told(lost)
            said += [str(error), repr(error), repr(error.__cause__), repr(error.__context__)]
    said.append(caplog.text)
    assert "set-1" in caplog.text
    for secret in (TOKEN, "Alder", "VendorAdd", "ListID", body.decode()[:200]):
        assert secret not in "\n".join(said)


# --- over real sockets -----------------------------------------------------------------------------------------------


def test_a_company_file_is_drained_over_it(agent):
    company, came, url = agent
    journal = Journal(MemoryTables())
    journal.register(company.file_id)
    for number, name in enumerate(("Alder", "Elm", "Oak"), 1):
        request = CreateVendor(vendor=VendorCompany(id=number, name=name), request_detail_id=number)
        journal.submit(company.file_id, request)
    with (
        faulty(url, *[Fault(down=40), Fault(up=5), Fault()] * 3) as (line, _),
        Http(line, TOKEN, sleep=lambda _: None) as transport,
    ):
        ended = drain(company.file_id, journal=journal, transport=transport, books=Books(), tell=lambda _: True)
    assert (ended.done, ended.asked, ended.refused) == (3, 0, 0)
    assert sorted(vendor.name for vendor in company.records("Vendor")) == ["Alder", "Elm", "Oak"]
    written = [document for document in came if b"AddRq" in document or b"ModRq" in document]
    assert len(written) == len(set(written))


def test_an_export_without_message_set_ids_works_too(agent):
    company, _, url = agent
    with Http(url, TOKEN) as transport:
        assert transport.dialect.version == "13.0"
        assert run(ask(Request.add(Vendor(name="Alder"))), transport).ok
    assert len(list(company.records("Vendor"))) == 1


def test_a_connection_that_went_stale_is_no_lost_reply(agent):
    company, came, url = agent
    with faulty(url) as (line, proxy), Http(line, TOKEN) as transport:
        transport.send(READS).close()
        first = proxy.sent_up
    with faulty(url, Fault(up=first + 50)) as (line, proxy), Http(line, TOKEN) as transport:
        transport.send(READS).close()
        transport.send(WRITES).close()
        assert proxy.connections == 2
    assert came.count(WRITES) == len(list(company.records("Vendor"))) == 1


def test_nobody_there_and_no_such_name():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", "https://no-such-name.invalid/"):
        with Http(url, TOKEN, sleep=lambda _: None, tries=2) as transport:
            error = told(transport)
            assert type(error) is NotSentError
            assert "no connection, or it broke: " in error.detail


class Trickle(socketserver.BaseRequestHandler):
    """A server that says something at short intervals, and never comes to an end."""

    def handle(self):
        self.request.recv(65536)
        with suppress(OSError):
            self.request.sendall(self.server.first)
            while not self.server.ending.wait(0.02):
                self.request.sendall(b"X")


@contextmanager
def trickling(first):
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Trickle) as server:
        server.first, server.ending = first, threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.ending.set()
        server.shutdown()
        thread.join()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 1000000\r\n\r\n"


@pytest.mark.parametrize(
    "first", [b"HTTP/1.1 ", HEAD[:40], HEAD, HEAD.replace(b"200 OK", b"502 No").replace(b"xml", b"problem+json")]
)
def test_a_reply_that_trickles_is_cut_at_the_deadline(first):
    with trickling(first) as url, Http(url, TOKEN, deadline=0.3, read_timeout=5) as transport:
        began = time.monotonic()
        error = told(transport)
        assert time.monotonic() - began < 2  # `test_no_call_is_longer_than_its_deadline` measures it
        assert isinstance(error, ReplyLostError)


@pytest.mark.slow
@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 ", HEAD])
def test_no_call_is_longer_than_its_deadline(first):
    with trickling(first) as url:
        for _ in range(10):
            with Http(url, TOKEN, deadline=0.5, read_timeout=5) as transport:
                began = time.monotonic()
                told(transport)
                assert 0.3 < time.monotonic() - began < 0.7


def test_a_thread_that_hangs_is_left_alone_and_can_send_nothing_any_more():
    going, sent = threading.Event(), []

    class Hanging(Line):
        def post(self, *_, data, **__):
            going.wait(10)
            with pytest.raises(TimeoutError):
                data.read()
            sent.append("refused")

    transport = Http(URL, TOKEN, session=Hanging(answer()), deadline=0.05)
    assert type(told(transport)) is NotSentError
    going.set()
    for _ in range(100):
        if sent:
            break
        time.sleep(0.02)
    assert sent == ["refused"]


# --- TLS -------------------------------------------------------------------------------------------------------------


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


class Secured(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


@contextmanager
def secured(application, authority, version, host="localhost"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with Secured(("127.0.0.1", 0), Quiet) as server:
        server.set_app(application)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"https://localhost:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = trustme.CA(key_type=trustme.KeyType.ECDSA)
    path = tmp_path_factory.mktemp("tls") / "authority.pem"
    made.cert_pem.write_to_path(path)
    return made, str(path)


@pytest.fixture
def application(tmp_path):
    with CompanyFile.create() as company, AgentStore(tmp_path / "keys") as store:
        yield Agent(Memory(company.process), [AgentToken.of(TOKEN, "t")], store)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_is_spoken_and_a_stranger_is_not_trusted(application, authority, version):
    made, path = authority
    with secured(application, made, version) as url:
        with Http(url, TOKEN, verify=path) as transport:
            assert transport.host.country == "US"
        with Http(url, TOKEN) as transport:
            error = told(transport)
            assert type(error) is NotSentError
            assert error.detail.startswith("no TLS connection that can be trusted: https://localhost:")
            assert "certificate verify failed" in error.detail


@pytest.mark.filterwarnings("ignore:.*TLSv1_1 is deprecated:DeprecationWarning")
def test_an_older_tls_is_refused(application, authority):
    made, path = authority
    with secured(application, made, ssl.TLSVersion.TLSv1_1) as url, Http(url, TOKEN, verify=path) as transport:
        assert type(told(transport)) is NotSentError


def test_a_certificate_of_another_host_is_refused(application, authority):
    made, path = authority
    with (
        secured(application, made, ssl.TLSVersion.TLSv1_3, "example.com") as url,
        Http(url, TOKEN, verify=path) as transport,
    ):
        assert type(told(transport)) is NotSentError


# --- size ------------------------------------------------------------------------------------------------------------

LARGE = """
import sys, tempfile, tracemalloc
sys.path[:0] = {paths!r}
from support.serving import served
from procore_qbd.transports import Agent, AgentStore, AgentToken, Http, Memory
from procore_qbd.qbxml import Request, write_requests
from procore_qbd.qbxml.entities.company import HostQuery
size = 60_000_000
body = b"<r>" + b"x" * size + b"</r>"
document = write_requests([Request.query(HostQuery())], new_message_set_id="set-1")
with tempfile.TemporaryDirectory() as folder, AgentStore(folder + "/keys") as store:
    with served(Agent(Memory(lambda _: body), [AgentToken.of("t", "t")], store)) as url, Http(url, "t") as transport:
        transport.send(write_requests([Request.query(HostQuery())])).close()
        tracemalloc.start()
        for _ in range(2):
            with transport.send(document) as reply:
                assert reply.read() == body
        print(tracemalloc.get_traced_memory()[1] / size)
"""


@pytest.mark.slow
def test_a_reply_of_60_mb_takes_no_more_than_its_size_three_times():
    program = LARGE.format(paths=[one for one in sys.path if one])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)  # noqa: S603  our own words
    assert float(done.stdout) < 3


def test_the_error_of_quickbooks_comes_with_its_number(tmp_path):
    def process(_document):
        raise EngineError(0x80040414, "a dialog is open")

    with (
        AgentStore(tmp_path / "keys") as store,
        served(Agent(Memory(process), [AgentToken.of(TOKEN, "t")], store)) as url,
        Http(url, TOKEN) as transport,
    ):
        error = told(transport)
    assert (error.hresult, error.detail, error.effect) == (0x80040414, "a dialog is open", Effect.NOT_DONE)
