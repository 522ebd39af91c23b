"""Whatever a person does while a document is under way: nothing is made twice, and there is a way to the end."""

import pytest

from procore_qbd import EngineError, ItemKind, Memory, Request
from procore_qbd.errors import ProcoreQbdError
from procore_qbd.qbxml.entities.other_names import OtherName
from procore_qbd.simulator.faults import FaultRule, Refused
from procore_qbd.worker import WorkerSettings, leave, thaw
from support.hall import Hall

ORDER = b"PurchaseOrderAddRq"


def way(hall):
    return {"journal": hall.journal, "transport": Memory(hall.file.process), "by": "Ann"}


def delete_our_record(hall):
    (fence,) = hall.all("OtherName")
    hall.user.delete(fence)


def rename_our_record(hall):
    (fence,) = hall.all("OtherName")
    hall.user.rename(fence, "keep")


def merge_our_record(hall):
    hall.ask(Request.add(OtherName(name="other")))
    fence, other = sorted(hall.all("OtherName"), key=lambda one: one.name == "other")
    hall.user.merge(fence, other)


def copy_the_order(hall):
    for order in hall.all("PurchaseOrder"):
        hall.user.create_copy(order)


ACTS = {
    "thaw": lambda hall: thaw("books", **way(hall)),
    "leave": lambda hall: leave("books", **way(hall)),
    "unlink": lambda hall: hall.journal.unlink("books", ItemKind.WORK_ORDER_CONTRACT, 41),
    "delete our record": delete_our_record,
    "rename our record": rename_our_record,
    "merge our record": merge_our_record,
    "copy the order": copy_the_order,
}


def come_to_an_end(hall):
    """Drain, let go on what is frozen and answer what is asked, as a person would; three times must do."""
    for _ in range(3):
        if hall.drain().frozen:
            thaw("books", record_deleted=True, **way(hall))
        for question in hall.journal.questions("books"):
            hall.journal.answer("books", question.token, next(iter(question.choices)), "Ann")
    ended = hall.drain()
    assert (ended.frozen, ended.stopped, ended.waiting, ended.asked) == (None, None, 0, 0)


@pytest.mark.parametrize("recovered", [pytest.param(True, marks=pytest.mark.slow), False])
@pytest.mark.parametrize("lost", [True, False])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("act", ACTS)
def test_who_acts_while_a_document_is_under_way_makes_nothing_twice(act, when, lost, recovered):
    with Hall() as hall:
        hall.file.message_sets = "all" if recovered else "none"
        hall.drain(hall.vendor_request(48, "Birch"))
        left = [ORDER]

        def do():
            try:
                ACTS[act](hall)
            except ProcoreQbdError as error:
                assert "not known yet" in str(error) or "a worker exports" in str(error)  # noqa: PT017

        def line(document):
            if not (left and left[0] in document):
                return hall.file.process(document)
            left.clear()
            if when == "before":
                do()
            reply = hall.file.process(document)
            if when == "after":
                do()
            if lost:
                raise EngineError(0x80040402)
            return reply

        hall.drain(hall.commitment(hall.line(1, "1000.00")), line=line)
        come_to_an_end(hall)
        copies = 2 if act == "copy the order" and when == "after" else 1
        assert len(hall.all("PurchaseOrder")) == copies
        assert hall.journal.links("books").find(ItemKind.WORK_ORDER_CONTRACT, 41) is not None


def test_a_fence_that_could_not_be_changed_for_a_while_is_no_reason_to_freeze_for_ever():
    """QuickBooks keeps its refusal, and would say it again when it is asked for the reply after the thaw."""
    with Hall() as hall:
        hall.drain(hall.vendor_request(48, "Birch"))
        hall.file.faults.order(FaultRule(Refused(3250), requests=("OtherNameMod",)))
        ended = hall.drain(hall.commitment(hall.line(1, "1000.00")))
        assert "refused to change the record" in ended.frozen
        come_to_an_end(hall)
        assert len(hall.all("PurchaseOrder")) == 1


def test_where_two_records_carry_our_guid_nobody_has_a_third_written():
    with Hall() as hall:
        hall.file.message_sets = "none"
        line = hall.losing("PurchaseOrderAdd", act=lambda: copy_the_order(hall))
        assert hall.drain(hall.commitment(hall.line(1, "1000.00")), line=line).asked == 1
        (question,) = hall.journal.questions("books")
        assert [choice.partition(" ")[0] for choice in question.choices] == ["adopt", "adopt", "adopt", "abandon"]
        with pytest.raises(ProcoreQbdError, match="expected one of"):
            hall.journal.answer("books", question.token, "different", "Ann")


def test_a_copy_that_somebody_makes_while_another_thinks_is_asked_about_again():
    with Hall() as hall:
        hall.file.message_sets = "none"
        settings = WorkerSettings(timeout=30, lease=60, fence=False, recovery=False)
        held = []

        def line(document):
            if ORDER in document:
                held.append(document)
                raise EngineError(0x80040402)
            return hall.file.process(document)

        assert hall.drain(hall.commitment(hall.line(1, "1000.00")), line=line, settings=settings).asked == 1
        (question,) = hall.journal.questions("books")
        hall.journal.answer("books", question.token, "different", "Ann")
        hall.file.process(held[0])
        copy_the_order(hall)
        assert hall.drain(settings=settings).asked == 1
        assert "2 records carry our GUID" in hall.journal.questions("books")[0].words
        assert len(hall.all("PurchaseOrder")) == 2
