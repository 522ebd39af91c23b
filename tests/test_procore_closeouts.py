"""Closing an ERP request: which calls Procore gets, in which order, and what people see."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd.domain import (
    CloseOut,
    DetailOutcome,
    DetailStatus,
    ExternalData,
    ItemKind,
    LineItemTypeAssignment,
    Link,
    SyncedTransaction,
)
from procore_qbd.procore import Call, calls, to_json, to_plain
from procore_qbd.procore.closeouts import MOST_UPDATES

VENDOR = DetailOutcome(
    item_type=ItemKind.VENDOR,
    item_id=35,
    request_detail_id=4,
    name="Petrov Roofing",
    status=DetailStatus.SUCCESS,
    messages=("created in QuickBooks",),
    changed=True,
)
SYNCED = ExternalData(item_type=ItemKind.VENDOR, item_id=35, origin_id="80000012-1", origin_code="V-7")

ids = st.integers(min_value=1, max_value=10**6)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
outcomes = st.builds(
    DetailOutcome,
    item_type=st.sampled_from([ItemKind.VENDOR, ItemKind.PROJECT]),
    item_id=st.integers(1, 4),
    request_detail_id=st.none() | st.integers(1, 4),
    name=words,
    status=st.sampled_from(DetailStatus),
    messages=st.lists(words, max_size=2).map(tuple),
    changed=st.booleans(),
)
updates = st.builds(
    ExternalData,
    item_type=st.sampled_from(ItemKind),
    item_id=ids,
    origin_id=words,
    origin_code=st.none() | words,
    origin_data=st.none() | words,
)
assignments = st.builds(LineItemTypeAssignment, project_id=ids, cost_code_id=ids, line_item_type_id=ids)
transactions = st.builds(SyncedTransaction, id=ids, origin_id=st.none() | words)
close_outs = st.builds(
    CloseOut,
    request_name=words,
    company_id=st.none() | ids,
    details=st.lists(outcomes, max_size=6).map(tuple),
    external_data=st.lists(updates, max_size=4).map(tuple),
    assignments=st.lists(assignments, max_size=3).map(tuple),
    transactions=st.lists(transactions, max_size=3).map(tuple),
)


def close_out(*details, **fields):
    return CloseOut(request_name="create_vendor", company_id=7, details=details, **fields)


def test_a_vendor_is_synced_first_and_its_detail_closed_after():
    assert calls(close_out(VENDOR, external_data=(SYNCED,))) == (
        Call(
            method="PATCH",
            path="/rest/v1.0/companies/7/external_data/sync",
            body={"updates": [{"item_type": "vendor", "item_id": 35, "origin_id": "80000012-1", "origin_code": "V-7"}]},
        ),
        Call(
            method="PATCH",
            path="/rest/v1.0/companies/7/erp_request_details/4",
            body={"request_detail": {"status": "success", "messages": ["created in QuickBooks"]}},
        ),
    )


def test_cost_types_are_marked_between_the_ids_and_the_details():
    assigned = LineItemTypeAssignment(project_id=70, cost_code_id=6, line_item_type_id=8)
    synced, marked, closed = calls(close_out(VENDOR, external_data=(SYNCED,), assignments=(assigned,)))
    assert synced.path.endswith("/external_data/sync")
    assert marked == Call(
        method="PATCH",
        path="/rest/v1.0/companies/7/cost_code_line_item_types/sync",
        body={"updates": [{"project_id": 70, "cost_code_id": 6, "line_item_type_id": 8, "synced": True}]},
    )
    assert closed.path.endswith("/erp_request_details/4")


def test_a_budgets_transactions_are_marked_between_the_ids_and_the_details():
    budget = DetailOutcome(
        item_type=ItemKind.BUDGET, item_id=81, request_detail_id=5, name="Mill Street", status=DetailStatus.SUCCESS
    )
    done = CloseOut(
        request_name="create_budget",
        company_id=7,
        details=(budget,),
        external_data=(ExternalData(item_type=ItemKind.BUDGET, item_id=81, origin_id="1A2-9"),),
        transactions=(SyncedTransaction(id=1, origin_id="1A3-9"), SyncedTransaction(id=2)),
    )
    synced, marked, closed = calls(done)
    assert synced.path.endswith("/external_data/sync")
    assert marked == Call(
        method="PATCH",
        path="/rest/v1.0/companies/7/erp_transactions/sync",
        body={"updates": [{"id": 1, "origin_id": "1A3-9", "synced": True}, {"id": 2, "synced": True}]},
    )
    assert closed.path.endswith("/erp_request_details/5")


def test_a_detail_that_procore_did_not_name_is_found_by_its_item():
    unnamed = DetailOutcome(
        item_type=ItemKind.REQUISITION, item_id=9, request_detail_id=None, name="9348", status=DetailStatus.FAILED
    )
    [call] = calls(close_out(unnamed))
    assert call.path == "/rest/v1.0/companies/7/erp_request_details/{request_detail_id}"
    assert call.find == {"filters[item_id]": 9}
    assert call.body == {"request_detail": {"status": "failed", "messages": []}}


def test_an_unknown_company_stays_a_placeholder():
    unknown = CloseOut(request_name="create_vendor", company_id=None, details=(VENDOR,), external_data=(SYNCED,))
    assert {call.path.split("/")[4] for call in calls(unknown)} == {"{company_id}"}


def test_nothing_to_tell_is_no_call():
    assert calls(close_out()) == ()


@settings(max_examples=20)
@given(st.integers(0, 3 * MOST_UPDATES + 1))
def test_a_sync_takes_a_thousand_updates_and_none_is_lost(count):
    data = tuple(ExternalData(item_type=ItemKind.COST_CODE, item_id=i, origin_id=f"a|{i}") for i in range(count))
    marks = tuple(LineItemTypeAssignment(project_id=1, cost_code_id=i, line_item_type_id=2) for i in range(count))
    spent = tuple(SyncedTransaction(id=i) for i in range(count))
    made = calls(close_out(external_data=data, assignments=marks, transactions=spent))
    keys = {"external_data": "item_id", "cost_code_line_item_types": "cost_code_id", "erp_transactions": "id"}
    for path, key in keys.items():
        batches = [call.body["updates"] for call in made if f"/{path}/" in call.path]
        assert [update[key] for batch in batches for update in batch] == list(range(count))
        assert len(batches) == -(-count // MOST_UPDATES)
        assert all(len(batch) <= MOST_UPDATES for batch in batches)


@given(close_outs)
def test_the_steps_keep_their_order_whatever_is_told(done):
    steps = [call.path.split("/")[5] for call in calls(done)]
    order = ["external_data", "cost_code_line_item_types", "erp_transactions", "erp_request_details"]
    assert steps == sorted(steps, key=order.index)
    told = (done.external_data, done.assignments, done.transactions, done.details)
    assert set(steps) == {step for step, what in zip(order, told, strict=True) if what}


@given(close_outs)
def test_ids_come_before_details_and_each_detail_is_closed_once(done):
    made = calls(done)
    closings = [call for call in made if "erp_request_details" in call.path]
    assert list(made[len(made) - len(closings) :]) == closings
    named = {detail.request_detail_id for detail in done.details} - {None}
    unnamed = {(detail.item_type, detail.item_id) for detail in done.details if detail.request_detail_id is None}
    assert len(closings) == len(named) + len(unnamed)
    assert {call.path.rsplit("/")[-1] for call in closings if call.find is None} == {str(detail) for detail in named}


@given(close_outs)
def test_no_failure_and_no_message_is_lost_on_the_way(done):
    closings = [call for call in calls(done) if "erp_request_details" in call.path]
    told = [message for call in closings for message in call.body["request_detail"]["messages"]]
    assert sorted(told) == sorted(message for detail in done.details for message in detail.messages)
    failed = {call.path.rsplit("/")[-1] for call in closings if call.body["request_detail"]["status"] == "failed"}
    for detail in done.details:
        if detail.status is DetailStatus.FAILED:
            assert str(detail.request_detail_id or "{request_detail_id}") in failed
    assert done.ok == all(call.body["request_detail"]["status"] == "success" for call in closings)


@given(close_outs)
def test_the_json_holds_the_plain_data_and_is_always_the_same(done):
    assert json.loads(to_json(done)) == to_plain(done)
    assert to_json(done) == to_json(done)


def test_the_json_reads_like_a_report():
    linked = Link(kind=ItemKind.PROJECT, procore_id=70, quickbooks_id="80000033-9")
    project = DetailOutcome(
        item_type=ItemKind.PROJECT, item_id=70, request_detail_id=5, name="Großmarkt", status=DetailStatus.SUCCESS
    )
    refused = DetailOutcome(
        item_type=ItemKind.VENDOR,
        item_id=36,
        request_detail_id=6,
        name="A:B",
        status=DetailStatus.FAILED,
        messages=("the name has a colon",),
    )
    done = close_out(VENDOR, project, refused, external_data=(SYNCED,), links=(linked,))
    plain = to_plain(done)
    assert list(plain) == ["request_name", "company_id", "ok", "details", "calls"]
    assert plain["ok"] is False
    assert [detail["quickbooks_id"] for detail in plain["details"]] == ["80000012-1", "80000033-9", None]
    assert plain["details"][2] == {
        "item_type": "vendor",
        "item_id": 36,
        "request_detail_id": 6,
        "name": "A:B",
        "status": "failed",
        "messages": ["the name has a colon"],
        "changed": False,
        "quickbooks_id": None,
    }
    assert "Großmarkt" in to_json(done)
    assert to_json(done).startswith('{\n  "request_name"')
