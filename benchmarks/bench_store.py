"""The journal's database: what one step of a document costs, against the driver that is spoken to directly."""
# ruff: noqa: INP001  # a script beside run.py

from __future__ import annotations

import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from run import Row

from procore_qbd.journal.sql import SqlTables
from procore_qbd.journal.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STEPS, TURNS = 500, 4
LIMIT = 3.0
DOCUMENT = b"x" * 4000
COMPANY = {"company": "a", "environment": "p", "next_id": 1, "token": 0, "counter": 0, "epoch": 1}


def exchange(number: int) -> dict[str, object]:
    """A document that is about to be sent."""
    head = {"company": "a", "id": number, "writes": 1, "set_id": str(number), "state": "sending"}
    return head | {"document": DOCUMENT, "counter": 0, "token": 1, "at": 1.0}


def effect(number: int) -> dict[str, object]:
    """What it makes."""
    head = {"company": "a", "id": number, "exchange": number, "position": 0, "run": 1}
    return head | {"what": str(number), "state": "open"}


def event(number: int) -> dict[str, object]:
    """What people read about it."""
    return {"company": "a", "id": number, "at": 1.0, "what": "x", "words": "y"}


def by_the_store(tables: SqlTables) -> Callable[[int], None]:
    """A step: a row is read, three are added, two are changed."""
    with tables.transaction() as rows:
        rows.insert("company", [COMPANY])

    def step(number: int) -> None:
        with tables.transaction() as rows:
            rows.select("company", {"company": "a"})
            rows.insert("exchange", [exchange(number)])
            rows.insert("effect", [effect(number)])
            rows.insert("event", [event(number)])
            rows.update("exchange", {"company": "a", "id": number}, {"state": "settled"})
            rows.update("company", {"company": "a"}, {"counter": number})

    return step


def by_the_driver(connection: sqlite3.Connection) -> Callable[[int], None]:
    """The same statements, with the same pragmas, into the same tables."""
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")

    def insert(table: str) -> tuple[str, dict[str, None]]:
        columns = TABLES[table].columns
        values = ", ".join(f":{column}" for column in columns)
        return f"INSERT INTO procore_qbd_{table} VALUES ({values})", dict.fromkeys(columns)  # noqa: S608

    new = (("exchange", exchange), ("effect", effect), ("event", event))
    statements = [(*insert(table), row) for table, row in new]
    text, empty = insert("company")
    connection.execute(text, empty | COMPANY)
    columns = tuple(TABLES["company"].columns)
    select = f"SELECT {', '.join(columns)} FROM procore_qbd_company WHERE company = ? ORDER BY company"  # noqa: S608

    def step(number: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        for found in connection.execute(select, ["a"]).fetchall():
            dict(zip(columns, found, strict=True))
        for text, empty, row in statements:
            connection.execute(text, empty | row(number))
        connection.execute(
            "UPDATE procore_qbd_exchange SET state = ? WHERE company = ? AND id = ?", ["settled", "a", number]
        )
        connection.execute("UPDATE procore_qbd_company SET counter = ? WHERE company = ?", [number, "a"])
        connection.execute("COMMIT")

    return step


def bench_transaction() -> Iterator[Row]:
    """A transaction that reads a row, adds three and changes two, by turns; what the processor did, and all of it."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "ours", Path(folder) / "theirs"
        tables = SqlTables(f"sqlite:///{ours}")
        SqlTables(f"sqlite:///{theirs}").close()
        with closing(tables), closing(sqlite3.connect(theirs, isolation_level=None)) as connection:
            steps = by_the_store(tables), by_the_driver(connection)
            busy: list[list[float]] = [[], []]
            whole: list[list[float]] = [[], []]
            for turn in range(TURNS):
                for step, cpu, wall in zip(steps, busy, whole, strict=True):
                    begun, clock = time.process_time(), time.perf_counter()
                    for number in range(turn * STEPS, (turn + 1) * STEPS):
                        step(number)
                    cpu.append((time.process_time() - begun) / STEPS * 1e6)
                    wall.append((time.perf_counter() - clock) / STEPS * 1e6)
    yield Row("one transaction, against sqlite3; processor, least", min(busy[0]), min(busy[1]), LIMIT, "µs")
    yield Row("one transaction, against sqlite3; with the disk, least", min(whole[0]), min(whole[1]), unit="µs")
