"""Purchase orders: what a vendor shall deliver; nothing is posted before it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml.entities.shared.common import Address
from procore_qbd.simulator.kinds.families import PRINTED
from procore_qbd.simulator.kinds.kind import JobShare, Kind
from procore_qbd.simulator.kinds.postings import total_against_lines

if TYPE_CHECKING:
    from procore_qbd.simulator.kinds.kind import CompanyRecords, Draft

__all__ = ["PURCHASE_ORDER"]

_LONGEST_ADDRESS_LINE = 41


def _shipped_to_the_company(draft: Draft, company: CompanyRecords) -> Draft:
    """It is shipped to the company, unless it says where."""
    if draft.record.ship_address is not None:
        return draft
    return draft.saying(ship_address=Address(addr1=company.fact("company_name")[:_LONGEST_ADDRESS_LINE]))


PURCHASE_ORDER = Kind(
    tag="PurchaseOrder",
    title="Purchase Order",
    entity="vendor_ref",
    entries=total_against_lines,
    kept_in="Purchase Orders",
    lines=("lines",),
    totals=("total_amount",),
    received="received_quantity",
    fulfilled="is_fully_received",
    inherits={"vendor_address": "vendor_address"},
    defaults={"is_manually_closed": False} | PRINTED,
    line_defaults={"is_manually_closed": False},
    job_share=JobShare.COMMITTED,
    begun=_shipped_to_the_company,
)
