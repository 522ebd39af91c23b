"""What an agent answers when it has no reply: one table for the agent that says it and the client that understands it.

An answer is ``application/problem+json`` with a member ``outcome``, one of four words. How a key ended is kept, and is
true of every copy of its document, however late that comes: it is carried out once at the most, and what was answered
once is answered again.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import attrs

from procore_qbd.codes import Effect
from procore_qbd.errors import EngineError, NotSentError, ReplyLostError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from procore_qbd.errors import TransportError

__all__ = ["PROBLEMS", "ProblemKind", "ProblemOutcome", "key_in", "quoted_key"]

CONTENT_TYPE: Final = "application/problem+json"
_TYPE: Final = "urn:procore-qbd:problem:"


class ProblemOutcome(StrEnum):
    """What is known of a document that has no reply.

    ``IN_PROGRESS``: QuickBooks is at it. ``UNCERTAIN``: it may have been carried out, and is not sent again.
    ``NOT_APPLIED``: it was not carried out. ``DISPUTED``: another document was sent under its key; this one was not
    carried out.
    """

    IN_PROGRESS = "in_progress"
    UNCERTAIN = "uncertain"
    NOT_APPLIED = "not_applied"
    DISPUTED = "disputed"


@attrs.frozen
class ProblemKind:
    """One kind of problem.

    Attributes:
        name: The last part of its ``type``.
        status: The HTTP status.
        outcome: What is known of the document.
        title: What it is, for people.
        error: What the client raises.
        again: Whether the client asks again, with the same key.
        kept: Whether it is how a key ended, and so is true of every copy of the document.
    """

    name: str
    status: int
    outcome: ProblemOutcome
    title: str
    error: type[TransportError] = NotSentError
    again: bool = False
    kept: bool = False

    @property
    def type(self) -> str:
        """The ``type`` in the answer."""
        return f"{_TYPE}{self.name}"

    @property
    def effect(self) -> Effect:
        """The ``effect`` in the answer."""
        nothing = self.outcome in (ProblemOutcome.NOT_APPLIED, ProblemOutcome.DISPUTED)
        return Effect.NOT_DONE if nothing else Effect.UNKNOWN

    def written(self, detail: str = "", hresult: int | None = None) -> bytes:
        """The body of the answer.

        Args:
            detail: What is to be said beside the title.
            hresult: QuickBooks' number, if it gave one.
        """
        told: dict[str, object] = {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "outcome": self.outcome,
            "effect": self.effect,
        }
        if detail:
            told["detail"] = detail
        if hresult is not None:
            told["hresult"] = f"0x{hresult:08X}"
        return json.dumps(told).encode()

    def raised(self, told: Mapping[str, Any]) -> TransportError:
        """The error for the program that sent the document.

        Args:
            told: The answer.
        """
        detail, number = str(told.get("detail") or ""), str(told.get("hresult") or "")
        if self.error is EngineError:
            if re.fullmatch("0x[0-9A-Fa-f]{8}", number):
                return EngineError(int(number, 16), detail, self.effect)
            return ReplyLostError("the agent names no error of QuickBooks")
        return self.error(f"{self.title}: {detail}" if detail else self.title)


_WAIT, _OPEN, _NOT, _OTHER = ProblemOutcome
# fmt: off
_TABLE: Final = (
    ProblemKind("unauthorized",      401, _NOT,   "the agent does not know the token"),
    ProblemKind("out-of-scope",      403, _NOT,   "the token is not for documents like this", kept=True),
    ProblemKind("no-such-page",      404, _NOT,   "the agent has no such page; documents go to its root"),
    ProblemKind("method-not-allowed", 405, _NOT,  "the agent does not take this method there"),
    ProblemKind("length-required",   411, _NOT,   "the document came without its length"),
    ProblemKind("too-large",         413, _NOT,   "the document is larger than the agent takes"),
    ProblemKind("wrong-media-type",  415, _NOT,   "the agent takes application/xml"),
    ProblemKind("cut-short",         400, _NOT,   "the document did not arrive whole", again=True),
    ProblemKind("no-document",       400, _NOT,   "this is no qbXML document of requests"),
    ProblemKind("no-key",            400, _NOT,   "a document that writes needs an Idempotency-Key"),
    ProblemKind("malformed-key",     400, _NOT,   "the Idempotency-Key is not well-formed, or not the document's"),
    ProblemKind("another-document",  422, _OTHER, "another document was sent under this Idempotency-Key", kept=True),
    ProblemKind("busy",              503, _NOT,   "another document is being answered", again=True),
    ProblemKind("stopping",          503, _NOT,   "the agent is being stopped"),
    ProblemKind("store-failed",      507, _NOT,   "the agent cannot write down what it sends, so it sent nothing"),
    ProblemKind("in-progress",       409, _WAIT,  "QuickBooks is still at this document", ReplyLostError, again=True),
    ProblemKind("uncertain",         409, _OPEN,  "how this document ended is not known", ReplyLostError, kept=True),
    ProblemKind("reply-expired",     410, _OPEN,  "the reply is not kept any more", ReplyLostError, kept=True),
    ProblemKind("not-reached",       502, _NOT,   "the agent did not reach QuickBooks", kept=True),
    ProblemKind("refused",           502, _NOT,   "QuickBooks did not take the document", EngineError, kept=True),
    ProblemKind("failed",            502, _OPEN,  "QuickBooks failed at the document", EngineError, kept=True),
    ProblemKind("reply-lost",        502, _OPEN,  "the reply did not reach the agent", ReplyLostError, kept=True),
    ProblemKind("fault",             500, _OPEN,  "the agent failed", ReplyLostError),
)
# fmt: on

PROBLEMS: Final[Mapping[str, ProblemKind]] = MappingProxyType({kind.name: kind for kind in _TABLE})
"""Every kind of problem, by its name."""


def kind_of(told: Mapping[str, Any], status: int) -> ProblemKind | None:
    """The kind of an answer; None where it is no problem of an agent's, or contradicts itself.

    Args:
        told: The answer.
        status: Its HTTP status.
    """
    kind = PROBLEMS.get(str(told.get("type")).removeprefix(_TYPE))
    if kind is None or (kind.type, kind.status, kind.outcome) != (told.get("type"), status, told.get("outcome")):
        return None
    return kind


_KEY = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\]){1,128})"')


def quoted_key(key: str) -> str:
    """A key as it stands in the header: a structured string.

    Raises:
        ValueError: It has characters that a header cannot have, or too many.
    """
    written = '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if not _KEY.fullmatch(written):
        raise ValueError("expected 1 to 128 characters of ASCII that print")
    return written


def key_in(header: str) -> str:
    """The key in a header.

    Raises:
        ValueError: It is not one structured string.
    """
    found = _KEY.fullmatch(header.strip(" \t"))
    if found is None:
        raise ValueError("expected one string in quotes, of 1 to 128 characters of ASCII that print")
    return re.sub(r"\\(.)", r"\1", found[1])
