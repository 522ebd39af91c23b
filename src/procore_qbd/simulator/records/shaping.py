"""What happens to a record on its way into a company file and out of it: pure functions, driven by the rows."""

from __future__ import annotations

import sqlite3
from functools import cache
from operator import is_
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar, cast

from lxml import etree

from procore_qbd.qbxml import ADD, RET, Record, Ref
from procore_qbd.qbxml.codec.elements import read, write
from procore_qbd.qbxml.codec.reading import Doubt, read_text
from procore_qbd.qbxml.codec.writing import writer
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.shared.common import Address, AddressBlock
from procore_qbd.qbxml.rows.dialect import parse_version
from procore_qbd.qbxml.rows.records import Block, Reference, table
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.knowledge.reasons import NOT_FOUND
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from procore_qbd.qbxml import Dialect
    from procore_qbd.qbxml.rows.values import Row
    from procore_qbd.simulator.knowledge.nouns import Values

__all__ = [
    "EMPTY_ELEMENT",
    "as_answered",
    "as_stored",
    "by_class",
    "fields_of",
    "from_text",
    "full_name",
    "is_set",
    "merged",
    "missing",
    "name_key",
    "own_name",
    "record_id",
    "to_text",
    "with_fields",
    "with_references",
]

EMPTY_ELEMENT = Reason(
    3150,
    "What a record cannot be without is empty, or was taken away: a name, the text of a note.",
    Source.TABLE,
    tried("<VendorAdd><Name></Name></VendorAdd>"),
    refuses=lambda asked: asked.of_list or asked.name == "DataExtDefAdd",
)

R = TypeVar("R", bound=Record)
T = TypeVar("T")


def by_class(find: Callable[[type[Record]], T]) -> Callable[[type[Record]], T]:
    """`functools.cache` for functions of record classes: type checkers do not take a class for a key."""
    return cast("Callable[[type[Record]], T]", cache(find))


def name_key(name: str) -> str:
    """What makes two names the same: neither case nor blanks around them tell them apart.

    How QuickBooks compares blanks and letters beyond ASCII is not known; this refuses rather more than it does.
    """
    return name.strip().casefold()


def own_name(record: Record) -> str:
    """The record's name without those of its parents."""
    return getattr(record, LISTS[record.__record__.tag].called) or ""


def full_name(record: Record) -> str:
    """The record's name behind those of its parents."""
    return getattr(record, "full_name", None) or own_name(record)


def record_id(record: Record) -> str | None:
    """The record's ListID or TxnID."""
    found: str | None = getattr(record, "txn_id" if hasattr(record, "txn_id") else "list_id")
    return found


def is_set(ref: Ref | None) -> TypeGuard[Ref]:
    """Whether a reference points anywhere, be it to what is not there; an empty one clears one in a Mod."""
    return ref is not None and bool(ref.list_id or ref.full_name)


def with_fields(record: R, **values: Any) -> R:
    """A copy with other values; the records of qbXML hold what was said in their ``__dict__``."""
    copy = object.__new__(type(record))
    object.__setattr__(copy, "__dict__", vars(record) | values)
    return copy


def fields_of(record: Record) -> Values:
    """What a record says, by field."""
    fields = table(type(record)).by_name
    return {
        name: value
        for name, value in vars(record).items()
        if value is not None and name in fields and not (value.__class__ is tuple and not value)
    }


@by_class
def _blocks(cls: type[Record]) -> dict[str, tuple[Block, bool]]:
    """The fields of a class that hold records, and whether each holds several."""
    return {field.name: (field.row, field.plural) for field in table(cls).fields if isinstance(field.row, Block)}


def with_references(record: R, turn: Callable[[Reference, Ref], Ref]) -> R:
    """A copy with every reference turned into another one, at any depth."""
    blocks = _blocks(type(record))
    values: Values = {}
    for name, value in vars(record).items():
        if not value or name not in blocks:
            continue
        row, plural = blocks[name]
        if isinstance(row, Reference):
            values[name] = tuple(turn(row, member) for member in value) if plural else turn(row, value)
        else:
            members = (with_references(member, turn) for member in value) if plural else with_references(value, turn)
            values[name] = tuple(members) if plural else members
    return with_fields(record, **values) if values else record


def to_text(record: Record) -> str:
    """A record as the ``Ret`` that is kept."""
    out: list[str] = []
    tag = record.__record__.element(RET)
    try:
        writer(type(record), RET, None)(record, tag, out, "", "")
    except Doubt:
        out = []
        write(record, RET, tag, out)
    return "".join(out).rstrip()


def from_text(tag: str, xml: str) -> Any:
    """A record that was kept."""
    cls = entity(tag)
    if cls is None or not isinstance(xml, str):  # only what is modelled is ever written, and as text
        raise sqlite3.IntegrityError(f"a record of kind {tag!r} cannot be read")
    try:
        return read_text(xml, cls.__record__.element(RET), cls)
    except (Doubt, ValueError):
        return read(etree.fromstring(xml), cls, [])


def merged(before: R, mod: R) -> R:
    """A record as it is after a Mod: what is said replaces, what is erased goes, the rest stays.

    Raises:
        Refusal: A contact or note is named by an id that the record has not.
    """
    compiled = table(type(before))
    values = fields_of(before)
    for name, value in fields_of(mod).items():
        old, row = values.get(name), compiled.by_name[name].row
        if not isinstance(row, Block) or isinstance(row, Reference):
            values[name] = value
        elif isinstance(value, tuple):
            values[name] = _members(old or (), value)
        else:
            values[name] = merged(old, value) if old else value
    gone = {*mod.erased, *_other_branches(mod)}
    return type(before)(unknown=before.unknown, **{name: values[name] for name in values if name not in gone})


def _other_branches(mod: Record) -> Iterator[str]:
    """The fields that a Mod turns down by taking another branch."""
    compiled = table(type(mod))
    present = {name for name in compiled.present(mod) if not name.startswith("clear_") or getattr(mod, name)}
    for choice in compiled.spec.choices:
        if not present.isdisjoint(name for branch in choice.branches for name in branch):
            yield from (name for branch in choice.branches if present.isdisjoint(branch) for name in branch)


def _members(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    """Members with ids change one by one, and those not named stay; members without are replaced as a whole."""
    fields = table(type(new[0])).by_name
    key = next((key for key in ("list_id", "note_id") if key in fields), None)
    if key is None:
        return new
    known = {getattr(member, key): member for member in old}
    added = []
    for member in new:
        number = getattr(member, key)
        if number is None:
            added.append(member)
        elif number in known:
            known[number] = merged(known[number], member)
        else:
            raise NOT_FOUND(str(number))
    return (*known.values(), *added)


def as_stored(record: R) -> R:
    """What QuickBooks keeps of a record: what it returns, without anything empty, and addresses as it prints them."""
    blocks: Values = {
        name: _block(getattr(record, name.removesuffix("_block"))) for name in _address_blocks(type(record))
    }
    return _only(with_fields(record, **blocks) if blocks else record, _returned)


@by_class
def _address_blocks(cls: type[Record]) -> tuple[str, ...]:
    return tuple(name for name in table(cls).by_name if name.endswith("_address_block"))


@by_class
def _returned(cls: type[Record]) -> frozenset[str]:
    """The fields that QuickBooks returns."""
    return frozenset(field.name for field in table(cls).fields if RET in field.row.shapes)


@by_class
def _needed(cls: type[Record]) -> tuple[tuple[str, str], ...]:
    """The fields that a new record must have, and their elements."""
    rows = ((field.name, field.row) for field in table(cls).fields)
    return tuple((name, row.tag) for name, row in rows if ADD in row.required and RET in row.shapes)


def missing(record: Record) -> str | None:
    """The first element that a record must have, at any depth, and has not."""
    for name, tag in _needed(type(record)):
        if getattr(record, name) is None:
            return tag
    for name, (row, plural) in _blocks(type(record)).items():
        if isinstance(row, Reference) or not (value := getattr(record, name)):
            continue
        for member in value if plural else (value,):
            if (inside := missing(member)) is not None:
                return inside
    return None


def as_answered(record: R, dialect: Dialect, include: Iterable[str] = (), owners: Iterable[str] = ()) -> R:
    """A record as it is answered.

    Args:
        record: As it is kept.
        dialect: Who asked: what that dialect does not know is left out.
        include: The elements that he asks for; everything where none is named.
        owners: Whose custom fields he asks for.
    """
    wanted = _known_to(dialect)
    record = _of_owners(record, {owner.upper() for owner in owners})
    if not _is_all(record, wanted):
        record = _only(record, wanted)
    if not (names := set(include)):
        return record
    fields = table(type(record)).by_name
    return type(record)(
        **{name: value for name, value in fields_of(record).items() if names.intersection(fields[name].tags(RET))}
    )


def _of_owners(record: R, owners: set[str]) -> R:
    """A record, and its lines, with the custom fields of these owners alone; case does not tell owners apart."""
    values: Values = {}
    if fields := getattr(record, "custom_fields", ()):
        values["custom_fields"] = tuple(field for field in fields if (field.owner_id or "").upper() in owners)
    for name in _extensible(type(record)):
        lines = getattr(record, name)
        if any(line.custom_fields for line in lines):
            values[name] = tuple(_of_owners(line, owners) for line in lines)
    return with_fields(record, **values) if values else record


@by_class
def _extensible(cls: type[Record]) -> tuple[str, ...]:
    """The fields of a record that hold lines with custom fields."""
    return tuple(
        field.name
        for field in table(cls).fields
        if isinstance(field.row, Block)
        and any("custom_fields" in table(member).by_name for member in field.members.values())
    )


@cache
def _known_to(dialect: Dialect) -> Callable[[type[Record]], frozenset[str]]:
    """Tells the fields of a class that an asker knows."""
    version = parse_version(dialect.version)

    def knows(row: Row) -> bool:
        return (
            parse_version(row.since) <= version
            and (row.until is None or version <= parse_version(row.until))
            and (dialect.edition is None or dialect.edition in row.editions)
        )

    @by_class
    def known(cls: type[Record]) -> frozenset[str]:
        return frozenset(field.name for field in table(cls).fields if knows(field.row))

    return known


@by_class
def _inner(cls: type[Record]) -> tuple[tuple[str, bool], ...]:
    """The fields of a class that hold records with fields of their own, and whether each holds several."""
    return tuple((name, plural) for name, (row, plural) in _blocks(cls).items() if not isinstance(row, Reference))


def _is_all(record: Record, wanted: Callable[[type[Record]], frozenset[str]]) -> bool:
    """Whether every field of a record is wanted, at any depth: it mostly is."""
    cls, said_ = type(record), vars(record)
    if not said_.keys() <= wanted(cls):
        return False
    return all(
        _is_all(member, wanted)
        for name, plural in _inner(cls)
        if (value := said_.get(name))
        for member in (value if plural else (value,))
    )


def _only(record: R, wanted: Callable[[type[Record]], frozenset[str]]) -> R:  # noqa: C901  one loop, run for every record
    """The fields of a record that are wanted, at any depth, and nothing empty; the record itself, if that is all."""
    cls = type(record)
    names, blocks, same = wanted(cls), _blocks(cls), True
    values: Values = {}
    for name, value in vars(record).items():
        kind = value.__class__
        if value is None or name not in names:
            continue
        if name not in blocks:
            if (kind is str and (not value or value.isspace())) or (kind is tuple and not value):
                continue
        elif kind is not Ref:
            plural = blocks[name][1]
            before = value if plural else (value,)
            members = tuple([_only(member, wanted) for member in before])
            if not all(map(is_, members, before)):
                members = tuple(member for member in members if vars(member))
                if not members:
                    continue
                value = members if plural else members[0]  # noqa: PLW2901  what is kept of it
                same = False
        elif not (value.list_id or value.full_name):
            continue
        values[name] = value
    if same and len(values) == len(vars(record)):
        return record
    if record.unknown:
        values["unknown"] = record.unknown
    copy = object.__new__(cls)
    object.__setattr__(copy, "__dict__", values)
    return copy


_LINES, _LONGEST_LINE = 5, 41


def _block(address: Address | None) -> AddressBlock | None:
    """An address as QuickBooks prints it; what does not fit is not printed."""
    if address is None:
        return None
    region = " ".join(filter(None, (address.state, address.postal_code)))
    town = ", ".join(filter(None, (address.city, region)))
    parts = (address.addr1, address.addr2, address.addr3, address.addr4, address.addr5, town, address.country)
    lines = [part[:_LONGEST_LINE] for part in parts if part][:_LINES]
    printed: Values = {f"addr{number}": line for number, line in enumerate(lines, 1)}
    return AddressBlock(**printed)
