"""The tables of statusCodes, HRESULTs and codes of the Web Connector: complete, in our own words, and safe to act on."""

import csv
import difflib
import doctest
import re

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import codes
from procore_qbd.codes import (
    HRESULTS,
    STATUSES,
    WEB_CONNECTOR_CODES,
    WINDOWS_CODES,
    Effect,
    Move,
    Severity,
    hresult,
    is_name_in_use,
    is_transient,
    status,
    web_connector,
)
from support.shared import SHARED, needs_shared

BOTH = {**HRESULTS, **WINDOWS_CODES}
EVERY_ROW = [*STATUSES.values(), *BOTH.values(), *WEB_CONNECTOR_CODES.values()]
ANY_STATUS = st.integers(-10, 10_000).map(status)
ANY_HRESULT = (st.sampled_from(sorted(BOTH)) | st.integers(-(2**31), 2**32 - 1)).map(hresult)
ANY_OF_THE_WEB_CONNECTOR = st.integers(990, 1100).map(web_connector)
ANY_ROW = ANY_STATUS | ANY_HRESULT | ANY_OF_THE_WEB_CONNECTOR


def published(file_name: str) -> dict[int, str]:
    """Number and Intuit's words, from a table beside the checkout."""
    assert SHARED is not None
    with (SHARED / "qbxml" / file_name).open(encoding="utf-8", newline="") as table:
        header, *rows = csv.reader(table, delimiter="\t")
    assert header[0] in {"code", "hresult"}
    return {int(row[0], 0): row[-1] for row in rows if row}


@needs_shared
def test_every_published_code_is_here_and_no_other():
    assert STATUSES.keys() == published("status-codes.tsv").keys()
    assert HRESULTS.keys() == published("hresults.tsv").keys()


@needs_shared
def test_severity_is_the_one_of_the_published_range():
    assert SHARED is not None
    with (SHARED / "qbxml" / "status-codes.tsv").open(encoding="utf-8", newline="") as table:
        for row in list(csv.reader(table, delimiter="\t"))[1:]:
            assert status(int(row[0])).severity == row[1]


@needs_shared
def test_the_words_are_our_own():
    theirs = published("status-codes.tsv") | published("hresults.tsv")
    ours = {**STATUSES, **HRESULTS}
    for number, sentence in theirs.items():
        for text in (ours[number].meaning, ours[number].advice):
            said, quoted = text.casefold(), sentence.casefold().rstrip(".")
            assert said != quoted
            if len(quoted) > 40:
                assert quoted not in said
                assert difflib.SequenceMatcher(None, said, quoted).ratio() < 0.8, (number, text)


def test_no_number_stands_twice():
    assert len(STATUSES) == len(codes._STATUS_TABLE)
    assert len(HRESULTS) == len(codes._HRESULT_TABLE)
    assert len(WINDOWS_CODES) == len(codes._WINDOWS_TABLE)
    assert len(WEB_CONNECTOR_CODES) == len(codes._WEB_CONNECTOR_TABLE)
    assert HRESULTS.keys().isdisjoint(WINDOWS_CODES)


def test_rows_stand_in_order():
    assert list(STATUSES) == sorted(STATUSES)
    assert list(HRESULTS) == sorted(HRESULTS)
    assert list(WINDOWS_CODES) == sorted(WINDOWS_CODES)
    assert list(WEB_CONNECTOR_CODES) == sorted(WEB_CONNECTOR_CODES)


@pytest.mark.parametrize("row", EVERY_ROW, ids=lambda row: str(getattr(row, "code", row)))
def test_a_row_is_short_plain_and_reads_on_after_a_colon(row):
    assert 0 < len(row.meaning) <= 110
    for text in (row.meaning, row.advice):
        assert text == text.strip()
        assert not text.endswith(".")
        assert re.match(r"[a-z]|QuickBooks|Windows|$", text), "lower case after the colon"
        assert "{" not in text


@given(ANY_ROW)
def test_only_what_was_not_done_may_be_sent_again(row):
    assert row.effect is Effect.NOT_DONE or not row.retryable


@given(ANY_ROW)
def test_who_has_nothing_to_do_is_told_nothing_and_who_has_is_told_what(row):
    assert (row.move is Move.NOBODY) == (row.advice == "") == (row.effect is Effect.DONE)


@given(ANY_ROW)
def test_what_passes_by_itself_may_be_sent_again(row):
    assert row.retryable or row.move is not Move.WAIT


@given(ANY_ROW)
def test_where_the_effect_is_unknown_the_advice_is_to_look_first(row):
    looks = re.compile(r"look for the record|ask |go by this reply")
    assert row.effect is not Effect.UNKNOWN or looks.search(row.advice)


@given(st.integers(500, 999).map(status))
def test_a_warning_was_processed_or_nobody_knows(row):
    assert row.severity is Severity.WARN
    assert row.effect in {Effect.DONE_WITH_DEFECT, Effect.UNKNOWN}


@given(st.integers(1000, 99_999).map(status))
def test_an_error_was_never_done(row):
    assert row.severity is Severity.ERROR
    assert row.effect in {Effect.NOT_DONE, Effect.UNKNOWN}


@given(st.integers(0, 499).map(status))
def test_information_is_no_trouble(row):
    assert row.severity is Severity.INFO
    assert row.effect is Effect.DONE


@given(st.integers())
def test_every_number_has_an_answer_that_carries_it(number):
    assert status(number).code == number
    assert hresult(number).number == number % 2**32
    assert web_connector(number).number == number


@given(st.sampled_from(sorted(BOTH)))
def test_an_hresult_is_found_signed_and_unsigned(number):
    assert hresult(number) is hresult(number - 2**32) is BOTH[number]


def test_what_windows_says_when_quickbooks_went_away_leaves_open_what_was_written():
    went_away = {0x80010105, 0x80010108, 0x80020009, 0x800706BA, 0x800706BE}
    assert {number for number, row in WINDOWS_CODES.items() if row.effect is Effect.UNKNOWN} == went_away


def test_the_codes_of_the_web_connector_are_those_of_its_guide():
    assert list(WEB_CONNECTOR_CODES) == [*range(1000, 1047), 1048]


def test_nothing_was_sent_where_sendrequestxml_failed_and_nobody_knows_where_receiveresponsexml_did():
    assert web_connector(1041).effect is Effect.NOT_DONE
    assert web_connector(1042).effect is Effect.UNKNOWN
    assert not web_connector(1042).retryable
    assert [number for number, row in WEB_CONNECTOR_CODES.items() if row.retryable] == [1041]


def test_what_comes_after_a_document_leaves_open_what_was_written():
    # The first document goes out by sendRequestXML: what fails before it did nothing, what fails after it is open.
    after = {1015, 1017, 1031, 1042, 1043, 1044, 1045}
    assert {number for number, row in WEB_CONNECTOR_CODES.items() if row.effect is Effect.UNKNOWN} == after
    assert web_connector(1085).effect is Effect.UNKNOWN


@given(st.integers(0, 10_000), st.text())
def test_a_transient_refusal_wrote_nothing(code, message):
    assert not is_transient(code, message) or status(code).effect is Effect.NOT_DONE


@pytest.mark.parametrize("code", [3160, 3170, 3175, 3176, 3180, 3185])
def test_six_codes_are_transient_only_in_the_words_of_a_lock(code):
    assert is_transient(code, "Its internals could not be locked.  They are in use by another user.")
    assert is_transient(code, "The list has been MODIFIED by another user.")
    assert not is_transient(code, "That account number is already in use.")
    assert not is_transient(code, "")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (3185, 'Cannot void the object specified by the id = "43-1".'),
        (3160, 'Cannot delete the object specified by the id = "80000007-1".'),
        (3170, 'There was an error when modifying a Customers list, element "80000007-1".'),
    ],
)
def test_what_stays_is_not_transient_and_a_lock_behind_the_same_words_is(code, message):
    lock = "  QuickBooks error message: The transaction could not be locked.  It is in use by another user."
    assert is_transient(code, message + lock)
    assert not is_transient(code, message)
    assert not is_transient(code, f"{message}  QuickBooks error message: Cannot merge list elements.")


def test_a_name_in_use_is_known_by_the_code_of_an_add_and_by_the_words_to_a_mod():
    words = 'There was an error when modifying a Customers list, element "80000007-1".  QuickBooks error message: '
    clash = f"{words}Cannot merge list elements."
    assert is_name_in_use(3100, "")
    assert is_name_in_use(3170, clash)
    assert not any(is_name_in_use(*case) for case in ((3170, words), (3180, clash), (0, clash)))
    told = status(3170, clash)
    assert (told.code, told.meaning, told.advice) == (3170, status(3100).meaning, status(3100).advice)
    assert status(3170, words) is status(3170)


def test_a_lock_in_the_words_of_another_code_makes_nothing_transient():
    assert not is_transient(3200, "The list has been modified by another user.")
    assert is_transient(1010, "")


def test_a_busy_quickbooks_may_be_asked_again_and_nothing_else():
    assert [number for number, row in HRESULTS.items() if row.retryable] == [
        0x80040414,
        0x8004041B,
        0x80040422,
        0x80040424,
    ]
    assert [number for number, row in WINDOWS_CODES.items() if row.retryable] == [0x80010001, 0x8001010A]


@pytest.mark.parametrize("code", [530, 531, 550, 560, 570])
def test_a_write_with_a_defect_is_never_repeated(code):
    assert status(code).effect is Effect.DONE_WITH_DEFECT
    assert not is_transient(code, "the list has been modified by another user")


def test_the_tables_cannot_be_changed():
    with pytest.raises(TypeError):
        STATUSES[0] = STATUSES[1]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        STATUSES[0].meaning = ""


def test_the_examples_of_the_module_hold():
    assert doctest.testmod(codes) == (0, 4)


def test_a_code_of_the_web_connector_is_written_as_it_writes_it():
    assert str(web_connector(1041)) == "QBWC1041"


def test_an_hresult_is_written_as_quickbooks_writes_it():
    assert str(hresult(-2147220480)) == "0x80040400"
    assert str(hresult(-2147221164)) == "0x80040154"
