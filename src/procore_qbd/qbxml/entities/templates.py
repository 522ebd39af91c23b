"""Templates, by which QuickBooks lays out the forms that it prints."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml.records import Record, record
from procore_qbd.qbxml.values import QUERY, RET, Choice, Id, Moment, Text, When, Words, YesNo

__all__ = ["Template", "TemplateQuery", "TemplateType"]


class TemplateType(Words):
    """The form that a template lays out."""

    BUILD_ASSEMBLY = "BuildAssembly", "11.0"
    CREDIT_MEMO = "CreditMemo"
    ESTIMATE = "Estimate"
    INVOICE = "Invoice"
    PURCHASE_ORDER = "PurchaseOrder"
    SALES_ORDER = "SalesOrder"
    SALES_RECEIPT = "SalesReceipt"


@record("Template", shapes=RET, since="3.0")
@attrs.frozen(kw_only=True, slots=False)
class Template(Record):
    """A template; qbXML neither makes nor modifies one."""

    list_id: Annotated[str | None, Id("ListID")] = None
    time_created: Annotated[Moment | None, When("TimeCreated")] = None
    time_modified: Annotated[Moment | None, When("TimeModified")] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16)] = None
    name: Annotated[str | None, Text("Name", 31)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    template_type: Annotated[TemplateType | str | None, Choice("TemplateType", TemplateType)] = None


@record("TemplateQuery", shapes=QUERY, meta_data=True, since="3.0")
@attrs.frozen(kw_only=True, slots=False)
class TemplateQuery(Record):
    """All templates: this list knows no filters."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
