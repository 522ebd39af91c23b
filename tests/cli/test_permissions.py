"""`can` and `matrix`: who may do what, in words, as JSON, as a table."""

import json

import pytest

ANA = {
    "name": "ana",
    "company_levels": {"ERP Integrations": "Standard", "Directory": "Read-only"},
    "project_levels": {"86": {"Commitments": "Admin", "Reports": "Standard", "Budget": "Read-only"}},
    "privileges": ["Can Push to Accounting"],
}

SEND = "Send, Retrieve, or Resend Items to ERP Integrations for Accounting Acceptance"


@pytest.fixture
def ana(folder):
    (folder / "ana.json").write_text(json.dumps(ANA))
    return "ana.json"


def test_can_says_why_not_and_what_would_help(command, ana):
    code, out, err = command("can", ana, "View an ERP Unsyncable Direct Costs Report", "--project", "86")
    assert (code, err) == (1, "")
    assert out.splitlines()[:8] == [
        "ana may not: View an ERP Unsyncable Direct Costs Report",
        "  no  all of",
        "    yes Read-only or above on Reports (has Standard)",
        "    no  any of",
        "      no  Admin on Budget (has Read-only)",
        "      no  Admin on Prime Contracts (has None)",
        "  what would help: Admin on Budget in project 86",
        "  or: Admin on Prime Contracts in project 86",
    ]


def test_can_ends_with_0_where_the_answer_is_yes(command, ana):
    assert command("can", ana, "Unlink Commitments Synced with ERP", "--project", "86")[0] == 0
    assert command("can", ana, SEND, "--project", "86", "--item", "work_order_contract")[0] == 0


def test_can_decides_by_the_policy_that_is_named(command, ana):
    accept = "Accept or Reject a Budget for Export to ERP"
    assert command("can", ana, accept)[0] == 1
    assert command("can", ana, accept, "--policy", "tutorials")[0] == 0


def test_can_prints_json(command, ana):
    code, out, _ = command("can", ana, "Unlink a Company Synced with ERP", "--json")
    assert code == 0
    assert json.loads(out)["allowed"] is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Unlink Commitment Synced with ERP"], "did you mean 'Unlink Commitments Synced with ERP'?"),
        (["Unlink Commitments Synced with ERP"], "pass project="),
        (["Unlink Commitments Synced with ERP", "--project", "8a"], "expected an integer or its digits, got '8a'"),
        ([SEND, "--project", "86"], "pass item=, one of Project"),
        ([SEND, "--project", "86", "--item", "Comitment"], "unknown 'Comitment'; did you mean 'Commitment'?"),
    ],
)
def test_a_bad_question_ends_with_2_and_says_what_is_wrong(command, ana, arguments, said):
    code, out, err = command("can", ana, *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_file_without_a_user_ends_with_2_and_is_named(command, folder):
    (folder / "bad.json").write_text('{"name": "a", "company_levels": {"Directry": "Admin"}}')
    code, out, err = command("can", "bad.json", "Unlink a Company Synced with ERP")
    assert (code, out) == (2, "")
    assert err == (
        "procore-qbd: bad.json: user: $.company_levels: company tool: unknown 'Directry'; did you mean 'Directory'?\n"
    )
    assert command("can", "none.json", "Unlink a Company Synced with ERP")[0] == 2


def test_the_matrix_has_a_column_a_user(command, folder):
    (folder / "users.json").write_text(json.dumps([ANA, {"name": "bo", "company_levels": {"Directory": "Admin"}}]))
    code, out, err = command("matrix", "users.json")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "ana  bo   action"
    assert "no   yes  Add an ERP Job to Procore" in lines
    assert "?    ?    Unlink Commitments Synced with ERP" in lines
    _, out, _ = command("matrix", "users.json", "--project", "86")
    assert "yes  no   Unlink Commitments Synced with ERP" in out.splitlines()
    _, out, _ = command("matrix", "users.json", "--json")
    assert {
        "action": "Add an ERP Job to Procore",
        "item": None,
        "supported": True,
        "ana": False,
        "bo": True,
    } in json.loads(out)
