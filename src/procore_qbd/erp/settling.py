"""The one way in which an item becomes a record: never twice, never over somebody else's work.

First what is known (a link), then what is there (a record of that name, recognised by its ExternalGUID), and only then
a new record. Whatever happens in between, the next run finds out by the same three steps.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from procore_qbd.codes import status
from procore_qbd.domain import DetailOutcome, DetailStatus, ExternalData, ItemKind, Link
from procore_qbd.flows import Flow, ask
from procore_qbd.qbxml import Outcome, Record, Request
from procore_qbd.qbxml.entities._transactions import TxnQuery

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.domain import Links

__all__ = [
    "Item",
    "Settled",
    "detail",
    "external_data",
    "find_or_add",
    "find_or_add_txn",
    "known_id",
    "link",
    "linked",
    "look_up",
    "record_id",
    "record_name",
    "refusal",
    "taken",
]

R = TypeVar("R", bound=Record)


@attrs.frozen(kw_only=True)
class Item:
    """The Procore item that is being exported.

    Attributes:
        name: Its name in Procore.
        origin_id: The QuickBooks id that Procore has for it.
        origin_code: The ERP id that the approver typed.
    """

    kind: ItemKind
    id: int
    name: str
    request_detail_id: int | None
    origin_id: str | None = None
    origin_code: str | None = None


@attrs.frozen(kw_only=True)
class Settled(Generic[R]):
    """Where an item ended: a record, or the reasons why there is none.

    Attributes:
        record: The record that the item is now.
        changed: Whether anything was written.
        messages: What the accounting approver shall know.
    """

    record: R | None
    changed: bool = False
    messages: tuple[str, ...] = ()


def refusal(outcome: Outcome) -> str:
    """A refusal in words for a bookkeeper: what it means, what to do, and QuickBooks' own words behind it."""
    code = status(outcome.code)
    advice = f"; {code.advice}" if code.advice else ""
    said = f' ("{outcome.message}")' if outcome.message else ""
    return f"QuickBooks refused it with {outcome.code}: {code.meaning}{advice}{said}"


def known_id(item: Item, links: Links) -> tuple[str | None, tuple[str, ...]]:
    """The QuickBooks id of an item that is synced already, and what speaks against believing it."""
    known = links.find(item.kind, item.id)
    if known is not None and item.origin_id and item.origin_id != known.quickbooks_id:
        two = f"Procore says it is {item.origin_id} in QuickBooks, but it was exported as {known.quickbooks_id}"
        return None, (f"{two}: unlink the wrong one first",)
    quickbooks_id = known.quickbooks_id if known else item.origin_id
    if quickbooks_id and (whose := taken(item, quickbooks_id, links)):
        return None, (f"Procore says it is {quickbooks_id} in QuickBooks, but {whose}: unlink the wrong one first",)
    return quickbooks_id, ()


def taken(item: Item, quickbooks_id: str, links: Links) -> str | None:
    """Whose a record is that is linked to another item of the kind, in words; None where it is free."""
    holder = links.holder(item.kind, quickbooks_id)
    if holder is None or holder.procore_id == item.id:
        return None
    return f"that record is linked to {holder.kind.label} {holder.procore_id}"


def look_up(request: Request, cls: type[R]) -> Flow[tuple[R | None, tuple[str, ...]]]:
    """The one record that a query names; None where there is none, with messages where QuickBooks did not say."""
    outcome = yield from ask(request)
    if not outcome.ok:
        return None, (refusal(outcome),)
    return next(iter(outcome.records(cls)), None), ()


def record_id(record: Any) -> str:
    """The ListID or TxnID of a record as QuickBooks returned it."""
    found: str = record.txn_id if hasattr(record, "txn_id") else record.list_id
    return found


def record_name(record: Any) -> str | None:
    """What people know a record by: its full name, or a transaction's number."""
    if hasattr(record, "txn_id"):
        number: str | None = record.ref_number
        return number
    name: str = getattr(record, "full_name", None) or record.name
    return name


def by_id(query: Any, known: str) -> Request:
    """The request for one record; for a transaction with its lines."""
    asked: dict[str, Any] = (
        {"txn_ids": (known,), "include_line_items": True} if issubclass(query, TxnQuery) else {"list_ids": (known,)}
    )
    return Request.query(query(**asked))


def linked(cls: type[R], query: Any, known: str, what: str) -> Flow[Settled[R]]:
    """The record that an item is linked to; that it is gone is for a person to sort out.

    Args:
        cls: The record's class.
        query: The query class of its list.
        known: The ListID or TxnID that links or Procore name.
        what: What such a record is called in QuickBooks: ``'vendor'``.
    """
    found, messages = yield from look_up(by_id(query, known), cls)
    if found is None and not messages:
        gone = f"it was exported as {known}, and QuickBooks has no such {what} any more"
        messages = (f"{gone}: unlink it in Procore, then send it again",)
    return Settled(record=found, messages=messages)


def find_or_add(item: Item, record: R, query: Any, full_name: str, links: Links) -> Flow[Settled[R]]:
    """The record that an item was made into before, recognised by its ExternalGUID; or a new one.

    Args:
        item: The item.
        record: What would be added, with its ExternalGUID.
        query: The query class of its list.
        full_name: The full name that it would have.
        links: Whose the records are that are there.
    """
    namesake, messages = yield from look_up(Request.query(query(full_names=(full_name,))), type(record))
    if messages:
        return Settled(record=None, messages=messages)
    if namesake is not None:
        return _recognised(item, record, namesake, links)
    outcome = yield from ask(Request.add(record))
    if not outcome.ok:
        return Settled(record=None, messages=(refusal(outcome),))
    return Settled(record=outcome.record(type(record)), changed=True, messages=_warning(outcome))


def find_or_add_txn(item: Item, record: R, query: Any, links: Links) -> Flow[Settled[R]]:
    """The transaction that an item was made into before, recognised by its ExternalGUID; or a new one.

    Args:
        item: The item.
        record: What would be added, with its ExternalGUID.
        query: A query that finds it, if it is there, among others perhaps.
        links: Whose the transactions are that are there.
    """
    wanted: Any = record
    outcome = yield from ask(Request.query(query))
    if not outcome.ok:
        return Settled(record=None, messages=(refusal(outcome),))
    for found in outcome.records(type(record)):
        same: Any = found
        if (same.external_guid or "").upper() == wanted.external_guid and not taken(item, same.txn_id, links):
            return Settled(record=found)
        party = "vendor_ref" if hasattr(same, "vendor_ref") else "customer_ref"
        if (
            same.ref_number
            and same.ref_number == wanted.ref_number
            and _same(getattr(same, party), getattr(wanted, party))
        ):
            whose = taken(item, same.txn_id, links)
            why = (
                f"{whose}: give one another number"
                if whose
                else "it is linked to nothing: link the two, or renumber one"
            )
            message = f"QuickBooks has number {same.ref_number} of this vendor already ({same.txn_id}), and {why}"
            return Settled(record=None, messages=(message,))
    added = yield from ask(Request.add(record))
    if not added.ok:
        return Settled(record=None, messages=(refusal(added),))
    return Settled(record=added.record(type(record)), changed=True, messages=_warning(added))


def _same(one: Any, other: Any) -> bool:
    return one is not None and other is not None and one.list_id == other.list_id


def _recognised(item: Item, record: Any, namesake: Any, links: Links) -> Settled[Any]:
    """A record of the same name is ours if it carries our GUID; if not, a person has to say what it is."""
    name = getattr(namesake, "full_name", None) or namesake.name
    whose = taken(item, namesake.list_id, links)
    if whose is None and (namesake.external_guid or "").upper() == record.external_guid:
        return Settled(record=namesake)
    why = f"{whose}: rename one of the two" if whose else "it is linked to nothing: link the two, or rename one of them"
    return Settled(record=None, messages=(f"QuickBooks has {name!r} already ({namesake.list_id}), and {why}",))


def _warning(outcome: Outcome) -> tuple[str, ...]:
    """A warning is a record saved with a defect; it must not be lost."""
    if not outcome.code:
        return ()
    return (f"QuickBooks saved it with warning {outcome.code}: {status(outcome.code).meaning}",)


def detail(item: Item, settled: Settled[Any], extra: Iterable[str] = ()) -> DetailOutcome:
    """How the item's request detail is closed."""
    return DetailOutcome(
        item_type=item.kind,
        item_id=item.id,
        request_detail_id=item.request_detail_id,
        name=item.name,
        status=DetailStatus.FAILED if settled.record is None else DetailStatus.SUCCESS,
        messages=(*settled.messages, *extra),
        changed=settled.changed,
    )


def link(item: Item, record: Any) -> Link:
    """What to remember of an item that is a list record now."""
    return Link(
        kind=item.kind,
        procore_id=item.id,
        quickbooks_id=record_id(record),
        name=record_name(record),
        edit_sequence=record.edit_sequence,
    )


def external_data(item: Item, record: Any) -> ExternalData:
    """What to tell Procore of an item that is a list record now."""
    return ExternalData(
        item_type=item.kind,
        item_id=item.id,
        origin_id=record_id(record),
        origin_code=item.origin_code or record_name(record),
        origin_data=json.dumps({"edit_sequence": record.edit_sequence}),
    )
