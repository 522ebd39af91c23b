"""The transactions that are simulated, one file a kind or a family; `kind.py` says what a kind is."""

from procore_qbd.simulator.kinds.bill_payments import BILL_PAYMENT_CHECK, BILL_PAYMENT_CREDIT_CARD
from procore_qbd.simulator.kinds.bills import BILL
from procore_qbd.simulator.kinds.charges import CHARGE
from procore_qbd.simulator.kinds.checks import CHECK
from procore_qbd.simulator.kinds.credit_cards import CREDIT_CARD_CHARGE, CREDIT_CARD_CREDIT
from procore_qbd.simulator.kinds.credit_memos import CREDIT_MEMO
from procore_qbd.simulator.kinds.deposits import DEPOSIT
from procore_qbd.simulator.kinds.estimates import ESTIMATE
from procore_qbd.simulator.kinds.inventory import BUILD_ASSEMBLY, INVENTORY_ADJUSTMENT
from procore_qbd.simulator.kinds.invoices import INVOICE
from procore_qbd.simulator.kinds.item_receipts import ITEM_RECEIPT
from procore_qbd.simulator.kinds.journal_entries import JOURNAL_ENTRY
from procore_qbd.simulator.kinds.kind import Kind
from procore_qbd.simulator.kinds.payments import RECEIVE_PAYMENT
from procore_qbd.simulator.kinds.purchase_orders import PURCHASE_ORDER
from procore_qbd.simulator.kinds.refunds import REFUND
from procore_qbd.simulator.kinds.sales_orders import SALES_ORDER
from procore_qbd.simulator.kinds.sales_receipts import SALES_RECEIPT
from procore_qbd.simulator.kinds.sales_tax import SALES_TAX_PAYMENT_CHECK
from procore_qbd.simulator.kinds.time_tracking import TIME_TRACKING
from procore_qbd.simulator.kinds.transfers import TRANSFER
from procore_qbd.simulator.kinds.vendor_credits import VENDOR_CREDIT

__all__ = ["KINDS", "Kind"]

KINDS: dict[str, Kind] = {
    kind.tag: kind
    for kind in (
        REFUND,
        BILL,
        BILL_PAYMENT_CHECK,
        BILL_PAYMENT_CREDIT_CARD,
        BUILD_ASSEMBLY,
        CHARGE,
        CHECK,
        CREDIT_CARD_CHARGE,
        CREDIT_CARD_CREDIT,
        CREDIT_MEMO,
        DEPOSIT,
        ESTIMATE,
        INVENTORY_ADJUSTMENT,
        INVOICE,
        ITEM_RECEIPT,
        JOURNAL_ENTRY,
        PURCHASE_ORDER,
        RECEIVE_PAYMENT,
        SALES_ORDER,
        SALES_RECEIPT,
        SALES_TAX_PAYMENT_CHECK,
        TIME_TRACKING,
        TRANSFER,
        VENDOR_CREDIT,
    )
}
"""The kinds by their tags, and in that order: so answers about all of them are ordered."""
