"""A scope at the wire: a transport that lets through what it is told to, whoever calls.

What a program may do in a company file is decided in many places above; here is the last one, which reads the very
bytes that would leave, and knows nothing of who made them. It lets through what it understands and finds allowed, and
refuses the rest, so also what QuickBooks may read otherwise than it does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypeAlias

from procore_qbd.errors import OutOfScopeError, ReplyError
from procore_qbd.qbxml.codec.elements import attribute, parse
from procore_qbd.transports.base import BaseTransport, Sender

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from procore_qbd.transports.base import Transport

__all__ = ["Act", "Only", "asked_of"]

Act: TypeAlias = Literal["read", "add", "mod", "delete"]
"""What a request does; to void and to merge is to delete."""

_REQUEST = re.compile(r"([A-Z][A-Za-z]+?)(Query|Add|Mod|Del|Void|Merge)Rq")
_ACTS: dict[str, Act] = {
    "Query": "read",
    "Add": "add",
    "Mod": "mod",
    "Del": "delete",
    "Void": "delete",
    "Merge": "delete",
}
_KIND_INSIDE = {"TxnDel", "TxnVoid", "ListDel", "ListMerge"}
"""The requests that name the kind of record in an element of their own: ``TxnDelType``, and so on."""
_ENCODINGS = {None, "", "utf-8", "ascii", "us-ascii", "iso-8859-1", "windows-1252"}
_DECLARED = re.compile(rb"""^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([^"']*)["']""")
_MARK = b"\xef\xbb\xbf"


class Only(BaseTransport):
    """A transport with a scope: ``Only(transport)`` reads, and writes nothing.

    Each of the four is False, True, or the kinds of records that it is limited to, as qbXML names them: ``"Vendor"``,
    ``"Bill"``, ``"DataExt"``. A document with one request outside the scope is refused as a whole, before a byte of it
    leaves. The worker changes its fence in every document that writes: its scope needs ``adds`` and ``mods`` of
    ``"OtherName"`` beside what it exports.

    To keep a reply under a message set id, and to forget one, writes too: where nothing may be written, documents
    with such an id are refused, so that a reader cannot throw away what another program may need.

    Args:
        transport: Where a document within the scope goes.
        reads: Queries.
        adds: New records.
        mods: Changes of records.
        deletes: Deleting, voiding and merging records.
        kinds: The kinds of records that all four are limited to besides; None: no limit.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        reads: bool | Collection[str] = True,
        adds: bool | Collection[str] = False,
        mods: bool | Collection[str] = False,
        deletes: bool | Collection[str] = False,
        kinds: Collection[str] | None = None,
    ) -> None:
        given: dict[Act, bool | Collection[str]] = {"read": reads, "add": adds, "mod": mods, "delete": deletes}
        for value in (*given.values(), kinds):
            if isinstance(value, str):
                raise TypeError(f"expected kinds of records in a tuple or a set, got the text {value!r}")
        super().__init__(getattr(transport, "sender", None) or Sender())
        self._transport = transport
        self._scope = {act: value if isinstance(value, bool) else frozenset(value) for act, value in given.items()}
        self._kinds = None if kinds is None else frozenset(kinds)

    def __repr__(self) -> str:
        said = [f"{act}s={value if isinstance(value, bool) else sorted(value)}" for act, value in self._scope.items()]
        said += [f"kinds={sorted(self._kinds)}"] if self._kinds is not None else []
        return f"Only({type(self._transport).__name__}, {', '.join(said)})"

    def allows(self, act: Act, kind: str) -> bool:
        """Whether something may be done with a kind of record."""
        scope = self._scope[act]
        within = scope if isinstance(scope, bool) else kind in scope
        return within and (self._kinds is None or kind in self._kinds)

    @property
    def may_write(self) -> bool:
        """Whether anything may be written at all."""
        return any(self._scope[act] for act in ("add", "mod", "delete"))

    def _prepare(self, document: bytes) -> None:
        try:
            asked = asked_of(document)
        except ReplyError as error:
            raise OutOfScopeError(f"the document cannot be judged: {'; '.join(map(str, error.faults))}") from None
        outside = [f"{act} {kind}" for act, kind in asked.requests if not self.allows(act, kind)]
        if outside:
            raise OutOfScopeError(f"not within the scope of this transport: {', '.join(dict.fromkeys(outside))}")
        if asked.keeps and not self.may_write:
            raise OutOfScopeError("a message set id makes QuickBooks keep a reply or forget one; this only reads")

    def _exchange(self, document: bytes) -> BinaryIO:
        return self._transport.send(document)

    def _close(self) -> None:
        close = getattr(self._transport, "close", None)
        if close is not None:
            close()


class _Asked:
    """What a document asks for."""

    def __init__(self, requests: tuple[tuple[Act, str], ...], *, keeps: bool) -> None:
        self.requests = requests
        self.keeps = keeps


def asked_of(document: bytes) -> _Asked:
    """What a document asks for, strictly: each request's act and kind of record, and whether it has a message set id.

    Raises:
        ReplyError: It is no document of requests, or one that two readers may read differently.
    """
    document = document.removeprefix(_MARK)
    declared = _DECLARED.match(document)
    encoding = declared[1].decode("latin-1").lower() if declared else None
    if encoding not in _ENCODINGS or b"\x00" in document:
        raise ReplyError("qbXML requests", [f"expected UTF-8, got {encoding or 'another encoding'}"])
    root = parse(document)
    if root.tag != "QBXML" or [child.tag for child in root] != ["QBXMLMsgsRq"]:
        raise ReplyError("qbXML requests", ["expected QBXML with one QBXMLMsgsRq inside"])
    messages = root[0]
    keeps = any(attribute(messages, name) is not None for name in ("newMessageSetID", "oldMessageSetID"))
    return _Asked(tuple(_acts(messages)), keeps=keeps)


def _acts(messages: Iterable[Any]) -> Iterator[tuple[Act, str]]:
    for request in messages:
        found = _REQUEST.fullmatch(str(request.tag))
        if found is None:
            raise ReplyError("qbXML requests", [f"expected a request such as VendorQueryRq, got {request.tag!s}"])
        kind, verb = found.groups()
        whole = f"{kind}{verb}"
        if whole in _KIND_INSIDE:
            named = [child.text for child in request if child.tag == f"{whole}Type"]
            if len(named) != 1 or not named[0]:
                raise ReplyError("qbXML requests", [f"expected one {whole}Type in {whole}Rq"])
            kind = named[0].strip()
        elif verb in ("Add", "Mod") and any(child.tag not in (whole, "IncludeRetElement") for child in request):
            raise ReplyError("qbXML requests", [f"expected {whole} alone in {whole}Rq"])
        yield _ACTS[verb], kind
