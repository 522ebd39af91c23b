"""What QuickBooks does with transactions: adds, changes, voids, deletes and clears them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml.entities.deletions import TxnDel, TxnDeleted, TxnVoid
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.kinds.kind import Draft
from procore_qbd.simulator.knowledge.reasons import NOT_FOUND
from procore_qbd.simulator.transactions.company import WritableCompany
from procore_qbd.simulator.transactions.guarding import (
    BOOKS_CLOSED_TO_DELETION,
    DELETED_WHILE_APPLIED,
    check_nothing_needs,
    check_open_books,
)
from procore_qbd.simulator.transactions.keeping import touch
from procore_qbd.simulator.transactions.pipeline import ADD, MOD, VOID, carried_out

if TYPE_CHECKING:
    from procore_qbd.qbxml.entities.cleared_status import ClearedStatus
    from procore_qbd.simulator.knowledge.nouns import KeptRecord, TransactionRecord, Values
    from procore_qbd.simulator.lists.custom_fields import CustomFields
    from procore_qbd.simulator.lists.listing import ListWriter
    from procore_qbd.simulator.store.company import OpenCompany

__all__ = ["TransactionWriter", "Written"]


@attrs.frozen
class Written:
    """What was written.

    Attributes:
        record: The record as it can be read from now on.
        text: Its element as it was written, for the reply; None where it was written otherwise.
        closed: The TxnID of an order that a transaction should have been linked to, which is closed.
    """

    record: KeptRecord
    text: str | None = None
    closed: str | None = None


class TransactionWriter:
    """Writes transactions, each within a transaction of its caller's database.

    Args:
        company: The company file.
        listing: Makes the accounts that QuickBooks makes itself.
        fields: The custom fields of the file.
    """

    def __init__(self, company: OpenCompany, listing: ListWriter, fields: CustomFields) -> None:
        self._company = WritableCompany(company.store, company.calendar, listing, fields)
        self._store, self._calendar = company.store, company.calendar

    def add(self, record: Any, *, seeded: bool = False) -> Written:
        """Write a new transaction, under a TxnID of QuickBooks' making where it has none.

        Args:
            record: The transaction.
            seeded: Whether references may point nowhere.

        Raises:
            Refusal: QuickBooks does not take it.
        """
        draft = Draft(record, KINDS[record.__record__.tag], self._calendar.now(), seeded=seeded)
        done = carried_out(ADD, draft, self._company)
        return Written(done.record, done.text, done.closed)

    def mod(self, mod: TransactionRecord) -> Written:
        """Change a transaction.

        Raises:
            Refusal: QuickBooks does not take it.
        """
        before = self._there(mod.__record__.tag, mod.txn_id)
        done = carried_out(MOD, self._draft(mod, before), self._company)
        return Written(done.record, done.text)

    def void(self, what: TxnVoid) -> TxnVoid:
        """Make a transaction come to nothing; what it was applied to is open again.

        Raises:
            Refusal: It is not there (3120), is needed (3185), or lies in closed books (3171).
        """
        kind = str(what.txn_void_type)
        before = self._there(kind, what.txn_id or "")
        after = carried_out(VOID, self._draft(before, before), self._company).record
        return TxnVoid(
            txn_void_type=kind,
            txn_id=after.txn_id,
            time_created=after.time_created,
            time_modified=after.time_modified,
            ref_number=getattr(after, "ref_number", None),
        )

    def delete(self, what: TxnDel) -> TxnDel:
        """Delete a transaction that nothing is applied to and nothing was made from.

        Raises:
            Refusal: It is not there (3120), is needed (3160), or lies in closed books (3161).
        """
        kind, txn_id = str(what.txn_del_type), what.txn_id or ""
        record = self._there(kind, txn_id)
        check_open_books(record, BOOKS_CLOSED_TO_DELETION, self._store)
        check_nothing_needs(record, DELETED_WHILE_APPLIED, self._store)
        links, now = self._store.book.links(txn_id), self._calendar.now()
        facts: Values = {
            "txn_del_type": kind,
            "txn_id": txn_id,
            "time_deleted": self._calendar.moment(now),
            "ref_number": getattr(record, "ref_number", None),
        }
        self._store.delete(record, TxnDeleted(time_created=record.time_created, **facts))
        touch(txn_id, links, now, self._company)
        return TxnDel(**facts)

    def clear(self, what: ClearedStatus) -> None:
        """Mark a transaction, or one line of it, as reconciled.

        Raises:
            Refusal: It is not there (3120).
        """
        txn_id, line = what.txn_id or "", what.txn_line_id or ""
        entries = self._store.book.entries(txn_id)
        if self._store.book.get(txn_id) is None or (line and all(one.line != line for one in entries)):
            raise NOT_FOUND(line) if line else self._store.absent(KINDS, txn_id)
        self._store.book.clear(txn_id, line, str(what.cleared_status))

    def _there(self, kind: str, txn_id: str) -> TransactionRecord:
        record: TransactionRecord | None = self._store.book.get(txn_id, kind)
        if record is None:
            raise self._store.absent([kind], txn_id)
        return record

    def _draft(self, record: TransactionRecord, before: TransactionRecord) -> Draft:
        """The draft of what becomes of a transaction that is there."""
        kind, links = KINDS[before.__record__.tag], self._store.book.links(before.txn_id)
        return Draft(record, kind, self._calendar.now(), before=before, links_before=links)
