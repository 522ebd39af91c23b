"""Units of measure: what items are counted in, and how one unit becomes another."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import ListQuery, list_choices
from procore_qbd.qbxml.records import Block, Record, record
from procore_qbd.qbxml.values import ADD, QUERY, RET, Choice, Id, Moment, Price, Text, When, YesNo

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


@record()
@attrs.frozen(kw_only=True, slots=False)
class BaseUnit(Record):
    """The unit in which the others of a set are expressed."""

    name: Annotated[str | None, Text("Name", 31, required=ADD)] = None
    abbreviation: Annotated[str | None, Text("Abbreviation", 31, required=ADD)] = None


@record()
@attrs.frozen(kw_only=True, slots=False)
class RelatedUnit(Record):
    """One more unit of a set, and how many base units it is."""

    name: Annotated[str | None, Text("Name", 31, required=ADD)] = None
    abbreviation: Annotated[str | None, Text("Abbreviation", 31, required=ADD)] = None
    conversion_ratio: Annotated[Decimal | None, Price("ConversionRatio", required=ADD)] = None


@record()
@attrs.frozen(kw_only=True, slots=False)
class DefaultUnit(Record):
    """The unit that forms of a kind begin with, by its name."""

    unit_used_for: Annotated[UnitUsedFor | str | None, Choice("UnitUsedFor", UnitUsedFor, required=ADD)] = None
    unit: Annotated[str | None, Text("Unit", 31, required=ADD)] = None


@record("UnitOfMeasureSet", shapes=ADD | RET, since="7.0")
@attrs.frozen(kw_only=True, slots=False)
class UnitOfMeasureSet(Record):
    """Units that measure the same thing: ``each``, ``dozen``, ``gross``. They cannot be modified through qbXML."""

    list_id: Annotated[str | None, Id("ListID", shapes=RET)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=RET)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    unit_of_measure_type: Annotated[UnitOfMeasureType | str | None, Choice("UnitOfMeasureType", UnitOfMeasureType, required=ADD)] = None
    base_unit: Annotated[BaseUnit | None, Block("BaseUnit", required=ADD)] = None
    related_units: Annotated[tuple[RelatedUnit, ...], Block("RelatedUnit")] = ()
    default_units: Annotated[tuple[DefaultUnit, ...], Block("DefaultUnit")] = ()


@record("UnitOfMeasureSetQuery", shapes=QUERY, choices=list_choices(), meta_data=True, since="7.0")
@attrs.frozen(kw_only=True, slots=False)
class UnitOfMeasureSetQuery(ListQuery):
    """Sets of units by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50)] = ()
