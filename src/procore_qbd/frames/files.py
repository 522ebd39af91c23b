"""Tables as files: Parquet, all tables in one pass and in flat memory; or one table as CSV."""

# pyright: reportAttributeAccessIssue=false, reportArgumentType=false

from __future__ import annotations

import csv
import datetime as dt
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from procore_qbd.frames.batches import frames

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from procore_qbd.qbxml.rows.records import Record

__all__ = ["Parquet", "to_csv", "to_parquet"]

_ROWS = 8_192
"""How many rows a row group has at least. Readers like larger ones, and to write one that is still in the processor's
cache takes half the time."""


class Parquet:
    """A Parquet file that is written batch by batch, in flat memory; what it has is whole when it is closed."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        words = [one.name for one in schema if one.name.endswith("_name") or pa.types.is_dictionary(one.type)]
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=words)
        self._schema = schema
        self._held: list[pa.RecordBatch] = []
        self._count = 0
        self.rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Take a batch."""
        self._held.append(batch)
        self._count += batch.num_rows
        self.rows += batch.num_rows
        if self._count >= _ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            self._writer.write_table(pa.Table.from_batches(self._held, self._schema), self._count)
            self._held, self._count = [], 0

    def close(self) -> None:
        """Write the rest, and the end, without which the file cannot be read."""
        try:
            self._flush()
        finally:
            self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def to_parquet(
    records: Iterable[Any], folder: str | os.PathLike[str], cls: type[Record] | None = None, **options: Any
) -> dict[str, int]:
    """Write a Parquet file of each table of records into a folder, in one pass and in flat memory.

    A table of which nothing came has an empty file, with its columns. Where the stream ends in an error, the files have
    what was whole before it, and the error is raised.

    Args:
        records: As for `procore_qbd.frames.frames`; or a report.
        folder: Made where it is not there; ``bill.parquet`` and the like in it are replaced.
        cls: Their class.
        options: The other arguments of `procore_qbd.frames.frames`.

    Returns:
        How many rows each table has.
    """
    found = frames(records, cls, **options)
    into = Path(folder)
    into.mkdir(parents=True, exist_ok=True)
    if isinstance(found, pa.Table):
        pq.write_table(found, into / "report.parquet")
        return {"report": found.num_rows}
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(Parquet(into / f"{name}.parquet", found.schema(name))) for name in found.tables
        }
        for name, batch in found.batches():
            files[name].write(batch)
    return {name: file.rows for name, file in files.items()}


def to_csv(
    records: Iterable[Any], path: str | os.PathLike[str], cls: type[Record] | None = None, **options: Any
) -> int:
    """Write one table as CSV, in UTF-8 with the mark that spreadsheets look for, in flat memory.

    Amounts have all their digits, days are ``2026-11-23``, truth values ``true`` and ``false``; what is not there is
    empty. Where the stream ends in an error, the file has what was whole before it, and the error is raised.

    Args:
        records: As for `procore_qbd.frames.frames`.
        path: The file; one that is there is replaced.
        cls: Their class.
        options: The other arguments of `procore_qbd.frames.frames`.

    Returns:
        How many rows it has.
    """
    found = frames(records, cls, **options)
    batches = found.to_batches() if isinstance(found, pa.Table) else (one for _, one in found.batches(found.table))
    schema = found.schema if isinstance(found, pa.Table) else found.schema()
    count = 0
    with Path(path).open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(schema.names)
        for batch in batches:
            count += batch.num_rows
            writer.writerows(zip(*(map(_said, array.to_pylist()) for array in batch.columns), strict=True))
    return count


def _said(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date) else value
