"""create_budget and update_budget: one estimate a job, which grows by a line for every transaction."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from procore_qbd.domain import CloseOut, ItemKind, SyncedTransaction
from procore_qbd.erp.appending import append_lines, by_mark
from procore_qbd.erp.settling import (
    Item,
    Settled,
    detail,
    external_data,
    find_or_add_txn,
    known_id,
    link,
)
from procore_qbd.erp.verifying import differences, line_amount
from procore_qbd.errors import TranslationError
from procore_qbd.qbxml.entities._transactions import EntityFilter
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine, EstimateQuery
from procore_qbd.translate._lines import Pair
from procore_qbd.translate.estimates import to_estimate

if TYPE_CHECKING:
    from procore_qbd.domain import Books, Links
    from procore_qbd.domain.requests import BudgetRequest
    from procore_qbd.flows import Flow

__all__ = ["create_budget", "update_budget"]

_NEVER_MADE = "the budget is not in QuickBooks yet: send it as a new one"


def create_budget(request: BudgetRequest, links: Links, books: Books) -> Flow[CloseOut]:
    """Export a budget; where it is there already, its estimate gets what it lacks."""
    close_out = yield from _export(request, links, books, may_add=True)
    return close_out


def update_budget(request: BudgetRequest, links: Links, books: Books) -> Flow[CloseOut]:
    """Bring the estimate of a budget up to date: a line for each transaction that it does not have."""
    close_out = yield from _export(request, links, books, may_add=False)
    return close_out


def _export(request: BudgetRequest, links: Links, books: Books, *, may_add: bool) -> Flow[CloseOut]:
    budget = request.budget
    item = Item(
        kind=ItemKind.BUDGET,
        id=budget.id,
        name=f"Budget {budget.id}",
        request_detail_id=request.request_detail_id,
        origin_id=budget.origin_id,
    )
    settled = yield from _settle(request, item, links, books, may_add=may_add)
    estimate = settled.record
    if estimate is None:
        return CloseOut(
            request_name=request.request_name, company_id=request.company_id, details=(detail(item, settled),)
        )
    ours = by_mark(estimate)
    return CloseOut(
        request_name=request.request_name,
        company_id=request.company_id,
        details=(
            detail(item, settled, (*_on_other_jobs(request, estimate), *_off_the_control_total(request, estimate))),
        ),
        external_data=(external_data(item, estimate),),
        transactions=tuple(
            SyncedTransaction(id=transaction.id, origin_id=ours[transaction.id].txn_line_id)
            for transaction in request.transactions
            if transaction.id in ours
        ),
        links=(link(item, estimate),),
    )


def _settle(
    request: BudgetRequest, item: Item, links: Links, books: Books, *, may_add: bool
) -> Flow[Settled[Estimate]]:
    known, contradiction = known_id(item, links)
    if contradiction:
        return Settled(record=None, messages=contradiction)
    if known is None and not may_add:
        return Settled(record=None, messages=(_NEVER_MADE,))
    try:
        estimate = to_estimate(request, links, books)
    except TranslationError as error:
        return Settled(record=None, messages=tuple(map(str, error.faults)))
    if known is None:
        job = estimate.customer_ref.list_id if estimate.customer_ref else None
        query = EstimateQuery(entity_filter=EntityFilter(list_ids=(job or "",)), include_line_items=True)
        made = yield from find_or_add_txn(item, estimate, query, links)
        if made.record is None:
            return made
        if made.changed:
            told = differences(estimate.lines, made.record.lines, made.record.total_amount)
            return Settled(record=made.record, changed=True, messages=(*made.messages, *told))
        known = made.record.txn_id or ""
    grown = yield from append_lines(Estimate, EstimateQuery, known, "estimate", estimate.lines)
    return grown


def _lines(estimate: Estimate) -> tuple[EstimateLine, ...]:
    return tuple(line for line in estimate.lines if isinstance(line, EstimateLine))


def _on_other_jobs(request: BudgetRequest, estimate: Estimate) -> tuple[str, ...]:
    """The budget lines whose cost code is of another job than the estimate, which has one for all its lines."""
    job = estimate.customer_ref.list_id if estimate.customer_ref else None
    pairs = ((cost, Pair.of(cost.cost_code_origin_id, job)) for cost in request.job_costs)
    return tuple(
        f"budget line {cost.id} has a cost code of job {pair.job}, and its estimate is on {job}"
        for cost, pair in pairs
        if pair is not None and job is not None and pair.job != job
    )


def _off_the_control_total(request: BudgetRequest, estimate: Estimate) -> tuple[str, ...]:
    """The budget lines whose amount in Procore is not what their lines in QuickBooks come to."""
    notes: list[str] = []
    for cost in request.job_costs:
        pair = Pair.of(cost.cost_code_origin_id, cost.job_origin_id or request.job_origin_id)
        if pair is None or cost.new_amount is None:
            continue
        lines = (line for line in _lines(estimate) if line.item_ref and line.item_ref.list_id == pair.item)
        there = sum(map(line_amount, lines), Decimal(0))
        if there != cost.new_amount:
            notes.append(f"budget line {cost.id} is {cost.new_amount} in Procore, and {there} in QuickBooks")
    return tuple(notes)
