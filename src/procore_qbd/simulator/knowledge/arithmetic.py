"""What QuickBooks reckons on a line and below the last one: exactly, and rounded with halves away from zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import framing, ref

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "NO_QUANTITY",
    "ZERO",
    "from_cents",
    "from_parts",
    "in_cents",
    "in_parts",
    "is_filled",
    "not_received",
    "percent",
    "quantity_of_amount",
    "quantity_or_one",
    "quantity_rate_amount_of",
    "to_five_places",
    "to_the_cent",
    "total",
    "without_zeros",
]

TOO_MUCH_MONEY = Reason(
    3101,
    "An amount or a rate has more digits than QuickBooks keeps.",
    Source.TABLE,
    tried(
        "<PurchaseOrderAdd>"
        + ref("VendorRef", "~Fir")
        + framing("PurchaseOrderLineAdd", "<Quantity>1000000000</Quantity><Rate>1000000000.00</Rate>")
        + "</PurchaseOrderAdd>"
    ),
    refuses=lambda asked: asked.adds_up or (asked.kind and asked.kind.applied) or asked.takes("total_value"),
)

ZERO = Decimal("0.00")
"""No money."""
NO_QUANTITY = Decimal(0)
_CENT, _FIVE_PLACES = Decimal("0.01"), Decimal("0.00001")
_MOST_MONEY, _MOST_RATE = Decimal(10) ** 13, Decimal(10) ** 10
# Twice the fifteen digits that a factor has, and more: nothing is lost before it is rounded once.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def quantity_or_one(quantity: Decimal | None) -> Decimal:
    """A quantity; none counts as one."""
    return Decimal(1) if quantity is None else quantity


def quantity_rate_amount_of(
    quantity: Decimal | None, rate: Decimal | None, amount: Decimal | None
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Quantity, rate and amount of a line, what follows from the others filled in.

    The amount is the quantity times the rate, to the cent, unless it is given: then it stays, and a rate that is not
    given or contradicts it becomes amount / quantity, to five decimals. A quantity that is not given stays away.

    Raises:
        Refusal: 3101, where QuickBooks has not so many digits.
    """
    factor = quantity_or_one(quantity)
    product = None if rate is None else _EXACT.multiply(factor, rate)
    if amount is None:
        return quantity, rate, None if product is None else _money(product)
    if factor and (quantity, rate) != (None, None) and (product is None or to_the_cent(product) != amount):
        rate = _rate(_EXACT.divide(amount, factor))
    return quantity, rate, amount


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """The sum of what there is.

    Raises:
        Refusal: 3101, where QuickBooks has not so many digits.
    """
    return _money(sum((amount for amount in amounts if amount is not None), ZERO))


def percent(amount: Decimal, share: Decimal) -> Decimal:
    """So much of an amount in percent, to the cent."""
    return _money(_EXACT.divide(_EXACT.multiply(amount, share), Decimal(100)))


def quantity_of_amount(amount: Decimal, price: Decimal) -> Decimal:
    """How many there are for an amount, to five decimals."""
    return without_zeros(to_five_places(_EXACT.divide(amount, price)))


def not_received(quantity: Decimal | None, received: Decimal) -> Decimal:
    """What of an ordered line is still to come."""
    return quantity_or_one(quantity) - received


def is_filled(quantity: Decimal | None, received: Decimal) -> bool:
    """Whether of an ordered line nothing is still to come; what is less than nothing is filled from the other side."""
    rest = not_received(quantity, received)
    return rest >= 0 if quantity is not None and quantity < 0 else rest <= 0


def to_the_cent(number: Decimal) -> Decimal:
    """A number rounded to an amount of money."""
    return number.quantize(_CENT, context=_EXACT) + ZERO  # no cents are not less than nothing


def to_five_places(number: Decimal) -> Decimal:
    """A number rounded to as many places as quantities and prices have."""
    return number.quantize(_FIVE_PLACES, context=_EXACT)


def without_zeros(number: Decimal) -> Decimal:
    """The same number without zeros at its end."""
    whole = number.quantize(Decimal(1), context=_EXACT)
    return whole if whole == number else number.normalize(_EXACT)


def in_cents(amount: Decimal) -> int:
    """An amount as the ledger keeps it."""
    return int(amount.scaleb(2))


def from_cents(cents: int) -> Decimal:
    """An amount that the ledger kept."""
    return Decimal(cents).scaleb(-2)


def in_parts(quantity: Decimal) -> int:
    """A quantity as the ledger keeps it: in hundred-thousandths."""
    return int(quantity.scaleb(5))


def from_parts(parts: int) -> Decimal:
    """A quantity that the ledger kept."""
    return Decimal(parts).scaleb(-5)


def _money(number: Decimal) -> Decimal:
    amount = to_the_cent(number)
    if abs(amount) >= _MOST_MONEY:
        raise TOO_MUCH_MONEY(str(amount))
    return amount


def _rate(number: Decimal) -> Decimal:
    """To five decimals, without the zeros at the end, but for two."""
    rate = to_five_places(number)
    if abs(rate) >= _MOST_RATE:
        raise TOO_MUCH_MONEY(str(rate))
    return to_the_cent(rate) if to_the_cent(rate) == rate else rate.normalize(_EXACT)
