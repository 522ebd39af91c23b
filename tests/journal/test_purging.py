"""What people wrote goes out of the journal when nobody can want it any more, and not before; and never into a bundle."""

import json

import pytest

from procore_qbd import Books, ItemKind, Journal, MemoryTables, User
from procore_qbd.domain import CreateVendor, ItemId, ItemMove, ItemState, VendorCompany
from procore_qbd.erp import Moved, Tool
from procore_qbd.errors import JournalError, ReplyLostError
from procore_qbd.journal.bundle import LEFT_OUT, SKELETONS, TOLD, skeleton
from procore_qbd.journal.sql import SqlTables
from procore_qbd.journal.tables import TABLES
from procore_qbd.worker import WorkerSettings
from support.hall import Hall

DAY = 24 * 3600.0


@pytest.fixture(params=["memory", "sql"])
def hall(request, tmp_path):
    with Hall(SqlTables(f"sqlite:///{tmp_path / 'journal'}") if request.param == "sql" else None) as made:
        yield made


def rows_of(hall, table):
    with hall.journal._tables.reading() as rows:
        return rows.select(table, {})


def purged(hall, *names):
    """Each is exported; an hour later one drain more clears and one more vendor is written."""
    numbers = []
    for at, name in enumerate(names):
        request = hall.vendor_request(60 + at, name)
        numbers.append(hall.journal.submit("books", request, key=f"key {at}"))
        assert hall.drain().done == 1
    hall.time += 3600
    assert hall.drain(hall.vendor_request(99, "The last")).done == 1
    hall.time += 100 * DAY
    assert hall.drain().told == 0
    return numbers


def test_what_ended_long_ago_is_taken_out_and_what_it_became_stays(hall):
    (number,) = purged(hall, "Birch & Söhne")
    assert hall.journal.purge("books", 101 * DAY) == 0
    assert hall.journal.purge("books", 90 * DAY) == 1
    assert hall.journal.purge("books", 90 * DAY) == 0
    everything = str({name: rows_of(hall, name) for name in TABLES if name != "link"})
    assert "Birch" not in everything
    assert hall.journal.count("books") == {"ended": 1, "purged": 1}
    assert hall.journal.links("books").find(ItemKind.VENDOR, 60).name == "Birch & Söhne"
    assert [what.split(" {")[0] for what, _, _ in hall.journal.made("books")] == ["vendor 60", "vendor 99"]
    assert hall.journal.close_out("books", number) is None
    with pytest.raises(JournalError, match=f"request {number} ended, and what it held was purged"):
        hall.journal.entry("books", number)
    assert [entry.key for entry in hall.journal.requests("books")] != ["key 0"]


def test_the_same_request_is_known_again_and_another_under_its_key_is_refused(hall):
    (number,) = purged(hall, "Birch")
    hall.journal.purge("books", 90 * DAY)
    assert hall.journal.submit("books", hall.vendor_request(60, "Birch"), key="key 0") == number
    with pytest.raises(JournalError, match="asked for something else"):
        hall.journal.submit("books", hall.vendor_request(60, "Elm"), key="key 0")
    assert hall.drain().done == 0


def test_nothing_goes_that_procore_does_not_know_yet(hall):
    hall.drain(hall.vendor_request(60, "Birch"), tell=lambda _: False)
    hall.time += 3600
    hall.drain(hall.vendor_request(99, "The last"), tell=lambda _: False)
    hall.time += 100 * DAY
    hall.drain(tell=lambda _: False)
    assert hall.journal.purge("books", DAY) == 0
    hall.drain()
    assert hall.journal.purge("books", DAY) == 1


def test_nothing_goes_before_quickbooks_was_told_to_forget_the_reply(hall):
    hall.drain(hall.vendor_request(60, "Birch"))
    hall.drain(hall.vendor_request(99, "The last"))
    hall.time += 100 * DAY
    assert hall.journal.purge("books", DAY) == 0


def test_without_message_set_recovery_there_is_nothing_to_forget(hall):
    how = WorkerSettings(timeout=30, lease=60, recovery=False)
    hall.drain(hall.vendor_request(60, "Birch"), settings=how)
    hall.drain(hall.vendor_request(99, "The last"), settings=how)
    hall.time += 100 * DAY
    before = len(hall.documents)
    hall.drain(settings=how)
    assert hall.journal.purge("books", DAY) == 1
    assert [document for document in hall.documents[before:] if b"MessageSetID" in document] == []


def test_a_document_whose_copy_may_come_late_goes_when_it_is_known_what_was_sent_in_its_place(hall):
    held = []

    def line(document):
        if b"<VendorAddRq" in document and not held:
            held.append(document)
            raise ReplyLostError("nothing came back")
        return hall.file.process(document)

    hall.drain(hall.vendor_request(60, "Birch"), line=line)
    assert len(held) == 1
    hall.time += 3600
    hall.drain(hall.vendor_request(99, "The last"))
    hall.time += 100 * DAY
    hall.drain()
    assert {row["state"] for row in rows_of(hall, "effect")} == {"done", "not done"}
    (second,) = [
        row for row in rows_of(hall, "effect") if row["state"] == "done" and row["what"].startswith("vendor 60 ")
    ]
    with hall.journal._tables.transaction() as rows:  # as if nothing had been sent in its place
        rows.update("effect", {"company": "books", "id": second["id"]}, {"what": "vendor 61"})
    assert hall.journal.purge("books", DAY) == 0
    with hall.journal._tables.transaction() as rows:
        rows.update("effect", {"company": "books", "id": second["id"]}, {"what": second["what"]})
    assert hall.journal.purge("books", DAY) == 1
    hall.file.process(held[0])
    hall.drain()
    assert [one.name for one in hall.all("Vendor")].count("Birch") == 1


def test_a_copy_of_what_was_purged_changes_nothing(hall):
    purged(hall, "Birch")
    copies = [document for document in hall.documents if b"<VendorAddRq" in document]
    hall.journal.purge("books", DAY)
    hall.file.process(copies[0])
    assert hall.drain(hall.vendor_request(100, "Elm")).done == 1
    assert [one.name for one in hall.all("Vendor")].count("Birch") == 1


def test_more_than_one_look_are_purged_and_what_stays_is_in_nobodys_way(hall, monkeypatch):
    monkeypatch.setattr("procore_qbd.journal.store._SOME", 2)
    hall.drain(hall.vendor_request(50, "Stays"), tell=lambda _: False)
    purged(hall, *(f"Vendor {number}" for number in range(7)))
    with hall.journal._tables.transaction() as rows:
        rows.update("closing", {"company": "books", "id": rows_of_first(rows)}, {"state": "to tell"})
    assert hall.journal.purge("books", DAY) == 7


def rows_of_first(rows):
    return rows.select("closing", {"company": "books"}, order=("id",))[0]["id"]


def test_nothing_of_it_is_left_in_the_files(tmp_path):
    with Hall(SqlTables(f"sqlite:///{tmp_path / 'journal'}")) as hall:
        purged(hall, *(f"Birkenhain {number}" for number in range(5)))
        hall.journal.unlink("books", ItemKind.VENDOR, 60)
        with hall.journal._tables.transaction() as rows:
            rows.delete("link", {"company": "books"})
        assert b"Birkenhain" in b"".join(path.read_bytes() for path in tmp_path.iterdir())
        hall.journal.purge("books", DAY)
        assert b"Birkenhain" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


# --- the bundle ------------------------------------------------------------------------------------------------------


def test_every_column_is_told_or_left_out_on_purpose():
    for name, table in TABLES.items():
        assert sorted([*TOLD[name], *LEFT_OUT[name], *SKELETONS.get(name, ())]) == sorted(table.columns)


def test_a_bundle_has_states_and_codes_and_nothing_that_people_wrote(hall):
    hall.drain(hall.vendor_request(60, "Birkenhain & Söhne"), hall.commitment(hall.line(1, "8123.45")))
    hall.drain(hall.vendor_request(61, "x" * 300), line=hall.losing("VendorAdd"))
    text = json.dumps(hall.journal.support_bundle("books"))
    for secret in ("Birkenhain", "8123", "xxx", "Concrete", "SC-001"):
        assert secret not in text
    assert "<VendorAddRq" in text
    assert 'statusCode=\\"0\\"' in text
    told = json.loads(text)["tables"]
    assert {row["state"] for row in told["exchange"]} == {"settled"}
    assert len(told["link"]) == len(list(hall.journal.all_links("books")))


def test_of_a_document_there_are_elements_and_codes():
    document = b"<?xml version='1.0'?><?qbxml version='13.0'?><QBXML><!-- Ann --><A statusCode='0' name='Ann'>Ann<B>5.00</B>Ann</A></QBXML>"
    assert skeleton(document) == '<QBXML><A statusCode="0"><B></B></A></QBXML>'
    assert skeleton(b"<A>cut") == "<A> ... 6 bytes that are no XML"
    assert skeleton(b"") == " ... 0 bytes that are no XML"
    entity = b"<!DOCTYPE A [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><A>&e;</A>"
    assert skeleton(entity) == "<A></A>"


def test_what_was_sent_of_items_goes_when_nobody_works_on_them_and_what_was_done_stays():
    now = [1_800_000_000.0]
    journal = Journal(MemoryTables(), clock=lambda: now[0])
    journal.register("books")
    tool = Tool(journal, "books", Books())
    ana = User(name="Ana", company_levels={"Directory": "Admin"}, privileges=["Can Push to Accounting"])
    for number, name in ((1, "Birch"), (2, "Elm")):
        tool.send(ana, CreateVendor(vendor=VendorCompany(id=number, name=name)))
    tool.reject(ana, ItemId("vendor", 1), "the tax id is 12-3456789")
    now[0] += 400 * 24 * 3600
    journal.purge("books", 365 * 24 * 3600)
    rejected, waits = tool.find(ItemId("vendor", 1)), tool.find(ItemId("vendor", 2))
    assert (rejected.content, rejected.state) == (None, ItemState.REJECTED)
    assert waits.content is not None
    events = tool.history(ItemId("vendor", 1))
    assert [(one.move, one.user, one.comment, one.why) for one in events] == [
        ("send", None, "", {}), ("reject", None, "", {}),
    ]  # fmt: skip
    error = tool.why_not(ana, ItemMove.RESEND, ItemId("vendor", 1))
    assert "what was sent of it is not kept any more: send it with its request" in str(error)
    assert isinstance(tool.send(ana, CreateVendor(vendor=VendorCompany(id=1, name="Birch")))[0], Moved)
