"""Classes, by which QuickBooks reports across accounts."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import ListQuery, list_choices

__all__ = ["Class", "ClassQuery"]


@q.record("Class", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "8.0"})
@attrs.frozen(kw_only=True, slots=False)
class Class(q.Record):
    """A class: a division, a line of business. It has no ExternalGUID: it is known by its full name."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    full_name: Annotated[str | None, q.Text("FullName", 159, shapes=q.RET)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    parent_ref: Annotated[q.Ref | None, q.Reference("ParentRef", to=("Class",))] = None
    sublevel: Annotated[int | None, q.Integer("Sublevel", shapes=q.RET)] = None


@q.record("ClassQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ClassQuery(ListQuery):
    """Classes by id, by full name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
