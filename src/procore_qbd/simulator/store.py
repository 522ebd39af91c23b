"""Records on disk: one SQLite file, each record as the ``Ret`` that QuickBooks would return, beside its keys."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import attrs
from lxml import etree

from procore_qbd.errors import CompanyFileError
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.values import RET
from procore_qbd.qbxml.wire import read, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from procore_qbd.qbxml import Record

__all__ = ["Store", "Stored"]

_APPLICATION = 0x50514244
_FORMAT = 1
_SCHEMA = f"""
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_FORMAT};
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE records (
    list TEXT NOT NULL,
    id TEXT NOT NULL,
    space TEXT NOT NULL,
    name_key TEXT NOT NULL,
    parent TEXT,
    active INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    xml TEXT NOT NULL,
    PRIMARY KEY (list, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX names ON records (space, name_key);
"""


@attrs.frozen(kw_only=True)
class Stored:
    """A record as it lies in the file.

    Attributes:
        list: The list it is in, ``'Vendor'``.
        id: Its ListID.
        space: The name space of its list.
        full_name: Unique there, whatever the case.
        parent: The ListID of the record above it.
        modified: When, in seconds since 1970.
    """

    list: str
    id: str
    space: str
    full_name: str
    parent: str | None
    active: bool
    modified: int
    record: Record


class Store:
    """The SQLite file. One process at a time: the lock dies with the process."""

    def __init__(self, path: Path | None, *, new: bool) -> None:
        self.path = path
        where = str(path) if path else "a company file in memory"
        if path and new and path.exists():
            raise CompanyFileError(f"{where}: exists already; open it, or choose another name")
        if path and not new and not path.is_file():
            raise CompanyFileError(f"{where}: there is no such company file")
        try:
            self._db = sqlite3.connect(str(path) if path else ":memory:", timeout=0, isolation_level=None)
        except sqlite3.Error as error:
            raise CompanyFileError(f"{where}: cannot be opened: {error}") from None
        try:
            self._open(where, new=new)
        except sqlite3.OperationalError as error:
            self._db.close()
            if "locked" in str(error):
                raise CompanyFileError(f"{where}: is open in another program; close it there first") from None
            raise CompanyFileError(f"{where}: cannot be opened: {error}") from None
        except sqlite3.DatabaseError:
            self._db.close()
            raise CompanyFileError(f"{where}: is no company file of the simulator") from None
        except CompanyFileError:
            self._db.close()
            raise

    def _open(self, where: str, *, new: bool) -> None:
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("BEGIN EXCLUSIVE")
        self._db.execute("COMMIT")
        if new:
            self._db.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if application != _APPLICATION:
            raise CompanyFileError(f"{where}: is no company file of the simulator")
        if version != _FORMAT:
            raise CompanyFileError(f"{where}: is of format {version}; this release reads format {_FORMAT}")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def begin(self) -> None:
        """Begin one request's work."""
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Keep it, for good."""
        self._db.execute("COMMIT")

    def rollback(self) -> None:
        """Undo it."""
        self._db.execute("ROLLBACK")

    def fact(self, name: str) -> str | None:
        """Something that the file knows of itself."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        """Write it down."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def put(self, stored: Stored) -> None:
        """Write a record, in place of what it was before."""
        out: list[str] = []
        write(stored.record, RET, f"{stored.list}Ret", out)
        self._db.execute(
            "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                stored.list,
                stored.id,
                stored.space,
                stored.full_name.casefold(),
                stored.parent,
                stored.active,
                stored.modified,
                "".join(out),
            ),
        )

    def get(self, list_: str, list_id: str) -> Stored | None:
        """A record by its ListID."""
        return self._one("list = ? AND id = ?", list_, list_id)

    def named(self, space: str, full_name: str) -> Stored | None:
        """A record of any list of a name space by its full name, whatever the case."""
        return self._one("space = ? AND name_key = ?", space, full_name.casefold())

    def children(self, list_: str, list_id: str) -> Iterator[Stored]:
        """The records right below one."""
        return self._many("list = ? AND parent = ?", list_, list_id)

    def all(self, list_: str) -> Iterator[Stored]:
        """The records of a list, by full name."""
        return self._many("list = ?", list_)

    def _one(self, where: str, *values: str) -> Stored | None:
        return next(self._many(where, *values), None)

    def _many(self, where: str, *values: str) -> Iterator[Stored]:
        rows = self._db.execute(
            f"SELECT list, id, space, parent, active, modified, xml FROM records WHERE {where} ORDER BY name_key",  # noqa: S608  our own words
            values,
        ).fetchall()
        for list_, list_id, space, parent, active, modified, xml in rows:
            cls = entity(list_)
            assert cls is not None  # noqa: S101  only what is modelled is ever written
            record: Any = read(etree.fromstring(xml), cls, [])
            yield Stored(
                list=list_,
                id=list_id,
                space=space,
                full_name=getattr(record, "full_name", None) or record.name,
                parent=parent,
                active=bool(active),
                modified=modified,
                record=record,
            )
