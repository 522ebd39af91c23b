"""`plan` and `apply` as a person uses them: nothing is written, then what was planned, and nothing else."""

import json

import pytest

from procore_qbd.simulator import CompanyFile
from support.console import in_the_file, vendor


@pytest.fixture
def company(command, folder):
    """A company file with one vendor."""
    command("export", vendor(folder, 35, "Alder Creek"), "--company", "books.company")
    return "books.company"


def test_a_plan_is_printed_and_nothing_is_written(command, folder, company):
    before = (folder / company).read_bytes()
    code, out, err = command("plan", "vendor.json", vendor(folder, 36, "Birch", file="b.json"), "--company", company)
    assert (code, err) == (0, "")
    assert out.splitlines()[:3] == [
        "unchanged    vendor Alder Creek",
        "made         vendor Birch",
        f"{'':>15}Name: Birch",
    ]
    assert out.endswith("1 made, 1 unchanged: this is a plan, and nothing was written\n")
    assert (folder / company).read_bytes() == before


def test_a_plan_as_json_and_one_that_refuses(command, folder, company):
    code, out, _ = command("plan", vendor(folder, 36, "x" * 42, file="b.json"), "--company", company, "--json")
    plain = json.loads(out)
    assert (code, plain["counts"]) == (1, {"refused": 1})
    assert plain["requests"][0]["items"][0]["refusals"][0]["code"] == "too_long"


def test_a_plan_that_was_kept_is_applied_once(command, folder, company):
    command("plan", vendor(folder, 36, "Birch Málaga", file="b.json"), "--company", company, "--out", "plan.json")
    (folder / "b.json").unlink()
    code, out, _ = command("apply", "plan.json", "--company", company)
    assert (code, out.splitlines()[-1]) == (0, "1 applied")
    assert in_the_file(folder) == ["Alder Creek", "Birch Málaga"]
    code, out, _ = command("apply", "plan.json", "--company", company)
    assert (code, out.splitlines()[-1]) == (1, "1 stale")
    assert "it was planned as made, and would be unchanged now" in out
    assert in_the_file(folder) == ["Alder Creek", "Birch Málaga"]


def test_what_somebody_changed_meanwhile_is_not_applied_and_the_rest_is(command, folder, company):
    files = [vendor(folder, 36, "Birch", file="b.json"), vendor(folder, 37, "Cedar", file="c.json")]
    command("plan", *files, "--company", company, "--out", "plan.json")
    command("export", vendor(folder, 38, "Birch", file="d.json"), "--company", company)
    code, out, _ = command("apply", "plan.json", "--company", company)
    assert code == 1
    assert "  stale      vendor Birch" in out
    assert out.endswith("1 applied, 1 stale\n")
    assert in_the_file(folder) == ["Alder Creek", "Birch", "Cedar"]


def test_the_books_of_a_plan_are_kept_with_it(command, folder, company):
    (folder / "books.toml").write_text('version = 1\nterms = "Net 30"\n')
    file = vendor(folder, 36, "Birch", file="b.json")
    code, out, _ = command("plan", file, "--company", company, "--books", "books.toml", "--out", "plan.json")
    assert code == 1
    assert "QuickBooks would refuse it with 3140" in out
    (folder / "books.toml").unlink()
    code, out, _ = command("apply", "plan.json", "--company", company)
    assert (code, out.splitlines()[-1]) == (1, "1 refused")
    assert in_the_file(folder) == ["Alder Creek"]


def test_a_plan_of_another_company_file_is_not_applied(command, company):
    command("plan", "vendor.json", "--company", company, "--out", "plan.json")
    command("export", "vendor.json", "--company", "other.company")
    code, _, err = command("apply", "plan.json", "--company", "other.company")
    assert code == 2
    assert "is a plan of another company file" in err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"form": 2}', '{"form": 1, "payloads": [1]}', "\xff"])
def test_what_is_no_plan_is_told(command, folder, company, text):
    (folder / "plan.json").write_text(text, "latin-1")
    code, _, err = command("apply", "plan.json", "--company", company)
    assert code == 2
    assert "plan.json: " in err


def test_what_cannot_be_read_ends_a_plan(command, folder, company):
    (folder / "b.json").write_text("{")
    for file in ("b.json", "nowhere.json"):
        code, _, err = command("plan", file, "--company", company)
        assert code == 2
        assert f"{file}: " in err
    code, _, _ = command("plan", "vendor.json", "--company", "nowhere.company")
    assert code == 2
    with CompanyFile.open(folder / company) as there:
        assert len(list(there.records("Vendor"))) == 1
