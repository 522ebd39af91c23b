"""Blocks and words that several transactions have in common."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import MAX_RETURNED, CurrencyFilter, MatchCriterion
from procore_qbd.qbxml.records import Block, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    NEVER,
    ONLINE,
    QUERY,
    RET,
    Amount,
    Choice,
    Day,
    Id,
    Integer,
    Moment,
    Text,
    When,
    Words,
    YesNo,
)

__all__ = [
    "ENTITIES",
    "ITEMS",
    "LINE",
    "TERMS",
    "AccountFilter",
    "AppliedToTxn",
    "BillableStatus",
    "CardCheck",
    "CardMode",
    "CardPaymentStatus",
    "CardTxnType",
    "CreditCardTxnInfo",
    "CreditCardTxnInputInfo",
    "CreditCardTxnResultInfo",
    "DateMacro",
    "EntityFilter",
    "ItemFilter",
    "LinkType",
    "LinkedTxn",
    "ModifiedDateRangeFilter",
    "PaidStatus",
    "RefNumberFilter",
    "RefNumberRangeFilter",
    "SetCredit",
    "TxnDateRangeFilter",
    "TxnLineDetail",
    "TxnQuery",
    "TxnType",
    "txn_choices",
]

LINE = {ADD: "Add", MOD: "Mod", RET: "Ret"}
"""What the tag of a line ends in."""

TERMS = ("StandardTerms", "DateDrivenTerms")
"""The two lists that hold terms of payment."""

ENTITIES = ("Customer", "Vendor", "Employee", "OtherName")
"""The four lists that hold names."""

ITEMS = (
    "ItemService",
    "ItemNonInventory",
    "ItemOtherCharge",
    "ItemInventory",
    "ItemInventoryAssembly",
    "ItemFixedAsset",
    "ItemSubtotal",
    "ItemDiscount",
    "ItemPayment",
    "ItemSalesTax",
    "ItemSalesTaxGroup",
    "ItemGroup",
)
"""The lists of which QuickBooks makes one: whatever may stand on a line."""


class TxnType(Words):
    """What kind of transaction."""

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
    ITEM_RECEIPT = "ItemReceipt", "3.0"
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


class BillableStatus(StrEnum):
    """Whether the customer of a line is charged for it."""

    BILLABLE = "Billable"
    NOT_BILLABLE = "NotBillable"
    HAS_BEEN_BILLED = "HasBeenBilled"


class LinkType(StrEnum):
    """What two linked transactions share: money, or goods."""

    AMOUNT = "AMTTYPE"
    QUANTITY = "QUANTYPE"


class DateMacro(Words):
    """A span of time, as QuickBooks reckons it on the day that it is asked."""

    ALL = "All", "3.0"
    TODAY = "Today", "3.0"
    THIS_WEEK = "ThisWeek", "3.0"
    THIS_WEEK_TO_DATE = "ThisWeekToDate"
    THIS_MONTH = "ThisMonth", "3.0"
    THIS_MONTH_TO_DATE = "ThisMonthToDate"
    THIS_CALENDAR_QUARTER = "ThisCalendarQuarter", "3.0"
    THIS_CALENDAR_QUARTER_TO_DATE = "ThisCalendarQuarterToDate", "3.0"
    THIS_FISCAL_QUARTER = "ThisFiscalQuarter", "3.0"
    THIS_FISCAL_QUARTER_TO_DATE = "ThisFiscalQuarterToDate"
    THIS_CALENDAR_YEAR = "ThisCalendarYear", "3.0"
    THIS_CALENDAR_YEAR_TO_DATE = "ThisCalendarYearToDate", "3.0"
    THIS_FISCAL_YEAR = "ThisFiscalYear", "3.0"
    THIS_FISCAL_YEAR_TO_DATE = "ThisFiscalYearToDate"
    YESTERDAY = "Yesterday", "3.0"
    LAST_WEEK = "LastWeek"
    LAST_WEEK_TO_DATE = "LastWeekToDate", "3.0"
    LAST_MONTH = "LastMonth"
    LAST_MONTH_TO_DATE = "LastMonthToDate", "3.0"
    LAST_CALENDAR_QUARTER = "LastCalendarQuarter", "3.0"
    LAST_CALENDAR_QUARTER_TO_DATE = "LastCalendarQuarterToDate", "3.0"
    LAST_FISCAL_QUARTER = "LastFiscalQuarter"
    LAST_FISCAL_QUARTER_TO_DATE = "LastFiscalQuarterToDate", "3.0"
    LAST_CALENDAR_YEAR = "LastCalendarYear", "3.0"
    LAST_CALENDAR_YEAR_TO_DATE = "LastCalendarYearToDate", "3.0"
    LAST_FISCAL_YEAR = "LastFiscalYear"
    LAST_FISCAL_YEAR_TO_DATE = "LastFiscalYearToDate", "3.0"
    NEXT_WEEK = "NextWeek", "3.0"
    NEXT_FOUR_WEEKS = "NextFourWeeks", "3.0"
    NEXT_MONTH = "NextMonth", "3.0"
    NEXT_CALENDAR_QUARTER = "NextCalendarQuarter", "3.0"
    NEXT_CALENDAR_YEAR = "NextCalendarYear", "3.0"
    NEXT_FISCAL_QUARTER = "NextFiscalQuarter", "3.0"
    NEXT_FISCAL_YEAR = "NextFiscalYear", "3.0"


# --- links -----------------------------------------------------------------------------------------------------------


@record(shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class TxnLineDetail(Record):
    """Which line of the linked transaction, and how much of it; QuickBooks Online only."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", required=ADD)] = None
    amount: Annotated[Decimal | None, Amount("Amount", required=ADD)] = None


@record(shapes=RET)
@attrs.frozen(kw_only=True, slots=False)
class LinkedTxn(Record):
    """A transaction that another is linked to: a bill's purchase order, a purchase order's bills, a bill's payment.

    A query returns them only where ``include_linked_txns`` asks for them.
    """

    txn_id: Annotated[str | None, Id("TxnID")] = None
    txn_type: Annotated[TxnType | str | None, Choice("TxnType", TxnType)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 20)] = None
    link_type: Annotated[LinkType | str | None, Choice("LinkType", LinkType, since="3.0")] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    txn_line_details: Annotated[tuple[TxnLineDetail, ...], Block("TxnLineDetail", editions=ONLINE)] = ()


# --- what a query of transactions can be asked by --------------------------------------------------------------------


@record(shapes=QUERY)
@attrs.frozen(kw_only=True, slots=False)
class ModifiedDateRangeFilter(Record):
    """Transactions that were made or changed in a span of time; its beginning is part of it."""

    from_modified_date: Annotated[Moment | None, When("FromModifiedDate")] = None
    to_modified_date: Annotated[Moment | None, When("ToModifiedDate")] = None


@record(shapes=QUERY, choices=(OneOf.of(("from_txn_date", "to_txn_date"), "date_macro"),))
@attrs.frozen(kw_only=True, slots=False)
class TxnDateRangeFilter(Record):
    """Transactions that are dated in a span of time: from one day to another, or as a word says."""

    from_txn_date: Annotated[dt.date | None, Day("FromTxnDate")] = None
    to_txn_date: Annotated[dt.date | None, Day("ToTxnDate")] = None
    date_macro: Annotated[DateMacro | str | None, Choice("DateMacro", DateMacro)] = None


_MEMBERS = (OneOf.of("list_ids", "full_names", "list_id_with_children", "full_name_with_children", required=QUERY),)


@record(shapes=QUERY, choices=_MEMBERS)
@attrs.frozen(kw_only=True, slots=False)
class EntityFilter(Record):
    """Transactions with certain customers, vendors, employees or other names; a job stands below its customer."""

    list_ids: Annotated[tuple[str, ...], Id("ListID", since="2.0")] = ()
    full_names: Annotated[tuple[str, ...], Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, Id("ListIDWithChildren", since="2.0")] = None
    full_name_with_children: Annotated[str | None, Text("FullNameWithChildren")] = None


@record(shapes=QUERY, choices=_MEMBERS)
@attrs.frozen(kw_only=True, slots=False)
class AccountFilter(Record):
    """Transactions that post to certain accounts, with or without the accounts below."""

    list_ids: Annotated[tuple[str, ...], Id("ListID", since="2.0")] = ()
    full_names: Annotated[tuple[str, ...], Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, Id("ListIDWithChildren", since="2.0")] = None
    full_name_with_children: Annotated[str | None, Text("FullNameWithChildren")] = None


@record(shapes=QUERY)
@attrs.frozen(kw_only=True, slots=False)
class RefNumberFilter(Record):
    """Reference numbers that begin with, contain or end in something."""

    match_criterion: Annotated[
        MatchCriterion | str | None, Choice("MatchCriterion", MatchCriterion, required=QUERY)
    ] = None
    ref_number: Annotated[str | None, Text("RefNumber", required=QUERY)] = None


@record(shapes=QUERY)
@attrs.frozen(kw_only=True, slots=False)
class RefNumberRangeFilter(Record):
    """Reference numbers from one to another."""

    from_ref_number: Annotated[str | None, Text("FromRefNumber")] = None
    to_ref_number: Annotated[str | None, Text("ToRefNumber")] = None


def txn_choices(*filters: str) -> tuple[OneOf, ...]:
    """What excludes what in the query of a transaction: ids, or reference numbers, or the common filters with these."""
    common = (
        "max_returned",
        "modified_date_range_filter",
        "txn_date_range_filter",
        "entity_filter",
        "account_filter",
        "ref_number_filter",
        "ref_number_range_filter",
        "currency_filter",
    )
    return (
        OneOf.of("txn_ids", "ref_numbers", "ref_numbers_case_sensitive", (*common, *filters)),
        OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        OneOf.of("ref_number_filter", "ref_number_range_filter"),
    )


@attrs.frozen(kw_only=True, slots=False)
class TxnQuery(Record):
    """What every transaction can be asked by: ids, reference numbers, or filters; a transaction's own rows come after."""

    txn_ids: Annotated[tuple[str, ...], Id("TxnID")] = ()
    ref_numbers: Annotated[tuple[str, ...], Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], Text("RefNumberCaseSensitive", since="4.0")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, Block("TxnDateRangeFilter")] = None
    entity_filter: Annotated[EntityFilter | None, Block("EntityFilter")] = None
    account_filter: Annotated[AccountFilter | None, Block("AccountFilter")] = None
    ref_number_filter: Annotated[RefNumberFilter | None, Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, Block("RefNumberRangeFilter")] = None
    currency_filter: Annotated[CurrencyFilter | None, Block("CurrencyFilter", since="8.0")] = None


@record(shapes=QUERY, choices=_MEMBERS)
@attrs.frozen(kw_only=True, slots=False)
class ItemFilter(Record):
    """Transactions with certain items, with or without the items below."""

    list_ids: Annotated[tuple[str, ...], Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], Text("FullName", 159)] = ()
    list_id_with_children: Annotated[str | None, Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, Text("FullNameWithChildren", 159)] = None


# --- paying ----------------------------------------------------------------------------------------------------------


class PaidStatus(StrEnum):
    """Which bills, invoices or charges a query means; QuickBooks takes ``All`` where it is not said."""

    ALL = "All"
    PAID_ONLY = "PaidOnly"
    NOT_PAID_ONLY = "NotPaidOnly"


@record(shapes=ADD | MOD)
@attrs.frozen(kw_only=True, slots=False)
class SetCredit(Record):
    """A credit of the vendor or customer, and how much of it is used up."""

    credit_txn_id: Annotated[
        str | None, Id("CreditTxnID", required=ADD | MOD, macro=ADD | MOD, before={"2.1": {"macro": NEVER}})
    ] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID", editions=ONLINE)] = None
    applied_amount: Annotated[Decimal | None, Amount("AppliedAmount", required=ADD | MOD)] = None
    override: Annotated[bool | None, YesNo("Override", since="10.0")] = None


@record()
@attrs.frozen(kw_only=True, slots=False)
class AppliedToTxn(Record):
    """A bill or invoice that is paid: what is paid of it, what is set off, what is taken off for paying early.

    Sent, ``payment_amount`` says how much; read, ``amount`` does.
    """

    txn_id: Annotated[str | None, Id("TxnID", required=ADD | MOD, macro=ADD)] = None
    txn_type: Annotated[TxnType | str | None, Choice("TxnType", TxnType, shapes=RET)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate", shapes=RET)] = None
    ref_number: Annotated[str | None, Text("RefNumber", 20, shapes=RET)] = None
    balance_remaining: Annotated[Decimal | None, Amount("BalanceRemaining", shapes=RET)] = None
    amount: Annotated[Decimal | None, Amount("Amount", shapes=RET)] = None
    payment_amount: Annotated[Decimal | None, Amount("PaymentAmount", shapes=ADD | MOD)] = None
    txn_line_details: Annotated[
        tuple[TxnLineDetail, ...], Block("TxnLineDetail", shapes=ADD | RET, editions=ONLINE)
    ] = ()
    set_credits: Annotated[tuple[SetCredit, ...], Block("SetCredit", shapes=ADD | MOD)] = ()
    discount_amount: Annotated[Decimal | None, Amount("DiscountAmount")] = None
    discount_account_ref: Annotated[Ref | None, Reference("DiscountAccountRef", 159, to=("Account",))] = None
    discount_class_ref: Annotated[Ref | None, Reference("DiscountClassRef", 159, since="11.0", to=("Class",))] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], Block("LinkedTxn", shapes=RET, since="10.0")] = ()


class CardMode(StrEnum):
    """Whether the card was at hand."""

    CARD_NOT_PRESENT = "CardNotPresent"
    CARD_PRESENT = "CardPresent"


class CardTxnType(StrEnum):
    """What was asked of the merchant service."""

    AUTHORIZATION = "Authorization"
    CAPTURE = "Capture"
    CHARGE = "Charge"
    REFUND = "Refund"
    VOICE_AUTHORIZATION = "VoiceAuthorization"


class CardCheck(StrEnum):
    """Whether the street, the postal code or the security code is that of the card's holder."""

    PASS = "Pass"  # noqa: S105  a word, not a secret
    FAIL = "Fail"
    NOT_AVAILABLE = "NotAvailable"


class CardPaymentStatus(StrEnum):
    """Whether a payment by card went through."""

    UNKNOWN = "Unknown"
    COMPLETED = "Completed"


@record()
@attrs.frozen(kw_only=True, slots=False)
class CreditCardTxnInputInfo(Record):
    """What was handed to the merchant service: the card, and what was asked for."""

    credit_card_number: Annotated[str | None, Text("CreditCardNumber", 25, required=ADD, secret=True)] = attrs.field(
        default=None, repr=False
    )
    expiration_month: Annotated[int | None, Integer("ExpirationMonth", required=ADD, least=1, most=12)] = None
    expiration_year: Annotated[int | None, Integer("ExpirationYear", required=ADD)] = None
    name_on_card: Annotated[str | None, Text("NameOnCard", 41, required=ADD)] = None
    credit_card_address: Annotated[str | None, Text("CreditCardAddress", 41)] = None
    credit_card_postal_code: Annotated[
        str | None, Text("CreditCardPostalCode", 18, before={"6.0": {"max": 41}, "5.0": {"max": 41, "required": ADD}})
    ] = None
    commercial_card_code: Annotated[str | None, Text("CommercialCardCode", 24, before={"6.0": {"max": 50}})] = None
    transaction_mode: Annotated[CardMode | str | None, Choice("TransactionMode", CardMode, since="6.0")] = None
    credit_card_txn_type: Annotated[CardTxnType | str | None, Choice("CreditCardTxnType", CardTxnType, since="7.0")] = (
        None
    )


@record()
@attrs.frozen(kw_only=True, slots=False)
class CreditCardTxnResultInfo(Record):
    """What the merchant service answered."""

    result_code: Annotated[int | None, Integer("ResultCode", required=ADD)] = None
    result_message: Annotated[str | None, Text("ResultMessage", 60, required=ADD, before={"6.0": {"max": 500}})] = None
    credit_card_trans_id: Annotated[str | None, Text("CreditCardTransID", 24, required=ADD)] = None
    merchant_account_number: Annotated[str | None, Text("MerchantAccountNumber", 32, required=ADD)] = None
    authorization_code: Annotated[str | None, Text("AuthorizationCode", 12, before={"5.0": {"required": ADD}})] = None
    avs_street: Annotated[CardCheck | str | None, Choice("AVSStreet", CardCheck, before={"5.0": {"required": ADD}})] = (
        None
    )
    avs_zip: Annotated[CardCheck | str | None, Choice("AVSZip", CardCheck, before={"5.0": {"required": ADD}})] = None
    card_security_code_match: Annotated[
        CardCheck | str | None, Choice("CardSecurityCodeMatch", CardCheck, since="6.0")
    ] = None
    recon_batch_id: Annotated[str | None, Text("ReconBatchID", 84, before={"7.0": {"required": ADD}})] = None
    payment_grouping_code: Annotated[int | None, Integer("PaymentGroupingCode", before={"7.0": {"required": ADD}})] = (
        None
    )
    payment_status: Annotated[
        CardPaymentStatus | str | None, Choice("PaymentStatus", CardPaymentStatus, required=ADD)
    ] = None
    txn_authorization_time: Annotated[Moment | None, When("TxnAuthorizationTime", required=ADD)] = None
    txn_authorization_stamp: Annotated[
        int | None, Integer("TxnAuthorizationStamp", before={"7.0": {"required": ADD}})
    ] = None
    client_trans_id: Annotated[str | None, Text("ClientTransID", 16, since="6.0")] = None


@record()
@attrs.frozen(kw_only=True, slots=False)
class CreditCardTxnInfo(Record):
    """A payment by card as the merchant service has it."""

    credit_card_txn_input_info: Annotated[
        CreditCardTxnInputInfo | None, Block("CreditCardTxnInputInfo", required=ADD, suffix={MOD: "Mod"})
    ] = None
    credit_card_txn_result_info: Annotated[
        CreditCardTxnResultInfo | None, Block("CreditCardTxnResultInfo", required=ADD, suffix={MOD: "Mod"})
    ] = None
