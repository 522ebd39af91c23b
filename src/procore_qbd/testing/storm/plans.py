"""What Procore sends: chains of exports, each request when Procore was told of the one before."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from procore_qbd.domain import (
    Budget,
    BudgetTransaction,
    ChangeOrder,
    ChangeOrderItem,
    Commitment,
    CommitmentItem,
    CommitmentKind,
    CostCodeRef,
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    ItemKind,
    JobCost,
    Project,
    ProjectRef,
    Requisition,
    RequisitionItem,
    StandardCostCode,
    UnlinkCommitment,
    UpdateBudget,
    VendorCompany,
    VendorRef,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from procore_qbd.domain import ErpRequest
    from procore_qbd.testing.storm.world import Scene

    Known = Mapping[tuple[ItemKind, int], str]

__all__ = ["CHAINS", "KINDS_OF_EXPORTS", "UNLINKING", "Book"]

UNLINKING = "unlinking"
"""A commitment is unlinked whose purchase order a person deletes just before."""

CHAINS: dict[str, tuple[str, ...]] = {
    "subcontract": ("vendor", "commitment", "change order", "invoice"),
    "project": ("cost codes", "job", "budget", "budget update"),
    "correction": ("vendor", "commitment", UNLINKING, "commitment"),
}
"""Kinds of exports, in the order in which one stands on the other; and what is deleted, unlinked and exported again."""

KINDS_OF_EXPORTS = tuple(kind for name in ("subcontract", "project") for kind in CHAINS[name])
_DAY = dt.date(2027, 1, 15)
_COMPANY = 7


@attrs.frozen
class Book:
    """What Procore has of one group: a vendor with its subcontract, or a project with its budget.

    Attributes:
        group: Its number.
        scene: For what the bookkeeper has set up.
        known: What Procore knows to be in QuickBooks by now.
    """

    group: int
    scene: Scene
    known: Known

    project = 86
    """The project of the group's commitments."""

    def request(self, kind: str) -> ErpRequest:
        """The request of a kind."""
        makers: dict[str, Callable[[], ErpRequest]] = {
            "vendor": self._vendor,
            "commitment": self._commitment,
            UNLINKING: self._unlinking,
            "change order": self._change_order,
            "invoice": self._invoice,
            "cost codes": self._cost_codes,
            "job": self._job,
            "budget": self._budget,
            "budget update": self._budget_update,
        }
        return makers[kind]()

    def _vendor(self) -> ErpRequest:
        number = 100 + self.group
        company = VendorCompany(id=number, name=f"Vendor {self.group}")
        return CreateVendor(company_id=_COMPANY, request_detail_id=number, vendor=company)

    def _header(self) -> Commitment:
        return Commitment(
            id=300 + self.group,
            kind=CommitmentKind.WORK_ORDER_CONTRACT,
            number=f"SC-{self.group}",
            title="Concrete",
            vendor=VendorRef(id=100 + self.group, name=f"Vendor {self.group}"),
            project=ProjectRef(id=86, name="Harbour View", origin_id=self.scene.job),
        )

    def _code(self, at: int) -> CostCodeRef:
        pair = f"{self.scene.job}|{self.scene.items[at]}"
        return CostCodeRef(id=500 + at, full_code=f"0{at + 1}", name="c", origin_id=pair)

    def _commitment(self) -> ErpRequest:
        number = 300 + self.group
        items = tuple(
            CommitmentItem(id=number * 10 + at, amount=Decimal(1000), cost_code=self._code(at), description=f"l {at}")
            for at in range(2)
        )
        return CreateCommitment(
            company_id=_COMPANY,
            job_origin_id=self.scene.job,
            request_detail_id=number,
            commitment=self._header(),
            commitment_items=items,
        )

    def _unlinking(self) -> ErpRequest:
        number = 300 + self.group
        return UnlinkCommitment(
            company_id=_COMPANY,
            procore_commitment_id=number,
            commitment_type=CommitmentKind.WORK_ORDER_CONTRACT,
            commitment_origin_id=self.known.get((ItemKind.WORK_ORDER_CONTRACT, number)),
            request_detail_id=1300 + self.group,
        )

    def _change_order(self) -> ErpRequest:
        number = 400 + self.group
        items = tuple(
            ChangeOrderItem(id=number * 10 + at, amount=Decimal(50), cost_code=self._code(at), description="more")
            for at in range(2)
        )
        return CreateCommitmentChangeOrder(
            company_id=_COMPANY,
            job_origin_id=self.scene.job,
            request_detail_id=number,
            commitment=self._header(),
            change_order=ChangeOrder(id=number, number="1", title="More", description=f"change {self.group}"),
            change_order_items=items,
        )

    def _invoice(self) -> ErpRequest:
        contract = 300 + self.group
        invoices = tuple(
            Requisition(
                id=number,
                invoice_number=f"A-{number}",
                billing_date=_DAY,
                contract_id=contract,
                job_origin_id=self.scene.job,
                items=(
                    RequisitionItem(
                        id=number * 10,
                        amount=Decimal(200),
                        commitment_item_origin_id=self.known.get((ItemKind.LINE_ITEM, contract * 10)),
                    ),
                ),
            )
            for number in (600 + self.group, 650 + self.group)
        )
        return CreateRequisitions(company_id=_COMPANY, requisitions=invoices, request_detail_id=600 + self.group)

    def _cost_codes(self) -> ErpRequest:
        first = 700 + 10 * self.group
        codes = tuple(
            StandardCostCode(id=first + at, code=f"{first + at}", full_code=f"{first + at}", name="Forms")
            for at in range(2)
        )
        details = tuple(code.id for code in codes)
        return CreateStandardCostCodes(company_id=_COMPANY, standard_cost_codes=codes, request_detail_ids=details)

    def _job(self) -> ErpRequest:
        number = 200 + self.group
        project = Project(id=number, name=f"Project {self.group}", address=f"{self.group} Main St")
        return CreateOrUpdateJob(company_id=_COMPANY, request_detail_id=number, job=project)

    def _costs(self) -> tuple[str, tuple[JobCost, ...]]:
        job = self.known.get((ItemKind.PROJECT, 200 + self.group), self.scene.job)
        costs = tuple(
            JobCost(id=800 + at, cost_code_origin_id=f"{job}|{self.scene.items[at]}", job_origin_id=job)
            for at in range(2)
        )
        return job, costs

    def _transactions(self, first: int, type_: str, value: int) -> tuple[BudgetTransaction, ...]:
        return tuple(
            BudgetTransaction(id=first + at, job_cost_id=800 + at, value=Decimal(value), type=type_) for at in range(2)
        )

    def _budget(self) -> ErpRequest:
        number = 900 + self.group
        job, costs = self._costs()
        return CreateBudget(
            company_id=_COMPANY,
            job_origin_id=job,
            budget=Budget(id=number, project_id=200 + self.group),
            job_costs=costs,
            transactions=self._transactions(number * 10, "Erp::OriginalEstimateTransaction", 5000),
            request_detail_id=number,
        )

    def _budget_update(self) -> ErpRequest:
        number = 900 + self.group
        job, costs = self._costs()
        return UpdateBudget(
            company_id=_COMPANY,
            job_origin_id=job,
            budget=Budget(id=number, project_id=200 + self.group, origin_id=self.known.get((ItemKind.BUDGET, number))),
            job_costs=costs,
            transactions=self._transactions(number * 10 + 5, "Erp::BudgetModificationTransaction", 250),
            request_detail_id=number,
        )
