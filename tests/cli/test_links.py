"""`link` and `unlink`: every kind, by hand, and what cannot be."""

import pytest

from procore_qbd import CompanyFile, ItemKind, Link
from procore_qbd.journal import Journal, LinksFile
from procore_qbd.journal.sql import SqlTables
from procore_qbd.qbxml.entities.vendors import Vendor
from support.console import kept, linked, tree, vendor


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
    assert (code, f"{before['procore_id']} is not linked any more" in out) == (0, True)
    code, out, err = command("link", kind, before["procore_id"], before["quickbooks_id"], "--company", path)
    assert (code, err) == (0, "")
    assert f"{before['procore_id']} is linked to {before['quickbooks_id']}" in out
    (after,) = [link for link in kept(path) if (link["kind"], link["procore_id"]) == (kind, before["procore_id"])]
    same = ("quickbooks_id", "parent", "name") if kind == "change_order" else ("quickbooks_id", "parent")
    assert [after[key] for key in same] == [before[key] for key in same]
    has_a_vendor = kind in ("work_order_contract", "purchase_order_contract", "requisition")
    assert (after["party"] is not None) is has_a_vendor


def test_unlinking_says_what_was_forgotten_with_it(command, office):
    path, links = office
    change = links["change_order"][0]
    code, out, _ = command("unlink", "change_order", change["procore_id"], "--company", path)
    assert (code, out.splitlines()) == (
        0,
        [
            "commitment change order 890101 is not linked any more",
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
    birch = kept(folder / "books.company")[1]["quickbooks_id"]
    command("unlink", "vendor", 47, "--company", "books.company")
    code, _, err = command("link", "vendor", 47, birch, "--company", "books.company")
    assert (code, "is linked to vendor 48 already" in err) == (2, True)
    code, out, _ = command("link", "vendor", 47, birch, "--company", "books.company", "--shared")
    assert (code, out) == (0, f"vendor 47 is linked to {birch} Birch\n")
    (link,) = [link for link in kept(folder / "books.company") if link["shared"]]
    assert (link["kind"], link["procore_id"]) == (ItemKind.VENDOR, 47)


def test_an_older_links_file_is_read_into_the_journal_once(command, folder):
    with CompanyFile.create(folder / "books.company") as company:
        (made,) = company.seed([Vendor(list_id="8-1", name="Alder")])
        older = LinksFile(folder / "books.company.links.json", company.file_id)
    older.links.add(Link(kind=ItemKind.VENDOR, procore_id=35, quickbooks_id=made.list_id, name="Alder"))
    older.links.add(Link(kind=ItemKind.VENDOR, procore_id=36, quickbooks_id="8-2", name="Birch"))
    older.links.remove(ItemKind.VENDOR, 36)
    older.save()
    code, out, _ = command("export", vendor(folder, name="Alder"), "--company", "books.company")
    assert (code, out.splitlines()[-1]) == (0, "1 unchanged: nothing was written")
    assert "its 1 links are in the journal now" in out
    assert not (folder / "books.company.links.json").exists()
    assert linked(folder) == ["Alder"]
    with Journal(SqlTables(f"sqlite:///{folder / 'books.company.journal'}")) as journal:
        links = journal.all_links(journal.companies()[0])
    assert links.generations == {(ItemKind.VENDOR, 36): 1}
    assert "are in the journal now" not in command("export", "vendor.json", "--company", "books.company")[1]


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
