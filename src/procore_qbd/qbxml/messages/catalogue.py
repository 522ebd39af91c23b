"""Which requests QuickBooks has: one that is not modelled here is told from one that does not exist."""

from __future__ import annotations

from procore_qbd.qbxml.rows.dialect import Edition

__all__ = ["KNOWN", "exists"]

_STEMS = {
    "Add Mod Query": """
        Account Bill BillPaymentCheck BuildAssembly Charge Check Class CreditCardCharge CreditCardCredit CreditMemo
        Currency Customer Deposit Employee Estimate InventoryAdjustment InventorySite Invoice ItemDiscount
        ItemFixedAsset ItemGroup ItemInventory ItemInventoryAssembly ItemNonInventory ItemOtherCharge ItemPayment
        ItemReceipt ItemSalesTax ItemSalesTaxGroup ItemService ItemSubtotal JournalEntry Lead OtherName PriceLevel
        PurchaseOrder ReceivePayment SalesOrder SalesReceipt SalesRep SalesTaxCode SalesTaxPaymentCheck TimeTracking
        ToDo Transfer TransferInventory Vehicle Vendor VendorCredit WorkersCompCode
    """,
    "Add Query": """
        ARRefundCreditCard BillPaymentCreditCard BillingRate CustomerMsg CustomerType DateDrivenTerms JobType
        PaymentMethod PayrollItemWage ShipMethod StandardTerms UnitOfMeasureSet VehicleMileage VendorType
    """,
    "Query": """
        AccountTaxLineInfo AgingReport BarCode BillToPay BudgetSummaryReport Company CompanyActivity
        CustomDetailReport CustomSummaryReport Entity GeneralDetailReport GeneralSummaryReport Host Item
        ItemAssembliesCanBuild ItemSites JobReport ListDeleted PayrollDetailReport PayrollItemNonWage
        PayrollSummaryReport Preferences ReceivePaymentToDeposit SalesTaxPayable SalesTaxReturn SalesTaxReturnLine
        Template Terms TimeReport Transaction TxnDeleted
    """,
    "Add": "SpecialAccount SpecialItem",
    "Add Mod": "ListDisplay TxnDisplay",
    "Add Mod Del": "DataExt",
    "Add Mod Del Query": "DataExtDef",
    "Mod": "ClearedStatus",
    "Mod Query": "Form1099CategoryAccountMapping",
    "Del Query": "DataEventRecoveryInfo",
    "Del Merge": "List",
    "Del Void": "Txn",
}

KNOWN = frozenset(
    f"{stem}{verb}Rq" for verbs, stems in _STEMS.items() for stem in stems.split() for verb in verbs.split()
)
"""The element names of all requests of QuickBooks Desktop, whatever its edition."""

_US, _CA, _UK, _AU = Edition.US, Edition.CA, Edition.UK, Edition.AU
_ONLY_IN = {
    "AccountTaxLineInfo": _US | _CA | _AU,
    "BarCode": _US | _CA | _UK,
    "Form1099CategoryAccountMapping": _US | _AU,
    "InventorySite": _US | _CA | _UK,
    "ItemSites": _US,
    "SalesTaxPayable": _US | _AU,
    "SalesTaxPaymentCheck": _US | _AU,
    "SalesTaxReturn": _CA | _UK | _AU,
    "SalesTaxReturnLine": _CA | _UK | _AU,
    "TransferInventory": _US | _CA | _UK,
    "WorkersCompCode": _US | _AU,
}
_ONLY_THERE = {f"{stem}{verb}Rq": editions for stem, editions in _ONLY_IN.items() for verb in ("Add", "Mod", "Query")}


def exists(request: str, edition: Edition | None) -> bool:
    """Whether QuickBooks of an edition has a request.

    Args:
        request: Its element's name.
        edition: The edition; None for any.
    """
    return request in KNOWN and (edition is None or edition in _ONLY_THERE.get(request, edition))
