"""Links made anew from what the company file says: for a journal that was lost, or is older than its file.

What a record says of the item that it is:

- Lines carry a mark with their id in Procore; that is read.
- Records carry an ExternalGUID. It was made of environment, Procore company, kind, id and generation, one way: no id
  can be read from it. So it is made again for every id that may be meant, and compared: for each number in the requests
  at hand, in the journal's own inbox, in marks and memos, and for ids that a person names. One that is equal is proof.
- A change order is the lines that its request names; the cost code of a project is its job and its item, of which the
  request says the ids.

What carries neither cannot be known: links that a person made to records of their own, and those to which QuickBooks
merged another. Nor can it be known that an item was unlinked and not exported again: it is linked once more.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import CreateCommitmentChangeOrder, CreateOrUpdateJob, CreateRequisitions, ItemKind, Link
from procore_qbd.domain.ids import Pair, QuickBooksId
from procore_qbd.domain.links import external_guid
from procore_qbd.erp.results import record_id, record_name
from procore_qbd.errors import JournalError, LinkError
from procore_qbd.flows import Pages, run
from procore_qbd.journal.encoding import encoded
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.shared.common import ActiveStatus
from procore_qbd.translate import RECORDS
from procore_qbd.translate.lines import LineMark, id_of
from procore_qbd.worker import fence as fences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from procore_qbd.domain import ErpRequest, Links
    from procore_qbd.flows import Flow
    from procore_qbd.journal import Journal
    from procore_qbd.qbxml import Dialect
    from procore_qbd.transports.base import Transport

__all__ = ["Carrier", "FoundLink", "Rebuilt", "rebuild"]

_OURS = re.compile(r"\{[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}\}")
"""A GUID that was made of a name, as those of this library are; other programs mostly have random ones."""
_TOLD = 5
"""How many contradictions an error tells."""
_NUMBER = re.compile(r"(?<![0-9])[0-9]{1,19}(?![0-9])")
_MEMO = re.compile(r"Procore (?:budget|invoice) (\d+)")
_LINES = (ItemKind.LINE_ITEM, ItemKind.CHANGE_ORDER_LINE_ITEM)
_COMMITMENTS = (ItemKind.WORK_ORDER_CONTRACT, ItemKind.PURCHASE_ORDER_CONTRACT)
_WHOLE: Mapping[str, dict[str, Any]] = {
    "Estimate": {"include_line_items": True},
    "PurchaseOrder": {"include_line_items": True},
    "Bill": {"include_linked_txns": True},
    "VendorCredit": {"include_linked_txns": True},
}
"""What is to be asked for of transactions; lists are asked for with their inactive records."""


@attrs.frozen(kw_only=True)
class Carrier:
    """A record with a GUID that this library may have given it.

    Attributes:
        record: What it is in QuickBooks: ``'Vendor'``.
        quickbooks_id: Its ListID or TxnID.
        guid: Its ExternalGUID.
        name: Its full name or number.
        edit_sequence: Its EditSequence.
        parent: Of a bill, the TxnID of the purchase order that it bills.
        party: Of a transaction, the ListID of its vendor.
    """

    record: str
    quickbooks_id: str
    guid: str
    name: str | None
    edit_sequence: str | None
    parent: str | None
    party: str | None

    @classmethod
    def of(cls, record: Any) -> Carrier | None:
        """A record that was read; None where its GUID cannot be of this library."""
        guid = (record.external_guid or "").upper()
        if not _OURS.fullmatch(guid):
            return None
        orders = [one.txn_id for one in getattr(record, "linked_txns", ()) if one.txn_type == "PurchaseOrder"]
        vendor = getattr(record, "vendor_ref", None)
        return cls(
            record=record.__record__.tag,
            quickbooks_id=record_id(record),
            guid=guid,
            name=record_name(record),
            edit_sequence=record.edit_sequence,
            parent=orders[0] if orders and record.__record__.tag != "PurchaseOrder" else None,
            party=vendor.list_id if vendor else None,
        )

    def __str__(self) -> str:
        return f"{self.record} {self.quickbooks_id} {self.name or ''}".rstrip()


@attrs.frozen(kw_only=True)
class FoundLink:
    """A link that the company file says.

    Attributes:
        link: It.
        how: By what it is known: ``'its GUID'``, ``'its mark'``, …
        generation: Which export of the item the record is, counted from 1; more than 1 where it was unlinked before.
        new: Whether the journal does not have it.
    """

    link: Link
    how: str
    generation: int = 1
    new: bool = True


@attrs.frozen(kw_only=True)
class Rebuilt:
    """What the company file says of the links.

    Attributes:
        found: The links, new ones and those that the journal has.
        contradictions: Where they contradict links of the journal; then none can be kept.
        unclear: What a person must decide, such as a GUID that two records carry; none of it is linked.
        unknown: The records with a GUID as this library makes them of which no id that was tried is the item.
        tried: How many GUIDs were made and compared.
        kept: Whether the new links are in the journal now.
    """

    found: tuple[FoundLink, ...]
    contradictions: tuple[str, ...]
    unclear: tuple[str, ...]
    unknown: tuple[Carrier, ...]
    tried: int
    kept: bool = False

    @property
    def new(self) -> tuple[Link, ...]:
        """The links that the journal does not have."""
        return tuple(one.link for one in self.found if one.new)

    def keep(self, journal: Journal, company: str, by: str) -> Rebuilt:
        """Write the new links into the journal: all of them, or nothing.

        Args:
            journal: Of the company file.
            company: Which.
            by: Who says so.

        Raises:
            LinkError: They contradict links that the journal has; it says which.
        """
        if self.contradictions:
            more = len(self.contradictions) - _TOLD
            told = (*self.contradictions[:_TOLD], *([f"and {more} more"] if more > 0 else []))
            raise LinkError(f"nothing was written: {'; '.join(told)}")
        again = {
            (one.link.kind, one.link.procore_id): one.generation - 1
            for one in self.found
            if one.new and one.generation > 1
        }
        journal.rebuild(company, self.new, again, by)
        return attrs.evolve(self, kept=True)


def rebuild(  # noqa: PLR0913  all but the first are named where it is called
    company: str,
    *,
    journal: Journal,
    transport: Transport,
    by: str,
    requests: Iterable[ErpRequest] = (),
    ids: Iterable[int] = (),
    procore_companies: Iterable[int] = (),
    generations: int = 3,
    dialect: Dialect | None = None,
    dry_run: bool = False,
) -> Rebuilt:
    """Find out from the company file alone which item is which record, and write it into the journal.

    QuickBooks is only read. Each id is tried for every kind, Procore company and generation, as long as there are
    records of which the item is not known: seven kinds, two companies and three generations make 42 GUIDs an id, of
    some 7 microseconds each. A thousand ids are no matter, a million take minutes, and ten digits cannot be tried
    through.

    Args:
        company: Which company file, as the journal knows it.
        journal: Its journal, which may be new and empty. What its inbox names is tried too.
        transport: Where QuickBooks answers.
        by: Who says so.
        requests: What Procore sent, as much of it as there is: ids are tried, change orders and cost codes are read.
        ids: Further ids of Procore's to try, such as ``range(1, 20_000)``.
        procore_companies: The Procore companies, where the requests do not say.
        generations: How often an item may have been exported anew, after it was unlinked.
        dialect: Who reads the documents.
        dry_run: Whether nothing is written into the journal.

    Raises:
        JournalError: The journal does not know the file, or the file is not the one that the journal knows.
        LinkError: What was found contradicts links that the journal has; nothing was written.
        RefusedError, ReplyError: QuickBooks does not say what it has.
        TransportError: QuickBooks does not answer.
    """
    known = journal.company(company)
    fence = run(fences.find(known.fence_id), transport, dialect=dialect, read_only=True)
    if known.file_id is not None and (fence is None or fence.file_id != known.file_id):
        says = "has no record of this library" if fence is None else f"says that it is {fence.file_id}"
        raise JournalError(
            f"{company}: the company file that is open {says}, and the journal knows {known.file_id}: nothing was "
            "written. Open the right file; if the record was deleted, thaw first (procore-qbd journal thaw)"
        )
    said = (*(entry.request for entry in journal.requests(company)), *requests)
    sight = run(_read(), transport, dialect=dialect, read_only=True)
    numbers = dict.fromkeys(int(one) for request in said for one in _NUMBER.findall(encoded(request)))
    whose = dict.fromkeys([*(request.company_id for request in said), *procore_companies, None])
    guessing = _Guessing(known.environment, list(whose), generations, sight.carriers)
    before = journal.all_links(company)
    guessing.attempt(numbers | dict.fromkeys(sight.numbers) | dict.fromkeys(link.procore_id for link in before))
    guessing.attempt(ids)
    result = _Finding(before, said, sight, guessing).result()
    return result if dry_run else result.keep(journal, company, by)


# --- what the file says ----------------------------------------------------------------------------------------------


@attrs.define
class _Sight:
    """What was read.

    Attributes:
        carriers: The records with a GUID that may be ours.
        lines: The marked lines of purchase orders, by their mark: order, line, the order's number.
        numbers: The ids that marks and memos name.
    """

    carriers: list[Carrier] = attrs.field(factory=list)
    lines: dict[LineMark, list[tuple[str, str, str | None]]] = attrs.field(factory=dict)
    numbers: set[int] = attrs.field(factory=set)


def _read() -> Flow[_Sight]:
    """Read every record of the kinds that are exported, some at a time."""
    sight = _Sight()
    for cls in dict.fromkeys(chain.from_iterable(RECORDS.values())):
        tag = cls.__record__.tag
        query: Any = entity(f"{tag}Query")
        pages: Pages[Any] = Pages(query(**_WHOLE.get(tag, {"active_status": ActiveStatus.ALL})), cls)
        while page := (yield from pages.next()):
            for record in page:
                _take(sight, record)
    return sight


def _take(sight: _Sight, record: Any) -> None:
    if (carrier := Carrier.of(record)) is not None:
        sight.carriers.append(carrier)
        sight.numbers |= {int(one) for one in _MEMO.findall(getattr(record, "memo", None) or "")}
    for line in getattr(record, "lines", ()):
        mark = LineMark.of(line)
        if mark is not None:
            sight.numbers.add(mark.id)
            if mark.kind in _LINES:
                where = (record_id(record), id_of(line.txn_line_id), record.ref_number)
                sight.lines.setdefault(mark, []).append(where)


class _Guessing:
    """The GUIDs of ids that may be meant, held against those that are there."""

    def __init__(
        self, environment: str, whose: Sequence[int | None], generations: int, carriers: Iterable[Carrier]
    ) -> None:
        self.environment, self.whose, self.generations = environment, whose, generations
        self.tried = 0
        self.items: dict[str, tuple[ItemKind, int, int]] = {}
        """By GUID: kind, id, generation."""
        self.left: dict[str, set[str]] = {}
        """The GUIDs of which nothing is known, by what their records are."""
        for one in carriers:
            self.left.setdefault(one.record, set()).add(one.guid)

    def attempt(self, ids: Iterable[int]) -> None:
        """Try ids, until all is known."""
        for procore_id in ids:
            if not any(self.left.values()):
                return
            self._attempt_one(procore_id)

    def _attempt_one(self, procore_id: int) -> None:
        for kind, classes in RECORDS.items():
            sought = [left for cls in classes if (left := self.left.get(cls.__record__.tag))]
            for guid, generation in self._guids(kind, procore_id) if sought else ():
                self.tried += 1
                for left in sought:
                    if guid in left:
                        left.remove(guid)
                        self.items[guid] = kind, procore_id, generation

    def _guids(self, kind: ItemKind, procore_id: int) -> Iterator[tuple[str, int]]:
        for company_id in self.whose:
            for generation in range(1, self.generations + 1):
                yield (
                    external_guid(
                        kind,
                        procore_id,
                        company_id=company_id,
                        environment=self.environment,
                        generation=generation,
                    ),
                    generation,
                )


# --- what follows from it --------------------------------------------------------------------------------------------


class _Finding:
    """Links, of what was read and guessed."""

    def __init__(self, before: Links, said: Sequence[ErpRequest], sight: _Sight, guessing: _Guessing) -> None:
        self.before, self.said, self.sight, self.guessing = before, said, sight, guessing
        self.found: dict[tuple[ItemKind, int], FoundLink] = {}
        self.unclear: list[str] = []

    def result(self) -> Rebuilt:
        """All of it, held against the links that are known."""
        self._by_guid()
        self._by_mark()
        for request in self.said:
            if isinstance(request, CreateCommitmentChangeOrder):
                self._change_order(request)
            elif isinstance(request, CreateOrUpdateJob):
                self._cost_codes(request)
            elif isinstance(request, CreateRequisitions):
                self._orders_of(request)
        contradictions, found = [], []
        for one in self.found.values():
            try:
                found.append(attrs.evolve(one, new=self.before.add(one.link)))
            except LinkError as error:
                contradictions.append(str(error))
        linked = {str(link.quickbooks_id) for link in self.before}
        unknown = (one for one in self.sight.carriers if one.guid not in self.guessing.items)
        return Rebuilt(
            found=tuple(found),
            contradictions=tuple(contradictions),
            unclear=tuple(dict.fromkeys(self.unclear)),
            unknown=tuple(one for one in unknown if one.quickbooks_id not in linked),
            tried=self.guessing.tried,
        )

    def _keep(self, link: Link, how: str, generation: int = 1) -> None:
        self.found[link.kind, link.procore_id] = FoundLink(link=link, how=how, generation=generation)

    def _by_guid(self) -> None:
        by_guid: dict[str, list[Carrier]] = {}
        for one in self.sight.carriers:
            if one.guid in self.guessing.items:
                by_guid.setdefault(one.guid, []).append(one)
        for guid, carriers in sorted(by_guid.items(), key=lambda pair: self.guessing.items[pair[0]][2]):
            kind, procore_id, generation = self.guessing.items[guid]
            what, whole = f"{kind.label} {procore_id}", " and ".join(map(str, carriers))
            earlier = self.found.pop((kind, procore_id), None)
            if earlier is not None:
                self.unclear.append(
                    f"{what}: {earlier.link.quickbooks_id} is an earlier export of it, from before it was unlinked"
                )
            if generation <= self.before.generations.get((kind, procore_id), 0):
                self.unclear.append(f"{what}: {whole} is not linked, for the journal says that it was unlinked")
            elif len(carriers) > 1:
                self.unclear.append(f"{what}: its GUID is there {len(carriers)} times: {whole}; link the right one")
            else:
                (one,) = carriers
                link = Link(
                    kind=kind,
                    procore_id=procore_id,
                    quickbooks_id=one.quickbooks_id,
                    name=one.name,
                    edit_sequence=one.edit_sequence,
                    parent=one.parent,
                    party=one.party,
                )
                self._keep(link, "its GUID", generation)

    def _by_mark(self) -> None:
        links = (*self.before, *(one.link for one in self.found.values()))
        linked = {str(link.quickbooks_id) for link in links if link.kind in _COMMITMENTS}
        for mark, places in self.sight.lines.items():
            assert mark.kind is not None  # noqa: S101  lines are of such marks alone
            orders = list(dict.fromkeys(order for order, _, _ in places))
            sure = [order for order in orders if order in linked]
            if len(sure) != 1 and len(orders) > 1:
                self.unclear.append(f"{mark}: is on lines of {len(orders)} purchase orders: {', '.join(orders)}")
                continue
            if not sure and (mark.kind, mark.id) in self.before.generations:
                self.unclear.append(f"{mark}: is not linked, for the journal says that it was unlinked")
                continue
            # Of a line that a person copied within an order, the first counts.
            order, line, name = next(place for place in places if place[0] == (sure or orders)[0])
            link = Link(kind=mark.kind, procore_id=mark.id, quickbooks_id=line, name=name, parent=order)
            self._keep(link, "its mark")

    def _change_order(self, request: CreateCommitmentChangeOrder) -> None:
        number, items = request.change_order.id, request.change_order_items
        lines = [
            one.link
            for item in items
            if (one := self.found.get((ItemKind.CHANGE_ORDER_LINE_ITEM, item.id))) is not None
        ]
        orders = {line.parent for line in lines}
        if not lines:
            return
        if len(lines) < len(items) or len(orders) > 1:
            what = f"{ItemKind.CHANGE_ORDER.label} {number}"
            self.unclear.append(f"{what}: {len(lines)} of its {len(items)} lines are found; send it again")
            return
        whole = QuickBooksId(lines[0].parent or "", tuple(str(line.quickbooks_id) for line in lines))
        link = Link(kind=ItemKind.CHANGE_ORDER, procore_id=number, quickbooks_id=whole, name=lines[0].name)
        self._keep(link, "the marks of its lines")

    def _cost_codes(self, request: CreateOrUpdateJob) -> None:
        job = self._link(ItemKind.PROJECT, request.job.id)
        for code in request.all_cost_codes:
            standard = code.standard_cost_code_id
            item = None if standard is None else self._link(ItemKind.STANDARD_COST_CODE, standard)
            if job is not None and item is not None:
                pair = Pair(str(job.quickbooks_id), str(item.quickbooks_id))
                link = Link(kind=ItemKind.COST_CODE, procore_id=code.id, quickbooks_id=pair, name=item.name)
                self._keep(link, "its job and its item")

    def _orders_of(self, request: CreateRequisitions) -> None:
        """Of a vendor credit QuickBooks does not say which purchase order it is of; the request does."""
        for invoice in request.requisitions:
            one = self.found.get((ItemKind.REQUISITION, invoice.id))
            if one is not None and one.link.parent is None:
                orders = [link for kind in _COMMITMENTS if (link := self._link(kind, invoice.contract_id)) is not None]
                if len(orders) == 1:
                    parent = str(orders[0].quickbooks_id)
                    self._keep(attrs.evolve(one.link, parent=parent), one.how, one.generation)

    def _link(self, kind: ItemKind, procore_id: int) -> Link | None:
        one = self.found.get((kind, procore_id))
        return one.link if one is not None else self.before.find(kind, procore_id)
