"""Estimates: what a job is planned to bring; nothing is posted."""

from __future__ import annotations

from procore_qbd.simulator.kinds.families import ON_TERMS, SOLD
from procore_qbd.simulator.kinds.kind import JobShare, Kind
from procore_qbd.simulator.knowledge.arithmetic import ZERO

__all__ = ["ESTIMATE"]

ESTIMATE = Kind(
    tag="Estimate",
    **SOLD,
    kept_in="Estimates",
    totals=("total_amount",),
    inherits=ON_TERMS,
    defaults={"is_active": True, "is_to_be_emailed": False, "sales_tax_total": ZERO},
    job_share=JobShare.BUDGET,
    waits=lambda estimate: estimate.is_active is not False,
)
