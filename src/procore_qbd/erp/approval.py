"""What an accounting approver gives with an acceptance, and where in the request it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from procore_qbd.domain import (
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateStandardCostCodes,
    CreateVendor,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from procore_qbd.domain import ErpRequest

__all__ = ["Approval"]

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Approval:
    """What an accounting approver gives with an acceptance; each kind of item takes some of it.

    Attributes:
        erp_code: The id in QuickBooks: a company's, a project's, a commitment's or a change order's.
        vendor_type: The ListID of the vendor type, for a company.
        customer: The full name of the customer that the job stands under, for a project.
        income_account: The ListID of the income account, for cost codes.
        expense_account: The ListID of the expense account, for cost codes.
        accounting_date: The day to book it on, for a commitment or a change order.
    """

    erp_code: str | None = None
    vendor_type: str | None = None
    customer: str | None = None
    income_account: str | None = None
    expense_account: str | None = None
    accounting_date: date | None = None

    def applied(self, request: ErpRequest) -> ErpRequest:
        """The request with what was given.

        Raises:
            ValueError: Something is given that such a request does not take; the message names all of it.
        """
        given = {name: value for name in attrs.fields_dict(Approval) if (value := getattr(self, name)) is not None}
        takes = _TAKES.get(type(request), ())
        if strange := [name for name in given if name not in takes]:
            what = ", ".join(one.replace("_", " ") for one in strange)
            only = ", ".join(one.replace("_", " ") for one in takes) or "nothing"
            raise ValueError(f"{request.request_name} takes no {what}: an approver gives {only} with it")
        return _applied(request, given) if given else request


_TAKES: Mapping[type, tuple[str, ...]] = {
    CreateVendor: ("erp_code", "vendor_type"),
    CreateOrUpdateJob: ("erp_code", "customer"),
    CreateStandardCostCodes: ("income_account", "expense_account"),
    CreateCommitment: ("erp_code", "accounting_date"),
    CreateCommitmentChangeOrder: ("erp_code", "accounting_date"),
}


def _applied(request: ErpRequest, given: Mapping[str, Any]) -> ErpRequest:
    def into(noun: T, **places: str) -> T:
        values: dict[str, Any] = {place: given[name] for name, place in places.items() if name in given}
        return attrs.evolve(noun, **values)  # type: ignore[misc]  # each is of attrs

    if isinstance(request, CreateVendor):
        vendor = into(request.vendor, erp_code="origin_code", vendor_type="vendor_type_origin_id")
        return attrs.evolve(request, vendor=vendor)
    if isinstance(request, CreateOrUpdateJob):
        return into(attrs.evolve(request, job=into(request.job, erp_code="origin_code")), customer="customer")
    if isinstance(request, CreateStandardCostCodes):
        places = {"income_account": "income_account_origin_id", "expense_account": "expense_account_origin_id"}
        codes = tuple(into(code, **places) for code in request.standard_cost_codes)
        return attrs.evolve(request, standard_cost_codes=codes)
    if isinstance(request, CreateCommitment):
        numbered = attrs.evolve(request, commitment=into(request.commitment, erp_code="code"))
        return into(numbered, accounting_date="accounting_date")
    if isinstance(request, CreateCommitmentChangeOrder):
        named = attrs.evolve(request, change_order=into(request.change_order, erp_code="origin_code"))
        return into(named, accounting_date="accounting_date")
    raise AssertionError(request.request_name)  # pragma: no cover  _TAKES has no other
