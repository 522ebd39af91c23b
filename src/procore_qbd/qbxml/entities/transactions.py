"""Transactions of every kind, found by what they have in common."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import MAX_RETURNED, CurrencyFilter
from procore_qbd.qbxml.entities.shared.kinds import (
    AccountTypeFilter,
    DetailLevel,
    EntityType,
    ItemType,
    PostingStatus,
    TxnTypeFilter,
)
from procore_qbd.qbxml.entities.shared.transactions import (
    ENTITIES,
    DateMacro,
    EntityFilter,
    RefNumberFilter,
    RefNumberRangeFilter,
    TxnDateRangeFilter,
    TxnType,
)

__all__ = [
    "AccountTypeFilter",
    "DetailLevel",
    "EntityType",
    "ItemType",
    "OpenStatus",
    "PostingStatus",
    "Transaction",
    "TransactionAccountFilter",
    "TransactionEntityFilter",
    "TransactionItemFilter",
    "TransactionModifiedDateRangeFilter",
    "TransactionQuery",
    "TransactionTypeFilter",
    "TxnTypeFilter",
]


class OpenStatus(StrEnum):
    """Whether a query means transactions that are still open."""

    EITHER = "Either"
    CLOSED = "Closed"
    OPEN = "Open"


@q.record("Transaction", shapes=q.RET, since="4.0")
@attrs.frozen(kw_only=True, slots=False)
class Transaction(q.Record):
    """What every transaction has: its kind, its id, whom it concerns, and its amount. The kind has its own query for the rest."""

    txn_type: Annotated[TxnType | str | None, q.Choice("TxnType", TxnType)] = None
    txn_id: Annotated[str | None, q.Id("TxnID")] = None
    txn_line_id: Annotated[str | None, q.Id("TxnLineID")] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated")] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified")] = None
    entity_ref: Annotated[q.Ref | None, q.Reference("EntityRef", 209, to=ENTITIES)] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber")] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, since="8.0")] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    amount_in_home_currency: Annotated[Decimal | None, q.Amount("AmountInHomeCurrency", since="8.0")] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None


@q.record(shapes=q.QUERY, choices=(q.OneOf.of(("from_modified_date", "to_modified_date"), "date_macro"),))
@attrs.frozen(kw_only=True, slots=False)
class TransactionModifiedDateRangeFilter(q.Record):
    """Transactions that were made or changed in a span of time: from one moment to another, or as a word says."""

    from_modified_date: Annotated[q.Moment | None, q.When("FromModifiedDate")] = None
    to_modified_date: Annotated[q.Moment | None, q.When("ToModifiedDate")] = None
    date_macro: Annotated[DateMacro | str | None, q.Choice("DateMacro", DateMacro)] = None


@q.record(
    shapes=q.QUERY,
    choices=(
        q.OneOf.of(
            "entity_type_filter",
            "list_ids",
            "full_names",
            "list_id_with_children",
            "full_name_with_children",
            required=q.QUERY,
        ),
    ),
)
@attrs.frozen(kw_only=True, slots=False)
class TransactionEntityFilter(q.Record):
    """Transactions with all names of a list, or with certain ones."""

    entity_type_filter: Annotated[EntityType | str | None, q.Choice("EntityTypeFilter", EntityType)] = None
    list_ids: Annotated[tuple[str, ...], q.Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, q.Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, q.Text("FullNameWithChildren")] = None


@q.record(
    shapes=q.QUERY,
    choices=(
        q.OneOf.of(
            "account_type_filter",
            "list_ids",
            "full_names",
            "list_id_with_children",
            "full_name_with_children",
            required=q.QUERY,
        ),
    ),
)
@attrs.frozen(kw_only=True, slots=False)
class TransactionAccountFilter(q.Record):
    """Transactions that post to accounts of a kind, or to certain ones."""

    account_type_filter: Annotated[AccountTypeFilter | str | None, q.Choice("AccountTypeFilter", AccountTypeFilter)] = None
    list_ids: Annotated[tuple[str, ...], q.Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, q.Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, q.Text("FullNameWithChildren")] = None


@q.record(
    shapes=q.QUERY,
    choices=(
        q.OneOf.of(
            "item_type_filter",
            "list_ids",
            "full_names",
            "list_id_with_children",
            "full_name_with_children",
            required=q.QUERY,
        ),
    ),
)
@attrs.frozen(kw_only=True, slots=False)
class TransactionItemFilter(q.Record):
    """Transactions with items of a kind, or with certain ones."""

    item_type_filter: Annotated[ItemType | str | None, q.Choice("ItemTypeFilter", ItemType)] = None
    list_ids: Annotated[tuple[str, ...], q.Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, q.Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, q.Text("FullNameWithChildren")] = None


@q.record(shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class TransactionTypeFilter(q.Record):
    """Transactions of certain kinds."""

    txn_type_filters: Annotated[tuple[TxnTypeFilter | str, ...], q.Choice("TxnTypeFilter", TxnTypeFilter, required=q.QUERY)] = ()


@q.record(
    "TransactionQuery",
    shapes=q.QUERY,
    choices=(
        q.OneOf.of("ref_numbers", "ref_numbers_case_sensitive", "ref_number_filter", "ref_number_range_filter"),
        q.OneOf.of(
            "txn_ids",
            (
                "max_returned",
                "ref_numbers",
                "ref_numbers_case_sensitive",
                "ref_number_filter",
                "ref_number_range_filter",
                "transaction_modified_date_range_filter",
                "transaction_date_range_filter",
                "transaction_entity_filter",
                "transaction_account_filter",
                "transaction_item_filter",
                "transaction_class_filter",
                "transaction_type_filter",
                "transaction_detail_level_filter",
                "transaction_posting_status_filter",
                "transaction_paid_status_filter",
                "currency_filter",
            ),
        ),
    ),
    since="4.0",
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class TransactionQuery(q.Record):
    """Transactions of every kind by id, or by filters."""

    txn_ids: Annotated[tuple[str, ...], q.Id("TxnID")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    ref_numbers: Annotated[tuple[str, ...], q.Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], q.Text("RefNumberCaseSensitive")] = ()
    ref_number_filter: Annotated[RefNumberFilter | None, q.Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, q.Block("RefNumberRangeFilter")] = None
    transaction_modified_date_range_filter: Annotated[TransactionModifiedDateRangeFilter | None, q.Block("TransactionModifiedDateRangeFilter")] = None
    transaction_date_range_filter: Annotated[TxnDateRangeFilter | None, q.Block("TransactionDateRangeFilter")] = None
    transaction_entity_filter: Annotated[TransactionEntityFilter | None, q.Block("TransactionEntityFilter")] = None
    transaction_account_filter: Annotated[TransactionAccountFilter | None, q.Block("TransactionAccountFilter")] = None
    transaction_item_filter: Annotated[TransactionItemFilter | None, q.Block("TransactionItemFilter")] = None
    transaction_class_filter: Annotated[EntityFilter | None, q.Block("TransactionClassFilter")] = None
    transaction_type_filter: Annotated[TransactionTypeFilter | None, q.Block("TransactionTypeFilter")] = None
    transaction_detail_level_filter: Annotated[DetailLevel | str | None, q.Choice("TransactionDetailLevelFilter", DetailLevel)] = None
    transaction_posting_status_filter: Annotated[PostingStatus | str | None, q.Choice("TransactionPostingStatusFilter", PostingStatus)] = None
    transaction_paid_status_filter: Annotated[OpenStatus | str | None, q.Choice("TransactionPaidStatusFilter", OpenStatus)] = None
    currency_filter: Annotated[CurrencyFilter | None, q.Block("CurrencyFilter", since="8.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50)] = ()
