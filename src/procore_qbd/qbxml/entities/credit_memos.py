"""Credit memos: what a customer owes less."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._lines import DiscountLine, SalesTaxLine, ShippingLine
from procore_qbd.qbxml.entities._shared import AU, CA, UK, US, Address, AddressBlock, CustomField
from procore_qbd.qbxml.entities._transactions import (
    ITEMS,
    LINE,
    TERMS,
    CreditCardTxnInfo,
    LinkedTxn,
    TxnQuery,
    txn_choices,
)
from procore_qbd.qbxml.records import Block, Lines, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    ONLINE,
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
    Percent,
    Price,
    Quantity,
    Text,
    When,
    YesNo,
)

__all__ = ["CreditMemo", "CreditMemoLine", "CreditMemoLineGroup", "CreditMemoQuery"]


@record(
    "CreditMemoLine",
    choices=(OneOf.of("rate", "rate_percent", "price_level_ref"), OneOf.of("serial_number", "lot_number")),
)
@attrs.frozen(kw_only=True, slots=False)
class CreditMemoLine(Record):
    """A line of a credit memo: an item, how much of it, and its price."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
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
    inventory_site_ref: Annotated[Ref | None, Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    serial_number: Annotated[str | None, Text("SerialNumber", 4095, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, Text("LotNumber", 40, since="11.0", editions=US | CA | UK)] = None
    service_date: Annotated[dt.date | None, Day("ServiceDate")] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    is_taxable: Annotated[bool | None, YesNo("IsTaxable", shapes=ADD | RET, editions=ONLINE)] = None
    override_item_account_ref: Annotated[Ref | None, Reference("OverrideItemAccountRef", 159, shapes=ADD | MOD, since="2.0", to=("Account",))] = None
    other1: Annotated[str | None, Text("Other1", 29, since="6.0")] = None
    other2: Annotated[str | None, Text("Other2", 29, since="6.0")] = None
    credit_card_txn_info: Annotated[CreditCardTxnInfo | None, Block("CreditCardTxnInfo", shapes=ADD | RET, since="7.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=ADD | RET, since="5.0", suffix={RET: "Ret"})] = ()


@record("CreditMemoLineGroup")
@attrs.frozen(kw_only=True, slots=False)
class CreditMemoLineGroup(Record):
    """A group item on a credit memo, and the lines that QuickBooks made of it."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    item_group_ref: Annotated[Ref | None, Reference("ItemGroupRef", 31, required=ADD)] = None
    desc: Annotated[str | None, Text("Desc", 4095, shapes=ADD | RET, online=ADD)] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[Ref | None, Reference("OverrideUOMSetRef", 31, shapes=MOD | RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    is_print_items_in_group: Annotated[bool | None, YesNo("IsPrintItemsInGroup", shapes=RET)] = None
    total_amount: Annotated[Decimal | None, Amount("TotalAmount", shapes=RET)] = None
    service_date: Annotated[dt.date | None, Day("ServiceDate", shapes=ADD | RET, editions=ONLINE)] = None
    lines: Annotated[tuple[CreditMemoLine, ...], Lines(shapes=MOD | RET, suffix=LINE, key="txn_line_id")] = ()
    inventory_site_ref: Annotated[Ref | None, Reference("InventorySiteRef", 31, shapes=ADD, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, shapes=ADD, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=ADD | RET, since="5.0", suffix={RET: "Ret"})] = ()


@record("CreditMemo", shapes=ADD | MOD | RET, later={MOD: "3.0"}, moved={RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class CreditMemo(Record):
    """What a customer owes less: the lines of an invoice, the other way round."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    customer_ref: Annotated[Ref | None, Reference("CustomerRef", 209, required=ADD)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    ar_account_ref: Annotated[Ref | None, Reference("ARAccountRef", 159, to=("Account",))] = None
    template_ref: Annotated[Ref | None, Reference("TemplateRef", 31, since="3.0")] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    bill_address: Annotated[Address | None, Block("BillAddress")] = None
    bill_address_block: Annotated[AddressBlock | None, Block("BillAddressBlock", shapes=RET, since="6.0")] = None
    ship_address: Annotated[Address | None, Block("ShipAddress")] = None
    ship_address_block: Annotated[AddressBlock | None, Block("ShipAddressBlock", shapes=RET, since="6.0")] = None
    is_pending: Annotated[bool | None, YesNo("IsPending")] = None
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
    credit_remaining: Annotated[Decimal | None, Amount("CreditRemaining", shapes=RET, since="2.0")] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="8.0")] = None
    credit_remaining_in_home_currency: Annotated[Decimal | None, Amount("CreditRemainingInHomeCurrency", shapes=RET, since="8.0")] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    customer_msg_ref: Annotated[Ref | None, Reference("CustomerMsgRef", 101)] = None
    is_to_be_printed: Annotated[bool | None, YesNo("IsToBePrinted")] = None
    is_to_be_emailed: Annotated[bool | None, YesNo("IsToBeEmailed", since="6.0")] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    customer_sales_tax_code_ref: Annotated[Ref | None, Reference("CustomerSalesTaxCodeRef", 3, lengths={AU: 6}, to=("SalesTaxCode",))] = None
    other: Annotated[str | None, Text("Other", 29, since="6.0")] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], Block("LinkedTxn", shapes=RET, since="1.1")] = ()
    lines: Annotated[tuple[CreditMemoLine | CreditMemoLineGroup, ...], Lines(required=ADD, suffix=LINE, key="txn_line_id")] = ()
    discount_line: Annotated[DiscountLine | None, Block("DiscountLine", shapes=ADD | RET, editions=ONLINE, suffix={ADD: "Add", RET: "Ret"})] = None
    sales_tax_line: Annotated[SalesTaxLine | None, Block("SalesTaxLine", shapes=ADD | RET, editions=ONLINE, suffix={ADD: "Add", RET: "Ret"})] = None
    shipping_line: Annotated[ShippingLine | None, Block("ShippingLine", shapes=ADD | RET, editions=ONLINE, suffix={ADD: "Add", RET: "Ret"})] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("CreditMemoQuery", shapes=QUERY, choices=txn_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class CreditMemoQuery(TxnQuery):
    """Credit memos by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, YesNo("IncludeLinkedTxns", since="1.1")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
