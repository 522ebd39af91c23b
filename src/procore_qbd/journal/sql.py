"""The journal's tables in a database: a SQLite file beside the company file, or any that SQLAlchemy speaks to.

One transaction of the journal is one of the database. On SQLite it begins with BEGIN IMMEDIATE, by an event: SQLAlchemy
does not begin one before the first write, and who reads first and writes then would write on what is old. The file has
a write-ahead log, and every commit waits for the disk (synchronous FULL): with NORMAL, as is usual, the bytes leave for
QuickBooks before it is on disk that they do, and a power cut forgets it.

Everything follows from `tables.TABLES`: columns, keys, partial unique indexes, the states as a CHECK. What is made once
is changed by numbered migrations only; a test holds that a fresh file is what the migrations make.
"""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import contextmanager
from importlib import metadata
from typing import TYPE_CHECKING, Any

from procore_qbd.errors import JournalError
from procore_qbd.journal.tables import TABLES, Row, TableRules, TakenError, Where

try:
    import sqlalchemy as sa
    import sqlalchemy.event
    from sqlalchemy.exc import IntegrityError, SQLAlchemyError
except ImportError as error:  # pragma: no cover  the tests have it
    raise JournalError(
        'a journal in a database needs SQLAlchemy, which is not installed: pip install "procore-qbd[sql]"'
    ) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["SCHEMA_VERSION", "SqlTables"]

_PREFIX = "procore_qbd_"
_TYPES = {"text": sa.Text, "int": sa.BigInteger, "real": sa.Float, "bytes": sa.LargeBinary}
_SECONDS = 5.0


def _table(name: str, rules: TableRules, metadata: sa.MetaData) -> sa.Table:
    columns: list[Any] = []
    for column, kind in rules.columns.items():
        type_ = _TYPES[kind.removesuffix("?")]
        nullable, key = kind.endswith("?"), column in rules.key
        columns.append(sa.Column(column, type_, nullable=nullable, primary_key=key, autoincrement=False))
    if rules.states:
        allowed = ", ".join(f"'{state!s}'" for state in rules.states)
        columns.append(sa.CheckConstraint(f"state IN ({allowed})", name=f"{_PREFIX}{name}_state"))
    table = sa.Table(_PREFIX + name, metadata, *columns)
    for number, one in enumerate(rules.unique):
        where = sa.text(" AND ".join(itertools.starmap(_literal, one.where.items()))) if one.where else None
        sa.Index(
            f"{_PREFIX}{name}_unique_{number}",
            *(table.c[column] for column in one.columns),
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    for number, names in enumerate(rules.indexes):
        sa.Index(f"{_PREFIX}{name}_index_{number}", *(table.c[column] for column in names))
    return table


def _literal(column: str, value: Any) -> str:
    """A condition in words of our own, for an index."""
    values = ", ".join(str(one) if isinstance(one, int) else f"'{one!s}'" for one in _several(value))
    return f"{column} IN ({values})"


def _several(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


_METADATA = sa.MetaData()
_SQL = {name: _table(name, rules, _METADATA) for name, rules in TABLES.items()}
_SCHEMA = sa.Table(
    f"{_PREFIX}schema",
    sa.MetaData(),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("library", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)


def _make_everything(connection: sa.Connection) -> None:
    _METADATA.create_all(connection)


_MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (_make_everything,)
"""What each version changes; the first makes everything. Never change one that was released: add the next."""

SCHEMA_VERSION = len(_MIGRATIONS)


def _release() -> str:
    try:
        return metadata.version("procore-qbd")
    except metadata.PackageNotFoundError:  # it runs from its sources
        return "unknown"


class SqlTables:
    """The rows in a database.

    Args:
        url: As SQLAlchemy writes it: ``sqlite:///books.company.journal``.
        auto_migrate: Whether an older schema is brought up to date; else it is refused.
        patience: How many seconds a transaction waits for another process to end its own.

    Raises:
        JournalError: It cannot be opened, is something else, is damaged, or newer than this release.
    """

    def __init__(self, url: str, *, auto_migrate: bool = True, patience: float = _SECONDS) -> None:
        self.url = url
        self._patience = patience
        self._local = threading.local()
        self._connections: list[sa.Connection] = []
        self._statements: dict[tuple[Any, ...], Any] = {}
        self._closed = False
        with self._in_words():
            self._engine = sa.create_engine(url, connect_args={"check_same_thread": False} if self._is_sqlite else {})
            if self._is_sqlite:
                sqlalchemy.event.listen(self._engine, "connect", self._set_up)
                sqlalchemy.event.listen(self._engine, "begin", self._begin)
            self._migrate(auto_migrate=auto_migrate)

    @property
    def _is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def _set_up(self, connection: Any, _record: object) -> None:
        """A new connection: no transactions of the driver's own, and what is committed is on disk."""
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(self._patience * 1000)}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    def _migrate(self, *, auto_migrate: bool) -> None:
        with self._connection().begin():
            connection = self._connection()
            there = set(sa.inspect(connection).get_table_names())
            if _SCHEMA.name not in there:
                strangers = sorted(name for name in there if not self._is_shared and not name.startswith("sqlite_"))
                if strangers:
                    raise JournalError(
                        f"{self._place}: is a database of something else ({', '.join(strangers[:3])}), and was left "
                        "alone; name another file"
                    )
                _SCHEMA.create(connection)
            known = connection.execute(sa.select(sa.func.max(_SCHEMA.c.version))).scalar() or 0
            if known > SCHEMA_VERSION:
                raise JournalError(
                    f"{self._place}: was written by a newer release (schema {known}, this one knows {SCHEMA_VERSION}); "
                    "nothing was changed: install that release"
                )
            if known < SCHEMA_VERSION and known and not auto_migrate:
                raise JournalError(
                    f"{self._place}: is of an older release (schema {known}, this one needs {SCHEMA_VERSION}): back "
                    "it up, then open it with auto_migrate=True"
                )
            for version, change in enumerate(_MIGRATIONS[known:], known + 1):
                change(connection)
                row = {"version": version, "library": _release(), "at": time.time()}
                connection.execute(_SCHEMA.insert(), row)
        if self._is_sqlite:  # only now, for it changes the file; it is kept in it, so later connections need not ask
            connection.connection.cursor().execute("PRAGMA journal_mode = WAL").close()

    @property
    def _is_shared(self) -> bool:
        """Whether other tables may stand beside ours: in a server's database, not in a file of our own."""
        return not self._is_sqlite

    @property
    def _place(self) -> str:
        shown: str = sa.make_url(self.url).render_as_string(hide_password=True)
        return shown.removeprefix("sqlite:///")

    def _connection(self) -> sa.Connection:
        connection: sa.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._engine.connect()
            self._connections.append(connection)
        return connection

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """What the database says, in words that say what to do."""
        try:
            yield
        except SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise JournalError(
                f"{self._place}: {_words(said)}; nothing is lost, and nothing was sent after it"
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[SqlTables]:
        """All of what is done within is on disk when it ends, or nothing.

        Raises:
            JournalError: The database cannot be used.
        """
        if self._closed:
            raise JournalError(f"{self._place}: the journal is closed")
        with self._in_words(), self._connection().begin():
            yield self

    @contextmanager
    def reading(self) -> Iterator[SqlTables]:
        """For a single look.

        Raises:
            JournalError: The database cannot be used.
        """
        if self._closed:
            raise JournalError(f"{self._place}: the journal is closed")
        self._local.only_reads = True
        try:
            with self._in_words(), self._connection().begin():
                yield self
        finally:
            self._local.only_reads = False

    def _begin(self, connection: sa.Connection) -> None:
        """Who may write gets the right to it at once, so that what was read is still true then."""
        if not getattr(self._local, "only_reads", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Let go of the database."""
        self._closed = True
        for connection in self._connections:
            connection.close()
        self._engine.dispose()

    # --- rows --------------------------------------------------------------------------------------------------------

    def _prepared(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        found = self._statements.get(key)
        if found is None:
            found = self._statements[key] = make()
        return found

    def _run(self, statement: Any, values: Any) -> Any:
        try:
            return self._connection().execute(statement, values)
        except IntegrityError as error:
            said = str(error.orig)
            if "unique" in said.lower() or "duplicate" in said.lower():
                raise TakenError(said.splitlines()[0].replace(_PREFIX, "")) from error
            raise

    def select(self, table: str, where: Where, /, *, order: Sequence[str] = (), limit: int | None = None) -> list[Row]:
        """The rows that fit, ordered by columns."""
        shape = _shape(where)
        columns = tuple(TABLES[table].columns)

        def make() -> Any:
            sql = _SQL[table]
            found = sa.select(*(sql.c[name] for name in columns)).where(*_fitting(sql, shape))
            found = found.order_by(*(sql.c[name] for name in (order or TABLES[table].key)))
            return found.limit(sa.bindparam("w_limit")) if limit is not None else found

        statement = self._prepared(("select", table, shape, tuple(order), limit is not None), make)
        values = _bound(where) | ({"w_limit": limit} if limit is not None else {})
        return [dict(zip(columns, row, strict=True)) for row in self._run(statement, values)]

    def insert(self, table: str, rows: Sequence[Row], /) -> None:
        """Add rows.

        Raises:
            TakenError: One stands there already that allows no other.
        """
        if rows:
            empty = dict.fromkeys(TABLES[table].columns)
            statement = self._prepared(("insert", table), _SQL[table].insert)
            self._run(statement, [empty | row for row in rows])

    def update(self, table: str, where: Where, values: Mapping[str, Any], /) -> int:
        """Change the rows that fit; how many they were.

        Raises:
            TakenError: As `insert`.
        """
        shape, changed = _shape(where), tuple(values)

        def make() -> Any:
            sql = _SQL[table]
            new: dict[str, Any] = {name: sa.bindparam(f"v_{name}") for name in changed}
            return sql.update().where(*_fitting(sql, shape)).values(new)

        statement = self._prepared(("update", table, shape, changed), make)
        bound = _bound(where) | {f"v_{name}": value for name, value in values.items()}
        return int(self._run(statement, bound).rowcount)

    def delete(self, table: str, where: Where, /) -> int:
        """Take out the rows that fit; how many they were."""
        shape = _shape(where)
        statement = self._prepared(
            ("delete", table, shape), lambda: _SQL[table].delete().where(*_fitting(_SQL[table], shape))
        )
        return int(self._run(statement, _bound(where)).rowcount)


def _shape(where: Where) -> tuple[tuple[str, bool], ...]:
    """Which columns are asked for, and whether by one value or by several."""
    return tuple((name, isinstance(value, tuple)) for name, value in where.items())


def _fitting(table: sa.Table, shape: tuple[tuple[str, bool], ...]) -> list[Any]:
    found = []
    for name, several in shape:
        value: Any = sa.bindparam(f"w_{name}", expanding=several)
        found.append(table.c[name].in_(value) if several else table.c[name] == value)
    return found


def _bound(where: Where) -> dict[str, Any]:
    return {f"w_{name}": list(value) if isinstance(value, tuple) else value for name, value in where.items()}


_SAID = (
    ("unable to open", "cannot be opened: see that its folder is there and that you may write in it"),
    ("file is not a database", "is no journal, or is damaged: restore a backup of it, or name another file"),
    ("malformed", "is damaged: restore a backup of it"),
    ("database is locked", "another process is at work on it and does not end: try again, or end that one"),
    ("readonly", "may not be written: give this user the right to it"),
    ("disk is full", "cannot be written, the disk is full: make room"),
    ("full", "cannot be written, the disk is full: make room"),
)


def _words(said: str) -> str:
    return next((f"{words} ({said})" for what, words in _SAID if what in said.lower()), f"the database says: {said}")
