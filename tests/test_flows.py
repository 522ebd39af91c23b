"""A conversation is a generator of requests: what is pumped, in which order, and that it can be told again."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd import (
    Conversation,
    Dialect,
    EngineError,
    Memory,
    RecordError,
    RefusedError,
    ReplyError,
    Request,
    ask,
    ask_all,
    gather,
    run,
)
from procore_qbd.qbxml import OnError, Outcome, Reply, read_requests, write_reply
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.simulator import CompanyFile


@pytest.fixture
def books():
    with CompanyFile.create(clock=lambda: 1_700_000_000) as company:
        yield company


class Line:
    """A transport that keeps what went over it."""

    def __init__(self, process):
        self.process, self.documents, self.answers, self.replies = process, [], [], []

    def send(self, document, /):
        self.documents.append(document)
        self.answers.append(self.process(document))
        self.replies.append(io.BytesIO(self.answers[-1]))
        return self.replies[-1]

    @property
    def asked(self):
        """The names that each document's requests are about."""
        return [[request.record.name for request in read_requests(one).requests] for one in self.documents]


def adding(name):
    return Request.add(Vendor(name=name))


def chain(*names):
    """Add vendors one after the other; their ListIDs."""
    found = []
    for name in names:
        outcome = yield from ask(adding(name))
        found.append(outcome.record(Vendor).list_id)
    return found


def ends_at_once(value):
    return value
    yield


def raises(error):
    raise error
    yield


# --- ask, ask_all, gather --------------------------------------------------------------------------------------------


def test_one_question_has_one_answer(books):
    line = Line(books.process)
    assert run(ask(adding("A")), line).record(Vendor).name == "A"
    assert line.asked == [["A"]]


def test_many_questions_are_one_document_and_their_answers_keep_the_order(books):
    line = Line(books.process)
    outcomes = run(ask_all([adding("A"), adding("A"), adding("B")]), line)
    assert [outcome.code for outcome in outcomes] == [0, 3100, 0]
    assert line.asked == [["A", "A", "B"]]


def test_no_question_is_no_document():
    line = Line(None)
    assert run(ask_all([]), line) == ()
    assert run(gather(), line) == ()
    assert run(gather(ends_at_once(1), ends_at_once(2)), line) == (1, 2)
    assert line.documents == []


def test_flows_of_different_lengths_travel_together(books):
    line = Line(books.process)
    flows = [chain("A1", "A2", "A3"), ends_at_once(["no"]), chain("B1"), chain("C1", "C2"), ask_all([adding("D")] * 2)]
    ids = run(gather(*flows), line)
    assert line.asked == [["A1", "B1", "C1", "D", "D"], ["A2", "C2"], ["A3"]]
    assert [len(found) for found in ids] == [3, 1, 1, 2, 2]
    there = {vendor.name: vendor.list_id for vendor in books.records("Vendor")}
    assert ids[0] == [there["A1"], there["A2"], there["A3"]]
    assert ids[3] == [there["C1"], there["C2"]]


def test_gathered_flows_are_gathered_again(books):
    line = Line(books.process)
    inner = gather(chain("A1", "A2"), chain("B1"))
    run(gather(inner, chain("C1", "C2", "C3"), gather()), line)
    assert line.asked == [["A1", "B1", "C1"], ["A2", "C2"], ["C3"]]


def test_a_flow_may_gather_halfway(books):
    def flow():
        yield from ask(adding("first"))
        found = yield from gather(chain("A"), chain("B"))
        return len(found)

    line = Line(books.process)
    assert run(flow(), line) == 2
    assert line.asked == [["first"], ["A", "B"]]


def test_a_flow_that_raises_ends_the_whole_and_nothing_more_is_sent(books):
    line = Line(books.process)
    with pytest.raises(KeyError):
        run(gather(chain("A1", "A2"), raises(KeyError("x"))), line)
    assert line.documents == []
    with pytest.raises(RefusedError) as error:
        run(gather(chain("A1", "A2"), chain("A1", "B2")), line)
    assert error.value.code == 3100
    assert line.asked == [["A1", "A1"]]


def test_a_refusal_raises_in_no_flow_that_does_not_ask_for_the_record(books):
    outcomes = run(gather(ask(adding("A")), ask(adding("A"))), Line(books.process))
    assert [outcome.code for outcome in outcomes] == [0, 3100]


def test_a_flow_may_catch_its_refusal(books):
    def flow(name):
        outcome = yield from ask(adding(name))
        try:
            return outcome.record(Vendor).name
        except RefusedError as refusal:
            return refusal.code

    assert run(gather(flow("A"), flow("a"), flow("B")), Line(books.process)) == ("A", 3100, "B")


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=5))
def test_gathered_flows_end_as_they_would_alone(plans):
    """Each plan says how many requests a flow sends at a time; each is told the answers to its own, and no others."""

    def flow(number, plan):
        heard = []
        for step, size in enumerate(plan):
            asked = [adding(f"{number}.{step}.{at}") for at in range(size)]
            outcomes = yield from ask_all(asked)
            heard += [outcome.record(Vendor).name for outcome in outcomes]
        return heard

    with CompanyFile.create() as company:
        together = run(gather(*(flow(*one) for one in enumerate(plans))), Memory(company.process))
    alone = []
    for one in enumerate(plans):
        with CompanyFile.create() as company:
            alone.append(run(flow(*one), Memory(company.process)))
    assert list(together) == alone


# --- run -------------------------------------------------------------------------------------------------------------


def test_every_reply_is_closed(books):
    line = Line(books.process)
    run(chain("A", "B"), line)
    assert [reply.closed for reply in line.replies] == [True, True]
    broken = Line(lambda _: b"<QBXML/>")
    with pytest.raises(ReplyError):
        run(chain("C"), broken)
    assert [reply.closed for reply in broken.replies] == [True]


def test_an_engine_error_passes_through(books):
    with pytest.raises(EngineError) as error:
        run(ask(adding("A")), Line(books.process), on_error=OnError.ROLLBACK)
    assert error.value.hresult == 0x80040413
    assert list(books.records("Vendor")) == []


def test_the_dialect_and_what_comes_after_an_error_are_said(books):
    line = Line(books.process)
    outcomes = run(
        ask_all([adding("A"), adding("A"), adding("B")]), line, dialect=Dialect("6.0"), on_error=OnError.STOP
    )
    assert [outcome.code for outcome in outcomes] == [0, 3100, 3231]
    assert b'<?qbxml version="6.0"?>' in line.documents[0]


def test_a_record_that_cannot_be_written_is_never_sent():
    line = Line(None)
    with pytest.raises(RecordError, match="at most 41"):
        run(ask(adding("x" * 42)), line)
    assert line.documents == []


# --- Conversation ----------------------------------------------------------------------------------------------------


def test_a_conversation_goes_a_document_at_a_time(books):
    conversation = Conversation(chain("A", "B"))
    steps = 0
    while conversation.document is not None:
        assert conversation.document is conversation.document
        with pytest.raises(RuntimeError, match="has not ended"):
            _ = conversation.result
        conversation.receive(books.process(conversation.document))
        steps += 1
    assert steps == 2
    assert len(conversation.result) == 2


def test_a_conversation_may_end_before_it_begins():
    conversation = Conversation(ends_at_once("done"))
    assert (conversation.document, conversation.result) == (None, "done")


def test_a_conversation_may_end_with_nothing():
    conversation = Conversation(ends_at_once(None))
    assert conversation.result is None


def test_nothing_is_received_after_the_end(books):
    conversation = Conversation(chain("A"))
    reply = books.process(conversation.document)
    conversation.receive(reply)
    with pytest.raises(RuntimeError, match="has ended"):
        conversation.receive(reply)
    assert len(conversation.result) == 1


def told(*outcomes):
    return write_reply(Reply(outcomes=outcomes))


WRONG = {
    "nothing at all": b"",
    "a reply cut short": told(Outcome(name="VendorAddRs", request_id="1"))[:-9],
    "no reply": b"<QBXML><QBXMLMsgsRq onError='stopOnError'/></QBXML>",
    "no answer": told(),
    "one answer too few": told(Outcome(name="VendorAddRs", request_id="1")),
    "one answer too many": told(*(Outcome(name="VendorAddRs", request_id=number) for number in "123")),
    "answers to something else": told(
        Outcome(name="VendorAddRs", request_id="1"), Outcome(name="VendorModRs", request_id="2")
    ),
    "answers in another order": told(*(Outcome(name="VendorAddRs", request_id=number) for number in "21")),
    "answers without ids": told(Outcome(name="VendorAddRs"), Outcome(name="VendorAddRs")),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_reply_is_refused_and_the_right_one_still_taken(books, wrong):
    conversation = Conversation(ask_all([adding("A"), adding("B")]))
    document = conversation.document
    with pytest.raises(ReplyError):
        conversation.receive(wrong)
    assert conversation.document is document
    conversation.receive(io.BytesIO(books.process(document)))
    assert [outcome.record(Vendor).name for outcome in conversation.result] == ["A", "B"]


def mixed():
    """A flow that decides by what it is told: it reads, it writes, it gathers, it is refused."""
    outcome = yield from ask(Request.query(VendorQuery(full_names=("A", "B"))))
    missing = [name for name in ("A", "B") if name not in {vendor.name for vendor in outcome.records(Vendor)}]
    found = yield from gather(*(chain(name, f"{name}2") for name in missing))
    outcome = yield from ask(adding("A2"))
    return found, outcome.code


def test_replies_told_to_a_fresh_flow_lead_to_the_same_documents_byte_for_byte(books):
    line = Line(books.process)
    result = run(mixed(), line)
    again = Conversation(mixed())
    for document, reply in zip(line.documents, line.answers, strict=True):
        assert again.document == document
        again.receive(reply)
    assert again.document is None
    assert again.result == result
    assert result[1] == 3100


def test_a_conversation_is_resumed_in_the_middle_from_what_was_written_down(books):
    journal = []
    first = Conversation(mixed())
    for _ in range(2):
        reply = books.process(first.document)
        journal.append((first.document, reply))
        first.receive(reply)
    resumed = Conversation(mixed())
    for _, reply in journal:
        resumed.receive(reply)
    assert resumed.document == first.document
    while resumed.document is not None:
        resumed.receive(books.process(resumed.document))
    assert [vendor.name for vendor in books.records("Vendor")] == ["A", "A2", "B", "B2"]
