"""``agent``: put one company file behind an authenticated POST, for programs on other computers."""

from __future__ import annotations

import argparse
import logging
import re
import socket
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError, read
from procore_qbd.cli.output import flush, say
from procore_qbd.cli.stopping import told_to_stop
from procore_qbd.errors import AgentError, NotSentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.cli.commands import Commands
    from procore_qbd.transports.agent import AgentToken
    from procore_qbd.transports.base import Transport

__all__ = ["register"]

_WAITRESS: Final[dict[str, Any]] = {"threads": 8, "ident": None, "max_request_body_size": 1 << 24}
_ACTS: Final = ("reads", "adds", "mods", "deletes")
_LAST_WORDS = 2.0
"""Seconds in which the last answer goes out."""


def register(commands: Commands) -> None:
    """Add the command."""
    agent = commands.add("agent", _agent, "Let programs on other computers send documents to a company file.")
    which = agent.add_mutually_exclusive_group()
    which.add_argument("--company", type=arguments.path, metavar="FILE", help="a simulated company file")
    which.add_argument(
        "--com", nargs="?", const="", metavar="PATH", help="the company file of QuickBooks; without PATH the open one"
    )
    which.add_argument(
        "--new-token", type=_tenant, metavar="NAME", help="print a new token for NAME, and its line for the token file"
    )
    agent.add_argument("--listen", type=_address, default=("127.0.0.1", 8017), metavar="HOST:PORT")
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
    agent.add_argument(
        "--behind-tls",
        action="store_true",
        help="listen on an address that others reach: something in front speaks TLS, or the network is encrypted",
    )
    agent.epilog = "SIGTERM or Ctrl+C: nothing new is taken, and what is being answered ends."


def _tenant(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", text):
        raise argparse.ArgumentTypeError(f"expected a name of letters, digits, '.', '_' and '-', got {text!r}")
    return text


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdecimal() and int(port) < 1 << 16):
        raise argparse.ArgumentTypeError(f"expected HOST:PORT, such as 127.0.0.1:8017, got {text!r}")
    return host.strip("[]"), int(port)


def _agent(options: argparse.Namespace) -> ExitCode:
    from procore_qbd.transports import Agent, AgentStore, AgentToken, new_token
    from procore_qbd.transports.http import is_this_computer

    if options.new_token is not None:
        token = new_token()
        say(f"token, for the program that sends; it is shown this once: {token}")
        kept = AgentToken.of(token, options.new_token)
        say(f"line for the token file of the agent: {kept.tenant} {kept.sha256}")
        return ExitCode.OK
    if (options.company is None and options.com is None) or options.token_file is None:
        raise UnusableError("name the company file (--company or --com) and the --token-file")
    host, port = options.listen
    if not options.behind_tls and not is_this_computer(host):
        raise UnusableError(
            f"{host} is reached by others, and the agent itself speaks no TLS: everybody on the way could read tokens "
            "and books. Listen on 127.0.0.1 with a proxy in front that speaks TLS; or say --behind-tls"
        )
    create_server = _server()
    tokens = read(options.token_file, lambda data: _tokens(data, read_only=options.read_only))
    store_at = options.store or options.token_file.with_name(f"{options.token_file.name}.store")
    with ExitStack() as stack:
        company = _company(stack, options)
        application = Agent(company, tokens, stack.enter_context(AgentStore(store_at)))
        stopping = stack.enter_context(told_to_stop())
        server = create_server(application, sockets=[stack.enter_context(_listening(host, port))], **_WAITRESS)
        logging.getLogger("waitress").setLevel(logging.ERROR)
        threading.Thread(target=server.run, daemon=True).start()
        say(f"listening on http://{host}:{server.effective_port}/")
        flush()
        stopping.wait()
        ended = application.stop()
        server.task_dispatcher.shutdown(cancel_pending=False)
        time.sleep(min(_LAST_WORDS, server.adj.asyncore_loop_timeout + 0.1))  # the last answer goes out
        server.close()
    say("stopped" if ended else "stopped while a document was being answered: how it ends is uncertain")
    return ExitCode.OK


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UnusableError(f"{host}:{port}: cannot listen there: {error.strerror or error}") from None


def _server() -> Callable[..., Any]:
    try:
        from waitress.server import create_server
    except ImportError:
        raise UnusableError('the agent needs a server: pip install "procore-qbd[serve]"') from None
    found: Callable[..., Any] = create_server
    return found


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
            found.append(AgentToken(name, digest, _scope(more, read_only=read_only)))
        except AgentError as error:
            raise AgentError(f"line {number}: {error}") from None
    return found


def _scope(words: list[str], *, read_only: bool) -> Callable[[Transport], Transport] | None:
    """What a line of the token file lets a token do; everything, where it says nothing."""
    from procore_qbd.transports import Memory, Only

    allowed: dict[str, Any] = dict.fromkeys(_ACTS, False)
    for word in ["reads"] if words == ["read-only"] else words:
        act, has_kinds, kinds = word.partition("=")
        if act not in _ACTS:
            raise AgentError(
                f"expected NAME SHA256 and what the token is for: read-only alone, or {', '.join(_ACTS)}, each also "
                f"with kinds of records, as adds=Vendor,Bill; got {word!r}"
            )
        allowed[act] = frozenset(kinds.split(",")) if has_kinds else True
    if read_only:
        allowed = dict.fromkeys(_ACTS, False) | {"reads": allowed["reads"] if words else True}
    elif not words:
        return None
    try:
        Only(Memory(bytes), **allowed)
    except ValueError as error:
        raise AgentError(str(error)) from None
    return lambda company: Only(company, **allowed)
