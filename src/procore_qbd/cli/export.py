"""``export``: carry out ERP requests against a simulated company file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.exporting import BrokenOffError, Export, ItemEnding, NotKeptError, RequestEnding
from procore_qbd.cli.files import called, make_folder, read, read_request_file
from procore_qbd.cli.opening import full_name, open_journal, open_or_create
from procore_qbd.cli.out_folder import OutFolder
from procore_qbd.cli.output import say, tell
from procore_qbd.domain import Books
from procore_qbd.errors import PayloadError, ProcoreQbdError
from procore_qbd.testing.seeding import policy_references, references

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from procore_qbd.cli.commands import Commands
    from procore_qbd.domain import ErpRequest
    from procore_qbd.simulator import CompanyFile

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Add the command."""
    export = commands.add("export", _export, "Carry out ERP requests against a simulated company file.")
    export.add_argument(
        "requests", nargs="+", type=arguments.path, metavar="REQUEST.json", help="ERP requests as Procore sends them"
    )
    export.add_argument(
        "--company",
        required=True,
        type=arguments.path,
        metavar="FILE",
        help="the company file; created if it does not exist",
    )
    export.add_argument("--books", type=arguments.path, metavar="FILE", help="the bookkeeper's choices, a TOML file")
    export.add_argument(
        "--customer", type=arguments.name, metavar="NAME", help="the QuickBooks customer that is the parent of the jobs"
    )
    arguments.add_procore_company(export)
    arguments.add_journal(export)
    export.add_argument("--seed-references", action="store_true", help="first put in what requests and books refer to")
    export.add_argument("--out", type=arguments.path, metavar="DIR", help="write the qbXML and the close-outs there")


def _export(options: argparse.Namespace) -> ExitCode:
    books = read(options.books, Books.from_toml) if options.books else Books()
    if options.customer is not None:
        books = books.under(options.customer)
    out = _out(options.out)
    tasks = [_task(number, path, options.procore_company) for number, path in enumerate(options.requests, 1)]
    if out is not None:
        for task in tasks:
            out.try_name(task.name, task.path)
    if all(isinstance(task.request, ProcoreQbdError) for task in tasks):
        return _nothing_to_carry_out(tasks, out)
    with (
        open_or_create(options.company, options.company.stem, options.journal) as company,
        open_journal(options.company, company, options.environment, options.journal) as journal,
    ):
        if out is not None:
            for task in tasks:
                out.clear(task.name)
        return _carry_out(Export(company, journal, books, out), tasks, seed=options.seed_references)


def _out(path: Path | None) -> OutFolder | None:
    if path is None:
        return None
    make_folder(path)
    return OutFolder(path)


# --- what the files ask for ------------------------------------------------------------------------------------------


@attrs.frozen
class _Task:
    """A file of the command line.

    Attributes:
        name: What is written of it is called so.
        path: The file.
        request: What it asks for, or why it cannot be used.
    """

    name: str
    path: Path
    request: ErpRequest | ProcoreQbdError

    @property
    def called(self) -> str:
        """What the file is called in messages."""
        return called(self.path)


def _task(number: int, path: Path, company_id: int | None) -> _Task:
    try:
        request: ErpRequest | ProcoreQbdError = read_request_file(path, company_id)
    except ProcoreQbdError as error:
        request = error
    return _Task(f"{number:02}-{path.stem}", path, request)


def _nothing_to_carry_out(tasks: Sequence[_Task], out: OutFolder | None) -> ExitCode:
    """How the command ends where no file can be used: no company file is opened or made."""
    for task in tasks:
        if isinstance(task.request, ProcoreQbdError):
            _refuse(task, task.request, out)
    say(f"{RequestEnding.NOT_CARRIED_OUT}: {', '.join(task.called for task in tasks)}")
    return ExitCode.UNUSABLE


def _refuse(task: _Task, error: ProcoreQbdError, out: OutFolder | None) -> None:
    """Tell that a request cannot be used; what of it can be closed in Procore is closed as failed."""
    from procore_qbd.procore import refuse

    tell(f"{task.path}: {error}")
    if out is not None and isinstance(error, PayloadError):
        try:
            out.clear(task.name)
            out.write_close_out(task.name, refuse(error))
        except OSError as failure:
            tell(f"{out.path}: the close-out cannot be written: {failure.strerror or failure}")


# --- carrying them out -----------------------------------------------------------------------------------------------


def _carry_out(export: Export, tasks: Sequence[_Task], *, seed: bool) -> ExitCode:
    """Carry out the requests in their order; one that cannot be used or breaks off does not stop the others.

    Raises:
        KeyboardInterrupt: A person broke it off; how it ended is printed.
    """
    ended: dict[RequestEnding, list[str]] = {ending: [] for ending in RequestEnding}
    for task in tasks:
        export.ending = RequestEnding.NOT_CARRIED_OUT
        try:
            if not export.over:
                _carry_out_one(export, task, seed=seed)
        except KeyboardInterrupt:
            export.over = export.interrupted = True
        ended[export.ending].append(task.called)
    broken_off = bool(ended[RequestEnding.IN_DOUBT] or ended[RequestEnding.NOT_CARRIED_OUT])
    _print_total(export.total(), ended if broken_off or export.interrupted else {})
    if export.interrupted:
        raise KeyboardInterrupt
    if broken_off or export.failed:
        return ExitCode.UNUSABLE
    return ExitCode.REFUSED if export.counts[ItemEnding.REFUSED] else ExitCode.OK


def _carry_out_one(export: Export, task: _Task, *, seed: bool) -> None:
    request = task.request
    if isinstance(request, ProcoreQbdError):
        _refuse(task, request, export.out)
        return
    try:
        if seed:
            export.written |= _seed(export.company, references(request), policy_references(export.books))
        say(f"{task.called}: {request.request_name}")
        export.carry_out(task.name, request)
    except NotKeptError as error:
        tell(f"{task.path}: {error}")
        export.failed = True
    except ProcoreQbdError as error:
        why = export.company.last_fault if isinstance(error, BrokenOffError) else None
        tell(f"{task.path}: {error} (The company file {why}.)" if why else f"{task.path}: {error}")


def _print_total(total: str, ended: dict[RequestEnding, list[str]]) -> None:
    """Print how it all ended; of what was broken off, which file ended how."""
    if total:
        say(total)
    for ending, names in ended.items():
        if names:
            say(f"{ending}: {', '.join(names)}")


def _seed(company: CompanyFile, named: tuple[Any, ...], by_policy: tuple[Any, ...]) -> bool:
    """Put in what a request names by id; of what the books name, only what the file does not have by that name.

    Returns:
        Whether anything was put in.
    """
    there = {(list_, full_name(record)) for list_ in ("Account", "Customer") for record in company.records(list_)}
    lacking = [
        record
        for record in by_policy
        if (record.__record__.tag, f"{record.parent_ref.full_name}:{record.name}" if record.parent_ref else record.name)
        not in there
    ]
    if put := company.seed((*named, *lacking)):
        say("put in first: " + ", ".join(f"{record.__record__.tag} {full_name(record)}" for record in put))
    return bool(put)
