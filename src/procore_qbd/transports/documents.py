"""What a document asks for, as far as its first tags tell: under which ids, and whether it only reads.

Client and agent go by the same answer, so both know which documents need an idempotency key.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Asked", "asked", "fingerprint"]

_QUERY = "QueryRq"
_DEPTH_OF_A_REQUEST = 2


@attrs.frozen
class Asked:
    """What a document asks for.

    Attributes:
        set_id: Its ``newMessageSetID``, or None.
        old_set_id: Its ``oldMessageSetID``, or None.
        requests: The elements of its requests, each name once: ``{'VendorAddRq'}``.
    """

    set_id: str | None
    old_set_id: str | None
    requests: frozenset[str]

    @property
    def writes(self) -> bool:
        """Whether it may change the company file: every request does but a query."""
        return not all(name.endswith(_QUERY) for name in self.requests)

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
    path: list[str] = []
    requests: set[str] = set()
    ids: list[Mapping[str, str]] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        if not path and name != "QBXML":
            raise ValueError("expected QBXML")
        if path == ["QBXML"] and name == "QBXMLMsgsRq":
            ids.append(attributes)
        elif len(path) >= 1 and len(path) <= _DEPTH_OF_A_REQUEST:
            if len(path) == _DEPTH_OF_A_REQUEST:
                requests.add(name)
            else:
                raise ValueError(f"expected QBXMLMsgsRq, got {name[:40]!r}")
        path.append(name)

    def no_doctype(*_: Any) -> None:
        raise ValueError("it has a DOCTYPE")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _: path.pop()
    parser.StartDoctypeDeclHandler = no_doctype
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(f"it is not XML: {error}") from error
    if len(ids) != 1:
        raise ValueError(f"expected one QBXMLMsgsRq, got {len(ids)}")
    (found,) = ids
    return Asked(found.get("newMessageSetID") or None, found.get("oldMessageSetID") or None, frozenset(requests))


def fingerprint(document: bytes) -> str:
    """What tells a document from every other: its SHA-256."""
    return hashlib.sha256(document).hexdigest()
