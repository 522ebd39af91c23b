"""Transfers of money from one account to another."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import MAX_RETURNED
from procore_qbd.qbxml.entities._transactions import ModifiedDateRangeFilter, TxnDateRangeFilter
from procore_qbd.qbxml.records import Block, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    QUERY,
    RET,
    Amount,
    Attribute,
    Day,
    Id,
    Integer,
    Moment,
    Text,
    When,
)

__all__ = ["Transfer", "TransferQuery"]


@record("Transfer", shapes=ADD | MOD | RET, since="12.0")
@attrs.frozen(kw_only=True, slots=False)
class Transfer(Record):
    """Money moved from one account to another."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    transfer_from_account_ref: Annotated[Ref | None, Reference("TransferFromAccountRef", 159, to=("Account",))] = None
    from_account_balance: Annotated[Decimal | None, Amount("FromAccountBalance", shapes=RET)] = None
    transfer_to_account_ref: Annotated[Ref | None, Reference("TransferToAccountRef", 159, to=("Account",))] = None
    to_account_balance: Annotated[Decimal | None, Amount("ToAccountBalance", shapes=RET)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None


@record(
    "TransferQuery",
    shapes=QUERY,
    choices=(
        OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        OneOf.of("txn_ids", ("max_returned", "modified_date_range_filter", "txn_date_range_filter")),
    ),
    since="12.0",
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class TransferQuery(Record):
    """Transfers by id, or by when they were made, changed or dated."""

    txn_ids: Annotated[tuple[str, ...], Id("TxnID")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, Block("TxnDateRangeFilter")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50)] = ()
