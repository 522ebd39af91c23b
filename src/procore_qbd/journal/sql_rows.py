"""Rows within one transaction of a database: `tables.Rows`, as statements that are written once for each shape.

SQLAlchemy writes a statement once for its shape, that is, which columns and how many values; then the driver gets the
text. Most of what a statement costs SQLAlchemy is for what it does for others: types, events, results.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
import sqlalchemy as sa

from procore_qbd.errors import JournalError
from procore_qbd.journal.sql_schema import SQL_TABLES
from procore_qbd.journal.tables import TABLES, Row, Where, must_be_keepable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from procore_qbd.journal.databases import Database

__all__ = ["SqlRows", "driver_of"]


def driver_of(connection: sa.Connection) -> Any:
    """The driver's own connection."""
    return connection.connection.driver_connection


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


class SqlRows:
    """The rows within one transaction.

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
        self.driver = driver_of(connection)
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

    def _prepared(self, key: tuple[Any, ...], make: Callable[[], Any], *, binary: bool = False) -> _Statement:
        """A statement, written once for its shape; ``binary``: values travel as psycopg's bytes, not as its words."""
        found = self._statements.get(key)
        if found is None:
            written = make().compile(dialect=self._connection.dialect)
            own = {name: value for name, value in written.params.items() if value is not None}
            text = str(written).replace("%s", "%b") if binary else str(written)
            found = self._statements[key] = _Statement(text, tuple(written.positiontup), own)
        return found

    def _run_each(
        self,
        table: str,
        key: tuple[Any, ...],
        make: Callable[[], Any],
        as_arrays: Callable[[], Any] | None,
        rows: Sequence[Row],
        same: Collection[str] = (),
    ) -> int:
        """Run a statement for each of several rows; how many rows of the table it struck.

        Where there are arrays, once, with an array for each value but the `same`: on PostgreSQL fifty rows one by one
        take several times as long, though they travel together.
        """
        if len(rows) == 1 or as_arrays is None or not self._database.takes_arrays:
            return int(self._run(table, self._prepared(key, make), *rows).rowcount)
        arrays = {name: rows[0][name] if name in same else [row[name] for row in rows] for name in rows[0]}
        must_be_keepable(table, (value for value in arrays.values() if isinstance(value, list)))
        statement = self._prepared(("arrays", *key), as_arrays, binary=True)
        return int(self._run(table, statement, arrays).rowcount)

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
        if not rows:
            return
        sql, columns = SQL_TABLES[table], tuple(TABLES[table].columns)

        def as_arrays() -> Any:
            given = _given(table, {name: name for name in columns})
            return sql.insert().from_select(columns, sa.select(*given.c))

        whole = [dict.fromkeys(columns) | row for row in rows]
        self._run_each(table, ("insert", table), sql.insert, as_arrays, whole)

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
        sql = SQL_TABLES[table]

        def made(shape: Any, changed: tuple[str, ...]) -> Any:
            new: dict[str, Any] = {name: sa.bindparam(f"v_{name}") for name in changed}
            return sql.update().where(*_fitting(sql, shape)).values(new)

        def as_arrays(shape: Any, changed: tuple[str, ...]) -> Any:
            by = [name for name, size, missing in shape if size is None and not missing]
            given = _given(table, {f"w_{name}": name for name in by} | {f"v_{name}": name for name in changed})
            new = {name: given.c[f"v_{name}"] for name in changed}
            lists = _fitting(sql, tuple(one for one in shape if one[0] not in by))
            return sql.update().where(*(sql.c[name] == given.c[f"w_{name}"] for name in by), *lists).values(new)

        count = 0
        for (shape, changed), bounds in alike.items():
            lists = [f"w_{name}_{at}" for name, size, _ in shape for at in range(size or 0)]
            arrays = partial(as_arrays, shape, changed) if _are_rows_apart(table, bounds, lists) else None
            key, make = ("update", table, shape, changed), partial(made, shape, changed)
            count += self._run_each(table, key, make, arrays, bounds, lists)
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


_IN_ARRAYS: dict[str, Any] = {"text": sa.Text, "int": sa.BigInteger, "real": sa.Double, "bytes": sa.LargeBinary}


def _given(table: str, columns: Mapping[str, str]) -> Any:
    """Rows that come as an array for each value: its name, and the column whose type it has."""
    kinds = [TABLES[table].columns[column].removesuffix("?") for column in columns.values()]
    arrays = [sa.bindparam(name, type_=sa.ARRAY(_IN_ARRAYS[kind])) for name, kind in zip(columns, kinds, strict=True)]
    return sa.func.unnest(*arrays).table_valued(*columns, name="given").render_derived()


def _are_rows_apart(table: str, bounds: Sequence[Row], lists: Sequence[str]) -> bool:
    """Whether each condition strikes one row at the most, and no two the same: then their order is nothing.

    The values of `lists` must be the same in all of them, for an array has no lists in it.
    """
    key = [f"w_{name}" for name in TABLES[table].key]
    if not bounds[0].keys() >= set(key) or len({tuple(bound[name] for name in lists) for bound in bounds}) > 1:
        return False
    return len({tuple(bound[name] for name in key) for bound in bounds}) == len(bounds)


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
