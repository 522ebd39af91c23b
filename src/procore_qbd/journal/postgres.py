"""What is particular about PostgreSQL: what makes a connection ours, what begins a transaction, what its errors mean.

Who writes locks the row of the company file first, so READ COMMITTED is enough: each statement behind the lock sees
what the one before has committed. Who looks sees one moment (REPEATABLE READ). Nothing is set for longer than a
transaction and no statement is prepared, so a pooler that hands out connections by the transaction does no harm.

Every transaction begins by saying that its COMMIT waits for the disk: what the role, the database, or another user of
a pooled connection has set does not count. That a server has no way to keep its promise (``fsync`` off) cannot be
helped from here, and such a server is refused.

A worker whose machine vanishes within a transaction would keep its lock for as long as the server believes in the
connection, for hours; so the server is told to end a transaction in which nothing is said for a minute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from procore_qbd.errors import JournalError
from procore_qbd.journal.tables import TABLES, TakenError

try:
    import psycopg
except ImportError as error:
    raise JournalError(
        "a journal in PostgreSQL needs psycopg, which is not installed or finds no libpq: pip install "
        '"procore-qbd[postgres]" "psycopg[binary]"'
    ) from error

import sqlalchemy as sa
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Postgres"]

_MILLISECONDS = 1000
_OLDEST = 15
"""The oldest server that the tests were run on."""
_SCHEMA_LOCK = int.from_bytes(b"procoreq")
_MUST_BE_ON = {
    "fsync": "it does not wait for its disk, and a power cut may damage or empty everything",
    "full_page_writes": "a power cut in the middle of a page may damage it",
}
_DEFAULTS = {
    "connect_timeout": "10",
    "application_name": "procore_qbd",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""What a connection is told, where the address says nothing else: a server that is gone is noticed within a minute."""
_BEGIN = (
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = on; SET LOCAL lock_timeout = {}; "
    "SET LOCAL idle_in_transaction_session_timeout = 60000"
)
_LOOK = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 60000"

_DAMAGED = "is damaged: restore a backup, or go over to a replica"
_LOST = "cannot be reached, or the connection was lost: see that the server runs and can be reached, then go on"
_AT_ONCE = "two transactions were in one another's way: try again"


class Postgres:
    """What makes a connection ours, what begins a transaction, and what PostgreSQL's errors mean."""

    own_file = False
    in_memory = False
    takes_arrays = True
    failures: tuple[type[Exception], ...] = (psycopg.Error,)

    codes: ClassVar = {
        "08": _LOST,
        "57P": _LOST,
        "25P03": _LOST,
        "28": "lets this role not in: see that its name and password are right, and pg_hba.conf",
        "3D": "is not there: make the database first, or name another",
        "3F": "the role has no schema to make tables in: see its search_path",
        "42501": "this role may not do that: give it its rights (GRANT), or name another role",
        "42P01": "the journal's tables are not to be seen: see the role's search_path",
        "25006": "may not be written: it is read-only, or a standby; name the primary",
        "40": _AT_ONCE,
        "55P03": "another process is at work on it and does not end: try again, or end that one",
        "57014": "the server cut a statement off: see statement_timeout, and who cancelled it",
        "53100": "cannot be written, the disk is full: make room, then go on",
        "53300": "has too many connections: close some, raise max_connections, or use a pooler",
        "53": "the server has not enough of something: see its log",
        "58": "cannot be read or written, the server's disk fails: see to it, then go on",
        "XX00": _DAMAGED,
    }
    """By the beginning of SQLSTATE, the longest that fits."""
    refusals: ClassVar = (
        ("too many", codes["53300"]),
        ("connection slots", codes["53300"]),
        ("the database system ", _LOST),
        ('database "', codes["3D"]),
        ("password", codes["28"]),
        ("authentication", codes["28"]),
        ("pg_hba.conf", codes["28"]),
        ("role ", codes["28"]),
    )
    """Who is not let in gets no SQLSTATE from the driver: what the server says then has this in it, in English."""

    def __init__(self, url: sa.URL, patience: float) -> None:
        self._begin = _BEGIN.format(max(1, int(patience * _MILLISECONDS)))  # 0 would be for ever
        self._given = url.query
        self.place = _place(url)

    def engine_options(self) -> dict[str, Any]:
        """Connections are kept by us; positional values, which is what statements are prepared for."""
        defaults = {name: value for name, value in _DEFAULTS.items() if name not in self._given}
        return {
            "connect_args": defaults,
            "paramstyle": "format",
            "pool_reset_on_return": None,
            "poolclass": sa.NullPool,
            "use_native_hstore": False,
        }

    def set_up(self, connection: Any, _record: object) -> None:
        """A new connection: no transactions of the driver's own, and no prepared statements."""
        connection.autocommit = True
        connection.prepare_threshold = None

    def prepare(self, connection: Any) -> None:
        """Refuse a server that is too old, cannot be written, or would lose what it has committed.

        Raises:
            JournalError: It is one.
        """
        version = connection.info.server_version // 10000
        if version < _OLDEST:
            raise JournalError(f"{self.place}: is PostgreSQL {version}, and a journal needs {_OLDEST} or later")
        if connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]:
            raise JournalError(f"{self.place}: is a standby, which may only be read: name the primary")
        for name, words in _MUST_BE_ON.items():
            if connection.execute(f"SHOW {name}").fetchone()[0] != "on":
                raise JournalError(f"{self.place}: the server has {name} off: {words}; set it on, or name another")

    def lock_schema(self, connection: Any) -> None:
        """Wait for whoever makes the tables now."""
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_SCHEMA_LOCK])

    def begin(self, connection: Any, *, only_reads: bool) -> None:
        """All of it goes to the server at once."""
        connection.execute(_LOOK if only_reads else self._begin)

    def is_idle(self, connection: Any) -> bool:
        """Whether no transaction is open, as far as is known here."""
        return bool(connection.info.transaction_status == TransactionStatus.IDLE)

    def scrub(self, connection: Any) -> None:
        """What was taken out goes with the server's own VACUUM."""

    def now(self, connection: Any) -> float:
        """The time of the server, at this very moment: the transaction may have waited."""
        return float(connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()[0])

    def in_words(self, error: Exception, *, committing: bool = False) -> str:
        """What an error of the database means, and what to do."""
        cause = getattr(error, "orig", None) or error
        said, code = (str(cause).strip() or type(cause).__name__).splitlines()[0], getattr(cause, "sqlstate", None)
        words = self._words(code, said) or f"the database reports: {code}"
        lost = code is None or words == _LOST or code == "40003"
        if committing and lost:
            return (
                f"{self.place}: the connection was lost at the end of a transaction ({said}): it is not known whether "
                "what was just written is on disk. Whoever looks next sees it, and goes on from there; nothing was "
                "sent after it"
            )
        kept = "" if words == _DAMAGED else "nothing of the transaction was written, and "
        return f"{self.place}: {words} ({said}); {kept}nothing was sent after it"

    def _words(self, code: str | None, said: str) -> str | None:
        if code is not None:
            return next((self.codes[code[:n]] for n in range(len(code), 1, -1) if code[:n] in self.codes), None)
        return next((words for what, words in self.refusals if what in said.partition("FATAL:")[2]), _LOST)

    @staticmethod
    def taken(table: str, error: Exception) -> TakenError | None:
        """Which row stands there already; None where it is not that. Never a value: it could be of a person."""
        if not isinstance(error, psycopg.errors.UniqueViolation):
            return None
        of, _, number = (error.diag.constraint_name or "").rpartition("_unique_")
        rules = TABLES[table]
        columns = rules.unique[int(number)].columns if of else rules.key
        return TakenError(f"{table} ({', '.join(columns)})")


def _place(url: sa.URL) -> str:
    """Host and database; nobody's name or password."""
    host = ",".join(filter(None, [url.host, *_several(url.query, "host")])) or "localhost"
    port = f":{url.port}" if url.port else ""
    return f"PostgreSQL at {host}{port}/{url.database or ''}"


def _several(query: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = query.get(name, ())
    return (found,) if isinstance(found, str) else tuple(found)
