"""What counts as the same, what is told where two things differ, over every record and every request."""

import re
from decimal import Decimal

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import etree

from procore_qbd import Ref, Request
from procore_qbd.domain import CloseOut, DetailOutcome, ItemKind
from procore_qbd.errors import ReplyError
from procore_qbd.qbxml import RET, Outcome, Reply, write_reply, write_requests
from procore_qbd.qbxml.entities import entity, names
from procore_qbd.qbxml.entities.journal_entries import JournalCreditLine, JournalDebitLine, JournalEntry
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.rows.records import Record
from procore_qbd.testing.comparing import assert_same, differences, in_short
from procore_qbd.testing.strategies import records, requests

KEPT = [cls for name in names() if RET in (cls := entity(name)).__record__.shapes and not cls.__record__.inline]
RECORDS = st.sampled_from(KEPT).flatmap(lambda cls: records(cls, RET))
GUID = "{3BFD2753-E0F8-5F51-B0F0-50A9C57B500C}"


def reply(*found):
    return write_reply(Reply(outcomes=(Outcome(name="VendorQueryRs", request_id="1", found=found),)))


def restyled(document, shuffle=None):
    """The same document in another hand: blanks, attributes the other way about, amounts without cents."""
    root = etree.fromstring(document)
    for element in root.iter():
        for name, value in reversed([*element.attrib.items()]):
            del element.attrib[name]
            element.set(name, value)
        if shuffle is not None and element.tag.endswith("Ret"):
            shuffle(element)
        if len(element):
            element.text = f"\n\t{(element.text or '').strip()}"
            for child in element:
                child.tail = "\r\n "
    head = b"".join(re.findall(rb"<\?.*?\?>", document))
    return re.sub(rb"(<(?:\w*Amount|TotalAmount)>-?\d+)\.00(?=<)", rb"\1", head + etree.tostring(root))


@given(requests())
def test_a_request_says_the_same_however_it_is_written(request):
    document = write_requests([request])
    assert_same(document, restyled(document))
    assert_same(document.decode("ascii"), restyled(document))


@given(RECORDS, st.randoms(use_true_random=False))
def test_a_reply_says_the_same_in_any_order_of_its_elements_and_lines_keep_theirs(record, dice):
    def shuffle(element):
        """Elements of other names change places; those of one name, and lines, stay in theirs."""
        if any("Line" in child.tag for child in element):
            return
        children = [*element]
        order = {tag: dice.random() for tag in {child.tag for child in children}}
        element[:] = sorted(children, key=lambda child: order[child.tag])

    document = reply(record)
    assert differences(document, restyled(document, shuffle)) == []


@given(RECORDS, RECORDS)
def test_records_differ_where_they_are_not_equal_and_are_the_same_as_themselves(one, other):
    assert differences(one, one) == []
    assume(type(one) is not type(other) or one != other)
    assert differences(one, other)
    assert (
        differences(reply(one), reply(other))
        or re.sub(r"\s", "", repr(one)).lower() == re.sub(r"\s", "", repr(other)).lower()
    )


@given(RECORDS, st.data())
def test_a_field_that_is_taken_away_is_named_and_no_other(record, data):
    said = [field.name for field in attrs.fields(type(record)) if getattr(record, field.name) not in (None, ())]
    assume(said)
    name = data.draw(st.sampled_from(said))
    lines = differences(
        record, attrs.evolve(record, **{name: () if isinstance(getattr(record, name), tuple) else None})
    )
    assert lines
    assert all(re.match(rf"{name}\b", line) for line in lines)
    assert (
        differences(record, attrs.evolve(record, **{name: type(record)().__getattribute__(name)}), ignore=(name,)) == []
    )


def order(**changed):
    first = PurchaseOrderLine(desc="Rough-in", quantity=Decimal(1), rate=Decimal(1000))
    second = PurchaseOrderLine(desc="Fixtures", amount=Decimal("12.5"))
    return attrs.evolve(PurchaseOrder(vendor_ref=Ref(full_name="Birch"), lines=(first, second)), **changed)


def test_money_is_told_to_the_cent():
    changed = attrs.evolve(order().lines[1], amount=Decimal("12.51"))
    assert differences(order(), order(lines=(order().lines[0], changed))) == [
        "lines[1].amount: 12.50 != 12.51 (by 0.01)",
    ]
    document, other = (
        write_requests([Request.add(one)]) for one in (order(), order(lines=(order().lines[0], changed)))
    )
    assert differences(document, other) == [
        "QBXML/QBXMLMsgsRq/PurchaseOrderAddRq/PurchaseOrderAdd/PurchaseOrderLineAdd[1]/Amount: 12.50 != 12.51 (by 0.01)"
    ]
    assert differences(Decimal("0.00001"), Decimal("1234567.5")) == [
        "they: 0.00001 != 1,234,567.50 (by 1,234,567.49999)"
    ]


def test_a_line_on_one_side_alone_is_shown_and_those_beside_it_are_not():
    first, second = order().lines
    assert differences(order(), order(lines=(second,))) == [f"lines[0]: only on the left: {in_short(first)}"]
    assert differences(order(lines=(first,)), order()) == [f"lines[1]: only on the right: {in_short(second)}"]
    assert in_short(first) == "PurchaseOrderLine(desc='Rough-in', quantity=1.00, rate=1,000.00)"


def test_guids_are_the_same_whatever_their_case():
    assert_same(Vendor(external_guid=GUID), Vendor(external_guid=GUID.lower()))
    assert_same(reply(Vendor(external_guid=GUID)), reply(Vendor(external_guid=GUID.lower())))
    assert differences(Vendor(name="Birch"), Vendor(name="BIRCH")) == ["name: 'Birch' != 'BIRCH'"]


def test_the_order_of_elements_matters_in_a_request():
    document = write_requests([Request.add(Vendor(name="Birch", company_name="Birch"))])
    turned = re.sub(rb"(<Name>.*</Name>)(\s*)(<CompanyName>.*</CompanyName>)", rb"\3\2\1", document)
    assert turned != document
    assert differences(document, turned)


def test_the_order_of_lines_of_several_kinds_matters_in_a_reply():
    debit, credit = JournalDebitLine(amount=Decimal(5)), JournalCreditLine(amount=Decimal(5))
    one, other = (reply(JournalEntry(lines=lines)) for lines in ((debit, credit), (credit, debit)))
    assert differences(one, one) == []
    assert differences(one, other)


def test_words_between_elements_are_told():
    document = write_requests([Request.add(Vendor(name="Birch"))])
    words = document.replace(b"</VendorAdd>", b"stray</VendorAdd>")
    assert differences(document, words) == ["QBXML/QBXMLMsgsRq/VendorAddRq/VendorAdd: '' != 'stray'"]


def test_what_may_differ_is_named():
    one, other = (write_requests([Request.add(Vendor(name="Birch"))], new_message_set_id=name) for name in "AB")
    assert differences(one, other) == ["QBXML/QBXMLMsgsRq/@newMessageSetID: 'A' != 'B'"]
    assert_same(one, other, ignore=("newMessageSetID",))


def test_close_outs_differ_by_item():
    def ended(*notes):
        detail = DetailOutcome(item_type=ItemKind.VENDOR, item_id=1, request_detail_id=2, name="Birch", notes=notes)
        return CloseOut(request_name="create_vendor", company_id=9, details=(detail,))

    with pytest.raises(AssertionError) as caught:
        assert_same(ended("a"), ended("b", "c"))
    assert str(caught.value).splitlines() == [
        "left and right differ in 2 places:",
        "  details[0].notes[0]: 'a' != 'b'",
        "  details[0].notes[1]: only on the right: 'c'",
    ]


def test_values_of_other_kinds_are_compared_as_they_are():
    assert differences({"a": 1, "b": 2}, {"a": 1, "c": 3}) == ["['b']: 2 != None", "['c']: None != 3"]
    assert differences(Vendor(name="Birch"), "Birch") == ["they: Vendor(name='Birch'), a Vendor != 'Birch', a str"]
    assert isinstance(Vendor(), Record)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_document_that_cannot_be_read_is_told_with_its_side(side):
    both = [b"<QBXML>", reply(Vendor(name="Birch"))]
    with pytest.raises(ReplyError, match=f"the document on the {side}"):
        assert_same(*(both if side == "left" else both[::-1]))
