import json
from functools import partial

import pytest

from procore_qbd import transports
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.rules import RULES
from procore_qbd.transports import Files, Player, answer_files
from support.company import put

SOME = ("TOO_LONG", "REPLY_IS_KEPT", "RECORD_OPEN")


@pytest.mark.slow
def test_a_fresh_simulated_file_agrees_in_everything(command):
    code, out, err = command("probe")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == f"experiments: {len(RULES)}; {len(RULES)} agree, 0 differ, 0 not tried"


def test_what_differs_is_told_with_both_answers(command, folder, monkeypatch):
    CompanyFile.create(folder / "a.company").close()
    opened = CompanyFile.open
    monkeypatch.setattr(CompanyFile, "open", lambda path: forgetful(opened(path)))
    code, out, _ = command("probe", "--company", "a.company", "--only", *SOME)
    assert code == 1
    assert "differs: REPLY_IS_KEPT: The reply to a document with a newMessageSetID" in out
    assert "    expected 0; Status OK\n    got      messageSetStatusCode is 600, and not 0" in out


def forgetful(company):
    company.message_sets = "none"
    return company


def test_as_json(command):
    code, out, _ = command("probe", "--json", "--only", *SOME)
    said = json.loads(out)
    assert (code, [one["name"] for one in said["probed"]], said["left"]) == (0, list(SOME), [])
    assert {one["agreement"] for one in said["probed"]} == {"agrees"}


def test_a_rule_that_there_is_not(command):
    code, out, err = command("probe", "--only", "TO_LONG")
    assert (code, out) == (2, "")
    assert "there is no rule 'TO_LONG'; did you mean TOO_LONG?" in err


@pytest.fixture
def books(monkeypatch):
    """A company file that does not say that it is a sample."""
    process = CompanyFile.process
    sample = b"<IsSampleCompany>%s</IsSampleCompany>"
    monkeypatch.setattr(
        CompanyFile,
        "process",
        lambda company, document: process(company, document).replace(sample % b"true", sample % b"false"),
    )


@pytest.mark.usefixtures("books")
def test_books_are_left_alone(command, folder):
    with CompanyFile.create(folder / "a.company") as company:
        put(company, Vendor(name="Fir"))
    code, out, err = command("probe", "--company", "a.company", "--only", "TOO_LONG")
    assert (code, out) == (2, "")
    assert "the company file is no sample, and is not empty" in err
    with CompanyFile.open(folder / "a.company") as company:
        assert len(list(company.records("Account"))) == 0
    code, out, err = command("probe", "--company", "a.company", "--only", "TOO_LONG", "--yes-this-is-a-test-file")
    assert (code, err) == (0, "")


@pytest.mark.usefixtures("books")
def test_an_empty_file_is_tried(command, folder):
    CompanyFile.create(folder / "a.company").close()
    assert command("probe", "--company", "a.company", "--only", "TOO_LONG")[0] == 0


def test_a_cassette_is_kept_that_names_nobody(command, folder):
    assert command("probe", "--only", "TOO_LONG", "--cassette", "probe.cassette")[0] == 0
    text = (folder / "probe.cassette").read_text()
    assert "Checking" not in text
    assert "AccountAddRq" in text
    assert Player(folder / "probe.cassette") is not None


def test_what_needs_a_person_is_not_tried_where_nobody_is(command, folder, monkeypatch):
    """Through a folder: whoever answers there cannot be told to open a window."""
    (folder / "line").mkdir()
    with CompanyFile.create() as company:
        answered = partial(Files, sleep=lambda _: answer_files(folder / "line", company.process))
        monkeypatch.setattr(transports, "Files", answered)
        code, out, _ = command("probe", "--files", "line", "--only", "RECORD_OPEN", "TOO_LONG", "NOT_SIMULATED")
    assert code == 0
    assert "not tried: RECORD_OPEN: a person must see to it first that somebody has the vendor" in out
    assert "not tried: NOT_SIMULATED: it is no rule of QuickBooks" in out
    assert out.splitlines()[-1] == "experiments: 3; 1 agree, 0 differ, 2 not tried"


def test_an_agent_wants_a_token(command, monkeypatch):
    monkeypatch.delenv("PROCORE_QBD_AGENT_TOKEN", raising=False)
    code, _, err = command("probe", "--agent", "https://office.example/")
    assert code == 2
    assert "PROCORE_QBD_AGENT_TOKEN is not set" in err
