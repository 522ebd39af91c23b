"""What is taken out of the journal after a time, so that people's data do not lie there for ever.

A request holds names, addresses and amounts; so do the documents that it was sent in, their replies, what its flow was
told, and how it ended. All of this goes together, and only when nobody can want it any more: the request has ended,
Procore has it, QuickBooks was told to forget every reply, and no document of it can come late and be looked for.
What stays says that it was done, and what it is: numbers, states, times, message set ids, GUIDs, and the links.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from procore_qbd.domain.lifecycle import ItemState
from procore_qbd.journal.rows import id_of, one_of
from procore_qbd.journal.states import EffectState, ExchangeState
from procore_qbd.journal.tables import OPEN_SESSIONS

if TYPE_CHECKING:
    from procore_qbd.journal.tables import Row, Rows

__all__ = ["PURGED", "digest_of", "purge_items", "purge_request", "purge_sessions", "purge_words"]

PURGED = "purged"
"""The state of a request whose content was taken out."""
_DIGEST = 32
_TELLING = (
    "asked",
    "answered",
    "failed",
    "link not kept",
    "not told",
    "nothing to close",
    "settled by looking",
    "broken off",
)
"""The events whose words say what people called things."""


def digest_of(text: str) -> str:
    """What is left of a request to know it by."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]


def purge_request(rows: Rows, request: Row, before: float) -> bool:
    """Take out the content of a request that ended before a time; whether nothing keeps it."""
    company, number = request["company"], request["id"]
    closings = rows.select("closing", {"company": company, "request": number})
    if any(one["state"] != "told" for one in closings):
        return False
    runs = tuple(row["id"] for row in rows.select("run", {"company": company, "request": number}))
    exchanges = {row["exchange"] for row in rows.select("part", {"company": company, "run": runs})}
    documents = [one_of(rows, "exchange", company, one) for one in sorted(exchanges)]
    if not all(one["at"] < before and _nobody_wants(rows, one) for one in documents):
        return False
    changed = {"state": PURGED, "request": "", "digest": digest_of(request["request"])}
    rows.update("request", id_of(request), changed)
    rows.update("closing", {"company": company, "request": number}, {"close_out": ""})
    rows.update("run", {"company": company, "request": number}, {"reads": "[]"})
    effects = tuple(row["id"] for row in rows.select("effect", {"company": company, "run": runs}))
    rows.update("effect", {"company": company, "id": effects}, {"evidence": None})
    rows.update("question", {"company": company, "effect": effects}, {"question": ""})
    for one in documents:
        if _all_are_purged(rows, one):
            rows.update("exchange", id_of(one), {"document": b"", "reply": None, "why": None})
    return True


def purge_items(rows: Rows, company: str, before: float) -> None:
    """Forget what was sent of items that nobody works on; where they stand, and what they are called, stays."""
    for row in rows.select("item", {"company": company, "state": _AT_REST}):
        asked = rows.select("request", {"company": company, "id": row["request"]}) if row["request"] is not None else []
        if row["content"] and row["since"] < before and all(one["state"] == PURGED for one in asked):
            key = {name: row[name] for name in ("company", "kind", "procore_id")}
            rows.update("item", key, {"content": ""})


_AT_REST = tuple(
    state.value for state in (ItemState.SYNCED, ItemState.NOT_SENT, ItemState.RETRIEVED, ItemState.REJECTED)
)
"""The states of an item from which it goes on only by being sent or changed anew."""


def purge_sessions(rows: Rows, company: str, before: float) -> None:
    """Forget the updates of the Web Connector that are over and began before a time, with what was sent in the last."""
    for row in rows.select("session", {"company": company}):
        if row["state"] not in OPEN_SESSIONS and row["opened"] < before:
            rows.delete("session", {"ticket": row["ticket"]})
            rows.delete("reply_part", {"company": company, "ticket": row["ticket"]})


def _nobody_wants(rows: Rows, exchange: Row) -> bool:
    """Whether a document is over, and will be neither looked for nor compared with any more."""
    company, number = exchange["company"], exchange["id"]
    if not exchange["writes"]:
        return True
    if exchange["state"] != ExchangeState.CLEARED.value or _is_the_last(rows, exchange):
        return False
    for effect in rows.select("effect", {"company": company, "exchange": number}):
        if effect["state"] == EffectState.NOT_DONE.value:  # a copy may come late, unless it is known what came after
            later = rows.select("effect", {"company": company, "what": effect["what"]})
            if not any(one["id"] > effect["id"] and one["state"] != EffectState.NOT_DONE.value for one in later):
                return False
    return True


def _is_the_last(rows: Rows, exchange: Row) -> bool:
    """Whether the fence names this document, as far as the journal knows."""
    company = rows.select("company", {"company": exchange["company"]})[0]
    return bool(company["set_id"] == exchange["set_id"])


def _all_are_purged(rows: Rows, exchange: Row) -> bool:
    company = exchange["company"]
    runs = {row["run"] for row in rows.select("part", {"company": company, "exchange": exchange["id"]})}
    requests = {row["request"] for row in rows.select("run", {"company": company, "id": tuple(sorted(runs))})}
    states = rows.select("request", {"company": company, "id": tuple(sorted(requests))})
    return all(row["state"] == PURGED for row in states)


def purge_words(rows: Rows, company: str, before: float) -> None:
    """Take out the words of old events that may name people; what happened, and when, stays."""
    for what in _TELLING:
        found = rows.select("event", {"company": company, "what": what})
        old = tuple(row["id"] for row in found if row["words"] and row["at"] < before)
        rows.update("event", {"company": company, "id": old}, {"words": ""})
    moves = rows.select("move", {"company": company})
    old = tuple(row["id"] for row in moves if (row["why"] or row["comment"] or row["user"]) and row["at"] < before)
    rows.update("move", {"company": company, "id": old}, {"why": "", "comment": "", "user": None})
