"""What happens to items on the shelf: assemblies that are built, and quantities and values that are put right."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import CA, MAX_RETURNED, UK, US, CustomField
from procore_qbd.qbxml.entities._transactions import (
    ITEMS,
    LINE,
    AccountFilter,
    EntityFilter,
    ItemFilter,
    ModifiedDateRangeFilter,
    RefNumberFilter,
    RefNumberRangeFilter,
    TxnDateRangeFilter,
)
from procore_qbd.qbxml.records import Block, Lines, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    QUERY,
    RET,
    Amount,
    Attribute,
    Choice,
    Day,
    Guid,
    Id,
    Integer,
    Moment,
    Quantity,
    Text,
    When,
    YesNo,
)

__all__ = [
    "BuildAssembly",
    "BuildAssemblyQuery",
    "ComponentItemLine",
    "InventoryAdjustment",
    "InventoryAdjustmentLine",
    "InventoryAdjustmentQuery",
    "LotNumberAdjustment",
    "PendingStatus",
    "QuantityAdjustment",
    "SerialNumberAdjustment",
    "SerialNumberMove",
    "ValueAdjustment",
]


class PendingStatus(StrEnum):
    """Which built assemblies a query means."""

    ALL = "All"
    PENDING_ONLY = "PendingOnly"
    NOT_PENDING_ONLY = "NotPendingOnly"


class SerialNumberMove(StrEnum):
    """Which way a piece with a serial number went."""

    ADDED = "Added"
    REMOVED = "Removed"


@record("ComponentItemLine", shapes=RET, choices=(OneOf.of("serial_number", "lot_number"),))
@attrs.frozen(kw_only=True, slots=False)
class ComponentItemLine(Record):
    """What an assembly was built from, and how much of it there is."""

    item_ref: Annotated[Ref | None, Reference("ItemRef", to=ITEMS)] = None
    inventory_site_ref: Annotated[Ref | None, Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    serial_number: Annotated[str | None, Text("SerialNumber", 4095, since="12.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, Text("LotNumber", 40, since="12.0", editions=US | CA | UK)] = None
    desc: Annotated[str | None, Text("Desc", 4095)] = None
    quantity_on_hand: Annotated[Decimal | None, Quantity("QuantityOnHand")] = None
    quantity_needed: Annotated[Decimal | None, Quantity("QuantityNeeded")] = None


@record("BuildAssembly", shapes=ADD | MOD | RET, choices=(OneOf.of("serial_number", "lot_number"),), since="5.0")
@attrs.frozen(kw_only=True, slots=False)
class BuildAssembly(Record):
    """Assemblies built from their components; pending where there are too few of these."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD, macro=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    item_inventory_assembly_ref: Annotated[Ref | None, Reference("ItemInventoryAssemblyRef", 159, shapes=ADD | RET, required=ADD, to=("ItemInventoryAssembly",))] = None
    inventory_site_ref: Annotated[Ref | None, Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    serial_number: Annotated[str | None, Text("SerialNumber", 4095, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, Text("LotNumber", 40, since="11.0", editions=US | CA | UK)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    is_pending: Annotated[bool | None, YesNo("IsPending", shapes=RET)] = None
    quantity_to_build: Annotated[Decimal | None, Quantity("QuantityToBuild", required=ADD)] = None
    quantity_can_build: Annotated[Decimal | None, Quantity("QuantityCanBuild", shapes=RET)] = None
    quantity_on_hand: Annotated[Decimal | None, Quantity("QuantityOnHand", shapes=RET)] = None
    quantity_on_sales_order: Annotated[Decimal | None, Quantity("QuantityOnSalesOrder", shapes=RET)] = None
    mark_pending_if_required: Annotated[bool | None, YesNo("MarkPendingIfRequired", shapes=ADD | MOD, since="7.0")] = None
    remove_pending: Annotated[bool | None, YesNo("RemovePending", shapes=MOD)] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    component_item_lines: Annotated[tuple[ComponentItemLine, ...], Lines(shapes=RET, suffix={RET: "Ret"})] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record(
    "BuildAssemblyQuery",
    shapes=QUERY,
    choices=(
        OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        OneOf.of("ref_number_filter", "ref_number_range_filter"),
        OneOf.of(
            "txn_ids",
            "ref_numbers",
            "ref_numbers_case_sensitive",
            (
                "max_returned",
                "modified_date_range_filter",
                "txn_date_range_filter",
                "item_filter",
                "ref_number_filter",
                "ref_number_range_filter",
                "pending_status",
            ),
        ),
    ),
    since="5.0",
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class BuildAssemblyQuery(Record):
    """Built assemblies by id, by number, or by filters; their components only where they are asked for."""

    txn_ids: Annotated[tuple[str, ...], Id("TxnID")] = ()
    ref_numbers: Annotated[tuple[str, ...], Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], Text("RefNumberCaseSensitive")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, Block("TxnDateRangeFilter")] = None
    item_filter: Annotated[ItemFilter | None, Block("ItemFilter")] = None
    ref_number_filter: Annotated[RefNumberFilter | None, Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, Block("RefNumberRangeFilter")] = None
    pending_status: Annotated[PendingStatus | str | None, Choice("PendingStatus", PendingStatus)] = None
    include_component_line_items: Annotated[bool | None, YesNo("IncludeComponentLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50)] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()


@record(
    shapes=ADD,
    choices=(
        OneOf.of("new_quantity", "quantity_difference", required=ADD),
        OneOf.of("serial_number", "lot_number"),
    ),
)
@attrs.frozen(kw_only=True, slots=False)
class QuantityAdjustment(Record):
    """How many there are: the number itself, or the difference."""

    new_quantity: Annotated[Decimal | None, Quantity("NewQuantity")] = None
    quantity_difference: Annotated[Decimal | None, Quantity("QuantityDifference")] = None
    serial_number: Annotated[str | None, Text("SerialNumber", 4095, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, Text("LotNumber", 40, since="11.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None


@record(shapes=ADD, choices=(OneOf.of("new_quantity", "quantity_difference"),))
@attrs.frozen(kw_only=True, slots=False)
class ValueAdjustment(Record):
    """How many there are, where the value is put right too.

    No schema since 10.0 lets the value itself through, though the reference asks for it.
    """

    new_quantity: Annotated[Decimal | None, Quantity("NewQuantity")] = None
    new_value: Annotated[Decimal | None, Amount("NewValue", required=ADD, until="9.0")] = None
    quantity_difference: Annotated[Decimal | None, Quantity("QuantityDifference", since="10.0")] = None


@record(shapes=ADD, choices=(OneOf.of("add_serial_number", "remove_serial_number"),))
@attrs.frozen(kw_only=True, slots=False)
class SerialNumberAdjustment(Record):
    """One piece with a serial number that was found, or is gone."""

    add_serial_number: Annotated[str | None, Text("AddSerialNumber", 4095)] = None
    remove_serial_number: Annotated[str | None, Text("RemoveSerialNumber", 4095)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, since="12.0", to=("InventorySite",))] = None


@record(shapes=ADD)
@attrs.frozen(kw_only=True, slots=False)
class LotNumberAdjustment(Record):
    """How many more or fewer there are of a lot."""

    lot_number: Annotated[str | None, Text("LotNumber", 40)] = None
    count_adjustment: Annotated[int | None, Integer("CountAdjustment")] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, since="12.0", to=("InventorySite",))] = None


@record(
    "InventoryAdjustmentLine",
    choices=(
        OneOf.of(
            "quantity_adjustment",
            "value_adjustment",
            "serial_number_adjustment",
            "lot_number_adjustment",
            required=ADD,
        ),
        OneOf.of(("serial_number", "serial_number_added_or_removed"), ("lot_number", "count_adjustment")),
    ),
)
@attrs.frozen(kw_only=True, slots=False)
class InventoryAdjustmentLine(Record):
    """One item that is put right.

    An Add says in one block how; a Mod and a Ret say only by how much.
    """

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    item_ref: Annotated[Ref | None, Reference("ItemRef", required=ADD, to=ITEMS)] = None
    serial_number: Annotated[str | None, Text("SerialNumber", 4095, shapes=MOD | RET, since="11.0", editions=US | CA | UK)] = None
    serial_number_added_or_removed: Annotated[SerialNumberMove | str | None, Choice("SerialNumberAddedOrRemoved", SerialNumberMove, shapes=RET, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, Text("LotNumber", 40, shapes=MOD | RET, since="11.0", editions=US | CA | UK)] = None
    count_adjustment: Annotated[int | None, Integer("CountAdjustment", shapes=MOD, since="11.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, shapes=MOD | RET, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    quantity_difference: Annotated[Decimal | None, Quantity("QuantityDifference", shapes=MOD | RET)] = None
    value_difference: Annotated[Decimal | None, Amount("ValueDifference", shapes=MOD | RET)] = None
    quantity_adjustment: Annotated[QuantityAdjustment | None, Block("QuantityAdjustment", shapes=ADD)] = None
    value_adjustment: Annotated[ValueAdjustment | None, Block("ValueAdjustment", shapes=ADD)] = None
    serial_number_adjustment: Annotated[SerialNumberAdjustment | None, Block("SerialNumberAdjustment", shapes=ADD, since="11.0", editions=US | CA | UK)] = None
    lot_number_adjustment: Annotated[LotNumberAdjustment | None, Block("LotNumberAdjustment", shapes=ADD, since="11.0", editions=US | CA | UK)] = None


@record(
    "InventoryAdjustment",
    shapes=ADD | MOD | RET,
    since="2.0",
    later={MOD: "9.0"},
    moved={MOD | RET: {"inventory_site_ref": "account_ref"}},
)
@attrs.frozen(kw_only=True, slots=False)
class InventoryAdjustment(Record):
    """Quantities and values of items that are put right, against an account."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159, required=ADD)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    inventory_site_ref: Annotated[Ref | None, Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    customer_ref: Annotated[Ref | None, Reference("CustomerRef", 209)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    lines: Annotated[tuple[InventoryAdjustmentLine, ...], Lines(required=ADD, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record(
    "InventoryAdjustmentQuery",
    shapes=QUERY,
    choices=(
        OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        OneOf.of("ref_number_filter", "ref_number_range_filter"),
        OneOf.of(
            "txn_ids",
            "ref_numbers",
            "ref_numbers_case_sensitive",
            (
                "max_returned",
                "modified_date_range_filter",
                "txn_date_range_filter",
                "entity_filter",
                "account_filter",
                "item_filter",
                "ref_number_filter",
                "ref_number_range_filter",
            ),
        ),
    ),
    since="2.0",
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class InventoryAdjustmentQuery(Record):
    """Inventory adjustments by id, by number, or by filters; their lines only where they are asked for."""

    txn_ids: Annotated[tuple[str, ...], Id("TxnID")] = ()
    ref_numbers: Annotated[tuple[str, ...], Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], Text("RefNumberCaseSensitive", since="4.0")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, Block("TxnDateRangeFilter")] = None
    entity_filter: Annotated[EntityFilter | None, Block("EntityFilter")] = None
    account_filter: Annotated[AccountFilter | None, Block("AccountFilter")] = None
    item_filter: Annotated[ItemFilter | None, Block("ItemFilter")] = None
    ref_number_filter: Annotated[RefNumberFilter | None, Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, Block("RefNumberRangeFilter")] = None
    include_line_items: Annotated[bool | None, YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()
