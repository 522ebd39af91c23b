"""What `probe` does on a line that fails; what it finds is tried in tests/simulator/test_experiments.py."""

from decimal import Decimal

from procore_qbd import Ref
from procore_qbd.errors import ReplyLostError
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.knowledge.scene import SCENE
from procore_qbd.simulator.rules import REASONS
from procore_qbd.testing.probe import Agreement, probe
from procore_qbd.transports import Memory

SOME = {name: REASONS[name] for name in ("APPLIED_TO", "NAME_IN_USE", "TOO_LONG")}


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
    assert len(report.left) == len(SCENE)
    assert all("the line is dead" in one for one in report.left)


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
