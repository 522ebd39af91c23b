"""What QuickBooks does with one request: look, judge, write, answer."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml import ADD, MOD, Iteration, MetaData, Moment, Outcome, Ref, Request
from procore_qbd.qbxml.entities.company import Company, CompanyQuery, Host, HostQuery
from procore_qbd.qbxml.records import table
from procore_qbd.simulator.filters import passes
from procore_qbd.simulator.lists import LISTS
from procore_qbd.simulator.shaping import full_name, kept, merged, missing, said, shown, with_references
from procore_qbd.simulator.wording import Refusal, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.qbxml import Dialect
    from procore_qbd.qbxml.records import Reference
    from procore_qbd.simulator.store import Store

__all__ = ["VERSIONS", "Processor"]

VERSIONS = ("1.0", "1.1", "2.0", "2.1", "3.0", "4.0", "4.1", *(f"{major}.0" for major in range(5, 17)))
"""The versions of qbXML that are read; those after 13.0 by its rows."""


class Processor:
    """Carries out requests against a store, one at a time, each within a transaction of its caller.

    Args:
        store: Where the records are.
        now: The clock, in seconds since 1970.
    """

    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now
        self._iterators: dict[tuple[str, str], list[Any]] = {}

    def answer(self, request: Request, dialect: Dialect) -> Outcome:
        """The outcome of a request that is well formed.

        Raises:
            Refusal: QuickBooks says no; what was written is to be undone.
        """
        if request.shape in (ADD, MOD):
            record = self.add(request.record) if request.shape is ADD else self._mod(request.record)
            return Outcome(name="", message=words(0), found=(shown(record, dialect, request.include),))
        return self._query(request, dialect)

    # --- adding and modifying ----------------------------------------------------------------------------------------

    def add(self, record: Any, *, seeded: bool = False) -> Any:
        """Write a new record, under a ListID of QuickBooks' making where it has none.

        Args:
            record: The record.
            seeded: Whether references may point nowhere, but for the parent's.

        Raises:
            Refusal: QuickBooks does not take it.
        """
        record = self._pointing(record, seeded=seeded)
        values = dict(LISTS[record.__record__.tag].defaults)
        if (opening := getattr(record, "open_balance", None)) is not None:
            values |= {name: opening for name in ("balance", "total_balance") if name in values}
        record = type(record)(unknown=record.unknown, **values | said(record))
        return self._write(self._stamped(record, self._now()), self._store.add)

    def _mod(self, mod: Any) -> Any:
        tag = mod.__record__.tag
        before = self._store.get(tag, mod.list_id)
        if before is None:
            raise Refusal(3120, mod.list_id)
        if mod.edit_sequence != before.edit_sequence:
            raise Refusal(3200, mod.edit_sequence)
        after = merged(before, self._pointing(mod))
        parent = getattr(after, "parent_ref", None)
        if parent and parent.list_id and f"{parent.full_name}:".startswith(f"{before.full_name}:"):
            raise Refusal(3130, parent.list_id, LISTS[tag].plural, note="a record cannot stand below itself")
        after = attrs.evolve(after, **LISTS[tag].defaults | said(after))
        # An EditSequence never comes twice, however often a record changes in a second and whatever the clock does.
        now = max(self._now(), int(before.edit_sequence) + 1)
        return self._write(self._stamped(after, now, before), self._store.change, before)

    def _write(self, record: Any, put: Callable[[Any], None], before: Any = None) -> Any:
        """Write a record if it is whole and its name will do; returns it as it can be read from now on."""
        tag = record.__record__.tag
        record = kept(record)
        if absent := missing(record):
            raise Refusal(3150, field=absent)
        if ":" in record.name:
            raise Refusal(3090, record.name, f"{LISTS[tag].noun} name")
        put(record)
        written = self._store.get(tag, record.list_id)
        if before is None or full_name(before) != full_name(written):
            self._check_full_names(written)
        return written

    def _check_full_names(self, record: Any) -> None:
        """A record's full name and those below it must fit, whoever of the family was named or moved."""
        field = table(type(record)).by_name.get("full_name")
        if field is None:
            return
        longest: int = field.row.longest(None)  # type: ignore[attr-defined]  # it is text
        if len(record.full_name) > longest:
            raise Refusal(3070, record.full_name, "FullName")
        for child in self._store.children(record):
            self._check_full_names(child)

    def _stamped(self, record: Any, now: int, before: Any = None) -> Any:
        """A record with what QuickBooks gives it; contacts get the same, notes a number and a date."""
        moment = _moment(now)
        stamps: dict[str, Any] = {"time_modified": moment, "edit_sequence": str(now)}
        stamps["list_id"] = record.list_id or self._store.new_id(now)
        stamps["time_created"] = record.time_created or moment
        if contacts := getattr(record, "contacts", ()):
            old = before.contacts if before else ()
            stamps["contacts"] = tuple(one if one in old else self._stamped(one, now) for one in contacts)
        if notes := getattr(record, "additional_notes", ()):
            today = moment.wall.date()
            last = max(note.note_id or 0 for note in notes)
            stamps["additional_notes"] = tuple(
                note if note.note_id else attrs.evolve(note, note_id=last + number, date=today)
                for number, note in enumerate(notes, 1)
            )
        return attrs.evolve(record, **stamps)

    # --- references --------------------------------------------------------------------------------------------------

    def _pointing(self, record: Any, *, seeded: bool = False) -> Any:
        """A record with both halves of every reference filled in; an empty reference stays, to clear one in a Mod."""
        tag = record.__record__.tag

        def point(row: Reference, ref: Ref) -> Ref:
            name = ref.list_id or ref.full_name
            if not name or (seeded and row.tag != "ParentRef"):
                return ref
            for list_ in LISTS.keys() & row.to:
                if (found := self._at(list_, ref)) is not None:
                    return Ref(list_id=found.list_id, full_name=full_name(found))
            if row.tag == "ParentRef":
                raise Refusal(3130, name, LISTS[tag].plural)
            label = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", row.tag.removesuffix("Ref"))
            note = "" if LISTS.keys() & row.to else f"{row.tag}: the simulator keeps no list of {' or '.join(row.to)}"
            raise Refusal(3140, name, label, tag, note=note)

        return with_references(record, point)

    def _at(self, list_: str, ref: Ref) -> Any:
        """What a reference points to in a list; the ListID wins over the full name."""
        return self._store.get(list_, ref.list_id) if ref.list_id else self._store.find(list_, ref.full_name or "")

    # --- asking ------------------------------------------------------------------------------------------------------

    def _query(self, request: Request, dialect: Dialect) -> Outcome:
        query: Any = request.record
        if request.iterator is Iteration.STOP:
            self._resumed(request)
            return Outcome(name="", message=words(0), iterator_remaining_count=0, iterator_id=request.iterator_id)
        matching, absent = self._matching(request)
        size = getattr(query, "max_returned", None)
        found, rest = (matching, []) if size is None else (matching[:size], matching[size:])
        iterator_id, remaining = None, None
        if request.iterator is not None:
            iterator_id, remaining = request.iterator_id or f"{{{uuid.uuid4()}}}", len(rest)
            if rest:
                self._iterators[query.__record__.tag, iterator_id] = rest
        code = 500 if absent is not None else 0 if found else 1
        counted = request.meta_data in (MetaData.ONLY, MetaData.AND_RESPONSE_DATA)
        only_counted = request.meta_data is MetaData.ONLY
        include, owners = query.include_ret_elements, getattr(query, "owner_ids", ())
        return Outcome(
            name="",
            code=code,
            message=words(code, absent or ""),
            found=tuple(shown(record, dialect, include, owners) for record in ([] if only_counted else found)),
            ret_count=len(found) if counted else None,
            iterator_remaining_count=remaining,
            iterator_id=iterator_id,
        )

    def _matching(self, request: Request) -> tuple[list[Any], str | None]:
        """All the records that a query means, and the first that it names and that is not there."""
        query: Any = request.record
        if isinstance(query, HostQuery):
            return [self._host()], None
        if isinstance(query, CompanyQuery):
            return [self._company()], None
        if request.iterator is Iteration.CONTINUE:
            return self._resumed(request), None
        (list_,) = query.__record__.answers
        if query.list_ids or query.full_names:
            refs = [Ref(list_id=list_id) for list_id in query.list_ids]
            refs += [Ref(full_name=name) for name in query.full_names]
            found = [(ref, self._at(list_, ref)) for ref in refs]
            absent = (ref.list_id or ref.full_name for ref, record in found if record is None)
            return [record for _, record in found if record is not None], next(absent, None)
        return list(filter(passes(query), self._store.all(list_))), None

    def _resumed(self, request: Request) -> list[Any]:
        """What is left of an iteration: the records as they were when it started."""
        rest = self._iterators.pop((request.record.__record__.tag, request.iterator_id or ""), None)
        if rest is None:
            raise Refusal(3391, request.iterator_id or "")
        return rest

    def _host(self) -> Host:
        return Host(
            product_name="QuickBooks Desktop, simulated by procore_qbd",
            major_version="33",
            minor_version="0",
            country=self._store.fact("edition"),
            supported_qbxml_versions=VERSIONS,
            is_automatic_login=False,
            qb_file_mode="SingleUser",
        )

    def _company(self) -> Company:
        name = self._store.fact("company_name")
        return Company(is_sample_company=True, company_name=name, legal_company_name=name)


def _moment(epoch: int) -> Moment:
    return Moment(dt.datetime.fromtimestamp(epoch, dt.UTC).isoformat())
