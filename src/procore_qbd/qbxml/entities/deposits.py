"""Deposits: what was taken to the bank."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import MAX_RETURNED, CurrencyFilter, CustomField
from procore_qbd.qbxml.entities._transactions import (
    ENTITIES,
    LINE,
    AccountFilter,
    EntityFilter,
    ModifiedDateRangeFilter,
    TxnDateRangeFilter,
    TxnType,
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
    Text,
    When,
    YesNo,
)

__all__ = ["CashBackInfo", "Deposit", "DepositLine", "DepositQuery"]


@record()
@attrs.frozen(kw_only=True, slots=False)
class CashBackInfo(Record):
    """What of a deposit was paid out in cash, and the account that it went to."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=RET)] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159, required=ADD)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    amount: Annotated[Decimal | None, Amount("Amount", before={"2.1": {"required": ADD}})] = None


@record(
    "DepositLine",
    choices=(
        OneOf.of(
            (
                "payment_txn_id",
                "payment_txn_line_id",
                "override_memo",
                "override_check_number",
                "override_class_ref",
            ),
            ("entity_ref", "account_ref", "memo", "check_number", "payment_method_ref", "class_ref", "amount"),
            required=ADD,
            shapes=ADD | MOD,
        ),
    ),
)
@attrs.frozen(kw_only=True, slots=False)
class DepositLine(Record):
    """One thing deposited: a payment that QuickBooks has already, or money from an account."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_type: Annotated[TxnType | str | None, Choice("TxnType", TxnType, shapes=RET)] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=RET)] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    payment_txn_id: Annotated[str | None, Id("PaymentTxnID", shapes=ADD | MOD, required=ADD | MOD, macro=ADD | MOD)] = None
    payment_txn_line_id: Annotated[str | None, Id("PaymentTxnLineID", later={RET: "7.0"}, macro=ADD | MOD)] = None
    override_memo: Annotated[str | None, Text("OverrideMemo", 4095, shapes=ADD | MOD, since="8.0")] = None
    override_check_number: Annotated[str | None, Text("OverrideCheckNumber", 11, shapes=ADD | MOD, since="8.0")] = None
    override_class_ref: Annotated[Ref | None, Reference("OverrideClassRef", 159, shapes=ADD | MOD, since="8.0", to=("Class",))] = None
    entity_ref: Annotated[Ref | None, Reference("EntityRef", 209, to=ENTITIES)] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159, required=ADD)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    check_number: Annotated[str | None, Text("CheckNumber", 11)] = None
    payment_method_ref: Annotated[Ref | None, Reference("PaymentMethodRef", 31)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    amount: Annotated[Decimal | None, Amount("Amount", before={"2.1": {"required": ADD}})] = None


@record(
    "Deposit",
    shapes=ADD | MOD | RET,
    since="2.0",
    later={MOD: "7.0"},
    moved={RET: {"cash_back_info": "deposit_total_in_home_currency"}},
)
@attrs.frozen(kw_only=True, slots=False)
class Deposit(Record):
    """What was taken to the bank."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    deposit_to_account_ref: Annotated[Ref | None, Reference("DepositToAccountRef", 159, required=ADD, to=("Account",))] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    deposit_total: Annotated[Decimal | None, Amount("DepositTotal", shapes=RET)] = None
    cash_back_info: Annotated[CashBackInfo | None, Block("CashBackInfo", suffix=LINE)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, since="8.0")] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    deposit_total_in_home_currency: Annotated[Decimal | None, Amount("DepositTotalInHomeCurrency", shapes=RET, since="8.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    lines: Annotated[tuple[DepositLine, ...], Lines(before={"8.0": {"required": ADD}}, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record(
    "DepositQuery",
    shapes=QUERY,
    choices=(
        OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        OneOf.of(
            "txn_ids",
            (
                "max_returned",
                "modified_date_range_filter",
                "txn_date_range_filter",
                "entity_filter",
                "account_filter",
                "currency_filter",
            ),
        ),
    ),
    since="2.0",
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class DepositQuery(Record):
    """Deposits by id, or by filters; their lines only where they are asked for."""

    txn_ids: Annotated[tuple[str, ...], Id("TxnID")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, Block("TxnDateRangeFilter")] = None
    entity_filter: Annotated[EntityFilter | None, Block("EntityFilter")] = None
    account_filter: Annotated[AccountFilter | None, Block("AccountFilter")] = None
    currency_filter: Annotated[CurrencyFilter | None, Block("CurrencyFilter", since="8.0")] = None
    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()
