"""The demo's requests: Procore's shape, a story with refusals in it, and sums that a bookkeeper can check."""

import json
import re
from decimal import Decimal
from importlib.resources import files

import pytest

from procore_qbd.domain import (
    BudgetRequest,
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    ItemKind,
    UpdateBudget,
)
from procore_qbd.procore import read_request

FILES = sorted(
    (file for file in files("procore_qbd").joinpath("demo").iterdir() if file.name.endswith(".json")),
    key=lambda file: file.name,
)
HARBOUR, LINCOLN = 2240118, 2240119
COST_TYPE = "std_cat_562949_origin_id"
PLACEHOLDER = re.compile(r"\{([a-z_]+):([0-9]+)\}")


def of(kind):
    found = [read_request(file.read_bytes()) for file in FILES]
    return [request for request in found if isinstance(request, kind)]


def strings(value, key=None):
    """Every text of a payload with the name it stands under."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from strings(below, name)
    elif isinstance(value, list):
        for below in value:
            yield from strings(below, key)
    elif isinstance(value, str):
        yield key, value


def made_by(request):
    """The items that a request brings into QuickBooks, if nothing refuses them."""
    match request:
        case CreateVendor():
            yield ItemKind.VENDOR, request.vendor.id
        case CreateOrUpdateJob():
            yield ItemKind.PROJECT, request.job.id
            yield from ((ItemKind.COST_CODE, code.id) for code in request.all_cost_codes)
        case BudgetRequest():
            yield ItemKind.BUDGET, request.budget.id
        case CreateCommitment():
            yield request.commitment.kind.item_kind, request.commitment.id
            yield from ((ItemKind.LINE_ITEM, item.id) for item in request.commitment_items)
        case CreateCommitmentChangeOrder():
            yield from ((ItemKind.CHANGE_ORDER_LINE_ITEM, item.id) for item in request.change_order_items)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_file_reads_and_belongs_to_the_demo_company(file):
    assert read_request(file.read_bytes()).company_id == 562949


def test_the_first_steps_tell_their_story():
    [codes] = of(CreateStandardCostCodes)
    vendors = [request.vendor for request in of(CreateVendor)]
    jobs = of(CreateOrUpdateJob)
    standard = {code.id for code in codes.standard_cost_codes}
    orphans = {code.full_code for code in codes.standard_cost_codes if code.parent_id not in {None, *standard}}
    assert orphans == {"31-230"}
    assert len([vendor for vendor in vendors if len(vendor.name) > 41]) == 1
    assert len([vendor for vendor in vendors if ":" in vendor.name]) == 1
    assert len([vendor for vendor in vendors if not vendor.is_active]) == 1
    assert {vendor.name for vendor in vendors} & {request.job.name for request in jobs} == {"Harbour View Apartments"}
    assert len([job for job in jobs if len(job.job.name) > 41 and "," in job.job.address]) == 1
    assert all(code.standard_cost_code_id for request in jobs for code in request.all_cost_codes)


def test_every_request_but_the_invoices_names_a_detail_of_its_own():
    requests = [
        request for file in FILES if not isinstance(request := read_request(file.read_bytes()), CreateRequisitions)
    ]
    details = [
        detail
        for request in requests
        for detail in getattr(request, "request_detail_ids", None) or (request.request_detail_id,)
    ]
    assert len(details) == len(set(details)) == 32
    assert None not in details
    assert {detail for request in of(CreateRequisitions) for detail in request.request_detail_ids} == {None}


def test_quickbooks_ids_are_placeholders_for_what_was_exported_before():
    made = set()
    for file in FILES:
        for key, text in strings(json.loads(file.read_bytes())):
            if "origin_id" not in (key or "") and key != "job_id":
                assert "{" not in text, (file.name, key, text)
            elif text != COST_TYPE:
                kind, procore_id = PLACEHOLDER.fullmatch(text).groups()
                assert (ItemKind(kind), int(procore_id)) in made, (file.name, key, text)
        made.update(made_by(read_request(file.read_bytes())))


def test_lines_add_up_to_what_procore_says_of_the_whole():
    for request in of(CreateCommitment):
        assert sum(item.amount for item in request.commitment_items) == request.commitment.grand_total
    for invoice in (invoice for request in of(CreateRequisitions) for invoice in request.requisitions):
        assert invoice.total == invoice.payment_due
        assert all(item.retainage == item.retainage_of_parts for item in invoice.items)
    items = [item for request in of(CreateCommitment) for item in request.commitment_items]
    assert {item.quantity * item.unit_cost == item.amount for item in items if item.quantity} == {True}
    assert all(item.unit_cost == 0 for item in items if not item.quantity)


def test_the_money_tells_its_story():
    commitments = of(CreateCommitment)
    assert [c.commitment.number for c in commitments if len(c.commitment.code or c.commitment.number) > 11] == [
        "SC-2026-LINCOLN-0004"
    ]
    assert [":" in c.commitment.vendor.name for c in commitments if c.commitment.vendor.origin_id is None] == [True]
    assert len({c.commitment.kind for c in commitments}) == 2
    for change in of(CreateCommitmentChangeOrder):
        assert [item.commitment_line_item_id for item in change.change_order_items] == [
            line.id for line in change.commitment_items
        ]
        assert {line.amount for line in change.commitment_items} == {0}
    march, april = of(CreateRequisitions)
    for item in (item for invoice in march.requisitions for item in invoice.items):
        assert item.retainage == (item.amount / 10).quantize(Decimal("0.01"))
    assert [invoice.released for invoice in april.requisitions] == [Decimal(3960), 0]
    assert [invoice.total < 0 for invoice in april.requisitions] == [False, True]
    assert [t.is_original for request in of(CreateBudget) for t in request.transactions].count(False) == 1
    [update] = of(UpdateBudget)
    assert not any(transaction.synced or transaction.is_original for transaction in update.transactions)


def test_the_sums_of_each_project_are_what_the_demo_promises():
    budget, committed, billed, retained = ({HARBOUR: Decimal(0), LINCOLN: Decimal(0)} for _ in range(4))
    for request in of(BudgetRequest):
        budget[request.budget.project_id] += sum(transaction.value for transaction in request.transactions)
    for request in of(CreateCommitment):
        if len(request.commitment.code or request.commitment.number) <= 11 and request.commitment.vendor.origin_id:
            committed[request.commitment.project.id] += request.commitment.grand_total
    for request in of(CreateCommitmentChangeOrder):
        committed[request.commitment.project.id] += sum(item.amount for item in request.change_order_items)
    for invoice in (invoice for request in of(CreateRequisitions) for invoice in request.requisitions):
        if invoice.total >= 0:
            project = int(PLACEHOLDER.fullmatch(invoice.job_origin_id)[2])
            billed[project] += invoice.amount
            retained[project] += invoice.retainage - invoice.released
    assert budget == {HARBOUR: Decimal("1000400.75"), LINCOLN: Decimal("282680.5")}
    assert committed == {HARBOUR: Decimal("788275.0"), LINCOLN: Decimal("213071.45")}
    assert billed == {HARBOUR: Decimal("344530.0"), LINCOLN: Decimal("46180.38")}
    assert retained == {HARBOUR: Decimal("17413.0"), LINCOLN: Decimal("4618.04")}
