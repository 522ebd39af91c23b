"""The life of an item in the ERP Integrations tool: its states, and which move leads from which to which.

An item is sent by whoever looks after it, waits for an accounting approver, is accepted, which is the same as being
exported, or rejected. There is no state "accepted". A row of `MOVES` says from where to where a move leads, for which
kinds of items, who makes it, and what must hold. An illegal move is a look-up that found nothing. What a person needs
to make a move is not said here: `procore_qbd.permissions.moves`.

Sources: Procore's pages on the ERP Integrations tool and on QuickBooks Desktop, and its guide for ERP integrations.
What they leave open is in docs/decisions.md.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from procore_qbd.domain.erp_items import ErpItem
from procore_qbd.domain.links import must_be_procores
from procore_qbd.domain.vocabulary import ExplainedWord, ItemKind

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "DIRECT",
    "ITEM_KINDS",
    "KINDS",
    "MOVES",
    "ON_THE_WAY",
    "UNLINKED_BY_PEOPLE",
    "UPDATED",
    "Actor",
    "Guard",
    "ItemId",
    "ItemMove",
    "ItemState",
    "MoveRow",
    "legal_moves",
    "move_of",
]


class ItemState(ExplainedWord):
    """Where an item stands. Whether its record is gone, or its export is in doubt, is no state of its own."""

    NOT_SENT = "not sent", "Nobody has sent it, or it was unlinked."
    SENT = "sent", "An accounting approver has to accept or reject it."
    RETRIEVED = "retrieved", "Whoever sent it took it back."
    REJECTED = "rejected", "An accounting approver rejected it."
    EXPORTING = "exporting", "It was accepted, and is on its way to QuickBooks."
    FAILED = "failed", "It could not be exported; the reasons stand beside it."
    SYNCED = "synced", "It is in QuickBooks."
    READY_TO_UPDATE = "ready to update", "It is in QuickBooks, and was changed in Procore since."
    UPDATE_SENT = "update sent", "An accounting approver has to accept or reject the change of what is in QuickBooks."
    UPDATING = "updating", "The change was accepted, and is on its way to QuickBooks."
    UNLINKING = "unlinking", "It is being looked whether its record is gone from QuickBooks."
    READY_TO_IMPORT = "ready to import", "It is in QuickBooks, and no item of Procore's is linked to it."
    ARCHIVED = "archived", "It is in QuickBooks, and nobody wants it in Procore."
    INVALID = "invalid", "It was ready to import, and is not in QuickBooks any more, or inactive there."

    @property
    def tab(self) -> str | None:
        """Procore's word for it in the lists of the ERP Integrations tool; None where it is in none of them."""
        return _TABS.get(self)


ON_THE_WAY = (ItemState.EXPORTING, ItemState.UPDATING, ItemState.UNLINKING)
"""Where the worker has it: its request is in the inbox, and has not ended."""

_TABS = {
    ItemState.SENT: "Ready to Export",
    ItemState.UPDATE_SENT: "Ready to Export",
    ItemState.FAILED: "Failed to Export",
    ItemState.SYNCED: "Synced",
    ItemState.READY_TO_UPDATE: "Ready to Update",
    ItemState.READY_TO_IMPORT: "Ready to Import",
    ItemState.ARCHIVED: "Archived",
}


class ItemMove(ExplainedWord):
    """What can be done with an item."""

    SEND = "send", "Send it to the ERP Integrations tool; a changed budget is sent again in this way."
    RETRIEVE = "retrieve", "Take it back before anybody has decided."
    RESEND = "resend", "Send it again after it was retrieved or rejected."
    ACCEPT = "accept", "Accept it, which exports it."
    REJECT = "reject", "Reject it."
    SUCCEED = "succeed", "QuickBooks has it."
    FAIL = "fail", "It was not exported, and it is known why."
    CHANGE = "change", "It was changed in Procore."
    UNLINK = "unlink", "Let Procore and QuickBooks go separate ways with it."
    UNLINKED = "unlinked", "Its record is gone from QuickBooks."
    NOT_UNLINKED = "not unlinked", "Its record is still in QuickBooks."
    STAGE = "stage", "A record of QuickBooks is offered to Procore."
    ADD = "add", "An item of Procore's is made of the record."
    LINK = "link", "The record and an item of Procore's are the same from now on."
    ARCHIVE = "archive", "Nobody wants the record in Procore."
    UNARCHIVE = "unarchive", "Somebody wants it after all."
    VANISH = "vanish", "The record was deleted in QuickBooks, or made inactive."
    RETURN = "return", "The record is there again."
    RESET = "reset", "Procore's staff made it unsynced."


class Actor(StrEnum):
    """Who makes a move."""

    USER = "user"
    """Whoever looks after the item in its own tool, or the companies and jobs of QuickBooks in the ERP tool."""
    APPROVER = "accounting approver"
    CONNECTOR = "connector"
    """This library, when it knows what became of the item."""
    PROCORE = "Procore"
    """Procore, when somebody changed the item there."""
    STAFF = "Procore's staff"

    @property
    def is_person(self) -> bool:
        """Whether it takes a permission of the ERP Integrations tool."""
        return self in (Actor.USER, Actor.APPROVER)


class Guard(ExplainedWord):
    """What must hold beside the state."""

    PREREQUISITES = "prerequisites", "Nothing speaks against its export that is known without QuickBooks."
    WORKFLOW = "workflow", "Its workflow in Procore is complete, where direct export waits for that."
    RETRY = "retry", "What failed may be accepted again without being rejected first."
    ONE_AT_A_TIME = "one at a time", "No other change order of its commitment is being exported."
    LOCKED = "locked", "The budget is locked in Procore."
    JOB_COSTS_SYNCED = "job costs synced", "Procore has the job costs of what was exported of the budget before."
    NO_DEPENDANTS = "no dependants", "Nothing that is synced hangs on it."
    NOT_IN_DOUBT = "not in doubt", "It is known what was written."
    UNLINKED_BOTH = "unlinked on both sides", "Neither the record nor the item is linked."


KINDS = (
    ErpItem.COMPANY,
    ErpItem.PROJECT,
    ErpItem.COST_CODES,
    ErpItem.BUDGET,
    ErpItem.COMMITMENT,
    ErpItem.CCO,
    ErpItem.SUBCONTRACTOR_INVOICE,
)
"""The kinds of items that are sent to QuickBooks Desktop, in the order in which they depend on each other."""
DIRECT = frozenset({ErpItem.COMMITMENT, ErpItem.CCO, ErpItem.SUBCONTRACTOR_INVOICE})
"""The kinds that may be exported without an approver, where an administrator has switched that on."""
UPDATED = frozenset({ErpItem.PROJECT, ErpItem.BUDGET})
"""The kinds whose changes are exported after they were synced."""
UNLINKED_BY_PEOPLE = frozenset({ErpItem.COMPANY, ErpItem.COMMITMENT, ErpItem.CCO, ErpItem.SUBCONTRACTOR_INVOICE})
"""The kinds that approvers unlink; of the others only Procore's staff make items unsynced."""
_IMPORTED = frozenset({ErpItem.COMPANY, ErpItem.PROJECT})
_COMPANY, _BUDGET, _PROJECT, _CCO = (
    frozenset({kind}) for kind in (ErpItem.COMPANY, ErpItem.BUDGET, ErpItem.PROJECT, ErpItem.CCO)
)
_ALL = frozenset(KINDS)


@attrs.frozen
class MoveRow:
    """One row: a move, from a state to a state.

    Attributes:
        move: Which.
        start: From where; None for what was not known before.
        end: To where.
        by: Who makes it.
        kinds: Of which kinds of items.
        guards: What must hold.
        direct: Whether it is for kinds with direct export on (True), off (False), or for both (None).
    """

    move: ItemMove
    start: ItemState | None
    end: ItemState
    by: Actor
    kinds: frozenset[ErpItem] = _ALL
    guards: tuple[Guard, ...] = ()
    direct: bool | None = None


_S, _M, _G = ItemState, ItemMove, Guard
_OFFERED = _S.READY_TO_IMPORT
_CHECKED = (_G.PREREQUISITES, _G.LOCKED)

MOVES: tuple[MoveRow, ...] = (
    MoveRow(_M.SEND, _S.NOT_SENT, _S.SENT, Actor.USER, _ALL, _CHECKED, direct=False),
    MoveRow(_M.SEND, _S.NOT_SENT, _S.EXPORTING, Actor.USER, DIRECT, (_G.PREREQUISITES, _G.WORKFLOW), direct=True),
    MoveRow(_M.RETRIEVE, _S.SENT, _S.RETRIEVED, Actor.USER),
    *(MoveRow(_M.RESEND, start, _S.SENT, Actor.USER, _ALL, _CHECKED, False) for start in (_S.RETRIEVED, _S.REJECTED)),
    *(
        MoveRow(_M.RESEND, start, _S.EXPORTING, Actor.USER, DIRECT, (_G.PREREQUISITES, _G.WORKFLOW), direct=True)
        for start in (_S.RETRIEVED, _S.REJECTED)
    ),
    MoveRow(_M.ACCEPT, _S.SENT, _S.EXPORTING, Actor.APPROVER, _ALL, (_G.PREREQUISITES, _G.ONE_AT_A_TIME)),
    MoveRow(_M.ACCEPT, _S.FAILED, _S.EXPORTING, Actor.APPROVER, _ALL, (_G.RETRY, _G.PREREQUISITES, _G.ONE_AT_A_TIME)),
    MoveRow(_M.REJECT, _S.SENT, _S.REJECTED, Actor.APPROVER),
    MoveRow(_M.REJECT, _S.FAILED, _S.REJECTED, Actor.APPROVER),
    MoveRow(_M.SUCCEED, _S.EXPORTING, _S.SYNCED, Actor.CONNECTOR),
    MoveRow(_M.FAIL, _S.EXPORTING, _S.FAILED, Actor.CONNECTOR, _ALL, (_G.NOT_IN_DOUBT,)),
    MoveRow(_M.CHANGE, _S.SYNCED, _S.READY_TO_UPDATE, Actor.PROCORE, UPDATED),
    MoveRow(_M.CHANGE, _S.READY_TO_UPDATE, _S.READY_TO_UPDATE, Actor.PROCORE, UPDATED),
    MoveRow(_M.SEND, _S.READY_TO_UPDATE, _S.UPDATE_SENT, Actor.USER, _BUDGET, (*_CHECKED, _G.JOB_COSTS_SYNCED)),
    MoveRow(_M.RETRIEVE, _S.UPDATE_SENT, _S.READY_TO_UPDATE, Actor.USER, _BUDGET),
    MoveRow(_M.REJECT, _S.UPDATE_SENT, _S.READY_TO_UPDATE, Actor.APPROVER, _BUDGET),
    MoveRow(_M.ACCEPT, _S.UPDATE_SENT, _S.UPDATING, Actor.APPROVER, _BUDGET, (_G.PREREQUISITES,)),
    MoveRow(_M.ACCEPT, _S.READY_TO_UPDATE, _S.UPDATING, Actor.APPROVER, _PROJECT, (_G.PREREQUISITES,)),
    MoveRow(_M.SUCCEED, _S.UPDATING, _S.SYNCED, Actor.CONNECTOR, UPDATED),
    MoveRow(_M.FAIL, _S.UPDATING, _S.READY_TO_UPDATE, Actor.CONNECTOR, UPDATED, (_G.NOT_IN_DOUBT,)),
    MoveRow(_M.UNLINK, _S.SYNCED, _S.NOT_SENT, Actor.APPROVER, _COMPANY, (_G.NO_DEPENDANTS,)),
    MoveRow(_M.UNLINK, _S.SYNCED, _S.UNLINKING, Actor.APPROVER, UNLINKED_BY_PEOPLE - _COMPANY, (_G.NO_DEPENDANTS,)),
    MoveRow(_M.UNLINKED, _S.UNLINKING, _S.NOT_SENT, Actor.CONNECTOR, UNLINKED_BY_PEOPLE - _COMPANY),
    MoveRow(_M.NOT_UNLINKED, _S.UNLINKING, _S.SYNCED, Actor.CONNECTOR, UNLINKED_BY_PEOPLE - _COMPANY),
    MoveRow(_M.STAGE, None, _OFFERED, Actor.CONNECTOR, _IMPORTED),
    MoveRow(_M.ADD, _OFFERED, _S.SYNCED, Actor.USER, _IMPORTED, (_G.UNLINKED_BOTH,)),
    MoveRow(_M.LINK, _OFFERED, _S.SYNCED, Actor.USER, _COMPANY, (_G.UNLINKED_BOTH,)),
    MoveRow(_M.ARCHIVE, _OFFERED, _S.ARCHIVED, Actor.USER, _COMPANY),
    MoveRow(_M.UNARCHIVE, _S.ARCHIVED, _OFFERED, Actor.USER, _COMPANY),
    MoveRow(_M.VANISH, _OFFERED, _S.INVALID, Actor.CONNECTOR, _IMPORTED),
    MoveRow(_M.RETURN, _S.INVALID, _OFFERED, Actor.CONNECTOR, _IMPORTED),
    *(
        MoveRow(_M.RESET, state, _S.NOT_SENT, Actor.STAFF)
        for state in _S
        if state not in (_S.NOT_SENT, _OFFERED, _S.ARCHIVED, _S.INVALID)
    ),
)
"""Every move, from every state that it leads from."""


def _by_place(rows: Iterable[MoveRow]) -> dict[tuple[ItemMove, ItemState | None, ErpItem], list[MoveRow]]:
    found: dict[tuple[ItemMove, ItemState | None, ErpItem], list[MoveRow]] = {}
    for row in rows:
        for kind in row.kinds:
            found.setdefault((row.move, row.start, kind), []).append(row)
    return found


_ROWS = _by_place(MOVES)


def move_of(move: ItemMove, state: ItemState | None, kind: ErpItem, *, direct: bool = False) -> MoveRow | None:
    """The row of a move from a state; None where no such move leads from there.

    Args:
        move: Which.
        state: Where the item stands.
        kind: What it is.
        direct: Whether direct export is on for items of its kind.
    """
    return next((row for row in _ROWS.get((move, state, kind), ()) if row.direct in (None, direct)), None)


def legal_moves(state: ItemState | None, kind: ErpItem, *, direct: bool = False) -> tuple[MoveRow, ...]:
    """Every move that leads from a state; the arguments are those of `move_of`."""
    return tuple(row for move in ItemMove if (row := move_of(move, state, kind, direct=direct)) is not None)


# --- which item ------------------------------------------------------------------------------------------------------

ITEM_KINDS = (
    ItemKind.VENDOR,
    ItemKind.PROJECT,
    ItemKind.STANDARD_COST_CODE,
    ItemKind.BUDGET,
    ItemKind.WORK_ORDER_CONTRACT,
    ItemKind.PURCHASE_ORDER_CONTRACT,
    ItemKind.CHANGE_ORDER,
    ItemKind.REQUISITION,
)
"""What can be sent to QuickBooks Desktop."""


@attrs.frozen(order=True)
class ItemId:
    """Which item, before there is a request for it. Environment and company are those of the company file's journal.

    Attributes:
        kind: What it is in Procore.
        procore_id: Its id there.
    """

    kind: ItemKind = attrs.field(converter=ItemKind)
    procore_id: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no item of the tool.

        Raises:
            LinkError: Procore can have no such id.
        """
        must_be_procores(self.kind, self.procore_id)

    @property
    def erp_item(self) -> ErpItem:
        """The kind of item, as the tool and its permissions name it."""
        return ErpItem.of(self.kind)

    @property
    def can_be_sent(self) -> bool:
        """Whether items of its kind are sent to QuickBooks Desktop."""
        return self.kind in ITEM_KINDS

    def __str__(self) -> str:
        return f"{self.kind.label} {self.procore_id}"
