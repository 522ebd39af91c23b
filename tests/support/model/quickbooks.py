"""QuickBooks: what it does with a copy of a document, and what it says when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.journal.decisions import Found, KeptReply
from support.model.state import (
    AFTER_COUNTER,
    AFTER_SEQUENCE,
    AT_WORK,
    BORN,
    CHANGES,
    COPIES,
    DELETED,
    DOCUMENTS,
    EFFECT,
    FENCE_COUNTER,
    FENCE_NOTES,
    FENCE_SEQUENCE,
    FENCE_THERE,
    KEPT,
    MADE_AGAIN,
    OTHER_FILE_OPEN,
    PERSON_APPROVED,
    RECORDS,
    SAME_SECOND,
    SENT_SEQUENCE,
    SIMILAR,
)
from support.model.tables import FOUND, KEPT_REPLY

if TYPE_CHECKING:
    from support.model.rules import Rules, World

__all__ = [
    "BUSY",
    "CUT",
    "DONE",
    "NOT_TRIED",
    "NO_FENCE",
    "NO_REPLY",
    "REFUSED",
    "STALE",
    "at_work",
    "begin",
    "change",
    "end",
    "kept",
    "look",
]

NO_REPLY, DONE, REFUSED, STALE, NO_FENCE, BUSY, NOT_TRIED, CUT = range(8)
"""What a sender gets: done; the request was refused; the fence was, with 3200; or was not there; nothing was taken; the
document broke off before the request, or its refusal passes;
the reply is cut and cannot be read."""

_ONE, _SEVERAL, _NOTHING, _DELETED, _SIMILAR, _PART = (
    FOUND[found] for found in (Found.ONE, Found.SEVERAL, Found.NOTHING, Found.DELETED, Found.SIMILAR, Found.PART)
)
_REPLY, _SILENT = KEPT_REPLY[KeptReply.REPLY], KEPT_REPLY[KeptReply.SILENT]


def begin(world: World, rules: Rules, state: int, document: int) -> tuple[int, int]:
    """QuickBooks takes a copy from the line: the state, and the reply if that is all there is to it."""
    state = COPIES[document].more(state, -1)
    if OTHER_FILE_OPEN.of(state):
        return state, NO_FENCE
    if remembered := KEPT[document].of(state):
        return state, remembered
    if rules.fence:
        if not FENCE_THERE.of(state):
            return _keep(world, rules, state, document, NO_FENCE), NO_FENCE
        if FENCE_SEQUENCE.of(state) != SENT_SEQUENCE[document].of(state):
            return _keep(world, rules, state, document, STALE), STALE
        state = change(world, state)
        state = FENCE_NOTES.put(FENCE_COUNTER.more(state), document)
        state = AFTER_SEQUENCE[document].put(state, FENCE_SEQUENCE.of(state))
        state = AFTER_COUNTER[document].put(state, FENCE_COUNTER.of(state))
    return AT_WORK[document].put(state, 1), NO_REPLY


def change(world: World, state: int) -> int:
    """The fence is changed: it has an EditSequence that was never before; or the same, in the same second."""
    if world.by_second:
        if SAME_SECOND.of(state):
            return state
        state = SAME_SECOND.put(state, 1)
    state = CHANGES.more(state)
    return FENCE_SEQUENCE.put(state, CHANGES.of(state))


def end(world: World, rules: Rules, state: int, document: int, reply: int) -> int:
    """QuickBooks comes to the request, and does it or refuses it."""
    state = AT_WORK[document].put(state, 0)
    if reply == DONE and EFFECT[document].of(state):
        if BORN.of(state) and not RECORDS.of(state) and not PERSON_APPROVED.of(state):
            state = MADE_AGAIN.put(state, 1)
        state = BORN.put(RECORDS.more(state), 1)
    return _keep(world, rules, state, document, reply)


def _keep(world: World, rules: Rules, state: int, document: int, reply: int) -> int:
    if not rules.recovery or world.remembers == "none":
        return state
    if world.remembers == "last":
        for other in DOCUMENTS:
            state = KEPT[other].put(state, 0)
    return KEPT[document].put(state, reply)


def at_work(state: int) -> int:
    """The documents that QuickBooks is at, a bit each."""
    return sum(AT_WORK[document].of(state) << document - 1 for document in DOCUMENTS)


def look(world: World, rules: Rules, state: int) -> int:
    """What looking brings up, in the file that is open: `looking.seen`."""
    if OTHER_FILE_OPEN.of(state):
        return _NOTHING
    records, deleted = RECORDS.of(state), DELETED.of(state)
    if world.change and records:
        return _PART if deleted else _ONE
    if world.change and not rules.minds_record:
        return _NOTHING  # lines that a person deleted leave nothing behind but another EditSequence
    if records:
        return _ONE if records == 1 else _SEVERAL
    if deleted:
        return _DELETED
    return _SIMILAR if SIMILAR.of(state) else _NOTHING


def kept(state: int, document: int) -> tuple[int, int]:
    """What QuickBooks says when it is asked for a reply, and the reply."""
    found = 0 if OTHER_FILE_OPEN.of(state) else KEPT[document].of(state)
    return (_REPLY, found) if found else (_SILENT, NO_REPLY)
