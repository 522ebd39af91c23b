"""The tree of commands, and what may lean on what inside the command line."""

import argparse
from pathlib import Path

import pytest

from procore_qbd.cli.tree import GROUPS, parser
from support.imports import FILES, edges, within

ROOM = "procore_qbd.cli"
SHARED = {
    "arguments",
    "commands",
    "exits",
    "exporting",
    "files",
    "json_output",
    "opening",
    "out_folder",
    "output",
    "scopes",
    "serving",
    "stopping",
}
"""What groups of commands share; every other file but the tree is a group."""

FLOORS = ("shared", "group", "tree", "main")
PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"


def floor(module):
    name = module.removeprefix(ROOM).removeprefix(".")
    return "main" if not name else name if name == "tree" else "shared" if name in SHARED else "group"


def commands():
    (found,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return found.choices


def parts(command):
    """What stands behind a command that has commands of its own."""
    found = [action for action in command._actions if isinstance(action, argparse._SubParsersAction)]
    return {name: part for action in found for name, part in action.choices.items()}


def test_the_floors_stand_on_each_other():
    inside = [(here, there) for here, there in edges() if within(here, ROOM) and within(there, ROOM)]
    assert {floor(here) for here, _ in inside} == set(FLOORS)
    for here, there in inside:
        above, below = FLOORS.index(floor(here)), FLOORS.index(floor(there))
        assert below < above or floor(here) == floor(there) == "shared", f"{here} may not import {there}"


def test_every_group_is_in_the_tree_and_adds_nothing_but_its_commands():
    groups = {name for name in FILES if within(name, ROOM) and floor(name) == "group"}
    assert {group.__name__ for group in GROUPS} == groups
    assert all(group.__all__ == ["register"] for group in GROUPS)


def test_the_page_has_every_command():
    text = PAGE.read_text("utf-8")
    for name, command in commands().items():
        assert f"| [`{name}`](#{name}) | " in text
        assert f"\n## {name}\n" in text
        for what in (name, *parts(command)):
            assert what == name or f"| `{what}` | " in text
            for action in parts(command).get(what, command)._actions:
                for option in action.option_strings:
                    assert option.startswith("-h") or option == "--help" or option in text, f"{name} {option}"


@pytest.mark.parametrize("name", commands())
def test_every_command_says_what_it_does(command, capsys, name):
    with pytest.raises(SystemExit) as ended:
        command(name, "--help")
    assert ended.value.code == 0
    assert commands()[name].description in " ".join(capsys.readouterr().out.split())
