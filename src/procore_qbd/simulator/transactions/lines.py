"""What QuickBooks makes of the lines of a transaction: words and prices of items, amounts, groups, discounts, taxes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.qbxml.rows.records import table
from procore_qbd.qbxml.rows.values import NEW_LINE
from procore_qbd.simulator.knowledge.arithmetic import (
    ZERO,
    percent,
    quantity_of_amount,
    quantity_or_one,
    quantity_rate_amount_of,
    total,
)
from procore_qbd.simulator.knowledge.nouns import Line, ListRecord, TransactionRecord, Values, is_account_line, is_group
from procore_qbd.simulator.knowledge.reasons import NO_ACCOUNT, NOT_FOUND, NOT_SIMULATED
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import FIR, ORDER, framing, mod, ref
from procore_qbd.simulator.lists.references import find_in_any
from procore_qbd.simulator.records.entries import flat, line_class
from procore_qbd.simulator.records.items import percent_of, suggested
from procore_qbd.simulator.records.shaping import fields_of, is_set, merged, with_fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.simulator.kinds.kind import Draft, Kind
    from procore_qbd.simulator.lists.custom_fields import CustomFields
    from procore_qbd.simulator.store.file import Store
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["LineWriter", "numbered", "with_new_lines"]

LINES_IN_ANOTHER_ORDER = Reason(
    3290,
    "A change names the lines of a transaction in another order than they have, or one of them twice.",
    Source.LIVE_REPORT,
    tried(
        mod(
            "PurchaseOrder",
            "order",
            "<PurchaseOrderLineMod><TxnLineID>{order.lines[1].txn_line_id}</TxnLineID></PurchaseOrderLineMod>"
            "<PurchaseOrderLineMod><TxnLineID>{order.lines[0].txn_line_id}</TxnLineID></PurchaseOrderLineMod>",
        ),
        order=ORDER.replace("</PurchaseOrderAdd>", framing("PurchaseOrderLineAdd") + "</PurchaseOrderAdd>"),
    ),
    refuses=lambda asked: asked.mods and asked.kind and asked.says("TxnLineID"),
)
NO_ITEM = Reason(
    3150,
    "A line has an amount, a quantity or a price, and no item.",
    Source.DECIDED,
    tried(f"<BillAdd>{FIR}<ItemLineAdd><Amount>5.00</Amount></ItemLineAdd></BillAdd>"),
    refuses=lambda asked: asked.kind and asked.kind.lines and asked.kind.rate,
)
EMPTY_GROUP = Reason(
    3140,
    "A line names a group of items that is not there, or that has no items.",
    Source.DECIDED,
    tried(
        f"<BillAdd>{FIR}<ItemGroupLineAdd>{ref('ItemGroupRef', '~Group')}</ItemGroupLineAdd></BillAdd>",
        group="<ItemGroupAdd><Name>~Group</Name></ItemGroupAdd>",
    ),
    refuses=lambda asked: asked.kind and asked.says("ItemGroupRef"),
)

_NOT_SIMULATED = {"markup_rate": "MarkupRate", "markup_rate_percent": "MarkupRatePercent", "tax_amount": "TaxAmount"}


def with_new_lines(draft: Draft, company: WritableCompany) -> Draft:
    """Each line has the words and the price of its item, and an amount."""
    make = LineWriter.of(draft, company)
    return draft.saying(**{name: tuple(map(make.new, getattr(draft.record, name))) for name in draft.kind.lines})


def numbered(draft: Draft, company: WritableCompany) -> Draft:
    """Each line has an id that no other has."""
    record = draft.record
    lines = [line for name in draft.kind.lines for line in getattr(record, name)]
    taken = {record.txn_id, *(line.txn_line_id for line in (*lines, *flat(lines)))}

    def with_id(line: Line) -> Line:
        if line.txn_line_id is None:
            while (new := company.store.new_txn_id(draft.now)) in taken:
                pass
            line = with_fields(line, txn_line_id=new)
        return with_fields(line, lines=tuple(map(with_id, line.lines))) if is_group(line) else line

    values: Values = {name: tuple(map(with_id, getattr(record, name))) for name in draft.kind.lines}
    if getattr(record, "cash_back_info", None):
        values["cash_back_info"] = with_id(record.cash_back_info)
    return draft.saying(**values)


@attrs.frozen
class LineWriter:
    """Makes the lines of one transaction.

    Attributes:
        store: Where the items are.
        kind: What is known of its kind.
        record: The transaction, for what its lines take from it.
        fields: Judges the custom fields of a line, and fills in what their definitions say; None for a transaction
            that is seeded, which may have what no request can say.
    """

    store: Store
    kind: Kind
    record: TransactionRecord
    fields: CustomFields | None

    @classmethod
    def of(cls, draft: Draft, company: WritableCompany) -> LineWriter:
        """What makes the lines of a draft."""
        return cls(company.store, draft.kind, draft.record, None if draft.seeded else company.fields)

    def new(self, line: Line) -> Line:
        """A new line with what QuickBooks fills in; a group of items with the lines that it stands for."""
        self._refuse_the_unknown(line)
        if not self.kind.rate:
            return line
        if is_group(line):
            return self._expanded(line)
        if self.fields and (custom := getattr(line, "custom_fields", ())):
            line = with_fields(line, custom_fields=self.fields.filled(custom, self.record.__record__.tag))
        return self._sized(self._filled(line))

    def after(self, before: tuple[Line, ...], mods: Iterable[Line]) -> tuple[Line, ...]:
        """The lines after a Mod that names some: those that it names, in the order they had.

        Raises:
            Refusal: A line is not there, or the order is another.
        """
        places = {line.txn_line_id: place for place, line in enumerate(before)}
        last, after = -1, []
        for line in mods:
            place = places.get(line.txn_line_id)
            if line.txn_line_id == NEW_LINE:
                after.append(self.new(with_fields(line, txn_line_id=None)))
            elif place is None:
                raise NOT_FOUND(line.txn_line_id or "")
            elif place <= last:
                raise LINES_IN_ANOTHER_ORDER(_item_name(before[place]))
            else:
                last = place
                after.append(self._changed(before[place], line))
        return tuple(after)

    def summed(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """What is sold, with what those lines say that look at the ones above: subtotals, and discounts in percent."""
        done: list[Line] = []
        since, above = ZERO, ZERO
        for line in lines:
            item = self._item(line)
            if _is_subtotal(item):
                line, above = with_fields(line, amount=since), since  # noqa: PLW2901  the line that is kept
                since = ZERO
            elif (share := getattr(line, "rate_percent", None)) is not None:
                above = percent(above, share)
                line, since = with_fields(line, amount=above), since + above  # noqa: PLW2901
            else:
                amount = getattr(line, "total_amount", None) if is_group(line) else line.amount
                since, above = since + (amount or ZERO), amount or ZERO
            done.append(line)
        return tuple(done)

    # --- one line ----------------------------------------------------------------------------------------------------

    def _item(self, line: Line) -> ListRecord | None:
        ref = getattr(line, "item_ref", None)
        return find_in_any(self.store, ITEMS, ref) if is_set(ref) else None

    def _filled(self, line: Line) -> Line:
        """A line with the item's words and tax code, the transaction's class, and whether its job is charged for it."""
        values: Values = {}
        if is_set(getattr(line, "item_ref", None)):
            item = self._item(line)
            desc, _ = suggested(item, sold=self.kind.sold)
            values["desc"] = desc if line.desc is None else line.desc
            if hasattr(line, "class_ref"):
                values["class_ref"] = line.class_ref or getattr(self.record, "class_ref", None)
            code = getattr(item, "sales_tax_code_ref", None)
            if self.kind.sold and hasattr(line, "sales_tax_code_ref") and code:
                values["sales_tax_code_ref"] = line.sales_tax_code_ref or code
        if hasattr(line, "billable_status") and is_account_line(line) and is_set(getattr(line, "customer_ref", None)):
            values["billable_status"] = line.billable_status or "Billable"
        return with_fields(line, **values)

    def _changed(self, line: Line, mod: Line) -> Line:
        """A line as it is after a Mod: the amount follows from the quantity and the rate, unless it is said too."""
        self._refuse_the_unknown(mod)
        if not self.kind.rate:
            follows = getattr(mod, "quantity_difference", None) is not None and mod.value_difference is None
            return with_fields(merged(line, mod), value_difference=None) if follows else merged(line, mod)
        if is_group(line):
            return self._changed_group(line, mod)
        present = table(type(mod)).present(mod)
        rate = self.kind.rate
        after = merged(line, mod)
        if "amount" in present and "rate_percent" not in present and hasattr(line, "rate_percent"):
            after = with_fields(after, rate_percent=None)
        follows = bool(present & {"quantity", rate}) and getattr(after, rate) is not None
        follows = follows or getattr(after, "rate_percent", None) is not None
        return self._sized(with_fields(after, amount=None) if follows and "amount" not in present else after)

    def _sized(self, line: Line) -> Line:
        """A line whose quantity, rate and amount fit together; only text has none of them."""
        if is_account_line(line):
            if line.amount and not is_set(line.account_ref):
                raise NO_ACCOUNT(note="the line names no account")
            return with_fields(line, amount=ZERO if line.amount is None else line.amount)
        rate = getattr(line, self.kind.rate)
        if not is_set(line.item_ref):
            if self.fields and (line.quantity, rate, line.amount) != (None, None, None):
                raise NO_ITEM(field="ItemRef")
            return line
        item = self._item(line)
        quantity, amount = line.quantity, line.amount
        if _is_subtotal(item):
            return with_fields(line, rate=None, amount=ZERO)
        if self.kind.sold and (share := self._share(line, item, rate)) is not None:
            return with_fields(
                line, **self.kind.line_defaults | fields_of(line) | {"rate_percent": share, "amount": ZERO}
            )
        price = suggested(item, sold=self.kind.sold)[1]
        if amount is None and rate is None:
            rate = price or ZERO
        elif self.kind.sold and amount is not None and (quantity, rate) == (None, None) and price:
            quantity, rate = quantity_of_amount(amount, price), price
        quantity, rate, amount = quantity_rate_amount_of(quantity, rate, amount)
        values = {name: value for name, value in self.kind.line_defaults.items() if getattr(line, name) is None}
        return with_fields(line, **values | {"quantity": quantity, self.kind.rate: rate, "amount": amount})

    def _share(self, line: Line, item: ListRecord | None, rate: Decimal | None) -> Decimal | None:
        """What a line takes of the one above it, in percent; None where it costs an amount."""
        said_share: Decimal | None = getattr(line, "rate_percent", None)
        if said_share is not None:
            if line.amount is not None:
                raise NOT_SIMULATED("RatePercent", note="RatePercent beside an amount is not simulated")
            return said_share
        return percent_of(item) if rate is None and line.amount is None else None

    def _refuse_the_unknown(self, line: Line) -> None:
        """What QuickBooks reckons with, and the simulator does not."""
        for name, what in _NOT_SIMULATED.items():
            if getattr(line, name, None) is not None:
                raise NOT_SIMULATED(what, note=f"{what}: exists in QuickBooks, but is not simulated")

    # --- groups of items ---------------------------------------------------------------------------------------------

    def _expanded(self, line: Line) -> Line:
        """A group of items with its lines, as many of each as one group has, times the groups."""
        asked = line.item_group_ref or Ref()
        group = find_in_any(self.store, ("ItemGroup",), asked)
        if group is None or not group.members:
            raise EMPTY_GROUP(_called(asked), "Item Group", self.record.__record__.tag)
        cls = line_class(line, "lines")
        times = quantity_or_one(line.quantity)
        lines = tuple(
            self.new(
                cls(
                    item_ref=one.item_ref,
                    quantity=quantity_of_amount(times * quantity_or_one(one.quantity), Decimal(1)),
                )
            )
            for one in group.members
        )
        desc = group.item_desc if line.desc is None else line.desc
        values: Values = {"quantity": times, "desc": desc, "lines": lines}
        if hasattr(line, "is_print_items_in_group"):
            values["is_print_items_in_group"] = bool(group.is_print_items_in_group)
        return self._totalled(with_fields(line, **values))

    def _changed_group(self, line: Line, mod: Line) -> Line:
        lines = self.after(line.lines, mod.lines) if mod.lines else line.lines
        after = merged(line, with_fields(mod, lines=()))
        if mod.quantity is not None and not mod.lines and mod.quantity != line.quantity:
            if not line.quantity:  # it was voided
                return self._expanded(after)
            lines = tuple(self._times(one, mod.quantity, line.quantity) for one in line.lines)
        return self._totalled(with_fields(after, lines=lines))

    def _times(self, line: Line, many: Decimal, before: Decimal) -> Line:
        """A line of a group of which there are so many now."""
        quantity = quantity_of_amount(quantity_or_one(line.quantity) * many, before)
        return self._sized(with_fields(line, quantity=quantity, amount=None))

    def _totalled(self, line: Line) -> Line:
        lines = self.summed(line.lines) if self.kind.sold else line.lines
        amounts = (one.amount for one in lines if not _is_subtotal(self._item(one)))
        return with_fields(line, lines=lines, total_amount=total(amounts))


def _is_subtotal(item: ListRecord | None) -> bool:
    return item is not None and item.__record__.tag == "ItemSubtotal"


def _item_name(line: Line) -> str:
    ref = getattr(line, "item_ref", None)
    return (ref.full_name or "") if is_set(ref) else ""


def _called(ref: Ref) -> str:
    return ref.list_id or ref.full_name or ""
