"""Every test of the command line has a folder of its own, and a command to type there."""

import shutil

import pytest

from procore_qbd.cli import main
from support.console import kept


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(capsys):
    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture(scope="session")
def shown(tmp_path_factory):
    """The folder of the demo, played once."""
    there = tmp_path_factory.mktemp("demo") / "show"
    assert main(["demo", "--dir", str(there)]) == 0
    return there


@pytest.fixture
def office(folder, shown):
    """The demo's company file, and what it has linked by kind."""
    shutil.copytree(shown, folder / "show")
    path = folder / "show" / "cascade-ridge.company"
    links = kept(path)
    return path, {kind: [link for link in links if link["kind"] == kind] for kind in {link["kind"] for link in links}}
