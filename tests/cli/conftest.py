"""Every test of the command line has a folder of its own, and a command to type there."""

import json

import pytest

from procore_qbd.cli import main


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


@pytest.fixture
def office(command, folder):
    """The demo's company file, and what it has linked by kind."""
    command("demo", "--dir", "show")
    path = folder / "show" / "cascade-ridge.company"
    links = json.loads((folder / "show" / "cascade-ridge.company.links.json").read_text())["links"]
    return path, {kind: [link for link in links if link["kind"] == kind] for kind in {link["kind"] for link in links}}
