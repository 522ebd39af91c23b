"""The fence: one record of ours in the company file, by which QuickBooks itself refuses what comes too late.

Every document that writes begins with a change of this record, sent with the EditSequence that was read last, and
QuickBooks stops at the first error. A copy of the document that was held up somewhere (a worker that was stopped and
went on, a line that delivered late) has an old EditSequence: QuickBooks refuses its first request with 3200 and does
not come to the others. So two documents can never both go on from the same state of the file.

The order is the whole secret: read the fence, *then* look, *then* plan with that EditSequence. Whoever looks first and
reads the fence afterwards plans on what may be old.

The record's notes say which file this is, how many documents were written, and the id of the last one. From these it is
known whether a document was begun, whether another program writes with our name, and whether the file was restored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from procore_qbd.flows import ask
from procore_qbd.qbxml import Request
from procore_qbd.qbxml.entities.other_names import OtherName, OtherNameQuery
from procore_qbd.qbxml.entities.shared.common import ActiveStatus

if TYPE_CHECKING:
    from procore_qbd.flows import Flow
    from procore_qbd.qbxml import Outcome

__all__ = ["FENCE_NAME", "FenceRecord", "anywhere", "by_id", "changed", "find", "made", "raised", "read"]

FENCE_NAME = "Procore sync - do not change"
"""What the record is called; it is inactive, so that nobody meets it in a list."""

_NOTES = re.compile(r"procore-qbd: file ([0-9A-Z]+), epoch (\d+), document (\d+), id ([0-9A-Z]+|none)\.")


@attrs.frozen(kw_only=True)
class FenceRecord:
    """What the record says.

    Attributes:
        list_id: Its ListID.
        sequence: Its EditSequence.
        file_id: What the file was called when it was met first.
        epoch: Raised by a person's word that this is another state or another copy of the file.
        counter: How many documents were begun.
        set_id: The message set id of the last one, None before the first.
        clock: When it was changed last, by QuickBooks' own clock, as QuickBooks wrote it.
    """

    list_id: str
    sequence: str
    file_id: str
    epoch: int
    counter: int
    set_id: str | None
    clock: str | None


def anywhere() -> Request:
    """The request for all other names, inactive ones too: what they are called, a person may have changed."""
    return Request.query(OtherNameQuery(active_status=ActiveStatus.ALL))


def by_id(list_id: str) -> Request:
    """The request for the record by its id."""
    return Request.query(OtherNameQuery(list_ids=(list_id,)))


def made(file_id: str, epoch: int = 1, counter: int = 0) -> Request:
    """The request that makes the record; QuickBooks refuses it where there is one (3100).

    Args:
        file_id: What the file is called from now on.
        epoch: More than 1 for one that takes the place of another.
        counter: How many documents were begun before.
    """
    return Request.add(OtherName(name=FENCE_NAME, is_active=False, notes=_notes(file_id, epoch, counter, None)))


def changed(fence: FenceRecord, set_id: str) -> Request:
    """The first request of a document that writes."""
    notes = _notes(fence.file_id, fence.epoch, fence.counter + 1, set_id)
    return Request.mod(OtherName(list_id=fence.list_id, edit_sequence=fence.sequence, notes=notes))


def raised(fence: FenceRecord, epoch: int) -> Request:
    """The request by which the record is of a new epoch, so that who knows the old one stops."""
    notes = _notes(fence.file_id, epoch, fence.counter, fence.set_id)
    return Request.mod(OtherName(list_id=fence.list_id, edit_sequence=fence.sequence, notes=notes))


def find(list_id: str | None) -> Flow[FenceRecord | None]:
    """Look for the record by its id, then by its notes among all; None where there is none."""
    for question in (by_id(list_id) if list_id else None, anywhere()):
        if question is not None and (found := read((yield from ask(question)))) is not None:
            return found
    return None


def _notes(file_id: str, epoch: int, counter: int, set_id: str | None) -> str:
    return (
        f"procore-qbd: file {file_id}, epoch {epoch}, document {counter}, id {set_id or 'none'}. "
        "This record keeps exports from Procore from being made twice. Do not change, merge or delete it."
    )


def read(outcome: Outcome) -> FenceRecord | None:
    """What QuickBooks' answer says of the record, of several the one that has seen most; None where none is ours."""
    if not outcome.ok:
        return None
    ours = map(_said_by, (one for one in outcome.found if isinstance(one, OtherName)))  # whatever else cannot be read
    return max((one for one in ours if one is not None), key=lambda one: one.counter, default=None)


def _said_by(record: OtherName) -> FenceRecord | None:
    found = _NOTES.match(record.notes or "")
    if found is None or not record.list_id or not record.edit_sequence:
        return None
    file_id, epoch, counter, set_id = found.groups()
    return FenceRecord(
        list_id=record.list_id,
        sequence=record.edit_sequence,
        file_id=file_id,
        epoch=int(epoch),
        counter=int(counter),
        set_id=None if set_id == "none" else set_id,
        clock=record.time_modified.raw if record.time_modified else None,
    )
