"""Sales tax codes, which say of a line or a customer whether tax is due."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import AU, CA, UK, ListQuery, list_choices

__all__ = ["SalesTaxCode", "SalesTaxCodeQuery"]


@q.record("SalesTaxCode", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "8.0"})
@attrs.frozen(kw_only=True, slots=False)
class SalesTaxCode(q.Record):
    """A sales tax code, ``Tax`` or ``Non``; outside the United States it also names the taxes that it means."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 3, required=q.ADD, lengths={AU: 6})] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    is_taxable: Annotated[bool | None, q.YesNo("IsTaxable", required=q.ADD)] = None
    desc: Annotated[str | None, q.Text("Desc", 31)] = None
    item_purchase_tax_ref: Annotated[q.Ref | None, q.Reference("ItemPurchaseTaxRef", 31, since="6.0", editions=CA | UK | AU, to=("ItemSalesTax", "ItemSalesTaxGroup"))] = None
    item_sales_tax_ref: Annotated[q.Ref | None, q.Reference("ItemSalesTaxRef", 31, since="6.0", editions=CA | UK | AU, to=("ItemSalesTax", "ItemSalesTaxGroup"))] = None


@q.record("SalesTaxCodeQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class SalesTaxCodeQuery(ListQuery):
    """Sales tax codes by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
