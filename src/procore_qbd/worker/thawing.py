"""A person has looked at a company file that was frozen: go on from how it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.errors import JournalError
from procore_qbd.flows import ask, run
from procore_qbd.worker import fence as fences
from procore_qbd.worker.draining import new_id

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
    found = run(_raised(known.fence_id, known.file_id or new_id(), known.epoch), transport, dialect=dialect)
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
        last_restored=None,  # whichever it says at the next contact
    )
    return found


def _raised(list_id: str | None, file_id: str, epoch: int) -> Flow[FenceRecord | None]:
    there = yield from fences.find(list_id)
    request = fences.made(file_id) if there is None else fences.raised(there, max(epoch, there.epoch) + 1)
    return fences.read((yield from ask(request)))
