"""The ends of the calendar: 9999-12-31 is what programs send for "no end", and nothing that is asked there breaks."""

import datetime as dt
import zoneinfo
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd import Memory, Ref, Request, ask_all, run
from procore_qbd.qbxml import Moment
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bill_payments import BillToPay, BillToPayQuery
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine, BillQuery
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.deletions import DeletedDateRangeFilter, TxnDeletedQuery
from procore_qbd.qbxml.entities.employees import Employee
from procore_qbd.qbxml.entities.invoices import Invoice, InvoiceLine
from procore_qbd.qbxml.entities.items import ItemService, SalesOrPurchase
from procore_qbd.qbxml.entities.report_queries import (
    AgingReportQuery,
    CustomDetailReportQuery,
    CustomSummaryReportQuery,
    GeneralDetailReportQuery,
    GeneralSummaryReportQuery,
    JobReportQuery,
    TimeReportQuery,
)
from procore_qbd.qbxml.entities.shared.reports import (
    ReportDateMacro,
    ReportEntityFilter,
    ReportPeriod,
    SummarizeColumnsBy,
)
from procore_qbd.qbxml.entities.shared.transactions import DateMacro, ModifiedDateRangeFilter, TxnDateRangeFilter
from procore_qbd.qbxml.entities.terms import DateDrivenTerms, StandardTerms
from procore_qbd.qbxml.entities.time_tracking import TimeTracking
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.qbxml.rows.records import table
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.knowledge.calendar import Calendar
from procore_qbd.simulator.knowledge.days import later, month_end, of_month
from procore_qbd.simulator.knowledge.spans import span
from support.examples import examples

FIRST, LAST = dt.date.min, dt.date.max
NEAR = st.integers(0, 800)
AT_THE_ENDS = (
    st.sampled_from((FIRST, LAST))
    | NEAR.map(lambda days: FIRST + dt.timedelta(days))
    | NEAR.map(lambda days: LAST - dt.timedelta(days))
)
DAYS = AT_THE_ENDS | st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))
MANY = st.sampled_from((0, 1, 10, 30, 4_000_000, 2**31 - 1, -(2**31), 10**30)) | st.integers(-(2**31), 2**31 - 1)
ZONES = st.sampled_from(("UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati"))
OFTEN = settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))

REPORTS = [
    (cls, field.name, word)
    for cls in (
        GeneralSummaryReportQuery,
        GeneralDetailReportQuery,
        AgingReportQuery,
        JobReportQuery,
        TimeReportQuery,
        CustomSummaryReportQuery,
        CustomDetailReportQuery,
    )
    for field in table(cls).fields
    if field.name.endswith("report_type")
    for word in field.row.words
]


def ask(company, *requests):
    return run(ask_all(requests), Memory(company.process))


def made(company, *records):
    return [
        outcome.record(type(one))
        for outcome, one in zip(ask(company, *map(Request.add, records)), records, strict=True)
    ]


@pytest.fixture
def books():
    with CompanyFile.create() as company:
        made(
            company,
            Account(name="Cost", account_type="Expense"),
            Account(name="Sales", account_type="Income"),
            Vendor(name="Alder"),
            Customer(name="Gym"),
            Employee(first_name="Ada"),
            ItemService(name="Work", sales_or_purchase=SalesOrPurchase(account_ref=Ref(full_name="Sales"))),
        )
        yield company


def bill(day=None, **more):
    line = BillExpenseLine(account_ref=Ref(full_name="Cost"), amount=Decimal(5), customer_ref=Ref(full_name="Gym"))
    return Bill(vendor_ref=Ref(full_name="Alder"), txn_date=day, expense_lines=(line,), **more)


def invoice(day):
    line = InvoiceLine(item_ref=Ref(full_name="Work"), rate=Decimal(7))
    return Invoice(customer_ref=Ref(full_name="Gym"), txn_date=day, lines=(line,))


# --- days ------------------------------------------------------------------------------------------------------------


@given(DAYS, MANY)
def test_a_day_later_is_in_the_calendar_and_is_the_right_one_where_it_can_be(day, days):
    there = later(day, days)
    assert FIRST <= there <= LAST
    assert there in {FIRST, LAST} or (there - day).days == days


@given(DAYS, st.integers(-(10**6), 10**6), st.integers(1, 31))
def test_a_day_of_a_month_is_in_the_calendar_and_in_that_month_where_it_can_be(day, months, number):
    there = of_month(day.year, months, number)
    year = day.year + months // 12
    if 1 <= year <= 9999:
        assert (there.year, there.month) == (year, months % 12 + 1)
        assert there.day == min(number, month_end(day.year, months).day)
    else:
        assert there == (FIRST if year < 1 else LAST)


@given(st.sampled_from([*ReportDateMacro, *DateMacro]), DAYS)
def test_every_word_for_a_span_has_its_days_on_every_day(word, today):
    first, last = span(word, today)
    assert FIRST <= first <= LAST
    assert FIRST <= last <= LAST
    if 2 <= today.year <= 9997:
        assert first <= last


@pytest.mark.parametrize(
    ("word", "today", "days"),
    [
        ("ThisYear", LAST, (dt.date(9999, 1, 1), LAST)),
        ("ThisQuarter", LAST, (dt.date(9999, 10, 1), LAST)),
        ("ThisMonth", LAST, (dt.date(9999, 12, 1), LAST)),
        ("ThisWeek", LAST, (dt.date(9999, 12, 26), LAST)),
        ("NextYear", LAST, (LAST, LAST)),
        ("Yesterday", FIRST, (FIRST, FIRST)),
        ("LastMonth", dt.date(2026, 1, 31), (dt.date(2025, 12, 1), dt.date(2025, 12, 31))),
        ("LastMonthToDate", dt.date(2026, 3, 31), (dt.date(2026, 2, 1), dt.date(2026, 2, 28))),
        ("NextFourWeeks", dt.date(2026, 11, 28), (dt.date(2026, 11, 29), dt.date(2026, 12, 26))),
    ],
)
def test_the_days_of_a_word(word, today, days):
    assert span(word, today) == days


@given(st.integers(-(10**14), 10**14), ZONES)
def test_a_clock_beyond_the_calendar_shows_its_end(epoch, name):
    moment = Calendar(lambda: epoch, zoneinfo.ZoneInfo(name)).moment(epoch)
    assert Moment(moment.raw) == moment


# --- transactions ----------------------------------------------------------------------------------------------------


@OFTEN
@given(st.data())
def test_what_is_due_is_due_within_the_calendar(books, data):
    number = len(list(books.records("StandardTerms"))) + len(list(books.records("DateDrivenTerms")))
    counting = st.builds(StandardTerms, std_due_days=MANY, std_discount_days=MANY)
    naming = st.builds(
        DateDrivenTerms,
        day_of_month_due=st.integers(1, 31),
        due_next_month_days=st.none() | MANY,
        discount_day_of_month=st.integers(1, 31),
    )
    terms = data.draw(counting | naming)
    day = data.draw(DAYS)
    named = type(terms)(**{**vars(terms), "name": f"T{number}"})
    (outcome,) = ask(books, Request.add(named))
    assert outcome.ok
    for record in (bill(day, terms_ref=Ref(full_name=named.name)), bill(day), invoice(day)):
        (outcome,) = ask(books, Request.add(record))
        assert outcome.ok
        assert FIRST <= outcome.record(type(record)).due_date <= LAST


@pytest.mark.parametrize(("day", "due"), [(dt.date(9999, 12, 21), LAST), (LAST, LAST), (FIRST, dt.date(1, 1, 11))])
def test_a_bill_is_due_in_ten_days_or_on_the_last(books, day, due):
    (there,) = made(books, bill(day))
    assert there.due_date == due
    (to_pay,) = ask(books, Request.query(BillToPayQuery(payee_entity_ref=Ref(full_name="Alder"), due_date=LAST)))
    assert [one.bill_to_pay.due_date for one in to_pay.records(BillToPay)] == [due]


@pytest.mark.parametrize("days", [4_000_000, 2**31 - 1])
def test_terms_that_count_more_days_than_there_are_end_with_the_calendar(books, days):
    made(books, StandardTerms(name="Never", std_due_days=days))
    (there,) = made(books, bill(dt.date(2026, 1, 1), terms_ref=Ref(full_name="Never")))
    assert there.due_date == LAST


# --- reports ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def old_and_new(books):
    for day in (FIRST, dt.date(1, 1, 6), dt.date(2026, 1, 5), dt.date(9999, 12, 22), LAST):
        made(books, bill(day), invoice(day))
        hours = TimeTracking(txn_date=day, entity_ref=Ref(full_name="Ada"), duration=dt.timedelta(hours=8))
        made(books, hours)
    return books


UNITS = (None, "Day", "Week", "Month", "Quarter", "Year")
BY_UNITS = [
    (*report, by)
    for report in REPORTS
    for by in UNITS
    if by is None or "summarize_columns_by" in table(report[0]).by_name or report[0] is CustomDetailReportQuery
]


@pytest.mark.slow
@pytest.mark.parametrize(("cls", "name", "word", "by"), BY_UNITS, ids=[f"{one[2]} {one[3]}" for one in BY_UNITS])
def test_every_report_has_an_answer_at_both_ends_of_the_calendar(old_and_new, cls, name, word, by):
    more = {"summarize_columns_by": by} if by else {}
    if cls is JobReportQuery:
        more["report_entity_filter"] = ReportEntityFilter(full_names=("Gym",))
    if cls is CustomSummaryReportQuery:
        more = {"summarize_rows_by": "Account", "summarize_columns_by": by or "TotalOnly"}
    if cls is CustomDetailReportQuery:
        more = {"summarize_rows_by": by or "TotalOnly", "include_columns": ("TxnType", "Date", "Amount")}
    spans = ((FIRST, FIRST + dt.timedelta(days=9)), (LAST - dt.timedelta(days=9), LAST), (dt.date(9999, 1, 1), LAST))
    periods = [ReportPeriod(from_report_date=first, to_report_date=last) for first, last in spans]
    requests = [Request.query(cls(**{name: word}, report_period=period, **more)) for period in periods]
    for outcome in ask(old_and_new, *requests):
        assert outcome.code in {0, 1030}, (outcome, old_and_new.last_fault)


@pytest.mark.slow
@pytest.mark.parametrize("by", [*SummarizeColumnsBy])
@pytest.mark.parametrize("word", ["BalanceSheetStandard", "ProfitAndLossStandard"])
def test_a_report_up_to_no_end_is_made_or_refused(old_and_new, word, by):
    for first in (None, dt.date(2026, 1, 1), FIRST):
        period = ReportPeriod(from_report_date=first, to_report_date=LAST)
        query = GeneralSummaryReportQuery(report_type=word, report_period=period, summarize_columns_by=by)
        (outcome,) = ask(old_and_new, Request.query(query))
        assert outcome.code in {0, 1030, 3320}, old_and_new.last_fault
    if by in {"Day", "Week", "Month", "Quarter"}:
        assert outcome.code == 3320
        assert "more than 10000 columns" in old_and_new.last_fault


def test_the_columns_of_the_last_weeks_end_with_the_calendar(old_and_new):
    period = ReportPeriod(from_report_date=dt.date(9999, 12, 13), to_report_date=LAST)
    query = GeneralSummaryReportQuery(
        report_type="ProfitAndLossStandard", report_period=period, summarize_columns_by="Week"
    )
    (outcome,) = ask(old_and_new, Request.query(query))
    titles = [column.titles[0].value for column in outcome.found[0].columns[1:]]
    assert titles == ["Dec 13 - 18, 99", "Dec 19 - 25, 99", "Dec 26 - 31, 99", "TOTAL"]


@OFTEN
@given(st.data())
def test_whatever_is_asked_of_any_days_is_answered(books, data):
    first, last = sorted((data.draw(DAYS), data.draw(DAYS)))
    word = data.draw(st.sampled_from([*DateMacro]))
    made(books, bill(data.draw(DAYS)))
    ends = (Moment(first.isoformat()), Moment(last.isoformat()))
    macro = data.draw(st.sampled_from([*ReportDateMacro]))
    outcomes = ask(
        books,
        Request.query(BillQuery(txn_date_range_filter=TxnDateRangeFilter(from_txn_date=first, to_txn_date=last))),
        Request.query(BillQuery(txn_date_range_filter=TxnDateRangeFilter(date_macro=word))),
        Request.query(
            BillQuery(
                modified_date_range_filter=ModifiedDateRangeFilter(from_modified_date=ends[0], to_modified_date=ends[1])
            )
        ),
        Request.query(VendorQuery(from_modified_date=ends[0], to_modified_date=ends[1])),
        Request.query(
            TxnDeletedQuery(
                txn_del_types=("Bill",),
                deleted_date_range_filter=DeletedDateRangeFilter(from_deleted_date=ends[0], to_deleted_date=ends[1]),
            )
        ),
        Request.query(BillQuery(max_returned=data.draw(st.sampled_from((1, 2**63, 10**30))))),
        Request.query(GeneralSummaryReportQuery(report_type="ProfitAndLossStandard", report_date_macro=macro)),
        Request.query(AgingReportQuery(report_type="APAgingSummary", report_date_macro=macro)),
    )
    assert {outcome.code for outcome in outcomes} <= {0, 1}


@pytest.mark.parametrize(
    "zone", ["America/Los_Angeles", *(pytest.param(one, marks=pytest.mark.slow) for one in ("UTC", "Asia/Kolkata"))]
)
@pytest.mark.parametrize("now", [-(10**12), -62135596800, -1, 0, 253402300799, 10**13])
def test_a_company_file_works_whatever_the_clock_says(zone, now):
    with CompanyFile.create(clock=lambda: now, zone=zone, sample="contractor") as company:
        vendor, *_ = (one.record(Vendor) for one in ask(company, Request.add(Vendor(name="New"))))
        again = Vendor(list_id=vendor.list_id, edit_sequence=vendor.edit_sequence, phone="1")
        (changed,) = ask(company, Request.mod(again))
        assert changed.ok
        for macro in ReportDateMacro:
            query = AgingReportQuery(report_type="APAgingSummary", report_date_macro=macro)
            assert ask(company, Request.query(query))[0].code == 0


def test_a_file_is_condensed_up_to_either_end(old_and_new):
    old_and_new.condense(FIRST)
    old_and_new.condense(LAST)
    assert ask(old_and_new, Request.query(BillQuery()))[0].code == 0


def test_more_hours_than_a_span_of_time_holds_are_the_most_that_it_holds(books):
    most = dt.timedelta(days=999_999_999)
    made(books, *(TimeTracking(txn_date=LAST, entity_ref=Ref(full_name="Ada"), duration=most) for _ in range(3)))
    query = TimeReportQuery(report_type="TimeByName", report_date_macro="All")
    assert ask(books, Request.query(query))[0].code == 0
