"""Names that are neither customer nor vendor nor employee, and the query for names of all four kinds."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import Address, AddressBlock, CustomField, ListQuery, list_choices

__all__ = ["EntityQuery", "OtherName", "OtherNameQuery"]


@q.record("OtherName", shapes=q.ADD | q.MOD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class OtherName(q.Record):
    """Somebody who is paid or pays without being customer, vendor or employee: an owner, a landlord.

    Its name shares one name space with those three.
    """

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 41, required=q.ADD, colon=False)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    company_name: Annotated[str | None, q.Text("CompanyName", 41)] = None
    salutation: Annotated[str | None, q.Text("Salutation", 15)] = None
    first_name: Annotated[str | None, q.Text("FirstName", 25)] = None
    middle_name: Annotated[str | None, q.Text("MiddleName", 5)] = None
    last_name: Annotated[str | None, q.Text("LastName", 25)] = None
    other_name_address: Annotated[Address | None, q.Block("OtherNameAddress")] = None
    other_name_address_block: Annotated[AddressBlock | None, q.Block("OtherNameAddressBlock", shapes=q.RET, since="6.0")] = None
    phone: Annotated[str | None, q.Text("Phone", 21)] = None
    alt_phone: Annotated[str | None, q.Text("AltPhone", 21)] = None
    fax: Annotated[str | None, q.Text("Fax", 21)] = None
    email: Annotated[str | None, q.Text("Email", 1023, before={"5.0": {"max": 99}})] = None
    contact: Annotated[str | None, q.Text("Contact", 41)] = None
    alt_contact: Annotated[str | None, q.Text("AltContact", 41)] = None
    account_number: Annotated[str | None, q.Text("AccountNumber", 99)] = None
    notes: Annotated[str | None, q.Text("Notes", 4095, since="3.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("OtherNameQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class OtherNameQuery(ListQuery):
    """Other names by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record(
    "EntityQuery",
    shapes=q.QUERY,
    choices=list_choices(),
    iterator=True,
    meta_data=True,
    answers=("Customer", "Employee", "OtherName", "Vendor"),
)
@attrs.frozen(kw_only=True, slots=False)
class EntityQuery(ListQuery):
    """Customers, employees, other names and vendors at once, by id, by full name, or by filters."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
