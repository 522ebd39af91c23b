"""A person has looked at a company file that was frozen: go on from how it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.errors import JournalError
from procore_qbd.flows import ask, run
from procore_qbd.qbxml import Request
from procore_qbd.qbxml.entities.other_names import OtherName
from procore_qbd.worker import fence as fences

if TYPE_CHECKING:
    from procore_qbd.flows import Flow
    from procore_qbd.journal import Journal
    from procore_qbd.qbxml import Dialect
    from procore_qbd.transports.base import Transport
    from procore_qbd.worker.fence import FenceRecord

__all__ = ["thaw"]


def thaw(
    company: str, *, journal: Journal, transport: Transport, by: str, dialect: Dialect | None = None
) -> FenceRecord:
    """Take the company file as it is, and raise its epoch, so that every other copy of it freezes.

    What was exported since a backup, and is not in the file any more, is exported again when Procore sends it again,
    after its link was forgotten (`Journal.unlink`).

    Args:
        company: Which company file, as the journal knows it.
        journal: Its journal.
        transport: Where QuickBooks answers.
        by: The person who says so.
        dialect: Who reads the documents.

    Returns:
        The record by which the file is known, as it is now.

    Raises:
        JournalError: The journal does not know the file, or the record cannot be written.
        TransportError: QuickBooks does not answer.
    """
    known = journal.company(company)
    found = run(_raised(known.fence_id, known.file_id or "", known.epoch), transport, dialect=dialect)
    if found is None:
        raise JournalError(f"{company}: QuickBooks does not let the record {fences.FENCE_NAME!r} be written; see why")
    journal.thaw(
        company,
        by,
        file_id=found.file_id,
        fence_id=found.list_id,
        fence_sequence=found.sequence,
        counter=found.counter,
        epoch=found.epoch,
        clock=found.clock,
    )
    return found


def _raised(list_id: str | None, file_id: str, epoch: int) -> Flow[FenceRecord | None]:
    there = None
    for question in (fences.by_id(list_id) if list_id else None, fences.by_name()):
        if question is not None and there is None:
            outcome = yield from ask(question)
            there = fences.read(outcome)
    if there is None:
        outcome = yield from ask(fences.made(file_id))
        return fences.read(outcome)
    raised = attrs.evolve(there, epoch=max(epoch, there.epoch) + 1)
    mod = OtherName(list_id=raised.list_id, edit_sequence=raised.sequence, notes=fences.notes_of(raised))
    outcome = yield from ask(Request.mod(mod))
    return fences.read(outcome)
