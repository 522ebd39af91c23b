"""``check``: read qbXML and list everything that is wrong with it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError, read_bytes
from procore_qbd.cli.output import say, tell
from procore_qbd.errors import ReplyError
from procore_qbd.qbxml import Dialect, Edition
from procore_qbd.qbxml.messages.inspection import inspect

if TYPE_CHECKING:
    from pathlib import Path

    from procore_qbd.cli.commands import Commands

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Add the command."""
    check = commands.add(
        "check", _check, "Read qbXML, documents or fragments, and list everything that is wrong with it."
    )
    check.add_argument("files", nargs="+", type=arguments.path, metavar="FILE")
    check.add_argument(
        "--version",
        type=_version,
        dest="qbxml",
        metavar="VERSION",
        help="of qbXML (default: the document's, or 13.0)",
    )
    check.add_argument("--edition", choices=[edition.name for edition in Edition], help="of QuickBooks (default: any)")


def _version(text: str) -> str:
    try:
        return Dialect(text).version
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _check(options: argparse.Namespace) -> ExitCode:
    edition = Edition[options.edition] if options.edition else None
    dialect = Dialect(options.qbxml, edition) if options.qbxml else None
    codes = [_check_one(path, dialect, edition) for path in options.files]
    return max(codes)


def _check_one(path: Path, dialect: Dialect | None, edition: Edition | None) -> ExitCode:
    try:
        inspection = inspect(read_bytes(path), dialect, edition=edition)
    except (ReplyError, UnusableError) as error:
        tell(f"{path}: {error}")
        return ExitCode.UNUSABLE
    for violation in inspection.violations:
        say(f"{path}: {violation}")
    for sentence in (inspection.verdict, *inspection.remarks):
        say(f"{path}: {sentence}")
    return ExitCode.REFUSED if inspection.violations else ExitCode.OK
