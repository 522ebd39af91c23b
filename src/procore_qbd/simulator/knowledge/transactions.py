"""What QuickBooks knows of each transaction, as data: who it is with, where its lines are, what it does to accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.simulator.knowledge.arithmetic import ZERO

if TYPE_CHECKING:
    from procore_qbd.simulator.knowledge.nouns import Values

__all__ = ["TRANSACTIONS", "TransactionRule"]

RECEIVABLE, PAYABLE, UNDEPOSITED = "Accounts Receivable", "Accounts Payable", "Undeposited Funds"


@attrs.frozen(kw_only=True)
class TransactionRule:
    """One kind of transaction of a company file.

    Attributes:
        entity: The field that says who it is with.
        account: The field that says which account its total goes to.
        usual: The account where none is said, by name.
        account_types: What that account may be; anything, where nothing is named.
        side: 1 where the total is a debit of the account, -1 where it is a credit, 0 where nothing is posted.
        lines: The fields that hold lines.
        rate: What a line calls the price of one.
        sold: Whether items stand on it at the price at which they are sold, not bought.
        orders: Which of its lines can be for those of orders.
        order: Of what kind the orders are.
        totals: The fields that say its total.
        opens: The field that says what of it is open: to be paid, or to be used up.
        pays: The kinds of transactions that it can be applied to.
        applied: The field that says what it is applied to.
        inherits: What it takes from the record that it is with, where it does not say it itself, by field.
        defaults: What it holds where nobody said anything.
        line_defaults: The same for a line with an item.
    """

    entity: str | None = None
    account: str | None = None
    usual: str | None = None
    account_types: tuple[str, ...] = ()
    side: int = 0
    lines: tuple[str, ...] = ()
    rate: str = "rate"
    sold: bool = False
    orders: str | None = None
    order: str | None = None
    totals: tuple[str, ...] = ()
    opens: str | None = None
    pays: tuple[str, ...] = ()
    applied: str | None = None
    inherits: dict[str, str] = attrs.field(factory=dict)
    defaults: Values = attrs.field(factory=dict)
    line_defaults: Values = attrs.field(factory=dict)

    @property
    def line_side(self) -> int:
        """Which side of its account a line stands on: what is bought is a debit, what is sold a credit."""
        return -self.side or (-1 if self.sold else 1)


_BOUGHT: Values = {"lines": ("expense_lines", "item_lines"), "rate": "cost"}
_OWED: Values = _BOUGHT | {
    "entity": "vendor_ref",
    "account": "ap_account_ref",
    "usual": PAYABLE,
    "account_types": ("AccountsPayable",),
}
_PAID: Values = _BOUGHT | {"entity": "payee_entity_ref", "account": "account_ref", "totals": ("amount",)}
_BILLS_PAID: Values = {
    "entity": "payee_entity_ref",
    "side": -1,
    "totals": ("amount",),
    "pays": ("Bill",),
    "applied": "applied_to_txns",
}
_SOLD: Values = {"entity": "customer_ref", "lines": ("lines",), "sold": True}
_FROM_CUSTOMER = {
    "bill_address": "bill_address",
    "ship_address": "ship_address",
    "sales_rep_ref": "sales_rep_ref",
    "item_sales_tax_ref": "item_sales_tax_ref",
    "customer_sales_tax_code_ref": "sales_tax_code_ref",
}
_ON_TERMS = _FROM_CUSTOMER | {"terms_ref": "terms_ref"}
_FROM_VENDOR = {"vendor_address": "vendor_address", "terms_ref": "terms_ref"}
_PRINTED = {"is_to_be_printed": True, "is_to_be_emailed": False}
_RECEIVABLE: Values = {
    "account": "ar_account_ref",
    "usual": RECEIVABLE,
    "account_types": ("AccountsReceivable",),
}
_CARD = ("CreditCard",)

TRANSACTIONS: dict[str, TransactionRule] = {
    "ARRefundCreditCard": TransactionRule(
        entity="customer_ref",
        account="refund_from_account_ref",
        usual=UNDEPOSITED,
        side=-1,
        totals=("total_amount",),
        pays=("CreditMemo", "ReceivePayment"),
        applied="refund_applied_to_txns",
    ),
    "Bill": TransactionRule(
        **_OWED,
        side=-1,
        orders="item_lines",
        order="PurchaseOrder",
        totals=("amount_due",),
        opens="open_amount",
        inherits=_FROM_VENDOR,
    ),
    "BillPaymentCheck": TransactionRule(
        **_BILLS_PAID,
        account="bank_account_ref",
        account_types=("Bank",),
        defaults={"is_to_be_printed": False},
    ),
    "BillPaymentCreditCard": TransactionRule(**_BILLS_PAID, account="credit_card_account_ref", account_types=_CARD),
    "BuildAssembly": TransactionRule(defaults={"is_pending": False}),
    "Charge": TransactionRule(entity="customer_ref", **_RECEIVABLE, side=1, sold=True, opens="balance_remaining"),
    "Check": TransactionRule(**_PAID, side=-1, account_types=("Bank",), defaults={"is_to_be_printed": False}),
    "CreditCardCharge": TransactionRule(**_PAID, side=-1, account_types=_CARD),
    "CreditCardCredit": TransactionRule(**_PAID, side=1, account_types=_CARD),
    "CreditMemo": TransactionRule(
        **_SOLD,
        **_RECEIVABLE,
        side=-1,
        totals=("total_amount",),
        opens="credit_remaining",
        inherits=_ON_TERMS,
        defaults={"is_pending": False} | _PRINTED,
    ),
    "Deposit": TransactionRule(
        account="deposit_to_account_ref", side=1, lines=("lines",), rate="", totals=("deposit_total",)
    ),
    "Estimate": TransactionRule(
        **_SOLD,
        totals=("total_amount",),
        inherits=_ON_TERMS,
        defaults={"is_active": True, "is_to_be_emailed": False, "sales_tax_total": ZERO},
    ),
    "InventoryAdjustment": TransactionRule(entity="customer_ref", account="account_ref", lines=("lines",), rate=""),
    "Invoice": TransactionRule(
        **_SOLD,
        **_RECEIVABLE,
        side=1,
        orders="lines",
        order="SalesOrder",
        opens="balance_remaining",
        inherits=_ON_TERMS,
        defaults={"is_pending": False, "is_finance_charge": False} | _PRINTED,
    ),
    "ItemReceipt": TransactionRule(
        **_OWED, side=-1, orders="item_lines", order="PurchaseOrder", totals=("total_amount",)
    ),
    "JournalEntry": TransactionRule(lines=("lines",), rate="", defaults={"is_adjustment": False}),
    "PurchaseOrder": TransactionRule(
        entity="vendor_ref",
        lines=("lines",),
        totals=("total_amount",),
        inherits={"vendor_address": "vendor_address"},
        defaults={"is_manually_closed": False} | _PRINTED,
        line_defaults={"is_manually_closed": False},
    ),
    "ReceivePayment": TransactionRule(
        entity="customer_ref",
        account="deposit_to_account_ref",
        usual=UNDEPOSITED,
        side=1,
        totals=("total_amount",),
        opens="unused_payment",
        pays=("Invoice", "Charge"),
        applied="applied_to_txns",
    ),
    "SalesOrder": TransactionRule(
        **_SOLD,
        totals=("total_amount",),
        inherits=_ON_TERMS,
        defaults={"is_manually_closed": False} | _PRINTED,
        line_defaults={"is_manually_closed": False},
    ),
    "SalesReceipt": TransactionRule(
        **_SOLD,
        account="deposit_to_account_ref",
        usual=UNDEPOSITED,
        side=1,
        totals=("total_amount",),
        inherits=_FROM_CUSTOMER,
        defaults={"is_pending": False} | _PRINTED,
    ),
    "SalesTaxPaymentCheck": TransactionRule(
        entity="payee_entity_ref",
        account="bank_account_ref",
        side=-1,
        lines=("lines",),
        rate="",
        totals=("amount",),
        account_types=("Bank",),
        defaults={"is_to_be_printed": False},
    ),
    "TimeTracking": TransactionRule(entity="entity_ref", defaults={"is_billed": False}),
    "Transfer": TransactionRule(account="transfer_from_account_ref", side=-1, totals=("amount",)),
    "VendorCredit": TransactionRule(**_OWED, side=1, totals=("credit_amount",), opens="open_amount"),
}
"""The transactions that are simulated."""
