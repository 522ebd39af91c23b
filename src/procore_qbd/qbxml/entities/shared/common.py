"""Blocks and words that several entities have in common."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q

__all__ = [
    "AU",
    "CA",
    "MAX_RETURNED",
    "UK",
    "US",
    "ActiveStatus",
    "AdditionalContact",
    "AdditionalNote",
    "Address",
    "AddressBlock",
    "BarCode",
    "ClassFilter",
    "Contact",
    "CurrencyFilter",
    "CustomField",
    "CustomFieldType",
    "ListQuery",
    "MatchCriterion",
    "NameFilter",
    "NameRangeFilter",
    "Operator",
    "SalesTaxCountry",
    "ShipToAddress",
    "SpecialItemType",
    "TotalBalanceFilter",
    "custom_field",
    "list_choices",
]

US, CA, UK, AU = q.Edition

MAX_RETURNED = q.Integer("MaxReturned", least=1, before={"2.1": {"most": 9999}})


def list_choices(*filters: str) -> tuple[q.OneOf, ...]:
    """What excludes what in the query of a list: ids, or full names, or the common filters with these."""
    common = (
        "max_returned",
        "active_status",
        "from_modified_date",
        "to_modified_date",
        "name_filter",
        "name_range_filter",
    )
    return (
        q.OneOf.of("list_ids", "full_names", (*common, *filters)),
        q.OneOf.of("name_filter", "name_range_filter"),
    )


class SalesTaxCountry(q.Words):
    """Which country's sales tax a customer or vendor is under."""

    AUSTRALIA = "Australia"
    CANADA = "Canada"
    UK = "UK"
    US = "US", "12.0"


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class Address(q.Record):
    """A postal address. QuickBooks prints what stands in Addr1 to Addr5, then city, state and postal code."""

    addr1: Annotated[str | None, q.Text("Addr1", 41)] = None
    addr2: Annotated[str | None, q.Text("Addr2", 41)] = None
    addr3: Annotated[str | None, q.Text("Addr3", 41)] = None
    addr4: Annotated[str | None, q.Text("Addr4", 41, since="2.0")] = None
    addr5: Annotated[str | None, q.Text("Addr5", 41, since="6.0")] = None
    city: Annotated[str | None, q.Text("City", 31)] = None
    state: Annotated[str | None, q.Text("State", 21)] = None
    postal_code: Annotated[str | None, q.Text("PostalCode", 13)] = None
    country: Annotated[str | None, q.Text("Country", 31)] = None
    note: Annotated[str | None, q.Text("Note", 41, since="6.0")] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class ShipToAddress(q.Record):
    """One of a customer's named shipping addresses."""

    name: Annotated[str | None, q.Text("Name", 41, required=q.WRITE)] = None
    addr1: Annotated[str | None, q.Text("Addr1", 41)] = None
    addr2: Annotated[str | None, q.Text("Addr2", 41)] = None
    addr3: Annotated[str | None, q.Text("Addr3", 41)] = None
    addr4: Annotated[str | None, q.Text("Addr4", 41)] = None
    addr5: Annotated[str | None, q.Text("Addr5", 41)] = None
    city: Annotated[str | None, q.Text("City", 31)] = None
    state: Annotated[str | None, q.Text("State", 21)] = None
    postal_code: Annotated[str | None, q.Text("PostalCode", 13)] = None
    country: Annotated[str | None, q.Text("Country", 31)] = None
    note: Annotated[str | None, q.Text("Note", 41)] = None
    default_ship_to: Annotated[bool | None, q.YesNo("DefaultShipTo")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class AddressBlock(q.Record):
    """An address as QuickBooks would print it, line by line."""

    addr1: Annotated[str | None, q.Text("Addr1", 41)] = None
    addr2: Annotated[str | None, q.Text("Addr2", 41)] = None
    addr3: Annotated[str | None, q.Text("Addr3", 41)] = None
    addr4: Annotated[str | None, q.Text("Addr4", 41)] = None
    addr5: Annotated[str | None, q.Text("Addr5", 41)] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class AdditionalContact(q.Record):
    """One more way to reach somebody: what it is called and what it is."""

    contact_name: Annotated[str | None, q.Text("ContactName", 40, required=q.WRITE)] = None
    contact_value: Annotated[str | None, q.Text("ContactValue", 255, required=q.WRITE)] = None


_ONLY_IN_12 = {"13.0": {"required": q.MOD}, "12.0": {}}


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class Contact(q.Record):
    """A person at a customer or vendor; in a Mod known by the ListID."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, before=_ONLY_IN_12, form=q.CONTACT_ID)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, before=_ONLY_IN_12)] = None
    contact: Annotated[str | None, q.Text("Contact", 41, shapes=q.RET)] = None
    salutation: Annotated[str | None, q.Text("Salutation", 15)] = None
    first_name: Annotated[str | None, q.Text("FirstName", 25, required=q.WRITE)] = None
    middle_name: Annotated[str | None, q.Text("MiddleName", 5)] = None
    last_name: Annotated[str | None, q.Text("LastName", 25)] = None
    job_title: Annotated[str | None, q.Text("JobTitle", 41)] = None
    additional_contacts: Annotated[tuple[AdditionalContact, ...], q.Block("AdditionalContactRef", at_most=5)] = ()


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class AdditionalNote(q.Record):
    """A dated note; in a Mod known by its number."""

    note_id: Annotated[int | None, q.Integer("NoteID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    date: Annotated[dt.date | None, q.Day("Date", shapes=q.RET)] = None
    note: Annotated[str | None, q.Text("Note", 4095, required=q.WRITE)] = None


class CustomFieldType(StrEnum):
    """What a custom field holds."""

    AMOUNT = "AMTTYPE"
    MOMENT = "DATETIMETYPE"
    INTEGER = "INTTYPE"
    PERCENT = "PERCENTTYPE"
    PRICE = "PRICETYPE"
    QUANTITY = "QUANTYPE"
    TEXT_1024 = "STR1024TYPE"
    TEXT_255 = "STR255TYPE"


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class CustomField(q.Record):
    """A custom field (``DataExt``): OwnerID ``0`` for those that people see, else the GUID of the program that owns it."""

    owner_id: Annotated[str | None, q.Guid("OwnerID", required=q.WRITE)] = None
    name: Annotated[str | None, q.Text("DataExtName", 31, required=q.WRITE)] = None
    type: Annotated[CustomFieldType | str | None, q.Choice("DataExtType", CustomFieldType, shapes=q.RET)] = None
    value: Annotated[str | None, q.Text("DataExtValue", required=q.WRITE)] = None


def custom_field(fields: tuple[CustomField, ...], name: str, owner_id: str = "0") -> str | None:
    """The value of a custom field by its name, None where the record has none; queries return them only with OwnerID."""
    return next((field.value for field in fields if field.name == name and field.owner_id == owner_id), None)


class ActiveStatus(StrEnum):
    """Which records of a list a query means; QuickBooks takes ``ActiveOnly`` where it is not said."""

    ACTIVE_ONLY = "ActiveOnly"
    INACTIVE_ONLY = "InactiveOnly"
    ALL = "All"


class MatchCriterion(StrEnum):
    """How a name is compared."""

    STARTS_WITH = "StartsWith"
    CONTAINS = "Contains"
    ENDS_WITH = "EndsWith"


class Operator(StrEnum):
    """How an amount is compared."""

    LESS_THAN = "LessThan"
    LESS_THAN_EQUAL = "LessThanEqual"
    EQUAL = "Equal"
    GREATER_THAN = "GreaterThan"
    GREATER_THAN_EQUAL = "GreaterThanEqual"


@q.record(shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class NameFilter(q.Record):
    """Names that begin with, contain or end in something."""

    match_criterion: Annotated[
        MatchCriterion | str | None, q.Choice("MatchCriterion", MatchCriterion, required=q.QUERY)
    ] = None
    name: Annotated[str | None, q.Text("Name", required=q.QUERY)] = None


@q.record(shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class NameRangeFilter(q.Record):
    """Names from one to another, in alphabetical order."""

    from_name: Annotated[str | None, q.Text("FromName")] = None
    to_name: Annotated[str | None, q.Text("ToName")] = None


@q.record(shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class TotalBalanceFilter(q.Record):
    """Balances of a size, jobs counted in."""

    operator: Annotated[Operator | str | None, q.Choice("Operator", Operator, required=q.QUERY)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount", required=q.QUERY)] = None


@q.record(shapes=q.QUERY, choices=(q.OneOf.of("list_ids", "full_names", required=q.QUERY),))
@attrs.frozen(kw_only=True, slots=False)
class CurrencyFilter(q.Record):
    """Records in certain currencies."""

    list_ids: Annotated[tuple[str, ...], q.Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName", 64)] = ()


@q.record(
    shapes=q.QUERY,
    choices=(q.OneOf.of("list_ids", "full_names", "list_id_with_children", "full_name_with_children", required=q.QUERY),),
)
@attrs.frozen(kw_only=True, slots=False)
class ClassFilter(q.Record):
    """Records of certain classes, with or without the classes below."""

    list_ids: Annotated[tuple[str, ...], q.Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, q.Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, q.Text("FullNameWithChildren")] = None


@attrs.frozen(kw_only=True, slots=False)
class ListQuery(q.Record):
    """What every list can be asked by: ids, full names, or filters; the rows of a list's own filters come after."""

    list_ids: Annotated[tuple[str, ...], q.Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    active_status: Annotated[ActiveStatus | str | None, q.Choice("ActiveStatus", ActiveStatus)] = None
    from_modified_date: Annotated[q.Moment | None, q.When("FromModifiedDate")] = None
    to_modified_date: Annotated[q.Moment | None, q.When("ToModifiedDate")] = None
    name_filter: Annotated[NameFilter | None, q.Block("NameFilter")] = None
    name_range_filter: Annotated[NameRangeFilter | None, q.Block("NameRangeFilter")] = None


class SpecialItemType(StrEnum):
    """Items that QuickBooks made for its own use."""

    FINANCE_CHARGE = "FinanceCharge"
    REIMBURSABLE_EXPENSE_GROUP = "ReimbursableExpenseGroup"
    REIMBURSABLE_EXPENSE_SUBTOTAL = "ReimbursableExpenseSubtotal"


@q.record(shapes=q.ADD | q.MOD)
@attrs.frozen(kw_only=True, slots=False)
class BarCode(q.Record):
    """A bar code to assign to an item."""

    bar_code_value: Annotated[str | None, q.Text("BarCodeValue", 50)] = None
    assign_even_if_used: Annotated[bool | None, q.YesNo("AssignEvenIfUsed")] = None
    allow_override: Annotated[bool | None, q.YesNo("AllowOverride")] = None
