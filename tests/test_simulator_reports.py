"""Reports of the company file: they agree with each other, with the lists, and with the transactions."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from procore_qbd import Memory, Ref, Request, ask_all, run
from procore_qbd.qbxml.entities._transactions import AppliedToTxn, SetCredit
from procore_qbd.qbxml.entities.accounts import Account, AccountQuery
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine, ItemLine, LinkToTxn, VendorCredit
from procore_qbd.qbxml.entities.checks import Check
from procore_qbd.qbxml.entities.classes import Class
from procore_qbd.qbxml.entities.credit_memos import CreditMemo, CreditMemoLine
from procore_qbd.qbxml.entities.customers import Customer, CustomerQuery
from procore_qbd.qbxml.entities.employees import Employee
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine
from procore_qbd.qbxml.entities.inventory_items import ItemInventory
from procore_qbd.qbxml.entities.invoices import Invoice, InvoiceLine
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.qbxml.entities.journal_entries import JournalCreditLine, JournalDebitLine, JournalEntry
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment
from procore_qbd.qbxml.entities.report_queries import (
    AgingReportQuery,
    BudgetSummaryReportQuery,
    CustomDetailReportQuery,
    CustomSummaryReportQuery,
    GeneralDetailReportQuery,
    GeneralSummaryReportQuery,
    JobReportQuery,
    ReportAccountFilter,
    ReportDateMacro,
    ReportEntityFilter,
    ReportPeriod,
    TimeReportQuery,
)
from procore_qbd.qbxml.entities.reports import Report
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.reports import REPORTS
from shared import SHARED, needs_shared
from test_simulator import Clock, ask, put, say, validated

D = Decimal
TODAY = dt.date(2023, 11, 14)


def ref(list_id):
    return Ref(list_id=list_id)


BANK, AR, AP, SALES, COSTS, TOOLS, STOCK, RENT = (ref(f"4-{at}") for at in range(1, 9))
CUSTOMER, GYM, LIBRARY, OTHER = (ref(f"2-{at}") for at in range(1, 5))
ALDER, BIRCH = ref("1-1"), ref("1-2")
CONCRETE, FORMS, PLANS, PIPE = (ref(f"3-{at}") for at in range(1, 5))
NORTH, SOUTH = ref("5-1"), ref("5-2")


def service(at, name, cost="60", parent=None):
    sides = SalesAndPurchase(
        sales_desc=f"{name} work",
        sales_price=D(100),
        income_account_ref=SALES,
        purchase_cost=D(cost),
        expense_account_ref=COSTS,
    )
    return ItemService(list_id=f"3-{at}", name=name, parent_ref=parent, sales_and_purchase=sides)


LISTS = [
    Account(list_id="4-1", name="Checking", account_type="Bank"),
    Account(list_id="4-2", name="Accounts Receivable", account_type="AccountsReceivable"),
    Account(list_id="4-3", name="Accounts Payable", account_type="AccountsPayable"),
    Account(list_id="4-4", name="Construction Income", account_type="Income"),
    Account(list_id="4-5", name="Job Costs", account_type="CostOfGoodsSold"),
    Account(list_id="4-6", name="Tools", account_type="CostOfGoodsSold", parent_ref=COSTS),
    Account(list_id="4-7", name="Stock", account_type="OtherCurrentAsset"),
    Account(list_id="4-8", name="Rent", account_type="Expense"),
    Vendor(list_id="1-1", name="Alder Creek Concrete"),
    Vendor(list_id="1-2", name="Birch Electric"),
    Customer(list_id="2-1", name="School"),
    Customer(list_id="2-2", name="Gym", parent_ref=CUSTOMER),
    Customer(list_id="2-3", name="Library", parent_ref=CUSTOMER),
    Customer(list_id="2-4", name="Ash, Ann"),
    service(1, "03 Concrete"),
    service(2, "03.1 Forms", "12.5", CONCRETE),
    service(3, "01 Plans", "0"),
    ItemInventory(
        list_id="3-4", name="Pipe", income_account_ref=SALES, cogs_account_ref=COSTS, asset_account_ref=STOCK
    ),
    Class(list_id="5-1", name="North"),
    Class(list_id="5-2", name="South"),
]


def company():
    made = CompanyFile.create(clock=Clock())
    made.seed(LISTS)
    return made


@pytest.fixture
def books():
    with company() as made:
        yield made


def asked(books, query, **more):
    """A report, as the schema wants it where that is at hand."""
    judged = validated if SHARED.is_dir() else bytes
    (outcome,) = run(ask_all([Request.query(query)]), Memory(lambda document: judged(books.process(document))))
    assert outcome.ok, (outcome, books.last_fault)
    return outcome.record(Report)


ALL = ReportDateMacro.ALL


def general(books, kind, **more):
    if "report_period" not in more:
        more = {"report_date_macro": ALL} | more
    return asked(books, GeneralSummaryReportQuery(report_type=kind, **more))


def job(books, kind, **more):
    return asked(books, JobReportQuery(report_type=kind, **({"report_date_macro": ALL} | more)))


def total(report, column):
    """What the last line of a report says in a column; nothing where there is none."""
    return (report.rows("total") or ({column: D(0)},))[-1][column] or D(0)


def only(report):
    """The title of the one column."""
    return report.names[4]


def figures(report, *columns):
    """The lines of figures by what they are about."""
    return {row["row_value"]: tuple(row[column] for column in columns) for row in report.rows("data")}


# --- whatever happened -----------------------------------------------------------------------------------------------

CENTS = st.integers(1, 500_000).map(lambda cents: D(cents).scaleb(-2))
DAYS = st.dates(dt.date(2022, 6, 1), TODAY)
ITEMS, JOBS, VENDORS = (
    st.sampled_from(one) for one in ([CONCRETE, FORMS, PLANS], [GYM, LIBRARY, OTHER], [ALDER, BIRCH])
)
CLASSES = st.sampled_from([None, NORTH, SOUTH])
QUANTITIES = st.integers(1, 40).map(D)
LITTLE = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def transactions(draw):
    """A transaction of a contractor, with all that it needs."""
    day, amount, job_, vendor, item, class_ = (draw(one) for one in (DAYS, CENTS, JOBS, VENDORS, ITEMS, CLASSES))
    expense = BillExpenseLine(
        account_ref=draw(st.sampled_from([COSTS, TOOLS, RENT])),
        amount=amount,
        customer_ref=draw(st.none() | st.just(job_)),
        class_ref=class_,
    )
    bought = ItemLine(item_ref=item, amount=draw(CENTS), customer_ref=job_, class_ref=class_)
    kinds = {
        "bill": Bill(
            vendor_ref=vendor, ap_account_ref=AP, txn_date=day, expense_lines=(expense,), item_lines=(bought,)
        ),
        "stock": Bill(
            vendor_ref=vendor,
            ap_account_ref=AP,
            txn_date=day,
            item_lines=(ItemLine(item_ref=PIPE, quantity=draw(QUANTITIES), cost=D("2.5")),),
        ),
        "credit": VendorCredit(vendor_ref=vendor, ap_account_ref=AP, txn_date=day, item_lines=(bought,)),
        "check": Check(
            account_ref=BANK, payee_entity_ref=vendor, txn_date=day, expense_lines=(expense,), is_to_be_printed=True
        ),
        "invoice": Invoice(
            customer_ref=job_,
            ar_account_ref=AR,
            txn_date=day,
            class_ref=class_,
            lines=(InvoiceLine(item_ref=draw(st.sampled_from([item, PIPE])), quantity=draw(QUANTITIES), rate=amount),),
        ),
        "memo": CreditMemo(
            customer_ref=job_, ar_account_ref=AR, txn_date=day, lines=(CreditMemoLine(item_ref=item, amount=amount),)
        ),
        "estimate": Estimate(
            customer_ref=job_, txn_date=day, lines=(EstimateLine(item_ref=item, quantity=draw(QUANTITIES)),)
        ),
        "order": PurchaseOrder(
            vendor_ref=vendor,
            txn_date=day,
            lines=(PurchaseOrderLine(item_ref=item, quantity=draw(QUANTITIES), rate=amount, customer_ref=job_),),
        ),
        "journal": JournalEntry(
            txn_date=day,
            lines=(
                JournalDebitLine(account_ref=RENT, amount=amount, class_ref=class_),
                JournalCreditLine(account_ref=BANK, amount=amount),
            ),
        ),
        "payment": ReceivePayment(
            customer_ref=job_, ar_account_ref=AR, txn_date=day, total_amount=amount, is_auto_apply=True
        ),
        "paid": day,
        "received": day,
    }
    return kinds[draw(st.sampled_from(sorted(kinds)))]


def happen(books, one):
    """Let a transaction happen; a day alone is one on which a bill is paid in part, and an order billed in part."""
    if not isinstance(one, dt.date):
        put(books, one)
        return
    open_ = [bill for bill in books.records("Bill") if bill.open_amount > 1]
    if open_:
        applied = AppliedToTxn(txn_id=open_[0].txn_id, payment_amount=D(1))
        payment = BillPaymentCheck(
            payee_entity_ref=ref(open_[0].vendor_ref.list_id),
            ap_account_ref=AP,
            bank_account_ref=BANK,
            txn_date=one,
            is_to_be_printed=True,
            applied_to_txns=(applied,),
        )
        put(books, payment)
    for order in books.records("PurchaseOrder"):
        line = order.lines[0]
        if line.quantity - line.received_quantity > 1:
            link = LinkToTxn(txn_id=order.txn_id, txn_line_id=line.txn_line_id)
            lines = (ItemLine(link_to_txn=link, quantity=D(1), cost=line.rate),)
            put(
                books, Bill(vendor_ref=ref(order.vendor_ref.list_id), ap_account_ref=AP, txn_date=one, item_lines=lines)
            )
            return


def whatever_happened(test):
    """A test of books in which anything happened."""

    @LITTLE
    @given(st.lists(transactions(), max_size=10), DAYS)
    def run_(happened, day):
        with company() as books:
            for one in happened:
                happen(books, one)
            test(books, day)

    run_.__name__, run_.__doc__ = test.__name__, test.__doc__
    return run_


def until(day):
    return {"report_period": ReportPeriod(from_report_date=dt.date(2022, 1, 1), to_report_date=day)}


@whatever_happened
def test_the_trial_balance_comes_to_nothing(books, day):
    for when in (day, TODAY):
        trial = general(books, "TrialBalance", **until(when))
        debit, credit = trial.names[4:]
        assert total(trial, debit) == total(trial, credit) == sum(row[debit] or 0 for row in trial.rows("data"))


@whatever_happened
def test_assets_are_liabilities_and_equity_with_the_net_income(books, day):
    for when in (day, TODAY):
        sheet = general(books, "BalanceSheetStandard", **until(when))
        sums = [row[only(sheet)] for row in sheet.rows("total")]
        assert len(set(sums)) <= 1 and len(sums) in (0, 2), sums
        year = {"report_period": ReportPeriod(from_report_date=dt.date(when.year, 1, 1), to_report_date=when)}
        profit = general(books, "ProfitAndLossStandard", **year)
        net = [row[only(sheet)] for row in sheet.rows("data") if row["label"] == "Net Income"]
        assert sum(net) == total(profit, only(profit))


@whatever_happened
def test_profit_and_loss_is_the_same_however_it_is_cut(books, day):
    whole = general(books, "ProfitAndLossStandard")
    lines = {row["label"]: row[only(whole)] for row in whole.rows("data", "subtotal", "total")}
    for kind, by in (
        ("ProfitAndLossByJob", None),
        ("ProfitAndLossByClass", None),
        *(("ProfitAndLossStandard", by) for by in ("Month", "Quarter", "Year", "Vendor", "Week")),
    ):
        cut = general(books, kind, summarize_columns_by=by)
        rows = cut.rows("data", "subtotal", "total")
        assert {row["label"]: row["TOTAL"] for row in rows} == lines if lines else not rows
        for row in rows:
            parts = [name for name in cut.names[4:-1] if not name.startswith("Total ")]
            assert sum(row[name] for name in parts) == row["TOTAL"]


@whatever_happened
def test_profit_by_job_and_by_item_is_that_of_profit_and_loss(books, day):
    cut = general(books, "ProfitAndLossByJob")
    summary = job(books, "JobProfitabilitySummary")
    jobs = figures(summary, "Act. Cost", "Act. Revenue", "($) Diff.")
    names = {"School:Gym": "Gym: (School)", "School:Library": "Library: (School)", "Ash, Ann": "Ash, Ann"}
    net = (cut.rows("total") or [Counter()])[-1]
    for name, (cost, revenue, difference) in jobs.items():
        assert revenue - cost == difference == net[names[name]]
        detail = job(books, "JobProfitabilityDetail", report_entity_filter=ReportEntityFilter(full_names=(name,)))
        assert detail.title == f"Job Profitability Detail for {name}"
        assert [total(detail, column) for column in detail.names[4:]] == [cost, revenue, difference]
    against = job(books, "JobEstimatesVsActualsSummary")
    for column in ("Act. Cost", "Act. Revenue"):
        assert total(against, column) == total(summary, column)
    estimates = [line for one in books.records("Estimate") for line in one.lines]
    assert total(against, "Est. Revenue") == sum(line.amount for line in estimates)
    assert total(job(books, "ItemEstimatesVsActuals"), "Est. Revenue") == sum(line.amount for line in estimates)


@whatever_happened
def test_the_lists_say_what_the_reports_say(books, day):
    trial = general(books, "TrialBalance", **until(TODAY))
    balances = {
        name: (debit or 0) - (credit or 0) for name, (debit, credit) in figures(trial, *trial.names[4:]).items()
    }
    for account in ask(books, AccountQuery()):
        if (
            account.account_type not in ("Income", "CostOfGoodsSold", "Expense")
            and account.full_name != "Retained Earnings"
        ):
            sign = -1 if account.account_type == "AccountsPayable" else 1
            assert sign * account.balance == balances.pop(account.full_name, 0)
    for kind, query in (("CustomerBalanceSummary", CustomerQuery()), ("VendorBalanceSummary", VendorQuery())):
        report = general(books, kind, **until(TODAY))
        owed = figures(report, only(report))
        lists = {getattr(one, "full_name", None) or one.name: (one.balance,) for one in ask(books, query)}
        assert owed == {name: balance for name, balance in lists.items() if balance[0]}


@whatever_happened
def test_sales_and_purchases_are_those_of_the_lines(books, day):
    sold = sum(one.subtotal for one in books.records("Invoice")) - sum(
        one.subtotal for one in books.records("CreditMemo")
    )
    for kind in ("SalesByCustomerSummary", "SalesByItemSummary"):
        report = general(books, kind)
        assert total(report, [name for name in report.names[4:] if not name.endswith("Qty")][0]) == sold
    bought = sum(line.amount for one in books.records("Bill") for line in one.item_lines)
    bought -= sum(line.amount for one in books.records("VendorCredit") for line in one.item_lines)
    for kind in ("PurchaseByVendorSummary", "PurchaseByItemSummary"):
        report = general(books, kind)
        assert total(report, report.names[-1]) == bought


# --- details ---------------------------------------------------------------------------------------------------------


def detail(books, kind, **more):
    if "report_period" not in more:
        more = {"report_date_macro": ALL} | more
    return asked(books, GeneralDetailReportQuery(report_type=kind, **more))


@whatever_happened
def test_a_report_of_details_sums_to_that_of_sums(books, day):
    whole, listed = general(books, "ProfitAndLossStandard"), detail(books, "ProfitAndLossDetail")
    assert total(listed, "Amount") == total(whole, only(whole))
    subtotals = {row["label"]: row["Amount"] for row in listed.rows("subtotal")}
    for row in whole.rows("subtotal"):
        assert subtotals.get(row["label"]) == row[only(whole)]
    by_vendor, vendors = general(books, "ExpenseByVendorSummary"), detail(books, "ExpenseByVendorDetail")
    assert total(vendors, "Amount") == total(by_vendor, only(by_vendor))
    custom = asked(
        books,
        CustomDetailReportQuery(
            report_type="CustomTxnDetail",
            report_date_macro=ALL,
            summarize_rows_by="Account",
            include_columns=("TxnType", "Date", "Amount"),
            report_account_filter=ReportAccountFilter(account_type_filter="IncomeAndExpense"),
        ),
    )
    assert total(custom, "Amount") == -total(whole, only(whole))
    summary = CustomSummaryReportQuery(
        report_type="CustomSummary",
        report_date_macro=ALL,
        summarize_rows_by="Customer",
        summarize_columns_by="Class",
    )
    assert total(asked(books, summary), "TOTAL") == total(whole, only(whole))


@whatever_happened
def test_debits_are_credits_in_the_ledger_and_in_the_journal(books, day):
    trial = general(books, "TrialBalance", **until(day))
    balances = {name: (debit or 0) - (credit or 0) for name, (debit, credit) in figures(trial, *trial.names[4:]).items()}
    for more in ({}, until(day), {"report_period": ReportPeriod(from_report_date=dt.date(day.year, 1, 1), to_report_date=day)}):
        ledger, journal = detail(books, "GeneralLedger", **more), detail(books, "Journal", **more)
        assert total(ledger, "Debit") == total(ledger, "Credit") == total(journal, "Debit") == total(journal, "Credit")
        for row in journal.rows("subtotal"):
            assert row["Debit"] == row["Credit"]
    ends = {row["row_value"]: row["Balance"] for row in ledger.rows("subtotal")}
    assert {name: end for name, end in ends.items() if end} == {name: one for name, one in balances.items() if one}


@whatever_happened
def test_what_is_open_is_what_the_transactions_say(books, day):
    bills = detail(books, "UnpaidBillsDetail", **until(TODAY))
    owed = sum(one.open_amount for one in books.records("Bill"))
    assert total(bills, "Open Balance") == owed - sum(one.open_amount for one in books.records("VendorCredit"))
    invoices = detail(books, "OpenInvoices", **until(TODAY))
    due = sum(one.balance_remaining for one in books.records("Invoice"))
    due -= sum(one.credit_remaining for one in books.records("CreditMemo"))
    assert total(invoices, "Open Balance") == due - sum(one.unused_payment for one in books.records("ReceivePayment"))


@whatever_happened
def test_what_is_due_is_what_is_owed(books, day):
    for side, kind in (("AP", "VendorBalanceSummary"), ("AR", "CustomerBalanceSummary")):
        balance = general(books, kind, **until(day))
        for as_of in ("ReportEndDate", "Today"):
            how = {"report_aging_as_of": as_of} | until(day)
            aged = asked(books, AgingReportQuery(report_type=f"{side}AgingSummary", **how))
            owed = {name: row for name, row in figures(balance, only(balance)).items() if row[0]}
            assert {name: row for name, row in figures(aged, "TOTAL").items() if row[0]} == owed
            for row in aged.rows():
                if row["TOTAL"] is not None:
                    assert sum(row[name] for name in aged.names[4:-1]) == row["TOTAL"]
            listed = asked(books, AgingReportQuery(report_type=f"{side}AgingDetail", **how))
            assert total(listed, "Open Balance") == total(aged, "TOTAL")
            ages = {row["label"].removeprefix("Total "): row["Open Balance"] for row in listed.rows("subtotal")}
            if aged.rows("total"):
                assert ages == {age: row for age in aged.names[4:-1] if (row := aged.rows("total")[0][age]) or age in ages}


@whatever_happened
def test_open_orders_are_what_was_ordered_and_not_received(books, day):
    worth = {}
    for order in books.records("PurchaseOrder"):
        for line in order.lines:
            left = (line.quantity - line.received_quantity) * line.rate
            worth[order.txn_id] = worth.get(order.txn_id, 0) + (0 if order.is_fully_received else left)
    by_order = detail(books, "OpenPOs", include_columns=("TxnID", "OpenBalance", "TxnType"))
    assert {row["Trans ID"]: row["Open Balance"] for row in by_order.rows("data")} == {
        txn: left for txn, left in worth.items() if left
    }
    by_job = detail(books, "OpenPOsByJob")
    assert total(by_job, "Open Balance") == total(by_order, "Open Balance") == sum(worth.values())


@whatever_happened
def test_lists_of_transactions_have_each_once(books, day):
    listed = detail(books, "TxnListByDate", include_columns=("TxnID", "TxnNumber", "Name", "Amount"))
    by_vendor, by_customer = (
        detail(books, kind, include_columns=("TxnID",)) for kind in ("TxnListByVendor", "TxnListByCustomer")
    )
    ids = [row["Trans ID"] for row in listed.rows("data")]
    kinds = ("Bill", "BillPaymentCheck", "Check", "CreditMemo", "Estimate", "Invoice", "JournalEntry")
    kinds += ("PurchaseOrder", "ReceivePayment", "VendorCredit")
    assert sorted(ids) == sorted(one.txn_id for kind in kinds for one in books.records(kind))
    others = [one.txn_id for one in books.records("JournalEntry")]
    split = [row["Trans ID"] for report in (by_vendor, by_customer) for row in report.rows("data")]
    assert sorted(split + others) == sorted(ids)
