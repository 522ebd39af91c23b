"""Vendors and their types."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import (
    AU,
    CA,
    UK,
    US,
    AdditionalContact,
    AdditionalNote,
    Address,
    AddressBlock,
    ClassFilter,
    Contact,
    CurrencyFilter,
    CustomField,
    ListQuery,
    SalesTaxCountry,
    TotalBalanceFilter,
    list_choices,
)
from procore_qbd.qbxml.records import Block, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    ONLINE,
    QUERY,
    RET,
    Amount,
    Choice,
    Day,
    Guid,
    Id,
    Integer,
    Moment,
    Text,
    When,
    YesNo,
)

__all__ = [
    "ReportingPeriod",
    "Vendor",
    "VendorQuery",
    "VendorType",
    "VendorTypeQuery",
]


class ReportingPeriod(StrEnum):
    """How often sales tax is reported."""

    MONTHLY = "Monthly"
    QUARTERLY = "Quarterly"


_MOD_3 = {MOD: "3.0"}


@record("Vendor", shapes=ADD | MOD | RET)
@attrs.frozen(kw_only=True, slots=False)
class Vendor(Record):
    """A supplier or subcontractor; rows stand in the order QuickBooks wants.

    Its name shares one name space with customers, employees and other names.
    """

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 41, required=ADD, colon=False)] = None
    is_active: Annotated[bool | None, YesNo("IsActive", later=_MOD_3)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159, since="12.0")] = None
    is_tax_agency: Annotated[bool | None, YesNo("IsTaxAgency", shapes=RET, since="6.0", editions=CA | UK | AU)] = None
    company_name: Annotated[str | None, Text("CompanyName", 41)] = None
    salutation: Annotated[str | None, Text("Salutation", 15)] = None
    first_name: Annotated[str | None, Text("FirstName", 25)] = None
    middle_name: Annotated[str | None, Text("MiddleName", 5)] = None
    last_name: Annotated[str | None, Text("LastName", 25)] = None
    suffix: Annotated[str | None, Text("Suffix", editions=ONLINE)] = None
    job_title: Annotated[str | None, Text("JobTitle", 41, since="12.0")] = None
    vendor_address: Annotated[Address | None, Block("VendorAddress")] = None
    vendor_address_block: Annotated[AddressBlock | None, Block("VendorAddressBlock", shapes=RET, since="6.0")] = None
    ship_address: Annotated[Address | None, Block("ShipAddress", since="11.0")] = None
    phone: Annotated[str | None, Text("Phone", 21)] = None
    mobile: Annotated[str | None, Text("Mobile", 21, editions=ONLINE)] = None
    pager: Annotated[str | None, Text("Pager", 21, editions=ONLINE)] = None
    alt_phone: Annotated[str | None, Text("AltPhone", 21)] = None
    fax: Annotated[str | None, Text("Fax", 21)] = None
    email: Annotated[str | None, Text("Email", 1023, before={"5.0": {"max": 99}})] = None
    cc: Annotated[str | None, Text("Cc", 1023, since="12.0")] = None
    contact: Annotated[str | None, Text("Contact", 41)] = None
    alt_contact: Annotated[str | None, Text("AltContact", 41)] = None
    additional_contacts: Annotated[tuple[AdditionalContact, ...], Block("AdditionalContactRef", since="12.0", at_most=8)] = ()
    contacts: Annotated[tuple[Contact, ...], Block("Contacts", since="12.0", suffix={MOD: "Mod", RET: "Ret"})] = ()
    name_on_check: Annotated[str | None, Text("NameOnCheck", 41)] = None
    account_number: Annotated[str | None, Text("AccountNumber", 99)] = None
    notes: Annotated[str | None, Text("Notes", 4095, since="3.0")] = None
    additional_notes: Annotated[tuple[AdditionalNote, ...], Block("AdditionalNotes", since="12.0", suffix={MOD: "Mod", RET: "Ret"})] = ()
    vendor_type_ref: Annotated[Ref | None, Reference("VendorTypeRef", 159, later=_MOD_3)] = None
    terms_ref: Annotated[Ref | None, Reference("TermsRef", 31, later=_MOD_3, to=("StandardTerms", "DateDrivenTerms"))] = None
    credit_limit: Annotated[Decimal | None, Amount("CreditLimit", later=_MOD_3)] = None
    vendor_tax_ident: Annotated[str | None, Text("VendorTaxIdent", 15, later=_MOD_3)] = None
    is_vendor_eligible_for_1099: Annotated[bool | None, YesNo("IsVendorEligibleFor1099", later=_MOD_3, editions=US | AU)] = None
    balance: Annotated[Decimal | None, Amount("Balance", shapes=RET)] = None
    open_balance: Annotated[Decimal | None, Amount("OpenBalance", shapes=ADD)] = None
    open_balance_date: Annotated[dt.date | None, Day("OpenBalanceDate", shapes=ADD)] = None
    billing_rate_ref: Annotated[Ref | None, Reference("BillingRateRef", 31, since="6.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, since="8.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    sales_tax_country: Annotated[SalesTaxCountry | str | None, Choice("SalesTaxCountry", SalesTaxCountry, since="8.0", editions=CA | UK | AU)] = None
    is_sales_tax_agency: Annotated[bool | None, YesNo("IsSalesTaxAgency", since="8.0", editions=CA | UK | AU)] = None
    sales_tax_return_ref: Annotated[Ref | None, Reference("SalesTaxReturnRef", 41, since="8.0", editions=CA | UK | AU)] = None
    tax_registration_number: Annotated[str | None, Text("TaxRegistrationNumber", 30, since="8.0", editions=CA | UK | AU)] = None
    reporting_period: Annotated[ReportingPeriod | str | None, Choice("ReportingPeriod", ReportingPeriod, since="8.0", editions=CA | UK | AU)] = None
    is_tax_tracked_on_purchases: Annotated[bool | None, YesNo("IsTaxTrackedOnPurchases", since="8.0", editions=CA | UK | AU)] = None
    tax_on_purchases_account_ref: Annotated[Ref | None, Reference("TaxOnPurchasesAccountRef", 159, since="8.0", editions=CA | UK | AU, to=("Account",))] = None
    is_tax_tracked_on_sales: Annotated[bool | None, YesNo("IsTaxTrackedOnSales", since="8.0", editions=CA | UK | AU)] = None
    tax_on_sales_account_ref: Annotated[Ref | None, Reference("TaxOnSalesAccountRef", 159, since="8.0", editions=CA | UK | AU, to=("Account",))] = None
    is_tax_on_tax: Annotated[bool | None, YesNo("IsTaxOnTax", since="8.0", editions=CA | UK | AU)] = None
    prefill_account_refs: Annotated[tuple[Ref, ...], Reference("PrefillAccountRef", 159, since="8.0", at_most=3, to=("Account",))] = ()
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record(
    "VendorQuery",
    shapes=QUERY,
    choices=list_choices("total_balance_filter", "currency_filter", "class_filter"),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class VendorQuery(ListQuery):
    """Vendors by id, by name, or by filters."""

    total_balance_filter: Annotated[TotalBalanceFilter | None, Block("TotalBalanceFilter")] = None
    currency_filter: Annotated[CurrencyFilter | None, Block("CurrencyFilter", since="8.0")] = None
    class_filter: Annotated[ClassFilter | None, Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()


@record("VendorType", shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class VendorType(Record):
    """A kind of vendor, ``Subcontractors`` for instance; it cannot be modified through qbXML."""

    list_id: Annotated[str | None, Id("ListID", shapes=RET)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=RET)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD, colon=False)] = None
    full_name: Annotated[str | None, Text("FullName", 159, shapes=RET)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    parent_ref: Annotated[Ref | None, Reference("ParentRef", to=("VendorType",))] = None
    sublevel: Annotated[int | None, Integer("Sublevel", shapes=RET)] = None


@record(
    "VendorTypeQuery",
    shapes=QUERY,
    choices=list_choices(),
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class VendorTypeQuery(ListQuery):
    """Vendor types by id, by name, or by filters."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
