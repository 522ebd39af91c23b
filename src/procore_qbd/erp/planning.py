"""A plan of exports, and how it is applied: what was planned is done, or is refused because things have changed since.

`plan_exports` carries requests out in thought (`procore_qbd.flows.Rehearsal`), one behind the other, so each sees what
those before it would make: the vendor, its purchase order, the links. `apply` goes through the plan again. Each request
is planned anew, against QuickBooks and the links as they are now. Only if that comes to the same is it carried out, by
whoever the caller has for it. Else it is stale, and it is said what is otherwise.

Ids of what a plan makes are made up, so "the same" is judged when they are replaced by those that came of the requests
before. A record that an earlier request of the plan has written is another one by then; of it only that it is there is
compared, and what would be written of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain.vocabulary import ExplainedWord
from procore_qbd.erp.layered_links import LayeredLinks
from procore_qbd.erp.perform import perform
from procore_qbd.erp.plans import (
    FieldChange,
    JobAmount,
    JobMoney,
    Plan,
    PlannedEnding,
    PlannedItem,
    PlannedLink,
    PlannedRequest,
    ReadRecord,
)
from procore_qbd.erp.results import record_id
from procore_qbd.erp.verifying import line_amount
from procore_qbd.flows import Rehearsal
from procore_qbd.flows.echoing import MADE_UP
from procore_qbd.qbxml import ADD, RET, Dialect, Record, Ref, write_requests
from procore_qbd.qbxml.entities.bills import Bill, VendorCredit
from procore_qbd.qbxml.entities.estimates import Estimate
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder
from procore_qbd.qbxml.rows.records import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from procore_qbd.domain import Books, CloseOut, DetailOutcome, ErpRefusal, ErpRequest, LinkView
    from procore_qbd.flows import Planned, PlannedWrite
    from procore_qbd.transports.base import Transport

__all__ = ["AppliedEnding", "AppliedItem", "AppliedPlan", "apply", "plan_exports"]


# --- planning --------------------------------------------------------------------------------------------------------


def plan_exports(
    requests: Iterable[ErpRequest],
    links: LinkView,
    books: Books,
    transport: Transport,
    *,
    dialect: Dialect | None = None,
) -> Plan:
    """What would become of requests, if they were carried out now, one after another; nothing is written.

    Args:
        requests: From `procore_qbd.procore.read_request`, or made by hand, in their order.
        links: Which items are which records; they are only read.
        books: The accounting policy of the company file.
        transport: Where QuickBooks answers queries.
        dialect: Who reads the documents.

    Raises:
        TransportError: A query was not sent, QuickBooks failed, or no readable reply came.
        TypeError: As `perform`.
        ValueError: As `perform`.
    """
    view, rehearsal = LayeredLinks(links), Rehearsal(transport, dialect=dialect)
    found = []
    for request in requests:
        planned = rehearsal.plan(perform(request, view, books))
        view.add(planned.result.links)
        found.append(_planned_request(request, planned, view, dialect))
    return Plan(requests=tuple(found), books=books)


def _planned_request(
    request: ErpRequest, planned: Planned[CloseOut], links: LinkView, dialect: Dialect | None
) -> PlannedRequest:
    close_out = planned.result
    return PlannedRequest(
        request=request,
        items=tuple(_planned_item(detail, planned, links, dialect) for detail in close_out.details),
        read=tuple(
            ReadRecord(kind=kind, id=id_, edit_sequence=sequence, name=planned.names.get((kind, id_), ""))
            for (kind, id_), sequence in sorted(planned.read.items())
        ),
        links=tuple(
            PlannedLink(
                kind=link.kind,
                id=link.procore_id,
                quickbooks_id=str(link.quickbooks_id),
                edit_sequence=link.edit_sequence,
            )
            for link in close_out.links
        ),
    )


def _planned_item(
    detail: DetailOutcome, planned: Planned[CloseOut], links: LinkView, dialect: Dialect | None
) -> PlannedItem:
    writes = [one for one in _writes_of(detail, planned, links) if one.after is not None]
    made = any(one.request.shape is ADD for one in writes)
    ending = PlannedEnding.UNCHANGED
    if planned.unsure and (detail.changed or detail.refusals):
        ending = PlannedEnding.NOT_FORESEEN
    elif detail.refusals:
        ending, writes = PlannedEnding.REFUSED, []
    elif detail.changed:
        ending = PlannedEnding.MADE if made else PlannedEnding.CHANGED
    return PlannedItem(
        kind=detail.item_type,
        id=detail.item_id,
        name=detail.name,
        ending=ending,
        refusals=tuple(map(_foretold, detail.refusals)),
        differences=detail.differences,
        notes=detail.notes,
        changes=tuple(change for one in writes for change in _changes(one)),
        money=tuple(sums for one in writes for sums in _money(one)),
        qbxml=write_requests([one.request for one in writes], dialect=dialect).decode("ascii") if writes else "",
        unsure=planned.unsure if ending is PlannedEnding.NOT_FORESEEN else (),
    )


def _foretold(refusal: ErpRefusal) -> ErpRefusal:
    """A refusal of QuickBooks that was not asked yet."""
    return attrs.evolve(refusal, words=refusal.words.replace("QuickBooks refused it", "QuickBooks would refuse it"))


def _writes_of(detail: DetailOutcome, planned: Planned[CloseOut], links: LinkView) -> Iterator[PlannedWrite]:
    """What would be written for an item: all of it where the request has one item, else the record of its GUID."""
    if len(planned.result.details) == 1:
        yield from planned.writes
    elif detail.item_type is not None and detail.item_id is not None:
        guid = links.guid(detail.item_type, detail.item_id, planned.result.company_id)
        for one in planned.writes:
            if getattr(one.request.record, "external_guid", None) == guid:
                yield one


# --- field by field --------------------------------------------------------------------------------------------------

_OF_QUICKBOOKS = frozenset(
    (
        *("ListID", "TxnID", "TxnLineID", "EditSequence", "TimeModified", "ExternalGUID"),
        *("IsFullyReceived", "ReceivedQuantity", "LinkedTxn"),
    )
)
"""What says nothing to people."""


def _changes(write: PlannedWrite) -> Iterator[FieldChange]:
    before = dict(_leaves(write.before)) if write.before is not None else {}
    after = dict(_leaves(write.after))
    for field in dict.fromkeys((*before, *after)):
        if before.get(field) != after.get(field):
            yield FieldChange(field, before.get(field), after.get(field))


def _leaves(record: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a record, with where it stands."""
    for field in table(type(record)).order(RET):
        value, numbered = getattr(record, field.name), field.plural
        members = value if numbered else (value,)
        for at, one in enumerate(members or (), 1):
            tag = next((tag for tag, cls in field.members.items() if cls is type(one)), field.row.tag)
            where = f"{path}{tag} {at}" if numbered else f"{path}{tag}"
            if one is None or tag in _OF_QUICKBOOKS:
                continue
            if isinstance(one, Ref):
                yield where.removesuffix("Ref"), one.full_name or one.list_id or ""
            elif isinstance(one, Record):
                yield from _leaves(one, f"{where}/")
            else:
                yield where, _text(one)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


# --- money -----------------------------------------------------------------------------------------------------------

_AMOUNTS: Mapping[type[Record], tuple[JobAmount, int]] = {
    PurchaseOrder: (JobAmount.COMMITTED, 1),
    Bill: (JobAmount.BILLED, 1),
    VendorCredit: (JobAmount.BILLED, -1),
    Estimate: (JobAmount.BUDGET, 1),
}
"""What the lines of a transaction are to a job, and with which sign."""


def _money(write: PlannedWrite) -> Iterator[JobMoney]:
    """What a transaction has on each of its jobs, before and after."""
    what, sign = next((row for cls, row in _AMOUNTS.items() if isinstance(write.after, cls)), (None, 0))
    if what is None:
        return
    before, after = _by_job(write.before), _by_job(write.after)
    for job in dict.fromkeys((*before, *after)):
        name, amount = after.get(job, before.get(job, ("", Decimal(0))))
        yield JobMoney(
            job=job,
            name=name,
            what=what,
            record=record_id(write.after),
            before=sign * before.get(job, ("", Decimal(0)))[1],
            after=sign * (amount if job in after else Decimal(0)),
        )


def _by_job(record: Any) -> dict[str | None, tuple[str, Decimal]]:
    sums: dict[str | None, tuple[str, Decimal]] = {}
    if record is None:
        return sums
    for name in ("lines", "item_lines", "expense_lines"):
        for line in getattr(record, name, ()):
            ref = getattr(line, "customer_ref", None) or getattr(record, "customer_ref", None)
            job = ref.list_id if ref is not None else None
            amount = line_amount(line) if hasattr(line, "amount") else line.total_amount or Decimal(0)
            sums[job] = ((ref.full_name if ref else None) or "no job", sums.get(job, ("", Decimal(0)))[1] + amount)
    return sums


# --- applying --------------------------------------------------------------------------------------------------------


class AppliedEnding(ExplainedWord):
    """What became of an item when its plan was applied."""

    APPLIED = "applied", "It was carried out, and ended as it was planned."
    STALE = "stale", "Nothing was written: it would end otherwise than was planned, or what it depends on has changed."
    REFUSED = "refused", "Nothing was written, as it was planned."
    OTHERWISE = "otherwise", "It was carried out, and ended otherwise than was planned: somebody came in between."


@attrs.frozen(kw_only=True)
class AppliedItem:
    """What became of an item.

    Attributes:
        planned: What was planned of it.
        ending: In a word.
        why: Why it was not applied, in words.
        outcome: How it ended; None where it was not sent.
    """

    planned: PlannedItem
    ending: AppliedEnding
    why: tuple[str, ...] = ()
    outcome: DetailOutcome | None = None


@attrs.frozen
class AppliedPlan:
    """What became of a plan.

    Attributes:
        items: Its items, in their order.
        close_outs: Of the requests that were carried out, for Procore.
    """

    items: tuple[AppliedItem, ...]
    close_outs: tuple[CloseOut, ...]

    @property
    def ok(self) -> bool:
        """Whether every item was applied."""
        return all(one.ending is AppliedEnding.APPLIED for one in self.items)

    @property
    def summary(self) -> str:
        """In one line: ``'2 applied, 1 stale'``."""
        found = Counter(one.ending for one in self.items)
        return ", ".join(f"{found[one]} {one.value}" for one in AppliedEnding if found[one]) or "no items"

    def __str__(self) -> str:
        lines = []
        for one in self.items:
            lines.append(f"{one.ending.value:<12} {one.planned.called}")
            lines += (f"{'':>15}{words}" for words in one.why)
        return "\n".join((*lines, self.summary))


def apply(
    plan: Plan,
    links: LinkView,
    transport: Transport,
    carry_out: Callable[[ErpRequest], CloseOut],
    *,
    dialect: Dialect | None = None,
) -> AppliedPlan:
    """Carry out what was planned, and nothing else.

    Each request is planned anew before it is carried out. A request of which an item is stale is not carried out; nor
    is one of which every item was refused in the plan.

    Args:
        plan: From `plan_exports`.
        links: The links as they are kept; ``carry_out`` adds to them.
        transport: Where QuickBooks answers queries.
        carry_out: Carries out a request and keeps its links: a function around `run`, or around a journal.
        dialect: Who reads the documents.

    Raises:
        TransportError: As `plan_exports`.

    Whatever ``carry_out`` raises passes through; what was carried out before is done.
    """
    items: list[AppliedItem] = []
    close_outs: list[CloseOut] = []
    ids: dict[str, str] = {}
    for number, planned in enumerate(plan.requests):
        again = Rehearsal(transport, dialect=dialect, number=number).plan(perform(planned.request, links, plan.books))
        now = _planned_request(planned.request, again, links, dialect)
        stale = _stale(planned, now, ids)
        if any(stale.values()):
            items += _not_sent(planned, stale)
        elif all(item.ending is PlannedEnding.REFUSED for item in planned.items):
            items += (
                AppliedItem(planned=item, ending=AppliedEnding.REFUSED, why=item.messages) for item in planned.items
            )
        else:
            close_out = carry_out(planned.request)
            close_outs.append(close_out)
            ids |= _real_ids(planned, close_out)
            items += map(_applied, planned.items, close_out.details)
    return AppliedPlan(tuple(items), tuple(close_outs))


def _applied(item: PlannedItem, outcome: DetailOutcome) -> AppliedItem:
    """What became of an item whose request was carried out, held against what was planned."""
    said = {(one.code, one.status) for one in item.refusals}
    why = [str(one) for one in outcome.refusals if (one.code, one.status) not in said]
    if outcome.changed is not (item.ending in (PlannedEnding.MADE, PlannedEnding.CHANGED)) and not outcome.refusals:
        why.append(f"it was planned as {item.ending.value}, and something else was written")
    expected = {one.field for one in item.differences}
    why += [str(one) for one in outcome.differences if one.field not in expected]
    if why and item.ending is not PlannedEnding.NOT_FORESEEN:
        return AppliedItem(planned=item, ending=AppliedEnding.OTHERWISE, why=tuple(why), outcome=outcome)
    if outcome.refusals:
        return AppliedItem(planned=item, ending=AppliedEnding.REFUSED, why=outcome.messages, outcome=outcome)
    return AppliedItem(planned=item, ending=AppliedEnding.APPLIED, outcome=outcome)


def _not_sent(planned: PlannedRequest, stale: Mapping[int, tuple[str, ...]]) -> Iterator[AppliedItem]:
    others = "another item of its request is stale, and a request is carried out as a whole: plan it anew"
    for at, item in enumerate(planned.items):
        yield AppliedItem(planned=item, ending=AppliedEnding.STALE, why=stale.get(at) or (others,))


def _real_ids(planned: PlannedRequest, close_out: CloseOut) -> dict[str, str]:
    """What came of the made-up ids of a request."""
    real = {(link.kind, link.procore_id): link for link in close_out.links}
    found: dict[str, str] = {}
    for link in planned.links:
        if (made := real.get((link.kind, link.id))) is not None:
            found |= zip(link.quickbooks_id.split("|"), str(made.quickbooks_id).split("|"), strict=False)
            if link.edit_sequence and made.edit_sequence:
                found[link.edit_sequence] = made.edit_sequence
    return found


# --- what is otherwise -----------------------------------------------------------------------------------------------


def _stale(planned: PlannedRequest, now: PlannedRequest, ids: Mapping[str, str]) -> dict[int, tuple[str, ...]]:
    """By item, what is otherwise than it was planned, in words; nothing where all is the same."""
    if len(planned.items) != len(now.items):
        return dict.fromkeys(range(len(planned.items)), ("its request has other items now",))
    found = {at: list(_otherwise(*pair, ids)) for at, pair in enumerate(zip(planned.items, now.items, strict=True))}
    changed, others = _read_otherwise(planned.read, now.read, ids)
    if any(found.values()):
        return {at: (*why, *changed) if why else () for at, why in found.items()}
    return dict.fromkeys(found, (*changed, *others))


def _read_otherwise(
    planned: Iterable[ReadRecord], now: Iterable[ReadRecord], ids: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """What has changed of the records that a request depends on; and which of them came or went."""
    before = {(one.kind, ids.get(one.id, one.id)): one for one in planned}
    after = {(one.kind, one.id): one for one in now}
    changed = [
        f"{after[key].called} was changed in QuickBooks since it was planned"
        for key, one in before.items()
        if key in after and one.edit_sequence not in (None, after[key].edit_sequence)
    ]
    gone = [f"{one.called} is not in QuickBooks any more" for key, one in before.items() if key not in after]
    came = [f"{one.called} is in QuickBooks since it was planned" for key, one in after.items() if key not in before]
    return changed, [*gone, *came]


def _otherwise(planned: PlannedItem, now: PlannedItem, ids: Mapping[str, str]) -> Iterator[str]:
    """Where an item would end otherwise."""
    if planned.ending is not now.ending:
        why = f": {'; '.join(map(str, now.refusals))}" if now.refusals else ""
        yield f"it was planned as {planned.ending.value}, and would be {now.ending.value} now{why}"
        return
    said, says = ([(one.code, one.status) for one in item.refusals] for item in (planned, now))
    if said != says:
        yield f"it would be refused for another reason now: {'; '.join(map(str, now.refusals))}"
    for what, before, after in (
        ("differs between the two sides", _differences(planned), _differences(now)),
        ("would be written", planned.changes, now.changes),
        ("its jobs would have", _sums(planned), _sums(now)),
    ):
        if _with_ids(repr(before), ids) != repr(after):
            yield f"what {what} is otherwise now"
    if planned.changes == now.changes and not _same_document(planned.qbxml, now.qbxml, ids):
        yield "it would be written on other records now"


def _differences(item: PlannedItem) -> list[tuple[str, str | None, str | None]]:
    texts = ((one.field, one.procore, one.quickbooks) for one in item.differences)
    return [(field, *(_text(value) if value is not None else None for value in values)) for field, *values in texts]  # type: ignore[misc]


def _sums(item: PlannedItem) -> list[tuple[str | None, JobAmount, Decimal, Decimal]]:
    return [(one.job, one.what, one.before, one.after) for one in item.money]


def _with_ids(text: str, ids: Mapping[str, str]) -> str:
    """A text with real ids for made-up ones."""
    return MADE_UP.sub(lambda found: ids.get(found[0], found[0]), text)


_EDIT_SEQUENCE = re.compile(r"<EditSequence>[^<]*</EditSequence>")


def _same_document(planned: str, now: str, ids: Mapping[str, str]) -> bool:
    """Whether a document is the planned one.

    How the records stood is compared elsewhere; of some lines that the plan made, nobody tells the id.
    """
    wanted = _with_ids(_EDIT_SEQUENCE.sub("", planned), ids)
    parts = MADE_UP.sub("\0", wanted).split("\0")
    return re.fullmatch("[0-9A-F]+-[0-9]+".join(map(re.escape, parts)), _EDIT_SEQUENCE.sub("", now)) is not None
