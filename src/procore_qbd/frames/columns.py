"""What one field of a record is in Arrow: the kind of row decides, nothing is said of any field by name.

Nothing is rounded: a value that its column cannot hold is an error, raised by who knows the record.
"""

# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from contextlib import suppress
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import attrs
import pyarrow as pa
import pyarrow.compute as pc

from procore_qbd.qbxml.rows.values import (
    Amount,
    Choice,
    Day,
    Float,
    Integer,
    Moment,
    Price,
    Text,
    TimeInterval,
    When,
    YesNo,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from procore_qbd.qbxml.rows.records import Ref
    from procore_qbd.qbxml.rows.values import Value

__all__ = ["MONEY", "QUANTITY", "RATE", "TYPES", "WORD", "Column", "column", "reference", "wall"]

MONEY = pa.decimal128(18, 2)
"""Money: cents, up to sixteen digits before the point; qbXML has thirteen."""

QUANTITY = pa.decimal128(18, 5)
"""Quantities, prices and percentages: qbXML has ten digits before the point and five behind it."""

RATE = pa.decimal128(38, 18)
"""Numbers without a limit in qbXML, such as exchange rates: twenty digits before the point and eighteen behind it."""

WORD = pa.dictionary(pa.int32(), pa.string())
"""One word of a list; a word that the list has not is kept too."""

_WALL = pa.timestamp("us")
_UTC = pa.timestamp("us", "UTC")
_SECONDS = 19
"""How long a moment is to the second, without its offset."""

TYPES: dict[type[Value], pa.DataType] = {
    Amount: MONEY,
    Price: QUANTITY,
    Float: RATE,
    Integer: pa.int64(),
    YesNo: pa.bool_(),
    Day: pa.date32(),
    Choice: WORD,
    TimeInterval: pa.int64(),
    Text: pa.string(),
}
"""The type of each kind of row, and of the kinds below it: quantities and percentages are prices, ids are text.

Of a moment there are two columns, what QuickBooks said and what it means; everything else that is not here is text.
"""


def _all(values: list[Any]) -> list[Any]:
    return values


@attrs.frozen(eq=False)
class Column:
    """One field as one column, or two.

    Attributes:
        fields: Their names and types.
        arrays: What stands in them, for what is kept of values. It raises Arrow's errors, where one does not fit.
        kept: What is kept of values of the field until there are enough; by default the values.
    """

    fields: tuple[pa.Field, ...]
    arrays: Callable[[Sequence[Any]], tuple[pa.Array, ...]]
    kept: Callable[[list[Any]], list[Any]] = _all


@singledispatch
def column(row: Value, name: str, zone: dt.tzinfo | None = None) -> Column:
    """The column of a row, by its kind; ``column.register`` teaches it a kind of your own.

    Args:
        row: What the field is on the wire.
        name: The field's name.
        zone: Where the machine that runs QuickBooks stands; without it a moment means a wall clock, and no instant.
    """
    del zone
    type_ = next((found for kind, found in TYPES.items() if isinstance(row, kind)), pa.string())
    return Column((pa.field(name, type_),), lambda values: (pa.array(values, type_),))


def reference(prefix: str = "") -> Column:
    """The two columns of a reference."""

    def arrays(values: Sequence[Ref | None]) -> tuple[pa.Array, ...]:
        return (
            pa.array([one and one.list_id for one in values], pa.string()),
            pa.array([one and one.full_name for one in values], pa.string()),
        )

    return Column((pa.field(f"{prefix}id", pa.string()), pa.field(f"{prefix}name", pa.string())), arrays)


@column.register(Choice)
def _word(_row: Choice, name: str, _zone: dt.tzinfo | None = None) -> Column:
    return Column((pa.field(name, WORD),), lambda values: (pa.array(values, pa.string()).dictionary_encode(),))


@column.register(TimeInterval)
def _span(_row: TimeInterval, name: str, _zone: dt.tzinfo | None = None) -> Column:
    def arrays(values: Sequence[dt.timedelta | None]) -> tuple[pa.Array, ...]:
        return (pa.array([None if one is None else one.days * 86400 + one.seconds for one in values], pa.int64()),)

    return Column((pa.field(f"{name}_seconds", pa.int64()),), arrays)


@column.register(When)
def _moment(_row: When, name: str, zone: dt.tzinfo | None = None) -> Column:
    def arrays(raws: Sequence[str | None]) -> tuple[pa.Array, ...]:
        said = pa.array(raws, pa.string())
        if zone is None:
            with suppress(pa.ArrowInvalid):  # one is written in another way: by the day, or with one digit
                return said, wall(said)
        moments = (None if raw is None else Moment(raw) for raw in raws)
        if zone is None:
            return said, pa.array([one and one.wall for one in moments], _WALL)
        return said, pa.array([one and one.instant(zone) for one in moments], _UTC)

    meant = pa.field(f"{name}_wall", _WALL) if zone is None else pa.field(f"{name}_utc", _UTC)
    return Column((pa.field(name, pa.string()), meant), arrays, _raws)


def _raws(moments: list[Moment | None]) -> list[Any]:
    return [one and one.raw for one in moments]


def wall(said: pa.Array) -> pa.Array:
    """The wall clock of moments as QuickBooks writes them, to the second.

    Raises:
        pyarrow.ArrowInvalid: One is written in another way.
    """
    return pc.utf8_slice_codeunits(said, 0, _SECONDS).cast(_WALL)
