"""`link` and `unlink`: every kind, by hand, and what cannot be."""

import json

import pytest

from procore_qbd import (
    ItemKind,
)
from procore_qbd.journal import LinksFile
from support.console import file_id, tree, vendor


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
    birch = json.loads((folder / "books.company.links.json").read_text())["links"][1]["quickbooks_id"]
    command("unlink", "vendor", 47, "--company", "books.company")
    code, _, err = command("link", "vendor", 47, birch, "--company", "books.company")
    assert (code, "is linked to vendor 48 already" in err) == (2, True)
    code, out, _ = command("link", "vendor", 47, birch, "--company", "books.company", "--shared")
    assert (code, out) == (0, f"vendor 47 is linked to {birch} Birch\n")
    (link,) = [link for link in LinksFile("books.company.links.json", file_id(folder)).links if link.shared]
    assert (link.kind, link.procore_id) == (ItemKind.VENDOR, 47)


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
