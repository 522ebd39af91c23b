"""What was read from QuickBooks, on the disk until it is compared with what the data set has."""

# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from procore_qbd.frames.asking import mark_of
from procore_qbd.frames.files import Parquet
from procore_qbd.frames.filling import filled

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from procore_qbd.frames.tables import Sheet

__all__ = ["Spool"]


@attrs.define(kw_only=True)
class Spool:
    """Records that came, table by table in files; in memory are their ids only.

    Attributes:
        sheet: Their table, and those below it.
        path: Where the file of a table may be.
        since: The day on which the data set begins.
        told: Told how many there are by now.
        ids: What the records are known by, those too that are dated before.
        outside: The ids of those that are dated before the data set begins; they are not kept.
        read: How many came.
        newest: The latest stamp among them, on QuickBooks' clock.
    """

    sheet: Sheet
    path: Callable[[str], Path]
    since: dt.date | None
    told: Callable[[int], None]
    ids: set[str] = attrs.field(factory=set)
    outside: set[str] = attrs.field(factory=set)
    read: int = 0
    newest: str | None = None
    _files: dict[str, Parquet] = attrs.field(factory=dict)

    def take(self, pages: Iterable[Sequence[Any]]) -> None:
        """Keep what comes; of a record that comes twice the first."""
        id_field = self.sheet.id_field or ""
        for page in pages:
            self.read += len(page)
            fresh = []
            for record in page:
                known = getattr(record, id_field)
                stamp = record.time_modified.wall.isoformat() if record.time_modified else None
                self.newest = max(filter(None, (self.newest, stamp)), default=None)
                if known in self.ids:
                    continue
                self.ids.add(known)
                if self.since is not None and record.txn_date is not None and record.txn_date < self.since:
                    self.outside.add(known)
                else:
                    fresh.append(record)
            if fresh:
                self._put(fresh, id_field)
            self.told(self.read)

    def _put(self, records: list[Any], id_field: str) -> None:
        marks = pa.array(map(mark_of, records), pa.int64())
        for name, batch in filled(self.sheet, records, [[getattr(one, id_field) for one in records]]):
            whole = batch
            if name == self.sheet.name:
                schema = batch.schema.append(pa.field("row_mark", pa.int64()))
                whole = pa.RecordBatch.from_arrays([*batch.columns, marks], schema=schema)
            if name not in self._files:
                self._files[name] = Parquet(self.path(name), whole.schema)
            self._files[name].write(whole)

    def close(self) -> None:
        """No more comes. It may be closed any number of times."""
        for file in self._files.values():
            file.close()

    def columns(self, names: Sequence[str]) -> pa.Table:
        """Some columns of the records that are kept."""
        if self.sheet.name not in self._files:
            return pa.table({names[0]: pa.array([], pa.string()), names[1]: pa.array([], pa.int64())})
        return pq.ParquetFile(self.path(self.sheet.name)).read(columns=list(names))

    def rows(self, table: str, ids: pa.Array) -> Iterator[pa.RecordBatch] | None:
        """The rows of a table that are of some records; None where none came at all."""
        if table not in self._files:
            return None
        return self._rows(self.path(table), ids)

    @staticmethod
    def _rows(path: Path, ids: pa.Array) -> Iterator[pa.RecordBatch]:
        for batch in pq.ParquetFile(path).iter_batches():
            yield batch.filter(pc.is_in(batch.column(0), value_set=ids))
