"""``tool``: the ERP Integrations tool: send, retrieve, accept, reject, unlink, and see what waits and what happened."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.cli import arguments
from procore_qbd.cli.commands import Commands
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError, read, read_request_file
from procore_qbd.cli.json_output import add_json_option, say_json
from procore_qbd.cli.opening import opened_journal
from procore_qbd.cli.output import say
from procore_qbd.domain import Books
from procore_qbd.domain.lifecycle import ITEM_KINDS, ItemId, ItemMove
from procore_qbd.domain.settings import ToolSettings
from procore_qbd.erp.approval import Approval
from procore_qbd.erp.tool import Tool
from procore_qbd.erp.undoing import undo_of
from procore_qbd.errors import ProcoreQbdError, ToolError
from procore_qbd.permissions import PUBLISHED, TUTORIALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from procore_qbd.domain import User
    from procore_qbd.erp.tool import Moved
    from procore_qbd.journal.items import ItemRecord, ToolEvent

__all__ = ["register"]

_POLICIES = {policy.name: policy for policy in (PUBLISHED, TUTORIALS)}
_OF_ONE = {
    ItemMove.RETRIEVE: "Take items back before anybody has decided.",
    ItemMove.REJECT: "Reject items.",
    ItemMove.UNLINK: "Let Procore and QuickBooks go separate ways with items.",
}
_MOVES = {move.value: move for move in (ItemMove.ACCEPT, *_OF_ONE)}
_GIVEN = {
    "erp_code": "the id in QuickBooks: of a company, a project, a commitment or a change order",
    "vendor_type": "the ListID of the vendor type, for a company",
    "customer": "the customer that the job stands under, for a project",
    "income_account": "the ListID of the income account, for cost codes",
    "expense_account": "the ListID of the expense account, for cost codes",
}


def register(commands: Commands) -> None:
    """Add the commands."""
    tool = commands.add("tool", _items, "Send items, accept or reject them, and see where they stand and why.")
    tool.epilog = (
        "A person is a file of JSON, as Procore's API has users, or as a person writes one down: see `procore-qbd can`."
    )
    what = Commands(tool.add_subparsers(required=True, metavar="WHAT"))
    send = what.add("send", _send, "Send what requests would export; what is sent or synced already is left out.")
    send.add_argument(
        "requests", nargs="+", type=arguments.path, metavar="REQUEST.json", help="ERP requests as Procore sends them"
    )
    send.add_argument("--created-by", type=arguments.name, metavar="NAME", help="who made the items in Procore")
    arguments.add_procore_company(send)
    accept = what.add("accept", _accept, "Accept items: a worker (`work`) exports them.")
    for name, about in _GIVEN.items():
        accept.add_argument(f"--{name.replace('_', '-')}", type=arguments.name, metavar="TEXT", help=about)
    accept.add_argument("--accounting-date", type=_day, metavar="YYYY-MM-DD", help="the day to book it on")
    moves = {move: what.add(move.value, _move, about) for move, about in _OF_ONE.items()}
    for move, command in moves.items():
        command.set_defaults(move=move.value)
    why_not = what.add("why-not", _why_not, "Say whether a person may move an item now, and all that is against it.")
    why_not.add_argument("move", choices=list(_MOVES), metavar="MOVE")
    history = what.add("history", _history, "Show everything that was done with an item, and what was not allowed.")
    waiting = what.add("waiting", _waiting, "Show what nobody has decided about.")
    waiting.add_argument(
        "--older-than", type=_days, default=0.0, metavar="DAYS", help="only what waits longer than that"
    )
    items = what.add("items", _items, "Show where every item stands.")
    undo = what.add("undo", _undo, "Take back what a request wrote to QuickBooks, where nobody has touched it since.")
    undo.add_argument("request", type=int, metavar="NUMBER", help="of the request, as `tool history` shows it")
    undo.add_argument("--yes", action="store_true", help="do it; without this it is only shown what would be")
    undo.add_argument("--comment", default="", metavar="TEXT", help="for the history")
    settings = what.add("settings", _settings, "Show the settings, or change them.")
    settings.add_argument("--set", type=arguments.path, metavar="FILE", help="a TOML file with what is to be otherwise")
    for command in (accept, *moves.values(), why_not, history):
        command.add_argument(
            "kind", type=arguments.kind_of(ITEM_KINDS), metavar="KIND", help=f"of {', '.join(ITEM_KINDS)}"
        )
        several = command in (accept, *moves.values())
        command.add_argument("ids", nargs="+" if several else 1, type=arguments.procore_id, metavar="PROCORE_ID")
    for command in (accept, *moves.values()):
        command.add_argument("--comment", default="", metavar="TEXT", help="for the history, and for who is told")
    for command in (send, accept, *moves.values(), why_not, undo, settings):
        _add_person(command, required=command is not settings)
    for command in (send, accept, *moves.values(), why_not, history, waiting, items, undo, settings):
        arguments.add_company_or_name(command)
        arguments.add_journal(command)
        command.add_argument("--books", type=arguments.path, metavar="FILE", help="the bookkeeper's choices, TOML")
        add_json_option(command)


def _add_person(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument(
        "--by", required=required, type=arguments.path, metavar="USER.json", help="who does it, with permissions"
    )
    command.add_argument("--project", type=int, metavar="ID", help="the project, where the request does not name one")
    command.add_argument(
        "--policy",
        choices=list(_POLICIES),
        default=PUBLISHED.name,
        help="which reading of Procore's table decides (default: %(default)s)",
    )


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a day such as 2027-01-31, got {text!r}") from None


def _days(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"expected a number of days, got {text!r}")
    return number


_MOST_DAYS = 36_500


@contextmanager
def _tool(options: argparse.Namespace) -> Iterator[Tool]:
    """The tool of the company file that is named."""
    books = read(options.books, Books.from_toml) if options.books else Books()
    policy = _POLICIES[getattr(options, "policy", PUBLISHED.name)]
    with opened_journal(options) as (company, journal):
        yield Tool(journal, company, books, policy=policy)


def _user(options: argparse.Namespace) -> User:
    from procore_qbd.procore import read_user

    return read(options.by, read_user)


# --- moves -----------------------------------------------------------------------------------------------------------


def _send(options: argparse.Namespace) -> ExitCode:
    user, requests = _user(options), []
    for path in options.requests:
        try:
            requests.append(read_request_file(path, options.procore_company))
        except ProcoreQbdError as error:
            raise UnusableError(f"{path}: {error}; nothing was sent") from None
    with _tool(options) as tool:
        moved = [
            one
            for request in requests
            for one in tool.send(user, request, project=options.project, created_by=options.created_by)
        ]
    return _told(moved, options, nothing="nothing to send: every item is sent or synced already")


def _accept(options: argparse.Namespace) -> ExitCode:
    user = _user(options)
    given = {name: getattr(options, name) for name in attrs.fields_dict(Approval)}
    with _tool(options) as tool:
        moved = tool.accept(user, _asked(options), Approval(**given), comment=options.comment)
    return _told(moved, options)


def _move(options: argparse.Namespace) -> ExitCode:
    user, move = _user(options), _MOVES[options.move]
    moved: list[Moved | ToolError] = []
    with _tool(options) as tool:
        for item in _asked(options):
            try:
                moved.append(tool.move(user, move, item, comment=options.comment))
            except ToolError as error:
                moved.append(error)
    return _told(moved, options)


def _asked(options: argparse.Namespace) -> list[ItemId]:
    return [ItemId(options.kind, number) for number in dict.fromkeys(options.ids)]


def _told(moved: Iterable[Moved | ToolError], options: argparse.Namespace, *, nothing: str = "") -> ExitCode:
    """Print what came of moves; whether all were made."""
    ended = list(moved)
    if options.json:
        say_json([_plain(one) for one in ended])
    else:
        for one in ended:
            say(one if not isinstance(one, ToolError) else f"not done: {one}")
            for notice in () if isinstance(one, ToolError) else one.notices:
                whom = notice.person or notice.recipient.value
                say(f"  tell {whom}{'' if notice.at_once else ' (in the digest of the day)'}: {notice.words}")
        if not ended:
            say(nothing)
    return ExitCode.REFUSED if any(isinstance(one, ToolError) for one in ended) else ExitCode.OK


def _plain(one: Moved | ToolError) -> dict[str, Any]:
    if isinstance(one, ToolError):
        return {"done": False, "item": one.item, "move": one.move, "words": one.words}
    notices = [
        {"recipient": notice.recipient.value, "person": notice.person, "at_once": notice.at_once, "words": notice.words}
        for notice in one.notices
    ]
    return {"done": True, "move": one.move.value, "notices": notices} | _plain_record(one.record)


def _plain_record(record: ItemRecord) -> dict[str, Any]:
    return {
        "kind": record.item.kind.value,
        "procore_id": record.item.procore_id,
        "name": record.name,
        "state": record.state.value,
        "since": _moment(record.since),
        "revision": record.revision,
        "project": record.project,
        "sent_by": record.sent_by,
        "request": record.request,
    }


def _moment(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")


# --- looking ---------------------------------------------------------------------------------------------------------


def _why_not(options: argparse.Namespace) -> ExitCode:
    user, (item,) = _user(options), _asked(options)
    with _tool(options) as tool:
        error = tool.why_not(user, _MOVES[options.move], item)
        legal = [row.move.value for row in tool.legal(item)]
    if options.json:
        say_json({"may": error is None, "why_not": error and error.words, "legal": legal})
    else:
        say(error or f"{item}: {options.move}: nothing is against it")
    return ExitCode.OK if error is None else ExitCode.REFUSED


def _history(options: argparse.Namespace) -> ExitCode:
    (item,) = _asked(options)
    with _tool(options) as tool:
        events = tool.history(item)
    if options.json:
        say_json([one.to_dict() for one in events])
        return ExitCode.OK
    for one in events:
        say(_line(one))
    if not events:
        say(f"{item}: nobody has done anything with it")
    return ExitCode.OK


def _line(event: ToolEvent) -> str:
    """An entry of the history on one line."""
    who = event.user or event.by.value
    before = event.start.value if event.start is not None else ""
    what = f"{event.move}: {before} -> {event.end.value if event.end is not None else before}"
    reasons = [one["words"] for one in event.why.get("refusals", ())] or [event.why.get("words", "")]
    told = [event.comment, *reasons] if event.allowed else ["not done", *reasons]
    told += [f"request {event.request}"] if event.request is not None else []
    return "  ".join(filter(None, (_moment(event.at), who, what, "; ".join(filter(None, told)))))


def _waiting(options: argparse.Namespace) -> ExitCode:
    with _tool(options) as tool:
        return _listed(tool.waiting(dt.timedelta(days=options.older_than)), options, "nothing waits for a decision")


def _items(options: argparse.Namespace) -> ExitCode:
    with _tool(options) as tool:
        return _listed(tool.items(), options, "nothing was sent yet")


def _listed(records: Iterable[ItemRecord], options: argparse.Namespace, nothing: str) -> ExitCode:
    found = list(records)
    if options.json:
        say_json([_plain_record(one) for one in found])
        return ExitCode.OK
    for one in found:
        by = f"  sent by {one.sent_by}" if one.sent_by else ""
        say(f"{one.state.value:<15} since {_moment(one.since)}  {one.item.kind} {one.item.procore_id} {one.name!r}{by}")
    if not found:
        say(nothing)
    return ExitCode.OK


def _undo(options: argparse.Namespace) -> ExitCode:
    user = _user(options)
    books = read(options.books, Books.from_toml) if options.books else Books()
    with opened_journal(options) as (company, journal):
        tool = Tool(journal, company, books, policy=_POLICIES[options.policy])
        undoing = undo_of(journal, company, options.request)
        if options.yes:
            try:
                tool.undo(user, undoing, comment=options.comment)
            except ToolError as error:
                say(f"not done: {error}")
                return ExitCode.REFUSED
    steps = [
        {"kind": one.kind.value, "procore_id": one.procore_id, "record": one.record, "id": one.record_id}
        | {"what": "changed back" if one.before else "deleted"}
        for one in undoing.steps
    ]
    if options.json:
        say_json({"request": options.request, "done": options.yes, "steps": steps})
        return ExitCode.OK
    for one in steps:
        say(f"{one['what']:<13} {one['record']} {one['id']}  {one['kind']} {one['procore_id']}")
    say("a worker takes it back" if options.yes else "nothing was changed; with --yes a worker takes it back")
    return ExitCode.OK


def _settings(options: argparse.Namespace) -> ExitCode:
    with _tool(options) as tool:
        settings = tool.settings
        if options.set is not None:
            if options.by is None:
                raise UnusableError("say who changes the settings (--by USER.json)")
            changed = read(options.set, lambda data: ToolSettings.from_toml(data, settings.to_dict()))
            try:
                settings = tool.configure(_user(options), changed)
            except ToolError as error:
                say(f"not done: {error}")
                return ExitCode.REFUSED
    if options.json:
        say_json(settings.to_dict())
    else:
        for name, value in settings.to_dict().items():
            say(f"{name:<30} {json.dumps(value, ensure_ascii=False)}")
    return ExitCode.OK
