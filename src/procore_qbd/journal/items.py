"""The items of the ERP Integrations tool in the journal: where each stands, every move, and the settings.

What a person does and what becomes of it in QuickBooks meet in one place. To accept an item is one transaction: the
item is on its way, its request is in the inbox, and the move is written down with who made it and why it was allowed.
How the request ends is another: the worker's own transaction moves the item on. So an item is never on its way without
a request, and no request of the tool's is without a person.

A company file knows of the tool once its settings are kept (`Items.configure`). Without a tool, the journal keeps no
items and pays nothing for them. With a gate, only the tool puts requests into the inbox.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain.lifecycle import ON_THE_WAY, Actor
from procore_qbd.journal.encoding import encoded
from procore_qbd.journal.item_rows import (
    ItemChange,
    ItemRecord,
    OvertakenError,
    ToolEvent,
    event_of,
    find,
    in_doubt,
    items_of,
    keep,
    log,
    log_change,
    record_of,
    settings_of,
)
from procore_qbd.journal.rows import row_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from procore_qbd.domain import ErpRequest, ItemId, ItemKind, ItemState, ToolSettings
    from procore_qbd.journal.rows import Held
    from procore_qbd.journal.store import Journal
    from procore_qbd.journal.tables import Rows

__all__ = ["ItemChange", "ItemRecord", "Items", "OvertakenError", "ToolEvent"]

_FEW = 2000


class Items:
    """The items of one company file.

    Args:
        journal: Where they are kept.
        company: Of which company file, as `Journal.register` knows it.
    """

    def __init__(self, journal: Journal, company: str) -> None:
        self._journal, self._company = journal, company

    # --- settings ----------------------------------------------------------------------------------------------------

    def settings(self) -> tuple[int, ToolSettings]:
        """The settings and their version; version 0 is the standard ones, which nobody has kept yet."""
        with self._journal.tables.reading() as rows:
            return settings_of(rows, self._company)

    def configure(self, version: int, settings: ToolSettings, **who: Any) -> int:
        """Keep settings; from then on the company file has a tool.

        Args:
            version: Of the settings that these are made from.
            settings: The new ones.
            who: Fields of `ToolEvent`: who changed them, and why that was allowed.

        Returns:
            Their version.

        Raises:
            OvertakenError: Somebody else changed them since.
        """
        with self._journal._written(self._company) as (rows, file):
            now, kept = self._journal._now(rows), settings_of(rows, self._company)[0]
            if kept != version:
                raise OvertakenError(f"the settings are in version {kept}")
            head = {"company": self._company, "version": version + 1, "at": now}
            rows.insert("setting", [head | {"settings": json.dumps(settings.to_dict(), sort_keys=True)}])
            file.change(tool=int(settings.gate))
            log(rows, file, now, move="configure", by=Actor.USER, **who)
            return version + 1

    # --- looking -----------------------------------------------------------------------------------------------------

    def find(self, items: Collection[ItemId]) -> dict[ItemId, ItemRecord]:
        """What is known of items; those of which nothing is known are left out."""
        with self._journal.tables.reading() as rows:
            return find(rows, self._company, items)

    def all(
        self, *, states: Collection[ItemState] | None = None, kinds: Collection[ItemKind] | None = None
    ) -> tuple[ItemRecord, ...]:
        """Every item in one of some states and of one of some kinds, by kind and id."""
        where: dict[str, Any] = {"company": self._company}
        if states is not None:
            where["state"] = tuple(state.value for state in states)
        if kinds is not None:
            where["kind"] = tuple(kind.value for kind in kinds)
        with self._journal.tables.reading() as rows:
            return tuple(record_of(row) for row in rows.select("item", where, order=("kind", "procore_id")))

    def in_doubt(self, item: ItemRecord) -> bool:
        """Whether it is not known what was written of an item's last request."""
        if item.request is None:
            return False
        with self._journal.tables.reading() as rows:
            return in_doubt(rows, self._company, item.request)

    def events(
        self, *, after: int = 0, item: ItemId | None = None, request: int | None = None, at_most: int | None = None
    ) -> tuple[ToolEvent, ...]:
        """What happened, the oldest first.

        Args:
            after: Only entries with a higher number.
            item: Only those of one item.
            request: Only those that are about one request.
            at_most: How many.
        """
        where: dict[str, Any] = {"company": self._company}
        if item is not None:
            where |= {"kind": item.kind.value, "procore_id": item.procore_id}
        if request is not None:
            where["request"] = request
        with self._journal.tables.reading() as rows:
            if after:  # who follows asks for the last ones only
                new = range(after + 1, row_of(rows, self._company)["next_id"])
                if len(new) <= _FEW:
                    where["id"] = tuple(new)
            found = [row for row in rows.select("move", where, order=("id",)) if row["id"] > after]
        return tuple(map(event_of, found[:at_most]))

    def now(self) -> float:
        """The time by the journal's clock, in seconds."""
        with self._journal.tables.reading() as rows:
            return self._journal._now(rows)

    # --- moving ------------------------------------------------------------------------------------------------------

    def moved(
        self,
        changes: Sequence[ItemChange],
        requests: Sequence[ErpRequest] = (),
        *,
        version: int,
    ) -> tuple[ItemRecord, ...]:
        """Write moves down and put their requests into the inbox: all of it, or nothing.

        Args:
            changes: The moves.
            requests: What is to be carried out; each item is about the first request that names it.
            version: Of the settings by which the moves were judged.

        Returns:
            The items as they are now.

        Raises:
            OvertakenError: An item was moved since, or the settings were changed.
            LinkError: An item is to be unlinked at once, and its export is in doubt.
        """
        if not changes:
            return ()
        with self._journal._written(self._company) as (rows, file):
            now = self._journal._now(rows)
            kept, settings = settings_of(rows, self._company)
            if kept != version:
                raise OvertakenError("the settings were changed")
            if file.row["tool"] is None:
                file.change(tool=int(settings.gate))
            known = find(rows, self._company, [change.after.item for change in changes])
            for change in changes:
                self._must_be_as_it_was(rows, known, change)
            numbers = self._submitted(rows, file, requests)
            return tuple(self._write(rows, file, now, change, numbers) for change in changes)

    def put(self, request: ErpRequest, move: str, **who: Any) -> int:
        """Put a request into the inbox that moves no item by itself, and write down who did it; its number.

        Args:
            request: The request.
            move: In a word.
            who: Fields of `ToolEvent`: who did it, and why that was allowed.
        """
        with self._journal._written(self._company) as (rows, file):
            number = self._journal._put_in(rows, file, request, None, accepted=True)
            log(rows, file, self._journal._now(rows), move=move, by=Actor.APPROVER, request=number, **who)
            return number

    def refused(self, changes: Sequence[ItemChange]) -> None:
        """Write down that moves were not made; the items stay as they are."""
        if not changes:
            return
        with self._journal._written(self._company) as (rows, file):
            for change in changes:
                log_change(rows, file, self._journal._now(rows), change, allowed=False, revision=change.after.revision)

    def _must_be_as_it_was(self, rows: Rows, known: dict[ItemId, ItemRecord], change: ItemChange) -> None:
        item = change.after.item
        if known.get(item, ItemRecord(item=item)).revision != change.before.revision:
            raise OvertakenError(f"{item} was moved meanwhile")
        if change.alone:
            where = {
                "company": self._company,
                "commitment": change.after.commitment,
                "kind": change.after.item.kind.value,
            }
            if rows.select("item", {**where, "state": tuple(one.value for one in ON_THE_WAY)}):
                raise OvertakenError(f"another {change.after.item.kind.label} of its commitment is on its way")

    def _submitted(self, rows: Rows, file: Held, requests: Sequence[ErpRequest]) -> dict[ItemId, int]:
        numbers: dict[ItemId, int] = {}
        for request in requests:
            number = self._journal._put_in(rows, file, request, None, accepted=True)
            for one in items_of(request):
                numbers.setdefault(one, number)
        return numbers

    def _write(self, rows: Rows, file: Held, now: float, change: ItemChange, numbers: dict[ItemId, int]) -> ItemRecord:
        number = numbers.get(change.after.item)
        after = attrs.evolve(
            change.after,
            since=now,
            revision=change.before.revision + 1,
            request=number if number is not None else change.after.request,
            kept=encoded(change.content) if change.content is not None else change.after.kept,
        )
        if change.unlink:
            self._journal._forget(rows, self._company, after.item.kind, after.item.procore_id)
        keep(rows, self._company, after)
        log_change(rows, file, now, attrs.evolve(change, after=after), allowed=True, revision=after.revision)
        return after
