"""Purchase orders."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import AU, CA, UK, US, Address, AddressBlock, CustomField
from procore_qbd.qbxml.entities.shared.transactions import (
    ENTITIES,
    ITEMS,
    LINE,
    TERMS,
    LinkedTxn,
    TxnQuery,
    txn_choices,
)

__all__ = [
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseOrderLineGroup",
    "PurchaseOrderQuery",
]


@q.record("PurchaseOrderLine")
@attrs.frozen(kw_only=True, slots=False)
class PurchaseOrderLine(q.Record):
    """A line of a purchase order: an item, and with a ``customer_ref`` the job that it is for."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="5.0")] = None
    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.MOD | q.RET, required=q.MOD, macro=q.MOD, before={"5.0": {"macro": q.NEVER}})] = None
    item_ref: Annotated[q.Ref | None, q.Reference("ItemRef", to=ITEMS)] = None
    manufacturer_part_number: Annotated[str | None, q.Text("ManufacturerPartNumber", 31, since="7.0")] = None
    desc: Annotated[str | None, q.Text("Desc", 4095)] = None
    quantity: Annotated[Decimal | None, q.Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, q.Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[q.Ref | None, q.Reference("OverrideUOMSetRef", 31, shapes=q.MOD | q.RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    rate: Annotated[Decimal | None, q.Price("Rate")] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, q.Amount("TaxAmount", since="6.1", editions=AU)] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    customer_ref: Annotated[q.Ref | None, q.Reference("CustomerRef", 209)] = None
    service_date: Annotated[dt.date | None, q.Day("ServiceDate")] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    received_quantity: Annotated[Decimal | None, q.Quantity("ReceivedQuantity", shapes=q.RET, since="1.1")] = None
    unbilled_quantity: Annotated[Decimal | None, q.Quantity("UnbilledQuantity", shapes=q.RET, since="11.0")] = None
    is_billed: Annotated[bool | None, q.YesNo("IsBilled", shapes=q.RET, since="11.0")] = None
    is_manually_closed: Annotated[bool | None, q.YesNo("IsManuallyClosed", shapes=q.MOD | q.RET, since="2.1")] = None
    override_item_account_ref: Annotated[q.Ref | None, q.Reference("OverrideItemAccountRef", 159, shapes=q.ADD | q.MOD, since="2.0", to=("Account",))] = None
    other1: Annotated[str | None, q.Text("Other1", 29, since="6.0")] = None
    other2: Annotated[str | None, q.Text("Other2", 29, since="6.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.ADD | q.RET, since="5.0", suffix={q.RET: "Ret"})] = ()


@q.record("PurchaseOrderLineGroup")
@attrs.frozen(kw_only=True, slots=False)
class PurchaseOrderLineGroup(q.Record):
    """A group item on a purchase order, and the lines that QuickBooks made of it."""

    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.MOD | q.RET, required=q.MOD, macro=q.MOD, before={"5.0": {"macro": q.NEVER}})] = None
    item_group_ref: Annotated[q.Ref | None, q.Reference("ItemGroupRef", 31, required=q.ADD)] = None
    desc: Annotated[str | None, q.Text("Desc", 4095, shapes=q.ADD | q.RET, online=q.ADD)] = None
    quantity: Annotated[Decimal | None, q.Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, q.Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[q.Ref | None, q.Reference("OverrideUOMSetRef", 31, shapes=q.MOD | q.RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    is_print_items_in_group: Annotated[bool | None, q.YesNo("IsPrintItemsInGroup", shapes=q.RET)] = None
    total_amount: Annotated[Decimal | None, q.Amount("TotalAmount", shapes=q.RET)] = None
    service_date: Annotated[dt.date | None, q.Day("ServiceDate", shapes=q.ADD | q.RET, editions=q.ONLINE)] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, shapes=q.ADD, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    lines: Annotated[tuple[PurchaseOrderLine, ...], q.Lines(shapes=q.MOD | q.RET, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.ADD | q.RET, since="5.0", suffix={q.RET: "Ret"})] = ()


@q.record(
    "PurchaseOrder",
    shapes=q.ADD | q.MOD | q.RET,
    choices=(q.OneOf.of("inventory_site_ref", "ship_to_entity_ref", shapes=q.ADD | q.MOD),),
    later={q.MOD: "2.1"},
    moved={q.RET: {"exchange_rate": "currency_ref"}},
)
@attrs.frozen(kw_only=True, slots=False)
class PurchaseOrder(q.Record):
    """What was ordered from a vendor. It posts to no account; what is received and billed against it closes it.

    The job stands on each line. In a Mod a `Macro` may stand for the ids, of the order and of its lines; the types leave
    that out, because what is read is text.
    """

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD, macro=q.MOD, before={"5.0": {"macro": q.NEVER}})] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    vendor_ref: Annotated[q.Ref | None, q.Reference("VendorRef", 41)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    inventory_site_ref: Annotated[q.Ref | None, q.Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    ship_to_entity_ref: Annotated[q.Ref | None, q.Reference("ShipToEntityRef", 209, to=ENTITIES)] = None
    template_ref: Annotated[q.Ref | None, q.Reference("TemplateRef", 31, since="3.0")] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    vendor_address: Annotated[Address | None, q.Block("VendorAddress")] = None
    vendor_address_block: Annotated[AddressBlock | None, q.Block("VendorAddressBlock", shapes=q.RET, since="6.0")] = None
    ship_address: Annotated[Address | None, q.Block("ShipAddress")] = None
    ship_address_block: Annotated[AddressBlock | None, q.Block("ShipAddressBlock", shapes=q.RET, since="6.0")] = None
    terms_ref: Annotated[q.Ref | None, q.Reference("TermsRef", 31, to=TERMS)] = None
    due_date: Annotated[dt.date | None, q.Day("DueDate")] = None
    expected_date: Annotated[dt.date | None, q.Day("ExpectedDate")] = None
    ship_method_ref: Annotated[q.Ref | None, q.Reference("ShipMethodRef", 15)] = None
    fob: Annotated[str | None, q.Text("FOB", 13)] = None
    total_amount: Annotated[Decimal | None, q.Amount("TotalAmount", shapes=q.RET)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="8.0")] = None
    total_amount_in_home_currency: Annotated[Decimal | None, q.Amount("TotalAmountInHomeCurrency", shapes=q.RET, since="8.0")] = None
    is_manually_closed: Annotated[bool | None, q.YesNo("IsManuallyClosed", shapes=q.MOD | q.RET, since="2.1")] = None
    is_fully_received: Annotated[bool | None, q.YesNo("IsFullyReceived", shapes=q.RET, since="2.1")] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    vendor_msg: Annotated[str | None, q.Text("VendorMsg", 99)] = None
    is_to_be_printed: Annotated[bool | None, q.YesNo("IsToBePrinted")] = None
    is_to_be_emailed: Annotated[bool | None, q.YesNo("IsToBeEmailed", since="6.0")] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    other1: Annotated[str | None, q.Text("Other1", 25, since="6.0")] = None
    other2: Annotated[str | None, q.Text("Other2", 29, since="6.0")] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], q.Block("LinkedTxn", shapes=q.RET, since="3.0")] = ()
    lines: Annotated[tuple[PurchaseOrderLine | PurchaseOrderLineGroup, ...], q.Lines(required=q.ADD, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record(
    "PurchaseOrderQuery",
    shapes=q.QUERY,
    choices=txn_choices(),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class PurchaseOrderQuery(TxnQuery):
    """Purchase orders by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_linked_txns: Annotated[bool | None, q.YesNo("IncludeLinkedTxns", since="3.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
