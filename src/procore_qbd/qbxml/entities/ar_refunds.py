"""Refunds to the credit cards of customers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import Address, AddressBlock, CurrencyFilter, CustomField
from procore_qbd.qbxml.entities._transactions import CreditCardTxnInfo, TxnQuery, TxnType, txn_choices
from procore_qbd.qbxml.records import Block, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
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

__all__ = ["ARRefundCreditCard", "ARRefundCreditCardQuery", "RefundAppliedToTxn"]


@record(shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class RefundAppliedToTxn(Record):
    """A credit or payment of the customer, and how much of it is refunded."""

    txn_id: Annotated[str | None, Id("TxnID", required=ADD, macro=ADD)] = None
    txn_type: Annotated[TxnType | str | None, Choice("TxnType", TxnType, shapes=RET)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate", shapes=RET)] = None
    ref_number: Annotated[str | None, Text("RefNumber", 20, shapes=RET)] = None
    credit_remaining: Annotated[Decimal | None, Amount("CreditRemaining", shapes=RET)] = None
    refund_amount: Annotated[Decimal | None, Amount("RefundAmount", required=ADD)] = None
    credit_remaining_in_home_currency: Annotated[Decimal | None, Amount("CreditRemainingInHomeCurrency", shapes=RET, since="9.0")] = None
    refund_amount_in_home_currency: Annotated[Decimal | None, Amount("RefundAmountInHomeCurrency", shapes=RET, since="9.0")] = None


@record("ARRefundCreditCard", shapes=ADD | RET, since="5.0", moved={RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class ARRefundCreditCard(Record):
    """Money that went back to a customer's credit card. It cannot be modified through qbXML."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=RET)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=RET)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    customer_ref: Annotated[Ref | None, Reference("CustomerRef", 209, required=ADD)] = None
    refund_from_account_ref: Annotated[Ref | None, Reference("RefundFromAccountRef", 159, to=("Account",))] = None
    ar_account_ref: Annotated[Ref | None, Reference("ARAccountRef", 159, to=("Account",))] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    total_amount: Annotated[Decimal | None, Amount("TotalAmount", shapes=RET)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="9.0")] = None
    total_amount_in_home_currency: Annotated[Decimal | None, Amount("TotalAmountInHomeCurrency", shapes=RET, since="9.0")] = None
    address: Annotated[Address | None, Block("Address")] = None
    address_block: Annotated[AddressBlock | None, Block("AddressBlock", shapes=RET, since="6.0")] = None
    payment_method_ref: Annotated[Ref | None, Reference("PaymentMethodRef", 31)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    credit_card_txn_info: Annotated[CreditCardTxnInfo | None, Block("CreditCardTxnInfo")] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="9.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", since="9.0")] = None
    refund_applied_to_txns: Annotated[tuple[RefundAppliedToTxn, ...], Block("RefundAppliedToTxn", required=ADD, suffix={ADD: "Add", RET: "Ret"})] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record("ARRefundCreditCardQuery", shapes=QUERY, choices=txn_choices(), since="5.0", iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ARRefundCreditCardQuery(TxnQuery):
    """Refunds to credit cards, by id, by number, or by filters; their lines only where they are asked for."""

    currency_filter: Annotated[CurrencyFilter | None, Block("CurrencyFilter", since="9.0")] = None
    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50)] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()
