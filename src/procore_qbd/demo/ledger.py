"""Money per job on both sides: what Procore exported, and what QuickBooks has. The two must agree to the cent."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import (
    BudgetRequest,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateRequisitions,
    DetailStatus,
)
from procore_qbd.erp.verifying import line_amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from procore_qbd.domain import CloseOut, ErpRequest
    from procore_qbd.simulator import CompanyFile

__all__ = ["JobTotals", "in_procore", "in_quickbooks"]

_NOTHING = Decimal("0.00")


@attrs.define
class JobTotals:
    """The totals of one job, in the company's currency.

    Attributes:
        budget: Original amounts and modifications.
        committed: Subcontracts and purchase orders, with their change orders.
        billed: What subcontractors billed, before retainage.
        retainage: What is held back of that.
    """

    budget: Decimal = _NOTHING
    committed: Decimal = _NOTHING
    billed: Decimal = _NOTHING
    retainage: Decimal = _NOTHING


def in_procore(ended: Iterable[tuple[ErpRequest, CloseOut]]) -> dict[str, JobTotals]:
    """By the job's ListID, what the requests that succeeded say."""
    jobs: dict[str, JobTotals] = defaultdict(JobTotals)
    for request, close_out in ended:
        for job, column, amount in _said(request, close_out):
            setattr(jobs[job], column, getattr(jobs[job], column) + amount)
    return dict(jobs)


def _said(request: ErpRequest, close_out: CloseOut) -> Iterator[tuple[str, str, Decimal]]:
    succeeded = {detail.item_id for detail in close_out.details if detail.status is DetailStatus.SUCCESS}
    if isinstance(request, CreateRequisitions):
        for requisition in request.requisitions:
            if requisition.id in succeeded:
                job = requisition.job_origin_id or ""
                yield job, "billed", requisition.amount
                yield job, "retainage", requisition.retainage - requisition.released
    elif succeeded and isinstance(request, BudgetRequest):
        for transaction in request.transactions:
            yield request.job_origin_id or "", "budget", transaction.value
    elif succeeded and isinstance(request, CreateCommitment):
        for line in request.commitment_items:
            yield request.job_origin_id or "", "committed", line.amount
    elif succeeded and isinstance(request, CreateCommitmentChangeOrder):
        for line in request.change_order_items:
            yield request.job_origin_id or "", "committed", line.amount


def in_quickbooks(company: CompanyFile, retainage_item: str) -> dict[str, JobTotals]:
    """The totals of the transactions in the company file, by the job's ListID."""
    jobs: dict[str, JobTotals] = defaultdict(JobTotals)
    for estimate in _of(company, "Estimate"):
        jobs[estimate.customer_ref.list_id].budget += estimate.total_amount
    for order in _of(company, "PurchaseOrder"):
        for line in order.lines:
            jobs[line.customer_ref.list_id].committed += line_amount(line)
    for kind, sign in (("Bill", 1), ("VendorCredit", -1)):
        for line in (line for paper in _of(company, kind) for line in paper.item_lines):
            money, amount = jobs[line.customer_ref.list_id], sign * line_amount(line)
            if line.item_ref.full_name == retainage_item:
                money.retainage -= amount
            else:
                money.billed += amount
    return dict(jobs)


def _of(company: CompanyFile, kind: str) -> Iterator[Any]:
    return iter(company.records(kind))
