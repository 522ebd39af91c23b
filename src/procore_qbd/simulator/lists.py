"""What QuickBooks knows of each list, as data: which names clash, how messages call it, what a new record holds."""

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
        space: The name space: two records of lists with the same space, under the same parent, cannot share a name.
        plural: The list's name in QuickBooks' messages.
        defaults: What a record holds where nobody said anything.
    """

    space: str
    plural: str
    defaults: dict[str, Any]

    @property
    def noun(self) -> str:
        """One of them, in QuickBooks' messages."""
        return self.plural.removesuffix("s").lower()


LISTS: dict[str, ListRule] = {
    "Account": ListRule(
        space="accounts",
        plural="Accounts",
        defaults={"is_active": True, "balance": _ZERO, "total_balance": _ZERO},
    ),
    "Class": ListRule(space="classes", plural="Classes", defaults={"is_active": True}),
    "Customer": ListRule(
        space="names",
        plural="Customers",
        defaults={"is_active": True, "balance": _ZERO, "total_balance": _ZERO, "job_status": "None"},
    ),
    "ItemNonInventory": ListRule(space="items", plural="Items", defaults={"is_active": True}),
    "ItemOtherCharge": ListRule(space="items", plural="Items", defaults={"is_active": True}),
    "ItemService": ListRule(space="items", plural="Items", defaults={"is_active": True}),
    "StandardTerms": ListRule(space="terms", plural="Terms", defaults={"is_active": True}),
    "Vendor": ListRule(
        space="names",
        plural="Vendors",
        defaults={"is_active": True, "balance": _ZERO, "is_vendor_eligible_for_1099": False},
    ),
    "VendorType": ListRule(space="vendor types", plural="Vendor Types", defaults={"is_active": True}),
}
"""The lists that are simulated. Customers and vendors share one name space, all items another; jobs are told apart by
their parents."""
