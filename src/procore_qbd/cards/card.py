"""Cards: what an object shows of itself, on request as text or as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.cards.grids import LONGEST, MOST_ROWS, short

if TYPE_CHECKING:
    from procore_qbd.cards.grids import Grid

__all__ = ["Card", "HasCard"]


@attrs.frozen(kw_only=True)
class Card:
    """What is shown of something: ``print(card)``, or the value of a cell in a notebook.

    Printed it is whole. A cell of a notebook shows `MOST_ROWS` rows of each grid, and says how many there are more.

    Attributes:
        title: What it is; ``''`` where that is plain.
        grids: What is known of it.
        notes: What there is to say besides, a paragraph each.
        document: A text to show line by line, as it stands.
    """

    title: str = ""
    grids: tuple[Grid, ...] = ()
    notes: tuple[str, ...] = ()
    document: str = ""

    def in_a_cell(self) -> Card:
        """It with no more than a cell of a notebook shows, and what is left out."""
        notes, more = self.notes[:MOST_ROWS], len(self.notes) - MOST_ROWS
        return attrs.evolve(
            self,
            title=short(self.title),
            grids=tuple(grid.in_a_cell() for grid in self.grids),
            notes=(*map(short, notes), *([f"{more:,} more {'note' if more == 1 else 'notes'}"] if more > 0 else ())),
            document=short(self.document, 5 * LONGEST),
        )

    def __str__(self) -> str:
        from procore_qbd.cards.text import draw

        return draw(self.title, self.grids, self.document, self.notes)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from procore_qbd.cards.html import draw

        card = self.in_a_cell()
        return draw(card.title, card.grids, card.document, card.notes)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook keeps: the same twice, instead of every field that an object has."""
        del include, exclude
        return {"text/html": self._repr_html_(), "text/plain": str(self.in_a_cell())}


class HasCard:
    """Something that shows a card: printed it is text, in a notebook it is HTML."""

    __slots__ = ()

    def _card(self) -> Card:
        raise NotImplementedError

    def __str__(self) -> str:
        return str(self._card())

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return self._card()._repr_html_()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook keeps."""
        return self._card()._repr_mimebundle_(include, exclude)
