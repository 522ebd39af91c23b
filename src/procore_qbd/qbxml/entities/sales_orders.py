"""Sales orders: what a customer ordered."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import (
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
from procore_qbd.qbxml.entities.shared.lines import PriceRuleConflict
from procore_qbd.qbxml.entities.shared.transactions import (
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

__all__ = ["SalesOrder", "SalesOrderLine", "SalesOrderLineGroup", "SalesOrderQuery"]


@q.record(
    "SalesOrderLine",
    choices=(q.OneOf.of("rate", "rate_percent", "price_level_ref"), q.OneOf.of("serial_number", "lot_number")),
)
@attrs.frozen(kw_only=True, slots=False)
class SalesOrderLine(q.Record):
    """A line of a sales order: an item, how much of it was ordered, and how much is invoiced."""

    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    item_ref: Annotated[q.Ref | None, q.Reference("ItemRef", to=ITEMS)] = None
    desc: Annotated[str | None, q.Text("Desc", 4095)] = None
    quantity: Annotated[Decimal | None, q.Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, q.Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[q.Ref | None, q.Reference("OverrideUOMSetRef", 31, shapes=q.MOD | q.RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    rate: Annotated[Decimal | None, q.Price("Rate")] = None
    rate_percent: Annotated[Decimal | None, q.Percent("RatePercent")] = None
    price_level_ref: Annotated[q.Ref | None, q.Reference("PriceLevelRef", 31, shapes=q.ADD | q.MOD, since="4.0")] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, q.Amount("TaxAmount", since="6.1", editions=AU)] = None
    option_for_price_rule_conflict: Annotated[PriceRuleConflict | str | None, q.Choice("OptionForPriceRuleConflict", PriceRuleConflict, shapes=q.ADD | q.MOD, since="13.0")] = None
    inventory_site_ref: Annotated[q.Ref | None, q.Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    serial_number: Annotated[str | None, q.Text("SerialNumber", 4095, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, q.Text("LotNumber", 40, since="11.0", editions=US | CA | UK)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    invoiced: Annotated[Decimal | None, q.Quantity("Invoiced", shapes=q.RET)] = None
    is_manually_closed: Annotated[bool | None, q.YesNo("IsManuallyClosed")] = None
    other1: Annotated[str | None, q.Text("Other1", 29, since="6.0")] = None
    other2: Annotated[str | None, q.Text("Other2", 29, since="6.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.ADD | q.RET, since="5.0", suffix={q.RET: "Ret"})] = ()


@q.record("SalesOrderLineGroup")
@attrs.frozen(kw_only=True, slots=False)
class SalesOrderLineGroup(q.Record):
    """A group item on a sales order, and the lines that QuickBooks made of it."""

    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    item_group_ref: Annotated[q.Ref | None, q.Reference("ItemGroupRef", 31, required=q.ADD)] = None
    desc: Annotated[str | None, q.Text("Desc", 4095, shapes=q.ADD | q.RET, online=q.ADD)] = None
    quantity: Annotated[Decimal | None, q.Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, q.Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[q.Ref | None, q.Reference("OverrideUOMSetRef", 31, shapes=q.MOD | q.RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    is_print_items_in_group: Annotated[bool | None, q.YesNo("IsPrintItemsInGroup", shapes=q.RET)] = None
    total_amount: Annotated[Decimal | None, q.Amount("TotalAmount", shapes=q.RET)] = None
    lines: Annotated[tuple[SalesOrderLine, ...], q.Lines(shapes=q.MOD | q.RET, suffix=LINE, key="txn_line_id")] = ()
    inventory_site_ref: Annotated[q.Ref | None, q.Reference("InventorySiteRef", 31, shapes=q.ADD, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, shapes=q.ADD, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.ADD | q.RET, since="5.0", suffix={q.RET: "Ret"})] = ()


@q.record(
    "SalesOrder",
    shapes=q.ADD | q.MOD | q.RET,
    since="2.1",
    later={q.MOD: "3.0"},
    moved={q.RET: {"exchange_rate": "currency_ref"}},
)
@attrs.frozen(kw_only=True, slots=False)
class SalesOrder(q.Record):
    """What a customer ordered. It posts to no account; what is invoiced against it closes it."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    customer_ref: Annotated[q.Ref | None, q.Reference("CustomerRef", 209, required=q.ADD)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    template_ref: Annotated[q.Ref | None, q.Reference("TemplateRef", 31, since="3.0")] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    bill_address: Annotated[Address | None, q.Block("BillAddress")] = None
    bill_address_block: Annotated[AddressBlock | None, q.Block("BillAddressBlock", shapes=q.RET, since="6.0")] = None
    ship_address: Annotated[Address | None, q.Block("ShipAddress")] = None
    ship_address_block: Annotated[AddressBlock | None, q.Block("ShipAddressBlock", shapes=q.RET, since="6.0")] = None
    po_number: Annotated[str | None, q.Text("PONumber", 25)] = None
    terms_ref: Annotated[q.Ref | None, q.Reference("TermsRef", 31, to=TERMS)] = None
    due_date: Annotated[dt.date | None, q.Day("DueDate")] = None
    sales_rep_ref: Annotated[q.Ref | None, q.Reference("SalesRepRef", 5)] = None
    fob: Annotated[str | None, q.Text("FOB", 13)] = None
    ship_date: Annotated[dt.date | None, q.Day("ShipDate")] = None
    ship_method_ref: Annotated[q.Ref | None, q.Reference("ShipMethodRef", 15)] = None
    subtotal: Annotated[Decimal | None, q.Amount("Subtotal", shapes=q.RET)] = None
    item_sales_tax_ref: Annotated[q.Ref | None, q.Reference("ItemSalesTaxRef", 31, to=("ItemSalesTax", "ItemSalesTaxGroup"))] = None
    sales_tax_percentage: Annotated[Decimal | None, q.Percent("SalesTaxPercentage", shapes=q.RET)] = None
    sales_tax_total: Annotated[Decimal | None, q.Amount("SalesTaxTotal", shapes=q.RET)] = None
    total_amount: Annotated[Decimal | None, q.Amount("TotalAmount", shapes=q.RET)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="8.0")] = None
    total_amount_in_home_currency: Annotated[Decimal | None, q.Amount("TotalAmountInHomeCurrency", shapes=q.RET, since="8.0")] = None
    is_manually_closed: Annotated[bool | None, q.YesNo("IsManuallyClosed")] = None
    is_fully_invoiced: Annotated[bool | None, q.YesNo("IsFullyInvoiced", shapes=q.RET)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    customer_msg_ref: Annotated[q.Ref | None, q.Reference("CustomerMsgRef", 101)] = None
    is_to_be_printed: Annotated[bool | None, q.YesNo("IsToBePrinted")] = None
    is_to_be_emailed: Annotated[bool | None, q.YesNo("IsToBeEmailed", since="6.0")] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    customer_sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("CustomerSalesTaxCodeRef", 3, lengths={AU: 6}, to=("SalesTaxCode",))] = None
    other: Annotated[str | None, q.Text("Other", 29, since="6.0")] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], q.Block("LinkedTxn", shapes=q.RET)] = ()
    lines: Annotated[tuple[SalesOrderLine | SalesOrderLineGroup, ...], q.Lines(required=q.ADD, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, suffix={q.RET: "Ret"})] = ()


@q.record(
    "SalesOrderQuery",
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
class SalesOrderQuery(q.Record):
    """Sales orders by id, by number, or by filters; their lines only where they are asked for."""

    txn_ids: Annotated[tuple[str, ...], q.Id("TxnID")] = ()
    ref_numbers: Annotated[tuple[str, ...], q.Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], q.Text("RefNumberCaseSensitive", since="4.0")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, q.Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, q.Block("TxnDateRangeFilter")] = None
    entity_filter: Annotated[EntityFilter | None, q.Block("EntityFilter")] = None
    ref_number_filter: Annotated[RefNumberFilter | None, q.Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, q.Block("RefNumberRangeFilter")] = None
    currency_filter: Annotated[CurrencyFilter | None, q.Block("CurrencyFilter", since="8.0")] = None
    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, q.YesNo("IncludeLinkedTxns")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()
