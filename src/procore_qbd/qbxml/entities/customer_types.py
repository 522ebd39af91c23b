"""What kinds of customers there are, and what kinds of jobs."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import ListQuery, list_choices

__all__ = ["CustomerType", "CustomerTypeQuery", "JobType", "JobTypeQuery"]


@q.record("CustomerType", shapes=q.ADD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class CustomerType(q.Record):
    """A kind of customer, ``Commercial`` for instance; it cannot be modified through qbXML."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.RET)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.RET)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    full_name: Annotated[str | None, q.Text("FullName", 159, shapes=q.RET)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    parent_ref: Annotated[q.Ref | None, q.Reference("ParentRef", to=("CustomerType",))] = None
    sublevel: Annotated[int | None, q.Integer("Sublevel", shapes=q.RET)] = None


@q.record("CustomerTypeQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class CustomerTypeQuery(ListQuery):
    """Customer types by id, by full name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()


@q.record("JobType", shapes=q.ADD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class JobType(q.Record):
    """A kind of job, ``Renovation`` for instance; it cannot be modified through qbXML."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.RET)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.RET)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    full_name: Annotated[str | None, q.Text("FullName", 159, shapes=q.RET)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    parent_ref: Annotated[q.Ref | None, q.Reference("ParentRef", to=("JobType",))] = None
    sublevel: Annotated[int | None, q.Integer("Sublevel", shapes=q.RET)] = None


@q.record("JobTypeQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class JobTypeQuery(ListQuery):
    """Job types by id, by full name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
