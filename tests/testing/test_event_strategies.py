"""What the strategies for ERP events draw: every event is read without a fault, and every field is filled in at times."""

import json
from collections import defaultdict

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from procore_qbd.domain import NotSupported
from procore_qbd.procore import read_request
from procore_qbd.procore.requests import KNOWN_REQUESTS, READERS
from procore_qbd.procore.strict_json import day_as_written, number_as_text
from procore_qbd.testing.strategies import erp_requests, events

READ = {name: cls for name, cls in KNOWN_REQUESTS.items() if cls is not NotSupported}
ROUNDS = 20
OURS = {
    (cls, name)
    for cls, readers in READERS.items()
    for name, one in readers.items()
    if one not in (number_as_text, day_as_written)
}
"""The fields that Procore does not say."""


@given(events())
def test_every_event_is_read_and_as_text_it_is_the_same(event):
    request = read_request(event)
    assert type(request) is KNOWN_REQUESTS[event["request_name"]]
    assert read_request(json.dumps(event)) == request
    assert not getattr(request, "unreadable", ())


@pytest.mark.parametrize("name", sorted(READ))
def test_every_field_of_an_event_is_filled_in_at_times(name):
    filled, empty = defaultdict(set), defaultdict(set)

    def look(noun):
        for field in attrs.fields(type(noun)):
            value = getattr(noun, field.name)
            (filled if value not in (None, ()) else empty)[type(noun)].add(field.name)
            for one in value if isinstance(value, tuple) else (value,):
                if attrs.has(type(one)):
                    look(one)

    def missing():
        return {
            (cls, field.name) for cls in filled for field in attrs.fields(cls) if field.name not in filled[cls]
        } - OURS

    for number in range(ROUNDS):
        draw = seed(number)(given(erp_requests(name))(look))
        settings(
            max_examples=15, phases=[Phase.generate], database=None, suppress_health_check=[*HealthCheck], deadline=None
        )(draw)()
        if not missing():
            break
    assert missing() == set()
    assert any(empty.values())


@given(st.data())
def test_an_event_is_of_the_name_that_is_asked_for(data):
    name = data.draw(st.sampled_from(sorted(KNOWN_REQUESTS)))
    assert data.draw(events(name))["request_name"] == name
    assert data.draw(erp_requests(name)).request_name == name


def test_an_event_that_is_not_read_says_which_are():
    with pytest.raises(ValueError, match=r"no event 'create_vender' is read; there are .*create_vendor"):
        events("create_vender")
