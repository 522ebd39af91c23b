"""Check after write: what QuickBooks saved, held against what it was asked to save; a difference is told."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from procore_qbd.translate._lines import cents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["differences", "line_amount"]


def line_amount(line: Any) -> Decimal:
    """What a line comes to, as QuickBooks reckons: its amount, or quantity by rate."""
    if line.amount is not None:
        return Decimal(line.amount)
    rate = getattr(line, "rate", None)
    return cents((line.quantity or Decimal(0)) * rate) if rate is not None else Decimal(0)


def differences(asked: Iterable[Any], saved: Iterable[Any], total: Decimal | None) -> tuple[str, ...]:
    """What QuickBooks saved otherwise than it was asked: lines, items, jobs, amounts, the total.

    Args:
        asked: The lines that were sent, in order.
        saved: The same lines as QuickBooks returned them.
        total: The transaction's total as QuickBooks returned it, where these are all its lines; else None.
    """
    return tuple(f"QuickBooks saved it otherwise: {what}" for what in _differences(list(asked), list(saved), total))


def _differences(asked: list[Any], saved: list[Any], total: Decimal | None) -> Iterator[str]:
    if len(asked) != len(saved):
        yield f"{len(saved)} lines instead of {len(asked)}"
    for number, (want, have) in enumerate(zip(asked, saved, strict=False), 1):
        if line_amount(want) != line_amount(have):
            yield f"line {number} is {line_amount(have)} instead of {line_amount(want)}"
        for name, what in (("item_ref", "item"), ("customer_ref", "job")):
            wish, got = getattr(want, name, None), getattr(have, name, None)
            if wish is not None and wish.list_id and (got is None or got.list_id != wish.list_id):
                yield f"line {number} is on another {what}"
    wanted = sum(map(line_amount, asked), Decimal(0))
    if total is not None and total != wanted:
        yield f"the total is {total} instead of {wanted}"
