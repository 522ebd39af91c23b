"""Closing an ERP request: which calls Procore gets, in which order, and what people see."""

import json
from decimal import Decimal

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd.domain import (
    CloseOut,
    DetailOutcome,
    DetailStatus,
    Difference,
    ErpRefusal,
    ExternalData,
    ItemKind,
    LineItemTypeAssignment,
    Link,
    Pair,
    QuickBooksId,
    RefusalCode,
    SyncedTransaction,
)
from procore_qbd.errors import PayloadError
from procore_qbd.procore import Call, calls, refuse, to_json, to_plain
from procore_qbd.procore.closeouts import ENDPOINTS, MOST_UPDATES, check_call
from support.examples import examples
from support.shared import SHARED, needs_shared

VENDOR = DetailOutcome(
    item_type=ItemKind.VENDOR,
    item_id=35,
    request_detail_id=4,
    name="Petrov Roofing",
    notes=("created in QuickBooks",),
    changed=True,
)
SYNCED = ExternalData(item_type=ItemKind.VENDOR, item_id=35, origin_id="80000012-1", origin_code="V-7")
HEADERS = {"Procore-Company-Id": "7"}


def refusal(words):
    return ErpRefusal(RefusalCode.VALUE, words)


ids = st.integers(min_value=1, max_value=10**6)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
outcomes = st.builds(
    DetailOutcome,
    item_type=st.sampled_from([ItemKind.VENDOR, ItemKind.PROJECT, None]),
    item_id=st.none() | st.integers(1, 4),
    request_detail_id=st.none() | st.integers(1, 4),
    name=words,
    refusals=st.lists(st.builds(ErpRefusal, st.sampled_from(RefusalCode), words), max_size=1).map(tuple),
    differences=st.lists(st.builds(Difference, words, st.decimals(0, 9, places=2), words), max_size=1).map(tuple),
    notes=st.lists(words, max_size=1).map(tuple),
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
few = st.integers(1, 3)
assignments = st.builds(LineItemTypeAssignment, project_id=few, cost_code_id=ids, line_item_type_id=ids)
transactions = st.builds(SyncedTransaction, id=ids, origin_id=st.none() | words, project_id=st.none() | few)
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


def unchecked(made):
    """What is wrong with calls by the table of those that are published."""
    return [fault for call in made for fault in check_call(call)]


def addressed(done):
    """The outcomes that a call can tell."""
    return [one for one in done.details if (one.request_detail_id, one.item_id) != (None, None)]


# The calls


def test_a_vendor_is_synced_first_and_its_detail_closed_after():
    assert calls(close_out(VENDOR, external_data=(SYNCED,))) == (
        Call(
            method="PATCH",
            path="/rest/v1.0/companies/7/external_data/sync",
            headers=HEADERS,
            body={"updates": [{"item_type": "vendor", "item_id": 35, "origin_id": "80000012-1", "origin_code": "V-7"}]},
        ),
        Call(
            method="PATCH",
            path="/rest/v1.0/companies/7/erp_request_details/4",
            headers=HEADERS,
            body={"request_detail": {"status": "success", "messages": ["created in QuickBooks"]}},
        ),
    )


def test_cost_types_are_marked_between_the_ids_and_the_details_a_call_for_each_project():
    assigned = [
        LineItemTypeAssignment(project_id=project, cost_code_id=6, line_item_type_id=8) for project in (70, 71, 70)
    ]
    synced, *marked, closed = calls(close_out(VENDOR, external_data=(SYNCED,), assignments=assigned))
    assert synced.path.endswith("/external_data/sync")
    assert marked == [
        Call(
            method="PATCH",
            path="/rest/v1.0/cost_code_line_item_types/sync",
            headers=HEADERS,
            query={"project_id": project},
            body={"updates": [{"cost_code_id": 6, "line_item_type_id": 8, "synced": True}]},
        )
        for project in (70, 71)
    ]
    assert closed.path.endswith("/erp_request_details/4")


def test_a_budgets_transactions_are_marked_between_the_ids_and_the_details():
    budget = DetailOutcome(item_type=ItemKind.BUDGET, item_id=81, request_detail_id=5, name="Mill Street")
    done = CloseOut(
        request_name="create_budget",
        company_id=7,
        details=(budget,),
        external_data=(ExternalData(item_type=ItemKind.BUDGET, item_id=81, origin_id="1A2-9"),),
        transactions=(
            SyncedTransaction(id=1, origin_id="1A3-9", project_id=70),
            SyncedTransaction(id=2, project_id=70),
        ),
    )
    synced, marked, closed = calls(done)
    assert synced.path.endswith("/external_data/sync")
    assert marked == Call(
        method="PATCH",
        path="/rest/v1.0/erp_transactions/sync",
        headers=HEADERS,
        body={
            "project_id": 70,
            "updates": [{"id": 1, "origin_id": "1A3-9", "synced": True}, {"id": 2, "synced": True}],
        },
    )
    assert closed.path.endswith("/erp_request_details/5")


def test_a_detail_that_procore_did_not_name_is_found_by_its_item():
    unnamed = DetailOutcome(
        item_type=ItemKind.REQUISITION, item_id=9, request_detail_id=None, name="9348", refusals=(refusal("no"),)
    )
    [call] = calls(close_out(unnamed))
    assert call.path == "/rest/v1.0/companies/7/erp_request_details/{request_detail_id}"
    assert call.find == {"filters[item_id]": 9}
    assert call.body == {"request_detail": {"status": "failed", "messages": ["no"]}}


def test_what_is_unknown_stays_a_place():
    unknown = CloseOut(
        request_name="create_vendor",
        company_id=None,
        details=(VENDOR,),
        external_data=(SYNCED,),
        transactions=(SyncedTransaction(id=1), SyncedTransaction(id=2, project_id=70)),
    )
    synced, here, there, closed = calls(unknown)
    assert {synced.path.split("/")[4], closed.path.split("/")[4]} == {"{company_id}"}
    assert {call.headers["Procore-Company-Id"] for call in calls(unknown)} == {"{company_id}"}
    assert (here.body["project_id"], there.body["project_id"]) == ("{project_id}", 70)
    assert unchecked(calls(unknown)) == []


def test_nothing_to_tell_is_no_call():
    assert calls(close_out()) == ()
    nobody = DetailOutcome(item_type=None, item_id=None, request_detail_id=None, name="?", refusals=(refusal("no"),))
    assert calls(close_out(nobody)) == ()
    assert to_plain(close_out(nobody))["details"][0]["messages"] == ["no"]
    assert not close_out(nobody).ok


@settings(max_examples=examples(20))
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
def test_every_call_is_one_that_procore_publishes(done):
    assert unchecked(calls(done)) == []


@given(close_outs)
def test_the_steps_keep_their_order_whatever_is_told(done):
    order = ["external_data", "cost_code_line_item_types", "erp_transactions", "erp_request_details"]
    steps = [next(step for step in order if f"/{step}/" in call.path) for call in calls(done)]
    assert steps == sorted(steps, key=order.index)
    told = (done.external_data, done.assignments, done.transactions, addressed(done))
    assert set(steps) >= {step for step, what in zip(order[1:], told[1:], strict=True) if what}


@given(close_outs)
def test_ids_come_before_details_and_each_detail_is_closed_once(done):
    made = calls(done)
    closings = [call for call in made if "erp_request_details" in call.path]
    assert list(made[len(made) - len(closings) :]) == closings
    named = {detail.request_detail_id for detail in done.details} - {None}
    unnamed = {(one.item_type, one.item_id) for one in addressed(done) if one.request_detail_id is None}
    assert len(closings) == len(named) + len(unnamed)
    assert {call.path.rsplit("/")[-1] for call in closings if call.find is None} == {str(detail) for detail in named}


@given(close_outs)
def test_no_failure_and_no_message_is_lost_on_the_way(done):
    done = attrs.evolve(done, external_data=())
    closings = [call for call in calls(done) if "erp_request_details" in call.path]
    told = [message for call in closings for message in call.body["request_detail"]["messages"]]
    said = [message for detail in addressed(done) for message in detail.messages]
    assert len(told) == len(said)
    assert all(any(one.endswith(message) for one in told) for message in said)
    failed = {call.path.rsplit("/")[-1] for call in closings if call.body["request_detail"]["status"] == "failed"}
    for detail in addressed(done):
        if detail.status is DetailStatus.FAILED:
            assert str(detail.request_detail_id or "{request_detail_id}") in failed


# Several items with one detail


def test_messages_of_several_items_that_share_a_detail_say_whose_they_are():
    def invoice(number, *words):
        return DetailOutcome(
            item_type=ItemKind.REQUISITION,
            item_id=number,
            request_detail_id=5,
            name=f"Invoice A-{number}",
            refusals=tuple(map(refusal, words)),
        )

    [call] = calls(close_out(invoice(1), invoice(2, "total: -5.00 is negative", "line 1: no"), invoice(3)))
    assert call.body["request_detail"] == {
        "status": "failed",
        "messages": ["Invoice A-2: total: -5.00 is negative", "Invoice A-2: line 1: no"],
    }
    [alone] = calls(close_out(invoice(2, "line 1: no")))
    assert alone.body["request_detail"]["messages"] == ["line 1: no"]
    nameless = attrs.evolve(invoice(2, "no"), name="")
    [call] = calls(close_out(nameless, attrs.evolve(nameless, item_id=None)))
    assert call.body["request_detail"]["messages"] == ["subcontractor invoice 2: no", "subcontractor invoice: no"]


def test_items_without_a_detail_belong_together_by_type_and_id():
    def code(item_type, number, words):
        return DetailOutcome(item_type=item_type, item_id=number, request_detail_id=None, name=words, notes=(words,))

    made = calls(
        close_out(
            code(ItemKind.VENDOR, 1, "a"),
            code(ItemKind.PROJECT, 1, "b"),
            code(ItemKind.VENDOR, 1, "c"),
            code(ItemKind.VENDOR, None, "d"),
        )
    )
    assert [call.body["request_detail"]["messages"] for call in made] == [["a: a", "c: c"], ["b"]]


# External data of one type on the wire


def line(kind, origin_id, **more):
    return ExternalData(item_type=kind, item_id=177, origin_id=origin_id, **more)


def test_lines_of_commitments_and_change_orders_are_one_type_to_procore():
    synced, _ = calls(close_out(VENDOR, external_data=(line(ItemKind.CHANGE_ORDER_LINE_ITEM, "1-2"),)))
    assert synced.body["updates"] == [{"item_type": "line_item", "item_id": 177, "origin_id": "1-2"}]


def test_one_item_that_is_told_twice_alike_is_told_once():
    told = (
        line(ItemKind.LINE_ITEM, "1-2", origin_code="a", origin_data="b"),
        line(ItemKind.CHANGE_ORDER_LINE_ITEM, "1-2", origin_code="c"),
    )
    synced, closed = calls(close_out(VENDOR, external_data=told))
    [update] = synced.body["updates"]
    assert (update["origin_code"], update["origin_data"]) == ("c", "b")
    assert closed.body["request_detail"]["messages"] == ["created in QuickBooks"]


def test_one_item_that_would_be_two_things_is_told_as_neither_and_the_messages_say_so():
    told = (SYNCED, line(ItemKind.LINE_ITEM, "1-2"), line(ItemKind.CHANGE_ORDER_LINE_ITEM, "1-3"))
    done = close_out(VENDOR, external_data=told)
    synced, closed = calls(done)
    note = "line_item 177 would be two things in QuickBooks, 1-2 and 1-3: neither is reported"
    assert [update["item_id"] for update in synced.body["updates"]] == [35]
    assert closed.body["request_detail"]["messages"] == ["created in QuickBooks", note]
    plain = to_plain(done)
    assert plain["details"][0]["notes"] == ["created in QuickBooks", note]
    assert [call["path"] for call in plain["calls"]] == [synced.path, closed.path]


# What is unlinked


def test_what_is_unlinked_is_told_with_null_and_what_is_untold_has_no_call():
    gone = ExternalData(item_type=ItemKind.LINE_ITEM, item_id=5, origin_id=None)
    quiet = attrs.evolve(VENDOR, request_detail_id=None, untold=True)
    done = close_out(quiet, external_data=(gone,), unlinked=((ItemKind.LINE_ITEM, 5),))
    (call,) = calls(done)
    assert call.body == {"updates": [{"item_type": "line_item", "item_id": 5, "origin_id": None}]}
    assert check_call(call) == ()
    wrong = attrs.evolve(call, body={"updates": [{"item_type": None, "item_id": 5, "origin_id": None}]})
    assert check_call(wrong) == ("updates[0].item_type: expected str, got None",)
    assert to_plain(done)["unlinked"] == [{"item_type": "line_item", "item_id": 5}]
    assert to_plain(done)["calls"][0]["body"] == call.body


def test_who_must_not_be_unlinked_is_refused_and_its_ids_stay():
    gone = ExternalData(item_type=VENDOR.item_type, item_id=VENDOR.item_id, origin_id=None)
    done = close_out(VENDOR, external_data=(gone,), unlinked=((VENDOR.item_type, VENDOR.item_id),))
    why = ErpRefusal(RefusalCode.IN_DOUBT, "nobody knows")
    kept = done.not_unlinked(why)
    assert (kept.ok, kept.unlinked, kept.external_data) == (False, (), ())
    assert kept.details[0].messages == ("nobody knows",)


# A request that cannot be read


def test_a_request_that_cannot_be_read_ends_as_failed_in_each_detail_that_it_names():
    error = PayloadError("create_requisitions", ["$.a: x", "$.b: y"], company_id=7, request_detail_ids=(5, 6))
    done = refuse(error)
    assert (done.request_name, done.ok) == ("create_requisitions", False)
    assert [call.path.rsplit("/")[-1] for call in calls(done)] == ["5", "6"]
    for call in calls(done):
        assert call.body["request_detail"] == {
            "status": "failed",
            "messages": [
                "Procore's request cannot be read: $.a: x",
                "Procore's request cannot be read: $.b: y",
                *done.details[0].notes,
            ],
        }
        assert "Nothing of it was exported." in done.details[0].notes[0]
    assert {one.code for detail in done.details for one in detail.refusals} == {RefusalCode.UNREADABLE}


def test_of_a_request_of_many_those_without_a_detail_are_found_each_by_its_item():
    error = PayloadError(
        "create_requisitions",
        ["$: x"],
        company_id=7,
        request_detail_ids=(5,),
        items=[("requisition", 8), ("requisition", 9)],
    )
    made = calls(refuse(error))
    assert [(call.path.rsplit("/")[-1], call.find) for call in made] == [
        ("5", None),
        ("{request_detail_id}", {"filters[item_id]": 8}),
        ("{request_detail_id}", {"filters[item_id]": 9}),
    ]
    assert unchecked(made) == []


def test_without_a_detail_it_is_found_by_the_item_and_without_an_item_nothing_is_called():
    [call] = calls(refuse(PayloadError("create_vendor", ["$: x"], company_id=7, item=("vendor", 35))))
    assert call.find == {"filters[item_id]": 35}
    lost = refuse(PayloadError("ERP request", ["$: x"]))
    assert (calls(lost), lost.ok, len(lost.details)) == ((), False, 1)
    assert unchecked([call]) == []


def test_of_a_great_many_faults_procore_is_told_the_first_and_how_many_there_are():
    [detail] = refuse(PayloadError("x", [f"$[{i}]: x" for i in range(5000)], request_detail_ids=(1,))).details
    assert len(detail.refusals) == 21
    assert detail.messages[20] == "Procore's request cannot be read: 4980 more faults"


# The table of calls


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"method": "POST"}, "POST /rest/v1.0/companies/7/external_data/sync: no call that closes a request"),
        ({"path": "/rest/v1.0/companies/x/external_data/sync"}, "no call that closes a request"),
        ({"headers": {}}, "headers: expected Procore-Company-Id with the company, got {}"),
        ({"headers": {"Procore-Company-Id": "x"}}, "headers: expected Procore-Company-Id"),
        ({"query": {"project_id": 7}}, "query.project_id: is not published"),
        ({"find": {"filters[item_id]": 7}}, "find: expected it where the path has {request_detail_id}"),
        ({"body": {}}, "body.updates: is missing"),
        ({"body": {"updates": []}}, "updates: expected 1 to 1000, got 0"),
        ({"body": {"updates": [{}] * 1001}}, "updates: expected 1 to 1000, got 1001"),
        ({"body": {"updates": [5]}}, "updates[0]: expected an object, got 5"),
        ({"body": {"updates": [{"item_type": "vendor", "origin_id": "x"}]}}, "updates[0].item_id: is missing"),
        ({"body": {"updates": [{"item_id": True}]}}, "updates[0].item_id: expected int, got True"),
        ({"body": {"updates": [{"synced": True}]}}, "updates[0].synced: is not published"),
        ({"body": {"updates": [], "company_id": 7}}, "body.company_id: is not published"),
    ],
)
def test_a_call_that_is_not_as_published_is_noticed(change, fault):
    call, _ = calls(close_out(VENDOR, external_data=(SYNCED,)))
    assert check_call(call) == ()
    assert any(fault in one for one in check_call(attrs.evolve(call, **change)))


@pytest.mark.parametrize(
    ("detail", "fault"),
    [
        ({"status": "done", "messages": []}, "status: expected one of success, failed, got 'done'"),
        ({"status": "success", "messages": [5]}, "messages: expected texts"),
        ({"status": "success", "messages": "x"}, "request_detail[0].messages: expected list, got 'x'"),
        (None, "body.request_detail: expected dict, got None"),
    ],
)
def test_a_detail_that_is_not_closed_as_published_is_noticed(detail, fault):
    [call] = calls(close_out(VENDOR))
    assert fault in check_call(attrs.evolve(call, body={"request_detail": detail}))


FULL = CloseOut(
    request_name="create_budget",
    company_id=7,
    details=(VENDOR, attrs.evolve(VENDOR, request_detail_id=5, refusals=(refusal("no"),))),
    external_data=(SYNCED, line(ItemKind.LINE_ITEM, "1-2", origin_data="{}")),
    assignments=(LineItemTypeAssignment(project_id=70, cost_code_id=6, line_item_type_id=8),),
    transactions=(SyncedTransaction(id=1, project_id=70), SyncedTransaction(id=2, origin_id="x", project_id=71)),
)


def api():
    return json.loads((SHARED / "procore" / "openapi.json").read_bytes())


def resolved(document, node):
    while "$ref" in node:
        found = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


@needs_shared
@pytest.mark.parametrize("name", ENDPOINTS)
def test_the_table_of_calls_is_what_procore_publishes(name):
    document, endpoint = api(), ENDPOINTS[name]
    path = endpoint.path.replace("{request_detail_id}", "{id}")
    call = document["paths"][path][endpoint.method.lower()]
    parameters = [resolved(document, one) for one in call["parameters"]]
    assert [one["name"] for one in parameters if one["in"] == "header"] == ["Procore-Company-Id"]
    assert set(endpoint.query) <= {one["name"] for one in parameters if one["in"] == "query"}
    body = resolved(document, call["requestBody"]["content"]["application/json"]["schema"])
    assert set(body["required"]) == {*endpoint.body, endpoint.holds}
    held = resolved(document, body["properties"][endpoint.holds])
    assert held.get("maxItems") == endpoint.most
    each = resolved(document, held["items"]) if endpoint.most is not None else held
    types = {"integer": int, "string": str, "boolean": bool, "array": list}
    published = {key: types[one["type"]] for key, one in each["properties"].items()}
    assert {**endpoint.must, **endpoint.may} == published
    assert set(each["required"]) <= set(endpoint.must)


@needs_shared
def test_every_call_of_a_close_out_is_valid_by_the_description_of_the_api():
    core = pytest.importorskip("openapi_core", reason="openapi-core is not installed, so no call is held against it")
    from openapi_core.testing import MockRequest

    document = api()
    paths = {path: found for path, found in document["paths"].items() if "sync" in path or "erp_request" in path}
    published = core.OpenAPI.from_dict(document | {"paths": paths, "security": []})
    made = calls(FULL)
    assert {call.path.split("/")[-1] for call in made} == {"sync", "4", "5"}
    for call in made:
        published.validate_request(
            MockRequest(
                document["servers"][0]["url"],
                call.method.lower(),
                call.path,
                headers=dict(call.headers),
                args={key: str(value) for key, value in (call.query or {}).items()},
                data=json.dumps(call.body).encode(),
                content_type="application/json",
            )
        )


# For people and other programs


@given(close_outs)
def test_the_json_holds_the_plain_data_and_is_always_the_same(done):
    assert json.loads(to_json(done)) == to_plain(done)
    assert to_json(done) == to_json(done)


def test_the_json_reads_like_a_report():
    linked = Link(kind=ItemKind.PROJECT, procore_id=70, quickbooks_id="80000033-9")
    project = DetailOutcome(
        item_type=ItemKind.PROJECT,
        item_id=70,
        request_detail_id=5,
        name="Großmarkt",
        differences=(Difference("total", Decimal("1E+3"), Decimal("900.50"), "a person changed it"),),
        notes=("linked",),
    )
    refused = DetailOutcome(
        item_type=ItemKind.VENDOR,
        item_id=36,
        request_detail_id=6,
        name="A:B",
        refusals=(ErpRefusal(RefusalCode.NAME_IN_USE, "the name is in use", 3100),),
    )
    done = close_out(VENDOR, project, refused, external_data=(SYNCED,), links=(linked,))
    plain = to_plain(done)
    assert list(plain) == ["request_name", "company_id", "ok", "details", "unlinked", "calls"]
    assert plain["ok"] is False
    assert [detail["quickbooks_id"] for detail in plain["details"]] == ["80000012-1", "80000033-9", None]
    assert plain["details"][2] == {
        "item_type": "vendor",
        "item_id": 36,
        "request_detail_id": 6,
        "name": "A:B",
        "status": "failed",
        "messages": ["the name is in use"],
        "refusals": [{"code": "name_in_use", "words": "the name is in use", "status": 3100}],
        "differences": [],
        "notes": [],
        "changed": False,
        "quickbooks_id": None,
    }
    assert plain["details"][1]["differences"] == [
        {"field": "total", "procore": "1000", "quickbooks": "900.50", "why": "a person changed it"}
    ]
    assert "Großmarkt" in to_json(done)
    assert to_json(done).startswith('{\n  "request_name"')


@pytest.mark.parametrize(
    ("kind", "quickbooks_id", "text"),
    [
        (ItemKind.COST_CODE, Pair("8-1", "9-2"), "8-1|9-2"),
        (ItemKind.CHANGE_ORDER, QuickBooksId("1-1", ("1-2", "1-3")), "1-1|1-2|1-3"),
    ],
)
def test_a_quickbooks_id_of_several_parts_is_its_text(kind, quickbooks_id, text):
    outcome = DetailOutcome(item_type=kind, item_id=1, request_detail_id=5, name="x")
    done = close_out(outcome, links=(Link(kind=kind, procore_id=1, quickbooks_id=quickbooks_id),))
    assert json.loads(to_json(done))["details"][0]["quickbooks_id"] == text
