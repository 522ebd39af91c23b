"""``export-data``: keep a folder of Parquet files equal to a company file."""

from __future__ import annotations

import argparse
import datetime as dt
from contextlib import ExitStack
from typing import TYPE_CHECKING

import attrs

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError
from procore_qbd.cli.json_output import add_json_option, say_json
from procore_qbd.cli.output import say
from procore_qbd.simulator import CompanyFile
from procore_qbd.transports import Memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.cli.commands import Commands
    from procore_qbd.frames import DatasetWritten

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Add the command."""
    export = commands.add(
        "export-data", _export_data, "Write what is in a company file to Parquet files, or what changed since."
    )
    export.add_argument("company", type=arguments.path, metavar="COMPANY", help="a simulated company file")
    export.add_argument(
        "out", type=arguments.path, metavar="OUT", help="the data set: a folder, new or of an earlier run"
    )
    export.add_argument(
        "--tables",
        type=lambda text: tuple(one.strip() for one in text.split(",") if one.strip()),
        metavar="TABLES",
        help="which, such as bill,purchase_order,vendor (default: those that OUT has, or all where it has none)",
    )
    export.add_argument(
        "--since",
        type=_day,
        metavar="DAY",
        help="transactions dated on this day or later (default: as OUT has it, or all)",
    )
    export.add_argument("--name", type=arguments.name, metavar="NAME", help="of the company in OUT (default: its own)")
    export.add_argument("--full", action="store_true", help="read all, whatever the stamps say")
    add_json_option(export)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a day like 2026-01-31, got {text!r}") from None


def _export_data(options: argparse.Namespace) -> ExitCode:
    try:
        from procore_qbd.frames import write_dataset
    except ModuleNotFoundError as error:
        raise UnusableError(str(error)) from None
    with CompanyFile.open(options.company) as company, ExitStack() as stack:
        written = write_dataset(
            Memory(company.process),
            options.out,
            company=options.name or company.name,
            tables=options.tables,
            since=options.since,
            full=options.full,
            progress=None if options.json else _progress(stack),
        )
    if options.json:
        say_json(attrs.asdict(written))
    else:
        _tell(written)
    return ExitCode.OK


def _tell(written: DatasetWritten) -> None:
    width = max(map(len, written.tables), default=0)
    for name, table in written.tables.items():
        if table.changed or table.gone:
            gone = f", {table.gone} gone" if table.gone else ""
            say(f"{name:<{width}} {table.changed:>8} written{gone}")
    if written.off:
        say(f"not in this QuickBooks: {', '.join(written.off)}")
    if not any(table.changed or table.gone for table in written.tables.values()):
        say("nothing has changed")


def _progress(stack: ExitStack) -> Callable[[str, int], None] | None:
    """A bar where rich is installed and somebody looks; else nothing, for each table has its line at the end."""
    try:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    except ModuleNotFoundError:
        return None
    console = Console(stderr=True)
    if not console.is_terminal:
        return None
    bar = stack.enter_context(
        Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}"), TimeElapsedColumn(),
            console=console, transient=True,
        )
    )  # fmt: skip
    task = bar.add_task("", total=None)
    return lambda table, count: bar.update(task, description=table, completed=count)
