"""Deleting, voiding and merging; and what was deleted, which QuickBooks remembers for some ninety days."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q

__all__ = [
    "DeletedDateRangeFilter",
    "ListDel",
    "ListDelType",
    "ListDeleted",
    "ListDeletedQuery",
    "ListMerge",
    "ListMergeType",
    "MergeSide",
    "MergedFrom",
    "MergedTo",
    "TxnDel",
    "TxnDelType",
    "TxnDeleted",
    "TxnDeletedQuery",
    "TxnVoid",
    "TxnVoidType",
]


class ListDelType(q.Words):
    """The lists whose deletions are remembered."""

    ACCOUNT = "Account"
    BILLING_RATE = "BillingRate", "6.0"
    CLASS = "Class"
    CURRENCY = "Currency", "8.0"
    CUSTOMER = "Customer"
    CUSTOMER_MSG = "CustomerMsg"
    CUSTOMER_TYPE = "CustomerType"
    DATE_DRIVEN_TERMS = "DateDrivenTerms"
    EMPLOYEE = "Employee"
    INVENTORY_SITE = "InventorySite", "10.0"
    ITEM_DISCOUNT = "ItemDiscount"
    ITEM_FIXED_ASSET = "ItemFixedAsset", "3.0"
    ITEM_GROUP = "ItemGroup"
    ITEM_INVENTORY = "ItemInventory"
    ITEM_INVENTORY_ASSEMBLY = "ItemInventoryAssembly"
    ITEM_NON_INVENTORY = "ItemNonInventory"
    ITEM_OTHER_CHARGE = "ItemOtherCharge"
    ITEM_PAYMENT = "ItemPayment"
    ITEM_SALES_TAX = "ItemSalesTax"
    ITEM_SALES_TAX_GROUP = "ItemSalesTaxGroup"
    ITEM_SERVICE = "ItemService"
    ITEM_SUBTOTAL = "ItemSubtotal"
    JOB_TYPE = "JobType"
    OTHER_NAME = "OtherName"
    PAYMENT_METHOD = "PaymentMethod"
    PAYROLL_ITEM_NON_WAGE = "PayrollItemNonWage", "5.0"
    PAYROLL_ITEM_WAGE = "PayrollItemWage", "5.0"
    PRICE_LEVEL = "PriceLevel", "4.0"
    SALES_REP = "SalesRep"
    SALES_TAX_CODE = "SalesTaxCode"
    SHIP_METHOD = "ShipMethod"
    STANDARD_TERMS = "StandardTerms"
    TO_DO = "ToDo"
    UNIT_OF_MEASURE_SET = "UnitOfMeasureSet", "7.0"
    VEHICLE = "Vehicle", "6.0"
    VENDOR = "Vendor"
    VENDOR_TYPE = "VendorType"
    WORKERS_COMP_CODE = "WorkersCompCode", "9.0"


class TxnDelType(q.Words):
    """The transactions whose deletion is remembered."""

    AR_REFUND_CREDIT_CARD = "ARRefundCreditCard", "5.0"
    BILL = "Bill"
    BILL_PAYMENT_CHECK = "BillPaymentCheck"
    BILL_PAYMENT_CREDIT_CARD = "BillPaymentCreditCard"
    BUILD_ASSEMBLY = "BuildAssembly", "5.0"
    CHARGE = "Charge"
    CHECK = "Check"
    CREDIT_CARD_CHARGE = "CreditCardCharge"
    CREDIT_CARD_CREDIT = "CreditCardCredit"
    CREDIT_MEMO = "CreditMemo"
    DEPOSIT = "Deposit"
    ESTIMATE = "Estimate"
    INVENTORY_ADJUSTMENT = "InventoryAdjustment"
    INVOICE = "Invoice"
    ITEM_RECEIPT = "ItemReceipt", "3.0"
    JOURNAL_ENTRY = "JournalEntry"
    PAYROLL_LIABILITY_ADJUSTMENT = "PayrollLiabilityAdjustment", "9.0", "12.0"
    PAYROLL_PRIOR_PAYMENT = "PayrollPriorPayment", "9.0", "12.0"
    PAYROLL_YEAR_TO_DATE_ADJUSTMENT = "PayrollYearToDateAdjustment", "9.0", "12.0"
    PURCHASE_ORDER = "PurchaseOrder"
    RECEIVE_PAYMENT = "ReceivePayment"
    SALES_ORDER = "SalesOrder", "2.1"
    SALES_RECEIPT = "SalesReceipt"
    SALES_TAX_PAYMENT_CHECK = "SalesTaxPaymentCheck", "3.0"
    TIME_TRACKING = "TimeTracking"
    TRANSFER_INVENTORY = "TransferInventory", "10.0"
    VEHICLE_MILEAGE = "VehicleMileage", "6.0"
    VENDOR_CREDIT = "VendorCredit"


@q.record(shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class DeletedDateRangeFilter(q.Record):
    """Deletions from one moment to another."""

    from_deleted_date: Annotated[q.Moment | None, q.When("FromDeletedDate")] = None
    to_deleted_date: Annotated[q.Moment | None, q.When("ToDeletedDate")] = None


@q.record("ListDeleted", shapes=q.RET, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class ListDeleted(q.Record):
    """A record of a list that was deleted."""

    list_del_type: Annotated[ListDelType | str | None, q.Choice("ListDelType", ListDelType)] = None
    list_id: Annotated[str | None, q.Id("ListID")] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated")] = None
    time_deleted: Annotated[q.Moment | None, q.When("TimeDeleted")] = None
    full_name: Annotated[str | None, q.Text("FullName")] = None


@q.record("ListDeletedQuery", shapes=q.QUERY, meta_data=True, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class ListDeletedQuery(q.Record):
    """What was deleted of certain lists, and when."""

    list_del_types: Annotated[tuple[ListDelType | str, ...], q.Choice("ListDelType", ListDelType, required=q.QUERY)] = ()
    deleted_date_range_filter: Annotated[DeletedDateRangeFilter | None, q.Block("DeletedDateRangeFilter")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()


@q.record("TxnDeleted", shapes=q.RET, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class TxnDeleted(q.Record):
    """A transaction that was deleted; one that was voided still exists."""

    txn_del_type: Annotated[TxnDelType | str | None, q.Choice("TxnDelType", TxnDelType)] = None
    txn_id: Annotated[str | None, q.Id("TxnID")] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated")] = None
    time_deleted: Annotated[q.Moment | None, q.When("TimeDeleted")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber")] = None


@q.record("TxnDeletedQuery", shapes=q.QUERY, meta_data=True, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class TxnDeletedQuery(q.Record):
    """Which transactions of certain kinds were deleted, and when."""

    txn_del_types: Annotated[tuple[TxnDelType | str, ...], q.Choice("TxnDelType", TxnDelType, required=q.QUERY)] = ()
    deleted_date_range_filter: Annotated[DeletedDateRangeFilter | None, q.Block("DeletedDateRangeFilter")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()


# --- commands --------------------------------------------------------------------------------------------------------


class ListMergeType(q.Words):
    """The lists whose records can be merged."""

    ACCOUNT = "Account"
    CLASS = "Class", "8.0"
    CUSTOMER = "Customer"
    ITEM_DISCOUNT = "ItemDiscount", "10.0"
    ITEM_GROUP = "ItemGroup", "10.0"
    ITEM_INVENTORY = "ItemInventory", "10.0"
    ITEM_NON_INVENTORY = "ItemNonInventory", "10.0"
    ITEM_OTHER_CHARGE = "ItemOtherCharge", "10.0"
    ITEM_PAYMENT = "ItemPayment", "10.0"
    ITEM_SALES_TAX = "ItemSalesTax", "10.0"
    ITEM_SALES_TAX_GROUP = "ItemSalesTaxGroup", "10.0"
    ITEM_SERVICE = "ItemService", "10.0"
    ITEM_SUBTOTAL = "ItemSubtotal", "10.0"
    VENDOR = "Vendor"


class TxnVoidType(q.Words):
    """The transactions that can be voided."""

    AR_REFUND_CREDIT_CARD = "ARRefundCreditCard", "5.0"
    BILL = "Bill"
    BILL_PAYMENT_CHECK = "BillPaymentCheck"
    BILL_PAYMENT_CREDIT_CARD = "BillPaymentCreditCard"
    CHARGE = "Charge"
    CHECK = "Check"
    CREDIT_CARD_CHARGE = "CreditCardCharge"
    CREDIT_CARD_CREDIT = "CreditCardCredit"
    CREDIT_MEMO = "CreditMemo"
    DEPOSIT = "Deposit"
    INVENTORY_ADJUSTMENT = "InventoryAdjustment"
    INVOICE = "Invoice"
    ITEM_RECEIPT = "ItemReceipt", "3.0"
    JOURNAL_ENTRY = "JournalEntry"
    SALES_RECEIPT = "SalesReceipt"
    VENDOR_CREDIT = "VendorCredit"


@q.record("ListDel", shapes=q.COMMAND | q.RET, inline=True, since="1.1")
@attrs.frozen(kw_only=True, slots=False)
class ListDel(q.Record):
    """Delete a record of a list; QuickBooks refuses it while anything refers to it."""

    list_del_type: Annotated[ListDelType | str | None, q.Choice("ListDelType", ListDelType, required=q.COMMAND)] = None
    list_id: Annotated[str | None, q.Id("ListID", required=q.COMMAND)] = None
    time_deleted: Annotated[q.Moment | None, q.When("TimeDeleted", shapes=q.RET)] = None
    full_name: Annotated[str | None, q.Text("FullName", shapes=q.RET)] = None


@q.record("TxnDel", shapes=q.COMMAND | q.RET, inline=True, since="1.1")
@attrs.frozen(kw_only=True, slots=False)
class TxnDel(q.Record):
    """Delete a transaction; nothing is left of it but that it was."""

    txn_del_type: Annotated[TxnDelType | str | None, q.Choice("TxnDelType", TxnDelType, required=q.COMMAND)] = None
    txn_id: Annotated[str | None, q.Id("TxnID", required=q.COMMAND)] = None
    time_deleted: Annotated[q.Moment | None, q.When("TimeDeleted", shapes=q.RET)] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", shapes=q.RET)] = None


@q.record("TxnVoid", shapes=q.COMMAND | q.RET, inline=True, since="1.1")
@attrs.frozen(kw_only=True, slots=False)
class TxnVoid(q.Record):
    """Void a transaction: it stays, and comes to nothing."""

    txn_void_type: Annotated[TxnVoidType | str | None, q.Choice("TxnVoidType", TxnVoidType, required=q.COMMAND)] = None
    txn_id: Annotated[str | None, q.Id("TxnID", required=q.COMMAND)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", shapes=q.RET)] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class MergeSide(q.Record):
    """One of two records that become one, as it stands."""

    list_id: Annotated[str | None, q.Id("ListID", required=q.COMMAND)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, required=q.COMMAND)] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class MergedFrom(q.Record):
    """The record that is no more."""

    list_id: Annotated[str | None, q.Id("ListID")] = None
    time_deleted: Annotated[q.Moment | None, q.When("TimeDeleted")] = None
    full_name: Annotated[str | None, q.Text("FullName")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class MergedTo(q.Record):
    """The record that has both now."""

    list_id: Annotated[str | None, q.Id("ListID")] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated")] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified")] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16)] = None
    full_name: Annotated[str | None, q.Text("FullName")] = None


@q.record("ListMerge", shapes=q.COMMAND | q.RET, inline=True, since="7.0")
@attrs.frozen(kw_only=True, slots=False)
class ListMerge(q.Record):
    """Merge one record of a list into another; it cannot be undone."""

    list_merge_type: Annotated[ListMergeType | str | None, q.Choice("ListMergeType", ListMergeType, required=q.COMMAND)] = None
    merge_from: Annotated[MergeSide | None, q.Block("MergeFrom", shapes=q.COMMAND, required=q.COMMAND)] = None
    merge_to: Annotated[MergeSide | None, q.Block("MergeTo", shapes=q.COMMAND, required=q.COMMAND)] = None
    same_ship_addr_ok: Annotated[bool | None, q.YesNo("SameShipAddrOk", shapes=q.COMMAND, since="8.0")] = None
    merged_from: Annotated[MergedFrom | None, q.Block("MergedFrom", shapes=q.RET)] = None
    merged_to: Annotated[MergedTo | None, q.Block("MergedTo", shapes=q.RET)] = None
