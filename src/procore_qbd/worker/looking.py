"""Looking: what of a document that may have been carried out is in the company file.

A record is known by its ExternalGUID, which no query can ask for. So everything that was made or changed since the
document was sent is asked for, inactive records too, and what has the number or the name; and what was deleted since.
Only if all of that shows nothing, it is not there. Changes of a record are known by the marks of their lines.

What "since" means is QuickBooks' own clock, as the fence showed it before the document was sent, and two hours earlier:
that covers the offset which QuickBooks prints wrong for half the year, and the hour that is there twice in autumn.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain.ids import same_text
from procore_qbd.journal.decisions import Found
from procore_qbd.qbxml import ADD, COMMAND, Moment, Outcome, Record, Reply, Request, write_reply
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.deletions import (
    DeletedDateRangeFilter,
    ListDeleted,
    ListDeletedQuery,
    TxnDel,
    TxnDeleted,
    TxnDeletedQuery,
)
from procore_qbd.qbxml.entities.shared.common import ActiveStatus, MatchCriterion
from procore_qbd.qbxml.entities.shared.transactions import ModifiedDateRangeFilter, RefNumberFilter
from procore_qbd.translate.lines import LineMark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Sight", "by_known_id", "evidence_of", "questions_of", "record_id", "seen", "since"]

_OVERLAP = dt.timedelta(hours=2)


@attrs.frozen(kw_only=True)
class Sight:
    """What looking for one request brought up.

    Attributes:
        found: In a word.
        record: The record that it is, where there is one.
        candidates: Records that it may be.
        words: What is known, for people.
    """

    found: Found
    record: Any = None
    candidates: tuple[Any, ...] = ()
    words: str = ""


def since(clock: str | None) -> Moment | None:
    """From when on to look; None where QuickBooks' clock was never seen: then everything is looked through."""
    if clock is None:
        return None
    return Moment.local(Moment(clock).wall - _OVERLAP)


def _is_transaction(record: Record) -> bool:
    return hasattr(record, "txn_id")


def questions_of(request: Request, moment: Moment | None) -> tuple[Request, ...]:
    """What to ask QuickBooks for one request that may have been carried out."""
    record: Any = request.record
    if request.shape is COMMAND:
        return (_still_there(record),)
    kind = record.__record__.tag
    query: Any = entity(f"{kind}Query")
    if request.shape is not ADD:
        if _is_transaction(record):
            return (Request.query(query(txn_ids=(record.txn_id,), include_line_items=True, include_linked_txns=True)),)
        return (Request.query(query(list_ids=(record.list_id,))),)
    deleted = DeletedDateRangeFilter(from_deleted_date=moment) if moment is not None else None
    if _is_transaction(record):
        whole = {"include_line_items": True, "include_linked_txns": True}
        changed = ModifiedDateRangeFilter(from_modified_date=moment) if moment is not None else None
        number = (record.ref_number or "").strip()
        named = RefNumberFilter(match_criterion=MatchCriterion.CONTAINS, ref_number=number) if number else None
        return (
            Request.query(query(modified_date_range_filter=changed, **whole)),
            *((Request.query(query(ref_number_filter=named, **whole)),) if named and changed is not None else ()),
            Request.query(TxnDeletedQuery(txn_del_types=(kind,), deleted_date_range_filter=deleted)),
        )
    return (
        Request.query(query(active_status=ActiveStatus.ALL, from_modified_date=moment)),
        Request.query(query(full_names=(_full_name(record),))),
        Request.query(ListDeletedQuery(list_del_types=(kind,), deleted_date_range_filter=deleted)),
    )


def _still_there(record: Any) -> Request:
    """What asks for the record that a command deletes."""
    if isinstance(record, TxnDel):
        query: Any = entity(f"{record.txn_del_type}Query")
        return Request.query(query(txn_ids=(record.txn_id,)))
    query = entity(f"{record.list_del_type}Query")
    return Request.query(query(list_ids=(record.list_id,)))


def _full_name(record: Any) -> str:
    parent = getattr(record, "parent_ref", None)
    above = f"{parent.full_name}:" if parent is not None and parent.full_name else ""
    return f"{above}{record.name}"


def seen(request: Request, outcomes: Sequence[Outcome], moment: Moment | None) -> Sight:
    """What the answers to `questions_of` say of a request.

    Raises:
        RefusedError, ReplyError: QuickBooks did not answer, or what cannot be understood.
    """
    if request.shape is not ADD:
        read = [found for outcome in outcomes for found in outcome.records(Record)]
        there_now = read[0] if read else None
        return _of_deletion(request, there_now) if request.shape is COMMAND else _of_change(request, there_now)
    wanted: Any = request.record
    there: list[Any] = []
    gone: list[Any] = []
    for outcome in outcomes:
        for found in outcome.records(Record):
            (gone if isinstance(found, ListDeleted | TxnDeleted) else there).append(found)
    records: dict[str, Any] = {record_id(one): one for one in there if type(one) is type(wanted)}
    guid = (getattr(wanted, "external_guid", None) or "").upper()
    ours = [one for one in records.values() if guid and (one.external_guid or "").upper() == guid]
    if len(ours) == 1:
        return Sight(found=Found.ONE, record=ours[0])
    if ours:
        return Sight(found=Found.SEVERAL, candidates=tuple(ours), words=f"{len(ours)} records carry our GUID")
    if since_then := [one for one in gone if _may_be_of(one, moment)]:
        what = ", ".join(sorted(_called(one) for one in since_then))
        return Sight(found=Found.DELETED, words=f"deleted since, and made after it was sent: {what}")
    similar = tuple(one for one in records.values() if _is_similar(wanted, one))
    if similar:
        return Sight(found=Found.SIMILAR, candidates=similar, words="there is one of the same number, party and amount")
    return Sight(found=Found.NOTHING)


def record_id(record: Any) -> str:
    """The ListID or TxnID of a record."""
    found: str = record.txn_id if _is_transaction(record) else record.list_id
    return found


def by_known_id(request: Request, known: str) -> Request:
    """The request for a record that a person names, of the kind that another request makes."""
    query: Any = entity(f"{request.record.__record__.tag}Query")
    if _is_transaction(request.record):
        return Request.query(query(txn_ids=(known,), include_line_items=True, include_linked_txns=True))
    return Request.query(query(list_ids=(known,)))


def _called(gone: Any) -> str:
    if isinstance(gone, TxnDeleted):
        return f"{gone.txn_del_type} {gone.ref_number or gone.txn_id}"
    return f"{gone.list_del_type} {gone.full_name or gone.list_id}"


def _may_be_of(gone: Any, moment: Moment | None) -> bool:
    """Whether what was deleted was made after the document was sent; where it is not known, it may have been."""
    created: Moment | None = gone.time_created
    return moment is None or created is None or created.wall >= moment.wall


def _is_similar(wanted: Any, there: Any) -> bool:
    """Whether a transaction without our GUID has the number, the party and the amount of ours.

    Records of lists need no such look: QuickBooks has no two of one name, and says so itself.
    """
    if not _is_transaction(wanted) or not same_text(wanted.ref_number, there.ref_number):
        return False
    name = "vendor_ref" if hasattr(wanted, "vendor_ref") else "customer_ref"
    one, other = getattr(wanted, name, None), getattr(there, name, None)
    return one is not None and other is not None and one.list_id == other.list_id


def _of_deletion(request: Request, there: Any) -> Sight:
    """Whether a record was deleted: what is gone was, whoever did it."""
    return Sight(found=Found.ONE, record=request.record) if there is None else Sight(found=Found.NOTHING)


def _of_change(request: Request, there: Any) -> Sight:
    """How much of a change is in a record."""
    if there is None:
        return Sight(found=Found.DELETED, words="the record that it changes is not there any more")
    said: Any = request.record
    marks = list(_new_marks(said))
    if marks:
        have = {str(mark) for line in there.lines if (mark := LineMark.of(line)) is not None}
        found = [mark for mark in marks if mark in have]
        if len(found) == len(marks):
            return Sight(found=Found.ONE, record=there)
        if not found and there.edit_sequence == said.edit_sequence:
            return Sight(found=Found.NOTHING)
        which = (
            f"of its new lines only {', '.join(found)} can be seen" if found else "none of its new lines can be seen"
        )
        words = f"{which}, and the record was changed since: the others were never written, or somebody took them out"
        return Sight(found=Found.PART, record=there, candidates=(there,), words=words)
    if there.edit_sequence == said.edit_sequence or not _says(said, there):
        return Sight(found=Found.NOTHING)
    return Sight(found=Found.ONE, record=there)


def _new_marks(said: Any) -> Iterator[str]:
    """The marks of the lines that a change adds."""
    for line in getattr(said, "changed_lines", ()) or getattr(said, "lines", ()):
        if getattr(line, "txn_line_id", None) == "-1" and (mark := LineMark.of(line)) is not None:
            yield str(mark)


_HEAD = {"list_id", "txn_id", "edit_sequence", "erased", "unknown", "lines", "changed_lines"}


def _says(said: Any, there: Any) -> bool:
    """Whether a record has every value that a change gave it."""
    for field in attrs.fields(type(said)):
        value = getattr(said, field.name)
        if field.name in _HEAD or value is None or value == ():
            continue
        if not _is_held(value, getattr(there, field.name, None)):
            return False
    return all(getattr(there, name, None) in (None, "", ()) for name in said.erased)


def _is_held(value: Any, there: Any) -> bool:
    """Whether a value is there; of a block, what was said of it."""
    if isinstance(value, str):
        return same_text(value, there) or (not value and not there)
    if attrs.has(type(value)) and isinstance(value, Record):
        said = [field.name for field in attrs.fields(type(value)) if field.name not in ("erased", "unknown")]
        return there is not None and all(
            _is_held(one, getattr(there, name, None))
            for name in said
            if (one := getattr(value, name)) not in (None, ())
        )
    return bool(value == there)


def evidence_of(request: Request, record: Any) -> bytes:
    """What is found as QuickBooks would have answered, to keep and to hand to the flow."""
    name = f"{request.body}Rs"
    return write_reply(Reply(outcomes=(Outcome(name=name, request_id="1", code=0, message="found", found=(record,)),)))
