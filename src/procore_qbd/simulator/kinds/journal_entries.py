"""Journal entries: debits and credits of accounts, as somebody writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml.entities.journal_entries import JournalCreditLine, JournalDebitLine, JournalLineType
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES
from procore_qbd.qbxml.rows.values import NEW_LINE
from procore_qbd.simulator.kinds.kind import Kind
from procore_qbd.simulator.kinds.postings import list_id
from procore_qbd.simulator.knowledge.arithmetic import ZERO
from procore_qbd.simulator.knowledge.asked import writes
from procore_qbd.simulator.knowledge.reasons import NO_ACCOUNT, NOT_FOUND
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import mod, ref
from procore_qbd.simulator.records.entries import Entry
from procore_qbd.simulator.records.shaping import fields_of, is_set, with_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from procore_qbd.simulator.kinds.kind import CompanyRecords, Draft
    from procore_qbd.simulator.knowledge.nouns import Line, TransactionRecord

__all__ = ["JOURNAL_ENTRY"]


def _journal(debit: str = "5.00", credit: str = "5.00", account: str = "~Job Costs") -> str:
    return (
        f"<JournalEntryAdd><JournalDebitLine>{ref('AccountRef', account)}<Amount>{debit}</Amount></JournalDebitLine>"
        f"<JournalCreditLine>{ref('AccountRef', '~Checking')}<Amount>{credit}</Amount></JournalCreditLine>"
        "</JournalEntryAdd>"
    )


NEGATIVE_DEBIT = Reason(
    3040,
    "A debit or a credit of a journal entry is less than zero.",
    Source.REFERENCE,
    tried(_journal("-5.00", "-5.00")),
    refuses=writes("JournalEntry"),
)
OUT_OF_BALANCE = Reason(
    3180,
    "The debits of a journal entry do not come to its credits.",
    Source.LIVE_REPORT,
    tried(_journal("5.00", "4.00")),
    quickbooks="The transaction is not in balance.  Make sure the amounts on the debit side equal the amounts on the "
    "credit side.",
    refuses=writes("JournalEntry"),
)
NO_CUSTOMER_OR_VENDOR = Reason(
    3180,
    "A line of a journal entry to receivables names no customer, or one to payables no vendor.",
    Source.REFERENCE,
    tried(_journal(account="~Receivables")),
    refuses=writes("JournalEntry"),
)
NEW_LINE_WITHOUT_A_SIDE = Reason(
    3150,
    "A new line of a journal entry does not say whether it is a debit or a credit.",
    Source.DECIDED,
    tried(
        mod("JournalEntry", "journal", "<JournalLineMod><TxnLineID>-1</TxnLineID></JournalLineMod>"), journal=_journal()
    ),
)
LINE_CHANGES_ITS_SIDE = Reason(
    3170,
    "A change makes a debit of a credit, or the other way round.",
    Source.DECIDED,
    tried(
        mod(
            "JournalEntry",
            "journal",
            "<JournalLineMod><TxnLineID>{journal.lines[0].txn_line_id}</TxnLineID>"
            "<JournalLineType>Credit</JournalLineType></JournalLineMod>",
        ),
        journal=_journal(),
    ),
)


def _balanced(draft: Draft, company: CompanyRecords) -> Draft:
    """Debits and credits of equal totals; what customers owe is a customer's, what is owed to vendors a vendor's."""
    lines = draft.record.lines
    sides = {JournalDebitLine: ZERO, JournalCreditLine: ZERO}
    for line in lines:
        amount = line.amount or ZERO
        if amount < 0:
            raise NEGATIVE_DEBIT(str(amount), "Amount", note="a debit or credit cannot be negative")
        sides[type(line)] += amount
        account = (line.account_ref.list_id or "") if is_set(line.account_ref) else ""
        if amount and not account:
            raise NO_ACCOUNT(note="the line names no account")
        for account_type, list_ in (("AccountsReceivable", "Customer"), ("AccountsPayable", "Vendor")):
            whose = company.key((list_,), line.entity_ref)
            if company.is_of(account, account_type) and not whose.startswith(f"{list_}/"):
                raise NO_CUSTOMER_OR_VENDOR(field="Journal Entry", note=f"{account_type} takes a {list_} in EntityRef")
    if sides[JournalDebitLine] != sides[JournalCreditLine]:
        raise OUT_OF_BALANCE(field="Journal Entry")
    return draft.saying(lines=tuple(with_fields(line, amount=line.amount or ZERO) for line in lines))


def _mod_lines(mod: TransactionRecord, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of a Mod, each of which says itself which side it is on."""
    changed: tuple[Line, ...] = getattr(mod, "changed_lines", ())
    return tuple(_on_its_side(line, lines) for line in changed or mod.lines)


def _on_its_side(changed: Line, lines: Iterable[Line]) -> Line:
    """A line of a Mod as a line of the side that it says."""
    before = next((line for line in lines if line.txn_line_id == changed.txn_line_id), None)
    side = changed.journal_line_type
    if before is None and changed.txn_line_id != NEW_LINE:
        raise NOT_FOUND(changed.txn_line_id or "")
    if before is None and side is None:
        raise NEW_LINE_WITHOUT_A_SIDE(field="JournalLineType", note="a new line needs a side")
    cls: Any = type(before)
    if side is not None:
        cls = JournalDebitLine if side == JournalLineType.DEBIT else JournalCreditLine
    if before is not None and cls is not type(before):
        raise LINE_CHANGES_ITS_SIDE(
            field="JournalEntry", note="a line cannot change its side; delete it, and add another"
        )
    line: Line = cls(**{name: value for name, value in fields_of(changed).items() if name != "journal_line_type"})
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
