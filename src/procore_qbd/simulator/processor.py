"""What QuickBooks does with one request: look, judge, write, answer."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml import ADD, MOD, QUERY, RET, Iteration, MetaData, Moment, Outcome, Record, Ref, Request
from procore_qbd.qbxml.entities._shared import AdditionalNote, Address, AddressBlock, Contact, MatchCriterion, Operator
from procore_qbd.qbxml.entities.company import Company, CompanyQuery, Host, HostQuery
from procore_qbd.qbxml.records import Block, Reference, table
from procore_qbd.simulator.lists import LISTS, ListRule
from procore_qbd.simulator.store import Stored
from procore_qbd.simulator.wording import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from procore_qbd.simulator.store import Store

__all__ = ["Processor"]


class Processor:
    """Carries out requests against a store, one at a time; the caller commits.

    Args:
        store: Where the records are.
        now: The clock, in seconds since 1970.
    """

    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self.store = store
        self.now = now
        self._iterators: dict[str, list[Record]] = {}

    def answer(self, request: Request) -> Outcome:
        """The outcome of a request that is well formed.

        Raises:
            Refusal: QuickBooks says no, and nothing was written.
        """
        tag = request.record.__record__.tag
        if request.shape is ADD:
            found = (self._add(tag, request.record),)
        elif request.shape is MOD:
            found = (self._mod(tag, request.record),)
        else:
            return self._query(request)
        return Outcome(name="", found=tuple(_only(record, request.include) for record in found))

    # --- adding and modifying ----------------------------------------------------------------------------------------

    def _add(self, tag: str, record: Record) -> Record:
        return self.insert(tag, self._resolved(tag, record), list_id=None)

    def insert(self, tag: str, record: Record, *, list_id: str | None) -> Record:
        """Write a new record, under a ListID of QuickBooks' making where none is given."""
        rule = LISTS[tag]
        now = self.now()
        list_id = list_id or self.new_id(now)
        parent = self._parent(tag, record)
        full_name = self._full_name(tag, record, parent)
        self._unique(rule, full_name, except_for=None)
        said = _said(record)
        values: dict[str, Any] = {"is_active": True, **rule.defaults, **said, "list_id": list_id}
        if "balance" in values and "open_balance" in said:
            values["balance"] = said["open_balance"]
        stored = self._finish(type(record), values, tag, full_name, parent, created=now, modified=now)
        self.store.put(stored)
        return stored.record

    def _mod(self, tag: str, record: Record) -> Record:
        list_id: str = record.list_id  # type: ignore[attr-defined]  # every list has one
        stored = self.store.get(tag, list_id)
        if stored is None:
            raise Refusal(3120, list_id)
        before: Any = stored.record
        sequence: str = record.edit_sequence  # type: ignore[attr-defined]
        if before.edit_sequence != sequence:
            raise Refusal(3200, sequence)
        merged = _merged(before, self._resolved(tag, record))
        parent = self._parent(tag, merged)
        if parent is not None and self._is_below(stored, parent):
            raise Refusal(3130, parent.full_name, LISTS[tag].plural)
        full_name = self._full_name(tag, merged, parent)
        self._unique(LISTS[tag], full_name, except_for=stored.id)
        modified = max(self.now(), int(before.edit_sequence) + 1)
        created = int(dt.datetime.fromisoformat(before.time_created.raw).timestamp())
        after = self._finish(type(merged), _said(merged), tag, full_name, parent, created=created, modified=modified)
        self.store.put(after)
        if full_name != stored.full_name:
            self._rename_below(after)
        return after.record

    def _rename_below(self, parent: Stored) -> None:
        for child in list(self.store.children(parent.list, parent.id)):
            name: str = child.record.name  # type: ignore[attr-defined]
            full_name = f"{parent.full_name}:{name}"
            values = _said(child.record) | {"parent_ref": Ref(list_id=parent.id, full_name=parent.full_name)}
            if "full_name" in values:
                values["full_name"] = full_name
            renamed = attrs.evolve(child, full_name=full_name, record=type(child.record)(**values))
            self.store.put(renamed)
            self._rename_below(renamed)

    def _is_below(self, stored: Stored, parent: Stored) -> bool:
        """Whether a record would become its own ancestor."""
        above: Stored | None = parent
        while above is not None:
            if above.id == stored.id:
                return True
            above = self.store.get(stored.list, above.parent) if above.parent else None
        return False

    def _finish(
        self,
        cls: type[Record],
        values: dict[str, Any],
        tag: str,
        full_name: str,
        parent: Stored | None,
        *,
        created: int,
        modified: int,
    ) -> Stored:
        """A record as QuickBooks would return it: with all that QuickBooks adds, without what only an Add says."""
        compiled = table(cls)
        extra: dict[str, Any] = {
            "time_created": _moment(created),
            "time_modified": _moment(modified),
            "edit_sequence": str(modified),
            "full_name": full_name,
            "sublevel": full_name.count(":"),
        }
        if parent is not None:
            extra["parent_ref"] = Ref(list_id=parent.id, full_name=parent.full_name)
        for name, value in values.items():
            if isinstance(value, Address) and f"{name}_block" in compiled.by_name:
                extra[f"{name}_block"] = _block(value)
        values = {
            name: self._grown(value, modified)
            for name, value in (values | extra).items()
            if name in compiled.by_name and RET in compiled.by_name[name].row.shapes and value not in (None, "", ())
        }
        return Stored(
            list=tag,
            id=values["list_id"],
            space=LISTS[tag].space,
            full_name=full_name,
            parent=parent.id if parent else None,
            active=values.get("is_active", True),
            modified=modified,
            record=cls(**values),
        )

    def _grown(self, value: Any, now: int) -> Any:
        """A member of a record with what QuickBooks gives it: contacts get ids, notes numbers and dates."""
        if isinstance(value, tuple):
            members = tuple(self._grown(member, now) for member in value)
            if members and isinstance(members[0], AdditionalNote):
                day = dt.datetime.fromtimestamp(now, dt.UTC).date()
                return tuple(
                    attrs.evolve(note, note_id=note.note_id or number, date=note.date or day)
                    for number, note in enumerate(members, 1)
                )
            return members
        if isinstance(value, Contact):
            created = value.time_created or _moment(now)
            return attrs.evolve(
                value,
                list_id=value.list_id or self.new_id(now),
                time_created=created,
                time_modified=_moment(now),
                edit_sequence=str(now),
            )
        return value

    def new_id(self, now: int) -> str:
        """An id as QuickBooks forms it: a number in hexadecimal, and the second in which it was made."""
        serial = int(self.store.fact("serial") or 0) + 1
        self.store.set_fact("serial", str(serial))
        return f"{0x80000000 + serial:X}-{now}"

    # --- names and references ----------------------------------------------------------------------------------------

    def _parent(self, tag: str, record: Record) -> Stored | None:
        ref: Ref | None = getattr(record, "parent_ref", None)
        if ref is None:
            return None
        found = self._find((tag,), ref)
        if found is None:
            raise Refusal(3130, ref.list_id or ref.full_name or "", LISTS[tag].plural)
        return found

    def _full_name(self, tag: str, record: Record, parent: Stored | None) -> str:
        name: str = record.name or ""  # type: ignore[attr-defined]
        if not name.strip():
            raise Refusal(3080, name, "Name")
        if ":" in name:
            raise Refusal(3090, name, f"{tag} name".lower())
        return f"{parent.full_name}:{name}" if parent else name

    def _unique(self, rule: ListRule, full_name: str, *, except_for: str | None) -> None:
        holder = self.store.named(rule.space, full_name)
        if holder is not None and holder.id != except_for:
            raise Refusal(3100, full_name.rpartition(":")[2])

    def _find(self, lists: tuple[str, ...], ref: Ref) -> Stored | None:
        """What a reference points to; the ListID wins over the full name."""
        for tag in lists:
            if tag not in LISTS:
                continue
            if ref.list_id:
                found = self.store.get(tag, ref.list_id)
            else:
                found = self.store.named(LISTS[tag].space, ref.full_name or "")
                found = found if found is not None and found.list == tag else None
            if found is not None:
                return found
        return None

    def _resolved(self, tag: str, record: Record) -> Record:
        """The record with both halves of every reference filled in.

        Raises:
            Refusal: A reference points nowhere.
        """
        compiled = table(type(record))
        values: dict[str, Any] = {}
        for field in compiled.fields:
            value = getattr(record, field.name)
            if not isinstance(field.row, Block) or value in (None, ()):
                continue
            if field.name == "parent_ref":
                continue
            members = tuple(
                self._pointed(tag, field.row, member)
                if isinstance(field.row, Reference)
                else self._resolved(tag, member)
                for member in (value if field.plural else (value,))
            )
            values[field.name] = members if field.plural else members[0]
        return attrs.evolve(record, **values)

    def _pointed(self, tag: str, row: Reference, ref: Ref) -> Ref | None:
        if not ref.list_id and not ref.full_name:
            return None
        found = self._find(row.to, ref)
        if found is None:
            label = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", row.tag.removesuffix("Ref"))
            raise Refusal(3140, ref.list_id or ref.full_name or "", label, tag)
        return Ref(list_id=found.id, full_name=found.full_name)

    # --- asking ------------------------------------------------------------------------------------------------------

    def _query(self, request: Request) -> Outcome:
        query: Any = request.record
        if isinstance(query, HostQuery):
            return Outcome(name="", found=(_only(self._host(), query.include_ret_elements),))
        if isinstance(query, CompanyQuery):
            return Outcome(name="", found=(_only(self._company(), query.include_ret_elements),))
        (tag,) = query.__record__.answers
        if request.iterator in (Iteration.CONTINUE, Iteration.STOP):
            return self._continue(request, query)
        missing: str | None = None
        if query.list_ids or query.full_names:
            found, missing = self._named(tag, query)
        else:
            found = [stored.record for stored in self.store.all(tag) if self._passes(stored, query)]
        if request.meta_data is MetaData.ONLY:
            return Outcome(name="", ret_count=len(found))
        found = [_only(record, query.include_ret_elements) for record in found]
        if request.iterator is Iteration.START:
            iterator_id = f"{{{self.new_id(self.now())}}}"
            self._iterators[iterator_id] = found
            return self._continue(attrs.evolve(request, iterator_id=iterator_id), query)
        if query.__record__.shapes is QUERY and getattr(query, "max_returned", None) is not None:
            found = found[: query.max_returned]
        count = len(found) if request.meta_data is MetaData.AND_RESPONSE_DATA else None
        code = 500 if missing is not None else 0 if found else 1
        return Outcome(
            name="", code=code, message=Refusal(code, missing or "").message, found=tuple(found), ret_count=count
        )

    def _named(self, tag: str, query: Any) -> tuple[list[Record], str | None]:
        """The records that are asked for by id or name, and the first that is not there."""
        found: list[Record] = []
        missing: str | None = None
        for list_id, full_name in [(i, None) for i in query.list_ids] + [(None, n) for n in query.full_names]:
            stored = self._find((tag,), Ref(list_id=list_id, full_name=full_name))
            if stored is not None:
                found.append(stored.record)
            elif missing is None:
                missing = list_id or full_name
        return found, missing

    def _continue(self, request: Request, query: Any) -> Outcome:
        rest = self._iterators.pop(request.iterator_id or "", None)
        if rest is None:
            raise Refusal(3210, request.iterator_id or "", "iteratorID")
        if request.iterator is Iteration.STOP:
            return Outcome(name="", iterator_remaining_count=0, iterator_id=request.iterator_id)
        size = query.max_returned or len(rest)
        found, rest = rest[:size], rest[size:]
        if rest and request.iterator_id:
            self._iterators[request.iterator_id] = rest
        return Outcome(
            name="",
            code=0 if found else 1,
            message=Refusal(0 if found else 1).message,
            found=tuple(found),
            ret_count=len(found),
            iterator_remaining_count=len(rest),
            iterator_id=request.iterator_id,
        )

    def _passes(self, stored: Stored, query: Any) -> bool:
        """Whether a record is what the filters mean."""
        record: Any = stored.record
        wanted = {"InactiveOnly": (False,), "All": (True, False)}.get(query.active_status or "", (True,))
        if stored.active not in wanted:
            return False
        since, until = query.from_modified_date, query.to_modified_date
        if since is not None and stored.modified < _epoch(since):
            return False
        if until is not None and stored.modified > _epoch(until):
            return False
        return (
            _name_passes(stored.full_name.casefold(), query)
            and _balance_passes(record, getattr(query, "total_balance_filter", None))
            and (not getattr(query, "account_types", ()) or record.account_type in query.account_types)
            and self._ref_passes(getattr(record, "currency_ref", None), getattr(query, "currency_filter", None))
            and self._ref_passes(getattr(record, "class_ref", None), getattr(query, "class_filter", None))
        )

    def _ref_passes(self, ref: Ref | None, wanted: Any) -> bool:
        if wanted is None:
            return True
        if ref is None:
            return False
        names = [name.casefold() for name in wanted.full_names]
        above = getattr(wanted, "full_name_with_children", None)
        return (
            ref.list_id in wanted.list_ids
            or (ref.full_name or "").casefold() in names
            or (getattr(wanted, "list_id_with_children", None) or object()) == ref.list_id
            or (above is not None and f"{ref.full_name}:".casefold().startswith(f"{above}:".casefold()))
        )

    def _host(self) -> Host:
        return Host(
            product_name="QuickBooks Desktop, simulated by procore_qbd",
            major_version="24",
            minor_version="0",
            country=self.store.fact("edition") or "US",
            supported_qbxml_versions=tuple(_VERSIONS.split()),
            is_automatic_login=False,
            qb_file_mode="SingleUser",
        )

    def _company(self) -> Company:
        name = self.store.fact("company_name")
        return Company(is_sample_company=True, company_name=name, legal_company_name=name)


_VERSIONS = "1.0 1.1 2.0 2.1 3.0 4.0 4.1 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0"


def _moment(epoch: int) -> Moment:
    return Moment(dt.datetime.fromtimestamp(epoch, dt.UTC).isoformat())


def _epoch(moment: Moment) -> int:
    """A filter's moment, as local time of this machine, whose zone is UTC."""
    return int(moment.wall.replace(tzinfo=dt.UTC).timestamp())


def _block(address: Address) -> AddressBlock:
    """An address as QuickBooks prints it, five lines at the most."""
    tail = " ".join(part for part in (address.state, address.postal_code) if part)
    town = ", ".join(part for part in (address.city, tail) if part)
    lines = [address.addr1, address.addr2, address.addr3, address.addr4, address.addr5, town, address.country]
    kept: list[str | None] = [line[:41] for line in lines if line]
    addr1, addr2, addr3, addr4, addr5 = [*kept, None, None, None, None, None][:5]
    return AddressBlock(addr1=addr1, addr2=addr2, addr3=addr3, addr4=addr4, addr5=addr5)


def _said(record: Record) -> dict[str, Any]:
    """What a record says, by field."""
    values = {field.name: getattr(record, field.name) for field in table(type(record)).fields}
    return {name: value for name, value in values.items() if value not in (None, ())}


def _merged(before: Record, after: Record) -> Record:
    """A record as it is after a Mod: what is said replaces, what is erased goes, the rest stays."""
    compiled = table(type(before))
    values = _said(before)
    for name, value in _said(after).items():
        old = values.get(name)
        row = compiled.by_name[name].row
        inside = isinstance(row, Block) and not isinstance(row, Reference) and isinstance(old, Record)
        values[name] = _merged(old, value) if inside and old is not None else value
    for name in after.erased:
        values.pop(name, None)
    return type(before)(**values)


def _only(record: Record, include: tuple[str, ...]) -> Record:
    """A record with just the elements that were asked for; everything where nothing was."""
    if not include:
        return record
    fields = table(type(record)).fields
    keep = {field.name for field in fields if not set(field.tags(RET)).isdisjoint(include)}
    return type(record)(**{name: value for name, value in _said(record).items() if name in keep})


def _name_passes(name: str, query: Any) -> bool:
    wanted = query.name_filter
    if wanted is not None:
        text = wanted.name.casefold()
        return {
            MatchCriterion.STARTS_WITH: name.startswith(text),
            MatchCriterion.CONTAINS: text in name,
            MatchCriterion.ENDS_WITH: name.endswith(text),
        }[MatchCriterion(wanted.match_criterion)]
    span = query.name_range_filter
    if span is None:
        return True
    first, last = (span.from_name or "").casefold(), (span.to_name or "").casefold()
    return first <= name and (not last or name[: len(last)] <= last)


def _balance_passes(record: Any, wanted: Any) -> bool:
    if wanted is None:
        return True
    total: Decimal | None = getattr(record, "total_balance", None)
    balance: Decimal = record.balance if total is None else total
    amount: Decimal = wanted.amount
    return {
        Operator.LESS_THAN: balance < amount,
        Operator.LESS_THAN_EQUAL: balance <= amount,
        Operator.EQUAL: balance == amount,
        Operator.GREATER_THAN: balance > amount,
        Operator.GREATER_THAN_EQUAL: balance >= amount,
    }[Operator(wanted.operator)]
