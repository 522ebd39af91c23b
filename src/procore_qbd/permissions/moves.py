"""Which of Procore's actions a move of an item needs, and what each of the 38 actions is for.

The lifecycle (`procore_qbd.domain.lifecycle`) says which moves there are and who makes them; the table of permissions
says what a person needs for an action. This is the bridge: rows, and a look-up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.domain import ErpItem, Privilege
from procore_qbd.domain.lifecycle import KINDS, MOVES, ItemMove
from procore_qbd.domain.vocabulary import ExplainedWord
from procore_qbd.permissions.decisions import Decision, can
from procore_qbd.permissions.grants import Give, Grant, Tick
from procore_qbd.permissions.policies import PUBLISHED, Policy
from procore_qbd.permissions.table import ACCEPTING, Action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from procore_qbd.domain import User

__all__ = ["ACTION_USES", "ActionUse", "Purpose", "action_for", "giver_of", "may_move"]

_SENDING = (ItemMove.SEND, ItemMove.RETRIEVE, ItemMove.RESEND)
_UNLINKING = {
    ErpItem.COMPANY: Action.UNLINK_COMPANY,
    ErpItem.COMMITMENT: Action.UNLINK_COMMITMENTS,
    ErpItem.CCO: Action.UNLINK_CCOS,
    ErpItem.SUBCONTRACTOR_INVOICE: Action.UNLINK_SUBCONTRACTOR_INVOICES,
    ErpItem.PCCO: Action.UNLINK_PCCOS,
    ErpItem.OWNER_INVOICE: Action.UNLINK_OWNER_INVOICES,
}
_ADDING = {
    ErpItem.COMPANY: Action.ADD_ERP_COMPANY_TO_DIRECTORY,
    ErpItem.PROJECT: Action.ADD_ERP_JOB_TO_PROCORE,
    ErpItem.SUB_JOB: Action.IMPORT_SUB_JOB,
    ErpItem.BUDGET: Action.IMPORT_BUDGET,
    ErpItem.PRIME_CONTRACT: Action.IMPORT_PRIME_CONTRACT,
}
_OF_COMPANIES = {
    ItemMove.LINK: Action.LINK_ERP_COMPANIES,
    ItemMove.ARCHIVE: Action.ARCHIVE_ERP_COMPANY,
    ItemMove.UNARCHIVE: Action.ARCHIVE_ERP_COMPANY,
}


def action_for(move: ItemMove, kind: ErpItem) -> Action | None:
    """The action that a person needs for a move; None where no action of Procore's table is about it.

    Kinds that QuickBooks Desktop does not have are answered too: the permission is one thing, the connector another.
    """
    if move in _SENDING:
        return Action.SEND_RETRIEVE_OR_RESEND
    if move in (ItemMove.ACCEPT, ItemMove.REJECT):
        return ACCEPTING.get(kind)
    if move is ItemMove.UNLINK:
        return _UNLINKING.get(kind)
    if move is ItemMove.ADD:
        return _ADDING.get(kind)
    return _OF_COMPANIES.get(move) if kind is ErpItem.COMPANY else None


def may_move(
    user: User, move: ItemMove, kind: ErpItem, project: int | None = None, *, policy: Policy = PUBLISHED
) -> Decision:
    """Whether a user may make a move, and why.

    Args:
        user: Who.
        move: Which.
        kind: Of an item of this kind.
        project: The project that the item is in, where it is in one.
        policy: Which reading of Procore's table decides.

    Raises:
        QuestionError: The answer depends on the project, and none is named.
        KeyError: No action is about it: it is no person's to make.
    """
    action = action_for(move, kind)
    if action is None:
        raise KeyError(f"no person makes the move {move.value!r} of a {kind.label}")
    item = kind if action is Action.SEND_RETRIEVE_OR_RESEND else None
    return can(user, action, project, item=item, policy=policy)


# --- who gives what is missing ---------------------------------------------------------------------------------------

_DIRECTORY = "an administrator of the company Directory"
_PUSH = (
    "an administrator of the company Directory who has Can Push to Accounting too; the first one gets it from Procore"
)


def giver_of(grant: Grant) -> str:
    """Who can give something to a user, in words.

    Source: support.procore.com, Grant Accounting Approver Privileges.
    """
    if isinstance(grant, Tick) or (isinstance(grant, Give) and grant.what is Privilege.CAN_PUSH_TO_ACCOUNTING):
        return _PUSH
    return _DIRECTORY


# --- what each action is for -----------------------------------------------------------------------------------------


class Purpose(ExplainedWord):
    """What an action of Procore's table is for in this library."""

    MOVE = "move", "A person needs it to move an item."
    SETTING = "setting", "A person needs it to change the settings of the tool."
    REFUSAL = (
        "refusal",
        "QuickBooks Desktop has nothing that it would be about; the permission is answered all the same.",
    )
    QUESTION = "question", "The permission is answered; what it opens is yet to be built."


@attrs.frozen
class ActionUse:
    """What an action is for.

    Attributes:
        purpose: In a word.
        about: The moves of which kinds, which settings, or what is yet to be built.
    """

    purpose: Purpose
    about: str


_SETTINGS = {
    Action.CONFIGURE_ADVANCED_SETTINGS: "all settings but the next two",
    Action.CONFIGURE_SYNC_SCHEDULE: "payments_schedule",
    Action.ENABLE_OR_DISABLE_DIRECT_EXPORTS: "direct_export",
}
_TO_COME = {
    Action.ADD_PROJECT_TO_ERP: "the guided chain from a project's flag to its export",
    Action.REFRESH_COMPANIES_LIST: "vendors as staged records",
    Action.REFRESH_COST_CODES: "a comparison of cost codes with QuickBooks' items",
    Action.SYNC_JOB_COST_TRANSACTIONS: "job costs",
    Action.SYNC_PAID_INVOICE_NOTIFICATIONS: "payments of subcontractor invoices",
    Action.VIEW_ACCOUNTANT_REPORT: "a list of the accounting approvers",
    Action.VIEW_JOB_COSTS_REPORT: "a report of job costs",
    Action.VIEW_UNSYNCABLE_DIRECT_COSTS_REPORT: "a report of what cannot be taken over",
    Action.VIEW_ARCHIVED_COMPANIES: "archived staged records",
}


def _moves_of(action: Action) -> str:
    """The moves that an action is for, with their kinds."""
    by_move: dict[ItemMove, list[str]] = {}
    for kind in KINDS:
        for row in MOVES:
            if row.by.is_person and kind in row.kinds and action_for(row.move, kind) is action:
                kinds = by_move.setdefault(row.move, [])
                kinds += [] if kind.label in kinds else [kind.label]
    return "; ".join(f"{move.value}: {', '.join(kinds)}" for move, kinds in by_move.items())


def _use(action: Action) -> ActionUse:
    if not action.supported:
        return ActionUse(Purpose.REFUSAL, "QuickBooks Desktop does not have it")
    if action in _SETTINGS:
        return ActionUse(Purpose.SETTING, _SETTINGS[action])
    if moves := _moves_of(action):
        return ActionUse(Purpose.MOVE, moves)
    return ActionUse(Purpose.QUESTION, _TO_COME[action])


ACTION_USES: Mapping[Action, ActionUse] = {action: _use(action) for action in Action}
"""What each of the 38 actions is for."""
