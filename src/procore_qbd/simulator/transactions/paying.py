"""What payments, credits and deposits are applied to, and what QuickBooks refuses to apply."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml.entities.shared.transactions import ENTITIES
from procore_qbd.qbxml.rows.records import table
from procore_qbd.simulator.knowledge.arithmetic import ZERO, total
from procore_qbd.simulator.knowledge.transactions import TRANSACTIONS, UNDEPOSITED
from procore_qbd.simulator.knowledge.wording import OVERPAID, Refusal
from procore_qbd.simulator.store.linking import Role, TxnLink
from procore_qbd.simulator.store.shaping import fields_of, merged, with_fields

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from procore_qbd.qbxml import Record
    from procore_qbd.simulator.knowledge.nouns import Line, TransactionRecord, Values
    from procore_qbd.simulator.knowledge.transactions import TransactionRule
    from procore_qbd.simulator.store.file import Store
    from procore_qbd.simulator.transactions.ledger import Accounts

__all__ = ["PaymentApplication"]

_CREDITS = {"Bill": ("VendorCredit",), "Invoice": ("CreditMemo", "ReceivePayment"), "Charge": ("CreditMemo",)}
"""What can be set against what."""
_DEPOSITED = ("ReceivePayment", "SalesReceipt")


@attrs.frozen
class PaymentApplication:
    """Applies one transaction to others. Its own links of before are not counted: they are made anew.

    Attributes:
        store: Where the transactions are.
        accounts: Where the company keeps what.
    """

    store: Store
    accounts: Accounts

    def applied(
        self, record: TransactionRecord, rule: TransactionRule
    ) -> tuple[TransactionRecord, tuple[TxnLink, ...]]:
        """A payment with what each of the transactions gets that it is applied to, and the links.

        Raises:
            Refusal: One of them is not there, is somebody else's or kept in another account (3120), is named twice
                (3177), or gets more than is open (3210).
        """
        before = self._before(record, rule)
        asked = [merged(before.get(one.txn_id, one), one) for one in getattr(record, rule.applied or "")]
        _refuse_doubles(one.txn_id for one in asked)
        applied: list[Any] = []
        links: list[TxnLink] = [*self._credits_of(record)]
        for one in asked:
            target, left = self._target(one.txn_id, record, rule)
            done, made = self._one(one, record, target, left)
            applied.append(done)
            links += made
        if getattr(record, "is_auto_apply", None):
            applied, links = self._automatically(record, rule)
        self._check_credits(links, record)
        return self._summed(with_fields(record, **{rule.applied or "": tuple(applied)}), rule, applied), tuple(links)

    def credited(self, record: TransactionRecord) -> tuple[TxnLink, ...]:
        """The links of the credits that an invoice sets against itself, and of those that it set before."""
        what, whom = (record.txn_id, record.__record__.tag), self._whom(record)
        new = (self._credit(credit, *what, whom, record.txn_id) for credit in getattr(record, "set_credits", ()))
        links = (*self._credits_of(record), *new)
        self._check_credits(links, record)
        return links

    def deposited(self, record: TransactionRecord) -> tuple[TransactionRecord, tuple[TxnLink, ...]]:
        """A deposit with what each of its lines brings to the bank, and the links to the payments.

        Raises:
            Refusal: A payment is not there, or is not in Undeposited Funds (3120), or was deposited already (3210).
        """
        links: list[TxnLink] = []
        lines: list[Line] = []
        _refuse_doubles(line.payment_txn_id or line.txn_id for line in record.lines)
        for line in record.lines:
            payment_id = line.payment_txn_id or line.txn_id
            if payment_id is None:
                if line.amount is None:
                    raise Refusal(3150, field="Amount")
                lines.append(line)
                continue
            payment = self._payment(payment_id, record.txn_id)
            amount = payment.total_amount
            lines.append(
                with_fields(
                    line,
                    txn_id=payment_id,
                    payment_txn_id=None,
                    entity_ref=payment.customer_ref,
                    account_ref=payment.deposit_to_account_ref,
                    memo=line.override_memo or line.memo or payment.memo,
                    check_number=line.override_check_number or line.check_number or _short(payment.ref_number),
                    payment_method_ref=payment.payment_method_ref,
                    class_ref=line.override_class_ref or line.class_ref,
                    amount=amount,
                )
            )
            links.append(TxnLink(record.txn_id, "", payment_id, "", Role.DEPOSIT, amount=amount))
        back = record.cash_back_info.amount if record.cash_back_info else None
        amount = total((*(line.amount for line in lines), -(back or ZERO)))
        if amount < 0:
            raise Refusal(3180, field="Deposit", note="its total is negative")
        return with_fields(record, lines=tuple(lines), deposit_total=amount), tuple(links)

    def _before(self, record: TransactionRecord, rule: TransactionRule) -> Values:
        """What a payment was applied to before a Mod, by TxnID: what the Mod does not say of one stays."""
        before = self.store.book.get(record.txn_id)
        return {one.txn_id: one for one in getattr(before, rule.applied or "")} if before else {}

    def _credits_of(self, record: TransactionRecord) -> tuple[TxnLink, ...]:
        """The credits that a transaction set before; no Mod takes them back, for QuickBooks keeps not who set them."""
        links = self.store.book.links(record.txn_id)
        return tuple(link for link in links if link.role is Role.CREDIT and link.via == record.txn_id)

    # --- one at a time -----------------------------------------------------------------------------------------------

    def _one(
        self, one: Any, record: TransactionRecord, target: TransactionRecord, left: Decimal
    ) -> tuple[Any, list[TxnLink]]:
        """What one transaction gets: credits, a discount, and the money that is asked for, or all that is left."""
        kind = target.__record__.tag
        credits_ = [
            self._credit(credit, one.txn_id, kind, self._whom(record), record.txn_id)
            for credit in getattr(one, "set_credits", ())
        ]
        discount = getattr(one, "discount_amount", None) or ZERO
        if discount and not getattr(one, "discount_account_ref", None):
            raise Refusal(3150, field="DiscountAccountRef")
        set_off = discount + sum((credit.amount for credit in credits_), ZERO)
        name = "refund_amount" if hasattr(one, "refund_amount") else "amount"
        asked = one.payment_amount if hasattr(one, "payment_amount") else one.refund_amount
        if asked is None:
            kept = getattr(one, name)  # what a Mod leaves as it was
            asked = kept if kept is not None else max(left - set_off, ZERO)
        if asked < 0 or discount < 0 or any(credit.amount <= 0 for credit in credits_):
            raise Refusal(3210, str(min(asked, discount)), "AppliedToTxnAdd payment amount")
        if asked + set_off > left:
            raise Refusal(3210, str(asked), "AppliedToTxnAdd payment amount", OVERPAID)
        said_of = {key: value for key, value in fields_of(one).items() if key not in ("set_credits", "payment_amount")}
        link = TxnLink(record.txn_id, "", one.txn_id, "", Role.PAYMENT, amount=asked, discount=discount)
        return type(one)(**said_of | {name: asked}), [link, *credits_]

    def _target(
        self, txn_id: str, record: TransactionRecord, rule: TransactionRule
    ) -> tuple[TransactionRecord, Decimal]:
        """What a payment is applied to, and what of it is open without this payment."""
        target = self.store.book.get(txn_id)
        if target is None or target.__record__.tag not in rule.pays:
            gone = Refusal(3120, txn_id, note="there is no such transaction to be paid")
            raise self.store.absent(rule.pays, txn_id, gone)
        if getattr(target, "is_pending", None):
            raise Refusal(3120, txn_id, note="it is pending")
        if self._whom(target) != self._whom(record):
            raise Refusal(3120, txn_id, note="it belongs to another name")
        name = "ap_account_ref" if hasattr(record, "ap_account_ref") else "ar_account_ref"
        here, there = getattr(record, name), getattr(target, name, None)
        if here and there and here.list_id != there.list_id:
            raise Refusal(3120, txn_id, note=f"it is kept in {there.full_name}, not in {here.full_name}")
        own = (link for link in self.store.book.links(txn_id) if link.txn == record.txn_id)
        back = sum((link.amount + link.discount for link in own), ZERO)
        opens = TRANSACTIONS[target.__record__.tag].opens or ""
        return target, getattr(target, opens) + back

    def _credit(self, credit: TransactionRecord, target: str, kind: str, whom: str, via: str) -> TxnLink:
        """A credit that is set against a transaction."""
        found = self.store.book.get(credit.credit_txn_id)
        if found is None or found.__record__.tag not in _CREDITS.get(kind, ()) or self._whom(found) != whom:
            gone = Refusal(3120, credit.credit_txn_id, note="this vendor or customer has no such credit")
            raise gone if found else self.store.absent(_CREDITS.get(kind, ()), credit.credit_txn_id, gone)
        return TxnLink(credit.credit_txn_id, "", target, "", Role.CREDIT, amount=credit.applied_amount, via=via)

    def _check_credits(self, links: Iterable[TxnLink], record: TransactionRecord) -> None:
        """Of each credit no more is set than there is left of it, and against each transaction it is set once."""
        credits_ = [link for link in links if link.role is Role.CREDIT]
        _refuse_doubles(f"{link.txn} for {link.target}" for link in credits_)
        before = self._credits_of(record)
        for txn_id in {link.txn for link in credits_}:
            found = self.store.book.get(txn_id)
            new = total(link.amount for link in credits_ if link.txn == txn_id and link not in before)
            if new > getattr(found, TRANSACTIONS[found.__record__.tag].opens or ""):
                raise Refusal(3210, str(new), "AppliedAmount", note="the credit does not have that much left")

    def _automatically(self, record: TransactionRecord, rule: TransactionRule) -> tuple[list[Any], list[TxnLink]]:
        """What is applied by itself: the oldest first, of the very customer or job."""
        cls: type[Record] = type(record)
        member: Any
        (member,) = table(cls).by_name[rule.applied or ""].members.values()
        if record.total_amount is None:
            raise Refusal(3150, field="TotalAmount", note="IsAutoApply needs an amount to apply")
        rest, applied, links = record.total_amount, [], []
        targets = self.store.book.ids(rule.pays, "entity = ? AND open > 0", (self._whom(record),))
        for target in sorted(map(self.store.book.get, targets), key=lambda one: one.txn_date):
            amount = min(rest, getattr(target, TRANSACTIONS[target.__record__.tag].opens or ""))
            if amount > 0:
                applied.append(member(txn_id=target.txn_id, amount=amount))
                links.append(TxnLink(record.txn_id, "", target.txn_id, "", Role.PAYMENT, amount=amount))
                rest -= amount
        return applied, links

    def _summed(self, record: TransactionRecord, rule: TransactionRule, applied: list[Any]) -> TransactionRecord:
        """A payment with its total: what was said, else what is applied."""
        name = "refund_amount" if rule.applied == "refund_applied_to_txns" else "amount"
        used = total(getattr(one, name) for one in applied)
        (field,) = rule.totals
        if "unused_payment" not in vars(type(record)):
            return with_fields(record, **{field: used})
        amount = used if record.total_amount is None else record.total_amount
        if amount < 0:
            raise Refusal(3210, str(amount), "TotalAmount", note="a payment cannot be negative")
        if used > amount:
            raise Refusal(3210, str(used), "PaymentAmount", note="more is applied than was paid")
        return with_fields(record, **{field: amount}, unused_credits=ZERO)

    def _payment(self, txn_id: str, deposit: str) -> Any:
        payment = self.store.book.get(txn_id)
        held = getattr(payment, "deposit_to_account_ref", None)
        if held is None or held.list_id != self.accounts.special(UNDEPOSITED):
            gone = Refusal(3120, txn_id, note="it is not a payment in Undeposited Funds")
            raise gone if payment else self.store.absent(_DEPOSITED, txn_id, gone)
        taken = (one.txn for one in self.store.book.links(txn_id) if one.role is Role.DEPOSIT)
        if any(txn != deposit for txn in taken):
            raise Refusal(3210, txn_id, "PaymentTxnID", note="it is deposited already")
        return payment

    def _whom(self, record: TransactionRecord) -> str:
        return self.accounts.key(ENTITIES, getattr(record, TRANSACTIONS[record.__record__.tag].entity or ""))


def _refuse_doubles(txn_ids: Iterable[str | None]) -> None:
    if double := next((one for one, times in Counter(txn_ids).items() if times > 1 and one), None):
        raise Refusal(3177, double)


def _short(number: str | None) -> str | None:
    return number[:11] if number else None
