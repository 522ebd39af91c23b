"""Custom fields, which QuickBooks calls data extensions: what they are, and their values, which stand in the records."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import CustomFieldType
from procore_qbd.qbxml.records import Block, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    COMMAND,
    MOD,
    NEVER,
    QUERY,
    RET,
    WRITE,
    Choice,
    Guid,
    Id,
    Integer,
    Moment,
    Text,
    When,
    Words,
    YesNo,
)

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


class ExtensibleObject(Words):
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


@record("DataExtDef", shapes=ADD | MOD | RET, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class DataExtDef(Record):
    """A custom field: whose it is, what it is called, what it holds, and what has it.

    In a Mod it is known by owner and name; it has no EditSequence.
    """

    owner_id: Annotated[str | None, Guid("OwnerID", required=ADD | MOD)] = None
    data_ext_id: Annotated[int | None, Integer("DataExtID", shapes=RET, since="11.0")] = None
    data_ext_name: Annotated[str | None, Text("DataExtName", 31, required=ADD | MOD)] = None
    data_ext_type: Annotated[CustomFieldType | str | None, Choice("DataExtType", CustomFieldType, shapes=ADD | RET, required=ADD)] = None
    data_ext_new_name: Annotated[str | None, Text("DataExtNewName", 31, shapes=MOD)] = None
    assign_to_objects: Annotated[tuple[ExtensibleObject | str, ...], Choice("AssignToObject", ExtensibleObject)] = ()
    remove_from_objects: Annotated[tuple[ExtensibleObject | str, ...], Choice("RemoveFromObject", ExtensibleObject, shapes=MOD)] = ()
    data_ext_list_require: Annotated[bool | None, YesNo("DataExtListRequire", since="11.0", later={ADD | MOD: "12.0"})] = None
    data_ext_txn_require: Annotated[bool | None, YesNo("DataExtTxnRequire", since="11.0", later={ADD | MOD: "12.0"})] = None
    data_ext_format_string: Annotated[str | None, Text("DataExtFormatString", since="11.0", later={ADD | MOD: "12.0"})] = None


@record(
    "DataExtDefQuery",
    shapes=QUERY,
    choices=(OneOf.of("owner_ids", "assign_to_objects"),),
    meta_data=True,
    since="2.0",
)
@attrs.frozen(kw_only=True, slots=False)
class DataExtDefQuery(Record):
    """Custom fields by their owner, or by what has them."""

    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()
    assign_to_objects: Annotated[tuple[ExtensibleObject | str, ...], Choice("AssignToObject", ExtensibleObject)] = ()
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()


@record("DataExtDefDel", shapes=COMMAND | RET, answers=("DataExtDefDel",), since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class DataExtDefDel(Record):
    """Delete a custom field, with all its values."""

    owner_id: Annotated[str | None, Guid("OwnerID", required=COMMAND)] = None
    data_ext_name: Annotated[str | None, Text("DataExtName", 31, required=COMMAND)] = None
    time_deleted: Annotated[Moment | None, When("TimeDeleted", shapes=RET)] = None


class ExtensibleList(StrEnum):
    """The lists whose records can have custom fields."""

    ACCOUNT = "Account"
    CUSTOMER = "Customer"
    EMPLOYEE = "Employee"
    ITEM = "Item"
    OTHER_NAME = "OtherName"
    VENDOR = "Vendor"


class ExtensibleTxn(Words):
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


@record(
    "DataExt",
    shapes=ADD | MOD | RET,
    selective=False,
    since="2.0",
    choices=(OneOf.of(*_HOLDER, required=WRITE),),
)
@attrs.frozen(kw_only=True, slots=False)
class DataExt(Record):
    """The value of a custom field, set on a record of a list, a transaction or a line of one, or the company."""

    owner_id: Annotated[str | None, Guid("OwnerID", required=WRITE)] = None
    data_ext_name: Annotated[str | None, Text("DataExtName", 31, required=WRITE)] = None
    list_data_ext_type: Annotated[ExtensibleList | str | None, Choice("ListDataExtType", ExtensibleList, shapes=WRITE, required=WRITE)] = None
    list_obj_ref: Annotated[Ref | None, Reference("ListObjRef", 159, shapes=WRITE, required=WRITE, to=tuple(ExtensibleList))] = None
    txn_data_ext_type: Annotated[ExtensibleTxn | str | None, Choice("TxnDataExtType", ExtensibleTxn, shapes=WRITE, required=WRITE)] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=WRITE, required=WRITE, macro=ADD, before={"3.0": {"macro": NEVER}})] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=WRITE, since="3.0")] = None
    other_data_ext_type: Annotated[ExtensibleOther | str | None, Choice("OtherDataExtType", ExtensibleOther, shapes=WRITE, required=WRITE)] = None
    data_ext_type: Annotated[CustomFieldType | str | None, Choice("DataExtType", CustomFieldType, shapes=RET)] = None
    data_ext_value: Annotated[str | None, Text("DataExtValue", shapes=ADD | MOD | RET, required=ADD | MOD)] = None


@record(
    "DataExtDel",
    shapes=COMMAND | RET,
    answers=("DataExtDel",),
    since="2.0",
    choices=(OneOf.of(*_HOLDER, shapes=RET),),
)
@attrs.frozen(kw_only=True, slots=False)
class DataExtDel(Record):
    """Delete the value of a custom field, said as it was set, without the value: ``DataExtDel(data_ext=DataExt(…))``.

    The answer has the same elements side by side, and when it was.
    """

    data_ext: Annotated[DataExt | None, Block("DataExtDel", shapes=COMMAND, required=COMMAND)] = None
    owner_id: Annotated[str | None, Guid("OwnerID", shapes=RET)] = None
    data_ext_name: Annotated[str | None, Text("DataExtName", 31, shapes=RET)] = None
    list_data_ext_type: Annotated[ExtensibleList | str | None, Choice("ListDataExtType", ExtensibleList, shapes=RET)] = None
    list_obj_ref: Annotated[Ref | None, Reference("ListObjRef", 159, shapes=RET, to=tuple(ExtensibleList))] = None
    txn_data_ext_type: Annotated[ExtensibleTxn | str | None, Choice("TxnDataExtType", ExtensibleTxn, shapes=RET)] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=RET)] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=RET, since="3.0")] = None
    other_data_ext_type: Annotated[ExtensibleOther | str | None, Choice("OtherDataExtType", ExtensibleOther, shapes=RET)] = None
    time_deleted: Annotated[Moment | None, When("TimeDeleted", shapes=RET)] = None
