"""What both drawings do with a text first: one line of it, and nothing that moves a cursor or turns a line around."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procore_qbd.cards.grids import Shown

__all__ = ["harmless", "one_line", "said"]

_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def harmless(text: str) -> str:
    """A text without control characters, which a terminal would carry out."""
    return _HARMFUL.sub("\ufffd", text)


def one_line(text: str) -> str:
    """A text in one line, blanks taken together."""
    return " ".join(harmless(_without_lines(text)).split())


def _without_lines(text: str) -> str:
    return " ".join(text.splitlines())


def said(cell: Shown, number: str = "{:,}", *, whole: bool = False) -> str:
    """What a cell of a grid says, in one line; of what is whole every blank stays."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(_without_lines(cell)) if whole else one_line(cell)
    return number.format(cell)
