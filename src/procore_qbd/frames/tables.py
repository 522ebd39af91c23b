"""Record classes as tables: columns side by side, and what repeats in a table of its own, with keys.

Made from the compiled table of fields (`procore_qbd.qbxml.rows.records`), once for a class:

- a reference is two columns, id and name; a block within the record is its columns, with its name before theirs;
- what repeats (lines, links, contacts, custom fields) is a table whose rows begin with the key of the record that they
  are of, and their position in it; the lines in a group of lines have both positions;
- what nobody modelled stands in the column ``unknown``, as XML, whatever block it was in.
"""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs
import pyarrow as pa

from procore_qbd.frames.columns import Column, column, reference
from procore_qbd.qbxml.entities.shared.common import CustomField
from procore_qbd.qbxml.rows.records import Block, Record, Reference, table
from procore_qbd.qbxml.rows.values import RET, Value

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from procore_qbd.qbxml.rows.records import Field

__all__ = ["Branch", "FieldStep", "Sheet", "several", "snake", "tables_of"]


def snake(name: str) -> str:
    """A class's name as a table's: ``ARRefundCreditCard`` is ``ar_refund_credit_card``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


@attrs.frozen(eq=False)
class FieldStep:
    """A field of a record, as what comes next among the columns: its own, or those of a block.

    Attributes:
        field: Its name in the record; None for what is a row by itself.
        name: What its columns begin with.
        values: Takes it of a record.
        column: What it is in Arrow; None for a block.
        empty: For a block or a reference: what stands for one that is not there.
        block: The fields of a block.
    """

    field: str | None
    name: str
    values: Callable[[Any], Any]
    column: Column | None = None
    empty: Record | None = None
    block: tuple[FieldStep, ...] = ()

    def leaves(self) -> Iterator[FieldStep]:
        """It, or the fields of the block, that are columns."""
        if self.column is not None:
            yield self
        for step in self.block:
            yield from step.leaves()

    def fields(self, prefix: str = "") -> Iterator[pa.Field]:
        """Its columns."""
        if self.column is not None:
            yield from (one.with_name(prefix + one.name) for one in self.column.fields)
        for step in self.block:
            yield from step.fields(f"{prefix}{self.name}_")


@attrs.frozen(eq=False)
class Branch:
    """A field that repeats, perhaps within a block: where it is, and the table of each class that stands there."""

    path: tuple[str, ...]
    sheets: Mapping[type[Any], Sheet]

    def items(self, records: Sequence[Any]) -> list[tuple[Any, ...]]:
        """What each record has there."""
        found: list[Any] = list(records)
        for name in self.path:
            found = [one and getattr(one, name) for one in found]
        return [one if isinstance(one, tuple) else (one,) if one is not None else () for one in found]


@attrs.frozen(eq=False)
class Sheet:
    """A record class, or what repeats in one, as a table.

    Attributes:
        name: What it is called.
        schema: Its columns: the keys, those of the fields, custom fields that were asked for, ``unknown``.
        id_field: For a table of records: the field that is their key; None where they have none and are numbered.
        branches: What repeats in it.
        key_count: How many of the first columns are keys; a record's own id is a field like any other.
        steps: The fields that make the columns.
        custom: The custom fields that are columns.
        is_record: Whether its rows are records or references, which may hold what nobody modelled.
    """

    name: str
    schema: pa.Schema
    id_field: str | None
    branches: tuple[Branch, ...]
    key_count: int
    steps: tuple[FieldStep, ...]
    custom: tuple[str, ...] = ()
    is_record: bool = True

    def walk(self) -> Iterator[Sheet]:
        """It, and every table of what repeats in it."""
        yield self
        for branch in self.branches:
            for sheet in branch.sheets.values():
                yield from sheet.walk()


# --- made from the rows ----------------------------------------------------------------------------------------------


def tables_of(cls: type[Record], zone: dt.tzinfo | None = None, custom_fields: Sequence[str] = ()) -> Sheet:
    """The table of a record class, and those of what repeats in it.

    Args:
        cls: A class that QuickBooks sends.
        zone: Where the machine that runs QuickBooks stands.
        custom_fields: The names of custom fields that shall be columns.

    Raises:
        TypeError: QuickBooks sends no such records.
    """
    if RET not in cls.__record__.shapes:
        raise TypeError(f"QuickBooks sends no {cls.__record__.tag} records")
    return _Maker(zone, tuple(several("custom_fields", custom_fields))).sheet(
        cls, snake(cls.__record__.tag or cls.__name__), ()
    )


@attrs.frozen
class _Maker:
    """Makes tables of classes."""

    zone: dt.tzinfo | None
    custom: tuple[str, ...]

    def sheet(self, cls: type[Record], name: str, keys: tuple[pa.Field, ...]) -> Sheet:
        """A class as a table; without keys it is one of records, which have an id or are numbered."""
        known = {field.name: field for field in _fields(cls)}
        id_field = None if keys else next((one for one in ("txn_id", "list_id") if one in known), None)
        if not keys:
            keys = (pa.field(f"{name}_{id_field}", pa.string()) if id_field else pa.field("row", pa.int64()),)
        steps = tuple(self.steps(cls))
        custom = self.custom if "custom_fields" in known and _holds_custom_fields(known["custom_fields"]) else ()
        fields = [one for step in steps for one in step.fields()]
        fields += [pa.field(f"custom_{one}", pa.string()) for one in custom]
        own = () if id_field else keys
        below = (pa.field(f"{name}_row", pa.int64()),) if keys[0].name == "row" else keys
        return Sheet(
            name=name,
            schema=pa.schema([*own, *fields, pa.field("unknown", pa.string())]),
            id_field=id_field,
            branches=tuple(self.branches(cls, name, below)),
            key_count=len(own),
            steps=steps,
            custom=custom,
        )

    def steps(self, cls: type[Record]) -> Iterator[FieldStep]:
        """The fields of a class that do not repeat."""
        for field in _fields(cls):
            if field.plural or len(field.members) > 1:
                continue
            get = attrgetter(field.name)
            if isinstance(field.row, Reference):
                (ref,) = field.members.values()
                short = field.name.removesuffix("_ref")
                yield FieldStep(field.name, short, get, reference(f"{short}_"), empty=ref())
            elif isinstance(field.row, Block):
                (member,) = field.members.values()
                yield FieldStep(field.name, field.name, get, empty=member(), block=tuple(self.steps(member)))
            elif isinstance(field.row, Value):
                yield FieldStep(field.name, field.name, get, column(field.row, field.name, self.zone))

    def branches(
        self, cls: type[Record], name: str, keys: tuple[pa.Field, ...], path: tuple[str, ...] = ()
    ) -> Iterator[Branch]:
        """What repeats in a class, and in the blocks in it."""
        for field in _fields(cls):
            here = (*path, field.name)
            if not field.plural and len(field.members) == 1 and not isinstance(field.row, Reference):
                (member,) = field.members.values()
                yield from self.branches(member, name, keys, here)
            elif field.plural or len(field.members) > 1:
                yield Branch(here, dict(self._repeated(field, name, keys)))

    def _repeated(self, field: Field, name: str, keys: tuple[pa.Field, ...]) -> Iterator[tuple[type[Any], Sheet]]:
        keys = tuple(one.with_name(f"{name}_position") if one.name == "position" else one for one in keys)
        keys = (*keys, pa.field("position", pa.int64()))
        if isinstance(field.row, Reference):
            (ref,) = field.members.values()
            yield ref, self._plain(_below(name, field.name.removesuffix("s").removesuffix("_ref")), keys, reference())
            return
        if isinstance(field.row, Value):
            value = column(field.row, "value", self.zone)
            yield type(None), self._plain(_below(name, field.name.removesuffix("s")), keys, value, is_record=False)
        for member in field.members.values():
            yield member, self.sheet(member, _below(name, snake(member.__record__.tag or member.__name__)), keys)

    @staticmethod
    def _plain(name: str, keys: tuple[pa.Field, ...], one: Column, *, is_record: bool = True) -> Sheet:
        """A table of what is no record, or only a reference."""
        unknown = (pa.field("unknown", pa.string()),) if is_record else ()
        steps = (FieldStep(None, "", _itself, one),)
        return Sheet(name, pa.schema([*keys, *one.fields, *unknown]), None, (), len(keys), steps, is_record=is_record)


def several(what: str, names: Sequence[str]) -> Sequence[str]:
    """Names, where one might stand alone: letter by letter it would be taken for many.

    Raises:
        TypeError: It is one text.
    """
    if isinstance(names, str):
        raise TypeError(f"{what}: expected names in a row, such as ({names!r},), got the text {names!r}")
    return names


def _itself(value: Any) -> Any:
    return value


def _below(name: str, part: str) -> str:
    """``bill`` and ``item_line`` are ``bill_item_line``; ``invoice`` and ``invoice_line`` are ``invoice_line``."""
    return part if part.startswith(f"{name}_") else f"{name}_{part}"


def _fields(cls: type[Record]) -> Iterator[Field]:
    """The fields that a reply may have, in the order of a reply."""
    compiled = table(cls)
    yield from (field for field in compiled.attributes if RET in field.row.shapes)
    yield from compiled.order(RET)


def _holds_custom_fields(field: Field) -> bool:
    return CustomField in field.members.values()
