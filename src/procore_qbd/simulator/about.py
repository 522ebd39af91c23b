"""What a company file says of itself: the QuickBooks that answers, the company, its preferences, what was done to it.

Queries about these are answered from `ANSWERS`; `FEATURES` says what QuickBooks does without while a preference is off.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from procore_qbd.errors import CompanyFileError
from procore_qbd.qbxml import Edition, Ref
from procore_qbd.qbxml.entities.company import (
    AccountantCopy,
    Capacity,
    Company,
    CompanyActivity,
    CompanyActivityQuery,
    CompanyQuery,
    FileMode,
    Host,
    HostQuery,
    ListMetaData,
    Month,
    TaxForm,
)
from procore_qbd.qbxml.entities.preferences import (
    AccountingPreferences,
    AgingReportBasis,
    AssignClassesTo,
    CalculateChargesFrom,
    CurrentAppAccessRights,
    FinanceChargePreferences,
    FirstDayOfWeek,
    ItemsAndInventoryPreferences,
    JobsAndEstimatesPreferences,
    MultiCurrencyPreferences,
    MultiLocationInventoryPreferences,
    PaySalesTax,
    Preferences,
    PreferencesQuery,
    PriceLevelPreferences,
    PurchasesAndVendorsPreferences,
    ReportsPreferences,
    SalesAndCustomersPreferences,
    SalesTaxPreferences,
    SummaryReportBasis,
    TimeTrackingPreferences,
)
from procore_qbd.qbxml.rows.dialect import RELEASES, parse_version
from procore_qbd.qbxml.rows.records import table
from procore_qbd.simulator.knowledge.rules import Reason, Setting, Source, tried
from procore_qbd.simulator.knowledge.scene import ORDER
from procore_qbd.simulator.records.shaping import full_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from procore_qbd.qbxml import Record
    from procore_qbd.simulator.knowledge.nouns import ListRecord, Query, Values
    from procore_qbd.simulator.store.company import OpenCompany
    from procore_qbd.simulator.store.file import Store

__all__ = [
    "ANSWERS",
    "FEATURES",
    "PREFERENCES",
    "VERSIONS",
    "closing_date",
    "day",
    "known_versions",
    "needs_its_feature",
    "prefer",
    "preference",
    "preferences",
]

_DELETIONS = ("ListDel", "TxnDel", "TxnVoid")

FEATURE_OFF = Reason(
    3250,
    "The request is for something that a preference has switched off; queries are refused too.",
    Source.RECORDED,
    tried(ORDER, setting=Setting.INVENTORY_OFF),
    refuses=lambda asked: asked.name in _DELETIONS or any(asked.stem in names for names in FEATURES.values()),
)

# --- releases --------------------------------------------------------------------------------------------------------

_MAJOR = -1990  # 2013 is 23
_ABROAD_SINCE = "6.0"

VERSIONS = tuple(RELEASES)
"""All versions of qbXML; those after 13.0 are read by its rows."""


def known_versions(newest: str, edition: Edition) -> tuple[str, ...]:
    """The versions of qbXML that a QuickBooks reads.

    Outside the United States they begin with 6.0: what came before had a language of its own there (``CA3.0``).

    Raises:
        CompanyFileError: There was no such QuickBooks.
    """
    oldest = RELEASES[VERSIONS[0] if edition is Edition.US else _ABROAD_SINCE]
    if newest not in RELEASES or RELEASES[newest] < oldest:
        there_are = ", ".join(version for version, year in RELEASES.items() if year >= oldest)
        raise CompanyFileError(f"there was no {edition.label} QuickBooks whose newest qbXML is {newest}: {there_are}")
    return tuple(
        version
        for version, year in RELEASES.items()
        if year >= oldest and parse_version(version) <= parse_version(newest)
    )


# --- preferences -----------------------------------------------------------------------------------------------------

PREFERENCES = {
    "is_multi_currency_on": True,
    "is_multi_location_inventory_enabled": True,
    "is_requiring_accounts": True,
    "is_requiring_sales_tax_item": False,
    "is_using_account_numbers": False,
    "is_using_class_tracking": True,
    "is_using_estimates": True,
    "is_using_inventory": True,
    "is_using_price_levels": True,
    "is_using_progress_invoicing": True,
    "is_using_sales_tax": True,
    "is_using_time_tracking": True,
}
"""The preferences that can be set, as they are in a new company file: whatever is simulated is on.

``is_requiring_sales_tax_item`` is no box to tick in QuickBooks, which fills in the usual tax where there is one: it is
for files whose sales are refused without one.
"""

FEATURES: dict[str, tuple[str, ...]] = {
    "is_multi_currency_on": ("Currency",),
    "is_multi_location_inventory_enabled": ("InventorySite", "ItemSites", "TransferInventory"),
    "is_using_class_tracking": ("Class",),
    "is_using_estimates": ("Estimate",),
    "is_using_inventory": (
        "BuildAssembly",
        "InventoryAdjustment",
        "ItemAssembliesCanBuild",
        "ItemInventory",
        "ItemInventoryAssembly",
        "ItemReceipt",
        "ItemSites",
        "PurchaseOrder",
        "TransferInventory",
    ),
    "is_using_price_levels": ("PriceLevel",),
    "is_using_sales_tax": (
        "ItemSalesTax",
        "ItemSalesTaxGroup",
        "SalesTaxCode",
        "SalesTaxPayable",
        "SalesTaxPaymentCheck",
        "SalesTaxReturn",
        "SalesTaxReturnLine",
    ),
    "is_using_time_tracking": ("TimeReport", "TimeTracking"),
}
"""What QuickBooks does not have while a preference is off: requests by the names of what they are about."""

_VERBS = ("AddRq", "ModRq", "QueryRq")


def preference(store: Store, name: str) -> bool:
    """Whether a preference of `PREFERENCES` is on."""
    return {"": PREFERENCES[name], "on": True, "off": False}[store.fact(f"preference {name}")]


def prefer(store: Store, wanted: dict[str, bool]) -> None:
    """Set preferences, within a transaction of its caller.

    Raises:
        ValueError: There is none of this name; nothing is set.
    """
    if unknown := wanted.keys() - PREFERENCES.keys():
        raise ValueError(f"no such preference: {', '.join(sorted(unknown))}; there are {', '.join(PREFERENCES)}")
    for name, on in wanted.items():
        store.set_fact(f"preference {name}", "on" if on else "off")


def needs_its_feature(store: Store, request: str, about: str | None = None) -> None:
    """Refuse a request for something that a preference has switched off.

    That queries are refused like everything else is decided here, and not known of QuickBooks.

    Args:
        store: The company file.
        request: The request's name, ``'EstimateAddRq'``.
        about: What it deletes or voids, where that stands inside: ``'Estimate'``.

    Raises:
        Refusal: It is switched off (3250).
    """
    verb = next((verb for verb in _VERBS if request.endswith(verb)), "Rq")
    kind = about or request.removesuffix(verb)
    for name, kinds in FEATURES.items():
        if kind in kinds and not preference(store, name):
            raise FEATURE_OFF(field=kind, note=f"{kind}: the preference {name} is off")


def day(store: Store, fact: str) -> dt.date | None:
    """A day that the file knows."""
    known = store.fact(fact)
    return dt.date.fromisoformat(known) if known else None


def closing_date(store: Store) -> dt.date | None:
    """The last day of the closed books."""
    return day(store, "closing_date")


def preferences(store: Store) -> Preferences:
    """How the books are set up. What refers to records is there only where there are such records."""

    def on(name: str) -> bool:
        return preference(store, name)

    return Preferences(
        accounting_preferences=AccountingPreferences(
            is_using_account_numbers=on("is_using_account_numbers"),
            is_requiring_accounts=on("is_requiring_accounts"),
            is_using_class_tracking=on("is_using_class_tracking"),
            assign_classes_to=AssignClassesTo.ITEMS if on("is_using_class_tracking") else AssignClassesTo.NONE,
            is_using_audit_trail=True,
            is_assigning_journal_entry_numbers=True,
            closing_date=closing_date(store),
        ),
        finance_charge_preferences=FinanceChargePreferences(
            annual_interest_rate=Decimal("0.00"),
            min_finance_charge=Decimal("0.00"),
            grace_period=0,
            is_assessing_for_overdue_charges=False,
            calculate_charges_from=CalculateChargesFrom.DUE_DATE,
            is_marked_to_be_printed=False,
        ),
        jobs_and_estimates_preferences=JobsAndEstimatesPreferences(
            is_using_estimates=on("is_using_estimates"),
            is_using_progress_invoicing=on("is_using_estimates") and on("is_using_progress_invoicing"),
            is_printing_items_with_zero_amounts=False,
        ),
        multi_currency_preferences=MultiCurrencyPreferences(
            is_multi_currency_on=on("is_multi_currency_on"),
            home_currency_ref=_home_currency(store) if on("is_multi_currency_on") else None,
        ),
        multi_location_inventory_preferences=MultiLocationInventoryPreferences(
            is_multi_location_inventory_available=True,
            is_multi_location_inventory_enabled=on("is_multi_location_inventory_enabled"),
        ),
        purchases_and_vendors_preferences=PurchasesAndVendorsPreferences(
            is_using_inventory=on("is_using_inventory"),
            days_bills_are_due=10,
            is_automatically_using_discounts=False,
        ),
        reports_preferences=ReportsPreferences(
            aging_report_basis=AgingReportBasis.AGE_FROM_DUE_DATE, summary_report_basis=SummaryReportBasis.ACCRUAL
        ),
        sales_and_customers_preferences=SalesAndCustomersPreferences(
            is_tracking_reimbursed_expenses_as_income=False,
            is_auto_applying_payments=True,
            price_levels=PriceLevelPreferences(is_using_price_levels=on("is_using_price_levels")),
        ),
        sales_tax_preferences=_sales_tax(store) if on("is_using_sales_tax") else None,
        time_tracking_preferences=TimeTrackingPreferences(first_day_of_week=FirstDayOfWeek.MONDAY)
        if on("is_using_time_tracking")
        else None,
        current_app_access_rights=CurrentAppAccessRights(
            is_automatic_login_allowed=False, is_personal_data_access_allowed=True
        ),
        items_and_inventory_preferences=ItemsAndInventoryPreferences(
            enhanced_inventory_receiving_enabled=False, is_rsb_enabled=False, is_barcode_enabled=False
        ),
    )


_HOME = {Edition.US: "USD", Edition.CA: "CAD", Edition.UK: "GBP", Edition.AU: "AUD"}


def _home_currency(store: Store) -> Ref | None:
    home = _HOME[Edition[store.fact("edition")]]
    return _ref(store.all("Currency"), lambda currency: currency.currency_code == home)


def _sales_tax(store: Store) -> SalesTaxPreferences | None:
    """The first that there are; QuickBooks has none of this without them."""
    codes = store.all("SalesTaxCode")
    found = SalesTaxPreferences(
        default_item_sales_tax_ref=_ref(store.all("ItemSalesTax") + store.all("ItemSalesTaxGroup")),
        pay_sales_tax=PaySalesTax.MONTHLY,
        default_taxable_sales_tax_code_ref=_ref(codes, lambda code: code.is_taxable),
        default_non_taxable_sales_tax_code_ref=_ref(codes, lambda code: not code.is_taxable),
    )
    refs = (getattr(found, name) for name in table(SalesTaxPreferences).by_name if name.endswith("_ref"))
    return found if all(refs) else None


def _ref(records: Iterable[ListRecord], wanted: Callable[[ListRecord], bool] = bool) -> Ref | None:
    found = next((record for record in records if record.is_active and wanted(record)), None)
    return None if found is None else Ref(list_id=found.list_id, full_name=full_name(found))


# --- what is answered ------------------------------------------------------------------------------------------------

_FEW, _USUAL, _MANY = 100, 10_000, 14_500
_CAPACITIES = dict.fromkeys(table(ListMetaData).by_name, _USUAL) | {
    "billing_rate_meta_data": _FEW,
    "price_level_meta_data": _FEW,
    "entity_meta_data": _MANY,
    "item_meta_data": _MANY,
}
"""How much the lists of QuickBooks Pro hold, as Intuit tells its customers. The simulator's have no end."""


def _host(company: OpenCompany, query: Query) -> Host:
    fact = company.store.fact
    edition, newest = Edition[fact("edition")], fact("version") or VERSIONS[-1]
    capacity = query.include_list_meta_data
    lists: Values = {name: Capacity(max_capacity=most) for name, most in _CAPACITIES.items()}
    return Host(
        product_name=f"QuickBooks Desktop {RELEASES[newest]}, simulated by procore_qbd",
        major_version=str(RELEASES[newest] + _MAJOR),
        minor_version="0",
        country=edition.name,
        supported_qbxml_versions=known_versions(newest, edition),
        is_automatic_login=False,
        qb_file_mode=FileMode.MULTI_USER if company.store.multi_user else FileMode.SINGLE_USER,
        list_meta_data=ListMetaData(**lists) if capacity is not None and capacity.include_max_capacity else None,
    )


def _company(company: OpenCompany, _query: Query) -> Company:
    name = company.store.fact("company_name")
    return Company(
        is_sample_company=True,
        company_name=name,
        legal_company_name=name,
        first_month_fiscal_year=Month.JANUARY,
        first_month_income_tax_year=Month.JANUARY,
        tax_form=TaxForm.OTHER_OR_NONE,
        accountant_copy=AccountantCopy(accountant_copy_exists=False),
        custom_fields=company.store.definitions.of_company(),
    )


def _preferences(company: OpenCompany, _query: Query) -> Preferences:
    return preferences(company.store)


def _activity(company: OpenCompany, _query: Query) -> CompanyActivity:
    """What was never done was done when time began: QuickBooks has to name a moment."""
    return CompanyActivity(
        last_restore_time=company.calendar.moment(int(company.store.fact("last_restore") or 0)),
        last_condense_time=company.calendar.moment(int(company.store.fact("last_condense") or 0)),
    )


ANSWERS: dict[type[Record], Callable[[OpenCompany, Query], Record]] = {
    HostQuery: _host,
    CompanyQuery: _company,
    PreferencesQuery: _preferences,
    CompanyActivityQuery: _activity,
}
"""What answers the queries that are about no list and no transaction."""
