"""``storm``: try the exactly-once promise in every weather."""

from __future__ import annotations

import argparse
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.chooser import picks_of
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError
from procore_qbd.cli.json_output import add_json_option, say_json
from procore_qbd.cli.output import say
from procore_qbd.journal.tables import TABLES
from procore_qbd.testing.storm.many import empty, replay, until
from procore_qbd.testing.storm.plans import KINDS_OF_EXPORTS
from procore_qbd.testing.storm.schedules import FEW_FAULTS, how_of, options_of, schedules
from procore_qbd.testing.storm.weather import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.cli.commands import Commands
    from procore_qbd.journal.tables import Tables
    from procore_qbd.testing.storm import StormReport
    from procore_qbd.testing.storm.many import Failure

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Add the command."""
    storm = commands.add("storm", _storm, "Try on a simulated QuickBooks that each export is made exactly once.")
    storm.add_argument("--exports", type=_number, default=1000, metavar="N", help="how many (default: %(default)s)")
    storm.add_argument("--seeds", type=_number, default=1, metavar="N", help="how many storms at the least")
    storm.add_argument("--seed", type=_number, default=1, metavar="SEED", help="the first one (default: %(default)s)")
    storm.add_argument("--tool", action="store_true", help="people take every request through the ERP tool")
    storm.add_argument("--token", type=_token, metavar="TOKEN", help="play one again that failed")
    storm.add_argument(
        "--until-all-taken",
        type=_number,
        default=0,
        metavar="N",
        help="go on until every move and every rule was taken, for N storms at the most; else it is a failure",
    )
    storm.add_argument(
        "--faults",
        type=_number,
        metavar="N",
        help="no dice: every schedule of at most N faults over one export of each kind",
    )
    storm.add_argument(
        "--kinds", nargs="+", choices=list(_KINDS), metavar="KIND", help=f"of these: {', '.join(_KINDS)}"
    )
    storm.add_argument(
        "--part",
        type=_part,
        default=(0, 1),
        metavar="I/N",
        help="of the schedules only the I-th part of N, so that many faults can be shared out: 1/40 to 40/40",
    )
    storm.add_argument(
        "--worst",
        nargs="?",
        type=int,
        choices=range(1, len(FEW_FAULTS) + 1),
        const=len(FEW_FAULTS),
        metavar="N",
        help=f"only the N faults that leave most in the dark (without N: all of {', '.join(FEW_FAULTS)})",
    )
    storm.add_argument("--processes", type=_number, metavar="N", help="how many at once (default: one a processor)")
    storm.add_argument(
        "--journal",
        metavar="URL",
        help="keep the journal in this database, which must be empty, one storm after the other (default: in memory)",
    )
    add_json_option(storm)


_KINDS = {kind.replace(" ", "-"): kind for kind in KINDS_OF_EXPORTS}


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"expected a number from 1 on, got {text!r}")
    return int(text)


def _part(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise argparse.ArgumentTypeError(f"expected a part of how many, such as 1/40, got {text!r}")
    return int(number) - 1, int(of)


def _token(text: str) -> str:
    try:
        picks_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


@contextmanager
def _kept_in(url: str | None) -> Iterator[Tables | None]:
    """The tables that storms are to keep their journals in, one after the other; None for memory."""
    if url is None:
        yield None
        return
    from procore_qbd.journal.sql import SqlTables

    with closing(SqlTables(url)) as tables:
        with tables.reading() as rows:
            if full := [table for table in TABLES if rows.select(table, {}, limit=1)]:
                raise UnusableError(f"the journal is in use ({', '.join(full)}): storms need a database of their own")
        try:
            yield tables
        finally:
            empty(tables)


def _storm(options: argparse.Namespace) -> ExitCode:
    if options.faults is not None and (options.journal is not None or options.tool):
        raise UnusableError("--faults goes on in memory and without the tool; leave --journal and --tool out")
    with _kept_in(options.journal) as tables:
        return _played(options, tables)


def _played(options: argparse.Namespace, tables: Tables | None) -> ExitCode:
    kinds = [_KINDS[one] for one in options.kinds or _KINDS]
    faults = FEW_FAULTS[: options.worst] if options.worst else FAULTS
    tool: dict[str, Any] = {"tool": True, "options": " --tool"} if options.tool else {}
    if options.token is not None:
        how = {"options": options_of(kinds[0], faults), **how_of(kinds[0], faults)} if options.kinds else tool
        report, failure = replay(options.token, journal=tables, **how)
        lines = report.lines()
    elif options.faults is not None:
        found = schedules(options.faults, kinds, faults, processes=options.processes, part=options.part)
        report, failure, lines = found.report, found.failure, found.lines()
    else:
        how = {"seeds": options.seeds, "all_taken": options.until_all_taken, "processes": options.processes}
        report, failure = until(options.exports, options.seed, journal=tables, **how, **tool)
        lines = report.lines()
    if options.json:
        say_json(_as_json(report, failure))
    else:
        for line in (*lines, *(("", *failure.lines()) if failure is not None else ())):
            say(line)
    not_taken = bool(options.until_all_taken and report.not_taken)
    return ExitCode.OK if failure is None and not not_taken else ExitCode.REFUSED


def _as_json(report: StormReport, failure: Failure | None) -> dict[str, object]:
    return {
        **attrs.asdict(report),
        "not_reached": list(report.missing),
        "failure": None if failure is None else attrs.asdict(failure),
    }
