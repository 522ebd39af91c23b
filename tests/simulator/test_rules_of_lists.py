"""What the experiments of the lists' rules do not show: QuickBooks' words, and which accounts an item may have."""

import attrs
import pytest

from procore_qbd import Ref, Request
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bills import Bill
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.form_items import ItemDiscount
from procore_qbd.qbxml.entities.inventory_items import ItemInventory
from procore_qbd.qbxml.entities.invoices import Invoice, InvoiceLine
from procore_qbd.qbxml.entities.items import (
    ItemNonInventory,
    ItemOtherCharge,
    ItemService,
    SalesAndPurchase,
    SalesOrPurchase,
)
from procore_qbd.qbxml.entities.sales_receipts import SalesReceipt, SalesReceiptLine
from procore_qbd.qbxml.entities.shared.lines import ExpenseLine
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.judging.accounts import ACCOUNT_PLACES
from procore_qbd.simulator.knowledge.item_accounts import ITEM_ACCOUNTS
from procore_qbd.simulator.knowledge.type_groups import ACCOUNT_TYPES
from support.company import code, put, say

NOBODY, SCHOOL = Ref(full_name="Nobody"), Ref(full_name="School")
PLACES = {"AccountRef": "SalesOrPurchase/AccountRef"}
RECEIVABLE, PAYABLE = "AccountsReceivable", "AccountsPayable"


@pytest.fixture
def chart(books):
    """An account of each type, called by it."""
    for kind in ACCOUNT_TYPES:
        if kind != "NonPosting":
            put(books, Account(name=kind, account_type=kind))
    put(books, Vendor(name="Fir"))
    put(books, Customer(name="School"))
    return books


def to(name):
    return Ref(full_name=name)


def service(account):
    return ItemService(name="100", sales_or_purchase=SalesOrPurchase(account_ref=to(account)))


def two_sided(income="Income", expense="Expense"):
    sides = SalesAndPurchase(income_account_ref=to(income), expense_account_ref=to(expense))
    return ItemNonInventory(name="200", sales_and_purchase=sides)


def stocked(cogs="CostOfGoodsSold", asset="OtherCurrentAsset"):
    accounts = {"income_account_ref": to("Income"), "cogs_account_ref": to(cogs), "asset_account_ref": to(asset)}
    return ItemInventory(name="300", **accounts)


# --- words -----------------------------------------------------------------------------------------------------------

WORDS = {
    'AP Account "Nobody" in the Bill': lambda: Bill(vendor_ref=to("Fir"), ap_account_ref=NOBODY),
    'AR Account "Nobody" in the Invoice': lambda: Invoice(customer_ref=SCHOOL, ar_account_ref=NOBODY),
    'Account "Nobody" in the Bill line': lambda: Bill(
        vendor_ref=to("Fir"), expense_lines=(ExpenseLine(account_ref=NOBODY),)
    ),
    'SalesReceiptLine SalesTaxCode "SSK" in the SalesReceipt line': lambda: SalesReceipt(
        lines=(SalesReceiptLine(sales_tax_code_ref=to("SSK")),)
    ),
    'InvoiceLine SalesTaxCode "SSK" in the Invoice line': lambda: Invoice(
        customer_ref=SCHOOL, lines=(InvoiceLine(sales_tax_code_ref=to("SSK")),)
    ),
    'Customer Sales Tax Code "SSK" in the Invoice': lambda: Invoice(
        customer_ref=SCHOOL, customer_sales_tax_code_ref=to("SSK")
    ),
    'Account "Nobody" in the item Service': lambda: service("Nobody"),
    'Account "Nobody" in the item Non-Inventory': lambda: two_sided(expense="Nobody"),
    'Account "Nobody" in the item Inventory': lambda: stocked(cogs="Nobody"),
    'Account "Nobody" in the item Other Charge': lambda: ItemOtherCharge(
        name="400", sales_or_purchase=SalesOrPurchase(account_ref=NOBODY)
    ),
    'Sales Tax Code "SSK" in the item Discount': lambda: ItemDiscount(
        name="500", account_ref=to("Income"), sales_tax_code_ref=to("SSK")
    ),
}


@pytest.mark.parametrize("said", WORDS)
def test_a_reference_to_nothing_is_called_as_quickbooks_calls_it(chart, said):
    (outcome,) = say(chart, Request.add(WORDS[said]()))
    assert outcome.message == (
        f"There is an invalid reference to QuickBooks {said}."
        "  QuickBooks error message: Invalid argument.  The specified record does not exist in the list."
    )


REFUSED = {
    "AccountRef": (service, "item Service", "You cannot associate an item with Sales Tax Payable, Undeposited Funds, "),
    "IncomeAccountRef": (lambda account: two_sided(income=account), "item Non-Inventory", "The income account is "),
    "ExpenseAccountRef": (lambda account: two_sided(expense=account), "item Non-Inventory", "The expense account is "),
    "COGSAccountRef": (lambda account: stocked(cogs=account), "item Inventory", "The COGS account is invalid."),
    "AssetAccountRef": (lambda account: stocked(asset=account), "item Inventory", "The asset account is invalid."),
}


@pytest.mark.parametrize("place", ITEM_ACCOUNTS)
def test_an_item_takes_the_accounts_that_its_place_takes_and_says_of_others_where_they_stand(chart, place):
    item, where, words = REFUSED[place]
    for kind in ACCOUNT_TYPES[:-1]:
        (outcome,) = say(chart, Request.add(attrs.evolve(item(kind), name=kind)))
        assert outcome.ok == ACCOUNT_PLACES[PLACES.get(place, place)].takes(kind), kind
        if not outcome.ok:
            said = f'reference to QuickBooks Account "{kind}" in the {where}.  QuickBooks error message: {words}'
            assert outcome.code == 3140
            assert said in outcome.message
            assert place in chart.last_fault


# --- accounts of items -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ITEM_ACCOUNTS)
def test_no_item_has_receivables_or_payables(place):
    assert not any(map(ACCOUNT_PLACES[PLACES.get(place, place)].takes, (RECEIVABLE, PAYABLE, "NonPosting")))


@pytest.mark.parametrize(
    "record",
    [service("Bank"), service("CreditCard"), two_sided("Bank", "OtherCurrentAsset")],
    ids=["a bank account", "a card", "a bank account and a prepaid cost"],
)
def test_items_point_to_money_where_bookkeepers_let_them(chart, record):
    assert code(chart, Request.add(record)) == 0


@pytest.mark.parametrize("special", ["SalesTaxPayable", "UndepositedFunds"])
def test_what_quickbooks_moves_by_itself_is_no_account_of_an_item(books, special):
    kind = {"SalesTaxPayable": "OtherCurrentLiability", "UndepositedFunds": "OtherCurrentAsset"}[special]
    books.seed([Account(list_id="1-1", name="Own", account_type=kind, special_account_type=special)])
    assert code(books, Request.add(service("Own"))) == 3140
    put(books, Account(name="Other", account_type=kind))
    assert code(books, Request.add(service("Other"))) == 0


def test_what_an_item_has_stays_until_it_is_named_again(chart):
    wrong = attrs.evolve(service(PAYABLE), list_id="9-1")
    chart.seed([wrong])
    (before,) = chart.records("ItemService")
    mod = ItemService(list_id=before.list_id, edit_sequence=before.edit_sequence, name="101")
    (outcome,) = say(chart, Request.mod(mod))
    assert outcome.ok
    after = outcome.record(ItemService)
    assert after.sales_or_purchase.account_ref.full_name == PAYABLE
    again = attrs.evolve(mod, edit_sequence=after.edit_sequence, sales_or_purchase=wrong.sales_or_purchase)
    assert code(chart, Request.mod(again)) == 3140
