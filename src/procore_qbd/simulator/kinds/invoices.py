"""Invoices: what a customer owes, for lines of sales orders perhaps."""

from __future__ import annotations

from procore_qbd.simulator.kinds.families import ON_TERMS, PRINTED, RECEIVABLE, SOLD
from procore_qbd.simulator.kinds.kind import JobShare, Kind

__all__ = ["INVOICE"]

INVOICE = Kind(
    tag="Invoice",
    **SOLD,
    **RECEIVABLE,
    side=1,
    orders="lines",
    order="SalesOrder",
    opens="balance_remaining",
    credits=("CreditMemo", "ReceivePayment"),
    inherits=ON_TERMS,
    defaults={"is_pending": False, "is_finance_charge": False} | PRINTED,
    job_share=JobShare.RECEIVED,
)
