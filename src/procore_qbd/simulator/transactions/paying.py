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
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import BILL, FIR, INVOICE, SCHOOL, paying, receiving, ref
from procore_qbd.simulator.records.links import Role, TxnLink
from procore_qbd.simulator.records.shaping import fields_of, merged
from procore_qbd.simulator.store.linking import total_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from procore_qbd.qbxml import Record
    from procore_qbd.simulator.kinds.kind import Draft
    from procore_qbd.simulator.knowledge.asked import RequestType
    from procore_qbd.simulator.knowledge.nouns import TransactionRecord
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["applied", "with_credits"]

_CREDIT = (
    f"<VendorCreditAdd>{FIR}<ExpenseLineAdd>{ref('AccountRef', '~Job Costs')}<Amount>2.00</Amount></ExpenseLineAdd>"
    "</VendorCreditAdd>"
)


def _set_credit(amount: str) -> str:
    return f"<SetCredit><CreditTxnID>{{credit.txn_id}}</CreditTxnID><AppliedAmount>{amount}</AppliedAmount></SetCredit>"


def _pays(asked: RequestType) -> bool:
    return asked.kind is not None and asked.kind.applied is not None


def _sets_credits(asked: RequestType) -> bool:
    return asked.kind is not None and asked.says("SetCredit")


NOTHING_TO_PAY = Reason(
    3120,
    "What is to be paid is not there, is of another name, is pending, or is kept in another account.",
    Source.LIVE_REPORT,
    tried(paying(whom="~Birch"), bill=BILL),
    refuses=_pays,
)
PAID_ALREADY = Reason(
    3120,
    "What is to be paid has no open balance.",
    Source.LIVE_REPORT,
    tried(receiving(), invoice=INVOICE, payment=receiving()),
    refuses=_pays,
)
OVERPAID = Reason(
    3210,
    "A payment gives a bill or an invoice more than is open of it.",
    Source.RECORDED,
    tried(paying(amount="5.01"), bill=BILL),
    quickbooks="You cannot pay more than the amount due.",
    refuses=_pays,
)
NEGATIVE_PAYMENT = Reason(
    3210,
    "A payment, a discount or a credit that is applied is less than zero.",
    Source.DECIDED,
    tried(paying(amount="-5.00"), bill=BILL),
    refuses=_pays,
)
NO_DISCOUNT_ACCOUNT = Reason(
    3150,
    "A payment gives a discount, and does not say to which account.",
    Source.DECIDED,
    tried(paying(amount="4.00", more="<DiscountAmount>1.00</DiscountAmount>"), bill=BILL),
    refuses=lambda asked: _pays(asked) and asked.says("DiscountAmount"),
)
NO_SUCH_CREDIT = Reason(
    3120,
    "A credit that is to be used is not there, or is of another vendor or customer.",
    Source.DECIDED,
    tried(paying(amount="3.00", more=_set_credit("2.00").replace("credit.", "bill.")), bill=BILL),
    refuses=_sets_credits,
)
CREDIT_USED_UP = Reason(
    3210,
    "More of a credit is used than there is left of it.",
    Source.DECIDED,
    tried(paying(amount="2.00", more=_set_credit("3.00")), bill=BILL, credit=_CREDIT),
    refuses=_sets_credits,
)
NOTHING_TO_APPLY = Reason(
    3150,
    "A payment is to be applied automatically, and does not say how much it is.",
    Source.DECIDED,
    tried(f"<ReceivePaymentAdd>{SCHOOL}<IsAutoApply>true</IsAutoApply></ReceivePaymentAdd>", invoice=INVOICE),
    refuses=lambda asked: asked.kind and asked.says("IsAutoApply"),
)
PAID_TWICE = Reason(
    3177,
    "A payment names one transaction twice, or one credit twice for it.",
    Source.TABLE,
    tried(
        paying(amount="1.00").replace("</BillPaymentCheckAdd>", "")
        + "<AppliedToTxnAdd><TxnID>{bill.txn_id}</TxnID><PaymentAmount>1.00</PaymentAmount></AppliedToTxnAdd>"
        "</BillPaymentCheckAdd>",
        bill=BILL,
    ),
    refuses=lambda asked: _pays(asked) or _sets_credits(asked),
)


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
            raise NO_DISCOUNT_ACCOUNT(field="DiscountAccountRef")
        set_off = discount + sum((credit.amount for credit in credits_), ZERO)
        asked = one.payment_amount if hasattr(one, "payment_amount") else getattr(one, name)
        if asked is None:
            kept = getattr(one, name)  # what a Mod leaves as it was
            asked = kept if kept is not None else max(left - set_off, ZERO)
        if asked < 0 or discount < 0 or any(credit.amount <= 0 for credit in credits_):
            raise NEGATIVE_PAYMENT(str(min(asked, discount)), "AppliedToTxnAdd payment amount")
        if asked + set_off > left:
            raise OVERPAID(str(asked), "AppliedToTxnAdd payment amount")
        said_of = {key: value for key, value in fields_of(one).items() if key not in ("set_credits", "payment_amount")}
        link = TxnLink(txn_id, "", one.txn_id, "", Role.PAYMENT, amount=asked, discount=discount)
        return type(one)(**said_of | {name: asked}), [link, *credits_]

    def target(self, txn_id: str) -> tuple[TransactionRecord, Decimal]:
        """What a payment is applied to, and what of it is open without this payment."""
        record, kind, store = self.draft.record, self.draft.kind, self.company.store
        target = store.book.get(txn_id)
        if target is None or target.__record__.tag not in kind.pays:
            gone = NOTHING_TO_PAY(txn_id, note="there is no such transaction to be paid")
            raise store.absent(kind.pays, txn_id, gone)
        if getattr(target, "is_pending", None):
            raise NOTHING_TO_PAY(txn_id, note="it is pending")
        if self._whom(target) != self._whom(record):
            raise NOTHING_TO_PAY(txn_id, note="it belongs to another name")
        name = kind.owed_in or ""
        here, there = getattr(record, name), getattr(target, name, None)
        if here and there and here.list_id != there.list_id:
            raise NOTHING_TO_PAY(txn_id, note=f"it is kept in {there.full_name}, not in {here.full_name}")
        own = (link for link in store.book.links(txn_id) if link.txn == record.txn_id)
        left = _open(target) + sum((link.amount + link.discount for link in own), ZERO)
        if not left and total_of(target, KINDS[target.__record__.tag]):
            raise PAID_ALREADY(txn_id, note="nothing of it is open")
        return target, left

    def credit(self, credit: TransactionRecord, target: str, tag: str) -> TxnLink:
        """A credit that is set against a transaction."""
        record, store, may = self.draft.record, self.company.store, KINDS[tag].credits
        found = store.book.get(credit.credit_txn_id)
        if found is None or found.__record__.tag not in may or self._whom(found) != self._whom(record):
            gone = NO_SUCH_CREDIT(credit.credit_txn_id, note="this vendor or customer has no such credit")
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
                raise CREDIT_USED_UP(str(new), "AppliedAmount", note="the credit does not have that much left")

    def automatic(self) -> tuple[list[Any], list[TxnLink]]:
        """What is applied by itself: the oldest first, of the very customer or job."""
        record, kind, book = self.draft.record, self.draft.kind, self.company.store.book
        cls: type[Record] = type(record)
        member: Any
        (member,) = table(cls).by_name[kind.applied or ""].members.values()
        if record.total_amount is None:
            raise NOTHING_TO_APPLY(field="TotalAmount", note="IsAutoApply needs an amount to apply")
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
        raise PAID_TWICE(double)
