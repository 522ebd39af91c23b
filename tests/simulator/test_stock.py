"""What is in stock and what it is worth, what is built and put right, what is on order; and time that is worked."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd import Request
from procore_qbd.qbxml.entities.bills import Bill, LinkToTxn, VendorCredit
from procore_qbd.qbxml.entities.charges import Charge
from procore_qbd.qbxml.entities.credit_memos import CreditMemo, CreditMemoLine
from procore_qbd.qbxml.entities.employees import Employee, EmployeePayrollInfo
from procore_qbd.qbxml.entities.inventory_transactions import (
    BuildAssembly,
    BuildAssemblyQuery,
    InventoryAdjustment,
    InventoryAdjustmentLine,
    QuantityAdjustment,
    SerialNumberAdjustment,
    ValueAdjustment,
)
from procore_qbd.qbxml.entities.item_receipts import ItemReceipt
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.sales_orders import SalesOrder, SalesOrderLine
from procore_qbd.qbxml.entities.sales_receipts import SalesReceipt, SalesReceiptLine
from procore_qbd.qbxml.entities.shared.lines import ItemLine
from procore_qbd.qbxml.entities.time_tracking import TimeTracking, TimeTrackingQuery
from support.company import Clock, ask, put
from support.examples import examples
from support.money import refused
from support.simulated import (
    D,
    balance,
    booked,
    change,
    changing,
    company_of,
    delete,
    found,
    invoice,
    make,
    named,
    now,
    on_hand,
    sold,
    void,
)

FEW = settings(max_examples=examples(30), derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
HUNDREDTHS = st.integers(1, 5000).map(lambda number: D(number) / 100)


@pytest.fixture
def books():
    with company_of(clock=Clock()) as company:
        yield company


def bought(quantity, cost, cls=Bill, item="Pipe"):
    line = ItemLine(item_ref=named(item), quantity=D(str(quantity)), cost=D(str(cost)))
    return cls(vendor_ref=named("Alder"), item_lines=(line,))


def adjusted(item="Pipe", value=None, **quantity):
    """An adjustment of one item, by quantity or by value."""
    kind = {"quantity_adjustment": QuantityAdjustment(**quantity)} if value is None else {"value_adjustment": value}
    line = InventoryAdjustmentLine(item_ref=named(item), **kind)
    return InventoryAdjustment(account_ref=named("Overhead"), lines=(line,))


def cents(number: Fraction) -> int:
    """Halves away from zero."""
    units = (2 * abs(number) * 100 + 1) // 2
    return int(units if number >= 0 else -units)


def five(number: Fraction) -> Fraction:
    """The same, to five decimals."""
    return Fraction(cents(number * 1000), 10**5)


# --- average cost ----------------------------------------------------------------------------------------------------

MOVES = st.one_of(
    st.tuples(st.just("buy"), HUNDREDTHS, HUNDREDTHS),
    st.tuples(st.just("sell"), HUNDREDTHS, HUNDREDTHS),
    st.tuples(st.just("adjust"), HUNDREDTHS, st.booleans()),
)


@FEW
@given(st.lists(MOVES, max_size=6))
def test_stock_and_its_worth_against_plain_arithmetic(moves):
    """What is bought adds its cost; what leaves takes the average with it, to the cent, the average to five places."""
    with company_of() as books:
        hand, worth, last, spent = Fraction(0), 0, Fraction(3), 0
        for what, quantity, other in moves:
            average = five(Fraction(worth, 100) / hand) if hand > 0 else last
            if what == "buy":
                made = make(books, bought(quantity, other))
                hand, worth = hand + Fraction(quantity), worth + int(made.amount_due * 100)
            elif what == "sell":
                make(books, invoice(sold("Pipe", quantity=quantity, rate=other)))
                cost = cents(Fraction(quantity) * average)
                hand, worth, spent = hand - Fraction(quantity), worth - cost, spent + cost
            else:
                difference = Fraction(quantity if other else -quantity)
                make(books, adjusted(quantity_difference=quantity if other else -quantity))
                hand, worth = hand + difference, worth + cents(difference * average)
            there, cost = on_hand(books, "Pipe")
            assert (Fraction(there), balance(books, "Stock")) == (hand, D(worth) / 100)
            assert Fraction(cost) == (five(Fraction(worth, 100) / hand) if hand > 0 else last)
        assert balance(books, "Job Costs") == D(spent) / 100


def test_what_is_sold_costs_what_it_cost_on_the_average(books):
    make(books, bought(10, 2))
    make(books, bought(10, 4))
    assert on_hand(books, "Pipe") == (20, 3)
    sale = make(books, invoice(sold("Pipe", quantity=5, rate=10)))
    assert booked(books, sale)[1:] == [("Sales", D(-50)), ("Job Costs", D(15)), ("Stock", D(-15))]
    assert (on_hand(books, "Pipe"), balance(books, "Stock"), balance(books, "Job Costs")) == ((15, 3), 45, 15)
    sale = change(books, sale, memo="the same cost")
    assert booked(books, sale)[2] == ("Job Costs", D(15))
    make(books, bought(15, 5))
    assert on_hand(books, "Pipe") == (30, 4)
    back = make(books, CreditMemo(customer_ref=named("School"), lines=(sold("Pipe", CreditMemoLine, quantity=5),)))
    assert (on_hand(books, "Pipe"), booked(books, back)[2:]) == ((35, 4), [("Job Costs", D(-20)), ("Stock", D(20))])
    assert void(books, sale).ok
    assert on_hand(books, "Pipe")[0] == 40
    assert delete(books, back).ok
    assert on_hand(books, "Pipe")[0] == 35


@pytest.mark.parametrize(
    ("record", "by"),
    [
        (bought(3, 2, ItemReceipt), 3),
        (bought(3, 2, VendorCredit), -3),
        (SalesReceipt(customer_ref=named("Hall"), lines=(sold("Pipe", SalesReceiptLine, quantity=2),)), -2),
        (Charge(customer_ref=named("Hall"), item_ref=named("Pipe"), quantity=D(4)), -4),
        (Charge(customer_ref=named("Hall"), item_ref=named("Pipe")), -1),
    ],
)
def test_every_transaction_with_an_item_moves_its_stock(books, record, by):
    make(books, bought(10, 3))
    make(books, record)
    assert (on_hand(books, "Pipe"), balance(books, "Stock")) in [
        ((10 + by, 3), (10 + by) * 3),
        ((13, D("2.76923")), 36),
        ((7, D("3.42857")), 24),
    ]


# --- on order --------------------------------------------------------------------------------------------------------


def test_what_is_on_order_and_what_is_promised(books):
    def under_way():
        pipe = found(books, "ItemInventory", "Pipe")
        return pipe.quantity_on_order, pipe.quantity_on_sales_order

    line = PurchaseOrderLine(item_ref=named("Pipe"), quantity=D(10))
    order = make(books, PurchaseOrder(vendor_ref=named("Alder"), lines=(line,)))
    promise = SalesOrder(customer_ref=named("Hall"), lines=(sold("Pipe", SalesOrderLine, quantity=6),))
    promise = make(books, promise)
    assert under_way() == (10, 6)
    link = LinkToTxn(txn_id=order.txn_id, txn_line_id=order.lines[0].txn_line_id)
    receipt = ItemReceipt(vendor_ref=named("Alder"), item_lines=(ItemLine(link_to_txn=link, quantity=D(4)),))
    receipt = make(books, receipt)
    assert (under_way(), on_hand(books, "Pipe")[0]) == ((6, 6), 4)
    invoiced = make(books, invoice(customer="Hall", link_to_txn_ids=(promise.txn_id,)))
    assert (under_way(), on_hand(books, "Pipe")[0]) == ((6, 0), -2)
    change(books, order, is_manually_closed=True)
    assert under_way() == (0, 0)
    assert delete(books, invoiced).ok
    assert delete(books, receipt).ok
    change(books, order, is_manually_closed=False)
    assert (under_way(), on_hand(books, "Pipe")[0]) == ((10, 6), 0)


def test_what_is_received_is_not_billed_yet(books):
    lines = [PurchaseOrderLine(item_ref=named("Pipe"), quantity=D(quantity)) for quantity in (10, 5)]
    lines += [PurchaseOrderLine(item_ref=named("Work")), PurchaseOrderLine(desc="text")]
    order = make(books, PurchaseOrder(vendor_ref=named("Alder"), lines=tuple(lines)))

    def told():
        facts = ("received_quantity", "unbilled_quantity", "is_billed")
        return [tuple(getattr(one, name) for name in facts) for one in now(books, order).lines]

    text = (None, None, None)
    assert told() == [(0, 10, False), (0, 5, False), (0, 1, False), text]
    first, second = (LinkToTxn(txn_id=order.txn_id, txn_line_id=one.txn_line_id) for one in order.lines[:2])
    receipt = (ItemLine(link_to_txn=first, quantity=D(4)),)
    make(books, ItemReceipt(vendor_ref=named("Alder"), item_lines=receipt))
    billed = ItemLine(link_to_txn=first, quantity=D(3)), ItemLine(link_to_txn=second, quantity=D(6))
    make(books, Bill(vendor_ref=named("Alder"), item_lines=billed))
    assert told() == [(7, 7, False), (6, 0, True), (0, 1, False), text]
    make(books, Bill(vendor_ref=named("Alder"), link_to_txn_ids=(order.txn_id,)))
    assert told() == [(10, 4, False), (6, 0, True), (1, 0, True), text]
    assert now(books, order).is_fully_received


# --- adjustments -----------------------------------------------------------------------------------------------------


def test_quantities_are_put_right(books):
    make(books, bought(10, 3))
    made = make(books, adjusted(new_quantity=D(8)))
    assert [(one.quantity_difference, one.value_difference) for one in made.lines] == [(-2, -6)]
    assert booked(books, made) == [("Stock", D(-6)), ("Overhead", D(6))]
    assert (on_hand(books, "Pipe"), balance(books, "Stock")) == ((8, 3), 24)
    line = made.lines[0].txn_line_id
    made = change(books, made, lines=(InventoryAdjustmentLine(txn_line_id=line, quantity_difference=D(5)),))
    assert (on_hand(books, "Pipe")[0], made.lines[0].quantity_difference) == (15, 5)
    assert (made.lines[0].value_difference, balance(books, "Stock")) == (15, 45)
    both = InventoryAdjustmentLine(txn_line_id=line, quantity_difference=D(0), value_difference=D(30))
    made = change(books, made, lines=(both,))
    assert (on_hand(books, "Pipe"), balance(books, "Stock"), balance(books, "Overhead")) == ((10, 6), 60, -30)
    assert change(books, made, memo="m").lines == made.lines
    assert delete(books, made).ok
    assert (on_hand(books, "Pipe"), balance(books, "Stock")) == ((10, 3), 30)


def test_values_are_put_right(books):
    make(books, bought(10, 3))
    made = make(books, adjusted(value=ValueAdjustment(new_quantity=D(12))))
    assert (on_hand(books, "Pipe")[0], made.lines[0].quantity_difference) == (12, 2)
    made = make(books, adjusted(value=ValueAdjustment(quantity_difference=D(-1))))
    assert on_hand(books, "Pipe")[0] == 11


def test_what_cannot_be_put_right(books):
    refused(books, Request.add(adjusted("Work", new_quantity=D(1))), 3280, "Work")
    serial = InventoryAdjustmentLine(
        item_ref=named("Pipe"), serial_number_adjustment=SerialNumberAdjustment(add_serial_number="1")
    )
    request = Request.add(InventoryAdjustment(account_ref=named("Overhead"), lines=(serial,)))
    refused(books, request, 1030, "serial and lot numbers")


# --- builds ----------------------------------------------------------------------------------------------------------


def built(quantity, **more):
    return BuildAssembly(item_inventory_assembly_ref=named("Frame"), quantity_to_build=D(quantity), **more)


def parts(books, frames):
    make(books, bought(4 * frames, 3))
    make(books, bought(8 * frames, "0.5", item="Bolt"))


def test_what_is_built_takes_over_what_its_parts_cost(books):
    parts(books, 3)
    made = make(books, built(2, memo="two"))
    assert (made.is_pending, made.quantity_can_build, made.quantity_on_hand) == (False, 3, 0)
    assert [
        (one.item_ref.full_name, one.quantity_on_hand, one.quantity_needed) for one in made.component_item_lines
    ] == [
        ("Pipe", 12, 8),
        ("Bolt", 24, 16),
    ]
    assert booked(books, made) == [("Stock", D(-24)), ("Stock", D(-8)), ("Stock", D(32))]
    assert (on_hand(books, "Pipe")[0], on_hand(books, "Bolt")[0]) == (4, 8)
    assert on_hand(books, "Frame", "ItemInventoryAssembly") == (2, 16)
    made = change(books, made, quantity_to_build=D(3))
    assert (on_hand(books, "Pipe")[0], on_hand(books, "Frame", "ItemInventoryAssembly")) == (0, (3, 16))
    sale = make(books, invoice(sold("Frame", quantity=1)))
    assert booked(books, sale)[2] == ("Job Costs", D(16))
    assert delete(books, made).ok
    assert (on_hand(books, "Pipe")[0], on_hand(books, "Frame", "ItemInventoryAssembly")[0]) == (12, -1)


def test_a_build_without_enough_parts_waits_or_is_refused(books):
    parts(books, 1)
    refused(books, Request.add(built(2)), 3180, "too few parts")
    made = make(books, built(2, mark_pending_if_required=True))
    assert (made.is_pending, made.quantity_can_build, booked(books, made)) == (True, 1, [])
    assert on_hand(books, "Frame", "ItemInventoryAssembly")[0] == 0
    done = make(books, built(1))
    assert not done.is_pending
    assert [ask(books, BuildAssemblyQuery(pending_status=status)) for status in ("PendingOnly", "NotPendingOnly")] == [
        tuple(one for one in books.records("BuildAssembly") if one.is_pending) and (without_parts(made),),
        (without_parts(done),),
    ]
    refused(books, changing(now(books, made), remove_pending=True), 3180, "too few parts")
    parts(books, 2)
    made = change(books, made, memo="still waits")
    assert (made.is_pending, on_hand(books, "Frame", "ItemInventoryAssembly")[0]) == (True, 1)
    made = change(books, made, remove_pending=True)
    assert (made.is_pending, on_hand(books, "Frame", "ItemInventoryAssembly")[0]) == (False, 3)
    refused(books, changing(made, quantity_to_build=D(3)), 3180, "too few parts")
    assert change(books, made, quantity_to_build=D(3), mark_pending_if_required=True).is_pending
    assert on_hand(books, "Frame", "ItemInventoryAssembly")[0] == 1


def without_parts(build):
    return type(build)(**{**vars(build), "component_item_lines": ()})


def test_what_cannot_be_built(books):
    for quantity in (0, -1):
        refused(books, Request.add(built(quantity)), 3210, "nothing is built")


# --- time ------------------------------------------------------------------------------------------------------------


def worked(who="Ann", hours=2, **more):
    return TimeTracking(entity_ref=named(who), duration=dt.timedelta(hours=hours), **more)


def test_time_moves_no_money_and_belongs_to_a_job(books):
    made = make(books, worked(customer_ref=named("School:Gym"), item_service_ref=named("Work"), notes="n"))
    assert (made.duration, made.customer_ref.full_name, booked(books, made)) == (
        dt.timedelta(hours=2),
        "School:Gym",
        [],
    )
    made = change(books, made, entity_ref=named("Ann"), duration=dt.timedelta(minutes=30), billable_status="Billable")
    assert (made.duration, made.billable_status) == (dt.timedelta(minutes=30), "Billable")
    assert [one.txn_id for one in ask(books, TimeTrackingQuery())] == [made.txn_id]
    assert make(books, worked("Alder")).entity_ref.full_name == "Alder"
    assert delete(books, made).ok


def test_time_that_is_refused(books):
    payroll = EmployeePayrollInfo(use_time_data_to_create_paychecks="NotSet")
    put(books, Employee(first_name="Bob", employee_payroll_info=payroll))
    refused(books, Request.add(worked("Bob")), 3310, "")
    use = EmployeePayrollInfo(use_time_data_to_create_paychecks="DoNotUseTimeData")
    put(books, Employee(first_name="Cy", employee_payroll_info=use))
    make(books, worked("Cy"))
    refused(books, Request.add(worked("School")), 3140, '"School"')
