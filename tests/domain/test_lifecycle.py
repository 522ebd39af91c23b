"""The lifecycle as a table: nothing is stuck, nobody moves what is not theirs, and every kind has its moves."""

import pytest

from procore_qbd import ItemKind, LinkError
from procore_qbd.domain import ErpItem
from procore_qbd.domain.lifecycle import (
    DIRECT,
    KINDS,
    MOVES,
    UNLINKED_BY_PEOPLE,
    UPDATED,
    Actor,
    Guard,
    ItemId,
    ItemMove,
    ItemState,
    legal_moves,
    move_of,
)

REACHED = {
    kind: {state for state in ItemState if any(kind in row.kinds and row.end is state for row in MOVES)}
    | {ItemState.NOT_SENT}
    for kind in KINDS
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_has_a_way_out_that_needs_no_staff(kind):
    ends = {ItemState.SYNCED} if kind not in UNLINKED_BY_PEOPLE else set()
    for state in REACHED[kind] - ends:
        ways = [row for row in legal_moves(state, kind) if row.by is not Actor.STAFF]
        assert ways, f"{kind}: {state} has no way out"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("direct", [False, True])
def test_a_move_leads_to_one_place(kind, direct):
    for state in (None, *ItemState):
        for move in ItemMove:
            rows = [
                row
                for row in MOVES
                if row.move is move and row.start is state and kind in row.kinds and row.direct in (None, direct)
            ]
            assert len(rows) <= 1, (kind, state, move)
            assert move_of(move, state, kind, direct=direct) == (rows[0] if rows else None)


def test_every_state_and_move_is_used_and_the_table_has_no_row_twice():
    assert {row.move for row in MOVES} == set(ItemMove)
    assert {row.end for row in MOVES} | {ItemState.NOT_SENT} == set(ItemState)
    assert len({(row.move, row.start, row.direct, row.kinds) for row in MOVES}) == len(MOVES)
    assert {guard for row in MOVES for guard in row.guards} == set(Guard)


def test_what_is_accepted_comes_from_an_approver_and_what_ends_from_the_connector():
    for row in MOVES:
        if row.end in (ItemState.EXPORTING, ItemState.UPDATING):
            assert Guard.PREREQUISITES in row.guards
            assert row.by is Actor.APPROVER or row.direct
        if row.move in (ItemMove.SUCCEED, ItemMove.FAIL, ItemMove.UNLINKED, ItemMove.NOT_UNLINKED):
            assert row.by is Actor.CONNECTOR


def test_kinds_have_the_moves_that_procore_gives_them():
    sends = {move_of(ItemMove.SEND, ItemState.NOT_SENT, kind).end for kind in KINDS}
    assert sends == {ItemState.SENT}
    for kind in KINDS:
        direct = move_of(ItemMove.SEND, ItemState.NOT_SENT, kind, direct=True)
        assert (direct is not None and direct.end is ItemState.EXPORTING) == (kind in DIRECT)
        assert (move_of(ItemMove.CHANGE, ItemState.SYNCED, kind) is not None) == (kind in UPDATED)
        assert (move_of(ItemMove.UNLINK, ItemState.SYNCED, kind) is not None) == (kind in UNLINKED_BY_PEOPLE)
    assert move_of(ItemMove.UNLINK, ItemState.SYNCED, ErpItem.COMPANY).end is ItemState.NOT_SENT
    assert legal_moves(ItemState.NOT_SENT, ErpItem.OWNER_INVOICE) == ()


def test_an_item_is_named_by_kind_and_id():
    item = ItemId("work_order_contract", 4401)
    assert (item.kind, item.erp_item, str(item)) == (
        ItemKind.WORK_ORDER_CONTRACT,
        ErpItem.COMMITMENT,
        "subcontract 4401",
    )
    assert item.can_be_sent
    assert not ItemId(ItemKind.PRIME_CONTRACT, 1).can_be_sent
    with pytest.raises(LinkError):
        ItemId(ItemKind.VENDOR, -1)
