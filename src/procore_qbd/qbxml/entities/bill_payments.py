"""Payments of bills, by check and by credit card, and what there is to pay."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import Address, AddressBlock, CurrencyFilter, CustomField
from procore_qbd.qbxml.entities.shared.transactions import (
    ENTITIES,
    LINE,
    AppliedToTxn,
    TxnQuery,
    TxnType,
    txn_choices,
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


@q.record(
    "BillPaymentCheck",
    shapes=q.ADD | q.MOD | q.RET,
    choices=(q.OneOf.of("is_to_be_printed", "ref_number", required=q.ADD, shapes=q.ADD | q.MOD),),
    since="2.0",
    later={q.MOD: "6.0"},
    moved={
        q.MOD: {"exchange_rate": "amount"},
        q.RET: {"exchange_rate": "currency_ref", "is_to_be_printed": "address_block"},
    },
)
@attrs.frozen(kw_only=True, slots=False)
class BillPaymentCheck(q.Record):
    """Bills paid by check: one payee, one A/P account, and the bills in ``applied_to_txns``.

    Either a number or ``is_to_be_printed``: a check that is yet to be printed has no number.
    """

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    payee_entity_ref: Annotated[q.Ref | None, q.Reference("PayeeEntityRef", 209, shapes=q.ADD | q.RET, required=q.ADD, to=ENTITIES)] = None
    ap_account_ref: Annotated[q.Ref | None, q.Reference("APAccountRef", 159, shapes=q.ADD | q.RET, to=("Account",))] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    bank_account_ref: Annotated[q.Ref | None, q.Reference("BankAccountRef", 159, required=q.ADD, to=("Account",))] = None
    amount: Annotated[Decimal | None, q.Amount("Amount", shapes=q.MOD | q.RET)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="8.0")] = None
    amount_in_home_currency: Annotated[Decimal | None, q.Amount("AmountInHomeCurrency", shapes=q.RET, since="8.0")] = None
    is_to_be_printed: Annotated[bool | None, q.YesNo("IsToBePrinted")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095, since="3.0")] = None
    address: Annotated[Address | None, q.Block("Address", shapes=q.RET)] = None
    address_block: Annotated[AddressBlock | None, q.Block("AddressBlock", shapes=q.RET, since="6.0")] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    applied_to_txns: Annotated[tuple[AppliedToTxn, ...], q.Block("AppliedToTxn", required=q.ADD, suffix=LINE)] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, suffix={q.RET: "Ret"})] = ()


@q.record("BillPaymentCheckQuery", shapes=q.QUERY, choices=txn_choices(), since="2.0", iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class BillPaymentCheckQuery(TxnQuery):
    """Payments by check, by id, by number, or by filters; what they paid only where ``include_line_items`` asks for it."""

    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()


@q.record("BillPaymentCreditCard", shapes=q.ADD | q.RET, since="2.0", moved={q.RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class BillPaymentCreditCard(q.Record):
    """Bills paid by credit card. It cannot be modified through qbXML."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.RET)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.RET)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    payee_entity_ref: Annotated[q.Ref | None, q.Reference("PayeeEntityRef", 209, required=q.ADD, to=ENTITIES)] = None
    ap_account_ref: Annotated[q.Ref | None, q.Reference("APAccountRef", 159, to=("Account",))] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    credit_card_account_ref: Annotated[q.Ref | None, q.Reference("CreditCardAccountRef", 159, required=q.ADD, to=("Account",))] = None
    amount: Annotated[Decimal | None, q.Amount("Amount", shapes=q.RET)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="8.0")] = None
    amount_in_home_currency: Annotated[Decimal | None, q.Amount("AmountInHomeCurrency", shapes=q.RET, since="8.0")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095, since="3.0")] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", since="9.0")] = None
    applied_to_txns: Annotated[tuple[AppliedToTxn, ...], q.Block("AppliedToTxn", required=q.ADD, suffix=LINE)] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, suffix={q.RET: "Ret"})] = ()


@q.record("BillPaymentCreditCardQuery", shapes=q.QUERY, choices=txn_choices(), since="2.0", iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class BillPaymentCreditCardQuery(TxnQuery):
    """Payments by card, by id, by number, or by filters; what they paid only where ``include_line_items`` asks for it."""

    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class OpenBill(q.Record):
    """A bill that is not paid in full."""

    txn_id: Annotated[str | None, q.Id("TxnID")] = None
    txn_type: Annotated[TxnType | str | None, q.Choice("TxnType", TxnType)] = None
    ap_account_ref: Annotated[q.Ref | None, q.Reference("APAccountRef", 159, to=("Account",))] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 20)] = None
    due_date: Annotated[dt.date | None, q.Day("DueDate")] = None
    amount_due: Annotated[Decimal | None, q.Amount("AmountDue")] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, since="8.0")] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    amount_due_in_home_currency: Annotated[Decimal | None, q.Amount("AmountDueInHomeCurrency", since="8.0")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class OpenCredit(q.Record):
    """A credit that is not used up."""

    txn_id: Annotated[str | None, q.Id("TxnID")] = None
    txn_type: Annotated[TxnType | str | None, q.Choice("TxnType", TxnType)] = None
    ap_account_ref: Annotated[q.Ref | None, q.Reference("APAccountRef", 159, to=("Account",))] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 20)] = None
    credit_remaining: Annotated[Decimal | None, q.Amount("CreditRemaining")] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, since="8.0")] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    credit_remaining_in_home_currency: Annotated[Decimal | None, q.Amount("CreditRemainingInHomeCurrency", since="8.0")] = None


@q.record("BillToPay", shapes=q.RET, choices=(q.OneOf.of("bill_to_pay", "credit_to_apply"),), since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class BillToPay(q.Record):
    """Something open with a vendor: either a bill, or a credit to set against bills."""

    bill_to_pay: Annotated[OpenBill | None, q.Block("BillToPay")] = None
    credit_to_apply: Annotated[OpenCredit | None, q.Block("CreditToApply")] = None


@q.record("BillToPayQuery", shapes=q.QUERY, since="2.0", meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class BillToPayQuery(q.Record):
    """What is open with one vendor: bills to pay, and credits to set against them. Not in pieces."""

    payee_entity_ref: Annotated[q.Ref | None, q.Reference("PayeeEntityRef", 209, required=q.QUERY, to=ENTITIES)] = None
    ap_account_ref: Annotated[q.Ref | None, q.Reference("APAccountRef", 159, to=("Account",))] = None
    due_date: Annotated[dt.date | None, q.Day("DueDate")] = None
    currency_filter: Annotated[CurrencyFilter | None, q.Block("CurrencyFilter", since="8.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
