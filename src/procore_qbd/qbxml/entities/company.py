"""The QuickBooks that answers, the company whose books it keeps, and what was done to its file."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import (
    Address,
    AddressBlock,
    CustomField,
)
from procore_qbd.qbxml.records import Block, Record, record
from procore_qbd.qbxml.values import (
    ONLINE,
    QUERY,
    RET,
    Choice,
    Day,
    Guid,
    Integer,
    Moment,
    Text,
    When,
    YesNo,
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


@record(shapes=RET)
@attrs.frozen(kw_only=True, slots=False)
class Capacity(Record):
    """How many records a list can hold."""

    max_capacity: Annotated[int | None, Integer("MaxCapacity")] = None


@record(shapes=RET)
@attrs.frozen(kw_only=True, slots=False)
class ListMetaData(Record):
    """The capacity of each list; names, that is customers, vendors, employees and others, count as one: Entity."""

    account_meta_data: Annotated[Capacity | None, Block("AccountMetaData")] = None
    billing_rate_meta_data: Annotated[Capacity | None, Block("BillingRateMetaData")] = None
    class_meta_data: Annotated[Capacity | None, Block("ClassMetaData")] = None
    customer_msg_meta_data: Annotated[Capacity | None, Block("CustomerMsgMetaData")] = None
    customer_type_meta_data: Annotated[Capacity | None, Block("CustomerTypeMetaData")] = None
    entity_meta_data: Annotated[Capacity | None, Block("EntityMetaData")] = None
    item_meta_data: Annotated[Capacity | None, Block("ItemMetaData")] = None
    job_type_meta_data: Annotated[Capacity | None, Block("JobTypeMetaData")] = None
    payment_method_meta_data: Annotated[Capacity | None, Block("PaymentMethodMetaData")] = None
    payroll_item_meta_data: Annotated[Capacity | None, Block("PayrollItemMetaData")] = None
    price_level_meta_data: Annotated[Capacity | None, Block("PriceLevelMetaData")] = None
    sales_rep_meta_data: Annotated[Capacity | None, Block("SalesRepMetaData")] = None
    sales_tax_code_meta_data: Annotated[Capacity | None, Block("SalesTaxCodeMetaData")] = None
    ship_method_meta_data: Annotated[Capacity | None, Block("ShipMethodMetaData")] = None
    template_meta_data: Annotated[Capacity | None, Block("TemplateMetaData")] = None
    terms_meta_data: Annotated[Capacity | None, Block("TermsMetaData")] = None
    to_do_meta_data: Annotated[Capacity | None, Block("ToDoMetaData")] = None
    vehicle_meta_data: Annotated[Capacity | None, Block("VehicleMetaData")] = None
    vendor_type_meta_data: Annotated[Capacity | None, Block("VendorTypeMetaData")] = None


@record("Host", shapes=RET)
@attrs.frozen(kw_only=True, slots=False)
class Host(Record):
    """The QuickBooks that answers: product, release, country, and the versions of qbXML that it reads."""

    product_name: Annotated[str | None, Text("ProductName", 255)] = None
    major_version: Annotated[str | None, Text("MajorVersion", 5)] = None
    minor_version: Annotated[str | None, Text("MinorVersion", 5)] = None
    country: Annotated[str | None, Text("Country", 2, since="3.0")] = None
    supported_qbxml_versions: Annotated[tuple[str, ...], Text("SupportedQBXMLVersion", 10)] = ()
    is_automatic_login: Annotated[bool | None, YesNo("IsAutomaticLogin", since="3.0")] = None
    qb_file_mode: Annotated[FileMode | str | None, Choice("QBFileMode", FileMode, since="3.0")] = None
    list_meta_data: Annotated[ListMetaData | None, Block("ListMetaData", since="6.0")] = None


@record(shapes=QUERY)
@attrs.frozen(kw_only=True, slots=False)
class IncludeListMetaData(Record):
    """Asks for the capacity of the lists."""

    include_max_capacity: Annotated[bool | None, YesNo("IncludeMaxCapacity", required=QUERY)] = None


@record("HostQuery", shapes=QUERY)
@attrs.frozen(kw_only=True, slots=False)
class HostQuery(Record):
    """Which QuickBooks is this?"""

    include_list_meta_data: Annotated[IncludeListMetaData | None, Block("IncludeListMetaData", since="6.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()


@record(shapes=RET)
@attrs.frozen(kw_only=True, slots=False)
class SubscribedService(Record):
    """A service of Intuit's that the company subscribed to."""

    name: Annotated[str | None, Text("Name", 50)] = None
    domain: Annotated[str | None, Text("Domain", 50)] = None
    service_status: Annotated[ServiceStatus | str | None, Choice("ServiceStatus", ServiceStatus)] = None


@record(shapes=RET)
@attrs.frozen(kw_only=True, slots=False)
class SubscribedServices(Record):
    """The services that the company subscribed to."""

    services: Annotated[tuple[SubscribedService, ...], Block("Service")] = ()


@record(shapes=RET)
@attrs.frozen(kw_only=True, slots=False)
class AccountantCopy(Record):
    """Whether an accountant's copy is out, and the date before which nothing may be changed meanwhile."""

    accountant_copy_exists: Annotated[bool | None, YesNo("AccountantCopyExists")] = None
    dividing_date: Annotated[dt.date | None, Day("DividingDate")] = None


@record("Company", shapes=RET)
@attrs.frozen(kw_only=True, slots=False)
class Company(Record):
    """The company whose books these are."""

    is_sample_company: Annotated[bool | None, YesNo("IsSampleCompany", since="3.0")] = None
    company_name: Annotated[str | None, Text("CompanyName", 59)] = None
    legal_company_name: Annotated[str | None, Text("LegalCompanyName", 59)] = None
    address: Annotated[Address | None, Block("Address")] = None
    address_block: Annotated[AddressBlock | None, Block("AddressBlock", since="6.0")] = None
    legal_address: Annotated[Address | None, Block("LegalAddress")] = None
    company_address_for_customer: Annotated[Address | None, Block("CompanyAddressForCustomer")] = None
    company_address_block_for_customer: Annotated[AddressBlock | None, Block("CompanyAddressBlockForCustomer", since="6.0")] = None
    phone: Annotated[str | None, Text("Phone", 51)] = None
    fax: Annotated[str | None, Text("Fax", 51)] = None
    email: Annotated[str | None, Text("Email", 1023, before={"5.0": {"max": 99}})] = None
    company_email_for_customer: Annotated[str | None, Text("CompanyEmailForCustomer", editions=ONLINE)] = None
    company_web_site: Annotated[str | None, Text("CompanyWebSite", 128)] = None
    first_month_fiscal_year: Annotated[Month | str | None, Choice("FirstMonthFiscalYear", Month)] = None
    first_month_income_tax_year: Annotated[Month | str | None, Choice("FirstMonthIncomeTaxYear", Month)] = None
    company_type: Annotated[str | None, Text("CompanyType", 255)] = None
    ein: Annotated[str | None, Text("EIN", 20, since="2.0")] = attrs.field(default=None, repr=False)
    ssn: Annotated[str | None, Text("SSN", 11, since="2.1")] = attrs.field(default=None, repr=False)
    tax_form: Annotated[TaxForm | str | None, Choice("TaxForm", TaxForm, since="2.1")] = None
    subscribed_services: Annotated[SubscribedServices | None, Block("SubscribedServices", since="7.0")] = None
    accountant_copy: Annotated[AccountantCopy | None, Block("AccountantCopy", since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", since="2.0", suffix={RET: "Ret"})] = ()


@record("CompanyQuery", shapes=QUERY)
@attrs.frozen(kw_only=True, slots=False)
class CompanyQuery(Record):
    """Whose books are these?"""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record("CompanyActivity", shapes=RET, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class CompanyActivity(Record):
    """When the company file was last restored from a backup, and last condensed: either may undo what one remembers."""

    last_restore_time: Annotated[Moment | None, When("LastRestoreTime")] = None
    last_condense_time: Annotated[Moment | None, When("LastCondenseTime", since="3.0")] = None


@record("CompanyActivityQuery", shapes=QUERY, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class CompanyActivityQuery(Record):
    """What was done to the company file?"""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
