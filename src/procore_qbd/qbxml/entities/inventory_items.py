"""Items that are kept in stock: what is bought to be sold, and what is put together from it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import (
    AU,
    CA,
    UK,
    US,
    BarCode,
    ClassFilter,
    CustomField,
    ListQuery,
    list_choices,
)
from procore_qbd.qbxml.records import Block, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    QUERY,
    RET,
    Amount,
    Day,
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
    "AssemblyComponent",
    "ItemInventory",
    "ItemInventoryAssembly",
    "ItemInventoryAssemblyQuery",
    "ItemInventoryQuery",
]


@record("ItemInventory", shapes=ADD | MOD | RET)
@attrs.frozen(kw_only=True, slots=False)
class ItemInventory(Record):
    """Something that is bought, kept in stock and sold: its value stands in an asset account."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD, colon=False)] = None
    full_name: Annotated[str | None, Text("FullName", 159, shapes=RET)] = None
    bar_code_value: Annotated[str | None, Text("BarCodeValue", 50, shapes=RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, Block("BarCode", shapes=ADD | MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159, since="12.0")] = None
    parent_ref: Annotated[Ref | None, Reference("ParentRef", to=("ItemInventory",))] = None
    sublevel: Annotated[int | None, Integer("Sublevel", shapes=RET)] = None
    manufacturer_part_number: Annotated[str | None, Text("ManufacturerPartNumber", 31, since="7.0")] = None
    unit_of_measure_set_ref: Annotated[Ref | None, Reference("UnitOfMeasureSetRef", 31, since="7.0")] = None
    force_uom_change: Annotated[bool | None, YesNo("ForceUOMChange", shapes=MOD, since="7.0")] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    sales_desc: Annotated[str | None, Text("SalesDesc", 4095)] = None
    sales_price: Annotated[Decimal | None, Price("SalesPrice")] = None
    income_account_ref: Annotated[Ref | None, Reference("IncomeAccountRef", 159, later={MOD: "7.0"}, before={"7.0": {"required": ADD}}, to=("Account",))] = None
    apply_income_account_ref_to_existing_txns: Annotated[bool | None, YesNo("ApplyIncomeAccountRefToExistingTxns", shapes=MOD, since="7.0")] = None
    purchase_desc: Annotated[str | None, Text("PurchaseDesc", 4095)] = None
    purchase_cost: Annotated[Decimal | None, Price("PurchaseCost")] = None
    purchase_tax_code_ref: Annotated[Ref | None, Reference("PurchaseTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6}, to=("SalesTaxCode",))] = None
    cogs_account_ref: Annotated[Ref | None, Reference("COGSAccountRef", 159, before={"7.0": {"required": ADD}}, to=("Account",))] = None
    apply_cogs_account_ref_to_existing_txns: Annotated[bool | None, YesNo("ApplyCOGSAccountRefToExistingTxns", shapes=MOD, since="8.0")] = None
    pref_vendor_ref: Annotated[Ref | None, Reference("PrefVendorRef", 41, to=("Vendor",))] = None
    asset_account_ref: Annotated[Ref | None, Reference("AssetAccountRef", 159, before={"7.0": {"required": ADD}}, to=("Account",))] = None
    reorder_point: Annotated[Decimal | None, Quantity("ReorderPoint")] = None
    max: Annotated[Decimal | None, Quantity("Max", since="13.0")] = None
    quantity_on_hand: Annotated[Decimal | None, Quantity("QuantityOnHand", shapes=ADD | RET)] = None
    average_cost: Annotated[Decimal | None, Price("AverageCost", shapes=RET)] = None
    quantity_on_order: Annotated[Decimal | None, Quantity("QuantityOnOrder", shapes=RET)] = None
    quantity_on_sales_order: Annotated[Decimal | None, Quantity("QuantityOnSalesOrder", shapes=RET, since="2.0")] = None
    total_value: Annotated[Decimal | None, Amount("TotalValue", shapes=ADD)] = None
    inventory_date: Annotated[dt.date | None, Day("InventoryDate", shapes=ADD)] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("ItemInventoryQuery", shapes=QUERY, choices=list_choices("class_filter"), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemInventoryQuery(ListQuery):
    """Stock by id, by full name, or by filters."""

    class_filter: Annotated[ClassFilter | None, Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record()
@attrs.frozen(kw_only=True, slots=False)
class AssemblyComponent(Record):
    """What goes into an assembly, and how much of it."""

    item_inventory_ref: Annotated[Ref | None, Reference("ItemInventoryRef", 159, required=ADD | MOD, to=("ItemInventory", "ItemInventoryAssembly"))] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity")] = None


@record("ItemInventoryAssembly", shapes=ADD | MOD | RET, choices=(OneOf.of("clear_items_in_group", "components"),), since="2.0", later={MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemInventoryAssembly(Record):
    """Something that is put together from other stock; a Mod names all components anew, or clears them."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD, colon=False)] = None
    full_name: Annotated[str | None, Text("FullName", 159, shapes=RET)] = None
    bar_code_value: Annotated[str | None, Text("BarCodeValue", 50, shapes=RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, Block("BarCode", shapes=ADD | MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159, since="12.0")] = None
    parent_ref: Annotated[Ref | None, Reference("ParentRef", to=("ItemInventoryAssembly",))] = None
    sublevel: Annotated[int | None, Integer("Sublevel", shapes=RET)] = None
    manufacturer_part_number: Annotated[str | None, Text("ManufacturerPartNumber", 31, since="12.0")] = None
    unit_of_measure_set_ref: Annotated[Ref | None, Reference("UnitOfMeasureSetRef", 31, since="7.0")] = None
    force_uom_change: Annotated[bool | None, YesNo("ForceUOMChange", shapes=MOD, since="7.0")] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    sales_desc: Annotated[str | None, Text("SalesDesc", 4095)] = None
    sales_price: Annotated[Decimal | None, Price("SalesPrice")] = None
    income_account_ref: Annotated[Ref | None, Reference("IncomeAccountRef", 159, later={MOD: "7.0"}, before={"7.0": {"required": ADD}}, to=("Account",))] = None
    apply_income_account_ref_to_existing_txns: Annotated[bool | None, YesNo("ApplyIncomeAccountRefToExistingTxns", shapes=MOD, since="7.0")] = None
    purchase_desc: Annotated[str | None, Text("PurchaseDesc", 4095)] = None
    purchase_cost: Annotated[Decimal | None, Price("PurchaseCost")] = None
    purchase_tax_code_ref: Annotated[Ref | None, Reference("PurchaseTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6}, to=("SalesTaxCode",))] = None
    cogs_account_ref: Annotated[Ref | None, Reference("COGSAccountRef", 159, before={"7.0": {"required": ADD}}, to=("Account",))] = None
    pref_vendor_ref: Annotated[Ref | None, Reference("PrefVendorRef", 41, to=("Vendor",))] = None
    asset_account_ref: Annotated[Ref | None, Reference("AssetAccountRef", 159, before={"7.0": {"required": ADD}}, to=("Account",))] = None
    build_point: Annotated[Decimal | None, Quantity("BuildPoint")] = None
    max: Annotated[Decimal | None, Quantity("Max", since="13.0")] = None
    quantity_on_hand: Annotated[Decimal | None, Quantity("QuantityOnHand", shapes=ADD | RET)] = None
    average_cost: Annotated[Decimal | None, Price("AverageCost", shapes=RET)] = None
    quantity_on_order: Annotated[Decimal | None, Quantity("QuantityOnOrder", shapes=RET)] = None
    quantity_on_sales_order: Annotated[Decimal | None, Quantity("QuantityOnSalesOrder", shapes=RET)] = None
    total_value: Annotated[Decimal | None, Amount("TotalValue", shapes=ADD)] = None
    inventory_date: Annotated[dt.date | None, Day("InventoryDate", shapes=ADD)] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    clear_items_in_group: Annotated[bool | None, YesNo("ClearItemsInGroup", shapes=MOD)] = None
    components: Annotated[tuple[AssemblyComponent, ...], Block("ItemInventoryAssemblyLine")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record("ItemInventoryAssemblyQuery", shapes=QUERY, choices=list_choices("class_filter"), iterator=True, meta_data=True, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class ItemInventoryAssemblyQuery(ListQuery):
    """Assemblies by id, by full name, or by filters."""

    class_filter: Annotated[ClassFilter | None, Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()
