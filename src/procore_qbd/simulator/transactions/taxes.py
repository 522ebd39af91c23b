"""Sales tax: in the United States one rate on what is taxable, elsewhere the rate of each line's tax code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.simulator.about import preference
from procore_qbd.simulator.knowledge.arithmetic import ZERO, percent
from procore_qbd.simulator.knowledge.rules import Reason, Setting, Source, tried
from procore_qbd.simulator.knowledge.scene import SCHOOL, framing
from procore_qbd.simulator.knowledge.type_groups import SALES_TAXES
from procore_qbd.simulator.lists.references import find_in_any
from procore_qbd.simulator.records.entries import flat
from procore_qbd.simulator.records.shaping import is_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from procore_qbd.qbxml import Ref
    from procore_qbd.simulator.kinds.kind import Draft, Kind
    from procore_qbd.simulator.knowledge.nouns import ListRecord, TransactionRecord
    from procore_qbd.simulator.store.file import Store
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["taxed", "with_sales_tax_item"]

NO_SALES_TAX_ITEM = Reason(
    3180,
    "A sale names no sales tax, nor has its customer one, where the preference requires one.",
    Source.LIVE_REPORT,
    tried(f"<SalesOrderAdd>{SCHOOL}{framing('SalesOrderLineAdd')}</SalesOrderAdd>", setting=Setting.SALES_TAX_REQUIRED),
    quickbooks="Transaction Sales Tax field cannot be left blank.",
    refuses=lambda asked: asked.kind and asked.takes("item_sales_tax_ref"),
)


def with_sales_tax_item(draft: Draft, company: WritableCompany) -> Draft:
    """A sale names its sales tax, where that is required; only in the United States a sale has one tax."""
    if (
        hasattr(draft.record, "item_sales_tax_ref")
        and not is_set(draft.record.item_sales_tax_ref)
        and preference(company.store, "is_requiring_sales_tax_item")
    ):
        raise NO_SALES_TAX_ITEM(field=draft.kind.tag)
    return draft


def taxed(record: TransactionRecord, kind: Kind, store: Store) -> tuple[Decimal, Decimal]:
    """The rate of a transaction, in percent, and its sales tax; it is rounded once for each rate.

    Where the amounts have the tax in them, there is none to add.
    """
    if getattr(record, "is_tax_included", None):
        return ZERO, ZERO
    if store.fact("edition") == "US":
        if not hasattr(record, "item_sales_tax_ref"):
            return ZERO, ZERO
        rate = _rate(record.item_sales_tax_ref, store)
        sums = _by_code(record, kind, store)
        return rate, percent(sum((amount for code, amount in sums if code.is_taxable), ZERO), rate)
    rates: dict[str, Decimal] = {}
    amounts: dict[str, Decimal] = {}
    for code, amount in _by_code(record, kind, store):
        rates[code.list_id] = _rate(code.item_sales_tax_ref if kind.sold else code.item_purchase_tax_ref, store)
        amounts[code.list_id] = amounts.get(code.list_id, ZERO) + amount
    return ZERO, sum((percent(amount, rates[code]) for code, amount in amounts.items()), ZERO)


def _by_code(record: TransactionRecord, kind: Kind, store: Store) -> Iterator[tuple[ListRecord, Decimal]]:
    """The amounts of lines that have a tax code, and the code; none of a customer who is not taxed."""
    whose = getattr(record, "customer_sales_tax_code_ref", None)
    customers = find_in_any(store, ("SalesTaxCode",), whose) if is_set(whose) else None
    if customers is not None and not customers.is_taxable:
        return
    for name in kind.lines:
        for line in flat(getattr(record, name)):
            ref = getattr(line, "sales_tax_code_ref", None)
            code = find_in_any(store, ("SalesTaxCode",), ref) if is_set(ref) else None
            if code is not None and line.amount:
                yield code, line.amount


def _rate(ref: Ref | None, store: Store) -> Decimal:
    """The rate of a tax, or the rates of a group of them together, in percent."""
    if ref is None or not is_set(ref):
        return ZERO
    found = find_in_any(store, SALES_TAXES, ref)
    if found is None:
        return ZERO
    if hasattr(found, "item_sales_tax_refs"):
        return sum((_rate(one, store) for one in found.item_sales_tax_refs), ZERO)
    rate: Decimal | None = found.tax_rate
    return rate or ZERO
