"""Faults to order: whatever goes wrong at whatever moment, the company file is what QuickBooks would have left behind."""

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from functools import cache
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from procore_qbd import Memory, Ref, Request, ask_all, changes, run
from procore_qbd.chooser import Exhaustive, Replay, Seeded, token_of, trace
from procore_qbd.codes import HRESULTS, STATUSES, Effect, Severity, hresult, is_transient
from procore_qbd.errors import CompanyFileError, EngineError, ReplyError
from procore_qbd.qbxml import Iteration, MetaData, OnError, read_reply, write_requests
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bills import Bill, ItemLine, LinkToTxn
from procore_qbd.qbxml.entities.company import CompanyActivity, CompanyActivityQuery
from procore_qbd.qbxml.entities.deletions import ListDel, TxnDel, TxnVoid
from procore_qbd.qbxml.entities.items import ItemService, SalesOrPurchase
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.faults import (
    READ_ONLY,
    Crash,
    FaultRule,
    Faults,
    Lost,
    NotTaken,
    Point,
    Refused,
    Slow,
    Trouble,
    Truncated,
)
from support.examples import examples
from support.shared import SHARED, needs_shared

NOON = 1_700_000_000
CRASHES = (Point.WRITTEN, Point.KEPT, Point.DONE)
HALF_WAY = [*map(Crash, CRASHES), Lost(), Truncated(), Slow(3600)]
UNKNOWN = sorted(number for number, code in HRESULTS.items() if code.effect is Effect.UNKNOWN)


@pytest.fixture
def books():
    with CompanyFile.create(clock=lambda: NOON) as company:
        yield company


def vendors_of(names, **how):
    return write_requests([Request.add(Vendor(name=name)) for name in names], **how)


def there(company):
    return [vendor.name for vendor in company.records("Vendor")]


def say(company, *requests, **how):
    return run(ask_all(requests), Memory(company.process), **how)


def code(company, request):
    (outcome,) = say(company, request)
    return outcome.code


def put(company, record):
    (outcome,) = say(company, Request.add(record))
    return outcome.record(type(record))


def trade(company):
    """A vendor, and an item to order."""
    account = put(company, Account(name="Costs", account_type="Expense"))
    buys = SalesOrPurchase(price=Decimal(10), account_ref=Ref(list_id=account.list_id))
    return put(company, Vendor(name="Alder")), put(company, ItemService(name="Labour", sales_or_purchase=buys))


def order(number, vendor, item):
    line = PurchaseOrderLine(item_ref=Ref(list_id=item.list_id), quantity=Decimal(2), rate=Decimal(10))
    return PurchaseOrder(vendor_ref=Ref(list_id=vendor.list_id), ref_number=number, lines=(line,))


# --- whatever strikes ------------------------------------------------------------------------------------------------

FAULTS = (
    st.sampled_from(HALF_WAY)
    | st.sampled_from(Trouble).map(NotTaken)
    | st.floats(0, 1, exclude_max=True).map(Truncated)
    | st.sampled_from((3175, 3180, 3260, 1000)).map(Refused)
)
RULES = st.builds(
    FaultRule,
    FAULTS,
    requests=st.sampled_from((("*",), ("Vendor*",), ("*Add", "Bill*"), ("VendorQuery",))),
    skip=st.integers(0, 5),
    times=st.sampled_from((1, 2, None)),
    chance=st.sampled_from((1, 0.5)),
)


@settings(max_examples=examples(300), derandomize=True, deadline=None)
@given(st.lists(RULES, max_size=3), st.integers(0, 9), st.integers(0, 5), st.sampled_from((None, "set")))
def test_whatever_strikes_what_is_there_afterwards_is_a_prefix_of_what_was_asked_each_request_whole(
    rules, seed, number, set_id
):
    names = [f"Vendor {place}" for place in range(number)]
    with CompanyFile.create(clock=lambda: NOON, faults=Faults(rules, seed=seed)) as company:
        try:
            reply = company.process(vendors_of(names, on_error=OnError.STOP, new_message_set_id=set_id))
            answered = [outcome.ok for outcome in read_reply(reply).outcomes]
        except EngineError as error:
            answered = None
            assert company.faults.happened
            assert str(company.faults.happened[-1]) in company.last_fault
            told = error.hresult
        except ReplyError:
            answered = None
            told = None
            assert isinstance(company.faults.happened[-1].rule.fault, Truncated)
        company.faults.cancel()
        (outcome,) = say(company, Request.query(VendorQuery()))
        found = [vendor.name for vendor in outcome.records(Vendor)]
        assert found == names[: len(found)]
        if answered is not None:
            assert len(found) == sum(answered)
        elif told is not None and hresult(told).effect is Effect.NOT_DONE:
            assert found == []
        again = say(company, *(Request.add(Vendor(name=name)) for name in names))  # and it goes on
        assert [outcome.code for outcome in again] == [3100] * len(found) + [0] * (number - len(found))


def state(company):
    """All that stands in a file, but for what tells it from others."""
    return [line for line in company._store._db.iterdump() if "'file_id'" not in line]


@cache
def work():
    """Requests that build on each other, and what stands in the file before them and after each."""
    with CompanyFile.create(clock=lambda: NOON) as company:
        vendor, item = trade(company)
        states, requests = [state(company)], []

        def do(request):
            (outcome,) = say(company, request)
            requests.append(request)
            states.append(state(company))
            return outcome.found[0]

        ordered = do(Request.add(order("1", vendor, item)))
        do(Request.add(Vendor(name="Birch")))
        billed = do(Request.add(bill(vendor, ref_number="2", link_to_txn_ids=(ordered.txn_id,))))
        do(Request.mod(changes(vendor, attrs.evolve(vendor, name="Alder Creek"))))
        do(Request.mod(changes(billed, attrs.evolve(billed, memo="paid soon"))))
        do(Request.command(TxnDel(txn_del_type="Bill", txn_id=billed.txn_id)))
        return tuple(requests), states


@settings(max_examples=examples(150), derandomize=True, deadline=None)
@given(st.lists(st.builds(FaultRule, FAULTS, skip=st.integers(0, 6)), min_size=1, max_size=2), st.integers(0, 6))
def test_whatever_strikes_the_whole_file_is_as_if_only_the_requests_before_had_been_asked(rules, number):
    requests, states = work()
    with CompanyFile.create(clock=lambda: NOON) as company:
        trade(company)
        for rule in rules:
            company.faults.order(rule)
        try:
            reply = read_reply(company.process(write_requests(requests[:number], on_error=OnError.STOP)))
        except (EngineError, ReplyError):
            assert state(company) in states[: number + 1]
        else:
            assert state(company) == states[sum(outcome.ok for outcome in reply.outcomes)]


@pytest.mark.parametrize("number", HRESULTS)
def test_quickbooks_does_not_take_a_document_for_every_reason_there_is(books, number):
    books.faults.order(NotTaken(number))
    with pytest.raises(EngineError) as error:
        books.process(vendors_of("A", new_message_set_id="a"))
    assert error.value.hresult == number
    assert there(books) == []
    assert [outcome.code for outcome in read_reply(books.process(vendors_of("A"))).outcomes] == [0]


@pytest.mark.parametrize("trouble", Trouble)
def test_troubles_with_a_name_are_known_to_the_table(trouble):
    assert hresult(trouble) is HRESULTS[trouble]


def test_what_passes_by_itself_is_what_the_table_says_may_be_sent_again():
    passing = {trouble for trouble in Trouble if hresult(trouble).retryable}
    assert passing == {Trouble.MODAL_DIALOG, Trouble.CANNOT_LOCK, Trouble.BUSY, Trouble.STILL_STARTING}


# --- a crash is a death ----------------------------------------------------------------------------------------------

KILLED = """
    import os, signal, sys
    from procore_qbd.simulator import CompanyFile
    from procore_qbd.simulator import faults

    faults.Crash.strike = lambda *_: os.kill(os.getpid(), signal.{signal})
    company = CompanyFile.open(sys.argv[1], clock=lambda: {now})
    company.faults.order(faults.Crash(faults.Point[sys.argv[2]]), skip=int(sys.argv[3]))
    company.process(sys.stdin.buffer.read())
    print("nobody died")
"""


def contents(path):
    with CompanyFile.open(path) as company:
        return list(company._store._db.iterdump())


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills otherwise")
@pytest.mark.parametrize(
    ("point", "skip"),
    [("WRITTEN", 1), *(pytest.param(one, 0, marks=pytest.mark.slow) for one in ("WRITTEN", "KEPT", "DONE"))],
)
def test_a_crash_leaves_the_very_file_that_a_killed_process_leaves(tmp_path, point, skip):
    crashed, killed = tmp_path / "crashed", tmp_path / "killed"
    with CompanyFile.create(crashed, clock=lambda: NOON) as company:
        company.copy(killed)
        before = list(company._store._db.iterdump())
        company.faults.order(Crash(Point[point]), skip=skip)
        sent = vendors_of("ABC", new_message_set_id="a")
        with pytest.raises(EngineError):
            company.process(sent)
    script = textwrap.dedent(KILLED).format(signal="SIGKILL", now=NOON)
    command = [sys.executable, "-c", script, os.fspath(killed), point, str(skip)]
    died = subprocess.run(command, input=sent, capture_output=True, check=False)  # noqa: S603  our own
    assert (died.returncode, died.stdout, died.stderr) == (-signal.SIGKILL, b"", b"")
    assert contents(crashed) == contents(killed)
    assert (contents(crashed) == before) == ((point, skip) == ("WRITTEN", 0))


@pytest.mark.parametrize(
    ("point", "skip", "left"),
    [
        (Point.WRITTEN, 0, ""),
        (Point.WRITTEN, 1, "A"),
        (Point.KEPT, 0, "A"),
        (Point.KEPT, 1, "AB"),
        (Point.DONE, 0, "AB"),
    ],
)
def test_a_crash_keeps_what_was_done_before_it_and_no_recovery_record(books, point, skip, left):
    books.faults.order(Crash(point), skip=skip)
    with pytest.raises(EngineError) as error:
        books.process(vendors_of("AB", new_message_set_id="a"))
    assert hresult(error.value.hresult).effect is Effect.UNKNOWN
    assert there(books) == list(left)
    asked = write_requests([], new_message_set_id="a", old_message_set_id="a")
    assert read_reply(books.process(asked)).message_set_status == 600


def page(company, **how):
    (outcome,) = say(company, Request.query(VendorQuery(max_returned=1), **how))
    return outcome


@pytest.mark.parametrize("strike", [*[Crash(point) for point in CRASHES], "end of session", "restored"], ids=str)
def test_iterators_live_no_longer_than_the_session(books, tmp_path, strike):
    read_reply(books.process(vendors_of("ABC")))
    books.copy(tmp_path / "backup")
    first = page(books, iterator=Iteration.START)
    second = page(books, iterator=Iteration.CONTINUE, iterator_id=first.iterator_id)
    assert (second.code, second.iterator_remaining_count) == (0, 1)
    if strike == "end of session":
        books.end_session()
    elif strike == "restored":
        books.restore(tmp_path / "backup")
    else:
        books.faults.order(strike)
        with pytest.raises(EngineError):
            books.process(vendors_of("D"))
    assert page(books, iterator=Iteration.CONTINUE, iterator_id=first.iterator_id).code == 3391


@pytest.mark.parametrize("fault", [Lost(), NotTaken(Trouble.MODAL_DIALOG)], ids=str)
def test_iterators_outlive_a_reply_that_is_lost(books, fault):
    read_reply(books.process(vendors_of("ABC")))
    first = page(books, iterator=Iteration.START)
    books.faults.order(fault)
    with pytest.raises(EngineError):
        books.process(vendors_of("D"))
    assert page(books, iterator=Iteration.CONTINUE, iterator_id=first.iterator_id).code == 0


# --- recovery --------------------------------------------------------------------------------------------------------


def recovered(company, document, set_id):
    """Send a document until there is a reply, as Intuit's guide has it: ask for the kept reply before sending again."""
    ask = write_requests([], new_message_set_id=set_id, old_message_set_id=set_id)
    for sent in (document, *[ask, document] * 50):
        try:
            reply = read_reply(company.process(sent))
        except (EngineError, ReplyError):
            continue
        if reply.message_set_status != 600:
            return reply
    raise AssertionError("no reply after a hundred tries")


def in_trouble(chance, *faults):
    return [FaultRule(fault, times=None, chance=chance) for fault in faults]


@settings(max_examples=examples(60), derandomize=True, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from((0.2, 0.5)), st.integers(1, 4), st.integers(1, 3))
def test_who_recovers_does_nothing_twice_whatever_becomes_of_replies(seed, chance, documents, size):
    with CompanyFile.create(clock=lambda: NOON) as company:
        vendor, item = trade(company)
        company.faults = Faults(in_trouble(chance, NotTaken(Trouble.BUSY), Lost(), Truncated()), seed=seed)
        numbers = [[f"{place}-{line}" for line in range(size)] for place in range(documents)]
        for place, batch in enumerate(numbers):
            requests = [Request.add(order(number, vendor, item)) for number in batch]
            reply = recovered(company, write_requests(requests, new_message_set_id=str(place)), str(place))
            assert [outcome.code for outcome in reply.outcomes] == [0] * size
        assert [one.ref_number for one in company.records("PurchaseOrder")] == [
            number for batch in numbers for number in batch
        ]


@settings(max_examples=examples(60), derandomize=True, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from((0.1, 0.3)), st.integers(1, 4))
def test_a_crash_between_the_work_and_its_record_is_the_one_window_in_which_work_is_done_twice(seed, chance, documents):
    with CompanyFile.create(clock=lambda: NOON) as company:
        vendor, item = trade(company)
        crashes = [Crash(point) for point in CRASHES]
        company.faults = Faults(in_trouble(chance, *crashes, NotTaken(Trouble.BUSY), Lost()), seed=seed)
        for place in range(documents):
            request = Request.add(order(str(place), vendor, item))
            recovered(company, write_requests([request], new_message_set_id=str(place)), str(place))
        at = Counter(happened.rule.fault.point for happened in company.faults.happened if happened.requests)
        times = Counter(one.ref_number for one in company.records("PurchaseOrder"))
        assert set(times) == set(map(str, range(documents)))
        assert times.total() - documents == at[Point.KEPT] + at[Point.DONE]


def test_the_window_by_example(books):
    vendor, item = trade(books)
    sent = write_requests([Request.add(order("1", vendor, item))], new_message_set_id="a")
    books.faults.order(Crash(Point.DONE))
    recovered(books, sent, "a")
    assert [one.ref_number for one in books.records("PurchaseOrder")] == ["1", "1"]


def test_a_reply_that_is_lost_is_kept_and_asking_for_it_can_fail_too(books):
    sent = vendors_of("A", new_message_set_id="a")
    books.faults.order(Lost(), times=2)
    ask = write_requests([], new_message_set_id="a", old_message_set_id="a")
    for document in (sent, ask):
        with pytest.raises(EngineError):
            books.process(document)
    assert [outcome.code for outcome in read_reply(books.process(ask)).outcomes] == [0]
    assert there(books) == ["A"]


@settings(max_examples=examples(50), derandomize=True)
@given(st.floats(0, 1, exclude_max=True))
def test_a_truncated_reply_is_a_beginning_and_never_a_reply(share):
    with CompanyFile.create(clock=lambda: NOON) as company:
        company.faults.order(Truncated(share), skip=1)
        ask = write_requests([Request.query(VendorQuery())])
        whole, torn = company.process(ask), company.process(ask)
        assert whole.startswith(torn)
        with pytest.raises(ReplyError):
            read_reply(torn)


# --- when ------------------------------------------------------------------------------------------------------------


@settings(max_examples=examples(80), derandomize=True)
@given(st.integers(0, 4), st.none() | st.integers(1, 4), st.integers(0, 10))
def test_a_rule_passes_by_some_occasions_and_then_strikes_as_often_as_it_says(skip, times, occasions):
    faults = Faults([FaultRule(Lost(), skip=skip, times=times)])
    struck = [bool(list(faults.due(Point.ANSWERED, ["BillAddRq"]))) for _ in range(occasions)]
    last = occasions if times is None else skip + times
    assert struck == [skip <= place < last for place in range(occasions)]


@pytest.mark.parametrize(
    ("requests", "names", "meant"),
    [
        (("*",), [], True),
        (("BillAdd",), [], False),
        (("BillAdd",), ["BillAddRq"], True),
        (("BillAdd",), ["BillModRq", "BillAddRq"], True),
        (("Bill*",), ["BillPaymentCheckAddRq"], True),
        (("*Mod",), ["BillAddRq"], False),
    ],
)
def test_a_rule_is_for_requests_by_name(requests, names, meant):
    assert FaultRule(Lost(), requests=requests).is_for(names) is meant


@settings(max_examples=examples(20), derandomize=True, deadline=None)
@given(st.integers(0, 10**6))
def test_dice_fall_alike_for_the_same_seed(seed):
    def life(seed):
        with CompanyFile.create(clock=lambda: NOON) as company:
            company.faults = Faults(in_trouble(0.4, *HALF_WAY, Refused(3180)), seed=seed)
            seen = []
            for place in range(6):
                try:
                    seen.append(company.process(vendors_of([f"{place}a", f"{place}b"], new_message_set_id=f"{place}")))
                except EngineError as error:
                    seen.append(str(error))
            return seen, company.faults.happened

    once, other = life(seed), life(seed + 1)
    assert once == life(seed)
    assert once != other


def test_a_rule_has_dice_of_its_own():
    def strikes(*others):
        faults = Faults([FaultRule(Lost(), times=None, chance=0.5), *others], seed=7)
        mine = [faults.due(Point.ANSWERED, ["BillAddRq"]) for _ in range(30)]
        return [any(happened.rule.fault == Lost() for happened in struck) for struck in mine]

    assert strikes() == strikes(FaultRule(Slow(1), times=None, chance=0.5))
    assert 5 < sum(strikes()) < 25


def test_the_dice_of_a_seed_are_those_of_the_first_release():
    faults = Faults([FaultRule(Slow(1)), FaultRule(Lost(), times=None, chance=0.3)], seed=7)
    struck = [any(one.rule.fault == Lost() for one in faults.due(Point.ANSWERED, ["BillAddRq"])) for _ in range(50)]
    dice = random.Random("7 2")  # noqa: S311  no secrets here
    assert struck == [dice.random() < 0.3 for _ in range(50)]


def test_a_chooser_picks_in_place_of_dice_where_something_is_left_to_chance():
    def life(chooser):
        left_to_chance = in_trouble(0.2, NotTaken(Trouble.BUSY), Lost())
        settled = [FaultRule(Slow(1)), FaultRule(Slow(2), chance=0)]
        with CompanyFile.create(clock=lambda: NOON) as company:
            company.faults = Faults([*left_to_chance, *settled], chooser=chooser.split("faults"))
            with suppress(EngineError):
                company.process(vendors_of("A"))
            return there(company), [happened.rule.fault for happened in company.faults.happened]

    busy, lost = NotTaken(Trouble.BUSY), Lost()
    lives = [life(chooser) for chooser in Exhaustive(at_most=2)]
    assert lives == [(["A"], [Slow(1)]), (["A"], [lost]), ([], [busy])]
    replay = Replay(token_of({"faults/2": [1]}))
    assert life(replay) == (["A"], [lost])
    assert trace(replay).splitlines()[:2] == [f"  0 of 2  faults/1: {busy}", f"* 1 of 2  faults/2: {lost}"]
    rule = FaultRule(lost, times=None, chance=1 / 3)  # the weight is the rule's, not the chooser's
    faults = Faults([rule], chooser=Seeded(1, departures=1))
    assert 60 < sum(bool(list(faults.due(Point.ANSWERED, ["BillAddRq"]))) for _ in range(300)) < 140


def test_what_happened_is_told(books):
    rule = books.faults.order(Refused(3180), requests=("VendorAdd",))
    assert code(books, Request.add(Vendor(name="A"))) == 3180
    (happened,) = books.faults.happened
    assert (happened.rule, happened.requests) == (rule, ("VendorAddRq",))
    assert "3180" in str(happened)
    assert str(happened) in books.last_fault
    assert code(books, Request.add(Vendor(name="A"))) == 0
    assert books.last_fault is None


def test_a_rule_can_rest(books):
    one = books.faults.order(Refused(3180), times=None)
    other = books.faults.order(Refused(3260), times=None)
    assert code(books, Request.add(Vendor(name="A"))) == 3180
    books.faults.cancel(one)
    assert code(books, Request.add(Vendor(name="A"))) == 3260
    books.faults.cancel(other)
    assert code(books, Request.add(Vendor(name="A"))) == 0


def test_nothing_waits_unless_it_is_told_how(books):
    books.faults.order(Slow(10**9))
    assert code(books, Request.add(Vendor(name="A"))) == 0  # at once
    waited = []
    books.faults.sleep = waited.append
    books.faults.order(Slow(90))
    books.faults.order(Lost())
    with pytest.raises(EngineError):
        say(books, Request.add(Vendor(name="B")))  # slow, and lost in the end
    assert waited == [90]
    assert [happened.rule.fault for happened in books.faults.happened] == [Slow(10**9), Slow(90), Lost()]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: NotTaken(0x80040499),
        lambda: Crash(Point.TAKEN),
        lambda: Crash(Point.DONE, Trouble.BUSY),
        lambda: Lost(Trouble.BUSY),
        lambda: Refused(0),
        lambda: Refused(570),
        lambda: Refused(4711),
        lambda: Truncated(1),
        lambda: Slow(-1),
        lambda: FaultRule(Lost(), times=0),
        lambda: FaultRule(Lost(), skip=-1),
        lambda: FaultRule(Lost(), chance=1.5),
        lambda: FaultRule(Lost(), requests=("BilAdd",)),
        lambda: FaultRule(Lost(), requests=("billadd",)),
    ],
)
def test_what_cannot_happen_cannot_be_ordered(wrong):
    with pytest.raises(ValueError, match=r".+"):
        wrong()


def test_one_name_is_no_tuple_of_names():
    with pytest.raises(TypeError, match="expected a tuple of names, got 'BillAdd'"):
        FaultRule(Lost(), requests="BillAdd")


@pytest.mark.parametrize("number", UNKNOWN)
def test_where_something_may_be_done_the_number_says_so(books, number):
    books.faults.order(Lost(number))
    with pytest.raises(EngineError) as error:
        books.process(vendors_of("A"))
    assert error.value.hresult == number
    assert there(books) == ["A"]


@pytest.mark.parametrize(
    "number",
    [
        number
        for number, one in STATUSES.items()
        if one.severity is Severity.ERROR and one.effect in (Effect.NOT_DONE, Effect.UNKNOWN)
    ],
)
def test_quickbooks_refuses_a_request_for_every_reason_there_is(books, number):
    books.faults.order(Refused(number, "it", "Name", "Vendor"), requests=("VendorAdd",))
    outcomes = say(books, Request.add(Vendor(name="A")), Request.add(Vendor(name="B")))
    assert [outcome.code for outcome in outcomes] == [number, 0]
    assert there(books) == ["B"]


@needs_shared
def test_a_reply_with_a_refusal_is_as_the_schema_wants_it(books):
    schema = etree.XMLSchema(etree.parse(SHARED / "qbxml" / "xsd" / "qbxmlops130.xsd"))
    for fault in (Refused(3175, "1-1", record="  words"), Refused(3180, field="Bill"), Slow(1)):
        books.faults.order(fault)
        reply = books.process(vendors_of("AB", new_message_set_id=str(id(fault)), on_error=OnError.STOP))
        assert schema.validate(etree.fromstring(reply)), str(schema.error_log)


# --- users, rights, and books that are closed ------------------------------------------------------------------------


def bill(vendor, **more):
    return Bill(vendor_ref=Ref(list_id=vendor.list_id), **more)


def test_a_record_that_a_user_has_open_cannot_be_changed_or_deleted_until_he_closes_it(books):
    vendor = put(books, Vendor(name="A"))
    mod = Request.mod(changes(vendor, attrs.evolve(vendor, phone="5")))
    gone = Request.command(ListDel(list_del_type="Vendor", list_id=vendor.list_id))
    books.faults.hold(vendor.list_id)
    for request, refused in ((mod, 3175), (gone, 3160), (mod, 3175)):
        (outcome,) = say(books, request)
        assert outcome.code == refused
        assert is_transient(outcome.code, outcome.message)
    (outcome,) = say(books, Request.query(VendorQuery(list_ids=(vendor.list_id,))))
    assert outcome.records(Vendor) == (vendor,)
    books.faults.release(vendor.list_id)
    assert code(books, mod) == 0


def test_who_does_away_with_what_a_user_has_open_is_told_so_by_the_code_of_the_deed(books):
    vendor, item = trade(books)
    there = put(books, order("1", vendor, item))
    billed = put(books, bill(vendor, item_lines=(ItemLine(item_ref=Ref(list_id=item.list_id), amount=Decimal(5)),)))
    void = Request.command(TxnVoid(txn_void_type="Bill", txn_id=billed.txn_id))
    gone = Request.command(TxnDel(txn_del_type="PurchaseOrder", txn_id=there.txn_id))
    for known in (there.txn_id, billed.txn_id):
        books.faults.hold(known)
    lock = "  QuickBooks error message: The transaction could not be locked.  It is in use by another user."
    for request, refused, words in (
        (void, 3185, f'Cannot void the object specified by the id = "{billed.txn_id}".{lock}'),
        (gone, 3160, f'Cannot delete the object specified by the id = "{there.txn_id}".{lock}'),
    ):
        (outcome,) = say(books, request)
        assert (outcome.code, outcome.message) == (refused, words)
        assert is_transient(outcome.code, outcome.message)
    assert [only.amount_due for only in books.records("Bill")] == [5]
    for known in (there.txn_id, billed.txn_id):
        books.faults.release(known)
        assert code(books, void if known == billed.txn_id else gone) == 0


def test_a_transaction_that_a_user_has_open_is_in_the_way_of_those_that_belong_to_it(books):
    vendor, item = trade(books)
    ordered, other = (put(books, order(number, vendor, item)) for number in "12")
    whole = Request.add(bill(vendor, link_to_txn_ids=(ordered.txn_id,)))
    link = LinkToTxn(txn_id=ordered.txn_id, txn_line_id=ordered.lines[0].txn_line_id)
    by_line = Request.add(bill(vendor, item_lines=(ItemLine(quantity=Decimal(1), link_to_txn=link),)))
    own = Request.mod(changes(ordered, attrs.evolve(ordered, memo="m")))
    books.faults.hold(ordered.txn_id)
    for request, refused in ((whole, 3176), (by_line, 3176), (own, 3175)):
        (outcome,) = say(books, request)
        assert outcome.code == refused
        assert is_transient(outcome.code, outcome.message)
    assert code(books, Request.mod(changes(other, attrs.evolve(other, memo="m")))) == 0
    assert code(books, Request.add(order("3", vendor, item))) == 0  # the vendor is not in the way
    books.faults.release(ordered.txn_id)
    (outcome,) = say(books, by_line)
    billed = outcome.record(Bill)
    books.faults.hold(ordered.txn_id)
    assert code(books, Request.mod(changes(billed, attrs.evolve(billed, memo="m")))) == 3176


def test_a_program_that_may_only_read_reads(books):
    vendor = put(books, Vendor(name="A"))
    books.faults.order(READ_ONLY)
    writing = (
        Request.add(Vendor(name="B")),
        Request.mod(changes(vendor, attrs.evolve(vendor, phone="5"))),
        Request.command(ListDel(list_del_type="Vendor", list_id=vendor.list_id)),
    )
    assert [outcome.code for outcome in say(books, *writing)] == [3263, 3263, 3263]
    (outcome,) = say(books, Request.query(VendorQuery(), meta_data=MetaData.AND_RESPONSE_DATA))
    assert (outcome.code, outcome.ret_count) == (0, 1)
    assert there(books) == ["A"]


def test_the_closing_date_is_kept_in_the_file(tmp_path):
    path = tmp_path / "a.company"
    with CompanyFile.create(path) as company:
        assert (company.closing_date, company.preferences.accounting_preferences.closing_date) == (None, None)
        company.closing_date = dt.date(2025, 12, 31)
    with CompanyFile.open(path) as company:
        assert company.closing_date == dt.date(2025, 12, 31)
        assert company.preferences.accounting_preferences.closing_date == dt.date(2025, 12, 31)
        company.closing_date = None
        assert company.preferences.accounting_preferences.closing_date is None


def test_what_lies_in_closed_books_stays_as_it_is(books):
    vendor, item = trade(books)
    labour = ItemLine(item_ref=Ref(list_id=item.list_id), quantity=Decimal(1), cost=Decimal(10))
    day = dt.date(2025, 12, 31)
    old = put(books, bill(vendor, txn_date=day, item_lines=(labour,)))
    add = Request.add(bill(vendor, txn_date=day, item_lines=(labour,)))
    mod = Request.mod(changes(old, attrs.evolve(old, memo="m")))
    delete = Request.command(TxnDel(txn_del_type="Bill", txn_id=old.txn_id))
    books.closing_date = day
    assert [code(books, request) for request in (add, mod, delete)] == [3171, 3171, 3161]
    later = Request.add(bill(vendor, txn_date=day + dt.timedelta(1), item_lines=(labour,)))
    assert code(books, later) == 0
    books.closing_date = day - dt.timedelta(1)
    assert [code(books, request) for request in (add, mod, delete)] == [0, 0, 0]


# --- the life of a file ----------------------------------------------------------------------------------------------


def activity(company):
    (outcome,) = say(company, Request.query(CompanyActivityQuery()))
    return outcome.record(CompanyActivity)


@pytest.mark.parametrize("on_disk", [True, False])
def test_a_backup_brings_the_old_state_back_and_the_file_says_when(tmp_path, on_disk):
    clock = [NOON]
    path, backup = (tmp_path / "a.company" if on_disk else None), tmp_path / "a.backup"
    with CompanyFile.create(path, name="Cascade", clock=lambda: clock[0]) as company:
        kept = company.process(vendors_of("A", new_message_set_id="a"))
        company.copy(backup)
        saved = there(company)
        company.process(vendors_of("BC", new_message_set_id="b", old_message_set_id="a"))
        never = activity(company)
        assert never.last_restore_time.raw == "1970-01-01T00:00:00+00:00"
        clock[0] += 60
        company.restore(backup)
        assert there(company) == saved == ["A"]
        assert activity(company).last_restore_time.raw == "2023-11-14T22:14:20+00:00"
        assert activity(company).last_condense_time == never.last_condense_time
        ask = write_requests([], new_message_set_id="b", old_message_set_id="b")
        assert read_reply(company.process(ask)).message_set_status == 600  # what was kept is kept no more
        ask = write_requests([], new_message_set_id="a", old_message_set_id="a")
        assert company.process(ask) == kept
        assert code(company, Request.add(Vendor(name="B"))) == 0
    if path is not None:
        with CompanyFile.open(path) as company:
            assert there(company) == ["A", "B"]


def test_a_backup_is_a_company_file_with_the_same_id(tmp_path, books):
    books.process(vendors_of("A"))
    books.copy(tmp_path / "a")
    with CompanyFile.open(tmp_path / "a") as copy:
        assert (copy.file_id, copy.name, there(copy)) == (books.file_id, books.name, ["A"])
        copy.process(vendors_of("B"))
        with pytest.raises(CompanyFileError, match="open already"):
            books.restore(tmp_path / "a")
    assert there(books) == ["A"]
    books.restore(tmp_path / "a")
    assert there(books) == ["A", "B"]


def test_a_backup_overwrites_nothing_and_another_companys_is_not_taken(tmp_path, books):
    there_already = Path(tmp_path / "a")
    there_already.write_bytes(b"")
    with pytest.raises(CompanyFileError, match="cannot be copied"):
        books.copy(there_already)
    assert there_already.read_bytes() == b""
    with CompanyFile.create(name="Another") as other:
        other.copy(tmp_path / "b")
    with pytest.raises(CompanyFileError, match="no copy of this company file"):
        books.restore(tmp_path / "b")
    with pytest.raises(CompanyFileError, match="no such company file"):
        books.restore(tmp_path / "c")
    CompanyFile.open(tmp_path / "b").close()  # and nobody holds it


def test_condensing_is_told(books):
    books.condense(dt.date(2023, 1, 1))
    assert activity(books).last_condense_time.raw == "2023-11-14T22:13:20+00:00"
    assert activity(books).last_restore_time.raw == "1970-01-01T00:00:00+00:00"
