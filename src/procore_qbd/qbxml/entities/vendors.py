"""Vendors and their types."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import (
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


_MOD_3 = {q.MOD: "3.0"}


@q.record("Vendor", shapes=q.ADD | q.MOD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class Vendor(q.Record):
    """A supplier or subcontractor; rows stand in the order QuickBooks wants.

    Its name shares one name space with customers, employees and other names.
    """

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 41, required=q.ADD, colon=False)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive", later=_MOD_3)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159, since="12.0")] = None
    is_tax_agency: Annotated[bool | None, q.YesNo("IsTaxAgency", shapes=q.RET, since="6.0", editions=CA | UK | AU)] = None
    company_name: Annotated[str | None, q.Text("CompanyName", 41)] = None
    salutation: Annotated[str | None, q.Text("Salutation", 15)] = None
    first_name: Annotated[str | None, q.Text("FirstName", 25)] = None
    middle_name: Annotated[str | None, q.Text("MiddleName", 5)] = None
    last_name: Annotated[str | None, q.Text("LastName", 25)] = None
    suffix: Annotated[str | None, q.Text("Suffix", editions=q.ONLINE)] = None
    job_title: Annotated[str | None, q.Text("JobTitle", 41, since="12.0")] = None
    vendor_address: Annotated[Address | None, q.Block("VendorAddress")] = None
    vendor_address_block: Annotated[AddressBlock | None, q.Block("VendorAddressBlock", shapes=q.RET, since="6.0")] = None
    ship_address: Annotated[Address | None, q.Block("ShipAddress", since="11.0")] = None
    phone: Annotated[str | None, q.Text("Phone", 21)] = None
    mobile: Annotated[str | None, q.Text("Mobile", 21, editions=q.ONLINE)] = None
    pager: Annotated[str | None, q.Text("Pager", 21, editions=q.ONLINE)] = None
    alt_phone: Annotated[str | None, q.Text("AltPhone", 21)] = None
    fax: Annotated[str | None, q.Text("Fax", 21)] = None
    email: Annotated[str | None, q.Text("Email", 1023, before={"5.0": {"max": 99}})] = None
    cc: Annotated[str | None, q.Text("Cc", 1023, since="12.0")] = None
    contact: Annotated[str | None, q.Text("Contact", 41)] = None
    alt_contact: Annotated[str | None, q.Text("AltContact", 41)] = None
    additional_contacts: Annotated[tuple[AdditionalContact, ...], q.Block("AdditionalContactRef", since="12.0", at_most=8)] = ()
    contacts: Annotated[tuple[Contact, ...], q.Block("Contacts", since="12.0", suffix={q.MOD: "Mod", q.RET: "Ret"})] = ()
    name_on_check: Annotated[str | None, q.Text("NameOnCheck", 41)] = None
    account_number: Annotated[str | None, q.Text("AccountNumber", 99)] = None
    notes: Annotated[str | None, q.Text("Notes", 4095, since="3.0")] = None
    additional_notes: Annotated[tuple[AdditionalNote, ...], q.Block("AdditionalNotes", since="12.0", suffix={q.MOD: "Mod", q.RET: "Ret"})] = ()
    vendor_type_ref: Annotated[q.Ref | None, q.Reference("VendorTypeRef", 159, later=_MOD_3)] = None
    terms_ref: Annotated[q.Ref | None, q.Reference("TermsRef", 31, later=_MOD_3, to=("StandardTerms", "DateDrivenTerms"))] = None
    credit_limit: Annotated[Decimal | None, q.Amount("CreditLimit", later=_MOD_3)] = None
    vendor_tax_ident: Annotated[str | None, q.Text("VendorTaxIdent", 15, later=_MOD_3)] = None
    is_vendor_eligible_for_1099: Annotated[bool | None, q.YesNo("IsVendorEligibleFor1099", later=_MOD_3, editions=US | AU)] = None
    balance: Annotated[Decimal | None, q.Amount("Balance", shapes=q.RET)] = None
    open_balance: Annotated[Decimal | None, q.Amount("OpenBalance", shapes=q.ADD)] = None
    open_balance_date: Annotated[dt.date | None, q.Day("OpenBalanceDate", shapes=q.ADD)] = None
    billing_rate_ref: Annotated[q.Ref | None, q.Reference("BillingRateRef", 31, since="6.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, since="8.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    sales_tax_country: Annotated[SalesTaxCountry | str | None, q.Choice("SalesTaxCountry", SalesTaxCountry, since="8.0", editions=CA | UK | AU)] = None
    is_sales_tax_agency: Annotated[bool | None, q.YesNo("IsSalesTaxAgency", since="8.0", editions=CA | UK | AU)] = None
    sales_tax_return_ref: Annotated[q.Ref | None, q.Reference("SalesTaxReturnRef", 41, since="8.0", editions=CA | UK | AU)] = None
    tax_registration_number: Annotated[str | None, q.Text("TaxRegistrationNumber", 30, since="8.0", editions=CA | UK | AU)] = None
    reporting_period: Annotated[ReportingPeriod | str | None, q.Choice("ReportingPeriod", ReportingPeriod, since="8.0", editions=CA | UK | AU)] = None
    is_tax_tracked_on_purchases: Annotated[bool | None, q.YesNo("IsTaxTrackedOnPurchases", since="8.0", editions=CA | UK | AU)] = None
    tax_on_purchases_account_ref: Annotated[q.Ref | None, q.Reference("TaxOnPurchasesAccountRef", 159, since="8.0", editions=CA | UK | AU, to=("Account",))] = None
    is_tax_tracked_on_sales: Annotated[bool | None, q.YesNo("IsTaxTrackedOnSales", since="8.0", editions=CA | UK | AU)] = None
    tax_on_sales_account_ref: Annotated[q.Ref | None, q.Reference("TaxOnSalesAccountRef", 159, since="8.0", editions=CA | UK | AU, to=("Account",))] = None
    is_tax_on_tax: Annotated[bool | None, q.YesNo("IsTaxOnTax", since="8.0", editions=CA | UK | AU)] = None
    prefill_account_refs: Annotated[tuple[q.Ref, ...], q.Reference("PrefillAccountRef", 159, since="8.0", at_most=3, to=("Account",))] = ()
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record(
    "VendorQuery",
    shapes=q.QUERY,
    choices=list_choices("total_balance_filter", "currency_filter", "class_filter"),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class VendorQuery(ListQuery):
    """Vendors by id, by name, or by filters."""

    total_balance_filter: Annotated[TotalBalanceFilter | None, q.Block("TotalBalanceFilter")] = None
    currency_filter: Annotated[CurrencyFilter | None, q.Block("CurrencyFilter", since="8.0")] = None
    class_filter: Annotated[ClassFilter | None, q.Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()


@q.record("VendorType", shapes=q.ADD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class VendorType(q.Record):
    """A kind of vendor, ``Subcontractors`` for instance; it cannot be modified through qbXML."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.RET)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.RET)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    full_name: Annotated[str | None, q.Text("FullName", 159, shapes=q.RET)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    parent_ref: Annotated[q.Ref | None, q.Reference("ParentRef", to=("VendorType",))] = None
    sublevel: Annotated[int | None, q.Integer("Sublevel", shapes=q.RET)] = None


@q.record(
    "VendorTypeQuery",
    shapes=q.QUERY,
    choices=list_choices(),
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class VendorTypeQuery(ListQuery):
    """Vendor types by id, by name, or by filters."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
