"""A Web Connector between a storm's worker and its QuickBooks, which a chooser kills: no thread, no socket, no time."""

import io
from collections import Counter
from functools import cache

from procore_qbd.errors import EngineError
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.journal.states import SessionState
from procore_qbd.testing.storm.world import first_scene
from procore_qbd.testing.web_connector import FakeWebConnector, WebConnectorCall
from procore_qbd.transports.base import BaseTransport
from procore_qbd.webconnector import Login, Sessions, hashed, new_password, soap
from procore_qbd.webconnector.endpoint import ConnectorEndpoint
from procore_qbd.webconnector.line import Bells, ConnectorLine
from procore_qbd.webconnector.passwords import new_ticket, ticket_digest

__all__ = ["FATES", "USUAL", "through_a_web_connector"]

USUAL = "usual"
CALL = (
    USUAL,
    "dies before a call",
    "dies after a call",
    "asks again",
    "closes early",
    "signs in beside itself",
)
"""What befalls any call of the Web Connector."""
REPLY = (
    *CALL,
    "the reply comes late",
    "the reply before comes again",
    "the call is cut",
)
"""What befalls one that brings a reply."""
WORK = (USUAL, "QuickBooks does not start", "QuickBooks breaks off", "QuickBooks breaks off when all is done")
"""What befalls QuickBooks, of which an HRESULT tells."""
BETWEEN = (USUAL, "the update ends, and another begins", "another process goes on")
"""What befalls between two documents."""
FATES = frozenset(fate for fates in (CALL, REPLY, WORK, BETWEEN) for fate in fates)

_DID_NOT_START, _BROKE_OFF = 0x80040408, 0x800706BE
_OWNER, _FILE = "{0f0e0d0c-0b0a-0908-0706-050403020100}", "{5b8a6f2e-9a53-4f6f-8f0e-2a3f9f1f0a01}"
_MOST = 200
"""So many calls begin a session, whatever befalls."""


@cache
def _about(document):
    """What QuickBooks says of itself: never what a storm has ordered for a document of ours."""
    with first_scene().company.twin() as twin:
        return twin.process(document)


class OneThread:
    """Stands for the feed: the drain is the storm's worker, who is at work anyway."""

    silent = 1e9

    def __init__(self, sessions):
        self.sessions = sessions
        self.session = self.runner = None

    def begin(self, session, dialect):
        self.runner = new_ticket()
        self.session = self.sessions.begin(session.ticket, self.runner, dialect)
        return self.session

    def see_to(self, session):
        return session


class ThroughAWebConnector(BaseTransport):
    """A transport of a storm; what waits for an answer makes the Web Connector's next call."""

    def __init__(self, process, world, chooser):
        super().__init__()
        self._document, self._world = process, world
        self._dice = chooser.split("Web Connector", departures=0.12)
        self._quickbooks = chooser.split("QuickBooks behind it", departures=0.05)
        self._between = chooser.split("between its documents", departures=0.1)
        self.survived = Counter()
        journal = Journal(MemoryTables(), clock=lambda: world.turns.now)
        journal.register("books")
        self.sessions, self._bells = Sessions(journal), Bells()
        self._feed = OneThread(self.sessions)
        self._endpoint = ConnectorEndpoint(self.sessions, self._feed, self._bells, patience=0, version="storm")
        password = new_password()
        self.sessions.keep_login(
            Login(user="storm", company="books", secret=hashed(password, generated=True), file_id=_FILE)
        )
        claim = journal.claim("books", "storm", 1)
        journal.freeze(claim, "it is always somebody's turn")
        journal.release(claim)
        self._connector = FakeWebConnector(
            self._post,
            self._process,
            user="storm",
            password=password,
            file_id=_FILE,
            owner_id=_OWNER,
            ask=_about,
            sleep=lambda _: None,
            clock=lambda: world.turns.now,
            patience=10**9,
        )
        self._steps = self._call = None
        self._held, self._brought = [], None

    def fate(self, chooser, options, whom):
        if self._world.calm:
            return USUAL
        fate = options[chooser.pick(len(options), whom)]
        if fate != USUAL:
            self.survived[fate] += 1
            self._world.note(whom, fate)
        return fate

    # --- the worker's side -------------------------------------------------------------------------------------------

    def _exchange(self, document):
        between = self.fate(self._between, BETWEEN, "between documents")
        if between == BETWEEN[1]:
            self._end()
        elif between == BETWEEN[2]:
            self._adopt()
        for _ in range(_MOST):
            if self._is_begun():
                break
            self._step()
        else:
            raise AssertionError("no session begins")
        line = ConnectorLine(
            self.sessions, self._feed.session, self._feed.runner, self._bells, wait=lambda *_: self._step()
        )
        return line.send(document)

    def _now(self):
        session = self._feed.session
        return None if session is None else self.sessions.find(session.ticket)

    def _is_begun(self):
        now = self._now()
        return now is not None and now.state is SessionState.WORKING

    def _end(self):
        """The drain has nothing more to do, and the Web Connector is told so."""
        if self._is_begun():
            self.sessions.end(self._feed.session.ticket, self._feed.runner, "Requests: nothing to do.", failed=False)
            for _ in range(_MOST):
                if self._steps is None:
                    break
                self._step()

    def _adopt(self):
        """The drain is dead, for all that is known."""
        if self._is_begun():
            runner = new_ticket()
            adopted = self.sessions.adopt(self._feed.session.ticket, runner, silent=0)
            assert adopted is not None
            self._feed.session, self._feed.runner = adopted, runner

    # --- the Web Connector's side ------------------------------------------------------------------------------------

    def _post(self, body, _headers):
        """The way to the endpoint: SOAP there and back."""
        call = soap.read_call(io.BytesIO(body), len(body))
        try:
            value = self._endpoint.answer(call, "192.0.2.1")
        finally:
            if call.response is not None:
                call.response.close()
        return 200, soap.CONTENT_TYPE, soap.write_answer(call.name, value)

    def _process(self, document):
        """QuickBooks, as the Web Connector calls it."""
        fate = self.fate(self._quickbooks, WORK, "QuickBooks behind the Web Connector")
        if fate == WORK[1]:
            raise EngineError(_DID_NOT_START, "Could not start QuickBooks.")
        if fate == WORK[2]:
            raise EngineError(_BROKE_OFF, "The remote procedure call failed.")
        reply = self._document(document)
        if fate == WORK[3]:
            raise EngineError(_BROKE_OFF, "The remote procedure call failed.")
        return reply

    def _dies(self):
        self._steps.close()
        self._steps = self._call = None

    def _step(self):
        """The next call, and what befalls it."""
        if self._held and (self._world.calm or not self._dice.pick(3, "how late it comes")):
            self._too_late(self._held.pop())
        if self._steps is None:
            self._steps = self._connector.calls()
            self._call = next(self._steps)
        call = self._call
        brings = call.name == "receiveResponseXML"
        fate = self.fate(self._dice, REPLY if brings else CALL, f"Web Connector, {call.name}")
        if not self._is_the_end(fate, call):
            self._ask(fate, call, brings=brings)

    def _is_the_end(self, fate, call):
        """Whether the call is not made, or not by this Web Connector."""
        ticket = call.arguments.get("ticket")
        if fate == "signs in beside itself":
            self._beside()
            return True
        if fate == "the reply comes late":
            self._held.append(call)
        elif fate == "the call is cut":
            self._cut(call)
        elif fate == "closes early" and ticket:
            self._connector.ask(WebConnectorCall("closeConnection", {"ticket": ticket}))
        elif fate != "dies before a call":
            return False
        self._dies()
        return True

    def _ask(self, fate, call, *, brings):
        """Make the call, and go on with what is answered."""
        if fate == "the reply before comes again" and self._brought is not None:
            before, told = self._brought
            its_own = before.arguments["ticket"] == call.arguments["ticket"]
            assert not its_own or self._connector.ask(before) == told
        answer = self._connector.ask(call)
        if brings:
            assert answer == -1 or 1 <= answer <= 100, answer
            self._brought = call, answer
        if fate == "dies after a call":
            self._dies()
            return
        if fate == "asks again" and call.name != "closeConnection":
            again = self._connector.ask(call)
            assert not brings or again == answer
            answer = again
        try:
            self._call = self._steps.send(answer)
        except StopIteration:
            self._steps = self._call = None

    def _beside(self):
        """Somebody has added it on a second computer, which signs in and is heard of no more."""
        steps = self._connector.calls()
        call = next(steps)
        while call.name != "sendRequestXML":
            call = steps.send(self._connector.ask(call))
        steps.close()

    def _cut(self, call):
        """The connection breaks before all of the call is there."""
        try:
            body = call.body
            soap.read_call(io.BytesIO(body[: len(body) // 2]), len(body))
        except soap.SoapError:
            return
        raise AssertionError("half a call was taken for one")

    def _too_late(self, call):
        """A reply comes when another session has begun, or when its own goes on."""
        session = self.sessions.find(ticket_digest(call.arguments["ticket"]))
        answer = self._connector.ask(call)
        assert answer == -1 or session.live


def through_a_web_connector(process, world, chooser):
    """A transport of a storm: the endpoint, a Web Connector that breaks, and QuickBooks behind it."""
    return ThroughAWebConnector(process, world, chooser)
