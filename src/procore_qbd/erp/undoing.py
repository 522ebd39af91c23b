"""Undo: what a request wrote to QuickBooks is taken back, last first, where nobody has touched it since.

The journal has every document that was sent and every reply, so it knows what was made and how it stood, what was
changed and how it stood before. `undo_of` makes a request of that, which goes through the inbox and the worker like
any other, exactly once: what was made is deleted, what was changed is changed back. What a person has changed since,
what is paid or billed, and what other exports stand on is left as it is, and the reason told. What is taken back is
unlinked, so that its next export makes it anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import CloseOut, ErpRefusal, ItemKind, RefusalCode, Undo, UndoStep
from procore_qbd.erp.finding import by_id, described
from procore_qbd.erp.refusing import refusal, refused_by_quickbooks, unwritable
from procore_qbd.erp.results import Item, ItemResult, close, detail, isolated, record_id, refused
from procore_qbd.erp.unlinking import cleared, newest_first, still_synced
from procore_qbd.errors import JournalError, RecordError
from procore_qbd.flows import Flow, ask
from procore_qbd.qbxml import ADD, MOD, Outcome, Record, Reply, Request, changes, erase, read_reply, read_requests
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.deletions import ListDel, TxnDel
from procore_qbd.qbxml.entities.other_names import OtherName
from procore_qbd.qbxml.messages.outcomes import write_reply
from procore_qbd.qbxml.rows.records import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from procore_qbd.domain import Books, Link, LinkView
    from procore_qbd.journal.nouns import Sent, Write
    from procore_qbd.journal.store import Journal

__all__ = ["undo", "undo_of"]

_VOLATILE = frozenset(
    {
        "edit_sequence", "time_created", "time_modified", "txn_number", "unknown", "erased", "linked_txns", "balance",
        "total_balance", "is_paid", "open_amount", "is_fully_received", "is_fully_invoiced", "received_quantity",
        "unbilled_quantity", "is_billed", "data_exts",
    }
)  # fmt: skip
"""What QuickBooks changes in a record by itself, when something else is linked to it or paid."""
_MADE_FROM = {"Bill": "PurchaseOrder"}
"""What a transaction is linked to because it was made from that; a reply to the writing of it does not tell."""
_LINES = (ItemKind.LINE_ITEM, ItemKind.CHANGE_ORDER_LINE_ITEM, ItemKind.COST_CODE)
_STAYS_LINKED = (ItemKind.PROJECT, ItemKind.BUDGET)
"""Kinds that are synced as before when a change of them is taken back."""


# --- what is to be undone --------------------------------------------------------------------------------------------


def undo_of(journal: Journal, company: str, request: int) -> Undo:
    """The request that takes back what a request wrote.

    Args:
        journal: Where it was written down.
        company: Of which company file.
        request: Its number in the inbox.

    Raises:
        JournalError: There is no such request, it has not ended, what it held was purged, or it wrote nothing, or took
            something back itself.
    """
    entry = journal.entry(company, request)
    if isinstance(entry.request, Undo):
        raise JournalError(
            f"request {request}: took back request {entry.request.of}, and cannot be taken back itself: send the items "
            "again, and they are exported anew"
        )
    close_out = journal.close_out(company, request)
    if entry.state != "ended" or close_out is None:
        raise JournalError(f"request {request}: is {entry.state}, and only what has ended can be undone")
    written = journal.written_by(company, request)
    steps = [_step(write, sent, _read_before(sent, others), close_out) for write, sent, others in written]
    made = tuple(step for step in reversed(steps) if step is not None)
    if not made:
        raise JournalError(f"request {request} ({entry.request.request_name}): wrote nothing to QuickBooks")
    return Undo(company_id=entry.request.company_id, of=request, steps=made)


def _step(write: Write, sent: Sent, before: dict[str, Record], close_out: CloseOut) -> UndoStep | None:
    """What takes back one effect; None for one that is no record of an item."""
    asked = [one for one in read_requests(sent.document).requests if isinstance(one, Request)]
    request = asked[write.position + (1 if sent.fenced else 0)]
    if isinstance(request.record, OtherName) or request.shape not in (ADD, MOD) or write.record is None:
        return None
    answer = _answered(write, sent)
    if answer is None:
        raise JournalError(f"{write.what}: how QuickBooks saved it is not known any more: undo it in QuickBooks")
    there = before.get(write.record)
    if request.shape is MOD and there is None:
        raise JournalError(f"{write.what}: how it stood before is not known any more: undo it in QuickBooks")
    kind, number = _item_of(write, request, close_out)
    return UndoStep(
        kind=kind,
        procore_id=number,
        record=answer.__record__.tag,
        record_id=write.record,
        saved=_written(answer),
        before=_written(there) if request.shape is MOD and there is not None else "",
    )


def _answered(write: Write, sent: Sent) -> Record | None:
    """The record as QuickBooks saved it."""
    for reply in (write.evidence, sent.reply):
        if reply is None:
            continue
        for outcome in read_reply(reply).outcomes:
            for found in outcome.found:
                if not isinstance(found, OtherName) and record_id(found) == write.record:
                    return found
    return None


def _read_before(sent: Sent, others: Sequence[Sent]) -> dict[str, Record]:
    """The records that were read before a document was sent, each as it was read last."""
    found: dict[str, Record] = {}
    for other in others:
        if other.id < sent.id and other.reply is not None:
            for outcome in read_reply(other.reply).outcomes:
                found |= {record_id(one): one for one in outcome.found if hasattr(one, "edit_sequence")}
    return found


def _item_of(write: Write, request: Request, close_out: CloseOut) -> tuple[ItemKind, int]:
    """Which item an effect is of: what was made says so itself, what was changed is what the request was about."""
    if request.shape is ADD:
        kind, number, *_ = write.what.split(" ")
        return ItemKind(kind), int(number)
    named = [
        (one.item_type, one.item_id)
        for one in close_out.details
        if one.item_type is not None and one.item_id is not None
    ]
    if len(named) != 1:
        raise JournalError(f"{write.what}: it is not known which item it is of")
    return named[0]


def _written(record: Record) -> str:
    name = f"{record.__record__.tag}QueryRs"
    return write_reply(Reply(outcomes=(Outcome(name=name, request_id="1", found=(record,)),))).decode()


def _read(text: str) -> Any:
    return read_reply(text.encode()).outcomes[0].found[0]


# --- taking it back --------------------------------------------------------------------------------------------------


def undo(request: Undo, links: LinkView, books: Books) -> Flow[CloseOut]:  # noqa: ARG001
    """Take back what a request wrote, step by step, last first; what speaks against one step leaves that alone."""
    ends: list[tuple[UndoStep, Item, ItemResult[Any], list[Link]]] = []
    for step in request.steps:
        item = Item(kind=step.kind, id=step.procore_id, name=_called(step), request_detail_id=None)
        (settled,) = yield from isolated(_take_back(step, item, links))
        ends.append((step, item, settled, _parts(step, links)))
    gone = [(step, parts) for step, _, settled, parts in ends if not settled.refusals and not _stays(step)]
    cleared_ = [(step.kind, step.procore_id) for step, _ in gone]
    cleared_ += [(part.kind, part.procore_id) for _, parts in gone for part in parts]
    return close(
        request,
        *(attrs.evolve(detail(item, settled), untold=True) for _, item, settled, _ in ends),
        external_data=tuple(cleared(kind, number) for kind, number in dict.fromkeys(cleared_)),
        unlinked=tuple(dict.fromkeys((step.kind, step.procore_id) for step, _ in gone)),
    )


def _stays(step: UndoStep) -> bool:
    return bool(step.before) and step.kind in _STAYS_LINKED


def _called(step: UndoStep) -> str:
    return f"{step.kind.label} {step.procore_id}: {described(_read(step.saved))}"


def _parts(step: UndoStep, links: LinkView) -> list[Link]:
    """The lines that are unlinked with an item."""
    if step.kind is ItemKind.CHANGE_ORDER:
        link = links.find(step.kind, step.procore_id)
        mine = {*getattr(link.quickbooks_id, "lines", ())} if link is not None else set()
        return [part for part in links.parts(step.record_id) if str(part.quickbooks_id) in mine and part.kind in _LINES]
    return [part for part in links.parts(step.record_id) if part.kind in _LINES]


def _take_back(step: UndoStep, item: Item, links: LinkView) -> Flow[ItemResult[Any]]:
    saved = _read(step.saved)
    outcome = yield from ask(by_id(entity(f"{step.record}Query"), step.record_id))
    if not outcome.ok:
        return refused(refusal(outcome))
    there: Any = next((one for one in outcome.found if type(one) is type(saved)), None)
    if there is None:
        return ItemResult(notes=("it was gone from QuickBooks already",))
    why = _hangs_on_it(step, item, links) or _touched(saved, there) or _settled(saved, there)
    if why is not None:
        return refused(why)
    try:
        wanted = Request.mod(_as_before(there, _read(step.before))) if step.before else _deletion(there)
        outcome = yield from ask(wanted)
    except RecordError as error:
        return refused(*unwritable(error))
    if not outcome.ok:
        why = yield from refused_by_quickbooks(outcome, there)
        return refused(why)
    return ItemResult(changed=True, notes=(_told(step, there),))


def _told(step: UndoStep, there: Any) -> str:
    if not step.before:
        return f"{described(there)} was deleted in QuickBooks"
    stays = "; in Procore the change counts as exported still: change it there" if _stays(step) else ""
    return f"{described(there)} is as it was before{stays}"


def _hangs_on_it(step: UndoStep, item: Item, links: LinkView) -> ErpRefusal | None:
    """What was exported after it and stands on it."""
    kinds = (ItemKind.CHANGE_ORDER, ItemKind.REQUISITION)
    children = [part for part in links.parts(step.record_id) if part.kind in kinds]
    if step.kind is ItemKind.VENDOR:
        children = list(links.of_party(step.record_id))
    others = [one for one in children if (one.kind, one.procore_id) != (item.kind, item.id)]
    if step.kind is ItemKind.CHANGE_ORDER:
        others = [one for one in others if one.kind is not ItemKind.CHANGE_ORDER or one.procore_id > item.id]
    return still_synced(item, newest_first(others)) if others else None


def _touched(saved: Any, there: Any) -> ErpRefusal | None:
    """Whether somebody has changed a record since it was saved, by what it says and not by its EditSequence alone."""
    differing = list(_differing(saved, there))
    if not differing:
        return None
    words = f"somebody changed it in QuickBooks since ({', '.join(differing)}), so it is left as it is: undo it there"
    return ErpRefusal(RefusalCode.CHANGED_MEANWHILE, words)


def _settled(saved: Any, there: Any) -> ErpRefusal | None:
    """Whether it is paid, billed or invoiced since: QuickBooks would delete a bill and leave its payment hanging."""
    was = {one.txn_id for one in getattr(saved, "linked_txns", ())}
    made_from = _MADE_FROM.get(there.__record__.tag)
    since = [one for one in getattr(there, "linked_txns", ()) if one.txn_id not in was and one.txn_type != made_from]
    if not since:
        return None
    names = ", ".join(f"{one.txn_type} {one.ref_number or one.txn_id}" for one in since)
    words = f"other transactions in QuickBooks are linked to it since ({names}), so it is left: delete those first"
    return ErpRefusal(RefusalCode.IN_USE, words)


def _differing(saved: Any, there: Any) -> Iterator[str]:
    for field in attrs.fields(type(saved)):
        one, other = getattr(saved, field.name), getattr(there, field.name)
        if field.name not in _VOLATILE and not _alike(one, other):
            yield field.name.replace("_", " ")


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, Record) and type(one) is type(other):
        return not any(True for _ in _differing(one, other))
    return bool(one == other)


def _deletion(there: Any) -> Request:
    kind = there.__record__.tag
    if hasattr(there, "txn_id"):
        return Request.command(TxnDel(txn_del_type=kind, txn_id=there.txn_id))
    return Request.command(ListDel(list_del_type=kind, list_id=there.list_id))


def _as_before(there: Any, before: Any) -> Any:
    """The Mod that makes a record what it was."""
    compiled = table(type(there))
    wanted: dict[str, Any] = {}
    emptied = []
    for field in attrs.fields(type(there)):
        now, then = getattr(there, field.name), getattr(before, field.name)
        known = compiled.by_name.get(field.name)
        if known is None or not known.row.shapes & MOD or field.name in {*_VOLATILE, "lines"} or _alike(now, then):
            continue
        if then is None or then == ():
            emptied.append(field.name)
        else:
            wanted[field.name] = then
    after = attrs.evolve(there, **wanted)
    mod = changes(there, erase(after, *emptied) if emptied else after)
    lines = getattr(there, "lines", ())
    kept = {line.txn_line_id for line in before.lines} if lines else set()
    if any(line.txn_line_id not in kept for line in lines):  # QuickBooks deletes the lines that a Mod leaves out
        bare = mod if mod is not None else type(there)(txn_id=there.txn_id, edit_sequence=there.edit_sequence)
        by_key = tuple(type(line)(txn_line_id=line.txn_line_id) for line in lines if line.txn_line_id in kept)
        mod = attrs.evolve(bare, lines=by_key)
    if mod is None:
        raise RecordError(there.__record__.tag, ["nothing of it differs from how it stood before"])
    return mod
