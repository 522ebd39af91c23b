"""Procore's nouns: frozen values with no XML, no JSON and no input or output."""

from procore_qbd.domain.books import Books, CustomerRule, ItemNaming, NegativeInvoices
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
from procore_qbd.domain.invoices import ContractPayment, Requisition, RequisitionItem
from procore_qbd.domain.links import Link, Links, external_guid
from procore_qbd.domain.nouns import CostCode, LineItemType, Project, StandardCostCode, VendorCompany
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
    UpdateBudget,
)
from procore_qbd.domain.vocabulary import DetailStatus, ItemKind

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
    "ErpRequest",
    "ExternalData",
    "ItemKind",
    "ItemNaming",
    "JobCost",
    "LineItemType",
    "LineItemTypeAssignment",
    "Link",
    "Links",
    "NegativeInvoices",
    "Project",
    "ProjectRef",
    "Requisition",
    "RequisitionItem",
    "StandardCostCode",
    "SyncedTransaction",
    "UpdateBudget",
    "VendorCompany",
    "VendorRef",
    "external_guid",
]
