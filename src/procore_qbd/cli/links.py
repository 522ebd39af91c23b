"""``link`` and ``unlink``: what a person knows of which Procore item is which QuickBooks record."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.opening import full_name, opened, opened_journal
from procore_qbd.cli.output import say
from procore_qbd.domain import ItemKind, Link, Pair, QuickBooksId
from procore_qbd.erp.results import record_id
from procore_qbd.errors import LinkError
from procore_qbd.translate import RECORDS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from procore_qbd.cli.commands import Commands
    from procore_qbd.simulator import CompanyFile

__all__ = ["register"]

_KINDS = (*RECORDS, ItemKind.COST_CODE, ItemKind.CHANGE_ORDER)
"""What can be linked by hand: what is one record, the pair of a job and an item, and lines of a purchase order."""


def register(commands: Commands) -> None:
    """Add the commands."""
    linking = commands.add("link", _link, "Say that a Procore item is a record that QuickBooks has already.")
    unlinking = commands.add(
        "unlink", _unlink, "Forget a link; the next export looks for what is there, else makes a new record."
    )
    for command in (linking, unlinking):
        command.add_argument("kind", type=arguments.kind_of(_KINDS), metavar="KIND", help=f"one of {', '.join(_KINDS)}")
        command.add_argument("procore_id", type=arguments.procore_id, metavar="PROCORE_ID")
    _add_record(linking)
    arguments.add_company(linking)
    arguments.add_company_or_name(unlinking)
    for command in (linking, unlinking):
        arguments.add_journal(command)


def _add_record(linking: argparse.ArgumentParser) -> None:
    """Give `link` the arguments that say which record it is."""
    linking.add_argument(
        "quickbooks_id",
        metavar="QUICKBOOKS_ID",
        help="a ListID or TxnID; JOB|ITEM for a cost_code; ORDER|LINE|LINE… for a change_order",
    )
    linking.add_argument(
        "--shared", action="store_true", help="other items are this record too: it was merged from several"
    )


# --- link ------------------------------------------------------------------------------------------------------------


def _link(options: argparse.Namespace) -> ExitCode:
    said = Link(
        kind=options.kind, procore_id=options.procore_id, quickbooks_id=options.quickbooks_id, shared=options.shared
    )
    with opened(options) as (company, journal):
        link = _as_it_is(company, said)
        before = journal.links(company.file_id).find(link.kind, link.procore_id)
        journal.link(company.file_id, link)
    what = f"{options.kind.label} {options.procore_id}"
    new = before is None or before.quickbooks_id != link.quickbooks_id
    say(f"{what} {'is linked' if new else 'was linked already'} to {link.quickbooks_id} {link.name}")
    return ExitCode.OK


def _as_it_is(company: CompanyFile, link: Link) -> Link:
    """A link with what the company file says of its record, which must be there.

    Raises:
        LinkError: It is not there.
    """
    id_ = link.quickbooks_id
    if isinstance(id_, Pair):
        return _as_the_pair_is(company, link, id_)
    if isinstance(id_, QuickBooksId):
        return _as_the_lines_are(company, link, id_)
    record = _record(company, link.kind, str(id_))
    vendor = getattr(record, "vendor_ref", None)
    orders = [one.txn_id for one in getattr(record, "linked_txns", ()) if one.txn_type == "PurchaseOrder"]
    return attrs.evolve(
        link,
        name=full_name(record),
        edit_sequence=record.edit_sequence,
        parent=orders[0] if orders and link.kind is ItemKind.REQUISITION else None,
        party=vendor.list_id if vendor else None,
    )


def _as_the_pair_is(company: CompanyFile, link: Link, pair: Pair) -> Link:
    """The link of a project's cost code, which is a job and an item."""
    _record(company, ItemKind.PROJECT, pair.job)
    return attrs.evolve(link, name=full_name(_record(company, ItemKind.STANDARD_COST_CODE, pair.item)))


def _as_the_lines_are(company: CompanyFile, link: Link, id_: QuickBooksId) -> Link:
    """The link of a change order, which is lines of its commitment's purchase order."""
    order = _record(company, ItemKind.PURCHASE_ORDER_CONTRACT, id_.transaction)
    there = {line.txn_line_id for line in order.lines}
    lacking = [line for line in id_.lines if line not in there]
    if lacking or not id_.lines:
        why = f"it has no line {', '.join(lacking)}" if id_.lines else "name its lines"
        raise LinkError(f"a change order is lines of a purchase order, ORDER|LINE|LINE…, got {id_}: {why}")
    return attrs.evolve(link, name=full_name(order), edit_sequence=order.edit_sequence, parent=order.txn_id)


def _record(company: CompanyFile, kind: ItemKind, quickbooks_id: str) -> Any:
    """The record of an item of a kind, by its ListID or TxnID.

    Raises:
        LinkError: The company file has none.
    """
    lists = [cls.__record__.tag for cls in RECORDS[kind]]
    for list_ in lists:
        for record in company.records(list_):
            if record_id(record) == quickbooks_id:
                return record
    raise LinkError(_not_there(lists, quickbooks_id))


def _not_there(lists: Sequence[str], quickbooks_id: str) -> str:
    ways = " or ".join(f"`procore-qbd company FILE {list_}`" for list_ in lists)
    return f"the company file has no {' or '.join(lists)} {quickbooks_id!r}; {ways} shows what it has"


# --- unlink ----------------------------------------------------------------------------------------------------------


def _unlink(options: argparse.Namespace) -> ExitCode:
    with opened_journal(options) as (company, journal):
        before = list(journal.all_links(company))
        link = journal.unlink(company, options.kind, options.procore_id)
        links = journal.all_links(company)
    what = f"{options.kind.label} {options.procore_id}"
    say(f"{what} is not linked any more" if link else f"{what} was not linked: nothing changed")
    gone = [one for one in before if one != link and links.find(one.kind, one.procore_id) is None]
    for kind, below in groupby(sorted(gone, key=attrgetter("kind", "procore_id")), attrgetter("kind")):
        say(f"  nor is, with it, {kind.label} {', '.join(str(one.procore_id) for one in below)}")
    return ExitCode.OK
