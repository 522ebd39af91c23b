"""Bills: what is owed to a vendor, for lines of purchase orders perhaps."""

from __future__ import annotations

from procore_qbd.simulator.kinds.families import OWED
from procore_qbd.simulator.kinds.kind import JobShare, Kind

__all__ = ["BILL"]

BILL = Kind(
    tag="Bill",
    **OWED,
    side=-1,
    orders="item_lines",
    order="PurchaseOrder",
    totals=("amount_due",),
    opens="open_amount",
    credits=("VendorCredit",),
    inherits={"vendor_address": "vendor_address", "terms_ref": "terms_ref"},
    days_due=10,
    job_share=JobShare.BILLED,
)
