"""Items that are kept in stock: what is bought to be sold, and what is put together from it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import (
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

__all__ = [
    "AssemblyComponent",
    "ItemInventory",
    "ItemInventoryAssembly",
    "ItemInventoryAssemblyQuery",
    "ItemInventoryQuery",
]


@q.record("ItemInventory", shapes=q.ADD | q.MOD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class ItemInventory(q.Record):
    """Something that is bought, kept in stock and sold: its value stands in an asset account."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    full_name: Annotated[str | None, q.Text("FullName", 159, shapes=q.RET)] = None
    bar_code_value: Annotated[str | None, q.Text("BarCodeValue", 50, shapes=q.RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, q.Block("BarCode", shapes=q.ADD | q.MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159, since="12.0")] = None
    parent_ref: Annotated[q.Ref | None, q.Reference("ParentRef", to=("ItemInventory",))] = None
    sublevel: Annotated[int | None, q.Integer("Sublevel", shapes=q.RET)] = None
    manufacturer_part_number: Annotated[str | None, q.Text("ManufacturerPartNumber", 31, since="7.0")] = None
    unit_of_measure_set_ref: Annotated[q.Ref | None, q.Reference("UnitOfMeasureSetRef", 31, since="7.0")] = None
    force_uom_change: Annotated[bool | None, q.YesNo("ForceUOMChange", shapes=q.MOD, since="7.0")] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    sales_desc: Annotated[str | None, q.Text("SalesDesc", 4095)] = None
    sales_price: Annotated[Decimal | None, q.Price("SalesPrice")] = None
    income_account_ref: Annotated[q.Ref | None, q.Reference("IncomeAccountRef", 159, later={q.MOD: "7.0"}, before={"7.0": {"required": q.ADD}}, to=("Account",))] = None
    apply_income_account_ref_to_existing_txns: Annotated[bool | None, q.YesNo("ApplyIncomeAccountRefToExistingTxns", shapes=q.MOD, since="7.0")] = None
    purchase_desc: Annotated[str | None, q.Text("PurchaseDesc", 4095)] = None
    purchase_cost: Annotated[Decimal | None, q.Price("PurchaseCost")] = None
    purchase_tax_code_ref: Annotated[q.Ref | None, q.Reference("PurchaseTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6}, to=("SalesTaxCode",))] = None
    cogs_account_ref: Annotated[q.Ref | None, q.Reference("COGSAccountRef", 159, before={"7.0": {"required": q.ADD}}, to=("Account",))] = None
    apply_cogs_account_ref_to_existing_txns: Annotated[bool | None, q.YesNo("ApplyCOGSAccountRefToExistingTxns", shapes=q.MOD, since="8.0")] = None
    pref_vendor_ref: Annotated[q.Ref | None, q.Reference("PrefVendorRef", 41, to=("Vendor",))] = None
    asset_account_ref: Annotated[q.Ref | None, q.Reference("AssetAccountRef", 159, before={"7.0": {"required": q.ADD}}, to=("Account",))] = None
    reorder_point: Annotated[Decimal | None, q.Quantity("ReorderPoint")] = None
    max: Annotated[Decimal | None, q.Quantity("Max", since="13.0")] = None
    quantity_on_hand: Annotated[Decimal | None, q.Quantity("QuantityOnHand", shapes=q.ADD | q.RET)] = None
    average_cost: Annotated[Decimal | None, q.Price("AverageCost", shapes=q.RET)] = None
    quantity_on_order: Annotated[Decimal | None, q.Quantity("QuantityOnOrder", shapes=q.RET)] = None
    quantity_on_sales_order: Annotated[Decimal | None, q.Quantity("QuantityOnSalesOrder", shapes=q.RET, since="2.0")] = None
    total_value: Annotated[Decimal | None, q.Amount("TotalValue", shapes=q.ADD)] = None
    inventory_date: Annotated[dt.date | None, q.Day("InventoryDate", shapes=q.ADD)] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("ItemInventoryQuery", shapes=q.QUERY, choices=list_choices("class_filter"), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemInventoryQuery(ListQuery):
    """Stock by id, by full name, or by filters."""

    class_filter: Annotated[ClassFilter | None, q.Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class AssemblyComponent(q.Record):
    """What goes into an assembly, and how much of it."""

    item_inventory_ref: Annotated[q.Ref | None, q.Reference("ItemInventoryRef", 159, required=q.ADD | q.MOD, to=("ItemInventory", "ItemInventoryAssembly"))] = None
    quantity: Annotated[Decimal | None, q.Quantity("Quantity")] = None


@q.record("ItemInventoryAssembly", shapes=q.ADD | q.MOD | q.RET, choices=(q.OneOf.of("clear_items_in_group", "components"),), since="2.0", later={q.MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemInventoryAssembly(q.Record):
    """Something that is put together from other stock; a Mod names all components anew, or clears them."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    full_name: Annotated[str | None, q.Text("FullName", 159, shapes=q.RET)] = None
    bar_code_value: Annotated[str | None, q.Text("BarCodeValue", 50, shapes=q.RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, q.Block("BarCode", shapes=q.ADD | q.MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159, since="12.0")] = None
    parent_ref: Annotated[q.Ref | None, q.Reference("ParentRef", to=("ItemInventoryAssembly",))] = None
    sublevel: Annotated[int | None, q.Integer("Sublevel", shapes=q.RET)] = None
    manufacturer_part_number: Annotated[str | None, q.Text("ManufacturerPartNumber", 31, since="12.0")] = None
    unit_of_measure_set_ref: Annotated[q.Ref | None, q.Reference("UnitOfMeasureSetRef", 31, since="7.0")] = None
    force_uom_change: Annotated[bool | None, q.YesNo("ForceUOMChange", shapes=q.MOD, since="7.0")] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    sales_desc: Annotated[str | None, q.Text("SalesDesc", 4095)] = None
    sales_price: Annotated[Decimal | None, q.Price("SalesPrice")] = None
    income_account_ref: Annotated[q.Ref | None, q.Reference("IncomeAccountRef", 159, later={q.MOD: "7.0"}, before={"7.0": {"required": q.ADD}}, to=("Account",))] = None
    apply_income_account_ref_to_existing_txns: Annotated[bool | None, q.YesNo("ApplyIncomeAccountRefToExistingTxns", shapes=q.MOD, since="7.0")] = None
    purchase_desc: Annotated[str | None, q.Text("PurchaseDesc", 4095)] = None
    purchase_cost: Annotated[Decimal | None, q.Price("PurchaseCost")] = None
    purchase_tax_code_ref: Annotated[q.Ref | None, q.Reference("PurchaseTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6}, to=("SalesTaxCode",))] = None
    cogs_account_ref: Annotated[q.Ref | None, q.Reference("COGSAccountRef", 159, before={"7.0": {"required": q.ADD}}, to=("Account",))] = None
    pref_vendor_ref: Annotated[q.Ref | None, q.Reference("PrefVendorRef", 41, to=("Vendor",))] = None
    asset_account_ref: Annotated[q.Ref | None, q.Reference("AssetAccountRef", 159, before={"7.0": {"required": q.ADD}}, to=("Account",))] = None
    build_point: Annotated[Decimal | None, q.Quantity("BuildPoint")] = None
    max: Annotated[Decimal | None, q.Quantity("Max", since="13.0")] = None
    quantity_on_hand: Annotated[Decimal | None, q.Quantity("QuantityOnHand", shapes=q.ADD | q.RET)] = None
    average_cost: Annotated[Decimal | None, q.Price("AverageCost", shapes=q.RET)] = None
    quantity_on_order: Annotated[Decimal | None, q.Quantity("QuantityOnOrder", shapes=q.RET)] = None
    quantity_on_sales_order: Annotated[Decimal | None, q.Quantity("QuantityOnSalesOrder", shapes=q.RET)] = None
    total_value: Annotated[Decimal | None, q.Amount("TotalValue", shapes=q.ADD)] = None
    inventory_date: Annotated[dt.date | None, q.Day("InventoryDate", shapes=q.ADD)] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    clear_items_in_group: Annotated[bool | None, q.YesNo("ClearItemsInGroup", shapes=q.MOD)] = None
    components: Annotated[tuple[AssemblyComponent, ...], q.Block("ItemInventoryAssemblyLine")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, suffix={q.RET: "Ret"})] = ()


@q.record("ItemInventoryAssemblyQuery", shapes=q.QUERY, choices=list_choices("class_filter"), iterator=True, meta_data=True, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class ItemInventoryAssemblyQuery(ListQuery):
    """Assemblies by id, by full name, or by filters."""

    class_filter: Annotated[ClassFilter | None, q.Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()
