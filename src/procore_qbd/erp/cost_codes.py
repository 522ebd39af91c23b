"""create_standard_cost_codes: each code becomes a service item, divisions before the codes below them.

And what forgets codes: delete_cost_codes, where nothing is on job and item together, and what Procore's support does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import CloseOut, Difference, ErpRefusal, ItemKind, ItemNaming, RefusalCode
from procore_qbd.domain.ids import Pair, same_text
from procore_qbd.erp.finding import by_id, get_or_create, known_id, linked, look_up
from procore_qbd.erp.on_jobs import on_jobs
from procore_qbd.erp.refusing import refusal
from procore_qbd.erp.results import (
    Item,
    ItemResult,
    batch,
    close,
    detail,
    external_data,
    isolated,
    link,
    record_name,
    refused,
    refused_as_repeated,
    repeated_ids,
    unreadable,
)
from procore_qbd.erp.unlinking import forgotten, named_item
from procore_qbd.flows import ask_all
from procore_qbd.qbxml import Record
from procore_qbd.qbxml.entities.customers import CustomerQuery
from procore_qbd.qbxml.entities.items import ItemQuery, ItemService, ItemServiceQuery
from procore_qbd.translate import item_name, to_item_service

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from procore_qbd.domain import (
        Books,
        CreateStandardCostCodes,
        DeleteCostCode,
        DeleteCostCodes,
        DeleteStandardCostCodes,
        LinkView,
        StandardCostCode,
        SyncedItem,
        UnlinkStandardCostCodes,
    )
    from procore_qbd.erp.on_jobs import OnJob
    from procore_qbd.flows import Flow

__all__ = [
    "create_standard_cost_codes",
    "delete_cost_code",
    "delete_cost_codes",
    "delete_standard_cost_codes",
    "unlink_standard_cost_codes",
]

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


# --- unlinked and deleted --------------------------------------------------------------------------------------------

_STAYS = "its item stays in QuickBooks: make it inactive there if nobody needs it"
_LINKED_TO_NOTHING = "it was linked to nothing"


def unlink_standard_cost_codes(request: UnlinkStandardCostCodes, links: LinkView, books: Books) -> Flow[CloseOut]:  # noqa: ARG001
    """Forget which items codes are, and the pairs of projects with them; nothing is asked of QuickBooks."""
    yield from ()
    return _codes_forgotten(request, ItemKind.STANDARD_COST_CODE, request.standard_cost_codes, links)


def delete_standard_cost_codes(request: DeleteStandardCostCodes, links: LinkView, books: Books) -> Flow[CloseOut]:  # noqa: ARG001
    """Forget which items codes were that Procore has deleted; nothing is asked of QuickBooks."""
    yield from ()
    return _codes_forgotten(request, ItemKind.STANDARD_COST_CODE, request.standard_cost_codes, links)


def delete_cost_code(request: DeleteCostCode, links: LinkView, books: Books) -> Flow[CloseOut]:  # noqa: ARG001
    """Forget which pairs a project's codes were that Procore has deleted; nothing is asked of QuickBooks."""
    yield from ()
    return _codes_forgotten(request, ItemKind.COST_CODE, request.cost_codes, links)


def _codes_forgotten(request: Any, kind: ItemKind, codes: Sequence[SyncedItem], links: LinkView) -> CloseOut:
    items = [_known_item(kind, code, request, links) for code in codes]
    known = [item.origin_id or links.find(kind, item.id) for item in items]
    ends = (ItemResult[Any](notes=(_STAYS if one else _LINKED_TO_NOTHING,)) for one in known)
    return forgotten(request, zip(items, ends, strict=True))


def _known_item(kind: ItemKind, code: SyncedItem, request: Any, links: LinkView) -> Item:
    item = named_item(kind, code.id, request, links, code.origin_id)
    own = request.request_detail_id if code.request_detail_id is None else code.request_detail_id
    return attrs.evolve(
        item, request_detail_id=own, name=f"{kind.label.replace('_', ' ')} {code.name}" if code.name else item.name
    )


def delete_cost_codes(request: DeleteCostCodes, links: LinkView, books: Books) -> Flow[CloseOut]:  # noqa: ARG001
    """Forget the pair of each code that no transaction is on; the item stays, for other jobs have it too."""
    items = [_known_item(ItemKind.COST_CODE, code, request, links) for code in request.cost_codes]
    project, sub_job = request.project, request.sub_job is not None
    ends = yield from isolated(*(_on_no_transaction(item, project, links, sub_job=sub_job) for item in items))
    details = (
        *(detail(item, ended) for item, ended in zip(items, ends, strict=True)),
        *unreadable(request.unreadable, request.request_detail_id),
    )
    return close(
        request,
        *batch(ItemKind.COST_CODE, details, request.request_detail_id),
        unlinked=tuple((item.kind, item.id) for item, ended in zip(items, ends, strict=True) if not ended.refusals),
    )


def _on_no_transaction(item: Item, project: SyncedItem, links: LinkView, *, sub_job: bool) -> Flow[ItemResult[Any]]:
    """Whether no transaction is on the job and the item of a code together: only then it may go."""
    if sub_job:
        words = "it is a code of a sub job, and QuickBooks Desktop has none: delete it on the project itself"
        return refused(ErpRefusal(RefusalCode.SUB_JOB, f"{item.name}: {words}"))
    said = Pair.of(item.origin_id, project.origin_id)
    known, why = known_id(attrs.evolve(item, origin_id=str(said) if said is not None else item.origin_id), links)
    if why is not None:
        return refused(why)
    pair = Pair.of(known)
    if pair is None:
        return ItemResult(notes=(_LINKED_TO_NOTHING,))
    outcomes = yield from ask_all([by_id(CustomerQuery, pair.job), by_id(ItemQuery, pair.item)])
    if wrong := [refusal(outcome) for outcome in outcomes if not outcome.ok]:
        return refused(*wrong)
    there = [record for outcome in outcomes for record in outcome.records(Record)]
    if len(there) < len(outcomes):
        return ItemResult(notes=("its job or its item is not in QuickBooks any more",))
    ((found, why),) = yield from on_jobs([(pair.job, pair.item)])
    if found:
        why = _in_use(item, record_name(there[0]), found)
    return refused(why) if why is not None else ItemResult(notes=(_STAYS,))


_SHOWN = 5


def _in_use(item: Item, job: str | None, found: Sequence[OnJob]) -> ErpRefusal:
    count = f"{len(found)} transaction{'s' if len(found) > 1 else ''}"
    shown = ", ".join(one.words for one in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ErpRefusal(RefusalCode.IN_USE, f"{item.name}: job {job!r} has {count} on it: {shown}{more}")
