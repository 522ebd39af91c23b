"""A frame holds what the records hold, all of it and nothing else: records of every class against a plain walk over them."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from unittest import mock
from zoneinfo import ZoneInfo

import attrs
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd import CompanyFile, Ref
from procore_qbd.errors import FrameError, ReplyError
from procore_qbd.frames import frame, frames, to_csv, to_parquet
from procore_qbd.frames.tables import snake, tables_of
from procore_qbd.qbxml import RET, Moment, stream, write_reply
from procore_qbd.qbxml.entities import entity, names
from procore_qbd.qbxml.entities.bills import Bill, BillQuery, ItemLine
from procore_qbd.qbxml.entities.reports import Report
from procore_qbd.qbxml.entities.shared.common import CustomField
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.messages.outcomes import Outcome, Reply
from procore_qbd.qbxml.rows.records import Record, Reference, Unknown, table
from procore_qbd.testing.strategies import records

CLASSES = [cls for name in names() if (cls := entity(name)) and RET in cls.__record__.shapes and cls is not Report]


def walked(record, cls, into, name):  # noqa: C901  one line a kind of field
    """The values of one row by column, and the rows below it put into their tables."""
    row, unknown = {}, "".join(one.xml for one in record.unknown)
    compiled = table(cls)
    for field in (*(one for one in compiled.attributes if RET in one.row.shapes), *compiled.order(RET)):
        value = getattr(record, field.name)
        if isinstance(field.row, Reference) and field.plural:
            for position, ref in enumerate(value, 1):
                rows = {"position": position, "id": ref.list_id, "name": ref.full_name}
                into[f"{name}_{field.name.removesuffix('_refs')}"].append(rows)
        elif isinstance(field.row, Reference):
            short = field.name.removesuffix("_ref")
            row |= {f"{short}_id": value and value.list_id, f"{short}_name": value and value.full_name}
            unknown += "".join(one.xml for one in value.unknown) if value else ""
        elif field.plural or len(field.members) > 1:
            for position, item in enumerate(value if field.plural else filter(None, (value,)), 1):
                if isinstance(item, Record):
                    part = snake(type(item).__record__.tag or type(item).__name__)
                    below = part if part.startswith(f"{name}_") else f"{name}_{part}"
                    rows, more = walked(item, type(item), into, below)
                    into[below].append({"position": position, "unknown": more or None, **rows})
                else:
                    into[f"{name}_{field.name.removesuffix('s')}"].append({"position": position, "value": item})
        elif field.members:
            (member,) = field.members.values()
            rows, more = walked(value if value is not None else member(), member, into, name)
            row |= {f"{field.name}_{column}": one for column, one in rows.items()}
            unknown += more
        elif isinstance(value, dt.timedelta):
            row[f"{field.name}_seconds"] = int(value.total_seconds())
        elif isinstance(value, Moment):
            row |= {field.name: value.raw, f"{field.name}_wall": value.wall}
        else:
            row[field.name] = value
    return row, unknown


def said(row):
    """What of a row is there."""
    return {column: value for column, value in row.items() if value is not None}


few = st.integers(1, 3)


def compared(cls, found, group=2, least=3):
    """So many records at a time are taken, and so many rows make a batch; in earnest both are many more."""
    into = defaultdict(list)
    name = snake(cls.__record__.tag)
    for record in found:
        rows, unknown = walked(record, cls, into, name)
        into[name].append({**rows, "unknown": unknown or None})
    made = frames(found, cls)
    tables = {one: [] for one in made.tables}
    with mock.patch.multiple("procore_qbd.frames.batches", _RECORDS=group, _ROWS=least):
        for one, batch in made.batches():
            batch.validate(full=True)
            tables[one] += batch.to_pylist()
    root = tables_of(cls)
    keys = {
        sheet.name: {field.name for field in sheet.schema} - {column for row in into[sheet.name] for column in row}
        for sheet in root.walk()
    }
    for one, rows in tables.items():
        kept = [{column: value for column, value in row.items() if column not in keys[one]} for row in rows]
        assert list(map(said, kept)) == list(map(said, into[one])), one
    assert {one for one, rows in into.items() if rows} <= tables.keys()
    return tables, root


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__record__.tag)
def test_a_frame_holds_exactly_what_records_of_a_class_say(cls):
    @settings(max_examples=max(2, settings().max_examples // 15), derandomize=True)
    @given(st.lists(records(cls, RET), min_size=1, max_size=4), few, few)
    def holds(found, group, least):
        tables, root = compared(cls, found, group, least)
        if root.id_field:
            assert [row[root.id_field] for row in tables[root.name]] == [getattr(one, root.id_field) for one in found]

    holds()


@pytest.mark.slow
@given(st.sampled_from(CLASSES).flatmap(lambda cls: st.tuples(st.just(cls), st.lists(records(cls, RET), max_size=5))))
@settings(max_examples=300, derandomize=True)
def test_a_frame_holds_exactly_what_records_say(case):
    compared(*case)


@given(st.lists(records(Bill, RET), min_size=1, max_size=4))
def test_lines_are_joined_to_their_records_by_keys(found):
    found = [attrs.evolve(bill, txn_id=f"{number}-1") for number, bill in enumerate(found)]
    lines = frame(found, to="arrow", table="bill_item_line").to_pylist()
    wanted = [
        (bill.txn_id, position, line.txn_line_id)
        for bill in found
        for position, line in enumerate(bill.item_lines, 1)
        if isinstance(line, ItemLine)
    ]
    assert [(row["bill_txn_id"], row["position"], row["txn_line_id"]) for row in lines] == wanted


@pytest.fixture(scope="module")
def company():
    with CompanyFile.create(sample="contractor", clock=lambda: 1_795_424_102) as made:
        yield made


@pytest.mark.parametrize("kind", ["Bill", "Invoice", "PurchaseOrder", "Estimate"])
def test_pandas_polars_duckdb_and_pyarrow_read_the_same_sums_to_the_cent(company, kind):
    import duckdb
    import pandas as pd
    import polars as pl

    found = list(company.records(kind))
    table_ = "bill_item_line" if kind == "Bill" else f"{snake(kind)}_line"
    lines = frames(found, table=table_)
    column = "amount"
    wanted = sum(
        line.amount or 0
        for record in found
        for line in (record.item_lines if kind == "Bill" else record.lines)
        if getattr(line, "amount", None) is not None
    )
    assert wanted > 0
    assert pa.compute.sum(pa.table(lines)[column]).as_py() == wanted
    assert pl.DataFrame(lines)[column].sum() == wanted
    assert duckdb.sql(f"SELECT sum({column}) FROM lines").fetchall() == [(wanted,)]
    assert pd.api.types.is_numeric_dtype(frame(found, table=table_)[column].dtype)
    assert frame(found, table=table_)[column].sum() == wanted
    assert frame(found, to="polars", table=table_)[column].sum() == wanted


def test_a_moment_says_what_quickbooks_said_and_what_it_means():
    summer = Moment("2026-07-15T09:00:00-08:00")
    found = [Bill(txn_id="1-1", time_created=summer), Bill(txn_id="2-1", time_created=Moment("2026-7-1"))]
    wall = frame(found, to="arrow").select(["time_created", "time_created_wall"]).to_pylist()
    assert wall[0] == {"time_created": summer.raw, "time_created_wall": dt.datetime(2026, 7, 15, 9)}  # noqa: DTZ001
    assert wall[1] == {"time_created": "2026-7-1", "time_created_wall": dt.datetime(2026, 7, 1)}  # noqa: DTZ001
    zone = ZoneInfo("America/Los_Angeles")
    (utc, _) = frame(found, to="arrow", zone=zone)["time_created_utc"].to_pylist()
    assert utc == summer.instant(zone)
    assert utc.utcoffset() == dt.timedelta()


def test_custom_fields_are_columns_on_request_and_rows_anyway():
    fields = (
        CustomField(owner_id="0", name="Job No", value="7"),
        CustomField(owner_id="{x}", name="Job No", value="8"),
    )
    found = [Vendor(list_id="1-1", name="A", custom_fields=fields), Vendor(list_id="2-1", name="B")]
    assert frame(found, to="arrow", custom_fields=["Job No"])["custom_Job No"].to_pylist() == ["7", None]
    rows = frame(found, to="arrow", table="vendor_custom_field").to_pylist()
    assert [(row["vendor_list_id"], row["owner_id"], row["value"]) for row in rows] == [
        ("1-1", "0", "7"),
        ("1-1", "{x}", "8"),
    ]


def test_what_nobody_modelled_is_kept_as_it_came():
    new = Unknown("New", "<New>1</New>")
    bill = Bill(
        txn_id="1-1", unknown=(new,), vendor_ref=Ref(list_id="8-1", unknown=(Unknown("Rank", "<Rank>2</Rank>"),))
    )
    assert frame([bill], to="arrow")["unknown"].to_pylist() == ["<New>1</New><Rank>2</Rank>"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount_due", Decimal("0.001")),
        ("amount_due", Decimal(10) ** 17),
        ("exchange_rate", Decimal("1e-19")),
        ("txn_number", 2**63),
    ],
)
def test_a_value_that_its_column_cannot_hold_is_one_error_that_names_the_record(field, value):
    found = [Bill(txn_id="1-1", **{field: type(value)(1)}), Bill(txn_id="2-1", **{field: value})]
    with pytest.raises(FrameError, match=rf"^bill: txn_id 2-1: {field} is .* cannot hold; nothing is rounded"):
        frame(found, to="arrow")


def reply(*found):
    return write_reply(Reply(outcomes=(Outcome(name="BillQueryRs", request_id="1", found=found),)))


def test_of_a_reply_that_is_cut_short_what_was_whole_is_kept(tmp_path):
    document = reply(*(Bill(txn_id=f"{number}-1", amount_due=Decimal(number)) for number in range(1, 301)))
    cut = document[: document.index(b"<TxnID>251-1")]
    seen = []
    with pytest.raises(ReplyError, match="250 BillRet were complete before it"):
        seen += (batch.num_rows for _, batch in frames(stream(cut, Bill), Bill).batches())
    assert sum(seen) in {0, 250}
    for write, path in ((to_parquet, tmp_path), (to_csv, tmp_path / "bill.csv")):
        with pytest.raises(ReplyError, match="250 BillRet were complete"):
            write(stream(cut, Bill), path, Bill)
    assert pa.parquet.read_table(tmp_path / "bill.parquet").num_rows == 250
    assert len((tmp_path / "bill.csv").read_text("utf-8-sig").splitlines()) == 251


@pytest.mark.parametrize("error", [OSError("the line is cut"), ZeroDivisionError(), Vendor(list_id="8-1")])
def test_whatever_ends_the_records_what_came_before_is_kept(error, tmp_path):
    def ending():
        yield from (Bill(txn_id=f"{number}-1") for number in range(100))
        if isinstance(error, Exception):
            raise error
        yield error

    kind = type(error) if isinstance(error, Exception) else TypeError
    for write, path in ((to_parquet, tmp_path), (to_csv, tmp_path / "bill.csv")):
        with pytest.raises(kind):
            write(ending(), path, Bill)
    assert pa.parquet.read_table(tmp_path / "bill.parquet").num_rows == 100
    assert len((tmp_path / "bill.csv").read_text("utf-8-sig").splitlines()) == 101


def test_bad_input_is_one_clear_error():
    bill = Bill(txn_id="1-1")
    with pytest.raises(TypeError, match="expected Vendor records, got Bill"):
        frame([bill], Vendor)
    with pytest.raises(FrameError, match=r"no record came.*cls=Bill"):
        frame([])
    with pytest.raises(TypeError, match="expected a record such as"):
        frame([{"name": "A"}])
    with pytest.raises(TypeError, match="QuickBooks sends no BillQuery records"):
        frame([BillQuery()])
    with pytest.raises(FrameError, match="there is no table 'lines' in it; there are bill, bill_linked_txn"):
        frames([bill], table="lines")
    with pytest.raises(ValueError, match="expected arrow, pandas or polars, got 'excel'"):
        frame([bill], to="excel")
    once = frames(iter([bill]))
    assert pa.table(once).num_rows == 1
    with pytest.raises(FrameError, match="the stream was read before"):
        pa.table(once)
    assert frame([], Bill, to="arrow").num_rows == 0


def test_csv_says_values_as_they_are(tmp_path):
    bill = Bill(
        txn_id="1-1", amount_due=Decimal("1200.5"), is_paid=True, txn_date=dt.date(2026, 11, 23), memo='a "b", c'
    )
    assert to_csv([bill], tmp_path / "bill.csv") == 1
    head, row = (tmp_path / "bill.csv").read_text("utf-8-sig").splitlines()
    assert head.startswith("txn_id,time_created,")
    assert row.startswith("1-1,,")
    for text in ("1200.50", ",true,", "2026-11-23", '"a ""b"", c"'):
        assert text in row


def test_a_report_is_a_table_with_typed_columns(company, tmp_path):
    from procore_qbd import Request, run
    from procore_qbd.flows import ask
    from procore_qbd.qbxml.entities.report_queries import JobReportQuery, JobReportType, ReportDateMacro
    from procore_qbd.transports import Memory

    query = JobReportQuery(report_type=JobReportType.JOB_PROFITABILITY_SUMMARY, report_date_macro=ReportDateMacro.ALL)
    report = run(ask(Request.query(query)), Memory(company.process)).record(Report)
    found = frame(report, to="arrow")
    assert tuple(found.column_names) == report.names
    assert [*map(dict, found.to_pylist())] == [*report.rows()]
    assert any(pa.types.is_decimal(field.type) for field in found.schema)
    assert to_parquet(report, tmp_path) == {"report": len(report.rows())}
