"""What the queries of several reports have in common: filters, and the words in them."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.kinds import (
    AccountTypeFilter,
    EntityType,
    ItemType,
    TxnTypeFilter,
)

__all__ = [
    "BudgetCriterion",
    "IncludeAccounts",
    "IncludeColumn",
    "ReportAccountFilter",
    "ReportAsOf",
    "ReportBasis",
    "ReportCalendar",
    "ReportDateMacro",
    "ReportEntityFilter",
    "ReportItemFilter",
    "ReportModifiedDateRangeFilter",
    "ReportPeriod",
    "ReportTxnTypeFilter",
    "ReturnLines",
    "SummarizeBudgetColumnsBy",
    "SummarizeBudgetRowsBy",
    "SummarizeColumnsBy",
    "SummarizeRowsBy",
]


class ReportDateMacro(StrEnum):
    """A span of time, as QuickBooks reckons it on the day that it is asked."""

    ALL = "All"
    TODAY = "Today"
    THIS_WEEK = "ThisWeek"
    THIS_WEEK_TO_DATE = "ThisWeekToDate"
    THIS_MONTH = "ThisMonth"
    THIS_MONTH_TO_DATE = "ThisMonthToDate"
    THIS_QUARTER = "ThisQuarter"
    THIS_QUARTER_TO_DATE = "ThisQuarterToDate"
    THIS_YEAR = "ThisYear"
    THIS_YEAR_TO_DATE = "ThisYearToDate"
    YESTERDAY = "Yesterday"
    LAST_WEEK = "LastWeek"
    LAST_WEEK_TO_DATE = "LastWeekToDate"
    LAST_MONTH = "LastMonth"
    LAST_MONTH_TO_DATE = "LastMonthToDate"
    LAST_QUARTER = "LastQuarter"
    LAST_QUARTER_TO_DATE = "LastQuarterToDate"
    LAST_YEAR = "LastYear"
    LAST_YEAR_TO_DATE = "LastYearToDate"
    NEXT_WEEK = "NextWeek"
    NEXT_FOUR_WEEKS = "NextFourWeeks"
    NEXT_MONTH = "NextMonth"
    NEXT_QUARTER = "NextQuarter"
    NEXT_YEAR = "NextYear"


class SummarizeColumnsBy(StrEnum):
    """What gets a column of its own."""

    ACCOUNT = "Account"
    BALANCE_SHEET = "BalanceSheet"
    CLASS = "Class"
    CUSTOMER = "Customer"
    CUSTOMER_TYPE = "CustomerType"
    DAY = "Day"
    EMPLOYEE = "Employee"
    FOUR_WEEK = "FourWeek"
    HALF_MONTH = "HalfMonth"
    INCOME_STATEMENT = "IncomeStatement"
    ITEM_DETAIL = "ItemDetail"
    ITEM_TYPE = "ItemType"
    MONTH = "Month"
    PAYEE = "Payee"
    PAYMENT_METHOD = "PaymentMethod"
    PAYROLL_ITEM_DETAIL = "PayrollItemDetail"
    PAYROLL_YTD_DETAIL = "PayrollYtdDetail"
    QUARTER = "Quarter"
    SALES_REP = "SalesRep"
    SALES_TAX_CODE = "SalesTaxCode"
    SHIP_METHOD = "ShipMethod"
    TERMS = "Terms"
    TOTAL_ONLY = "TotalOnly"
    TWO_WEEK = "TwoWeek"
    VENDOR = "Vendor"
    VENDOR_TYPE = "VendorType"
    WEEK = "Week"
    YEAR = "Year"


class SummarizeRowsBy(StrEnum):
    """What gets a line or a subtotal of its own."""

    ACCOUNT = "Account"
    BALANCE_SHEET = "BalanceSheet"
    CLASS = "Class"
    CUSTOMER = "Customer"
    CUSTOMER_TYPE = "CustomerType"
    DAY = "Day"
    EMPLOYEE = "Employee"
    FOUR_WEEK = "FourWeek"
    HALF_MONTH = "HalfMonth"
    INCOME_STATEMENT = "IncomeStatement"
    ITEM_DETAIL = "ItemDetail"
    ITEM_TYPE = "ItemType"
    MONTH = "Month"
    PAYEE = "Payee"
    PAYMENT_METHOD = "PaymentMethod"
    PAYROLL_ITEM_DETAIL = "PayrollItemDetail"
    PAYROLL_YTD_DETAIL = "PayrollYtdDetail"
    QUARTER = "Quarter"
    SALES_REP = "SalesRep"
    SALES_TAX_CODE = "SalesTaxCode"
    SHIP_METHOD = "ShipMethod"
    TAX_LINE = "TaxLine"
    TERMS = "Terms"
    TOTAL_ONLY = "TotalOnly"
    TWO_WEEK = "TwoWeek"
    VENDOR = "Vendor"
    VENDOR_TYPE = "VendorType"
    WEEK = "Week"
    YEAR = "Year"


class SummarizeBudgetColumnsBy(StrEnum):
    """What gets a column of its own in a report of a budget."""

    CLASS = "Class"
    CUSTOMER = "Customer"
    DATE = "Date"


class SummarizeBudgetRowsBy(StrEnum):
    """What gets a line of its own in a report of a budget."""

    ACCOUNT = "Account"
    CLASS = "Class"
    CUSTOMER = "Customer"


class BudgetCriterion(StrEnum):
    """What a budget was made for."""

    ACCOUNTS = "Accounts"
    ACCOUNTS_AND_CLASSES = "AccountsAndClasses"
    ACCOUNTS_AND_CUSTOMERS = "AccountsAndCustomers"


class IncludeColumn(q.Words):
    """The columns that a query can ask for."""

    ACCOUNT = "Account"
    AGING = "Aging"
    AMOUNT = "Amount"
    AMOUNT_DIFFERENCE = "AmountDifference"
    AVERAGE_COST = "AverageCost"
    BILLED_DATE = "BilledDate"
    BILLING_STATUS = "BillingStatus"
    CALCULATED_AMOUNT = "CalculatedAmount"
    CLASS = "Class"
    CLEARED_STATUS = "ClearedStatus"
    COST_PRICE = "CostPrice"
    CREDIT = "Credit"
    CURRENCY = "Currency", "12.0"
    DATE = "Date"
    DEBIT = "Debit"
    DELIVERY_DATE = "DeliveryDate"
    DUE_DATE = "DueDate"
    ESTIMATE_ACTIVE = "EstimateActive"
    EXCHANGE_RATE = "ExchangeRate", "12.0"
    FOB = "FOB"
    INCOME_SUBJECT_TO_TAX = "IncomeSubjectToTax"
    INVOICED = "Invoiced", "3.0"
    ITEM = "Item"
    ITEM_DESC = "ItemDesc"
    LAST_MODIFIED_BY = "LastModifiedBy"
    LATEST_OR_PRIOR_STATE = "LatestOrPriorState", "5.0"
    MEMO = "Memo"
    MODIFIED_TIME = "ModifiedTime"
    NAME = "Name"
    NAME_ACCOUNT_NUMBER = "NameAccountNumber"
    NAME_ADDRESS = "NameAddress"
    NAME_CITY = "NameCity"
    NAME_CONTACT = "NameContact"
    NAME_EMAIL = "NameEmail"
    NAME_FAX = "NameFax"
    NAME_PHONE = "NamePhone"
    NAME_STATE = "NameState"
    NAME_ZIP = "NameZip"
    OPEN_BALANCE = "OpenBalance"
    ORIGINAL_AMOUNT = "OriginalAmount"
    PAID_AMOUNT = "PaidAmount", "3.0"
    PAID_STATUS = "PaidStatus"
    PAID_THROUGH_DATE = "PaidThroughDate"
    PAYMENT_METHOD = "PaymentMethod"
    PAYROLL_ITEM = "PayrollItem"
    PO_NUMBER = "PONumber"
    PRINT_STATUS = "PrintStatus"
    PROGRESS_AMOUNT = "ProgressAmount", "3.0"
    PROGRESS_PERCENT = "ProgressPercent", "3.0"
    QUANTITY = "Quantity"
    QUANTITY_AVAILABLE = "QuantityAvailable"
    QUANTITY_ON_HAND = "QuantityOnHand"
    QUANTITY_ON_SALES_ORDER = "QuantityOnSalesOrder"
    RECEIVED_QUANTITY = "ReceivedQuantity"
    REF_NUMBER = "RefNumber"
    RUNNING_BALANCE = "RunningBalance"
    SALES_REP = "SalesRep"
    SALES_TAX_CODE = "SalesTaxCode"
    SERIAL_OR_LOT_NUMBER = "SerialOrLotNumber", "11.0"
    SHIP_DATE = "ShipDate"
    SHIP_METHOD = "ShipMethod"
    SOURCE_NAME = "SourceName"
    SPLIT_ACCOUNT = "SplitAccount"
    SSN_OR_TAX_ID = "SSNOrTaxID"
    TAX_LINE = "TaxLine"
    TAX_TABLE_VERSION = "TaxTableVersion", "3.0"
    TERMS = "Terms"
    TXN_ID = "TxnID", "2.1"
    TXN_NUMBER = "TxnNumber"
    TXN_TYPE = "TxnType"
    UNIT_PRICE = "UnitPrice"
    USER_EDIT = "UserEdit", "3.0"
    VALUE_ON_HAND = "ValueOnHand"
    WAGE_BASE = "WageBase"
    WAGE_BASE_TIPS = "WageBaseTips"


class IncludeAccounts(StrEnum):
    """Whether accounts that were not used in the period have a line."""

    ALL = "All"
    IN_USE = "InUse"


class ReportAsOf(StrEnum):
    """The day by which what is open, or how old it is, is reckoned."""

    REPORT_END_DATE = "ReportEndDate"
    TODAY = "Today"


class ReportCalendar(StrEnum):
    """Which year months and quarters belong to."""

    CALENDAR_YEAR = "CalendarYear"
    FISCAL_YEAR = "FiscalYear"
    TAX_YEAR = "TaxYear"


class ReturnLines(StrEnum):
    """Which lines or columns come back: those in use, those that are not zero, or all."""

    ACTIVE_ONLY = "ActiveOnly"
    NON_ZERO = "NonZero"
    ALL = "All"


class ReportBasis(StrEnum):
    """Whether income and expenses count when they are billed or when they are paid; ``None`` leaves it to QuickBooks."""

    ACCRUAL = "Accrual"
    CASH = "Cash"
    NONE = "None"


# --- filters ---------------------------------------------------------------------------------------------------------


@q.record(shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class ReportPeriod(q.Record):
    """From one day to another."""

    from_report_date: Annotated[dt.date | None, q.Day("FromReportDate")] = None
    to_report_date: Annotated[dt.date | None, q.Day("ToReportDate")] = None


def _one_of(*branches: str) -> tuple[q.OneOf, ...]:
    return (
        q.OneOf.of(
            *branches, "list_ids", "full_names", "list_id_with_children", "full_name_with_children", required=q.QUERY
        ),
    )


@q.record(shapes=q.QUERY, choices=_one_of("account_type_filter"))
@attrs.frozen(kw_only=True, slots=False)
class ReportAccountFilter(q.Record):
    """What posts to accounts of a kind, or to certain ones, with or without the accounts below."""

    account_type_filter: Annotated[AccountTypeFilter | str | None, q.Choice("AccountTypeFilter", AccountTypeFilter)] = (
        None
    )
    list_ids: Annotated[tuple[str, ...], q.Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, q.Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, q.Text("FullNameWithChildren")] = None


@q.record(shapes=q.QUERY, choices=_one_of("entity_type_filter"))
@attrs.frozen(kw_only=True, slots=False)
class ReportEntityFilter(q.Record):
    """What concerns all names of a list, or certain ones; jobs stand below their customer."""

    entity_type_filter: Annotated[EntityType | str | None, q.Choice("EntityTypeFilter", EntityType)] = None
    list_ids: Annotated[tuple[str, ...], q.Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, q.Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, q.Text("FullNameWithChildren")] = None


@q.record(shapes=q.QUERY, choices=_one_of("item_type_filter"))
@attrs.frozen(kw_only=True, slots=False)
class ReportItemFilter(q.Record):
    """What is of items of a kind, or of certain ones, with or without the items below."""

    item_type_filter: Annotated[ItemType | str | None, q.Choice("ItemTypeFilter", ItemType)] = None
    list_ids: Annotated[tuple[str, ...], q.Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, q.Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, q.Text("FullNameWithChildren")] = None


@q.record(shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class ReportTxnTypeFilter(q.Record):
    """Transactions of certain kinds."""

    txn_type_filters: Annotated[
        tuple[TxnTypeFilter | str, ...], q.Choice("TxnTypeFilter", TxnTypeFilter, required=q.QUERY)
    ] = ()


@q.record(shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class ReportModifiedDateRangeFilter(q.Record):
    """What was made or changed from one day to another."""

    from_report_modified_date: Annotated[dt.date | None, q.Day("FromReportModifiedDate")] = None
    to_report_modified_date: Annotated[dt.date | None, q.Day("ToReportModifiedDate")] = None
