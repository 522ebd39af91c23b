"""What QuickBooks answers to a query: which records, in which order, in how many pieces, and what of each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from procore_qbd.qbxml import RET, Iteration, MetaData, Outcome, Ref, Request
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.bill_payments import BillToPay, BillToPayQuery, OpenBill, OpenCredit
from procore_qbd.qbxml.entities.custom_fields import DataExtDefQuery
from procore_qbd.qbxml.entities.deletions import ListDeletedQuery, TxnDeletedQuery
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES
from procore_qbd.qbxml.entities.transactions import Transaction, TransactionQuery
from procore_qbd.qbxml.judging.checking import not_in_dialect
from procore_qbd.simulator.about import ANSWERS
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.nouns import KeptRecord, Query, has_links
from procore_qbd.simulator.knowledge.reasons import NO_SUCH_REFERENCE
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.wording import words
from procore_qbd.simulator.lists.references import find_in_any
from procore_qbd.simulator.queries.lists import deleted, passes
from procore_qbd.simulator.queries.transactions import conditions
from procore_qbd.simulator.records.shaping import as_answered, full_name, name_key, with_fields
from procore_qbd.simulator.reports import REPORT_QUERIES, report

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterable, Iterator

    from procore_qbd.qbxml import Dialect
    from procore_qbd.simulator.lists.custom_fields import CustomFields
    from procore_qbd.simulator.store.company import OpenCompany

    Later = Callable[[], Any]

__all__ = ["OTHER_QUERIES", "Querying"]

NO_SUCH_ITERATOR = Reason(
    3391,
    "The iterator that a query goes on with is over, or there never was one.",
    Source.LIVE_REPORT,
    tried(
        '<VendorQueryRq iterator="Continue" iteratorID="{{00000000-0000-0000-0000-000000000001}}">'
        "<MaxReturned>1</MaxReturned></VendorQueryRq>"
    ),
    refuses=lambda asked: asked.spec and asked.spec.iterator,
)

OTHER_QUERIES = (
    *(ListDeletedQuery, TxnDeletedQuery, BillToPayQuery, TransactionQuery, DataExtDefQuery),
    *REPORT_QUERIES,
)
"""The queries that ask neither for a list nor for one kind of transaction."""


class Querying:
    """Answers queries.

    Args:
        company: The company file.
        custom_fields: Where they are defined.
        new_uuid: Makes the ids of iterators.
    """

    def __init__(self, company: OpenCompany, custom_fields: CustomFields, new_uuid: Callable[[], uuid.UUID]) -> None:
        self._company = company
        self._store, self._calendar = company.store, company.calendar
        self._custom_fields = custom_fields
        self._new_uuid = new_uuid
        self._iterators: dict[tuple[str, str], list[Later]] = {}

    def end_session(self) -> None:
        """Forget the iterators."""
        self._iterators.clear()

    def answer(self, request: Request, dialect: Dialect) -> Outcome:
        """The outcome of a query that is well formed.

        Raises:
            Refusal: QuickBooks says no.
        """
        query = cast("Query", request.record)
        if request.iterator is Iteration.STOP:
            self._resumed(request)
            return Outcome(name="", message=words(0), iterator_remaining_count=0, iterator_id=request.iterator_id)
        matching, absent = self._matching(request, dialect)
        size = getattr(query, "max_returned", None)
        here, rest = (matching, []) if size is None else (matching[:size], matching[size:])
        iterator_id, remaining = None, None
        if request.iterator is not None:
            iterator_id, remaining = request.iterator_id or f"{{{self._new_uuid()}}}", len(rest)
            if rest:
                self._iterators[query.__record__.tag, iterator_id] = rest
        found = [record for later in here if (record := later()) is not None]
        code = 500 if absent is not None else 0 if found else 1
        counted = request.meta_data in (MetaData.ONLY, MetaData.AND_RESPONSE_DATA)
        told = [] if request.meta_data is MetaData.ONLY else found
        include, owners = getattr(query, "include_ret_elements", ()), getattr(query, "owner_ids", ())
        return Outcome(
            name="",
            code=code,
            message=words(code, absent or ""),
            found=tuple(as_answered(_without(record, query), dialect, include, owners) for record in told),
            ret_count=len(found) if counted else None,
            iterator_remaining_count=remaining,
            iterator_id=iterator_id,
        )

    def _resumed(self, request: Request) -> list[Later]:
        """What is left of an iteration: the same records, each as it is when its turn comes."""
        rest = self._iterators.pop((request.record.__record__.tag, request.iterator_id or ""), None)
        if rest is None:
            raise NO_SUCH_ITERATOR(request.iterator_id or "")
        return rest

    # --- which -------------------------------------------------------------------------------------------------------

    def _matching(self, request: Request, dialect: Dialect) -> tuple[list[Later], str | None]:
        """All the records that a query means, each to be read when it is needed, and the first that is not there."""
        query = cast("Query", request.record)
        if request.iterator is Iteration.CONTINUE:
            return self._resumed(request), None
        if isinstance(query, TransactionQuery):
            return self._all_transactions(query)
        if (others := self._others(query)) is not None:
            return [_now(record) for record in others], None
        kinds = [kind for kind in query.__record__.answers if _known(kind, dialect)]
        if names := list(_names(query)):
            found = [(name, [one for kind in kinds for one in self._named(kind, field, name)]) for field, name in names]
            absent = next((name for name, records in found if not records), None)
            return [later for _, laters in found for later in laters], absent
        if KINDS.keys() >= set(kinds):
            most = getattr(query, "max_returned", None) if request.iterator is None else None
            return [self._txn(txn_id) for txn_id in self._ids(query, kinds, most)], None
        wanted = passes(query, self._full_name, self._calendar)
        return [_now(record) for kind in kinds for record in self._store.all(kind) if wanted(record)], None

    def _others(self, query: Query) -> Iterable[Any] | None:
        """What is neither a record of a list nor a transaction of one kind."""
        if answer := ANSWERS.get(type(query)):
            return [answer(self._company, query)]
        if isinstance(query, REPORT_QUERIES):
            return [report(query, self._company)]
        if isinstance(query, DataExtDefQuery):
            return self._custom_fields.found(query)
        if isinstance(query, (ListDeletedQuery, TxnDeletedQuery)):
            (kind,) = query.__record__.answers
            return filter(deleted(query, self._calendar), self._store.deleted(kind))
        if isinstance(query, BillToPayQuery):
            return self._bills_to_pay(query)
        return None

    def _ids(self, query: Query, kinds: Iterable[str], most: int | None = None) -> list[str]:
        found = list(conditions(query, self._company))
        where = " AND ".join(f"({one})" for one, _ in found) or "1"
        return self._store.book.ids(kinds, where, [value for _, values in found for value in values], most)

    def _txn(self, txn_id: str) -> Later:
        return lambda: self._store.book.get(txn_id)

    def _named(self, kind: str, field: str, name: str) -> list[Later]:
        """The records that a query names; of transactions several may have the same number."""
        if field in {"ref_numbers", "ref_numbers_case_sensitive"}:
            return [self._txn(txn_id) for txn_id in self._called([kind], field, name)]
        find = self._store.find if field == "full_names" else self._store.get
        record = find(kind, name)
        return [] if record is None else [_now(record)]

    def _called(self, kinds: Iterable[str], field: str, name: str) -> list[str]:
        """The transactions that have a TxnID, or a number."""
        if field == "txn_ids":
            return self._store.book.ids(kinds, "id = ?", [name])
        exactly = field == "ref_numbers_case_sensitive"
        where = "ref_key = ? AND ref_number = ?" if exactly else "ref_key = ?"
        return self._store.book.ids(kinds, where, [name_key(name), name] if exactly else [name_key(name)])

    def _full_name(self, lists: Iterable[str], list_id: str) -> str | None:
        """The full name of a record, by its ListID."""
        found = find_in_any(self._store, lists, Ref(list_id=list_id))
        return None if found is None else full_name(found)

    # --- of every kind -----------------------------------------------------------------------------------------------

    def _all_transactions(self, query: Query) -> tuple[list[Later], str | None]:
        """Transactions of every kind: as a whole, line by line, or both; and the first name that none has."""
        kinds = [tag for tag, kind in KINDS.items() if kind.listed]
        ids, absent = self._ids(query, kinds), None
        if names := list(_names(query)):
            found = [(name, self._called(kinds, field, name)) for field, name in names]
            absent = next((name for name, there in found if not there), None)
            named = dict.fromkeys(txn_id for _, there in found for txn_id in there)
            ids = list(named) if query.txn_ids else [txn_id for txn_id in ids if txn_id in named]
        level = query.transaction_detail_level_filter or "SummaryOnly"
        return [later for txn_id in ids for later in self._rows(txn_id, level)], absent

    def _rows(self, txn_id: str, level: str) -> Iterator[Later]:
        record = self._store.book.get(txn_id)
        entries = self._store.book.entries(txn_id)
        if record is None:
            return
        head = Transaction(
            txn_type=record.__record__.tag,
            txn_id=txn_id,
            time_created=record.time_created,
            time_modified=record.time_modified,
            txn_date=record.txn_date,
            ref_number=getattr(record, "ref_number", None),
            memo=getattr(record, "memo", None),
        )
        for at, entry in enumerate(entries):
            if (level == "SummaryOnly" and at) or (level == "AllExceptSummary" and not entry.line):
                continue
            yield _now(
                with_fields(
                    head,
                    txn_line_id=entry.line or None,
                    entity_ref=self._ref(ENTITIES, entry.entity),
                    account_ref=self._ref(("Account",), entry.account),
                    amount=entry.amount,
                    memo=entry.memo or head.memo,
                )
            )

    def _ref(self, lists: Iterable[str], key: str) -> Ref | None:
        """A reference from the ledger's key, with the name that the record has now."""
        list_id = key.rpartition("/")[2]
        if not list_id:
            return None
        return Ref(list_id=list_id, full_name=self._full_name(lists, list_id))

    def _bills_to_pay(self, query: BillToPayQuery) -> Iterator[BillToPay]:
        """What is open with one vendor: bills due up to a day, and all credits."""
        ref = query.payee_entity_ref or Ref()
        whom = find_in_any(self._store, ENTITIES, ref)
        if whom is None:
            gone = NO_SUCH_REFERENCE(ref.list_id or ref.full_name or "", "Payee Entity", "BillToPayQuery")
            raise self._store.absent(ENTITIES, ref.list_id or "", gone)
        key = f"{whom.__record__.tag}/{whom.list_id}"
        where = "entity = ? AND open > 0"
        for bill in map(self._store.book.get, self._store.book.ids(["Bill"], where, [key])):
            if _kept_in(bill, query.ap_account_ref) and (bill.due_date or dt.date.min) <= (
                query.due_date or dt.date.max
            ):
                facts = {name: getattr(bill, name) for name in _OPEN}
                yield BillToPay(bill_to_pay=OpenBill(txn_type="Bill", amount_due=bill.open_amount, **facts))
        for credit in map(self._store.book.get, self._store.book.ids(["VendorCredit"], where, [key])):
            if _kept_in(credit, query.ap_account_ref):
                facts = {name: getattr(credit, name) for name in _OPEN if name != "due_date"}
                one = OpenCredit(txn_type="VendorCredit", credit_remaining=credit.open_amount, **facts)
                yield BillToPay(credit_to_apply=one)


_OPEN = ("txn_id", "ap_account_ref", "txn_date", "ref_number", "due_date")


def _kept_in(record: KeptRecord, account: Ref | None) -> bool:
    """Whether a transaction is kept in an account; in any, where none is named."""
    if account is None:
        return True
    there = record.ap_account_ref
    return bool(account.list_id == there.list_id or name_key(account.full_name or "") == name_key(there.full_name))


def _now(record: Any) -> Later:
    return lambda: record


def _known(kind: str, dialect: Dialect) -> bool:
    """Whether an asker knows records of a kind at all."""
    cls = entity(kind)
    return cls is not None and not_in_dialect(cls.__record__, dialect, "", RET) is None


def _names(query: Query) -> Iterator[tuple[str, str]]:
    """What a query names records by, and the names."""
    for field in ("list_ids", "full_names", "txn_ids", "ref_numbers", "ref_numbers_case_sensitive"):
        for name in getattr(query, field, ()):
            yield field, name


def _without(record: KeptRecord, query: Query) -> KeptRecord:
    """A transaction without what comes only to those who ask."""
    kind = KINDS.get(record.__record__.tag)
    if kind is None:
        return record
    hidden: list[str] = []
    if hasattr(query, "include_line_items") and not query.include_line_items:
        hidden += [*kind.lines, *filter(None, [kind.applied])]
    if has_links(record) and not getattr(query, "include_linked_txns", None):
        hidden.append("linked_txns")
    if hasattr(record, "component_item_lines") and not query.include_component_line_items:
        hidden.append("component_item_lines")
    return with_fields(record, **dict.fromkeys(hidden, ())) if hidden else record
