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
    ErpRequest,
    UpdateBudget,
)
from procore_qbd.domain.links import is_procore_id

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ALONE", "ids_of", "makes", "needs"]

Thing: TypeAlias = tuple[str, object]

ALONE = (CreateStandardCostCodes, CreateRequisitions)
"""Requests of many items each: they are batches themselves, and see their own items in turn."""


def _text(value: object) -> str:
    return str(value or "").strip().casefold()


_MAKES: dict[type[ErpRequest], Callable[[Any], set[Thing]]] = {
    CreateVendor: lambda one: {("vendor", one.vendor.id), ("name", _text(one.vendor.name))},
    CreateStandardCostCodes: lambda one: {("cost code", code.id) for code in one.standard_cost_codes},
    CreateOrUpdateJob: lambda one: {("job", one.job.id), ("name", _text(one.job.name))},
    CreateBudget: lambda one: {("budget", one.budget.id)},
    UpdateBudget: lambda one: {("budget", one.budget.id)},
    CreateCommitment: lambda one: {("commitment", one.commitment.id), ("number", _text(one.commitment.number))},
    CreateCommitmentChangeOrder: lambda one: {("commitment", one.commitment.id)},
    CreateRequisitions: lambda one: {("invoice", invoice.id) for invoice in one.requisitions},
}


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
