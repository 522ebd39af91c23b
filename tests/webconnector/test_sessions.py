"""The sessions in the journal, over every store: each move from every state, and what a hostile client sends."""

import io
import itertools
import threading

import pytest

from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.errors import JournalError, LeaseLostError
from procore_qbd.journal import Journal
from procore_qbd.journal.sessions import Login, Sessions
from procore_qbd.journal.states import LIVE_SESSIONS, SESSION_MOVES, SessionState
from procore_qbd.journal.tables import TABLES
from procore_qbd.webconnector import hashed, new_password
from support.company import Clock

HILL = Login(user="hill-user", company="hill", secret=hashed(new_password(), generated=True), file_id="{1}")
LAKE = Login(user="lake-user", company="lake", secret=hashed(new_password(), generated=True), file_id="{2}")
HOSTILE = "C:\\Books\\\0\ud800\u202e.qbw"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def journal(store, clock):
    made = Journal(store, clock=clock)
    made.register("hill")
    made.register("lake")
    return made


@pytest.fixture
def sessions(journal):
    made = Sessions(journal)
    made.keep_login(HILL)
    made.keep_login(LAKE)
    return made


def everything(sessions):
    """All that the journal keeps."""
    with sessions.journal.tables.reading() as rows:
        return {name: rows.select(name, {}) for name in TABLES}


STEPS = {
    "begin": lambda one, ticket: one.begin(ticket, "drain", "13.0 US"),
    "offer": lambda one, ticket: one.offer(ticket, "drain", b"<document/>"),
    "hand over": lambda one, ticket: one.hand_over(ticket, 1),
    "answer": lambda one, ticket: one.keep_reply(ticket, "digest", io.BytesIO(b"<reply/>")),
    "take": lambda one, ticket: one.take_reply(ticket, "drain"),
    "end": lambda one, ticket: one.end(ticket, "drain", "all done", failed=False),
    "adopt": lambda one, ticket: one.adopt(ticket, "successor", silent=20),
    "close": lambda one, ticket: one.close(ticket, "the update was ended"),
}
"""Every move but to supersede, which `open` makes; by who made the moves before."""

TO = {
    SessionState.OPENED: (),
    SessionState.WORKING: ("begin",),
    SessionState.OFFERED: ("begin", "offer"),
    SessionState.AWAITING: ("begin", "offer", "hand over"),
    SessionState.ANSWERED: ("begin", "offer", "hand over", "answer"),
    SessionState.OVER: ("begin", "end"),
    SessionState.CLOSED: ("begin", "offer", "hand over", "answer", "close"),
    SessionState.SUPERSEDED: ("begin", "offer", "hand over", "answer"),
}


def brought_to(sessions, state):
    """A session that stands there, and whose drain has a right to the company file and is not heard of any more."""
    sessions.open(HILL, "t", 3)
    for step in TO[state]:
        assert STEPS[step](sessions, "t") is not None
    if state is SessionState.SUPERSEDED:
        sessions.open(HILL, "later", 3)
    assert sessions.find("t").state is state
    claim = sessions.journal.claim("hill", "drain", 3600)
    assert claim is not None
    sessions.journal._clock.forward(30)
    return claim


def afresh(sessions):
    """Nothing is left of what went before."""
    with sessions.journal.tables.transaction() as rows:
        rows.delete("session", {})
        rows.delete("reply_part", {})
        rows.update("company", {}, {"owner": None, "leased_until": None})


def test_a_move_that_is_not_possible_changes_nothing_and_every_other_is_made(sessions):
    for state, move in itertools.product(SessionState, STEPS):
        afresh(sessions)
        brought_to(sessions, state)
        before = everything(sessions)
        made = STEPS[move](sessions, "t")
        after = everything(sessions)
        if (state, move) in SESSION_MOVES:
            assert (made[0] if move == "take" else made).state is SESSION_MOVES[state, move]
            assert sessions.find("t").state is SESSION_MOVES[state, move]
        elif move == "end":  # what the drain did not give back is taken from it, wherever its session stands
            assert made is None
            assert after["session"] == before["session"]
        else:
            assert (state, move, made) == (state, move, None)
            assert (state, move, after) == (state, move, before)


def test_a_later_session_supersedes_what_is_live_and_nothing_else(sessions):
    for state in SessionState:
        afresh(sessions)
        brought_to(sessions, state)
        sessions.open(HILL, "new", 1)
        assert sessions.find("t").state is (SessionState.SUPERSEDED if state in LIVE_SESSIONS else state)
        assert sessions.find("new").state is SessionState.OPENED


def test_nothing_is_done_for_a_ticket_that_nobody_has(sessions):
    before = everything(sessions)
    for step in STEPS.values():
        assert step(sessions, "nobody's") is None
    assert sessions.find("nobody's", seen=True) is None
    assert sessions.beat("nobody's", "drain", 0) is None
    sessions.note_answer("nobody's", "digest", "50")
    sessions.note_alike("nobody's", 1)
    assert everything(sessions) == before


def test_another_drain_than_the_sessions_own_moves_nothing(sessions):
    for state in (SessionState.WORKING, SessionState.OFFERED, SessionState.ANSWERED):
        afresh(sessions)
        brought_to(sessions, state)
        before = everything(sessions)
        assert sessions.offer("t", "another", b"<document/>") is None
        assert sessions.take_reply("t", "another") is None
        assert sessions.beat("t", "another", 0) is None
        assert sessions.end("t", "another", "done", failed=False) is None
        assert everything(sessions) == before


def test_a_document_of_another_number_is_not_handed_over(sessions):
    brought_to(sessions, SessionState.OFFERED)
    assert sessions.hand_over("t", 2) is None
    assert sessions.hand_over("t", 1).handed == 1


def test_a_reply_of_any_size_comes_back_as_it_was(sessions):
    brought_to(sessions, SessionState.AWAITING)
    reply = b"<reply>" + bytes(range(256)) * 12_000
    kept = sessions.keep_reply("t", "digest", io.BytesIO(reply), hresult="", detail="")
    assert (kept.state, kept.call, kept.answer) == (SessionState.ANSWERED, "digest", "")
    sessions.note_answer("t", "another", "7")
    assert sessions.find("t").answer == ""
    sessions.note_answer("t", "digest", "50")
    session, pieces = sessions.take_reply("t", "drain")
    assert b"".join(pieces) == reply
    assert len(pieces) == 3
    assert session.answer == "50"
    assert sessions.offer("t", "drain", b"<next/>").number == 2
    with sessions.journal.tables.reading() as rows:
        assert rows.select("reply_part", {}) == []


def test_an_hresult_comes_back_as_it_was(sessions):
    brought_to(sessions, SessionState.AWAITING)
    sessions.keep_reply("t", "digest", None, hresult="0x80040408", detail="Could not start QuickBooks.")
    session, pieces = sessions.take_reply("t", "drain")
    assert (session.hresult, session.detail, pieces) == ("0x80040408", "Could not start QuickBooks.", [])


def test_what_a_repeated_reply_is_taken_for_is_written_down(sessions):
    brought_to(sessions, SessionState.AWAITING)
    sessions.note_alike("t", 2)
    assert sessions.find("t").alike == 0
    sessions.note_alike("t", 1)
    assert sessions.find("t").alike == 1
    sessions.note_alike("t", -1)
    assert sessions.find("t").alike == -1


# --- drains ----------------------------------------------------------------------------------------------------------


def test_who_goes_on_with_a_session_takes_the_right_from_the_drain_before(sessions, journal, clock):
    journal.submit("hill", CreateVendor(company_id=7, request_detail_id=1, vendor=VendorCompany(id=1, name="Ash")))
    sessions.open(HILL, "t", 1)
    sessions.begin("t", "drain", "13.0 US")
    claim = journal.claim("hill", "drain", 3600)
    clock.forward(19)
    assert sessions.adopt("t", "successor", silent=20) is None
    assert journal.claim("hill", "successor", 60) is None
    clock.forward(1)
    assert sessions.adopt("t", "successor", silent=20).runner == "successor"
    assert sessions.adopt("t", "third", silent=20) is None
    with pytest.raises(LeaseLostError):
        journal.under_way(claim)
    assert journal.claim("hill", "successor", 60) is not None
    with pytest.raises(LeaseLostError):
        journal.release(claim)
    assert sessions.end("t", "drain", "I am done", failed=False) is None
    assert sessions.find("t").state is SessionState.WORKING


def test_a_drain_that_says_that_it_is_at_work_is_not_replaced(sessions, clock):
    sessions.open(HILL, "t", 1)
    sessions.begin("t", "drain", "13.0 US")
    for _ in range(5):
        clock.forward(15)
        assert sessions.beat("t", "drain", 2) is not None
        assert sessions.adopt("t", "successor", silent=20) is None
    told = sessions.find("t").beat
    clock.forward(1)
    sessions.beat("t", "drain", 2)
    assert sessions.find("t").beat == told


def test_what_a_drain_did_not_give_back_is_taken_from_it_at_its_end(sessions, journal):
    sessions.open(HILL, "t", 1)
    sessions.begin("t", "drain", "13.0 US")
    claim = journal.claim("hill", "drain", 3600)
    ended = sessions.end("t", "drain", "a fault\0", failed=True)
    assert (ended.state, ended.failed, ended.words) == (SessionState.OVER, True, "a fault\\0")
    assert journal.claim("hill", "next", 60) is not None
    with pytest.raises(LeaseLostError):
        journal.under_way(claim)


def test_the_words_of_a_drain_are_not_lost_when_the_session_is_closed(sessions):
    brought_to(sessions, SessionState.OVER)
    closed = sessions.close("t", "The update was ended.", failed=True)
    assert (closed.state, closed.words, closed.failed) == (SessionState.CLOSED, "all done", True)


def test_a_company_file_is_freed_of_the_drain_of_a_session_that_is_over(sessions, journal, clock):
    assert not sessions.free("hill", silent=20)
    sessions.open(HILL, "t", 1)
    sessions.begin("t", "drain", "13.0 US")
    claim = journal.claim("hill", "drain", 3600)
    clock.forward(30)
    assert not sessions.free("hill", silent=20)  # it is for adopt() while the session is there
    ready = sessions.readiness("hill")
    assert (ready.busy, ready.due) == (False, True)
    sessions.close("t", "the Web Connector died")
    assert sessions.readiness("hill").busy
    assert not sessions.free("hill", silent=31)
    assert sessions.free("hill", silent=20)
    assert not sessions.readiness("hill").busy
    with pytest.raises(LeaseLostError):
        journal.under_way(claim)


def test_nobody_is_freed_of_a_program_that_is_no_session(sessions, journal, clock):
    journal.claim("hill", "another program", 3600)
    clock.forward(60)
    assert sessions.readiness("hill").busy
    assert not sessions.free("hill", silent=0)
    clock.forward(3600)
    assert not sessions.readiness("hill").busy


def test_what_waits_and_why_nothing_is_sent(sessions, journal):
    assert (sessions.readiness("hill").due, sessions.readiness("hill").waiting) == (False, 0)
    journal.submit("hill", CreateVendor(company_id=7, request_detail_id=1, vendor=VendorCompany(id=1, name="Ash")))
    ready = sessions.readiness("hill")
    assert (ready.due, ready.busy, ready.frozen, ready.waiting) == (True, False, None, 1)
    claim = journal.claim("hill", "test", 60)
    journal.freeze(claim, "it was restored")
    journal.release(claim)
    assert sessions.readiness("hill").frozen == "it was restored"
    assert sessions.readiness("lake").frozen is None
    with pytest.raises(JournalError):
        sessions.readiness("nowhere")


# --- time ------------------------------------------------------------------------------------------------------------


def test_a_ticket_is_good_for_nothing_when_nobody_called_with_it_for_an_hour(sessions, clock):
    sessions.open(HILL, "t", 1)
    for _ in range(5):
        clock.forward(3000)
        assert sessions.find("t", seen=True).live
    clock.forward(3000)
    assert sessions.find("t").live
    clock.forward(601)
    found = sessions.find("t", seen=True)
    assert (found.state, found.failed) == (SessionState.CLOSED, True)
    assert "did not come back" in found.words


def test_a_ticket_is_good_for_nothing_after_a_day_whatever_happens(sessions, clock):
    sessions.open(HILL, "t", 1)
    for _ in range(24 * 2):
        clock.forward(1800)
        assert sessions.find("t", seen=True).live
    clock.forward(1)
    assert sessions.find("t", seen=True).state is SessionState.CLOSED


def test_old_sessions_are_purged_and_live_ones_are_not(sessions, journal, clock):
    for state in SessionState:
        afresh(sessions)
        journal.release(brought_to(sessions, state))
        clock.forward(80 * 24 * 3600)
        journal.purge("hill", 90 * 24 * 3600)
        assert sessions.find("t") is not None
        afresh(sessions)
        journal.release(brought_to(sessions, state))
        clock.forward(100 * 24 * 3600)
        journal.purge("hill", 90 * 24 * 3600)
        rows = everything(sessions)
        kept = {one["ticket"] for one in rows["session"]}
        assert ("t" in kept) == (state in LIVE_SESSIONS)
        assert {one["ticket"] for one in rows["reply_part"]} <= kept


def test_fifty_sessions_of_a_company_file_are_kept_and_nothing_of_what_was_sent_in_the_others(sessions, clock):
    sessions.open(LAKE, "lake", 0)
    for number in range(60):
        sessions.open(HILL, f"{number:02}", 0)
        sessions.begin(f"{number:02}", "drain", "13.0 US")
        sessions.offer(f"{number:02}", "drain", b"<document/>")
        sessions.hand_over(f"{number:02}", 1)
        sessions.keep_reply(f"{number:02}", "digest", io.BytesIO(b"<reply/>"))
        clock.forward(1)
    rows = everything(sessions)
    assert sorted(one["ticket"] for one in rows["session"]) == [f"{number:02}" for number in range(10, 60)] + ["lake"]
    assert {one["ticket"] for one in rows["reply_part"]} <= {one["ticket"] for one in rows["session"]}
    newest = sessions.recent("hill", 3)
    assert [one.ticket for one in newest] == ["59", "58", "57"]
    assert all(one.document is None for one in newest)


def test_of_two_that_sign_in_at_once_one_session_is_live(sessions):
    failed = []

    def sign_in(number):
        try:
            for turn in range(5):
                sessions.open(HILL, f"{number} {turn}", 1)
        except Exception as error:  # noqa: BLE001  it is looked at below
            failed.append(error)

    threads = [threading.Thread(target=sign_in, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    states = [one["state"] for one in everything(sessions)["session"]]
    assert sorted(states) == sorted(["superseded"] * 19 + ["opened"])


# --- logins ----------------------------------------------------------------------------------------------------------


def test_a_user_belongs_to_one_company_file(sessions):
    with pytest.raises(JournalError, match="is the user of another company file"):
        sessions.keep_login(Login(user="hill-user", company="lake", secret=LAKE.secret, file_id="{2}"))
    with pytest.raises(JournalError):
        sessions.keep_login(Login(user="new", company="nowhere", secret=LAKE.secret, file_id="{2}"))
    assert sessions.login("hill-user") == HILL
    assert sessions.login("new") is None
    assert set(sessions.logins()) == {HILL, LAKE}
    assert sessions.logins("lake") == (LAKE,)


def test_who_is_dropped_is_out_at_once(sessions):
    sessions.open(HILL, "t", 1)
    sessions.open(LAKE, "u", 1)
    assert sessions.drop_login("hill-user")
    assert not sessions.drop_login("hill-user")
    assert sessions.login("hill-user") is None
    assert sessions.find("t").state is SessionState.CLOSED
    assert sessions.find("u").live


def test_failures_are_counted_by_user_and_address(sessions, clock):
    assert sessions.failures("hill-user", "192.0.2.1")[0] == 0
    assert sessions.failures("nobody", "192.0.2.1")[0] == 0
    sessions.note_attempt("nobody", "192.0.2.1", ok=False)
    for _ in range(3):
        sessions.note_attempt("hill-user", "192.0.2.1", ok=False)
    clock.forward(7)
    assert sessions.failures("hill-user", "192.0.2.1") == (3, 7)
    assert sessions.failures("hill-user", "192.0.2.2")[0] == 0
    assert sessions.failures("lake-user", "192.0.2.1")[0] == 0
    for number in range(50):
        clock.forward(1)
        sessions.note_attempt("hill-user", f"198.51.100.{number}", ok=False)
    assert sessions.failures("hill-user", "192.0.2.1")[0] == 0  # of so many addresses the oldest is forgotten
    assert sessions.failures("hill-user", "198.51.100.0")[0] == 1
    sessions.note_attempt("hill-user", "198.51.100.0", ok=True, secret=LAKE.secret)
    assert sessions.failures("hill-user", "198.51.100.0")[0] == 0
    assert sessions.login("hill-user").secret == LAKE.secret
    sessions.keep_login(HILL)
    assert sessions.failures("hill-user", "198.51.100.1")[0] == 0


# --- a hostile client ------------------------------------------------------------------------------------------------


def test_nobody_has_a_user_name_that_cannot_be_kept(sessions):
    for user in ("\0", "hill-user\0", "\ud800", "a\ud800b", "", "x" * 100_000, "\u202e"):
        assert sessions.login(user) is None


def test_any_address_is_remembered(sessions):
    for address in ("\0", "\ud800", "", "x" * 1000):
        sessions.note_attempt("hill-user", address, ok=False)
        assert sessions.failures("hill-user", address)[0] == 1


def test_words_and_paths_with_characters_that_cannot_be_kept_are_told_all_the_same(sessions):
    sessions.open(HILL, "t", 1)
    closed = sessions.close("t", f"another one open ({HOSTILE})", failed=True)
    assert closed.words == "another one open (C:\\Books\\\\0\\ud800\u202e.qbw)"


def test_an_hresult_and_words_with_characters_that_cannot_be_kept_do_not_stop_the_reply(sessions):
    brought_to(sessions, SessionState.AWAITING)
    kept = sessions.keep_reply("t", "digest", io.BytesIO(b""), hresult=HOSTILE, detail=HOSTILE)
    assert kept.state is SessionState.ANSWERED
    assert "\0" not in kept.hresult + kept.detail
    session, _ = sessions.take_reply("t", "drain")
    assert session.hresult == kept.hresult
