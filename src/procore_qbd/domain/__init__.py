"""Procore's nouns: frozen values with no XML, no JSON and no input or output."""

from typing import TYPE_CHECKING

from procore_qbd._late import late as _offer

if TYPE_CHECKING:
    from procore_qbd.domain.books import Books as Books
    from procore_qbd.domain.books import CustomerRule as CustomerRule
    from procore_qbd.domain.books import ItemNaming as ItemNaming
    from procore_qbd.domain.books import NegativeInvoices as NegativeInvoices
    from procore_qbd.domain.books import SimilarBills as SimilarBills
    from procore_qbd.domain.books import UnlinkChildren as UnlinkChildren
    from procore_qbd.domain.budgets import Budget as Budget
    from procore_qbd.domain.budgets import BudgetTransaction as BudgetTransaction
    from procore_qbd.domain.budgets import JobCost as JobCost
    from procore_qbd.domain.closeout import CloseOut as CloseOut
    from procore_qbd.domain.closeout import DetailOutcome as DetailOutcome
    from procore_qbd.domain.closeout import ExternalData as ExternalData
    from procore_qbd.domain.closeout import LineItemTypeAssignment as LineItemTypeAssignment
    from procore_qbd.domain.closeout import SyncedTransaction as SyncedTransaction
    from procore_qbd.domain.commitments import ChangeOrder as ChangeOrder
    from procore_qbd.domain.commitments import ChangeOrderItem as ChangeOrderItem
    from procore_qbd.domain.commitments import Commitment as Commitment
    from procore_qbd.domain.commitments import CommitmentItem as CommitmentItem
    from procore_qbd.domain.commitments import CommitmentKind as CommitmentKind
    from procore_qbd.domain.commitments import CostCodeRef as CostCodeRef
    from procore_qbd.domain.commitments import ProjectRef as ProjectRef
    from procore_qbd.domain.commitments import VendorRef as VendorRef
    from procore_qbd.domain.erp_items import ErpItem as ErpItem
    from procore_qbd.domain.ids import Pair as Pair
    from procore_qbd.domain.ids import QuickBooksId as QuickBooksId
    from procore_qbd.domain.invoices import ContractPayment as ContractPayment
    from procore_qbd.domain.invoices import Requisition as Requisition
    from procore_qbd.domain.invoices import RequisitionItem as RequisitionItem
    from procore_qbd.domain.lifecycle import ItemId as ItemId
    from procore_qbd.domain.lifecycle import ItemMove as ItemMove
    from procore_qbd.domain.lifecycle import ItemState as ItemState
    from procore_qbd.domain.links import Link as Link
    from procore_qbd.domain.links import Links as Links
    from procore_qbd.domain.links import LinkView as LinkView
    from procore_qbd.domain.links import external_guid as external_guid
    from procore_qbd.domain.nouns import CostCode as CostCode
    from procore_qbd.domain.nouns import LineItemType as LineItemType
    from procore_qbd.domain.nouns import Project as Project
    from procore_qbd.domain.nouns import StandardCostCode as StandardCostCode
    from procore_qbd.domain.nouns import SyncedItem as SyncedItem
    from procore_qbd.domain.nouns import VendorCompany as VendorCompany
    from procore_qbd.domain.refusals import Difference as Difference
    from procore_qbd.domain.refusals import ErpRefusal as ErpRefusal
    from procore_qbd.domain.refusals import RefusalCode as RefusalCode
    from procore_qbd.domain.requests import BudgetRequest as BudgetRequest
    from procore_qbd.domain.requests import CreateBudget as CreateBudget
    from procore_qbd.domain.requests import CreateCommitment as CreateCommitment
    from procore_qbd.domain.requests import CreateCommitmentChangeOrder as CreateCommitmentChangeOrder
    from procore_qbd.domain.requests import CreateOrUpdateJob as CreateOrUpdateJob
    from procore_qbd.domain.requests import CreateRequisitions as CreateRequisitions
    from procore_qbd.domain.requests import CreateStandardCostCodes as CreateStandardCostCodes
    from procore_qbd.domain.requests import CreateVendor as CreateVendor
    from procore_qbd.domain.requests import DeleteCostCode as DeleteCostCode
    from procore_qbd.domain.requests import DeleteCostCodes as DeleteCostCodes
    from procore_qbd.domain.requests import DeleteStandardCostCodes as DeleteStandardCostCodes
    from procore_qbd.domain.requests import ErpRequest as ErpRequest
    from procore_qbd.domain.requests import NotSupported as NotSupported
    from procore_qbd.domain.requests import ResetJob as ResetJob
    from procore_qbd.domain.requests import ResetPayment as ResetPayment
    from procore_qbd.domain.requests import ResetRequisition as ResetRequisition
    from procore_qbd.domain.requests import Undo as Undo
    from procore_qbd.domain.requests import UndoStep as UndoStep
    from procore_qbd.domain.requests import UnlinkCommitment as UnlinkCommitment
    from procore_qbd.domain.requests import UnlinkCommitmentChangeOrder as UnlinkCommitmentChangeOrder
    from procore_qbd.domain.requests import UnlinkRequisition as UnlinkRequisition
    from procore_qbd.domain.requests import UnlinkStandardCostCodes as UnlinkStandardCostCodes
    from procore_qbd.domain.requests import UnlinkVendor as UnlinkVendor
    from procore_qbd.domain.requests import Unreadable as Unreadable
    from procore_qbd.domain.requests import UpdateBudget as UpdateBudget
    from procore_qbd.domain.settings import DirectExport as DirectExport
    from procore_qbd.domain.settings import Schedule as Schedule
    from procore_qbd.domain.settings import ToolSettings as ToolSettings
    from procore_qbd.domain.tools import CompanyTool as CompanyTool
    from procore_qbd.domain.tools import ErpPermission as ErpPermission
    from procore_qbd.domain.tools import GranularPermission as GranularPermission
    from procore_qbd.domain.tools import Level as Level
    from procore_qbd.domain.tools import Privilege as Privilege
    from procore_qbd.domain.tools import ProjectTool as ProjectTool
    from procore_qbd.domain.tools import TemplateKind as TemplateKind
    from procore_qbd.domain.users import PermissionTemplate as PermissionTemplate
    from procore_qbd.domain.users import User as User
    from procore_qbd.domain.vocabulary import DetailStatus as DetailStatus
    from procore_qbd.domain.vocabulary import ItemKind as ItemKind
    from procore_qbd.domain.words import Unlisted as Unlisted

_FILES = {
    "books": ("Books", "CustomerRule", "ItemNaming", "NegativeInvoices", "SimilarBills", "UnlinkChildren"),
    "budgets": ("Budget", "BudgetTransaction", "JobCost"),
    "closeout": ("CloseOut", "DetailOutcome", "ExternalData", "LineItemTypeAssignment", "SyncedTransaction"),
    "commitments": (
        "ChangeOrder",
        "ChangeOrderItem",
        "Commitment",
        "CommitmentItem",
        "CommitmentKind",
        "CostCodeRef",
        "ProjectRef",
        "VendorRef",
    ),
    "erp_items": ("ErpItem",),
    "ids": ("Pair", "QuickBooksId"),
    "invoices": ("ContractPayment", "Requisition", "RequisitionItem"),
    "lifecycle": ("ItemId", "ItemMove", "ItemState"),
    "links": ("Link", "LinkView", "Links", "external_guid"),
    "nouns": ("CostCode", "LineItemType", "Project", "StandardCostCode", "SyncedItem", "VendorCompany"),
    "refusals": ("Difference", "ErpRefusal", "RefusalCode"),
    "requests": (
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
    ),
    "settings": ("DirectExport", "Schedule", "ToolSettings"),
    "tools": (
        "CompanyTool",
        "ErpPermission",
        "GranularPermission",
        "Level",
        "Privilege",
        "ProjectTool",
        "TemplateKind",
    ),
    "users": ("PermissionTemplate", "User"),
    "vocabulary": ("DetailStatus", "ItemKind"),
    "words": ("Unlisted",),
}
"""Each public name, by the file it lives in. The imports above say the same to type checkers."""

if not TYPE_CHECKING:
    __all__, __getattr__, __dir__ = _offer(__name__, _FILES)
