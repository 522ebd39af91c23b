"""create_or_update_job: a project becomes a job or brings it up to date, and its cost codes are linked to items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import CloseOut, ExternalData, ItemKind, LineItemTypeAssignment, Link
from procore_qbd.erp.settling import (
    Item,
    Settled,
    detail,
    external_data,
    find_or_add,
    known_id,
    link,
    linked,
    look_up,
    refusal,
)
from procore_qbd.errors import RecordError, TranslationError
from procore_qbd.flows import ask
from procore_qbd.qbxml import Request, changes
from procore_qbd.qbxml.entities._shared import Address
from procore_qbd.qbxml.entities.customers import Customer, CustomerQuery
from procore_qbd.qbxml.entities.items import ItemService, ItemServiceQuery
from procore_qbd.translate import to_job

if TYPE_CHECKING:
    from procore_qbd.domain import Books, CostCode, CreateOrUpdateJob, Links
    from procore_qbd.flows import Flow

__all__ = ["create_or_update_job"]

_OUT_OF_DATE = 3200
_STREET = ("addr1", "addr2", "addr3", "addr4", "addr5")
_TOWN = ("city", "state", "postal_code")


def create_or_update_job(request: CreateOrUpdateJob, links: Links, books: Books) -> Flow[CloseOut]:
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
    settled = yield from _settle(request, item, links, books)
    job = settled.record
    if job is None:
        return CloseOut(
            request_name=request.request_name, company_id=request.company_id, details=(detail(item, settled),)
        )
    pairs, notes = yield from _items(request, job, links)
    return CloseOut(
        request_name=request.request_name,
        company_id=request.company_id,
        details=(detail(item, settled, notes),),
        external_data=(external_data(item, job), *(_pair(code, job, found) for code, found in pairs)),
        assignments=tuple(
            LineItemTypeAssignment(project_id=project.id, cost_code_id=code.id, line_item_type_id=kind.id)
            for code, _ in pairs
            for kind in code.line_item_types
        ),
        links=(link(item, job), *(_pair_link(code, job, found) for code, found in pairs)),
    )


def _settle(request: CreateOrUpdateJob, item: Item, links: Links, books: Books) -> Flow[Settled[Customer]]:
    known, contradiction = known_id(item, links)
    if contradiction:
        return Settled(record=None, messages=contradiction)
    try:
        # A linked job stays where it stands: which customer it is under is the bookkeeper's business.
        job = to_job(request.job, links, books.as_job() if known else books, company_id=request.company_id)
    except TranslationError as error:
        return Settled(record=None, messages=tuple(map(str, error.faults)))
    if known is not None:
        settled = yield from _update(job, known)
        return settled
    full_name = job.name or ""
    if job.parent_ref is not None:
        customer = job.parent_ref.full_name or ""
        query = Request.query(CustomerQuery(full_names=(customer,)))
        parent, messages = yield from look_up(query, Customer)
        if parent is None:
            return Settled(record=None, messages=messages or (f"QuickBooks has no customer {customer!r}",))
        full_name = f"{parent.full_name}:{full_name}"
    made = yield from find_or_add(item, job, CustomerQuery, full_name, links)
    return made


def _update(job: Customer, known: str) -> Flow[Settled[Customer]]:
    """Bring a linked job up to date; if somebody changed it meanwhile, read it anew and try once more."""
    outcome = None
    for _ in range(2):
        read = yield from linked(Customer, CustomerQuery, known, "customer or job")
        if read.record is None:
            return read
        try:
            wanted = changes(read.record, _desired(read.record, job))
        except RecordError as error:
            return Settled(record=None, messages=tuple(map(str, error.faults)))
        if wanted is None:
            return read
        outcome = yield from ask(Request.mod(wanted))
        if outcome.ok:
            return Settled(record=outcome.record(Customer), changed=True, messages=(_told(wanted),))
        if outcome.code != _OUT_OF_DATE:
            break
    return Settled(record=None, messages=(refusal(outcome),) if outcome else ())


def _told(wanted: Customer) -> str:
    """What an update says, for people."""
    said = {
        "name": wanted.name is not None,
        "address": wanted.bill_address is not None,
        "active again": wanted.is_active is True,
        "inactive": wanted.is_active is False,
    }
    return f"updated in QuickBooks: {', '.join(what for what, is_said in said.items() if is_said)}"


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
    request: CreateOrUpdateJob, job: Customer, links: Links
) -> Flow[tuple[list[tuple[CostCode, ItemService]], tuple[str, ...]]]:
    """The cost codes with their service items, and why the others have none."""
    wanted = {code.id: _item_id(code, links) for code in request.all_cost_codes}
    ids = tuple(dict.fromkeys(list_id for list_id in wanted.values() if list_id))
    items: dict[str | None, ItemService] = {}
    if ids:
        outcome = yield from ask(Request.query(ItemServiceQuery(list_ids=ids)))
        if not outcome.ok:
            return [], (f"the cost codes were not linked: {refusal(outcome)}",)
        items = {item.list_id: item for item in outcome.records(ItemService)}
    linked: list[tuple[CostCode, ItemService]] = []
    missing: list[str] = []
    contradicted: list[str] = []
    for code in request.all_cost_codes:
        item = items.get(wanted[code.id])
        known = links.find(ItemKind.COST_CODE, code.id)
        if item is None:
            missing.append(code.full_code)
        elif known is not None and known.quickbooks_id != _pair_id(job, item):
            contradicted.append(code.full_code)
        else:
            linked.append((code, item))
    notes = (
        _note(missing, "export the standard cost code first, then send the project again"),
        _note(contradicted, "linked to another job or item before; unlink it, then send the project again"),
    )
    return linked, tuple(filter(None, notes))


def _note(codes: list[str], why: str) -> str | None:
    return f"cost code{'s' if len(codes) > 1 else ''} {', '.join(codes)} not linked: {why}" if codes else None


def _item_id(code: CostCode, links: Links) -> str | None:
    """The ListID of a cost code's item: by the link of its standard cost code, or as the payload says."""
    known = links.find(ItemKind.STANDARD_COST_CODE, code.standard_cost_code_id) if code.standard_cost_code_id else None
    return code.standard_cost_code_origin_id or (known.quickbooks_id if known else None)


def _pair_id(job: Customer, item: ItemService) -> str:
    return f"{job.list_id}|{item.list_id}"


def _pair(code: CostCode, job: Customer, item: ItemService) -> ExternalData:
    return ExternalData(
        item_type=ItemKind.COST_CODE, item_id=code.id, origin_id=_pair_id(job, item), origin_code=item.full_name
    )


def _pair_link(code: CostCode, job: Customer, item: ItemService) -> Link:
    return Link(kind=ItemKind.COST_CODE, procore_id=code.id, quickbooks_id=_pair_id(job, item), name=item.full_name)
