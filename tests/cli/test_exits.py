"""The exit codes: one table, and an error of every kind has its row."""

import pytest

from procore_qbd import errors
from procore_qbd.cli import exporting, files
from procore_qbd.cli.exits import EXPECTED, ExitCode, ending


def test_the_numbers_stay_as_scripts_know_them():
    assert {code.name: int(code) for code in ExitCode} == {"OK": 0, "REFUSED": 1, "UNUSABLE": 2, "INTERRUPTED": 130}
    assert all(code.about.endswith(".") for code in ExitCode)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (errors.LinkError("a link"), ExitCode.UNUSABLE, "a link"),
        (files.UnusableError("a file"), ExitCode.UNUSABLE, "a file"),
        (exporting.NotKeptError("links"), ExitCode.UNUSABLE, "links"),
        (OSError(2, "No such file", "a.json"), ExitCode.UNUSABLE, "a.json: No such file"),
        (OSError("broken"), ExitCode.UNUSABLE, "broken"),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, "interrupted; what was carried out is kept"),
    ],
)
def test_an_error_ends_with_its_code_and_its_words(error, code, words):
    found, said = ending(error)
    assert (found, said.startswith(words)) == (code, True)


def test_every_error_of_the_library_is_expected_and_no_fault_of_it_is():
    ours = [getattr(errors, name) for name in errors.__all__]
    assert all(issubclass(error, EXPECTED) for error in ours)
    assert not issubclass(TypeError, EXPECTED)
    with pytest.raises(LookupError, match="TypeError has no exit code"):
        ending(TypeError())
