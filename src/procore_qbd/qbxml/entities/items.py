"""Items: services, what is bought without being stocked, other charges; and the query for items of all kinds."""

from __future__ import annotations

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
    SpecialItemType,
    list_choices,
)
from procore_qbd.qbxml.entities._transactions import ITEMS
from procore_qbd.qbxml.records import Block, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    QUERY,
    RET,
    Choice,
    Guid,
    Id,
    Integer,
    Moment,
    Percent,
    Price,
    Text,
    When,
    YesNo,
)

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


@record(choices=(OneOf.of("price", "price_percent"),))
@attrs.frozen(kw_only=True, slots=False)
class SalesOrPurchase(Record):
    """An item that is only sold or only bought: one description, one price, one account."""

    desc: Annotated[str | None, Text("Desc", 4095)] = None
    price: Annotated[Decimal | None, Price("Price")] = None
    price_percent: Annotated[Decimal | None, Percent("PricePercent")] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159, later={MOD: "7.0"}, before={"7.0": {"required": ADD}})] = None
    apply_account_ref_to_existing_txns: Annotated[bool | None, YesNo("ApplyAccountRefToExistingTxns", shapes=MOD, since="7.0")] = None


@record()
@attrs.frozen(kw_only=True, slots=False)
class SalesAndPurchase(Record):
    """An item that is bought and sold, as a subcontracted cost code is: an income account and an expense account."""

    sales_desc: Annotated[str | None, Text("SalesDesc", 4095)] = None
    sales_price: Annotated[Decimal | None, Price("SalesPrice")] = None
    income_account_ref: Annotated[Ref | None, Reference("IncomeAccountRef", 159, later={MOD: "7.0"}, before={"7.0": {"required": ADD}}, to=("Account",))] = None
    apply_income_account_ref_to_existing_txns: Annotated[bool | None, YesNo("ApplyIncomeAccountRefToExistingTxns", shapes=MOD, since="7.0")] = None
    purchase_desc: Annotated[str | None, Text("PurchaseDesc", 4095)] = None
    purchase_cost: Annotated[Decimal | None, Price("PurchaseCost")] = None
    purchase_tax_code_ref: Annotated[Ref | None, Reference("PurchaseTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6}, to=("SalesTaxCode",))] = None
    expense_account_ref: Annotated[Ref | None, Reference("ExpenseAccountRef", 159, later={MOD: "7.0"}, before={"7.0": {"required": ADD}}, to=("Account",))] = None
    apply_expense_account_ref_to_existing_txns: Annotated[bool | None, YesNo("ApplyExpenseAccountRefToExistingTxns", shapes=MOD, since="7.0")] = None
    pref_vendor_ref: Annotated[Ref | None, Reference("PrefVendorRef", 41, to=("Vendor",))] = None


@record(
    "ItemService",
    shapes=ADD | MOD | RET,
    choices=(OneOf.of("sales_or_purchase", "sales_and_purchase", required=ADD),),
)
@attrs.frozen(kw_only=True, slots=False)
class ItemService(Record):
    """A service item; cost codes are service items, subitems of their division's item."""

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
    parent_ref: Annotated[Ref | None, Reference("ParentRef", to=("ItemService",))] = None
    sublevel: Annotated[int | None, Integer("Sublevel", shapes=RET)] = None
    unit_of_measure_set_ref: Annotated[Ref | None, Reference("UnitOfMeasureSetRef", 31, since="7.0")] = None
    force_uom_change: Annotated[bool | None, YesNo("ForceUOMChange", shapes=MOD, since="7.0")] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    sales_or_purchase: Annotated[SalesOrPurchase | None, Block("SalesOrPurchase", suffix={MOD: "Mod"})] = None
    sales_and_purchase: Annotated[SalesAndPurchase | None, Block("SalesAndPurchase", suffix={MOD: "Mod"})] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record(
    "ItemServiceQuery",
    shapes=QUERY,
    choices=list_choices("class_filter"),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class ItemServiceQuery(ListQuery):
    """Service items by id, by full name, or by filters."""

    class_filter: Annotated[ClassFilter | None, Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record(
    "ItemNonInventory",
    shapes=ADD | MOD | RET,
    choices=(OneOf.of("sales_or_purchase", "sales_and_purchase", required=ADD),),
    moved={ADD: {"class_ref": "parent_ref"}},
)
@attrs.frozen(kw_only=True, slots=False)
class ItemNonInventory(Record):
    """Something that is bought or sold and not stocked: material for a job, for instance."""

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
    parent_ref: Annotated[Ref | None, Reference("ParentRef", to=("ItemNonInventory",))] = None
    sublevel: Annotated[int | None, Integer("Sublevel", shapes=RET)] = None
    manufacturer_part_number: Annotated[str | None, Text("ManufacturerPartNumber", 31, since="7.0")] = None
    unit_of_measure_set_ref: Annotated[Ref | None, Reference("UnitOfMeasureSetRef", 31, since="7.0")] = None
    force_uom_change: Annotated[bool | None, YesNo("ForceUOMChange", shapes=MOD, since="7.0")] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    sales_or_purchase: Annotated[SalesOrPurchase | None, Block("SalesOrPurchase", suffix={MOD: "Mod"})] = None
    sales_and_purchase: Annotated[SalesAndPurchase | None, Block("SalesAndPurchase", suffix={MOD: "Mod"})] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record(
    "ItemOtherCharge",
    shapes=ADD | MOD | RET,
    choices=(OneOf.of("sales_or_purchase", "sales_and_purchase", required=ADD),),
    later={MOD: "3.0"},
)
@attrs.frozen(kw_only=True, slots=False)
class ItemOtherCharge(Record):
    """A charge that is neither work nor goods: freight, a fee, retainage held back."""

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
    parent_ref: Annotated[Ref | None, Reference("ParentRef", to=("ItemOtherCharge",))] = None
    sublevel: Annotated[int | None, Integer("Sublevel", shapes=RET)] = None
    is_tax_included: Annotated[bool | None, YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    sales_or_purchase: Annotated[SalesOrPurchase | None, Block("SalesOrPurchase", suffix={MOD: "Mod"})] = None
    sales_and_purchase: Annotated[SalesAndPurchase | None, Block("SalesAndPurchase", suffix={MOD: "Mod"})] = None
    special_item_type: Annotated[SpecialItemType | str | None, Choice("SpecialItemType", SpecialItemType, shapes=RET, since="6.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record(
    "ItemNonInventoryQuery",
    shapes=QUERY,
    choices=list_choices("class_filter"),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class ItemNonInventoryQuery(ListQuery):
    """Items that are not stocked by id, by full name, or by filters."""

    class_filter: Annotated[ClassFilter | None, Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record(
    "ItemOtherChargeQuery",
    shapes=QUERY,
    choices=list_choices("class_filter"),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class ItemOtherChargeQuery(ListQuery):
    """Other charges by id, by full name, or by filters."""

    class_filter: Annotated[ClassFilter | None, Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record("ItemQuery", shapes=QUERY, choices=list_choices(), iterator=True, meta_data=True, answers=ITEMS)
@attrs.frozen(kw_only=True, slots=False)
class ItemQuery(ListQuery):
    """Items of all kinds at once, by id, by full name, or by filters."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
