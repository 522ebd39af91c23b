"""What QuickBooks knows of each list, as data: which names clash, how messages call it, what a new record holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.simulator.knowledge.arithmetic import ZERO, quantity_rate_amount_of
from procore_qbd.simulator.knowledge.reasons import NOT_SIMULATED
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.simulator.knowledge.nouns import ListRecord, Values

__all__ = ["LISTS", "SPECIAL_ACCOUNTS", "TEMPLATES", "ListRule", "SpecialAccount"]


def _priced(price: str) -> str:
    item = ref("ItemRef", "~Framing")
    return f"<PriceLevelPerItem>{item}<CustomPrice>{price}</CustomPrice></PriceLevelPerItem>"


LONG_EMPLOYEE_NAME = Reason(
    3070,
    "An employee's name, which is made of the first, the middle and the last one, gets too long.",
    Source.DECIDED,
    tried(f"<EmployeeAdd><FirstName>~{'x' * 19}</FirstName><LastName>{'x' * 25}</LastName></EmployeeAdd>"),
    refuses=lambda asked: asked.of_list and asked.stem == "Employee",
)
CURRENCY_WITHOUT_PRICES = Reason(
    3150,
    "A price level in a currency has no item with a price.",
    Source.DECIDED,
    tried(
        f"<PriceLevelAdd><Name>~Abroad</Name>{ref('CurrencyRef', '~Crown')}</PriceLevelAdd>",
        currency="<CurrencyAdd><Name>~Crown</Name><CurrencyCode>XTS</CurrencyCode></CurrencyAdd>",
    ),
    refuses=lambda asked: asked.of_list and asked.stem == "PriceLevel",
)
ITEM_WITHOUT_PRICE = Reason(
    3150,
    "An item of a price level has neither a price nor a percentage.",
    Source.DECIDED,
    tried(
        "<PriceLevelMod><ListID>{level.list_id}</ListID><EditSequence>{level.edit_sequence}</EditSequence>"
        f"{_priced('')}</PriceLevelMod>",
        level=f"<PriceLevelAdd><Name>~Friends</Name>{_priced('9.00')}</PriceLevelAdd>",
    ),
)

_LONGEST_NAME = 41
_ONE_OF_THEM = {"ies": "y", "sses": "ss", "s": ""}


def _with_rest(said: Values) -> Values:
    """Every record can be made inactive, and is active at first."""
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
        unique: A field beside the name that no two records can share.
        inherited: A field that says the same in every record of a family.
    """

    space: str
    plural: str
    called: str = "name"
    parent: str = "parent_ref"
    unique: str | None = None
    inherited: str | None = None
    defaults: Values = attrs.field(factory=dict, converter=_with_rest)
    follows: Callable[[ListRecord], Values] = attrs.field(default=lambda _record: {})

    @property
    def noun(self) -> str:
        """One of them, in QuickBooks' messages."""
        plural = self.plural.lower()
        ending = next(ending for ending in _ONE_OF_THEM if plural.endswith(ending))
        return plural.removesuffix(ending) + _ONE_OF_THEM[ending]


def _balance(record: ListRecord) -> Values:
    """Nothing moves a balance but the opening balance."""
    return {} if record.open_balance is None else {"balance": record.open_balance}


def _balances(record: ListRecord) -> Values:
    """The same where those below are counted in."""
    return {} if record.open_balance is None else {"balance": record.open_balance, "total_balance": record.open_balance}


def _whole_name(record: ListRecord) -> Values:
    """An employee's name is made of three; one that has none of them keeps the name that it came with."""
    parts = (record.first_name, record.middle_name, record.last_name)
    name = " ".join(part.strip() for part in parts if part and part.strip())
    if len(name) > _LONGEST_NAME:
        raise LONG_EMPLOYEE_NAME(name, "Name")
    return {"name": name} if name else {}


def _price_level_type(record: ListRecord) -> Values:
    """A price level is per item unless it has a percentage."""
    if any(price.adjust_percentage is not None for price in record.item_prices):
        note = "AdjustPercentage: exists in QuickBooks, but is not simulated"
        raise NOT_SIMULATED(field="AdjustPercentage", note=note)
    if record.currency_ref and record.currency_ref.list_id and not record.item_prices:
        raise CURRENCY_WITHOUT_PRICES(field="PriceLevelPerItem")
    if any(price.custom_price is None and price.custom_price_percent is None for price in record.item_prices):
        raise ITEM_WITHOUT_PRICE(field="CustomPrice")
    fixed = record.price_level_fixed_percentage is not None
    return {"price_level_type": "FixedPercentage" if fixed else "PerItem"}


def _average_cost(record: ListRecord) -> Values:
    """What one costs: the opening value by the opening quantity, else what one is bought for. Nothing moves it."""
    if record.average_cost is not None:
        return {}
    # What the stock is worth without a value of its own is reckoned too: it may be more than there is money (3101).
    hand, cost = record.quantity_on_hand or ZERO, record.purchase_cost or ZERO
    _, found, _ = quantity_rate_amount_of(hand, cost, record.total_value)
    return {"average_cost": cost if record.total_value is None else found or ZERO}


_CASH_FLOW = {
    "AccountsPayable": "Operating",
    "AccountsReceivable": "Operating",
    "Bank": "NotApplicable",
    "CreditCard": "Operating",
    "Equity": "Financing",
    "FixedAsset": "Investing",
    "LongTermLiability": "Financing",
    "NonPosting": "NotApplicable",
    "OtherAsset": "Investing",
    "OtherCurrentAsset": "Operating",
    "OtherCurrentLiability": "Operating",
}
"""Where accounts stand on the statement of cash flows, as recorded replies have it; all others nowhere."""


def _account(record: ListRecord) -> Values:
    """An account stands on the statement of cash flows where its type belongs, and starts with its opening balance."""
    held = record.special_account_type == "UndepositedFunds"  # money, like that in a bank
    place = "NotApplicable" if held else _CASH_FLOW.get(record.account_type, "None")
    return _balances(record) | {"cash_flow_classification": place}


def _item(**more: Any) -> ListRule:
    return ListRule(space="items", plural="Items", **more)


_STOCK = _item(
    defaults={
        "sales_price": ZERO,
        "purchase_cost": ZERO,
        "quantity_on_hand": ZERO,
        "quantity_on_order": ZERO,
        "quantity_on_sales_order": ZERO,
    },
    follows=_average_cost,
)

LISTS: dict[str, ListRule] = {
    "Account": ListRule(
        space="accounts",
        plural="Accounts",
        defaults={"balance": ZERO, "total_balance": ZERO},
        follows=_account,
        unique="account_number",
        inherited="account_type",
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
    "Template": ListRule(space="templates", plural="Templates"),
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


@attrs.frozen
class SpecialAccount:
    """An account that QuickBooks makes for itself when it first needs it.

    Attributes:
        special: What QuickBooks knows it by, whatever it is called by now.
        account_type: Its type.
        desc: What it says of itself.
    """

    special: str
    account_type: str
    desc: str

    @property
    def by_type(self) -> bool:
        """Whether any account of this type does: that of what is owed to vendors, or by customers."""
        return self.account_type in {"AccountsPayable", "AccountsReceivable"}


SPECIAL_ACCOUNTS: dict[str, SpecialAccount] = {
    "Accounts Payable": SpecialAccount("AccountsPayable", "AccountsPayable", "What is owed to vendors"),
    "Accounts Receivable": SpecialAccount("AccountsReceivable", "AccountsReceivable", "What customers owe"),
    "Cost of Goods Sold": SpecialAccount("CostOfGoodsSold", "CostOfGoodsSold", "What sold items had cost"),
    "Estimates": SpecialAccount("Estimates", "NonPosting", "Estimates, which move no money"),
    "Inventory Asset": SpecialAccount("InventoryAssets", "OtherCurrentAsset", "What the stock had cost"),
    "Opening Balance Equity": SpecialAccount("OpeningBalanceEquity", "Equity", "The other side of opening balances"),
    "Payroll Expenses": SpecialAccount("PayrollExpenses", "Expense", "What payroll costs"),
    "Payroll Liabilities": SpecialAccount("PayrollLiabilities", "OtherCurrentLiability", "Payroll not yet paid out"),
    "Purchase Orders": SpecialAccount("PurchaseOrders", "NonPosting", "Purchase orders, which move no money"),
    "Reconciliation Discrepancies": SpecialAccount(
        "ReconciliationDifferences", "Expense", "Where the bank and the company do not agree"
    ),
    "Retained Earnings": SpecialAccount("RetainedEarnings", "Equity", "The profits of earlier years"),
    "Sales Orders": SpecialAccount("SalesOrders", "NonPosting", "Sales orders, which move no money"),
    "Sales Tax Payable": SpecialAccount("SalesTaxPayable", "OtherCurrentLiability", "Sales tax not yet paid out"),
    "Uncategorized Expenses": SpecialAccount("UncategorizedExpenses", "Expense", "Expenses that stand nowhere else"),
    "Uncategorized Income": SpecialAccount("UncategorizedIncome", "Income", "Income that stands nowhere else"),
    "Undeposited Funds": SpecialAccount("UndepositedFunds", "OtherCurrentAsset", "Money that is not at the bank yet"),
}
"""The accounts that QuickBooks makes for itself, by the names that it gives them."""

TEMPLATES: dict[str, str] = {
    "Intuit Product Invoice": "Invoice",
    "Intuit Professional Invoice": "Invoice",
    "Intuit Service Invoice": "Invoice",
    "Progress Invoice": "Invoice",
    "Custom Credit Memo": "CreditMemo",
    "Custom Estimate": "Estimate",
    "Custom Purchase Order": "PurchaseOrder",
    "Custom Sales Order": "SalesOrder",
    "Custom Sales Receipt": "SalesReceipt",
}
"""The templates that every company file has, and the form that each lays out; requests neither make nor change any."""
