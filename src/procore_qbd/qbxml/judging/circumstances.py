"""What QuickBooks would refuse because of what it has already.

Names in use, references to nothing, accounts of another type; an old EditSequence, lines left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml.judging.accounts import NOT_REIMBURSED, account_place
from procore_qbd.qbxml.rows.records import Block, Record, Ref, Reference, table
from procore_qbd.qbxml.rows.values import ADD, MOD, Shape
from procore_qbd.qbxml.rows.violations import Rule, Violation, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Circumstances", "losses"]

# --- against the record as it stands ---------------------------------------------------------------------------------


def losses(mod: Record, against: Record, path: str) -> Iterator[Violation]:
    """What a Mod would delete from the record: QuickBooks deletes the lines that it leaves out.

    Args:
        mod: What is sent.
        against: The record as QuickBooks returned it, with its lines.
        path: The Mod's element.
    """
    for name, tag in (("list_id", "ListID"), ("txn_id", "TxnID")):
        if (said := getattr(mod, name, None)) != (there := getattr(against, name, None)) and said is not None:
            message = f"is that of another record, got {quoted(said)} where QuickBooks has {quoted(there)}"
            yield Violation(path=f"{path}/{tag}", rule=Rule.OUT_OF_DATE, message=message, status=3120)
    said, there = getattr(mod, "edit_sequence", None), getattr(against, "edit_sequence", None)
    if said is not None and said != there:
        message = f"is out of date, got {quoted(said)} where QuickBooks has {quoted(there)}; read the record again"
        yield Violation(path=f"{path}/EditSequence", rule=Rule.OUT_OF_DATE, message=message, status=3200)
    yield from _lines_lost(mod, against, path)


def _lines_lost(mod: Any, against: Any, path: str) -> Iterator[Violation]:
    for field in table(type(against)).fields:
        row = field.row
        key = row.key if isinstance(row, Block) and field.plural else None
        said = getattr(mod, field.name, ()) if key else ()
        if not key or not said:
            continue  # where a Mod speaks of no lines at all, they stay as they are
        kept = {getattr(line, key): line for line in said}
        for line in getattr(against, field.name):
            number = getattr(line, key)
            if number not in kept:
                message = f"leaves out the line {number}, which QuickBooks then deletes; name it by its id to keep it"
                yield Violation(path=f"{path}/{field.label(MOD)}", rule=Rule.LINES_LOST, message=message)
            elif type(line) is type(kept[number]):
                yield from _lines_lost(kept[number], line, f"{path}/{field.label(MOD)}[{number}]")


# --- against lists that were read ------------------------------------------------------------------------------------

_PEOPLE = ("Customer", "Vendor", "Employee", "OtherName")
_TOGETHER = {"Entity": _PEOPLE, "Terms": ("StandardTerms", "DateDrivenTerms")}
_ITEM, _ACCOUNT = "Item", "Account"
_NAME_IN_USE, _NEW_NAME_IN_USE = 3100, 3170
_NO_PARENT, _NOT_THERE, _NOT_REIMBURSABLE = 3130, 3140, 3210


class Circumstances:
    """What a program knows of a company file: lists that it has read, or their full names alone.

    Args:
        lists: By kind the records as QuickBooks returned them, inactive ones too, or full names:
            ``{"Account": accounts, "Vendor": ("Alder", "Birch")}``. Under ``Item``, ``Entity`` and ``Terms`` stand the
            answers to the queries of these names, with records of several kinds.

    Raises:
        ValueError: A record stands under a kind that it is not of.
    """

    def __init__(self, lists: Mapping[str, Iterable[Record | str]]) -> None:
        self._lists = {kind: tuple(members) for kind, members in lists.items()}
        for kind, members in self._lists.items():
            for member in members:
                if isinstance(member, Record) and not _holds(kind, member.__record__.tag):
                    raise ValueError(f"expected records of the list {kind}, got a {member.__record__.tag}")

    def judge(self, record: Record, shape: Shape, path: str) -> Iterator[Violation]:
        """What QuickBooks would refuse in a record, were it sent in a shape."""
        stands = self._as_it_stands(record) if shape is MOD else None
        if stands is not None:
            yield from losses(record, stands, path)
        yield from self._collisions(record, shape, stands, path)
        if shape in ADD | MOD:
            yield from self._references(record, shape, path, (record.__record__.tag,))

    def _as_it_stands(self, record: Any) -> Record | None:
        """The record that a Mod changes."""
        key = "list_id" if hasattr(record, "list_id") else "txn_id"
        number = getattr(record, key, None)
        there = (one for one in self._lists.get(record.__record__.tag, ()) if isinstance(one, Record))
        return next((one for one in there if number is not None and getattr(one, key) == number), None)

    # --- references --------------------------------------------------------------------------------------------------

    def _references(self, record: Any, shape: Shape, path: str, tags: tuple[str, ...]) -> Iterator[Violation]:
        for field in table(type(record)).order(shape):
            for where, member in field.places(shape, getattr(record, field.name), path):
                tag = next((tag for tag, cls in field.members.items() if cls is type(member)), field.row.tag)
                if isinstance(field.row, Reference) and isinstance(member, Ref):
                    yield from self._reference(field.row, member, where, (*tags, tag), record)
                elif isinstance(member, Record):
                    yield from self._references(member, shape, where, (*tags, tag))

    def _reference(
        self, row: Reference, ref: Ref, path: str, tags: tuple[str, ...], holder: Any
    ) -> Iterator[Violation]:
        said = ref.list_id or ref.full_name
        if not isinstance(said, str) or not said:
            return
        lists = [kind for kind in self._lists if any(_holds(kind, one) for one in row.to)]
        found: Any = next((one for kind in lists for one in self._lists[kind] if _is(one, ref, row.to)), None)
        if found is None and self._all_known(row.to, by_id=bool(ref.list_id)):
            status = _NO_PARENT if row.tag == "ParentRef" else _NOT_THERE
            message = f"points to nothing: there is no {' or '.join(row.to)} {quoted(said)}"
            yield Violation(path=path, rule=Rule.NOT_THERE, message=message, status=status, value=said)
        if getattr(found, "is_active", None) is False:
            message = f"{quoted(said)} is inactive; QuickBooks may refuse it"
            yield Violation(path=path, rule=Rule.INACTIVE, message=message, warning=True)
        if row.to == (_ACCOUNT,) and (type_ := getattr(found, "account_type", None)) is not None:
            yield from _wrong_account(str(type_), said, path, tags, holder)

    def _all_known(self, kinds: tuple[str, ...], *, by_id: bool) -> bool:
        """Whether all of these lists were read: only then is it known that they have no such record."""
        for kind in kinds:
            read = [members for known, members in self._lists.items() if _holds(known, kind)]
            if not read or (by_id and any(isinstance(one, str) for members in read for one in members)):
                return False
        return True

    # --- names -------------------------------------------------------------------------------------------------------

    def _collisions(self, record: Any, shape: Shape, stands: Record | None, path: str) -> Iterator[Violation]:
        """Names in use: QuickBooks minds no case, and customers, vendors, employees and other names share one space.

        A Mod may name itself, so full names alone of its own list say nothing where it is not known what it was called.
        """
        tag, name = record.__record__.tag, _full_name(record)
        if name is None:
            return
        old = None if stands is None else _full_name(stands)
        status = _NEW_NAME_IN_USE if shape is MOD else _NAME_IN_USE
        for kind, other, list_id in self._names(tag):
            itself = list_id is not None and list_id == getattr(record, "list_id", None)
            nobody_knows = kind == tag and list_id is None and old is None
            same = kind == tag and old is not None and other.casefold() == old.casefold()
            if shape is MOD and (itself or nobody_knows or same):
                continue
            if other.casefold() == name.casefold():
                message = f"is in use: there is {_article(kind)} {quoted(other)}" + _why(tag, kind)
                yield Violation(path=f"{path}/Name", rule=Rule.NAME_IN_USE, message=message, status=status)
            elif kind in _PEOPLE and _straight(other) == _straight(name):
                message = f"may be in use: {quoted(name)} and the {kind} {quoted(other)} can count as the same name"
                yield Violation(
                    path=f"{path}/Name", rule=Rule.NAME_IN_USE, message=message, status=status, warning=True
                )

    def _names(self, tag: str) -> Iterator[tuple[str, str, str | None]]:
        """The names that a list shares its space with: of which kind, and whose."""
        for known, members in self._lists.items():
            for member in members:
                kind = known if isinstance(member, str) else member.__record__.tag
                name = member if isinstance(member, str) else _full_name(member)
                if name is not None and _share_names(kind, tag):
                    yield kind, name, getattr(member, "list_id", None)


def _holds(known: str, kind: str) -> bool:
    """Whether records of a kind stand under a name of what was read."""
    return known == kind or kind in _TOGETHER.get(known, ()) or (known == _ITEM and kind.startswith(_ITEM))


def _share_names(kind: str, tag: str) -> bool:
    if kind == tag or {kind, tag} <= {*_PEOPLE, "Entity"}:
        return True
    return kind.startswith(_ITEM) and tag.startswith(_ITEM)


def _is(member: Any, ref: Ref, kinds: tuple[str, ...]) -> bool:
    """Whether a reference means a record: by its id, where it has one, or by its full name."""
    if isinstance(member, str):
        return not ref.list_id and member.casefold() == str(ref.full_name).casefold()
    if member.__record__.tag not in kinds:
        return False
    if ref.list_id:
        return bool(member.list_id == ref.list_id)
    return (_full_name(member) or "").casefold() == str(ref.full_name).casefold()


def _wrong_account(type_: str, said: str, path: str, tags: tuple[str, ...], holder: Any) -> Iterator[Violation]:
    place = account_place(tags)
    if place is not None and type_ not in place.types:
        message = f"the account {quoted(said)} is of the type {type_}, which does not do here"
        message += f": {place.words}" if place.words else ""
        yield Violation(path=path, rule=Rule.WRONG_ACCOUNT, message=message, status=place.status, value=said)
    if type_ in NOT_REIMBURSED and (billable := getattr(holder, "billable_status", None)) is not None:
        message = f"cannot stand beside an account of the type {type_}: Target is not reimbursable"
        where, value = f"{path.rpartition('/')[0]}/BillableStatus", str(billable)
        yield Violation(path=where, rule=Rule.WRONG_ACCOUNT, message=message, status=_NOT_REIMBURSABLE, value=value)


def _full_name(record: Any) -> str | None:
    """What a record is called in full; None where its parent is known by nothing but an id."""
    name: str | None = getattr(record, "name", None)
    parent = getattr(record, "parent_ref", None)
    if name is None or parent is None:
        return getattr(record, "full_name", None) or name
    return None if parent.full_name is None else f"{parent.full_name}:{name}"


def _straight(name: str) -> str:
    """``Smith, Mike`` as ``mike smith``."""
    last, comma, first = name.partition(",")
    return " ".join((f"{first} {last}" if comma else name).casefold().split())


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}"


def _why(tag: str, kind: str) -> str:
    return "" if tag == kind else "; these lists share one name space"
