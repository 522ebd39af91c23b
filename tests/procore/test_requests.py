"""Procore's ERP requests: what is read, what is refused, and that every refusal says where."""

import copy
import io
import json
import pickle
import re
import string
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import domain
from procore_qbd.domain import (
    Budget,
    BudgetTransaction,
    ChangeOrder,
    ChangeOrderItem,
    Commitment,
    CommitmentItem,
    CommitmentKind,
    CostCode,
    CostCodeRef,
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    ErpRequest,
    ItemKind,
    JobCost,
    LineItemType,
    NotSupported,
    Project,
    ProjectRef,
    Requisition,
    RequisitionItem,
    StandardCostCode,
    Unreadable,
    UpdateBudget,
    VendorCompany,
    VendorRef,
)
from procore_qbd.errors import PayloadError
from procore_qbd.procore import calls, read_request, read_user, read_users, refuse
from procore_qbd.procore.requests import KNOWN_REQUESTS
from procore_qbd.procore.strict_json import FREE_TEXT, PayloadFaults, strict_converter
from support.payloads import (
    BUDGET,
    CHANGE,
    CODES,
    COMMITMENT,
    FORGETTING,
    JOB,
    REQUISITIONS,
    SAMPLES,
    VENDOR,
    paths_of,
    put,
    value_at,
)
from support.shared import SHARED, needs_shared

EVENTS = sorted((SHARED / "procore" / "events").glob("event_*.json")) if SHARED else [Path("absent")]
LONE_SURROGATE = "\ud800"
FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def shown_path(path):
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def faults_of(data, **options):
    """The faults of the whole request, or of those of its items that cannot be read."""
    try:
        request = read_request(data, **options)
    except PayloadError as error:
        return list(error.faults)
    assert request.unreadable
    return [fault for item in request.unreadable for fault in item.faults]


def answer(data):
    """The request, or the faults; any other exception fails the test."""
    try:
        request = read_request(data)
        if not getattr(request, "unreadable", ()):
            return request
        faults = faults_of(data)
    except PayloadError as error:
        faults = list(error.faults)
    assert faults
    assert all(re.match(r"\$[^ ]*: \S", fault) for fault in faults), faults
    assert len(set(faults)) == len(faults)
    return faults


# What is read


def test_a_vendor_is_read_with_its_detail_and_company():
    assert read_request(json.dumps(VENDOR)) == CreateVendor(
        company_id=9,
        request_detail_id=4,
        vendor=VendorCompany(id=12, name="Petrov Roofing", city="Bend", zip="97701"),
    )


def test_standard_cost_codes_are_read_each_with_its_own_detail_or_none():
    request = read_request(json.dumps(CODES), company_id=9)
    assert isinstance(request, CreateStandardCostCodes)
    assert request.request_detail_ids == (21, None, 23)
    assert request.standard_cost_codes[1] == StandardCostCode(
        id=2, code="310", full_code="07-310", name="Shingles", parent_id=1
    )
    assert request.company_id == 9


def test_a_job_is_read_with_its_cost_codes_and_their_cost_types():
    assert read_request(json.dumps(JOB)) == CreateOrUpdateJob(
        company_id=9,
        request_detail_id=31,
        job=Project(id=70, name="Mill Street Lofts", address="9 Mill Street"),
        all_cost_codes=(
            CostCode(id=5, code="07", full_code="07", name="Roofing"),
            CostCode(
                id=6,
                code="310",
                full_code="07-310",
                name="Shingles",
                standard_cost_code_id=2,
                line_item_types=(LineItemType(id=8, name="Other", code="O"),),
            ),
        ),
    )


def test_a_budget_is_read_with_its_lines_and_transactions():
    expected = CreateBudget(
        company_id=9,
        job_origin_id="80000033-9",
        budget=Budget(id=81, project_id=70),
        job_costs=(
            JobCost(
                id=811,
                cost_code_origin_id="80000033-9|8000000A-7",
                budget_line_item_id=91,
                new_amount=Decimal(1250),
            ),
            JobCost(id=812, job_origin_id="80000033-9"),
        ),
        transactions=(
            BudgetTransaction(id=1, job_cost_id=811, value=Decimal("1200.5"), type="Erp::OriginalEstimateTransaction"),
            BudgetTransaction(
                id=2,
                job_cost_id=811,
                value=Decimal("-0.25"),
                type="Erp::BudgetModificationTransaction",
                procore_transaction_id=5,
            ),
            BudgetTransaction(
                id=3, job_cost_id=812, value=Decimal("40.0"), type="Erp::BudgetModificationTransaction", synced=True
            ),
        ),
    )
    assert read_request(json.dumps(BUDGET)) == expected
    assert read_request(BUDGET | {"request_name": "update_budget"}) == UpdateBudget(
        **attrs.asdict(expected, recurse=False)
    )


ITEM = CommitmentItem(
    id=511,
    amount=Decimal("1020.5"),
    cost_code=CostCodeRef(id=6, full_code="07-310", name="Shingles", origin_id="80000033-9|8000000A-7"),
    line_item_type=LineItemType(id=8, name="Other"),
    description="Shingles, laid",
    extended_type="calculated",
    quantity=Decimal("20.41"),
    unit_cost=Decimal("50.0"),
    uom="sq",
    total_amount=Decimal("1020.5"),
    tax_amount=Decimal("0.0"),
)


def test_a_commitment_is_read_with_its_vendor_its_lines_and_the_accounting_date():
    assert read_request(json.dumps(COMMITMENT)) == CreateCommitment(
        company_id=9,
        request_detail_id=41,
        job_origin_id="80000033-9",
        commitment=Commitment(
            id=51,
            kind=CommitmentKind.PURCHASE_ORDER_CONTRACT,
            number="PO-7",
            code="7",
            title="Shingles",
            status="Approved",
            vendor=VendorRef(id=12, name="Petrov Roofing", origin_id="80000012-1"),
            project=ProjectRef(id=70, name="Mill Street Lofts", origin_id="80000033-9"),
            contract_date=date(2026, 3, 31),
            retainage_percent=Decimal("10.0"),
            grand_total=Decimal("1320.5"),
            executed=True,
        ),
        commitment_items=(ITEM, CommitmentItem(id=512, amount=Decimal("300.0"), quantity=Decimal("0.0"))),
        accounting_date=date(2026, 4, 1),
    )


@pytest.mark.parametrize("kind", CommitmentKind)
def test_a_commitments_kind_is_a_choice_and_no_text(kind):
    read = read_request(put(COMMITMENT, ("request_data", "commitment", "type"), kind.value)).commitment.kind
    assert read is kind


def test_a_change_order_is_read_with_the_line_that_each_of_its_lines_points_to():
    item = attrs.asdict(ITEM, recurse=False) | {"id": 611, "total_amount": Decimal("1100.0")}
    assert read_request(json.dumps(CHANGE)) == CreateCommitmentChangeOrder(
        company_id=9,
        request_detail_id=42,
        job_origin_id="80000033-9",
        commitment=read_request(COMMITMENT).commitment,
        commitment_items=(CommitmentItem(id=513, amount=Decimal("0.0")),),
        change_order=ChangeOrder(
            id=61,
            number="4",
            title="Ridge vents",
            status="Approved",
            created_at=datetime.fromisoformat("2026-04-05T08:00:00Z"),
            due_date=date(2026, 4, 9),
            origin_code="CO-4",
        ),
        change_order_items=(ChangeOrderItem(**item, commitment_line_item_id=513),),
    )


@pytest.mark.parametrize(
    ("written", "read"), [(45, "45"), ("45", "45"), ("CO-007", "CO-007"), (" ", None), (None, None)]
)
def test_a_change_orders_number_is_a_text_however_it_is_written(written, read):
    assert read_request(put(CHANGE, NUMBER, written)).change_order.number == read


NUMBER = ("request_data", "change_order", "number")
DUE = ("request_data", "change_order", "due_date")


@given(st.dates(FIRST, LAST), st.times())
def test_a_change_orders_due_date_is_the_day_as_it_is_written(day, time):
    for written in (day.isoformat(), f"{day}T{time:%H:%M:%S}Z", f"{day}T{time:%H:%M:%S}-07:00"):
        assert read_request(put(CHANGE, DUE, written)).change_order.due_date == day


def test_invoices_are_read_with_their_lines_and_each_with_its_own_detail_or_none():
    request = read_request(json.dumps(REQUISITIONS))
    assert request == CreateRequisitions(
        company_id=9,
        requisitions=(
            Requisition(
                id=71,
                invoice_number="9348",
                billing_date=date(2026, 4, 30),
                contract_id=51,
                contract_origin_id="1A2-9",
                formatted_payment_due="$918.45",
                items=(
                    RequisitionItem(
                        id=711,
                        item_type="Billings::ContractItem",
                        commitment_item_origin_id="1A3-9",
                        amount=Decimal("1020.5"),
                        qty=Decimal("20.41"),
                        description="Shingles, laid",
                        retainage_this_period=Decimal("102.05"),
                        released_work_completed_this_period=Decimal("0.0"),
                    ),
                ),
                request_detail_id=43,
            ),
            Requisition(
                id=72,
                billing_date=date(2026, 4, 30),
                contract_id=51,
                created_at=datetime.fromisoformat("2026-05-02T08:00:00Z"),
                items=(RequisitionItem(id=721, amount=Decimal(300)),),
            ),
        ),
    )
    assert request.request_detail_ids == (43, None)


@pytest.mark.parametrize("inside", [True, False])
def test_invoices_without_a_detail_of_their_own_share_the_batchs(inside):
    payload = copy.deepcopy(REQUISITIONS)
    (payload["request_data"] if inside else payload)["request_detail_id"] = 44
    assert read_request(payload).request_detail_ids == (43, 44)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["request_name"])
def test_bytes_text_and_parsed_data_are_read_alike_and_a_byte_order_mark_is_accepted(sample):
    text = json.dumps(sample)
    expected = read_request(sample)
    for data in (text, text.encode(), "\ufeff" + text, b"\xef\xbb\xbf" + text.encode()):
        assert read_request(data) == expected


def test_the_company_comes_first_and_the_name_where_the_company_is_blank():
    path = ("request_data", "vendor", "company")
    assert read_request(VENDOR).vendor.name == "Petrov Roofing"
    for nothing in ("", "  ", None):
        assert read_request(put(VENDOR, path, nothing)).vendor.name == "Ana Petrov"


@given(st.text(alphabet=" \t\n\u00a0", max_size=4))
def test_blank_optional_text_is_none(blank):
    vendor = read_request(put(VENDOR, ("request_data", "vendor", "city"), blank)).vendor
    assert vendor.city is None


@pytest.mark.parametrize(
    ("sample", "path"),
    [
        (COMMITMENT, ("commitment", "contract_date")),
        (COMMITMENT, ("additional_data", "accounting_date")),
        (COMMITMENT, ("commitment", "grand_total")),
        (COMMITMENT, ("commitment_items", 0, "tax_code_id")),
        (COMMITMENT, ("commitment", "vendor")),
        (COMMITMENT, ("request_detail_id",)),
        (CHANGE, ("change_order", "due_date")),
        (CHANGE, ("change_order", "number")),
        (CHANGE, ("change_order", "created_at")),
        (REQUISITIONS, ("requisitions", 0, "request_detail_id")),
        (REQUISITIONS, ("requisitions", 0, "line_items", 0, "retainage_this_period")),
    ],
    ids=lambda value: shown_path(value) * isinstance(value, tuple),
)
def test_blank_text_is_null_wherever_null_is_allowed(sample, path):
    path = ("request_data", *path)
    for nothing in ("", "  "):
        assert read_request(put(sample, path, nothing)) == read_request(put(sample, path, None))


def city(text):
    return read_request(json.dumps(put(VENDOR, ("request_data", "vendor", "city"), text))).vendor.city


def street(text):
    return read_request(json.dumps(put(VENDOR, ("request_data", "vendor", "address"), text))).vendor.address


@given(st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Cf"]), min_size=1).filter(str.strip))
def test_text_that_says_something_is_kept_as_it_is_but_for_its_blanks(text):
    assert city(text) == text.replace("\u00a0", " ")
    assert street(text) == text


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Cafe\u0301", "Café"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("10 \u212b", "10 Å"),
        ("Cedar\u00a0Supply", "Cedar Supply"),
        ("Cedar\tSupply", "Cedar Supply"),
        ("\u2003Cedar\u3000Supply\u202f", " Cedar Supply "),
        ("Cedar  Supply", "Cedar  Supply"),
        ("🌲 Cedar", "🌲 Cedar"),
        ("שלום", "שלום"),
    ],
)
def test_names_that_look_the_same_are_the_same(written, name):
    assert city(written) == name


@pytest.mark.parametrize(
    ("letter", "what"),
    [
        *((letter, "a line break") for letter in ("\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")),
        ("\0", "the invisible character U+0000"),
        ("\x1b", "the invisible character U+001B"),
        ("\u200b", "the invisible character U+200B"),
        ("\u200f", "the invisible character U+200F"),
        ("\u202e", "the invisible character U+202E"),
        ("\ufeff", "the invisible character U+FEFF"),
        ("\u00ad", "the invisible character U+00AD"),
    ],
)
@pytest.mark.parametrize(
    ("sample", "path"),
    [
        (VENDOR, ("vendor", "company")),
        (JOB, ("job", "name")),
        (JOB, ("all_cost_codes", 1, "full_code")),
        (COMMITMENT, ("commitment", "number")),
        (COMMITMENT, ("commitment", "code")),
        (CHANGE, ("change_order", "number")),
        (CODES, (1, "code")),
        (REQUISITIONS, ("requisitions", 0, "invoice_number")),
    ],
    ids=lambda value: shown_path(value) * isinstance(value, tuple),
)
def test_a_name_with_what_cannot_be_seen_is_refused(sample, path, letter, what):
    path = ("request_data", *path)
    fault = f"{shown_path(path)}: expected a text without {what}, got {f'Ced{letter}ar'!r}"
    assert faults_of(put(sample, path, f"Ced{letter}ar")) == [fault]


def test_in_free_text_line_breaks_stay_and_other_control_characters_are_refused():
    breaks = ("\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")
    assert {street(f"1 Main St{one}Bend") for one in breaks} == {"1 Main St\nBend"}
    assert street("two\n\nbreaks\n") == "two\n\nbreaks\n"
    assert street("a\tb\u00a0c") == "a\tb\u00a0c"
    assert street("Cafe\u0301") == "Café"
    path = ("request_data", "commitment", "description")
    for letter in "\0\x07\x1b\x1f\x7f\x9f":
        assert faults_of(put(COMMITMENT, path, f"a{letter}")) == [
            f"{shown_path(path)}: expected a text without the invisible character U+{ord(letter):04X}, got {f'a{letter}'!r}"
        ]


def test_every_text_of_several_lines_is_one_that_people_write_freely():
    lines = {"address", "bill_to_address", "ship_to_address", "description", "notes", "payment_terms", "origin_data"}
    assert lines == FREE_TEXT
    nouns = [noun for noun in vars(domain).values() if attrs.has(noun)]
    assert all(any(name in attrs.fields_dict(noun) for noun in nouns) for name in FREE_TEXT)


def test_an_amount_of_minus_nothing_is_nothing():
    path = ("request_data", "commitment_items", 1, "amount")
    for written in ("-0", "-0.0", "-0.00", -0.0, 0, "-0e5"):
        read = read_request(put(COMMITMENT, path, written)).commitment_items[1].amount
        assert str(read).startswith("0"), written


@pytest.mark.parametrize("nothing", [None, {}, ...])
def test_erp_custom_fields_may_be_null_empty_or_absent(nothing):
    payload = VENDOR if nothing is ... else put(VENDOR, ("request_data", "vendor", "erp_custom_fields"), nothing)
    assert read_request(payload).vendor.vendor_type_origin_id is None


def test_the_approvers_choices_come_from_erp_custom_fields():
    picked = {"income_account_origin_id": "80000001-1", "expense_account_origin_id": ""}
    code = read_request(put(CODES, ("request_data", 0, "erp_custom_fields"), picked)).standard_cost_codes[0]
    assert (code.income_account_origin_id, code.expense_account_origin_id) == ("80000001-1", None)


def test_deleted_cost_codes_are_left_out_even_when_they_are_broken():
    deleted = put(JOB, ("request_data", "all_cost_codes", 0), {"id": None, "deleted_at": "2026-01-05T08:00:00Z"})
    assert [code.id for code in read_request(deleted).all_cost_codes] == [6]


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s is not CODES], ids=lambda sample: sample["request_name"])
@pytest.mark.parametrize("inside", [True, False])
def test_detail_and_company_are_found_inside_and_beside_the_data(sample, inside):
    payload = copy.deepcopy(sample)
    for field in ("request_detail_id", "company_id"):
        payload["request_data"].pop(field, None)
        payload.pop(field, None)
        (payload["request_data"] if inside else payload)[field] = 55
    request = read_request(payload)
    assert (request.request_detail_id, request.company_id) == (55, 55)


def test_detail_and_company_may_be_nowhere_and_the_caller_may_know_the_company():
    nowhere = {"request_name": "create_vendor", "request_data": {"vendor": {"id": 1, "name": "A"}}}
    assert read_request(nowhere).request_detail_id is None
    assert read_request(nowhere).company_id is None
    assert read_request(nowhere, company_id=562949).company_id == 562949


@pytest.mark.parametrize(
    ("data", "instead"),
    [
        (Path("request.json"), ": pass its read_bytes()"),
        (io.BytesIO(b"{}"), ": pass its read()"),
        (object(), ""),
        (read_request, ""),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_json_at_all_is_a_mistake_of_the_callers(data, instead):
    for read in (read_request, read_user, read_users):
        with pytest.raises(TypeError) as caught:
            read(data)
        kind = type(data).__name__
        assert str(caught.value) == f"expected JSON as bytes, as text or parsed, got a {kind}{instead}"


def test_whatever_is_like_bytes_is_read():
    text = json.dumps(VENDOR).encode()
    assert read_request(bytearray(text)) == read_request(memoryview(text)) == read_request(VENDOR)
    assert read_user(bytearray(b'{"name": "ana"}')) == read_user({"name": "ana"})


@given(st.integers(min_value=0, max_value=10**19 - 1))
def test_an_id_may_be_a_number_or_its_digits(procore_id):
    for written in (procore_id, str(procore_id)):
        assert read_request(json.dumps(put(VENDOR, ("request_data", "vendor", "id"), written))).vendor.id == procore_id


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["request_name"])
@given(st.data())
def test_fields_that_procore_adds_change_nothing(sample, data):
    objects = [path for path in [(), *paths_of(sample)] if isinstance(value_at(sample, path), dict)]
    holder = data.draw(st.sampled_from(objects))
    assert read_request(put(sample, (*holder, "added_tomorrow"), data.draw(any_json))) == read_request(sample)


# What is refused, and how it is said


@given(any_json)
def test_any_json_is_a_request_or_a_payload_error(value):
    assert isinstance(answer(json.dumps(value)), list)


@given(st.binary(max_size=40) | st.text(max_size=40))
def test_any_bytes_and_any_text_are_refused_with_a_payload_error(data):
    assert isinstance(answer(data), list)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["request_name"])
@given(st.data())
def test_any_value_in_any_place_is_read_or_refused_there(sample, data):
    path = data.draw(st.sampled_from(list(paths_of(sample))))
    value = data.draw(any_json)
    payload = put(sample, path, value)
    parsed, text = answer(payload), answer(json.dumps(payload))
    assert type(parsed) is type(text)
    for fault in text if isinstance(text, list) else ():
        assert fault.startswith(shown_path(path)) or " already, got " in fault


def broken(kind):
    """Values that cannot stand where this kind is expected."""
    texts = st.text(string.ascii_letters, min_size=1, max_size=200)
    return {
        int: texts | st.booleans() | st.just(2.5) | st.just([]),
        str: st.integers() | st.booleans() | st.just({}) | st.floats(allow_nan=False, allow_infinity=False),
        bool: texts | st.integers() | st.none(),
        Decimal: texts | st.booleans() | st.just("1,000.00") | st.just([]),
        date: texts | st.integers() | st.just("2026-03-31T09:30:00"),
        StrEnum: texts | st.integers() | st.none() | st.just([]),
    }[kind]


KINDS = [
    (VENDOR, ("request_data", "vendor", "id"), int),
    (VENDOR, ("request_data", "vendor", "company"), str),
    (VENDOR, ("request_data", "vendor", "city"), str),
    (VENDOR, ("request_data", "vendor", "is_active"), bool),
    (VENDOR, ("request_data", "request_detail_id"), int),
    (VENDOR, ("request_data", "company_id"), int),
    (CODES, ("request_data", 0, "id"), int),
    (CODES, ("request_data", 0, "code"), str),
    (CODES, ("request_data", 1, "parent_id"), int),
    (CODES, ("request_data", 2, "name"), str),
    (CODES, ("request_data", 2, "request_detail_id"), int),
    (JOB, ("request_data", "job", "name"), str),
    (JOB, ("request_data", "job", "active"), bool),
    (JOB, ("request_data", "all_cost_codes", 0, "full_code"), str),
    (JOB, ("request_data", "all_cost_codes", 1, "standard_cost_code_id"), int),
    (JOB, ("request_data", "all_cost_codes", 1, "line_item_types", 0, "id"), int),
    (JOB, ("request_detail_id",), int),
    (BUDGET, ("request_data", "job_id"), str),
    (BUDGET, ("request_data", "budget", "id"), int),
    (BUDGET, ("request_data", "budget", "synced"), bool),
    (BUDGET, ("request_data", "job_costs", 0, "new_amount"), Decimal),
    (BUDGET, ("request_data", "job_costs", 1, "cost_code_origin_id"), str),
    (BUDGET, ("request_data", "transactions", 0, "value"), Decimal),
    (BUDGET, ("request_data", "transactions", 1, "job_cost_id"), int),
    (BUDGET, ("request_data", "transactions", 2, "type"), str),
    (COMMITMENT, ("request_data", "commitment", "type"), StrEnum),
    (COMMITMENT, ("request_data", "commitment", "number"), str),
    (COMMITMENT, ("request_data", "commitment", "vendor", "company"), str),
    (COMMITMENT, ("request_data", "commitment", "contract_date"), date),
    (COMMITMENT, ("request_data", "commitment", "grand_total"), Decimal),
    (COMMITMENT, ("request_data", "commitment_items", 0, "cost_code", "origin_id"), str),
    (COMMITMENT, ("request_data", "commitment_items", 0, "quantity"), Decimal),
    (COMMITMENT, ("request_data", "commitment_items", 1, "amount"), Decimal),
    (COMMITMENT, ("request_data", "additional_data", "accounting_date"), date),
    (CHANGE, ("request_data", "job_origin_id"), str),
    (CHANGE, ("request_data", "change_order", "due_date"), date),
    (CHANGE, ("request_data", "change_order", "created_at"), date),
    (CHANGE, ("request_data", "change_order_items", 0, "commitment_line_item_id"), int),
    (CHANGE, ("request_data", "change_order_items", 0, "total_amount"), Decimal),
    (REQUISITIONS, ("request_data", "requisitions", 0, "procore_requisition_id"), int),
    (REQUISITIONS, ("request_data", "requisitions", 0, "billing_date"), date),
    (REQUISITIONS, ("request_data", "requisitions", 0, "request_detail_id"), int),
    (REQUISITIONS, ("request_data", "requisitions", 0, "line_items", 0, "procore_requisition_item_id"), int),
    (REQUISITIONS, ("request_data", "requisitions", 0, "line_items", 0, "requisition_item_type"), str),
    (REQUISITIONS, ("request_data", "requisitions", 0, "line_items", 0, "retainage_this_period"), Decimal),
    (REQUISITIONS, ("request_data", "requisitions", 1, "contract_id"), int),
    (REQUISITIONS, ("request_data", "requisitions", 1, "line_items", 0, "amount"), Decimal),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["request_name"])
@given(st.data())
def test_n_broken_fields_give_n_faults_each_with_its_path(sample, data):
    fields = [(path, kind) for of, path, kind in KINDS if of is sample]
    chosen = data.draw(st.lists(st.sampled_from(fields), min_size=1, unique=True))
    payload = sample
    for path, kind in chosen:
        payload = put(payload, path, data.draw(broken(kind)))
    faults = faults_of(json.dumps(payload))
    assert sorted(fault.split(":")[0] for fault in faults) == sorted(shown_path(path) for path, _ in chosen)
    assert all(len(fault.partition(":")[2]) < 120 for fault in faults)  # behind the path, however long that is


REQUIRED = [
    (VENDOR, ("request_data", "vendor")),
    (VENDOR, ("request_data", "vendor", "id")),
    (CODES, ("request_data", 1, "id")),
    (CODES, ("request_data", 1, "code")),
    (CODES, ("request_data", 1, "full_code")),
    (CODES, ("request_data", 1, "name")),
    (JOB, ("request_data", "job")),
    (JOB, ("request_data", "job", "name")),
    (JOB, ("request_data", "all_cost_codes", 1, "line_item_types", 0, "id")),
    (BUDGET, ("request_data", "budget")),
    (BUDGET, ("request_data", "job_costs")),
    (BUDGET, ("request_data", "transactions")),
    (BUDGET, ("request_data", "transactions", 0, "job_cost_id")),
    (BUDGET, ("request_data", "transactions", 0, "value")),
    (BUDGET, ("request_data", "transactions", 0, "type")),
    (COMMITMENT, ("request_data", "commitment")),
    (COMMITMENT, ("request_data", "commitment", "type")),
    (COMMITMENT, ("request_data", "commitment", "project")),
    (COMMITMENT, ("request_data", "commitment", "vendor", "company")),
    (COMMITMENT, ("request_data", "commitment_items")),
    (COMMITMENT, ("request_data", "commitment_items", 0, "amount")),
    (CHANGE, ("request_data", "commitment")),
    (CHANGE, ("request_data", "commitment", "type")),
    (CHANGE, ("request_data", "commitment", "project")),
    (CHANGE, ("request_data", "commitment", "vendor", "company")),
    (CHANGE, ("request_data", "change_order")),
    (CHANGE, ("request_data", "change_order_items")),
    (CHANGE, ("request_data", "change_order_items", 0, "amount")),
    (REQUISITIONS, ("request_data", "requisitions")),
    (REQUISITIONS, ("request_data", "requisitions", 0, "procore_requisition_id")),
    (REQUISITIONS, ("request_data", "requisitions", 0, "billing_date")),
    (REQUISITIONS, ("request_data", "requisitions", 0, "contract_id")),
    (REQUISITIONS, ("request_data", "requisitions", 0, "line_items")),
    (REQUISITIONS, ("request_data", "requisitions", 0, "line_items", 0, "procore_requisition_item_id")),
    (REQUISITIONS, ("request_data", "requisitions", 0, "line_items", 0, "amount")),
]


@pytest.mark.parametrize(("sample", "path"), REQUIRED, ids=lambda value: shown_path(value) * isinstance(value, tuple))
def test_what_is_missing_is_named_by_its_path(sample, path):
    payload = copy.deepcopy(sample)
    del value_at(payload, path[:-1])[path[-1]]
    assert faults_of(payload) == [f"{shown_path(path)}: is missing"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["request_name"])
def test_everything_else_may_be_missing(sample):
    fields = {path[-1] for of, path in REQUIRED if of is sample}
    required = {"request_name", "request_data", "id", "code", "full_code", "name", *fields}
    for path in paths_of(sample):
        if path[-1] in required:
            continue
        payload = copy.deepcopy(sample)
        del value_at(payload, path[:-1])[path[-1]]
        assert isinstance(read_request(payload), ErpRequest), path


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("vendor", "id"), "abc", "vendor.id: expected a whole number, got 'abc'"),
        (("vendor", "id"), True, "vendor.id: expected a whole number, got true"),
        (("vendor", "id"), 12.0, "vendor.id: expected a whole number, got 12.0"),
        (("vendor", "id"), None, "vendor.id: expected a whole number, got null"),
        (("vendor", "id"), -12, "vendor.id: expected a whole number, got -12"),
        (("vendor", "id"), 10**19, "vendor.id: expected a whole number, got a number of more than 19 digits"),
        (("vendor", "zip"), 97701, "vendor.zip: expected a text, got 97701"),
        (("vendor", "zip"), [], "vendor.zip: expected a text, got a list"),
        (("vendor", "city"), LONE_SURROGATE, "vendor.city: expected a text of whole characters, got '\\ud800'"),
        (("vendor", "is_active"), "true", "vendor.is_active: expected true or false, got 'true'"),
        (("vendor",), "Petrov", "vendor: expected an object, got 'Petrov'"),
        (("vendor", "erp_custom_fields"), 3, "vendor.erp_custom_fields: expected an object, got 3"),
    ],
)
def test_a_fault_says_where_what_was_expected_and_what_stood_there(path, value, fault):
    payload = put(VENDOR, ("request_data", *path), value)
    fault = f"$.request_data.{fault}"
    assert faults_of(json.dumps(payload)) == [fault]
    with pytest.raises(PayloadError) as caught:
        read_request(payload)
    assert str(caught.value) == f"create_vendor: {fault}"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own bytes


def test_a_vendor_without_any_name_is_refused():
    nameless = put(put(VENDOR, ("request_data", "vendor", "company"), ""), ("request_data", "vendor", "name"), " ")
    assert faults_of(nameless) == ["$.request_data.vendor.company: expected a text, got ''"]


def test_an_id_that_stands_twice_in_a_list_is_refused_wherever_the_list_is():
    types = [{"id": 8, "name": "Other"}, {"id": 8, "name": "Labor"}]
    assert faults_of(put(JOB, ("request_data", "all_cost_codes", 1, "line_item_types"), types)) == [
        "$.request_data.all_cost_codes[1].line_item_types[1].id: is at [0] already, got 8"
    ]


def test_two_companies_or_two_details_are_refused():
    assert faults_of(VENDOR, company_id=10) == ["$.request_data.company_id: expected 10, as the caller says, got 9"]
    assert faults_of(VENDOR | {"company_id": 8, "request_detail_id": "5"}) == [
        "$.request_detail_id: expected 4, as $.request_data.request_detail_id says, got 5",
        "$.company_id: expected 9, as $.request_data.company_id says, got 8",
    ]
    assert faults_of(CODES | {"company_id": 8}, company_id=9) == ["$.company_id: expected 9, as the caller says, got 8"]
    assert read_request(VENDOR | {"company_id": "9", "request_detail_id": 4}, company_id=9) == read_request(VENDOR)


# What is refused alone


def test_an_invoice_that_cannot_be_read_is_refused_alone():
    request = read_request(put(REQUISITIONS, ("request_data", "requisitions", 0, "billing_date"), None))
    assert [invoice.id for invoice in request.requisitions] == [72]
    assert request.unreadable == (
        Unreadable(
            kind=ItemKind.REQUISITION,
            id=71,
            name="9348",
            request_detail_id=43,
            faults=("$.request_data.requisitions[0].billing_date: expected a date like '2026-03-31', got null",),
        ),
    )


def test_a_cost_code_that_cannot_be_read_is_refused_alone_and_the_details_stay_in_step():
    request = read_request(put(CODES, ("request_data", 1, "name"), " "))
    assert [code.id for code in request.standard_cost_codes] == [1, 3]
    assert request.request_detail_ids == (21, 23)
    [unreadable] = request.unreadable
    assert (unreadable.id, unreadable.name, unreadable.request_detail_id) == (2, "07-310", None)
    assert unreadable.kind is ItemKind.STANDARD_COST_CODE
    assert unreadable.faults == ("$.request_data[1].name: expected a text, got ' '",)


@pytest.mark.parametrize(
    ("sample", "path"), [(CODES, ()), (REQUISITIONS, ("requisitions",))], ids=["codes", "invoices"]
)
@pytest.mark.parametrize("item", [None, 5, "x", [], {}, True, {"id": None, "procore_requisition_id": None}])
def test_what_is_no_item_at_all_is_refused_alone(sample, path, item):
    request = read_request(put(sample, ("request_data", *path, 0), item))
    [unreadable] = request.unreadable
    assert (unreadable.id, unreadable.name, unreadable.request_detail_id) == (None, None, None)
    assert all(fault.startswith(shown_path(("request_data", *path, 0))) for fault in unreadable.faults)


def test_everything_wrong_with_an_item_is_told():
    payload = put(
        CODES, ("request_data", 1), {"id": "x", "code": 310, "full_code": "07\n310", "request_detail_id": "?"}
    )
    [unreadable] = read_request(payload).unreadable
    assert unreadable == Unreadable(
        kind=ItemKind.STANDARD_COST_CODE,
        name="310",
        faults=(
            "$.request_data[1].request_detail_id: expected a whole number, got '?'",
            "$.request_data[1].id: expected a whole number, got 'x'",
            "$.request_data[1].code: expected a text, got 310",
            "$.request_data[1].full_code: expected a text without a line break, got '07\\n310'",
            "$.request_data[1].name: is missing",
        ),
    )


def test_of_two_items_with_one_id_neither_is_believed():
    twice = read_request(put(REQUISITIONS, ("request_data", "requisitions", 1, "procore_requisition_id"), "71"))
    assert twice.requisitions == ()
    assert [(one.id, one.request_detail_id, one.faults) for one in twice.unreadable] == [
        (71, 43, ("$.request_data.requisitions[0].procore_requisition_id: is at [1] too, got 71",)),
        (71, None, ("$.request_data.requisitions[1].procore_requisition_id: is at [0] too, got 71",)),
    ]
    broken_too = put(put(CODES, ("request_data", 2, "id"), 1), ("request_data", 2, "name"), 5)
    assert faults_of(broken_too) == [
        "$.request_data[0].id: is at [2] too, got 1",
        "$.request_data[2].id: is at [0] too, got 1",
        "$.request_data[2].name: expected a text, got 5",
    ]


def test_what_is_wrong_around_the_items_refuses_the_request_and_tells_of_the_items_too():
    payload = put(put(REQUISITIONS, ("request_data", "company_id"), "x"), ("request_data", "requisitions", 0), None)
    with pytest.raises(PayloadError) as caught:
        read_request(payload)
    assert caught.value.faults == (
        "$.request_data.company_id: expected a whole number, got 'x'",
        "$.request_data.requisitions[0]: expected an object, got null",
    )
    for no_list in (5, "x", {}, True):
        path = ("request_data", "requisitions")
        assert faults_of(put(REQUISITIONS, path, no_list)) == [
            f"$.request_data.requisitions: expected a list, got {json.dumps(no_list) if no_list != {} else 'an object'}".replace(
                '"', "'"
            )
        ]


@pytest.mark.parametrize("nothing", [[], None])
def test_a_request_of_no_invoices_is_read_with_its_detail(nothing):
    request = read_request(
        {"request_name": "create_requisitions", "request_data": {"requisitions": nothing, "request_detail_id": 5}}
    )
    assert (request.requisitions, request.unreadable, request.request_detail_id) == ((), (), 5)


def test_a_detail_beside_the_cost_codes_is_for_all_of_them():
    request = read_request(CODES | {"request_detail_id": "20"})
    assert (request.request_detail_id, request.request_detail_ids) == (20, (21, None, 23))
    empty = read_request({"request_name": "create_standard_cost_codes", "request_data": [], "request_detail_id": 20})
    assert (empty.standard_cost_codes, empty.request_detail_id) == ((), 20)


def test_what_cannot_be_read_is_for_us_to_say():
    for sample in (CODES, REQUISITIONS):
        assert read_request(sample | {"unreadable": [{"kind": "vendor", "id": 1, "faults": []}]}).unreadable == ()


@pytest.mark.parametrize("sample", [CODES, REQUISITIONS], ids=lambda sample: sample["request_name"])
@given(st.data())
def test_whatever_is_wrong_with_one_item_the_others_are_read(sample, data):
    start = ("request_data",) if sample is CODES else ("request_data", "requisitions")
    items = value_at(sample, start)
    index = data.draw(st.integers(0, len(items) - 1))
    inside = data.draw(st.sampled_from([(), *paths_of(items[index])]))
    request = read_request(json.dumps(put(sample, (*start, index, *inside), data.draw(any_json))))
    read = items_of(request)
    assert len(read) + len(request.unreadable) == len(items)
    assert len(request.request_detail_ids) == len(read)
    taken = {one.id for one in request.unreadable}  # an id may have become another's
    assert all(one in read or one.id in taken for at, one in enumerate(items_of(read_request(sample))) if at != index)


def items_of(request):
    return request.requisitions if isinstance(request, CreateRequisitions) else request.standard_cost_codes


# What appears twice


def doubled(sample, path, first):
    """The sample as JSON text with a key twice: first with another value, then with its own."""
    key = path[-1]
    text = json.dumps(put(sample, path, "@here@"))
    own = json.dumps(value_at(sample, path))
    assert text.count('"@here@"') == 1
    return text.replace('"@here@"', f"{json.dumps(first)}, {json.dumps(key)}: {own}")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["request_name"])
def test_a_key_that_stands_twice_is_a_fault_wherever_it_stands(sample):
    for path in paths_of(sample):
        if isinstance(path[-1], str):
            faults = faults_of(doubled(sample, path, 7))
            assert any(
                fault.startswith(f"{shown_path(path)}: appears 2 times in its object, with 7, ") for fault in faults
            )


def test_a_key_that_stands_twice_is_a_fault_where_nobody_reads_too():
    text = json.dumps(VENDOR).replace('"city"', '"a b": {"\\ud800": [{"x": 1, "x": null, "x": 2}]}, "city"')
    assert faults_of(text) == [
        "$.request_data.vendor['a b']['\\ud800'][0].x: appears 3 times in its object, with 1, null, 2"
    ]


def test_an_amount_that_stands_twice_is_not_the_last_one():
    text = doubled(COMMITMENT, ("request_data", "commitment_items", 1, "amount"), "100000.00")
    assert faults_of(text) == [
        "$.request_data.commitment_items[1].amount: appears 2 times in its object, with '100000.00', '300.0'"
    ]


def test_what_stands_twice_in_one_item_refuses_that_one():
    request = read_request(doubled(CODES, ("request_data", 0, "id"), 9))
    assert [code.id for code in request.standard_cost_codes] == [2, 3]
    [unreadable] = request.unreadable
    assert (unreadable.id, unreadable.name, unreadable.request_detail_id) == (None, "07", 21)


# What an error knows besides


def known(data, **options):
    with pytest.raises(PayloadError) as caught:
        read_request(data, **options)
    error = caught.value
    assert pickle.loads(pickle.dumps(error)).__dict__ == error.__dict__  # noqa: S301 - our own bytes
    return error.request_name, error.company_id, error.request_detail_ids, error.item


def test_an_error_of_a_request_of_many_knows_the_items_that_no_detail_is_named_for():
    def items(payload):
        with pytest.raises(PayloadError) as caught:
            read_request(payload)
        return caught.value.items

    wrong = ("request_data", "company_id")
    assert items(put(REQUISITIONS, wrong, "x")) == (("requisition", 72),)
    assert items(put(REQUISITIONS, wrong, "x") | {"request_detail_id": 5}) == ()
    assert items(put(put(REQUISITIONS, wrong, "x"), ("request_data", "requisitions", 1), None)) == ()
    assert items(CODES | {"company_id": "x"}) == (("standard_cost_code", 2),)
    assert items(put(VENDOR, wrong, "x")) == ()


def test_an_error_knows_what_else_could_be_read():
    nameless = put(VENDOR, ("request_data", "vendor", "company"), 5)
    assert known(nameless) == ("create_vendor", 9, (4,), ("vendor", 12))
    assert known(json.dumps(nameless)) == ("create_vendor", 9, (4,), ("vendor", 12))
    assert known(put(JOB, ("request_data", "job", "name"), 5)) == ("create_or_update_job", 9, (31,), ("project", 70))
    assert known(put(BUDGET, ("request_data", "job_costs"), 5)) == ("create_budget", 9, (), ("budget", 81))
    assert known(put(COMMITMENT, ("request_data", "commitment_items"), 5)) == (
        "create_commitment",
        9,
        (41,),
        ("purchase_order_contract", 51),
    )
    assert known(put(COMMITMENT, ("request_data", "commitment", "type"), 5))[-1] is None
    change = ("create_commitment_change_order", 9, (42,), ("change_order", 61))
    assert known(put(CHANGE, ("request_data", "commitment"), 5)) == change
    assert known(put(CHANGE, ("request_data", "change_order", "id"), "x")) == (*change[:3], None)
    assert known(REQUISITIONS | {"company_id": 8, "request_detail_id": 40}) == (
        "create_requisitions",
        None,
        (43, 40),
        None,
    )


def test_an_error_knows_the_request_that_is_not_carried_out():
    data = {"request_detail_id": 4, "company_id": 9, "vendor": {"id": 12}}
    assert known({"request_name": "sync_vendors", "request_data": data}) == ("sync_vendors", 9, (4,), None)
    assert known({"request_name": "Bestellung", "request_data": data}) == ("Bestellung", 9, (4,), None)
    assert known({"request_name": 7, "request_data": data}) == (None, 9, (4,), None)
    codes = [{"id": 3, "request_detail_id": "5"}, {"id": 4, "request_detail_id": 6}, {"request_detail_id": 5}]
    named = {"request_name": "delete_cost_codes", "request_data": {"cost_codes": codes}}
    assert known(named, company_id=7) == ("delete_cost_codes", 7, (5, 6), None)


def test_companies_that_contradict_each_other_are_none():
    assert known(VENDOR | {"company_id": 8})[1] is None
    assert known(VENDOR, company_id=8)[1] is None
    assert known(put(VENDOR, ("request_data", "vendor"), 5), company_id=9)[1] == 9
    assert known("{", company_id=9) == (None, 9, (), None)
    assert known("[]", company_id=9) == (None, 9, (), None)
    assert known({}) == (None, None, (), None)
    assert known(doubled(VENDOR, ("request_data", "request_detail_id"), 5))[2] == (5, 4)
    assert known(doubled(VENDOR, ("request_data", "company_id"), 8))[1] is None


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("commitment", "type"), "Lease", "expected one of WorkOrderContract, PurchaseOrderContract, got 'Lease'"),
        (("change_order", "number"), 4.5, "expected a text, got 4.5"),
        (("change_order", "number"), True, "expected a text, got true"),
        (("change_order", "due_date"), "2026-04-09T23:00:00", "expected a moment with its zone like '2026-03-31T09:30:00Z', got '2026-04-09T23:00:00'"),
        (("change_order_items", 0, "amount"), "$233.00", "expected an amount like '250.0', got '$233.00'"),
        (("commitment", "vendor"), "Petrov", "expected an object, got 'Petrov'"),
        (("commitment", "contract_date"), "1899-12-31", "expected a date between 1900 and 2100, got '1899-12-31'"),
        (("commitment", "contract_date"), "2101-01-01", "expected a date between 1900 and 2100, got '2101-01-01'"),
        (("change_order", "due_date"), "9999-12-31T00:00:00Z", "expected a date between 1900 and 2100, got '9999-12-31T00:00:00Z'"),
        (("change_order", "created_at"), "0001-01-01T00:00:00+14:00", "expected a date between 1900 and 2100, got '0001-01-01T00:00:00+14:00'"),
    ],
)  # fmt: skip
def test_a_fault_of_a_change_order_says_what_was_expected(path, value, fault):
    path = ("request_data", *path)
    assert faults_of(put(CHANGE, path, value)) == [f"{shown_path(path)}: {fault}"]


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("Billings::ContractItem", ItemKind.REQUISITION_CONTRACT_ITEM),
        ("Billings::ContractDetailItem", ItemKind.REQUISITION_CONTRACT_DETAIL_ITEM),
        ("Billings::ChangeOrderItem", ItemKind.REQUISITION_CHANGE_ORDER_ITEM),
        ("Billings::Else", None),
        (None, None),
    ],
)
def test_a_line_of_an_invoice_has_a_kind_of_its_own(kind, read):
    path = ("request_data", "requisitions", 0, "line_items", 0, "requisition_item_type")
    assert read_request(put(REQUISITIONS, path, kind)).requisitions[0].items[0].kind is read


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "line 1, column 1: expecting value"),
        (b'{"a":\n  oops}', "line 2, column 3: expecting value"),
        (b'{"a": "\xff"}', "byte 8 is not UTF-8: 0xFF"),
        (b"\xff\xfe{\x00}\x00", "byte 1 is not UTF-8: 0xFF"),
        ('{"amount": NaN}', "it holds NaN, which is not JSON"),
        ('{"amount": -Infinity}', "it holds -Infinity, which is not JSON"),
        ('{"amount": 1e99999999999999999999}', "it contains a number that is too large: '1e99999999999999999999'"),
        ("[" * 100_000, "it is nested too deeply"),
    ],
)
def test_what_is_no_json_is_refused_with_the_place(data, fault):
    assert faults_of(data) == [f"$: expected JSON in UTF-8, but {fault}"]


@pytest.mark.parametrize(
    ("data", "got"),
    [("[]", "a list"), ('"create_vendor"', "'create_vendor'"), (b"null", "null"), ([], "a list")],
)
def test_json_that_is_no_request_is_refused(data, got):
    assert faults_of(data) == [f"$: expected an object with request_name and request_data, got {got}"]


def test_an_object_without_name_and_data_is_told_both():
    assert faults_of({}) == ["$.request_name: is missing", "$.request_data: is missing"]
    assert faults_of("9" * 5000)[0].startswith("$: expected JSON in UTF-8, but it contains a number that is too large")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("create_vender", "(did you mean create_vendor?)"),
        ("sync_vendor", "(did you mean sync_vendors?)"),
        ("Bestellung", "expected one of create_budget, create_commitment, create_commitment_change_order, "),
        (7, "$.request_name: expected a text, got 7"),
        ("sync_vendors", "sync_vendors is one of Procore's requests, but not carried out by this library yet"),
    ],
)
def test_an_unknown_request_is_refused_with_what_is_known(name, words):
    [fault] = faults_of(VENDOR | {"request_name": name})
    assert words in fault
    known = {one for one, cls in KNOWN_REQUESTS.items() if cls is not NotSupported}
    assert isinstance(name, int) or all(one in fault for one in known)


# The kinds of value that later requests need


@attrs.frozen(kw_only=True)
class Invoice:
    amount: Decimal = Decimal(0)
    billing_date: date | None = None
    created_at: datetime | None = None
    retainage: Decimal | None = None


INVOICES = strict_converter({}, {})
money = st.decimals(allow_nan=False, allow_infinity=False, places=None, min_value=-(10**12), max_value=10**12).filter(
    lambda number: number.as_tuple().exponent >= -30 and (not number or number.adjusted() >= -30)
)


def invoice(**fields):
    return INVOICES.structure(fields, Invoice)


@given(money)
def test_an_amount_is_exact_from_a_text_and_from_a_json_number(number):
    for written in (f'"{number:f}"', f"{number:f}", f'"{number}"'):
        parsed = json.loads(written, parse_float=Decimal)
        assert invoice(amount=parsed).amount == number


@given(st.floats(min_value=-1e12, max_value=1e12).filter(lambda number: abs(number) >= 1e-9 or not number))
def test_a_float_is_taken_at_its_shortest_decimal_form(number):
    assert str(float(invoice(amount=number).amount)) == str(number or 0.0)
    assert invoice(amount=44.45).amount == Decimal("44.45")


@pytest.mark.parametrize(
    "value",
    [
        *("", "250,0", "$1", "1_000", " 1", "NaN", "Infinity", "1e999999999", "٣", True, None, [], {}),
        *(float("nan"), float("inf"), Decimal("sNaN"), Decimal("1e400"), 10**5000, Decimal("1e-31")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_amount_is_refused(value):
    with pytest.raises(PayloadFaults) as caught:
        invoice(amount=value)
    [(path, text)] = caught.value.faults
    assert path == ".amount"
    assert text.startswith("expected an amount like '250.0', got ")


@given(st.dates(FIRST, LAST))
def test_a_date_is_read_as_it_is_written(day):
    assert invoice(billing_date=day.isoformat()).billing_date == day


@given(
    st.datetimes(datetime.combine(FIRST, time.min), datetime.combine(LAST, time.max), timezones=st.timezones()).filter(
        lambda moment: not moment.utcoffset() % timedelta(minutes=1)
    )
)
def test_a_moment_keeps_its_zone(moment):
    read = invoice(created_at=moment.isoformat()).created_at
    assert read.replace(tzinfo=None) == moment.replace(tzinfo=None)
    assert read.utcoffset() == moment.utcoffset()


def test_procores_z_is_utc():
    assert invoice(created_at="2026-03-31T09:30:00Z").created_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("field", "value"),
    [("billing_date", text) for text in ("2026-02-30", "20260331", "2026-W13-2", "2026-03-31T09:30:00Z", 20260331)]
    + [("created_at", text) for text in ("2026-03-31", "2026-03-31T09:30:00", "2026-03-31T25:00:00Z", "now", 0)],
)
def test_what_is_no_date_and_no_moment_with_a_zone_is_refused(field, value):
    with pytest.raises(PayloadFaults) as caught:
        invoice(**{field: value})
    assert [path for path, _ in caught.value.faults] == [f".{field}"]


def test_a_fault_of_our_own_never_looks_like_procores():
    @attrs.frozen
    class Odd:
        id: int = attrs.field(validator=attrs.validators.lt(5))

    with pytest.raises(Exception, match="Odd") as caught:
        strict_converter({}, {}).structure({"id": 7}, Odd)
    assert not isinstance(caught.value, PayloadFaults)


# Procore's own samples, and ours


def sample(name):
    return (SHARED / "procore" / "events" / f"event_{name}.json").read_bytes()


@needs_shared
def test_procores_own_vendor_is_read():
    request = read_request(sample("create_vendor"))
    assert isinstance(request, CreateVendor)
    assert (request.request_detail_id, request.company_id, request.vendor.id) == (1, 7, 35)
    assert request.vendor.name
    assert request.vendor.address is request.vendor.email_address is None
    assert request.vendor.vendor_type_origin_id is not None


@needs_shared
def test_procores_own_standard_cost_code_is_read():
    request = read_request(sample("create_standard_cost_codes"))
    assert isinstance(request, CreateStandardCostCodes)
    assert (request.request_detail_ids, request.company_id) == ((1,), None)
    [code] = request.standard_cost_codes
    assert (code.id, code.code, code.full_code, code.parent_id) == (2, "100", "01-100", 1)
    assert None not in (code.parent_origin_id, code.income_account_origin_id, code.expense_account_origin_id)


@needs_shared
def test_procores_own_job_is_read():
    request = read_request(sample("create_or_update_job"))
    assert isinstance(request, CreateOrUpdateJob)
    assert (request.request_detail_id, request.company_id, request.job.id) == (2, 7, 7)
    assert [(code.id, code.full_code) for code in request.all_cost_codes] == [(1, "1"), (2, "1-001")]
    assert [len(code.line_item_types) for code in request.all_cost_codes] == [0, 1]


@needs_shared
def test_procores_own_budget_is_read():
    request = read_request(sample("create_budget"))
    assert isinstance(request, CreateBudget)
    assert (request.request_detail_id, request.company_id, request.budget.project_id) == (None, None, 123)
    [transaction] = request.transactions
    assert (transaction.value, transaction.is_original) == (Decimal("33.33"), True)
    assert request.job_cost_of(transaction) == request.job_costs[0]
    assert request.job_costs[0].new_amount == Decimal("44.45")


@needs_shared
def test_procores_own_commitment_is_read():
    request = read_request(sample("create_commitment"))
    assert isinstance(request, CreateCommitment)
    assert (request.request_detail_id, request.company_id, request.accounting_date) == (137, 7, None)
    assert request.commitment.kind.item_kind is ItemKind.WORK_ORDER_CONTRACT
    assert (request.commitment.number, request.commitment.code) == ("SC-001", "10543")
    assert request.job_origin_id == request.commitment.project.origin_id
    [item] = request.commitment_items
    assert item.cost_code.origin_id.startswith(f"{request.job_origin_id}|")
    assert (item.amount, item.quantity) == (request.commitment.grand_total, 0)


@needs_shared
def test_procores_own_change_order_is_read():
    request = read_request(sample("create_commitment_change_order"))
    assert isinstance(request, CreateCommitmentChangeOrder)
    assert (request.change_order.number, request.change_order.origin_code) == ("45", "cco-1")
    [line], [item] = request.commitment_items, request.change_order_items
    assert (item.commitment_line_item_id, line.amount) == (line.id, 0)
    assert (item.amount, item.extended_amount, item.total_amount) == (233, 250, 250)


@needs_shared
def test_procores_own_invoice_is_read():
    request = read_request(sample("create_requisitions"))
    assert isinstance(request, CreateRequisitions)
    assert (request.request_detail_ids, request.company_id) == ((None,), None)
    [invoice] = request.requisitions
    assert (invoice.billing_date, invoice.payment_due) == (date(2021, 3, 31), Decimal("1087.80"))
    assert (invoice.amount, invoice.retainage, invoice.released, invoice.total) == (1000, 20, 0, 980)
    assert all(item.retainage == item.retainage_of_parts for item in invoice.items)


@needs_shared
def test_procores_own_unlinkings_are_read():
    commitment, change = (
        read_request(sample(name)) for name in ("unlink_commitment", "unlink_commitment_change_order")
    )
    assert (commitment.procore_commitment_id, commitment.request_detail_id, commitment.project_id) == (4, 2, 3)
    assert commitment.kinds == (ItemKind.WORK_ORDER_CONTRACT, ItemKind.PURCHASE_ORDER_CONTRACT)
    assert (change.procore_commitment_change_order_id, change.request_detail_id) == (4, 3)
    vendor, project = read_request(sample("unlink_vendor")), read_request(sample("reset_job"))
    assert (vendor.vendor.id, vendor.company_id, vendor.request_detail_id) == (32, 7, None)
    assert (project.project.id, project.project.name) == (2, "Big Skyscraper")
    codes = read_request(sample("delete_cost_codes"))
    assert [(code.id, code.name, code.request_detail_id) for code in codes.cost_codes] == [(3, "1-01", 4)]
    assert codes.sub_job.id == 2
    for name in ("unlink_standard_cost_codes", "delete_standard_cost_codes"):
        assert [code.name for code in read_request(sample(name)).standard_cost_codes] == ["01-100"]
    assert [code.id for code in read_request(sample("delete_cost_code")).cost_codes] == [1]
    invoice, payment = read_request(sample("reset_requisition")), read_request(sample("reset_payment"))
    assert (invoice.requisition_id, payment.payment_id) == (1, 1)


# What is to be forgotten


@pytest.mark.parametrize("payload", FORGETTING, ids=lambda payload: payload["request_name"])
def test_what_is_to_be_forgotten_is_read_with_all_its_faults_at_once(payload):
    assert read_request(payload) == read_request(json.dumps(payload).encode())
    ids = [path for path in paths_of(payload) if path[-1] in {"id", *_OWN_IDS}]
    assert ids
    broken_ = payload
    for path in ids:
        broken_ = put(broken_, path, "none")
    expected = sorted(f"{shown_path(path)}: expected a whole number, got 'none'" for path in ids)
    assert sorted(faults_of(broken_)) == expected


_OWN_IDS = (
    "procore_commitment_id",
    "procore_commitment_change_order_id",
    "request_detail_id",
    "company_id",
    "project_id",
    "procore_project_id",
    "requisition_id",
    "payment_id",
)


def test_a_cost_code_that_cannot_be_read_is_refused_alone():
    payload = next(one for one in FORGETTING if one["request_name"] == "delete_cost_codes")
    request = read_request(put(payload, ("request_data", "cost_codes", 0, "id"), "x"))
    assert [code.id for code in request.cost_codes] == [6]
    (unreadable,) = request.unreadable
    assert (unreadable.name, unreadable.request_detail_id) == ("07-310", 47)


def test_nothing_is_closed_for_what_cannot_be_read_and_has_no_request_detail():
    payload = next(one for one in FORGETTING if one["request_name"] == "unlink_vendor")
    with pytest.raises(PayloadError) as refused:
        read_request(put(payload, ("request_data", "vendor", "origin_id"), 7))
    assert calls(refuse(refused.value)) == ()


def test_of_what_is_not_supported_only_what_is_closed_must_be_readable():
    payload = {"request_name": "create_sub_job", "request_data": {"sub_job": {"id": "x"}, "request_detail_id": "7"}}
    assert read_request(payload, company_id=9) == NotSupported(
        request_name="create_sub_job", company_id=9, request_detail_ids=(7,)
    )
    wrong = put(payload, ("request_data", "request_detail_id"), "seven")
    assert faults_of(wrong) == ["$.request_data.request_detail_id: expected a whole number, got 'seven'"]
    assert faults_of(payload | {"company_id": 8}, company_id=9)


@needs_shared
@pytest.mark.parametrize("file", EVENTS, ids=lambda file: file.stem)
def test_each_of_procores_own_requests_is_read_or_known_by_name(file):
    name = json.loads(file.read_bytes()).get("request_name")
    if name in KNOWN_REQUESTS:
        assert type(read_request(file.read_bytes())) is KNOWN_REQUESTS[name]
        return
    faults = faults_of(file.read_bytes())
    if name is None:
        assert faults == ["$.request_name: is missing", "$.request_data: is missing"]
        supposed = file.stem.removeprefix("event_")  # the published sample is what stands in request_data
        request = read_request(json.loads(file.read_bytes()) | {"request_name": supposed})
        assert isinstance(request, NotSupported)
    else:
        assert len(faults) == 1
        assert faults[0].startswith(f"$.request_name: {name} is one of Procore's requests")
