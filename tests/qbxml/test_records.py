"""What the row model has to survive, on records invented for the purpose."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from procore_qbd.qbxml import ADD, MOD, QUERY, RET, Dialect, Edition, Macro, Moment, Record, Ref, Rule, check, erase
from procore_qbd.qbxml.codec.elements import read, write
from procore_qbd.qbxml.entities.shared.common import CustomField, custom_field
from procore_qbd.qbxml.judging.checking import not_in_dialect, structure
from procore_qbd.qbxml.rows.records import Block, Lines, OneOf, Reference, Unknown, record, table
from procore_qbd.qbxml.rows.values import (
    ONLINE,
    Amount,
    Attribute,
    Choice,
    Day,
    Id,
    Integer,
    Quantity,
    Text,
    When,
    YesNo,
)
from procore_qbd.testing.strategies import records
from support.examples import examples


class Status(StrEnum):
    OPEN = "Open"
    CLOSED = "Closed"


@record("NoteLine")
@attrs.frozen(kw_only=True)
class NoteLine(Record):
    """The second kind of line; it ends in Mod and Ret."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    note: Annotated[str | None, Text("Note", 10, required=ADD)] = None


@record("ItemLine", choices=(OneOf.of("amount", ("quantity", "rate")),))
@attrs.frozen(kw_only=True)
class ItemLine(Record):
    """A line with a choice whose second branch is a group, in which the quantity must stand."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    item_ref: Annotated[Ref | None, Reference("ItemRef", 31)] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity", required=ADD)] = None
    rate: Annotated[Decimal | None, Quantity("Rate")] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None


@record()
@attrs.frozen(kw_only=True)
class Person(Record):
    """A block without a tag of its own."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET)] = None
    name: Annotated[str | None, Text("Name", 10, required=ADD | MOD)] = None


@record(
    "Order",
    shapes=ADD | MOD | RET,
    choices=(
        OneOf.of("is_to_be_printed", "ref_number", required=ADD),
        OneOf.of("txn_ids", "links"),
        OneOf.of("memo", "copies", shapes=ADD | MOD),
    ),
    moved={MOD | RET: {"memo": "status"}, RET: {"txn_date": "due_date"}},
)
@attrs.frozen(kw_only=True)
class Order(Record):
    """Everything at once."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD)] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    vendor_ref: Annotated[Ref | None, Reference("VendorRef", 5, lengths={Edition.AU: 7}, required=ADD)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    due_date: Annotated[dt.date | None, Day("DueDate", since="7.0", until="9.0")] = None
    is_to_be_printed: Annotated[bool | None, YesNo("IsToBePrinted")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    memo: Annotated[str | None, Text("Memo", 20, since="2.0")] = None
    status: Annotated[Status | str | None, Choice("Status", Status, editions=Edition.CA | Edition.UK)] = None
    copies: Annotated[int | None, Integer("Copies")] = None
    suffix: Annotated[str | None, Text("Suffix", editions=ONLINE)] = None
    desc: Annotated[str | None, Text("Desc", online=ADD)] = None
    txn_ids: Annotated[tuple[str | Macro, ...], Id("LinkToTxnID", macro=ADD | MOD, at_most=2)] = ()
    links: Annotated[tuple[str, ...], Text("Link", 5)] = ()
    people: Annotated[tuple[Person, ...], Block("Person", suffix={MOD: "Mod", RET: "Ret"}, at_most=2)] = ()
    buyer: Annotated[Person | None, Block("Buyer", suffix={MOD: "Mod"})] = None
    lines: Annotated[
        tuple[ItemLine | NoteLine, ...],
        Lines(suffix={ADD: "Add", MOD: "Mod", RET: "Ret"}, key="txn_line_id"),
    ] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record(
    "OrderQuery", shapes=QUERY, choices=(OneOf.of("list_ids", ("most", "first", "last")), OneOf.of("first", "last"))
)
@attrs.frozen(kw_only=True)
class OrderQuery(Record):
    """A choice inside a branch of a choice."""

    list_ids: Annotated[tuple[str, ...], Id("ListID")] = ()
    most: Annotated[int | None, Integer("MaxReturned")] = None
    first: Annotated[str | None, Text("First")] = None
    last: Annotated[str | None, Text("Last")] = None


LACKING = {Rule.REQUIRED, Rule.CHOICE}
FINE = Order(vendor_ref=Ref(full_name="Alder"), ref_number="PO-1")


def written(one, shape):
    out = []
    write(one, shape, one.__record__.tag + ("" if shape is QUERY else shape.name.title()), out)
    return "".join(out)


def tags(one, shape):
    return [child.tag for child in etree.fromstring(written(one, shape))]


def again(one, shape):
    """What is read of what is written; it must read without a fault, and stand as the shape wants it."""
    element, faults = etree.fromstring(written(one, shape)), []
    found = read(element, type(one), faults)
    assert faults == []
    assert [fault for fault in structure(element, type(one), shape) if fault.rule not in LACKING] == []
    return found


def faults(one, shape, dialect=None):
    return [str(violation) for violation in check(one, shape, dialect)]


def rules(xml, cls, shape):
    found = structure(etree.fromstring(xml), cls, shape)
    return [(violation.path, violation.rule) for violation in found if violation.rule not in LACKING]


# --- lines -----------------------------------------------------------------------------------------------------------

MIXED = (
    NoteLine(note="first"),
    ItemLine(quantity=Decimal(2), rate=Decimal("1.5")),
    NoteLine(note="second"),
    ItemLine(amount=Decimal("12.50")),
    ItemLine(amount=Decimal("1.00")),
)


def test_lines_of_two_kinds_keep_their_order_both_ways():
    order = attrs.evolve(FINE, lines=MIXED)
    assert faults(order, ADD) == []
    assert again(order, ADD) == order
    wanted = ["NoteLineAdd", "ItemLineAdd", "NoteLineAdd", "ItemLineAdd", "ItemLineAdd"]
    assert [tag for tag in tags(order, ADD) if "Line" in tag] == wanted


def test_a_fault_in_a_line_names_the_line_by_its_place_among_all():
    order = attrs.evolve(FINE, lines=(*MIXED, NoteLine(note="much too long")))
    assert faults(order, ADD) == ["OrderAdd/NoteLineAdd[6]/Note: at most 10 characters, got 'much too long' (13)"]
    text = written(attrs.evolve(FINE, lines=MIXED), ADD).replace("12.50", "12,50")
    found = []
    read(etree.fromstring(text), Order, found)
    assert [str(violation) for violation in found] == [
        "OrderAdd/ItemLineAdd[4]/Amount: expected an amount like '12.50', got '12,50' (line 17)"
    ]


def test_a_line_of_a_kind_that_does_not_belong_there_is_refused():
    (fault,) = faults(attrs.evolve(FINE, lines=(Person(name="x"),)), ADD)
    assert "expected ItemLineAdd or NoteLineAdd" in fault


# --- choices ---------------------------------------------------------------------------------------------------------


def test_of_exclusive_branches_one_is_taken():
    both = attrs.evolve(FINE, is_to_be_printed=True)
    assert faults(both, ADD) == ["OrderAdd: allows only one of IsToBePrinted and RefNumber"]
    assert check(both, ADD)[0].of_the_document


def test_a_required_choice_needs_one_of_its_branches_in_the_shapes_that_say_so():
    neither = attrs.evolve(FINE, ref_number=None)
    assert faults(neither, ADD) == ["OrderAdd: needs one of IsToBePrinted, RefNumber"]
    assert faults(attrs.evolve(neither, txn_id="1-1"), MOD) == []


def test_a_branch_may_be_a_group_in_which_something_must_stand():
    def line(**fields):
        return faults(attrs.evolve(FINE, lines=(ItemLine(**fields),)), ADD)

    assert line(quantity=Decimal(1), rate=Decimal(2)) == []
    assert line(amount=Decimal(1)) == []
    assert line() == []
    assert line(rate=Decimal(2)) == ["OrderAdd/ItemLineAdd[1]/Quantity: is missing"]
    assert line(rate=Decimal(2), amount=Decimal(1)) == [
        "OrderAdd/ItemLineAdd[1]/Quantity: is missing",
        "OrderAdd/ItemLineAdd[1]: allows only one of Amount and Rate",
    ]


def test_a_branch_may_repeat():
    assert faults(attrs.evolve(FINE, txn_ids=("1-1", "2-2")), ADD) == []
    assert faults(attrs.evolve(FINE, txn_ids=("1-1",), links=("a",)), ADD) == [
        "OrderAdd: allows only one of LinkToTxnID and Link"
    ]


def test_branches_may_exclude_each_other_in_some_messages_only():
    both = Order(txn_id="1-1", memo="m", copies=2)
    assert faults(both, MOD) == ["OrderMod: allows only one of Memo and Copies"]
    assert faults(both, RET) == []


def test_a_choice_may_stand_inside_a_branch_of_another():
    assert faults(OrderQuery(most=5, first="a"), QUERY) == []
    assert faults(OrderQuery(list_ids=("1-1", "2-2")), QUERY) == []
    assert faults(OrderQuery(first="a", last="b"), QUERY) == ["OrderQuery: allows only one of First and Last"]
    assert faults(OrderQuery(list_ids=("1-1",), most=5, first="a"), QUERY) == [
        "OrderQuery: allows only one of ListID and MaxReturned with First"
    ]


# --- repeats ---------------------------------------------------------------------------------------------------------


def test_a_capped_repeat_says_how_many_it_takes():
    crowd = attrs.evolve(FINE, people=tuple(Person(name=name) for name in "abc"), txn_ids=("1", "2", "3"))
    assert faults(crowd, ADD) == ["OrderAdd/LinkToTxnID: at most 2, got 3", "OrderAdd/Person: at most 2, got 3"]


def test_what_does_not_repeat_may_not_stand_twice():
    text = "<OrderMod><TxnID>1</TxnID><Memo>a</Memo><Memo>b</Memo></OrderMod>"
    assert rules(text, Order, MOD) == [("OrderMod/Memo", Rule.REPEATED)]


def test_what_repeats_is_a_tuple_and_nothing_else():
    assert faults(attrs.evolve(FINE, links="abc"), ADD) == ["OrderAdd/Link: expected a tuple, got 'abc'"]
    for wrong in ([Person(name="x")], Person(name="x"), 5):
        assert [fault.path for fault in check(attrs.evolve(FINE, people=wrong), ADD)] == ["OrderAdd/Person"]
    for wrong in (["a"], 5):
        assert [fault.path for fault in check(attrs.evolve(FINE, txn_ids=wrong), ADD)] == ["OrderAdd/LinkToTxnID"]


def test_what_does_not_repeat_is_no_tuple():
    for wrong in ((Person(name="x"),), "x", 5):
        assert [fault.path for fault in check(attrs.evolve(FINE, buyer=wrong), ADD)] == ["OrderAdd/Buyer"]


# --- shapes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "person", "buyer"),
    [(ADD, "Person", "Buyer"), (MOD, "PersonMod", "BuyerMod"), (RET, "PersonRet", "Buyer")],
)
def test_the_suffix_of_a_block_is_a_fact_of_its_row(shape, person, buyer):
    order = Order(txn_id=None if shape is ADD else "1-1", people=(Person(name="a"),), buyer=Person(name="b"))
    assert [tag for tag in tags(order, shape) if tag != "TxnID"] == [person, buyer]
    assert again(order, shape) == order


def test_an_element_of_another_shape_is_not_part_of_this_one():
    text = "<OrderAdd><PersonMod><Name>a</Name></PersonMod></OrderAdd>"
    assert rules(text, Order, ADD) == [("OrderAdd/PersonMod", Rule.NOT_HERE)]
    assert faults(attrs.evolve(FINE, txn_id="1-1"), ADD) == ["OrderAdd/TxnID: is not part of OrderAdd; leave it out"]


def test_the_order_may_differ_by_shape():
    order = Order(
        vendor_ref=Ref(full_name="a"),
        txn_date=dt.date(2026, 1, 1),
        due_date=dt.date(2026, 2, 1),
        memo="m",
        status=Status.OPEN,
    )
    assert tags(order, ADD) == ["VendorRef", "TxnDate", "DueDate", "Memo", "Status"]
    assert tags(order, MOD) == ["VendorRef", "TxnDate", "DueDate", "Status", "Memo"]
    assert tags(order, RET) == ["VendorRef", "DueDate", "TxnDate", "Status", "Memo"]
    for shape in (ADD, MOD, RET):
        assert again(order, shape) == order


def test_an_element_out_of_order_is_named_with_the_one_it_belongs_before():
    text = "<OrderMod><TxnID>1</TxnID><Memo>m</Memo><Status>Open</Status><Desc>d</Desc></OrderMod>"
    (fault,) = structure(etree.fromstring(text), Order, MOD)
    assert str(fault) == "OrderMod/Status: comes after Memo; QuickBooks requires it before (line 1)"


def test_all_faults_are_gathered_in_one_go():
    order = Order(txn_id="1", memo="m" * 21, copies="two", status="Lost", txn_ids=("1" * 37,), lines=(NoteLine(),))
    assert len(faults(order, ADD, Dialect("13.0", Edition.CA))) == 9


# --- macros ----------------------------------------------------------------------------------------------------------


def test_a_macro_is_defined_by_an_attribute_and_used_by_another():
    order = attrs.evolve(FINE, def_macro="TxnID:order", txn_ids=(Macro("TxnID:estimate"), "8-1"))
    assert faults(order, ADD) == []
    assert again(order, ADD) == order
    element = etree.fromstring(written(order, ADD))
    assert element.get("defMacro") == "TxnID:order"
    assert [child.get("useMacro") for child in element.iterfind("LinkToTxnID")] == ["TxnID:estimate", None]


@pytest.mark.parametrize("name", ['"', "<&>", "é™", "a\tb", "a\nb", "a\r\nb", " a "])
def test_a_macro_of_any_name_survives(name):
    order = attrs.evolve(FINE, def_macro=name, txn_ids=(Macro(name),))
    assert again(order, ADD) == order


def test_an_attribute_that_a_shape_has_not_is_refused():
    assert faults(Order(txn_id="1", def_macro="x"), MOD) == ["OrderMod/defMacro: is not part of OrderMod; leave it out"]
    assert rules('<OrderMod defMacro="x"><TxnID>1</TxnID></OrderMod>', Order, MOD) == [
        ("OrderMod/@defMacro", Rule.UNKNOWN)
    ]
    text = '<OrderMod><TxnID useMacro="x"></TxnID><LinkToTxnID useMacro="y" foo="z"></LinkToTxnID></OrderMod>'
    assert rules(text, Order, MOD) == [
        ("OrderMod/TxnID/@useMacro", Rule.UNKNOWN),
        ("OrderMod/LinkToTxnID[1]/@foo", Rule.UNKNOWN),
    ]
    text = '<OrderRet><LinkToTxnID useMacro="y"></LinkToTxnID></OrderRet>'
    assert rules(text, Order, RET) == [("OrderRet/LinkToTxnID[1]/@useMacro", Rule.UNKNOWN)]


# --- erasing ---------------------------------------------------------------------------------------------------------


def test_a_field_is_erased_by_an_empty_element():
    order = erase(Order(txn_id="1", memo="old", txn_date=dt.date(2026, 1, 1)), "memo", "txn_date", "is_to_be_printed")
    assert faults(order, MOD) == []
    element = etree.fromstring(written(order, MOD))
    assert [(child.tag, child.text) for child in element][1:] == [
        ("TxnDate", None),
        ("IsToBePrinted", None),
        ("Memo", None),
    ]
    assert again(order, MOD) == order


def test_none_says_nothing():
    assert tags(Order(txn_id="1", memo=None, txn_date=None, people=()), MOD) == ["TxnID"]


def test_what_has_no_empty_form_cannot_be_erased():
    order = erase(Order(txn_id="1"), "copies", "status", "links", "buyer", "lines")
    assert [(fault.path, fault.rule) for fault in check(order, MOD, Dialect(edition=None))] == [
        ("OrderMod/Status", Rule.ERASE),
        ("OrderMod/Copies", Rule.ERASE),
        ("OrderMod/Link", Rule.ERASE),
        ("OrderMod/BuyerMod", Rule.ERASE),
        ("OrderMod/ItemLineMod or NoteLineMod", Rule.ERASE),
    ]


def test_what_must_be_there_cannot_be_erased():
    order = attrs.evolve(FINE, lines=(erase(ItemLine(rate=Decimal(1)), "quantity"),))
    assert [(fault.path, fault.rule) for fault in check(order, ADD)] == [
        ("OrderAdd/ItemLineAdd[1]/Quantity", Rule.ERASE)
    ]


def test_erased_and_given_at_once_is_refused():
    order = attrs.evolve(erase(Order(txn_id="1"), "txn_date"), txn_date=dt.date(2026, 1, 1))
    assert faults(order, MOD) == ["OrderMod/TxnDate: is erased and set at the same time, got '2026-01-01'"]


def test_erasing_a_field_that_is_none_is_refused_at_once():
    with pytest.raises(ValueError, match="Order: no such field: memmo"):
        erase(Order(), "memmo")


def test_an_empty_element_in_a_reply_is_known_from_a_missing_one():
    found = read(etree.fromstring("<OrderRet><TxnDate/><Memo/></OrderRet>"), Order, faults_ := [])
    assert faults_ == []
    assert (found.txn_date, found.memo, found.erased) == (None, "", ("txn_date",))


# --- replies ---------------------------------------------------------------------------------------------------------


def test_a_partial_reply_reads():
    found = read(etree.fromstring("<OrderRet><RefNumber>PO-1</RefNumber></OrderRet>"), Order, faults_ := [])
    assert (found, faults_) == (Order(ref_number="PO-1"), [])


def test_what_cannot_be_read_is_left_out_and_reported_all_at_once():
    text = "<OrderRet>\n<TxnDate>soon</TxnDate>\n<Copies>2.5</Copies>\n<Memo><b/></Memo>\n<RefNumber>7</RefNumber></OrderRet>"
    found = read(etree.fromstring(text), Order, faults_ := [])
    assert found == Order(ref_number="7")
    assert [str(fault) for fault in faults_] == [
        "OrderRet/TxnDate: expected a date like '2026-11-23', got 'soon' (line 2)",
        "OrderRet/Copies: expected a whole number like '12', got '2.5' (line 3)",
        "OrderRet/Memo: expected text, got elements inside (line 4)",
    ]


STRANGE = """<OrderRet>
  <Colour shade="é &lt;"><Deep>&#153; &amp; <b/></Deep></Colour>
  <TxnID>1-1</TxnID>
  <Newer>1</Newer>
  <Newest>2</Newest>
  <NoteLineRet>
    <TxnLineID>2-1</TxnLineID>
    <Weight>3</Weight>
    <Note>n</Note>
  </NoteLineRet>
  <Last>4</Last>
</OrderRet>
"""


def test_what_nobody_modelled_is_kept_and_written_back_in_place():
    found = read(etree.fromstring(STRANGE), Order, faults_ := [])
    assert faults_ == []
    assert [(stranger.tag, stranger.after) for stranger in found.unknown] == [
        ("Colour", None),
        ("Newer", "TxnID"),
        ("Newest", "TxnID"),
        ("Last", "NoteLineRet"),
    ]
    assert [stranger.tag for stranger in found.lines[0].unknown] == ["Weight"]
    out = written(found, RET)
    assert out.isascii()
    assert etree.canonicalize(out, strip_text=True) == etree.canonicalize(STRANGE, strip_text=True)
    assert check(found, RET) == []


def test_what_nobody_modelled_is_not_sent_to_quickbooks():
    order = attrs.evolve(FINE, unknown=(Unknown("Newer", "<Newer>1</Newer>"),))
    assert faults(order, ADD) == ["OrderAdd/Newer: QuickBooks knows no such element here"]


def test_a_stranger_that_looks_like_one_of_ours_is_asked_about():
    text = "<OrderAdd><VendorReff/><zzz/></OrderAdd>"
    assert [str(fault) for fault in structure(etree.fromstring(text), Order, ADD)][:2] == [
        "OrderAdd/VendorReff: QuickBooks knows no such element here; did you mean VendorRef? (line 1)",
        "OrderAdd/zzz: QuickBooks knows no such element here (line 1)",
    ]


def test_custom_fields_are_found_by_name():
    text = """<OrderRet><DataExtRet><OwnerID>0</OwnerID><DataExtName>Job no</DataExtName><DataExtType>STR255TYPE</DataExtType>
    <DataExtValue>B-12</DataExtValue></DataExtRet><DataExtRet><OwnerID>{12345678-1234-1234-1234-1234567890AB}</OwnerID>
    <DataExtName>Job no</DataExtName><DataExtType>INTTYPE</DataExtType><DataExtValue>7</DataExtValue></DataExtRet></OrderRet>"""
    order = read(etree.fromstring(text), Order, faults_ := [])
    assert faults_ == []
    assert custom_field(order.custom_fields, "Job no") == "B-12"
    assert custom_field(order.custom_fields, "Job no", "{12345678-1234-1234-1234-1234567890AB}") == "7"
    assert custom_field(order.custom_fields, "Job number") is None


# --- versions and editions -------------------------------------------------------------------------------------------


def test_what_a_version_does_not_know_is_refused_with_the_first_and_the_last_that_do():
    order = attrs.evolve(FINE, memo="m", due_date=dt.date(2026, 1, 1))
    assert faults(order, ADD, Dialect("8.0")) == []
    assert faults(order, ADD, Dialect("1.1")) == [
        "OrderAdd/DueDate: was added in qbXML 7.0, and the target reads 1.1",
        "OrderAdd/Memo: was added in qbXML 2.0, and the target reads 1.1",
    ]
    assert faults(order, ADD, Dialect("10.0")) == [
        "OrderAdd/DueDate: was removed after qbXML 9.0, and the target reads 10.0"
    ]


def test_what_an_edition_does_not_know_is_refused_with_those_that_do():
    order = attrs.evolve(FINE, status=Status.OPEN, suffix="Jr.")
    assert faults(order, ADD) == [
        "OrderAdd/Status: exists in QuickBooks CA and UK only, and the target is US",
        "OrderAdd/Suffix: exists in QuickBooks Online only, and the target is US",
    ]
    assert {fault.status for fault in check(order, ADD)} == {530}
    assert faults(order, ADD, Dialect(edition=None)) == [
        "OrderAdd/Suffix: exists in QuickBooks Online only, which is no desktop edition"
    ]


def test_an_element_may_be_of_quickbooks_online_in_one_message_and_of_all_editions_in_another():
    order = attrs.evolve(FINE, desc="d")
    assert faults(order, ADD) == ["OrderAdd/Desc: exists in QuickBooks Online only, and the target is US"]
    assert faults(attrs.evolve(order, txn_id="1-1"), MOD) == []


def test_a_reply_may_hold_what_the_dialect_does_not_know():
    assert check(Order(status=Status.OPEN, memo="m"), RET, Dialect("1.0", Edition.US)) == []


def test_the_length_of_a_name_goes_by_the_edition():
    order = attrs.evolve(FINE, vendor_ref=Ref(full_name="1234567"))
    assert faults(order, ADD) == ["OrderAdd/VendorRef/FullName: at most 5 characters, got '1234567' (7)"]
    assert faults(order, ADD, Dialect(edition=Edition.AU)) == []


# --- all of it, at random --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cls", "shape"), [(Order, ADD), (Order, MOD), (Order, RET), (OrderQuery, QUERY)])
@settings(max_examples=examples(60), derandomize=True, deadline=None)
@given(data=st.data())
def test_any_record_of_these_rows_can_be_written_and_reads_back_equal(cls, shape, data):
    dialect = data.draw(
        st.sampled_from([Dialect(), Dialect("8.0", Edition.CA), Dialect("1.0", Edition.AU), Dialect(edition=None)])
    )
    one = data.draw(records(cls, shape, dialect))
    assert check(one, shape, dialect) == []
    assert again(one, shape) == one


@pytest.mark.slow
def test_the_strategies_reach_every_row_and_every_branch():
    seen = set()

    @settings(max_examples=examples(1000), derandomize=True, deadline=None)
    @given(records(Order, ADD, Dialect("8.0", None)), records(OrderQuery, QUERY))
    def look(order, query):
        for one in (order, query, *order.lines):
            seen.update((type(one).__name__, name) for name in table(type(one)).present(one))
        seen.update(type(item) for item in order.txn_ids)
        seen.add(tuple(dict.fromkeys(type(line) for line in order.lines)))

    look()
    wanted = {
        (cls.__name__, field.name)
        for cls, shape in ((Order, ADD), (OrderQuery, QUERY), (ItemLine, ADD), (NoteLine, ADD))
        for field in table(cls).fields
        if shape in field.row.shapes and not_in_dialect(field.row, Dialect(edition=None), field.name, shape) is None
    }
    assert {("Order", "suffix"), ("Order", "desc")}.isdisjoint(wanted)  # which only QuickBooks Online has
    assert seen >= wanted | {str, Macro, (ItemLine, NoteLine), (NoteLine, ItemLine)}


def test_a_record_compiles_once():
    assert table(Order) is table(Order)
    assert [field.name for field in table(Order).attributes] == ["def_macro"]
