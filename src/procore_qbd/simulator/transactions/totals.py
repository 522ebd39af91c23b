"""What a transaction must have to be whole, and its sums: subtotals, sales tax, total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.simulator.knowledge.arithmetic import ZERO, total
from procore_qbd.simulator.knowledge.reasons import LESS_THAN_NOTHING, NO_LINES
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import BILL, INVOICE, mod, paying
from procore_qbd.simulator.records.entries import flat
from procore_qbd.simulator.records.shaping import is_set
from procore_qbd.simulator.store.linking import total_of
from procore_qbd.simulator.transactions.lines import LineWriter
from procore_qbd.simulator.transactions.taxes import taxed

if TYPE_CHECKING:
    from procore_qbd.simulator.kinds.kind import Draft
    from procore_qbd.simulator.knowledge.nouns import Line, Values
    from procore_qbd.simulator.store.file import Store
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["as_asked", "completed", "summed", "within_credit_limit"]

OVER_THE_CREDIT_LIMIT = Reason(
    3180,
    "A customer would owe more than the credit limit allows.",
    Source.LIVE_REPORT,
    tried(
        INVOICE.replace("~School", "~Pool"),
        customer="<CustomerAdd><Name>~Pool</Name><CreditLimit>9.99</CreditLimit></CustomerAdd>",
    ),
    refuses=lambda asked: (
        asked.kind and asked.kind.opens and asked.kind.account == "ar_account_ref" and asked.kind.side > 0
    ),
)
COMES_TO_ANOTHER_TOTAL = Reason(
    3210,
    "A change says what a transaction comes to, and its parts come to something else.",
    Source.DECIDED,
    tried(mod("BillPaymentCheck", "payment", "<Amount>6.00</Amount>"), bill=BILL, payment=paying()),
    refuses=lambda asked: (
        asked.mods and asked.kind and asked.kind.applied and not asked.kind.opens and asked.takes(*asked.kind.totals)
    ),
)


def completed(draft: Draft, company: WritableCompany) -> Draft:
    """It has what its kind demands: lines, if it can have any, or what the kind says itself."""
    kind = draft.kind
    if kind.completed is not None:
        return kind.completed(draft, company)
    if kind.lines and not any(getattr(draft.record, name) for name in kind.lines):
        raise NO_LINES(field=kind.tag, note="it has no lines")
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
        raise LESS_THAN_NOTHING(field=kind.tag)
    sums: Values = dict.fromkeys(kind.totals, amount)
    if hasattr(record, "subtotal"):
        sums |= {"subtotal": subtotal, "sales_tax_percentage": rate, "sales_tax_total": tax}
    return draft.saying(**sums)


def _is_subtotal(line: Line, store: Store) -> bool:
    ref = getattr(line, "item_ref", None)
    return is_set(ref) and store.home(ITEMS, ref.list_id or "") == "ItemSubtotal"


def within_credit_limit(draft: Draft, company: WritableCompany) -> Draft:
    """What a customer owes with it is no more than the limit of that customer, if there is one."""
    record, kind = draft.record, draft.kind
    if kind.account != "ar_account_ref" or kind.side < 0:
        return draft
    customer = company.find(("Customer",), record.customer_ref)
    limit = getattr(customer, "credit_limit", None)
    if customer is None or limit is None:
        return draft
    same = draft.before is not None and draft.before.customer_ref == record.customer_ref
    before = total_of(draft.before, kind) if same and draft.before is not None else ZERO
    owed = company.store.get("Customer", customer.list_id).total_balance - before + total_of(record, kind)
    if owed > limit:
        raise OVER_THE_CREDIT_LIMIT(field=kind.tag, note=f"{customer.full_name} would owe {owed}, the limit is {limit}")
    return draft


def as_asked(draft: Draft, _company: WritableCompany) -> Draft:
    """It comes to what the Mod says that it comes to."""
    for name in draft.kind.totals:
        asked, comes_to = getattr(draft.mod, name), getattr(draft.record, name)
        if asked not in (None, comes_to):
            raise COMES_TO_ANOTHER_TOTAL(str(asked), "Amount", note=f"its parts come to {comes_to}")
    return draft
