"""Reports, asked for: each kind has a query of its own, and all are answered with a `Report`.

A query that names no dates is about the fiscal year up to today, as in QuickBooks itself.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import ClassFilter
from procore_qbd.qbxml.entities.shared.kinds import (
    AccountTypeFilter,
    DetailLevel,
    EntityType,
    ItemType,
    PostingStatus,
    TxnTypeFilter,
)
from procore_qbd.qbxml.entities.shared.reports import (
    BudgetCriterion,
    IncludeAccounts,
    IncludeColumn,
    ReportAccountFilter,
    ReportAsOf,
    ReportBasis,
    ReportCalendar,
    ReportDateMacro,
    ReportEntityFilter,
    ReportItemFilter,
    ReportModifiedDateRangeFilter,
    ReportPeriod,
    ReportTxnTypeFilter,
    ReturnLines,
    SummarizeBudgetColumnsBy,
    SummarizeBudgetRowsBy,
    SummarizeColumnsBy,
    SummarizeRowsBy,
)

__all__ = [
    "AccountTypeFilter",
    "AgingReportQuery",
    "AgingReportType",
    "BudgetCriterion",
    "BudgetSummaryReportQuery",
    "BudgetSummaryReportType",
    "ClassFilter",
    "CustomDetailReportQuery",
    "CustomDetailReportType",
    "CustomSummaryReportQuery",
    "CustomSummaryReportType",
    "DetailLevel",
    "EntityType",
    "GeneralDetailReportQuery",
    "GeneralDetailReportType",
    "GeneralSummaryReportQuery",
    "GeneralSummaryReportType",
    "IncludeAccounts",
    "IncludeColumn",
    "ItemType",
    "JobReportQuery",
    "JobReportType",
    "PayrollDetailReportQuery",
    "PayrollDetailReportType",
    "PayrollSummaryReportQuery",
    "PayrollSummaryReportType",
    "PostingStatus",
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
    "TimeReportQuery",
    "TimeReportType",
    "TxnTypeFilter",
]

REPORT = ("Report",)
"""What every query here is answered with."""

_PERIOD = (q.OneOf.of("report_period", "report_date_macro"),)
_CORE = (*_PERIOD, q.OneOf.of("report_modified_date_range_filter", "report_modified_date_range_macro"))


class JobReportType(StrEnum):
    """The reports of jobs: estimates held against actual figures, and profit."""

    ITEM_ESTIMATES_VS_ACTUALS = "ItemEstimatesVsActuals"
    ITEM_PROFITABILITY = "ItemProfitability"
    JOB_ESTIMATES_VS_ACTUALS_DETAIL = "JobEstimatesVsActualsDetail"
    JOB_ESTIMATES_VS_ACTUALS_SUMMARY = "JobEstimatesVsActualsSummary"
    JOB_PROFITABILITY_DETAIL = "JobProfitabilityDetail"
    JOB_PROFITABILITY_SUMMARY = "JobProfitabilitySummary"


class GeneralSummaryReportType(q.Words):
    """The reports that have one line for each account, name or item."""

    BALANCE_SHEET_BY_CLASS = "BalanceSheetByClass", "12.0"
    BALANCE_SHEET_PREV_YEAR_COMP = "BalanceSheetPrevYearComp"
    BALANCE_SHEET_STANDARD = "BalanceSheetStandard"
    BALANCE_SHEET_SUMMARY = "BalanceSheetSummary"
    CUSTOMER_BALANCE_SUMMARY = "CustomerBalanceSummary"
    EXPENSE_BY_VENDOR_SUMMARY = "ExpenseByVendorSummary"
    INCOME_BY_CUSTOMER_SUMMARY = "IncomeByCustomerSummary"
    INVENTORY_STOCK_STATUS_BY_ITEM = "InventoryStockStatusByItem"
    INVENTORY_STOCK_STATUS_BY_VENDOR = "InventoryStockStatusByVendor"
    INCOME_TAX_SUMMARY = "IncomeTaxSummary"
    INVENTORY_VALUATION_SUMMARY = "InventoryValuationSummary"
    INVENTORY_VALUATION_SUMMARY_BY_SITE = "InventoryValuationSummaryBySite", "12.0"
    LOT_NUMBER_IN_STOCK_BY_SITE = "LotNumberInStockBySite", "12.0"
    PHYSICAL_INVENTORY_WORKSHEET = "PhysicalInventoryWorksheet"
    PROFIT_AND_LOSS_BY_CLASS = "ProfitAndLossByClass"
    PROFIT_AND_LOSS_BY_JOB = "ProfitAndLossByJob"
    PROFIT_AND_LOSS_PREV_YEAR_COMP = "ProfitAndLossPrevYearComp"
    PROFIT_AND_LOSS_STANDARD = "ProfitAndLossStandard"
    PROFIT_AND_LOSS_YTD_COMP = "ProfitAndLossYTDComp"
    PURCHASE_BY_ITEM_SUMMARY = "PurchaseByItemSummary"
    PURCHASE_BY_VENDOR_SUMMARY = "PurchaseByVendorSummary"
    SALES_BY_CUSTOMER_SUMMARY = "SalesByCustomerSummary"
    SALES_BY_ITEM_SUMMARY = "SalesByItemSummary"
    SALES_BY_REP_SUMMARY = "SalesByRepSummary"
    SALES_TAX_LIABILITY = "SalesTaxLiability"
    SALES_TAX_REVENUE_SUMMARY = "SalesTaxRevenueSummary"
    SERIAL_NUMBER_IN_STOCK_BY_SITE = "SerialNumberInStockBySite", "12.0"
    TRIAL_BALANCE = "TrialBalance"
    VENDOR_BALANCE_SUMMARY = "VendorBalanceSummary"


class GeneralDetailReportType(q.Words):
    """The reports that have one line for each transaction, or for each line of one."""

    DETAIL_1099 = "1099Detail"
    AUDIT_TRAIL = "AuditTrail"
    BALANCE_SHEET_DETAIL = "BalanceSheetDetail"
    CHECK_DETAIL = "CheckDetail"
    CUSTOMER_BALANCE_DETAIL = "CustomerBalanceDetail"
    DEPOSIT_DETAIL = "DepositDetail"
    ESTIMATES_BY_JOB = "EstimatesByJob"
    EXPENSE_BY_VENDOR_DETAIL = "ExpenseByVendorDetail"
    GENERAL_LEDGER = "GeneralLedger"
    INCOME_BY_CUSTOMER_DETAIL = "IncomeByCustomerDetail"
    INCOME_TAX_DETAIL = "IncomeTaxDetail"
    INVENTORY_VALUATION_DETAIL = "InventoryValuationDetail"
    JOB_PROGRESS_INVOICES_VS_ESTIMATES = "JobProgressInvoicesVsEstimates"
    JOURNAL = "Journal"
    MISSING_CHECKS = "MissingChecks"
    OPEN_INVOICES = "OpenInvoices"
    OPEN_POS = "OpenPOs"
    OPEN_POS_BY_JOB = "OpenPOsByJob"
    OPEN_SALES_ORDER_BY_CUSTOMER = "OpenSalesOrderByCustomer", "3.0"
    OPEN_SALES_ORDER_BY_ITEM = "OpenSalesOrderByItem", "3.0"
    PENDING_SALES = "PendingSales"
    PROFIT_AND_LOSS_DETAIL = "ProfitAndLossDetail"
    PURCHASE_BY_ITEM_DETAIL = "PurchaseByItemDetail"
    PURCHASE_BY_VENDOR_DETAIL = "PurchaseByVendorDetail"
    SALES_BY_CUSTOMER_DETAIL = "SalesByCustomerDetail"
    SALES_BY_ITEM_DETAIL = "SalesByItemDetail"
    SALES_BY_REP_DETAIL = "SalesByRepDetail"
    TXN_DETAIL_BY_ACCOUNT = "TxnDetailByAccount"
    TXN_LIST_BY_CUSTOMER = "TxnListByCustomer"
    TXN_LIST_BY_DATE = "TxnListByDate"
    TXN_LIST_BY_VENDOR = "TxnListByVendor"
    UNPAID_BILLS_DETAIL = "UnpaidBillsDetail"
    UNBILLED_COSTS_BY_JOB = "UnbilledCostsByJob"
    VENDOR_BALANCE_DETAIL = "VendorBalanceDetail"


class CustomDetailReportType(StrEnum):
    """The one report of transactions whose lines and columns the query chooses."""

    CUSTOM_TXN_DETAIL = "CustomTxnDetail"


class CustomSummaryReportType(StrEnum):
    """The one report of sums whose lines and columns the query chooses."""

    CUSTOM_SUMMARY = "CustomSummary"


class BudgetSummaryReportType(StrEnum):
    """The reports of the budgets that QuickBooks itself keeps."""

    BALANCE_SHEET_BUDGET_OVERVIEW = "BalanceSheetBudgetOverview"
    BALANCE_SHEET_BUDGET_VS_ACTUAL = "BalanceSheetBudgetVsActual"
    PROFIT_AND_LOSS_BUDGET_OVERVIEW = "ProfitAndLossBudgetOverview"
    PROFIT_AND_LOSS_BUDGET_PERFORMANCE = "ProfitAndLossBudgetPerformance"
    PROFIT_AND_LOSS_BUDGET_VS_ACTUAL = "ProfitAndLossBudgetVsActual"


class AgingReportType(StrEnum):
    """The reports of what is owed, by how long it has been."""

    AP_AGING_DETAIL = "APAgingDetail"
    AP_AGING_SUMMARY = "APAgingSummary"
    AR_AGING_DETAIL = "ARAgingDetail"
    AR_AGING_SUMMARY = "ARAgingSummary"
    COLLECTIONS_REPORT = "CollectionsReport"


class TimeReportType(StrEnum):
    """The reports of hours worked."""

    TIME_BY_ITEM = "TimeByItem"
    TIME_BY_JOB_DETAIL = "TimeByJobDetail"
    TIME_BY_JOB_SUMMARY = "TimeByJobSummary"
    TIME_BY_NAME = "TimeByName"


class PayrollDetailReportType(StrEnum):
    """The reports of single paychecks and what they consist of."""

    EMPLOYEE_STATE_TAXES_DETAIL = "EmployeeStateTaxesDetail"
    PAYROLL_ITEM_DETAIL = "PayrollItemDetail"
    PAYROLL_REVIEW_DETAIL = "PayrollReviewDetail"
    PAYROLL_TRANSACTION_DETAIL = "PayrollTransactionDetail"
    PAYROLL_TRANSACTIONS_BY_PAYEE = "PayrollTransactionsByPayee"


class PayrollSummaryReportType(StrEnum):
    """The reports of wages, taxes and deductions by employee."""

    EMPLOYEE_EARNINGS_SUMMARY = "EmployeeEarningsSummary"
    PAYROLL_LIABILITY_BALANCES = "PayrollLiabilityBalances"
    PAYROLL_SUMMARY = "PayrollSummary"


@attrs.frozen(kw_only=True, slots=False)
class ReportQuery(q.Record):
    """What most reports can be asked by; ``report_type`` is each query's own, and stays in the first place."""

    report_type: Annotated[str | None, q.Text("ReportType", required=q.QUERY)] = None
    display_report: Annotated[bool | None, q.YesNo("DisplayReport", since="3.0")] = None
    report_period: Annotated[ReportPeriod | None, q.Block("ReportPeriod")] = None
    report_date_macro: Annotated[ReportDateMacro | str | None, q.Choice("ReportDateMacro", ReportDateMacro)] = None
    report_account_filter: Annotated[ReportAccountFilter | None, q.Block("ReportAccountFilter")] = None
    report_entity_filter: Annotated[ReportEntityFilter | None, q.Block("ReportEntityFilter")] = None
    report_item_filter: Annotated[ReportItemFilter | None, q.Block("ReportItemFilter")] = None
    report_class_filter: Annotated[ClassFilter | None, q.Block("ReportClassFilter", since="2.1")] = None
    report_txn_type_filter: Annotated[ReportTxnTypeFilter | None, q.Block("ReportTxnTypeFilter")] = None
    report_modified_date_range_filter: Annotated[ReportModifiedDateRangeFilter | None, q.Block("ReportModifiedDateRangeFilter", since="3.0")] = None
    report_modified_date_range_macro: Annotated[ReportDateMacro | str | None, q.Choice("ReportModifiedDateRangeMacro", ReportDateMacro, since="3.0")] = None
    report_detail_level_filter: Annotated[DetailLevel | str | None, q.Choice("ReportDetailLevelFilter", DetailLevel, since="3.0")] = None
    report_posting_status_filter: Annotated[PostingStatus | str | None, q.Choice("ReportPostingStatusFilter", PostingStatus, since="3.0")] = None


@q.record("JobReportQuery", shapes=q.QUERY, choices=_CORE, answers=REPORT, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class JobReportQuery(ReportQuery):
    """What a job was expected to cost and to bring, and what it did."""

    report_type: Annotated[JobReportType | str | None, q.Choice("JobReportType", JobReportType, required=q.QUERY)] = None
    summarize_columns_by: Annotated[SummarizeColumnsBy | str | None, q.Choice("SummarizeColumnsBy", SummarizeColumnsBy)] = None
    include_subcolumns: Annotated[bool | None, q.YesNo("IncludeSubcolumns")] = None


@q.record("GeneralSummaryReportQuery", shapes=q.QUERY, choices=_CORE, answers=REPORT, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class GeneralSummaryReportQuery(ReportQuery):
    """Balance sheets, profit and loss, sales and purchases, by account, name or item."""

    report_type: Annotated[GeneralSummaryReportType | str | None, q.Choice("GeneralSummaryReportType", GeneralSummaryReportType, required=q.QUERY)] = None
    summarize_columns_by: Annotated[SummarizeColumnsBy | str | None, q.Choice("SummarizeColumnsBy", SummarizeColumnsBy)] = None
    include_subcolumns: Annotated[bool | None, q.YesNo("IncludeSubcolumns")] = None
    report_calendar: Annotated[ReportCalendar | str | None, q.Choice("ReportCalendar", ReportCalendar)] = None
    return_rows: Annotated[ReturnLines | str | None, q.Choice("ReturnRows", ReturnLines)] = None
    return_columns: Annotated[ReturnLines | str | None, q.Choice("ReturnColumns", ReturnLines)] = None
    report_basis: Annotated[ReportBasis | str | None, q.Choice("ReportBasis", ReportBasis, since="2.1")] = None


@q.record("GeneralDetailReportQuery", shapes=q.QUERY, choices=_CORE, answers=REPORT, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class GeneralDetailReportQuery(ReportQuery):
    """Transactions and what is open, one by one: purchase orders, unpaid bills, the general ledger."""

    report_type: Annotated[GeneralDetailReportType | str | None, q.Choice("GeneralDetailReportType", GeneralDetailReportType, required=q.QUERY)] = None
    summarize_rows_by: Annotated[SummarizeRowsBy | str | None, q.Choice("SummarizeRowsBy", SummarizeRowsBy)] = None
    include_columns: Annotated[tuple[IncludeColumn | str, ...], q.Choice("IncludeColumn", IncludeColumn)] = ()
    include_accounts: Annotated[IncludeAccounts | str | None, q.Choice("IncludeAccounts", IncludeAccounts)] = None
    report_open_balance_as_of: Annotated[ReportAsOf | str | None, q.Choice("ReportOpenBalanceAsOf", ReportAsOf)] = None
    report_basis: Annotated[ReportBasis | str | None, q.Choice("ReportBasis", ReportBasis, since="2.1")] = None


@q.record("CustomDetailReportQuery", shapes=q.QUERY, choices=_CORE, answers=REPORT, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class CustomDetailReportQuery(ReportQuery):
    """Transactions in lines and columns that you choose."""

    report_type: Annotated[CustomDetailReportType | str | None, q.Choice("CustomDetailReportType", CustomDetailReportType, required=q.QUERY)] = None
    summarize_rows_by: Annotated[SummarizeRowsBy | str | None, q.Choice("SummarizeRowsBy", SummarizeRowsBy, required=q.QUERY)] = None
    include_columns: Annotated[tuple[IncludeColumn | str, ...], q.Choice("IncludeColumn", IncludeColumn, required=q.QUERY)] = ()
    include_accounts: Annotated[IncludeAccounts | str | None, q.Choice("IncludeAccounts", IncludeAccounts)] = None
    report_open_balance_as_of: Annotated[ReportAsOf | str | None, q.Choice("ReportOpenBalanceAsOf", ReportAsOf)] = None
    report_basis: Annotated[ReportBasis | str | None, q.Choice("ReportBasis", ReportBasis, since="2.1")] = None


@q.record("CustomSummaryReportQuery", shapes=q.QUERY, choices=_CORE, answers=REPORT, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class CustomSummaryReportQuery(ReportQuery):
    """Sums in lines and columns that you choose."""

    report_type: Annotated[CustomSummaryReportType | str | None, q.Choice("CustomSummaryReportType", CustomSummaryReportType, required=q.QUERY)] = None
    summarize_columns_by: Annotated[SummarizeColumnsBy | str | None, q.Choice("SummarizeColumnsBy", SummarizeColumnsBy, required=q.QUERY)] = None
    summarize_rows_by: Annotated[SummarizeRowsBy | str | None, q.Choice("SummarizeRowsBy", SummarizeRowsBy, required=q.QUERY)] = None
    include_subcolumns: Annotated[bool | None, q.YesNo("IncludeSubcolumns")] = None
    report_calendar: Annotated[ReportCalendar | str | None, q.Choice("ReportCalendar", ReportCalendar)] = None
    return_rows: Annotated[ReturnLines | str | None, q.Choice("ReturnRows", ReturnLines)] = None
    return_columns: Annotated[ReturnLines | str | None, q.Choice("ReturnColumns", ReturnLines)] = None
    report_basis: Annotated[ReportBasis | str | None, q.Choice("ReportBasis", ReportBasis, since="2.1")] = None


@q.record("BudgetSummaryReportQuery", shapes=q.QUERY, choices=_PERIOD, answers=REPORT, since="3.0")
@attrs.frozen(kw_only=True, slots=False)
class BudgetSummaryReportQuery(q.Record):
    """What QuickBooks' own budget of a fiscal year says, alone or beside what was spent."""

    report_type: Annotated[BudgetSummaryReportType | str | None, q.Choice("BudgetSummaryReportType", BudgetSummaryReportType, required=q.QUERY)] = None
    display_report: Annotated[bool | None, q.YesNo("DisplayReport")] = None
    fiscal_year: Annotated[int | None, q.Integer("FiscalYear", required=q.QUERY)] = None
    budget_criterion: Annotated[BudgetCriterion | str | None, q.Choice("BudgetCriterion", BudgetCriterion)] = None
    report_period: Annotated[ReportPeriod | None, q.Block("ReportPeriod", since="9.0")] = None
    report_date_macro: Annotated[ReportDateMacro | str | None, q.Choice("ReportDateMacro", ReportDateMacro, since="9.0")] = None
    report_class_filter: Annotated[ClassFilter | None, q.Block("ReportClassFilter", since="9.0")] = None
    summarize_budget_columns_by: Annotated[SummarizeBudgetColumnsBy | str | None, q.Choice("SummarizeBudgetColumnsBy", SummarizeBudgetColumnsBy)] = None
    summarize_budget_rows_by: Annotated[SummarizeBudgetRowsBy | str | None, q.Choice("SummarizeBudgetRowsBy", SummarizeBudgetRowsBy)] = None


@q.record("AgingReportQuery", shapes=q.QUERY, choices=_CORE, answers=REPORT, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class AgingReportQuery(ReportQuery):
    """What customers owe and what vendors are owed, by how long it has been due."""

    report_type: Annotated[AgingReportType | str | None, q.Choice("AgingReportType", AgingReportType, required=q.QUERY)] = None
    include_columns: Annotated[tuple[IncludeColumn | str, ...], q.Choice("IncludeColumn", IncludeColumn)] = ()
    include_accounts: Annotated[IncludeAccounts | str | None, q.Choice("IncludeAccounts", IncludeAccounts)] = None
    report_aging_as_of: Annotated[ReportAsOf | str | None, q.Choice("ReportAgingAsOf", ReportAsOf)] = None


@q.record("TimeReportQuery", shapes=q.QUERY, choices=_PERIOD, answers=REPORT, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class TimeReportQuery(q.Record):
    """Hours worked, by item, job or name."""

    report_type: Annotated[TimeReportType | str | None, q.Choice("TimeReportType", TimeReportType, required=q.QUERY)] = None
    display_report: Annotated[bool | None, q.YesNo("DisplayReport", since="3.0")] = None
    report_period: Annotated[ReportPeriod | None, q.Block("ReportPeriod")] = None
    report_date_macro: Annotated[ReportDateMacro | str | None, q.Choice("ReportDateMacro", ReportDateMacro)] = None
    report_entity_filter: Annotated[ReportEntityFilter | None, q.Block("ReportEntityFilter")] = None
    report_item_filter: Annotated[ReportItemFilter | None, q.Block("ReportItemFilter")] = None
    report_class_filter: Annotated[ClassFilter | None, q.Block("ReportClassFilter", since="2.1")] = None
    summarize_columns_by: Annotated[SummarizeColumnsBy | str | None, q.Choice("SummarizeColumnsBy", SummarizeColumnsBy)] = None
    include_columns: Annotated[tuple[IncludeColumn | str, ...], q.Choice("IncludeColumn", IncludeColumn, since="12.0")] = ()
    include_subcolumns: Annotated[bool | None, q.YesNo("IncludeSubcolumns")] = None
    report_calendar: Annotated[ReportCalendar | str | None, q.Choice("ReportCalendar", ReportCalendar)] = None
    return_rows: Annotated[ReturnLines | str | None, q.Choice("ReturnRows", ReturnLines)] = None
    return_columns: Annotated[ReturnLines | str | None, q.Choice("ReturnColumns", ReturnLines)] = None


@attrs.frozen(kw_only=True, slots=False)
class PayrollQuery(q.Record):
    """What reports of wages can be asked by; ``report_type`` is each query's own, and stays in the first place."""

    report_type: Annotated[str | None, q.Text("ReportType", required=q.QUERY)] = None
    display_report: Annotated[bool | None, q.YesNo("DisplayReport", since="3.0")] = None
    report_period: Annotated[ReportPeriod | None, q.Block("ReportPeriod")] = None
    report_date_macro: Annotated[ReportDateMacro | str | None, q.Choice("ReportDateMacro", ReportDateMacro)] = None
    report_account_filter: Annotated[ReportAccountFilter | None, q.Block("ReportAccountFilter")] = None
    report_entity_filter: Annotated[ReportEntityFilter | None, q.Block("ReportEntityFilter")] = None
    report_item_filter: Annotated[ReportItemFilter | None, q.Block("ReportItemFilter")] = None
    report_class_filter: Annotated[ClassFilter | None, q.Block("ReportClassFilter", since="2.1")] = None
    report_modified_date_range_filter: Annotated[ReportModifiedDateRangeFilter | None, q.Block("ReportModifiedDateRangeFilter", since="3.0")] = None
    report_modified_date_range_macro: Annotated[ReportDateMacro | str | None, q.Choice("ReportModifiedDateRangeMacro", ReportDateMacro, since="3.0")] = None
    report_detail_level_filter: Annotated[DetailLevel | str | None, q.Choice("ReportDetailLevelFilter", DetailLevel, since="3.0")] = None
    report_posting_status_filter: Annotated[PostingStatus | str | None, q.Choice("ReportPostingStatusFilter", PostingStatus, since="3.0")] = None


@q.record("PayrollDetailReportQuery", shapes=q.QUERY, choices=_CORE, answers=REPORT, since="3.0")
@attrs.frozen(kw_only=True, slots=False)
class PayrollDetailReportQuery(PayrollQuery):
    """What was paid to employees, paycheck by paycheck."""

    report_type: Annotated[PayrollDetailReportType | str | None, q.Choice("PayrollDetailReportType", PayrollDetailReportType, required=q.QUERY)] = None
    summarize_rows_by: Annotated[SummarizeRowsBy | str | None, q.Choice("SummarizeRowsBy", SummarizeRowsBy)] = None
    include_columns: Annotated[tuple[IncludeColumn | str, ...], q.Choice("IncludeColumn", IncludeColumn)] = ()
    include_accounts: Annotated[IncludeAccounts | str | None, q.Choice("IncludeAccounts", IncludeAccounts)] = None
    report_open_balance_as_of: Annotated[ReportAsOf | str | None, q.Choice("ReportOpenBalanceAsOf", ReportAsOf)] = None


@q.record("PayrollSummaryReportQuery", shapes=q.QUERY, choices=_CORE, answers=REPORT, since="3.0")
@attrs.frozen(kw_only=True, slots=False)
class PayrollSummaryReportQuery(PayrollQuery):
    """What was paid to employees, in sums."""

    report_type: Annotated[PayrollSummaryReportType | str | None, q.Choice("PayrollSummaryReportType", PayrollSummaryReportType, required=q.QUERY)] = None
    summarize_columns_by: Annotated[SummarizeColumnsBy | str | None, q.Choice("SummarizeColumnsBy", SummarizeColumnsBy)] = None
    include_subcolumns: Annotated[bool | None, q.YesNo("IncludeSubcolumns")] = None
    report_calendar: Annotated[ReportCalendar | str | None, q.Choice("ReportCalendar", ReportCalendar)] = None
    return_rows: Annotated[ReturnLines | str | None, q.Choice("ReturnRows", ReturnLines)] = None
    return_columns: Annotated[ReturnLines | str | None, q.Choice("ReturnColumns", ReturnLines)] = None
