"""What is wrong with a record only because of what QuickBooks has already."""

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd.qbxml import ADD, MOD, Dialect, Edition, Ref, Request, Rule, check, write_requests
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine, ItemLine, LinkToTxn
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.items import ItemService
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine, PurchaseOrderLineGroup
from procore_qbd.qbxml.entities.vendors import Vendor

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
    told = [one for one in check(record, ADD, names=NAMES) if one.rule is Rule.NAME_IN_USE]
    assert [(one.status, one.warning) for one in told] == ([(status, False)] if status else [])


def test_a_collision_says_with_whom_and_why():
    (told,) = check(Customer(name="Anderson Electric"), ADD, names=NAMES)
    assert str(told) == (
        "CustomerAdd/Name: is in use: there is a Vendor 'Anderson Electric'; these lists share one name space"
    )


@given(st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True), st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True))
def test_a_name_turned_round_is_a_warning(first, last):
    for name, other in ((f"{first} {last}", f"{last}, {first}"), (f"{last}, {first}", f"{first} {last}")):
        (told,) = check(Vendor(name=name), ADD, names={"Customer": [other]})
        assert (told.rule, told.warning) == (Rule.NAME_IN_USE, True)


def test_a_record_does_not_collide_with_itself():
    stands = Vendor(list_id="8-1", edit_sequence="1", name="Anderson Electric")
    mod = attrs.evolve(stands, name="Anderson electric")
    assert check(mod, MOD, names=NAMES) == []
    assert check(mod, MOD, names=NAMES, against=stands) == []
    (told,) = check(attrs.evolve(mod, name="smith, mike"), MOD, names=NAMES, against=stands)
    assert told.status == 3170  # 3100 is the answer to an Add


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
