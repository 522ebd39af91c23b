"""What `leave` promises: nothing of ours is left but the GUIDs, nothing of anybody's is changed, wherever it breaks off."""

import attrs
import pytest

from procore_qbd import ItemKind
from procore_qbd.errors import JournalError
from procore_qbd.qbxml import read_requests
from procore_qbd.simulator.faults import Faults, FaultRule, Refused
from procore_qbd.worker import WorkerSettings, leave, thaw
from support.hall import Hall
from support.office import FIRST, budget

ONE_AT_A_TIME = WorkerSettings(batch=1, lease=0)


class Died(BaseException):
    pass


def at_work():
    """Two purchase orders, one with a change order and a line of a person's, and an estimate."""
    hall = Hall()
    hall.drain(hall.commitment(hall.line(1, "1000.00"), hall.line(2, "500.00", 1)))
    hall.drain(hall.commitment(hall.line(3, "70.00"), commitment_id=42, number="SC-002"), budget(hall, *FIRST))
    hall.drain(hall.change_order(hall.line(11, "100.00")))
    there = hall.all("PurchaseOrder")[0]
    mine = attrs.evolve(there.lines[0], txn_line_id="-1", other2="mine", desc="typed")
    hall.user.edit(attrs.evolve(there, lines=(*there.lines, mine)))
    hall.documents.clear()
    return hall


@pytest.fixture
def hall():
    with at_work() as hall:
        yield hall


def left(hall, line=None, **how):
    how = {"settings": ONE_AT_A_TIME} | how
    return leave("books", journal=hall.journal, transport=hall.transport(line), by="Ann", **how)


def without_marks(hall):
    """All transactions as they should be afterwards."""
    found = []
    for kind in ("PurchaseOrder", "Estimate", "Vendor", "Customer", "ItemService"):
        for record in hall.all(kind):
            bare = attrs.evolve(record, edit_sequence=None, time_modified=None)
            if hasattr(record, "lines"):
                lines = tuple(
                    attrs.evolve(line, other2=None if (line.other2 or "").startswith("Procore") else line.other2)
                    for line in record.lines
                )
                bare = attrs.evolve(bare, lines=lines)
            found.append(bare)
    return found


def marks(hall):
    return [line.other2 for kind in ("PurchaseOrder", "Estimate") for one in hall.all(kind) for line in one.lines]


def test_all_that_is_ours_is_gone_but_the_guids_and_nothing_else_is_changed(hall):
    before = without_marks(hall)
    ended = left(hall, dry_run=True)
    assert (len(ended.changed), ended.done, hall.writes()) == (3, False, [])
    assert left(hall).changed == ended.changed
    assert hall.all("OtherName") == []
    assert {mark for mark in marks(hall) if mark} == {"mine"}
    assert [attrs.evolve(one, edit_sequence=None, time_modified=None) for kind in ("PurchaseOrder", "Estimate", "Vendor", "Customer", "ItemService") for one in hall.all(kind)] == before
    assert hall.order_guids() if hasattr(hall, "order_guids") else True
    assert left(hall).done, "it is left already"


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


def test_wherever_it_dies_it_is_ended_by_calling_it_again(hall):
    whole = Hall
    deaths = 0
    with at_work() as other:
        left(other)
        documents = len(other.documents)
        expected = without_marks(other), marks(other)
    for number in range(documents):
        for after in (False, True):
            with at_work() as hall:
                left_to_go = [number]

                def line(document):
                    if left_to_go[0] == 0:
                        left_to_go[0] -= 1
                        if after:
                            hall.file.process(document)
                        raise Died
                    left_to_go[0] -= 1
                    return hall.file.process(document)

                with pytest.raises(Died):
                    left(hall, line)
                deaths += 1
                assert left(hall).done
                assert hall.all("OtherName") == []
                assert marks(hall) == expected[1]
                assert hall.journal.company("books").frozen.startswith("this company file was left")
    assert deaths == 2 * documents
