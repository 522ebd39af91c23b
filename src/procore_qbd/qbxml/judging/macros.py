"""Names for ids that do not exist yet: a record is made and referred to in one document.

QuickBooks keeps a macro for the whole session. But who has the answer to one document has the id, and does not rely on
a session: here a macro lasts for its document.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from procore_qbd.qbxml.rows.records import Record, table
from procore_qbd.qbxml.rows.values import Macro, Shape
from procore_qbd.qbxml.rows.violations import Rule, Violation, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["LONGEST_MACRO", "MACRO_IDS", "judge_macros", "misnamed"]

MACRO_IDS = {"TxnID": "txn_id", "TxnLineID": "txn_line_id", "ListID": "list_id"}
"""What a macro's name begins with: the id that it stands for, and the field that has it."""
LONGEST_MACRO = 50
"""The characters that a macro's name has at most, behind the kind of its id."""
_CHARACTERS = re.compile(r"[A-Za-z0-9_.{}-]+")
_MISNAMED = {
    9101: f"a macro's name has at most {LONGEST_MACRO} characters behind its colon",
    9102: "a macro's name is the id that it stands for, a colon, and letters, digits and _ - . { }",
}


def misnamed(name: str, record: Record) -> int | None:
    """The statusCode of a name that the macro of a record cannot have; None for a good one.

    Not known, and decided here: that it begins with the id that it stands for, and then has at most 50 characters.
    """
    kind, _, rest = name.partition(":")
    if len(rest) > LONGEST_MACRO:
        return 9101
    return None if _CHARACTERS.fullmatch(rest) and hasattr(record, MACRO_IDS.get(kind, "")) else 9102


def judge_macros(asked: Iterable[tuple[Record, Shape, str] | None]) -> list[list[Violation]]:
    """What is wrong with the macros of a document, by request: each is defined once, and before it is used.

    Args:
        asked: Each request's record, its shape and its element; None for a request that nobody modelled.
    """
    met = [() if one is None else tuple(_macros(*one)) for one in asked]
    later = {name for macros in met for _, name, definer in macros if definer is not None}
    known: dict[str, str] = {}
    return [[fault for macro in macros if (fault := _judge_macro(macro, known, later))] for macros in met]


def _judge_macro(macro: _Met, known: dict[str, str], later: set[str]) -> Violation | None:
    path, name, definer = macro
    if definer is not None:
        if (status := misnamed(name, definer)) is not None:
            message = f"{_MISNAMED[status]}, got {quoted(name)}"
            return Violation(path=path, rule=Rule.FORMAT, message=message, status=status, value=name)
        if name in known:
            message = f"the macro is defined already, at {known[name]}; it may be defined once, got {quoted(name)}"
            return Violation(path=path, rule=Rule.REPEATED, message=message, status=9100)
        known[name] = path
    elif name not in known and name.partition(":")[0] in MACRO_IDS:
        why = (
            "the macro is defined only later in the document"
            if name in later
            else "nothing before it defines the macro"
        )
        message = f"{why}; a record that is answered already has an id, got {quoted(name)}"
        return Violation(path=path, rule=Rule.REQUIRED, message=message, status=9103)
    return None


def _macros(record: Record, shape: Shape, path: str) -> Iterator[_Met]:
    """Every macro of a record as it is written."""
    compiled = table(type(record))
    for field in compiled.attributes:
        name = getattr(record, field.name)
        if field.row.tag == "defMacro" and isinstance(name, str):
            yield f"{path}/@defMacro", name, record
    for field in compiled.order(shape):
        for where, member in field.places(shape, getattr(record, field.name), path):
            if isinstance(member, Macro):
                yield f"{where}/@useMacro", member.name, None
            elif isinstance(member, Record):
                yield from _macros(member, shape, where)


_Met = tuple[str, str, Record | None]
"""A macro that is met: where, its name, and the record that it is defined for; None where it is used."""
