"""Reports of the company file: they agree with each other, with the lists, and with the transactions."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from procore_qbd import Memory, Ref, Request, ask_all, run
from procore_qbd.qbxml import read_reply
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
    ReportItemFilter,
    ReportPeriod,
    ReportTxnTypeFilter,
    TimeReportQuery,
)
from procore_qbd.qbxml.entities.reports import Report
from procore_qbd.qbxml.entities.shared.common import ClassFilter
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn
from procore_qbd.qbxml.entities.time_tracking import TimeTracking
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.reports import REPORTS
from procore_qbd.simulator.reports.pages import heading, span_words
from support.company import Clock, ask, put, say, validated
from support.examples import examples
from support.shared import SHARED, needs_shared

D = Decimal
TODAY = dt.date(2023, 11, 14)


def ref(list_id):
    return Ref(list_id=list_id)


BANK, AR, AP, SALES, COSTS, TOOLS, STOCK, RENT = (ref(f"4-{at}") for at in range(1, 9))
ESTIMATES = ReportTxnTypeFilter(txn_type_filters=("Estimate",))
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


def asked(books, query):
    """A report, as the schema wants it where that is at hand."""
    judged = validated if SHARED else bytes
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
    max_examples=examples(25),
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
    """A test of books in which anything happened, and of a day, if it wants one."""

    @LITTLE
    @given(st.lists(transactions(), max_size=10), DAYS)
    def run_(happened, day):
        with company() as books:
            for one in happened:
                happen(books, one)
            test(*(books, day)[: test.__code__.co_argcount])

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
        assert len(set(sums)) <= 1
        assert len(sums) in (0, 2)
        year = {"report_period": ReportPeriod(from_report_date=dt.date(when.year, 1, 1), to_report_date=when)}
        profit = general(books, "ProfitAndLossStandard", **year)
        net = [row[only(sheet)] for row in sheet.rows("data") if row["label"] == "Net Income"]
        assert sum(net) == total(profit, only(profit))


@whatever_happened
def test_profit_and_loss_is_the_same_however_it_is_cut(books):
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
def test_profit_by_job_and_by_item_is_that_of_profit_and_loss(books):
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
def test_the_lists_say_what_the_reports_say(books):
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
def test_sales_and_purchases_are_those_of_the_lines(books):
    sold = sum(one.subtotal for one in books.records("Invoice")) - sum(
        one.subtotal for one in books.records("CreditMemo")
    )
    for kind in ("SalesByCustomerSummary", "SalesByItemSummary"):
        report = general(books, kind)
        assert total(report, next(name for name in report.names[4:] if not name.endswith("Qty"))) == sold
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
def test_a_report_of_details_sums_to_that_of_sums(books):
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
            report_posting_status_filter="Posting",
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
    balances = {
        name: (debit or 0) - (credit or 0) for name, (debit, credit) in figures(trial, *trial.names[4:]).items()
    }
    for more in (
        {},
        until(day),
        {"report_period": ReportPeriod(from_report_date=dt.date(day.year, 1, 1), to_report_date=day)},
    ):
        ledger, journal = detail(books, "GeneralLedger", **more), detail(books, "Journal", **more)
        assert total(ledger, "Debit") == total(ledger, "Credit") == total(journal, "Debit") == total(journal, "Credit")
        for row in journal.rows("subtotal"):
            assert row["Debit"] == row["Credit"]
    ends = {row["row_value"]: row["Balance"] for row in ledger.rows("subtotal")}
    assert {name: end for name, end in ends.items() if end} == {name: one for name, one in balances.items() if one}


@whatever_happened
def test_what_is_open_is_what_the_transactions_say(books):
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
                (sums,) = aged.rows("total")
                assert ages == {age: sums[age] for age in aged.names[4:-1] if sums[age] or age in ages}


@whatever_happened
def test_open_orders_are_what_was_ordered_and_not_received(books):
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
def test_lists_of_transactions_have_each_once(books):
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


@whatever_happened
def test_a_balance_sheet_by_spans_is_that_of_the_end_of_each(books):
    for by, ends in (
        ("Month", [dt.date(2023, 1, 31), dt.date(2023, 2, 28), dt.date(2023, 3, 9)]),
        ("Year", [dt.date(2022, 12, 31), dt.date(2023, 3, 9)]),
    ):
        period = ReportPeriod(from_report_date=dt.date(ends[0].year, 1, 20), to_report_date=dt.date(2023, 3, 9))
        cut = general(books, "BalanceSheetStandard", summarize_columns_by=by, report_period=period)
        for at, end in enumerate(ends):
            whole = general(books, "BalanceSheetStandard", **until(end))
            rows = {(row["kind"], row["label"]): row[only(whole)] for row in whole.rows("data", "subtotal", "total")}
            shown = {
                (row["kind"], row["label"]): row[cut.names[4 + at]] for row in cut.rows("data", "subtotal", "total")
            }
            assert {key: cents for key, cents in shown.items() if cents} == {
                key: cents for key, cents in rows.items() if cents
            }


# --- as QuickBooks writes them ---------------------------------------------------------------------------------------


@needs_shared
def test_a_recorded_report_comes_back_from_what_it_tells_of():
    (path,) = (SHARED / "qbxml" / "samples").rglob("job_estimates_vs_actuals_detail_2__JobReportQueryRs.xml")
    (outcome,) = read_reply(path.read_bytes()).outcomes
    recorded = outcome.record(Report)
    customer, name = recorded.title.partition(" for ")[2].split(":")
    bought, sold, estimated = [], [], []
    with CompanyFile.create(clock=Clock()) as books:
        books.seed([*LISTS[:8], Vendor(list_id="1-1", name="V"), Customer(list_id="2-1", name=customer)])
        books.seed([Customer(list_id="2-2", name=name, parent_ref=CUSTOMER)])
        labels = [row["label"].removeprefix("Total ") for row in recorded.rows("subtotal") if row["row_value"]]
        labels += [row["label"] for row in recorded.rows("data")]
        about = [row["row_value"] for kind in ("subtotal", "data") for row in recorded.rows(kind) if row["row_value"]]
        for at, (label, full_name) in enumerate(zip(labels, about, strict=True)):
            above, _, own = full_name.rpartition(":")
            row = next((one for one in recorded.rows("data") if one["row_value"] == full_name), None)
            sides = SalesAndPurchase(
                sales_desc=label.removeprefix(own).strip(" ()") or None,
                income_account_ref=SALES,
                expense_account_ref=COSTS,
                purchase_cost=row and row["Est. Cost"],
            )
            parent = Ref(full_name=above) if above else None
            item = put(books, ItemService(name=own, parent_ref=parent, sales_and_purchase=sides))
            this = {"item_ref": ref(item.list_id)}
            if row:
                bought.append(ItemLine(**this, amount=row["Act. Cost"], customer_ref=GYM))
                sold.append(InvoiceLine(**this, amount=row["Act. Revenue"]))
            if row and row["Est. Revenue"]:
                estimated.append(EstimateLine(**this, quantity=D(1), amount=row["Est. Revenue"]))
            assert at < 40
        put(books, Bill(vendor_ref=ALDER, ap_account_ref=AP, item_lines=tuple(bought)))
        put(books, Invoice(customer_ref=GYM, ar_account_ref=AR, lines=tuple(sold)))
        put(books, Estimate(customer_ref=GYM, lines=tuple(estimated)))
        whom = ReportEntityFilter(full_names=(f"{customer}:{name}",))
        assert job(books, "JobEstimatesVsActualsDetail", report_entity_filter=whom) == recorded


def with_a_gym(books):
    """A job with an estimate, an order, a bill for a part of it, and an invoice that is paid in part."""
    estimated = (EstimateLine(item_ref=CONCRETE, quantity=D(10)), EstimateLine(item_ref=FORMS, quantity=D(4)))
    put(books, Estimate(customer_ref=GYM, txn_date=dt.date(2023, 1, 5), lines=estimated))
    ordered = PurchaseOrderLine(item_ref=CONCRETE, quantity=D(10), rate=D(60), customer_ref=GYM)
    order = put(books, PurchaseOrder(vendor_ref=ALDER, txn_date=dt.date(2023, 2, 1), ref_number="7", lines=(ordered,)))
    link = LinkToTxn(txn_id=order.txn_id, txn_line_id=order.lines[0].txn_line_id)
    tools = BillExpenseLine(account_ref=TOOLS, amount=D("99.99"), customer_ref=GYM, memo="drill")
    rent = BillExpenseLine(account_ref=RENT, amount=D(500), class_ref=NORTH)
    put(
        books,
        Bill(
            vendor_ref=ALDER,
            ap_account_ref=AP,
            txn_date=dt.date(2023, 3, 1),
            due_date=dt.date(2023, 3, 31),
            ref_number="B1",
            expense_lines=(tools, rent),
            item_lines=(ItemLine(link_to_txn=link, quantity=D(4), cost=D(60)),),
        ),
    )
    sold = (InvoiceLine(item_ref=CONCRETE, quantity=D(4)), InvoiceLine(item_ref=FORMS, amount=D(50)))
    put(books, Invoice(customer_ref=GYM, ar_account_ref=AR, txn_date=dt.date(2023, 4, 1), lines=sold))
    paid = {"txn_date": dt.date(2023, 4, 9), "total_amount": D(100), "is_auto_apply": True}
    put(books, ReceivePayment(customer_ref=GYM, ar_account_ref=AR, **paid))
    return books


@pytest.fixture
def gym(books):
    return with_a_gym(books)


def lines(report):
    """The lines as they stand: what kind, and the cells."""
    return [
        (line.kind.value, line.value)
        if line.kind == "text"
        else (line.kind.value, *(cell.value for cell in line.cells))
        for line in report.lines
    ]


def test_the_profit_of_a_job_by_item(gym):
    whom = ReportEntityFilter(full_name_with_children="School:Gym")
    report = job(gym, "JobProfitabilityDetail", report_entity_filter=whom)
    assert lines(report) == [
        ("text", "Service"),
        ("text", "03 Concrete (03 Concrete work)"),
        ("data", "03.1 Forms (03.1 Forms work)", "0.00", "50.00", "50.00"),
        ("data", "03 Concrete (03 Concrete work) - Other", "240.00", "400.00", "160.00"),
        ("subtotal", "Total 03 Concrete (03 Concrete work)", "240.00", "450.00", "210.00"),
        ("subtotal", "Total Service", "240.00", "450.00", "210.00"),
        ("data", "No item", "99.99", "0.00", "-99.99"),
        ("total", "TOTAL", "339.99", "450.00", "110.01"),
    ]
    assert [line.row_number for line in report.lines] == [str(at) for at in range(1, report.num_rows + 1)]
    assert (report.num_columns, report.num_col_title_rows, report.subtitle) == (4, 1, "All Transactions")


def test_profit_and_loss_section_by_section(gym):
    report = general(gym, "ProfitAndLossStandard", report_date_macro="ThisYear")
    assert (report.title, report.subtitle) == ("Profit & Loss", "January through December 2023")
    assert report.names[3:] == ("label", "Jan - Dec 23")
    assert lines(report) == [
        ("text", "Ordinary Income/Expense"),
        ("text", "Income"),
        ("data", "Construction Income", "450.00"),
        ("subtotal", "Total Income", "450.00"),
        ("text", "Cost of Goods Sold"),
        ("text", "Job Costs"),
        ("data", "Tools", "99.99"),
        ("data", "Job Costs - Other", "240.00"),
        ("subtotal", "Total Job Costs", "339.99"),
        ("subtotal", "Total COGS", "339.99"),
        ("subtotal", "Gross Profit", "110.01"),
        ("text", "Expense"),
        ("data", "Rent", "500.00"),
        ("subtotal", "Total Expense", "500.00"),
        ("subtotal", "Net Ordinary Income", "-389.99"),
        ("total", "Net Income", "-389.99"),
    ]


def test_a_cost_is_that_of_the_job_on_its_line(gym):
    back = BillExpenseLine(account_ref=COSTS, amount=D(30), customer_ref=LIBRARY)
    put(gym, Check(account_ref=BANK, payee_entity_ref=GYM, is_to_be_printed=True, expense_lines=(back,)))
    report = job(gym, "JobProfitabilitySummary", report_entity_filter=ReportEntityFilter(full_names=("School:Gym",)))
    assert figures(report, "Act. Cost") == {"School:Gym": (D("339.99"),)}
    assert figures(job(gym, "JobProfitabilitySummary"), "Act. Cost")["School:Library"] == (D(30),)


def test_open_orders_by_job(gym):
    assert lines(
        detail(
            gym, "OpenPOsByJob", include_columns=("RefNumber", "Item", "Quantity", "ReceivedQuantity", "OpenBalance")
        )
    ) == [
        ("text", "School"),
        ("text", "Gym"),
        ("data", "7", "03 Concrete", "10", "4", "360.00"),
        ("subtotal", "Total Gym", "10", "360.00"),
        ("subtotal", "Total School", "10", "360.00"),
        ("total", "TOTAL", "10", "360.00"),
    ]


def test_what_a_customer_is_to_be_billed_for(gym):
    assert lines(detail(gym, "UnbilledCostsByJob"))[2] == (
        *("data", "Bill", "2023-03-01", "Alder Creek Concrete", "drill", "Job Costs:Tools", "Billable", "99.99"),
    )


def test_a_payment_counts_from_its_day_on(gym):
    for day, left, age in ((dt.date(2023, 4, 5), D(450), "1 - 30"), (dt.date(2023, 5, 10), D(350), "31 - 60")):
        aged = asked(gym, AgingReportQuery(report_type="ARAgingSummary", **until(day)))
        assert [(row[age], row["TOTAL"]) for row in aged.rows("total")] == [(left, left)]
        for as_of, open_ in (("ReportEndDate", left), ("Today", D(350))):
            listed = detail(gym, "OpenInvoices", report_open_balance_as_of=as_of, **until(day))
            assert total(listed, "Open Balance") == open_
    bills = detail(gym, "UnpaidBillsDetail", **until(dt.date(2023, 4, 2)))
    assert [(row["Aging"], row["Open Balance"]) for row in bills.rows("data")] == [(2, D("839.99"))]


def test_what_is_paid_has_no_age_any_more(gym):
    (bill,) = gym.records("Bill")
    assert bill.due_date == dt.date(2023, 3, 31)
    (unpaid,) = detail(gym, "UnpaidBillsDetail").rows("data")
    assert unpaid["Aging"] == (TODAY - bill.due_date).days
    applied = AppliedToTxn(txn_id=bill.txn_id, payment_amount=bill.open_amount)
    how = {"txn_date": TODAY, "ref_number": "1", "bank_account_ref": BANK}
    put(gym, BillPaymentCheck(payee_entity_ref=ALDER, applied_to_txns=(applied,), **how))
    assert list(detail(gym, "UnpaidBillsDetail").rows("data")) == []
    listed = detail(gym, "TxnListByVendor", include_columns=("RefNumber", "Aging"))
    assert [row["Aging"] for row in listed.rows("data") if row["Num"] == "B1"] == [None]


def test_an_estimate_in_a_list_is_kept_in_no_account_that_moves(gym):
    put(gym, Estimate(customer_ref=OTHER, memo="roof", lines=(EstimateLine(item_ref=PLANS, amount=D(7)),)))
    columns = ("TxnType", "Name", "Memo", "Account", "SplitAccount", "Amount")
    report = detail(gym, "TxnListByCustomer", include_columns=columns, report_txn_type_filter=ESTIMATES)
    rows = [tuple(row[name] for name in report.names[4:]) for row in report.rows("data")]
    income = "Construction Income"
    assert rows == [
        ("Estimate", "Ash, Ann", "roof", None, income, D(7)),
        ("Estimate", "School:Gym", None, None, "-SPLIT-", D(1400)),
    ]


def test_columns_of_jobs_stand_below_their_customers(gym):
    put(gym, Invoice(customer_ref=CUSTOMER, ar_account_ref=AR, lines=(InvoiceLine(item_ref=PLANS, amount=D(7)),)))
    report = general(gym, "ProfitAndLossByJob")
    assert report.names[4:] == ("Gym: (School)", "School - Other", "Total School", "No name", "TOTAL")
    (income,) = (row for row in report.rows("subtotal") if row["label"] == "Total Income")
    assert [income[name] for name in report.names[4:]] == [450, 7, 457, 0, 457]
    by_class = general(gym, "ProfitAndLossByClass")
    assert by_class.names[4:] == ("North", "Unclassified", "TOTAL")
    assert by_class.rows("total")[0]["North"] == -500


def test_hours_by_job_and_by_name(gym):
    put(gym, Employee(first_name="Ada"))
    for minutes in (440, 20):
        time = dt.timedelta(minutes=minutes)
        put(gym, TimeTracking(entity_ref=Ref(full_name="Ada"), customer_ref=GYM, item_service_ref=PLANS, duration=time))
    put(gym, TimeTracking(entity_ref=Ref(full_name="Ada"), duration=dt.timedelta(hours=1)))
    for kind, about in (("TimeByJobSummary", "School:Gym"), ("TimeByItem", "01 Plans"), ("TimeByName", "Ada")):
        report = asked(gym, TimeReportQuery(report_type=kind, report_date_macro=ALL))
        hours = {row["row_value"]: row[only(report)] for row in report.rows("subtotal")}
        assert hours[about] == dt.timedelta(minutes=460 + 60 * (kind == "TimeByName"))
        assert total(report, only(report)) == dt.timedelta(minutes=520)


# --- what is asked ---------------------------------------------------------------------------------------------------


def test_a_report_without_dates_is_about_the_year_up_to_today(gym):
    early = {"txn_date": dt.date(2022, 12, 31), "ar_account_ref": AR, "customer_ref": GYM}
    put(gym, Invoice(**early, lines=(InvoiceLine(item_ref=PLANS, amount=D(1)),)))
    put(gym, Invoice(**early | {"txn_date": dt.date(2023, 11, 15)}, lines=(InvoiceLine(item_ref=PLANS, amount=D(2)),)))
    report = asked(gym, JobReportQuery(report_type="JobProfitabilitySummary"))
    assert report.subtitle == "January 1 through November 14, 2023"
    assert total(report, "Act. Revenue") == 450
    assert total(job(gym, "JobProfitabilitySummary"), "Act. Revenue") == 453


def test_filters_choose_lines(gym):
    def profit(**more):
        report = general(gym, "ProfitAndLossStandard", **more)
        return total(report, only(report))

    whole = D("-389.99")
    assert profit() == whole
    gym_ = ReportEntityFilter(list_ids=("2-2",))
    assert profit(report_entity_filter=gym_) == D("110.01")
    assert profit(report_entity_filter=ReportEntityFilter(full_name_with_children="School")) == D("110.01")
    assert profit(report_entity_filter=ReportEntityFilter(full_names=("Ash, Ann",))) == 0
    assert profit(report_entity_filter=ReportEntityFilter(entity_type_filter="Vendor")) == D("-839.99")
    assert profit(report_account_filter=ReportAccountFilter(full_names=("Job Costs",))) == -240
    assert profit(report_account_filter=ReportAccountFilter(full_name_with_children="Job Costs")) == D("-339.99")
    assert profit(report_class_filter=ClassFilter(full_names=("North",))) == -500
    assert profit(report_item_filter=ReportItemFilter(list_id_with_children="3-1")) == 210
    assert profit(report_txn_type_filter=ReportTxnTypeFilter(txn_type_filters=("Invoice",))) == 450
    assert profit(report_posting_status_filter="NonPosting") == D(1400) - 600
    assert profit(report_posting_status_filter="Posting") == whole
    assert profit(report_modified_date_range_macro="Today") == whole
    assert profit(report_modified_date_range_macro="Yesterday") == 0


def test_lines_and_columns_come_back_as_asked(gym):
    def labels(**more):
        return [row["label"] for row in general(gym, "ExpenseByVendorSummary", **more).rows("data")]

    assert labels() == labels(return_rows="ActiveOnly") == ["Alder Creek Concrete"]
    assert labels(return_rows="All") == ["Alder Creek Concrete", "Birch Electric"]
    period = ReportPeriod(from_report_date=dt.date(2023, 3, 1), to_report_date=dt.date(2023, 5, 31))
    by_month = {"summarize_columns_by": "Month", "report_period": period}
    report = general(gym, "ExpenseByVendorSummary", **by_month)
    assert report.names[4:] == ("Mar 23", "Apr 23", "May 23", "TOTAL")
    assert general(gym, "ExpenseByVendorSummary", return_columns="NonZero", **by_month).names[4:] == ("Mar 23", "TOTAL")


def test_an_empty_file_has_empty_reports(books):
    for query, kinds in REPORTS.items():
        for kind in kinds:
            more = {}
            if kind in {"JobEstimatesVsActualsDetail", "JobProfitabilityDetail"}:
                more = {"report_entity_filter": ReportEntityFilter(full_names=("School",))}
            if kind == "CustomTxnDetail":
                more = {"summarize_rows_by": "TotalOnly", "include_columns": ("Date", "Amount")}
            if kind == "CustomSummary":
                more = {"summarize_rows_by": "Account", "summarize_columns_by": "Month"}
            report = asked(books, query(report_type=kind, **more))
            assert (report.num_rows, report.data, report.lines) == (0, None, ())
            assert report.num_columns == len(report.columns) >= 2


def test_opening_balances_are_in_the_reports(books):
    put(books, Account(name="Savings", account_type="Bank", open_balance=D(1000)))
    put(books, Account(name="Loan", account_type="LongTermLiability", open_balance=D(300)))
    put(books, Vendor(name="Cedar", open_balance=D("12.34")))
    put(books, Customer(name="Oak", open_balance=D("5.67")))
    trial = general(books, "TrialBalance", **until(TODAY))
    assert lines(trial) == [
        ("data", "Savings", "1000.00"),
        ("data", "Loan", "300.00"),
        ("data", "Opening Balance Equity", "700.00"),
        ("total", "TOTAL", "1000.00", "1000.00"),
    ]
    for query, kind, name, owed in (
        (VendorQuery, "Vendor", "Cedar", "12.34"),
        (CustomerQuery, "Customer", "Oak", "5.67"),
    ):
        balances = general(books, f"{kind}BalanceSummary", **until(TODAY))
        assert figures(balances, only(balances)) == {name: (D(owed),)}
        (record,) = ask(books, query(full_names=(name,)))
        assert record.balance == D(owed)
        aged = asked(books, AgingReportQuery(report_type=f"A{'P' if kind == 'Vendor' else 'R'}AgingSummary"))
        assert figures(aged, "Current", "TOTAL") == {name: (D(owed), D(owed))}


REFUSED = [
    (
        GeneralSummaryReportQuery(report_type="SalesTaxLiability"),
        1030,
        "SalesTaxLiability: the simulator does not make",
    ),
    (BudgetSummaryReportQuery(report_type="ProfitAndLossBudgetOverview", fiscal_year=2023), 1030, "is not simulated"),
    (GeneralSummaryReportQuery(report_type="TrialBalance", report_basis="Cash"), 1030, "basis of cash"),
    (GeneralSummaryReportQuery(report_type="TrialBalance", summarize_columns_by="Month"), 1030, "one column of sums"),
    (
        GeneralSummaryReportQuery(report_type="ProfitAndLossStandard", summarize_columns_by="Terms"),
        1030,
        "summarizes by",
    ),
    (GeneralDetailReportQuery(report_type="OpenPOs", include_columns=("TaxLine",)), 1030, "fills the columns"),
    (GeneralDetailReportQuery(report_type="Journal", summarize_rows_by="Vendor"), 1030, "in its own order only"),
    (TimeReportQuery(report_type="TimeByName", summarize_columns_by="Month"), 1030, "one column only"),
    (TimeReportQuery(report_type="TimeByName", return_rows="All"), 1030, "where some were worked"),
    (JobReportQuery(report_type="JobProfitabilitySummary", summarize_columns_by="Class"), 1030, "one set of columns"),
    (JobReportQuery(report_type="JobProfitabilityDetail"), 3150, "one customer or job"),
    (
        JobReportQuery(
            report_type="JobProfitabilityDetail",
            report_entity_filter=ReportEntityFilter(full_names=("School:Gym", "School:Library")),
        ),
        3150,
        "one customer or job",
    ),
    (
        JobReportQuery(
            report_type="JobProfitabilitySummary", report_entity_filter=ReportEntityFilter(full_names=("Nobody",))
        ),
        3140,
        None,
    ),
    (
        JobReportQuery(
            report_type="ItemProfitability",
            report_period=ReportPeriod(from_report_date=TODAY, to_report_date=dt.date(2023, 1, 1)),
        ),
        3030,
        "from 2023-11-14 to 2023-01-01",
    ),
]


@pytest.mark.parametrize(("query", "code", "why"), REFUSED)
def test_what_is_not_made_is_refused_and_the_reason_said(books, query, code, why):
    (outcome,) = say(books, Request.query(query))
    assert outcome.code == code
    assert books.last_fault is None if why is None else why in books.last_fault


@pytest.mark.parametrize(
    ("first", "last", "words", "above"),
    [
        ((2007, 12, 15), (2007, 12, 15), "December 15, 2007", "Dec 15, 07"),
        ((2011, 2, 1), (2011, 2, 7), "February 1 - 7, 2011", "Feb 1 - 7, 11"),
        ((2007, 12, 1), (2007, 12, 31), "December 2007", "Dec 07"),
        ((2007, 1, 1), (2007, 12, 31), "January through December 2007", "Jan - Dec 07"),
        ((2006, 7, 1), (2007, 6, 30), "July 2006 through June 2007", "Jul '06 - Jun 07"),
        ((2007, 1, 1), (2007, 12, 15), "January 1 through December 15, 2007", "Jan 1 - Dec 15, 07"),
        ((2006, 7, 4), (2007, 6, 3), "July 4, 2006 through June 3, 2007", "Jul 4, 06 - Jun 3, 07"),
    ],
)
def test_spans_of_time_in_words(first, last, words, above):
    days = dt.date(*first), dt.date(*last)
    assert (span_words(days), heading(days)) == (words, above)
