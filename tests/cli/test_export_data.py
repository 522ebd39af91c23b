"""`export-data`: a company file as Parquet files, and what changed since."""

import json
import subprocess
import sys

import pytest

from procore_qbd import CompanyFile
from procore_qbd.frames import read_dataset
from support.people import bill, furnish


@pytest.fixture
def company(folder):
    path = folder / "a.company"
    with CompanyFile.create(path, name="Alder & Birch") as made:
        furnish(made)
        made.as_user().add(bill(100, ref_number="B-1"))
    return path


def test_tables_are_written_and_then_what_changed(command, company, folder):
    code, out, err = command("export-data", company, "out", "--tables", "vendor,bill")
    assert (code, err) == (0, "")
    assert out.splitlines() == ["vendor        2 written", "bill          1 written"]
    assert read_dataset(folder / "out", "bill", "Alder & Birch").count_rows() == 1
    assert command("export-data", company, "out") == (0, "nothing has changed\n", "")
    with CompanyFile.open(company) as made:
        made.as_user().delete(next(made.records("Bill")))
    assert command("export-data", company, "out")[1].splitlines() == [
        "vendor        1 written",  # its balance
        "bill          0 written, 1 gone",
    ]
    code, out, _ = command("export-data", company, "out", "--json", "--full")
    assert (code, json.loads(out)["wrote"]) == (0, False)
    assert json.loads(out)["tables"]["vendor"] == {"read": 2, "changed": 0, "gone": 0, "whole": "it was asked for"}


def test_what_cannot_be_used_is_said(command, company, folder):
    code, out, err = command("export-data", company, "out", "--tables", "bills")
    assert (code, out) == (2, "")
    assert err.startswith("procore-qbd: table 'bills': there is none; there are account, ")
    (folder / "mine").mkdir()
    (folder / "mine" / "letter.txt").touch()
    assert "is no data set of procore_qbd" in command("export-data", company, "mine")[2]
    with pytest.raises(SystemExit):
        command("export-data", company, "out", "--since", "yesterday")


def test_without_pyarrow_it_says_what_to_install(company):
    """In a process of its own: modules that were taken out and put back are not what others have of them."""
    program = f"import sys; sys.modules['pyarrow'] = None; from procore_qbd.cli import main; sys.exit(main(['export-data', {str(company)!r}, 'out']))"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)  # noqa: S603  our own words
    told = 'procore-qbd: frames need pyarrow, which is not installed: pip install "procore-qbd[arrow]"\n'
    assert (done.returncode, done.stderr) == (2, told)


def test_a_bar_is_shown_where_rich_is_installed_and_somebody_looks(monkeypatch):
    from contextlib import ExitStack

    from procore_qbd.cli.export_data import _progress

    monkeypatch.setitem(sys.modules, "rich.console", None)
    with ExitStack() as stack:
        assert _progress(stack) is None
