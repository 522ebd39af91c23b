"""What must be so before a transaction is changed, voided or deleted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from procore_qbd.simulator.knowledge.reasons import OUT_OF_DATE
from procore_qbd.simulator.knowledge.rules import Reason, Setting, Source, tried
from procore_qbd.simulator.knowledge.scene import BILL, COSTS, FIR, paying

if TYPE_CHECKING:
    from procore_qbd.simulator.kinds.kind import Draft
    from procore_qbd.simulator.knowledge.nouns import TransactionRecord
    from procore_qbd.simulator.store.file import Store
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = [
    "check_nothing_needs",
    "check_open_books",
    "in_open_books",
    "needed_by_none",
    "unchanged_since_read",
    "was_in_open_books",
]

_OLD_BILL = f"<BillAdd>{FIR}<TxnDate>2019-06-30</TxnDate>{COSTS}</BillAdd>"

BOOKS_CLOSED = Reason(
    3171,
    "A transaction is added, changed or voided that is dated in closed books, or would be.",
    Source.LIVE_REPORT,
    tried(_OLD_BILL, setting=Setting.BOOKS_CLOSED),
    refuses=lambda asked: asked.kind or asked.name == "TxnVoid",
)
BOOKS_CLOSED_TO_DELETION = Reason(
    3161,
    "A transaction is deleted that is dated in closed books.",
    Source.TABLE,
    tried(
        "<TxnDelRq><TxnDelType>Bill</TxnDelType><TxnID>{bill.txn_id}</TxnID></TxnDelRq>",
        setting=Setting.BOOKS_CLOSED,
        bill=_OLD_BILL,
    ),
)
BOOKS_CONDENSED = Reason(
    3172,
    "A transaction is dated before the day up to which the company file was condensed.",
    Source.TABLE,
    tried(_OLD_BILL, setting=Setting.CONDENSED),
    refuses=lambda asked: asked.kind or asked.name in ("TxnDel", "TxnVoid"),
)
DELETED_WHILE_APPLIED = Reason(
    3160,
    "A transaction is deleted that something is applied to, or that was made from.",
    Source.TABLE,
    tried(
        "<TxnDelRq><TxnDelType>Bill</TxnDelType><TxnID>{bill.txn_id}</TxnID></TxnDelRq>", bill=BILL, payment=paying()
    ),
)
VOIDED_WHILE_APPLIED = Reason(
    3185,
    "A transaction is voided that something is applied to.",
    Source.TABLE,
    tried(
        "<TxnVoidRq><TxnVoidType>Bill</TxnVoidType><TxnID>{bill.txn_id}</TxnID></TxnVoidRq>",
        bill=BILL,
        payment=paying(),
    ),
)


def check_open_books(record: TransactionRecord, reason: Reason, store: Store) -> None:
    """The books are closed up to a day, if they are.

    Raises:
        Refusal: The transaction is dated on that day or before (the given reason), or before the day up to which the
            books were condensed (3172).
    """
    closing = store.fact("closing_date")
    if closing and record.txn_date <= dt.date.fromisoformat(closing):
        raise reason(record.__record__.tag, note=f"the books are closed up to {closing}")
    condensed = store.fact("condensed_before")
    if condensed and record.txn_date < dt.date.fromisoformat(condensed):
        raise BOOKS_CONDENSED(record.__record__.tag, note=f"the books before {condensed} were condensed")


def check_nothing_needs(record: TransactionRecord, reason: Reason, store: Store) -> None:
    """Nothing is applied to it, and nothing of it was set against another.

    Raises:
        Refusal: Something is.
    """
    for link in store.book.links(record.txn_id):
        if link.via != record.txn_id:
            raise reason(record.txn_id, record.txn_id, note=f"{link.via} needs it ({link.role})")


def unchanged_since_read(draft: Draft, _company: WritableCompany) -> Draft:
    """The Mod names the EditSequence that the transaction has."""
    if draft.before is not None and draft.record.edit_sequence != draft.before.edit_sequence:
        raise OUT_OF_DATE(draft.record.edit_sequence)
    return draft


def was_in_open_books(draft: Draft, company: WritableCompany) -> Draft:
    """It was dated in books that are open."""
    if draft.before is not None:
        check_open_books(draft.before, BOOKS_CLOSED, company.store)
    return draft


def in_open_books(draft: Draft, company: WritableCompany) -> Draft:
    """It is dated in books that are open."""
    check_open_books(draft.record, BOOKS_CLOSED, company.store)
    return draft


def needed_by_none(draft: Draft, company: WritableCompany) -> Draft:
    """Nothing is applied to it, so that it can be void."""
    check_nothing_needs(draft.record, VOIDED_WHILE_APPLIED, company.store)
    return draft
