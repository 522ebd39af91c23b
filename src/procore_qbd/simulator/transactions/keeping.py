"""A transaction that is whole goes into the company file: the record, its links, and what is open of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml.entities.shared.transactions import ENTITIES
from procore_qbd.simulator.knowledge.nouns import has_links
from procore_qbd.simulator.knowledge.reasons import REQUIRED_TAKEN_AWAY
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import BILL, mod, paying
from procore_qbd.simulator.records.links import Role
from procore_qbd.simulator.records.shaping import as_stored, missing, with_fields
from procore_qbd.simulator.store.linking import left_open, total_of, with_links

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.simulator.kinds.kind import Draft
    from procore_qbd.simulator.knowledge.nouns import Values
    from procore_qbd.simulator.records.links import TxnLink
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["as_it_is_stored", "kept", "linked", "nothing_missing", "opened", "touch"]

LESS_THAN_IS_APPLIED = Reason(
    3210,
    "A change makes a transaction come to less than what is paid of it, or used up.",
    Source.DECIDED,
    tried(
        mod(
            "Bill",
            "now",
            "<ExpenseLineMod><TxnLineID>{bill.expense_lines[0].txn_line_id}</TxnLineID><Amount>4.00</Amount>"
            "</ExpenseLineMod>",
        ),
        bill=BILL,
        payment=paying(),
        now="<BillQueryRq><TxnID>{bill.txn_id}</TxnID></BillQueryRq>",
    ),
    refuses=lambda asked: asked.mods and asked.kind and asked.kind.opens,
)


def as_it_is_stored(draft: Draft, company: WritableCompany) -> Draft:
    """It has its time, and the defaults of its kind; what only a request can say is gone."""
    record = draft.record
    values: Values = {name: value for name, value in draft.kind.defaults.items() if getattr(record, name) is None}
    values |= {"time_modified": company.calendar.moment(draft.now), "edit_sequence": str(draft.now)}
    if has_links(record):
        values["linked_txns"] = ()
    return draft.but(record=as_stored(with_fields(record, **values)))


def nothing_missing(draft: Draft, _company: WritableCompany) -> Draft:
    """It has every element that it must have."""
    if (absent := missing(draft.record)) is not None:
        raise REQUIRED_TAKEN_AWAY(field=absent)
    return draft


def linked(draft: Draft, company: WritableCompany) -> Draft:
    """Its links are kept in place of those that it made before; what came to be linked, or is no more, is touched."""
    book, txn_id = company.store.book, draft.record.txn_id
    if not draft.links and not draft.links_before:
        return draft
    book.set_links(txn_id, draft.links)
    own = {link for link in draft.links_before if link.via == txn_id}
    touch(txn_id, own ^ set(draft.links), draft.now, company)
    return draft if draft.before is None else draft.but(links=book.links(txn_id))


def touch(txn_id: str, links: Iterable[TxnLink], now: int, company: WritableCompany) -> None:
    """What a transaction is linked to was changed by it: its time says so, an order's EditSequence too.

    That money leaves the EditSequence as it was is recorded; that goods change it is not.
    """
    ends = {link.target: link.role is Role.ORDER for link in links}
    ends |= {link.txn: False for link in links if link.txn not in ends}
    ends.pop(txn_id, None)
    for other, stamped in ends.items():
        company.store.book.touch(other, company.calendar.moment(now), now, stamped=stamped)


def kept(draft: Draft, company: WritableCompany) -> Draft:
    """The record is written, and says from now on what follows from its links."""
    record, kind, book = draft.record, draft.kind, company.store.book
    complete = with_links(record, kind, draft.links, book.partner)
    stored = record if getattr(complete, "linked_txns", ()) else complete
    text = book.put(stored, company.key(ENTITIES, getattr(record, kind.entity)) if kind.entity else "")
    return draft.but(record=complete, text=text if stored is complete else None)


def opened(draft: Draft, company: WritableCompany) -> Draft:
    """What is open of it is kept beside it, for queries; no more is applied to it than it comes to."""
    if not draft.kind.opens:
        return draft
    amount = total_of(draft.record, draft.kind)
    rest = left_open(draft.record.txn_id, amount, draft.links)
    if rest < 0:
        raise LESS_THAN_IS_APPLIED(str(amount), "Amount", note="more than this is applied to it")
    company.store.book.set_open(draft.record.txn_id, rest)
    return draft
