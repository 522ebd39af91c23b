"""Which databases a journal can be kept in, and what each of them must know how to do.

`procore_qbd.journal.sqlite` and `procore_qbd.journal.postgres` say it; the second is imported, and with it its driver,
only when such a database is opened.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from procore_qbd.errors import JournalError

if TYPE_CHECKING:
    from procore_qbd.journal.tables import TakenError

__all__ = ["Database", "database_of"]

_SQLITE = ("sqlite", "sqlite+pysqlite")
_POSTGRES = ("postgresql", "postgresql+psycopg")


class Database(Protocol):
    """What is particular about a database. A `connection` is the driver's own, but where it is said to be another."""

    place: str
    """What it is called in errors; never with a password."""
    own_file: bool
    """Whether nothing else may be in the database."""
    in_memory: bool
    """Whether all share one connection."""
    takes_arrays: bool
    """Whether a value may be an array, and `unnest` makes rows of several."""
    failures: tuple[type[Exception], ...]
    """What the driver raises."""

    def engine_options(self) -> dict[str, Any]:
        """What SQLAlchemy is to be told."""
        ...

    def set_up(self, connection: Any, record: object, /) -> None:
        """Make a new connection one of ours."""
        ...

    def prepare(self, connection: Any) -> None:
        """See that the database keeps what is committed, before anything is written to it.

        Raises:
            JournalError: It does not.
        """
        ...

    def lock_schema(self, connection: Any) -> None:
        """Be the only one that makes or changes the tables, until the transaction ends."""
        ...

    def begin(self, connection: Any, *, only_reads: bool) -> None:
        """Begin a transaction."""
        ...

    def is_idle(self, connection: Any) -> bool:
        """Whether a connection can be used for the next transaction: it was not lost, and none is open on it."""
        ...

    def scrub(self, connection: Any) -> None:
        """See that nothing of what was taken out is left in the files, if the database leaves that to us."""
        ...

    def now(self, connection: Any) -> float:
        """The time in seconds."""
        ...

    def in_words(self, error: Exception, *, committing: bool = False) -> str:
        """What an error means, and what to do."""
        ...

    def taken(self, table: str, error: Exception) -> TakenError | None:
        """Which row stands there already; None where it is not that. Never a value: it could be of a person."""
        ...


def database_of(url: str, patience: float) -> tuple[sa.URL, Database]:
    """What is particular about a database.

    Raises:
        JournalError: A journal cannot be kept in it, or its driver is not installed.
    """
    parsed = None
    with suppress(SQLAlchemyError, ValueError):  # the second: a port that is none, with whatever else stands there
        parsed = sa.make_url(url)
    if parsed is None:
        raise _no_address(url)
    if parsed.drivername in _SQLITE:
        from procore_qbd.journal.sqlite import Sqlite

        return parsed, Sqlite(parsed, patience)
    if parsed.drivername in _POSTGRES:
        if url.count("@") > 1:  # what SQLAlchemy takes for the host or the database may be half a password
            raise JournalError(
                f"{parsed.drivername!r}: the address of the database has more than one '@': write one that is part of "
                "a name or a password as %40"
            )
        from procore_qbd.journal.postgres import Postgres

        return parsed.set(drivername=_POSTGRES[1]), Postgres(parsed, patience)
    raise _no_address(url)


def _no_address(url: str) -> JournalError:
    shown = url.partition("://")[0] if "://" in url else url  # what stands behind it may be a password
    return JournalError(
        f"{shown!r}: expected the address of a database that a journal can be kept in, such as "
        "'sqlite:///books.journal' or 'postgresql://user:password@host/database'"
    )
