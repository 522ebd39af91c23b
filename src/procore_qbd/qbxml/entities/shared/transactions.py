"""Blocks and words that several transactions have in common."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import MAX_RETURNED, CurrencyFilter, MatchCriterion

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
    "reimbursed_by",
    "txn_choices",
]

LINE = {q.ADD: "Add", q.MOD: "Mod", q.RET: "Ret"}
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


class TxnType(q.Words):
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


def reimbursed_by(*fields: str) -> tuple[q.Needs, ...]:
    """That a line has a ``BillableStatus`` only beside its customer, or what it has its customer from."""
    return (q.Needs("billable_status", fields, 3210, "Target is not reimbursable"),)


class LinkType(StrEnum):
    """What two linked transactions share: money, or goods."""

    AMOUNT = "AMTTYPE"
    QUANTITY = "QUANTYPE"


class DateMacro(q.Words):
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


@q.record(shapes=q.ADD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class TxnLineDetail(q.Record):
    """Which line of the linked transaction, and how much of it; QuickBooks Online only."""

    txn_line_id: Annotated[str | None, q.Id("TxnLineID", required=q.ADD)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount", required=q.ADD)] = None


@q.record(shapes=q.RET)
@attrs.frozen(kw_only=True, slots=False)
class LinkedTxn(q.Record):
    """A transaction that another is linked to: a bill's purchase order, a purchase order's bills, a bill's payment.

    A query returns them only where ``include_linked_txns`` asks for them.
    """

    txn_id: Annotated[str | None, q.Id("TxnID")] = None
    txn_type: Annotated[TxnType | str | None, q.Choice("TxnType", TxnType)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 20)] = None
    link_type: Annotated[LinkType | str | None, q.Choice("LinkType", LinkType, since="3.0")] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    txn_line_details: Annotated[tuple[TxnLineDetail, ...], q.Block("TxnLineDetail", editions=q.ONLINE)] = ()


# --- what a query of transactions can be asked by --------------------------------------------------------------------


@q.record(shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class ModifiedDateRangeFilter(q.Record):
    """Transactions that were made or changed in a span of time; its beginning is part of it."""

    from_modified_date: Annotated[q.Moment | None, q.When("FromModifiedDate")] = None
    to_modified_date: Annotated[q.Moment | None, q.When("ToModifiedDate")] = None


@q.record(shapes=q.QUERY, choices=(q.OneOf.of(("from_txn_date", "to_txn_date"), "date_macro"),))
@attrs.frozen(kw_only=True, slots=False)
class TxnDateRangeFilter(q.Record):
    """Transactions that are dated in a span of time: from one day to another, or as a word says."""

    from_txn_date: Annotated[dt.date | None, q.Day("FromTxnDate")] = None
    to_txn_date: Annotated[dt.date | None, q.Day("ToTxnDate")] = None
    date_macro: Annotated[DateMacro | str | None, q.Choice("DateMacro", DateMacro)] = None


_MEMBERS = (q.OneOf.of("list_ids", "full_names", "list_id_with_children", "full_name_with_children", required=q.QUERY),)


@q.record(shapes=q.QUERY, choices=_MEMBERS)
@attrs.frozen(kw_only=True, slots=False)
class EntityFilter(q.Record):
    """Transactions with certain customers, vendors, employees or other names; a job stands below its customer."""

    list_ids: Annotated[tuple[str, ...], q.Id("ListID", since="2.0")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, q.Id("ListIDWithChildren", since="2.0")] = None
    full_name_with_children: Annotated[str | None, q.Text("FullNameWithChildren")] = None


@q.record(shapes=q.QUERY, choices=_MEMBERS)
@attrs.frozen(kw_only=True, slots=False)
class AccountFilter(q.Record):
    """Transactions that post to certain accounts, with or without the accounts below."""

    list_ids: Annotated[tuple[str, ...], q.Id("ListID", since="2.0")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName")] = ()
    list_id_with_children: Annotated[str | None, q.Id("ListIDWithChildren", since="2.0")] = None
    full_name_with_children: Annotated[str | None, q.Text("FullNameWithChildren")] = None


@q.record(shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class RefNumberFilter(q.Record):
    """Reference numbers that begin with, contain or end in something."""

    match_criterion: Annotated[
        MatchCriterion | str | None, q.Choice("MatchCriterion", MatchCriterion, required=q.QUERY)
    ] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", required=q.QUERY)] = None


@q.record(shapes=q.QUERY)
@attrs.frozen(kw_only=True, slots=False)
class RefNumberRangeFilter(q.Record):
    """Reference numbers from one to another."""

    from_ref_number: Annotated[str | None, q.Text("FromRefNumber")] = None
    to_ref_number: Annotated[str | None, q.Text("ToRefNumber")] = None


def txn_choices(*filters: str) -> tuple[q.OneOf, ...]:
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
        q.OneOf.of("txn_ids", "ref_numbers", "ref_numbers_case_sensitive", (*common, *filters)),
        q.OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        q.OneOf.of("ref_number_filter", "ref_number_range_filter"),
    )


@attrs.frozen(kw_only=True, slots=False)
class TxnQuery(q.Record):
    """What every transaction can be asked by: ids, reference numbers, or filters; a transaction's own rows come after."""

    txn_ids: Annotated[tuple[str, ...], q.Id("TxnID")] = ()
    ref_numbers: Annotated[tuple[str, ...], q.Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], q.Text("RefNumberCaseSensitive", since="4.0")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, q.Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, q.Block("TxnDateRangeFilter")] = None
    entity_filter: Annotated[EntityFilter | None, q.Block("EntityFilter")] = None
    account_filter: Annotated[AccountFilter | None, q.Block("AccountFilter")] = None
    ref_number_filter: Annotated[RefNumberFilter | None, q.Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, q.Block("RefNumberRangeFilter")] = None
    currency_filter: Annotated[CurrencyFilter | None, q.Block("CurrencyFilter", since="8.0")] = None


@q.record(shapes=q.QUERY, choices=_MEMBERS)
@attrs.frozen(kw_only=True, slots=False)
class ItemFilter(q.Record):
    """Transactions with certain items, with or without the items below."""

    list_ids: Annotated[tuple[str, ...], q.Id("ListID")] = ()
    full_names: Annotated[tuple[str, ...], q.Text("FullName", 159)] = ()
    list_id_with_children: Annotated[str | None, q.Id("ListIDWithChildren")] = None
    full_name_with_children: Annotated[str | None, q.Text("FullNameWithChildren", 159)] = None


# --- paying ----------------------------------------------------------------------------------------------------------


class PaidStatus(StrEnum):
    """Which bills, invoices or charges a query means; QuickBooks takes ``All`` where it is not said."""

    ALL = "All"
    PAID_ONLY = "PaidOnly"
    NOT_PAID_ONLY = "NotPaidOnly"


@q.record(shapes=q.ADD | q.MOD)
@attrs.frozen(kw_only=True, slots=False)
class SetCredit(q.Record):
    """A credit of the vendor or customer, and how much of it is used up."""

    credit_txn_id: Annotated[
        str | None, q.Id("CreditTxnID", required=q.ADD | q.MOD, macro=q.ADD | q.MOD, before={"2.1": {"macro": q.NEVER}})
    ] = None
    txn_line_id: Annotated[str | None, q.Id("TxnLineID", editions=q.ONLINE)] = None
    applied_amount: Annotated[Decimal | None, q.Amount("AppliedAmount", required=q.ADD | q.MOD)] = None
    override: Annotated[bool | None, q.YesNo("Override", since="10.0")] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class AppliedToTxn(q.Record):
    """A bill or invoice that is paid: what is paid of it, what is set off, what is taken off for paying early.

    Sent, ``payment_amount`` says how much; read, ``amount`` does.
    """

    txn_id: Annotated[str | None, q.Id("TxnID", required=q.ADD | q.MOD, macro=q.ADD)] = None
    txn_type: Annotated[TxnType | str | None, q.Choice("TxnType", TxnType, shapes=q.RET)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate", shapes=q.RET)] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 20, shapes=q.RET)] = None
    balance_remaining: Annotated[Decimal | None, q.Amount("BalanceRemaining", shapes=q.RET)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount", shapes=q.RET)] = None
    payment_amount: Annotated[Decimal | None, q.Amount("PaymentAmount", shapes=q.ADD | q.MOD)] = None
    txn_line_details: Annotated[
        tuple[TxnLineDetail, ...], q.Block("TxnLineDetail", shapes=q.ADD | q.RET, editions=q.ONLINE)
    ] = ()
    set_credits: Annotated[tuple[SetCredit, ...], q.Block("SetCredit", shapes=q.ADD | q.MOD)] = ()
    discount_amount: Annotated[Decimal | None, q.Amount("DiscountAmount")] = None
    discount_account_ref: Annotated[q.Ref | None, q.Reference("DiscountAccountRef", 159, to=("Account",))] = None
    discount_class_ref: Annotated[q.Ref | None, q.Reference("DiscountClassRef", 159, since="11.0", to=("Class",))] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], q.Block("LinkedTxn", shapes=q.RET, since="10.0")] = ()


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


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class CreditCardTxnInputInfo(q.Record):
    """What was handed to the merchant service: the card, and what was asked for."""

    credit_card_number: Annotated[str | None, q.Text("CreditCardNumber", 25, required=q.ADD, secret=True)] = attrs.field(
        default=None, repr=False
    )
    expiration_month: Annotated[int | None, q.Integer("ExpirationMonth", required=q.ADD, least=1, most=12)] = None
    expiration_year: Annotated[int | None, q.Integer("ExpirationYear", required=q.ADD)] = None
    name_on_card: Annotated[str | None, q.Text("NameOnCard", 41, required=q.ADD)] = None
    credit_card_address: Annotated[str | None, q.Text("CreditCardAddress", 41)] = None
    credit_card_postal_code: Annotated[
        str | None, q.Text("CreditCardPostalCode", 18, before={"6.0": {"max": 41}, "5.0": {"max": 41, "required": q.ADD}})
    ] = None
    commercial_card_code: Annotated[str | None, q.Text("CommercialCardCode", 24, before={"6.0": {"max": 50}})] = None
    transaction_mode: Annotated[CardMode | str | None, q.Choice("TransactionMode", CardMode, since="6.0")] = None
    credit_card_txn_type: Annotated[CardTxnType | str | None, q.Choice("CreditCardTxnType", CardTxnType, since="7.0")] = (
        None
    )


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class CreditCardTxnResultInfo(q.Record):
    """What the merchant service answered."""

    result_code: Annotated[int | None, q.Integer("ResultCode", required=q.ADD)] = None
    result_message: Annotated[str | None, q.Text("ResultMessage", 60, required=q.ADD, before={"6.0": {"max": 500}})] = None
    credit_card_trans_id: Annotated[str | None, q.Text("CreditCardTransID", 24, required=q.ADD)] = None
    merchant_account_number: Annotated[str | None, q.Text("MerchantAccountNumber", 32, required=q.ADD)] = None
    authorization_code: Annotated[str | None, q.Text("AuthorizationCode", 12, before={"5.0": {"required": q.ADD}})] = None
    avs_street: Annotated[CardCheck | str | None, q.Choice("AVSStreet", CardCheck, before={"5.0": {"required": q.ADD}})] = (
        None
    )
    avs_zip: Annotated[CardCheck | str | None, q.Choice("AVSZip", CardCheck, before={"5.0": {"required": q.ADD}})] = None
    card_security_code_match: Annotated[
        CardCheck | str | None, q.Choice("CardSecurityCodeMatch", CardCheck, since="6.0")
    ] = None
    recon_batch_id: Annotated[str | None, q.Text("ReconBatchID", 84, before={"7.0": {"required": q.ADD}})] = None
    payment_grouping_code: Annotated[int | None, q.Integer("PaymentGroupingCode", before={"7.0": {"required": q.ADD}})] = (
        None
    )
    payment_status: Annotated[
        CardPaymentStatus | str | None, q.Choice("PaymentStatus", CardPaymentStatus, required=q.ADD)
    ] = None
    txn_authorization_time: Annotated[q.Moment | None, q.When("TxnAuthorizationTime", required=q.ADD)] = None
    txn_authorization_stamp: Annotated[
        int | None, q.Integer("TxnAuthorizationStamp", before={"7.0": {"required": q.ADD}})
    ] = None
    client_trans_id: Annotated[str | None, q.Text("ClientTransID", 16, since="6.0")] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class CreditCardTxnInfo(q.Record):
    """A payment by card as the merchant service has it."""

    credit_card_txn_input_info: Annotated[
        CreditCardTxnInputInfo | None, q.Block("CreditCardTxnInputInfo", required=q.ADD, suffix={q.MOD: "Mod"})
    ] = None
    credit_card_txn_result_info: Annotated[
        CreditCardTxnResultInfo | None, q.Block("CreditCardTxnResultInfo", required=q.ADD, suffix={q.MOD: "Mod"})
    ] = None
