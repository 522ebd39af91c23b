"""The chart of accounts."""

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
    CurrencyFilter,
    CustomField,
    ListQuery,
    list_choices,
)

__all__ = [
    "Account",
    "AccountQuery",
    "AccountType",
    "CashFlowClassification",
    "DetailAccountType",
    "SpecialAccountType",
    "TaxLineInfo",
]


class AccountType(StrEnum):
    """What an account is on the chart of accounts."""

    ACCOUNTS_PAYABLE = "AccountsPayable"
    ACCOUNTS_RECEIVABLE = "AccountsReceivable"
    BANK = "Bank"
    COST_OF_GOODS_SOLD = "CostOfGoodsSold"
    CREDIT_CARD = "CreditCard"
    EQUITY = "Equity"
    EXPENSE = "Expense"
    FIXED_ASSET = "FixedAsset"
    INCOME = "Income"
    LONG_TERM_LIABILITY = "LongTermLiability"
    NON_POSTING = "NonPosting"
    OTHER_ASSET = "OtherAsset"
    OTHER_CURRENT_ASSET = "OtherCurrentAsset"
    OTHER_CURRENT_LIABILITY = "OtherCurrentLiability"
    OTHER_EXPENSE = "OtherExpense"
    OTHER_INCOME = "OtherIncome"


class DetailAccountType(StrEnum):
    """The finer type of an account; QuickBooks Online only."""

    AP = "AP"
    AR = "AR"
    ACCUMULATED_ADJUSTMENT = "AccumulatedAdjustment"
    ACCUMULATED_AMORTIZATION = "AccumulatedAmortization"
    ACCUMULATED_AMORTIZATION_OF_OTHER_ASSETS = "AccumulatedAmortizationOfOtherAssets"
    ACCUMULATED_DEPLETION = "AccumulatedDepletion"
    ACCUMULATED_DEPRECIATION = "AccumulatedDepreciation"
    ADVERTISING_OR_PROMOTIONAL = "AdvertisingOrPromotional"
    ALLOWANCE_FOR_BAD_DEBTS = "AllowanceForBadDebts"
    AMORTIZATION = "Amortization"
    AUTO = "Auto"
    BAD_DEBTS = "BadDebts"
    BANK_CHARGES = "BankCharges"
    BUILDINGS = "Buildings"
    CASH_ON_HAND = "CashOnHand"
    CHARITABLE_CONTRIBUTIONS = "CharitableContributions"
    CHECKING = "Checking"
    COMMON_STOCK = "CommonStock"
    COST_OF_LABOR = "CostOfLabor"
    COST_OF_LABOR_COS = "CostOfLaborCOS"
    CREDIT_CARD = "CreditCard"
    DEPLETABLE_ASSETS = "DepletableAssets"
    DEPRECIATION = "Depreciation"
    DEVELOPMENT_COSTS = "DevelopmentCosts"
    DISCOUNTS_OR_REFUNDS_GIVEN = "DiscountsOrRefundsGiven"
    DIVIDEND_INCOME = "DividendIncome"
    DUES_AND_SUBSCRIPTIONS = "DuesAndSubscriptions"
    EMPLOYEE_CASH_ADVANCES = "EmployeeCashAdvances"
    ENTERTAINMENT = "Entertainment"
    ENTERTAINMENT_MEALS = "EntertainmentMeals"
    EQUIPMENT_RENTAL = "EquipmentRental"
    EQUIPMENT_RENTAL_COS = "EquipmentRentalCOS"
    FEDERAL_INCOME_TAX_PAYABLE = "FederalIncomeTaxPayable"
    FURNITURE_AND_FIXTURES = "FurnitureAndFixtures"
    GOODWILL = "Goodwill"
    INSURANCE = "Insurance"
    INSURANCE_PAYABLE = "InsurancePayable"
    INTANGIBLE_ASSETS = "IntangibleAssets"
    INTEREST_EARNED = "InterestEarned"
    INTEREST_PAID = "InterestPaid"
    INVENTORY = "Inventory"
    INVESTMENT_MORTGAGE_OR_REAL_ESTATE_LOANS = "InvestmentMortgageOrRealEstateLoans"
    INVESTMENT_OTHER = "InvestmentOther"
    INVESTMENT_TAX_EXEMPT_SECURITIES = "InvestmentTaxExemptSecurities"
    INVESTMENT_USGOV_OBLIGATIONS = "InvestmentUSGovObligations"
    LAND = "Land"
    LEASE_BUYOUT = "LeaseBuyout"
    LEASEHOLD_IMPROVEMENTS = "LeaseholdImprovements"
    LEGAL_AND_PROFESSIONAL_FEES = "LegalAndProfessionalFees"
    LICENSES = "Licenses"
    LINE_OF_CREDIT = "LineOfCredit"
    LOAN_PAYABLE = "LoanPayable"
    LOANS_TO_OFFICERS = "LoansToOfficers"
    LOANS_TO_OTHERS = "LoansToOthers"
    LOANS_TO_STOCKHOLDERS = "LoansToStockholders"
    MACHINERY_AND_EQUIPMENT = "MachineryAndEquipment"
    MONEY_MARKET = "MoneyMarket"
    NON_PROFIT_INCOME = "NonProfitIncome"
    NOTES_PAYABLE = "NotesPayable"
    OFFICE_OR_GENERAL_ADMINISTRATIVE_EXPENSES = "OfficeOrGeneralAdministrativeExpenses"
    OPENING_BALANCE_EQUITY = "OpeningBalanceEquity"
    ORGANIZATIONAL_COSTS = "OrganizationalCosts"
    OTHER_COSTS_OF_SERVICE_COS = "OtherCostsOfServiceCOS"
    OTHER_CURRENT_ASSETS = "OtherCurrentAssets"
    OTHER_CURRENT_LIAB = "OtherCurrentLiab"
    OTHER_FIXED_ASSETS = "OtherFixedAssets"
    OTHER_INVESTMENT_INCOME = "OtherInvestmentIncome"
    OTHER_LONG_TERM_ASSETS = "OtherLongTermAssets"
    OTHER_LONG_TERM_LIAB = "OtherLongTermLiab"
    OTHER_MISC_EXPENSE = "OtherMiscExpense"
    OTHER_MISC_INCOME = "OtherMiscIncome"
    OTHER_MISC_SERVICE_COST = "OtherMiscServiceCost"
    OTHER_PRIMARY_INCOME = "OtherPrimaryIncome"
    OWNERS_EQUITY = "OwnersEquity"
    PAID_IN_CAPITAL_OR_SURPLUS = "PaidInCapitalOrSurplus"
    PARTNER_CONTRIBUTIONS = "PartnerContributions"
    PARTNER_DISTRIBUTIONS = "PartnerDistributions"
    PARTNERS_EQUITY = "PartnersEquity"
    PAYROLL_CLEARING = "PayrollClearing"
    PAYROLL_EXPENSES = "PayrollExpenses"
    PAYROLL_TAX_PAYABLE = "PayrollTaxPayable"
    PENALTIES_AND_SETTLEMENTS = "PenaltiesAndSettlements"
    PREFERRED_STOCK = "PreferredStock"
    PREPAID_EXPENSES = "PrepaidExpenses"
    PREPAID_EXPENSES_PAYABLE = "PrepaidExpensesPayable"
    PROMOTIONAL_MEALS = "PromotionalMeals"
    RENT_OR_LEASE_OF_BUILDINGS = "RentOrLeaseOfBuildings"
    RENTS_HELD_IN_TRUST = "RentsHeldInTrust"
    RENTS_IN_TRUST_LIAB = "RentsInTrustLiab"
    REPAIR_AND_MAINTENANCE = "RepairAndMaintenance"
    RETAINAGE = "Retainage"
    RETAINED_EARNINGS = "RetainedEarnings"
    SALES_OF_PRODUCT_INCOME = "SalesOfProductIncome"
    SALES_TAX_PAYABLE = "SalesTaxPayable"
    SAVINGS = "Savings"
    SECURITY_DEPOSITS = "SecurityDeposits"
    SERVICE_OR_FEE_INCOME = "ServiceOrFeeIncome"
    SHAREHOLDER_NOTES_PAYABLE = "ShareholderNotesPayable"
    SHIPPING_FREIGHT_AND_DELIVERY = "ShippingFreightAndDelivery"
    SHIPPING_FREIGHT_AND_DELIVERY_COS = "ShippingFreightAndDeliveryCOS"
    STATE_OR_LOCAL_INCOME_TAX_PAYABLE = "StateOrLocalIncomeTaxPayable"
    SUPPLIES_AND_MATERIALS = "SuppliesAndMaterials"
    SUPPLIES_AND_MATERIALS_COGS = "SuppliesAndMaterialsCOGS"
    TAX_EXEMPT_INTEREST = "TaxExemptInterest"
    TAXES_PAID = "TaxesPaid"
    TRAVEL = "Travel"
    TRAVEL_MEALS = "TravelMeals"
    TREASURY_STOCK = "TreasuryStock"
    TRUST_ACCOUNTS = "TrustAccounts"
    TRUST_ACCOUNTS_LIAB = "TrustAccountsLiab"
    UNDEPOSITED_FUNDS = "UndepositedFunds"
    UTILITIES = "Utilities"
    VEHICLES = "Vehicles"


class SpecialAccountType(q.Words):
    """Accounts that QuickBooks made for its own use."""

    ACCOUNTS_PAYABLE = "AccountsPayable"
    ACCOUNTS_RECEIVABLE = "AccountsReceivable"
    CONDENSE_ITEM_ADJUSTMENT_EXPENSES = "CondenseItemAdjustmentExpenses"
    COST_OF_GOODS_SOLD = "CostOfGoodsSold"
    DIRECT_DEPOSIT_LIABILITIES = "DirectDepositLiabilities"
    ESTIMATES = "Estimates"
    EXCHANGE_GAIN_LOSS = "ExchangeGainLoss", "8.0"
    INVENTORY_ASSETS = "InventoryAssets"
    ITEM_RECEIPT_ACCOUNT = "ItemReceiptAccount", "11.0"
    OPENING_BALANCE_EQUITY = "OpeningBalanceEquity"
    PAYROLL_EXPENSES = "PayrollExpenses"
    PAYROLL_LIABILITIES = "PayrollLiabilities"
    PETTY_CASH = "PettyCash", "6.0"
    PURCHASE_ORDERS = "PurchaseOrders"
    RECONCILIATION_DIFFERENCES = "ReconciliationDifferences", "6.0"
    RETAINED_EARNINGS = "RetainedEarnings"
    SALES_ORDERS = "SalesOrders"
    SALES_TAX_PAYABLE = "SalesTaxPayable"
    UNCATEGORIZED_EXPENSES = "UncategorizedExpenses"
    UNCATEGORIZED_INCOME = "UncategorizedIncome"
    UNDEPOSITED_FUNDS = "UndepositedFunds"


class CashFlowClassification(StrEnum):
    """Where an account stands on the statement of cash flows."""

    NONE = "None"
    OPERATING = "Operating"
    INVESTING = "Investing"
    FINANCING = "Financing"
    NOT_APPLICABLE = "NotApplicable"


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class TaxLineInfo(q.Record):
    """The line of the tax form that an account goes to."""

    tax_line_id: Annotated[int | None, q.Integer("TaxLineID")] = None
    tax_line_name: Annotated[str | None, q.Text("TaxLineName", 256)] = None


@q.record("Account", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "6.0"})
@attrs.frozen(kw_only=True, slots=False)
class Account(q.Record):
    """An account of the chart of accounts. It has no ExternalGUID: it is known by its full name."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD, colon=False)] = None
    full_name: Annotated[str | None, q.Text("FullName", 159, shapes=q.RET)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    parent_ref: Annotated[q.Ref | None, q.Reference("ParentRef", to=("Account",))] = None
    sublevel: Annotated[int | None, q.Integer("Sublevel", shapes=q.RET)] = None
    account_type: Annotated[AccountType | str | None, q.Choice("AccountType", AccountType, required=q.ADD)] = None
    detail_account_type: Annotated[DetailAccountType | str | None, q.Choice("DetailAccountType", DetailAccountType, shapes=q.ADD | q.RET, editions=q.ONLINE)] = None
    special_account_type: Annotated[SpecialAccountType | str | None, q.Choice("SpecialAccountType", SpecialAccountType, shapes=q.RET, since="2.1")] = None
    is_tax_account: Annotated[bool | None, q.YesNo("IsTaxAccount", shapes=q.RET, since="6.0", editions=CA | UK | AU)] = None
    account_number: Annotated[str | None, q.Text("AccountNumber", 7)] = None
    bank_number: Annotated[str | None, q.Text("BankNumber", 25)] = None
    last_check_number: Annotated[str | None, q.Text("LastCheckNumber", shapes=q.RET, editions=q.ONLINE)] = None
    desc: Annotated[str | None, q.Text("Desc", 200, before={"6.0": {"max": 29}})] = None
    balance: Annotated[Decimal | None, q.Amount("Balance", shapes=q.RET)] = None
    total_balance: Annotated[Decimal | None, q.Amount("TotalBalance", shapes=q.RET)] = None
    open_balance: Annotated[Decimal | None, q.Amount("OpenBalance", shapes=q.ADD | q.MOD)] = None
    open_balance_date: Annotated[dt.date | None, q.Day("OpenBalanceDate", shapes=q.ADD | q.MOD)] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})] = None
    tax_line_info: Annotated[TaxLineInfo | None, q.Block("TaxLineInfo", shapes=q.RET, since="2.1", editions=US | CA | AU, suffix={q.RET: "Ret"})] = None
    cash_flow_classification: Annotated[CashFlowClassification | str | None, q.Choice("CashFlowClassification", CashFlowClassification, shapes=q.RET, since="2.1")] = None
    tax_line_id: Annotated[int | None, q.Integer("TaxLineID", shapes=q.ADD | q.MOD, since="7.0", editions=US | CA | AU)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record(
    "AccountQuery",
    shapes=q.QUERY,
    choices=list_choices("account_types", "currency_filter"),
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class AccountQuery(ListQuery):
    """Accounts by id, by full name, or by filters; not in pieces."""

    account_types: Annotated[tuple[AccountType | str, ...], q.Choice("AccountType", AccountType)] = ()
    currency_filter: Annotated[CurrencyFilter | None, q.Block("CurrencyFilter", since="8.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
