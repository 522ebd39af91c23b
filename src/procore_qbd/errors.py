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
    ├── ReplyError          bytes that are no qbXML, or qbXML that cannot be read
    ├── RefusedError        QuickBooks refused one request, and somebody asked for its record
    ├── EngineError         QuickBooks did not take the document at all (an HRESULT)
    └── CompanyFileError    a simulated company file cannot be opened or created

A message says whose fault it is, where, what, and what to do; the fields it is made of are attributes.
Errors pickle, so they survive a process pool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BooksError",
    "CompanyFileError",
    "EngineError",
    "LinkError",
    "PayloadError",
    "PolicyError",
    "ProcoreQbdError",
    "QuestionError",
    "RecordError",
    "RefusedError",
    "ReplyError",
    "TranslationError",
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

    ``faults`` holds one line for each fault: its path from ``$`` and the value found there.
    """


class BooksError(_GatheredError):
    """The accounting policy (`procore_qbd.domain.Books`) is incomplete or contradicts itself."""


class TranslationError(_GatheredError):
    """A Procore item cannot be said in QuickBooks' words as it stands; ``faults`` tell a bookkeeper what is in the way.

    Nothing is ever shortened or left out to make it fit.
    """


class LinkError(ProcoreQbdError):
    """A link contradicts one that stands, or a links file belongs to another company file."""


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


class PolicyError(_GatheredError):
    """A permission policy lacks an action, names an unknown tool, or contradicts itself."""


class RecordError(_GatheredError):
    """A record cannot be written as asked; ``faults`` are `procore_qbd.qbxml.Violation` objects."""


class ReplyError(_GatheredError):
    """Bytes are no qbXML, are cut short, or hold values that cannot be read."""


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


class EngineError(ProcoreQbdError):
    """QuickBooks, or what stands in for it, did not take the document: no request in it was answered.

    Attributes:
        hresult: The HRESULT as an unsigned number, for instance ``0x80040400``.
        detail: QuickBooks' own words, or ``''``; `procore_qbd.codes.HRESULTS` says more.
    """

    def __init__(self, hresult: int, detail: str = "") -> None:
        self.hresult = hresult & 0xFFFFFFFF
        self.detail = detail
        super().__init__(hresult, detail)

    def __str__(self) -> str:
        said = f": {self.detail}" if self.detail else ""
        return f"QuickBooks did not take the document: 0x{self.hresult:08X}{said}"


class CompanyFileError(ProcoreQbdError):
    """A simulated company file cannot be created or opened: it exists, is none, is newer, or is in use."""
