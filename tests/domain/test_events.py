"""The table of events: complete, and what reads requests and what carries them out go by it."""

import importlib
import inspect
import json
import pkgutil

import attrs
import pytest

from procore_qbd import Books, Links, PayloadError, demo, erp, perform
from procore_qbd.domain import ErpRequest, NotSupported, requests
from procore_qbd.domain.events import EVENTS, OWN_EVENTS, EndsIn, event_of
from procore_qbd.procore import read_request
from procore_qbd.procore.requests import KNOWN_REQUESTS
from support.payloads import FORGETTING
from support.shared import SHARED, needs_shared

CARRIED_OUT = {name: event for name, event in EVENTS.items() if event.request is not None and event.supported}
NOT_YET = [event for event in EVENTS.values() if event.request is None]
NOT_SUPPORTED = [event for event in EVENTS.values() if not event.supported]
WITHOUT_SAMPLE = {"update_budget"}
"""What Procore describes and shows no payload of."""

SENT = {
    request.request_name: request
    for request in map(read_request, [*(data for _, data in demo.requests()), *map(json.dumps, FORGETTING)])
}
"""One of each that is carried out: the exports of the demo, and the others."""


def test_every_row_says_what_it_is():
    for name, event in EVENTS.items():
        assert event.name == name
        assert event.subject.replace("_", "").isalpha()
        assert event.supported is (event.why_not is None)
        assert event.why_not is None or (event.why_not[0].isupper() and event.why_not.endswith(".")), name
    assert {event.ends_in for event in EVENTS.values()} == set(EndsIn)


def test_each_event_is_carried_out_or_not_yet_or_is_not_there_with_quickbooks_desktop():
    assert {*CARRIED_OUT, *(event.name for event in NOT_YET), *(event.name for event in NOT_SUPPORTED)} == set(EVENTS)
    assert all(event.request is NotSupported for event in NOT_SUPPORTED)
    ends = {event.ends_in for event in CARRIED_OUT.values()}
    assert ends == {EndsIn.EXPORT, EndsIn.UNLINK, EndsIn.DELETE, EndsIn.RESET}


def test_every_class_of_a_request_has_its_row_and_each_row_the_class_of_its_name():
    classes = {getattr(requests, name) for name in requests.__all__}
    named = {cls for cls in classes if issubclass(cls, ErpRequest) and hasattr(cls, "request_name")}
    assert {event.request for event in (*CARRIED_OUT.values(), *OWN_EVENTS.values())} == named - {NotSupported}
    assert not OWN_EVENTS.keys() & EVENTS.keys()
    assert all(event_of(event.request) is event for event in OWN_EVENTS.values())
    assert all(event.request.request_name == name for name, event in CARRIED_OUT.items())
    assert all(event_of(event.request) is event for event in CARRIED_OUT.values())


def test_a_class_that_is_not_ours_has_no_event():
    @attrs.frozen(kw_only=True)
    class Foreign(requests.CreateVendor):
        """Called like one of ours."""

    assert event_of(Foreign) is event_of(ErpRequest) is event_of(requests.BudgetRequest) is None


# --- what reads requests ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CARRIED_OUT)
def test_what_is_carried_out_is_read_as_the_class_of_its_row(name):
    assert type(SENT[name]) is EVENTS[name].request is KNOWN_REQUESTS[name]


@pytest.mark.parametrize("event", NOT_YET, ids=lambda event: event.name)
def test_what_is_not_carried_out_yet_is_refused_by_its_name(event):
    with pytest.raises(PayloadError) as refused:
        read_request({"request_name": event.name, "request_data": {"request_detail_id": 5}})
    does = ", ".join(sorted(CARRIED_OUT))
    assert refused.value.faults == (
        (
            f"$.request_name: {event.name} is one of Procore's requests, "
            f"but not carried out by this library yet; it does {does}"
        ),
    )
    assert refused.value.request_detail_ids == (5,)


@pytest.mark.parametrize("event", NOT_SUPPORTED, ids=lambda event: event.name)
def test_what_quickbooks_desktop_does_not_have_is_read_as_that(event):
    assert event_of(NotSupported) is None
    assert KNOWN_REQUESTS[event.name] is NotSupported
    details = [{"request_detail_id": "6", "id": 1}, {"request_detail_id": None}, {"request_detail_id": 5}]
    payload = {"request_name": event.name, "request_detail_id": 5, "items": details, "company_id": 9}
    request = read_request(payload)
    assert request == NotSupported(request_name=event.name, company_id=9, request_detail_ids=(5, 6))


# --- what carries them out -------------------------------------------------------------------------------------------


def performers():
    """Every function of the rooms of `erp` that is called like an event, as subject and name."""
    for module in pkgutil.iter_modules(erp.__path__):
        functions = inspect.getmembers(importlib.import_module(f"procore_qbd.erp.{module.name}"), inspect.isfunction)
        yield from ((module.name, name) for name, _ in functions if name in EVENTS)


def test_each_event_that_is_carried_out_has_its_function_and_no_other_has_one():
    assert set(performers()) == {(event.subject, event.name) for event in CARRIED_OUT.values()}


@pytest.mark.parametrize("name", CARRIED_OUT)
def test_what_is_carried_out_has_a_flow(name):
    flow = perform(SENT[name], Links(), Books())
    assert inspect.isgenerator(flow)
    flow.close()


# --- what Procore publishes ------------------------------------------------------------------------------------------


@needs_shared
def test_each_event_that_procore_publishes_has_its_row_and_each_row_is_published():
    assert SHARED is not None
    files = list((SHARED / "procore" / "events").glob("event_*"))
    published = {file.name.removeprefix("event_").partition(".")[0] for file in files}
    named = {
        line.split('"')[3]
        for file in files
        for line in file.read_text("utf-8").splitlines()
        if '"request_name": "' in line
    }
    assert len(files) > 40
    assert published | named | WITHOUT_SAMPLE == set(EVENTS)
