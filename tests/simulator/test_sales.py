"""What is sold: lines, groups, subtotals, discounts, sales tax, terms, and what comes from the customer and from orders."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd import Edition, Request
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bills import Bill, ItemGroupLine, ItemLine, LinkToTxn
from procore_qbd.qbxml.entities.checks import Check
from procore_qbd.qbxml.entities.credit_memos import CreditMemo, CreditMemoLine
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine
from procore_qbd.qbxml.entities.invoices import Invoice, InvoiceLine, InvoiceLineGroup
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLineGroup
from procore_qbd.qbxml.entities.sales_orders import SalesOrder, SalesOrderLine, SalesOrderLineGroup
from procore_qbd.qbxml.entities.sales_receipts import SalesReceipt, SalesReceiptLine
from procore_qbd.qbxml.entities.tax_codes import SalesTaxCode
from procore_qbd.qbxml.entities.tax_items import ItemSalesTax
from procore_qbd.qbxml.entities.terms import DateDrivenTerms, StandardTerms
from procore_qbd.qbxml.entities.vendors import Vendor
from support.company import Clock, put, say
from support.examples import examples
from support.money import received, refused
from support.simulated import (
    SMALL,
    TODAY,
    D,
    applied,
    balance,
    bill,
    booked,
    change,
    changing,
    company_of,
    found,
    invoice,
    make,
    named,
    now,
    sold,
    void,
)

FEW = settings(max_examples=examples(30), derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
NUMBERS = st.integers(1, 9999).map(lambda number: D(number) / 100)


@pytest.fixture
def books():
    with company_of(clock=Clock()) as company:
        yield company


def kept(line, **more):
    """A line that a Mod keeps, with what changes of it."""
    return type(line)(txn_line_id=line.txn_line_id, **more)


def group(cls=InvoiceLineGroup, name="Set", quantity=None):
    return cls(item_group_ref=named(name), quantity=None if quantity is None else D(quantity))


def cent(number: Fraction) -> Decimal:
    """A number to the cent, halves away from zero, by whole numbers alone."""
    units = (2 * abs(number) * 100 + 1) // 2
    return D(int(units if number >= 0 else -units)) / 100


def amounts(record):
    return [getattr(line, "total_amount", None) if hasattr(line, "lines") else line.amount for line in record.lines]


# --- what it shows ---------------------------------------------------------------------------------------------------


def test_an_invoice_has_what_quickbooks_gives_it(books):
    due = make(books, invoice(sold("Work", quantity=2), InvoiceLine(desc="text"), memo="m"))
    assert (due.subtotal, due.sales_tax_percentage, due.sales_tax_total) == (199, 0, 0)
    assert (due.applied_amount, due.balance_remaining, due.is_paid) == (0, 199, False)
    assert (due.is_pending, due.is_finance_charge, due.is_to_be_printed, due.is_to_be_emailed) == (
        *(False, False),
        *(True, False),
    )
    assert (due.ar_account_ref.full_name, due.template_ref.full_name) == (
        "Accounts Receivable",
        "Intuit Product Invoice",
    )
    work, text = due.lines
    assert (work.desc, work.rate, work.amount, text.desc, text.amount) == ("sold", D("99.5"), 199, "text", None)
    assert booked(books, due) == [("Accounts Receivable", D(199)), ("Sales", D(-199))]
    receipt = make(books, SalesReceipt(lines=(sold(cls=SalesReceiptLine, rate=7),)))
    assert (receipt.total_amount, receipt.deposit_to_account_ref.full_name) == (7, "Undeposited Funds")
    assert (receipt.due_date, receipt.ship_date) == (TODAY, TODAY)
    back = make(books, CreditMemo(customer_ref=named("Hall"), lines=(sold("Freight", CreditMemoLine),)))
    assert (back.total_amount, back.credit_remaining) == (40, 40)
    assert booked(books, back) == [("Accounts Receivable", D(-40)), ("Sales", D(40))]


def test_what_a_customer_says_stands_on_what_he_is_sold(books):
    due = make(books, invoice(1, customer="School"))
    assert (due.bill_address.addr1, due.bill_address_block.addr1, due.ship_address) == ("1 Main St", "1 Main St", None)
    assert (due.terms_ref.full_name, due.item_sales_tax_ref, due.customer_sales_tax_code_ref) == ("Net 30", None, None)
    for cls, line in ((Invoice, InvoiceLine), (SalesOrder, SalesOrderLine), (Estimate, EstimateLine)):
        made = make(books, cls(customer_ref=named("Hall"), lines=(sold(cls=line, rate=1),)))
        assert made.item_sales_tax_ref.full_name == "County"
        assert made.customer_sales_tax_code_ref.full_name == "Tax"
        assert made.terms_ref.full_name == "Net 25th"
    own = make(books, invoice(1, customer="Hall", item_sales_tax_ref=named("City"), terms_ref=named("Net 30")))
    assert (own.item_sales_tax_ref.full_name, own.due_date) == ("City", TODAY + dt.timedelta(30))


# --- terms -----------------------------------------------------------------------------------------------------------


@FEW
@given(st.dates(dt.date(1990, 1, 1), dt.date(2050, 1, 1)), st.integers(1, 31), st.integers(0, 31))
def test_terms_that_name_a_day_mean_that_day_of_a_month(day, number, before):
    """The next such day, but for the month after where a bill comes within so many days before it."""
    with company_of([*SMALL, DateDrivenTerms(name="T", day_of_month_due=number, due_next_month_days=before)]) as books:
        made = make(books, bill(1, txn_date=day, terms_ref=named("T")))
        first = day.replace(day=1)
        months = 0 if day.day <= number - before else 1
        for _ in range(months):
            first = (first + dt.timedelta(31)).replace(day=1)
        last = (first + dt.timedelta(31)).replace(day=1) - dt.timedelta(1)
        assert made.due_date == first.replace(day=min(number, last.day))
        assert made.due_date >= day or before == 0 or number > last.day


def test_other_terms_count_days_and_without_terms_bills_wait_ten(books):
    def due(record):
        return (make(books, record).due_date - TODAY).days

    assert due(bill(1, vendor="Birch")) == 30
    assert due(bill(1)) == 10
    assert due(bill(1, due_date=TODAY + dt.timedelta(3))) == 3
    assert due(invoice(1)) == 30
    assert due(invoice(1, customer="School:Gym")) == 0
    assert due(SalesOrder(customer_ref=named("School:Gym"), lines=(sold(cls=SalesOrderLine, rate=1),))) == 0


# --- lines that look at those above ----------------------------------------------------------------------------------

KINDS = st.sampled_from(["plain", "Subtotal", "Tenth off", "share", "group"])


@FEW
@given(st.lists(st.tuples(KINDS, NUMBERS), min_size=1, max_size=7))
def test_subtotals_and_shares_against_plain_arithmetic(lines):
    said, expected = [], []
    since, above, total = Fraction(0), Fraction(0), Fraction(0)
    for kind, number in lines:
        if kind == "Subtotal":
            said.append(sold("Subtotal"))
            above, since = since, Fraction(0)
            expected.append(D(cent(above)))
            continue
        if kind == "plain":
            said.append(sold(rate=number))
            amount = number
        elif kind == "group":
            said.append(group(quantity=1))
            amount = D("206.50")  # two of 99.50, one and a half of 5
        else:
            share = D(-10) if kind == "Tenth off" else number
            said.append(sold("Tenth off") if kind == "Tenth off" else sold("Freight", rate_percent=number))
            amount = cent(above * Fraction(share) / 100)
        above = Fraction(amount)
        since, total = since + above, total + above
        expected.append(amount)
    with company_of() as books:
        (outcome,) = say(books, Request.add(invoice(*said)))
        assert outcome.code == (3180 if total < 0 else 0)
        if outcome.ok:
            made = outcome.record(Invoice)
            assert amounts(made) == expected
            assert (made.subtotal, made.balance_remaining) == (cent(total), cent(total))
            assert change(books, made, memo="m").lines == made.lines
            again = change(books, made, lines=tuple(map(kept, made.lines)))
            assert (again.lines, again.subtotal) == (made.lines, made.subtotal)
            assert sum(amount for _, amount in booked(books, again)) == 0


def test_a_share_follows_what_stands_above_it(books):
    made = make(books, invoice(sold(rate=100), sold("Tenth off"), sold("Five off")))
    assert (amounts(made), [one.rate_percent for one in made.lines]) == ([100, -10, -5], [None, -10, None])
    assert booked(books, made)[1:] == [("Sales", D(-100)), ("Overhead", D(10)), ("Overhead", D(5))]
    first, off, five = made.lines
    made = change(books, made, lines=(kept(first, rate=D(200)), kept(off), kept(five)))
    assert amounts(made) == [200, -20, -5]
    made = change(books, made, lines=(kept(first), kept(off, rate_percent=D("-12.5")), kept(five)))
    assert amounts(made) == [200, -25, -5]
    made = change(books, made, lines=(kept(first), kept(off, amount=D(-7)), kept(five)))
    assert (amounts(made), made.lines[1].rate_percent) == ([200, -7, -5], None)
    made = change(books, made, lines=(kept(first, amount=D(10)), kept(off, rate_percent=D(-50))))
    assert (amounts(made), made.subtotal) == ([10, -5], 5)
    both = kept(off, rate_percent=D(-1), amount=D(-1))
    refused(books, changing(made, lines=(kept(first), both)), 1030, "RatePercent beside an amount")


# --- groups ----------------------------------------------------------------------------------------------------------


def test_a_group_stands_for_its_lines(books):
    made = make(books, invoice(group(quantity="2"), sold(rate=1)))
    (one, _) = made.lines
    assert (one.desc, one.quantity, one.total_amount, one.is_print_items_in_group) == ("a set", 2, 413, False)
    assert [(line.item_ref.full_name, line.quantity, line.amount) for line in one.lines] == [
        ("Work", D(4), D(398)),
        ("Pipe", D(3), D(15)),
    ]
    assert made.subtotal == 414
    assert len({line.txn_line_id for line in (*made.lines, *one.lines)}) == 4
    made = change(books, made, lines=(kept(one, quantity=D(3)), kept(made.lines[1])))
    assert [(line.quantity, line.amount) for line in made.lines[0].lines] == [(6, 597), (D("4.5"), D("22.50"))]
    work, pipe = made.lines[0].lines
    made = change(books, made, lines=(kept(one, lines=(kept(work, rate=D(1)), kept(pipe))),))
    assert (made.lines[0].total_amount, made.subtotal) == (D("28.50"), D("28.50"))
    assert [line.txn_line_id for line in made.lines[0].lines] == [work.txn_line_id, pipe.txn_line_id]
    made = change(books, made, lines=(kept(one, lines=(kept(pipe),)),))
    assert [line.item_ref.full_name for line in made.lines[0].lines] == ["Pipe"]


@FEW
@given(st.decimals(D("0.00001"), 100, places=5), st.decimals(D("0.00001"), 100, places=5))
def test_quantities_in_groups_have_five_decimals(first, then):
    with company_of() as books:
        made = make(books, invoice(group(quantity=first)))
        made = change(books, made, lines=(kept(made.lines[0], quantity=then),))
        work, pipe = made.lines[0].lines
        assert all(line.quantity == line.quantity.quantize(D("0.00001")) for line in (work, pipe))
        if first >= 1:
            assert abs(work.quantity - 2 * then) <= 2 * D("0.00001") * (then + 1)
        assert made.lines[0].total_amount == work.amount + pipe.amount == made.subtotal


def test_a_group_that_was_voided_can_be_filled_again(books):
    made = make(books, invoice(group(quantity=2)))
    assert void(books, made).ok
    made = change(books, now(books, made), lines=(kept(made.lines[0], quantity=D(1)),))
    assert (made.subtotal, made.lines[0].quantity) == (D("206.50"), 1)


def test_groups_are_bought_too(books):
    made = make(books, Bill(vendor_ref=named("Alder"), item_lines=(group(ItemGroupLine, quantity=2),)))
    (one,) = made.item_lines
    assert [(line.quantity, line.cost, line.amount) for line in one.lines] == [(4, D("80.125"), D("320.50")), (3, 3, 9)]
    assert (one.total_amount, made.amount_due) == (D("329.50"), D("329.50"))
    assert booked(books, made)[1:] == [("Job Costs", D("320.50")), ("Stock", D(9))]
    check = Check(account_ref=named("Checking"), item_lines=(group(ItemGroupLine),))
    assert make(books, check).amount == D("164.75")
    order = PurchaseOrder(vendor_ref=named("Alder"), lines=(group(PurchaseOrderLineGroup),))
    order = make(books, order)
    assert [line.received_quantity for line in order.lines[0].lines] == [0, 0]
    make(books, Bill(vendor_ref=named("Alder"), link_to_txn_ids=(order.txn_id,)))
    order = now(books, order)
    assert ([line.received_quantity for line in order.lines[0].lines], order.is_fully_received) == ([2, D("1.5")], True)


# --- sales tax -------------------------------------------------------------------------------------------------------


@FEW
@given(st.lists(st.tuples(NUMBERS, st.sampled_from([None, "Tax", "Non"])), min_size=1, max_size=6))
def test_tax_is_rounded_once_on_what_is_taxable(lines):
    with company_of() as books:
        said = (sold(rate=rate, sales_tax_code_ref=code and named(code)) for rate, code in lines)
        made = make(books, invoice(*said, customer="Hall"))
        taxable = sum(rate for rate, code in lines if code == "Tax")
        tax = cent(Fraction(taxable) * Fraction(825, 10000))
        assert (made.sales_tax_percentage, made.sales_tax_total) == (D("8.25"), tax)
        assert made.balance_remaining == made.subtotal + tax
        assert (balance(books, "Sales Tax Payable"), balance(books, "Accounts Receivable")) == (
            tax,
            made.balance_remaining,
        )


def test_who_is_not_taxed_pays_no_tax_and_a_group_of_taxes_is_all_of_them(books):
    line = sold("Pipe", rate=100)
    assert make(books, invoice(line, item_sales_tax_ref=named("Both"))).sales_tax_total == D("9.35")
    made = make(books, invoice(line, customer="Hall", customer_sales_tax_code_ref=named("Non")))
    assert (made.sales_tax_percentage, made.sales_tax_total) == (D("8.25"), 0)
    assert make(books, invoice(line)).sales_tax_total == 0
    assert change(books, made, customer_sales_tax_code_ref=named("Tax")).sales_tax_total == D("8.25")
    assert change(books, made, item_sales_tax_ref=named("City")).sales_tax_total == D("1.10")


CANADIAN = [
    *(one for one in SMALL if type(one) in (Account, StandardTerms, Vendor, ItemService, ItemSalesTax)),
    SalesTaxCode(
        name="H",
        is_taxable=True,
        item_sales_tax_ref=named("County"),
        item_purchase_tax_ref=named("City"),
    ),
    SalesTaxCode(name="E", is_taxable=False),
    Customer(name="École"),
]


def test_in_canada_each_line_says_its_tax():
    with company_of(CANADIAN, edition=Edition.CA) as books:
        lines = (
            sold(rate=10, sales_tax_code_ref=named("H")),
            sold(rate=10, sales_tax_code_ref=named("E")),
            sold(rate="0.06", sales_tax_code_ref=named("H")),
            sold(rate=10),
        )
        made = make(books, invoice(*lines, customer="École"))
        assert (made.subtotal, made.sales_tax_total) == (D("30.06"), cent(Fraction(1006, 100) * Fraction(825, 10000)))
        assert made.balance_remaining == made.subtotal + made.sales_tax_total
        lines = (
            ItemLine(item_ref=named("Work"), cost=D(100), sales_tax_code_ref=named("H")),
            ItemLine(item_ref=named("Work"), cost=D(100), sales_tax_code_ref=named("E")),
        )
        owed = make(books, Bill(vendor_ref=named("Alder"), item_lines=lines))
        assert (owed.amount_due, balance(books, "Accounts Payable")) == (D("201.10"), D("201.10"))
        assert sum(amount for _, amount in booked(books, owed)) == 0


# --- orders ----------------------------------------------------------------------------------------------------------


def ordered(books, *lines, customer="Hall", **more):
    return make(books, SalesOrder(customer_ref=named(customer), lines=lines, **more))


def test_a_sales_order_is_invoiced_line_by_line_and_as_a_whole(books):
    lines = (
        sold("Pipe", SalesOrderLine, quantity=10, rate=6),
        sold("Tenth off", SalesOrderLine),
        group(SalesOrderLineGroup, quantity=2),
        SalesOrderLine(desc="text"),
    )
    order = ordered(books, *lines, ref_number="SO-1")
    assert (order.total_amount, booked(books, order), order.is_fully_invoiced) == (D("473.19"), [], False)
    link = LinkToTxn(txn_id=order.txn_id, txn_line_id=order.lines[0].txn_line_id)
    part = make(books, Invoice(customer_ref=named("Hall"), lines=(InvoiceLine(link_to_txn=link, quantity=D(3)),)))
    (line,) = part.lines
    assert (line.rate, line.amount, line.sales_tax_code_ref.full_name) == (6, 18, "Tax")
    assert [(one.txn_type, one.link_type, one.ref_number) for one in part.linked_txns] == [
        ("SalesOrder", "QUANTYPE", "SO-1")
    ]
    assert now(books, order).lines[0].invoiced == 3
    rest = make(books, Invoice(customer_ref=named("Hall"), link_to_txn_ids=(order.txn_id,)))
    assert [(one.quantity, one.amount) for one in rest.lines] == [
        (7, 42),
        (None, D("-4.20")),  # the share is of what is invoiced here
        (4, 398),
        (3, 15),
    ]
    order = now(books, order)
    assert (order.lines[0].invoiced, [one.invoiced for one in order.lines[2].lines]) == (10, [4, 3])
    assert order.is_fully_invoiced
    (outcome,) = say(books, Request.add(Invoice(customer_ref=named("Hall"), lines=(InvoiceLine(link_to_txn=link),))))
    assert (outcome.code, outcome.ok) == (570, True)
    assert void(books, rest).ok
    order = now(books, order)
    assert (order.lines[0].invoiced, order.is_fully_invoiced) == (3, False)


def test_an_order_that_is_closed_by_hand_is_invoiced_no_more(books):
    first, second = (sold("Work", SalesOrderLine, quantity=quantity) for quantity in (1, 2))
    order = ordered(books, first, second)
    one, other = order.lines
    order = change(books, order, lines=(kept(one, is_manually_closed=True), kept(other)))
    made = make(books, Invoice(customer_ref=named("Hall"), link_to_txn_ids=(order.txn_id,)))
    assert [line.quantity for line in made.lines] == [2]
    assert not now(books, order).is_fully_invoiced
    order = ordered(books, first)
    change(books, order, is_manually_closed=True)
    refused(books, Request.add(Invoice(customer_ref=named("Hall"), link_to_txn_ids=(order.txn_id,))), 3180, "no lines")
    change(books, order, is_manually_closed=False)
    make(books, Invoice(customer_ref=named("Hall"), link_to_txn_ids=(order.txn_id,)))
    assert now(books, order).is_fully_invoiced


def test_somebody_elses_order_is_not_invoiced(books):
    order = ordered(books, sold("Work", SalesOrderLine))
    request = Request.add(Invoice(customer_ref=named("School"), link_to_txn_ids=(order.txn_id,)))
    refused(books, request, 3210, "the SalesOrder belongs to another vendor or customer")


# --- pending ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cls", "line"), [(Invoice, InvoiceLine), (SalesReceipt, SalesReceiptLine), (CreditMemo, CreditMemoLine)]
)
def test_what_is_pending_moves_nothing_until_it_is_no_more(books, cls, line):
    make(books, invoice(1))
    before = [found(books, "Customer", "Hall").balance, found(books, "ItemInventory", "Pipe").quantity_on_hand]
    made = make(books, cls(customer_ref=named("Hall"), is_pending=True, lines=(sold("Pipe", line, quantity=2),)))
    now_ = [found(books, "Customer", "Hall").balance, found(books, "ItemInventory", "Pipe").quantity_on_hand]
    assert (now_, booked(books, made), balance(books, "Sales Tax Payable")) == (before, [], 0)
    if cls is Invoice:
        refused(books, Request.add(received(5, applied(made, 5), customer="Hall")), 3120, "it is pending")
    made = change(books, made, is_pending=False)
    assert found(books, "ItemInventory", "Pipe").quantity_on_hand == (2 if cls is CreditMemo else -2)
    assert sum(amount for _, amount in booked(books, made)) == 0
    assert balance(books, "Sales") == (-10 if cls is CreditMemo else 10) + 1
    if cls is Invoice:
        make(books, received(5, applied(made, 5), customer="Hall"))
        refused(books, changing(now(books, made), is_pending=True), 3170, "it is paid")


# --- what is refused -------------------------------------------------------------------------------------------------


def test_what_cannot_be_sold(books):
    refused(books, Request.add(invoice()), 3180, "it has no lines")
    refused(books, Request.add(invoice(-1)), 3180, "must be positive")
    refused(books, Request.add(invoice(InvoiceLine(amount=D(1)))), 3150, "ItemRef")
    refused(books, Request.add(invoice(sold("Set", rate=1))), 3280, "Set")
    refused(books, Request.add(invoice(sold("County"))), 1030, "a sales tax on a line")
    refused(books, Request.add(invoice(1, customer="Nobody")), 3140, '"Nobody"')
    nothing = InvoiceLineGroup(item_group_ref=named("Work"))
    refused(books, Request.add(invoice(nothing)), 3140, "Item Group")
    assert make(books, invoice(0)).is_paid


def test_a_line_has_the_price_of_its_item_whatever_its_item_is(books):
    both = SalesAndPurchase(sales_price=D("0.105"), income_account_ref=named("Sales"))
    put(books, ItemService(name="Cheap", sales_and_purchase=both))
    made = make(books, invoice(sold("Cheap", quantity=3), sold("Cheap", amount=1), sold("Work:Dig", quantity=2)))
    assert [(one.quantity, one.rate, one.amount) for one in made.lines] == [
        (3, D("0.105"), D("0.32")),
        (D("9.52381"), D("0.105"), 1),
        (2, 0, 0),
    ]
