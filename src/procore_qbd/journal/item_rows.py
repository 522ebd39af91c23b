"""The rows of the tool's items, moves and settings: as values and back, and what inbox and worker do with them.

The journal calls `arrived` when a request comes in and `ended` when it ends, in its own transactions. Where a company
file has no tool they do nothing, and cost nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain.events import EVENTS, OWN_EVENTS, EndsIn
from procore_qbd.domain.item_requests import by_item, unlinked_by
from procore_qbd.domain.lifecycle import ON_THE_WAY, Actor, ItemId, ItemMove, ItemState, move_of
from procore_qbd.domain.settings import ToolSettings
from procore_qbd.domain.vocabulary import DetailStatus
from procore_qbd.errors import JournalError
from procore_qbd.journal.encoding import decoded, encoded
from procore_qbd.journal.rows import row_of
from procore_qbd.journal.tables import OPEN_EFFECTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from procore_qbd.domain import CloseOut, ErpRequest, Link
    from procore_qbd.journal.rows import Held
    from procore_qbd.journal.tables import Row, Rows

__all__ = [
    "ItemChange",
    "ItemRecord",
    "OvertakenError",
    "ToolEvent",
    "arrived",
    "broke_off",
    "ended",
    "event_of",
    "find",
    "in_doubt",
    "items_of",
    "keep",
    "log",
    "log_change",
    "record_of",
    "settings_of",
]


class OvertakenError(Exception):
    """An item was moved, or the settings were changed, since they were looked at; nothing was changed."""


@attrs.frozen(kw_only=True)
class ItemRecord:
    """What the journal knows of an item.

    Attributes:
        item: Which.
        state: Where it stands.
        since: Since when, in seconds.
        revision: How often it was moved; 0 is an item that nobody has sent yet, of which the journal knows nothing.
        name: Its name and number in Procore.
        project: The project that it is in; None where it is in none, or nobody has said.
        commitment: The commitment that it changes or bills, by Procore's id.
        kept: The request that would export it, as it was sent last, in the journal's form; see `content`.
        sent_by: Who sent it last.
        created_by: Who made it in Procore, where somebody has said.
        request: Its last request, by its number in the inbox.
    """

    item: ItemId
    state: ItemState = ItemState.NOT_SENT
    since: float = 0.0
    revision: int = 0
    name: str = ""
    project: int | None = None
    commitment: int | None = None
    kept: str = attrs.field(default="", repr=False)
    sent_by: str | None = None
    created_by: str | None = None
    request: int | None = None

    @property
    def content(self) -> ErpRequest | None:
        """The request that would export it, as it was sent last; None where nobody has sent it, or it was purged."""
        return decoded(self.kept) if self.kept else None


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
        before: The item as it was looked at.
        after: The item as it is from now on.
        content: What was sent of it with the move; None where nothing was.
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

    before: ItemRecord
    after: ItemRecord
    content: ErpRequest | None = None
    move: str
    by: Actor
    user_id: int | None = None
    user: str | None = None
    action: str | None = None
    why: dict[str, Any] = attrs.field(factory=dict)
    comment: str = ""
    alone: bool = False
    unlink: bool = False


def items_of(request: ErpRequest) -> tuple[ItemId, ...]:
    """The items that a request is about: those that it exports, or those that it unlinks."""
    return (*(one.item for one in by_item(request)), *unlinked_by(request))


# --- what the inbox and the worker do with items ---------------------------------------------------------------------


def arrived(rows: Rows, file: Held, now: float, request: ErpRequest, number: int) -> None:
    """A request of Procore's own tool came in: there, its items were accepted.

    Raises:
        JournalError: The company file's tool has a gate, and nobody has accepted it here.
    """
    if file.row["tool"] is None:
        return
    if file.row["tool"] and items_of(request):
        raise JournalError(
            f"{file.company}: its ERP tool has a gate: requests come from the tool, when somebody with the permission "
            "has accepted their items, and this one does not; nothing was put in. Where Procore's own tool decides, "
            "open the gate in the tool's settings: gate = false"
        )
    parts = {one.item: one for one in by_item(request)}
    known = find(rows, file.company, [*parts, *unlinked_by(request)])
    said = {"words": "Procore's own tool has accepted it"}
    for item in unlinked_by(request):
        row = move_of(ItemMove.UNLINK, known[item].state, item.erp_item) if item in known else None
        if row is not None and row.end is ItemState.UNLINKING:
            there = attrs.evolve(known[item], request=number)
            _move(rows, file, now, there, ItemMove.UNLINK, said, by=Actor.PROCORE)
    for item, part in parts.items():
        before = known.get(item) or ItemRecord(item=item)
        linked = bool(rows.select("link", {"company": file.company, **_key(item)}))
        updates = linked and move_of(ItemMove.SUCCEED, ItemState.UPDATING, item.erp_item) is not None
        after = attrs.evolve(
            before,
            state=ItemState.UPDATING if updates else ItemState.EXPORTING,
            since=now,
            revision=before.revision + 1,
            name=part.name,
            project=part.project,
            commitment=part.commitment,
            kept=encoded(part.request),
            request=number,
        )
        keep(rows, file.company, after)
        log(
            rows, file, now, item=item, move=ItemMove.ACCEPT.value, start=before.state, end=after.state,
            by=Actor.PROCORE, why=said, request=number, revision=after.revision,
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
    """A request ended, of a company file with a tool: its items move on."""
    outcomes = {
        ItemId(one.item_type, one.item_id): one
        for one in close_out.details
        if one.item_type is not None and one.item_id is not None
    }
    for item, before in find(rows, file.company, list(outcomes)).items():
        outcome = outcomes[item]
        move = _ENDS.get((before.state, outcome.status is DetailStatus.SUCCESS))
        if move is None or before.request != request:
            continue  # it was moved otherwise since, or is about something else
        why = {
            "refusals": [{"code": one.code.value, "words": one.words} for one in outcome.refusals],
            "differences": list(map(str, outcome.differences)),
            "notes": list(outcome.notes),
        }
        _move(rows, file, now, before, move, why)
    event = EVENTS.get(close_out.request_name) or OWN_EVENTS.get(close_out.request_name)
    staff = event is not None and event.ends_in is not EndsIn.UNLINK
    items = [ItemId(kind, number) for kind, number in close_out.unlinked]
    for before in find(rows, file.company, items).values():
        _forgotten(rows, file, now, before, close_out.request_name, request=request, staff=staff)


def broke_off(rows: Rows, file: Held, now: float, request: int, words: str) -> None:
    """A request ended with an error of this library, and is set aside: its items may be accepted again, or rejected."""
    if file.row["tool"] is None:
        return
    for row in rows.select("item", {"company": file.company, "request": request}, order=("kind", "procore_id")):
        before = record_of(row)
        move = _ENDS.get((before.state, False))
        if move is not None:
            _move(rows, file, now, before, move, {"words": words})


def unlinked_by_hand(rows: Rows, file: Held, now: float, links: Iterable[Link]) -> None:
    """Links were forgotten without a request: none of their items is synced any more.

    What is on its way stays so: the end of its request tells what it is.
    """
    if file.row["tool"] is None:
        return
    for before in find(rows, file.company, [ItemId(one.kind, one.procore_id) for one in links]).values():
        if before.state not in ON_THE_WAY:
            _forgotten(rows, file, now, before, "its link was forgotten by hand")


def _forgotten(
    rows: Rows, file: Held, now: float, before: ItemRecord, words: str, *, request: int | None = None,
    staff: bool = False,
) -> None:  # fmt: skip
    """What was unlinked with something else, or reset, or deleted in Procore, is as if it had never been sent."""
    if move_of(ItemMove.RESET, before.state, before.item.erp_item) is None:
        return
    after = attrs.evolve(before, state=ItemState.NOT_SENT, since=now, revision=before.revision + 1, request=request)
    keep(rows, file.company, after)
    log(
        rows, file, now, item=after.item, move=(ItemMove.RESET if staff else ItemMove.UNLINKED).value,
        start=before.state, end=after.state, by=Actor.STAFF if staff else Actor.CONNECTOR, why={"words": words},
        request=request, revision=after.revision,
    )  # fmt: skip


def _move(
    rows: Rows,
    file: Held,
    now: float,
    before: ItemRecord,
    move: ItemMove,
    why: dict[str, Any],
    by: Actor = Actor.CONNECTOR,
) -> None:
    row = move_of(move, before.state, before.item.erp_item)
    if row is None:
        raise JournalError(f"{before.item}: is {before.state.value}, from where nothing does {move.value}")
    after = attrs.evolve(before, state=row.end, since=now, revision=before.revision + 1)
    keep(rows, file.company, after)
    log(
        rows, file, now, item=after.item, move=move.value, start=before.state, end=after.state, by=by, why=why,
        request=before.request, revision=after.revision,
    )  # fmt: skip


# --- rows ------------------------------------------------------------------------------------------------------------


def settings_of(rows: Rows, company: str) -> tuple[int, ToolSettings]:
    """The settings and their version; version 0 where nobody has kept any."""
    found = rows.select("setting", {"company": company}, order=("version",))
    if not found:
        row_of(rows, company)
        return 0, ToolSettings()
    return int(found[-1]["version"]), ToolSettings.from_mapping(json.loads(found[-1]["settings"]))


def _key(item: ItemId) -> dict[str, Any]:
    return {"kind": item.kind.value, "procore_id": item.procore_id}


def find(rows: Rows, company: str, items: Collection[ItemId]) -> dict[ItemId, ItemRecord]:
    """What is known of items; those of which nothing is known are left out."""
    if not items:
        return {}
    kinds = tuple(dict.fromkeys(item.kind.value for item in items))
    numbers = tuple(dict.fromkeys(item.procore_id for item in items))
    found = rows.select("item", {"company": company, "kind": kinds, "procore_id": numbers})
    wanted = set(items)
    return {one.item: one for one in map(record_of, found) if one.item in wanted}


_STATES = {state.value: state for state in ItemState}


def record_of(row: Row) -> ItemRecord:
    """An item of its row."""
    return ItemRecord(
        item=ItemId(row["kind"], row["procore_id"]),
        state=_STATES[row["state"]],
        since=row["since"],
        revision=row["revision"],
        name=row["name"],
        project=row["project"],
        commitment=row["commitment"],
        kept=row["content"],
        sent_by=row["sent_by"],
        created_by=row["created_by"],
        request=row["request"],
    )


def keep(rows: Rows, company: str, item: ItemRecord) -> None:
    """Write down where an item stands."""
    values = {
        "state": item.state.value,
        "since": item.since,
        "revision": item.revision,
        "name": item.name,
        "project": item.project,
        "commitment": item.commitment,
        "content": item.kept,
        "sent_by": item.sent_by,
        "created_by": item.created_by,
        "request": item.request,
    }
    if item.revision == 1:
        rows.insert("item", [{"company": company, **_key(item.item), **values}])
    else:
        rows.update("item", {"company": company, **_key(item.item)}, values)


def log_change(rows: Rows, file: Held, now: float, change: ItemChange, *, allowed: bool, revision: int) -> None:
    """Write down that a move was made, or was not."""
    before = change.before.state
    log(
        rows, file, now, item=change.after.item, move=change.move, start=before,
        end=change.after.state if allowed else before, by=change.by, user_id=change.user_id, user=change.user,
        action=change.action, allowed=allowed, why=change.why, comment=change.comment, request=change.after.request,
        revision=revision,
    )  # fmt: skip


def log(rows: Rows, file: Held, now: float, *, item: ItemId | None = None, **values: Any) -> None:
    """Write down that something happened: fields of `ToolEvent`, those left out as a rule being none."""
    fields: dict[str, Any] = {"start": None, "end": None, "user_id": None, "user": None, "action": None}
    fields |= {"allowed": True, "why": {}, "comment": "", "request": None, "revision": 0} | values
    where = _key(item) if item is not None else {"kind": None, "procore_id": None}
    states = {name: fields[name].value if fields[name] is not None else None for name in ("start", "end", "by")}
    plain = {"allowed": int(fields["allowed"]), "why": json.dumps(fields["why"], ensure_ascii=True)}
    row = {"company": file.company, "id": file.number(), "at": now, **where, **fields, **states, **plain}
    rows.insert("move", [row])


def event_of(row: Row) -> ToolEvent:
    """An entry of its row."""
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


def in_doubt(rows: Rows, company: str, request: int) -> bool:
    """Whether it is not known what became of something that was sent for a request."""
    runs = tuple(row["id"] for row in rows.select("run", {"company": company, "request": request}))
    return bool(runs and rows.select("effect", {"company": company, "run": runs, "state": OPEN_EFFECTS}, limit=1))
