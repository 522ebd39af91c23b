"""Templates, by which QuickBooks lays out the forms that it prints."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q

__all__ = ["Template", "TemplateQuery", "TemplateType"]


class TemplateType(q.Words):
    """The form that a template lays out."""

    BUILD_ASSEMBLY = "BuildAssembly", "11.0"
    CREDIT_MEMO = "CreditMemo"
    ESTIMATE = "Estimate"
    INVOICE = "Invoice"
    PURCHASE_ORDER = "PurchaseOrder"
    SALES_ORDER = "SalesOrder"
    SALES_RECEIPT = "SalesReceipt"


@q.record("Template", shapes=q.RET, since="3.0")
@attrs.frozen(kw_only=True, slots=False)
class Template(q.Record):
    """A template; qbXML neither makes nor modifies one."""

    list_id: Annotated[str | None, q.Id("ListID")] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated")] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified")] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16)] = None
    name: Annotated[str | None, q.Text("Name", 31)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    template_type: Annotated[TemplateType | str | None, q.Choice("TemplateType", TemplateType)] = None


@q.record("TemplateQuery", shapes=q.QUERY, meta_data=True, since="3.0")
@attrs.frozen(kw_only=True, slots=False)
class TemplateQuery(q.Record):
    """All templates: this list knows no filters."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
