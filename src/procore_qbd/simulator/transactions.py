"""What QuickBooks knows of each transaction, as data: who it is with, where its lines are, what its sum is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from procore_qbd.simulator.arithmetic import ZERO

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

__all__ = ["TRANSACTIONS", "TransactionRule"]


@attrs.frozen(kw_only=True)
class TransactionRule:
    """One kind of transaction of a company file.

    Attributes:
        entity: The field that says who it is with.
        lines: The fields that hold lines.
        rate: What a line calls the price of one.
        sold: Whether items stand on it at the price at which they are sold, not bought.
        links: Which of these lines can be for those of purchase orders.
        sums: What it says of the sum of its lines.
        defaults: What it holds where nobody said anything.
        line_defaults: The same for a line with an item.
    """

    space: ClassVar[str] = "transactions"
    """No two transactions share a TxnID, whatever they are."""

    entity: str
    lines: tuple[str, ...] = ("lines",)
    rate: str = "rate"
    sold: bool = False
    links: str | None = None
    sums: Callable[[Decimal], dict[str, Any]]
    defaults: dict[str, Any] = attrs.field(factory=dict)
    line_defaults: dict[str, Any] = attrs.field(factory=dict)


TRANSACTIONS: dict[str, TransactionRule] = {
    "Bill": TransactionRule(
        entity="vendor_ref",
        lines=("expense_lines", "item_lines"),
        rate="cost",
        links="item_lines",
        sums=lambda total: {"amount_due": total, "open_amount": total, "is_paid": not total},
    ),
    "Estimate": TransactionRule(
        entity="customer_ref",
        sold=True,
        sums=lambda total: {"subtotal": total, "total_amount": total},
        defaults={"is_active": True, "sales_tax_total": ZERO},
    ),
    "PurchaseOrder": TransactionRule(
        entity="vendor_ref",
        sums=lambda total: {"total_amount": total},
        defaults={"is_manually_closed": False},
        line_defaults={"is_manually_closed": False},
    ),
    "VendorCredit": TransactionRule(
        entity="vendor_ref",
        lines=("expense_lines", "item_lines"),
        rate="cost",
        sums=lambda total: {"credit_amount": total, "open_amount": total},
    ),
}
"""The transactions that are simulated."""
