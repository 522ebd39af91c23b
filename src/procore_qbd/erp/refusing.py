"""QuickBooks' refusals in words for a bookkeeper: what it means, what to do, and QuickBooks' own words behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.codes import is_name_in_use, status
from procore_qbd.domain import ErpRefusal, RefusalCode
from procore_qbd.flows import Flow, ask
from procore_qbd.qbxml import Request
from procore_qbd.qbxml.entities.preferences import Preferences, PreferencesQuery
from procore_qbd.qbxml.messages.outcomes import ABANDONED
from procore_qbd.translate.fields import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from procore_qbd.errors import RecordError, ReplyError
    from procore_qbd.qbxml import Outcome

__all__ = ["OUT_OF_DATE", "doubtful", "refusal", "refused_by_quickbooks", "unwritable", "warning"]

OUT_OF_DATE = 3200
_CODES = {
    3140: RefusalCode.NOT_SET_UP,
    3161: RefusalCode.CLOSED_PERIOD,
    3171: RefusalCode.CLOSED_PERIOD,
    3172: RefusalCode.CLOSED_PERIOD,
    3240: RefusalCode.GONE,
    OUT_OF_DATE: RefusalCode.CHANGED_MEANWHILE,
}


def refusal(outcome: Outcome) -> ErpRefusal:
    """A refusal of QuickBooks, in our words and in its own."""
    if outcome.code == ABANDONED:
        return ErpRefusal(RefusalCode.ABANDONED, outcome.message)
    code = status(outcome.code, outcome.message)
    advice = f"; {code.advice}" if code.advice else ""
    said = f' ("{outcome.message}")' if outcome.message else ""
    words = f"QuickBooks refused it with {outcome.code}: {code.meaning}{advice}{said}"
    told = RefusalCode.NAME_IN_USE if is_name_in_use(outcome.code, outcome.message) else _CODES.get(outcome.code)
    return ErpRefusal(told or RefusalCode.QUICKBOOKS, words, outcome.code)


def refused_by_quickbooks(outcome: Outcome, record: Any) -> Flow[ErpRefusal]:
    """A refusal of QuickBooks; of a closed period it is asked until when the books are closed.

    Args:
        outcome: The refusal.
        record: What was to be written.
    """
    told = refusal(outcome)
    if outcome.code == OUT_OF_DATE:
        words = "somebody kept changing the record in QuickBooks while it was exported; send it again later"
        return ErpRefusal(told.code, f"{words} (QuickBooks refused it with {outcome.code})", outcome.code)
    if told.code is not RefusalCode.CLOSED_PERIOD:
        return told
    day = getattr(record, "txn_date", None) or "of today in QuickBooks"
    answer = yield from ask(Request.query(PreferencesQuery()))
    found: Any = next(iter(answer.records(Preferences)), None) if answer.ok else None
    closing = found.accounting_preferences.closing_date if found and found.accounting_preferences else None
    until = f": the books are closed up to {closing}" if closing else ""
    advice = "give it a later date, or have the bookkeeper move the closing date, then send it again"
    words = f"its date {day} lies in a closed period of the company file{until}; {advice}"
    return ErpRefusal(RefusalCode.CLOSED_PERIOD, f"{words} (QuickBooks refused it with {outcome.code})", outcome.code)


def unwritable(error: RecordError, labels: Mapping[str, str] | None = None) -> tuple[ErpRefusal, ...]:
    """The refusals for a record that cannot be written, so that nothing was sent."""
    return invalid(error.faults, labels or {})  # type: ignore[arg-type]


def doubtful(error: ReplyError) -> ErpRefusal:
    """The refusal for a record that was written, if it was, in an answer that cannot be read."""
    words = f"QuickBooks' answer cannot be read ({'; '.join(map(str, error.faults))})"
    advice = "so it is not known whether it was written; send it again: records that were made are found again"
    return ErpRefusal(RefusalCode.IN_DOUBT, f"{words}, {advice}")


def warning(outcome: Outcome) -> tuple[str, ...]:
    """A warning is a record saved with a defect; it must not be lost."""
    if not outcome.code:
        return ()
    said = f' ("{outcome.message}")' if outcome.message else ""
    return (f"QuickBooks saved it with warning {outcome.code}: {status(outcome.code).meaning}{said}",)
