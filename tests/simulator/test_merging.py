"""Merging: what pointed to one record points to the other, and no money is lost."""

from decimal import Decimal

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd import Memory, Ref, Request, ask_all, run
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine
from procore_qbd.qbxml.entities.classes import Class
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.deletions import ListDeletedQuery, ListMerge, ListMergeType, MergeSide
from procore_qbd.qbxml.entities.form_items import ItemGroup, ItemGroupMember
from procore_qbd.qbxml.entities.inventory_items import ItemInventory
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.shared.common import ShipToAddress
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator import CompanyFile
from support.company import Clock, ask, code, item, names, put, say, validated
from support.examples import examples
from support.lists import called, drawn, requisites
from support.merging import dangling, ref
from support.shared import SHARED


def merge(gone, left, **more):
    sides = (MergeSide(list_id=record.list_id, edit_sequence=record.edit_sequence) for record in (gone, left))
    merge_from, merge_to = sides
    kind = type(gone).__name__
    return Request.command(ListMerge(list_merge_type=kind, merge_from=merge_from, merge_to=merge_to, **more))


def balances(company):
    return {kind: sum(record.balance for record in company.records(kind)) for kind in ("Account", "Customer", "Vendor")}


# --- what holds of all -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("list_", ListMergeType)
def test_every_list_that_can_be_merged_is(list_):
    one, two = drawn(called(list_, "One")), drawn(called(list_, "Two"))
    with CompanyFile.create(clock=Clock()) as company:
        line = Memory(lambda document: validated(company.process(document)) if SHARED else company.process(document))
        company.seed(requisites(one))
        first, second = (outcome.found[0] for outcome in run(ask_all([Request.add(one), Request.add(two)]), line))
        (outcome,) = run(ask_all([merge(first, second)]), line)
        assert outcome.ok, (outcome.message, company.last_fault)
        (merged,) = outcome.found
        assert merged.merged_from.full_name == "One"
        assert merged.merged_to.full_name == "Two"
        assert merged.merged_to.list_id == second.list_id
        assert int(merged.merged_to.edit_sequence) > int(second.edit_sequence)
        left = [record for record in company.records(list_) if record.list_id in (first.list_id, second.list_id)]
        assert [record.list_id for record in left] == [second.list_id]
        (deleted,) = ask(company, ListDeletedQuery(list_del_types=(str(list_),)))
        assert (deleted.list_id, deleted.full_name) == (first.list_id, "One")
        assert code(company, Request.add(one)) == 0  # its name is free
        assert dangling(company) == []


MONEY = st.integers(1, 10**6).map(lambda cents: Decimal(cents).scaleb(-2))
BILLS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), MONEY), max_size=6)
MERGES = st.lists(st.tuples(st.sampled_from(["Vendor", "Account", "Customer"]), st.permutations([0, 1, 2])), max_size=4)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BILLS, MERGES)
def test_no_money_is_lost_and_nothing_dangles(bills, merges):
    with CompanyFile.create(clock=Clock()) as company:
        there = {
            "Vendor": [put(company, Vendor(name=f"v{n}", open_balance=Decimal(n))) for n in range(3)],
            "Account": [
                put(company, Account(name=f"a{n}", account_type="OtherCurrentAsset", open_balance=Decimal(n)))
                for n in range(3)
            ],
            "Customer": [put(company, Customer(name=f"c{n}", open_balance=Decimal(n))) for n in range(3)],
        }
        for vendor, account, customer, amount in bills:
            line = BillExpenseLine(
                account_ref=ref(there["Account"][account]),
                amount=amount,
                customer_ref=ref(there["Customer"][customer]),
            )
            put(company, Bill(vendor_ref=ref(there["Vendor"][vendor]), expense_lines=(line,)))
        before = balances(company)
        for list_, (one, two, _) in merges:
            sides = [company._store.get(list_, there[list_][number].list_id) for number in (one, two)]
            if None in sides:
                continue
            assert code(company, merge(*sides)) == 0
            assert balances(company) == before
            assert dangling(company) == []
        for kind in ("Bill", *there):
            found = list(company.records(kind))
            assert all(code(company, Request.query(entity(f"{kind}Query")())) == 0 for _ in found[:1])


# --- what moves ------------------------------------------------------------------------------------------------------


def test_transactions_name_the_one_that_is_left_and_keep_their_edit_sequence(books, clock):
    one, two = put(books, Vendor(name="One")), put(books, Vendor(name="Two"))
    labour = put(books, item("labour"))
    line = PurchaseOrderLine(item_ref=ref(labour), amount=Decimal(5))
    order = put(books, PurchaseOrder(vendor_ref=ref(one), lines=(line,)))
    clock.now += 60
    assert code(books, merge(one, two)) == 0
    (after,) = books.records("PurchaseOrder")
    assert after.vendor_ref == Ref(list_id=two.list_id, full_name="Two")
    assert after.edit_sequence == order.edit_sequence
    assert after.lines == order.lines


@pytest.mark.parametrize(("by_second", "later"), [(False, 1), (True, 0)])
def test_the_one_that_is_left_is_changed_by_it(books, clock, by_second, later):
    books.edit_sequence_by_second = by_second
    assert code(books, merge(put(books, Vendor(name="One")), put(books, Vendor(name="Two")))) == 0
    (left,) = books.records("Vendor")
    assert int(left.edit_sequence) == clock.now + later


def test_jobs_move_with_their_customer_unless_a_job_of_that_name_is_there(books):
    one, two = put(books, Customer(name="One")), put(books, Customer(name="Two"))
    put(books, Customer(name="Gym", parent_ref=ref(one)))
    assert code(books, merge(one, two)) == 0
    assert names(books.records("Customer")) == ["Two", "Two:Gym"]
    three = put(books, Customer(name="Three"))
    put(books, Customer(name="GYM", parent_ref=ref(three)))
    two = next(record for record in books.records("Customer") if record.name == "Two")
    assert code(books, merge(three, two)) == 3170
    assert names(books.records("Customer")) == ["Three", "Three:GYM", "Two", "Two:Gym"]


def test_items_of_groups_and_accounts_of_items_are_those_that_are_left(books):
    one, two = put(books, item("one")), put(books, item("two"))
    put(books, ItemGroup(name="both", members=(ItemGroupMember(item_ref=ref(one), quantity=Decimal(2)),)))
    assert code(books, merge(one, two)) == 0
    (group,) = books.records("ItemGroup")
    assert group.members[0].item_ref.full_name == "two"


def test_what_was_owed_to_both_is_owed_to_one(books):
    one, two = (put(books, Vendor(name=name, open_balance=Decimal(5))) for name in ("One", "Two"))
    rent = put(books, Account(name="Rent", account_type="Expense"))
    line = BillExpenseLine(account_ref=ref(rent), amount=Decimal("7.50"))
    put(books, Bill(vendor_ref=ref(one), expense_lines=(line,)))
    assert code(books, merge(one, two)) == 0
    (left,) = books.records("Vendor")
    assert left.balance == Decimal("17.50")


def test_what_is_in_stock_of_both_is_in_stock_of_one(books):
    accounts = {
        name: put(books, Account(name=name, account_type=kind))
        for name, kind in [("Sales", "Income"), ("Cost", "CostOfGoodsSold"), ("Stock", "OtherCurrentAsset")]
    }
    one, two = (
        put(
            books,
            ItemInventory(
                name=name,
                income_account_ref=ref(accounts["Sales"]),
                cogs_account_ref=ref(accounts["Cost"]),
                asset_account_ref=ref(accounts["Stock"]),
                quantity_on_hand=Decimal(4),
                total_value=Decimal(worth),
            ),
        )
        for name, worth in (("one", 10), ("two", 30))
    )
    assert code(books, merge(one, two)) == 0
    (left,) = books.records("ItemInventory")
    assert (left.quantity_on_hand, left.average_cost) == (8, 5)


# --- what is refused -------------------------------------------------------------------------------------------------


def test_both_must_be_there_and_as_they_were_seen(books):
    one, two = put(books, Vendor(name="One")), put(books, Vendor(name="Two"))
    assert code(books, merge(attrs.evolve(one, list_id="1-1"), two)) == 3120
    assert code(books, merge(one, attrs.evolve(two, list_id="1-1"))) == 3120
    assert code(books, merge(attrs.evolve(one, edit_sequence="1"), two)) == 3200
    assert code(books, merge(one, attrs.evolve(two, edit_sequence="1"))) == 3200
    assert code(books, merge(one, one)) == 3210
    assert len(list(books.records("Vendor"))) == 2


def test_accounts_are_of_one_type_and_records_below_one_parent(books):
    bank, rent = (put(books, Account(name=name, account_type=kind)) for name, kind in [("B", "Bank"), ("R", "Expense")])
    assert code(books, merge(bank, rent)) == 3210
    assert "of one type" in books.last_fault
    top = put(books, Class(name="top"))
    below = put(books, Class(name="below", parent_ref=ref(top)))
    for gone, left in ((top, below), (below, top)):
        assert code(books, merge(gone, left)) == 3210
        assert "parent" in books.last_fault


def test_an_account_that_quickbooks_made_stays(books):
    rent = put(books, Account(name="Rent", account_type="Expense"))
    line = BillExpenseLine(account_ref=ref(rent), amount=Decimal(5))
    put(books, Bill(vendor_ref=ref(put(books, Vendor(name="V"))), expense_lines=(line,)))
    payable = next(one for one in books.records("Account") if one.special_account_type == "AccountsPayable")
    other = put(books, Account(name="Owed", account_type="AccountsPayable"))
    assert code(books, merge(payable, other)) == 3210
    assert code(books, merge(other, payable)) == 0


def test_addresses_of_one_name_need_leave(books):
    site, yard = ShipToAddress(name="Site", addr1="1"), ShipToAddress(name="Yard", addr1="2")
    one = put(books, Customer(name="One", ship_to_addresses=(site,)))
    two = put(books, Customer(name="Two", ship_to_addresses=(attrs.evolve(site, addr1="3"), yard)))
    assert code(books, merge(one, two)) == 3210
    assert "SameShipAddrOk" in books.last_fault
    assert code(books, merge(one, two, same_ship_addr_ok=True)) == 0
    (left,) = books.records("Customer")
    assert {address.name: address.addr1 for address in left.ship_to_addresses} == {"Yard": "2", "Site": "1"}


def test_what_is_refused_changes_nothing(books):
    before = [put(books, Vendor(name=name)) for name in ("One", "Two")]
    say(books, merge(before[0], attrs.evolve(before[1], edit_sequence="1")))
    assert list(books.records("Vendor")) == before
