"""Items that do a form's arithmetic: groups, subtotals, discounts, and payments received with it."""

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
    "ItemDiscount",
    "ItemDiscountQuery",
    "ItemGroup",
    "ItemGroupMember",
    "ItemGroupQuery",
    "ItemPayment",
    "ItemPaymentQuery",
    "ItemSubtotal",
    "ItemSubtotalQuery",
]


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class ItemGroupMember(q.Record):
    """An item of a group, and how much of it."""

    item_ref: Annotated[q.Ref | None, q.Reference("ItemRef", to=ITEMS)] = None
    quantity: Annotated[Decimal | None, q.Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, q.Text("UnitOfMeasure", 31, since="7.0")] = None


@q.record("ItemGroup", shapes=q.ADD | q.MOD | q.RET, choices=(q.OneOf.of("clear_items_in_group", "members"),), later={q.MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemGroup(q.Record):
    """Items that are entered together; a Mod names all of them anew, or clears them."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    bar_code_value: Annotated[str | None, q.Text("BarCodeValue", 50, shapes=q.RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, q.Block("BarCode", shapes=q.ADD | q.MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    item_desc: Annotated[str | None, q.Text("ItemDesc", 4095)] = None
    unit_of_measure_set_ref: Annotated[q.Ref | None, q.Reference("UnitOfMeasureSetRef", 31, since="7.0")] = None
    force_uom_change: Annotated[bool | None, q.YesNo("ForceUOMChange", shapes=q.MOD, since="7.0")] = None
    is_print_items_in_group: Annotated[bool | None, q.YesNo("IsPrintItemsInGroup")] = None
    special_item_type: Annotated[SpecialItemType | str | None, q.Choice("SpecialItemType", SpecialItemType, shapes=q.RET, since="6.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    clear_items_in_group: Annotated[bool | None, q.YesNo("ClearItemsInGroup", shapes=q.MOD)] = None
    members: Annotated[tuple[ItemGroupMember, ...], q.Block("ItemGroupLine")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("ItemGroupQuery", shapes=q.QUERY, choices=list_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemGroupQuery(ListQuery):
    """Groups by id, by name, or by filters."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record("ItemSubtotal", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemSubtotal(q.Record):
    """The sum of the lines above, up to the last subtotal."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    bar_code_value: Annotated[str | None, q.Text("BarCodeValue", 50, shapes=q.RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, q.Block("BarCode", shapes=q.ADD | q.MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    item_desc: Annotated[str | None, q.Text("ItemDesc", 4095)] = None
    special_item_type: Annotated[SpecialItemType | str | None, q.Choice("SpecialItemType", SpecialItemType, shapes=q.RET, since="6.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("ItemSubtotalQuery", shapes=q.QUERY, choices=list_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemSubtotalQuery(ListQuery):
    """Subtotals by id, by name, or by filters."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record("ItemDiscount", shapes=q.ADD | q.MOD | q.RET, choices=(q.OneOf.of("discount_rate", "discount_rate_percent"),), later={q.MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemDiscount(q.Record):
    """What is taken off the line above: an amount or a percentage."""

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
    parent_ref: Annotated[q.Ref | None, q.Reference("ParentRef", to=("ItemDiscount",))] = None
    sublevel: Annotated[int | None, q.Integer("Sublevel", shapes=q.RET)] = None
    item_desc: Annotated[str | None, q.Text("ItemDesc", 4095)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    discount_rate: Annotated[Decimal | None, q.Price("DiscountRate")] = None
    discount_rate_percent: Annotated[Decimal | None, q.Percent("DiscountRatePercent")] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159, later={q.MOD: "7.0"})] = None
    apply_account_ref_to_existing_txns: Annotated[bool | None, q.YesNo("ApplyAccountRefToExistingTxns", shapes=q.MOD, since="7.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("ItemDiscountQuery", shapes=q.QUERY, choices=list_choices("class_filter"), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemDiscountQuery(ListQuery):
    """Discounts by id, by full name, or by filters."""

    class_filter: Annotated[ClassFilter | None, q.Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record("ItemPayment", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemPayment(q.Record):
    """A payment that is received with the form: it lessens what is due."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    bar_code_value: Annotated[str | None, q.Text("BarCodeValue", 50, shapes=q.RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, q.Block("BarCode", shapes=q.ADD | q.MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159, since="12.0")] = None
    item_desc: Annotated[str | None, q.Text("ItemDesc", 4095)] = None
    deposit_to_account_ref: Annotated[q.Ref | None, q.Reference("DepositToAccountRef", 159, to=("Account",))] = None
    payment_method_ref: Annotated[q.Ref | None, q.Reference("PaymentMethodRef", 31)] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("ItemPaymentQuery", shapes=q.QUERY, choices=list_choices("class_filter"), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemPaymentQuery(ListQuery):
    """Payments by id, by name, or by filters."""

    class_filter: Annotated[ClassFilter | None, q.Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
