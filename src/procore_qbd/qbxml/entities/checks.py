"""Checks that pay for something without a bill."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import AU, CA, UK, Address, AddressBlock, CustomField
from procore_qbd.qbxml.entities.shared.lines import ExpenseLine, ItemGroupLine, ItemLine
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES, LINE, LinkedTxn, TxnQuery, txn_choices

__all__ = ["ApplyCheckToTxn", "Check", "CheckQuery"]


@q.record(shapes=q.ADD | q.MOD)
@attrs.frozen(kw_only=True, slots=False)
class ApplyCheckToTxn(q.Record):
    """A transaction that the check is applied to, and with how much."""

    txn_id: Annotated[str | None, q.Id("TxnID", required=q.ADD | q.MOD, macro=q.ADD | q.MOD)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None


@q.record("Check", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "6.0"}, moved={q.RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class Check(q.Record):
    """Money paid from a bank account. The job stands on each line; a bill is paid with a ``BillPaymentCheck``."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159, required=q.ADD)] = None
    payee_entity_ref: Annotated[q.Ref | None, q.Reference("PayeeEntityRef", 209, to=ENTITIES)] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    amount: Annotated[Decimal | None, q.Amount("Amount", shapes=q.RET)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="8.0")] = None
    amount_in_home_currency: Annotated[Decimal | None, q.Amount("AmountInHomeCurrency", shapes=q.RET, since="8.0")] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    address: Annotated[Address | None, q.Block("Address")] = None
    address_block: Annotated[AddressBlock | None, q.Block("AddressBlock", shapes=q.RET, since="6.0")] = None
    is_to_be_printed: Annotated[bool | None, q.YesNo("IsToBePrinted")] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], q.Block("LinkedTxn", shapes=q.RET, since="7.0")] = ()
    apply_to_txns: Annotated[tuple[ApplyCheckToTxn, ...], q.Block("ApplyCheckToTxn", shapes=q.ADD | q.MOD, since="7.0", suffix={q.ADD: "Add", q.MOD: "Mod"})] = ()
    clear_expense_lines: Annotated[bool | None, q.YesNo("ClearExpenseLines", shapes=q.MOD)] = None
    expense_lines: Annotated[tuple[ExpenseLine, ...], q.Lines(suffix=LINE, key="txn_line_id")] = ()
    clear_item_lines: Annotated[bool | None, q.YesNo("ClearItemLines", shapes=q.MOD)] = None
    item_lines: Annotated[tuple[ItemLine | ItemGroupLine, ...], q.Lines(suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("CheckQuery", shapes=q.QUERY, choices=txn_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class CheckQuery(TxnQuery):
    """Checks by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, q.YesNo("IncludeLinkedTxns", since="7.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
