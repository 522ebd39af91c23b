"""``journal``, ``questions`` and ``answer``: what is under way, what only a person can know, and what a person says."""

from __future__ import annotations

import argparse
import getpass
import json
from itertools import chain
from typing import TYPE_CHECKING

import attrs

from procore_qbd.cli import arguments
from procore_qbd.cli.commands import Commands
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError, read_request_file
from procore_qbd.cli.opening import opened, opened_journal
from procore_qbd.cli.output import say
from procore_qbd.errors import ProcoreQbdError
from procore_qbd.journal import JournalStatus
from procore_qbd.journal.sessions import Sessions
from procore_qbd.transports import Memory
from procore_qbd.worker import WorkerSettings, leave, rebuild, thaw

if TYPE_CHECKING:
    from pathlib import Path

    from procore_qbd.domain import ErpRequest
    from procore_qbd.worker import Rebuilt

__all__ = ["register"]

_DAY = 24 * 3600
_ASKING = {"check", "rebuild", "leave"}
"""What asks the company file itself."""


def register(commands: Commands) -> None:
    """Add the commands."""
    journal = commands.add("journal", _status, "See what is under way with a company file, or say what becomes of it.")
    of_journal = Commands(journal.add_subparsers(required=True, metavar="WHAT"))
    of_journal.add("status", _status, "Show how many requests are in which state, and what happened last.")
    of_journal.add("check", _check, "Hold what was made against the company file.")
    of_journal.add("export", _export, "Print links and events as JSON.")
    of_journal.add("bundle", _bundle, "Print what may be shown to whoever helps, as JSON: no names, no amounts.")
    purge_ = of_journal.add("purge", _purge, "Take out what was exported long ago: requests, documents and replies.")
    purge_.add_argument(
        "--older-than", required=True, type=_days, metavar="DAYS", help="of requests that came in before that"
    )
    thaw_ = of_journal.add("thaw", _thaw, "Go on with a company file that was frozen, as it is now.")
    thaw_.add_argument(
        "--record-deleted",
        action="store_true",
        help="the library's record was deleted from this very file: make it anew",
    )
    rebuild_ = _add_rebuild(of_journal)
    leave_ = _add_leave(of_journal)
    questions = commands.add("questions", _questions, "Show what only a person can know.")
    answer = commands.add("answer", _answer, "Answer a question; the next export goes on with it.")
    answer.add_argument("token", metavar="TOKEN", help="of the question")
    answer.add_argument("choice", metavar="CHOICE", help="one of its choices: different, abandon, 'adopt ID'")
    for name, command in (*of_journal.subparsers.choices.items(), ("questions", questions), ("answer", answer)):
        (arguments.add_company if name in _ASKING else arguments.add_company_or_name)(command)
        arguments.add_journal(command)
    for command in (thaw_, rebuild_, leave_, answer):
        command.add_argument("--by", type=arguments.name, metavar="NAME", help="who says so (default: the user's name)")


def _add_rebuild(commands: Commands) -> argparse.ArgumentParser:
    rebuild_ = commands.add("rebuild", _rebuild, "Find the links again, from the company file and what Procore sent.")
    rebuild_.add_argument(
        "--requests", nargs="+", default=[], type=arguments.path, metavar="REQUEST.json", help="what Procore sent"
    )
    rebuild_.add_argument(
        "--ids",
        nargs="+",
        default=[],
        type=_ids,
        metavar="FROM-TO",
        help="further ids of Procore's to try; a thousand take a fraction of a second, a million some minutes",
    )
    arguments.add_procore_company(rebuild_)
    rebuild_.add_argument(
        "--generations",
        type=int,
        choices=range(1, 10),
        default=3,
        metavar="N",
        help="how often an item may have been exported anew after it was unlinked (default: 3)",
    )
    rebuild_.add_argument("--dry-run", action="store_true", help="show what is found, and write nothing")
    return rebuild_


def _add_leave(commands: Commands) -> argparse.ArgumentParser:
    leave_ = commands.add(
        "leave", _leave, "Take our marks and our record out of the company file, and export nothing to it any more."
    )
    leave_.epilog = (
        "The ExternalGUIDs stay: QuickBooks has no way to take them away. Without the marks, lines of change orders "
        "cannot be told from lines that a person typed; only the journal's links know them, so keep the journal: who "
        "comes back without it may write a change order a second time."
    )
    leave_.add_argument("--yes", action="store_true", help="do it; without this nothing is changed")
    leave_.add_argument("--dry-run", action="store_true", help="list what would be changed, and change nothing")
    return leave_


def _days(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a number of days, got {text!r}")
    return int(text)


def _ids(text: str) -> range:
    first, dash, last = text.partition("-")
    found = range(arguments.procore_id(first), arguments.procore_id(last if dash else first) + 1)
    if not found:
        raise argparse.ArgumentTypeError(f"expected ids from the lower to the higher, FROM-TO, got {text!r}")
    return found


def _by(options: argparse.Namespace) -> str:
    return options.by or getpass.getuser()


def _status(options: argparse.Namespace) -> ExitCode:
    with opened_journal(options) as (company, journal):
        status = JournalStatus.of(journal, company)
    say(status)
    return ExitCode.REFUSED if status.waits_for_a_person else ExitCode.OK


def _check(options: argparse.Namespace) -> ExitCode:
    """Hold what the journal knows to be done against the file."""
    with opened(options) as (company, journal):
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


def _export(options: argparse.Namespace) -> ExitCode:
    with opened_journal(options) as (company, journal):
        links = [
            {name: value for name, value in attrs.asdict(link, recurse=False).items() if value}
            | {"quickbooks_id": str(link.quickbooks_id)}
            for link in journal.all_links(company)
        ]
        events = [dict(zip(("at", "what", "words"), event, strict=True)) for event in journal.events(company)]
        say(json.dumps({"company_file": company, "links": links, "events": events}, indent=2))
        return ExitCode.OK


def _bundle(options: argparse.Namespace) -> ExitCode:
    with opened_journal(options) as (company, journal):
        say(json.dumps(journal.support_bundle(company), indent=1))
    return ExitCode.OK


def _purge(options: argparse.Namespace) -> ExitCode:
    with opened_journal(options) as (company, journal):
        gone = journal.purge(company, options.older_than * _DAY)
        left = journal.count(company).get("ended", 0)
    say(f"{gone} requests were purged with their documents; {left} that ended are still there")
    return ExitCode.OK


def _thaw(options: argparse.Namespace) -> ExitCode:
    if options.company_name is not None:
        return _thaw_from_afar(options)
    with opened(options) as (company, journal):
        fence = thaw(
            company.file_id,
            journal=journal,
            transport=Memory(company.process),
            by=_by(options),
            record_deleted=options.record_deleted,
        )
        say(f"epoch {fence.epoch}: exports go on; every other copy of this company file is frozen from now on")
        return ExitCode.OK


def _thaw_from_afar(options: argparse.Namespace) -> ExitCode:
    """Take the person's word, and leave it to the next update to ask QuickBooks."""
    with opened_journal(options) as (company, journal):
        if journal.company(company).frozen is None:
            raise UnusableError(f"{company}: is not frozen")
        if not Sessions(journal).thaw_next(company, _by(options), record_deleted=options.record_deleted):
            raise UnusableError(
                f"{company}: nobody may sign in for it, so no update will come that could ask QuickBooks; make a login "
                "(procore-qbd qwc), or thaw it in a program that has a line (procore_qbd.worker.thaw)"
            )
    say(f"{company}: the next update of the Web Connector thaws it, as it finds it then")
    return ExitCode.OK


def _rebuild(options: argparse.Namespace) -> ExitCode:
    requests = [_request(path, options.procore_company) for path in options.requests]
    companies = [] if options.procore_company is None else [options.procore_company]
    with opened(options) as (company, journal):
        found = rebuild(
            company.file_id,
            journal=journal,
            transport=Memory(company.process),
            by=_by(options),
            requests=requests,
            ids=chain.from_iterable(options.ids),
            procore_companies=companies,
            generations=options.generations,
            dry_run=True,
        )
        _show(found)
        new, known = len(found.new), len(found.found) - len(found.new)
        say(f"{new} new links, {known} known before; {found.tried} GUIDs were tried")
        if options.dry_run or not (new or found.contradictions):
            say("nothing was written")
        else:
            found.keep(journal, company.file_id, _by(options))
            say("the new links are in the journal; if the company file is frozen: procore-qbd journal thaw")
    wrong = found.contradictions or found.unclear or found.unknown
    return ExitCode.REFUSED if wrong else ExitCode.OK


def _request(path: Path, company_id: int | None) -> ErpRequest:
    try:
        return read_request_file(path, company_id)
    except ProcoreQbdError as error:
        raise UnusableError(f"{path}: {error}; nothing was written") from None


def _show(found: Rebuilt) -> None:
    """Print every link with how it is known, then what is not linked, and why."""
    for one in found.found:
        link = one.link
        what = f"{link.kind.label} {link.procore_id}"
        anew = f", exported {one.generation} times" if one.generation > 1 else ""
        say(f"  {what:<32} {link.quickbooks_id}  {link.name or ''}  ({one.how}{anew})")
    for words in (*found.contradictions, *found.unclear):
        say(f"  not linked: {words}")
    for record in found.unknown:
        say(f"  not known whose: {record} {record.guid}")


def _leave(options: argparse.Namespace) -> ExitCode:
    if not (options.yes or options.dry_run):
        raise UnusableError("nothing was changed: say --yes to leave the company file, --dry-run to see what goes")
    with opened(options) as (company, journal):
        ended = leave(
            company.file_id,
            journal=journal,
            transport=Memory(company.process),
            by=_by(options),
            settings=WorkerSettings(lease=0),
            dry_run=options.dry_run,
        )
    for words in ended.changed:
        say(f"  {'would lose its marks' if options.dry_run else 'has no marks any more'}: {words}")
    for words in ended.refused:
        say(f"  keeps its marks: {words}")
    if options.dry_run:
        say("nothing was changed")
    elif ended.done:
        say("left: nothing is exported to this company file any more; keep its journal, and thaw to come back")
    else:
        say("not left yet: somebody is at work on transactions in QuickBooks; leave it once more when they are closed")
    return ExitCode.REFUSED if ended.refused else ExitCode.OK


def _questions(options: argparse.Namespace) -> ExitCode:
    with opened_journal(options) as (company, journal):
        asked = journal.questions(company)
    for one in asked:
        say(one)
    if not asked:
        say("nothing is asked")
    return ExitCode.REFUSED if asked else ExitCode.OK


def _answer(options: argparse.Namespace) -> ExitCode:
    with opened_journal(options) as (company, journal):
        journal.answer(company, options.token, options.choice, _by(options))
    say(f"{options.token}: {options.choice}; the next export goes on with it")
    return ExitCode.OK
