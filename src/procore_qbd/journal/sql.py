"""The journal's tables in a database: a SQLite file beside the company file, or PostgreSQL for many hosts.

What stands in the database is `tables.TABLES`, each under the name ``procore_qbd_…``. A document goes through them in
this order, each step one transaction:

1. ``company`` is claimed: one worker at a time, by a lease and a number that grows.
2. ``request`` was put in by whoever was asked. It waits; when work on it begins, it has a ``run``.
3. ``exchange``, ``part`` and ``effect`` are written before the first byte leaves: the very bytes, whose requests they
   carry, and what each of these makes. One document of a company file may be under way at a time.
4. ``exchange`` takes the reply, before anybody reads it.
5. ``effect``, ``link`` and ``closing`` say what came of it: done or not, which item is which record, and what Procore
   must be told.

``question`` is for what only a person can know, ``generation`` for what was unlinked, ``event`` for people to read.

**Transactions.** `transaction` is for who writes, `reading` sees one moment of the database and keeps nobody out. How
each begins, and what is on disk when, say the modules ``sqlite`` and ``postgres`` beside this one: one writer
of a SQLite file comes after the other, and so do those of a company file in PostgreSQL, which lock its row. Each
transaction has a connection of its own while it lasts, so threads may share one `SqlTables`; as many are kept as were
in use at once. One that was lost is thrown away, and the next transaction gets another.

The module ``sql_rows`` has the statements, ``sql_schema`` says how the tables change.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from procore_qbd.errors import JournalError

try:
    import sqlalchemy as sa
    from sqlalchemy import event
    from sqlalchemy.exc import SQLAlchemyError
except ImportError as error:
    raise JournalError(
        'a journal in a database needs SQLAlchemy, which is not installed: pip install "procore-qbd[sql]"'
    ) from error

from procore_qbd.journal.bundle import release
from procore_qbd.journal.databases import database_of
from procore_qbd.journal.sql_rows import SqlRows, driver_of
from procore_qbd.journal.sql_schema import METADATA, MIGRATIONS, SCHEMA, SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager


__all__ = ["SCHEMA_VERSION", "SqlTables"]

_SECONDS = 5.0


class SqlTables:
    """The rows in a database.

    Args:
        url: As SQLAlchemy writes it: ``sqlite:///books.company.journal``, ``postgresql://user:password@host/database``.
        auto_migrate: Whether an older schema is brought up to date; else it is refused.
        patience: How many seconds a transaction waits for another to end: SQLite's busy_timeout, PostgreSQL's
            lock_timeout.

    Raises:
        JournalError: It cannot be opened, is something else, is damaged, newer than this release, or does not keep
            what is committed.
    """

    def __init__(self, url: str, *, auto_migrate: bool = True, patience: float = _SECONDS) -> None:
        parsed, self._database = database_of(url, patience)
        self._failures: tuple[type[Exception], ...] = (SQLAlchemyError, *self._database.failures)
        self._free: list[sa.Connection] = []
        self._alone: AbstractContextManager[object] = threading.Lock() if self._database.in_memory else nullcontext()
        self._statements: dict[tuple[Any, ...], Any] = {}
        self._closed = False
        with self._in_words():
            self._engine = sa.create_engine(parsed, hide_parameters=True, **self._database.engine_options())
            event.listen(self._engine, "connect", self._database.set_up)
        try:
            with self._in_words():
                self._migrate(auto_migrate=auto_migrate)
        except BaseException:
            self.close()
            raise
        _OPEN.add(self)

    @contextmanager
    def _in_words(self, *, committing: bool = False) -> Iterator[None]:
        """What the database says, in words that say what to do; its own words may have values in them."""
        try:
            yield
        except self._failures as error:
            raise JournalError(self._database.in_words(error, committing=committing)) from None

    # --- the schema --------------------------------------------------------------------------------------------------

    def _migrate(self, *, auto_migrate: bool) -> None:
        with self._begun(only_reads=True) as connection:
            known = self._known(connection)
        if known not in {0, SCHEMA_VERSION} and not auto_migrate:
            raise JournalError(
                f"{self._database.place}: is of an older release (schema {known}, this one needs {SCHEMA_VERSION}), "
                "and was left alone: back it up, then open it with auto_migrate=True"
            )
        with self._alone, self._connected() as connection:
            self._database.prepare(driver_of(connection))
        while known < SCHEMA_VERSION:
            with self._begun() as connection:
                self._database.lock_schema(driver_of(connection))
                known = self._known(connection)  # another process may have been faster
                if known < SCHEMA_VERSION:
                    known = self._step(connection, known)

    def _known(self, connection: sa.Connection) -> int:
        """Which schema is there; 0 is none.

        Raises:
            JournalError: It is newer than this release, or the database of something else.
        """
        there = set(sa.inspect(connection).get_table_names())
        if SCHEMA.name not in there:
            if there and self._database.own_file:
                raise JournalError(
                    f"{self._database.place}: is a database of something else ({', '.join(sorted(there)[:3])}), and "
                    "was left alone; name another file"
                )
            return 0
        newest = connection.execute(sa.select(sa.func.max(SCHEMA.c.version))).scalar() or 0
        if newest > SCHEMA_VERSION:
            raise JournalError(
                f"{self._database.place}: was written by a newer release (schema {newest}, this one knows "
                f"{SCHEMA_VERSION}); nothing was changed: install that release"
            )
        return int(newest)

    @staticmethod
    def _step(connection: sa.Connection, known: int) -> int:
        """Make everything, or lead to the next schema; which schema is there then."""
        if known:
            MIGRATIONS[known - 1](connection)
        else:
            SCHEMA.create(connection)
            METADATA.create_all(connection)
        version = known + 1 if known else SCHEMA_VERSION
        connection.execute(SCHEMA.insert(), {"version": version, "library": release(), "at": time.time()})
        return version

    # --- transactions ------------------------------------------------------------------------------------------------

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        """A connection that nobody else uses meanwhile."""
        if self._closed:
            raise JournalError(f"{self._database.place}: the journal is closed")
        try:
            connection = self._free.pop()
        except IndexError:
            connection = self._engine.connect()
        try:
            yield connection
        finally:
            self._put_back(connection)

    def _put_back(self, connection: sa.Connection) -> None:
        if not connection.invalidated and self._database.is_idle(driver_of(connection)):
            self._free.append(connection)
        else:  # it was lost, or could not be undone; closing it does that
            connection.close()
        if self._closed:
            self._let_go()

    @contextmanager
    def _begun(self, *, only_reads: bool = False) -> Iterator[sa.Connection]:
        """A connection with a transaction, which is committed at the end."""
        with self._alone, ExitStack() as stack:
            connection = self._begin(stack, only_reads=only_reads)
            try:
                yield connection
                with self._in_words(committing=True):
                    connection.commit()
            except BaseException:
                with suppress(*self._failures):
                    connection.rollback()
                raise

    def _begin(self, stack: ExitStack, *, only_reads: bool) -> sa.Connection:
        """A connection on which a transaction has begun; one that was lost while nobody used it is replaced."""
        while True:
            kept = bool(self._free)
            with ExitStack() as mine:
                connection = mine.enter_context(self._connected())
                try:
                    connection.begin()
                    self._database.begin(driver_of(connection), only_reads=only_reads)
                except self._failures:
                    with suppress(*self._failures):
                        connection.rollback()
                    if kept and (connection.invalidated or not self._database.is_idle(driver_of(connection))):
                        continue
                    raise
                stack.push(mine.pop_all())
                return connection

    @contextmanager
    def transaction(self) -> Iterator[SqlRows]:
        """All of what is done within is on disk when it ends, or nothing.

        Raises:
            JournalError: The database cannot be used. Where the connection was lost at the very end, it is not known
                whether it is on disk, and the error says so.
        """
        with self._in_words(), self._begun() as connection:
            rows = SqlRows(connection, self._database, self._statements)
            yield rows
            rows.must_be_whole()

    @contextmanager
    def reading(self) -> Iterator[SqlRows]:
        """For a look at one moment, which keeps nobody out.

        Raises:
            JournalError: The database cannot be used, or something is changed within.
        """
        with self._in_words(), self._begun(only_reads=True) as connection:
            yield SqlRows(connection, self._database, self._statements, only_reads=True)

    def scrub(self) -> None:
        """See that nothing of what was taken out is left in its files, as far as the database leaves that to us.

        Raises:
            JournalError: The database cannot be used.
        """
        with self._in_words(), self._alone, self._connected() as connection:
            self._database.scrub(driver_of(connection))

    def _let_go(self) -> None:
        """Close every connection that is not in use; the next transaction opens another."""
        with suppress(IndexError):  # other threads take and put back meanwhile
            while True:
                self._free.pop().close()

    def close(self) -> None:
        """Let go of the database."""
        self._closed = True
        self._let_go()
        self._engine.dispose()


_OPEN: weakref.WeakSet[SqlTables] = weakref.WeakSet()


def _before_fork() -> None:
    """A connection to a SQLite file must not be there in two processes, not even unused: their locks would be one."""
    for tables in list(_OPEN):
        tables._let_go()  # noqa: SLF001  our own


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork)
