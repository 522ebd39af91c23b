"""Credit memos: what a customer gets back, to be set against invoices or paid out."""

from __future__ import annotations

from procore_qbd.simulator.kinds.families import ON_TERMS, PRINTED, RECEIVABLE, SOLD
from procore_qbd.simulator.kinds.kind import JobShare, Kind

__all__ = ["CREDIT_MEMO"]

CREDIT_MEMO = Kind(
    tag="CreditMemo",
    title="Credit Memo",
    **SOLD,
    **RECEIVABLE,
    side=-1,
    totals=("total_amount",),
    opens="credit_remaining",
    inherits=ON_TERMS,
    defaults={"is_pending": False} | PRINTED,
    job_share=JobShare.RECEIVED,
)
