"""What QuickBooks does with transactions: adds, changes, voids, deletes them, and keeps their sums and links true.

A bill is added in this order, and the order matters, for each step needs what the one before it filled in:

1. Its lines take from the orders that they are for what they do not say themselves; of an order that is closed nothing
   is taken, and the answer says so (570).
2. References become ListIDs and full names; what points nowhere ends it here (3140).
3. It gets its TxnID, number and time, what it inherits from whom it is with (address, terms, tax), and the day on which
   it is due.
4. Each line gets the words and the price of its item, and an amount (`lines.py`).
5. The accounts that nobody named are the usual ones, lines get their ids, and accounts and items of the wrong kind are
   refused.
6. What it is applied to, or bills, becomes links (`paying.py`, `store/linking.py`); what is peculiar to its kind is
   asked (`special.py`); then come subtotals, taxes and totals, for they depend on all of that.
7. It is written: the record, its links, the rows of the ledger (`ledger.py`), and what is open of it. Whatever it is
   linked to is touched, because QuickBooks gives that a new time.

A Mod is the record as it was with what the Mod says laid over it, and goes through 5 to 7. So does a void, which is a
record that comes to nothing, but it makes no links. Nothing is undone by hand: a `Refusal` rolls the database back.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.deletions import TxnDel, TxnDeleted, TxnVoid
from procore_qbd.qbxml.entities.shared.common import Address
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES, ITEMS
from procore_qbd.qbxml.rows.records import Block, Reference, table
from procore_qbd.qbxml.rows.values import Amount, Price, Quantity
from procore_qbd.simulator.knowledge.arithmetic import ZERO, quantity_or_one, quantity_rate_amount_of, total
from procore_qbd.simulator.knowledge.days import later, of_month
from procore_qbd.simulator.knowledge.kinds import SALES_TAXES
from procore_qbd.simulator.knowledge.lists import TEMPLATES
from procore_qbd.simulator.knowledge.nouns import (
    KeptRecord,
    Line,
    ListRecord,
    TransactionRecord,
    Values,
    has_links,
    is_group,
)
from procore_qbd.simulator.knowledge.transactions import TRANSACTIONS, TransactionRule
from procore_qbd.simulator.knowledge.wording import NOT_POSITIVE, Refusal
from procore_qbd.simulator.lists.references import find_in_any, resolved
from procore_qbd.simulator.store.entries import flat, line_class
from procore_qbd.simulator.store.linking import Role, TxnLink, copied, is_open, left_open, total_of, with_links
from procore_qbd.simulator.store.shaping import as_stored, fields_of, is_set, merged, missing, with_fields
from procore_qbd.simulator.transactions.chart import AccountResolver
from procore_qbd.simulator.transactions.items import suggested
from procore_qbd.simulator.transactions.ledger import entries
from procore_qbd.simulator.transactions.lines import LineWriter
from procore_qbd.simulator.transactions.paying import PaymentApplication
from procore_qbd.simulator.transactions.special import SPECIAL, journal_line
from procore_qbd.simulator.transactions.taxes import taxed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.qbxml.entities.cleared_status import ClearedStatus
    from procore_qbd.simulator.lists.custom_fields import CustomFields
    from procore_qbd.simulator.lists.listing import ListWriter
    from procore_qbd.simulator.store.company import OpenCompany

__all__ = ["TransactionWriter", "Written"]

_DAYS_BILLS_ARE_DUE, _LONGEST_ADDRESS_LINE = 10, 41
_NOT_BOUGHT = ("ItemSubtotal", "ItemDiscount", "ItemPayment", *SALES_TAXES)

Target = tuple[str, str]
"""The TxnID of an order and the TxnLineID of its line."""


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
        self._store, self._calendar = company.store, company.calendar
        self._fields = fields
        self._chart = AccountResolver(company.store, listing)
        self._paying = PaymentApplication(company.store, self._chart)

    def add(self, record: Any, *, seeded: bool = False) -> Written:
        """Write a new transaction, under a TxnID of QuickBooks' making where it has none.

        Args:
            record: The transaction.
            seeded: Whether references may point nowhere.

        Raises:
            Refusal: QuickBooks does not take it.
        """
        rule, now = TRANSACTIONS[record.__record__.tag], self._calendar.now()
        targets: list[Target | None] = []
        closed = None
        if rule.orders and not seeded:
            record, targets, closed = self._ordered(record, rule)
        record = resolved(self._store, record, seeded=seeded)
        record = with_fields(
            record,
            txn_id=record.txn_id or self._store.new_txn_id(now),
            txn_number=self._store.count_txn(record.txn_number),
            time_created=record.time_created or self._calendar.moment(now),
            txn_date=record.txn_date or self._calendar.today(),
        )
        record = record if seeded else self._inherited(record, rule)
        make = LineWriter(self._store, rule, record, None if seeded else self._fields)
        lines: Values = {name: tuple(map(make.new, getattr(record, name))) for name in rule.lines}
        return attrs.evolve(self._write(with_fields(record, **lines), rule, now, targets), closed=closed)

    def mod(self, mod: TransactionRecord) -> Written:
        """Change a transaction; its links to orders stay as they are, but for those of lines that go.

        Raises:
            Refusal: QuickBooks does not take it.
        """
        tag = mod.__record__.tag
        rule = TRANSACTIONS[tag]
        before = self._there(tag, mod.txn_id)
        if mod.edit_sequence != before.edit_sequence:
            raise Refusal(3200, mod.edit_sequence)
        self._check_closed(before, 3171)
        mod = resolved(self._store, mod)
        make = LineWriter(self._store, rule, before, self._fields)
        lines = {name: self._lines(before, mod, name, make) for name in rule.lines}
        after: Any = with_fields(merged(before, with_fields(mod, **dict.fromkeys(rule.lines, ()))), **lines)
        after = with_fields(after, txn_date=after.txn_date or self._calendar.today())
        if rule.sold and not rule.lines and mod.amount is None and (mod.quantity is not None or mod.rate is not None):
            after = with_fields(after, amount=None)  # it follows
        links = self._store.book.links(before.txn_id)
        if rule.entity and links and getattr(after, rule.entity) != getattr(before, rule.entity):
            raise Refusal(3170, field=tag, note=f"{rule.entity}: cannot change while it is linked")
        _keep_what_is_billed(after, links)
        _keep_what_is_settled(before, after, links)
        by_line = {link.line: (link.target, link.target_line) for link in links if link.role is Role.ORDER}
        targets = [by_line.get(line.txn_line_id) for line in getattr(after, rule.orders)] if rule.orders else []
        now = self._store.stamp(before.edit_sequence, self._calendar.now())
        written = self._write(after, rule, now, targets, before)
        for name in rule.totals:
            asked, comes_to = getattr(mod, name), getattr(written.record, name)
            if asked not in (None, comes_to):
                raise Refusal(3210, str(asked), "Amount", note=f"its parts come to {comes_to}")
        return written

    def delete(self, what: TxnDel) -> TxnDel:
        """Delete a transaction that nothing is applied to and nothing was made from.

        Raises:
            Refusal: It is not there (3120), is needed (3160), or lies in closed books (3161).
        """
        kind, txn_id = str(what.txn_del_type), what.txn_id or ""
        record = self._there(kind, txn_id)
        self._check_closed(record, 3161)
        self._check_free(record, 3160)
        links, now = self._store.book.links(txn_id), self._calendar.now()
        facts: Values = {
            "txn_del_type": kind,
            "txn_id": txn_id,
            "time_deleted": self._calendar.moment(now),
            "ref_number": getattr(record, "ref_number", None),
        }
        self._store.delete(record, TxnDeleted(time_created=record.time_created, **facts))
        self._touch(txn_id, links, now)
        return TxnDel(**facts)

    def void(self, what: TxnVoid) -> TxnVoid:
        """Make a transaction come to nothing; what it was applied to is open again.

        Raises:
            Refusal: It is not there (3120), is needed (3185), or lies in closed books (3171).
        """
        kind = str(what.txn_void_type)
        before = self._there(kind, what.txn_id or "")
        rule = TRANSACTIONS[kind]
        self._check_closed(before, 3171)
        self._check_free(before, 3185)
        values: Values = {rule.applied: ()} if rule.applied else {}
        if hasattr(before, "memo"):
            values["memo"] = f"VOID: {before.memo or ''}".strip()
        if kind == "Deposit":
            values["lines"] = tuple(with_fields(line, txn_type=None, txn_id=None) for line in before.lines)
        now = self._store.stamp(before.edit_sequence, self._calendar.now())
        after = self._write(_nullified(with_fields(before, **values)), rule, now, [], before, void=True).record
        return TxnVoid(
            txn_void_type=kind,
            txn_id=after.txn_id,
            time_created=after.time_created,
            time_modified=after.time_modified,
            ref_number=getattr(after, "ref_number", None),
        )

    def clear(self, what: ClearedStatus) -> None:
        """Mark a transaction, or one line of it, as reconciled.

        Raises:
            Refusal: It is not there (3120).
        """
        txn_id, line = what.txn_id or "", what.txn_line_id or ""
        entries_ = self._store.book.entries(txn_id)
        if self._store.book.get(txn_id) is None or (line and all(one.line != line for one in entries_)):
            raise Refusal(3120, line) if line else self._store.absent(TRANSACTIONS, txn_id)
        self._store.book.clear(txn_id, line, str(what.cleared_status))

    # --- what is looked at before ------------------------------------------------------------------------------------

    def _there(self, kind: str, txn_id: str) -> TransactionRecord:
        record: TransactionRecord | None = self._store.book.get(txn_id, kind)
        if record is None:
            raise self._store.absent([kind], txn_id)
        return record

    def _check_closed(self, record: TransactionRecord, code: int) -> None:
        """The books are closed up to a day, if they are."""
        closing = self._store.fact("closing_date")
        if closing and record.txn_date <= dt.date.fromisoformat(closing):
            raise Refusal(code, record.__record__.tag, note=f"the books are closed up to {closing}")
        condensed = self._store.fact("condensed_before")
        if condensed and record.txn_date < dt.date.fromisoformat(condensed):
            raise Refusal(3172, record.__record__.tag, note=f"the books before {condensed} were condensed")

    def _check_free(self, record: TransactionRecord, code: int) -> None:
        """Nothing is applied to it, and nothing of it was set against another."""
        for link in self._store.book.links(record.txn_id):
            if link.via != record.txn_id:
                raise Refusal(code, record.txn_id, record.txn_id, note=f"{link.via} needs it ({link.role})")

    def _check(self, record: TransactionRecord, rule: TransactionRule) -> None:
        """Accounts and items of the right kinds, and nothing that is not simulated."""
        tag = record.__record__.tag
        if getattr(record, "apply_to_txns", ()):
            raise Refusal(
                1030, field="ApplyCheckToTxn", note="ApplyCheckToTxn: exists in QuickBooks, but is not simulated"
            )
        if rule.account and rule.account_types:
            ref = getattr(record, rule.account)
            account = self._store.plain("Account", ref.list_id or "") if is_set(ref) else None
            if account is not None and account.account_type not in rule.account_types:
                field = table(type(record)).by_name[rule.account].row.tag
                raise Refusal(3210, account.full_name, field, note=f"it is of the type {account.account_type}")
        for line in flat(line for name in rule.lines for line in getattr(record, name)) if rule.lines else (record,):
            ref = getattr(line, "item_ref", None)
            home = self._store.home(ITEMS, ref.list_id or "") if is_set(ref) else None
            if home == "ItemGroup" or (home in _NOT_BOUGHT and not (rule.sold and rule.lines)):
                raise Refusal(3280, (ref.full_name if ref else None) or "", tag)
            if home in SALES_TAXES:
                raise Refusal(
                    1030, field="ItemRef", note="a sales tax on a line: exists in QuickBooks, but is not simulated"
                )

    # --- writing -----------------------------------------------------------------------------------------------------

    def _write(
        self,
        record: TransactionRecord,
        rule: TransactionRule,
        now: int,
        targets: Iterable[Target | None],
        before: TransactionRecord | None = None,
        *,
        void: bool = False,
    ) -> Written:
        """Write a transaction if it is whole."""
        self._check_closed(record, 3171)
        record = self._housed(self._numbered(record, rule, now), rule)
        self._check(record, rule)
        links: tuple[TxnLink, ...] = ()
        if not void:
            record, links = self._linked(record, rule, targets)
            record = self._whole(record, rule)
        record = self._totalled(record, rule)
        moment = self._calendar.moment(now)
        values: Values = {name: value for name, value in rule.defaults.items() if getattr(record, name) is None}
        values |= {"time_modified": moment, "edit_sequence": str(now)}
        if has_links(record):
            values["linked_txns"] = ()
        record = as_stored(with_fields(record, **values))
        if not void and (absent := missing(record)):
            raise Refusal(3150, field=absent)
        book = self._store.book
        old = book.links(record.txn_id) if before is not None else ()
        if links or old:
            book.set_links(record.txn_id, links)
        own = {link for link in old if link.via == record.txn_id}
        self._touch(record.txn_id, own ^ set(links), now)
        all_links = links if before is None else book.links(record.txn_id)
        complete = with_links(record, rule, all_links, book.partner)
        stored = record if getattr(complete, "linked_txns", ()) else complete
        text = book.put(stored, self._chart.key(ENTITIES, getattr(record, rule.entity)) if rule.entity else "")
        book.post(record.txn_id, entries(record, self._chart))
        if rule.opens:
            rest = left_open(record.txn_id, total_of(record, rule), all_links)
            if rest < 0:
                raise Refusal(3210, str(total_of(record, rule)), "Amount", note="more than this is applied to it")
            book.set_open(record.txn_id, rest)
        return Written(complete, text=text if stored is complete else None)

    def _touch(self, txn_id: str, links: Iterable[TxnLink], now: int) -> None:
        """What a transaction is linked to was changed by it: its time says so, an order's EditSequence too.

        That money leaves the EditSequence as it was is recorded; that goods change it is not.
        """
        ends = {link.target: link.role is Role.ORDER for link in links}
        ends |= {link.txn: False for link in links if link.txn not in ends}
        ends.pop(txn_id, None)
        for other, stamped in ends.items():
            self._store.book.touch(other, self._calendar.moment(now), now, stamped=stamped)

    def _linked(
        self, record: TransactionRecord, rule: TransactionRule, targets: Iterable[Target | None]
    ) -> tuple[TransactionRecord, tuple[TxnLink, ...]]:
        """A transaction with what follows from what it is applied to, and the links that it makes."""
        if rule.applied:
            return self._paying.applied(record, rule)
        if record.__record__.tag == "Deposit":
            return self._paying.deposited(record)
        if rule.orders is None:
            return record, ()
        links = [
            TxnLink(record.txn_id, line.txn_line_id, *target, Role.ORDER, quantity_or_one(line.quantity), line.amount)
            for line, target in zip(getattr(record, rule.orders), targets, strict=False)
            if target
        ]
        return record, (*links, *self._paying.credited(record))

    def _whole(self, record: TransactionRecord, rule: TransactionRule) -> TransactionRecord:
        """A transaction with what is peculiar to its kind, where it has everything that this needs."""
        if (special := SPECIAL.get(record.__record__.tag)) is not None:
            return special(record, self._store, self._chart)
        if rule.lines and not any(getattr(record, name) for name in rule.lines):
            raise Refusal(3180, field=record.__record__.tag, note="it has no lines")
        return record

    def _totalled(self, record: TransactionRecord, rule: TransactionRule) -> TransactionRecord:
        """A transaction with its sums."""
        if rule.sold and not rule.lines:
            return self._charged(record)
        if not rule.lines or not rule.rate:
            return record
        make = LineWriter(self._store, rule, record, self._fields)
        record = with_fields(record, **{name: make.summed(getattr(record, name)) for name in rule.lines})
        lines = [line for name in rule.lines for line in flat(getattr(record, name)) if not self._is_subtotal(line)]
        subtotal = total(line.amount for line in lines)
        rate, tax = taxed(record, rule, self._store)
        amount = subtotal + tax
        if amount < 0:
            raise Refusal(3180, field=record.__record__.tag, record=NOT_POSITIVE)
        sums: Values = dict.fromkeys(rule.totals, amount)
        if hasattr(record, "subtotal"):
            sums |= {"subtotal": subtotal, "sales_tax_percentage": rate, "sales_tax_total": tax}
        return with_fields(record, **sums)

    def _is_subtotal(self, line: Line) -> bool:
        ref = getattr(line, "item_ref", None)
        return is_set(ref) and self._store.home(ITEMS, ref.list_id or "") == "ItemSubtotal"

    def _charged(self, record: TransactionRecord) -> TransactionRecord:
        """A charge is its own line."""
        item = find_in_any(self._store, ITEMS, record.item_ref) if is_set(record.item_ref) else None
        desc, price = suggested(item, sold=True)
        rate = price if (record.rate, record.amount) == (None, None) else record.rate
        quantity, rate, amount = quantity_rate_amount_of(record.quantity, rate, record.amount)
        if (amount or ZERO) < 0:
            raise Refusal(3180, field="Charge", record=NOT_POSITIVE)
        desc = desc if record.desc is None else record.desc
        return with_fields(record, quantity=quantity, rate=rate, amount=amount or ZERO, desc=desc)

    # --- what is not said --------------------------------------------------------------------------------------------

    def _inherited(self, record: TransactionRecord, rule: TransactionRule) -> TransactionRecord:
        """A new transaction with what it takes from whom it is with, and the day on which it is due."""
        ref = getattr(record, rule.entity) if rule.entity else None
        whom = find_in_any(self._store, ENTITIES, ref) if is_set(ref) else None
        values: Values = {
            own: getattr(whom, theirs)
            for own, theirs in rule.inherits.items()
            if hasattr(record, own) and getattr(record, own) is None and getattr(whom, theirs, None) is not None
        }
        name = next((name for name, kind in TEMPLATES.items() if kind == record.__record__.tag), "")
        if name and record.template_ref is None and (found := self._store.find_id("Template", name)):
            values["template_ref"] = Ref(list_id=found, full_name=name)
        if record.__record__.tag == "PurchaseOrder" and record.ship_address is None:
            values["ship_address"] = Address(addr1=self._store.fact("company_name")[:_LONGEST_ADDRESS_LINE])
        record = with_fields(record, **values)
        dates = {name: record.txn_date for name in ("ship_date", "expected_date") if hasattr(record, name)}
        if hasattr(record, "due_date") and hasattr(record, "terms_ref"):
            dates["due_date"] = self._due(record)
        elif hasattr(record, "due_date") and record.__record__.tag == "SalesReceipt":
            dates["due_date"] = record.txn_date
        return with_fields(record, **{name: day for name, day in dates.items() if getattr(record, name) is None})

    def _due(self, record: TransactionRecord) -> dt.date:
        """The day on which a transaction is due: by its terms; without them a bill in ten days, all else at once."""
        terms = (
            find_in_any(self._store, ("StandardTerms", "DateDrivenTerms"), record.terms_ref)
            if record.terms_ref
            else None
        )
        day: dt.date = record.txn_date
        if terms is None:
            return later(day, _DAYS_BILLS_ARE_DUE) if record.__record__.tag == "Bill" else day
        if hasattr(terms, "std_due_days"):
            return later(day, terms.std_due_days or 0)
        months = 1 if day.day <= terms.day_of_month_due - (terms.due_next_month_days or 0) else 2
        return of_month(day.year, day.month - 1 + months - 1, terms.day_of_month_due)

    def _housed(self, record: TransactionRecord, rule: TransactionRule) -> TransactionRecord:
        """A transaction with the accounts that it is kept in where none are said."""
        values = {}
        wanted = {rule.account: rule.usual} | _OTHER_ACCOUNTS.get(record.__record__.tag, {})
        for name, usual in wanted.items():
            if name and usual and not is_set(getattr(record, name)):
                account = self._store.get("Account", self._chart.special(usual))
                values[name] = Ref(list_id=account.list_id, full_name=account.full_name)
        return with_fields(record, **values) if values else record

    def _numbered(self, record: TransactionRecord, rule: TransactionRule, now: int) -> TransactionRecord:
        """A transaction whose lines all have an id that no other has."""
        lines = [line for name in rule.lines for line in getattr(record, name)]
        taken = {record.txn_id, *(line.txn_line_id for line in (*lines, *flat(lines)))}

        def numbered(line: Line) -> Line:
            if line.txn_line_id is None:
                while (new := self._store.new_txn_id(now)) in taken:
                    pass
                line = with_fields(line, txn_line_id=new)
            return with_fields(line, lines=tuple(map(numbered, line.lines))) if is_group(line) else line

        values: Values = {name: tuple(map(numbered, getattr(record, name))) for name in rule.lines}
        if getattr(record, "cash_back_info", None):
            values["cash_back_info"] = numbered(record.cash_back_info)
        return with_fields(record, **values)

    def _lines(
        self, before: TransactionRecord, mod: TransactionRecord, name: str, make: LineWriter
    ) -> tuple[Line, ...]:
        """The lines after a Mod: as they were where it says none, else those that it names."""
        lines: tuple[Line, ...] = () if getattr(mod, f"clear_{name}", False) else getattr(before, name)
        said_ = getattr(mod, "changed_lines", ()) or getattr(mod, name)
        if said_ and hasattr(mod, "changed_lines"):
            said_ = tuple(journal_line(line, lines) for line in said_)
        return make.after(lines, said_) if said_ else lines

    # --- orders ------------------------------------------------------------------------------------------------------

    def _ordered(
        self, record: TransactionRecord, rule: TransactionRule
    ) -> tuple[TransactionRecord, list[Target | None], str | None]:
        """A bill or invoice with what its lines take from orders, and what each is for.

        Returns:
            The record, the targets of its lines, and the TxnID of an order that was asked for and is closed.
        """
        name = rule.orders or ""
        own: tuple[Line, ...] = getattr(record, name)
        _refuse_doubles(record, own)
        ref = getattr(record, rule.entity or "")
        whom = find_in_any(self._store, ENTITIES, ref) if is_set(ref) else None
        asked = (*record.link_to_txn_ids, *(link.txn_id for link in map(_link_of, own) if link))
        orders = {txn_id: self._order(txn_id, rule, whom) for txn_id in dict.fromkeys(asked)}
        order_lines = {(txn, line.txn_line_id): line for txn, order in orders.items() for line in flat(order.lines)}
        cls = line_class(record, name)
        closed: str | None = None
        lines: list[Line] = []
        targets: list[Target | None] = []
        for txn_id in record.link_to_txn_ids:
            waiting = [line for line in flat(orders[txn_id].lines) if is_open(orders[txn_id], line)]
            lines += (copied(cls(), line, rule.rate) for line in waiting)
            targets += ((txn_id, line.txn_line_id or "") for line in waiting)
            closed = closed if waiting else txn_id
        for line in own:
            if (link := _link_of(line)) is None:
                lines.append(line)
                targets.append(None)
                continue
            target = (link.txn_id, link.txn_line_id)
            order_line = order_lines.get(target)
            if order_line is None or order_line.item_ref is None:
                raise Refusal(3000, link.txn_line_id, "TxnLineID")
            waits = is_open(orders[link.txn_id], order_line)
            lines.append(copied(line, order_line, rule.rate))
            targets.append(target if waits else None)
            closed = closed if waits else link.txn_id
        return with_fields(record, **{name: tuple(lines)}), targets, closed

    def _order(self, txn_id: str, rule: TransactionRule, whom: ListRecord | None) -> TransactionRecord:
        """An order of the very vendor or customer."""
        order: TransactionRecord | None = self._store.book.get(txn_id, rule.order)
        if order is None:
            raise self._store.absent([rule.order or ""], txn_id, Refusal(3000, txn_id, "TxnID"))
        ref = getattr(order, TRANSACTIONS[rule.order or ""].entity or "")
        if whom and (ref is None or ref.list_id != whom.list_id):
            raise Refusal(3210, txn_id, "LinkToTxn", note=f"the {rule.order} belongs to another vendor or customer")
        return order


_OTHER_ACCOUNTS = {
    "ARRefundCreditCard": {"ar_account_ref": "Accounts Receivable"},
    "BillPaymentCheck": {"ap_account_ref": "Accounts Payable"},
    "BillPaymentCreditCard": {"ap_account_ref": "Accounts Payable"},
    "ReceivePayment": {"ar_account_ref": "Accounts Receivable"},
}
"""The accounts that a transaction has beside the one that its total goes to."""


def _link_of(line: Line) -> Any:
    """The line of an order that a line asks for."""
    return getattr(line, "link_to_txn", None)


def _refuse_doubles(record: TransactionRecord, lines: Iterable[Line]) -> None:
    """What is asked for twice, or in two ways at once."""
    links = [link for link in map(_link_of, lines) if link]
    for asked in (record.link_to_txn_ids, [(link.txn_id, link.txn_line_id) for link in links]):
        if double := next((one for one, times in Counter(asked).items() if times > 1), None):
            raise Refusal(3177, double if isinstance(double, str) else double[1])
    for link in links:
        if link.txn_id in record.link_to_txn_ids:
            raise Refusal(3000, link.txn_id, "TxnID", note="it is linked as a whole already")


def _keep_what_is_billed(after: TransactionRecord, links: Iterable[TxnLink]) -> None:
    """A line of an order that was billed cannot go."""
    there = {line.txn_line_id for line in flat(getattr(after, "lines", ()))}
    for link in links:
        if link.role is Role.ORDER and link.target == after.txn_id and link.target_line not in there:
            note = f"line {link.target_line} is billed by {link.txn}"
            raise Refusal(3170, field=after.__record__.tag, note=note)


def _keep_what_is_settled(before: TransactionRecord, after: TransactionRecord, links: Iterable[TxnLink]) -> None:
    """What is paid does not become pending; what was taken to the bank keeps its amount and its account."""
    if getattr(after, "is_pending", None) and any(link.role in (Role.PAYMENT, Role.CREDIT) for link in links):
        raise Refusal(
            3170, field=after.__record__.tag, note="is_pending: cannot become pending, because it is paid or used up"
        )
    if any(link.role is Role.DEPOSIT and link.target == after.txn_id for link in links):
        for name in ("total_amount", "deposit_to_account_ref"):
            if getattr(before, name) != getattr(after, name):
                raise Refusal(3170, field=after.__record__.tag, note=f"{name}: cannot change, because it is deposited")


def _nullified(record: TransactionRecord) -> TransactionRecord:
    """A record that comes to nothing, at any depth: no amounts, no quantities, no rates."""
    values: Values = {}
    fields = table(type(record)).by_name
    for name, value in fields_of(record).items():
        row = fields[name].row
        if isinstance(row, (Amount, Price, Quantity)):
            values[name] = ZERO if isinstance(row, Amount) else Decimal(0)
        elif isinstance(row, Block) and not isinstance(row, Reference):
            values[name] = tuple(map(_nullified, value)) if fields[name].plural else _nullified(value)
    return with_fields(record, **values)
