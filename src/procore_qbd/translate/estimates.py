"""A project's budget as the estimate of its job: a line for each original amount and for each modification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import ItemKind
from procore_qbd.domain.ids import Pair
from procore_qbd.domain.money import round_together
from procore_qbd.domain.refusals import RefusalCode
from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine
from procore_qbd.translate.fields import prose, refuse_if_invalid
from procore_qbd.translate.known import Known
from procore_qbd.translate.lines import LineMark

if TYPE_CHECKING:
    from decimal import Decimal

    from procore_qbd.domain import Books, BudgetTransaction, JobCost, LinkView
    from procore_qbd.domain.requests import BudgetRequest

__all__ = ["to_estimate"]

_LABELS = {
    "CustomerRef": "project",
    "CustomerRef/ListID": "project",
    "EstimateLineAdd or EstimateLineGroupAdd": "budget",
}


def to_estimate(request: BudgetRequest, links: LinkView, books: Books) -> Estimate:
    """The estimate to add for a budget.

    Args:
        request: The budget with its lines and transactions.
        links: For the job, where the payload does not name it, and for the ExternalGUID.
        books: For the types of transactions that go into an estimate.

    Raises:
        TranslationError: It does not fit: the project or a cost code is not in QuickBooks, a sub job, no line, …
    """
    budget, known = request.budget, Known(links)
    otherwise = "project: is not in QuickBooks; export it first"
    said = (request.job_origin_id, *(cost.job_origin_id for cost in request.job_costs))
    job = known.need(ItemKind.PROJECT, budget.project_id, *said, what="project", otherwise=otherwise)
    known.refuse_twins(request.transactions, "transaction")
    known.refuse_twins(request.job_costs, "budget line")
    amounts = _amounts(request)
    for one in request.transactions:
        if one.type not in books.budget_transactions:
            types = ", ".join(books.budget_transactions)
            words = f"transaction {one.id}: is of type {one.type!r}, and the books file lists {types}"
            advice = "if it changes the budget, add the type to budget_transactions in the books file"
            known.refuse(RefusalCode.UNKNOWN_TRANSACTION, f"{words}; {advice}")
    lines = tuple(_line(one, request.job_cost_of(one), amounts[one.id], job, known) for one in request.transactions)
    if not lines:
        known.refuse(RefusalCode.NOTHING_TO_EXPORT, "budget: has no amounts")
    estimate = Estimate(
        customer_ref=Ref(list_id=job) if job else None,
        memo=f"Procore budget {budget.id}",
        external_guid=links.guid(ItemKind.BUDGET, budget.id, request.company_id),
        lines=lines,
    )
    names = [
        {"": f"transaction {one.id}", "Rate": "value", "Amount": "value", "Desc": "notes"}
        for one in request.transactions
    ]
    refuse_if_invalid(estimate, f"budget {budget.id}", _LABELS, known.refusals, names)
    return estimate


def _amounts(request: BudgetRequest) -> dict[int, Decimal]:
    """What each transaction comes to in cents; those of one budget line are rounded together."""
    amounts: dict[int, Decimal] = {}
    for cost_id in dict.fromkeys(one.job_cost_id for one in request.transactions):
        same = [one for one in request.transactions if one.job_cost_id == cost_id]
        cost = request.job_cost_of(same[0])
        rounded = round_together([one.value for one in same], cost.new_amount if cost else None)
        amounts |= {one.id: amount for one, amount in zip(same, rounded, strict=True)}
    return amounts


def _line(
    transaction: BudgetTransaction, cost: JobCost | None, amount: Decimal, job: str | None, known: Known
) -> EstimateLine:
    """The line of a transaction; what speaks against it is told in ``known``."""
    where, pair = f"transaction {transaction.id}", None
    if cost is None:
        known.refuse(RefusalCode.VALUE, f"{where}: is on budget line {transaction.job_cost_id}, which is not there")
    elif cost.sub_job_origin_id:
        words = f"{where}: is on a sub job, which QuickBooks Desktop does not have; move it to the project"
        known.refuse(RefusalCode.SUB_JOB, words)
    elif (pair := Pair.of(cost.cost_code_origin_id, job)) is None:
        words = f"{where}: its cost code is not in QuickBooks; send the project again first"
        known.refuse(RefusalCode.NOT_EXPORTED, words)
    kind = "Original budget" if transaction.is_original else "Budget modification"
    notes = prose(transaction.notes)
    return EstimateLine(
        item_ref=Ref(list_id=pair.item) if pair else None,
        desc=f"{kind}: {notes}" if notes else kind,
        rate=amount,
        amount=amount,
        other2=str(LineMark(ItemKind.BUDGET, transaction.id)),
    )
