"""Which record of QuickBooks an item of Procore's becomes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from procore_qbd.domain import ItemKind
from procore_qbd.qbxml.entities.bills import Bill, VendorCredit
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.estimates import Estimate
from procore_qbd.qbxml.entities.items import ItemService
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder
from procore_qbd.qbxml.entities.vendors import Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from procore_qbd.qbxml import Record

__all__ = ["RECORDS"]

RECORDS: Mapping[ItemKind, tuple[type[Record], ...]] = MappingProxyType(
    {
        ItemKind.VENDOR: (Vendor,),
        ItemKind.PROJECT: (Customer,),
        ItemKind.STANDARD_COST_CODE: (ItemService,),
        ItemKind.BUDGET: (Estimate,),
        ItemKind.WORK_ORDER_CONTRACT: (PurchaseOrder,),
        ItemKind.PURCHASE_ORDER_CONTRACT: (PurchaseOrder,),
        ItemKind.REQUISITION: (Bill, VendorCredit),
    }
)
"""The kinds of item that become one record, each with its class, or the classes that it may be.

The others are no record of their own: a project's cost code is a job and an item, a change order is lines of a purchase
order.
"""
