"""ERP requests: what Procore asks of the integration after an accounting approver accepted an item.

One class a request; `procore_qbd.procore` reads them from Procore's JSON, `procore_qbd.erp.perform` carries them out.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from procore_qbd.domain.nouns import CostCode, Project, StandardCostCode, VendorCompany

__all__ = ["CreateOrUpdateJob", "CreateStandardCostCodes", "CreateVendor", "ErpRequest"]


@attrs.frozen(kw_only=True)
class ErpRequest:
    """What every ERP request has.

    Attributes:
        request_name: Procore's name of it.
        company_id: The Procore company; None where the payload does not say and nobody else did.
    """

    request_name: ClassVar[str]

    company_id: int | None = None


@attrs.frozen(kw_only=True)
class CreateVendor(ErpRequest):
    """Make a vendor of a company. ``request_detail_id`` is None where Procore sent none."""

    request_name: ClassVar[str] = "create_vendor"

    vendor: VendorCompany
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class CreateStandardCostCodes(ErpRequest):
    """Make service items of standard cost codes; ``request_detail_ids`` stand in the order of the codes, one each."""

    request_name: ClassVar[str] = "create_standard_cost_codes"

    standard_cost_codes: tuple[StandardCostCode, ...]
    request_detail_ids: tuple[int | None, ...]


@attrs.frozen(kw_only=True)
class CreateOrUpdateJob(ErpRequest):
    """Make a job of a project, or bring the linked one up to date, and link the project's cost codes to it."""

    request_name: ClassVar[str] = "create_or_update_job"

    job: Project
    all_cost_codes: tuple[CostCode, ...] = ()
    request_detail_id: int | None = None
