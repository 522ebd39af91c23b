"""create_or_update_job: a project becomes a job or brings it up to date, and its cost codes are linked to items.

And reset_job: Procore's support made a project unsynced, with everything in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import CloseOut, ErpRefusal, ExternalData, ItemKind, LineItemTypeAssignment, Link, RefusalCode
from procore_qbd.domain.ids import Pair
from procore_qbd.erp.finding import by_id, get_or_create, known_id, linked, look_up
from procore_qbd.erp.on_jobs import on_jobs
from procore_qbd.erp.refusing import refusal
from procore_qbd.erp.results import (
    Item,
    ItemResult,
    close,
    detail,
    external_data,
    isolated,
    link,
    refused,
    repeated_ids,
)
from procore_qbd.erp.unlinking import counted, forgotten, named_item, newest_first
from procore_qbd.erp.writing import change
from procore_qbd.errors import ReplyError
from procore_qbd.flows import Flow, ask_all
from procore_qbd.qbxml import Request
from procore_qbd.qbxml.entities.customers import Customer, CustomerQuery
from procore_qbd.qbxml.entities.items import ItemService, ItemServiceQuery
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderQuery
from procore_qbd.qbxml.entities.shared.common import Address
from procore_qbd.translate import to_job
from procore_qbd.translate.jobs import LABELS
from procore_qbd.translate.known import agreed, strange_part

if TYPE_CHECKING:
    from procore_qbd.domain import Books, CostCode, CreateOrUpdateJob, LinkView, ResetJob

__all__ = ["create_or_update_job", "reset_job"]

_NOT_EXPORTED = "export the standard cost code first, then send the project again"
_DELETED = "somebody deleted the item in QuickBooks; unlink the standard cost code, export it, send this again"
_DOUBLED = "they have the same id in Procore"
_ELSEWHERE = "linked to another job or item before; unlink it, then send the project again"
_STREET = ("addr1", "addr2", "addr3", "addr4", "addr5")
_TOWN = ("city", "state", "postal_code")


def create_or_update_job(request: CreateOrUpdateJob, links: LinkView, books: Books) -> Flow[CloseOut]:
    """Export or update a project; a cost code without an item is reported, and does not hold up the job."""
    project = request.job
    item = Item(
        kind=ItemKind.PROJECT,
        id=project.id,
        name=project.name,
        request_detail_id=request.request_detail_id,
        origin_id=project.origin_id,
        origin_code=project.origin_code,
    )
    (settled,) = yield from isolated(_settle(request, item, links, books))
    job = settled.record
    if job is None:
        return close(request, detail(item, settled))
    pairs, notes = yield from _items(request, job, links)
    return close(
        request,
        detail(item, settled.told(notes=notes)),
        external_data=(external_data(item, job), *(_pair_data(code, job, found) for code, found in pairs)),
        assignments=tuple(
            LineItemTypeAssignment(project_id=project.id, cost_code_id=code.id, line_item_type_id=kind.id)
            for code, _ in pairs
            for kind in code.line_item_types
        ),
        links=(link(item, job), *(_pair_link(code, job, found) for code, found in pairs)),
    )


def _settle(request: CreateOrUpdateJob, item: Item, links: LinkView, books: Books) -> Flow[ItemResult[Customer]]:
    known, why = known_id(item, links)
    if why is not None:
        return refused(why)
    # A linked job stays where it stands: which customer it is under is the bookkeeper's business.
    where = books.as_job() if known else books.under(request.customer) if request.customer else books
    job = to_job(request.job, links, where, company_id=request.company_id)
    if known is not None:
        settled = yield from _update(job, known, item, links)
        return settled
    full_name = job.name or ""
    if job.parent_ref is not None:
        customer = job.parent_ref.full_name or ""
        query = Request.query(CustomerQuery(full_names=(customer,)))
        parent, why = yield from look_up(query, Customer)
        if parent is None:
            words = (
                f"customer: QuickBooks has no customer {customer!r}; make it there, or choose another in the books file"
            )
            return refused(why or ErpRefusal(RefusalCode.NOT_SET_UP, words))
        full_name = f"{parent.full_name}:{full_name}"
    made = yield from get_or_create(item, job, full_name, links)
    if made.record is None or made.changed:
        return made
    # It was there already, from a run whose answer was lost; since then Procore or a person may have changed it.
    updated = yield from _update(job, made.record.list_id or "", item, links)
    return updated


def _update(job: Customer, known: str, item: Item, links: LinkView) -> Flow[ItemResult[Customer]]:
    """Bring a linked job up to date."""

    def wish(before: Customer) -> Flow[Customer]:
        yield from ()
        return _desired(before, job)

    what = "customer or job"
    settled = yield from change(lambda: linked(Customer, CustomerQuery, known, what, item, links), wish, LABELS)
    if settled.before is None or settled.record is None:
        return settled
    return settled.told(notes=[_told(settled.before, settled.record)])


def _told(before: Customer, after: Customer) -> str:
    """What an update changed, from what to what, for people."""
    told = []
    if before.name != after.name:
        told.append(f"name from {before.name!r} to {after.name!r}")
    if before.bill_address != after.bill_address:
        told.append(f"address from {_written(before.bill_address)} to {_written(after.bill_address)}")
    if before.is_active != after.is_active:
        told.append("made inactive" if after.is_active is False else "made active again")
    return f"updated in QuickBooks: {', '.join(told) or 'nothing visible'}"


def _written(address: Address | None) -> str:
    """An address on one line."""
    if address is None:
        return "none"
    return repr(", ".join(filter(None, (getattr(address, name) for name in _STREET + _TOWN))))


def _desired(before: Customer, job: Customer) -> Customer:
    """The job as it stands in QuickBooks, with what Procore says of it; where Procore is silent, it stays."""
    address = before.bill_address or Address()
    if job.bill_address is not None:
        said: dict[str, Any] = {
            name: value for name in _STREET + _TOWN if (value := getattr(job.bill_address, name)) is not None
        }
        if "addr1" in said:
            # Street lines belong together: a shorter street must not keep the tail of a longer one.
            said = {name: "" for name in _STREET if getattr(address, name)} | said
        address = attrs.evolve(address, **said)
    return attrs.evolve(
        before,
        name=job.name,
        is_active=job.is_active is not False,
        bill_address=address if address != Address() else None,
    )


def _items(
    request: CreateOrUpdateJob, job: Customer, links: LinkView
) -> Flow[tuple[list[tuple[CostCode, ItemService]], tuple[str, ...]]]:
    """The cost codes with their service items, and why the others have none."""
    ids = repeated_ids(code.id for code in request.all_cost_codes)
    codes = [code for code in request.all_cost_codes if code.id not in ids]
    doubled = [code for code in request.all_cost_codes if code.id in ids]
    answers = {code.id: _item_id(code, links) for code in codes}
    wanted = {code_id: item_id for code_id, (item_id, why) in answers.items() if item_id and not why}
    before = {
        code.id: _other_pairs(code, Pair(job.list_id or "", wanted[code.id]), links)
        for code in codes
        if code.id in wanted
    }
    others = [pair for pairs in before.values() for pair in pairs]
    there: dict[str, Any] = {}
    requests = [by_id(ItemServiceQuery, *dict.fromkeys((*wanted.values(), *(pair.item for pair in others))))]
    if others:
        requests.append(by_id(CustomerQuery, *dict.fromkeys(pair.job for pair in others)))
    if wanted:
        try:
            outcomes = yield from ask_all(requests)
            if wrong := [str(refusal(outcome)) for outcome in outcomes if not outcome.ok]:
                return [], (f"the cost codes were not linked: {'; '.join(wrong)}",)
            there = {found.list_id: found for outcome in outcomes for found in outcome.records(_Listed)}
        except ReplyError as error:
            return [], (f"the cost codes were not linked, for QuickBooks' answer cannot be read: {error}",)
    # A pair of which the job or the item is gone holds nothing: the code may be linked to the new one.
    held = {at for at, pairs in before.items() if any(pair.job in there and pair.item in there for pair in pairs)}
    done = [(code, there[wanted[code.id]]) for code in codes if wanted.get(code.id) in there and code.id not in held]
    notes = [f"cost code {code.full_code} not linked: {why}" for code in codes if (why := answers[code.id][1])]
    unknown = [code for code in codes if answers[code.id] == (None, None)]
    gone = [code for code in codes if code.id in wanted and wanted[code.id] not in there]
    elsewhere = [code for code in codes if code.id in held and wanted[code.id] in there]
    for some, why in ((unknown, _NOT_EXPORTED), (gone, _DELETED), (elsewhere, _ELSEWHERE), (doubled, _DOUBLED)):
        if some:
            notes.append(f"cost code{'s' if len(some) > 1 else ''} {_codes(some)} not linked: {why}")
    if inactive := [code for code, item in done if item.is_active is False]:
        notes.append(f"inactive items in QuickBooks: {_codes(inactive)}; nothing can be posted to them")
    return done, tuple(notes)


_Listed: Any = (Customer, ItemService)


def _codes(codes: list[CostCode]) -> str:
    return ", ".join(code.full_code for code in codes)


def _item_id(code: CostCode, links: LinkView) -> tuple[str | None, str | None]:
    """The ListID of a cost code's item, by Procore and our links; and what speaks against it."""
    what = f"standard cost code {code.full_code!r}"
    kind, standard = ItemKind.STANDARD_COST_CODE, code.standard_cost_code_id
    item_id, why = agreed(links, kind, standard, code.standard_cost_code_origin_id, what=what)
    return (None if item_id is None or why else str(item_id)), (str(why) if why else None)


def _other_pairs(code: CostCode, pair: Pair, links: LinkView) -> list[Pair]:
    """The other pairs that a cost code was before, by Procore and our links, as far as they can be in QuickBooks."""
    link = links.find(ItemKind.COST_CODE, code.id)
    named = (link.quickbooks_id if link else None, Pair.of(code.origin_id))
    return [one for one in named if isinstance(one, Pair) and one != pair and strange_part(one) is None]


def _pair(job: Customer, item: ItemService) -> Pair:
    return Pair(job.list_id or "", item.list_id or "")


def _pair_data(code: CostCode, job: Customer, item: ItemService) -> ExternalData:
    pair = str(_pair(job, item))
    return ExternalData(item_type=ItemKind.COST_CODE, item_id=code.id, origin_id=pair, origin_code=item.full_name)


def _pair_link(code: CostCode, job: Customer, item: ItemService) -> Link:
    return Link(kind=ItemKind.COST_CODE, procore_id=code.id, quickbooks_id=_pair(job, item), name=item.full_name)


# --- reset -----------------------------------------------------------------------------------------------------------

_AGAIN = "before anything of it is exported again, delete there what Procore shall export anew, or link it"


def reset_job(request: ResetJob, links: LinkView, books: Books) -> Flow[CloseOut]:  # noqa: ARG001
    """Forget which job a project is, and all in it that the links know: its codes, commitments, invoices and budget.

    No link says of which project a commitment is, so QuickBooks is asked what stands on the job.
    """
    project = request.project
    item = named_item(ItemKind.PROJECT, project.id, request, links, project.origin_id)
    link_ = links.find(item.kind, item.id)
    list_id = str(link_.quickbooks_id) if link_ is not None else project.origin_id
    if list_id is None:
        return forgotten(request, [(item, ItemResult(notes=("it was linked to nothing",)))])
    children: list[Link] = []
    (settled,) = yield from isolated(_look_for_children(list_id, links, children))
    told = (f"job {list_id} stays in QuickBooks", *settled.notes, *map(str, settled.refusals))
    closed = forgotten(request, [(item, ItemResult(notes=told))])
    below = tuple((child.kind, child.procore_id) for child in newest_first(children))
    return attrs.evolve(closed, unlinked=(*below, *closed.unlinked))


def _look_for_children(job: str, links: LinkView, children: list[Link]) -> Flow[ItemResult[Any]]:
    """Find what was exported on a job; ``children`` is added to."""
    (answer,) = yield from ask_all([by_id(CustomerQuery, job)])
    if answer.ok and not any(answer.records(Customer)):
        return ItemResult(notes=("it was deleted there",))
    ((found, why),) = yield from on_jobs([(job, None)])
    if why is not None:
        return refused(why).told(notes=("so what is in it stays linked",))
    txn_ids = dict.fromkeys(one.txn_id for one in found if one.txn_id)
    held = {one: links.holder(ItemKind.WORK_ORDER_CONTRACT, one) for one in txn_ids}
    orders = {txn_id: link_ for txn_id, link_ in held.items() if link_ is not None}
    elsewhere: list[str] = []
    if orders:
        (answer,) = yield from ask_all([by_id(PurchaseOrderQuery, *orders)])
        for order in answer.records(PurchaseOrder):
            refs = (getattr(line, "customer_ref", None) for line in order.lines)
            if any(ref is not None and ref.list_id != job for ref in refs):
                elsewhere.append(f"{order.ref_number or order.txn_id}")
                del orders[order.txn_id or ""]
    for txn_id, itself in orders.items():
        kinds = (ItemKind.CHANGE_ORDER, ItemKind.REQUISITION)
        children += [itself, *(part for part in links.parts(txn_id) if part.kind in kinds)]
    children += [budget for one in txn_ids if (budget := links.holder(ItemKind.BUDGET, one)) is not None]
    notes = [f"with it {counted(newest_first(children))} on it: {_AGAIN}"] if children else []
    if elsewhere:
        notes.append(f"purchase orders with lines on other jobs as well stay linked: {', '.join(elsewhere)}")
    return ItemResult(notes=tuple(notes))
