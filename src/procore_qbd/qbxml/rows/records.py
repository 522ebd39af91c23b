"""A record is a table you can read aloud: one row an element, in the order QuickBooks wants it.

A record class is a frozen attrs class whose annotations carry rows (`values.py`, and the four of this file); the
decorator `record` names its element and says which shapes it has. On first use the class is compiled, once: a list of
steps for writing each shape, a dict by tag for reading any of them.

`codec/elements.py` turns records into elements and back by these tables, `checking.py` says what QuickBooks would not
take. None of the three knows a record by name.
"""

from __future__ import annotations

import types
import typing
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from procore_qbd.qbxml.rows.dialect import Edition, lasts
from procore_qbd.qbxml.rows.values import (
    ADD,
    ALL,
    COMMAND,
    EVERYWHERE,
    MOD,
    NEVER,
    QUERY,
    RET,
    Attribute,
    Id,
    Row,
    Shape,
    Text,
    as_it_stood,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = [
    "Block",
    "Field",
    "Lines",
    "Needs",
    "OneOf",
    "Record",
    "Ref",
    "Reference",
    "Spec",
    "Table",
    "Unknown",
    "erase",
    "must_be_a_record",
    "record",
    "table",
]


# --- what a record is ------------------------------------------------------------------------------------------------


@attrs.frozen
class Unknown:
    """An unmodelled element, kept as it came and written back in its place.

    Attributes:
        tag: Its name.
        xml: The whole element.
        after: The name of the last modelled element before it, None where there was none.
    """

    tag: str
    xml: str
    after: str | None = None


@attrs.frozen(kw_only=True, slots=False)
class Record:
    """What all records and their blocks have in common. Every field of theirs is optional: a partial reply must read.

    Attributes:
        unknown: Elements that nobody modelled, from a reply.
        erased: Names of fields that a Mod shall clear; see `erase`. A field that is None and not named says nothing.
    """

    unknown: tuple[Unknown, ...] = ()
    erased: tuple[str, ...] = ()

    __record__: ClassVar[Spec]


def must_be_a_record(value: object, shape: object = ADD) -> None:
    """Refuse what is no record, where somebody might pass its fields, or its class; and what is no one shape.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(value, Record):
        got = f"the class {value.__name__}" if isinstance(value, type) else f"a {type(value).__name__}"
        raise TypeError(f"expected a record such as Vendor(name='Alder'), from procore_qbd.qbxml.entities, got {got}")
    if not isinstance(shape, Shape) or shape not in _ENDINGS:
        raise TypeError(f"expected one shape: {', '.join(str(one.name) for one in _ENDINGS)}, got {shape!r}")


R = TypeVar("R", bound=Record)


@attrs.frozen
class OneOf:
    """Branches of which a message takes one: field names, or tuples of names that go together.

    Attributes:
        required: The shapes that must have one of them.
        shapes: The shapes in which they exclude each other; a Ret may have several all the same.
        beyond: Why, where QuickBooks minds and its schema does not.
        warning: Whether a message may have several all the same, and is better without.
    """

    branches: tuple[tuple[str, ...], ...]
    required: Shape = NEVER
    shapes: Shape = ALL
    beyond: str = ""
    warning: bool = False

    @classmethod
    def of(cls, *branches: str | tuple[str, ...], **facts: Any) -> OneOf:
        """``OneOf.of("list_id", "full_name", ("max_returned", "active_status"))``; ``facts`` are the attributes."""
        return cls(tuple((branch,) if isinstance(branch, str) else branch for branch in branches), **facts)


@attrs.frozen
class Needs:
    """A field that QuickBooks takes only beside another, though its schema takes it alone.

    Attributes:
        field: Its name.
        others: Those of which one must be there: always in an Add, and in the new lines of a Mod.
        status: What QuickBooks answers where it is not.
        beyond: Why, in its words.
    """

    field: str
    others: tuple[str, ...]
    status: int
    beyond: str

    def lacking(self, record: Record) -> bool:
        """Whether a record says the one, and none of the others."""
        said = getattr(record, self.field) is not None
        return said and all(getattr(record, name) in (None, Ref()) for name in self.others)


_ENDINGS = {ADD: "Add", MOD: "Mod", QUERY: "", RET: "Ret", COMMAND: ""}

YOUNG = {"iterator": "5.0", "meta_data": "4.0", "selective": "4.0"}
"""Since when queries can be taken in pieces and counted, and answers chosen from, where they can be."""


@attrs.frozen(kw_only=True)
class Spec:
    """What `record` says about a class.

    Attributes:
        tag: The record's name on the wire, without ``Add``, ``Mod``, ``Ret``; with ``Query``.
        shapes: The shapes that exist.
        choices: Which fields exclude each other.
        needs: Which fields are nothing without another.
        moved: Where a shape's order differs from the class body: ``{RET: {"name": "the one before it"}}``.
        iterator: Whether the query can be taken in pieces.
        meta_data: Whether the query can ask for counts only.
        answers: For a query, the records that come back; by default the one that its name begins with.
        inline: Whether the elements of its Ret stand in the answer itself, as those of a command do.
        selective: Whether an Add or Mod can choose what comes back (``IncludeRetElement``).
        since: The first version with it.
        later: The first version with a shape that came later: ``{MOD: "3.0"}``.
        before: What was otherwise in earlier versions, as in a `Row`: ``{"5.0": {"iterator": False}}``.
        editions: The editions that know it.
    """

    tag: str
    shapes: Shape
    choices: tuple[OneOf, ...] = ()
    needs: tuple[Needs, ...] = ()
    moved: Mapping[Shape, Mapping[str, str]] = attrs.field(factory=dict, hash=False)
    iterator: bool = False
    meta_data: bool = False
    answers: tuple[str, ...] = ()
    inline: bool = False
    selective: bool = True
    since: str = "1.0"
    later: Mapping[Shape, str] = attrs.field(factory=dict, hash=False)
    before: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict, hash=False)
    editions: Edition = EVERYWHERE

    def first(self, shape: Shape) -> str:
        """The first version with a shape."""
        return next((version for shapes, version in self.later.items() if shape in shapes), self.since)

    def element(self, shape: Shape) -> str:
        """The record's element in a shape: ``'VendorAdd'``; a query's is its request."""
        return self.tag + _ENDINGS[shape]

    def at(self, version: str) -> Spec:
        """What was said of the class in a version."""
        then = as_it_stood(self, self.before, version)
        young: dict[str, Any] = {name: False for name, since in YOUNG.items() if not lasts(version, since, None)}
        return attrs.evolve(then, **young) if young else then


def record(tag: str = "", *, shapes: Shape = ALL, **facts: Any) -> Callable[[type[R]], type[R]]:
    """Say what a record class is on the wire; ``facts`` are the attributes of `Spec`.

    Blocks that stand inside several elements under several names have no tag of their own. A class without slots is
    read faster: its instances hold what was said, and the class holds the defaults.
    """
    if tag.endswith("Query"):
        facts.setdefault("answers", (tag.removesuffix("Query"),))
    spec = Spec(tag=tag, shapes=shapes, **facts)

    def decorate(cls: type[R]) -> type[R]:
        cls.__record__ = spec
        if "__slots__" not in vars(cls):
            for field in attrs.fields(cls):
                setattr(cls, field.name, field.default)
        return cls

    return decorate


# --- rows that hold records ------------------------------------------------------------------------------------------


@attrs.frozen
class Block(Row):
    """A row that holds a record (or several, where the annotation is a tuple).

    Attributes:
        suffix: What the tag ends in by shape: ``{MOD: "Mod", RET: "Ret"}`` makes ``Contacts`` ``ContactsMod``.
        key: The field by which a member is known in a Mod: ``list_id``, ``txn_line_id``.
    """

    suffix: Mapping[Shape, str] = attrs.field(factory=dict, kw_only=True, hash=False)
    key: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class Lines(Block):
    """A row that holds records of several kinds in one order, each under the tag of its own class."""

    tag: str = ""


@record()
@attrs.frozen(kw_only=True, slots=False)
class Ref(Record):
    """A reference to a record of a list; where both are given, QuickBooks goes by the ListID."""

    list_id: typing.Annotated[str | None, Id("ListID", clears=MOD)] = None
    full_name: typing.Annotated[str | None, Text("FullName")] = None


@attrs.frozen
class Reference(Block):
    """A row that holds a `Ref`.

    Attributes:
        max: The greatest length of the FullName, ``lengths`` by edition where they differ.
        to: The lists it may point into; by default the one the tag names (``ClassRef``: ``Class``).
    """

    max: int | None = None
    lengths: dict[Edition, int] = attrs.field(factory=dict, kw_only=True, hash=False)
    to: tuple[str, ...] = attrs.field(
        default=attrs.Factory(lambda self: (self.tag.removesuffix("Ref"),), takes_self=True), kw_only=True
    )


# --- the compiled table ----------------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class Field:
    """One row of a record class, compiled: its Python name and what its annotation says.

    Attributes:
        plural: Whether it repeats: a tuple here, several elements there.
        members: For rows that hold records: the classes by the tag they have there, without suffix.
    """

    name: str
    row: Row
    plural: bool
    members: Mapping[str, type[Record]]

    @cache  # noqa: B019  a row lives as long as its class
    def tags(self, shape: Shape) -> Mapping[str, type[Record] | None]:
        """The element names of a shape and the class under each, None for plain values."""
        if not isinstance(self.row, Block):
            return {self.row.tag: None}
        suffix = next((text for shapes, text in self.row.suffix.items() if shape in shapes), "")
        return {tag + suffix: cls for tag, cls in self.members.items()}

    @cache  # noqa: B019
    def label(self, shape: Shape) -> str:
        """Its element names in words, for messages."""
        return " or ".join(self.tags(shape))

    def places(self, shape: Shape, value: Any, path: str) -> Iterator[tuple[str, Any]]:
        """Each thing that a value of the field holds, with its path for messages; nothing of None."""
        tags = {cls: tag for tag, cls in self.tags(shape).items()}
        items = value if self.plural and isinstance(value, tuple) else () if value is None else (value,)
        for number, item in enumerate(items, 1):
            tag = tags.get(type(item), self.label(shape))
            yield f"{path}/{tag}" + (f"[{number}]" if self.plural else ""), item


class Table:
    """A record class, compiled."""

    def __init__(self, cls: type[Record], spec: Spec, fields: tuple[Field, ...]) -> None:
        self.cls = cls
        self.spec = spec
        self.fields = fields
        self.by_name = {field.name: field for field in self.fields}
        self.attributes = tuple(field for field in self.fields if isinstance(field.row, Attribute))
        self.readers: dict[str, tuple[Field, type[Record] | None]] = {}
        for field in self.fields:
            for shape in Shape:
                if shape in field.row.shapes and not isinstance(field.row, Attribute):
                    for tag, member in field.tags(shape).items():
                        self.readers[tag] = field, member
        self.branch_of = {name: branch for choice in self.spec.choices for branch in choice.branches for name in branch}
        self._orders: dict[Shape, tuple[Field, ...]] = {}
        self._positions: dict[Shape, dict[str, tuple[int, Field]]] = {}

    def order(self, shape: Shape) -> tuple[Field, ...]:
        """The rows of a shape, as QuickBooks wants them."""
        found = self._orders.get(shape)
        if found is None:
            rows = [field for field in self.fields if shape in field.row.shapes and field not in self.attributes]
            for shapes, moves in self.spec.moved.items():
                for name, before in moves.items() if shape in shapes else ():
                    rows.remove(self.by_name[name])
                    rows.insert(rows.index(self.by_name[before]) + 1, self.by_name[name])
            found = self._orders[shape] = tuple(rows)
        return found

    def positions(self, shape: Shape) -> Mapping[str, tuple[int, Field]]:
        """The row of each element of a shape, and where it stands among them."""
        found = self._positions.get(shape)
        if found is None:
            found = self._positions[shape] = {
                tag: (at, field) for at, field in enumerate(self.order(shape)) for tag in field.tags(shape)
            }
        return found

    def present(self, record: Record) -> set[str]:
        """The names of the fields that a record says something about."""
        said = {field.name for field in self.fields if getattr(record, field.name) not in (None, ())}
        return said | set(record.erased)


def _fields(cls: type[Record]) -> Iterator[Field]:
    for name, annotation in typing.get_type_hints(cls, include_extras=True).items():
        if typing.get_origin(annotation) is not typing.Annotated:
            continue
        kind, row = typing.get_args(annotation)
        plural = typing.get_origin(kind) is tuple
        if plural:
            kind = typing.get_args(kind)[0]
        union = typing.get_origin(kind) in (typing.Union, types.UnionType)
        classes = typing.get_args(kind) if union else (kind,)
        records = [member for member in classes if isinstance(member, type) and issubclass(member, Record)]
        members = {row.tag or member.__record__.tag: member for member in records}
        yield Field(name, row, plural, members)


_TABLES: dict[tuple[type[Record], str | None], Table] = {}


def table(cls: type[Record], version: str | None = None) -> Table:
    """A record class's compiled table; made once, on first use.

    Args:
        cls: The class.
        version: Makes it the table as it stood in that version of qbXML; by default it is today's.
    """
    found = _TABLES.get((cls, version))
    if found is None:
        found = Table(cls, cls.__record__, tuple(_fields(cls))) if version is None else _then(table(cls), version)
        _TABLES[cls, version] = found
    return found


def _then(now: Table, version: str) -> Table:
    """A table as it stood in a version: mostly as it stands."""
    spec, rows = now.spec.at(version), [field.row.at(version) for field in now.fields]
    if spec is now.spec and all(row is field.row for row, field in zip(rows, now.fields, strict=True)):
        return now
    fields = (attrs.evolve(field, row=row) for row, field in zip(rows, now.fields, strict=True))
    return Table(now.cls, spec, tuple(fields))


# --- erasing ---------------------------------------------------------------------------------------------------------


def erase(record: R, *names: str) -> R:
    """A copy that clears these fields in QuickBooks when it is sent as a Mod; otherwise None leaves a field as it is.

    Raises:
        ValueError: A name is no field of the record.
    """
    by_name = table(type(record)).by_name
    if strangers := [name for name in names if name not in by_name]:
        raise ValueError(f"{record.__record__.tag}: no such field: {', '.join(strangers)}")
    texts = {name for name in names if isinstance(by_name[name].row, Text) and not by_name[name].plural}
    changes: dict[str, Any] = dict.fromkeys(texts, "")
    changes |= {name: () if by_name[name].plural else None for name in names if name not in texts}
    erased = tuple(dict.fromkeys((*record.erased, *(name for name in names if name not in texts))))
    return attrs.evolve(record, erased=erased, **changes)
