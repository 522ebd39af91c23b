"""Sales taxes: one rate paid to one agency, and several of them as one."""

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
    list_choices,
)

__all__ = [
    "ItemSalesTax",
    "ItemSalesTaxGroup",
    "ItemSalesTaxGroupQuery",
    "ItemSalesTaxQuery",
]


@q.record("ItemSalesTax", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemSalesTax(q.Record):
    """A sales tax: its rate, and the agency that it is paid to."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    bar_code_value: Annotated[str | None, q.Text("BarCodeValue", 50, shapes=q.RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, q.Block("BarCode", shapes=q.ADD | q.MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159, since="12.0")] = None
    is_used_on_purchase_transaction: Annotated[bool | None, q.YesNo("IsUsedOnPurchaseTransaction", since="6.0", until="7.0", editions=CA)] = None
    item_desc: Annotated[str | None, q.Text("ItemDesc", 4095)] = None
    tax_rate: Annotated[Decimal | None, q.Percent("TaxRate")] = None
    tax_vendor_ref: Annotated[q.Ref | None, q.Reference("TaxVendorRef", 41, to=("Vendor",))] = None
    sales_tax_return_line_number: Annotated[str | None, q.Text("SalesTaxReturnLineNumber", 79, since="6.0", until="7.0", editions=CA)] = None
    sales_tax_return_line_ref: Annotated[q.Ref | None, q.Reference("SalesTaxReturnLineRef", 91, since="8.0", before={"9.0": {"lengths": {CA: 41}}}, editions=CA | UK | AU)] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("ItemSalesTaxQuery", shapes=q.QUERY, choices=list_choices("class_filter"), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemSalesTaxQuery(ListQuery):
    """Sales taxes by id, by name, or by filters."""

    class_filter: Annotated[ClassFilter | None, q.Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record("ItemSalesTaxGroup", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemSalesTaxGroup(q.Record):
    """Taxes that are due together and stand on a form as one."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    bar_code_value: Annotated[str | None, q.Text("BarCodeValue", 50, shapes=q.RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, q.Block("BarCode", shapes=q.ADD | q.MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    item_desc: Annotated[str | None, q.Text("ItemDesc", 4095)] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    item_sales_tax_refs: Annotated[tuple[q.Ref, ...], q.Reference("ItemSalesTaxRef", 31, required=q.ADD)] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("ItemSalesTaxGroupQuery", shapes=q.QUERY, choices=list_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemSalesTaxGroupQuery(ListQuery):
    """Groups of taxes by id, by name, or by filters."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
