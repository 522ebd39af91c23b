"""Vendor credits: what a vendor gives back, to be set against bills."""

from __future__ import annotations

from procore_qbd.simulator.kinds.families import OWED
from procore_qbd.simulator.kinds.kind import JobShare, Kind

__all__ = ["VENDOR_CREDIT"]

VENDOR_CREDIT = Kind(
    tag="VendorCredit",
    title="Credit",
    **OWED,
    side=1,
    totals=("credit_amount",),
    opens="open_amount",
    job_share=JobShare.BILLED,
)
