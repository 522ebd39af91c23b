"""``serve``: the service that Web Connectors call, with ``qwc``, ``submit`` and ``fake quickbooks`` around it."""

import queue
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, nullcontext

import pytest
import requests

from procore_qbd.cli import main
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.simulator import CompanyFile
from procore_qbd.webconnector import Login, Sessions, hashed
from support.console import vendor

URL = "https://books.example.com/quickbooks"
JOURNAL = "sqlite:///journal.sqlite"
THERE = ("--journal", JOURNAL, "--url", URL)


@pytest.fixture
def running(monkeypatch):
    """Serves in this process: a function that begins it, and is told its address."""

    @contextmanager
    def run(*arguments):
        stopping, said, ended = threading.Event(), queue.Queue(), queue.Queue()
        monkeypatch.setattr("procore_qbd.cli.serve.told_to_stop", lambda: nullcontext(stopping))
        monkeypatch.setattr("procore_qbd.cli.serving.say", said.put)
        monkeypatch.setattr("procore_qbd.cli.serving.flush", lambda: None)
        words = ["serve", *THERE, "--listen", "127.0.0.1:0", *arguments]
        thread = threading.Thread(target=lambda: ended.put(main(words)), daemon=True)
        thread.start()
        try:
            run.stop = stopping.set
            yield said.get(timeout=20).split()[-1], said
        finally:
            stopping.set()
            thread.join(20)
            assert ended.get(timeout=1) == 0

    return run


@pytest.fixture
def alder(command, monkeypatch):
    """A login for a company file, and its password in the environment."""
    out = command("qwc", *THERE, "--company", "alder")[1]
    password = out.split()[-1]
    monkeypatch.setenv("PROCORE_QBD_CONNECTOR_PASSWORD", password)
    return password


def update(command, url, *arguments):
    return command("fake", "quickbooks", "--company", "alder.company", "--qwc", "alder.qwc", "--url", url, *arguments)


def vendors(folder):
    with CompanyFile.open(folder / "alder.company") as company:
        return [vendor.name for vendor in company.records("Vendor")]


def submit(command, *files):
    return command("submit", *files, "--company-name", "alder", "--journal", JOURNAL, "--procore-company", "7")


def test_a_request_gets_into_a_company_file_that_nobody_can_reach(command, folder, alder):
    arguments = ("serve", *THERE, "--listen", "127.0.0.1:0")
    process = subprocess.Popen(  # noqa: S603  our own words
        [sys.executable, "-m", "procore_qbd", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        url = process.stdout.readline().split()[-1]
        assert url.endswith("/quickbooks")
        assert submit(command, vendor(folder))[:2] == (0, "vendor.json: request 1\n")
        code, out, _ = update(command, url)
        assert (code, out.splitlines()[-1]) == (0, "done: Requests: 1 carried out.")
        process.send_signal(signal.SIGTERM)
        said, told = process.communicate(timeout=30)
        assert (process.returncode, said, told) == (0, "stopped\n", "")
    finally:
        process.kill()
        process.communicate()
    assert vendors(folder) == ["Alder Creek"]
    assert alder not in out + said


def test_the_close_outs_are_written_and_the_books_are_read(command, folder, running, alder):
    assert alder
    (folder / "books.toml").write_text("")
    with running("--out", "told", "--books", "books.toml") as (url, said):
        submit(command, vendor(folder))
        assert update(command, url)[0] == 0
        assert said.empty()
    (told,) = (folder / "told").iterdir()
    assert told.name.startswith("create_vendor-35-")


@pytest.mark.slow
def test_when_it_is_told_to_stop_what_is_at_work_ends_and_nothing_new_is_begun(
    command, folder, running, alder, monkeypatch
):
    assert alder
    process = CompanyFile.process

    def stop_at_the_first(file, document):
        if b"VendorAddRq" in document:
            with Journal(SqlTables(JOURNAL)) as journal:
                journal.submit("alder", CreateVendor(company_id=7, vendor=VendorCompany(id=36, name="Elm")))
            running.stop()
        return process(file, document)

    submit(command, vendor(folder))
    monkeypatch.setattr(CompanyFile, "process", stop_at_the_first)
    with running() as (url, _):
        out = update(command, url)[1]
    assert "Requests: 1 carried out; 1 waiting for the next time." in out
    assert vendors(folder) == ["Alder Creek"]
    monkeypatch.setattr(CompanyFile, "process", process)
    with running() as (url, _):
        assert update(command, url)[0] == 0
    assert vendors(folder) == ["Alder Creek", "Elm"]


@pytest.mark.slow
def test_what_a_login_is_not_for_is_not_asked(command, folder, running, alder):
    assert alder
    command("qwc", *THERE, "--company", "alder", "--scope", "reads adds=OtherName,Vendor mods=OtherName")
    with running() as (url, _):
        submit(command, vendor(folder))
        assert update(command, url)[0] == 0
        command("qwc", *THERE, "--company", "alder", "--scope", "reads adds=OtherName mods=OtherName")
        submit(command, vendor(folder, 36, "Elm", "elm.json"))
        code, out, _ = update(command, url)
        assert (code, "not within the scope" in out) == (1, True)
    assert vendors(folder) == ["Alder Creek"]


@pytest.mark.parametrize(
    ("arguments", "address"),
    [((), "127.0.0.1"), (("--trust-proxy",), "198.51.100.4")],
)
def test_whoever_calls_is_the_peer_or_who_the_proxy_says(running, arguments, address):
    with Journal(SqlTables(JOURNAL)) as journal, running(*arguments) as (url, said):
        assert said.get(timeout=5).startswith("nobody is let in yet: procore-qbd qwc")
        sessions = Sessions(journal)
        journal.register("alder")
        secret = hashed("a long password", generated=False)
        sessions.keep_login(Login(user="ana", company="alder", secret=secret, file_id="x"))
        forwarded = {"X-Forwarded-For": "203.0.113.9, 198.51.100.4"}
        answer = requests.get(f"{url}/company", auth=("ana", "wrong"), headers=forwarded, timeout=20)
        assert answer.status_code == 401
        assert {where: sessions.failures("ana", where)[0] for where in ("127.0.0.1", "203.0.113.9", "198.51.100.4")} == {
            "127.0.0.1": 0, "203.0.113.9": 0, "198.51.100.4": 0, address: 1
        }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--listen", "0.0.0.0:0"), "the service itself speaks no TLS"),
        (("--listen", "[::]:0"), "the service itself speaks no TLS"),
        (("--listen", "192.0.2.1:0", "--behind-tls"), "cannot listen there"),
        (("--url", "http://books.example.com/"), "write https://"),
        (("--url", "https://192.0.2.1/"), "refuses an IP address"),
        (("--books", "nowhere.toml"), "nowhere.toml"),
        (("--out", "file"), "it is a file, and a folder is needed"),
        (("--journal", ""), "name the database that the journal is in"),
    ],
)
def test_what_cannot_be_served_is_told(command, folder, arguments, words):
    (folder / "file").touch()
    code, out, err = command("serve", *THERE, *arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_without_a_server_it_says_what_to_install(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "waitress", None)
    monkeypatch.setitem(sys.modules, "waitress.server", None)
    code, _, err = command("serve", *THERE)
    assert (code, 'the service needs a server: pip install "procore-qbd[serve]"' in err) == (2, True)
