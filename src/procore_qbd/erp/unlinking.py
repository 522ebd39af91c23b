"""What unlinking, deleting and resetting have in common: nothing is written to QuickBooks, and nothing is guessed.

What is unlinked with a request detail is asked for first: while the record is in QuickBooks, a second export would be a
second record, so the item stays linked. What comes without a detail Procore has done already; there the link is
forgotten, and what stays in QuickBooks is told on this side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import CloseOut, ErpRefusal, ExternalData, ItemKind, RefusalCode
from procore_qbd.erp.results import Item, ItemResult, close, detail

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from procore_qbd.domain import DetailOutcome, ErpRequest, Link, LinkView

__all__ = [
    "UNLINKED",
    "cleared",
    "counted",
    "forgotten",
    "named_item",
    "newest_first",
    "still_synced",
    "still_there",
    "unlinked",
]

UNLINKED = "Successfully Unlinked"
"""What Procore's screen says of it."""


def named_item(kind: ItemKind, procore_id: int, request: Any, links: LinkView, origin_id: str | None) -> Item:
    """An item of which the event has little more than the id; the link knows what it is called in QuickBooks."""
    link = links.find(kind, procore_id)
    name = f"{kind.label} {procore_id}"
    return Item(
        kind=kind,
        id=procore_id,
        name=f"{name} ({link.name})" if link is not None and link.name else name,
        request_detail_id=request.request_detail_id,
        origin_id=origin_id,
    )


def newest_first(links: Iterable[Link]) -> list[Link]:
    """Items in the order in which they are unlinked: what was made last in Procore has the highest id."""
    return sorted(links, key=lambda link: (link.kind, link.procore_id), reverse=True)


def counted(links: Sequence[Link]) -> str:
    """How many items of which kinds: ``'2 commitment change orders and 1 subcontractor invoice'``."""
    kinds = dict.fromkeys(link.kind for link in links)
    counts = {kind: sum(link.kind is kind for link in links) for kind in kinds}
    return " and ".join(f"{count} {kind.label}{'s' if count > 1 else ''}" for kind, count in counts.items())


def still_synced(item: Item, children: Sequence[Link], on: str = "it") -> ErpRefusal:
    """The refusal of an item on which others hang that are synced, each named, in the order to unlink them."""
    one = len(children) == 1
    names = ", ".join(f"{child.procore_id} ({child.quickbooks_id})" for child in children)
    words = f"{item.name}: {counted(children)} on {on} {'is' if one else 'are'} synced; unlink"
    which = f"{'that' if one else 'them'} first{'' if one else ', the newest first'}"
    return ErpRefusal(RefusalCode.STILL_SYNCED, f"{words} {which}: {names}")


def still_there(published: str, words: str) -> ErpRefusal:
    """The refusal of an item whose record is in QuickBooks: Procore's words, and what is there and what to do."""
    return ErpRefusal(RefusalCode.STILL_THERE, f"{published} {words}")


def cleared(kind: ItemKind, procore_id: int) -> ExternalData:
    """What tells Procore that an item is nothing in QuickBooks any more."""
    return ExternalData(item_type=kind, item_id=procore_id, origin_id=None)


def unlinked(request: ErpRequest, item: Item, settled: ItemResult[Any], parts: Sequence[Link] = ()) -> CloseOut:
    """The close-out of an item that was to be unlinked: as it is, where something speaks against it.

    Args:
        request: The request.
        item: The item.
        settled: Why it is not unlinked, or what there is to say.
        parts: The lines that go with it, and the children, first those that go first.
    """
    if settled.refusals:
        return close(request, detail(item, settled))
    lines = sorted((part.kind, part.procore_id) for part in parts if part.kind in _LINES)
    children = [(part.kind, part.procore_id) for part in parts if part.kind not in _LINES]
    whole = [*children, (item.kind, item.id)]
    return close(
        request,
        detail(item, attrs.evolve(settled, notes=(UNLINKED, *settled.notes))),
        external_data=tuple(cleared(kind, number) for kind, number in [*whole, *lines]),
        unlinked=tuple(whole),
    )


_LINES = (ItemKind.LINE_ITEM, ItemKind.CHANGE_ORDER_LINE_ITEM)


def forgotten(request: Any, ends: Iterable[tuple[Item, ItemResult[Any]]]) -> CloseOut:
    """The close-out of items that Procore has unlinked, deleted or reset already: their links are forgotten.

    It waits for no answer, so nothing is closed, unless it names a request detail after all.

    Args:
        request: The request.
        ends: The items, each with why it stays linked, or what there is to say.
    """
    all_ = list(ends)
    return close(
        request,
        *(_untold(detail(item, settled)) for item, settled in all_),
        unlinked=tuple((item.kind, item.id) for item, settled in all_ if not settled.refusals),
    )


def _untold(outcome: DetailOutcome) -> DetailOutcome:
    return attrs.evolve(outcome, untold=outcome.request_detail_id is None)
