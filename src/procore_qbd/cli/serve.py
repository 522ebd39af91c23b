"""``serve``: the service that QuickBooks Web Connectors call, on computers that nobody can reach."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError, make_folder, read
from procore_qbd.cli.opening import open_database
from procore_qbd.cli.out_folder import teller
from procore_qbd.cli.output import say
from procore_qbd.cli.scopes import scope_of
from procore_qbd.cli.serving import add_listening, must_be_private, serve, server
from procore_qbd.cli.stopping import told_to_stop
from procore_qbd.domain import Books

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from procore_qbd.cli.commands import Commands
    from procore_qbd.transports.base import Transport
    from procore_qbd.webconnector import ConnectorApp, WebConnector

__all__ = ["register"]

_LARGEST: Final = 1 << 30
_WAITRESS: Final[dict[str, Any]] = {"threads": 32, "max_request_body_size": _LARGEST}
_QUIET, _LAST_CALLS, _LOOK = 1.0, 5.0, 0.05
"""After how many seconds without a call it stops, once its work has ended; after how many in any case."""
_BEHIND_A_PROXY: Final[dict[str, Any]] = {
    "trusted_proxy": "*",
    "trusted_proxy_headers": {"x-forwarded-for"},
    "trusted_proxy_count": 1,  # the last entry, which the proxy itself wrote
}


def register(commands: Commands) -> None:
    """Add the command."""
    serving = commands.add("serve", _serve, "Let QuickBooks Web Connectors fetch what waits for their company files.")
    serving.add_argument(
        "--url", required=True, metavar="URL", help="where Web Connectors reach it: https://…, as in the .qwc files"
    )
    add_listening(serving, 8018)
    serving.add_argument(
        "--trust-proxy",
        action="store_true",
        help="whoever calls is the last of X-Forwarded-For: a proxy in front writes it, and nobody gets past the proxy",
    )
    serving.add_argument("--books", type=arguments.path, metavar="FILE", help="the bookkeeper's choices, a TOML file")
    serving.add_argument("--out", type=arguments.path, metavar="DIR", help="write the close-outs there, as told")
    serving.add_argument(
        "--app-name", type=arguments.name, metavar="NAME", help="what people see; the same as for qwc (has a default)"
    )
    arguments.add_database(serving)
    serving.epilog = (
        "SIGTERM or Ctrl+C: nothing new is begun, and what is at work ends. For one process the journal may be in "
        "SQLite; several that serve one journal need PostgreSQL."
    )


def _serve(options: argparse.Namespace) -> ExitCode:
    from procore_qbd.webconnector import ConnectorApp, WebConnector

    app = ConnectorApp(url=options.url, **({"name": options.app_name} if options.app_name else {}))
    _must_be_callable(app)
    must_be_private(options, "the service", "passwords and books")
    create_server = server("the service")
    books = read(options.books, Books.from_toml) if options.books else Books()
    if options.out is not None:
        make_folder(options.out)
    with ExitStack() as stack:
        service = WebConnector(
            stack.enter_context(open_database(options.journal)),
            app,
            books=lambda _: books,
            tell=teller(options.out) if options.out is not None else None,
            scope=_within,
            largest=_LARGEST,
        )
        stopping = stack.enter_context(told_to_stop())
        nobody = "nobody is let in yet: procore-qbd qwc makes a login, and the .qwc file for the bookkeeper"
        answering = _Answering(service)
        ended = serve(
            create_server,
            answering,
            options.listen,
            stopping,
            stop=answering.stop,
            path=urlsplit(app.url).path.rstrip("/") or "/",
            hints=[] if service.sessions.logins() else [nobody],
            **_WAITRESS,
            **(_BEHIND_A_PROXY if options.trust_proxy else {}),
        )
    say("stopped" if ended else "stopped while an update was at work; the next process goes on with it")
    return ExitCode.OK


class _Answering:
    """The service, which still answers for a moment when its work has ended: updates are told how that was."""

    def __init__(self, service: WebConnector) -> None:
        self._service, self._last = service, 0.0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        try:
            return self._service(environ, start_response)
        finally:
            self._last = time.monotonic()

    def stop(self) -> bool:
        """Begin nothing new, and wait for what is at work, then for the calls that follow it; whether all ended."""
        ended = self._service.close()
        until = time.monotonic() + _LAST_CALLS
        while self._last + _QUIET > time.monotonic() < until:
            time.sleep(_LOOK)
        return ended


def _within(scope: str, transport: Transport) -> Transport:
    limit = scope_of(scope.split())
    return transport if limit is None else limit(transport)


def _must_be_callable(app: ConnectorApp) -> None:
    """See that a Web Connector takes the address, before somebody has it in his file."""
    from procore_qbd.webconnector import Login, QwcFile

    somebody = Login(user="x", company="x", secret="", file_id=QwcFile.file_id_of("x", "x"))
    try:
        app.qwc(somebody)
    except ValueError as error:
        raise UnusableError(str(error)) from None
