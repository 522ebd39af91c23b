"""``--json``: the option, and how JSON is printed, the same for every command that has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from procore_qbd.cli.output import say

if TYPE_CHECKING:
    import argparse

__all__ = ["add_json_option", "say_json"]


def add_json_option(command: argparse.ArgumentParser) -> None:
    """Give a command the option ``--json``; its options then say ``json``."""
    command.add_argument("--json", action="store_true", help="print JSON")


def say_json(value: Any) -> None:
    """Print a value as JSON for people: indented, and letters with accents as they are."""
    say(json.dumps(value, indent=2, ensure_ascii=False))
