"""``storm``: try the exactly-once promise in every weather."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import attrs

from procore_qbd.chooser import picks_of
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.json_output import add_json_option, say_json
from procore_qbd.cli.output import say
from procore_qbd.testing.storm.many import replay, until

if TYPE_CHECKING:
    from procore_qbd.cli.commands import Commands
    from procore_qbd.testing.storm import StormReport
    from procore_qbd.testing.storm.many import Failure

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Add the command."""
    storm = commands.add("storm", _storm, "Try on a simulated QuickBooks that each export is made exactly once.")
    storm.add_argument("--exports", type=_number, default=1000, metavar="N", help="how many (default: %(default)s)")
    storm.add_argument("--seeds", type=_number, default=1, metavar="N", help="how many storms at the least")
    storm.add_argument("--seed", type=_number, default=1, metavar="SEED", help="the first one (default: %(default)s)")
    storm.add_argument("--token", type=_token, metavar="TOKEN", help="play one again that failed")
    storm.add_argument("--processes", type=_number, metavar="N", help="how many at once (default: one a processor)")
    add_json_option(storm)


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"expected a number from 1 on, got {text!r}")
    return int(text)


def _token(text: str) -> str:
    try:
        picks_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _storm(options: argparse.Namespace) -> ExitCode:
    if options.token is not None:
        report, failure = replay(options.token)
    else:
        report, failure = until(options.exports, options.seed, seeds=options.seeds, processes=options.processes)
    if options.json:
        say_json(_as_json(report, failure))
    else:
        for line in (*report.lines(), *(("", *failure.lines()) if failure is not None else ())):
            say(line)
    return ExitCode.OK if failure is None else ExitCode.REFUSED


def _as_json(report: StormReport, failure: Failure | None) -> dict[str, object]:
    return {
        **attrs.asdict(report),
        "not_reached": list(report.missing),
        "failure": None if failure is None else attrs.asdict(failure),
    }
