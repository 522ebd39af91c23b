"""``codes``: what a request can be refused with."""

import json

from procore_qbd.codes import status
from procore_qbd.simulator.refusals import REASONS_OF_ALL, SIMULATED, reasons_of


def test_each_reason_is_told_with_its_code_and_what_to_do(command):
    code, out, err = command("codes", "TransferAdd")
    assert (code, err) == (0, "")
    for name, reason in reasons_of("TransferAdd"):
        assert f"{reason.code} {name} ({reason.source})\n    {reason.words}\n" in out
        assert status(reason.code).advice in out
    assert "0x80040400 WRONG_STRUCTURE" in out


def test_as_json(command):
    code, out, _ = command("codes", "BillAddRq", "--json")
    said = json.loads(out)
    assert (code, said["request"]) == (0, "BillAdd")
    assert [one["name"] for one in said["reasons"]] == [name for name, _ in reasons_of("BillAdd")]
    assert [one["name"] for one in said["of_every_request"]] == list(REASONS_OF_ALL)
    assert {one["written"] for one in said["reasons"]} == {"not_done"}


def test_the_requests_are_listed(command):
    assert command("codes")[1].split() == list(SIMULATED)
    assert json.loads(command("codes", "--json")[1]) == list(SIMULATED)


def test_what_the_simulator_has_not_is_1030(command):
    _, out, _ = command("codes", "LeadAdd")
    assert out.startswith("1030 NOT_SIMULATED")


def test_a_slip_is_named(command):
    code, _, err = command("codes", "BilAdd")
    assert code == 2
    assert "QuickBooks has no request 'BilAdd'; did you mean BillAdd?" in err
