"""Customers and jobs: one list."""

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
    ShipToAddress,
    TotalBalanceFilter,
    list_choices,
)

__all__ = [
    "CreditCardInfo",
    "Customer",
    "CustomerQuery",
    "DeliveryMethod",
    "JobStatus",
    "PreferredDeliveryMethod",
]


class JobStatus(StrEnum):
    """How far a job is."""

    AWARDED = "Awarded"
    CLOSED = "Closed"
    IN_PROGRESS = "InProgress"
    NONE = "None"
    NOT_AWARDED = "NotAwarded"
    PENDING = "Pending"


class DeliveryMethod(StrEnum):
    """How invoices reach a customer; QuickBooks Online only."""

    EMAIL = "Email"
    FAX = "Fax"
    PRINT = "Print"


class PreferredDeliveryMethod(StrEnum):
    """How invoices reach a customer."""

    NONE = "None"
    EMAIL = "Email"
    FAX = "Fax"


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class CreditCardInfo(q.Record):
    """The credit card that QuickBooks keeps for a customer."""

    credit_card_number: Annotated[str | None, q.Text("CreditCardNumber", 25, secret=True)] = attrs.field(default=None, repr=False)
    expiration_month: Annotated[int | None, q.Integer("ExpirationMonth", least=1, most=12)] = None
    expiration_year: Annotated[int | None, q.Integer("ExpirationYear")] = None
    name_on_card: Annotated[str | None, q.Text("NameOnCard", 41)] = None
    credit_card_address: Annotated[str | None, q.Text("CreditCardAddress", 41)] = None
    credit_card_postal_code: Annotated[str | None, q.Text("CreditCardPostalCode", 41)] = None


_MOD_3 = {q.MOD: "3.0"}


@q.record("Customer", shapes=q.ADD | q.MOD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class Customer(q.Record):
    """A customer, or with a ``parent_ref`` a job of one; QuickBooks keeps both in one list.

    Full names read ``Customer:Job``. A customer shares one name space with vendors, employees and other names.
    """

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 41, required=q.ADD, colon=False)] = None
    full_name: Annotated[str | None, q.Text("FullName", 209, shapes=q.RET)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive", later=_MOD_3)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159, since="12.0")] = None
    parent_ref: Annotated[q.Ref | None, q.Reference("ParentRef", later=_MOD_3, to=("Customer",))] = None
    sublevel: Annotated[int | None, q.Integer("Sublevel", shapes=q.RET)] = None
    company_name: Annotated[str | None, q.Text("CompanyName", 41)] = None
    salutation: Annotated[str | None, q.Text("Salutation", 15)] = None
    first_name: Annotated[str | None, q.Text("FirstName", 25)] = None
    middle_name: Annotated[str | None, q.Text("MiddleName", 5)] = None
    last_name: Annotated[str | None, q.Text("LastName", 25)] = None
    suffix: Annotated[str | None, q.Text("Suffix", editions=q.ONLINE)] = None
    job_title: Annotated[str | None, q.Text("JobTitle", 41, since="12.0")] = None
    bill_address: Annotated[Address | None, q.Block("BillAddress")] = None
    bill_address_block: Annotated[AddressBlock | None, q.Block("BillAddressBlock", shapes=q.RET, since="6.0")] = None
    ship_address: Annotated[Address | None, q.Block("ShipAddress")] = None
    ship_address_block: Annotated[AddressBlock | None, q.Block("ShipAddressBlock", shapes=q.RET, since="6.0")] = None
    ship_to_addresses: Annotated[tuple[ShipToAddress, ...], q.Block("ShipToAddress", since="12.0", at_most=50)] = ()
    print_as: Annotated[str | None, q.Text("PrintAs", 41, editions=q.ONLINE)] = None
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
    customer_type_ref: Annotated[q.Ref | None, q.Reference("CustomerTypeRef", 159, later=_MOD_3)] = None
    terms_ref: Annotated[q.Ref | None, q.Reference("TermsRef", 31, later=_MOD_3, to=("StandardTerms", "DateDrivenTerms"))] = None
    sales_rep_ref: Annotated[q.Ref | None, q.Reference("SalesRepRef", 5, later=_MOD_3)] = None
    balance: Annotated[Decimal | None, q.Amount("Balance", shapes=q.RET)] = None
    total_balance: Annotated[Decimal | None, q.Amount("TotalBalance", shapes=q.RET)] = None
    open_balance: Annotated[Decimal | None, q.Amount("OpenBalance", shapes=q.ADD)] = None
    open_balance_date: Annotated[dt.date | None, q.Day("OpenBalanceDate", shapes=q.ADD)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, later=_MOD_3, lengths={AU: 6})] = None
    item_sales_tax_ref: Annotated[q.Ref | None, q.Reference("ItemSalesTaxRef", 31, later=_MOD_3, editions=US | AU, to=("ItemSalesTax", "ItemSalesTaxGroup"))] = None
    sales_tax_country: Annotated[SalesTaxCountry | str | None, q.Choice("SalesTaxCountry", SalesTaxCountry, since="6.0", editions=CA | UK | AU)] = None
    resale_number: Annotated[str | None, q.Text("ResaleNumber", 15, later=_MOD_3, lengths={CA | UK | AU: 21})] = None
    account_number: Annotated[str | None, q.Text("AccountNumber", 99)] = None
    credit_limit: Annotated[Decimal | None, q.Amount("CreditLimit", later=_MOD_3)] = None
    preferred_payment_method_ref: Annotated[q.Ref | None, q.Reference("PreferredPaymentMethodRef", 31, since="3.0", to=("PaymentMethod",))] = None
    credit_card_info: Annotated[CreditCardInfo | None, q.Block("CreditCardInfo", since="3.0")] = None
    job_status: Annotated[JobStatus | str | None, q.Choice("JobStatus", JobStatus, later=_MOD_3)] = None
    job_start_date: Annotated[dt.date | None, q.Day("JobStartDate", later=_MOD_3)] = None
    job_projected_end_date: Annotated[dt.date | None, q.Day("JobProjectedEndDate", later=_MOD_3)] = None
    job_end_date: Annotated[dt.date | None, q.Day("JobEndDate", later=_MOD_3)] = None
    job_desc: Annotated[str | None, q.Text("JobDesc", 99, later=_MOD_3)] = None
    job_type_ref: Annotated[q.Ref | None, q.Reference("JobTypeRef", 159, later=_MOD_3)] = None
    notes: Annotated[str | None, q.Text("Notes", 4095, since="2.0", later={q.ADD | q.MOD: "3.0"})] = None
    additional_notes: Annotated[tuple[AdditionalNote, ...], q.Block("AdditionalNotes", since="12.0", suffix={q.MOD: "Mod", q.RET: "Ret"})] = ()
    is_statement_with_parent: Annotated[bool | None, q.YesNo("IsStatementWithParent", later=_MOD_3, editions=q.ONLINE)] = None
    delivery_method: Annotated[DeliveryMethod | str | None, q.Choice("DeliveryMethod", DeliveryMethod, later=_MOD_3, editions=q.ONLINE)] = None
    preferred_delivery_method: Annotated[PreferredDeliveryMethod | str | None, q.Choice("PreferredDeliveryMethod", PreferredDeliveryMethod, since="12.0")] = None
    price_level_ref: Annotated[q.Ref | None, q.Reference("PriceLevelRef", 31, since="4.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    tax_registration_number: Annotated[str | None, q.Text("TaxRegistrationNumber", 30, since="8.0", editions=CA | UK | AU)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record(
    "CustomerQuery",
    shapes=q.QUERY,
    choices=list_choices("total_balance_filter", "currency_filter", "class_filter"),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class CustomerQuery(ListQuery):
    """Customers and jobs by id, by full name, or by filters."""

    total_balance_filter: Annotated[TotalBalanceFilter | None, q.Block("TotalBalanceFilter")] = None
    currency_filter: Annotated[CurrencyFilter | None, q.Block("CurrencyFilter", since="8.0")] = None
    class_filter: Annotated[ClassFilter | None, q.Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
