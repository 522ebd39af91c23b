"""Cards: both drawings say the same cells, nothing of what people wrote becomes markup, and no cell grows without end."""

import datetime as dt
import re
import subprocess
import sys
from decimal import Decimal

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from procore_qbd import Books, CompanyFile, Journal, Links, Memory, MemoryTables, Request, User, ask, can, perform, run
from procore_qbd.cards import LONGEST, MOST_COLUMNS, MOST_ROWS, Alignment, Card, Grid, GridRow, HasCard, alignments
from procore_qbd.cards.plain import said
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.erp import plan_exports
from procore_qbd.journal import JournalStatus, Question
from procore_qbd.permissions import matrix
from procore_qbd.qbxml import Outcome, read_reply
from procore_qbd.qbxml.entities.bills import BillQuery
from procore_qbd.qbxml.entities.employees import Employee
from procore_qbd.qbxml.entities.report_queries import GeneralSummaryReportQuery
from procore_qbd.qbxml.entities.reports import Report
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.qbxml.messages.inspection import inspect
from support.company import Clock
from support.examples import examples

HOSTILE = "<b>&\"'</b><script>alert(1)</script>"
TAGS = {
    *("div", "style", "p", "strong", "small", "pre"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"class", "align", "style", "scope", "colspan"}


# --- what holds of every card ----------------------------------------------------------------------------------------


def page(shown):
    """What a notebook shows, read as a browser reads it."""
    return html.fromstring(shown._repr_html_())


def squeezed(text):
    return " ".join(text.split())


def cells_of(card):
    """What the cells of a card's grids say, row by row."""
    return [
        [
            squeezed(said(cell, whole=column is Alignment.WHOLE))
            for cell, column in zip(row.cells, grid.columns, strict=True)
        ]
        for grid in card.grids
        for row in grid.rows
    ]


def by_grid(card):
    return [cells_of(Card(grids=(grid,))) for grid in card.grids]


def stands_in(line, cells):
    """Whether a line of text says these cells and nothing else, in their order, each whole or cut."""
    line = line.strip()
    if not cells:
        return not line
    cell, *others = cells
    if any(line.startswith(form) and stands_in(line[len(form) :], others) for form in {cell, cell.replace(",", "")}):
        return True
    cuts = (at for at, sign in enumerate(line) if sign == "…" and cell.startswith(line[:at].rstrip()))
    return any(stands_in(line[at + 1 :], others) for at in cuts)


def check(shown):
    """What holds of everything that is shown in a cell."""
    bundle = shown._repr_mimebundle_()
    assert bundle["text/html"] == shown._repr_html_()
    read = page(shown)
    assert {element.tag for element in read.iter()} <= TAGS
    assert {name for element in read.iter() for name in element.attrib} <= ATTRIBUTES
    assert read.get("class") == "procore-qbd"
    assert "http" not in read.find("style").text
    card = shown if isinstance(shown, Card) else shown._card()
    expected = cells_of(card.in_a_cell())
    in_html = [[squeezed(cell.text_content()) for cell in row.findall("td")] for row in read.iter("tr")]
    on_a_page = [
        [cells[at] for at in grid.on_a_page]
        for grid, rows in zip(card.in_a_cell().grids, by_grid(card.in_a_cell()), strict=True)
        for cells in rows
    ]
    assert [row for row in in_html if row and row != ["nothing"]] == on_a_page
    lines = iter(bundle["text/plain"].split("\n"))
    for cells in expected:
        assert any(stands_in(squeezed(line), cells) for line in lines) or not any(cells), cells
    assert max(len(bundle["text/html"]), len(bundle["text/plain"])) < 1_000_000
    return read


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=40),
    st.sampled_from([HOSTILE, "\x1b[31mred", "\u202eright to left", "a\nb\tc", "  ", "&amp;", "]]>", "</style>", "…"]),
)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)


@st.composite
def grids(draw):
    columns = draw(st.lists(st.sampled_from(Alignment), min_size=1, max_size=5))
    kinds = {Alignment.NUMBERS: st.none() | NUMBERS | st.integers(-(10**9), 10**9)}
    row = st.tuples(*(kinds.get(column, st.none() | TEXTS) for column in columns))
    rows = draw(st.lists(st.builds(GridRow, row, st.integers(0, 3), st.booleans()), max_size=4))
    headings = draw(st.just(()) | st.tuples(*(TEXTS for _ in columns)))
    subject = draw(st.integers(0, len(columns) - 1))
    return Grid(title=draw(TEXTS), headings=headings, columns=tuple(columns), rows=tuple(rows), subject=subject)


@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.builds(Card, title=TEXTS, grids=st.lists(grids(), max_size=3).map(tuple), notes=st.tuples(TEXTS), document=TEXTS)
)
def test_both_drawings_of_any_card_say_the_same_cells_and_nothing_becomes_markup(card):
    read = check(card)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\x9b\u202e]", read.text_content() + str(card))


# --- everything that shows a card ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def things():
    """One of each, with names that want to be markup."""
    with CompanyFile.create(name='A & "B" <i>', sample="contractor", clock=Clock()) as company:
        line = Memory(company.process)
        _, refused = (run(ask(Request.add(Vendor(name=HOSTILE))), line) for _ in "12")
        request = CreateVendor(vendor=VendorCompany(id=1, name=HOSTILE[:30]), request_detail_id=1)
        wrong = CreateVendor(vendor=VendorCompany(id=2, name=HOSTILE * 3), request_detail_id=2)
        journal = Journal(MemoryTables(), clock=Clock())
        journal.register("books")
        journal.submit("books", request)
        journal.note("books", "seen", HOSTILE)
        user = User(name=HOSTILE)
        report = GeneralSummaryReportQuery(report_type="ProfitAndLossStandard", report_date_macro="All")
        profit = run(ask(Request.query(report)), line)
        unreadable = (
            b"<QBXML><QBXMLMsgsRs><VendorAddRs statusCode='x'><VendorRet><Balance>&lt;b&gt;</Balance></VendorRet>"
        )
        yield {
            "an outcome with records": run(ask(Request.query(VendorQuery())), line),
            "an outcome with lines": run(ask(Request.query(BillQuery(include_line_items=True))), line),
            "an outcome that was refused": refused,
            "an outcome that cannot be read": read_reply(unreadable + b"</VendorAddRs></QBXMLMsgsRs></QBXML>").outcomes[
                0
            ],
            "an outcome with a report": profit,
            "a report": profit.record(Report),
            "an empty report": Report(),
            "an inspection": inspect(b"<VendorAdd><Nam>&lt;b&gt;</Nam></VendorAdd>"),
            "an inspection of nothing wrong": inspect(b"<VendorAdd><Name>A</Name></VendorAdd>"),
            "a plan": plan_exports([request, wrong], Links(), Books(), line),
            "a close-out": run(perform(request, Links(), Books()), line),
            "a close-out that refuses": run(perform(wrong, Links(), Books()), line),
            "a decision": can(user, "Unlink a Company Synced with ERP"),
            "a matrix": matrix([user, User(name="bo", company_levels={"Directory": "Admin"})]),
            "a journal's status": JournalStatus.of(journal, "books"),
            "a company's state": journal.company("books"),
            "metrics": journal.metrics(),
            "a question": Question(
                effect=1, token=HOSTILE, words=HOSTILE, choices={"a": HOSTILE}, document=f"<X>\n {HOSTILE}"
            ),
            "a list": company.show("Vendor"),
            "a company file": company,
        }


NAMES = (
    *("an outcome with records", "an outcome with lines", "an outcome that was refused"),
    *("an outcome that cannot be read", "an outcome with a report", "a report", "an empty report"),
    *("an inspection", "an inspection of nothing wrong", "a plan", "a close-out", "a close-out that refuses"),
    *("a decision", "a matrix", "a journal's status", "a company's state", "metrics", "a question"),
    *("a list", "a company file"),
)


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_shows_a_card_keeps_the_rules(things, name):
    check(things[name])


def test_all_of_them_are_tried(things):
    assert set(NAMES) == set(things)
    classes = {*HasCard.__subclasses__()}
    assert {cls.__name__ for cls in classes} == {
        type(one).__name__ for one in things.values() if isinstance(one, HasCard)
    }


@pytest.mark.parametrize(
    "name", ["a company file", "a list", "a plan", "a close-out", "a decision", "a matrix", "a question"]
)
def test_a_hostile_name_is_there_as_it_was_written(things, name):
    shown = things[name]
    assert HOSTILE[:30] in page(shown).text_content() + str(shown if name != "a company file" else shown.show("Vendor"))
    assert "<script" not in shown._repr_html_()


def test_a_company_file_that_is_closed_says_so():
    company = CompanyFile.create()
    company.close()
    assert "is closed" in page(company).text_content()


# --- nothing grows without end, and what is secret stays so ----------------------------------------------------------


def vendors(count, notes=""):
    return tuple(Vendor(list_id=f"8000{n:04X}-1", name=f"V{n}", notes=notes, balance=Decimal(n)) for n in range(count))


def test_a_long_answer_is_cut_and_says_by_how_much():
    read = check(Outcome(name="VendorQueryRs", found=vendors(5_000, "x" * 4_000)))
    assert f"{5_000 - MOST_ROWS:,} more rows not shown" in read.text_content()
    assert "Vendors: 5,000" in read.text_content()
    assert max(len(cell.text_content()) for cell in read.iter("td")) == LONGEST
    assert len(Outcome(name="VendorQueryRs", found=vendors(5_000))._repr_html_()) < 30_000


def test_a_wide_table_is_cut_and_says_by_how_much():
    users = [User(name=f"user {n}") for n in range(100)]
    text = check(matrix(users)).text_content()
    assert "Unlink a Company Synced with ERP" in text
    assert f"{101 - MOST_COLUMNS} more columns not shown" in text


def test_printed_it_is_whole():
    assert "V4999" in str(Outcome(name="VendorQueryRs", found=vendors(5_000)))


def test_what_is_secret_is_not_shown():
    employee = Employee(first_name="A", ssn="078-05-1120", employee_type="Owner")
    shown = Outcome(name="EmployeeQueryRs", found=(employee,))
    assert "078-05-1120" not in shown._repr_html_() + str(shown)
    assert "not shown here" in str(shown)


def test_a_value_reads_as_people_write_it():
    from procore_qbd.qbxml import Moment, Ref

    one = Vendor(is_active=False, terms_ref=Ref(list_id="1-1"), time_created=Moment("2026-03-04T05:06:07-08:00"))
    (row,) = cells_of(Card(grids=Outcome(name="VendorQueryRs", found=(one,))._card().grids[1:]))
    assert row == ["1-1", "no", "2026-03-04 05:06:07"]


def test_records_of_several_kinds_have_a_grid_each():
    bill = run_bill()
    shown = Outcome(name="X", found=(*vendors(2), bill))._card()
    assert [grid.title for grid in shown.grids[1:]] == ["Vendors: 2", "Bills: 1"]


def run_bill():
    from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine

    lines = (BillExpenseLine(amount=Decimal(1)), BillExpenseLine(amount=Decimal(2)))
    return Bill(txn_date=dt.date(2026, 1, 2), expense_lines=lines)


def test_lines_are_counted():
    (row,) = cells_of(Card(grids=Outcome(name="BillQueryRs", found=(run_bill(),))._card().grids[1:]))
    assert row == ["2026-01-02", "2"]


def test_a_violation_of_what_is_secret_does_not_repeat_it():
    wrong = inspect(b"<EmployeeRet><SSN>123456789012345678901</SSN></EmployeeRet>")
    assert "123456789012345678901" not in str(wrong) + wrong._repr_html_()


# --- what it costs ---------------------------------------------------------------------------------------------------


def loaded(program):
    """The modules of cards that a program loads."""
    program = f"import sys; {program}; print(*(name for name in sys.modules if '.cards' in name))"
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()  # noqa: S603


def test_the_face_loads_no_card_and_an_answer_loads_no_drawing():
    assert loaded("import procore_qbd") == []
    drawings = {"procore_qbd.cards.html", "procore_qbd.cards.text", "procore_qbd.cards.words"}
    assert drawings.isdisjoint(loaded("from procore_qbd.qbxml import Outcome, read_reply"))


def test_a_card_is_a_value():
    card = Card(title="a", grids=(Grid(columns=(Alignment.WORDS,), rows=(GridRow(("x",)),)),))
    assert card == attrs.evolve(card)
    assert str(card) == "a\n  x"


def test_a_row_with_another_number_of_cells_is_told():
    rows = (GridRow(("a", "b")), GridRow(("c",)))
    with pytest.raises(ValueError, match=r"a grid of 2 columns has a row of 1: \('c',\)"):
        Grid(columns=alignments(rows[:1]), rows=rows)
    with pytest.raises(ValueError, match="a grid of 2 columns has headings of 1"):
        Grid(headings=("a",), columns=alignments(rows[:1]), rows=rows[:1])
