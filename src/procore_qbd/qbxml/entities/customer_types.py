"""What kinds of customers there are, and what kinds of jobs."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import ListQuery, list_choices
from procore_qbd.qbxml.records import Record, Ref, Reference, record
from procore_qbd.qbxml.values import ADD, QUERY, RET, Id, Integer, Moment, Text, When, YesNo

__all__ = ["CustomerType", "CustomerTypeQuery", "JobType", "JobTypeQuery"]


@record("CustomerType", shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class CustomerType(Record):
    """A kind of customer, ``Commercial`` for instance; it cannot be modified through qbXML."""

    list_id: Annotated[str | None, Id("ListID", shapes=RET)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=RET)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD, colon=False)] = None
    full_name: Annotated[str | None, Text("FullName", 159, shapes=RET)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    parent_ref: Annotated[Ref | None, Reference("ParentRef", to=("CustomerType",))] = None
    sublevel: Annotated[int | None, Integer("Sublevel", shapes=RET)] = None


@record("CustomerTypeQuery", shapes=QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class CustomerTypeQuery(ListQuery):
    """Customer types by id, by full name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()


@record("JobType", shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class JobType(Record):
    """A kind of job, ``Renovation`` for instance; it cannot be modified through qbXML."""

    list_id: Annotated[str | None, Id("ListID", shapes=RET)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=RET)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD, colon=False)] = None
    full_name: Annotated[str | None, Text("FullName", 159, shapes=RET)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    parent_ref: Annotated[Ref | None, Reference("ParentRef", to=("JobType",))] = None
    sublevel: Annotated[int | None, Integer("Sublevel", shapes=RET)] = None


@record("JobTypeQuery", shapes=QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class JobTypeQuery(ListQuery):
    """Job types by id, by full name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
