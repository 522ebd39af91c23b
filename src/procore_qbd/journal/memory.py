"""The journal's tables in memory: for tests, for a storm, and as the measure for every other store."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from procore_qbd.errors import JournalError
from procore_qbd.journal.tables import TABLES, Row, TakenError, Where, must_be_keepable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["MemoryTables"]


class MemoryTables:
    """Rows in dictionaries; a transaction that raises leaves everything as it was."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[tuple[Any, ...], Row]] = {name: {} for name in TABLES}
        self._found: dict[str, dict[tuple[str, ...], dict[tuple[Any, ...], dict[tuple[Any, ...], None]]]] = {
            name: {index: {} for index in _indexes(name)} for name in TABLES
        }
        self._undo: list[tuple[str, tuple[Any, ...], Row | None]] = []
        self._lock = threading.Lock()
        self._closed = False
        self._only_reads = False
        self._failed = False

    @contextmanager
    def transaction(self) -> Iterator[MemoryTables]:
        """All of it, or nothing.

        Raises:
            JournalError: The journal is closed, or something that was refused within was passed over.
        """
        with self._lock:
            if self._closed:
                raise JournalError("the journal is closed")
            try:
                yield self
                if self._failed:
                    raise JournalError("a statement of the transaction had failed; nothing was written")  # noqa: TRY301
            except BaseException:
                for table, key, before in reversed(self._undo):
                    self._put(table, key, before)
                raise
            finally:
                self._undo.clear()
                self._failed = False

    @contextmanager
    def reading(self) -> Iterator[MemoryTables]:
        """For a look.

        Raises:
            JournalError: The journal is closed, or something is changed within.
        """
        with self.transaction():
            self._only_reads = True
            try:
                yield self
            finally:
                self._only_reads = False

    def scrub(self) -> None:
        """Nothing is left anyway."""

    def close(self) -> None:
        """Answer no more."""
        self._closed = True

    def select(
        self,
        table: str,
        where: Where,
        /,
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        lock: bool = False,  # noqa: ARG002  one transaction comes after the other anyway
    ) -> list[Row]:
        """The rows that fit, ordered by columns, then by the key."""
        found = [dict(row) for row in self._fitting(table, where)]
        found.sort(key=lambda row: tuple(row[name] for name in (*order, *TABLES[table].key)))
        return found[:limit]

    @staticmethod
    def now() -> float:
        """The time of this machine, in seconds."""
        return time.time()

    def count(self, table: str, by: str, where: Where, /) -> dict[Any, int]:
        """How many of the rows that fit have each value of a column."""
        return dict(Counter(row[by] for row in self._fitting(table, where)))

    def insert(self, table: str, rows: Sequence[Row], /) -> None:
        """Add rows.

        Raises:
            TakenError: One stands there already that allows no other.
        """
        self._must_change(table)
        for row in rows:
            whole = dict.fromkeys(TABLES[table].columns) | row
            key = _key(table, whole)
            _must_be_possible(table, whole)
            if key in self._rows[table]:
                raise self._taken(table, TABLES[table].key)
            self._keep(table, key, whole)

    def update(self, table: str, where: Where, values: Mapping[str, Any], /) -> int:
        """Change the rows that fit.

        Raises:
            TakenError: One would stand beside another that allows no other.
        """
        self._must_change(table)
        found = list(self._fitting(table, where))
        for row in found:
            self._keep(table, _key(table, row), {**row, **values})
        return len(found)

    def update_each(self, table: str, changes: Sequence[tuple[Where, Mapping[str, Any]]], /) -> int:
        """One after the other."""
        return sum(self.update(table, where, values) for where, values in changes)

    def delete(self, table: str, where: Where, /) -> int:
        """Take out the rows that fit."""
        self._must_change(table)
        found = list(self._fitting(table, where))
        for row in found:
            key = _key(table, row)
            self._undo.append((table, key, row))
            self._put(table, key, None)
        return len(found)

    def _must_change(self, table: str) -> None:
        if self._only_reads:
            raise JournalError(f"{table}: a look changes nothing; begin a transaction")

    def _keep(self, table: str, key: tuple[Any, ...], row: Row) -> None:
        _must_be_possible(table, row)
        for rule in TABLES[table].unique:
            values = [row[name] for name in rule.columns]
            if None in values or not _fits(row, rule.where):
                continue
            same = dict(zip(rule.columns, values, strict=True))
            if any(_key(table, one) != key for one in self._fitting(table, {**same, **rule.where})):
                raise self._taken(table, rule.columns)
        self._undo.append((table, key, self._rows[table].get(key)))
        self._put(table, key, row)

    def _taken(self, table: str, columns: tuple[str, ...]) -> TakenError:
        self._failed = True
        return TakenError(f"{table} ({', '.join(columns)})")

    def _put(self, table: str, key: tuple[Any, ...], row: Row | None) -> None:
        before = self._rows[table].pop(key, None)
        for columns, found in self._found[table].items():
            if before is not None:
                del found[tuple(before[name] for name in columns)][key]
            if row is not None:
                found.setdefault(tuple(row[name] for name in columns), {})[key] = None
        if row is not None:
            self._rows[table][key] = row

    def _fitting(self, table: str, where: Where) -> Iterator[Row]:
        rows = self._rows[table]
        must_be_keepable(table, [where.values(), *(value for value in where.values() if isinstance(value, tuple))])
        by = _way(table, frozenset([name for name, value in where.items() if not isinstance(value, tuple)]))
        keys: Any = rows
        if by is not None:
            sought = tuple([where[name] for name in by])
            keys = (sought,) if by is TABLES[table].key else self._found[table][by].get(sought, ())
        for one in list(keys):
            row = rows.get(one)
            if row is not None and _fits(row, where):
                yield row


@cache
def _way(table: str, plain: frozenset[str]) -> tuple[str, ...] | None:
    """The columns to look by, of those whose one value is known: the key, the longest index, or None."""
    key = TABLES[table].key
    if plain >= set(key):
        return key
    return max((columns for columns in _indexes(table) if plain >= set(columns)), key=len, default=None)


def _indexes(table: str) -> set[tuple[str, ...]]:
    rules = TABLES[table]
    return {("company",), *rules.indexes, *(one.columns for one in rules.unique)}


def _key(table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in TABLES[table].key)


def _fits(row: Row, where: Where) -> bool:
    for name, value in where.items():  # called so often that a generator would be felt
        if row[name] not in value if isinstance(value, tuple) else row[name] != value:
            return False
    return True


def _must_be_possible(table: str, row: Row) -> None:
    rules = TABLES[table]
    must_be_keepable(table, [row.values()])
    strange = row.keys() - rules.columns.keys()
    assert not strange, f"{table} has no {strange}"  # noqa: S101
    lacking = [name for name, kind in rules.columns.items() if row[name] is None and not kind.endswith("?")]
    if lacking:
        raise JournalError(f"{table}: {', '.join(lacking)} may not be missing")
    if rules.states and row["state"] not in rules.states:
        raise JournalError(f"{table}: there is no state {row['state']!r}")
