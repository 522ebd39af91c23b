"""Journal entries: debits and credits of accounts, as somebody writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml.entities.journal_entries import JournalCreditLine, JournalDebitLine, JournalLineType
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES
from procore_qbd.qbxml.rows.values import NEW_LINE
from procore_qbd.simulator.kinds.kind import Kind
from procore_qbd.simulator.kinds.postings import list_id
from procore_qbd.simulator.knowledge.arithmetic import ZERO
from procore_qbd.simulator.knowledge.wording import Refusal
from procore_qbd.simulator.records.entries import Entry
from procore_qbd.simulator.records.shaping import fields_of, is_set, with_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from procore_qbd.simulator.kinds.kind import CompanyRecords, Draft
    from procore_qbd.simulator.knowledge.nouns import Line, TransactionRecord

__all__ = ["JOURNAL_ENTRY"]

_NOT_BALANCED = (
    "  QuickBooks error message: The transaction is not in balance.  Make sure the amounts on the debit side equal the "
    "amounts on the credit side."
)


def _balanced(draft: Draft, company: CompanyRecords) -> Draft:
    """Debits and credits of equal totals; what customers owe is a customer's, what is owed to vendors a vendor's."""
    lines = draft.record.lines
    sides = {JournalDebitLine: ZERO, JournalCreditLine: ZERO}
    for line in lines:
        amount = line.amount or ZERO
        if amount < 0:
            raise Refusal(3040, str(amount), "Amount", note="a debit or credit cannot be negative")
        sides[type(line)] += amount
        account = (line.account_ref.list_id or "") if is_set(line.account_ref) else ""
        if amount and not account:
            raise Refusal(3270)
        for account_type, list_ in (("AccountsReceivable", "Customer"), ("AccountsPayable", "Vendor")):
            whose = company.key((list_,), line.entity_ref)
            if company.is_of(account, account_type) and not whose.startswith(f"{list_}/"):
                raise Refusal(3180, field="Journal Entry", note=f"{account_type} takes a {list_} in EntityRef")
    if sides[JournalDebitLine] != sides[JournalCreditLine]:
        raise Refusal(3180, field="Journal Entry", record=_NOT_BALANCED)
    return draft.saying(lines=tuple(with_fields(line, amount=line.amount or ZERO) for line in lines))


def _mod_lines(mod: TransactionRecord, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of a Mod, each of which says itself which side it is on."""
    changed: tuple[Line, ...] = getattr(mod, "changed_lines", ())
    return tuple(_on_its_side(line, lines) for line in changed or mod.lines)


def _on_its_side(mod: Line, lines: Iterable[Line]) -> Line:
    """A line of a Mod as a line of the side that it says."""
    before = next((line for line in lines if line.txn_line_id == mod.txn_line_id), None)
    side = mod.journal_line_type
    if before is None and mod.txn_line_id != NEW_LINE:
        raise Refusal(3120, mod.txn_line_id or "")
    if before is None and side is None:
        raise Refusal(3150, field="JournalLineType", note="a new line needs a side")
    cls: Any = type(before)
    if side is not None:
        cls = JournalDebitLine if side == JournalLineType.DEBIT else JournalCreditLine
    if before is not None and cls is not type(before):
        raise Refusal(3170, field="JournalEntry", note="a line cannot change its side; delete it, and add another")
    line: Line = cls(**{name: value for name, value in fields_of(mod).items() if name != "journal_line_type"})
    return line


def _entries(record: TransactionRecord, _kind: Kind, company: CompanyRecords) -> Iterator[Entry]:
    for line in record.lines:
        yield Entry(
            account=list_id(line.account_ref),
            amount=(line.amount or ZERO) * (1 if isinstance(line, JournalDebitLine) else -1),
            line=line.txn_line_id or "",
            entity=company.key(ENTITIES, line.entity_ref),
            class_=list_id(line.class_ref),
            memo=line.memo or "",
        )


JOURNAL_ENTRY = Kind(
    tag="JournalEntry",
    title="General Journal",
    entries=_entries,
    lines=("lines",),
    rate="",
    defaults={"is_adjustment": False},
    mod_lines=_mod_lines,
    completed=_balanced,
)
