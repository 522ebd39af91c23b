"""Preferences: how the company's books are set up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import AU, CA, UK, US

__all__ = [
    "AccountingPreferences",
    "AgingReportBasis",
    "AssignClassesTo",
    "CalculateChargesFrom",
    "CurrentAppAccessRights",
    "FinanceChargePreferences",
    "FirstDayOfWeek",
    "ItemsAndInventoryPreferences",
    "JobsAndEstimatesPreferences",
    "MultiCurrencyPreferences",
    "MultiLocationInventoryPreferences",
    "PaySalesTax",
    "Preferences",
    "PreferencesQuery",
    "PriceLevelPreferences",
    "PurchasesAndVendorsPreferences",
    "ReportsPreferences",
    "SalesAndCustomersPreferences",
    "SalesTaxPreferences",
    "SummaryReportBasis",
    "TimeTrackingPreferences",
    "TrackedBy",
]


class AssignClassesTo(StrEnum):
    """Where classes are entered."""

    NONE = "None"
    ACCOUNTS = "Accounts"
    ITEMS = "Items"
    NAMES = "Names"


class CalculateChargesFrom(StrEnum):
    """The day from which a finance charge counts."""

    DUE_DATE = "DueDate"
    INVOICE_OR_BILLED_DATE = "InvoiceOrBilledDate"


class AgingReportBasis(StrEnum):
    """The day from which reports reckon how old something is."""

    AGE_FROM_DUE_DATE = "AgeFromDueDate"
    AGE_FROM_TRANSACTION_DATE = "AgeFromTransactionDate"


class SummaryReportBasis(StrEnum):
    """Whether summaries count what was earned or what was paid."""

    ACCRUAL = "Accrual"
    CASH = "Cash"


class PaySalesTax(StrEnum):
    """How often sales tax is paid."""

    MONTHLY = "Monthly"
    QUARTERLY = "Quarterly"
    ANNUALLY = "Annually"


class FirstDayOfWeek(StrEnum):
    """The day that weeks begin with."""

    MONDAY = "Monday"
    TUESDAY = "Tuesday"
    WEDNESDAY = "Wednesday"
    THURSDAY = "Thursday"
    FRIDAY = "Friday"
    SATURDAY = "Saturday"
    SUNDAY = "Sunday"


class TrackedBy(StrEnum):
    """Whether stock is tracked piece by piece or lot by lot."""

    NONE = "None"
    SERIAL_NUMBER = "SerialNumber"
    LOT_NUMBER = "LotNumber"


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class AccountingPreferences(q.Record):
    """How the accounts are kept."""

    is_using_account_numbers: Annotated[bool | None, q.YesNo("IsUsingAccountNumbers")] = None
    is_requiring_accounts: Annotated[bool | None, q.YesNo("IsRequiringAccounts")] = None
    is_using_class_tracking: Annotated[bool | None, q.YesNo("IsUsingClassTracking")] = None
    assign_classes_to: Annotated[AssignClassesTo | str | None, q.Choice("AssignClassesTo", AssignClassesTo, since="12.0", editions=US | CA | UK)] = None
    is_using_audit_trail: Annotated[bool | None, q.YesNo("IsUsingAuditTrail")] = None
    is_assigning_journal_entry_numbers: Annotated[bool | None, q.YesNo("IsAssigningJournalEntryNumbers")] = None
    closing_date: Annotated[dt.date | None, q.Day("ClosingDate")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class FinanceChargePreferences(q.Record):
    """What late customers are charged."""

    annual_interest_rate: Annotated[Decimal | None, q.Percent("AnnualInterestRate")] = None
    min_finance_charge: Annotated[Decimal | None, q.Amount("MinFinanceCharge")] = None
    grace_period: Annotated[int | None, q.Integer("GracePeriod")] = None
    finance_charge_account_ref: Annotated[q.Ref | None, q.Reference("FinanceChargeAccountRef", 159, to=("Account",))] = None
    is_assessing_for_overdue_charges: Annotated[bool | None, q.YesNo("IsAssessingForOverdueCharges")] = None
    calculate_charges_from: Annotated[CalculateChargesFrom | str | None, q.Choice("CalculateChargesFrom", CalculateChargesFrom)] = None
    is_marked_to_be_printed: Annotated[bool | None, q.YesNo("IsMarkedToBePrinted")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class JobsAndEstimatesPreferences(q.Record):
    """Whether jobs are estimated and billed as they progress."""

    is_using_estimates: Annotated[bool | None, q.YesNo("IsUsingEstimates")] = None
    is_using_progress_invoicing: Annotated[bool | None, q.YesNo("IsUsingProgressInvoicing")] = None
    is_printing_items_with_zero_amounts: Annotated[bool | None, q.YesNo("IsPrintingItemsWithZeroAmounts")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class MultiCurrencyPreferences(q.Record):
    """Whether there is more than one currency, and which one is home."""

    is_multi_currency_on: Annotated[bool | None, q.YesNo("IsMultiCurrencyOn")] = None
    home_currency_ref: Annotated[q.Ref | None, q.Reference("HomeCurrencyRef", 64, to=("Currency",))] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class MultiLocationInventoryPreferences(q.Record):
    """Whether stock is kept by site."""

    is_multi_location_inventory_available: Annotated[bool | None, q.YesNo("IsMultiLocationInventoryAvailable")] = None
    is_multi_location_inventory_enabled: Annotated[bool | None, q.YesNo("IsMultiLocationInventoryEnabled")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class PurchasesAndVendorsPreferences(q.Record):
    """How the company buys."""

    is_using_inventory: Annotated[bool | None, q.YesNo("IsUsingInventory")] = None
    days_bills_are_due: Annotated[int | None, q.Integer("DaysBillsAreDue")] = None
    is_automatically_using_discounts: Annotated[bool | None, q.YesNo("IsAutomaticallyUsingDiscounts")] = None
    default_discount_account_ref: Annotated[q.Ref | None, q.Reference("DefaultDiscountAccountRef", 159, to=("Account",))] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class ReportsPreferences(q.Record):
    """From when on, and by which measure, reports count."""

    aging_report_basis: Annotated[AgingReportBasis | str | None, q.Choice("AgingReportBasis", AgingReportBasis)] = None
    summary_report_basis: Annotated[SummaryReportBasis | str | None, q.Choice("SummaryReportBasis", SummaryReportBasis)] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class PriceLevelPreferences(q.Record):
    """Whether there are price levels."""

    is_using_price_levels: Annotated[bool | None, q.YesNo("IsUsingPriceLevels")] = None
    is_rounding_sales_price_up: Annotated[bool | None, q.YesNo("IsRoundingSalesPriceUp")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class SalesAndCustomersPreferences(q.Record):
    """How the company sells."""

    default_ship_method_ref: Annotated[q.Ref | None, q.Reference("DefaultShipMethodRef", 15, to=("ShipMethod",))] = None
    default_fob: Annotated[str | None, q.Text("DefaultFOB", 13)] = None
    default_markup: Annotated[Decimal | None, q.Percent("DefaultMarkup")] = None
    is_tracking_reimbursed_expenses_as_income: Annotated[bool | None, q.YesNo("IsTrackingReimbursedExpensesAsIncome")] = None
    is_auto_applying_payments: Annotated[bool | None, q.YesNo("IsAutoApplyingPayments")] = None
    price_levels: Annotated[PriceLevelPreferences | None, q.Block("PriceLevels", since="4.0")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class SalesTaxPreferences(q.Record):
    """How sales tax is charged and paid."""

    default_item_sales_tax_ref: Annotated[q.Ref | None, q.Reference("DefaultItemSalesTaxRef", 31, to=("ItemSalesTax", "ItemSalesTaxGroup"))] = None
    pay_sales_tax: Annotated[PaySalesTax | str | None, q.Choice("PaySalesTax", PaySalesTax)] = None
    default_taxable_sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("DefaultTaxableSalesTaxCodeRef", 3, lengths={AU: 6}, to=("SalesTaxCode",))] = None
    default_non_taxable_sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("DefaultNonTaxableSalesTaxCodeRef", 3, lengths={AU: 6}, to=("SalesTaxCode",))] = None
    is_using_vendor_tax_code: Annotated[bool | None, q.YesNo("IsUsingVendorTaxCode", since="8.0")] = None
    is_using_customer_tax_code: Annotated[bool | None, q.YesNo("IsUsingCustomerTaxCode", since="8.0")] = None
    is_using_amounts_include_tax: Annotated[bool | None, q.YesNo("IsUsingAmountsIncludeTax", since="8.0")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class TimeTrackingPreferences(q.Record):
    """How time is kept."""

    first_day_of_week: Annotated[FirstDayOfWeek | str | None, q.Choice("FirstDayOfWeek", FirstDayOfWeek)] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class CurrentAppAccessRights(q.Record):
    """What this very program may do."""

    is_automatic_login_allowed: Annotated[bool | None, q.YesNo("IsAutomaticLoginAllowed")] = None
    automatic_login_user_name: Annotated[str | None, q.Text("AutomaticLoginUserName", 29)] = None
    is_personal_data_access_allowed: Annotated[bool | None, q.YesNo("IsPersonalDataAccessAllowed")] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class ItemsAndInventoryPreferences(q.Record):
    """How stock is tracked."""

    enhanced_inventory_receiving_enabled: Annotated[bool | None, q.YesNo("EnhancedInventoryReceivingEnabled")] = None
    is_tracking_serial_or_lot_number: Annotated[TrackedBy | str | None, q.Choice("IsTrackingSerialOrLotNumber", TrackedBy, editions=US | CA | UK)] = None
    is_tracking_on_sales_transactions_enabled: Annotated[bool | None, q.YesNo("isTrackingOnSalesTransactionsEnabled", editions=US | CA | UK)] = None
    is_tracking_on_purchase_transactions_enabled: Annotated[bool | None, q.YesNo("isTrackingOnPurchaseTransactionsEnabled", editions=US | CA | UK)] = None
    is_tracking_on_inventory_adjustment_enabled: Annotated[bool | None, q.YesNo("isTrackingOnInventoryAdjustmentEnabled", editions=US | CA | UK)] = None
    is_tracking_on_build_assembly_enabled: Annotated[bool | None, q.YesNo("isTrackingOnBuildAssemblyEnabled", editions=US | CA | UK)] = None
    fifo_enabled: Annotated[bool | None, q.YesNo("FIFOEnabled", editions=US | CA | UK)] = None
    fifo_effective_date: Annotated[dt.date | None, q.Day("FIFOEffectiveDate", editions=US | CA | UK)] = None
    is_rsb_enabled: Annotated[bool | None, q.YesNo("IsRSBEnabled", since="12.0")] = None
    is_barcode_enabled: Annotated[bool | None, q.YesNo("IsBarcodeEnabled", since="12.0")] = None


@q.record("Preferences", shapes=q.RET, since="1.1")
@attrs.frozen(kw_only=True, slots=False)
class Preferences(q.Record):
    """How the company's books are set up; qbXML reads preferences and cannot change them."""

    accounting_preferences: Annotated[AccountingPreferences | None, q.Block("AccountingPreferences")] = None
    finance_charge_preferences: Annotated[FinanceChargePreferences | None, q.Block("FinanceChargePreferences")] = None
    jobs_and_estimates_preferences: Annotated[JobsAndEstimatesPreferences | None, q.Block("JobsAndEstimatesPreferences")] = None
    multi_currency_preferences: Annotated[MultiCurrencyPreferences | None, q.Block("MultiCurrencyPreferences", since="8.0")] = None
    multi_location_inventory_preferences: Annotated[MultiLocationInventoryPreferences | None, q.Block("MultiLocationInventoryPreferences", since="10.0", editions=US | AU)] = None
    purchases_and_vendors_preferences: Annotated[PurchasesAndVendorsPreferences | None, q.Block("PurchasesAndVendorsPreferences")] = None
    reports_preferences: Annotated[ReportsPreferences | None, q.Block("ReportsPreferences")] = None
    sales_and_customers_preferences: Annotated[SalesAndCustomersPreferences | None, q.Block("SalesAndCustomersPreferences")] = None
    sales_tax_preferences: Annotated[SalesTaxPreferences | None, q.Block("SalesTaxPreferences")] = None
    time_tracking_preferences: Annotated[TimeTrackingPreferences | None, q.Block("TimeTrackingPreferences")] = None
    current_app_access_rights: Annotated[CurrentAppAccessRights | None, q.Block("CurrentAppAccessRights")] = None
    items_and_inventory_preferences: Annotated[ItemsAndInventoryPreferences | None, q.Block("ItemsAndInventoryPreferences", since="11.0")] = None


@q.record("PreferencesQuery", shapes=q.QUERY, since="1.1")
@attrs.frozen(kw_only=True, slots=False)
class PreferencesQuery(q.Record):
    """How are these books set up?"""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
