"""What moves without a stamp: a reference shows the name of what it points to, and a link what the other one says.

So the names of all lists that a data set refers to are kept in it. What got another name since, or is gone, is looked
for in its rows, and the records of those rows are read again.
"""

# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from procore_qbd.errors import RefusedError
from procore_qbd.frames.asking import HAS_NONE
from procore_qbd.qbxml import Moment
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.transactions import (
    Transaction,
    TransactionModifiedDateRangeFilter,
    TransactionQuery,
)
from procore_qbd.qbxml.rows.records import table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from procore_qbd.frames.asking import Questions, Topic
    from procore_qbd.frames.layout import Partition
    from procore_qbd.frames.tables import Sheet

__all__ = ["NAMES", "moved_transactions", "names_now", "renamed", "rows_that_name"]

NAMES = "names"
"""The table of the names that references show."""

_SCHEMA = pa.schema([("list", pa.string()), ("id", pa.string()), ("name", pa.string())])
_SAID = ("FullName", "Name", "Initial")


def names_now(line: Questions, topics: Sequence[Topic]) -> pa.Table:
    """The names of what the tables refer to, by list and id; a list that QuickBooks does not have has none."""
    rows: list[tuple[str, str, str | None]] = []
    for list_ in sorted(frozenset[str]().union(*(one.lists() for one in topics))):
        cls, query = entity(list_), entity(f"{list_}Query")
        if cls is None or query is None or "include_ret_elements" not in table(query).by_name:
            continue
        known = {field.row.tag for field in table(cls).fields}
        wanted: dict[str, Any] = {"include_ret_elements": ("ListID", *(tag for tag in _SAID if tag in known))}
        if "active_status" in table(query).by_name:
            wanted["active_status"] = "All"
        try:
            rows += (
                (list_, record.list_id, _name(record)) for page in line.pages(query(**wanted), cls) for record in page
            )
        except RefusedError as refused:
            if refused.code not in HAS_NONE:
                raise
    rows.sort()
    return pa.table([list(column) for column in zip(*rows, strict=True)] or [[], [], []], schema=_SCHEMA)


def _name(record: Any) -> str | None:
    return next((said for name in ("full_name", "name", "initial") if (said := getattr(record, name, None))), None)


def renamed(before: pa.Table | None, now: pa.Table) -> set[str]:
    """The ids of what has another name than before, or none any more."""
    if before is None:
        return set()
    names = {(row["list"], row["id"]): row["name"] for row in now.to_pylist()}
    return {row["id"] for row in before.to_pylist() if names.get((row["list"], row["id"])) != row["name"]}


def moved_transactions(line: Questions, since: dt.datetime) -> set[str]:
    """The transactions of every kind that were made or changed since a moment on QuickBooks' clock."""
    query = TransactionQuery(
        transaction_modified_date_range_filter=TransactionModifiedDateRangeFilter(
            from_modified_date=Moment.local(since)
        ),
        include_ret_elements=("TxnID", "TxnLineID"),
    )
    return {record.txn_id for page in line.pages(query, Transaction) for record in page}


def rows_that_name(partition: Partition, sheet: Sheet, ids: set[str]) -> set[str]:
    """The records of a table of which some row names one of these ids, in whatever column."""
    found: set[str] = set()
    if not ids:
        return found
    wanted = pa.array(sorted(ids), pa.string())
    for one in sheet.walk():
        key = one.schema.names[0]
        columns = [field.name for field in one.schema if field.name.endswith("_id") and field.type == pa.string()]
        for part in partition.parts(one.name):
            for batch in pq.ParquetFile(part).iter_batches(columns=columns):
                hit = None
                for column in batch.columns:
                    mask = pc.is_in(column, value_set=wanted)
                    hit = mask if hit is None else pc.or_(hit, mask)
                found.update(batch.column(key).filter(hit).to_pylist())
    return found
