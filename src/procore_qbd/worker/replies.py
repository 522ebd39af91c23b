"""What a document asked, what it was answered, and what that means for an effect, from what was written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.codes import is_transient
from procore_qbd.errors import ReplyLostError
from procore_qbd.flows.conversation import matched, read_whole
from procore_qbd.journal.states import EffectState
from procore_qbd.qbxml import ADD, Outcome, Request, read_requests
from procore_qbd.qbxml.messages.outcomes import ABANDONED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from procore_qbd.domain import ItemKind
    from procore_qbd.journal.nouns import Sent, Write

__all__ = [
    "GIVEN_UP",
    "answer_of",
    "move_of",
    "outcomes_of",
    "passes",
    "requests_of",
    "unnumbered",
    "what_of",
]

GIVEN_UP = Outcome(name="Rs", code=ABANDONED, message="a person decided not to export it")
"""What a run is told instead of QuickBooks' answer."""

_OPEN_SOMEWHERE = (3175, 3176)
"""Somebody has the record, or one that belongs to it, open; nothing was written."""


def unnumbered(request: Request) -> Request:
    """The request without an id of its own: in a document of several runs each is counted."""
    return attrs.evolve(request, request_id=None) if request.request_id is not None else request


def requests_of(sent: Sent) -> tuple[Request, ...]:
    """What a document asks for."""
    found = read_requests(sent.document).requests
    return tuple(one for one in found if isinstance(one, Request))


def outcomes_of(sent: Sent, requests: Sequence[Request]) -> tuple[Outcome | None, ...]:
    """What a document was answered, as far as an answer came."""
    if sent.reply is None:
        return (None,) * len(requests)
    try:
        return matched(read_whole(sent.reply), requests)
    except ReplyLostError:
        return (None,) * len(requests)


def answer_of(effect: Write, outcome: Outcome | None) -> Outcome | None:
    """What a run is told of an effect: what was found, what QuickBooks answered, or that a person gave it up."""
    if effect.state is EffectState.ABANDONED:
        return GIVEN_UP
    if effect.evidence is not None:
        return read_whole(effect.evidence).outcomes[0]
    return outcome if effect.state in (EffectState.DONE, EffectState.REFUSED) else None


def what_of(request: Request, items: Mapping[str, tuple[ItemKind, int]]) -> str:
    """What a request makes or changes, in words that no other request has while it is under way."""
    record: Any = request.record
    guid = getattr(record, "external_guid", None)
    if request.shape is ADD and guid is not None and guid in items:
        kind, number = items[guid]
        return f"{kind.value} {number} {guid}"
    known = getattr(record, "txn_id", None) or getattr(record, "list_id", None)
    name = getattr(record, "ref_number", None) or getattr(record, "name", None)
    return f"{request.body} {known or name}"


def move_of(outcome: Outcome) -> str | None:
    """Which move of an effect an answer is; None where it leaves it open."""
    if not outcome.tried:
        return "find not done"
    if outcome.committed is None or (outcome.committed and outcome.faults):
        return None
    return "find done" if outcome.committed else "find refused"


def passes(outcome: Outcome) -> bool:
    """Whether a refusal is of a kind that passes."""
    may_pass = outcome.code in _OPEN_SOMEWHERE or is_transient(outcome.code, outcome.message)
    return not outcome.ok and outcome.committed is False and may_pass
