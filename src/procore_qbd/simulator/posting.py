"""What QuickBooks does with transactions: purchase orders, bills, estimates."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml.entities._transactions import ITEMS
from procore_qbd.qbxml.entities.bills import ItemLine
from procore_qbd.qbxml.records import table
from procore_qbd.simulator.arithmetic import ZERO, counted, sized, total
from procore_qbd.simulator.linking import Link, copied, is_open
from procore_qbd.simulator.references import at, pointed, pointing
from procore_qbd.simulator.shaping import kept, merged, missing, moment, points, said, suggested
from procore_qbd.simulator.transactions import TRANSACTIONS, TransactionRule
from procore_qbd.simulator.wording import NOT_POSITIVE, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from procore_qbd.simulator.store import Store

__all__ = ["NEW_LINE", "Posting"]

NEW_LINE = "-1"
_NOT_SIMULATED = {
    "rate_percent": "RatePercent",
    "markup_rate": "MarkupRate",
    "markup_rate_percent": "MarkupRatePercent",
    "tax_amount": "TaxAmount",
}

Target = tuple[str, str]
"""The TxnID of a purchase order and the TxnLineID of its line."""


class Posting:
    """Writes transactions, each within a transaction of its caller's database.

    Args:
        store: Where the records are.
        now: The clock, in seconds since 1970.
    """

    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now

    def add(self, record: Any, *, seeded: bool = False) -> tuple[Any, str | None]:
        """Write a new transaction, under a TxnID of QuickBooks' making where it has none.

        Args:
            record: The transaction.
            seeded: Whether references may point nowhere.

        Returns:
            The transaction as it can be read from now on, and the TxnID of a purchase order that it should have been
            linked to, which is closed.

        Raises:
            Refusal: QuickBooks does not take it.
        """
        rule, now = TRANSACTIONS[record.__record__.tag], self._now()
        _refuse_the_unknown(record, rule)
        if rule.links and not seeded:
            record, targets, closed = self._linked(record)
        else:
            targets, closed = [], None
        record = pointing(self._store, record, seeded=seeded)
        record = attrs.evolve(
            record,
            txn_id=record.txn_id or self._store.new_txn_id(now),
            txn_number=self._store.count_txn(record.txn_number),
            time_created=record.time_created or moment(now),
            **{name: tuple(self._new(line, record, rule) for line in getattr(record, name)) for name in rule.lines},
        )
        return self._write(record, now, targets, self._store.add), closed

    def mod(self, mod: Any) -> Any:
        """Change a transaction; its links stay as they are, but for those of lines that go.

        Raises:
            Refusal: QuickBooks does not take it.
        """
        tag = mod.__record__.tag
        rule = TRANSACTIONS[tag]
        before = self._store.get(tag, mod.txn_id)
        if before is None:
            raise Refusal(3120, mod.txn_id)
        if mod.edit_sequence != before.edit_sequence:
            raise Refusal(3200, mod.edit_sequence)
        _refuse_the_unknown(mod, rule)
        mod = pointing(self._store, mod)
        lines = {name: self._lines(before, mod, name, rule) for name in rule.lines}
        after = attrs.evolve(merged(before, attrs.evolve(mod, **dict.fromkeys(rule.lines, ()))), **lines)
        links = self._store.links(before.txn_id)
        if links and getattr(after, rule.entity) != getattr(before, rule.entity):
            raise Refusal(3170, field=tag, note=f"{rule.entity}: cannot change while it is linked")
        self._keep_what_is_billed(after, links)
        by_line = {link.line: (link.order, link.order_line) for link in links}
        targets = [by_line.get(line.txn_line_id) for line in getattr(after, rule.links)] if rule.links else []
        now = max(self._now(), int(before.edit_sequence) + 1)
        return self._write(after, now, targets, self._store.change)

    def _keep_what_is_billed(self, after: Any, links: Iterable[Link]) -> None:
        there = {line.txn_line_id for line in getattr(after, "lines", ())}
        for link in links:
            if link.order == after.txn_id and link.order_line not in there:
                note = f"line {link.order_line} is billed by {link.txn}"
                raise Refusal(3170, field=after.__record__.tag, note=note)

    def _write(self, record: Any, now: int, targets: Iterable[Target | None], put: Callable[[Any], None]) -> Any:
        """Write a transaction if it is whole; returns it as it can be read from now on."""
        tag = record.__record__.tag
        rule = TRANSACTIONS[tag]
        record = self._numbered(record, rule, now)
        lines = [line for name in rule.lines for line in getattr(record, name)]
        if not lines:
            raise Refusal(3180, field=tag, note="it has no lines")
        amount = total(line.amount for line in lines)
        if amount < 0:
            raise Refusal(3180, field=tag, record=NOT_POSITIVE)
        values: dict[str, Any] = rule.defaults | said(record) | rule.sums(amount)
        values |= {"time_modified": moment(now), "edit_sequence": str(now), "linked_txns": ()}
        values.setdefault("txn_date", moment(now).wall.date())
        record = kept(attrs.evolve(record, **values))
        if absent := missing(record):
            raise Refusal(3150, field=absent)
        put(record)
        if rule.links:
            self._link(record, targets)
        return self._store.get(tag, record.txn_id)

    # --- lines -------------------------------------------------------------------------------------------------------

    def _lines(self, before: Any, mod: Any, name: str, rule: TransactionRule) -> tuple[Any, ...]:
        """The lines after a Mod: as they were where it says none, else those that it names, in the order they had."""
        lines = () if getattr(mod, f"clear_{name}", False) else getattr(before, name)
        if not getattr(mod, name):
            return lines
        places = {line.txn_line_id: place for place, line in enumerate(lines)}
        last, after = -1, []
        for line in getattr(mod, name):
            place = places.get(line.txn_line_id)
            if line.txn_line_id == NEW_LINE:
                after.append(self._new(attrs.evolve(line, txn_line_id=None), before, rule))
            elif place is None:
                raise Refusal(3120, line.txn_line_id)
            elif place <= last:
                raise Refusal(3290)
            else:
                last = place
                after.append(self._changed(lines[place], line, rule))
        return tuple(after)

    def _new(self, line: Any, record: Any, rule: TransactionRule) -> Any:
        """A new line with what QuickBooks fills in: the transaction's class, and the item's words and price."""
        if points(getattr(line, "item_ref", None)):
            desc, _ = suggested(pointed(self._store, ITEMS, line.item_ref), sold=rule.sold)
            class_ref = line.class_ref or getattr(record, "class_ref", None)
            line = attrs.evolve(line, desc=desc if line.desc is None else line.desc, class_ref=class_ref)
        return self._sized(line, rule)

    def _changed(self, line: Any, mod: Any, rule: TransactionRule) -> Any:
        """A line as it is after a Mod: the amount follows from the quantity and the rate, unless it is said too."""
        present = table(type(mod)).present(mod)
        after = merged(line, mod)
        stale = present & {"quantity", rule.rate} and "amount" not in present and getattr(after, rule.rate) is not None
        return self._sized(attrs.evolve(after, amount=None) if stale else after, rule)

    def _sized(self, line: Any, rule: TransactionRule) -> Any:
        """A line whose quantity, rate and amount fit together; only text has none of them."""
        if "account_ref" in table(type(line)).by_name:
            if line.amount and not points(line.account_ref):
                raise Refusal(3270)
            return attrs.evolve(line, amount=ZERO if line.amount is None else line.amount)
        rate = getattr(line, rule.rate)
        if not points(line.item_ref):
            if (line.quantity, rate, line.amount) != (None, None, None):
                raise Refusal(3150, field="ItemRef")
            return line
        if line.amount is None and rate is None:
            rate = suggested(pointed(self._store, ITEMS, line.item_ref), sold=rule.sold)[1] or ZERO
        quantity, rate, amount = sized(line.quantity, rate, line.amount)
        values = rule.line_defaults | said(line) | {"quantity": quantity, rule.rate: rate, "amount": amount}
        return attrs.evolve(line, **values)

    def _numbered(self, record: Any, rule: TransactionRule, now: int) -> Any:
        """A transaction whose lines all have an id that no other has."""
        taken = {record.txn_id, *(line.txn_line_id for name in rule.lines for line in getattr(record, name))}

        def number() -> str:
            while (new := self._store.new_txn_id(now)) in taken:
                pass
            return new

        return attrs.evolve(
            record,
            **{
                name: tuple(
                    line if line.txn_line_id else attrs.evolve(line, txn_line_id=number())
                    for line in getattr(record, name)
                )
                for name in rule.lines
            },
        )

    # --- links -------------------------------------------------------------------------------------------------------

    def _linked(self, bill: Any) -> tuple[Any, list[Target | None], str | None]:
        """A bill with what its lines take from purchase orders, and what each is for.

        Returns:
            The bill, the targets of its lines, and the TxnID of a purchase order that was asked for and is closed.
        """
        _refuse_doubles(bill)
        vendor = at(self._store, "Vendor", bill.vendor_ref)
        asked = (*bill.link_to_txn_ids, *(line.link_to_txn.txn_id for line in bill.item_lines if line.link_to_txn))
        orders = {txn_id: self._order(txn_id, vendor) for txn_id in dict.fromkeys(asked)}
        order_lines = {(txn_id, line.txn_line_id): line for txn_id, order in orders.items() for line in order.lines}
        closed: str | None = None
        lines: list[Any] = []
        targets: list[Target | None] = []
        for txn_id in bill.link_to_txn_ids:
            waiting = [line for line in orders[txn_id].lines if is_open(orders[txn_id], line)]
            lines += (copied(ItemLine(), line) for line in waiting)
            targets += ((txn_id, line.txn_line_id) for line in waiting)
            closed = closed if waiting else txn_id
        for line in bill.item_lines:
            if (link := line.link_to_txn) is None:
                lines.append(line)
                targets.append(None)
                continue
            target = (link.txn_id, link.txn_line_id)
            order_line = order_lines.get(target)
            if order_line is None or order_line.item_ref is None:
                raise Refusal(3000, link.txn_line_id, "LinkToTxn")
            waits = is_open(orders[link.txn_id], order_line)
            lines.append(copied(line, order_line))
            targets.append(target if waits else None)
            closed = closed if waits else link.txn_id
        return attrs.evolve(bill, item_lines=tuple(lines)), targets, closed

    def _order(self, txn_id: str, vendor: Any) -> Any:
        """A purchase order of a bill's own vendor."""
        order = self._store.get("PurchaseOrder", txn_id)
        if order is None:
            raise Refusal(3000, txn_id, "LinkToTxn")
        if vendor and (order.vendor_ref is None or order.vendor_ref.list_id != vendor.list_id):
            raise Refusal(3210, txn_id, "LinkToTxn", note="the purchase order is another vendor's")
        return order

    def _link(self, bill: Any, targets: Iterable[Target | None]) -> None:
        """Keep a bill's links, and let the purchase orders know that something changed."""
        new = {
            Link(bill.txn_id, line.txn_line_id, *target, counted(line.quantity), line.amount)
            for line, target in zip(bill.item_lines, targets, strict=False)
            if target
        }
        old = set(self._store.links(bill.txn_id))
        self._store.set_links(bill.txn_id, new)
        for txn_id in {link.order for link in old ^ new}:
            order = self._store.get("PurchaseOrder", txn_id)
            now = max(self._now(), int(order.edit_sequence) + 1)
            self._store.change(attrs.evolve(order, time_modified=moment(now), edit_sequence=str(now)))


def _refuse_doubles(bill: Any) -> None:
    """What a bill asks for twice, or in two ways at once."""
    links = [line.link_to_txn for line in bill.item_lines if line.link_to_txn]
    for asked in (bill.link_to_txn_ids, [(link.txn_id, link.txn_line_id) for link in links]):
        if double := next((one for one, times in Counter(asked).items() if times > 1), None):
            raise Refusal(3177, double if isinstance(double, str) else double[1])
    for line in bill.item_lines:
        if line.link_to_txn and line.link_to_txn.txn_id in bill.link_to_txn_ids:
            raise Refusal(3000, line.link_to_txn.txn_id, "LinkToTxn", note="it is linked as a whole already")


def _refuse_the_unknown(record: Any, rule: TransactionRule) -> None:
    """What QuickBooks reckons with, or makes of a line, and the simulator does not."""
    for line in (line for name in rule.lines for line in getattr(record, name)):
        for name, what in _NOT_SIMULATED.items():
            if getattr(line, name, None) is not None:
                raise Refusal(1030, field=what, note=f"{what}: QuickBooks has it, the simulator has not")
        if hasattr(line, "item_group_ref"):
            raise Refusal(1030, field="ItemGroupRef", note="group items: QuickBooks has them, the simulator has not")
        if custom_fields := getattr(line, "custom_fields", ()):
            raise Refusal(3121, custom_fields[0].owner_id, note="the simulator keeps no definitions of custom fields")
