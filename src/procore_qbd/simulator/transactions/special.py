"""What is peculiar to some transactions: what they must have, and what QuickBooks reckons in them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.employees import TimeDataUse
from procore_qbd.qbxml.entities.inventory_transactions import ComponentItemLine
from procore_qbd.qbxml.entities.journal_entries import JournalCreditLine, JournalDebitLine, JournalLineType
from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.qbxml.rows.values import NEW_LINE
from procore_qbd.simulator.knowledge.arithmetic import ZERO, from_cents, quantity_or_one, total
from procore_qbd.simulator.knowledge.kinds import STOCKED
from procore_qbd.simulator.knowledge.wording import NOT_POSITIVE, Refusal
from procore_qbd.simulator.lists.references import find_in_any
from procore_qbd.simulator.store.shaping import fields_of, full_name, is_set, with_fields
from procore_qbd.simulator.store.sums import CREDITED, quantity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from procore_qbd.simulator.knowledge.nouns import Line, ListRecord, TransactionRecord
    from procore_qbd.simulator.store.file import Store
    from procore_qbd.simulator.transactions.chart import AccountResolver

    Whole = Callable[[TransactionRecord, Store, AccountResolver], TransactionRecord]

__all__ = ["SPECIAL", "journal_line"]

_LONGEST_CHECK_NUMBER = 11

_HOLDS_MONEY = (
    *("Bank", "OtherCurrentAsset", "FixedAsset", "OtherAsset"),
    *("CreditCard", "OtherCurrentLiability", "LongTermLiability", "Equity"),
)
"""The accounts that money can be transferred between: those of a balance sheet, but for what names owe and are owed."""

_SIDES = {
    "transfer_from_account_ref": "TransferFromAccountRef",
    "transfer_to_account_ref": "TransferToAccountRef",
}

_NOT_BALANCED = (
    "  QuickBooks error message: The transaction is not in balance.  Make sure the amounts on the debit side equal the "
    "amounts on the credit side."
)


# --- journal entries -------------------------------------------------------------------------------------------------


def journal_line(mod: Line, lines: Iterable[Line]) -> Line:
    """A line of a Mod, which says itself which side it is on, as a line of that side."""
    before = next((line for line in lines if line.txn_line_id == mod.txn_line_id), None)
    kind = mod.journal_line_type
    if before is None and mod.txn_line_id != NEW_LINE:
        raise Refusal(3120, mod.txn_line_id or "")
    if before is None and kind is None:
        raise Refusal(3150, field="JournalLineType", note="a new line needs a side")
    cls: Any = type(before)
    if kind is not None:
        cls = JournalDebitLine if kind == JournalLineType.DEBIT else JournalCreditLine
    if before is not None and cls is not type(before):
        raise Refusal(3170, field="JournalEntry", note="a line cannot change its side; delete it, and add another")
    line: Line = cls(**{name: value for name, value in fields_of(mod).items() if name != "journal_line_type"})
    return line


def _journal(entry: TransactionRecord, _store: Store, chart: AccountResolver) -> TransactionRecord:
    """Debits and credits of equal totals; what customers owe is a customer's, what is owed to vendors a vendor's."""
    sides = {JournalDebitLine: ZERO, JournalCreditLine: ZERO}
    for line in entry.lines:
        amount = line.amount or ZERO
        if amount < 0:
            raise Refusal(3040, str(amount), "Amount", note="a debit or credit cannot be negative")
        sides[type(line)] += amount
        account = (line.account_ref.list_id or "") if is_set(line.account_ref) else ""
        if amount and not account:
            raise Refusal(3270)
        for account_type, list_ in (("AccountsReceivable", "Customer"), ("AccountsPayable", "Vendor")):
            whose = chart.key((list_,), line.entity_ref)
            if chart.is_of(account, account_type) and not whose.startswith(f"{list_}/"):
                raise Refusal(3180, field="Journal Entry", note=f"{account_type} takes a {list_} in EntityRef")
    if sides[JournalDebitLine] != sides[JournalCreditLine]:
        raise Refusal(3180, field="Journal Entry", record=_NOT_BALANCED)
    return with_fields(entry, lines=tuple(with_fields(line, amount=line.amount or ZERO) for line in entry.lines))


# --- money and time --------------------------------------------------------------------------------------------------


def _transfer(transfer: TransactionRecord, store: Store, chart: AccountResolver) -> TransactionRecord:
    """From one account to another; what each holds when it is saved is told."""
    for name, tag in _SIDES.items():
        if not is_set(ref := getattr(transfer, name)):
            raise Refusal(3150, field=tag)
        if not chart.is_of(ref.list_id or "", *_HOLDS_MONEY):
            raise Refusal(3210, ref.full_name or "", tag, note=f"it is of none of the types {', '.join(_HOLDS_MONEY)}")
    here, there = transfer.transfer_from_account_ref.list_id, transfer.transfer_to_account_ref.list_id
    if here == there:
        raise Refusal(
            3210, transfer.transfer_to_account_ref.full_name, "TransferToAccountRef", note="both accounts are the same"
        )
    if transfer.amount is None:
        raise Refusal(3150, field="Amount")
    if transfer.amount <= 0:
        raise Refusal(3210, str(transfer.amount), "Amount", note="nothing is transferred")
    return with_fields(
        transfer,
        from_account_balance=_afterwards(transfer, here, -transfer.amount, store),
        to_account_balance=_afterwards(transfer, there, transfer.amount, store),
    )


def _afterwards(transfer: TransactionRecord, account_id: str, moved: Decimal, store: Store) -> Decimal:
    """What an account holds after a transfer, on its own side."""
    account: ListRecord = store.get("Account", account_id)
    before = sum((one.amount for one in store.book.entries(transfer.txn_id) if one.account == account_id), ZERO)
    side = -1 if account.account_type in CREDITED else 1
    holds: Decimal = account.balance + side * (moved - before)
    return holds


def _tax_payment(check: TransactionRecord, _store: Store, _chart: AccountResolver) -> TransactionRecord:
    for line in check.lines:
        if line.amount is None:
            raise Refusal(3150, field="Amount")
    if len(check.ref_number or "") > _LONGEST_CHECK_NUMBER:  # the rows of its requests let more through
        raise Refusal(3070, check.ref_number, "RefNumber")
    amount = total(line.amount for line in check.lines)
    if amount < 0:
        raise Refusal(3180, field="SalesTaxPaymentCheck", record=NOT_POSITIVE)
    return with_fields(check, amount=amount)


def _time(time: TransactionRecord, store: Store, _chart: AccountResolver) -> TransactionRecord:
    """Time of an employee whose time may make paychecks, or may not, and nobody said which."""
    who = find_in_any(store, ("Employee",), time.entity_ref)
    payroll = who.employee_payroll_info if who is not None else None
    if who is not None and payroll is not None and payroll.use_time_data_to_create_paychecks == TimeDataUse.NOT_SET:
        raise Refusal(3310, full_name(who))
    if time.billable_status and time.billable_status != "NotBillable" and not is_set(time.customer_ref):
        raise Refusal(3150, field="CustomerRef")
    return time


# --- stock -----------------------------------------------------------------------------------------------------------


def _adjustment(adjustment: TransactionRecord, _store: Store, chart: AccountResolver) -> TransactionRecord:
    """What an adjustment of the stock comes to: a new quantity or a difference, at what one cost, or a new worth."""
    lines = []
    for line in adjustment.lines:
        item = chart.item(line.item_ref) if line.item_ref else None
        if item is None:
            raise Refusal(3150, field="ItemRef")
        if item.__record__.tag not in STOCKED:
            raise Refusal(3280, full_name(item), "InventoryAdjustment")
        if line.serial_number_adjustment or line.lot_number_adjustment:
            raise Refusal(1030, field="SerialNumberAdjustment", note="serial and lot numbers are not simulated")
        hand, worth = chart.stock(item, adjustment.txn_id)
        difference, value = line.quantity_difference, line.value_difference
        if (wanted := line.quantity_adjustment) is not None:
            difference = wanted.quantity_difference
            if difference is None:
                difference = (wanted.new_quantity or Decimal(0)) - quantity_of(hand)
        if (wanted := line.value_adjustment) is not None:
            there = quantity_of(hand)
            now = wanted.new_quantity
            difference = wanted.quantity_difference if now is None else now - there
            value = None if wanted.new_value is None else wanted.new_value - from_cents(worth)
        if value is None:
            value = chart.cost(item, difference or Decimal(0), adjustment.txn_id)
        lines.append(
            with_fields(
                line,
                quantity_adjustment=None,
                value_adjustment=None,
                quantity_difference=difference or Decimal(0),
                value_difference=value,
            )
        )
    if not lines:
        raise Refusal(3180, field="InventoryAdjustment", note="it has no lines")
    return with_fields(adjustment, lines=tuple(lines))


def _build(build: TransactionRecord, store: Store, chart: AccountResolver) -> TransactionRecord:
    """What a build takes of its parts; where there are too few, it waits or is refused."""
    whole = chart.item(build.item_inventory_assembly_ref)
    if whole is None or whole.__record__.tag != "ItemInventoryAssembly":
        raise Refusal(3280, build.item_inventory_assembly_ref.full_name or "", "BuildAssembly")
    if build.quantity_to_build is None:
        raise Refusal(3150, field="QuantityToBuild")
    if build.quantity_to_build <= 0:
        raise Refusal(3210, str(build.quantity_to_build), "QuantityToBuild", note="nothing is built")
    if not whole.components:
        raise Refusal(3180, field="BuildAssembly", note="the assembly has no parts")
    lines, can = [], None
    for part in whole.components:
        item = chart.item(part.item_inventory_ref)
        if item is None:
            raise Refusal(3140, part.item_inventory_ref.list_id or "", "Item", "BuildAssembly")
        hand = quantity_of(chart.stock(item, build.txn_id)[0])
        each = quantity_or_one(part.quantity)
        if item.__record__.tag in STOCKED and each > 0:
            can = min(hand // each, hand // each if can is None else can)
        ref = Ref(list_id=item.list_id, full_name=full_name(item))
        desc = getattr(item, "purchase_desc", None) or getattr(item, "sales_desc", None)
        needed = each * build.quantity_to_build
        lines.append(ComponentItemLine(item_ref=ref, desc=desc, quantity_on_hand=hand, quantity_needed=needed))
    waits = bool(build.is_pending) and not build.remove_pending
    short = can is not None and can < build.quantity_to_build
    if short and not waits and not build.mark_pending_if_required:
        raise Refusal(3180, field="BuildAssembly", note="there are too few parts, and MarkPendingIfRequired is not set")
    key = chart.key(ITEMS, build.item_inventory_assembly_ref)
    return with_fields(
        build,
        component_item_lines=tuple(lines),
        is_pending=waits or short,
        quantity_can_build=can or Decimal(0),
        quantity_on_hand=quantity_of(chart.stock(whole, build.txn_id)[0]),
        quantity_on_sales_order=store.book.under_way("SalesOrder", key),
    )


SPECIAL: dict[str, Whole] = {
    "BuildAssembly": _build,
    "InventoryAdjustment": _adjustment,
    "JournalEntry": _journal,
    "SalesTaxPaymentCheck": _tax_payment,
    "TimeTracking": _time,
    "Transfer": _transfer,
}
"""By the transaction's tag: what makes it whole."""
