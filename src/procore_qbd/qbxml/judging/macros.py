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

__all__ = ["judge_macros"]

_MACRO = re.compile(r"(?:ListID|TxnID|TxnLineID):.+", re.DOTALL)


def judge_macros(asked: Iterable[tuple[Record, Shape, str] | None]) -> list[list[Violation]]:
    """What is wrong with the macros of a document, by request: each is defined once, and before it is used.

    Args:
        asked: Each request's record, its shape and its element; None for a request that nobody modelled.
    """
    met = [() if one is None else tuple(_macros(*one)) for one in asked]
    later = {name for macros in met for _, name, defined in macros if defined}
    known: dict[str, str] = {}
    return [[fault for macro in macros if (fault := _judge_macro(macro, known, later))] for macros in met]


def _judge_macro(macro: tuple[str, str, bool], known: dict[str, str], later: set[str]) -> Violation | None:
    path, name, defined = macro
    if not _MACRO.fullmatch(name):
        return None  # its row judges how a name is made
    if defined and name in known:
        message = f"the macro is defined already, at {known[name]}; it may be defined once, got {quoted(name)}"
        return Violation(path=path, rule=Rule.REPEATED, message=message, status=9100)
    if defined:
        known[name] = path
    elif name not in known:
        why = (
            "the macro is defined only later in the document"
            if name in later
            else "nothing before it defines the macro"
        )
        message = f"{why}; a record that is answered already has an id, got {quoted(name)}"
        return Violation(path=path, rule=Rule.REQUIRED, message=message, status=9103)
    return None


def _macros(record: Record, shape: Shape, path: str) -> Iterator[tuple[str, str, bool]]:
    """Every macro of a record as it is written: where, its name, and whether it is defined there or used."""
    compiled = table(type(record))
    for field in compiled.attributes:
        name = getattr(record, field.name)
        if field.row.tag == "defMacro" and isinstance(name, str):
            yield f"{path}/@defMacro", name, True
    for field in compiled.order(shape):
        for where, member in field.places(shape, getattr(record, field.name), path):
            if isinstance(member, Macro):
                yield f"{where}/@useMacro", member.name, False
            elif isinstance(member, Record):
                yield from _macros(member, shape, where)
