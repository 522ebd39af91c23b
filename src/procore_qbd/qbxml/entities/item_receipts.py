"""Receipts of items: the goods are there, the bill is not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._lines import ExpenseLine, ItemGroupLine, ItemLine
from procore_qbd.qbxml.entities._shared import AU, CA, UK, CustomField
from procore_qbd.qbxml.entities._transactions import LINE, LinkedTxn, TxnQuery, txn_choices
from procore_qbd.qbxml.records import Block, Lines, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    QUERY,
    RET,
    Amount,
    Attribute,
    Day,
    Float,
    Guid,
    Id,
    Integer,
    Moment,
    Text,
    When,
    YesNo,
)

__all__ = ["ItemReceipt", "ItemReceiptQuery"]


@record(
    "ItemReceipt",
    shapes=ADD | MOD | RET,
    choices=(OneOf.of("ap_account_ref", "liability_account_ref"),),
    since="4.0",
    moved={RET: {"exchange_rate": "currency_ref"}},
)
@attrs.frozen(kw_only=True, slots=False)
class ItemReceipt(Record):
    """Goods received before their bill: the lines of a bill, and like them linked to purchase orders in an Add only."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    vendor_ref: Annotated[Ref | None, Reference("VendorRef", 41, required=ADD)] = None
    ap_account_ref: Annotated[Ref | None, Reference("APAccountRef", 159, to=("Account",))] = None
    liability_account_ref: Annotated[Ref | None, Reference("LiabilityAccountRef", 159, shapes=RET, since="11.0", to=("Account",))] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    total_amount: Annotated[Decimal | None, Amount("TotalAmount", shapes=RET)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="8.0")] = None
    total_amount_in_home_currency: Annotated[Decimal | None, Amount("TotalAmountInHomeCurrency", shapes=RET, since="8.0")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 20)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="8.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, since="8.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], Block("LinkedTxn", shapes=RET)] = ()
    link_to_txn_ids: Annotated[tuple[str, ...], Id("LinkToTxnID", shapes=ADD)] = ()
    clear_expense_lines: Annotated[bool | None, YesNo("ClearExpenseLines", shapes=MOD)] = None
    expense_lines: Annotated[tuple[ExpenseLine, ...], Lines(suffix=LINE, key="txn_line_id")] = ()
    clear_item_lines: Annotated[bool | None, YesNo("ClearItemLines", shapes=MOD)] = None
    item_lines: Annotated[tuple[ItemLine | ItemGroupLine, ...], Lines(suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record("ItemReceiptQuery", shapes=QUERY, choices=txn_choices(), since="3.0", iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemReceiptQuery(TxnQuery):
    """Item receipts by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, YesNo("IncludeLinkedTxns")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()
