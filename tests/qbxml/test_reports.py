"""Reports: whatever they hold comes out as plain rows, and nothing of it is lost."""

import csv
import datetime as dt
import io
import re
from collections import Counter
from decimal import Decimal

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from procore_qbd.errors import ReplyError
from procore_qbd.qbxml import (
    QUERY,
    RET,
    Dialect,
    Outcome,
    Reply,
    Request,
    Rule,
    check,
    entities,
    read_reply,
    read_requests,
    stream,
    write_reply,
    write_requests,
)
from procore_qbd.qbxml.codec.elements import parse, read, write
from procore_qbd.qbxml.entities.report_queries import (
    BudgetSummaryReportQuery,
    CustomDetailReportQuery,
    GeneralSummaryReportQuery,
    JobReportQuery,
    ReportAccountFilter,
    ReportDateMacro,
    ReportEntityFilter,
    ReportModifiedDateRangeFilter,
    ReportPeriod,
)
from procore_qbd.qbxml.entities.reports import (
    ColData,
    ColDesc,
    ColTitle,
    ColType,
    DataRow,
    Report,
    ReportData,
    RowData,
    SubtotalRow,
    TextRow,
    TotalRow,
)
from procore_qbd.qbxml.messages.inspection import inspect
from procore_qbd.testing.strategies import records
from support.examples import examples as part
from support.shared import SHARED, needs_shared

QUERIES = [cls for name in entities.names() if (cls := entities.entity(name)).__record__.answers == ("Report",)]


def times(examples):
    """So many cases, the same every time: a red build is red for everybody."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=part(examples), derandomize=True, deadline=None, suppress_health_check=quiet)


# --- reports of our own making ---------------------------------------------------------------------------------------


def column(number, data_type="AMTTYPE", *titles, means=ColType.AMOUNT):
    rows = tuple(ColTitle(title_row=str(at), value=title) for at, title in enumerate(titles or ("",), 1))
    return ColDesc(col_id=str(number), data_type=data_type, titles=rows, type=means)


LABEL = column(1, "STRTYPE", means=ColType.LABEL)


def line(kind, number, *texts, about=None):
    """A line with a cell for each text; no cell where it is None."""
    cells = tuple(ColData(col_id=str(at), value=text) for at, text in enumerate(texts, 1) if text is not None)
    return kind(row_number=str(number), row_data=about and RowData(row_type="customer", value=about), cells=cells)


def report(*lines, columns=(LABEL,)):
    return Report(title="Job Profitability", columns=columns, data=ReportData(lines=lines))


def values(made, name, *kinds):
    return [row[name] for row in made.rows(*kinds)]


JOBS = report(
    TextRow(row_number="1", value="Lakeside"),
    line(DataRow, 2, "Gymnasium", "81250.00", "96400.00", "15150.00", about="Lakeside:Gymnasium"),
    line(DataRow, 3, "Library", "12480.50", None, "-12480.50", about="Lakeside:Library"),
    line(SubtotalRow, 4, "Total Lakeside", "93730.50", "96400.00", "2669.50", about="Lakeside"),
    line(TotalRow, 5, "TOTAL", "93730.50", "96400.00", "2669.50"),
    columns=(LABEL, column(2, "AMTTYPE", "Cost"), column(3, "AMTTYPE", "Revenue"), column(4, "AMTTYPE", "Diff.")),
)


def test_each_line_is_a_plain_row_of_its_kind():
    assert JOBS.names == ("kind", "row_type", "row_value", "label", "Cost", "Revenue", "Diff.")
    assert [tuple(row.values()) for row in JOBS.rows()] == [
        ("text", None, None, "Lakeside", None, None, None),
        ("data", "customer", "Lakeside:Gymnasium", "Gymnasium", Decimal(81250), Decimal(96400), Decimal(15150)),
        ("data", "customer", "Lakeside:Library", "Library", Decimal("12480.50"), None, Decimal("-12480.50")),
        ("subtotal", "customer", "Lakeside", "Total Lakeside", Decimal("93730.50"), Decimal(96400), Decimal("2669.50")),
        ("total", None, None, "TOTAL", Decimal("93730.50"), Decimal(96400), Decimal("2669.50")),
    ]


def test_rows_of_some_kinds_alone_can_be_had():
    assert values(JOBS, "kind", "data") == ["data", "data"]
    assert values(JOBS, "kind", "subtotal", "total") == ["subtotal", "total"]
    with pytest.raises(ValueError, match=r"^expected data, subtotal, total, text, got 'sum'$"):
        JOBS.rows("data", "sum")


def test_rows_go_into_a_csv_file_as_they_are():
    file = io.StringIO()
    writer = csv.DictWriter(file, JOBS.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(JOBS.rows("data"))
    assert file.getvalue().splitlines() == [
        "kind,row_type,row_value,label,Cost,Revenue,Diff.",
        "data,customer,Lakeside:Gymnasium,Gymnasium,81250.00,96400.00,15150.00",
        "data,customer,Lakeside:Library,Library,12480.50,,-12480.50",
    ]


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ((column(1, "STRTYPE", means=ColType.BLANK), column(2, "AMTTYPE")), ("label", "Amount")),
        ((column(1, "AMTTYPE", "Diff."), column(2, "AMTTYPE", "Diff.")), ("Diff.", "Diff. (2)")),
        (
            (column(1, "AMTTYPE", "A"), column(2, "AMTTYPE", "A (2)"), column(3, "AMTTYPE", "A")),
            ("A", "A (2)", "A (3)"),
        ),
        (
            (column(1, "AMTTYPE", "Jan 2026", "Budget"), column(2, "AMTTYPE", "", "Total")),
            ("Jan 2026: Budget", "Total"),
        ),
        ((column(1, "STRTYPE", "kind"), column(2, "STRTYPE", " two \n lines ")), ("kind (2)", "two lines")),
        ((column(1, "STRTYPE", means="Weight"), column(1, "AMTTYPE", "twice")), ("Weight", "twice")),
        ((ColDesc(),), ("label",)),
        ((), ("label",)),
    ],
)
def test_columns_are_named_by_their_titles_and_no_two_alike(columns, names):
    assert report(TextRow(value="x"), columns=columns).names[3:] == names


@pytest.mark.parametrize(
    ("data_type", "text", "value"),
    [
        ("AMTTYPE", "-1234.50", Decimal("-1234.50")),
        ("AMTTYPE", "1,234.50", "1,234.50"),
        ("AMTTYPE", "", None),
        ("AMTTYPE", None, None),
        ("QUANTYPE", "2.5", Decimal("2.5")),
        ("PRICETYPE", "0.12345", Decimal("0.12345")),
        ("PERCENTTYPE", "18.0%", Decimal("18.0")),
        ("INTTYPE", "12", 12),
        ("INTTYPE", "9" * 5000, "9" * 5000),
        ("BOOLTYPE", "true", True),
        ("BOOLTYPE", "Yes", "Yes"),
        ("DATETYPE", "2026-09-27", dt.date(2026, 9, 27)),
        ("DATETYPE", "09/27/2026", "09/27/2026"),
        ("DATETIMETYPE", "2026-09-27T08:15:00-08:00", dt.datetime(2026, 9, 27, 8, 15)),  # noqa: DTZ001  wall clock
        ("TIMEINTERVALTYPE", "PT8H30M", dt.timedelta(hours=8, minutes=30)),
        ("STRTYPE", " 007 ", " 007 "),
        ("IDTYPE", "80000001-1795424102", "80000001-1795424102"),
        ("WEIGHTTYPE", "12 kg", "12 kg"),
        (None, "12.50", "12.50"),
    ],
)
def test_a_cell_is_what_its_column_says_or_stays_as_it_was_written(data_type, text, value):
    (found,) = values(report(line(DataRow, 1, text), columns=(column(1, data_type, "x"),)), "x")
    assert (found, type(found)) == (value, type(value))


def test_a_cell_may_say_its_own_type():
    cell = ColData(col_id="1", value="3", data_type="INTTYPE")
    made = report(DataRow(cells=(cell,)), columns=(column(1, "STRTYPE", "x"),))
    assert values(made, "x") == [3]


def test_cells_that_no_column_describes_or_that_stand_twice_are_rows_too():
    cells = [("1", "a"), ("7", "b"), ("1", "c"), (None, "d")]
    made = report(
        DataRow(cells=tuple(ColData(col_id=col_id, value=value) for col_id, value in cells)),
        TextRow(value="Heading"),
    )
    assert made.names[3:] == ("label", "column 7", "column 1", "column")
    assert [tuple(row.values())[3:] for row in made.rows()] == [("a", "b", "c", "d"), ("Heading", None, None, None)]


def test_an_empty_report_has_no_rows():
    assert Report().rows() == Report().lines == ()


# --- no data lost ----------------------------------------------------------------------------------------------------

TEXTS = st.text(st.sampled_from("aZ09 -.,:%"), min_size=1, max_size=12).filter(str.strip)
TYPES = st.sampled_from(["AMTTYPE", "DATETYPE", "INTTYPE", "PERCENTTYPE", "STRTYPE", "WEIGHTTYPE"])
NUMBERS = st.sampled_from(["1", "2", "3"])
CELLS = st.lists(st.builds(ColData, col_id=NUMBERS, value=TEXTS | st.just("-0.10") | st.just("2026-11-23")), max_size=4)
COLUMNS = st.lists(st.builds(column, NUMBERS, TYPES, TEXTS | st.just("")), max_size=4)
LINES = st.lists(
    st.one_of(
        st.builds(TextRow, value=TEXTS),
        *(st.builds(kind, cells=CELLS.map(tuple)) for kind in (DataRow, SubtotalRow, TotalRow)),
    ),
    max_size=5,
)


@times(150)
@given(COLUMNS, LINES)
def test_everything_that_a_report_says_is_in_its_rows(columns, lines):
    made = report(*lines, columns=tuple(columns))
    names, rows = made.names, made.rows()
    assert len(set(names)) == len(names) >= 3 + len(columns)
    assert [(row["kind"], tuple(row)) for row in rows] == [(one.kind.value, names) for one in lines]
    for one, row in zip(lines, rows, strict=True):
        texts = [one.value] if isinstance(one, TextRow) else [cell.value for cell in one.cells]
        found = [value for name, value in row.items() if name not in {"kind", "row_type", "row_value"}]
        assert Counter(map(said, texts)) == Counter(said(str(value)) for value in found if value is not None)


def said(text):
    """A text by its meaning: what was read as a number has lost only how it was written."""
    text = text.strip().removesuffix("%").rstrip()
    return Decimal(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text) else text.lower()


AMOUNTS = st.decimals(Decimal("-999999.99"), Decimal("999999.99"), places=2)


@times(60)
@given(st.lists(st.tuples(AMOUNTS | st.none(), AMOUNTS), min_size=1, max_size=8))
def test_the_lines_of_figures_come_to_the_total_to_the_cent(figures):
    columns = (LABEL, column(2, "AMTTYPE", "Diff."), column(3, "AMTTYPE", "Diff."))
    totals = [sum((amount or Decimal(0) for amount in amounts), Decimal(0)) for amounts in zip(*figures, strict=True)]
    lines = [
        line(DataRow, at, f"Job {at}", *(None if amount is None else f"{amount:.2f}" for amount in amounts))
        for at, amounts in enumerate(figures)
    ]
    written = line(TotalRow, len(lines), "TOTAL", *(f"{total:.2f}" for total in totals))
    document = write_reply(
        Reply(outcomes=(Outcome(name="JobReportQueryRs", found=(report(*lines, written, columns=columns),)),))
    )
    (outcome,) = read_reply(document).outcomes
    made = outcome.record(Report)
    for name in ("Diff.", "Diff. (2)"):
        assert sum(value or Decimal(0) for value in values(made, name, "data")) == values(made, name, "total")[0]


# --- read and written ------------------------------------------------------------------------------------------------


def written(made):
    out = []
    write(made, RET, "ReportRet", out)
    return "".join(out).encode()


@times(40)
@given(records(Report, RET))
def test_any_report_makes_rows_and_reads_back_equal_by_itself_in_a_reply_and_as_a_stream(made):
    assert len(made.rows()) == len(made.lines)
    assert read(parse(written(made)), Report, []) == made
    document = write_reply(Reply(outcomes=(Outcome(name="AgingReportQueryRs", found=(made,)),)))
    assert read_reply(document).outcomes[0].record(Report) == made
    assert list(stream(document, Report)) == [made]


ODD = b"""<ReportRet><ReportTitle>Odd</ReportTitle><ReportBasis>Weekly</ReportBasis><NumRows>many</NumRows>
<Mood>fair</Mood><ColDesc colID="1" dataType="AMTTYPE"><ColTitle titleRow="1" value="Cost &#153;" /><ColType>Weight</ColType>
</ColDesc><ReportData><DataRow rowNumber="1"><ColData colID="1" value="about 5" /><Colour>red</Colour></DataRow>
<FooterRow rowNumber="2" value="?" /></ReportData></ReportRet>"""


def test_a_report_with_oddities_is_read_leniently_and_nothing_of_it_is_lost():
    faults = []
    made = read(parse(ODD), Report, faults)
    assert [fault.path for fault in faults] == ["ReportRet/NumRows"]
    assert (made.basis, made.columns[0].type) == ("Weekly", "Weight")
    assert [row["Cost ™"] for row in made.rows()] == ["about 5"]
    strangers = [made.unknown, made.data.unknown, made.lines[0].unknown]
    assert [[element.tag for element in unknown] for unknown in strangers] == [["Mood"], ["FooterRow"], ["Colour"]]
    with pytest.raises(ReplyError, match="NumRows: expected a whole number"):
        Outcome(name="JobReportQueryRs", found=(made,), faults=tuple(faults)).record(Report)


def test_the_reports_on_the_command_line_and_in_a_document_are_known():
    odd = inspect(ODD)
    assert (odd.judged, odd.unmodelled) == (("ReportRet",), ())
    assert {violation.path for violation in odd.violations} >= {
        "ReportRet/Mood",
        "ReportRet/ReportData/FooterRow",
        "ReportRet/ReportData/DataRow[1]/Colour",
        "ReportRet/ReportBasis",
    }
    bad = (
        b'<JobReportQueryRq requestID="1"><JobReportType>Profit</JobReportType><ReportDateMacro>All</ReportDateMacro>'
        b"<DisplayReport>false</DisplayReport></JobReportQueryRq>"
    )
    found = inspect(bad)
    assert found.judged == ("JobReportQueryRq",)
    assert {violation.rule for violation in found.violations} == {Rule.ENUM, Rule.ORDER}


# --- asked for -------------------------------------------------------------------------------------------------------


def test_there_are_ten_queries_and_one_report():
    assert len(QUERIES) == 10
    assert {entities.find(f"{cls.__record__.tag}")[1] for cls in QUERIES} == {QUERY}
    assert entities.find("ReportRet") == (Report, RET)


@pytest.mark.parametrize("cls", QUERIES, ids=lambda cls: cls.__name__)
def test_a_query_can_be_written_and_reads_back_equal(cls):
    @times(10)
    @given(records(cls, QUERY))
    def check_one(query):
        document = write_requests(
            [
                Request.query(
                    query,
                )
            ]
        )
        found = read_requests(document)
        assert [request.record for request in found.requests] == [query]
        assert found.violations == ((),)

    check_one()


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        (JobReportQuery(), ["JobReportQuery/JobReportType"]),
        (
            JobReportQuery(
                report_type="ItemProfitability", report_period=ReportPeriod(), report_date_macro=ReportDateMacro.ALL
            ),
            ["JobReportQuery"],
        ),
        (
            JobReportQuery(
                report_type="ItemProfitability",
                report_modified_date_range_filter=ReportModifiedDateRangeFilter(),
                report_modified_date_range_macro="Today",
                report_entity_filter=ReportEntityFilter(),
                report_account_filter=ReportAccountFilter(account_type_filter="Bank", full_names=("Checking",)),
            ),
            ["JobReportQuery/ReportAccountFilter", "JobReportQuery/ReportEntityFilter", "JobReportQuery"],
        ),
        (
            CustomDetailReportQuery(report_type="CustomTxnDetail"),
            ["CustomDetailReportQuery/SummarizeRowsBy", "CustomDetailReportQuery/IncludeColumn"],
        ),
        (
            BudgetSummaryReportQuery(report_type="BalanceSheetBudgetOverview"),
            ["BudgetSummaryReportQuery/FiscalYear"],
        ),
    ],
)
def test_what_quickbooks_would_not_take_is_said_all_at_once(query, paths):
    assert [violation.path for violation in check(query, QUERY)] == paths


def test_a_report_that_came_later_is_refused_for_earlier_versions():
    query = GeneralSummaryReportQuery(report_type="BalanceSheetByClass")
    assert check(query, QUERY, Dialect("12.0")) == []
    (violation,) = check(query, QUERY, Dialect("11.0"))
    assert (violation.path, violation.rule) == ("GeneralSummaryReportQuery/GeneralSummaryReportType", Rule.ENUM)
    budget = BudgetSummaryReportQuery(
        report_type="BalanceSheetBudgetOverview", fiscal_year=2026, report_date_macro="All"
    )
    assert check(budget, QUERY, Dialect("9.0")) == []
    assert [violation.rule for violation in check(budget, QUERY, Dialect("8.0"))] == [Rule.VERSION]


# --- recorded and published ------------------------------------------------------------------------------------------


def replies():
    folder = SHARED / "qbxml" / "samples" if SHARED else None
    return sorted(path for path in folder.rglob("*.xml") if b"<ReportRet>" in path.read_bytes()) if folder else []


@needs_shared
def test_a_whole_report_is_written_as_the_published_schema_has_it():
    schema = etree.XMLSchema(etree.parse(SHARED / "qbxml" / "xsd" / "qbxmlops130.xsd"))
    whole = attrs.evolve(JOBS, subtitle="2026", basis="Accrual", num_rows=5, num_columns=4, num_col_title_rows=1)
    answers = [Outcome(name=f"{cls.__record__.tag}Rs", found=(whole,)) for cls in QUERIES]
    schema.assertValid(etree.fromstring(write_reply(Reply(outcomes=tuple(answers)))))
    assert check(whole, RET) == []


@needs_shared
def test_recorded_reports_make_rows_in_which_nothing_is_missing():
    seen = Counter()
    for path in replies():
        (outcome,) = read_reply(path.read_bytes()).outcomes
        made = outcome.record(Report)
        rows = made.rows()
        root = etree.parse(path).getroot()
        texts = [element.get("value") for element in root.iter("ColData", "TextRow")]
        found = [str(value) for row in rows for name, value in list(row.items())[3:] if value is not None]
        assert Counter(map(said, filter(None, texts))) == Counter(map(said, found))
        assert made.num_rows in {len(rows), None}
        assert made.num_columns in {len(made.columns), None}
        for row in made.rows("total"):
            for name, total in row.items():
                if isinstance(total, Decimal):
                    assert sum(values(made, name, "data")) == total
                    seen["sums"] += 1
        seen["reports"] += 1
    assert seen["reports"] >= 3
    assert seen["sums"] >= 6


def test_reports_are_frozen():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        JOBS.title = "x"
