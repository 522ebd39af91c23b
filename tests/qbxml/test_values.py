"""The kinds of value, both ways: lenient to read, strict to write, and nothing is rounded, cut or guessed."""

import contextlib
import datetime as dt
import re
import zoneinfo
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from procore_qbd.qbxml.entities.company import Host
from procore_qbd.qbxml.rows.dialect import Dialect, Edition
from procore_qbd.qbxml.rows.values import (
    ADD,
    Amount,
    Choice,
    Day,
    Float,
    Guid,
    Id,
    Integer,
    Macro,
    Moment,
    Percent,
    Price,
    Quantity,
    Text,
    TimeInterval,
    Value,
    When,
    YesNo,
    created_at,
    escape,
    unescape,
    unstorable,
)
from procore_qbd.qbxml.rows.violations import Rule
from procore_qbd.testing.strategies import values
from support.examples import examples


class Colour(StrEnum):
    RED = "Red"
    BLUE = "Blue"


ROWS = [
    Text("Name", 41),
    Text("Notes"),
    Id("TxnID", macro=ADD),
    YesNo("IsActive"),
    Integer("Sublevel"),
    Amount("Amount"),
    Price("Rate"),
    Quantity("Quantity"),
    Percent("RatePercent"),
    Float("ExchangeRate"),
    Day("TxnDate"),
    When("TimeCreated"),
    Guid("ExternalGUID"),
    Choice("Colour", Colour),
]
every = pytest.mark.parametrize("row", ROWS, ids=lambda row: type(row).__name__)
often = settings(max_examples=examples(80), derandomize=True, deadline=None)


def rule(row, value):
    """The rule that a value violates, None if it is fine."""
    fault = row.fault(value)
    return fault[0] if fault else None


# --- all kinds -------------------------------------------------------------------------------------------------------


@every
@often
@given(data=st.data())
def test_what_a_row_takes_reads_back_equal_and_is_spelled_as_the_schema_wants(row, data):
    value = data.draw(values(row))
    assert row.fault(value) is None
    if isinstance(value, Macro):
        return
    text = row.write(value)
    assert row.lexical is None or row.lexical.fullmatch(text)
    assert row.read(text) == value


NOON = dt.datetime(2026, 1, 1, 12)  # noqa: DTZ001  QuickBooks' moments have no zone
FOREIGN = [None, 1, 1.5, True, "x", b"x", Decimal("1.5"), dt.date(2026, 1, 1), NOON, Macro("m"), (), []]
TAKES = {
    YesNo: bool,
    Integer: int,
    Amount: Decimal,
    Price: Decimal,
    Quantity: Decimal,
    Percent: Decimal,
    Float: Decimal,
    Day: dt.date,
}


@every
@pytest.mark.parametrize("value", FOREIGN, ids=repr)
def test_a_value_of_another_type_is_a_fault_and_never_an_exception(row, value):
    if type(value) is TAKES.get(type(row)) or (isinstance(row, Text) and rule(row, value) is None):
        assert row.write(value) if type(value) is not Macro else row.macro
        return
    what, message, _ = row.fault(value)
    assert what in {Rule.FORMAT, Rule.ENUM}
    assert message.startswith("expected ")
    assert not message.endswith(".")


@every
@often
@given(text=st.text(min_size=1))
def test_any_text_is_read_or_refused_with_what_was_expected(row, text):
    with contextlib.suppress(ValueError):
        assert row.read(text) is not None
        return
    with pytest.raises(ValueError, match=r"^expected "):
        row.read(text)


def test_what_a_kind_does_itself_no_kind_forgets():
    kinds = [kind for kind in map(type, ROWS) if kind.fault is Value.fault or kind.read is Value.read]
    assert kinds == []


# --- characters ------------------------------------------------------------------------------------------------------

TRADE_MARKS = [
    ("™", "&#153;"),
    ("€", "&#128;"),
    ("\N{EN DASH}", "&#150;"),
    ("“", "&#147;"),
    ("®", "&#174;"),
    ("é", "&#233;"),
    ("ÿ", "&#255;"),
]


@pytest.mark.parametrize(("character", "reference"), TRADE_MARKS)
def test_characters_beyond_ascii_are_windows_bytes_on_the_wire(character, reference):
    assert escape(character) == reference
    assert unescape(etree.fromstring(f"<a>{reference}</a>").text) == character


@pytest.mark.parametrize("character", ["™", "é"])
def test_characters_in_utf_8_are_read_too(character):
    assert unescape(etree.fromstring(f"<a>{character}</a>".encode()).text) == character


def test_a_carriage_return_survives_the_parser():
    assert escape("Dock 4\r\nGate <2> & 3") == "Dock 4&#13;\nGate &lt;2&gt; &amp; 3"
    text = "a\r\nb\rc"
    assert etree.fromstring(f"<a>{escape(text)}</a>").text == text


@often
@given(st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]) | st.sampled_from("\t\n\r")))
def test_what_windows_1252_has_goes_there_and_back(text):
    assert unstorable(text) == ""
    written = escape(text)
    assert written.isascii()
    assert unescape(etree.fromstring(f"<a>{written}</a>").text or "") == text


@often
@given(st.text())
def test_storable_is_what_windows_1252_can_say(text):
    def storable(character):
        return (
            character in "\t\n\r"
            or (character.encode("cp1252", "ignore") != b"" and character.isprintable())
            or character in "\xa0\xad"
        )

    assert unstorable(text) == "".join(dict.fromkeys(character for character in text if not storable(character)))


@pytest.mark.parametrize("text", ["中", "a\x00b", "\x1b", "\x7f", "\x81", "\x99", "\u2028", "\ud800", "😀"])
def test_what_quickbooks_cannot_store_is_refused_and_named(text):
    what, message, status = Text("Memo").fault(text)
    assert (what, status) == (Rule.CHARACTERS, 3080)
    assert repr(unstorable(text)) in message


# --- numbers ---------------------------------------------------------------------------------------------------------

EXACT = [
    (Amount("Amount"), "1.125", False),
    (Amount("Amount"), "1.120", True),
    (Amount("Amount"), "1.1200000000000000000000000000000000001", False),
    (Amount("Amount"), "9999999999999.99", True),
    (Amount("Amount"), "10000000000000", False),
    (Amount("Amount"), "-9999999999999.99", True),
    (Amount("Amount"), "-10000000000000", False),
    (Amount("Amount"), "1E+12", True),
    (Amount("Amount"), "1E+13", False),
    (Amount("Amount"), "0E+99", True),
    (Amount("Amount"), "0E-99", True),
    (Amount("Amount"), "-0", True),
    (Price("Rate"), "0.12345", True),
    (Price("Rate"), "0.123456", False),
    (Price("Rate"), "0.1234500", True),
    (Price("Rate"), "9999999999.99999", True),
    (Price("Rate"), "10000000000", False),
    (Quantity("Quantity"), "0.00001", True),
    (Quantity("Quantity"), "0.000001", False),
    (Percent("Percent"), "7.5", True),
    (Percent("Percent"), "1E-6", False),
    (Float("ExchangeRate"), "0.000000731000000001", True),
    (Float("ExchangeRate"), "1E+27", True),
    (Float("ExchangeRate"), "1E+28", False),
    (Float("ExchangeRate"), "1E-28", True),
    (Float("ExchangeRate"), "1E-29", False),
]


@pytest.mark.parametrize(
    ("row", "number", "fits"), EXACT, ids=[f"{type(row).__name__} {number}" for row, number, _ in EXACT]
)
def test_a_number_is_written_exactly_or_refused(row, number, fits):
    value = Decimal(number)
    assert (row.fault(value) is None) is fits
    if fits:
        assert row.lexical.fullmatch(row.write(value))
        assert Decimal(row.write(value)) == value


@often
@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_no_number_is_ever_rounded(value):
    for row in (Amount("Amount"), Price("Rate"), Float("ExchangeRate")):
        if row.fault(value) is None:
            assert Decimal(row.write(value)) == value


@pytest.mark.parametrize(
    "row", [Amount("Amount"), Price("Rate"), Quantity("Quantity"), Percent("Percent"), Float("Rate")], ids=type
)
@pytest.mark.parametrize(
    "value", [Decimal("NaN"), Decimal("-sNaN"), Decimal("Infinity"), Decimal("1E+999999"), 12.5, 12, "12.50", True]
)
def test_what_is_no_decimal_number_is_refused(row, value):
    assert rule(row, value) is Rule.FORMAT


def test_an_amount_always_has_its_cents_and_a_price_no_more_than_it_was_given():
    assert Amount("Amount").write(Decimal("5.1")) == "5.10"
    assert Amount("Amount").write(Decimal(5)) == "5.00"
    assert Price("Rate").write(Decimal("5.10")) == "5.10"
    assert Price("Rate").write(Decimal("5.1000000")) == "5.1"
    assert Price("Rate").write(Decimal(5)) == "5"
    assert Price("Rate").write(Decimal("1E+5")) == "100000"


@pytest.mark.parametrize(
    ("text", "number"), [("18.0%", "18.0"), ("18 %", "18"), ("+7.5", "7.5"), (".5", "0.5"), ("5.", "5")]
)
def test_a_percentage_is_read_as_quickbooks_writes_it(text, number):
    assert Percent("PricePercent").read(text) == Decimal(number)
    if "%" in text:
        assert not Percent.lexical.fullmatch(text)


@pytest.mark.parametrize(
    "text", ["", "12,50", "1e5", "NaN", "Infinity", "$5", "1 000", "--1", "٣", "0x10", "1_000", "5%"]
)
def test_a_text_that_is_no_amount_is_not_guessed_at(text):
    with pytest.raises(ValueError, match=re.escape("expected an amount like '12.50', got ")):
        Amount("Amount").read(text)


@pytest.mark.parametrize("text", ["1.0", "1_0", "٣", "", "one"])
def test_a_text_that_is_no_whole_number_is_not_guessed_at(text):
    with pytest.raises(ValueError, match="expected a whole number"):
        Integer("Sublevel").read(text)


# --- yes and no, words, days, moments, ids ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meaning"), [("true", True), ("1", True), ("True", True), ("false", False), ("0", False)]
)
def test_yes_and_no_are_read_in_every_spelling(text, meaning):
    assert YesNo("IsActive").read(text) is meaning


def test_a_word_that_a_reply_has_and_the_list_has_not_is_kept():
    row = Choice("Colour", Colour)
    assert row.read("Red") is Colour.RED
    assert row.read("Green") == "Green"
    assert rule(row, "Green") is Rule.ENUM
    assert rule(row, "Red") is None
    assert "Red, Blue" in row.fault("Green")[1]


def test_a_day_is_a_date_and_no_time():
    row = Day("TxnDate")
    assert row.read("2026-1-5") == dt.date(2026, 1, 5)
    assert row.write(dt.date(26, 1, 5)) == "0026-01-05"
    assert rule(row, dt.datetime(2026, 1, 5)) is Rule.FORMAT  # noqa: DTZ001
    for text in ("2026-02-30", "05/01/2026", "2026-01-05T00:00:00", "2026-01-05Z"):
        with pytest.raises(ValueError, match="expected a date like"):
            row.read(text)


MOMENTS = [
    ("2026-11-23T08:15:00-08:00", (2026, 11, 23, 8, 15), "-08:00", True),
    ("2001-03-04T05:06:07-0400", (2001, 3, 4, 5, 6, 7), "-0400", False),
    ("2026-11-23T08:15:00", (2026, 11, 23, 8, 15), None, True),
    ("2026-11-23T08:15:00Z", (2026, 11, 23, 8, 15), "Z", False),
    ("2026-11-23T08:15", (2026, 11, 23, 8, 15), None, True),
    ("2026-11-23T08", (2026, 11, 23, 8), None, True),
    ("2026-1-2", (2026, 1, 2), None, True),
]


@pytest.mark.parametrize(("raw", "wall", "offset", "writable"), MOMENTS, ids=[row[0] for row in MOMENTS])
def test_a_moment_keeps_what_quickbooks_wrote_beside_what_it_means(raw, wall, offset, writable):
    moment = When("TimeCreated").read(raw)
    assert moment.raw == raw
    assert moment.wall == dt.datetime(*wall)  # noqa: DTZ001
    assert moment.printed_offset == offset
    assert (rule(When("TimeCreated"), moment) is None) is writable


@pytest.mark.parametrize(
    "raw",
    ["", "now", "2026-11-23T08:15:00.5", "2026-13-01", "2026-11-23T25:00:00", "2026-11-23T08:15:00\n", "٢٠٢٦-11-23"],
)
def test_what_is_no_moment_is_refused(raw):
    with pytest.raises(ValueError, match="expected a date and time like"):
        Moment(raw)


def test_a_local_moment_has_no_zone():
    assert Moment.local(dt.datetime(2026, 11, 23, 8, 15, 30, 5)).raw == "2026-11-23T08:15:30"  # noqa: DTZ001
    with pytest.raises(ValueError, match="without a zone"):
        Moment.local(dt.datetime(2026, 11, 23, tzinfo=dt.UTC))


def test_an_id_takes_a_macro_only_where_its_row_says_so():
    assert rule(Id("TxnID", macro=ADD), Macro("TxnID:1")) is None
    assert rule(Id("ListID"), Macro("ListID:1")) is Rule.FORMAT
    assert rule(Id("ListID"), "8" * 37) is Rule.TOO_LONG


@pytest.mark.parametrize("name", ["中", "a\x00b"])
def test_a_macro_that_cannot_be_written_is_refused(name):
    assert rule(Id("TxnID", macro=ADD), Macro(name)) is Rule.CHARACTERS


@pytest.mark.parametrize("text", ["{12345678-1234-1234-1234-1234567890AB}", "0"])
def test_a_guid_stands_in_braces(text):
    assert rule(Guid("ExternalGUID"), text) is None
    assert rule(Guid("ExternalGUID"), text.strip("{}") + "0") is Rule.FORMAT


def test_a_length_may_differ_by_edition():
    row = Text("FullName", 3, lengths={Edition.AU: 6, Edition.UK | Edition.CA: 4})
    assert [row.longest(edition) for edition in Edition] == [3, 4, 4, 6]
    assert row.longest(None) == 6
    assert row.fault("12345", Edition.AU) is None
    assert row.fault("12345", Edition.UK)[:2] == (Rule.TOO_LONG, "at most 4 characters, got '12345' (5)")


# --- when it was -----------------------------------------------------------------------------------------------------

OREGON = zoneinfo.ZoneInfo("America/Los_Angeles")
SUMMER = dt.datetime(2026, 7, 1, 16, 30, tzinfo=dt.UTC)


def test_an_instant_comes_from_the_wall_clock_and_the_zone_and_not_from_the_printed_offset():
    printed = Moment("2026-07-01T09:30:00-08:00")  # what QuickBooks prints in summer: the offset of winter
    assert printed.instant(OREGON) == SUMMER
    assert dt.datetime.fromisoformat(printed.raw) - SUMMER == dt.timedelta(hours=1)


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2040, 1, 1)))  # noqa: DTZ001
def test_a_filter_since_an_instant_misses_nothing_that_quickbooks_stamped_after_it(moment):
    instant = moment.replace(tzinfo=dt.UTC, microsecond=0)
    stamped = instant.astimezone(OREGON).replace(tzinfo=None)
    asked = Moment.since(instant, OREGON)
    assert asked.printed_offset is None
    assert asked.wall <= stamped - dt.timedelta(hours=1)
    assert asked.wall >= stamped - dt.timedelta(hours=3)


def test_a_filter_wants_an_instant_and_not_a_wall_time():
    with pytest.raises(ValueError, match="expected an instant with a zone"):
        Moment.since(dt.datetime(2026, 7, 1), OREGON)  # noqa: DTZ001


def test_an_id_says_when_its_record_was_made():
    assert created_at("80000015-1197757780") == dt.datetime(2007, 12, 15, 22, 29, 40, tzinfo=dt.UTC)
    assert created_at("3F-1795424104").year == 2026
    assert [created_at(other) for other in ("", "80000015", "x-1", "-1", "1-99999999999")] == [None] * 5


# --- spans of time ---------------------------------------------------------------------------------------------------


@given(st.integers(-(10**9), 10**9))
def test_a_span_of_time_reads_back(seconds):
    row, span = TimeInterval("Duration"), dt.timedelta(seconds=seconds)
    assert row.fault(span) is None
    assert row.read(row.write(span)) == span
    assert row.lexical.fullmatch(row.write(span))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("PT8H30M", dt.timedelta(hours=8, minutes=30)),
        ("PT45M", dt.timedelta(minutes=45)),
        ("-PT1H0M", -dt.timedelta(hours=1)),
        ("PT100H58M0S", dt.timedelta(hours=100, minutes=58)),
    ],
)
def test_spans_are_read_as_quickbooks_writes_them(text, span):
    assert TimeInterval("Duration").read(text) == span


@pytest.mark.parametrize("text", ["", "PT", "8:30", "P1D", "PT1.5H", "PT-1H", f"PT{'9' * 30}H"])
def test_what_is_no_span_is_said_to_be_none(text):
    with pytest.raises(ValueError, match="expected a span of time like 'PT8H30M'"):
        TimeInterval("Duration").read(text)


@pytest.mark.parametrize("value", [8, "PT8H", dt.timedelta(microseconds=1), None])
def test_only_whole_seconds_are_written(value):
    assert TimeInterval("Duration").fault(value)


# --- which dialect ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("versions", "country", "dialect"),
    [
        (("1.0", "1.1", "12.0", "13.0", "14.0", "16.0"), "US", Dialect("13.0", Edition.US)),
        (("1.0", "CA2.0", "6.0", "12.0"), "CA", Dialect("12.0", Edition.CA)),
        (("2.0", "10.0", "9.0"), None, Dialect("10.0", Edition.US)),
    ],
)
def test_the_best_dialect_that_both_speak_is_taken(versions, country, dialect):
    assert Dialect.from_host(Host(supported_qbxml_versions=versions, country=country)) == dialect


def test_a_newer_one_is_taken_on_purpose_only():
    host = Host(supported_qbxml_versions=("13.0", "14.0", "16.0"), country="UK")
    assert Dialect.from_host(host, newest="14.0") == Dialect("14.0", Edition.UK)


@pytest.mark.parametrize(
    ("host", "said"),
    [
        (Host(supported_qbxml_versions=("CA2.0", "CA3.0"), country="CA"), "it names CA2.0, CA3.0"),
        (Host(country="US"), "it names none"),
        (Host(supported_qbxml_versions=("13.0",), country="SG"), "got one of 'SG'"),
    ],
)
def test_a_quickbooks_that_speaks_none_of_ours_is_said_to(host, said):
    with pytest.raises(ValueError, match=said):
        Dialect.from_host(host)


@pytest.mark.parametrize("text", ["1" * 40, "12\x0134"])
def test_a_secret_is_in_no_message(text):
    row = Text("SSN", 11, secret=True)
    fault = row.fault(text)
    assert fault is not None
    assert text not in fault[1]
    assert "what is not shown here" in fault[1]
