"""Record classes as tables: columns side by side, and what repeats in a table of its own, with keys.

Made from the compiled table of fields (`procore_qbd.qbxml.rows.records`), once for a class:

- a reference is two columns, id and name; a block within the record is its columns, with its name before theirs;
- what repeats (lines, links, contacts, custom fields) is a table whose rows begin with the key of the record that they
  are of, and their position in it; the lines in a group of lines have both positions;
- what nobody modelled stands in the column ``unknown``, as XML, whatever block it was in.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, compress, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs
import pyarrow as pa

from procore_qbd.errors import FrameError
from procore_qbd.frames.columns import Column, column
from procore_qbd.qbxml.entities.shared.common import CustomField, custom_field
from procore_qbd.qbxml.rows.records import Block, Record, Reference, table
from procore_qbd.qbxml.rows.values import RET, Text, Value

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from procore_qbd.qbxml.rows.records import Field

__all__ = ["Sheet", "several", "snake", "tables_of"]

_WRONG = (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, ValueError)


def snake(name: str) -> str:
    """A class's name as a table's: ``ARRefundCreditCard`` is ``ar_refund_credit_card``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


@attrs.frozen(eq=False)
class _Step:
    """A field of a record, as what comes next among the columns: its own, or those of a block."""

    name: str
    values: Callable[[Any], Any]
    column: Column | None = None
    block: tuple[_Step, ...] = ()
    empty: Record | None = None
    types: tuple[pa.DataType, ...] = attrs.field(
        default=attrs.Factory(lambda self: tuple(one.type for one in self.fields()), takes_self=True), init=False
    )

    def fields(self, prefix: str = "") -> Iterator[pa.Field]:
        """Its columns."""
        if self.column is not None:
            yield from (one.with_name(prefix + one.name) for one in self.column.fields)
        for step in self.block:
            yield from step.fields(f"{prefix}{self.name}_")

    def arrays(self, records: Sequence[Any], unknown: dict[int, str]) -> Iterator[pa.Array]:
        """What stands in them; what nobody modelled is put beside, by the number of the record."""
        values = list(map(self.values, records))
        if values[0] is None and values.count(None) == len(values):  # most of what a record may say, none says
            yield from (_nothing(type_, len(values)) for type_ in self.types)
        elif self.column is not None:
            try:
                yield from self.column.arrays(values)
            except _WRONG as error:
                raise self._told(values, error) from None
        else:
            there = [self.empty if one is None else one for one in values]
            _gather(there, unknown)
            for step in self.block:
                yield from step.arrays(there, unknown)

    def _told(self, values: list[Any], error: Exception) -> _UnfitError:
        """Which value it was."""
        assert self.column is not None  # noqa: S101  only columns hold values
        for at, value in enumerate(values):
            try:
                self.column.arrays([value])
            except _WRONG:
                return _UnfitError(at, f"{self.name} is {value}, which {self.column.fields[0].type} cannot hold")
        return _UnfitError(0, f"{self.name}: {error}")


_UNKNOWN = attrgetter("unknown")


@lru_cache(maxsize=64)
def _nothing(type_: pa.DataType, length: int) -> pa.Array:
    """A column in which nothing stands; there are many, so each is made once."""
    return pa.nulls(length, type_)


def _gather(records: Sequence[Any], unknown: dict[int, str]) -> None:
    """Put down what nobody modelled in some records or blocks."""
    found = list(map(_UNKNOWN, records))
    if any(found):
        for at, elements in enumerate(found):
            if elements:
                unknown[at] = unknown.get(at, "") + "".join(element.xml for element in elements)


class _UnfitError(Exception):
    """A value does not fit; told by who knows the record."""


_ID_AND_NAME = tuple(
    _Step(short, attrgetter(long), column(Text(long), short))
    for short, long in (("id", "list_id"), ("name", "full_name"))
)


@attrs.frozen(eq=False)
class _Branch:
    """A field that repeats, perhaps within a block: where it is, and the table of each class that stands there."""

    path: tuple[str, ...]
    sheets: Mapping[type[Any], Sheet]

    def items(self, records: Sequence[Any]) -> list[tuple[Any, ...]]:
        """What each record has there."""
        found: list[Any] = list(records)
        for name in self.path:
            found = [one and getattr(one, name) for one in found]
        return [one if isinstance(one, tuple) else (one,) if one is not None else () for one in found]

    def batches(
        self, items: list[Any], keys: list[list[Any]], wanted: frozenset[str] | None
    ) -> Iterator[tuple[str, pa.RecordBatch]]:
        """What stands there, each kind in its own table."""
        for kind, sheet in self.sheets.items():
            if len(self.sheets) == 1:
                yield from sheet.batches(items, keys, wanted)
            elif any(ours := [isinstance(item, kind) for item in items]):
                yield from sheet.batches(
                    list(compress(items, ours)), [list(compress(key, ours)) for key in keys], wanted
                )


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
    branches: tuple[_Branch, ...]
    key_count: int
    steps: tuple[_Step, ...]
    custom: tuple[str, ...] = ()
    is_record: bool = True

    def walk(self) -> Iterator[Sheet]:
        """It, and every table of what repeats in it."""
        yield self
        for branch in self.branches:
            for sheet in branch.sheets.values():
                yield from sheet.walk()

    def batches(
        self, records: Sequence[Any], keys: list[list[Any]], wanted: frozenset[str] | None = None
    ) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Records as batches of every table, this one's first; none of what did not come.

        Args:
            records: Of the class.
            keys: What stands in the first columns.
            wanted: The tables to make, by name; all by default.

        Raises:
            FrameError: A column cannot hold a value.
        """
        if wanted is None or self.name in wanted:
            yield self.name, self._batch(records, keys)
        for branch in self.branches:
            there = branch.items(records)
            if any(there):
                lengths = list(map(len, there))
                items = list(chain.from_iterable(there))
                below = [list(chain.from_iterable(map(repeat, key, lengths))) for key in keys]
                below.append([at for length in lengths for at in range(1, length + 1)])
                yield from branch.batches(items, below, wanted)

    def _batch(self, records: Sequence[Any], keys: list[list[Any]]) -> pa.RecordBatch:
        arrays = [pa.array(key, self.schema.field(at).type) for at, key in enumerate(keys[: self.key_count])]
        unknown: dict[int, str] = {}
        try:
            for step in self.steps:
                arrays += step.arrays(records, unknown)
        except _UnfitError as unfit:
            at, words = unfit.args
            raise FrameError(self.name, [f"{_named(records[at], keys, at)}: {words}; nothing is rounded"]) from None
        arrays += (
            pa.array([custom_field(one.custom_fields, name) for one in records], pa.string()) for name in self.custom
        )
        if self.is_record:
            _gather(records, unknown)
            texts = pa.array(map(unknown.get, range(len(records))), pa.string()) if unknown else None
            arrays.append(_nothing(pa.string(), len(records)) if texts is None else texts)
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def _named(record: Any, keys: list[list[Any]], at: int) -> str:
    """What a record is known by, for messages."""
    for name in ("txn_line_id", "txn_id", "list_id"):
        if known := getattr(record, name, None):
            return f"{name} {known}"
    return " of ".join(str(key[at]) for key in reversed(keys)) or f"record {at + 1}"


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

    def steps(self, cls: type[Record]) -> Iterator[_Step]:
        """The fields of a class that do not repeat."""
        for field in _fields(cls):
            if field.plural or len(field.members) > 1:
                continue
            get = attrgetter(field.name)
            if isinstance(field.row, Reference):
                (ref,) = field.members.values()
                yield _Step(field.name.removesuffix("_ref"), get, block=_ID_AND_NAME, empty=ref())
            elif isinstance(field.row, Block):
                (member,) = field.members.values()
                yield _Step(field.name, get, block=tuple(self.steps(member)), empty=member())
            elif isinstance(field.row, Value):
                yield _Step(field.name, get, column(field.row, field.name, self.zone))

    def branches(
        self, cls: type[Record], name: str, keys: tuple[pa.Field, ...], path: tuple[str, ...] = ()
    ) -> Iterator[_Branch]:
        """What repeats in a class, and in the blocks in it."""
        for field in _fields(cls):
            here = (*path, field.name)
            if not field.plural and len(field.members) == 1 and not isinstance(field.row, Reference):
                (member,) = field.members.values()
                yield from self.branches(member, name, keys, here)
            elif field.plural or len(field.members) > 1:
                yield _Branch(here, dict(self._repeated(field, name, keys)))

    def _repeated(self, field: Field, name: str, keys: tuple[pa.Field, ...]) -> Iterator[tuple[type[Any], Sheet]]:
        keys = tuple(one.with_name(f"{name}_position") if one.name == "position" else one for one in keys)
        keys = (*keys, pa.field("position", pa.int64()))
        if isinstance(field.row, Reference):
            (ref,) = field.members.values()
            yield ref, self._plain(_below(name, field.name.removesuffix("s").removesuffix("_ref")), keys, _ID_AND_NAME)
            return
        if isinstance(field.row, Value):
            steps = (_Step("value", _itself, column(field.row, "value", self.zone)),)
            yield type(None), self._plain(_below(name, field.name.removesuffix("s")), keys, steps)
        for member in field.members.values():
            yield member, self.sheet(member, _below(name, snake(member.__record__.tag or member.__name__)), keys)

    @staticmethod
    def _plain(name: str, keys: tuple[pa.Field, ...], steps: tuple[_Step, ...]) -> Sheet:
        """A table of what is no record, or only a reference."""
        schema = pa.schema([*keys, *(one for step in steps for one in step.fields())])
        is_record = steps is _ID_AND_NAME
        schema = schema.append(pa.field("unknown", pa.string())) if is_record else schema
        return Sheet(name, schema, None, (), len(keys), steps, is_record=is_record)


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
