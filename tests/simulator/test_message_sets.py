"""What the company file remembers of message sets: whoever lost a reply can ask for it, and whoever dies loses none of the work."""

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd import Request, changes
from procore_qbd.codes import Effect, status
from procore_qbd.errors import EngineError, RecordError
from procore_qbd.qbxml import MetaData, OnError, Outcome, Reply, ResponseData, read_reply, write_reply, write_requests
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.engine.message_sets import SetMemory
from procore_qbd.testing.clock import Clock
from support.examples import examples

ALL = "ClearAllMessageSets"
LONG = "x" * 24
NOON = 1_700_000_000
HOUR = dt.timedelta(hours=1)
MEMORIES = ("all", "last", "none", HOUR)


@pytest.fixture
def books():
    with CompanyFile.create() as company:
        yield company


def document(*names, new=None, old=None, on_error="continueOnError"):
    """A message set that adds vendors, with ids that our own writer may refuse."""
    ids = "".join(f' {name}="{text}"' for name, text in (("newMessageSetID", new), ("oldMessageSetID", old)) if text)
    adds = "".join(f"<VendorAddRq><VendorAdd><Name>{name}</Name></VendorAdd></VendorAddRq>" for name in names)
    return (
        '<?xml version="1.0"?><?qbxml version="13.0"?>'
        f'<QBXML><QBXMLMsgsRq{ids} onError="{on_error}">{adds}</QBXMLMsgsRq></QBXML>'
    ).encode()


def say(company, *names, **how):
    return read_reply(company.process(document(*names, **how)))


def codes(reply):
    return [outcome.code for outcome in reply.outcomes]


def vendors(company):
    return [vendor.name for vendor in company.records("Vendor")]


def no_room(company):
    """From now on no reply can be kept, as on a full disk."""
    company._store._db.execute(
        "CREATE TEMP TRIGGER no_room BEFORE INSERT ON message_sets BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    )


def room_again(company):
    company._store._db.execute("DROP TRIGGER no_room")


def tear(company):
    """Whatever is kept is cut in half."""
    company._store._db.execute("UPDATE message_sets SET reply = substr(reply, 1, length(reply) / 2)")


# --- any sequence of documents, against the rules --------------------------------------------------------------------


@attrs.define
class Rules:
    """What QuickBooks is said to do, on a dictionary: the reference for what the company file does on disk."""

    there: set = attrs.Factory(set)
    kept: dict = attrs.Factory(dict)
    torn: set = attrs.Factory(set)
    memory: object = "all"
    now: int = NOON

    def forget_what_is_old(self):
        there = list(self.kept)
        if self.memory == "all":
            old = []
        elif isinstance(self.memory, dt.timedelta):
            old = [one for one in there if self.now - self.kept[one][2] >= self.memory.total_seconds()]
        else:
            old = there if self.memory == "none" else there[:-1]
        for one in old:
            del self.kept[one]
            self.torn.discard(one)

    def answer(self, sent, names, on_error, new, old, *, full):
        """The codes of the answers and of the set, or else the kept bytes."""
        if LONG in (new, old):
            return [], 9004, None
        if new is not None or old is not None:
            self.forget_what_is_old()
        if new is not None and new in self.kept and (new == old or self.kept[new][0] == sent):
            return ([], 9002, None) if new in self.torn else (None, None, self.kept[new][1])
        if new is not None and new in self.kept:
            return [], 9001, None
        if new is not None and new == old:
            return [], 600, None
        lost = old not in (None, ALL) and old not in self.kept
        for one in list(self.kept) if old == ALL else [old]:
            self.kept.pop(one, None)
            self.torn.discard(one)
        said = 600 if lost else 0
        if new is not None:
            said = 9005 if full and self.memory != "none" else 0
        return self.work(names, on_error), None if new is None and old is None else said, None

    def work(self, names, on_error):
        done = []
        for name in names:
            if on_error == "stopOnError" and 3100 in done:
                done.append(3231)
            else:
                done.append(3100 if name in self.there else 0)
                self.there.add(name)
        return done


STEPS = st.tuples(
    st.sampled_from((*[()] * 3, ("A",), ("B",), ("A", "B"), ("B", "B", "C"), ("C", "A"))),
    st.sampled_from(OnError).filter(lambda on_error: on_error != OnError.ROLLBACK).map(str),
    st.sampled_from((*[None, "a", "b"] * 5, LONG)),
    st.sampled_from((*[None, "a", "b"] * 5, ALL, LONG)),
)
EVENTS = st.sampled_from(("again", "tear", "no room", "room again", "forty minutes"))
SEQUENCES = st.lists(STEPS | EVENTS | st.sampled_from(MEMORIES), min_size=2, max_size=14)


@settings(max_examples=examples(300), derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SEQUENCES)
def test_any_sequence_of_documents_is_answered_by_the_rules(steps):
    rules, full, last = Rules(), False, None
    with CompanyFile.create(clock=lambda: rules.now) as company:
        for step in steps:
            if step in MEMORIES:
                company.message_sets = rules.memory = step
            elif step == "forty minutes":
                rules.now += 40 * 60
            elif step == "tear":
                tear(company)
                rules.torn.update(rules.kept)
            elif step in ("no room", "room again"):
                if full != (step == "no room"):
                    full = not full
                    (no_room if full else room_again)(company)
            elif step != "again" or last is not None:
                last = last if step == "again" else step
                names, on_error, new, old = last
                sent = document(*names, new=new, old=old, on_error=on_error)
                outcomes, set_status, kept = rules.answer(sent, *last, full=full)
                got = company.process(sent)
                if kept is not None:
                    assert got == kept
                    continue
                reply = read_reply(got)
                assert (codes(reply), reply.message_set_status, reply.message_set_id) == (outcomes, set_status, new)
                if new is not None and set_status == 0 and rules.memory != "none":
                    rules.kept[new] = sent, got, rules.now
                assert vendors(company) == sorted(rules.there)


@settings(max_examples=examples(60), derandomize=True, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=6))
def test_a_set_that_asks_for_no_memory_leaves_none_and_is_answered_without_a_status(steps):
    with CompanyFile.create() as company:
        for names, on_error, _, _ in steps:
            reply = say(company, *names, on_error=on_error)
            assert (reply.message_set_id, reply.message_set_status) == (None, None)
            assert len(reply.outcomes) == len(names)
        assert company._store._db.execute("SELECT count(*) FROM message_sets").fetchone() == (0,)


@pytest.mark.parametrize("set_status", [0, 600, 9001, 9002, 9004, 9005])
def test_what_is_said_of_a_set_reads_back_and_has_a_meaning(set_status):
    reply = Reply(outcomes=(Outcome(name="VendorAddRs"),), message_set_id="a", message_set_status=set_status)
    read = read_reply(write_reply(reply))
    assert (read.message_set_id, read.message_set_status) == ("a", set_status)
    assert status(set_status).effect is (Effect.DONE if set_status == 0 else Effect.UNKNOWN)


# --- one example for each ------------------------------------------------------------------------------------------


def test_a_lost_reply_is_asked_for_as_intuits_three_samples_do_it_and_then_cleared(books):
    lost = books.process(document("A", new="AB1F2395"))
    assert books.process(document(new="AB1F2395", old="AB1F2395")) == lost
    assert books.process(document(new="AB1F2395", old="AB1F2395")) == lost  # asking clears nothing
    cleared = say(books, old="AB1F2395")
    assert (cleared.outcomes, cleared.message_set_id, cleared.message_set_status) == ((), None, 0)
    assert say(books, new="AB1F2395", old="AB1F2395").message_set_status == 600


def test_the_same_bytes_again_are_answered_with_the_same_bytes_and_nothing_is_added(books):
    sent = document("A", "A", new="a")
    first = books.process(sent)
    assert books.process(sent) == books.process(sent) == first
    reply = read_reply(first)
    assert (codes(reply), reply.message_set_id, reply.message_set_status) == ([0, 3100], "a", 0)
    assert [outcome.committed for outcome in reply.outcomes] == [True, False]
    assert vendors(books) == ["A"]


def test_the_kept_reply_says_what_was_so_then_not_what_is_so_now(books):
    first = books.process(document("A", new="a"))
    vendor = read_reply(first).outcomes[0].record(Vendor)
    renamed = Request.mod(changes(vendor, attrs.evolve(vendor, name="B")))
    assert codes(read_reply(books.process(write_requests([renamed])))) == [0]
    assert books.process(document("A", new="a")) == first
    assert vendors(books) == ["B"]


@pytest.mark.parametrize(
    "other",
    [document("B", new="a"), document("A", new="a") + b"\n", document("A", new="a", old="b"), document(new="a")],
    ids=["other requests", "a line feed more", "an old id", "no requests"],
)
def test_other_bytes_under_an_id_that_is_taken_are_9001_and_not_carried_out(books, other):
    first = books.process(document("A", new="a"))
    reply = read_reply(books.process(other))
    assert (reply.outcomes, reply.message_set_id, reply.message_set_status) == ((), "a", 9001)
    assert vendors(books) == ["A"]
    assert books.process(document("A", new="a")) == first  # and it is still kept


def test_a_set_is_not_atomic_and_its_reply_says_so_for_ever(books):
    sent = document("A", "A", "B", new="a", on_error="stopOnError")
    first = read_reply(books.process(sent))
    assert codes(first) == [0, 3100, 3231]
    assert [outcome.tried for outcome in first.outcomes] == [True, True, False]
    assert vendors(books) == ["A"]
    assert read_reply(books.process(sent)) == first


def test_an_old_id_that_nothing_is_kept_under_is_600(books):
    for reply in (say(books, old="a"), say(books, old="a", new="a")):
        assert (reply.outcomes, reply.message_set_status) == ((), 600)


def test_another_company_file_has_not_kept_it(books):
    books.process(document("A", new="a"))
    with CompanyFile.create() as other:
        assert say(other, new="a", old="a").message_set_status == 600


def test_the_next_set_clears_the_one_before_and_need_not_know_whether_it_is_kept(books):
    books.process(document("A", new="a"))
    assert say(books, "B", new="b", old="a").message_set_status == 0
    assert say(books, new="a", old="a").message_set_status == 600
    assert say(books, "C", new="c", old="never").message_set_status == 0
    assert vendors(books) == ["A", "B", "C"]


def test_what_is_forgotten_is_carried_out_again(books):
    books.process(document("A", new="a"))
    books.process(document(old="a"))
    assert codes(say(books, "A", new="a")) == [3100]


def test_requests_beside_an_old_id_alone_are_carried_out_and_not_kept(books):
    books.process(document("A", new="a"))
    reply = say(books, "B", old="a")
    assert (codes(reply), reply.message_set_status) == ([0], 0)
    again = say(books, "B", old="a")
    assert (codes(again), again.message_set_status) == ([3100], 600)


def test_requests_beside_a_question_for_an_old_reply_are_not_carried_out(books):
    first = books.process(document("A", new="a"))
    assert books.process(document("B", new="a", old="a")) == first
    assert say(books, "B", new="b", old="b").message_set_status == 600
    assert vendors(books) == ["A"]


def test_all_are_cleared_at_once(books):
    for name in ("a", "b"):
        books.process(document(name, new=name))
    assert say(books, old=ALL).message_set_status == 0
    assert [say(books, new=name, old=name).message_set_status for name in ("a", "b")] == [600, 600]
    assert say(books, old=ALL).message_set_status == 0


def test_ids_are_compared_to_the_letter_and_an_empty_one_is_none(books):
    books.process(document("A", new="a"))
    assert say(books, new="A", old="A").message_set_status == 600
    empty = document("B").replace(b" onError", b' newMessageSetID="" oldMessageSetID="" onError')
    reply = read_reply(books.process(empty))
    assert (codes(reply), reply.message_set_id, reply.message_set_status) == ([0], None, None)


@pytest.mark.parametrize("ids", [{"new": LONG}, {"old": LONG}, {"new": LONG, "old": LONG}, {"new": "a", "old": LONG}])
def test_an_id_that_is_too_long_is_9004_and_nothing_is_carried_out(books, ids):
    reply = say(books, "A", **ids)
    assert (reply.outcomes, reply.message_set_status) == ((), 9004)
    assert vendors(books) == []


def test_what_our_own_writer_lets_through_is_never_9004(books):
    sent = write_requests([Request.add(Vendor(name="A"))], new_message_set_id=LONG[:-1])
    assert read_reply(books.process(sent)).message_set_status == 0
    with pytest.raises(RecordError) as error:
        write_requests([], new_message_set_id=LONG)
    assert [fault.status for fault in error.value.faults] == [9004]


def test_a_reply_that_was_not_kept_whole_is_9002_and_nothing_is_carried_out_again(books):
    sent = document("A", new="a")
    books.process(sent)
    tear(books)
    for asked in (document(new="a", old="a"), sent):
        reply = read_reply(books.process(asked))
        assert (reply.outcomes, reply.message_set_id, reply.message_set_status) == ((), "a", 9002)
        assert books.last_fault
    assert say(books, "B", new="a").message_set_status == 9001
    assert vendors(books) == ["A"]


def test_a_reply_that_cannot_be_kept_is_given_all_the_same_with_9005(books):
    no_room(books)
    reply = say(books, "A", "A", new="a")
    assert (codes(reply), reply.message_set_status, books.last_fault) == ([0, 3100], 9005, "the disk is full")
    assert vendors(books) == ["A"]
    room_again(books)
    assert say(books, new="a", old="a").message_set_status == 600
    assert codes(say(books, "A", "A", new="a")) == [3100, 3100]  # the work is done again


# --- what comes back -----------------------------------------------------------------------------------------------


def test_who_wants_no_data_gets_the_statuses_and_counts_alone(books):
    asked = [
        Request.add(Vendor(name="A")),
        Request.query(VendorQuery(), meta_data=MetaData.AND_RESPONSE_DATA),
        Request.query(VendorQuery(full_names=("B",))),
    ]
    reply = read_reply(books.process(write_requests(asked, response_data=ResponseData.NONE)))
    assert [(one.code, one.found, one.ret_count, one.unmodelled) for one in reply.outcomes] == [
        (0, (), None, ()),
        (0, (), 1, ()),
        (500, (), None, ()),
    ]
    assert [outcome.committed for outcome in reply.outcomes] == [True, False, False]
    assert vendors(books) == ["A"]


def test_a_reply_without_data_is_kept_without_data(books):
    sent = write_requests([Request.add(Vendor(name="A"))], response_data=ResponseData.NONE, new_message_set_id="a")
    first = books.process(sent)
    assert b"VendorRet" not in first
    assert books.process(document(new="a", old="a")) == first
    all_of_it = write_requests([Request.add(Vendor(name="A"))], response_data=ResponseData.ALL, new_message_set_id="a")
    assert read_reply(books.process(all_of_it)).message_set_status == 9001


# --- what is remembered --------------------------------------------------------------------------------------------


def asked_for(company, set_id):
    """The status with which a reply is asked for that was lost."""
    return say(company, new=set_id, old=set_id).message_set_status


def test_all_are_remembered_unless_it_is_said_otherwise(books):
    assert books.message_sets is SetMemory.ALL
    for set_id in "abc":
        say(books, set_id, new=set_id)
    assert [asked_for(books, set_id) for set_id in "abc"] == [0, 0, 0]


def test_only_the_last_is_remembered(books):
    books.message_sets = SetMemory.LAST
    first, last = (document(name, new=name) for name in "ab")
    books.process(first)
    kept = books.process(last)
    books.process(document("C"))  # which asks for no memory
    assert books.process(last) == kept
    assert asked_for(books, "a") == 600
    assert codes(read_reply(books.process(first))) == [3100]  # it is done again
    assert [asked_for(books, set_id) for set_id in "ab"] == [0, 600]


def test_none_is_remembered_and_ids_are_taken(books):
    say(books, "A", new="a")
    books.message_sets = "none"
    assert books.message_sets is SetMemory.NONE
    sent = document("B", new="b")
    first, again = read_reply(books.process(sent)), read_reply(books.process(sent))
    assert (codes(first), first.message_set_id, first.message_set_status) == ([0], "b", 0)
    assert codes(again) == [3100]
    assert [asked_for(books, set_id) for set_id in "ab"] == [600, 600]
    books.message_sets = "all"
    assert asked_for(books, "a") == 600  # what was forgotten does not come back


def test_each_is_remembered_for_a_time_by_the_clock_of_the_company_file(tmp_path):
    path, clock = tmp_path / "a.company", Clock()
    with CompanyFile.create(path, clock=clock) as company:
        say(company, new="a")
        clock.forward(1800)
        say(company, new="b")
    with CompanyFile.open(path, clock=clock) as company:
        company.message_sets = HOUR
        clock.forward(1799)
        assert [asked_for(company, set_id) for set_id in "ab"] == [0, 0]
        clock.forward(1)
        assert [asked_for(company, set_id) for set_id in "ab"] == [600, 0]
        say(company, "A", new="a")  # and is kept anew
        clock.forward(3599)
        assert [asked_for(company, set_id) for set_id in "ab"] == [0, 600]


def test_what_is_kept_in_a_file_of_the_first_release_is_there_and_too_old_for_any_time(tmp_path):
    path = tmp_path / "a.company"
    with CompanyFile.create(path) as company:
        say(company, new="a")
        company._store._db.execute("DROP TABLE message_set_times")
    with CompanyFile.open(path) as company:
        say(company, new="b")
        assert [asked_for(company, set_id) for set_id in "ab"] == [0, 0]
        company.message_sets = HOUR
        assert [asked_for(company, set_id) for set_id in "ab"] == [600, 0]


@pytest.mark.parametrize("wrong", ["some", None, 3600, dt.timedelta(0), -HOUR])
def test_what_is_no_memory_is_refused(books, wrong):
    with pytest.raises(ValueError, match="expected"):
        books.message_sets = wrong
    assert books.message_sets is SetMemory.ALL


# --- dying ---------------------------------------------------------------------------------------------------------


def test_a_kept_reply_is_still_there_when_the_file_is_opened_again(tmp_path):
    path, sent = tmp_path / "a.company", document("A", new="a")
    with CompanyFile.create(path) as company:
        first = company.process(sent)
    with CompanyFile.open(path) as company:
        assert company.process(sent) == company.process(document(new="a", old="a")) == first
        assert vendors(company) == ["A"]


DYING = """
    import os, signal, sys
    from procore_qbd.simulator import CompanyFile
    from procore_qbd.simulator.store.file import Store

    def die(*_):
        os.kill(os.getpid(), signal.{signal})

    kept = Store.keep_message_set

    def keep_and_die(*what):
        kept(*what)
        die()

    Store.keep_message_set = {moment}
    CompanyFile.open(sys.argv[1]).process(sys.stdin.buffer.read())
    print("nobody died")
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills otherwise")
@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("die", id="before it is written", marks=pytest.mark.slow),
        pytest.param("keep_and_die", id="before it is committed"),
    ],
)
def test_who_dies_between_the_work_and_the_record_leaves_work_that_is_not_known_by_its_id(tmp_path, moment):
    path, sent = tmp_path / "a.company", document("A", "B", new="a")
    CompanyFile.create(path).close()
    script = textwrap.dedent(DYING).format(signal="SIGKILL", moment=moment)
    command = [sys.executable, "-c", script, os.fspath(path)]
    died = subprocess.run(command, input=sent, capture_output=True, check=False)  # noqa: S603  our own
    assert (died.returncode, died.stdout) == (-signal.SIGKILL, b"")
    with CompanyFile.open(path) as company:
        assert vendors(company) == ["A", "B"]
        assert say(company, new="a", old="a").message_set_status == 600
        assert codes(read_reply(company.process(sent))) == [3100, 3100]  # so: look for the records before sending again


def test_a_document_that_is_not_taken_keeps_and_clears_nothing(books):
    first = books.process(document("A", new="a"))
    torn = document("B", new="b", old="a").replace(b"<Name>", b"<Nome>").replace(b"</Name>", b"</Nome>")
    with pytest.raises(EngineError, match="0x80040400"):
        books.process(torn)
    assert books.process(document(new="a", old="a")) == first
    assert say(books, new="b", old="b").message_set_status == 600
