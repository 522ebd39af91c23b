"""What happens to items on the shelf: assemblies that are built, and quantities and values that are put right."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import CA, MAX_RETURNED, UK, US, CustomField
from procore_qbd.qbxml.entities.shared.transactions import (
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


@q.record("ComponentItemLine", shapes=q.RET, choices=(q.OneOf.of("serial_number", "lot_number"),))
@attrs.frozen(kw_only=True, slots=False)
class ComponentItemLine(q.Record):
    """What an assembly was built from, and how much of it there is."""

    item_ref: Annotated[q.Ref | None, q.Reference("ItemRef", to=ITEMS)] = None
    inventory_site_ref: Annotated[q.Ref | None, q.Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    serial_number: Annotated[str | None, q.Text("SerialNumber", 4095, since="12.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, q.Text("LotNumber", 40, since="12.0", editions=US | CA | UK)] = None
    desc: Annotated[str | None, q.Text("Desc", 4095)] = None
    quantity_on_hand: Annotated[Decimal | None, q.Quantity("QuantityOnHand")] = None
    quantity_needed: Annotated[Decimal | None, q.Quantity("QuantityNeeded")] = None


@q.record("BuildAssembly", shapes=q.ADD | q.MOD | q.RET, choices=(q.OneOf.of("serial_number", "lot_number"),), since="5.0")
@attrs.frozen(kw_only=True, slots=False)
class BuildAssembly(q.Record):
    """Assemblies built from their components; pending where there are too few of these."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD, macro=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    item_inventory_assembly_ref: Annotated[q.Ref | None, q.Reference("ItemInventoryAssemblyRef", 159, shapes=q.ADD | q.RET, required=q.ADD, to=("ItemInventoryAssembly",))] = None
    inventory_site_ref: Annotated[q.Ref | None, q.Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    serial_number: Annotated[str | None, q.Text("SerialNumber", 4095, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, q.Text("LotNumber", 40, since="11.0", editions=US | CA | UK)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    is_pending: Annotated[bool | None, q.YesNo("IsPending", shapes=q.RET)] = None
    quantity_to_build: Annotated[Decimal | None, q.Quantity("QuantityToBuild", required=q.ADD)] = None
    quantity_can_build: Annotated[Decimal | None, q.Quantity("QuantityCanBuild", shapes=q.RET)] = None
    quantity_on_hand: Annotated[Decimal | None, q.Quantity("QuantityOnHand", shapes=q.RET)] = None
    quantity_on_sales_order: Annotated[Decimal | None, q.Quantity("QuantityOnSalesOrder", shapes=q.RET)] = None
    mark_pending_if_required: Annotated[bool | None, q.YesNo("MarkPendingIfRequired", shapes=q.ADD | q.MOD, since="7.0")] = None
    remove_pending: Annotated[bool | None, q.YesNo("RemovePending", shapes=q.MOD)] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    component_item_lines: Annotated[tuple[ComponentItemLine, ...], q.Lines(shapes=q.RET, suffix={q.RET: "Ret"})] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, suffix={q.RET: "Ret"})] = ()


@q.record(
    "BuildAssemblyQuery",
    shapes=q.QUERY,
    choices=(
        q.OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        q.OneOf.of("ref_number_filter", "ref_number_range_filter"),
        q.OneOf.of(
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
class BuildAssemblyQuery(q.Record):
    """Built assemblies by id, by number, or by filters; their components only where they are asked for."""

    txn_ids: Annotated[tuple[str, ...], q.Id("TxnID")] = ()
    ref_numbers: Annotated[tuple[str, ...], q.Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], q.Text("RefNumberCaseSensitive")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, q.Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, q.Block("TxnDateRangeFilter")] = None
    item_filter: Annotated[ItemFilter | None, q.Block("ItemFilter")] = None
    ref_number_filter: Annotated[RefNumberFilter | None, q.Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, q.Block("RefNumberRangeFilter")] = None
    pending_status: Annotated[PendingStatus | str | None, q.Choice("PendingStatus", PendingStatus)] = None
    include_component_line_items: Annotated[bool | None, q.YesNo("IncludeComponentLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50)] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()


@q.record(
    shapes=q.ADD,
    choices=(
        q.OneOf.of("new_quantity", "quantity_difference", required=q.ADD),
        q.OneOf.of("serial_number", "lot_number"),
    ),
)
@attrs.frozen(kw_only=True, slots=False)
class QuantityAdjustment(q.Record):
    """How many there are: the number itself, or the difference."""

    new_quantity: Annotated[Decimal | None, q.Quantity("NewQuantity")] = None
    quantity_difference: Annotated[Decimal | None, q.Quantity("QuantityDifference")] = None
    serial_number: Annotated[str | None, q.Text("SerialNumber", 4095, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, q.Text("LotNumber", 40, since="11.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None


@q.record(shapes=q.ADD, choices=(q.OneOf.of("new_quantity", "quantity_difference"),))
@attrs.frozen(kw_only=True, slots=False)
class ValueAdjustment(q.Record):
    """How many there are, where the value is put right too.

    No schema since 10.0 lets the value itself through, though the reference asks for it.
    """

    new_quantity: Annotated[Decimal | None, q.Quantity("NewQuantity")] = None
    new_value: Annotated[Decimal | None, q.Amount("NewValue", required=q.ADD, until="9.0")] = None
    quantity_difference: Annotated[Decimal | None, q.Quantity("QuantityDifference", since="10.0")] = None


@q.record(shapes=q.ADD, choices=(q.OneOf.of("add_serial_number", "remove_serial_number"),))
@attrs.frozen(kw_only=True, slots=False)
class SerialNumberAdjustment(q.Record):
    """One piece with a serial number that was found, or is gone."""

    add_serial_number: Annotated[str | None, q.Text("AddSerialNumber", 4095)] = None
    remove_serial_number: Annotated[str | None, q.Text("RemoveSerialNumber", 4095)] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, since="12.0", to=("InventorySite",))] = None


@q.record(shapes=q.ADD)
@attrs.frozen(kw_only=True, slots=False)
class LotNumberAdjustment(q.Record):
    """How many more or fewer there are of a lot."""

    lot_number: Annotated[str | None, q.Text("LotNumber", 40)] = None
    count_adjustment: Annotated[int | None, q.Integer("CountAdjustment")] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, since="12.0", to=("InventorySite",))] = None


@q.record(
    "InventoryAdjustmentLine",
    choices=(
        q.OneOf.of(
            "quantity_adjustment",
            "value_adjustment",
            "serial_number_adjustment",
            "lot_number_adjustment",
            required=q.ADD,
        ),
        q.OneOf.of(("serial_number", "serial_number_added_or_removed"), ("lot_number", "count_adjustment")),
    ),
)
@attrs.frozen(kw_only=True, slots=False)
class InventoryAdjustmentLine(q.Record):
    """One item that is put right.

    An Add says in one block how; a Mod and a Ret say only by how much.
    """

    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    item_ref: Annotated[q.Ref | None, q.Reference("ItemRef", required=q.ADD, to=ITEMS)] = None
    serial_number: Annotated[str | None, q.Text("SerialNumber", 4095, shapes=q.MOD | q.RET, since="11.0", editions=US | CA | UK)] = None
    serial_number_added_or_removed: Annotated[SerialNumberMove | str | None, q.Choice("SerialNumberAddedOrRemoved", SerialNumberMove, shapes=q.RET, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, q.Text("LotNumber", 40, shapes=q.MOD | q.RET, since="11.0", editions=US | CA | UK)] = None
    count_adjustment: Annotated[int | None, q.Integer("CountAdjustment", shapes=q.MOD, since="11.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, shapes=q.MOD | q.RET, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    quantity_difference: Annotated[Decimal | None, q.Quantity("QuantityDifference", shapes=q.MOD | q.RET)] = None
    value_difference: Annotated[Decimal | None, q.Amount("ValueDifference", shapes=q.MOD | q.RET)] = None
    quantity_adjustment: Annotated[QuantityAdjustment | None, q.Block("QuantityAdjustment", shapes=q.ADD)] = None
    value_adjustment: Annotated[ValueAdjustment | None, q.Block("ValueAdjustment", shapes=q.ADD)] = None
    serial_number_adjustment: Annotated[SerialNumberAdjustment | None, q.Block("SerialNumberAdjustment", shapes=q.ADD, since="11.0", editions=US | CA | UK)] = None
    lot_number_adjustment: Annotated[LotNumberAdjustment | None, q.Block("LotNumberAdjustment", shapes=q.ADD, since="11.0", editions=US | CA | UK)] = None


@q.record(
    "InventoryAdjustment",
    shapes=q.ADD | q.MOD | q.RET,
    since="2.0",
    later={q.MOD: "9.0"},
    moved={q.MOD | q.RET: {"inventory_site_ref": "account_ref"}},
)
@attrs.frozen(kw_only=True, slots=False)
class InventoryAdjustment(q.Record):
    """Quantities and values of items that are put right, against an account."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159, required=q.ADD)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    inventory_site_ref: Annotated[q.Ref | None, q.Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    customer_ref: Annotated[q.Ref | None, q.Reference("CustomerRef", 209)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    lines: Annotated[tuple[InventoryAdjustmentLine, ...], q.Lines(required=q.ADD, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, suffix={q.RET: "Ret"})] = ()


@q.record(
    "InventoryAdjustmentQuery",
    shapes=q.QUERY,
    choices=(
        q.OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        q.OneOf.of("ref_number_filter", "ref_number_range_filter"),
        q.OneOf.of(
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
class InventoryAdjustmentQuery(q.Record):
    """Inventory adjustments by id, by number, or by filters; their lines only where they are asked for."""

    txn_ids: Annotated[tuple[str, ...], q.Id("TxnID")] = ()
    ref_numbers: Annotated[tuple[str, ...], q.Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], q.Text("RefNumberCaseSensitive", since="4.0")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, q.Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, q.Block("TxnDateRangeFilter")] = None
    entity_filter: Annotated[EntityFilter | None, q.Block("EntityFilter")] = None
    account_filter: Annotated[AccountFilter | None, q.Block("AccountFilter")] = None
    item_filter: Annotated[ItemFilter | None, q.Block("ItemFilter")] = None
    ref_number_filter: Annotated[RefNumberFilter | None, q.Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, q.Block("RefNumberRangeFilter")] = None
    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()
