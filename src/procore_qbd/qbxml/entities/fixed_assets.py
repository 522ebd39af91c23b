"""Fixed assets: what the company keeps for years and writes off."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import CA, UK, US, BarCode, ClassFilter, CustomField, ListQuery, list_choices
from procore_qbd.qbxml.records import Block, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    QUERY,
    RET,
    Amount,
    Choice,
    Day,
    Guid,
    Id,
    Moment,
    Price,
    Text,
    When,
    YesNo,
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


@record()
@attrs.frozen(kw_only=True, slots=False)
class FixedAssetSalesInfo(Record):
    """The sale of an asset."""

    sales_desc: Annotated[str | None, Text("SalesDesc", 50, required=ADD)] = None
    sales_date: Annotated[dt.date | None, Day("SalesDate", required=ADD)] = None
    sales_price: Annotated[Decimal | None, Price("SalesPrice")] = None
    sales_expense: Annotated[Decimal | None, Price("SalesExpense")] = None


@record("ItemFixedAsset", shapes=ADD | MOD | RET, since="3.0")
@attrs.frozen(kw_only=True, slots=False)
class ItemFixedAsset(Record):
    """A machine, a vehicle, a building: how it was bought, where it is, and what became of it."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD, colon=False)] = None
    bar_code_value: Annotated[str | None, Text("BarCodeValue", 50, shapes=RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, Block("BarCode", shapes=ADD | MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159, since="12.0")] = None
    acquired_as: Annotated[AcquiredAs | str | None, Choice("AcquiredAs", AcquiredAs, required=ADD)] = None
    purchase_desc: Annotated[str | None, Text("PurchaseDesc", 50, required=ADD)] = None
    purchase_date: Annotated[dt.date | None, Day("PurchaseDate", required=ADD)] = None
    purchase_cost: Annotated[Decimal | None, Price("PurchaseCost")] = None
    vendor_or_payee_name: Annotated[str | None, Text("VendorOrPayeeName", 50)] = None
    asset_account_ref: Annotated[Ref | None, Reference("AssetAccountRef", 159, before={"7.0": {"required": ADD}}, to=("Account",))] = None
    fixed_asset_sales_info: Annotated[FixedAssetSalesInfo | None, Block("FixedAssetSalesInfo", suffix={MOD: "Mod"})] = None
    asset_desc: Annotated[str | None, Text("AssetDesc", 50)] = None
    location: Annotated[str | None, Text("Location", 50)] = None
    po_number: Annotated[str | None, Text("PONumber", 30)] = None
    serial_number: Annotated[str | None, Text("SerialNumber", 30)] = None
    warranty_exp_date: Annotated[dt.date | None, Day("WarrantyExpDate")] = None
    notes: Annotated[str | None, Text("Notes", 4095)] = None
    asset_number: Annotated[str | None, Text("AssetNumber", 10)] = None
    cost_basis: Annotated[Decimal | None, Amount("CostBasis")] = None
    year_end_accumulated_depreciation: Annotated[Decimal | None, Amount("YearEndAccumulatedDepreciation")] = None
    year_end_book_value: Annotated[Decimal | None, Amount("YearEndBookValue")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record("ItemFixedAssetQuery", shapes=QUERY, choices=list_choices("class_filter"), iterator=True, meta_data=True, since="3.0")
@attrs.frozen(kw_only=True, slots=False)
class ItemFixedAssetQuery(ListQuery):
    """Fixed assets by id, by name, or by filters."""

    class_filter: Annotated[ClassFilter | None, Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()
