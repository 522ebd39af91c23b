"""What is gone, as a table of a data set: what QuickBooks lists as deleted, and what went without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pyarrow as pa

from procore_qbd.frames.layout import Merged
from procore_qbd.frames.tables import snake
from procore_qbd.qbxml.entities.deletions import (
    ListDeleted,
    ListDeletedQuery,
    ListDelType,
    TxnDeleted,
    TxnDeletedQuery,
    TxnDelType,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from procore_qbd.frames.asking import Questions, Topic
    from procore_qbd.frames.layout import Partition

__all__ = ["DELETED", "Gone", "deletions", "listed"]

DELETED = "deleted"
"""The table of what is gone."""

_SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("id", pa.string()),
        ("name", pa.string()),
        ("time_deleted", pa.string()),
        ("listed", pa.bool_()),
    ]
)


@attrs.frozen
class Gone:
    """A record that QuickBooks has no more.

    Attributes:
        kind: The table that it was in.
        id: What it was known by.
        name: Its full name, or the number of a transaction.
        time_deleted: When, as QuickBooks says it.
        listed: Whether QuickBooks says so; else it was missed when all was read.
    """

    kind: str
    id: str
    name: str | None = None
    time_deleted: str | None = None
    listed: bool = True


def listed(line: Questions, topics: Sequence[Topic]) -> list[Gone]:
    """What QuickBooks lists as deleted; it remembers some ninety days."""
    tags = {one.cls.__record__.tag: one.name for one in topics}
    found: list[Gone] = []
    if kinds := tuple(kind for kind in TxnDelType if kind in tags):
        txns = line.ask(TxnDeletedQuery(txn_del_types=kinds)).records(TxnDeleted)
        found += [_gone(one.txn_del_type, one.txn_id, one.ref_number, one.time_deleted) for one in txns]
    if lists := tuple(kind for kind in ListDelType if kind in tags):
        entries = line.ask(ListDeletedQuery(list_del_types=lists)).records(ListDeleted)
        found += [_gone(one.list_del_type, one.list_id, one.full_name, one.time_deleted) for one in entries]
    return found


def _gone(kind: Any, known: str | None, name: str | None, when: Any) -> Gone:
    return Gone(snake(str(kind)), known or "", name, when.raw if when else None)


def deletions(partition: Partition, told: Sequence[Gone], vanished: Mapping[str, pa.Array]) -> Merged:
    """The table of what is gone: what it had, what QuickBooks lists, what vanished; without what is there again.

    Args:
        partition: The data set.
        told: What QuickBooks lists.
        vanished: The ids of what went in this run, by table.
    """
    parts = partition.parts(DELETED)
    old = partition.columns(DELETED, _SCHEMA.names)
    rows = {(row["kind"], row["id"]): Gone(**row) for row in old.to_pylist()} if old is not None else {}
    rows |= {
        (name, known): Gone(name, known, listed=False) for name, ids in vanished.items() for known in ids.to_pylist()
    }
    rows |= {(one.kind, one.id): one for one in told}
    for name in {kind for kind, _ in rows}:
        id_field = "txn_id" if partition.columns(name, ("txn_id",)) is not None else "list_id"
        here = partition.columns(name, (id_field,))
        for known in set(here.column(0).to_pylist()) if here is not None else ():
            rows.pop((name, known), None)
    now = pa.Table.from_pylist([attrs.asdict(rows[key]) for key in sorted(rows)], _SCHEMA)
    if (old is None and not rows) or (old is not None and old.equals(now)):
        return Merged(_SCHEMA, parts, (), ())
    return Merged(_SCHEMA, (), parts, now.to_batches())
