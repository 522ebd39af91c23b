"""What QuickBooks knows of each list, as data: which names clash, which records nest, what a new record holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs

__all__ = ["LISTS", "ListRule"]

_ZERO = Decimal("0.00")


@attrs.frozen(kw_only=True)
class ListRule:
    """One list of a company file.

    Attributes:
        space: The name space: records of lists with the same space cannot have the same full name.
        plural: The list's name in QuickBooks' messages.
        defaults: What a new record holds where the Add does not say.
    """

    space: str
    plural: str
    defaults: dict[str, Any] = attrs.field(factory=dict)


LISTS: dict[str, ListRule] = {
    "Account": ListRule(
        space="accounts", plural="Accounts", defaults={"balance": _ZERO, "total_balance": _ZERO, "sublevel": 0}
    ),
    "Customer": ListRule(
        space="names",
        plural="Customers",
        defaults={"balance": _ZERO, "total_balance": _ZERO, "sublevel": 0, "job_status": "None"},
    ),
    "ItemService": ListRule(space="items", plural="Items", defaults={"sublevel": 0}),
    "Vendor": ListRule(
        space="names", plural="Vendors", defaults={"balance": _ZERO, "is_vendor_eligible_for_1099": False}
    ),
    "VendorType": ListRule(space="vendor types", plural="Vendor Types", defaults={"sublevel": 0}),
}
"""Customers and vendors share one name space; jobs are told apart by their full names."""
