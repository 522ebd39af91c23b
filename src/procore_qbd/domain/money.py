"""Money to the cent: what does not come out even is shared by one function, with one rule.

QuickBooks keeps cents. Procore sends what people typed and what its percentages make: 33.333 of retainage, a third of
a lump sum. If every such amount were rounded by itself, three times 33.335 would be 100.02 in one ledger and 100.01 in
the other, so amounts that belong together are rounded together: each is cut to the cent, and the cents that are then
lacking go to those that lost most, until the whole is right. The whole is Procore's control total where the amounts can
be rounded to it, else what they come to. It is the same rule for dividing an amount over lines: there the exact shares
are what is rounded, and the amount is the whole.

All of it is reckoned in fractions, so no precision and no rounding mode of the caller's has a say in it.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CENT", "cents", "in_cents", "product", "round_together", "share"]

CENT = Decimal("0.01")
_HALF = Fraction(1, 2)


def cents(amount: Decimal | Fraction) -> Decimal:
    """An amount to the cent, half away from zero, as QuickBooks rounds what it multiplies."""
    exact = abs(Fraction(amount)) * 100
    whole = floor(exact + _HALF)
    return _money(-whole if amount < 0 else whole)


def in_cents(amount: Decimal) -> bool:
    """Whether an amount has no part of a cent; zeros behind the second decimal are none."""
    return (Fraction(amount) * 100).denominator == 1


def product(quantity: Decimal, rate: Decimal) -> Decimal:
    """Quantity by rate, to the cent."""
    return cents(Fraction(quantity) * Fraction(rate))


def share(amount: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """An amount over several places by their weights: in cents, and together exactly the amount.

    Args:
        amount: In whole cents.
        weights: What each place counts for; together not zero. A place of weight zero gets nothing.

    Raises:
        ValueError: The weights come to nothing, or the amount has a part of a cent.
    """
    whole = sum(map(Fraction, weights), Fraction(0))
    if not whole or not in_cents(amount):
        raise ValueError(f"cannot share {amount} by weights that come to {whole}")
    exact = Fraction(amount) * 100
    return tuple(map(_money, _to_whole([exact * Fraction(weight) / whole for weight in weights], int(exact))))


def round_together(amounts: Sequence[Decimal], total: Decimal | None = None) -> tuple[Decimal, ...]:
    """Amounts that belong together, each in cents and less than a cent from what it was.

    Args:
        amounts: Those in whole cents stay as they are.
        total: What they should come to. It is taken where rounding alone can reach it; else, or if it is None, they
            come to their own sum, rounded to the cent.
    """
    exact = [Fraction(amount) * 100 for amount in amounts]
    low = sum(map(floor, exact))
    high = low + sum(part.denominator != 1 for part in exact)
    whole = int(cents(sum(exact, Fraction(0)) / 100) * 100)
    if total is not None and in_cents(total) and low <= Fraction(total) * 100 <= high:
        whole = int(Fraction(total) * 100)
    return tuple(map(_money, _to_whole(exact, whole)))


def _to_whole(exact: Sequence[Fraction], whole: int) -> list[int]:
    """Whole numbers next to these, that come to this: the largest remainders are rounded up."""
    rounded = list(map(floor, exact))
    lacking = whole - sum(rounded)
    by_loss = sorted(range(len(exact)), key=lambda at: rounded[at] - exact[at])
    for at in by_loss[:lacking]:
        rounded[at] += 1
    return rounded


def _money(whole_cents: int) -> Decimal:
    """An amount with two decimals, of any size, whatever the context."""
    sign, digits = (1 if whole_cents < 0 else 0), str(abs(whole_cents))
    return Decimal((sign, tuple(map(int, digits)), -2))
