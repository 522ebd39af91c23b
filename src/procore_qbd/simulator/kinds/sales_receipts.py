"""Sales receipts: what is sold and paid at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.simulator.kinds.families import FROM_CUSTOMER, PRINTED, SOLD, UNDEPOSITED
from procore_qbd.simulator.kinds.kind import JobShare, Kind

if TYPE_CHECKING:
    from procore_qbd.simulator.kinds.kind import CompanyRecords, Draft

__all__ = ["SALES_RECEIPT"]


def _due_at_once(draft: Draft, _company: CompanyRecords) -> Draft:
    return draft.saying(due_date=draft.record.txn_date) if draft.record.due_date is None else draft


SALES_RECEIPT = Kind(
    tag="SalesReceipt",
    title="Sales Receipt",
    **SOLD,
    account="deposit_to_account_ref",
    usual=UNDEPOSITED,
    side=1,
    totals=("total_amount",),
    inherits=FROM_CUSTOMER,
    defaults={"is_pending": False} | PRINTED,
    job_share=JobShare.RECEIVED,
    begun=_due_at_once,
)
