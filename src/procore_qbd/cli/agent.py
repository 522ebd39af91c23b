"""``agent``: put one company file behind an authenticated POST, for programs on other computers."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError, read
from procore_qbd.cli.output import say
from procore_qbd.cli.scopes import scope_of
from procore_qbd.cli.serving import add_listening, must_be_private, serve, server
from procore_qbd.cli.stopping import told_to_stop
from procore_qbd.errors import AgentError, NotSentError

if TYPE_CHECKING:
    import argparse

    from procore_qbd.cli.commands import Commands
    from procore_qbd.transports.agent import AgentToken
    from procore_qbd.transports.base import Transport

__all__ = ["register"]

_WAITRESS: Final[dict[str, Any]] = {"threads": 8, "max_request_body_size": 1 << 24}


def register(commands: Commands) -> None:
    """Add the command."""
    agent = commands.add("agent", _agent, "Let programs on other computers send documents to a company file.")
    which = agent.add_mutually_exclusive_group()
    which.add_argument("--company", type=arguments.path, metavar="FILE", help="a simulated company file")
    which.add_argument(
        "--com", nargs="?", const="", metavar="PATH", help="the company file of QuickBooks; without PATH the open one"
    )
    which.add_argument(
        "--new-token",
        type=arguments.plain_name,
        metavar="NAME",
        help="print a new token for NAME, and its line for the token file",
    )
    add_listening(agent, 8017)
    agent.add_argument(
        "--token-file", type=arguments.path, metavar="FILE", help="lines of NAME SHA256 [what it is for]"
    )
    agent.add_argument(
        "--store",
        type=arguments.path,
        metavar="FILE",
        help="what was sent (default: beside the token file)",
    )
    agent.add_argument("--read-only", action="store_true", help="take documents that read, and no others")
    agent.epilog = "SIGTERM or Ctrl+C: nothing new is taken, and what is being answered ends."


def _agent(options: argparse.Namespace) -> ExitCode:
    from procore_qbd.transports import Agent, AgentStore, AgentToken, new_token

    if options.new_token is not None:
        token = new_token()
        say(f"token, for the program that sends; it is shown this once: {token}")
        kept = AgentToken.of(token, options.new_token)
        say(f"line for the token file of the agent: {kept.tenant} {kept.sha256}")
        return ExitCode.OK
    if (options.company is None and options.com is None) or options.token_file is None:
        raise UnusableError("name the company file (--company or --com) and the --token-file")
    must_be_private(options, "the agent", "tokens and books")
    create_server = server("the agent")
    tokens = read(options.token_file, lambda data: _tokens(data, read_only=options.read_only))
    store_at = options.store or options.token_file.with_name(f"{options.token_file.name}.store")
    with ExitStack() as stack:
        company = _company(stack, options)
        application = Agent(company, tokens, stack.enter_context(AgentStore(store_at)))
        stopping = stack.enter_context(told_to_stop())
        ended = serve(create_server, application, options.listen, stopping, stop=application.stop, **_WAITRESS)
    say("stopped" if ended else "stopped while a document was being answered: how it ends is uncertain")
    return ExitCode.OK


def _company(stack: ExitStack, options: argparse.Namespace) -> Transport:
    if options.company is not None:
        from procore_qbd.simulator import CompanyFile
        from procore_qbd.transports import Memory

        return Memory(stack.enter_context(CompanyFile.open(options.company)).process)
    from procore_qbd.transports import Com, InProcess

    here = InProcess()
    try:
        here.load()
    except NotSentError as error:
        raise UnusableError(f"--com: {error.detail}") from None
    return stack.enter_context(Com(options.com, through=here))


def _tokens(data: bytes, *, read_only: bool) -> list[AgentToken]:
    """The tokens of a token file."""
    from procore_qbd.transports import AgentToken

    found = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        name, digest, *more = (*words, "") if len(words) == 1 else words
        try:
            scope = scope_of(more, read_only=read_only, before="NAME SHA256 and what the token is for: ")
            found.append(AgentToken(name, digest, scope))
        except (AgentError, UnusableError) as error:
            raise AgentError(f"line {number}: {error}") from None
    return found
