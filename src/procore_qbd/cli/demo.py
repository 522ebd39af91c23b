"""``demo``: watch a small construction company go from Procore to QuickBooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from procore_qbd import demo
from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.exporting import Export
from procore_qbd.cli.files import make_folder
from procore_qbd.cli.opening import full_name, open_journal, open_or_create
from procore_qbd.cli.out_folder import OutFolder
from procore_qbd.cli.output import say
from procore_qbd.demo import ledger, picture
from procore_qbd.erp.results import record_id
from procore_qbd.flows import ask_all, run
from procore_qbd.qbxml import Request
from procore_qbd.transports import Memory

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from decimal import Decimal
    from typing import TypeAlias

    from procore_qbd.cli.commands import Commands
    from procore_qbd.domain import CloseOut, ErpRequest
    from procore_qbd.simulator import CompanyFile

    Ended: TypeAlias = list[tuple[ErpRequest, CloseOut]]
    MoneyRow: TypeAlias = tuple[str, str, Decimal, Decimal]

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Add the command."""
    show = commands.add("demo", _demo, "Watch a small construction company go from Procore to QuickBooks.")
    show.add_argument(
        "--dir",
        type=arguments.path,
        default=Path("procore-qbd-demo"),
        metavar="DIR",
        help="where (default: %(default)s)",
    )
    arguments.add_journal(show)


def _demo(options: argparse.Namespace) -> ExitCode:
    folder: Path = options.dir
    for one in (folder, folder / "requests", folder / "qbxml"):
        make_folder(one)
    path = folder / "cascade-ridge.company"
    say(f"{demo.COMPANY_NAME}: from Procore to a simulated QuickBooks company file, and the ids back.\n")
    with open_or_create(path, demo.COMPANY_NAME, options.journal) as company:
        _chart_of_accounts(company)
        with open_journal(path, company, options.environment, options.journal) as journal:
            export = Export(company, journal, demo.BOOKS, OutFolder(folder / "qbxml"))
            ended = _carry_out(export, folder / "requests")
        say(f"\n{export.total()}\n\nIn the company file now:")
        _show_records(company)
        money = list(_money(company, ended))
        _show_money(money)
        (folder / "company.html").write_text(picture.page(company, money), encoding="utf-8")
    _show_where(folder, path)
    return ExitCode.OK if all(ours == theirs for _, _, ours, theirs in money) else ExitCode.REFUSED


def _chart_of_accounts(company: CompanyFile) -> None:
    """The accounts and the item that the bookkeeper has; those that are there already stay as they are."""
    requests = [Request.add(account) for account in demo.ACCOUNTS]
    outcomes = run(ask_all(requests), Memory(company.process))
    made = [full_name(record) for record, outcome in zip(demo.ACCOUNTS, outcomes, strict=True) if outcome.ok]
    if made:
        say(f"what the bookkeeper has set up already: {', '.join(made)}")


def _carry_out(export: Export, folder: Path) -> Ended:
    """Carry out the requests of the demo, and write them with their ids into a folder."""
    from procore_qbd.procore import read_request

    ended: Ended = []
    for name, data in demo.requests(export.journal.links(export.company.file_id)):
        (folder / name).write_bytes(data)
        request = read_request(data)
        say(f"\n{name}: {request.request_name}")
        ended.append((request, export.carry_out(name.removesuffix(".json"), request)))
    return ended


def _show_records(company: CompanyFile) -> None:
    """Print what the requests made."""
    for kind in picture.KINDS[2:]:
        if any(picture.rows(company, kind)):
            say(f"\n {kind}")
            say(company.show(kind))


def _money(company: CompanyFile, ended: Ended) -> Iterator[MoneyRow]:
    """The money of each job, on both sides."""
    names = {record_id(record): full_name(record) for record in company.records("Customer")}
    both = ledger.in_procore(ended), ledger.in_quickbooks(company, demo.BOOKS.retainage_item)
    return picture.money_rows(names, *both)


def _show_money(money: Sequence[MoneyRow]) -> None:
    say(f"\nMoney per job, on both sides:\n\n  {'':<44}{'Procore':>16}{'QuickBooks':>16}")
    for job, column, ours, theirs in money:
        verdict = "" if ours == theirs else "  DIFFERS"
        say(f"  {job:<32}{column:<12}{ours:>16,.2f}{theirs:>16,.2f}{verdict}")


def _show_where(folder: Path, company: Path) -> None:
    """Print where everything is, and what to do next."""
    say(
        f"""
The same as a page:  {folder / "company.html"}
The requests, with the ids that Procore had by then:  {folder / "requests"}
The qbXML that was sent, QuickBooks' replies, and the close-outs for Procore:  {folder / "qbxml"}
Look inside the company file:  procore-qbd company {company} PurchaseOrder
Run the demo again: it finds everything where it left it, and makes nothing twice."""
    )
