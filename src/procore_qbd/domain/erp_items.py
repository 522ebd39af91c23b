"""What the ERP Integrations tool moves: one word for each of its tabs, however the item is named elsewhere."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from procore_qbd.domain.budgets import Budget
from procore_qbd.domain.commitments import ChangeOrder, Commitment, CommitmentKind
from procore_qbd.domain.invoices import ContractPayment, Requisition
from procore_qbd.domain.nouns import CostCode, Project, StandardCostCode, VendorCompany
from procore_qbd.domain.vocabulary import ItemKind
from procore_qbd.domain.words import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ErpItem"]


class ErpItem(Word, Enum):
    """A kind of item, as the ERP Integrations tool and its permissions name it.

    `ErpItem.of` takes such a name, an `ItemKind`, and a class or a value of the domain: ``'Commitment'``,
    ``'work_order_contract'``, `ItemKind.WORK_ORDER_CONTRACT`, `Commitment` and a commitment are all `COMMITMENT`.
    """

    BUDGET = "Budget"
    CCO = "CCO"
    COMMITMENT = "Commitment"
    COMPANY = "Company"
    COST_CODES = "Cost Codes"
    JOB_COSTS = "Job Costs"
    OWNER_INVOICE = "Owner Invoice"
    PAYMENT = "Payment"
    PCCO = "PCCO"
    PRIME_CONTRACT = "Prime Contract"
    PROJECT = "Project"
    SUB_JOB = "Sub Job"
    SUBCONTRACTOR_INVOICE = "Subcontractor Invoice"

    __hash__ = object.__hash__  # there is one of each, and it is looked up often

    @classmethod
    def what(cls) -> str:
        return "item kind"

    @classmethod
    def variants(cls) -> Mapping[str, str]:
        kinds = {kind.value: item.label for kind, item in _KINDS.items()}
        return kinds | {
            "Budgets": "Budget",
            "CCOs": "CCO",
            "Commitment Change Order": "CCO",
            "Commitment Change Orders": "CCO",
            "Commitments": "Commitment",
            "Companies": "Company",
            "Cost Code": "Cost Codes",
            "ERP Job": "Project",
            "Job": "Project",
            "Owner Invoices": "Owner Invoice",
            "Payments": "Payment",
            "PCCOs": "PCCO",
            "Prime Contract Change Order": "PCCO",
            "Prime Contract Change Orders": "PCCO",
            "Prime Contracts": "Prime Contract",
            "Projects": "Project",
            "Purchase Order": "Commitment",
            "Sub Jobs": "Sub Job",
            "Subcontract": "Commitment",
            "Subcontractor Invoices": "Subcontractor Invoice",
        }

    @classmethod
    def of(cls, name: object) -> ErpItem:
        """The kind of item that is meant.

        Raises:
            QuestionError: There is no such kind, or it does not move by itself, such as a line item.
        """
        if isinstance(name, ItemKind):
            name = name.value
        elif isinstance(name, CommitmentKind):
            name = cls.COMMITMENT
        elif (noun := name if isinstance(name, type) else type(name)) in _NOUNS:
            name = _NOUNS[noun]
        return super().of(name)


_KINDS = {
    ItemKind.VENDOR: ErpItem.COMPANY,
    ItemKind.PROJECT: ErpItem.PROJECT,
    ItemKind.STANDARD_COST_CODE: ErpItem.COST_CODES,
    ItemKind.COST_CODE: ErpItem.COST_CODES,
    ItemKind.BUDGET: ErpItem.BUDGET,
    ItemKind.WORK_ORDER_CONTRACT: ErpItem.COMMITMENT,
    ItemKind.PURCHASE_ORDER_CONTRACT: ErpItem.COMMITMENT,
    ItemKind.CHANGE_ORDER: ErpItem.CCO,
    ItemKind.REQUISITION: ErpItem.SUBCONTRACTOR_INVOICE,
    ItemKind.CONTRACT_PAYMENT: ErpItem.PAYMENT,
    ItemKind.INVOICE_PAYMENT: ErpItem.PAYMENT,
    ItemKind.PRIME_CONTRACT: ErpItem.PRIME_CONTRACT,
    ItemKind.PAYMENT_APPLICATION: ErpItem.OWNER_INVOICE,
    ItemKind.DIRECT_COST: ErpItem.JOB_COSTS,
    ItemKind.SUB_JOB: ErpItem.SUB_JOB,
}

_NOUNS: dict[type, ErpItem] = {
    Budget: ErpItem.BUDGET,
    ChangeOrder: ErpItem.CCO,
    Commitment: ErpItem.COMMITMENT,
    ContractPayment: ErpItem.PAYMENT,
    CostCode: ErpItem.COST_CODES,
    Project: ErpItem.PROJECT,
    Requisition: ErpItem.SUBCONTRACTOR_INVOICE,
    StandardCostCode: ErpItem.COST_CODES,
    VendorCompany: ErpItem.COMPANY,
}
