"""Records on disk: one SQLite file, each record as the ``Ret`` that QuickBooks would return, beside its keys.

Only the ListIDs of references count; full names are put together when a record is read, so that they are true after
a parent, or whatever else is referred to, got another name. So is what a purchase order received, from its links.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs
from lxml import etree

from procore_qbd.errors import CompanyFileError
from procore_qbd.qbxml import RET, Ref
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.deletions import ListDeleted
from procore_qbd.qbxml.records import table
from procore_qbd.qbxml.wire import read, write
from procore_qbd.simulator.linking import Link, Partner, with_links
from procore_qbd.simulator.lists import LISTS
from procore_qbd.simulator.shaping import full_name, name_key, own_name, record_id, with_references
from procore_qbd.simulator.transactions import TRANSACTIONS, TransactionRule
from procore_qbd.simulator.wording import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from procore_qbd.qbxml.records import Reference

__all__ = ["Store"]

_APPLICATION = 0x50514244
_FORMAT = 3
_SCHEMA = (
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {_FORMAT}",
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # A ListID is unique in its list only. The parent is a ListID too, '' at the top. What tells a transaction from all
    # others is its TxnID; that is its name_key.
    """CREATE TABLE records (
        id TEXT NOT NULL, list TEXT NOT NULL, space TEXT NOT NULL, parent TEXT NOT NULL,
        name TEXT NOT NULL, name_key TEXT NOT NULL, xml TEXT NOT NULL,
        PRIMARY KEY (id, list), UNIQUE (space, parent, name_key)
    ) WITHOUT ROWID""",
    """CREATE TABLE links (
        txn TEXT NOT NULL, line TEXT NOT NULL, order_txn TEXT NOT NULL, order_line TEXT NOT NULL,
        quantity TEXT NOT NULL, amount TEXT NOT NULL, PRIMARY KEY (txn, line)
    ) WITHOUT ROWID""",
    "CREATE INDEX links_by_order ON links (order_txn)",
    "CREATE TABLE message_sets (id TEXT PRIMARY KEY, checksum TEXT NOT NULL, reply BLOB NOT NULL)",
    "CREATE TABLE deleted (xml TEXT NOT NULL)",
    "INSERT INTO facts VALUES ('serial', '0'), ('txn_number', '0')",
)
_FIRST_LIST_ID = 0x80000000
_SPACES = {kind: rule.space for kind, rule in LISTS.items()} | dict.fromkeys(TRANSACTIONS, TransactionRule.space)


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

    def message_set(self, set_id: str) -> tuple[str, bytes] | None:
        """The checksum of a document and the reply to it, None where none is kept under this id."""
        row = self._db.execute("SELECT checksum, reply FROM message_sets WHERE id = ?", (set_id,)).fetchone()
        return None if row is None else (str(row[0]), bytes(row[1]))

    def keep_message_set(self, set_id: str, checksum: str, reply: bytes) -> None:
        """Keep the reply to a document."""
        self._db.execute("INSERT INTO message_sets VALUES (?, ?, ?)", (set_id, checksum, reply))

    def forget_message_sets(self, set_id: str | None) -> bool:
        """Forget the reply that is kept under an id, or under any; says whether there was one."""
        return self._db.execute("DELETE FROM message_sets WHERE id = coalesce(?, id)", (set_id,)).rowcount > 0

    def new_list_id(self, now: int) -> str:
        """A ListID as QuickBooks forms it: a number in hexadecimal, and the second in which it was made."""
        return self._new_id(now, _FIRST_LIST_ID)

    def new_txn_id(self, now: int) -> str:
        """A TxnID, or a TxnLineID: the same with smaller numbers."""
        return self._new_id(now, 0)

    def _new_id(self, now: int, first: int) -> str:
        while True:
            serial = int(self.fact("serial")) + 1
            self.set_fact("serial", str(serial))
            new = f"{first + serial:X}-{now}"
            if self._db.execute("SELECT 1 FROM records WHERE id = ?", (new,)).fetchone() is None:
                return new

    def count_txn(self, number: int | None) -> int:
        """A transaction's number: the next one, where it has none."""
        last = int(self.fact("txn_number"))
        number = number or last + 1
        self.set_fact("txn_number", str(max(last, number)))
        return number

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
        if tag in TRANSACTIONS:
            above, name, key = "", record.ref_number or "", record.txn_id
        else:
            parent = getattr(record, "parent_ref", None)
            above, name, key = parent.list_id if parent else "", own_name(record), name_key(own_name(record))
        values = (_SPACES[tag], above, name, key, "".join(out), tag, record_id(record))
        try:
            self._db.execute(statement, values)
        except sqlite3.IntegrityError:
            raise Refusal(3100, name) from None

    def links(self, txn_id: str) -> tuple[Link, ...]:
        """The links that a transaction has, whichever end of them it is, in the order in which they were made."""
        where = "txn = ? OR order_txn = ? ORDER BY length(txn), txn, length(line), line"
        columns = "txn, line, order_txn, order_line, quantity, amount"
        rows = self._db.execute(f"SELECT {columns} FROM links WHERE {where}", (txn_id, txn_id))  # noqa: S608  our own words
        return tuple(
            Link(txn, line, order, order_line, Decimal(quantity), Decimal(amount))
            for txn, line, order, order_line, quantity, amount in rows
        )

    def set_links(self, txn_id: str, links: Iterable[Link]) -> None:
        """Keep these links of a bill, and no others."""
        self._db.execute("DELETE FROM links WHERE txn = ?", (txn_id,))
        rows = [(*attrs.astuple(link)[:4], str(link.quantity), str(link.amount)) for link in links]
        self._db.executemany("INSERT INTO links VALUES (?, ?, ?, ?, ?, ?)", rows)

    def get(self, kind: str, record_id: str) -> Any:
        """A record by its ListID or TxnID, None if it is not there."""
        return next(self._read("id = ? AND list = ?", record_id, kind), None)

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

    def all(self, kind: str) -> list[Any]:
        """The records of a list, by full name, each before those below it; transactions by their number."""
        if kind in TRANSACTIONS:
            return sorted(self._read("list = ?", kind), key=lambda record: record.txn_number)
        return sorted(
            self._read("list = ?", kind),
            key=lambda record: [name_key(part) for part in full_name(record).split(":")],
        )

    def children(self, record: Any) -> Iterator[Any]:
        """The records right below one."""
        tag = record.__record__.tag
        return self._read("space = ? AND parent = ? AND list = ?", LISTS[tag].space, record.list_id, tag)

    def is_referred_to(self, record: Any) -> bool:
        """Whether any record points to one, or stands below it."""
        tag, list_id = record.__record__.tag, record.list_id
        found: list[Reference] = []

        def look(row: Reference, ref: Ref) -> Ref:
            if ref.list_id == list_id and tag in row.to:
                found.append(row)
            return ref

        for list_, xml in self._db.execute("SELECT list, xml FROM records WHERE instr(xml, ?)", (list_id,)):
            cls = entity(list_)
            assert cls is not None  # noqa: S101  only what is modelled is ever written
            with_references(read(etree.fromstring(xml), cls, []), look)
        return bool(found)

    def delete(self, record: Any, deleted: ListDeleted) -> None:
        """Take a record of a list out, and remember it."""
        self._db.execute("DELETE FROM records WHERE list = ? AND id = ?", (record.__record__.tag, record.list_id))
        out: list[str] = []
        write(deleted, RET, "ListDeletedRet", out)
        self._db.execute("INSERT INTO deleted VALUES (?)", ("".join(out),))

    def deleted(self) -> Iterator[ListDeleted]:
        """The records of lists that were deleted, in that order."""
        for (xml,) in self._db.execute("SELECT xml FROM deleted ORDER BY rowid").fetchall():
            yield read(etree.fromstring(xml), ListDeleted, [])

    def _read(self, where: str, *values: str) -> Iterator[Any]:
        rows = self._db.execute(f"SELECT list, xml FROM records WHERE {where}", values).fetchall()  # noqa: S608  our own words
        for list_, xml in rows:
            cls = entity(list_)
            assert cls is not None  # noqa: S101  only what is modelled is ever written
            record: Any = with_references(read(etree.fromstring(xml), cls, []), self._named)
            if "full_name" in table(cls).by_name:
                above = f"{record.parent_ref.full_name}:" if record.parent_ref else ""
                record = attrs.evolve(record, full_name=above + record.name, sublevel=above.count(":"))
            yield with_links(record, self.links(record.txn_id), self._partner) if list_ in TRANSACTIONS else record

    def _partner(self, txn_id: str) -> Partner:
        list_, xml = self._db.execute(
            "SELECT list, xml FROM records WHERE id = ? AND space = ?", (txn_id, TransactionRule.space)
        ).fetchone()
        element = etree.fromstring(xml)
        date = dt.date.fromisoformat(element.findtext("TxnDate", ""))
        return Partner(list_, date, element.findtext("RefNumber"))

    def _named(self, row: Reference, ref: Ref) -> Ref:
        """A reference with the name that the record has now; one that points nowhere (see `seed`) as it is."""
        name = self._full_name(row.to, ref.list_id) if ref.list_id else None
        return Ref(list_id=ref.list_id, full_name=name or ref.full_name)

    def _full_name(self, lists: tuple[str, ...], list_id: str) -> str | None:
        rows = self._db.execute("SELECT list, parent, name FROM records WHERE id = ?", (list_id,)).fetchall()
        homes = {list_: (parent, name) for list_, parent, name in rows}
        home = next((list_ for list_ in lists if list_ in homes), None)
        if home is None:
            return None
        parent, name = homes[home]
        return f"{self._full_name((home,), parent)}:{name}" if parent else str(name)
