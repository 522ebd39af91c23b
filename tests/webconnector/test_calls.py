"""The calls of the Web Connector as data: complete, and spelled as the published description has them."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from procore_qbd.webconnector.calls import CALLS, RESPONSE, WHOLE_NUMBERS, ConnectorCall, Result, digest_of
from support.shared import SHARED, needs_shared

SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
INTERACTIVE = {"getInteractiveURL", "interactiveRejected", "interactiveDone"}
RULES = st.sampled_from(list(CALLS.values()))
TEXTS = st.text(max_size=20)
CASES = st.sampled_from([str, str.lower, str.upper, str.swapcase])


def test_the_calls_are_these():
    assert list(CALLS) == [
        "serverVersion",
        "clientVersion",
        "authenticate",
        "sendRequestXML",
        "receiveResponseXML",
        "getLastError",
        "connectionError",
        "closeConnection",
        "getInteractiveURL",
        "interactiveRejected",
        "interactiveDone",
    ]
    assert all(name == rule.name for name, rule in CALLS.items())
    assert [name for name, rule in CALLS.items() if rule.result is Result.STRINGS] == ["authenticate"]
    assert [name for name, rule in CALLS.items() if rule.result is Result.INTEGER] == ["receiveResponseXML"]
    assert [name for name, rule in CALLS.items() if RESPONSE in rule.parameters] == ["receiveResponseXML"]


@needs_shared
def test_parameters_and_results_are_those_of_the_published_description():
    assert SHARED is not None
    tree = etree.parse(SHARED / "qbxml" / "webconnector" / "QBWebConnectorSvc.wsdl")
    published = {
        element.get("name"): [(each.get("name"), each.get("type")) for each in element.iter(f"{SCHEMA}element")][1:]
        for element in tree.iterfind(f".//{SCHEMA}schema/{SCHEMA}element")
    }
    results = {"s:string": Result.STRING, "tns:ArrayOfString": Result.STRINGS, "s:int": Result.INTEGER}
    for name, rule in CALLS.items():
        if name in INTERACTIVE:  # which it leaves out
            continue
        kinds = dict(published.pop(name))
        assert tuple(kinds) == rule.parameters
        assert {each for each, kind in kinds.items() if kind == "s:int"} == WHOLE_NUMBERS & {*rule.parameters}
        ((result, kind),) = published.pop(f"{name}Response")
        assert (result, results[kind]) == (f"{name}Result", rule.result)
    assert published == {}


@given(RULES, st.data(), CASES)
def test_a_parameter_is_found_in_any_case_and_with_or_without_what_stands_before_it(rule, data, case):
    name = data.draw(st.sampled_from(rule.parameters))
    bare = name.removeprefix("str").removeprefix("wc")
    for spelling in (name, bare, f"str{bare}"):
        assert rule.parameter(case(spelling)) == name


@given(RULES, TEXTS)
def test_a_name_is_one_parameter_or_none(rule, name):
    assert rule.parameter(name) in {None, *rule.parameters}
    assert rule.parameter(f"{name}?") is None


def test_no_two_parameters_of_a_call_are_taken_for_each_other():
    for rule in CALLS.values():
        assert [rule.parameter(name) for name in rule.parameters] == list(rule.parameters)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=3), st.lists(st.tuples(TEXTS, TEXTS), max_size=3), TEXTS, TEXTS)
def test_two_calls_share_a_digest_only_if_they_say_the_same(one, other, name, response):
    same = digest_of(name, one, response) == digest_of(name, other, response)
    assert same == (one == other)
    assert (digest_of(name, one) == digest_of(name, one, response)) == (response == "")


def test_where_one_text_ends_and_the_next_begins_matters():
    assert digest_of("a", [("b", "1:c")]) != digest_of("a", [("b1", ":c")])
    assert digest_of("ab", []) != digest_of("a", [], "b")


def test_a_call_does_not_show_its_arguments():
    call = ConnectorCall("authenticate", {"strUserName": "alder", "strPassword": "hunter2"}, None)
    assert repr(call) == "ConnectorCall(name='authenticate')"


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        CALLS["authenticate"] = CALLS["getLastError"]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        CALLS["authenticate"].parameters = ()
