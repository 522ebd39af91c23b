"""Item receipts: goods that came, and whose bill is yet to come."""

from __future__ import annotations

from procore_qbd.simulator.kinds.families import OWED
from procore_qbd.simulator.kinds.kind import Kind

__all__ = ["ITEM_RECEIPT"]

ITEM_RECEIPT = Kind(
    tag="ItemReceipt",
    title="Item Receipt",
    **OWED,
    side=-1,
    orders="item_lines",
    order="PurchaseOrder",
    bills=False,
    totals=("total_amount",),
    waits=lambda _: True,
)
