"""Items that do a form's arithmetic: groups, subtotals, discounts, and payments received with it."""

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
    Quantity,
    Text,
    When,
    YesNo,
)

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


@record()
@attrs.frozen(kw_only=True, slots=False)
class ItemGroupMember(Record):
    """An item of a group, and how much of it."""

    item_ref: Annotated[Ref | None, Reference("ItemRef", to=ITEMS)] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, Text("UnitOfMeasure", 31, since="7.0")] = None


@record("ItemGroup", shapes=ADD | MOD | RET, choices=(OneOf.of("clear_items_in_group", "members"),), later={MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemGroup(Record):
    """Items that are entered together; a Mod names all of them anew, or clears them."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD, colon=False)] = None
    bar_code_value: Annotated[str | None, Text("BarCodeValue", 50, shapes=RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, Block("BarCode", shapes=ADD | MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    item_desc: Annotated[str | None, Text("ItemDesc", 4095)] = None
    unit_of_measure_set_ref: Annotated[Ref | None, Reference("UnitOfMeasureSetRef", 31, since="7.0")] = None
    force_uom_change: Annotated[bool | None, YesNo("ForceUOMChange", shapes=MOD, since="7.0")] = None
    is_print_items_in_group: Annotated[bool | None, YesNo("IsPrintItemsInGroup")] = None
    special_item_type: Annotated[SpecialItemType | str | None, Choice("SpecialItemType", SpecialItemType, shapes=RET, since="6.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    clear_items_in_group: Annotated[bool | None, YesNo("ClearItemsInGroup", shapes=MOD)] = None
    members: Annotated[tuple[ItemGroupMember, ...], Block("ItemGroupLine")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("ItemGroupQuery", shapes=QUERY, choices=list_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemGroupQuery(ListQuery):
    """Groups by id, by name, or by filters."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record("ItemSubtotal", shapes=ADD | MOD | RET, later={MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemSubtotal(Record):
    """The sum of the lines above, up to the last subtotal."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD, colon=False)] = None
    bar_code_value: Annotated[str | None, Text("BarCodeValue", 50, shapes=RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, Block("BarCode", shapes=ADD | MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    item_desc: Annotated[str | None, Text("ItemDesc", 4095)] = None
    special_item_type: Annotated[SpecialItemType | str | None, Choice("SpecialItemType", SpecialItemType, shapes=RET, since="6.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("ItemSubtotalQuery", shapes=QUERY, choices=list_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemSubtotalQuery(ListQuery):
    """Subtotals by id, by name, or by filters."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record("ItemDiscount", shapes=ADD | MOD | RET, choices=(OneOf.of("discount_rate", "discount_rate_percent"),), later={MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemDiscount(Record):
    """What is taken off the line above: an amount or a percentage."""

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
    parent_ref: Annotated[Ref | None, Reference("ParentRef", to=("ItemDiscount",))] = None
    sublevel: Annotated[int | None, Integer("Sublevel", shapes=RET)] = None
    item_desc: Annotated[str | None, Text("ItemDesc", 4095)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    discount_rate: Annotated[Decimal | None, Price("DiscountRate")] = None
    discount_rate_percent: Annotated[Decimal | None, Percent("DiscountRatePercent")] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159, later={MOD: "7.0"})] = None
    apply_account_ref_to_existing_txns: Annotated[bool | None, YesNo("ApplyAccountRefToExistingTxns", shapes=MOD, since="7.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("ItemDiscountQuery", shapes=QUERY, choices=list_choices("class_filter"), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemDiscountQuery(ListQuery):
    """Discounts by id, by full name, or by filters."""

    class_filter: Annotated[ClassFilter | None, Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record("ItemPayment", shapes=ADD | MOD | RET, later={MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemPayment(Record):
    """A payment that is received with the form: it lessens what is due."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD, colon=False)] = None
    bar_code_value: Annotated[str | None, Text("BarCodeValue", 50, shapes=RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, Block("BarCode", shapes=ADD | MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159, since="12.0")] = None
    item_desc: Annotated[str | None, Text("ItemDesc", 4095)] = None
    deposit_to_account_ref: Annotated[Ref | None, Reference("DepositToAccountRef", 159, to=("Account",))] = None
    payment_method_ref: Annotated[Ref | None, Reference("PaymentMethodRef", 31)] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("ItemPaymentQuery", shapes=QUERY, choices=list_choices("class_filter"), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemPaymentQuery(ListQuery):
    """Payments by id, by name, or by filters."""

    class_filter: Annotated[ClassFilter | None, Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
