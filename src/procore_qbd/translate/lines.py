"""What lines of estimates, purchase orders and bills have in common: the mark, and how an amount is measured."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import attrs

from procore_qbd.domain.money import CENT, cents, product
from procore_qbd.domain.vocabulary import ItemKind
from procore_qbd.qbxml import Macro  # noqa: TC001  for the signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["LineMark", "id_of", "marked_lines", "quantity_for", "quantity_rate_amount", "unit_notes"]

_ONE = Decimal("1.00")
_PLACES: Final = 5
_MARK = re.compile(r"Procore (?:(line|change|budget) )?(\d{1,19})")
_WORDS = {ItemKind.LINE_ITEM: "line", ItemKind.CHANGE_ORDER_LINE_ITEM: "change", ItemKind.BUDGET: "budget"}
_KINDS = {word: kind for kind, word in _WORDS.items()}


@attrs.frozen
class LineMark:
    """What a line of ours carries in ``Other2``, so that it is known again: ``'Procore line 177'``.

    The kind is part of it, for a line of a commitment, a line of a change order and a transaction of a budget may have
    the same id in Procore.

    Attributes:
        kind: What the line is in Procore; None for a mark of early releases, ``'Procore 177'``, which does not say.
        id: Its id there.
    """

    kind: ItemKind | None
    id: int

    def __str__(self) -> str:
        return f"Procore {_WORDS[self.kind]} {self.id}" if self.kind else f"Procore {self.id}"

    @classmethod
    def of(cls, line: Any) -> LineMark | None:
        """The mark of a line; None where it is not ours, or a person took the mark away."""
        found = _MARK.fullmatch((getattr(line, "other2", None) or "").strip())
        return cls(_KINDS.get(found[1]), int(found[2])) if found else None


def marked_lines(lines: Iterable[Any]) -> Mapping[LineMark, Any]:
    """The lines that are ours, by their mark; of a line that a person copied, the first counts."""
    ours: dict[LineMark, Any] = {}
    for line in lines:
        if (mark := LineMark.of(line)) is not None:
            ours.setdefault(mark, line)
    return ours


def id_of(number: str | Macro | None) -> str:
    """An id that QuickBooks gave out; a record that came from it has one, and no macro in its place."""
    return number if isinstance(number, str) else ""


def quantity_rate_amount(
    amount: Decimal, quantity: Decimal | None, rate: Decimal | None
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Quantity, rate and amount of a line, so that QuickBooks ends at exactly this amount.

    A lump sum (no quantity) becomes as many units as dollars, at 1.00 each: QuickBooks receives by quantity, so this
    way any part of it can be billed to the cent, and the rest stays open. Where quantity times rate is not the amount,
    or the rate has more decimals than QuickBooks keeps, the amount is said and the rate is left to QuickBooks.

    Args:
        amount: In whole cents.
        quantity: As Procore has it; 0 or None is a lump sum.
        rate: As Procore has it.
    """
    if not quantity:
        return amount, _ONE, None
    if rate is not None and _fits(rate) and product(quantity, rate) == amount:
        return quantity, rate, None
    return quantity, None, amount


def unit_notes(number: int, quantity: Decimal | None, unit_cost: Decimal | None, amount: Decimal) -> list[str]:
    """That the quantity at the unit cost is not the amount of a line in Procore; the amount counts."""
    made = product(quantity, unit_cost) if quantity and unit_cost is not None else amount
    if abs(made - amount) < CENT:
        return []
    return [f"line {number}: {quantity} at {unit_cost} is {made}, and its amount is {amount}; the amount counts"]


def _fits(number: Decimal) -> bool:
    return (Fraction(number) * 10**_PLACES).denominator == 1


def quantity_for(amount: Decimal, rate: Decimal | None) -> Decimal:
    """How many units of a purchase order's line an amount is, to QuickBooks' five decimals."""
    if not rate:
        return amount
    thousandths = 10 ** (_PLACES - 2)  # cents() keeps two decimals, and there shall be five
    return cents(Fraction(amount) / Fraction(rate) * thousandths).scaleb(2 - _PLACES)
