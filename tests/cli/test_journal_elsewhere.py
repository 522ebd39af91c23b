"""The journal in a database that is named: one for many company files, and nothing beside them."""

import pytest

from procore_qbd.journal.sql import SqlTables
from support.console import vendor


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shared.journal'}"
    return request.getfixturevalue("server").schema()


def test_two_company_files_share_it_and_every_command_finds_it(command, folder, url, monkeypatch):
    vendor(folder)
    for name in ("one", "two"):
        code, out, err = command("export", "vendor.json", "--company", f"{name}.company", "--journal", url)
        assert (code, err, "1 made" in out) == (0, "", True)
    monkeypatch.setenv("PROCORE_QBD_JOURNAL", url)
    code, out, _ = command("export", "vendor.json", "--company", "one.company")
    assert (code, "1 unchanged" in out) == (0, True)
    for what in ("status", "check", "export"):
        code, out, err = command("journal", what, "--company", "two.company")
        assert (code, err) == (0, "")
    assert '"kind": "vendor"' in out
    assert command("questions", "--company", "two.company")[0] == 0
    assert command("unlink", "vendor", "35", "--company", "two.company")[0] == 0
    assert [one.name for one in folder.iterdir() if one.name.endswith(".company.journal")] == []
    tables = SqlTables(url)
    with tables.reading() as rows:
        assert len(rows.select("company", {})) == 2
        assert len(rows.select("link", {})) == 1
    tables.close()


def test_a_company_file_that_has_one_beside_it_does_not_get_a_second(command, folder, url):
    vendor(folder)
    assert command("export", "vendor.json", "--company", "one.company")[0] == 0
    code, _, err = command("export", "vendor.json", "--company", "one.company", "--journal", url)
    assert (code, "has a journal beside it, and the database that was named does not know it" in err) == (2, True)
    (folder / "one.company.journal").rename(folder / "away")
    code, out, _ = command(
        "journal", "rebuild", "--company", "one.company", "--requests", "vendor.json", "--journal", url
    )
    assert (code, "1 new links" in out) == (0, True)


@pytest.mark.parametrize(
    "address", ["postgresql://me:s3cret@127.0.0.1:1/books", "mysql://me:s3cret@there/books", "postgresql://me:s3cret"]
)
def test_a_password_is_never_printed(command, folder, address, monkeypatch):
    pytest.importorskip("psycopg", reason="needs a PostgreSQL server, which cannot be had: psycopg is not installed")
    vendor(folder)
    for how in (["--journal", address], []):
        monkeypatch.setenv("PROCORE_QBD_JOURNAL", address)
        code, out, err = command("export", "vendor.json", "--company", "one.company", *how)
        assert code == 2
        assert "s3cret" not in out + err
    with pytest.raises(SystemExit):
        command("export", "--help")
    assert "s3cret" not in command("storm", "--journal", address)[2]


def test_storms_keep_their_journals_there_one_after_the_other(command, url):
    code, out, err = command("storm", "--exports", "8", "--journal", url)
    assert (code, err) == (0, "")
    assert "each exactly once" in out
    assert command("storm", "--token", "c1-", "--journal", url)[0] == 0
    assert command("storm", "--faults", "1", "--journal", url)[0] == 2


def test_storms_leave_a_journal_that_is_in_use_alone(command, folder, url):
    vendor(folder)
    command("export", "vendor.json", "--company", "one.company", "--journal", url)
    code, _, err = command("storm", "--exports", "8", "--journal", url)
    assert code == 2
    assert "the journal is in use (company, request" in err
    assert command("questions", "--company", "one.company", "--journal", url)[0] == 0
