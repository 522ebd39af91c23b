"""Refunds: a credit, or money that was not used, paid back to a customer's credit card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.simulator.kinds.families import RECEIVABLE_ACCOUNT, UNDEPOSITED
from procore_qbd.simulator.kinds.kind import Kind
from procore_qbd.simulator.kinds.postings import head, list_id
from procore_qbd.simulator.knowledge.arithmetic import ZERO
from procore_qbd.simulator.records.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator.kinds.kind import CompanyRecords
    from procore_qbd.simulator.knowledge.nouns import TransactionRecord

__all__ = ["REFUND"]


def _entries(record: TransactionRecord, kind: Kind, company: CompanyRecords) -> Iterator[Entry]:
    paid = head(record, kind, record.total_amount or ZERO, company)
    yield paid
    yield Entry(account=list_id(record.ar_account_ref), amount=-paid.amount, entity=paid.entity)


REFUND = Kind(
    tag="ARRefundCreditCard",
    title="CCard Refund",
    entity="customer_ref",
    entries=_entries,
    account="refund_from_account_ref",
    usual=UNDEPOSITED,
    side=-1,
    totals=("total_amount",),
    pays=("CreditMemo", "ReceivePayment"),
    applied="refund_applied_to_txns",
    part="refund_amount",
    owed_in="ar_account_ref",
    usually_owed_in=RECEIVABLE_ACCOUNT,
)
