"""What kinds of transactions post in the same way: a total against lines, what is paid, what leaves the stock.

What is not posted (estimates, orders, time) has entries of the same kind, with the account that it would move, so that
reports find jobs, items and quantities in one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml.entities.shared.transactions import ENTITIES, ITEMS
from procore_qbd.simulator.knowledge.arithmetic import ZERO, quantity_or_one
from procore_qbd.simulator.knowledge.nouns import Line, ListRecord, TransactionRecord, Values, is_account_line
from procore_qbd.simulator.knowledge.type_groups import STOCKED
from procore_qbd.simulator.records.entries import STOCK, Entry, flat
from procore_qbd.simulator.records.items import Side

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from procore_qbd.qbxml import Ref
    from procore_qbd.simulator.kinds.kind import CompanyRecords, Kind

__all__ = ["SALES_TAX", "applied_entries", "head", "list_id", "taken_from_stock", "total_against_lines"]

SALES_TAX = "Sales Tax Payable"
_JOBS = ("Customer",)


def list_id(ref: Ref | None) -> str:
    """The ListID of a reference; '' where it is empty."""
    return ref.list_id or "" if ref else ""


def head(record: TransactionRecord, kind: Kind, amount: Decimal, company: CompanyRecords) -> Entry:
    """The total, on the side where it stands."""
    return Entry(
        account=list_id(getattr(record, kind.account or "")),
        amount=kind.side * amount,
        entity=company.key(ENTITIES, getattr(record, kind.entity)) if kind.entity else "",
        class_=list_id(getattr(record, "class_ref", None)),
        memo=getattr(record, "memo", None) or "",
    )


def total_against_lines(record: TransactionRecord, kind: Kind, company: CompanyRecords) -> Iterator[Entry]:
    """The total against its lines and its sales tax."""
    whom = company.key(ENTITIES, getattr(record, kind.entity)) if kind.entity else ""
    against: list[Entry] = []
    for name in kind.lines:
        for line in flat(getattr(record, name)):
            against += _line(line, record, kind, whom, company)
    if tax := _tax(record, kind):
        account = company.special(SALES_TAX)
        against.append(Entry(account=account, amount=kind.line_side * tax, posts=bool(kind.side), entity=whom))
    if kind.side:
        yield head(record, kind, kind.side * -sum((one.amount for one in against), ZERO), company)
    yield from against


def _tax(record: TransactionRecord, kind: Kind) -> Decimal:
    """The sales tax of a transaction; a purchase has it in its total alone."""
    if hasattr(record, "sales_tax_total"):
        return record.sales_tax_total or ZERO
    lines = (line.amount or ZERO for name in kind.lines for line in flat(getattr(record, name)))
    return (getattr(record, kind.totals[0]) or ZERO) - sum(lines, ZERO)


def _line(line: Line, record: TransactionRecord, kind: Kind, whom: str, company: CompanyRecords) -> Iterator[Entry]:
    """A line, and what it takes from the stock."""
    if not line.amount and not getattr(line, "quantity", None):
        return
    job = company.key(_JOBS, line.customer_ref) if hasattr(line, "customer_ref") else ""
    amount = kind.line_side * (line.amount or ZERO)
    common: Values = {
        "line": line.txn_line_id or "",
        "posts": bool(kind.side),
        "entity": job or whom,
        "class_": list_id(getattr(line, "class_ref", None)),
    }
    if is_account_line(line):
        yield Entry(account=list_id(line.account_ref), amount=amount, memo=line.memo or "", **common)
        return
    item = company.item(line.item_ref)
    if item is not None and item.__record__.tag == "ItemSubtotal":
        return
    common["item"], common["memo"] = company.key(ITEMS, line.item_ref), line.desc or ""
    stocked = item is not None and item.__record__.tag in STOCKED
    override = list_id(getattr(line, "override_item_account_ref", None))
    side = Side.INCOME if kind.sold else Side.ASSET if stocked else Side.EXPENSE
    quantity = kind.line_side * quantity_or_one(line.quantity)
    yield Entry(
        account=override or company.of(item, side),
        amount=amount,
        quantity=quantity,
        holds=STOCK if stocked and not kind.sold and kind.side else "",
        **common,
    )
    if item is not None and stocked and kind.sold and kind.side:
        yield from taken_from_stock(item, quantity, record.txn_id, company, common)


def taken_from_stock(
    item: ListRecord, quantity: Decimal, txn_id: str, company: CompanyRecords, common: Values
) -> Iterator[Entry]:
    """What is sold leaves the stock, at what it had cost."""
    cost = company.cost(item, quantity, txn_id)
    yield Entry(account=company.of(item, Side.EXPENSE), amount=-cost, **common)
    yield Entry(account=company.of(item, Side.ASSET), amount=cost, quantity=quantity, holds=STOCK, **common)


def applied_entries(record: TransactionRecord, account: str, whom: str, side: int) -> Iterator[Entry]:
    """What each transaction gets that a payment is applied to, and the discounts that it takes."""
    for one in record.applied_to_txns:
        discount = one.discount_amount or ZERO
        yield Entry(account=account, amount=side * ((one.amount or ZERO) + discount), entity=whom, line=one.txn_id)
        if discount:
            off = list_id(one.discount_account_ref)
            class_ = list_id(one.discount_class_ref)
            yield Entry(account=off, amount=-side * discount, entity=whom, line=one.txn_id, class_=class_)
