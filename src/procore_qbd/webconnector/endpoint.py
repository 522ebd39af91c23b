"""What is answered to each call of the Web Connector: values in, values out, and no socket anywhere.

An update is a dance of calls, and every one may be the first that arrives after something went wrong. So what is
answered hangs on two things only: which call it is, and where its session stands. `ANSWERS` is that table. Whatever is
unexpected means something:

- A document that is asked for again was lost on its way: the very same bytes are handed out again. They carry their
  message set id and the fence, so QuickBooks does not do them twice.
- A reply that comes twice is answered as it was the first time, also where the next document was handed out meanwhile.
- A reply for a session that is over is no reply to anything that is still awaited; but it tells what QuickBooks did, so
  it is kept beside its document.
- Somebody who signs in while a reply is awaited will not bring that reply: the drain of the earlier session is told
  that it is lost, and the next one begins with looking for what became of it.

Who has no ticket that is good for something gets an empty document, -1, and words: never a fault, which the Web
Connector would show as a failure of the service.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, BinaryIO

from procore_qbd.errors import JournalError, ProcoreQbdError
from procore_qbd.journal.states import SessionState as S
from procore_qbd.qbxml import Dialect, Edition, read_reply
from procore_qbd.qbxml.entities.company import Company, Host
from procore_qbd.webconnector.line import Bells
from procore_qbd.webconnector.passwords import delay, hashed, matches, new_ticket, outdated, ticket_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from procore_qbd.journal.sessions import Login, Sessions, UpdateSession
    from procore_qbd.webconnector.calls import ConnectorCall
    from procore_qbd.webconnector.feed import Feed

__all__ = ["ANSWERS", "PAUSE", "ConnectorEndpoint", "Logins"]

PAUSE = "NoOp"
"""Said for a document, and then for the last error: the Web Connector comes again after some seconds."""
_DONE, _FAILED = 100, -1
_OVER = frozenset({S.CLOSED, S.SUPERSEDED})
_SET_ID = re.compile(rb'newMessageSetID="([^"]+)"')

ANSWERS: dict[tuple[str, S], str] = {
    ("sendRequestXML", S.OPENED): "prove the company file, begin, and hand out the first document",
    ("sendRequestXML", S.WORKING): "wait for the next document, and hand it out",
    ("sendRequestXML", S.OFFERED): "hand it out",
    ("sendRequestXML", S.AWAITING): "hand the same document out again",
    ("sendRequestXML", S.ANSWERED): "wait for the next document, and hand it out",
    ("sendRequestXML", S.OVER): "nothing more; the last error says how it ended",
    ("sendRequestXML", S.CLOSED): "nothing; the last error says why",
    ("sendRequestXML", S.SUPERSEDED): "nothing; the last error says why",
    ("receiveResponseXML", S.OPENED): "-1: nothing was handed out",
    ("receiveResponseXML", S.WORKING): "what was answered to it before, else -1",
    ("receiveResponseXML", S.OFFERED): "what was answered to it before, else -1",
    ("receiveResponseXML", S.AWAITING): "keep the reply, and say how far it is",
    ("receiveResponseXML", S.ANSWERED): "what was answered to it before, else -1",
    ("receiveResponseXML", S.OVER): "what was answered to it before, else -1",
    ("receiveResponseXML", S.CLOSED): "-1; the reply is kept beside its document",
    ("receiveResponseXML", S.SUPERSEDED): "-1; the reply is kept beside its document",
    **{("getLastError", state): "the last words, or to come again" for state in S},
    **{("connectionError", state): "the session is over: done" for state in S},
    **{("closeConnection", state): "the session is over, and how it ended" for state in S},
}
"""What is done, by the call and by where its session stands; ``authenticate`` begins one, whatever went before."""


class Logins:
    """Who is let in.

    A generated password cannot be guessed, so it is always looked at; one that a person chose is not, for a growing
    while after each failure, by user and address, so that a scheduler with an old password locks nobody else out.

    Args:
        sessions: Where they are kept.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def check(self, user: str, password: str, address: str) -> Login | None:
        """Whose login it is; None for wrong ones, and those that must wait.

        Args:
            user: The user name.
            password: The password.
            address: Where it came from.

        Raises:
            JournalError: The journal cannot be used.
        """
        login = self._sessions.login(user)
        if login is None:
            matches(None, password)
            return None
        chosen = not login.secret.startswith("sha256$")
        if chosen:
            count, ago = self._sessions.failures(user, address)
            if ago < delay(count):
                return None
        ok = matches(login.secret, password)
        if not ok or chosen:
            renewed = hashed(password, generated=False) if ok and chosen and outdated(login.secret) else None
            self._sessions.note_attempt(user, address, ok=ok, secret=renewed)
        return login if ok else None


class ConnectorEndpoint:
    """Answers the calls of any number of Web Connectors; any process may answer any of them.

    Args:
        sessions: The logins and sessions, in the journal.
        feed: Begins the drains.
        bells: Wake who waits here.
        patience: For how many seconds a call waits for the drain before it is told to come again.
        version: What the server is called, for people.
        interval: The Web Connector shall not call more often by itself than every so many seconds; None: as its user
            has set it.
    """

    def __init__(
        self,
        sessions: Sessions,
        feed: Feed,
        bells: Bells | None = None,
        *,
        patience: float = 20.0,
        version: str = "",
        interval: int | None = None,
    ) -> None:
        self.sessions, self._feed, self._bells = sessions, feed, bells or Bells()
        self.logins = Logins(sessions)
        self._patience, self._version = patience, version
        self._interval = () if interval is None else ("", str(interval))  # in place of the third, which postpones
        self._calls: Mapping[str, Callable[[ConnectorCall], str | int]] = {
            "serverVersion": lambda _: self._version,
            "clientVersion": lambda _: "",
            "sendRequestXML": self._send,
            "receiveResponseXML": self._receive,
            "getLastError": self._last_error,
            "connectionError": self._connection_error,
            "closeConnection": self._close,
            "getInteractiveURL": lambda _: "",  # nothing is asked of a person in the middle of an update
            "interactiveRejected": lambda _: "",
            "interactiveDone": lambda _: "Done",
        }

    def answer(self, call: ConnectorCall, address: str) -> str | int | tuple[str, ...]:
        """What is answered to a call.

        Args:
            call: The call.
            address: Where it came from, to count failures by.
        """
        if call.name == "authenticate":
            try:
                return (*self._authenticate(call, address), *self._interval)
            except JournalError:  # nothing is known, so nothing is begun
                return new_ticket(), "busy"
        try:
            return self._calls[call.name](call)
        except JournalError as error:
            return _FAILED if call.name == "receiveResponseXML" else _silent(call, error)

    # --- signing in --------------------------------------------------------------------------------------------------

    def _authenticate(self, call: ConnectorCall, address: str) -> tuple[str, str]:
        ticket = new_ticket()
        login = self.logins.check(call.arguments["strUserName"], call.arguments["strPassword"], address)
        if login is None:
            return ticket, "nvu"
        ready = self.sessions.readiness(login.company)
        if ready.busy and not self.sessions.free(login.company, silent=self._feed.silent):
            return ticket, "busy"
        if not ready.due and ready.frozen is None:
            return ticket, "none"
        self.sessions.open(login, ticket_digest(ticket), ready.waiting)
        self._bells.ring(login.company)  # who waits in an earlier session waits for nothing
        return ticket, login.path

    def _session(self, call: ConnectorCall) -> UpdateSession | None:
        return self.sessions.find(ticket_digest(call.arguments["ticket"]), seen=True)

    # --- documents ---------------------------------------------------------------------------------------------------

    def _send(self, call: ConnectorCall) -> str:
        session = self._session(call)
        if session is None or not session.live:
            return ""
        said = call.arguments["strHCPResponse"]
        if said or session.state is S.OPENED:
            host, why = self._proved(session, said, call.arguments)
            if why:
                self.sessions.close(session.ticket, why, failed=True)
                self._bells.ring(session.company)
                return ""
            if session.state is S.OPENED:
                session = self._feed.begin(session, host) or self.sessions.find(session.ticket) or session
        session = self._wait(session, {S.WORKING, S.ANSWERED})
        if session.state is S.OFFERED:
            session = self.sessions.hand_over(session.ticket, session.number) or self.sessions.find(session.ticket)
        if session is not None and session.state is S.AWAITING and session.document is not None:
            if session.alike == session.number:
                self.sessions.note_alike(session.ticket, -session.number)
            return session.document.decode()
        return PAUSE if session is not None and session.state in (S.WORKING, S.ANSWERED, S.OFFERED) else ""

    def _proved(self, session: UpdateSession, said: str, arguments: Mapping[str, str]) -> tuple[str, str]:
        """What QuickBooks speaks, and why its company file is not the one that this user is for; or ``''``."""
        login = self.sessions.login(session.user)
        if login is None:
            return "", "The user is not known any more."
        try:
            reply = read_reply(said.encode())
            companies = [one for outcome in reply.outcomes for one in outcome.found if isinstance(one, Company)]
            hosts = [one for outcome in reply.outcomes for one in outcome.found if isinstance(one, Host)]
        except (ProcoreQbdError, ValueError):
            companies, hosts = [], []
        found = {extra.value for company in companies for extra in company.custom_fields if extra.name == "FileID"}
        if not any(_same_id(one, login.file_id) for one in found):
            here = "another one" if found else "one that it was never added to"
            where = f" ({arguments['strCompanyFileName']})" if arguments.get("strCompanyFileName") else ""
            return "", (
                f"This is not the company file that the user {login.user} was set up for: QuickBooks has {here} open"
                f"{where}. Open the right company file and update again; or add the .qwc file to this one, if it is "
                "the right one. Nothing was read or written."
            )
        try:
            return _dialect(hosts, arguments), ""
        except ValueError as error:
            return "", f"This QuickBooks cannot be worked with: {error}. Nothing was read or written."

    def _wait(self, session: UpdateSession, while_: Collection[S]) -> UpdateSession:
        """Wait for the drain, within limits; one that died is replaced."""
        until = time.monotonic() + self._patience
        pause = 0.01
        while session.state in while_:
            since = self._bells.rung(session.company)
            session = self._feed.see_to(self.sessions.find(session.ticket) or session)
            left = until - time.monotonic()
            if session.state not in while_ or left <= 0:
                break
            self._bells.wait(session.company, since, min(pause, left))
            pause = min(pause * 2, 0.5)
        return session

    # --- replies -----------------------------------------------------------------------------------------------------

    def _receive(self, call: ConnectorCall) -> int:
        session = self._session(call)
        if session is None:
            return _FAILED
        if session.state is S.AWAITING and not self._is_of_the_last(session, call):
            kept = self.sessions.keep_reply(
                session.ticket,
                call.digest,
                call.response,
                hresult=call.arguments["hresult"],
                detail=call.arguments["message"],
            )
            if kept is not None:
                return self._progress(kept, call)
            session = self.sessions.find(session.ticket) or session  # the same reply came at the same moment
        if session.call == call.digest:
            return int(session.answer) if session.answer else self._progress(session, call)
        if session.state in _OVER and call.response is not None:
            self._keep_as_evidence(session, call.response)
        return _FAILED

    def _is_of_the_last(self, session: UpdateSession, call: ConnectorCall) -> bool:
        """Whether a reply is that of the document before, which came twice.

        No reply says which document it is of. One that is the same to the byte as the last is taken for that, at first;
        then its document is asked for again, and what comes back for it now is its own.
        """
        if session.call != call.digest or session.alike == -session.number:
            return False
        self.sessions.note_alike(session.ticket, session.number)
        return True

    def _progress(self, session: UpdateSession, call: ConnectorCall) -> int:
        """How far it is, once the drain has read the reply: 100 at the end, never before, and never 0."""
        self._bells.ring(session.company)
        session = self._wait(session, {S.WORKING, S.ANSWERED})
        if session.state is S.OVER:
            answer = _FAILED if session.failed else _DONE
        elif session.live:
            left = self.sessions.readiness(session.company).waiting
            done = max(session.total - left, 0)
            answer = min(max(100 * done // max(session.total, 1), 1), 99)
        else:
            answer = _FAILED
        self.sessions.note_answer(session.ticket, call.digest, str(answer))
        return answer

    def _keep_as_evidence(self, session: UpdateSession, reply: BinaryIO) -> None:
        """A reply came for a session that is over; it is kept beside its document, if that one writes."""
        found = _SET_ID.search(session.document or b"")
        sent = self.sessions.journal.by_set(session.company, found[1].decode()) if found else None
        if sent is not None and sent.reply is None and (kept := reply.read()):
            self.sessions.journal.evidence(session.company, sent.id, kept)

    # --- words -------------------------------------------------------------------------------------------------------

    def _last_error(self, call: ConnectorCall) -> str:
        session = self._session(call)
        if session is None:
            return "This update session is not known, or is over. Update again."
        if session.words:
            return session.words
        return PAUSE if session.live else f"This update session is {session.state.value}. Update again."

    def _connection_error(self, call: ConnectorCall) -> str:
        session = self._session(call)
        if session is not None:
            said = f"{call.arguments['hresult']} {call.arguments['message']}".strip()[:300]
            self.sessions.close(session.ticket, f"QuickBooks cannot be reached: {said}", failed=True)
            self._bells.ring(session.company)
        return "done"  # anything else is taken for the path of another company file to try

    def _close(self, call: ConnectorCall) -> str:
        session = self._session(call)
        if session is None:
            return "OK"
        if session.state is S.AWAITING:
            words = "The update was cut off while QuickBooks had a document; what became of it is looked for next time."
            session = self.sessions.close(session.ticket, words, failed=True) or session
        elif session.live:
            session = self.sessions.close(session.ticket, "The update was ended.") or session
        self._bells.ring(session.company)
        return session.words or "OK"


def _silent(call: ConnectorCall, error: JournalError) -> str:
    """What is said to a call when the journal cannot be used."""
    if call.name == "connectionError":
        return "done"  # nothing else ends it
    return f"The service cannot work now: {error}" if call.name == "getLastError" else ""


def _same_id(said: str | None, known: str) -> bool:
    return bool(said) and (said or "").strip().strip("{}").lower() == known.strip("{}").lower()


def _dialect(hosts: list[Host], arguments: Mapping[str, str]) -> str:
    """The best dialect that QuickBooks and this library both speak, as ``"13.0 US"``."""
    for host in hosts:
        dialect = Dialect.from_host(host)
        return f"{dialect.version} {dialect.edition.name if dialect.edition else 'US'}"
    country = arguments.get("qbXMLCountry") or "US"
    major = arguments.get("qbXMLMajorVers", "")
    version = min(int(major), 13) if re.fullmatch("[1-9][0-9]?", major) else 13
    return f"{version}.0 {country if country in Edition.__members__ else 'US'}"
