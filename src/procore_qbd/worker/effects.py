"""What a driver asks of whoever runs it: send these bytes, wait, tell Procore. It does none of this itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

if TYPE_CHECKING:
    from procore_qbd.domain import CloseOut

__all__ = ["Commit", "Drained", "Send", "Sleep", "Step", "Tell"]


@attrs.frozen(kw_only=True)
class Send:
    """Send a document, and give its reply back; or throw the `TransportError`.

    Attributes:
        document: The very bytes.
        writes: Whether it may write something.
        set_id: Its message set id, which is its ``Idempotency-Key`` over HTTP and its correlation id in logs.
    """

    document: bytes = attrs.field(repr=False)
    writes: bool
    set_id: str | None = None


@attrs.frozen(kw_only=True)
class Sleep:
    """Wait for so many seconds."""

    seconds: float


@attrs.frozen(kw_only=True)
class Tell:
    """Tell Procore how a request ended.

    True if it has it now; False or an error if it is to be told again; None if nobody is there who tells it.
    """

    number: int
    close_out: CloseOut


@attrs.frozen(kw_only=True)
class Commit:
    """The journal is about to be written: the name of the method. Nothing is to be done; a storm looks here."""

    name: str


Step: TypeAlias = Send | Sleep | Tell | Commit
"""What a driver asks for, one after the other."""


@attrs.frozen(kw_only=True)
class Drained:
    """What became of one drain.

    Attributes:
        done: Requests that ended with every item in QuickBooks.
        refused: Requests that ended with an item refused.
        failed: Requests that ended with an error of this library; they are set aside, and the events say why.
        asked: Requests that wait for a person's answer.
        waiting: Requests that wait for something else, or for the next drain.
        told: Close-outs that Procore has now.
        frozen: Why nothing is sent to this company file, None where all is well.
        stopped: Why the drain ended before the work did, None where there is no more to do.
        busy: Whether another worker has the company file; then nothing was done.
    """

    done: int = 0
    refused: int = 0
    failed: int = 0
    asked: int = 0
    waiting: int = 0
    told: int = 0
    frozen: str | None = None
    stopped: str | None = None
    busy: bool = False
