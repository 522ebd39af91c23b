"""A small company for the tests of the simulator, with one of everything, and short words to work with it."""

import datetime as dt
from decimal import Decimal

from procore_qbd import Ref, Request
from procore_qbd.qbxml import Dialect, Record
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bills import Bill
from procore_qbd.qbxml.entities.classes import Class
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.deletions import TxnDel, TxnVoid
from procore_qbd.qbxml.entities.employees import Employee
from procore_qbd.qbxml.entities.form_items import ItemDiscount, ItemGroup, ItemGroupMember, ItemPayment, ItemSubtotal
from procore_qbd.qbxml.entities.inventory_items import AssemblyComponent, ItemInventory, ItemInventoryAssembly
from procore_qbd.qbxml.entities.invoices import Invoice, InvoiceLine
from procore_qbd.qbxml.entities.items import ItemOtherCharge, ItemService, SalesAndPurchase, SalesOrPurchase
from procore_qbd.qbxml.entities.other_names import OtherName
from procore_qbd.qbxml.entities.shared.common import Address
from procore_qbd.qbxml.entities.shared.lines import ExpenseLine
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn
from procore_qbd.qbxml.entities.tax_codes import SalesTaxCode
from procore_qbd.qbxml.entities.tax_items import ItemSalesTax, ItemSalesTaxGroup
from procore_qbd.qbxml.entities.terms import DateDrivenTerms, StandardTerms
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator import CompanyFile
from support.company import Clock
from support.company import say as say_in_english

__all__ = [
    "SMALL",
    "TODAY",
    "D",
    "applied",
    "balance",
    "bill",
    "booked",
    "change",
    "changing",
    "company_of",
    "delete",
    "found",
    "invoice",
    "make",
    "named",
    "now",
    "on_hand",
    "sold",
    "void",
]

D = Decimal
TODAY = dt.date(2023, 11, 14)
"""The day on the clock of the tests."""


def named(name):
    """A reference by name."""
    return Ref(full_name=name)


_SOLD = {"income_account_ref": named("Sales"), "cogs_account_ref": named("Job Costs")}
_STOCKED = _SOLD | {"asset_account_ref": named("Stock")}
_BOTH = SalesAndPurchase(
    sales_desc="sold",
    sales_price=D("99.5"),
    income_account_ref=named("Sales"),
    purchase_desc="bought",
    purchase_cost=D("80.125"),
    expense_account_ref=named("Job Costs"),
)
SMALL = [
    Account(name="Checking", account_type="Bank"),
    Account(name="Savings", account_type="Bank"),
    Account(name="Card", account_type="CreditCard"),
    Account(name="Stock", account_type="OtherCurrentAsset"),
    Account(name="Sales", account_type="Income"),
    Account(name="Job Costs", account_type="CostOfGoodsSold"),
    Account(name="Overhead", account_type="Expense"),
    Account(name="Rent", account_type="Expense", parent_ref=named("Overhead")),
    Account(name="Accounts Payable", account_type="AccountsPayable"),
    Account(name="Old Payables", account_type="AccountsPayable"),
    Class(name="North"),
    Class(name="East", parent_ref=named("North")),
    Class(name="South"),
    StandardTerms(name="Net 30", std_due_days=30),
    DateDrivenTerms(name="Net 25th", day_of_month_due=25, due_next_month_days=5),
    Vendor(name="Alder"),
    Vendor(name="Birch", terms_ref=named("Net 30"), vendor_address=Address(addr1="2 Elm St", city="Bend")),
    Vendor(name="State"),
    OtherName(name="Cash"),
    SalesTaxCode(name="Tax", is_taxable=True),
    SalesTaxCode(name="Non", is_taxable=False),
    ItemSalesTax(name="County", tax_rate=D("8.25"), tax_vendor_ref=named("State")),
    ItemSalesTax(name="City", tax_rate=D("1.1"), tax_vendor_ref=named("State")),
    ItemSalesTaxGroup(name="Both", item_sales_tax_refs=(named("County"), named("City"))),
    Customer(name="School", bill_address=Address(addr1="1 Main St"), terms_ref=named("Net 30")),
    Customer(name="Gym", parent_ref=named("School")),
    Customer(
        name="Hall",
        terms_ref=named("Net 25th"),
        item_sales_tax_ref=named("County"),
        sales_tax_code_ref=named("Tax"),
        ship_address=Address(addr1="3 Oak St"),
    ),
    Employee(first_name="Ann"),
    ItemService(name="Work", sales_and_purchase=_BOTH),
    ItemService(name="Dig", parent_ref=named("Work"), sales_or_purchase=SalesOrPurchase(account_ref=named("Sales"))),
    ItemOtherCharge(
        name="Freight",
        sales_tax_code_ref=named("Non"),
        sales_or_purchase=SalesOrPurchase(price=D(40), account_ref=named("Sales")),
    ),
    ItemInventory(name="Pipe", sales_tax_code_ref=named("Tax"), sales_price=D(5), purchase_cost=D(3), **_STOCKED),
    ItemInventory(name="Bolt", sales_price=D(1), purchase_cost=D("0.1"), **_STOCKED),
    ItemInventoryAssembly(
        name="Frame",
        sales_price=D(50),
        **_STOCKED,
        components=(
            AssemblyComponent(item_inventory_ref=named("Pipe"), quantity=D(4)),
            AssemblyComponent(item_inventory_ref=named("Bolt"), quantity=D(8)),
        ),
    ),
    ItemSubtotal(name="Subtotal"),
    ItemDiscount(name="Tenth off", discount_rate_percent=D(10), account_ref=named("Overhead")),
    ItemDiscount(name="Five off", discount_rate=D(5), account_ref=named("Overhead")),
    ItemPayment(name="Paid", deposit_to_account_ref=named("Checking")),
    ItemGroup(
        name="Set",
        item_desc="a set",
        members=(
            ItemGroupMember(item_ref=named("Work"), quantity=D(2)),
            ItemGroupMember(item_ref=named("Pipe"), quantity=D("1.5")),
        ),
    ),
]
"""The company's lists."""


def say(company, *requests):
    """Send requests in one document, in the dialect of the company's country; their outcomes."""
    return say_in_english(company, *requests, dialect=Dialect("13.0", company.edition))


def company_of(records=SMALL, **how):
    """A company file that holds some lists; its clock stands still."""
    company = CompanyFile.create(clock=how.pop("clock", None) or Clock(), **how)
    for outcome in say(company, *map(Request.add, records)):
        assert outcome.ok, (outcome.code, outcome.message, company.last_fault)
    return company


def found(company, kind, name):
    """A record of a list."""
    (one,) = (one for one in company.records(kind) if (getattr(one, "full_name", None) or one.name) == name)
    return one


def make(company, record):
    """Add a transaction, a second later; as it is with its lines and links."""
    company._calendar.now.now += 1
    (outcome,) = say(company, Request.add(record))
    assert outcome.ok, (outcome.code, outcome.message, company.last_fault)
    return now(company, outcome.record(type(record)))


def now(company, record):
    """A transaction as it is now, with its lines and links."""
    return company._store.book.get(record.txn_id)


def changing(record, **to):
    """A Mod that says just this, of a transaction as it is."""
    return Request.mod(type(record)(txn_id=record.txn_id, edit_sequence=record.edit_sequence, **to))


def change(company, record, **to):
    """Change a transaction; as it is with its lines and links."""
    (outcome,) = say(company, changing(now(company, record), **to))
    assert outcome.ok, (outcome.code, outcome.message, company.last_fault)
    return now(company, record)


# --- what is made often ----------------------------------------------------------------------------------------------


def cents(amount):
    return None if amount is None else D(str(amount))


def bill(amount, vendor="Alder", account="Job Costs", **more):
    """A bill of one expense."""
    line = ExpenseLine(account_ref=named(account), amount=cents(amount))
    return Bill(**{"vendor_ref": named(vendor), "expense_lines": (line,)} | more)


def sold(item="Work", cls=InvoiceLine, **sizes):
    """A line of a sale."""
    numbers = ("quantity", "rate", "amount", "rate_percent")
    return cls(item_ref=named(item), **{key: cents(value) if key in numbers else value for key, value in sizes.items()})


def invoice(*lines, customer="School", **more):
    """An invoice; a number stands for a line of work that costs so much."""
    lines = tuple(one if isinstance(one, Record) else sold(rate=one) for one in lines)
    return Invoice(**{"customer_ref": named(customer), "lines": lines} | more)


def applied(to, amount=None, **more):
    """What a payment pays of a transaction."""
    return AppliedToTxn(txn_id=to.txn_id, payment_amount=cents(amount), **more)


# --- looking ---------------------------------------------------------------------------------------------------------


def balance(company, account):
    """What an account holds."""
    return next((one.balance for one in company.records("Account") if one.name == account), D(0))


def on_hand(company, item, kind="ItemInventory"):
    """How much of an item there is, and what one cost."""
    one = found(company, kind, item)
    return one.quantity_on_hand, one.average_cost


def booked(company, record):
    """What a transaction posted: account, amount, and whose it is, one of each line."""
    accounts = {one.list_id: one.name for one in company.records("Account")}
    return [
        (accounts.get(one.account, ""), one.amount)
        for one in company._store.book.entries(record.txn_id)
        if one.posts and one.amount
    ]


def void(company, record):
    """Void a transaction; the outcome."""
    return _command(company, TxnVoid(txn_void_type=type(record).__name__, txn_id=record.txn_id))


def delete(company, record):
    """Delete a transaction; the outcome."""
    return _command(company, TxnDel(txn_del_type=type(record).__name__, txn_id=record.txn_id))


def _command(company, what):
    (outcome,) = say(company, Request.command(what))
    return outcome
