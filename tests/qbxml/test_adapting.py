"""What is left out for a QuickBooks that knows less, and that it is told."""

import re

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd.errors import RecordError
from procore_qbd.qbxml import (
    ADD,
    COMMAND,
    MOD,
    QUERY,
    RET,
    Dialect,
    Edition,
    Ref,
    Request,
    Rule,
    adapt,
    check,
    entities,
    write_requests,
)
from procore_qbd.qbxml.entities.bills import Bill, ItemLine
from procore_qbd.qbxml.entities.deletions import ListDel, ListDeletedQuery, ListDelType
from procore_qbd.qbxml.entities.invoices import Invoice
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.judging.checking import not_in_dialect
from procore_qbd.testing.strategies import records
from support.examples import examples

UNKNOWN = {Rule.VERSION, Rule.EDITION}
WRITTEN = [
    (entities.entity(name), shape)
    for name in entities.names()
    for shape in entities.entity(name).__record__.shapes
    if shape is not RET
]
OLDER = [Dialect(version, edition) for version in ("2.0", "4.0", "6.0", "8.0", "12.0") for edition in Edition]


@st.composite
def cases(draw):
    cls, shape = draw(st.sampled_from(WRITTEN))
    edition = draw(st.sampled_from(list(Edition)))
    known = not_in_dialect(cls.__record__, Dialect("13.0", edition), "", shape) is None
    record = draw(records(cls, shape, Dialect("13.0", edition))) if known else cls()
    return record, shape, draw(st.sampled_from(OLDER))


@pytest.mark.slow
@settings(max_examples=examples(400), deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_what_is_left_is_known_and_what_is_gone_is_told(case):
    record, shape, dialect = case
    if not_in_dialect(record.__record__, dialect, "", shape):
        with pytest.raises(RecordError, match=r"was added in qbXML|exists in QuickBooks"):
            adapt(record, shape, dialect)
        return
    adapted, left_out = adapt(record, shape, dialect)
    before = check(record, shape, dialect)
    after = check(adapted, shape, dialect)
    assert [violation for violation in after if violation.rule in UNKNOWN] == []
    assert [violation for violation in after if re.search(r"' (came with|went after) qbXML", violation.message)] == []
    assert {str(violation) for violation in left_out} <= {str(violation) for violation in before}
    gone = tuple(violation.path for violation in left_out)  # a block that is gone is told once
    assert all(violation.path.startswith(gone) for violation in before if violation.rule in UNKNOWN)
    assert (adapted is record) is (not left_out)
    assert adapt(adapted, shape, dialect) == (adapted, ())


@settings(max_examples=examples(100), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(WRITTEN).flatmap(lambda case: st.tuples(records(*case), st.just(case[1]))))
def test_for_the_dialect_that_a_record_was_made_for_nothing_is_left_out(case):
    record, shape = case
    assert adapt(record, shape, Dialect()) == (record, ())


VENDOR = Vendor(name="Anderson Electric", class_ref=Ref(full_name="Subcontractors"), reporting_period="Monthly")


def test_a_field_that_came_later_is_left_out_with_the_version_that_has_it():
    adapted, left_out = adapt(VENDOR, ADD, Dialect("7.0", Edition.US))
    assert adapted == Vendor(name="Anderson Electric")
    assert [str(violation) for violation in left_out] == [
        "VendorAdd/ClassRef: was added in qbXML 12.0, and the target reads 7.0",
        "VendorAdd/ReportingPeriod: was added in qbXML 8.0, and the target reads 7.0",
    ]


def test_a_field_of_other_editions_is_left_out_with_the_editions_that_have_it():
    _, left_out = adapt(VENDOR, ADD, Dialect("13.0", Edition.US))
    assert [(violation.path, violation.rule) for violation in left_out] == [("VendorAdd/ReportingPeriod", Rule.EDITION)]
    assert "exists in QuickBooks " in str(left_out[0])


def test_a_line_stays_and_says_less():
    line = ItemLine(item_ref=Ref(full_name="02.10"), sales_rep_ref=Ref(full_name="HJ"))
    bill = Bill(vendor_ref=Ref(full_name="Anderson Electric"), item_lines=(line,))
    adapted, left_out = adapt(bill, ADD, Dialect("12.0", Edition.US))
    assert adapted.item_lines == (attrs.evolve(line, sales_rep_ref=None),)
    assert [violation.path for violation in left_out] == ["BillAdd/ItemLineAdd[1]/SalesRepRef"]


def test_a_word_that_came_later_is_left_out_and_the_others_stay():
    query = ListDeletedQuery(list_del_types=(ListDelType.VENDOR, ListDelType.CURRENCY))
    adapted, left_out = adapt(query, QUERY, Dialect("6.0", Edition.US))
    assert adapted.list_del_types == (ListDelType.VENDOR,)
    assert [str(violation) for violation in left_out] == [
        "ListDeletedQuery/ListDelType[2]: 'Currency' was added in qbXML 8.0, and the target reads 6.0"
    ]


def test_what_must_be_there_is_missing_afterwards_and_not_made_up():
    adapted, left_out = adapt(ListDel(list_del_type=ListDelType.CURRENCY, list_id="8-1"), COMMAND, Dialect("6.0"))
    assert len(left_out) == 1
    assert [violation.rule for violation in check(adapted, COMMAND, Dialect("6.0"))] == [Rule.REQUIRED]


def test_a_name_that_is_erased_is_left_out_too():
    vendor = Vendor(list_id="8-1", edit_sequence="1", name="Anderson", erased=("job_title",))
    adapted, left_out = adapt(vendor, MOD, Dialect("11.0"))
    assert adapted.erased == ()
    assert [violation.path for violation in left_out] == ["VendorMod/JobTitle"]


def test_the_adapted_record_can_be_written_where_the_whole_one_cannot():
    dialect = Dialect("6.0", Edition.US)
    invoice = Invoice(
        customer_ref=Ref(full_name="Lakeside"), external_guid="{" + "0" * 8 + "-0000-0000-0000-" + "0" * 12 + "}"
    )
    with pytest.raises(RecordError, match=r"ExternalGUID: was added in qbXML"):
        write_requests([Request.add(invoice)], dialect=dialect)
    adapted, _ = adapt(invoice, ADD, dialect)
    assert b"<InvoiceAdd>" in write_requests([Request.add(adapted)], dialect=dialect)
