"""Bills and vendor credits: what a vendor is owed, and what is owed less."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import AU, CA, UK, Address, CustomField
from procore_qbd.qbxml.entities.shared.lines import ExpenseLine as BillExpenseLine
from procore_qbd.qbxml.entities.shared.lines import GroupCustomField, ItemGroupLine, ItemLine, LinkToTxn
from procore_qbd.qbxml.entities.shared.transactions import LINE, TERMS, LinkedTxn, PaidStatus, TxnQuery, txn_choices

__all__ = [
    "Bill",
    "BillExpenseLine",
    "BillQuery",
    "GroupCustomField",
    "ItemGroupLine",
    "ItemLine",
    "LinkToTxn",
    "PaidStatus",
    "VendorCredit",
    "VendorCreditQuery",
]


@q.record("Bill", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "3.0"}, moved={q.RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class Bill(q.Record):
    """What a vendor is owed. The job stands on each line."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    vendor_ref: Annotated[q.Ref | None, q.Reference("VendorRef", 41, required=q.ADD)] = None
    vendor_address: Annotated[Address | None, q.Block("VendorAddress", since="13.0")] = None
    ap_account_ref: Annotated[q.Ref | None, q.Reference("APAccountRef", 159, since="2.0", to=("Account",))] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    due_date: Annotated[dt.date | None, q.Day("DueDate")] = None
    amount_due: Annotated[Decimal | None, q.Amount("AmountDue", shapes=q.RET)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="8.0")] = None
    amount_due_in_home_currency: Annotated[Decimal | None, q.Amount("AmountDueInHomeCurrency", shapes=q.RET, since="8.0")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 20)] = None
    terms_ref: Annotated[q.Ref | None, q.Reference("TermsRef", 31, to=TERMS)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    is_paid: Annotated[bool | None, q.YesNo("IsPaid", shapes=q.RET, since="2.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    link_to_txn_ids: Annotated[tuple[str, ...], q.Id("LinkToTxnID", shapes=q.ADD, since="4.0")] = ()
    linked_txns: Annotated[tuple[LinkedTxn, ...], q.Block("LinkedTxn", shapes=q.RET, since="2.0")] = ()
    clear_expense_lines: Annotated[bool | None, q.YesNo("ClearExpenseLines", shapes=q.MOD)] = None
    expense_lines: Annotated[tuple[BillExpenseLine, ...], q.Lines(suffix=LINE, key="txn_line_id")] = ()
    clear_item_lines: Annotated[bool | None, q.YesNo("ClearItemLines", shapes=q.MOD)] = None
    item_lines: Annotated[tuple[ItemLine | ItemGroupLine, ...], q.Lines(suffix=LINE, key="txn_line_id")] = ()
    open_amount: Annotated[Decimal | None, q.Amount("OpenAmount", shapes=q.RET)] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record(
    "BillQuery",
    shapes=q.QUERY,
    choices=txn_choices("paid_status"),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class BillQuery(TxnQuery):
    """Bills by id, by number, or by filters; their lines only where they are asked for."""

    paid_status: Annotated[PaidStatus | str | None, q.Choice("PaidStatus", PaidStatus)] = None
    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, q.YesNo("IncludeLinkedTxns", since="2.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record("VendorCredit", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "8.0"}, moved={q.RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class VendorCredit(q.Record):
    """What a vendor is owed less: the lines of a bill, the other way round."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    vendor_ref: Annotated[q.Ref | None, q.Reference("VendorRef", 41, required=q.ADD)] = None
    ap_account_ref: Annotated[q.Ref | None, q.Reference("APAccountRef", 159, since="2.0", to=("Account",))] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    credit_amount: Annotated[Decimal | None, q.Amount("CreditAmount", shapes=q.RET)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="8.0")] = None
    credit_amount_in_home_currency: Annotated[Decimal | None, q.Amount("CreditAmountInHomeCurrency", shapes=q.RET, since="8.0")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 20)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="8.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, since="8.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], q.Block("LinkedTxn", shapes=q.RET, since="2.0")] = ()
    clear_expense_lines: Annotated[bool | None, q.YesNo("ClearExpenseLines", shapes=q.MOD)] = None
    expense_lines: Annotated[tuple[BillExpenseLine, ...], q.Lines(suffix=LINE, key="txn_line_id")] = ()
    clear_item_lines: Annotated[bool | None, q.YesNo("ClearItemLines", shapes=q.MOD)] = None
    item_lines: Annotated[tuple[ItemLine | ItemGroupLine, ...], q.Lines(suffix=LINE, key="txn_line_id")] = ()
    open_amount: Annotated[Decimal | None, q.Amount("OpenAmount", shapes=q.RET)] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("VendorCreditQuery", shapes=q.QUERY, choices=txn_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class VendorCreditQuery(TxnQuery):
    """Vendor credits by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, q.YesNo("IncludeLinkedTxns", since="2.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
