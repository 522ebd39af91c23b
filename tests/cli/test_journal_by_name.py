"""Company files of the Web Connector, which are only names in a journal: what works on the journal alone."""

import json

import attrs
import pytest

from procore_qbd import EngineError, ItemKind, Link
from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.simulator.company_file import CompanyFile
from support.connector import SETTINGS, Service

HASTY = attrs.evolve(SETTINGS, timeout=0, recovery=False)
URL = "sqlite:///connector.journal"
ON_THE_JOURNAL = [
    ("journal", "status"),
    ("journal", "export"),
    ("journal", "bundle"),
    ("journal", "purge", "--older-than", "1"),
    ("journal", "thaw"),
    ("questions",),
    ("answer", "TOKEN", "abandon"),
    ("unlink", "vendor", "1"),
]
ON_THE_FILE = [
    ("journal", "check"),
    ("journal", "rebuild"),
    ("journal", "leave", "--yes"),
    ("link", "vendor", "1", "80000002-1"),
]


def named(name):
    return ("--company-name", name, "--journal", URL)


@pytest.fixture
def service():
    with Journal(SqlTables(URL)) as journal:
        service = Service("alder", "birch", journal=journal, settings=HASTY)
        yield service
        service.app.close()


def update(service, name="birch"):
    return service.visitor(name).update()[1]


def test_each_is_done_for_the_company_file_that_is_named_and_for_no_other(command, service):
    service.submit("alder")
    service.submit("birch", 2)
    assert update(service) == "Requests: 2 carried out."
    code, out, err = command("journal", "status", *named("birch"))
    assert (code, err, "requests ended           2" in out, "waiting" in out) == (0, "", True, False)
    assert "requests waiting         1" in command("journal", "status", *named("alder"))[1]
    said = json.loads(command("journal", "export", *named("birch"))[1])
    assert (said["company_file"], [link["name"] for link in said["links"]]) == ("birch", ["Vendor 2", "Vendor 3"])
    assert len(json.loads(command("journal", "bundle", *named("birch"))[1])["tables"]["link"]) == 2
    code, out, _ = command("journal", "purge", "--older-than", "0", *named("birch"))
    assert (code, "requests were purged" in out) == (0, True)
    service.journal.link("alder", Link(kind=ItemKind.VENDOR, procore_id=2, quickbooks_id="80000009-1"))
    assert command("unlink", "vendor", "2", *named("birch"))[:2] == (0, "vendor 2 is not linked any more\n")
    assert [len(service.journal.all_links(name)) for name in ("alder", "birch")] == [1, 1]


def test_a_question_is_shown_and_answered(command, service, monkeypatch):
    process = CompanyFile.process

    def lose(self, document):
        reply = process(self, document)
        if b"<VendorAdd>" in document:
            self.as_user().delete(next(iter(self.records("Vendor"))))
            raise EngineError(0x80040402)
        return reply

    service.submit("birch")
    with monkeypatch.context() as patch:
        patch.setattr(CompanyFile, "process", lose)
        said = update(service)
    assert "1 waiting for an answer of a person" in said
    assert command("questions", *named("alder"))[:2] == (0, "nothing is asked\n")
    code, out, _ = command("questions", *named("birch"))
    token = out.partition(":")[0]
    assert (code, "<VendorAddRq" in out) == (1, True)
    assert command("answer", token, "different", *named("alder"))[0] == 2
    code, out, _ = command("answer", token, "different", *named("birch"), "--by", "Ann")
    assert (code, out) == (0, f"{token}: different; the next export goes on with it\n")
    assert update(service) == "Requests: 1 carried out."
    assert service.vendors("birch") == ["Vendor 1"]


def another_file_for_once(service):
    """The Web Connector brings what another company file answers that has the same FileID: a copy of a copy, say."""
    right, service.files["birch"] = service.files["birch"], CompanyFile.create()
    said = update(service)
    service.files["birch"] = right
    return said


def test_a_frozen_company_file_goes_on_when_the_right_one_is_open_again(command, service):
    service.submit("birch")
    update(service)
    service.submit("birch")
    assert "Nothing is sent to this company file: the record by which" in another_file_for_once(service)
    assert "Nothing is sent to this company file" in update(service)
    assert command("journal", "status", *named("birch"))[0] == 1
    code, out, err = command("journal", "thaw", *named("birch"), "--by", "Ann")
    assert (code, err, out.startswith("birch: the next update of the Web Connector thaws it")) == (0, "", True)
    assert update(service) == "Requests: 1 carried out."
    assert "thawed: Ann says that it may go on" in command("journal", "status", *named("birch"))[1]
    assert service.vendors("birch") == ["Vendor 1", "Vendor 2"]
    assert service.journal.company("birch").epoch == 2


def test_the_wrong_file_is_not_thawed_and_the_word_waits_for_the_right_one(command, service):
    service.submit("birch")
    update(service)
    service.submit("birch")
    another_file_for_once(service)
    assert command("journal", "thaw", *named("birch"))[0] == 0
    assert "is not in the company file that is open" in another_file_for_once(service)
    assert service.vendors("birch") == ["Vendor 1"]
    assert update(service) == "Requests: 1 carried out."


def test_a_file_whose_record_was_deleted_goes_on_when_somebody_says_so(command, service):
    service.submit("birch")
    update(service)
    (fence,) = service.files["birch"].records("OtherName")
    service.files["birch"].as_user().delete(fence)
    service.submit("birch")
    assert "the record by which" in update(service)
    assert command("journal", "thaw", *named("birch"), "--record-deleted")[0] == 0
    assert update(service) == "Requests: 1 carried out."


def test_a_thaw_of_what_is_not_frozen_or_of_which_no_update_comes_is_refused(command, service):
    service.submit("birch")
    code, _, err = command("journal", "thaw", *named("birch"))
    assert (code, err) == (2, "procore-qbd: birch: is not frozen\n")
    claim = service.journal.claim("birch", "test", SETTINGS.lease)
    service.journal.freeze(claim, "it was left")
    service.journal.release(claim)
    service.app.sessions.drop_login("birch-user")
    code, _, err = command("journal", "thaw", *named("birch"))
    assert (code, "nobody may sign in for it" in err) == (2, True)
    assert service.journal.company("birch").frozen


@pytest.mark.parametrize("words", ON_THE_JOURNAL, ids=" ".join)
@pytest.mark.usefixtures("service")
def test_a_name_that_is_not_known_is_refused_as_by_submit_and_so_are_both_and_neither(command, words, capsys):
    for arguments, said in (
        (named("elder"), "elder: the journal knows no company file of that name; did you mean alder?"),
        (("--company-name", "alder"), "name the database that the journal is in (--journal"),
        ((*named("alder"), "--environment", "sandbox"), "environment 'production', not 'sandbox'"),
    ):
        code, out, err = command(*words, *arguments)
        assert (code, out, said in err) == (2, "", True), err
    for arguments, said in (
        ((*named("alder"), "--company", "books.company"), "not allowed with argument"),
        ((), "one of the arguments --company --company-name is required"),
    ):
        with pytest.raises(SystemExit) as ended:
            command(*words, *arguments)
        assert (ended.value.code, said in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize("words", ON_THE_FILE, ids=" ".join)
@pytest.mark.usefixtures("service")
def test_what_asks_quickbooks_says_why_it_takes_no_name(command, words, capsys):
    with pytest.raises(SystemExit) as ended:
        command(*words, *named("alder"))
    err = capsys.readouterr().err
    assert (ended.value.code, "there is no line from here to one that calls by itself" in err) == (2, True)
    with pytest.raises(SystemExit):
        command(*words, "--help")
    assert "--company-name" not in capsys.readouterr().out


@pytest.mark.parametrize("words", ON_THE_JOURNAL, ids=" ".join)
@pytest.mark.usefixtures("service")
def test_a_slip_in_the_name_of_a_journal_makes_no_new_one(command, words, folder):
    code, out, err = command(*words, "--journal", "sqlite:///conector.journal", "--company-name", "alder")
    assert (code, out, "conector.journal: there is no journal" in err) == (2, "", True), err
    assert not (folder / "conector.journal").exists()
