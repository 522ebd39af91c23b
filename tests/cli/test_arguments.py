"""What stands behind an option: ids, names and files that are none are told."""

import pytest

from support.console import tree, vendor


@pytest.mark.parametrize("wrong", ["1_1", "-5", " 5", "٣", "1.0", "1" * 20, "1" * 5000])
def test_an_id_of_procores_is_at_most_19_digits(command, folder, capsys, wrong):
    vendor(folder)
    for arguments in (
        ("link", "vendor", wrong, "8-1"),
        ("unlink", "vendor", wrong),
        ("export", "vendor.json", f"--procore-company={wrong}"),
    ):
        with pytest.raises(SystemExit) as ended:
            command(*arguments, "--company", "books.company")
        assert ended.value.code == 2
        assert "expected an id of Procore's, a whole number of at most 19 digits, got " in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--customer", "--environment"])
def test_a_name_that_is_no_text_is_refused(command, folder, option, capsys):
    vendor(folder)
    with pytest.raises(SystemExit) as ended:
        command("export", "vendor.json", "--company", "books.company", option, "\udcff")
    assert ended.value.code == 2
    assert f"argument {option}: expected a name, got bytes that are no text" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--customer", "--environment"])
@pytest.mark.parametrize("nothing", ["", "  "])
def test_a_name_of_nothing_is_no_name(command, folder, option, nothing, capsys):
    vendor(folder)
    with pytest.raises(SystemExit) as ended:
        command("export", "vendor.json", "--company", "books.company", option, nothing)
    assert ended.value.code == 2
    assert f"argument {option}: expected a name, got nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "", "--company", "books.company"),
        ("export", "vendor.json", "--company", ""),
        ("export", "vendor.json", "--company", "books.company", "--out", ""),
        ("export", "vendor.json", "--company", "books.company", "--books", " "),
        ("unlink", "vendor", "35", "--company", ""),
        ("company", ""),
        ("check", "vendor.json", ""),
        ("can", "", "Set Up ERP"),
        ("matrix", ""),
        ("demo", "--dir", ""),
    ],
)
def test_a_file_of_nothing_is_not_the_folder_where_one_stands(command, folder, arguments, capsys):
    vendor(folder)
    before = tree(folder)
    with pytest.raises(SystemExit) as ended:
        command(*arguments)
    assert (ended.value.code, tree(folder)) == (2, before)
    assert "expected a file or a folder, got nothing" in capsys.readouterr().err


def test_a_customer_that_no_name_can_be_is_refused(command, folder):
    vendor(folder)
    code, _, err = command("export", "vendor.json", "--company", "books.company", "--customer", "ACME:")
    assert (code, "customer: a name is missing before or behind a colon, got 'ACME:'" in err) == (2, True)
    assert not (folder / "books.company").exists()
