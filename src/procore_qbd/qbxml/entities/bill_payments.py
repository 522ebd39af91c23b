"""Payments of bills, by check and by credit card, and what there is to pay."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import Address, AddressBlock, CurrencyFilter, CustomField
from procore_qbd.qbxml.entities._transactions import (
    ENTITIES,
    LINE,
    AppliedToTxn,
    TxnQuery,
    TxnType,
    txn_choices,
)
from procore_qbd.qbxml.records import Block, OneOf, Record, Ref, Reference, record
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
    "BillPaymentCheck",
    "BillPaymentCheckQuery",
    "BillPaymentCreditCard",
    "BillPaymentCreditCardQuery",
    "BillToPay",
    "BillToPayQuery",
    "OpenBill",
    "OpenCredit",
]


@record(
    "BillPaymentCheck",
    shapes=ADD | MOD | RET,
    choices=(OneOf.of("is_to_be_printed", "ref_number", required=ADD, shapes=ADD | MOD),),
    since="2.0",
    later={MOD: "6.0"},
    moved={
        MOD: {"exchange_rate": "amount"},
        RET: {"exchange_rate": "currency_ref", "is_to_be_printed": "address_block"},
    },
)
@attrs.frozen(kw_only=True, slots=False)
class BillPaymentCheck(Record):
    """Bills paid by check: one payee, one A/P account, and the bills in ``applied_to_txns``.

    Either a number or ``is_to_be_printed``: a check that is yet to be printed has no number.
    """

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    payee_entity_ref: Annotated[Ref | None, Reference("PayeeEntityRef", 209, shapes=ADD | RET, required=ADD, to=ENTITIES)] = None
    ap_account_ref: Annotated[Ref | None, Reference("APAccountRef", 159, shapes=ADD | RET, to=("Account",))] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    bank_account_ref: Annotated[Ref | None, Reference("BankAccountRef", 159, required=ADD, to=("Account",))] = None
    amount: Annotated[Decimal | None, Amount("Amount", shapes=MOD | RET)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="8.0")] = None
    amount_in_home_currency: Annotated[Decimal | None, Amount("AmountInHomeCurrency", shapes=RET, since="8.0")] = None
    is_to_be_printed: Annotated[bool | None, YesNo("IsToBePrinted")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    memo: Annotated[str | None, Text("Memo", 4095, since="3.0")] = None
    address: Annotated[Address | None, Block("Address", shapes=RET)] = None
    address_block: Annotated[AddressBlock | None, Block("AddressBlock", shapes=RET, since="6.0")] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    applied_to_txns: Annotated[tuple[AppliedToTxn, ...], Block("AppliedToTxn", required=ADD, suffix=LINE)] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record("BillPaymentCheckQuery", shapes=QUERY, choices=txn_choices(), since="2.0", iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class BillPaymentCheckQuery(TxnQuery):
    """Payments by check, by id, by number, or by filters; what they paid only where ``include_line_items`` asks for it."""

    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()


@record("BillPaymentCreditCard", shapes=ADD | RET, since="2.0", moved={RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class BillPaymentCreditCard(Record):
    """Bills paid by credit card. It cannot be modified through qbXML."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=RET)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=RET)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    payee_entity_ref: Annotated[Ref | None, Reference("PayeeEntityRef", 209, required=ADD, to=ENTITIES)] = None
    ap_account_ref: Annotated[Ref | None, Reference("APAccountRef", 159, to=("Account",))] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    credit_card_account_ref: Annotated[Ref | None, Reference("CreditCardAccountRef", 159, required=ADD, to=("Account",))] = None
    amount: Annotated[Decimal | None, Amount("Amount", shapes=RET)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="8.0")] = None
    amount_in_home_currency: Annotated[Decimal | None, Amount("AmountInHomeCurrency", shapes=RET, since="8.0")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    memo: Annotated[str | None, Text("Memo", 4095, since="3.0")] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", since="9.0")] = None
    applied_to_txns: Annotated[tuple[AppliedToTxn, ...], Block("AppliedToTxn", required=ADD, suffix=LINE)] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record("BillPaymentCreditCardQuery", shapes=QUERY, choices=txn_choices(), since="2.0", iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class BillPaymentCreditCardQuery(TxnQuery):
    """Payments by card, by id, by number, or by filters; what they paid only where ``include_line_items`` asks for it."""

    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()


@record(shapes=RET)
@attrs.frozen(kw_only=True, slots=False)
class OpenBill(Record):
    """A bill that is not paid in full."""

    txn_id: Annotated[str | None, Id("TxnID")] = None
    txn_type: Annotated[TxnType | str | None, Choice("TxnType", TxnType)] = None
    ap_account_ref: Annotated[Ref | None, Reference("APAccountRef", 159, to=("Account",))] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 20)] = None
    due_date: Annotated[dt.date | None, Day("DueDate")] = None
    amount_due: Annotated[Decimal | None, Amount("AmountDue")] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, since="8.0")] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    amount_due_in_home_currency: Annotated[Decimal | None, Amount("AmountDueInHomeCurrency", since="8.0")] = None


@record(shapes=RET)
@attrs.frozen(kw_only=True, slots=False)
class OpenCredit(Record):
    """A credit that is not used up."""

    txn_id: Annotated[str | None, Id("TxnID")] = None
    txn_type: Annotated[TxnType | str | None, Choice("TxnType", TxnType)] = None
    ap_account_ref: Annotated[Ref | None, Reference("APAccountRef", 159, to=("Account",))] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 20)] = None
    credit_remaining: Annotated[Decimal | None, Amount("CreditRemaining")] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, since="8.0")] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    credit_remaining_in_home_currency: Annotated[Decimal | None, Amount("CreditRemainingInHomeCurrency", since="8.0")] = None


@record("BillToPay", shapes=RET, choices=(OneOf.of("bill_to_pay", "credit_to_apply"),), since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class BillToPay(Record):
    """Something open with a vendor: either a bill, or a credit to set against bills."""

    bill_to_pay: Annotated[OpenBill | None, Block("BillToPay")] = None
    credit_to_apply: Annotated[OpenCredit | None, Block("CreditToApply")] = None


@record("BillToPayQuery", shapes=QUERY, since="2.0", meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class BillToPayQuery(Record):
    """What is open with one vendor: bills to pay, and credits to set against them. Not in pieces."""

    payee_entity_ref: Annotated[Ref | None, Reference("PayeeEntityRef", 209, required=QUERY, to=ENTITIES)] = None
    ap_account_ref: Annotated[Ref | None, Reference("APAccountRef", 159, to=("Account",))] = None
    due_date: Annotated[dt.date | None, Day("DueDate")] = None
    currency_filter: Annotated[CurrencyFilter | None, Block("CurrencyFilter", since="8.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
