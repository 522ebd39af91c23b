"""Payments of customers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import CustomField
from procore_qbd.qbxml.entities.shared.transactions import (
    LINE,
    AppliedToTxn,
    CreditCardTxnInfo,
    TxnQuery,
    txn_choices,
)

__all__ = ["ReceivePayment", "ReceivePaymentQuery"]


@q.record(
    "ReceivePayment",
    shapes=q.ADD | q.MOD | q.RET,
    choices=(q.OneOf.of("is_auto_apply", "applied_to_txns", required=q.ADD),),
    since="1.1",
    later={q.MOD: "6.0"},
)
@attrs.frozen(kw_only=True, slots=False)
class ReceivePayment(q.Record):
    """Money that a customer paid.

    An Add says either what it is applied to, or that QuickBooks shall see to that.
    """

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    customer_ref: Annotated[q.Ref | None, q.Reference("CustomerRef", 209, required=q.ADD)] = None
    ar_account_ref: Annotated[q.Ref | None, q.Reference("ARAccountRef", 159, to=("Account",))] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 20, before={"3.0": {"max": 11}})] = None
    total_amount: Annotated[Decimal | None, q.Amount("TotalAmount")] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="8.0")] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    total_amount_in_home_currency: Annotated[Decimal | None, q.Amount("TotalAmountInHomeCurrency", shapes=q.RET, since="8.0")] = None
    payment_method_ref: Annotated[q.Ref | None, q.Reference("PaymentMethodRef", 31)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    deposit_to_account_ref: Annotated[q.Ref | None, q.Reference("DepositToAccountRef", 159, to=("Account",))] = None
    credit_card_txn_info: Annotated[CreditCardTxnInfo | None, q.Block("CreditCardTxnInfo", since="4.1", later={q.MOD: "7.0"}, suffix={q.MOD: "Mod"})] = None
    unused_payment: Annotated[Decimal | None, q.Amount("UnusedPayment", shapes=q.RET)] = None
    unused_credits: Annotated[Decimal | None, q.Amount("UnusedCredits", shapes=q.RET)] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    is_auto_apply: Annotated[bool | None, q.YesNo("IsAutoApply", shapes=q.ADD)] = None
    applied_to_txns: Annotated[tuple[AppliedToTxn, ...], q.Block("AppliedToTxn", suffix=LINE)] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("ReceivePaymentQuery", shapes=q.QUERY, choices=txn_choices(), since="1.1", iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ReceivePaymentQuery(TxnQuery):
    """Payments of customers, by id, by number, or by filters; what they paid only where ``include_line_items`` asks for it."""

    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
