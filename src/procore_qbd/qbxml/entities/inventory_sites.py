"""Inventory sites: where stock is kept, site by site and within a site place by place."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import CA, UK, US, ActiveStatus, AddressBlock, NameFilter, NameRangeFilter
from procore_qbd.qbxml.records import Block, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import ADD, MOD, QUERY, RET, Choice, Id, Moment, Text, When, YesNo

__all__ = ["InventorySite", "InventorySiteQuery", "SiteAddress"]


@record()
@attrs.frozen(kw_only=True, slots=False)
class SiteAddress(Record):
    """The address of a site: a postal address without a note."""

    addr1: Annotated[str | None, Text("Addr1", 41)] = None
    addr2: Annotated[str | None, Text("Addr2", 41)] = None
    addr3: Annotated[str | None, Text("Addr3", 41)] = None
    addr4: Annotated[str | None, Text("Addr4", 41)] = None
    addr5: Annotated[str | None, Text("Addr5", 41)] = None
    city: Annotated[str | None, Text("City", 31)] = None
    state: Annotated[str | None, Text("State", 21)] = None
    postal_code: Annotated[str | None, Text("PostalCode", 13)] = None
    country: Annotated[str | None, Text("Country", 31)] = None


@record("InventorySite", shapes=ADD | MOD | RET, since="10.0", editions=US | CA | UK)
@attrs.frozen(kw_only=True, slots=False)
class InventorySite(Record):
    """A warehouse, a truck; or with a ``parent_site_ref`` a place in one, a shelf for instance."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    parent_site_ref: Annotated[Ref | None, Reference("ParentSiteRef", 31, since="12.0", to=("InventorySite",))] = None
    is_default_site: Annotated[bool | None, YesNo("IsDefaultSite", shapes=RET)] = None
    site_desc: Annotated[str | None, Text("SiteDesc", 100)] = None
    contact: Annotated[str | None, Text("Contact", 41)] = None
    phone: Annotated[str | None, Text("Phone", 21)] = None
    fax: Annotated[str | None, Text("Fax", 21)] = None
    email: Annotated[str | None, Text("Email", 1023)] = None
    site_address: Annotated[SiteAddress | None, Block("SiteAddress")] = None
    site_address_block: Annotated[AddressBlock | None, Block("SiteAddressBlock", shapes=RET)] = None


@record(
    "InventorySiteQuery",
    shapes=QUERY,
    choices=(
        OneOf.of("list_ids", "full_names", ("active_status", "from_modified_date", "to_modified_date", "name_filter", "name_range_filter")),
        OneOf.of("name_filter", "name_range_filter"),
    ),
    meta_data=True,
    since="10.0",
    editions=US | CA | UK,
)
@attrs.frozen(kw_only=True, slots=False)
class InventorySiteQuery(Record):
    """Sites by id, by name, or by filters; always all of them."""

    list_ids: Annotated[tuple[str, ...], Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], Text("FullName")] = ()
    active_status: Annotated[ActiveStatus | str | None, Choice("ActiveStatus", ActiveStatus)] = None
    from_modified_date: Annotated[Moment | None, When("FromModifiedDate")] = None
    to_modified_date: Annotated[Moment | None, When("ToModifiedDate")] = None
    name_filter: Annotated[NameFilter | None, Block("NameFilter")] = None
    name_range_filter: Annotated[NameRangeFilter | None, Block("NameRangeFilter")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50)] = ()
