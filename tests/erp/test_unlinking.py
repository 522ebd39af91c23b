"""Unlinking, deleting and resetting: what is there stays linked, what is gone is a new item, and nothing is there twice."""

import re

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import Links, Memory, Request, perform, run
from procore_qbd.domain import (
    CreateStandardCostCodes,
    DeleteCostCode,
    DeleteCostCodes,
    DeleteStandardCostCodes,
    DetailStatus,
    ItemKind,
    Link,
    NotSupported,
    QuickBooksId,
    RefusalCode,
    ResetJob,
    ResetPayment,
    ResetRequisition,
    StandardCostCode,
    SyncedItem,
    UnlinkStandardCostCodes,
    UnlinkVendor,
)
from procore_qbd.domain.events import EVENTS, EndsIn
from procore_qbd.procore import calls
from procore_qbd.qbxml.entities.bills import Bill
from procore_qbd.qbxml.entities.shared.lines import ItemLine
from procore_qbd.qbxml.rows import Ref
from support.office import BOOKS, DAY, D, Office, budget

SUBCONTRACT, CHANGE, INVOICE = ItemKind.WORK_ORDER_CONTRACT, ItemKind.CHANGE_ORDER, ItemKind.REQUISITION
RED = "The commitment is still in your ERP system. Please delete it before retrying."


@pytest.fixture
def office():
    with Office() as office:
        office.link_vendor()
        yield office


def ordered(office):
    assert office.perform(office.commitment(office.line(177, "1000.00"), office.line(178, "500.00", 1))).ok


def refused(detail, *codes):
    assert [one.code for one in detail.refusals] == list(codes)
    return detail.refusals[0].words


def cleared(close_out):
    """What Procore is told to be linked to nothing."""
    assert all(one.origin_id is None for one in close_out.external_data)
    return [(one.item_type, one.item_id) for one in close_out.external_data]


def drop_lines(office, *amounts):
    """A person deletes lines of the purchase order."""
    order = office.order()
    office.user.edit(attrs.evolve(order, lines=tuple(line for line in order.lines if line.amount not in amounts)))


# --- commitments -----------------------------------------------------------------------------------------------------


def test_a_commitment_whose_purchase_order_is_gone_is_unlinked_with_its_lines(office):
    ordered(office)
    office.user.delete(office.order())
    close_out = office.perform(office.unlink())
    (detail,) = close_out.details
    assert (detail.status, detail.messages, detail.changed) == ("success", ("Successfully Unlinked",), False)
    lines = [(ItemKind.LINE_ITEM, 177), (ItemKind.LINE_ITEM, 178)]
    assert cleared(close_out) == [(SUBCONTRACT, 41), *lines]
    assert office.links.parts(office.vendor) == ()
    assert office.links.find(SUBCONTRACT, 41) is None
    first, last = calls(close_out)
    update = {"item_type": "work_order_contract", "item_id": 41, "origin_id": None}
    assert first.body["updates"][0] == update
    assert last.body == {"request_detail": {"status": "success", "messages": ["Successfully Unlinked"]}}


def test_a_commitment_whose_purchase_order_is_there_stays_linked(office):
    ordered(office)
    before = set(office.links)
    close_out = office.perform(office.unlink())
    words = refused(close_out.details[0], RefusalCode.STILL_THERE)
    assert words.startswith(f"{RED} It is purchase order 'SC-001' of ")
    where = f"for 1500.00 of vendor 'Alder' ({office.order().txn_id}) in QuickBooks"
    assert words.endswith(f"{where}: delete it there, then unlink again.")
    assert (set(office.links), office.links.generations, close_out.external_data) == (before, {}, ())
    assert [call.body["request_detail"]["status"] for call in calls(close_out)] == ["failed"]


@pytest.mark.parametrize("by_hand", ["closed", "received in part"])
def test_a_purchase_order_that_a_person_closed_or_received_is_still_there(office, by_hand):
    ordered(office)
    if by_hand == "closed":
        office.user.edit(attrs.evolve(office.order(), is_manually_closed=True))
        told = "closed by hand"
    else:
        assert office.bill(office.invoice(1, (177, "10.00", "0", "0"))).ok
        office.links.remove(INVOICE, 1)  # so that nothing synced hangs on it
        told = "; A-1 bills it: delete that first, then the purchase order, then unlink again"
    assert told in refused(office.one(office.unlink()), RefusalCode.STILL_THERE)


def test_what_hangs_on_a_commitment_is_unlinked_first(office):
    ordered(office)
    for number in (3, 4):
        assert office.perform(office.change_order(office.line(180 + number, "50.00"), order_id=number)).ok
    assert office.bill(office.invoice(1, (177, "10.00", "0", "0"))).ok
    before = set(office.links)
    words = refused(office.one(office.unlink()), RefusalCode.STILL_SYNCED)
    assert "1 subcontractor invoice and 2 commitment change orders on it are synced; unlink them first" in words
    assert re.findall(r"(\d+) \(", words.partition("the newest first: ")[2]) == ["1", "4", "3"]
    assert set(office.links) == before


CASCADE = attrs.evolve(BOOKS, unlink_children="cascade")


@pytest.mark.parametrize("bill", ["is there", "is gone"])
def test_what_hangs_on_a_commitment_may_be_unlinked_with_it_once_all_is_gone(office, bill):
    ordered(office)
    assert office.perform(office.change_order(office.line(188, "50.00"))).ok
    assert office.bill(office.invoice(1, (177, "10.00", "0", "0"))).ok
    refused(office.one(office.unlink(), books=CASCADE), RefusalCode.STILL_THERE)
    (made,) = office.all("Bill")
    office.user.delete(made)
    office.user.delete(office.order())
    if bill == "is there":  # on nothing, but it is the invoice's
        number = office.links.find(INVOICE, 1)
        on_job(office, office.job, office.items[0])
        (made,) = office.all("Bill")
        office.links.remove(INVOICE, 1)
        office.links.add(attrs.evolve(number, quickbooks_id=made.txn_id))
        words = refused(office.one(office.unlink(), books=CASCADE), RefusalCode.STILL_SYNCED)
        assert "1 subcontractor invoice on it is synced; unlink that first: 1 (" in words
        return
    close_out = office.perform(office.unlink(), books=CASCADE)
    assert close_out.details[0].messages == (
        "Successfully Unlinked",
        "with it 1 subcontractor invoice and 1 commitment change order on it",
    )
    assert close_out.unlinked == ((INVOICE, 1), (CHANGE, 3), (SUBCONTRACT, 41))
    assert (ItemKind.CHANGE_ORDER_LINE_ITEM, 188) in cleared(close_out)
    assert not {link.kind for link in office.links} & {INVOICE, CHANGE, SUBCONTRACT, ItemKind.LINE_ITEM}


def test_a_commitment_that_was_linked_to_nothing_is_unlinked(office):
    detail = office.one(office.unlink())
    assert detail.messages == ("Successfully Unlinked", "it was linked to nothing")
    assert office.links.generations[SUBCONTRACT, 41] == 1


def test_what_procore_names_counts_where_no_link_is_known(office):
    ordered(office)
    order, office.links = office.order(), Links()
    refused(office.one(office.unlink(commitment_origin_id=order.txn_id)), RefusalCode.STILL_THERE)
    office.user.delete(order)
    assert office.perform(office.unlink(commitment_origin_id=order.txn_id)).ok


def test_who_names_another_purchase_order_than_the_link_gets_neither(office):
    ordered(office)
    assert refused(office.one(office.unlink(commitment_origin_id="9A-1795000000")), RefusalCode.CONTRADICTION)


@pytest.mark.parametrize("said", ["WorkOrderContract", "work_order_contract", "contract_type", None])
def test_which_kind_of_commitment_is_meant_is_found_out(office, said):
    ordered(office)
    office.user.delete(office.order())
    close_out = office.perform(office.unlink(commitment_type=said))
    assert close_out.ok
    assert close_out.unlinked == ((SUBCONTRACT, 41),)


def test_where_nobody_knows_which_kind_of_commitment_is_meant_nothing_is_unlinked(office):
    words = refused(office.one(office.unlink(commitment_type="contract_type")), RefusalCode.VALUE)
    assert "got 'contract_type'), and neither is linked here; nothing is unlinked" in words
    assert office.links.generations == {}


# --- change orders ---------------------------------------------------------------------------------------------------


def changed(office):
    ordered(office)
    assert office.perform(office.change_order(office.line(188, "50.00"), office.line(189, "70.00"))).ok


@pytest.mark.parametrize("whole_order", [False, True])
def test_a_change_order_whose_lines_are_gone_is_unlinked(office, whole_order):
    changed(office)
    office.user.delete(office.order()) if whole_order else drop_lines(office, D("50.00"), D("70.00"))
    close_out = office.perform(office.unlink_change_order())
    assert close_out.details[0].messages == ("Successfully Unlinked",)
    assert cleared(close_out) == [(CHANGE, 3), *((ItemKind.CHANGE_ORDER_LINE_ITEM, one) for one in (188, 189))]
    assert office.links.find(CHANGE, 3) is None
    assert office.links.find(SUBCONTRACT, 41) is not None


def test_a_change_order_of_which_a_line_is_left_stays_linked(office):
    changed(office)
    drop_lines(office, D("50.00"))
    before = set(office.links)
    words = refused(office.one(office.unlink_change_order()), RefusalCode.STILL_THERE)
    assert words.startswith("The CCO is still in ERP. Please delete it before retrying. 1 of its lines is in purchase")
    assert "line 189 for 70.00: delete them there" in words
    assert set(office.links) == before


def test_a_line_that_was_entered_anew_with_its_mark_is_still_there(office):
    changed(office)
    order = office.order()
    kept, (again, _) = order.lines[:2], order.lines[2:]
    office.user.edit(attrs.evolve(order, lines=(*kept, attrs.evolve(again, txn_line_id=None))))
    assert [line.txn_line_id for line in office.order().lines][2:] != [again.txn_line_id]
    refused(office.one(office.unlink_change_order()), RefusalCode.STILL_THERE)


def test_the_marks_count_where_nobody_knows_the_lines_of_a_change_order(office):
    changed(office)
    assert office.perform(office.change_order(office.line(190, "30.00"), order_id=4)).ok
    order = office.order()
    bare = Link(kind=CHANGE, procore_id=3, quickbooks_id=QuickBooksId(order.txn_id), name="SC-001")
    others = [link for link in office.links if (link.kind, link.procore_id) != (CHANGE, 3)]
    office.links = Links([*others, bare])
    refused(office.one(office.unlink_change_order()), RefusalCode.STILL_THERE)
    drop_lines(office, D("50.00"), D("70.00"))  # the line of change order 4 is not one of this
    assert office.perform(office.unlink_change_order()).ok


def test_an_invoice_that_bills_a_change_order_is_unlinked_first(office):
    changed(office)
    assert office.bill(office.invoice(1, (188, "50.00", "0", "0"))).ok
    words = refused(office.one(office.unlink_change_order()), RefusalCode.STILL_SYNCED)
    assert "1 subcontractor invoice on the purchase order, whose bills take its lines, is synced" in words


# --- unlinked and sent again -----------------------------------------------------------------------------------------


def sent_again(office, request, kind):
    """A request again; what is there of a kind, with the GUIDs that were there before."""
    detail = office.one(request)
    assert (detail.status, detail.changed) == (DetailStatus.SUCCESS, True), detail
    return office.all(kind)


def test_a_commitment_that_was_deleted_unlinked_and_sent_again_is_there_once_as_a_new_one(office):
    request = office.commitment(office.line(177, "1000.00"))
    guids = set()
    for _ in range(3):
        (order,) = sent_again(office, request, "PurchaseOrder")
        guids.add(order.external_guid)
        refused(office.one(office.unlink()), RefusalCode.STILL_THERE)
        office.user.delete(order)
        assert office.perform(office.unlink()).ok
    assert len(guids) == 3
    assert office.links.generations[SUBCONTRACT, 41] == 3


STEPS = st.lists(st.sampled_from(["send", "unlink", "delete", "renumber"]), max_size=10)


@given(STEPS)
def test_whatever_people_do_a_commitment_is_there_once_and_unlinked_only_when_it_is_gone(steps):
    with Office() as office:
        office.link_vendor()
        request, guids = office.commitment(office.line(177, "10.00")), []
        for at, step in enumerate(steps):
            there = office.all("PurchaseOrder")
            before = (set(office.links), dict(office.links.generations))
            if step == "send":
                office.perform(request)
            elif step == "unlink":
                assert office.perform(office.unlink()).ok is not bool(there)
                assert not there or (set(office.links), office.links.generations) == before
            elif there and step == "delete":
                office.user.delete(there[0])
            elif there:
                office.user.edit(attrs.evolve(there[0], ref_number=f"X-{at}"))
            now = office.all("PurchaseOrder")
            assert len(now) <= 1
            guids += [one.external_guid for one in now if one.external_guid not in guids[-1:]]
        assert len(guids) == len(set(guids))  # what comes after an unlinking is another record, with another GUID


# --- vendors ---------------------------------------------------------------------------------------------------------


def unlink_vendor(**more):
    return UnlinkVendor(company_id=7, vendor=SyncedItem(id=47, **more))


def nothing_asked(_document):
    raise AssertionError("QuickBooks was asked")


def test_a_vendor_is_unlinked_at_once_and_nothing_is_asked_or_closed(office):
    close_out = office.perform(unlink_vendor(), line=nothing_asked)
    assert (close_out.ok, close_out.unlinked, calls(close_out)) == (True, ((ItemKind.VENDOR, 47),), ())
    assert close_out.details[0].messages == (f"vendor {office.vendor} stays in QuickBooks",)
    assert office.links.find(ItemKind.VENDOR, 47) is None


def test_a_vendor_of_a_synced_commitment_stays_linked(office):
    ordered(office)
    close_out = office.perform(unlink_vendor(), line=nothing_asked)
    words = refused(close_out.details[0], RefusalCode.STILL_SYNCED)
    assert "vendor 47 (Alder): 1 subcontract on it is synced; unlink that first: 41" in words
    assert office.links.find(ItemKind.VENDOR, 47) is not None
    assert calls(close_out) == ()
    office.user.delete(office.order())
    assert office.perform(office.unlink()).ok
    assert office.perform(unlink_vendor()).ok


def test_a_request_detail_is_closed_where_procore_names_one_after_all(office):
    (call,) = calls(office.perform(attrs.evolve(unlink_vendor(), request_detail_id=12)))
    assert call.path.endswith("/erp_request_details/12")
    assert call.body["request_detail"]["status"] == "success"


# --- cost codes ------------------------------------------------------------------------------------------------------

CODES = tuple(SyncedItem(id=500 + at, name=f"0{at + 1}", request_detail_id=20 + at) for at in range(3))


def delete_codes(office, *codes, **more):
    project = SyncedItem(id=86, origin_id=office.job)
    return DeleteCostCodes(company_id=7, project=project, cost_codes=codes or CODES, **more)


def test_a_cost_code_is_deleted_where_nothing_is_on_job_and_item_together(office):
    ordered(office)
    used, also, free = office.perform(delete_codes(office)).details
    number = "Purchase Order SC-001 of 2026-11-18"
    assert refused(used, RefusalCode.IN_USE) == f"cost code 01: job 'Harbour View' has 1 transaction on it: {number}"
    refused(also, RefusalCode.IN_USE)
    assert (free.status, free.request_detail_id) == ("success", 22)
    assert [office.links.find(ItemKind.COST_CODE, one.id) is None for one in CODES] == [False, False, True]
    assert "03" in {item.name for item in office.all("ItemService")}


def on_job(office, job, item):
    """A person's bill with a line on a job and an item."""
    line = ItemLine(item_ref=Ref(list_id=item), amount=D("9.00"), customer_ref=Ref(list_id=job))
    bill = Bill(vendor_ref=Ref(list_id=office.vendor), txn_date=DAY, ref_number="HAND", item_lines=(line,))
    office.ask(Request.add(bill))


@pytest.mark.parametrize("kind", ["Bill", "Estimate", "PurchaseOrder"])
def test_transactions_of_every_kind_keep_a_cost_code(office, kind):
    if kind == "Bill":
        on_job(office, office.job, office.items[0])
    elif kind == "Estimate":
        assert office.perform(budget(office, (1, 0, "10.00", True))).ok
    else:
        ordered(office)
    refused(office.one(delete_codes(office, CODES[0])), RefusalCode.IN_USE)


def test_another_job_or_another_item_does_not_keep_a_cost_code(office):
    on_job(office, office.gym, office.items[0])
    on_job(office, office.job, office.items[1])
    assert office.one(delete_codes(office, CODES[0])).status == "success"


def test_a_cost_code_whose_job_or_item_is_gone_or_never_was_is_deleted(office):
    office.links.remove(ItemKind.COST_CODE, 501)
    office.user.delete(next(one for one in office.all("ItemService") if one.name == "01"))
    gone, nothing, there = office.perform(delete_codes(office)).details
    assert gone.messages == ("its job or its item is not in QuickBooks any more",)
    assert nothing.messages == ("it was linked to nothing",)
    assert there.messages == ("its item stays in QuickBooks: make it inactive there if nobody needs it",)


def test_a_cost_code_of_a_sub_job_is_refused(office):
    sub_job = SyncedItem(id=2, origin_id="1-2")
    refused(office.one(delete_codes(office, CODES[0], sub_job=sub_job)), RefusalCode.SUB_JOB)


@pytest.mark.parametrize("cls", [UnlinkStandardCostCodes, DeleteStandardCostCodes])
def test_standard_cost_codes_are_forgotten_with_the_pairs_of_projects(office, cls):
    office.links.add(Link(kind=ItemKind.STANDARD_COST_CODE, procore_id=9, quickbooks_id=office.items[0], name="01"))
    close_out = office.perform(cls(standard_cost_codes=(SyncedItem(id=9, name="01"),)), line=nothing_asked)
    assert (close_out.ok, calls(close_out)) == (True, ())
    assert office.links.find(ItemKind.STANDARD_COST_CODE, 9) is office.links.find(ItemKind.COST_CODE, 500) is None
    code = StandardCostCode(id=9, code="01", full_code="01", name="Slab")
    again = CreateStandardCostCodes(standard_cost_codes=(code,), request_detail_ids=(1,))
    books = attrs.evolve(BOOKS, income_account="Income", expense_account="Cost")
    refused(office.one(again, books=books), RefusalCode.NAME_IN_USE)


def test_a_cost_code_that_procore_has_deleted_is_forgotten(office):
    request = DeleteCostCode(cost_codes=(SyncedItem(id=500, name="01"),), procore_project_id=86)
    close_out = office.perform(request, line=nothing_asked)
    assert close_out.unlinked == ((ItemKind.COST_CODE, 500),)
    assert calls(close_out) == ()
    assert office.links.find(ItemKind.COST_CODE, 500) is None


# --- resets ----------------------------------------------------------------------------------------------------------


def reset(invoice_id=1):
    return ResetRequisition(requisition_id=invoice_id, project_id=86)


@pytest.mark.parametrize("renumbered", [False, True])
def test_an_invoice_that_was_reset_and_revised_is_billed_once_with_the_new_amount(office, renumbered):
    ordered(office)
    assert office.bill(office.invoice(1, (177, "100.00", "10.00", "0"))).ok
    close_out = office.perform(reset(), line=nothing_asked)
    (bill,) = office.all("Bill")
    assert f"bill {bill.txn_id} stays in QuickBooks" in close_out.details[0].messages[0]
    assert calls(close_out) == ()
    if renumbered:
        office.user.edit(attrs.evolve(bill, ref_number="OTHER"))
    revised = office.invoice(1, (177, "160.00", "16.00", "0"))
    words = refused(office.bill(revised).details[0], RefusalCode.STILL_THERE)
    assert "of 2026-03-31 for 90.00" in words
    assert "which it was before it was unlinked, is still in QuickBooks" in words
    (bill,) = office.all("Bill")
    assert bill.amount_due == D("90.00")
    office.user.delete(bill)
    assert office.bill(revised).details[0].changed
    (again,) = office.all("Bill")
    assert again.amount_due == D("144.00")
    assert again.external_guid != bill.external_guid
    assert sum(line.received_quantity for line in office.order().lines) == D("160")
    assert not office.bill(revised).details[0].changed


def test_a_project_is_reset_with_all_that_is_in_it_and_nothing_is_made_twice(office):
    changed(office)
    assert office.bill(office.invoice(1, (177, "100.00", "0", "0"))).ok
    planned = budget(office, (1, 0, "10.00", True))
    assert office.perform(planned).ok
    close_out = office.perform(ResetJob(project=SyncedItem(id=86, name="Harbour View")))
    assert (close_out.ok, calls(close_out)) == (True, ())
    assert [link.kind for link in office.links] == [ItemKind.VENDOR]
    assert office.links.generations[SUBCONTRACT, 41] == office.links.generations[ItemKind.BUDGET, 1] == 1
    told = " ".join(close_out.details[0].messages)
    assert "1 subcontractor invoice" in told
    assert "1 commitment change order" in told
    assert "1 budget" in told
    refused(office.one(planned), RefusalCode.STILL_THERE)
    refused(office.one(office.commitment(office.line(177, "1000.00"))), RefusalCode.STILL_THERE)
    assert [len(office.all(kind)) for kind in ("Estimate", "PurchaseOrder", "Bill")] == [1, 1, 1]


def test_an_order_that_is_on_another_job_too_stays_linked_when_one_is_reset(office):
    ordered(office)
    order = office.order()
    moved = attrs.evolve(order.lines[1], customer_ref=Ref(list_id=office.gym))
    office.user.edit(attrs.evolve(order, lines=(order.lines[0], moved)))
    close_out = office.perform(ResetJob(project=SyncedItem(id=86)))
    assert "purchase orders with lines on other jobs as well stay linked: SC-001" in close_out.details[0].messages
    assert office.links.find(SUBCONTRACT, 41) is not None
    assert office.links.find(ItemKind.PROJECT, 86) is None


def test_a_payment_is_reset_without_payments(office):
    close_out = office.perform(ResetPayment(payment_id=5), line=nothing_asked)
    assert (close_out.unlinked, calls(close_out)) == (((ItemKind.CONTRACT_PAYMENT, 5),), ())


# --- what QuickBooks Desktop does not have ---------------------------------------------------------------------------


@pytest.mark.parametrize("event", [one for one in EVENTS.values() if not one.supported], ids=lambda one: one.name)
def test_what_quickbooks_desktop_does_not_have_is_closed_with_the_sentence(event):
    request = NotSupported(request_name=event.name, company_id=7, request_detail_ids=(5, 6))
    close_out = run(perform(request, Links(), BOOKS), Memory(nothing_asked))
    status = "failed" if event.ends_in is EndsIn.EXPORT else "success"
    bodies = [call.body["request_detail"] for call in calls(close_out)]
    assert bodies == [{"status": status, "messages": [event.why_not]}] * 2
    assert (close_out.links, close_out.unlinked, close_out.external_data) == ((), (), ())
    none = run(perform(attrs.evolve(request, request_detail_ids=()), Links(), BOOKS), Memory(nothing_asked))
    assert calls(none) == ()
    assert none.details[0].messages == (event.why_not,)


@pytest.mark.parametrize("name", ["create_vendor", "sync_vendors", "no_event"])
def test_what_is_supported_or_unknown_is_not_closed_as_not_supported(name):
    with pytest.raises(TypeError, match=f"no function carries out {name}"):
        perform(NotSupported(request_name=name), Links(), BOOKS)
