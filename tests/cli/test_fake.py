"""``fake quickbooks``: QuickBooks and its Web Connector, played before a service."""

import getpass

import pytest

from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.simulator import CompanyFile
from procore_qbd.webconnector import ConnectorApp, Login, QwcFile, WebConnector, hashed, new_password
from support.serving import served

PASSWORD = new_password()
APP = ConnectorApp(url="http://localhost/quickbooks")


@pytest.fixture
def journal():
    return Journal(MemoryTables())


@pytest.fixture
def fake(command, folder, journal, monkeypatch):
    journal.register("hill")
    file_id = QwcFile.file_id_of(APP.owner_id, "hill")
    login = Login(
        user="hill-qbd", company="hill", secret=hashed(PASSWORD, generated=True), file_id=file_id, path="C:\\Hill.qbw"
    )
    monkeypatch.setenv("PROCORE_QBD_CONNECTOR_PASSWORD", PASSWORD)
    APP.qwc(login).write(folder / "hill.qwc")
    CompanyFile.create(folder / "hill.company").close()
    with WebConnector(journal, APP) as service, served(service) as url:
        service.sessions.keep_login(login)

        def run(*arguments, url=f"{url}quickbooks"):
            there = ("--company", "hill.company", "--qwc", "hill.qwc", "--url", url)
            return command("fake", "quickbooks", *there, *arguments)

        yield run


def vendors(folder):
    with CompanyFile.open(folder / "hill.company") as company:
        return [vendor.name for vendor in company.records("Vendor")]


def ask_for(journal, name="Alder"):
    vendor = VendorCompany(id=len(name), name=name)
    journal.submit("hill", CreateVendor(company_id=7, request_detail_id=1, vendor=vendor))


def test_an_update_is_shown_as_a_bookkeeper_sees_it(fake, folder, journal):
    ask_for(journal)
    code, out, err = fake()
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert lines[:5] == [
        "update 1",
        "serverVersion words",
        "clientVersion",
        "authenticate a company file",
        "sendRequestXML a document",
    ]
    assert lines[-3:] == ["receiveResponseXML 100 %", "closeConnection words", "done: Requests: 1 carried out."]
    assert vendors(folder) == ["Alder"]
    assert PASSWORD not in out


def test_a_company_file_is_made_if_there_is_none(fake, folder, journal):
    (folder / "hill.company").unlink()
    ask_for(journal)
    code, out, _ = fake()
    assert (code, out.splitlines()[0]) == (0, "made a new company file: hill.company")
    assert vendors(folder) == ["Alder"]


def test_it_updates_until_there_is_nothing_to_do(fake, journal):
    ask_for(journal)
    code, out, _ = fake("--until-done", "--every", "0.01")
    assert (code, "update 2\n" in out, "update 3\n" in out) == (0, True, False)
    assert out.endswith("nothing to do: No data exchange required\n")
    ask_for(journal, "Birch")
    assert fake("--until-done", "--times", "1")[0] == 1


def test_so_many_updates(fake):
    code, out, _ = fake("--times", "3", "--every", "0.01")
    assert (code, out.count("\nnothing to do"), "update 3\n" in out) == (0, 3, True)


def test_a_service_that_is_busy_is_asked_again(fake, journal):
    ask_for(journal)
    journal.claim("hill", "somebody else", 60)
    code, out, _ = fake("--until-done", "--times", "2", "--every", "0.01")
    assert (code, out.count("busy: Application busy")) == (1, 2)
    assert fake()[0] == 1


def test_what_fails_ends_it_with_1(fake, monkeypatch, folder, journal):
    ask_for(journal)
    monkeypatch.setenv("PROCORE_QBD_CONNECTOR_PASSWORD", "wr0ng")
    code, out, err = fake("--times", "3", "--every", "0.01")
    assert (code, out.count("update"), "refused: Invalid password" in out, "wr0ng" in out + err) == (1, 1, True, False)
    code, out, _ = fake("--until-done", url="http://127.0.0.1:9/")
    assert (code, "failed: QBWC1012: serverVersion failed" in out) == (1, True)
    assert vendors(folder) == []


def test_a_password_is_typed_in_or_there_is_none(fake, monkeypatch):
    monkeypatch.delenv("PROCORE_QBD_CONNECTOR_PASSWORD")
    monkeypatch.setattr(getpass, "getpass", lambda _: PASSWORD)
    assert fake()[0] == 0

    def nobody_there(_):
        raise EOFError

    monkeypatch.setattr(getpass, "getpass", nobody_there)
    code, _, err = fake()
    assert (code, "there is no password for hill-qbd" in err) == (2, True)


def test_what_is_no_qwc_file_is_told(fake, folder):
    (folder / "hill.qwc").write_text("<html/>")
    code, _, err = fake()
    assert (code, "hill.qwc: this is no .qwc file" in err) == (2, True)
    with pytest.raises(SystemExit):
        fake("--times", "0")
