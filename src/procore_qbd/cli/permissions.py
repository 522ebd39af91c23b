"""``can`` and ``matrix``: who may do what with the ERP Integrations tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import read
from procore_qbd.cli.json_output import add_json_option, say_json
from procore_qbd.cli.output import say
from procore_qbd.permissions import PUBLISHED, TUTORIALS, can, matrix

if TYPE_CHECKING:
    import argparse

    from procore_qbd.cli.commands import Commands

__all__ = ["register"]

_POLICIES = {policy.name: policy for policy in (PUBLISHED, TUTORIALS)}


def register(commands: Commands) -> None:
    """Add the commands."""
    asking = commands.add("can", _can, "Say whether a user may do an action, and why.")
    asking.add_argument(
        "user", type=arguments.path, metavar="USER.json", help="a user, as Procore's API or a person describes one"
    )
    asking.add_argument("action", metavar="ACTION", help="the published title of the action")
    asking.add_argument("--item", metavar="KIND", help="the kind of item, where the action depends on it")
    table = commands.add("matrix", _matrix, "Show who may do what, as a table.")
    table.add_argument("users", type=arguments.path, metavar="USERS.json", help="a list of users")
    for command in (asking, table):
        command.add_argument("--project", metavar="ID", help="the project, where the answer depends on it")
        command.add_argument(
            "--policy",
            choices=list(_POLICIES),
            default=PUBLISHED.name,
            help="which reading of Procore's table decides (default: %(default)s)",
        )
        add_json_option(command)


def _can(options: argparse.Namespace) -> ExitCode:
    from procore_qbd.procore import read_user

    user = read(options.user, read_user)
    decision = can(user, options.action, options.project, item=options.item, policy=_POLICIES[options.policy])
    if options.json:
        say_json(decision.to_dict())
    else:
        say(decision)
        for sentence in decision.advice():
            say(f"  {sentence}")
    return ExitCode.OK if decision else ExitCode.REFUSED


def _matrix(options: argparse.Namespace) -> ExitCode:
    from procore_qbd.procore import read_users

    table = matrix(read(options.users, read_users), options.project, policy=_POLICIES[options.policy])
    if options.json:
        say_json(table.to_dicts())
    else:
        say(table)
    return ExitCode.OK
