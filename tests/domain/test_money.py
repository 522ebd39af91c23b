"""Cents: whatever is shared or rounded comes to exactly what it should, and each part is less than a cent off."""

import decimal
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd.domain.ids import Pair, QuickBooksId, same_text
from procore_qbd.domain.money import CENT, cents, in_cents, product, round_together, share
from procore_qbd.simulator.records.shaping import name_key

D = Decimal
CENTS = st.integers(-(10**13), 10**13).map(lambda number: D(number).scaleb(-2))
FINE = st.decimals(-(10**8), 10**8, places=5)
WEIGHTS = st.lists(st.decimals(0, 10**8, places=2), min_size=1, max_size=8).filter(any)


@given(CENTS, WEIGHTS)
def test_shares_come_to_the_amount_and_each_is_within_a_cent_of_its_own(amount, weights):
    shares = share(amount, weights)
    assert sum(shares) == amount
    for part, weight in zip(shares, weights, strict=True):
        assert in_cents(part)
        assert abs(part - amount * weight / sum(weights)) < CENT
        assert weight or not part


@given(CENTS, WEIGHTS)
def test_a_share_does_not_depend_on_the_callers_context(amount, weights):
    usual = share(amount, weights)
    with decimal.localcontext(decimal.Context(prec=3, rounding=decimal.ROUND_CEILING)):
        assert share(amount, weights) == usual


@given(st.lists(FINE, min_size=1, max_size=8))
def test_amounts_are_rounded_together_to_their_own_sum(amounts):
    rounded = round_together(amounts)
    assert sum(rounded) == cents(sum(amounts))
    for before, after in zip(amounts, rounded, strict=True):
        assert abs(before - after) < CENT
        assert after == before or not in_cents(before)


@given(st.lists(FINE, min_size=1, max_size=8), st.integers(-12, 12))
def test_amounts_are_rounded_to_a_control_total_where_rounding_can_reach_it(amounts, off):
    total = cents(sum(amounts)) + off * CENT
    rounded = round_together(amounts, total)
    reachable = min(sum(round_together([one])[0] - CENT for one in amounts), total) <= total
    assert sum(rounded) in (total, cents(sum(amounts)))
    assert reachable
    if off == 0:
        assert sum(rounded) == total
    assert all(abs(before - after) < CENT for before, after in zip(amounts, rounded, strict=True))


def test_three_thirds_and_a_control_total():
    assert round_together([D("33.335")] * 3) == (D("33.34"), D("33.34"), D("33.33"))
    assert round_together([D("33.335")] * 3, D("100.00")) == (D("33.34"), D("33.33"), D("33.33"))
    assert round_together([D("33.335")] * 3, D("250.00")) == (D("33.34"), D("33.34"), D("33.33"))
    assert round_together([D("-33.333"), D("10.00")]) == (D("-33.33"), D("10.00"))


@pytest.mark.parametrize(("amount", "weights"), [("10.00", ["0", "0"]), ("10.00", ["5", "-5"]), ("10.005", ["1"])])
def test_what_cannot_be_shared_is_an_error(amount, weights):
    with pytest.raises(ValueError, match="cannot share"):
        share(D(amount), [D(weight) for weight in weights])


def test_cents_are_rounded_half_away_from_zero_as_quickbooks_does():
    assert [cents(D(text)) for text in ("0.005", "-0.005", "0.0049", "2.675")] == [
        D("0.01"),
        D("-0.01"),
        D("0.00"),
        D("2.68"),
    ]
    assert product(D("9"), D("11.111111")) == D("100.00")


# --- ids and names ---------------------------------------------------------------------------------------------------


@given(st.text(max_size=12), st.text(max_size=12))
def test_names_are_one_where_the_company_file_takes_them_for_one(one, other):
    assert same_text(one, other) == (bool(one.strip()) and name_key(one) == name_key(other)) or ":" in one + other


@given(st.from_regex(r"[A-Z0-9 -]{1,10}", fullmatch=True))
def test_case_and_blanks_around_do_not_tell_names_apart(name):
    for typed in (name.lower(), f" {name}", f"{name}  ", name.swapcase()):
        assert same_text(name, typed) == bool(name.strip())
    assert same_text("Town : Hall", "town:hall ")
    assert not same_text("A1", "A-1")
    assert not same_text("", "")
    assert not same_text(None, None)


IDS = st.from_regex(r"[0-9A-F]{1,8}-[0-9]{1,10}", fullmatch=True)


@given(IDS, IDS, st.lists(IDS, max_size=3))
def test_ids_of_several_parts_are_values_and_text_on_the_wire(one, other, lines):
    assert Pair.of(str(Pair(one, other))) == Pair(one, other)
    assert Pair.of(other, one) == Pair(one, other)
    whole = QuickBooksId(one, tuple(lines))
    assert QuickBooksId.of(str(whole)) == whole
