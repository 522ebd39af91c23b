"""What of a request is about which item: a request of many items taken apart, and put together again.

The tool moves items one by one, and Procore's requests are of one item or of many. Taken apart, each item has a request
that is about it alone, so that it can be sent, rejected and sent again without its siblings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.domain.commitments import CommitmentKind
from procore_qbd.domain.lifecycle import ItemId
from procore_qbd.domain.nouns import SyncedItem
from procore_qbd.domain.requests import (
    BudgetRequest,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    ErpRequest,
    Undo,
    UnlinkCommitment,
    UnlinkCommitmentChangeOrder,
    UnlinkRequisition,
    UnlinkVendor,
)
from procore_qbd.domain.vocabulary import ItemKind

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ItemRequest", "by_item", "joined", "unlinked_by", "unlinking"]


@attrs.frozen(kw_only=True)
class ItemRequest:
    """One item, and the request that is about it alone.

    Attributes:
        item: Which.
        name: Its name and number in Procore, as people say them.
        request: A request of this item alone.
        project: The project that it is in, as far as the request says so.
        commitment: The commitment that it changes or bills, by Procore's id.
    """

    item: ItemId
    name: str
    request: ErpRequest
    project: int | None = None
    commitment: int | None = None


def by_item(request: ErpRequest) -> tuple[ItemRequest, ...]:
    """The items that a request is about, each with a request of its own; none for a request that exports nothing."""
    return tuple(_by_item(request))


def _by_item(request: ErpRequest) -> Iterable[ItemRequest]:  # noqa: PLR0911  one for each kind of request
    if isinstance(request, CreateVendor):
        return [ItemRequest(item=ItemId(ItemKind.VENDOR, request.vendor.id), name=request.vendor.name, request=request)]
    if isinstance(request, CreateOrUpdateJob):
        job = request.job
        return [ItemRequest(item=ItemId(ItemKind.PROJECT, job.id), name=job.name, request=request, project=job.id)]
    if isinstance(request, CreateStandardCostCodes):
        return [
            ItemRequest(
                item=ItemId(ItemKind.STANDARD_COST_CODE, code.id),
                name=f"{code.full_code} {code.name}",
                request=attrs.evolve(request, standard_cost_codes=(code,), request_detail_ids=(detail,), unreadable=()),
            )
            for code, detail in zip(request.standard_cost_codes, request.request_detail_ids, strict=True)
        ]
    if isinstance(request, BudgetRequest):
        budget = request.budget
        item = ItemId(ItemKind.BUDGET, budget.id)
        name = f"budget of project {budget.project_id}" if budget.project_id is not None else f"budget {budget.id}"
        return [ItemRequest(item=item, name=name, request=request, project=budget.project_id)]
    if isinstance(request, CreateCommitment):
        one = request.commitment
        return [
            ItemRequest(
                item=ItemId(one.kind.item_kind, one.id),
                name=_said(one.number, one.title) or f"commitment {one.id}",
                request=request,
                project=one.project.id,
            )
        ]
    if isinstance(request, CreateCommitmentChangeOrder):
        change, commitment = request.change_order, request.commitment
        return [
            ItemRequest(
                item=ItemId(ItemKind.CHANGE_ORDER, change.id),
                name=_said(commitment.number, change.number, change.title) or f"change order {change.id}",
                request=request,
                project=commitment.project.id,
                commitment=commitment.id,
            )
        ]
    if isinstance(request, CreateRequisitions):
        return [
            ItemRequest(
                item=ItemId(ItemKind.REQUISITION, one.id),
                name=f"invoice {one.code or one.invoice_number or one.id}",
                request=attrs.evolve(request, requisitions=(one,), unreadable=()),
                commitment=one.contract_id,
            )
            for one in request.requisitions
        ]
    return ()


def unlinked_by(request: ErpRequest) -> tuple[ItemId, ...]:
    """The items that a request unlinks; where it does not say which kind of commitment is meant, either."""
    if isinstance(request, UnlinkCommitment):
        return tuple(ItemId(kind, request.procore_commitment_id) for kind in request.kinds)
    if isinstance(request, UnlinkCommitmentChangeOrder):
        return (ItemId(ItemKind.CHANGE_ORDER, request.procore_commitment_change_order_id),)
    if isinstance(request, UnlinkRequisition):
        return (ItemId(ItemKind.REQUISITION, request.requisition_id),)
    if isinstance(request, UnlinkVendor):
        return (ItemId(ItemKind.VENDOR, request.vendor.id),)
    if isinstance(request, Undo):
        return tuple(dict.fromkeys(ItemId(step.kind, step.procore_id) for step in request.steps))
    return ()


def unlinking(item: ItemId, company_id: int | None = None) -> ErpRequest:
    """The request that unlinks an item.

    Args:
        item: Which.
        company_id: The Procore company.

    Raises:
        ValueError: People do not unlink such items.
    """
    number = item.procore_id
    if item.kind in (ItemKind.WORK_ORDER_CONTRACT, ItemKind.PURCHASE_ORDER_CONTRACT):
        kind = CommitmentKind[item.kind.name].value
        return UnlinkCommitment(company_id=company_id, procore_commitment_id=number, commitment_type=kind)
    if item.kind is ItemKind.CHANGE_ORDER:
        return UnlinkCommitmentChangeOrder(company_id=company_id, procore_commitment_change_order_id=number)
    if item.kind is ItemKind.REQUISITION:
        return UnlinkRequisition(company_id=company_id, requisition_id=number)
    if item.kind is ItemKind.VENDOR:
        return UnlinkVendor(company_id=company_id, vendor=SyncedItem(id=number))
    raise ValueError(f"people do not unlink a {item.kind.label}")


def _said(*parts: str | None) -> str:
    return " ".join(filter(None, parts))


def joined(requests: Iterable[ErpRequest]) -> tuple[ErpRequest, ...]:
    """As few requests as say the same: cost codes in one request, subcontractor invoices in one, others alone.

    The codes of one request see each other's divisions; a request of each company of Procore's stays its own.
    """
    found: list[ErpRequest] = []
    for request in requests:
        before = next((at for at, one in enumerate(found) if _go_together(one, request)), None)
        if before is None:
            found.append(request)
        else:
            found[before] = _together(found[before], request)
    return tuple(found)


def _go_together(one: ErpRequest, other: ErpRequest) -> bool:
    many = (CreateStandardCostCodes, CreateRequisitions)
    return isinstance(one, many) and type(one) is type(other) and one.company_id == other.company_id


def _together(one: ErpRequest, other: ErpRequest) -> ErpRequest:
    if isinstance(one, CreateStandardCostCodes) and isinstance(other, CreateStandardCostCodes):
        details = (one.request_detail_id, other.request_detail_id)
        ids = (*_own(one, details[0]), *_own(other, details[1]))
        return attrs.evolve(
            one,
            standard_cost_codes=(*one.standard_cost_codes, *other.standard_cost_codes),
            request_detail_ids=ids,
            request_detail_id=details[0] if details[0] == details[1] else None,
        )
    if isinstance(one, CreateRequisitions) and isinstance(other, CreateRequisitions):
        own = [
            attrs.evolve(bill, request_detail_id=detail)
            for request in (one, other)
            for bill, detail in zip(request.requisitions, request.request_detail_ids, strict=True)
        ]
        same = one.request_detail_id == other.request_detail_id
        return attrs.evolve(one, requisitions=tuple(own), request_detail_id=one.request_detail_id if same else None)
    raise TypeError(f"{one.request_name} and {other.request_name} do not go together")


def _own(request: CreateStandardCostCodes, shared: int | None) -> tuple[int | None, ...]:
    return tuple(shared if detail is None else detail for detail in request.request_detail_ids)
