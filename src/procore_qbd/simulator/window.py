"""A window into a company file: what is inside, job by job, with money; a card of it, for print and for a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs

from procore_qbd.cards import Alignment, Card, Grid, GridRow
from procore_qbd.cards.words import records as in_words
from procore_qbd.simulator.costing import lines_of, money_by_job
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.records.shaping import own_name
from procore_qbd.simulator.store.linking import total_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from decimal import Decimal

    from procore_qbd.qbxml import Record
    from procore_qbd.simulator.knowledge.nouns import ListRecord, TransactionRecord


__all__ = ["OverviewRow", "overview", "records_of", "rows"]


# --- records ---------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class OverviewRow:
    """A record, or a line of one.

    Attributes:
        id: ListID, TxnID or TxnLineID.
        depth: How far it stands below another.
        name: What people know it by.
        amount: What it comes to, where it is money.
        about: Whatever else tells it from others.
    """

    id: str
    depth: int = 0
    name: str
    amount: Decimal | None = None
    about: str = ""


def rows(records: Iterable[Record]) -> Iterator[OverviewRow]:
    """The records of a list, or transactions with their lines."""
    for record in records:
        if record.__record__.tag in LISTS:
            yield from _list_record(cast("ListRecord", record))
        else:
            yield from _transaction(cast("TransactionRecord", record))


def _list_record(record: ListRecord) -> Iterator[OverviewRow]:
    address = getattr(record, "vendor_address", None) or getattr(record, "bill_address", None)
    both, one = getattr(record, "sales_and_purchase", None), getattr(record, "sales_or_purchase", None)
    about = (
        both.purchase_desc or both.sales_desc if both else None,
        one.desc if one else None,
        getattr(record, "account_type", None),
        getattr(record, "template_type", None),
        ", ".join(filter(None, (address.addr1, address.city, address.state))) if address else None,
        None if record.is_active else "inactive",
    )
    yield OverviewRow(
        id=record.list_id,
        depth=getattr(record, "sublevel", 0) or 0,
        name=own_name(record),
        amount=getattr(record, "total_balance", None) or getattr(record, "balance", None) or None,
        about=_joined(about),
    )


def _transaction(record: TransactionRecord) -> Iterator[OverviewRow]:
    kind = KINDS[record.__record__.tag]
    party = getattr(record, kind.entity) if kind.entity else None
    received = "fully received" if getattr(record, "is_fully_received", False) else None
    yield OverviewRow(
        id=record.txn_id,
        name=getattr(record, "ref_number", None) or getattr(record, "memo", None) or "",
        amount=total_of(record, kind),
        about=_joined((party.full_name if party else None, received)),
    )
    for line in lines_of(record):
        item, account, job = (getattr(line, f"{what}_ref", None) for what in ("item", "account", "customer"))
        named = item or account
        said = getattr(line, "desc", None) or getattr(line, "memo", None)
        yield OverviewRow(
            id=getattr(line, "txn_line_id", None) or "",
            depth=1,
            name=(named.full_name or "") if named else "",
            amount=getattr(line, "amount", None),
            about=_joined((said, job.full_name if job else None)),
        )


def _joined(parts: Iterable[str | None]) -> str:
    return "; ".join(filter(None, parts))


# --- what is shown ---------------------------------------------------------------------------------------------------


def records_of(records: Iterable[Record]) -> Card:
    """A list, or the transactions of a kind: ids, names with what stands below them, and what they come to."""
    columns = (Alignment.WHOLE, Alignment.WORDS, Alignment.NUMBERS, Alignment.WORDS)
    found = tuple(GridRow((row.id, row.name, row.amount, row.about), row.depth) for row in rows(records))
    return Card(grids=(Grid(columns=columns, rows=found),))


def overview(title: str, kinds: Iterable[str], records: Callable[[str], Iterable[Any]]) -> Card:
    """What is inside: every job with its money, whom money is owed to, and how many records there are.

    Args:
        title: Whose company file it is.
        kinds: The lists and transactions that it keeps.
        records: Gives the records of each.
    """
    known = set(kinds)

    def there(kind: str) -> Iterable[Any]:
        return records(kind) if kind in known else ()

    money = money_by_job(there)
    jobs = Grid(
        title="Jobs",
        headings=("", "Budget", "Committed", "Billed", "Paid", "Received"),
        columns=(Alignment.WORDS, *(Alignment.NUMBERS,) * 5),
        rows=tuple(
            GridRow((job.name, *attrs.astuple(money[job.list_id])), job.sublevel or 0) for job in there("Customer")
        ),
    )
    owed = Grid(
        title="Vendors",
        headings=("", "Owed"),
        columns=(Alignment.WORDS, Alignment.NUMBERS),
        rows=tuple(GridRow((vendor.name, vendor.balance)) for vendor in there("Vendor")),
    )
    counts = ((in_words(kind), sum(1 for _ in records(kind))) for kind in kinds)
    counted = ", ".join(f"{kind}\u00a0{count:,}" for kind, count in counts if count)
    return Card(title=title, grids=(jobs, owed), notes=(counted,) if counted else ())
