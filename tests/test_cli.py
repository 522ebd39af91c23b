"""The command line as a person uses it: what it prints, what it writes, how it ends."""

import contextlib
import json
import sqlite3
import subprocess
import sys
from decimal import Decimal

import attrs
import pytest

from procore_qbd import Memory, Request, ask_all, changes, demo, run
from procore_qbd.cli import main
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


def test_the_demo_says_why_each_refused_record_was_refused(command):
    _, out, _ = command("demo")
    for reason in (
        "stands under a division that is not in QuickBooks",
        "is inactive in Procore",
        "at most 41 characters",
        "takes no colon in a name",
        "takes no comma",
        "refused it with 3100",
        "commitment number: at most 11 characters",
        "is not in QuickBooks; export it first",
        "is negative, and negative invoices do not go to QuickBooks",
    ):
        assert reason in out


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
    assert [update["origin_id"] for update in updates] == [link["quickbooks_id"] for link in links]


@needs_shared
def test_procores_sample_of_a_change_order_says_what_is_missing_and_exports_once_it_is_linked(command):
    assert SHARED is not None
    sample = SHARED / "procore" / "events" / "event_create_commitment_change_order.json"
    arguments = ("export", sample, "--company", "books.company", "--seed-references")
    code, out, _ = command(*arguments)
    assert (code, "its commitment is not in QuickBooks: Procore names no QuickBooks id for it" in out) == (1, True)
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
def test_a_bad_request_is_one_clear_error_and_nothing_is_written(command, folder, content):
    vendor(folder)
    (folder / "bad.json").write_bytes(content)
    before = tree(folder)
    code, out, err = command("export", "vendor.json", "bad.json", "--company", "books.company", "--out", "out")
    assert (code, out) == (2, "")
    assert err.startswith("procore-qbd: bad.json: ")
    assert err.count("procore-qbd:") == 1
    assert tree(folder) == before


BAD_COMPANIES = {
    "text": b"these are my books",
    "empty": b"",
    "another program's database": None,
}


@pytest.mark.parametrize("content", BAD_COMPANIES.values(), ids=BAD_COMPANIES)
def test_a_company_file_that_is_none_is_refused_and_left_alone(command, folder, content):
    vendor(folder)
    if content is None:
        with contextlib.closing(sqlite3.connect(folder / "books.company")) as other:
            other.execute("CREATE TABLE t (a)")
    else:
        (folder / "books.company").write_bytes(content)
    before = tree(folder)
    for arguments in (("export", "vendor.json", "--company", "books.company"), ("company", "books.company")):
        code, _, err = command(*arguments)
        assert (code, "books.company: is " in err) == (2, True), err
    assert tree(folder) == before


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


@pytest.mark.parametrize("books", [b"version = 2\n", b"version = \n", b"\xff", b'income = "x"\n'])
def test_bad_books_are_one_clear_error_and_nothing_is_written(command, folder, books):
    vendor(folder)
    (folder / "books.toml").write_bytes(books)
    before = tree(folder)
    code, out, err = command("export", "vendor.json", "--company", "books.company", "--books", "books.toml")
    assert (code, out, err.startswith("procore-qbd: books.toml: ")) == (2, "", True)
    assert tree(folder) == before


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
