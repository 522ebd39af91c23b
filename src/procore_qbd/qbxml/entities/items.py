"""Items: services, what is bought without being stocked, other charges; and the query for items of all kinds."""

from __future__ import annotations

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
    SpecialItemType,
    list_choices,
)
from procore_qbd.qbxml.entities.shared.transactions import ITEMS

__all__ = [
    "ItemNonInventory",
    "ItemNonInventoryQuery",
    "ItemOtherCharge",
    "ItemOtherChargeQuery",
    "ItemQuery",
    "ItemService",
    "ItemServiceQuery",
    "SalesAndPurchase",
    "SalesOrPurchase",
]


@q.record(choices=(q.OneOf.of("price", "price_percent"),))
@attrs.frozen(kw_only=True, slots=False)
class SalesOrPurchase(q.Record):
    """An item that is only sold or only bought: one description, one price, one account."""

    desc: Annotated[str | None, q.Text("Desc", 4095)] = None
    price: Annotated[Decimal | None, q.Price("Price")] = None
    price_percent: Annotated[Decimal | None, q.Percent("PricePercent")] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159, later={q.MOD: "7.0"}, before={"7.0": {"required": q.ADD}})] = None
    apply_account_ref_to_existing_txns: Annotated[bool | None, q.YesNo("ApplyAccountRefToExistingTxns", shapes=q.MOD, since="7.0")] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class SalesAndPurchase(q.Record):
    """An item that is bought and sold, as a subcontracted cost code is: an income account and an expense account."""

    sales_desc: Annotated[str | None, q.Text("SalesDesc", 4095)] = None
    sales_price: Annotated[Decimal | None, q.Price("SalesPrice")] = None
    income_account_ref: Annotated[q.Ref | None, q.Reference("IncomeAccountRef", 159, later={q.MOD: "7.0"}, before={"7.0": {"required": q.ADD}}, to=("Account",))] = None
    apply_income_account_ref_to_existing_txns: Annotated[bool | None, q.YesNo("ApplyIncomeAccountRefToExistingTxns", shapes=q.MOD, since="7.0")] = None
    purchase_desc: Annotated[str | None, q.Text("PurchaseDesc", 4095)] = None
    purchase_cost: Annotated[Decimal | None, q.Price("PurchaseCost")] = None
    purchase_tax_code_ref: Annotated[q.Ref | None, q.Reference("PurchaseTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6}, to=("SalesTaxCode",))] = None
    expense_account_ref: Annotated[q.Ref | None, q.Reference("ExpenseAccountRef", 159, later={q.MOD: "7.0"}, before={"7.0": {"required": q.ADD}}, to=("Account",))] = None
    apply_expense_account_ref_to_existing_txns: Annotated[bool | None, q.YesNo("ApplyExpenseAccountRefToExistingTxns", shapes=q.MOD, since="7.0")] = None
    pref_vendor_ref: Annotated[q.Ref | None, q.Reference("PrefVendorRef", 41, to=("Vendor",))] = None


@q.record(
    "ItemService",
    shapes=q.ADD | q.MOD | q.RET,
    choices=(q.OneOf.of("sales_or_purchase", "sales_and_purchase", required=q.ADD),),
)
@attrs.frozen(kw_only=True, slots=False)
class ItemService(q.Record):
    """A service item; cost codes are service items, subitems of their division's item."""

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
    parent_ref: Annotated[q.Ref | None, q.Reference("ParentRef", to=("ItemService",))] = None
    sublevel: Annotated[int | None, q.Integer("Sublevel", shapes=q.RET)] = None
    unit_of_measure_set_ref: Annotated[q.Ref | None, q.Reference("UnitOfMeasureSetRef", 31, since="7.0")] = None
    force_uom_change: Annotated[bool | None, q.YesNo("ForceUOMChange", shapes=q.MOD, since="7.0")] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    sales_or_purchase: Annotated[SalesOrPurchase | None, q.Block("SalesOrPurchase", suffix={q.MOD: "Mod"})] = None
    sales_and_purchase: Annotated[SalesAndPurchase | None, q.Block("SalesAndPurchase", suffix={q.MOD: "Mod"})] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record(
    "ItemServiceQuery",
    shapes=q.QUERY,
    choices=list_choices("class_filter"),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class ItemServiceQuery(ListQuery):
    """Service items by id, by full name, or by filters."""

    class_filter: Annotated[ClassFilter | None, q.Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record(
    "ItemNonInventory",
    shapes=q.ADD | q.MOD | q.RET,
    choices=(q.OneOf.of("sales_or_purchase", "sales_and_purchase", required=q.ADD),),
    moved={q.ADD: {"class_ref": "parent_ref"}},
)
@attrs.frozen(kw_only=True, slots=False)
class ItemNonInventory(q.Record):
    """Something that is bought or sold and not stocked: material for a job, for instance."""

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
    parent_ref: Annotated[q.Ref | None, q.Reference("ParentRef", to=("ItemNonInventory",))] = None
    sublevel: Annotated[int | None, q.Integer("Sublevel", shapes=q.RET)] = None
    manufacturer_part_number: Annotated[str | None, q.Text("ManufacturerPartNumber", 31, since="7.0")] = None
    unit_of_measure_set_ref: Annotated[q.Ref | None, q.Reference("UnitOfMeasureSetRef", 31, since="7.0")] = None
    force_uom_change: Annotated[bool | None, q.YesNo("ForceUOMChange", shapes=q.MOD, since="7.0")] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    sales_or_purchase: Annotated[SalesOrPurchase | None, q.Block("SalesOrPurchase", suffix={q.MOD: "Mod"})] = None
    sales_and_purchase: Annotated[SalesAndPurchase | None, q.Block("SalesAndPurchase", suffix={q.MOD: "Mod"})] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record(
    "ItemOtherCharge",
    shapes=q.ADD | q.MOD | q.RET,
    choices=(q.OneOf.of("sales_or_purchase", "sales_and_purchase", required=q.ADD),),
    later={q.MOD: "3.0"},
)
@attrs.frozen(kw_only=True, slots=False)
class ItemOtherCharge(q.Record):
    """A charge that is neither work nor goods: freight, a fee, retainage held back."""

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
    parent_ref: Annotated[q.Ref | None, q.Reference("ParentRef", to=("ItemOtherCharge",))] = None
    sublevel: Annotated[int | None, q.Integer("Sublevel", shapes=q.RET)] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    sales_or_purchase: Annotated[SalesOrPurchase | None, q.Block("SalesOrPurchase", suffix={q.MOD: "Mod"})] = None
    sales_and_purchase: Annotated[SalesAndPurchase | None, q.Block("SalesAndPurchase", suffix={q.MOD: "Mod"})] = None
    special_item_type: Annotated[SpecialItemType | str | None, q.Choice("SpecialItemType", SpecialItemType, shapes=q.RET, since="6.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record(
    "ItemNonInventoryQuery",
    shapes=q.QUERY,
    choices=list_choices("class_filter"),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class ItemNonInventoryQuery(ListQuery):
    """Items that are not stocked by id, by full name, or by filters."""

    class_filter: Annotated[ClassFilter | None, q.Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record(
    "ItemOtherChargeQuery",
    shapes=q.QUERY,
    choices=list_choices("class_filter"),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class ItemOtherChargeQuery(ListQuery):
    """Other charges by id, by full name, or by filters."""

    class_filter: Annotated[ClassFilter | None, q.Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record("ItemQuery", shapes=q.QUERY, choices=list_choices(), iterator=True, meta_data=True, answers=ITEMS)
@attrs.frozen(kw_only=True, slots=False)
class ItemQuery(ListQuery):
    """Items of all kinds at once, by id, by full name, or by filters."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
