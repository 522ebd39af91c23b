"""The links as they would be: those that are kept, and over them those that a plan would make. Nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain.links import record_kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.domain import ItemKind, Link, LinkView
    from procore_qbd.domain.links import RecordId

__all__ = ["LayeredLinks"]


class LayeredLinks:
    """A `procore_qbd.domain.LinkView` over another one: what is added here goes before what is there.

    Args:
        below: The links that are kept; they are only read.
    """

    def __init__(self, below: LinkView) -> None:
        self._below = below
        self._own: dict[tuple[ItemKind, int], Link] = {}
        self._holders: dict[tuple[ItemKind, RecordId], Link] = {}
        self._by: dict[tuple[str, str], dict[tuple[ItemKind, int], None]] = {}

    def add(self, links: Iterable[Link]) -> None:
        """Remember links that would be kept."""
        for link in links:
            key = (link.kind, link.procore_id)
            kept = self.find(*key)
            if kept is not None and kept.quickbooks_id == link.quickbooks_id:
                continue  # as `Links.add`: what is there stays as it is
            self._own[key] = link
            self._holders.setdefault((record_kind(link.kind), link.quickbooks_id), link)
            for name in ("parent", "party", "list_id"):
                if (value := getattr(link, name)) is not None:
                    self._by.setdefault((name, value), {})[key] = None

    def find(self, kind: ItemKind, procore_id: int, /) -> Link | None:
        """See `procore_qbd.domain.LinkView`."""
        return self._own.get((kind, procore_id)) or self._below.find(kind, procore_id)

    def holder(self, kind: ItemKind, quickbooks_id: RecordId, /) -> Link | None:
        """See `procore_qbd.domain.LinkView`."""
        found = self._below.holder(kind, quickbooks_id)
        if found is not None and (found.kind, found.procore_id) not in self._own:
            return found
        return self._holders.get((record_kind(kind), quickbooks_id))

    def parts(self, txn_id: str, /) -> tuple[Link, ...]:
        """See `procore_qbd.domain.LinkView`."""
        return self._with_own("parent", txn_id, self._below.parts(txn_id))

    def of_party(self, list_id: str, /) -> tuple[Link, ...]:
        """See `procore_qbd.domain.LinkView`."""
        return self._with_own("party", list_id, self._below.of_party(list_id))

    def name_of(self, list_id: str, /) -> str | None:
        """See `procore_qbd.domain.LinkView`."""
        return next((link.name for link in self._with_own("list_id", list_id, ()) if link.name), None) or (
            self._below.name_of(list_id)
        )

    def guid(self, kind: ItemKind, procore_id: int, company_id: int | None, /) -> str:
        """See `procore_qbd.domain.LinkView`."""
        return self._below.guid(kind, procore_id, company_id)

    def earlier_guids(self, kind: ItemKind, procore_id: int, company_id: int | None, /) -> tuple[str, ...]:
        """See `procore_qbd.domain.LinkView`."""
        return self._below.earlier_guids(kind, procore_id, company_id)

    def _with_own(self, name: str, value: str, below: tuple[Link, ...]) -> tuple[Link, ...]:
        kept = (link for link in below if (link.kind, link.procore_id) not in self._own)
        own = (self._own[key] for key in self._by.get((name, value), ()) if getattr(self._own[key], name) == value)
        return tuple(sorted((*kept, *own), key=lambda link: (link.kind, link.procore_id)))
