"""A transport is one method: a document there, a readable reply back."""

import io
import pickle

import pytest

from procore_qbd import (
    CompanyFileError,
    EngineError,
    Memory,
    NotSentError,
    RecordError,
    ReplyLostError,
    Transport,
    TransportError,
    ask,
    run,
)
from procore_qbd.codes import HRESULTS, WINDOWS_CODES, Effect, hresult
from procore_qbd.qbxml import Request, read_reply, write_requests
from procore_qbd.qbxml.entities.company import Host, HostQuery
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.faults import Crash, FaultRule, Faults, Lost, NotTaken, Point, Trouble, Truncated


def as_a_transport(memory: Transport) -> Transport:
    return memory


def test_a_document_goes_there_and_a_reply_comes_back_that_can_be_read_in_pieces():
    with as_a_transport(Memory(bytes.upper)).send(b"<qbxml/>") as reply:
        assert isinstance(reply, io.BufferedIOBase)
        assert (reply.read(3), reply.read()) == (b"<QB", b"XML/>")
    assert reply.closed


def test_a_company_file_is_at_the_other_end():
    with CompanyFile.create() as company:
        reply = read_reply(Memory(company.process).send(write_requests([Request.query(HostQuery())])))
    assert reply.outcomes[0].record(Host).country == "US"


def test_both_sides_are_seen_in_their_order():
    seen = []
    memory = Memory(bytes.upper, lambda side, document: seen.append((side, document)))
    memory.send(b"a")
    memory.send(b"b")
    assert seen == [("request", b"a"), ("reply", b"A"), ("request", b"b"), ("reply", b"B")]


def raising(error):
    def process(_document):
        raise error

    return process


TROUBLE = [NotSentError("x"), ReplyLostError("x"), EngineError(-0x7FFBFC00, "no")]


@pytest.mark.parametrize("error", TROUBLE, ids=lambda error: type(error).__name__)
def test_what_quickbooks_says_passes_and_the_document_was_seen_all_the_same(error):
    seen = []
    with pytest.raises(type(error)) as raised:
        Memory(raising(error), lambda *one: seen.append(one)).send(b"<a/>")
    assert raised.value is error
    assert seen == [("request", b"<a/>")]


FOREIGN = [
    KeyError("x"),
    OSError("x"),
    TypeError("x"),
    RecursionError(),
    CompanyFileError("x"),
    RecordError("x", ["y"]),
]


@pytest.mark.parametrize("error", FOREIGN, ids=lambda error: type(error).__name__)
def test_how_far_a_function_had_come_that_fails_nobody_knows(error):
    with pytest.raises(ReplyLostError, match=type(error).__name__) as raised:
        Memory(raising(error)).send(b"<a/>")
    assert raised.value.__cause__ is error
    assert raised.value.effect is Effect.UNKNOWN


@pytest.mark.parametrize(
    ("reply", "said"),
    [(b"", "it is empty"), (None, "expected bytes, got NoneType"), ("<a/>", "expected bytes, got str")],
)
def test_what_is_no_reply_is_a_lost_one(reply, said):
    with pytest.raises(ReplyLostError, match=said):
        Memory(lambda _: reply).send(b"<a/>")


def test_the_end_of_the_program_passes():
    with pytest.raises(KeyboardInterrupt):
        Memory(raising(KeyboardInterrupt())).send(b"<a/>")


def test_a_document_that_cannot_be_shown_is_not_handed_over_and_a_reply_that_cannot_be_shown_is_lost():
    sent = []

    def fails_at(side):
        def seen(which, _document):
            if which == side:
                raise OSError("disk full")

        return Memory(lambda document: sent.append(document) or b"<r/>", seen)

    with pytest.raises(NotSentError, match="OSError: disk full"):
        fails_at("request").send(b"<a/>")
    assert sent == []
    with pytest.raises(ReplyLostError, match="OSError: disk full"):
        fails_at("reply").send(b"<a/>")
    assert sent == [b"<a/>"]


def test_what_cannot_take_a_document_is_found_before_anything_is_sent():
    with CompanyFile.create() as company, pytest.raises(TypeError, match=r"CompanyFile; .* Memory\(company_file\.proc"):
        Memory(company)
    with pytest.raises(
        TypeError, match="expected a function that takes a document and returns the reply, got a NoneType"
    ):
        Memory(None)
    for function in (lambda: b"", lambda _document, _more: b""):
        with pytest.raises(TypeError, match="expected a function that takes a document alone, as bytes"):
            Memory(function)


def test_a_closed_company_file_gets_nothing():
    company = CompanyFile.create()
    company.close()
    with pytest.raises(
        NotSentError, match=r"did not reach QuickBooks: the company file is closed\. Nothing of the doc"
    ):
        Memory(company.process).send(write_requests([Request.query(HostQuery())]))


# --- what the errors say ---------------------------------------------------------------------------------------------

AGAIN = "The same Procore request can be run again: it looks for what is there before it writes."
MESSAGES = [
    (
        NotSentError("the line is down"),
        (
            "the document did not reach QuickBooks: the line is down. Nothing of the document was written. "
            "Remove the cause. Then run the same Procore request again."
        ),
    ),
    (
        ReplyLostError("it is empty"),
        f"the reply of QuickBooks is lost: it is empty. {{unknown}} {AGAIN}",
    ),
    (
        EngineError(0x80040402),
        (
            "error 0x80040402, QuickBooks failed for a reason it does not give. {unknown} Look for the records; its log "
            f"qbsdklog.txt may say more. {AGAIN}"
        ),
    ),
    (
        EngineError(0x80040414, "A modal dialog box is showing."),
        (
            "error 0x80040414, a dialog in QuickBooks waits for an answer: A modal dialog box is showing. Nothing of the "
            "document was written. Answer or close the dialog in QuickBooks. Then run the same Procore request again."
        ),
    ),
    (
        EngineError(0x80040422),
        (
            "error 0x80040422, the program wants the company file for itself, and another one is using it. Nothing of the "
            "document was written. Wait until the other is done. Then run the same Procore request again."
        ),
    ),
    (
        EngineError(0x80004005),
        (
            "error 0x80004005, Windows or QuickBooks failed; the number is not a documented one. {unknown} Look for the "
            f"records before sending anything again. {AGAIN}"
        ),
    ),
    (TransportError(), f"QuickBooks did not answer the document. {{unknown}} {AGAIN}"),
]


@pytest.mark.parametrize(("error", "message"), MESSAGES, ids=lambda one: type(one).__name__)
def test_the_message_says_what_is_known_and_what_to_do(error, message):
    unknown = "It is not known whether anything of the document was written."
    assert str(error) == message.format(unknown=unknown)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  our own
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
    assert again.effect is error.effect


@pytest.mark.parametrize("number", [*HRESULTS, *WINDOWS_CODES, 0x80004005, -1])
def test_no_message_says_more_than_its_number(number):
    error, known = EngineError(number), hresult(number)
    assert (error.hresult, error.meaning, error.advice) == (known.number, known.meaning, known.advice)
    assert (error.effect, error.retryable) == (known.effect, known.retryable)
    assert ("Nothing of the document was written" in str(error)) is (known.effect is Effect.NOT_DONE)
    assert ("It is not known whether anything" in str(error)) is (known.effect is Effect.UNKNOWN)
    assert "Procore request" in str(error)
    assert known.effect in {Effect.NOT_DONE, Effect.UNKNOWN}


def test_other_errors_pickle_with_what_they_know():
    error = RecordError("qbXML", ["a", "b"], by_request={1: ["a", "b"]})
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  our own
    assert (again.faults, again.by_request, str(again)) == (error.faults, error.by_request, str(error))


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (NotTaken(Trouble.BUSY), EngineError, "another one is using it. Nothing of the document was written."),
        (NotTaken(Trouble.MODAL_DIALOG), EngineError, "close the dialog in QuickBooks"),
        (Crash(Point.WRITTEN), EngineError, "It is not known whether anything of the document was written."),
        (Crash(Point.KEPT), EngineError, "It is not known whether anything of the document was written."),
        (Lost(), EngineError, "It is not known whether anything of the document was written."),
        (Truncated(), ReplyLostError, "it is cut short after"),
        (Truncated(0), ReplyLostError, "it is empty"),
    ],
    ids=str,
)
def test_what_goes_wrong_in_a_company_file_is_told_truly(fault, error, said):
    with CompanyFile.create(faults=Faults([FaultRule(fault)])) as company:
        with pytest.raises(error) as raised:
            run(ask(Request.add(Vendor(name="Alder"))), Memory(company.process))
        there = len(list(company.records("Vendor")))
    assert said in str(raised.value)
    assert raised.value.effect is Effect.UNKNOWN or there == 0
