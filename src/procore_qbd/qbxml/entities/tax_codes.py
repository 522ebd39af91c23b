"""Sales tax codes, which say of a line or a customer whether tax is due."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import AU, CA, UK, ListQuery, list_choices
from procore_qbd.qbxml.records import Record, Ref, Reference, record
from procore_qbd.qbxml.values import ADD, MOD, QUERY, RET, Id, Moment, Text, When, YesNo

__all__ = ["SalesTaxCode", "SalesTaxCodeQuery"]


@record("SalesTaxCode", shapes=ADD | MOD | RET, later={MOD: "8.0"})
@attrs.frozen(kw_only=True, slots=False)
class SalesTaxCode(Record):
    """A sales tax code, ``Tax`` or ``Non``; outside the United States it also names the taxes that it means."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 3, required=ADD, lengths={AU: 6})] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    is_taxable: Annotated[bool | None, YesNo("IsTaxable", required=ADD)] = None
    desc: Annotated[str | None, Text("Desc", 31)] = None
    item_purchase_tax_ref: Annotated[Ref | None, Reference("ItemPurchaseTaxRef", 31, since="6.0", editions=CA | UK | AU, to=("ItemSalesTax", "ItemSalesTaxGroup"))] = None
    item_sales_tax_ref: Annotated[Ref | None, Reference("ItemSalesTaxRef", 31, since="6.0", editions=CA | UK | AU, to=("ItemSalesTax", "ItemSalesTaxGroup"))] = None


@record("SalesTaxCodeQuery", shapes=QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class SalesTaxCodeQuery(ListQuery):
    """Sales tax codes by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
