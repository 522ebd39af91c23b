"""Bills that are probably the same invoice: one query for each vendor of a batch."""

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
from procore_qbd.qbxml.entities.bills import Bill, BillQuery
from procore_qbd.qbxml.entities.shared.transactions import EntityFilter, TxnDateRangeFilter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from procore_qbd.qbxml import Outcome

__all__ = ["SIMILAR_DAYS", "NearBills", "bare"]

SIMILAR_DAYS = dt.timedelta(days=45)
"""How far apart the dates of two bills are at the most that may be the same."""


@attrs.define
class NearBills:
    """The bills of each vendor around the dates of a batch, those of the batch itself among them once they are made."""

    _answers: dict[str, Outcome] = attrs.field(factory=dict)
    _made: list[Bill] = attrs.field(factory=list)

    def look(self, days: Mapping[str, Sequence[dt.date]]) -> Flow[None]:
        """Ask for them.

        Args:
            days: The dates of the batch's invoices, by the vendor's ListID.
        """
        outcomes = yield from ask_all([_around(vendor, dates) for vendor, dates in days.items()])
        self._answers.update(zip(days, outcomes, strict=True))

    def around(self, bill: Any) -> Flow[Outcome]:
        """QuickBooks' answer about the bills around one; it is asked now if it was not before."""
        vendor = _vendor(bill)
        if vendor not in self._answers:
            yield from self.look({vendor: [bill.txn_date]})
        return self._answers[vendor]

    def add(self, bill: Any) -> None:
        """Remember a bill that was just made."""
        if isinstance(bill, Bill):
            self._made.append(bill)

    def alike(self, bill: Any) -> str | None:
        """A bill that is probably the same, in words: of its amount, with nearly its number, at about its date."""
        if not isinstance(bill, Bill):
            return None
        vendor, amount = _vendor(bill), sum((line_amount(line) for line in bill.item_lines), Decimal(0))
        made = (one for one in self._made if _vendor(one) == vendor)
        for near in (*self._answers[vendor].records(Bill), *made):
            same = near.amount_due == amount and bare(near.ref_number) == bare(bill.ref_number)
            if same and _days_apart(near, bill) <= SIMILAR_DAYS:
                what = f"QuickBooks has {described(near)} of this vendor ({near.txn_id})"
                return f"{what}, whose number is nearly the same: see whether it is the same invoice"
        return None


def _vendor(bill: Any) -> str:
    return (bill.vendor_ref.list_id if bill.vendor_ref else None) or ""


def _around(vendor: str, dates: Sequence[dt.date]) -> Request:
    span = TxnDateRangeFilter(
        from_txn_date=_near(min(dates), -SIMILAR_DAYS), to_txn_date=_near(max(dates), SIMILAR_DAYS)
    )
    entity = EntityFilter(list_ids=(vendor,))
    return Request.query(
        BillQuery(txn_date_range_filter=span, entity_filter=entity, include_line_items=True, include_linked_txns=True)
    )


def bare(number: str | None) -> str:
    """A number without punctuation and leading zeros: ``'A-001'``, ``'a 1'`` and ``'A1'`` are one."""
    parts = re.findall(r"\d+|[^\W\d_]+", (number or "").casefold())
    return "".join(part.lstrip("0") or "0" for part in parts)


def _near(day: dt.date, span: dt.timedelta) -> dt.date:
    """A day before or after another, or the last one that the calendar has on that side."""
    try:
        return day + span
    except OverflowError:
        return dt.date.max if span > dt.timedelta(0) else dt.date.min


def _days_apart(one: Any, other: Any) -> dt.timedelta:
    return abs(one.txn_date - other.txn_date) if one.txn_date and other.txn_date else dt.timedelta(0)
