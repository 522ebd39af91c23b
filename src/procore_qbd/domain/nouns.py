"""What Procore calls things: vendors, projects and cost codes, as an ERP request carries them.

Field names are Procore's own (``state_code``, ``zip``, ``full_code``), so that an integrator finds them in Procore's
documentation. Only what has a meaning for accounting is kept; the wire has more, and it may grow.
"""

from __future__ import annotations

import attrs

__all__ = ["CostCode", "LineItemType", "Project", "StandardCostCode", "SyncedItem", "VendorCompany"]


@attrs.frozen(kw_only=True)
class VendorCompany:
    """A company of Procore's company directory; in QuickBooks it becomes a vendor.

    Attributes:
        id: Procore's id.
        name: The company's name; QuickBooks takes 41 characters and no colon.
        address: Street, possibly of several lines.
        vendor_type_origin_id: ListID of the QuickBooks vendor type that the accounting approver picked.
        origin_id: ListID of the QuickBooks vendor when the company is synced already.
        origin_code: The ERP id that the approver typed, shown in Procore.
    """

    id: int
    name: str
    address: str | None = None
    city: str | None = None
    state_code: str | None = None
    zip: str | None = None
    country_code: str | None = None
    business_phone: str | None = None
    fax_number: str | None = None
    email_address: str | None = None
    is_active: bool = True
    vendor_type_origin_id: str | None = None
    origin_id: str | None = None
    origin_code: str | None = None
    origin_data: str | None = None


@attrs.frozen(kw_only=True)
class StandardCostCode:
    """A code of the company's ERP standard cost code list; in QuickBooks it becomes a service item.

    Attributes:
        code: The last part of the code (``'100'``); the item's name under its parent.
        full_code: The code with its divisions (``'01-100'``); the item's name where items are kept flat.
        name: What the code means; the description on purchases and sales.
        parent_id: Procore's id of the division, or None at the top.
        parent_origin_id: ListID of the division's item, None while it is not exported.
        income_account_origin_id: ListID of the account the approver picked for income.
        expense_account_origin_id: ListID of the account the approver picked for cost.
    """

    id: int
    code: str
    full_code: str
    name: str
    standard_cost_code_list_id: int | None = None
    parent_id: int | None = None
    parent_origin_id: str | None = None
    income_account_origin_id: str | None = None
    expense_account_origin_id: str | None = None
    origin_id: str | None = None
    origin_data: str | None = None


@attrs.frozen(kw_only=True)
class LineItemType:
    """A cost type on a cost code. QuickBooks Desktop has none: Procore shows the placeholder "Other"."""

    id: int
    name: str
    code: str | None = None
    origin_id: str | None = None


@attrs.frozen(kw_only=True)
class CostCode:
    """A cost code on one project; in QuickBooks it is the pair of the job and the service item.

    Attributes:
        standard_cost_code_id: Procore's id of the standard cost code it was made from, where the payload says so.
        standard_cost_code_origin_id: ListID of the service item, None while the standard code is not exported.
        origin_id: ``'<job ListID>|<item ListID>'`` when synced already.
        line_item_types: The cost types assigned to this code on this project.
    """

    id: int
    code: str
    full_code: str
    name: str
    standard_cost_code_id: int | None = None
    standard_cost_code_origin_id: str | None = None
    line_item_types: tuple[LineItemType, ...] = ()
    origin_id: str | None = None
    origin_data: str | None = None


@attrs.frozen(kw_only=True)
class Project:
    """A project; in QuickBooks it becomes a job: a customer, or a job under one.

    Attributes:
        name: QuickBooks takes 41 characters, spaces counted, and no colon.
        address: Street; Procore's QuickBooks connector does not allow a comma in a project's address.
        origin_id: ListID of the QuickBooks job when the project is synced already.
        origin_code: The code the approver typed at export.
    """

    id: int
    name: str
    address: str | None = None
    city: str | None = None
    state_code: str | None = None
    zip: str | None = None
    active: bool = True
    origin_id: str | None = None
    origin_code: str | None = None
    origin_data: str | None = None


@attrs.frozen(kw_only=True)
class SyncedItem:
    """An item as Procore names it where it is to be unlinked, reset or deleted: nothing but what it is.

    Attributes:
        origin_id: What it is in QuickBooks, as far as Procore says.
        name: Its name, or its code with the divisions.
        request_detail_id: Its own request detail, None where Procore named none.
    """

    id: int
    origin_id: str | None = None
    name: str | None = None
    request_detail_id: int | None = None
