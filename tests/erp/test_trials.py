"""What integrators and bookkeepers found wrong when they tried the library: each right value, named.

Each test is one instance; the kinds behind them have properties in `test_people_and_lines.py` and elsewhere.
"""

import datetime as dt
import decimal
import time
from zoneinfo import ZoneInfo

import attrs
import pytest

from procore_qbd import Books, ItemKind, Link, Links, Ref, Request, erase, perform
from procore_qbd.domain import (
    CommitmentKind,
    CostCode,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    DetailStatus,
    Difference,
    NegativeInvoices,
    Project,
    RefusalCode,
    RequisitionItem,
    StandardCostCode,
    UpdateBudget,
    VendorRef,
)
from procore_qbd.erp.usable import NeededRecord, unusable
from procore_qbd.procore import calls
from procore_qbd.qbxml import Outcome
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine
from procore_qbd.qbxml.entities.items import ItemOtherCharge, SalesAndPurchase
from procore_qbd.qbxml.entities.preferences import MultiCurrencyPreferences, Preferences
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.simulator.faults import FaultRule, Faults, Refused
from support.office import BOOKS, FIRST, D, Office, budget

SUCCESS, FAILED = DetailStatus.SUCCESS, DetailStatus.FAILED


@pytest.fixture
def office():
    with Office() as found:
        yield found


def codes_of(detail):
    return [refusal.code for refusal in detail.refusals]


def fields(detail):
    return {difference.field: (difference.procore, difference.quickbooks) for difference in detail.differences}


def billed(office, *invoices, **how):
    request = CreateRequisitions(company_id=7, requisitions=invoices, request_detail_id=5)
    return office.perform(request, **how).details


def ordered(office, amount="1000.00", **more):
    assert office.perform(office.commitment(office.line(177, amount), **more)).ok
    return office.order()


# --- 1: identity as QuickBooks has it --------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["a-1", "A-1", " A-1", "A-1 ", " a-1 "])
def test_a_bill_that_a_clerk_typed_in_another_case_or_with_blanks_is_not_made_again(office, typed):
    ordered(office)
    line = BillExpenseLine(account_ref=Ref(full_name="Cost"), amount=D("90.00"))
    clerk = Bill(vendor_ref=Ref(list_id=office.vendor), txn_date=dt.date(2026, 3, 30), ref_number=typed)
    office.ask(Request.add(attrs.evolve(clerk, expense_lines=(line,))))
    (detail,) = billed(office, office.invoice(1, (177, "90.00", "0", "0")))
    assert codes_of(detail) == [RefusalCode.NUMBER_IN_USE]
    assert "of 2026-03-30 for 90.00" in detail.messages[0]
    assert len(office.all("Bill")) == 1


@pytest.mark.parametrize("typed", ["sc-001", "SC-001 ", " Sc-001"])
def test_an_order_that_a_clerk_typed_in_another_case_or_with_blanks_is_not_made_again(office, typed):
    line = PurchaseOrderLine(item_ref=Ref(list_id=office.items[0]), quantity=D(1), rate=D("90.00"))
    clerk = PurchaseOrder(vendor_ref=Ref(list_id=office.vendor), ref_number=typed, lines=(line,))
    office.ask(Request.add(clerk))
    detail = office.one(office.commitment(office.line(177, "90.00")))
    assert codes_of(detail) == [RefusalCode.NUMBER_IN_USE]
    assert "for 90.00" in detail.messages[0]
    assert len(office.all("PurchaseOrder")) == 1


@pytest.mark.parametrize("typed", ["A1", "a-01", "A 1", "A/001"])
def test_a_bill_of_nearly_the_same_number_vendor_and_amount_is_told(office, typed):
    ordered(office)
    line = BillExpenseLine(account_ref=Ref(full_name="Cost"), amount=D("90.00"))
    clerk = Bill(vendor_ref=Ref(list_id=office.vendor), txn_date=dt.date(2026, 3, 1), ref_number=typed)
    office.ask(Request.add(attrs.evolve(clerk, expense_lines=(line,))))
    (detail,) = billed(office, office.invoice(1, (177, "90.00", "0", "0")), remember=False)
    assert detail.status is SUCCESS
    assert f"bill {typed!r} of 2026-03-01 for 90.00" in detail.notes[0]
    assert len(office.all("Bill")) == 2


def test_the_books_may_refuse_a_bill_that_is_probably_there(office):
    ordered(office)
    line = BillExpenseLine(account_ref=Ref(full_name="Cost"), amount=D("90.00"))
    clerk = Bill(vendor_ref=Ref(list_id=office.vendor), txn_date=dt.date(2026, 3, 1), ref_number="A1")
    office.ask(Request.add(attrs.evolve(clerk, expense_lines=(line,))))
    books = Books(similar_bills="refuse")
    (detail,) = billed(office, office.invoice(1, (177, "90.00", "0", "0")), books=books)
    assert codes_of(detail) == [RefusalCode.SIMILAR_BILL]
    assert len(office.all("Bill")) == 1


@pytest.mark.parametrize(("typed", "day"), [("A2", dt.date(2026, 3, 1)), ("A1", dt.date(2026, 2, 1))])
def test_another_number_or_a_bill_of_long_ago_is_not_told(office, typed, day):
    ordered(office)
    line = BillExpenseLine(account_ref=Ref(full_name="Cost"), amount=D("90.00"))
    clerk = Bill(vendor_ref=Ref(list_id=office.vendor), txn_date=day, ref_number=typed)
    office.ask(Request.add(attrs.evolve(clerk, expense_lines=(line,))))
    (detail,) = billed(office, office.invoice(1, (177, "90.00", "0", "0")))
    assert detail.messages == ()


def test_two_invoices_of_one_batch_with_nearly_the_same_number_are_told(office):
    ordered(office)
    twin = attrs.evolve(office.invoice(2, (177, "90.00", "0", "0")), invoice_number="A1")
    first, second = billed(office, office.invoice(1, (177, "90.00", "0", "0")), twin)
    assert first.messages == ()
    assert "bill 'A-1'" in second.notes[0]


def test_two_invoices_of_one_number_in_one_batch_are_called_by_their_names(office):
    ordered(office)
    twin = attrs.evolve(office.invoice(2, (177, "50.00", "0", "0")), invoice_number=" a-1")
    first, second = billed(office, office.invoice(1, (177, "90.00", "0", "0")), twin)
    assert first.messages == ()
    assert codes_of(second) == [RefusalCode.NUMBER_IN_USE]
    assert "it is Invoice A-1 of the same request" in second.messages[0]


# --- 2: links against payloads ---------------------------------------------------------------------------------------


def disagreements(office):
    birch = office.ask(Request.add(Vendor(name="Birch")))[0].found[0].list_id
    request = office.commitment(office.line(177, "100.00"))
    commitment, line = request.commitment, request.commitment_items[0]
    elsewhere = attrs.evolve(line, cost_code=attrs.evolve(office.code(0), origin_id=office.pair(2)))
    other_job = attrs.evolve(commitment.project, origin_id=office.gym)
    return {
        "vendor": attrs.evolve(
            request, commitment=attrs.evolve(commitment, vendor=VendorRef(id=47, name="Alder", origin_id=birch))
        ),
        "cost code": attrs.evolve(request, commitment_items=(elsewhere,)),
        "job": attrs.evolve(request, job_origin_id=office.gym, commitment=attrs.evolve(commitment, project=other_job)),
    }


@pytest.mark.parametrize("what", ["vendor", "cost code", "job"])
def test_where_procore_and_our_links_name_different_records_neither_is_believed(office, what):
    office.link_vendor()
    detail = office.one(disagreements(office)[what])
    assert RefusalCode.CONTRADICTION in codes_of(detail)
    assert office.all("PurchaseOrder") == []


@pytest.mark.parametrize("what", ["vendor", "cost code", "job"])
def test_where_only_our_links_name_a_record_they_are_believed(office, what):
    office.link_vendor()
    request = office.commitment(office.line(177, "100.00"))
    commitment, line = request.commitment, request.commitment_items[0]
    silent = {
        "vendor": attrs.evolve(request, commitment=attrs.evolve(commitment, vendor=VendorRef(id=47, name="Alder"))),
        "cost code": attrs.evolve(
            request, commitment_items=(attrs.evolve(line, cost_code=attrs.evolve(office.code(0), origin_id=None)),)
        ),
        "job": attrs.evolve(
            request,
            job_origin_id=None,
            commitment=attrs.evolve(commitment, project=attrs.evolve(commitment.project, origin_id=None)),
        ),
    }[what]
    detail = office.one(silent)
    assert (detail.status, detail.messages) == (SUCCESS, ())
    order = office.order()
    assert order.vendor_ref.full_name == "Alder"
    assert [(line.item_ref.full_name, line.customer_ref.full_name) for line in order.lines] == [("01", "Harbour View")]


def test_an_invoice_whose_commitment_is_another_order_by_our_links_is_refused(office):
    ordered(office)
    detail = billed(office, office.invoice(1, (177, "10.00", "0", "0"), contract_origin_id="99-1"))[0]
    assert codes_of(detail) == [RefusalCode.CONTRADICTION]
    assert office.all("Bill") == []


def test_a_cost_code_of_an_invoice_that_contradicts_its_link_is_refused(office):
    office.link_vendor()
    ordered(office)
    invoice = office.invoice(1, (177, "10.00", "0", "0"))
    wrong = attrs.evolve(invoice.items[0], cost_code_id=500, cost_code_origin_id=office.pair(2))
    (detail,) = billed(office, attrs.evolve(invoice, items=(wrong,)))
    assert codes_of(detail) == [RefusalCode.CONTRADICTION]
    assert office.all("Bill") == []


def test_delete_unlink_and_send_again_works_for_a_change_order(office):
    ordered(office)
    request = office.change_order(office.line(188, "50.00"))
    assert office.perform(request).ok
    order = office.order()
    office.user.edit(attrs.evolve(order, lines=order.lines[:1]))
    gone = office.one(request)
    assert codes_of(gone) == [RefusalCode.GONE]
    assert "procore-qbd unlink change_order 3" in gone.messages[0]
    office.links.remove(ItemKind.CHANGE_ORDER, 3)
    again = office.one(request)
    assert (again.status, again.changed, again.messages) == (SUCCESS, True, ())
    assert [line.amount for line in office.order().lines] == [D("1000.00"), D("50.00")]


# --- 3: what is known again by its mark ------------------------------------------------------------------------------


def test_a_change_order_line_with_the_id_of_a_commitment_line_is_another_line(office):
    ordered(office)
    detail = office.one(office.change_order(office.line(177, "50.00", 1)))
    assert (detail.status, detail.changed, detail.messages) == (SUCCESS, True, ())
    assert office.order().total_amount == D("1050.00")
    kinds = {link.kind for link in office.links.parts(office.order().txn_id)}
    assert kinds == {ItemKind.LINE_ITEM, ItemKind.CHANGE_ORDER, ItemKind.CHANGE_ORDER_LINE_ITEM}


def test_a_budget_transaction_that_is_there_with_another_value_is_a_difference(office):
    assert office.perform(budget(office, (1, 0, "1000.00", True))).ok
    detail = office.one(budget(office, (1, 0, "1500.00", True)))
    assert detail.status is SUCCESS
    assert fields(detail) == {"transaction 1: amount": (D("1500.00"), D("1000.00"))}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": D("60.00")}, "line 1: amount"),
        ({"description": "other"}, "line 1: description"),
        ({"cost_code": 2}, "line 1: item"),
    ],
)
def test_a_line_known_by_its_mark_with_other_content_is_a_difference(office, changed, field):
    ordered(office)
    request = office.change_order(office.line(188, "50.00"))
    assert office.perform(request).ok
    if "cost_code" in changed:
        changed = {"cost_code": office.code(2)}
    item = attrs.evolve(request.change_order_items[0], **changed)
    detail = office.one(attrs.evolve(request, change_order_items=(item,)))
    assert (detail.status, detail.changed, list(fields(detail))) == (SUCCESS, False, [field])


def old(office):
    """Give the lines of the purchase order the marks of early releases."""
    order = office.order()
    lines = tuple(attrs.evolve(line, other2=f"Procore {line.other2.split()[-1]}") for line in order.lines)
    office.user.edit(attrs.evolve(order, lines=lines))


def test_marks_of_early_releases_are_read(office):
    commitment, change = office.commitment(office.line(177, "1000.00")), office.change_order(office.line(188, "50.00"))
    assert office.perform(commitment).ok
    assert office.perform(change).ok
    old(office)
    for request in (commitment, change):
        detail = office.one(request)
        assert (detail.status, detail.changed, detail.messages) == (SUCCESS, False, ())
    office.links = Links()
    assert office.one(commitment).messages == ()


def test_an_old_mark_that_does_not_say_whose_line_it_is_is_asked_about(office):
    commitment = office.commitment(office.line(177, "1000.00"))
    assert office.perform(commitment).ok
    old(office)
    office.links = Links([link for link in office.links if link.kind is ItemKind.WORK_ORDER_CONTRACT])
    detail = office.one(office.change_order(office.line(177, "50.00")))
    assert codes_of(detail) == [RefusalCode.AMBIGUOUS_MARK]
    order = office.order()
    lines = (attrs.evolve(order.lines[0], other2="Procore line 177"),)
    office.user.edit(attrs.evolve(order, lines=lines))
    assert office.one(office.change_order(office.line(177, "50.00"))).changed
    assert office.order().total_amount == D("1050.00")


# --- 4: what is adopted is verified ----------------------------------------------------------------------------------


def test_a_bill_that_was_not_linked_is_told_although_its_reply_was_lost(office):
    order = ordered(office)
    request = CreateRequisitions(company_id=7, requisitions=(office.invoice(1, (177, "90.00", "0", "0")),))
    office.user.close(order)
    office.break_line(request)
    (detail,) = office.perform(request).details
    assert not detail.changed
    assert fields(detail)["purchase order"] == ("SC-001", None)


def test_an_order_that_a_person_lowered_before_the_rerun_is_told(office):
    request = office.commitment(office.line(177, "10000.00"))
    office.break_line(request)
    order = office.order()
    office.user.edit(attrs.evolve(order, lines=(attrs.evolve(order.lines[0], quantity=D(9000), amount=D("9000.00")),)))
    for _ in range(2):  # found again, and then linked
        detail = office.one(request)
        assert (detail.status, detail.changed) == (SUCCESS, False)
        assert fields(detail) == {
            "line 1: amount": (D("10000.00"), D("9000.00")),
            "total": (D("10000.00"), D("9000.00")),
        }


@pytest.mark.parametrize("remember", [True, False])
def test_a_bill_that_a_person_voided_is_told(office, remember):
    ordered(office)
    request = CreateRequisitions(company_id=7, requisitions=(office.invoice(1, (177, "90.00", "0", "0")),))
    office.perform(request, remember=remember)
    office.user.void(office.all("Bill")[0])
    (detail,) = office.perform(request).details
    assert not detail.changed
    assert fields(detail)["total"] == (D("90.00"), D("0.00"))
    assert any("voided" in difference.why for difference in detail.differences)


def test_what_quickbooks_added_is_told_although_its_reply_was_lost(office):
    ordered(office)
    request = CreateRequisitions(company_id=7, requisitions=(office.invoice(1, (177, "1000.00", "0", "0")),))
    office.break_line(request)
    (bill,) = office.all("Bill")
    tax = BillExpenseLine(account_ref=Ref(full_name="Cost"), amount=D("130.00"))
    office.user.edit(attrs.evolve(bill, expense_lines=(tax,)))
    (detail,) = office.perform(request).details
    assert fields(detail)["total"] == (D("1000.00"), D("1130.00"))
    assert fields(detail)["1 line that Procore does not have"] == (None, D("130.00"))


# --- 5: what is open -------------------------------------------------------------------------------------------------


def test_billing_more_than_is_open_is_told_per_line(office):
    ordered(office)
    (first,) = billed(office, office.invoice(1, (177, "600.00", "0", "0")))
    (second,) = billed(office, office.invoice(2, (177, "600.00", "0", "0")))
    assert first.differences == ()
    assert fields(second) == {"line 1: billed, and open": (D("600.00"), D("400.00"))}


def test_after_a_person_lowered_the_order_billing_beyond_it_is_told(office):
    order = ordered(office)
    office.user.edit(attrs.evolve(order, lines=(attrs.evolve(order.lines[0], quantity=D(200), amount=D("200.00")),)))
    (detail,) = billed(office, office.invoice(1, (177, "600.00", "0", "0")))
    assert fields(detail)["line 1: billed, and open"] == (D("600.00"), D("200.00"))


def whole_change_order(office):
    ordered(office)
    request = office.change_order(office.line(188, "30.00", 1), office.line(189, "20.00", 2))
    close_out = office.perform(request)
    item = RequisitionItem(
        id=9, amount=D("50.00"), change_order_line_item_origin_id=close_out.external_data[0].origin_id
    )
    return request, attrs.evolve(office.invoice(1), items=(item,))


def test_the_share_of_a_line_that_is_gone_never_goes_to_its_neighbour(office):
    request, invoice = whole_change_order(office)
    order = office.order()
    office.user.edit(attrs.evolve(order, lines=order.lines[:2]))
    (detail,) = billed(office, invoice)
    assert codes_of(detail) == [RefusalCode.GONE]
    assert office.all("Bill") == []
    # And its advice, to the end: unlink the change order, take its other line away, send it again, then the invoice.
    office.links.remove(ItemKind.CHANGE_ORDER, 3)
    order = office.order()
    office.user.edit(attrs.evolve(order, lines=order.lines[:1]))
    whole = office.perform(request).external_data[0].origin_id
    item = attrs.evolve(invoice.items[0], change_order_line_item_origin_id=whole)
    (detail,) = billed(office, attrs.evolve(invoice, items=(item,)))
    assert (detail.status, detail.messages) == (SUCCESS, ())
    assert [line.amount for line in office.all("Bill")[0].item_lines] == [D("30.00"), D("20.00")]


def test_a_whole_change_order_is_shared_to_the_cent(office):
    ordered(office)
    lines = [office.line(number, "10.00", number % 3) for number in (188, 189, 190)]
    whole = office.perform(office.change_order(*lines)).external_data[0].origin_id
    item = RequisitionItem(id=9, amount=D("10.00"), change_order_line_item_origin_id=whole)
    (detail,) = billed(office, attrs.evolve(office.invoice(1), items=(item,)))
    assert detail.messages == ()
    (bill,) = office.all("Bill")
    assert [line.amount for line in bill.item_lines] == [D("3.34"), D("3.33"), D("3.33")]
    assert bill.amount_due == D("10.00")


@pytest.mark.parametrize(("amount", "parts"), [("100.00", "33.34 33.33 33.33"), ("200.00", "66.67 66.67 66.66")])
def test_a_hundred_over_three_equal_lines_is_a_hundred(office, amount, parts):
    ordered(office)
    lines = [office.line(number, "100.00", number % 3) for number in (188, 189, 190)]
    whole = office.perform(office.change_order(*lines)).external_data[0].origin_id
    item = RequisitionItem(id=9, amount=D(amount), change_order_line_item_origin_id=whole)
    (detail,) = billed(office, attrs.evolve(office.invoice(1), items=(item,)))
    assert detail.messages == ()
    (bill,) = office.all("Bill")
    assert [line.amount for line in bill.item_lines] == [*map(D, parts.split())]
    assert bill.amount_due == D(amount)


def test_a_named_line_that_is_gone_is_refused_although_another_is_there(office):
    ordered(office)
    item = RequisitionItem(
        id=9, amount=D("50.00"), change_order_line_item_origin_id=f"{office.order().txn_id}|{office.line_id(177)}|99-1"
    )
    (detail,) = billed(office, attrs.evolve(office.invoice(1), items=(item,)))
    assert codes_of(detail) == [RefusalCode.GONE]
    assert office.all("Bill") == []


# --- 6: cents --------------------------------------------------------------------------------------------------------


def test_lump_sums_with_parts_of_cents_come_to_procores_total(office):
    lines = [office.line(number, "33.335") for number in (1, 2, 3)]
    detail = office.one(office.commitment(*lines, grand_total=D("100.01")))
    order = office.order()
    assert order.total_amount == D("100.01")
    assert sorted(line.amount for line in order.lines) == [D("33.33"), D("33.34"), D("33.34")]
    assert {field.partition(":")[2] for field in fields(detail)} == {" amount"}
    assert detail.status is SUCCESS


@pytest.mark.parametrize("amount", ["12.005", "0.001", "33.333"])
def test_a_part_of_a_cent_is_never_rounded_silently(office, amount):
    detail = office.one(office.commitment(office.line(1, amount)))
    assert detail.status is SUCCESS
    assert fields(detail)["line 1: amount"][0] == D(amount)
    change = office.one(office.change_order(office.line(188, amount)))
    assert fields(change)["line 1: amount"][0] == D(amount)


def test_retainage_of_a_third_of_a_cent_can_be_billed(office):
    ordered(office)
    (detail,) = billed(office, office.invoice(1, (177, "333.33", "33.333", "0"), formatted_payment_due="$300.00"))
    assert detail.status is SUCCESS
    (bill,) = office.all("Bill")
    assert [line.amount for line in bill.item_lines] == [D("333.33"), D("-33.33")]
    assert fields(detail) == {"line 1: retainage held": (D("33.333"), D("33.33"))}


def test_a_unit_cost_of_six_decimals_leaves_the_amount_exact(office):
    detail = office.one(office.commitment(office.line(1, "100.00", 0, "9", "11.111111")))
    assert detail.status is SUCCESS
    (line,) = office.order().lines
    assert (line.quantity, line.amount) == (D(9), D("100.00"))


@pytest.mark.parametrize(("quantity", "cost", "amount"), [("1", "100.00", "0.00"), ("10", "100.00", "10.00")])
def test_quantity_by_unit_cost_that_is_not_the_amount_is_told(office, quantity, cost, amount):
    detail = office.one(office.commitment(office.line(1, amount, 0, quantity, cost)))
    assert office.order().total_amount == D(amount)
    assert f"{quantity} at {cost} is" in detail.notes[0]


def test_procores_control_total_is_compared_with_what_quickbooks_saved(office):
    detail = office.one(office.commitment(office.line(1, "100.00"), grand_total=D("110.00")))
    assert detail.differences == (
        Difference("total that Procore shows", D("110.00"), D("100.00"), "its lines come to 100.00 in Procore"),
    )


# --- 7, 8, 9 ---------------------------------------------------------------------------------------------------------


def test_a_text_for_negative_invoices_means_what_it_says(office):
    ordered(office)
    invoice = office.invoice(1, (177, "-5.00", "0", "0"))
    (detail,) = billed(office, invoice, books=Books(negative_invoices="refuse"))
    assert codes_of(detail) == [RefusalCode.NEGATIVE_TOTAL]
    assert office.all("VendorCredit") == []
    assert Books(negative_invoices="vendor_credit").negative_invoices is NegativeInvoices.VENDOR_CREDIT


def test_invoices_of_one_batch_on_one_line_end_as_one_by_one(office):
    assert office.perform(office.commitment(office.line(177, "3.00", 0, "1", "3.00"))).ok
    invoices = [office.invoice(number, (177, "1.00", "0", "0")) for number in (1, 2, 3)]
    for detail in billed(office, *invoices):
        assert detail.messages == ()
    assert office.order().is_fully_received
    assert office.order().lines[0].received_quantity == D(1)


def test_a_refused_sibling_counts_for_nothing(office):
    assert office.perform(office.commitment(office.line(177, "3.00", 0, "1", "3.00"))).ok
    bad = office.invoice(2, (177, "1.00", "99.00", "0"))
    invoices = [
        office.invoice(1, (177, "1.00", "0", "0")),
        bad,
        *(office.invoice(n, (177, "1.00", "0", "0")) for n in (3, 4)),
    ]
    assert [detail.status for detail in billed(office, *invoices)] == [SUCCESS, FAILED, SUCCESS, SUCCESS]
    assert office.order().is_fully_received


def test_what_procore_shows_as_payment_due_is_compared(office):
    ordered(office)
    (detail,) = billed(office, office.invoice(1, (177, "100.00", "10.00", "0"), formatted_payment_due="$5,000.00"))
    assert fields(detail) == {"payment due": (D("5000.00"), D("90.00"))}
    (right,) = billed(office, office.invoice(2, (177, "100.00", "10.00", "0"), formatted_payment_due="$90.00"))
    assert right.messages == ()


def test_more_retainage_released_than_held_is_told(office):
    ordered(office)
    billed(office, office.invoice(1, (177, "100.00", "10.00", "0")))
    (detail,) = billed(office, office.invoice(2, (177, "0.00", "0", "5000.00")))
    assert fields(detail) == {"retainage released, and held": (D("5000.00"), D("10.00"))}
    (right,) = billed(
        office, office.invoice(3, (177, "100.00", "5.00", "0")), office.invoice(4, (177, "0", "0", "15.00"))
    )[1:]
    assert "retainage released, and held" in fields(right)  # 5,000.00 were released by then


# --- 11: nothing raises that should be refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ({"description": "Slab ≥ 200 mm"}, "description"),
        ({"description": "x" * 4096}, "description"),
    ],
)
def test_a_change_order_that_cannot_be_written_is_refused(office, words, where):
    ordered(office)
    detail = office.one(office.change_order(office.line(188, "50.00"), **words))
    assert detail.status is FAILED
    assert detail.messages[0].startswith(where)
    assert office.order().total_amount == D("1000.00")


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ({"description": "pipe ≥ 4"}, "line 2: description: QuickBooks cannot store '≥'"),
        ({"quantity": D("1.123456"), "unit_cost": D(1)}, "line 2: quantity: at most 5 decimals"),
        ({"amount": D("99999999999.99")}, "line 2: amount: at most 10 digits"),
    ],
)
@pytest.mark.parametrize("kind", ["commitment", "change order"])
def test_lines_that_cannot_be_written_are_named_in_words(office, line, where, kind):
    lines = (office.line(1, "5.00"), attrs.evolve(office.line(2, "5.00"), **line))
    if kind == "commitment":
        detail = office.one(office.commitment(*lines))
    else:
        ordered(office)
        detail = office.one(office.change_order(*lines))
    assert detail.messages[0].startswith(where), detail.messages


def test_a_memo_that_grew_too_long_is_refused(office):
    ordered(office)
    for number in range(2):
        change = office.change_order(
            office.line(190 + number, "1.00"), order_id=number, description="de"[number] * 2500
        )
        detail = office.one(change)
    assert codes_of(detail) == [RefusalCode.TOO_LONG]
    assert detail.messages[0].startswith("description, which is added to the memo")


# --- 14 to 19 --------------------------------------------------------------------------------------------------------


def test_where_invoices_share_a_detail_each_message_names_its_invoice(office):
    ordered(office)
    bad = office.invoice(2, (177, "-5.00", "0", "0")), office.invoice(3, (999, "5.00", "0", "0"))
    request = CreateRequisitions(
        company_id=7, requisitions=(office.invoice(1, (177, "5.00", "0", "0")), *bad), request_detail_id=5
    )
    close = calls(office.perform(request))[-1]
    said = close.body["request_detail"]["messages"]
    assert [message.partition(":")[0] for message in said] == ["Invoice A-2", "Invoice A-3"]


def test_the_advice_for_an_order_that_is_gone_leads_to_one_new_order(office):
    request = office.commitment(office.line(177, "100.00"))
    office.perform(request)
    office.user.delete(office.order())
    detail = office.one(request)
    assert codes_of(detail) == [RefusalCode.GONE]
    assert "purchase order 'SC-001', which somebody deleted" in detail.messages[0]
    assert "procore-qbd unlink work_order_contract 41" in detail.messages[0]
    invoice = billed(office, attrs.evolve(office.invoice(1), items=(RequisitionItem(id=1, amount=D(1)),)))[0]
    assert "Invoice A-1: its commitment SC-001: it was exported as purchase order 'SC-001'" in invoice.messages[0]
    office.links.remove(ItemKind.WORK_ORDER_CONTRACT, 41)
    assert office.one(request).changed
    assert len(office.all("PurchaseOrder")) == 1


def test_a_merged_vendor_is_proposed_and_two_companies_may_share_it(office):
    birch = office.ask(Request.add(Vendor(name="Birch")))[0].found[0]
    office.link_vendor()
    office.links.add(Link(kind=ItemKind.VENDOR, procore_id=48, quickbooks_id=birch.list_id, name="Birch"))
    ordered(office)
    alder = next(record for record in office.all("Vendor") if record.name == "Alder")
    office.user.merge(alder, birch)
    (invoice,) = billed(office, office.invoice(1, (177, "10.00", "0", "0")))
    assert invoice.status is SUCCESS
    assert "was exported for vendor 'Alder' and is on 'Birch' now" in invoice.notes[0]
    refused = office.one(office.commitment(office.line(178, "5.00"), commitment_id=42, number="SC-002"))
    company = office.vendor_request(origin_id=alder.list_id)
    for detail in (refused, office.one(company)):
        assert codes_of(detail) == [RefusalCode.MERGED]
        assert f"procore-qbd link vendor 47 {birch.list_id} --shared" in detail.messages[0]
    # The advice, to the end.
    office.links.remove(ItemKind.VENDOR, 47)
    office.links.add(Link(kind=ItemKind.VENDOR, procore_id=47, quickbooks_id=birch.list_id, name="Birch", shared=True))
    linked = office.perform(attrs.evolve(company, vendor=attrs.evolve(company.vendor, origin_id=None)))
    assert linked.external_data[0].origin_id == birch.list_id
    again = office.commitment(office.line(178, "5.00"), commitment_id=42, number="SC-002")
    named = attrs.evolve(again.commitment, vendor=VendorRef(id=47, name="Alder", origin_id=birch.list_id))
    assert office.one(attrs.evolve(again, commitment=named)).status is SUCCESS
    assert office.one(office.vendor_request(48, "Birch")).status is SUCCESS
    assert [record.name for record in office.all("Vendor")] == ["Birch"]


@pytest.mark.parametrize("detail_id", [5, None])
def test_an_empty_request_is_closed(office, detail_id):
    close_out = office.perform(CreateRequisitions(company_id=7, requisitions=(), request_detail_id=detail_id))
    assert close_out.ok
    assert len(calls(close_out)) == (detail_id is not None)
    empty = CreateStandardCostCodes(
        company_id=7, standard_cost_codes=(), request_detail_ids=(), request_detail_id=detail_id
    )
    assert len(calls(office.perform(empty))) == (detail_id is not None)


# --- 22: words for a bookkeeper --------------------------------------------------------------------------------------


def test_an_item_whose_twin_is_another_kind_is_told_so(office):
    both = SalesAndPurchase(income_account_ref=Ref(full_name="Income"), expense_account_ref=Ref(full_name="Cost"))
    office.ask(Request.add(ItemOtherCharge(name="20", sales_and_purchase=both)))
    code = StandardCostCode(id=5, code="20", full_code="20", name="Site")
    request = CreateStandardCostCodes(standard_cost_codes=(code,), request_detail_ids=(1,))
    detail = office.one(request, books=Books(income_account="Income", expense_account="Cost"))
    assert codes_of(detail) == [RefusalCode.NAME_IN_USE]
    assert "other charge item '20'" in detail.messages[0]
    assert "customers, vendors" not in detail.messages[0]


def test_an_inactive_twin_is_told_to_be_inactive_and_the_advice_works(office):
    alder = next(record for record in office.all("Vendor") if record.name == "Alder")
    office.user.deactivate(alder)
    request = office.vendor_request()
    detail = office.one(request)
    assert codes_of(detail) == [RefusalCode.NAME_IN_USE]
    assert "which is inactive" in detail.messages[0]
    assert "make it active and link the two" in detail.messages[0]
    (now,) = office.all("Vendor")
    office.user.activate(now)
    office.links.add(Link(kind=ItemKind.VENDOR, procore_id=47, quickbooks_id=now.list_id))
    assert office.one(request).messages == ()


def test_closed_books_are_told_with_both_dates_and_a_later_date_works(office):
    ordered(office)
    office.file.closing_date = dt.date(2026, 4, 30)
    invoice = office.invoice(1, (177, "10.00", "0", "0"))
    (detail,) = billed(office, invoice)
    assert codes_of(detail) == [RefusalCode.CLOSED_PERIOD]
    assert "2026-03-31" in detail.messages[0]
    assert "2026-04-30" in detail.messages[0]
    (later,) = billed(office, attrs.evolve(invoice, billing_date=dt.date(2026, 5, 1)))
    assert later.messages == ()


def test_an_inactive_vendor_job_or_item_is_refused_by_name(office):
    records = {
        record.list_id: record for list_ in ("Vendor", "Customer", "ItemService") for record in office.all(list_)
    }
    for list_id, name in ((office.vendor, "Alder"), (office.job, "Harbour View"), (office.items[0], "01")):
        office.user.deactivate(records[list_id])
        detail = office.one(office.commitment(office.line(177, "10.00")))
        assert codes_of(detail) == [RefusalCode.INACTIVE_IN_QUICKBOOKS]
        assert repr(name) in detail.messages[0]
        now = next(one for one in office.all(type(records[list_id]).__record__.tag) if one.list_id == list_id)
        office.user.activate(now)
    assert office.one(office.commitment(office.line(177, "10.00"))).messages == ()


def test_an_order_closed_by_hand_is_opened_and_takes_the_change_order(office):
    order = ordered(office)
    office.user.close(order)
    request = office.change_order(office.line(188, "50.00"))
    detail = office.one(request)
    assert codes_of(detail) == [RefusalCode.ORDER_CLOSED]
    assert "'SC-001'" in detail.messages[0]
    office.user.reopen(office.order())
    assert office.one(request).messages == ()


# --- 23 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["Draft", "Terminated", "Void"])
def test_a_status_with_which_nothing_is_exported_is_refused(office, status):
    detail = office.one(office.commitment(office.line(177, "10.00"), status=status))
    assert codes_of(detail) == [RefusalCode.STATUS]
    assert office.one(office.commitment(office.line(177, "10.00"), status="approved")).status is SUCCESS
    change = office.one(office.change_order(office.line(188, "10.00"), status=status))
    assert codes_of(change) == [RefusalCode.STATUS]


# --- dates, currencies, what a company file requires -----------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Etc/GMT+12"])
@pytest.mark.parametrize("hour", [0, 23])
def test_a_bill_is_dated_as_procore_says_around_midnight_in_any_zone(office, zone, hour, monkeypatch):
    monkeypatch.setenv("TZ", zone)
    if hasattr(time, "tzset"):
        time.tzset()
    midnight = dt.datetime(2026, 3, 31, hour, 59, 59, tzinfo=ZoneInfo(zone)).timestamp()
    monkeypatch.setattr(time, "time", lambda: midnight)
    ordered(office, contract_date=dt.date(2026, 3, 31))
    (detail,) = billed(office, office.invoice(1, (177, "10.00", "0", "0")))
    assert detail.messages == ()
    assert office.all("Bill")[0].txn_date == dt.date(2026, 3, 31)
    assert office.order().txn_date == dt.date(2026, 3, 31)
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


def test_a_vendor_in_another_currency_is_refused():
    dollars, euros = Ref(list_id="1-1", full_name="US Dollar"), Ref(list_id="2-1", full_name="Euro")
    prefs = Preferences(
        multi_currency_preferences=MultiCurrencyPreferences(is_multi_currency_on=True, home_currency_ref=dollars)
    )
    for currency, told in ((euros, True), (dollars, False), (None, False)):
        flow = unusable([NeededRecord("contract company", VendorQuery, "3-1")], Links())
        vendor = Vendor(list_id="3-1", name="Stein", is_active=True, currency_ref=currency)
        flow.send(None)
        try:
            flow.send((Outcome(name="VendorQueryRs", found=(vendor,)),))
            flow.send((Outcome(name="PreferencesQueryRs", found=(prefs,)),))
        except StopIteration as end:
            refusals = end.value
        assert [refusal.code for refusal in refusals] == [RefusalCode.CURRENCY] * told
        assert all("kept in Euro" in refusal.words for refusal in refusals)


@pytest.mark.parametrize("kind", ["BillAdd", "PurchaseOrderAdd"])
def test_what_the_company_file_requires_besides_is_a_refusal_and_nothing_is_half_done(office, kind):
    words = "A class is required" if kind == "BillAdd" else "A tax code is required"
    if kind == "BillAdd":
        ordered(office)
    office.file.faults = Faults([FaultRule(Refused(3180, record=words), requests=(kind,))])
    if kind == "BillAdd":
        (detail,) = billed(office, office.invoice(1, (177, "10.00", "0", "0")))
    else:
        detail = office.one(office.commitment(office.line(177, "10.00")))
    assert codes_of(detail) == [RefusalCode.QUICKBOOKS]
    assert detail.refusals[0].status == 3180
    assert words in detail.messages[0]
    assert office.all(kind.removesuffix("Add")) == []
    office.file.faults = Faults()
    again = (
        billed(office, office.invoice(1, (177, "10.00", "0", "0")))[0]
        if kind == "BillAdd"
        else office.one(office.commitment(office.line(177, "10.00")))
    )
    assert again.messages == ()


# --- what breaks in one item is its own ------------------------------------------------------------------------------


def test_an_answer_that_cannot_be_read_ends_its_own_invoice_only(office):
    ordered(office)
    office.perform(office.commitment(office.line(178, "50.00"), commitment_id=42, number="SC-002"))
    invoices = office.invoice(1, (177, "10.00", "0", "0")), office.invoice(2, (178, "20.00", "0", "0"), contract_id=42)

    def line(document):
        reply = office.file.process(document)
        return reply.replace(b"<AmountDue>10.00<", b"<AmountDue>ten<") if b"BillAddRs" in reply else reply

    request = CreateRequisitions(company_id=7, requisitions=invoices)
    first, second = office.perform(request, line=line, remember=False).details
    assert codes_of(first) == [RefusalCode.IN_DOUBT]
    assert "it is not known whether" in first.messages[0]
    assert second.messages == ()
    again = office.perform(request).details
    assert [(detail.status, detail.changed) for detail in again] == [(SUCCESS, False)] * 2
    assert len(office.all("Bill")) == 2


def test_nothing_of_a_mutilated_answer_leaves_a_single_export_as_an_error(office):
    def line(document):
        reply = office.file.process(document)
        return reply.replace(b"<TotalAmount>", b"<TotalAmount>x") if b"PurchaseOrderAddRs" in reply else reply

    request = office.commitment(office.line(177, "10.00"))
    detail = office.one(request, line=line, remember=False)
    assert codes_of(detail) == [RefusalCode.IN_DOUBT]
    assert office.one(request).status is SUCCESS
    assert len(office.all("PurchaseOrder")) == 1


# --- siblings of the findings, tried afterwards ----------------------------------------------------------------------


def test_a_line_of_another_order_is_no_line_of_this_one(office):
    ordered(office)
    office.perform(office.commitment(office.line(178, "50.00"), commitment_id=42, number="SC-002"))
    (detail,) = billed(office, office.invoice(1, (178, "10.00", "0", "0")))
    assert codes_of(detail) == [RefusalCode.CONTRADICTION]
    assert "a line of purchase order 'SC-002'" in detail.messages[0]


def test_what_was_billed_beyond_the_open_is_told_although_the_reply_was_lost(office):
    ordered(office)
    billed(office, office.invoice(1, (177, "600.00", "0", "0")))
    request = CreateRequisitions(company_id=7, requisitions=(office.invoice(2, (177, "600.00", "0", "500.00")),))
    office.break_line(request)
    (detail,) = office.perform(request).details
    assert not detail.changed
    assert fields(detail) == {
        "line 1: billed, and open": (D("600.00"), D("400.00")),
        "retainage released, and held": (D("500.00"), D("0.00")),
    }


def test_a_change_order_for_an_inactive_vendor_is_refused(office):
    ordered(office)
    office.user.deactivate(next(record for record in office.all("Vendor") if record.name == "Alder"))
    detail = office.one(office.change_order(office.line(188, "5.00")))
    assert codes_of(detail) == [RefusalCode.INACTIVE_IN_QUICKBOOKS]
    (invoice,) = billed(office, office.invoice(1, (177, "10.00", "0", "0")))
    assert codes_of(invoice) == [RefusalCode.INACTIVE_IN_QUICKBOOKS]


def test_two_lines_of_one_id_are_refused(office):
    detail = office.one(office.commitment(office.line(1, "5.00"), office.line(1, "6.00")))
    assert codes_of(detail) == [RefusalCode.VALUE]
    assert office.all("PurchaseOrder") == []


def test_a_commitment_line_that_is_another_line_keeps_its_id(office):
    ordered(office)
    request = office.change_order(office.line(188, "5.00"))
    twin = attrs.evolve(request.change_order_items[0], commitment_line_item_id=177)
    close_out = office.perform(attrs.evolve(request, change_order_items=(twin,)))
    assert close_out.ok
    told = {(data.item_type, data.item_id) for data in close_out.external_data}
    assert (ItemKind.LINE_ITEM, 177) not in told


def test_a_budget_transaction_that_procore_has_as_synced_and_somebody_deleted_is_told(office):
    sent = budget(office, (1, 0, "1000.00", True), (2, 1, "50.00", True))
    close_out = office.perform(sent)
    (estimate,) = office.all("Estimate")
    office.user.edit(attrs.evolve(estimate, lines=estimate.lines[:1]))
    synced = tuple(
        attrs.evolve(one, synced=True, origin_id=said.origin_id)
        for one, said in zip(sent.transactions, close_out.transactions, strict=True)
    )
    detail = office.one(attrs.evolve(sent, transactions=synced))
    assert not detail.changed
    assert fields(detail) == {"transaction 2": (D("50.00"), None)}
    assert office.one(sent).changed  # Procore has let go of it


@pytest.mark.parametrize("kind", ["bill", "vendor"])
def test_the_advice_for_what_is_gone_leads_to_one_new_record(office, kind):
    office.link_vendor()
    if kind == "bill":
        ordered(office)
        invoice = office.invoice(1, (177, "10.00", "0", "0"))
        billed(office, invoice)
        office.user.delete(office.all("Bill")[0])
        (detail,) = billed(office, invoice)
        assert codes_of(detail) == [RefusalCode.GONE]
        assert "it was exported as bill 'A-1', which somebody deleted" in detail.messages[0]
        office.links.remove(ItemKind.REQUISITION, 1)
        assert billed(office, invoice)[0].changed
        assert len(office.all("Bill")) == 1
        return
    office.user.delete(next(record for record in office.all("Vendor") if record.list_id == office.vendor))
    request = office.commitment(office.line(177, "10.00"))
    refused = office.one(request)
    assert codes_of(refused) == [RefusalCode.GONE]
    assert "'Alder'" in refused.messages[0]
    assert codes_of(office.one(office.vendor_request())) == [RefusalCode.GONE]
    office.links.remove(ItemKind.VENDOR, 47)
    made = office.perform(office.vendor_request()).external_data[0].origin_id
    vendor = VendorRef(id=47, name="Alder", origin_id=made)
    assert office.one(attrs.evolve(request, commitment=attrs.evolve(request.commitment, vendor=vendor))).changed


def test_quantity_by_unit_cost_of_an_invoice_line_is_told(office):
    ordered(office)
    invoice = office.invoice(1, (177, "10.00", "0", "0"))
    item = attrs.evolve(invoice.items[0], qty=D(10), unit_cost=D(100))
    (detail,) = billed(office, attrs.evolve(invoice, items=(item,)))
    assert "line 1: 10 at 100 is 1000.00, and its amount is 10.00; the amount counts" in detail.notes[0]


def test_a_budget_transaction_of_an_unknown_type_is_refused_unless_the_books_know_it(office):
    sent = budget(office, (1, 0, "1000.00", True))
    foreign = attrs.evolve(sent.transactions[0], type="Erp::Foo")
    request = attrs.evolve(sent, transactions=(foreign,))
    detail = office.one(request)
    assert codes_of(detail) == [RefusalCode.UNKNOWN_TRANSACTION]
    assert "'Erp::Foo'" in detail.messages[0]
    books = attrs.evolve(BOOKS, budget_transactions=(*BOOKS.budget_transactions, "Erp::Foo"))
    assert office.one(request, books=books).status is SUCCESS
    assert office.all("Estimate")[0].lines[0].desc == "Budget modification"


def test_the_lines_of_an_invoice_have_external_data_of_their_own_types(office):
    ordered(office)
    assert office.perform(office.change_order(office.line(188, "30.00", 1), office.line(189, "20.00", 2))).ok
    whole = office.links.find(ItemKind.CHANGE_ORDER, 3).quickbooks_id
    items = (
        RequisitionItem(
            id=11, amount=D("10.00"), item_type="Billings::ContractItem", commitment_item_origin_id=office.line_id(177)
        ),
        RequisitionItem(
            id=12, amount=D("5.00"), item_type="Billings::ChangeOrderItem", change_order_line_item_origin_id=str(whole)
        ),
        RequisitionItem(
            id=13, amount=D("0.00"), item_type="Billings::ContractItem", commitment_item_origin_id=office.line_id(177)
        ),
    )
    request = CreateRequisitions(company_id=7, requisitions=(attrs.evolve(office.invoice(1), items=items),))
    for _ in range(2):  # made, and then known
        close_out = office.perform(request)
        (bill,) = office.all("Bill")
        lines = [line.txn_line_id for line in bill.item_lines]
        assert [(data.item_type, data.item_id, data.origin_id) for data in close_out.external_data] == [
            (ItemKind.REQUISITION, 1, bill.txn_id),
            (ItemKind.REQUISITION_CONTRACT_ITEM, 11, lines[0]),
            (ItemKind.REQUISITION_CHANGE_ORDER_ITEM, 12, f"{lines[1]}|{lines[2]}"),
        ]


def test_what_is_sent_does_not_depend_on_the_callers_decimal_context():
    def documents():
        said = []

        def line(document):
            said.append(document)
            return office.file.process(document)

        with Office() as office:
            lines = [office.line(number, f"100000.{number}35") for number in (1, 2, 3)]
            office.perform(office.commitment(*lines, grand_total=D("300000.705")), line=line)
            office.perform(office.change_order(office.line(188, "123456.785")), line=line)
            office.perform(budget(office, (1, 0, "7654321.005", True), (2, 0, "0.005", True)), line=line)
            request = CreateRequisitions(
                company_id=7, requisitions=(office.invoice(1, (1, "99999.99", "9999.999", "0")),)
            )
            told = office.perform(request, line=line).details
        return said, told

    usual = documents()
    for context in (
        decimal.Context(prec=3, rounding=decimal.ROUND_UP),
        decimal.Context(prec=80, traps=[decimal.Inexact]),
    ):
        with decimal.localcontext(context):
            assert documents() == usual


# --- what a second trial found ----------------------------------------------------------------------------------------


def test_retainage_held_below_nothing_counts_as_released(office):
    ordered(office)
    (detail,) = billed(office, office.invoice(1, (177, "10.00", "-5000.00", "0")))
    assert fields(detail) == {"retainage released, and held": (D("5000.00"), D("0.00"))}


def test_invoices_of_one_batch_that_only_release_see_each_other(office):
    ordered(office)
    billed(office, office.invoice(1, (177, "500.00", "100.00", "0")))
    releases = [office.invoice(number, (177, "0", "0", "100.00")) for number in (2, 3)]
    second, third = billed(office, *releases)
    assert second.messages == ()
    assert fields(third) == {"retainage released, and held": (D("100.00"), D("0.00"))}


def test_what_is_released_on_a_line_of_another_order_is_refused(office):
    ordered(office)
    office.perform(office.commitment(office.line(178, "50.00"), commitment_id=42, number="SC-002"))
    (detail,) = billed(office, office.invoice(1, (178, "0", "0", "100.00")))
    assert codes_of(detail) == [RefusalCode.CONTRADICTION]


def test_retainage_is_held_on_the_job_of_what_is_billed(office):
    lines = office.line(177, "100.00"), attrs.evolve(office.line(178, "50.00"), cost_code=office.code(0, office.gym))
    office.perform(office.commitment(*lines))
    billed(office, office.invoice(1, (177, "100.00", "10.00", "0"), (178, "50.00", "5.00", "0")))
    (bill,) = office.all("Bill")
    assert [(line.item_ref.full_name, line.customer_ref.full_name, line.amount) for line in bill.item_lines[2:]] == [
        ("Retainage", "Harbour View", D("-10.00")),
        ("Retainage", "Gym", D("-5.00")),
    ]


@pytest.mark.parametrize("kind", ["PurchaseOrder", "Estimate"])
def test_a_line_that_a_person_copied_with_its_mark_is_told(office, kind):
    if kind == "Estimate":
        requests = [budget(office, (1, 0, "1000.00", True), (2, 1, "500.00", True))]
    else:
        requests = [office.commitment(office.line(177, "1000.00")), office.change_order(office.line(188, "50.00"))]
    for request in requests:
        assert office.perform(request).ok
    (record,) = office.all(kind)
    copied = attrs.evolve(record.lines[-1], txn_line_id=None)
    office.user.edit(attrs.evolve(record, lines=(*record.lines, copied)))
    for request in requests:
        detail = office.one(request)
        assert detail.status is SUCCESS
        assert detail.differences, request
    assert office.one(requests[0]).changed is False


def test_what_is_left_of_a_unit_line_stays_open(office):
    office.perform(office.commitment(office.line(177, "24000.00", 0, "1", "24000.00")))
    for number, amount in ((1, "23999.00"), (2, "1.00")):
        assert not office.order().is_fully_received
        (detail,) = billed(office, office.invoice(number, (177, amount, "0", "0")))
        assert detail.messages == ()
    assert office.order().is_fully_received


def test_an_order_is_one_commitments_whatever_its_kind(office):
    order = ordered(office)
    request = office.commitment(office.line(7, "5.00"), commitment_id=99, number="PO-9", origin_id=order.txn_id)
    other = attrs.evolve(request.commitment, kind=CommitmentKind.PURCHASE_ORDER_CONTRACT)
    detail = office.one(attrs.evolve(request, commitment=other))
    assert codes_of(detail) == [RefusalCode.LINKED_ELSEWHERE]
    change = office.change_order(office.line(188, "50.00"))
    assert codes_of(office.one(attrs.evolve(change, commitment=other))) == [RefusalCode.LINKED_ELSEWHERE]
    assert office.order() == order


def test_more_is_never_taken_back_in_silence_than_was_billed(office):
    ordered(office)
    office.perform(office.change_order(office.line(188, "-100.00")))
    first, second = (
        billed(office, office.invoice(number, (177, "200.00", "0", "0"), (188, "-60.00", "0", "0")))[0]
        for number in (1, 2)
    )
    assert first.messages == ()
    assert fields(second) == {"line 2: billed, and open": (D("-60.00"), D("-40.00"))}
    books = Books(negative_invoices="vendor_credit")
    (credit,) = billed(office, office.invoice(3, (177, "-500.00", "0", "0")), books=books)
    assert fields(credit) == {"line 1: taken back, and billed": (D("-500.00"), D("-400.00"))}


def test_an_invoice_that_changed_its_sign_after_a_lost_reply_is_found_again(office):
    ordered(office)
    bill = CreateRequisitions(company_id=7, requisitions=(office.invoice(1, (177, "90.00", "0", "0")),))
    office.break_line(bill)
    credit = CreateRequisitions(company_id=7, requisitions=(office.invoice(1, (177, "-90.00", "0", "0")),))
    (detail,) = office.perform(credit, books=Books(negative_invoices="vendor_credit")).details
    assert not detail.changed
    assert fields(detail)["total"] == (D("-90.00"), D("90.00"))
    assert office.all("VendorCredit") == []


def test_a_change_order_whose_mark_a_person_erased_is_known_by_its_lines(office):
    ordered(office)
    request = office.change_order(office.line(188, "50.00"))
    office.perform(request)
    order = office.order()
    office.user.edit(attrs.evolve(order, lines=(order.lines[0], erase(order.lines[1], "other2"))))
    assert office.one(request).messages == ()
    office.links = Links([link for link in office.links if link.kind is not ItemKind.CHANGE_ORDER_LINE_ITEM])
    assert office.one(request).messages == ()
    assert len(office.order().lines) == 2


def test_similar_numbers_of_one_vendor_on_two_commitments_see_each_other(office):
    ordered(office)
    office.perform(office.commitment(office.line(178, "1000.00"), commitment_id=42, number="SC-002"))
    twin = attrs.evolve(office.invoice(2, (178, "90.00", "0", "0"), contract_id=42), invoice_number="A1")
    first, second = billed(
        office, office.invoice(1, (177, "90.00", "0", "0")), twin, books=Books(similar_bills="refuse")
    )
    assert first.messages == ()
    assert codes_of(second) == [RefusalCode.SIMILAR_BILL]


@pytest.mark.parametrize("what", ["item", "job", "retainage", "missing retainage"])
def test_nothing_is_billed_on_what_is_inactive(office, what):
    ordered(office)
    books = Books(retainage_item="Retention") if what == "missing retainage" else BOOKS
    known = {
        "item": ("ItemService", "01"),
        "job": ("Customer", "Harbour View"),
        "retainage": ("ItemService", "Retainage"),
    }
    if what in known:
        list_, name = known[what]
        office.user.deactivate(next(record for record in office.all(list_) if record.full_name == name))
    (detail,) = billed(office, office.invoice(1, (177, "100.00", "10.00", "0")), books=books)
    code = RefusalCode.NOT_SET_UP if what == "missing retainage" else RefusalCode.INACTIVE_IN_QUICKBOOKS
    assert codes_of(detail) == [code]
    assert office.all("Bill") == []


def test_a_budget_does_not_grow_on_what_is_inactive(office):
    office.perform(budget(office, (1, 0, "1000.00", True)))
    office.user.deactivate(next(record for record in office.all("ItemService") if record.name == "02"))
    detail = office.one(budget(office, (2, 1, "5.00", False), cls=UpdateBudget))
    assert codes_of(detail) == [RefusalCode.INACTIVE_IN_QUICKBOOKS]


def test_contradictions_on_what_is_linked_are_told(office):
    office.link_vendor()
    request = office.commitment(office.line(177, "1000.00"))
    office.perform(request)
    birch = office.ask(Request.add(Vendor(name="Birch")))[0].found[0].list_id
    vendor = VendorRef(id=47, name="Alder", origin_id=birch)
    wrong = attrs.evolve(request, commitment=attrs.evolve(request.commitment, vendor=vendor))
    assert "but it was exported as" in office.one(wrong).notes[0]
    change = attrs.evolve(office.change_order(office.line(188, "5.00")), commitment=wrong.commitment)
    assert codes_of(office.one(change)) == [RefusalCode.CONTRADICTION]
    new = VendorRef(id=49, name="Cedar")
    moved = attrs.evolve(request, commitment=attrs.evolve(request.commitment, vendor=new))
    assert fields(office.one(moved)) == {"vendor": ("Cedar", "Alder")}


@pytest.mark.parametrize("kind", [ItemKind.STANDARD_COST_CODE, ItemKind.PROJECT])
def test_items_that_share_a_record_are_sent_again_without_an_error(office, kind):
    record = office.items[0] if kind is ItemKind.STANDARD_COST_CODE else office.job
    for number in (5, 6):
        office.links.add(Link(kind=kind, procore_id=number, quickbooks_id=record, shared=True))
    if kind is ItemKind.PROJECT:
        request = CreateOrUpdateJob(job=Project(id=6, name="Harbour View"))
    else:
        code = StandardCostCode(id=6, code="01", full_code="01", name="c")
        request = CreateStandardCostCodes(standard_cost_codes=(code,), request_detail_ids=(None,))
    for _ in range(2):
        assert office.one(request, books=Books(income_account="Income", expense_account="Cost")).messages == ()


def test_a_line_that_a_person_entered_anew_with_its_mark_is_the_line(office):
    commitment = office.commitment(office.line(177, "1000.00"), office.line(178, "50.00", 1))
    office.perform(commitment)
    order = office.order()
    office.user.edit(attrs.evolve(order, lines=order.lines[:1]))
    change = office.change_order(office.line(188, "5.00"))
    refused = office.one(change)
    assert codes_of(refused) == [RefusalCode.ORDER_CHANGED]
    assert "gone: Procore line 178" in refused.messages[0]
    order = office.order()
    again = attrs.evolve(commitment.commitment_items[1])
    entered = PurchaseOrderLine(
        item_ref=Ref(list_id=office.items[1]),
        customer_ref=Ref(list_id=office.job),
        desc=again.description,
        quantity=D(50),
        rate=D(1),
        other2="Procore line 178",
    )
    office.user.edit(attrs.evolve(order, lines=(*order.lines, entered)))
    assert office.one(change).messages == ()
    assert office.one(commitment).messages == ()
    assert office.links.find(ItemKind.LINE_ITEM, 178).quickbooks_id == office.order().lines[1].txn_line_id


def test_a_change_order_of_which_a_part_is_gone_is_completed(office):
    ordered(office)
    request = office.change_order(office.line(188, "50.00"), office.line(189, "60.00", 1))
    office.perform(request)
    billed(office, office.invoice(1, (188, "10.00", "0", "0")))
    order = office.order()
    office.user.edit(attrs.evolve(order, lines=order.lines[:2]))
    assert codes_of(office.one(request)) == [RefusalCode.GONE]
    office.links.remove(ItemKind.CHANGE_ORDER, 3)
    detail = office.one(request)
    assert (detail.status, detail.changed, detail.messages) == (SUCCESS, True, ())
    assert [line.amount for line in office.order().lines] == [D("1000.00"), D("50.00"), D("60.00")]


def test_a_change_order_whose_answer_was_lost_does_not_hold_up_the_next(office):
    ordered(office)
    first = office.change_order(office.line(188, "50.00"))
    office.break_line(first)
    assert office.one(office.change_order(office.line(189, "60.00"), order_id=4)).messages == ()
    assert office.one(first).messages == ()
    assert len(office.order().lines) == 3


@pytest.mark.parametrize("how", ["deleted", "merged"])
def test_the_advice_for_an_item_that_is_gone_leads_to_an_end(office, how):
    books = Books(income_account="Income", expense_account="Cost", item_naming="flat")
    link = Link(kind=ItemKind.STANDARD_COST_CODE, procore_id=5, quickbooks_id=office.items[0], name="01")
    office.links.add(link)
    office.links.add(Link(kind=ItemKind.PROJECT, procore_id=86, quickbooks_id=office.job, name="Harbour View"))
    pair = office.pair(0)
    code = CostCode(id=500, code="01", full_code="01", name="c", standard_cost_code_id=5, origin_id=pair)
    project = CreateOrUpdateJob(company_id=7, job=Project(id=86, name="Harbour View"), all_cost_codes=(code,))
    assert office.perform(project, books=books).ok
    item, other = (next(one for one in office.all("ItemService") if one.list_id == office.items[at]) for at in (0, 1))
    if how == "deleted":
        office.user.delete(item)
    else:
        office.user.merge(item, other)
    commitment = office.commitment(office.line(177, "10.00"))
    refused = office.one(commitment)
    assert codes_of(refused) == [RefusalCode.GONE]
    assert "procore-qbd unlink standard_cost_code 5" in refused.messages[0]
    office.links.remove(ItemKind.STANDARD_COST_CODE, 5)
    if how == "deleted":
        standard = StandardCostCode(id=5, code="01", full_code="01", name="c")
        codes = CreateStandardCostCodes(company_id=7, standard_cost_codes=(standard,), request_detail_ids=(None,))
        assert office.one(codes, books=books).changed
    else:
        office.links.add(attrs.evolve(link, quickbooks_id=other.list_id, name="02", shared=True))
    sent = office.perform(project, books=books)
    assert sent.details[0].messages == ()
    pair = sent.external_data[1].origin_id
    line = attrs.evolve(commitment.commitment_items[0], cost_code=attrs.evolve(office.code(0), origin_id=pair))
    assert office.one(attrs.evolve(commitment, commitment_items=(line,))).changed


def test_a_request_detail_of_the_whole_batch_is_closed_too(office):
    ordered(office)
    own = office.invoice(1, (177, "10.00", "0", "0"), request_detail_id=6)
    close_out = office.perform(CreateRequisitions(company_id=7, requisitions=(own,), request_detail_id=5))
    assert {call.path.rpartition("/")[2] for call in calls(close_out)} >= {"5", "6"}


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e5000", "1e-5000"])
def test_a_number_that_is_none_is_the_callers_fault_and_nothing_is_sent(office, amount):
    with pytest.raises(ValueError, match=r"commitment_items\[0\].amount: expected a number"):
        office.perform(office.commitment(office.line(177, amount)))
    assert office.all("PurchaseOrder") == []


@pytest.mark.parametrize("wrong", [(None, Links(), BOOKS), ("request", {}, BOOKS), ("request", Links(), {})])
def test_what_perform_is_given_is_checked_at_the_call(office, wrong):
    request, links, books = wrong
    request = office.commitment(office.line(177, "1.00")) if request else {}
    with pytest.raises(TypeError, match="the usual call is perform"):
        perform(request, links, books)


@pytest.mark.parametrize(
    ("said", "kept"), [("Cafe\u0301", "Café"), ("Acme\u00a0Co", "Acme Co"), (" Acme\tCo ", "Acme Co")]
)
def test_a_name_that_looks_the_same_is_the_same_also_from_a_program(office, said, kept):
    office.one(office.vendor_request(60, said))
    assert kept in [vendor.name for vendor in office.all("Vendor")]
    detail = office.one(office.vendor_request(61, kept))
    assert [refusal.code for refusal in detail.refusals] == [RefusalCode.NAME_IN_USE]
    order = office.commitment(office.line(1, "10.00"), number=f"{said[:4]}-1")
    office.perform(order)
    assert office.order().ref_number == f"{said[:4].replace(chr(0xA0), ' ')}-1".strip()


@pytest.mark.parametrize("unseen", ["A\nB", "A\u200bB", "A\u2028B", "A\u202eB"])
def test_what_nobody_can_see_in_a_name_or_a_number_is_refused(office, unseen):
    requests = (
        office.vendor_request(60, unseen),
        office.commitment(office.line(1, "10.00"), number=unseen),
    )
    for request in requests:
        detail = office.one(request)
        assert detail.status == "failed"
        assert RefusalCode.CHARACTER in [refusal.code for refusal in detail.refusals]
    assert not office.all("PurchaseOrder")


def test_retainage_that_a_vendor_credit_gave_back_is_not_held_any_more(office):
    books = attrs.evolve(BOOKS, negative_invoices=NegativeInvoices.VENDOR_CREDIT)
    office.perform(office.commitment(office.line(1, "1000.00")))
    for invoice in (office.invoice(1, (1, "600.00", "60.00", "0")), office.invoice(2, (1, "-400.00", "-40.00", "0"))):
        office.perform(CreateRequisitions(company_id=7, requisitions=(invoice,), request_detail_id=5), books=books)
    assert len(office.all("VendorCredit")) == 1
    release = office.invoice(3, (1, "0", "0", "60.00"))
    request = CreateRequisitions(company_id=7, requisitions=(release,), request_detail_id=5)
    detail = office.one(request, books=books)
    assert [(one.field, one.procore, one.quickbooks) for one in detail.differences] == [
        ("retainage released, and held", D("60.00"), D("20.00"))
    ]


def test_lines_of_one_id_are_refused_wherever_ids_stand_twice(office):
    office.perform(office.commitment(office.line(1, "100.00")))
    invoice = office.invoice(1, (1, "10.00", "0", "0"), (1, "20.00", "0", "0"))
    twins = tuple(attrs.evolve(item, id=7) for item in invoice.items)
    costs = budget(office, *FIRST).job_costs
    requests = {
        "transaction 2: has the id of another transaction, 1": budget(office, FIRST[0], (1, 1, "20.00", True)),
        "budget line 4: has the id of another budget line, 0": attrs.evolve(
            budget(office, *FIRST), job_costs=(*costs, costs[0])
        ),
        "line 2: has the id of another line, 7": CreateRequisitions(
            company_id=7, requisitions=(attrs.evolve(invoice, items=twins),), request_detail_id=5
        ),
        "line 2: has the id of another line, 31": office.change_order(office.line(31, "5.00"), office.line(31, "6.00")),
        "line 2: has the id of another line, 91": office.commitment(
            office.line(91, "5.00"), office.line(91, "6.00"), commitment_id=9, number="SC-9"
        ),
    }
    for words, request in requests.items():
        detail = office.one(request)
        assert (detail.status, detail.messages) == ("failed", (words,))
    assert not office.all("Estimate")
    assert not office.all("Bill")
    assert office.order().total_amount == D("100.00")


def test_cost_codes_of_one_id_are_not_linked_and_do_not_hold_up_the_job(office):
    codes = tuple(
        CostCode(id=id_, code=full, full_code=full, name="c", standard_cost_code_origin_id=office.items[at])
        for at, (id_, full) in enumerate(((900, "01"), (900, "02"), (901, "03")))
    )
    job = Project(id=87, name="Mill Street")
    request = CreateOrUpdateJob(company_id=7, request_detail_id=1, job=job, all_cost_codes=codes)
    close_out = office.perform(request)
    assert close_out.details[0].messages == ("cost codes 01, 02 not linked: they have the same id in Procore",)
    assert [data.item_id for data in close_out.external_data if data.item_type is ItemKind.COST_CODE] == [901]


def test_standard_cost_codes_of_one_id_are_refused_both(office):
    codes = tuple(
        StandardCostCode(id=id_, code=code, full_code=code, name="c") for id_, code in ((1, "70"), (1, "71"), (2, "72"))
    )
    request = CreateStandardCostCodes(company_id=7, standard_cost_codes=codes, request_detail_ids=(1, 2, 3))
    books = attrs.evolve(BOOKS, income_account="Income", expense_account="Cost")
    details = office.perform(request, books=books).details
    assert [detail.status for detail in details] == ["failed", "failed", "success"]
    assert {"70", "71"}.isdisjoint(item.name for item in office.all("ItemService"))


def test_invoices_of_one_id_are_refused_both(office):
    office.perform(office.commitment(office.line(1, "100.00")))
    one, other = office.invoice(1, (1, "10.00", "0", "0")), office.invoice(2, (1, "20.00", "0", "0"))
    twin = attrs.evolve(one, invoice_number="B-1", items=other.items)
    details = office.bill(one, twin, other).details
    assert [detail.status for detail in details] == ["failed", "failed", "success"]
    assert [bill.ref_number for bill in office.all("Bill")] == ["A-2"]


# --- the ends of the calendar ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
def test_an_invoice_of_either_end_of_the_calendar_is_billed(office, day):
    ordered(office)
    (detail,) = billed(office, attrs.evolve(office.invoice(1, (177, "90.00", "0", "0")), billing_date=day))
    assert (detail.refusals, [bill.txn_date for bill in office.all("Bill")]) == ((), [day])
