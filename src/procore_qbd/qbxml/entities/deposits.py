"""Deposits: what was taken to the bank."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import MAX_RETURNED, CurrencyFilter, CustomField
from procore_qbd.qbxml.entities.shared.transactions import (
    ENTITIES,
    LINE,
    AccountFilter,
    EntityFilter,
    ModifiedDateRangeFilter,
    TxnDateRangeFilter,
    TxnType,
)

__all__ = ["CashBackInfo", "Deposit", "DepositLine", "DepositQuery"]


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class CashBackInfo(q.Record):
    """What of a deposit was paid out in cash, and the account that it went to."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.RET)] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159, required=q.ADD)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount", before={"2.1": {"required": q.ADD}})] = None


@q.record(
    "DepositLine",
    choices=(
        q.OneOf.of(
            (
                "payment_txn_id",
                "payment_txn_line_id",
                "override_memo",
                "override_check_number",
                "override_class_ref",
            ),
            ("entity_ref", "account_ref", "memo", "check_number", "payment_method_ref", "class_ref", "amount"),
            required=q.ADD,
            shapes=q.ADD | q.MOD,
        ),
    ),
)
@attrs.frozen(kw_only=True, slots=False)
class DepositLine(q.Record):
    """One thing deposited: a payment that QuickBooks has already, or money from an account."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_type: Annotated[TxnType | str | None, q.Choice("TxnType", TxnType, shapes=q.RET)] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.RET)] = None
    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    payment_txn_id: Annotated[str | None, q.Id("PaymentTxnID", shapes=q.ADD | q.MOD, required=q.ADD | q.MOD, macro=q.ADD | q.MOD)] = None
    payment_txn_line_id: Annotated[str | None, q.Id("PaymentTxnLineID", later={q.RET: "7.0"}, macro=q.ADD | q.MOD)] = None
    override_memo: Annotated[str | None, q.Text("OverrideMemo", 4095, shapes=q.ADD | q.MOD, since="8.0")] = None
    override_check_number: Annotated[str | None, q.Text("OverrideCheckNumber", 11, shapes=q.ADD | q.MOD, since="8.0")] = None
    override_class_ref: Annotated[q.Ref | None, q.Reference("OverrideClassRef", 159, shapes=q.ADD | q.MOD, since="8.0", to=("Class",))] = None
    entity_ref: Annotated[q.Ref | None, q.Reference("EntityRef", 209, to=ENTITIES)] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159, required=q.ADD)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    check_number: Annotated[str | None, q.Text("CheckNumber", 11)] = None
    payment_method_ref: Annotated[q.Ref | None, q.Reference("PaymentMethodRef", 31)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount", before={"2.1": {"required": q.ADD}})] = None


@q.record(
    "Deposit",
    shapes=q.ADD | q.MOD | q.RET,
    since="2.0",
    later={q.MOD: "7.0"},
    moved={q.RET: {"cash_back_info": "deposit_total_in_home_currency"}},
)
@attrs.frozen(kw_only=True, slots=False)
class Deposit(q.Record):
    """What was taken to the bank."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    deposit_to_account_ref: Annotated[q.Ref | None, q.Reference("DepositToAccountRef", 159, required=q.ADD, to=("Account",))] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    deposit_total: Annotated[Decimal | None, q.Amount("DepositTotal", shapes=q.RET)] = None
    cash_back_info: Annotated[CashBackInfo | None, q.Block("CashBackInfo", suffix=LINE)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, since="8.0")] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    deposit_total_in_home_currency: Annotated[Decimal | None, q.Amount("DepositTotalInHomeCurrency", shapes=q.RET, since="8.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    lines: Annotated[tuple[DepositLine, ...], q.Lines(before={"8.0": {"required": q.ADD}}, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, suffix={q.RET: "Ret"})] = ()


@q.record(
    "DepositQuery",
    shapes=q.QUERY,
    choices=(
        q.OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        q.OneOf.of(
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
class DepositQuery(q.Record):
    """Deposits by id, or by filters; their lines only where they are asked for."""

    txn_ids: Annotated[tuple[str, ...], q.Id("TxnID")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, q.Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, q.Block("TxnDateRangeFilter")] = None
    entity_filter: Annotated[EntityFilter | None, q.Block("EntityFilter")] = None
    account_filter: Annotated[AccountFilter | None, q.Block("AccountFilter")] = None
    currency_filter: Annotated[CurrencyFilter | None, q.Block("CurrencyFilter", since="8.0")] = None
    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()
