"""A company file that is worked with at random, and killed now and then: the money and the references stay true."""

import shutil
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from procore_qbd import Memory, Ref, Request, ask_all, changes, run
from procore_qbd.errors import EngineError
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck, BillToPayQuery
from procore_qbd.qbxml.entities.bills import Bill, ItemLine, LinkToTxn, VendorCredit
from procore_qbd.qbxml.entities.bills import BillExpenseLine as ExpenseLine
from procore_qbd.qbxml.entities.checks import Check
from procore_qbd.qbxml.entities.credit_memos import CreditMemo, CreditMemoLine
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.deletions import ListDel, ListMerge, MergeSide, TxnDel, TxnVoid
from procore_qbd.qbxml.entities.deposits import Deposit, DepositLine
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine
from procore_qbd.qbxml.entities.inventory_items import ItemInventory
from procore_qbd.qbxml.entities.invoices import Invoice, InvoiceLine
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.qbxml.entities.journal_entries import JournalCreditLine, JournalDebitLine, JournalEntry
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn, SetCredit
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.rows.records import Block, Reference, table
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.faults import Crash, Point
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.knowledge.type_groups import CREDITED
from support.company import Clock
from support.examples import examples

D = Decimal
CENTS = st.decimals(D("0.01"), D("9999.99"), places=2)
FEW = st.decimals(D("0.01"), D("50"), places=2)
MONEY = ("Bill", "VendorCredit", "BillPaymentCheck", "Invoice", "CreditMemo", "ReceivePayment", "Deposit", "Check")
VOIDED = (*(kind for kind in MONEY if kind != "ReceivePayment"), "JournalEntry")
ANY = st.integers(0, 10**6)
FEWEST = 2


def ref(record):
    return Ref(list_id=record.list_id)


def references(record):
    """Every reference of a record, at any depth, and the lists it may point into."""
    for field in table(type(record)).fields:
        value = getattr(record, field.name)
        if isinstance(field.row, Block) and value:
            for member in value if isinstance(value, tuple) else (value,):
                if isinstance(field.row, Reference):
                    yield field.row.to, member
                else:
                    yield from references(member)


class CompanyFileMachine(RuleBasedStateMachine):
    """What programs do to a company file, one step after the other."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock, self.lives, self.done = Clock(), 0, Counter()

    def teardown(self):
        self.company.close()
        self.folder.cleanup()

    @initialize()
    def begin(self):
        self.path = Path(self.folder.name) / "books"
        self.company = CompanyFile.create(self.path, clock=self.clock)
        for name, kind in {
            "Checking": "Bank",
            "Job Costs": "CostOfGoodsSold",
            "Income": "Income",
            "Stock": "OtherCurrentAsset",
        }.items():
            self.ask(Request.add(Account(name=name, account_type=kind)))
        costs, income, stock = (self.account(name) for name in ("Job Costs", "Income", "Stock"))
        both = SalesAndPurchase(income_account_ref=income, expense_account_ref=costs, sales_price=D(10))
        self.ask(Request.add(ItemService(name="01 Site Work", sales_and_purchase=both)))
        assets = {"income_account_ref": income, "cogs_account_ref": costs, "asset_account_ref": stock}
        self.ask(Request.add(ItemInventory(name="Pipe", purchase_cost=D(3), **assets)))
        for name in ("Alder", "Birch"):
            self.ask(Request.add(Vendor(name=name)))
            self.ask(Request.add(Customer(name=f"Owner {name}")))
        owner = ref(self.all("Customer")[0])
        self.ask(Request.add(Customer(name="Gym", parent_ref=owner)))

    # --- helpers -----------------------------------------------------------------------------------------------------

    def ask(self, request):
        """An outcome; its code is counted."""
        self.clock.now += 1
        (outcome,) = run(ask_all([request]), Memory(self.company.process))
        self.done[request.name, outcome.code] += 1
        return outcome

    def all(self, kind):
        return list(self.company.records(kind))

    def one(self, kind, number, where=lambda _: True):
        """One of the records of a kind, None where there is none."""
        found = [record for record in self.all(kind) if where(record)]
        return found[number % len(found)] if found else None

    def account(self, name):
        return next(ref(one) for one in self.all("Account") if one.name == name)

    def item(self, number):
        return ref(self.one("ItemInventory" if number % 3 == 0 else "ItemService", number))

    # --- what is bought ----------------------------------------------------------------------------------------------

    @rule(vendor=ANY, job=ANY, sizes=st.lists(st.tuples(FEW, FEW, ANY), min_size=1, max_size=3))
    def order(self, vendor, job, sizes):
        lines = tuple(
            PurchaseOrderLine(
                item_ref=self.item(kind), quantity=quantity, rate=rate, customer_ref=ref(self.one("Customer", job))
            )
            for quantity, rate, kind in sizes
        )
        assert self.ask(Request.add(PurchaseOrder(vendor_ref=ref(self.one("Vendor", vendor)), lines=lines))).ok

    @rule(
        vendor=ANY, amounts=st.lists(CENTS, min_size=1, max_size=3), job=ANY, kind=st.sampled_from([Bill, VendorCredit])
    )
    def bill(self, vendor, amounts, job, kind):
        costs, customer = self.account("Job Costs"), ref(self.one("Customer", job))
        lines = tuple(ExpenseLine(account_ref=costs, amount=amount, customer_ref=customer) for amount in amounts)
        assert self.ask(Request.add(kind(vendor_ref=ref(self.one("Vendor", vendor)), expense_lines=lines))).ok

    @precondition(lambda self: self.all("PurchaseOrder"))
    @rule(number=ANY, quantity=FEW, whole=st.booleans())
    def receive(self, number, quantity, whole):
        order = self.one("PurchaseOrder", number)
        if whole:
            bill = Bill(vendor_ref=order.vendor_ref, link_to_txn_ids=(order.txn_id,))
        else:
            link = LinkToTxn(txn_id=order.txn_id, txn_line_id=order.lines[number % len(order.lines)].txn_line_id)
            bill = Bill(vendor_ref=order.vendor_ref, item_lines=(ItemLine(link_to_txn=link, quantity=quantity),))
        outcome = self.ask(Request.add(bill))
        assert outcome.code in {0, 570, 3180}  # 3180: nothing of the order is left to bill

    @rule(number=ANY, parts=st.lists(st.integers(1, 100), min_size=1, max_size=3), credit=ANY)
    def pay(self, number, parts, credit):
        bill = self.one("Bill", number, lambda one: not one.is_paid)
        if bill is None:
            return
        bills = [one for one in self.all("Bill") if not one.is_paid and one.vendor_ref == bill.vendor_ref][: len(parts)]
        found = self.one("VendorCredit", credit, lambda one: one.open_amount and one.vendor_ref == bill.vendor_ref)
        applied = []
        for at, (one, part) in enumerate(zip(bills, parts, strict=False)):
            set_off = min(found.open_amount, one.open_amount) if found and not at else D(0)
            credits_ = (SetCredit(credit_txn_id=found.txn_id, applied_amount=set_off),) if set_off else ()
            amount = ((one.open_amount - set_off) * part / 100).quantize(D("0.01"))
            applied.append(AppliedToTxn(txn_id=one.txn_id, payment_amount=amount, set_credits=credits_))
        payment = BillPaymentCheck(
            payee_entity_ref=bill.vendor_ref,
            bank_account_ref=self.account("Checking"),
            ref_number=str(self.clock.now)[-9:],
            applied_to_txns=tuple(applied),
        )
        assert self.ask(Request.add(payment)).ok

    @rule(number=ANY, more=CENTS)
    def overpay(self, number, more):
        bill = self.one("Bill", number, lambda one: not one.is_paid)
        if bill is not None:
            applied = AppliedToTxn(txn_id=bill.txn_id, payment_amount=bill.open_amount + more)
            payment = BillPaymentCheck(
                payee_entity_ref=bill.vendor_ref,
                bank_account_ref=self.account("Checking"),
                ref_number="1",
                applied_to_txns=(applied,),
            )
            assert self.ask(Request.add(payment)).code == 3210

    @rule(vendor=ANY, amount=CENTS)
    def check(self, vendor, amount):
        line = ExpenseLine(account_ref=self.account("Job Costs"), amount=amount)
        bank, payee = self.account("Checking"), ref(self.one("Vendor", vendor))
        assert self.ask(Request.add(Check(account_ref=bank, payee_entity_ref=payee, expense_lines=(line,)))).ok

    # --- what is sold ------------------------------------------------------------------------------------------------

    @rule(job=ANY, sizes=st.lists(st.tuples(FEW, FEW, ANY), min_size=1, max_size=3), kind=st.integers(0, 2))
    def sell(self, job, sizes, kind):
        cls, line = ((Invoice, InvoiceLine), (CreditMemo, CreditMemoLine), (Estimate, EstimateLine))[kind]
        lines = tuple(line(item_ref=self.item(which), quantity=many, rate=rate) for many, rate, which in sizes)
        assert self.ask(Request.add(cls(customer_ref=ref(self.one("Customer", job)), lines=lines))).ok

    @rule(number=ANY, part=st.integers(1, 100), over=CENTS, alone=st.booleans())
    def collect(self, number, part, over, alone):
        invoice = self.one("Invoice", number, lambda one: not one.is_paid)
        if invoice is None:
            return
        amount = (invoice.balance_remaining * part / 100).quantize(D("0.01"))
        what = {"is_auto_apply": True} if alone else {}
        if not alone:
            what["applied_to_txns"] = (AppliedToTxn(txn_id=invoice.txn_id, payment_amount=amount),)
        payment = ReceivePayment(customer_ref=invoice.customer_ref, total_amount=amount + over, **what)
        assert self.ask(Request.add(payment)).ok

    @rule(number=ANY)
    def deposit(self, number):
        payment = self.one("ReceivePayment", number)
        if payment is not None:
            line = DepositLine(payment_txn_id=payment.txn_id)
            deposit = Deposit(deposit_to_account_ref=self.account("Checking"), lines=(line,))
            assert self.ask(Request.add(deposit)).code in {0, 3120, 3210}  # voided, or deposited already

    @rule(amount=CENTS)
    def book(self, amount):
        debit = JournalDebitLine(account_ref=self.account("Job Costs"), amount=amount)
        credit = JournalCreditLine(account_ref=self.account("Checking"), amount=amount)
        assert self.ask(Request.add(JournalEntry(lines=(debit, credit)))).ok
        assert self.ask(Request.add(JournalEntry(lines=(debit,)))).code == 3180

    # --- what changes ------------------------------------------------------------------------------------------------

    @rule(number=ANY, amount=CENTS)
    def change_a_bill(self, number, amount):
        bill = self.one("Bill", number, lambda one: one.expense_lines)
        if bill is not None:
            line = ExpenseLine(txn_line_id=bill.expense_lines[0].txn_line_id, amount=amount)
            lines = (line, *(ExpenseLine(txn_line_id=one.txn_line_id) for one in bill.expense_lines[1:]))
            change = Bill(txn_id=bill.txn_id, edit_sequence=bill.edit_sequence, expense_lines=lines)
            assert self.ask(Request.mod(change)).code in {0, 3210}  # less than was paid of it
            assert self.ask(Request.mod(change)).code in {3200, 3210}

    @rule(number=ANY, kind=st.sampled_from([*MONEY, "PurchaseOrder", "Estimate", "JournalEntry"]))
    def delete(self, number, kind):
        record = self.one(kind, number)
        if record is not None:
            needed = any(one.txn_id != record.txn_id for one in self.needing(record))
            outcome = self.ask(Request.command(TxnDel(txn_del_type=kind, txn_id=record.txn_id)))
            assert outcome.code == (3160 if needed else 0)

    def needing(self, record):
        links = self.company._store.book.links(record.txn_id)
        return [self.company._store.book.get(link.via) for link in links]

    @rule(number=ANY, kind=st.sampled_from(VOIDED))
    def void(self, number, kind):
        record = self.one(kind, number)
        if record is not None:
            outcome = self.ask(Request.command(TxnVoid(txn_void_type=kind, txn_id=record.txn_id)))
            assert outcome.code in {0, 3185}

    @rule(kind=st.sampled_from(["Vendor", "Customer"]), number=ANY)
    def delete_a_name(self, kind, number):
        record = self.one(kind, number)
        if len(self.all(kind)) > FEWEST:
            outcome = self.ask(Request.command(ListDel(list_del_type=kind, list_id=record.list_id)))
            assert outcome.code in {0, 3160}

    @rule(number=ANY)
    def rename(self, number):
        record = self.one("Customer", number)
        (mod,) = [changes(record, type(record)(**{**vars(record), "name": f"Renamed {self.clock.now}"}))]
        assert self.ask(Request.mod(mod)).ok

    @rule(kind=st.sampled_from(["Vendor", "Customer"]), number=ANY, other=ANY)
    def merge(self, kind, number, other):
        self.ask(
            Request.add(Vendor(name=f"V{self.clock.now}") if kind == "Vendor" else Customer(name=f"C{self.clock.now}"))
        )
        gone, left = self.one(kind, number, lambda one: not getattr(one, "parent_ref", None)), self.one(kind, other)
        if gone.list_id != left.list_id and getattr(left, "parent_ref", None) is None:
            sides = [MergeSide(list_id=one.list_id, edit_sequence=one.edit_sequence) for one in (gone, left)]
            merge = ListMerge(list_merge_type=kind, merge_from=sides[0], merge_to=sides[1], same_ship_addr_ok=True)
            self.ask(Request.command(merge))

    # --- what goes wrong ---------------------------------------------------------------------------------------------

    @rule()
    def die(self):
        """What is on disk at this moment is what a killed process leaves."""
        before = self.snapshot()
        self.lives += 1
        path = Path(self.folder.name) / f"books {self.lives}"
        for end in ("", "-wal", "-journal"):
            if Path(f"{self.path}{end}").exists():
                shutil.copy(f"{self.path}{end}", f"{path}{end}")
        self.company.close()
        self.path, self.company = path, CompanyFile.open(path, clock=self.clock)
        assert self.snapshot() == before

    @rule(amount=CENTS, vendor=ANY, point=st.sampled_from([Point.WRITTEN, Point.KEPT]))
    def crash(self, amount, vendor, point):
        """A request at work when QuickBooks dies is there as a whole, or not at all."""
        before = self.snapshot()
        self.company.faults.order(Crash(point))
        line = ExpenseLine(account_ref=self.account("Job Costs"), amount=amount)
        try:
            self.ask(Request.add(Bill(vendor_ref=ref(self.one("Vendor", vendor)), expense_lines=(line,))))
        except EngineError:
            pass
        else:
            raise AssertionError("it was ordered to crash")
        there = self.snapshot()
        assert len(there["Bill"]) == len(before["Bill"]) + (point is Point.KEPT)
        assert there == before or point is Point.KEPT

    # --- what is always so -------------------------------------------------------------------------------------------

    def snapshot(self):
        return {kind: tuple(self.company.records(kind)) for kind in (*LISTS, *KINDS)}

    @invariant()
    def every_transaction_is_in_balance(self):
        book = self.company._store.book
        for kind in KINDS:
            for txn_id in book.ids([kind]):
                posted = [entry for entry in book.entries(txn_id) if entry.posts]
                assert sum((entry.amount for entry in posted), D(0)) == 0, kind

    @invariant()
    def accounts_hold_what_was_posted_to_them(self):
        book, posted = self.company._store.book, Counter()
        for kind in KINDS:
            for txn_id in book.ids([kind]):
                for entry in book.entries(txn_id):
                    posted[entry.account] += entry.amount if entry.posts else 0
        for account in self.all("Account"):
            sign = -1 if account.account_type in CREDITED else 1
            assert account.balance == sign * posted[account.list_id], account.name

    @invariant()
    def names_owe_what_is_open(self):
        for vendor in self.all("Vendor"):
            bills = sum(one.open_amount for one in self.all("Bill") if one.vendor_ref == self.named(vendor))
            credits_ = sum(one.open_amount for one in self.all("VendorCredit") if one.vendor_ref == self.named(vendor))
            assert vendor.balance == bills - credits_
            query = BillToPayQuery(payee_entity_ref=ref(vendor))
            (outcome,) = run(ask_all([Request.query(query)]), Memory(self.company.process))
            to_pay = sum(one.bill_to_pay.amount_due for one in outcome.found if one.bill_to_pay)
            to_use = sum(one.credit_to_apply.credit_remaining for one in outcome.found if one.credit_to_apply)
            assert (to_pay, to_use) == (bills, credits_)
        for customer in self.all("Customer"):
            mine = [
                sum(getattr(one, name) for one in self.all(kind) if one.customer_ref == self.named(customer))
                for kind, name in (
                    ("Invoice", "balance_remaining"),
                    ("CreditMemo", "credit_remaining"),
                    ("ReceivePayment", "unused_payment"),
                )
            ]
            assert customer.balance == mine[0] - mine[1] - mine[2]
            below = [one for one in self.all("Customer") if one.parent_ref == self.named(customer)]
            assert customer.total_balance == customer.balance + sum(one.total_balance for one in below)

    @staticmethod
    def named(record):
        return Ref(list_id=record.list_id, full_name=getattr(record, "full_name", None) or record.name)

    @invariant()
    def documents_add_up(self):
        for bill in self.all("Bill"):
            assert bill.amount_due == sum(one.amount for one in (*bill.expense_lines, *bill.item_lines))
            settled = sum(one.amount for one in bill.linked_txns if one.link_type == "AMTTYPE")
            assert bill.open_amount == bill.amount_due + settled >= 0
            assert bill.is_paid == (bill.open_amount == 0)
        for invoice in self.all("Invoice"):
            assert invoice.balance_remaining == invoice.subtotal + invoice.sales_tax_total + invoice.applied_amount >= 0
            assert invoice.is_paid == (invoice.balance_remaining == 0)
        for payment in self.all("BillPaymentCheck"):
            assert payment.amount == sum(one.amount for one in payment.applied_to_txns)
        for payment in self.all("ReceivePayment"):
            applied = sum(one.amount for one in payment.applied_to_txns)
            assert payment.unused_payment == payment.total_amount - applied >= 0

    @invariant()
    def orders_have_received_what_was_billed(self):
        billed = Counter()
        for bill in self.all("Bill"):
            for link in self.company._store.book.links(bill.txn_id):
                line = next((one for one in bill.item_lines if one.txn_line_id == link.line), None)
                if link.role == "order" and link.txn == bill.txn_id:
                    assert line.quantity == link.quantity
                    billed[link.target_line] += link.quantity
        for order in self.all("PurchaseOrder"):
            for line in order.lines:
                assert line.received_quantity == billed[line.txn_line_id]

    @invariant()
    def nothing_points_nowhere(self):
        names = {(kind, one.list_id): self.named(one) for kind in LISTS for one in self.all(kind)}
        for kind in (*LISTS, *KINDS):
            for record in self.all(kind):
                for lists, member in references(record):
                    assert member in [names.get((list_, member.list_id)) for list_ in lists], (kind, member)


def steps(times, count):
    return settings(
        max_examples=times, stateful_step_count=count, deadline=None, suppress_health_check=list(HealthCheck)
    )


class TestCompanyFile(CompanyFileMachine.TestCase):
    settings = steps(examples(20, least=4), 30)


@pytest.mark.long
class TestCompanyFileAtLength(CompanyFileMachine.TestCase):
    settings = steps(400, 80)
