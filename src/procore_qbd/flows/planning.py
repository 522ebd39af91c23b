"""A flow run for real as far as it reads, and in thought as far as it writes.

The queries of the flow go to QuickBooks, which answers them as ever. A request that writes goes nowhere. It is judged
by what QuickBooks was asked for it: that its references are there, its accounts of a type that does, its name free, its
date in open books. What QuickBooks would refuse is answered with the statusCode that it would have; what it would take
is answered with an echo (`echoing.py`), and later questions see it (`overlay.py`). So the flow comes to the end that it
would have come to, and says what it would have written.

The documents that are sent are made by `run` with ``read_only``: one that writes is refused before it is sent, whatever
is wrong here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from procore_qbd.errors import RecordError
from procore_qbd.flows.asking import ask_all
from procore_qbd.flows.conversation import run, why_unwritable
from procore_qbd.flows.echoing import Echo, MadeUp, added, changed, full_name_of, id_of, lines_of, name_of, total_of
from procore_qbd.flows.overlay import Overlay, folded
from procore_qbd.flows.stepping import Stepping
from procore_qbd.qbxml import ADD, MOD, Dialect, Outcome, Record, Ref, Request, Rule, write_requests
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.preferences import Preferences, PreferencesQuery
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES, ITEMS, TERMS
from procore_qbd.qbxml.judging.circumstances import Circumstances
from procore_qbd.qbxml.messages.requests import numbered
from procore_qbd.qbxml.rows.records import Reference, table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from procore_qbd.flows.asking import Flow
    from procore_qbd.qbxml import Violation
    from procore_qbd.transports.base import Transport

__all__ = ["Planned", "PlannedWrite", "Rehearsal", "plan"]

T = TypeVar("T")

_TOGETHER = {"Entity": frozenset(ENTITIES), "Item": frozenset(ITEMS), "Terms": frozenset(TERMS)}
"""The queries that ask for several kinds of records."""
_BOOKS_CLOSED, _COMES_TO_LESS_THAN_NOTHING, _NAME_TOO_LONG = 3171, 3180, 3070
_NEW_NAME_IN_USE = 3170
_TOO_MUCH, _ITEM_OF_A_WRONG_KIND = 3101, 3280
_MOST_MONEY = 10**13
_NEVER_BOUGHT = {"ItemSubtotal", "ItemDiscount", "ItemPayment", "ItemSalesTax", "ItemSalesTaxGroup", "ItemGroup"}


@attrs.frozen(kw_only=True)
class PlannedWrite:
    """A request that would write.

    Attributes:
        request: As it would be sent.
        outcome: What QuickBooks would answer.
        before: The record of a Mod as it stands; None for an Add.
        after: The record as it would stand; None where QuickBooks would refuse it.
    """

    request: Request
    outcome: Outcome
    before: Record | None = None
    after: Record | None = None


@attrs.frozen(kw_only=True)
class Planned(Generic[T]):
    """What a flow would do.

    Attributes:
        result: What it would end with; ids of what it would make are made up.
        writes: What it would write, in order.
        read: The records that it depends on, by kind and id, with their EditSequence; None for a record that an earlier
            flow of the same rehearsal would have written.
        names: What those records are called.
        unsure: What could not be foreseen, in words; where there is something, the result is a guess.
    """

    result: T
    writes: tuple[PlannedWrite, ...]
    read: dict[tuple[str, str], str | None] = attrs.field(hash=False)
    names: dict[tuple[str, str], str] = attrs.field(hash=False)
    unsure: tuple[str, ...] = ()


def plan(flow: Flow[T], transport: Transport, *, dialect: Dialect | None = None) -> Planned[T]:
    """What a flow would do, if it were run now; nothing is written.

    Args:
        flow: A fresh flow.
        transport: Where QuickBooks answers the queries.
        dialect: Who reads the documents.

    Raises:
        TransportError: A query was not sent, QuickBooks failed, or no readable reply came.
        TypeError: It is no flow, or no transport.
        RuntimeError: The flow has begun already.
        NotImplementedError: The flow sends a command, such as a deletion, and what comes of it cannot be foreseen.
    """
    return Rehearsal(transport, dialect=dialect).plan(flow)


class Rehearsal:
    """Plans one flow after another, each as if those before it had been run.

    What references point to is asked once and remembered: it is a picture of one moment. For a later one, begin anew.

    Args:
        transport: Where QuickBooks answers the queries.
        dialect: Who reads the documents.
        number: The number of the next flow, from which its made-up ids follow.
    """

    def __init__(self, transport: Transport, *, dialect: Dialect | None = None, number: int = 0) -> None:
        self._transport, self._dialect = transport, dialect or Dialect()
        self._overlay, self._number = Overlay(), number
        self._referred: dict[tuple[str, str, str], Any] = {}
        self._preferences: list[Any] = []
        self._begin()

    def _begin(self) -> None:
        """Forget what concerns one flow alone."""
        self._seen: dict[str, Any] = {}
        self._names: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._read: dict[tuple[str, str], Any] = {}
        self._new: set[str] = set()
        self._unsure: list[str] = []
        self._writes: list[PlannedWrite] = []

    def plan(self, flow: Flow[T]) -> Planned[T]:
        """What a flow would do behind those that were planned before; see the function `plan`."""
        self._begin()
        self._ids = MadeUp(self._number)
        self._number += 1
        self._overlay.unsure.clear()
        steps = Stepping(flow)
        while steps.asked:
            requests = steps.requests
            if (error := self._unwritable(steps.asked, requests)) is not None:
                steps.refuse(error)
            elif requests[0].writes:
                steps.answer(self._echoed(requests))
            else:
                steps.answer(self._asked(requests))
        read = {key: one for key, one in self._read.items() if key[1] not in self._new}
        return Planned(
            result=steps.result,
            writes=tuple(self._writes),
            read={key: one[0] for key, one in read.items()},
            names={key: one[1] for key, one in read.items() if one[1]},
            unsure=tuple(dict.fromkeys((*self._unsure, *self._overlay.unsure))),
        )

    def _unwritable(self, asked: Sequence[Request], requests: Sequence[Request]) -> RecordError | None:
        """Why what a flow asks cannot be written; None where it can."""
        if len({*numbered(asked)}) == len(asked):
            try:
                write_requests(requests, dialect=self._dialect)
            except RecordError:
                pass
            else:
                return None
        return why_unwritable(asked, self._dialect)

    # --- reading -----------------------------------------------------------------------------------------------------

    def _asked(self, requests: Sequence[Request]) -> list[Outcome]:
        """The answers to queries, with what the plan would have written by then."""
        answers = [self._overlay.answer(one, found) for one, found in zip(requests, self._sent(requests), strict=True)]
        for request, outcome in zip(requests, answers, strict=True):
            query: Any = request.record
            for record in outcome.found:
                self._note(record)
            if outcome.ok and (names := getattr(query, "full_names", ())):
                stem = query.__record__.tag.removesuffix("Query")
                for name in names:
                    same = (one for one in outcome.found if folded(name_of(one)) == folded(name))
                    self._names[stem, folded(name)] = tuple(same)
        return answers

    def _sent(self, requests: Sequence[Request]) -> list[Outcome | None]:
        """What QuickBooks answers to queries; None for one that names nothing but made-up ids."""
        asked = [self._overlay.asked(request) for request in requests]
        real = [attrs.evolve(one, request_id=None) for one in asked if one is not None]
        if not real:
            return [None for _ in asked]
        outcomes = iter(run(ask_all(real), self._transport, dialect=self._dialect, read_only=True))
        return [None if one is None else next(outcomes) for one in asked]

    def _note(self, record: Any) -> None:
        """Remember that the flow depends on a record, as it stands."""
        record_id = id_of(record)
        if record_id is None:
            return
        self._seen[record_id] = record
        ours = self._overlay.get(record_id) is not None
        sequence = None if ours else getattr(record, "edit_sequence", None)
        called = name_of(record) or getattr(record, "ref_number", None)
        self._read.setdefault((record.__record__.tag, record_id), (sequence, called))

    # --- what a write depends on -------------------------------------------------------------------------------------

    def _look_up(self, requests: Sequence[Request]) -> None:
        """Ask what references of requests point to, and whether names are free, as far as that is not known yet."""
        wanted = {
            key: ref.list_id or ref.full_name or ""
            for request in requests
            for row, ref in _references(request.record, request)
            if (key := _key(row, ref)) is not None and key not in self._referred
        }
        questions: dict[tuple[str, str], list[str]] = {}
        for key, said in wanted.items():
            if self._made(*key) is None:
                questions.setdefault(key[:2], []).append(said)
        if any(hasattr(request.record, "txn_id") for request in requests) and not self._preferences:
            questions["Preferences", ""] = []
        found = self._answers(questions)
        for (stem, which), records in found.items():
            for record in records:
                said = record.list_id if which == "list_ids" else folded(name_of(record))
                self._referred[stem, which, said] = record
        for key in wanted:
            if key[:2] in found:
                self._referred.setdefault(key, None)
        self._look_up_names(requests)

    def _look_up_names(self, requests: Sequence[Request]) -> None:
        names: dict[tuple[str, str], list[str]] = {}
        for request in requests:
            stem, name = self._new_name(request)
            if name is not None and (stem, folded(name)) not in self._names:
                names.setdefault((stem, "full_names"), []).append(name)
        found = self._answers(names)
        for (stem, which), asked in names.items():
            for name in asked:
                known = [one for one in found.get((stem, which), ()) if folded(name_of(one)) == folded(name)]
                tags = _TOGETHER.get(stem, {stem})
                there = {id_of(one): one for one in known if self._overlay.get(id_of(one)) is None}
                there |= {id_of(one): one for one in self._overlay.named(tags, name)}
                self._names[stem, folded(name)] = tuple(there.values())

    def _new_name(self, request: Request) -> tuple[str, str | None]:
        """The full name that a request gives to a record of a list, and the query by which it is found."""
        record: Any = request.record
        tag = record.__record__.tag
        stem = next((name for name, tags in _TOGETHER.items() if tag in tags), tag)
        name = getattr(record, "name", None)
        if hasattr(record, "txn_id") or name is None or not hasattr(record, "list_id"):
            return stem, None
        if request.shape is ADD:
            return stem, full_name_of(record, self._refer) or name
        before = self._before(request)
        above = (getattr(before, "full_name", None) or "").rpartition(":")[0]
        return stem, f"{above}:{name}" if above else name

    def _answers(self, questions: dict[tuple[str, str], list[str]]) -> dict[tuple[str, str], list[Any]]:
        """The records that are asked for, by query and by what they are asked by; of a refused query, nothing."""
        requests, keys = [], []
        for (stem, which), said in questions.items():
            query: Any = PreferencesQuery if stem == "Preferences" else entity(f"{stem}Query")
            if query is None or (which and which not in table(query).by_name):
                continue
            request = Request.query(query(**{which: tuple(said)}) if which else query())
            if not request.faults(self._dialect):
                requests.append(request)
                keys.append((stem, which))
        outcomes = self._sent(requests)
        found: dict[tuple[str, str], list[Any]] = {}
        for key, outcome in zip(keys, outcomes, strict=True):
            if outcome is not None and outcome.ok and not outcome.faults:
                found[key] = list(outcome.found)
        self._preferences += [one for one in found.pop(("Preferences", ""), []) if isinstance(one, Preferences)]
        return found

    def _made(self, stem: str, which: str, said: str) -> Any:
        """What the plan would have written of that id or name."""
        if which == "list_ids":
            return self._overlay.get(said)
        return next(self._overlay.named(_TOGETHER.get(stem, {stem}), said), None)

    def _refer(self, row: Reference, ref: Ref) -> Any:
        """What a reference points to; None where it is not known, or not there."""
        key = _key(row, ref)
        if key is None:
            return None
        found = self._made(*key)
        found = self._referred.get(key) if found is None else found
        return found if found is None or found.__record__.tag in row.to else None

    # --- writing, in thought -----------------------------------------------------------------------------------------

    def _echoed(self, requests: Sequence[Request]) -> list[Outcome]:
        """What QuickBooks would answer to requests that write, one after the other."""
        for request in requests:
            if request.shape not in (ADD, MOD):
                raise NotImplementedError(f"what comes of {request.name} cannot be foreseen")
        self._look_up(requests)
        outcomes = []
        for request in requests:
            write = self._written_in_thought(request)
            self._writes.append(write)
            outcomes.append(write.outcome)
        return outcomes

    def _written_in_thought(self, request: Request) -> PlannedWrite:
        name = request.name.removesuffix("Rq") + "Rs"
        before = self._before(request) if request.shape is MOD else None
        for row, ref in _references(request.record, request):
            if (found := self._refer(row, ref)) is not None:
                self._note(found)
        if request.shape is MOD and before is None:
            outcome = Outcome(name=name, request_id=request.request_id, code=3120, message="the record is not there")
            return PlannedWrite(request=request, outcome=outcome)
        if request.shape is ADD:
            echo = added(request.record, self._ids, self._refer, self._order)
        else:
            echo = changed(before, request.record, self._ids, self._refer)
        refused = next(self._refusals(request, before, echo), None)
        if refused is not None:
            code, words = refused
            outcome = Outcome(name=name, request_id=request.request_id, code=code, message=words)
            return PlannedWrite(request=request, outcome=outcome, before=before)
        self._unsure += (f"{request.name}: {words}" for words in echo.unsure)
        after = echo.record
        for record in (echo.later, *echo.orders):
            self._overlay.keep(record)
        if request.shape is ADD:
            self._new.add(id_of(after) or "")
        stem, full_name = self._new_name(request)
        if full_name is not None:
            self._names[stem, folded(full_name)] = (after,)
        outcome = Outcome(name=name, request_id=request.request_id, code=echo.warning, found=(after,))
        return PlannedWrite(request=request, outcome=outcome, before=before, after=after)

    def _before(self, request: Request) -> Any:
        """The record that a Mod changes, as it stands, with its lines."""
        record: Any = request.record
        record_id = id_of(record) or ""
        ours = self._overlay.get(record_id)
        if ours is None and record_id not in self._seen:
            self._whole(type(record), record_id)
        return self._seen.get(record_id) if ours is None else ours

    def _order(self, txn_id: str) -> Any:
        """An order that is billed, as it stands."""
        ours = self._overlay.get(txn_id)
        if ours is None and txn_id not in self._seen:
            for tag in ("PurchaseOrder", "SalesOrder"):
                self._whole(entity(tag), txn_id)
        found = self._seen.get(txn_id) if ours is None else ours
        return found if hasattr(found, "is_fully_received") else None

    def _whole(self, cls: Any, record_id: str) -> None:
        """Read a record with all that it has."""
        query: Any = entity(f"{cls.__record__.tag}Query")
        ids: dict[str, Any] = {"txn_ids" if hasattr(cls, "txn_id") else "list_ids": (record_id,)}
        flags = {name: True for name in ("include_line_items", "include_linked_txns") if name in table(query).by_name}
        (outcome,) = self._sent([Request.query(query(**ids, **flags))])
        for record in outcome.found if outcome is not None and outcome.ok else ():
            self._note(record)

    def _refusals(self, request: Request, before: Any, echo: Echo) -> Iterator[tuple[int, str]]:
        """Why QuickBooks would refuse a request, by statusCode and words; the first is what it would say."""
        found = list(self._misfits(request, before))
        accounts = [one for one in found if one.rule is Rule.WRONG_ACCOUNT and hasattr(request.record, "txn_id")]
        if before is not None:
            yield from self._in_closed_books(request, before)
        yield from (_told(one) for one in found if one not in accounts)
        yield from self._in_closed_books(request, echo.record)
        yield from (_told(one) for one in accounts)
        yield from self._beyond(request, echo.record)

    def _misfits(self, request: Request, before: Any) -> list[Violation]:
        """What of a request does not fit what is in the lists."""
        record: Any = request.record
        lists: dict[str, list[Any]] = {}
        for row, ref in _references(record, request):
            key = _key(row, ref)
            if key is None or (key not in self._referred and self._made(*key) is None):
                continue
            found = self._refer(row, ref)
            lists.setdefault(key[0], []).extend([] if found is None else [found])
        stem, name = self._new_name(request)
        if name is not None:
            lists.setdefault(stem, []).extend(self._names.get((stem, folded(name)), ()))
        if before is not None and not hasattr(record, "txn_id"):
            lists[record.__record__.tag] = [before]
        parent = getattr(record, "parent_ref", None)
        if parent is not None and (above := self._refer(_row(record, "parent_ref"), parent)) is not None:
            record = attrs.evolve(record, parent_ref=attrs.evolve(parent, full_name=name_of(above)))
        judged = Circumstances(lists).judge(record, request.shape, request.body)
        return [one for one in judged if one.status is not None and not one.warning]

    def _in_closed_books(self, request: Request, record: Any) -> Iterator[tuple[int, str]]:
        closed, day = self._closing_date(), getattr(record, "txn_date", None)
        if closed is not None and day is not None and day <= closed:
            yield _BOOKS_CLOSED, f"{request.body}/TxnDate: is {day}, and the books are closed up to {closed}"

    def _beyond(self, request: Request, after: Any) -> Iterator[tuple[int, str]]:
        """What no list says: sums, kinds of items, names that get too long."""
        path = request.body
        full_name = table(type(after)).by_name.get("full_name")
        if full_name is not None and after.full_name:
            longest: int | None = full_name.row.longest(None)  # type: ignore[attr-defined]  # it is text
            if longest is not None and len(after.full_name) > longest:
                yield _NAME_TOO_LONG, f"{path}/Name: its full name has more than {longest} characters"
        if not hasattr(after, "txn_id"):
            return
        for line in lines_of(after):
            ref = getattr(line, "item_ref", None)
            item = self._refer(_row(line, "item_ref"), ref) if ref is not None else None
            if item is not None and item.__record__.tag in _NEVER_BOUGHT and hasattr(after, "vendor_ref"):
                yield _ITEM_OF_A_WRONG_KIND, f"{path}: {name_of(item)!r} is of a kind that is not bought"
        amounts = [getattr(line, "amount", None) or 0 for line in lines_of(after)]
        total = total_of(after)
        if any(abs(amount) >= _MOST_MONEY for amount in (*amounts, total or 0)):
            yield _TOO_MUCH, f"{path}: an amount has more digits than QuickBooks keeps"
        if total is not None and total < 0:
            yield _COMES_TO_LESS_THAN_NOTHING, f"{path}: its lines come to {total}, which is less than nothing"

    def _closing_date(self) -> dt.date | None:
        accounting = next((one.accounting_preferences for one in self._preferences), None)
        return accounting.closing_date if accounting is not None else None


def _told(violation: Violation) -> tuple[int, str]:
    """A refusal in QuickBooks' code; of a name that a change takes, with the words by which it is known as one."""
    clash = "Cannot merge list elements: " if violation.status == _NEW_NAME_IN_USE else ""
    return violation.status or 0, f"{clash}{violation.path}: {violation.message}"


def _row(record: Any, name: str) -> Any:
    """The row of a reference."""
    return table(type(record)).by_name[name].row


# --- references ------------------------------------------------------------------------------------------------------


def _references(record: Any, request: Request) -> Iterator[tuple[Reference, Ref]]:
    """Every reference of a record as it is sent."""
    for field in table(type(record)).order(request.shape):
        for _, member in field.places(request.shape, getattr(record, field.name), ""):
            if isinstance(field.row, Reference) and isinstance(member, Ref):
                yield field.row, member
            elif isinstance(member, Record):
                yield from _references(member, request)


def _key(row: Reference, ref: Ref) -> tuple[str, str, str] | None:
    """By which query a reference is looked up, and by what; None where none asks for it."""
    tags = set(row.to)
    stem = row.to[0] if len(tags) == 1 else next((name for name, of in _TOGETHER.items() if tags <= of), None)
    said = ref.list_id or ref.full_name
    query = entity(f"{stem}Query") if stem is not None else None
    if stem is None or query is None or not isinstance(said, str) or not said:
        return None
    which = "list_ids" if ref.list_id else "full_names"
    if which not in table(query).by_name:
        return None
    return stem, which, said if ref.list_id else folded(said)
