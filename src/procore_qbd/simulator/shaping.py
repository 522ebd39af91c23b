"""What happens to a record on its way into a company file and out of it: pure functions, driven by the rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from procore_qbd.qbxml import ADD, RET, Moment, Record, Ref
from procore_qbd.qbxml.dialect import parse_version
from procore_qbd.qbxml.entities._shared import Address, AddressBlock
from procore_qbd.qbxml.records import Block, Reference, table
from procore_qbd.qbxml.values import Attribute, Macro
from procore_qbd.simulator.lists import LISTS
from procore_qbd.simulator.wording import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from decimal import Decimal

    from procore_qbd.qbxml import Dialect
    from procore_qbd.qbxml.values import Row

__all__ = [
    "full_name",
    "kept",
    "macros",
    "merged",
    "missing",
    "moment",
    "name_key",
    "own_name",
    "points",
    "record_id",
    "said",
    "shown",
    "suggested",
    "with_references",
]

R = TypeVar("R", bound=Record)


def name_key(name: str) -> str:
    """What makes two names the same: neither case nor blanks around them tell them apart.

    How QuickBooks compares blanks and letters beyond ASCII is not known; this refuses rather more than it does.
    """
    return name.strip().casefold()


def own_name(record: Any) -> str:
    """The record's name without those of its parents."""
    return getattr(record, LISTS[record.__record__.tag].called) or ""


def full_name(record: Any) -> str:
    """The record's name behind those of its parents."""
    return getattr(record, "full_name", None) or own_name(record)


def record_id(record: Any) -> str | None:
    """The record's ListID or TxnID."""
    found: str | None = record.txn_id if hasattr(record, "txn_id") else record.list_id
    return found


def moment(epoch: int) -> Moment:
    """Seconds since 1970 as QuickBooks prints them; the simulator is in no other zone than UTC."""
    return Moment(dt.datetime.fromtimestamp(epoch, dt.UTC).isoformat())


def macros(record: Record) -> Iterator[str]:
    """The names of the macros that a record defines or uses, at any depth."""
    for field in table(type(record)).fields:
        value: Any = getattr(record, field.name)
        if isinstance(field.row, Attribute) and value is not None:
            yield value
        for member in value if isinstance(value, tuple) else (value,):
            if isinstance(member, Macro):
                yield member.name
            elif isinstance(member, Record):
                yield from macros(member)


def points(ref: Ref | None) -> bool:
    """Whether a reference points anywhere, be it to what is not there; an empty one clears one in a Mod."""
    return ref is not None and bool(ref.list_id or ref.full_name)


def suggested(item: Any, *, sold: bool) -> tuple[str | None, Decimal | None]:
    """The words and the price that an item brings to a line."""
    one, both = getattr(item, "sales_or_purchase", None), getattr(item, "sales_and_purchase", None)
    if both is not None:
        return (both.sales_desc, both.sales_price) if sold else (both.purchase_desc, both.purchase_cost)
    return (one.desc, one.price) if one is not None else (None, None)


def said(record: Record) -> dict[str, Any]:
    """What a record says, by field."""
    values = {field.name: getattr(record, field.name) for field in table(type(record)).fields}
    return {name: value for name, value in values.items() if value not in (None, ())}


def with_references(record: R, turn: Callable[[Reference, Ref], Ref]) -> R:
    """A copy with every reference turned into another one, at any depth."""
    values: dict[str, Any] = {}
    for field in table(type(record)).fields:
        value, row = getattr(record, field.name), field.row
        if isinstance(row, Block) and value:
            members = tuple(
                turn(row, member) if isinstance(row, Reference) else with_references(member, turn)
                for member in (value if field.plural else (value,))
            )
            values[field.name] = members if field.plural else members[0]
    return attrs.evolve(record, **values) if values else record


def merged(before: R, mod: R) -> R:
    """A record as it is after a Mod: what is said replaces, what is erased goes, the rest stays.

    Raises:
        Refusal: A contact or note is named by an id that the record has not.
    """
    compiled = table(type(before))
    values = said(before)
    for name, value in said(mod).items():
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
            raise Refusal(3120, str(number))
    return (*known.values(), *added)


def kept(record: R) -> R:
    """What QuickBooks keeps of a record: what it returns, without anything empty, and addresses as it prints them."""
    fields = table(type(record)).by_name
    blocks: dict[str, Any] = {
        name: _block(getattr(record, name.removesuffix("_block"))) for name in fields if name.endswith("_address_block")
    }
    return _only(attrs.evolve(record, **blocks), lambda row: RET in row.shapes)


def missing(record: Record) -> str | None:
    """The first element that a record must have, at any depth, and has not."""
    for field in table(type(record)).fields:
        value, row = getattr(record, field.name), field.row
        if value is None and ADD in row.required and RET in row.shapes:
            return row.tag
        if isinstance(row, Block) and value:
            for member in value if field.plural else (value,):
                if tag := missing(member):
                    return tag
    return None


def shown(record: Any, dialect: Dialect, include: Iterable[str] = (), owners: Iterable[str] = ()) -> Any:
    """A record as it is answered.

    Args:
        record: As it is kept.
        dialect: The asker's: he does not get what it does not know.
        include: The elements that he asks for; everything where none is named.
        owners: Whose custom fields he asks for.
    """
    if custom_fields := getattr(record, "custom_fields", ()):
        record = attrs.evolve(
            record, custom_fields=tuple(field for field in custom_fields if field.owner_id in tuple(owners))
        )
    record = _only(record, lambda row: _knows(dialect, row))
    if not (names := set(include)):
        return record
    fields = table(type(record)).by_name
    return type(record)(
        **{name: value for name, value in said(record).items() if names.intersection(fields[name].tags(RET))}
    )


def _knows(dialect: Dialect, row: Row) -> bool:
    version = parse_version(dialect.version)
    return (
        parse_version(row.since) <= version
        and (row.until is None or version <= parse_version(row.until))
        and (dialect.edition is None or dialect.edition in row.editions)
    )


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def _only(record: R, wanted: Callable[[Row], bool]) -> R:
    """The rows of a record that are wanted, at any depth, and nothing empty."""
    values: dict[str, Any] = {}
    for field in table(type(record)).fields:
        value = getattr(record, field.name)
        if value in (None, ()) or _is_blank(value) or not wanted(field.row):
            continue
        if isinstance(field.row, Block):
            members = [_only(member, wanted) for member in (value if field.plural else (value,))]
            members = [member for member in members if member != type(member)()]
            value = tuple(members) if field.plural else members[0] if members else None
        values[field.name] = value
    return type(record)(unknown=record.unknown, **values)


_LINES, _LONGEST_LINE = 5, 41


def _block(address: Address | None) -> AddressBlock | None:
    """An address as QuickBooks prints it; what does not fit is not printed."""
    if address is None:
        return None
    region = " ".join(filter(None, (address.state, address.postal_code)))
    town = ", ".join(filter(None, (address.city, region)))
    parts = (address.addr1, address.addr2, address.addr3, address.addr4, address.addr5, town, address.country)
    lines = [part[:_LONGEST_LINE] for part in parts if part][:_LINES]
    printed: dict[str, Any] = {f"addr{number}": line for number, line in enumerate(lines, 1)}
    return AddressBlock(**printed)
