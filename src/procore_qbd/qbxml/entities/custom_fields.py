"""Custom fields, which QuickBooks calls data extensions: what they are, and their values, which stand in the records."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import CustomFieldType

__all__ = [
    "DataExt",
    "DataExtDef",
    "DataExtDefDel",
    "DataExtDefQuery",
    "DataExtDel",
    "ExtensibleList",
    "ExtensibleObject",
    "ExtensibleOther",
    "ExtensibleTxn",
]


class ExtensibleObject(q.Words):
    """What can have custom fields."""

    ACCOUNT = "Account"
    AR_REFUND_CREDIT_CARD = "ARRefundCreditCard", "5.0"
    BILL = "Bill"
    BILL_PAYMENT_CHECK = "BillPaymentCheck"
    BILL_PAYMENT_CREDIT_CARD = "BillPaymentCreditCard"
    BUILD_ASSEMBLY = "BuildAssembly", "5.0"
    CHARGE = "Charge"
    CHECK = "Check"
    COMPANY = "Company"
    CREDIT_CARD_CHARGE = "CreditCardCharge"
    CREDIT_CARD_CREDIT = "CreditCardCredit"
    CREDIT_MEMO = "CreditMemo"
    CUSTOMER = "Customer"
    DEPOSIT = "Deposit"
    EMPLOYEE = "Employee"
    ESTIMATE = "Estimate"
    INVENTORY_ADJUSTMENT = "InventoryAdjustment"
    INVOICE = "Invoice"
    ITEM = "Item"
    ITEM_RECEIPT = "ItemReceipt", "3.0"
    JOURNAL_ENTRY = "JournalEntry"
    OTHER_NAME = "OtherName"
    PURCHASE_ORDER = "PurchaseOrder"
    RECEIVE_PAYMENT = "ReceivePayment"
    SALES_ORDER = "SalesOrder", "2.1"
    SALES_RECEIPT = "SalesReceipt"
    SALES_TAX_PAYMENT_CHECK = "SalesTaxPaymentCheck"
    VENDOR = "Vendor"
    VENDOR_CREDIT = "VendorCredit"


@q.record("DataExtDef", shapes=q.ADD | q.MOD | q.RET, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class DataExtDef(q.Record):
    """A custom field: whose it is, what it is called, what it holds, and what has it.

    In a Mod it is known by owner and name; it has no EditSequence.
    """

    owner_id: Annotated[str | None, q.Guid("OwnerID", required=q.ADD | q.MOD)] = None
    data_ext_id: Annotated[int | None, q.Integer("DataExtID", shapes=q.RET, since="11.0")] = None
    data_ext_name: Annotated[str | None, q.Text("DataExtName", 31, required=q.ADD | q.MOD)] = None
    data_ext_type: Annotated[CustomFieldType | str | None, q.Choice("DataExtType", CustomFieldType, shapes=q.ADD | q.RET, required=q.ADD)] = None
    data_ext_new_name: Annotated[str | None, q.Text("DataExtNewName", 31, shapes=q.MOD)] = None
    assign_to_objects: Annotated[tuple[ExtensibleObject | str, ...], q.Choice("AssignToObject", ExtensibleObject)] = ()
    remove_from_objects: Annotated[tuple[ExtensibleObject | str, ...], q.Choice("RemoveFromObject", ExtensibleObject, shapes=q.MOD)] = ()
    data_ext_list_require: Annotated[bool | None, q.YesNo("DataExtListRequire", since="11.0", later={q.ADD | q.MOD: "12.0"})] = None
    data_ext_txn_require: Annotated[bool | None, q.YesNo("DataExtTxnRequire", since="11.0", later={q.ADD | q.MOD: "12.0"})] = None
    data_ext_format_string: Annotated[str | None, q.Text("DataExtFormatString", since="11.0", later={q.ADD | q.MOD: "12.0"})] = None


@q.record(
    "DataExtDefQuery",
    shapes=q.QUERY,
    choices=(q.OneOf.of("owner_ids", "assign_to_objects"),),
    meta_data=True,
    since="2.0",
)
@attrs.frozen(kw_only=True, slots=False)
class DataExtDefQuery(q.Record):
    """Custom fields by their owner, or by what has them."""

    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()
    assign_to_objects: Annotated[tuple[ExtensibleObject | str, ...], q.Choice("AssignToObject", ExtensibleObject)] = ()
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()


@q.record("DataExtDefDel", shapes=q.COMMAND | q.RET, answers=("DataExtDefDel",), since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class DataExtDefDel(q.Record):
    """Delete a custom field, with all its values."""

    owner_id: Annotated[str | None, q.Guid("OwnerID", required=q.COMMAND)] = None
    data_ext_name: Annotated[str | None, q.Text("DataExtName", 31, required=q.COMMAND)] = None
    time_deleted: Annotated[q.Moment | None, q.When("TimeDeleted", shapes=q.RET)] = None


class ExtensibleList(StrEnum):
    """The lists whose records can have custom fields."""

    ACCOUNT = "Account"
    CUSTOMER = "Customer"
    EMPLOYEE = "Employee"
    ITEM = "Item"
    OTHER_NAME = "OtherName"
    VENDOR = "Vendor"


class ExtensibleTxn(q.Words):
    """The transactions that can have custom fields."""

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
    PURCHASE_ORDER = "PurchaseOrder"
    RECEIVE_PAYMENT = "ReceivePayment"
    SALES_ORDER = "SalesOrder", "2.1"
    SALES_RECEIPT = "SalesReceipt"
    SALES_TAX_PAYMENT_CHECK = "SalesTaxPaymentCheck"
    VENDOR_CREDIT = "VendorCredit"


class ExtensibleOther(StrEnum):
    """What else can have custom fields."""

    COMPANY = "Company"


_HOLDER = (
    ("list_data_ext_type", "list_obj_ref"),
    ("txn_data_ext_type", "txn_id", "txn_line_id"),
    "other_data_ext_type",
)


@q.record(
    "DataExt",
    shapes=q.ADD | q.MOD | q.RET,
    selective=False,
    since="2.0",
    choices=(q.OneOf.of(*_HOLDER, required=q.WRITE),),
)
@attrs.frozen(kw_only=True, slots=False)
class DataExt(q.Record):
    """The value of a custom field, set on a record of a list, a transaction or a line of one, or the company."""

    owner_id: Annotated[str | None, q.Guid("OwnerID", required=q.WRITE)] = None
    data_ext_name: Annotated[str | None, q.Text("DataExtName", 31, required=q.WRITE)] = None
    list_data_ext_type: Annotated[ExtensibleList | str | None, q.Choice("ListDataExtType", ExtensibleList, shapes=q.WRITE, required=q.WRITE)] = None
    list_obj_ref: Annotated[q.Ref | None, q.Reference("ListObjRef", 159, shapes=q.WRITE, required=q.WRITE, to=tuple(ExtensibleList))] = None
    txn_data_ext_type: Annotated[ExtensibleTxn | str | None, q.Choice("TxnDataExtType", ExtensibleTxn, shapes=q.WRITE, required=q.WRITE)] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.WRITE, required=q.WRITE, macro=q.ADD, before={"3.0": {"macro": q.NEVER}})] = None
    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.WRITE, since="3.0")] = None
    other_data_ext_type: Annotated[ExtensibleOther | str | None, q.Choice("OtherDataExtType", ExtensibleOther, shapes=q.WRITE, required=q.WRITE)] = None
    data_ext_type: Annotated[CustomFieldType | str | None, q.Choice("DataExtType", CustomFieldType, shapes=q.RET)] = None
    data_ext_value: Annotated[str | None, q.Text("DataExtValue", shapes=q.ADD | q.MOD | q.RET, required=q.ADD | q.MOD)] = None


@q.record(
    "DataExtDel",
    shapes=q.COMMAND | q.RET,
    answers=("DataExtDel",),
    since="2.0",
    choices=(q.OneOf.of(*_HOLDER, shapes=q.RET),),
)
@attrs.frozen(kw_only=True, slots=False)
class DataExtDel(q.Record):
    """Delete the value of a custom field, said as it was set, without the value: ``DataExtDel(data_ext=DataExt(…))``.

    The answer has the same elements side by side, and when it was.
    """

    data_ext: Annotated[DataExt | None, q.Block("DataExtDel", shapes=q.COMMAND, required=q.COMMAND)] = None
    owner_id: Annotated[str | None, q.Guid("OwnerID", shapes=q.RET)] = None
    data_ext_name: Annotated[str | None, q.Text("DataExtName", 31, shapes=q.RET)] = None
    list_data_ext_type: Annotated[ExtensibleList | str | None, q.Choice("ListDataExtType", ExtensibleList, shapes=q.RET)] = None
    list_obj_ref: Annotated[q.Ref | None, q.Reference("ListObjRef", 159, shapes=q.RET, to=tuple(ExtensibleList))] = None
    txn_data_ext_type: Annotated[ExtensibleTxn | str | None, q.Choice("TxnDataExtType", ExtensibleTxn, shapes=q.RET)] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.RET)] = None
    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.RET, since="3.0")] = None
    other_data_ext_type: Annotated[ExtensibleOther | str | None, q.Choice("OtherDataExtType", ExtensibleOther, shapes=q.RET)] = None
    time_deleted: Annotated[q.Moment | None, q.When("TimeDeleted", shapes=q.RET)] = None
