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

from procore_qbd.domain.lifecycle import Actor, ItemId, ItemMove, ItemState, move_of
from procore_qbd.domain.portions import portions
from procore_qbd.domain.settings import ToolSettings
from procore_qbd.domain.vocabulary import DetailStatus, ItemKind
from procore_qbd.errors import JournalError
from procore_qbd.journal.encoding import decoded, encoded
from procore_qbd.journal.rows import row_of
from procore_qbd.journal.tables import OPEN_EFFECTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from procore_qbd.domain import CloseOut, ErpRequest
    from procore_qbd.journal.rows import Held
    from procore_qbd.journal.store import Journal
    from procore_qbd.journal.tables import Row, Rows

__all__ = ["ItemChange", "ItemRecord", "Items", "OvertakenError", "ToolEvent", "arrived", "broke_off", "ended"]


class OvertakenError(Exception):
    """An item was moved, or the settings were changed, since they were looked at; nothing was changed."""


@attrs.frozen(kw_only=True)
class ItemRecord:
    """What the journal knows of an item.

    Attributes:
        item: Which.
        state: Where it stands.
        since: Since when, in seconds.
        revision: How often it was moved.
        name: Its name and number in Procore.
        project: The project that it is in; None where it is in none, or nobody has said.
        commitment: The commitment that it changes or bills, by Procore's id.
        content: The request that would export it, as it was sent last; None where it was purged.
        sent_by: Who sent it last.
        created_by: Who made it in Procore, where somebody has said.
        request: Its last request, by its number in the inbox.
    """

    item: ItemId
    state: ItemState
    since: float
    revision: int
    name: str
    project: int | None = None
    commitment: int | None = None
    content: ErpRequest | None = None
    sent_by: str | None = None
    created_by: str | None = None
    request: int | None = None


@attrs.frozen(kw_only=True)
class ToolEvent:
    """One entry of what happened in the tool: a move, a move that was not allowed, or a change of the settings.

    Attributes:
        number: Counted up in a company file, not without gaps.
        at: When, in seconds.
        item: Which item; None for the settings.
        move: In a word, as `ItemMove` has it, or ``'configure'``.
        start: Where it stood.
        end: Where it stands; the same where it was not moved.
        by: In what role.
        user_id: Procore's id of the user, None where there is none.
        user: The user's name.
        action: The title of the permission that was asked for.
        allowed: Whether it was done.
        why: Why, as plain data: of a permission the whole decision.
        comment: What the user said.
        request: The request in the inbox that it is about.
        revision: How often the item was moved before and with this.
    """

    number: int
    at: float
    item: ItemId | None
    move: str
    start: ItemState | None
    end: ItemState | None
    by: Actor
    user_id: int | None
    user: str | None
    action: str | None
    allowed: bool
    why: dict[str, Any]
    comment: str
    request: int | None
    revision: int

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        plain = {name: getattr(self, name) for name in attrs.fields_dict(ToolEvent)}
        item = None if self.item is None else {"kind": self.item.kind.value, "procore_id": self.item.procore_id}
        return plain | {"item": item, "by": self.by.value}


@attrs.frozen(kw_only=True)
class ItemChange:
    """One move that is to be written down.

    Attributes:
        before: The item as it was looked at; None for one that the journal does not know.
        after: The item as it is from now on.
        move: Which move, in a word.
        by: In what role.
        user_id: Of whom.
        user: Of whom.
        action: The permission that was asked for.
        why: Why it is allowed.
        comment: What the user said.
        alone: Whether no other item of its kind may be on its way for the same commitment.
        unlink: Whether its links are forgotten at once.
    """

    before: ItemRecord | None
    after: ItemRecord
    move: str
    by: Actor
    user_id: int | None = None
    user: str | None = None
    action: str | None = None
    why: dict[str, Any] = attrs.field(factory=dict)
    comment: str = ""
    alone: bool = False
    unlink: bool = False


_ON_THE_WAY = (ItemState.EXPORTING, ItemState.UPDATING)


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
            return _settings(rows, self._company)

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
            now, kept = self._journal._now(rows), _settings(rows, self._company)[0]
            if kept != version:
                raise OvertakenError(f"the settings are in version {kept}")
            head = {"company": self._company, "version": version + 1, "at": now}
            rows.insert("setting", [head | {"settings": json.dumps(settings.to_dict(), sort_keys=True)}])
            file.change(tool=int(settings.gate))
            _log(rows, file, now, move="configure", by=Actor.USER, **who)
            return version + 1

    # --- looking -----------------------------------------------------------------------------------------------------

    def find(self, items: Collection[ItemId]) -> dict[ItemId, ItemRecord]:
        """What is known of items; those of which nothing is known are left out."""
        with self._journal.tables.reading() as rows:
            return _find(rows, self._company, items)

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
            return tuple(_record(row) for row in rows.select("item", where, order=("kind", "procore_id")))

    def in_doubt(self, item: ItemRecord) -> bool:
        """Whether it is not known what was written of an item's last request."""
        if item.request is None:
            return False
        with self._journal.tables.reading() as rows:
            return _in_doubt(rows, self._company, item.request)

    def events(
        self, *, after: int = 0, item: ItemId | None = None, at_most: int | None = None
    ) -> tuple[ToolEvent, ...]:
        """What happened, the oldest first.

        Args:
            after: Only entries with a higher number.
            item: Only those of one item.
            at_most: How many.
        """
        where: dict[str, Any] = {"company": self._company}
        if item is not None:
            where |= {"kind": item.kind.value, "procore_id": item.procore_id}
        with self._journal.tables.reading() as rows:
            found = [row for row in rows.select("move", where, order=("id",)) if row["id"] > after]
        return tuple(map(_event, found[:at_most]))

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
        key: str | None = None,
    ) -> tuple[ItemRecord, ...]:
        """Write moves down and put their requests into the inbox: all of it, or nothing.

        Args:
            changes: The moves.
            requests: What is to be carried out; each item is about the first request that names it.
            version: Of the settings by which the moves were judged.
            key: Procore's id of the ERP request, where there is one.

        Returns:
            The items as they are now.

        Raises:
            OvertakenError: An item was moved since, or the settings were changed.
            LinkError: An item is to be unlinked at once, and its export is in doubt.
        """
        with self._journal._written(self._company) as (rows, file):
            now = self._journal._now(rows)
            kept, settings = _settings(rows, self._company)
            if kept != version:
                raise OvertakenError("the settings were changed")
            if file.row["tool"] is None:
                file.change(tool=int(settings.gate))
            known = _find(rows, self._company, [change.after.item for change in changes])
            for change in changes:
                self._must_be_as_it_was(rows, known, change)
            numbers = self._submitted(rows, file, requests, key)
            return tuple(self._write(rows, file, now, change, numbers) for change in changes)

    def refused(self, changes: Sequence[ItemChange]) -> None:
        """Write down that moves were not made; the items stay as they are."""
        if not changes:
            return
        with self._journal._written(self._company) as (rows, file):
            for change in changes:
                _log_change(rows, file, self._journal._now(rows), change, allowed=False, revision=change.after.revision)

    def _must_be_as_it_was(self, rows: Rows, known: dict[ItemId, ItemRecord], change: ItemChange) -> None:
        was = change.before.revision if change.before is not None else 0
        found = known.get(change.after.item)
        if (found.revision if found is not None else 0) != was:
            raise OvertakenError(f"{change.after.item} was moved meanwhile")
        if change.alone:
            where = {
                "company": self._company,
                "commitment": change.after.commitment,
                "kind": change.after.item.kind.value,
            }
            if rows.select("item", {**where, "state": tuple(one.value for one in _ON_THE_WAY)}):
                raise OvertakenError(f"another {change.after.item.kind.label} of its commitment is on its way")

    def _submitted(self, rows: Rows, file: Held, requests: Sequence[ErpRequest], key: str | None) -> dict[ItemId, int]:
        numbers: dict[ItemId, int] = {}
        for request in requests:
            number = self._journal._put_in(rows, file, request, key, accepted=True)
            for one in items_of(request):
                numbers.setdefault(one, number)
        return numbers

    def _write(self, rows: Rows, file: Held, now: float, change: ItemChange, numbers: dict[ItemId, int]) -> ItemRecord:
        number = numbers.get(change.after.item)
        after = attrs.evolve(
            change.after,
            since=now,
            revision=change.before.revision + 1 if change.before is not None else 1,
            request=number if number is not None else change.after.request,
        )
        if change.unlink:
            self._journal._forget(rows, self._company, after.item.kind, after.item.procore_id)
        _keep(rows, self._company, after, new=change.before is None)
        _log_change(rows, file, now, attrs.evolve(change, after=after), allowed=True, revision=after.revision)
        return after


def items_of(request: ErpRequest) -> tuple[ItemId, ...]:
    """The items that a request is about: those that it exports, or those that it names to be unlinked."""
    return tuple(one.item for one in portions(request))


# --- what the inbox and the worker do with items ---------------------------------------------------------------------


def arrived(rows: Rows, file: Held, now: float, request: ErpRequest, number: int) -> None:
    """A request of Procore's own tool came in: there, its items were accepted.

    Raises:
        JournalError: The company file's tool has a gate, and nobody has accepted it here.
    """
    if file.row["tool"] is None:
        return
    if file.row["tool"]:
        raise JournalError(
            f"{file.company}: its ERP tool has a gate: requests come from the tool, when somebody with the permission "
            "has accepted their items, and this one does not; nothing was put in"
        )
    parts = {one.item: one for one in portions(request)}
    known = _find(rows, file.company, list(parts))
    for item, part in parts.items():
        before = known.get(item)
        linked = bool(rows.select("link", {"company": file.company, **_key(item)}))
        updates = linked and move_of(ItemMove.SUCCEED, ItemState.UPDATING, item.tab) is not None
        after = ItemRecord(
            item=item,
            state=ItemState.UPDATING if updates else ItemState.EXPORTING,
            since=now,
            revision=before.revision + 1 if before is not None else 1,
            name=part.name,
            project=part.project,
            commitment=part.commitment,
            content=part.request,
            sent_by=before.sent_by if before is not None else None,
            created_by=before.created_by if before is not None else None,
            request=number,
        )
        _keep(rows, file.company, after, new=before is None)
        start = before.state if before is not None else None
        why = {"words": "Procore's own tool has accepted it"}
        _log(
            rows, file, now, item=item, move=ItemMove.ACCEPT.value, start=start, end=after.state, by=Actor.PROCORE,
            why=why, request=number, revision=after.revision,
        )  # fmt: skip


_ENDS = {
    (ItemState.EXPORTING, True): ItemMove.SUCCEED,
    (ItemState.EXPORTING, False): ItemMove.FAIL,
    (ItemState.UPDATING, True): ItemMove.SUCCEED,
    (ItemState.UPDATING, False): ItemMove.FAIL,
    (ItemState.UNLINKING, True): ItemMove.UNLINKED,
    (ItemState.UNLINKING, False): ItemMove.NOT_UNLINKED,
}


def ended(rows: Rows, file: Held, now: float, request: int, close_out: CloseOut) -> None:
    """A request ended: its items move on."""
    if file.row["tool"] is None:
        return
    outcomes = {
        ItemId(one.item_type, one.item_id): one
        for one in close_out.details
        if one.item_type is not None and one.item_id is not None
    }
    for item, before in _find(rows, file.company, list(outcomes)).items():
        outcome = outcomes[item]
        move = _ENDS.get((before.state, outcome.status is DetailStatus.SUCCESS))
        if move is None or before.request != request:
            continue
        why = {
            "refusals": [{"code": one.code.value, "words": one.words} for one in outcome.refusals],
            "differences": list(map(str, outcome.differences)),
            "notes": list(outcome.notes),
        }
        _move(rows, file, now, before, move, why)


def broke_off(rows: Rows, file: Held, now: float, request: int, words: str) -> None:
    """A request ended with an error of this library, and is set aside: its items may be accepted again, or rejected."""
    if file.row["tool"] is None:
        return
    for row in rows.select("item", {"company": file.company, "request": request}, order=("kind", "procore_id")):
        before = _record(row)
        move = _ENDS.get((before.state, False))
        if move is not None:
            _move(rows, file, now, before, move, {"words": words})


def forgotten(rows: Rows, file: Held, now: float, items: Iterable[ItemId], why: dict[str, Any]) -> None:
    """Procore's staff made items unsynced, or deleted them: they are as if they had never been sent."""
    if file.row["tool"] is None:
        return
    for before in _find(rows, file.company, list(items)).values():
        if move_of(ItemMove.RESET, before.state, before.item.tab) is not None:
            _move(rows, file, now, before, ItemMove.RESET, why, by=Actor.STAFF)


def _move(
    rows: Rows,
    file: Held,
    now: float,
    before: ItemRecord,
    move: ItemMove,
    why: dict[str, Any],
    by: Actor = Actor.CONNECTOR,
) -> None:
    row = move_of(move, before.state, before.item.tab)
    if row is None:
        raise JournalError(f"{before.item}: is {before.state.value}, from where nothing does {move.value}")
    after = attrs.evolve(before, state=row.end, since=now, revision=before.revision + 1)
    _keep(rows, file.company, after, new=False)
    _log(
        rows, file, now, item=after.item, move=move.value, start=before.state, end=after.state, by=by, why=why,
        request=before.request, revision=after.revision,
    )  # fmt: skip


# --- rows ------------------------------------------------------------------------------------------------------------


def _settings(rows: Rows, company: str) -> tuple[int, ToolSettings]:
    found = rows.select("setting", {"company": company}, order=("version",))
    if not found:
        row_of(rows, company)
        return 0, ToolSettings()
    return int(found[-1]["version"]), ToolSettings.from_mapping(json.loads(found[-1]["settings"]))


def _key(item: ItemId) -> dict[str, Any]:
    return {"kind": item.kind.value, "procore_id": item.procore_id}


def _find(rows: Rows, company: str, items: Collection[ItemId]) -> dict[ItemId, ItemRecord]:
    if not items:
        return {}
    kinds = tuple(dict.fromkeys(item.kind.value for item in items))
    numbers = tuple(dict.fromkeys(item.procore_id for item in items))
    found = rows.select("item", {"company": company, "kind": kinds, "procore_id": numbers})
    wanted = set(items)
    return {one.item: one for one in map(_record, found) if one.item in wanted}


_STATES = {state.value: state for state in ItemState}


def _record(row: Row) -> ItemRecord:
    return ItemRecord(
        item=ItemId(row["kind"], row["procore_id"]),
        state=_STATES[row["state"]],
        since=row["since"],
        revision=row["revision"],
        name=row["name"],
        project=row["project"],
        commitment=row["commitment"],
        content=decoded(row["content"]) if row["content"] else None,
        sent_by=row["sent_by"],
        created_by=row["created_by"],
        request=row["request"],
    )


def _keep(rows: Rows, company: str, item: ItemRecord, *, new: bool) -> None:
    values = {
        "state": item.state.value,
        "since": item.since,
        "revision": item.revision,
        "name": item.name,
        "project": item.project,
        "commitment": item.commitment,
        "content": encoded(item.content) if item.content is not None else "",
        "sent_by": item.sent_by,
        "created_by": item.created_by,
        "request": item.request,
    }
    if new:
        rows.insert("item", [{"company": company, **_key(item.item), **values}])
    else:
        rows.update("item", {"company": company, **_key(item.item)}, values)


def _log_change(rows: Rows, file: Held, now: float, change: ItemChange, *, allowed: bool, revision: int) -> None:
    before = change.before.state if change.before is not None else None
    _log(
        rows, file, now, item=change.after.item, move=change.move, start=before,
        end=change.after.state if allowed else before, by=change.by, user_id=change.user_id, user=change.user,
        action=change.action, allowed=allowed, why=change.why, comment=change.comment, request=change.after.request,
        revision=revision,
    )  # fmt: skip


def _log(rows: Rows, file: Held, now: float, *, item: ItemId | None = None, **values: Any) -> None:
    fields: dict[str, Any] = {"start": None, "end": None, "user_id": None, "user": None, "action": None}
    fields |= {"allowed": True, "why": {}, "comment": "", "request": None, "revision": 0} | values
    where = _key(item) if item is not None else {"kind": None, "procore_id": None}
    states = {name: fields[name].value if fields[name] is not None else None for name in ("start", "end", "by")}
    plain = {"allowed": int(fields["allowed"]), "why": json.dumps(fields["why"], ensure_ascii=True)}
    row = {"company": file.company, "id": file.number(), "at": now, **where, **fields, **states, **plain}
    rows.insert("move", [row])


def _event(row: Row) -> ToolEvent:
    return ToolEvent(
        number=row["id"],
        at=row["at"],
        item=ItemId(row["kind"], row["procore_id"]) if row["kind"] is not None else None,
        move=row["move"],
        start=_STATES.get(row["start"]),
        end=_STATES.get(row["end"]),
        by=Actor(row["by"]),
        user_id=row["user_id"],
        user=row["user"],
        action=row["action"],
        allowed=bool(row["allowed"]),
        why=json.loads(row["why"]) if row["why"] else {},
        comment=row["comment"],
        request=row["request"],
        revision=row["revision"],
    )


def _in_doubt(rows: Rows, company: str, request: int) -> bool:
    runs = tuple(row["id"] for row in rows.select("run", {"company": company, "request": request}))
    return bool(runs and rows.select("effect", {"company": company, "run": runs, "state": OPEN_EFFECTS}, limit=1))
