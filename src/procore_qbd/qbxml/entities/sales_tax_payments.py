"""Checks that pay sales tax."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import AU, MAX_RETURNED, US, Address, AddressBlock, CustomField
from procore_qbd.qbxml.entities._transactions import (
    ENTITIES,
    AccountFilter,
    EntityFilter,
    ItemFilter,
    ModifiedDateRangeFilter,
    RefNumberFilter,
    RefNumberRangeFilter,
    TxnDateRangeFilter,
)
from procore_qbd.qbxml.records import Block, Lines, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    QUERY,
    RET,
    Amount,
    Attribute,
    Day,
    Guid,
    Id,
    Integer,
    Moment,
    Text,
    When,
    YesNo,
)

__all__ = ["SalesTaxPaymentCheck", "SalesTaxPaymentCheckLine", "SalesTaxPaymentCheckQuery"]


@record("SalesTaxPaymentCheckLine", shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class SalesTaxPaymentCheckLine(Record):
    """The sales tax paid of one item."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=RET)] = None
    item_sales_tax_ref: Annotated[Ref | None, Reference("ItemSalesTaxRef", 31)] = None
    amount: Annotated[Decimal | None, Amount("Amount", required=ADD)] = None
    tax_amount: Annotated[Decimal | None, Amount("TaxAmount", shapes=RET, since="6.1", editions=AU)] = None


@record(
    "SalesTaxPaymentCheck",
    shapes=ADD | MOD | RET,
    choices=(OneOf.of("is_to_be_printed", "ref_number", required=ADD, shapes=ADD | MOD),),
    moved={RET: {"is_to_be_printed": "address_block"}},
    since="2.0",
    later={ADD | MOD: "9.0"},
    editions=US | AU,
)
@attrs.frozen(kw_only=True, slots=False)
class SalesTaxPaymentCheck(Record):
    """Sales tax paid by check, which has a number or is still to be printed. What is paid cannot be modified."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    payee_entity_ref: Annotated[Ref | None, Reference("PayeeEntityRef", 209, shapes=ADD | RET, required=ADD, to=ENTITIES)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate", required=ADD)] = None
    bank_account_ref: Annotated[Ref | None, Reference("BankAccountRef", 159, required=ADD, to=("Account",))] = None
    amount: Annotated[Decimal | None, Amount("Amount", shapes=RET)] = None
    is_to_be_printed: Annotated[bool | None, YesNo("IsToBePrinted")] = None
    ref_number: Annotated[str | None, Text("RefNumber")] = None
    memo: Annotated[str | None, Text("Memo", 4095, later={ADD: "12.0"})] = None
    address: Annotated[Address | None, Block("Address", later={ADD: "12.0"})] = None
    address_block: Annotated[AddressBlock | None, Block("AddressBlock", shapes=RET, since="6.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    lines: Annotated[tuple[SalesTaxPaymentCheckLine, ...], Lines(shapes=ADD | RET, required=ADD, suffix={ADD: "Add", RET: "Ret"})] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record(
    "SalesTaxPaymentCheckQuery",
    shapes=QUERY,
    choices=(
        OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        OneOf.of("ref_number_filter", "ref_number_range_filter"),
        OneOf.of(
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
class SalesTaxPaymentCheckQuery(Record):
    """Payments of sales tax, by id, by number, or by filters; their lines only where they are asked for."""

    txn_ids: Annotated[tuple[str, ...], Id("TxnID")] = ()
    ref_numbers: Annotated[tuple[str, ...], Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], Text("RefNumberCaseSensitive", since="4.0")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, Block("TxnDateRangeFilter")] = None
    entity_filter: Annotated[EntityFilter | None, Block("EntityFilter")] = None
    account_filter: Annotated[AccountFilter | None, Block("AccountFilter")] = None
    item_filter: Annotated[ItemFilter | None, Block("ItemFilter")] = None
    ref_number_filter: Annotated[RefNumberFilter | None, Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, Block("RefNumberRangeFilter")] = None
    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()
