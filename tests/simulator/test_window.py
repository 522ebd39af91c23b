"""The window into a company file: everything is there, to the cent, and it fits."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd import Edition, Memory, Ref, Request, ask_all, run
from procore_qbd.cards import Alignment, Card, Grid, GridRow
from procore_qbd.errors import CompanyFileError
from procore_qbd.qbxml.entities.accounts import Account, AccountQuery
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine, BillQuery, ItemLine, LinkToTxn
from procore_qbd.qbxml.entities.customers import Customer, CustomerQuery
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine
from procore_qbd.qbxml.entities.invoices import Invoice, InvoiceLine
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment
from procore_qbd.qbxml.entities.shared.common import Address
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.costing import JobCosts, money_by_job
from procore_qbd.simulator.window import records_of
from support.company import Clock, item, put, validated
from support.examples import examples
from support.shared import SHARED

WIDTH = 100


@pytest.fixture
def books():
    with CompanyFile.create(name="Cascade Ridge", clock=Clock()) as company:
        yield company


def ref(record):
    return Ref(list_id=record.list_id)


def money(company):
    names = {customer.list_id: customer.full_name for customer in company.records("Customer")}
    return {names[job]: what for job, what in money_by_job(company.records).items()}


# --- how it looks ----------------------------------------------------------------------------------------------------

AMOUNTS = st.integers(-(10**14), 10**14).map(lambda cents: Decimal(cents).scaleb(-2))
NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=150)


@given(st.lists(st.tuples(st.integers(0, 3), NAMES, AMOUNTS, AMOUNTS, NAMES), max_size=5))
def test_every_line_fits_and_no_number_is_cut(rows):
    columns = (Alignment.WORDS, Alignment.NUMBERS, Alignment.NUMBERS, Alignment.WORDS)
    grid = Grid(
        title="T",
        headings=("", "One", "Two", "About"),
        columns=columns,
        rows=tuple(GridRow(tuple(cells), depth) for depth, *cells in rows),
    )
    text = str(Card(title="C", grids=(grid,), notes=("Vendors\u00a01, Customers\u00a012",)))
    lines = text.split("\n")
    assert max(map(len, lines)) <= WIDTH
    for _, _, one, two, _ in rows:
        assert any(f"{one:,} " in f"{line} " and f"{two:,} " in f"{line} " for line in lines) or any(
            f"{one} " in f"{line} " and f"{two} " in f"{line} " for line in lines
        )


def test_a_list_shows_what_people_know(books):
    site = Address(addr1="88 Quarry Road", city="Bend", state="OR")
    put(books, Vendor(name="Pine & Hollow", vendor_address=site, open_balance=Decimal(5)))
    put(books, Vendor(name="Resting", is_active=False))
    one, two = str(books.show("Vendor")).split("\n")
    assert one.split("  ")[2:] == ["Pine & Hollow", "5.00", "88 Quarry Road, Bend, OR"]
    assert two.split() == [*two.split()[:1], "Resting", "inactive"]
    assert "Pine &amp; Hollow" in books.show("Vendor")._repr_html_()
    assert str(books.show("Employee")) == "  nothing"
    with pytest.raises(ValueError, match="no such list: 'Nothing'"):
        books.show("Nothing")


def test_every_kind_can_be_shown(books):
    contractor(books)
    for kind in books.kinds:
        text = str(books.show(kind))
        assert max(map(len, text.split("\n"))) <= WIDTH
        for record in books.records(kind):
            assert getattr(record, "txn_id", None) or record.list_id in text
            assert (getattr(record, "txn_id", None) or record.list_id) in text


def test_what_stands_below_another_stands_in(books):
    school = put(books, Customer(name="School"))
    put(books, Customer(name="Gym", parent_ref=ref(school)))
    lines = str(books.show("Customer")).split("\n")
    assert lines[1].index("Gym") == lines[0].index("School") + 2
    assert "padding-left:2.0em" in books.show("Customer")._repr_html_()


# --- money -----------------------------------------------------------------------------------------------------------


def contractor(books):
    """One customer with two jobs: an order billed in part, a bill paid in part, an invoice paid in part."""
    school = put(books, Customer(name="School"))
    gym, hall = (put(books, Customer(name=name, parent_ref=ref(school))) for name in ("Gym", "Hall"))
    vendor, concrete = put(books, Vendor(name="V")), put(books, item("Concrete"))
    bank = put(books, Account(name="Bank", account_type="Bank"))
    estimate = EstimateLine(item_ref=ref(concrete), amount=Decimal(1000))
    put(books, Estimate(customer_ref=ref(gym), lines=(estimate,)))
    put(books, Estimate(customer_ref=ref(gym), lines=(estimate,), is_active=False))
    ordered = [
        PurchaseOrderLine(item_ref=ref(concrete), quantity=Decimal(10), rate=Decimal(20), customer_ref=ref(job))
        for job in (gym, hall)
    ]
    order = put(books, PurchaseOrder(vendor_ref=ref(vendor), lines=tuple(ordered)))
    link = LinkToTxn(txn_id=order.txn_id, txn_line_id=order.lines[0].txn_line_id)
    linked = ItemLine(quantity=Decimal(4), link_to_txn=link)
    rent = put(books, Account(name="Rent", account_type="Expense"))
    shed = BillExpenseLine(account_ref=ref(rent), amount=Decimal(20), customer_ref=ref(hall))
    bill = put(books, Bill(vendor_ref=ref(vendor), item_lines=(linked,), expense_lines=(shed,)))
    return {"gym": gym, "hall": hall, "vendor": vendor, "bank": bank, "bill": bill, "concrete": concrete}


def test_a_jobs_money_is_its_own_and_a_customers_that_of_its_jobs(books):
    contractor(books)
    gym = JobCosts(Decimal(1000), Decimal(120), Decimal(80), Decimal(0), Decimal(0))
    hall = JobCosts(Decimal(0), Decimal(200), Decimal(20), Decimal(0), Decimal(0))
    assert money(books) == {"School": gym + hall, "School:Gym": gym, "School:Hall": hall}
    text = str(books.show())
    assert text.splitlines()[0] == "Cascade Ridge (QuickBooks US, simulated)"
    school = next(line for line in text.split("\n") if line.strip().startswith("School"))
    assert school.split() == ["School", "1,000.00", "320.00", "100.00", "0.00", "0.00"]
    assert "Customers\u00a03" in text.replace("\n", " ")


def test_a_bill_that_is_paid_in_part_is_paid_in_the_same_part_for_each_job(books):
    there = contractor(books)
    paid = AppliedToTxn(txn_id=there["bill"].txn_id, payment_amount=Decimal("33.33"))
    put(
        books,
        BillPaymentCheck(
            payee_entity_ref=ref(there["vendor"]),
            bank_account_ref=ref(there["bank"]),
            is_to_be_printed=False,
            applied_to_txns=(paid,),
        ),
    )
    found = money(books)
    assert (found["School:Gym"].paid, found["School:Hall"].paid) == (Decimal("26.66"), Decimal("6.67"))
    assert found["School"].paid == Decimal("33.33")


def test_what_a_customer_paid_is_received_whether_it_was_applied_or_not(books):
    there = contractor(books)
    line = InvoiceLine(item_ref=ref(there["concrete"]), amount=Decimal(100))
    invoice = put(books, Invoice(customer_ref=ref(there["gym"]), lines=(line,)))
    assert money(books)["School:Gym"].received == 0
    applied = AppliedToTxn(txn_id=invoice.txn_id, payment_amount=Decimal(60))
    put(
        books,
        ReceivePayment(customer_ref=ref(there["gym"]), total_amount=Decimal(75), applied_to_txns=(applied,)),
    )
    assert money(books)["School:Gym"].received == 75
    assert money(books)["School"].received == 75


JOBS = st.integers(0, 2)
CENTS = st.integers(1, 10**7).map(lambda cents: Decimal(cents).scaleb(-2))


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(JOBS, CENTS), max_size=4),
    st.lists(st.tuples(JOBS, CENTS), max_size=4),
    st.lists(st.tuples(JOBS, CENTS), max_size=4),
)
def test_no_cent_is_lost_between_jobs(estimates, orders, bills):
    with CompanyFile.create(clock=Clock()) as company:
        top = put(company, Customer(name="Top"))
        jobs = [put(company, Customer(name=f"j{n}", parent_ref=ref(top))) for n in range(3)]
        vendor, concrete = put(company, Vendor(name="V")), put(company, item("Concrete"))
        for job, amount in estimates:
            line = EstimateLine(item_ref=ref(concrete), amount=amount)
            put(company, Estimate(customer_ref=ref(jobs[job]), lines=(line,)))
        ordered = tuple(
            PurchaseOrderLine(item_ref=ref(concrete), amount=amount, customer_ref=ref(jobs[job]))
            for job, amount in orders
        )
        if ordered:
            put(company, PurchaseOrder(vendor_ref=ref(vendor), lines=ordered))
        for job, amount in bills:
            line = ItemLine(item_ref=ref(concrete), amount=amount, customer_ref=ref(jobs[job]))
            put(company, Bill(vendor_ref=ref(vendor), item_lines=(line,)))
        found = money(company)
        sums = [sum(amount for _, amount in rows) for rows in (estimates, orders, bills)]
        assert [found["Top"].budget, found["Top"].committed, found["Top"].billed] == sums
        for number in range(3):
            own = [sum(amount for job, amount in rows if job == number) for rows in (estimates, orders, bills)]
            job = found[f"Top:j{number}"]
            assert [job.budget, job.committed, job.billed] == own


def test_a_view_of_nothing_says_so():
    assert str(records_of(())) == "  nothing"


# --- the sample company ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample():
    with CompanyFile.create(name="Sample", sample="contractor", clock=Clock()) as company:
        yield company


def test_the_sample_is_a_contractors_company(sample):
    counts = {kind: len(list(sample.records(kind))) for kind in sample.kinds}
    assert counts["Account"] >= 30
    assert (counts["Vendor"], counts["Employee"], counts["Customer"]) == (12, 3, 4 + 7)
    jobs = [customer for customer in sample.records("Customer") if customer.parent_ref]
    assert len(jobs) == 7
    codes = [one for one in sample.records("ItemService") if one.parent_ref]
    assert len(codes) >= 20
    assert {customer.full_name for customer in jobs} == {
        estimate.customer_ref.full_name for estimate in sample.records("Estimate")
    }
    assert sample.last_fault is None


def test_the_samples_money_adds_up(sample):
    jobs = money_by_job(sample.records)
    total = sum((jobs[one.list_id] for one in sample.records("Customer") if not one.parent_ref), JobCosts())
    orders, bills = list(sample.records("PurchaseOrder")), list(sample.records("Bill"))
    assert total.budget == sum(estimate.total_amount for estimate in sample.records("Estimate"))
    assert total.committed + total.billed == sum(order.total_amount for order in orders)
    assert total.billed - total.paid == sum(bill.open_amount for bill in bills)
    assert total.billed - total.paid == sum(vendor.balance for vendor in sample.records("Vendor"))
    assert total.received == sum(payment.total_amount for payment in sample.records("ReceivePayment"))
    owed = sum(one.total_balance for one in sample.records("Customer") if not one.parent_ref)
    assert owed == sum(invoice.balance_remaining for invoice in sample.records("Invoice"))
    assert any(order.is_fully_received for order in orders)
    assert not all(order.is_fully_received for order in orders)
    assert Decimal(0) < total.paid < total.billed < total.committed + total.billed < total.budget


def test_the_sample_is_the_same_at_the_same_time_and_its_dates_go_with_the_clock(sample):
    clock = Clock()
    with CompanyFile.create(name="Sample", sample="contractor", clock=clock) as again:
        for kind in sample.kinds:
            assert list(again.records(kind)) == list(sample.records(kind)), kind
    clock.now += 7 * 86_400
    with CompanyFile.create(sample="contractor", clock=clock) as later:
        pairs = zip(sample.records("Bill"), later.records("Bill"), strict=True)
        assert {after.txn_date - before.txn_date for before, after in pairs} == {dt.timedelta(weeks=1)}


@pytest.mark.parametrize("edition", Edition)
def test_the_sample_is_there_in_every_edition_and_is_answered_as_the_schema_wants(edition):
    with CompanyFile.create(sample="contractor", edition=edition, clock=Clock()) as company:
        line = Memory(lambda said: validated(company.process(said)) if SHARED else company.process(said))
        queries = [VendorQuery(), CustomerQuery(), AccountQuery(), BillQuery(include_line_items=True)]
        outcomes = run(ask_all([Request.query(query) for query in queries]), line)
        assert [outcome.code for outcome in outcomes] == [0] * len(queries)
        assert len(outcomes[-1].found) == len(list(company.records("Bill")))


def test_an_unknown_sample_is_refused_before_a_file_is_made(tmp_path):
    with pytest.raises(CompanyFileError, match=r"no such sample: 'bakery'; there are contractor"):
        CompanyFile.create(tmp_path / "books.company", sample="bakery")
    assert list(tmp_path.iterdir()) == []


def test_the_sample_is_on_disk(tmp_path):
    path = tmp_path / "books.company"
    with CompanyFile.create(path, sample="contractor") as company:
        shown = str(company.show())
    with CompanyFile.open(path) as company:
        assert str(company.show()) == shown
