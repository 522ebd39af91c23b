"""Unlinking through the journal: links and generations change with the run's end, in turn."""

import attrs
import pytest

from procore_qbd.domain import (
    DeleteCostCodes,
    ItemKind,
    NotSupported,
    RefusalCode,
    ResetRequisition,
    SyncedItem,
    UnlinkVendor,
)
from procore_qbd.domain.events import EVENTS, OWN_EVENTS
from procore_qbd.procore import calls
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.worker import WorkerSettings, touching
from procore_qbd.worker.touching import Queue, makes
from support.company import put
from support.hall import Hall

SUBCONTRACT = ItemKind.WORK_ORDER_CONTRACT
DOUBTING = WorkerSettings(timeout=30, lease=60, recovery=False)


@pytest.fixture
def hall():
    with Hall() as hall:
        yield hall


def find(hall, kind, number):
    return hall.journal.links("books").find(kind, number)


def order_of(hall, **more):
    return hall.commitment(hall.line(1, "1000.00"), hall.line(2, "500.00", 1), **more)


def ends(hall):
    return [(detail.status.value, [one.code for one in detail.refusals]) for detail in hall.details]


def events(hall, what):
    return [words for _, name, words in hall.journal.events("books") if name == what]


def test_an_unlinking_forgets_links_raises_generations_and_tells_procore(hall):
    hall.drain(order_of(hall))
    order = hall.order()
    assert hall.drain(hall.unlink()).refused == 1
    assert find(hall, SUBCONTRACT, 41) is not None
    hall.user.delete(order)
    hall.documents.clear()
    assert hall.drain(attrs.evolve(hall.unlink(), request_detail_id=10)).done == 1
    assert hall.writes() == []
    assert set(hall.journal.all_links("books")) == set(hall.links)
    generations = hall.journal.all_links("books").generations
    assert generations == {(SUBCONTRACT, 41): 1, (ItemKind.LINE_ITEM, 1): 1, (ItemKind.LINE_ITEM, 2): 1}
    (words,) = events(hall, "unlinked")
    assert f"subcontract 41, which was {order.txn_id}; commitment line 1, which was " in words
    assert calls(hall.told[-1])[-1].body["request_detail"]["messages"] == ["Successfully Unlinked"]
    hall.drain(order_of(hall))
    assert hall.order().external_guid not in {order.external_guid, None}
    assert ends(hall) == [("success", []), ("failed", [RefusalCode.STILL_THERE]), ("success", []), ("success", [])]


def test_an_event_without_a_detail_leaves_what_happened_in_the_journal(hall):
    hall.drain(UnlinkVendor(vendor=SyncedItem(id=47)), ResetRequisition(requisition_id=9))
    assert [calls(one) for one in hall.told] == [(), ()]
    vendor, invoice = events(hall, "nothing to close")
    assert vendor.endswith(f"vendor 47 (Alder); vendor {hall.vendor} stays in QuickBooks")
    assert invoice.endswith("subcontractor invoice 9; it was linked to nothing")
    assert len(events(hall, "unlinked")) == 2


def test_requests_that_follow_each_other_end_as_they_came(hall):
    change = hall.change_order(hall.line(30, "50.00"))
    hall.drain(order_of(hall), hall.unlink(), change, hall.unlink_change_order())
    assert [codes for _, codes in ends(hall)] == [[], [RefusalCode.STILL_THERE], [], [RefusalCode.STILL_THERE]]
    assert len(hall.order().lines) == 3


def in_doubt(hall):
    """The vendor Birch, company 48: the reply is lost and a person deletes what was made, so somebody is asked."""

    def delete():
        hall.user.delete(next(one for one in hall.all("Vendor") if one.name == "Birch"))

    hall.drain(hall.vendor_request(48, "Birch"), line=hall.losing("VendorAdd", act=delete), settings=DOUBTING)
    (question,) = hall.journal.questions("books")
    return question


UNLINK_BIRCH = UnlinkVendor(vendor=SyncedItem(id=48), request_detail_id=6)


@pytest.mark.parametrize("choice", ["adopt", "abandon"])
def test_an_unlinking_waits_while_an_export_of_the_same_item_is_in_doubt(hall, choice):
    question = in_doubt(hall)
    hall.drain(UNLINK_BIRCH, settings=DOUBTING)
    assert hall.journal.count("books")["waiting"] == 1
    if choice == "adopt":
        choice = f"adopt {put(hall.file, Vendor(name='Birch')).list_id}"
    hall.journal.answer("books", question.token, choice, "Ann")
    hall.drain(settings=DOUBTING)
    assert [one.request_name for one in hall.told] == ["create_vendor", "unlink_vendor"]
    assert find(hall, ItemKind.VENDOR, 48) is None
    assert hall.journal.all_links("books").generations == {(ItemKind.VENDOR, 48): 1}


def test_what_is_in_doubt_when_a_run_ends_is_refused_and_nothing_is_forgotten(hall, monkeypatch):
    """The queue keeps that from happening; the journal refuses it all the same."""
    monkeypatch.setattr(Queue, "lets", lambda *_: True)
    in_doubt(hall)
    ended = hall.drain(UNLINK_BIRCH, settings=DOUBTING)
    assert (ended.done, ended.refused) == (0, 1)
    (detail,) = hall.told[-1].details
    assert [one.code for one in detail.refusals] == [RefusalCode.IN_DOUBT]
    assert "vendor 48: it is not known yet whether its export was written" in detail.messages[0]
    assert (hall.told[-1].unlinked, events(hall, "unlinked")) == ((), [])
    assert hall.journal.all_links("books").generations == {}


def test_an_unlinking_is_told_again_after_a_death_and_counts_once(hall):
    hall.drain(order_of(hall))
    hall.user.delete(hall.order())

    def down(_):
        raise ConnectionError("Procore is down")

    hall.drain(hall.unlink(), tell=down)
    assert hall.drain().told == 1
    assert hall.journal.all_links("books").generations[SUBCONTRACT, 41] == 1


def test_what_is_not_supported_is_closed_and_others_beside_it_too(hall):
    some = [one.name for one in EVENTS.values() if not one.supported][:4]
    requests = [NotSupported(request_name=name, request_detail_ids=(at,)) for at, name in enumerate(some)]
    hall.documents.clear()
    ended = hall.drain(*requests, hall.vendor_request(48, "Birch"))
    assert (ended.done + ended.refused, ended.failed) == (5, 0)
    assert [len(calls(one)) for one in hall.told[:4]] == [1] * 4


def test_what_an_unlinking_says_of_people_is_purged_and_that_it_was_stays(hall):
    hall.drain(UnlinkVendor(vendor=SyncedItem(id=47)))
    hall.time += 1000
    assert hall.journal.purge("books", 10) == 1
    assert events(hall, "nothing to close") == [""]
    (words,) = events(hall, "unlinked")
    assert words.endswith(f": vendor 47, which was {hall.vendor}")


def test_a_cost_code_is_deleted_through_the_journal(hall):
    hall.drain(order_of(hall))
    codes = tuple(SyncedItem(id=500 + at, request_detail_id=20 + at) for at in range(3))
    hall.drain(DeleteCostCodes(project=SyncedItem(id=86, origin_id=hall.job), cost_codes=codes))
    assert [one.status.value for one in hall.told[-1].details] == ["failed", "failed", "success"]
    assert [find(hall, ItemKind.COST_CODE, one.id) is None for one in codes] == [False, False, True]


# --- in which order --------------------------------------------------------------------------------------------------


def test_an_unlinking_waits_for_what_stands_on_its_item_and_what_comes_after_waits_for_it(hall):
    order = order_of(hall)
    queue = Queue([order])  # in work: it makes commitment 41, and stands on vendor 47
    asked = [UnlinkVendor(vendor=SyncedItem(id=47)), hall.vendor_request(47), hall.vendor_request(48, "Birch")]
    assert [queue.lets(one) for one in asked] == [False, False, True]


def test_an_export_that_waits_is_not_overtaken_by_an_unlinking_that_came_later(hall):
    queue = Queue([hall.vendor_request(47)])
    asked = [order_of(hall), hall.unlink(), hall.unlink(42), order_of(hall, commitment_id=42)]
    assert [queue.lets(one) for one in asked] == [False, False, True, False]


def test_every_request_says_what_it_makes():
    supported = {event.request for event in EVENTS.values() if event.request is not None and event.supported}
    supported |= {event.request for event in OWN_EVENTS.values()}
    assert supported | {NotSupported} == set(touching._MAKES)
    assert makes(NotSupported(request_name="create_sub_job")) == set()
