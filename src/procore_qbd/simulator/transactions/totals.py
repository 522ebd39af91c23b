"""What a transaction must have to be whole, and its sums: subtotals, sales tax, total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.simulator.knowledge.arithmetic import total
from procore_qbd.simulator.knowledge.wording import NOT_POSITIVE, Refusal
from procore_qbd.simulator.records.entries import flat
from procore_qbd.simulator.records.shaping import is_set
from procore_qbd.simulator.transactions.lines import LineWriter
from procore_qbd.simulator.transactions.taxes import taxed

if TYPE_CHECKING:
    from procore_qbd.simulator.kinds.kind import Draft
    from procore_qbd.simulator.knowledge.nouns import Line, Values
    from procore_qbd.simulator.store.file import Store
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["as_asked", "completed", "summed"]


def completed(draft: Draft, company: WritableCompany) -> Draft:
    """It has what its kind demands: lines, if it can have any, or what the kind says itself."""
    kind = draft.kind
    if kind.completed is not None:
        return kind.completed(draft, company)
    if kind.lines and not any(getattr(draft.record, name) for name in kind.lines):
        raise Refusal(3180, field=kind.tag, note="it has no lines")
    return draft


def summed(draft: Draft, company: WritableCompany) -> Draft:
    """It has its sums; a kind whose lines have no price has none, or sums of its own."""
    kind, store = draft.kind, company.store
    if kind.summed is not None:
        return kind.summed(draft, company)
    if not kind.lines or not kind.rate:
        return draft
    if kind.sold:
        make = LineWriter.of(draft, company)
        draft = draft.saying(**{name: make.summed(getattr(draft.record, name)) for name in kind.lines})
    record = draft.record
    lines = (line for name in kind.lines for line in flat(getattr(record, name)))
    subtotal = total(line.amount for line in lines if not (kind.sold and _is_subtotal(line, store)))
    rate, tax = taxed(record, kind, store)
    amount = subtotal + tax
    if amount < 0:
        raise Refusal(3180, field=kind.tag, record=NOT_POSITIVE)
    sums: Values = dict.fromkeys(kind.totals, amount)
    if hasattr(record, "subtotal"):
        sums |= {"subtotal": subtotal, "sales_tax_percentage": rate, "sales_tax_total": tax}
    return draft.saying(**sums)


def _is_subtotal(line: Line, store: Store) -> bool:
    ref = getattr(line, "item_ref", None)
    return is_set(ref) and store.home(ITEMS, ref.list_id or "") == "ItemSubtotal"


def as_asked(draft: Draft, _company: WritableCompany) -> Draft:
    """It comes to what the Mod says that it comes to."""
    for name in draft.kind.totals:
        asked, comes_to = getattr(draft.mod, name), getattr(draft.record, name)
        if asked not in (None, comes_to):
            raise Refusal(3210, str(asked), "Amount", note=f"its parts come to {comes_to}")
    return draft
