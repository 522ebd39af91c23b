"""Any call in any order, with any ticket, to any process: what is answered, and what QuickBooks has in the end."""

import io
import time
from collections import Counter
from contextlib import suppress

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd.errors import EngineError
from procore_qbd.journal.states import LIVE_SESSIONS, SessionState
from procore_qbd.webconnector.calls import ConnectorCall
from procore_qbd.webconnector.endpoint import ANSWERS, ConnectorEndpoint
from procore_qbd.webconnector.passwords import new_ticket, ticket_digest
from support.connector import SETTINGS, Service, Visitor, call
from support.connector_storm import OneThread
from support.examples import examples

ADDRESS = "192.0.2.1"
PROCESSES = 3
QUICK = attrs.evolve(SETTINGS, lease=3)
"""A drain that is overtaken before it has claimed, and dies then, has a right that only time takes from it."""
HASTY, PATIENT = 0.2, 3.0
"""Seconds after which a drain counts as dead: at first so few that many a one does that only was slow."""
SOON, LAST = 5.0, 90.0
"""Seconds after which it is waited for longer, and in which whole updates must bring everything to its end."""


class DiesError(BaseException):
    """A drain dies where it is raised: nothing that it holds is given back."""


class Mortal:
    """The transport of a drain that may die at a document."""

    def __init__(self, transport, office):
        self.transport, self.office = transport, office

    def send(self, document):
        if self.office.dies.pop("before", None):
            raise DiesError
        reply = self.transport.send(document)
        if self.office.dies.pop("after", None):
            reply.close()
            raise DiesError
        return reply


class Office:
    """A service in three processes, a bookkeeper's Web Connectors, and whoever else has the address."""

    def __init__(self):
        self.service = Service("hill", "lake", settings=QUICK, patience=0.2, silent=HASTY)
        self.dies = {}
        self.apps = [self.mortal(self.service.process()) for _ in range(PROCESSES)]
        self.service.app.close()
        self.service.app = self.apps[0]
        self.tickets = []
        """Of the sessions that were begun, the newest first."""
        self.proved = set()
        self.papers = []
        """What was handed out: a ticket and a document, the newest first."""
        self.made = []
        """The calls that were made with a ticket, the newest first."""
        self.submitted = 0

    def mortal(self, app):
        drain, run = app._feed._drain, app._feed.run

        def drained(session, transport, *more):
            return drain(session, Mortal(transport, self), *more)

        def until_it_dies(*session):
            with suppress(DiesError):
                run(*session)

        app._feed._drain, app._feed.run = drained, until_it_dies
        return app

    def close(self):
        """End the drains too, wherever they are."""
        for one in self.apps[0].sessions.recent("hill"):
            self.apps[0].sessions.close(one.ticket, "the test is over")
        for app in self.apps:
            app.close()
        for file in self.service.files.values():
            file.close()

    # --- what is answered --------------------------------------------------------------------------------------------

    def ask(self, process, one):
        """Make a call, and see that it is answered by one of the kinds that there are."""
        if one.response is not None:
            one.response.seek(0)
        answer = self.apps[process % PROCESSES].endpoint.answer(one, ADDRESS)
        if one.name == "authenticate":
            ticket, word = answer
            assert len(ticket) == 38
            assert word in ("", "nvu", "none", "busy")
        elif one.name == "receiveResponseXML":
            assert type(answer) is int
            assert answer == -1 or 1 <= answer <= 100
        elif one.name == "sendRequestXML":
            assert answer in ("", "NoOp") or (answer.startswith("<?xml") and "<QBXML>" in answer)
        elif one.name == "connectionError":
            assert answer == "done"
        else:
            assert isinstance(answer, str)
            assert "QBXML" not in answer
        if one.name != "authenticate":
            self.made = [one, *self.made][:40]
        return answer

    def ticket(self, number):
        """One that is good, one of before, one that nobody has, or none."""
        return [*self.tickets[:3], new_ticket(), ""][number % (min(len(self.tickets), 3) + 2)]

    def visitor(self, file="hill"):
        return Visitor(self.service, "hill", file=self.service.files[file], app=self.apps[0])

    # --- steps -------------------------------------------------------------------------------------------------------

    def sign_in(self, number, process):
        user, password = [
            ("hill-user", self.service.passwords["hill"]),
            ("hill-user", self.service.passwords["hill"]),
            ("hill-user", "planted-wrong"),
            ("nobody", self.service.passwords["hill"]),
            ("hill-user", self.service.passwords["lake"]),
            ("", ""),
            ("hill-user\0", "\ud800"),
        ][number % 7]
        one = ConnectorCall("authenticate", {"strUserName": user, "strPassword": password}, None)
        ticket, word = self.ask(process, one)
        assert number % 7 < 2 or word == "nvu"
        if word == "":
            self.tickets.insert(0, ticket)

    def fetch(self, number, process):
        """The Web Connector asks for a document: it proves the company file, or another one's, or nothing."""
        kind, cut, which = number % 5, number // 5 % 4 == 3, number // 20
        ticket = self.ticket(which)
        first = ticket not in self.proved
        file = "lake" if kind == 1 else "hill"
        hello = self.visitor(file).hello() if kind in (1, 2) or (first and kind != 3) else ""
        if kind == 4:
            hello = hello.replace("<QBXML>", "")
        document = self.ask(process, call("sendRequestXML", ticket, hello, "C:\\b.qbw", "US", "13", "0"))
        if kind == 1 or (kind == 4 and first) or ticket not in self.tickets:
            assert document == ""
            return
        if hello and kind != 4 and document:
            self.proved.add(ticket)
        if document not in ("", "NoOp"):
            assert ticket in self.proved
            if not cut:
                self.papers = [(ticket, document), *self.papers][:8]

    def bring(self, number, process):
        """QuickBooks carries out a document that it was handed; the reply comes back, or is lost, or is no reply."""
        if not self.papers:
            return
        ticket, document = self.papers[number // 6 % min(2, len(self.papers))]
        kind = number % 6
        reply, hresult = b"", ""
        if kind in (0, 1, 2, 3):
            try:
                reply = self.service.files["hill"].process(document.encode())
            except EngineError as error:
                hresult = f"0x{error.hresult:08X}"
        if kind == 3:  # the Web Connector dies before it brings it
            return
        if kind == 4:  # QuickBooks was never reached
            hresult = "0x80040408"
        if kind == 5:
            reply = b"<QBXML>"
        one = call("receiveResponseXML", ticket, hresult, "", response=reply)
        self.ask(process, one)

    def update(self, number, process):
        """Some calls as they should be; at last a document may be in QuickBooks."""
        for turn in range(number % 12):
            self.papers.clear()
            self.fetch(0, process + turn)
            if number % 3 or turn:
                self.bring(0, process)

    def repeat(self, number, process):
        """A call comes once more: the last one, or one of before."""
        if self.made:
            one = self.made[number % len(self.made)]
            file = None if one.response is None else io.BytesIO(one.response.getvalue())
            self.ask(process, ConnectorCall(one.name, one.arguments, file, one.response_digest))

    def say(self, number, process):
        ticket = self.ticket(number // 6)
        one = [
            call("getLastError", ticket),
            call("closeConnection", ticket),
            call("connectionError", ticket, "0x80040408", "Could not start QuickBooks.\0"),
            call("receiveResponseXML", ticket, "0x0", "\0", response=b""),
            call("getInteractiveURL", ticket, ""),
            call("interactiveDone", ticket),
        ][number % 6]
        self.ask(process, one)

    def submit(self, number, _process):
        count = number % 3 + 1
        self.service.submit("hill", count)
        self.submitted += count

    def die(self, number, _process):
        """The next drain at work, in whatever process, dies before or after its next document."""
        self.dies[("before", "after")[number % 2]] = True

    def rest(self, number, _process):
        time.sleep(0.05 * (number % 6))

    # --- promises ----------------------------------------------------------------------------------------------------

    def look(self):
        """Each vendor is there at most once, and nothing ever got into the other company file."""
        twice = {name: count for name, count in Counter(self.service.vendors()).items() if count > 1}
        assert not twice
        assert self.service.vendors("lake") == []

    def come_home(self):
        """Whole updates without faults: everything has an end, and Procore knows it.

        A reply from several documents before, brought again, may say of the fence what was true then. The company file
        is frozen for it, and a person who looks says that it is the right one.
        """
        self.dies.clear()
        journal, begun = self.service.journal, time.monotonic()
        while journal.closings("hill") or any(journal.count("hill").get(one) for one in ("waiting", "working")):
            if journal.company("hill").frozen is not None:
                self.apps[0].sessions.thaw_next("hill", "Ann")
            visitor = self.visitor()
            if visitor.sign_in() in ("busy", "none"):
                time.sleep(0.1)
            percent, first = 1, True
            while 0 < percent < 100:
                assert time.monotonic() < begun + LAST, (journal.count("hill"), journal.company("hill"))
                if time.monotonic() > begun + SOON:  # on a busy machine no drain would get anywhere
                    for app in self.apps:
                        app._feed.silent = PATIENT
                document = visitor.fetch(first)
                first = False
                if document != "NoOp":
                    percent = visitor.bring(document) if document else -1
            visitor.ask("closeConnection", visitor.ticket)
        self.look()
        assert len(self.service.vendors()) == self.submitted
        assert journal.doubts("hill") == ()
        told = {}  # who is overtaken between telling it and writing down that it is told is not the last to tell it
        for _, one in self.service.told:
            assert told.setdefault(one.details[0].request_detail_id, one.details) == one.details
        assert set(told) == set(range(1, self.submitted + 1))


STEPS = ("update", "fetch", "bring", "sign_in", "repeat", "say", "submit", "die", "rest")
steps = st.tuples(st.sampled_from(STEPS), st.integers(0, 119), st.integers(0, PROCESSES - 1))


def played(course):
    office = Office()
    try:
        office.submit(2, 0)
        office.sign_in(0, 0)
        for name, number, process in course:
            getattr(office, name)(number, process)
            office.look()
        office.come_home()
    finally:
        office.close()
    return office


unhurried = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(unhurried, max_examples=examples(40))
@given(st.lists(steps, max_size=25))
def test_whatever_is_called_each_vendor_is_made_once(course):
    played(course)


@pytest.mark.slow
@settings(unhurried, max_examples=examples(60))
@given(st.lists(steps, min_size=10, max_size=60))
def test_whatever_is_called_for_long_each_vendor_is_made_once(course):
    played(course)


MOVES = {
    SessionState.OPENED: "",
    SessionState.WORKING: "b",
    SessionState.OFFERED: "bo",
    SessionState.AWAITING: "boh",
    SessionState.ANSWERED: "boha",
    SessionState.OVER: "be",
    SessionState.CLOSED: "bohc",
    SessionState.SUPERSEDED: "bohs",
}
"""How a session comes to stand there."""
DOCUMENT = b"<?xml ?><QBXML/>"
HANDED_OUT = DOCUMENT.decode()
GIVEN = {
    "sendRequestXML": ("NoOp", "NoOp", HANDED_OUT, HANDED_OUT, "NoOp", "", "", ""),
    "receiveResponseXML": (-1, -1, -1, 1, -1, -1, -1, -1),
    "getLastError": ("NoOp", "NoOp", "NoOp", "NoOp", "NoOp", "ended", "closed", "a later session began"),
    "connectionError": ("done",) * 8,
    "closeConnection": (
        *("The update was ended.",) * 3,
        "cut off",
        "The update was ended.",
        "ended",
        "closed",
        "later",
    ),
}
"""What is answered where there is no drain that goes on, or how it begins; in the order of the states."""


@pytest.mark.parametrize(("name", "state"), ANSWERS)
def test_every_row_of_the_table_of_answers(name, state):
    service = Service()
    service.submit(count=2)
    sessions, ticket = service.app.sessions, new_ticket()
    digest = ticket_digest(ticket)
    endpoint = ConnectorEndpoint(sessions, OneThread(sessions), patience=0)
    login = sessions.login("hill-user")
    sessions.open(login, digest, 2)
    steps = {
        "b": lambda: sessions.begin(digest, "drain", "13.0 US"),
        "o": lambda: sessions.offer(digest, "drain", DOCUMENT),
        "h": lambda: sessions.hand_over(digest, 1),
        "a": lambda: sessions.keep_reply(digest, "another call", io.BytesIO(b"<reply/>")),
        "e": lambda: sessions.end(digest, "drain", "ended", failed=False),
        "c": lambda: sessions.close(digest, "closed"),
        "s": lambda: sessions.open(login, "later", 2),
    }
    for step in MOVES[state]:
        assert steps[step]() is not None
    assert sessions.find(digest).state is state
    more = {"sendRequestXML": (service.visitor().hello(), "", "US", "13", "0"), "connectionError": ("0x80040408", "x")}
    one = call(name, ticket, *more.get(name, ()), response=b"<reply/>" if name == "receiveResponseXML" else None)
    answer = endpoint.answer(one, ADDRESS)
    given = GIVEN[name][list(MOVES).index(state)]
    assert answer == given or (given and str(given) in str(answer) and name in ("getLastError", "closeConnection"))
    after = sessions.find(digest).state
    if name in ("connectionError", "closeConnection") and state in LIVE_SESSIONS:
        assert after is SessionState.CLOSED
    elif (name, state) == ("receiveResponseXML", SessionState.AWAITING):
        assert after is SessionState.ANSWERED
        assert endpoint.answer(one, ADDRESS) == answer
    elif name == "sendRequestXML" and state in (SessionState.OPENED, SessionState.OFFERED):
        assert after is {SessionState.OPENED: SessionState.WORKING}.get(state, SessionState.AWAITING)
    else:
        assert after is state


def test_a_drain_that_waits_long_for_procore_is_not_taken_for_dead(monkeypatch):
    """While it tells how requests ended it sends nothing; the Web Connector comes and asks all the same."""
    for module in ("line", "app"):
        monkeypatch.setattr(f"procore_qbd.webconnector.{module}.BEAT", 0.1, raising=False)
    service = Service(settings=SETTINGS, silent=1.0)
    service.submit(count=6)
    told = []

    def slowly(_company, close_out):
        time.sleep(0.4)
        told.append(close_out.details[0].request_detail_id)
        return True

    monkeypatch.setattr(service.app, "_tell", slowly)
    assert service.visitor().update()[0][-1] == 100
    assert sorted(told) == [1, 2, 3, 4, 5, 6]
    service.app.close()
