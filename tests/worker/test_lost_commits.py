"""The connection to PostgreSQL is lost at a commit, anywhere in a drain, and nobody knows whether it is on disk: one record."""

import contextlib

import pytest

from procore_qbd.errors import JournalError
from procore_qbd.journal import MemoryTables
from procore_qbd.journal.sql import SqlTables
from procore_qbd.journal.tables import TABLES
from support.hall import Hall

MANY = 40


@pytest.fixture
def opened(server):
    """Tables, and a way to empty them."""
    with contextlib.closing(SqlTables(server.schema())) as tables:
        yield tables


def emptied(tables):
    with tables.transaction() as rows:
        for table in TABLES:
            rows.delete(table, {})
    return tables


def drained(hall, *requests):
    """Whether the drain came to its end; who was overtaken by nothing but the lease waits for that."""
    try:
        ended = hall.drain(*requests)
    except JournalError as error:
        if "it is not known whether what was just written is on disk" not in str(error):
            raise
        return False
    assert not ended.failed
    return not ended.busy


def played(tables, at_commit, number, *, written):
    """A vendor and an order are exported while the n-th commit is lost; whether there were so many."""
    hall = Hall(emptied(tables))
    vendor, order = hall.vendor_request(48, "Birch"), hall.commitment(hall.line(1, "1000.00"))
    for key, request in enumerate((vendor, order)):
        hall.journal.submit("books", request, key=str(key))
    left = at_commit(number, written=written)
    first = drained(hall)
    assert first == (left[0] > 0)
    for _ in range(5):
        hall.time += 3600
        if drained(hall) and hall.journal.count("books") == {"ended": 2} and not hall.journal.closings("books"):
            break
    assert hall.journal.count("books") == {"ended": 2}
    assert [one.name for one in hall.file.records("Vendor") if one.name == "Birch"] == ["Birch"]
    assert len(list(hall.file.records("PurchaseOrder"))) == 1
    assert {one.request_name for one in hall.told} == {vendor.request_name, order.request_name}
    assert all(one.ok for one in hall.told)
    hall.__exit__(None, None, None)
    return not first


@pytest.mark.parametrize("written", [False, True], ids=["before it was carried out", "behind that"])
@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 7], ids=["each", "every seventh"])
def test_wherever_a_commit_is_lost_there_is_one_record_in_the_end(opened, at_commit, written, step):
    lost = 0
    for number in range(1, MANY, step):
        if not played(opened, at_commit, number, written=written):
            break
        lost += 1
    assert number < MANY - step, "there are more commits"
    assert lost >= 20 // step


def test_a_link_that_the_journal_could_not_look_up_is_no_fault_of_the_run_that_asked(monkeypatch):
    """It would end in a refusal, and Procore would be told so."""
    select, number = MemoryTables.select, 0

    def failing(self, table, where, /, **how):
        left[0] -= table == "link"
        if table == "link" and left[0] == 0:
            raise JournalError("the database is gone")
        return select(self, table, where, **how)

    monkeypatch.setattr(MemoryTables, "select", failing)
    while True:
        number += 1
        left = [0]
        with Hall() as hall:
            hall.journal.submit("books", hall.commitment(hall.line(1, "1000.00")))
            left = [number]
            with contextlib.suppress(JournalError):
                assert hall.drain().done == 1
                break
            assert hall.told == []
            hall.time += 3600
            assert hall.drain().done == 1
            assert all(one.ok for one in hall.told)
    assert number > 5
