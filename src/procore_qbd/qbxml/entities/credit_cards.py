"""What was bought with a credit card, and what came back to it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._lines import ExpenseLine, ItemGroupLine, ItemLine
from procore_qbd.qbxml.entities._shared import AU, CA, UK, CustomField
from procore_qbd.qbxml.entities._transactions import ENTITIES, LINE, TxnQuery, txn_choices
from procore_qbd.qbxml.records import Block, Lines, Record, Ref, Reference, record
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

__all__ = ["CreditCardCharge", "CreditCardChargeQuery", "CreditCardCredit", "CreditCardCreditQuery"]


@record("CreditCardCharge", shapes=ADD | MOD | RET, later={MOD: "6.0"}, moved={RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class CreditCardCharge(Record):
    """Something bought with a credit card: the lines of a check, paid from the account of the card."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159, required=ADD)] = None
    payee_entity_ref: Annotated[Ref | None, Reference("PayeeEntityRef", 209, to=ENTITIES)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    amount: Annotated[Decimal | None, Amount("Amount", shapes=RET)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="8.0")] = None
    amount_in_home_currency: Annotated[Decimal | None, Amount("AmountInHomeCurrency", shapes=RET, since="8.0")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    clear_expense_lines: Annotated[bool | None, YesNo("ClearExpenseLines", shapes=MOD)] = None
    expense_lines: Annotated[tuple[ExpenseLine, ...], Lines(suffix=LINE, key="txn_line_id")] = ()
    clear_item_lines: Annotated[bool | None, YesNo("ClearItemLines", shapes=MOD)] = None
    item_lines: Annotated[tuple[ItemLine | ItemGroupLine, ...], Lines(suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("CreditCardChargeQuery", shapes=QUERY, choices=txn_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class CreditCardChargeQuery(TxnQuery):
    """Charges to credit cards, by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record("CreditCardCredit", shapes=ADD | MOD | RET, later={MOD: "6.0"}, moved={RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class CreditCardCredit(Record):
    """Money that came back to a credit card: the lines of a charge, the other way round."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159, required=ADD)] = None
    payee_entity_ref: Annotated[Ref | None, Reference("PayeeEntityRef", 209, to=ENTITIES)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    amount: Annotated[Decimal | None, Amount("Amount", shapes=RET)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="8.0")] = None
    amount_in_home_currency: Annotated[Decimal | None, Amount("AmountInHomeCurrency", shapes=RET, since="8.0")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="8.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, since="8.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    clear_expense_lines: Annotated[bool | None, YesNo("ClearExpenseLines", shapes=MOD)] = None
    expense_lines: Annotated[tuple[ExpenseLine, ...], Lines(suffix=LINE, key="txn_line_id")] = ()
    clear_item_lines: Annotated[bool | None, YesNo("ClearItemLines", shapes=MOD)] = None
    item_lines: Annotated[tuple[ItemLine | ItemGroupLine, ...], Lines(suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("CreditCardCreditQuery", shapes=QUERY, choices=txn_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class CreditCardCreditQuery(TxnQuery):
    """Credits to credit cards, by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
