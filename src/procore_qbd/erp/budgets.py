"""create_budget and update_budget: one estimate a job, which grows by a line for every transaction."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from procore_qbd.domain import CloseOut, Difference, ErpRefusal, ItemKind, RefusalCode, SyncedTransaction
from procore_qbd.domain.ids import Pair
from procore_qbd.erp.appending import Appending, copies, known_lines
from procore_qbd.erp.finding import known_id, recognised
from procore_qbd.erp.results import Item, ItemResult, close, detail, external_data, isolated, link, refused
from procore_qbd.erp.usable import needed_records, unusable
from procore_qbd.erp.verifying import Expected, compare_lines, compare_totals, extra, line_amount
from procore_qbd.erp.writing import add
from procore_qbd.errors import TranslationError
from procore_qbd.flows import Flow, ask
from procore_qbd.qbxml import Request
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine, EstimateQuery
from procore_qbd.qbxml.entities.shared.transactions import EntityFilter
from procore_qbd.translate.estimates import to_estimate
from procore_qbd.translate.lines import LineMark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from procore_qbd.domain import Books, LinkView
    from procore_qbd.domain.requests import BudgetRequest

__all__ = ["create_budget", "update_budget"]


def create_budget(request: BudgetRequest, links: LinkView, books: Books) -> Flow[CloseOut]:
    """Export a budget; where it is there already, its estimate gets what it lacks."""
    close_out = yield from _export(request, links, books, may_add=True)
    return close_out


def update_budget(request: BudgetRequest, links: LinkView, books: Books) -> Flow[CloseOut]:
    """Bring the estimate of a budget up to date: a line for each transaction that it does not have."""
    close_out = yield from _export(request, links, books, may_add=False)
    return close_out


def _export(request: BudgetRequest, links: LinkView, books: Books, *, may_add: bool) -> Flow[CloseOut]:
    budget = request.budget
    item = Item(
        kind=ItemKind.BUDGET,
        id=budget.id,
        name=f"Budget {budget.id}",
        request_detail_id=request.request_detail_id,
        origin_id=budget.origin_id,
    )
    try:
        wanted = to_estimate(request, links, books)
    except TranslationError as error:
        return close(request, detail(item, refused(*error.faults)))  # type: ignore[arg-type]
    expected = [
        Expected(name=f"transaction {one.id}", amount=one.value, line=line, known_id=one.origin_id)
        for one, line in zip(request.transactions, wanted.lines, strict=True)
    ]
    # What Procore says is there and is not, somebody deleted: that is told, and not made again.
    new = [one for one, sent in zip(expected, request.transactions, strict=True) if not (sent.origin_id or sent.synced)]
    (settled,) = yield from isolated(_settle(item, wanted, new, links, request.company_id, may_add=may_add))
    estimate = settled.record
    if estimate is None:
        return close(request, detail(item, settled))
    ours = known_lines(estimate, expected, _ours)
    settled = settled.told(_differences(request, estimate, list(zip(expected, ours, strict=True))))
    return close(
        request,
        detail(item, settled.told(notes=_on_other_jobs(request, estimate, links)).named(links)),
        external_data=(external_data(item, estimate),),
        transactions=tuple(
            SyncedTransaction(id=one.id, origin_id=line.txn_line_id, project_id=budget.project_id)
            for one, line in zip(request.transactions, ours, strict=True)
            if line is not None
        ),
        links=(link(item, estimate),),
    )


def _ours(_line: object) -> bool:
    """Every mark on an estimate is a budget's, be it of an early release."""
    return True


def _settle(
    item: Item,
    wanted: Estimate,
    expected: Sequence[Expected],
    links: LinkView,
    company_id: int | None,
    *,
    may_add: bool,
) -> Flow[ItemResult[Estimate]]:
    known, why = known_id(item, links)
    if why is not None:
        return refused(why)
    if known is None and not may_add:
        words = "the budget is not in QuickBooks yet: send it as a new one"
        return refused(ErpRefusal(RefusalCode.NOT_EXPORTED, words))
    names = [one.name for one in expected]
    if known is None:
        job = wanted.customer_ref.list_id if wanted.customer_ref else None
        entity = EntityFilter(list_ids=(job or "",))
        outcome = yield from ask(Request.query(EstimateQuery(entity_filter=entity, include_line_items=True)))
        there = recognised(item, wanted, [outcome], links, company_id=company_id)
        if there is None:
            if refusals := (yield from unusable(needed_records(wanted, wanted.lines, names), links)):
                return refused(*refusals)
            made = yield from add(wanted)
            return made
        if there.record is None:
            return there
        known = there.record.txn_id
    appending: Appending[Estimate] = Appending(
        cls=Estimate,
        query=EstimateQuery,
        what="estimate",
        item=item,
        links=links,
        expected=expected,
        ours=_ours,
    )
    grown = yield from appending.to(known or "")
    return grown


def _lines(estimate: Estimate) -> list[EstimateLine]:
    return [line for line in estimate.lines if isinstance(line, EstimateLine)]


def _differences(
    request: BudgetRequest, estimate: Estimate, pairs: list[tuple[Expected, EstimateLine | None]]
) -> Iterator[Difference]:
    """Where the estimate is otherwise than the budget, whoever made it so."""
    yield from compare_lines(pairs)
    ours = [line for _, line in pairs if line is not None]
    strange = [line for line in estimate.lines if LineMark.of(line) is None and not any(line is one for one in ours)]
    yield from extra([*strange, *copies(estimate, ours)])
    there = sum((line_amount(line) for line in _lines(estimate)), Decimal(0))
    yield from compare_totals(there, estimate.total_amount, estimate)
    for cost in request.job_costs:
        pair = Pair.of(cost.cost_code_origin_id, cost.job_origin_id or request.job_origin_id)
        if pair is None or cost.new_amount is None:
            continue
        lines = (line for line in _lines(estimate) if line.item_ref and line.item_ref.list_id == pair.item)
        there = sum(map(line_amount, lines), Decimal(0))
        if there != cost.new_amount:
            yield Difference(f"budget line {cost.id}: total", cost.new_amount, there)


def _on_other_jobs(request: BudgetRequest, estimate: Estimate, links: LinkView) -> Iterator[str]:
    """The budget lines whose cost code is of another job than the estimate, which has one for all its lines."""
    job = estimate.customer_ref.list_id if estimate.customer_ref else None
    for cost in request.job_costs:
        pair = Pair.of(cost.cost_code_origin_id, job)
        if pair is not None and job is not None and pair.job != job:
            other = links.holder(ItemKind.PROJECT, pair.job)
            there = (other.name if other else None) or pair.job
            here = (estimate.customer_ref.full_name if estimate.customer_ref else None) or job
            yield f"budget line {cost.id} has a cost code of job {there}, and its estimate is on {here}"
