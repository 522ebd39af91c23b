"""Receipts of items: the goods are there, the bill is not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import AU, CA, UK, CustomField
from procore_qbd.qbxml.entities.shared.lines import ExpenseLine, ItemGroupLine, ItemLine
from procore_qbd.qbxml.entities.shared.transactions import LINE, LinkedTxn, TxnQuery, txn_choices

__all__ = ["ItemReceipt", "ItemReceiptQuery"]


@q.record(
    "ItemReceipt",
    shapes=q.ADD | q.MOD | q.RET,
    choices=(q.OneOf.of("ap_account_ref", "liability_account_ref"),),
    since="4.0",
    moved={q.RET: {"exchange_rate": "currency_ref"}},
)
@attrs.frozen(kw_only=True, slots=False)
class ItemReceipt(q.Record):
    """Goods received before their bill: the lines of a bill, and like them linked to purchase orders in an Add only."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    vendor_ref: Annotated[q.Ref | None, q.Reference("VendorRef", 41, required=q.ADD)] = None
    ap_account_ref: Annotated[q.Ref | None, q.Reference("APAccountRef", 159, to=("Account",))] = None
    liability_account_ref: Annotated[q.Ref | None, q.Reference("LiabilityAccountRef", 159, shapes=q.RET, since="11.0", to=("Account",))] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    total_amount: Annotated[Decimal | None, q.Amount("TotalAmount", shapes=q.RET)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="8.0")] = None
    total_amount_in_home_currency: Annotated[Decimal | None, q.Amount("TotalAmountInHomeCurrency", shapes=q.RET, since="8.0")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 20)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="8.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, since="8.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], q.Block("LinkedTxn", shapes=q.RET)] = ()
    link_to_txn_ids: Annotated[tuple[str, ...], q.Id("LinkToTxnID", shapes=q.ADD)] = ()
    clear_expense_lines: Annotated[bool | None, q.YesNo("ClearExpenseLines", shapes=q.MOD)] = None
    expense_lines: Annotated[tuple[ExpenseLine, ...], q.Lines(suffix=LINE, key="txn_line_id")] = ()
    clear_item_lines: Annotated[bool | None, q.YesNo("ClearItemLines", shapes=q.MOD)] = None
    item_lines: Annotated[tuple[ItemLine | ItemGroupLine, ...], q.Lines(suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, suffix={q.RET: "Ret"})] = ()


@q.record("ItemReceiptQuery", shapes=q.QUERY, choices=txn_choices(), since="3.0", iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemReceiptQuery(TxnQuery):
    """Item receipts by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, q.YesNo("IncludeLinkedTxns")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()
