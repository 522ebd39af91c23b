"""A company of Procore's directory as a QuickBooks vendor: its name, its address, its telephone and fax numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import ItemKind
from procore_qbd.domain.ids import same_text
from procore_qbd.domain.refusals import ErpRefusal, RefusalCode
from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.translate.fields import address, name_faults, refuse_if_invalid, spelled, text

if TYPE_CHECKING:
    from procore_qbd.domain import Books, LinkView, VendorCompany

__all__ = ["to_vendor"]

_LABELS = {
    "Name": "company name",
    "CompanyName": "company name",
    "VendorAddress/Addr1": "address",
    "VendorAddress/Addr2": "address, line 2",
    "VendorAddress/Addr3": "address, line 3",
    "VendorAddress/Addr4": "address, line 4",
    "VendorAddress/Addr5": "address, line 5",
    "VendorAddress/City": "city",
    "VendorAddress/State": "state",
    "VendorAddress/PostalCode": "zip",
    "VendorAddress/Country": "country",
    "Phone": "business phone",
    "Fax": "fax number",
    "TermsRef/FullName": "terms in the books file",
}


def to_vendor(company: VendorCompany, links: LinkView, books: Books, *, company_id: int | None = None) -> Vendor:
    """The vendor to add for a company.

    Args:
        company: Procore's company.
        links: For the generation of its ExternalGUID.
        books: For the terms of new vendors, and for the country that is left out of addresses.
        company_id: The Procore company (the customer of Procore) that the request came from.

    Raises:
        TranslationError: It does not fit: a name of more than 41 characters, a colon, an inactive company, …
    """
    name = spelled(company.name)
    faults = name_faults("company name", name)
    if not company.is_active:
        words = "company: is inactive in Procore; only active companies are exported"
        faults.append(ErpRefusal(RefusalCode.INACTIVE_IN_PROCORE, words))
    country = text(company.country_code)
    if same_text(country, books.country):
        country = None
    vendor_address, wrong = address(company.address, company.city, company.state_code, company.zip, country)
    # The company name stands in QuickBooks twice: as the vendor's name in the list, and as the name on letters.
    vendor = Vendor(
        name=name,
        company_name=name,
        vendor_address=vendor_address,
        phone=text(company.business_phone),
        fax=text(company.fax_number),
        vendor_type_ref=Ref(list_id=company.vendor_type_origin_id) if company.vendor_type_origin_id else None,
        terms_ref=Ref(full_name=books.terms) if books.terms else None,
        external_guid=links.guid(ItemKind.VENDOR, company.id, company_id),
    )
    refuse_if_invalid(vendor, f"vendor {company.id}", _LABELS, faults + wrong)
    return vendor
