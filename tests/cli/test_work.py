"""``submit`` and ``work``: the inbox and the plain worker, as a person or a service manager runs them."""

import json
import signal
import subprocess
import sys
import time

import pytest

from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.simulator import CompanyFile
from support.console import in_the_file, vendor


@pytest.fixture
def books(folder):
    CompanyFile.create(folder / "books.company").close()
    return folder


def test_what_was_submitted_is_carried_out_once(command, books):
    code, out, _ = command("submit", vendor(books), vendor(books, 36, "Elm", "b.json"), "--company", "books.company")
    assert (code, out) == (0, "vendor.json: request 1\nb.json: request 2\n")
    assert command("submit", "vendor.json", "--company", "books.company")[1] == "vendor.json: request 1\n"
    assert in_the_file(books) == []
    worked = ("work", "--company", "books.company", "--until-idle", "--out", "told", "--health", "health.json")
    code, out, _ = command(*worked)
    assert (code, out) == (0, "done          2\ntold          2\n")
    assert in_the_file(books) == ["Alder Creek", "Elm"]
    assert len(list((books / "told").iterdir())) == 2
    health = json.loads((books / "health.json").read_text())
    assert (health["requests"], health["metrics"]["due"], health["metrics"]["oldest_doubt"]) == (
        {"done": 2, "told": 2},
        0,
        0,
    )
    (books / "health.json").unlink()
    assert command(*worked)[:2] == (0, "")
    assert json.loads((books / "health.json").read_text())["requests"] == {}
    code, _, err = command("work", "--company", "books.company", "--until-idle", "--health", "nowhere/health.json")
    assert (code, err) == (0, "procore-qbd: nowhere/health.json: cannot be written: No such file or directory\n")


def test_a_file_that_is_something_else_is_not_written_over(command, books):
    before = (books / "books.company").read_bytes()
    code, _, err = command("work", "--company", "books.company", "--until-idle", "--health", "books.company")
    assert (code, "was left alone" in err) == (2, True)
    assert (books / "books.company").read_bytes() == before


def test_each_close_out_has_a_file_of_its_own(command, books):
    worked = ("work", "--company", "books.company", "--until-idle", "--out", "told")
    for name in ("Alder Creek", "Alder Brook"):
        command("submit", vendor(books, name=name), "--company", "books.company")
        command(*worked)
    assert len(list((books / "told").iterdir())) == 2


def test_what_cannot_be_used_is_told_and_nothing_is_submitted(command, books):
    (books / "bad.json").write_text("{")
    code, _, err = command("submit", vendor(books), "bad.json", "--company", "books.company")
    assert (code, "bad.json" in err, "nothing was submitted" in err) == (2, True, True)
    assert command("work", "--company", "books.company", "--until-idle")[:2] == (0, "")
    CompanyFile.create(books / "other.company").close()
    code, _, err = command("work", "--company", "books.company", "other.company", "--until-idle")
    assert (code, "name it (--journal)" in err) == (2, True)
    with pytest.raises(SystemExit):
        command("work", "--company", "books.company", "--idle", "soon")


def test_a_company_file_on_another_computer_is_named_as_the_journal_knows_it(command, books):
    url = "sqlite:///journal.sqlite"
    with Journal(SqlTables(url)) as journal:
        journal.register("alder")
    there = ("--company-name", "alder", "--journal", url)
    assert command("submit", vendor(books), *there)[:2] == (0, "vendor.json: request 1\n")
    assert command("submit", "vendor.json", *there)[:2] == (0, "vendor.json: request 1\n")
    with Journal(SqlTables(url)) as journal:
        assert journal.count("alder") == {"waiting": 1}
    for arguments, words in (
        (
            ("--company-name", "elder", "--journal", url),
            "elder: the journal knows no company file of that name; did you",
        ),
        (("--company-name", "other", "--journal", url), "procore-qbd qwc makes one known"),
        (("--company-name", "alder"), "name the database that the journal is in (--journal"),
        ((*there, "--environment", "sandbox"), "environment 'production', not 'sandbox'"),
    ):
        code, out, err = command("submit", "vendor.json", *arguments)
        assert (code, out, words in err) == (2, "", True), err
    for arguments in ((), (*there, "--company", "books.company")):
        with pytest.raises(SystemExit):
            command("submit", "vendor.json", *arguments)


def test_two_company_files_in_one_database_are_worked_on_and_others_left_alone(command, books, server):
    url = server.schema()
    for name in ("other.company", "third.company"):
        CompanyFile.create(books / name).close()
    for name in ("books.company", "other.company", "third.company"):
        command("submit", vendor(books), "--company", name, "--journal", url)
    code, out, _ = command("work", "--company", "books.company", "other.company", "--until-idle", "--journal", url)
    assert (code, out) == (0, "done          2\n")
    with CompanyFile.open(books / "third.company") as third:
        assert list(third.records("Vendor")) == []


def test_a_worker_ends_when_it_is_told_to(books, command):
    command("submit", vendor(books), "--company", "books.company")
    words = [sys.executable, "-m", "procore_qbd", "work", "--company", "books.company", "--health", "health.json"]
    worker = subprocess.Popen(words, cwd=books, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own words
    until = time.monotonic() + 60
    while '"done": 1' not in (books / "health.json").read_text() if (books / "health.json").exists() else True:
        assert time.monotonic() < until
        time.sleep(0.05)
    worker.send_signal(signal.SIGTERM)
    out, _ = worker.communicate(timeout=30)
    assert (worker.returncode, out) == (0, "done          1\n")
    assert in_the_file(books) == ["Alder Creek"]
