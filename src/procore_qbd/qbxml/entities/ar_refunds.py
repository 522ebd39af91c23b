"""Refunds to the credit cards of customers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import Address, AddressBlock, CurrencyFilter, CustomField
from procore_qbd.qbxml.entities.shared.transactions import CreditCardTxnInfo, TxnQuery, TxnType, txn_choices

__all__ = ["ARRefundCreditCard", "ARRefundCreditCardQuery", "RefundAppliedToTxn"]


@q.record(shapes=q.ADD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class RefundAppliedToTxn(q.Record):
    """A credit or payment of the customer, and how much of it is refunded."""

    txn_id: Annotated[str | None, q.Id("TxnID", required=q.ADD, macro=q.ADD)] = None
    txn_type: Annotated[TxnType | str | None, q.Choice("TxnType", TxnType, shapes=q.RET)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate", shapes=q.RET)] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 20, shapes=q.RET)] = None
    credit_remaining: Annotated[Decimal | None, q.Amount("CreditRemaining", shapes=q.RET)] = None
    refund_amount: Annotated[Decimal | None, q.Amount("RefundAmount", required=q.ADD)] = None
    credit_remaining_in_home_currency: Annotated[Decimal | None, q.Amount("CreditRemainingInHomeCurrency", shapes=q.RET, since="9.0")] = None
    refund_amount_in_home_currency: Annotated[Decimal | None, q.Amount("RefundAmountInHomeCurrency", shapes=q.RET, since="9.0")] = None


@q.record("ARRefundCreditCard", shapes=q.ADD | q.RET, since="5.0", moved={q.RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class ARRefundCreditCard(q.Record):
    """Money that went back to a customer's credit card. It cannot be modified through qbXML."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.RET)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.RET)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    customer_ref: Annotated[q.Ref | None, q.Reference("CustomerRef", 209, required=q.ADD)] = None
    refund_from_account_ref: Annotated[q.Ref | None, q.Reference("RefundFromAccountRef", 159, to=("Account",))] = None
    ar_account_ref: Annotated[q.Ref | None, q.Reference("ARAccountRef", 159, to=("Account",))] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    total_amount: Annotated[Decimal | None, q.Amount("TotalAmount", shapes=q.RET)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="9.0")] = None
    total_amount_in_home_currency: Annotated[Decimal | None, q.Amount("TotalAmountInHomeCurrency", shapes=q.RET, since="9.0")] = None
    address: Annotated[Address | None, q.Block("Address")] = None
    address_block: Annotated[AddressBlock | None, q.Block("AddressBlock", shapes=q.RET, since="6.0")] = None
    payment_method_ref: Annotated[q.Ref | None, q.Reference("PaymentMethodRef", 31)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    credit_card_txn_info: Annotated[CreditCardTxnInfo | None, q.Block("CreditCardTxnInfo")] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="9.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", since="9.0")] = None
    refund_applied_to_txns: Annotated[tuple[RefundAppliedToTxn, ...], q.Block("RefundAppliedToTxn", required=q.ADD, suffix={q.ADD: "Add", q.RET: "Ret"})] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, suffix={q.RET: "Ret"})] = ()


@q.record("ARRefundCreditCardQuery", shapes=q.QUERY, choices=txn_choices(), since="5.0", iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ARRefundCreditCardQuery(TxnQuery):
    """Refunds to credit cards, by id, by number, or by filters; their lines only where they are asked for."""

    currency_filter: Annotated[CurrencyFilter | None, q.Block("CurrencyFilter", since="9.0")] = None
    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50)] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()
