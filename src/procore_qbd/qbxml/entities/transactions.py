"""Transactions of every kind, found by what they have in common."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._kinds import (
    AccountTypeFilter,
    DetailLevel,
    EntityType,
    ItemType,
    PostingStatus,
    TxnTypeFilter,
)
from procore_qbd.qbxml.entities._shared import MAX_RETURNED, CurrencyFilter
from procore_qbd.qbxml.entities._transactions import (
    ENTITIES,
    DateMacro,
    EntityFilter,
    RefNumberFilter,
    RefNumberRangeFilter,
    TxnDateRangeFilter,
    TxnType,
)
from procore_qbd.qbxml.records import Block, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import QUERY, RET, Amount, Choice, Day, Float, Id, Moment, Text, When

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


@record("Transaction", shapes=RET, since="4.0")
@attrs.frozen(kw_only=True, slots=False)
class Transaction(Record):
    """What every transaction has: its kind, its id, whom it concerns, and its amount. The kind has its own query for the rest."""

    txn_type: Annotated[TxnType | str | None, Choice("TxnType", TxnType)] = None
    txn_id: Annotated[str | None, Id("TxnID")] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID")] = None
    time_created: Annotated[Moment | None, When("TimeCreated")] = None
    time_modified: Annotated[Moment | None, When("TimeModified")] = None
    entity_ref: Annotated[Ref | None, Reference("EntityRef", 209, to=ENTITIES)] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber")] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, since="8.0")] = None
    exchange_rate: Annotated[Decimal | None, Float("ExchangeRate", since="8.0")] = None
    amount_in_home_currency: Annotated[Decimal | None, Amount("AmountInHomeCurrency", since="8.0")] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None


@record(shapes=QUERY, choices=(OneOf.of(("from_modified_date", "to_modified_date"), "date_macro"),))
@attrs.frozen(kw_only=True, slots=False)
class TransactionModifiedDateRangeFilter(Record):
    """Transactions that were made or changed in a span of time: from one moment to another, or as a word says."""

    from_modified_date: Annotated[Moment | None, When("FromModifiedDate")] = None
    to_modified_date: Annotated[Moment | None, When("ToModifiedDate")] = None
    date_macro: Annotated[DateMacro | str | None, Choice("DateMacro", DateMacro)] = None


@record(
    shapes=QUERY,
    choices=(
        OneOf.of(
            "entity_type_filter",
            "list_ids",
            "full_names",
            "list_id_with_children",
            "full_name_with_children",
            required=QUERY,
        ),
    ),
)
@attrs.frozen(kw_only=True, slots=False)
class TransactionEntityFilter(Record):
    """Transactions with all names of a list, or with certain ones."""

    entity_type_filter: Annotated[EntityType | str | None, Choice("EntityTypeFilter", EntityType)] = None
    list_ids: Annotated[tuple[str, ...], Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, Text("FullNameWithChildren")] = None


@record(
    shapes=QUERY,
    choices=(
        OneOf.of(
            "account_type_filter",
            "list_ids",
            "full_names",
            "list_id_with_children",
            "full_name_with_children",
            required=QUERY,
        ),
    ),
)
@attrs.frozen(kw_only=True, slots=False)
class TransactionAccountFilter(Record):
    """Transactions that post to accounts of a kind, or to certain ones."""

    account_type_filter: Annotated[AccountTypeFilter | str | None, Choice("AccountTypeFilter", AccountTypeFilter)] = None
    list_ids: Annotated[tuple[str, ...], Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, Text("FullNameWithChildren")] = None


@record(
    shapes=QUERY,
    choices=(
        OneOf.of(
            "item_type_filter",
            "list_ids",
            "full_names",
            "list_id_with_children",
            "full_name_with_children",
            required=QUERY,
        ),
    ),
)
@attrs.frozen(kw_only=True, slots=False)
class TransactionItemFilter(Record):
    """Transactions with items of a kind, or with certain ones."""

    item_type_filter: Annotated[ItemType | str | None, Choice("ItemTypeFilter", ItemType)] = None
    list_ids: Annotated[tuple[str, ...], Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, Text("FullNameWithChildren")] = None


@record(shapes=QUERY)
@attrs.frozen(kw_only=True, slots=False)
class TransactionTypeFilter(Record):
    """Transactions of certain kinds."""

    txn_type_filters: Annotated[tuple[TxnTypeFilter | str, ...], Choice("TxnTypeFilter", TxnTypeFilter, required=QUERY)] = ()


@record(
    "TransactionQuery",
    shapes=QUERY,
    choices=(
        OneOf.of("ref_numbers", "ref_numbers_case_sensitive", "ref_number_filter", "ref_number_range_filter"),
        OneOf.of(
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
class TransactionQuery(Record):
    """Transactions of every kind by id, or by filters."""

    txn_ids: Annotated[tuple[str, ...], Id("TxnID")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    ref_numbers: Annotated[tuple[str, ...], Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], Text("RefNumberCaseSensitive")] = ()
    ref_number_filter: Annotated[RefNumberFilter | None, Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, Block("RefNumberRangeFilter")] = None
    transaction_modified_date_range_filter: Annotated[TransactionModifiedDateRangeFilter | None, Block("TransactionModifiedDateRangeFilter")] = None
    transaction_date_range_filter: Annotated[TxnDateRangeFilter | None, Block("TransactionDateRangeFilter")] = None
    transaction_entity_filter: Annotated[TransactionEntityFilter | None, Block("TransactionEntityFilter")] = None
    transaction_account_filter: Annotated[TransactionAccountFilter | None, Block("TransactionAccountFilter")] = None
    transaction_item_filter: Annotated[TransactionItemFilter | None, Block("TransactionItemFilter")] = None
    transaction_class_filter: Annotated[EntityFilter | None, Block("TransactionClassFilter")] = None
    transaction_type_filter: Annotated[TransactionTypeFilter | None, Block("TransactionTypeFilter")] = None
    transaction_detail_level_filter: Annotated[DetailLevel | str | None, Choice("TransactionDetailLevelFilter", DetailLevel)] = None
    transaction_posting_status_filter: Annotated[PostingStatus | str | None, Choice("TransactionPostingStatusFilter", PostingStatus)] = None
    transaction_paid_status_filter: Annotated[OpenStatus | str | None, Choice("TransactionPaidStatusFilter", OpenStatus)] = None
    currency_filter: Annotated[CurrencyFilter | None, Block("CurrencyFilter", since="8.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50)] = ()
