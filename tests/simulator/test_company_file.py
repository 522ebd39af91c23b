"""The company file in a box: it answers as QuickBooks does, refuses what QuickBooks refuses, and forgets nothing."""

import csv
import datetime as dt
import random
import re
import sqlite3
import tempfile
import threading
from decimal import Decimal
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from procore_qbd import Edition, Memory, Ref, Request, ask_all, run
from procore_qbd.errors import CompanyFileError, EngineError, NotSentError
from procore_qbd.qbxml import (
    Dialect,
    Iteration,
    MetaData,
    Moment,
    OnError,
    read_reply,
    write_requests,
)
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.accounts import Account, AccountQuery
from procore_qbd.qbxml.entities.company import Company, CompanyQuery, FileMode, Host, HostQuery
from procore_qbd.qbxml.entities.customers import Customer, CustomerQuery
from procore_qbd.qbxml.entities.employees import Employee
from procore_qbd.qbxml.entities.items import ItemService, ItemServiceQuery, SalesAndPurchase, SalesOrPurchase
from procore_qbd.qbxml.entities.shared.common import (
    AdditionalNote,
    Address,
    AddressBlock,
    Contact,
    CustomField,
    NameFilter,
    NameRangeFilter,
    TotalBalanceFilter,
)
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery, VendorType
from procore_qbd.qbxml.messages.catalogue import KNOWN
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.testing.strategies import requests
from support.company import (
    NOON,
    Clock,
    ask,
    child,
    code,
    document,
    item,
    modded,
    names,
    put,
    say,
    validated,
)
from support.examples import examples
from support.shared import SHARED, needs_shared

# --- what is given to a record ---------------------------------------------------------------------------------------


def test_a_new_record_has_what_quickbooks_gives_it(books):
    vendor = put(books, Vendor(name="Alder Creek"))
    assert vendor.list_id == f"80000001-{NOON}"
    assert vendor.edit_sequence == str(NOON)
    assert vendor.time_created == vendor.time_modified == Moment("2023-11-14T22:13:20+00:00")
    assert (vendor.is_active, vendor.balance, vendor.is_vendor_eligible_for_1099) == (True, 0, False)
    job = put(books, Customer(name="Gym", parent_ref=Ref(list_id=put(books, Customer(name="School")).list_id)))
    assert (job.full_name, job.sublevel, job.job_status, job.parent_ref.full_name) == (
        "School:Gym",
        1,
        "None",
        "School",
    )


def test_ids_differ_within_a_second_and_edit_sequences_grow_whatever_the_clock_does(books, clock):
    one, two = put(books, Vendor(name="One")), put(books, Vendor(name="Two"))
    assert one.list_id != two.list_id
    seen = [one]
    for now in (NOON, NOON, NOON - 86_400, NOON + 60):
        clock.now = now
        seen.append(modded(books, seen[-1], phone=str(len(seen))))
    assert [int(vendor.edit_sequence) - NOON for vendor in seen] == [0, 1, 2, 3, 60]
    assert {vendor.time_created for vendor in seen} == {one.time_created}


def test_edit_sequences_can_be_the_second_alone_so_that_a_stale_one_is_taken(books, clock):
    one = put(books, Vendor(name="One"))
    books.edit_sequence_by_second = True
    two = modded(books, one, phone="2")
    assert two.edit_sequence == one.edit_sequence == str(NOON)
    three = modded(books, attrs.evolve(one, phone=None), fax="3")  # by somebody who has not seen the phone
    assert (three.edit_sequence, three.phone, three.fax) == (str(NOON), "2", "3")
    clock.now += 1
    four = modded(books, one, phone="4")  # two seconds, two EditSequences
    assert int(four.edit_sequence) == NOON + 1
    assert code(books, Request.mod(Vendor(list_id=one.list_id, edit_sequence=one.edit_sequence, phone="5"))) == 3200
    clock.now -= 86_400
    assert int(modded(books, four, phone="6").edit_sequence) == clock.now  # the second, whatever the clock does
    books.edit_sequence_by_second = False
    assert int(modded(books, modded(books, put(books, Vendor(name="Two")), phone="7"), phone="8").edit_sequence) == (
        clock.now + 2
    )


def test_addresses_are_printed_and_printed_anew(books):
    address = Address(addr1="1 Main St", addr2="Suite 4", city="Bend", state="OR", postal_code="97701")
    vendor = put(books, Vendor(name="A", vendor_address=address))
    assert vendor.vendor_address_block == AddressBlock(addr1="1 Main St", addr2="Suite 4", addr3="Bend, OR 97701")
    vendor = modded(books, vendor, vendor_address=attrs.evolve(address, addr2="", city="Sisters"))
    assert vendor.vendor_address == attrs.evolve(address, addr2=None, city="Sisters")
    assert vendor.vendor_address_block == AddressBlock(addr1="1 Main St", addr2="Sisters, OR 97701")
    nothing = dict.fromkeys(("addr1", "city", "state", "postal_code"), "")
    vendor = modded(books, vendor, vendor_address=Address(**nothing))
    assert vendor.vendor_address is None
    assert vendor.vendor_address_block is None


def test_contacts_and_notes_are_known_by_their_numbers(books, clock):
    vendor = put(
        books,
        Vendor(
            name="A",
            contacts=(Contact(first_name="Al", last_name="Bo"), Contact(first_name="Cy")),
            additional_notes=(AdditionalNote(note="one"), AdditionalNote(note="two")),
        ),
    )
    al, cy = vendor.contacts
    assert al.list_id
    assert al.list_id != cy.list_id
    assert [note.note_id for note in vendor.additional_notes] == [1, 2]
    clock.now += 100
    said = Vendor(
        list_id=vendor.list_id,
        edit_sequence=vendor.edit_sequence,
        contacts=(Contact(list_id=al.list_id, first_name="Alan"), Contact(first_name="Di")),
        additional_notes=(AdditionalNote(note_id=2, note="zwei"),),
    )
    (outcome,) = say(books, Request.mod(said))
    alan, same, di = outcome.record(Vendor).contacts
    assert (alan.list_id, alan.first_name, alan.last_name, same) == (al.list_id, "Alan", "Bo", cy)
    assert alan.edit_sequence == di.edit_sequence == str(NOON + 100)
    assert [note.note for note in outcome.record(Vendor).additional_notes] == ["one", "zwei"]
    sequence = outcome.record(Vendor).edit_sequence
    for stranger in (
        {"contacts": (Contact(list_id="1-1", first_name="X"),)},
        {"additional_notes": (AdditionalNote(note_id=9, note="x"),)},
    ):
        assert code(books, Request.mod(Vendor(list_id=vendor.list_id, edit_sequence=sequence, **stranger))) == 3120


def test_an_item_that_changes_its_side_loses_the_other(books):
    income = put(books, Account(name="Income", account_type="Income"))
    service = put(books, item("100"))
    both = SalesAndPurchase(sales_desc="in", income_account_ref=Ref(list_id=income.list_id))
    said = ItemService(list_id=service.list_id, edit_sequence=service.edit_sequence, sales_and_purchase=both)
    (outcome,) = say(books, Request.mod(said))
    after = outcome.record(ItemService)
    assert after.sales_or_purchase is None
    assert after.sales_and_purchase.income_account_ref.full_name == "Income"


# --- refusals --------------------------------------------------------------------------------------------------------


def vendor_in_use(company):
    put(company, Vendor(name="Acme"))
    return Request.add(Vendor(name="ACME "))


def customer_of_that_name(company):
    put(company, Vendor(name="Acme"))
    return Request.add(Customer(name="acme"))


def job_of_that_name(company):
    put(company, Customer(name="School"))
    put(company, Customer(name="Gym", parent_ref=Ref(full_name="school")))
    return Request.add(Customer(name="gym", parent_ref=Ref(full_name="School")))


def name_of_an_inactive_one(company):
    put(company, Vendor(name="Acme", is_active=False))
    return Request.add(Vendor(name="Acme"))


def renamed_to_a_taken_name(company):
    put(company, Vendor(name="Acme"))
    other = put(company, Vendor(name="Other"))
    return Request.mod(Vendor(list_id=other.list_id, edit_sequence=other.edit_sequence, name="acme"))


def out_of_date(company):
    before = put(company, Vendor(name="Acme"))
    modded(company, before, phone="1")
    return Request.mod(Vendor(list_id=before.list_id, edit_sequence=before.edit_sequence, phone="2"))


def below_itself(company):
    top = put(company, Customer(name="Top"))
    low = put(company, Customer(name="Low", parent_ref=Ref(list_id=top.list_id)))
    parent = Ref(list_id=low.list_id)
    return Request.mod(Customer(list_id=top.list_id, edit_sequence=top.edit_sequence, parent_ref=parent))


def name_taken_away(company):
    vendor = put(company, Vendor(name="Acme"))
    return Request.mod(Vendor(list_id=vendor.list_id, edit_sequence=vendor.edit_sequence, name=""))


def one_too_long_for_its_family(company):
    parent = None
    for _ in range(5):
        parent = put(company, Customer(name="x" * 41, parent_ref=parent and Ref(list_id=parent.list_id)))
    return Request.add(Customer(name="y", parent_ref=Ref(list_id=parent.list_id)))


def parent_too_long_for_its_children(company):
    parent = top = put(company, item("short"))
    for _ in range(4):
        parent = put(company, item("x" * 31, parent_ref=Ref(list_id=parent.list_id)))
    parent = put(company, item("y" * 10, parent_ref=Ref(list_id=parent.list_id)))
    return Request.mod(ItemService(list_id=top.list_id, edit_sequence=top.edit_sequence, name="z" * 31))


NO_RECORD = "  QuickBooks error message: Invalid argument.  The specified record does not exist in the list."
REFUSALS = {
    "a name in use": (vendor_in_use, 3100, 'The name "ACME " of the list element is already in use.'),
    "a customer's name that a vendor has": (customer_of_that_name, 3100, None),
    "a job's name that its customer has": (job_of_that_name, 3100, None),
    "a name in use by an inactive record": (name_of_an_inactive_one, 3100, None),
    "a new name in use": (renamed_to_a_taken_name, 3170, None),
    "a record that is not there": (
        lambda _: Request.mod(Vendor(list_id="80000009-1", edit_sequence="1")),
        3120,
        f'Object "80000009-1" specified in the request cannot be found.{NO_RECORD}',
    ),
    "an edit sequence out of date": (out_of_date, 3200, f'The provided edit sequence "{NOON}" is out-of-date.'),
    "a parent that is not there": (
        lambda _: Request.add(Customer(name="Gym", parent_ref=Ref(full_name="Nobody"))),
        3130,
        f'There is an invalid reference to a parent "Nobody" in the Customers list.{NO_RECORD}',
    ),
    "a parent from another list": (
        lambda company: Request.add(Customer(name="J", parent_ref=Ref(list_id=put(company, Vendor(name="V")).list_id))),
        3130,
        None,
    ),
    "a record below itself": (below_itself, 3130, None),
    "a reference that points nowhere": (
        lambda _: Request.add(Vendor(name="V", vendor_type_ref=Ref(full_name="Subcontractor"))),
        3140,
        f'There is an invalid reference to QuickBooks Vendor Type "Subcontractor" in the Vendor.{NO_RECORD}',
    ),
    "a reference deep inside that points nowhere": (
        lambda _: Request.add(
            ItemService(name="I", sales_or_purchase=SalesOrPurchase(account_ref=Ref(list_id="1-1", full_name="A")))
        ),
        3140,
        f'There is an invalid reference to QuickBooks Account "1-1" in the item Service.{NO_RECORD}',
    ),
    "an empty name": (lambda _: Request.add(Vendor(name="")), 3150, None),
    "a name of blanks": (lambda _: Request.add(Vendor(name="  ")), 3150, None),
    "a name taken away": (name_taken_away, 3150, None),
    "an empty element that must say something": (
        lambda _: Request.add(Vendor(name="V", additional_notes=(AdditionalNote(note=""),))),
        3150,
        None,
    ),
    "a full name that is too long": (one_too_long_for_its_family, 3070, None),
    "a full name that gets too long below": (parent_too_long_for_its_children, 3070, None),
    "an iteration that nobody started": (
        lambda _: Request.query(VendorQuery(max_returned=1), iterator=Iteration.CONTINUE, iterator_id="{1}"),
        3391,
        'The iteratorID "{1}" is not valid.',
    ),
}


@pytest.mark.parametrize(("prepare", "status", "message"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_has_its_code_and_writes_nothing(books, prepare, status, message):
    request = prepare(books)
    before = {list_: list(books.records(list_)) for list_ in LISTS}
    (outcome,) = say(books, request)
    assert outcome.code == status
    assert message is None or outcome.message == message
    assert {list_: list(books.records(list_)) for list_ in LISTS} == before


def test_a_colon_in_a_name_is_refused_in_quickbooks_words(books):
    document = write_requests([Request.add(Customer(name="A - B"))]).replace(b"A - B", b"A : B")
    (outcome,) = read_reply(books.process(document)).outcomes
    assert outcome.code == 3090
    assert outcome.message == (
        'There was an error when storing "A : B" in the "customer name" field.'
        "  QuickBooks error message: Names in this list cannot contain a colon (:)."
    )
    assert list(books.records("Customer")) == []


BAD_VALUES = {
    "<Name>x</Name><CreditLimit>1,50</CreditLimit>": 3040,
    "<Name>x</Name><IsActive>yes</IsActive>": 3010,
    f"<Name>{'x' * 42}</Name>": 3070,
    "<Name>&#28450;</Name>": 3080,
    "<Name>A : B</Name>": 3090,
    "<Name>x</Name><OpenBalance>1.00</OpenBalance><OpenBalanceDate>1.2.2026</OpenBalanceDate>": 3020,
    "<Name>x</Name><ExternalGUID>7</ExternalGUID>": 3065,
}


@pytest.mark.parametrize(("inside", "status"), BAD_VALUES.items())
def test_a_bad_value_costs_its_own_request_alone(books, inside, status):
    good = "<VendorAddRq><VendorAdd><Name>good</Name></VendorAdd></VendorAddRq>"
    reply = read_reply(books.process(document(f"<VendorAddRq><VendorAdd>{inside}</VendorAdd></VendorAddRq>{good}")))
    assert [outcome.code for outcome in reply.outcomes] == [status, 0]
    assert names(books.records("Vendor")) == ["good"]


def test_a_request_id_may_have_fifty_characters(books):
    reply = read_reply(books.process(document(f'<VendorQueryRq requestID="{"9" * 51}"/>')))
    assert [outcome.code for outcome in reply.outcomes] == [1060]


@pytest.mark.parametrize(("on_error", "codes"), [(OnError.STOP, [0, 3100, 3231]), (OnError.CONTINUE, [0, 3100, 0])])
def test_what_comes_behind_a_refusal(books, on_error, codes):
    three = [Request.add(Vendor(name=name)) for name in ("A", "a", "B")]
    assert [outcome.code for outcome in say(books, *three, on_error=on_error)] == codes


def test_a_warning_stops_nothing(books):
    two = [Request.query(VendorQuery(full_names=("A",))), Request.add(Vendor(name="B"))]
    assert [outcome.code for outcome in say(books, *two, on_error=OnError.STOP)] == [500, 0]


# --- documents that are not taken ------------------------------------------------------------------------------------

QUERY_RQ = "<VendorQueryRq/>"
PARSE, ROLLBACK, VERSION = 0x80040400, 0x80040413, 0x80040423


def adding(inside):
    return document(f"<VendorAddRq><VendorAdd>{inside}</VendorAdd></VendorAddRq>")


NOT_TAKEN = {
    "nothing": (b"", PARSE, "empty"),
    "no XML": (bytes(range(256)), PARSE, "XML"),
    "XML cut short": (adding("<Name>A</Name>")[:-20], PARSE, "line 1"),
    "a DOCTYPE": (b'<!DOCTYPE a [<!ENTITY b "c">]>' + document(QUERY_RQ, head=""), PARSE, "DOCTYPE"),
    "another root": (b"<html/>", PARSE, "html"),
    "a reply": (b"<QBXML><QBXMLMsgsRs/></QBXML>", PARSE, "QBXMLMsgsRq"),
    "no onError": (document(QUERY_RQ, attributes=""), PARSE, "onError"),
    "rollback": (document(QUERY_RQ, attributes='onError="rollbackOnError"'), ROLLBACK, "rolls back"),
    "a version to come": (document(QUERY_RQ, head='<?qbxml version="99.0"?>'), VERSION, "99.0"),
    "a version of old Canada": (document(QUERY_RQ, head='<?qbxml version="CA2.0"?>'), VERSION, "CA2.0"),
    "a request that does not exist": (document("<NonsenseAddRq/>"), PARSE, "NonsenseAddRq"),
    "a request that this record has not": (document("<VendorTypeModRq/>"), PARSE, "VendorTypeModRq"),
    "nothing to add": (document("<VendorAddRq/>"), PARSE, "VendorAdd"),
    "a name left out": (adding("<CompanyName>x</CompanyName>"), PARSE, "VendorAdd/Name: is missing"),
    "another order": (adding("<IsActive>true</IsActive><Name>A</Name>"), PARSE, "requires it before"),
    "a slip of the pen": (adding("<Name>A</Name><Phnoe>1</Phnoe>"), PARSE, "did you mean Phone?"),
    "an element twice": (adding("<Name>A</Name><Phone>1</Phone><Phone>1</Phone>"), PARSE, "twice"),
    "an element of a Ret": (adding("<Name>A</Name><Balance>1.00</Balance>"), PARSE, "Balance"),
    "an element of later days": (
        document(
            "<VendorAddRq><VendorAdd><Name>A</Name><Notes>n</Notes></VendorAdd></VendorAddRq>",
            head='<?qbxml version="2.0"?>',
        ),
        PARSE,
        "was added in qbXML 3.0",
    ),
    "two branches of a choice": (
        document("<VendorQueryRq><ListID>1-1</ListID><MaxReturned>1</MaxReturned></VendorQueryRq>"),
        PARSE,
        "allows only one of ListID and MaxReturned",
    ),
    "no branch of a choice": (
        document("<ItemServiceAddRq><ItemServiceAdd><Name>A</Name></ItemServiceAdd></ItemServiceAddRq>"),
        PARSE,
        "needs one of SalesOrPurchase, SalesAndPurchase",
    ),
}


@pytest.mark.parametrize(("sent", "hresult", "why"), NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_a_document_that_is_not_taken_says_so_to_the_engine_and_why_to_us(books, sent, hresult, why):
    good = "<VendorAddRq><VendorAdd><Name>good</Name></VendorAdd></VendorAddRq>"
    with pytest.raises(EngineError) as error:
        books.process(sent.replace(b"<VendorAddRq>", good.encode() + b"<VendorAddRq>", 1))
    assert error.value.hresult == hresult
    assert why in books.last_fault
    assert list(books.records("Vendor")) == []
    books.process(document(QUERY_RQ))
    assert books.last_fault is None


@pytest.mark.parametrize(
    "sent",
    [
        document(QUERY_RQ, head=""),
        document(QUERY_RQ, head='<?xml version="1.0"?><?qbxml version="1.0"?>'),
        document(QUERY_RQ, head='<?xml version="1.0"?><?qbxml version="16.0"?>'),
        document(QUERY_RQ, head="<!-- from a program -->"),
        b"\xef\xbb\xbf" + document(QUERY_RQ),
        document(QUERY_RQ, head='<?xml version="1.0" encoding="utf-16"?>').decode().encode("utf-16"),
    ],
    ids=["no version", "the first", "the last", "a comment", "a byte order mark", "utf-16"],
)
def test_documents_of_many_looks_are_taken(books, sent):
    assert [outcome.code for outcome in read_reply(books.process(sent)).outcomes] == [1]


@settings(max_examples=examples(300), derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_comes_in_a_readable_reply_or_an_engine_error_goes_out(data):
    good = write_requests([Request.add(Vendor(name="A", phone="1")), Request.query(VendorQuery())])
    at, length = data.draw(st.integers(0, len(good))), data.draw(st.integers(0, 40))
    sent = data.draw(
        st.binary(max_size=60) | st.binary(max_size=6).map(lambda dirt: good[:at] + dirt + good[at + length :])
    )
    with CompanyFile.create() as company:
        try:
            reply = read_reply(company.process(sent))
        except EngineError:
            assert company.last_fault
            assert list(company.records("Vendor")) == []
        else:
            assert all(outcome.name for outcome in reply.outcomes)


# --- what is not simulated -------------------------------------------------------------------------------------------


def test_a_request_that_quickbooks_has_and_we_have_not_is_told_from_nonsense(books):
    reply = read_reply(
        books.process(
            document('<VehicleMileageAddRq requestID="7"><VehicleMileageAdd/></VehicleMileageAddRq>' + QUERY_RQ)
        )
    )
    assert [(outcome.name, outcome.request_id, outcome.code) for outcome in reply.outcomes] == [
        ("VehicleMileageAddRs", "7", 1030),
        ("VendorQueryRs", None, 1),
    ]
    assert books.last_fault == "VehicleMileageAddRq: exists in QuickBooks, but is not simulated"


def test_a_reference_into_a_list_that_we_have_not_says_so(books):
    assert code(books, Request.add(Employee(first_name="E", billing_rate_ref=Ref(full_name="AB")))) == 3140
    assert books.last_fault == "BillingRateRef: the simulator keeps no list of BillingRate"


@needs_shared
def test_the_requests_are_those_of_the_desktop_editions():
    with (SHARED / "qbxml" / "requests-by-edition.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    desktop = {
        row["request"]
        for row in rows
        if row["message_set"] == "QBXMLMsgsRq" and {"QBD", "QBCA", "QBUK", "QBAU"} & {*row["available_in"].split("|")}
    }
    assert desktop == KNOWN


# --- names and families ----------------------------------------------------------------------------------------------


def test_the_same_name_lives_in_other_lists_and_under_other_parents(books):
    put(books, Account(name="Acme", account_type="Bank"))
    put(books, VendorType(name="Acme"))
    put(books, item("Acme"))
    customer = put(books, Customer(name="Acme"))
    put(books, Customer(name="Acme", parent_ref=Ref(list_id=customer.list_id)))
    put(books, Customer(name="Acme", parent_ref=Ref(full_name="ACME:acme")))
    assert names(books.records("Customer")) == ["Acme", "Acme:Acme", "Acme:Acme:Acme"]


def test_a_record_may_change_the_case_of_its_own_name(books):
    assert modded(books, put(books, Vendor(name="acme")), name="Acme").name == "Acme"


def test_a_new_name_shows_wherever_the_record_is_named(books):
    costs = put(books, Account(name="Costs", account_type="CostOfGoodsSold"))
    labour = put(books, Account(name="Labour", account_type="CostOfGoodsSold", parent_ref=Ref(list_id=costs.list_id)))
    put(books, ItemService(name="01", sales_or_purchase=SalesOrPurchase(account_ref=Ref(list_id=labour.list_id))))
    division = modded(books, next(books.records("ItemService")), name="02")
    put(books, item("100", parent_ref=Ref(list_id=division.list_id)))
    modded(books, costs, name="Job Costs")
    modded(books, division, name="03")
    (labour,) = ask(books, AccountQuery(full_names=("job costs:labour",)))
    division, code_ = ask(books, ItemServiceQuery())
    assert (labour.full_name, labour.parent_ref.full_name) == ("Job Costs:Labour", "Job Costs")
    assert division.sales_or_purchase.account_ref.full_name == "Job Costs:Labour"
    assert (code_.full_name, code_.parent_ref.full_name) == ("03:100", "03")
    assert code(books, Request.query(AccountQuery(full_names=("Costs:Labour",)))) == 500


def test_a_record_moves_to_another_parent_and_to_the_top(books):
    one, two = put(books, Customer(name="One")), put(books, Customer(name="Two"))
    job = put(books, Customer(name="Job", parent_ref=Ref(list_id=one.list_id)))
    put(books, Customer(name="Phase", parent_ref=Ref(list_id=job.list_id)))
    job = modded(books, job, parent_ref=Ref(list_id=two.list_id))
    assert names(books.records("Customer")) == ["One", "Two", "Two:Job", "Two:Job:Phase"]
    job = modded(books, job, parent_ref=Ref(list_id=""))
    assert (job.full_name, job.sublevel, job.parent_ref) == ("Job", 0, None)
    assert names(books.records("Customer")) == ["Job", "Job:Phase", "One", "Two"]


def test_an_empty_reference_clears_one(books):
    kind = put(books, VendorType(name="Sub"))
    vendor = put(books, Vendor(name="V", vendor_type_ref=Ref(full_name="sub")))
    assert vendor.vendor_type_ref == Ref(list_id=kind.list_id, full_name="Sub")
    assert modded(books, vendor, vendor_type_ref=Ref(list_id="")).vendor_type_ref is None


def test_the_list_id_of_a_reference_wins_over_its_name(books):
    one, two = put(books, VendorType(name="One")), put(books, VendorType(name="Two"))
    vendor = put(books, Vendor(name="V", vendor_type_ref=Ref(list_id=one.list_id, full_name=two.name)))
    assert vendor.vendor_type_ref.full_name == "One"


def test_a_record_is_kept_when_its_parent_is_put_to_rest(books):
    top = put(books, Customer(name="Top"))
    put(books, Customer(name="Low", parent_ref=Ref(list_id=top.list_id)))
    modded(books, top, is_active=False)
    assert names(ask(books, CustomerQuery())) == ["Top:Low"]
    assert names(ask(books, CustomerQuery(active_status="InactiveOnly"))) == ["Top"]


def test_what_is_erased_is_gone_and_what_is_not_said_stays(books):
    vendor = put(books, Vendor(name="V", phone="1", fax="2", credit_limit=None, notes="n"))
    vendor = modded(books, vendor, "phone", "notes", company_name="C")
    assert (vendor.phone, vendor.fax, vendor.notes, vendor.company_name) == (None, "2", None, "C")


# --- asking ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def four(books, clock):
    """Four vendors, a minute apart, the last one inactive."""
    for number, name in enumerate(("Alder", "Birch", "Cedar", "Elder")):
        clock.now = NOON + 60 * number
        put(books, Vendor(name=name, is_active=name != "Elder"))
    return books


FILTERS = {
    "active ones by default": ({}, "Alder Birch Cedar"),
    "inactive ones": ({"active_status": "InactiveOnly"}, "Elder"),
    "all": ({"active_status": "All"}, "Alder Birch Cedar Elder"),
    "the first two": ({"max_returned": 2}, "Alder Birch"),
    "since a moment, inclusive": ({"from_modified_date": Moment("2023-11-14T22:14:20")}, "Birch Cedar"),
    "until a moment, inclusive": ({"to_modified_date": Moment("2023-11-14T22:14:20")}, "Alder Birch"),
    "since a moment elsewhere": ({"from_modified_date": Moment("2023-11-14T17:14:20-05:00")}, "Birch Cedar"),
    "since another day": ({"from_modified_date": Moment("2023-11-15")}, ""),
    "until a day, to its end": ({"to_modified_date": Moment("2023-11-14")}, "Alder Birch Cedar"),
    "names that begin": ({"name_filter": NameFilter(match_criterion="StartsWith", name="CE")}, "Cedar"),
    "names that contain": ({"name_filter": NameFilter(match_criterion="Contains", name="e")}, "Alder Cedar"),
    "names that end": ({"name_filter": NameFilter(match_criterion="EndsWith", name="R")}, "Alder Cedar"),
    "names in a range": ({"name_range_filter": NameRangeFilter(from_name="birch", to_name="cedar")}, "Birch Cedar"),
    "names from one on": ({"name_range_filter": NameRangeFilter(from_name="b")}, "Birch Cedar"),
    "names up to one": ({"name_range_filter": NameRangeFilter(to_name="b")}, "Alder"),
}


@pytest.mark.parametrize(("filters", "expected"), FILTERS.values(), ids=FILTERS)
def test_a_query_means(four, filters, expected):
    (outcome,) = say(four, Request.query(VendorQuery(**filters)))
    assert names(outcome.found) == expected.split()
    assert outcome.code == (0 if expected else 1)
    assert outcome.ret_count is None


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("LessThan", "None"),
        ("LessThanEqual", "None Some"),
        ("Equal", "Some"),
        ("GreaterThan", "Much"),
        ("GreaterThanEqual", "Much Some"),
    ],
)
def test_a_query_compares_balances(books, operator, expected):
    some = Decimal("12.50")
    for name, balance in (("None", None), ("Some", some), ("Much", Decimal(99))):
        put(books, Vendor(name=name, open_balance=balance))
    query = VendorQuery(total_balance_filter=TotalBalanceFilter(operator=operator, amount=some))
    assert names(ask(books, query)) == expected.split()


def test_accounts_are_asked_for_by_type(books):
    for name, kind in (("Cash", "Bank"), ("Sales", "Income"), ("Rent", "Expense")):
        put(books, Account(name=name, account_type=kind))
    assert names(ask(books, AccountQuery(account_types=("Bank", "Expense")))) == ["Cash", "Rent"]


def test_by_id_and_by_name_inactive_ones_are_found_too_in_the_order_asked(four):
    elder, alder = [vendor for name in ("elder", "ALDER ") for vendor in ask(four, VendorQuery(full_names=(name,)))]
    assert names(ask(four, VendorQuery(list_ids=(elder.list_id, alder.list_id)))) == ["Elder", "Alder"]


def test_what_is_not_there_is_named_and_the_others_are_returned(four):
    (outcome,) = say(four, Request.query(VendorQuery(full_names=("Alder", "Oak", "Birch", "Yew"))))
    assert (outcome.code, outcome.ok, names(outcome.records(Vendor))) == (500, True, ["Alder", "Birch"])
    assert outcome.message.endswith('required element ("Oak") that could not be found in QuickBooks.')
    (outcome,) = say(four, Request.query(CustomerQuery(full_names=("Alder",))))
    assert (outcome.code, outcome.found) == (500, ())


def test_counts_come_when_asked_for(four):
    only, both = say(
        four,
        Request.query(VendorQuery(), meta_data=MetaData.ONLY),
        Request.query(VendorQuery(max_returned=2), meta_data=MetaData.AND_RESPONSE_DATA),
    )
    assert (only.ret_count, only.found) == (3, ())
    assert (both.ret_count, names(both.found)) == (2, ["Alder", "Birch"])


def test_a_query_is_taken_in_pieces(four):
    query = VendorQuery(max_returned=2, active_status="All")
    (first,) = say(four, Request.query(query, iterator=Iteration.START))
    (other,) = say(four, Request.query(query, iterator=Iteration.START))
    assert (names(first.found), first.iterator_remaining_count) == (["Alder", "Birch"], 2)
    assert re.fullmatch(r"\{[0-9a-f-]{36}\}", first.iterator_id)
    assert other.iterator_id != first.iterator_id
    more = Request.query(query, iterator=Iteration.CONTINUE, iterator_id=first.iterator_id)
    (second,) = say(four, more)
    assert (names(second.found), second.iterator_remaining_count) == (["Cedar", "Elder"], 0)
    assert code(four, more) == 3391
    customers = CustomerQuery(max_returned=2)
    assert code(four, Request.query(customers, iterator=Iteration.CONTINUE, iterator_id=other.iterator_id)) == 3391
    stop = Request.query(query, iterator=Iteration.STOP, iterator_id=other.iterator_id)
    assert code(four, stop) == 0
    assert code(four, stop) == 3391


def test_only_the_elements_asked_for_come_back(four):
    (vendor,) = ask(four, VendorQuery(full_names=("Alder",), include_ret_elements=("ListID", "Name", "Nonsense")))
    assert vendor == Vendor(list_id=f"80000001-{NOON}", name="Alder")
    (outcome,) = say(four, Request.add(Vendor(name="Fir", phone="1"), "Phone"))
    assert outcome.record(Vendor) == Vendor(phone="1")


def test_custom_fields_come_to_those_who_name_their_owner(books):
    mine = CustomField(owner_id="{6C5A5D4F-8E3B-4E4B-9C6E-111111111111}", name="A", type="STR255TYPE", value="1")
    ours = CustomField(owner_id="0", name="B", type="STR255TYPE", value="2")
    books.seed([Vendor(list_id="1-1", name="V", custom_fields=(mine, ours))])
    assert [vendor.custom_fields for vendor in ask(books, VendorQuery())] == [()]
    assert [vendor.custom_fields for vendor in ask(books, VendorQuery(owner_ids=("0",)))] == [(ours,)]


def test_an_asker_gets_what_his_qbxml_and_his_country_know(books):
    put(books, Vendor(name="V", notes="n", cc="c", vendor_address=Address(addr1="1", addr4="4", addr5="5")))
    (outcome,) = say(books, Request.query(VendorQuery()), dialect=Dialect("2.0"))
    (vendor,) = outcome.records(Vendor)
    assert (vendor.notes, vendor.cc, vendor.vendor_address_block) == (None, None, None)
    assert vendor.vendor_address == Address(addr1="1", addr4="4")
    with CompanyFile.create(edition=Edition.CA) as company:
        vendor = put(company, Vendor(name="V"))
    assert vendor.is_vendor_eligible_for_1099 is None


def test_a_canadian_file_takes_canadian_elements():
    with CompanyFile.create(edition=Edition.CA) as company:
        how = {"dialect": Dialect("13.0", Edition.CA)}
        (outcome,) = say(company, Request.add(Vendor(name="V", tax_registration_number="12")), **how)
        assert outcome.record(Vendor).tax_registration_number == "12"
        (outcome,) = say(company, Request.query(HostQuery()), **how)
        assert outcome.record(Host).country == "CA"


def test_the_host_and_the_company_say_who_they_are():
    with CompanyFile.create(name="Cascade Ridge") as company:
        (host,), (books,) = ask(company, HostQuery()), ask(company, CompanyQuery())
        assert (host.country, host.supported_qbxml_versions[-5]) == ("US", "13.0")
        assert (books.company_name, books.is_sample_company) == ("Cascade Ridge", True)
        assert ask(company, CompanyQuery(include_ret_elements=("CompanyName",))) == (
            Company(company_name="Cascade Ridge"),
        )


# --- seeds -----------------------------------------------------------------------------------------------------------


def test_seeds_keep_their_ids_and_may_point_nowhere(books):
    nowhere = SalesOrPurchase(account_ref=Ref(list_id="7-7", full_name="not here"))
    seeds = [
        ItemService(list_id="80000001-5", name="01", sales_or_purchase=nowhere),
        ItemService(list_id="2-2", name="100", parent_ref=Ref(list_id="80000001-5"), sales_or_purchase=nowhere),
    ]
    assert names(books.seed(seeds)) == ["01", "01:100"]
    assert books.seed(seeds) == []
    (found,) = ask(books, ItemServiceQuery(list_ids=("2-2",)))
    assert (found.full_name, found.sales_or_purchase) == ("01:100", nowhere)
    assert modded(books, found, name="200").sales_or_purchase == nowhere


def test_a_list_id_is_one_of_its_list_only(books):
    books.seed([Vendor(list_id="1-1", name="V"), Customer(list_id="1-1", name="C")])
    assert names(ask(books, VendorQuery(list_ids=("1-1",)))) == ["V"]
    assert code(books, Request.query(VendorQuery(full_names=("C",)))) == 500


def test_new_ids_go_around_seeded_ones(books):
    books.seed([Vendor(list_id=f"8000000{number}-{NOON}", name=f"seed {number}") for number in (1, 2)])
    assert put(books, Vendor(name="new")).list_id == f"80000003-{NOON}"


def test_new_ids_go_around_seeded_ones_in_a_file_opened_again_in_a_twin_and_in_a_backup(tmp_path, clock):
    path, backup = tmp_path / "books.company", tmp_path / "backup.company"
    with CompanyFile.create(path, clock=clock) as books:
        books.seed([Vendor(list_id=f"8000000{number}-{NOON}", name=f"seed {number}") for number in (1, 2)])
        books.copy(backup)
        clock.now = NOON - 1
        assert put(books.twin(clock=clock), Vendor(name="new")).list_id == f"80000001-{NOON - 1}"
        clock.now = NOON
        assert put(books.twin(clock=clock), Vendor(name="new")).list_id == f"80000003-{NOON}"
    with CompanyFile.open(path, clock=clock) as books:
        assert put(books, Vendor(name="new")).list_id == f"80000003-{NOON}"
        books.restore(backup)
        assert put(books, Vendor(name="new")).list_id == f"80000003-{NOON}"


@pytest.mark.parametrize(
    ("seed", "why"),
    [
        (Vendor(name="V"), "no ListID"),
        (Host(), "not simulated"),
        (Vendor(list_id="2-2", name="TAKEN"), "already in use"),
        (Vendor(list_id="2-2"), "Name"),
        (Vendor(list_id="2-2", name="x" * 42), "at most 41"),
        (Customer(list_id="2-2", name="J", parent_ref=Ref(list_id="3-3")), "parent"),
    ],
)
def test_seeds_are_put_in_all_or_none(books, seed, why):
    with pytest.raises(CompanyFileError, match=why):
        books.seed([Vendor(list_id="1-1", name="taken"), seed])
    assert list(books.records("Vendor")) == []


def test_a_list_that_is_not_there_is_no_empty_one(books):
    with pytest.raises(ValueError, match="no such list: 'VehicleMileage'; there are Account"):
        books.records("VehicleMileage")


# --- the schema as an oracle -----------------------------------------------------------------------------------------


LITTLE = settings(
    max_examples=examples(40),
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@needs_shared
@settings(LITTLE, max_examples=examples(100))
@given(st.lists(requests(), max_size=4))
def test_whatever_is_asked_is_answered_as_the_schema_wants(asked):
    with CompanyFile.create() as company:
        company.seed([Vendor(list_id="1-1", name="V"), Account(list_id="1-1", name="A", account_type="Bank")])
        plain = [attrs.evolve(request, request_id=None) for request in asked]
        assert len(run(ask_all(plain), Memory(lambda document: validated(company.process(document))))) == len(asked)


# --- against a model -------------------------------------------------------------------------------------------------

FAMILY = {"Vendor": "names", "Customer": "names", "ItemService": "items"}
NAMES = st.sampled_from(["A", "a", "A ", "B", "C", "Straße", "STRASSE", "é", "É"])


class Books(RuleBasedStateMachine):
    """A company file and a dict that should say the same."""

    ids = Bundle("ids")

    @initialize()
    def open(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "books"
        self.clock = Clock()
        self.company = CompanyFile.create(self.path, clock=self.clock)
        self.model = {}

    def teardown(self):
        self.company.close()
        self.folder.cleanup()

    def full_name(self, list_id):
        _, name, parent = self.model[list_id][:3]
        return f"{self.full_name(parent)}:{name}" if parent else name

    def taken(self, list_, name, parent, but=None):
        def place(list_, name, parent):
            return FAMILY[list_], parent, name.strip().casefold()

        return any(
            place(list_, name, parent) == place(*held[:3]) for list_id, held in self.model.items() if list_id != but
        )

    def below(self, list_id, other):
        """Whether a record is another one, or stands below it."""
        return list_id == other or (list_id is not None and self.below(self.model[list_id][2], other))

    @rule(target=ids, list_=st.sampled_from(list(FAMILY)), name=NAMES, parent=st.none() | ids, tick=st.integers(-5, 5))
    def add(self, list_, name, parent, tick):
        self.clock.now += tick
        if list_ == "Vendor":
            parent = None
        more = {"parent_ref": Ref(list_id=parent)} if parent else {}
        if list_ == "ItemService":
            more["sales_or_purchase"] = SalesOrPurchase(desc="d")
        (outcome,) = say(self.company, Request.add(entity(list_)(name=name, **more)))
        if parent and self.model[parent][0] != list_:
            assert outcome.code == 3130
        elif self.taken(list_, name, parent):
            assert outcome.code == 3100
        else:
            record = outcome.record(entity(list_))
            assert record.list_id not in self.model
            self.model[record.list_id] = [list_, name, parent, True, record.edit_sequence]
            return record.list_id
        return multiple()

    def change(self, list_id, **to):
        held = self.model[list_id]
        said = entity(held[0])(list_id=list_id, edit_sequence=held[4], **to)
        (outcome,) = say(self.company, Request.mod(said))
        if outcome.ok:
            sequence = outcome.record(entity(held[0])).edit_sequence
            assert int(sequence) > int(held[4])
            held[4] = sequence
        return outcome.code

    @rule(list_id=ids, name=NAMES)
    def rename(self, list_id, name):
        list_, _, parent = self.model[list_id][:3]
        taken = self.taken(list_, name, parent, but=list_id)
        assert self.change(list_id, name=name) == (3170 if taken else 0)
        if not taken:
            self.model[list_id][1] = name

    @rule(list_id=ids, parent=st.none() | ids)
    def move(self, list_id, parent):
        list_, name = self.model[list_id][:2]
        if list_ == "Vendor":
            return
        got = self.change(list_id, parent_ref=Ref(list_id=parent or ""))
        if parent and (self.model[parent][0] != list_ or self.below(parent, list_id)):
            assert got == 3130
        elif self.taken(list_, name, parent, but=list_id):
            assert got == 3170
        else:
            assert got == 0
            self.model[list_id][2] = parent

    @rule(list_id=ids, active=st.booleans())
    def rest(self, list_id, active):
        assert self.change(list_id, is_active=active) == 0
        self.model[list_id][3] = active

    @rule(list_id=ids)
    def change_with_an_old_sequence(self, list_id):
        held = self.model[list_id]
        said = entity(held[0])(list_id=list_id, edit_sequence=str(int(held[4]) - 1), name="never")
        assert code(self.company, Request.mod(said)) == 3200

    @rule(list_id=ids)
    def ask_by_name(self, list_id):
        list_ = self.model[list_id][0]
        full_name = self.full_name(list_id)
        (found,) = ask(self.company, entity(f"{list_}Query")(full_names=(full_name.swapcase(),)))
        assert found.list_id == list_id

    @rule()
    def close_and_open(self):
        self.company.close()
        self.company = CompanyFile.open(self.path, clock=self.clock)

    @invariant()
    def both_say_the_same(self):
        for list_ in FAMILY:
            found = ask(self.company, entity(f"{list_}Query")(active_status="All"))
            said = {
                record.list_id: (
                    names([record])[0],
                    getattr(getattr(record, "parent_ref", None), "full_name", None),
                    record.is_active,
                    record.edit_sequence,
                )
                for record in found
            }
            assert said == {
                list_id: (self.full_name(list_id), parent and self.full_name(parent), active, sequence)
                for list_id, (home, _, parent, active, sequence) in self.model.items()
                if home == list_
            }


Books.TestCase.settings = settings(
    max_examples=examples(25), stateful_step_count=30, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
test_a_company_file_is_what_a_dict_would_be = Books.TestCase


# --- on disk ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cascade ridge.company"


def test_a_company_file_is_still_there_when_opened_again(path):
    with CompanyFile.create(path, name="Cascade Ridge", edition=Edition.CA) as company:
        file_id = company.file_id
        vendor = put(company, Vendor(name="Stœl™ & Söhne", notes="a\r\nb"))
    with CompanyFile.open(path) as company:
        assert (company.file_id, company.name, company.edition) == (file_id, "Cascade Ridge", Edition.CA)
        assert ask(company, VendorQuery()) == (vendor,)
        assert put(company, Vendor(name="next")).list_id.startswith("80000002-")
    assert list(path.parent.iterdir()) == [path]


def test_two_company_files_are_two():
    with CompanyFile.create() as one, CompanyFile.create() as two:
        put(one, Vendor(name="A"))
        assert one.file_id != two.file_id
        assert list(two.records("Vendor")) == []


@pytest.mark.slow
def test_what_was_answered_survives_being_killed_in_the_middle(path):
    CompanyFile.create(path).close()
    answered = []
    dice = random.Random(7)  # noqa: S311  no secrets here
    for number in range(3):
        process = child(
            """
            company = CompanyFile.open(sys.argv[1])
            for number in range(100_000):
                (outcome,) = run(ask_all([Request.add(Vendor(name=f"{sys.argv[2]}-{number}"))]), Memory(company.process))
                print(outcome.record(Vendor).list_id, flush=True)
            """,
            path,
            number,
        )
        answered += [process.stdout.readline().strip() for _ in range(dice.randrange(1, 100))]
        process.kill()
        answered += process.stdout.read().split()  # what readline took in and did not give out is here too
        process.communicate()
        with CompanyFile.open(path) as company:
            there = [vendor.list_id for vendor in company.records("Vendor")]
            # Of the request at work all is there or nothing, and it may be there although nobody heard of it.
            assert set(answered) <= set(there)
            assert len(there) <= len(answered) + number + 1
    assert all(answered)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("Store.add", id="before it is written", marks=pytest.mark.slow),
        pytest.param("Store.new_list_id", id="with its id", marks=pytest.mark.slow),
        pytest.param("Store.get", id="once written"),
    ],
)
def test_a_request_that_was_killed_was_never_there(path, moment):
    with CompanyFile.create(path) as company:
        first = put(company, Vendor(name="first"))
    process = child(
        f"""
        company = CompanyFile.open(sys.argv[1])
        {moment} = die
        run(ask_all([Request.add(Vendor(name="second"))]), Memory(company.process))
        """,
        path,
    )
    process.communicate()
    assert process.returncode != 0
    with CompanyFile.open(path) as company:
        assert list(company.records("Vendor")) == [first]
        assert put(company, Vendor(name="second")).list_id.startswith("80000002-")


def test_a_company_file_whose_making_was_cut_short_is_none(path):
    process = child("Store.set_fact = die; CompanyFile.create(sys.argv[1])", path)
    process.communicate()
    assert process.returncode != 0
    with pytest.raises(CompanyFileError, match="is empty, it was not created completely; create it again"):
        CompanyFile.open(path)
    with CompanyFile.create(path) as company:
        put(company, Vendor(name="A"))


def test_a_company_file_that_was_killed_before_it_was_filled_is_none(path):
    process = child("Store.finish = die; CompanyFile.create(sys.argv[1])", path)
    process.communicate()
    assert process.returncode != 0
    with pytest.raises(CompanyFileError, match="was not created completely; delete it, and create it again"):
        CompanyFile.open(path)


def test_one_process_has_it_at_a_time_and_the_lock_dies_with_the_process(path):
    process = child("company = CompanyFile.create(sys.argv[1]); print('mine', flush=True); sys.stdin.read()", path)
    try:
        assert process.stdout.readline() == "mine\n"
        for take in (CompanyFile.open, CompanyFile.create):
            with pytest.raises(CompanyFileError, match="is open already, here or in another program"):
                take(path)
    finally:
        process.kill()
        process.communicate()
    with CompanyFile.open(path), pytest.raises(CompanyFileError, match="is open already"):
        CompanyFile.open(path)
    CompanyFile.open(path).close()


def other_database(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (a)")
    db.close()


def of_format(number):
    def prepare(path):
        CompanyFile.create(path).close()
        with sqlite3.connect(path) as db:
            db.execute(f"PRAGMA user_version = {number}")
        db.close()

    return prepare


later_format = of_format(5)


def full(path):
    with CompanyFile.create(path) as company:
        company.seed([Vendor(list_id=f"{number}-1", name=f"V{number}") for number in range(200)])
    return path.read_bytes()


def cut_in_half(path):
    path.write_bytes(full(path)[:40_000])


STRANGERS = {
    "a file of another kind": (lambda path: path.write_bytes(bytes(range(256)) * 64), "not a company file"),
    "half a company file": (cut_in_half, "not a company file of the simulator: database disk image is malformed"),
    "text": (lambda path: path.write_text("hello"), "not a company file"),
    "a database of another program": (other_database, "not a company file"),
    "a company file of a later release": (later_format, "format 5; this release reads format 4"),
    "a company file of an earlier release": (of_format(2), "format 2; this release reads format 4"),
    "an empty file": (lambda path: path.touch(), "is empty"),
    "a folder": (lambda path: path.mkdir(), "no such company file"),
    "nothing": (lambda _path: None, "no such company file"),
}


@pytest.mark.parametrize(("prepare", "why"), STRANGERS.values(), ids=STRANGERS)
def test_what_is_no_company_file_is_refused_and_left_alone(path, prepare, why):
    prepare(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(CompanyFileError, match=why) as error:
        CompanyFile.open(path)
    assert str(path) in str(error.value)
    assert (path.read_bytes() if path.is_file() else None) == before


@pytest.mark.parametrize("prepare", [other_database, later_format, lambda path: path.write_text("hello"), Path.mkdir])
def test_a_new_company_file_takes_nobodys_place(path, prepare):
    prepare(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(CompanyFileError):
        CompanyFile.create(path)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_company_file_needs_its_folder(path):
    with pytest.raises(CompanyFileError, match="cannot be opened or made there"):
        CompanyFile.create(path / "not there")


def test_a_company_has_a_name_that_quickbooks_can_hold(path):
    with pytest.raises(CompanyFileError, match="at most 59"):
        CompanyFile.create(path, name="x" * 60)
    assert not path.exists()


def test_a_file_that_breaks_at_work_is_an_engine_error_and_nothing_else(path):
    path.write_bytes(full(path).replace(b"<Name>", b"<Nome>"))  # what no check of pages can see
    with CompanyFile.open(path) as company:
        with pytest.raises(EngineError) as error:
            company.process(document("<VendorQueryRq/>"))
        assert error.value.hresult == 0x8004041C
        assert "is damaged" in company.last_fault
    with pytest.raises(NotSentError, match="the company file is closed"):
        company.process(document("<VendorQueryRq/>"))


def test_threads_wait_for_one_another():
    with CompanyFile.create() as company:
        adds = [lambda n=n: put(company, Vendor(name=f"V{n}")) for n in range(20)]
        threads = [threading.Thread(target=add) for add in adds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({vendor.list_id for vendor in company.records("Vendor")}) == len(threads)


# --- twins -----------------------------------------------------------------------------------------------------------


def contents(company):
    return {kind: list(company.records(kind)) for kind in company.kinds}


def test_a_twin_has_the_same_in_it_and_each_goes_its_own_way():
    early, late = Clock(), Clock(NOON + 100)
    with CompanyFile.create(clock=early) as one:
        first = put(one, Vendor(name="Alder"))
        say(one, Request.add(Vendor(name="Birch")), new_message_set_id="S1")
        with one.twin(clock=late) as other:
            assert other.file_id == one.file_id
            assert contents(other) == contents(one)
            before = contents(one)

            put(other, Vendor(name="Cedar"))
            other.as_user().rename(first, "Ash")
            assert contents(one) == before
            there = contents(other)
            put(one, Vendor(name="Dogwood"))
            one.as_user().delete(first)
            assert contents(other) == there

            theirs, ours = put(other, Vendor(name="Elm")), put(one, Vendor(name="Elm"))
            assert int(theirs.edit_sequence) - int(ours.edit_sequence) >= 100 - 10
            one.process(write_requests((), old_message_set_id="S1"))
            asked = write_requests((), new_message_set_id="S1", old_message_set_id="S1")
            kept = [read_reply(company.process(asked)).message_set_status for company in (one, other)]
            assert kept == [600, 0]


def test_a_twin_outlives_the_file_that_it_is_of():
    with CompanyFile.create() as one:
        put(one, Vendor(name="Alder"))
        other = one.twin()
    assert names(other.records("Vendor")) == ["Alder"]
    other.close()


def test_who_has_patience_waits_for_another_program(tmp_path):
    path = tmp_path / "books.company"
    held = CompanyFile.create(path)
    threading.Timer(0.2, held.close).start()
    with CompanyFile.open(path, patience=30) as company:
        assert company.file_id
        with pytest.raises(CompanyFileError, match="is open already"):
            CompanyFile.open(path, patience=0.1)


# --- where it stands, and who has it open ----------------------------------------------------------------------------


def test_a_twin_can_stand_elsewhere_and_prints_the_time_of_its_wall():
    summer = int(dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC).timestamp())
    with (
        CompanyFile.create(clock=lambda: summer) as one,
        one.twin(clock=lambda: summer, zone="America/Denver") as other,
    ):
        printed = [put(company, Vendor(name="Alder")).time_created.raw for company in (one, other)]
        assert printed == ["2026-07-01T12:00:00+00:00", "2026-07-01T06:00:00-07:00"]
        assert put(one, Vendor(name="Birch")).time_created.raw == printed[0]
        with pytest.raises(CompanyFileError, match="is no time zone"):
            one.twin(zone="Mars/Olympus")


def test_in_multi_user_mode_the_host_says_so_and_nothing_is_merged():
    with CompanyFile.create() as company:
        one, other = (put(company, Vendor(name=name)) for name in ("Alder", "Birch"))
        assert ask(company, HostQuery())[0].qb_file_mode == FileMode.SINGLE_USER
        company.multi_user = True
        assert ask(company, HostQuery())[0].qb_file_mode == FileMode.MULTI_USER
        with company.twin() as twin:
            assert twin.multi_user
            with pytest.raises(CompanyFileError, match="not allowed in multi-user mode"):
                twin.as_user().merge(one, other)
        company.multi_user = False
        company.as_user().merge(one, other)
        assert names(company.records("Vendor")) == ["Birch"]
