"""Custom fields, which QuickBooks calls data extensions: their definitions, and the values that records hold of them.

A field is known by its owner and its name: OwnerID ``0`` for those that people see, else the GUID of a program. What
people see stands on names and items; it is text; there are so many and no more (the limits of QuickBooks Pro and
Premier: 15 on names, 7 of them on each kind of name, 5 on items). Transactions have those of whom they are with, their
lines those of items, but none is copied onto them. The fields of a program stand on what they are defined for; all of
one owner come to 4,096 bytes on one record at most, and on lines of transactions there are none: QuickBooks would take
them and never return them.

The sources are Intuit's tutorial on data extensions, its list of statuses, and one recorded refusal (3180). Not known,
and decided here: that a field cannot be defined twice, that ``DataExtMod`` sets a value whether or not there was one,
and that a definition that goes or gets another name leaves the EditSequences of the records alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml.entities.custom_fields import DataExt, DataExtDef, DataExtDefDel, DataExtDel, ExtensibleObject
from procore_qbd.qbxml.entities.shared.common import CustomField, CustomFieldType
from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.qbxml.rows.records import table
from procore_qbd.qbxml.rows.values import Amount, Integer, Percent, Price, Quantity, Text, When
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.knowledge.reasons import NOT_FOUND
from procore_qbd.simulator.lists.custom_field_reasons import (
    BAD_VALUES,
    EMPTY_VALUE,
    FIELD_EXISTS,
    FIELD_NOT_DEFINED,
    FIELD_NOT_FOR_THIS,
    FIELD_OF_ENTERPRISE,
    NO_ROOM_FOR_FIELD,
    PUBLIC_FIELD_ELSEWHERE,
    PUBLIC_FIELD_NOT_TEXT,
    PUBLIC_FIELD_OF_NAMES_AND_ITEMS,
    TOO_MANY_BYTES,
    VALUE_EXISTS,
)
from procore_qbd.simulator.lists.references import find_in_any
from procore_qbd.simulator.records.shaping import EMPTY_ELEMENT, fields_of, full_name, name_key, with_fields
from procore_qbd.simulator.store.definitions import field_key, field_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from procore_qbd.qbxml.entities.custom_fields import DataExtDefQuery
    from procore_qbd.qbxml.rows.values import Value
    from procore_qbd.simulator.knowledge.nouns import KeptRecord, Values
    from procore_qbd.simulator.knowledge.rules import Refusal
    from procore_qbd.simulator.store.company import OpenCompany

__all__ = ["PUBLIC", "CustomFields"]

PUBLIC = "0"
"""The owner of the fields that people see."""

_COMPANY, _ITEM = ExtensibleObject.COMPANY, ExtensibleObject.ITEM
_NAMES = frozenset({ExtensibleObject.CUSTOMER, ExtensibleObject.EMPLOYEE, ExtensibleObject.VENDOR})
_ON_NAMES, _ON_ONE_NAME, _ON_ITEMS = 15, 7, 5
_MOST_BYTES = 4096
_ENTERPRISE = {
    "data_ext_list_require": "DataExtListRequire",
    "data_ext_txn_require": "DataExtTxnRequire",
    "data_ext_format_string": "DataExtFormatString",
}
_VALUES: dict[str, Value] = {
    CustomFieldType.AMOUNT: Amount("DataExtValue"),
    CustomFieldType.MOMENT: When("DataExtValue"),
    CustomFieldType.INTEGER: Integer("DataExtValue"),
    CustomFieldType.PERCENT: Percent("DataExtValue"),
    CustomFieldType.PRICE: Price("DataExtValue"),
    CustomFieldType.QUANTITY: Quantity("DataExtValue"),
    CustomFieldType.TEXT_1024: Text("DataExtValue", 1024),
    CustomFieldType.TEXT_255: Text("DataExtValue", 255),
}


@attrs.frozen
class _Holder:
    """Where a value stands.

    Attributes:
        record: The record of a list or the transaction; None for the company.
        kind: What it is, as definitions call it.
        place: The field of the transaction's lines and the TxnLineID, None where it is no line.
    """

    record: Any
    kind: str
    place: tuple[str, str] | None = None


@attrs.frozen(eq=False)
class CustomFields:
    """Defines custom fields and sets their values, each within a transaction of its caller.

    Attributes:
        company: The company file.
    """

    company: OpenCompany

    # --- definitions -------------------------------------------------------------------------------------------------

    def define(self, new: DataExtDef) -> DataExtDef:
        """Define a field.

        Raises:
            Refusal: QuickBooks does not do it.
        """
        owner, name = field_key(new.owner_id, new.data_ext_name)[0], (new.data_ext_name or "").strip()
        _refuse_what_enterprise_has(new)
        if not name:
            raise EMPTY_ELEMENT(field="DataExtName")
        if owner == PUBLIC and new.data_ext_type != CustomFieldType.TEXT_255:
            note = f"a field that people see holds {CustomFieldType.TEXT_255}"
            raise PUBLIC_FIELD_NOT_TEXT(str(new.data_ext_type), "DataExtType", note=note)
        before = self.company.store.definitions.get(owner, name)
        if before is not None:
            if owner == PUBLIC:
                _check_public(name, (*before.assign_to_objects, *new.assign_to_objects))
            raise FIELD_EXISTS(field=_named(name))
        last = max((one.data_ext_id or 0 for one in self.company.store.definitions.all()), default=0)
        definition = attrs.evolve(
            new,
            owner_id=owner,
            data_ext_id=last + 1,
            data_ext_name=name,
            assign_to_objects=tuple(dict.fromkeys(new.assign_to_objects)),
            data_ext_list_require=False,
            data_ext_txn_require=False,
            data_ext_format_string=str(new.data_ext_type),
        )
        return self._put(definition)

    def redefine(self, mod: DataExtDef) -> DataExtDef:
        """Give a field another name, or other objects to stand on; values go with what it is taken away from.

        Raises:
            Refusal: QuickBooks does not do it.
        """
        before = self._definition(mod.owner_id, mod.data_ext_name)
        owner, old = before.owner_id or "", before.data_ext_name or ""
        _refuse_what_enterprise_has(mod)
        if owner == PUBLIC and (wrong := set(mod.remove_from_objects) - _NAMES - {_ITEM}):
            raise PUBLIC_FIELD_ELSEWHERE(
                note=f"{', '.join(sorted(wrong))}: there are no custom fields there that people see"
            )
        name = (mod.data_ext_new_name or "").strip() or old
        if name_key(name) != name_key(old) and self.company.store.definitions.get(owner, name):
            raise FIELD_EXISTS(field=_named(name))
        kept = dict.fromkeys((*before.assign_to_objects, *mod.assign_to_objects))
        after = attrs.evolve(
            before,
            data_ext_name=name,
            assign_to_objects=tuple(kind for kind in kept if kind not in mod.remove_from_objects),
        )
        of_company = next((one.value for one in self.company.store.definitions.of_company() if _is(one, before)), None)
        self.company.store.definitions.delete(owner, old)
        self._put(after)
        if of_company is not None and _COMPANY in after.assign_to_objects:
            self.company.store.definitions.set_of_company(after, of_company)
        left = after.assign_to_objects
        self._rewrite(before, lambda field, kinds: None if kinds.isdisjoint(left) else attrs.evolve(field, name=name))
        return after

    def undefine(self, what: DataExtDefDel) -> DataExtDefDel:
        """Delete a field with all its values.

        Raises:
            Refusal: There is none.
        """
        gone = self._definition(what.owner_id, what.data_ext_name)
        self._rewrite(gone, lambda _field, _kinds: None)
        self.company.store.definitions.delete(gone.owner_id or "", gone.data_ext_name or "")
        return attrs.evolve(what, time_deleted=self.company.calendar.moment(self.company.calendar.now()))

    def found(self, query: DataExtDefQuery) -> list[DataExtDef]:
        """The fields that a query means: of certain owners, or on certain objects; all where it says nothing."""
        owners = {owner.upper() for owner in query.owner_ids}
        objects = set(query.assign_to_objects)
        return [
            one
            for one in self.company.store.definitions.all()
            if (not owners or one.owner_id in owners) and (not objects or objects.intersection(one.assign_to_objects))
        ]

    def _put(self, definition: DataExtDef) -> DataExtDef:
        """Write a definition, where there is room for it."""
        if definition.owner_id == PUBLIC:
            _check_public(definition.data_ext_name or "", definition.assign_to_objects)
            self._check_room(definition)
        self.company.store.definitions.put(definition)
        return definition

    def _check_room(self, new: DataExtDef) -> None:
        others = [one for one in self.company.store.definitions.all() if one.owner_id == PUBLIC and not _same(one, new)]
        fields = [*others, new]
        on = {kind: sum(kind in one.assign_to_objects for one in fields) for kind in (*_NAMES, _ITEM)}
        on_names = sum(not _NAMES.isdisjoint(one.assign_to_objects) for one in fields)
        most_on_one = max(on[kind] for kind in _NAMES)
        if on[_ITEM] > _ON_ITEMS or on_names > _ON_NAMES or most_on_one > _ON_ONE_NAME:
            note = f"{_ON_NAMES} on names, {_ON_ONE_NAME} of them on each kind of name, {_ON_ITEMS} on items"
            raise NO_ROOM_FOR_FIELD(note=note)

    def _definition(self, owner: str | None, name: str | None) -> DataExtDef:
        found = self.company.store.definitions.get(owner or "", name or "")
        if found is None:
            raise FIELD_NOT_DEFINED(owner or "", note=f"{name}: no such field")
        return found

    def _rewrite(
        self, definition: DataExtDef, turn: Callable[[CustomField, AbstractSet[str]], CustomField | None]
    ) -> None:
        """Turn all values of a field, told where they stand; take them away where it turns them into nothing."""

        def turned(fields: Iterable[CustomField], kinds: AbstractSet[str]) -> tuple[CustomField, ...]:
            after = (turn(field, kinds) if _is(field, definition) else field for field in fields)
            return tuple(field for field in after if field is not None)

        for tag in (*LISTS, *KINDS):
            for record in self.company.store.all(tag):
                after = _with_fields(record, turned, public=definition.owner_id == PUBLIC)
                if after != record:
                    self._change(after)

    # --- values ------------------------------------------------------------------------------------------------------

    def add(self, ext: DataExt) -> DataExt:
        """Set the value of a field that has none yet; what holds it gets another EditSequence.

        Raises:
            Refusal: QuickBooks does not do it.
        """
        return self._set(ext, new=True)

    def mod(self, ext: DataExt) -> DataExt:
        """Set the value of a field, whether it has one or not.

        Raises:
            Refusal: QuickBooks does not do it.
        """
        return self._set(ext, new=False)

    def _set(self, ext: DataExt, *, new: bool) -> DataExt:
        holder = self._holder(ext)
        definition = self._defined(ext.owner_id, ext.data_ext_name, holder)
        if not (ext.data_ext_value or "").strip():
            raise EMPTY_VALUE(field="DataExtValue")
        field = field_of(definition, _judged(ext.data_ext_value or "", definition))
        others = [one for one in self._fields(holder) if not _is(one, definition)]
        if new and len(others) < len(self._fields(holder)):
            raise VALUE_EXISTS(field=_named(field.name or ""))
        private = sum(len((one.value or "").encode()) for one in (*others, field) if one.owner_id != PUBLIC)
        if private > _MOST_BYTES:
            note = f"the fields of programs come to {private} bytes, at most {_MOST_BYTES}"
            raise TOO_MANY_BYTES(field=_named(field.name or ""), note=note)
        self._hold(holder, definition, (*others, field), field.value)
        return DataExt(
            owner_id=field.owner_id, data_ext_name=field.name, data_ext_type=field.type, data_ext_value=field.value
        )

    def delete(self, what: DataExtDel) -> DataExtDel:
        """Take a value away.

        Raises:
            Refusal: There is none.
        """
        ext = what.data_ext or DataExt()
        holder = self._holder(ext)
        definition = self._defined(ext.owner_id, ext.data_ext_name, holder)
        fields = self._fields(holder)
        left = tuple(one for one in fields if not _is(one, definition))
        if len(left) == len(fields):
            raise NOT_FOUND(ext.data_ext_name or "", note="there is no value")
        self._hold(holder, definition, left, None)
        same = {name: getattr(ext, name) for name in table(DataExtDel).by_name if name in table(DataExt).by_name}
        if ext.list_obj_ref is not None:
            same["list_obj_ref"] = attrs.evolve(
                ext.list_obj_ref, list_id=holder.record.list_id, full_name=full_name(holder.record)
            )
        return DataExtDel(**same, time_deleted=self.company.calendar.moment(self.company.calendar.now()))

    def filled(self, fields: Iterable[Any], kind: str) -> tuple[Any, ...]:
        """The fields that come with a line of a transaction, with what their definitions know of them.

        Args:
            fields: Owner, name and value of each; those of a line of a group have no type.
            kind: The transaction's kind.

        Raises:
            Refusal: One is not defined, or the value is none for it.
        """
        filled: dict[tuple[str, str], Any] = {}
        for field in fields:
            definition = self._defined(field.owner_id, field.name, _Holder(None, kind, ("", "")))
            key = field_key(definition.owner_id, definition.data_ext_name)
            if key in filled:
                raise VALUE_EXISTS(field=_named(field.name or ""))
            if (field.value or "").strip():
                value = field_of(definition, _judged(field.value, definition))
                known = table(type(field)).by_name
                filled[key] = type(field)(**{name: text for name, text in fields_of(value).items() if name in known})
        return tuple(filled[key] for key in sorted(filled))

    def _holder(self, ext: DataExt) -> _Holder:
        """What a request means to set a value on."""
        if ext.other_data_ext_type:
            return _Holder(None, _COMPANY)
        if ext.list_data_ext_type:
            ref, kind = ext.list_obj_ref, str(ext.list_data_ext_type)
            lists = ITEMS if kind == _ITEM else (kind,)
            record = find_in_any(self.company.store, lists, ref) if ref else None
            if record is None:
                gone = NOT_FOUND((ref and (ref.list_id or ref.full_name)) or "")
                raise self.company.store.absent(lists, (ref and ref.list_id) or "", gone)
            return _Holder(record, kind)
        kind, txn_id, line_id = str(ext.txn_data_ext_type), ext.txn_id or "", ext.txn_line_id
        record = self.company.store.get(kind, txn_id) if kind in KINDS else None
        if record is None:
            raise self.company.store.absent([kind], txn_id)
        if line_id is None:
            return _Holder(record, kind)
        for name, line in _lines(record):
            if line.txn_line_id == line_id:
                return _Holder(record, kind, (name, line_id))
        raise NOT_FOUND(line_id)

    def _defined(self, owner: str | None, name: str | None, holder: _Holder) -> DataExtDef:
        """The definition of a field that a holder can have."""
        found = self._definition(owner, name)
        kinds = _kinds(holder.kind, public=found.owner_id == PUBLIC, line=holder.place is not None)
        if kinds.isdisjoint(found.assign_to_objects):
            where = f"lines of {holder.kind}" if holder.place else holder.kind
            raise FIELD_NOT_FOR_THIS(owner or "", note=f"{name}: not for {where}")
        return found

    def _fields(self, holder: _Holder) -> tuple[CustomField, ...]:
        """The values that a holder has."""
        if holder.record is None:
            return self.company.store.definitions.of_company()
        if holder.place is None:
            return _fields_of(holder.record)
        return next(_fields_of(line) for _, line in _lines(holder.record) if line.txn_line_id == holder.place[1])

    def _hold(
        self, holder: _Holder, definition: DataExtDef, fields: tuple[CustomField, ...], value: str | None
    ) -> None:
        """Let a holder have these values, one of them new."""
        record = holder.record
        if record is None:
            self.company.store.definitions.set_of_company(definition, value)
            return
        fields = tuple(sorted(fields, key=lambda field: field_key(field.owner_id, field.name)))
        if holder.place is None:
            after = with_fields(record, custom_fields=fields)
        else:
            name, line_id = holder.place
            lines = tuple(
                attrs.evolve(line, custom_fields=fields) if line.txn_line_id == line_id else line
                for line in getattr(record, name)
            )
            after = with_fields(record, **{name: lines})
        now = self.company.store.stamp(record.edit_sequence, self.company.calendar.now())
        self._change(with_fields(after, time_modified=self.company.calendar.moment(now), edit_sequence=str(now)))

    def _change(self, record: Any) -> None:
        """Write a record that has other fields; of a transaction nothing else changes, least of all what it posts."""
        if record.__record__.tag in LISTS:
            self.company.store.change(record)
            return
        book = self.company.store.book
        book.put(with_fields(record, linked_txns=()), book.partner(record.txn_id).entity)


def _named(name: str) -> str:
    return f'data extension named "{name}"'


def _same(one: DataExtDef, other: DataExtDef) -> bool:
    return field_key(one.owner_id, one.data_ext_name) == field_key(other.owner_id, other.data_ext_name)


def _is(field: CustomField, definition: DataExtDef) -> bool:
    return field_key(field.owner_id, field.name) == field_key(definition.owner_id, definition.data_ext_name)


def _refuse_what_enterprise_has(definition: DataExtDef) -> None:
    for name, tag in _ENTERPRISE.items():
        if getattr(definition, name):
            raise FIELD_OF_ENTERPRISE(field=tag, note=f"{tag}: exists in QuickBooks Enterprise, but is not simulated")


def _elsewhere(objects: Iterable[str]) -> Refusal:
    return PUBLIC_FIELD_ELSEWHERE(
        note=f"{', '.join(sorted(objects))}: there are no custom fields there that people see"
    )


def _check_public(name: str, objects: Iterable[str]) -> None:
    """What people see stands on names or on items, never on both."""
    if wrong := set(objects) - _NAMES - {_ITEM}:
        raise PUBLIC_FIELD_ELSEWHERE(
            note=f"{', '.join(sorted(wrong))}: there are no custom fields there that people see"
        )
    if _ITEM in objects and not _NAMES.isdisjoint(objects):
        raise PUBLIC_FIELD_OF_NAMES_AND_ITEMS(name)


def _judged(text: str, definition: DataExtDef) -> str:
    """A value that is of its field's type, as it is kept.

    Raises:
        Refusal: It is not.
    """
    row = _VALUES[str(definition.data_ext_type)]
    text = text if isinstance(row, Text) else text.strip()
    fault = None if row.lexical is None or row.lexical.fullmatch(text) else row.status
    if fault is None:
        try:
            found = row.fault(row.read(text))
        except ValueError:
            fault = row.status
        else:
            fault = found[2] if found else None
    if fault is not None:
        raise BAD_VALUES[fault](text, "DataExtValue", note=f"{definition.data_ext_name} is {definition.data_ext_type}")
    return text


def _lines(record: KeptRecord) -> Iterator[tuple[str, Any]]:
    """The lines of a transaction, each with the field that it stands in."""
    for name in KINDS[record.__record__.tag].lines:
        for line in getattr(record, name):
            yield name, line


def _fields_of(record: KeptRecord) -> tuple[CustomField, ...]:
    found: tuple[CustomField, ...] = getattr(record, "custom_fields", ())
    return found


def _kinds(tag: str, *, public: bool, line: bool = False) -> AbstractSet[str]:
    """What a field must be defined for, to stand on a record or on a line of one; any of these will do."""
    if tag not in KINDS:
        return {_ITEM if tag in ITEMS else tag}
    if public:
        return {_ITEM} if line else _NAMES
    return set() if line else {tag}


def _with_fields(
    record: KeptRecord,
    turned: Callable[[Iterable[CustomField], AbstractSet[str]], tuple[CustomField, ...]],
    *,
    public: bool,
) -> Any:
    """A record with other values, and its lines with theirs."""
    tag = record.__record__.tag
    values: Values = {}
    if fields := _fields_of(record):
        values["custom_fields"] = turned(fields, _kinds(tag, public=public))
    for name in KINDS[tag].lines if tag in KINDS else ():
        values[name] = tuple(
            attrs.evolve(line, custom_fields=turned(line.custom_fields, _kinds(tag, public=public, line=True)))
            if _fields_of(line)
            else line
            for line in getattr(record, name)
        )
    return attrs.evolve(record, **values) if values else record
