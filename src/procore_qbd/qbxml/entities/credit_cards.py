"""What was bought with a credit card, and what came back to it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import AU, CA, UK, CustomField
from procore_qbd.qbxml.entities.shared.lines import ExpenseLine, ItemGroupLine, ItemLine
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES, LINE, TxnQuery, txn_choices

__all__ = ["CreditCardCharge", "CreditCardChargeQuery", "CreditCardCredit", "CreditCardCreditQuery"]


@q.record("CreditCardCharge", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "6.0"}, moved={q.RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class CreditCardCharge(q.Record):
    """Something bought with a credit card: the lines of a check, paid from the account of the card."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159, required=q.ADD)] = None
    payee_entity_ref: Annotated[q.Ref | None, q.Reference("PayeeEntityRef", 209, to=ENTITIES)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    amount: Annotated[Decimal | None, q.Amount("Amount", shapes=q.RET)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="8.0")] = None
    amount_in_home_currency: Annotated[Decimal | None, q.Amount("AmountInHomeCurrency", shapes=q.RET, since="8.0")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    clear_expense_lines: Annotated[bool | None, q.YesNo("ClearExpenseLines", shapes=q.MOD)] = None
    expense_lines: Annotated[tuple[ExpenseLine, ...], q.Lines(suffix=LINE, key="txn_line_id")] = ()
    clear_item_lines: Annotated[bool | None, q.YesNo("ClearItemLines", shapes=q.MOD)] = None
    item_lines: Annotated[tuple[ItemLine | ItemGroupLine, ...], q.Lines(suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("CreditCardChargeQuery", shapes=q.QUERY, choices=txn_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class CreditCardChargeQuery(TxnQuery):
    """Charges to credit cards, by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record("CreditCardCredit", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "6.0"}, moved={q.RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class CreditCardCredit(q.Record):
    """Money that came back to a credit card: the lines of a charge, the other way round."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159, required=q.ADD)] = None
    payee_entity_ref: Annotated[q.Ref | None, q.Reference("PayeeEntityRef", 209, to=ENTITIES)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    amount: Annotated[Decimal | None, q.Amount("Amount", shapes=q.RET)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="8.0")] = None
    amount_in_home_currency: Annotated[Decimal | None, q.Amount("AmountInHomeCurrency", shapes=q.RET, since="8.0")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="8.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, since="8.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    clear_expense_lines: Annotated[bool | None, q.YesNo("ClearExpenseLines", shapes=q.MOD)] = None
    expense_lines: Annotated[tuple[ExpenseLine, ...], q.Lines(suffix=LINE, key="txn_line_id")] = ()
    clear_item_lines: Annotated[bool | None, q.YesNo("ClearItemLines", shapes=q.MOD)] = None
    item_lines: Annotated[tuple[ItemLine | ItemGroupLine, ...], q.Lines(suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("CreditCardCreditQuery", shapes=q.QUERY, choices=txn_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class CreditCardCreditQuery(TxnQuery):
    """Credits to credit cards, by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
