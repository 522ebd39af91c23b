"""What `leave` promises: of ours nothing is left but the GUIDs, of others' nothing is changed, wherever it breaks off."""

import attrs
import pytest

from procore_qbd import NotSentError
from procore_qbd.errors import JournalError
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.faults import FaultRule, Refused
from procore_qbd.worker import WorkerSettings, leave, thaw
from support.hall import Hall
from support.office import FIRST, budget

ONE_AT_A_TIME = WorkerSettings(batch=1, lease=0)
KINDS = ("PurchaseOrder", "Estimate", "Vendor", "Customer", "ItemService")


class DiedError(BaseException):
    pass


def at_work():
    """Two purchase orders, one with a change order and a line that a person typed, and an estimate."""
    hall = Hall()
    hall.drain(hall.commitment(hall.line(1, "1000.00"), hall.line(2, "500.00", 1)))
    hall.drain(hall.commitment(hall.line(3, "70.00"), commitment_id=42, number="SC-002"), budget(hall, *FIRST))
    hall.drain(hall.change_order(hall.line(11, "100.00")))
    there = hall.all("PurchaseOrder")[0]
    typed = attrs.evolve(there.lines[0], txn_line_id="-1", other2="mine", desc="typed")
    hall.user.edit(attrs.evolve(there, lines=(*there.lines, typed)))
    hall.documents.clear()
    return hall


@pytest.fixture
def hall():
    with at_work() as hall:
        yield hall


def left(hall, line=None, **how):
    how = {"settings": ONE_AT_A_TIME} | how
    return leave("books", journal=hall.journal, transport=hall.transport(line), by="Ann", **how)


def all_of(hall, *, marks=True):
    """All that is in the file; without marks, as it shall be when they are gone."""

    def bare(line):
        ours = not marks and (line.other2 or "").startswith("Procore")
        return attrs.evolve(line, other2=None) if ours else line

    found = []
    for record in (one for kind in KINDS for one in hall.all(kind)):
        lines = {"lines": tuple(map(bare, record.lines))} if hasattr(record, "lines") else {}
        found.append(attrs.evolve(record, edit_sequence=None, time_modified=None, **lines))
    return found


def test_all_that_is_ours_is_gone_but_the_guids_and_nothing_else_is_changed(hall):
    expected, before = all_of(hall, marks=False), all_of(hall)
    shown = left(hall, dry_run=True)
    assert (len(shown.changed), shown.done, hall.writes(), all_of(hall)) == (3, False, [], before)
    assert hall.journal.company("books").frozen is None
    ended = left(hall)
    assert (ended.changed, ended.refused, ended.done) == (shown.changed, (), True)
    assert hall.all("OtherName") == []
    assert all_of(hall) == expected
    assert [one.external_guid is not None for one in hall.all("PurchaseOrder")] == [True, True]
    hall.documents.clear()
    assert left(hall).done, "it is left already"
    assert hall.documents == []


def test_an_export_afterwards_is_refused_in_words_until_somebody_comes_back(hall):
    left(hall)
    hall.documents.clear()
    order = hall.commitment(hall.line(1, "1000.00"), hall.line(2, "500.00", 1))
    frozen = hall.drain(order, hall.change_order(hall.line(11, "100.00"))).frozen
    assert frozen.startswith("this company file was left")
    assert hall.documents == []
    thaw("books", journal=hall.journal, transport=hall.transport(), by="Ann")
    hall.documents.clear()
    assert hall.drain().done == 2
    assert hall.writes() == [], "the journal's links know the lines without their marks"


@pytest.mark.parametrize(
    "after", [pytest.param(False, id="before", marks=pytest.mark.slow), pytest.param(True, id="after")]
)
def test_wherever_it_dies_it_is_ended_by_calling_it_again(after):
    number, ended = 0, False
    while not ended:
        with at_work() as hall:
            expected, sent = all_of(hall, marks=False), [number]
            release = hall.journal.release

            def line(document, hall=hall, sent=sent):
                sent[0] -= 1
                if sent[0] < 0:
                    hall.journal.release = lambda _: None  # who is dead releases nothing
                    if after:
                        hall.file.process(document)
                    raise DiedError
                return hall.file.process(document)

            try:
                ended = left(hall, line).done
            except DiedError:
                hall.journal.release = release
                assert left(hall).done
            assert hall.all("OtherName") == []
            assert all_of(hall) == expected
            assert hall.journal.company("books").frozen.startswith("this company file was left")
        number += 1
    assert number > 10


def test_who_broke_off_exports_nothing_and_may_stay(hall):
    def line(document):
        if b"PurchaseOrderModRq" in document:
            raise NotSentError("the line is down")
        return hall.file.process(document)

    with pytest.raises(NotSentError):
        left(hall, line)
    assert "is being left, and that broke off" in hall.drain(hall.vendor_request(48, "Birch")).frozen
    with pytest.raises(JournalError, match=r"cannot be left before .*: request \d+ \(create_vendor\) is waiting"):
        left(hall)
    thaw("books", journal=hall.journal, transport=hall.transport(), by="Ann")
    assert hall.drain().done == 1


def test_what_quickbooks_refuses_is_told_and_the_rest_goes_on(hall):
    first, second = hall.all("PurchaseOrder")
    hall.file.faults.order(FaultRule(Refused(3171), requests=("PurchaseOrderMod",)))
    ended = left(hall)
    assert (len(ended.changed), len(ended.refused), ended.done) == (2, 1, True)
    assert "purchase order 'SC-001'" in ended.refused[0]
    assert "3171" in ended.refused[0]
    assert [one.other2 for one in hall.all("PurchaseOrder")[0].lines] == [one.other2 for one in first.lines]
    assert [one.other2 for one in hall.all("PurchaseOrder")[1].lines] == [None for _ in second.lines]
    assert hall.all("OtherName") == []


def test_while_somebody_has_a_transaction_open_the_fence_stays_and_it_is_done_again(hall):
    hall.file.faults.order(FaultRule(Refused(3176), requests=("PurchaseOrderMod",)))
    ended = left(hall)
    assert (len(ended.refused), ended.done, len(hall.all("OtherName"))) == (1, False, 1)
    ended = left(hall)
    assert (len(ended.changed), ended.refused, ended.done) == (1, (), True)


def test_while_anything_is_open_it_is_refused_and_listed(hall):
    hall.journal.submit("books", hall.vendor_request(48, "Birch"))
    for dry_run in (False, True):
        with pytest.raises(JournalError, match=r"cannot be left before all has come to its end: request .* is waiting"):
            left(hall, dry_run=dry_run)

    def delete():
        hall.user.delete(next(one for one in hall.all("Vendor") if one.name == "Birch"))

    how = WorkerSettings(timeout=30, lease=60, recovery=False)
    hall.drain(settings=how, line=hall.losing("VendorAdd", act=delete))
    with pytest.raises(JournalError, match=r"request \d+ \(create_vendor\) is asked; vendor 48 .* is asked"):
        left(hall)
    (question,) = hall.journal.questions("books")
    hall.journal.answer("books", question.token, "abandon", "Ann")
    hall.drain(settings=how, tell=lambda _: False)
    with pytest.raises(JournalError, match=r": Procore is not told yet how request \d+ ended"):
        left(hall)
    hall.drain()
    assert left(hall).done


def test_another_file_another_worker_and_another_state_are_refused(hall):
    with CompanyFile.create() as other, pytest.raises(JournalError, match="is not the one that the journal knows"):
        left(hall, other.process)
    claim = hall.journal.claim("books", "somebody", 60)
    with pytest.raises(JournalError, match="a worker exports to this company file just now"):
        left(hall)
    hall.journal.release(claim)
    second = Journal(MemoryTables(), clock=lambda: hall.time)
    second.register("books")
    with pytest.raises(JournalError, match="is not the one that the journal knows"):
        leave("books", journal=second, transport=hall.transport(), by="Ann")
    mine = hall.journal
    thaw("books", journal=second, transport=hall.transport(), by="Bob")
    hall.journal = mine
    with pytest.raises(JournalError, match=r"of epoch 2, and the journal knows of \d of epoch 1: nothing was changed"):
        left(hall)
    assert hall.drain().frozen
    with pytest.raises(JournalError, match="is frozen, so it cannot be left: the company file is of epoch 2"):
        left(hall)
    assert hall.all("OtherName") != []


def test_a_file_that_was_never_exported_to_is_left_at_once():
    with Hall() as hall:
        assert left(hall).done
        assert hall.writes() == []
        assert hall.drain(hall.vendor_request(48, "Birch")).frozen
