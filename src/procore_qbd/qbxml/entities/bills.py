"""Bills and vendor credits: what a vendor is owed, and what is owed less."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._lines import ExpenseLine as BillExpenseLine
from procore_qbd.qbxml.entities._lines import GroupCustomField, ItemGroupLine, ItemLine, LinkToTxn
from procore_qbd.qbxml.entities._shared import AU, CA, UK, Address, CustomField
from procore_qbd.qbxml.entities._transactions import LINE, TERMS, LinkedTxn, PaidStatus, TxnQuery, txn_choices
from procore_qbd.qbxml.records import Block, Lines, Record, Ref, Reference, record
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


@record("Bill", shapes=ADD | MOD | RET, later={MOD: "3.0"}, moved={RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class Bill(Record):
    """What a vendor is owed. The job stands on each line."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
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
@attrs.frozen(kw_only=True, slots=False)
class BillQuery(TxnQuery):
    """Bills by id, by number, or by filters; their lines only where they are asked for."""

    paid_status: Annotated[PaidStatus | str | None, Choice("PaidStatus", PaidStatus)] = None
    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, YesNo("IncludeLinkedTxns", since="2.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record("VendorCredit", shapes=ADD | MOD | RET, later={MOD: "8.0"}, moved={RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class VendorCredit(Record):
    """What a vendor is owed less: the lines of a bill, the other way round."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
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
@attrs.frozen(kw_only=True, slots=False)
class VendorCreditQuery(TxnQuery):
    """Vendor credits by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, YesNo("IncludeLinkedTxns", since="2.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
