"""COM, over a stand-in for the request processor: every HRESULT at every call, every way to end, eight threads at once."""

import gc
import itertools
import logging
import signal
import subprocess
import sys
import textwrap
import threading
import time
import weakref
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import Books, CompanyFile, EngineError, NotSentError, ReplyLostError, TransportError, ask, run
from procore_qbd.codes import HRESULTS, WINDOWS_CODES, Effect, hresult
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.qbxml import Request
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator.faults import FaultRule, Faults, Lost
from procore_qbd.testing.request_processor import ComError, ComFault, PythonCom, RequestProcessor
from procore_qbd.transports import (
    AuthFlags,
    Com,
    ComCall,
    Connection,
    InProcess,
    PersonalData,
    Sender,
    Unattended,
    UserMode,
    effect_of,
)
from procore_qbd.transports.com import bytes_of, text_of
from procore_qbd.transports.com_calls import signed
from procore_qbd.worker import drain

EVERY_NUMBER = sorted({**HRESULTS, **WINDOWS_CODES})
BUSY = {0x80040414, 0x8004041B, 0x80040422, 0x80040424, 0x80010001, 0x8001010A}
LEAVES_IT_OPEN = {
    *(0x80040300, 0x80040301, 0x80040306, 0x80040308, 0x8004030D, 0x8004030E),
    *(0x80040401, 0x80040402, 0x8004040E, 0x8004041C, 0x80040421),
    *(0x80010105, 0x80010108, 0x80020009, 0x800706BA, 0x800706BE),
}
TRIES = 3


def echo(document):
    return b"<r>" + document + b"</r>"


class Desk:
    """A request processor, the part of Windows that makes it, and a transport to it."""

    def __init__(self, process=echo, *, settings=None, **processor):
        self.processor = RequestProcessor(process, **processor)
        self.windows = PythonCom(self.processor)
        self.slept = []
        settings = {"tries": TRIES, "wait": 2, "sleep": self.slept.append, "closing": 5} | (settings or {})
        self.com = Com(through=InProcess(self.windows), **settings)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.com.close()

    def send(self, document=b"<a/>"):
        with self.com.send(document) as reply:
            return reply.read()

    def calls(self, *names):
        counted = Counter(self.processor.calls)
        return [counted[name] for name in names]

    def must_be_settled(self):
        """Each session was ended once and each connection closed once, and the thread is none of COM's any more."""
        assert self.com._thread._thread is None or not self.com._thread._thread.is_alive()
        assert self.calls("EndSession", "CloseConnection") == [self.processor.sessions, self.processor.connections]
        assert set(self.windows.apartments.values()) <= {0}


# --- what a failing call says ----------------------------------------------------------------------------------------


def test_the_table_of_calls_and_numbers():
    assert {number for number in EVERY_NUMBER if effect_of(ComCall.PROCESS, number) is Effect.UNKNOWN} == LEAVES_IT_OPEN
    for call, number in itertools.product(ComCall, [*EVERY_NUMBER, 0x80004005, -1]):
        for spelled in (number, signed(number)):
            expected = {
                "OpenConnection2": Effect.NOT_DONE,
                "BeginSession": Effect.NOT_DONE,
                "ProcessRequest": hresult(number).effect,
                "EndSession": None,
                "CloseConnection": None,
            }[call]
            assert effect_of(call, spelled) is expected
    assert effect_of(ComCall.PROCESS, 0x80004005) is Effect.UNKNOWN


@pytest.mark.parametrize("early_bound", [False, True], ids=["late", "early"])
@pytest.mark.parametrize("number", EVERY_NUMBER, ids=hex)
@pytest.mark.parametrize("call", ["OpenConnection2", "BeginSession"])
def test_whatever_fails_before_the_document_wrote_nothing_and_only_what_passes_is_tried_again(
    call, number, early_bound
):
    with Desk(faults={call: [number] * 9}, early_bound=early_bound) as desk, pytest.raises(EngineError) as raised:
        desk.send()
    error = raised.value
    assert (error.hresult, error.effect, error.detail) == (number, Effect.NOT_DONE, "The call failed.")
    tries = TRIES if number in BUSY else 1
    assert desk.calls(call, "ProcessRequest") == [tries, 0]
    assert desk.slept == [2.0] * (tries - 1)
    assert desk.processor.documents == []
    desk.must_be_settled()
    assert desk.calls("EndSession", "CloseConnection") == [0, tries if call == "BeginSession" else 0]


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "each"])
@pytest.mark.parametrize("done", [False, True], ids=["refused", "done"])
@pytest.mark.parametrize("number", EVERY_NUMBER, ids=hex)
def test_what_fails_with_the_document_says_what_its_number_says_and_is_never_tried_again(number, done, keep):
    with Desk(faults={"ProcessRequest": [ComFault(number, done, "Words.")]}, settings={"keep_session": keep}) as desk:
        with pytest.raises(EngineError) as raised:
            desk.send(b"<first/>")
        assert (raised.value.hresult, raised.value.detail) == (number, "Words.")
        assert raised.value.effect is (Effect.UNKNOWN if number in LEAVES_IT_OPEN else Effect.NOT_DONE)
        assert desk.calls("ProcessRequest") == [1]
        assert desk.processor.documents == [b"<first/>"] * done
        assert desk.send(b"<second/>") == b"<r><second/></r>", "the transport goes on"
    assert desk.slept == []
    assert desk.calls("ProcessRequest") == [2]
    assert desk.processor.documents == [b"<first/>"] * done + [b"<second/>"]
    assert desk.processor.sessions == (1 if keep and number not in LEAVES_IT_OPEN else 2)
    desk.must_be_settled()


@pytest.mark.parametrize("done", [False, True], ids=["refused", "done"])
@pytest.mark.parametrize("number", EVERY_NUMBER, ids=hex)
@pytest.mark.parametrize("call", ["EndSession", "CloseConnection"])
def test_what_fails_at_the_end_hides_no_reply_and_is_logged(call, number, done, caplog):
    with Desk(faults={call: [ComFault(number, done)]}, settings={"keep_session": False}) as desk:
        assert desk.send(b"<first/>") == b"<r><first/></r>"
        assert desk.send(b"<second/>") == b"<r><second/></r>"
    assert desk.processor.documents == [b"<first/>", b"<second/>"]
    desk.must_be_settled()
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert told == [f"{call} failed, which changes nothing: 0x{number:08X}"]


@pytest.mark.parametrize("number", sorted(BUSY), ids=hex)
@pytest.mark.parametrize("call", ["OpenConnection2", "BeginSession", "GetCurrentCompanyFileName"])
def test_what_passes_is_waited_for(call, number):
    with Desk(faults={call: [number, number]}) as desk:
        assert desk.send() == b"<r><a/></r>"
    assert desk.slept == [2.0, 2.0]
    assert (desk.processor.documents, desk.windows.made) == ([b"<a/>"], 3)
    desk.must_be_settled()


@pytest.mark.parametrize("number", [0x80040154, 0x800401F3, 0x80080005, 0x8001010A], ids=hex)
def test_a_request_processor_that_is_not_there_is_told_with_what_to_do(number):
    words = "Nothing of the document was written"
    with Desk(is_installed=number) as desk, pytest.raises(EngineError, match=words) as raised:
        desk.send()
    assert (raised.value.hresult, raised.value.effect) == (number, Effect.NOT_DONE)
    bits = sys.maxsize.bit_length() + 1
    assert (f"this Python has {bits} bits" in str(raised.value)) is (number in {0x80040154, 0x800401F3})
    assert desk.slept == ([2.0] * 2 if number == 0x8001010A else [])
    assert desk.processor.calls == []
    desk.must_be_settled()


def test_an_error_that_says_nothing_beside_its_number():
    class Mute:
        Invoke = None

        def GetIDsOfNames(self, _name):  # noqa: N802
            raise ComError(-2147352570, "Unknown name.")

    desk = Desk()
    desk.windows.CoCreateInstance = lambda *_: Mute()
    with desk, pytest.raises(EngineError, match=r"error 0x80020006.*Unknown name") as raised:
        desk.com.open()
    assert raised.value.effect is Effect.NOT_DONE


def test_a_late_bound_error_without_a_number_of_its_own_leaves_it_open():
    def throws(_document):
        raise ComError(-2147352567, "Exception occurred.", (0, "QBXMLRP2", "Words.", None, 0, 0))

    desk = Desk()
    desk.com.open()
    desk.processor._answer = lambda *_: throws(b"")
    with desk, pytest.raises(EngineError, match=r"0x80020009.*Words") as raised:
        desk.send()
    assert raised.value.effect is Effect.UNKNOWN


@pytest.mark.parametrize(
    ("reply", "said"),
    [("", "it is empty"), (None, "expected text, got NoneType"), (b"<r/>", "expected text, got bytes")],
)
def test_what_is_no_reply_is_a_lost_one(reply, said):
    with Desk() as desk:
        desk.processor._answer = lambda *_: reply
        with pytest.raises(ReplyLostError, match=said):
            desk.send()
    desk.must_be_settled()


@pytest.mark.parametrize("error", [KeyError("x"), OSError("x"), MemoryError(), RecursionError()], ids=repr)
def test_what_is_no_error_of_com_is_told_by_where_it_came_from(error):
    def fails():
        raise error

    with Desk(faults={"BeginSession": [fails], "ProcessRequest": [None, fails]}) as desk:
        with pytest.raises(NotSentError, match=type(error).__name__):
            desk.send(b"<a/>")
        desk.send(b"<b/>")
        with pytest.raises(ReplyLostError, match=type(error).__name__):
            desk.send(b"<c/>")
        desk.send(b"<d/>")
    assert desk.processor.documents == [b"<b/>", b"<d/>"]
    desk.must_be_settled()


# --- the session -----------------------------------------------------------------------------------------------------


def test_a_session_is_kept_or_begun_for_each_document():
    for keep, sessions in ((True, 1), (False, 3)):
        with Desk(settings={"keep_session": keep}) as desk:
            replies = [desk.send(f"<a{n}/>".encode()) for n in range(3)]
        assert replies == [f"<r><a{n}/></r>".encode() for n in range(3)]
        assert (desk.processor.sessions, desk.processor.connections) == (sessions, sessions)
        desk.must_be_settled()


def test_it_is_opened_as_was_said():
    settings = {"sender": Sender("Alder Sync", "id 7"), "mode": UserMode.MULTI, "company_file": r"C:\Books\Alder.qbw"}
    with Desk(settings=settings) as desk:
        desk.com.open()
        desk.com.open()
        assert desk.com.company_file_name == r"C:\Books\Alder.qbw"
        assert desk.com.versions[-1] == "16.0"
    assert desk.processor.openings == [("id 7", "Alder Sync", 1), (r"C:\Books\Alder.qbw", 1)]
    assert {type(one) for opening in desk.processor.openings for one in opening} == {str, int}
    desk.must_be_settled()


def test_the_numbers_are_those_of_the_type_library():
    assert [mode.value for mode in (UserMode.SINGLE, UserMode.MULTI, UserMode.DO_NOT_CARE)] == [0, 1, 2]
    assert [(one.name, one.value, one.is_local) for one in Connection] == [
        ("UNKNOWN", 0, False),
        ("LOCAL", 1, True),
        ("REMOTE", 2, False),
        ("LOCAL_WITH_WINDOW", 3, True),
        ("REMOTE_ONLINE", 4, False),
    ]
    assert [one.value for one in Unattended] == [1, 2]
    assert [one.value for one in PersonalData] == [1, 2, 3]


def test_what_the_program_wants_is_said_before_the_session_and_only_on_this_computer():
    wishes = {
        "unattended": Unattended.REQUIRED,
        "read_only": True,
        "auth_flags": AuthFlags.PRO | AuthFlags.FORCE_DIALOG,
    }
    with Desk(settings=wishes) as desk:
        desk.com.open()
    assert desk.processor.preferences == {
        "UnattendedModePref": 1,
        "PersonalDataPref": 3,
        "IsReadOnly": True,
        "AuthFlags": 2 - 2**31,
    }
    assert desk.processor.preferences["IsReadOnly"] is True
    assert desk.processor.calls.index("PutAuthFlags") < desk.processor.calls.index("BeginSession")
    for connection in Connection:
        with Desk(settings={"connection": connection}) as desk:
            desk.com.open()
        assert ("AuthPreferences" in desk.processor.calls) is (connection in {1, 3})
        assert "PutAuthFlags" not in desk.processor.calls


def test_a_wish_that_fails_leaves_nothing_open():
    with Desk(faults={"PutPersonalDataPref": [0x80040425]}) as desk:
        with pytest.raises(EngineError) as raised:
            desk.send()
        assert raised.value.effect is Effect.NOT_DONE
        assert desk.send() == b"<r><a/></r>"
    desk.must_be_settled()


@pytest.mark.parametrize("number", [0x8004040C, 0x8004040D, 0x8004040B, 0x800706BA, 0x80010108], ids=hex)
def test_a_session_that_is_gone_is_found_before_anything_is_handed_over_and_begun_anew(number):
    asked_once = [None]
    with Desk(faults={"GetCurrentCompanyFileName": [*asked_once, number]}) as desk:
        desk.send(b"<a/>")
        desk.send(b"<b/>")
    assert (desk.processor.documents, desk.processor.sessions) == ([b"<a/>", b"<b/>"], 2)
    desk.must_be_settled()


@pytest.mark.parametrize("number", sorted(BUSY), ids=hex)
def test_a_quickbooks_that_is_busy_between_two_documents_keeps_its_session(number):
    with Desk(faults={"GetCurrentCompanyFileName": [None, number, number, None, *[number] * TRIES]}) as desk:
        desk.send(b"<a/>")
        desk.send(b"<b/>")
        assert desk.slept == [2.0, 2.0]
        with pytest.raises(EngineError, match="Nothing of the document was written"):
            desk.send(b"<c/>")
        desk.send(b"<d/>")
    assert (desk.processor.documents, desk.processor.sessions) == ([b"<a/>", b"<b/>", b"<d/>"], 1)
    desk.must_be_settled()


def test_a_new_session_asks_anew_who_quickbooks_is():
    with CompanyFile.create() as company, Desk(company.process) as desk:
        for _ in range(3):
            assert desk.com.host.country == "US"
        assert len(desk.processor.documents) == 1
        desk.processor._ticket = ""
        desk.com.open()
        assert desk.com.host.country == "US"
        assert len(desk.processor.documents) == 2


def test_no_document_goes_to_another_company_file_than_the_first():
    with Desk() as desk:
        desk.send(b"<a/>")
        desk.processor.open_file = r"C:\Books\Birch.qbw"
        for _ in range(2):
            with pytest.raises(NotSentError, match=r"QuickBooks has C:\\Books\\Birch.qbw open, and this transport was"):
                desk.send(b"<b/>")
        desk.processor.open_file = r"C:\Books\Alder.qbw"
        desk.send(b"<c/>")
    assert desk.processor.documents == [b"<a/>", b"<c/>"]
    desk.must_be_settled()


def test_a_session_that_went_over_to_another_company_file_is_ended():
    with Desk() as desk:
        desk.send(b"<a/>")
        desk.processor._file = desk.processor.open_file = r"C:\Books\Birch.qbw"
        with pytest.raises(NotSentError, match="open that one, or make a new transport"):
            desk.send(b"<b/>")
    assert desk.processor.documents == [b"<a/>"]
    desk.must_be_settled()


def test_no_file_and_another_file_are_told():
    with Desk(open_file="") as desk, pytest.raises(EngineError, match="0x80040417"):
        desk.com.open()
    desk.must_be_settled()
    with Desk(settings={"company_file": r"C:\Other.qbw"}) as desk, pytest.raises(EngineError, match="0x8004040A"):
        desk.send()
    desk.must_be_settled()


# --- the end ---------------------------------------------------------------------------------------------------------


def test_it_may_be_closed_before_it_was_open_twice_and_in_use():
    desk = Desk()
    desk.com.close()
    for use in (desk.send, desk.com.open, lambda: desk.com.versions, lambda: desk.com.company_file_name):
        with pytest.raises(NotSentError, match="the transport is closed"):
            use()
    assert desk.windows.made == 0

    desk = Desk()
    desk.send()
    desk.com.close()
    desk.com.close()
    desk.com._thread.stop(1)
    with pytest.raises(NotSentError, match="the transport is closed"):
        desk.send()
    desk.must_be_settled()
    assert desk.processor.sessions == 1


def test_what_is_asked_when_the_program_is_at_its_end_is_refused_at_once():
    with Desk() as desk:
        desk.send(b"<a/>")
        desk.com._thread.stop(5)
        begun = time.monotonic()
        with pytest.raises(NotSentError, match="the transport is closed"):
            desk.send(b"<b/>")
        assert time.monotonic() - begun < 5
    assert desk.processor.documents == [b"<a/>"]
    desk.must_be_settled()


def test_what_was_asked_behind_the_end_is_refused_when_the_end_comes():
    held = Held()
    with Desk(held) as desk, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(desk.send, b"<held/>")
        assert held.begun.wait(30)
        desk.com._thread.ask_to_stop()
        late = desk.com._thread.do(lambda: pytest.fail("it was done"))
        held.go.set()
        assert answer.result(30) == b"<r><held/></r>"
        with pytest.raises(NotSentError, match="the transport is closed"):
            late.result(30)
    desk.must_be_settled()


def test_a_transport_that_is_forgotten_ends_its_session():
    desk = Desk()
    desk.send()
    thread = desk.com._thread._thread
    del desk.com
    gc.collect()
    thread.join(5)
    assert not thread.is_alive()
    assert desk.calls("EndSession", "CloseConnection") == [1, 1]


def test_a_program_that_ends_without_closing_ends_its_session():
    program = """
        import os
        from procore_qbd.testing.request_processor import PythonCom, RequestProcessor
        from procore_qbd.transports import Com, InProcess
        say = lambda words: lambda: os.write(1, words)
        faults = {"EndSession": [say(b"ended "), say(b"twice ")], "CloseConnection": [say(b"closed "), say(b"twice ")]}
        com = Com(through=InProcess(PythonCom(RequestProcessor(bytes.upper, faults=faults))))
        com.send(b"<a/>").close()
        %s
    """
    for end, code in (("", 0), ("raise SystemExit(3)", 3), ("1 / 0", 1), ("com.close()", 0)):
        done = subprocess.run(  # noqa: S603  our own words
            [sys.executable, "-c", textwrap.dedent(program % end)], capture_output=True, check=False, timeout=60
        )
        assert (done.stdout, done.returncode) == (b"ended closed ", code), done.stderr


class Held:
    """A ProcessRequest that does not come back until it is told to."""

    def __init__(self):
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, document):
        if document == b"<held/>":
            self.begun.set()
            assert self.go.wait(30)
        return echo(document)


def test_who_does_not_wait_any_longer_is_told_and_quickbooks_is_left_to_finish(caplog):
    held = Held()
    with Desk(held, settings={"timeout": 0.3}) as desk:
        with pytest.raises(ReplyLostError, match=r"no answer in 0\.3 seconds"):
            desk.send(b"<held/>")
        for _ in range(2):
            with pytest.raises(NotSentError, match=r"busy with an earlier call for 0\.3 seconds"):
                desk.send(b"<next/>")
        held.go.set()
        assert desk.send(b"<last/>") == b"<r><last/></r>"
    assert desk.processor.documents == [b"<held/>", b"<last/>"]
    assert "answered when nobody waited any more: str" in caplog.text
    desk.must_be_settled()


def test_a_session_that_is_long_in_beginning_is_not_begun_twice():
    held = Held()
    with Desk(faults={"BeginSession": [lambda: held(b"<held/>")]}, settings={"timeout": 0.3}) as desk:
        with pytest.raises(NotSentError, match=r"no answer in 0\.3 seconds"):
            desk.send()
        held.go.set()
        assert desk.send() == b"<r><a/></r>"
    assert (desk.processor.sessions, desk.processor.documents) == (1, [b"<a/>"])
    desk.must_be_settled()


@pytest.fixture
def press():
    """Presses Ctrl+C until it is felt, once: Python misses one that comes in the instant before a thread waits."""
    felt, main = threading.Event(), threading.get_ident()

    def feel(*_):
        if not felt.is_set():
            felt.set()
            raise KeyboardInterrupt

    def press():
        while not felt.wait(0.05):
            signal.pthread_kill(main, signal.SIGINT)

    before = signal.signal(signal.SIGINT, feel)
    yield press
    felt.set()
    signal.signal(signal.SIGINT, before)


def test_control_c_frees_who_waits_and_the_call_goes_on(press):
    held = Held()
    with Desk(held) as desk:
        presses = threading.Thread(target=lambda: held.begun.wait(30) and press())
        presses.start()
        with pytest.raises(KeyboardInterrupt):
            desk.send(b"<held/>")
        presses.join()
        assert desk.calls("EndSession") == [0]
        held.go.set()
        assert desk.send(b"<next/>") == b"<r><next/></r>"
    assert desk.processor.documents == [b"<held/>", b"<next/>"]
    desk.must_be_settled()


def test_closing_waits_for_a_call_only_so_long_and_the_session_is_ended_when_it_comes_back(caplog):
    held = Held()
    desk = Desk(held, settings={"timeout": 0.2, "closing": 0.2})
    with pytest.raises(ReplyLostError):
        desk.send(b"<held/>")
    desk.com.close()
    assert "QuickBooks is still at work after 0.2 seconds" in caplog.text
    assert desk.calls("EndSession", "CloseConnection") == [0, 0]
    held.go.set()
    desk.com._thread._thread.join(5)
    desk.must_be_settled()
    assert desk.processor.sessions == 1


# --- threads ---------------------------------------------------------------------------------------------------------


def test_eight_threads_at_once():
    at_work = threading.Lock()
    threads = set()

    def process(document):
        assert at_work.acquire(blocking=False), "two documents at once"
        threads.add(threading.get_ident())
        time.sleep(0.001)
        at_work.release()
        return echo(document)

    documents = [f"<a{n}/>".encode() for n in range(80)]
    with Desk(process) as desk, ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(desk.send, documents))
    assert replies == [echo(document) for document in documents]
    assert sorted(desk.processor.documents) == sorted(documents)
    assert len(threads) == 1
    assert threads.isdisjoint({threading.get_ident()})
    assert (desk.processor.sessions, desk.windows.made) == (1, 1)
    desk.must_be_settled()


def test_eight_threads_while_it_is_closed():
    documents = [f"<a{n}/>".encode() for n in range(200)]
    desk = Desk()

    def send(document):
        try:
            return desk.send(document)
        except NotSentError:
            return None

    with ThreadPoolExecutor(8) as pool:
        replies = [pool.submit(send, document) for document in documents]
        time.sleep(0.02)
        desk.com.close()
    told = {document for document, reply in zip(documents, replies, strict=True) if reply.result() is not None}
    assert told == set(desk.processor.documents)
    assert len(desk.processor.documents) == len(told)
    desk.must_be_settled()


def test_the_stand_in_keeps_to_its_thread():
    processor = RequestProcessor(echo)
    processor.OpenConnection("", "test")
    with ThreadPoolExecutor(1) as pool, pytest.raises(ComError) as raised:
        pool.submit(processor.BeginSession, "", 2).result()
    assert raised.value.hresult & 0xFFFFFFFF == 0x8001010E
    with pytest.raises(ComError) as raised:
        PythonCom(processor).CoCreateInstance("", None, 1, "")
    assert raised.value.hresult & 0xFFFFFFFF == 0x800401F0


def test_windows_is_listened_to_while_nothing_is_to_do():
    with Desk() as desk:
        desk.com.open()
        end = time.monotonic() + 10
        while desk.windows.pumped < 3:
            assert time.monotonic() < end
            time.sleep(0.02)


def test_an_error_that_is_kept_holds_no_object_of_com():
    """It would be let go of with the error, on whatever thread that is."""

    def dispatched():
        return [one for one in gc.get_objects() if type(one).__name__ == "_Dispatch"]

    made, before = weakref.WeakSet(), {id(one) for one in dispatched()}
    with Desk(faults={"PutIsReadOnly": [None, 0x80040425], "ProcessRequest": [0x80040402]}) as desk:
        make = desk.windows.CoCreateInstance
        desk.windows.CoCreateInstance = lambda *how: made.add(one := make(*how)) or one
        kept = []
        for _ in range(2):
            with pytest.raises(EngineError) as raised:
                desk.send()
            kept.append(raised.value)
    assert len(kept) == desk.windows.made == 2
    assert list(made) == []
    assert [one for one in dispatched() if id(one) not in before] == []


# --- text ------------------------------------------------------------------------------------------------------------

WORDS = "é ™ € “Grün” → 中 🙂"


@pytest.mark.parametrize(
    "document",
    [
        f"<a>{WORDS}</a>".encode(),
        f'<?xml version="1.0" encoding="utf-8"?>\n<a>{WORDS}</a>'.encode(),
        f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><a>{WORDS}</a>".encode(),
        f'\ufeff<?xml version="1.0"?><a>{WORDS}</a>'.encode(),
        f'<?xml version="1.0" encoding="UTF-16"?><a>{WORDS}</a>'.encode("utf-16"),
    ],
)
def test_what_is_beyond_ascii_survives_and_no_encoding_is_declared(document):
    with Desk(lambda document: document) as desk:
        reply = desk.send(document)
        (seen,) = desk.processor.documents
    assert reply == seen
    assert f"<a>{WORDS}</a>" in seen.decode("utf-8")
    assert b"encoding" not in seen
    assert b"standalone" in seen or b"standalone" not in document


def test_windows_1252_is_read_by_its_declaration():
    document = '<?xml version="1.0" encoding="windows-1252"?><a>Café ™ €</a>'.encode("windows-1252")
    assert text_of(document) == '<?xml version="1.0"?><a>Café ™ €</a>'


@pytest.mark.parametrize(
    "document",
    [
        b'<?xml version="1.0" encoding="utf-8"?><a>\xe9</a>',
        b'<?xml version="1.0" encoding="none-such"?><a/>',
        b'<?xml version="1.0" encoding="utf-16"?><a/>',
        b'<?xml version="1.0" encoding="hex"?><a/>',
        b"",
        b"text",
    ],
)
def test_what_is_not_in_its_encoding_is_not_sent(document):
    with Desk() as desk, pytest.raises(NotSentError):
        desk.send(document)
    assert desk.processor.calls == []


def test_a_reply_in_text_becomes_utf_8_and_half_a_character_loses_only_itself():
    assert bytes_of('\ufeff<?xml version="1.0" encoding="utf-16"?><a>é</a>') == '<?xml version="1.0"?><a>é</a>'.encode()
    assert bytes_of("<a>\ud83d</a>") == b"<a>?</a>"
    assert bytes_of('<?xml version="1.0" ?><a encoding="x"/>') == b'<?xml version="1.0" ?><a encoding="x"/>'


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_comes_back(words):
    assert bytes_of(text_of(f"<a>{words}</a>".encode())) == f"<a>{words}</a>".encode()


# --- with a company file ---------------------------------------------------------------------------------------------


def test_a_company_file_is_at_the_other_end():
    with CompanyFile.create() as company, Desk(company.process) as desk:
        answered = run(ask(Request.add(Vendor(name="Café “Grün” & Söhne™"))), desk.com)
        assert answered.record(Vendor).name == "Café “Grün” & Söhne™"
        assert [vendor.name for vendor in company.records("Vendor")] == ["Café “Grün” & Söhne™"]


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "each"])
def test_an_export_whose_reply_is_lost_is_made_once(keep):
    faults = Faults([FaultRule(Lost(), requests=("VendorAdd",))])
    with CompanyFile.create(faults=faults) as company:
        journal = Journal(MemoryTables())
        journal.register(company.file_id)
        journal.submit(company.file_id, CreateVendor(vendor=VendorCompany(id=1, name="Birch"), request_detail_id=1))
        with Desk(company.process, settings={"keep_session": keep}) as desk:
            ended = [
                drain(company.file_id, journal=journal, transport=desk.com, books=Books(), sleep=lambda _: None).done
                for _ in range(2)
            ]
        assert sum(ended) == 1
        assert [vendor.name for vendor in company.records("Vendor")] == ["Birch"]
        assert len(faults.happened) == 1
    desk.must_be_settled()


# --- where it cannot be ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="this is where it can be")
def test_on_another_system_it_says_so_and_on_windows_what_to_install(monkeypatch):
    for platform, words in (("linux", "COM is a part of Windows"), ("win32", r'pip install "procore-qbd\[com\]"')):
        monkeypatch.setattr(sys, "platform", platform)
        with closing(Com()) as com:
            with pytest.raises(NotSentError, match=words) as raised:
                com.send(b"<a/>")
            assert isinstance(raised.value.__cause__, ImportError)
            with pytest.raises(NotSentError, match=words):
                com.open()


def test_nothing_is_loaded_before_it_is_used():
    program = (
        "import sys, procore_qbd.transports; print(sorted({'tenacity', 'pythoncom', 'win32com'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)  # noqa: S603  our own words
    assert done.stdout == "[]\n"


def test_it_is_tried_at_least_once():
    with pytest.raises(ValueError, match="expected 1 or more tries, got 0"):
        Com(tries=0)


def test_no_log_and_no_error_tells_a_document(caplog):
    caplog.set_level(logging.DEBUG)
    with Desk(faults={"ProcessRequest": [None, 0x80040402], "EndSession": [0x8004040C]}) as desk:
        desk.send(b'<a newMessageSetID="SET7">secret</a>')
        with pytest.raises(TransportError) as raised:
            desk.send(b'<a newMessageSetID="SET7">secret</a>')
    assert "SET7" in caplog.text
    assert "secret" not in caplog.text + str(raised.value)
