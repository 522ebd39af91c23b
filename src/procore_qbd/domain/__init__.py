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
from procore_qbd.domain.erp_items import ErpItem
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
from procore_qbd.domain.vocabulary import DetailStatus, ItemKind
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
    "ErpItem",
    "ErpPermission",
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
    "PermissionTemplate",
    "Privilege",
    "Project",
    "ProjectRef",
    "ProjectTool",
    "Requisition",
    "RequisitionItem",
    "StandardCostCode",
    "SyncedTransaction",
    "TemplateKind",
    "Unlisted",
    "UpdateBudget",
    "User",
    "VendorCompany",
    "VendorRef",
    "external_guid",
]
