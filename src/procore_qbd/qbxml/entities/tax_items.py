"""Sales taxes: one rate paid to one agency, and several of them as one."""

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
    list_choices,
)
from procore_qbd.qbxml.records import Block, Record, Ref, Reference, record
from procore_qbd.qbxml.values import ADD, MOD, QUERY, RET, Guid, Id, Moment, Percent, Text, When, YesNo

__all__ = [
    "ItemSalesTax",
    "ItemSalesTaxGroup",
    "ItemSalesTaxGroupQuery",
    "ItemSalesTaxQuery",
]


@record("ItemSalesTax", shapes=ADD | MOD | RET, later={MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemSalesTax(Record):
    """A sales tax: its rate, and the agency that it is paid to."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD, colon=False)] = None
    bar_code_value: Annotated[str | None, Text("BarCodeValue", 50, shapes=RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, Block("BarCode", shapes=ADD | MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159, since="12.0")] = None
    is_used_on_purchase_transaction: Annotated[bool | None, YesNo("IsUsedOnPurchaseTransaction", since="6.0", until="7.0", editions=CA)] = None
    item_desc: Annotated[str | None, Text("ItemDesc", 4095)] = None
    tax_rate: Annotated[Decimal | None, Percent("TaxRate")] = None
    tax_vendor_ref: Annotated[Ref | None, Reference("TaxVendorRef", 41, to=("Vendor",))] = None
    sales_tax_return_line_number: Annotated[str | None, Text("SalesTaxReturnLineNumber", 79, since="6.0", until="7.0", editions=CA)] = None
    sales_tax_return_line_ref: Annotated[Ref | None, Reference("SalesTaxReturnLineRef", 91, since="8.0", before={"9.0": {"lengths": {CA: 41}}}, editions=CA | UK | AU)] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("ItemSalesTaxQuery", shapes=QUERY, choices=list_choices("class_filter"), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemSalesTaxQuery(ListQuery):
    """Sales taxes by id, by name, or by filters."""

    class_filter: Annotated[ClassFilter | None, Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record("ItemSalesTaxGroup", shapes=ADD | MOD | RET, later={MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class ItemSalesTaxGroup(Record):
    """Taxes that are due together and stand on a form as one."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD, colon=False)] = None
    bar_code_value: Annotated[str | None, Text("BarCodeValue", 50, shapes=RET, since="12.0", editions=US | CA | UK)] = None
    bar_code: Annotated[BarCode | None, Block("BarCode", shapes=ADD | MOD, since="12.0", editions=US | CA | UK)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    item_desc: Annotated[str | None, Text("ItemDesc", 4095)] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    item_sales_tax_refs: Annotated[tuple[Ref, ...], Reference("ItemSalesTaxRef", 31, required=ADD)] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("ItemSalesTaxGroupQuery", shapes=QUERY, choices=list_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ItemSalesTaxGroupQuery(ListQuery):
    """Groups of taxes by id, by name, or by filters."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
