"""Why an item is not exported, and where the two sides differ: words for people, codes and values for programs.

An integrator branches on `RefusalCode` and translates by it; the words beside it may change with any release.
"""

from __future__ import annotations

from decimal import Decimal

import attrs

from procore_qbd.domain.money import in_cents
from procore_qbd.domain.vocabulary import ExplainedWord

__all__ = ["ROUNDED", "Difference", "ErpRefusal", "RefusalCode"]

ROUNDED = "QuickBooks keeps cents; it was rounded together with the others"
"""Why an amount is not to the letter the one that Procore has."""


class RefusalCode(ExplainedWord):
    """Every reason of this library for not exporting an item, or not unlinking it; a closed list.

    Programs and translations go by the texts of the members; they stay as they are.
    """

    # What Procore sent.
    UNREADABLE = "unreadable", "The item, or the whole request, is not what Procore documents."
    INACTIVE_IN_PROCORE = "inactive_in_procore", "The company is inactive in Procore's directory."
    STATUS = "status", "The item's status in Procore does not allow its export."
    MISSING = "missing", "A value is missing that QuickBooks or the library cannot do without."
    TOO_LONG = "too_long", "A text is longer than QuickBooks keeps, or has more lines."
    CHARACTER = "character", "A text has a character that QuickBooks, or this field, does not allow."
    NUMBER = "number", "A number has more digits or decimals than QuickBooks keeps, or is not a number."
    VALUE = "value", "A value is not one that QuickBooks allows there."
    NOTHING_TO_EXPORT = "nothing_to_export", "The item has no lines or no amounts."
    NOT_SUPPORTED = "not_supported", "Procore exchanges nothing of the kind with QuickBooks Desktop."
    SUB_JOB = "sub_job", "QuickBooks Desktop has no sub jobs."
    COST_CODE_CIRCLE = "cost_code_circle", "A cost code is below itself in its divisions."
    NEGATIVE_TOTAL = "negative_total", "A subcontractor invoice is negative, and the books file does not allow that."
    UNKNOWN_TRANSACTION = "unknown_transaction", "A budget transaction is of a type that the books file does not list."
    SHARE = "share", "An amount cannot be shared over the lines that it bills."
    CURRENCY = "currency", "The item is in another currency than the company file."
    # How the two sides are linked.
    CONTRADICTION = "contradiction", "Procore and the links name different QuickBooks ids; neither is used."
    LINKED_ELSEWHERE = "linked_elsewhere", "The QuickBooks record is linked to another item of Procore's."
    NOT_EXPORTED = "not_exported", "What the item depends on is not in QuickBooks yet."
    WAITING = "waiting", "What the item depends on was refused in the same request."
    GONE = "gone", "A linked record, or a line of one, is not in QuickBooks any more."
    MERGED = "merged", "A linked record was merged into another one in QuickBooks."
    STILL_SYNCED = "still_synced", "What hangs on an item that is to be unlinked is synced: unlink that first."
    # What is in QuickBooks.
    STILL_THERE = "still_there", "The record of an item that is to be unlinked is still in QuickBooks."
    IN_USE = "in_use", "Transactions in QuickBooks use what is to be deleted."
    NAME_IN_USE = "name_in_use", "QuickBooks has another record of this name."
    NUMBER_IN_USE = "number_in_use", "QuickBooks has another transaction of this number for the vendor."
    SIMILAR_BILL = "similar_bill", "QuickBooks has a bill that is probably the same, and the books file says to refuse."
    INACTIVE_IN_QUICKBOOKS = "inactive_in_quickbooks", "A vendor, job or item is inactive in QuickBooks."
    ORDER_CLOSED = "order_closed", "A person closed the purchase order."
    ORDER_CHANGED = "order_changed", "A person added or removed lines of the purchase order."
    AMBIGUOUS_MARK = "ambiguous_mark", "A line's old mark does not say whose line it is."
    CLOSED_PERIOD = "closed_period", "The date lies in a closed period of the company file."
    CHANGED_MEANWHILE = "changed_meanwhile", "Somebody changed the record again and again while it was exported."
    NOT_SET_UP = "not_set_up", "The company file lacks an account, an item or a list entry that the books file names."
    QUICKBOOKS = "quickbooks", "QuickBooks refused it for another reason; its code is in the message."
    ABANDONED = "abandoned", "A person decided not to export it."
    IN_DOUBT = "in_doubt", "The export broke off, perhaps at an unreadable answer; what was written is not known."


@attrs.frozen
class ErpRefusal:
    """One reason why an item was not exported.

    Attributes:
        code: For programs, from the closed list.
        words: For people: where, what was got, and what to do.
        status: QuickBooks' statusCode, where it was QuickBooks that refused.
    """

    code: RefusalCode
    words: str
    status: int | None = None

    def __str__(self) -> str:
        return self.words


@attrs.frozen
class Difference:
    """A value that differs between QuickBooks and Procore, although the item is exported.

    Attributes:
        field: What differs, in words: ``'total'``, ``'line 2: amount'``.
        procore: What it is in Procore, or what Procore's amounts come to; amounts are in the company's currency.
        quickbooks: What it is in QuickBooks; None where there is nothing.
        why: What else is known of it, as a clause; ``''`` where the values say it all.
    """

    field: str
    procore: Decimal | str | None
    quickbooks: Decimal | str | None
    why: str = ""

    def __str__(self) -> str:
        ours, theirs = (_shown(value) for value in (self.procore, self.quickbooks))
        why = f"; {self.why}" if self.why else ""
        return f"{self.field}: {ours} in Procore, {theirs} in QuickBooks{why}"


def _shown(value: Decimal | str | None) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}" if in_cents(value) else f"{value:f}"
    return "nothing" if value is None else repr(value)
