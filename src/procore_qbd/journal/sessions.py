"""The sessions of the Web Connector, in the journal: what must survive between two of its calls.

The Web Connector calls, and any process may answer any call. So what a call needs to know stands here: which document
waits to be handed out, whether QuickBooks has it, what came back, and which drain is at work for it. Each method is one
transaction and one move of `SESSION_MOVES`; one that is not possible from where the session stands does nothing and
returns None, and the caller looks again.

A drain that is at work says so every few seconds (`beat`). Where it stopped saying it, another process goes on with the
session (`adopt`): it takes the claim on the company file away from the drain that died, so that whatever wakes up later
is told by the journal that it was overtaken.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

import attrs

from procore_qbd.errors import JournalError
from procore_qbd.journal.rows import row_of
from procore_qbd.journal.states import LIVE_SESSIONS, SessionState, way
from procore_qbd.journal.tables import OPEN_SESSIONS, TakenError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from procore_qbd.journal.store import Journal
    from procore_qbd.journal.tables import Row, Rows

__all__ = ["Login", "Readiness", "Sessions", "UpdateSession"]

_PIECE = 1 << 20
_ADDRESSES = 50
_SEEN_EVERY = 30.0
"""Seconds after which it is written down again that the Web Connector called."""


@attrs.frozen(kw_only=True)
class Login:
    """Who may fetch documents for a company file.

    Attributes:
        user: The user name, as it stands in the ``.qwc`` file.
        company: The company file, as the journal knows it.
        secret: What is kept of the password.
        file_id: The id that the Web Connector wrote into the company file when the ``.qwc`` was added.
        path: Where the company file is on the bookkeeper's computer; ``''`` for the one that is open.
        scope: What may be asked of it, as a token of an agent has it; ``''`` for everything.
        thaw_by: Who has said that the company file, which is frozen, is the right one as it is; ``''``: nobody.
        record_deleted: Whether that person knows that the library's record was deleted from it.
    """

    user: str
    company: str
    secret: str = attrs.field(repr=False)
    file_id: str
    path: str = ""
    scope: str = ""
    thaw_by: str = ""
    record_deleted: bool = False


@attrs.frozen(kw_only=True)
class UpdateSession:
    """An update session.

    Attributes:
        company: The company file.
        ticket: The SHA-256 of its ticket.
        user: Who signed in.
        state: Where it stands.
        opened: When that was, in seconds.
        seen: When the Web Connector called last.
        runner: The drain that is at work for it; None where none has begun.
        beat: When that said last that it is.
        dialect: What QuickBooks speaks, as ``"13.0 US"``; ``''`` until it has said so.
        total: How many requests waited at the beginning.
        number: How many documents were offered.
        handed: The number of the last one that was handed out.
        document: The document that is offered or handed out.
        hresult: What came back in place of a reply, as the Web Connector wrote it; or ``''``.
        detail: The words beside it.
        call: The digest of the last call that was answered with something that is kept.
        answer: That answer.
        alike: The number of a document whose reply was the one before to the byte, and so was not taken for its own;
            less than nothing once the document was handed out again.
        words: What is to be told to the bookkeeper.
        failed: Whether that is bad news.
    """

    company: str
    ticket: str
    user: str
    state: SessionState
    opened: float
    seen: float
    runner: str | None
    beat: float
    dialect: str
    total: int
    number: int
    handed: int
    document: bytes | None = attrs.field(repr=False)
    hresult: str
    detail: str = attrs.field(repr=False)
    call: str
    answer: str
    alike: int
    words: str = attrs.field(repr=False)
    failed: bool

    @property
    def live(self) -> bool:
        """Whether its ticket is good for something."""
        return self.state in LIVE_SESSIONS


@attrs.frozen
class Readiness:
    """Whether a session for a company file would have something to do.

    Attributes:
        due: Whether somebody should look at it now.
        busy: Whether a program that is no session is at work on it.
        frozen: Why nothing is sent, in words; None where it is.
        waiting: How many requests are not carried out yet.
    """

    due: bool
    busy: bool
    frozen: str | None
    waiting: int


def _session_of(row: Row) -> UpdateSession:
    names = [name for name in attrs.fields_dict(UpdateSession) if name not in ("state", "failed")]
    values = {name: row[name] for name in names}
    return UpdateSession(**values, state=SessionState(row["state"]), failed=bool(row["failed"]))


class Sessions:
    """The logins and sessions of a journal.

    Args:
        journal: The journal.
        idle: After how many seconds without a call a ticket is good for nothing; QuickBooks may work for minutes.
        longest: After how many seconds it is, whatever happens.
    """

    def __init__(self, journal: Journal, *, idle: float = 3600, longest: float = 24 * 3600) -> None:
        self.journal = journal
        self._tables, self._clock = journal.tables, journal.clock
        self._idle, self._longest = idle, longest

    def _now(self, rows: Rows) -> float:
        return rows.now() if self._clock is None else self._clock()

    # --- logins ------------------------------------------------------------------------------------------------------

    def keep_login(self, login: Login) -> None:
        """Let somebody in from now on; who has the same user name, no more.

        Raises:
            JournalError: The company file is not known, the user is there for another one, or nobody could type the
                name.
        """
        if not _keepable(login.user):
            raise JournalError(f"{login.user!r}: is no user name: write letters, digits and signs that can be seen")
        values = {**attrs.asdict(login), "record_deleted": int(login.record_deleted)}
        with self._tables.transaction() as rows:
            row_of(rows, login.company)
            before = rows.select("login", {"user": login.user}, lock=True)
            if before and before[0]["company"] != login.company:
                raise JournalError(f"{login.user}: is the user of another company file; each has users of its own")
            if before:
                rows.update("login", {"user": login.user}, {**values, "failures": "{}"})
            else:
                rows.insert("login", [{**values, "failures": "{}"}])

    def drop_login(self, user: str) -> bool:
        """Let somebody in no more; whether there was one. Sessions that are open are closed."""
        with self._tables.transaction() as rows:
            found = rows.select("login", {"user": user}, lock=True)
            if found:
                live = {"company": found[0]["company"], "user": user, "state": OPEN_SESSIONS}
                rows.update("session", live, {"state": SessionState.CLOSED.value, "words": "the login was taken away"})
            return bool(rows.delete("login", {"user": user}))

    def login(self, user: str) -> Login | None:
        """Who it is; None for nobody."""
        if not _keepable(user):
            return None
        with self._tables.reading() as rows:
            found = rows.select("login", {"user": user})
            return _login_of(found[0]) if found else None

    def logins(self, company: str | None = None) -> tuple[Login, ...]:
        """All of them, or those of a company file."""
        with self._tables.reading() as rows:
            return tuple(map(_login_of, rows.select("login", {} if company is None else {"company": company})))

    def thaw_next(self, company: str, by: str, *, record_deleted: bool = False) -> bool:
        """Let the next update thaw a company file: QuickBooks must be asked, and calls by itself.

        Args:
            company: Which.
            by: Who says that it is the right one as it is; ``''`` takes the word back.
            record_deleted: As for `procore_qbd.worker.thaw`.

        Returns:
            Whether there is somebody who may sign in.
        """
        with self._tables.transaction() as rows:
            values = {"thaw_by": _clean(by), "record_deleted": int(record_deleted)}
            return bool(rows.update("login", {"company": company}, values))

    def failures(self, user: str, address: str) -> tuple[int, float]:
        """How often somebody was refused since the last time that he was let in, and how many seconds ago the last."""
        with self._tables.reading() as rows:
            found = rows.select("login", {"user": user})
            count, at = json.loads(found[0]["failures"]).get(address, (0, 0.0)) if found else (0, 0.0)
            return count, self._now(rows) - at

    def note_attempt(self, user: str, address: str, *, ok: bool, secret: str | None = None) -> None:
        """Somebody was let in, or refused; of each user so many addresses are remembered.

        Args:
            user: Who; nothing happens where there is nobody of that name.
            address: From where.
            ok: Whether he was let in.
            secret: What is to be kept of the password from now on; None: what is kept.
        """
        with self._tables.transaction() as rows:
            found = rows.select("login", {"user": user}, lock=True)
            if not found:
                return
            failures: dict[str, tuple[int, float]] = json.loads(found[0]["failures"])
            count, _ = failures.pop(address, (0, 0.0))
            if not ok:
                failures[address] = (count + 1, self._now(rows))
            last = dict(sorted(failures.items(), key=lambda one: one[1][1])[-_ADDRESSES:])
            changes = {"failures": json.dumps(last)} | ({"secret": secret} if secret is not None else {})
            rows.update("login", {"user": user}, changes)

    # --- sessions ----------------------------------------------------------------------------------------------------

    def readiness(self, company: str) -> Readiness:
        """Whether a session would have something to do now."""
        with self._tables.reading() as rows:
            row, now = row_of(rows, company), self._now(rows)
            counts = rows.count("request", "state", {"company": company})
            claimed = row["owner"] is not None and row["leased_until"] > now
            live = rows.select("session", {"company": company, "state": OPEN_SESSIONS})
            ours = any(one["runner"] == row["owner"] for one in live)
            return Readiness(
                due=ours or row["due"] <= now,
                busy=claimed and not ours,
                frozen=row["frozen"],
                waiting=counts.get("waiting", 0) + counts.get("working", 0),
            )

    def open(self, login: Login, ticket: str, total: int) -> UpdateSession:
        """Begin a session; one that was not closed is superseded.

        Args:
            login: Who signed in.
            ticket: The SHA-256 of the ticket.
            total: How many requests wait.
        """
        with self._tables.transaction() as rows:
            row_of(rows, login.company, lock=True)
            now = self._now(rows)
            rows.update(
                "session",
                {"company": login.company, "state": OPEN_SESSIONS},
                {"state": SessionState.SUPERSEDED.value, "words": "a later session began before this one was closed"},
            )
            row: Row = {
                "company": login.company,
                "ticket": ticket,
                "user": login.user,
                "state": SessionState.OPENED.value,
                "opened": now,
                "seen": now,
                "runner": None,
                "beat": now,
                "document": None,
                "total": total,
                **dict.fromkeys(("number", "handed", "alike", "failed"), 0),
                **dict.fromkeys(("dialect", "hresult", "detail", "call", "answer", "words"), ""),
            }
            rows.insert("session", [row])
            self._forget_old(rows, login.company)
            return _session_of(row)

    def find(self, ticket: str, *, seen: bool = False) -> UpdateSession | None:
        """The session of a ticket; None where there is none, or the ticket is too old.

        Args:
            ticket: The SHA-256 of the ticket.
            seen: Whether the Web Connector called with it just now.
        """
        with self._tables.reading() as rows:
            found = rows.select("session", {"ticket": ticket})
            if not found:
                return None
            row, now = found[0], self._now(rows)
        session = _session_of(row)
        if session.live and (now - session.seen > self._idle or now - session.opened > self._longest):
            self.close(ticket, "the Web Connector did not come back for a long time", failed=True)
            return self.find(ticket)
        if seen and session.live and now - session.seen > _SEEN_EVERY:
            with self._tables.transaction() as rows:
                rows.update("session", {"ticket": ticket}, {"seen": self._now(rows)})
        return session

    def close(self, ticket: str, words: str, *, failed: bool = False) -> UpdateSession | None:
        """The Web Connector ended a session, or does not come back; None where it is over already."""
        with self._tables.transaction() as rows:
            found = rows.select("session", {"ticket": ticket})
            kept = found[0]["words"] if found and found[0]["state"] == SessionState.OVER.value else _clean(words)
            values = {"words": kept, "failed": int(failed or bool(found and found[0]["failed"]))}
            return self._moved(rows, ticket, "close", {}, values)

    def _moved(
        self, rows: Rows, ticket: str, move: str, must: Mapping[str, Any], values: Mapping[str, Any]
    ) -> UpdateSession | None:
        starts, end = way(SessionState, move)
        changed = rows.update("session", {"ticket": ticket, "state": starts, **must}, {**values, "state": end})
        return _session_of(rows.select("session", {"ticket": ticket})[0]) if changed else None

    def note_answer(self, ticket: str, call: str, answer: str) -> None:
        """What was answered to the last call that brought a reply, so that its repeat is answered alike."""
        with self._tables.transaction() as rows:
            rows.update("session", {"ticket": ticket, "call": call}, {"answer": answer})

    def note_alike(self, ticket: str, number: int) -> None:
        """The reply to a document is that of the one before, to the byte; or, with a minus, it is to come again."""
        with self._tables.transaction() as rows:
            rows.update("session", {"ticket": ticket, "handed": abs(number)}, {"alike": number})

    def begin(self, ticket: str, runner: str, dialect: str) -> UpdateSession | None:
        """A drain begins to work for a session; None where one does already."""
        with self._tables.transaction() as rows:
            values = {"runner": runner, "dialect": dialect, "beat": self._now(rows)}
            return self._moved(rows, ticket, "begin", {}, values)

    def hand_over(self, ticket: str, number: int) -> UpdateSession | None:
        """The document goes to QuickBooks; None where it is another one by now, or went already."""
        with self._tables.transaction() as rows:
            return self._moved(rows, ticket, "hand over", {"number": number}, {"handed": number})

    def offer(self, ticket: str, runner: str, document: bytes) -> UpdateSession | None:
        """A drain has a document to hand out; None where the session is not its own any more."""
        with self._tables.transaction() as rows:
            found = rows.select("session", {"ticket": ticket, "runner": runner}, lock=True)
            if not found:
                return None
            values = {"number": found[0]["number"] + 1, "document": document, "beat": self._now(rows)}
            session = self._moved(rows, ticket, "offer", {"runner": runner}, values)
            if session is not None:
                rows.delete("reply_part", {"company": session.company, "ticket": ticket})
            return session

    def keep_reply(
        self, ticket: str, call: str, reply: BinaryIO | None, *, hresult: str = "", detail: str = ""
    ) -> UpdateSession | None:
        """The reply to the document that was handed out, or what QuickBooks said instead.

        Args:
            ticket: The SHA-256 of the ticket.
            call: The digest of the call that brought it.
            reply: From its beginning to its end.
            hresult: What came instead, as the Web Connector wrote it.
            detail: The words beside it.

        Returns:
            The session; None where it waits for no reply.
        """
        with self._tables.transaction() as rows:
            known = {"hresult": _clean(hresult), "detail": _clean(detail), "call": call, "answer": ""}
            session = self._moved(rows, ticket, "answer", {}, known)
            if session is not None and reply is not None:
                for at, piece in enumerate(iter(lambda: reply.read(_PIECE), b"")):
                    row = {"company": session.company, "ticket": ticket, "number": session.number, "at": at}
                    try:
                        rows.insert("reply_part", [{**row, "bytes": piece}])
                    except TakenError as error:  # pragma: no cover  offer() deletes them
                        raise JournalError(f"{session.company}: the reply was kept before; {error}") from error
            return session

    def take_reply(self, ticket: str, runner: str) -> tuple[UpdateSession, list[bytes]] | None:
        """What came back for the document, for the drain that offered it; None where that is over."""
        with self._tables.transaction() as rows:
            session = self._moved(rows, ticket, "take", {"runner": runner}, {})
            if session is None:
                return None
            where = {"company": session.company, "ticket": ticket, "number": session.number}
            return session, [row["bytes"] for row in rows.select("reply_part", where, order=("at",))]

    def beat(self, ticket: str, runner: str, every: float) -> UpdateSession | None:
        """A drain is at work for a session; how it stands, and None where it is not the drain's any more.

        Args:
            ticket: The SHA-256 of the ticket.
            runner: The drain.
            every: After how many seconds it is written down again.
        """
        with self._tables.reading() as rows:
            found = rows.select("session", {"ticket": ticket, "runner": runner, "state": OPEN_SESSIONS})
            now = self._now(rows)
        if not found:
            return None
        if now - found[0]["beat"] >= every:
            with self._tables.transaction() as rows:
                rows.update("session", {"ticket": ticket, "runner": runner}, {"beat": self._now(rows)})
        return _session_of(found[0])

    def adopt(self, ticket: str, runner: str, *, silent: float) -> UpdateSession | None:
        """Go on with a session whose drain has not been heard of for a while.

        The claim of that drain on the company file is taken away in the same transaction.

        Args:
            ticket: The SHA-256 of the ticket.
            runner: The drain that goes on.
            silent: For how many seconds the other was not heard of.

        Returns:
            The session; None where its drain is alive, or it needs none.
        """
        with self._tables.reading() as rows:
            found = rows.select("session", {"ticket": ticket})
            if not found or found[0]["runner"] is None or self._now(rows) - found[0]["beat"] < silent:
                return None
        with self._tables.transaction() as rows:
            file = row_of(rows, found[0]["company"], lock=True)
            row = rows.select("session", {"ticket": ticket}, lock=True)[0]
            now = self._now(rows)
            if row["runner"] is None or now - row["beat"] < silent:
                return None
            session = self._moved(rows, ticket, "adopt", {"runner": row["runner"]}, {"runner": runner, "beat": now})
            if session is not None:
                self._let_go(rows, file, row["runner"])
            return session

    def end(self, ticket: str, runner: str, words: str, *, failed: bool) -> UpdateSession | None:
        """A drain has ended; what it did not give back of its claim is taken from it."""
        with self._tables.transaction() as rows:
            found = rows.select("session", {"ticket": ticket})
            if not found:
                return None
            self._let_go(rows, row_of(rows, found[0]["company"], lock=True), runner)
            return self._moved(rows, ticket, "end", {"runner": runner}, {"words": _clean(words), "failed": int(failed)})

    def free(self, company: str, *, silent: float) -> bool:
        """Take the company file from the drain of a session that is over and has not been heard of for a while.

        Returns:
            Whether it was.
        """
        with self._tables.transaction() as rows:
            file = row_of(rows, company, lock=True)
            now = self._now(rows)
            found = rows.select("session", {"company": company, "runner": file["owner"]}) if file["owner"] else []
            if not found or any(row["state"] in OPEN_SESSIONS or now - row["beat"] < silent for row in found):
                return False
            return self._let_go(rows, file, file["owner"])

    def _let_go(self, rows: Rows, file: Row, runner: str) -> bool:
        if file["owner"] != runner:
            return False
        values = {"owner": None, "leased_until": None, "due": self._now(rows)}
        return bool(rows.update("company", {"company": file["company"], "owner": runner}, values))

    def recent(self, company: str, at_most: int = 10) -> tuple[UpdateSession, ...]:
        """The last sessions of a company file, the newest first."""
        with self._tables.reading() as rows:
            found = rows.select("session", {"company": company}, order=("opened",))
            return tuple(_session_of({**row, "document": None}) for row in reversed(found[-at_most:]))

    def _forget_old(self, rows: Rows, company: str) -> None:
        """Of sessions that are over, some are kept for people, and nothing of what was sent in them."""
        found = rows.select("session", {"company": company}, order=("opened",))
        for row in found[:-_KEPT_SESSIONS]:
            rows.delete("session", {"ticket": row["ticket"]})
            rows.delete("reply_part", {"company": company, "ticket": row["ticket"]})


_KEPT_SESSIONS = 50


def _login_of(row: Row) -> Login:
    values = {name: row[name] for name in attrs.fields_dict(Login)}
    return Login(**{**values, "record_deleted": bool(row["record_deleted"])})


def _keepable(text: str) -> bool:
    return "\0" not in text and text.isprintable()


def _clean(words: str) -> str:
    """Words for people, of which a database can keep every character."""
    return words.replace("\0", "\\0").encode(errors="backslashreplace").decode()
