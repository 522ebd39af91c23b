"""Transfers of money from one account to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.qbxml.judging.accounts import HOLDS_MONEY
from procore_qbd.simulator.kinds.kind import Kind
from procore_qbd.simulator.kinds.postings import head, list_id
from procore_qbd.simulator.knowledge.arithmetic import ZERO
from procore_qbd.simulator.knowledge.asked import writes
from procore_qbd.simulator.knowledge.reasons import REQUIRED_TAKEN_AWAY
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import ref as by_name
from procore_qbd.simulator.records.shaping import is_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator.kinds.kind import CompanyRecords, Draft
    from procore_qbd.simulator.knowledge.nouns import TransactionRecord
    from procore_qbd.simulator.records.entries import Entry

__all__ = ["TRANSFER"]


def _transfer(from_: str, to: str, amount: str = "5.00") -> str:
    return (
        f"<TransferAdd>{by_name('TransferFromAccountRef', from_)}{by_name('TransferToAccountRef', to)}"
        f"<Amount>{amount}</Amount></TransferAdd>"
    )


NOT_A_TRANSFER_ACCOUNT = Reason(
    3210,
    "Money is transferred from or to an account that holds none: of income, costs, receivables or payables.",
    Source.DECIDED,
    tried(_transfer("~Checking", "~Job Costs")),
    refuses=writes("Transfer"),
)
SAME_ACCOUNT = Reason(
    3210,
    "Money is transferred from an account to itself.",
    Source.DECIDED,
    tried(_transfer("~Checking", "~Checking")),
    refuses=writes("Transfer"),
)
NOTHING_IS_TRANSFERRED = Reason(
    3210,
    "The amount of a transfer is zero or less.",
    Source.DECIDED,
    tried(_transfer("~Checking", "~Prepaid", "0.00")),
    refuses=writes("Transfer"),
)

_SIDES = {
    "transfer_from_account_ref": "TransferFromAccountRef",
    "transfer_to_account_ref": "TransferToAccountRef",
}


def _with_balances(draft: Draft, company: CompanyRecords) -> Draft:
    """From one account to another; what each holds when it is saved is told."""
    transfer = draft.record
    for name, tag in _SIDES.items():
        if not is_set(ref := getattr(transfer, name)):
            raise REQUIRED_TAKEN_AWAY(field=tag)
        if not company.is_of(ref.list_id or "", *HOLDS_MONEY):
            raise NOT_A_TRANSFER_ACCOUNT(
                ref.full_name or "", tag, note=f"it is of none of the types {', '.join(sorted(HOLDS_MONEY))}"
            )
    here, there = transfer.transfer_from_account_ref.list_id, transfer.transfer_to_account_ref.list_id
    if here == there:
        raise SAME_ACCOUNT(
            transfer.transfer_to_account_ref.full_name, "TransferToAccountRef", note="both accounts are the same"
        )
    if transfer.amount is None:
        raise REQUIRED_TAKEN_AWAY(field="Amount")
    if transfer.amount <= 0:
        raise NOTHING_IS_TRANSFERRED(str(transfer.amount), "Amount", note="nothing is transferred")
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
