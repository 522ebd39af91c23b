"""What must be so before a transaction is changed, voided or deleted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from procore_qbd.simulator.knowledge.wording import Refusal

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


def check_open_books(record: TransactionRecord, code: int, store: Store) -> None:
    """The books are closed up to a day, if they are.

    Raises:
        Refusal: The transaction is dated on that day or before (as the code says), or before the day up to which the
            books were condensed (3172).
    """
    closing = store.fact("closing_date")
    if closing and record.txn_date <= dt.date.fromisoformat(closing):
        raise Refusal(code, record.__record__.tag, note=f"the books are closed up to {closing}")
    condensed = store.fact("condensed_before")
    if condensed and record.txn_date < dt.date.fromisoformat(condensed):
        raise Refusal(3172, record.__record__.tag, note=f"the books before {condensed} were condensed")


def check_nothing_needs(record: TransactionRecord, code: int, store: Store) -> None:
    """Nothing is applied to it, and nothing of it was set against another.

    Raises:
        Refusal: Something is.
    """
    for link in store.book.links(record.txn_id):
        if link.via != record.txn_id:
            raise Refusal(code, record.txn_id, record.txn_id, note=f"{link.via} needs it ({link.role})")


def unchanged_since_read(draft: Draft, _company: WritableCompany) -> Draft:
    """The Mod names the EditSequence that the transaction has."""
    if draft.before is not None and draft.record.edit_sequence != draft.before.edit_sequence:
        raise Refusal(3200, draft.record.edit_sequence)
    return draft


def was_in_open_books(draft: Draft, company: WritableCompany) -> Draft:
    """It was dated in books that are open."""
    if draft.before is not None:
        check_open_books(draft.before, 3171, company.store)
    return draft


def in_open_books(draft: Draft, company: WritableCompany) -> Draft:
    """It is dated in books that are open."""
    check_open_books(draft.record, 3171, company.store)
    return draft


def needed_by_none(draft: Draft, company: WritableCompany) -> Draft:
    """Nothing is applied to it, so that it can be void."""
    check_nothing_needs(draft.record, 3185, company.store)
    return draft
