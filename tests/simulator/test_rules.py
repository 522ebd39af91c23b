"""Rules of money, stock and time, each by one example: the code, and that nothing was written. The rest have files."""

import datetime as dt
from decimal import Decimal

import attrs
import pytest

from procore_qbd import Ref, Request, changes
from procore_qbd.qbxml import read_reply
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck
from procore_qbd.qbxml.entities.bills import BillExpenseLine, BillQuery, VendorCredit
from procore_qbd.qbxml.entities.checks import Check
from procore_qbd.qbxml.entities.deletions import ListDel, TxnDel, TxnVoid
from procore_qbd.qbxml.entities.deposits import Deposit, DepositLine
from procore_qbd.qbxml.entities.employees import Employee, EmployeePayrollInfo
from procore_qbd.qbxml.entities.form_items import ItemSubtotal
from procore_qbd.qbxml.entities.inventory_items import ItemInventory, ItemInventoryAssembly
from procore_qbd.qbxml.entities.inventory_transactions import (
    BuildAssembly,
    InventoryAdjustment,
    InventoryAdjustmentLine,
    QuantityAdjustment,
)
from procore_qbd.qbxml.entities.journal_entries import JournalCreditLine, JournalDebitLine, JournalEntry
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment
from procore_qbd.qbxml.entities.shared.transactions import (
    AppliedToTxn,
    SetCredit,
    TxnDateRangeFilter,
)
from procore_qbd.qbxml.entities.time_tracking import TimeTracking
from procore_qbd.qbxml.entities.transfers import Transfer
from procore_qbd.simulator import CompanyFile
from support.company import Clock, document, put, say
from support.people import ALDER, BANK, BIRCH, COSTS, GYM, WORK, bill, furnish, invoice, kept, linked, only, order

D = Decimal
CARD = Ref(full_name="Card")


@pytest.fixture
def books():
    with CompanyFile.create(clock=Clock()) as company:
        furnish(company)
        yield company


def paying(*targets, whom=ALDER, amount=None, **more):
    """A check for bills."""
    parts = tuple(AppliedToTxn(txn_id=one.txn_id, payment_amount=amount, **more) for one in targets)
    return Request.add(
        BillPaymentCheck(payee_entity_ref=whom, bank_account_ref=BANK, is_to_be_printed=True, applied_to_txns=parts)
    )


def journal(*lines):
    return Request.add(JournalEntry(lines=lines))


def debit(account, amount, **more):
    return JournalDebitLine(account_ref=Ref(full_name=account), amount=D(amount), **more)


def credit(account, amount, **more):
    return JournalCreditLine(account_ref=Ref(full_name=account), amount=D(amount), **more)


def a_bill(company, **more):
    return put(company, bill(100, **more))


def a_paid_bill(company):
    there = a_bill(company)
    company.as_user().pay(there, "Bank", D(40))
    return there


def owed(company, **more):
    put(company, Account(name="Accounts Receivable", account_type="AccountsReceivable"))
    return journal(debit("Accounts Receivable", 5, **more), credit("Income", 5))


def a_deposited_payment(company):
    put(company, invoice())
    user = company.as_user()
    payment = user.receive(only(company, "Invoice"))
    there = Deposit(deposit_to_account_ref=BANK, lines=(DepositLine(payment_txn_id=payment.txn_id),))
    put(company, there)
    return Request.add(there)


def less_paid_than_applied(company):
    there = put(company, invoice())
    payment = ReceivePayment(
        customer_ref=GYM, total_amount=D(10), applied_to_txns=(AppliedToTxn(txn_id=there.txn_id, payment_amount=D(20)),)
    )
    return Request.add(payment)


def more_credit_than_there_is(company):
    line = BillExpenseLine(account_ref=COSTS, amount=D(10))
    there = put(company, VendorCredit(vendor_ref=ALDER, expense_lines=(line,)))
    set_ = (SetCredit(credit_txn_id=there.txn_id, applied_amount=D(11)),)
    return paying(a_bill(company), amount=D(1), set_credits=set_)


def paid_bill_reduced(company):
    there = a_paid_bill(company)
    whole = only(company, "Bill")
    line = attrs.evolve(whole.expense_lines[0], amount=D(30))
    assert there.txn_id == whole.txn_id
    return Request.mod(changes(whole, attrs.evolve(whole, expense_lines=(line,))))


def other_account(company):
    for name in ("Accounts Payable", "Old Payables"):
        put(company, Account(name=name, account_type="AccountsPayable"))
    return paying(a_bill(company, ap_account_ref=Ref(full_name="Old Payables")))


def stocked(company):
    asset = put(company, Account(name="Stock", account_type="OtherCurrentAsset"))
    more = {"income_account_ref": Ref(full_name="Income"), "asset_account_ref": Ref(list_id=asset.list_id)}
    return put(company, ItemInventory(name="Pipe", cogs_account_ref=COSTS, **more)), more


def adjusting(ref):
    line = InventoryAdjustmentLine(item_ref=ref, quantity_adjustment=QuantityAdjustment(quantity_difference=D(1)))
    return Request.add(InventoryAdjustment(account_ref=COSTS, lines=(line,)))


def without_parts(company):
    _, more = stocked(company)
    put(company, ItemInventoryAssembly(name="Set", cogs_account_ref=COSTS, **more))
    return Request.add(BuildAssembly(item_inventory_assembly_ref=Ref(full_name="Set"), quantity_to_build=D(1)))


def built_of_a_part(company):
    stocked(company)
    return Request.add(BuildAssembly(item_inventory_assembly_ref=Ref(full_name="Pipe"), quantity_to_build=D(1)))


def bought_subtotal(company):
    put(company, ItemSubtotal(name="Sub"))
    line = PurchaseOrderLine(item_ref=Ref(full_name="Sub"))
    return Request.add(PurchaseOrder(vendor_ref=ALDER, lines=(line,)))


def time(**more):
    return Request.add(TimeTracking(**{"entity_ref": ALDER, "duration": dt.timedelta(hours=2)} | more))


def undecided_time(company):
    info = EmployeePayrollInfo(use_time_data_to_create_paychecks="NotSet")
    put(company, Employee(first_name="Rosa", employee_payroll_info=info))
    return time(entity_ref=Ref(full_name="Rosa"))


def transfer(from_, to, amount=5):
    refs = {"transfer_from_account_ref": Ref(full_name=from_), "transfer_to_account_ref": Ref(full_name=to)}
    return Request.add(Transfer(amount=D(amount), **refs))


def check_of(account):
    return Request.add(Check(account_ref=account, is_to_be_printed=True, expense_lines=bill().expense_lines))


def deleting(record):
    return Request.command(TxnDel(txn_del_type=type(record).__name__, txn_id=record.txn_id))


def ordered_and_billed(company):
    there = put(company, order(5))
    put(company, linked(there))
    return there


REFUSALS = {
    # Money that is paid.
    "a bill overpaid": (lambda company: paying(a_bill(company), amount=D("100.01")), 3210),
    "a payment of less than nothing": (lambda company: paying(a_bill(company), amount=D(-1)), 3210),
    "a bill paid twice in one payment": (lambda company: paying(*[a_bill(company)] * 2, amount=D(1)), 3177),
    "somebody else's bill": (lambda company: paying(a_bill(company), whom=BIRCH), 3120),
    "a bill of another account": (other_account, 3120),
    "a payment of what is no bill": (lambda company: paying(put(company, order(1))), 3120),
    "a discount to nowhere": (lambda company: paying(a_bill(company), amount=D(1), discount_amount=D(1)), 3150),
    "more credit than there is": (more_credit_than_there_is, 3210),
    "less paid than applied": (less_paid_than_applied, 3210),
    "a bill that becomes less than was paid of it": (paid_bill_reduced, 3210),
    "a payment deposited twice": (a_deposited_payment, 3210),
    "a deposit of what is no payment": (
        lambda company: Request.add(
            Deposit(deposit_to_account_ref=BANK, lines=(DepositLine(payment_txn_id=a_bill(company).txn_id),))
        ),
        3120,
    ),
    "a check drawn on a credit card": (lambda _: check_of(CARD), 3140),
    "money transferred to where it is": (lambda _: transfer("Bank", "Bank"), 3210),
    "nothing transferred": (lambda _: transfer("Bank", "Card", 0), 3210),
    # What needs it.
    "a paid bill deleted": (lambda company: deleting(a_paid_bill(company)), 3160),
    "a paid bill voided": (
        lambda company: Request.command(TxnVoid(txn_void_type="Bill", txn_id=a_paid_bill(company).txn_id)),
        3185,
    ),
    "a billed order deleted": (lambda company: deleting(ordered_and_billed(company)), 3160),
    "a vendor with a bill deleted": (
        lambda company: Request.command(ListDel(list_del_type="Vendor", list_id=a_bill(company).vendor_ref.list_id)),
        3160,
    ),
    "a transaction deleted that is not there": (
        lambda _: Request.command(TxnDel(txn_del_type="Bill", txn_id="9-9")),
        3120,
    ),
    "a transaction of another kind": (
        lambda company: Request.command(TxnDel(txn_del_type="Invoice", txn_id=a_bill(company).txn_id)),
        3120,
    ),
    # Journal entries.
    "a journal entry out of balance": (lambda _: journal(debit("Costs", 5), credit("Bank", 6)), 3180),
    "a journal entry with a sign": (lambda _: journal(debit("Costs", -5), credit("Bank", -5)), 3040),
    "a journal entry to no account": (lambda _: journal(JournalDebitLine(amount=D(5)), credit("Bank", 5)), 3270),
    "receivables that nobody owes": (owed, 3180),
    "receivables that a vendor owes": (lambda company: owed(company, entity_ref=ALDER), 3180),
    # Stock.
    "stock of what is not stocked": (lambda _: adjusting(WORK), 3280),
    "a subtotal bought": (bought_subtotal, 3280),
    "something built that is no assembly": (built_of_a_part, 3140),
    "an assembly without parts": (without_parts, 3180),
    # Time.
    "time of an employee of whom nobody decided": (undecided_time, 3310),
    "time of a customer": (lambda _: time(entity_ref=GYM), 3140),
    # Queries.
    "dates that end before they begin": (
        lambda _: Request.query(
            BillQuery(
                txn_date_range_filter=TxnDateRangeFilter(
                    from_txn_date=dt.date(2023, 5, 2), to_txn_date=dt.date(2023, 5, 1)
                )
            )
        ),
        3030,
    ),
}


@pytest.mark.parametrize(("prepare", "code"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_has_its_code_and_writes_nothing(books, prepare, code):
    request = prepare(books)
    before = kept(books)
    (outcome,) = say(books, request)
    assert outcome.code == code, (outcome.message, books.last_fault)
    assert kept(books) == before


BAD_VALUES = {
    "<TimeTrackingAddRq><TimeTrackingAdd><EntityRef><FullName>Alder</FullName></EntityRef><Duration>2 hours</Duration>"
    "</TimeTrackingAdd></TimeTrackingAddRq>": 3035,
    "<AccountAddRq><AccountAdd><Name>x</Name><AccountType>Purse</AccountType></AccountAdd></AccountAddRq>": 3110,
    "<StandardTermsAddRq><StandardTermsAdd><Name>x</Name><StdDueDays>soon</StdDueDays></StandardTermsAdd>"
    "</StandardTermsAddRq>": 3085,
    "<StandardTermsAddRq><StandardTermsAdd><Name>x</Name><DiscountPct>few</DiscountPct></StandardTermsAdd>"
    "</StandardTermsAddRq>": 3050,
    "<ItemServiceAddRq><ItemServiceAdd><Name>x</Name><SalesOrPurchase><Price>dear</Price></SalesOrPurchase>"
    "</ItemServiceAdd></ItemServiceAddRq>": 3045,
    "<PurchaseOrderAddRq><PurchaseOrderAdd><PurchaseOrderLineAdd><Quantity>many</Quantity></PurchaseOrderLineAdd>"
    "</PurchaseOrderAdd></PurchaseOrderAddRq>": 3060,
}


@pytest.mark.parametrize(("request_", "code"), BAD_VALUES.items(), ids=BAD_VALUES.values())
def test_a_value_that_is_none_has_the_code_of_its_kind(books, request_, code):
    (outcome,) = read_reply(books.process(document(request_))).outcomes
    assert outcome.code == code, (outcome.message, books.last_fault)
