"""What references point to, in the lists of a company file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.qbxml.rows.records import Record, table
from procore_qbd.simulator.knowledge.asked import PARENTS
from procore_qbd.simulator.knowledge.item_accounts import ITEM_ACCOUNTS, why_not
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.knowledge.reasons import NO_SUCH_REFERENCE
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.records.shaping import with_references

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.qbxml import Ref
    from procore_qbd.qbxml.rows.records import Reference
    from procore_qbd.simulator.knowledge.nouns import ListRecord
    from procore_qbd.simulator.store.file import Store

__all__ = ["find_in", "find_in_any", "resolved", "spoken"]

PARENT_NOT_THERE = Reason(
    3130,
    "The parent of a record is not there, or is of another list.",
    Source.RECORDED,
    tried("<CustomerAdd><Name>~Pool</Name><ParentRef><FullName>~Nobody</FullName></ParentRef></CustomerAdd>"),
    refuses=lambda asked: asked.of_list and asked.says(*PARENTS),
)

R = TypeVar("R", bound=Record)

_BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


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
        Refusal: A reference points nowhere, or that of an item to an account that does not do.
    """
    tag = record.__record__.tag
    places = ITEM_ACCOUNTS if tag in ITEMS else ()

    def point(row: Reference, ref: Ref) -> Ref:
        name = ref.list_id or ref.full_name
        if not name or (seeded and row.tag not in PARENTS):
            return ref
        list_id = ref.list_id or _named(store, row, name)
        if list_id and (found := store.ref(row.to, list_id)) is not None:
            if row.tag in places and (why := why_not(row.tag, store.get("Account", list_id))):
                raise why(name, *spoken(row.tag, tag), note=f"{row.tag}: it takes other accounts")
            return found
        if row.tag in PARENTS:
            raise store.absent(row.to, list_id, PARENT_NOT_THERE(name, LISTS[tag].plural))
        known = not LISTS.keys().isdisjoint(row.to)
        note = "" if known else f"{row.tag}: the simulator keeps no list of {' or '.join(row.to)}"
        in_line = tag not in LISTS and all(field.row is not row for field in table(type(record)).fields)
        raise store.absent(row.to, list_id, NO_SUCH_REFERENCE(name, *spoken(row.tag, tag, in_line=in_line), note=note))

    return with_references(record, point)


def _named(store: Store, row: Reference, name: str) -> str:
    """The ListID of what has a full name in one of the lists that a reference may point to; '' for nothing."""
    named = (store.find_id(list_, name) for list_ in row.to if list_ in LISTS)
    return next(filter(None, named), "")


def spoken(reference: str, tag: str, *, in_line: bool = False) -> tuple[str, str]:
    """How QuickBooks calls a reference, and what it stands in.

    Its words for lines and for items are those that people quote; of most kinds of lines and items they are by analogy.
    """
    words = _BETWEEN_WORDS.sub(" ", reference.removesuffix("Ref"))
    if tag in ITEMS:
        kind = _BETWEEN_WORDS.sub(" ", tag.removeprefix("Item").replace("NonInventory", "Non-Inventory"))
        return "Account" if reference in ITEM_ACCOUNTS else words, f"item {kind}"
    if in_line:
        return f"{tag}Line SalesTaxCode" if reference == "SalesTaxCodeRef" else words, f"{tag} line"
    return words, tag
