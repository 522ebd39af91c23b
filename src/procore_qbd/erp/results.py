"""How an item of a request ends: as a record, or with the reasons why there is none; and what goes back to Procore."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from procore_qbd.domain import CloseOut, DetailOutcome, ErpRefusal, ExternalData, ItemKind, Link, RefusalCode
from procore_qbd.errors import RecordError, TranslationError
from procore_qbd.flows import Flow, gather
from procore_qbd.qbxml import Record
from procore_qbd.translate.fields import invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from procore_qbd.domain import Difference, ErpRequest, LinkView, Unreadable
    from procore_qbd.flows import Ended

__all__ = [
    "Item",
    "ItemResult",
    "batch",
    "close",
    "detail",
    "external_data",
    "isolated",
    "link",
    "record_id",
    "record_name",
    "refused",
    "refused_as_repeated",
    "repeated_ids",
    "unreadable",
]

R = TypeVar("R", bound=Record)


@attrs.frozen(kw_only=True)
class Item:
    """The Procore item that is being exported.

    Attributes:
        name: Its name and number in Procore, as people say them: ``'Invoice A-2'``.
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
class ItemResult(Generic[R]):
    """Where an item ended.

    Attributes:
        record: The record that the item is now; None where it was refused.
        before: The record as it was, where it was there and was changed.
        changed: Whether anything was written.
        refusals: Why there is no record.
        differences: What differs between QuickBooks and Procore.
        notes: Further notes for the accounting approver.
        warning: The statusCode with which QuickBooks saved it, where that is a warning.
    """

    record: R | None = None
    before: R | None = None
    changed: bool = False
    warning: int | None = None
    refusals: tuple[ErpRefusal, ...] = ()
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()

    def named(self, links: LinkView) -> ItemResult[R]:
        """The same end, with names instead of ids for what the links know."""

        def name(value: Any) -> Any:
            return links.name_of(value) or value if isinstance(value, str) else value

        found = (
            attrs.evolve(one, procore=name(one.procore), quickbooks=name(one.quickbooks)) for one in self.differences
        )
        return attrs.evolve(self, differences=tuple(found))

    def told(self, differences: Iterable[Difference] = (), notes: Iterable[str] = ()) -> ItemResult[R]:
        """The same end, with more to tell; each thing once."""
        more = dict.fromkeys((*self.differences, *differences)), dict.fromkeys((*self.notes, *notes))
        return attrs.evolve(self, differences=tuple(more[0]), notes=tuple(more[1]))


def refused(*refusals: ErpRefusal | None) -> ItemResult[Any]:
    """The end of an item that is not exported."""
    return ItemResult(refusals=tuple(dict.fromkeys(one for one in refusals if one is not None)))


def isolated(*flows: Flow[ItemResult[R]]) -> Flow[tuple[ItemResult[R], ...]]:
    """Items side by side; whatever one of them runs into is its own end, and the others end well."""
    ended = yield from gather(*flows)
    return tuple(map(_settled, ended))


def _settled(ended: Ended[ItemResult[R]]) -> ItemResult[R]:
    """What an error means for the item whose flow it ended."""
    error = ended.error
    if error is None:
        return ended.result()
    if isinstance(error, TranslationError):
        return refused(*(fault for fault in error.faults if isinstance(fault, ErpRefusal)))
    if isinstance(error, RecordError):
        return refused(*invalid(error.faults, {}))  # type: ignore[arg-type]
    what = f"the export of the item stopped with an error: {str(error) or type(error).__name__}"
    words = (
        f"{what}; it is not known whether all of it was written; send it again: records that were made are found again"
    )
    return refused(ErpRefusal(RefusalCode.IN_DOUBT, words))


def repeated_ids(ids: Iterable[int]) -> set[int]:
    """The ids that appear more than once in a request, so that it is not known which item is meant."""
    return {one for one, count in Counter(ids).items() if count > 1}


def refused_as_repeated(item: str) -> ItemResult[Any]:
    """The refusal of an item whose id appears more than once: ``'invoice'``."""
    return refused(ErpRefusal(RefusalCode.VALUE, f"it has the id of another {item} of the same request"))


# --- what goes back --------------------------------------------------------------------------------------------------


def record_id(record: Any) -> str:
    """The ListID or TxnID of a record as QuickBooks returned it."""
    found: str = record.txn_id if hasattr(record, "txn_id") else record.list_id
    return found


def record_name(record: Any) -> str | None:
    """What people know a record by: its full name, or a transaction's number."""
    if hasattr(record, "txn_id"):
        number: str | None = getattr(record, "ref_number", None)
        return number
    name: str = getattr(record, "full_name", None) or record.name
    return name


def detail(item: Item, settled: ItemResult[Any]) -> DetailOutcome:
    """How the item's request detail is closed."""
    return DetailOutcome(
        item_type=item.kind,
        item_id=item.id,
        request_detail_id=item.request_detail_id,
        name=item.name,
        refusals=settled.refusals,
        differences=settled.differences,
        notes=settled.notes,
        changed=settled.changed,
    )


def close(request: ErpRequest, *details: DetailOutcome, **more: Any) -> CloseOut:
    """The close-out of a request.

    Args:
        request: The request.
        details: How its items ended.
        more: What else there is to tell and to remember: the fields of `CloseOut`.
    """
    return CloseOut(request_name=request.request_name, company_id=request.company_id, details=details, **more)


def unreadable(items: Sequence[Unreadable], request_detail_id: int | None) -> tuple[DetailOutcome, ...]:
    """How the items of a batch end that cannot be read."""
    return tuple(
        DetailOutcome(
            item_type=item.kind,
            item_id=item.id,
            request_detail_id=request_detail_id if item.request_detail_id is None else item.request_detail_id,
            name=" ".join(filter(None, (item.kind.label, item.name or str(item.id or "that cannot be read")))),
            refusals=tuple(ErpRefusal(RefusalCode.UNREADABLE, fault) for fault in item.faults),
        )
        for item in items
    )


def batch(kind: ItemKind, details: Sequence[DetailOutcome], request_detail_id: int | None) -> tuple[DetailOutcome, ...]:
    """The details of a batch; the request's own is closed all the same where no item has it, or it would hang.

    Args:
        kind: What the items are.
        details: How each ended.
        request_detail_id: The detail of the whole request, None where Procore named none.
    """
    if request_detail_id is None or any(one.request_detail_id == request_detail_id for one in details):
        return tuple(details)
    note = "each item has a request detail of its own" if details else "the request names no item: nothing was exported"
    whole = DetailOutcome(
        item_type=kind, item_id=None, request_detail_id=request_detail_id, name=f"every {kind.label}", notes=(note,)
    )
    return (*details, whole)


def link(item: Item, record: Any, **more: Any) -> Link:
    """What to remember of an item that is a record now."""
    vendor = getattr(record, "vendor_ref", None)
    return Link(
        kind=item.kind,
        procore_id=item.id,
        quickbooks_id=record_id(record),
        name=record_name(record),
        edit_sequence=record.edit_sequence,
        party=vendor.list_id if vendor else None,
        **more,
    )


def external_data(item: Item, record: Any) -> ExternalData:
    """What to tell Procore of an item that is a record now."""
    return ExternalData(
        item_type=item.kind,
        item_id=item.id,
        origin_id=record_id(record),
        origin_code=item.origin_code or record_name(record),
        origin_data=json.dumps({"edit_sequence": record.edit_sequence}),
    )
