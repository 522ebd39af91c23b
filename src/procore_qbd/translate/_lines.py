"""What lines of estimates, purchase orders and bills have in common: job and item, the mark, and the amounts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import attrs

from procore_qbd.qbxml import Macro  # noqa: TC001  for the signature

__all__ = ["CENT", "Pair", "cents", "given", "mark", "marked", "measure", "units"]

CENT = Decimal("0.01")
_ONE = Decimal("1.00")
_FIVE_PLACES = Decimal("0.00001")
_MARK = "Procore "


@attrs.frozen
class Pair:
    """The job and the service item that a project cost code is in QuickBooks."""

    job: str
    item: str

    @classmethod
    def of(cls, origin_id: str | None, job: str | None = None) -> Pair | None:
        """From ``'<job ListID>|<item ListID>'``; None where it is no such pair.

        Args:
            origin_id: The cost code's.
            job: The job of the whole request, where a payload names the item alone.
        """
        left, bar, item = (origin_id or "").partition("|")
        if not bar:
            left, item = job or "", left
        return cls(left, item) if left and item and "|" not in item else None


def given(number: str | Macro | None) -> str:
    """An id that QuickBooks gave out; a record that came from it has one, and no macro in its place."""
    return number if isinstance(number, str) else ""


def mark(procore_id: int) -> str:
    """What a line of ours carries in ``Other2``, so that it is known again after a lost reply."""
    return f"{_MARK}{procore_id}"


def marked(other2: str | None) -> int | None:
    """The Procore id in a line's mark; None where the line is not ours."""
    number = (other2 or "").removeprefix(_MARK)
    return int(number) if number != other2 and number.isdecimal() else None


def cents(amount: Decimal) -> Decimal:
    """As QuickBooks rounds what it multiplies: to the cent, half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def measure(
    amount: Decimal, quantity: Decimal | None, rate: Decimal | None
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Quantity, rate and amount of a line, so that QuickBooks ends at exactly this amount.

    A lump sum (no quantity) becomes as many units as dollars, at 1.00 each: QuickBooks receives by quantity, so this
    way any part of it can be billed to the cent, and the rest stays open. Where quantity times rate is not the amount,
    the amount is said and the rate is left to QuickBooks.
    """
    if not quantity:
        return amount, _ONE, None
    if rate is not None and cents(quantity * rate) == amount:
        return quantity, rate, None
    return quantity, None, amount


def units(amount: Decimal, rate: Decimal | None) -> Decimal:
    """How many units of a purchase order's line an amount is, to QuickBooks' five decimals."""
    return (amount / rate).quantize(_FIVE_PLACES, ROUND_HALF_UP) if rate else amount
