"""What is wrong with a record only because of what QuickBooks has already."""

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd.qbxml import ADD, MOD, Dialect, Edition, Ref, Request, Rule, check, entities, write_requests
from procore_qbd.qbxml.entities.accounts import Account, AccountType
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine, ItemLine, LinkToTxn
from procore_qbd.qbxml.entities.checks import Check
from procore_qbd.qbxml.entities.credit_cards import CreditCardCharge
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.inventory_items import ItemInventory
from procore_qbd.qbxml.entities.invoices import Invoice
from procore_qbd.qbxml.entities.items import ItemNonInventory, ItemService, SalesAndPurchase, SalesOrPurchase
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine, PurchaseOrderLineGroup
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.judging.accounts import ACCOUNT_PLACES
from procore_qbd.qbxml.rows.records import Reference, table

# --- lines -----------------------------------------------------------------------------------------------------------

NUMBERS = st.lists(st.integers(1, 99), unique=True, min_size=1, max_size=8)


def order(numbers, **more):
    lines = tuple(PurchaseOrderLine(txn_line_id=f"A-{number}", desc="was") for number in numbers)
    return PurchaseOrder(txn_id="1-1", edit_sequence="7", lines=lines, **more)


@given(NUMBERS, st.data())
def test_every_line_that_a_mod_leaves_out_is_told_and_no_other(numbers, data):
    kept = data.draw(st.lists(st.sampled_from(numbers), unique=True, min_size=1))
    mod = order(sorted(kept, key=numbers.index))
    told = check(mod, MOD, against=order(numbers))
    assert {violation.rule for violation in told} <= {Rule.LINES_LOST}
    assert {violation.message.split()[4] for violation in told} == {
        f"A-{number}," for number in numbers if number not in kept
    }


def test_a_mod_without_any_line_leaves_them_alone():
    mod = PurchaseOrder(txn_id="1-1", edit_sequence="7", memo="new")
    assert check(mod, MOD, against=order([1, 2])) == []


def test_a_new_line_beside_all_old_ones_loses_nothing():
    mod = order([1, 2])
    mod = attrs.evolve(mod, lines=(*mod.lines, PurchaseOrderLine(txn_line_id="-1", desc="new")))
    assert check(mod, MOD, against=order([1, 2])) == []


def test_a_line_left_out_of_a_group_is_told_with_its_place():
    group = PurchaseOrderLineGroup(
        txn_line_id="C-1",
        item_group_ref=Ref(full_name="Door"),
        lines=(PurchaseOrderLine(txn_line_id="A-1"), PurchaseOrderLine(txn_line_id="A-2")),
    )
    stands = PurchaseOrder(txn_id="1-1", edit_sequence="7", lines=(group,))
    said = attrs.evolve(group, item_group_ref=None, lines=(PurchaseOrderLine(txn_line_id="A-1"),))
    (told,) = check(attrs.evolve(stands, lines=(said,)), MOD, against=stands)
    assert "A-2" in told.message
    assert "C-1" in told.path


def test_kinds_of_lines_are_lost_by_themselves():
    stands = Bill(
        txn_id="1-1",
        edit_sequence="7",
        expense_lines=(BillExpenseLine(txn_line_id="E-1"),),
        item_lines=(ItemLine(txn_line_id="D-1"), ItemLine(txn_line_id="D-2")),
    )
    mod = Bill(txn_id="1-1", edit_sequence="7", item_lines=(ItemLine(txn_line_id="D-1"),))
    (told,) = check(mod, MOD, against=stands)
    assert "D-2" in told.message


def test_an_old_edit_sequence_and_another_record_are_told_with_what_quickbooks_answers():
    mod = PurchaseOrder(txn_id="2-2", edit_sequence="6")
    assert [(one.path, one.status) for one in check(mod, MOD, against=order([1]))] == [
        ("PurchaseOrderMod/TxnID", 3120),
        ("PurchaseOrderMod/EditSequence", 3200),
    ]


# --- names -----------------------------------------------------------------------------------------------------------

NAMES = {
    "Vendor": ("Anderson Electric", "Smith, Mike"),
    "Customer": ("Lakeside", "Lakeside:Library"),
    "Employee": ("Jane Doe",),
    "ItemService": ("02 Site Work", "02 Site Work:02.10 Demo"),
    "Class": ("Vendor", "Anderson Electric"),
}


@pytest.mark.parametrize(
    ("record", "status"),
    [
        (Vendor(name="anderson ELECTRIC"), 3100),
        (Customer(name="Anderson Electric"), 3100),
        (Vendor(name="Jane Doe"), 3100),
        (Vendor(name="Vendor"), None),  # a class is called that, and classes are another list
        (Vendor(name="Library"), None),  # a job has its customer's name in front
        (Customer(name="Library", parent_ref=Ref(full_name="Lakeside")), 3100),
        (Customer(name="Library", parent_ref=Ref(full_name="Hillside")), None),
        (Customer(name="Library", parent_ref=Ref(list_id="8-1")), None),  # nobody can tell
        (ItemService(name="02.10 Demo", parent_ref=Ref(full_name="02 site work")), 3100),
        (ItemService(name="02.10 Demo"), None),
    ],
    ids=str,
)
def test_names_in_use_are_told_across_the_lists_that_share_them(record, status):
    told = [one for one in check(record, ADD, against=NAMES) if one.rule is Rule.NAME_IN_USE]
    assert [(one.status, one.warning) for one in told] == ([(status, False)] if status else [])


def test_a_collision_says_with_whom_and_why():
    (told,) = check(Customer(name="Anderson Electric"), ADD, against=NAMES)
    assert str(told) == (
        "CustomerAdd/Name: is in use: there is a Vendor 'Anderson Electric'; these lists share one name space"
    )


@given(st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True), st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True))
def test_a_name_turned_round_is_a_warning(first, last):
    for name, other in ((f"{first} {last}", f"{last}, {first}"), (f"{last}, {first}", f"{first} {last}")):
        (told,) = check(Vendor(name=name), ADD, against={"Customer": [other]})
        assert (told.rule, told.warning) == (Rule.NAME_IN_USE, True)


def test_a_record_does_not_collide_with_itself():
    stands = Vendor(list_id="8-1", edit_sequence="1", name="Anderson Electric")
    mod = attrs.evolve(stands, name="Anderson electric")
    assert check(mod, MOD, against=NAMES) == []
    assert check(mod, MOD, against=NAMES | {"Vendor": (*NAMES["Vendor"], stands)}) == []
    (told,) = check(attrs.evolve(mod, name="smith, mike"), MOD, against=NAMES | {"Vendor": (stands, *NAMES["Vendor"])})
    assert told.status == 3170  # 3100 is the answer to an Add


# --- references and accounts -----------------------------------------------------------------------------------------


def account(name, type_, **more):
    return Account(list_id=f"{len(name)}-1", name=name, full_name=name, account_type=type_, **more)


ACCOUNTS = (
    account("Job Costs", "CostOfGoodsSold"),
    account("Trade Payables", "AccountsPayable"),
    account("Receivables", "AccountsReceivable"),
    account("Checking Account", "Bank"),
    account("Card", "CreditCard"),
    account("Sales", "Income"),
    account("Prepaid", "OtherCurrentAsset"),
)
LISTS = {
    "Account": ACCOUNTS,
    "Vendor": (
        Vendor(list_id="1-1", name="Alder", is_active=True),
        Vendor(list_id="2-1", name="Birch", is_active=False),
    ),
    "Customer": ("Lakeside", "Lakeside:Library"),
    "Item": (
        ItemService(list_id="3-1", name="02.10", full_name="02:02.10"),
        ItemNonInventory(list_id="4-1", name="Pipe", full_name="Pipe"),
    ),
}


def named(name):
    return Ref(full_name=name)


def told(record, shape=ADD, lists=LISTS):
    return [(one.path, one.rule, one.status) for one in check(record, shape, against=lists)]


BAD_REFERENCES = {
    "by name": (Bill(vendor_ref=named("Cedar")), "BillAdd/VendorRef", 3140),
    "by id": (Bill(vendor_ref=Ref(list_id="9-1", full_name="Alder")), "BillAdd/VendorRef", 3140),
    "on a line": (
        Bill(vendor_ref=named("alder"), item_lines=(ItemLine(item_ref=named("02.10")),)),
        "BillAdd/ItemLineAdd[1]/ItemRef",
        3140,
    ),
    "a job": (
        Bill(vendor_ref=named("Alder"), expense_lines=(BillExpenseLine(customer_ref=named("Library")),)),
        "BillAdd/ExpenseLineAdd[1]/CustomerRef",
        3140,
    ),
    "a parent": (Customer(name="A", parent_ref=named("Hillside")), "CustomerAdd/ParentRef", 3130),
}


@pytest.mark.parametrize(("record", "path", "status"), BAD_REFERENCES.values(), ids=BAD_REFERENCES)
def test_a_reference_to_nothing_is_told(record, path, status):
    assert told(record) == [(path, Rule.NOT_THERE, status)]


def test_of_what_was_not_read_nothing_is_told():
    nobody = Bill(vendor_ref=named("Nobody"), terms_ref=named("Net 0"), item_lines=(ItemLine(item_ref=named("x")),))
    assert told(nobody, lists={}) == []
    assert told(nobody, lists={"ItemService": ()}) == []  # there are other kinds of items
    assert told(nobody, lists={"StandardTerms": ()}) == []
    assert told(nobody, lists={"Terms": ()}) == [("BillAdd/TermsRef", Rule.NOT_THERE, 3140)]
    by_id = Bill(vendor_ref=named("Alder"), expense_lines=(BillExpenseLine(customer_ref=Ref(list_id="5-1")),))
    assert told(by_id) == []  # of customers the names alone are known


def test_what_is_inactive_is_a_warning():
    (one,) = check(Bill(vendor_ref=named("Birch")), ADD, against=LISTS)
    assert (one.path, one.rule, one.status, one.warning) == ("BillAdd/VendorRef", Rule.INACTIVE, None, True)
    assert not one.of_the_document


def with_account(name):
    return {
        "ARAccountRef": Invoice(customer_ref=named("Lakeside"), ar_account_ref=name),
        "APAccountRef": Bill(vendor_ref=named("Alder"), ap_account_ref=name),
        "check": Check(account_ref=name),
        "charge": CreditCardCharge(account_ref=name),
        "BankAccountRef": BillPaymentCheck(
            payee_entity_ref=named("Alder"),
            bank_account_ref=name,
            is_to_be_printed=True,
            applied_to_txns=(AppliedToTxn(txn_id="1-1", payment_amount=Decimal(1)),),
        ),
        "DepositToAccountRef": ReceivePayment(
            customer_ref=named("Lakeside"), deposit_to_account_ref=name, is_auto_apply=True
        ),
        "ExpenseAccountRef": ItemNonInventory(
            name="A", sales_and_purchase=SalesAndPurchase(expense_account_ref=name, income_account_ref=named("Sales"))
        ),
        "sold": ItemNonInventory(name="A", sales_or_purchase=SalesOrPurchase(account_ref=name)),
        "COGSAccountRef": ItemInventory(name="A", cogs_account_ref=name),
        "AssetAccountRef": ItemInventory(name="A", asset_account_ref=name),
        "expense of a bill": Bill(vendor_ref=named("Alder"), expense_lines=(BillExpenseLine(account_ref=name),)),
        "expense of a check": Check(
            account_ref=named("Checking Account"), expense_lines=(BillExpenseLine(account_ref=name),)
        ),
    }


TAKEN = {
    "ARAccountRef": {"AccountsReceivable"},
    "APAccountRef": {"AccountsPayable"},
    "check": {"Bank"},
    "charge": {"CreditCard"},
    "BankAccountRef": {"Bank"},
    "DepositToAccountRef": {"Bank", "CreditCard", "OtherCurrentAsset"},
    "ExpenseAccountRef": {"Bank", "CostOfGoodsSold", "CreditCard", "Income", "OtherCurrentAsset"},
    "sold": {"Bank", "CostOfGoodsSold", "CreditCard", "Income", "OtherCurrentAsset"},
    "COGSAccountRef": {"CostOfGoodsSold", "Income", "OtherCurrentAsset"},
    "AssetAccountRef": {"OtherCurrentAsset"},
    "expense of a bill": {one.account_type for one in ACCOUNTS} - {"AccountsPayable"},
    "expense of a check": {one.account_type for one in ACCOUNTS},
}


@pytest.mark.parametrize("place", TAKEN)
@pytest.mark.parametrize("one", ACCOUNTS, ids=lambda one: one.name)
def test_an_account_of_another_type_than_its_place_takes_is_told(place, one):
    for ref in (named(one.name), named(one.name.upper()), Ref(list_id=one.list_id)):
        found = [fault for fault in check(with_account(ref)[place], ADD, against=LISTS) if fault.value]
        wrong = [] if one.account_type in TAKEN[place] else [3180 if place == "expense of a bill" else 3140]
        assert [fault.status for fault in found if fault.rule is Rule.WRONG_ACCOUNT] == wrong
        assert all(fault.rule is Rule.WRONG_ACCOUNT for fault in found)


@given(st.sampled_from(ACCOUNTS))
def test_nothing_on_payables_and_receivables_is_reimbursed(one):
    line = BillExpenseLine(account_ref=named(one.name), customer_ref=named("Lakeside"), billable_status="Billable")
    found = told(Check(account_ref=named("Checking Account"), expense_lines=(line,)))
    refused = one.account_type in {"AccountsPayable", "AccountsReceivable"}
    assert found == [("CheckAdd/ExpenseLineAdd[1]/BillableStatus", Rule.WRONG_ACCOUNT, 3210)] * refused


def test_quickbooks_words_are_said():
    (one,) = check(with_account(named("Prepaid"))["ARAccountRef"], ADD, against=LISTS)
    assert str(one) == (
        "InvoiceAdd/ARAccountRef: the account 'Prepaid' is of the type OtherCurrentAsset, which does not do here: "
        "The account for this transaction must be of type Accounts Receivable."
    )


def test_a_mod_is_held_against_its_record_among_the_lists():
    stands = order([1, 2])
    mod = attrs.evolve(order([1]), edit_sequence="6")
    assert check(mod, MOD, against={"PurchaseOrder": (stands,)}) == check(mod, MOD, against=stands)
    assert {one.rule for one in check(mod, MOD, against=stands)} == {Rule.OUT_OF_DATE, Rule.LINES_LOST}


def test_a_record_that_is_read_does_not_collide_with_itself():
    stands = Customer(list_id="7-1", edit_sequence="1", name="Gym")
    lists = {"Customer": (stands, Customer(list_id="8-1", name="Library"))}
    assert told(attrs.evolve(stands, name="GYM"), MOD, lists) == []
    assert told(attrs.evolve(stands, name="library"), MOD, lists) == [("CustomerMod/Name", Rule.NAME_IN_USE, 3170)]


def test_a_record_under_a_kind_that_it_is_not_of_is_no_list():
    with pytest.raises(ValueError, match="expected records of the list Vendor, got a Customer"):
        check(Vendor(name="A"), ADD, against={"Vendor": (Customer(name="A"),)})


def test_every_place_for_an_account_is_one_that_a_record_has():
    """And takes types that there are."""
    assert {type_ for place in ACCOUNT_PLACES.values() for type_ in place.types} <= set(AccountType)
    there = {path for name in entities.names() for path in account_paths(entities.entity(name), name)}
    for end in ACCOUNT_PLACES:
        assert any(f"/{path}".endswith(f"/{end}") for path in there), end


def account_paths(cls, path):
    for field in table(cls).fields:
        for tag, member in field.members.items():
            if isinstance(field.row, Reference):
                if field.row.to == ("Account",):
                    yield f"{path}/{tag}"
            else:
                yield from account_paths(member, f"{path}/{tag}")


# --- what the schema does not know -----------------------------------------------------------------------------------

LINK = LinkToTxn(txn_id="1-1", txn_line_id="2-2")


def bill(**line):
    return Bill(vendor_ref=Ref(full_name="Anderson Electric"), item_lines=(ItemLine(quantity=Decimal(1), **line),))


def test_a_linked_line_with_an_item_is_refused_with_the_reason():
    (told,) = check(bill(link_to_txn=LINK, item_ref=Ref(full_name="02.10")), ADD)
    assert (told.path, told.rule, told.status, told.warning) == ("BillAdd/ItemLineAdd[1]", Rule.CHOICE, 3153, False)
    assert "a linked line has the item of the line it is linked to" in told.message


def test_a_linked_line_with_a_tax_code_is_a_warning_and_written():
    canada = Dialect("13.0", Edition.CA)
    linked = bill(link_to_txn=LINK, sales_tax_code_ref=Ref(full_name="G"))
    (told,) = check(linked, ADD, canada)
    assert (told.warning, told.status) == (True, 3210)
    assert str(told).startswith("BillAdd/ItemLineAdd[1]: warning: ")
    assert Request.add(linked).faults(canada) == []
    assert b"<SalesTaxCodeRef>" in write_requests([Request.add(linked)], dialect=canada)


def test_a_name_with_a_colon_is_refused_as_quickbooks_does():
    (told,) = check(Vendor(name="Anderson: Electric"), ADD)
    assert (told.path, told.rule, told.status) == ("VendorAdd/Name", Rule.CHARACTERS, 3090)


def test_all_that_is_wrong_with_a_name_is_said_at_once():
    told = check(Vendor(name="x" * 41 + ":"), ADD)
    assert [one.rule for one in told] == [Rule.TOO_LONG, Rule.CHARACTERS]
