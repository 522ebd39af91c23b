"""Customers and jobs: one list."""

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
    ShipToAddress,
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


@record()
@attrs.frozen(kw_only=True, slots=False)
class CreditCardInfo(Record):
    """The credit card that QuickBooks keeps for a customer."""

    credit_card_number: Annotated[str | None, Text("CreditCardNumber", 25, secret=True)] = attrs.field(default=None, repr=False)
    expiration_month: Annotated[int | None, Integer("ExpirationMonth", least=1, most=12)] = None
    expiration_year: Annotated[int | None, Integer("ExpirationYear")] = None
    name_on_card: Annotated[str | None, Text("NameOnCard", 41)] = None
    credit_card_address: Annotated[str | None, Text("CreditCardAddress", 41)] = None
    credit_card_postal_code: Annotated[str | None, Text("CreditCardPostalCode", 41)] = None


_MOD_3 = {MOD: "3.0"}


@record("Customer", shapes=ADD | MOD | RET)
@attrs.frozen(kw_only=True, slots=False)
class Customer(Record):
    """A customer, or with a ``parent_ref`` a job of one; QuickBooks keeps both in one list.

    Full names read ``Customer:Job``. A customer shares one name space with vendors, employees and other names.
    """

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 41, required=ADD, colon=False)] = None
    full_name: Annotated[str | None, Text("FullName", 209, shapes=RET)] = None
    is_active: Annotated[bool | None, YesNo("IsActive", later=_MOD_3)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159, since="12.0")] = None
    parent_ref: Annotated[Ref | None, Reference("ParentRef", later=_MOD_3, to=("Customer",))] = None
    sublevel: Annotated[int | None, Integer("Sublevel", shapes=RET)] = None
    company_name: Annotated[str | None, Text("CompanyName", 41)] = None
    salutation: Annotated[str | None, Text("Salutation", 15)] = None
    first_name: Annotated[str | None, Text("FirstName", 25)] = None
    middle_name: Annotated[str | None, Text("MiddleName", 5)] = None
    last_name: Annotated[str | None, Text("LastName", 25)] = None
    suffix: Annotated[str | None, Text("Suffix", editions=ONLINE)] = None
    job_title: Annotated[str | None, Text("JobTitle", 41, since="12.0")] = None
    bill_address: Annotated[Address | None, Block("BillAddress")] = None
    bill_address_block: Annotated[AddressBlock | None, Block("BillAddressBlock", shapes=RET, since="6.0")] = None
    ship_address: Annotated[Address | None, Block("ShipAddress")] = None
    ship_address_block: Annotated[AddressBlock | None, Block("ShipAddressBlock", shapes=RET, since="6.0")] = None
    ship_to_addresses: Annotated[tuple[ShipToAddress, ...], Block("ShipToAddress", since="12.0", at_most=50)] = ()
    print_as: Annotated[str | None, Text("PrintAs", 41, editions=ONLINE)] = None
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
    customer_type_ref: Annotated[Ref | None, Reference("CustomerTypeRef", 159, later=_MOD_3)] = None
    terms_ref: Annotated[Ref | None, Reference("TermsRef", 31, later=_MOD_3, to=("StandardTerms", "DateDrivenTerms"))] = None
    sales_rep_ref: Annotated[Ref | None, Reference("SalesRepRef", 5, later=_MOD_3)] = None
    balance: Annotated[Decimal | None, Amount("Balance", shapes=RET)] = None
    total_balance: Annotated[Decimal | None, Amount("TotalBalance", shapes=RET)] = None
    open_balance: Annotated[Decimal | None, Amount("OpenBalance", shapes=ADD)] = None
    open_balance_date: Annotated[dt.date | None, Day("OpenBalanceDate", shapes=ADD)] = None
    sales_tax_code_ref: Annotated[Ref | None, Reference("SalesTaxCodeRef", 3, later=_MOD_3, lengths={AU: 6})] = None
    item_sales_tax_ref: Annotated[Ref | None, Reference("ItemSalesTaxRef", 31, later=_MOD_3, editions=US | AU, to=("ItemSalesTax", "ItemSalesTaxGroup"))] = None
    sales_tax_country: Annotated[SalesTaxCountry | str | None, Choice("SalesTaxCountry", SalesTaxCountry, since="6.0", editions=CA | UK | AU)] = None
    resale_number: Annotated[str | None, Text("ResaleNumber", 15, later=_MOD_3, lengths={CA | UK | AU: 21})] = None
    account_number: Annotated[str | None, Text("AccountNumber", 99)] = None
    credit_limit: Annotated[Decimal | None, Amount("CreditLimit", later=_MOD_3)] = None
    preferred_payment_method_ref: Annotated[Ref | None, Reference("PreferredPaymentMethodRef", 31, since="3.0", to=("PaymentMethod",))] = None
    credit_card_info: Annotated[CreditCardInfo | None, Block("CreditCardInfo", since="3.0")] = None
    job_status: Annotated[JobStatus | str | None, Choice("JobStatus", JobStatus, later=_MOD_3)] = None
    job_start_date: Annotated[dt.date | None, Day("JobStartDate", later=_MOD_3)] = None
    job_projected_end_date: Annotated[dt.date | None, Day("JobProjectedEndDate", later=_MOD_3)] = None
    job_end_date: Annotated[dt.date | None, Day("JobEndDate", later=_MOD_3)] = None
    job_desc: Annotated[str | None, Text("JobDesc", 99, later=_MOD_3)] = None
    job_type_ref: Annotated[Ref | None, Reference("JobTypeRef", 159, later=_MOD_3)] = None
    notes: Annotated[str | None, Text("Notes", 4095, since="2.0", later={ADD | MOD: "3.0"})] = None
    additional_notes: Annotated[tuple[AdditionalNote, ...], Block("AdditionalNotes", since="12.0", suffix={MOD: "Mod", RET: "Ret"})] = ()
    is_statement_with_parent: Annotated[bool | None, YesNo("IsStatementWithParent", later=_MOD_3, editions=ONLINE)] = None
    delivery_method: Annotated[DeliveryMethod | str | None, Choice("DeliveryMethod", DeliveryMethod, later=_MOD_3, editions=ONLINE)] = None
    preferred_delivery_method: Annotated[PreferredDeliveryMethod | str | None, Choice("PreferredDeliveryMethod", PreferredDeliveryMethod, since="12.0")] = None
    price_level_ref: Annotated[Ref | None, Reference("PriceLevelRef", 31, since="4.0")] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    tax_registration_number: Annotated[str | None, Text("TaxRegistrationNumber", 30, since="8.0", editions=CA | UK | AU)] = None
    currency_ref: Annotated[Ref | None, Reference("CurrencyRef", 64, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record(
    "CustomerQuery",
    shapes=QUERY,
    choices=list_choices("total_balance_filter", "currency_filter", "class_filter"),
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class CustomerQuery(ListQuery):
    """Customers and jobs by id, by full name, or by filters."""

    total_balance_filter: Annotated[TotalBalanceFilter | None, Block("TotalBalanceFilter")] = None
    currency_filter: Annotated[CurrencyFilter | None, Block("CurrencyFilter", since="8.0")] = None
    class_filter: Annotated[ClassFilter | None, Block("ClassFilter", since="12.0", editions=US | CA | UK)] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
