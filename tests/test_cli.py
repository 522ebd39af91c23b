"""The command line as a person uses it: what it prints, what it writes, how it ends."""

import contextlib
import errno
import glob
import json
import os
import pathlib
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from decimal import Decimal

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd import (
    CompanyFileError,
    EngineError,
    ItemKind,
    Memory,
    RecordError,
    ReplyError,
    ReplyLostError,
    Request,
    ask_all,
    changes,
    cli,
    demo,
    run,
)
from procore_qbd.cli import main
from procore_qbd.journal import LinksFile
from procore_qbd.procore import read_request
from procore_qbd.procore.requests import KNOWN_REQUESTS
from procore_qbd.qbxml import read_requests
from procore_qbd.simulator import CompanyFile
from shared import SHARED, needs_shared

BOOKS = 'version = 1\nincome_account = "Work:Seeded income"\nexpense_account = "Seeded cost"\n'


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(capsys):
    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def vendor(folder, procore_id=35, name="Alder Creek", file="vendor.json", **more):
    payload = {
        "request_name": "create_vendor",
        "request_data": {"vendor": {"id": procore_id, "company": name, "name": name} | more},
    }
    (folder / file).write_text(json.dumps(payload))
    return file


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- demo ------------------------------------------------------------------------------------------------------------


def test_the_demo_makes_everything_once_and_says_so_the_second_time(command, folder):
    code, out, err = command("demo")
    assert (code, err) == (0, "")
    assert "27 made, 1 updated, 9 refused" in out
    before = tree(folder)
    code, out, err = command("demo")
    assert (code, err) == (0, "")
    assert "28 unchanged, 9 refused: nothing was written" in out
    after = tree(folder)
    for name in ("procore-qbd-demo/cascade-ridge.company", "procore-qbd-demo/cascade-ridge.company.links.json"):
        assert after[name] == before[name]


def test_the_demo_says_why_each_refused_record_was_refused(command, folder):
    _, out, _ = command("demo")
    written = (folder / "procore-qbd-demo" / "qbxml").glob("*.close-out.json")
    refusals = [
        refusal
        for path in written
        for detail in json.loads(path.read_text("utf-8"))["details"]
        for refusal in detail["refusals"]
    ]
    assert {refusal["code"] for refusal in refusals} == {
        "character",
        "inactive_in_procore",
        "name_in_use",
        "negative_total",
        "not_exported",
        "too_long",
    }
    assert all(refusal["words"] in out for refusal in refusals)
    for reason in ("is inactive in Procore", "at most 41 characters", "takes no colon in a name", "takes no comma"):
        assert reason in out


def test_the_demo_writes_its_requests_with_their_ids_so_that_they_can_be_exported(command, folder):
    _, out, _ = command("demo", "--dir", "show")
    assert "requests" in out
    commitment = folder / "show" / "requests" / "06-commitment-harbour-view-concrete.json"
    assert not demo.PLACE.search(commitment.read_text("utf-8"))
    code, out, _ = command("export", commitment, "--company", "show/cascade-ridge.company")
    assert (code, "1 unchanged: nothing was written" in out) == (0, True)


def test_a_request_as_the_package_has_it_is_explained(command, folder):
    source = pathlib.Path(demo.__file__).parent / "06-commitment-harbour-view-concrete.json"
    shutil.copy(source, folder / "copy.json")
    code, out, err = command("export", "copy.json", "--company", "books.company")
    assert (code, out) == (2, "not carried out: copy.json\n")
    assert "copy.json: has " in err
    assert "`procore-qbd demo` writes them with their ids" in err
    assert not (folder / "books.company").exists()


def test_the_demo_leaves_the_qbxml_and_the_close_outs_to_look_at(command, folder):
    command("demo", "--dir", "show")
    written = folder / "show" / "qbxml"
    for name, _ in demo.requests():
        assert json.loads((written / f"{name.removesuffix('.json')}.close-out.json").read_text())["calls"]
    requests = sorted(written.glob("*.request.xml"))
    assert len(requests) == len(list(written.glob("*.reply.xml"))) > 0
    assert all(read_requests(path.read_bytes()).requests for path in requests)
    assert command("check", *requests)[0] == 0


# --- export ----------------------------------------------------------------------------------------------------------


def test_an_export_writes_links_qbxml_and_close_out(command, folder):
    code, out, _ = command("export", vendor(folder), "--company", "books.company", "--out", "out")
    assert code == 0
    assert "made a new company file: books.company" in out
    assert "1 made" in out
    written = tree(folder)
    assert {"books.company", "books.company.links.json", "out/01-vendor.close-out.json"} < set(written)
    (link,) = json.loads(written["books.company.links.json"])["links"]
    close_out = json.loads(written["out/01-vendor.close-out.json"])
    assert close_out["details"][0]["quickbooks_id"] == link["quickbooks_id"]
    assert b"<Name>Alder Creek</Name>" in written["out/01-vendor.2.request.xml"]


def test_an_export_twice_changes_nothing_and_says_so(command, folder):
    command("export", vendor(folder), "--company", "books.company")
    before = tree(folder)
    code, out, _ = command("export", "vendor.json", "--company", "books.company")
    assert (code, tree(folder)) == (0, before)
    assert "1 unchanged: nothing was written" in out


def test_an_export_with_a_refusal_ends_with_1(command, folder):
    code, out, _ = command(
        "export", vendor(folder, name="x" * 42), vendor(folder, 36, file="b.json"), "--company", "books.company"
    )
    assert code == 1
    assert "1 made, 1 refused" in out


def test_jobs_stand_under_the_customer_that_is_named(command, folder):
    (folder / "job.json").write_text(
        json.dumps(
            {
                "request_name": "create_or_update_job",
                "request_data": {"job": {"id": 7, "name": "Gym"}, "all_cost_codes": []},
            }
        )
    )
    code, out, _ = command("export", "job.json", "--company", "books.company", "--customer", "ACME")
    assert code == 1
    assert "QuickBooks has no customer 'ACME'" in out


def test_books_are_read_from_a_file_and_what_they_name_can_be_seeded(command, folder):
    (folder / "books.toml").write_text(BOOKS)
    code = {"id": 1, "code": "01", "full_code": "01", "name": "General"}
    (folder / "codes.json").write_text(
        json.dumps({"request_name": "create_standard_cost_codes", "request_data": [code]})
    )
    assert command("export", "codes.json", "--company", "books.company", "--books", "books.toml")[0] == 1
    for made in (1, 0):
        code, out, _ = command(
            "export", "codes.json", "--company", "b.company", "--books", "books.toml", "--seed-references"
        )
        assert (code, "put in first: Account Work:Income" in out) == (0, False)
        assert ("put in first: Account Work, Account Work:Seeded income, Account Seeded cost" in out) == bool(made)
    _, out, _ = command("export", "codes.json", "--company", "books.company")
    assert "income account: none was picked at export, and the books name none" in out


@needs_shared
@pytest.mark.parametrize(
    "name",
    [
        "create_standard_cost_codes",
        "create_vendor",
        "create_or_update_job",
        "create_budget",
        "create_commitment",
        "create_requisitions",
    ],
)
def test_procores_own_samples_export_with_their_references_seeded(command, folder, name):
    assert SHARED is not None
    sample = SHARED / "procore" / "events" / f"event_{name}.json"
    arguments = ("export", sample, "--company", "books.company", "--seed-references", "--out", "out")
    assert command(*arguments)[0] == 0
    first = json.loads((folder / "out" / f"01-{sample.stem}.close-out.json").read_text())
    before = {name: content for name, content in tree(folder).items() if name.startswith("books")}
    code, out, _ = command(*arguments)
    assert code == 0
    assert "nothing was written" in out
    second = json.loads((folder / "out" / f"01-{sample.stem}.close-out.json").read_text())
    assert second["calls"] == first["calls"]
    assert {name: content for name, content in tree(folder).items() if name.startswith("books")} == before
    links = json.loads((folder / "books.company.links.json").read_text())["links"]
    updates = first["calls"][0]["body"]["updates"]
    assert {update["origin_id"] for update in updates} >= {link["quickbooks_id"] for link in links}


@needs_shared
def test_procores_sample_of_a_change_order_says_what_is_missing_and_exports_once_it_is_linked(command):
    assert SHARED is not None
    sample = SHARED / "procore" / "events" / "event_create_commitment_change_order.json"
    arguments = ("export", sample, "--company", "books.company", "--seed-references")
    code, out, _ = command(*arguments)
    assert (code, "is not in QuickBooks: Procore names no QuickBooks id for it" in out) == (1, True)
    assert command("link", "work_order_contract", 2, "SEED-PO-2", "--company", "books.company")[0] == 0
    code, out, _ = command(*arguments)
    assert (code, "1 made" in out) == (0, True)


# --- link, unlink, company -------------------------------------------------------------------------------------------


def test_a_record_that_was_there_is_linked_by_hand(command, folder):
    command("export", vendor(folder, 1), "--company", "books.company")
    command("unlink", "vendor", 1, "--company", "books.company")
    code, out, _ = command("export", vendor(folder, 2), "--company", "books.company")
    assert (code, "link the two" in out) == (1, True)
    list_id = out.partition("already (")[2].partition(")")[0]
    code, out, _ = command("link", "vendor", 2, list_id, "--company", "books.company")
    assert (code, out) == (0, f"vendor 2 is linked to {list_id} Alder Creek\n")
    assert command("link", "vendor", 2, list_id, "--company", "books.company")[1].startswith(
        "vendor 2 was linked already"
    )
    assert command("export", "vendor.json", "--company", "books.company")[0] == 0
    code, _, err = command("link", "vendor", 3, list_id, "--company", "books.company")
    assert (code, "is linked to vendor 2 already" in err) == (2, True)


def test_a_record_that_is_not_there_cannot_be_linked(command, folder):
    command("export", vendor(folder), "--company", "books.company")
    before = tree(folder)
    for kind, quickbooks_id in (("vendor", "80000009-1"), ("cost_code", "80000009-1"), ("cost_code", "8-1|9-1")):
        code, _, err = command("link", kind, 2, quickbooks_id, "--company", "books.company")
        assert (code, "80000009-1" in err or "8-1" in err) == (2, True)
    assert tree(folder) == before


def test_a_company_file_shows_what_is_in_it(command):
    command("demo", "--dir", ".")
    code, out, _ = command("company", "cascade-ridge.company")
    assert code == 0
    assert out.splitlines()[0] == "Cascade Ridge Builders (QuickBooks US, simulated)"
    counts = dict(line.split() for line in out.splitlines()[1:])
    assert (counts["Vendor"], counts["PurchaseOrder"], counts["Bill"]) == ("2", "4", "4")
    _, out, _ = command("company", "cascade-ridge.company", "ItemService")
    assert len(out.splitlines()) == 12
    assert any(line.endswith("Placed") and "  300" in line for line in out.splitlines())


# --- check -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("<VendorAddRq><VendorAdd><Name>A</Name></VendorAdd></VendorAddRq>", 0, "nothing wrong in 1 message"),
        (
            "<VendorAdd><Name>A</Name></VendorAdd>\n<VendorRet><Name>A</Name></VendorRet>",
            0,
            "nothing wrong in 2 messages",
        ),
        ("<VendorAddRq><VendorAdd/></VendorAddRq>", 1, "VendorAdd/Name: is missing"),
        (
            "<VendorAdd><Phone>1</Phone><Name>A</Name></VendorAdd>",
            1,
            "VendorAdd/Name: stands after Phone; QuickBooks wants it before",
        ),
        ("<LeadAddRq/>", 0, "not modelled, so not judged: LeadAddRq"),
        (
            "<QBXML><QBXMLMsgsRs><VendorAddRs statusCode='0'><VendorRet><Name/></VendorRet></VendorAddRs></QBXMLMsgsRs></QBXML>",
            0,
            "1 message",
        ),
        ("<QBXML><QBXMLMsgsRq><VendorQueryRq/></QBXMLMsgsRq></QBXML>", 1, "QBXMLMsgsRq/@onError: is missing"),
    ],
)
def test_check_lists_what_is_wrong(command, folder, text, code, words):
    (folder / "a.xml").write_text(text)
    found = command("check", "a.xml")
    assert (found[0], words in found[1]) == (code, True), found


def test_check_judges_by_version_and_edition_where_they_are_said(command, folder):
    (folder / "a.xml").write_text(
        "<VendorAdd><Name>A</Name><JobTitle>B</JobTitle><IsTaxOnTax>1</IsTaxOnTax></VendorAdd>"
    )
    assert command("check", "a.xml")[0] == 0
    assert "came with qbXML 12.0, and the target reads 8.0" in command("check", "a.xml", "--version", "8.0")[1]
    assert "exists in QuickBooks CA, UK and AU only" in command("check", "a.xml", "--edition", "US")[1]
    with pytest.raises(SystemExit) as ended:
        command("check", "a.xml", "--version", "abc")
    assert ended.value.code == 2


# --- bad input -------------------------------------------------------------------------------------------------------

BAD_REQUESTS = {
    "no JSON": b"{",
    "no request": b"[1]",
    "unknown request": b'{"request_name": "create_vender", "request_data": {}}',
    "missing field": b'{"request_name": "create_vendor", "request_data": {"vendor": {"name": "A"}}}',
    "wrong type": b'{"request_name": "create_vendor", "request_data": {"vendor": {"id": "x", "name": "A", "company": 5}}}',
}


@pytest.mark.parametrize("content", BAD_REQUESTS.values(), ids=BAD_REQUESTS)
def test_a_bad_request_is_one_clear_error_and_the_others_are_carried_out(command, folder, content):
    vendor(folder)
    vendor(folder, 36, "Birch", "last.json")
    (folder / "bad.json").write_bytes(content)
    code, out, err = command(
        "export", "vendor.json", "bad.json", "last.json", "--company", "books.company", "--out", "out"
    )
    assert code == 2
    assert err.startswith("procore-qbd: bad.json: ")
    assert err.count("procore-qbd:") == 1
    assert out.splitlines()[-3:] == ["2 made", "carried out: vendor.json, last.json", "not carried out: bad.json"]
    close_out = json.loads((folder / "out" / "02-bad.close-out.json").read_text("utf-8"))
    assert close_out["ok"] is False
    assert close_out["details"][0]["refusals"][0]["code"] == "unreadable"


@pytest.mark.parametrize("content", BAD_REQUESTS.values(), ids=BAD_REQUESTS)
def test_where_no_request_can_be_used_no_company_file_is_made(command, folder, content):
    (folder / "bad.json").write_bytes(content)
    code, out, err = command("export", "bad.json", "none.json", "--company", "books.company", "--out", "out")
    assert (code, out) == (2, "not carried out: bad.json, none.json\n")
    assert [line.split(": ")[1] for line in err.splitlines() if line.startswith("procore-qbd")] == [
        "bad.json",
        "none.json",
    ]
    assert set(tree(folder)) == {"bad.json", "out/01-bad.close-out.json"}


def test_an_unreadable_request_can_be_closed_in_procore(command, folder):
    payload = {"request_name": "create_vendor", "request_data": {"vendor": {"id": "x"}}, "company_id": 8}
    payload["request_data"] |= {"request_detail_id": 9001, "company_id": 8}
    (folder / "bad.json").write_text(json.dumps(payload))
    command("export", "bad.json", "--company", "books.company", "--out", "out")
    (call,) = json.loads((folder / "out" / "01-bad.close-out.json").read_text("utf-8"))["calls"]
    assert call["path"].endswith("/companies/8/erp_request_details/9001")
    assert call["body"]["request_detail"]["status"] == "failed"


def other_database(path):
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE t (a)")


def damaged(harm):
    def make(path):
        with CompanyFile.create(path, sample="contractor"):
            pass
        path.write_bytes(harm(path.read_bytes()))

    return make


BAD_COMPANIES = {
    "text": (lambda path: path.write_bytes(b"these are my books"), "is no company file of the simulator"),
    "empty": (pathlib.Path.touch, "is empty, its making was cut short"),
    "another program's database": (other_database, "is no company file of the simulator"),
    "a folder": (pathlib.Path.mkdir, "is a folder"),
    "cut off": (damaged(lambda data: data[:50_000]), "is damaged"),
    "a page of zeros": (damaged(lambda data: data[:8192] + bytes(4096) + data[12_288:]), "is damaged"),
    "an index that lacks a row": (
        damaged(lambda data: data.replace(b"metolius mechanical", b"metolius mechanicam", 1)),
        "is damaged",
    ),
    "no format of ours": (damaged(lambda data: data[:60] + b"\0\0\0\x09" + data[64:]), "this release reads format"),
}


@pytest.mark.parametrize(("make", "words"), BAD_COMPANIES.values(), ids=BAD_COMPANIES)
def test_a_company_file_that_is_none_is_refused_by_every_command_and_left_alone(command, folder, make, words):
    vendor(folder)
    make(folder / "books.company")
    before = tree(folder)
    for arguments in (
        ("export", "vendor.json", "--company", "books.company"),
        ("company", "books.company"),
        ("company", "books.company", "Vendor"),
        ("link", "vendor", 1, "8-1", "--company", "books.company"),
        ("unlink", "vendor", 1, "--company", "books.company"),
    ):
        code, out, err = command(*arguments)
        assert (code, out) == (2, "")
        assert err.startswith("procore-qbd: books.company: ")
        assert words in err
    assert tree(folder) == before


def test_damage_that_is_met_at_work_only_is_told_in_plain_words(command, folder):
    # A record that is no XML any more: the database is whole, so opening does not see it.
    vendor(folder, name="Metolius Mechanical")
    damaged(lambda data: data.replace(b"<Name>", b"<Nome>"))(folder / "books.company")
    for list_ in ("Vendor", "Jobs"):
        code, _, err = command("company", "books.company", list_)
        assert (code, "books.company: is damaged" in err) == (2, True)
    code, _, err = command("export", "vendor.json", "--company", "books.company")
    assert (code, "vendor.json: " in err, "is damaged" in err, "3100" in err) == (2, True, True, False)


def test_a_company_file_that_another_program_has_is_told(command, folder):
    vendor(folder)
    with CompanyFile.create(folder / "books.company"):
        for arguments in (("export", "vendor.json", "--company", "books.company"), ("company", "books.company")):
            code, _, err = command(*arguments)
            assert (code, "is open already, here or in another program" in err) == (2, True)


def test_a_company_file_without_the_right_to_it_is_told(command, folder, monkeypatch):
    def denied(*_arguments, **_settings):
        raise PermissionError(errno.EACCES, "Permission denied", str(folder / "books.company"))

    CompanyFile.create(folder / "books.company").close()
    monkeypatch.setattr(pathlib.Path, "is_file", denied)
    code, _, err = command("company", "books.company")
    assert (code, err) == (2, "procore-qbd: books.company: cannot be opened: Permission denied\n")


WHOLE = {}


@given(st.data())
@settings(max_examples=60)
def test_whatever_befalls_the_bytes_of_a_company_file_it_is_an_error_of_ours_or_none(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("company") / "books.company"
    if not WHOLE:
        CompanyFile.create(path, sample="contractor").close()
        WHOLE["bytes"] = path.read_bytes()
    harmed = bytearray(WHOLE["bytes"])
    for at in data.draw(st.lists(st.integers(0, len(harmed) - 1), max_size=20)):
        harmed[at] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(harmed[: data.draw(st.just(len(harmed)) | st.integers(0, len(harmed)))])
    with contextlib.suppress(CompanyFileError, EngineError), CompanyFile.open(path) as company:
        str(company.show())
        for kind in company.kinds:
            list(company.records(kind))
        company.process(
            b"<QBXML><QBXMLMsgsRq onError='continueOnError'><VendorQueryRq/>"
            b"<VendorAddRq><VendorAdd><Name>A new one</Name></VendorAdd></VendorAddRq></QBXMLMsgsRq></QBXML>"
        )


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM txns WHERE id IN (SELECT target FROM links)",
        "UPDATE txns SET date = '2026-13-01'",
        "UPDATE txns SET open = 'much'",
        "UPDATE txns SET xml = CAST(xml AS BLOB)",
        "UPDATE links SET role = 'ordeR'",
        "UPDATE links SET amount = '1o0'",
        "UPDATE links SET quantity = ''",
    ],
)
def test_values_that_nobody_kept_are_damage_although_sqlite_sees_none(tmp_path, damage):
    path = tmp_path / "books.company"
    CompanyFile.create(path, sample="contractor").close()
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute(damage)
    with CompanyFile.open(path) as company:
        with pytest.raises(CompanyFileError, match=r"is damaged, .* put a backup of it back"):
            company.show()
        with pytest.raises(EngineError, match="failed within itself at the company file"):
            company.process(
                b"<QBXML><QBXMLMsgsRq onError='continueOnError'><BillQueryRq><IncludeLinkedTxns>1</IncludeLinkedTxns>"
                b"</BillQueryRq></QBXMLMsgsRq></QBXML>"
            )
        assert "is damaged" in company.last_fault


def test_links_of_another_company_file_are_refused_and_nothing_is_written(command, folder):
    command("export", vendor(folder), "--company", "one.company")
    command("export", "vendor.json", "--company", "two.company")
    (folder / "one.company.links.json").replace(folder / "two.company.links.json")
    before = tree(folder)
    code, _, err = command("export", "vendor.json", "--company", "two.company")
    assert (code, "of another company file" in err) == (2, True)
    assert tree(folder) == before


def test_links_without_their_company_file_are_not_given_a_new_one(command, folder):
    command("export", vendor(folder), "--company", "books.company")
    (folder / "books.company").unlink()
    code, _, err = command("export", "vendor.json", "--company", "books.company")
    assert (code, "put books.company back" in err) == (2, True)
    assert not (folder / "books.company").exists()


@pytest.mark.parametrize(
    ("books", "words"),
    [
        (b"version = 2\n", "line 1: version: this release reads version 1, got 2"),
        (b"version = \n", "is no TOML: Invalid value (at line 1, column 11)"),
        (b"version = 1\nterms = '\xe9'", "line 2: byte 0xE9 is no UTF-8"),
        (b'incom_account = "x"\n', "line 1: incom_account: not a setting; did you mean income_account?"),
        ('terms = "Net 30"'.encode("utf-16-le"), "perhaps UTF-16: save the file as UTF-8"),
    ],
)
def test_bad_books_are_one_clear_error_and_nothing_is_written(command, folder, books, words):
    vendor(folder)
    (folder / "books.toml").write_bytes(books)
    before = tree(folder)
    code, out, err = command("export", "vendor.json", "--company", "books.company", "--books", "books.toml")
    assert (code, out, err.startswith("procore-qbd: books.toml: ")) == (2, "", True)
    assert words in err
    assert tree(folder) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_books_in_the_encodings_of_windows_are_read(command, folder, encoding):
    vendor(folder)
    (folder / "books.toml").write_bytes('terms = "Netto für 30"\r\n'.encode(encoding))
    code, out, _ = command("export", "vendor.json", "--company", "books.company", "--books", "books.toml")
    assert (code, "Netto für 30" in out) == (1, True)  # the company file has no such terms


BAD_XML = {
    "truncated": b"<QBXML><QBXMLMsgsRq onError='stopOnError'><VendorAddRq>",
    "a DOCTYPE": b"<!DOCTYPE QBXML [<!ENTITY a 'b'>]><QBXML/>",
    "not XML": b"Dear Sir",
    "JSON": b'{"request_name": "create_vendor"}',
    "nothing": b"",
}


@pytest.mark.parametrize("content", BAD_XML.values(), ids=BAD_XML)
def test_bad_xml_is_one_clear_error(command, folder, content):
    (folder / "bad.xml").write_bytes(content)
    code, out, err = command("check", "bad.xml")
    assert (code, out) == (2, "")
    assert err.startswith("procore-qbd: bad.xml: ")


def test_a_file_that_cannot_be_checked_does_not_stop_the_others(command, folder):
    (folder / "bad.xml").write_bytes(b"Dear Sir")
    (folder / "good.xml").write_bytes(b"<VendorAdd><Name>A</Name></VendorAdd>")
    code, out, err = command("check", "bad.xml", "none.xml", ".", "good.xml")
    assert (code, out) == (2, "good.xml: nothing wrong in 1 message\n")
    assert [line.split(": ")[1] for line in err.splitlines()] == ["bad.xml", "none.xml", "."]


def test_a_file_that_is_not_there_is_named(command):
    for arguments in (("check", "no.xml"), ("export", "no.json", "--company", "c"), ("company", "no.company")):
        code, _, err = command(*arguments)
        assert (code, arguments[1] in err) == (2, True)


def test_the_module_runs_as_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "procore_qbd", "--version"], check=True, capture_output=True, text=True
    )
    assert done.stdout.startswith("procore-qbd ")


def test_every_demo_request_is_read():
    assert {read_request(data).request_name for _, data in demo.requests()} == set(KNOWN_REQUESTS)


def test_the_demos_money_agrees_on_both_sides_to_the_cent(command, folder):
    _, out, _ = command("demo", "--dir", "show")
    assert "DIFFERS" not in out
    table = [
        line.split() for line in out.partition("Money per job, on both sides:")[2].splitlines() if "Apartments" in line
    ]
    assert [(words[-3], words[-2], words[-1]) for words in table] == [
        ("budget", "1,000,400.75", "1,000,400.75"),
        ("committed", "788,275.00", "788,275.00"),
        ("billed", "344,530.00", "344,530.00"),
        ("retainage", "17,413.00", "17,413.00"),
    ]
    page = (folder / "show" / "company.html").read_text(encoding="utf-8")
    assert page.count("213,071.45") == 2
    assert "differs" not in page


def test_a_difference_between_the_two_sides_would_be_seen(command, folder):
    command("demo", "--dir", "show")
    with CompanyFile.open(folder / "show" / "cascade-ridge.company") as company:
        estimate = next(record for record in company.records("Estimate") if record.total_amount == Decimal("282680.50"))
        dearer = attrs.evolve(estimate.lines[0], amount=None, rate=Decimal("54000.01"))
        wanted = changes(
            estimate,
            attrs.evolve(estimate, lines=(attrs.evolve(dearer, amount=Decimal("54000.01")), *estimate.lines[1:])),
        )
        (outcome,) = run(ask_all([Request.mod(wanted)]), Memory(company.process))
        assert outcome.ok
    code, out, _ = command("demo", "--dir", "show")
    assert code == 1
    assert "282,680.50      282,680.51  DIFFERS" in out


# --- everything that can fail is found out before QuickBooks is asked ------------------------------------------------


def test_a_file_in_the_place_of_the_out_folder_is_told_before_anything_is_done(command, folder):
    vendor(folder)
    before = tree(folder)
    code, out, err = command("export", "vendor.json", "--company", "books.company", "--out", "vendor.json")
    assert (code, out) == (2, "")
    assert err == (
        "procore-qbd: vendor.json: cannot be written to: it is a file, and a folder is needed; nothing was carried out\n"
    )
    assert tree(folder) == before


def test_an_out_folder_that_cannot_be_written_to_is_told_before_anything_is_done(command, folder, monkeypatch):
    def full(**_settings):
        raise OSError(errno.EROFS, "Read-only file system")

    vendor(folder)
    monkeypatch.setattr("tempfile.TemporaryFile", full)
    code, _, err = command("export", "vendor.json", "--company", "books.company", "--out", "out")
    assert (code, "out: cannot be written to: Read-only file system" in err) == (2, True)
    assert set(tree(folder)) == {"vendor.json"}


def test_links_that_cannot_be_kept_are_told_before_anything_is_done(command, folder, monkeypatch):
    def locked(*_arguments):
        raise PermissionError(errno.EACCES, "Permission denied")

    vendor(folder)
    CompanyFile.create(folder / "books.company").close()
    monkeypatch.setattr(pathlib.Path, "replace", locked)
    code, out, err = command("export", "vendor.json", "--company", "books.company")
    assert (code, out) == (2, "")
    assert "books.company.links.json: cannot be written: Permission denied" in err
    assert err.endswith("has every link: there was none to add; nothing was carried out\n")
    with CompanyFile.open(folder / "books.company") as company:
        assert not list(company.records("Vendor"))


def test_what_a_run_before_wrote_stays_where_this_one_never_begins(command, folder):
    command("export", vendor(folder), "--company", "books.company", "--out", "out")
    before = tree(folder / "out")
    links = folder / "books.company.links.json"
    kept = links.read_text()
    for harm in (lambda: links.write_text("{"), lambda: (links.write_text(kept), (folder / "books.company").unlink())):
        harm()
        assert command("export", "vendor.json", "--company", "books.company", "--out", "out")[0] == 2
        assert tree(folder / "out") == before


def test_a_name_too_long_for_what_is_written_of_it_is_told_before_anything_is_done(command, folder):
    file = vendor(folder, file="x" * 246 + ".json")
    code, out, err = command("export", file, "--company", "books.company", "--out", "out")
    assert (code, out) == (2, "")
    assert err.startswith(f"procore-qbd: {file}: ")
    assert err.endswith("cannot be written: File name too long; nothing was carried out\n")
    assert set(tree(folder)) == {file}


def test_every_request_that_cannot_be_used_stands_among_what_was_not_carried_out_even_without_a_name(command):
    code, out, err = command("export", ".", "none.json", "--company", "books.company")
    assert (code, out) == (2, "not carried out: ., none.json\n")
    assert err.count("procore-qbd: ") == 2


def test_a_company_file_has_its_links_by_whatever_symbolic_link_it_is_called(command, folder):
    command("export", vendor(folder), "--company", "books.company")
    (folder / "other").mkdir()
    for name, target in (("link.company", "books.company"), ("other/far.company", "../link.company")):
        (folder / name).symlink_to(target)
        with CompanyFile.open(folder / "books.company") as company:
            (record,) = company.records("Vendor")
            named = changes(record, attrs.evolve(record, name=f"Alder of {pathlib.Path(name).stem}"))
            assert run(ask_all([Request.mod(named)]), Memory(company.process))[0].ok
        code, out, _ = command("export", "vendor.json", "--company", name)
        assert (code, "made" in out) == (0, False)
        assert len(in_the_file(folder)) == 1
    assert not list(folder.rglob("link.company.*")) + list(folder.rglob("far.company.*"))


@pytest.mark.parametrize("wrong", ["1_1", "-5", " 5", "٣", "1.0", "1" * 20, "1" * 5000])
def test_an_id_of_procores_is_at_most_19_digits(command, folder, capsys, wrong):
    vendor(folder)
    for arguments in (
        ("link", "vendor", wrong, "8-1"),
        ("unlink", "vendor", wrong),
        ("export", "vendor.json", f"--procore-company={wrong}"),
    ):
        with pytest.raises(SystemExit) as ended:
            command(*arguments, "--company", "books.company")
        assert ended.value.code == 2
        assert "expected an id of Procore's, a whole number of at most 19 digits, got " in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--customer", "--environment"])
def test_a_name_that_is_no_text_is_refused(command, folder, option, capsys):
    vendor(folder)
    with pytest.raises(SystemExit) as ended:
        command("export", "vendor.json", "--company", "books.company", option, "\udcff")
    assert ended.value.code == 2
    assert f"argument {option}: expected a name, got bytes that are no text" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--customer", "--environment"])
@pytest.mark.parametrize("nothing", ["", "  "])
def test_a_name_of_nothing_is_no_name(command, folder, option, nothing, capsys):
    vendor(folder)
    with pytest.raises(SystemExit) as ended:
        command("export", "vendor.json", "--company", "books.company", option, nothing)
    assert ended.value.code == 2
    assert f"argument {option}: expected a name, got nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "", "--company", "books.company"),
        ("export", "vendor.json", "--company", ""),
        ("export", "vendor.json", "--company", "books.company", "--out", ""),
        ("export", "vendor.json", "--company", "books.company", "--books", " "),
        ("unlink", "vendor", "35", "--company", ""),
        ("company", ""),
        ("check", "vendor.json", ""),
        ("can", "", "Set Up ERP"),
        ("matrix", ""),
        ("demo", "--dir", ""),
    ],
)
def test_a_file_of_nothing_is_not_the_folder_where_one_stands(command, folder, arguments, capsys):
    vendor(folder)
    before = tree(folder)
    with pytest.raises(SystemExit) as ended:
        command(*arguments)
    assert (ended.value.code, tree(folder)) == (2, before)
    assert "expected a file or a folder, got nothing" in capsys.readouterr().err


def test_a_customer_that_no_name_can_be_is_refused(command, folder):
    vendor(folder)
    code, _, err = command("export", "vendor.json", "--company", "books.company", "--customer", "ACME:")
    assert (code, "customer: a name is missing before or behind a colon, got 'ACME:'" in err) == (2, True)
    assert not (folder / "books.company").exists()


# --- what goes wrong on the way --------------------------------------------------------------------------------------


@pytest.fixture
def three(folder):
    """Three requests, and a company file that was there before."""
    CompanyFile.create(folder / "books.company").close()
    names = {"a.json": "Alder", "b.json": "Birch", "c.json": "Cedar"}
    return [vendor(folder, number, name, file) for number, (file, name) in enumerate(names.items(), 1)]


def in_the_file(folder):
    with CompanyFile.open(folder / "books.company") as company:
        return [record.name for record in company.records("Vendor")]


def linked(folder):
    return [link["name"] for link in json.loads((folder / "books.company.links.json").read_text())["links"]]


def breaks_at(monkeypatch, words, error, *, after):
    """The line breaks at the first document with these words, before or after QuickBooks carried it out."""
    process = CompanyFile.process

    def break_(self, document):
        reply = process(self, document) if after or words not in document else b""
        if words in document:
            raise error
        return reply

    monkeypatch.setattr(CompanyFile, "process", break_)


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
    perform = cli.perform

    def break_(request, links, books):
        if request.vendor.name == "Birch":
            raise error
        return (yield from perform(request, links, books))

    monkeypatch.setattr(cli, "perform", break_)
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
    perform = cli.perform

    def contradict(request, links, books):
        close_out = yield from perform(request, links, books)
        if request.vendor.name != "Birch":
            return close_out
        wrong = attrs.evolve(close_out.links[0], procore_id=1)
        return attrs.evolve(close_out, links=(wrong, *close_out.links))

    monkeypatch.setattr(cli, "perform", contradict)
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


def test_what_somebody_else_put_into_the_out_folder_stays(command, folder):
    vendor(folder)
    (folder / "out").mkdir()
    for name in ("01-vendor.notes.txt", "01-vendor.9.reply.xml", "01-vendor.x.9.reply.xml"):
        (folder / "out" / name).write_text("mine")
    command("export", "vendor.json", "--company", "books.company", "--out", "out")
    names = {path.name for path in (folder / "out").iterdir()}
    assert {"01-vendor.notes.txt", "01-vendor.x.9.reply.xml"} < names
    assert "01-vendor.9.reply.xml" not in names  # of an earlier run


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


# --- the words of the total are true ---------------------------------------------------------------------------------


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


def test_what_was_seeded_was_written(command, folder):
    (folder / "books.toml").write_text(BOOKS)
    vendor(folder, name="x" * 42)
    arguments = ("export", "vendor.json", "--company", "b.company", "--books", "books.toml", "--seed-references")
    assert command(*arguments)[1].splitlines()[-1] == "1 refused"
    assert command(*arguments)[1].splitlines()[-1] == "1 refused: nothing was written"


# --- link, unlink: every kind ----------------------------------------------------------------------------------------


@pytest.fixture
def office(command, folder):
    """The demo's company file, and what it has linked by kind."""
    command("demo", "--dir", "show")
    path = folder / "show" / "cascade-ridge.company"
    links = json.loads((folder / "show" / "cascade-ridge.company.links.json").read_text())["links"]
    return path, {kind: [link for link in links if link["kind"] == kind] for kind in {link["kind"] for link in links}}


@pytest.mark.parametrize(
    "kind",
    [
        "vendor",
        "project",
        "standard_cost_code",
        "cost_code",
        "budget",
        "work_order_contract",
        "purchase_order_contract",
        "change_order",
        "requisition",
    ],
)
def test_what_was_unlinked_can_be_linked_again_and_is_the_same(command, office, kind):
    path, links = office
    before = links[kind][0]
    code, out, _ = command("unlink", kind, before["procore_id"], "--company", path)
    assert (code, f"{before['procore_id']} is linked to nothing any more" in out) == (0, True)
    code, out, err = command("link", kind, before["procore_id"], before["quickbooks_id"], "--company", path)
    assert (code, err) == (0, "")
    assert f"{before['procore_id']} is linked to {before['quickbooks_id']}" in out
    (after,) = [
        link
        for link in json.loads(path.with_name(path.name + ".links.json").read_text())["links"]
        if (link["kind"], link["procore_id"]) == (kind, before["procore_id"])
    ]
    same = ("quickbooks_id", "parent", "name") if kind == "change_order" else ("quickbooks_id", "parent")
    assert [after[key] for key in same] == [before[key] for key in same]
    has_a_vendor = kind in ("work_order_contract", "purchase_order_contract", "requisition")
    assert ("party" in after) is has_a_vendor


def test_unlinking_says_what_was_forgotten_with_it(command, office):
    path, links = office
    change = links["change_order"][0]
    code, out, _ = command("unlink", "change_order", change["procore_id"], "--company", path)
    assert (code, out.splitlines()) == (
        0,
        [
            "commitment change order 890101 is linked to nothing any more",
            "  nor is, with it, change order line 890111, 890112",
        ],
    )
    _, out, _ = command("unlink", "work_order_contract", 880301, "--company", path)
    assert [line.rpartition(" ")[0] for line in out.splitlines()[1:]] == [
        "  nor is, with it, commitment change order",
        "  nor is, with it, change order line 890311,",
        "  nor is, with it, commitment line 880311,",
    ]
    _, out, _ = command("unlink", "project", 2240118, "--company", path)
    assert out.splitlines()[1].startswith("  nor is, with it, cost code 9105001, ")
    code, out, _ = command("unlink", "project", 2240118, "--company", path)
    assert (code, out) == (0, "project 2240118 was not linked: nothing changed\n")


def test_a_merged_record_is_shared_where_a_person_says_so(command, folder):
    command("export", vendor(folder, 47, "Alder"), vendor(folder, 48, "Birch", "b.json"), "--company", "books.company")
    birch = json.loads((folder / "books.company.links.json").read_text())["links"][1]["quickbooks_id"]
    command("unlink", "vendor", 47, "--company", "books.company")
    code, _, err = command("link", "vendor", 47, birch, "--company", "books.company")
    assert (code, "is linked to vendor 48 already" in err) == (2, True)
    code, out, _ = command("link", "vendor", 47, birch, "--company", "books.company", "--shared")
    assert (code, out) == (0, f"vendor 47 is linked to {birch} Birch\n")
    (link,) = [link for link in LinksFile("books.company.links.json", file_id(folder)).links if link.shared]
    assert (link.kind, link.procore_id) == (ItemKind.VENDOR, 47)


def file_id(folder):
    with CompanyFile.open(folder / "books.company") as company:
        return company.file_id


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cost_code", 1, "8-1"), "is linked to a job and an item, JOB|ITEM, got '8-1'"),
        (("vendor", 1, "8-1|9-1"), "expected the id of one QuickBooks record"),
        (("vendor", 1, " "), "expected the id of one QuickBooks record, without blanks around"),
        (("vendor", 1, " 8-1"), "expected the id of one QuickBooks record, without blanks around"),
        (("cost_code", 1, "8-1 |9-1"), "JOB|ITEM, without blanks around"),
        (("change_order", 1, "8-1| 9-1"), "ORDER|LINE|LINE…, without blanks around"),
        (("vendor", 1, "8-1"), "has no Vendor '8-1'; `procore-qbd company FILE Vendor` shows what it has"),
        (("requisition", 1, "8-1"), "has no Bill or VendorCredit '8-1'"),
        (("change_order", 1, "22-1|9-1"), "has no PurchaseOrder '22-1'"),
        (("budget", 1, "8-1", "--shared"), "budget 1: is never shared: QuickBooks merges vendors"),
    ],
)
def test_a_link_that_cannot_be_is_refused_and_says_why(command, office, arguments, words):
    path, _ = office
    before = tree(path.parent)
    code, out, err = command("link", *arguments, "--company", path)
    assert (code, out, words in err) == (2, "", True), err
    assert tree(path.parent) == before


def test_a_change_order_is_linked_to_lines_that_are_there(command, office):
    path, links = office
    order = links["work_order_contract"][0]["quickbooks_id"]
    for quickbooks_id, words in ((order, "name its lines"), (f"{order}|9-9", "it has no line 9-9")):
        code, _, err = command("link", "change_order", 5, quickbooks_id, "--company", path)
        assert (code, words in err) == (2, True), err


@pytest.mark.parametrize(
    "kind",
    ["Vendor", "work order contract", "work-order-contract", "subcontract", "Subcontractor invoice", "purchase-order"],
)
def test_a_kind_is_understood_however_it_is_written(command, folder, kind):
    command("export", vendor(folder), "--company", "books.company")
    assert command("unlink", kind, 9, "--company", "books.company")[0] == 0


def test_a_kind_that_is_none_is_told_with_the_nearest(command, capsys):
    with pytest.raises(SystemExit):
        command("unlink", "vender", 9, "--company", "books.company")
    assert "no such kind: 'vender'; did you mean vendor?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("vendor", "Vendor"),
        ("VENDORS", "Vendor"),
        ("purchase orders", "PurchaseOrder"),
        ("purchase_order", "PurchaseOrder"),
        ("job", "Jobs"),
    ],
)
def test_a_list_is_found_however_it_is_written(command, office, said, meant):
    path, _ = office
    assert command("company", path, said) == command("company", path, meant)


@pytest.mark.parametrize(
    ("said", "hint"), [("Vender", "did you mean Vendor?"), ("§", "without one, they are all shown")]
)
def test_a_list_that_is_none_is_told_with_the_nearest(command, office, said, hint):
    code, out, err = command("company", office[0], said)
    assert (code, out) == (2, "")
    assert hint in err
    assert len(err) < 200


# --- consoles --------------------------------------------------------------------------------------------------------


def program(folder, *arguments, encoding="utf-8", **settings):
    """The command as a program of its own, on a console of some encoding."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "procore_qbd", *map(str, arguments)]
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, **settings)  # noqa: S603  our own


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_a_console_that_lacks_a_character_does_not_stop_an_export(folder, encoding):
    vendor(folder, 1, "Cedar ≥ 🌲", "emo.json")
    vendor(folder, 2, "Fir é", "fir.json")
    (folder / "bad ≥.json").write_text("{")
    arguments = ("export", "emo.json", "bad ≥.json", "fir.json", "--company", "books.company")
    done = program(folder, *arguments, encoding=encoding, stdout=subprocess.PIPE)
    out, err = done.communicate()
    assert done.returncode == 2
    greater = "≥".encode(encoding, "backslashreplace")
    assert b"Cedar " + greater + rb" \U0001f332" in out
    assert b"1 made, 1 refused" in out
    assert b"bad " + greater + b".json" in err
    assert b"Traceback" not in err


def test_a_demo_on_an_old_console(folder):
    done = program(folder, "demo", encoding="cp437", stdout=subprocess.PIPE)
    out, err = done.communicate()
    assert (done.returncode, err) == (0, b"")
    assert b"27 made" in out


def test_nobody_reads_on_and_the_export_goes_on_quietly(folder):
    files = [vendor(folder, number, f"Vendor {number} " + "x" * 20, f"{number}.json") for number in range(1, 4)]
    reader, writer = os.pipe()
    os.close(reader)
    done = program(folder, "export", *files, "--company", "books.company", stdout=writer)
    os.close(writer)
    assert done.communicate()[1] == b""
    assert done.returncode == 0
    assert len(linked(folder)) == 3
    for arguments in (("company", "books.company"), ("--help",)):
        reader, writer = os.pipe()
        os.close(reader)
        done = program(folder, *arguments, stdout=writer)
        os.close(writer)
        assert (done.communicate()[1], done.returncode) == (b"", 0)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no disk that is always full")  # noqa: PTH110
def test_a_full_disk_behind_the_output_is_told_and_the_export_goes_on(folder):
    vendor(folder)
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = program(folder, "export", "vendor.json", "--company", "books.company", stdout=full)
    assert b"nothing more can be printed: No space left on device" in done.communicate()[1]
    assert done.returncode == 2
    assert len(linked(folder)) == 1


# --- can, matrix -----------------------------------------------------------------------------------------------------

ANA = {
    "name": "ana",
    "company_levels": {"ERP Integrations": "Standard", "Directory": "Read-only"},
    "project_levels": {"86": {"Commitments": "Admin", "Reports": "Standard", "Budget": "Read-only"}},
    "privileges": ["Can Push to Accounting"],
}
SEND = "Send, Retrieve, or Resend Items to ERP Integrations for Accounting Acceptance"


@pytest.fixture
def ana(folder):
    (folder / "ana.json").write_text(json.dumps(ANA))
    return "ana.json"


def test_can_says_why_not_and_what_would_help(command, ana):
    code, out, err = command("can", ana, "View an ERP Unsyncable Direct Costs Report", "--project", "86")
    assert (code, err) == (1, "")
    assert out.splitlines()[:8] == [
        "ana may not: View an ERP Unsyncable Direct Costs Report",
        "  no  all of",
        "    yes Read-only or above on Reports (has Standard)",
        "    no  any of",
        "      no  Admin on Budget (has Read-only)",
        "      no  Admin on Prime Contracts (has None)",
        "  what would help: Admin on Budget in project 86",
        "  or: Admin on Prime Contracts in project 86",
    ]


def test_can_ends_with_0_where_the_answer_is_yes(command, ana):
    assert command("can", ana, "Unlink Commitments Synced with ERP", "--project", "86")[0] == 0
    assert command("can", ana, SEND, "--project", "86", "--item", "work_order_contract")[0] == 0


def test_can_decides_by_the_policy_that_is_named(command, ana):
    accept = "Accept or Reject a Budget for Export to ERP"
    assert command("can", ana, accept)[0] == 1
    assert command("can", ana, accept, "--policy", "tutorials")[0] == 0


def test_can_prints_json(command, ana):
    code, out, _ = command("can", ana, "Unlink a Company Synced with ERP", "--json")
    assert code == 0
    assert json.loads(out)["allowed"] is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Unlink Commitment Synced with ERP"], "did you mean 'Unlink Commitments Synced with ERP'?"),
        (["Unlink Commitments Synced with ERP"], "say project="),
        (["Unlink Commitments Synced with ERP", "--project", "8a"], "expected an integer or its digits, got '8a'"),
        ([SEND, "--project", "86"], "say item=, one of Project"),
        ([SEND, "--project", "86", "--item", "Comitment"], "unknown 'Comitment'; did you mean 'Commitment'?"),
    ],
)
def test_a_bad_question_ends_with_2_and_says_what_is_wrong(command, ana, arguments, said):
    code, out, err = command("can", ana, *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_file_without_a_user_ends_with_2_and_is_named(command, folder):
    (folder / "bad.json").write_text('{"name": "a", "company_levels": {"Directry": "Admin"}}')
    code, out, err = command("can", "bad.json", "Unlink a Company Synced with ERP")
    assert (code, out) == (2, "")
    assert err == (
        "procore-qbd: bad.json: user: $.company_levels: company tool: unknown 'Directry'; did you mean 'Directory'?\n"
    )
    assert command("can", "none.json", "Unlink a Company Synced with ERP")[0] == 2


def test_the_matrix_has_a_column_a_user(command, folder):
    (folder / "users.json").write_text(json.dumps([ANA, {"name": "bo", "company_levels": {"Directory": "Admin"}}]))
    code, out, err = command("matrix", "users.json")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "ana  bo   action"
    assert "no   yes  Add an ERP Job to Procore" in lines
    assert "?    ?    Unlink Commitments Synced with ERP" in lines
    _, out, _ = command("matrix", "users.json", "--project", "86")
    assert "yes  no   Unlink Commitments Synced with ERP" in out.splitlines()
    _, out, _ = command("matrix", "users.json", "--json")
    assert {
        "action": "Add an ERP Job to Procore",
        "item": None,
        "supported": True,
        "ana": False,
        "bo": True,
    } in json.loads(out)


# --- the pages: their commands run, in their order, and print what the page says -------------------------------------

ROOT = pathlib.Path(__file__).parents[1]
_BLOCK = re.compile(r"(?:[^\n`]*`([\w.-]+)`[^\n`]*:\n\n)?```(\w+)\n(.*?)\n```", re.DOTALL)
_COMMAND = re.compile(r"(?:\.venv/bin/)?procore-qbd (.*)")
_FILE = re.compile(r"echo '(.*)' > (\S+)")


def printed(text):
    """What a page shows as a pattern: `…` is left out, alone on its line it is lines that are left out."""
    lines = [
        r"(.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in text.splitlines()
    ]
    return "".join(lines)


@pytest.mark.parametrize("page", ["README.md", "docs/quickstart.md", "docs/command-line.md"])
def test_the_commands_of_a_page_run_and_print_what_it_says(command, folder, monkeypatch, page):
    monkeypatch.setattr("procore_qbd.simulator.company_file._clock", lambda: 1795424102)
    text = (ROOT / page).read_text("utf-8")
    request = re.search(r'(\{\s*"request_name": "create_vendor".*?\n\})\n', text, re.DOTALL)
    if request and page != "README.md":
        for name, number in (("vendor", "4401"), ("vendor-4401", "4401"), ("vendor-4402", "4402")):
            (folder / f"{name}.json").write_text(request[1].replace("4401", number))
    ran, out = 0, ""
    for name, kind, block in _BLOCK.findall(text):
        if kind in ("xml", "json") and name:
            (folder / name).write_text(block)
        if kind == "text" and out:
            assert re.match(printed(block), out), f"{block}\n--- but it prints\n{out}"
        out = ""
        for line in block.splitlines() if kind == "sh" else ():
            if file := _FILE.fullmatch(line):
                (folder / file[2]).write_text(file[1])
            elif asked := _COMMAND.fullmatch(line):
                words = [file for word in shlex.split(asked[1]) for file in sorted(glob.glob(word)) or [word]]  # noqa: PTH207
                code, said, err = command(*words)
                assert (code < 2, err) == (True, ""), f"{line}: {err}"
                out, ran = out + said, ran + 1
    assert ran >= 3
