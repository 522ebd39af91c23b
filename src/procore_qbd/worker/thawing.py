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
    from procore_qbd.journal.nouns import CompanyState
    from procore_qbd.qbxml import Dialect
    from procore_qbd.transports.base import Transport
    from procore_qbd.worker.fence import FenceRecord

__all__ = ["thaw"]


def thaw(
    company: str,
    *,
    journal: Journal,
    transport: Transport,
    by: str,
    record_deleted: bool = False,
    dialect: Dialect | None = None,
) -> FenceRecord:
    """Take the company file as it is, and raise its epoch, so that every other copy of it freezes.

    What was exported since a backup, and is not in the file any more, is exported again when Procore sends it again,
    after its link was forgotten (`Journal.unlink`).

    Args:
        company: Which company file, as the journal knows it.
        journal: Its journal.
        transport: Where QuickBooks answers.
        by: The person who says so.
        record_deleted: That the record of this library was deleted from the very file that is open now: it is made
            anew. Without this word a file that lacks it is another file.
        dialect: Who reads the documents.

    Returns:
        The record by which the file is known, as it is now.

    Raises:
        JournalError: The journal does not know the file, the record is not in it, or it cannot be written.
        TransportError: QuickBooks does not answer.
    """
    known = journal.company(company)
    found = run(_raised(known, new_id(), record_deleted=record_deleted), transport, dialect=dialect)
    if found is None:
        raise JournalError(f"{company}: QuickBooks does not let the record {fences.FENCE_NAME!r} be written; see why")
    journal.thaw(
        company,
        by,
        file_id=found.file_id,
        fence_id=found.list_id,
        set_id=found.set_id,
        counter=found.counter,
        epoch=found.epoch,
        clock=found.clock,
        last_restored=None,  # whichever it says at the next contact
    )
    return found


def _raised(known: CompanyState, new_file_id: str, *, record_deleted: bool) -> Flow[FenceRecord | None]:
    there = yield from fences.find(known.fence_id)
    if there is None and known.fence_id is not None and not record_deleted:
        raise JournalError(
            f"{known.company}: the record {fences.FENCE_NAME!r} is not in the company file that is open. Open the "
            "right file; or, if the record was deleted from this one, say so (procore-qbd journal thaw "
            "--record-deleted)"
        )
    if there is not None and known.file_id not in (None, there.file_id):
        raise JournalError(
            f"{known.company}: another company file is open: its record says {there.file_id}, the journal knows "
            f"{known.file_id}. Open the right file, or use the journal of this one"
        )
    if there is None:  # the numbers go on, so that whatever was sent before is held for begun, and looked for
        request = fences.made(known.file_id or new_file_id, known.epoch + 1, known.counter + 1)
    else:
        request = fences.raised(there, max(known.epoch, there.epoch) + 1)
    return fences.read((yield from ask(request)))
