"""Run the Python blocks of README.md and docs/: in order, one namespace a page, in a folder that is thrown away."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser


def enter(namespace: dict[str, Any]) -> None:
    """Give the page a folder of its own; its name is no public one, so a page does not meet it."""
    namespace["__home"] = home = Path.cwd(), tempfile.TemporaryDirectory()
    os.chdir(home[1].name)


def leave(namespace: dict[str, Any]) -> None:
    """Throw the folder away."""
    home, folder = namespace["__home"]
    os.chdir(home)
    folder.cleanup()


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["README.md", "docs/**/*.md", "docs/*.md"],
    excludes=["docs/_build/**"],
    setup=enter,
    teardown=leave,
).pytest()
