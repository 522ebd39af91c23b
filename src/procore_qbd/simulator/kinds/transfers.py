"""Transfers of money from one account to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.simulator.kinds.kind import Kind
from procore_qbd.simulator.kinds.postings import head, list_id
from procore_qbd.simulator.knowledge.arithmetic import ZERO
from procore_qbd.simulator.knowledge.wording import Refusal
from procore_qbd.simulator.records.shaping import is_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator.kinds.kind import CompanyRecords, Draft
    from procore_qbd.simulator.knowledge.nouns import TransactionRecord
    from procore_qbd.simulator.records.entries import Entry

__all__ = ["TRANSFER"]

_HOLDS_MONEY = (
    *("Bank", "OtherCurrentAsset", "FixedAsset", "OtherAsset"),
    *("CreditCard", "OtherCurrentLiability", "LongTermLiability", "Equity"),
)
"""The accounts that money can be transferred between: those of a balance sheet, but for what names owe and are owed."""

_SIDES = {
    "transfer_from_account_ref": "TransferFromAccountRef",
    "transfer_to_account_ref": "TransferToAccountRef",
}


def _with_balances(draft: Draft, company: CompanyRecords) -> Draft:
    """From one account to another; what each holds when it is saved is told."""
    transfer = draft.record
    for name, tag in _SIDES.items():
        if not is_set(ref := getattr(transfer, name)):
            raise Refusal(3150, field=tag)
        if not company.is_of(ref.list_id or "", *_HOLDS_MONEY):
            raise Refusal(3210, ref.full_name or "", tag, note=f"it is of none of the types {', '.join(_HOLDS_MONEY)}")
    here, there = transfer.transfer_from_account_ref.list_id, transfer.transfer_to_account_ref.list_id
    if here == there:
        raise Refusal(
            3210, transfer.transfer_to_account_ref.full_name, "TransferToAccountRef", note="both accounts are the same"
        )
    if transfer.amount is None:
        raise Refusal(3150, field="Amount")
    if transfer.amount <= 0:
        raise Refusal(3210, str(transfer.amount), "Amount", note="nothing is transferred")
    return draft.saying(
        from_account_balance=company.balance_with(here, -transfer.amount, transfer.txn_id),
        to_account_balance=company.balance_with(there, transfer.amount, transfer.txn_id),
    )


def _entries(record: TransactionRecord, kind: Kind, company: CompanyRecords) -> Iterator[Entry]:
    taken = head(record, kind, record.amount or ZERO, company)
    yield taken
    yield attrs.evolve(taken, account=list_id(record.transfer_to_account_ref), amount=-taken.amount)


TRANSFER = Kind(
    tag="Transfer",
    entries=_entries,
    account="transfer_from_account_ref",
    side=-1,
    totals=("amount",),
    completed=_with_balances,
)
