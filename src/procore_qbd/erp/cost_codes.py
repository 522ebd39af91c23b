"""create_standard_cost_codes: each code becomes a service item, divisions before the codes below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import CloseOut, Difference, ErpRefusal, ItemKind, ItemNaming, RefusalCode
from procore_qbd.domain.ids import same_text
from procore_qbd.erp.finding import by_id, get_or_create, known_id, linked, look_up
from procore_qbd.erp.results import (
    Item,
    ItemResult,
    batch,
    close,
    detail,
    external_data,
    isolated,
    link,
    refused,
    refused_as_repeated,
    repeated_ids,
    unreadable,
)
from procore_qbd.qbxml.entities.items import ItemService, ItemServiceQuery
from procore_qbd.translate import item_name, to_item_service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from procore_qbd.domain import Books, CreateStandardCostCodes, LinkView, StandardCostCode
    from procore_qbd.flows import Flow

__all__ = ["create_standard_cost_codes"]

_WAITING = ErpRefusal(RefusalCode.WAITING, "its division in the same request was not exported; see its refusal")
_CIRCLE = ErpRefusal(
    RefusalCode.COST_CODE_CIRCLE, "it is below itself in its divisions: correct the parents in Procore"
)
_INACTIVE = "the item is inactive in QuickBooks: make it active there before anything is exported on it"


def create_standard_cost_codes(request: CreateStandardCostCodes, links: LinkView, books: Books) -> Flow[CloseOut]:
    """Export codes, a level of the tree at a time; one that is refused holds up only the codes below it."""
    lost = {one.id: refused(_WAITING) for one in request.unreadable if one.id is not None}
    doubled = repeated_ids(code.id for code in request.standard_cost_codes)
    settled: dict[int, ItemResult[ItemService]] = lost | dict.fromkeys(doubled, refused_as_repeated("cost code"))
    waiting = {code.id: code for code in request.standard_cost_codes if code.id not in doubled}
    made: dict[str, str] = {}
    while waiting:
        level = _first_of_a_name([code for code in waiting.values() if code.parent_id not in waiting], books)
        if not level:
            settled |= dict.fromkeys(waiting, refused(_CIRCLE))
            break
        flows = [_settle(code, _above(code, settled), request.company_id, links, books, made) for code in level]
        done = yield from isolated(*flows)
        for code, ended in zip(level, done, strict=True):
            settled[code.id] = _compared(code, ended, books)
            if ended.changed and ended.record is not None:
                made[ended.record.list_id or ""] = _item(code).name
            del waiting[code.id]
    items = [
        _item(code, request.request_detail_id if detail_id is None else detail_id)
        for code, detail_id in zip(request.standard_cost_codes, request.request_detail_ids, strict=True)
    ]
    exported = [(item, record) for item in items if (record := settled[item.id].record) is not None]
    details = (
        *(detail(item, settled[item.id]) for item in items),
        *unreadable(request.unreadable, request.request_detail_id),
    )
    return close(
        request,
        *batch(ItemKind.STANDARD_COST_CODE, details, request.request_detail_id),
        external_data=tuple(external_data(item, record) for item, record in exported),
        links=tuple(link(item, record) for item, record in exported),
    )


def _first_of_a_name(codes: list[StandardCostCode], books: Books) -> list[StandardCostCode]:
    """Codes that would be one item go one after another: the second sees what became of the first."""
    first: dict[tuple[int | None, str], StandardCostCode] = {}
    for code in codes:
        parent = code.parent_id if books.item_naming is ItemNaming.NESTED else None
        first.setdefault((parent, (item_name(code, books) or "").casefold()), code)
    return list(first.values())


def _compared(code: StandardCostCode, settled: ItemResult[ItemService], books: Books) -> ItemResult[ItemService]:
    """Where the item is otherwise than the code: another name, or inactive."""
    item = settled.record
    if item is None:
        return settled
    name = item_name(code, books)
    differences = [] if same_text(item.name, name) else [Difference("cost code", name, item.name)]
    return settled.told(differences, [_INACTIVE] if item.is_active is False else [])


def _item(code: StandardCostCode, request_detail_id: int | None = None) -> Item:
    return Item(
        kind=ItemKind.STANDARD_COST_CODE,
        id=code.id,
        name=f"{code.full_code} {code.name}",
        request_detail_id=request_detail_id,
        origin_id=code.origin_id,
    )


def _above(code: StandardCostCode, settled: dict[int, ItemResult[ItemService]]) -> ItemResult[ItemService] | None:
    """How the code's division ended, where it is part of the same request."""
    return settled.get(code.parent_id) if code.parent_id is not None else None


def _settle(
    code: StandardCostCode,
    above: ItemResult[ItemService] | None,
    company_id: int | None,
    links: LinkView,
    books: Books,
    made: Mapping[str, str],
) -> Flow[ItemResult[ItemService]]:
    item = _item(code)
    known, why = known_id(item, links)
    if why is not None:
        return refused(why)
    if known is not None:
        other = " or merged it into another item"
        found = yield from linked(ItemService, ItemServiceQuery, known, "service item", item, links, other=other)
        return found
    nested = books.item_naming is ItemNaming.NESTED
    if nested and above is not None and above.record is None:
        return refused(_WAITING)
    parent = above.record if nested and above is not None else None
    parent_id = parent.list_id if parent else None
    service = to_item_service(code, links, books, parent_id=parent_id, company_id=company_id)
    if parent is None and service.parent_ref is not None and service.parent_ref.list_id:
        list_id = service.parent_ref.list_id
        parent, why = yield from look_up(by_id(ItemServiceQuery, list_id), ItemService)
        if parent is None:
            words = (
                f"the item of its division ({list_id}) is not in QuickBooks any more: unlink the division, export it"
            )
            return refused(why or ErpRefusal(RefusalCode.GONE, f"{words}, then send this code again"))
    name = item_name(code, books) or ""
    full_name = f"{parent.full_name}:{name}" if parent else name
    found = yield from get_or_create(item, service, full_name, links, made)
    return found
