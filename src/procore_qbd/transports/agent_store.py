"""What an agent writes down: the key of each document before QuickBooks is asked, and how it ended before that is told.

SQLite, because an agent runs beside QuickBooks on Windows, where a folder cannot be flushed to the disk and a renamed
file may be gone after a power cut. Every commit is on disk when it returns (WAL, ``synchronous=FULL``), a key and its
ending are one transaction each, and the file is locked for as long as it is open, so two agents never share one.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

import attrs

from procore_qbd.errors import AgentError
from procore_qbd.transports.spooling import spooled

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

__all__ = ["AgentStore", "KeptKey", "KeyState"]

_DAY = 24 * 3600
_ROW = 1 << 18
_FORMAT = 1

_SCHEMA = (
    """CREATE TABLE key (
        number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, name TEXT NOT NULL, fingerprint TEXT NOT NULL,
        state TEXT NOT NULL, at REAL NOT NULL, size INTEGER NOT NULL DEFAULT 0,
        kind TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '', hresult INTEGER, UNIQUE (tenant, name))""",
    "CREATE TABLE piece (key INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB, PRIMARY KEY (key, number))",
    "CREATE INDEX by_state ON key (state, number)",
    f"PRAGMA user_version = {_FORMAT}",
)


class KeyState(StrEnum):
    """How it stands with a key.

    ``STARTED``: QuickBooks is or was asked; if the agent that asked is gone, it is uncertain how that ended.
    ``ANSWERED``: the reply is kept. ``ENDED``: there is no reply, and a problem says why. ``EXPIRED``: there was a
    reply, which is not kept any more.
    """

    STARTED = "started"
    ANSWERED = "answered"
    ENDED = "ended"
    EXPIRED = "expired"


@attrs.frozen
class KeptKey:
    """A key in the store.

    Attributes:
        number: Its number there.
        fingerprint: Of the document that was sent under it.
        state: How it stands.
        kind: The name of the problem that it ended with, or ``''``.
        detail: What is said beside it.
        hresult: QuickBooks' number, if there is one.
    """

    number: int
    fingerprint: str
    state: KeyState
    kind: str = ""
    detail: str = ""
    hresult: int | None = None


class AgentStore:
    """The keys of an agent, with the replies, in an SQLite file.

    Args:
        path: Where; it is made if it is not there. It belongs on a disk of this computer, not on a network drive.
        keep_for: For how many seconds a reply is kept.
        keep_bytes: How many bytes of replies are kept; then the oldest go first. The last one always stays.
        clock: Seconds since 1970.

    Attributes:
        keep_for: As given.
        keep_bytes: As given.

    Raises:
        AgentError: Another agent has it, or it is something else.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        keep_for: float = 7 * _DAY,
        keep_bytes: int = 1 << 30,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.keep_for, self.keep_bytes = keep_for, keep_bytes
        self._clock = clock
        self._alone = threading.Lock()
        self._path = Path(path)
        try:
            self._db = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise AgentError(f"{path}: cannot be opened: {error}") from error
        try:
            self._open()
        except sqlite3.OperationalError as error:
            self._db.close()
            words = "another agent has it" if "locked" in str(error) else f"cannot be used: {error}"
            raise AgentError(f"{path}: {words}; each agent needs a store of its own") from error
        except sqlite3.Error as error:
            self._db.close()
            raise AgentError(f"{path}: is not the store of an agent: {error}") from error
        except AgentError:
            self._db.close()
            raise

    def _open(self) -> None:
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("BEGIN EXCLUSIVE")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        tables = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version > _FORMAT or (version == 0 and tables):
            raise AgentError(f"{self._path}: is not the store of an agent, or of a newer one")
        if version == 0:
            for statement in _SCHEMA:
                self._db.execute(statement)
        self._db.execute("COMMIT")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._bytes = self._counted()

    def _counted(self) -> int:
        """How many bytes of replies are kept."""
        total: int = self._db.execute("SELECT coalesce(sum(size), 0) FROM key").fetchone()[0]
        return total

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._alone:
            self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._alone:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                self._bytes = self._counted()
                raise

    def find(self, tenant: str, name: str) -> KeptKey | None:
        """What is kept under a key.

        Args:
            tenant: Whose key.
            name: The key.
        """
        with self._alone:
            return self._find(tenant, name)

    def _find(self, tenant: str, name: str) -> KeptKey | None:
        row = self._db.execute(
            "SELECT number, fingerprint, state, kind, detail, hresult FROM key WHERE tenant = ? AND name = ?",
            (tenant, name),
        ).fetchone()
        return None if row is None else KeptKey(row[0], row[1], KeyState(row[2]), *row[3:])

    def begin(self, tenant: str, name: str, fingerprint: str) -> tuple[KeptKey, bool]:
        """Write a key down before its document is sent; what is there already stays.

        Args:
            tenant: Whose key.
            name: The key.
            fingerprint: Of the document.

        Returns:
            The key, and whether it is new: only then may its document be sent.
        """
        with self._transaction() as db:
            found = self._find(tenant, name)
            if found is not None:
                return found, False
            number = db.execute(
                "INSERT INTO key (tenant, name, fingerprint, state, at) VALUES (?, ?, ?, ?, ?)",
                (tenant, name, fingerprint, KeyState.STARTED, self._clock()),
            ).lastrowid
        assert number is not None  # noqa: S101  it was inserted
        return KeptKey(number, fingerprint, KeyState.STARTED), True

    def answer(self, key: KeptKey, reply: BinaryIO) -> None:
        """Keep the reply, and let go of old ones.

        Args:
            key: The key.
            reply: From its beginning to its end.
        """
        with self._transaction() as db:
            size = 0
            for number, piece in enumerate(iter(lambda: reply.read(_ROW), b"")):
                db.execute("INSERT INTO piece VALUES (?, ?, ?)", (key.number, number, piece))
                size += len(piece)
            db.execute("UPDATE key SET state = ?, size = ? WHERE number = ?", (KeyState.ANSWERED, size, key.number))
            self._bytes += size
            self._let_go(db, key)

    def _let_go(self, db: sqlite3.Connection, last: KeptKey) -> None:
        """Let the oldest replies go while they are too old or too many."""
        while True:
            number, at, size = db.execute(
                "SELECT number, at, size FROM key WHERE state = ? ORDER BY number LIMIT 1", (KeyState.ANSWERED,)
            ).fetchone()
            fresh = at >= self._clock() - self.keep_for and self._bytes <= self.keep_bytes
            if fresh or number == last.number:
                return
            db.execute("UPDATE key SET state = ?, size = 0 WHERE number = ?", (KeyState.EXPIRED, number))
            db.execute("DELETE FROM piece WHERE key = ?", (number,))
            self._bytes -= size

    def end(self, key: KeptKey, kind: str, detail: str = "", hresult: int | None = None) -> None:
        """Write down that there is no reply.

        Args:
            key: The key.
            kind: The name of the problem.
            detail: What is said beside it.
            hresult: QuickBooks' number, if there is one.
        """
        with self._transaction() as db:
            db.execute(
                "UPDATE key SET state = ?, kind = ?, detail = ?, hresult = ? WHERE number = ?",
                (KeyState.ENDED, kind, detail, hresult, key.number),
            )

    def reply(self, key: KeptKey) -> BinaryIO:
        """The reply that is kept; the caller closes it.

        Args:
            key: The key.
        """
        with self._alone:
            rows = self._db.execute("SELECT bytes FROM piece WHERE key = ? ORDER BY number", (key.number,))
            return spooled(piece for (piece,) in rows)
