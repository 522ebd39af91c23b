"""create_standard_cost_codes: each code becomes a service item, divisions before the codes below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import CloseOut, ItemKind, ItemNaming
from procore_qbd.erp.settling import Item, Settled, detail, external_data, find_or_add, known_id, link, linked, look_up
from procore_qbd.errors import TranslationError
from procore_qbd.flows import gather
from procore_qbd.qbxml import Request
from procore_qbd.qbxml.entities.items import ItemService, ItemServiceQuery
from procore_qbd.translate import item_name, to_item_service

if TYPE_CHECKING:
    from procore_qbd.domain import Books, CreateStandardCostCodes, Links, StandardCostCode
    from procore_qbd.flows import Flow

__all__ = ["create_standard_cost_codes"]

_WAITING = "its division in the same request was not exported; see there"
_CIRCLE = "it stands under itself by way of its divisions: correct the parents in Procore"


def create_standard_cost_codes(request: CreateStandardCostCodes, links: Links, books: Books) -> Flow[CloseOut]:
    """Export codes, a level of the tree at a time; one that is refused holds up only the codes below it."""
    codes = {code.id: code for code in request.standard_cost_codes}
    settled: dict[int, Settled[ItemService]] = {}
    waiting = dict(codes)
    while waiting:
        level = [code for code in waiting.values() if code.parent_id not in waiting]
        if not level:
            settled |= {code_id: Settled(record=None, messages=(_CIRCLE,)) for code_id in waiting}
            break
        flows = [_settle(code, _above(code, settled), request.company_id, links, books) for code in level]
        done = yield from gather(*flows)
        for code, ended in zip(level, done, strict=True):
            settled[code.id] = ended
            del waiting[code.id]
    items = [
        _item(code, detail_id)
        for code, detail_id in zip(request.standard_cost_codes, request.request_detail_ids, strict=True)
    ]
    exported = [(item, record) for item in items if (record := settled[item.id].record) is not None]
    return CloseOut(
        request_name=request.request_name,
        company_id=request.company_id,
        details=tuple(detail(item, settled[item.id]) for item in items),
        external_data=tuple(external_data(item, record) for item, record in exported),
        links=tuple(link(item, record) for item, record in exported),
    )


def _item(code: StandardCostCode, request_detail_id: int | None = None) -> Item:
    return Item(
        kind=ItemKind.STANDARD_COST_CODE,
        id=code.id,
        name=f"{code.full_code} {code.name}",
        request_detail_id=request_detail_id,
        origin_id=code.origin_id,
    )


def _above(code: StandardCostCode, settled: dict[int, Settled[ItemService]]) -> Settled[ItemService] | None:
    """How the code's division ended, where it is part of the same request."""
    return settled.get(code.parent_id) if code.parent_id is not None else None


def _settle(
    code: StandardCostCode,
    above: Settled[ItemService] | None,
    company_id: int | None,
    links: Links,
    books: Books,
) -> Flow[Settled[ItemService]]:
    item = _item(code)
    known, contradiction = known_id(item, links)
    if contradiction:
        return Settled(record=None, messages=contradiction)
    if known is not None:
        found = yield from linked(ItemService, ItemServiceQuery, known, "service item")
        return found
    nested = books.item_naming is ItemNaming.NESTED
    if nested and above is not None and above.record is None:
        return Settled(record=None, messages=(_WAITING,))
    parent = above.record if nested and above is not None else None
    try:
        service = to_item_service(
            code, links, books, parent_id=parent.list_id if parent else None, company_id=company_id
        )
    except TranslationError as error:
        return Settled(record=None, messages=tuple(map(str, error.faults)))
    if parent is None and service.parent_ref is not None and service.parent_ref.list_id:
        list_id = service.parent_ref.list_id
        parent, messages = yield from look_up(Request.query(ItemServiceQuery(list_ids=(list_id,))), ItemService)
        if parent is None:
            gone = f"its division's item {list_id} is not in QuickBooks any more: unlink the division, then export it"
            return Settled(record=None, messages=messages or (gone,))
    name = item_name(code, books) or ""
    full_name = f"{parent.full_name}:{name}" if parent else name
    made = yield from find_or_add(item, service, ItemServiceQuery, full_name, links)
    return made
