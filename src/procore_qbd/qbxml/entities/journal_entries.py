"""Journal entries: debits and credits by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import AU, CA, UK, CustomField
from procore_qbd.qbxml.entities._transactions import ENTITIES, BillableStatus, TxnQuery, txn_choices
from procore_qbd.qbxml.records import Block, Lines, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    ONLINE,
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

__all__ = [
    "JournalCreditLine",
    "JournalDebitLine",
    "JournalEntry",
    "JournalEntryQuery",
    "JournalLine",
    "JournalLineType",
    "JournalSide",
]


class JournalLineType(StrEnum):
    """The side of a line."""

    DEBIT = "Debit"
    CREDIT = "Credit"


@record("JournalLine", shapes=MOD)
@attrs.frozen(kw_only=True, slots=False)
class JournalLine(Record):
    """A line in a Mod, where it says itself which side it is on."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", required=MOD)] = None
    journal_line_type: Annotated[JournalLineType | str | None, Choice("JournalLineType", JournalLineType)] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159)] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, Amount("TaxAmount", since="6.1", editions=AU)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    entity_ref: Annotated[Ref | None, Reference("EntityRef", 209, to=ENTITIES)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    item_sales_tax_ref: Annotated[Ref | None, Reference("ItemSalesTaxRef", 31, editions=CA | UK | AU)] = None
    billable_status: Annotated[BillableStatus | str | None, Choice("BillableStatus", BillableStatus)] = None


@attrs.frozen(kw_only=True, slots=False)
class JournalSide(Record):
    """What a debit and a credit have in common: all but the name."""

    def_macro: Annotated[str | None, Attribute("defMacro")] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID")] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159)] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, Amount("TaxAmount", since="6.1", editions=AU)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    entity_ref: Annotated[Ref | None, Reference("EntityRef", 209, to=ENTITIES)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    item_sales_tax_ref: Annotated[Ref | None, Reference("ItemSalesTaxRef", 31, since="6.0", editions=CA | UK | AU)] = None
    billable_status: Annotated[BillableStatus | str | None, Choice("BillableStatus", BillableStatus, since="3.0")] = None


@record("JournalDebitLine", shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class JournalDebitLine(JournalSide):
    """A line that debits an account. The amount has no sign; A/R takes a customer, A/P a vendor."""


@record("JournalCreditLine", shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class JournalCreditLine(JournalSide):
    """A line that credits an account. The amount has no sign; A/R takes a customer, A/P a vendor."""


@record(
    "JournalEntry",
    shapes=ADD | MOD | RET,
    choices=(
        OneOf.of(
            "is_home_currency_adjustment",
            ("is_amounts_entered_in_home_currency", "currency_ref", "exchange_rate"),
            shapes=ADD,
        ),
    ),
    later={MOD: "6.0"},
)
@attrs.frozen(kw_only=True, slots=False)
class JournalEntry(Record):
    """Debits and credits of equal totals.

    An Add and a Ret have debit and credit lines, in one order, in ``lines``. A Mod has lines of one kind, in
    ``changed_lines``, and deletes those that it does not name.
    """

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    memo: Annotated[str | None, Text("Memo", shapes=ADD | RET, editions=ONLINE)] = None
    is_adjustment: Annotated[bool | None, YesNo("IsAdjustment", since="3.0")] = None
    is_home_currency_adjustment: Annotated[bool | None, YesNo("IsHomeCurrencyAdjustment", shapes=ADD | RET, since="8.0")] = None
    is_amounts_entered_in_home_currency: Annotated[bool | None, YesNo("IsAmountsEnteredInHomeCurrency", since="8.0")] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, since="8.0")] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    lines: Annotated[tuple[JournalDebitLine | JournalCreditLine, ...], Lines(shapes=ADD | RET, required=ADD)] = ()
    changed_lines: Annotated[tuple[JournalLine, ...], Lines(shapes=MOD, suffix={MOD: "Mod"})] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("JournalEntryQuery", shapes=QUERY, choices=txn_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class JournalEntryQuery(TxnQuery):
    """Journal entries by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
