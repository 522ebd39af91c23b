"""One rule, wherever an id stands: where Procore and our links differ neither is used, else whoever names it is."""

import attrs
import pytest

from procore_qbd import Books, ItemKind, Link
from procore_qbd.domain import (
    CostCode,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    DetailStatus,
    Project,
    RefusalCode,
    StandardCostCode,
)
from support.office import Office, budget

SUCCESS, FAILED = DetailStatus.SUCCESS, DetailStatus.FAILED
ACCOUNTS = Books(income_account="Income", expense_account="Cost")
STRANGER = "80000099-1795424102"
"""An id of the right form that no record has."""


def commitment(office, **more):
    return attrs.evolve(office.commitment(office.line(177, "100.00")), **more)


def with_vendor(office, origin_id):
    request = commitment(office)
    vendor = attrs.evolve(request.commitment.vendor, origin_id=origin_id)
    return attrs.evolve(request, commitment=attrs.evolve(request.commitment, vendor=vendor))


def with_job(office, origin_id):
    request = commitment(office, job_origin_id=origin_id)
    project = attrs.evolve(request.commitment.project, origin_id=origin_id)
    return attrs.evolve(request, commitment=attrs.evolve(request.commitment, project=project))


def with_project(office, origin_id):
    request = commitment(office, job_origin_id=None)
    project = attrs.evolve(request.commitment.project, origin_id=origin_id)
    return attrs.evolve(request, commitment=attrs.evolve(request.commitment, project=project))


def with_code(office, origin_id):
    request = commitment(office)
    code = attrs.evolve(office.code(0), origin_id=origin_id)
    return attrs.evolve(request, commitment_items=(attrs.evolve(request.commitment_items[0], cost_code=code),))


def with_line(office, origin_id):
    request = commitment(office)
    return attrs.evolve(request, commitment_items=(attrs.evolve(request.commitment_items[0], origin_id=origin_id),))


def with_itself(office, origin_id):
    request = commitment(office)
    return attrs.evolve(request, commitment=attrs.evolve(request.commitment, origin_id=origin_id))


def change(office, origin_id):
    request = office.change_order(office.line(188, "5.00"))
    return attrs.evolve(request, commitment=attrs.evolve(request.commitment, origin_id=origin_id))


def change_itself(office, origin_id):
    request = office.change_order(office.line(188, "5.00"))
    return attrs.evolve(request, change_order=attrs.evolve(request.change_order, origin_id=origin_id))


def invoice(office, origin_id):
    one = office.invoice(1, (177, "5.00", "0", "0"), contract_origin_id=origin_id)
    return CreateRequisitions(company_id=7, requisitions=(one,))


def invoice_code(office, origin_id):
    one = office.invoice(1, (177, "5.00", "0", "0"))
    item = attrs.evolve(one.items[0], cost_code_id=500, cost_code_origin_id=origin_id)
    return CreateRequisitions(company_id=7, requisitions=(attrs.evolve(one, items=(item,)),))


def company(office, origin_id):
    return office.vendor_request(47, "Alder", origin_id=origin_id)


def code(_office, origin_id):
    one = StandardCostCode(id=1, code="01", full_code="01", name="c", origin_id=origin_id)
    return CreateStandardCostCodes(standard_cost_codes=(one,), request_detail_ids=(None,))


def division(_office, origin_id):
    one = StandardCostCode(id=2, code="77", full_code="01-77", name="c", parent_id=1, parent_origin_id=origin_id)
    return CreateStandardCostCodes(standard_cost_codes=(one,), request_detail_ids=(None,))


def job(_office, origin_id):
    return CreateOrUpdateJob(job=Project(id=86, name="Harbour View", origin_id=origin_id))


def budget_job(office, origin_id):
    sent = budget(office, (1, 0, "10.00", True))
    costs = tuple(attrs.evolve(cost, job_origin_id=None) for cost in sent.job_costs)
    return attrs.evolve(sent, job_origin_id=origin_id, job_costs=costs)


PLACES = {
    # the request, what the id is of, what it is, whether the commitment must be there
    "commitment: vendor": (with_vendor, (ItemKind.VENDOR, 47), lambda o: o.vendor, False),
    "commitment: job": (with_job, (ItemKind.PROJECT, 86), lambda o: o.job, False),
    "commitment: project": (with_project, (ItemKind.PROJECT, 86), lambda o: o.job, False),
    "commitment: cost code": (with_code, (ItemKind.COST_CODE, 500), lambda o: o.pair(0), False),
    "commitment itself": (with_itself, (ItemKind.WORK_ORDER_CONTRACT, 41), lambda o: o.order().txn_id, True),
    "change order: commitment": (change, (ItemKind.WORK_ORDER_CONTRACT, 41), lambda o: o.order().txn_id, True),
    "invoice: commitment": (invoice, (ItemKind.WORK_ORDER_CONTRACT, 41), lambda o: o.order().txn_id, True),
    "invoice: cost code": (invoice_code, (ItemKind.COST_CODE, 500), lambda o: o.pair(0), True),
    "company itself": (company, (ItemKind.VENDOR, 47), lambda o: o.vendor, False),
    "standard cost code itself": (code, (ItemKind.STANDARD_COST_CODE, 1), lambda o: o.items[0], False),
    "standard cost code: division": (division, (ItemKind.STANDARD_COST_CODE, 1), lambda o: o.items[0], False),
    "project itself": (job, (ItemKind.PROJECT, 86), lambda o: o.job, False),
    "budget: job": (budget_job, (ItemKind.PROJECT, 86), lambda o: o.job, False),
}
KINDS = ("Vendor", "Customer", "ItemService", "Estimate", "PurchaseOrder", "Bill")


def tried(place, *, said, linked):
    """What becomes of a request that names an id, or not, and that our links know, or not; and what was written."""
    make, (kind, procore_id), right, needs_order = PLACES[place]
    with Office() as office:
        if needs_order:
            assert office.perform(commitment(office)).ok
        true = right(office)
        other = f"{office.gym}|{office.items[2]}" if kind is ItemKind.COST_CODE else STRANGER
        office.links.remove(kind, procore_id) if not needs_order or kind is ItemKind.COST_CODE else None
        if linked and office.links.find(kind, procore_id) is None:
            office.links.add(Link(kind=kind, procore_id=procore_id, quickbooks_id=true))
        elif not linked and needs_order and kind is not ItemKind.COST_CODE:
            office.links._by_procore.pop((kind, procore_id))
            office.links._by_quickbooks.pop((kind, true))
        before = {list_: office.all(list_) for list_ in KINDS}
        (detail,) = office.perform(
            make(office, {"right": true, "other": other, None: None}[said]), books=ACCOUNTS
        ).details
        return detail, {list_: office.all(list_) for list_ in KINDS} != before


@pytest.mark.parametrize("place", PLACES)
def test_where_both_name_an_id_and_they_differ_nothing_is_written(place):
    detail, written = tried(place, said="other", linked=True)
    assert RefusalCode.CONTRADICTION in [refusal.code for refusal in detail.refusals], detail
    assert not written


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("said", "linked"), [("right", True), ("right", False), (None, True)])
def test_where_they_agree_or_only_one_names_it_it_is_believed(place, said, linked):
    detail, _ = tried(place, said=said, linked=linked)
    assert (detail.status, detail.messages) == (SUCCESS, ()), (said, linked)


def test_a_change_order_that_is_linked_to_other_lines_is_refused():
    with Office() as office:
        assert office.perform(commitment(office)).ok
        request = change_itself(office, None)
        assert office.perform(request).ok
        order = office.order()
        for wrong in (f"{order.txn_id}|99-1", f"99-1|{order.lines[-1].txn_line_id}"):
            detail = office.one(change_itself(office, wrong))
            assert [refusal.code for refusal in detail.refusals] == [RefusalCode.CONTRADICTION]
        right = f"{order.txn_id}|{order.lines[-1].txn_line_id}"
        assert office.one(change_itself(office, right)).messages == ()


def test_a_line_that_is_linked_elsewhere_is_refused():
    with Office() as office:
        office.links.add(Link(kind=ItemKind.LINE_ITEM, procore_id=177, quickbooks_id="99-1", parent="98-1"))
        detail = office.one(with_line(office, "97-1"))
        assert [refusal.code for refusal in detail.refusals] == [RefusalCode.CONTRADICTION]


def test_cost_codes_of_a_project_that_contradict_are_told_and_do_not_hold_up_the_job():
    with Office() as office:
        office.links.add(Link(kind=ItemKind.STANDARD_COST_CODE, procore_id=1, quickbooks_id=office.items[0], name="01"))
        one = CostCode(id=9, code="01", full_code="01", name="c", standard_cost_code_id=1)
        both = attrs.evolve(one, standard_cost_code_origin_id=office.items[2])
        detail = office.one(CreateOrUpdateJob(job=Project(id=5, name="Depot"), all_cost_codes=(both,)))
        assert detail.status is SUCCESS
        assert "but it was exported as" in detail.notes[0]
        assert office.links.find(ItemKind.COST_CODE, 9) is None
