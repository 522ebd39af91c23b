"""Which Procore item is which QuickBooks record, and how a record of ours is recognised without a link.

A Procore item has one link. A QuickBooks record has one link too, with two exceptions: the QuickBooks side of a project
cost code is a `Pair` of job and item, and may serve several codes; and what a bookkeeper merged may be shared by the
items that it was merged from, once a person has said so (`Link.shared`).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

import attrs

from procore_qbd.domain.ids import Pair, QuickBooksId
from procore_qbd.domain.vocabulary import ItemKind
from procore_qbd.errors import LinkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "NO_PROCORE_ID",
    "Link",
    "LinkView",
    "Links",
    "RecordId",
    "external_guid",
    "external_guids",
    "is_procore_id",
    "must_be_procores",
    "record_kind",
]

RecordId: TypeAlias = str | Pair | QuickBooksId
"""What an item is in QuickBooks: a ListID, TxnID or TxnLineID; job and item of a cost code; a change order's lines."""

_NAMESPACE = uuid.UUID("6d3c1f6e-6f0b-5d0a-9f53-4b1f4c8a2e77")
"""Our own name space for `external_guid`; never change it, or every record ever exported becomes a stranger."""


def external_guid(kind: ItemKind, procore_id: int, *, company_id: int | None, environment: str, generation: int) -> str:
    """The ``ExternalGUID`` that an exported item carries in QuickBooks, the same on every machine and every run.

    Args:
        kind: What the item is in Procore.
        procore_id: Its id there.
        company_id: The Procore company, None where the request does not say (ids are unique in an environment).
        environment: ``'production'``, or the name of a sandbox: their ids overlap.
        generation: 1 for the first export of the item, one more after each unlink.

    Returns:
        A GUID as QuickBooks writes it: in braces, upper case.
    """
    name = f"{environment}/{company_id or 0}/{kind.value}/{procore_id}/{generation}"
    return "{" + str(uuid.uuid5(_NAMESPACE, name)).upper() + "}"


def external_guids(
    kind: ItemKind, procore_id: int, *, company_id: int | None, environment: str, times: int
) -> tuple[str, ...]:
    """The `external_guid` of each earlier generation of an item, the latest first; it was unlinked ``times`` times."""
    numbers = range(times, 0, -1)
    about: dict[str, Any] = {"company_id": company_id, "environment": environment}
    return tuple(external_guid(kind, procore_id, generation=number, **about) for number in numbers)


_FORMS = {
    ItemKind.COST_CODE: "is linked to a job and an item, JOB|ITEM",
    ItemKind.CHANGE_ORDER: "is linked to a purchase order and lines of it, ORDER|LINE|LINE…",
}


def _record_id(value: RecordId, link: Link) -> RecordId:
    """The id as the value that its kind has, from the value or from its text."""
    parts = str(value).split("|")
    if all(part and part == part.strip() for part in parts):
        if link.kind is ItemKind.CHANGE_ORDER and isinstance(value, str | QuickBooksId):
            return QuickBooksId.of(value)
        if link.kind is ItemKind.COST_CODE and isinstance(value, str | Pair) and (pair := Pair.of(value)):
            return pair
        if link.kind not in _FORMS and isinstance(value, str) and len(parts) == 1:
            return value
    form = _FORMS.get(link.kind, "expected the id of one QuickBooks record")
    blanks = ", without blanks around an id" if any(part != part.strip() for part in parts) else ""
    raise LinkError(f"{link.kind.label} {link.procore_id}: {form}{blanks}, got {str(value)!r}")


def _item_kind(value: ItemKind | str) -> ItemKind:
    try:
        return ItemKind(value)
    except ValueError:
        raise LinkError(f"there is no kind {value!r}") from None


_ID_LIMIT = 10**19
NO_PROCORE_ID = "expected an id of Procore's, a whole number of at most 19 digits"


def is_procore_id(value: object) -> bool:
    """Whether Procore can have an id like this."""
    return type(value) is int and 0 <= value < _ID_LIMIT


def must_be_procores(kind: ItemKind, procore_id: object) -> None:
    """Refuse an id of which no link could be kept.

    Raises:
        LinkError: Procore cannot have it.
    """
    if not is_procore_id(procore_id):
        raise LinkError(f"{kind.label}: {NO_PROCORE_ID}, got {procore_id!r}")


@attrs.frozen(kw_only=True)
class Link:
    """One Procore item and the QuickBooks record that it is.

    Attributes:
        quickbooks_id: ListID or TxnID; a `Pair` for a project cost code, a `QuickBooksId` for a change order. The text
            of either is understood.
        name: The record's full name or number when it was linked, for people; ids decide.
        edit_sequence: The record's EditSequence when it was linked.
        parent: For a line or a change order, the TxnID of the transaction that it is part of; for a subcontractor
            invoice, that of the purchase order that it bills.
        party: For a transaction, the ListID of its vendor when it was linked: by it a merged vendor is found again.
        shared: A person said that other items are this record too, because it was merged from several: vendors,
            projects or standard cost codes.

    Raises:
        LinkError: There is no such kind, an id cannot be one or is not of the kind's form, or what is shared cannot be.
    """

    kind: ItemKind = attrs.field(converter=_item_kind)
    procore_id: int
    quickbooks_id: RecordId
    name: str | None = None
    edit_sequence: str | None = None
    parent: str | None = None
    party: str | None = None
    shared: bool = False

    @property
    def list_id(self) -> str | None:
        """The ListID that lines refer to: the record's own, or the item's of a pair; None for a transaction."""
        if isinstance(self.quickbooks_id, Pair):
            return self.quickbooks_id.item
        return self.quickbooks_id if self.kind.is_list_record and isinstance(self.quickbooks_id, str) else None

    def __attrs_post_init__(self) -> None:
        """The id as the value that its kind has; what cannot be a link is refused."""
        must_be_procores(self.kind, self.procore_id)
        object.__setattr__(self, "quickbooks_id", _record_id(self.quickbooks_id, self))
        if self.parent is None and isinstance(self.quickbooks_id, QuickBooksId):
            object.__setattr__(self, "parent", self.quickbooks_id.transaction)
        if type(self.shared) is not bool:
            raise LinkError(f"{self.kind.label} {self.procore_id}: shared: expected a bool, got {self.shared!r}")
        if self.shared and not self.kind.is_list_record:
            raise LinkError(
                f"{self.kind.label} {self.procore_id}: is never shared: "
                "QuickBooks merges vendors, customers, jobs and items"
            )


@runtime_checkable
class LinkView(Protocol):
    """What a flow may ask of the links. Who keeps them writes the answers down, so that the flow can be run again."""

    def find(self, kind: ItemKind, procore_id: int, /) -> Link | None:
        """The link of a Procore item, or None while it is not synced."""
        ...

    def holder(self, kind: ItemKind, quickbooks_id: RecordId, /) -> Link | None:
        """The link that a QuickBooks record has, the first of those that share it, or None.

        Subcontracts and purchase orders of Procore are one kind of record in QuickBooks, so either may hold it.
        """
        ...

    def parts(self, txn_id: str, /) -> tuple[Link, ...]:
        """What is part of a transaction, by id: its lines, the change orders on it, the bills of a purchase order."""
        ...

    def of_party(self, list_id: str, /) -> tuple[Link, ...]:
        """The transactions that were of a vendor when they were linked, by id."""
        ...

    def name_of(self, list_id: str, /) -> str | None:
        """The full name under which a record of a list was linked, for people."""
        ...

    def guid(self, kind: ItemKind, procore_id: int, company_id: int | None, /) -> str:
        """The `external_guid` of an item's present generation.

        Raises:
            LinkError: Procore cannot have such an id, so that no link could be kept.
        """
        ...

    def earlier_guids(self, kind: ItemKind, procore_id: int, company_id: int | None, /) -> tuple[str, ...]:
        """The `external_guid` of each earlier generation of an item, the latest first; each ended in an unlinking."""
        ...


def _in_order(links: Iterable[Link]) -> tuple[Link, ...]:
    """The same on every machine, whoever keeps them."""
    return tuple(sorted(links, key=lambda link: (link.kind, link.procore_id)))


class _Ended(Protocol):
    """What of a `CloseOut` is to be remembered."""

    @property
    def links(self) -> tuple[Link, ...]: ...
    @property
    def unlinked(self) -> tuple[tuple[ItemKind, int], ...]: ...


class Links:
    """The links between one Procore company and one company file, in memory.

    Args:
        links: Links to begin with.
        environment: ``'production'`` or the name of a sandbox; part of every `external_guid`.
        generations: How often an item has been exported and unlinked before, where it was: ``{(kind, id): times}``.
    """

    def __init__(
        self,
        links: Iterable[Link] = (),
        *,
        environment: str = "production",
        generations: dict[tuple[ItemKind, int], int] | None = None,
    ) -> None:
        self.environment = environment
        self.generations = dict(generations or {})
        self._by_procore: dict[tuple[ItemKind, int], Link] = {}
        self._by_quickbooks: dict[tuple[ItemKind, RecordId], Link] = {}
        for link in links:
            self.add(link)

    def __iter__(self) -> Iterator[Link]:
        return iter(self._by_procore.values())

    def __len__(self) -> int:
        return len(self._by_procore)

    def find(self, kind: ItemKind, procore_id: int) -> Link | None:
        """The link of a Procore item, or None while it is not synced."""
        return self._by_procore.get((kind, procore_id))

    def holder(self, kind: ItemKind, quickbooks_id: RecordId) -> Link | None:
        """The link that a QuickBooks record has, the first of those that share it, or None.

        Subcontracts and purchase orders of Procore are one kind of record in QuickBooks, so either may hold it.
        """
        return self._by_quickbooks.get(_record(kind, quickbooks_id))

    def add(self, link: Link) -> bool:
        """Remember a link. A line that a person entered anew, with its mark, moves to the new one.

        Returns:
            True if it is new, False if the same pair was linked before; then that link stays as it was.

        Raises:
            LinkError: The Procore item is linked to another record, or the record to another Procore item.
        """
        before = self._by_procore.get((link.kind, link.procore_id))
        if before is not None and before.quickbooks_id == link.quickbooks_id:
            return False
        if before is not None and not _is_moved(before, link):
            raise LinkError(
                f"{link.kind.label} {link.procore_id} is linked to {before.quickbooks_id} already and cannot be "
                f"linked to {link.quickbooks_id} too: unlink it first"
            )
        holder = self.holder(link.kind, link.quickbooks_id)
        if holder is not None and not link.shared and link.kind is not ItemKind.COST_CODE:
            advice = ", or say that they share it" if link.kind.is_list_record else ""
            raise LinkError(
                f"QuickBooks record {link.quickbooks_id} is linked to {holder.kind.label} {holder.procore_id} already "
                f"and cannot be linked to {link.procore_id} too: unlink that one first{advice}"
            )
        if before is not None:
            self._forget(before)
        self._by_procore[link.kind, link.procore_id] = link
        self._by_quickbooks.setdefault(_record(link.kind, link.quickbooks_id), link)
        return True

    def _forget(self, link: Link) -> None:
        """Take a link out of both tables; who shares its record holds it now."""
        del self._by_procore[link.kind, link.procore_id]
        record = _record(link.kind, link.quickbooks_id)
        if self._by_quickbooks.get(record) == link:
            del self._by_quickbooks[record]
            heir = next((one for one in self if _record(one.kind, one.quickbooks_id) == record), None)
            if heir is not None:
                self._by_quickbooks[record] = heir

    def remove(self, kind: ItemKind, procore_id: int) -> Link | None:
        """Forget a link, and what is part of it.

        With a commitment its lines and the change orders on it, with a change order its lines, with a project or a
        standard cost code the project cost codes that are pairs of it. The item's next export is of a new generation
        and so gets another GUID.
        """
        link = self._by_procore.get((kind, procore_id))
        if link is None:
            return None
        self._forget(link)
        self.generations[kind, procore_id] = self.generations.get((kind, procore_id), 0) + 1
        for below in [one for one in self if _is_part(one, link)]:
            self.remove(below.kind, below.procore_id)
        return link

    def forget(self, kind: ItemKind, procore_id: int) -> Link | None:
        """Forget a link like `remove`; the next export of the item is of a new generation also where it has none."""
        gone = self.remove(kind, procore_id)
        if gone is None:
            self.generations[kind, procore_id] = self.generations.get((kind, procore_id), 0) + 1
        return gone

    def take(self, close_out: _Ended) -> None:
        """Remember what a close-out says: what was unlinked is forgotten, what was linked is kept.

        Raises:
            LinkError: One of its links contradicts another; those before it are kept.
        """
        for kind, procore_id in close_out.unlinked:
            self.forget(kind, procore_id)
        for link in close_out.links:
            self.add(link)

    def parts(self, txn_id: str) -> tuple[Link, ...]:
        """What is part of a transaction, by id: its lines, the change orders on it, the bills of a purchase order."""
        return _in_order(link for link in self if link.parent == txn_id)

    def of_party(self, list_id: str) -> tuple[Link, ...]:
        """The transactions that were of a vendor when they were linked, by id."""
        return _in_order(link for link in self if link.party == list_id)

    def name_of(self, list_id: str) -> str | None:
        """The full name under which a record of a list was linked, for people."""
        named = _in_order(link for link in self if link.name and list_id == link.list_id)
        return named[0].name if named else None

    def guid(self, kind: ItemKind, procore_id: int, company_id: int | None) -> str:
        """The `external_guid` of an item's present generation.

        Raises:
            LinkError: Procore cannot have such an id, so that no link could be kept.
        """
        must_be_procores(kind, procore_id)
        return external_guid(
            kind,
            procore_id,
            company_id=company_id,
            environment=self.environment,
            generation=1 + self.generations.get((kind, procore_id), 0),
        )

    def earlier_guids(self, kind: ItemKind, procore_id: int, company_id: int | None) -> tuple[str, ...]:
        """The `external_guid` of each earlier generation of an item, the latest first."""
        times = self.generations.get((kind, procore_id), 0)
        return external_guids(kind, procore_id, company_id=company_id, environment=self.environment, times=times)


_LINES = (ItemKind.LINE_ITEM, ItemKind.CHANGE_ORDER_LINE_ITEM)
_COMMITMENTS = (ItemKind.WORK_ORDER_CONTRACT, ItemKind.PURCHASE_ORDER_CONTRACT)


def record_kind(kind: ItemKind) -> ItemKind:
    """The kind by which a QuickBooks record is found: both kinds of commitments are purchase orders there."""
    return _COMMITMENTS[0] if kind in _COMMITMENTS else kind


def _record(kind: ItemKind, quickbooks_id: RecordId) -> tuple[ItemKind, RecordId]:
    return record_kind(kind), quickbooks_id


def _is_part(below: Link, above: Link) -> bool:
    """Whether a link goes when the one above goes."""
    part, whole = below.quickbooks_id, above.quickbooks_id
    if isinstance(whole, QuickBooksId):
        return below.kind in _LINES and below.parent == whole.transaction and part in whole.lines
    if isinstance(part, Pair):
        pairs = {ItemKind.PROJECT: part.job, ItemKind.STANDARD_COST_CODE: part.item}
        return pairs.get(above.kind) == whole
    if isinstance(part, QuickBooksId):
        return part.transaction == whole and above.kind in _COMMITMENTS
    return below.parent == whole and below.kind in _LINES


def _is_moved(before: Link, after: Link) -> bool:
    """Whether a line, or a change order's lines, are other lines of the same transaction now."""
    kinds = (*_LINES, ItemKind.CHANGE_ORDER)
    return before.kind in kinds and before.parent is not None and before.parent == after.parent
