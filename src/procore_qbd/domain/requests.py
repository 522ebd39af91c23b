"""ERP requests: what Procore asks of the integration after an accounting approver accepted an item.

One class a request; `procore_qbd.procore` reads them from Procore's JSON, `procore_qbd.erp.perform` carries them out.
What has no request detail asks for no answer: Procore has done its part already.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import attrs

from procore_qbd.domain.budgets import Budget, BudgetTransaction, JobCost
from procore_qbd.domain.commitments import ChangeOrder, ChangeOrderItem, Commitment, CommitmentItem, CommitmentKind
from procore_qbd.domain.invoices import Requisition
from procore_qbd.domain.nouns import CostCode, Project, StandardCostCode, SyncedItem, VendorCompany
from procore_qbd.domain.vocabulary import ItemKind

__all__ = [
    "BudgetRequest",
    "CreateBudget",
    "CreateCommitment",
    "CreateCommitmentChangeOrder",
    "CreateOrUpdateJob",
    "CreateRequisitions",
    "CreateStandardCostCodes",
    "CreateVendor",
    "DeleteCostCode",
    "DeleteCostCodes",
    "DeleteStandardCostCodes",
    "ErpRequest",
    "NotSupported",
    "ResetJob",
    "ResetPayment",
    "ResetRequisition",
    "Undo",
    "UndoStep",
    "UnlinkCommitment",
    "UnlinkCommitmentChangeOrder",
    "UnlinkRequisition",
    "UnlinkStandardCostCodes",
    "UnlinkVendor",
    "Unreadable",
    "UpdateBudget",
]


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
class Unreadable:
    """An item of a batch that cannot be read; it is refused alone, and its siblings are exported.

    Attributes:
        id: Procore's id of it, None where that cannot be read either.
        name: What people call it, as far as it can be read: a number or a code.
        request_detail_id: Its own request detail, None where there is none or it cannot be read.
        faults: Everything wrong with it, each with its path from ``$``.
    """

    kind: ItemKind
    id: int | None = None
    name: str | None = None
    request_detail_id: int | None = None
    faults: tuple[str, ...]


@attrs.frozen(kw_only=True)
class CreateVendor(ErpRequest):
    """Make a vendor of a company. ``request_detail_id`` is None where Procore sent none."""

    request_name: ClassVar[str] = "create_vendor"

    vendor: VendorCompany
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class CreateStandardCostCodes(ErpRequest):
    """Make service items of standard cost codes.

    Attributes:
        request_detail_ids: In the order of the codes, one each.
        request_detail_id: For the codes that have none of their own, and for a request without codes.
        unreadable: Codes of the request that cannot be read.
    """

    request_name: ClassVar[str] = "create_standard_cost_codes"

    standard_cost_codes: tuple[StandardCostCode, ...]
    request_detail_ids: tuple[int | None, ...]
    request_detail_id: int | None = None
    unreadable: tuple[Unreadable, ...] = ()


@attrs.frozen(kw_only=True)
class CreateOrUpdateJob(ErpRequest):
    """Make a job of a project, or bring the linked one up to date, and link the project's cost codes to it.

    Attributes:
        customer: The customer that a new job stands under, by its full name in QuickBooks, where the approver chose
            one; None for what the books file says.
    """

    request_name: ClassVar[str] = "create_or_update_job"

    job: Project
    customer: str | None = None
    all_cost_codes: tuple[CostCode, ...] = ()
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class BudgetRequest(ErpRequest):
    """What `CreateBudget` and `UpdateBudget` have in common, which is everything.

    Attributes:
        job_origin_id: ListID of the project's job, None while the project is not synced.
        job_costs: The lines that the transactions are on.
    """

    job_origin_id: str | None = None
    budget: Budget
    job_costs: tuple[JobCost, ...]
    transactions: tuple[BudgetTransaction, ...]
    request_detail_id: int | None = None

    def job_cost_of(self, transaction: BudgetTransaction) -> JobCost | None:
        """The line that a transaction is on, None where the request does not have it."""
        return next((cost for cost in self.job_costs if cost.id == transaction.job_cost_id), None)


@attrs.frozen(kw_only=True)
class CreateBudget(BudgetRequest):
    """Make an estimate of a budget."""

    request_name: ClassVar[str] = "create_budget"


@attrs.frozen(kw_only=True)
class UpdateBudget(BudgetRequest):
    """Bring the estimate of a budget up to date.

    Procore says that it sends only the transactions that are not synced yet, and publishes no sample; this
    library expects the shape of `CreateBudget`.
    """

    request_name: ClassVar[str] = "update_budget"


@attrs.frozen(kw_only=True)
class CreateCommitment(ErpRequest):
    """Make a purchase order of a subcontract or a purchase order.

    Attributes:
        job_origin_id: ListID of the project's job, None while the project is not synced.
        accounting_date: The day to book it on, where the approver picked one.
    """

    request_name: ClassVar[str] = "create_commitment"

    job_origin_id: str | None = None
    commitment: Commitment
    commitment_items: tuple[CommitmentItem, ...]
    accounting_date: date | None = None
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class CreateCommitmentChangeOrder(ErpRequest):
    """Add the lines of a change order to the commitment's purchase order.

    Attributes:
        job_origin_id: ListID of the project's job, None while the project is not synced.
        commitment_items: The lines of zero dollars that Procore made on the commitment for the change order's
            lines; ``ChangeOrderItem.commitment_line_item_id`` points to them.
        accounting_date: The day to book it on, where the approver picked one.
    """

    request_name: ClassVar[str] = "create_commitment_change_order"

    job_origin_id: str | None = None
    commitment: Commitment
    commitment_items: tuple[CommitmentItem, ...] = ()
    change_order: ChangeOrder
    change_order_items: tuple[ChangeOrderItem, ...]
    accounting_date: date | None = None
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class CreateRequisitions(ErpRequest):
    """Make bills of subcontractor invoices.

    Attributes:
        request_detail_id: One for all of them. Procore's sample names no request detail at all, so each invoice
            may have its own (``Requisition.request_detail_id``), or they may share this one, or there is none.
        unreadable: Invoices of the request that cannot be read.
    """

    request_name: ClassVar[str] = "create_requisitions"

    requisitions: tuple[Requisition, ...]
    request_detail_id: int | None = None
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def request_detail_ids(self) -> tuple[int | None, ...]:
        """The request details in the order of the invoices, one each: its own, else the shared one, else None."""
        return tuple(
            self.request_detail_id if requisition.request_detail_id is None else requisition.request_detail_id
            for requisition in self.requisitions
        )


# --- unlinked, deleted, reset ----------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class UnlinkCommitment(ErpRequest):
    """Unlink a commitment whose purchase order was deleted in QuickBooks.

    Attributes:
        commitment_type: Subcontract or purchase order, in whatever spelling; see `kinds`.
        commitment_origin_id: TxnID of the purchase order.
    """

    request_name: ClassVar[str] = "unlink_commitment"

    procore_commitment_id: int
    commitment_type: str | None = None
    commitment_origin_id: str | None = None
    job_origin_id: str | None = None
    project_id: int | None = None
    request_detail_id: int | None = None

    @property
    def kinds(self) -> tuple[ItemKind, ...]:
        """What it may be: what its type says, or either kind of commitment where that is not understood."""
        said = (self.commitment_type or "").replace("_", "").casefold()
        named = tuple(kind.item_kind for kind in CommitmentKind if kind.casefold() == said)
        return named or tuple(kind.item_kind for kind in CommitmentKind)


@attrs.frozen(kw_only=True)
class UnlinkCommitmentChangeOrder(ErpRequest):
    """Unlink a change order whose lines of the purchase order were deleted in QuickBooks.

    Attributes:
        commitment_change_order_origin_id: The purchase order and its lines, ``'<TxnID>|<TxnLineID>|…'``.
        commitment_origin_id: TxnID of the purchase order.
    """

    request_name: ClassVar[str] = "unlink_commitment_change_order"

    procore_commitment_change_order_id: int
    commitment_change_order_origin_id: str | None = None
    commitment_origin_id: str | None = None
    job_origin_id: str | None = None
    project_id: int | None = None
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class UnlinkVendor(ErpRequest):
    """A company was unlinked from its vendor, which stays in QuickBooks."""

    request_name: ClassVar[str] = "unlink_vendor"

    vendor: SyncedItem
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class UnlinkStandardCostCodes(ErpRequest):
    """Procore's support unlinked standard cost codes from their items, which stay in QuickBooks."""

    request_name: ClassVar[str] = "unlink_standard_cost_codes"

    standard_cost_codes: tuple[SyncedItem, ...]
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class DeleteStandardCostCodes(ErpRequest):
    """Standard cost codes were deleted in Procore; their items stay in QuickBooks."""

    request_name: ClassVar[str] = "delete_standard_cost_codes"

    standard_cost_codes: tuple[SyncedItem, ...]
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class DeleteCostCodes(ErpRequest):
    """Delete cost codes of a project, unless transactions in QuickBooks are on job and item together.

    Attributes:
        sub_job: Where the codes are of a sub job, which QuickBooks Desktop does not have.
        cost_codes: Each with its own request detail.
        request_detail_id: For codes that have none of their own.
        unreadable: Codes of the request that cannot be read.
    """

    request_name: ClassVar[str] = "delete_cost_codes"

    project: SyncedItem
    sub_job: SyncedItem | None = None
    cost_codes: tuple[SyncedItem, ...]
    request_detail_id: int | None = None
    unreadable: tuple[Unreadable, ...] = ()


@attrs.frozen(kw_only=True)
class DeleteCostCode(ErpRequest):
    """Procore's support deleted cost codes of a project; the items stay in QuickBooks."""

    request_name: ClassVar[str] = "delete_cost_code"

    cost_codes: tuple[SyncedItem, ...]
    project_origin_id: str | None = None
    procore_project_id: int | None = None
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class ResetJob(ErpRequest):
    """Procore's support made a project unsynced, and everything in it."""

    request_name: ClassVar[str] = "reset_job"

    project: SyncedItem
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class ResetRequisition(ErpRequest):
    """Procore's support made a subcontractor invoice unsynced."""

    request_name: ClassVar[str] = "reset_requisition"

    requisition_id: int
    requisition_origin_id: str | None = None
    project_id: int | None = None
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class UnlinkRequisition(ErpRequest):
    """Unlink a subcontractor invoice whose bill was deleted in QuickBooks.

    Procore lets people do it and publishes no event for it; the ERP tool of this library asks for it by this request.
    """

    request_name: ClassVar[str] = "unlink_requisition"

    requisition_id: int
    requisition_origin_id: str | None = None
    project_id: int | None = None
    request_detail_id: int | None = None


@attrs.frozen(kw_only=True)
class ResetPayment(ErpRequest):
    """Procore's support made a payment unsynced."""

    request_name: ClassVar[str] = "reset_payment"

    payment_id: int
    origin_id: str | None = None
    request_detail_id: int | None = None


# --- taken back ------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class UndoStep:
    """One record that an export made or changed.

    Attributes:
        kind: What the item is in Procore.
        procore_id: Its id there.
        record: The kind of the record: ``'PurchaseOrder'``.
        record_id: Its ListID or TxnID.
        saved: The record as QuickBooks saved it, in qbXML.
        before: The record as it was before, in qbXML; blank where it was made.
    """

    kind: ItemKind
    procore_id: int
    record: str
    record_id: str
    saved: str = attrs.field(repr=False)
    before: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True)
class Undo(ErpRequest):
    """Take back what an export wrote; this library's own, `procore_qbd.erp.undoing.undo_of` makes it.

    Attributes:
        of: The number of the export in the inbox.
        steps: What it wrote, the last first.
    """

    request_name: ClassVar[str] = "undo"

    of: int
    steps: tuple[UndoStep, ...]


# --- what QuickBooks Desktop does not have ---------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class NotSupported(ErpRequest):
    """An event of which Procore exchanges nothing with QuickBooks Desktop; nothing of it is read but what to close.

    Attributes:
        request_name: Procore's name of it.
        request_detail_ids: Every request detail that it names.
    """

    request_name: str  # type: ignore[misc]  # one class for many events
    request_detail_ids: tuple[int, ...] = ()
