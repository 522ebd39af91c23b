"""The Web Connector of our own, held against a server in this file, what a .NET client does, and recorded calls."""

import http.server
import itertools
import threading
from types import MappingProxyType
from wsgiref.validate import validator
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from procore_qbd import CompanyFile, EngineError
from procore_qbd.qbxml import Request, read_reply, write_requests
from procore_qbd.qbxml.entities.company import HostQuery
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.testing.web_connector import (
    CallFailedError,
    FakeWebConnector,
    UpdateEnd,
    WebConnectorCall,
    post_to,
    post_to_app,
    read_answer,
)
from support.shared import SHARED, needs_shared

PASSWORD = "planted-password"  # noqa: S105  it is planted
TICKET = "planted-ticket"
FILE, OWNER = "{773f33d2-e6f6-5023-80f1-f4cbc49d3514}", "{6f1d7a52-0b1c-4c7e-9a55-0d6a2f3b9c11}"
PATH = r"C:\Books\Company.qbw"
OURS, SOAP = "http://developer.intuit.com/", "http://schemas.xmlsoap.org/soap/envelope/"
ENVELOPE = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{{}}</s:Body></s:Envelope>'
VENDOR = write_requests([Request.add(Vendor(name="Alder & Sons"))]).decode()
READ = write_requests([Request.query(HostQuery())]).decode()


def answer(call, value):
    """An answer as a server writes it that has no faults."""
    if isinstance(value, tuple | list):
        value = "".join(f"<string>{escape(one)}</string>" for one in value)
    elif isinstance(value, str):
        value = escape(value)
    return ENVELOPE.format(f'<{call}Response xmlns="{OURS}"><{call}Result>{value}</{call}Result></{call}Response>')


def fault(words):
    inside = f"<s:Fault><faultcode>s:Server</faultcode><faultstring>{words}</faultstring></s:Fault>"
    return 500, "text/xml", ENVELOPE.format(inside).encode()


class Server:
    """A server that says what a test wrote down: for each call an answer, or several in turn, the last for ever."""

    USUAL = MappingProxyType({
        "serverVersion": "1.0",
        "clientVersion": "",
        "authenticate": (TICKET, ""),
        "sendRequestXML": VENDOR,
        "receiveResponseXML": 100,
        "getLastError": "",
        "connectionError": "done",
        "closeConnection": "All is well",
    })  # fmt: skip

    def __init__(self, **answers):
        self.answers = {
            name: itertools.chain(said if isinstance(said, list) else [said], itertools.repeat((said if isinstance(said, list) else [said])[-1]))
            for name, said in {**self.USUAL, **answers}.items()
        }  # fmt: skip
        self.heard = []

    def __call__(self, body, headers):
        (call,) = etree.fromstring(body)[0]
        name = etree.QName(call).localname
        assert headers["SOAPAction"] == f'"{OURS}{name}"'
        self.heard.append((name, {etree.QName(one).localname: one.text or "" for one in call}))
        said = next(self.answers[name])
        if isinstance(said, Exception):
            raise said
        if said and isinstance(said, tuple) and isinstance(said[0], int):
            return said
        return 200, "text/xml; charset=utf-8", answer(name, said).encode()

    def names(self):
        return [name for name, _ in self.heard]

    def of(self, name):
        return [arguments for call, arguments in self.heard if call == name]


@pytest.fixture
def company():
    with CompanyFile.create(clock=lambda: 1_700_000_000) as made:
        yield made


def connector(server, process=lambda _: b"<QBXML/>", **how):
    how = {"sleep": lambda _: None, "clock": lambda: 1_700_000_000.5, **how}
    return FakeWebConnector(server, process, user="alder", password=PASSWORD, file_id=FILE, owner_id=OWNER, **how)


BEGIN = ["serverVersion", "clientVersion", "authenticate"]
ROUND = ["sendRequestXML", "receiveResponseXML"]


# --- whole updates ---------------------------------------------------------------------------------------------------


def test_documents_go_to_the_company_file_and_replies_back(company):
    server = Server(sendRequestXML=[VENDOR, READ], receiveResponseXML=[50, 100])
    update = connector(server, company.process).update()
    assert server.names() == list(update.names) == [*BEGIN, *ROUND, *ROUND, "closeConnection"]
    assert (update.end, update.percents, update.documents) == (UpdateEnd.DONE, (50, 100), 2)
    assert (update.status, update.closing, update.last_error) == ("All is well", "All is well", "")
    assert [record.name for record in company.records("Vendor")] == ["Alder & Sons"]
    assert server.of("authenticate") == [{"strUserName": "alder", "strPassword": PASSWORD}]
    assert server.of("clientVersion") == [{"strVersion": "34.0.10003.75"}]
    first, second = server.of("sendRequestXML")
    assert second == {
        "ticket": TICKET,
        "strHCPResponse": "",
        "strCompanyFileName": PATH,
        "qbXMLCountry": "US",
        "qbXMLMajorVers": "16",
        "qbXMLMinorVers": "0",
    }
    assert first | {"strHCPResponse": ""} == second
    reply = server.of("receiveResponseXML")[0]
    assert 'VendorAddRs requestID="1" statusCode="0"' in reply["response"]
    assert (reply["hresult"], reply["message"]) == ("", "")


def test_the_first_call_shows_which_company_file_is_open(company):
    server = Server()
    connector(server, company.process).update()
    about = server.of("sendRequestXML")[0]["strHCPResponse"]
    host, found, preferences = read_reply(about.encode()).outcomes
    assert [one.name for one in (host, found, preferences)] == ["HostQueryRs", "CompanyQueryRs", "PreferencesQueryRs"]
    fields = {one.name: (one.owner_id, one.value) for one in found.found[0].custom_fields}
    assert list(fields) == ["AppLock", "FileID"]
    assert fields["FileID"] == (OWNER, FILE)
    assert fields["AppLock"] == (OWNER, "LOCKED:BOOKKEEPING:638355968005000000")


def test_the_web_connectors_own_queries_may_go_another_way(company):
    documents = []
    connector(Server(), lambda document: documents.append(document) or b"", ask=company.process).update()
    assert documents == [VENDOR.encode()]


def test_nothing_it_tells_has_a_secret_or_a_document_in_it(company):
    update = connector(Server(), company.process).update()
    said = f"{update!r} {connector(Server())!r} {WebConnectorCall('getLastError', {'ticket': TICKET})!r}"
    assert "planted" not in said
    assert "QBXML>" not in said
    outcomes = [call.outcome for call in update.calls]
    assert outcomes == ["words", "", "the open file", "a document", "100", "words"]


ENDS = {
    "a wrong password": ({"authenticate": ("x", "nvu")}, "refused", "Invalid password", ["closeConnection"]),
    "nothing to do": ({"authenticate": ("x", "none")}, "nothing to do", "No data", ["closeConnection"]),
    "busy": ({"authenticate": ("x", "busy")}, "busy", "busy", []),
    "later": ({"authenticate": ("x", "", "60")}, "postponed", "postponed", []),
    "less often": ({"authenticate": ("x", "", "", "900")}, "done", "All is well", [*ROUND, "closeConnection"]),
    "nothing to send after all": ({"sendRequestXML": ""}, "nothing to do", "All is well", ["sendRequestXML", "getLastError", "closeConnection"]),
    "nothing to send and why": ({"sendRequestXML": "", "getLastError": "no links"}, "failed", "no links", ["sendRequestXML", "getLastError", "closeConnection"]),
    "a person is wanted": ({"sendRequestXML": "", "getLastError": "Interactive mode"}, "failed", "a person", ["sendRequestXML", "getLastError", "closeConnection"]),
    "a negative number": ({"receiveResponseXML": -1, "getLastError": "refused"}, "failed", "refused", [*ROUND, "getLastError", "closeConnection"]),
    "nothing done": ({"receiveResponseXML": 0}, "failed", "answered 0", [*ROUND, "getLastError", "closeConnection"]),
    "more than all": ({"receiveResponseXML": 101}, "failed", "QBWC1042", ROUND),
    "one string": ({"authenticate": ("x",)}, "failed", "QBWC1012.*outside the bounds", []),
    "no strings": ({"authenticate": ()}, "failed", "QBWC1012.*outside the bounds", []),
    "seconds in words": ({"authenticate": ("x", "", "soon")}, "failed", "QBWC1012.*not in a correct format", []),
    "no request": ({"sendRequestXML": (200, "text/xml", ENVELOPE.format("").encode())}, "failed", "QBWC1041.*Object reference", ["sendRequestXML"]),
    "no percentage": ({"receiveResponseXML": (200, "text/xml", answer("receiveResponseXML", "50.0").encode())}, "failed", "QBWC1042", ROUND),
    "no last error": ({"receiveResponseXML": -1, "getLastError": (404, "text/html", b"x")}, "failed", "QBWC1043.*404", [*ROUND, "getLastError"]),
    "no closing": ({"closeConnection": ConnectionResetError()}, "failed", "QBWC1044.*closed: ConnectionResetError", [*ROUND, "closeConnection"]),
    "the line breaks": ({"receiveResponseXML": TimeoutError()}, "failed", "QBWC1042.*closed", ROUND),
    "a fault": ({"authenticate": fault("come tomorrow")}, "failed", "QBWC1012.*come tomorrow", []),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDS)
def test_each_answer_is_followed_by_what_follows_it(name):
    answers, end, status, calls = ENDS[name]
    server = Server(**answers)
    update = connector(server).update()
    assert update.end == end
    assert server.names() == list(update.names) == [*BEGIN, *calls]
    with pytest.raises(AssertionError, match=f"(?s).*{status}"):
        raise AssertionError(update.status)
    assert update.documents == ("receiveResponseXML" in calls)
    failed = [call.outcome for call in update.calls if call.outcome.startswith("QBWC")]
    assert failed == [code for code in [status[:8]] if code.startswith("QBWC") and name != "a fault"]


def test_seconds_that_the_server_wants_are_told():
    update = connector(Server(authenticate=("x", "none", "60", " 900 "))).update()
    assert (update.end, update.postponed_for, update.run_every) == (UpdateEnd.NOTHING_TO_DO, 60, 900)
    assert connector(Server(authenticate=("x", "", "", ""))).update().end is UpdateEnd.DONE


VERSIONS = {
    "W:old": "QBWC1037: a person",
    "E:too old": "QBWC1037: too old",
    "O:35.0": "needs version 35.0",
    "fine": "QBWC1046",
    "ok:fine": "QBWC1046",
}


@pytest.mark.parametrize("said", VERSIONS)
def test_a_version_that_is_not_passed_ends_the_update(said):
    update = connector(Server(clientVersion=said)).update()
    assert (update.end, update.names) == (UpdateEnd.FAILED, ("serverVersion", "clientVersion"))
    assert update.status.startswith(VERSIONS[said]) or VERSIONS[said] in update.status


def test_a_server_without_the_two_versions_is_called_all_the_same():
    missing = fault("Server did not recognize the value of HTTP Header SOAPAction")
    update = connector(Server(serverVersion=missing, clientVersion=missing)).update()
    assert update.end is UpdateEnd.DONE
    assert [call.outcome for call in update.calls][:2] == ["fault", "fault"]
    broken = connector(Server(clientVersion=(404, "text/html", b""))).update()
    assert broken.status.startswith("QBWC1036")


def test_it_waits_while_both_answers_say_so():
    waited = []
    server = Server(sendRequestXML=["NoOp", "NoOp", VENDOR], getLastError="NoOp")
    update = connector(server, sleep=waited.append).update()
    assert waited == [5, 5]
    assert server.names()[3:8] == ["sendRequestXML", "getLastError"] * 2 + ["sendRequestXML"]
    assert (update.end, update.documents, update.last_error) == (UpdateEnd.DONE, 1, "")
    assert [one["strHCPResponse"] != "" for one in server.of("sendRequestXML")] == [True, False, False]


def test_it_does_not_wait_for_ever():
    update = connector(Server(sendRequestXML="NoOp", getLastError="NoOp"), patience=3).update()
    assert (update.end, update.names.count("getLastError")) == (UpdateEnd.FAILED, 4)
    ended = connector(Server(sendRequestXML="NoOp", getLastError="broken")).update()
    assert (ended.end, ended.last_error, ended.names[-1]) == (UpdateEnd.FAILED, "broken", "closeConnection")


# --- QuickBooks ------------------------------------------------------------------------------------------------------


def refuses(number, words=""):
    def process(_):
        raise EngineError(number, words)

    return process


def test_an_hresult_comes_instead_of_a_reply(company):
    server = Server(receiveResponseXML=-1, getLastError="It was refused")
    update = connector(server, refuses(0x80040400, "cannot parse"), ask=company.process).update()
    assert server.of("receiveResponseXML") == [
        {"ticket": TICKET, "response": "", "hresult": "0x80040400", "message": "cannot parse"}
    ]
    assert (update.end, update.last_error, update.documents) == (UpdateEnd.FAILED, "It was refused", 1)


def test_the_server_may_go_on_after_an_hresult(company):
    server = Server(receiveResponseXML=[40, 100])
    update = connector(server, refuses(0x80040400), ask=company.process).update()
    assert (update.end, update.percents) == (UpdateEnd.DONE, (40, 100))
    assert server.of("receiveResponseXML")[0]["message"]


@pytest.mark.parametrize(
    ("answers", "paths", "end"),
    [
        ([], ["D:\\b.qbw"], "failed"),
        (["done"], ["D:\\b.qbw"], "failed"),
        (["DONE"], ["D:\\b.qbw"], "failed"),
        ([""], ["D:\\b.qbw", ""], "done"),
        ([PATH.upper()], ["D:\\b.qbw", PATH.upper()], "done"),
        (["D:\\c.qbw", ""], ["D:\\b.qbw", "D:\\c.qbw"], "failed"),
    ],
)
def test_another_company_file_is_tried_as_the_server_says_twice_at_the_most(answers, paths, end):
    asked = []

    def can_open(path):
        asked.append(path)
        return EngineError(0x8004040A, "another file is open") if path.startswith("D:") else None

    server = Server(authenticate=("x", "D:\\b.qbw"), connectionError=answers or "done")
    update = connector(server, can_open=can_open).update()
    assert update.end == end
    tried = [path for path, _ in itertools.groupby(asked)]
    assert tried == paths
    assert asked == [path for path in paths for _ in range(2 if path.startswith("D:") else 1)]
    errors = server.of("connectionError")
    assert {one["hresult"] for one in errors} == {"0x8004040A"}
    assert len(errors) == sum(path.startswith("D:") for path in paths)
    if end == "failed":
        assert server.names()[-1] == "connectionError"
        assert "0x8004040A another file is open" in update.status
    else:
        assert server.of("sendRequestXML")[0]["strCompanyFileName"] == (paths[-1] or PATH)


def test_only_the_file_that_is_open_can_be_opened_unless_a_test_says_otherwise():
    assert connector(Server(authenticate=("x", PATH.lower()))).update().end is UpdateEnd.DONE
    server = Server(authenticate=("x", "D:\\b.qbw"))
    assert connector(server).update().end is UpdateEnd.FAILED
    assert server.of("connectionError")[0]["hresult"] == "0x8004040A"


def test_a_connection_that_fails_once_is_no_failure(company):
    first = iter([EngineError(0x80040408), None])
    once = iter([refuses(0x8004041C), company.process])

    def ask(document):
        return next(once)(document)

    server = Server()
    how = {"can_open": lambda _: next(first), "ask": ask}
    assert connector(server, company.process, **how).update().end is UpdateEnd.DONE
    server = Server()
    connector(server, company.process, ask=refuses(0x80040408, "not running")).update()
    assert server.of("connectionError") == [{"ticket": TICKET, "hresult": "0x80040408", "message": "not running"}]


# --- a call at a time ------------------------------------------------------------------------------------------------


def test_an_update_can_be_cut_and_calls_repeated(company):
    server = Server(receiveResponseXML=[50, 50, 100])
    one = connector(server, company.process)
    steps = one.calls()
    call, given = next(steps), []
    while call.name != "receiveResponseXML":
        call = steps.send(one.ask(call))
        given.append(call)
    assert [record.name for record in company.records("Vendor")] == ["Alder & Sons"]
    assert (one.ask(call), one.ask(call)) == (50, 50)
    steps.close()
    assert one.ask(given[0]) == ""
    assert server.names()[-3:] == ["receiveResponseXML", "receiveResponseXML", "clientVersion"]
    assert connector(server, company.process).update().end is UpdateEnd.DONE


def test_an_answer_that_never_came_can_be_thrown_in():
    steps = connector(Server()).calls()
    next(steps)
    with pytest.raises(StopIteration) as ended:
        steps.throw(CallFailedError("serverVersion", "cut"))
    assert ended.value.value.end is UpdateEnd.FAILED


def test_calls_that_it_never_makes_are_no_calls():
    with pytest.raises(ValueError, match="getServerVersion"):
        WebConnectorCall("getServerVersion")
    with pytest.raises(ValueError, match="userName"):
        WebConnectorCall("authenticate", {"userName": "x"})
    assert b"<interactiveDone " in WebConnectorCall("interactiveDone", {"wcTicket": "x"}).body


# --- answers, as a .NET client reads them ----------------------------------------------------------------------------

XML = "text/xml; charset=utf-8"
STRINGS = answer("authenticate", ("t", ""))
PERCENT = answer("receiveResponseXML", 50)
WCF = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
FAILED = "QBWC"

ANSWERS = {
    # what works
    "plain": ("authenticate", XML, STRINGS, ("t", "")),
    "prefixed": ("authenticate", XML, STRINGS.replace(" xmlns=", " xmlns:a=").replace("<auth", "<a:auth").replace("</auth", "</a:auth").replace("<string", "<a:string").replace("</string", "</a:string"), ("t", "")),
    "self-closed empty strings": ("authenticate", XML, STRINGS.replace("<string></string>", "<string/>"), ("t", "")),
    "four strings": ("authenticate", XML, answer("authenticate", ("t", "none", "60", "900")), ("t", "none", "60", "900")),
    "a byte order mark": ("authenticate", XML, "\ufeff" + STRINGS, ("t", "")),
    "a prolog": ("authenticate", XML, '<?xml version="1.0" encoding="utf-8"?>\n' + STRINGS, ("t", "")),
    "a mark and a prolog": ("authenticate", XML, '\ufeff<?xml version="1.0" encoding="utf-8"?>' + STRINGS, ("t", "")),
    "CDATA": ("sendRequestXML", XML, answer("sendRequestXML", "").replace("><", "><![CDATA[<?xml?><a>&]]><", 4).replace("<![CDATA[<?xml?><a>&]]>", "", 3), "<?xml?><a>&"),
    "no charset": ("authenticate", "text/xml", STRINGS, ("t", "")),
    "the type in capitals": ("authenticate", 'Text/XML;charset="UTF-8"', STRINGS, ("t", "")),
    "no charset and no ASCII": ("getLastError", "text/xml", answer("getLastError", "größer"), "größer"),
    "another charset": ("getLastError", "text/xml; charset=iso-8859-1", answer("getLastError", "größer").encode("latin-1"), "größer"),
    "the wrong charset": ("getLastError", "text/xml; charset=iso-8859-1", answer("getLastError", "größer"), "grÃ¶Ã\x9fer"),
    "a comment": ("getLastError", XML, answer("getLastError", "ab").replace("ab", "a<!-- x -->b"), "ab"),
    "a header": ("getLastError", XML, answer("getLastError", "ab").replace("<s:Body>", "<s:Header/><s:Body>"), "ab"),
    "a type of its own": ("getLastError", XML, answer("getLastError", "ab").replace("Result>ab", 'Result xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="x">ab'), "ab"),
    "an integer in white space": ("receiveResponseXML", XML, PERCENT.replace("50", " 50\n"), 50),
    "an integer with its sign": ("receiveResponseXML", XML, PERCENT.replace("50", "-50"), -50),
    "line ends of Windows": ("sendRequestXML", XML, answer("sendRequestXML", "a\r\nb"), "a\nb"),
    "a carriage return that matters": ("sendRequestXML", XML, answer("sendRequestXML", "a\r\nb").replace("\r", "&#13;"), "a\r\nb"),
    "escaped twice": ("sendRequestXML", XML, answer("sendRequestXML", "&lt;a/&gt;"), "&lt;a/&gt;"),
    # what is taken for nothing
    "items of WCF": ("authenticate", XML, STRINGS.replace("<string>", f'<string xmlns="{WCF}">'), ()),
    "items in no namespace": ("authenticate", XML, STRINGS.replace("<string>", '<string xmlns="">'), ()),
    "no second string": ("authenticate", XML, answer("authenticate", ("t",)), ("t",)),
    "a string that is nil": ("authenticate", XML, STRINGS.replace("<string></", '<string xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"></'), ("t", None)),
    "a namespace without its last slash": ("authenticate", XML, STRINGS.replace(OURS, OURS[:-1]), None),
    "a request in such a namespace": ("sendRequestXML", XML, answer("sendRequestXML", "a").replace(OURS, OURS[:-1]), None),
    "a percentage in such a namespace": ("receiveResponseXML", XML, PERCENT.replace(OURS, OURS[:-1]), 0),
    "a result of another name": ("sendRequestXML", XML, answer("sendRequestXML", "a").replace("XMLResult", "Result"), None),
    "a percentage of another name": ("receiveResponseXML", XML, PERCENT.replace("XMLResult", "Result"), 0),
    "no result": ("sendRequestXML", XML, ENVELOPE.format(f'<sendRequestXMLResponse xmlns="{OURS}"/>'), None),
    "an empty body of SOAP": ("receiveResponseXML", XML, ENVELOPE.format(""), 0),
    # what is an exception
    "white space before the prolog": ("authenticate", XML, '\n<?xml version="1.0"?>' + STRINGS, "not well-formed"),
    "a notice before it": ("authenticate", XML, "Notice: x in y.php" + STRINGS, "not well-formed"),
    "cut off": ("sendRequestXML", XML, answer("sendRequestXML", "abc")[:-20], "not well-formed"),
    "a DOCTYPE": ("authenticate", XML, "<!DOCTYPE a>" + STRINGS, "DTD"),
    "a charset that nobody knows": ("authenticate", "text/xml; charset=klingon", STRINGS, "not well-formed"),
    "application/xml": ("authenticate", "application/xml", STRINGS, "response content type of 'application/xml'"),
    "text/html": ("authenticate", "text/html; charset=utf-8", STRINGS, "response content type of 'text/html"),
    "SOAP 1.2": ("authenticate", "application/soap+xml", STRINGS, "content type"),
    "no type": ("authenticate", "", STRINGS, "response content type of ''"),
    "an empty body": ("authenticate", XML, "", "content type.*empty response"),
    "the envelope of SOAP 1.2": ("authenticate", XML, STRINGS.replace(SOAP, "http://www.w3.org/2003/05/soap-envelope"), "version mismatch"),
    "no envelope": ("authenticate", XML, f'<authenticateResponse xmlns="{OURS}"/>', "version mismatch"),
    "no body of SOAP": ("authenticate", XML, f'<s:Envelope xmlns:s="{SOAP}"/>', "no SOAP body"),
    "a result within a string": ("sendRequestXML", XML, answer("sendRequestXML", "a").replace(">a<", "><string>a</string><"), "where text was due"),
    "XML that was not escaped": ("sendRequestXML", XML, answer("sendRequestXML", "a").replace(">a<", "><QBXML/><"), "where text was due"),
    "an integer with a fraction": ("receiveResponseXML", XML, PERCENT.replace("50", "50.0"), "correct format"),
    "an empty integer": ("receiveResponseXML", XML, PERCENT.replace("50", ""), "correct format"),
    "an integer in words": ("receiveResponseXML", XML, PERCENT.replace("50", "half"), "correct format"),
    "an integer that is too large": ("receiveResponseXML", XML, PERCENT.replace("50", "2147483648"), "Int32"),
    "a fault with status 200": ("authenticate", XML, fault("say so")[2].decode(), "say so"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_are_read_as_a_net_client_reads_them(name):
    call, content_type, body, expected = ANSWERS[name]
    body = body if isinstance(body, bytes) else body.encode()
    names = list(ANSWERS)
    if names.index(name) < names.index("white space before the prolog"):
        assert read_answer(call, 200, content_type, body) == expected
    else:
        with pytest.raises(CallFailedError, match=expected) as error:
            read_answer(call, 200, content_type, body)
        assert str(error.value).startswith(error.value.code)


@pytest.mark.parametrize("status", [301, 302, 307, 401, 403, 404, 413, 500, 502, 503])
def test_no_other_status_is_an_answer(status):
    with pytest.raises(CallFailedError, match=f"HTTP status {status}"):
        read_answer("sendRequestXML", status, XML, answer("sendRequestXML", "a").encode())


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_fault_is_shown_to_the_user(status):
    with pytest.raises(CallFailedError, match="come tomorrow") as error:
        read_answer("authenticate", status, XML, fault("come tomorrow")[2])
    assert error.value.is_fault
    assert str(error.value) == "QBWC1012: authenticate failed: come tomorrow"


@pytest.mark.slow
def test_an_answer_of_many_megabytes_is_read():
    text = "<a>&b</a>" * 1_500_000
    assert read_answer("sendRequestXML", 200, XML, answer("sendRequestXML", text).encode()) == text


# --- requests, as a .NET client writes them --------------------------------------------------------------------------


def test_what_xml_cannot_hold_and_what_is_null():
    body = WebConnectorCall("receiveResponseXML", {"message": 'a<b>&"\r\n\x01', "ticket": "", "response": None}).body
    assert b'<ticket /><message>a&lt;b&gt;&amp;"\r\n&#x1;</message></receiveResponseXML>' in body


def layout(body):
    """The elements of a call in their order, how each is written when it is empty, and the prefixes of the envelope."""
    root = etree.fromstring(body)
    names = [(element.tag, element.prefix, dict(element.nsmap) if element is root else None) for element in root.iter()]
    empty = [name for element in root[0][0] if b"<%b />" % (name := etree.QName(element).localname.encode()) in body]
    return names, sorted(root.nsmap), empty, body.split(b"?>")[0]


RECORDED = [
    "cparello+CMS/log__serverVersion",
    "cparello+CMS/log__clientVersion",
    "cparello+CMS/log__authenticate",
    "cparello+CMS/log__sendRequestXML",
    "cparello+CMS/log__sendRequestXML_3",
    "cparello+CMS/log__sendRequestXML_5",
    "cparello+CMS/log__receiveResponseXML_2",
    "cparello+CMS/log__getLastError",
    "cparello+CMS/log__closeConnection",
]


@needs_shared
@pytest.mark.parametrize("name", RECORDED)
def test_a_request_is_what_was_recorded_to_the_byte(name):
    recorded = (SHARED / "qbxml/samples" / f"{name}.soap.xml").read_bytes().rstrip(b"\n")
    (call,) = etree.fromstring(recorded)[0]
    given = {etree.QName(element).localname: element.text or "" for element in call}
    written = WebConnectorCall(etree.QName(call).localname, given).body
    assert layout(written) == layout(recorded)
    assert written == recorded


@needs_shared
def test_the_first_call_has_the_elements_that_were_recorded(company):
    recorded = (SHARED / "qbxml/samples/cparello+CMS/log__sendRequestXML_5.soap.xml").read_bytes()
    theirs = etree.fromstring(etree.fromstring(recorded)[0][0][1].text.encode())
    server = Server()
    connector(server, company.process).update()
    ours = etree.fromstring(server.of("sendRequestXML")[0]["strHCPResponse"].encode())
    assert [one.tag for one in ours[0]] == [one.tag for one in theirs[0]]
    assert [dict(one.attrib) for one in ours[0]] == [dict(one.attrib) for one in theirs[0]]
    fields = [[[row.tag for row in one] for one in document.iter("DataExtRet")] for document in (ours, theirs)]
    assert fields[0] == fields[1]
    assert [one.text for one in ours.iter("DataExtName")] == [one.text for one in theirs.iter("DataExtName")]
    assert ours.find(".//CompanyRet")[-1].tag == "DataExtRet"


@needs_shared
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cparello+CMS/log__authenticateResponse", ("c94c84b3d59fe7a1603b765dd734e481", "")),
        ("cparello+CMS/log__closeConnectionResponse", "Complete!"),
        ("cparello+CMS/log__sendRequestXMLResponse", ""),
        ("cgunther+quickbooks_web_connector/soap_controller_spec__serverVersionResponse_2", "1.2.3"),
        ("cgunther+quickbooks_web_connector/soap_controller_spec__clientVersionResponse_2", None),
        ("flowlink+quickbooks_desktop_integration/close_connection__closeConnectionResponse", "Connection closed"),
    ],
)
def test_answers_that_were_recorded_are_read(name, expected):
    body = (SHARED / "qbxml/samples" / f"{name}.soap.xml").read_bytes()
    assert read_answer(name.split("__")[1].split("Response")[0], 200, "text/xml", body) == expected


# --- ways to an endpoint ---------------------------------------------------------------------------------------------


def as_wsgi(server, seen):
    def app(environ, start_response):
        seen.append(environ)
        headers = {"SOAPAction": environ["HTTP_SOAPACTION"]}
        status, content_type, body = server(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])), headers)
        start_response(f"{status} X", [("Content-Type", content_type), ("Content-Length", str(len(body)))])
        return [body]

    return app


def test_a_wsgi_application_is_called_directly(company):
    seen = []
    post = post_to_app(validator(as_wsgi(Server(), seen)), "https://qb.example.com/quickbooks?a=b")
    assert connector(post, company.process).update().end is UpdateEnd.DONE
    environ = seen[-1]
    assert (environ["PATH_INFO"], environ["QUERY_STRING"], environ["wsgi.url_scheme"]) == (
        "/quickbooks",
        "a=b",
        "https",
    )
    assert (environ["CONTENT_TYPE"], environ["REQUEST_METHOD"]) == (XML, "POST")
    assert environ["HTTP_SOAPACTION"] == f'"{OURS}closeConnection"'
    assert environ["HTTP_EXPECT"] == "100-continue"
    assert "MS Web Services Client Protocol" in environ["HTTP_USER_AGENT"]


def test_what_the_application_raises_comes_through():
    def broken(*_):
        raise FileNotFoundError("no such file")

    with pytest.raises(RuntimeError, match="FileNotFoundError"):
        connector(post_to_app(broken)).update()

    def liar(_, start_response):
        start_response("200 OK", [("Content-Type", XML), ("Content-Length", "9")])
        return [b"x"]

    with pytest.raises(RuntimeError, match="announced 9 bytes and answered 1"):
        connector(post_to_app(liar)).update()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(dict(self.headers))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/quickbooks")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        status, content_type, answered = self.server.soap(body, self.headers)
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(answered)))
        self.end_headers()
        self.wfile.write(answered)

    def log_message(self, *_):
        pass


@pytest.fixture
def address():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.soap, server.seen = Server(), []
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield f"http://127.0.0.1:{server.server_port}", server
        server.shutdown()


def test_an_endpoint_is_called_over_http_and_no_redirect_is_followed(address, company):
    url, server = address
    update = connector(post_to(f"{url}/quickbooks", timeout=5), company.process).update()
    assert update.end is UpdateEnd.DONE
    headers = server.seen[0]
    assert (headers["Content-Type"], headers["Expect"]) == (XML, "100-continue")
    assert headers["SOAPAction"] == f'"{OURS}serverVersion"'
    moved = connector(post_to(f"{url}/moved", timeout=5)).update()
    assert (moved.end, moved.names) == (UpdateEnd.FAILED, ("serverVersion",))
    assert "HTTP status 302" in moved.status


def test_a_server_that_is_not_there_is_a_connection_that_was_closed():
    update = connector(post_to("http://127.0.0.1:9/", timeout=1)).update()
    assert update.status == "QBWC1012: serverVersion failed: The underlying connection was closed: ConnectionError."
