"""What a document asks for: under which ids, and of each request what it does with which kind of record.

A scope, a client and an agent go by the same answer. What can be read in two ways, or is not understood, has a fault:
who lets through only what it understands goes by that; others take it for something that writes.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from xml.parsers import expat

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Act", "Asked", "AskedRequest", "asked", "fingerprint", "known_kinds"]

Act: TypeAlias = Literal["read", "add", "mod", "delete"]
"""What a request does; to void and to merge is to delete."""

_NAME = re.compile(r"([A-Z][A-Za-z0-9]+?)(Query|Add|Mod|Del|Void|Merge)Rq")
_ACTS: dict[str, Act] = {
    "Query": "read",
    "Add": "add",
    "Mod": "mod",
    "Del": "delete",
    "Void": "delete",
    "Merge": "delete",
}
_VERBS = re.compile("(?:Query|Del|Void|Merge)$")
_NOT_MODELLED = {
    *("AccountTaxLineInfo", "BarCode", "DataEventRecoveryInfo", "DataEventSubscription", "ItemAssembliesCanBuild"),
    *("Form1099CategoryAccountMapping", "ItemSites", "Lead", "ListDisplay", "PayrollLastPeriod", "SalesTaxPayable"),
    *("ReceivePaymentToDeposit", "SalesTaxReturn", "SalesTaxReturnLine", "SpecialAccount", "SpecialItem"),
    *("Subscription", "TxnDisplay", "UIEventSubscription", "UIExtensionSubscription"),
}
"""Kinds of which QuickBooks has requests and this library no record."""
_NAMES_ITS_KIND = {"TxnDel", "TxnVoid", "ListDel", "ListMerge"}
"""The requests that name the kind of record in an element of their own: ``TxnDelType``, and so on."""
_ENCODINGS = {None, "utf-8", "ascii", "us-ascii", "iso-8859-1", "windows-1252"}
"""Those that no reader takes for another one."""
_REQUESTS = 2
"""How deep a request stands."""


@attrs.frozen
class AskedRequest:
    """One request of a document.

    Attributes:
        name: Its element: ``'VendorAddRq'``.
        act: What it does; None where that is not understood.
        kind: The kind of record, as qbXML names it: ``'Vendor'``; of a request to delete, void or merge, the kind that
            it names.
        fault: Why it may be read in two ways, or is not understood; None where it is plain.
    """

    name: str
    act: Act | None
    kind: str
    fault: str | None = None


@attrs.frozen
class Asked:
    """What a document asks for.

    Attributes:
        set_id: Its ``newMessageSetID``, or None.
        old_set_id: Its ``oldMessageSetID``, or None.
        requests: Its requests, in their order.
        faults: What may be read in two ways, or is not understood.
    """

    set_id: str | None
    old_set_id: str | None
    requests: tuple[AskedRequest, ...]
    faults: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether it may change the company file: every request does but a query."""
        return any(one.act != "read" for one in self.requests)

    @property
    def key(self) -> str | None:
        """The idempotency key that goes with it; None where the document has none of its own.

        It is the ``newMessageSetID``. A document that only asks for a reply that is kept, without a request and with
        both ids alike, has no key: it reads, and its id is the key of the document whose reply was lost.
        """
        recovers = self.set_id == self.old_set_id and not self.requests
        return None if recovers else self.set_id


def asked(document: bytes) -> Asked:
    """Look what a document asks for.

    Raises:
        ValueError: It is not XML, has a DOCTYPE, or is no document of requests.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(document, True)
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(f"it is not XML: {error}") from error
    if len(reader.ids) != 1:
        raise ValueError(f"expected one QBXMLMsgsRq, got {len(reader.ids)}")
    requests = tuple(map(_understood, reader.requests))
    faults = tuple(one.fault for one in requests if one.fault is not None)
    (ids,) = reader.ids
    return Asked(
        ids.get("newMessageSetID") or None,
        ids.get("oldMessageSetID") or None,
        requests,
        (*reader.faults(document), *faults),
    )


@cache
def known_kinds() -> frozenset[str]:
    """Every kind of record that a request of QuickBooks is about."""
    from procore_qbd.qbxml.entities import names
    from procore_qbd.qbxml.entities.deletions import ListDelType, ListMergeType, TxnDelType, TxnVoidType

    named = (str(word) for words in (ListDelType, ListMergeType, TxnDelType, TxnVoidType) for word in words)
    return frozenset({_VERBS.sub("", name) for name in names()} | {*named} | _NOT_MODELLED)


class _Reader:
    """Reads the outer elements of a document."""

    def __init__(self) -> None:
        self.ids: list[Mapping[str, str]] = []
        self.requests: list[tuple[str, Counter[str], dict[str, str]]] = []
        """Of each request its name, the elements in it, and what stands in those that name a kind."""
        self._path: list[str] = []
        self._encoding: str | None = None
        self.parser = expat.ParserCreate()
        self.parser.XmlDeclHandler = self._declare
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = lambda _: self._path.pop()
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = _no_doctype

    def faults(self, document: bytes) -> Iterator[str]:
        """What is amiss around the requests."""
        encoding = self._encoding.lower() if self._encoding else None
        if encoding not in _ENCODINGS or b"\x00" in document:
            yield f"expected a document in UTF-8, got {encoding or 'another encoding'}"

    def _declare(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._encoding = encoding

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self._path)
        if depth == 0 and name != "QBXML":
            raise ValueError("expected QBXML")
        if depth == 1:
            if name != "QBXMLMsgsRq":
                raise ValueError(f"expected QBXMLMsgsRq, got {name[:40]!r}")
            self.ids.append(attributes)
        elif depth == _REQUESTS:
            self.requests.append((name, Counter(), {}))
        elif depth == _REQUESTS + 1:
            self.requests[-1][1][name] += 1
        self._path.append(name)

    def _text(self, text: str) -> None:
        if len(self._path) == _REQUESTS + 2 and self._path[-1].endswith("Type"):
            kinds = self.requests[-1][2]
            kinds[self._path[-1]] = kinds.get(self._path[-1], "") + text


def _no_doctype(*_: Any) -> None:
    raise ValueError("it has a DOCTYPE")


def _understood(request: tuple[str, Counter[str], dict[str, str]]) -> AskedRequest:
    name, inside, kinds = request
    found = _NAME.fullmatch(name)
    if found is None:
        return AskedRequest(name, None, "", f"expected a request such as VendorQueryRq, got {name[:40]!r}")
    kind, verb = found.groups()
    whole, act, fault = f"{kind}{verb}", _ACTS[verb], None
    if whole in _NAMES_ITS_KIND:
        kind = kinds.get(f"{whole}Type", "").strip()
        if inside[f"{whole}Type"] != 1 or not kind:
            fault = f"expected one {whole}Type in {name}"
    elif act in ("add", "mod") and set(inside) - {whole, "IncludeRetElement"}:
        fault = f"expected {whole} alone in {name}"
    return AskedRequest(name, act, kind, fault)


def fingerprint(document: bytes) -> str:
    """What tells a document from every other: its SHA-256."""
    return hashlib.sha256(document).hexdigest()
