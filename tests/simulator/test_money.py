"""Money in the company file: what is paid, set off, taken to the bank, transferred, voided, deleted, and closed."""

import datetime as dt

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd import Ref, Request
from procore_qbd.qbxml.entities.ar_refunds import ARRefundCreditCard, RefundAppliedToTxn
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCreditCard, BillToPayQuery
from procore_qbd.qbxml.entities.bills import Bill, VendorCredit
from procore_qbd.qbxml.entities.charges import Charge
from procore_qbd.qbxml.entities.checks import ApplyCheckToTxn, Check
from procore_qbd.qbxml.entities.credit_cards import CreditCardCharge, CreditCardCredit
from procore_qbd.qbxml.entities.credit_memos import CreditMemo, CreditMemoLine
from procore_qbd.qbxml.entities.deletions import TxnVoidType
from procore_qbd.qbxml.entities.deposits import CashBackInfo, Deposit, DepositLine
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine
from procore_qbd.qbxml.entities.inventory_transactions import (
    InventoryAdjustment,
    InventoryAdjustmentLine,
    QuantityAdjustment,
)
from procore_qbd.qbxml.entities.invoices import InvoiceLine
from procore_qbd.qbxml.entities.item_receipts import ItemReceipt
from procore_qbd.qbxml.entities.journal_entries import (
    JournalCreditLine,
    JournalDebitLine,
    JournalEntry,
    JournalLine,
)
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment
from procore_qbd.qbxml.entities.sales_receipts import SalesReceipt, SalesReceiptLine
from procore_qbd.qbxml.entities.sales_tax_payments import SalesTaxPaymentCheck, SalesTaxPaymentCheckLine
from procore_qbd.qbxml.entities.shared.lines import ExpenseLine, ItemLine
from procore_qbd.qbxml.entities.shared.transactions import SetCredit
from procore_qbd.qbxml.entities.transfers import Transfer
from procore_qbd.simulator.kinds import KINDS
from support.company import ask
from support.examples import examples
from support.money import journal, memo, paying, received, refused
from support.simulated import (
    TODAY,
    D,
    applied,
    balance,
    bill,
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

CENTS = st.integers(1, 100_000).map(lambda cents: D(cents) / 100)
FEW = settings(max_examples=examples(25), derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def books(clock):
    with company_of(clock=clock) as company:
        yield company


def credit(amount, vendor="Alder"):
    line = ExpenseLine(account_ref=named("Job Costs"), amount=D(str(amount)))
    return VendorCredit(vendor_ref=named(vendor), expense_lines=(line,))


def setting(one, amount):
    return SetCredit(credit_txn_id=one.txn_id, applied_amount=D(str(amount)))


# --- bills that are paid ---------------------------------------------------------------------------------------------


@FEW
@given(st.lists(st.tuples(CENTS, st.integers(0, 100), CENTS), min_size=1, max_size=4))
def test_what_is_paid_is_no_longer_open_and_comes_from_the_bank(bills):
    with company_of() as books:
        owed = [make(books, bill(amount)) for amount, _, _ in bills]
        parts = [(amount * share / 100).quantize(D("0.01")) for amount, share, _ in bills]
        payment = make(books, paying(*(applied(one, part) for one, part in zip(owed, parts, strict=True))))
        assert payment.amount == sum(parts)
        assert [one.amount for one in payment.applied_to_txns] == parts
        assert [one.balance_remaining for one in payment.applied_to_txns] == [
            now(books, one).open_amount for one in owed
        ]
        for one, part in zip(owed, parts, strict=True):
            after = now(books, one)
            assert (after.amount_due, after.open_amount) == (one.amount_due, one.amount_due - part)
            assert after.is_paid == (after.open_amount == 0)
            (link,) = after.linked_txns
            assert (link.txn_type, link.link_type, link.amount) == ("BillPaymentCheck", "AMTTYPE", -part)
        left = sum(amount for amount, _, _ in bills) - sum(parts)
        assert (balance(books, "Checking"), balance(books, "Accounts Payable")) == (-sum(parts), left)
        assert found(books, "Vendor", "Alder").balance == left
        assert delete(books, payment).ok
        assert [attrs.evolve(now(books, one), time_modified=one.time_modified) for one in owed] == owed
        assert (balance(books, "Checking"), balance(books, "Accounts Payable")) == (0, left + sum(parts))


def test_without_an_amount_all_that_is_left_is_paid(books):
    one, other = make(books, bill(100)), make(books, bill(50))
    make(books, paying(applied(one, 30)))
    payment = make(books, paying(applied(one), applied(other)))
    assert [str(each.amount) for each in payment.applied_to_txns] == ["70.00", "50.00"]
    assert str(payment.amount) == "120.00"


def test_a_card_owes_what_it_paid(books):
    one = make(books, bill(100))
    card = {"payee_entity_ref": named("Alder"), "credit_card_account_ref": named("Card")}
    payment = make(books, BillPaymentCreditCard(applied_to_txns=(applied(one, 40),), **card))
    assert (payment.amount, balance(books, "Card"), now(books, one).open_amount) == (D(40), D(40), D(60))
    assert void(books, payment).ok
    assert (balance(books, "Card"), now(books, one).open_amount) == (D(0), D(100))


def test_who_pays_early_takes_something_off(books):
    one = make(books, bill(100))
    off = {"discount_amount": D(2), "discount_account_ref": named("Overhead"), "discount_class_ref": named("South")}
    payment = make(books, paying(applied(one, 98, **off)))
    assert (payment.amount, now(books, one).is_paid) == (D(98), True)
    assert booked(books, payment) == [("Checking", D(-98)), ("Accounts Payable", D(100)), ("Overhead", D(-2))]
    payment = change(books, payment, memo="early")
    assert (payment.amount, now(books, one).open_amount, payment.applied_to_txns[0].discount_amount) == (98, 0, 2)
    payment = change(books, payment, applied_to_txns=(applied(one, 50),))
    assert now(books, one).open_amount == D(48)
    due = make(books, invoice(50))
    made = make(books, received(45, applied(due, 45, discount_amount=D(5), discount_account_ref=named("Overhead"))))
    assert (made.unused_payment, now(books, due).balance_remaining, now(books, due).is_paid) == (0, 0, True)
    assert booked(books, made)[0] == ("Undeposited Funds", D(45))


def test_a_mod_leaves_what_it_does_not_say_and_replaces_what_it_says(books):
    one, other = make(books, bill(100)), make(books, bill(50))
    payment = make(books, paying(applied(one, 30), applied(other, 50)))
    payment = change(books, payment, memo="m", ref_number="102")
    assert [each.amount for each in payment.applied_to_txns] == [30, 50]
    payment = change(books, payment, applied_to_txns=(applied(one),))
    assert [(each.txn_id, each.amount) for each in payment.applied_to_txns] == [(one.txn_id, D(30))]
    assert (payment.amount, now(books, one).open_amount, now(books, other).open_amount) == (30, 70, 50)
    payment = change(books, payment, applied_to_txns=(applied(one, 100),), amount=D(100))
    assert (payment.amount, now(books, one).is_paid, balance(books, "Checking")) == (100, True, -100)
    refused(books, changing(payment, amount=D(99)), 3210, "its parts come to 100.00")


# --- credits ---------------------------------------------------------------------------------------------------------


def test_a_credit_is_used_by_two_bills(books):
    one, other, back = make(books, bill(100)), make(books, bill(50)), make(books, credit(40))
    sets = applied(one, 20, set_credits=(setting(back, 25),)), applied(other, 0, set_credits=(setting(back, 15),))
    payment = make(books, paying(*sets))
    assert (payment.amount, now(books, back).open_amount) == (20, 0)
    assert (now(books, one).open_amount, now(books, other).open_amount) == (55, 35)
    (link,) = payment.applied_to_txns[0].linked_txns
    assert (link.txn_id, link.txn_type, link.amount) == (back.txn_id, "VendorCredit", D(25))
    assert sorted(each.amount for each in now(books, back).linked_txns) == [15, 25]
    assert found(books, "Vendor", "Alder").balance == 90
    for code, command in ((3160, delete), (3185, void)):
        assert command(books, back).code == code
        assert "needs it (credit)" in books.last_fault
    assert delete(books, payment).ok
    assert (now(books, back).open_amount, now(books, one).open_amount, now(books, other).open_amount) == (40, 100, 50)
    assert delete(books, back).ok


def test_no_mod_takes_a_credit_back(books):
    one, other, back = make(books, bill(100)), make(books, bill(50)), make(books, credit(40))
    sets = applied(one, 20, set_credits=(setting(back, 10),)), applied(other, 1, set_credits=(setting(back, 15),))
    payment = make(books, paying(*sets))
    payment = change(books, payment, memo="m")
    assert (now(books, one).open_amount, now(books, other).open_amount, now(books, back).open_amount) == (70, 34, 15)
    payment = change(books, payment, applied_to_txns=(applied(one, 90),))
    assert (now(books, one).open_amount, now(books, other).open_amount, now(books, back).open_amount) == (0, 35, 15)
    again = (applied(one, 1, set_credits=(setting(back, 1),)),)
    refused(books, changing(payment, applied_to_txns=again), 3177)
    third = make(books, bill(10))
    more = (applied(one), applied(third, 0, set_credits=(setting(back, 10),)))
    change(books, payment, applied_to_txns=more)
    assert (now(books, third).open_amount, now(books, back).open_amount) == (0, 5)


def test_no_more_of_a_credit_is_used_than_there_is(books):
    one, other, back = make(books, bill(100)), make(books, bill(50)), make(books, credit(40))
    refused(
        books, Request.add(paying(applied(one, 0, set_credits=(setting(back, 41),)))), 3210, "not have that much left"
    )
    both = (applied(each, 0, set_credits=(setting(back, 21),)) for each in (one, other))
    refused(books, Request.add(paying(*both)), 3210, "not have that much left")
    theirs = make(books, credit(40, vendor="Birch"))
    refused(books, Request.add(paying(applied(one, 0, set_credits=(setting(theirs, 1),)))), 3120, "no such credit")
    refused(books, Request.add(paying(applied(one, 0, set_credits=(setting(other, 1),)))), 3120, "no such credit")
    twice = (setting(back, 1), setting(back, 2))
    refused(books, Request.add(paying(applied(one, 0, set_credits=twice))), 3177)
    small = make(books, bill(10))
    refused(
        books, Request.add(paying(applied(small, 0, set_credits=(setting(back, 11),)))), 3210, "more than the amount"
    )


def test_an_invoice_sets_credits_against_itself(books):
    back, paid = make(books, memo(30)), make(books, received(25))
    due = make(books, invoice(100, set_credits=(setting(back, 20), setting(paid, 5))))
    assert (due.applied_amount, due.balance_remaining, due.is_paid) == (D(-25), D(75), False)
    assert (now(books, back).credit_remaining, now(books, paid).unused_payment) == (10, 20)
    assert change(books, due, memo="m").balance_remaining == 75
    other = make(books, memo(70))
    due = change(books, due, set_credits=(setting(other, 70),))
    assert (due.balance_remaining, now(books, back).credit_remaining, now(books, other).credit_remaining) == (5, 10, 0)
    refused(books, changing(due, set_credits=(setting(back, 1),)), 3177)
    refused(books, changing(due, lines=(InvoiceLine(txn_line_id=due.lines[0].txn_line_id, rate=D(94)),)), 3210)
    assert delete(books, paid).code == 3160
    assert void(books, due).ok
    assert [now(books, one).linked_txns for one in (due, back, other)] == [()] * 3
    assert (now(books, back).credit_remaining, now(books, paid).unused_payment) == (30, 25)
    assert found(books, "Customer", "School").balance == -(30 + 25 + 70)


# --- what is refused -------------------------------------------------------------------------------------------------


def test_what_cannot_be_paid(books):
    one, theirs = make(books, bill(100)), make(books, bill(10, vendor="Birch"))
    elsewhere = make(books, bill(10, ap_account_ref=named("Old Payables")))
    due = make(books, invoice(10))
    for what, code, note in (
        (applied(one, "100.01"), 3210, "You cannot pay more than the amount due."),
        (applied(one, 99, discount_amount=D("1.01"), discount_account_ref=named("Overhead")), 3210, "more than the"),
        (applied(one, -1), 3210, "AppliedToTxnAdd payment amount"),
        (applied(one, 1, discount_amount=D(-1), discount_account_ref=named("Overhead")), 3210, ""),
        (applied(one, 1, discount_amount=D(1)), 3150, "DiscountAccountRef"),
        (applied(theirs), 3120, "belongs to another name"),
        (applied(elsewhere), 3120, "it is kept in Old Payables, not in Accounts Payable"),
        (applied(due), 3120, "no such transaction to be paid"),
        (applied(Bill(txn_id="1-1")), 3120, "no such transaction to be paid"),
    ):
        refused(books, Request.add(paying(what)), code, note)
    refused(books, Request.add(paying(applied(one, 1), applied(one, 2))), 3177)
    refused(books, Request.add(paying(applied(one), bank_account_ref=named("Sales"))), 3140, "of the type Income")
    make(books, paying(applied(elsewhere), ap_account_ref=named("Old Payables")))
    paid = make(books, paying(applied(one, 60)))
    refused(books, Request.add(paying(applied(one, 41))), 3210, "more than the amount due")
    line = ExpenseLine(txn_line_id=one.expense_lines[0].txn_line_id, amount=D("59.99"))
    refused(books, changing(now(books, one), expense_lines=(line,)), 3210, "more than this is applied to it")
    refused(books, changing(now(books, one), vendor_ref=named("Birch")), 3170, "cannot change while it is linked")
    assert (delete(books, one).code, void(books, one).code) == (3160, 3185)
    assert delete(books, paid).ok
    assert delete(books, one).ok


WRONG_ACCOUNTS = {
    "a bill": bill(1, ap_account_ref=named("Checking")),
    "a check": Check(account_ref=named("Card"), expense_lines=bill(1).expense_lines),
    "a card": CreditCardCharge(account_ref=named("Checking"), expense_lines=bill(1).expense_lines),
    "a card's credit": CreditCardCredit(account_ref=named("Sales"), expense_lines=bill(1).expense_lines),
    "an invoice": invoice(1, ar_account_ref=named("Accounts Payable")),
    "a tax payment": SalesTaxPaymentCheck(
        payee_entity_ref=named("State"),
        txn_date=TODAY,
        bank_account_ref=named("Card"),
        is_to_be_printed=True,
        lines=(SalesTaxPaymentCheckLine(item_sales_tax_ref=named("County"), amount=D(1)),),
    ),
}


@pytest.mark.parametrize("record", WRONG_ACCOUNTS.values(), ids=WRONG_ACCOUNTS)
def test_an_account_of_another_type_is_refused(books, record):
    refused(books, Request.add(record), 3140, "The account for this transaction must be of type ")


@pytest.mark.parametrize("item", ["Subtotal", "Tenth off", "Paid", "County"])
def test_what_is_not_bought_does_not_stand_on_a_purchase(books, item):
    line = ItemLine(item_ref=named(item), amount=D(1))
    refused(books, Request.add(Bill(vendor_ref=named("Alder"), item_lines=(line,))), 3280, item)
    order = PurchaseOrder(vendor_ref=named("Alder"), lines=(PurchaseOrderLine(item_ref=named(item), amount=D(1)),))
    refused(books, Request.add(order), 3280, item)


def test_a_check_is_applied_to_nothing_here(books):
    due = make(books, invoice(10))
    check = Check(
        account_ref=named("Checking"),
        apply_to_txns=(ApplyCheckToTxn(txn_id=due.txn_id, amount=D(1)),),
        expense_lines=bill(1).expense_lines,
    )
    refused(books, Request.add(check), 1030, "ApplyCheckToTxn: exists in QuickBooks, but is not simulated")


# --- what customers pay ----------------------------------------------------------------------------------------------


def test_what_is_not_applied_waits_and_is_applied_later(books):
    due = make(books, invoice(100))
    payment = make(books, received(60, applied(due, 40), ref_number="77", memo="thanks"))
    assert (payment.total_amount, payment.unused_payment, payment.unused_credits) == (60, 20, 0)
    (one,) = payment.applied_to_txns
    assert (one.txn_type, one.amount, one.balance_remaining) == ("Invoice", D(40), D(60))
    (link,) = now(books, due).linked_txns
    assert (link.txn_type, link.ref_number, link.amount) == ("ReceivePayment", "77", D(-40))
    assert booked(books, payment) == [
        ("Undeposited Funds", D(60)),
        ("Accounts Receivable", D(-40)),
        ("Accounts Receivable", D(-20)),
    ]
    payment = change(books, payment, applied_to_txns=(applied(due, 60),))
    assert (payment.unused_payment, now(books, due).balance_remaining) == (0, 40)
    payment = change(books, payment, total_amount=D(65))
    assert (payment.unused_payment, found(books, "Customer", "School").balance) == (5, 35)
    refused(books, changing(payment, total_amount=D("59.99")), 3210, "more is applied than was paid")
    refused(books, Request.add(received(-1)), 3210, "cannot be negative")
    refused(books, Request.add(received(10, applied(due, 11))), 3210, "more is applied than was paid")


@FEW
@given(st.lists(st.tuples(CENTS, st.integers(0, 9)), max_size=5), CENTS)
def test_what_applies_itself_pays_the_oldest_first(dues, paid):
    with company_of() as books:
        made = [make(books, invoice(amount, txn_date=dt.date(2023, 1, 1 + day))) for amount, day in dues]
        make(books, invoice(1000, customer="Hall"))
        make(books, invoice(1000, customer="School:Gym"))
        payment = make(books, ReceivePayment(customer_ref=named("School"), total_amount=paid, is_auto_apply=True))
        left, expected = paid, []
        for one in sorted(made, key=lambda one: one.txn_date):
            part = min(left, one.balance_remaining)
            left -= part
            expected += [(one.txn_id, part)] if part else []
        assert [(one.txn_id, one.amount) for one in payment.applied_to_txns] == expected
        assert payment.unused_payment == left
        assert found(books, "Customer", "School").balance == sum(amount for amount, _ in dues) - paid


def test_what_applies_itself_needs_an_amount(books):
    request = Request.add(ReceivePayment(customer_ref=named("School"), is_auto_apply=True))
    refused(books, request, 3150, "IsAutoApply needs an amount")


def test_a_charge_is_paid_like_an_invoice(books):
    charge = make(books, Charge(customer_ref=named("School"), item_ref=named("Work"), quantity=D(2)))
    assert (charge.rate, charge.amount, charge.balance_remaining, charge.is_paid) == (D("99.5"), 199, 199, False)
    assert charge.desc == "sold"
    make(books, received(100, applied(charge, 100)))
    assert now(books, charge).balance_remaining == 99
    refused(books, changing(now(books, charge), quantity=D(1)), 3210, "more than this is applied to it")
    charge = change(books, charge, quantity=D(3))
    assert (charge.amount, charge.balance_remaining) == (D("298.50"), D("198.50"))
    charge = change(books, charge, amount=D(150))
    assert (charge.quantity, charge.rate, charge.balance_remaining) == (3, 50, 50)
    refused(books, Request.add(Charge(customer_ref=named("School"), amount=D(-1))), 3180, "must be positive")


def test_credits_and_what_was_paid_too_much_go_back_to_the_card(books):
    back, paid = make(books, memo(30)), make(books, received(50))
    parts = [RefundAppliedToTxn(txn_id=one.txn_id, refund_amount=D(amount)) for one, amount in ((back, 10), (paid, 50))]
    refund = make(books, ARRefundCreditCard(customer_ref=named("School"), refund_applied_to_txns=tuple(parts)))
    assert (refund.total_amount, now(books, back).credit_remaining, now(books, paid).unused_payment) == (60, 20, 0)
    assert [(one.txn_type, one.credit_remaining) for one in refund.refund_applied_to_txns] == [
        ("CreditMemo", D(20)),
        ("ReceivePayment", D(0)),
    ]
    assert booked(books, refund) == [("Undeposited Funds", D(-60)), ("Accounts Receivable", D(60))]
    assert found(books, "Customer", "School").balance == -20
    more = ARRefundCreditCard(customer_ref=named("School"), refund_applied_to_txns=(parts[1],))
    refused(books, Request.add(more), 3120, "nothing of it is open")
    assert delete(books, paid).code == 3160
    assert void(books, refund).ok
    assert (now(books, back).credit_remaining, now(books, paid).unused_payment) == (30, 50)


# --- what is taken to the bank ---------------------------------------------------------------------------------------


def test_a_deposit_takes_payments_and_other_money_to_the_bank(books):
    paid = make(books, received(60, ref_number="a long number", memo="rent"))
    receipt = make(books, SalesReceipt(customer_ref=named("Hall"), lines=(sold(cls=SalesReceiptLine, rate=40),)))
    lines = (
        DepositLine(payment_txn_id=paid.txn_id),
        DepositLine(payment_txn_id=receipt.txn_id, override_memo="own"),
        DepositLine(account_ref=named("Sales"), amount=D(5), memo="found"),
    )
    back = CashBackInfo(account_ref=named("Overhead"), amount=D(15))
    deposit = make(books, Deposit(deposit_to_account_ref=named("Checking"), lines=lines, cash_back_info=back))
    assert (deposit.deposit_total, balance(books, "Checking"), balance(books, "Undeposited Funds")) == (90, 90, 0)
    assert [(one.txn_type, one.amount, one.memo, one.check_number) for one in deposit.lines] == [
        ("ReceivePayment", D(60), "rent", "a long numb"),
        ("SalesReceipt", D(40), "own", None),
        (None, D(5), "found", None),
    ]
    assert deposit.lines[0].account_ref.full_name == "Undeposited Funds"
    assert [delete(books, one).code for one in (paid, receipt)] == [3160, 3160]
    assert void(books, receipt).code == 3185
    refused(books, changing(now(books, paid), total_amount=D(61)), 3170, "total_amount: cannot change")
    refused(books, changing(now(books, paid), deposit_to_account_ref=named("Savings")), 3170, "it is deposited")
    refused(books, Request.add(Deposit(deposit_to_account_ref=named("Savings"), lines=lines[:1])), 3210, "already")
    change(books, paid, memo="changed")
    assert delete(books, deposit).ok
    assert (balance(books, "Checking"), balance(books, "Undeposited Funds")) == (0, 100)
    assert delete(books, paid).ok


def test_the_lines_of_a_deposit_change_like_others(books):
    one, other = make(books, received(10)), make(books, received(20))
    line = DepositLine(payment_txn_id=one.txn_id)
    deposit = make(books, Deposit(deposit_to_account_ref=named("Checking"), lines=(line,)))
    assert change(books, deposit, memo="m").deposit_total == 10
    kept = DepositLine(txn_line_id=deposit.lines[0].txn_line_id)
    more = (kept, DepositLine(txn_line_id="-1", payment_txn_id=other.txn_id))
    deposit = change(books, deposit, lines=more)
    assert (deposit.deposit_total, len(deposit.lines), balance(books, "Undeposited Funds")) == (30, 2, 0)
    twice = (*(DepositLine(txn_line_id=each.txn_line_id) for each in deposit.lines), more[1])
    refused(books, changing(deposit, lines=twice), 3177)
    deposit = change(books, deposit, lines=(DepositLine(txn_line_id=deposit.lines[1].txn_line_id),))
    assert (deposit.deposit_total, balance(books, "Undeposited Funds")) == (20, 10)
    assert delete(books, one).ok
    assert void(books, deposit).ok
    deposit = change(books, deposit, memo="after")
    assert (deposit.deposit_total, balance(books, "Checking"), balance(books, "Undeposited Funds")) == (0, 0, 20)
    assert delete(books, other).ok


def test_what_cannot_be_deposited(books):
    straight = make(books, received(10, deposit_to_account_ref=named("Savings")))
    for line, code, note in (
        (DepositLine(payment_txn_id=straight.txn_id), 3120, "not a payment in Undeposited Funds"),
        (DepositLine(payment_txn_id="1-1"), 3120, "not a payment in Undeposited Funds"),
        (DepositLine(account_ref=named("Sales")), 3150, "Amount"),
        (DepositLine(account_ref=named("Sales"), amount=D(-1)), 3180, "its total is negative"),
    ):
        refused(books, Request.add(Deposit(deposit_to_account_ref=named("Checking"), lines=(line,))), code, note)


# --- checks, cards, transfers, sales tax -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cls", "account", "owed"),
    [(Check, "Checking", -1), (CreditCardCharge, "Card", 1), (CreditCardCredit, "Card", -1)],
)
def test_checks_and_cards_pay_for_expenses_and_items(books, cls, account, owed):
    lines = {
        "expense_lines": (ExpenseLine(account_ref=named("Overhead"), amount=D("10.50"), customer_ref=named("Hall")),),
        "item_lines": (ItemLine(item_ref=named("Work"), quantity=D(2), cost=D("1.25")),),
    }
    made = make(books, cls(account_ref=named(account), payee_entity_ref=named("Cash"), **lines))
    assert (made.amount, balance(books, account)) == (D("13.00"), owed * D("13.00"))
    sign = -1 if cls is CreditCardCredit else 1
    assert booked(books, made) == [
        (account, -sign * D("13.00")),
        ("Overhead", sign * D("10.50")),
        ("Job Costs", sign * D("2.50")),
    ]
    assert made.expense_lines[0].billable_status == "Billable"
    made = change(books, made, clear_item_lines=True)
    assert (made.amount, balance(books, account)) == (D("10.50"), owed * D("10.50"))
    assert void(books, made).ok
    assert (now(books, made).amount, balance(books, account), balance(books, "Overhead")) == (0, 0, 0)


def test_a_transfer_says_what_both_accounts_hold_afterwards(books):
    make(books, journal(("Checking", 100), ("Sales", -100)))
    sides = {"transfer_from_account_ref": named("Checking"), "transfer_to_account_ref": named("Card")}
    transfer = make(books, Transfer(amount=D(30), memo="card", **sides))
    assert (transfer.from_account_balance, transfer.to_account_balance) == (70, -30)
    assert (balance(books, "Checking"), balance(books, "Card")) == (70, -30)
    transfer = change(books, transfer, amount=D(45))
    assert (transfer.from_account_balance, transfer.to_account_balance) == (55, -45)
    transfer = change(books, transfer, transfer_to_account_ref=named("Savings"))
    assert (transfer.to_account_balance, balance(books, "Savings"), balance(books, "Card")) == (45, 45, 0)
    for to, code, note in (
        ({"transfer_to_account_ref": named("Checking")}, 3210, "both accounts are the same"),
        ({"transfer_to_account_ref": named("Sales")}, 3210, "it is of none of the types"),
        ({"transfer_from_account_ref": named("Accounts Payable")}, 3210, "it is of none of the types"),
        ({"amount": D(0)}, 3210, "nothing is transferred"),
        ({"amount": D(-1)}, 3210, "nothing is transferred"),
    ):
        refused(books, changing(transfer, **to), code, note)
    for absent, tag in (("amount", "Amount"), *((name, "AccountRef") for name in sides)):
        said = {name: value for name, value in ({"amount": D(1)} | sides).items() if name != absent}
        refused(books, Request.add(Transfer(**said)), 3150, tag)


def test_sales_tax_is_owed_until_it_is_paid(books):
    make(books, invoice(sold("Pipe", quantity=100, rate=10), customer="Hall"))
    assert balance(books, "Sales Tax Payable") == D("82.50")
    line = SalesTaxPaymentCheckLine(item_sales_tax_ref=named("County"), amount=D("82.50"))
    facts = {"payee_entity_ref": named("State"), "txn_date": TODAY, "bank_account_ref": named("Checking")}
    check = make(books, SalesTaxPaymentCheck(ref_number="9", lines=(line,), **facts))
    assert (check.amount, balance(books, "Sales Tax Payable"), balance(books, "Checking")) == (82.5, 0, D("-82.50"))
    assert change(books, check, memo="third quarter").amount == D("82.50")
    assert delete(books, check).ok
    assert balance(books, "Sales Tax Payable") == D("82.50")


# --- journal entries -------------------------------------------------------------------------------------------------


def test_a_journal_entry_keeps_the_order_of_its_lines(books):
    entry = make(books, journal(("Sales", -30), ("Checking", 20), ("Overhead", 10), ref_number="J1"))
    assert booked(books, entry) == [("Sales", D(-30)), ("Checking", D(20)), ("Overhead", D(10))]
    assert [type(one) for one in entry.lines] == [JournalCreditLine, JournalDebitLine, JournalDebitLine]
    assert (entry.is_adjustment, balance(books, "Sales"), balance(books, "Checking")) == (False, 30, 20)


def test_a_mod_of_a_journal_entry_says_the_side_of_each_line(books):
    entry = make(books, journal(("Sales", -30), ("Checking", 30)))
    first, second = (one.txn_line_id for one in entry.lines)
    lines = (
        JournalLine(txn_line_id=first, amount=D(25)),
        JournalLine(txn_line_id="-1", journal_line_type="Credit", account_ref=named("Overhead"), amount=D(5)),
        JournalLine(txn_line_id=second, memo="kept"),
    )
    entry = change(books, entry, changed_lines=lines)
    assert booked(books, entry) == [("Sales", D(-25)), ("Overhead", D(-5)), ("Checking", D(30))]
    assert entry.lines[2].memo == "kept"
    assert change(books, entry, ref_number="J2").lines == entry.lines
    third = entry.lines[1].txn_line_id
    entry = now(books, entry)
    dropped = (JournalLine(txn_line_id=first, amount=D(30)), JournalLine(txn_line_id=second))
    for lines, code, note in (
        ((JournalLine(txn_line_id=first), JournalLine(txn_line_id=second)), 3180, "not in balance"),
        ((JournalLine(txn_line_id=second), JournalLine(txn_line_id=first)), 3290, ""),
        ((JournalLine(txn_line_id="9-9"),), 3120, ""),
        ((JournalLine(txn_line_id=first, journal_line_type="Debit"),), 3170, "cannot change its side"),
        ((JournalLine(txn_line_id="-1", account_ref=named("Sales"), amount=D(1)),), 3150, "JournalLineType"),
    ):
        refused(books, changing(entry, changed_lines=lines), code, note)
    entry = change(books, entry, changed_lines=dropped)
    assert third not in {one.txn_line_id for one in entry.lines}
    assert void(books, entry).ok
    assert [one.amount for one in now(books, entry).lines] == [0, 0]
    assert [balance(books, name) for name in ("Sales", "Checking", "Overhead")] == [0, 0, 0]


@pytest.mark.parametrize(
    ("lines", "code", "note"),
    [
        ([("Sales", -1), ("Checking", "0.99")], 3180, "not in balance"),
        ([("Accounts Receivable", 1), ("Sales", -1)], 3180, "AccountsReceivable takes a Customer"),
        ([("Accounts Payable", 1, "School"), ("Sales", -1)], 3180, "AccountsPayable takes a Vendor"),
    ],
)
def test_a_journal_entry_that_is_refused(books, lines, code, note):
    make(books, invoice(1))
    lines = [(account, D(amount), *whose) for account, amount, *whose in lines]
    refused(books, Request.add(journal(*lines)), code, note)


def test_a_journal_entry_has_no_signs_and_names_accounts(books):
    debit, negative = (JournalDebitLine(account_ref=named("Sales"), amount=D(amount)) for amount in (1, -1))
    refused(books, Request.add(JournalEntry(lines=(debit, negative))), 3040, "cannot be negative")
    refused(books, Request.add(JournalEntry(lines=(debit, JournalCreditLine(amount=D(1))))), 3270)


def test_names_owe_what_is_booked_by_hand_too(books):
    make(books, invoice(5))
    entry = journal(("Accounts Receivable", 40, "School"), ("Accounts Payable", -40, "Birch"))
    make(books, entry)
    assert (found(books, "Customer", "School").balance, found(books, "Vendor", "Birch").balance) == (45, 40)


# --- voided, deleted -------------------------------------------------------------------------------------------------

PIPES = (ItemLine(item_ref=named("Pipe"), quantity=D(3), cost=D(2)),)
ONE_OF_EACH = {
    "Bill": lambda _: bill(10, memo="old", item_lines=PIPES),
    "Charge": lambda _: Charge(customer_ref=named("School"), item_ref=named("Pipe")),
    "Check": lambda _: Check(account_ref=named("Checking"), memo="old", item_lines=PIPES),
    "CreditCardCharge": lambda _: CreditCardCharge(account_ref=named("Card"), item_lines=PIPES),
    "CreditCardCredit": lambda _: CreditCardCredit(account_ref=named("Card"), item_lines=PIPES),
    "CreditMemo": lambda _: CreditMemo(customer_ref=named("Hall"), lines=(sold("Pipe", CreditMemoLine, quantity=2),)),
    "Deposit": lambda books: Deposit(
        deposit_to_account_ref=named("Checking"),
        lines=(
            DepositLine(payment_txn_id=make(books, received(7)).txn_id),
            DepositLine(account_ref=named("Sales"), amount=D(1)),
        ),
    ),
    "InventoryAdjustment": lambda _: InventoryAdjustment(
        account_ref=named("Overhead"),
        lines=(
            InventoryAdjustmentLine(
                item_ref=named("Pipe"), quantity_adjustment=QuantityAdjustment(quantity_difference=D(4))
            ),
        ),
    ),
    "Invoice": lambda books: invoice(
        sold("Pipe", quantity=2),
        sold("Tenth off"),
        customer="Hall",
        set_credits=(setting(make(books, memo(5, customer="Hall")), 3),),
    ),
    "ItemReceipt": lambda _: ItemReceipt(vendor_ref=named("Alder"), item_lines=PIPES),
    "JournalEntry": lambda _: journal(("Checking", 2), ("Sales", -2)),
    "SalesReceipt": lambda _: SalesReceipt(customer_ref=named("Hall"), lines=(sold("Pipe", SalesReceiptLine),)),
    "VendorCredit": lambda _: VendorCredit(vendor_ref=named("Alder"), item_lines=PIPES),
    "BillPaymentCheck": lambda books: paying(
        applied(make(books, bill(9)), 4, set_credits=(setting(make(books, credit(3)), 2),))
    ),
    "BillPaymentCreditCard": lambda books: BillPaymentCreditCard(
        payee_entity_ref=named("Alder"),
        credit_card_account_ref=named("Card"),
        applied_to_txns=(applied(make(books, bill(9))),),
    ),
    "ARRefundCreditCard": lambda books: ARRefundCreditCard(
        customer_ref=named("School"),
        refund_applied_to_txns=(RefundAppliedToTxn(txn_id=make(books, memo(9)).txn_id, refund_amount=D(5)),),
    ),
}


def everything(books):
    """All balances, all that is owed, all stock, and all that is open."""
    accounts = {one.full_name: one.balance for one in books.records("Account")}
    names = {one.name: one.balance for kind in ("Vendor", "Customer") for one in books.records(kind)}
    stock = {one.full_name: one.quantity_on_hand for one in books.records("ItemInventory")}
    opens = {
        one.txn_id: getattr(one, rule.opens)
        for kind, rule in KINDS.items()
        if rule.opens
        for one in books.records(kind)
    }
    return accounts, names, stock, opens


def test_each_transaction_that_can_be_voided_is_tried():
    assert ONE_OF_EACH.keys() == set(TxnVoidType)


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_what_is_voided_comes_to_nothing_and_stays(books, kind):
    record = ONE_OF_EACH[kind](books)
    make(books, invoice(sold("Pipe"), customer="Hall"))
    make(books, SalesReceipt(customer_ref=named("Hall"), lines=(sold("Pipe", SalesReceiptLine),)))
    before = everything(books)
    made = make(books, record)
    assert everything(books) != before
    outcome = void(books, made)
    (told,) = outcome.found
    assert (outcome.ok, told.txn_void_type, told.txn_id) == (True, kind, made.txn_id)
    accounts, names, stock, opens = everything(books)
    opens = {txn_id: amount for txn_id, amount in opens.items() if txn_id != made.txn_id}
    assert (accounts, names, stock, opens) == before
    after = now(books, made)
    assert booked(books, after) == []
    assert getattr(after, "linked_txns", ()) == ()
    assert KINDS[kind].opens is None or getattr(after, KINDS[kind].opens) == 0
    if hasattr(after, "memo") and kind != "JournalEntry":
        assert after.memo == f"VOID: {made.memo or ''}".strip()
    assert not hasattr(after, "is_paid") or after.is_paid
    assert books._store.book.links(made.txn_id) == ()
    if kind not in ("BillPaymentCreditCard", "ARRefundCreditCard", "Deposit"):
        after = change(books, after, ref_number="V1")
        assert booked(books, after) == []
    assert everything(books)[:3] == before[:3]
    assert void(books, after).ok
    assert delete(books, after).ok
    assert everything(books) == before


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_what_is_deleted_leaves_everything_as_it_was(books, kind):
    record = ONE_OF_EACH[kind](books)
    make(books, invoice(sold("Pipe"), customer="Hall"))
    make(books, SalesReceipt(customer_ref=named("Hall"), lines=(sold("Pipe", SalesReceiptLine),)))
    before = everything(books)
    made = make(books, record)
    outcome = delete(books, made)
    (told,) = outcome.found
    assert (told.txn_del_type, told.txn_id, told.ref_number) == (kind, made.txn_id, getattr(made, "ref_number", None))
    assert everything(books) == before
    assert now(books, made) is None
    assert delete(books, made).code == 3120


def test_a_bill_that_received_gives_it_back(books):
    lines = (PurchaseOrderLine(item_ref=named("Pipe"), quantity=D(10)),)
    for command in (void, delete):
        order = make(books, PurchaseOrder(vendor_ref=named("Alder"), lines=lines))
        made = make(books, Bill(vendor_ref=named("Alder"), link_to_txn_ids=(order.txn_id,)))
        assert (now(books, order).is_fully_received, on_hand(books, "Pipe")[0]) == (True, 10)
        assert delete(books, order).code == 3160
        assert command(books, made).ok
        after = now(books, order)
        assert (after.is_fully_received, after.lines[0].received_quantity, after.linked_txns) == (False, 0, ())
        assert (on_hand(books, "Pipe")[0], found(books, "ItemInventory", "Pipe").quantity_on_order) == (0, 10)
        again = make(books, Bill(vendor_ref=named("Alder"), link_to_txn_ids=(order.txn_id,)))
        assert now(books, order).is_fully_received
        assert delete(books, again).ok
        assert delete(books, order).ok


def test_estimates_change_and_are_deleted_and_are_never_voided(books):
    line = EstimateLine(item_ref=named("Work"), quantity=D(2))
    made = make(books, Estimate(customer_ref=named("School"), lines=(line,)))
    made = change(books, made, is_active=False, lines=(EstimateLine(txn_line_id=made.lines[0].txn_line_id, rate=D(3)),))
    assert (made.total_amount, made.is_active, booked(books, made)) == (6, False, [])
    assert delete(books, made).ok


# --- closed books ----------------------------------------------------------------------------------------------------


def test_closed_books_stay_as_they_are(books):
    day = dt.timedelta(1)
    closed = make(books, bill(10, txn_date=TODAY - 3 * day))
    later = make(books, bill(10, txn_date=TODAY - day))
    books.closing_date = TODAY - 2 * day
    note = f"the books are closed up to {TODAY - 2 * day}"
    refused(books, Request.add(bill(1, txn_date=TODAY - 2 * day)), 3171, note)
    refused(books, changing(closed, memo="m"), 3171, note)
    refused(books, changing(closed, txn_date=TODAY), 3171, note)
    refused(books, changing(later, txn_date=TODAY - 2 * day), 3171, note)
    before = everything(books)
    assert (void(books, closed).code, books.last_fault) == (3171, note)
    assert (delete(books, closed).code, books.last_fault) == (3161, note)
    assert everything(books) == before
    change(books, later, txn_date=TODAY, memo="m")
    payment = make(books, paying(applied(closed)))
    assert now(books, closed).is_paid
    assert delete(books, payment).ok
    assert delete(books, later).ok
    books.closing_date = None
    assert delete(books, closed).ok


# --- what is to be paid ----------------------------------------------------------------------------------------------


def test_what_is_to_be_paid_is_what_is_open(books):
    one = make(books, bill(100, due_date=TODAY))
    make(books, bill(50, due_date=TODAY + dt.timedelta(1)))
    make(books, bill(25, vendor="Birch"))
    make(books, bill(12, ap_account_ref=named("Old Payables"), due_date=TODAY))
    back = make(books, credit(40))
    make(books, paying(applied(one, 10, set_credits=(setting(back, 15),))))

    def to_pay(**more):
        query = BillToPayQuery(payee_entity_ref=named("Alder"), **more)
        found_ = ask(books, query)
        bills = [one.bill_to_pay.amount_due for one in found_ if one.bill_to_pay]
        return bills, [one.credit_to_apply.credit_remaining for one in found_ if one.credit_to_apply]

    assert to_pay() == ([75, 50, 12], [25])
    assert to_pay(due_date=TODAY) == ([75, 12], [25])
    assert to_pay(ap_account_ref=named("Accounts Payable")) == ([75, 50], [25])
    assert to_pay(ap_account_ref=Ref(full_name="old payables")) == ([12], [])
    refused(books, Request.query(BillToPayQuery(payee_entity_ref=named("Nobody"))), 3140)
