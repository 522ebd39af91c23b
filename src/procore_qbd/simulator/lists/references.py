"""What references point to, in the lists of a company file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from procore_qbd.qbxml.rows.records import Record, table
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.knowledge.wording import Refusal
from procore_qbd.simulator.records.shaping import with_references

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.qbxml import Ref
    from procore_qbd.qbxml.rows.records import Reference
    from procore_qbd.simulator.knowledge.nouns import ListRecord
    from procore_qbd.simulator.store.file import Store

__all__ = ["find_in", "find_in_any", "resolved"]

R = TypeVar("R", bound=Record)

_PARENTS = ("ParentRef", "ParentSiteRef")


def find_in(store: Store, list_: str, ref: Ref) -> ListRecord | None:
    """What a reference points to in a list, None if it is not there; the ListID wins over the full name."""
    list_id = ref.list_id or store.find_id(list_, ref.full_name or "")
    return None if list_id is None else store.plain(list_, list_id)


def find_in_any(store: Store, lists: Iterable[str], ref: Ref) -> ListRecord | None:
    """What a reference points to in several lists, None if it is in none of them."""
    if ref.list_id:
        home = store.home(lists, ref.list_id)
        return None if home is None else store.plain(home, ref.list_id)
    found = (find_in(store, list_, ref) for list_ in lists if list_ in LISTS)
    return next((record for record in found if record is not None), None)


def resolved(store: Store, record: R, *, seeded: bool = False) -> R:
    """A record with both halves of every reference filled in; an empty reference stays, to clear one in a Mod.

    Args:
        store: Where the lists are.
        record: The record.
        seeded: Whether references may point nowhere, but for the parent's.

    Raises:
        Refusal: A reference points nowhere.
    """
    tag = record.__record__.tag

    def point(row: Reference, ref: Ref) -> Ref:
        name = ref.list_id or ref.full_name
        if not name or (seeded and row.tag not in _PARENTS):
            return ref
        named = (store.find_id(list_, name) for list_ in row.to if list_ in LISTS)
        list_id = ref.list_id or next(filter(None, named), "")
        if list_id and (found := store.ref(row.to, list_id)) is not None:
            return found
        if row.tag in _PARENTS:
            raise store.absent(row.to, list_id, Refusal(3130, name, LISTS[tag].plural))
        label = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", row.tag.removesuffix("Ref"))
        known = not LISTS.keys().isdisjoint(row.to)
        note = "" if known else f"{row.tag}: the simulator keeps no list of {' or '.join(row.to)}"
        where = tag if tag in LISTS or any(field.row is row for field in table(type(record)).fields) else f"{tag} line"
        raise store.absent(row.to, list_id, Refusal(3140, name, label, where, note=note))

    return with_references(record, point)
