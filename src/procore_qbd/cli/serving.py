"""What the commands share that others call over HTTP: where they listen, on whose network, and how they end."""

from __future__ import annotations

import argparse
import logging
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from procore_qbd.cli.files import UnusableError
from procore_qbd.cli.output import flush, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["add_listening", "must_be_private", "serve", "server"]

_LAST_WORDS = 2.0
"""Seconds in which the last answer goes out."""


def add_listening(command: argparse.ArgumentParser, port: int) -> None:
    """Let a command be told where to listen, and that something in front speaks TLS."""
    command.add_argument(
        "--listen",
        type=_address,
        default=("127.0.0.1", port),
        metavar="HOST:PORT",
        help=f"where (default: 127.0.0.1:{port})",
    )
    command.add_argument(
        "--behind-tls",
        action="store_true",
        help="listen on an address that others reach: something in front speaks TLS, or the network is encrypted",
    )


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdecimal() and int(port) < 1 << 16):
        raise argparse.ArgumentTypeError(f"expected HOST:PORT, such as 127.0.0.1:8017, got {text!r}")
    return host.strip("[]"), int(port)


def must_be_private(options: argparse.Namespace, who: str, secrets: str) -> None:
    """See that nobody reads along: others do not reach the address, or a person says that it does not matter.

    Args:
        options: Those of `add_listening`.
        who: Who listens.
        secrets: What everybody on the way could read.

    Raises:
        UnusableError: Somebody could.
    """
    from procore_qbd.transports.http import is_this_computer

    host = options.listen[0]
    if not options.behind_tls and not is_this_computer(host):
        raise UnusableError(
            f"{host} is reached by others, and {who} itself speaks no TLS: everybody on the way could read {secrets}. "
            "Listen on 127.0.0.1 with a proxy in front that speaks TLS; or say --behind-tls"
        )


def server(who: str) -> Callable[..., Any]:
    """What makes a server of a WSGI application.

    Raises:
        UnusableError: It is not installed.
    """
    try:
        from waitress.server import create_server
    except ImportError:
        raise UnusableError(f'{who} needs a server: pip install "procore-qbd[serve]"') from None
    found: Callable[..., Any] = create_server
    return found


def serve(
    create_server: Callable[..., Any],
    application: Callable[..., Any],
    listen: tuple[str, int],
    stopping: threading.Event,
    *,
    stop: Callable[[], bool],
    path: str = "/",
    hints: Sequence[str] = (),
    **settings: Any,
) -> bool:
    """Serve an application until it is told to stop; whether everything ended by then.

    Args:
        create_server: What `server` found.
        application: The WSGI application.
        listen: The host, and the port; 0 for any that is free.
        stopping: Is set when it is to stop.
        stop: Ends what the application is at, while the server still answers; whether it did.
        path: Where the application is, for the line that says where it listens.
        hints: What to say below that line.
        settings: Of waitress.

    Raises:
        UnusableError: It cannot listen there.
    """
    host = f"[{listen[0]}]" if ":" in listen[0] else listen[0]
    with _listening(*listen) as there:
        running = create_server(application, sockets=[there], ident=None, **settings)
        logging.getLogger("waitress").setLevel(logging.ERROR)
        threading.Thread(target=running.run, daemon=True).start()
        say(f"listening on http://{host}:{running.effective_port}{path}")
        for hint in hints:
            say(hint)
        flush()
        stopping.wait()
        ended = stop()
        running.task_dispatcher.shutdown(cancel_pending=False)
        time.sleep(min(_LAST_WORDS, running.adj.asyncore_loop_timeout + 0.1))  # the last answer goes out
        running.close()
    return ended


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UnusableError(f"{host}:{port}: cannot listen there: {error.strerror or error}") from None
