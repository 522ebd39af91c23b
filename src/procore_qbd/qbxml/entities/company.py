"""The QuickBooks that answers, the company whose books it keeps, and what was done to its file."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import (
    Address,
    AddressBlock,
    CustomField,
)

__all__ = [
    "AccountantCopy",
    "Capacity",
    "Company",
    "CompanyActivity",
    "CompanyActivityQuery",
    "CompanyQuery",
    "FileMode",
    "Host",
    "HostQuery",
    "IncludeListMetaData",
    "ListMetaData",
    "Month",
    "ServiceStatus",
    "SubscribedService",
    "SubscribedServices",
    "TaxForm",
]


class FileMode(StrEnum):
    """Whether one person or several may work in the company file."""

    MULTI_USER = "MultiUser"
    SINGLE_USER = "SingleUser"


class Month(StrEnum):
    """A month."""

    JANUARY = "January"
    FEBRUARY = "February"
    MARCH = "March"
    APRIL = "April"
    MAY = "May"
    JUNE = "June"
    JULY = "July"
    AUGUST = "August"
    SEPTEMBER = "September"
    OCTOBER = "October"
    NOVEMBER = "November"
    DECEMBER = "December"


class TaxForm(StrEnum):
    """The income tax form of the company."""

    FORM1040 = "Form1040"
    FORM1065 = "Form1065"
    FORM1120 = "Form1120"
    FORM1120_S = "Form1120S"
    FORM990 = "Form990"
    FORM990_PF = "Form990PF"
    FORM990_T = "Form990T"
    OTHER_OR_NONE = "OtherOrNone"


class ServiceStatus(StrEnum):
    """How a subscription stands."""

    ACTIVE = "Active"
    EXPIRED = "Expired"
    NEVER = "Never"
    PENDING = "Pending"
    SUSPENDED = "Suspended"
    TERMINATED = "Terminated"
    TRIAL = "Trial"


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class Capacity(q.Record):
    """How many records a list can hold."""

    max_capacity: Annotated[int | None, q.Integer("MaxCapacity")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class ListMetaData(q.Record):
    """The capacity of each list; names, that is customers, vendors, employees and others, count as one: Entity."""

    account_meta_data: Annotated[Capacity | None, q.Block("AccountMetaData")] = None
    billing_rate_meta_data: Annotated[Capacity | None, q.Block("BillingRateMetaData")] = None
    class_meta_data: Annotated[Capacity | None, q.Block("ClassMetaData")] = None
    customer_msg_meta_data: Annotated[Capacity | None, q.Block("CustomerMsgMetaData")] = None
    customer_type_meta_data: Annotated[Capacity | None, q.Block("CustomerTypeMetaData")] = None
    entity_meta_data: Annotated[Capacity | None, q.Block("EntityMetaData")] = None
    item_meta_data: Annotated[Capacity | None, q.Block("ItemMetaData")] = None
    job_type_meta_data: Annotated[Capacity | None, q.Block("JobTypeMetaData")] = None
    payment_method_meta_data: Annotated[Capacity | None, q.Block("PaymentMethodMetaData")] = None
    payroll_item_meta_data: Annotated[Capacity | None, q.Block("PayrollItemMetaData")] = None
    price_level_meta_data: Annotated[Capacity | None, q.Block("PriceLevelMetaData")] = None
    sales_rep_meta_data: Annotated[Capacity | None, q.Block("SalesRepMetaData")] = None
    sales_tax_code_meta_data: Annotated[Capacity | None, q.Block("SalesTaxCodeMetaData")] = None
    ship_method_meta_data: Annotated[Capacity | None, q.Block("ShipMethodMetaData")] = None
    template_meta_data: Annotated[Capacity | None, q.Block("TemplateMetaData")] = None
    terms_meta_data: Annotated[Capacity | None, q.Block("TermsMetaData")] = None
    to_do_meta_data: Annotated[Capacity | None, q.Block("ToDoMetaData")] = None
    vehicle_meta_data: Annotated[Capacity | None, q.Block("VehicleMetaData")] = None
    vendor_type_meta_data: Annotated[Capacity | None, q.Block("VendorTypeMetaData")] = None


@q.record("Host", shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class Host(q.Record):
    """The QuickBooks that answers: product, release, country, and the versions of qbXML that it reads."""

    product_name: Annotated[str | None, q.Text("ProductName", 255)] = None
    major_version: Annotated[str | None, q.Text("MajorVersion", 5)] = None
    minor_version: Annotated[str | None, q.Text("MinorVersion", 5)] = None
    country: Annotated[str | None, q.Text("Country", 2, since="3.0")] = None
    supported_qbxml_versions: Annotated[tuple[str, ...], q.Text("SupportedQBXMLVersion", 10)] = ()
    is_automatic_login: Annotated[bool | None, q.YesNo("IsAutomaticLogin", since="3.0")] = None
    qb_file_mode: Annotated[FileMode | str | None, q.Choice("QBFileMode", FileMode, since="3.0")] = None
    list_meta_data: Annotated[ListMetaData | None, q.Block("ListMetaData", since="6.0")] = None


@q.record(shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class IncludeListMetaData(q.Record):
    """Asks for the capacity of the lists."""

    include_max_capacity: Annotated[bool | None, q.YesNo("IncludeMaxCapacity", required=q.QUERY)] = None


@q.record("HostQuery", shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class HostQuery(q.Record):
    """Which QuickBooks is this?"""

    include_list_meta_data: Annotated[IncludeListMetaData | None, q.Block("IncludeListMetaData", since="6.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class SubscribedService(q.Record):
    """A service of Intuit's that the company subscribed to."""

    name: Annotated[str | None, q.Text("Name", 50)] = None
    domain: Annotated[str | None, q.Text("Domain", 50)] = None
    service_status: Annotated[ServiceStatus | str | None, q.Choice("ServiceStatus", ServiceStatus)] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class SubscribedServices(q.Record):
    """The services that the company subscribed to."""

    services: Annotated[tuple[SubscribedService, ...], q.Block("Service")] = ()


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class AccountantCopy(q.Record):
    """Whether an accountant's copy is out, and the date before which nothing may be changed meanwhile."""

    accountant_copy_exists: Annotated[bool | None, q.YesNo("AccountantCopyExists")] = None
    dividing_date: Annotated[dt.date | None, q.Day("DividingDate")] = None


@q.record("Company", shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class Company(q.Record):
    """The company whose books these are."""

    is_sample_company: Annotated[bool | None, q.YesNo("IsSampleCompany", since="3.0")] = None
    company_name: Annotated[str | None, q.Text("CompanyName", 59)] = None
    legal_company_name: Annotated[str | None, q.Text("LegalCompanyName", 59)] = None
    address: Annotated[Address | None, q.Block("Address")] = None
    address_block: Annotated[AddressBlock | None, q.Block("AddressBlock", since="6.0")] = None
    legal_address: Annotated[Address | None, q.Block("LegalAddress")] = None
    company_address_for_customer: Annotated[Address | None, q.Block("CompanyAddressForCustomer")] = None
    company_address_block_for_customer: Annotated[AddressBlock | None, q.Block("CompanyAddressBlockForCustomer", since="6.0")] = None
    phone: Annotated[str | None, q.Text("Phone", 51)] = None
    fax: Annotated[str | None, q.Text("Fax", 51)] = None
    email: Annotated[str | None, q.Text("Email", 1023, before={"5.0": {"max": 99}})] = None
    company_email_for_customer: Annotated[str | None, q.Text("CompanyEmailForCustomer", editions=q.ONLINE)] = None
    company_web_site: Annotated[str | None, q.Text("CompanyWebSite", 128)] = None
    first_month_fiscal_year: Annotated[Month | str | None, q.Choice("FirstMonthFiscalYear", Month)] = None
    first_month_income_tax_year: Annotated[Month | str | None, q.Choice("FirstMonthIncomeTaxYear", Month)] = None
    company_type: Annotated[str | None, q.Text("CompanyType", 255)] = None
    ein: Annotated[str | None, q.Text("EIN", 20, since="2.0")] = attrs.field(default=None, repr=False)
    ssn: Annotated[str | None, q.Text("SSN", 11, since="2.1")] = attrs.field(default=None, repr=False)
    tax_form: Annotated[TaxForm | str | None, q.Choice("TaxForm", TaxForm, since="2.1")] = None
    subscribed_services: Annotated[SubscribedServices | None, q.Block("SubscribedServices", since="7.0")] = None
    accountant_copy: Annotated[AccountantCopy | None, q.Block("AccountantCopy", since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("CompanyQuery", shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class CompanyQuery(q.Record):
    """Whose books are these?"""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record("CompanyActivity", shapes=q.RET, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class CompanyActivity(q.Record):
    """When the company file was last restored from a backup, and last condensed: either may undo what one remembers."""

    last_restore_time: Annotated[q.Moment | None, q.When("LastRestoreTime")] = None
    last_condense_time: Annotated[q.Moment | None, q.When("LastCondenseTime", since="3.0")] = None


@q.record("CompanyActivityQuery", shapes=q.QUERY, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class CompanyActivityQuery(q.Record):
    """What was done to the company file?"""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
