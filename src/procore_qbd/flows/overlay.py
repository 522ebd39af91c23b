"""What a plan would have written so far, laid over QuickBooks' answers.

A later question of the same plan must see what an earlier step would have made: the vendor by its name, the order by
its number and with what is received of it. So of each record that would be written the latest state is kept here. A
query is answered by QuickBooks first, without the made-up ids; then what has changed takes the place of what came, and
what is new comes behind it. Whether a record of ours answers a query is judged by its fields one by one. A filter that
is not among them is told (`Overlay.unsure`), and not guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.flows.echoing import MADE_UP, id_of, name_of
from procore_qbd.qbxml import Outcome, Record
from procore_qbd.qbxml.entities.shared.common import MatchCriterion
from procore_qbd.qbxml.rows.records import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from procore_qbd.qbxml import Request

__all__ = ["Overlay", "folded"]

_IDS = ("list_ids", "txn_ids")


def folded(name: str | None) -> str:
    """A name as QuickBooks tells it from others: case and the blanks around its parts do not count."""
    return ":".join(part.strip() for part in (name or "").casefold().split(":"))


class Overlay:
    """The records that would be there by now, each as it would stand."""

    def __init__(self) -> None:
        self._by_id: dict[str, Any] = {}
        self._by_name: dict[tuple[str, str], dict[str, None]] = {}
        self._by_number: dict[str, dict[str, dict[str, None]]] = {}
        self._by_party: dict[tuple[str, str], dict[str, None]] = {}
        self.unsure: list[str] = []
        """Filters of queries that could not be judged."""

    def get(self, record_id: str | None) -> Any:
        """A record by its id; None where a plan would not write it."""
        return self._by_id.get(record_id or "")

    def named(self, tags: Iterable[str], name: str) -> Iterator[Any]:
        """The records of some kinds that would have a full name."""
        for tag in tags:
            for record_id in self._by_name.get((tag, folded(name)), ()):
                record = self._by_id[record_id]
                if folded(name_of(record)) == folded(name):
                    yield record

    def keep(self, record: Any) -> None:
        """Remember how a record would stand."""
        tag, record_id = record.__record__.tag, id_of(record) or ""
        self._by_id[record_id] = record
        if (name := name_of(record)) is not None:
            self._by_name.setdefault((tag, folded(name)), {})[record_id] = None
        if hasattr(record, "ref_number"):
            self._by_number.setdefault(tag, {}).setdefault(folded(record.ref_number), {})[record_id] = None
        if hasattr(record, "txn_id") and (party := _party(record)) is not None:
            self._by_party.setdefault((tag, party), {})[record_id] = None

    # --- queries -----------------------------------------------------------------------------------------------------

    def asked(self, request: Request) -> Request | None:
        """What QuickBooks can be asked of a query: it without the made-up ids; None where nothing is left."""
        query: Any = request.record
        for name in _IDS:
            if ids := getattr(query, name, ()):
                known = tuple(one for one in ids if not MADE_UP.fullmatch(one))
                return request if known == ids else _with(request, query, **{name: known}) if known else None
        entity = getattr(query, "entity_filter", None)
        if entity is not None and entity.list_ids:
            known = tuple(one for one in entity.list_ids if not MADE_UP.fullmatch(one))
            if known != entity.list_ids:
                return _with(request, query, entity_filter=attrs.evolve(entity, list_ids=known)) if known else None
        return request

    def answer(self, request: Request, outcome: Outcome | None) -> Outcome:
        """The answer to a query with what the plan would have written by then.

        Args:
            request: The query as it was asked.
            outcome: What QuickBooks answered; None where there was nothing to ask it.
        """
        name = request.name.removesuffix("Rq") + "Rs"
        outcome = outcome or Outcome(name=name, request_id=request.request_id, code=1)
        if not outcome.ok or not self._by_id:
            return outcome
        query: Any = request.record
        ours = {id_of(record): record for record in self._candidates(query) if self._answers(query, record)}
        found: list[Record] = []
        for record in outcome.found:
            if (record_id := id_of(record)) in ours:
                found.append(ours.pop(record_id))
            elif record_id not in self._by_id:
                found.append(record)
        found += ours.values()
        return attrs.evolve(outcome, found=tuple(found), code=0 if found else outcome.code)

    def _candidates(self, query: Any) -> Iterable[Any]:
        """The records that may answer a query, found without a walk through all."""
        tags: tuple[str, ...] = query.__record__.answers
        ids = [one for name in _IDS for one in getattr(query, name, ())]
        entity = getattr(query, "entity_filter", None)
        numbers = getattr(query, "ref_number_filter", None)
        if ids:
            found = ids
        elif names := getattr(query, "full_names", ()):
            found = [id_of(one) or "" for name in names for one in self.named(tags, name)]
        elif entity is not None and entity.list_ids:
            found = [one for tag in tags for party in entity.list_ids for one in self._by_party.get((tag, party), ())]
        elif numbers is not None:
            part = folded(numbers.ref_number)  # whatever the filter is, the number has it; a bare walk is fast enough
            known = [self._by_number.get(tag, {}) for tag in tags]
            found = [one for by in known for number in by if part in number for one in by[number]]
        else:
            found = list(self._by_id)
        records = (self._by_id[one] for one in dict.fromkeys(found) if one in self._by_id)
        return [record for record in records if record.__record__.tag in tags]

    def _answers(self, query: Any, record: Any) -> bool:
        """Whether a record answers a query, by all that the query says."""
        for name in table(type(query)).present(query):
            said = getattr(query, name)
            if name in _IDS:
                fits = id_of(record) in said
            elif name == "full_names":
                fits = folded(name_of(record)) in map(folded, said)
            elif name == "ref_number_filter":
                fits = _criterion(said)(folded(getattr(record, "ref_number", None)))
            elif name == "entity_filter" and said.list_ids:
                fits = _party(record) in said.list_ids
            elif name == "txn_date_range_filter" and said.date_macro is None and record.txn_date is not None:
                fits = (said.from_txn_date or record.txn_date) <= record.txn_date
                fits = fits and record.txn_date <= (said.to_txn_date or record.txn_date)
            elif name.startswith("include_"):
                fits = True
            else:
                self.unsure.append(f"whether {query.__record__.tag} would find what the plan makes ({name})")
                fits = True
            if not fits:
                return False
        return True


def _with(request: Request, query: Any, **changed: Any) -> Request:
    return attrs.evolve(request, record=attrs.evolve(query, **changed))


def _party(record: Any) -> str | None:
    """The vendor or customer of a transaction."""
    ref = getattr(record, "vendor_ref", None) or getattr(record, "customer_ref", None)
    return ref.list_id if ref is not None else None


def _criterion(numbers: Any) -> Callable[[str], bool]:
    """Whether a number fits a filter of reference numbers."""
    wanted = folded(numbers.ref_number)
    if numbers.match_criterion == MatchCriterion.STARTS_WITH:
        return lambda number: number.startswith(wanted)
    if numbers.match_criterion == MatchCriterion.ENDS_WITH:
        return lambda number: number.endswith(wanted)
    return lambda number: wanted in number
