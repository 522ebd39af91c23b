"""Journal entries: debits and credits by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import AU, CA, UK, CustomField
from procore_qbd.qbxml.entities.shared.transactions import (
    ENTITIES,
    BillableStatus,
    TxnQuery,
    reimbursed_by,
    txn_choices,
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


@q.record("JournalLine", shapes=q.MOD, needs=reimbursed_by("entity_ref"))
@attrs.frozen(kw_only=True, slots=False)
class JournalLine(q.Record):
    """A line in a Mod, where it says itself which side it is on."""

    txn_line_id: Annotated[str | None, q.Id("TxnLineID", required=q.MOD)] = None
    journal_line_type: Annotated[JournalLineType | str | None, q.Choice("JournalLineType", JournalLineType)] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, q.Amount("TaxAmount", since="6.1", editions=AU)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    entity_ref: Annotated[q.Ref | None, q.Reference("EntityRef", 209, to=ENTITIES)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    item_sales_tax_ref: Annotated[q.Ref | None, q.Reference("ItemSalesTaxRef", 31, editions=CA | UK | AU)] = None
    billable_status: Annotated[BillableStatus | str | None, q.Choice("BillableStatus", BillableStatus)] = None


@attrs.frozen(kw_only=True, slots=False)
class JournalSide(q.Record):
    """What a debit and a credit have in common: all but the name."""

    def_macro: Annotated[str | None, q.Attribute("defMacro")] = None
    txn_line_id: Annotated[str | None, q.Id("TxnLineID")] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, q.Amount("TaxAmount", since="6.1", editions=AU)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    entity_ref: Annotated[q.Ref | None, q.Reference("EntityRef", 209, to=ENTITIES)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    item_sales_tax_ref: Annotated[q.Ref | None, q.Reference("ItemSalesTaxRef", 31, since="6.0", editions=CA | UK | AU)] = None
    billable_status: Annotated[BillableStatus | str | None, q.Choice("BillableStatus", BillableStatus, since="3.0")] = None


@q.record("JournalDebitLine", shapes=q.ADD | q.RET, needs=reimbursed_by("entity_ref"))
@attrs.frozen(kw_only=True, slots=False)
class JournalDebitLine(JournalSide):
    """A line that debits an account. The amount has no sign; A/R takes a customer, A/P a vendor."""


@q.record("JournalCreditLine", shapes=q.ADD | q.RET, needs=reimbursed_by("entity_ref"))
@attrs.frozen(kw_only=True, slots=False)
class JournalCreditLine(JournalSide):
    """A line that credits an account. The amount has no sign; A/R takes a customer, A/P a vendor."""


@q.record(
    "JournalEntry",
    shapes=q.ADD | q.MOD | q.RET,
    choices=(
        q.OneOf.of(
            "is_home_currency_adjustment",
            ("is_amounts_entered_in_home_currency", "currency_ref", "exchange_rate"),
            shapes=q.ADD,
        ),
    ),
    later={q.MOD: "6.0"},
)
@attrs.frozen(kw_only=True, slots=False)
class JournalEntry(q.Record):
    """Debits and credits of equal totals.

    An Add and a Ret have debit and credit lines, in one order, in ``lines``. A Mod has lines of one kind, in
    ``changed_lines``, and deletes those that it does not name.
    """

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    memo: Annotated[str | None, q.Text("Memo", shapes=q.ADD | q.RET, editions=q.ONLINE)] = None
    is_adjustment: Annotated[bool | None, q.YesNo("IsAdjustment", since="3.0")] = None
    is_home_currency_adjustment: Annotated[bool | None, q.YesNo("IsHomeCurrencyAdjustment", shapes=q.ADD | q.RET, since="8.0")] = None
    is_amounts_entered_in_home_currency: Annotated[bool | None, q.YesNo("IsAmountsEnteredInHomeCurrency", since="8.0")] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, since="8.0")] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    lines: Annotated[tuple[JournalDebitLine | JournalCreditLine, ...], q.Lines(shapes=q.ADD | q.RET, required=q.ADD)] = ()
    changed_lines: Annotated[tuple[JournalLine, ...], q.Lines(shapes=q.MOD, suffix={q.MOD: "Mod"})] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("JournalEntryQuery", shapes=q.QUERY, choices=txn_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class JournalEntryQuery(TxnQuery):
    """Journal entries by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
