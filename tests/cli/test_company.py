"""`company`: what a company file shows."""

import pytest


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
