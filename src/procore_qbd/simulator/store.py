"""Records on disk: one SQLite file, each record as the ``Ret`` that QuickBooks would return, beside its keys.

Only the ListIDs of references count; full names are put together when a record is read, so that they are true after
a parent, or whatever else is referred to, got another name.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs
from lxml import etree

from procore_qbd.errors import CompanyFileError
from procore_qbd.qbxml import RET, Ref
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.records import table
from procore_qbd.qbxml.wire import read, write
from procore_qbd.simulator.lists import LISTS
from procore_qbd.simulator.shaping import full_name, name_key, with_references
from procore_qbd.simulator.wording import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from procore_qbd.qbxml.records import Reference

__all__ = ["Store"]

_APPLICATION = 0x50514244
_FORMAT = 1
_SCHEMA = (
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {_FORMAT}",
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # A ListID is unique in its list only. The parent is a ListID too, '' at the top.
    """CREATE TABLE records (
        id TEXT NOT NULL, list TEXT NOT NULL, space TEXT NOT NULL, parent TEXT NOT NULL,
        name TEXT NOT NULL, name_key TEXT NOT NULL, xml TEXT NOT NULL,
        PRIMARY KEY (id, list), UNIQUE (space, parent, name_key)
    ) WITHOUT ROWID""",
    "INSERT INTO facts VALUES ('serial', '0')",
)
_FIRST_ID = 0x80000000


class Store:
    """The SQLite file. One process has it at a time; the lock dies with the process, and so does what is half done.

    Args:
        path: Where; None for memory.
        new: What the file shall know of itself, if it is to be made.
    """

    def __init__(self, path: Path | None, new: Mapping[str, str] | None = None) -> None:
        if path and new is None and not path.is_file():
            raise CompanyFileError(f"{path}: there is no such company file")
        try:
            self._db = sqlite3.connect(path or ":memory:", timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise CompanyFileError(f"{path}: cannot be opened or made there: {error}") from None
        fault = self._take(new)
        if fault is not None:
            self._db.close()
            raise CompanyFileError(f"{path}: {fault}")

    def _take(self, new: Mapping[str, str] | None) -> str | None:
        """Lock the file until it is closed, and make it if it is new; says what is wrong with it."""
        try:
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("BEGIN EXCLUSIVE")
            return self._open() if new is None else self._make(new)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return "is open already, here or in another program; close it there first"
            return f"cannot be opened or made there: {error}"
        except sqlite3.DatabaseError as error:
            return f"is no company file of the simulator: {error}"

    def _make(self, new: Mapping[str, str]) -> str | None:
        if self._db.execute("SELECT * FROM sqlite_master").fetchone():
            return "exists already; open it, or choose another name"
        for statement in _SCHEMA:
            self._db.execute(statement)
        for name, value in new.items():
            self.set_fact(name, value)
        self._db.execute("COMMIT")
        return None

    def _open(self) -> str | None:
        self._db.execute("ROLLBACK")  # the lock stays, and what is no company file is left alone
        application, version = (
            self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        if application != _APPLICATION:
            empty = self._db.execute("SELECT * FROM sqlite_master").fetchone() is None
            return (
                "is empty, its making was cut short; make it anew" if empty else "is no company file of the simulator"
            )
        return None if version == _FORMAT else f"is of format {version}; this release reads format {_FORMAT}"

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within is kept, for good; or nothing of it, where an exception leaves."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield

    def fact(self, name: str) -> str:
        """Something that the file knows of itself."""
        return str(self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()[0])

    def set_fact(self, name: str, value: str) -> None:
        """Write it down."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def new_id(self, now: int) -> str:
        """A ListID as QuickBooks forms it: a number in hexadecimal, and the second in which it was made."""
        while True:
            serial = int(self.fact("serial")) + 1
            self.set_fact("serial", str(serial))
            list_id = f"{_FIRST_ID + serial:X}-{now}"
            if self._db.execute("SELECT 1 FROM records WHERE id = ?", (list_id,)).fetchone() is None:
                return list_id

    def add(self, record: Any) -> None:
        """Write a record that was not there.

        Raises:
            Refusal: Its name is taken.
        """
        columns = "space, parent, name, name_key, xml, list, id"
        self._write(f"INSERT INTO records ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", record)  # noqa: S608  our own words

    def change(self, record: Any) -> None:
        """Write a record in place of what it was before.

        Raises:
            Refusal: Its name is taken.
        """
        columns = "space = ?, parent = ?, name = ?, name_key = ?, xml = ?"
        self._write(f"UPDATE records SET {columns} WHERE list = ? AND id = ?", record)  # noqa: S608  our own words

    def _write(self, statement: str, record: Any) -> None:
        tag = record.__record__.tag
        out: list[str] = []
        write(record, RET, f"{tag}Ret", out)
        parent = getattr(record, "parent_ref", None)
        above = parent.list_id if parent else ""
        key, xml = name_key(record.name), "".join(out)
        try:
            self._db.execute(statement, (LISTS[tag].space, above, record.name, key, xml, tag, record.list_id))
        except sqlite3.IntegrityError:
            raise Refusal(3100, record.name) from None

    def get(self, list_: str, list_id: str) -> Any:
        """A record by its ListID, None if it is not there."""
        return next(self._read("id = ? AND list = ?", list_id, list_), None)

    def find(self, list_: str, name: str) -> Any:
        """A record by its full name, None if it is not there."""
        list_id, home = "", None
        where = "space = ? AND parent = ? AND name_key = ?"
        for part in name.split(":"):
            key = LISTS[list_].space, list_id, name_key(part)
            row = self._db.execute(f"SELECT id, list FROM records WHERE {where}", key).fetchone()  # noqa: S608  our own words
            if row is None:
                return None
            list_id, home = row
        return self.get(list_, list_id) if home == list_ else None

    def all(self, list_: str) -> list[Any]:
        """The records of a list, by full name, each before those below it."""
        return sorted(
            self._read("list = ?", list_),
            key=lambda record: [name_key(part) for part in full_name(record).split(":")],
        )

    def children(self, record: Any) -> Iterator[Any]:
        """The records right below one."""
        tag = record.__record__.tag
        return self._read("space = ? AND parent = ? AND list = ?", LISTS[tag].space, record.list_id, tag)

    def _read(self, where: str, *values: str) -> Iterator[Any]:
        rows = self._db.execute(f"SELECT list, xml FROM records WHERE {where}", values).fetchall()  # noqa: S608  our own words
        for list_, xml in rows:
            cls = entity(list_)
            assert cls is not None  # noqa: S101  only what is modelled is ever written
            record: Any = with_references(read(etree.fromstring(xml), cls, []), self._named)
            if "full_name" in table(cls).by_name:
                above = f"{record.parent_ref.full_name}:" if record.parent_ref else ""
                record = attrs.evolve(record, full_name=above + record.name, sublevel=above.count(":"))
            yield record

    def _named(self, row: Reference, ref: Ref) -> Ref:
        """A reference with the name that the record has now; one that points nowhere (see `seed`) as it is."""
        names = (self._full_name(list_, ref.list_id) for list_ in row.to) if ref.list_id else ()
        return Ref(list_id=ref.list_id, full_name=next(filter(None, names), ref.full_name))

    def _full_name(self, list_: str, list_id: str) -> str | None:
        where = "id = ? AND list = ?"
        row = self._db.execute(f"SELECT parent, name FROM records WHERE {where}", (list_id, list_)).fetchone()  # noqa: S608  our own words
        if row is None:
            return None
        parent, name = row
        return f"{self._full_name(list_, parent)}:{name}" if parent else str(name)
