"""The simulated company file on disk: how fast it answers, and whether it gets slower as it grows.

A request is timed with everything that a program waits for: the document is written beforehand, but read, judged,
carried out, kept on disk and answered within.
"""
# ruff: noqa: INP001  # a script beside run.py

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from contextlib import contextmanager
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree
from run import Row

from procore_qbd import Ref, Request
from procore_qbd.qbxml import Dialect, read_reply, write_requests
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bills import Bill, ItemLine, LinkToTxn
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.items import ItemService, SalesOrPurchase
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine, PurchaseOrderQuery
from procore_qbd.qbxml.entities.shared.transactions import EntityFilter
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator import CompanyFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LINES, BATCH, NAMES = 5, 50, 50
LEAST_ADDED, LEAST_READ = 1500, 20_000
FEW, MANY, SLOWER = 1_000, 100_000, 1.3
_number = count(1)


def order() -> PurchaseOrder:
    """A purchase order of five lines."""
    at = next(_number)
    return PurchaseOrder(
        vendor_ref=Ref(list_id=f"1-{at % NAMES}"),
        ref_number=str(at),
        lines=tuple(
            PurchaseOrderLine(
                item_ref=Ref(list_id=f"3-{(at + line) % NAMES}"),
                desc="Concrete, reinforcement and formwork",
                quantity=Decimal(line + 1),
                rate=Decimal("12.50"),
                customer_ref=Ref(full_name=f"Job {at % NAMES}"),
            )
            for line in range(LINES)
        ),
    )


def document(*requests: Request) -> bytes:
    """As a program sends it."""
    return write_requests(requests, dialect=Dialect("13.0"))


@contextmanager
def company() -> Iterator[CompanyFile]:
    """A company file on disk with names and items in it."""
    costs = Ref(list_id="4-1")
    with tempfile.TemporaryDirectory() as folder, CompanyFile.create(Path(folder) / "books.company") as books:
        books.seed([Account(list_id="4-1", name="Job Costs", account_type="CostOfGoodsSold")])
        for at in range(NAMES):
            item = SalesOrPurchase(desc="Work", price=Decimal(1), account_ref=costs)
            books.seed(
                [
                    Vendor(list_id=f"1-{at}", name=f"Vendor {at}"),
                    Customer(list_id=f"2-{at}", name=f"Job {at}"),
                    ItemService(list_id=f"3-{at}", name=f"Item {at}", sales_or_purchase=item),
                ]
            )
        yield books


def fill(books: CompanyFile, size: int) -> None:
    """Add purchase orders, so many in all."""
    for _ in range(size // BATCH):
        books.process(document(*(Request.add(order()) for _ in range(BATCH))))


def seconds(books: CompanyFile, asked: list[bytes]) -> list[float]:
    """How long each of some documents takes."""
    taken = []
    for one in asked:
        start = time.perf_counter()
        books.process(one)
        taken.append(time.perf_counter() - start)
    return taken


def bench_orders() -> Iterator[Row]:
    """Purchase orders of five lines: adding them in batches of fifty, and asking for them with their lines."""
    with company() as books:
        fill(books, BATCH)
        batches = [document(*(Request.add(order()) for _ in range(BATCH))) for _ in range(40)]
        taken = seconds(books, batches)
        for what, figure in (("least", min(taken)), ("median", statistics.median(taken))):
            name = f"a purchase order of 5 lines added, 50 a document; {what}"
            yield Row(name, figure / BATCH * 1e6, limit=1e6 / LEAST_ADDED, unit="µs")
        headers = BATCH + BATCH * len(batches)
        query = document(Request.query(PurchaseOrderQuery(include_line_items=True)))
        taken = seconds(books, [query] * 5)
        for what, figure in (("least", min(taken)), ("median", statistics.median(taken))):
            name = f"a header or line of a query with lines; {what}"
            yield Row(name, figure / (headers * (1 + LINES)) * 1e6, limit=1e6 / LEAST_READ, unit="µs")


def rows_of(db: sqlite3.Connection) -> dict[str, set[tuple[object, ...]]]:
    """Every row of a company file, by table."""
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: set(db.execute(f"SELECT * FROM {table}")) for table in tables}  # noqa: S608  SQLite's own words


def share(rows: list[tuple[object, ...]], part: int) -> list[tuple[object, ...]]:
    """A part of rows of as many as there are requests in a document."""
    return rows[part * len(rows) // BATCH : (part + 1) * len(rows) // BATCH]


class Floor:
    """What nobody can do without: parse the document, write the same rows, commit as often, serialize the reply.

    Args:
        path: A copy of the company file before the documents.
    """

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        for pragma in ("locking_mode = EXCLUSIVE", "synchronous = NORMAL", "journal_mode = WAL"):
            self.db.execute(f"PRAGMA {pragma}")
        self.db.execute("PRAGMA wal_autocheckpoint = 8000")

    def process(self, asked: bytes, rows: dict[str, list[tuple[object, ...]]], reply: etree._Element) -> bytes:
        """Answer a document with what is known to be the answer."""
        etree.fromstring(asked)
        for part in range(BATCH):
            self.db.execute("BEGIN IMMEDIATE")
            for table, there in rows.items():
                for row in share(there, part):
                    marks = ", ".join("?" * len(row))
                    self.db.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)  # noqa: S608
            self.db.execute("COMMIT")
        return etree.tostring(reply)


def bench_floor() -> Iterator[Row]:
    """Purchase orders of five lines, fifty a document: ours against parsing, SQLite and serializing alone, in turns."""
    ours, theirs = [], []
    with company() as books, tempfile.TemporaryDirectory() as folder:
        fill(books, BATCH)
        copies = [Path(folder) / name for name in ("dry run", "floor")]
        for path in copies:
            books.copy(path)
        batches = [document(*(Request.add(order()) for _ in range(BATCH))) for _ in range(20)]
        known: list[tuple[dict[str, list[tuple[object, ...]]], etree._Element]] = []
        with CompanyFile.open(copies[0]) as dry:
            db = dry._store._db  # noqa: SLF001  the rows themselves
            before = rows_of(db)
            for batch in batches:
                reply = etree.fromstring(dry.process(batch))
                after = rows_of(db)
                known.append(({table: sorted(after[table] - before[table], key=str) for table in after}, reply))
                before = after
        floor = Floor(copies[1])
        for batch, (rows, reply) in zip(batches, known, strict=True):
            theirs.append(timed(lambda: floor.process(batch, rows, reply)))  # noqa: B023  called at once
            ours.append(timed(lambda: books.process(batch)))  # noqa: B023  the same
    for what, figure in (("least", min), ("median", statistics.median)):
        name = f"a purchase order of 5 lines added, against the floor; {what}"
        yield Row(name, figure(ours) / BATCH * 1e6, figure(theirs) / BATCH * 1e6, limit=5, unit="µs")


def timed(do: Callable[[], object]) -> float:
    """How many seconds something takes."""
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def bench_growth() -> Iterator[Row]:
    """What a request costs where 100,000 transactions are kept, against 1,000; the medians of 100."""
    found: dict[str, list[float]] = {}
    with company() as books:
        stored = 0
        for size in (FEW, MANY):
            fill(books, size - stored)
            stored = size
            for name, ask in requests(books).items():
                found.setdefault(name, []).append(statistics.median(seconds(books, [ask() for _ in range(100)])) * 1e6)
    for name, (before, after) in found.items():
        yield Row(f"{name}: at {MANY:,} against at {FEW:,}", after, before, limit=SLOWER, unit="µs")


def requests(books: CompanyFile) -> dict[str, Callable[[], bytes]]:
    """What is asked, by name."""
    orders = read_reply(
        books.process(document(Request.query(PurchaseOrderQuery(include_line_items=True, max_returned=200))))
    )
    known = list(orders.outcomes[0].records(PurchaseOrder))
    turn = count()

    def one() -> PurchaseOrder:
        return known[next(turn) % len(known)]

    def bill() -> Bill:
        target = one()
        link = LinkToTxn(txn_id=target.txn_id, txn_line_id=target.lines[0].txn_line_id)
        return Bill(vendor_ref=target.vendor_ref, item_lines=(ItemLine(link_to_txn=link, quantity=Decimal("0.001")),))

    def by(**asked: object) -> bytes:
        return document(Request.query(PurchaseOrderQuery(include_line_items=True, **asked)))

    def changed() -> bytes:
        target = one()
        return document(Request.mod(PurchaseOrder(txn_id=target.txn_id, edit_sequence="1", memo="changed")))

    return {
        "a purchase order added": lambda: document(Request.add(order())),
        "a bill for a line of one": lambda: document(Request.add(bill())),
        "a change with an old EditSequence": changed,
        "one by its TxnID": lambda: by(txn_ids=(one().txn_id,)),
        "one by its RefNumber": lambda: by(ref_numbers=(one().ref_number,)),
        "ten of a vendor": lambda: by(
            max_returned=10, entity_filter=EntityFilter(list_ids=(one().vendor_ref.list_id,))
        ),
    }
