"""The source of dlt's, on DuckDB: loads go on where the last one ended, and what is there is the company file."""

import os
from decimal import Decimal

import attrs
import duckdb
import pytest

from procore_qbd import CompanyFile, Memory
from procore_qbd.errors import FrameError
from support.people import bill, furnish

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # what dlt and what it stands on say is theirs
DAY = 86_400


@pytest.fixture
def load(tmp_path, monkeypatch):
    import dlt

    from procore_qbd.frames import dlt_source

    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "dlt"))
    there = tmp_path / "a.duckdb"
    pipeline = dlt.pipeline(
        "books", pipelines_dir=str(tmp_path / "dlt"), destination=dlt.destinations.duckdb(str(there)), dataset_name="qb"
    )

    def run(process, *tables):
        pipeline.run(dlt_source(Memory(process), tables))
        return lambda sql: rows(there, sql)

    return run


def rows(there, sql):
    with duckdb.connect(str(there)) as found:
        return found.execute(sql).fetchall()


def test_loads_go_on_and_what_is_there_is_the_company_file(load, clock):
    with CompanyFile.create(clock=clock) as company:
        furnish(company)
        user = company.as_user()
        bills = [user.add(bill(number, ref_number=f"B{number}")) for number in range(1, 5)]
        asked = []

        def process(document):
            asked.append(document)
            return company.process(document)

        sql = load(process, "bill")
        assert sql("SELECT count(*), sum(amount_due) FROM qb.bill") == [(4, 10)]
        assert sql("SELECT data_type FROM information_schema.columns WHERE column_name = 'amount_due'")[0] == (
            "DECIMAL(18,2)",
        )
        assert not any(b"FromModifiedDate" in document for document in asked)
        clock.now += 5 * DAY
        asked.clear()
        two = user.add(bill(7, ref_number="TWO"))
        first = bills[0]
        line = attrs.evolve(first.expense_lines[0], amount=Decimal(90))
        user.edit(attrs.evolve(first, expense_lines=(line,)))
        user.delete(bills[1])
        sql = load(process, "bill")
        assert any(b"FromModifiedDate" in document for document in asked)
        found = list(company.records("Bill"))
        assert {one.txn_id for one in found} == {one.txn_id for one in (*bills[:1], *bills[2:], two)}
        assert sorted(sql("SELECT txn_id, amount_due FROM qb.bill")) == sorted(
            (one.txn_id, one.amount_due) for one in found
        )
        assert sorted(sql("SELECT bill_txn_id, amount FROM qb.bill_expense_line")) == sorted(
            (one.txn_id, line.amount) for one in found for line in one.expense_lines
        )


def test_a_table_that_there_is_not_is_one_error(load, books):
    with pytest.raises(FrameError, match="table 'bills': there is none"):
        load(books.process, "bills")
