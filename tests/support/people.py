"""A small company that people work in."""

from decimal import Decimal

from procore_qbd import Ref
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine, ItemLine, LinkToTxn
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.invoices import Invoice, InvoiceLine
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.vendors import Vendor

D = Decimal


def furnish(company):
    """A small company: a bank, a card, costs and income, two vendors, two customers with a job each, an item."""
    user = company.as_user()
    for name, type_ in (
        ("Bank", "Bank"),
        ("Card", "CreditCard"),
        ("Costs", "CostOfGoodsSold"),
        ("Income", "Income"),
        ("Equity", "Equity"),
    ):
        user.add(Account(name=name, account_type=type_))
    for name in ("Alder", "Birch"):
        user.add(Vendor(name=name))
    for name in ("School", "Clinic"):
        customer = user.add(Customer(name=name))
        user.add(Customer(name="Gym", parent_ref=Ref(list_id=customer.list_id)))
    both = SalesAndPurchase(
        income_account_ref=Ref(full_name="Income"), expense_account_ref=Ref(full_name="Costs"), sales_price=D(100)
    )
    user.add(ItemService(name="Work", sales_and_purchase=both))


ALDER, BIRCH, GYM, WORK = (Ref(full_name=name) for name in ("Alder", "Birch", "School:Gym", "Work"))


COSTS, BANK = Ref(full_name="Costs"), Ref(full_name="Bank")


def bill(amount=100, vendor=ALDER, **more):
    line = BillExpenseLine(account_ref=COSTS, amount=D(amount), customer_ref=GYM)
    return Bill(vendor_ref=vendor, expense_lines=(line,), **more)


def order(*quantities, **more):
    lines = tuple(PurchaseOrderLine(item_ref=WORK, quantity=D(one), rate=D(1), customer_ref=GYM) for one in quantities)
    return PurchaseOrder(vendor_ref=ALDER, lines=lines, **more)


def linked(order, at=0, **more):
    link = LinkToTxn(txn_id=order.txn_id, txn_line_id=order.lines[at].txn_line_id)
    return Bill(vendor_ref=ALDER, item_lines=(ItemLine(link_to_txn=link, **more),))


def invoice(amount=100, **more):
    return Invoice(customer_ref=GYM, lines=(InvoiceLine(item_ref=WORK, amount=D(amount)),), **more)


def only(company, kind, name=None):
    (found,) = (
        one for one in company.records(kind) if name is None or name in (one.name, getattr(one, "full_name", ""))
    )
    return found


def kept(company):
    """Everything that is in a file, but for what has been deleted."""
    return {kind: list(company.records(kind)) for kind in company.kinds}
