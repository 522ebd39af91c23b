"""From a record as read and a changed copy: the Mod that says only what differs."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd.errors import RecordError
from procore_qbd.qbxml import ADD, MOD, RET, Record, Ref, Rule, changes, check, erase
from procore_qbd.qbxml.entities import bills, entity, names
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine, PurchaseOrderLineGroup
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.rows.records import Block, Lines, Reference, Unknown, record, table
from procore_qbd.qbxml.rows.values import Amount, Day, Id, Text
from procore_qbd.testing.strategies import records
from support.examples import examples


@record("ItemLine")
@attrs.frozen(kw_only=True)
class ItemLine(Record):
    """A line as in a purchase order: QuickBooks says more of it than it takes."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    item_ref: Annotated[Ref | None, Reference("ItemRef", 31)] = None
    desc: Annotated[str | None, Text("Desc", 20)] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    received: Annotated[Decimal | None, Amount("ReceivedAmount", shapes=RET)] = None
    link: Annotated[str | None, Id("LinkToTxnID", shapes=ADD | RET)] = None
    due: Annotated[dt.date | None, Day("DueDate")] = None


@record("GroupLine")
@attrs.frozen(kw_only=True)
class GroupLine(Record):
    """A line with lines inside."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    desc: Annotated[str | None, Text("Desc", 20)] = None
    total: Annotated[Decimal | None, Amount("TotalAmount", shapes=RET)] = None
    lines: Annotated[tuple[ItemLine, ...], Lines(suffix={ADD: "Add", MOD: "Mod", RET: "Ret"}, key="txn_line_id")] = ()


@record()
@attrs.frozen(kw_only=True)
class Address(Record):
    """A block, part of which only QuickBooks says."""

    city: Annotated[str | None, Text("City", 31)] = None
    printed: Annotated[str | None, Text("Printed", shapes=RET)] = None


@record("Order", shapes=ADD | MOD | RET)
@attrs.frozen(kw_only=True)
class Order(Record):
    """Something with lines."""

    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    time: Annotated[str | None, Text("TimeModified", shapes=RET)] = None
    external_guid: Annotated[str | None, Text("ExternalGUID", shapes=ADD | RET)] = None
    memo: Annotated[str | None, Text("Memo", 20)] = None
    due: Annotated[dt.date | None, Day("DueDate")] = None
    address: Annotated[Address | None, Block("Address")] = None
    addresses: Annotated[tuple[Address, ...], Block("ShipTo")] = ()
    lines: Annotated[
        tuple[ItemLine | GroupLine, ...],
        Lines(suffix={ADD: "Add", MOD: "Mod", RET: "Ret"}, key="txn_line_id"),
    ] = ()


def item(number, **fields):
    return ItemLine(txn_line_id=number, received=Decimal("0.00"), **fields)


A, B = item("A-1", desc="a", amount=Decimal("1.00"), item_ref=Ref(list_id="1", full_name="x")), item("B-1", desc="b")
GROUP = GroupLine(
    txn_line_id="C-1", desc="g", total=Decimal("9.00"), lines=(item("C1-1", desc="1"), item("C2-1", desc="2"))
)
BEFORE = Order(
    txn_id="1-1",
    edit_sequence="77",
    time="then",
    memo="old",
    due=dt.date(2026, 1, 1),
    address=Address(city="Oakland", printed="OAKLAND"),
    lines=(A, GROUP, B),
)
KEPT_A, KEPT_B, KEPT_G = ItemLine(txn_line_id="A-1"), ItemLine(txn_line_id="B-1"), GroupLine(txn_line_id="C-1")
SAME = Order(txn_id="1-1", edit_sequence="77")


def mod(**fields):
    """The Mod for a change; it can always be written."""
    found = changes(BEFORE, attrs.evolve(BEFORE, **fields))
    assert found is None or check(found, MOD) == []
    return found


def faults(after, before=BEFORE):
    with pytest.raises(RecordError) as refused:
        changes(before, after)
    assert refused.value.subject == "OrderMod"
    return [str(fault) for fault in refused.value.faults]


# --- fields ----------------------------------------------------------------------------------------------------------


def test_where_nothing_differs_there_is_nothing_to_send():
    assert mod() is None
    assert changes(BEFORE, attrs.evolve(BEFORE, unknown=(Unknown("x", "<x/>"),))) is None


def test_a_mod_says_which_record_and_what_differs():
    assert mod(memo="new") == attrs.evolve(SAME, memo="new")
    assert mod(memo="new", due=dt.date(2026, 2, 1)) == attrs.evolve(SAME, memo="new", due=dt.date(2026, 2, 1))


def test_a_value_may_be_erased_and_only_in_so_many_words():
    erased = changes(BEFORE, erase(BEFORE, "memo", "due"))
    assert erased == attrs.evolve(SAME, memo="", erased=("due",))
    assert check(erased, MOD) == []
    assert faults(attrs.evolve(BEFORE, memo=None, due=None)) == [
        "OrderMod/Memo: was 'old' and is not set any more; erase it to clear it",
        "OrderMod/DueDate: was '2026-01-01' and is not set any more; erase it to clear it",
    ]


def test_what_a_mod_cannot_change_is_refused():
    assert faults(attrs.evolve(BEFORE, external_guid="0", time="now")) == [
        "OrderMod/TimeModified: cannot be changed once the record is made, got 'now' instead of 'then'",
        "OrderMod/ExternalGUID: cannot be changed once the record is made, got '0' instead of 'None'",
    ]


@pytest.mark.parametrize("name", ["txn_id", "edit_sequence"])
def test_a_record_that_was_never_read_cannot_be_changed(name):
    (fault,) = faults(attrs.evolve(BEFORE, memo="new"), attrs.evolve(BEFORE, **{name: None}))
    assert fault.endswith("is not known; read the record first")


def test_another_record_is_no_change_of_this_one():
    assert faults(attrs.evolve(BEFORE, txn_id="2-2")) != []


def test_a_block_that_differs_is_sent_whole_but_for_what_only_quickbooks_says():
    found = mod(address=Address(city="Berkeley", printed="OAKLAND"), addresses=(Address(city="a", printed="A"),))
    assert found == attrs.evolve(SAME, address=Address(city="Berkeley"), addresses=(Address(city="a"),))


def test_a_block_or_a_list_that_is_gone_is_refused():
    assert faults(attrs.evolve(BEFORE, address=None)) != []
    before = attrs.evolve(BEFORE, addresses=(Address(city="a"),))
    (fault,) = faults(attrs.evolve(before, addresses=()), before)
    assert fault == "OrderMod/ShipTo: is not set any more; erase the fields inside it to clear it"


# --- lines -----------------------------------------------------------------------------------------------------------


def test_where_a_line_differs_all_are_sent_the_others_by_their_key_alone():
    found = mod(lines=(attrs.evolve(A, desc="new"), GROUP, B))
    assert found == attrs.evolve(SAME, lines=(ItemLine(txn_line_id="A-1", desc="new"), KEPT_G, KEPT_B))


def test_a_reference_in_a_line_is_sent_when_it_differs():
    found = mod(lines=(attrs.evolve(A, item_ref=Ref(list_id="2")), GROUP, B))
    assert found.lines[0] == ItemLine(txn_line_id="A-1", item_ref=Ref(list_id="2"))


@pytest.mark.parametrize("number", [None, "-1"])
def test_a_new_line_has_the_key_of_a_new_line(number):
    new = ItemLine(txn_line_id=number, desc="new", amount=Decimal(5))
    found = mod(lines=(A, GROUP, B, new))
    assert found.lines == (KEPT_A, KEPT_G, KEPT_B, attrs.evolve(new, txn_line_id="-1"))
    assert mod(lines=(A, new, GROUP, B)).lines[1].txn_line_id == "-1"


def test_lines_of_a_new_line_are_new_themselves():
    new = GroupLine(desc="new", lines=(ItemLine(desc="a"), ItemLine(txn_line_id="-1", desc="b")))
    inside = (ItemLine(txn_line_id="-1", desc="a"), ItemLine(txn_line_id="-1", desc="b"))
    assert mod(lines=(A, GROUP, B, new)).lines[-1] == GroupLine(txn_line_id="-1", desc="new", lines=inside)


def test_what_only_an_add_can_say_is_refused_in_a_new_line_rather_than_left_out():
    new = ItemLine(desc="new", received=Decimal(1), link="1-1")
    assert faults(attrs.evolve(BEFORE, lines=(A, GROUP, B, new))) == [
        "OrderMod/ItemLineMod[4]/LinkToTxnID: can be set in an Add only, got '1-1'"
    ]


def test_a_line_left_out_would_be_deleted_and_is_refused():
    assert faults(attrs.evolve(BEFORE, lines=(A, GROUP))) == [
        "OrderMod/ItemLineMod or GroupLineMod: would delete the lines B-1; keep them"
    ]
    (fault,) = faults(attrs.evolve(BEFORE, lines=()))
    assert "would delete the lines A-1, C-1, B-1" in fault


@pytest.mark.parametrize("lines", [(B, GROUP, A), (A, A, GROUP, B)], ids=["reordered", "twice"])
def test_lines_keep_their_order(lines):
    (fault,) = faults(attrs.evolve(BEFORE, lines=lines))
    assert "would change the order of the lines, which QuickBooks refuses with 3290" in fault


def test_a_line_with_a_key_that_is_not_among_the_old_ones_is_refused():
    (fault,) = faults(attrs.evolve(BEFORE, lines=(A, GROUP, B, ItemLine(txn_line_id="Z", desc="new"))))
    assert "'Z'" in fault


def test_a_value_that_is_gone_from_a_line_is_refused_as_anywhere():
    (fault,) = faults(attrs.evolve(BEFORE, lines=(attrs.evolve(A, desc=None), GROUP, B)))
    assert fault.endswith("/Desc: was 'a' and is not set any more; erase it to clear it")


def test_what_a_mod_cannot_change_in_a_line_is_refused_as_anywhere():
    lines = (attrs.evolve(A, received=Decimal(1), link="1-1"), GROUP, B)
    assert [fault.partition(": ")[0] for fault in faults(attrs.evolve(BEFORE, lines=lines))] == [
        "OrderMod/ItemLineMod[1]/ReceivedAmount",
        "OrderMod/ItemLineMod[1]/LinkToTxnID",
    ]


def test_a_value_in_a_line_may_be_erased():
    before = attrs.evolve(BEFORE, lines=(attrs.evolve(A, due=dt.date(2026, 1, 1)),))
    found = changes(before, attrs.evolve(before, lines=(erase(before.lines[0], "desc", "due"),)))
    assert found.lines == (ItemLine(txn_line_id="A-1", desc="", erased=("due",)),)
    assert check(found, MOD) == []


def test_lines_inside_a_line_are_kept_by_their_keys_too():
    first, second = GROUP.lines
    found = mod(lines=(A, attrs.evolve(GROUP, lines=(first, attrs.evolve(second, desc="new"))), B))
    inside = (ItemLine(txn_line_id="C1-1"), ItemLine(txn_line_id="C2-1", desc="new"))
    assert found.lines == (KEPT_A, GroupLine(txn_line_id="C-1", lines=inside), KEPT_B)


def test_lines_left_out_of_a_line_are_refused_too():
    (fault,) = faults(attrs.evolve(BEFORE, lines=(A, attrs.evolve(GROUP, lines=GROUP.lines[:1]), B)))
    assert "would delete the lines C2-1" in fault


def test_all_faults_are_gathered_in_one_go():
    after = attrs.evolve(BEFORE, memo=None, time="now", address=None, lines=(A,))
    assert len(faults(after)) == 4


# --- every entity ----------------------------------------------------------------------------------------------------

MODIFIED = [cls for name in names() if MOD in (cls := entity(name)).__record__.shapes]


@pytest.mark.slow
@settings(max_examples=examples(20), derandomize=True, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("cls", MODIFIED, ids=lambda cls: cls.__name__)
def test_one_plain_field_changed_is_one_field_sent(cls, data):
    identity = {name: "8-1" for name in ("list_id", "txn_id", "edit_sequence") if name in table(cls).by_name}
    before = attrs.evolve(data.draw(records(cls, RET)), **identity)
    wanted = data.draw(records(cls, MOD))
    name = data.draw(
        st.sampled_from(
            [
                field.name
                for field in table(cls).order(MOD)
                if field.name not in identity and not isinstance(field.row, Block) and not field.plural
            ]
        )
    )
    value = getattr(wanted, name)
    if value is None:
        value = getattr(before, name)
    found = changes(before, attrs.evolve(before, **{name: value}))
    assert found == (None if value == getattr(before, name) else cls(**identity, **{name: value}))


def test_a_vendor_as_read_and_a_changed_copy():
    before = Vendor(list_id="8-1", edit_sequence="1", name="Alder", is_active=True, phone="1", balance=Decimal("5.00"))
    found = changes(before, attrs.evolve(erase(before, "phone"), name="Alder Creek", is_active=False))
    assert found == Vendor(list_id="8-1", edit_sequence="1", name="Alder Creek", is_active=False, phone="")
    with pytest.raises(RecordError, match="VendorMod/Balance: cannot be changed"):
        changes(before, attrs.evolve(before, balance=Decimal(0)))
    assert [fault.rule for fault in check(before, MOD)] == [Rule.NOT_HERE]


def numbered(line, at):
    """A line with the id that it has in a purchase order, and its lines with theirs."""
    inside = getattr(line, "lines", ())
    lines = {"lines": tuple(numbered(one, f"{at}{nested}") for nested, one in enumerate(inside))} if inside else {}
    return attrs.evolve(line, txn_line_id=f"{at}-1", **lines)


@pytest.mark.slow
@settings(max_examples=examples(40), derandomize=True, deadline=None)
@given(before=records(PurchaseOrder, RET).filter(lambda order: order.lines), new=records(PurchaseOrderLine, MOD))
def test_a_purchase_order_that_gets_one_more_line_keeps_all_it_has(before, new):
    lines = tuple(numbered(line, at) for at, line in enumerate(before.lines, 1))
    before = attrs.evolve(before, txn_id="8-1", edit_sequence="1", lines=lines)
    found = changes(before, attrs.evolve(before, lines=(*lines, attrs.evolve(new, txn_line_id=None))))
    kept = tuple(type(line)(txn_line_id=line.txn_line_id) for line in lines)
    added = attrs.evolve(new, txn_line_id="-1")
    assert found == PurchaseOrder(txn_id="8-1", edit_sequence="1", lines=(*kept, added))
    assert check(found, MOD) == []


def test_a_record_that_was_read_without_its_lines_gets_none():
    before = PurchaseOrder(txn_id="8-1", edit_sequence="1", memo="old")
    with pytest.raises(RecordError) as refused:
        changes(before, attrs.evolve(before, lines=(PurchaseOrderLine(desc="new"),)))
    (fault,) = refused.value.faults
    assert fault.message == "are not known; read the record with its lines, or the Mod would delete them"
    assert changes(before, attrs.evolve(before, memo="new")).memo == "new"


def test_a_bill_that_has_only_expenses_gets_its_first_item_line():
    before = bills.Bill(txn_id="8-1", edit_sequence="1", expense_lines=(bills.BillExpenseLine(txn_line_id="1-1"),))
    found = changes(before, attrs.evolve(before, item_lines=(bills.ItemLine(amount=Decimal(5)),)))
    assert (found.expense_lines, len(found.item_lines)) == ((), 1)


def test_a_line_in_a_group_of_a_purchase_order_is_changed_and_the_group_kept():
    inside = (PurchaseOrderLine(txn_line_id="3-1", desc="a"), PurchaseOrderLine(txn_line_id="4-1", desc="b"))
    group = PurchaseOrderLineGroup(txn_line_id="2-1", desc="A bay", total_amount=Decimal(5), lines=inside)
    before = PurchaseOrder(txn_id="8-1", edit_sequence="1", lines=(PurchaseOrderLine(txn_line_id="1-1"), group))
    changed = attrs.evolve(group, lines=(inside[0], attrs.evolve(inside[1], quantity=Decimal(2))))
    found = changes(before, attrs.evolve(before, lines=(before.lines[0], changed)))
    assert check(found, MOD) == []
    assert found.lines == (
        PurchaseOrderLine(txn_line_id="1-1"),
        PurchaseOrderLineGroup(
            txn_line_id="2-1",
            lines=(
                PurchaseOrderLine(txn_line_id="3-1"),
                PurchaseOrderLine(txn_line_id="4-1", quantity=Decimal(2)),
            ),
        ),
    )


def test_a_bill_cannot_be_linked_to_a_purchase_order_once_it_is_made():
    old = bills.ItemLine(txn_line_id="1-1", amount=Decimal(5))
    before = bills.Bill(txn_id="8-1", edit_sequence="1", item_lines=(old,))
    link = bills.LinkToTxn(txn_id="9-1", txn_line_id="9-2")
    lines = (attrs.evolve(old, link_to_txn=link), bills.ItemLine(link_to_txn=link))
    with pytest.raises(RecordError) as refused:
        changes(before, attrs.evolve(before, item_lines=lines, link_to_txn_ids=("9-1",)))
    assert [str(fault) for fault in refused.value.faults] == [
        "BillMod/LinkToTxnID: cannot be changed once the record is made",
        "BillMod/ItemLineMod[1]/LinkToTxn: cannot be changed once the record is made",
        "BillMod/ItemLineMod[2]/LinkToTxn: can be set in an Add only",
    ]
