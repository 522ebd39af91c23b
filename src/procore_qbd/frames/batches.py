"""Records as Arrow: batches of every table in one pass, in flat memory; or one table, for whatever reads Arrow."""

# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from itertools import chain, count, islice
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import pyarrow as pa

from procore_qbd.errors import FrameError
from procore_qbd.frames.filling import Filling
from procore_qbd.frames.reports import report_table
from procore_qbd.frames.tables import tables_of
from procore_qbd.qbxml.entities.reports import Report
from procore_qbd.qbxml.rows.records import Record, must_be_a_record

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from procore_qbd.frames.tables import Sheet

__all__ = ["Frames", "frame", "frames"]

_RECORDS = 48
"""How many records are held at a time: few enough to be let go before Python looks for circles among them."""

_ROWS = 8_192
"""How many rows a batch has at least, but for the last of its table."""


class Frames:
    """Records as Arrow tables: the records' own, and one of each thing that repeats in them; see `frames`.

    Whatever reads Arrow's stream takes it as it is: ``pyarrow.table(found)``, ``polars.DataFrame(found)``,
    ``duckdb.sql("FROM found")``, ``pandas.DataFrame.from_arrow(found)``.

    Attributes:
        table: The name of the table that such a reader gets.
        tables: The names of all tables, the records' own first.
    """

    def __init__(self, records: Iterable[Any], sheet: Sheet, cls: type[Record], table: str | None) -> None:
        self._records, self._cls, self._sheet = records, cls, sheet
        self._schemas = {one.name: one.schema for one in sheet.walk()}
        self._read = False
        self.tables = tuple(self._schemas)
        self.table = table or sheet.name
        self.schema()

    def schema(self, table: str | None = None) -> pa.Schema:
        """The columns of a table, by default of the one that readers get.

        Raises:
            FrameError: There is no such table.
        """
        name = table or self.table
        if name not in self._schemas:
            raise FrameError(
                self._sheet.name, [f"there is no table {name!r} in it; there are {', '.join(self.tables)}"]
            )
        return self._schemas[name]

    def batches(self, *tables: str) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Small batches with the name of their table, in one pass over the records; all tables where none is named.

        Where the records end in an error, such as of a reply that is cut short, what was whole comes first.

        Raises:
            FrameError: A column cannot hold a value, there is no such table, or the stream was read before.
            TypeError: A record is of another class.
        """
        for name in tables:
            self.schema(name)
        self._must_be_unread()
        self._read = True
        filling = Filling(self._sheet, frozenset(tables) or None)
        numbers, id_field = count(1), self._sheet.id_field
        groups = _in_groups(self._records, self._cls)
        while True:
            try:
                records = next(groups, None)
            except Exception:
                yield from filling.batches()
                raise
            if records is None:
                break
            keys = [getattr(one, id_field) for one in records] if id_field else list(islice(numbers, len(records)))
            filling.add(records, [keys])
            yield from filling.batches(_ROWS)
        yield from filling.batches()

    def _must_be_unread(self) -> None:
        if self._read and iter(self._records) is self._records:
            raise FrameError(self._sheet.name, ["the stream was read before; make a new one, or take batches() of all"])

    def reader(self) -> pa.RecordBatchReader:
        """The one table as a stream of pyarrow's.

        Raises:
            FrameError: The stream was read before.
        """
        self._must_be_unread()
        return pa.RecordBatchReader.from_batches(self.schema(), (batch for _, batch in self.batches(self.table)))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.reader().__arrow_c_stream__(requested_schema)


def frames(
    records: Iterable[Any] | Report,
    cls: type[Record] | None = None,
    *,
    table: str | None = None,
    zone: dt.tzinfo | None = None,
    custom_fields: Sequence[str] = (),
) -> Frames | pa.Table:
    """Records as Arrow tables, in flat memory: ``frames(stream("bills.xml", Bill))``.

    Nothing is read before somebody reads; but where no class is named, the first record is, for it says the columns.

    Args:
        records: Of one class: a list, or a stream, which is read once. Or a report, which is one table.
        cls: Their class; needed where there may be no record.
        table: Which table readers get: by default the records' own, else one of `Frames.tables`.
        zone: Where the machine that runs QuickBooks stands. With it a moment is beside what QuickBooks said an instant
            in UTC (``…_utc``), without it the wall clock of that machine (``…_wall``), which has no zone.
        custom_fields: The names of custom fields that shall be columns (``custom_…``); all of them are rows of a
            table of their own anyway.

    Raises:
        FrameError: There is no such table, or no record came and no class was named.
        TypeError: It is no record, or QuickBooks sends no such records.
    """
    if isinstance(records, Report):
        return report_table(records)
    if cls is None:
        seen = iter(records)
        first = next(seen, None)
        if first is None:
            raise FrameError("frames", ["no record came, so its columns are not known; name the class: cls=Bill"])
        must_be_a_record(first)
        cls = type(first)
        records = chain((first,), seen) if seen is records else records
    return Frames(records, tables_of(cls, zone, custom_fields), cls, table)


def frame(
    records: Iterable[Any] | Report,
    cls: type[Record] | None = None,
    to: Literal["arrow", "pandas", "polars"] = "pandas",
    **options: Any,
) -> Any:
    """Records as one table in memory: ``frame(company.records("Bill"))`` is a DataFrame of pandas.

    In pandas the columns keep Arrow's types, so that money stays decimal and sums to the cent, and a whole number or a
    truth value may be missing.

    Args:
        records: As for `frames`.
        cls: The same.
        to: ``"pandas"``, ``"polars"``, or ``"arrow"`` for a table of pyarrow's.
        options: The other arguments of `frames`.

    Raises:
        FrameError: As `frames`, and where a column cannot hold a value.
        ModuleNotFoundError: The library is not installed.
        ValueError: It is none of these libraries.
    """
    if to not in {"arrow", "pandas", "polars"}:
        raise ValueError(f"expected arrow, pandas or polars, got {to!r}")
    found = frames(records, cls, **options)
    whole = (
        found
        if isinstance(found, pa.Table)
        else pa.Table.from_batches([batch for _, batch in found.batches(found.table)], found.schema())
    )
    if to == "arrow":
        return whole
    try:
        if to == "polars":
            import polars as pl

            return pl.from_arrow(whole)
        import pandas as pd
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"{to} is not installed: pip install {to}") from error
    return whole.to_pandas(types_mapper=pd.ArrowDtype)


def _refuse(record: object, cls: type[Record]) -> NoReturn:
    found = type(record).__name__
    raise TypeError(f"expected {cls.__name__} records, got {found}; make frames of each class by itself")


def _in_groups(records: Iterable[Any], cls: type[Record]) -> Iterator[list[Any]]:
    """A few at a time; where an error ends them, whatever it is, first those that came before it."""
    group: list[Any] = []
    try:
        for record in records:
            if type(record) is not cls:
                _refuse(record, cls)
            group.append(record)
            if len(group) >= _RECORDS:
                yield group
                group = []
    except Exception:
        if group:
            yield group
        raise
    if group:
        yield group
