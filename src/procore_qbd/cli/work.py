"""``submit`` and ``work``: requests into the inbox, and the plain worker that carries them out, again and again."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import attrs

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError, make_folder, read, read_request_file
from procore_qbd.cli.opening import open_journal, opened_journal
from procore_qbd.cli.out_folder import teller
from procore_qbd.cli.output import say, tell
from procore_qbd.cli.stopping import told_to_stop
from procore_qbd.domain import Books
from procore_qbd.errors import ProcoreQbdError
from procore_qbd.simulator import CompanyFile
from procore_qbd.transports import Memory
from procore_qbd.worker import WorkerSettings, work

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from procore_qbd.cli.commands import Commands
    from procore_qbd.domain import ErpRequest
    from procore_qbd.journal import Journal
    from procore_qbd.transports.base import Transport
    from procore_qbd.worker import Health

__all__ = ["register"]

_LARGE = 10_000
_PATIENCE = 60
"""Seconds to wait for a company file that another worker is draining."""


def register(commands: Commands) -> None:
    """Add the commands."""
    submit = commands.add("submit", _submit, "Put ERP requests into the inbox of a company file, for a worker.")
    submit.add_argument(
        "requests", nargs="+", type=arguments.path, metavar="REQUEST.json", help="ERP requests as Procore sends them"
    )
    arguments.add_company_or_name(submit)
    arguments.add_procore_company(submit)
    worker = commands.add("work", _work, "Carry out what waits in the inboxes of company files, until told to stop.")
    worker.add_argument(
        "--company",
        required=True,
        nargs="+",
        type=arguments.path,
        metavar="FILE",
        help="the company files; they have one journal, so there must be a --journal for several",
    )
    worker.add_argument("--books", type=arguments.path, metavar="FILE", help="the bookkeeper's choices, a TOML file")
    worker.add_argument("--out", type=arguments.path, metavar="DIR", help="write the close-outs there, as told")
    worker.add_argument("--health", type=arguments.path, metavar="FILE", help="write how it fares there, as JSON")
    worker.add_argument("--until-idle", action="store_true", help="end when nothing is due")
    worker.add_argument(
        "--idle", type=arguments.seconds, default=5.0, metavar="SECONDS", help="between looks (default: 5)"
    )
    worker.epilog = (
        "SIGTERM or Ctrl+C once: nothing new is begun, and what is in work ends; twice: at once, which loses nothing "
        "either. Any number of workers may work on one journal."
    )
    for command in (submit, worker):
        arguments.add_journal(command)


def _submit(options: argparse.Namespace) -> ExitCode:
    requests = [(path, _request(path, options.procore_company)) for path in options.requests]
    with opened_journal(options, _PATIENCE) as (company, journal):
        for path, request in requests:
            say(f"{path.name}: request {journal.submit(company, request)}")
    return ExitCode.OK


def _request(path: Path, company_id: int | None) -> ErpRequest:
    try:
        return read_request_file(path, company_id)
    except ProcoreQbdError as error:
        raise UnusableError(f"{path}: {error}; nothing was submitted") from None


def _work(options: argparse.Namespace) -> ExitCode:
    books = read(options.books, Books.from_toml) if options.books else Books()
    if options.out is not None:
        make_folder(options.out)
    if options.health is not None and options.health.exists() and not _is_health(options.health):
        raise UnusableError(f"{options.health}: is something else than what --health writes, and was left alone")
    with ExitStack() as stack:
        journal, files = _opened(stack, options)
        stopping = stack.enter_context(told_to_stop())
        health = work(
            journal,
            mine=files.__contains__,
            transport=lambda company: _line(files, company),
            books=lambda _: books,
            tell=teller(options.out) if options.out is not None else None,
            settings=WorkerSettings(),
            stop=stopping.is_set,
            until_idle=options.until_idle,
            idle=options.idle,
            report=(lambda health: _report(options.health, health)) if options.health else None,
            wait=stopping.wait,
        )
    for what, count in sorted(health.requests.items()):
        say(f"{what:<8} {count:>6}")
    return ExitCode.REFUSED if health.requests["refused"] or health.requests["failed"] else ExitCode.OK


def _opened(stack: ExitStack, options: argparse.Namespace) -> tuple[Journal, dict[str, Path]]:
    """The journal, and where each company file is that it knows."""
    if len(options.company) > 1 and not options.journal:
        raise UnusableError("several company files have one journal only in a database: name it (--journal)")
    files: dict[str, Path] = {}
    journal = None
    for path in options.company:
        with CompanyFile.open(path, patience=_PATIENCE) as company:
            files[company.file_id] = path
            opened = open_journal(path, company, options.environment, options.journal)
        if journal is None:
            journal = stack.enter_context(opened)
        else:
            opened.close()
    assert journal is not None  # noqa: S101  there is one company file at least
    return journal, files


@contextmanager
def _line(files: dict[str, Path], company: str) -> Iterator[Transport]:
    """A company file is open only while it is drained, so that others may work on it too."""
    with CompanyFile.open(files[company], patience=_PATIENCE) as opened:
        yield Memory(opened.process)


def _is_health(path: Path) -> bool:
    """Whether a file is what an earlier worker wrote, and no company file, say, that was named by mistake."""
    try:
        return path.stat().st_size < _LARGE and "drains" in json.loads(path.read_bytes())
    except (OSError, ValueError, TypeError):
        return False


def _report(path: Path, health: Health) -> None:
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_text(json.dumps(attrs.asdict(health), indent=2) + "\n", "utf-8")
        fresh.replace(path)  # so that nobody reads half of it
    except OSError as error:  # exports do not hang on it
        tell(f"{path}: cannot be written: {error.strerror or error}")
