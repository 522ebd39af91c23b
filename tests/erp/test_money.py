"""Budgets, commitments, change orders and invoices against a company file: to the cent, once, and with reasons."""

import itertools

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd import EngineError, ItemKind, Link, Links, Memory, perform, run
from procore_qbd.domain import (
    CreateRequisitions,
    DetailStatus,
    NegativeInvoices,
    RequisitionItem,
    UpdateBudget,
    VendorRef,
)
from procore_qbd.procore import read_request
from procore_qbd.simulator import CompanyFile
from procore_qbd.testing.seeding import references
from support.examples import examples
from support.office import BOOKS, DAY, FIRST, LATER, D, Office, budget, doctored, meddle
from support.payloads import with_quickbooks_ids
from support.shared import SHARED, needs_shared

SUCCESS, FAILED = DetailStatus.SUCCESS, DetailStatus.FAILED


@pytest.fixture
def office():
    with Office() as found:
        yield found


# --- commitments -----------------------------------------------------------------------------------------------------


def test_a_commitment_becomes_a_purchase_order_once(office):
    request = office.commitment(
        office.line(177, "250.00"), office.line(178, "37.50", 1, "3", "12.50"), description="See plans", code="10543"
    )
    close_out = office.perform(request)
    (order,) = office.all("PurchaseOrder")
    assert close_out.details[0].messages == ()
    assert (order.ref_number, order.memo, order.vendor_msg) == ("10543", "Concrete", "See plans")
    assert (order.vendor_ref.full_name, order.total_amount) == ("Alder", D("287.50"))
    lump, unit = order.lines
    assert (lump.quantity, lump.rate, lump.amount) == (D("250"), D("1"), D("250.00"))
    assert (unit.quantity, unit.rate, unit.amount) == (D("3"), D("12.5"), D("37.50"))
    assert {line.customer_ref.full_name for line in order.lines} == {"Harbour View"}
    header, *lines = close_out.external_data
    assert (header.item_type, header.origin_id, header.origin_code) == (
        ItemKind.WORK_ORDER_CONTRACT,
        order.txn_id,
        "10543",
    )
    assert [(data.item_id, data.origin_id) for data in lines] == [(177, lump.txn_line_id), (178, unit.txn_line_id)]
    again = office.perform(request)
    assert (again.details[0].changed, again.external_data) == (False, close_out.external_data)
    assert office.perform(request, remember=False).external_data == close_out.external_data
    office.links = Links()
    assert not office.one(request).changed
    assert len(office.all("PurchaseOrder")) == 1


def test_a_unit_line_whose_product_is_not_its_amount_keeps_the_amount(office):
    office.perform(office.commitment(office.line(1, "100.00", 0, "3", "33.33")))
    (order,) = office.all("PurchaseOrder")
    assert (order.total_amount, order.lines[0].quantity) == (D("100.00"), D("3"))


def test_a_commitment_that_does_not_fit_says_every_reason(office):
    bad = office.commitment(attrs.evolve(office.line(1, "1.00"), cost_code=None), number="SUBCONTRACT-2026-001")
    bad = attrs.evolve(bad, commitment=attrs.evolve(bad.commitment, vendor=VendorRef(id=9, name="Nobody")))
    assert office.one(bad).messages == (
        "contract company 'Nobody': is not in QuickBooks; export it first",
        "line 1, cost code: none is chosen; choose one in Procore",
        "commitment number: at most 11 characters, got 'SUBCONTRACT-2026-001' (20)",
    )
    long = office.one(office.commitment(office.line(1, "1.00"), number="SUBCONTRACT-2026-001", description="d" * 100))
    assert [message.partition(":")[0] for message in long.messages] == ["commitment number", "description"]
    assert office.one(office.commitment()).messages == ("lines: there are none; add a line in Procore",)
    assert office.all("PurchaseOrder") == []


def test_a_line_on_another_job_goes_there_and_says_so(office):
    elsewhere = attrs.evolve(office.line(1, "10.00"), cost_code=office.code(0, office.gym), tax_amount=D("0.83"))
    close_out = office.perform(office.commitment(elsewhere, grand_total=D("11.00")))
    (order,) = office.all("PurchaseOrder")
    assert order.lines[0].customer_ref.full_name == "Gym"
    (detail,) = close_out.details
    assert len(detail.notes) == 2
    assert "line 1: is on job Gym, as its cost code says" in detail.notes[0]
    assert "tax of 0.83 stays in Procore" in detail.notes[1]
    (difference,) = detail.differences
    assert (difference.procore, difference.quickbooks) == (D("11.00"), D("10.00"))


def test_another_purchase_order_of_that_number_is_never_adopted(office):
    office.perform(office.commitment(office.line(1, "1.00")))
    (theirs,) = office.all("PurchaseOrder")
    detail = office.one(office.commitment(office.line(2, "2.00"), commitment_id=42))
    assert detail.status is FAILED
    assert f"({theirs.txn_id}), and that record is linked to subcontract 41" in detail.messages[0]


# --- change orders ---------------------------------------------------------------------------------------------------


def test_a_change_order_appends_and_touches_nothing_else(office):
    office.perform(office.commitment(office.line(177, "250.00"), office.line(178, "50.00", 1)))
    (before,) = office.all("PurchaseOrder")
    request = office.change_order(office.line(188, "233.00"), office.line(189, "-33.00", 1), description="Rock found")
    close_out = office.perform(request)
    (after,) = office.all("PurchaseOrder")
    assert after.lines[:2] == before.lines
    assert [line.amount for line in after.lines[2:]] == [D("233.00"), D("-33.00")]
    assert (after.total_amount, after.memo) == (D("500.00"), "Concrete\nRock found")
    header, *lines = close_out.external_data
    new = [line.txn_line_id for line in after.lines[2:]]
    assert header.origin_id == "|".join((after.txn_id, *new))
    assert [(data.item_id, data.origin_id) for data in lines] == list(zip((188, 189, 1188, 1189), new * 2, strict=True))
    assert not office.one(request).changed
    assert office.all("PurchaseOrder") == [after]


def test_a_change_order_of_a_commitment_that_is_not_there_says_so(office):
    detail = office.one(office.change_order(office.line(188, "233.00")))
    assert detail.status is FAILED
    assert detail.messages[0].startswith("its commitment 'SC-001 Concrete' is not in QuickBooks: Procore names no")


def test_a_purchase_order_that_a_bookkeeper_changed_or_closed_is_left_alone(office):
    office.perform(office.commitment(office.line(177, "250.00")))
    (order,) = office.all("PurchaseOrder")
    extra = attrs.evolve(order.lines[0], txn_line_id=None, other2=None, desc="by hand")
    meddle(office, lines=(*order.lines, extra))
    detail = office.one(office.change_order(office.line(188, "233.00")))
    assert detail.messages[0].startswith(
        "the number of lines in QuickBooks does not match up with the number in Procore"
    )
    office.links = Links([link for link in office.links if link.kind is not ItemKind.LINE_ITEM])
    meddle(office, is_manually_closed=True)
    assert "is closed in QuickBooks" in office.one(office.change_order(office.line(188, "233.00"))).messages[0]
    assert office.all("PurchaseOrder")[0].total_amount == D("500.00")


@pytest.mark.parametrize(("meddlings", "status"), [(1, SUCCESS), (2, FAILED)])
def test_a_purchase_order_that_changes_meanwhile_is_read_anew_once(office, meddlings, status):
    office.perform(office.commitment(office.line(177, "250.00")))
    left = [meddlings]

    def line(document):
        if b"<PurchaseOrderModRq" in document and left[0]:
            left[0] -= 1
            meddle(office, memo=f"call {left[0]}")
        return office.file.process(document)

    detail = office.one(office.change_order(office.line(188, "233.00")), line=line)
    (order,) = office.all("PurchaseOrder")
    assert (detail.status, order.memo) == (status, "call 0")
    assert len(order.lines) == (2 if status is SUCCESS else 1)


# --- budgets ---------------------------------------------------------------------------------------------------------


def test_a_budget_becomes_one_estimate_that_grows(office):
    close_out = office.perform(budget(office, *FIRST, amounts=(D("1000.00"), D("500.50"))))
    (estimate,) = office.all("Estimate")
    assert (estimate.customer_ref.full_name, estimate.total_amount) == ("Harbour View", D("1500.50"))
    assert [line.amount for line in estimate.lines] == [D("1000.00"), D("500.50")]
    assert close_out.details[0].messages == ()
    assert [(one.id, one.origin_id) for one in close_out.transactions] == [
        (1, estimate.lines[0].txn_line_id),
        (2, estimate.lines[1].txn_line_id),
    ]
    grown = office.perform(budget(office, *LATER, cls=UpdateBudget, amounts=(D("749.75"), D("750.75"))))
    (after,) = office.all("Estimate")
    assert (after.txn_id, after.lines[:2], after.total_amount) == (estimate.txn_id, estimate.lines, D("1500.50"))
    assert [line.desc for line in after.lines[2:]] == ["Budget modification"] * 2
    assert [one.id for one in grown.transactions] == [3, 4]
    assert grown.details[0].messages == ()
    assert not office.one(budget(office, *LATER, cls=UpdateBudget)).changed
    assert not office.one(budget(office, *FIRST)).changed
    assert office.all("Estimate") == [after]


def test_a_budget_whose_reply_was_lost_is_found_and_completed(office):
    office.perform(budget(office, *FIRST), remember=False)
    close_out = office.perform(budget(office, *FIRST, *LATER))
    (estimate,) = office.all("Estimate")
    assert len(estimate.lines) == 4
    assert len(close_out.transactions) == 4


def test_a_difference_to_the_control_total_is_a_warning(office):
    detail = office.one(budget(office, *FIRST, amounts=(D("999.00"),)))
    assert detail.status is SUCCESS
    assert detail.messages == ("budget line 0: total: 999.00 in Procore, 1000.00 in QuickBooks",)


def test_a_cost_code_of_another_job_is_told_because_an_estimate_has_one_job(office):
    sent = budget(office, *FIRST)
    costs = (attrs.evolve(sent.job_costs[0], cost_code_origin_id="80-1|" + office.pair(0).split("|")[1]),)
    detail = office.one(attrs.evolve(sent, job_costs=(*costs, *sent.job_costs[1:])))
    assert detail.status is SUCCESS
    assert detail.messages == ("budget line 0 has a cost code of job 80-1, and its estimate is on Harbour View",)


def test_a_budget_that_was_never_made_cannot_be_updated(office):
    assert office.one(budget(office, *LATER, cls=UpdateBudget)).messages == (
        "the budget is not in QuickBooks yet: send it as a new one",
    )


# --- invoices --------------------------------------------------------------------------------------------------------


def test_an_invoice_becomes_a_bill_on_the_purchase_orders_lines_less_retainage(office):
    office.perform(office.commitment(office.line(177, "250.00"), office.line(178, "37.50", 1, "3", "12.50")))
    close_out = office.bill(office.invoice(1, (177, "100.00", "10.00", "0"), (178, "12.50", "1.25", "0")))
    (bill,) = office.all("Bill")
    (order,) = office.all("PurchaseOrder")
    assert close_out.ok
    assert close_out.details[0].messages == ()
    assert (bill.vendor_ref.full_name, bill.txn_date, bill.ref_number) == ("Alder", DAY, "A-1")
    assert [line.amount for line in bill.item_lines] == [D("100.00"), D("12.50"), D("-11.25")]
    assert bill.amount_due == D("101.25")
    assert bill.item_lines[2].item_ref.full_name == "Retainage"
    assert {line.customer_ref.full_name for line in bill.item_lines} == {"Harbour View"}
    assert [line.received_quantity for line in order.lines] == [D("100"), D("1")]
    assert not order.is_fully_received
    assert close_out.external_data[0].origin_id == bill.txn_id
    again = office.bill(office.invoice(1, (177, "100.00", "10.00", "0"), (178, "12.50", "1.25", "0")))
    assert not again.details[0].changed
    assert office.all("Bill") == [bill]


def test_released_retainage_is_a_positive_line(office):
    office.perform(office.commitment(office.line(177, "250.00")))
    office.bill(office.invoice(1, (177, "250.00", "25.00", "0")))
    close_out = office.bill(office.invoice(2, (177, "0.00", "0", "25.00")))
    assert close_out.ok
    assert [bill.amount_due for bill in office.all("Bill")] == [D("225.00"), D("25.00")]
    assert office.all("PurchaseOrder")[0].is_fully_received


def test_one_bad_invoice_does_not_stop_the_batch(office):
    office.perform(office.commitment(office.line(177, "250.00")))
    bad = (
        office.invoice(2, (999, "5.00", "0", "0")),
        office.invoice(3, (177, "5.00", "50.00", "0")),
        office.invoice(4, (177, "5.00", "0", "0"), contract_id=99),
        office.invoice(5, (177, "0.00", "0", "0")),
    )
    close_out = office.bill(office.invoice(1, (177, "100.00", "0", "0")), *bad)
    assert [detail.status for detail in close_out.details] == [SUCCESS, *[FAILED] * 4]
    words = [
        "Procore names no line of purchase order 'SC-001' that it bills",
        "negative",
        "its commitment is not in QuickBooks",
        "nothing to bill",
    ]
    assert all(word in detail.messages[0] for word, detail in zip(words, close_out.details[1:], strict=True))
    assert len(office.all("Bill")) == 1


def test_a_number_that_comes_twice_in_a_batch_is_one_bill(office):
    office.perform(office.commitment(office.line(177, "250.00")))
    first, second, third = (
        attrs.evolve(office.invoice(number, (177, "50.00", "0", "0")), invoice_number=name)
        for number, name in ((1, "A-1"), (2, "A-1"), (3, "A-3"))
    )
    close_out = office.bill(first, second, third)
    assert [detail.status for detail in close_out.details] == [SUCCESS, FAILED, SUCCESS]
    assert [bill.ref_number for bill in office.all("Bill")] == ["A-1", "A-3"]


@pytest.mark.parametrize("number", [None, "", "  "])
def test_an_invoice_without_a_number_is_refused_because_it_could_not_be_found_again(office, number):
    office.perform(office.commitment(office.line(177, "250.00")))
    invoice = attrs.evolve(office.invoice(1, (177, "50.00", "0", "0")), invoice_number=number)
    assert office.bill(invoice).details[0].messages[0].startswith("invoice number: there is none")
    assert office.all("Bill") == []


def test_an_order_that_is_another_commitments_is_neither_changed_nor_billed(office):
    office.perform(office.commitment(office.line(177, "250.00")))
    (order,) = office.all("PurchaseOrder")
    wrong = office.change_order(office.line(188, "20.00"), commitment_id=42)
    wrong = attrs.evolve(wrong, commitment=attrs.evolve(wrong.commitment, origin_id=order.txn_id))
    assert "is linked to" in office.one(wrong).messages[0]
    invoice = office.invoice(1, (177, "50.00", "0", "0"), contract_id=42, contract_origin_id=order.txn_id)
    assert "is linked to" in office.bill(invoice).details[0].messages[0]
    assert office.all("PurchaseOrder") == [order]
    right = office.invoice(1, (177, "50.00", "0", "0"), contract_origin_id=order.txn_id)
    assert office.bill(right).ok


def test_what_was_unlinked_and_deleted_is_exported_anew_with_its_lines_and_change_orders(office):
    def exported():
        assert office.perform(office.commitment(office.line(177, "250.00"))).ok
        assert office.perform(office.change_order(office.line(188, "20.00"))).ok
        return office.links.find(ItemKind.WORK_ORDER_CONTRACT, 41).quickbooks_id

    first = exported()
    office.links.remove(ItemKind.WORK_ORDER_CONTRACT, 41)
    assert office.links.parts(first) == ()
    assert not [link for link in office.links if link.parent == first]
    meddle(office, ref_number="VOID")
    second = exported()
    assert second != first
    assert {link.parent for link in office.links if link.kind is ItemKind.LINE_ITEM} == {second}


def test_a_change_order_opens_a_purchase_order_again_that_was_billed_in_full(office):
    office.perform(office.commitment(office.line(177, "250.00")))
    office.bill(office.invoice(1, (177, "250.00", "0", "0")))
    assert office.all("PurchaseOrder")[0].is_fully_received
    assert office.perform(office.change_order(office.line(188, "20.00"))).ok
    (order,) = office.all("PurchaseOrder")
    assert (order.is_fully_received, order.total_amount) == (False, D("270.00"))
    assert office.bill(office.invoice(2, (188, "20.00", "0", "0"))).ok
    assert office.all("PurchaseOrder")[0].is_fully_received


def test_a_negative_invoice_becomes_a_vendor_credit_where_the_books_allow_it(office):
    office.perform(office.commitment(office.line(177, "250.00")))
    office.bill(office.invoice(1, (177, "100.00", "10.00", "0")))
    back = CreateRequisitions(company_id=7, requisitions=(office.invoice(2, (177, "-40.00", "-4.00", "0")),))
    assert "-36.00 is negative" in office.one(back).messages[0]
    allowed = attrs.evolve(BOOKS, negative_invoices=NegativeInvoices.VENDOR_CREDIT)
    for changed in (True, False):
        detail = office.one(back, books=allowed)
        assert (detail.status, detail.changed, detail.messages) == (SUCCESS, changed, ())
    (credit,) = office.all("VendorCredit")
    assert (credit.credit_amount, credit.vendor_ref.full_name, credit.ref_number) == (D("36.00"), "Alder", "A-2")
    assert [(line.item_ref.full_name, line.amount) for line in credit.item_lines] == [
        ("01", D("40.00")),
        ("Retainage", D("-4.00")),
    ]
    assert {line.customer_ref.full_name for line in credit.item_lines} == {"Harbour View"}
    assert office.all("PurchaseOrder")[0].lines[0].received_quantity == D("100")
    office.links = Links(link for link in office.links if link.kind is not ItemKind.REQUISITION)
    assert not office.one(back, books=allowed).changed


def test_an_invoice_on_a_closed_purchase_order_is_saved_unlinked_and_says_so(office):
    office.perform(office.commitment(office.line(177, "250.00")))
    meddle(office, is_manually_closed=True)
    (detail,) = office.bill(office.invoice(1, (177, "100.00", "0", "0"))).details
    assert any("570" in message for message in detail.messages)


def test_several_lines_may_bill_one_and_a_whole_change_order_bills_several(office):
    office.perform(office.commitment(office.line(177, "250.00")))
    changed = office.perform(office.change_order(office.line(188, "100.00"), office.line(189, "200.00", 1)))
    whole = changed.external_data[0].origin_id
    invoice = office.invoice(1, (177, "10.00", "0", "0"), (177, "20.00", "0", "0"))
    item = RequisitionItem(id=9, amount=D("100.00"), change_order_line_item_origin_id=whole)
    assert office.bill(attrs.evolve(invoice, items=(*invoice.items, item))).ok
    (bill,) = office.all("Bill")
    assert [line.amount for line in bill.item_lines] == [D("30.00"), D("33.33"), D("66.67")]
    (order,) = office.all("PurchaseOrder")
    assert [line.received_quantity for line in order.lines] == [D("30"), D("33.33"), D("66.67")]


# --- check after write ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (((b"<Amount>250.00", b"<Amount>250.15"),), ["line 1: amount: 250.00 in Procore, 250.15 in QuickBooks"]),
        (((b"<TotalAmount>287.50", b"<TotalAmount>310.50"),), ["total: 287.50 in Procore, 310.50 in QuickBooks"]),
        (((b"<FullName>Harbour View", b"<FullName>Gym"),), []),
    ],
)
def test_what_quickbooks_saved_otherwise_is_told(office, pairs, words):
    request = office.commitment(office.line(177, "250.00"), office.line(178, "37.50", 1, "3", "12.50"))
    detail = office.one(request, line=doctored(office, *pairs))
    assert detail.status is SUCCESS
    assert list(detail.messages) == words


def test_lines_on_another_job_or_item_and_lost_lines_are_told(office):
    office.perform(office.commitment(office.line(177, "250.00"), office.line(178, "50.00", 1)))
    (order,) = office.all("PurchaseOrder")

    def moved(document):
        reply = office.file.process(document)
        if b"PurchaseOrderAddRs" in reply:
            for said, instead in ((office.job, office.gym), (office.items[0], office.items[2])):
                reply = reply.replace(said.encode(), instead.encode())
        return reply

    detail = office.one(office.commitment(office.line(1, "9.00"), commitment_id=2, number="2"), line=moved)
    assert [difference.field for difference in detail.differences] == ["line 1: item", "line 1: job"]

    def line(document):
        reply = office.file.process(document)
        if b"PurchaseOrderModRs" not in reply:
            return reply
        lost = order.lines[0].txn_line_id.encode()
        start = reply.index(b"<PurchaseOrderLineRet>")
        assert lost in reply[start : start + 80]
        return reply[:start] + reply[reply.index(b"</PurchaseOrderLineRet>") + len(b"</PurchaseOrderLineRet>") :]

    assert office.one(office.change_order(office.line(188, "1.00")), line=line).messages == (
        "line 1 that was there: 250.00 in Procore, nothing in QuickBooks; the line is not there, or cannot be recognised",
    )


# --- all of it -------------------------------------------------------------------------------------------------------

CENTS = st.integers(1, 10_000_000).map(lambda cents: D(cents) / 100)


@st.composite
def contracts(draw):
    """Lines of a contract (lump sums and units), a change order behind the first bills, and shares to bill in parts."""
    lines = draw(st.lists(st.tuples(CENTS, st.booleans(), st.integers(1, 50)), min_size=1, max_size=4))
    extra = draw(st.lists(CENTS, max_size=2))
    parts = draw(st.lists(st.integers(1, 100), min_size=1, max_size=4))
    return lines, extra, parts, draw(st.integers(0, 10))


@settings(max_examples=examples(30), deadline=None)
@given(contracts())
def test_bills_add_up_to_the_cent_and_purchase_orders_close_exactly_when_fully_billed(contract):
    lines, extra, parts, percent = contract
    with Office() as office:
        items = []
        prices = {100 + number: price for number, (price, by_unit, _) in enumerate(lines) if by_unit}
        for number, (amount, by_unit, count) in enumerate(lines):
            size = amount * count if by_unit else amount
            price = (str(count), str(amount)) if by_unit else ("0", "0")
            items.append(office.line(100 + number, size, number % 3, *price))
        office.perform(office.commitment(*items))
        more = [office.line(200 + number, amount, number) for number, amount in enumerate(extra)]
        if more:
            office.perform(office.change_order(*more))
        left = {item.id: item.amount for item in (*items, *more)}
        held = D(0)
        for at, part in enumerate(parts, 1):
            last = at == len(parts)
            billed = []
            for line_id, rest in left.items():
                # A contract by the unit is billed in whole units, one by amounts in cents: as Procore does.
                step = prices.get(line_id, D("0.01"))
                amount = rest if last else rest * part / sum(parts) // step * step
                retainage = (amount * percent / 100).quantize(D("0.01"))
                held += retainage
                left[line_id] = rest - amount
                billed.append((line_id, amount, retainage, 0))
            if any(amount for _, amount, _, _ in billed):
                close_out = office.bill(office.invoice(at, *billed))
                assert [detail.messages for detail in close_out.details] == [()]
            (order,) = office.all("PurchaseOrder")
            assert bool(order.is_fully_received) == (not any(left.values()))
        total = sum(item.amount for item in (*items, *more))
        assert office.all("PurchaseOrder")[0].total_amount == total
        assert sum(bill.amount_due for bill in office.all("Bill")) == total - held


@pytest.mark.parametrize("price", ["3.00", "0.03", "31000.00", "99999.99"])
def test_a_unit_line_that_is_billed_by_amounts_ends_closed_all_the_same(office, price):
    office.perform(office.commitment(office.line(177, price, 0, "1", price)))
    third = (D(price) / 3).quantize(D("0.01"))
    for number, amount in enumerate((third, third, D(price) - 2 * third), 1):
        assert not office.all("PurchaseOrder")[0].is_fully_received
        assert office.bill(office.invoice(number, (177, amount, 0, 0))).details[0].messages == ()
    assert office.all("PurchaseOrder")[0].is_fully_received
    assert sum(bill.amount_due for bill in office.all("Bill")) == D(price)


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.booleans()), max_size=12))
def test_in_any_order_and_however_often_lines_break_the_company_file_ends_the_same(steps):
    with Office() as office:
        world = [
            lambda: office.commitment(office.line(177, "250.00"), office.line(178, "50.00", 1)),
            lambda: office.change_order(office.line(188, "100.00")),
            lambda: budget(office, *FIRST),
            lambda: budget(office, *LATER, cls=UpdateBudget),
            lambda: CreateRequisitions(company_id=7, requisitions=(office.invoice(1, (177, "100.00", "10.00", "0")),)),
        ]
        for number, limit, remember in (*steps, *((number, 99, True) for number in range(5))):
            answered = itertools.count()

            def line(document, answered=answered, limit=limit):
                reply = office.file.process(document)
                if next(answered) >= limit:
                    raise EngineError(0x80040402, "the line broke after QuickBooks had done its work")
                return reply

            try:
                office.perform(world[number](), line=line, remember=remember)
            except EngineError:
                continue
        (order,), (estimate,), (bill,) = office.all("PurchaseOrder"), office.all("Estimate"), office.all("Bill")
        assert sorted(line.amount for line in order.lines) == [D("50.00"), D("100.00"), D("250.00")]
        assert sorted(line.amount for line in estimate.lines) == sorted(D(value) for _, _, value, _ in (*FIRST, *LATER))
        assert bill.amount_due == D("90.00")


@needs_shared
@pytest.mark.parametrize("name", ["create_budget", "create_commitment", "create_requisitions"])
def test_procores_own_samples_export_with_what_they_refer_to(name):
    assert SHARED is not None
    request = read_request(with_quickbooks_ids((SHARED / "procore" / "events" / f"event_{name}.json").read_bytes()))
    with CompanyFile.create() as file:
        file.seed(references(request))
        close_out = run(perform(request, Links(), BOOKS), Memory(file.process))
        assert [detail.status for detail in close_out.details] == [SUCCESS], close_out.details
        kind = {"create_budget": "Estimate", "create_commitment": "PurchaseOrder", "create_requisitions": "Bill"}[name]
        made = [record.txn_id for record in file.records(kind)]
        assert close_out.external_data[0].origin_id in made


@needs_shared
def test_procores_sample_of_a_change_order_exports_once_its_commitment_is_linked():
    assert SHARED is not None
    sample = (SHARED / "procore" / "events" / "event_create_commitment_change_order.json").read_bytes()
    request = read_request(with_quickbooks_ids(sample))
    with CompanyFile.create() as file:
        file.seed(references(request))
        links = Links()
        refused = run(perform(request, links, BOOKS), Memory(file.process))
        assert refused.details[0].messages[0].startswith("its commitment 'SC-001 WOC 1 (QB)' is not in QuickBooks")
        (order,) = file.records("PurchaseOrder")
        links.add(Link(kind=ItemKind.WORK_ORDER_CONTRACT, procore_id=2, quickbooks_id=order.txn_id))
        assert run(perform(request, links, BOOKS), Memory(file.process)).ok
        (after,) = file.records("PurchaseOrder")
        assert after.total_amount == D("234.00")
