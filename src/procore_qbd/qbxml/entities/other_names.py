"""Names that are neither customer nor vendor nor employee, and the query for names of all four kinds."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import Address, AddressBlock, CustomField, ListQuery, list_choices
from procore_qbd.qbxml.records import Block, Record, record
from procore_qbd.qbxml.values import ADD, MOD, QUERY, RET, Guid, Id, Moment, Text, When, YesNo

__all__ = ["EntityQuery", "OtherName", "OtherNameQuery"]


@record("OtherName", shapes=ADD | MOD | RET)
@attrs.frozen(kw_only=True, slots=False)
class OtherName(Record):
    """Somebody who is paid or pays without being customer, vendor or employee: an owner, a landlord.

    Its name shares one name space with those three.
    """

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 41, required=ADD, colon=False)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    company_name: Annotated[str | None, Text("CompanyName", 41)] = None
    salutation: Annotated[str | None, Text("Salutation", 15)] = None
    first_name: Annotated[str | None, Text("FirstName", 25)] = None
    middle_name: Annotated[str | None, Text("MiddleName", 5)] = None
    last_name: Annotated[str | None, Text("LastName", 25)] = None
    other_name_address: Annotated[Address | None, Block("OtherNameAddress")] = None
    other_name_address_block: Annotated[AddressBlock | None, Block("OtherNameAddressBlock", shapes=RET, since="6.0")] = None
    phone: Annotated[str | None, Text("Phone", 21)] = None
    alt_phone: Annotated[str | None, Text("AltPhone", 21)] = None
    fax: Annotated[str | None, Text("Fax", 21)] = None
    email: Annotated[str | None, Text("Email", 1023, before={"5.0": {"max": 99}})] = None
    contact: Annotated[str | None, Text("Contact", 41)] = None
    alt_contact: Annotated[str | None, Text("AltContact", 41)] = None
    account_number: Annotated[str | None, Text("AccountNumber", 99)] = None
    notes: Annotated[str | None, Text("Notes", 4095, since="3.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("OtherNameQuery", shapes=QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class OtherNameQuery(ListQuery):
    """Other names by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record(
    "EntityQuery",
    shapes=QUERY,
    choices=list_choices(),
    iterator=True,
    meta_data=True,
    answers=("Customer", "Employee", "OtherName", "Vendor"),
)
@attrs.frozen(kw_only=True, slots=False)
class EntityQuery(ListQuery):
    """Customers, employees, other names and vendors at once, by id, by full name, or by filters."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
