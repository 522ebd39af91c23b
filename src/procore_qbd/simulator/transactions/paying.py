"""What payments are applied to, what credits are set against, and what QuickBooks refuses to apply.

What a transaction was applied to before a Mod is not counted as paid: its links are made anew. But no Mod takes back
the credits that it set, for QuickBooks does not keep who set them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml.entities.shared.transactions import ENTITIES
from procore_qbd.qbxml.rows.records import table
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.arithmetic import ZERO, total
from procore_qbd.simulator.knowledge.wording import OVERPAID, Refusal
from procore_qbd.simulator.records.links import Role, TxnLink
from procore_qbd.simulator.records.shaping import fields_of, merged

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from procore_qbd.qbxml import Record
    from procore_qbd.simulator.kinds.kind import Draft
    from procore_qbd.simulator.knowledge.nouns import TransactionRecord
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["applied", "with_credits"]


def applied(draft: Draft, company: WritableCompany) -> Draft:
    """A payment says what each transaction gets that it is applied to, and has links to them.

    Raises:
        Refusal: One of them is not there, is somebody else's or kept in another account (3120), is named twice (3177),
            or gets more than is open (3210).
    """
    record, kind = draft.record, draft.kind
    if kind.applied is None:
        return draft
    before = {one.txn_id: one for one in getattr(draft.before, kind.applied)} if draft.before else {}
    asked = [merged(before.get(one.txn_id, one), one) for one in getattr(record, kind.applied)]
    _refuse_doubles(one.txn_id for one in asked)
    paying = _Application(draft, company)
    done: list[Any] = []
    links: list[TxnLink] = [*_credits_before(draft)]
    for one in asked:
        part, made = paying.one(one, *paying.target(one.txn_id))
        done.append(part)
        links += made
    if getattr(record, "is_auto_apply", None):
        done, links = paying.automatic()
    paying.check_credits(links)
    values: dict[str, Any] = {kind.applied: tuple(done)}
    if not kind.opens:  # what is not applied stays open; without that, it comes to what is applied
        values |= dict.fromkeys(kind.totals, total(getattr(one, kind.part) for one in done))
    return draft.saying(**values).but(links=tuple(links))


def with_credits(draft: Draft, company: WritableCompany) -> Draft:
    """An invoice or bill has links to the credits that it sets against itself, and to those that it set before."""
    if not draft.kind.credits:
        return draft
    paying, what = _Application(draft, company), (draft.record.txn_id, draft.kind.tag)
    new = (paying.credit(credit, *what) for credit in getattr(draft.record, "set_credits", ()))
    links = (*_credits_before(draft), *new)
    paying.check_credits(links)
    return draft.but(links=(*draft.links, *links))


def _credits_before(draft: Draft) -> tuple[TxnLink, ...]:
    """The credits that a transaction set before."""
    txn_id = draft.record.txn_id
    return tuple(link for link in draft.links_before if link.role is Role.CREDIT and link.via == txn_id)


@attrs.frozen
class _Application:
    """Applies one transaction to others, one at a time.

    Attributes:
        draft: The transaction.
        company: Where the others are.
    """

    draft: Draft
    company: WritableCompany

    def one(self, one: Any, target: TransactionRecord, left: Decimal) -> tuple[Any, list[TxnLink]]:
        """What one transaction gets: credits, a discount, and the money that is asked for, or all that is left."""
        txn_id, name = self.draft.record.txn_id, self.draft.kind.part
        credits_ = [
            self.credit(credit, one.txn_id, target.__record__.tag) for credit in getattr(one, "set_credits", ())
        ]
        discount = getattr(one, "discount_amount", None) or ZERO
        if discount and not getattr(one, "discount_account_ref", None):
            raise Refusal(3150, field="DiscountAccountRef")
        set_off = discount + sum((credit.amount for credit in credits_), ZERO)
        asked = one.payment_amount if hasattr(one, "payment_amount") else getattr(one, name)
        if asked is None:
            kept = getattr(one, name)  # what a Mod leaves as it was
            asked = kept if kept is not None else max(left - set_off, ZERO)
        if asked < 0 or discount < 0 or any(credit.amount <= 0 for credit in credits_):
            raise Refusal(3210, str(min(asked, discount)), "AppliedToTxnAdd payment amount")
        if asked + set_off > left:
            raise Refusal(3210, str(asked), "AppliedToTxnAdd payment amount", OVERPAID)
        said_of = {key: value for key, value in fields_of(one).items() if key not in ("set_credits", "payment_amount")}
        link = TxnLink(txn_id, "", one.txn_id, "", Role.PAYMENT, amount=asked, discount=discount)
        return type(one)(**said_of | {name: asked}), [link, *credits_]

    def target(self, txn_id: str) -> tuple[TransactionRecord, Decimal]:
        """What a payment is applied to, and what of it is open without this payment."""
        record, kind, store = self.draft.record, self.draft.kind, self.company.store
        target = store.book.get(txn_id)
        if target is None or target.__record__.tag not in kind.pays:
            gone = Refusal(3120, txn_id, note="there is no such transaction to be paid")
            raise store.absent(kind.pays, txn_id, gone)
        if getattr(target, "is_pending", None):
            raise Refusal(3120, txn_id, note="it is pending")
        if self._whom(target) != self._whom(record):
            raise Refusal(3120, txn_id, note="it belongs to another name")
        name = kind.owed_in or ""
        here, there = getattr(record, name), getattr(target, name, None)
        if here and there and here.list_id != there.list_id:
            raise Refusal(3120, txn_id, note=f"it is kept in {there.full_name}, not in {here.full_name}")
        own = (link for link in store.book.links(txn_id) if link.txn == record.txn_id)
        back = sum((link.amount + link.discount for link in own), ZERO)
        return target, _open(target) + back

    def credit(self, credit: TransactionRecord, target: str, tag: str) -> TxnLink:
        """A credit that is set against a transaction."""
        record, store, may = self.draft.record, self.company.store, KINDS[tag].credits
        found = store.book.get(credit.credit_txn_id)
        if found is None or found.__record__.tag not in may or self._whom(found) != self._whom(record):
            gone = Refusal(3120, credit.credit_txn_id, note="this vendor or customer has no such credit")
            raise gone if found else store.absent(may, credit.credit_txn_id, gone)
        amount, via = credit.applied_amount, record.txn_id
        return TxnLink(credit.credit_txn_id, "", target, "", Role.CREDIT, amount=amount, via=via)

    def check_credits(self, links: Iterable[TxnLink]) -> None:
        """Of each credit no more is set than there is left of it, and against each transaction it is set once."""
        credits_ = [link for link in links if link.role is Role.CREDIT]
        _refuse_doubles(f"{link.txn} for {link.target}" for link in credits_)
        before = _credits_before(self.draft)
        for txn_id in {link.txn for link in credits_}:
            new = total(link.amount for link in credits_ if link.txn == txn_id and link not in before)
            if new > _open(self.company.store.book.get(txn_id)):
                raise Refusal(3210, str(new), "AppliedAmount", note="the credit does not have that much left")

    def automatic(self) -> tuple[list[Any], list[TxnLink]]:
        """What is applied by itself: the oldest first, of the very customer or job."""
        record, kind, book = self.draft.record, self.draft.kind, self.company.store.book
        cls: type[Record] = type(record)
        member: Any
        (member,) = table(cls).by_name[kind.applied or ""].members.values()
        if record.total_amount is None:
            raise Refusal(3150, field="TotalAmount", note="IsAutoApply needs an amount to apply")
        rest, done, links = record.total_amount, [], []
        targets = book.ids(kind.pays, "entity = ? AND open > 0", (self._whom(record),))
        for target in sorted(map(book.get, targets), key=lambda one: one.txn_date):
            amount = min(rest, _open(target))
            if amount > 0:
                done.append(member(txn_id=target.txn_id, amount=amount))
                links.append(TxnLink(record.txn_id, "", target.txn_id, "", Role.PAYMENT, amount=amount))
                rest -= amount
        return done, links

    def _whom(self, record: TransactionRecord) -> str:
        return self.company.key(ENTITIES, getattr(record, KINDS[record.__record__.tag].entity or ""))


def _open(record: TransactionRecord) -> Decimal:
    """What is open of a transaction."""
    left: Decimal = getattr(record, KINDS[record.__record__.tag].opens or "")
    return left


def _refuse_doubles(txn_ids: Iterable[str]) -> None:
    if double := next((one for one, times in Counter(txn_ids).items() if times > 1), None):
        raise Refusal(3177, double)
