"""``probe``: do the experiments of the simulator's rules, in a simulated company file or in QuickBooks itself."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import attrs

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError
from procore_qbd.cli.json_output import add_json_option, say_json
from procore_qbd.cli.output import say

if TYPE_CHECKING:
    import argparse

    from procore_qbd.cli.commands import Commands
    from procore_qbd.simulator import CompanyFile
    from procore_qbd.testing.probe import Probed, ProbeReport
    from procore_qbd.transports.base import BaseTransport

__all__ = ["register"]

_TOKEN = "PROCORE_QBD_AGENT_TOKEN"  # noqa: S105  where it is, not what it is


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add(
        "probe", _probe, "Try whether a company file does what the rules of the simulator say that QuickBooks does."
    )
    which = command.add_mutually_exclusive_group()
    which.add_argument("--company", type=arguments.path, metavar="FILE", help="a simulated company file")
    which.add_argument(
        "--com", nargs="?", const="", metavar="PATH", help="the company file of QuickBooks; without PATH the open one"
    )
    which.add_argument("--agent", metavar="URL", help=f"one behind an agent, whose token is in {_TOKEN}")
    which.add_argument("--files", type=arguments.path, metavar="FOLDER", help="one whose requests go through a folder")
    command.add_argument("--only", nargs="+", metavar="RULE", help="these rules, by name")
    command.add_argument(
        "--cassette", type=arguments.path, metavar="FILE", help="keep what was sent and answered here, to send in"
    )
    command.add_argument(
        "--yes-this-is-a-test-file",
        dest="is_test_file",
        action="store_true",
        help="try a file that is neither a sample nor empty",
    )
    command.add_argument("--verbose", action="store_true", help="list what agrees, too")
    add_json_option(command)


def _probe(options: argparse.Namespace) -> ExitCode:
    from procore_qbd.simulator.rules import RULES
    from procore_qbd.testing.probe import Agreement, probe, refuse_books, with_setting_of
    from procore_qbd.transports import Recorder

    for name in options.only or ():
        if name not in RULES:
            raise UnusableError(f"there is no rule {name!r}{arguments.did_you_mean(name, RULES)}")
    with ExitStack() as opened:
        company, transport = _opened(options, opened)
        dialect = transport.dialect
        if not options.is_test_file:
            refuse_books(transport, dialect=dialect)
        if options.cassette is not None:
            transport = opened.enter_context(Recorder(transport, options.cassette))
        report = probe(
            transport,
            dialect=dialect,
            rules={name: RULES[name] for name in options.only or RULES},
            with_setting=with_setting_of(company) if company is not None else None,
        )
    if options.json:
        say_json(attrs.asdict(report))
    else:
        _tell(report, verbose=options.verbose)
    return ExitCode.REFUSED if report.of(Agreement.DIFFERS) else ExitCode.OK


def _opened(options: argparse.Namespace, opened: ExitStack) -> tuple[CompanyFile | None, BaseTransport]:
    """The company file, where it is a simulated one, and the way to it."""
    from procore_qbd.simulator import CompanyFile
    from procore_qbd.transports import Files, Http, Memory

    if options.com is not None:
        from procore_qbd.transports import Com

        return None, opened.enter_context(Com(options.com))
    if options.agent is not None:
        if not (token := os.environ.get(_TOKEN)):
            raise UnusableError(f"{_TOKEN} is not set: an agent wants a token")
        return None, opened.enter_context(Http(options.agent, token))
    if options.files is not None:
        return None, opened.enter_context(Files(options.files))
    company = CompanyFile.open(options.company) if options.company is not None else CompanyFile.create()
    return opened.enter_context(company), opened.enter_context(Memory(company.process))


def _tell(report: ProbeReport, *, verbose: bool) -> None:
    from procore_qbd.testing.probe import Agreement

    for one in report.of(Agreement.DIFFERS):
        say(f"differs: {one.name}: {one.words}")
        say(f"    expected {one.expected}")
        say(f"    got      {one.got}")
    for one in report.of(Agreement.NOT_TRIED):
        say(f"not tried: {one.name}: {one.why}")
    for one in report.of(Agreement.AGREES):
        _tell_of_agreement(one, verbose=verbose)
    for left in report.left:
        say(f"could not be deleted: {left}")
    agree, differ, not_tried = (len(report.of(agreement)) for agreement in Agreement)
    say(f"experiments: {len(report.probed)}; {agree} agree, {differ} differ, {not_tried} not tried")


def _tell_of_agreement(one: Probed, *, verbose: bool) -> None:
    if one.other_words and one.got is not None:
        say(f"agrees, in other words: {one.name}")
        say(f"    expected {one.expected}")
        say(f"    got      {one.got}")
    elif verbose:
        say(f"agrees: {one.name}: {one.words}")
