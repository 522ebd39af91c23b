"""Consoles, pipes and disks: nothing that cannot be printed stops an export."""

import os
import subprocess
import sys

import pytest

from support.console import linked, program, vendor


def test_a_file_that_is_not_there_is_named(command):
    for arguments in (("check", "no.xml"), ("export", "no.json", "--company", "c"), ("company", "no.company")):
        code, _, err = command(*arguments)
        assert (code, arguments[1] in err) == (2, True)


def test_the_module_runs_as_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "procore_qbd", "--version"], check=True, capture_output=True, text=True
    )
    assert done.stdout.startswith("procore-qbd ")


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_a_console_that_lacks_a_character_does_not_stop_an_export(folder, encoding):
    vendor(folder, 1, "Cedar ≥ 🌲", "emo.json")
    vendor(folder, 2, "Fir é", "fir.json")
    (folder / "bad ≥.json").write_text("{")
    arguments = ("export", "emo.json", "bad ≥.json", "fir.json", "--company", "books.company")
    done = program(folder, *arguments, encoding=encoding, stdout=subprocess.PIPE)
    out, err = done.communicate()
    assert done.returncode == 2
    greater = "≥".encode(encoding, "backslashreplace")
    assert b"Cedar " + greater + rb" \U0001f332" in out
    assert b"1 made, 1 refused" in out
    assert b"bad " + greater + b".json" in err
    assert b"Traceback" not in err


@pytest.mark.slow
def test_a_demo_on_an_old_console(folder):
    done = program(folder, "demo", encoding="cp437", stdout=subprocess.PIPE)
    out, err = done.communicate()
    assert (done.returncode, err) == (0, b"")
    assert b"27 made" in out


@pytest.mark.slow
def test_nobody_reads_on_and_the_export_goes_on_quietly(folder):
    files = [vendor(folder, number, f"Vendor {number} " + "x" * 20, f"{number}.json") for number in range(1, 4)]
    reader, writer = os.pipe()
    os.close(reader)
    done = program(folder, "export", *files, "--company", "books.company", stdout=writer)
    os.close(writer)
    assert done.communicate()[1] == b""
    assert done.returncode == 0
    assert len(linked(folder)) == 3
    for arguments in (("company", "books.company"), ("--help",)):
        reader, writer = os.pipe()
        os.close(reader)
        done = program(folder, *arguments, stdout=writer)
        os.close(writer)
        assert (done.communicate()[1], done.returncode) == (b"", 0)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no disk that is always full")  # noqa: PTH110
def test_a_full_disk_behind_the_output_is_told_and_the_export_goes_on(folder):
    vendor(folder)
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = program(folder, "export", "vendor.json", "--company", "books.company", stdout=full)
    assert b"the rest cannot be printed: No space left on device" in done.communicate()[1]
    assert done.returncode == 2
    assert len(linked(folder)) == 1
