"""What a transaction posts: debits and credits that come to nothing together, one entry an account and line.

What is not posted (estimates, orders, time) has entries of the same kind, with the account that it would move, so that
reports find jobs, items and quantities in one place.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import attrs

from procore_qbd.qbxml.entities.journal_entries import JournalDebitLine
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES, ITEMS
from procore_qbd.simulator.knowledge.arithmetic import NO_QUANTITY, ZERO, quantity_or_one
from procore_qbd.simulator.knowledge.kinds import STOCKED
from procore_qbd.simulator.knowledge.nouns import Line, ListRecord, TransactionRecord, Values, is_account_line
from procore_qbd.simulator.knowledge.transactions import TRANSACTIONS, TransactionRule
from procore_qbd.simulator.store.entries import NAME, STOCK, Entry, flat
from procore_qbd.simulator.store.shaping import is_set
from procore_qbd.simulator.transactions.items import Side

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator

    from procore_qbd.qbxml import Ref

__all__ = ["Accounts", "entries"]

_SALES_TAX = "Sales Tax Payable"


class Accounts(Protocol):
    """Where a company file keeps what; each answer is a ListID, or a list and a ListID, '' where there is none."""

    def special(self, name: str) -> str:
        """An account that QuickBooks makes itself."""
        ...

    def of(self, item: ListRecord | None, side: Side) -> str:
        """The account of an item."""
        ...

    def item(self, ref: Ref) -> ListRecord | None:
        """The item itself, None if it is not there."""
        ...

    def key(self, lists: Iterable[str], ref: Ref | None) -> str:
        """What a reference points to, as list and ListID."""
        ...

    def cost(self, item: ListRecord, quantity: Decimal, without: str) -> Decimal:
        """What so much of an item in stock cost, leaving a transaction out of account."""
        ...

    def is_of(self, account: str, *account_types: str) -> bool:
        """Whether an account is of one of these types."""
        ...


def entries(record: TransactionRecord, accounts: Accounts) -> tuple[Entry, ...]:
    """What a transaction posts.

    Args:
        record: The transaction, whole.
        accounts: Where the company keeps what.
    """
    tag = record.__record__.tag
    found = _OF.get(tag, _usual)(record, TRANSACTIONS[tag], accounts)
    if getattr(record, "is_pending", None):
        return tuple(attrs.evolve(one, posts=False) for one in found)
    return tuple(_named(one, accounts) for one in found)


def _named(entry: Entry, accounts: Accounts) -> Entry:
    """An entry of an account in which what names owe, or are owed, is kept."""
    owed = entry.entity and not entry.holds and accounts.is_of(entry.account, "AccountsReceivable", "AccountsPayable")
    return attrs.evolve(entry, holds=NAME) if owed else entry


def _id(ref: Ref | None) -> str:
    return ref.list_id or "" if ref else ""


def _head(record: TransactionRecord, rule: TransactionRule, amount: Decimal, accounts: Accounts) -> Entry:
    """The total, on the side where it stands."""
    return Entry(
        account=_id(getattr(record, rule.account or "")),
        amount=rule.side * amount,
        entity=accounts.key(ENTITIES, getattr(record, rule.entity)) if rule.entity else "",
        class_=_id(getattr(record, "class_ref", None)),
        memo=getattr(record, "memo", None) or "",
    )


# --- lines of items and accounts -------------------------------------------------------------------------------------


def _usual(record: TransactionRecord, rule: TransactionRule, accounts: Accounts) -> Iterator[Entry]:
    """The total against its lines and its sales tax."""
    whom = accounts.key(ENTITIES, getattr(record, rule.entity)) if rule.entity else ""
    against: list[Entry] = []
    for name in rule.lines:
        for line in flat(getattr(record, name)):
            against += _line(line, record, rule, whom, accounts)
    if tax := _tax(record, rule):
        account = accounts.special(_SALES_TAX)
        against.append(Entry(account=account, amount=rule.line_side * tax, posts=bool(rule.side), entity=whom))
    if rule.side:
        yield _head(record, rule, rule.side * -sum((one.amount for one in against), ZERO), accounts)
    yield from against


def _tax(record: TransactionRecord, rule: TransactionRule) -> Decimal:
    """The sales tax of a transaction; a purchase has it in its total alone."""
    if hasattr(record, "sales_tax_total"):
        return record.sales_tax_total or ZERO
    lines = (line.amount or ZERO for name in rule.lines for line in flat(getattr(record, name)))
    return (getattr(record, rule.totals[0]) or ZERO) - sum(lines, ZERO)


def _line(
    line: Line, record: TransactionRecord, rule: TransactionRule, whom: str, accounts: Accounts
) -> Iterator[Entry]:
    """A line, and what it takes from the stock."""
    if not line.amount and not getattr(line, "quantity", None):
        return
    job = accounts.key(("Customer",), line.customer_ref) if hasattr(line, "customer_ref") else ""
    common: Values = {
        "line": line.txn_line_id or "",
        "posts": bool(rule.side),
        "entity": job or whom,
        "class_": _id(getattr(line, "class_ref", None)),
    }
    if is_account_line(line):
        amount, memo = rule.line_side * (line.amount or ZERO), line.memo or ""
        yield Entry(account=_id(line.account_ref), amount=amount, memo=memo, **common)
        return
    item = accounts.item(line.item_ref) if is_set(line.item_ref) else None
    if item is not None and item.__record__.tag == "ItemSubtotal":
        return
    common |= {"item": accounts.key(ITEMS, line.item_ref), "memo": line.desc or ""}
    stocked = item is not None and item.__record__.tag in STOCKED
    override = _id(getattr(line, "override_item_account_ref", None))
    side = Side.INCOME if rule.sold else Side.ASSET if stocked else Side.EXPENSE
    quantity = rule.line_side * quantity_or_one(line.quantity)
    amount = rule.line_side * (line.amount or ZERO)
    yield Entry(
        account=override or accounts.of(item, side),
        amount=amount,
        quantity=quantity,
        holds=STOCK if stocked and not rule.sold and rule.side else "",
        **common,
    )
    if item is not None and stocked and rule.sold and rule.side:
        yield from _taken(item, quantity, record.txn_id, accounts, common)


def _taken(item: ListRecord, quantity: Decimal, txn_id: str, accounts: Accounts, common: Values) -> Iterator[Entry]:
    """What is sold leaves the stock, at what it had cost."""
    cost = accounts.cost(item, quantity, txn_id)
    yield Entry(account=accounts.of(item, Side.EXPENSE), amount=-cost, **common)
    yield Entry(account=accounts.of(item, Side.ASSET), amount=cost, quantity=quantity, holds=STOCK, **common)


def _charge(record: TransactionRecord, rule: TransactionRule, accounts: Accounts) -> Iterator[Entry]:
    """A charge is its own line."""
    whom = accounts.key(ENTITIES, record.customer_ref)
    item = accounts.item(record.item_ref) if is_set(record.item_ref) else None
    quantity = -quantity_or_one(record.quantity)
    common: Values = {
        "entity": whom,
        "class_": _id(record.class_ref),
        "item": accounts.key(ITEMS, record.item_ref),
        "memo": record.desc or "",
    }
    account = _id(record.override_item_account_ref) or accounts.of(item, Side.INCOME)
    yield _head(record, rule, record.amount or ZERO, accounts)
    yield Entry(account=account, amount=-(record.amount or ZERO), quantity=quantity, **common)
    if item is not None and item.__record__.tag in STOCKED and (record.amount or record.quantity):
        yield from _taken(item, quantity, record.txn_id, accounts, common)


# --- money -----------------------------------------------------------------------------------------------------------


def _bill_payment(record: TransactionRecord, rule: TransactionRule, accounts: Accounts) -> Iterator[Entry]:
    """What was paid, and taken off, against what is owed."""
    whom = accounts.key(ENTITIES, record.payee_entity_ref)
    yield _head(record, rule, record.amount or ZERO, accounts)
    yield from _applied(record, _id(record.ap_account_ref), whom, 1)


def _received(record: TransactionRecord, rule: TransactionRule, accounts: Accounts) -> Iterator[Entry]:
    """What came in, and was taken off, against what the customer owes."""
    whom = accounts.key(ENTITIES, record.customer_ref)
    account = _id(record.ar_account_ref)
    yield _head(record, rule, record.total_amount or ZERO, accounts)
    unused = (record.total_amount or ZERO) - sum((one.amount or ZERO for one in record.applied_to_txns), ZERO)
    yield from _applied(record, account, whom, -1)
    if unused:
        yield Entry(account=account, amount=-unused, entity=whom)


def _applied(record: TransactionRecord, account: str, whom: str, side: int) -> Iterator[Entry]:
    for one in record.applied_to_txns:
        discount = one.discount_amount or ZERO
        yield Entry(account=account, amount=side * ((one.amount or ZERO) + discount), entity=whom, line=one.txn_id)
        if discount:
            off = _id(one.discount_account_ref)
            class_ = _id(one.discount_class_ref)
            yield Entry(account=off, amount=-side * discount, entity=whom, line=one.txn_id, class_=class_)


def _refund(record: TransactionRecord, rule: TransactionRule, accounts: Accounts) -> Iterator[Entry]:
    head = _head(record, rule, record.total_amount or ZERO, accounts)
    yield head
    yield Entry(account=_id(record.ar_account_ref), amount=-head.amount, entity=head.entity)


def _deposit(record: TransactionRecord, rule: TransactionRule, accounts: Accounts) -> Iterator[Entry]:
    back = record.cash_back_info
    yield _head(record, rule, record.deposit_total or ZERO, accounts)
    for line in record.lines:
        yield Entry(
            account=_id(line.account_ref),
            amount=-(line.amount or ZERO),
            line=line.txn_line_id or "",
            entity=accounts.key(ENTITIES, line.entity_ref),
            class_=_id(line.class_ref),
            memo=line.memo or "",
        )
    if back:
        yield Entry(account=_id(back.account_ref), amount=back.amount or ZERO, memo=back.memo or "")


def _transfer(record: TransactionRecord, rule: TransactionRule, accounts: Accounts) -> Iterator[Entry]:
    head = _head(record, rule, record.amount or ZERO, accounts)
    yield head
    yield attrs.evolve(head, account=_id(record.transfer_to_account_ref), amount=-head.amount)


def _journal(record: TransactionRecord, _rule: TransactionRule, accounts: Accounts) -> Iterator[Entry]:
    for line in record.lines:
        yield Entry(
            account=_id(line.account_ref),
            amount=(line.amount or ZERO) * (1 if isinstance(line, JournalDebitLine) else -1),
            line=line.txn_line_id or "",
            entity=accounts.key(ENTITIES, line.entity_ref),
            class_=_id(line.class_ref),
            memo=line.memo or "",
        )


def _tax_payment(record: TransactionRecord, rule: TransactionRule, accounts: Accounts) -> Iterator[Entry]:
    head = _head(record, rule, record.amount or ZERO, accounts)
    yield head
    for line in record.lines:
        yield Entry(
            account=accounts.special(_SALES_TAX),
            amount=line.amount or ZERO,
            line=line.txn_line_id or "",
            entity=head.entity,
        )


# --- stock and time --------------------------------------------------------------------------------------------------


def _adjustment(record: TransactionRecord, _rule: TransactionRule, accounts: Accounts) -> Iterator[Entry]:
    job = accounts.key(("Customer",), record.customer_ref)
    class_ = _id(record.class_ref)
    worth = ZERO
    for line in record.lines:
        item = accounts.item(line.item_ref)
        value = line.value_difference or ZERO
        worth += value
        yield Entry(
            account=accounts.of(item, Side.ASSET),
            amount=value,
            line=line.txn_line_id or "",
            entity=job,
            class_=class_,
            item=accounts.key(ITEMS, line.item_ref),
            quantity=line.quantity_difference or NO_QUANTITY,
            holds=STOCK,
        )
    yield Entry(account=_id(record.account_ref), amount=-worth, entity=job, class_=class_)


def _build(record: TransactionRecord, _rule: TransactionRule, accounts: Accounts) -> Iterator[Entry]:
    """What is built takes over what its parts cost."""
    whole = accounts.item(record.item_inventory_assembly_ref)
    cost = ZERO
    for part in record.component_item_lines:
        item = accounts.item(part.item_ref)
        if item is None or item.__record__.tag not in STOCKED:
            continue
        taken = -(part.quantity_needed or NO_QUANTITY)
        value = accounts.cost(item, taken, record.txn_id)
        cost -= value
        account, key = accounts.of(item, Side.ASSET), accounts.key(ITEMS, part.item_ref)
        yield Entry(account=account, amount=value, item=key, quantity=taken, holds=STOCK)
    yield Entry(
        account=accounts.of(whole, Side.ASSET),
        amount=cost,
        item=accounts.key(ITEMS, record.item_inventory_assembly_ref),
        quantity=record.quantity_to_build or NO_QUANTITY,
        holds=STOCK,
    )


def _time(record: TransactionRecord, _rule: TransactionRule, accounts: Accounts) -> Iterator[Entry]:
    yield Entry(
        account="",
        amount=ZERO,
        posts=False,
        entity=accounts.key(ENTITIES, record.customer_ref or record.entity_ref),
        class_=_id(record.class_ref),
        item=accounts.key(ITEMS, record.item_service_ref),
        quantity=_hours(record.duration),
        memo=record.notes or "",
    )


def _hours(duration: dt.timedelta | None) -> Decimal:
    return Decimal(round(duration.total_seconds())) / 3600 if duration else NO_QUANTITY


_OF: dict[str, Callable[[TransactionRecord, TransactionRule, Accounts], Iterator[Entry]]] = {
    "ARRefundCreditCard": _refund,
    "BillPaymentCheck": _bill_payment,
    "BillPaymentCreditCard": _bill_payment,
    "BuildAssembly": _build,
    "Charge": _charge,
    "Deposit": _deposit,
    "InventoryAdjustment": _adjustment,
    "JournalEntry": _journal,
    "ReceivePayment": _received,
    "SalesTaxPaymentCheck": _tax_payment,
    "TimeTracking": _time,
    "Transfer": _transfer,
}
