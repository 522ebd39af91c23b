"""A conversation is a generator of requests: what is pumped, in which order, and that it can be told again."""

import contextlib
import io
import json
import re

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd import (
    Conversation,
    Dialect,
    Ended,
    EngineError,
    Memory,
    NotSentError,
    ProcoreQbdError,
    RecordError,
    RefusedError,
    ReplyError,
    ReplyLostError,
    Request,
    ask,
    ask_all,
    gather,
    run,
)
from procore_qbd.codes import Effect
from procore_qbd.errors import DivergedError
from procore_qbd.flows import Bookmark, Pages
from procore_qbd.qbxml import (
    ADD,
    COMMAND,
    MOD,
    QUERY,
    RET,
    Iteration,
    OnError,
    Outcome,
    Record,
    Ref,
    Reply,
    read_requests,
    write_reply,
)
from procore_qbd.qbxml.entities import entity, names
from procore_qbd.qbxml.entities.accounts import AccountQuery
from procore_qbd.qbxml.entities.bills import Bill
from procore_qbd.qbxml.entities.deletions import ListDel
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.qbxml.rows.records import table
from procore_qbd.simulator import CompanyFile
from support.examples import examples


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


def results(ended):
    return [one.result() for one in ended]


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
    assert run(gather(ends_at_once(1), ends_at_once(None)), line) == (Ended(value=1), Ended(value=None))
    assert line.documents == []


def test_a_flow_that_is_gathered_twice_is_refused_before_anything_is_sent():
    flow = chain("A")
    with pytest.raises(RuntimeError, match="the same flow is given twice, and a flow runs once: make a new one"):
        gather(flow, chain("B"), flow)
    assert gather(flow)


NO_REQUESTS = {
    "a number": (5, "a int"),
    "numbers": ((5,), "one of a int"),
    "nothing": (None, "a NoneType"),
    "a request that is in no tuple": (adding("A"), "a Request"),
    "a request and more": ((adding("A"), "B"), "one of a Request, a str"),
}


@pytest.mark.parametrize(("what", "said"), NO_REQUESTS.values(), ids=NO_REQUESTS)
def test_a_flow_that_yields_no_requests_is_told_what_it_yields_and_ends_alone(books, what, said):
    closed = []

    def odd(*before):
        yield from ask_all(before)
        try:
            yield what
        finally:
            closed.append(True)

    words = f"a flow yields a tuple of requests, .*; this one yielded {said}$"
    line = Line(books.process)
    for before in ((), (adding("Before"),)):
        with pytest.raises(TypeError, match=words):
            run(odd(*before), line)
        wrong, right = run(gather(odd(*before), chain(f"B{len(before)}", f"C{len(before)}")), line)
        with pytest.raises(TypeError, match=words):
            wrong.result()
        assert len(right.result()) == 2
    assert (len(closed), [names for names in line.asked if "A" in names]) == (4, [])


def test_flows_of_different_lengths_travel_together(books):
    line = Line(books.process)
    flows = [chain("A1", "A2", "A3"), ends_at_once(["no"]), chain("B1"), chain("C1", "C2"), ask_all([adding("D")] * 2)]
    ids = results(run(gather(*flows), line))
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


def test_a_flow_that_raises_ends_itself_and_no_other(books):
    line = Line(books.process)
    first, second, third = run(gather(chain("A1", "A2"), raises(KeyError("x")), chain("A1", "B2")), line)
    assert line.asked == [["A1", "A1"], ["A2"]]
    assert first.ok
    assert len(first.result()) == 2
    assert (second.ok, second.value, repr(second.error)) == (False, None, "KeyError('x')")
    with pytest.raises(RefusedError, match="3100"):
        third.result()


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_program_ends_all_flows(books, stop):
    with pytest.raises(stop):
        run(gather(chain("A"), raises(stop())), Line(books.process))
    assert list(books.records("Vendor")) == []


def test_a_refusal_raises_in_no_flow_that_does_not_ask_for_the_record(books):
    outcomes = results(run(gather(ask(adding("A")), ask(adding("A"))), Line(books.process)))
    assert [outcome.code for outcome in outcomes] == [0, 3100]


def test_a_flow_may_catch_its_refusal(books):
    def flow(name):
        outcome = yield from ask(adding(name))
        try:
            return outcome.record(Vendor).name
        except RefusedError as refusal:
            return refusal.code

    assert results(run(gather(flow("A"), flow("a"), flow("B")), Line(books.process))) == ["A", 3100, "B"]


UNWRITABLE = adding("x" * 42)


def told_what_is_unwritable(*requests, then="B"):
    """Ask, be told by an error, ask for something else."""
    try:
        yield from ask_all(requests)
    except RecordError as error:
        outcome = yield from ask(adding(then))
        return outcome.record(Vendor).name, {at: len(faults) for at, faults in error.by_request.items()}


def test_a_request_that_cannot_be_written_is_told_where_it_was_asked(books):
    line = Line(books.process)
    assert run(told_what_is_unwritable(adding("A"), UNWRITABLE, adding("C")), line) == ("B", {1: 1})
    assert line.asked == [["B"]]


def test_what_cannot_be_written_is_the_fault_of_its_own_flow(books):
    line = Line(books.process)
    inner = gather(told_what_is_unwritable(UNWRITABLE, UNWRITABLE), chain("C"))
    first, second, both, last = run(gather(chain("A"), ask(UNWRITABLE), inner, ask_all([])), line)
    assert line.asked == [["A", "B", "C"]]
    assert (first.ok, last.result()) == (True, ())
    assert both.result()[0].result() == ("B", {0: 1, 1: 1})
    assert both.result()[1].ok
    with pytest.raises(RecordError, match=r"qbXML US 13\.0: VendorAdd/Name: .*at most 41") as error:
        second.result()
    assert error.value.by_request == {0: error.value.faults}


def test_an_id_that_two_flows_chose_is_the_fault_of_both_and_of_nobody_else(books):
    line = Line(books.process)
    same = [ask(attrs.evolve(adding(name), request_id="x")) for name in "AB"]
    *refused, last = run(gather(*same, ask(adding("C"))), line)
    assert [type(one.error) for one in refused] == [RecordError] * 2
    assert last.result().ok
    assert line.asked == [["C"]]


def test_a_macro_is_judged_by_the_whole_document(books):
    line = Line(books.process)
    makes = [Request.add(Bill(vendor_ref=Ref(full_name="A"), def_macro="TxnID:1"))] * 2
    with pytest.raises(RecordError, match="the macro is defined already") as error:
        run(ask_all([adding("A"), *makes]), line)
    assert line.documents == []
    assert list(error.value.by_request) == [2]


def test_an_error_that_is_about_no_request_ends_the_whole():
    flow = gather(chain("A"), chain("B"))
    next(flow)
    with pytest.raises(RecordError, match="from elsewhere"):
        flow.throw(RecordError("x", ["from elsewhere"]))


@pytest.mark.parametrize("thing", [ask, [chain("A")], None])
def test_only_flows_are_gathered_and_run(thing):
    for what in (gather, Conversation, lambda flow: run(flow, Memory(bytes.upper))):
        with pytest.raises(TypeError, match=r"expected a flow, got a .*; the usual call is run\(perform\("):
            what(thing)


def test_what_writes_is_a_fact_of_the_request():
    shapes = {shape for name in names() for shape in entity(name).__record__.shapes if shape is not RET}
    assert {shape: Request(record=Vendor(), shape=shape).writes for shape in shapes} == {
        ADD: True,
        MOD: True,
        COMMAND: True,
        QUERY: False,
    }
    for name in names():
        assert (QUERY in entity(name).__record__.shapes) == name.endswith("Query"), name


def test_a_run_that_only_reads_sends_no_document_that_writes(books):
    line = Line(books.process)

    def reads_and_writes():
        yield from ask(Request.query(VendorQuery()))
        yield from ask_all([Request.query(VendorQuery()), Request.add(Vendor(name="Alder"))])

    with pytest.raises(
        NotSentError, match=r"read-only, and the document writes \(VendorAddRq\).*Nothing.*written"
    ) as caught:
        run(reads_and_writes(), line, read_only=True)
    assert caught.value.effect is Effect.NOT_DONE
    assert len(line.documents) == 1
    assert run(vendors_in(), second := Line(books.process), read_only=True) == ()
    assert len(second.documents) == 1


def vendors_in():
    return (yield from ask(Request.query(VendorQuery()))).records(Vendor)


def test_only_over_a_transport(books):
    flow = chain("A")
    with pytest.raises(TypeError, match=r"a method send, got a CompanyFile; .* Memory\(company_file\.process\)\)"):
        run(flow, books)
    assert len(run(flow, Memory(books.process))) == 1


def test_a_flow_runs_once(books):
    flow, begun = chain("A"), chain("B")
    run(flow, Memory(books.process))
    next(begun)
    for what in (gather, Conversation, lambda one: run(one, Memory(books.process))):
        with pytest.raises(RuntimeError, match="this flow has ended already, and a flow runs once: make a new one"):
            what(flow)
        with pytest.raises(RuntimeError, match="this flow has begun already"):
            what(begun)


@settings(max_examples=examples(60), derandomize=True, deadline=None)
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
        together = results(run(gather(*(flow(*one) for one in enumerate(plans))), Memory(company.process)))
    alone = []
    for one in enumerate(plans):
        with CompanyFile.create() as company:
            alone.append(run(flow(*one), Memory(company.process)))
    assert together == alone


STEPS = st.lists(st.sampled_from(("add", "add", "refused", "raise", "unwritable", "unreadable", "caught")), max_size=4)


def eventful(number, steps):
    """A flow to which these things happen one after another, and what it heard until it ended."""
    heard = []
    for at, step in enumerate(steps):
        if step == "raise":
            raise KeyError(number)
        name = f"{number}.{at}" + {"refused": " taken", "unreadable": " blurred"}.get(step, "")
        request = UNWRITABLE if step in {"unwritable", "caught"} else adding(name)
        try:
            outcome = yield from ask(request)
        except RecordError:
            if step == "unwritable":
                raise
            outcome = yield from ask(adding(f"{name} instead"))
        heard.append(outcome.record(Vendor).name)
    return heard


def quirky(document):
    """QuickBooks, without a file: it refuses some names, and of some records it sends what nobody can read."""
    outcomes = [
        Outcome(
            name="VendorAddRs",
            request_id=request.request_id,
            code=3100 if request.record.name.endswith("taken") else 0,
            found=() if request.record.name.endswith("taken") else (request.record,),
        )
        for request in read_requests(document).requests
    ]
    reply = write_reply(Reply(outcomes=tuple(outcomes)))
    return re.sub(rb"(blurred</Name>)", rb"\1<IsActive>perhaps</IsActive>", reply)


def said(ended):
    """How a flow ended, but for the places in the reply, which others who travel along change."""
    return ended.value, type(ended.error), re.sub(r"(VendorAddRs|line) \d+", "", str(ended.error))


def end_of(flow, line):
    try:
        return Ended(value=run(flow, line))
    except (KeyError, ProcoreQbdError) as error:
        return Ended(error=error)


@settings(max_examples=examples(150), derandomize=True, deadline=None)
@given(st.lists(STEPS, max_size=5), st.data())
def test_whatever_happens_to_one_flow_the_others_end_as_they_would_alone(plans, data):
    alone = [end_of(eventful(*one), Line(quirky)) for one in enumerate(plans)]
    flows = [eventful(*one) for one in enumerate(plans)]
    line = Line(quirky)
    cut = data.draw(st.integers(0, len(flows)))  # some of them are gathered within
    *outer, inner = run(gather(*flows[:cut], gather(*flows[cut:])), line)
    assert [said(ended) for ended in (*outer, *inner.result())] == [said(ended) for ended in alone]
    rounds = []
    for number, steps in enumerate(plans):
        one = Line(quirky)
        end_of(eventful(number, steps), one)
        rounds.append(one.asked)
    longest = max(map(len, rounds), default=0)
    expected = [[name for asked in rounds if at < len(asked) for name in asked[at]] for at in range(longest)]
    assert line.asked == expected


# --- pages -----------------------------------------------------------------------------------------------------------


def vendors(company, *wanted):
    company.seed([Vendor(list_id=f"{name.encode().hex()}-1", name=name) for name in wanted])


def names_of(page):
    return [vendor.name for vendor in page]


def every_page(pages):
    """All pages, one after another, as a flow of its own would take them."""
    found = []
    while page := (yield from pages.next()):
        found.append(names_of(page))
    return found


def iterations(line):
    return [
        (request.iterator, request.record.max_returned)
        for document in line.documents
        for request in read_requests(document).requests
    ]


def test_a_large_query_comes_in_pages_of_a_size(books):
    vendors(books, *"ABCDE")
    line = Line(books.process)
    pages = Pages(VendorQuery(), Vendor, size=2)
    assert run(every_page(pages), line) == [["A", "B"], ["C", "D"], ["E"]]
    assert iterations(line) == [(Iteration.START, 2), (Iteration.CONTINUE, 2), (Iteration.CONTINUE, 2)]
    assert run(pages.next(), line) == ()
    assert len(line.documents) == 3


@pytest.mark.parametrize(("count", "asked"), [(0, 1), (1, 1), (2, 1), (3, 2)])
def test_nothing_is_asked_behind_the_last_page(books, count, asked):
    vendors(books, *"ABC"[:count])
    line = Line(books.process)
    found = run(every_page(Pages(VendorQuery(), Vendor, size=2)), line)
    assert [name for page in found for name in page] == list("ABC"[:count])
    assert len(line.documents) == asked


def test_the_query_stays_what_it_is_on_every_page(books):
    books.seed([Vendor(list_id=f"{name}-1", name=name, is_active=name != "C") for name in "ABCD"])
    line = Line(books.process)
    query = VendorQuery(active_status="ActiveOnly", include_ret_elements=("ListID", "Name"))
    assert run(every_page(Pages(query, Vendor, size=1)), line) == [["A"], ["B"], ["D"]]
    asked = [request.record for document in line.documents for request in read_requests(document).requests]
    assert asked == [attrs.evolve(query, max_returned=1)] * 3


def test_who_has_enough_stops_the_iterator(books):
    vendors(books, *"ABCDE")
    line = Line(books.process)
    pages = Pages(VendorQuery(), Vendor, size=2)

    def flow():
        page = yield from pages.next()
        yield from pages.stop()
        yield from pages.stop()
        return names_of(page), (yield from pages.next())

    assert run(flow(), line) == (["A", "B"], ())
    assert [how for how, _ in iterations(line)] == [Iteration.START, Iteration.STOP]
    assert books._engine.processor._querying._iterators == {}
    assert run(every_page(Pages(VendorQuery(), Vendor, size=2, after=pages.bookmark)), line) == [["C", "D"], ["E"]]


def test_pages_of_several_queries_travel_together(books):
    vendors(books, *"ABCDE")
    line = Line(books.process)
    flows = [every_page(Pages(VendorQuery(), Vendor, size=size)) for size in (2, 3)]
    assert results(run(gather(*flows), line)) == [[["A", "B"], ["C", "D"], ["E"]], [["A", "B", "C"], ["D", "E"]]]
    assert len(line.documents) == 3


def test_a_query_that_has_no_iterator_and_a_size_of_nothing_are_refused():
    with pytest.raises(
        TypeError, match="QuickBooks does not answer a AccountQuery in pieces; ask for it in one request"
    ):
        Pages(AccountQuery(), Record)
    with pytest.raises(ValueError, match="expected a size of 1 or more, got 0"):
        Pages(VendorQuery(), Vendor, size=0)


def test_whatever_comes_in_pages_has_an_id_to_know_it_by():
    answers = {name for query in map(entity, names()) if query.__record__.iterator for name in query.__record__.answers}
    known = [found for found in map(entity, sorted(answers)) if found]
    assert len(known) > 30
    assert [cls for cls in known if not {"list_id", "txn_id"} & table(cls).by_name.keys()] == []


def answered(*replies):
    """A line on which QuickBooks says these things one after another."""
    left = list(replies)

    def process(_):
        outcome = left.pop(0)
        return write_reply(Reply(outcomes=(attrs.evolve(outcome, name="VendorQueryRs", request_id="1"),)))

    return Line(process)


ALDER = Vendor(list_id="1-1", name="Alder")
BIRCH = Vendor(list_id="1-2", name="Birch")
PLACE = "{00000000-0000-0000-0000-000000000001}"
LOST = Outcome(name="", code=3391, message="The iteratorID is not valid.")


def piece(*found, remaining=0, place=PLACE):
    return Outcome(name="", found=found, iterator_remaining_count=remaining, iterator_id=place)


def test_when_quickbooks_has_lost_its_place_the_query_starts_anew_and_nothing_comes_twice():
    line = answered(piece(ALDER, remaining=1), LOST, piece(ALDER, remaining=1), piece(BIRCH))
    assert run(every_page(Pages(VendorQuery(), Vendor, size=1)), line) == [["Alder"], ["Birch"]]
    start, more = Iteration.START, Iteration.CONTINUE
    assert [how for how, _ in iterations(line)] == [start, more, start, more]


def test_when_it_loses_its_place_each_time_it_is_told_and_not_asked_for_ever():
    line = answered(piece(ALDER, remaining=1), LOST, piece(ALDER, remaining=1), LOST)
    with pytest.raises(RefusedError, match="3391"):
        run(every_page(Pages(VendorQuery(), Vendor, size=1)), line)
    assert len(line.documents) == 4


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (piece(ALDER, remaining=None), "it does not say how many records remain"),
        (piece(ALDER, remaining=1, place=None), "1 records remain, but there is no iteratorID to ask for them"),
        (piece(remaining=1), "1 records remain, but none came"),
        (piece(Vendor(name="Alder")), "a record came without its ListID or TxnID, so it could not be recognised again"),
    ],
)
def test_an_answer_behind_which_records_could_be_lost_is_refused(reply, said):
    with pytest.raises(ReplyError, match=said):
        run(Pages(VendorQuery(), Vendor).next(), answered(reply))


def test_no_match_is_no_page():
    assert run(Pages(VendorQuery(), Vendor).next(), answered(Outcome(name="", code=1))) == ()


def test_what_is_of_another_class_is_left_out_and_not_taken_for_the_end():
    line = answered(piece(ALDER, remaining=1), piece(BIRCH))
    assert run(Pages(VendorQuery(), Gadget).next(), line) == ()
    assert len(line.documents) == 2


@attrs.frozen(kw_only=True)
class Gadget(Record):
    """What no vendor is."""


def test_after_a_refusal_the_query_starts_anew_behind_what_was_given():
    busy = Outcome(name="", code=1010)
    line = answered(piece(ALDER, remaining=1), busy, busy, piece(ALDER, remaining=1), piece(BIRCH))
    pages = Pages(VendorQuery(), Vendor, size=1)
    assert names_of(run(pages.next(), line)) == ["Alder"]
    for _ in range(2):
        with pytest.raises(RefusedError):
            run(pages.next(), line)
    assert names_of(run(pages.next(), line)) == ["Birch"]


def test_a_bookmark_goes_on_with_the_iterator_where_it_can(books):
    vendors(books, *"ABCDE")
    line = Line(books.process)
    first = Pages(VendorQuery(), Vendor, size=2)
    run(first.next(), line)
    assert run(every_page(Pages(VendorQuery(), Vendor, size=2, after=first.bookmark)), line) == [["C", "D"], ["E"]]
    assert [how for how, _ in iterations(line)] == [Iteration.START, Iteration.CONTINUE, Iteration.CONTINUE]


def test_a_bookmark_from_which_quickbooks_went_on_unheard_loses_nothing(books):
    vendors(books, *"ABCDE")
    line = Line(books.process)
    first = Pages(VendorQuery(), Vendor, size=2)
    run(first.next(), line)
    mark = first.bookmark
    run(first.next(), line)  # and the process dies before anybody wrote it down
    assert run(every_page(Pages(VendorQuery(), Vendor, size=2, after=mark)), line) == [["C", "D"], ["E"]]
    assert books._engine.processor._querying._iterators == {}


def written_down(mark):
    """A bookmark as it comes back from a file."""
    text = json.dumps({"given": sorted(mark.given), "iterator_id": mark.iterator_id, "remaining": mark.remaining})
    data = json.loads(text)
    return Bookmark(**data | {"given": frozenset(data["given"])})


class Shaky:
    """QuickBooks, on a line that breaks: what is sent last may be carried out and never answered."""

    def __init__(self, company):
        self.company, self.breaks = company, False

    def send(self, document, /):
        reply, breaks = self.company.process(document), self.breaks
        self.breaks = False
        if breaks:
            raise EngineError(0x80040402)
        return io.BytesIO(reply)


TROUBLE = st.lists(
    st.sampled_from(("lost place", "unheard", "died before noting", "died after noting", "one more", "one changed", ""))
    | st.just(""),
    max_size=12,
)
SIZES = st.integers(1, 4)


@settings(max_examples=examples(150), derandomize=True, deadline=None)
@given(st.integers(0, 9), TROUBLE, st.data())
def test_whatever_breaks_every_record_is_noted_once(count, trouble, data):
    """What is noted survives, and the bookmark with it; all else may break before any page."""
    there = [f"V{number}" for number in range(count)]
    noted, mark, page = [], Bookmark(), None
    with CompanyFile.create() as company:
        vendors(company, *there)
        line, pages = Shaky(company), Pages(VendorQuery(), Vendor, size=data.draw(SIZES))
        while page != ():
            event = trouble.pop() if trouble else ""
            line.breaks = event == "unheard"
            if event == "lost place":
                company.end_session()
            if event == "died before noting":
                with contextlib.suppress(RefusedError):
                    run(pages.next(), line)
            if event.startswith("died"):
                pages = Pages(VendorQuery(), Vendor, size=data.draw(SIZES), after=written_down(mark))
            if event == "one more":
                vendors(company, f"W{len(trouble)}")
            if event == "one changed" and noted:
                (vendor,) = (one for one in company.records("Vendor") if one.name == noted[0])
                mod = Vendor(list_id=vendor.list_id, edit_sequence=vendor.edit_sequence, notes=event)
                assert run(ask(Request.mod(mod)), line).ok
            try:
                page = run(pages.next(), line)
            except (EngineError, RefusedError):
                page = None
                continue
            noted += names_of(page)
            mark = pages.bookmark
    assert len(noted) == len(set(noted))
    assert set(there) <= set(noted)
    assert all(name in there or name.startswith("W") for name in noted)


# --- run -------------------------------------------------------------------------------------------------------------


def test_every_reply_is_closed(books):
    line = Line(books.process)
    run(chain("A", "B"), line)
    assert [reply.closed for reply in line.replies] == [True, True]
    broken = Line(lambda _: b"<QBXML/>")
    with pytest.raises(ReplyLostError):
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


def test_a_conversation_has_a_transport_answer_its_document(books):
    conversation = Conversation(chain("A", "B"))
    steps = 0
    while conversation.document is not None:
        conversation.exchange(Memory(books.process))
        steps += 1
    assert (steps, len(conversation.result)) == (2, 2)
    with pytest.raises(RuntimeError, match="has ended: there is nothing to send"):
        conversation.exchange(Memory(books.process))


def test_what_was_answered_is_no_document_any_more(books):
    conversation = Conversation(chain("A"))
    conversation.receive(books.process(conversation.document))
    assert conversation.document is None


def test_what_was_answered_is_no_document_any_more_although_the_flow_fails(books):
    def fails():
        yield from chain("A")
        raise ZeroDivisionError

    conversation = Conversation(fails())
    with pytest.raises(ZeroDivisionError):
        conversation.receive(books.process(conversation.document))
    assert conversation.document is None


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


class Broken(io.BytesIO):
    """A line that breaks while the reply is read."""

    def read(self, *_):
        raise ConnectionResetError("gone")


ONE, TWO = (Outcome(name="VendorAddRs", request_id=number) for number in "12")
WRONG = {
    "nothing at all": (b"", "lost: it is empty."),
    "blanks": (b" \n", "lost: it is empty."),
    "a reply cut short": (
        told(ONE, TWO)[:-9],
        "lost: it is cut short after .* bytes, or not a qbXML reply: .*Premature",
    ),
    "a page of a proxy": (b"<html>502</html>", "not a qbXML reply: expected QBXML with QBXMLMsgsRs inside, got html"),
    "a document": (b"<QBXML><QBXMLMsgsRq onError='stopOnError'/></QBXML>", "lost: it is not a qbXML reply: expected"),
    "a line that breaks": (Broken(), "lost: it stopped with an error: ConnectionResetError: gone"),
    "no answer": (told(), "it leaves requests out: VendorAddRq 1 is not answered; VendorAddRq 2 is not answered"),
    "one answer too few": (told(ONE), "lost: it leaves requests out: VendorAddRq 2 is not answered"),
    "one answer too many": (
        told(ONE, TWO, attrs.evolve(TWO, request_id="3")),
        "lost: it answers another document: VendorAddRs 3 answers a request that was not sent",
    ),
    "answers to something else": (told(ONE, attrs.evolve(TWO, name="VendorModRs")), "answers no VendorAddRq"),
    "one answer twice": (told(ONE, TWO, TWO), "VendorAddRs 2 appears twice"),
    "answers without ids": (told(*[attrs.evolve(ONE, request_id=None)] * 2), "it answers another document"),
}


def test_answers_find_their_requests_by_id_in_whatever_order_they_come():
    conversation = Conversation(ask_all([Request.query(AccountQuery()), Request.query(VendorQuery())]))
    conversation.receive(
        told(Outcome(name="VendorQueryRs", request_id="2", code=1), Outcome(name="AccountQueryRs", request_id="1"))
    )
    assert [outcome.name for outcome in conversation.result] == ["AccountQueryRs", "VendorQueryRs"]


def test_what_reads_and_what_writes_never_travels_together(books):
    seen, asked = [], [adding("A"), Request.query(VendorQuery()), adding("B"), Request.query(AccountQuery())]
    outcomes = run(ask_all(asked), Memory(books.process, lambda side, document: seen.append((side, document))))
    assert [outcome.name for outcome in outcomes] == ["VendorAddRs", "VendorQueryRs", "VendorAddRs", "AccountQueryRs"]
    sent = [[one.name for one in read_requests(document).requests] for side, document in seen if side == "request"]
    assert sent == [["VendorQueryRq", "AccountQueryRq"], ["VendorAddRq", "VendorAddRq"]]


def test_a_document_that_writes_has_a_set_id_by_which_its_reply_is_recovered(books):
    ids = iter(["FIRST", "SECOND"])
    conversation = Conversation(chain("A", "B"), new_set_id=lambda: next(ids))
    replies = []
    while conversation.document is not None:
        exchange = conversation.current
        assert (exchange.set_id is not None) is exchange.writes
        reply = books.process(conversation.document)
        if exchange.writes:
            assert books.process(conversation.recovery()) == reply
        replies.append((exchange, reply))
        conversation.receive(reply)
    assert [exchange.number for exchange, _ in replies] == [*range(1, len(replies) + 1)]
    again = Conversation(chain("A", "B"), new_set_id=lambda: "ANOTHER")
    for exchange, reply in replies:
        again.replay(exchange, reply)
    assert again.result == conversation.result


def test_a_flow_that_asks_for_something_else_is_never_given_the_old_reply(books):
    exchange = Conversation(ask(adding("A"))).current
    reply = books.process(exchange.document)
    other = Conversation(ask(adding("B")))
    with pytest.raises(DivergedError, match=r"exchange 1 was sent with other bytes: from byte \d+ on, b'A"):
        other.replay(exchange, reply)
    assert other.document is not None, "it still waits"
    other.receive(books.process(other.document))
    with pytest.raises(DivergedError, match="the flow has ended, and exchange 1 was sent by it"):
        other.replay(exchange, reply)
    with pytest.raises(RuntimeError, match="no message set id"):
        Conversation(ask(adding("C"))).recovery()


def test_requests_of_one_document_that_could_not_be_told_apart_are_never_sent():
    twice = [attrs.evolve(adding("A"), request_id="2"), adding("B"), adding("C")]
    with pytest.raises(RecordError, match=r"VendorAddRq/@requestID: another request .* has it too, got '2'; leave it"):
        Conversation(ask_all(twice))


@pytest.mark.parametrize(("wrong", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_reply_is_refused_and_the_right_one_still_taken(books, wrong, said):
    conversation = Conversation(ask_all([adding("A"), adding("B")]))
    document = conversation.document
    with pytest.raises(ReplyLostError, match=said) as lost:
        conversation.receive(wrong)
    assert lost.value.effect is Effect.UNKNOWN
    assert "It is not known whether anything of the document was written. The same Procore request" in str(lost.value)
    assert conversation.document is document
    conversation.receive(io.BytesIO(books.process(document)))
    assert [outcome.record(Vendor).name for outcome in conversation.result] == ["A", "B"]


LOSSES = {
    "no reply": lambda _: b"",
    "half a reply": lambda reply: reply[: len(reply) // 2],
    "another's reply": lambda reply: reply.replace(b'requestID="1"', b'requestID="9"'),
}


@pytest.mark.parametrize("spoil", LOSSES.values(), ids=LOSSES)
def test_a_lost_reply_to_queries_alone_leaves_nothing_in_doubt(books, spoil):
    asking, deleting = Request.query(VendorQuery()), Request.command(ListDel(list_del_type="Vendor", list_id="8-1"))
    for requests, writes in (
        ([asking], False),
        ([asking, Request.query(AccountQuery())], False),
        ([adding("A"), adding("B")], True),
        ([adding("C"), deleting], True),
    ):
        assert Conversation(ask_all(requests)).writes is writes
        with pytest.raises(ReplyLostError) as lost:
            run(ask_all(requests), Memory(lambda document: spoil(books.process(document))))
        assert lost.value.effect is (Effect.UNKNOWN if writes else Effect.NOT_DONE)
        assert ("Nothing of the document was written." in str(lost.value)) is not writes


def test_a_reply_that_is_cut_anywhere_is_lost_or_right(books):
    asked = [adding("Málaga & Söhne"), adding("A"), adding("A")]
    conversation = Conversation(ask_all(asked))
    reply = books.process(conversation.document)
    whole = run(ask_all(asked), Memory(lambda _: reply))
    for cut in range(len(reply)):
        try:
            outcomes = run(ask_all(asked), Memory(lambda _, cut=cut: reply[:cut]))
        except ReplyLostError:
            assert cut < len(reply.rstrip())
        else:
            assert outcomes == whole


def test_a_record_that_cannot_be_read_is_the_end_of_who_needs_it_and_of_nobody_else():
    line = Line(quirky)
    first, second = run(gather(chain("A blurred"), ask_all([adding("B blurred"), adding("C")])), line)
    with pytest.raises(ReplyError, match=r"VendorAddRs 1: .*IsActive"):
        first.result()
    assert second.result()[1].record(Vendor).name == "C"


def test_a_conversation_that_an_error_ended_has_no_result():
    conversation = Conversation(chain("A taken"))
    with pytest.raises(RefusedError):
        conversation.receive(quirky(conversation.document))
    assert conversation.document is None
    with pytest.raises(RuntimeError, match="has no result: its flow raised an error"):
        _ = conversation.result


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
