"""What a group of commands is handed to add its own commands to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from procore_qbd.cli.exits import ExitCode

__all__ = ["Commands"]


@attrs.frozen
class Commands:
    """The commands of ``procore-qbd`` so far.

    Attributes:
        subparsers: Where argparse keeps them.
    """

    subparsers: Any

    def add(self, name: str, run: Callable[[argparse.Namespace], ExitCode], about: str) -> argparse.ArgumentParser:
        """Add a command; returns its parser, for its arguments.

        Args:
            name: What is typed.
            run: Takes the options and carries the command out; returns how it ended.
            about: One sentence for the help.
        """
        parser: argparse.ArgumentParser = self.subparsers.add_parser(name, help=about, description=about)
        parser.set_defaults(command=run)
        return parser
