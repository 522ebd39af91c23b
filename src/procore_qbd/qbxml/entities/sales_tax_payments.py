"""Checks that pay sales tax."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import AU, MAX_RETURNED, US, Address, AddressBlock, CustomField
from procore_qbd.qbxml.entities.shared.transactions import (
    ENTITIES,
    AccountFilter,
    EntityFilter,
    ItemFilter,
    ModifiedDateRangeFilter,
    RefNumberFilter,
    RefNumberRangeFilter,
    TxnDateRangeFilter,
)

__all__ = ["SalesTaxPaymentCheck", "SalesTaxPaymentCheckLine", "SalesTaxPaymentCheckQuery"]


@q.record("SalesTaxPaymentCheckLine", shapes=q.ADD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class SalesTaxPaymentCheckLine(q.Record):
    """The sales tax paid of one item."""

    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.RET)] = None
    item_sales_tax_ref: Annotated[q.Ref | None, q.Reference("ItemSalesTaxRef", 31)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount", required=q.ADD)] = None
    tax_amount: Annotated[Decimal | None, q.Amount("TaxAmount", shapes=q.RET, since="6.1", editions=AU)] = None


@q.record(
    "SalesTaxPaymentCheck",
    shapes=q.ADD | q.MOD | q.RET,
    choices=(q.OneOf.of("is_to_be_printed", "ref_number", required=q.ADD, shapes=q.ADD | q.MOD),),
    moved={q.RET: {"is_to_be_printed": "address_block"}},
    since="2.0",
    later={q.ADD | q.MOD: "9.0"},
    editions=US | AU,
)
@attrs.frozen(kw_only=True, slots=False)
class SalesTaxPaymentCheck(q.Record):
    """Sales tax paid by check, which has a number or is still to be printed. What is paid cannot be modified."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    payee_entity_ref: Annotated[q.Ref | None, q.Reference("PayeeEntityRef", 209, shapes=q.ADD | q.RET, required=q.ADD, to=ENTITIES)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate", required=q.ADD)] = None
    bank_account_ref: Annotated[q.Ref | None, q.Reference("BankAccountRef", 159, required=q.ADD, to=("Account",))] = None
    amount: Annotated[Decimal | None, q.Amount("Amount", shapes=q.RET)] = None
    is_to_be_printed: Annotated[bool | None, q.YesNo("IsToBePrinted")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber")] = None
    memo: Annotated[str | None, q.Text("Memo", 4095, later={q.ADD: "12.0"})] = None
    address: Annotated[Address | None, q.Block("Address", later={q.ADD: "12.0"})] = None
    address_block: Annotated[AddressBlock | None, q.Block("AddressBlock", shapes=q.RET, since="6.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    lines: Annotated[tuple[SalesTaxPaymentCheckLine, ...], q.Lines(shapes=q.ADD | q.RET, required=q.ADD, suffix={q.ADD: "Add", q.RET: "Ret"})] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, suffix={q.RET: "Ret"})] = ()


@q.record(
    "SalesTaxPaymentCheckQuery",
    shapes=q.QUERY,
    choices=(
        q.OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        q.OneOf.of("ref_number_filter", "ref_number_range_filter"),
        q.OneOf.of(
            "txn_ids",
            "ref_numbers",
            "ref_numbers_case_sensitive",
            (
                "max_returned",
                "modified_date_range_filter",
                "txn_date_range_filter",
                "entity_filter",
                "account_filter",
                "item_filter",
                "ref_number_filter",
                "ref_number_range_filter",
            ),
        ),
    ),
    since="2.0",
    editions=US | AU,
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class SalesTaxPaymentCheckQuery(q.Record):
    """Payments of sales tax, by id, by number, or by filters; their lines only where they are asked for."""

    txn_ids: Annotated[tuple[str, ...], q.Id("TxnID")] = ()
    ref_numbers: Annotated[tuple[str, ...], q.Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], q.Text("RefNumberCaseSensitive", since="4.0")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, q.Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, q.Block("TxnDateRangeFilter")] = None
    entity_filter: Annotated[EntityFilter | None, q.Block("EntityFilter")] = None
    account_filter: Annotated[AccountFilter | None, q.Block("AccountFilter")] = None
    item_filter: Annotated[ItemFilter | None, q.Block("ItemFilter")] = None
    ref_number_filter: Annotated[RefNumberFilter | None, q.Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, q.Block("RefNumberRangeFilter")] = None
    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()
