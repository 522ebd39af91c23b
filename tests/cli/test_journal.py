"""`journal`, `questions`, `answer`: what a person sees and says."""

import json
import shutil

import pytest

from procore_qbd import EngineError
from procore_qbd.simulator import CompanyFile
from procore_qbd.worker import WorkerSettings
from support.console import in_the_file, kept, linked, vendor


@pytest.fixture
def asked(command, folder, monkeypatch):
    """An export of a vendor that somebody deleted at once, so that nobody knows what it was."""
    CompanyFile.create(folder / "books.company").close()
    process = CompanyFile.process

    def lose(self, document):
        reply = process(self, document)
        if b"<Name>Birch</Name>" in document:
            (birch,) = (one for one in self.records("Vendor") if one.name == "Birch")
            self.as_user().delete(birch)
            raise EngineError(0x80040402)
        return reply

    with monkeypatch.context() as patch:
        patch.setattr(CompanyFile, "process", lose)
        patch.setattr(
            "procore_qbd.cli.exporting._PATIENCE", WorkerSettings(lease=0, timeout=0, pause=0, recovery=False)
        )
        code, _, err = command("export", vendor(folder, name="Birch"), "--company", "books.company")
    assert (code, "a person is asked: vendor 35 " in err, "see procore-qbd questions" in err) == (2, True, True)


def token(command):
    code, out, _ = command("questions", "--company", "books.company")
    assert code == 1
    assert "<VendorAddRq" in out
    assert "  abandon                  do not export it" in out
    return out.partition(":")[0]


@pytest.mark.usefixtures("asked")
def test_what_is_asked_is_shown_and_answered(command, folder):
    code, out, _ = command("journal", "status", "--company", "books.company")
    assert code == 1
    assert "requests asked           1\nquestions open           1" in out
    assert "asked: vendor 35 " in out
    asked_for = token(command)
    code, out, _ = command("answer", asked_for, "different", "--company", "books.company", "--by", "Ann")
    assert (code, out) == (0, f"{asked_for}: different; the next export goes on with it\n")
    code, _, err = command("answer", asked_for, "abandon", "--company", "books.company")
    assert (code, "was answered, or asked anew" in err) == (2, True)
    code, out, _ = command("export", "vendor.json", "--company", "books.company")
    assert (code, out.splitlines()[-1]) == (0, "1 made")
    assert in_the_file(folder) == ["Birch"]
    assert command("questions", "--company", "books.company")[1] == "nothing is asked\n"
    assert command("journal", "status", "--company", "books.company")[0] == 0


def test_what_does_not_fit_is_found(command, folder):
    command("export", vendor(folder), vendor(folder, 36, "Elm", "b.json"), "--company", "books.company")
    code, out, _ = command("journal", "check", "--company", "books.company")
    assert (code, out) == (0, "2 records, all as the journal has them\n")
    with CompanyFile.open(folder / "books.company") as company:
        company.as_user().delete(next(one for one in company.records("Vendor") if one.name == "Elm"))
    code, out, _ = command("journal", "check", "--company", "books.company")
    assert (code, "which is not in the company file any more" in out) == (1, True)
    links = json.loads(command("journal", "export", "--company", "books.company")[1])["links"]
    assert [link["name"] for link in links] == ["Alder Creek", "Elm"]


def test_a_company_file_whose_journal_is_lost_is_frozen_until_a_person_has_looked(command, folder):
    command("export", vendor(folder), "--company", "books.company")
    (folder / "books.company.journal").unlink()
    vendor(folder, 36, "Elm", "b.json")
    code, _, err = command("export", "b.json", "--company", "books.company")
    assert (code, "this journal knows of none" in err, "procore-qbd journal rebuild" in err) == (2, True, True)
    assert in_the_file(folder) == ["Alder Creek"]
    code, out, _ = command("journal", "status", "--company", "books.company")
    assert (code, "frozen: the company file says that 1 documents were written" in out) == (1, True)
    code, out, _ = command("journal", "thaw", "--company", "books.company", "--by", "Ann")
    assert (code, out.partition(":")[0]) == (0, "epoch 2")
    assert command("export", "b.json", "--company", "books.company")[0] == 0
    assert in_the_file(folder) == ["Alder Creek", "Elm"]


def test_a_journal_that_is_lost_is_made_anew_of_the_file_and_the_requests(command, office):
    path, _ = office
    before, requests = kept(path), sorted((path.parent / "requests").glob("*.json"))
    path.with_name(f"{path.name}.journal").unlink()
    how = ("--company", path)
    code, out, _ = command("journal", "rebuild", *how, "--requests", *requests, "--dry-run")
    assert (code, out.splitlines()[-1], kept(path)) == (0, "nothing was written", [])
    assert "(the marks of its lines)" in out
    code, _, err = command("export", requests[0], *how)
    assert (code, "frozen" in err or "journal rebuild" in err) == (2, True)
    code, out, err = command("journal", "rebuild", *how, "--requests", *requests, "--by", "Ann")
    assert (code, err, f"{len(before)} new links, 0 known before" in out) == (0, "", True)
    assert [link | {"edit_sequence": None} for link in kept(path)] == [
        link | {"edit_sequence": None} for link in before
    ]
    assert command("journal", "thaw", *how)[0] == 0
    written = command("journal", "status", *how)[1].partition("documents written")[2].split()[0]
    _, out, _ = command("export", *requests, *how)
    assert ": nothing was written; " in out.splitlines()[-1]
    assert command("journal", "status", *how)[1].partition("documents written")[2].split()[0] == written


def test_what_nobody_can_attribute_is_listed_and_found_by_its_id(command, folder):
    command("export", vendor(folder), "--company", "books.company")
    (folder / "books.company.journal").unlink()
    code, out, _ = command("journal", "rebuild", "--company", "books.company")
    assert (code, "not known whose: Vendor " in out, "Alder Creek" in out) == (1, True, True)
    code, out, _ = command("journal", "rebuild", "--company", "books.company", "--ids", "1-30", "35")
    assert (code, "vendor 35 " in out, "(its GUID)" in out) == (0, True, True)
    assert linked(folder) == ["Alder Creek"]
    assert "1 known before" in command("journal", "rebuild", "--company", "books.company", "--ids", "35")[1]


@pytest.mark.parametrize("wrong", ["9-1", "a", "1-", "-5", "1-2-3"])
def test_ids_that_are_none_are_refused(command, folder, wrong, capsys):
    command("export", vendor(folder), "--company", "books.company")
    with pytest.raises(SystemExit) as ended:
        command("journal", "rebuild", "--company", "books.company", f"--ids={wrong}")
    assert (ended.value.code, "expected " in capsys.readouterr().err) == (2, True)


def test_a_request_that_cannot_be_read_is_named_and_nothing_is_written(command, folder):
    command("export", vendor(folder), "--company", "books.company")
    (folder / "no.json").write_text("{")
    code, _, err = command("journal", "rebuild", "--company", "books.company", "--requests", "no.json")
    assert (code, err.startswith("procore-qbd: no.json: "), err.endswith("; nothing was written\n")) == (2, True, True)


def test_a_company_file_is_left_and_joined_again(command, office):
    path, links = office
    how = ("--company", path)
    code, _, err = command("journal", "leave", *how)
    assert (code, "say --yes" in err) == (2, True)
    marked = len(links["work_order_contract"]) + len(links["purchase_order_contract"]) + len(links["budget"])
    code, out, _ = command("journal", "leave", *how, "--dry-run")
    assert (code, out.count("would lose its marks: "), out.splitlines()[-1]) == (0, marked, "nothing was changed")
    code, out, _ = command("journal", "leave", *how, "--yes", "--by", "Ann")
    assert (code, out.count("has no marks any more: ")) == (0, marked)
    assert "left: nothing is exported to this company file any more" in out
    request = min((path.parent / "requests").glob("*.json"))
    code, _, err = command("export", request, *how)
    assert (code, "this company file was left" in err) == (2, True)
    assert command("journal", "thaw", *how)[0] == 0
    assert command("export", request, *how)[0] in (0, 1)


def test_a_copy_of_the_file_alone_is_frozen_a_copy_of_both_goes_on_and_a_thaw_tells_the_two_apart(command, folder):
    command("export", vendor(folder), "--company", "books.company")
    shutil.copy("books.company", "alone.company")
    code, _, err = command("export", "vendor.json", "--company", "alone.company")
    assert (code, "this journal knows of none" in err) == (2, True)
    for name in ("books.company", "books.company.journal"):
        shutil.copy(name, name.replace("books", "both"))
    assert command("export", "vendor.json", "--company", "both.company")[0] == 0, "who restores both goes on"
    assert command("journal", "thaw", "--company", "both.company")[0] == 0
    shutil.copy("both.company", "books.company")
    code, _, err = command("export", "vendor.json", "--company", "books.company")
    assert (code, "the company file is of epoch 2, the journal of 1" in err) == (2, True)


def test_what_a_frozen_file_left_waiting_is_told_and_counted_once(command, folder):
    """All that waits is carried out with the first file of the next export; its own files do not repeat it."""
    names = [vendor(folder), vendor(folder, 36, "Elm", "b.json"), vendor(folder, 37, "Oak", "c.json")]
    how = ("--company", "books.company")
    command("export", names[0], *how)
    (folder / "books.company.journal").unlink()
    assert command("export", *names, *how)[0] == 2
    command("journal", "thaw", *how, "--by", "Ann")
    code, out, _ = command("export", *names, *how)
    assert (code, out.splitlines()[-1]) == (0, "2 made, 1 unchanged")
    assert out.count("is told above: an earlier run had left it waiting") == 2
    assert in_the_file(folder) == ["Alder Creek", "Elm", "Oak"]


def test_what_was_exported_long_ago_is_purged_and_a_bundle_tells_no_names(command, folder, monkeypatch):
    command("export", vendor(folder), "--company", "books.company")
    monkeypatch.setattr("procore_qbd.cli.exporting._PATIENCE", WorkerSettings(lease=0, timeout=0))
    command("export", vendor(folder, 36, "Elm", "b.json"), "--company", "books.company")
    bundle = command("journal", "bundle", "--company", "books.company")[1]
    assert len(json.loads(bundle)["tables"]["link"]) == 2
    assert "Alder" not in bundle
    said = command("journal", "purge", "--company", "books.company", "--older-than", "1")
    assert said[:2] == (0, "0 requests were purged with their documents; 2 that ended are still there\n")
    said = command("journal", "purge", "--company", "books.company", "--older-than", "0")
    assert said[:2] == (0, "1 requests were purged with their documents; 1 that ended are still there\n")
    with pytest.raises(SystemExit):
        command("journal", "purge", "--company", "books.company", "--older-than", "-1")
