"""What the page about the ERP Integrations tool shows of the code: the life of an item, who moves it, and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_drawing import states_drawn

from procore_qbd.domain import ErpItem
from procore_qbd.domain.lifecycle import KINDS, MOVES, Actor, ItemState, MoveRow
from procore_qbd.permissions.moves import ACTION_USES, action_for

if TYPE_CHECKING:
    from journal_drawing import Grid

_S = ItemState
_PLACES = {
    _S.NOT_SENT: (0, 0),
    _S.SENT: (1, 0),
    _S.RETRIEVED: (0, 1),
    _S.REJECTED: (1, 1),
    _S.EXPORTING: (2, 0),
    _S.FAILED: (2, 1),
    _S.SYNCED: (3, 0),
    _S.UNLINKING: (3, 1),
    _S.READY_TO_UPDATE: (4, 0),
    _S.UPDATE_SENT: (4, 1),
    _S.UPDATING: (5, 0),
}
_ALL = frozenset(KINDS)


def _kinds(row: MoveRow) -> str:
    if row.kinds == _ALL:
        return "all"
    return ", ".join(kind.label for kind in KINDS if kind in row.kinds)


def _guards(row: MoveRow) -> str:
    direct = {True: ["direct export is on"], False: [], None: []}[row.direct]
    return "; ".join([*direct, *(guard.value for guard in row.guards)]) or "-"


def _actions(row: MoveRow) -> str:
    actions = {action_for(row.move, kind) for kind in row.kinds} - {None}
    if len(actions) > 1:
        return f"the kind's own action, such as *{min(one.label for one in actions if one is not None)}*"
    return next((f"*{one.label}*" for one in actions if one is not None), "-")


_PAGES = {
    "vendors": ErpItem.COMPANY,
    "jobs": ErpItem.PROJECT,
    "standard-cost-codes": ErpItem.COST_CODES,
    "budgets": ErpItem.BUDGET,
    "commitments": ErpItem.COMMITMENT,
    "change-orders": ErpItem.CCO,
    "invoices": ErpItem.SUBCONTRACTOR_INVOICE,
}
"""The page of each kind of items."""


def _life(page: str, kind: ErpItem) -> str:
    """The life of one kind as a picture: only the states that it can be in."""
    rows = [
        row
        for row in MOVES
        if kind in row.kinds and row.by is not Actor.STAFF and row.start in _PLACES and row.direct is not True
        if row.start is not row.end
    ]
    drawn = {(row.start, row.move.value): row.end for row in rows}
    there = {state for row in rows for state in (row.start, row.end)}
    places = {state: place for state, place in _PLACES.items() if state in there}
    return states_drawn(f"life-{page}", f"The life of a {kind.label}", places, drawn, across=205)


def parts(grid: Grid) -> dict[str, str]:
    """What the page includes, by file."""
    drawn = {
        (row.start, row.move.value): row.end
        for row in MOVES
        if row.by is not Actor.STAFF and row.start in _PLACES and row.end in _PLACES and row.direct is not True
        if row.start is not row.end
    }
    moves = [
        (
            row.move.value,
            row.start.value if row.start is not None else "-",
            row.end.value,
            row.by.value,
            _kinds(row),
            _guards(row),
            _actions(row),
        )
        for row in MOVES
        if row.by is not Actor.STAFF
    ]
    lives = {f"{page}.life": _life(page, kind) for page, kind in _PAGES.items()}
    return lives | {
        "tool.lifecycle": states_drawn("lifecycle", "The life of an item", _PLACES, drawn, across=205),
        "tool.states": grid(
            ("state", "in Procore's lists", "what it means"),
            [(state.value, state.tab or "-", state.about) for state in ItemState],
        ),
        "tool.moves": grid(("move", "from", "to", "by", "kinds", "what must hold", "permission"), moves),
        "tool.actions": grid(
            ("action", "what for", "of what"),
            [(action.label, use.purpose.value, use.about) for action, use in ACTION_USES.items()],
        ),
    }
