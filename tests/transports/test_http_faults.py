"""Every fault of a line, at every part of what goes over it: nothing is lost, nothing is done twice, nothing takes for ever."""

import time

import pytest

from procore_qbd import CompanyFile, Memory, NotSentError, ReplyLostError, Request
from procore_qbd.qbxml import read_reply, write_requests
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.transports import Agent, AgentStore, AgentToken, Http
from support.fault_proxy import Fault, faulty
from support.serving import served

TOKEN = "a-token-of-this-test"  # noqa: S105  it is planted
NAMES = [f"Alder {number}" for number in range(10)]
DOCUMENT = write_requests(
    [Request.add(Vendor(name=name, notes="x" * 4_000)) for name in NAMES], new_message_set_id="set-1"
)
HEAD = 300
"""About the bytes of the head of a request, and of an answer."""


@pytest.fixture
def office():
    """A company file, what came to it, and the URL of its agent."""
    came = []
    with (
        CompanyFile.create() as company,
        AgentStore(":memory:") as store,
        served(
            Agent(
                Memory(company.process, lambda side, document: came.append((side, document))),
                [AgentToken.of(TOKEN, "t")],
                store,
            )
        ) as url,
    ):
        yield company, came, url


def sent(url, tries, **options):
    with Http(url, TOKEN, tries=tries, read_timeout=0.2, sleep=lambda _: time.sleep(0.01), **options) as http:
        try:
            with http.send(DOCUMENT) as reply:
                return read_reply(reply.read())
        except (NotSentError, ReplyLostError) as error:
            return error


UP = [0, 1, HEAD // 2, HEAD, HEAD + 1, len(DOCUMENT) // 2, len(DOCUMENT) - 1, len(DOCUMENT) + HEAD + 100]
DOWN = [0, 1, HEAD // 2, HEAD, 20_000, 40_000]


def documents(came):
    return [document for side, document in came if side == "request"]


@pytest.mark.parametrize("how", ["reset", *(pytest.param(one, marks=pytest.mark.slow) for one in ("cut", "stall"))])
@pytest.mark.parametrize(("side", "after"), [*(("up", one) for one in UP), *(("down", one) for one in DOWN)], ids=str)
def test_what_is_said_of_one_try_is_true_and_another_try_ends_it(office, side, after, how):
    company, came, url = office
    with faulty(url, Fault(**{side: after}, how=how)) as (line, proxy):
        first = sent(line, 1)
        if isinstance(first, NotSentError):
            time.sleep(0.05)  # so that a copy on its way could come
            assert came == []
        last = sent(line, 4)
        assert proxy.connections >= 2 or not isinstance(first, Exception)
    assert last.outcomes[0].ok
    assert [vendor.name for vendor in company.records("Vendor")] == NAMES
    assert documents(came) == [DOCUMENT]


@pytest.mark.parametrize("how", ["reset", *(pytest.param(one, marks=pytest.mark.slow) for one in ("cut", "stall"))])
@pytest.mark.parametrize(("side", "after"), [("up", 0), ("up", len(DOCUMENT)), ("down", 0), ("down", 20_000)])
def test_one_call_gets_over_it(office, side, after, how):
    company, came, url = office
    with faulty(url, *[Fault(**{side: after}, how=how)] * 2) as (line, proxy):
        assert sent(line, 4).outcomes[0].ok
        assert proxy.connections == 3
    assert [vendor.name for vendor in company.records("Vendor")] == NAMES
    assert documents(came) == [DOCUMENT]


def test_a_request_that_is_doubled_on_its_way_is_carried_out_once(office):
    company, came, url = office
    with faulty(url, Fault(twice=True)) as (line, _):
        assert sent(line, 4).outcomes[0].ok
    assert [vendor.name for vendor in company.records("Vendor")] == NAMES
    assert documents(came) == [DOCUMENT]
