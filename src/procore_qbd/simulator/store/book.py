"""Transactions on disk: each as the ``Ret`` that QuickBooks would return, its links, and what it posts.

What follows from the links is put together when a transaction is read: what a purchase order received, what of a bill
is paid. The balances are kept as sums, so that nobody has to go through the ledger for one.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.arithmetic import from_cents, in_cents
from procore_qbd.simulator.records.entries import Entry, flat
from procore_qbd.simulator.records.links import Partner, Role, TxnLink
from procore_qbd.simulator.records.shaping import from_text, name_key, to_text, with_fields, with_references
from procore_qbd.simulator.store.linking import left_open, still_to_come, total_of, with_links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from procore_qbd.qbxml import Moment, Ref
    from procore_qbd.qbxml.rows.records import Reference
    from procore_qbd.simulator.knowledge.nouns import Line, TransactionRecord

__all__ = ["SCHEMA", "TransactionTable"]

_STOCKED = "item >= 'ItemInventory' AND item < 'ItemInventorz'"
SCHEMA = (
    # Whom it is with is a list and a ListID, as in the ledger. What is open is in cents, NULL where nothing can be.
    """CREATE TABLE txns (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, number INTEGER NOT NULL, date TEXT NOT NULL, ref_number TEXT,
        ref_key TEXT NOT NULL, entity TEXT NOT NULL, modified INTEGER NOT NULL, open INTEGER, xml TEXT NOT NULL
    )""",
    "CREATE INDEX txns_by_number ON txns (kind, number)",
    "CREATE INDEX txns_by_ref ON txns (kind, ref_key, number, id)",
    "CREATE INDEX txns_by_entity ON txns (kind, entity, number)",
    "CREATE INDEX txns_by_date ON txns (kind, date)",
    "CREATE INDEX txns_by_time ON txns (kind, modified)",
    """CREATE TABLE links (
        txn TEXT NOT NULL, line TEXT NOT NULL, target TEXT NOT NULL, target_line TEXT NOT NULL, role TEXT NOT NULL,
        quantity TEXT NOT NULL, amount TEXT NOT NULL, discount TEXT NOT NULL, via TEXT NOT NULL
    )""",
    "CREATE INDEX links_by_txn ON links (txn)",
    "CREATE INDEX links_by_target ON links (target)",
    "CREATE INDEX links_by_via ON links (via)",
    # Debits are positive, in cents; quantities are in hundred-thousandths. What is not posted stands here too.
    """CREATE TABLE ledger (
        txn TEXT NOT NULL, at INTEGER NOT NULL, line TEXT NOT NULL, posts INTEGER NOT NULL, account TEXT NOT NULL,
        amount INTEGER NOT NULL, entity TEXT NOT NULL, class TEXT NOT NULL, item TEXT NOT NULL,
        quantity INTEGER NOT NULL, memo TEXT NOT NULL, holds TEXT NOT NULL, PRIMARY KEY (txn, at)
    ) WITHOUT ROWID""",
    "CREATE INDEX ledger_by_account ON ledger (account)",
    # Each index costs every transaction a page; what is asked for seldom has none.
    f"CREATE INDEX ledger_by_stock ON ledger (item) WHERE {_STOCKED}",
    "CREATE TABLE cleared (txn TEXT NOT NULL, line TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (txn, line))",
    "CREATE TABLE balances (key TEXT PRIMARY KEY, amount INTEGER NOT NULL) WITHOUT ROWID",
)
"""The tables of transactions."""

_COUNTABLE = 2**62
_LINK = "txn, line, target, target_line, role, quantity, amount, discount, via"
_PUT = """INSERT INTO txns (id, kind, number, date, ref_number, ref_key, entity, modified, xml)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET date = excluded.date, ref_number = excluded.ref_number,
    ref_key = excluded.ref_key, entity = excluded.entity, modified = excluded.modified, xml = excluded.xml"""
_ADD_UP = """INSERT INTO balances VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET amount = amount + excluded.amount"""


@attrs.frozen(eq=False)
class TransactionTable:
    """The transactions of a company file.

    Attributes:
        db: Its database.
        named: Gives a reference the name that the record has now.
        stamp: Gives the next EditSequence: see `Store.stamp`.
    """

    db: sqlite3.Connection
    named: Callable[[Reference, Ref], Ref]
    stamp: Callable[[str, int], int]

    # --- transactions ------------------------------------------------------------------------------------------------

    def put(self, record: TransactionRecord, entity: str) -> str:
        """Write a transaction, in place of what it was before.

        Args:
            record: The transaction.
            entity: Whom it is with, as the ledger says it; '' for nobody.

        Returns:
            The element that was written.
        """
        ref_number = getattr(record, "ref_number", None)
        text = to_text(record)
        self.db.execute(
            _PUT,
            (
                record.txn_id,
                record.__record__.tag,
                record.txn_number,
                record.txn_date.isoformat(),
                ref_number,
                name_key(ref_number or ""),
                entity,
                int(record.edit_sequence),
                text,
            ),
        )
        return text

    def get(self, txn_id: str, kind: str | None = None) -> Any:
        """A transaction with what follows from its links; None if it is not there, or of another kind."""
        row = self.db.execute("SELECT kind, xml FROM txns WHERE id = ?", (txn_id,)).fetchone()
        return None if row is None or kind not in (None, row[0]) else self._read(*row)

    def touch(self, txn_id: str, moment: Moment, now: int, *, stamped: bool) -> None:
        """A transaction was changed by another one: keep when, and what of it is open now.

        Args:
            txn_id: Which.
            moment: When, as QuickBooks prints it.
            now: When, in seconds since 1970.
            stamped: Whether it gets another EditSequence.
        """
        kind, xml = self.db.execute("SELECT kind, xml FROM txns WHERE id = ?", (txn_id,)).fetchone()
        record = with_fields(from_text(kind, xml), time_modified=moment)
        if stamped:
            record = with_fields(record, edit_sequence=str(self.stamp(record.edit_sequence, now)))
        values = (max(now, int(record.edit_sequence)), to_text(record), txn_id)
        self.db.execute("UPDATE txns SET modified = ?, xml = ? WHERE id = ?", values)
        if KINDS[kind].opens:
            self.set_open(txn_id, left_open(txn_id, total_of(record, KINDS[kind]), self.links(txn_id)))

    def ids(
        self, kinds: Iterable[str], where: str = "1", values: Iterable[Any] = (), most: int | None = None
    ) -> list[str]:
        """The TxnIDs of transactions of some kinds, kind by kind, each by their number.

        Args:
            kinds: The kinds.
            where: What they must be, as SQL over the table.
            values: What stands in it for question marks.
            most: How many are wanted; all of them by default.
        """
        most = None if most is None or most > _COUNTABLE else most
        found: list[str] = []
        values = tuple(values)
        # Numbers are matched in their index; SQLite would rather walk the transactions in order, and read each whole.
        order = "+number" if "ref_key" in where else "number"
        for kind in kinds:
            left = -1 if most is None else most - len(found)
            sql = f"SELECT id FROM txns WHERE kind = ? AND ({where}) ORDER BY {order} LIMIT ?"  # noqa: S608  our own words
            found += (txn_id for (txn_id,) in self.db.execute(sql, (kind, *values, left)))
        return found

    def all(self, kind: str) -> Iterator[TransactionRecord]:
        """The transactions of a kind, by their number."""
        return (self.get(txn_id) for txn_id in self.ids([kind]))

    def partner(self, txn_id: str) -> Partner:
        """What other transactions show of one."""
        sql = "SELECT kind, date, ref_number, open, entity FROM txns WHERE id = ?"
        row = self.db.execute(sql, (txn_id,)).fetchone()
        with _as_it_was_kept(txn_id):
            kind, date, ref_number, left, entity = row
            still = None if left is None else from_cents(left)
            return Partner(txn_id, kind, dt.date.fromisoformat(date), ref_number, still, entity)

    def delete(self, txn_id: str) -> None:
        """Take a transaction out, with its links and all that it posted."""
        self.post(txn_id, ())
        self.set_links(txn_id, ())
        self.db.execute("DELETE FROM cleared WHERE txn = ?", (txn_id,))
        self.db.execute("DELETE FROM txns WHERE id = ?", (txn_id,))

    def _read(self, kind: str, xml: str) -> TransactionRecord:
        record = from_text(kind, xml)
        return self.complete(record, self.links(record.txn_id))

    def complete(self, record: TransactionRecord, links: tuple[TxnLink, ...]) -> TransactionRecord:
        """A transaction as it is kept, with the names that are true now, and with what follows from all its links."""
        kind = KINDS[record.__record__.tag]
        return with_links(with_references(record, self.named), kind, links, self.partner)

    # --- links -------------------------------------------------------------------------------------------------------

    def links(self, txn_id: str) -> tuple[TxnLink, ...]:
        """The links that a transaction has, whichever end of them it is, in the order in which they were made."""
        where = f"SELECT rowid, {_LINK} FROM links WHERE"  # noqa: S608  our own words
        sql = f"{where} txn = ? UNION {where} target = ? UNION {where} via = ? ORDER BY rowid"
        rows = self.db.execute(sql, (txn_id,) * 3)
        with _as_it_was_kept(txn_id):
            return tuple(
                TxnLink(txn, line, to, to_line, Role(role), Decimal(quantity), Decimal(amount), Decimal(discount), via)
                for _, txn, line, to, to_line, role, quantity, amount, discount, via in rows
            )

    def set_links(self, txn_id: str, links: Iterable[TxnLink]) -> None:
        """Keep these links that a transaction makes, and no others of its making."""
        self.db.execute("DELETE FROM links WHERE via = ?", (txn_id,))
        rows = [
            (*attrs.astuple(link)[:5], str(link.quantity), str(link.amount), str(link.discount), link.via)
            for link in links
        ]
        self.db.executemany(f"INSERT INTO links ({_LINK}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608

    def set_open(self, txn_id: str, amount: Decimal | None) -> None:
        """Keep what of a transaction is open, for queries."""
        self.db.execute("UPDATE txns SET open = ? WHERE id = ?", (None if amount is None else in_cents(amount), txn_id))

    # --- the ledger --------------------------------------------------------------------------------------------------

    def post(self, txn_id: str, entries: Iterable[Entry], *, new: bool = False) -> None:
        """Post a transaction, in place of what it posted before, unless it is new."""
        before = () if new else self.entries(txn_id)
        after = tuple(entries)
        if before:
            self.db.execute("DELETE FROM ledger WHERE txn = ?", (txn_id,))
        rows = [(txn_id, at, *one.row()) for at, one in enumerate(after)]
        self.db.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        moved: dict[str, int] = {}
        for sign, entries_ in ((-1, before), (1, after)):
            for one in entries_:
                for key, amount in one.moves():
                    moved[key] = moved.get(key, 0) + sign * amount
        self.move(moved)

    def clear(self, txn_id: str, line: str, status: str) -> None:
        """Keep whether a transaction, or a line of it, is reconciled."""
        self.db.execute("INSERT OR REPLACE INTO cleared VALUES (?, ?, ?)", (txn_id, line, status))

    def cleared(self, txn_id: str) -> dict[str, str]:
        """What of a transaction is reconciled, by line; '' is the whole."""
        return dict(self.db.execute("SELECT line, status FROM cleared WHERE txn = ?", (txn_id,)).fetchall())

    def entries(self, txn_id: str) -> tuple[Entry, ...]:
        """What a transaction posts."""
        rows = self.db.execute("SELECT * FROM ledger WHERE txn = ? ORDER BY at", (txn_id,))
        with _as_it_was_kept(txn_id):
            return tuple(Entry.of(row[2:]) for row in rows)

    def move(self, sums: Mapping[str, int]) -> None:
        """Move the sums of some keys: see `Entry.moves`."""
        if moved := [(key, amount) for key, amount in sums.items() if amount]:
            self.db.executemany(_ADD_UP, moved)

    def close(self, keys: Iterable[str]) -> None:
        """Forget the sums of some keys."""
        self.db.executemany("DELETE FROM balances WHERE key = ?", [(key,) for key in keys])

    def under_way(self, kind: str, item: str) -> Decimal:
        """How much of an item stands on open orders of a kind."""
        sql = f"SELECT DISTINCT txn FROM ledger JOIN txns ON id = txn WHERE {_STOCKED} AND item = ? AND kind = ?"  # noqa: S608
        orders = (self.get(txn_id) for (txn_id,) in self.db.execute(sql, (item, kind)).fetchall())
        waiting = (still_to_come(order, line) for order in orders for line in flat(order.lines) if _is(line, item))
        return sum(waiting, Decimal(0))

    def sum(self, key: str) -> int:
        """A balance, in cents or in hundred-thousandths: see `Entry.moves`."""
        row = self.db.execute("SELECT amount FROM balances WHERE key = ?", (key,)).fetchone()
        return int(row[0]) if row else 0


def _is(line: Line, item: str) -> bool:
    return line.item_ref is not None and item.endswith(f"/{line.item_ref.list_id}")


@contextmanager
def _as_it_was_kept(txn_id: str) -> Iterator[None]:
    """What cannot be read of a transaction was not kept by us: the file is damaged where SQLite sees nothing."""
    try:
        yield
    except (ValueError, TypeError, ArithmeticError) as error:
        raise sqlite3.IntegrityError(f"transaction {txn_id} cannot be read: {error}") from None
