"""``procore-qbd``: carry out requests against a company file, look inside it, check qbXML, ask who may do what.

A thin command over the library. A file here that has a function ``register`` is a group of commands; `tree` lists the
groups, `exits` says how a command can end. Everything that the groups share stands below them: printing in `output` and
`json_output`, files in `files`, `out_folder` and `opening`, the carrying out of requests in `exporting`,
listening in `serving`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.cli import output
from procore_qbd.cli.exits import EXPECTED, ExitCode, ending
from procore_qbd.cli.tree import parser

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    Raises:
        SystemExit: An option is wrong, or help or the version was asked for.
    """
    output.begin()
    code = _run(arguments)
    return int(max(code, ExitCode.UNUSABLE) if output.unprinted() else code)


def _run(arguments: Sequence[str] | None) -> ExitCode:
    try:
        options = parser().parse_args(arguments)
        code: ExitCode = options.command(options)
    except EXPECTED as error:
        code, words = ending(error)
        output.tell(words)
    finally:
        output.flush()
    return code
