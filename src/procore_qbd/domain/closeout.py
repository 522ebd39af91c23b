"""What goes back to Procore when a request is done: ids, and how each request detail ended.

`procore_qbd.procore` turns a `CloseOut` into the calls of Procore's API.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from procore_qbd.cards import HasCard
from procore_qbd.domain.links import Link
from procore_qbd.domain.refusals import Difference, ErpRefusal
from procore_qbd.domain.vocabulary import DetailStatus, ItemKind

if TYPE_CHECKING:
    from procore_qbd.cards import Card

__all__ = ["CloseOut", "DetailOutcome", "ExternalData", "LineItemTypeAssignment", "SyncedTransaction"]


@attrs.frozen(kw_only=True)
class ExternalData:
    """One update of Procore's external data: from now on this item is synced with that record, or with none.

    Attributes:
        origin_id: The QuickBooks id; ``'<job ListID>|<item ListID>'`` for a project cost code. None: it is unlinked.
        origin_code: What Procore shows as the ERP id, or None to leave it.
        origin_data: Free text that comes back with later payloads; we keep ``{"edit_sequence": …}`` there.
    """

    item_type: ItemKind
    item_id: int
    origin_id: str | None
    origin_code: str | None = None
    origin_data: str | None = None


@attrs.frozen(kw_only=True)
class LineItemTypeAssignment:
    """A cost type on a project cost code that Procore may now mark as synced."""

    project_id: int
    cost_code_id: int
    line_item_type_id: int


@attrs.frozen(kw_only=True)
class SyncedTransaction:
    """A budget transaction that QuickBooks has now; unless it is marked as synced, Procore sends it again.

    Attributes:
        id: Procore's id of the transaction.
        origin_id: What it is in QuickBooks, or None to leave that unsaid.
        project_id: Procore's id of the project, which the call must name; None where the request does not say.
    """

    id: int
    origin_id: str | None = None
    project_id: int | None = None


@attrs.frozen(kw_only=True)
class DetailOutcome:
    """How one item of a request ended: refused with its reasons, or exported, with what differs and what to know.

    Attributes:
        item_type: None only for a request of which not even that could be read.
        item_id: Procore's id of the item, None where it could not be read, or for a request that names no item.
        request_detail_id: The detail to close, None where Procore named none: then it is found by the item.
        name: The item's name and number, for people.
        refusals: Why it was not exported; empty where it was.
        differences: What differs between QuickBooks and Procore.
        notes: Further notes for the accounting approver.
        changed: Whether anything was written to QuickBooks.
        untold: Procore made no request detail for it and waits for no answer: nothing is closed, and what is to be
            said of it is for the journal and for people on this side.
    """

    item_type: ItemKind | None
    item_id: int | None
    request_detail_id: int | None
    name: str
    refusals: tuple[ErpRefusal, ...] = ()
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    changed: bool = False
    untold: bool = False

    @property
    def status(self) -> DetailStatus:
        """Failed where there is a reason to refuse it, else success: nothing fails without saying why."""
        return DetailStatus.FAILED if self.refusals else DetailStatus.SUCCESS

    @property
    def messages(self) -> tuple[str, ...]:
        """All of it in words; Procore shows them to the accounting approver either way."""
        return (*map(str, self.refusals), *map(str, self.differences), *self.notes)

    @property
    def called(self) -> str:
        """The item in words: ``'vendor Birch Tile'``."""
        return f"{self.item_type.label} {self.name}" if self.item_type is not None else self.name

    @property
    def ending(self) -> str:
        """How it ended, in a word."""
        return "refused" if self.refusals else "written" if self.changed else "unchanged"


@attrs.frozen(kw_only=True)
class CloseOut(HasCard):
    """The end of one ERP request.

    Attributes:
        details: One for each item of the request, in its order.
        external_data: What to tell Procore is synced.
        assignments: Cost types to mark as synced.
        transactions: Budget transactions to mark as synced.
        links: What to remember, so that the next run finds it.
        unlinked: The items that are linked to nothing from now on, with what is part of them; the next export of each
            is of a new generation.
    """

    request_name: str
    company_id: int | None
    details: tuple[DetailOutcome, ...]
    external_data: tuple[ExternalData, ...] = ()
    assignments: tuple[LineItemTypeAssignment, ...] = ()
    transactions: tuple[SyncedTransaction, ...] = ()
    links: tuple[Link, ...] = ()
    unlinked: tuple[tuple[ItemKind, int], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every item succeeded."""
        return all(detail.status is DetailStatus.SUCCESS for detail in self.details)

    def _card(self) -> Card:
        from procore_qbd.cards import Alignment, Card, Grid, GridRow

        whole, words = Alignment.WHOLE, Alignment.WORDS
        endings = Counter(detail.ending for detail in self.details)
        counted = ", ".join(f"{count} {ending}" for ending, count in endings.items())
        rows = [
            GridRow((None if at else detail.ending, text), depth=min(at, 1))
            for detail in self.details
            for at, text in enumerate((detail.called, *detail.messages))
        ]
        synced = [
            GridRow((one.item_type.label, str(one.item_id), one.origin_id or "no longer", one.origin_code))
            for one in self.external_data
        ]
        told = ("Item", "Procore id", "QuickBooks id", "ERP id")
        return Card(
            title=f"{self.request_name}: {counted or 'no items'}",
            grids=(
                Grid(headings=("", "Item, and why"), columns=(whole, whole), rows=tuple(rows)),
                *(
                    [Grid(title="Linked with QuickBooks", headings=told, columns=(words,) * 4, rows=tuple(synced))]
                    if synced
                    else ()
                ),
            ),
        )

    def not_unlinked(self, why: ErpRefusal) -> CloseOut:
        """The same end, but that nothing is unlinked: each item that would have been is refused."""
        items = set(self.unlinked)
        return attrs.evolve(
            self,
            unlinked=(),
            external_data=tuple(one for one in self.external_data if one.origin_id is not None),
            details=tuple(
                attrs.evolve(one, refusals=(*one.refusals, why), notes=())
                if (one.item_type, one.item_id) in items
                else one
                for one in self.details
            ),
        )
