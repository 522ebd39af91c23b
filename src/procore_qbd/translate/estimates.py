"""A project's budget as the estimate of its job: a line for each original amount and for each modification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import ItemKind
from procore_qbd.errors import TranslationError
from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine
from procore_qbd.translate._fitting import fitting, text
from procore_qbd.translate._lines import Pair, mark

if TYPE_CHECKING:
    from procore_qbd.domain import Books, Links
    from procore_qbd.domain.requests import BudgetRequest

__all__ = ["to_estimate"]

_LABELS = {"CustomerRef/ListID": "job"}


def to_estimate(request: BudgetRequest, links: Links, _books: Books) -> Estimate:
    """The estimate to add for a budget.

    Args:
        request: The budget with its lines and transactions.
        links: For the job, where the payload does not name it, and for the ExternalGUID.

    Raises:
        TranslationError: It does not fit: the project or a cost code is not in QuickBooks, a sub job, no line, …
    """
    budget = request.budget
    faults: list[str] = []
    known = links.find(ItemKind.PROJECT, budget.project_id) if budget.project_id is not None else None
    job = request.job_origin_id or (known.quickbooks_id if known else None)
    if job is None:
        faults.append("project: is not in QuickBooks; export it first")
    lines: tuple[EstimateLine, ...] = ()
    try:
        lines = _lines(request)
    except TranslationError as error:
        faults += map(str, error.faults)
    if faults:
        raise TranslationError(f"budget {budget.id}", faults)
    estimate = Estimate(
        customer_ref=Ref(list_id=job),
        memo=f"Procore budget {budget.id}",
        external_guid=links.guid(ItemKind.BUDGET, budget.id, request.company_id),
        lines=lines,
    )
    fitting(estimate, f"budget {budget.id}", _LABELS)
    return estimate


def _lines(request: BudgetRequest) -> tuple[EstimateLine, ...]:
    """A line for each transaction of the budget, in their order.

    Raises:
        TranslationError: A transaction is on a line that the request does not have, on a sub job, or on a cost code
            that is not in QuickBooks.
    """
    faults: list[str] = []
    lines: list[EstimateLine] = []
    for transaction in request.transactions:
        cost = request.job_cost_of(transaction)
        pair = Pair.of(cost.cost_code_origin_id, cost.job_origin_id or request.job_origin_id) if cost else None
        if cost is None:
            faults.append(f"transaction {transaction.id}: is on line {transaction.job_cost_id}, which is not there")
        elif cost.sub_job_origin_id:
            faults.append(f"transaction {transaction.id}: is on a sub job, which QuickBooks Desktop does not have")
        elif pair is None:
            faults.append(
                f"transaction {transaction.id}: its cost code is not in QuickBooks; send the project again first"
            )
        else:
            kind = "Original budget" if transaction.is_original else "Budget modification"
            notes = text(transaction.notes)
            lines.append(
                EstimateLine(
                    item_ref=Ref(list_id=pair.item),
                    desc=f"{kind}: {notes}" if notes else kind,
                    rate=transaction.value,
                    amount=transaction.value,
                    other2=mark(transaction.id),
                )
            )
    if not lines and not faults:
        faults.append("budget: has no amounts")
    if faults:
        raise TranslationError("lines", faults)
    return tuple(lines)
