"""Procore: it sends requests, is down now and then, and knows in the end what it was told."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import ItemId, UnlinkCommitment
from procore_qbd.domain.item_requests import by_item, unlinked_by
from procore_qbd.errors import CompanyFileError
from procore_qbd.testing.storm.plans import CHAINS, UNLINKING, Book
from procore_qbd.testing.storm.weather import SUBMITTING, TELLING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from procore_qbd.chooser import Chooser
    from procore_qbd.domain import CloseOut, ItemKind
    from procore_qbd.testing.storm.desk import Desk
    from procore_qbd.testing.storm.world import World

__all__ = ["Procore"]


@attrs.define(eq=False)
class _Chain:
    """Exports that stand on each other.

    Attributes:
        left: The kinds that were not sent yet.
        waits_for: The items of which one must have ended well before the next request is sent.
    """

    book: Book
    left: list[str]
    waits_for: set[ItemId] = attrs.field(factory=set)


class Procore:
    """Procore.

    Args:
        chains: Of `CHAINS`, or kinds of exports by name; one group each.
        desk: Whoever takes the requests through the ERP tool; without them they go into the journal as they come.

    Attributes:
        told: By the number of the close-out, what Procore was told.
        known: What it knows to be in QuickBooks.
        deletions: How many purchase orders were deleted to be unlinked; what was sent of them before may be refused.
    """

    def __init__(self, world: World, chooser: Chooser, chains: Sequence[str], desk: Desk | None = None) -> None:
        self.world, self._desk = world, desk
        self._chooser = chooser.split("Procore", departures=0.15)
        self.told: dict[int, CloseOut] = {}
        self.known: dict[tuple[ItemKind, int], str] = dict(world.scene.known)
        self.deletions = 0
        self._chains = [
            _Chain(Book(group, world.scene, self.known), list(CHAINS.get(name, (name,))))
            for group, name in enumerate(chains)
        ]

    def begin(self) -> None:
        """Send the first request of each chain."""
        for chain in self._chains:
            self._send_next(chain)

    def _send_next(self, chain: _Chain) -> None:
        if not chain.left:
            return
        kind = chain.left.pop(0)
        request = chain.book.request(kind)
        if isinstance(request, UnlinkCommitment) and kind == UNLINKING:
            self._delete(request.commitment_origin_id)
        chain.waits_for = {one.item for one in by_item(request)} | set(unlinked_by(request))
        if self._desk is not None:
            self._desk.hand_in(request, chain.book.project)
            return
        key = f"ERP request {next(self.world.numbers)}"
        how = self.world.fate(self._chooser, SUBMITTING, f"Procore's {kind}")
        self.world.journal.submit("books", request, key=key)
        if how == "sent twice":
            self.world.journal.submit("books", request, key=key)
        elif how == "sent twice under two ids":
            self.world.journal.submit("books", request, key=f"{key} once more")

    def _delete(self, txn_id: str | None) -> None:
        """A person deletes a purchase order, so that its commitment can be unlinked."""
        orders: list[Any] = list(self.world.company.records("PurchaseOrder"))
        for order in orders:
            if order.txn_id == txn_id:
                self.deletions += 1
                with suppress(CompanyFileError):  # somebody is at work on it
                    self.world.company.as_user().delete(order)

    def tell(self, number: int, close_out: CloseOut) -> bool:
        """Take how a request ended; whether Procore has it."""
        if self.world.fate(self._chooser, TELLING, "Procore") == "Procore is down":
            return False
        if number in self.told:
            return True
        self.told[number] = close_out
        self.world.happened = True
        self.world.note("Procore", f"is told of {close_out.request_name}: {'done' if close_out.ok else 'refused'}")
        self.world.report.exports += 1
        self.world.report.ended["done" if close_out.ok else "refused"] += 1
        for data in close_out.external_data:
            key = data.item_type, data.item_id
            if data.origin_id is None:
                self.known.pop(key, None)
            else:
                self.known[key] = data.origin_id
        items = {ItemId(one.item_type, one.item_id): one for one in close_out.details if one.item_type and one.item_id}
        ended = {item for item, one in items.items() if not one.refusals}
        if self._desk is not None:
            self._desk.told(items)
        for chain in self._chains:
            if chain.waits_for & ended:
                chain.waits_for = set()
                self._send_next(chain)
        return True

    def has(self) -> set[str]:
        """The ids in QuickBooks that Procore was told of."""
        ids = (data.origin_id for told in self.told.values() for data in told.external_data)
        return {one for known in ids if known is not None for one in known.split("|")}
