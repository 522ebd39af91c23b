"""Fixed assets: what the company keeps for years and writes off."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import (
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
    "AcquiredAs",
    "FixedAssetSalesInfo",
    "ItemFixedAsset",
    "ItemFixedAssetQuery",
]


class AcquiredAs(StrEnum):
    """Whether an asset was new when it was bought."""

    NEW = "New"
    OLD = "Old"


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class FixedAssetSalesInfo(q.Record):
    """The sale of an asset."""

    sales_desc: Annotated[str | None, q.Text("SalesDesc", 50, required=q.ADD)] = None
    sales_date: Annotated[dt.date | None, q.Day("SalesDate", required=q.ADD)] = None
    sales_price: Annotated[Decimal | None, q.Price("SalesPrice")] = None
    sales_expense: Annotated[Decimal | None, q.Price("SalesExpense")] = None


@q.record("ItemFixedAsset", shapes=q.ADD | q.MOD | q.RET, since="3.0")
@attrs.frozen(kw_only=True, slots=False)
class ItemFixedAsset(q.Record):
    """A machine, a vehicle, a building: how it was bought, where it is, and what became of it."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    bar_code_value: Annotated[str | None, q.Text("BarCodeValue", 50, shapes=q.RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, q.Block("BarCode", shapes=q.ADD | q.MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159, since="12.0")] = None
    acquired_as: Annotated[AcquiredAs | str | None, q.Choice("AcquiredAs", AcquiredAs, required=q.ADD)] = None
    purchase_desc: Annotated[str | None, q.Text("PurchaseDesc", 50, required=q.ADD)] = None
    purchase_date: Annotated[dt.date | None, q.Day("PurchaseDate", required=q.ADD)] = None
    purchase_cost: Annotated[Decimal | None, q.Price("PurchaseCost")] = None
    vendor_or_payee_name: Annotated[str | None, q.Text("VendorOrPayeeName", 50)] = None
    asset_account_ref: Annotated[q.Ref | None, q.Reference("AssetAccountRef", 159, before={"7.0": {"required": q.ADD}}, to=("Account",))] = None
    fixed_asset_sales_info: Annotated[FixedAssetSalesInfo | None, q.Block("FixedAssetSalesInfo", suffix={q.MOD: "Mod"})] = None
    asset_desc: Annotated[str | None, q.Text("AssetDesc", 50)] = None
    location: Annotated[str | None, q.Text("Location", 50)] = None
    po_number: Annotated[str | None, q.Text("PONumber", 30)] = None
    serial_number: Annotated[str | None, q.Text("SerialNumber", 30)] = None
    warranty_exp_date: Annotated[dt.date | None, q.Day("WarrantyExpDate")] = None
    notes: Annotated[str | None, q.Text("Notes", 4095)] = None
    asset_number: Annotated[str | None, q.Text("AssetNumber", 10)] = None
    cost_basis: Annotated[Decimal | None, q.Amount("CostBasis")] = None
    year_end_accumulated_depreciation: Annotated[Decimal | None, q.Amount("YearEndAccumulatedDepreciation")] = None
    year_end_book_value: Annotated[Decimal | None, q.Amount("YearEndBookValue")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, suffix={q.RET: "Ret"})] = ()


@q.record("ItemFixedAssetQuery", shapes=q.QUERY, choices=list_choices("class_filter"), iterator=True, meta_data=True, since="3.0")
@attrs.frozen(kw_only=True, slots=False)
class ItemFixedAssetQuery(ListQuery):
    """Fixed assets by id, by name, or by filters."""

    class_filter: Annotated[ClassFilter | None, q.Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()
