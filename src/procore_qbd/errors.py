"""Every error the library raises, in one tree.

::

    ProcoreQbdError
    ├── PayloadError        Procore's JSON is not what Procore documents; every fault is listed
    ├── BooksError          the accounting policy of a company file is incomplete or contradicts itself
    ├── TranslationError    an item cannot be said in QuickBooks' words; every obstacle is listed
    ├── LinkError           a link would contradict one that stands, or belongs to another company file
    ├── QuestionError       a question about permissions names what does not exist, or is incomplete
    ├── PolicyError         a permission policy is incomplete or contradicts itself; every fault is listed
    ├── RecordError         a record of ours cannot be written; every violation is listed
    ├── ReplyError          bytes that are no qbXML, or a record in a reply that cannot be read
    ├── RefusedError        QuickBooks refused one request, and somebody asked for its record
    ├── TransportError      a document was not answered; its ``effect`` is what is known of what was written
    │   ├── NotSentError    it never reached QuickBooks
    │   │   └── OutOfScopeError  it asks for something that the transport may not do
    │   ├── ReplyLostError  it was handed over, and no readable reply came back
    │   └── EngineError     QuickBooks answered with an HRESULT instead of a reply
    ├── JournalError        the journal cannot be used, or contradicts itself
    │   ├── LeaseLostError  another worker has taken the company over
    │   └── DivergedError   a flow that was told the same again asked for something else
    ├── SettingsError       the settings of the ERP tool are none; every fault is listed
    ├── ToolError           the ERP tool does not make a move; nothing was changed
    │   ├── IllegalMoveError  no such move leads from where the item stands
    │   ├── ForbiddenError  the user lacks a permission; its ``decision`` says which, and what would help
    │   └── GuardError      something speaks against the move; all of it is listed
    ├── FrameError          records cannot be said in columns: a value does not fit, or they are of another class
    ├── DatasetError        a folder is no data set, is of another company or a newer layout, or is in use
    ├── CompanyFileError    a simulated company file cannot be opened or created
    └── AgentError          an agent cannot be started: its store or its tokens cannot be used

A message says whose fault it is, where, what, and what to do; the fields it is made of are attributes.
Errors pickle, so they survive a process pool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.codes import Effect
from procore_qbd.codes import hresult as _known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = [
    "AgentError",
    "BooksError",
    "CompanyFileError",
    "DatasetError",
    "DivergedError",
    "EngineError",
    "ForbiddenError",
    "FrameError",
    "GuardError",
    "IllegalMoveError",
    "JournalError",
    "LeaseLostError",
    "LinkError",
    "NotSentError",
    "OutOfScopeError",
    "PayloadError",
    "PolicyError",
    "ProcoreQbdError",
    "QuestionError",
    "RecordError",
    "RefusedError",
    "ReplyError",
    "ReplyLostError",
    "SettingsError",
    "ToolError",
    "TranslationError",
    "TransportError",
]


class ProcoreQbdError(Exception):
    """The root of the tree: catch it to catch everything this library raises on purpose."""


class _GatheredError(ProcoreQbdError):
    """An error that lists everything wrong with one thing, so that nobody mends faults one by one.

    Attributes:
        subject: What was looked at, for instance ``'create_vendor'`` or ``'VendorAdd'``.
        faults: One line each, in the order found; never empty.
    """

    def __init__(self, subject: str, faults: Sequence[object]) -> None:
        self.subject = subject
        self.faults = tuple(faults)
        super().__init__(subject, self.faults)

    def __str__(self) -> str:
        if len(self.faults) == 1:
            return f"{self.subject}: {self.faults[0]}"
        return f"{self.subject}: {len(self.faults)} faults\n" + "\n".join(f"  {fault}" for fault in self.faults)


class PayloadError(_GatheredError):
    """Procore's JSON (or a file that should hold it) cannot be understood.

    ``faults`` holds one line for each fault: its path from ``$`` and the value found there. What else could be read
    stands beside, so that the request can be closed in Procore: `procore_qbd.procore.refuse`.

    Attributes:
        request_name: Procore's name of the request, None where it cannot be read.
        company_id: The Procore company, None where it cannot be read.
        request_detail_ids: Every request detail that the payload names, in its order.
        item: The external type and the id of the item, where the request is about one and both can be read.
        items: The same for the items of a request of many, of those for which no request detail is named.
    """

    def __init__(
        self,
        subject: str,
        faults: Sequence[object],
        *,
        request_name: str | None = None,
        company_id: int | None = None,
        request_detail_ids: Sequence[int] = (),
        item: tuple[str, int] | None = None,
        items: Sequence[tuple[str, int]] = (),
    ) -> None:
        super().__init__(subject, faults)
        self.request_name = request_name
        self.company_id = company_id
        self.request_detail_ids = tuple(request_detail_ids)
        self.item = item
        self.items = tuple(items)


class BooksError(_GatheredError):
    """The accounting policy (`procore_qbd.domain.Books`) is incomplete or contradicts itself."""


class TranslationError(_GatheredError):
    """A Procore item cannot be written to QuickBooks; ``faults`` tell a bookkeeper why.

    Nothing is ever shortened or left out to make it fit.
    """


class LinkError(ProcoreQbdError):
    """A link contradicts an existing one, or a links file belongs to another company file."""


class QuestionError(ProcoreQbdError, ValueError):
    """A question about permissions, or the user it is about, names what does not exist or leaves out what matters.

    Attributes:
        subject: What is wrong, for instance ``'company tool'`` or ``'item'``.
        fault: What is wrong with it.
        nearest: The known name that comes nearest to an unknown one, or None.
    """

    def __init__(self, subject: str, fault: str, nearest: str | None = None) -> None:
        self.subject = subject
        self.fault = fault
        self.nearest = nearest
        super().__init__(subject, fault, nearest)

    def __str__(self) -> str:
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"{self.subject}: {self.fault}{hint}"


class SettingsError(_GatheredError):
    """The settings of the ERP Integrations tool (`procore_qbd.domain.settings`) are none, or contradict themselves."""


class PolicyError(_GatheredError):
    """A permission policy lacks an action, names an unknown tool, or contradicts itself."""


class RecordError(_GatheredError):
    """A record cannot be written as asked; ``faults`` are `procore_qbd.qbxml.Violation` objects.

    Attributes:
        by_request: Of requests that a flow asked together, the faults of each that cannot be written, by its place
            among them, from 0; empty where no flow asked.
    """

    def __init__(
        self, subject: str, faults: Sequence[object], *, by_request: Mapping[int, Sequence[object]] | None = None
    ) -> None:
        super().__init__(subject, faults)
        self.by_request = {place: tuple(found) for place, found in (by_request or {}).items()}


class ReplyError(_GatheredError):
    """Bytes are no qbXML or are cut short; or a record in a good reply cannot be read.

    When it is QuickBooks' reply to a document as a whole that cannot be read, it is a `ReplyLostError`.
    """


class RefusedError(ProcoreQbdError):
    """QuickBooks refused a request, and its record was asked for.

    Attributes:
        request: The request's element name, for instance ``'VendorAddRq'``.
        request_id: Its ``requestID``.
        code: The ``statusCode``.
        status_message: QuickBooks' own words.
    """

    def __init__(self, request: str, request_id: str, code: int, status_message: str) -> None:
        self.request = request
        self.request_id = request_id
        self.code = code
        self.status_message = status_message
        super().__init__(request, request_id, code, status_message)

    def __str__(self) -> str:
        return f"{self.request} {self.request_id}: QuickBooks answered {self.code}: {self.status_message}"


_RUN_AGAIN = "The same Procore request can be run again: it looks for what is there before it writes."


class TransportError(ProcoreQbdError):
    """A document to QuickBooks was not answered. What earlier documents wrote is written.

    Attributes:
        effect: What is known of the document: not done, done, or unknown.
        detail: What the transport, the reader or QuickBooks said; or ``''``.
    """

    effect = Effect.UNKNOWN

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(detail)

    def __str__(self) -> str:
        return self._told("QuickBooks did not answer the document")

    def _told(self, what: str, advice: str = "") -> str:
        """The message: what happened, what is known of the document, and what to do."""
        said = f"{what}: {self.detail.rstrip('.')}." if self.detail else f"{what}."
        known, again = "It is not known whether anything of the document was written.", _RUN_AGAIN
        if self.effect is Effect.NOT_DONE:
            known = "Nothing of the document was written."
            again = f"{'Then run' if advice else 'Run'} the same Procore request again."
        return " ".join(filter(None, (said, known, advice and f"{advice[:1].upper()}{advice[1:]}.", again)))


class NotSentError(TransportError):
    """The document never reached QuickBooks: nothing of it was written."""

    effect = Effect.NOT_DONE

    def __str__(self) -> str:
        return self._told("the document did not reach QuickBooks", "remove the cause")


class OutOfScopeError(NotSentError):
    """The document asks for something that the transport may not do (`procore_qbd.transports.Only`); nothing left."""

    def __str__(self) -> str:
        return self._told("the document was refused", "widen the scope, if it should be allowed")


class ReplyLostError(TransportError):
    """The document was handed over, and no reply came back that can be read and answers it.

    It is not known whether QuickBooks carried the document out; of a document of queries alone, nothing was written.
    """

    def __str__(self) -> str:
        return self._told("the reply of QuickBooks is lost")


class EngineError(TransportError):
    """QuickBooks, or a stand-in for it, answered with an HRESULT instead of a reply.

    Some say that the document was not taken, others leave open what was written: see ``effect``. All are in
    `procore_qbd.codes.HRESULTS` and, where it is Windows that failed, `procore_qbd.codes.WINDOWS_CODES`.

    Attributes:
        hresult: The HRESULT as an unsigned number, for instance ``0x80040400``.
        meaning: What it means.
        advice: What to do.
        retryable: Whether the same document may be sent again unchanged, after a while and without anybody's decision.

    Args:
        hresult: The number, signed or unsigned.
        detail: What QuickBooks said beside it.
        effect: What was written, where more is known of it than the number says: nothing, when the document was not
            handed over yet.
    """

    def __init__(self, hresult: int, detail: str = "", effect: Effect | None = None) -> None:
        super().__init__(detail)
        self.args = (hresult, detail, effect)
        known = _known(hresult)
        self.hresult = known.number
        self.effect = known.effect if effect is None else effect
        self.meaning = known.meaning
        self.advice = known.advice
        self.retryable = known.retryable

    def __str__(self) -> str:
        return self._told(f"error 0x{self.hresult:08X}, {self.meaning}", self.advice)


class JournalError(ProcoreQbdError):
    """The journal cannot be used: it cannot be opened, is damaged or newer, or is of another company file."""


class LeaseLostError(JournalError):
    """Another worker has taken the company over; this one stops. What it sent is settled by the other."""


class DivergedError(JournalError):
    """A flow that was told the same again asked QuickBooks for something else than what was written down."""


class ToolError(ProcoreQbdError):
    """The ERP Integrations tool does not make a move; nothing was changed.

    Attributes:
        move: Which, in a word: ``'accept'``.
        item: Of which item: its kind and its id, ``'subcontract 4401'``.
        words: Why, and what would help.
    """

    def __init__(self, move: str, item: str, words: str) -> None:
        self.move = move
        self.item = item
        self.words = words
        super().__init__(move, item, words)

    def __str__(self) -> str:
        return f"{self.item}: {self.move}: {self.words}"


class IllegalMoveError(ToolError):
    """The item stands where no such move leads from.

    Attributes:
        state: Where it stands.
        legal: The moves that lead from there.
    """

    def __init__(self, move: str, item: str, words: str, *, state: str = "", legal: Sequence[str] = ()) -> None:
        super().__init__(move, item, words)
        self.state = state
        self.legal = tuple(legal)


class ForbiddenError(ToolError):
    """The user lacks a permission.

    Attributes:
        decision: Why, as a tree, with the smallest sets of grants that would help: a
            `procore_qbd.permissions.Decision`.
    """

    def __init__(self, move: str, item: str, words: str, *, decision: Any = None) -> None:
        super().__init__(move, item, words)
        self.decision = decision


class GuardError(ToolError):
    """Something speaks against the move; all of it is listed.

    Attributes:
        faults: One for each thing that speaks against it: a `procore_qbd.domain.ErpRefusal` each.
    """

    def __init__(self, move: str, item: str, words: str, *, faults: Sequence[Any] = ()) -> None:
        super().__init__(move, item, words)
        self.faults = tuple(faults)


class FrameError(_GatheredError):
    """Records cannot be said in columns: a value does not fit its column, or there is no such column or table."""


class DatasetError(ProcoreQbdError):
    """A folder cannot be used as a data set: it is none, of another company, of a newer layout, or in use."""


class CompanyFileError(ProcoreQbdError):
    """A simulated company file cannot be created or opened: it exists already, is not one, is newer, or is in use."""


class AgentError(ProcoreQbdError):
    """An agent cannot be started: its store is another agent's or no store, or its tokens cannot be used."""
