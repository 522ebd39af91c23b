"""What QuickBooks does with the records of its lists: names, items, accounts, and the short ones beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.deletions import ListDel, ListDeleted
from procore_qbd.qbxml.entities.templates import Template
from procore_qbd.qbxml.rows.records import table
from procore_qbd.qbxml.rows.values import Text
from procore_qbd.simulator.knowledge.asked import PARENTS
from procore_qbd.simulator.knowledge.lists import LISTS, SPECIAL_ACCOUNTS, TEMPLATES
from procore_qbd.simulator.knowledge.reasons import OUT_OF_DATE
from procore_qbd.simulator.knowledge.rules import Experiment, Reason, Source, Step, named, tried
from procore_qbd.simulator.knowledge.scene import BILL, ref
from procore_qbd.simulator.lists.references import resolved
from procore_qbd.simulator.records.shaping import (
    EMPTY_ELEMENT,
    as_stored,
    fields_of,
    full_name,
    merged,
    missing,
    name_key,
    own_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.simulator.knowledge.asked import RequestType
    from procore_qbd.simulator.knowledge.nouns import ListRecord, Values
    from procore_qbd.simulator.store.company import OpenCompany

__all__ = ["ListWriter", "serves"]


def _account(name: str, account_type: str, more: str = "", parent: str = "") -> str:
    return f"<AccountAdd><Name>~{name}</Name>{parent}<AccountType>{account_type}</AccountType>{more}</AccountAdd>"


def _class(depth: int) -> str:
    parent = f"<ParentRef><ListID>{{class{depth - 1}.list_id}}</ListID></ParentRef>" if depth else ""
    return f"<ClassAdd><Name>~{'x' * 25}</Name>{parent}</ClassAdd>"


def _has_parent(asked: RequestType) -> bool:
    return asked.of_list and asked.says("ParentRef")


PARENT_OF_ITSELF = Reason(
    3130,
    "A record is to stand below itself, or below what stands below it.",
    Source.DECIDED,
    tried(
        "<CustomerMod><ListID>{customer.list_id}</ListID><EditSequence>{customer.edit_sequence}</EditSequence>"
        "<ParentRef><ListID>{job.list_id}</ListID></ParentRef></CustomerMod>"
    ),
    refuses=lambda asked: asked.mods and asked.of_list and asked.says(*PARENTS),
)
REFERRED_TO = Reason(
    3160,
    "A record is to be deleted that something refers to, or that has others below it.",
    Source.TABLE,
    tried(
        "<ListDelRq><ListDelType>Vendor</ListDelType><ListID>{vendor.list_id}</ListID></ListDelRq>",
        bill=BILL,
    ),
)
COLON_IN_NAME = Reason(
    3090,
    "A name has a colon, which stands between the parts of full names.",
    Source.RECORDED,
    tried("<CustomerAdd><Name>~A : B</Name></CustomerAdd>"),
    refuses=lambda asked: (
        asked.of_list and (asked.stem == "Employee" or asked.has(lambda row: isinstance(row, Text) and not row.colon))
    ),
)
ACCOUNT_NUMBER_IN_USE = Reason(
    3180,
    "Another account has the number of an account.",
    Source.LIVE_REPORT,
    tried(
        _account("Savings", "Bank", "<AccountNumber>~9</AccountNumber>"),
        till=_account("Till", "Bank", "<AccountNumber>~9</AccountNumber>"),
    ),
    quickbooks="This account number is already in use.",
    refuses=lambda asked: asked.of_list and asked.stem == "Account",
)
FAMILY_OF_TWO_TYPES = Reason(
    3180,
    "An account is of another type than the one above it or one below it.",
    Source.DECIDED,
    tried(_account("Rent", "Expense", parent=ref("ParentRef", "~Job Costs"))),
    refuses=lambda asked: asked.of_list and asked.stem == "Account",
)
LONG_FULL_NAME = Reason(
    3070,
    "A full name gets too long, be it that of a record further down.",
    Source.SCHEMA,
    Experiment((*(Step(named(_class(depth), f"class{depth}")) for depth in range(5)), Step(_class(5)))),
    refuses=_has_parent,
)

_FIRST_TEMPLATE = 0x80F00001  # apart from what is counted later


class ListWriter:
    """Writes the records of lists, each within a transaction of its caller.

    Args:
        company: The company file.
    """

    def __init__(self, company: OpenCompany) -> None:
        self._store, self._calendar = company.store, company.calendar

    def make_templates(self) -> None:
        """Put in the templates that every company file has, where there are none."""
        if self._store.all("Template"):
            return
        for number, (name, kind) in enumerate(TEMPLATES.items(), _FIRST_TEMPLATE):
            self.add(Template(list_id=f"{number:X}-{self._calendar.now()}", name=name, template_type=kind))

    def special_account(self, name: str) -> Account:
        """An account that QuickBooks has for its own use: the one that is there, else a new one.

        It is known by what it is for, so it can be renamed. One that somebody made for the same purpose will do: for
        what is owed, to vendors or by customers, any account of that type, else one of the same name and type. Where
        the name stands for something else, the new account gets a star in front of it, as in recorded replies.

        Args:
            name: What QuickBooks calls it: a key of `SPECIAL_ACCOUNTS`.
        """
        taken = self._store.cache.special
        known: Any = self._store.plain("Account", taken.get(name, ""))
        if known is None or not serves(known, name):
            known = self._find_special(name) or self._make_special(name)
            taken[name] = known.list_id
        found: Account = known
        return found

    def _find_special(self, name: str) -> ListRecord | None:
        """The account that was made for a purpose, or one that will do; active ones first."""
        serving = [one for one in self._store.all("Account") if serves(one, name)]
        return min(serving, key=lambda one: (one.special_account_type is None, not one.is_active), default=None)

    def _make_special(self, name: str) -> ListRecord:
        what, free = SPECIAL_ACCOUNTS[name], name
        while self._store.find("Account", free) is not None:
            free = f"*{free}"
        account = Account(name=free, account_type=what.account_type, special_account_type=what.special, desc=what.desc)
        return self.add(account)

    def add(self, record: Any, *, seeded: bool = False) -> ListRecord:
        """Write a new record, under a ListID of QuickBooks' making where it has none.

        Args:
            record: The record.
            seeded: Whether references may point nowhere, but for the parent's.

        Raises:
            Refusal: QuickBooks does not take it.
        """
        record = self._filled(resolved(self._store, record, seeded=seeded))
        written = self._write(self._stamped(record, self._calendar.now()), self._store.add)
        if not seeded:
            self._check_family(written)
        return written

    def mod(self, mod: ListRecord) -> ListRecord:
        """Change a record.

        Raises:
            Refusal: QuickBooks does not take it.
        """
        tag = mod.__record__.tag
        before = self._store.get(tag, mod.list_id)
        if before is None:
            raise self._store.absent([tag], mod.list_id)
        if mod.edit_sequence != before.edit_sequence:
            raise OUT_OF_DATE(mod.edit_sequence)
        after = merged(before, resolved(self._store, mod))
        if self._is_below(after, before):
            parent = getattr(after, LISTS[tag].parent).list_id
            raise PARENT_OF_ITSELF(parent, LISTS[tag].plural, note="a record cannot stand below itself")
        after = self._filled(after)
        now = self._store.stamp(before.edit_sequence, self._calendar.now())
        written = self._write(self._stamped(after, now, before), self._store.change, before)
        self._check_family(written, before)
        return written

    def delete(self, what: ListDel) -> ListDel:
        """Delete a record that nothing refers to and that nothing stands below.

        Raises:
            Refusal: QuickBooks does not do it.
        """
        list_, list_id = what.list_del_type or "", what.list_id or ""
        record = self._store.get(list_, list_id)
        if record is None:
            raise self._store.absent([list_], list_id)
        if self._store.is_referred_to(record):
            raise REFERRED_TO(list_id)
        facts: Values = {
            "list_del_type": list_,
            "list_id": list_id,
            "time_deleted": self._calendar.moment(self._calendar.now()),
            "full_name": full_name(record),
        }
        self._store.delete(record, ListDeleted(time_created=record.time_created, **facts))
        return ListDel(**facts)

    def _is_below(self, record: ListRecord, other: ListRecord) -> bool:
        """Whether a record stands below another one of its list, however far."""
        tag = record.__record__.tag
        parent = getattr(record, LISTS[tag].parent, None)
        while parent and parent.list_id:
            if parent.list_id == other.list_id:
                return True
            parent = getattr(self._store.get(tag, parent.list_id), LISTS[tag].parent)
        return False

    @staticmethod
    def _filled(record: ListRecord) -> ListRecord:
        """A record with what nobody needs to say."""
        rule = LISTS[record.__record__.tag]
        return type(record)(unknown=record.unknown, **rule.defaults | fields_of(record) | rule.follows(record))

    def _write(
        self, record: ListRecord, put: Callable[[ListRecord], None], before: ListRecord | None = None
    ) -> ListRecord:
        """Write a record if it is whole and its name will do; returns it as it can be read from now on."""
        tag = record.__record__.tag
        record = as_stored(record)
        if absent := missing(record):
            raise EMPTY_ELEMENT(field=absent)
        if not (name := own_name(record)):
            raise EMPTY_ELEMENT(field="Name")
        named: Any = table(type(record)).by_name[LISTS[tag].called].row
        if ":" in name and not named.colon:
            raise COLON_IN_NAME(name, f"{LISTS[tag].noun} name")
        self._check_unique(record, before)
        put(record)
        written: ListRecord = self._store.get(tag, record.list_id)
        if before is None or full_name(before) != full_name(written):
            self._check_full_names(written)
        return written

    def _check_unique(self, record: ListRecord, before: ListRecord | None) -> None:
        """No other record of the list may say the same where each must say something else."""
        tag = record.__record__.tag
        if (field := LISTS[tag].unique) is None:
            return
        value = getattr(record, field)
        if not value or (before is not None and getattr(before, field) == value):
            return
        if any(getattr(one, field) == value and one.list_id != record.list_id for one in self._store.all(tag)):
            raise ACCOUNT_NUMBER_IN_USE(field=tag, note=f"{field}: {value}")

    def _check_family(self, record: ListRecord, before: ListRecord | None = None) -> None:
        """A record, what it stands below, and what stands below it must be of one kind, unless they were not before."""
        rule = LISTS[record.__record__.tag]
        if (field := rule.inherited) is None:
            return
        if before is not None and all(getattr(before, name) == getattr(record, name) for name in (field, rule.parent)):
            return
        above = getattr(record, rule.parent)
        family = [self._store.get(record.__record__.tag, above.list_id)] if above and above.list_id else []
        kinds = {getattr(one, field) for one in (*family, record, *self._store.children(record))}
        if len(kinds) > 1:
            note = f"{field}: {' and '.join(sorted(kinds))} in one family"
            raise FAMILY_OF_TWO_TYPES(field=record.__record__.tag, note=note)

    def _check_full_names(self, record: ListRecord) -> None:
        """A record's full name and those below it must fit, whoever of the family was named or moved."""
        field = table(type(record)).by_name.get("full_name")
        if field is None:
            return
        longest: int = field.row.longest(None)  # type: ignore[attr-defined]  # it is text
        if len(record.full_name) > longest:
            raise LONG_FULL_NAME(record.full_name, "FullName")
        for child in self._store.children(record):
            self._check_full_names(child)

    def _stamped(self, record: Any, now: int, before: ListRecord | None = None) -> ListRecord:
        """A record with what QuickBooks gives it; contacts get the same, notes a number and a date."""
        stamps: Values = {"time_modified": self._calendar.moment(now), "edit_sequence": str(now)}
        stamps["list_id"] = self._store.new_list_id(now, record.list_id or None)
        stamps["time_created"] = record.time_created or self._calendar.moment(now)
        if contacts := getattr(record, "contacts", ()):
            old = before.contacts if before is not None else ()
            stamps["contacts"] = tuple(one if one in old else self._stamped(one, now) for one in contacts)
        if notes := getattr(record, "additional_notes", ()):
            today = self._calendar.today()
            last = max(note.note_id or 0 for note in notes)
            stamps["additional_notes"] = tuple(
                note if note.note_id is not None else attrs.evolve(note, note_id=last + number, date=today)
                for number, note in enumerate(notes, 1)
            )
        stamped: ListRecord = attrs.evolve(record, **stamps)
        return stamped


def serves(account: ListRecord, name: str) -> bool:
    """Whether an account is for what QuickBooks has a special account for."""
    what = SPECIAL_ACCOUNTS[name]
    if account.special_account_type is not None:
        return bool(account.special_account_type == what.special)
    named = what.by_type or name_key(full_name(account)) == name_key(name)
    return named and account.account_type == what.account_type
