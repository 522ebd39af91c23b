"""Procore's ERP requests: JSON in, a domain request out, or one error that lists everything wrong.

A request to support is a domain class and a row of ``_PLACES``; its fields are read by their types, but for
those that ``_READERS`` names.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import (
    ChangeOrder,
    Commitment,
    CostCode,
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    ErpRequest,
    Requisition,
    RequisitionItem,
    StandardCostCode,
    UpdateBudget,
    VendorCompany,
    VendorRef,
)
from procore_qbd.errors import PayloadError
from procore_qbd.procore.hooks import (
    ABSENT,
    Faults,
    at,
    day_as_written,
    number_as_text,
    parse_json,
    said,
    shown,
    strict_converter,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cattrs import Converter

__all__ = ["KNOWN_REQUESTS", "read_request"]

_ENVELOPE = {
    "request_detail_id": ("request_data.request_detail_id", "request_detail_id"),
    "company_id": ("request_data.company_id", "company_id"),
}


def _inside(*names: str) -> Mapping[str, tuple[str, ...]]:
    return {name: (f"request_data.{name}",) for name in names} | _ENVELOPE


_BUDGET = {**_inside("budget", "job_costs", "transactions"), "job_origin_id": ("request_data.job_id",)}
_COMMITMENT = {
    **_inside("job_origin_id", "commitment", "commitment_items", "change_order", "change_order_items"),
    "accounting_date": ("request_data.additional_data.accounting_date",),
}

_PLACES: Mapping[type, Mapping[str, tuple[str, ...]]] = {
    CreateVendor: _inside("vendor"),
    CreateStandardCostCodes: {
        "standard_cost_codes": ("request_data",),
        "request_detail_ids": ("request_data[].request_detail_id",),
    },
    CreateOrUpdateJob: _inside("job", "all_cost_codes"),
    CreateBudget: _BUDGET,
    UpdateBudget: _BUDGET,
    CreateCommitment: {**_COMMITMENT, "job_origin_id": ("request_data.job_id",)},
    CreateCommitmentChangeOrder: _COMMITMENT,
    CreateRequisitions: _inside("requisitions"),
    VendorCompany: {
        "name": ("company", "name"),
        "vendor_type_origin_id": ("erp_custom_fields.vendor_type_origin_id",),
    },
    StandardCostCode: {
        "income_account_origin_id": ("erp_custom_fields.income_account_origin_id",),
        "expense_account_origin_id": ("erp_custom_fields.expense_account_origin_id",),
    },
    Commitment: {"kind": ("type",)},
    VendorRef: {"name": ("company", "name")},
    Requisition: {"id": ("procore_requisition_id",), "items": ("line_items",)},
    RequisitionItem: {
        "id": ("procore_requisition_item_id",),
        "item_type": ("requisition_item_type",),
        "description": ("description", "line_item_description"),
    },
}
"""Where a field stands in Procore's JSON, when not under its own name; requests are rows like any other."""

_LEFT_OUT: Mapping[type, str] = {CostCode: "deleted_at"}

_READERS: Mapping[type, Mapping[str, Callable[[Any, Any], Any]]] = {
    ChangeOrder: {"number": number_as_text, "due_date": day_as_written},
}
"""How a field is read, when not by its type."""

KNOWN_REQUESTS: Mapping[str, type[ErpRequest]] = MappingProxyType(
    {cls.request_name: cls for cls in _PLACES if issubclass(cls, ErpRequest)}
)
"""The requests that `read_request` reads, by Procore's name."""

_OTHER_REQUESTS = frozenset(
    f"{verb}_{item}"
    for verb, items in {
        "create": (
            "budget_in_procore commitment_in_procore company_level_direct_cost contract_payment job_in_procore "
            "payment payment_application prime_contract_change_order sub_job sub_job_in_procore vendor_in_procore"
        ),
        "sync": (
            "commitment_change_orders commitments contract_payments jobs metadata prime_contracts single_job "
            "standard_categories standard_cost_codes sub_job sub_jobs vendors"
        ),
        "link": "all_vendors vendor",
        "merge": "vendors",
        "unlink": (
            "commitment commitment_change_order company_level_direct_cost payment_application "
            "prime_contract_change_order standard_cost_codes vendor"
        ),
        "reset": ("company_level_direct_cost job payment prime_contract_change_order requisition sub_job"),
        "delete": "cost_code cost_codes cost_type_assignments standard_categories standard_cost_codes",
    }.items()
    for item in items.split()
)
"""What else Procore documents (events dictionary of its ERP integration guide, 2026)."""


def read_request(data: bytes | str | Mapping[str, Any], *, company_id: int | None = None) -> ErpRequest:
    """Read one of Procore's ERP requests.

    Every field is read by its type and nothing is guessed: a whole number may be a text of digits (newer
    parts of Procore's API write ids so), a text is never made of a number, and numbers with a point are
    read as decimals, never as floats. Optional text that is blank is None; other text is kept as it is,
    blanks around it included. Cost codes with a ``deleted_at`` are left out. Fields that nobody here reads
    may hold anything.

    A change order's number is a text here though Procore writes it as a number, and its due date the day of
    the moment that Procore writes.

    A vendor's name is its ``company``, which is the company's name, and ``name`` only where ``company`` is
    blank.

    Args:
        data: The request as Procore sends it: JSON in UTF-8, as text, or parsed already. Where it was
            parsed elsewhere, floats are taken at their shortest decimal form.
        company_id: The Procore company, for payloads that do not say.

    Raises:
        PayloadError: It is no JSON, no ERP request or none that this library carries out; a value is
            missing or of the wrong type; an id stands twice in a list; two places name different companies
            or request details. ``faults`` lists everything wrong, each with its path.
    """
    payload = _load(data)
    request_name = payload.get("request_name", ABSENT)
    cls, faults = _request_class(request_name)
    if payload.get("request_data") is None:
        faults.append(("$.request_data", "is missing"))
    if cls is None or faults:
        raise _error("ERP request", faults)
    faults += _contradictions(payload, company_id)
    try:
        request = _converter().structure(payload, cls)
    except Faults as error:
        raise _error(cls.request_name, error.below("$") + faults) from None
    if faults:
        raise _error(cls.request_name, faults)
    return request if request.company_id is not None else attrs.evolve(request, company_id=company_id)


@functools.cache
def _converter() -> Converter:
    return strict_converter(_PLACES, _LEFT_OUT, _READERS)


def _error(subject: str, faults: list[tuple[str, str]]) -> PayloadError:
    return PayloadError(subject, [f"{path}: {text}" for path, text in faults])


def _load(data: bytes | str | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(data, (bytes, str)):
        try:
            data = parse_json(data)
        except ValueError as error:
            raise _error("ERP request", [("$", f"expected JSON in UTF-8, but {error}")]) from None
    if not isinstance(data, Mapping):
        raise _error("ERP request", Faults.expected("an object with request_name and request_data", data).below("$"))
    return data


def _request_class(name: object) -> tuple[type[ErpRequest] | None, list[tuple[str, str]]]:
    path = "$.request_name"
    known = ", ".join(sorted(KNOWN_REQUESTS))
    if not said(name):
        return None, [(path, "is missing")]
    if not isinstance(name, str):
        return None, Faults.expected("a text", name).below(path)
    if name in KNOWN_REQUESTS:
        return KNOWN_REQUESTS[name], []
    if name in _OTHER_REQUESTS:
        return None, [
            (path, f"{name} is one of Procore's requests, but not carried out by this library yet; it does {known}")
        ]
    close = difflib.get_close_matches(name, KNOWN_REQUESTS.keys() | _OTHER_REQUESTS, n=1)
    meant = f" (did you mean {close[0]}?)" if close else ""
    return None, [(path, f"expected one of {known}, got {shown(name)}{meant}")]


def _contradictions(payload: Mapping[str, Any], company_id: int | None) -> Iterator[tuple[str, str]]:
    """Ids that stand in two places and differ: a wrong pick would close somebody else's item."""
    for name, places in _ENVELOPE.items():
        known: list[tuple[str, int]] = []
        if name == "company_id" and company_id is not None:
            known.append(("the caller", company_id))
        for place in places:
            try:
                value = whole_number(at(payload, place))
            except Faults:
                continue  # absent, or told by its reader
            if known and known[0][1] != value:
                yield f"$.{place}", f"expected {known[0][1]}, as {known[0][0]} says, got {value}"
            known.append((f"$.{place}", value))
