"""Procore's ERP Integrations for QuickBooks Desktop, as a library.

>>> from procore_qbd import Books, CompanyFile, Links, Memory, perform, read_request, run, to_json

The whole journey is four lines: `read_request` turns Procore's JSON into an `ErpRequest`, `perform` is a flow that ends
in a `CloseOut`, `run` pumps it over a transport, and `calls` turns the close-out into the calls of Procore's API,
`to_json` into a text to keep.

Whether a user may do something with the ERP Integrations tool, and why, is answered by `can`.

QuickBooks' records are in `procore_qbd.qbxml.entities`; more of the company file in a box in `procore_qbd.simulator`.
"""

from typing import TYPE_CHECKING

from procore_qbd._late import late as _offer

if TYPE_CHECKING:
    from procore_qbd.domain import Books as Books
    from procore_qbd.domain import CloseOut as CloseOut
    from procore_qbd.domain import CustomerRule as CustomerRule
    from procore_qbd.domain import Difference as Difference
    from procore_qbd.domain import ErpRequest as ErpRequest
    from procore_qbd.domain import ItemKind as ItemKind
    from procore_qbd.domain import ItemNaming as ItemNaming
    from procore_qbd.domain import Link as Link
    from procore_qbd.domain import Links as Links
    from procore_qbd.domain import RefusalCode as RefusalCode
    from procore_qbd.domain import User as User
    from procore_qbd.erp import perform as perform
    from procore_qbd.errors import BooksError as BooksError
    from procore_qbd.errors import CompanyFileError as CompanyFileError
    from procore_qbd.errors import EngineError as EngineError
    from procore_qbd.errors import JournalError as JournalError
    from procore_qbd.errors import LinkError as LinkError
    from procore_qbd.errors import NotSentError as NotSentError
    from procore_qbd.errors import PayloadError as PayloadError
    from procore_qbd.errors import ProcoreQbdError as ProcoreQbdError
    from procore_qbd.errors import QuestionError as QuestionError
    from procore_qbd.errors import RecordError as RecordError
    from procore_qbd.errors import RefusedError as RefusedError
    from procore_qbd.errors import ReplyError as ReplyError
    from procore_qbd.errors import ReplyLostError as ReplyLostError
    from procore_qbd.errors import TranslationError as TranslationError
    from procore_qbd.errors import TransportError as TransportError
    from procore_qbd.flows import Conversation as Conversation
    from procore_qbd.flows import Ended as Ended
    from procore_qbd.flows import Flow as Flow
    from procore_qbd.flows import ask as ask
    from procore_qbd.flows import ask_all as ask_all
    from procore_qbd.flows import gather as gather
    from procore_qbd.flows import run as run
    from procore_qbd.journal import Journal as Journal
    from procore_qbd.journal import MemoryTables as MemoryTables
    from procore_qbd.permissions import Action as Action
    from procore_qbd.permissions import Decision as Decision
    from procore_qbd.permissions import can as can
    from procore_qbd.procore import calls as calls
    from procore_qbd.procore import read_request as read_request
    from procore_qbd.procore import to_json as to_json
    from procore_qbd.qbxml import Dialect as Dialect
    from procore_qbd.qbxml import Edition as Edition
    from procore_qbd.qbxml import Ref as Ref
    from procore_qbd.qbxml import Request as Request
    from procore_qbd.qbxml import changes as changes
    from procore_qbd.qbxml import check as check
    from procore_qbd.qbxml import erase as erase
    from procore_qbd.simulator import CompanyFile as CompanyFile
    from procore_qbd.transports import Memory as Memory
    from procore_qbd.transports import Transport as Transport
    from procore_qbd.worker import drain as drain

__version__ = "0.1.0"

_ROOMS = {
    "domain": (
        "Books",
        "CloseOut",
        "CustomerRule",
        "Difference",
        "ErpRequest",
        "ItemKind",
        "ItemNaming",
        "Link",
        "Links",
        "RefusalCode",
        "User",
    ),
    "erp": ("perform",),
    "errors": (
        "BooksError",
        "CompanyFileError",
        "EngineError",
        "JournalError",
        "LinkError",
        "NotSentError",
        "PayloadError",
        "ProcoreQbdError",
        "QuestionError",
        "RecordError",
        "RefusedError",
        "ReplyError",
        "ReplyLostError",
        "TranslationError",
        "TransportError",
    ),
    "flows": ("Conversation", "Ended", "Flow", "ask", "ask_all", "gather", "run"),
    "journal": ("Journal", "MemoryTables"),
    "permissions": ("Action", "Decision", "can"),
    "procore": ("calls", "read_request", "to_json"),
    "qbxml": ("Dialect", "Edition", "Ref", "Request", "changes", "check", "erase"),
    "simulator": ("CompanyFile",),
    "transports": ("Memory", "Transport"),
    "worker": ("drain",),
}
"""Each public name, by the room it lives in. The imports above say the same to type checkers."""

_PARTS = ("codes", "translate")
"""More rooms that need no import of their own."""

if not TYPE_CHECKING:
    __all__, __getattr__, __dir__ = _offer(__name__, _ROOMS, _PARTS)
