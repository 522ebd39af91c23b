"""What a plan says: for each item what would become of it, field by field, and for each job what would become of money.

A plan is a value. It reads as text, as HTML in a notebook, and as JSON: the same plan always gives the same JSON, in
which amounts are texts, so that none passes through a float; and a plan is read from it again.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

import attrs

from procore_qbd.cards import Alignment, Card, Grid, GridRow, HasCard
from procore_qbd.domain import Difference, ErpRefusal, ItemKind, RefusalCode
from procore_qbd.domain.vocabulary import ExplainedWord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from procore_qbd.domain import Books, ErpRequest

__all__ = [
    "FieldChange",
    "JobAmount",
    "JobMoney",
    "Plan",
    "PlannedEnding",
    "PlannedItem",
    "PlannedLink",
    "PlannedRequest",
    "ReadRecord",
]


class PlannedEnding(ExplainedWord):
    """What would become of an item."""

    MADE = "made", "QuickBooks would have a new record."
    CHANGED = "changed", "A record of QuickBooks would be changed."
    UNCHANGED = "unchanged", "It is in QuickBooks already, and nothing would be written."
    REFUSED = "refused", "Nothing would be written, and it is said why."
    NOT_FORESEEN = "not foreseen", "Only QuickBooks knows what would come of it; what is said of it is a guess."


class JobAmount(StrEnum):
    """What amounts on a job are: its purchase orders, its bills less credits, its estimates."""

    COMMITTED = "committed"
    BILLED = "billed"
    BUDGET = "budget"


@attrs.frozen
class FieldChange:
    """One field of a record.

    Attributes:
        field: Where it stands: ``'PurchaseOrderLine 1/Amount'``.
        before: What it says now; None for nothing, and for a new record.
        after: What it would say.
    """

    field: str
    before: str | None
    after: str | None


@attrs.frozen(kw_only=True)
class JobMoney:
    """What a record has on a job, before and after.

    Attributes:
        job: The ListID of the job; None for what is on no job.
        name: What the job is called.
        what: What the amounts are.
        record: The TxnID of the record; None for the sum of all that a plan touches.
        before: What it has now.
        after: What it would have.
    """

    job: str | None
    name: str
    what: JobAmount
    record: str | None = None
    before: Decimal
    after: Decimal


@attrs.frozen(kw_only=True)
class PlannedItem:
    """What would become of an item.

    Attributes:
        kind: What it is in Procore; None where even that could not be read.
        id: Its id there.
        name: Its name and number, for people.
        ending: In a word.
        refusals: Why it would not be exported.
        differences: What would differ between QuickBooks and Procore.
        notes: Further notes for the accounting approver.
        changes: What would be written, field by field.
        money: What its record has on each job.
        qbxml: What would be sent to write it, as a document; ``''`` for nothing. Ids of what is new are made up.
        unsure: What could not be foreseen.
    """

    kind: ItemKind | None
    id: int | None
    name: str
    ending: PlannedEnding
    refusals: tuple[ErpRefusal, ...] = ()
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    money: tuple[JobMoney, ...] = ()
    qbxml: str = ""
    unsure: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """The item in words: ``'vendor Birch Tile'``."""
        return f"{self.kind.label} {self.name}" if self.kind is not None else self.name

    @property
    def messages(self) -> tuple[str, ...]:
        """All that there is to say of it, in words."""
        return (*map(str, self.refusals), *map(str, self.differences), *self.notes, *self.unsure)


@attrs.frozen(kw_only=True)
class ReadRecord:
    """A record that an item depends on.

    Attributes:
        kind: What it is in QuickBooks: ``'Vendor'``.
        id: Its ListID or TxnID.
        edit_sequence: How it stood; None where an earlier item of the plan would have written it.
        name: What it is called.
    """

    kind: str
    id: str
    edit_sequence: str | None
    name: str = ""

    @property
    def called(self) -> str:
        """The record in words."""
        return f"{self.kind} {self.name!r} ({self.id})" if self.name else f"{self.kind} {self.id}"


@attrs.frozen(kw_only=True)
class PlannedLink:
    """What would be remembered of an item.

    Attributes:
        kind: What it is in Procore.
        id: Its id there.
        quickbooks_id: Its id in QuickBooks, made up where the record would be new.
        edit_sequence: The EditSequence of the record.
    """

    kind: ItemKind
    id: int
    quickbooks_id: str
    edit_sequence: str | None = None


@attrs.frozen(kw_only=True)
class PlannedRequest:
    """What would become of a request.

    Attributes:
        request: The request.
        items: Its items, in its order.
        read: The records that it depends on, by kind and id.
        links: What would be remembered.
    """

    request: ErpRequest
    items: tuple[PlannedItem, ...]
    read: tuple[ReadRecord, ...]
    links: tuple[PlannedLink, ...]

    def to_plain(self) -> dict[str, Any]:
        """As plain data, without the request itself."""
        return {
            "request_name": self.request.request_name,
            "items": [_plain(item) for item in self.items],
            "read": [_plain(one) for one in self.read],
            "links": [_plain(one) for one in self.links],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], request: ErpRequest) -> Self:
        """From plain data and its request."""
        return cls(
            request=request,
            items=tuple(map(_item, plain["items"])),
            read=tuple(ReadRecord(**one) for one in plain["read"]),
            links=tuple(PlannedLink(**one | {"kind": ItemKind(one["kind"])}) for one in plain["links"]),
        )


@attrs.frozen(kw_only=True)
class Plan(HasCard):
    """What would become of requests, if they were carried out now, one after another. Nothing was written.

    Attributes:
        requests: The requests, each with its items.
        books: The bookkeeper's choices by which it was planned.
    """

    requests: tuple[PlannedRequest, ...]
    books: Books

    @property
    def items(self) -> tuple[PlannedItem, ...]:
        """The items of all requests."""
        return tuple(item for request in self.requests for item in request.items)

    @property
    def money(self) -> tuple[JobMoney, ...]:
        """What the records that the plan touches have on each job, before and after."""
        sums: dict[tuple[str | None, JobAmount], list[Any]] = {}
        seen: set[tuple[str | None, str | None, JobAmount]] = set()
        for one in (one for item in self.items for one in item.money):
            name, before, after = sums.setdefault((one.job, one.what), [one.name, Decimal(0), Decimal(0)])
            if (one.record, one.job, one.what) not in seen:
                before, after = before + one.before, after + one.before
                seen.add((one.record, one.job, one.what))
            sums[one.job, one.what] = [name, before, after + one.after - one.before]
        return tuple(
            JobMoney(job=job, name=name, what=what, before=before, after=after)
            for (job, what), (name, before, after) in sums.items()
        )

    @property
    def counts(self) -> dict[PlannedEnding, int]:
        """How many items would end in which way, without those of none."""
        found = Counter(item.ending for item in self.items)
        return {ending: found[ending] for ending in PlannedEnding if found[ending]}

    # --- plain data --------------------------------------------------------------------------------------------------

    def to_plain(self) -> dict[str, Any]:
        """As plain data: texts, whole numbers, lists. Amounts are texts. The requests themselves are not in it."""
        return {
            "counts": {ending.value: count for ending, count in self.counts.items()},
            "money": [_plain(one) for one in self.money],
            "requests": [one.to_plain() for one in self.requests],
        }

    def to_json(self) -> str:
        """`to_plain` as indented JSON; the same plan always gives the same text."""
        return json.dumps(self.to_plain(), indent=2, ensure_ascii=False)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], requests: Sequence[ErpRequest], books: Books) -> Self:
        """A plan from its plain data, and what it was made of.

        Raises:
            ValueError: There are more requests in one of them, or other ones.
            KeyError: Something is missing in the data.
        """
        pairs = zip(plain["requests"], requests, strict=True)
        if any(said["request_name"] != request.request_name for said, request in pairs):
            raise ValueError("the plan is of other requests")
        planned = zip(plain["requests"], requests, strict=True)
        return cls(requests=tuple(PlannedRequest.from_plain(*pair) for pair in planned), books=books)

    # --- for people --------------------------------------------------------------------------------------------------

    @property
    def summary(self) -> str:
        """In one line: ``'2 made, 1 refused: nothing was written'``."""
        said = ", ".join(f"{count} {ending.value}" for ending, count in self.counts.items()) or "no items"
        return f"{said}: this is a plan, and nothing was written"

    def _card(self) -> Card:
        whole, numbers = Alignment.WHOLE, Alignment.NUMBERS
        items = Grid(columns=(whole, whole), rows=tuple(self._rows()), indent=0, least=11)
        money = Grid(
            headings=("", "Job", "before", "after"),
            columns=(whole, Alignment.WORDS, numbers, numbers),
            rows=tuple(GridRow((one.what.value, one.name, one.before, one.after)) for one in self.money),
            indent=0,
            least=11,
        )
        return Card(grids=tuple(grid for grid in (items, money) if grid.rows), notes=(self.summary,))

    def _rows(self) -> Iterator[GridRow]:
        for item in self.items:
            yield GridRow((item.ending.value, item.called))
            said = (*item.messages, *(f"{one.field}: {_arrow(one.before, one.after)}" for one in item.changes))
            yield from (GridRow((None, text), depth=1) for text in said)


def _arrow(before: str | None, after: str | None) -> str:
    if before is None:
        return after or ""
    return f"{before} → {after if after is not None else 'nothing'}"


# --- plain data ------------------------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """A value as texts, whole numbers, lists and mappings."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Difference):
        amounts = any(isinstance(one, Decimal) for one in (value.procore, value.quickbooks))
        return {field: _plain(getattr(value, field)) for field in _OF_DIFFERENCE} | {"amounts": amounts}
    if attrs.has(type(value)):
        return {field.name: _plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
    return value


_ENDINGS = {ending.value: ending for ending in PlannedEnding}
_CODES = {code.value: code for code in RefusalCode}


def _item(plain: Mapping[str, Any]) -> PlannedItem:
    return PlannedItem(
        kind=ItemKind(plain["kind"]) if plain["kind"] else None,
        id=plain["id"],
        name=plain["name"],
        ending=_ENDINGS[plain["ending"]],
        refusals=tuple(_refusals(plain["refusals"])),
        differences=tuple(map(_difference, plain["differences"])),
        notes=tuple(plain["notes"]),
        changes=tuple(FieldChange(**one) for one in plain["changes"]),
        money=tuple(_job_money(one) for one in plain["money"]),
        qbxml=plain["qbxml"],
        unsure=tuple(plain["unsure"]),
    )


def _refusals(plain: Iterable[Mapping[str, Any]]) -> Iterator[ErpRefusal]:
    return (ErpRefusal(_CODES[one["code"]], one["words"], one["status"]) for one in plain)


_OF_DIFFERENCE = ("field", "procore", "quickbooks", "why")


def _difference(plain: Mapping[str, Any]) -> Difference:
    """A difference; whether its values are amounts or texts, it says beside them."""
    said = {field: plain[field] for field in _OF_DIFFERENCE}
    if plain["amounts"]:
        amounts = ("procore", "quickbooks")
        said |= {field: Decimal(said[field]) for field in amounts if said[field] is not None}
    return Difference(**said)


def _job_money(plain: Mapping[str, Any]) -> JobMoney:
    amounts = {name: Decimal(plain[name]) for name in ("before", "after")}
    return JobMoney(**{**plain, **amounts, "what": JobAmount(plain["what"])})
