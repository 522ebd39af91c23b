"""What goes wrong while requests are carried out, and that the words of the total are true."""

import contextlib
import errno
import importlib
import json
import pathlib
import re

import attrs
import pytest

from procore_qbd import (
    EngineError,
    ReplyError,
    ReplyLostError,
)
from procore_qbd.errors import JournalError
from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.simulator import CompanyFile
from support.console import breaks_at, in_the_file, linked, vendor


@pytest.fixture
def three(folder):
    """Three requests, and a company file that was there before."""
    CompanyFile.create(folder / "books.company").close()
    names = {"a.json": "Alder", "b.json": "Birch", "c.json": "Cedar"}
    return [vendor(folder, number, name, file) for number, (file, name) in enumerate(names.items(), 1)]


steps = importlib.import_module("procore_qbd.worker.steps")  # the room has a function of this name

LOST = {
    "a lost reply": ReplyLostError("the line is down"),
    "an HRESULT of which nobody knows": EngineError(0x80040402),
}


@pytest.mark.parametrize("error", LOST.values(), ids=LOST)
def test_where_nobody_knows_what_quickbooks_did_the_export_stops_and_says_what_was_carried_out(
    command, folder, three, monkeypatch, error
):
    with monkeypatch.context() as patch:
        breaks_at(patch, b"<Name>Birch</Name>", error, after=True)
        code, out, err = command("export", *three, "--company", "books.company", "--out", "out")
    assert (code, err) == (0, ""), "it was asked for again, and was there"
    assert out.splitlines()[-1] == "3 made"
    assert (in_the_file(folder), linked(folder)) == (["Alder", "Birch", "Cedar"], ["Alder", "Birch", "Cedar"])
    code, out, _ = command("export", *three, "--company", "books.company")
    assert (code, out.splitlines()[-1]) == (0, "3 unchanged: nothing was written")


def test_where_quickbooks_says_nothing_any_more_the_export_stops_and_the_next_one_goes_on(
    command, folder, three, monkeypatch
):
    process = CompanyFile.process
    gone = []

    def break_(self, document):
        reply = process(self, document)
        gone.extend([document] if b"<Name>Birch</Name>" in document else [])
        if gone:
            raise EngineError(0x80040402)
        return reply

    with monkeypatch.context() as patch:
        patch.setattr(CompanyFile, "process", break_)
        code, out, err = command("export", *three, "--company", "books.company", "--out", "out")
    assert code == 2
    assert "b.json: QuickBooks does not answer" in err
    assert out.splitlines()[-4:-2] == ["1 made", "carried out: a.json"]
    assert "in doubt: b.json" in out
    assert (in_the_file(folder), linked(folder)) == (["Alder", "Birch"], ["Alder"])
    assert any(b"<Name>Birch</Name>" in path.read_bytes() for path in (folder / "out").glob("02-b.*.request.xml"))
    code, out, _ = command("export", *three, "--company", "books.company")
    assert (code, out.splitlines()[-1]) == (0, "2 made, 1 unchanged")
    assert out.count("of an earlier run: create_vendor") == 2
    assert (in_the_file(folder), linked(folder)) == (["Alder", "Birch", "Cedar"], ["Alder", "Birch", "Cedar"])


def test_a_request_that_breaks_off_by_a_fault_of_ours_is_named_and_the_others_are_carried_out(
    command, folder, three, monkeypatch
):
    perform = steps.perform

    def break_(request, links, books):
        if request.vendor.name == "Birch":
            raise ReplyError("VendorRet", ["cannot be read"])
        return (yield from perform(request, links, books))

    monkeypatch.setattr(steps, "perform", break_)
    code, out, err = command("export", *three, "--company", "books.company")
    assert (code, bool(re.search(r"b.json: request \d+: create_vendor: ReplyError", err))) == (2, True), err
    assert out.splitlines()[-3:] == ["2 made", "carried out: a.json, c.json", "not carried out: b.json"]
    assert in_the_file(folder) == linked(folder) == ["Alder", "Cedar"]


def test_a_document_that_was_never_taken_is_tried_again_and_then_told(command, folder, three, monkeypatch):
    with monkeypatch.context() as patch:
        breaks_at(patch, b"<Name>Birch</Name>", EngineError(0x80040400), after=False)
        code, _, err = command("export", *three, "--company", "books.company")
    assert (code, "b.json: QuickBooks cannot be reached" in err) == (2, True)
    assert "Birch" not in in_the_file(folder)
    assert command("export", *three, "--company", "books.company")[0] == 0
    assert in_the_file(folder) == ["Alder", "Birch", "Cedar"]


def test_a_link_that_cannot_be_added_loses_nothing_else(command, folder, three, monkeypatch):
    perform = steps.perform

    def contradict(request, links, books):
        close_out = yield from perform(request, links, books)
        if request.vendor.name != "Birch":
            return close_out
        wrong = attrs.evolve(close_out.links[0], procore_id=1)
        return attrs.evolve(close_out, links=(*close_out.links, wrong))

    monkeypatch.setattr(steps, "perform", contradict)
    code, out, err = command("export", *three, "--company", "books.company", "--out", "out")
    assert (code, "b.json: vendor 1 is linked to" in err) == (2, True), err
    assert out.splitlines()[-1] == "3 made"
    assert in_the_file(folder) == linked(folder) == ["Alder", "Birch", "Cedar"]
    assert (folder / "out" / "02-b.close-out.json").exists()


def test_a_journal_that_can_be_written_no_longer_stops_the_export_and_nothing_is_sent(
    command, folder, three, monkeypatch
):
    sending = Journal.sending

    def full(self, claim, **sent):
        if b"Birch" in sent["document"]:
            raise JournalError("books.company.journal: cannot be written, the disk is full")
        return sending(self, claim, **sent)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "sending", full)
        code, out, err = command("export", *three, "--company", "books.company", "--out", "out")
    assert (code, "b.json: books.company.journal: cannot be written" in err) == (2, True)
    assert out.splitlines()[-3:] == ["1 made", "carried out: a.json", "not carried out: b.json, c.json"]
    assert in_the_file(folder) == linked(folder) == ["Alder"]
    assert command("export", *three, "--company", "books.company")[0] == 0
    assert in_the_file(folder) == linked(folder) == ["Alder", "Birch", "Cedar"]


def test_a_close_out_that_cannot_be_written_is_told_and_the_rest_is_carried_out(command, folder, three, monkeypatch):
    def full(path, *_arguments, **_settings):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(pathlib.Path, "write_bytes", full)
    code, out, err = command("export", *three, "--company", "books.company", "--out", "out")
    assert (code, out.splitlines()[-1]) == (2, "3 made")
    assert err.count("cannot be written: No space left on device; run the export again for it") == 3
    assert linked(folder) == ["Alder", "Birch", "Cedar"]


def test_a_close_out_of_an_earlier_run_does_not_stand_for_what_was_not_carried_out(command, folder, three, monkeypatch):
    command("export", *three, "--company", "books.company", "--out", "out")
    (folder / "c.json").write_text("{")
    breaks_at(monkeypatch, b"VendorQueryRq", EngineError(0x80040402), after=False)
    command("export", *three, "--company", "books.company", "--out", "out")
    (left,) = (folder / "out").glob("*.close-out.json")
    assert json.loads(left.read_text("utf-8"))["details"][0]["refusals"][0]["code"] == "unreadable"


def test_an_interrupted_export_keeps_what_was_carried_out(command, folder, three, monkeypatch):
    with monkeypatch.context() as patch:
        breaks_at(patch, b"<Name>Birch</Name>", KeyboardInterrupt(), after=True)
        code, out, err = command("export", *three, "--company", "books.company", "--out", "out")
    assert (code, err.startswith("procore-qbd: interrupted; ")) == (130, True)
    assert out.splitlines()[-4:] == ["1 made", "carried out: a.json", "in doubt: b.json", "not carried out: c.json"]
    assert linked(folder) == ["Alder"]
    assert any(b"<Name>Birch</Name>" in path.read_bytes() for path in (folder / "out").glob("02-b.*.request.xml"))
    assert command("export", *three, "--company", "books.company")[0] == 0
    assert in_the_file(folder) == linked(folder) == ["Alder", "Birch", "Cedar"]


def test_a_request_that_was_interrupted_before_it_wrote_is_not_carried_out(command, three, monkeypatch):
    breaks_at(monkeypatch, b"QueryRq", KeyboardInterrupt(), after=True)
    code, out, _ = command("export", *three, "--company", "books.company")
    assert (code, out.splitlines()[-1]) == (130, "not carried out: a.json, b.json, c.json")
    assert out.splitlines()[-2] == "nothing was written"


ANSWERS = {
    "an error that leaves open what was done": (rb'(<VendorAddRs[^>]*)statusCode="0"', rb'\1statusCode="1000"'),
    "an answer that cannot be read": (rb"<TimeCreated>.*?</TimeCreated>", b"<TimeCreated>soon</TimeCreated>"),
}


@pytest.mark.parametrize(("pattern", "instead"), ANSWERS.values(), ids=ANSWERS)
def test_an_item_of_which_nobody_knows_whether_it_was_written_is_made_once(
    command, folder, three, monkeypatch, pattern, instead
):
    process = CompanyFile.process

    def spoil(self, document):
        reply = process(self, document)
        return re.sub(pattern, instead, reply) if b"<Name>Birch</Name>" in document else reply

    with monkeypatch.context() as patch:
        patch.setattr(CompanyFile, "process", spoil)
        command("export", *three, "--company", "books.company")
    code, out, _ = command("export", *three, "--company", "books.company")
    assert (code, out.splitlines()[-1]) == (0, "3 unchanged: nothing was written")
    assert in_the_file(folder) == linked(folder) == ["Alder", "Birch", "Cedar"]


def test_nothing_is_written_for_an_item_that_could_not_be_linked(command, folder):
    code, out, err = command("export", vendor(folder, 10**19), "--company", "books.company")
    assert code == 2
    assert "expected a whole number, got a number of more than 19 digits" in out + err
    assert not (folder / "books.company").exists()


def test_where_only_questions_were_lost_the_export_goes_on(command, three, monkeypatch):
    process = CompanyFile.process
    lost = []

    def lose(self, document):
        if not lost and b"QueryRq" in document:
            lost.append(document)
            raise EngineError(0x80040402)
        return process(self, document)

    monkeypatch.setattr(CompanyFile, "process", lose)
    code, out, _ = command("export", *three, "--company", "books.company")
    assert (code, out.splitlines()[-1]) == (0, "3 made")


def test_a_job_that_is_brought_up_to_date_is_updated_even_if_its_link_is_lost(command, folder):
    def job(city):
        return json.dumps(
            {"request_name": "create_or_update_job", "request_data": {"job": {"id": 7, "name": "Gym", "city": city}}}
        )

    (folder / "job.json").write_text(job("Bend"))
    assert "1 made" in command("export", "job.json", "--company", "books.company")[1]
    kept = SqlTables(f"sqlite:///{folder / 'books.company.journal'}")
    with contextlib.closing(kept) as tables, tables.transaction() as rows:
        assert rows.delete("link", {"kind": "project"}) == 1
    (folder / "job.json").write_text(job("Salem"))
    code, out, _ = command("export", "job.json", "--company", "books.company")
    assert (code, out.splitlines()[-1]) == (0, "1 updated")
