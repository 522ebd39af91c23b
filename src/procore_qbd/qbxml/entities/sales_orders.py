"""Sales orders: what a customer ordered."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._lines import PriceRuleConflict
from procore_qbd.qbxml.entities._shared import (
    AU,
    CA,
    MAX_RETURNED,
    UK,
    US,
    Address,
    AddressBlock,
    CurrencyFilter,
    CustomField,
)
from procore_qbd.qbxml.entities._transactions import (
    ITEMS,
    LINE,
    TERMS,
    EntityFilter,
    LinkedTxn,
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
    Choice,
    Day,
    Float,
    Guid,
    Id,
    Integer,
    Moment,
    Percent,
    Price,
    Quantity,
    Text,
    When,
    YesNo,
)

__all__ = ["SalesOrder", "SalesOrderLine", "SalesOrderLineGroup", "SalesOrderQuery"]


@record(
    "SalesOrderLine",
    choices=(OneOf.of("rate", "rate_percent", "price_level_ref"), OneOf.of("serial_number", "lot_number")),
)
@attrs.frozen(kw_only=True, slots=False)
class SalesOrderLine(Record):
    """A line of a sales order: an item, how much of it was ordered, and how much is invoiced."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    item_ref: Annotated[Ref | None, Reference("ItemRef", to=ITEMS)] = None
    desc: Annotated[str | None, Text("Desc", 4095)] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[Ref | None, Reference("OverrideUOMSetRef", 31, shapes=MOD | RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    rate: Annotated[Decimal | None, Price("Rate")] = None
    rate_percent: Annotated[Decimal | None, Percent("RatePercent")] = None
    price_level_ref: Annotated[Ref | None, Reference("PriceLevelRef", 31, shapes=ADD | MOD, since="4.0")] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, Amount("TaxAmount", since="6.1", editions=AU)] = None
    option_for_price_rule_conflict: Annotated[PriceRuleConflict | str | None, Choice("OptionForPriceRuleConflict", PriceRuleConflict, shapes=ADD | MOD, since="13.0")] = None
    inventory_site_ref: Annotated[Ref | None, Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    serial_number: Annotated[str | None, Text("SerialNumber", 4095, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, Text("LotNumber", 40, since="11.0", editions=US | CA | UK)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    invoiced: Annotated[Decimal | None, Quantity("Invoiced", shapes=RET)] = None
    is_manually_closed: Annotated[bool | None, YesNo("IsManuallyClosed")] = None
    other1: Annotated[str | None, Text("Other1", 29, since="6.0")] = None
    other2: Annotated[str | None, Text("Other2", 29, since="6.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=ADD | RET, since="5.0", suffix={RET: "Ret"})] = ()


@record("SalesOrderLineGroup")
@attrs.frozen(kw_only=True, slots=False)
class SalesOrderLineGroup(Record):
    """A group item on a sales order, and the lines that QuickBooks made of it."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    item_group_ref: Annotated[Ref | None, Reference("ItemGroupRef", 31, required=ADD)] = None
    desc: Annotated[str | None, Text("Desc", 4095, shapes=ADD | RET, online=ADD)] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[Ref | None, Reference("OverrideUOMSetRef", 31, shapes=MOD | RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    is_print_items_in_group: Annotated[bool | None, YesNo("IsPrintItemsInGroup", shapes=RET)] = None
    total_amount: Annotated[Decimal | None, Amount("TotalAmount", shapes=RET)] = None
    lines: Annotated[tuple[SalesOrderLine, ...], Lines(shapes=MOD | RET, suffix=LINE, key="txn_line_id")] = ()
    inventory_site_ref: Annotated[Ref | None, Reference("InventorySiteRef", 31, shapes=ADD, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, shapes=ADD, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=ADD | RET, since="5.0", suffix={RET: "Ret"})] = ()


@record(
    "SalesOrder",
    shapes=ADD | MOD | RET,
    since="2.1",
    later={MOD: "3.0"},
    moved={RET: {"exchange_rate": "currency_ref"}},
)
@attrs.frozen(kw_only=True, slots=False)
class SalesOrder(Record):
    """What a customer ordered. It posts to no account; what is invoiced against it closes it."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    customer_ref: Annotated[Ref | None, Reference("CustomerRef", 209, required=ADD)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    template_ref: Annotated[Ref | None, Reference("TemplateRef", 31, since="3.0")] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    bill_address: Annotated[Address | None, Block("BillAddress")] = None
    bill_address_block: Annotated[AddressBlock | None, Block("BillAddressBlock", shapes=RET, since="6.0")] = None
    ship_address: Annotated[Address | None, Block("ShipAddress")] = None
    ship_address_block: Annotated[AddressBlock | None, Block("ShipAddressBlock", shapes=RET, since="6.0")] = None
    po_number: Annotated[str | None, Text("PONumber", 25)] = None
    terms_ref: Annotated[Ref | None, Reference("TermsRef", 31, to=TERMS)] = None
    due_date: Annotated[dt.date | None, Day("DueDate")] = None
    sales_rep_ref: Annotated[Ref | None, Reference("SalesRepRef", 5)] = None
    fob: Annotated[str | None, Text("FOB", 13)] = None
    ship_date: Annotated[dt.date | None, Day("ShipDate")] = None
    ship_method_ref: Annotated[Ref | None, Reference("ShipMethodRef", 15)] = None
    subtotal: Annotated[Decimal | None, Amount("Subtotal", shapes=RET)] = None
    item_sales_tax_ref: Annotated[Ref | None, Reference("ItemSalesTaxRef", 31, to=("ItemSalesTax", "ItemSalesTaxGroup"))] = None
    sales_tax_percentage: Annotated[Decimal | None, Percent("SalesTaxPercentage", shapes=RET)] = None
    sales_tax_total: Annotated[Decimal | None, Amount("SalesTaxTotal", shapes=RET)] = None
    total_amount: Annotated[Decimal | None, Amount("TotalAmount", shapes=RET)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="8.0")] = None
    total_amount_in_home_currency: Annotated[Decimal | None, Amount("TotalAmountInHomeCurrency", shapes=RET, since="8.0")] = None
    is_manually_closed: Annotated[bool | None, YesNo("IsManuallyClosed")] = None
    is_fully_invoiced: Annotated[bool | None, YesNo("IsFullyInvoiced", shapes=RET)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    customer_msg_ref: Annotated[Ref | None, Reference("CustomerMsgRef", 101)] = None
    is_to_be_printed: Annotated[bool | None, YesNo("IsToBePrinted")] = None
    is_to_be_emailed: Annotated[bool | None, YesNo("IsToBeEmailed", since="6.0")] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    customer_sales_tax_code_ref: Annotated[Ref | None, Reference("CustomerSalesTaxCodeRef", 3, lengths={AU: 6}, to=("SalesTaxCode",))] = None
    other: Annotated[str | None, Text("Other", 29, since="6.0")] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], Block("LinkedTxn", shapes=RET)] = ()
    lines: Annotated[tuple[SalesOrderLine | SalesOrderLineGroup, ...], Lines(required=ADD, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record(
    "SalesOrderQuery",
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
                "ref_number_filter",
                "ref_number_range_filter",
                "currency_filter",
            ),
        ),
    ),
    since="2.1",
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class SalesOrderQuery(Record):
    """Sales orders by id, by number, or by filters; their lines only where they are asked for."""

    txn_ids: Annotated[tuple[str, ...], Id("TxnID")] = ()
    ref_numbers: Annotated[tuple[str, ...], Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], Text("RefNumberCaseSensitive", since="4.0")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, Block("TxnDateRangeFilter")] = None
    entity_filter: Annotated[EntityFilter | None, Block("EntityFilter")] = None
    ref_number_filter: Annotated[RefNumberFilter | None, Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, Block("RefNumberRangeFilter")] = None
    currency_filter: Annotated[CurrencyFilter | None, Block("CurrencyFilter", since="8.0")] = None
    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, YesNo("IncludeLinkedTxns")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()
