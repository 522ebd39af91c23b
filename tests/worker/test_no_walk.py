"""A journal of a hundred thousand exports is as fast as one of ten: no question of a drain walks through a whole company."""

import re
import sqlite3

import pytest
import sqlalchemy as sa

from procore_qbd import EngineError
from procore_qbd.journal.sql import SqlTables
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


def test_no_statement_of_a_drain_walks_through_all_rows_of_a_company(asked, tmp_path):
    with Hall(SqlTables(f"sqlite:///{tmp_path / 'journal'}")) as hall:
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
