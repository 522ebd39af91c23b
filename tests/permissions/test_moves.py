"""Moves and permissions: no person moves an item without an action, and each of the 38 actions is for something."""

import pytest

from procore_qbd import Action, User
from procore_qbd.domain import ErpItem, ErpPermission, Privilege
from procore_qbd.domain.lifecycle import MOVES, ItemMove
from procore_qbd.permissions import Give, RaiseLevel, Tick, what_if
from procore_qbd.permissions.moves import ACTION_USES, Purpose, action_for, giver_of, may_move

TO_COME = {
    "Add a Procore Project to your ERP System",
    "Refresh the Companies List for ERP",
    "Refresh the Cost Codes on an ERP Integrated Project",
    "Sync Job Cost Transactions from an Integrated ERP into Procore",
    "Sync Paid Invoice Notifications from ERP into Procore",
    "View an Accountant Report for ERP",
    "View an ERP Job Costs Report",
    "View an ERP Unsyncable Direct Costs Report",
    "View the Archived Companies List for ERP",
}
"""The actions whose permission is answered, and whose work is yet to be built."""


def test_no_move_of_a_person_is_without_an_action():
    for row in MOVES:
        for kind in row.kinds:
            assert (action_for(row.move, kind) is not None) == row.by.is_person, (row.move, kind)


def test_each_of_the_38_actions_is_for_something_and_what_still_waits_has_a_name():
    assert len(ACTION_USES) == 38
    count = {purpose: [one for one, use in ACTION_USES.items() if use.purpose is purpose] for purpose in Purpose}
    assert {purpose: len(actions) for purpose, actions in count.items()} == {
        Purpose.MOVE: 16,
        Purpose.SETTING: 3,
        Purpose.REFUSAL: 10,
        Purpose.QUESTION: 9,
    }
    assert {one.label for one in count[Purpose.QUESTION]} == TO_COME
    assert all(not one.supported for one in count[Purpose.REFUSAL])
    assert all(use.about for use in ACTION_USES.values())


def test_kinds_that_quickbooks_does_not_have_are_answered_all_the_same():
    assert action_for(ItemMove.ACCEPT, ErpItem.OWNER_INVOICE) is Action.ACCEPT_OR_REJECT_OWNER_INVOICES
    assert action_for(ItemMove.UNLINK, ErpItem.PCCO) is Action.UNLINK_PCCOS
    assert action_for(ItemMove.ADD, ErpItem.SUB_JOB) is Action.IMPORT_SUB_JOB
    assert action_for(ItemMove.LINK, ErpItem.PROJECT) is None


def test_who_may_and_why_not():
    user = User(name="Paul", project_levels={86: {"Commitments": "Admin"}})
    assert may_move(user, ItemMove.SEND, ErpItem.COMMITMENT, 86)
    no = may_move(user, ItemMove.ACCEPT, ErpItem.COMMITMENT, 86)
    assert not no
    (grants,) = no.missing
    assert what_if(user, grants, no.action, 86)
    assert {giver_of(one) for one in grants} == {
        "an administrator of the company Directory",
        "an administrator of the company Directory who has Can Push to Accounting too; the first one gets it from Procore",
    }


def test_nobody_may_what_is_no_persons():
    with pytest.raises(KeyError, match="no person makes the move 'succeed'"):
        may_move(User(name="Ana"), ItemMove.SUCCEED, ErpItem.BUDGET)


def test_levels_and_ticks_come_from_different_people():
    push = Give(Privilege.CAN_PUSH_TO_ACCOUNTING)
    tick = Tick(ErpPermission.CAN_EXPORT, ErpItem.BUDGET)
    assert giver_of(push) == giver_of(tick) != giver_of(RaiseLevel("ERP Integrations", "Admin"))
