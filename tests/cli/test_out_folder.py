"""The folder of `--out`: everything that can fail is found out before QuickBooks is asked."""

import errno

from support.console import tree, vendor


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


def test_what_a_run_before_wrote_stays_where_this_one_never_begins(command, folder):
    command("export", vendor(folder), "--company", "books.company", "--out", "out")
    before = tree(folder / "out")
    journal = folder / "books.company.journal"
    kept = journal.read_bytes()
    for harm in (
        lambda: journal.write_text("these are no books" * 1000),
        lambda: (journal.write_bytes(kept), (folder / "books.company").unlink()),
    ):
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


def test_what_somebody_else_put_into_the_out_folder_stays(command, folder):
    vendor(folder)
    (folder / "out").mkdir()
    for name in ("01-vendor.notes.txt", "01-vendor.9.reply.xml", "01-vendor.x.9.reply.xml"):
        (folder / "out" / name).write_text("mine")
    command("export", "vendor.json", "--company", "books.company", "--out", "out")
    names = {path.name for path in (folder / "out").iterdir()}
    assert {"01-vendor.notes.txt", "01-vendor.x.9.reply.xml"} < names
    assert "01-vendor.9.reply.xml" not in names  # of an earlier run
