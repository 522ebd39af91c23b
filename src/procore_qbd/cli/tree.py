"""The tree of commands: which groups there are, and the parser of them all.

To add a command, write a file with a function ``register(commands)`` that adds it by `Commands.add`, and list the file
in ``GROUPS``. What it runs returns an `ExitCode`, prints by `say`, and leaves its errors to `main`.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from procore_qbd import __version__
from procore_qbd.cli import (
    agent,
    check,
    codes,
    company,
    demo,
    export,
    export_data,
    fake,
    journal,
    links,
    permissions,
    plan,
    probe,
    qwc,
    serve,
    storm,
    tool,
    work,
)
from procore_qbd.cli.commands import Commands

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["GROUPS", "parser"]

GROUPS: tuple[ModuleType, ...] = (
    export,
    plan,
    work,
    journal,
    links,
    company,
    export_data,
    check,
    permissions,
    tool,
    agent,
    qwc,
    serve,
    fake,
    demo,
    codes,
    probe,
    storm,
)
"""The files of the commands, in the order in which the help lists them."""


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line. The options that it returns have the function to call as ``command``."""
    whole = argparse.ArgumentParser(
        prog="procore-qbd", description="Procore's ERP Integrations for QuickBooks Desktop."
    )
    whole.add_argument("--version", action="version", version=f"procore-qbd {__version__}")
    commands = Commands(whole.add_subparsers(required=True, metavar="COMMAND"))
    for group in GROUPS:
        group.register(commands)
    return whole
