"""What an item stands on, and what it makes: which requests may travel together, and which must wait for another.

Two requests travel side by side only where neither would see what the other makes: they end as if one had been sent
after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from procore_qbd.domain import (
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    DeleteCostCode,
    DeleteCostCodes,
    DeleteStandardCostCodes,
    ErpRequest,
    ItemKind,
    NotSupported,
    ResetJob,
    ResetPayment,
    ResetRequisition,
    Undo,
    UnlinkCommitment,
    UnlinkCommitmentChangeOrder,
    UnlinkRequisition,
    UnlinkStandardCostCodes,
    UnlinkVendor,
    UpdateBudget,
)
from procore_qbd.domain.links import is_procore_id

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ALONE", "Queue", "ids_of", "makes", "needs"]

Thing: TypeAlias = tuple[str, object]

ALONE = (CreateStandardCostCodes, CreateRequisitions, Undo)
"""Requests of many items each: they are batches themselves, and see their own items in turn."""


def _text(value: object) -> str:
    return str(value or "").strip().casefold()


_THINGS = {
    ItemKind.VENDOR: "vendor",
    ItemKind.PROJECT: "job",
    ItemKind.STANDARD_COST_CODE: "cost code",
    ItemKind.BUDGET: "budget",
    ItemKind.WORK_ORDER_CONTRACT: "commitment",
    ItemKind.PURCHASE_ORDER_CONTRACT: "commitment",
    ItemKind.CHANGE_ORDER: "change order",
    ItemKind.REQUISITION: "invoice",
}

_MAKES: dict[type[ErpRequest], Callable[[Any], set[Thing]]] = {
    CreateVendor: lambda one: {("vendor", one.vendor.id), ("name", _text(one.vendor.name))},
    CreateStandardCostCodes: lambda one: {("cost code", code.id) for code in one.standard_cost_codes},
    CreateOrUpdateJob: lambda one: {("job", one.job.id), ("name", _text(one.job.name))},
    CreateBudget: lambda one: {("budget", one.budget.id)},
    UpdateBudget: lambda one: {("budget", one.budget.id)},
    CreateCommitment: lambda one: {("commitment", one.commitment.id), ("number", _text(one.commitment.number))},
    CreateCommitmentChangeOrder: lambda one: {
        ("commitment", one.commitment.id),
        ("change order", one.change_order.id),
    },
    CreateRequisitions: lambda one: {("invoice", invoice.id) for invoice in one.requisitions},
    NotSupported: lambda _: set(),
    UnlinkCommitment: lambda one: {("commitment", one.procore_commitment_id)},
    UnlinkCommitmentChangeOrder: lambda one: {("change order", one.procore_commitment_change_order_id)},
    UnlinkRequisition: lambda one: {("invoice", one.requisition_id)},
    UnlinkVendor: lambda one: {("vendor", one.vendor.id)},
    UnlinkStandardCostCodes: lambda one: {("cost code", code.id) for code in one.standard_cost_codes},
    DeleteStandardCostCodes: lambda one: {("cost code", code.id) for code in one.standard_cost_codes},
    DeleteCostCodes: lambda one: {("job", one.project.id)},
    DeleteCostCode: lambda one: {("job", one.procore_project_id)},
    ResetJob: lambda one: {("job", one.project.id)},
    ResetRequisition: lambda one: {("invoice", one.requisition_id)},
    ResetPayment: lambda one: {("payment", one.payment_id)},
    Undo: lambda one: {(_THINGS[step.kind], step.procore_id) for step in one.steps},
}

_FORGETS = (
    UnlinkCommitment,
    UnlinkCommitmentChangeOrder,
    UnlinkRequisition,
    UnlinkVendor,
    UnlinkStandardCostCodes,
    DeleteStandardCostCodes,
    DeleteCostCodes,
    DeleteCostCode,
    ResetJob,
    ResetRequisition,
    ResetPayment,
    Undo,
)
"""Requests after which something is linked to nothing: they come in their turn, between what came before and after."""


def makes(request: ErpRequest) -> set[Thing]:
    """What a request makes or changes: no two that make the same travel together."""
    found = _MAKES.get(type(request))
    return found(request) if found is not None else {("request", type(request))}


def needs(request: ErpRequest) -> set[Thing]:
    """What a request stands on: while that is in doubt, it waits."""
    found = {thing for thing in makes(request) if thing[0] not in ("name", "number")}
    commitment = getattr(request, "commitment", None)
    vendor = getattr(commitment, "vendor", None)
    if vendor is not None:
        found.add(("vendor", vendor.id))
    project = getattr(commitment, "project", None)
    if project is not None:
        found.add(("job", project.id))
    budget = getattr(request, "budget", None)
    if budget is not None and budget.project_id is not None:
        found.add(("job", budget.project_id))
    found |= {("commitment", invoice.contract_id) for invoice in getattr(request, "requisitions", ())}
    return found


class Queue:
    """Which requests may be begun now, asked of each in the order in which they came.

    An export waits while what it stands on is in work. What forgets links waits for every export that came before and
    stands on what it forgets, also for one that waits itself; and what came after it waits for it.

    Args:
        working: The requests in work that cannot go on now.
    """

    def __init__(self, working: Iterable[ErpRequest]) -> None:
        working = list(working)
        self._made = {thing for one in working for thing in makes(one)}
        self._needed = {thing for one in working for thing in needs(one)}

    def lets(self, request: ErpRequest) -> bool:
        """Whether a request may be begun, as far as those before it are concerned."""
        forgets = isinstance(request, _FORGETS)
        waits = bool(needs(request) & (self._needed if forgets else self._made))
        if waits:
            self._needed |= needs(request)
            if forgets:
                self._made |= makes(request)
        return not waits


def ids_of(value: Any) -> list[int]:
    """Every id of Procore's that requests name, and some numbers that are none."""
    found, left = [], [value]
    while left:
        one = left.pop()
        kind: Any = type(one)
        if kind is int:
            if is_procore_id(one):
                found.append(one)
        elif names := _names(kind):
            left += [getattr(one, name) for name in names]
        elif kind is not str and isinstance(one, Iterable) and not isinstance(one, str | bytes):
            left += one
    return found


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a class that attrs made."""
    return tuple(attrs.fields_dict(kind)) if attrs.has(kind) else ()
