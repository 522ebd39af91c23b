"""Procore's ERP Integrations for QuickBooks Desktop, as a library.

>>> from procore_qbd import Books, Links, Memory, perform, run
>>> from procore_qbd.procore import read_request, to_json
>>> from procore_qbd.simulator import CompanyFile

The whole journey is four lines: `procore_qbd.procore.read_request` turns Procore's JSON into an `ErpRequest`,
`perform` is a flow that ends in a `CloseOut`, `run` pumps it over a transport, and `procore_qbd.procore` turns the
close-out into the calls of Procore's API.

Whether a user may do something with the ERP Integrations tool, and why, is answered by `can`.

QuickBooks' records are in `procore_qbd.qbxml.entities`, the company file in a box in `procore_qbd.simulator`.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procore_qbd.domain import (
        Books,
        CloseOut,
        CustomerRule,
        Difference,
        ErpRequest,
        ItemKind,
        ItemNaming,
        Level,
        Link,
        Links,
        Privilege,
        RefusalCode,
        User,
    )
    from procore_qbd.erp import perform
    from procore_qbd.errors import (
        BooksError,
        CompanyFileError,
        EngineError,
        LinkError,
        NotSentError,
        PayloadError,
        PolicyError,
        ProcoreQbdError,
        QuestionError,
        RecordError,
        RefusedError,
        ReplyError,
        ReplyLostError,
        TranslationError,
        TransportError,
    )
    from procore_qbd.flows import Conversation, Ended, Flow, ask, ask_all, gather, run
    from procore_qbd.permissions import Action, Decision, can
    from procore_qbd.qbxml import Dialect, Edition, Ref, Request, changes, check, erase
    from procore_qbd.transports import Memory, Transport

__version__ = "0.1.0"

__all__ = [
    "Action",
    "Books",
    "BooksError",
    "CloseOut",
    "CompanyFileError",
    "Conversation",
    "CustomerRule",
    "Decision",
    "Dialect",
    "Difference",
    "Edition",
    "Ended",
    "EngineError",
    "ErpRequest",
    "Flow",
    "ItemKind",
    "ItemNaming",
    "Level",
    "Link",
    "LinkError",
    "Links",
    "Memory",
    "NotSentError",
    "PayloadError",
    "PolicyError",
    "Privilege",
    "ProcoreQbdError",
    "QuestionError",
    "RecordError",
    "Ref",
    "RefusalCode",
    "RefusedError",
    "ReplyError",
    "ReplyLostError",
    "Request",
    "TranslationError",
    "Transport",
    "TransportError",
    "User",
    "ask",
    "ask_all",
    "can",
    "changes",
    "check",
    "erase",
    "gather",
    "perform",
    "run",
]

_ROOMS = {
    **dict.fromkeys(("Books", "CloseOut", "CustomerRule", "ErpRequest", "ItemKind", "ItemNaming"), "domain"),
    **dict.fromkeys(("Difference", "RefusalCode"), "domain"),
    **dict.fromkeys(("Level", "Link", "Links", "Privilege", "User"), "domain"),
    **dict.fromkeys((name for name in __all__ if name.endswith("Error")), "errors"),
    **dict.fromkeys(("Conversation", "Ended", "Flow", "ask", "ask_all", "gather", "run"), "flows"),
    **dict.fromkeys(("Dialect", "Edition", "Ref", "Request", "changes", "check", "erase"), "qbxml"),
    **dict.fromkeys(("Action", "Decision", "can"), "permissions"),
    **dict.fromkeys(("Memory", "Transport"), "transports"),
    "perform": "erp",
}
"""Where each name lives. A room is loaded when one of its names is: nobody waits for what they do not use."""


def __getattr__(name: str) -> object:
    if name in _ROOMS.values():
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
