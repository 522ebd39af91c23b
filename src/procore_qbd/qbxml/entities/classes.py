"""Classes, by which QuickBooks reports across accounts."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import ListQuery, list_choices
from procore_qbd.qbxml.records import Record, Ref, Reference, record
from procore_qbd.qbxml.values import ADD, MOD, QUERY, RET, Id, Integer, Moment, Text, When, YesNo

__all__ = ["Class", "ClassQuery"]


@record("Class", shapes=ADD | MOD | RET, later={MOD: "8.0"})
@attrs.frozen(kw_only=True, slots=False)
class Class(Record):
    """A class: a division, a line of business. It has no ExternalGUID: it is known by its full name."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD, colon=False)] = None
    full_name: Annotated[str | None, Text("FullName", 159, shapes=RET)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    parent_ref: Annotated[Ref | None, Reference("ParentRef", to=("Class",))] = None
    sublevel: Annotated[int | None, Integer("Sublevel", shapes=RET)] = None


@record("ClassQuery", shapes=QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ClassQuery(ListQuery):
    """Classes by id, by full name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
