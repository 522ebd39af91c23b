"""What the pages about the journal and the Web Connector show of the code: states as drawings and tables, and rules."""

from __future__ import annotations

import html
import itertools
from typing import TYPE_CHECKING, Any

from procore_qbd.journal.decisions import DECISIONS, DecisionRow, Fence, Found, KeptReply
from procore_qbd.journal.states import (
    EFFECT_MOVES,
    EXCHANGE_MOVES,
    SESSION_MOVES,
    EffectState,
    ExchangeState,
    SessionState,
)
from procore_qbd.webconnector.endpoint import ANSWERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from enum import StrEnum

    Grid = Callable[[Sequence[str], Iterable[Sequence[object]]], str]

_X, _E, _S = ExchangeState, EffectState, SessionState
_PLACES: dict[str, dict[Any, tuple[int, int]]] = {
    "exchange": {_X.SENDING: (0, 0), _X.ANSWERED: (1, 0), _X.SETTLED: (2, 0), _X.CLEARED: (3, 0), _X.IN_DOUBT: (1, 1)},
    "effect": {
        _E.DONE: (0, 0),
        _E.REFUSED: (1, 0),
        _E.NOT_DONE: (2, 0),
        _E.ABANDONED: (3, 0),
        _E.OPEN: (0, 1),
        _E.IN_DOUBT: (1.5, 1),  # type: ignore[dict-item]
        _E.ASKED: (3, 1),
    },
    "session": {
        _S.OPENED: (0, 0),
        _S.WORKING: (1, 0),
        _S.OFFERED: (2, 0),
        _S.OVER: (0, 1),
        _S.ANSWERED: (1, 1),
        _S.AWAITING: (2, 1),
    },
}
"""Where each state is drawn, by column and row."""
_CALM = {
    (before, move): after
    for (before, move), after in SESSION_MOVES.items()
    if move not in ("adopt", "close", "supersede") and (move != "end" or before is _S.WORKING)
}
_WIDE, _HIGH, _ACROSS, _DOWN, _EDGE = 120, 36, 230, 220, 40
_LIVES = ("Procore", "journal", "worker", "QuickBooks")
_PROTOCOL = (
    ("Procore", "journal", "request", "into the inbox, once"),
    ("worker", "QuickBooks", "read", "the fence, then what the run wants to know"),
    ("worker", "journal", "sending", "the very bytes, their id, the fence: on disk, and only then ..."),
    ("worker", "QuickBooks", "write", "first the fence, with the EditSequence as read; stop at the first error"),
    ("QuickBooks", "worker", "reply", "or none comes: in doubt"),
    ("worker", "journal", "answered", "on disk before anybody reads it"),
    ("worker", "QuickBooks", "doubt", "the fence, the reply that was kept, a look into the file"),
    ("worker", "journal", "settled", "done, refused, not done, or a person is asked"),
    ("worker", "journal", "ended", "links, and what Procore is to be told: as a rule in one transaction with settled"),
    ("worker", "Procore", "close-out", "until Procore has it"),
)
"""Who hands what to whom, from top to bottom, and what is to be said of it."""
_STYLE = (
    "<style>.states text{fill:currentColor;font:13px system-ui,sans-serif}.states .name{font-weight:700}"
    ".states rect{fill:none;stroke:currentColor;rx:8}.states path{fill:none;stroke:currentColor;opacity:.6}"
    ".states .move{font-size:12px;paint-order:stroke;stroke:var(--color-background-primary,#fff);stroke-width:4px}"
    "</style>"
)


def moves_of(kind: str) -> dict[tuple[Any, str], Any]:
    """The moves of an exchange or of an effect; and those of a session in which nothing goes wrong."""
    return {"exchange": EXCHANGE_MOVES, "effect": EFFECT_MOVES, "session": _CALM}[kind]


def drawing(kind: str) -> str:
    """The states and moves of an exchange, an effect or a session as a picture."""
    article = "an" if kind[0] in "aeiou" else "a"
    return states_drawn(kind, f"The states of {article} {kind}", _PLACES[kind], moves_of(kind))


def states_drawn(
    name: str,
    title: str,
    at: Mapping[Any, tuple[float, float]],
    moves: Mapping[tuple[Any, str], Any],
    *,
    across: int = _ACROSS,
) -> str:
    """States and moves as a picture.

    Args:
        name: Of the picture, no two of a page the same.
        title: What it shows.
        at: Where each state stands, by column and row.
        moves: From a state by a move to a state.
        across: How far the columns are apart.
    """
    places = {state: (_EDGE + column * across, _EDGE + row * _DOWN) for state, (column, row) in at.items()}
    width = max(x for x, _ in places.values()) + _WIDE + _EDGE
    height = max(y for _, y in places.values()) + _HIGH + _EDGE + 14
    lines: dict[tuple[Any, Any], list[str]] = {}
    for (before, move), after in moves.items():
        lines.setdefault((before, after), []).append(move)
    shares = itertools.cycle((0.36, 0.52, 0.7))  # how far along its line the name of a move stands
    parts = [
        _line(name, places, before, after, ", ".join(names), lines, next(shares))
        for (before, after), names in lines.items()
    ]
    parts += [
        f'<rect x="{x:g}" y="{y:g}" width="{_WIDE}" height="{_HIGH}"/>'
        f'<text class="name" x="{x + _WIDE / 2:g}" y="{y + 23:g}" text-anchor="middle">{state.value}</text>'
        for state, (x, y) in places.items()
    ]
    said = "; ".join(f"{before.value}, {move}: {after.value}" for (before, move), after in moves.items())
    return _picture(name, title, said, "".join(parts), width, height)


def protocol() -> str:
    """One export as a picture: who hands what to whom."""
    apart, down, top = 300, 44, 40
    at = {name: 70 + number * apart for number, name in enumerate(_LIVES)}
    height = top + down * (len(_PROTOCOL) + 1)
    width = max(at.values()) + 170
    parts = [
        f'<text class="name" x="{x}" y="30" text-anchor="middle">{name}</text><path d="M{x} 40 V{height - 20}"/>'
        for name, x in at.items()
    ]
    for number, (giver, taker, what, words) in enumerate(_PROTOCOL):
        y, start, end = top + down * (number + 1) - 16, at[giver], at[taker]
        left = min(start, end) + 8
        parts.append(
            f'<path d="M{start} {y} H{end}" marker-end="url(#protocol-arrow)"/>'
            f'<text class="name" x="{left}" y="{y - 6}">{what}</text>'
            f'<text class="move" x="{left}" y="{y + 15}">{html.escape(words)}</text>'
        )
    said = "; ".join(f"{giver} to {taker}, {what}: {words}" for giver, taker, what, words in _PROTOCOL)
    return _picture("protocol", "How an export goes", said, "".join(parts), width, height)


def _picture(name: str, title: str, said: str, inside: str, width: float, height: float) -> str:
    arrow = (
        f'<defs><marker id="{name}-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0 8 4 0 8z" style="fill:currentColor"/></marker></defs>'
    )
    return (
        f'<svg class="states" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'style="width:100%;height:auto;max-width:{width:g}px"><title>{title}</title>'
        f"<desc>{html.escape(said)}</desc>{_STYLE}{arrow}{inside}</svg>"
    )


def _line(
    picture: str,
    places: dict[Any, tuple[float, float]],
    before: Any,
    after: Any,
    name: str,
    lines: Any,
    share: float,
) -> str:
    x, y = (at + size / 2 for at, size in zip(places[before], (_WIDE, _HIGH), strict=True))
    if before is after:
        right = x + _WIDE / 2
        path = f"M{right:g} {y - 8:g} C{right + 34:g} {y - 30:g} {right + 34:g} {y + 30:g} {right:g} {y + 8:g}"
        return _drawn(path, picture, x, y + 34, name, "middle")
    to_x, to_y = (at + size / 2 for at, size in zip(places[after], (_WIDE, _HIGH), strict=True))
    aside = 0.0
    if (after, before) in lines:  # there and back, side by side
        aside = 9 if (to_x, to_y) > (x, y) else -9
    if y == to_y:
        side = 1 if to_x > x else -1
        start, end = x + side * _WIDE / 2, to_x - side * _WIDE / 2
        level = y + aside
        path = f"M{start:g} {level:g} L{end:g} {level:g}"
        if abs(to_x - x) > _ACROSS * 1.6:  # around what stands between
            path = f"M{x:g} {y + _HIGH / 2:g} C{x:g} {y + 62:g} {to_x:g} {y + 62:g} {to_x:g} {y + _HIGH / 2:g}"
            return _drawn(path, picture, (x + to_x) / 2, y + 54, name, "middle")
        return _drawn(path, picture, (start + end) / 2, level + (14 if aside > 0 else -5), name, "middle")
    side = 1 if to_y > y else -1
    start_y, end_y = y + side * _HIGH / 2, to_y - side * _HIGH / 2
    reach = _WIDE / 2 - 12
    start_x = x + max(-reach, min(reach, (to_x - x) * 0.18)) + aside
    end_x = to_x - max(-reach, min(reach, (to_x - x) * 0.12)) + aside
    path = f"M{start_x:g} {start_y:g} L{end_x:g} {end_y:g}"
    at_x, at_y = start_x + (end_x - start_x) * share, start_y + (end_y - start_y) * share
    return _drawn(path, picture, at_x, at_y, name, "middle")


def _drawn(path: str, picture: str, x: float, y: float, name: str, anchor: str) -> str:
    text = f'<text class="move" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{html.escape(name)}</text>'
    return f'<path d="{path}" marker-end="url(#{picture}-arrow)"/>{text}'


def _words(options: Sequence[StrEnum], all_: type[StrEnum], before: str) -> list[str]:
    return [before + "; or ".join(one.value for one in options)] if len(options) < len(all_) else []


def known(row: DecisionRow) -> str:
    """What must be known for a rule to fit, in words."""
    parts = [
        *_words(row.kept, KeptReply, "QuickBooks, asked for the reply: "),
        *_words(row.fence, Fence, "the fence: "),
        *_words(row.found, Found, "looking: "),
        *(["nobody has waited yet"] if row.waited is False else []),
        *(["it is more than 80 days ago, or the file was condensed since"] if row.old else []),
    ]
    return ". ".join(parts) or "anything else"


def parts(grid: Grid) -> dict[str, str]:
    """What the page includes, by file."""
    found = {
        f"journal.{kind}": f"{drawing(kind)}\n\n"
        + grid(
            (kind, "by this move", "becomes"),
            [(before.value, move, after.value) for (before, move), after in moves_of(kind).items()],
        )
        for kind in ("exchange", "effect")
    }
    found["webconnector.session"] = drawing("session")
    found["webconnector.answers"] = grid(
        ("call", "where the session stands", "what is done"),
        [(f"`{call}`", state.value, words) for (call, state), words in ANSWERS.items()],
    )
    rules = [(known(row), row.decision.value, row.why) for row in DECISIONS]
    found["journal.protocol"] = protocol()
    return found | {"journal.decisions": grid(("what is known", "what is done", "why"), rules)}
