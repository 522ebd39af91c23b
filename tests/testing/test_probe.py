"""What `probe` does on a line that fails; what it finds is tried in tests/simulator/test_experiments.py."""

from decimal import Decimal

import pytest

from procore_qbd import Ref
from procore_qbd.errors import EngineError, ReplyLostError
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.knowledge.scene import SCENE
from procore_qbd.simulator.rules import REASONS
from procore_qbd.testing.probe import Agreement, probe, refuse_books
from procore_qbd.transports import Memory

SOME = {name: REASONS[name] for name in ("DELETED_WHILE_APPLIED", "NAME_IN_USE", "TOO_LONG")}


def losing(process, *numbers):
    """A line on which some of the replies are lost, counted from the first one behind the scene."""
    count = iter(range(-len(SCENE), 1000))

    def answer(document):
        reply = process(document)
        if next(count) in numbers:
            raise ReplyLostError("the line is dead")
        return reply

    return Memory(answer)


def test_an_experiment_whose_answer_is_lost_is_not_tried_and_the_others_are():
    with CompanyFile.create() as company:
        report = probe(losing(company.process, 0), rules=SOME)
    first, *others = report.probed
    assert first.agreement is Agreement.NOT_TRIED
    assert "the line is dead" in first.why
    assert {one.agreement for one in others} == {Agreement.AGREES}


def test_what_may_be_left_is_told():
    with CompanyFile.create() as company:
        report = probe(losing(company.process, *range(1000)), rules={"TOO_LONG": SOME["TOO_LONG"]})
    *records, perhaps = report.left
    assert len(records) == len(SCENE)
    assert all("the line is dead" in one for one in records)
    assert perhaps.startswith("perhaps what was asked for")


def test_what_cannot_be_deleted_is_told():
    """Somebody enters a bill of a vendor of the scene meanwhile."""
    with CompanyFile.create() as company:

        def answer(document):
            if b"Name>q-mmm" in document:
                costs = BillExpenseLine(account_ref=Ref(full_name="q-Job Costs"), amount=Decimal(1))
                company.as_user().add(Bill(vendor_ref=Ref(full_name="q-Fir"), expense_lines=(costs,)))
            return company.process(document)

        report = probe(Memory(answer), rules={"TOO_LONG": SOME["TOO_LONG"]}, prefix="q-")
        assert {one.split()[0] for one in report.left} == {"Account", "Vendor"}
        assert all("Cannot delete the object" in one for one in report.left)
        assert [record.name for record in company.records("Vendor")] == ["q-Fir"]


def test_what_is_kept_from_deletion_for_a_while_is_deleted_at_the_end():
    with CompanyFile.create() as company:
        count = iter(range(-len(SCENE), 1000))

        def answer(document):  # of DELETED_WHILE_APPLIED: five documents, then its deletions
            number = next(count)
            if b"DelRq" in document and number < 12:
                raise ReplyLostError("the line is dead")
            return company.process(document)

        report = probe(Memory(answer), rules=SOME)
        assert not [one for one in report.left if not one.startswith("perhaps")]
        assert not list(company.records("Vendor"))


def test_a_probe_that_is_interrupted_takes_away_what_it_made():
    with CompanyFile.create() as company:

        def interrupt(_):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt) as caught:
            probe(Memory(company.process), rules=SOME, each=interrupt)
        assert not hasattr(caught.value, "__notes__")
        assert not any(list(company.records(kind)) for kind in ("Vendor", "Account", "Bill"))


def test_a_line_that_dies_in_the_scene_names_what_is_left():
    with CompanyFile.create() as company:
        count = iter(range(1000))

        def answer(document):
            if next(count) >= 3:
                raise ReplyLostError("the line is dead")
            return company.process(document)

        with pytest.raises(ReplyLostError) as caught:
            probe(Memory(answer), rules=SOME, prefix="q-")
    notes = caught.value.__notes__
    assert len(notes) == 4
    assert all(note.startswith("could not be deleted: ") for note in notes)
    assert "named q-…" in notes[-1]


@pytest.mark.parametrize("hresult", [0x80040408, 0x80040414, 0x800706BA])
def test_a_quickbooks_that_does_not_look_at_a_document_does_not_differ(hresult):
    with CompanyFile.create() as company:
        count = iter(range(-len(SCENE), 1000))

        def answer(document):
            if next(count) < 0:
                return company.process(document)
            raise EngineError(hresult)

        report = probe(Memory(answer), rules=SOME)
    assert {one.agreement for one in report.probed} == {Agreement.NOT_TRIED}


def test_a_document_that_is_not_taken_is_an_answer():
    rule = REASONS["WRONG_STRUCTURE"]
    with CompanyFile.create() as company:

        def answer(document):
            if b"<Nom>" in document:
                raise EngineError(0x80040423)
            return company.process(document)

        report = probe(Memory(answer), rules={"WRONG_STRUCTURE": rule})
    assert [one.agreement for one in report.probed] == [Agreement.DIFFERS]


@pytest.mark.parametrize("prefix", ["<", "much-too-long", "a b", "é"])
def test_a_prefix_that_would_spoil_documents_is_refused(prefix):
    with CompanyFile.create() as company, pytest.raises(ValueError, match="at most six"):
        probe(Memory(company.process), prefix=prefix)


def test_books_are_told_in_the_version_that_quickbooks_speaks():
    with CompanyFile.create(version="8.0") as company:
        transport = Memory(company.process)
        refuse_books(transport, dialect=transport.dialect)
