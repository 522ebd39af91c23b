"""Sales orders: what a customer ordered; nothing is posted before it is invoiced."""

from __future__ import annotations

from procore_qbd.simulator.kinds.families import ON_TERMS, PRINTED, SOLD
from procore_qbd.simulator.kinds.kind import Kind

__all__ = ["SALES_ORDER"]

SALES_ORDER = Kind(
    tag="SalesOrder",
    title="Sales Order",
    **SOLD,
    kept_in="Sales Orders",
    totals=("total_amount",),
    received="invoiced",
    fulfilled="is_fully_invoiced",
    inherits=ON_TERMS,
    defaults={"is_manually_closed": False} | PRINTED,
    line_defaults={"is_manually_closed": False},
)
