"""Kinds of account, name, item and transaction, by which the queries of transactions and of reports choose."""

from __future__ import annotations

from enum import StrEnum

from procore_qbd.qbxml import rows as q

__all__ = ["AccountTypeFilter", "DetailLevel", "EntityType", "ItemType", "PostingStatus", "TxnTypeFilter"]


class AccountTypeFilter(StrEnum):
    """Kinds of account, and what QuickBooks takes together of them."""

    ACCOUNTS_PAYABLE = "AccountsPayable"
    ACCOUNTS_RECEIVABLE = "AccountsReceivable"
    ALLOWED_FOR_1099 = "AllowedFor1099"
    AP_AND_SALES_TAX = "APAndSalesTax"
    AP_OR_CREDIT_CARD = "APOrCreditCard"
    AR_AND_AP = "ARAndAP"
    ASSET = "Asset"
    BALANCE_SHEET = "BalanceSheet"
    BANK = "Bank"
    BANK_AND_AR_AND_AP_AND_UF = "BankAndARAndAPAndUF"
    BANK_AND_UF = "BankAndUF"
    COST_OF_SALES = "CostOfSales"
    CREDIT_CARD = "CreditCard"
    CURRENT_ASSET = "CurrentAsset"
    CURRENT_ASSET_AND_EXPENSE = "CurrentAssetAndExpense"
    CURRENT_LIABILITY = "CurrentLiability"
    EQUITY = "Equity"
    EQUITY_AND_INCOME_AND_EXPENSE = "EquityAndIncomeAndExpense"
    EXPENSE_AND_OTHER_EXPENSE = "ExpenseAndOtherExpense"
    FIXED_ASSET = "FixedAsset"
    INCOME_AND_EXPENSE = "IncomeAndExpense"
    INCOME_AND_OTHER_INCOME = "IncomeAndOtherIncome"
    LIABILITY = "Liability"
    LIABILITY_AND_EQUITY = "LiabilityAndEquity"
    LONG_TERM_LIABILITY = "LongTermLiability"
    NON_POSTING = "NonPosting"
    ORDINARY_EXPENSE = "OrdinaryExpense"
    ORDINARY_INCOME = "OrdinaryIncome"
    ORDINARY_INCOME_AND_COGS = "OrdinaryIncomeAndCOGS"
    ORDINARY_INCOME_AND_EXPENSE = "OrdinaryIncomeAndExpense"
    OTHER_ASSET = "OtherAsset"
    OTHER_CURRENT_ASSET = "OtherCurrentAsset"
    OTHER_CURRENT_LIABILITY = "OtherCurrentLiability"
    OTHER_EXPENSE = "OtherExpense"
    OTHER_INCOME = "OtherIncome"
    OTHER_INCOME_OR_EXPENSE = "OtherIncomeOrExpense"


class DetailLevel(StrEnum):
    """Whether a report counts whole transactions, or their lines."""

    ALL = "All"
    ALL_EXCEPT_SUMMARY = "AllExceptSummary"
    SUMMARY_ONLY = "SummaryOnly"


class EntityType(StrEnum):
    """The four lists that hold names."""

    CUSTOMER = "Customer"
    EMPLOYEE = "Employee"
    OTHER_NAME = "OtherName"
    VENDOR = "Vendor"


class ItemType(q.Words):
    """Kinds of item, and what QuickBooks takes together of them."""

    ALL_EXCEPT_FIXED_ASSET = "AllExceptFixedAsset", "4.0"
    ASSEMBLY = "Assembly"
    DISCOUNT = "Discount"
    FIXED_ASSET = "FixedAsset", "3.0"
    INVENTORY = "Inventory"
    INVENTORY_AND_ASSEMBLY = "InventoryAndAssembly"
    NON_INVENTORY = "NonInventory"
    OTHER_CHARGE = "OtherCharge"
    PAYMENT = "Payment"
    SALES = "Sales"
    SALES_TAX = "SalesTax"
    SERVICE = "Service"


class PostingStatus(StrEnum):
    """Whether a report counts transactions that post to accounts."""

    EITHER = "Either"
    NON_POSTING = "NonPosting"
    POSTING = "Posting"


class TxnTypeFilter(q.Words):
    """The kinds of transaction, and all of them."""

    ALL = "All"
    AR_REFUND_CREDIT_CARD = "ARRefundCreditCard", "5.0"
    BILL = "Bill"
    BILL_PAYMENT_CHECK = "BillPaymentCheck"
    BILL_PAYMENT_CREDIT_CARD = "BillPaymentCreditCard"
    BUILD_ASSEMBLY = "BuildAssembly", "4.0"
    CHARGE = "Charge"
    CHECK = "Check"
    CREDIT_CARD_CHARGE = "CreditCardCharge"
    CREDIT_CARD_CREDIT = "CreditCardCredit"
    CREDIT_MEMO = "CreditMemo"
    DEPOSIT = "Deposit"
    ESTIMATE = "Estimate"
    INVENTORY_ADJUSTMENT = "InventoryAdjustment"
    INVOICE = "Invoice"
    ITEM_RECEIPT = "ItemReceipt"
    JOURNAL_ENTRY = "JournalEntry"
    LIABILITY_ADJUSTMENT = "LiabilityAdjustment"
    PAYCHECK = "Paycheck", "4.0"
    PAYROLL_LIABILITY_CHECK = "PayrollLiabilityCheck", "4.0"
    PURCHASE_ORDER = "PurchaseOrder"
    RECEIVE_PAYMENT = "ReceivePayment"
    SALES_ORDER = "SalesOrder"
    SALES_RECEIPT = "SalesReceipt"
    SALES_TAX_PAYMENT_CHECK = "SalesTaxPaymentCheck"
    TRANSFER = "Transfer"
    VENDOR_CREDIT = "VendorCredit"
    YTD_ADJUSTMENT = "YTDAdjustment", "4.0"
