"""Bills that are probably the same invoice, though nobody can be sure: one query a vendor and batch."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.erp.finding import described
from procore_qbd.erp.verifying import line_amount
from procore_qbd.flows import Flow, ask_all
from procore_qbd.qbxml import Request
from procore_qbd.qbxml.entities._transactions import EntityFilter, TxnDateRangeFilter
from procore_qbd.qbxml.entities.bills import Bill, BillQuery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["SIMILAR_DAYS", "NearBills", "bare"]

SIMILAR_DAYS = dt.timedelta(days=45)
"""How far apart the dates of two bills are at the most that may be the same."""


@attrs.define
class NearBills:
    """The bills of each vendor around the dates of a batch, those of the batch itself among them once they are made."""

    _by_vendor: dict[str, list[Any]] = attrs.field(factory=dict)

    def look(self, days: Mapping[str, Sequence[dt.date]]) -> Flow[None]:
        """Ask for them.

        Args:
            days: The dates of the batch's invoices, by the vendor's ListID.
        """
        outcomes = yield from ask_all([_around(vendor, dates) for vendor, dates in days.items()])
        for vendor, outcome in zip(days, outcomes, strict=True):
            if outcome.ok and not outcome.faults:
                self._by_vendor[vendor] = list(outcome.records(Bill))

    def add(self, bill: Any) -> None:
        """Remember a bill that was just made."""
        if isinstance(bill, Bill) and bill.vendor_ref:
            self._by_vendor.setdefault(bill.vendor_ref.list_id or "", []).append(bill)

    def same_guid(self, bill: Any) -> list[Any]:
        """Those with the ExternalGUID of a bill: our own, though a person may have given it another number."""
        return [near for near in self._of(bill) if (near.external_guid or "").upper() == bill.external_guid]

    def alike(self, bill: Any) -> str | None:
        """A bill that is probably the same, in words: of its amount, with nearly its number, at about its date."""
        amount = sum((line_amount(line) for line in bill.item_lines), Decimal(0))
        for near in self._of(bill):
            same = near.amount_due == amount and bare(near.ref_number) == bare(bill.ref_number)
            if same and _days_apart(near, bill) <= SIMILAR_DAYS:
                what = f"QuickBooks has {described(near)} of this vendor ({near.txn_id})"
                return f"{what}, whose number is nearly the same: see whether it is the same invoice"
        return None

    def _of(self, bill: Any) -> list[Any]:
        vendor = bill.vendor_ref.list_id if isinstance(bill, Bill) and bill.vendor_ref else None
        return self._by_vendor.get(vendor or "", [])


def _around(vendor: str, dates: Sequence[dt.date]) -> Request:
    span = TxnDateRangeFilter(from_txn_date=min(dates) - SIMILAR_DAYS, to_txn_date=max(dates) + SIMILAR_DAYS)
    entity = EntityFilter(list_ids=(vendor,))
    return Request.query(
        BillQuery(txn_date_range_filter=span, entity_filter=entity, include_line_items=True, include_linked_txns=True)
    )


def bare(number: str | None) -> str:
    """A number without punctuation and leading zeros: ``'A-001'``, ``'a 1'`` and ``'A1'`` are one."""
    parts = re.findall(r"\d+|[^\W\d_]+", (number or "").casefold())
    return "".join(part.lstrip("0") or "0" for part in parts)


def _days_apart(one: Any, other: Any) -> dt.timedelta:
    return abs(one.txn_date - other.txn_date) if one.txn_date and other.txn_date else dt.timedelta(0)
