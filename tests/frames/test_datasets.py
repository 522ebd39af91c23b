"""A data set is the company file: after people edited it, deleted in it, restored and rebuilt it, and wherever a run died."""

import datetime as dt
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

import attrs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from procore_qbd import CompanyFile, Memory
from procore_qbd.errors import DatasetError, FrameError, ReplyLostError
from procore_qbd.frames import asking, frame, layout, read_dataset, write_dataset
from procore_qbd.frames.asking import topic
from procore_qbd.frames.layout import MANIFEST
from procore_qbd.frames.tables import tables_of
from procore_qbd.qbxml import Moment
from procore_qbd.qbxml.entities.bills import Bill
from procore_qbd.testing.clock import Clock
from support.people import bill as enter
from support.people import furnish

TABLES = ("vendor", "bill", "bill_payment_check")
DAY = 86_400


@pytest.fixture(scope="module")
def contractor():
    with CompanyFile.create(sample="contractor", clock=Clock()) as made:
        yield made


@pytest.fixture
def company(contractor, clock):
    with contractor.twin(clock=clock) as made:
        clock.now += 10 * DAY
        yield made


def write(company, path, **options):
    return write_dataset(Memory(company.process), path, company="A", **({"tables": TABLES} | options))


def rows(table):
    """What a table says, whatever the order of its rows."""
    keys = [column for column in table.column_names if column not in {"company", "row_mark", "table"}]
    return sorted((tuple(row[key] for key in keys) for row in table.to_pylist()), key=repr)


def held(path, name, schema):
    try:
        return rows(read_dataset(path, name).to_table())
    except DatasetError:
        return rows(schema.empty_table())


def differences(company, path, tables=TABLES):
    """The tables of a data set that are not what the company file says, asked by other means."""
    wrong = []
    for name in tables:
        cls = topic(name).cls
        found = list(company.records(cls.__record__.tag))
        for sheet in tables_of(cls).walk():
            wanted = rows(frame(found, cls, to="arrow", table=sheet.name))
            if held(path, sheet.name, sheet.schema) != wanted:
                wrong.append(sheet.name)
    return wrong


def state(path):
    """Every file of a data set, with its bytes and when it was written."""
    return {
        str(one.relative_to(path)): (one.read_bytes(), one.stat().st_mtime_ns)
        for one in sorted(Path(path).rglob("*"))
        if one.is_file()
    }


def vendor(company, at=0):
    return list(company.records("Vendor"))[at]


def bill(company, at=0):
    return list(company.records("Bill"))[at]


def rebuild(company, clock):
    """Touch every stamp, as a rebuild may."""
    store = company._store
    with store.transaction():
        for kind in ("Bill", "BillPaymentCheck"):
            for record in list(store.all(kind)):
                moment = company._calendar.moment(clock.now)
                store.book.touch(record.txn_id, moment, clock.now, stamped=True)
    store.cache.forget()


def test_a_new_data_set_is_the_company_file_and_a_second_run_writes_nothing(company, tmp_path):
    first = write(company, tmp_path / "out")
    assert first.wrote
    assert first.tables["bill"].changed == first.tables["bill"].read > 10
    assert differences(company, tmp_path / "out") == []
    before = state(tmp_path / "out")
    second = write(company, tmp_path / "out", tables=None)
    assert not second.wrote
    assert state(tmp_path / "out") == before
    assert {one.changed + one.gone for one in second.tables.values()} == {0}
    assert second.tables["bill"].whole == ""


CHANGES = {
    "a new bill": lambda c, u: u.add(attrs.evolve(bare(bill(c)), ref_number="N-1")),
    "a memo": lambda c, u: u.edit(attrs.evolve(bill(c), memo="as agreed")),
    "a line less": lambda c, u: u.edit(attrs.evolve(unpaid(c), memo="less")),
    "another name": lambda c, u: u.rename(vendor(c), "Renamed Concrete"),
    "a merge": lambda c, u: u.merge(u.add(attrs.evolve(bare(vendor(c)), name="Twice")), vendor(c)),
    "a payment": lambda c, u: u.pay(unpaid(c), "Operating Account"),
    "a number of what was paid": lambda c, u: u.edit(attrs.evolve(paid(c), ref_number="OTHER")),
    "a void": lambda c, u: u.void(next(c.records("BillPaymentCheck"))),
    "a deletion": lambda c, u: u.delete(list(c.records("BillPaymentCheck"))[-1]),
    "a vendor who rests": lambda c, u: u.deactivate(vendor(c, 2)),
    "nothing": lambda _c, _u: None,
}


def bare(record):
    """What an Add can say of it."""
    if isinstance(record, Bill):
        lines = tuple(
            attrs.evolve(line, txn_line_id=None, link_to_txn=None, sales_rep_ref=None) for line in record.item_lines
        )
        return Bill(vendor_ref=record.vendor_ref, txn_date=record.txn_date, item_lines=lines)
    return type(record)(name=record.name)


def unpaid(company):
    return next(one for one in company.records("Bill") if not one.is_paid)


def paid(company):
    return next(one for one in company.records("Bill") if one.is_paid)


def test_all_that_people_do_is_in_the_data_set_after_the_next_run(company, clock, tmp_path):
    write(company, tmp_path)
    clock.now += 5 * DAY
    for change in CHANGES.values():
        change(company, company.as_user())
    assert write(company, tmp_path).wrote
    assert differences(company, tmp_path) == []
    before = state(tmp_path)
    assert not write(company, tmp_path).wrote
    assert state(tmp_path) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_each_thing_that_people_do_is_in_the_data_set_after_the_next_run(company, clock, tmp_path, name):
    write(company, tmp_path)
    clock.now += 5 * DAY
    CHANGES[name](company, company.as_user())
    written = write(company, tmp_path)
    assert differences(company, tmp_path) == []
    assert {one.whole for table, one in written.tables.items() if table != "vendor"} == {""}
    assert written.wrote == (name != "nothing")
    before = state(tmp_path)
    assert not write(company, tmp_path).wrote
    assert state(tmp_path) == before


def test_deletions_are_applied_and_are_a_table(company, clock, tmp_path):
    write(company, tmp_path)
    (*_, last) = company.records("BillPaymentCheck")
    clock.now += DAY
    company.as_user().delete(last)
    assert write(company, tmp_path).tables["bill_payment_check"].gone == 1
    (row,) = read_dataset(tmp_path, "deleted").to_table().to_pylist()
    assert (row["kind"], row["id"], row["listed"]) == ("bill_payment_check", last.txn_id, True)
    assert Moment(row["time_deleted"])


@pytest.mark.parametrize("told", [True, False], ids=["as QuickBooks tells", "by copying the file"])
def test_a_file_that_was_put_back_is_read_whole(company, clock, tmp_path, told):
    backup = tmp_path / "backup.company"
    company.copy(backup)
    clock.now += 5 * DAY
    user = company.as_user()
    user.edit(attrs.evolve(bill(company), memo="lost again"))
    user.delete(list(company.records("BillPaymentCheck"))[-1])
    write(company, tmp_path / "out")
    if not told:
        with CompanyFile.open(backup, clock=clock) as other:
            assert differences(other, tmp_path / "out") != []
            written = write(other, tmp_path / "out")
            assert differences(other, tmp_path / "out") == []
    else:
        company.restore(backup)
        written = write(company, tmp_path / "out")
        assert differences(company, tmp_path / "out") == []
    assert "bill" in written.tables
    assert written.tables["bill"].whole


def test_what_was_condensed_away_is_gone_without_being_listed(company, tmp_path):
    write(company, tmp_path)
    there = len(list(company.records("Bill")))
    company.condense(before=dt.date(2030, 1, 1))
    assert len(list(company.records("Bill"))) < there
    written = write(company, tmp_path)
    assert written.tables["bill"].whole == "the company file was restored or condensed"
    assert differences(company, tmp_path) == []
    assert {row["listed"] for row in read_dataset(tmp_path, "deleted").to_table().to_pylist()} == {False}


def test_a_rebuild_that_touches_every_stamp_changes_what_it_touched(company, clock, tmp_path):
    write(company, tmp_path)
    clock.now += 5 * DAY
    rebuild(company, clock)
    assert write(company, tmp_path).tables["bill"].changed == len(list(company.records("Bill")))
    assert differences(company, tmp_path) == []
    assert not write(company, tmp_path).wrote


def test_it_begins_on_a_day_and_stays_so(company, clock, tmp_path):
    days = sorted(one.txn_date for one in company.records("Bill"))
    since = days[len(days) // 2]
    write(company, tmp_path, since=since)
    assert {row["txn_date"] for row in read_dataset(tmp_path, "bill").to_table().to_pylist()} == {
        day for day in days if day >= since
    }
    clock.now += DAY
    late = next(one for one in company.records("Bill") if one.txn_date >= since)
    company.as_user().edit(attrs.evolve(late, txn_date=since - dt.timedelta(days=1)))
    assert write(company, tmp_path).tables["bill"].gone == 1
    assert late.txn_id not in read_dataset(tmp_path, "bill").to_table()["txn_id"].to_pylist()
    assert held(tmp_path, "deleted", pa.schema([])) == []
    assert not write(company, tmp_path).wrote
    assert write(company, tmp_path, since=days[0]).tables["bill"].whole == "the data set begins on another day"
    assert differences(company, tmp_path, ("bill",)) == []


def test_tables_that_come_later_are_added_and_the_others_kept_up(company, tmp_path):
    write(company, tmp_path, tables=("bill",))
    company.as_user().edit(attrs.evolve(bill(company), memo="meanwhile"))
    write(company, tmp_path, tables=("vendor",))
    assert differences(company, tmp_path, ("bill", "vendor")) == []


def test_with_full_all_is_read_and_nothing_is_written_that_is_the_same(company, tmp_path):
    write(company, tmp_path)
    before = state(tmp_path)
    written = write(company, tmp_path, full=True)
    assert written.tables["bill"].whole == "it was asked for"
    assert not written.wrote
    assert state(tmp_path) == before


def test_another_zone_makes_other_columns(company, tmp_path):
    write(company, tmp_path)
    assert write(company, tmp_path, zone=dt.UTC).tables["bill"].whole == "its columns are others"
    schema = read_dataset(tmp_path, "bill").schema
    assert schema.field("time_modified_utc").type == pa.timestamp("us", "UTC")


# --- dying ---------------------------------------------------------------------------------------------------------


class DiedError(BaseException):
    """The process is no more."""


def dying(monkeypatch, at):
    """Die at the n-th thing that is done to the disk from now on; how many were done."""
    done = [0]

    def before(real):
        def call(*arguments, **options):
            done[0] += 1
            if done[0] == at:
                raise DiedError
            return real(*arguments, **options)

        return call

    for owner, name in (
        (layout.os, "fsync"),
        (layout.os, "replace"),
        (layout.Path, "unlink"),
        (pq.ParquetWriter, "write_table"),
        (pq.ParquetWriter, "close"),
    ):
        monkeypatch.setattr(owner, name, before(getattr(owner, name)))
    return done


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_wherever_a_run_dies_the_next_one_ends_as_if_it_had_not(clock, tmp_path, monkeypatch, step):
    tables = ("vendor", "bill")
    with CompanyFile.create(clock=clock) as company:
        user = company.as_user()
        furnish(company)
        bills = [user.add(enter(ref_number=f"B-{number}")) for number in range(4)]
        write(company, tmp_path / "base", tables=tables)
        clock.now += 5 * DAY
        user.add(enter(ref_number="B-5"))
        user.edit(attrs.evolve(bills[1], memo="changed"))
        user.delete(bills[2])
        user.rename(vendor(company), "Renamed")
        wanted = {
            sheet.name: rows(frame(list(company.records(name.title())), topic(name).cls, to="arrow", table=sheet.name))
            for name in tables
            for sheet in tables_of(topic(name).cls).walk()
        }
        for at in range(1, 1000, step):
            out = tmp_path / f"{at}"
            shutil.copytree(tmp_path / "base", out)
            with monkeypatch.context() as patch:
                done = dying(patch, at)
                with suppress(DiedError):
                    write(company, out, tables=tables)
            manifest = out / "company=A" / MANIFEST
            assert_whole(manifest)
            if done[0] < at:
                break
            write(company, out, tables=tables)
            assert {name: held(out, name, tables_schema(name)) for name in wanted} == wanted, at
            assert {str(one.relative_to(manifest.parent)) for one in manifest.parent.glob("table=*/*")} == assert_whole(
                manifest
            )
        assert at > 20


def tables_schema(name):
    return next(
        sheet.schema for one in ("vendor", "bill") for sheet in tables_of(topic(one).cls).walk() if sheet.name == name
    )


def assert_whole(manifest):
    """Every file that the manifest names is there, and can be read."""
    named = {one for names in json.loads(manifest.read_text("utf-8"))["parts"].values() for one in names}
    for one in named:
        pq.read_metadata(manifest.parent / one)
    return named


def test_where_quickbooks_breaks_off_what_came_whole_is_kept(company, tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "_SIZE", 4)
    seen = []

    def process(document):
        reply = company.process(document)
        if b"<BillQueryRq" in document:
            seen.append(document)
            return reply[: len(reply) // 2] if len(seen) == 3 else reply
        return reply

    with pytest.raises(ReplyLostError, match="cut short"):
        write_dataset(Memory(process), tmp_path, company="A", tables=TABLES)
    assert read_dataset(tmp_path, "bill").count_rows() == 8
    assert read_dataset(tmp_path, "vendor").count_rows() == len(list(company.records("Vendor")))
    assert write(company, tmp_path).tables["bill"].whole == "it was not read to its end"
    assert differences(company, tmp_path) == []


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        '{"layout": "one", "company": "A"}',
        '{"layout": 1, "company": "A"}',
        {"parts": [1]},
        {"tables": {"bill": "yesterday"}},
        {"since": "yesterday"},
        {"parts": {"bill": ["../../../etc/passwd"]}},
        {"parts": {"bill": ["table=bill/part-000999-1.parquet"]}},
    ],
    ids=str,
)
def test_a_damaged_manifest_is_one_error_for_who_writes_and_who_reads(company, tmp_path, damage):
    write(company, tmp_path)
    there = tmp_path / "company=A" / MANIFEST
    text = damage if isinstance(damage, str) else json.dumps(json.loads(there.read_text("utf-8")) | damage)
    there.write_text(text, "utf-8")
    for use in (lambda: write(company, tmp_path), lambda: read_dataset(tmp_path, "bill")):
        with pytest.raises(DatasetError, match="move the folder of this company away, and the next run makes it anew"):
            use()
    assert there.read_text("utf-8") == text


@pytest.mark.parametrize("length", [0, 100])
def test_a_damaged_part_is_one_error_for_who_writes_and_who_reads(company, tmp_path, length):
    write(company, tmp_path)
    part = next(tmp_path.glob("company=A/table=bill/*"))
    part.write_bytes(part.read_bytes()[:length])
    for use in (lambda: write(company, tmp_path), lambda: read_dataset(tmp_path, "bill")):
        with pytest.raises(DatasetError, match="counts, and cannot be read"):
            use()


def test_a_company_whose_name_no_folder_can_have_is_told(company, tmp_path):
    with pytest.raises(DatasetError, match="cannot be read or written"):
        write_dataset(Memory(company.process), tmp_path, company="x" * 300, tables=TABLES)


def test_a_disk_that_is_full_is_told_and_what_counted_counts_on(company, tmp_path, monkeypatch):
    write(company, tmp_path)
    company.as_user().rename(next(iter(company.records("Vendor"))), "Alder Creek")

    def full(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(layout, "sync", full)
        with pytest.raises(DatasetError, match=r"No space left on device; what its manifest names is as it was"):
            write(company, tmp_path)
    write(company, tmp_path)
    assert differences(company, tmp_path) == []


def test_one_name_where_several_are_wanted_is_told(company, tmp_path):
    with pytest.raises(TypeError, match=r"tables: expected names in a row, such as \('bill',\), got the text 'bill'"):
        write_dataset(Memory(company.process), tmp_path, company="A", tables="bill")
    with pytest.raises(TypeError, match="custom_fields: expected names in a row"):
        frame(company.records("Bill"), Bill, custom_fields="Job No")


def test_a_folder_that_is_no_data_set_is_left_alone(company, tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(DatasetError, match="is no data set of procore_qbd, and not empty; name another folder"):
        write(company, tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(DatasetError, match="has no data set"):
        read_dataset(tmp_path, "bill")


def test_another_company_and_a_newer_layout_are_refused(company, tmp_path):
    write(company, tmp_path, tables=("vendor",))
    before = state(tmp_path)
    said = "of 'Simulated Company', and QuickBooks has 'Other & Sons' open"
    with CompanyFile.create(name="Other & Sons") as other, pytest.raises(DatasetError, match=said):
        write(other, tmp_path, tables=("vendor",))
    assert state(tmp_path) == before
    manifest = tmp_path / "company=A" / MANIFEST
    facts = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps(facts | {"layout": 2}), encoding="utf-8")
    for call in (lambda: write(company, tmp_path), lambda: read_dataset(tmp_path, "vendor")):
        with pytest.raises(DatasetError, match="is of layout 2, and this procore_qbd knows 1: upgrade it"):
            call()
    manifest.write_text("{", encoding="utf-8")
    with pytest.raises(DatasetError, match="is damaged, or no manifest of a data set"):
        write(company, tmp_path)


def test_a_second_process_waits_its_turn(company, tmp_path):
    with layout.Partition(tmp_path, "A"), pytest.raises(DatasetError, match="another process writes to it"):
        write(company, tmp_path)


def test_a_table_that_there_is_not_is_one_error_before_anything_is_made(company, tmp_path):
    with pytest.raises(
        FrameError, match="table 'bills': there is none; there are account, ar_refund_credit_card, bill"
    ):
        write(company, tmp_path / "out", tables=("bills",))
    assert not os.path.exists(tmp_path / "out")  # noqa: PTH110
    write(company, tmp_path / "out", tables=("vendor",))
    with pytest.raises(DatasetError, match="has no rows of 'bill'; there are names, vendor"):
        read_dataset(tmp_path / "out", "bill")


def test_names_of_companies_may_hold_what_folders_may_not(company, tmp_path):
    for name in ("a/b", "..", "Ünal & Söhne: 50 %"):
        write_dataset(lambda: Memory(company.process), tmp_path, company=name, tables=("vendor",))
        found = read_dataset(tmp_path, "vendor", name).to_table()
        assert set(found["company"].to_pylist()) == {name}
    assert len(list(tmp_path.iterdir())) == 3
    assert read_dataset(tmp_path, "vendor").count_rows() == 3 * found.num_rows
