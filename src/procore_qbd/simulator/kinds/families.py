"""What several kinds of transactions have in common, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.simulator.kinds.postings import total_against_lines

if TYPE_CHECKING:
    from procore_qbd.simulator.knowledge.nouns import Values

__all__ = [
    "FROM_CUSTOMER",
    "ON_TERMS",
    "OWED",
    "PAID_AT_ONCE",
    "PAYABLE",
    "PAYABLE_ACCOUNT",
    "PRINTED",
    "RECEIVABLE",
    "RECEIVABLE_ACCOUNT",
    "SOLD",
    "UNDEPOSITED",
]

RECEIVABLE_ACCOUNT, PAYABLE_ACCOUNT = "Accounts Receivable", "Accounts Payable"
UNDEPOSITED = "Undeposited Funds"

_BOUGHT: Values = {"entries": total_against_lines, "lines": ("expense_lines", "item_lines"), "rate": "cost"}
PAYABLE: Values = {
    "account": "ap_account_ref",
    "usual": PAYABLE_ACCOUNT,
}
OWED: Values = _BOUGHT | PAYABLE | {"entity": "vendor_ref"}
"""What is bought of a vendor on account."""
PAID_AT_ONCE: Values = _BOUGHT | {"entity": "payee_entity_ref", "account": "account_ref", "totals": ("amount",)}
"""What is bought and paid at once, of whomever."""

RECEIVABLE: Values = {
    "account": "ar_account_ref",
    "usual": RECEIVABLE_ACCOUNT,
}
SOLD: Values = {"entries": total_against_lines, "entity": "customer_ref", "lines": ("lines",), "sold": True}
FROM_CUSTOMER = {
    "bill_address": "bill_address",
    "ship_address": "ship_address",
    "sales_rep_ref": "sales_rep_ref",
    "item_sales_tax_ref": "item_sales_tax_ref",
    "customer_sales_tax_code_ref": "sales_tax_code_ref",
}
ON_TERMS = FROM_CUSTOMER | {"terms_ref": "terms_ref"}

PRINTED = {"is_to_be_printed": True, "is_to_be_emailed": False}
