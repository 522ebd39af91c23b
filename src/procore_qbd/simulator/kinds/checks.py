"""Checks: what is bought and paid from a bank account."""

from __future__ import annotations

from procore_qbd.simulator.kinds.families import PAID_AT_ONCE
from procore_qbd.simulator.kinds.kind import JobShare, Kind

__all__ = ["CHECK"]

CHECK = Kind(
    tag="Check",
    **PAID_AT_ONCE,
    side=-1,
    defaults={"is_to_be_printed": False},
    not_simulated={"apply_to_txns": "ApplyCheckToTxn"},
    job_share=JobShare.BILLED,
)
