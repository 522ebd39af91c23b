"""Blocks and words that several entities have in common."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.dialect import Edition
from procore_qbd.qbxml.records import Block, OneOf, Record, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    QUERY,
    RET,
    WRITE,
    Amount,
    Choice,
    Day,
    Guid,
    Id,
    Integer,
    Moment,
    Text,
    When,
    Words,
    YesNo,
)

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

US, CA, UK, AU = Edition

MAX_RETURNED = Integer("MaxReturned", least=1, before={"2.1": {"most": 9999}})


def list_choices(*filters: str) -> tuple[OneOf, ...]:
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
        OneOf.of("list_ids", "full_names", (*common, *filters)),
        OneOf.of("name_filter", "name_range_filter"),
    )


class SalesTaxCountry(Words):
    """Which country's sales tax a customer or vendor is under."""

    AUSTRALIA = "Australia"
    CANADA = "Canada"
    UK = "UK"
    US = "US", "12.0"


@record()
@attrs.frozen(kw_only=True, slots=False)
class Address(Record):
    """A postal address. QuickBooks prints what stands in Addr1 to Addr5, then city, state and postal code."""

    addr1: Annotated[str | None, Text("Addr1", 41)] = None
    addr2: Annotated[str | None, Text("Addr2", 41)] = None
    addr3: Annotated[str | None, Text("Addr3", 41)] = None
    addr4: Annotated[str | None, Text("Addr4", 41, since="2.0")] = None
    addr5: Annotated[str | None, Text("Addr5", 41, since="6.0")] = None
    city: Annotated[str | None, Text("City", 31)] = None
    state: Annotated[str | None, Text("State", 21)] = None
    postal_code: Annotated[str | None, Text("PostalCode", 13)] = None
    country: Annotated[str | None, Text("Country", 31)] = None
    note: Annotated[str | None, Text("Note", 41, since="6.0")] = None


@record()
@attrs.frozen(kw_only=True, slots=False)
class ShipToAddress(Record):
    """One of a customer's named shipping addresses."""

    name: Annotated[str | None, Text("Name", 41, required=WRITE)] = None
    addr1: Annotated[str | None, Text("Addr1", 41)] = None
    addr2: Annotated[str | None, Text("Addr2", 41)] = None
    addr3: Annotated[str | None, Text("Addr3", 41)] = None
    addr4: Annotated[str | None, Text("Addr4", 41)] = None
    addr5: Annotated[str | None, Text("Addr5", 41)] = None
    city: Annotated[str | None, Text("City", 31)] = None
    state: Annotated[str | None, Text("State", 21)] = None
    postal_code: Annotated[str | None, Text("PostalCode", 13)] = None
    country: Annotated[str | None, Text("Country", 31)] = None
    note: Annotated[str | None, Text("Note", 41)] = None
    default_ship_to: Annotated[bool | None, YesNo("DefaultShipTo")] = None


@record(shapes=RET)
@attrs.frozen(kw_only=True, slots=False)
class AddressBlock(Record):
    """An address as QuickBooks would print it, line by line."""

    addr1: Annotated[str | None, Text("Addr1", 41)] = None
    addr2: Annotated[str | None, Text("Addr2", 41)] = None
    addr3: Annotated[str | None, Text("Addr3", 41)] = None
    addr4: Annotated[str | None, Text("Addr4", 41)] = None
    addr5: Annotated[str | None, Text("Addr5", 41)] = None


@record()
@attrs.frozen(kw_only=True, slots=False)
class AdditionalContact(Record):
    """One more way to reach somebody: what it is called and what it is."""

    contact_name: Annotated[str | None, Text("ContactName", 40, required=WRITE)] = None
    contact_value: Annotated[str | None, Text("ContactValue", 255, required=WRITE)] = None


_ONLY_IN_12 = {"13.0": {"required": MOD}, "12.0": {}}


@record()
@attrs.frozen(kw_only=True, slots=False)
class Contact(Record):
    """A person at a customer or vendor; in a Mod known by the ListID."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, before=_ONLY_IN_12)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, before=_ONLY_IN_12)] = None
    contact: Annotated[str | None, Text("Contact", 41, shapes=RET)] = None
    salutation: Annotated[str | None, Text("Salutation", 15)] = None
    first_name: Annotated[str | None, Text("FirstName", 25, required=WRITE)] = None
    middle_name: Annotated[str | None, Text("MiddleName", 5)] = None
    last_name: Annotated[str | None, Text("LastName", 25)] = None
    job_title: Annotated[str | None, Text("JobTitle", 41)] = None
    additional_contacts: Annotated[tuple[AdditionalContact, ...], Block("AdditionalContactRef", at_most=5)] = ()


@record()
@attrs.frozen(kw_only=True, slots=False)
class AdditionalNote(Record):
    """A dated note; in a Mod known by its number."""

    note_id: Annotated[int | None, Integer("NoteID", shapes=MOD | RET, required=MOD)] = None
    date: Annotated[dt.date | None, Day("Date", shapes=RET)] = None
    note: Annotated[str | None, Text("Note", 4095, required=WRITE)] = None


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


@record()
@attrs.frozen(kw_only=True, slots=False)
class CustomField(Record):
    """A custom field (``DataExt``): OwnerID ``0`` for those that people see, else the GUID of the program that owns it."""

    owner_id: Annotated[str | None, Guid("OwnerID", required=WRITE)] = None
    name: Annotated[str | None, Text("DataExtName", 31, required=WRITE)] = None
    type: Annotated[CustomFieldType | str | None, Choice("DataExtType", CustomFieldType, shapes=RET)] = None
    value: Annotated[str | None, Text("DataExtValue", required=WRITE)] = None


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


@record(shapes=QUERY)
@attrs.frozen(kw_only=True, slots=False)
class NameFilter(Record):
    """Names that begin with, contain or end in something."""

    match_criterion: Annotated[
        MatchCriterion | str | None, Choice("MatchCriterion", MatchCriterion, required=QUERY)
    ] = None
    name: Annotated[str | None, Text("Name", required=QUERY)] = None


@record(shapes=QUERY)
@attrs.frozen(kw_only=True, slots=False)
class NameRangeFilter(Record):
    """Names from one to another, in alphabetical order."""

    from_name: Annotated[str | None, Text("FromName")] = None
    to_name: Annotated[str | None, Text("ToName")] = None


@record(shapes=QUERY)
@attrs.frozen(kw_only=True, slots=False)
class TotalBalanceFilter(Record):
    """Balances of a size, jobs counted in."""

    operator: Annotated[Operator | str | None, Choice("Operator", Operator, required=QUERY)] = None
    amount: Annotated[Decimal | None, Amount("Amount", required=QUERY)] = None


@record(shapes=QUERY, choices=(OneOf.of("list_ids", "full_names", required=QUERY),))
@attrs.frozen(kw_only=True, slots=False)
class CurrencyFilter(Record):
    """Records in certain currencies."""

    list_ids: Annotated[tuple[str, ...], Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], Text("FullName", 64)] = ()


@record(
    shapes=QUERY,
    choices=(OneOf.of("list_ids", "full_names", "list_id_with_children", "full_name_with_children", required=QUERY),),
)
@attrs.frozen(kw_only=True, slots=False)
class ClassFilter(Record):
    """Records of certain classes, with or without the classes below."""

    list_ids: Annotated[tuple[str, ...], Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, Text("FullNameWithChildren")] = None


@attrs.frozen(kw_only=True, slots=False)
class ListQuery(Record):
    """What every list can be asked by: ids, full names, or filters; the rows of a list's own filters come after."""

    list_ids: Annotated[tuple[str, ...], Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], Text("FullName")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    active_status: Annotated[ActiveStatus | str | None, Choice("ActiveStatus", ActiveStatus)] = None
    from_modified_date: Annotated[Moment | None, When("FromModifiedDate")] = None
    to_modified_date: Annotated[Moment | None, When("ToModifiedDate")] = None
    name_filter: Annotated[NameFilter | None, Block("NameFilter")] = None
    name_range_filter: Annotated[NameRangeFilter | None, Block("NameRangeFilter")] = None


class SpecialItemType(StrEnum):
    """Items that QuickBooks made for its own use."""

    FINANCE_CHARGE = "FinanceCharge"
    REIMBURSABLE_EXPENSE_GROUP = "ReimbursableExpenseGroup"
    REIMBURSABLE_EXPENSE_SUBTOTAL = "ReimbursableExpenseSubtotal"


@record(shapes=ADD | MOD)
@attrs.frozen(kw_only=True, slots=False)
class BarCode(Record):
    """A bar code to assign to an item."""

    bar_code_value: Annotated[str | None, Text("BarCodeValue", 50)] = None
    assign_even_if_used: Annotated[bool | None, YesNo("AssignEvenIfUsed")] = None
    allow_override: Annotated[bool | None, YesNo("AllowOverride")] = None
