"""Payments of bills, by check or by credit card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml.entities.shared.transactions import ENTITIES
from procore_qbd.simulator.kinds.families import PAYABLE_ACCOUNT
from procore_qbd.simulator.kinds.kind import Kind
from procore_qbd.simulator.kinds.postings import applied_entries, head, list_id
from procore_qbd.simulator.knowledge.arithmetic import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator.kinds.kind import CompanyRecords
    from procore_qbd.simulator.knowledge.nouns import TransactionRecord, Values
    from procore_qbd.simulator.records.entries import Entry

__all__ = ["BILL_PAYMENT_CHECK", "BILL_PAYMENT_CREDIT_CARD"]


def _entries(record: TransactionRecord, kind: Kind, company: CompanyRecords) -> Iterator[Entry]:
    """What was paid, and taken off, against what is owed."""
    whom = company.key(ENTITIES, record.payee_entity_ref)
    yield head(record, kind, record.amount or ZERO, company)
    yield from applied_entries(record, list_id(record.ap_account_ref), whom, 1)


_BILLS_PAID: Values = {
    "entity": "payee_entity_ref",
    "entries": _entries,
    "side": -1,
    "totals": ("amount",),
    "pays": ("Bill",),
    "applied": "applied_to_txns",
    "owed_in": "ap_account_ref",
    "usually_owed_in": PAYABLE_ACCOUNT,
}

BILL_PAYMENT_CHECK = Kind(
    tag="BillPaymentCheck",
    title="Bill Pmt -Check",
    **_BILLS_PAID,
    account="bank_account_ref",
    defaults={"is_to_be_printed": False},
)
BILL_PAYMENT_CREDIT_CARD = Kind(
    tag="BillPaymentCreditCard",
    title="Bill Pmt -CCard",
    **_BILLS_PAID,
    account="credit_card_account_ref",
)
