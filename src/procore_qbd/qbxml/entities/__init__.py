"""One file an entity family. This is their index: a family is imported when one of its records is first named.

Import records from their family: ``from procore_qbd.qbxml.entities.vendors import Vendor``.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING

from procore_qbd.qbxml.rows.values import ADD, BARE, MOD, RET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.qbxml.rows.records import Record
    from procore_qbd.qbxml.rows.values import Shape

__all__ = ["FAMILIES", "entity", "find", "names"]

FAMILIES: dict[str, tuple[str, ...]] = {
    "accounts": ("Account", "AccountQuery"),
    "ar_refunds": ("ARRefundCreditCard", "ARRefundCreditCardQuery"),
    "bill_payments": (
        "BillPaymentCheck",
        "BillPaymentCheckQuery",
        "BillPaymentCreditCard",
        "BillPaymentCreditCardQuery",
        "BillToPay",
        "BillToPayQuery",
    ),
    "bills": ("Bill", "BillQuery", "VendorCredit", "VendorCreditQuery"),
    "charges": ("Charge", "ChargeQuery"),
    "checks": ("Check", "CheckQuery"),
    "classes": ("Class", "ClassQuery"),
    "cleared_status": ("ClearedStatus",),
    "company": ("Company", "CompanyActivity", "CompanyActivityQuery", "CompanyQuery", "Host", "HostQuery"),
    "credit_cards": (
        "CreditCardCharge",
        "CreditCardChargeQuery",
        "CreditCardCredit",
        "CreditCardCreditQuery",
    ),
    "credit_memos": ("CreditMemo", "CreditMemoQuery"),
    "currencies": ("Currency", "CurrencyQuery"),
    "custom_fields": ("DataExt", "DataExtDef", "DataExtDefDel", "DataExtDefQuery", "DataExtDel"),
    "customer_types": ("CustomerType", "CustomerTypeQuery", "JobType", "JobTypeQuery"),
    "customers": ("Customer", "CustomerQuery"),
    "deletions": (
        *("ListDel", "ListDeleted", "ListDeletedQuery", "ListMerge"),
        *("TxnDel", "TxnDeleted", "TxnDeletedQuery", "TxnVoid"),
    ),
    "deposits": ("Deposit", "DepositQuery"),
    "employees": ("Employee", "EmployeeQuery"),
    "estimates": ("Estimate", "EstimateQuery"),
    "fixed_assets": ("ItemFixedAsset", "ItemFixedAssetQuery"),
    "form_items": (
        "ItemDiscount",
        "ItemDiscountQuery",
        "ItemGroup",
        "ItemGroupQuery",
        "ItemPayment",
        "ItemPaymentQuery",
        "ItemSubtotal",
        "ItemSubtotalQuery",
    ),
    "inventory_items": ("ItemInventory", "ItemInventoryAssembly", "ItemInventoryAssemblyQuery", "ItemInventoryQuery"),
    "inventory_sites": ("InventorySite", "InventorySiteQuery"),
    "inventory_transactions": (
        "BuildAssembly",
        "BuildAssemblyQuery",
        "InventoryAdjustment",
        "InventoryAdjustmentQuery",
    ),
    "invoices": ("Invoice", "InvoiceQuery"),
    "item_receipts": ("ItemReceipt", "ItemReceiptQuery"),
    "items": (
        "ItemNonInventory",
        "ItemNonInventoryQuery",
        "ItemOtherCharge",
        "ItemOtherChargeQuery",
        "ItemQuery",
        "ItemService",
        "ItemServiceQuery",
    ),
    "journal_entries": ("JournalEntry", "JournalEntryQuery"),
    "other_names": ("EntityQuery", "OtherName", "OtherNameQuery"),
    "preferences": ("Preferences", "PreferencesQuery"),
    "price_levels": ("PriceLevel", "PriceLevelQuery"),
    "purchase_orders": ("PurchaseOrder", "PurchaseOrderQuery"),
    "receive_payments": ("ReceivePayment", "ReceivePaymentQuery"),
    "report_queries": (
        *("AgingReportQuery", "BudgetSummaryReportQuery", "CustomDetailReportQuery", "CustomSummaryReportQuery"),
        *("GeneralDetailReportQuery", "GeneralSummaryReportQuery", "JobReportQuery"),
        *("PayrollDetailReportQuery", "PayrollSummaryReportQuery", "TimeReportQuery"),
    ),
    "reports": ("Report",),
    "sales_lists": (
        "CustomerMsg",
        "CustomerMsgQuery",
        "PaymentMethod",
        "PaymentMethodQuery",
        "SalesRep",
        "SalesRepQuery",
        "ShipMethod",
        "ShipMethodQuery",
    ),
    "sales_orders": ("SalesOrder", "SalesOrderQuery"),
    "sales_receipts": ("SalesReceipt", "SalesReceiptQuery"),
    "sales_tax_payments": ("SalesTaxPaymentCheck", "SalesTaxPaymentCheckQuery"),
    "tax_codes": ("SalesTaxCode", "SalesTaxCodeQuery"),
    "tax_items": ("ItemSalesTax", "ItemSalesTaxGroup", "ItemSalesTaxGroupQuery", "ItemSalesTaxQuery"),
    "templates": ("Template", "TemplateQuery"),
    "terms": ("DateDrivenTerms", "DateDrivenTermsQuery", "StandardTerms", "StandardTermsQuery", "TermsQuery"),
    "time_tracking": ("TimeTracking", "TimeTrackingQuery"),
    "transactions": ("Transaction", "TransactionQuery"),
    "transfers": ("Transfer", "TransferQuery"),
    "units": ("UnitOfMeasureSet", "UnitOfMeasureSetQuery"),
    "vendors": ("Vendor", "VendorQuery", "VendorType", "VendorTypeQuery"),
}
"""Which records live in which file."""

_HOME = {name: family for family, members in FAMILIES.items() for name in members}
_SHAPES = {"Add": ADD, "Mod": MOD, "Ret": RET}


def names() -> Iterator[str]:
    """The names of all records that are modelled, in alphabetical order."""
    return iter(sorted(_HOME))


@cache
def entity(name: str) -> type[Record] | None:
    """A record class by its name, ``'Vendor'`` or ``'VendorQuery'``; None if it is not modelled."""
    home = _HOME.get(name)
    if home is None:
        return None
    found: type[Record] = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    return found


@cache
def find(tag: str) -> tuple[type[Record], Shape] | None:
    """A record class and its shape by the element's name, ``'VendorAdd'``; None if it is not modelled."""
    if (cls := entity(tag)) is not None and (bare := cls.__record__.shapes & BARE):
        return cls, bare
    shape = _SHAPES.get(tag[-3:])
    if shape is None or (cls := entity(tag[:-3])) is None or shape not in cls.__record__.shapes:
        return None
    return cls, shape
