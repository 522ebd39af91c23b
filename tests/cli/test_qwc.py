"""``qwc``: who is let in by the Web Connector, and the file that a bookkeeper adds to it."""

import getpass
import json

import pytest

from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.webconnector import ConnectorApp, QwcFile, Sessions
from procore_qbd.webconnector.passwords import matches

URL = "https://books.example.com/quickbooks"
JOURNAL = "sqlite:///journal.sqlite"
OWNER = ConnectorApp(url=URL).owner_id


@pytest.fixture
def qwc(command):
    def run(*arguments, company="alder", url=URL):
        return command("qwc", "--journal", JOURNAL, "--company", company, "--url", url, *arguments)

    return run


def logins():
    with Journal(SqlTables(JOURNAL)) as journal:
        return {login.user: login for login in Sessions(journal).logins()}


def password_in(out):
    (line,) = (line for line in out.splitlines() if "this once" in line)
    return line.rpartition(" ")[2]


def test_a_new_login_has_a_file_and_a_password_that_is_shown_once(qwc, folder):
    code, out, err = qwc()
    assert (code, err, out.splitlines()[0]) == (
        0,
        "",
        "alder.qwc: written; open it in the Web Connector, as user alder-qbd",
    )
    password, data = password_in(out), (folder / "alder.qwc").read_bytes()
    assert out.count(password) == 1
    assert not any(password.encode() in path.read_bytes() for path in folder.iterdir())
    file = QwcFile.read(data)
    assert (file.user, file.url, file.every_minutes) == ("alder-qbd", URL, 10)
    assert (file.owner_id, file.file_id) == (OWNER, QwcFile.file_id_of(OWNER, "alder"))
    login = logins()["alder-qbd"]
    assert attributes(login) == ("alder", file.file_id, "", "")
    assert matches(login.secret, password)
    with Journal(SqlTables(JOURNAL)) as journal:
        assert journal.company("alder").environment == "production"


def attributes(login):
    return login.company, login.file_id, login.path, login.scope


def test_a_login_that_is_there_keeps_its_password_and_what_is_not_named(qwc, folder):
    qwc("--path", "C:\\Alder.qbw", "--scope", "reads adds=OtherName,Vendor mods=OtherName")
    before, data = logins(), (folder / "alder.qwc").read_bytes()
    code, out, _ = qwc()
    assert (code, out.splitlines()) == (
        0,
        [
            "alder.qwc: is as it was; open it in the Web Connector, as user alder-qbd",
            "password of alder-qbd: as before (--new-password makes another)",
        ],
    )
    assert (logins(), (folder / "alder.qwc").read_bytes()) == (before, data)
    assert qwc("--every", "30", "--out", "other.qwc", "--path", "", "--scope", "read-only")[0] == 0
    assert QwcFile.read((folder / "other.qwc").read_bytes()).every_minutes == 30
    after = logins()["alder-qbd"]
    assert (after.path, after.scope, after.secret) == ("", "read-only", before["alder-qbd"].secret)
    qwc("--scope", "", "--out", "other.qwc", "--every", "30")
    assert logins()["alder-qbd"].scope == ""


def test_a_new_password_is_another_one(qwc):
    first = password_in(qwc()[1])
    code, out, _ = qwc("--new-password")
    second = password_in(out)
    secret = logins()["alder-qbd"].secret
    assert (code, matches(secret, second), matches(secret, first)) == (0, True, False)


def test_a_password_that_a_person_chose_is_kept_slowly_and_never_shown(qwc, monkeypatch):
    typed = iter(["correct horse battery", "correct horse battery"])
    monkeypatch.setattr(getpass, "getpass", lambda _: next(typed))
    code, out, err = qwc("--ask-password")
    assert (code, "correct horse" in out + err, "was typed in" in out) == (0, False, True)
    secret = logins()["alder-qbd"].secret
    assert (secret[:7], matches(secret, "correct horse battery")) == ("scrypt$", True)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["eleven-char", "eleven-char"], "has 11 characters, and 12 or more"),
        (["correct horse battery", "correct horse buttery"], "not the same"),
        ([], "no password was typed in"),
    ],
)
def test_a_password_that_cannot_be_taken_changes_nothing(qwc, monkeypatch, folder, typed, words):
    typed = iter(typed)

    def ask(_):
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(getpass, "getpass", ask)
    code, out, err = qwc("--ask-password")
    assert (code, out, words in err, "eleven-char" in err, "horse" in err) == (2, "", True, False, False)
    assert (logins(), (folder / "alder.qwc").exists()) == ({}, False)


def test_a_new_file_id_is_the_next_one(qwc, folder):
    qwc()
    code, _, err = qwc("--new-file-id")
    assert (code, "something else is there, and was left alone" in err) == (2, True)
    assert logins()["alder-qbd"].file_id == QwcFile.file_id_of(OWNER, "alder")
    for generation in (2, 3):
        assert qwc("--new-file-id", "--out", f"{generation}.qwc")[0] == 0
        file_id = QwcFile.file_id_of(OWNER, "alder", generation)
        assert (
            logins()["alder-qbd"].file_id
            == file_id
            == QwcFile.read((folder / f"{generation}.qwc").read_bytes()).file_id
        )
    assert qwc("--new-file-id", "--app-name", "Books of ours", "--out", "ours.qwc")[0] == 0
    owner = ConnectorApp(url=URL, name="Books of ours").owner_id
    file = QwcFile.read((folder / "ours.qwc").read_bytes())
    assert (file.app_name, file.owner_id, file.file_id) == ("Books of ours", owner, QwcFile.file_id_of(owner, "alder"))


def test_a_second_user_of_a_company_file_has_its_id(qwc):
    qwc()
    qwc("--new-file-id", "--out", "2.qwc")
    assert qwc("--user", "night", "--out", "night.qwc")[0] == 0
    known = logins()
    assert known["night"].file_id == known["alder-qbd"].file_id == QwcFile.file_id_of(OWNER, "alder", 2)


def test_a_login_is_taken_away(command, qwc):
    qwc()
    code, out, err = command("qwc", "--journal", JOURNAL, "--drop", "alder-qdb")
    assert (code, out, err) == (2, "", "procore-qbd: alder-qdb: there is no such user; did you mean alder-qbd?\n")
    assert command("qwc", "--journal", JOURNAL, "--drop", "alder-qbd")[:2] == (0, "alder-qbd: is not let in any more\n")
    assert logins() == {}
    qwc("--new-password")
    code, out, _ = command("qwc", "--journal", JOURNAL, "--drop", "alder-qbd", "--json")
    assert (code, json.loads(out)) == (0, {"user": "alder-qbd", "dropped": True})


def test_json_says_the_same(qwc):
    told = json.loads(qwc("--json")[1])
    assert matches(logins()["alder-qbd"].secret, told.pop("password"))
    known = {
        "user": "alder-qbd",
        "company": "alder",
        "file": "alder.qwc",
        "file_id": QwcFile.file_id_of(OWNER, "alder"),
    }
    assert told == {**known, "new": True}
    assert json.loads(qwc("--json")[1]) == {**known, "new": False, "password": None}


def test_a_file_that_is_something_else_is_left_alone_and_nothing_is_changed(qwc, folder):
    (folder / "alder.qwc").write_text("mine")
    code, out, err = qwc()
    assert (code, out, "Nothing was changed" in err) == (2, "", True)
    assert ((folder / "alder.qwc").read_text(), logins()) == ("mine", {})
    with Journal(SqlTables(JOURNAL)) as journal:
        assert journal.companies() == ()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--url", "http://books.example.com/"), "write https://"),
        (("--url", "https://192.0.2.1/"), "refuses an IP address"),
        (("--url", "https://me:s3cret@books.example.com/"), "before the @"),
        (("--scope", "write"), "expected read-only alone, or reads, adds, mods, deletes"),
        (("--scope", "adds=Vendors"), "did you mean 'Vendor'?"),
        (("--every", "99999999999"), "every_minutes"),
        (("--user", "birch-qbd"), "is the user of another company file, birch"),
        (("--company", "birch", "--environment", "sandbox"), "environment 'production', not 'sandbox'"),
        (("--out", "nowhere/alder.qwc"), "nowhere/alder.qwc"),
        (("--journal", ""), "name the database"),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_is_changed(qwc, folder, arguments, words):
    qwc(company="birch")
    before = logins()
    code, out, err = qwc(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "s3cret" not in err
    assert (logins(), (folder / "alder.qwc").exists()) == (before, False)


def test_options_that_are_missing_or_no_options(command, capsys):
    assert command("qwc", "--journal", JOURNAL, "--company", "alder")[::2] == (
        2,
        "procore-qbd: say where the Web Connector reaches the service (--url https://…)\n",
    )
    for arguments in ((), ("--company", "a/b"), ("--company", "a", "--every", "0"), ("--company", "a", "--drop", "a")):
        with pytest.raises(SystemExit):
            command("qwc", "--journal", JOURNAL, "--url", URL, *arguments)
    assert "expected a number of minutes" in capsys.readouterr().err
