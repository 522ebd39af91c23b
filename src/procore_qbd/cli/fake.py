"""``fake``: the other side of a service, for who tries it without QuickBooks and without Windows."""

from __future__ import annotations

import argparse
import getpass
import os
import time
from itertools import count
from typing import TYPE_CHECKING

from procore_qbd.cli import arguments
from procore_qbd.cli.commands import Commands
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError, read
from procore_qbd.cli.opening import open_or_create
from procore_qbd.cli.output import flush, say

if TYPE_CHECKING:
    from procore_qbd.testing.web_connector import Update
    from procore_qbd.webconnector import QwcFile

__all__ = ["register"]

_PASSWORD = "PROCORE_QBD_CONNECTOR_PASSWORD"  # noqa: S105  where it stands, and not the password


def register(commands: Commands) -> None:
    """Add the command."""
    fake = commands.add("fake", _quickbooks, "Play the other side of a service, without QuickBooks.")
    of_fake = Commands(fake.add_subparsers(required=True, metavar="WHAT"))
    quickbooks = of_fake.add(
        "quickbooks", _quickbooks, "Play QuickBooks with its Web Connector, in front of a simulated company file."
    )
    quickbooks.add_argument(
        "--company", required=True, type=arguments.path, metavar="FILE", help="a simulated company file"
    )
    quickbooks.add_argument(
        "--qwc", required=True, type=arguments.path, metavar="FILE.qwc", help="what a bookkeeper would add"
    )
    quickbooks.add_argument("--url", metavar="URL", help="where the service is, if not where the .qwc file says")
    quickbooks.add_argument("--times", type=_times, metavar="N", help="how many updates (default: 1)")
    quickbooks.add_argument(
        "--every", type=arguments.seconds, default=5.0, metavar="SECONDS", help="between two updates (default: 5)"
    )
    quickbooks.add_argument(
        "--until-done",
        action="store_true",
        help="update until the service has nothing to do; with --times so many times at the most",
    )
    quickbooks.epilog = f"The password is what the variable {_PASSWORD} of the environment says, or what is typed in."


def _times(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:9])):
        raise argparse.ArgumentTypeError(f"expected how many, 1 or more, got {text!r}")
    return int(text[:9])


def _quickbooks(options: argparse.Namespace) -> ExitCode:
    from procore_qbd.testing.web_connector import FakeWebConnector, UpdateEnd, post_to

    qwc = read(options.qwc, _qwc)
    password = _password(qwc.user)
    with open_or_create(options.company, options.company.stem) as company:
        connector = FakeWebConnector(
            post_to(options.url or qwc.url),
            company.process,
            user=qwc.user,
            password=password,
            file_id=qwc.file_id,
            owner_id=qwc.owner_id,
            can_open=lambda _: None,  # whatever its path on a bookkeeper's computer
        )
        most = options.times or (None if options.until_done else 1)
        over = {UpdateEnd.NOTHING_TO_DO} if options.until_done else {UpdateEnd.NOTHING_TO_DO, UpdateEnd.DONE}
        for number in count(1):
            update = connector.update()
            _show(number, update)
            end = update.end
            if end in (UpdateEnd.FAILED, UpdateEnd.REFUSED):
                return ExitCode.REFUSED
            if number == most or (options.until_done and end is UpdateEnd.NOTHING_TO_DO):
                return ExitCode.OK if end in over else ExitCode.REFUSED
            time.sleep(options.every)
    raise AssertionError  # pragma: no cover  numbers do not end


def _qwc(data: bytes) -> QwcFile:
    from procore_qbd.webconnector import QwcFile

    try:
        return QwcFile.read(data)
    except ValueError as error:
        raise UnusableError(str(error)) from None


def _password(user: str) -> str:
    try:
        password = os.environ.get(_PASSWORD) or getpass.getpass(f"password of {user}: ")
    except EOFError:
        password = ""
    if not password:
        raise UnusableError(f"there is no password for {user}: type it in, or put it into the variable {_PASSWORD}")
    return password


def _show(number: int, update: Update) -> None:
    """Print an update as the window of the Web Connector has it: the calls, how far it is, and the status."""
    say(f"update {number}")
    for call in update.calls:
        percent = " %" if call.outcome.isdecimal() else ""
        say(f"  {call.name:<18}  {call.outcome}{percent}".rstrip())
    told = "" if update.status == update.end.value else f": {update.status}"
    say(f"{update.end.value}{told}")
    flush()
