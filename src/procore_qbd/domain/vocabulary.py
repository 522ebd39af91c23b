"""The words of Procore's ERP Integrations tool: kinds of item, the status of a request detail."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

__all__ = ["DetailStatus", "ExplainedWord", "ItemKind"]


class ExplainedWord(StrEnum):
    """A closed list whose members carry an explanation: ``EXPORT = "export", "An item is written …"``."""

    about: str
    """What the member means, for the documentation."""

    def __new__(cls, value: str, about: str) -> Self:
        """A member with its explanation."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.about = about
        return member


class ItemKind(StrEnum):
    """What an item is, by the ``item_type`` of Procore's External Data API; see `external_type`."""

    VENDOR = "vendor"
    PROJECT = "project"
    STANDARD_COST_CODE = "standard_cost_code"
    COST_CODE = "cost_code"
    LINE_ITEM_TYPE = "line_item_type"
    BUDGET = "budget"
    WORK_ORDER_CONTRACT = "work_order_contract"
    PURCHASE_ORDER_CONTRACT = "purchase_order_contract"
    LINE_ITEM = "line_item"
    CHANGE_ORDER_LINE_ITEM = "change_order_line_item"
    CHANGE_ORDER = "change_order"
    REQUISITION = "requisition"
    REQUISITION_CONTRACT_ITEM = "requisition_contract_item"
    REQUISITION_CONTRACT_DETAIL_ITEM = "requisition_contract_detail_item"
    REQUISITION_CHANGE_ORDER_ITEM = "requisition_change_order_item"
    CONTRACT_PAYMENT = "contract_payment"
    INVOICE_PAYMENT = "invoice_payment"
    PRIME_CONTRACT = "prime_contract"
    PAYMENT_APPLICATION = "payment_application"
    PAYMENT_APPLICATION_LINE_ITEM = "payment_application_line_item"
    DIRECT_COST = "item"
    SUB_JOB = "sub_job"
    DEPARTMENT = "department"
    INSURANCE = "insurance"
    MARKUP = "markup"
    TAX_CODE = "tax_code"

    @property
    def label(self) -> str:
        """The kind in words, for messages: ``'standard cost code'``, ``'subcontract'``."""
        return _LABELS.get(self, self.value.replace("_", " "))

    @property
    def is_list_record(self) -> bool:
        """Whether it is one record of a list in QuickBooks: a vendor, job or item, of which QuickBooks merges two."""
        return self in (self.VENDOR, self.PROJECT, self.STANDARD_COST_CODE)

    @property
    def external_type(self) -> str:
        """The ``item_type`` on the wire: Procore has one for the lines of commitments and of their change orders."""
        return self.LINE_ITEM.value if self is self.CHANGE_ORDER_LINE_ITEM else self.value


_LABELS = {
    ItemKind.WORK_ORDER_CONTRACT: "subcontract",
    ItemKind.PURCHASE_ORDER_CONTRACT: "purchase order",
    ItemKind.LINE_ITEM: "commitment line",
    ItemKind.CHANGE_ORDER: "commitment change order",
    ItemKind.CHANGE_ORDER_LINE_ITEM: "change order line",
    ItemKind.REQUISITION: "subcontractor invoice",
    ItemKind.DIRECT_COST: "direct cost",
}


class DetailStatus(StrEnum):
    """How a request detail is closed."""

    SUCCESS = "success"
    FAILED = "failed"
