"""``journal``, ``questions`` and ``answer``: what is under way, what only a person can know, and what a person says."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING

import attrs

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.opening import open_journal
from procore_qbd.cli.output import say
from procore_qbd.simulator import CompanyFile
from procore_qbd.transports import Memory
from procore_qbd.worker import thaw

if TYPE_CHECKING:
    import argparse

    from procore_qbd.cli.commands import Commands
    from procore_qbd.journal import Journal

__all__ = ["register"]

_LAST = 10
"""How many events are shown."""


def register(commands: Commands) -> None:
    """Add the commands."""
    journal = commands.add("journal", _journal, "See what is under way with a company file, or say that it may go on.")
    journal.add_argument(
        "what", choices=sorted(_WHAT), help="; ".join(f"{name}: {about}" for name, (about, _) in _WHAT.items())
    )
    questions = commands.add("questions", _questions, "Show what only a person can know.")
    answer = commands.add("answer", _answer, "Answer a question; the next export goes on with it.")
    answer.add_argument("token", metavar="TOKEN", help="of the question")
    answer.add_argument("choice", metavar="CHOICE", help="one of its choices: different, abandon, 'adopt ID'")
    for command in (journal, questions, answer):
        command.add_argument("--company", required=True, type=arguments.path, metavar="FILE")
        command.add_argument("--environment", type=arguments.name, default="production", metavar="NAME")
    for command in (journal, answer):
        command.add_argument("--by", type=arguments.name, metavar="NAME", help="who says so (default: the user's name)")


def _by(options: argparse.Namespace) -> str:
    return options.by or getpass.getuser()


def _journal(options: argparse.Namespace) -> ExitCode:
    _, do = _WHAT[options.what]
    with (
        CompanyFile.open(options.company) as company,
        open_journal(options.company, company, options.environment) as journal,
    ):
        return do(company, journal, options)


def _status(company: CompanyFile, journal: Journal, _options: argparse.Namespace) -> ExitCode:
    known, key = journal.company(company.file_id), company.file_id
    for state, count in sorted(journal.count(key).items()):
        say(f"requests {state:<10} {count:>6}")
    say(f"questions open      {len(journal.questions(key)):>6}")
    say(f"close-outs to tell  {len(journal.closings(key)):>6}")
    say(f"documents written   {known.counter:>6}")
    if known.frozen:
        say(f"frozen: {known.frozen}")
    for _, what, words in journal.events(key)[-_LAST:]:
        say(f"  {what}: {words}")
    return ExitCode.REFUSED if known.frozen or journal.questions(key) else ExitCode.OK


def _check(company: CompanyFile, journal: Journal, _options: argparse.Namespace) -> ExitCode:
    """Hold what the journal knows to be done against the file."""
    found: dict[str, list[str]] = {}
    for kind in company.kinds:
        for record in company.records(kind):
            guid = getattr(record, "external_guid", None)
            if guid:
                known = getattr(record, "txn_id", None) or getattr(record, "list_id", None)
                found.setdefault(guid.upper(), []).append(str(known))
    wrong = [f"{guid} is there {len(ids)} times: {', '.join(ids)}" for guid, ids in found.items() if len(ids) > 1]
    for what, guid, made in journal.made(company.file_id):
        if made not in found.get(guid.upper(), ()):
            wrong.append(
                f"{what}: was made as {made}, which is not in the company file any more, or not under its GUID"
            )
    for one in wrong:
        say(one)
    say(
        f"{len(found)} records with a GUID of this library; {len(wrong)} do not fit"
        if wrong
        else f"{len(found)} records, all as the journal has them"
    )
    return ExitCode.REFUSED if wrong else ExitCode.OK


def _export(company: CompanyFile, journal: Journal, _options: argparse.Namespace) -> ExitCode:
    links = [
        {name: value for name, value in attrs.asdict(link, recurse=False).items() if value}
        | {"quickbooks_id": str(link.quickbooks_id)}
        for link in journal.all_links(company.file_id)
    ]
    events = [dict(zip(("at", "what", "words"), event, strict=True)) for event in journal.events(company.file_id)]
    say(json.dumps({"company_file": company.file_id, "links": links, "events": events}, indent=2))
    return ExitCode.OK


def _thaw(company: CompanyFile, journal: Journal, options: argparse.Namespace) -> ExitCode:
    fence = thaw(company.file_id, journal=journal, transport=Memory(company.process), by=_by(options))
    say(f"epoch {fence.epoch}: exports go on; every other copy of this company file is frozen from now on")
    return ExitCode.OK


_WHAT = {
    "status": ("how many requests are in which state, and what happened last", _status),
    "check": ("hold what was made against the company file", _check),
    "export": ("print links and events as JSON", _export),
    "thaw": ("go on with a company file that was frozen, as it is now", _thaw),
}


def _questions(options: argparse.Namespace) -> ExitCode:
    with (
        CompanyFile.open(options.company) as company,
        open_journal(options.company, company, options.environment) as journal,
    ):
        asked = journal.questions(company.file_id)
    for one in asked:
        say(f"{one.token}: {one.words}")
        for choice, about in one.choices.items():
            say(f"  {choice:<24} {about}")
        for line in one.document.splitlines():
            say(f"    {line}")
    if not asked:
        say("nothing is asked")
    return ExitCode.REFUSED if asked else ExitCode.OK


def _answer(options: argparse.Namespace) -> ExitCode:
    with (
        CompanyFile.open(options.company) as company,
        open_journal(options.company, company, options.environment) as journal,
    ):
        journal.answer(company.file_id, options.token, options.choice, _by(options))
    say(f"{options.token}: {options.choice}; the next export goes on with it")
    return ExitCode.OK
