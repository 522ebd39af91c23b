"""A source for dlt: the tables of a company file, loaded wherever dlt can load; needs the extra ``dlt``.

Each load asks for what changed since the newest stamp that was seen, less a lag, for QuickBooks' stamps are an hour off
in summer; what comes again takes its own place. dlt keeps the stamp with what it loads, both or neither. Lists are read
whole. What QuickBooks lists as deleted is taken out, with its lines.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from procore_qbd.frames.asking import Questions, Topic, topic
from procore_qbd.frames.deletions import listed
from procore_qbd.frames.filling import filled
from procore_qbd.frames.tables import several, tables_of

try:
    import dlt
except ImportError as error:
    raise ModuleNotFoundError('the source needs dlt, which is not installed: pip install "procore-qbd[dlt]"') from error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from procore_qbd.frames.tables import Sheet
    from procore_qbd.qbxml import Dialect
    from procore_qbd.transports.base import Transport

__all__ = ["dlt_source"]

LAG = dt.timedelta(days=1)
_TAKEN_OUT = "taken_out"
"""The column by which dlt knows rows that are to be taken out; in the destination it is empty."""


def dlt_source(
    transport: Transport,
    tables: Sequence[str],
    *,
    lag: dt.timedelta = LAG,
    zone: dt.tzinfo | None = None,
    dialect: Dialect | None = None,
) -> Any:
    """A source of dlt's with a resource for each table, the lines in tables beside: ``pipeline.run(dlt_source(…))``.

    Money, quantities and rates come to the destination as decimals with all their places.

    Args:
        transport: Where QuickBooks answers; it is only read over.
        tables: Which lists and kinds of transaction, ``("bill", "vendor")``.
        lag: How much earlier than the newest stamp to begin.
        zone: Where the machine that runs QuickBooks stands; see `procore_qbd.frames.frames`.
        dialect: Who reads the queries; by default what the transport says, where it can.

    Raises:
        FrameError: There is no such table.
    """
    wanted = [topic(name) for name in several("tables", tables)]
    line = Questions(transport, dialect or getattr(transport, "dialect", None))

    @dlt.source(name="quickbooks")  # type: ignore[untyped-decorator, unused-ignore]
    def quickbooks() -> Any:
        for one in wanted:
            yield dlt.resource(_rows(line, one, lag, zone), name=one.name)  # each table of it says how it is merged

    return quickbooks()


def _rows(line: Questions, one: Topic, lag: dt.timedelta, zone: dt.tzinfo | None) -> Iterator[Any]:
    """What is new of a table: its rows, and those below it; first what is to be taken out."""
    state, sheet = dlt.current.resource_state(one.name), tables_of(one.cls, zone)
    newest: str | None = state.get("newest")
    yield from _taken_out(sheet, [gone.id for gone in listed(line, [one])])
    query = one.asked()
    if newest and not one.is_list:
        query = one.changed_since(dt.datetime.fromisoformat(newest) - lag)
    for page in line.pages(query, one.cls):
        ids = [getattr(record, one.id_field) for record in page]
        yield from _taken_out(sheet, ids, own=False)
        for name, batch in filled(sheet, page, [ids]):
            yield _marked(sheet, name, pa.Table.from_batches([batch]))
        stamps = [record.time_modified.wall.isoformat() for record in page if record.time_modified]
        newest = max([*stamps, newest or ""])
    state["newest"] = newest or None


def _taken_out(sheet: Sheet, ids: Sequence[str], *, own: bool = True) -> Iterator[Any]:
    """Rows by which dlt takes out all that there is of some records; ``own`` for the records themselves too."""
    for below in sheet.walk() if ids else ():
        if own or below is not sheet:
            key = sheet.id_field if below is sheet else below.schema.names[0]
            columns = {key: pa.array(ids, pa.string()), _TAKEN_OUT: pa.array([True] * len(ids))}
            nothing = (pa.nulls(len(ids), one.type) for one in below.schema if one.name != key)
            names = [name for name in below.schema.names if name != key]
            yield _marked(sheet, below.name, pa.table({**dict(zip(names, nothing, strict=True)), **columns}))


def _marked(sheet: Sheet, name: str, rows: pa.Table) -> Any:
    """Rows with the name of their table, and how they take the place of others."""
    if _TAKEN_OUT not in rows.column_names:
        rows = rows.append_column(_TAKEN_OUT, pa.nulls(len(rows), pa.bool_()))
    own = name == sheet.name
    key = sheet.id_field if own else next(one.schema.names[0] for one in sheet.walk() if one.name == name)
    plain = pa.schema(
        pa.field(one.name, pa.string() if pa.types.is_dictionary(one.type) else one.type, nullable=one.name != key)
        for one in rows.schema
    )
    hints = dlt.mark.make_hints(
        table_name=name,
        write_disposition="merge",
        primary_key=key if own else None,
        merge_key=None if own else key,
        columns={_TAKEN_OUT: {"hard_delete": True}},
    )
    return dlt.mark.with_hints(rows.cast(plain), hints, create_table_variant=True)
