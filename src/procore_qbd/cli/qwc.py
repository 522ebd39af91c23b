"""``qwc``: who may fetch documents for a company file by the Web Connector, and the file that he adds there."""

from __future__ import annotations

import argparse
import getpass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError
from procore_qbd.cli.json_output import add_json_option, say_json
from procore_qbd.cli.opening import open_database
from procore_qbd.cli.output import say
from procore_qbd.cli.scopes import scope_of

if TYPE_CHECKING:
    from procore_qbd.cli.commands import Commands
    from procore_qbd.webconnector import ConnectorApp, Login, QwcFile, Sessions

__all__ = ["register"]

_FEWEST_CHARACTERS = 12
_MOST_GENERATIONS = 1000


def register(commands: Commands) -> None:
    """Add the command."""
    qwc = commands.add("qwc", _qwc, "Let a Web Connector fetch documents for a company file, and write its .qwc file.")
    which = qwc.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--company", type=arguments.plain_name, metavar="NAME", help="what the journal calls the company file"
    )
    which.add_argument("--drop", type=arguments.name, metavar="USER", help="take a login away")
    qwc.add_argument("--url", metavar="URL", help="where the Web Connector reaches the service: https://…")
    qwc.add_argument("--user", type=arguments.name, metavar="NAME", help="the user name (default: COMPANY-qbd)")
    qwc.add_argument(
        "--out", type=arguments.path, metavar="FILE.qwc", help="where to write the file (default: COMPANY.qwc)"
    )
    qwc.add_argument(
        "--app-name", type=arguments.name, metavar="NAME", help="what people see; the same as for serve (has a default)"
    )
    qwc.add_argument(
        "--every", type=_minutes, default=10, metavar="MINUTES", help="how often it calls by itself (default: 10)"
    )
    qwc.add_argument(
        "--path",
        metavar="PATH",
        help="the company file on the bookkeeper's computer (default: as before; for a new login the one that is open)",
    )
    qwc.add_argument(
        "--scope",
        metavar="WORDS",
        help="what may be asked, as behind a token of the agent: read-only, or 'reads adds=Vendor,OtherName "
        "mods=OtherName'; '' for everything (default: as before; for a new login everything)",
    )
    renew = qwc.add_mutually_exclusive_group()
    renew.add_argument("--new-password", action="store_true", help="give a login that is there another password")
    renew.add_argument("--ask-password", action="store_true", help="let a person choose the password, and type it in")
    qwc.add_argument(
        "--new-file-id",
        action="store_true",
        help="give the company file another id, where the Web Connector says that the pair of ids is not unique",
    )
    arguments.add_database(qwc)
    arguments.add_environment(qwc)
    add_json_option(qwc)


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:12])):
        raise argparse.ArgumentTypeError(f"expected a number of minutes, 1 or more, got {text!r}")
    return int(text[:12])


def _qwc(options: argparse.Namespace) -> ExitCode:
    from procore_qbd.webconnector import Sessions

    if options.drop is None and options.url is None:
        raise UnusableError("say where the Web Connector reaches the service (--url https://…)")
    scope_of((options.scope or "").split())
    with open_database(options.journal) as journal:
        sessions = Sessions(journal)
        if options.drop is not None:
            return _drop(sessions, options)
        return _let_in(sessions, options)


def _drop(sessions: Sessions, options: argparse.Namespace) -> ExitCode:
    if not sessions.drop_login(options.drop):
        hint = arguments.did_you_mean(options.drop, [login.user for login in sessions.logins()])
        raise UnusableError(f"{options.drop}: there is no such user{hint}")
    if options.json:
        say_json({"user": options.drop, "dropped": True})
    else:
        say(f"{options.drop}: is not let in any more")
    return ExitCode.OK


def _let_in(sessions: Sessions, options: argparse.Namespace) -> ExitCode:
    """Write the file first: without its login it opens nothing, and a login without a file has a password to lose."""
    user = options.user or f"{options.company}-qbd"
    before = sessions.login(user)
    if before is not None and before.company != options.company:
        raise UnusableError(
            f"{user}: is the user of another company file, {before.company}; each has users of its own (--user)"
        )
    if options.company in sessions.journal.companies():
        sessions.journal.register(options.company, environment=options.environment)  # or it is of another one
    app = _app(options)
    login = _login(sessions, app, before, user, options)
    qwc, out = _file(app, login, options), options.out or Path(f"{options.company}.qwc")
    secret, password = _password(before, user, options)
    try:
        written = qwc.write(out)
    except FileExistsError:
        raise UnusableError(
            f"{out}: something else is there, and was left alone; move it away, or name another file (--out). "
            "Nothing was changed"
        ) from None
    sessions.journal.register(options.company, environment=options.environment)
    sessions.keep_login(attrs.evolve(login, secret=secret))
    if options.json:
        kept = {"user": user, "company": login.company, "file": str(out), "file_id": login.file_id}
        say_json({**kept, "new": before is None, "password": password})
        return ExitCode.OK
    say(f"{out}: {'written' if written else 'is as it was'}; open it in the Web Connector, as user {user}")
    if password is not None:
        say(f"password of {user}, to be typed into the Web Connector; it is shown this once: {password}")
    elif options.ask_password:
        say(f"password of {user}: the one that was typed in")
    else:
        say(f"password of {user}: as before (--new-password makes another)")
    return ExitCode.OK


def _app(options: argparse.Namespace) -> ConnectorApp:
    from procore_qbd.webconnector import ConnectorApp

    return ConnectorApp(url=options.url, **({"name": options.app_name} if options.app_name else {}))


def _login(
    sessions: Sessions, app: ConnectorApp, before: Login | None, user: str, options: argparse.Namespace
) -> Login:
    """The login as it is to be, but for its password."""
    from procore_qbd.webconnector import Login, QwcFile

    others = sessions.logins(options.company) if before is None else ()  # a company file has one id, whoever signs in
    first = others[0].file_id if others else QwcFile.file_id_of(app.owner_id, options.company)
    login = before or Login(user=user, company=options.company, secret="", file_id=first)
    changes = {"path": options.path, "scope": options.scope}
    login = attrs.evolve(login, **{name: value for name, value in changes.items() if value is not None})
    return attrs.evolve(login, file_id=_next_id(app, login)) if options.new_file_id else login


def _next_id(app: ConnectorApp, login: Login) -> str:
    """The id of the generation after the login's own; the first, where its own is of an application of another name."""
    from procore_qbd.webconnector import QwcFile

    for generation in count(1):
        if QwcFile.file_id_of(app.owner_id, login.company, generation) == login.file_id:
            return QwcFile.file_id_of(app.owner_id, login.company, generation + 1)
        if generation == _MOST_GENERATIONS:
            break
    return QwcFile.file_id_of(app.owner_id, login.company)


def _file(app: ConnectorApp, login: Login, options: argparse.Namespace) -> QwcFile:
    try:
        return app.qwc(login, every_minutes=options.every)
    except ValueError as error:
        raise UnusableError(f"{error}. Nothing was changed") from None


def _password(before: Login | None, user: str, options: argparse.Namespace) -> tuple[str, str | None]:
    """What is kept of the password; and the password, if it was made here just now."""
    from procore_qbd.webconnector import hashed, new_password

    if options.ask_password:
        return hashed(_asked(user), generated=False), None
    if before is not None and not options.new_password:
        return before.secret, None
    password = new_password()
    return hashed(password, generated=True), password


def _asked(user: str) -> str:
    """A password that a person types in, twice."""
    try:
        password = getpass.getpass(f"password for {user}, {_FEWEST_CHARACTERS} characters or more: ")
        again = getpass.getpass("the same again: ")
    except EOFError:
        raise UnusableError("no password was typed in; nothing was changed") from None
    if len(password) < _FEWEST_CHARACTERS:
        raise UnusableError(
            f"the password has {len(password)} characters, and {_FEWEST_CHARACTERS} or more are needed; nothing was "
            "changed"
        )
    if password != again:
        raise UnusableError("the two passwords are not the same; nothing was changed")
    return password
