"""What speaks against an export that is known without QuickBooks: the export's own refusals, taken before it asks.

The same functions judge an item when it is sent, when it is accepted and before it is written, because there is one
set of them: the export itself. It is begun, and every question that it would ask QuickBooks stays unanswered. What it
refuses all the same stands in Procore's data, in the links or in the books file. Each reader is told his own next step.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from procore_qbd.domain import RefusalCode
from procore_qbd.domain.lifecycle import ItemId
from procore_qbd.erp.perform import perform
from procore_qbd.qbxml.messages.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from procore_qbd.domain import Books, CloseOut, ErpRefusal, ErpRequest, LinkView

__all__ = ["Reader", "advice", "objections"]


_UNASKED = -3
"""The code of an answer that QuickBooks was not asked for; `outcomes.ABANDONED` is the other that nobody sends."""


def objections(request: ErpRequest, links: LinkView, books: Books) -> Mapping[ItemId, tuple[ErpRefusal, ...]]:
    """What speaks against each item of a request; items that nothing speaks against are left out.

    Args:
        request: What is to be exported.
        links: Which items are which records.
        books: The bookkeeper's settings.
    """
    flow = perform(request, links, books)
    try:
        asked = next(flow)
        while True:
            asked = flow.send(tuple(Outcome(name="Rs", code=_UNASKED) for _ in asked))
    except StopIteration as end:
        close_out: CloseOut = end.value
    found = {}
    for one in close_out.details:
        faults = tuple(fault for fault in one.refusals if fault.status != _UNASKED and not _follows(fault))
        if faults and one.item_type is not None and one.item_id is not None:
            found[ItemId(one.item_type, one.item_id)] = faults
    return found


def _follows(fault: ErpRefusal) -> bool:
    """Whether it is only that what an item depends on, in the same request, has no answer or is refused itself."""
    return fault.code is RefusalCode.WAITING


# --- three readers ---------------------------------------------------------------------------------------------------


class Reader(StrEnum):
    """Who reads what speaks against an export."""

    SENDER = "sender"
    APPROVER = "approver"
    BOOKKEEPER = "bookkeeper"


class _Where(StrEnum):
    """Where it is put right."""

    PROCORE = "Procore"
    BEFORE = "what it depends on"
    LINKS = "links"
    QUICKBOOKS = "QuickBooks"
    NOBODY = "nobody"


_IN_PROCORE = (
    "UNREADABLE", "INACTIVE_IN_PROCORE", "STATUS", "MISSING", "TOO_LONG", "CHARACTER", "NUMBER", "VALUE",
    "NOTHING_TO_EXPORT", "SUB_JOB", "COST_CODE_CIRCLE", "SHARE", "CURRENCY",
)  # fmt: skip
_IN_LINKS = ("CONTRADICTION", "LINKED_ELSEWHERE", "MERGED", "GONE", "AMBIGUOUS_MARK")
_BEFORE = ("NOT_EXPORTED", "WAITING")
_NOWHERE = ("ABANDONED", "IN_DOUBT")


def _where(code: RefusalCode) -> _Where:
    for names, where in (
        (_IN_PROCORE, _Where.PROCORE),
        (_IN_LINKS, _Where.LINKS),
        (_BEFORE, _Where.BEFORE),
        (_NOWHERE, _Where.NOBODY),
    ):
        if code.name in names:
            return where
    return _Where.QUICKBOOKS


_STEPS: Mapping[tuple[_Where, Reader], str] = {
    (_Where.PROCORE, Reader.SENDER): "correct it in Procore, then send it again",
    (_Where.PROCORE, Reader.APPROVER): "reject it with this as the comment; whoever sent it corrects it in Procore",
    (_Where.PROCORE, Reader.BOOKKEEPER): "there is nothing to do in QuickBooks; it is corrected in Procore",
    (_Where.BEFORE, Reader.SENDER): "send that first, and this once it is synced",
    (_Where.BEFORE, Reader.APPROVER): "accept that first, and this once it is synced",
    (_Where.BEFORE, Reader.BOOKKEEPER): "there is nothing to do in QuickBooks; it waits for what it depends on",
    (_Where.LINKS, Reader.SENDER): "ask an accounting approver to put the links right",
    (_Where.LINKS, Reader.APPROVER): "unlink what the message names, or link it to the right record",
    (_Where.LINKS, Reader.BOOKKEEPER): "say which QuickBooks record is the right one",
    (_Where.QUICKBOOKS, Reader.SENDER): "ask the bookkeeper; the item may stay as it is",
    (_Where.QUICKBOOKS, Reader.APPROVER): "have it put right in QuickBooks or in the books file, then accept it again",
    (_Where.QUICKBOOKS, Reader.BOOKKEEPER): "put it right in QuickBooks or in the books file",
    (_Where.NOBODY, Reader.SENDER): "wait until an accounting approver has looked",
    (_Where.NOBODY, Reader.APPROVER): "look into QuickBooks, then accept it again: what is there is found",
    (_Where.NOBODY, Reader.BOOKKEEPER): "look whether QuickBooks has it",
}


def advice(fault: ErpRefusal, reader: Reader) -> str:
    """What a reader can do about something that speaks against an export, as a clause."""
    return _STEPS[_where(fault.code), reader]
