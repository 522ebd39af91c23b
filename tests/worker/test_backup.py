"""Backups: which of the two may be older, what is noticed, and how it goes on; nothing is made twice on the way."""

import datetime as dt

import pytest

from procore_qbd import CompanyFile, ItemKind
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.journal.sql import SqlTables
from procore_qbd.qbxml.entities.company import CompanyActivityQuery
from procore_qbd.simulator.faults import FaultRule, Refused
from procore_qbd.worker import WorkerSettings, rebuild, thaw
from support.hall import Hall


class Safe(Hall):
    """The office with its journal on disk, and a place for backups."""

    def __init__(self, folder):
        self.folder = folder
        super().__init__(self.on_disk())

    def on_disk(self):
        return SqlTables(f"sqlite:///{self.folder / 'books.journal'}")

    def back_up_the_journal(self):
        self.journal.close()
        (self.folder / "backup.journal").write_bytes((self.folder / "books.journal").read_bytes())
        self.open_the_journal()

    def restore_the_journal(self):
        self.journal.close()
        (self.folder / "books.journal").write_bytes((self.folder / "backup.journal").read_bytes())
        self.open_the_journal()

    def open_the_journal(self):
        self.journal = Journal(self.on_disk(), clock=lambda: self.time)

    def back_up_the_file(self):
        (self.folder / "backup.company").unlink(missing_ok=True)
        self.file.copy(self.folder / "backup.company")

    def put_the_file_back(self):
        """As a program for backups does it, which QuickBooks does not know of."""
        self.file.close()
        self.file = CompanyFile.open(self.folder / "backup.company", clock=lambda: int(self.time))

    def thaw(self):
        thaw("books", journal=self.journal, transport=self.transport(), by="Ann")

    def vendors(self):
        return sorted(one.name for one in self.all("Vendor") if one.external_guid)

    def __exit__(self, *exception):
        super().__exit__(*exception)
        self.journal.close()


@pytest.fixture
def safe(tmp_path):
    with Safe(tmp_path) as safe:
        safe.drain(safe.vendor_request(48, "Birch"))
        safe.back_up_the_journal()
        safe.back_up_the_file()
        yield safe


def test_a_journal_that_is_older_than_its_file_freezes_and_is_rebuilt(safe):
    elm, order = safe.vendor_request(49, "Elm"), safe.commitment(safe.line(1, "1000.00"))
    safe.drain(elm, order)
    safe.restore_the_journal()
    assert "the journal was restored from a backup" in safe.drain(elm).frozen
    found = rebuild(
        "books", journal=safe.journal, transport=safe.transport(), by="Ann", requests=[order]
    )  # the inbox has the vendor
    assert {one.link.kind for one in found.found if one.new} == {
        ItemKind.VENDOR,
        ItemKind.WORK_ORDER_CONTRACT,
        ItemKind.LINE_ITEM,
    }
    safe.thaw()
    safe.documents.clear()
    assert safe.drain(order).done == 2
    assert safe.writes() == []
    assert (safe.vendors(), len(safe.all("PurchaseOrder"))) == (["Birch", "Elm"], 1)


@pytest.mark.parametrize("how", ["QuickBooks restores it", "it is put back"])
def test_a_file_that_is_older_than_its_journal_freezes_and_what_it_lacks_is_sent_again(safe, how):
    elm = safe.vendor_request(49, "Elm")
    safe.drain(elm)
    if how == "it is put back":
        safe.put_the_file_back()
    else:
        safe.file.restore(safe.folder / "backup.company")
    frozen = safe.drain(elm).frozen
    assert "the company file was restored: it has 1 documents of this library, and the journal knows of 2" in frozen
    safe.journal.unlink("books", ItemKind.VENDOR, 49)
    safe.thaw()
    assert safe.drain().done == 1
    assert safe.vendors() == ["Birch", "Elm"]


def test_both_put_back_as_they_were_at_one_moment_go_on(safe):
    elm = safe.vendor_request(49, "Elm")
    safe.drain(elm)
    safe.restore_the_journal()
    safe.put_the_file_back()
    ended = safe.drain(elm)
    assert (ended.frozen, ended.done, safe.vendors()) == (None, 1, ["Birch", "Elm"])
    assert safe.writes().count("VendorAddRq") == 3, "twice before, once after"


@pytest.mark.parametrize("journal", ["as it is", "restored too"])
def test_what_quickbooks_restored_is_confirmed_once_though_nothing_is_lost(safe, journal):
    if journal == "restored too":
        safe.drain(safe.vendor_request(49, "Elm"))
        safe.restore_the_journal()
    safe.file.restore(safe.folder / "backup.company")
    frozen = safe.drain(safe.vendor_request(50, "Fir")).frozen
    assert "QuickBooks says that this company file was restored from a backup at 20" in frozen
    assert "all 1 documents that the journal knows of are in it" in frozen
    safe.thaw()
    assert safe.drain().frozen is None
    assert safe.vendors() == ["Birch", "Fir"]


def test_a_copy_that_was_exported_to_meanwhile_is_noticed_at_the_original_and_then_the_copy_is_kept_out(safe):
    original, safe.file = safe.file, CompanyFile.open(safe.folder / "backup.company", clock=lambda: int(safe.time))
    assert safe.drain(safe.vendor_request(49, "Elm")).done == 1, "a copy that QuickBooks does not know of is the same"
    copy, safe.file = safe.file, original
    assert "it has 1 documents of this library, and the journal knows of 2" in safe.drain().frozen
    safe.thaw()
    safe.file = copy
    assert "of epoch 1, the journal of 2" in safe.drain().frozen
    safe.file = original
    copy.close()


def test_a_quickbooks_that_does_not_say_when_it_was_restored_is_gone_on_with(safe):
    safe.file.faults.order(FaultRule(Refused(1030), requests=("CompanyActivityQuery",), times=9))
    known = safe.journal.company("books").last_restored
    assert known is not None
    assert safe.drain(safe.vendor_request(49, "Elm")).done == 1
    assert safe.journal.company("books").last_restored == known


def test_it_is_asked_beside_the_fence_and_costs_no_document(safe):
    safe.documents.clear()
    safe.drain()
    assert [document.count(CompanyActivityQuery().__record__.tag.encode()) > 0 for document in safe.documents] == [True]


class DiedError(BaseException):
    pass


@pytest.mark.parametrize("condensed", [False, True], ids=["as it was", "condensed since"])
def test_what_was_in_doubt_when_the_file_was_condensed_is_asked(condensed):
    """The document was begun, its vendor is not there: it was refused, or was there and went; who knows?"""
    with Hall() as hall:
        hall.drain(hall.vendor_request(48, "Birch"))
        hall.file.faults.order(FaultRule(Refused(3175), requests=("VendorAdd",)))

        def line(document):
            reply = hall.file.process(document)
            if b"VendorAddRq" in document:
                raise DiedError
            return reply

        how = {"settings": WorkerSettings(timeout=30, lease=60, recovery=False)}
        with pytest.raises(DiedError):
            hall.drain(hall.vendor_request(49, "Elm"), line=line, **how)
        hall.time += 61
        if condensed:
            hall.file.condense(dt.date(2020, 1, 1))
        ended = hall.drain(**how)
        assert (ended.asked, ended.done) == ((1, 0) if condensed else (0, 1))
        if condensed:
            (question,) = hall.journal.questions("books")
            assert "none of condensing: nothing found proves nothing" in question.words


def test_a_journal_that_is_lost_with_a_document_in_doubt_finds_what_it_wrote(safe):
    """What nobody knows any more is in the file, or it is not."""

    def line(document):
        reply = safe.file.process(document)
        if b"VendorAddRq" in document:
            raise DiedError
        return reply

    elm = safe.vendor_request(49, "Elm")
    with pytest.raises(DiedError):
        safe.drain(elm, line=line)
    safe.journal.close()
    safe.journal = Journal(MemoryTables(), clock=lambda: safe.time)
    safe.journal.register("books")
    requests = [elm, safe.vendor_request(48, "Birch"), safe.vendor_request(50, "Fir")]
    found = rebuild("books", journal=safe.journal, transport=safe.transport(), by="Ann", requests=requests)
    assert sorted(one.link.name for one in found.found) == ["Birch", "Elm"]
    safe.thaw()
    assert safe.drain(*requests).done == 3
    assert safe.vendors() == ["Birch", "Elm", "Fir"]
