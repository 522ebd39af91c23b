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

The module ``sql_schema`` says how the tables change.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.errors import JournalError
from procore_qbd.journal.tables import TABLES, Row, Where, must_be_keepable

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
from procore_qbd.journal.sql_schema import METADATA, MIGRATIONS, SCHEMA, SCHEMA_VERSION, SQL_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from procore_qbd.journal.databases import Database

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
            self._database.prepare(_driver(connection))
        while known < SCHEMA_VERSION:
            with self._begun() as connection:
                self._database.lock_schema(_driver(connection))
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
        if not connection.invalidated and self._database.is_idle(_driver(connection)):
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
                    self._database.begin(_driver(connection), only_reads=only_reads)
                except self._failures:
                    with suppress(*self._failures):
                        connection.rollback()
                    if kept and (connection.invalidated or not self._database.is_idle(_driver(connection))):
                        continue
                    raise
                stack.push(mine.pop_all())
                return connection

    @contextmanager
    def transaction(self) -> Iterator[_SqlRows]:
        """All of what is done within is on disk when it ends, or nothing.

        Raises:
            JournalError: The database cannot be used. Where the connection was lost at the very end, it is not known
                whether it is on disk, and the error says so.
        """
        with self._in_words(), self._begun() as connection:
            rows = _SqlRows(connection, self._database, self._statements)
            yield rows
            rows.must_be_whole()

    @contextmanager
    def reading(self) -> Iterator[_SqlRows]:
        """For a look at one moment, which keeps nobody out.

        Raises:
            JournalError: The database cannot be used, or something is changed within.
        """
        with self._in_words(), self._begun(only_reads=True) as connection:
            yield _SqlRows(connection, self._database, self._statements, only_reads=True)

    def scrub(self) -> None:
        """See that nothing of what was taken out is left in its files, as far as the database leaves that to us.

        Raises:
            JournalError: The database cannot be used.
        """
        with self._in_words(), self._alone, self._connected() as connection:
            self._database.scrub(_driver(connection))

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


def _driver(connection: sa.Connection) -> Any:
    """The driver's own connection."""
    return connection.connection.driver_connection


_OPEN: weakref.WeakSet[SqlTables] = weakref.WeakSet()


def _before_fork() -> None:
    """A connection to a SQLite file must not be there in two processes, not even unused: their locks would be one."""
    for tables in list(_OPEN):
        tables._let_go()  # noqa: SLF001  our own


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork)

# --- rows ------------------------------------------------------------------------------------------------------------


@attrs.frozen
class _Statement:
    """A statement as text, the names of its values in their order, and the values that it has of itself."""

    text: str
    names: tuple[str, ...]
    own: Row

    def values(self, given: Row) -> list[Any]:
        """The values in their order."""
        every = self.own | given
        return [every[name] for name in self.names]


class _SqlRows:
    """The rows within one transaction.

    SQLAlchemy writes a statement once for its shape, that is, which columns and how many values; then the driver gets
    the text. Most of what a statement costs SQLAlchemy is for what it does for others: types, events, results.

    Attributes:
        driver: The driver's own connection, for who adds something to this very transaction.
    """

    def __init__(
        self,
        connection: sa.Connection,
        database: Database,
        statements: dict[tuple[Any, ...], Any],
        *,
        only_reads: bool = False,
    ) -> None:
        self._connection = connection
        self.driver = _driver(connection)
        self._database = database
        self._statements = statements
        self._only_reads = only_reads
        self._now: float | None = None
        self._failed = False

    def must_be_whole(self) -> None:
        """See that no error was passed over: PostgreSQL has undone everything then, and would commit nothing.

        Raises:
            JournalError: One was.
        """
        if self._failed:
            raise JournalError(
                f"{self._database.place}: a statement of the transaction had failed; nothing was written"
            )

    def _prepared(self, key: tuple[Any, ...], make: Callable[[], Any]) -> _Statement:
        found = self._statements.get(key)
        if found is None:
            written = make().compile(dialect=self._connection.dialect)
            own = {name: value for name, value in written.params.items() if value is not None}
            found = self._statements[key] = _Statement(str(written), tuple(written.positiontup), own)
        return found

    def _run(self, table: str, statement: _Statement, *values: Row) -> Any:
        every = list(map(statement.values, values))
        must_be_keepable(table, every)
        cursor = self.driver.cursor()
        try:
            if len(every) == 1:
                cursor.execute(statement.text, every[0])
            else:
                cursor.executemany(statement.text, every)
        except self._database.failures as error:
            self._failed = True
            raise self._database.taken(table, error) or JournalError(self._database.in_words(error)) from None
        except (OverflowError, UnicodeError) as error:  # the driver cannot send the value
            self._failed = True
            raise JournalError(self._database.in_words(error)) from None
        return cursor

    def _must_change(self, table: str) -> None:
        if self._only_reads:
            raise JournalError(f"{table}: a look changes nothing; begin a transaction")

    def select(
        self, table: str, where: Where, /, *, order: Sequence[str] = (), limit: int | None = None, lock: bool = False
    ) -> list[Row]:
        """The rows that fit, ordered by columns, then by the key."""
        shape = _shape(where)
        columns = tuple(TABLES[table].columns)

        def make() -> Any:
            sql = SQL_TABLES[table]
            found = sa.select(*(sql.c[name] for name in columns)).where(*_fitting(sql, shape))
            found = found.with_for_update() if lock else found
            if limit is None:
                return found
            return found.order_by(*(sql.c[name] for name in by)).limit(sa.bindparam("w_limit"))

        by = tuple(dict.fromkeys((*order, *TABLES[table].key)))
        statement = self._prepared(("select", table, shape, by if limit is not None else None, lock), make)
        values = _bound(where) | ({"w_limit": limit} if limit is not None else {})
        rows = [dict(zip(columns, row, strict=True)) for row in self._run(table, statement, values).fetchall()]
        # All that fit are sorted here: told to sort, SQLite walks the rows in that order, through the whole company.
        return rows if limit is not None else sorted(rows, key=lambda row: tuple(row[name] for name in by))

    def now(self) -> float:
        """The time in seconds, the same all through a transaction: of the database, where several machines share it."""
        if self._now is None:
            self._now = self._database.now(self.driver)
        return self._now

    def count(self, table: str, by: str, where: Where, /) -> dict[Any, int]:
        """How many of the rows that fit have each value of a column."""
        shape = _shape(where)

        def make() -> Any:
            sql = SQL_TABLES[table]
            return sa.select(sql.c[by], sa.func.count()).where(*_fitting(sql, shape)).group_by(sql.c[by])

        found = self._run(table, self._prepared(("count", table, by, shape), make), _bound(where)).fetchall()
        return dict(found)

    def insert(self, table: str, rows: Sequence[Row], /) -> None:
        """Add rows.

        Raises:
            TakenError: One stands there already that allows no other.
        """
        self._must_change(table)
        if rows:
            empty = dict.fromkeys(TABLES[table].columns)
            statement = self._prepared(("insert", table), SQL_TABLES[table].insert)
            self._run(table, statement, *(empty | row for row in rows))

    def update(self, table: str, where: Where, values: Mapping[str, Any], /) -> int:
        """Change the rows that fit; how many they were.

        Raises:
            TakenError: As `insert`.
        """
        self._must_change(table)
        if not values:
            return len(self.select(table, where))
        return self.update_each(table, [(where, values)])

    def update_each(self, table: str, changes: Sequence[tuple[Where, Mapping[str, Any]]], /) -> int:
        """Change rows by several conditions: those that look alike, by one statement.

        Raises:
            TakenError: As `insert`.
        """
        self._must_change(table)
        alike: dict[Any, list[Row]] = {}
        for where, values in changes:
            bound = _bound(where) | {f"v_{name}": value for name, value in values.items()}
            alike.setdefault((_shape(where), tuple(values)), []).append(bound)

        def made(shape: Any, changed: tuple[str, ...]) -> Any:
            sql = SQL_TABLES[table]
            new: dict[str, Any] = {name: sa.bindparam(f"v_{name}") for name in changed}
            return sql.update().where(*_fitting(sql, shape)).values(new)

        count = 0
        for (shape, changed), bounds in alike.items():
            statement = self._prepared(("update", table, shape, changed), partial(made, shape, changed))
            count += int(self._run(table, statement, *bounds).rowcount)
        return count

    def delete(self, table: str, where: Where, /) -> int:
        """Take out the rows that fit; how many they were."""
        self._must_change(table)
        shape = _shape(where)
        statement = self._prepared(
            ("delete", table, shape), lambda: SQL_TABLES[table].delete().where(*_fitting(SQL_TABLES[table], shape))
        )
        return int(self._run(table, statement, _bound(where)).rowcount)


def _shape(where: Where) -> tuple[tuple[str, int | None, bool], ...]:
    """Which columns are asked for, and by what: one value (None), or one of how many, and whether it may be missing.

    Lists are filled up to a power of two, so there are few shapes though lists may have any length.
    """
    return tuple((name, *_size(value)) for name, value in where.items())


def _size(value: Any) -> tuple[int | None, bool]:
    if isinstance(value, tuple):
        known = len(value) - value.count(None)
        return (1 << (known - 1).bit_length() if known else 0), None in value
    return (0, True) if value is None else (None, False)


def _fitting(table: sa.Table, shape: tuple[tuple[str, int | None, bool], ...]) -> list[Any]:
    found: list[Any] = []
    for name, size, missing in shape:
        column = table.c[name]
        fits: list[sa.ColumnElement[bool]] = [column.is_(None)] if missing else []
        if size is None:
            fits.append(column == sa.bindparam(f"w_{name}"))
        elif size:
            fits.append(column.in_([sa.bindparam(f"w_{name}_{at}") for at in range(size)]))
        found.append(sa.or_(*fits) if fits else sa.false())
    return found


def _bound(where: Where) -> dict[str, Any]:
    """The values of a condition; what is missing needs none."""
    bound: dict[str, Any] = {}
    for name, value in where.items():
        if isinstance(value, tuple):
            known = [one for one in value if one is not None]
            bound |= {f"w_{name}_{at}": known[min(at, len(known) - 1)] for at in range(_size(value)[0] or 0)}
        elif value is not None:
            bound[f"w_{name}"] = value
    return bound
