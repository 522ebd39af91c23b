"""Bills and vendor credits: what a vendor is owed, and what is owed less."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import AU, CA, UK, US, Address, CustomField
from procore_qbd.qbxml.entities._transactions import (
    ITEMS,
    LINE,
    TERMS,
    BillableStatus,
    LinkedTxn,
    TxnQuery,
    txn_choices,
)
from procore_qbd.qbxml.records import Block, Lines, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    QUERY,
    RET,
    Amount,
    Attribute,
    Choice,
    Day,
    Float,
    Guid,
    Id,
    Integer,
    Moment,
    Price,
    Quantity,
    Text,
    When,
    YesNo,
)

__all__ = [
    "Bill",
    "BillExpenseLine",
    "BillQuery",
    "GroupCustomField",
    "ItemGroupLine",
    "ItemLine",
    "LinkToTxn",
    "PaidStatus",
    "VendorCredit",
    "VendorCreditQuery",
]


class PaidStatus(StrEnum):
    """Which bills a query means; QuickBooks takes ``All`` where it is not said."""

    ALL = "All"
    PAID_ONLY = "PaidOnly"
    NOT_PAID_ONLY = "NotPaidOnly"


@record("ExpenseLine")
@attrs.frozen(kw_only=True)
class BillExpenseLine(Record):
    """A line that posts to an account. It matches no purchase order and no estimate: for that it takes an item."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD)] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159)] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, Amount("TaxAmount", since="6.1", editions=AU)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    customer_ref: Annotated[Ref | None, Reference("CustomerRef", 209)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    billable_status: Annotated[BillableStatus | str | None, Choice("BillableStatus", BillableStatus, since="2.0")] = None
    sales_rep_ref: Annotated[Ref | None, Reference("SalesRepRef", 5, since="13.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=ADD | RET, since="13.0", suffix={RET: "Ret"})] = ()


@record(shapes=ADD)
@attrs.frozen(kw_only=True)
class LinkToTxn(Record):
    """The line of a purchase order that a bill's line is for. A link is made in an Add only, and cannot be undone."""

    txn_id: Annotated[str | None, Id("TxnID", required=ADD)] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID", required=ADD)] = None


@record("ItemLine", choices=(OneOf.of("serial_number", "lot_number"),))
@attrs.frozen(kw_only=True)
class ItemLine(Record):
    """A line with an item. A linked one says ``link_to_txn``, and no item: QuickBooks takes it from the purchase order."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    item_ref: Annotated[Ref | None, Reference("ItemRef", to=ITEMS)] = None
    inventory_site_ref: Annotated[Ref | None, Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    serial_number: Annotated[str | None, Text("SerialNumber", 4095, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, Text("LotNumber", 40, since="11.0", editions=US | CA | UK)] = None
    desc: Annotated[str | None, Text("Desc", 4095)] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[Ref | None, Reference("OverrideUOMSetRef", 31, shapes=MOD | RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    cost: Annotated[Decimal | None, Price("Cost")] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, Amount("TaxAmount", since="6.1", editions=AU)] = None
    customer_ref: Annotated[Ref | None, Reference("CustomerRef", 209)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    billable_status: Annotated[BillableStatus | str | None, Choice("BillableStatus", BillableStatus, since="2.0")] = None
    override_item_account_ref: Annotated[Ref | None, Reference("OverrideItemAccountRef", 159, shapes=ADD | MOD, since="2.0", to=("Account",))] = None
    link_to_txn: Annotated[LinkToTxn | None, Block("LinkToTxn", shapes=ADD, since="4.0")] = None
    sales_rep_ref: Annotated[Ref | None, Reference("SalesRepRef", 5, since="13.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=ADD | RET, since="13.0", suffix={RET: "Ret"})] = ()


@record()
@attrs.frozen(kw_only=True)
class GroupCustomField(Record):
    """A custom field of a group line: unlike all others it has no type, and in a reply the same tag as in an Add."""

    owner_id: Annotated[str | None, Guid("OwnerID", required=ADD)] = None
    name: Annotated[str | None, Text("DataExtName", 31, required=ADD)] = None
    value: Annotated[str | None, Text("DataExtValue", required=ADD)] = None


@record("ItemGroupLine")
@attrs.frozen(kw_only=True)
class ItemGroupLine(Record):
    """A group item on a bill, and the lines that QuickBooks made of it."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    item_group_ref: Annotated[Ref | None, Reference("ItemGroupRef", 31, required=ADD)] = None
    desc: Annotated[str | None, Text("Desc", 4095, shapes=ADD | RET, online=ADD)] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[Ref | None, Reference("OverrideUOMSetRef", 31, shapes=MOD | RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    inventory_site_ref: Annotated[Ref | None, Reference("InventorySiteRef", 31, shapes=ADD, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, shapes=ADD, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    total_amount: Annotated[Decimal | None, Amount("TotalAmount", shapes=RET)] = None
    lines: Annotated[tuple[ItemLine, ...], Lines(shapes=MOD | RET, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[GroupCustomField, ...], Block("DataExt", shapes=ADD | RET, since="13.0")] = ()


@record("Bill", shapes=ADD | MOD | RET, later={MOD: "3.0"}, moved={RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True)
class Bill(Record):
    """What a vendor is owed. The job stands on each line."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD)] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    vendor_ref: Annotated[Ref | None, Reference("VendorRef", 41, required=ADD)] = None
    vendor_address: Annotated[Address | None, Block("VendorAddress", since="13.0")] = None
    ap_account_ref: Annotated[Ref | None, Reference("APAccountRef", 159, since="2.0", to=("Account",))] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    due_date: Annotated[dt.date | None, Day("DueDate")] = None
    amount_due: Annotated[Decimal | None, Amount("AmountDue", shapes=RET)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="8.0")] = None
    amount_due_in_home_currency: Annotated[Decimal | None, Amount("AmountDueInHomeCurrency", shapes=RET, since="8.0")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 20)] = None
    terms_ref: Annotated[Ref | None, Reference("TermsRef", 31, to=TERMS)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    is_paid: Annotated[bool | None, YesNo("IsPaid", shapes=RET, since="2.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    link_to_txn_ids: Annotated[tuple[str, ...], Id("LinkToTxnID", shapes=ADD, since="4.0")] = ()
    linked_txns: Annotated[tuple[LinkedTxn, ...], Block("LinkedTxn", shapes=RET, since="2.0")] = ()
    clear_expense_lines: Annotated[bool | None, YesNo("ClearExpenseLines", shapes=MOD)] = None
    expense_lines: Annotated[tuple[BillExpenseLine, ...], Lines(suffix=LINE, key="txn_line_id")] = ()
    clear_item_lines: Annotated[bool | None, YesNo("ClearItemLines", shapes=MOD)] = None
    item_lines: Annotated[tuple[ItemLine | ItemGroupLine, ...], Lines(suffix=LINE, key="txn_line_id")] = ()
    open_amount: Annotated[Decimal | None, Amount("OpenAmount", shapes=RET)] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record(
    "BillQuery",
    shapes=QUERY,
    choices=txn_choices("paid_status"),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True)
class BillQuery(TxnQuery):
    """Bills by id, by number, or by filters; their lines only where they are asked for."""

    paid_status: Annotated[PaidStatus | str | None, Choice("PaidStatus", PaidStatus)] = None
    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, YesNo("IncludeLinkedTxns", since="2.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record("VendorCredit", shapes=ADD | MOD | RET, later={MOD: "8.0"}, moved={RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True)
class VendorCredit(Record):
    """What a vendor is owed less: the lines of a bill, the other way round."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD)] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    vendor_ref: Annotated[Ref | None, Reference("VendorRef", 41, required=ADD)] = None
    ap_account_ref: Annotated[Ref | None, Reference("APAccountRef", 159, since="2.0", to=("Account",))] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    credit_amount: Annotated[Decimal | None, Amount("CreditAmount", shapes=RET)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="8.0")] = None
    credit_amount_in_home_currency: Annotated[Decimal | None, Amount("CreditAmountInHomeCurrency", shapes=RET, since="8.0")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 20)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="8.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, since="8.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], Block("LinkedTxn", shapes=RET, since="2.0")] = ()
    clear_expense_lines: Annotated[bool | None, YesNo("ClearExpenseLines", shapes=MOD)] = None
    expense_lines: Annotated[tuple[BillExpenseLine, ...], Lines(suffix=LINE, key="txn_line_id")] = ()
    clear_item_lines: Annotated[bool | None, YesNo("ClearItemLines", shapes=MOD)] = None
    item_lines: Annotated[tuple[ItemLine | ItemGroupLine, ...], Lines(suffix=LINE, key="txn_line_id")] = ()
    open_amount: Annotated[Decimal | None, Amount("OpenAmount", shapes=RET)] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("VendorCreditQuery", shapes=QUERY, choices=txn_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True)
class VendorCreditQuery(TxnQuery):
    """Vendor credits by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, YesNo("IncludeLinkedTxns", since="2.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
