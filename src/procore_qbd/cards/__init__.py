"""What an object shows of itself, said once: a card, drawn as text for the terminal and as HTML for a notebook.

Rooms give their objects a card, and know nothing of either drawing; so the terminal and the notebook cannot disagree.
"""

from procore_qbd.cards.card import Card, HasCard
from procore_qbd.cards.grids import (
    LONGEST,
    MOST_COLUMNS,
    MOST_ROWS,
    Alignment,
    Grid,
    GridRow,
    Shown,
    alignments,
    facts,
)

__all__ = [
    "LONGEST",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Alignment",
    "Card",
    "Grid",
    "GridRow",
    "HasCard",
    "Shown",
    "alignments",
    "facts",
]
