"""``tool``: an item sent, accepted, exported, unlinked and taken back, by who may, with what a person reads at each step."""

import json
import re

import pytest

from procore_qbd.simulator import CompanyFile
from support.console import in_the_file, vendor

PEOPLE = {
    "ana": {"name": "Ana", "company_levels": {"Directory": "Admin"}},
    "amy": {
        "name": "Amy",
        "company_levels": {"ERP Integrations": "Admin"},
        "privileges": ["Can Push to Accounting"],
    },
    "paul": {"name": "Paul"},
}


@pytest.fixture
def tool(command, folder):
    CompanyFile.create(folder / "books.company").close()
    for name, user in PEOPLE.items():
        (folder / f"{name}.json").write_text(json.dumps(user))

    def run(*arguments, by=None):
        who = ("--by", f"{by}.json") if by else ()
        return command("tool", *arguments, *who, "--company", "books.company")

    return run


def worked(command):
    return command("work", "--company", "books.company", "--until-idle")[0]


def test_a_company_is_sent_accepted_exported_unlinked_and_everybody_may_read_how(tool, command, folder):
    assert tool("items") == (0, "nothing was sent yet\n", "")
    assert tool("waiting")[1] == "nothing waits for a decision\n"
    code, out, _ = tool("send", vendor(folder), by="ana")
    assert (code, out) == (
        0,
        (
            "vendor 35 'Alder Creek': sent\n"
            "  tell accounting approvers (in the digest of the day): Ana sent the vendor 'Alder Creek'\n"
        ),
    )
    assert tool("send", "vendor.json", by="ana")[:2] == (
        0, "nothing to send: every item is sent or synced already\n",
    )  # fmt: skip
    assert "vendor 35 'Alder Creek'  sent by Ana" in tool("waiting")[1]
    assert tool("waiting", "--older-than", "3")[1] == "nothing waits for a decision\n"
    assert tool("why-not", "accept", "vendor", "35", by="amy") == (
        0, "vendor 35: accept: nothing is against it\n", "",
    )  # fmt: skip
    assert tool("accept", "vendor", "35", "--erp-code", "V-1", by="amy")[:2] == (
        0, "vendor 35 'Alder Creek': exporting\n",
    )  # fmt: skip
    assert worked(command) == 0
    assert in_the_file(folder) == ["Alder Creek"]
    history = tool("history", "vendor", "35")[1].splitlines()
    assert [re.sub(r"^\S+ +", "", line) for line in history] == [
        "Ana  send: not sent -> sent",
        "Amy  accept: sent -> exporting  request 2",
        "connector  succeed: exporting -> synced  request 2",
    ]
    assert tool("unlink", "vendor", "35", "--comment", "another company", by="amy")[:2] == (
        0, "vendor 35 'Alder Creek': not sent\n",
    )  # fmt: skip
    assert "another company" in tool("history", "vendor", "35")[1]


def test_what_is_not_done_says_why_and_ends_with_1(tool, folder):
    vendor(folder)
    code, out, _ = tool("send", "vendor.json", by="paul")
    assert code == 1
    assert out.startswith("not done: vendor 'Alder Creek': send: Paul may not")
    tool("send", "vendor.json", by="ana")
    code, out, _ = tool("accept", "vendor", "35", "36", "--customer", "x", by="amy")
    assert code == 1
    assert "create_vendor takes no customer: an approver gives erp code, vendor type with it" in out
    assert "vendor 36: accept: the tool does not know it: nobody has sent it yet; what can be done: send" in out
    code, out, _ = tool("why-not", "unlink", "vendor", "35", "--json", by="amy")
    assert (code, json.loads(out)) == (
        1, {"may": False, "why_not": "is sent; what can be done: retrieve, accept, reject",
            "legal": ["retrieve", "accept", "reject"]},
    )  # fmt: skip
    assert tool("reject", "vendor", "35", "--comment", "no tax id", by="amy")[:2] == (
        0,
        "vendor 35 'Alder Creek': rejected\n  tell Ana: Amy rejected the vendor 'Alder Creek': no tax id\n",
    )
    assert tool("retrieve", "vendor", "35", by="ana")[0] == 1


def test_everything_is_told_as_json_too(tool, folder):
    sent = json.loads(tool("send", vendor(folder), "--json", by="ana")[1])
    assert [(one["done"], one["state"], one["kind"], one["procore_id"]) for one in sent] == [
        (True, "sent", "vendor", 35)
    ]
    assert sent[0]["notices"][0]["recipient"] == "accounting approvers"
    refused = json.loads(tool("accept", "vendor", "35", "--json", by="paul")[1])
    assert [(one["done"], one["move"]) for one in refused] == [(False, "accept")]
    assert json.loads(tool("items", "--json")[1])[0]["sent_by"] == "Ana"
    events = json.loads(tool("history", "vendor", "35", "--json")[1])
    assert [(one["move"], one["allowed"]) for one in events] == [("send", True), ("accept", False)]
    assert events[1]["why"]["decision"]["allowed"] is False
    assert json.loads(tool("settings", "--json")[1])["gate"] is True


def test_settings_are_shown_and_changed_by_who_may(tool, folder):
    assert 'payments_schedule              "daily"' in tool("settings")[1]
    (folder / "new.toml").write_text('gate = false\n[direct_export]\nCCO = "on"\n')
    code, _, err = tool("settings", "--set", "new.toml")
    assert (code, "say who changes the settings (--by USER.json)" in err) == (2, True)
    code, out, _ = tool("settings", "--set", "new.toml", by="paul")
    assert (code, out.startswith("not done: settings: configure: Paul may not")) == (1, True)
    code, out, _ = tool("settings", "--set", "new.toml", by="amy")
    assert code == 0
    assert '{"CCO": "on"}' in out
    (folder / "new.toml").write_text("gat = true")
    code, _, err = tool("settings", "--set", "new.toml", by="amy")
    assert (code, "gat: not a setting; did you mean gate?" in err) == (2, True)
    (folder / "new.toml").write_bytes(b"\xff")
    assert "is not UTF-8, perhaps Windows-1252" in tool("settings", "--set", "new.toml", by="amy")[2]


def test_with_a_gate_nothing_is_submitted_past_the_tool(tool, command, folder):
    tool("send", vendor(folder), by="ana")
    code, _, err = command("submit", "vendor.json", "--company", "books.company")
    assert (code, "its ERP tool has a gate" in err) == (2, True)


def test_an_export_is_taken_back(tool, command, folder):
    tool("send", vendor(folder), by="ana")
    tool("accept", "vendor", "35", by="amy")
    worked(command)
    code, out, _ = tool("undo", "2", by="amy")
    assert code == 0
    assert re.fullmatch(
        r"deleted       Vendor \S+  vendor 35\nnothing was changed; with --yes a worker takes it back\n", out
    )
    assert in_the_file(folder) == ["Alder Creek"]
    code, out, _ = tool("undo", "2", "--yes", by="paul")
    assert (code, "not done: vendor 35: undo: Paul may not" in out) == (1, True)
    assert json.loads(tool("undo", "2", "--yes", "--json", by="amy")[1])["done"] is True
    worked(command)
    assert in_the_file(folder) == []
    assert "not sent" in tool("items")[1]
    code, _, err = tool("undo", "99", by="amy")
    assert code == 2
    assert "99" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("accept", "house", "1"), "no such kind: 'house'"),
        (("accept", "vendor", "x"), "expected an id of Procore's"),
        (("waiting", "--older-than", "never"), "expected a number of days"),
        (("accept", "vendor", "1", "--accounting-date", "soon"), "expected a day such as 2027-01-31"),
    ],
)
def test_what_cannot_be_understood_is_one_sentence(tool, capsys, arguments, words):
    with pytest.raises(SystemExit):
        tool(*arguments, by="amy" if arguments[0] == "accept" else None)
    assert words in capsys.readouterr().err


def test_a_request_that_cannot_be_read_sends_nothing(tool, folder):
    vendor(folder)
    (folder / "bad.json").write_text("{")
    code, _, err = tool("send", "vendor.json", "bad.json", by="ana")
    assert (code, "bad.json" in err, "nothing was sent" in err) == (2, True, True)
    assert tool("items")[1] == "nothing was sent yet\n"
