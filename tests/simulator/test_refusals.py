"""Which rules can refuse which requests: what is declared is shown, one trial for each pair."""

import pytest

from procore_qbd.qbxml.messages.catalogue import KNOWN
from procore_qbd.qbxml.rows.values import Value
from procore_qbd.simulator.engine.values import REASON_BY_STATUS
from procore_qbd.simulator.refusals import ASKED, REASONS_OF_ALL, SIMULATED, reasons_of
from procore_qbd.simulator.rules import REASONS
from support.trials import Bench

SAMPLE = ("BillMod", "BillPaymentCheckAdd", "ClassQuery", "JournalEntryMod", "ListMerge", "VendorAdd", "TxnDel")


@pytest.fixture(scope="module")
def bench():
    made = Bench()
    yield made
    made.close()


def not_shown(request, bench):
    return [name for name, _ in reasons_of(request) if not bench.shows(ASKED[request], name)]


@pytest.mark.parametrize("request_", SAMPLE)
def test_some_requests_are_refused_for_every_reason_that_is_declared(request_, bench):
    assert not_shown(request_, bench) == []


@pytest.mark.slow
@pytest.mark.parametrize("request_", SIMULATED)
def test_every_request_is_refused_for_every_reason_that_is_declared(request_, bench):
    assert not_shown(request_, bench) == []


def test_a_reason_that_does_not_refuse_a_request_is_not_shown(bench):
    assert not bench.shows(ASKED["BillQuery"], "NOT_AN_AMOUNT")
    assert not bench.shows(ASKED["VendorAdd"], "NOT_FOUND")


def test_every_reason_refuses_some_request_or_all():
    told = {name for request in SIMULATED for name, _ in reasons_of(request)}
    assert told | REASONS_OF_ALL.keys() == REASONS.keys()
    assert told.isdisjoint(REASONS_OF_ALL)


def test_what_is_not_simulated_says_so_and_little_else():
    assert {f"{name}Rq" for name in ASKED} == KNOWN
    for request in ASKED.keys() - set(SIMULATED):
        assert "NOT_SIMULATED" in dict(reasons_of(request))
        assert dict(reasons_of(request)).keys() <= {"NOT_SIMULATED", "FEATURE_OFF"}


def test_a_request_is_named_with_its_ending_or_without():
    assert reasons_of("BillAddRq") == reasons_of("BillAdd")
    with pytest.raises(KeyError):
        reasons_of("BillAd")


def test_codes_come_in_their_order():
    codes = [reason.code for _, reason in reasons_of("BillAdd")]
    assert codes == sorted(codes)


def test_a_value_of_any_type_is_refused_for_a_reason():
    """What `refused` looks up is there for each status that a row of a request can be given."""
    found = {
        (name, row.tag, row.status)
        for name, asked in ASKED.items()
        for row in asked.rows
        if isinstance(row, Value) and row.status not in REASON_BY_STATUS
    }
    assert found == set()
