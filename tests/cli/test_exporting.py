"""What goes wrong while requests are carried out, and that the words of the total are true."""

import errno
import json
import pathlib
import re

import attrs
import pytest

from procore_qbd import (
    EngineError,
    RecordError,
    ReplyError,
    ReplyLostError,
)
from procore_qbd.cli import exporting
from procore_qbd.simulator import CompanyFile
from support.console import breaks_at, in_the_file, linked, vendor


@pytest.fixture
def three(folder):
    """Three requests, and a company file that was there before."""
    CompanyFile.create(folder / "books.company").close()
    names = {"a.json": "Alder", "b.json": "Birch", "c.json": "Cedar"}
    return [vendor(folder, number, name, file) for number, (file, name) in enumerate(names.items(), 1)]


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
    assert code == 2
    assert err == f"procore-qbd: b.json: {error}\n"
    assert out.splitlines()[-4:] == ["1 made", "carried out: a.json", "in doubt: b.json", "not carried out: c.json"]
    assert (in_the_file(folder), linked(folder)) == (["Alder", "Birch"], ["Alder"])
    assert b"<Name>Birch</Name>" in (folder / "out" / "02-b.2.request.xml").read_bytes()
    code, out, _ = command("export", *three, "--company", "books.company")
    assert (code, out.splitlines()[-1]) == (0, "1 made, 2 unchanged")
    assert (in_the_file(folder), linked(folder)) == (["Alder", "Birch", "Cedar"], ["Alder", "Birch", "Cedar"])


NOT_DONE = {
    "a document that was not taken": EngineError(0x80040400),
    "a reply that cannot be read": ReplyError("VendorRet", ["cannot be read"]),
    "a record that cannot be written": RecordError("VendorAdd", ["cannot be written"]),
}


@pytest.mark.parametrize("error", NOT_DONE.values(), ids=NOT_DONE)
def test_a_request_that_breaks_off_otherwise_is_named_and_the_others_are_carried_out(
    command, folder, three, monkeypatch, error
):
    perform = exporting.perform

    def break_(request, links, books):
        if request.vendor.name == "Birch":
            raise error
        return (yield from perform(request, links, books))

    monkeypatch.setattr(exporting, "perform", break_)
    code, out, err = command("export", *three, "--company", "books.company")
    assert (code, err) == (2, f"procore-qbd: b.json: {error}\n")
    assert out.splitlines()[-3:] == ["2 made", "carried out: a.json, c.json", "not carried out: b.json"]
    assert in_the_file(folder) == linked(folder) == ["Alder", "Cedar"]


def test_a_document_that_was_not_taken_is_in_doubt_only_if_something_was_written_before(
    command, folder, three, monkeypatch
):
    breaks_at(monkeypatch, b"<Name>Birch</Name>", EngineError(0x80040400), after=False)
    _, out, _ = command("export", *three, "--company", "books.company")
    assert out.splitlines()[-2:] == ["carried out: a.json, c.json", "not carried out: b.json"]
    assert in_the_file(folder) == ["Alder", "Cedar"]


def test_a_link_that_cannot_be_added_loses_nothing_else(command, folder, three, monkeypatch):
    perform = exporting.perform

    def contradict(request, links, books):
        close_out = yield from perform(request, links, books)
        if request.vendor.name != "Birch":
            return close_out
        wrong = attrs.evolve(close_out.links[0], procore_id=1)
        return attrs.evolve(close_out, links=(wrong, *close_out.links))

    monkeypatch.setattr(exporting, "perform", contradict)
    code, out, err = command("export", *three, "--company", "books.company", "--out", "out")
    assert (code, "b.json: vendor 1 is linked to" in err) == (2, True)
    assert out.splitlines()[-1] == "3 made"
    assert in_the_file(folder) == linked(folder) == ["Alder", "Birch", "Cedar"]
    assert (folder / "out" / "02-b.close-out.json").exists()


def test_links_that_can_be_kept_no_longer_stop_the_export_behind_the_request_that_ended(
    command, folder, three, monkeypatch
):
    real = pathlib.Path.replace
    saves = []

    def full(draft, target):
        saves.append(target)
        if len(saves) > 2:  # before anything, and after the first
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(draft, target)

    with monkeypatch.context() as patch:
        patch.setattr(pathlib.Path, "replace", full)
        code, out, err = command("export", *three, "--company", "books.company", "--out", "out")
    assert code == 2
    assert "b.json: books.company.links.json: cannot be written: No space left on device. The file is as it was" in err
    assert out.splitlines()[-3:] == ["2 made", "carried out: a.json, b.json", "not carried out: c.json"]
    assert json.loads((folder / "out" / "02-b.close-out.json").read_text("utf-8"))["ok"] is True
    assert linked(folder) == ["Alder"]
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
    assert b"<Name>Birch</Name>" in (folder / "out" / "02-b.2.request.xml").read_bytes()
    assert command("export", *three, "--company", "books.company")[0] == 0
    assert in_the_file(folder) == linked(folder) == ["Alder", "Birch", "Cedar"]


def test_a_request_that_was_interrupted_before_it_wrote_is_not_carried_out(command, three, monkeypatch):
    breaks_at(monkeypatch, b"QueryRq", KeyboardInterrupt(), after=True)
    code, out, _ = command("export", *three, "--company", "books.company")
    assert (code, out.splitlines()[-1]) == (130, "not carried out: a.json, b.json, c.json")
    assert out.splitlines()[-2] == "nothing was written"


ANSWERS = {
    "an error that leaves open what was done": (rb'statusCode="0"', b'statusCode="1000"'),
    "an answer that cannot be read": (rb"<TimeCreated>.*?</TimeCreated>", b"<TimeCreated>soon</TimeCreated>"),
}


@pytest.mark.parametrize(("pattern", "instead"), ANSWERS.values(), ids=ANSWERS)
def test_an_item_of_which_nobody_knows_whether_it_was_written_is_in_doubt(
    command, three, monkeypatch, pattern, instead
):
    process = CompanyFile.process

    def spoil(self, document):
        reply = process(self, document)
        return re.sub(pattern, instead, reply) if b"<Name>Birch</Name>" in document else reply

    with monkeypatch.context() as patch:
        patch.setattr(CompanyFile, "process", spoil)
        code, out, _ = command("export", *three, "--company", "books.company")
    assert code == 2
    assert out.splitlines()[-3:] == ["2 made, 1 in doubt", "carried out: a.json, c.json", "in doubt: b.json"]
    assert "\n  in doubt   Birch" in out
    code, out, _ = command("export", *three, "--company", "books.company")
    assert (code, out.splitlines()[-1]) == (0, "3 unchanged: nothing was written")


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
    assert code == 2
    assert out.splitlines()[-3:] == ["2 made", "carried out: b.json, c.json", "not carried out: a.json"]


def test_a_job_that_is_brought_up_to_date_is_updated_even_if_its_link_is_lost(command, folder):
    def job(city):
        return json.dumps(
            {"request_name": "create_or_update_job", "request_data": {"job": {"id": 7, "name": "Gym", "city": city}}}
        )

    (folder / "job.json").write_text(job("Bend"))
    assert "1 made" in command("export", "job.json", "--company", "books.company")[1]
    (folder / "books.company.links.json").unlink()
    (folder / "job.json").write_text(job("Salem"))
    code, out, _ = command("export", "job.json", "--company", "books.company")
    assert (code, out.splitlines()[-1]) == (0, "1 updated")
