"""Checks that pay for something without a bill."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._lines import ExpenseLine, ItemGroupLine, ItemLine
from procore_qbd.qbxml.entities._shared import AU, CA, UK, Address, AddressBlock, CustomField
from procore_qbd.qbxml.entities._transactions import ENTITIES, LINE, LinkedTxn, TxnQuery, txn_choices
from procore_qbd.qbxml.records import Block, Lines, Record, Ref, Reference, record
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

__all__ = ["ApplyCheckToTxn", "Check", "CheckQuery"]


@record(shapes=ADD | MOD)
@attrs.frozen(kw_only=True, slots=False)
class ApplyCheckToTxn(Record):
    """A transaction that the check is applied to, and with how much."""

    txn_id: Annotated[str | None, Id("TxnID", required=ADD | MOD, macro=ADD | MOD)] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None


@record("Check", shapes=ADD | MOD | RET, later={MOD: "6.0"}, moved={RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class Check(Record):
    """Money paid from a bank account. The job stands on each line; a bill is paid with a ``BillPaymentCheck``."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159, required=ADD)] = None
    payee_entity_ref: Annotated[Ref | None, Reference("PayeeEntityRef", 209, to=ENTITIES)] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    amount: Annotated[Decimal | None, Amount("Amount", shapes=RET)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="8.0")] = None
    amount_in_home_currency: Annotated[Decimal | None, Amount("AmountInHomeCurrency", shapes=RET, since="8.0")] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    address: Annotated[Address | None, Block("Address")] = None
    address_block: Annotated[AddressBlock | None, Block("AddressBlock", shapes=RET, since="6.0")] = None
    is_to_be_printed: Annotated[bool | None, YesNo("IsToBePrinted")] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], Block("LinkedTxn", shapes=RET, since="7.0")] = ()
    apply_to_txns: Annotated[tuple[ApplyCheckToTxn, ...], Block("ApplyCheckToTxn", shapes=ADD | MOD, since="7.0", suffix={ADD: "Add", MOD: "Mod"})] = ()
    clear_expense_lines: Annotated[bool | None, YesNo("ClearExpenseLines", shapes=MOD)] = None
    expense_lines: Annotated[tuple[ExpenseLine, ...], Lines(suffix=LINE, key="txn_line_id")] = ()
    clear_item_lines: Annotated[bool | None, YesNo("ClearItemLines", shapes=MOD)] = None
    item_lines: Annotated[tuple[ItemLine | ItemGroupLine, ...], Lines(suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("CheckQuery", shapes=QUERY, choices=txn_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class CheckQuery(TxnQuery):
    """Checks by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, YesNo("IncludeLinkedTxns", since="7.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
