"""Payments of customers, applied to what they owe or not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml.entities.shared.transactions import ENTITIES
from procore_qbd.simulator.kinds.families import RECEIVABLE_ACCOUNT, UNDEPOSITED
from procore_qbd.simulator.kinds.kind import JobShare, Kind
from procore_qbd.simulator.kinds.postings import applied_entries, head, list_id
from procore_qbd.simulator.knowledge.arithmetic import ZERO, total
from procore_qbd.simulator.knowledge.asked import writes
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import INVOICE, SCHOOL, receiving
from procore_qbd.simulator.records.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator.kinds.kind import CompanyRecords, Draft
    from procore_qbd.simulator.knowledge.nouns import TransactionRecord

__all__ = ["RECEIVE_PAYMENT"]

NEGATIVE_RECEIPT = Reason(
    3210,
    "The total of a customer's payment is less than zero.",
    Source.DECIDED,
    tried(
        f"<ReceivePaymentAdd>{SCHOOL}<TotalAmount>-5.00</TotalAmount><IsAutoApply>false</IsAutoApply></ReceivePaymentAdd>"
    ),
    refuses=writes("ReceivePayment"),
)
MORE_APPLIED_THAN_PAID = Reason(
    3210,
    "More of a payment is applied than the customer paid.",
    Source.DECIDED,
    tried(receiving().replace("<TotalAmount>10.00", "<TotalAmount>9.00"), invoice=INVOICE),
    refuses=writes("ReceivePayment"),
)


def _unused(draft: Draft, _company: CompanyRecords) -> Draft:
    """It comes to what is said, else to what is applied; no more is applied than was paid."""
    payment = draft.record
    used = total(one.amount for one in payment.applied_to_txns)
    amount = used if payment.total_amount is None else payment.total_amount
    if amount < 0:
        raise NEGATIVE_RECEIPT(str(amount), "TotalAmount", note="a payment cannot be negative")
    if used > amount:
        raise MORE_APPLIED_THAN_PAID(str(used), "PaymentAmount", note="more is applied than was paid")
    return draft.saying(total_amount=amount, unused_credits=ZERO)


def _entries(record: TransactionRecord, kind: Kind, company: CompanyRecords) -> Iterator[Entry]:
    """What came in, and was taken off, against what the customer owes."""
    whom = company.key(ENTITIES, record.customer_ref)
    account = list_id(record.ar_account_ref)
    yield head(record, kind, record.total_amount or ZERO, company)
    unused = (record.total_amount or ZERO) - sum((one.amount or ZERO for one in record.applied_to_txns), ZERO)
    yield from applied_entries(record, account, whom, -1)
    if unused:
        yield Entry(account=account, amount=-unused, entity=whom)


RECEIVE_PAYMENT = Kind(
    tag="ReceivePayment",
    title="Payment",
    entity="customer_ref",
    entries=_entries,
    account="deposit_to_account_ref",
    usual=UNDEPOSITED,
    side=1,
    totals=("total_amount",),
    opens="unused_payment",
    pays=("Invoice", "Charge"),
    applied="applied_to_txns",
    owed_in="ar_account_ref",
    usually_owed_in=RECEIVABLE_ACCOUNT,
    job_share=JobShare.NOT_APPLIED,
    completed=_unused,
)
