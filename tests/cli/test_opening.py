"""Company files with their links: damaged, in use, of somebody else, called by another name."""

import contextlib
import errno
import pathlib
import sqlite3

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd import (
    CompanyFileError,
    EngineError,
    Memory,
    Request,
    ask_all,
    changes,
    run,
)
from procore_qbd.simulator import CompanyFile
from support.console import in_the_file, tree, vendor


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
    "text": (lambda path: path.write_bytes(b"these are my books"), "is not a company file of the simulator"),
    "empty": (pathlib.Path.touch, "is empty, it was not created completely"),
    "another program's database": (other_database, "is not a company file of the simulator"),
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
        with pytest.raises(CompanyFileError, match=r"is damaged, .* restore a backup of it"):
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
    (folder / "one.company.journal").replace(folder / "two.company.journal")
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
