"""`journal`, `questions`, `answer`: what a person sees and says."""

import json

import pytest

from procore_qbd import EngineError
from procore_qbd.simulator import CompanyFile
from procore_qbd.worker import WorkerSettings
from support.console import in_the_file, vendor


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
    assert (code, "this journal knows of none" in err) == (2, True)
    assert in_the_file(folder) == ["Alder Creek"]
    code, out, _ = command("journal", "status", "--company", "books.company")
    assert (code, "frozen: the company file says that 1 documents were written" in out) == (1, True)
    code, out, _ = command("journal", "thaw", "--company", "books.company", "--by", "Ann")
    assert (code, out.partition(":")[0]) == (0, "epoch 2")
    assert command("export", "b.json", "--company", "books.company")[0] == 0
    assert in_the_file(folder) == ["Alder Creek", "Elm"]
