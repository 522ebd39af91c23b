"""The stand-in for the request processor: what the type library says, and how it fails."""

import io

import pytest

from procore_qbd import EngineError
from procore_qbd.testing.request_processor import ComError, ComFault, PythonCom, RequestProcessor, serve
from procore_qbd.transports.com_host import line_of, parts_of


def number_of(error):
    return (error.excepinfo[5] if error.excepinfo else error.hresult) & 0xFFFFFFFF


def opened(**how):
    processor = RequestProcessor(bytes.upper, **how)
    processor.OpenConnection2("", "test", 1)
    return processor, processor.BeginSession("", 2)


WRONG = {
    "a session without a connection": (lambda new: new.BeginSession("", 2), 0x8004040F),
    "no name": (lambda new: new.OpenConnection2("", "", 1), 0x80040415),
    "no connection to close": (lambda new: new.CloseConnection(), 0x8004040F),
    "no session to end": (lambda new: new.EndSession("x"), 0x8004040C),
    "a document without a session": (lambda new: new.ProcessRequest("x", "<a/>"), 0x8004040C),
    "versions without a session": (lambda new: new.QBXMLVersionsForSession("x"), 0x8004040C),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_comes_too_early_is_refused(wrong):
    call, number = WRONG[wrong]
    with pytest.raises(ComError) as raised:
        call(RequestProcessor(bytes.upper))
    assert number_of(raised.value) == number


NESTED = {
    "a connection in a connection": (lambda there, _: there.OpenConnection("", "test"), 0x80040412),
    "a session in a session": (lambda there, _: there.BeginSession("", 2), 0x80040411),
    "another ticket": (lambda there, _: there.ProcessRequest("other", "<a/>"), 0x8004040D),
    "the end of another session": (lambda there, _: there.EndSession("other"), 0x8004040D),
    "a wish": (lambda there, _: there.AuthPreferences.PutIsReadOnly(False), 0x80040425),
    "a file that is open no more": (
        lambda there, ticket: [setattr(there, "open_file", "B"), there.ProcessRequest(ticket, "<a/>")],
        0x8004040D,
    ),
}


@pytest.mark.parametrize("wrong", NESTED)
def test_what_comes_in_a_session_and_may_not_is_refused(wrong):
    call, number = NESTED[wrong]
    processor, ticket = opened()
    with pytest.raises(ComError) as raised:
        call(processor, ticket)
    assert number_of(raised.value) == number
    assert processor.documents == []


def test_a_session():
    processor, ticket = opened()
    assert processor.ProcessRequest(ticket, "<a/>") == "<A/>"
    assert processor.GetCurrentCompanyFileName(ticket) == r"C:\Books\Alder.qbw"
    assert processor.QBXMLVersionsForSession(ticket)[-1] == "16.0"
    assert processor.AuthPreferences.GetIsReadOnly(ticket) is None
    assert processor.AuthPreferences.WasAuthPreferencesObeyed(ticket)
    assert (processor.MajorVersion, processor.MinorVersion, processor.ReleaseLevel, processor.ReleaseNumber) == (
        16,
        0,
        3,
        0,
    )
    assert processor.ConnectionType == 1
    processor.EndSession(ticket)
    processor.CloseConnection()
    assert (processor.connections, processor.sessions, processor.documents) == (1, 1, [b"<a/>"])


def test_late_and_early_bound_errors():
    for early, number, scode in ((False, 0x80020009, 0x80040415), (True, 0x80040415, 0)):
        with pytest.raises(ComError) as raised:
            RequestProcessor(bytes.upper, early_bound=early).OpenConnection("", "")
        error = raised.value
        assert error.hresult & 0xFFFFFFFF == number
        assert error.excepinfo[5] & 0xFFFFFFFF == scode
        assert error.args == (error.hresult, error.strerror, error.excepinfo, None)


@pytest.mark.parametrize(
    ("raised_inside", "number"),
    [(EngineError(0x80040400), 0x80040400), (KeyError("x"), 0x80010105)],
    ids=["said", "broken"],
)
def test_what_the_company_file_raises_is_the_errors_number(raised_inside, number):
    def fails(_document):
        raise raised_inside

    processor = RequestProcessor(fails)
    processor.OpenConnection("", "test")
    with pytest.raises(ComError) as raised:
        processor.ProcessRequest(processor.BeginSession("", 2), "<a/>")
    assert number_of(raised.value) == number
    assert processor.documents == [b"<a/>"]


def test_faults_come_in_turn_before_or_after_the_work():
    faults = {"ProcessRequest": [None, 0x80040402, ComFault(0x80040402, done=True)]}
    processor, ticket = opened(faults=faults)
    for n, fails in enumerate([False, True, True, False]):
        if fails:
            with pytest.raises(ComError):
                processor.ProcessRequest(ticket, f"<a{n}/>")
        else:
            processor.ProcessRequest(ticket, f"<a{n}/>")
    assert processor.documents == [b"<a0/>", b"<a2/>", b"<a3/>"]
    with pytest.raises(ValueError, match="the request processor has no call named Process"):
        RequestProcessor(bytes.upper, faults={"Process": [1]})


def test_idispatch_tells_a_method_from_a_property():
    windows = PythonCom(RequestProcessor(bytes.upper))
    windows.CoInitialize()
    there = windows.CoCreateInstance("QBXMLRP2.RequestProcessor", None, 1, windows.IID_IDispatch)
    invoke = lambda name, kind, *how: there.Invoke(there.GetIDsOfNames(name), 0, kind, True, *how)  # noqa: E731
    invoke("OpenConnection2", 1, "", "test", 1)
    ticket = invoke("BeginSession", 1, "", 2)
    assert invoke("QBXMLVersionsForSession", 2, ticket)[-1] == "16.0"
    for name, kind, how, number in (
        ("QBXMLVersionsForSession", 1, (ticket,), 0x80020003),
        ("QBXMLVersionsForSession", 2, (), 0x8002000E),
        ("EndSession", 2, (ticket,), 0x80020003),
        ("EndSession", 1, (), 0x8002000E),
        ("PutIsReadOnly", 1, (True,), 0x80020006),
        ("Nothing", 1, (), 0x80020006),
    ):
        with pytest.raises(ComError) as raised:
            invoke(name, kind, *how)
        assert number_of(raised.value) == number
    windows.CoUninitialize()
    with pytest.raises(ComError):
        windows.PumpWaitingMessages()


def said(processor, *lines):
    answers = io.BytesIO()
    serve(processor, io.BytesIO(b"".join(lines)), answers)
    return [parts_of(line) for line in answers.getvalue().splitlines(keepends=True)]


BEGIN = line_of(1, "open", "", "test", "1"), line_of(2, "begin", "", "2", "1", "2", "3", "0", "8")


def test_the_far_half_of_the_pipe_ends_what_is_left_open():
    processor = RequestProcessor(bytes.upper)
    answers = said(processor, *BEGIN, line_of(3, "process", "ticket 1", "<é/>"), line_of(4, "nonsense"))
    assert [(number, how) for number, how, _ in answers] == [(1, "ok"), (2, "ok"), (3, "ok"), (4, "failed")]
    assert answers[2][2] == ["<é/>"]  # bytes.upper knows ASCII alone
    assert processor.calls[-2:] == ["EndSession", "CloseConnection"]
    assert processor.preferences == {
        "UnattendedModePref": 2,
        "PersonalDataPref": 3,
        "IsReadOnly": False,
        "AuthFlags": 8,
    }


def test_the_far_half_ends_nothing_twice():
    for faults in ({}, {"EndSession": [0x80040402], "CloseConnection": [0x80040402]}):
        processor = RequestProcessor(bytes.upper, faults=faults)
        said(processor, *BEGIN, line_of(3, "end", "ticket 1"), line_of(4, "close"))
        assert processor.calls[-2:] == ["EndSession", "CloseConnection"]
        assert processor.calls.count("EndSession") == processor.calls.count("CloseConnection") == 1


def test_a_request_processor_that_is_not_installed():
    (answer,) = said(RequestProcessor(bytes.upper, is_installed=0x80040154), line_of(1, "make"))
    assert answer[1:] == ("failed", ["80040154", "Class not registered"])
