"""Purchase orders."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import AU, CA, UK, US, Address, AddressBlock, CustomField
from procore_qbd.qbxml.entities._transactions import (
    ENTITIES,
    ITEMS,
    LINE,
    TERMS,
    LinkedTxn,
    TxnQuery,
    txn_choices,
)
from procore_qbd.qbxml.records import Block, Lines, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    NEVER,
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
    Price,
    Quantity,
    Text,
    When,
    YesNo,
)

__all__ = [
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseOrderLineGroup",
    "PurchaseOrderQuery",
]


@record("PurchaseOrderLine")
@attrs.frozen(kw_only=True, slots=False)
class PurchaseOrderLine(Record):
    """A line of a purchase order: an item, and with a ``customer_ref`` the job that it is for."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="5.0")] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD, macro=MOD, before={"5.0": {"macro": NEVER}})] = None
    item_ref: Annotated[Ref | None, Reference("ItemRef", to=ITEMS)] = None
    manufacturer_part_number: Annotated[str | None, Text("ManufacturerPartNumber", 31, since="7.0")] = None
    desc: Annotated[str | None, Text("Desc", 4095)] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[Ref | None, Reference("OverrideUOMSetRef", 31, shapes=MOD | RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    rate: Annotated[Decimal | None, Price("Rate")] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, Amount("TaxAmount", since="6.1", editions=AU)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    customer_ref: Annotated[Ref | None, Reference("CustomerRef", 209)] = None
    service_date: Annotated[dt.date | None, Day("ServiceDate")] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    received_quantity: Annotated[Decimal | None, Quantity("ReceivedQuantity", shapes=RET, since="1.1")] = None
    unbilled_quantity: Annotated[Decimal | None, Quantity("UnbilledQuantity", shapes=RET, since="11.0")] = None
    is_billed: Annotated[bool | None, YesNo("IsBilled", shapes=RET, since="11.0")] = None
    is_manually_closed: Annotated[bool | None, YesNo("IsManuallyClosed", shapes=MOD | RET, since="2.1")] = None
    override_item_account_ref: Annotated[Ref | None, Reference("OverrideItemAccountRef", 159, shapes=ADD | MOD, since="2.0", to=("Account",))] = None
    other1: Annotated[str | None, Text("Other1", 29, since="6.0")] = None
    other2: Annotated[str | None, Text("Other2", 29, since="6.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=ADD | RET, since="5.0", suffix={RET: "Ret"})] = ()


@record("PurchaseOrderLineGroup")
@attrs.frozen(kw_only=True, slots=False)
class PurchaseOrderLineGroup(Record):
    """A group item on a purchase order, and the lines that QuickBooks made of it."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD, macro=MOD, before={"5.0": {"macro": NEVER}})] = None
    item_group_ref: Annotated[Ref | None, Reference("ItemGroupRef", 31, required=ADD)] = None
    desc: Annotated[str | None, Text("Desc", 4095, shapes=ADD | RET, online=ADD)] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[Ref | None, Reference("OverrideUOMSetRef", 31, shapes=MOD | RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    is_print_items_in_group: Annotated[bool | None, YesNo("IsPrintItemsInGroup", shapes=RET)] = None
    total_amount: Annotated[Decimal | None, Amount("TotalAmount", shapes=RET)] = None
    service_date: Annotated[dt.date | None, Day("ServiceDate", shapes=ADD | RET, editions=ONLINE)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, shapes=ADD, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    lines: Annotated[tuple[PurchaseOrderLine, ...], Lines(shapes=MOD | RET, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=ADD | RET, since="5.0", suffix={RET: "Ret"})] = ()


@record(
    "PurchaseOrder",
    shapes=ADD | MOD | RET,
    choices=(OneOf.of("inventory_site_ref", "ship_to_entity_ref", shapes=ADD | MOD),),
    later={MOD: "2.1"},
    moved={RET: {"exchange_rate": "currency_ref"}},
)
@attrs.frozen(kw_only=True, slots=False)
class PurchaseOrder(Record):
    """What was ordered from a vendor. It posts to no account; what is received and billed against it closes it.

    The job stands on each line. In a Mod a `Macro` may stand for the ids, of the order and of its lines; the types leave
    that out, because what is read is text.
    """

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD, macro=MOD, before={"5.0": {"macro": NEVER}})] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    vendor_ref: Annotated[Ref | None, Reference("VendorRef", 41)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    inventory_site_ref: Annotated[Ref | None, Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    ship_to_entity_ref: Annotated[Ref | None, Reference("ShipToEntityRef", 209, to=ENTITIES)] = None
    template_ref: Annotated[Ref | None, Reference("TemplateRef", 31, since="3.0")] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    vendor_address: Annotated[Address | None, Block("VendorAddress")] = None
    vendor_address_block: Annotated[AddressBlock | None, Block("VendorAddressBlock", shapes=RET, since="6.0")] = None
    ship_address: Annotated[Address | None, Block("ShipAddress")] = None
    ship_address_block: Annotated[AddressBlock | None, Block("ShipAddressBlock", shapes=RET, since="6.0")] = None
    terms_ref: Annotated[Ref | None, Reference("TermsRef", 31, to=TERMS)] = None
    due_date: Annotated[dt.date | None, Day("DueDate")] = None
    expected_date: Annotated[dt.date | None, Day("ExpectedDate")] = None
    ship_method_ref: Annotated[Ref | None, Reference("ShipMethodRef", 15)] = None
    fob: Annotated[str | None, Text("FOB", 13)] = None
    total_amount: Annotated[Decimal | None, Amount("TotalAmount", shapes=RET)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, shapes=RET, since="8.0")] = None
    total_amount_in_home_currency: Annotated[Decimal | None, Amount("TotalAmountInHomeCurrency", shapes=RET, since="8.0")] = None
    is_manually_closed: Annotated[bool | None, YesNo("IsManuallyClosed", shapes=MOD | RET, since="2.1")] = None
    is_fully_received: Annotated[bool | None, YesNo("IsFullyReceived", shapes=RET, since="2.1")] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    vendor_msg: Annotated[str | None, Text("VendorMsg", 99)] = None
    is_to_be_printed: Annotated[bool | None, YesNo("IsToBePrinted")] = None
    is_to_be_emailed: Annotated[bool | None, YesNo("IsToBeEmailed", since="6.0")] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    other1: Annotated[str | None, Text("Other1", 25, since="6.0")] = None
    other2: Annotated[str | None, Text("Other2", 29, since="6.0")] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], Block("LinkedTxn", shapes=RET, since="3.0")] = ()
    lines: Annotated[tuple[PurchaseOrderLine | PurchaseOrderLineGroup, ...], Lines(required=ADD, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record(
    "PurchaseOrderQuery",
    shapes=QUERY,
    choices=txn_choices(),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class PurchaseOrderQuery(TxnQuery):
    """Purchase orders by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, YesNo("IncludeLinkedTxns", since="3.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
