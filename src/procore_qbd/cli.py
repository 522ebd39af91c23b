"""``procore-qbd``: carry out requests against a company file, look inside it, check qbXML, ask who may do what.

A thin command over the library. Exit codes: 0 all is well, 1 something was refused, 2 some input cannot be used, was
not carried out or is in doubt; the rest was carried out.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import errno
import io
import json
import os
import re
import sys
import tempfile
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from procore_qbd import __version__, demo
from procore_qbd.codes import Effect, status
from procore_qbd.demo import ledger, picture
from procore_qbd.domain import Books, ItemKind, Link, Pair, QuickBooksId, RefusalCode
from procore_qbd.domain.links import NO_PROCORE_ID, is_procore_id
from procore_qbd.erp import perform
from procore_qbd.erp.references import policy_references, references
from procore_qbd.erp.settling import record_id, record_name
from procore_qbd.errors import (
    CompanyFileError,
    LinkError,
    PayloadError,
    ProcoreQbdError,
    ReplyError,
    TransportError,
)
from procore_qbd.flows import ask_all, run
from procore_qbd.journal import LinksFile
from procore_qbd.permissions import PUBLISHED, TUTORIALS, can, matrix
from procore_qbd.qbxml import Dialect, Edition, Request
from procore_qbd.qbxml.messages.inspection import inspect
from procore_qbd.simulator import CompanyFile
from procore_qbd.transports import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from procore_qbd.domain import CloseOut, DetailOutcome, ErpRequest

__all__ = ["main"]

T = TypeVar("T")

OK, REFUSED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


class _UnusableError(ProcoreQbdError):
    """A file or an option cannot be used; the message says which."""


class _NotKeptError(ProcoreQbdError):
    """A request was carried out, and not all of its links can be kept."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console without the character is no reason to stop
    _UNPRINTED.clear()
    code = _run(arguments)
    return max(code, UNUSABLE) if _UNPRINTED else code


def _run(arguments: Sequence[str] | None) -> int:
    try:
        options = _parser().parse_args(arguments)
        return int(options.command(options))
    except ProcoreQbdError as error:
        return _tell(error)
    except OSError as error:
        return _tell(f"{error.filename}: {error.strerror}" if error.filename else error)
    except KeyboardInterrupt:
        _tell("interrupted; what was carried out is kept, and the same command goes on from there")
        return INTERRUPTED
    finally:
        _say(end="")


_UNPRINTED: list[OSError] = []
"""Why lines could not be printed, since `main` was called."""


def _say(text: object = "", *, end: str = "\n") -> None:
    """Print a line. What has begun does not stop because nobody reads on (``| head``), or because the disk is full."""
    try:
        print(text, end=end, flush=not end)
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EINVAL):
            _tell(f"nothing more can be printed: {error.strerror or error}")
            _UNPRINTED.append(error)
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(what: object) -> int:
    """Say on standard error what cannot be used or done; returns the exit code for it."""
    with contextlib.suppress(OSError):
        print(f"procore-qbd: {what}", file=sys.stderr)
    return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="procore-qbd", description="Procore's ERP Integrations for QuickBooks Desktop."
    )
    parser.add_argument("--version", action="version", version=f"procore-qbd {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function: Any, about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(command=function)
        return sub

    export = command("export", _export, "Carry out ERP requests against a simulated company file.")
    export.add_argument(
        "requests", nargs="+", type=_path, metavar="REQUEST.json", help="ERP requests as Procore sends them"
    )
    export.add_argument(
        "--company", required=True, type=_path, metavar="FILE", help="the company file; made if it is not there"
    )
    export.add_argument("--books", type=_path, metavar="FILE", help="the bookkeeper's choices, a TOML file")
    export.add_argument("--customer", type=_name, metavar="NAME", help="the QuickBooks customer that jobs stand under")
    export.add_argument(
        "--procore-company", type=_id, metavar="ID", help="the Procore company, where a request does not say"
    )
    export.add_argument(
        "--environment",
        type=_name,
        default="production",
        metavar="NAME",
        help="Procore's environment (default: production)",
    )
    export.add_argument(
        "--seed-references",
        action="store_true",
        help="first put in what requests and books refer to",
    )
    export.add_argument("--out", type=_path, metavar="DIR", help="write the qbXML and the close-outs there")

    linking = command("link", _link, "Say that a Procore item is a record that QuickBooks has already.")
    unlinking = command("unlink", _unlink, "Forget a link; the item's next export makes a new record.")
    for sub in (linking, unlinking):
        sub.add_argument("kind", type=_kind, metavar="KIND", help=f"one of {', '.join(_KINDS)}")
        sub.add_argument("procore_id", type=_id, metavar="PROCORE_ID")
        if sub is linking:
            sub.add_argument(
                "quickbooks_id",
                metavar="QUICKBOOKS_ID",
                help="a ListID or TxnID; JOB|ITEM for a cost_code; ORDER|LINE|LINE… for a change_order",
            )
            sub.add_argument(
                "--shared", action="store_true", help="other items are this record too: it was merged from several"
            )
        sub.add_argument("--company", required=True, type=_path, metavar="FILE")
        sub.add_argument("--environment", type=_name, default="production", metavar="NAME")

    company = command("company", _company, "Show what is inside a simulated company file.")
    company.add_argument("company", type=_path, metavar="FILE")
    company.add_argument(
        "list",
        nargs="?",
        metavar="LIST",
        help="Jobs, with their money; or Vendor, Customer, PurchaseOrder, …; all are counted without",
    )

    checking = command(
        "check", _check, "Read qbXML, documents or fragments, and list everything that is wrong with it."
    )
    checking.add_argument("files", nargs="+", type=_path, metavar="FILE")
    checking.add_argument(
        "--version",
        type=_version,
        dest="qbxml",
        metavar="VERSION",
        help="of qbXML (default: the document's, or 13.0)",
    )
    checking.add_argument(
        "--edition", choices=[edition.name for edition in Edition], help="of QuickBooks (default: any)"
    )

    asking = command("can", _can, "Say whether a user may do an action, and why.")
    asking.add_argument(
        "user", type=_path, metavar="USER.json", help="a user, as Procore's API or a person describes one"
    )
    asking.add_argument("action", metavar="ACTION", help="the published title of the action")
    asking.add_argument("--item", metavar="KIND", help="the kind of item, where the action depends on it")
    table = command("matrix", _matrix, "Show who may do what, as a table.")
    table.add_argument("users", type=_path, metavar="USERS.json", help="a list of users")
    for sub in (asking, table):
        sub.add_argument("--project", metavar="ID", help="the project, where the answer depends on it")
        sub.add_argument(
            "--policy",
            choices=list(_POLICIES),
            default=PUBLISHED.name,
            help="which reading of Procore's table decides (default: %(default)s)",
        )
        sub.add_argument("--json", action="store_true", help="print JSON")

    showing = command("demo", _demo, "Watch a small construction company go from Procore to QuickBooks.")
    showing.add_argument(
        "--dir", type=_path, default=Path("procore-qbd-demo"), metavar="DIR", help="where (default: %(default)s)"
    )
    return parser


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("expected a name, got nothing")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(f"expected a name, got bytes that are no text: {text!r}") from None
    return text


def _path(text: str) -> Path:
    if not text.strip():  # `Path("")` is the folder where one stands
        raise argparse.ArgumentTypeError("expected a file or a folder, got nothing")
    return Path(text)


def _id(text: str) -> int:
    if not (re.fullmatch("[0-9]{1,19}", text) and is_procore_id(int(text))):
        raise argparse.ArgumentTypeError(f"{NO_PROCORE_ID}, got {text!r}")
    return int(text)


# --- export ----------------------------------------------------------------------------------------------------------

_ENDINGS = ("made", "updated", "unchanged", "refused", "in doubt")
_ADDS = re.compile(rb"<\w+AddRq[ />]")
_WRITES = re.compile(rb"<\w+(Add|Mod)Rq[ />]")
_WRITTEN = re.compile(r"\.\d+\.(request|reply)\.xml|\.close-out\.json")


class _Desk:
    """A company file, its links and the books: where requests are carried out and their ends are told.

    Args:
        company: The company file.
        links_file: Its links.
        books: The bookkeeper's choices.
        out: Where the qbXML and the close-outs are written, if anywhere.

    Attributes:
        counts: How many items ended in which way.
        failed: Whether anything could not be carried out, kept or written down.
        over: Whether it is no use to go on: nobody knows what QuickBooks did, or the links cannot be kept.
        interrupted: Whether a person broke it off.
        ending: What became of the request in work: ``"carried out"``, ``"not carried out"``, or ``"in doubt"`` if
            something may have been written that is not linked.
    """

    def __init__(self, company: CompanyFile, links_file: LinksFile, books: Books, out: Path | None) -> None:
        self.company, self.links_file, self.books, self.out = company, links_file, books, out
        self.counts: dict[str, int] = dict.fromkeys(_ENDINGS, 0)
        self.differing = 0
        self.written = self.failed = self.over = self.interrupted = False
        self.ending = "not carried out"

    def export(self, name: str, request: ErpRequest) -> CloseOut:
        """Carry out one request, remember its links, write down what was said, and print how it ended.

        Raises:
            _NotKeptError: Not all of its links can be kept; all else was done.
            ProcoreQbdError: It could not be carried out; what was said is written down.
        """
        said: list[tuple[str, bytes]] = []
        transport = Memory(self.company.process, lambda side, document: said.append((side, document)))
        links = self.links_file.links
        changes_before = {link.procore_id for link in links if link.kind is ItemKind.CHANGE_ORDER}
        try:
            close_out = run(perform(request, links, self.books), transport)
        except (ProcoreQbdError, KeyboardInterrupt) as error:
            self._broke_off(error, said)
            self._write(name, said, None)
            raise
        wrote = any(side == "request" and _WRITES.search(document) for side, document in said)
        self.ending = "in doubt" if wrote else "carried out"
        unkept = self._keep(close_out)
        doubts = {detail for detail in close_out.details if _in_doubt(detail, wrote=wrote)}
        self.ending = "in doubt" if doubts else "carried out"
        self._write(name, said, close_out)
        ids: dict[Any, str] = {(data.item_type, data.item_id): data.origin_id for data in close_out.external_data}
        added = any(side == "request" and _ADDS.search(document) for side, document in said)
        for detail in close_out.details:
            new = added or (detail.item_type is ItemKind.CHANGE_ORDER and detail.item_id not in changes_before)
            ending = "made" if new and detail.changed else "updated" if detail.changed else "unchanged"
            if detail.refusals:
                ending = "in doubt" if detail in doubts else "refused"
            self._print(detail, ending, ids.get((detail.item_type, detail.item_id), ""))
        if codes := sum(link.kind is ItemKind.COST_CODE for link in close_out.links):
            _say(f"{'':>15}{codes} cost codes linked to the job")
        if unkept:
            raise _NotKeptError("; ".join(map(str, unkept)))
        return close_out

    def _broke_off(self, error: ProcoreQbdError | KeyboardInterrupt, said: list[tuple[str, bytes]]) -> None:
        sent = [document for side, document in said if side == "request"]
        effect = error.effect if isinstance(error, TransportError) else None
        self.over = effect is Effect.UNKNOWN and any(map(_WRITES.search, sent[-1:]))
        if any(map(_WRITES.search, sent[:-1] if effect is Effect.NOT_DONE else sent)):
            self.ending, self.written = "in doubt", True

    def _keep(self, close_out: CloseOut) -> list[LinkError]:
        """Remember the links. One that contradicts another does not lose the others, nor how the request ended."""
        unkept = []
        for link in close_out.links:
            try:
                self.links_file.links.add(link)
            except LinkError as error:
                unkept.append(error)
        try:
            self.links_file.save()
        except LinkError as error:
            self.over = True
            unkept.append(error)
        return unkept

    def _print(self, detail: DetailOutcome, ending: str, quickbooks_id: str) -> None:
        self.counts[ending] += 1
        self.written |= detail.changed or ending == "in doubt"
        self.differing += bool(detail.differences)
        _say(f"  {ending:<10} {detail.name:<50} {quickbooks_id}".rstrip())
        for message in detail.messages:
            _say(f"{'':>15}{message}")

    def _write(self, name: str, said: list[tuple[str, bytes]], close_out: CloseOut | None) -> None:
        if self.out is None:
            return
        try:
            _clear(self.out, name)
            sides: dict[str, int] = {"request": 0, "reply": 0}
            for side, document in said:
                sides[side] += 1
                (self.out / f"{name}.{sides[side]}.{side}.xml").write_bytes(document)
            if close_out is not None:
                _write_close_out(self.out, name, close_out)
        except OSError as error:
            _tell(f"{error.filename or self.out}: cannot be written: {error.strerror}; run the export again for it")
            self.failed = True

    def total(self) -> str:
        """How it all ended, in numbers."""
        words = ", ".join(f"{count} {ending}" for ending, count in self.counts.items() if count)
        if not self.written:
            words = f"{words}: nothing was written" if words else "nothing was written"
        differing = f"{self.differing} with differences between the two sides" if self.differing else ""
        return "; ".join(filter(None, (words, differing)))


def _in_doubt(detail: DetailOutcome, *, wrote: bool) -> bool:
    """Whether nobody knows what QuickBooks did with a refused item; ``wrote``: its request sent something to write."""
    return any(
        refusal.code is RefusalCode.IN_DOUBT
        or (wrote and refusal.status is not None and status(refusal.status).effect is Effect.UNKNOWN)
        for refusal in detail.refusals
    )


def _clear(out: Path, name: str) -> None:
    """Take out what an earlier run wrote under this name, or its close-out would be taken for one of this run."""
    for stale in out.iterdir():
        if stale.name.startswith(name) and _WRITTEN.fullmatch(stale.name, len(name)):
            stale.unlink()


def _write_close_out(out: Path, name: str, close_out: CloseOut) -> None:
    from procore_qbd.procore import to_json

    (out / f"{name}.close-out.json").write_text(to_json(close_out) + "\n", encoding="utf-8")


def _export(options: argparse.Namespace) -> int:
    books = _books(options.books)
    if options.customer is not None:
        books = books.under(options.customer)
    out: Path | None = options.out
    if out is not None:
        _folder(out)
    tasks = [
        (f"{number:02}-{path.stem}", path, _request(path, options.procore_company))
        for number, path in enumerate(options.requests, 1)
    ]
    if out is not None:
        for name, path, _ in tasks:
            _fits(out, name, path)
    unusable = [(name, path, error) for name, path, error in tasks if isinstance(error, ProcoreQbdError)]
    if len(unusable) == len(tasks):
        for name, path, error in unusable:
            _refuse(path, name, error, out)
        _say(f"not carried out: {', '.join(_called(path) for _, path, _ in tasks)}")
        return UNUSABLE
    with _company_file(options.company, options.company.stem) as company:
        links_file = _links_file(options, company)
        try:
            links_file.save()  # whether they can be kept is known before there are any
        except LinkError as error:
            raise _UnusableError(f"{error}; nothing was carried out") from None
        if out is not None:
            for name, _, _ in tasks:
                _clear(out, name)
        desk = _Desk(company, links_file, books, out)
        return _carry_out(desk, tasks, seed=options.seed_references)


def _carry_out(desk: _Desk, tasks: Sequence[tuple[str, Path, Any]], *, seed: bool) -> int:
    """Carry out the requests in their order; one that cannot be used or breaks off does not stop the others."""
    ended: dict[str, list[str]] = {"carried out": [], "in doubt": [], "not carried out": []}
    for name, path, request in tasks:
        desk.ending = "not carried out"
        try:
            if not desk.over:
                _carry_out_one(desk, name, path, request, seed=seed)
        except KeyboardInterrupt:
            desk.over = desk.interrupted = True
        ended[desk.ending].append(_called(path))
    if total := desk.total():
        _say(total)
    broken_off = ended["in doubt"] or ended["not carried out"]
    if broken_off or desk.interrupted:
        for ending, names in ended.items():
            if names:
                _say(f"{ending}: {', '.join(names)}")
    if desk.interrupted:
        raise KeyboardInterrupt
    return UNUSABLE if broken_off or desk.failed else REFUSED if desk.counts["refused"] else OK


def _carry_out_one(desk: _Desk, name: str, path: Path, request: ErpRequest | ProcoreQbdError, *, seed: bool) -> None:
    if isinstance(request, ProcoreQbdError):
        _refuse(path, name, request, desk.out)
        return
    try:
        if seed:
            desk.written |= _seed(desk.company, references(request), policy_references(desk.books))
        _say(f"{_called(path)}: {request.request_name}")
        desk.export(name, request)
    except _NotKeptError as error:
        _tell(f"{path}: {error}")
        desk.failed = True
    except ProcoreQbdError as error:
        why = desk.company.last_fault if isinstance(error, TransportError) else None
        _tell(f"{path}: {error} (The company file {why}.)" if why else f"{path}: {error}")


def _called(path: Path) -> str:
    return path.name or str(path)


def _refuse(path: Path, name: str, error: ProcoreQbdError, out: Path | None) -> None:
    """Tell that a request cannot be used; what of it can be closed in Procore is closed as failed."""
    from procore_qbd.procore import refuse

    _tell(f"{path}: {error}")
    if out is not None and isinstance(error, PayloadError):
        try:
            _clear(out, name)
            _write_close_out(out, name, refuse(error))
        except OSError as failure:
            _tell(f"{out}: the close-out cannot be written: {failure.strerror or failure}")


def _request(path: Path, company_id: int | None) -> ErpRequest | ProcoreQbdError:
    """What a file asks for, or why it cannot be used."""
    from procore_qbd.procore import read_request

    try:
        data = _bytes(path)
        if place := demo.PLACE.search(data.decode(errors="replace")):
            raise _UnusableError(
                f"has {place[0]} where an id goes: it is a demo's request as it is packed; "
                "`procore-qbd demo` writes them with their ids"
            )
        return read_request(data, company_id=company_id)
    except ProcoreQbdError as error:
        return error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _UnusableError(f"cannot be read: {error.strerror or error}") from None


def _read(path: Path, reader: Callable[[bytes], T]) -> T:
    """What a file says; a fault names the file."""
    try:
        return reader(_bytes(path))
    except ProcoreQbdError as error:
        raise _UnusableError(f"{path}: {error}") from None


def _books(path: Path | None) -> Books:
    return _read(path, Books.from_toml) if path else Books()


def _folder(path: Path) -> None:
    """Make a folder, and find out whether files can be written there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        why = "it is a file, and a folder is needed" if path.is_file() else error.strerror or error
        raise _UnusableError(f"{path}: cannot be written to: {why}; nothing was carried out") from None


def _fits(out: Path, name: str, path: Path) -> None:
    """Find out whether the files of a request can have their names."""
    longest = out / f"{name}.0000.request.xml"
    try:
        longest.touch()
        longest.unlink()
    except OSError as error:
        raise _UnusableError(
            f"{path}: {longest} cannot be written: {error.strerror or error}; nothing was carried out"
        ) from None


def _company_file(path: Path, name: str) -> CompanyFile:
    """The company file; a new one where there is none yet."""
    if path.exists():
        return CompanyFile.open(path)
    if (links := _links_path(path)).exists():
        raise LinkError(f"{links}: holds the links of a company file that is not there; put {path.name} back beside it")
    company = CompanyFile.create(path, name=name)
    _say(f"made a new company file: {path}")
    return company


def _links_path(company: Path) -> Path:
    """Beside the company file itself, by whatever symbolic link it is called."""
    real = Path(os.path.realpath(company)) if company.is_symlink() else company
    return real.with_name(f"{real.name}.links.json")


def _links_file(options: argparse.Namespace, company: CompanyFile) -> LinksFile:
    return LinksFile(_links_path(options.company), company.file_id, environment=options.environment)


def _seed(company: CompanyFile, named: tuple[Any, ...], by_policy: tuple[Any, ...]) -> bool:
    """Put in what a request names by id; of what the books name, only what the file does not have by that name.

    Returns:
        Whether anything was put in.
    """
    there = {(list_, _full_name(record)) for list_ in ("Account", "Customer") for record in company.records(list_)}
    lacking = [
        record
        for record in by_policy
        if (record.__record__.tag, f"{record.parent_ref.full_name}:{record.name}" if record.parent_ref else record.name)
        not in there
    ]
    if put := company.seed((*named, *lacking)):
        _say("put in first: " + ", ".join(f"{record.__record__.tag} {_full_name(record)}" for record in put))
    return bool(put)


def _full_name(record: Any) -> str:
    return record_name(record) or record_id(record)


# --- can, matrix ----------------------------------------------------------------------------------------------------

_POLICIES = {policy.name: policy for policy in (PUBLISHED, TUTORIALS)}


def _can(options: argparse.Namespace) -> int:
    from procore_qbd.procore import read_user

    user = _read(options.user, read_user)
    decision = can(user, options.action, options.project, item=options.item, policy=_POLICIES[options.policy])
    if options.json:
        _say(json.dumps(decision.to_dict(), indent=2, ensure_ascii=False))
    else:
        _say(decision)
        for sentence in decision.advice():
            _say(f"  {sentence}")
    return OK if decision else REFUSED


def _matrix(options: argparse.Namespace) -> int:
    from procore_qbd.procore import read_users

    table = matrix(_read(options.users, read_users), options.project, policy=_POLICIES[options.policy])
    _say(json.dumps(table.to_dicts(), indent=2, ensure_ascii=False) if options.json else table)
    return OK


# --- link, unlink, company -------------------------------------------------------------------------------------------

_LISTS = {
    ItemKind.VENDOR: ("Vendor",),
    ItemKind.PROJECT: ("Customer",),
    ItemKind.STANDARD_COST_CODE: ("ItemService",),
    ItemKind.BUDGET: ("Estimate",),
    ItemKind.WORK_ORDER_CONTRACT: ("PurchaseOrder",),
    ItemKind.PURCHASE_ORDER_CONTRACT: ("PurchaseOrder",),
    ItemKind.REQUISITION: ("Bill", "VendorCredit"),
}
_KINDS = (*_LISTS, ItemKind.COST_CODE, ItemKind.CHANGE_ORDER)


def _kind(text: str) -> ItemKind:
    # By its name, or as the links call it, such as "subcontractor invoice"; case, blanks and hyphens do not count.
    known = {name.replace(" ", "_"): kind for kind in _KINDS for name in (kind, kind.label)}
    wanted = re.sub(r"[\s-]+", "_", text.strip().casefold())
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(_KINDS)}"
    raise argparse.ArgumentTypeError(f"no such kind: {text!r}; {hint}")


def _link(options: argparse.Namespace) -> int:
    with CompanyFile.open(options.company) as company:
        links_file = _links_file(options, company)
        said = Link(
            kind=options.kind,
            procore_id=options.procore_id,
            quickbooks_id=options.quickbooks_id,
            shared=options.shared,
        )
        link = _as_it_is(company, said)
        new = links_file.links.add(link)
        links_file.save()
    what = f"{options.kind.label} {options.procore_id}"
    _say(f"{what} {'is linked' if new else 'was linked already'} to {link.quickbooks_id} {link.name}")
    return OK


def _as_it_is(company: CompanyFile, link: Link) -> Link:
    """A link with what the company file says of its record, which must be there."""
    id_ = link.quickbooks_id
    if isinstance(id_, Pair):
        _record(company, ("Customer",), id_.job)
        return attrs.evolve(link, name=_full_name(_record(company, ("ItemService",), id_.item)))
    if isinstance(id_, QuickBooksId):
        order = _record(company, ("PurchaseOrder",), id_.transaction)
        there = {line.txn_line_id for line in order.lines}
        lacking = [line for line in id_.lines if line not in there]
        if lacking or not id_.lines:
            why = f"it has no line {', '.join(lacking)}" if id_.lines else "name its lines"
            raise LinkError(f"a change order is lines of a purchase order, ORDER|LINE|LINE…, got {id_}: {why}")
        return attrs.evolve(link, name=_full_name(order), edit_sequence=order.edit_sequence, parent=order.txn_id)
    record = _record(company, _LISTS[link.kind], str(id_))
    vendor = getattr(record, "vendor_ref", None)
    orders = [one.txn_id for one in getattr(record, "linked_txns", ()) if one.txn_type == "PurchaseOrder"]
    return attrs.evolve(
        link,
        name=_full_name(record),
        edit_sequence=record.edit_sequence,
        parent=orders[0] if orders and link.kind is ItemKind.REQUISITION else None,
        party=vendor.list_id if vendor else None,
    )


def _record(company: CompanyFile, lists: Sequence[str], quickbooks_id: str) -> Any:
    for list_ in lists:
        for record in company.records(list_):
            if record_id(record) == quickbooks_id:
                return record
    ways = " or ".join(f"`procore-qbd company FILE {list_}`" for list_ in lists)
    raise LinkError(f"the company file has no {' or '.join(lists)} {quickbooks_id!r}; {ways} shows what it has")


def _unlink(options: argparse.Namespace) -> int:
    with CompanyFile.open(options.company) as company:
        links_file = _links_file(options, company)
        links = links_file.links
        before = list(links)
        link = links.remove(options.kind, options.procore_id)
        links_file.save()
    what = f"{options.kind.label} {options.procore_id}"
    _say(f"{what} is linked to nothing any more" if link else f"{what} was not linked: nothing changed")
    gone = [one for one in before if one != link and links.find(one.kind, one.procore_id) is None]
    for kind, below in groupby(sorted(gone, key=attrgetter("kind", "procore_id")), attrgetter("kind")):
        _say(f"  nor is, with it, {kind.label} {', '.join(str(one.procore_id) for one in below)}")
    return OK


_JOBS = "Jobs"


def _company(options: argparse.Namespace) -> int:
    with CompanyFile.open(options.company) as company:
        if options.list:
            list_ = _list(company, options.list)
            _say(company.show(None if list_ == _JOBS else list_))
        else:
            _say(f"{company.name} (QuickBooks {company.edition.label}, simulated)")
            width = max(map(len, company.kinds))
            for kind in company.kinds:
                _say(f"  {kind:<{width}} {sum(1 for _ in company.records(kind)):>6}")
    return OK


def _list(company: CompanyFile, text: str) -> str:
    """The list that somebody means: case, blanks and a plural do not count."""
    known = {name.casefold(): name for name in (_JOBS, *company.kinds)}
    wanted = "".join(filter(str.isalnum, text.casefold()))
    for key in (wanted, wanted.removesuffix("s"), f"{wanted}s"):
        if key in known:
            return known[key]
    near = difflib.get_close_matches(wanted, known, n=1)
    hint = f"did you mean {known[near[0]]}?" if near else "without one, they are all shown and counted"
    raise CompanyFileError(f"no such list: {text!r}; {hint}")


# --- check, demo -----------------------------------------------------------------------------------------------------


def _version(text: str) -> str:
    try:
        return Dialect(text).version
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _check(options: argparse.Namespace) -> int:
    edition = Edition[options.edition] if options.edition else None
    dialect = Dialect(options.qbxml, edition) if options.qbxml else None
    codes = [_check_one(path, dialect, edition) for path in options.files]
    return max(codes)


def _check_one(path: Path, dialect: Dialect | None, edition: Edition | None) -> int:
    try:
        inspection = inspect(_bytes(path), dialect, edition=edition)
    except (ReplyError, _UnusableError) as error:
        return _tell(f"{path}: {error}")
    for violation in inspection.violations:
        _say(f"{path}: {violation}")
    count, judged = len(inspection.violations), len(inspection.judged)
    verdict = f"{count} violation{'s' if count > 1 else ''}" if count else "nothing wrong"
    _say(f"{path}: {verdict} in {judged} message{'s' if judged != 1 else ''}")
    if inspection.strangers:
        _say(f"{path}: not modelled, so not judged: {', '.join(inspection.strangers)}")
    return REFUSED if count else OK


def _demo(options: argparse.Namespace) -> int:
    from procore_qbd.procore import read_request

    folder: Path = options.dir
    for one in (folder, folder / "requests", folder / "qbxml"):
        _folder(one)
    options.company, options.environment = folder / "cascade-ridge.company", "production"
    _say(f"{demo.COMPANY_NAME}: from Procore to a simulated QuickBooks company file, and the ids back.\n")
    with _company_file(options.company, demo.COMPANY_NAME) as company:
        _chart_of_accounts(company)
        desk = _Desk(company, _links_file(options, company), demo.BOOKS, folder / "qbxml")
        ended = []
        for name, data in demo.requests(desk.links_file.links):
            (folder / "requests" / name).write_bytes(data)
            request = read_request(data)
            _say(f"\n{name}: {request.request_name}")
            ended.append((request, desk.export(name.removesuffix(".json"), request)))
        _say(f"\n{desk.total()}\n\nIn the company file now:")
        for kind in picture.KINDS[2:]:
            if any(picture.rows(company, kind)):
                _say(f"\n {kind}")
                _say(company.show(kind))
        names = {record_id(record): _full_name(record) for record in company.records("Customer")}
        both = ledger.in_procore(ended), ledger.in_quickbooks(company, demo.BOOKS.retainage_item)
        money = list(picture.money_rows(names, *both))
        _say(f"\nMoney per job, on both sides:\n\n  {'':<44}{'Procore':>16}{'QuickBooks':>16}")
        for job, column, ours, theirs in money:
            verdict = "" if ours == theirs else "  DIFFERS"
            _say(f"  {job:<32}{column:<12}{ours:>16,.2f}{theirs:>16,.2f}{verdict}")
        (folder / "company.html").write_text(picture.page(company, money), encoding="utf-8")
    _say(
        f"""
The same as a page:  {folder / "company.html"}
The requests, with the ids that Procore had by then:  {folder / "requests"}
The qbXML that was sent, QuickBooks' replies, and the close-outs for Procore:  {desk.out}
Look inside the company file:  procore-qbd company {options.company} PurchaseOrder
Run the demo again: it finds everything where it left it, and makes nothing twice."""
    )
    return OK if all(ours == theirs for _, _, ours, theirs in money) else REFUSED


def _chart_of_accounts(company: CompanyFile) -> None:
    """The accounts and the item that the bookkeeper has; those that are there already stay as they are."""
    requests = [Request.add(account) for account in demo.ACCOUNTS]
    outcomes = run(ask_all(requests), Memory(company.process))
    made = [_full_name(record) for record, outcome in zip(demo.ACCOUNTS, outcomes, strict=True) if outcome.ok]
    if made:
        _say(f"what the bookkeeper has before: {', '.join(made)}")
