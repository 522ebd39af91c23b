"""What is particular about SQLite: how a file is opened, what begins a transaction on it, what its errors mean.

Every commit waits for the disk. With a write-ahead log that is ``synchronous`` FULL: with NORMAL, as is usual,
QuickBooks would have the bytes before it is on disk that they left, and a power cut would forget it. Until a file has
its log, and where none can be had (no shared memory, as on some network drives), it is EXTRA: FULL does not wait for
the deletion of a rollback journal, and one that comes back after a power cut undoes what was committed.
``tests/journal/test_power_cut.py`` shows all of this on a disk that forgets.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any, ClassVar

import sqlalchemy as sa

from procore_qbd.journal.tables import TakenError

__all__ = ["Sqlite"]

_MILLISECONDS = 1000
_PAUSE = 0.02


class Sqlite:
    """How a SQLite file is opened, what begins a transaction on it, and what its errors mean."""

    own_file = True
    takes_arrays = False
    failures: tuple[type[Exception], ...] = (sqlite3.Error,)

    errors: ClassVar = (
        (
            "SQLITE_CANTOPEN",
            "cannot be opened: see that its folder is there, that it is no folder itself, and that you may write there",
        ),
        ("SQLITE_NOTADB", "is no journal, or is damaged: name another file, or restore a backup"),
        ("SQLITE_CORRUPT", "is damaged: restore a backup"),
        ("SQLITE_BUSY", "another process is at work on it and does not end: try again, or end that one"),
        ("SQLITE_LOCKED", "another process is at work on it and does not end: try again, or end that one"),
        ("SQLITE_PROTOCOL", "another process is at work on it and does not end: try again, or end that one"),
        *(
            (name, "may not be written: give this user the right to write it, its -wal and -shm files, and its folder")
            for name in ("SQLITE_READONLY", "SQLITE_PERM")
        ),
        ("SQLITE_FULL", "cannot be written, the disk is full: make room, then go on"),
        ("SQLITE_IOERR", "cannot be read or written, the disk or network drive fails: see to it, then go on"),
    )
    lost: ClassVar = {"SQLITE_NOTADB", "SQLITE_CORRUPT"}

    def __init__(self, url: sa.URL, patience: float) -> None:
        self._milliseconds = int(patience * _MILLISECONDS)
        self._patience = patience
        self.in_memory = url.database in {None, "", ":memory:", "file::memory:"} or url.query.get("mode") == "memory"
        self.place = "a journal in memory" if self.in_memory else str(url.database).removeprefix("file:")

    def engine_options(self) -> dict[str, Any]:
        """A file's connections are kept by us; a database in memory is one connection."""
        pool = sa.StaticPool if self.in_memory else sa.NullPool
        return {"connect_args": {"check_same_thread": False}, "poolclass": pool}

    def set_up(self, connection: Any, _record: object) -> None:
        """A new connection: no transactions of the driver's own, and what is committed is on disk."""
        try:
            connection.isolation_level = None
            connection.execute(f"PRAGMA busy_timeout = {self._milliseconds}").close()
            connection.execute("PRAGMA foreign_keys = ON").close()
            connection.execute("PRAGMA secure_delete = ON").close()
            self._wait_for_the_disk(connection)
        except BaseException:
            connection.close()  # early releases of SQLAlchemy 2.0 leave it open
            raise

    def _wait_for_the_disk(self, connection: Any) -> bool:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        connection.execute(f"PRAGMA synchronous = {'FULL' if mode == 'wal' else 'EXTRA'}").close()
        return bool(mode == "wal")

    def prepare(self, connection: Any) -> None:
        """Give the file its write-ahead log. It is kept in the file, so this happens once, before the tables are made.

        Whoever is at work on the file has to end before; who does not end is left alone, for EXTRA is safe as well.
        """
        until = time.monotonic() + self._patience
        while not (self.in_memory or self._wait_for_the_disk(connection)):
            try:
                connection.execute("PRAGMA journal_mode = WAL").close()
            except sqlite3.OperationalError as error:
                if not _name(error).startswith("SQLITE_BUSY"):
                    raise
                if time.monotonic() < until:
                    time.sleep(_PAUSE)
                    continue
            self._wait_for_the_disk(connection)
            break

    def lock_schema(self, connection: Any) -> None:
        """Who may write is the only one anyway."""

    def scrub(self, connection: Any) -> None:
        """Empty the write-ahead log into the file, where what is freed is overwritten."""
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    def begin(self, connection: Any, *, only_reads: bool) -> None:
        """Who may write gets the right to it at once, so that what was read is still true then."""
        connection.execute("BEGIN" if only_reads else "BEGIN IMMEDIATE").close()

    def is_idle(self, connection: Any) -> bool:
        """Whether no transaction is open."""
        return not connection.in_transaction

    def now(self, connection: Any) -> float:  # noqa: ARG002
        """The time of the machine that the file is on."""
        return time.time()

    def in_words(self, error: Exception, *, committing: bool = False) -> str:  # noqa: ARG002  a file is never far away
        """What an error of the database means, and what to do."""
        cause = getattr(error, "orig", None) or error
        said, name = (str(cause).strip() or type(cause).__name__).splitlines()[0], _name(cause)
        words = next((f"{words} ({said})" for what, words in self.errors if name.startswith(what)), None)
        kept = "" if any(map(name.startswith, self.lost)) else "nothing is lost, and "
        return f"{self.place}: {words or f'the database reports: {said}'}; {kept}nothing was sent after it"

    @staticmethod
    def taken(table: str, error: Exception) -> TakenError | None:
        """Which row stands there already; None where it is not that. Never a value: it could be of a person."""
        cause = getattr(error, "orig", None) or error
        if _name(cause) not in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}:
            return None
        _, _, names = str(cause).partition(": ")
        return TakenError(f"{table} ({', '.join(name.rpartition('.')[2] for name in names.split(', '))})")


def _name(error: object) -> str:
    """SQLite's name of an error."""
    return getattr(error, "sqlite_errorname", None) or ""
