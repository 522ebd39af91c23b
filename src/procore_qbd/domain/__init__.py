"""Procore's nouns: frozen values with no XML, no JSON and no input or output."""

import importlib
from typing import TYPE_CHECKING

from procore_qbd.domain.books import Books, CustomerRule, ItemNaming, NegativeInvoices, SimilarBills
from procore_qbd.domain.budgets import Budget, BudgetTransaction, JobCost
from procore_qbd.domain.closeout import (
    CloseOut,
    DetailOutcome,
    ExternalData,
    LineItemTypeAssignment,
    SyncedTransaction,
)
from procore_qbd.domain.commitments import (
    ChangeOrder,
    ChangeOrderItem,
    Commitment,
    CommitmentItem,
    CommitmentKind,
    CostCodeRef,
    ProjectRef,
    VendorRef,
)
from procore_qbd.domain.ids import Pair, QuickBooksId
from procore_qbd.domain.invoices import ContractPayment, Requisition, RequisitionItem
from procore_qbd.domain.links import Link, Links, external_guid
from procore_qbd.domain.nouns import CostCode, LineItemType, Project, StandardCostCode, VendorCompany
from procore_qbd.domain.refusals import Difference, ErpRefusal, RefusalCode
from procore_qbd.domain.requests import (
    BudgetRequest,
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    ErpRequest,
    Unreadable,
    UpdateBudget,
)
from procore_qbd.domain.vocabulary import DetailStatus, ItemKind

if TYPE_CHECKING:
    from procore_qbd.domain.erp_items import ErpItem
    from procore_qbd.domain.users import (
        CompanyTool,
        ErpPermission,
        GranularPermission,
        Level,
        PermissionTemplate,
        Privilege,
        ProjectTool,
        TemplateKind,
        User,
    )
    from procore_qbd.domain.words import Unlisted

__all__ = [
    "Books",
    "Budget",
    "BudgetRequest",
    "BudgetTransaction",
    "ChangeOrder",
    "ChangeOrderItem",
    "CloseOut",
    "Commitment",
    "CommitmentItem",
    "CommitmentKind",
    "CompanyTool",
    "ContractPayment",
    "CostCode",
    "CostCodeRef",
    "CreateBudget",
    "CreateCommitment",
    "CreateCommitmentChangeOrder",
    "CreateOrUpdateJob",
    "CreateRequisitions",
    "CreateStandardCostCodes",
    "CreateVendor",
    "CustomerRule",
    "DetailOutcome",
    "DetailStatus",
    "Difference",
    "ErpItem",
    "ErpPermission",
    "ErpRefusal",
    "ErpRequest",
    "ExternalData",
    "GranularPermission",
    "ItemKind",
    "ItemNaming",
    "JobCost",
    "Level",
    "LineItemType",
    "LineItemTypeAssignment",
    "Link",
    "Links",
    "NegativeInvoices",
    "Pair",
    "PermissionTemplate",
    "Privilege",
    "Project",
    "ProjectRef",
    "ProjectTool",
    "QuickBooksId",
    "RefusalCode",
    "Requisition",
    "RequisitionItem",
    "SimilarBills",
    "StandardCostCode",
    "SyncedTransaction",
    "TemplateKind",
    "Unlisted",
    "Unreadable",
    "UpdateBudget",
    "User",
    "VendorCompany",
    "VendorRef",
    "external_guid",
]

_LATE = {
    "ErpItem": "erp_items",
    "Unlisted": "words",
    **dict.fromkeys(
        (
            *("CompanyTool", "ErpPermission", "GranularPermission", "Level", "PermissionTemplate"),
            *("Privilege", "ProjectTool", "TemplateKind", "User"),
        ),
        "users",
    ),
}
"""What only permissions need: an export does not wait for it, so it is loaded when it is named."""


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(f"{__name__}.{_LATE[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
