"""What QuickBooks knows of each list, as data: which names clash, how messages call it, what a new record holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.simulator.arithmetic import ZERO, sized
from procore_qbd.simulator.wording import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LISTS", "ListRule"]

_LONGEST_NAME = 41
_ONE_OF_THEM = {"ies": "y", "sses": "ss", "s": ""}


def _with_rest(said: dict[str, Any]) -> dict[str, Any]:
    """Every record can be put to rest, and is not at first."""
    return {"is_active": True} | said


@attrs.frozen(kw_only=True)
class ListRule:
    """One list of a company file.

    Attributes:
        space: The name space: two records of lists with the same space, under the same parent, cannot share a name.
        plural: The list's name in QuickBooks' messages.
        called: The field that holds a record's name.
        parent: The field that says what a record stands below.
        defaults: What a record holds where nobody said anything.
        follows: What a record holds because of what else it says.
    """

    space: str
    plural: str
    called: str = "name"
    parent: str = "parent_ref"
    defaults: dict[str, Any] = attrs.field(factory=dict, converter=_with_rest)
    follows: Callable[[Any], dict[str, Any]] = attrs.field(default=lambda _record: {})

    @property
    def noun(self) -> str:
        """One of them, in QuickBooks' messages."""
        plural = self.plural.lower()
        ending = next(ending for ending in _ONE_OF_THEM if plural.endswith(ending))
        return plural.removesuffix(ending) + _ONE_OF_THEM[ending]


def _balance(record: Any) -> dict[str, Any]:
    """Nothing moves a balance but the opening balance."""
    return {} if record.open_balance is None else {"balance": record.open_balance}


def _balances(record: Any) -> dict[str, Any]:
    """The same where those below are counted in."""
    return {} if record.open_balance is None else {"balance": record.open_balance, "total_balance": record.open_balance}


def _whole_name(record: Any) -> dict[str, Any]:
    """An employee's name is made of three; one that has none of them keeps the name that it came with."""
    parts = (record.first_name, record.middle_name, record.last_name)
    name = " ".join(part.strip() for part in parts if part and part.strip())
    if len(name) > _LONGEST_NAME:
        raise Refusal(3070, name, "Name")
    return {"name": name} if name else {}


def _price_level_type(record: Any) -> dict[str, Any]:
    """A price level is per item unless it has a percentage."""
    if any(price.adjust_percentage is not None for price in record.item_prices):
        raise Refusal(1030, field="AdjustPercentage", note="AdjustPercentage: QuickBooks has it, the simulator has not")
    if record.currency_ref and record.currency_ref.list_id and not record.item_prices:
        raise Refusal(3150, field="PriceLevelPerItem")
    fixed = record.price_level_fixed_percentage is not None
    return {"price_level_type": "FixedPercentage" if fixed else "PerItem"}


def _average_cost(record: Any) -> dict[str, Any]:
    """What one costs: the opening value by the opening quantity, else what one is bought for. Nothing moves it."""
    if record.average_cost is not None:
        return {}
    cost = record.purchase_cost
    if record.total_value is not None:
        _, cost, _ = sized(record.quantity_on_hand or ZERO, cost, record.total_value)
    return {"average_cost": cost or ZERO}


def _item(**more: Any) -> ListRule:
    return ListRule(space="items", plural="Items", **more)


_STOCK = _item(
    defaults={"quantity_on_hand": ZERO, "quantity_on_order": ZERO, "quantity_on_sales_order": ZERO},
    follows=_average_cost,
)

LISTS: dict[str, ListRule] = {
    "Account": ListRule(
        space="accounts",
        plural="Accounts",
        defaults={"balance": ZERO, "total_balance": ZERO},
        follows=_balances,
    ),
    "Class": ListRule(space="classes", plural="Classes"),
    "Currency": ListRule(space="currencies", plural="Currencies", defaults={"is_user_defined_currency": True}),
    "Customer": ListRule(
        space="names",
        plural="Customers",
        defaults={"balance": ZERO, "total_balance": ZERO, "job_status": "None"},
        follows=_balances,
    ),
    "CustomerMsg": ListRule(space="customer messages", plural="Customer Messages"),
    "CustomerType": ListRule(space="customer types", plural="Customer Types"),
    "DateDrivenTerms": ListRule(space="terms", plural="Terms"),
    "Employee": ListRule(space="names", plural="Employees", follows=_whole_name),
    "InventorySite": ListRule(
        space="inventory sites",
        plural="Inventory Sites",
        parent="parent_site_ref",
        defaults={"is_default_site": False},
    ),
    "ItemDiscount": _item(),
    "ItemFixedAsset": _item(),
    "ItemGroup": _item(defaults={"is_print_items_in_group": False}),
    "ItemInventory": _STOCK,
    "ItemInventoryAssembly": _STOCK,
    "ItemNonInventory": _item(),
    "ItemOtherCharge": _item(),
    "ItemPayment": _item(),
    "ItemSalesTax": _item(),
    "ItemSalesTaxGroup": _item(),
    "ItemService": _item(),
    "ItemSubtotal": _item(),
    "JobType": ListRule(space="job types", plural="Job Types"),
    "OtherName": ListRule(space="names", plural="Other Names"),
    "PaymentMethod": ListRule(
        space="payment methods", plural="Payment Methods", defaults={"payment_method_type": "Other"}
    ),
    "PriceLevel": ListRule(space="price levels", plural="Price Levels", follows=_price_level_type),
    "SalesRep": ListRule(space="sales reps", plural="Sales Reps", called="initial"),
    "SalesTaxCode": ListRule(space="sales tax codes", plural="Sales Tax Codes"),
    "ShipMethod": ListRule(space="ship methods", plural="Ship Methods"),
    "StandardTerms": ListRule(space="terms", plural="Terms"),
    "UnitOfMeasureSet": ListRule(space="unit of measure sets", plural="Unit of Measure Sets"),
    "Vendor": ListRule(
        space="names",
        plural="Vendors",
        defaults={"balance": ZERO, "is_vendor_eligible_for_1099": False},
        follows=_balance,
    ),
    "VendorType": ListRule(space="vendor types", plural="Vendor Types"),
}
"""The lists that are simulated. Customers, vendors, employees and other names share one name space, all items another,
terms of both kinds a third; what has a parent of its own list is told apart by it, but for places in inventory sites:
the reference to a site has no room for a path."""
