"""Transfers of money from one account to another."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import MAX_RETURNED
from procore_qbd.qbxml.entities.shared.transactions import ModifiedDateRangeFilter, TxnDateRangeFilter

__all__ = ["Transfer", "TransferQuery"]


@q.record("Transfer", shapes=q.ADD | q.MOD | q.RET, since="12.0")
@attrs.frozen(kw_only=True, slots=False)
class Transfer(q.Record):
    """Money moved from one account to another."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    transfer_from_account_ref: Annotated[q.Ref | None, q.Reference("TransferFromAccountRef", 159, to=("Account",))] = None
    from_account_balance: Annotated[Decimal | None, q.Amount("FromAccountBalance", shapes=q.RET)] = None
    transfer_to_account_ref: Annotated[q.Ref | None, q.Reference("TransferToAccountRef", 159, to=("Account",))] = None
    to_account_balance: Annotated[Decimal | None, q.Amount("ToAccountBalance", shapes=q.RET)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None


@q.record(
    "TransferQuery",
    shapes=q.QUERY,
    choices=(
        q.OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        q.OneOf.of("txn_ids", ("max_returned", "modified_date_range_filter", "txn_date_range_filter")),
    ),
    since="12.0",
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class TransferQuery(q.Record):
    """Transfers by id, or by when they were made, changed or dated."""

    txn_ids: Annotated[tuple[str, ...], q.Id("TxnID")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, q.Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, q.Block("TxnDateRangeFilter")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50)] = ()
