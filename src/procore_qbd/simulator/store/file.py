"""Records on disk: one SQLite file, each record as the ``Ret`` that QuickBooks would return, beside its keys.

Only the ListIDs of references count; full names are put together when a record is read, so that they are true after
a parent, or whatever else is referred to, got another name. So is what follows from the links of a transaction: what a
purchase order received, what of a bill is paid. What a transaction posts stands in the ledger, one row an entry, and
the sums of its accounts and names beside it.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, cast

from procore_qbd.errors import CompanyFileError
from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.rows.records import table
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.knowledge.reasons import NOT_FOUND
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.type_groups import ACCOUNT_TYPES
from procore_qbd.simulator.records.shaping import (
    from_text,
    full_name,
    name_key,
    own_name,
    to_text,
    with_fields,
    with_references,
)
from procore_qbd.simulator.store.book import SCHEMA, TransactionTable
from procore_qbd.simulator.store.cache import Cache
from procore_qbd.simulator.store.definitions import SCHEMA as DEFINITIONS_SCHEMA
from procore_qbd.simulator.store.definitions import Definitions
from procore_qbd.simulator.store.sums import SUMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from procore_qbd.qbxml.entities.deletions import ListDeleted, TxnDeleted
    from procore_qbd.qbxml.rows.records import Reference
    from procore_qbd.simulator.knowledge.nouns import KeptRecord, ListRecord
    from procore_qbd.simulator.knowledge.rules import Refusal

__all__ = ["Store", "damaged", "in_words"]

ID_OF_ANOTHER_FILE = Reason(
    3240,
    "An id is of another company file, or of a copy: its number is there, with another time.",
    Source.LIVE_REPORT,
    tried("<VendorMod><ListID>{vendor.number}-1000000000</ListID><EditSequence>1</EditSequence></VendorMod>"),
    refuses=lambda asked: asked.names_a_record or asked.refers or asked.names_transactions,
)
NAME_IN_USE = Reason(
    3100,
    "A new record has a name that is in use in its list, or in one that shares its names, below the same parent, "
    "whatever its case; inactive records keep theirs.",
    Source.RECORDED,
    tried("<CustomerAdd><Name>~FIR</Name></CustomerAdd>"),
    refuses=lambda asked: asked.of_list and asked.adds,
)
RENAMED_TO_NAME_IN_USE = Reason(
    3170,
    "A record is given the name of another one, or moved to where its name is in use: two of one name would have to be "
    "merged, which no Mod does.",
    Source.LIVE_REPORT,
    tried(
        "<VendorMod><ListID>{other_vendor.list_id}</ListID><EditSequence>{other_vendor.edit_sequence}</EditSequence>"
        "<Name>~Fir</Name></VendorMod>"
    ),
    quickbooks="Cannot merge list elements.",
    refuses=lambda asked: (asked.of_list and asked.mods) or asked.name == "ListMerge",
)

_APPLICATION = 0x50514244
_FORMAT = 4
# When each reply was kept, in seconds since 1970. Files of 0.1.0 have no such table, and that release ignores it.
_TIMES = "CREATE TABLE IF NOT EXISTS message_set_times (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID"
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
    *SCHEMA,
    *DEFINITIONS_SCHEMA,
    "CREATE TABLE message_sets (id TEXT PRIMARY KEY, checksum TEXT NOT NULL, reply BLOB NOT NULL)",
    _TIMES,
    "CREATE TABLE deleted (kind TEXT NOT NULL, xml TEXT NOT NULL)",
    "INSERT INTO facts VALUES ('serial', '0'), ('txn_number', '0')",
)
_NONE = "is not a company file of the simulator"
_EMPTY = "is empty, it was not created completely; create it again, or restore a backup if it was in use"
_HALF_MADE = "was not created completely; delete it, and create it again"
OPEN = "is open already, here or in another program; close it there first"
_NOT_THERE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_READONLY)
_NOT_NOW = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM)
_OF_THAT_NUMBER = """SELECT 1 FROM (SELECT id, list AS kind FROM records UNION ALL SELECT id, kind FROM txns)
    WHERE kind = ? AND id > ? AND id < ?"""
_LATEST_ID = """SELECT max(CAST(substr(id, instr(id, '-') + 1) AS INTEGER))
    FROM (SELECT id FROM records UNION ALL SELECT id FROM txns)"""
_SET = "INSERT OR REPLACE INTO facts VALUES (?, ?)"
_FIRST_LIST_ID = 0x80000000
_LONG = 16  # more digits than a second since 1970 will ever have
_LOG = 8000  # pages of 4 kB


class Store:
    """The SQLite file. One process has it at a time; the lock dies with the process, and so does what is half done.

    Args:
        path: Where; None for memory.
        new: What the file shall know of itself, if it is to be made; or where it already is, to be a twin of it.

    Attributes:
        path: See above.
        lock: Held by whoever reads or writes.
        cache: What was read before.
        book: The transactions.
        definitions: The definitions of custom fields.
        stamps_the_second: Whether an EditSequence is the second of the change and nothing else: see `stamp`.
        multi_user: Whether the file is open in multi-user mode.
    """

    def __init__(self, path: Path | None, new: Mapping[str, str] | sqlite3.Connection | None = None) -> None:
        if path and new is None and not _is_file(path):
            raise CompanyFileError(f"{path}: {'is a folder: ' if path.is_dir() else ''}there is no such company file")
        try:
            self._db = sqlite3.connect(path or ":memory:", timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise CompanyFileError(f"{path}: {in_words(error)}") from None
        self.path = path
        self.lock = threading.RLock()  # one connection to SQLite: who only reads takes its turn as well
        self._counters: dict[str, int] = {}
        self.cache = Cache()
        self._latest_id = 0
        self.stamps_the_second = False
        self.multi_user = False
        try:
            fault = self._take(new)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            fault = in_words(error)
        if fault is not None:
            self._db.close()
            raise CompanyFileError(f"{path}: {fault}")
        if path is None:  # nobody can open it again: who drops it has closed it
            weakref.finalize(self, self._db.close).atexit = False
        self.book = TransactionTable(self._db, self._named, self.stamp)
        self.definitions = Definitions(self._db)

    def _take(self, new: Mapping[str, str] | sqlite3.Connection | None) -> str | None:
        """Lock the file until it is closed, and make it if it is new; says what is wrong with it."""
        if isinstance(new, sqlite3.Connection):
            new.backup(self._db)
            return None
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("BEGIN EXCLUSIVE")
        return self._open() if new is None else self._make(new)

    def _make(self, new: Mapping[str, str]) -> str | None:
        if self._db.execute("SELECT * FROM sqlite_master").fetchone():
            return "exists already; open it, or choose another name"
        for statement in _SCHEMA:
            self._db.execute(statement)
        for name, value in new.items():
            self.set_fact(name, value)
        self._db.execute("COMMIT")
        self._keep_a_log()
        return None

    def _keep_a_log(self) -> None:
        """Write what changes to the end of a log beside the file, which is emptied when the file is closed.

        Who is killed loses nothing of it. Without the log each request would wait for the disk twice.
        """
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(f"PRAGMA wal_autocheckpoint = {_LOG}")

    def _open(self) -> str | None:
        self._db.execute("ROLLBACK")  # the lock stays, and what is no company file is left alone
        application, version = (
            self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        if application != _APPLICATION:
            empty = self._db.execute("SELECT * FROM sqlite_master").fetchone() is None
            return _EMPTY if empty else _NONE
        if version != _FORMAT:
            return f"is of format {version}; this release reads format {_FORMAT}"
        # Two milliseconds a megabyte: a page or an index that is wrong answers as if a name were taken or not there.
        (verdict,) = self._db.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            return damaged(verdict)
        if not self.fact("finished"):
            # What it begins with is written at once, so before that there is nothing in it.
            begun = self._db.execute("SELECT 1 FROM records UNION ALL SELECT 1 FROM txns").fetchone()
            return damaged("it does not say whether its making was finished") if begun else _HALF_MADE
        self._keep_a_log()
        self._db.execute(_TIMES)
        self._look_for_latest_id()
        return None

    def finish(self) -> None:
        """What a company file begins with is in it."""
        self.set_fact("finished", "yes")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def copy(self, path: Path) -> None:
        """Write all of it into a new file.

        Raises:
            CompanyFileError: There is a file already, or it cannot be written.
        """
        try:
            path.touch(exist_ok=False)
            with closing(sqlite3.connect(path)) as copy:
                self._db.backup(copy)
        except (OSError, sqlite3.Error) as error:
            raise CompanyFileError(f"{path}: cannot be copied there: {error}") from None

    def twin(self) -> Store:
        """The same in memory, which goes its own way from now on."""
        with self.lock:
            other = Store(None, self._db)
        other.stamps_the_second = self.stamps_the_second
        other._latest_id = self._latest_id
        return other

    def restore(self, backup: Store, facts: Mapping[str, str]) -> None:
        """Be what another file is, and know some facts beside; all of it, or nothing where the process dies."""
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as whole:
            backup._db.backup(whole)
            whole.executemany(_SET, facts.items())
            whole.backup(self._db)
        self.cache.forget()
        self._look_for_latest_id()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within is kept, for good; or nothing of it, where an exception leaves."""
        with self.lock:
            try:
                with self._db:
                    self._db.execute("BEGIN IMMEDIATE")
                    yield
                    self._keep_counters()
            except BaseException:
                self.cache.forget()
                raise
            finally:
                self._counters.clear()

    def _keep_counters(self) -> None:
        if self._counters:
            facts = {name: str(number) for name, number in self._counters.items()}
            self._db.executemany(_SET, facts.items())
            self.cache.facts.update(facts)

    def fact(self, name: str) -> str:
        """Something that the file knows of itself, '' where it does not."""
        known = self.cache.facts
        if name not in known:
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
            known[name] = "" if row is None else str(row[0])
        return known[name]

    def set_fact(self, name: str, value: str) -> None:
        """Write it down."""
        self._db.execute(_SET, (name, value))
        self.cache.facts[name] = value

    def message_set(self, set_id: str) -> tuple[str, bytes] | None:
        """The checksum of a document and the reply to it, None where none is kept under this id."""
        row = self._db.execute("SELECT checksum, reply FROM message_sets WHERE id = ?", (set_id,)).fetchone()
        return None if row is None else (str(row[0]), bytes(row[1]))

    def keep_message_set(self, set_id: str, checksum: str, reply: bytes, now: int) -> None:
        """Keep the reply to a document, from a second since 1970 on."""
        self._db.execute("INSERT INTO message_sets VALUES (?, ?, ?)", (set_id, checksum, reply))
        self._db.execute("INSERT OR REPLACE INTO message_set_times VALUES (?, ?)", (set_id, now))

    def forget_message_sets(self, set_id: str | None) -> bool:
        """Forget the reply that is kept under an id, or under any; says whether there was one."""
        return self._db.execute("DELETE FROM message_sets WHERE id = coalesce(?, id)", (set_id,)).rowcount > 0

    def forget_message_sets_but_the_last(self) -> None:
        """Forget every reply but the one that was kept last."""
        self._db.execute("DELETE FROM message_sets WHERE rowid < (SELECT max(rowid) FROM message_sets)")

    def forget_message_sets_until(self, moment: float) -> None:
        """Forget every reply that was kept at a second since 1970 or before it, or nobody knows when."""
        later = "SELECT id FROM message_set_times WHERE at > ?"
        self._db.execute(f"DELETE FROM message_sets WHERE id NOT IN ({later})", (moment,))  # noqa: S608  our own words

    def stamp(self, before: str, now: int) -> int:
        """The EditSequence of a record that changes, from the one before and the seconds since 1970.

        It never comes twice, however often a record changes in a second and whatever the clock does; unless it shall be
        the second alone.
        """
        return now if self.stamps_the_second else max(now, int(before) + 1)

    def new_list_id(self, now: int, given: str | None = None) -> str:
        """The ListID of a record: the given one, or one as QuickBooks forms it.

        That is a number in hexadecimal, and the second in which it was made.
        """
        return self._new_id(now, _FIRST_LIST_ID) if given is None else self._given_id(given)

    def new_txn_id(self, now: int, given: str | None = None) -> str:
        """A TxnID, or a TxnLineID: the same with smaller numbers."""
        return self._new_id(now, 0) if given is None else self._given_id(given)

    def _given_id(self, given: str) -> str:
        second = given.partition("-")[2]
        if second.isdecimal() and len(second) < _LONG:
            self._latest_id = max(self._latest_id, int(second))
        return given

    def _new_id(self, now: int, first: int) -> str:
        second = max(now, 0)
        while True:
            new = f"{first + self._count('serial'):X}-{second}"
            if second > self._latest_id or not self._is_taken(new):
                return new

    def _is_taken(self, new: str) -> bool:
        """Whether there is such an id: whoever gave one out did not count it."""
        where = "SELECT 1 FROM records WHERE id = ? UNION ALL SELECT 1 FROM txns WHERE id = ?"
        return self._db.execute(where, (new, new)).fetchone() is not None

    def _look_for_latest_id(self) -> None:
        """The second of the latest id that is in the file: those of later ones need not be looked for."""
        (latest,) = self._db.execute(_LATEST_ID).fetchone()
        self._latest_id = latest or 0

    def count_txn(self, number: int | None) -> int:
        """A transaction's number: the next one, where it has none."""
        if number is None:
            return self._count("txn_number")
        self._counters["txn_number"] = max(number, self._counter("txn_number"))
        return number

    def _count(self, name: str) -> int:
        number = self._counters[name] = self._counter(name) + 1
        return number

    def _counter(self, name: str) -> int:
        """The last number that was given out, in this transaction or before it."""
        return self._counters[name] if name in self._counters else int(self.fact(name))

    def add(self, record: ListRecord) -> None:
        """Write a record that was not there.

        Raises:
            Refusal: Its name is taken.
        """
        columns = "space, parent, name, name_key, xml, list, id"
        taken = NAME_IN_USE(own_name(record))
        self._write(f"INSERT INTO records ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", record, taken)  # noqa: S608  our own words
        if sums := SUMS.get(record.__record__.tag):
            self.book.move(sums.opening(record))

    def change(self, record: ListRecord) -> None:
        """Write a record in place of what it was before.

        Raises:
            Refusal: Its new name is taken: two records of one name would be one, and a Mod merges nothing (3170).
        """
        columns = "space = ?, parent = ?, name = ?, name_key = ?, xml = ?"
        element = f'{LISTS[record.__record__.tag].plural} list, element "{record.list_id}"'
        taken = RENAMED_TO_NAME_IN_USE(own_name(record), element, note=f"{own_name(record)}: the name is in use")
        self._write(f"UPDATE records SET {columns} WHERE list = ? AND id = ?", record, taken)  # noqa: S608  our own words

    def _write(self, statement: str, record: ListRecord, taken: Refusal) -> None:
        tag, name = record.__record__.tag, own_name(record)
        parent = getattr(record, "parent_ref", None)
        above = parent.list_id if parent else ""
        values = (LISTS[tag].space, above, name, name_key(name), to_text(record), tag, record.list_id)
        try:
            self._db.execute(statement, values)
        except sqlite3.IntegrityError:
            raise taken from None
        self.cache.forget()

    def get(self, kind: str, record_id: str) -> Any:
        """A record by its ListID or TxnID, None if it is not there."""
        if kind in KINDS:
            return self.book.get(record_id, kind)
        found = self.plain(kind, record_id)
        return found if found is None else self._with_sums(found)

    def plain(self, list_: str, list_id: str) -> ListRecord | None:
        """A record of a list without what it says of the ledger, None if it is not there."""
        found: ListRecord | None = self.cache.records.get((list_, list_id))
        if found is None:
            found = next(self._read("id = ? AND list = ?", list_id, list_), None)
            if found is not None:
                self.cache.records[list_, list_id] = found
        return found

    def home(self, lists: Iterable[str], list_id: str) -> str | None:
        """Which of several lists has a record of this ListID, the first where several have."""
        key, known = (tuple(lists), list_id), self.cache.homes
        try:
            return known[key]
        except KeyError:
            rows = self._db.execute("SELECT list FROM records WHERE id = ?", (list_id,)).fetchall()
            found = known[key] = next((list_ for list_ in key[0] if (list_,) in rows), None)
            return found

    def absent(self, kinds: Iterable[str], record_id: str, otherwise: Refusal | None = None) -> Refusal:
        """The refusal of an id that none of some lists or kinds of transactions has.

        It is 3240 where they have its number and another time beside it: so are ids of another company file, of a copy
        that went its own way, or of what came after a backup that was restored.

        Args:
            kinds: The lists or kinds of transactions.
            record_id: The ListID or TxnID.
            otherwise: What it is else; by default there is no such record (3120).
        """
        number, dash, _ = record_id.upper().partition("-")
        ends = f"{number}-", f"{number}."
        found = (self._db.execute(_OF_THAT_NUMBER, (kind, *ends)).fetchone() for kind in kinds)
        return ID_OF_ANOTHER_FILE(record_id) if dash and any(found) else otherwise or NOT_FOUND(record_id)

    def find(self, list_: str, name: str) -> ListRecord | None:
        """A record by its full name, None if it is not there."""
        list_id = self.find_id(list_, name)
        return None if list_id is None else self.get(list_, list_id)

    def find_id(self, list_: str, name: str) -> str | None:
        """The ListID of a record by its full name, None if it is not there."""
        key, known = (list_, name), self.cache.found
        if key not in known:
            known[key] = self._look_for(list_, name)
        return known[key]

    def _look_for(self, list_: str, name: str) -> str | None:
        list_id, home = "", None
        where = "space = ? AND parent = ? AND name_key = ?"
        for part in name.split(":"):
            key = LISTS[list_].space, list_id, name_key(part)
            row = self._db.execute(f"SELECT id, list FROM records WHERE {where}", key).fetchone()  # noqa: S608  our own words
            if row is None:
                return None
            list_id, home = row
        return list_id if home == list_ else None

    def all(self, kind: str) -> list[Any]:
        """The records of a list, by full name, each before those below it; transactions by their number.

        Accounts come by their type first, as they stand in the chart of accounts.
        """
        if kind in KINDS:
            return list(self.book.all(kind))
        return sorted(map(self._with_sums, self._read("list = ?", kind)), key=_place)

    def children(self, record: ListRecord) -> Iterator[ListRecord]:
        """The records right below one."""
        tag = record.__record__.tag
        return self._read("space = ? AND parent = ? AND list = ?", LISTS[tag].space, record.list_id, tag)

    def referring(self, tag: str, list_id: str) -> Iterator[Any]:
        """The records, and the transactions, that point to a record of a list, or stand right below it."""
        found: list[Reference] = []

        def look(row: Reference, ref: Ref) -> Ref:
            if ref.list_id == list_id and tag in row.to:
                found.append(row)
            return ref

        for table_, column in (("records", "list"), ("txns", "kind")):
            sql = f"SELECT {column}, xml FROM {table_} WHERE instr(xml, ?)"  # noqa: S608  our own words
            for kind, xml in self._db.execute(sql, (list_id,)).fetchall():
                record = from_text(kind, xml)
                found.clear()
                with_references(record, look)
                if found:
                    yield record

    def is_referred_to(self, record: ListRecord) -> bool:
        """Whether any record points to one, or stands below it."""
        return next(self.referring(record.__record__.tag, record.list_id), None) is not None

    def delete(self, record: KeptRecord, deleted: ListDeleted | TxnDeleted) -> None:
        """Take a record out, and remember it."""
        tag = record.__record__.tag
        if tag in KINDS:
            self.book.delete(record.txn_id)
        else:
            self._db.execute("DELETE FROM records WHERE list = ? AND id = ?", (tag, record.list_id))
            if sums := SUMS.get(tag):
                self.book.close(sums.opening(cast("ListRecord", record)))
            self.cache.forget()
        self._db.execute("INSERT INTO deleted VALUES (?, ?)", (deleted.__record__.tag, to_text(deleted)))

    def deleted(self, kind: str) -> Iterator[Any]:
        """The records of lists (``"ListDeleted"``), or the transactions, that were deleted, in that order."""
        rows = self._db.execute("SELECT kind, xml FROM deleted WHERE kind = ? ORDER BY rowid", (kind,)).fetchall()
        return (from_text(*row) for row in rows)

    def _read(self, where: str, *values: str) -> Iterator[ListRecord]:
        rows = self._db.execute(f"SELECT list, xml FROM records WHERE {where}", values).fetchall()  # noqa: S608  our own words
        for list_, xml in rows:
            record = with_references(from_text(list_, xml), self._named)
            if "full_name" in table(type(record)).by_name:
                above = f"{record.parent_ref.full_name}:" if record.parent_ref else ""
                record = with_fields(record, full_name=above + record.name, sublevel=above.count(":"))
            yield record

    def _named(self, row: Reference, ref: Ref) -> Ref:
        """A reference with the name that the record has now; one that points nowhere (see `seed`) as it is."""
        return (self.ref(row.to, ref.list_id) if ref.list_id else None) or ref

    def ref(self, lists: tuple[str, ...], list_id: str) -> Ref | None:
        """A reference to a record of one of several lists, with its full name; None if it is in none of them."""
        key = lists, list_id
        found = self.cache.refs.get(key)
        if found is None and (name := self._full_name(lists, list_id)) is not None:
            found = self.cache.refs[key] = Ref(list_id=list_id, full_name=name)
        return found

    def _full_name(self, lists: tuple[str, ...], list_id: str) -> str | None:
        home = self.home(lists, list_id)
        if home is None:
            return None
        parent, name = self._db.execute(
            "SELECT parent, name FROM records WHERE id = ? AND list = ?", (list_id, home)
        ).fetchone()
        return f"{self._full_name((home,), parent)}:{name}" if parent else str(name)

    # --- sums --------------------------------------------------------------------------------------------------------

    def _with_sums(self, record: ListRecord) -> ListRecord:
        """A record with its balances, or what there is in stock, as they are now."""
        sums = SUMS.get(record.__record__.tag)
        return with_fields(record, **sums.now(record, self)) if sums else record


def damaged(why: str) -> str:
    """What is said of a file with contents that nobody wrote."""
    return f"is damaged, or is not a company file of the simulator: {' '.join(why.split())}; restore a backup of it"


def in_words(error: Exception) -> str:
    """What is wrong with a company file, from what was raised when it was opened, read or written."""
    if isinstance(error, sqlite3.ProgrammingError):
        return "is closed"
    code = getattr(error, "sqlite_errorcode", None) or 0
    if (kind := code & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return OPEN
    if kind == sqlite3.SQLITE_NOTADB:
        return _NONE
    if kind in _NOT_THERE:
        return f"cannot be opened or made there: {error}; the folder must exist, and you need the right to write there"
    if kind in _NOT_NOW:
        return f"cannot be opened or made there: {error}"
    return damaged(str(error))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise CompanyFileError(f"{path}: cannot be opened: {error.strerror or error}") from None


def _place(record: ListRecord) -> tuple[int, list[str]]:
    """Where a record stands in its list."""
    type_ = getattr(record, "account_type", None)
    order = ACCOUNT_TYPES.index(type_) if type_ in ACCOUNT_TYPES else 0
    return order, [name_key(part) for part in full_name(record).split(":")]
