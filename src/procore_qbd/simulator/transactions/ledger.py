"""What a transaction posts is in the ledger, in place of what it posted before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.simulator.records.entries import NAME, Entry

if TYPE_CHECKING:
    from procore_qbd.simulator.kinds.kind import Draft
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["posted"]


def posted(draft: Draft, company: WritableCompany) -> Draft:
    """What its kind makes of it is posted; what is pending moves no account."""
    record = draft.record
    entries = draft.kind.entries(record, draft.kind, company)
    if getattr(record, "is_pending", None):
        after = tuple(attrs.evolve(one, posts=False) for one in entries)
    else:
        after = tuple(_named(one, company) for one in entries)
    new = draft.before is None and not draft.seeded  # whoever seeds says the TxnID
    company.store.book.post(record.txn_id, after, new=new)
    return draft


def _named(entry: Entry, company: WritableCompany) -> Entry:
    """An entry of an account in which what names owe, or are owed, is kept."""
    owed = entry.entity and not entry.holds and company.is_of(entry.account, "AccountsReceivable", "AccountsPayable")
    return attrs.evolve(entry, holds=NAME) if owed else entry
