"""Payments of customers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import CustomField
from procore_qbd.qbxml.entities._transactions import (
    LINE,
    AppliedToTxn,
    CreditCardTxnInfo,
    TxnQuery,
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

__all__ = ["ReceivePayment", "ReceivePaymentQuery"]


@record(
    "ReceivePayment",
    shapes=ADD | MOD | RET,
    choices=(OneOf.of("is_auto_apply", "applied_to_txns", required=ADD),),
    since="1.1",
    later={MOD: "6.0"},
)
@attrs.frozen(kw_only=True, slots=False)
class ReceivePayment(Record):
    """Money that a customer paid.

    An Add says either what it is applied to, or that QuickBooks shall see to that.
    """

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    customer_ref: Annotated[Ref | None, Reference("CustomerRef", 209, required=ADD)] = None
    ar_account_ref: Annotated[Ref | None, Reference("ARAccountRef", 159, to=("Account",))] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 20, before={"3.0": {"max": 11}})] = None
    total_amount: Annotated[Decimal | None, Amount("TotalAmount")] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="8.0")] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    total_amount_in_home_currency: Annotated[Decimal | None, Amount("TotalAmountInHomeCurrency", shapes=RET, since="8.0")] = None
    payment_method_ref: Annotated[Ref | None, Reference("PaymentMethodRef", 31)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    deposit_to_account_ref: Annotated[Ref | None, Reference("DepositToAccountRef", 159, to=("Account",))] = None
    credit_card_txn_info: Annotated[CreditCardTxnInfo | None, Block("CreditCardTxnInfo", since="4.1", later={MOD: "7.0"}, suffix={MOD: "Mod"})] = None
    unused_payment: Annotated[Decimal | None, Amount("UnusedPayment", shapes=RET)] = None
    unused_credits: Annotated[Decimal | None, Amount("UnusedCredits", shapes=RET)] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    is_auto_apply: Annotated[bool | None, YesNo("IsAutoApply", shapes=ADD)] = None
    applied_to_txns: Annotated[tuple[AppliedToTxn, ...], Block("AppliedToTxn", suffix=LINE)] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("ReceivePaymentQuery", shapes=QUERY, choices=txn_choices(), since="1.1", iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ReceivePaymentQuery(TxnQuery):
    """Payments of customers, by id, by number, or by filters; what they paid only where ``include_line_items`` asks for it."""

    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
