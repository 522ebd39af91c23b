"""Units of measure: what items are counted in, and how one unit becomes another."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import ListQuery, list_choices

__all__ = [
    "BaseUnit",
    "DefaultUnit",
    "RelatedUnit",
    "UnitOfMeasureSet",
    "UnitOfMeasureSetQuery",
    "UnitOfMeasureType",
    "UnitUsedFor",
]


class UnitOfMeasureType(StrEnum):
    """What a unit measures."""

    AREA = "Area"
    COUNT = "Count"
    LENGTH = "Length"
    OTHER = "Other"
    TIME = "Time"
    VOLUME = "Volume"
    WEIGHT = "Weight"


class UnitUsedFor(StrEnum):
    """The forms for which a unit is the usual one."""

    PURCHASE = "Purchase"
    SALES = "Sales"
    SHIPPING = "Shipping"


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class BaseUnit(q.Record):
    """The unit in which the others of a set are expressed."""

    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD)] = None
    abbreviation: Annotated[str | None, q.Text("Abbreviation", 31, required=q.ADD)] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class RelatedUnit(q.Record):
    """One more unit of a set, and how many base units it is."""

    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD)] = None
    abbreviation: Annotated[str | None, q.Text("Abbreviation", 31, required=q.ADD)] = None
    conversion_ratio: Annotated[Decimal | None, q.Price("ConversionRatio", required=q.ADD)] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class DefaultUnit(q.Record):
    """The unit that forms of a kind begin with, by its name."""

    unit_used_for: Annotated[UnitUsedFor | str | None, q.Choice("UnitUsedFor", UnitUsedFor, required=q.ADD)] = None
    unit: Annotated[str | None, q.Text("Unit", 31, required=q.ADD)] = None


@q.record("UnitOfMeasureSet", shapes=q.ADD | q.RET, since="7.0")
@attrs.frozen(kw_only=True, slots=False)
class UnitOfMeasureSet(q.Record):
    """Units that measure the same thing: ``each``, ``dozen``, ``gross``. They cannot be modified through qbXML."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.RET)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.RET)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    unit_of_measure_type: Annotated[UnitOfMeasureType | str | None, q.Choice("UnitOfMeasureType", UnitOfMeasureType, required=q.ADD)] = None
    base_unit: Annotated[BaseUnit | None, q.Block("BaseUnit", required=q.ADD)] = None
    related_units: Annotated[tuple[RelatedUnit, ...], q.Block("RelatedUnit")] = ()
    default_units: Annotated[tuple[DefaultUnit, ...], q.Block("DefaultUnit")] = ()


@q.record("UnitOfMeasureSetQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True, since="7.0")
@attrs.frozen(kw_only=True, slots=False)
class UnitOfMeasureSetQuery(ListQuery):
    """Sets of units by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50)] = ()
