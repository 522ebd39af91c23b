"""A .NET client that is not ours: Mono's, with the proxy that its `wsdl` makes of our description and of the published one.

It is of the kind that the Web Connector is built on. Whole updates go through it, each of our answers is read by it as it
was meant, and each of its calls by us.
"""

import base64
import itertools
import shutil
import subprocess
from contextlib import ExitStack

import pytest

from procore_qbd import EngineError
from procore_qbd.testing.web_connector import CallFailedError, FakeWebConnector, UpdateEnd, WebConnectorCall
from procore_qbd.webconnector.calls import CALLS, WHOLE_NUMBERS, Result
from support.connector import FILE_ID, Service
from support.places import PROJECT
from support.serving import served
from support.shared import SHARED, needs_shared

MONO, COMPILER, PROXY_MAKER = (shutil.which(name) for name in ("mono", "mcs", "wsdl"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (MONO and COMPILER and PROXY_MAKER),
        reason="NOT PROVED: that a .NET client reads what the Web Connector's service answers, for want of Mono",
    ),
]

PUBLISHED = ["serverVersion", "clientVersion", "authenticate", "sendRequestXML", "receiveResponseXML", "getLastError"]
PUBLISHED += ["connectionError", "closeConnection"]


# --- the client ------------------------------------------------------------------------------------------------------


def compiled(description, folder):
    """The program that makes calls, with a proxy of its own."""
    program = folder / "client.exe"
    source = PROJECT / "tests" / "support" / "mono" / "Client.cs"
    assembly = "-reference:System.Web.Services"
    for command in (
        [PROXY_MAKER, f"-out:{folder / 'proxy.cs'}", description],
        [COMPILER, "-nologo", "-warn:0", assembly, f"-out:{program}", str(source), str(folder / "proxy.cs")],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
        assert done.returncode == 0, done.stdout + done.stderr
    return program


class MonoClient:
    """Makes calls by Mono, those that its proxy knows."""

    def __init__(self, program, url, names):
        self.names = names
        self._process = subprocess.Popen([MONO, program, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.communicate(timeout=10)

    def ask(self, call):
        """The answer to a call, as the proxy reads it."""
        names = CALLS[call.name].parameters
        given = [call.arguments.get(name, 0 if name in WHOLE_NUMBERS else None) for name in names]
        self._process.stdin.write("\t".join([call.name, *map(coded, given)]).encode() + b"\n")
        self._process.stdin.flush()
        kind, *words = self._process.stdout.readline().decode().rstrip("\r\n").split("\t")
        if kind == "raised":
            raise CallFailedError(call.name, decoded(words[1]), is_fault=words[0] == "fault")
        if kind == "number":
            return int(words[0])
        return tuple(map(decoded, words)) if kind == "texts" else decoded(words[0])


def coded(value):
    return "-" if value is None else base64.b64encode(str(value).encode()).decode()


def decoded(word):
    return None if word == "-" else base64.b64decode(word).decode()


class MonoWebConnector(FakeWebConnector):
    """A Web Connector of our own, whose calls Mono makes."""

    def __init__(self, client, process, **how):
        super().__init__(None, process, file_id=FILE_ID, owner_id="{0}", sleep=lambda _: None, **how)
        self.ask = client.ask


@pytest.fixture(scope="module", params=["ours", pytest.param("published", marks=needs_shared)])
def client_and_app(request, tmp_path_factory):
    """A Mono whose proxy was made of a description, and the application that it calls."""
    service = Service()
    with ExitStack() as stack:
        url = stack.enter_context(served(service.app)) + "quickbooks"
        stack.callback(service.app.close)
        published = SHARED and SHARED / "qbxml" / "webconnector" / "QBWebConnectorSvc.wsdl"
        description = f"{url}?wsdl" if request.param == "ours" else str(published)
        program = compiled(description, tmp_path_factory.mktemp("mono"))
        names = list(CALLS) if request.param == "ours" else PUBLISHED
        yield stack.enter_context(MonoClient(program, url, names)), service.app


CLOSED = EngineError(0x80040408, "Could not start QuickBooks.")
LOST = EngineError(0x80040400, "QuickBooks found an error when parsing the provided XML text stream.")

# --- answers ---------------------------------------------------------------------------------------------------------

TEXTS = {
    "nothing": "",
    "words": "Requests: 3 carried out.",
    "umlauts and others": "Öl & Söhne <GmbH> \"x\" 'y' ß € 日本 \U0001f3d7 e\u0301",
    "line ends": "one\ntwo\r\nthree\rfour\n\r",
    "blanks": "  \t two before, two after  \n",
    "blanks alone": " \n ",
    "what looks escaped": "&amp; &#13; &lt;b&gt; &nbsp; ]]> <![CDATA[x]]> <!-- x -->",
    "a document": '<?xml version="1.0" encoding="utf-8"?>\r\n<?qbxml version="13.0"?>\r\n<QBXML>&#13;</QBXML>',
    "the last characters": "\ud7ff\ue000\ufffd\U00010000\U0010fffd\x85\u2028\ufeff",
    "two megabytes": "Bürö & <Söhne>\r\n&#13;" * 100_000,
}


def answering(monkeypatch, app, value):
    """Let it answer so to every call; what it is asked comes into the list."""
    asked = []

    def answer(call, _address):
        asked.append(call.arguments | ({"response": call.response.read().decode()} if call.response else {}))
        return value

    monkeypatch.setattr(app.endpoint, "answer", answer)
    return asked


def calls_of(client, result):
    """The calls that the client knows which have such a result, each with arguments of its own."""
    numbers = itertools.count(1)
    for rule in CALLS.values():
        if rule.result is result and rule.name in client.names:
            yield WebConnectorCall(
                rule.name,
                {
                    name: next(numbers) if name in WHOLE_NUMBERS else f"{name} {next(numbers)}"
                    for name in rule.parameters
                    if rule.name != "serverVersion"
                },
            )


@pytest.mark.parametrize("what", TEXTS)
def test_a_text_is_read_as_it_was_meant(client_and_app, monkeypatch, what):
    client, app = client_and_app
    asked = answering(monkeypatch, app, TEXTS[what])
    for call in calls_of(client, Result.STRING):
        assert client.ask(call) == TEXTS[what], call.name
        assert asked.pop() == {name: str(call.arguments.get(name, "")) for name in CALLS[call.name].parameters}


def test_what_xml_cannot_hold_is_replaced(client_and_app, monkeypatch):
    client, app = client_and_app
    answering(monkeypatch, app, "a\0b\x0bc\ud800d\uffff")
    assert client.ask(WebConnectorCall("getLastError", {"ticket": "t"})) == "a\ufffdb\ufffdc\ufffdd\ufffd"


@pytest.mark.parametrize("number", [-(2**31), -1, 1, 50, 99, 100, 2**31 - 1])
def test_a_number_is_read_as_it_was_meant(client_and_app, monkeypatch, number):
    client, app = client_and_app
    answering(monkeypatch, app, number)
    for call in calls_of(client, Result.INTEGER):
        assert client.ask(call) == number


@pytest.mark.parametrize(
    "texts", [("ticket", ""), ("", "nvu"), ("ticket", r"C:\Bücher\Öl & Söhne.qbw"), ("ticket", "none", "60", "120"), ("", "", "", "")]
)  # fmt: skip
def test_texts_are_read_as_they_were_meant(client_and_app, monkeypatch, texts):
    client, app = client_and_app
    answering(monkeypatch, app, texts)
    for call in calls_of(client, Result.STRINGS):
        assert client.ask(call) == texts


def test_whatever_goes_wrong_in_the_service_is_an_answer_and_no_exception(client_and_app, monkeypatch):
    client, app = client_and_app

    def fails(*_):
        raise RuntimeError("planted")

    monkeypatch.setattr(app.endpoint, "answer", fails)
    found = {name: client.ask(WebConnectorCall(name)) for name in client.names}
    assert found.pop("getLastError").startswith("A fault in the service stopped the update.")
    assert {name: found[name] for name in PUBLISHED if name != "getLastError"} == {
        "serverVersion": "",
        "clientVersion": "",
        "authenticate": ("", "busy"),
        "sendRequestXML": "",
        "receiveResponseXML": -1,
        "connectionError": "done",
        "closeConnection": "",
    }


def test_a_call_that_is_refused_is_an_exception(client_and_app, monkeypatch):
    """Its words come through with status 400; with 413 the client says its own."""
    client, app = client_and_app
    with pytest.raises(CallFailedError, match="the body is not XML: line 1: reference to invalid character") as raised:
        client.ask(WebConnectorCall("getLastError", {"ticket": "\x01"}))
    assert raised.value.is_fault
    monkeypatch.setattr(app, "_largest", 1000)
    with pytest.raises(CallFailedError, match="The request failed with HTTP status") as raised:
        client.ask(WebConnectorCall("receiveResponseXML", {"response": "x" * 1000}))
    assert not raised.value.is_fault
    monkeypatch.undo()
    assert client.ask(WebConnectorCall("clientVersion")) == ""


# --- calls -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", TEXTS)
def test_a_reply_is_read_as_it_was_sent_but_for_its_line_ends(client_and_app, monkeypatch, what):
    """XML makes a line end of each CR that stands there bare, and so the client writes it."""
    client, app = client_and_app
    asked = answering(monkeypatch, app, 50)
    assert client.ask(WebConnectorCall("receiveResponseXML", {"response": TEXTS[what], "hresult": "ü"})) == 50
    (arguments,) = asked
    assert arguments["response"] == TEXTS[what].replace("\r\n", "\n").replace("\r", "\n")
    assert (arguments["hresult"], arguments["ticket"], arguments["message"]) == ("ü", "", "")


# --- updates ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def service(client_and_app):
    """What waits is for a journal that is the test's own: it stands in for that of the application."""
    client, app = client_and_app
    service = Service()
    app.endpoint, kept = service.app.endpoint, app.endpoint
    yield client, service
    app.endpoint = kept
    service.app.close()


def test_whole_updates_through_mono(service):
    client, service = service
    service.submit(count=3)
    connector = MonoWebConnector(
        client, service.files["hill"].process, user="hill-user", password=service.passwords["hill"]
    )
    update = connector.update()
    assert (update.end, update.status) == (UpdateEnd.DONE, "Requests: 3 carried out.")
    assert update.percents[-1] == 100
    assert service.vendors() == ["Vendor 1", "Vendor 2", "Vendor 3"]
    assert connector.update().end is UpdateEnd.NOTHING_TO_DO
    stranger = MonoWebConnector(client, service.files["hill"].process, user="hill-user", password="wrong")  # noqa: S106
    assert stranger.update().end is UpdateEnd.REFUSED


def test_a_quickbooks_that_cannot_be_reached_or_breaks_off(service):
    client, service = service
    service.submit()
    who = {"user": "hill-user", "password": service.passwords["hill"]}
    process = service.files["hill"].process
    update = MonoWebConnector(client, process, **who, company_path="x", can_open=lambda _: CLOSED).update()
    assert update.end is UpdateEnd.FAILED
    assert update.names[-1] == "connectionError"

    def breaks_off(document):
        if b"VendorAddRq" in document:
            process(document)
            raise LOST
        return process(document)

    update = MonoWebConnector(client, breaks_off, **who).update()
    assert update.end is UpdateEnd.FAILED
    assert MonoWebConnector(client, process, **who).update().end is UpdateEnd.DONE
    assert service.vendors() == ["Vendor 1"]
