"""What QuickBooks does with one request: look, judge, write, answer."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml import ADD, MOD, QUERY, RET, Iteration, MetaData, Outcome, Ref, Request
from procore_qbd.qbxml.checking import stranger
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.company import Company, CompanyQuery, Host, HostQuery
from procore_qbd.qbxml.entities.deletions import ListDel, ListDeletedQuery
from procore_qbd.simulator.filters import deleted, passes
from procore_qbd.simulator.listing import Listing
from procore_qbd.simulator.lists import LISTS
from procore_qbd.simulator.posting import Posting
from procore_qbd.simulator.references import pointed
from procore_qbd.simulator.shaping import full_name, macros, shown
from procore_qbd.simulator.transactions import TRANSACTIONS
from procore_qbd.simulator.wording import Refusal, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from procore_qbd.qbxml import Dialect
    from procore_qbd.simulator.store import Store

__all__ = ["VERSIONS", "Processor", "simulated"]

VERSIONS = ("1.0", "1.1", "2.0", "2.1", "3.0", "4.0", "4.1", *(f"{major}.0" for major in range(5, 17)))
"""The versions of qbXML that are read; those after 13.0 by its rows."""


def simulated(request: Request) -> bool:
    """Whether the simulator keeps what a request is about."""
    spec = request.record.__record__
    if isinstance(request.record, (CompanyQuery, HostQuery, ListDeletedQuery)):
        return True
    if isinstance(request.record, ListDel):
        return request.record.list_del_type in LISTS
    kinds = spec.answers if request.shape is QUERY else (spec.tag,)
    return bool(kinds) and all(kind in LISTS or kind in TRANSACTIONS for kind in kinds)


class Processor:
    """Carries out requests against a store, one at a time, each within a transaction of its caller.

    Args:
        store: Where the records are.
        now: The clock, in seconds since 1970.
    """

    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now
        self._listing = Listing(store, now)
        self._posting = Posting(store, now)
        self._iterators: dict[tuple[str, str], list[Any]] = {}

    def answer(self, request: Request, dialect: Dialect) -> Outcome:
        """The outcome of a request that is well formed.

        Raises:
            Refusal: QuickBooks says no; what was written is to be undone.
        """
        if isinstance(request.record, ListDel):
            return Outcome(name="", message=words(0), found=(self._listing.delete(request.record),))
        return self._written(request, dialect) if request.shape in (ADD, MOD) else self._query(request, dialect)

    def add(self, record: Any, *, seeded: bool = False) -> tuple[Any, str | None]:
        """Write a new record: see `Listing.add` and `Posting.add`.

        Returns:
            The record as it can be read from now on, and the TxnID of a closed purchase order that it is not linked to.

        Raises:
            Refusal: QuickBooks does not take it.
        """
        if record.__record__.tag in TRANSACTIONS:
            return self._posting.add(record, seeded=seeded)
        return self._listing.add(record, seeded=seeded), None

    def _written(self, request: Request, dialect: Dialect) -> Outcome:
        record: Any = request.record
        closed = None
        if macro := next(macros(record), None):
            raise Refusal(1030, macro, note="macros: QuickBooks has them, the simulator has not")
        if request.shape is ADD:
            record, closed = self.add(record)
        else:
            record = (self._posting if record.__record__.tag in TRANSACTIONS else self._listing).mod(record)
        if record.__record__.tag in TRANSACTIONS:
            record = attrs.evolve(record, linked_txns=())  # they come only to those who ask
        code = 0 if closed is None else 570
        found = (shown(record, dialect, request.include),)
        return Outcome(name="", code=code, message=words(code, closed or ""), found=found)

    # --- asking ------------------------------------------------------------------------------------------------------

    def _query(self, request: Request, dialect: Dialect) -> Outcome:
        query: Any = request.record
        if request.iterator is Iteration.STOP:
            self._resumed(request)
            return Outcome(name="", message=words(0), iterator_remaining_count=0, iterator_id=request.iterator_id)
        matching, absent = self._matching(request, dialect)
        size = getattr(query, "max_returned", None)
        found, rest = (matching, []) if size is None else (matching[:size], matching[size:])
        iterator_id, remaining = None, None
        if request.iterator is not None:
            iterator_id, remaining = request.iterator_id or f"{{{uuid.uuid4()}}}", len(rest)
            if rest:
                self._iterators[query.__record__.tag, iterator_id] = rest
        code = 500 if absent is not None else 0 if found else 1
        counted = request.meta_data in (MetaData.ONLY, MetaData.AND_RESPONSE_DATA)
        only_counted = request.meta_data is MetaData.ONLY
        include, owners = query.include_ret_elements, getattr(query, "owner_ids", ())
        return Outcome(
            name="",
            code=code,
            message=words(code, absent or ""),
            found=tuple(
                shown(_without(record, query), dialect, include, owners) for record in ([] if only_counted else found)
            ),
            ret_count=len(found) if counted else None,
            iterator_remaining_count=remaining,
            iterator_id=iterator_id,
        )

    def _matching(self, request: Request, dialect: Dialect) -> tuple[list[Any], str | None]:
        """All the records that a query means, and the first that it names and that is not there."""
        query: Any = request.record
        if isinstance(query, HostQuery):
            return [self._host()], None
        if isinstance(query, CompanyQuery):
            return [self._company()], None
        if isinstance(query, ListDeletedQuery):
            return list(filter(deleted(query, self._now()), self._store.deleted())), None
        if request.iterator is Iteration.CONTINUE:
            return self._resumed(request), None
        kinds = [kind for kind in query.__record__.answers if _known(kind, dialect)]
        if names := list(_names(query)):
            found = [(name, [one for kind in kinds for one in self._named(kind, field, name)]) for field, name in names]
            absent = next((name for name, records in found if not records), None)
            return [record for _, records in found for record in records], absent
        wanted = passes(query, self._full_name)
        return [record for kind in kinds for record in self._store.all(kind) if wanted(record)], None

    def _full_name(self, lists: Iterable[str], list_id: str) -> str | None:
        """The full name of a record, by its ListID."""
        found = pointed(self._store, lists, Ref(list_id=list_id))
        return None if found is None else full_name(found)

    def _named(self, kind: str, field: str, name: str) -> list[Any]:
        """The records that a query names; of transactions several may have the same number."""
        if field in {"list_ids", "txn_ids"}:
            record = self._store.get(kind, name)
        elif field == "full_names":
            record = self._store.find(kind, name)
        else:
            same: Callable[[str], str] = str if field == "ref_numbers_case_sensitive" else str.casefold
            return [one for one in self._store.all(kind) if same(one.ref_number or "") == same(name)]
        return [] if record is None else [record]

    def _resumed(self, request: Request) -> list[Any]:
        """What is left of an iteration: the records as they were when it started."""
        rest = self._iterators.pop((request.record.__record__.tag, request.iterator_id or ""), None)
        if rest is None:
            raise Refusal(3391, request.iterator_id or "")
        return rest

    def _host(self) -> Host:
        return Host(
            product_name="QuickBooks Desktop, simulated by procore_qbd",
            major_version="33",
            minor_version="0",
            country=self._store.fact("edition"),
            supported_qbxml_versions=VERSIONS,
            is_automatic_login=False,
            qb_file_mode="SingleUser",
        )

    def _company(self) -> Company:
        name = self._store.fact("company_name")
        return Company(is_sample_company=True, company_name=name, legal_company_name=name)


def _known(kind: str, dialect: Dialect) -> bool:
    """Whether an asker knows records of a kind at all."""
    cls = entity(kind)
    return cls is not None and stranger(cls.__record__, dialect, "", RET) is None


def _names(query: Any) -> Iterator[tuple[str, str]]:
    """What a query names records by, and the names."""
    for field in ("list_ids", "full_names", "txn_ids", "ref_numbers", "ref_numbers_case_sensitive"):
        for name in getattr(query, field, ()):
            yield field, name


def _without(record: Any, query: Any) -> Any:
    """A transaction without what comes only to those who ask."""
    if record.__record__.tag not in TRANSACTIONS:
        return record
    hidden = () if query.include_line_items else TRANSACTIONS[record.__record__.tag].lines
    hidden += () if query.include_linked_txns else ("linked_txns",)
    return attrs.evolve(record, **dict.fromkeys(hidden, ()))
