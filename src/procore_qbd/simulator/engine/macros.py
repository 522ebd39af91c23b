"""Names for ids that nobody knows yet: ``defMacro`` on what is added, ``useMacro`` where it is referred to.

A macro lasts for one message set. QuickBooks keeps it for the session; but who has the reply has the id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from procore_qbd.qbxml import Record
from procore_qbd.qbxml.judging.macros import LONGEST_MACRO, MACRO_IDS, misnamed
from procore_qbd.qbxml.rows.records import Block, table
from procore_qbd.qbxml.rows.values import Id, Macro
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import COSTS, FIR
from procore_qbd.simulator.records.shaping import by_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator.knowledge.asked import RequestType
    from procore_qbd.simulator.knowledge.nouns import Values

__all__ = ["Macros"]

R = TypeVar("R", bound=Record)


def _defines(asked: RequestType) -> bool:
    return asked.says("defMacro")


def _bill_defining(macro: str) -> str:
    return f'<BillAddRq><BillAdd defMacro="{macro}">{FIR}{COSTS}</BillAdd></BillAddRq>'


MACRO_DEFINED_TWICE = Reason(
    9100,
    "A macro is defined twice in one document.",
    Source.TABLE,
    tried(_bill_defining("TxnID:one") * 2, expects=(0, 9100)),
    refuses=_defines,
)
MACRO_TOO_LONG = Reason(
    9101,
    f"A macro's name has more than {LONGEST_MACRO} characters behind the kind of its id.",
    Source.TABLE,
    tried(_bill_defining(f"TxnID:{'x' * (LONGEST_MACRO + 1)}")),
    refuses=_defines,
)
MACRO_MALFORMED = Reason(
    9102,
    "A macro's name has characters that it must not have, or does not begin with the kind of an id that it stands for.",
    Source.TABLE,
    tried(_bill_defining("TxnID:a b")),
    refuses=_defines,
)
UNDEFINED_MACRO = Reason(
    9103,
    "A macro is used, and the request that defines it was refused.",
    Source.TABLE,
    tried(
        f'<BillAddRq><BillAdd defMacro="TxnID:one">{FIR}</BillAdd></BillAddRq>'
        "<DataExtAddRq><DataExtAdd><OwnerID>0</OwnerID><DataExtName>~Phase</DataExtName>"
        '<TxnDataExtType>Bill</TxnDataExtType><TxnID useMacro="TxnID:one"></TxnID><DataExtValue>1</DataExtValue>'
        "</DataExtAdd></DataExtAddRq>",
        expects=(3180, 9103),
    ),
    refuses=lambda asked: asked.has(lambda row: isinstance(row, Id) and asked.shape in row.macro),
)

_MISNAMED = {reason.code: reason for reason in (MACRO_TOO_LONG, MACRO_MALFORMED)}


@attrs.define
class Macros:
    """The macros of one message set.

    Attributes:
        ids: What each stands for.
    """

    ids: dict[str, str] = attrs.field(factory=dict)

    def replaced(self, record: R) -> R:
        """A record with ids in place of the macros that it uses.

        Raises:
            Refusal: Nothing that was carried out defined one (9103).
        """
        values: Values = {}
        for name in _using(type(record)):
            value: Any = getattr(record, name)
            after = tuple(map(self._replaced, value)) if isinstance(value, tuple) else self._replaced(value)
            if after != value:
                values[name] = after
        return attrs.evolve(record, **values) if values else record

    def _replaced(self, member: Any) -> Any:
        if isinstance(member, Macro):
            if member.name not in self.ids:
                raise UNDEFINED_MACRO(member.name, note=f"{member.name}: the request that defines it was refused")
            return self.ids[member.name]
        return self.replaced(member) if isinstance(member, Record) else member

    def judge(self, record: Record) -> None:
        """Whether the macros that a new record defines can be defined.

        Raises:
            Refusal: One is defined already (9100), is too long (9101), or has a form that it must not have (9102).
        """
        met = set(self.ids)
        for _, name, part in _definitions(record):
            if name in met:
                raise MACRO_DEFINED_TWICE(name)
            if (code := misnamed(name, part)) is not None:
                raise _MISNAMED[code](name)
            met.add(name)

    def define(self, asked: Record, written: Record) -> None:
        """Remember what the macros of a new record stand for.

        Args:
            asked: The record as it came.
            written: The same as it can be read from now on.
        """
        if not (definitions := tuple(_definitions(asked))):
            return
        parts = dict(_parts(written))
        for path, name, _ in definitions:
            if (part := parts.get(path)) is not None:
                self.ids[name] = getattr(part, MACRO_IDS[name.partition(":")[0]])


@by_class
def _using(cls: type[Record]) -> tuple[str, ...]:
    """The fields of a record in which a macro can stand, at any depth."""
    return tuple(
        field.name
        for field in table(cls).fields
        if (isinstance(field.row, Id) and field.row.macro)
        or (isinstance(field.row, Block) and any(_using(member) for member in field.members.values()))
    )


@by_class
def _defining(cls: type[Record]) -> tuple[str, ...]:
    """The fields of a record that hold what can define a macro, at any depth."""
    return tuple(
        field.name
        for field in table(cls).fields
        if isinstance(field.row, Block)
        and any("def_macro" in table(member).by_name or _defining(member) for member in field.members.values())
    )


Path = tuple[tuple[str, int], ...]
"""The fields that lead to a part of a record, with places. They count from the end: what QuickBooks adds to the lines
of a bill stands before those that were said."""


def _parts(record: Record, path: Path = ()) -> Iterator[tuple[Path, Record]]:
    """A record, and all in it that can define a macro."""
    yield path, record
    for name in _defining(type(record)):
        value: Any = getattr(record, name) or ()
        members = value if isinstance(value, tuple) else (value,)
        for place, member in enumerate(members, -len(members)):
            yield from _parts(member, (*path, (name, place)))


def _definitions(record: Record) -> Iterator[tuple[Path, str, Record]]:
    """The macros that a record defines: where, their names, and in which part."""
    for path, part in _parts(record):
        if (name := getattr(part, "def_macro", None)) is not None:
            yield path, name, part
