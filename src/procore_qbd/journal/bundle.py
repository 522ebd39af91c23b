"""A support bundle: what a journal knows of a company file, without names, amounts or anything else that people wrote.

What may be told is a list, column by column, and nothing else is: a new column is left out until somebody has thought
about it. Of documents there are the elements and the codes, and no text. Procore's ids and QuickBooks' ids are in it;
they say nothing to who has neither of the two.
"""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from procore_qbd.journal.tables import TABLES

if TYPE_CHECKING:
    from procore_qbd.journal.tables import Row, Rows

__all__ = ["LEFT_OUT", "SKELETONS", "TOLD", "bundle_of", "release", "skeleton"]

TOLD: dict[str, tuple[str, ...]] = {
    "company": (
        "environment", "next_id", "leased_until", "token", "due", "file_id", "fence_id", "set_id", "counter", "epoch",
        "clock", "last_restored", "tool",
    ),
    "request": ("id", "state", "due", "at"),
    "run": ("id", "request", "state"),
    "exchange": ("id", "writes", "set_id", "state", "fenced", "counter", "clock", "token", "at"),
    "part": ("exchange", "at", "run", "step", "asked"),
    "effect": ("id", "exchange", "position", "run", "what", "guid", "state", "record", "settled"),
    "link": (
        "kind", "procore_id", "record", "quickbooks_id", "sole", "list_id", "edit_sequence", "parent", "party",
        "shared",
    ),
    "generation": ("kind", "procore_id", "times"),
    "closing": ("id", "request", "state"),
    "question": ("id", "effect", "state", "at"),
    "event": ("id", "at", "what"),
    "item": ("kind", "procore_id", "state", "since", "revision", "project", "commitment", "request"),
    "move": (
        "id", "at", "kind", "procore_id", "move", "start", "end", "by", "action", "allowed", "request", "revision",
    ),
    "setting": ("version", "at"),
    "login": ("file_id", "record_deleted"),
    "session": (
        "state", "opened", "seen", "beat", "dialect", "total", "number", "handed", "alike", "hresult", "answer",
        "failed",
    ),
    "reply_part": ("number", "at"),
}  # fmt: skip
"""The columns that are told as they are."""
SKELETONS = {
    "exchange": ("document", "reply"),
    "effect": ("evidence",),
    "session": ("document",),
}
"""The columns with documents, of which the elements and codes are told."""
LEFT_OUT: dict[str, tuple[str, ...]] = {
    "company": ("company", "owner", "frozen"),
    "request": ("company", "key", "digest", "request"),
    "run": ("company", "books", "reads"),
    "exchange": ("company", "sender", "why"),
    "part": ("company",),
    "effect": ("company",),
    "link": ("company", "name"),
    "generation": ("company",),
    "closing": ("company", "close_out"),
    "question": ("company", "token", "question", "choice", "by"),
    "event": ("company", "words"),
    "item": ("company", "name", "content", "sent_by", "created_by"),
    "move": ("company", "user_id", "user", "why", "comment"),
    "setting": ("company", "settings"),
    "login": ("company", "user", "secret", "path", "scope", "thaw_by", "failures"),
    "session": ("company", "ticket", "user", "runner", "detail", "call", "words"),
    "reply_part": ("company", "ticket", "bytes"),
}
"""The columns that are not told: they hold what people wrote, or whose machine it is."""

_CODES = (
    "requestID",
    "statusCode",
    "statusSeverity",
    "onError",
    "responseData",
    "newMessageSetID",
    "oldMessageSetID",
    "messageSetID",
    "messageSetStatusCode",
    "iterator",
    "iteratorRemainingCount",
    "retCount",
    "defMacro",
    "useMacro",
)


def bundle_of(rows: Rows, company: str) -> dict[str, Any]:
    """What may be told of a company file, as plain values for JSON."""
    tables = {name: [_told(name, row) for row in rows.select(name, {"company": company})] for name in TABLES}
    about = {"library": release(), "python": platform.python_version(), "system": sys.platform, "at": rows.now()}
    return {"about": about, "tables": tables}


def release() -> str:
    """Which release of the library this is."""
    try:
        return metadata.version("procore-qbd")
    except metadata.PackageNotFoundError:  # it runs from its sources
        return "unknown"


def _told(table: str, row: Row) -> Row:
    documents = {name: skeleton(row[name]) if row[name] is not None else None for name in SKELETONS.get(table, ())}
    return {name: row[name] for name in TOLD[table]} | documents


def skeleton(document: bytes) -> str:
    """The elements of a document, with codes and without any text."""
    said: list[str] = []

    def begins(name: str, attributes: dict[str, str]) -> None:
        codes = (f" {code}={quoteattr(attributes[code])}" for code in _CODES if code in attributes)
        said.append(f"<{name}{''.join(codes)}>")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begins
    parser.EndElementHandler = lambda name: said.append(f"</{name}>")
    try:
        parser.Parse(document, True)
    except expat.ExpatError:
        said.append(f" ... {len(document)} bytes that are no XML")
    return "".join(said)
