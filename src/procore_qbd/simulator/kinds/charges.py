"""Statement charges: what a customer owes for one item, without an invoice; a charge is its own line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml.entities.shared.transactions import ENTITIES, ITEMS
from procore_qbd.simulator.kinds.families import RECEIVABLE
from procore_qbd.simulator.kinds.kind import Kind
from procore_qbd.simulator.kinds.postings import head, list_id, taken_from_stock
from procore_qbd.simulator.knowledge.arithmetic import ZERO, quantity_or_one, quantity_rate_amount_of
from procore_qbd.simulator.knowledge.reasons import LESS_THAN_NOTHING
from procore_qbd.simulator.knowledge.type_groups import STOCKED
from procore_qbd.simulator.records.entries import Entry
from procore_qbd.simulator.records.items import Side, suggested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator.kinds.kind import CompanyRecords, Draft
    from procore_qbd.simulator.knowledge.nouns import TransactionRecord, Values

__all__ = ["CHARGE"]


def _priced(draft: Draft, company: CompanyRecords) -> Draft:
    """Its words and its price are those of its item; quantity, rate and amount fit together."""
    charge = draft.record
    desc, price = suggested(company.item(charge.item_ref), sold=True)
    rate = price if (charge.rate, charge.amount) == (None, None) else charge.rate
    quantity, rate, amount = quantity_rate_amount_of(charge.quantity, rate, charge.amount)
    if (amount or ZERO) < 0:
        raise LESS_THAN_NOTHING(field="Charge")
    desc = desc if charge.desc is None else charge.desc
    return draft.saying(quantity=quantity, rate=rate, amount=amount or ZERO, desc=desc)


def _amount_follows(draft: Draft, _company: CompanyRecords) -> Draft:
    """A new quantity or rate makes a new amount, unless the Mod says that too."""
    mod = draft.mod
    follows = mod is not None and mod.amount is None and (mod.quantity is not None or mod.rate is not None)
    return draft.saying(amount=None) if follows else draft


def _entries(record: TransactionRecord, kind: Kind, company: CompanyRecords) -> Iterator[Entry]:
    whom = company.key(ENTITIES, record.customer_ref)
    item = company.item(record.item_ref)
    quantity = -quantity_or_one(record.quantity)
    common: Values = {
        "entity": whom,
        "class_": list_id(record.class_ref),
        "item": company.key(ITEMS, record.item_ref),
        "memo": record.desc or "",
    }
    account = list_id(record.override_item_account_ref) or company.of(item, Side.INCOME)
    yield head(record, kind, record.amount or ZERO, company)
    yield Entry(account=account, amount=-(record.amount or ZERO), quantity=quantity, **common)
    if item is not None and item.__record__.tag in STOCKED and (record.amount or record.quantity):
        yield from taken_from_stock(item, quantity, record.txn_id, company, common)


CHARGE = Kind(
    tag="Charge",
    title="Stmt Charge",
    entity="customer_ref",
    entries=_entries,
    **RECEIVABLE,
    side=1,
    sold=True,
    opens="balance_remaining",
    credits=("CreditMemo",),
    changed=_amount_follows,
    summed=_priced,
)
