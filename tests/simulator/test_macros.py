"""Macros: a record is made and referred to in one message set."""

from decimal import Decimal

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd import Ref, Request
from procore_qbd.qbxml import read_reply
from procore_qbd.qbxml.entities.custom_fields import DataExt, DataExtDef
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.rows.values import Macro
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.engine.macros import Macros
from procore_qbd.simulator.knowledge.rules import Refusal
from support.company import Clock, document, item, put, say
from support.examples import examples

PHASE = Request.add(
    DataExtDef(owner_id="0", data_ext_name="Phase", data_ext_type="STR255TYPE", assign_to_objects=("Vendor",))
)


@pytest.fixture
def books():
    with CompanyFile.create(clock=Clock()) as company:
        put(company, Vendor(name="V"))
        put(company, Customer(name="C"))
        put(company, item("labour"))
        say(company, PHASE)
        yield company


def line(macro=None, **more):
    return PurchaseOrderLine(def_macro=macro, item_ref=Ref(full_name="labour"), amount=Decimal(5), **more)


def order(macro=None, vendor="V"):
    return Request.add(PurchaseOrder(def_macro=macro, vendor_ref=Ref(full_name=vendor), lines=(line(),)))


def phase(macro, line_id=None):
    """Says something of a transaction by its macro."""
    return Request.add(
        DataExt(
            owner_id="0",
            data_ext_name="Phase",
            txn_data_ext_type="PurchaseOrder",
            txn_id=Macro(macro),
            txn_line_id=line_id,
            data_ext_value="rough",
        )
    )


def raw(company, *macros):
    """Orders of which each defines a macro, sent past our own judges."""
    said = (
        f'<PurchaseOrderAddRq><PurchaseOrderAdd defMacro="{macro}"><VendorRef><FullName>V</FullName></VendorRef>'
        "<PurchaseOrderLineAdd><ItemRef><FullName>labour</FullName></ItemRef><Amount>5.00</Amount>"
        "</PurchaseOrderLineAdd></PurchaseOrderAdd></PurchaseOrderAddRq>"
        for macro in macros
    )
    return [outcome.code for outcome in read_reply(company.process(document("".join(said)))).outcomes]


def test_what_is_added_can_be_referred_to_in_the_same_document(books):
    made, noted, other = say(books, order("TxnID:one"), phase("TxnID:one"), order("TxnID:two"))
    assert (made.code, noted.code, other.code) == (0, 0, 0)
    phases = {one.txn_id: one.custom_fields for one in books.records("PurchaseOrder")}
    assert phases[made.found[0].txn_id][0].value == "rough"
    assert phases[other.found[0].txn_id] == ()
    assert made.found[0].def_macro is None


def test_a_macro_of_a_request_that_was_refused_cannot_be_used(books):
    outcomes = say(books, order("TxnID:one", vendor="nobody"), phase("TxnID:one"), order("TxnID:two"))
    assert [outcome.code for outcome in outcomes] == [3140, 9103, 0]
    assert "was refused" in books.last_fault


def test_a_macro_lasts_for_its_document(books):
    say(books, order("TxnID:one"))
    inside = (
        "<DataExtAddRq><DataExtAdd><OwnerID>0</OwnerID><DataExtName>Phase</DataExtName>"
        '<TxnDataExtType>PurchaseOrder</TxnDataExtType><TxnID useMacro="TxnID:one"></TxnID>'
        "<DataExtValue>rough</DataExtValue></DataExtAdd></DataExtAddRq>"
    )
    (outcome,) = read_reply(books.process(document(inside))).outcomes
    assert outcome.code == 9103
    assert raw(books, "TxnID:one") == [0]


def test_a_macro_is_defined_once_and_not_by_what_was_refused(books):
    assert raw(books, "TxnID:one", "TxnID:one") == [0, 9100]
    assert len(list(books.records("PurchaseOrder"))) == 1


@pytest.mark.parametrize(
    ("macro", "code"),
    [
        ("TxnID:1234", 0),
        ("TxnID:{6B063959-81B0-4622-85D6-F548C8CCB517}", 0),
        ("TxnID:" + "x" * 50, 0),
        ("TxnID:" + "x" * 51, 9101),
        ("TxnID:", 9102),
        ("TxnID:two words", 9102),
        ("TxnID:caf&#233;", 9102),
        ("ListID:1234", 9102),
        ("Ref:1234", 9102),
        ("1234", 9102),
    ],
)
def test_a_macro_has_a_form(books, macro, code):
    assert raw(books, macro) == [code]
    assert len(list(books.records("PurchaseOrder"))) == (not code)


# --- the class by itself ---------------------------------------------------------------------------------------------

NAMES = st.text("abc_.{}-0123", min_size=1, max_size=50).map("TxnLineID:".__add__)


@settings(max_examples=examples(100))
@given(st.lists(st.none() | NAMES, unique_by=lambda name: name or object(), max_size=6), st.integers(0, 3))
def test_lines_are_counted_from_the_end(names, in_front):
    """QuickBooks puts what it adds to a bill before what was said."""
    macros = Macros()
    asked = PurchaseOrder(def_macro="TxnID:x", lines=tuple(line(name) for name in names))
    ids = [f"{number}-1" for number in range(in_front + len(names))]
    written = PurchaseOrder(txn_id="0-1", lines=tuple(line(txn_line_id=line_id) for line_id in ids))
    macros.judge(asked)
    macros.define(asked, written)
    expected = {name: line_id for name, line_id in zip(names, ids[in_front:], strict=True) if name}
    assert macros.ids == {"TxnID:x": "0-1", **expected}
    used = PurchaseOrder(txn_id=Macro("TxnID:x"), lines=tuple(line(txn_line_id=Macro(name)) for name in expected))
    assert [one.txn_line_id for one in macros.replaced(used).lines] == list(expected.values())


def test_what_uses_no_macro_stays_the_very_same():
    record = PurchaseOrder(vendor_ref=Ref(full_name="V"), lines=(line(), line()))
    assert Macros().replaced(record) is record
    with pytest.raises(Refusal):
        Macros().replaced(attrs.evolve(record, txn_id=Macro("TxnID:x")))
