"""Tables while they are filled: what records say stands side by side, until there are enough rows for a batch.

Why not keep the records until then? Each is a dozen objects that Python's garbage collector looks through, again and
again, and the more are kept the longer it takes: a third of the whole time. Texts and numbers it does not look through.
So of a few records at a time is taken what they say, and they are let go.
"""

# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from itertools import chain, compress, repeat
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from procore_qbd.errors import FrameError
from procore_qbd.qbxml.entities.shared.common import custom_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from procore_qbd.frames.tables import FieldStep, Sheet

__all__ = ["Filling", "filled"]

_WRONG = (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, ValueError)
_IDS = ("txn_line_id", "txn_id", "list_id")


class Filling:
    """The table of a class, and those of what repeats in it, while records are put in.

    Args:
        sheet: The table.
        wanted: The names of the tables to fill; all by default.
    """

    def __init__(self, sheet: Sheet, wanted: frozenset[str] | None = None) -> None:
        self._sheet, self._is_wanted = sheet, wanted is None or sheet.name in wanted
        self._below = [
            (branch, {kind: Filling(one, wanted) for kind, one in branch.sheets.items()}) for branch in sheet.branches
        ]
        self._leaves = tuple(leaf for step in sheet.steps for leaf in step.leaves())
        self._gone = 0
        self._begin()

    def _begin(self) -> None:
        self._count = 0
        self._keys: list[list[Any]] = [[] for _ in range(self._sheet.key_count)]
        self._values: dict[FieldStep, list[Any]] = {}
        self._custom: list[list[str | None]] = [[] for _ in self._sheet.custom]
        self._unknown: dict[int, str] = {}

    def add(self, records: Sequence[Any], keys: list[list[Any]]) -> None:
        """Put records in, and what repeats in them into the tables below.

        Args:
            records: Of the class.
            keys: What stands in the first columns.
        """
        said = _said(records)
        if self._is_wanted:
            self._take(self._sheet.steps, records, said)
            for at, key in enumerate(keys[: self._sheet.key_count]):  # an id that is a field is none of them
                self._keys[at] += key
            for at, name in enumerate(self._sheet.custom):
                self._custom[at] += (custom_field(one.custom_fields, name) for one in records)
            self._count += len(records)
        for branch, kinds in self._below:
            if said is not None and branch.path[0] not in said:
                continue
            there = branch.items(records)
            if any(there):
                lengths = list(map(len, there))
                items = list(chain.from_iterable(there))
                below = [list(chain.from_iterable(map(repeat, key, lengths))) for key in keys]
                below.append([at for length in lengths for at in range(1, length + 1)])
                _share_out(items, below, kinds)

    def _take(self, steps: Iterable[FieldStep], records: Sequence[Any], said: AbstractSet[str] | None) -> None:
        """What they say of some fields."""
        if self._sheet.is_record and (said is None or "unknown" in said):
            self._put_down_unknown(records)
        for step in steps:
            if said is not None and step.field is not None and step.field not in said:
                continue
            values = list(map(step.values, records))
            if step.column is not None:
                if step.empty is not None:
                    self._put_down_unknown(values)
                held = self._values.setdefault(step, [])
                held += repeat(None, self._count - len(held))
                held += step.column.kept(values)
            elif values.count(None) < len(values):
                there = [step.empty if one is None else one for one in values]
                self._take(step.block, there, _said(there))

    def _put_down_unknown(self, records: Sequence[Any]) -> None:
        """What nobody modelled in records or blocks; some may not be there."""
        found = [one and one.unknown for one in records]
        if any(found):
            for at, elements in enumerate(found, self._count):
                if elements:
                    self._unknown[at] = self._unknown.get(at, "") + "".join(element.xml for element in elements)

    def batches(self, least: int = 1) -> Iterator[tuple[str, pa.RecordBatch]]:
        """The tables that have so many rows, this one first; they begin anew.

        Raises:
            FrameError: A column cannot hold a value.
        """
        if self._count >= least:
            yield self._sheet.name, self._batch()
        for _, kinds in self._below:
            for filling in kinds.values():
                yield from filling.batches(least)

    def _batch(self) -> pa.RecordBatch:
        schema = self._sheet.schema
        arrays = [pa.array(key, schema.field(at).type) for at, key in enumerate(self._keys)]
        for leaf in self._leaves:
            arrays += self._arrays(leaf)
        arrays += (pa.array(one, pa.string()) for one in self._custom)
        if self._sheet.is_record:
            unknown = self._unknown and [self._unknown.get(at) for at in range(self._count)]
            arrays.append(pa.array(unknown, pa.string()) if unknown else pa.nulls(self._count, pa.string()))
        self._gone += self._count
        self._begin()
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _arrays(self, leaf: FieldStep) -> Iterable[pa.Array]:
        """The columns of a field; most of what records may say, none says."""
        assert leaf.column is not None  # noqa: S101  that makes it a leaf
        held = self._values.get(leaf)
        if held is None:
            return [pa.nulls(self._count, one.type) for one in leaf.column.fields]
        held += repeat(None, self._count - len(held))
        try:
            return leaf.column.arrays(held)
        except _WRONG as error:
            words = f"{leaf.name}: {error}"
            for at, value in enumerate(held):
                try:
                    leaf.column.arrays([value])
                except _WRONG:
                    type_ = leaf.column.fields[-1].type
                    words = f"{self._named(at)}: {leaf.name} is {value}, which {type_} cannot hold; nothing is rounded"
                    break
            raise FrameError(self._sheet.name, [words]) from None

    def _named(self, at: int) -> str:
        """What a row is known by, for messages."""
        known = {step.field: held for step in self._sheet.steps if (held := self._values.get(step))}
        for name in _IDS:
            if name in known and at < len(known[name]) and known[name][at]:
                return f"{name} {known[name][at]}"
        keys = " of ".join(str(key[at]) for key in reversed(self._keys))
        return keys or f"record {self._gone + at + 1}"


def filled(sheet: Sheet, records: Sequence[Any], keys: list[list[Any]]) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Records as one batch of each table, the sheet's first; none of what did not come.

    Raises:
        FrameError: A column cannot hold a value.
    """
    filling = Filling(sheet)
    filling.add(records, keys)
    yield from filling.batches()


def _share_out(items: list[Any], keys: list[list[Any]], kinds: dict[type[Any], Filling]) -> None:
    """What stands in one place, each kind into its own table."""
    for kind, filling in kinds.items():
        ours = [len(kinds) == 1 or isinstance(item, kind) for item in items]
        if all(ours):
            filling.add(items, keys)
        elif any(ours):
            filling.add(list(compress(items, ours)), [list(compress(key, ours)) for key in keys])


def _said(records: Sequence[Any]) -> AbstractSet[str] | None:
    """The fields of which any of them says something; None where it cannot be told, of what is no plain record."""
    try:
        return set().union(*map(vars, records))
    except TypeError:
        return None
