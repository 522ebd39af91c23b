"""``procore-qbd``: carry out requests against a company file, look inside it, check qbXML, ask who may do what.

A thin command over the library. Exit codes: 0 all is well, 1 something was refused, 2 the input cannot be used.
"""

from __future__ import annotations

import argparse
import glob
import json
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from procore_qbd import __version__, demo
from procore_qbd.demo import ledger, picture
from procore_qbd.domain import Books, DetailStatus, ItemKind, Link
from procore_qbd.erp import perform
from procore_qbd.erp.references import policy_references, references
from procore_qbd.erp.settling import record_id, record_name
from procore_qbd.errors import BooksError, CompanyFileError, LinkError, PayloadError, ProcoreQbdError, ReplyError
from procore_qbd.flows import ask_all, run
from procore_qbd.journal import LinksFile
from procore_qbd.permissions import PUBLISHED, TUTORIALS, can, matrix
from procore_qbd.qbxml import Dialect, Edition, Request
from procore_qbd.qbxml.inspection import inspect
from procore_qbd.simulator import CompanyFile
from procore_qbd.transports import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from procore_qbd.domain import CloseOut, ErpRequest

__all__ = ["main"]

T = TypeVar("T")

OK, REFUSED, UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except ProcoreQbdError as error:
        print(f"procore-qbd: {error}", file=sys.stderr)
        return UNUSABLE
    except OSError as error:
        print(f"procore-qbd: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
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
        "requests", nargs="+", type=Path, metavar="REQUEST.json", help="ERP requests as Procore sends them"
    )
    export.add_argument(
        "--company", required=True, type=Path, metavar="FILE", help="the company file; made if it is not there"
    )
    export.add_argument("--books", type=Path, metavar="FILE", help="the bookkeeper's choices, a TOML file")
    export.add_argument("--customer", metavar="NAME", help="the QuickBooks customer that jobs stand under")
    export.add_argument(
        "--procore-company", type=int, metavar="ID", help="the Procore company, where a request does not say"
    )
    export.add_argument(
        "--environment", default="production", metavar="NAME", help="Procore's environment (default: production)"
    )
    export.add_argument(
        "--seed-references",
        action="store_true",
        help="first put in what requests and books refer to",
    )
    export.add_argument("--out", type=Path, metavar="DIR", help="write the qbXML and the close-outs there")

    linking = command("link", _link, "Say that a Procore item is a record that QuickBooks has already.")
    unlinking = command("unlink", _unlink, "Forget a link; the item's next export makes a new record.")
    for sub in (linking, unlinking):
        sub.add_argument("kind", type=_kind, metavar="KIND", help=f"one of {', '.join(_LISTS)}, cost_code")
        sub.add_argument("procore_id", type=int, metavar="PROCORE_ID")
        if sub is linking:
            sub.add_argument(
                "quickbooks_id", metavar="QUICKBOOKS_ID", help="a ListID or TxnID; JOB|ITEM for a cost_code"
            )
        sub.add_argument("--company", required=True, type=Path, metavar="FILE")
        sub.add_argument("--environment", default="production", metavar="NAME")

    company = command("company", _company, "Show what is inside a simulated company file.")
    company.add_argument("company", type=Path, metavar="FILE")
    company.add_argument(
        "list",
        nargs="?",
        metavar="LIST",
        help="Jobs, with their money; or Vendor, Customer, PurchaseOrder, …; all are counted without",
    )

    checking = command(
        "check", _check, "Read qbXML, documents or fragments, and list everything that is wrong with it."
    )
    checking.add_argument("files", nargs="+", type=Path, metavar="FILE")
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
        "user", type=Path, metavar="USER.json", help="a user, as Procore's API or a person describes one"
    )
    asking.add_argument("action", metavar="ACTION", help="the published title of the action")
    asking.add_argument("--item", metavar="KIND", help="the kind of item, where the action depends on it")
    table = command("matrix", _matrix, "Show who may do what, as a table.")
    table.add_argument("users", type=Path, metavar="USERS.json", help="a list of users")
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
        "--dir", type=Path, default=Path("procore-qbd-demo"), metavar="DIR", help="where (default: %(default)s)"
    )
    return parser


# --- export ----------------------------------------------------------------------------------------------------------

_ENDINGS = ("made", "updated", "unchanged", "refused")


class _Desk:
    """A company file, its links and the books: where requests are carried out and their ends are told.

    Args:
        company: The company file.
        links_file: Its links.
        books: The bookkeeper's choices.
        out: Where the qbXML and the close-outs are written, if anywhere.
    """

    def __init__(self, company: CompanyFile, links_file: LinksFile, books: Books, out: Path | None) -> None:
        self.company, self.links_file, self.books, self.out = company, links_file, books, out
        self.counts = dict.fromkeys(_ENDINGS, 0)

    def export(self, name: str, request: ErpRequest) -> CloseOut:
        """Carry out one request, remember its links, write down what was said, and print how it ended."""
        said: list[tuple[str, bytes]] = []
        transport = Memory(self.company.process, lambda side, document: said.append((side, document)))
        links = self.links_file.links
        known = {(link.kind, link.procore_id) for link in links}
        close_out = run(perform(request, links, self.books), transport)
        for link in close_out.links:
            links.add(link)
        self.links_file.save()
        if self.out is not None:
            self._write(self.out, name, said, close_out)
        ids = {(data.item_type, data.item_id): data.origin_id for data in close_out.external_data}
        for detail in close_out.details:
            key = (detail.item_type, detail.item_id)
            ending = "unchanged" if not detail.changed else "updated" if key in known else "made"
            if detail.status is DetailStatus.FAILED:
                ending = "refused"
            self.counts[ending] += 1
            print(f"  {ending:<10} {detail.name:<50} {ids.get(key, '')}".rstrip())
            for message in detail.messages:
                print(f"{'':>15}{message}")
        if codes := sum(link.kind is ItemKind.COST_CODE for link in close_out.links):
            print(f"{'':>15}{codes} cost codes linked to the job")
        return close_out

    @staticmethod
    def _write(out: Path, name: str, said: list[tuple[str, bytes]], close_out: CloseOut) -> None:
        from procore_qbd.procore import to_json

        out.mkdir(parents=True, exist_ok=True)
        for stale in out.glob(f"{glob.escape(name)}.*"):
            stale.unlink()
        for number, (side, document) in enumerate(said):
            (out / f"{name}.{number // 2 + 1}.{side}.xml").write_bytes(document)
        (out / f"{name}.close-out.json").write_text(to_json(close_out) + "\n", encoding="utf-8")

    def total(self) -> str:
        """How it all ended, in numbers."""
        words = ", ".join(f"{count} {ending}" for ending, count in self.counts.items() if count)
        written = self.counts["made"] or self.counts["updated"]
        return words if written else f"{words}: nothing was written"


def _export(options: argparse.Namespace) -> int:
    from procore_qbd.procore import read_request

    requests = [(path, _read(path, read_request, company_id=options.procore_company)) for path in options.requests]
    books = _books(options.books)
    if options.customer:
        books = books.under(options.customer)
    with _company_file(options.company, options.company.stem) as company:
        desk = _Desk(company, _links_file(options, company), books, options.out)
        for number, (path, request) in enumerate(requests, 1):
            if options.seed_references:
                _seed(company, references(request), policy_references(books))
            print(f"{path.name}: {request.request_name}")
            desk.export(f"{number:02}-{path.stem}", request)
        print(desk.total())
        return REFUSED if desk.counts["refused"] else OK


def _read(path: Path, reader: Callable[..., T], **settings: Any) -> T:
    """What a file says; a fault names the file."""
    data = path.read_bytes()
    try:
        return reader(data, **settings)
    except (PayloadError, BooksError) as error:
        raise type(error)(f"{path}: {error.subject}", error.faults) from None


def _books(path: Path | None) -> Books:
    def read(data: bytes) -> Books:
        try:
            return Books.from_mapping(tomllib.loads(data.decode()))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BooksError("books", [f"is no TOML: {error}"]) from None

    return _read(path, read) if path else Books()


def _company_file(path: Path, name: str) -> CompanyFile:
    """The company file; a new one where there is none yet."""
    if path.exists():
        return CompanyFile.open(path)
    if (links := _links_path(path)).exists():
        raise LinkError(f"{links}: holds the links of a company file that is not there; put {path.name} back beside it")
    company = CompanyFile.create(path, name=name)
    print(f"made a new company file: {path}")
    return company


def _links_path(company: Path) -> Path:
    return company.with_name(f"{company.name}.links.json")


def _links_file(options: argparse.Namespace, company: CompanyFile) -> LinksFile:
    return LinksFile(_links_path(options.company), company.file_id, environment=options.environment)


def _seed(company: CompanyFile, named: tuple[Any, ...], by_policy: tuple[Any, ...]) -> None:
    """Put in what a request names by id; of what the books name, only what the file does not have by that name."""
    there = {(list_, _full_name(record)) for list_ in ("Account", "Customer") for record in company.records(list_)}
    lacking = [
        record
        for record in by_policy
        if (record.__record__.tag, f"{record.parent_ref.full_name}:{record.name}" if record.parent_ref else record.name)
        not in there
    ]
    if put := company.seed((*named, *lacking)):
        print("put in first: " + ", ".join(f"{record.__record__.tag} {_full_name(record)}" for record in put))


def _full_name(record: Any) -> str:
    return record_name(record) or record_id(record)


# --- can, matrix ----------------------------------------------------------------------------------------------------

_POLICIES = {policy.name: policy for policy in (PUBLISHED, TUTORIALS)}


def _can(options: argparse.Namespace) -> int:
    from procore_qbd.procore import read_user

    user = _read(options.user, read_user)
    decision = can(user, options.action, options.project, item=options.item, policy=_POLICIES[options.policy])
    if options.json:
        print(json.dumps(decision.to_dict(), indent=2, ensure_ascii=False))
    else:
        print(decision)
        for sentence in decision.advice():
            print(f"  {sentence}")
    return OK if decision else REFUSED


def _matrix(options: argparse.Namespace) -> int:
    from procore_qbd.procore import read_users

    table = matrix(_read(options.users, read_users), options.project, policy=_POLICIES[options.policy])
    print(json.dumps(table.to_dicts(), indent=2, ensure_ascii=False) if options.json else table)
    return OK


# --- link, unlink, company -------------------------------------------------------------------------------------------

_LISTS = {
    ItemKind.VENDOR: "Vendor",
    ItemKind.PROJECT: "Customer",
    ItemKind.STANDARD_COST_CODE: "ItemService",
    ItemKind.BUDGET: "Estimate",
    ItemKind.WORK_ORDER_CONTRACT: "PurchaseOrder",
    ItemKind.PURCHASE_ORDER_CONTRACT: "PurchaseOrder",
    ItemKind.REQUISITION: "Bill",
}
_PAIR = ("Customer", "ItemService")


def _kind(text: str) -> ItemKind:
    if text not in (kinds := [*_LISTS, ItemKind.COST_CODE]):
        raise argparse.ArgumentTypeError(f"expected one of {', '.join(kinds)}, got {text!r}")
    return ItemKind(text)


def _link(options: argparse.Namespace) -> int:
    with CompanyFile.open(options.company) as company:
        links_file = _links_file(options, company)
        pair = options.kind is ItemKind.COST_CODE
        ids = options.quickbooks_id.split("|") if pair else [options.quickbooks_id]
        lists = _PAIR if pair else (_LISTS[options.kind],)
        if len(ids) != len(lists):
            raise LinkError(
                f"a cost code is linked to a job and an item: expected JOB|ITEM, got {options.quickbooks_id!r}"
            )
        record: Any = None
        for list_, list_id in zip(lists, ids, strict=True):
            found = [record for record in company.records(list_) if record_id(record) == list_id]
            if not found:
                raise LinkError(
                    f"{options.company}: has no {list_} {list_id!r}; `procore-qbd company` shows what it has"
                )
            record = found[0]
        name = _full_name(record)
        sequence = None if pair else record.edit_sequence
        link = Link(
            kind=options.kind,
            procore_id=options.procore_id,
            quickbooks_id=options.quickbooks_id,
            name=name,
            edit_sequence=sequence,
        )
        new = links_file.links.add(link)
        links_file.save()
    what = f"{options.kind.label} {options.procore_id}"
    print(f"{what} {'is linked' if new else 'was linked already'} to {options.quickbooks_id} {name}")
    return OK


def _unlink(options: argparse.Namespace) -> int:
    with CompanyFile.open(options.company) as company:
        links_file = _links_file(options, company)
        link = links_file.links.remove(options.kind, options.procore_id)
        links_file.save()
    what = f"{options.kind.label} {options.procore_id}"
    print(f"{what} is linked to nothing any more" if link else f"{what} was not linked: nothing changed")
    return OK


_JOBS = "Jobs"


def _company(options: argparse.Namespace) -> int:
    with CompanyFile.open(options.company) as company:
        if options.list and options.list not in (_JOBS, *company.kinds):
            kinds = ", ".join((_JOBS, *company.kinds))
            raise CompanyFileError(f"no such list: {options.list!r}; there are {kinds}")
        if options.list:
            print(company.show(None if options.list == _JOBS else options.list))
        else:
            print(f"{company.name} (QuickBooks {company.edition.label}, simulated)")
            for kind in company.kinds:
                print(f"  {kind:<16} {sum(1 for _ in company.records(kind)):>6}")
    return OK


# --- check, demo -----------------------------------------------------------------------------------------------------


def _version(text: str) -> str:
    try:
        return Dialect(text).version
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _check(options: argparse.Namespace) -> int:
    edition = Edition[options.edition] if options.edition else None
    dialect = Dialect(options.qbxml, edition) if options.qbxml else None
    wrong = 0
    for path in options.files:
        data = path.read_bytes()
        try:
            inspection = inspect(data, dialect, edition=edition)
        except ReplyError as error:
            raise ReplyError(f"{path}: {error.subject}", error.faults) from None
        for violation in inspection.violations:
            print(f"{path}: {violation}")
        count, judged = len(inspection.violations), len(inspection.judged)
        wrong += count
        verdict = f"{count} violation{'s' if count > 1 else ''}" if count else "nothing wrong"
        print(f"{path}: {verdict} in {judged} message{'s' if judged != 1 else ''}")
        if inspection.strangers:
            print(f"{path}: not modelled, so not judged: {', '.join(inspection.strangers)}")
    return REFUSED if wrong else OK


def _demo(options: argparse.Namespace) -> int:
    from procore_qbd.procore import read_request

    folder: Path = options.dir
    folder.mkdir(parents=True, exist_ok=True)
    options.company, options.environment = folder / "cascade-ridge.company", "production"
    print(f"{demo.COMPANY_NAME}: from Procore to a simulated QuickBooks company file, and the ids back.\n")
    with _company_file(options.company, demo.COMPANY_NAME) as company:
        _chart_of_accounts(company)
        desk = _Desk(company, _links_file(options, company), demo.BOOKS, folder / "qbxml")
        ended = []
        for name, data in demo.requests(desk.links_file.links):
            request = read_request(data)
            print(f"\n{name}: {request.request_name}")
            ended.append((request, desk.export(name.removesuffix(".json"), request)))
        print(f"\n{desk.total()}\n\nIn the company file now:")
        for kind in picture.KINDS[2:]:
            if any(picture.rows(company, kind)):
                print(f"\n {kind}")
                print(company.show(kind))
        names = {record_id(record): _full_name(record) for record in company.records("Customer")}
        both = ledger.in_procore(ended), ledger.in_quickbooks(company, demo.BOOKS.retainage_item)
        money = list(picture.money_rows(names, *both))
        print(f"\nMoney per job, on both sides:\n\n  {'':<44}{'Procore':>16}{'QuickBooks':>16}")
        for job, column, ours, theirs in money:
            verdict = "" if ours == theirs else "  DIFFERS"
            print(f"  {job:<32}{column:<12}{ours:>16,.2f}{theirs:>16,.2f}{verdict}")
        (folder / "company.html").write_text(picture.page(company, money), encoding="utf-8")
    print(
        f"""
The same as a page:  {folder / "company.html"}
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
        print(f"what the bookkeeper has before: {', '.join(made)}")
