"""Inventory sites: where stock is kept, site by site and within a site place by place."""

from __future__ import annotations

from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import CA, UK, US, ActiveStatus, AddressBlock, NameFilter, NameRangeFilter

__all__ = ["InventorySite", "InventorySiteQuery", "SiteAddress"]


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class SiteAddress(q.Record):
    """The address of a site: a postal address without a note."""

    addr1: Annotated[str | None, q.Text("Addr1", 41)] = None
    addr2: Annotated[str | None, q.Text("Addr2", 41)] = None
    addr3: Annotated[str | None, q.Text("Addr3", 41)] = None
    addr4: Annotated[str | None, q.Text("Addr4", 41)] = None
    addr5: Annotated[str | None, q.Text("Addr5", 41)] = None
    city: Annotated[str | None, q.Text("City", 31)] = None
    state: Annotated[str | None, q.Text("State", 21)] = None
    postal_code: Annotated[str | None, q.Text("PostalCode", 13)] = None
    country: Annotated[str | None, q.Text("Country", 31)] = None


@q.record("InventorySite", shapes=q.ADD | q.MOD | q.RET, since="10.0", editions=US | CA | UK)
@attrs.frozen(kw_only=True, slots=False)
class InventorySite(q.Record):
    """A warehouse, a truck; or with a ``parent_site_ref`` a place in one, a shelf for instance."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    parent_site_ref: Annotated[q.Ref | None, q.Reference("ParentSiteRef", 31, since="12.0", to=("InventorySite",))] = None
    is_default_site: Annotated[bool | None, q.YesNo("IsDefaultSite", shapes=q.RET)] = None
    site_desc: Annotated[str | None, q.Text("SiteDesc", 100)] = None
    contact: Annotated[str | None, q.Text("Contact", 41)] = None
    phone: Annotated[str | None, q.Text("Phone", 21)] = None
    fax: Annotated[str | None, q.Text("Fax", 21)] = None
    email: Annotated[str | None, q.Text("Email", 1023)] = None
    site_address: Annotated[SiteAddress | None, q.Block("SiteAddress")] = None
    site_address_block: Annotated[AddressBlock | None, q.Block("SiteAddressBlock", shapes=q.RET)] = None


@q.record(
    "InventorySiteQuery",
    shapes=q.QUERY,
    choices=(
        q.OneOf.of("list_ids", "full_names", ("active_status", "from_modified_date", "to_modified_date", "name_filter", "name_range_filter")),
        q.OneOf.of("name_filter", "name_range_filter"),
    ),
    meta_data=True,
    since="10.0",
    editions=US | CA | UK,
)
@attrs.frozen(kw_only=True, slots=False)
class InventorySiteQuery(q.Record):
    """Sites by id, by name, or by filters; always all of them."""

    list_ids: Annotated[tuple[str, ...], q.Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName")] = ()
    active_status: Annotated[ActiveStatus | str | None, q.Choice("ActiveStatus", ActiveStatus)] = None
    from_modified_date: Annotated[q.Moment | None, q.When("FromModifiedDate")] = None
    to_modified_date: Annotated[q.Moment | None, q.When("ToModifiedDate")] = None
    name_filter: Annotated[NameFilter | None, q.Block("NameFilter")] = None
    name_range_filter: Annotated[NameRangeFilter | None, q.Block("NameRangeFilter")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50)] = ()
