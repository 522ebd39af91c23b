"""The ERP Integrations tool: who may move an item, where it stands, and why not.

Every move of a person goes through the same three questions, in this order (`procore_qbd.erp.judging`). Can such an
item be moved like that from where it stands: the table of the lifecycle. May the user: Procore's table of permissions.
Does anything speak against it: the guards. Only then is it written down, in one transaction with the request that it
puts into the journal's inbox; a worker carries that out, and moves the item on when it knows how it ended. A move that
is not made is written down too.

Two ways to use it. An app that *is* the tool sends and accepts through it, and keeps the gate of the settings shut: the
journal takes no request then that nobody with the permission has accepted. An app beside Procore's own tool, which has
asked the same questions, opens the gate (``ToolSettings(gate=False)``) and submits Procore's requests as they come; the
tool mirrors where the items stand.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import ErpItem, ErpRefusal, ErpRequest, ItemKind, RefusalCode
from procore_qbd.domain.events import EVENTS, EndsIn, event_of
from procore_qbd.domain.item_requests import ItemRequest, by_item, joined, unlinked_by
from procore_qbd.domain.lifecycle import ON_THE_WAY, Actor, Guard, ItemId, ItemMove, ItemState, MoveRow, move_of
from procore_qbd.domain.settings import ToolSettings
from procore_qbd.erp.judging import Attempt, Facts, MoveRules, forbidden, rows_for_people
from procore_qbd.erp.notices import Notice, notices
from procore_qbd.errors import ForbiddenError, GuardError, LinkError, ToolError
from procore_qbd.journal.items import ItemChange, ItemRecord, Items, OvertakenError
from procore_qbd.permissions import PUBLISHED, Action, Decision, action_for, can

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta

    from procore_qbd.domain import Books, Undo, User
    from procore_qbd.domain.requests import Unreadable
    from procore_qbd.erp.approval import Approval
    from procore_qbd.journal.items import ToolEvent
    from procore_qbd.journal.store import Journal
    from procore_qbd.permissions import Policy

__all__ = ["Moved", "Tool"]

_TRIES = 8
_UNDECIDED = (ItemState.SENT, ItemState.UPDATE_SENT)
_NOT_SENT_AGAIN = (*_UNDECIDED, *ON_THE_WAY, ItemState.SYNCED)


@attrs.frozen(kw_only=True)
class Moved:
    """A move that was made.

    Attributes:
        record: The item as it is now.
        move: What was done.
        decision: Why the user may do it; None where no person did it.
        notices: Who should be told.
    """

    record: ItemRecord
    move: ItemMove
    decision: Decision | None
    notices: tuple[Notice, ...] = ()

    @property
    def item(self) -> ItemId:
        """Which item."""
        return self.record.item

    @property
    def state(self) -> ItemState:
        """Where it stands."""
        return self.record.state

    def __str__(self) -> str:
        return f"{self.item} {self.record.name!r}: {self.state.value}"


class Tool:
    """The tool of one company file.

    Args:
        journal: Where items, moves and settings are kept, and requests go.
        company: Of which company file, as `Journal.register` knows it.
        books: The bookkeeper's settings.
        policy: Which reading of Procore's table of permissions decides.
    """

    def __init__(self, journal: Journal, company: str, books: Books, *, policy: Policy = PUBLISHED) -> None:
        self._journal, self._company, self._books, self._policy = journal, company, books, policy
        self._items = Items(journal, company)

    # --- looking -----------------------------------------------------------------------------------------------------

    @property
    def settings(self) -> ToolSettings:
        """The settings as they are now."""
        return self._items.settings()[1]

    def find(self, item: ItemId) -> ItemRecord | None:
        """What is known of an item; None where it was never sent."""
        return self._items.find([item]).get(item)

    def items(self, *states: ItemState) -> tuple[ItemRecord, ...]:
        """Every item, or those in some states, by kind and id."""
        return self._items.all(states=states or None)

    def legal(self, item: ItemId) -> tuple[MoveRow, ...]:
        """The moves that a person can make from where an item stands, whoever that person is."""
        state = (self.find(item) or ItemRecord(item=item)).state
        return rows_for_people(state, item.erp_item, self.settings) if item.can_be_sent else ()

    def waiting(self, older_than: timedelta) -> tuple[ItemRecord, ...]:
        """The items that nobody has decided about for so long, those that wait longest first."""
        before = self._items.now() - older_than.total_seconds()
        found = [one for one in self._items.all(states=_UNDECIDED) if one.since <= before]
        return tuple(sorted(found, key=lambda one: one.since))

    def history(self, item: ItemId) -> tuple[ToolEvent, ...]:
        """Everything that was done with an item, and every move of it that was not allowed, the oldest first."""
        return self._items.events(item=item)

    def events(self, *, after: int = 0, at_most: int | None = None) -> tuple[ToolEvent, ...]:
        """Everything that happened, the oldest first: a stream to follow by the number of the last entry seen.

        Args:
            after: Only entries with a higher number.
            at_most: How many.
        """
        return self._items.events(after=after, at_most=at_most)

    def came_from(self, request: int) -> tuple[ToolEvent, ...]:
        """Why a request stands in the inbox, and what became of it: who accepted which items, and how they ended.

        Args:
            request: Its number in the inbox, which the journal has with every document that was sent for it.
        """
        return self._items.events(request=request)

    def in_doubt(self, item: ItemId) -> bool:
        """Whether it is not known yet what QuickBooks made of an item's export."""
        record = self.find(item)
        return record is not None and self._items.in_doubt(record)

    # --- settings ----------------------------------------------------------------------------------------------------

    def configure(self, user: User, settings: ToolSettings) -> ToolSettings:
        """Change the settings. What needs which permission: direct export, the schedule, and everything else.

        Raises:
            ForbiddenError: The user lacks the permission for something that would change; nothing was changed.
        """
        for _ in range(_TRIES):
            version, before = self._items.settings()
            decisions = [can(user, action, policy=self._policy) for action in _needed(before, settings)]
            for decision in decisions:
                if not decision:
                    raise ForbiddenError("configure", "settings", forbidden(decision), decision=decision)
            why = {"decisions": [one.to_dict() for one in decisions], "changed": _changed(before, settings)}
            labels = "; ".join(one.action.label for one in decisions) or None
            try:
                self._items.configure(version, settings, user=user.name, user_id=user.id, action=labels, why=why)
            except OvertakenError:
                continue
            return settings
        raise ToolError("configure", "settings", "somebody else keeps changing them; look at them again")

    # --- moving ------------------------------------------------------------------------------------------------------

    def send(
        self,
        user: User,
        request: ErpRequest,
        *,
        project: int | None = None,
        created_by: str | None = None,
        facts: Facts | None = None,
    ) -> tuple[Moved | ToolError, ...]:
        """Send the items of a request that are not sent yet, were retrieved or rejected, or are a budget to update.

        Those that wait for a decision, are on their way or synced are left out: to send what is not synced yet of a
        list of cost codes is to send the list.

        Args:
            user: Who sends them.
            request: What would export them, as Procore has it; of one item or of many.
            project: The project that they are in, where the request does not say and no item before has said.
            created_by: Who made them in Procore; told of a rejection.
            facts: What no request says.

        Returns:
            For each item what came of it, in the order of the request: it was moved, or why it was not. Those that
            could be sent were sent, whatever became of the others; those that cannot be read come last.

        Raises:
            ToolError: It is a request that exports nothing.
            QuestionError: The permission depends on a project, and nobody has said which.
        """
        if not isinstance(request, ErpRequest):
            raise TypeError(f"expected an ErpRequest, as read_request reads it, got {type(request).__name__}")
        event = event_of(type(request)) or EVENTS.get(request.request_name)
        if event is None or event.ends_in is not EndsIn.EXPORT or event.why_not is not None:
            why = event.why_not if event is not None else None
            raise ToolError("send", request.request_name, why or "it exports nothing, so there is nothing to send")
        parts = by_item(request)
        known = self._items.find([one.item for one in parts])
        wanted = [one for one in parts if not _is_over(known.get(one.item))]
        said = _Given(project=project, created_by=created_by, facts=facts)
        moved = self._move(user, (ItemMove.SEND, ItemMove.RESEND), wanted, said)
        return (*moved, *map(_unreadable, getattr(request, "unreadable", ())))

    def accept(
        self, user: User, items: Iterable[ItemId], approval: Approval | None = None, *, comment: str = ""
    ) -> tuple[Moved | ToolError, ...]:
        """Accept items, which puts their requests into the inbox of the worker.

        Args:
            user: The accounting approver.
            items: Which; cost codes and subcontractor invoices go as one request.
            approval: What the approver gives with it.
            comment: For the history.

        Returns:
            As `send`.
        """
        return self._move(user, (ItemMove.ACCEPT,), tuple(items), _Given(approval=approval, comment=comment))

    def retrieve(self, user: User, item: ItemId, *, comment: str = "") -> Moved:
        """Take an item back before anybody has decided.

        Raises:
            ToolError: It is not done; see `IllegalMoveError`, `ForbiddenError`, `GuardError`.
        """
        return self.move(user, ItemMove.RETRIEVE, item, comment=comment)

    def reject(self, user: User, item: ItemId, comment: str = "") -> Moved:
        """Reject an item; the notice tells the comment.

        Raises:
            ToolError: As `retrieve`.
        """
        return self.move(user, ItemMove.REJECT, item, comment=comment)

    def move(
        self,
        user: User,
        move: ItemMove,
        item: ItemId,
        *,
        approval: Approval | None = None,
        comment: str = "",
        facts: Facts | None = None,
    ) -> Moved:
        """Move one item that the tool knows.

        Args:
            user: Who.
            move: What to do: a move of a person.
            item: With which item.
            approval: With `ItemMove.ACCEPT`.
            comment: For the history, and for who is told.
            facts: What no request says.

        Raises:
            IllegalMoveError: No such move leads from where it stands.
            ForbiddenError: The user lacks the permission.
            GuardError: Something speaks against it.
        """
        (moved,) = self._move(user, (move,), (item,), _Given(approval=approval, comment=comment, facts=facts))
        if isinstance(moved, ToolError):
            raise moved
        return moved

    def undo(self, user: User, undoing: Undo, *, comment: str = "") -> tuple[Decision, ...]:
        """Have what a request wrote taken back (`procore_qbd.erp.undoing.undo_of` makes the request).

        It takes the permission to unlink each kind of item that it is of. Standard cost codes, projects and budgets no
        person unlinks; where Procore's own table has nothing, it takes an administrator of the tool.

        Returns:
            Why the user may.

        Raises:
            ForbiddenError: The user may not; nothing is taken back.
        """
        items = unlinked_by(undoing)
        known = self._items.find(items)
        decisions = []
        for item in items:
            action = action_for(ItemMove.UNLINK, item.erp_item) or Action.CONFIGURE_ADVANCED_SETTINGS
            project = known[item].project if item in known else None
            decision = can(user, action, project, policy=self._policy)
            if not decision:
                raise ForbiddenError("undo", str(item), forbidden(decision), decision=decision)
            decisions.append(decision)
        why = {"decisions": [one.to_dict() for one in dict.fromkeys(decisions)]}
        labels = "; ".join(dict.fromkeys(one.action.label for one in decisions))
        self._items.put(undoing, "undo", user=user.name, user_id=user.id, action=labels, why=why, comment=comment)
        return tuple(dict.fromkeys(decisions))

    def why_not(
        self, user: User, move: ItemMove, item: ItemId, *, approval: Approval | None = None, facts: Facts | None = None
    ) -> ToolError | None:
        """Why a user cannot make a move: the error that `move` would raise; None where nothing is against it.

        Nothing is changed, and nothing is written down.
        """
        _, settings = self._items.settings()
        (attempt,) = self._judged(user, (move,), (item,), _Given(approval=approval, facts=facts), settings)
        return attempt.error

    def changed(self, request: ErpRequest) -> tuple[Moved, ...]:
        """Procore says that synced items were changed there: projects and budgets are ready to update then.

        Args:
            request: What would bring QuickBooks up to date.

        Returns:
            The items that are ready to update now; others are as they were.
        """
        for _ in range(_TRIES):
            version, _ = self._items.settings()
            parts = {one.item: one for one in by_item(request)}
            known = self._items.find(list(parts))
            changes = []
            for item, before in known.items():
                row = move_of(ItemMove.CHANGE, before.state, item.erp_item)
                if row is not None:
                    after = attrs.evolve(before, state=row.end, name=parts[item].name)
                    change = ItemChange(before=before, after=after, move=ItemMove.CHANGE.value, by=Actor.PROCORE)
                    changes.append(attrs.evolve(change, content=parts[item].request))
            try:
                done = self._items.moved(changes, version=version)
            except OvertakenError:
                continue
            return tuple(Moved(record=one, move=ItemMove.CHANGE, decision=None) for one in done)
        raise ToolError("change", request.request_name, "its items keep being moved meanwhile; tell it again")

    def _move(
        self, user: User, moves: Sequence[ItemMove], asked: Sequence[ItemId | ItemRequest], said: _Given
    ) -> tuple[Moved | ToolError, ...]:
        for _ in range(_TRIES):
            version, settings = self._items.settings()
            attempts = self._judged(user, moves, asked, said, settings)
            good = [one for one in attempts if one.error is None]
            changes = [_change(one, user, said) for one in good]
            try:
                done = self._items.moved(changes, _requests(good), version=version)
            except OvertakenError:
                continue
            except LinkError as error:  # what is to be unlinked at once is in doubt: that is known only there
                done = ()
                for one in good:
                    one.error = ToolError(moves[0].value, one.called, str(error))
            records = {record.item: record for record in done}
            self._items.refused([_change(one, user, said) for one in attempts if one.error is not None])
            return tuple(one.error or _moved(one, records[one.item], user, said) for one in attempts)
        items = ", ".join(str(one if isinstance(one, ItemId) else one.item) for one in asked)
        raise ToolError(moves[0].value, items, "it keeps being moved meanwhile; look at it again")

    def _judged(
        self,
        user: User,
        moves: Sequence[ItemMove],
        asked: Sequence[ItemId | ItemRequest],
        said: _Given,
        settings: ToolSettings,
    ) -> list[Attempt]:
        """What may be done with each item, and why not with the others."""
        for one in asked:
            if not isinstance(one, ItemId | ItemRequest):
                raise TypeError(f"expected an ItemId such as ItemId('vendor', 4401), got {one!r}")
        parts = {one.item: one for one in asked if isinstance(one, ItemRequest)}
        times = Counter(one.item for one in asked if isinstance(one, ItemRequest))
        items = list(dict.fromkeys(one if isinstance(one, ItemId) else one.item for one in asked))
        changes_orders = any(item.erp_item is ErpItem.CCO for item in items)
        on_their_way = self._items.all(states=ON_THE_WAY, kinds=[ItemKind.CHANGE_ORDER]) if changes_orders else ()
        known = self._items.find(items)
        commitments = self._commitments(
            [*(one.commitment for one in parts.values()), *(one.commitment for one in known.values())]
        )
        attempts = []
        for item in items:
            before, part = known.get(item) or ItemRecord(item=item), parts.get(item)
            attempt = Attempt(item=item, before=before, sent=part, project=said.project)
            if times[item] > 1:
                words = "is in the request more than once, so it is not known what to send; send it once"
                attempt.error = ToolError(moves[0].value, attempt.called, words)
            known_ones = (
                part.project if part is not None else None,
                before.project,
                commitments.get(attempt.commitment) if attempt.commitment is not None else None,
            )
            if attempt.project is None:
                attempt.project = next((one for one in known_ones if one is not None), None)
            attempts.append(attempt)
        rules = MoveRules(
            user=user,
            settings=settings,
            policy=self._policy,
            links=self._journal.links(self._company),
            books=self._books,
            facts=said.facts or Facts(),
            on_their_way=on_their_way,
        )
        rules.judge(attempts, moves, said.approval)
        return attempts

    def _commitments(self, numbers: Iterable[int | None]) -> dict[int, int | None]:
        """The projects of commitments that the tool knows."""
        wanted = {number for number in numbers if number is not None}
        both = [ItemId(kind, number) for number in wanted for kind in _COMMITMENTS]
        return {item.procore_id: one.project for item, one in self._items.find(both).items()}


_COMMITMENTS = (ItemKind.WORK_ORDER_CONTRACT, ItemKind.PURCHASE_ORDER_CONTRACT)


@attrs.frozen(kw_only=True)
class _Given:
    """What a person says with a move."""

    approval: Approval | None = None
    comment: str = ""
    facts: Facts | None = None
    project: int | None = None
    created_by: str | None = None


def _is_over(record: ItemRecord | None) -> bool:
    return record is not None and record.state in _NOT_SENT_AGAIN


def _unreadable(one: Unreadable) -> GuardError:
    """An item of a request that cannot be read is not sent, and its siblings are."""
    faults = [ErpRefusal(RefusalCode.UNREADABLE, fault) for fault in one.faults]
    words = f"it cannot be read, so it is not sent: {'; '.join(one.faults)}"
    return GuardError(ItemMove.SEND.value, f"{one.kind.label} {one.name or one.id or '(no id)'}", words, faults=faults)


def _change(one: Attempt, user: User, said: _Given) -> ItemChange:
    """What is written down of an attempt, whatever came of it."""
    move = one.row.move if one.row is not None else None
    sends = move in (ItemMove.SEND, ItemMove.RESEND)
    before = one.before
    after = attrs.evolve(
        before,
        state=one.row.end if one.row is not None else before.state,
        name=(one.sent or before).name,
        project=one.project,
        commitment=one.commitment,
        sent_by=user.name if sends else before.sent_by,
        created_by=said.created_by or before.created_by,
    )
    return ItemChange(
        before=before,
        after=after,
        content=one.content,
        move=one.error.move if one.error is not None else move.value if move is not None else "",
        by=one.row.by if one.row is not None else Actor.USER,
        user_id=user.id,
        user=user.name,
        action=one.decision.title if one.decision is not None else None,
        why=_why(one),
        comment=said.comment,
        alone=one.row is not None and Guard.ONE_AT_A_TIME in one.row.guards and after.commitment is not None,
        unlink=one.row is not None and one.row.move is ItemMove.UNLINK and one.row.end is ItemState.NOT_SENT,
    )


def _why(one: Attempt) -> dict[str, Any]:
    why: dict[str, Any] = {}
    if one.decision is not None:
        why["decision"] = one.decision.to_dict()
    if isinstance(one.error, GuardError):
        why["refusals"] = [{"code": fault.code.value, "words": fault.words} for fault in one.error.faults]
    elif one.error is not None and not isinstance(one.error, ForbiddenError):
        why["words"] = one.error.words
    return why


def _requests(attempts: Sequence[Attempt]) -> tuple[ErpRequest, ...]:
    """What goes into the inbox."""
    return joined(
        one.request for one in attempts if one.request is not None and one.row is not None and one.row.end in ON_THE_WAY
    )


def _moved(one: Attempt, record: ItemRecord, user: User, said: _Given) -> Moved:
    row = one.row
    if row is None:  # pragma: no cover  it was moved by one
        raise AssertionError(one.item)
    told = tuple(notices(row.move, record, user.name, said.comment))
    return Moved(record=record, move=row.move, decision=one.decision, notices=told)


_NEEDED = {
    "direct_export": Action.ENABLE_OR_DISABLE_DIRECT_EXPORTS,
    "payments_schedule": Action.CONFIGURE_SYNC_SCHEDULE,
}


def _differing(before: ToolSettings, after: ToolSettings) -> list[str]:
    return [name for name in attrs.fields_dict(ToolSettings) if getattr(before, name) != getattr(after, name)]


def _needed(before: ToolSettings, after: ToolSettings) -> list[Action]:
    """The permissions that a change of the settings needs; to keep them as they are needs that for the rest of them."""
    changed = _differing(before, after) or [""]
    return list(dict.fromkeys(_NEEDED.get(name, Action.CONFIGURE_ADVANCED_SETTINGS) for name in changed))


def _changed(before: ToolSettings, after: ToolSettings) -> dict[str, Any]:
    plain = before.to_dict(), after.to_dict()
    return {name: [plain[0][name], plain[1][name]] for name in _differing(before, after)}
