"""Procore's nouns: frozen values with no XML, no JSON and no input or output."""

from procore_qbd.domain.books import Books, CustomerRule, ItemNaming
from procore_qbd.domain.closeout import CloseOut, DetailOutcome, ExternalData, LineItemTypeAssignment
from procore_qbd.domain.links import Link, Links, external_guid
from procore_qbd.domain.nouns import CostCode, LineItemType, Project, StandardCostCode, VendorCompany
from procore_qbd.domain.requests import CreateOrUpdateJob, CreateStandardCostCodes, CreateVendor, ErpRequest
from procore_qbd.domain.vocabulary import DetailStatus, ItemKind

__all__ = [
    "Books",
    "CloseOut",
    "CostCode",
    "CreateOrUpdateJob",
    "CreateStandardCostCodes",
    "CreateVendor",
    "CustomerRule",
    "DetailOutcome",
    "DetailStatus",
    "ErpRequest",
    "ExternalData",
    "ItemKind",
    "ItemNaming",
    "LineItemType",
    "LineItemTypeAssignment",
    "Link",
    "Links",
    "Project",
    "StandardCostCode",
    "VendorCompany",
    "external_guid",
]
