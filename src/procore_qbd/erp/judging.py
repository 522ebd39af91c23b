"""Whether moves may be made: where items stand, what the user may, and what speaks against it, in this order.

Items are judged side by side, for what is accepted together goes to QuickBooks together: a cost code may go with its
division. What is against one of them is its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.domain import CreateCommitment, ErpItem, ErpRefusal, RefusalCode
from procore_qbd.domain.item_requests import ItemRequest, joined, unlinking
from procore_qbd.domain.lifecycle import Guard, ItemId, ItemMove, ItemState, MoveRow, legal_moves, move_of
from procore_qbd.domain.settings import DirectExport, ToolSettings
from procore_qbd.erp.objections import Reader, advice, objections
from procore_qbd.errors import ForbiddenError, GuardError, IllegalMoveError, ToolError
from procore_qbd.permissions import Decision, Policy, in_order
from procore_qbd.permissions.moves import giver_of, may_move

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from procore_qbd.domain import Books, ErpRequest, LinkView, User
    from procore_qbd.erp.approval import Approval
    from procore_qbd.journal.items import ItemRecord

__all__ = ["Attempt", "Facts", "MoveRules", "forbidden", "rows_for_people"]


@attrs.frozen(kw_only=True)
class Facts:
    """What only Procore knows of an item and no request says; what is None is taken for right.

    Attributes:
        workflow_complete: Whether the item's workflow is complete.
        budget_locked: Whether the budget is locked.
        job_costs_synced: Whether what was exported of the budget before is back in Procore with the job costs.
    """

    workflow_complete: bool | None = None
    budget_locked: bool | None = None
    job_costs_synced: bool | None = None


@attrs.define(kw_only=True, eq=False)
class Attempt:
    """One move that somebody wants to make, while it is judged.

    Attributes:
        item: Of which item.
        before: What is known of it.
        sent: What is sent of it now; None where it is moved as it was sent before.
        project: The project that it is in.
        row: The move, once it is found.
        decision: Whether the user may.
        content: The request that would export it.
        request: What the move asks for: to export it, or to unlink it; None where it asks for nothing.
        error: Why it is not made; None as long as nothing is against it.
    """

    item: ItemId
    before: ItemRecord
    sent: ItemRequest | None
    project: int | None
    row: MoveRow | None = None
    decision: Decision | None = None
    content: ErpRequest | None = None
    request: ErpRequest | None = None
    error: ToolError | None = None

    @property
    def commitment(self) -> int | None:
        """The commitment that it changes or bills."""
        return (self.sent or self.before).commitment

    @property
    def called(self) -> str:
        """What people call it."""
        name = (self.sent or self.before).name
        return f"{self.item.kind.label} {name!r}" if name else str(self.item)


def rows_for_people(state: ItemState, kind: ErpItem, settings: ToolSettings) -> tuple[MoveRow, ...]:
    """The moves that people make from a state."""
    direct = settings.directly(kind) is not DirectExport.OFF
    return tuple(row for row in legal_moves(state, kind, direct=direct) if row.by.is_person)


def forbidden(decision: Decision) -> str:
    """Why a user may not, what would help, and who can give that; one sentence."""
    ways = [
        ", and ".join(f"{grant} (from {giver_of(grant)})" for grant in in_order(grants)) for grants in decision.missing
    ]
    help_ = f"what would help: {'; or '.join(ways)}" if ways else "nothing that can be granted would help"
    return f"{decision.headline}; {help_}"


@attrs.define(kw_only=True, eq=False)
class MoveRules:
    """By what moves are judged.

    Attributes:
        user: Who wants to make the moves.
        settings: Of the tool.
        policy: Which reading of Procore's permissions decides.
        links: Which items are which records.
        books: The bookkeeper's settings.
        facts: What no request says.
        on_their_way: The change orders that are on their way.
    """

    user: User
    settings: ToolSettings
    policy: Policy
    links: LinkView
    books: Books
    facts: Facts
    on_their_way: Collection[ItemRecord]

    def judge(self, attempts: Sequence[Attempt], moves: Sequence[ItemMove], approval: Approval | None) -> None:
        """Say of each attempt by which row it is made, or why it is not.

        Args:
            attempts: Which; they are changed. One that has an error already keeps it.
            moves: The first of these that leads from where an item stands.
            approval: What the approver gives with it.
        """
        for one in attempts:
            one.error = one.error or self._find_row(one, moves) or self._permit(one) or self._content(one, approval)
        ready = [one for one in attempts if one.error is None]
        against = self._objections(ready)
        taken: set[int] = set()
        for one in ready:
            faults = [*self._guarded(one, taken), *against.get(one.item, ())]
            if faults:
                one.error = self._speaks_against(one, faults)
            elif one.row is not None and Guard.ONE_AT_A_TIME in one.row.guards and one.commitment is not None:
                taken.add(one.commitment)

    def _find_row(self, one: Attempt, moves: Sequence[ItemMove]) -> ToolError | None:
        kind, state = one.item.erp_item, one.before.state
        direct = self.settings.directly(kind) is not DirectExport.OFF
        rows = (move_of(move, state, kind, direct=direct) for move in moves)
        one.row = next((row for row in rows if row is not None and row.by.is_person and one.item.can_be_sent), None)
        if one.row is not None:
            return None
        legal = [row.move.value for row in rows_for_people(state, kind, self.settings)] if one.item.can_be_sent else []
        if not one.item.can_be_sent:
            words = f"a {one.item.kind.label} is not sent to QuickBooks Desktop by itself"
        elif one.before.revision == 0:
            words = f"the tool does not know it: nobody has sent it yet; what can be done: {', '.join(legal)}"
        else:
            rest = f"what can be done: {', '.join(legal)}" if legal else "no person can do anything with it now"
            words = f"is {state.value}; {rest}"
        return IllegalMoveError(moves[0].value, one.called, words, state=state.value, legal=legal)

    def _permit(self, one: Attempt) -> ToolError | None:
        row = _row(one)
        one.decision = may_move(self.user, row.move, one.item.erp_item, one.project, policy=self.policy)
        if one.decision:
            return None
        return ForbiddenError(row.move.value, one.called, forbidden(one.decision), decision=one.decision)

    def _content(self, one: Attempt, approval: Approval | None) -> ToolError | None:
        one.content = one.sent.request if one.sent is not None else one.before.content
        if one.content is None and Guard.PREREQUISITES in _row(one).guards:
            kept = "was sent of it is not kept any more" if one.before.revision else "would export it is not known"
            words = f"what {kept}: send it with its request"
            return ToolError(_row(one).move.value, one.called, words)
        if approval is not None and one.content is not None:
            try:
                one.content = approval.applied(one.content)
            except ValueError as error:
                return ToolError(_row(one).move.value, one.called, str(error))
        if _row(one).move is ItemMove.UNLINK:
            one.request = unlinking(one.item, one.content.company_id if one.content is not None else None)
        elif _asks(one, Guard.PREREQUISITES):
            one.request = one.content
        return None

    # --- guards ------------------------------------------------------------------------------------------------------

    def _objections(self, attempts: Sequence[Attempt]) -> Mapping[ItemId, tuple[ErpRefusal, ...]]:
        """What the exports themselves refuse, as far as that is known without QuickBooks."""
        checked = [one.request for one in attempts if one.request is not None]
        found: dict[ItemId, tuple[ErpRefusal, ...]] = {}
        for request in joined(checked):
            found |= objections(request, self.links, self.books)
        return found

    def _guarded(self, one: Attempt, taken: Collection[int]) -> Iterator[ErpRefusal]:
        """What else speaks against it."""
        facts, settings = self.facts, self.settings
        if _asks(one, Guard.RETRY) and not settings.retry_without_reject:
            yield ErpRefusal(RefusalCode.STATUS, "it failed: reject it, so that it is corrected and sent again")
        waits = settings.directly(one.item.erp_item) is DirectExport.WITH_WORKFLOW
        if _asks(one, Guard.WORKFLOW) and waits and facts.workflow_complete is not True:
            yield ErpRefusal(RefusalCode.STATUS, "its workflow is not complete, and direct export waits for that")
        if _asks(one, Guard.LOCKED) and one.item.erp_item is ErpItem.BUDGET and facts.budget_locked is False:
            yield ErpRefusal(RefusalCode.STATUS, "the budget is not locked: lock it before it is sent")
        if _asks(one, Guard.JOB_COSTS_SYNCED) and facts.job_costs_synced is False:
            words = "what was exported of it before is not back in Procore: take over the job costs first"
            yield ErpRefusal(RefusalCode.NOT_EXPORTED, words)
        if _asks(one, Guard.ONE_AT_A_TIME):
            yield from self._other_change_order(one, taken)
        if _row(one).end is ItemState.EXPORTING and not settings.use_procore_contract_number:
            content = one.content
            if isinstance(content, CreateCommitment) and not content.commitment.code:
                words = "QuickBooks id: give one, or let Procore's number be used (use_procore_contract_number)"
                yield ErpRefusal(RefusalCode.MISSING, words)

    def _other_change_order(self, one: Attempt, taken: Collection[int]) -> Iterator[ErpRefusal]:
        if one.item.erp_item is not ErpItem.CCO or one.commitment is None:
            return
        others = (other for other in self.on_their_way if other.commitment == one.commitment and other.item != one.item)
        name = next((f"{other.item.kind.label} {other.name!r}" for other in others), None)
        if name is not None or one.commitment in taken:
            words = f"{name or 'another'} of the same commitment is on its way: one at a time; wait until it is done"
            yield ErpRefusal(RefusalCode.WAITING, words)

    def _speaks_against(self, one: Attempt, faults: Sequence[ErpRefusal]) -> ToolError:
        reader = Reader.APPROVER if _row(one).move in (ItemMove.ACCEPT, ItemMove.UNLINK) else Reader.SENDER
        words = "; ".join(f"{fault.words} ({advice(fault, reader)})" for fault in faults)
        return GuardError(_row(one).move.value, one.called, words, faults=faults)


def _row(one: Attempt) -> MoveRow:
    if one.row is None:  # pragma: no cover  it was found before this is asked
        raise AssertionError(one.item)
    return one.row


def _asks(one: Attempt, guard: Guard) -> bool:
    return guard in _row(one).guards
