"""`export` as a person uses it: what it prints, what it writes, how it ends."""

import json
import pathlib
import shutil

import pytest

from procore_qbd import (
    demo,
)
from procore_qbd.simulator import CompanyFile
from support.console import kept, tree, vendor
from support.payloads import with_quickbooks_ids
from support.shared import SHARED, needs_shared

BOOKS = 'version = 1\nincome_account = "Work:Seeded income"\nexpense_account = "Seeded cost"\n'


def test_a_request_as_the_package_has_it_is_explained(command, folder):
    source = pathlib.Path(demo.__file__).parent / "06-commitment-harbour-view-concrete.json"
    shutil.copy(source, folder / "copy.json")
    code, out, err = command("export", "copy.json", "--company", "books.company")
    assert (code, out) == (2, "not carried out: copy.json\n")
    assert "copy.json: has " in err
    assert "`procore-qbd demo` writes them with their ids" in err
    assert not (folder / "books.company").exists()


def test_an_export_writes_links_qbxml_and_close_out(command, folder):
    code, out, _ = command("export", vendor(folder), "--company", "books.company", "--out", "out")
    assert code == 0
    assert "made a new company file: books.company" in out
    assert "1 made" in out
    written = tree(folder)
    assert {"books.company", "books.company.journal", "out/01-vendor.close-out.json"} < set(written)
    (link,) = kept(folder / "books.company")
    close_out = json.loads(written["out/01-vendor.close-out.json"])
    assert close_out["details"][0]["quickbooks_id"] == link["quickbooks_id"]
    documents = [text for name, text in written.items() if name.endswith("request.xml")]
    (made,) = (text for text in documents if b"VendorAddRq" in text)
    assert b"<Name>Alder Creek</Name>" in made
    assert made.index(b"OtherNameModRq") < made.index(b"VendorAddRq"), "the fence comes first"


def test_an_export_twice_changes_nothing_and_says_so(command, folder):
    command("export", vendor(folder), "--company", "books.company")
    before = tree(folder)
    code, out, _ = command("export", "vendor.json", "--company", "books.company")
    assert (code, tree(folder)) == (0, before)
    assert "1 unchanged: nothing was written" in out


def test_an_unlinking_forgets_the_link_and_writes_nothing_to_quickbooks(command, folder):
    command("export", vendor(folder), "--company", "books.company")
    unlink = {"request_name": "unlink_vendor", "request_data": {"vendor": {"id": 35}, "company_id": 7}}
    (folder / "unlink.json").write_text(json.dumps(unlink))
    code, out, _ = command("export", "unlink.json", "--company", "books.company", "--out", "out")
    assert code == 0
    assert "  unlinked   vendor 35 (Alder Creek)" in out
    assert "1 unlinked: nothing was written" in out
    assert kept(folder / "books.company") == []
    close_out = json.loads(tree(folder)["out/01-unlink.close-out.json"])
    assert (close_out["unlinked"], close_out["calls"]) == ([{"item_type": "vendor", "item_id": 35}], [])


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
    assert "income account: none was picked at export, and the books file names none" in out


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
    sample = folder / f"event_{name}.json"
    sample.write_bytes(with_quickbooks_ids((SHARED / "procore" / "events" / sample.name).read_bytes()))
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
    links = kept(folder / "books.company")
    updates = first["calls"][0]["body"]["updates"]
    assert {update["origin_id"] for update in updates} >= {link["quickbooks_id"] for link in links}


@needs_shared
def test_procores_sample_of_a_change_order_says_what_is_missing_and_exports_once_it_is_linked(command, folder):
    assert SHARED is not None
    sample = folder / "event_create_commitment_change_order.json"
    sample.write_bytes(with_quickbooks_ids((SHARED / "procore" / "events" / sample.name).read_bytes()))
    arguments = ("export", sample, "--company", "books.company", "--seed-references")
    code, out, _ = command(*arguments)
    assert (code, "is not in QuickBooks: Procore names no QuickBooks id for it" in out) == (1, True)
    with CompanyFile.open(folder / "books.company") as company:
        (order,) = company.records("PurchaseOrder")
    assert command("link", "work_order_contract", 2, order.txn_id, "--company", "books.company")[0] == 0
    code, out, _ = command(*arguments)
    assert (code, "1 made" in out) == (0, True)


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


@pytest.mark.parametrize(
    ("books", "words"),
    [
        (b"version = 2\n", "line 1: version: this release reads version 1, got 2"),
        (b"version = \n", "is not TOML: Invalid value (at line 1, column 11)"),
        (b"version = 1\nterms = '\xe9'", "line 2: byte 0xE9 is not UTF-8"),
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


def test_a_journal_that_cannot_be_used_is_told_before_anything_is_done(command, folder):
    vendor(folder)
    CompanyFile.create(folder / "books.company").close()
    (folder / "books.company.journal").mkdir()
    code, out, err = command("export", "vendor.json", "--company", "books.company")
    assert (code, out) == (2, "")
    assert "books.company.journal: cannot be opened" in err
    with CompanyFile.open(folder / "books.company") as company:
        assert not list(company.records("Vendor"))


def test_every_request_that_cannot_be_used_stands_among_what_was_not_carried_out_even_without_a_name(command):
    code, out, err = command("export", ".", "none.json", "--company", "books.company")
    assert (code, out) == (2, "not carried out: ., none.json\n")
    assert err.count("procore-qbd: ") == 2


def test_what_was_seeded_was_written(command, folder):
    (folder / "books.toml").write_text(BOOKS)
    vendor(folder, name="x" * 42)
    arguments = ("export", "vendor.json", "--company", "b.company", "--books", "books.toml", "--seed-references")
    assert command(*arguments)[1].splitlines()[-1] == "1 refused"
    assert command(*arguments)[1].splitlines()[-1] == "1 refused: nothing was written"
