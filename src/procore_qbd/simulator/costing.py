"""What each customer and job comes to, from the records of a company file.

What a job costs comes from the lines that name it: of bills and vendor credits, and of checks and cards, which are paid
as soon as they are there. A bill that is paid in part is paid in the same part for each of its jobs. Journal entries,
time and items received without a bill are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml import Ref
from procore_qbd.simulator.kinds import KINDS, Kind
from procore_qbd.simulator.kinds.kind import JobShare
from procore_qbd.simulator.knowledge.arithmetic import ZERO, to_the_cent
from procore_qbd.simulator.records.entries import flat
from procore_qbd.simulator.store.linking import total_of, worth_to_come

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from procore_qbd.simulator.knowledge.nouns import Line, TransactionRecord

__all__ = ["JobCosts", "lines_of", "money_by_job"]


@attrs.define
class JobCosts:
    """What a job comes to, with the jobs below it.

    Attributes:
        budget: Its active estimates.
        committed: What its purchase orders still wait for.
        billed: What it was billed for, less credits.
        paid: What of that is paid.
        received: What its customer paid.
    """

    budget: Decimal = ZERO
    committed: Decimal = ZERO
    billed: Decimal = ZERO
    paid: Decimal = ZERO
    received: Decimal = ZERO

    def __add__(self, other: JobCosts) -> JobCosts:
        """The sum of each."""
        return JobCosts(*(one + more for one, more in zip(attrs.astuple(self), attrs.astuple(other), strict=True)))


Shares = Iterator[tuple[Ref | None, JobCosts]]
"""To which job something adds, and what."""


def money_by_job(records: Callable[[str], Iterable[Any]]) -> dict[str, JobCosts]:
    """What every customer and job comes to, by ListID: its own, and that of the jobs below it.

    Args:
        records: Gives the records of a list, each before those below it, or the transactions of a kind.
    """
    jobs: dict[str, JobCosts] = {customer.list_id: JobCosts() for customer in records("Customer")}
    for job, share in _shares(records):
        if job and job.list_id in jobs:
            jobs[job.list_id] += share
    for customer in reversed(list(records("Customer"))):
        if customer.parent_ref and customer.parent_ref.list_id in jobs:
            jobs[customer.parent_ref.list_id] += jobs[customer.list_id]
    return jobs


def _shares(records: Callable[[str], Iterable[Any]]) -> Shares:
    for tag, kind in KINDS.items():
        if kind.job_share is not None:
            for record in records(tag):
                yield from _OF[kind.job_share](record, kind)


def _planned(estimate: TransactionRecord, kind: Kind) -> Shares:
    if estimate.is_active is not False:
        yield estimate.customer_ref, JobCosts(budget=total_of(estimate, kind))


def _ordered(order: TransactionRecord, _kind: Kind) -> Shares:
    for line in lines_of(order):
        yield line.customer_ref, JobCosts(committed=worth_to_come(order, line))


def _cost(paper: TransactionRecord, kind: Kind) -> Shares:
    for line in lines_of(paper):
        amount = kind.line_side * (line.amount or ZERO)
        yield line.customer_ref, JobCosts(billed=amount, paid=_settled(amount, paper, kind))


def _sold(paper: TransactionRecord, kind: Kind) -> Shares:
    amount = kind.side * total_of(paper, kind)
    yield paper.customer_ref, JobCosts(received=_settled(amount, paper, kind))


def _not_applied(payment: TransactionRecord, _kind: Kind) -> Shares:
    yield payment.customer_ref, JobCosts(received=payment.unused_payment or ZERO)


_OF: dict[JobShare, Callable[[TransactionRecord, Kind], Shares]] = {
    JobShare.BUDGET: _planned,
    JobShare.COMMITTED: _ordered,
    JobShare.BILLED: _cost,
    JobShare.RECEIVED: _sold,
    JobShare.NOT_APPLIED: _not_applied,
}


def lines_of(record: TransactionRecord) -> Iterator[Line]:
    """The lines of a transaction, those of groups too."""
    for name in KINDS[record.__record__.tag].lines:
        yield from flat(getattr(record, name))


def _settled(amount: Decimal, paper: TransactionRecord, kind: Kind) -> Decimal:
    """The part of an amount that is no longer open, to the cent."""
    total = total_of(paper, kind)
    left = getattr(paper, kind.opens) if kind.opens else None
    return to_the_cent(amount * (total - left) / total) if left and total else amount
