"""Purchase orders, bills and estimates in the company file: the arithmetic, the links, and what is refused."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import attrs
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from procore_qbd import Memory, Ref, Request, ask_all, changes, run
from procore_qbd.errors import CompanyFileError, EngineError
from procore_qbd.qbxml import ADD, MOD, Iteration, MetaData, Moment, check, read_reply, write_requests
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bills import (
    Bill,
    BillExpenseLine,
    BillQuery,
    ItemGroupLine,
    ItemLine,
    LinkToTxn,
    VendorCredit,
    VendorCreditQuery,
)
from procore_qbd.qbxml.entities.classes import Class
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.deposits import CashBackInfo, DepositLine
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine, EstimateQuery
from procore_qbd.qbxml.entities.inventory_transactions import QuantityAdjustment, ValueAdjustment
from procore_qbd.qbxml.entities.items import ItemOtherCharge, ItemService, SalesAndPurchase, SalesOrPurchase
from procore_qbd.qbxml.entities.journal_entries import JournalCreditLine, JournalDebitLine, JournalLineType
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine, PurchaseOrderQuery
from procore_qbd.qbxml.entities.shared.common import CustomField
from procore_qbd.qbxml.entities.shared.transactions import (
    EntityFilter,
    ModifiedDateRangeFilter,
    RefNumberFilter,
    RefNumberRangeFilter,
    TxnDateRangeFilter,
)
from procore_qbd.qbxml.entities.terms import StandardTerms
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.rows.records import Block, Reference, table
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.arithmetic import quantity_rate_amount_of
from procore_qbd.simulator.knowledge.rules import Refusal
from procore_qbd.simulator.records.shaping import with_references
from procore_qbd.testing.strategies import records
from support.company import NOON, ask, child, code, document, mod, modded, put, say, validated
from support.examples import examples
from support.money import memo, received
from support.shared import needs_shared
from support.simulated import bill as owing
from support.simulated import company_of, invoice, make, named

D = Decimal
VENDOR, OTHER_VENDOR = Ref(list_id="1-1"), Ref(list_id="1-2")
JOB, ITEM, PRICED, FREIGHT = Ref(list_id="2-2"), Ref(list_id="3-1"), Ref(list_id="3-2"), Ref(list_id="3-3")
COSTS = Ref(list_id="4-1")
BOTH_SIDES = SalesAndPurchase(
    sales_desc="sold", sales_price=D("99.5"), purchase_desc="bought", purchase_cost=D("80.125")
)
LISTS = [
    Vendor(list_id="1-1", name="Alder Creek Concrete"),
    Vendor(list_id="1-2", name="Birch Electric"),
    Customer(list_id="2-1", name="School"),
    Customer(list_id="2-2", name="Gym", parent_ref=Ref(list_id="2-1")),
    Account(list_id="4-1", name="Job Costs", account_type="CostOfGoodsSold"),
    ItemService(list_id="3-1", name="01", sales_or_purchase=SalesOrPurchase(desc="Work")),
    ItemService(list_id="3-2", name="02", sales_and_purchase=BOTH_SIDES),
    ItemOtherCharge(list_id="3-3", name="Freight", sales_or_purchase=SalesOrPurchase(price=D(40))),
    Class(list_id="5-1", name="North"),
    StandardTerms(list_id="6-1", name="Net 30", std_due_days=30),
]


@pytest.fixture
def books(clock):
    with CompanyFile.create(clock=clock) as company:
        company.seed(LISTS)
        yield company


def line(quantity=None, rate=None, amount=None, **more):
    """A line of a purchase order."""
    return PurchaseOrderLine(item_ref=ITEM, **sizes(quantity, rate, amount), **more)


def sizes(quantity=None, rate=None, amount=None):
    said = {"quantity": quantity, "rate": rate, "amount": amount}
    return {name: D(value) for name, value in said.items() if value is not None}


def ordered(company, *lines, **more):
    """A purchase order as QuickBooks answers it."""
    return put(company, PurchaseOrder(**{"vendor_ref": VENDOR, "lines": lines or (line(100, 1),)} | more))


def billing(order, at=0, **more):
    """A line of a bill that is for a line of a purchase order."""
    return ItemLine(link_to_txn=LinkToTxn(txn_id=order.txn_id, txn_line_id=order.lines[at].txn_line_id), **more)


def bill(*lines, **more):
    return Bill(**{"vendor_ref": VENDOR, "item_lines": lines} | more)


def billed(company, *lines, **more):
    return put(company, bill(*lines, **more))


def whole(company, record):
    """A transaction as it is now, with its lines and links."""
    (found,) = (one for one in company.records(type(record).__record__.tag) if one.txn_id == record.txn_id)
    return found


def estimate(*lines, **more):
    lines = tuple(EstimateLine(item_ref=ITEM, **sizes(*one)) for one in lines)
    return Estimate(**{"customer_ref": JOB, "lines": lines} | more)


def amounts(record):
    return [str(one.amount) for one in record.lines]


# --- what is given to a transaction ----------------------------------------------------------------------------------


def test_a_new_purchase_order_has_what_quickbooks_gives_it(books):
    order = ordered(books, line("2500.5", "1.00", customer_ref=JOB, other2="mark"), PurchaseOrderLine(desc="text"))
    assert order.txn_id == f"1-{NOON}"
    assert [one.txn_line_id for one in order.lines] == [f"2-{NOON}", f"3-{NOON}"]
    assert (order.txn_number, order.edit_sequence, order.txn_date) == (1, str(NOON), dt.date(2023, 11, 14))
    assert order.time_created == order.time_modified == Moment("2023-11-14T22:13:20+00:00")
    assert (order.ref_number, order.total_amount) == (None, D("2500.50"))
    assert (order.is_manually_closed, order.is_fully_received) == (False, False)
    work, text = order.lines
    assert (work.received_quantity, work.is_manually_closed, work.other2) == (0, False, "mark")
    assert (work.item_ref.full_name, work.customer_ref.full_name) == ("01", "School:Gym")
    assert (text.desc, text.amount, text.received_quantity, text.is_manually_closed) == ("text", None, None, None)


def test_a_new_bill_is_open_unless_there_is_nothing_to_pay(books):
    due = billed(books, ItemLine(item_ref=ITEM, amount=D(12)), ItemLine(item_ref=ITEM, amount=D(-2)))
    assert (due.amount_due, due.open_amount, due.is_paid) == (D("10.00"), D("10.00"), False)
    nothing = billed(books, ItemLine(item_ref=ITEM, amount=D(2)), ItemLine(item_ref=ITEM, amount=D(-2)))
    assert (nothing.amount_due, nothing.open_amount, nothing.is_paid) == (D("0.00"), D("0.00"), True)


def test_a_bill_adds_up_the_lines_of_both_kinds(books):
    expense = BillExpenseLine(account_ref=COSTS, amount=D("0.01"))
    bill = billed(books, ItemLine(item_ref=ITEM, quantity=D(3), cost=D("3.33")), expense_lines=(expense,))
    assert bill.amount_due == D("10.00")
    assert bill.expense_lines[0].account_ref.full_name == "Job Costs"


def test_a_vendor_credit_says_what_is_left_of_it(books):
    lines = (ItemLine(item_ref=ITEM, quantity=D(3), cost=D("3.33")), ItemLine(item_ref=FREIGHT, amount=D(-1)))
    credit = put(books, VendorCredit(vendor_ref=VENDOR, item_lines=lines))
    assert (credit.credit_amount, credit.open_amount, credit.txn_number) == (D("8.99"), D("8.99"), 1)
    assert ask(books, VendorCreditQuery(include_line_items=True)) == (credit,)


def test_lines_of_an_estimate_may_be_negative(books):
    made = put(books, estimate((None, None, 100), (None, None, "-30.50"), (2, -10, None)))
    assert amounts(made) == ["100.00", "-30.50", "-20.00"]
    assert (made.subtotal, made.total_amount, made.sales_tax_total) == (D("49.50"), D("49.50"), D(0))
    assert [one.quantity for one in made.lines] == [None, None, D(2)]
    assert made.is_active


def test_reference_numbers_may_come_twice_and_transactions_are_counted(books):
    made = [ordered(books, ref_number="SC-1"), ordered(books, ref_number="SC-1"), put(books, estimate((1, 1, None)))]
    assert [one.txn_number for one in made] == [1, 2, 3]
    assert [one.txn_id for one in ask(books, PurchaseOrderQuery(ref_numbers=("sc-1",)))] == [
        made[0].txn_id,
        made[1].txn_id,
    ]


def test_a_new_name_shows_on_the_lines_too(books):
    class_ref, terms = Ref(full_name="north"), Ref(full_name="net 30")
    order = ordered(books, line(1, 1, customer_ref=JOB, class_ref=class_ref), terms_ref=terms)
    assert order.terms_ref == Ref(list_id="6-1", full_name="Net 30")
    for list_, name in (
        ("Customer", "Sports Hall"),
        ("ItemService", "01 Concrete"),
        ("Class", "South"),
        ("Vendor", "X"),
    ):
        modded(books, next(books.records(list_)), name=name)
    order = whole(books, order)
    (first,) = order.lines
    assert order.vendor_ref.full_name == "X"
    assert (first.customer_ref.full_name, first.item_ref.full_name) == ("Sports Hall:Gym", "01 Concrete")
    assert first.class_ref.full_name == "South"


def test_an_item_brings_its_words_and_its_price_where_the_line_says_none(books):
    order = ordered(books, PurchaseOrderLine(item_ref=PRICED, quantity=D(2)), PurchaseOrderLine(item_ref=FREIGHT))
    assert [(one.desc, one.rate) for one in order.lines] == [("bought", D("80.125")), (None, D(40))]
    assert amounts(order) == ["160.25", "40.00"]
    sold = put(books, Estimate(customer_ref=JOB, lines=(EstimateLine(item_ref=PRICED, desc="mine", amount=D(5)),)))
    assert (sold.lines[0].desc, sold.lines[0].rate, amounts(sold)) == ("mine", D("99.5"), ["5.00"])
    assert sold.lines[0].quantity == D("0.05025")  # as recorded: the item's rate stays, the quantity follows
    sold = put(books, Estimate(customer_ref=JOB, lines=(EstimateLine(item_ref=PRICED),)))
    assert (sold.lines[0].desc, sold.lines[0].rate, sold.lines[0].quantity) == ("sold", D("99.5"), None)


def test_the_class_of_a_transaction_is_that_of_its_lines_where_they_have_none(books):
    put(books, Class(name="East"))
    order = ordered(books, line(1, 1), line(1, 1, class_ref=Ref(full_name="East")), class_ref=Ref(full_name="North"))
    assert [one.class_ref.full_name for one in order.lines] == ["North", "East"]


# --- arithmetic ------------------------------------------------------------------------------------------------------


def numbers(whole, places):
    most = D(10) ** whole
    return st.integers(0, places).flatmap(lambda shown: st.decimals(-most, most, places=shown))


QUANTITIES, RATES, AMOUNTS = numbers(6, 5), numbers(6, 5), numbers(4, 2)


def rounded(number: Fraction, places: int) -> Fraction:
    """Half away from zero, by whole numbers alone."""
    scaled = abs(number) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(units if number >= 0 else -units, 10**places)


@given(QUANTITIES, RATES)
def test_an_amount_is_the_quantity_times_the_rate_to_the_cent(quantity, rate):
    assert quantity_rate_amount_of(quantity, rate, None)[:2] == (quantity, rate)
    assert Fraction(quantity_rate_amount_of(quantity, rate, None)[2]) == rounded(Fraction(quantity) * Fraction(rate), 2)


@given(QUANTITIES, st.none() | RATES, AMOUNTS)
def test_an_amount_that_is_given_stays_and_the_rate_follows(quantity, rate, amount):
    assume(quantity)
    followed = quantity_rate_amount_of(quantity, rate, amount)
    assert (followed[0], followed[2]) == (quantity, amount)
    if rate is not None and rounded(Fraction(quantity) * Fraction(rate), 2) == Fraction(amount):
        assert followed[1] == rate
    else:
        assert Fraction(followed[1]) == rounded(Fraction(amount) / Fraction(quantity), 5)
    assert quantity_rate_amount_of(*followed) == followed


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (("0.5", "0.01", None), ("0.5", "0.01", "0.01")),
        (("-0.5", "0.01", None), ("-0.5", "0.01", "-0.01")),
        (("0.00001", "-0.1", None), ("0.00001", "-0.1", "0.00")),
        (("31000", None, "2500"), ("31000", "0.08065", "2500")),
        (("3", "1", "2.99"), ("3", "0.99667", "2.99")),
        (("3", "0.99667", "2.99"), ("3", "0.99667", "2.99")),
        (("4", None, "100"), ("4", "25.00", "100")),
        ((None, "7.125", None), (None, "7.125", "7.13")),
        ((None, "7", "8"), (None, "8.00", "8")),
        ((None, None, "8"), (None, None, "8")),
        (("0", None, "8"), ("0", None, "8")),
    ],
)
def test_what_a_line_says_and_what_follows(given, made):
    numbers = [None if number is None else D(number) for number in given]
    assert tuple(None if number is None else str(number) for number in quantity_rate_amount_of(*numbers)) == made


@pytest.mark.parametrize(
    "beyond",
    [("9999999999", "1001", None), ("0.00001", None, "100000"), ("9999999999.99999", "9999999999.99999", None)],
)
def test_an_amount_that_quickbooks_cannot_hold_is_refused(beyond):
    with pytest.raises(Refusal) as refusal:
        quantity_rate_amount_of(*(None if number is None else D(number) for number in beyond))
    assert refusal.value.code == 3101


LINES = st.lists(st.tuples(st.none() | QUANTITIES, st.none() | RATES, st.none() | AMOUNTS), min_size=1, max_size=6)
FEW = settings(max_examples=examples(40), derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(LINES)
def test_a_total_is_the_sum_of_the_lines_and_of_nothing_else(lines):
    with CompanyFile.create() as company:
        company.seed(LISTS)
        (outcome,) = say(company, Request.add(estimate(*lines)))
        if not outcome.ok:
            assert outcome.code in {3101, 3180}
            return
        made = outcome.record(Estimate)
        assert made.total_amount == sum(one.amount for one in made.lines)
        assert [quantity_rate_amount_of(*one)[2] or 0 for one in [tuple(map(decimal, given)) for given in lines]] == [
            one.amount for one in made.lines
        ]
        assert ask(company, EstimateQuery(include_line_items=True)) == (made,)


def decimal(number):
    return None if number is None else D(number)


# --- billing ---------------------------------------------------------------------------------------------------------

CENTS = st.integers(1, 5_000_000).map(lambda cents: D(cents) / 100)


@FEW
@given(st.data())
def test_a_lump_sum_is_billed_in_any_parts_exactly_and_the_order_closes_with_the_last(data):
    """A line without quantity is as many units as dollars at 1.00; that is what makes parts of it exact."""
    sums = data.draw(st.lists(CENTS, min_size=1, max_size=4))
    with CompanyFile.create() as company:
        company.seed(LISTS)
        order = ordered(company, *(line(amount, 1) for amount in sums))
        assert order.total_amount == sum(sums)
        left, bills, paid = dict(enumerate(sums)), Counter(), D(0)
        while left:
            at = data.draw(st.sampled_from(sorted(left)))
            bills[at] += 1
            part = min(left[at], data.draw(CENTS)) if bills[at] < 4 else left[at]
            made = billed(company, billing(order, at, quantity=part, amount=part))
            paid += made.amount_due
            left[at] -= part
            now = whole(company, order)
            assert now.lines[at].received_quantity == sums[at] - left[at]
            left = {place: rest for place, rest in left.items() if rest}
            assert now.is_fully_received == (not left)
        assert paid == order.total_amount
        assert code(company, Request.add(bill(billing(order, quantity=D(1))))) == 570


@FEW
@given(st.data())
def test_what_is_received_is_what_the_linked_lines_say_whatever_happens_to_the_bills(data):
    """Against a dict: bills come, their lines are resized and deleted, and lines of the order are added."""
    with CompanyFile.create() as company:
        company.seed(LISTS)
        quantities = data.draw(st.lists(st.sampled_from([D(1), D("2.5"), D(-3), D(10)]), min_size=1, max_size=3))
        order = ordered(company, line(100, 1), *(line(quantity, "7.77") for quantity in quantities))
        wanted = [D(100), *quantities]
        bills: dict[str, dict[str, tuple[int, Decimal]]] = {}
        for _ in range(data.draw(st.integers(1, 6))):
            received = taken(bills, len(wanted))
            waiting = [place for place, quantity in enumerate(wanted) if not covers(quantity, received[place])]
            what = data.draw(st.sampled_from(["bill", "resize", "drop", "order more"]))
            if what == "bill" and waiting:
                places = data.draw(st.lists(st.sampled_from(waiting), min_size=1, unique=True))
                parts = [data.draw(st.sampled_from([D("0.5"), D(1), D(3)])) for _ in places]
                parts = [-part if wanted[place] < 0 else part for place, part in zip(places, parts, strict=True)]
                asked = [billing(order, at, quantity=part) for at, part in zip(places, parts, strict=True)]
                made = billed(company, ItemLine(item_ref=ITEM, amount=D(1000)), *asked)
                ids = [one.txn_line_id for one in made.item_lines[1:]]
                bills[made.txn_id] = dict(zip(ids, zip(places, parts, strict=True), strict=True))
                rates = [order.lines[at].rate for at in places]
                assert [Fraction(one.amount) for one in made.item_lines[1:]] == [
                    rounded(Fraction(part) * Fraction(rate), 2) for part, rate in zip(parts, rates, strict=True)
                ]
            elif what in {"resize", "drop"} and any(bills.values()):
                txn_id = data.draw(st.sampled_from([txn_id for txn_id, held in bills.items() if held]))
                line_id = data.draw(st.sampled_from(sorted(bills[txn_id])))
                before = whole(company, Bill(txn_id=txn_id))
                at, part = bills[txn_id].pop(line_id)
                if what == "resize":
                    bills[txn_id][line_id] = (at, part * 2)
                said = [
                    ItemLine(txn_line_id=one.txn_line_id, quantity=part * 2 if one.txn_line_id == line_id else None)
                    for one in before.item_lines
                    if what == "resize" or one.txn_line_id != line_id
                ]
                request = Bill(txn_id=txn_id, edit_sequence=before.edit_sequence, item_lines=tuple(said))
                (outcome,) = say(company, Request.mod(request))
                assert outcome.ok
            elif what == "order more":
                now = whole(company, order)
                order = modded(company, now, lines=(*now.lines, line(5, 2)))
                wanted.append(D(5))
            now = whole(company, order)
            received = taken(bills, len(wanted))
            assert [one.received_quantity for one in now.lines] == received
            assert now.is_fully_received == (all(map(covers, wanted, received)) and any(received))
            assert {one.txn_id for one in now.linked_txns} == {txn_id for txn_id, held in bills.items() if held}


def taken(bills, places):
    """What all the bills together took of each line."""
    return [
        sum((part for held in bills.values() for at, part in held.values() if at == place), D(0))
        for place in range(places)
    ]


def covers(wanted, received):
    return received <= wanted if wanted < 0 else received >= wanted


def test_an_order_of_nothing_is_not_received_before_something_is(books):
    order = ordered(books, line(0, 5), PurchaseOrderLine(desc="text"))
    assert (order.total_amount, order.is_fully_received) == (0, False)
    text = put(books, PurchaseOrder(lines=(PurchaseOrderLine(desc="text"),)))
    assert (text.total_amount, text.is_fully_received) == (0, False)


def test_a_linked_line_takes_what_it_is_for_from_the_purchase_order(books):
    class_ref = Ref(full_name="North")
    order = ordered(books, line(10, "2.50", desc="forms", customer_ref=JOB, class_ref=class_ref))
    (made,) = billed(books, billing(order, quantity=D(4))).item_lines
    assert (made.item_ref, made.desc, made.customer_ref, made.class_ref) == (
        order.lines[0].item_ref,
        "forms",
        order.lines[0].customer_ref,
        order.lines[0].class_ref,
    )
    assert (made.quantity, made.cost, made.amount) == (D(4), D("2.50"), D("10.00"))
    (made,) = billed(books, billing(order, quantity=D(1), desc="own", cost=D(3))).item_lines
    assert (made.desc, made.cost, made.amount) == ("own", D(3), D("3.00"))


def test_the_size_of_a_linked_line(books):
    """Quantity times the order's rate drifts by cents; an exact amount beside it does not; alone it is for one."""
    order = ordered(books, *(line(10, 31_000) for _ in range(5)), line(None, None, 80))
    said = [
        {"quantity": D("0.08065")},
        {"quantity": D("0.08065"), "amount": D("2500.00")},
        {"amount": D("2500.00")},
        {},
        {"cost": D(30_000)},
        {},
    ]
    made = billed(books, *(billing(order, at, **size) for at, size in enumerate(said)))
    assert [(str(one.quantity), str(one.amount)) for one in made.item_lines] == [
        ("0.08065", "2500.15"),
        ("0.08065", "2500.00"),
        ("1", "2500.00"),
        ("10", "310000.00"),
        ("10", "300000.00"),
        ("1", "80.00"),
    ]
    assert [one.received_quantity for one in whole(books, order).lines] == [D("0.08065"), D("0.08065"), 1, 10, 10, 1]


def test_what_is_received_in_one_piece_is_the_amount_of_the_order_to_the_cent(books):
    order = ordered(books, line(31_000, None, "2500.00"), line(3, None, 100))
    assert [one.amount for one in billed(books, link_to_txn_ids=(order.txn_id,)).item_lines] == [D(2500), D(100)]


def test_a_whole_purchase_order_is_billed_by_what_is_left_of_it(books):
    order = ordered(books, line(10, 2), PurchaseOrderLine(desc="text"), line(4, 5), line(6, 1))
    billed(books, billing(order, quantity=D(3)), billing(order, 2, quantity=D(4)))
    made = billed(books, ItemLine(item_ref=FREIGHT), link_to_txn_ids=(order.txn_id,))
    assert [(one.quantity, one.amount) for one in made.item_lines] == [(7, D(14)), (6, D(6)), (None, D(40))]
    assert whole(books, order).is_fully_received


def test_both_ends_of_a_link_say_so_to_those_who_ask(books):
    order = ordered(books, line(10, 2), line(10, 3), ref_number="SC-1")
    (added,) = say(books, Request.add(bill(billing(order), billing(order, 1), ref_number="INV-7")))
    made = added.record(Bill)
    assert made.linked_txns == ()
    for query, other, number in (
        (PurchaseOrderQuery(include_linked_txns=True), made, "INV-7"),
        (BillQuery(include_linked_txns=True), order, "SC-1"),
    ):
        (found,) = ask(books, query)
        (link,) = found.linked_txns
        assert (link.txn_id, link.txn_type, link.ref_number) == (other.txn_id, type(other).__name__, number)
        assert (link.txn_date, link.link_type, link.amount) == (other.txn_date, "QUANTYPE", D("50.00"))
    (plain,) = ask(books, PurchaseOrderQuery())
    assert (plain.linked_txns, plain.lines) == ((), ())
    (lined,) = ask(books, PurchaseOrderQuery(include_line_items=True))
    assert [one.received_quantity for one in lined.lines] == [10, 10]


def test_a_purchase_order_is_another_one_once_it_was_billed(books, clock):
    """Who changes it must have seen what was received since."""
    order = ordered(books)
    clock.now += 100
    made = billed(books, billing(order, quantity=D(1)))
    now = whole(books, order)
    assert (int(now.edit_sequence), now.time_created) == (NOON + 100, order.time_created)
    assert mod(books, order, memo="m").code == 3200
    modded(books, whole(books, made), memo="the order is not touched by this")
    assert whole(books, order) == attrs.evolve(now, linked_txns=whole(books, order).linked_txns)


def test_within_a_second_an_order_that_was_billed_can_pass_for_the_one_before(books, clock):
    """Where an EditSequence is the second alone."""
    books.edit_sequence_by_second = True
    order = ordered(books)
    made = billed(books, billing(order, quantity=D(1)))
    assert {order.edit_sequence, made.edit_sequence, whole(books, order).edit_sequence} == {str(clock.now)}
    assert modded(books, modded(books, made, memo="m"), memo="n").edit_sequence == made.edit_sequence
    assert mod(books, order, memo="by somebody who has not seen the bill").code == 0
    assert whole(books, order).lines[0].received_quantity == 1
    books.as_user().void(made)
    assert whole(books, made).edit_sequence == str(clock.now)
    clock.now += 1
    billed(books, billing(order, quantity=D(1)))
    assert mod(books, order, memo="too late").code == 3200


CLOSED = {
    "a purchase order that is closed": lambda company, order: modded(company, order, is_manually_closed=True),
    "a line that is closed": lambda company, order: modded(
        company, order, lines=(attrs.evolve(order.lines[0], is_manually_closed=True), order.lines[1])
    ),
    "a line that is received": lambda company, order: billed(company, billing(order)),
    "a purchase order that is received": lambda company, order: billed(company, link_to_txn_ids=(order.txn_id,)),
}


@pytest.mark.parametrize("close", CLOSED.values(), ids=CLOSED)
def test_a_bill_for_what_is_closed_is_kept_without_its_link(books, close):
    order = ordered(books, line(10, 2, customer_ref=JOB), line(1, 1))
    close(books, order)
    before = whole(books, order)
    (outcome,) = say(books, Request.add(bill(billing(order, quantity=D(5)))))
    assert (outcome.code, outcome.ok) == (570, True)
    assert order.txn_id in outcome.message
    made = whole(books, outcome.record(Bill))
    assert (made.amount_due, made.linked_txns) == (D("10.00"), ())
    assert made.item_lines[0].customer_ref.full_name == "School:Gym"
    assert whole(books, order) == before


def test_a_closed_line_costs_the_others_nothing(books):
    order = ordered(books, line(10, 2), line(10, 2))
    billed(books, billing(order))
    both = bill(billing(order, quantity=D(1)), billing(order, 1, quantity=D(1)))
    (outcome,) = say(books, Request.add(both))
    assert outcome.code == 570
    assert [one.received_quantity for one in whole(books, order).lines] == [10, 1]


def test_a_closed_purchase_order_is_billed_again_when_there_is_more_of_it(books):
    order = ordered(books)
    billed(books, billing(order))
    now = whole(books, order)
    order = modded(books, now, lines=(*now.lines, line(5, 1)))
    assert not order.is_fully_received
    assert billed(books, billing(order, 1)).amount_due == D(5)
    assert whole(books, order).is_fully_received
    now = whole(books, order)
    order = modded(books, now, lines=(attrs.evolve(now.lines[0], quantity=D(200)), now.lines[1]))
    assert not order.is_fully_received


# --- changing --------------------------------------------------------------------------------------------------------


def said(before, *lines, **more):
    """A Mod with just these lines."""
    return type(before)(txn_id=before.txn_id, edit_sequence=before.edit_sequence, lines=lines, **more)


@FEW
@given(st.data())
def test_the_lines_after_a_mod_are_those_that_it_names(data):
    """Against a list: lines are kept by their id, changed, dropped and added, anywhere."""
    with CompanyFile.create() as company:
        company.seed(LISTS)
        now = put(company, estimate(*((n, 10, None) for n in range(1, 5))))
        seen = {one.txn_line_id for one in now.lines}
        for _ in range(3):
            kept = [one for one in now.lines if data.draw(st.booleans())]
            quantities = {one.txn_line_id: data.draw(st.none() | st.integers(1, 9)) for one in kept}
            lines = [EstimateLine(txn_line_id=key, quantity=decimal(quantity)) for key, quantity in quantities.items()]
            model = [quantities[one.txn_line_id] or one.quantity for one in kept]
            for quantity in data.draw(st.lists(st.integers(1, 9), min_size=not kept, max_size=2)):
                at = data.draw(st.integers(0, len(lines)))
                lines.insert(at, EstimateLine(txn_line_id="-1", item_ref=ITEM, quantity=D(quantity), rate=D(10)))
                model.insert(at, quantity)
            (outcome,) = say(company, Request.mod(said(now, *lines)))
            now = outcome.record(Estimate)
            assert [one.quantity for one in now.lines] == model
            assert now.total_amount == 10 * sum(model)
            assert [one.txn_line_id for one in now.lines if one.txn_line_id in quantities] == list(quantities)
            new = {one.txn_line_id for one in now.lines} - quantities.keys()
            assert not new & seen
            seen |= new


@FEW
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=4), st.data())
def test_nobody_writes_a_mod_by_hand(sizes_, data):
    with CompanyFile.create() as company:
        company.seed(LISTS)
        before = put(company, estimate(*((quantity, rate, None) for quantity, rate in sizes_)))
        lines = [
            data.draw(st.sampled_from([one, attrs.evolve(one, desc="other", rate=D(7), amount=7 * one.quantity)]))
            for one in before.lines
        ]
        after = attrs.evolve(before, memo="m", lines=(*lines, EstimateLine(item_ref=ITEM, amount=D(1))))
        (outcome,) = say(company, Request.mod(changes(before, after)))
        made = outcome.record(Estimate)
        assert made.lines[:-1] == tuple(lines)
        assert (made.memo, made.total_amount) == ("m", sum(one.amount for one in lines) + 1)


def test_a_mod_without_lines_leaves_them_alone(books, clock):
    order = ordered(books, line(2, 3), vendor_msg="before")
    clock.now += 60
    (outcome,) = say(books, Request.mod(said(order, memo="new", ref_number="SC-2")))
    after = outcome.record(PurchaseOrder)
    changed = {
        "memo": "new",
        "ref_number": "SC-2",
        "edit_sequence": str(clock.now),
        "time_modified": after.time_modified,
    }
    assert after == attrs.evolve(order, **changed)


@pytest.mark.parametrize(
    ("size", "made"),
    [
        ({"quantity": D(3)}, ("3", "2.50", "7.50")),
        ({"rate": D("0.1")}, ("4", "0.1", "0.40")),
        ({"amount": D(9)}, ("4", "2.25", "9.00")),
        ({"quantity": D(3), "amount": D(9)}, ("3", "3.00", "9.00")),
        ({"quantity": D(3), "rate": D(1)}, ("3", "1", "3.00")),
        ({"desc": "other"}, ("4", "2.50", "10.00")),
        ({"erased": ("quantity",)}, ("None", "2.50", "2.50")),
    ],
)
def test_the_amount_follows_what_a_mod_says(books, size, made):
    order = ordered(books, line(4, "2.50"))
    (outcome,) = say(books, Request.mod(said(order, PurchaseOrderLine(txn_line_id=order.lines[0].txn_line_id, **size))))
    (after,) = outcome.record(PurchaseOrder).lines
    assert (str(after.quantity), str(after.rate), str(after.amount)) == made
    assert after.item_ref.full_name == "01"


def test_a_bill_keeps_its_links_as_long_as_it_keeps_the_lines(books):
    order = ordered(books, line(10, 2), line(10, 2))
    made = billed(books, billing(order, quantity=D(4)), billing(order, 1, quantity=D(5)))
    first, second = (ItemLine(txn_line_id=one.txn_line_id) for one in made.item_lines)
    expense = BillExpenseLine(txn_line_id="-1", account_ref=COSTS, amount=D(1))

    def change(**what):
        now = whole(books, made)
        (outcome,) = say(books, Request.mod(Bill(txn_id=now.txn_id, edit_sequence=now.edit_sequence, **what)))
        assert outcome.ok
        return [one.received_quantity for one in whole(books, order).lines]

    assert change(expense_lines=(expense,)) == [4, 5]
    assert change(item_lines=(attrs.evolve(first, quantity=D(6)), second), clear_expense_lines=True) == [6, 5]
    assert whole(books, made).amount_due == D(22)
    assert change(item_lines=(second,)) == [0, 5]
    assert change(clear_item_lines=True, expense_lines=(expense,)) == [0, 0]
    assert whole(books, order).linked_txns == whole(books, made).linked_txns == ()


def test_a_date_that_is_taken_away_is_today(books, clock):
    order = ordered(books, txn_date=dt.date(2020, 1, 1), due_date=dt.date(2020, 2, 1))
    clock.now += 86_400
    after = modded(books, order, "txn_date", "due_date")
    assert (after.txn_date, after.due_date) == (dt.date(2023, 11, 15), None)


# --- refusals --------------------------------------------------------------------------------------------------------


def first_line(company):
    order = ordered(company)
    return order, PurchaseOrderLine(txn_line_id=order.lines[0].txn_line_id)


def an_edit_sequence_of_yesterday(company):
    order = ordered(company)
    modded(company, order, memo="m")
    return Request.mod(said(order, memo="n"))


def lines_in_another_order(company):
    order = ordered(company, line(1, 1), line(2, 2))
    return Request.mod(said(order, *(PurchaseOrderLine(txn_line_id=one.txn_line_id) for one in order.lines[::-1])))


def a_line_twice(company):
    order, first = first_line(company)
    return Request.mod(said(order, first, first))


def a_line_of_another(company):
    order, _ = first_line(company)
    _, other = first_line(company)
    return Request.mod(said(order, other))


def dropping_a_billed_line(company):
    order = ordered(company, line(1, 1), line(2, 2))
    billed(company, billing(order))
    return Request.mod(said(whole(company, order), PurchaseOrderLine(txn_line_id=order.lines[1].txn_line_id)))


def another_vendor_for_a_billed_order(company):
    order = ordered(company)
    billed(company, billing(order))
    return Request.mod(said(whole(company, order), vendor_ref=OTHER_VENDOR))


def another_vendor_for_a_linked_bill(company):
    made = billed(company, billing(ordered(company)))
    return Request.mod(Bill(txn_id=made.txn_id, edit_sequence=made.edit_sequence, vendor_ref=OTHER_VENDOR))


def without_its_item(company):
    order, first = first_line(company)
    return Request.mod(said(order, attrs.evolve(first, item_ref=Ref(list_id=""))))


def without_its_customer(company):
    before = put(company, estimate((1, 1, None)))
    return Request.mod(said(before, customer_ref=Ref(list_id="")))


def without_its_lines(company):
    made = billed(company, ItemLine(item_ref=ITEM))
    return Request.mod(Bill(txn_id=made.txn_id, edit_sequence=made.edit_sequence, clear_item_lines=True))


def for_a_line_of_text(company):
    order = ordered(company, line(1, 1), PurchaseOrderLine(desc="text"))
    return Request.add(bill(billing(order, 1, quantity=D(1))))


def for_one_line_twice(company):
    order = ordered(company)
    return Request.add(bill(billing(order, quantity=D(1)), billing(order, quantity=D(2))))


def in_both_ways(company):
    order = ordered(company)
    return Request.add(bill(billing(order), link_to_txn_ids=(order.txn_id,)))


def only_for_a_closed_order(company):
    order = ordered(company)
    billed(company, billing(order))
    return Request.add(bill(link_to_txn_ids=(order.txn_id,)))


CUSTOM = (CustomField(owner_id="0", name="A", value="1"),)
REFUSALS = {
    "a vendor that is not there": (
        lambda _: Request.add(PurchaseOrder(vendor_ref=Ref(full_name="Nobody"), lines=(line(1, 1),))),
        3140,
        'There is an invalid reference to QuickBooks Vendor "Nobody" in the PurchaseOrder.',
    ),
    "an item that is not there": (lambda _: Request.add(bill(ItemLine(item_ref=Ref(full_name="99")))), 3140, '"99"'),
    "a job that is not there": (
        lambda _: Request.add(PurchaseOrder(lines=(line(1, 1, customer_ref=Ref(full_name="School:Hall")),))),
        3140,
        'Customer "School:Hall"',
    ),
    "an account that is not there": (
        lambda _: Request.add(bill(expense_lines=(BillExpenseLine(account_ref=Ref(list_id="9-9")),))),
        3140,
        'Account "9-9"',
    ),
    "an amount without an item": (
        lambda _: Request.add(PurchaseOrder(lines=(PurchaseOrderLine(amount=D(1)),))),
        3150,
        "ItemRef",
    ),
    "an amount that loses its item": (without_its_item, 3150, "ItemRef"),
    "an estimate that loses its customer": (without_its_customer, 3150, "CustomerRef"),
    "an expense without an account": (
        lambda _: Request.add(bill(expense_lines=(BillExpenseLine(amount=D(1)),))),
        3270,
        "",
    ),
    "a bill of nothing": (lambda _: Request.add(bill()), 3180, "saving a Bill."),
    "a bill that becomes one of nothing": (without_its_lines, 3180, "saving a Bill."),
    "a bill of less than nothing": (
        lambda _: Request.add(bill(ItemLine(item_ref=ITEM, amount=D("-0.01")))),
        3180,
        "Transaction amount must be positive.",
    ),
    "a purchase order of less than nothing": (
        lambda _: Request.add(PurchaseOrder(vendor_ref=VENDOR, lines=(line(-1, 1),))),
        3180,
        "Transaction amount must be positive.",
    ),
    "an amount beyond all amounts": (
        lambda _: Request.add(bill(ItemLine(item_ref=ITEM, quantity=D(10) ** 9, cost=D(10) ** 9))),
        3101,
        "",
    ),
    "a sum beyond all amounts": (
        lambda _: Request.add(estimate(*[(None, None, "9999999999999.99")] * 2)),
        3101,
        "",
    ),
    "a transaction that is not there": (
        lambda _: Request.mod(PurchaseOrder(txn_id="1-1", edit_sequence="1")),
        3120,
        'Object "1-1"',
    ),
    "a line that is not there": (a_line_of_another, 3120, "Object"),
    "an edit sequence out of date": (an_edit_sequence_of_yesterday, 3200, f'"{NOON}"'),
    "lines in another order": (lines_in_another_order, 3290, ""),
    "a line twice": (a_line_twice, 3290, ""),
    "dropping a line that was billed": (dropping_a_billed_line, 3170, "modifying a PurchaseOrder."),
    "another vendor for an order that was billed": (another_vendor_for_a_billed_order, 3170, "PurchaseOrder"),
    "another vendor for a linked bill": (another_vendor_for_a_linked_bill, 3170, "modifying a Bill."),
    "a link to nothing": (
        lambda _: Request.add(bill(ItemLine(link_to_txn=LinkToTxn(txn_id="1-1", txn_line_id="1-1")))),
        3000,
        "1-1",
    ),
    "a link to no line": (
        lambda company: Request.add(
            bill(ItemLine(link_to_txn=LinkToTxn(txn_id=ordered(company).txn_id, txn_line_id="1-1")))
        ),
        3000,
        "1-1",
    ),
    "a link to a line of text": (for_a_line_of_text, 3000, 'in the field "txn line id" is invalid.'),
    "a link to another vendor's order": (
        lambda company: Request.add(bill(billing(ordered(company)), vendor_ref=OTHER_VENDOR)),
        3210,
        "LinkToTxn",
    ),
    "two links to one line": (for_one_line_twice, 3177, ""),
    "two links to one order": (
        lambda company: Request.add(bill(link_to_txn_ids=(ordered(company).txn_id,) * 2)),
        3177,
        "",
    ),
    "a link to an order and to its line": (in_both_ways, 3000, 'in the field "txn id" is invalid.'),
    "a bill for nothing but a closed order": (only_for_a_closed_order, 3180, "saving a Bill."),
    "a custom field": (lambda _: Request.add(PurchaseOrder(lines=(line(1, 1, custom_fields=CUSTOM),))), 3121, ""),
    "a group that is not there": (
        lambda _: Request.add(bill(ItemGroupLine(item_group_ref=Ref(full_name="Group")))),
        3140,
        "Item Group",
    ),
    "a markup": (
        lambda _: Request.add(Estimate(customer_ref=JOB, lines=(EstimateLine(item_ref=ITEM, markup_rate=D(2)),))),
        1030,
        "not supported",
    ),
}


@pytest.mark.parametrize(("prepare", "status", "words"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_has_its_code_and_writes_nothing(books, prepare, status, words):
    request = prepare(books)
    before = {kind: list(books.records(kind)) for kind in KINDS}
    (outcome,) = say(books, request)
    assert (outcome.code, outcome.ok) == (status, False)
    assert words in outcome.message
    assert {kind: list(books.records(kind)) for kind in KINDS} == before


def test_a_linked_line_with_an_item_is_refused(books):
    document = write_requests([Request.add(bill(billing(ordered(books))))])
    before = list(books.records("Bill"))
    item = b"<ItemLineAdd><ItemRef><FullName>02.10</FullName></ItemRef>"
    (outcome,) = read_reply(books.process(document.replace(b"<ItemLineAdd>", item, 1))).outcomes
    assert outcome.code == 3153
    assert "LinkToTxn and ItemRef" in outcome.message or "ItemRef and LinkToTxn" in outcome.message
    assert list(books.records("Bill")) == before


def test_what_the_simulator_lacks_is_said_beside_the_answer(books):
    code(books, Request.add(Estimate(customer_ref=JOB, lines=(EstimateLine(item_ref=ITEM, markup_rate=D(2)),))))
    assert books.last_fault == "MarkupRate: exists in QuickBooks, but is not simulated"


def test_links_are_made_in_an_add_only(books):
    link = "<LinkToTxn><TxnID>1-1</TxnID><TxnLineID>1-1</TxnLineID></LinkToTxn>"
    line = f"<ItemLineMod><TxnLineID>-1</TxnLineID>{link}</ItemLineMod>"
    inside = f"<BillMod><TxnID>1-1</TxnID><EditSequence>1</EditSequence>{line}</BillMod>"
    with pytest.raises(EngineError) as error:
        books.process(document(f"<BillModRq>{inside}</BillModRq>"))
    assert error.value.hresult == 0x80040400
    assert "LinkToTxn" in books.last_fault


# --- asking ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def four(books, clock):
    """Four purchase orders, a minute and a day apart."""
    orders = (("SC-1", VENDOR), ("sc-2", OTHER_VENDOR), ("PO-10", VENDOR), (None, None))
    for number, (ref_number, vendor) in enumerate(orders):
        clock.now = NOON + 60 * number
        day = dt.date(2026, 3, 1) + dt.timedelta(number)
        ordered(books, ref_number=ref_number, vendor_ref=vendor, txn_date=day)
    return books


FILTERS = {
    "all": ({}, "1 2 3 4"),
    "the first two": ({"max_returned": 2}, "1 2"),
    "a number, whatever its case": ({"ref_numbers": ("sc-1", "SC-2")}, "1 2"),
    "a number, by its case": ({"ref_numbers_case_sensitive": ("sc-2",)}, "2"),
    "changed since": (
        {"modified_date_range_filter": ModifiedDateRangeFilter(from_modified_date=Moment("2023-11-14T22:14:20"))},
        "2 3 4",
    ),
    "changed until": (
        {"modified_date_range_filter": ModifiedDateRangeFilter(to_modified_date=Moment("2023-11-14T22:14:20"))},
        "1 2",
    ),
    "dated from": ({"txn_date_range_filter": TxnDateRangeFilter(from_txn_date=dt.date(2026, 3, 3))}, "3 4"),
    "dated between": (
        {
            "txn_date_range_filter": TxnDateRangeFilter(
                from_txn_date=dt.date(2026, 3, 2), to_txn_date=dt.date(2026, 3, 3)
            )
        },
        "2 3",
    ),
    "dated whenever": ({"txn_date_range_filter": TxnDateRangeFilter(date_macro="All")}, "1 2 3 4"),
    "of a vendor": ({"entity_filter": EntityFilter(list_ids=("1-1",))}, "1 3"),
    "of vendors by name": ({"entity_filter": EntityFilter(full_names=("BIRCH electric", "nobody"))}, "2"),
    "of a vendor and those below": ({"entity_filter": EntityFilter(list_id_with_children="1-1")}, "1 3"),
    "of nobody and those below": ({"entity_filter": EntityFilter(list_id_with_children="9-9")}, ""),
    "numbers that begin": (
        {"ref_number_filter": RefNumberFilter(match_criterion="StartsWith", ref_number="SC")},
        "1 2",
    ),
    "numbers that contain": (
        {"ref_number_filter": RefNumberFilter(match_criterion="Contains", ref_number="-1")},
        "1 3",
    ),
    "numbers that end": ({"ref_number_filter": RefNumberFilter(match_criterion="EndsWith", ref_number="0")}, "3"),
    "numbers in a range": (
        {"ref_number_range_filter": RefNumberRangeFilter(from_ref_number="po", to_ref_number="SC-1")},
        "1 3",
    ),
}


@pytest.mark.parametrize(("filters", "expected"), FILTERS.values(), ids=FILTERS)
def test_a_query_means(four, filters, expected):
    (outcome,) = say(four, Request.query(PurchaseOrderQuery(**filters)))
    assert [one.txn_number for one in outcome.found] == [int(number) for number in expected.split()]
    assert outcome.code == (0 if expected else 1)


@pytest.mark.parametrize(
    ("which", "expected"), [({"full_name_with_children": "school"}, [1, 2]), ({"list_ids": ("2-1",)}, [1])]
)
def test_a_job_stands_below_its_customer(books, which, expected):
    put(books, estimate((1, 1, None), customer_ref=Ref(full_name="School")))
    put(books, estimate((1, 1, None)))
    put(books, Customer(name="School District"))
    put(books, estimate((1, 1, None), customer_ref=Ref(full_name="School District")))
    found = ask(books, EstimateQuery(entity_filter=EntityFilter(**which)))
    assert [one.txn_number for one in found] == expected


@pytest.mark.parametrize(("status", "expected"), [("All", [1, 2]), ("PaidOnly", [2]), ("NotPaidOnly", [1])])
def test_bills_are_asked_for_by_what_is_due(books, status, expected):
    billed(books, ItemLine(item_ref=ITEM, amount=D(5)))
    billed(books, ItemLine(item_ref=ITEM))
    assert [one.txn_number for one in ask(books, BillQuery(paid_status=status))] == expected


def test_what_is_not_there_is_named_and_the_others_are_returned(four):
    there = next(four.records("PurchaseOrder")).txn_id
    (outcome,) = say(four, Request.query(PurchaseOrderQuery(txn_ids=(there, "9-9"))))
    assert (outcome.code, [one.txn_id for one in outcome.found]) == (500, [there])
    (outcome,) = say(four, Request.query(PurchaseOrderQuery(ref_numbers=("SC-1", "SC-9"))))
    assert (outcome.code, [one.ref_number for one in outcome.found]) == (500, ["SC-1"])
    (outcome,) = say(four, Request.query(PurchaseOrderQuery(ref_numbers_case_sensitive=("SC-1", "SC-2"))))
    assert (outcome.code, [one.ref_number for one in outcome.found]) == (500, ["SC-1"])
    assert code(four, Request.query(BillQuery(txn_ids=(there,)))) == 500


def test_a_query_is_taken_in_pieces_with_its_lines(four):
    query = PurchaseOrderQuery(max_returned=3, include_line_items=True)
    (first,) = say(four, Request.query(query, iterator=Iteration.START))
    (rest,) = say(four, Request.query(query, iterator=Iteration.CONTINUE, iterator_id=first.iterator_id))
    assert (first.iterator_remaining_count, rest.iterator_remaining_count) == (1, 0)
    assert [len(one.lines) for one in (*first.found, *rest.found)] == [1] * 4
    (counted,) = say(four, Request.query(PurchaseOrderQuery(), meta_data=MetaData.ONLY))
    assert (counted.ret_count, counted.found) == (4, ())


def test_only_the_elements_asked_for_come_back(four):
    names = ("TxnID", "PurchaseOrderLineRet", "LinkedTxn")
    first = next(four.records("PurchaseOrder"))
    query = PurchaseOrderQuery(ref_numbers=("SC-1",), include_ret_elements=names)
    assert ask(four, query) == (PurchaseOrder(txn_id=first.txn_id),)
    assert ask(four, attrs.evolve(query, include_line_items=True)) == (
        PurchaseOrder(txn_id=first.txn_id, lines=first.lines),
    )
    (outcome,) = say(four, Request.add(estimate((1, 1, None)), "TotalAmount"))
    assert outcome.record(Estimate) == Estimate(total_amount=D("1.00"))


# --- seeds, and looking inside ---------------------------------------------------------------------------------------


def seeded(**more):
    first = PurchaseOrderLine(
        txn_line_id="A1-5", **attrs.asdict(line(10, 2), recurse=False, filter=lambda _, value: value)
    )
    return PurchaseOrder(**{"txn_id": "A0-5", "vendor_ref": VENDOR, "lines": (first, line(5, 1))} | more)


def test_seeds_keep_their_ids_and_are_billed_like_any_other(books):
    (put_in,) = books.seed([seeded(ref_number="SC-1", txn_date=dt.date(2026, 1, 2))])
    assert books.seed([seeded()]) == []
    assert (put_in.txn_id, put_in.total_amount, put_in.txn_date) == ("A0-5", D(25), dt.date(2026, 1, 2))
    first, second = put_in.lines
    assert (first.txn_line_id, second.txn_line_id) == ("A1-5", f"1-{NOON}")
    billed(books, billing(put_in))
    assert [one.received_quantity for one in whole(books, put_in).lines] == [10, 0]


def test_new_ids_go_around_seeded_ones(books):
    taken = PurchaseOrderLine(txn_line_id=f"2-{NOON}", item_ref=ITEM)
    (order,) = books.seed([seeded(txn_id=f"1-{NOON}", lines=(taken, line(1, 1)), txn_number=7)])
    assert order.lines[1].txn_line_id not in {order.txn_id, taken.txn_line_id}
    made = put(books, estimate((1, 1, None)))
    assert (made.txn_number, made.txn_id in {order.txn_id, taken.txn_line_id}) == (8, False)


@pytest.mark.parametrize(
    ("seed", "why"),
    [
        (seeded(txn_id=None), "no TxnID"),
        (seeded(ref_number="x" * 12), "at most 11"),
        (Estimate(txn_id="A0-5", lines=(EstimateLine(item_ref=ITEM),)), "CustomerRef"),
        (seeded(lines=()), "has no lines"),
        (Bill(txn_id="1-9", vendor_ref=VENDOR), "has no lines"),
    ],
)
def test_seeds_are_put_in_all_or_none(books, seed, why):
    with pytest.raises(CompanyFileError, match=why):
        books.seed([seeded(txn_id="B-5"), seed])
    assert list(books.records("PurchaseOrder")) == []


def test_links_are_not_seeded(books):
    made = billed(books, billing(ordered(books)))
    with CompanyFile.create() as other:
        with pytest.raises(CompanyFileError, match="add the bill by a request"):
            other.seed([whole(books, made)])
        plain = attrs.evolve(whole(books, made), linked_txns=())
        assert other.seed([plain])[0].amount_due == made.amount_due


# --- the schema as an oracle -----------------------------------------------------------------------------------------

LITTLE = settings(
    max_examples=examples(40),
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
KNOWN = {
    "VendorRef": named("Alder"),
    "CustomerRef": named("School:Gym"),
    "EntityRef": named("Ann"),
    "PayeeEntityRef": named("Alder"),
    "ItemRef": named("Work"),
    "ItemGroupRef": named("Set"),
    "ItemServiceRef": named("Work"),
    "ItemInventoryAssemblyRef": named("Frame"),
    "ItemSalesTaxRef": named("County"),
    "SalesTaxCodeRef": named("Tax"),
    "AccountRef": named("Overhead"),
    "BankAccountRef": named("Checking"),
    "CreditCardAccountRef": named("Card"),
    "DiscountAccountRef": named("Overhead"),
    "DepositToAccountRef": named("Savings"),
    "TransferFromAccountRef": named("Checking"),
    "TransferToAccountRef": named("Savings"),
    "ClassRef": named("North"),
    "TermsRef": named("Net 30"),
}
"""What the references of a drawn record point to; any other is empty."""

MODEST = {
    "quantity": D("2.5"),
    "rate": D("10.123"),
    "cost": D("10.123"),
    "amount": D("77.7"),
    "total_amount": D(500),
    "payment_amount": D("7.5"),
    "discount_amount": D("1.25"),
    "refund_amount": D("3.1"),
    "quantity_difference": D(3),
    "value_difference": D(11),
    "quantity_to_build": D(2),
    "duration": dt.timedelta(minutes=90),
}
LEFT_OUT = (
    *("custom_fields", "tax_amount", "rate_percent", "markup_rate", "markup_rate_percent", "price_level_ref"),
    *("def_macro", "link_to_txn", "link_to_txn_ids", "set_credits", "apply_to_txns"),
)


def takeable(record):
    """A record that names only what is there, with amounts that add up, and without what is not simulated."""
    fields = table(type(record)).fields
    values = {}
    for field in fields:
        value = getattr(record, field.name)
        if value in (None, ()) or field.name in LEFT_OUT:
            values[field.name] = () if field.plural else None
        elif field.name in MODEST:
            values[field.name] = MODEST[field.name]
        elif isinstance(field.row, Block) and not isinstance(field.row, Reference):
            values[field.name] = (
                tuple(takeable(one) for one in value if not hasattr(one, "item_group_ref"))
                if field.plural
                else takeable(value)
            )
        elif isinstance(value, str) and not value.strip() and ADD in field.row.required:
            values[field.name] = "said"  # blanks say nothing, and it must be said
    erased = tuple(name for name in record.erased if name not in LEFT_OUT)
    if hasattr(record, "item_ref") and record.item_ref is None:
        values |= dict.fromkeys(name for name in MODEST if hasattr(record, name))
        erased = tuple(name for name in erased if name not in MODEST)
    if hasattr(record, "account_ref") and hasattr(record, "amount") and not record.account_ref:
        values["amount"] = None
    return attrs.evolve(record, erased=erased, **values)


def placed(record):
    return with_references(record, lambda row, _ref: KNOWN.get(row.tag, Ref()))


def paid_of(company, name, to):
    """What a payment is applied to: something that was just made, with what was drawn of the first of them."""

    def fit(record):
        drawn = getattr(record, name)
        if not drawn:
            return {}
        one = attrs.evolve(drawn[0], txn_id=make(company, to).txn_id)
        if getattr(one, "discount_account_ref", None) is None or one.discount_amount is None:
            off = ("discount_amount", "discount_account_ref", "discount_class_ref")
            one = attrs.evolve(one, **dict.fromkeys(name for name in off if hasattr(one, name)))
        return {name: (one,)}

    return fit


def deposited(company, record):
    """Money from an account, but for one payment that waits."""
    lines, paid = [], make(company, received(20))
    for one in record.lines:
        if one.payment_txn_id is None:
            facts = {"account_ref": named("Sales"), "amount": D(5), "erased": ()}
            lines.append(attrs.evolve(one, **facts))
        elif paid is not None:
            lines.append(attrs.evolve(one, payment_txn_id=paid.txn_id, payment_txn_line_id=None))
            paid = None
    lines = lines or [DepositLine(account_ref=named("Sales"), amount=D(5))]
    back = record.cash_back_info and CashBackInfo(account_ref=named("Overhead"), amount=D(1))
    return {"lines": tuple(lines), "cash_back_info": back}


def in_balance(record):
    """The first debit and the first credit, of the same amount."""
    if record.changed_lines:
        facts = {"amount": D("77.7"), "account_ref": named("Overhead"), "erased": ()}
        sides = zip((JournalLineType.DEBIT, JournalLineType.CREDIT), record.changed_lines * 2, strict=False)
        return {"changed_lines": tuple(attrs.evolve(one, journal_line_type=side, **facts) for side, one in sides)}
    lines = []
    for cls in (JournalDebitLine, JournalCreditLine):
        drawn = next((one for one in record.lines if isinstance(one, cls)), cls())
        lines.append(attrs.evolve(drawn, amount=D("77.7"), account_ref=named("Overhead")))
    return {"lines": tuple(lines)} if record.lines else {}


def put_right(record):
    """Items in stock, by a number or by a difference."""
    lines = []
    for one in record.lines:
        by = {"quantity_adjustment": QuantityAdjustment(new_quantity=D(7))}
        if one.value_adjustment:
            by = {"quantity_adjustment": None, "value_adjustment": ValueAdjustment(quantity_difference=D(2))}
        if record.txn_id is not None:
            by = {"quantity_adjustment": None, "value_adjustment": None}
        none = dict.fromkeys(("serial_number_adjustment", "lot_number_adjustment"))
        lines.append(attrs.evolve(one, item_ref=named("Pipe"), **none, **by))
    return {"lines": tuple(lines)}


def fitting(company, record):
    """What a record needs beside what was drawn, so that QuickBooks can take it."""
    kind = record.__record__.tag
    own = {"Check": "Checking", "CreditCardCharge": "Card", "CreditCardCredit": "Card"}
    values = {"account_ref": named(own[kind])} if kind in own and record.account_ref is not None else {}
    rule = KINDS[kind]
    if rule.rate and rule.lines and not any(getattr(record, name) for name in rule.lines):
        field = table(type(record)).by_name[rule.lines[-1]]
        cls = next(cls for cls in field.members.values() if not hasattr(cls, "item_group_ref"))
        values[rule.lines[-1]] = (cls(item_ref=named("Work"), amount=D("77.7")),)
    fits = {
        "ARRefundCreditCard": paid_of(company, "refund_applied_to_txns", memo(50, customer="School:Gym")),
        "BillPaymentCheck": paid_of(company, "applied_to_txns", owing(500)),
        "BillPaymentCreditCard": paid_of(company, "applied_to_txns", owing(500)),
        "BuildAssembly": lambda _: {"mark_pending_if_required": True},
        "Deposit": lambda record: deposited(company, record),
        "InventoryAdjustment": put_right,
        "JournalEntry": in_balance,
        "ReceivePayment": lambda record: (
            paid_of(company, "applied_to_txns", invoice(500, customer="School:Gym"))(record) | {"total_amount": D(500)}
        ),
        "SalesTaxPaymentCheck": lambda record: {"ref_number": record.ref_number and record.ref_number[:11]},
        "TimeTracking": lambda record: {"billable_status": record.billable_status if record.customer_ref else None},
        "Transfer": lambda _: {
            "amount": D(5),
            "transfer_from_account_ref": named("Checking"),
            "transfer_to_account_ref": named("Savings"),
        },
    }
    return values | fits.get(kind, lambda _: {})(record)


def asking_for_all(kind, txn_id):
    """A query for a transaction with everything that it has."""
    query = entity(f"{kind}Query")
    wanted = ("include_line_items", "include_linked_txns", "include_component_line_items")
    return query(txn_ids=(txn_id,), **{name: True for name in wanted if hasattr(query, name)})


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_added_or_changed_is_answered_as_the_schema_wants(kind):
    cls, seen = entity(kind), Counter()
    changes_it = MOD in cls.__record__.shapes

    @LITTLE
    @given(records(cls, ADD), st.data())
    def play(record, data):
        record = takeable(placed(record))
        record = attrs.evolve(record, **fitting(company, record))
        assume(not check(record, ADD))
        line = Memory(lambda document: validated(company.process(document)))
        (added,) = run(ask_all([Request.add(record)]), line)
        seen["add", added.code] += 1
        if not added.ok:
            return
        before = added.record(cls)
        (found,) = run(ask_all([Request.query(asking_for_all(kind, before.txn_id))]), line)
        (there,) = found.found
        assert (attrs.evolve(there, linked_txns=()) if hasattr(there, "linked_txns") else there) == before
        if not changes_it:
            return
        change = takeable(placed(data.draw(records(cls, MOD))))
        change = attrs.evolve(change, txn_id=before.txn_id, edit_sequence=before.edit_sequence)
        given = fitting(company, change)
        erased = tuple(name for name in change.erased if name not in given)
        change = attrs.evolve(change, erased=erased, **given)
        lines = {
            name: tuple(attrs.evolve(one, txn_line_id="-1") for one in getattr(change, name))
            for name in (*KINDS[kind].lines, "changed_lines")
            if getattr(change, name, ()) and hasattr(getattr(change, name)[0], "txn_line_id")
        }
        (changed,) = run(ask_all([Request.mod(attrs.evolve(change, **lines))]), line)
        seen["mod", changed.code] += 1

    with company_of() as company:
        play()
    assert seen["add", 0] > 20, seen
    assert seen["mod", 0] > 12 or not changes_it, seen


@needs_shared
def test_links_are_answered_as_the_schema_wants(books):
    order = ordered(books, line(10, 2), line(None, None, 5), PurchaseOrderLine(desc="text"))
    line_ = Memory(lambda document: validated(books.process(document)))
    requests = [
        Request.add(bill(billing(order, quantity=D(1)))),
        Request.add(bill(link_to_txn_ids=(order.txn_id,))),
        Request.add(bill(billing(order))),
    ]
    queries = [
        Request.query(PurchaseOrderQuery(include_line_items=True, include_linked_txns=True)),
        Request.query(BillQuery(include_line_items=True, include_linked_txns=True)),
    ]
    assert [outcome.code for outcome in run(ask_all(requests), line_)] == [0, 0, 570]
    assert [outcome.code for outcome in run(ask_all(queries), line_)] == [0, 0]


# --- on disk ---------------------------------------------------------------------------------------------------------


def test_transactions_are_still_there_when_opened_again(tmp_path):
    path = tmp_path / "books"
    with CompanyFile.create(path) as company:
        company.seed(LISTS)
        order = ordered(company, line(10, 2))
        billed(company, billing(order, quantity=D(4)))
        before = [list(company.records(kind)) for kind in KINDS]
    with CompanyFile.open(path) as company:
        assert [list(company.records(kind)) for kind in KINDS] == before
        made = billed(company, billing(order, quantity=D(6)))
        assert made.txn_number == 3
        assert whole(company, order).is_fully_received
        ids = [one.txn_id for kind in KINDS for one in company.records(kind)]
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("Store.count_txn", id="with its id", marks=pytest.mark.slow),
        pytest.param("Book.put", id="before it is written", marks=pytest.mark.slow),
        pytest.param("Book.set_links", id="before it is linked", marks=pytest.mark.slow),
        pytest.param("Book.touch", id="before the order knows"),
    ],
)
def test_a_bill_that_was_killed_was_never_there(tmp_path, moment):
    path = tmp_path / "books"
    with CompanyFile.create(path) as company:
        company.seed(LISTS)
        order = ordered(company, line(10, 2))
        before = list(company.records("PurchaseOrder"))
    process = child(
        f"""
        from procore_qbd import Ref
        from procore_qbd.qbxml.entities.bills import Bill
        company = CompanyFile.open(sys.argv[1])
        {moment} = die
        bill = Bill(vendor_ref=Ref(list_id="1-1"), link_to_txn_ids=(sys.argv[2],))
        run(ask_all([Request.add(bill)]), Memory(company.process))
        """,
        path,
        order.txn_id,
    )
    process.communicate()
    assert process.returncode != 0
    with CompanyFile.open(path) as company:
        assert (list(company.records("PurchaseOrder")), list(company.records("Bill"))) == (before, [])
        assert billed(company, link_to_txn_ids=(order.txn_id,)).amount_due == D(20)


def test_transactions_come_in_the_order_in_which_they_were_made(books):
    for number in range(12):
        put(books, estimate((1, number, None)))
    made = list(books.records("Estimate"))
    assert all(one.txn_number + 1 == other.txn_number for one, other in pairwise(made))
    assert [one.total_amount for one in made] == [D(number) for number in range(12)]
