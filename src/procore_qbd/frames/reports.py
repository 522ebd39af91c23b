"""A report as a table with typed columns: those of `Report.rows`, each of the type of what stands in it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from procore_qbd.frames.columns import MONEY, QUANTITY, RATE

if TYPE_CHECKING:
    from procore_qbd.qbxml.entities.reports import Report

__all__ = ["report_table"]

_TYPES: tuple[tuple[type, tuple[pa.DataType, ...]], ...] = (
    (bool, (pa.bool_(),)),
    (int, (pa.int64(),)),
    (Decimal, (MONEY, QUANTITY, RATE)),
    (dt.datetime, (pa.timestamp("us"),)),
    (dt.date, (pa.date32(),)),
    (dt.timedelta, (pa.int64(),)),
)
"""For values of a type the columns that may hold them all, the narrowest first; what none holds is text."""


def report_table(report: Report) -> pa.Table:
    """A report as a table: one row a line, under `Report.names`.

    A column is of the type of its cells; one in which they are of several, or of text, is text as QuickBooks wrote it.
    Spans of time are whole seconds.
    """
    rows = report.rows()
    arrays = [_array([row[name] for row in rows]) for name in report.names]
    return pa.table(dict(zip(report.names, arrays, strict=True)))


def _array(values: list[Any]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    for kind, types in _TYPES:
        if kinds == {kind}:
            said = [one.days * 86400 + one.seconds if isinstance(one, dt.timedelta) else one for one in values]
            for type_ in types:
                try:
                    return pa.array(said, type_)
                except (pa.ArrowInvalid, OverflowError):
                    continue
    return pa.array([None if one is None else _text(one) for one in values], pa.string())


def _text(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
