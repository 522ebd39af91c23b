"""``agent``: a company file served to programs on other computers."""

import signal
import subprocess
import sys

import pytest

from procore_qbd.errors import NotSentError
from procore_qbd.qbxml import Request, write_requests
from procore_qbd.qbxml.entities.customers import Customer, CustomerQuery
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator import CompanyFile
from procore_qbd.transports import AgentToken, Http

SHA256 = AgentToken.of("a-token", "x").sha256


@pytest.fixture
def books(folder):
    CompanyFile.create(folder / "books.company").close()
    (folder / "tokens").write_text(f"# who may send\ncascade {SHA256}\n\n")
    return folder


def test_a_new_token_is_shown_once_and_the_file_has_only_its_hash(command):
    code, out, _ = command("agent", "--new-token", "cascade")
    first, second = out.splitlines()
    token = first.rpartition(" ")[2]
    assert code == 0
    assert second.endswith(f" cascade {AgentToken.of(token, 'cascade').sha256}")
    assert token not in second
    assert command("agent", "--new-token", "cascade")[1] != out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name the company file"),
        (("--company", "books.company"), "--token-file"),
        (("--company", "books.company", "--token-file", "tokens", "--listen", "0.0.0.0:0"), "speaks no TLS"),
        (("--company", "books.company", "--token-file", "tokens", "--listen", "[::]:0"), "speaks no TLS"),
        (("--company", "books.company", "--token-file", "tokens", "--listen", "example.com:0"), "speaks no TLS"),
        (("--company", "books.company", "--token-file", "nowhere"), "nowhere"),
        (("--company", "nowhere.company", "--token-file", "tokens"), "nowhere.company"),
        (("--com", "--token-file", "tokens"), "--com: COM is a part of Windows"),
        (("--company", "books.company", "--token-file", "tokens", "--listen", "192.0.2.1:0", "--behind-tls"), "cannot listen"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("books")
def test_what_cannot_be_served_is_told(command, arguments, words):
    code, out, err = command("agent", *arguments)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "lets nobody in"),
        ("cascade", "line 1: a token is kept as its SHA-256"),
        ("cascade a-token", "line 1: a token is kept as its SHA-256"),
        (f"a {SHA256}\nb {SHA256} all", "line 2: expected NAME SHA256"),
        (f"a {SHA256} read-only adds", "line 1: expected NAME SHA256"),
        (f"a {SHA256} adds=", "line 1: expected a kind of record"),
        (f"a {SHA256} adds=Vendor;Bill", "line 1: expected a kind of record"),
        (f"a {SHA256} adds=Vendors", "did you mean 'Vendor'?"),
    ],
)
def test_a_token_file_that_is_none(command, books, text, words):
    (books / "tokens").write_text(text)
    code, _, err = command("agent", "--company", "books.company", "--token-file", "tokens")
    assert (code, words in err) == (2, True), err
    assert "a-token" not in err


@pytest.mark.usefixtures("books")
def test_without_a_server_it_says_what_to_install(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "waitress", None)
    monkeypatch.setitem(sys.modules, "waitress.server", None)
    code, _, err = command("agent", "--company", "books.company", "--token-file", "tokens")
    assert (code, 'pip install "procore-qbd[serve]"' in err) == (2, True)


def test_it_serves_until_it_is_told_to_stop(books):
    lines = [f"cascade {SHA256} read-only", *(f"{name} {AgentToken.of(name, 'x').sha256}" for name in ("all", "some"))]
    (books / "tokens").write_text("\n".join(lines) + " adds=Vendor,OtherName mods=OtherName\n")
    arguments = ("agent", "--company", "books.company", "--token-file", "tokens", "--listen", "127.0.0.1:0")
    document = write_requests([Request.add(Vendor(name="Alder"))], new_message_set_id="set-1")
    process = subprocess.Popen(  # noqa: S603  our own words
        [sys.executable, "-m", "procore_qbd", *arguments], stdout=subprocess.PIPE, text=True
    )
    try:
        url = process.stdout.readline().split()[-1]
        with Http(url, "a-token") as reads, Http(url, "all") as writes, Http(url, "some") as some:
            assert reads.host.country == "US"
            with pytest.raises(NotSentError, match="not within the scope of this transport: add Vendor"):
                reads.send(document)
            writes.send(document).close()
            some.send(write_requests([Request.add(Vendor(name="Birch"))], new_message_set_id="set-2")).close()
            for number, outside in enumerate((Request.add(Customer(name="Elm")), Request.query(CustomerQuery())), 3):
                with pytest.raises(NotSentError, match="Customer"):
                    some.send(write_requests([outside], new_message_set_id=f"set-{number}"))
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=20)[0] == "stopped\n"
        assert process.returncode == 0
    finally:
        process.kill()
        process.stdout.close()
    with CompanyFile.open(books / "books.company") as company:
        assert [vendor.name for vendor in company.records("Vendor")] == ["Alder", "Birch"]
    assert (books / "tokens.store").exists()
