"""A journal of a hundred thousand exports is as fast as one of ten: no question of a drain walks through a whole company."""

import re
import sqlite3

import pytest
import sqlalchemy as sa

from procore_qbd import EngineError
from procore_qbd.journal import sql_rows
from procore_qbd.journal.sql import SqlTables
from procore_qbd.journal.tables import TABLES
from support.hall import Hall


@pytest.fixture
def asked():
    """Every statement that SQLite carries out, with its values in it."""
    found = {}

    def see(connection, _record):
        connection.set_trace_callback(
            lambda statement: found.setdefault(re.sub(r"'[^']*'|\d+", "?", statement), statement)
        )

    sa.event.listen(sa.Engine, "connect", see)
    yield found
    sa.event.remove(sa.Engine, "connect", see)


def a_drain(tables):
    """One with most of what can happen."""
    with Hall(tables) as hall:
        order = hall.commitment(hall.line(1, "1000.00"))
        hall.drain(order, hall.vendor_request(48, "Birch"), line=hall.losing("PurchaseOrderAdd"))
        hall.drain(hall.change_order(hall.line(2, "50.00")), line=hall.losing("PurchaseOrderMod"))

        def broken(document):
            hall.file.process(document)
            raise EngineError(0x80040402)

        assert hall.drain(hall.vendor_request(49, "Elm"), line=broken).stopped
        hall.time += 1000
        hall.drain(order)
        hall.journal.questions("books")


def test_no_statement_of_a_drain_walks_through_all_rows_of_a_company(asked, tmp_path):
    a_drain(SqlTables(f"sqlite:///{tmp_path / 'journal'}"))
    database = sqlite3.connect(tmp_path / "journal")
    walks = []
    for statement in asked.values():
        if re.match(r"SELECT|UPDATE|DELETE", statement) and not re.search("sqlite_master|_schema", statement):
            plan = database.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
            steps = [step for *_, step in plan if "TEMP B-TREE" not in step]
            walks += [(step, statement) for step in steps if "SCAN" in step or step.endswith("(company=?)")]
    database.close()
    assert len(asked) > 30
    allowed = r"procore_qbd_company |COVERING INDEX procore_qbd_request_index_0"  # one row; and what `count` counts
    assert [one for one in walks if not re.search(allowed, one[0])] == []


FULL = 3000


def fill(rows, table):
    """As it is where a company file has been exported to for years: many rows, all of which have come to their end."""
    rules, kinds = TABLES[table], {"text": "'x' || n", "int": "n", "real": "n", "bytes": "'x'::bytea"}
    values = {column: kinds[kind.rstrip("?")] for column, kind in rules.columns.items()}
    values |= {"company": "'books'"} | ({"state": f"'{OVER[table]}'"} if rules.states else {})
    names, chosen = ", ".join(f'"{name}"' for name in values), ", ".join(values.values())
    rows.driver.execute(
        f"INSERT INTO procore_qbd_{table} ({names}) SELECT {chosen} FROM generate_series(100000, {100_000 + FULL}) AS n"
    )


OVER = {
    "request": "ended",
    "run": "ended",
    "exchange": "cleared",
    "effect": "done",
    "session": "closed",
    "closing": "told",
    "question": "answered",
    "item": "synced",
}


def test_neither_does_one_in_postgresql(server, monkeypatch):
    """Asked with statistics of a full journal; which plan PostgreSQL takes for a small one is no matter."""
    psycopg = pytest.importorskip("psycopg")
    seen, run = {}, sql_rows.SqlRows._run

    def seeing(self, table, statement, *values):
        seen.setdefault(statement.text, (table, statement.values(values[0])))
        return run(self, table, statement, *values)

    monkeypatch.setattr(sql_rows.SqlRows, "_run", seeing)
    url = server.schema()
    a_drain(SqlTables(url))
    tables, walks, plans = SqlTables(url), [], 0
    with tables.transaction() as rows:
        for table in TABLES:
            if table != "company":
                fill(rows, table)
        rows.driver.execute("ANALYZE")
        for text, (table, values) in seen.items():
            if table == "company" or text.startswith("INSERT"):
                continue
            plans += 1
            cursor = psycopg.ClientCursor(rows.driver)
            ((plan,),) = cursor.execute(f"EXPLAIN (FORMAT JSON) {text}", values).fetchall()
            walks += [
                ((found["Node Type"], found.get("Index Name"), found.get("Index Cond")), text)
                for found in steps_of(plan[0]["Plan"])
                if is_walk(found)
            ]
    tables.close()
    assert plans > 30
    assert [one for one in walks if "GROUP BY" not in one[1]] == []  # what `count` counts


def steps_of(plan):
    yield plan
    for one in plan.get("Plans", ()):
        yield from steps_of(one)


PARTIAL = {
    f"procore_qbd_{table}_unique_{number}"
    for table, rules in TABLES.items()
    for number, one in enumerate(rules.unique)
    if one.where
}
"""Indexes of what has not come to its end alone, which is never much."""


def is_walk(step):
    if step.get("Index Name") in PARTIAL:
        return False
    condition = step.get("Index Cond")
    if step["Node Type"] in ("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Index Scan"):
        return condition is None or re.fullmatch(r"\(company = \S+ COLLATE \"C\"\)", condition)
    return False
