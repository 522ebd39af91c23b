"""Passwords: what is kept of them, whether one fits, and how long somebody who guesses has to wait."""

import hashlib
import hmac
import re
import threading
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd.webconnector import passwords
from procore_qbd.webconnector.passwords import (
    delay,
    hashed,
    matches,
    new_password,
    new_ticket,
    outdated,
    ticket_digest,
)

CHOSEN = "planted-Käsekuchen"
# Made outside the library: hashlib.scrypt of b"planted-old", with parameters of another day
OLD = "scrypt$1024$8$1$c2FsdHNhbHRzYWx0c2FsdA$YvQkodSe8mcLNXkl1sBypYRE2Xqcwc4hSayzSck07DA"


@pytest.fixture(scope="module")
def chosen():
    return hashed(CHOSEN, generated=False)


def test_a_new_password_has_144_random_bits_and_can_be_typed():
    some = {new_password() for _ in range(50)}
    assert len(some) == 50
    assert all(re.fullmatch(r"[0-9A-Za-z_-]{24}", one) for one in some)


def test_a_generated_password_is_kept_by_its_fast_hash():
    password = new_password()
    kept = hashed(password, generated=True)
    assert kept == f"sha256${hashlib.sha256(password.encode()).hexdigest()}"
    assert matches(kept, password)
    assert not matches(kept, password.swapcase())
    assert not outdated(kept)


def test_a_chosen_password_is_kept_by_a_slow_hash_with_a_salt_of_its_own(chosen):
    scheme, n, r, p, salt, digest = chosen.split("$")
    assert (scheme, n, r, p) == ("scrypt", "16384", "8", "5")
    assert (len(salt), len(digest)) == (22, 43)
    assert "sekuchen" not in chosen
    assert matches(chosen, CHOSEN)
    assert not matches(chosen, CHOSEN.lower())
    assert not outdated(chosen)
    assert hashed(CHOSEN, generated=False).split("$")[4] != salt


def test_an_umlaut_is_the_same_however_the_keyboard_makes_it(chosen):
    assert matches(chosen, CHOSEN.replace("ä", "a\N{COMBINING DIAERESIS}"))


def test_what_was_kept_with_other_parameters_still_fits_and_is_outdated():
    assert matches(OLD, "planted-old")
    assert not matches(OLD, "planted-new")
    assert outdated(OLD)


def test_a_user_whom_nobody_knows_costs_what_a_generated_password_costs(monkeypatch):
    seen = []
    compare = hmac.compare_digest
    monkeypatch.setattr(passwords.hmac, "compare_digest", lambda *pair: seen.append(len(pair[0])) or compare(*pair))
    assert not matches(None, "planted-guess")
    assert not matches(None, "the password of nobody")
    matches(hashed(new_password(), generated=True), "planted-guess")
    assert seen == [64, 64, 64]


@pytest.mark.parametrize("password", ["", "secret", "x" * 21])
def test_nothing_short_passes_for_a_generated_one(password):
    with pytest.raises(ValueError, match=r"empty|generated=False") as error:
        hashed(password, generated=True)
    assert not password or password not in str(error.value)


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "planted-in the clear",
        "sha256$",
        "sha256$" + "A" * 64,
        "sha256$" + "a" * 64 + "\n",
        "md5$" + "a" * 32,
        OLD.replace("1024", "1000"),
        OLD.replace("1024", "1"),
        OLD.replace("1024", "999999999"),
        OLD.replace("1024$8$1", "1048576$64$1"),
        OLD.replace("1024$8$1", "16384$64$128"),
        OLD[:-1] + "=",
        OLD[:-30],
        OLD.replace("$1$", "$0$"),
    ],
)
@pytest.mark.parametrize("ask", [lambda kept: matches(kept, "planted-x"), outdated], ids=["matches", "outdated"])
def test_what_is_garbled_is_told_without_being_shown(kept, ask):
    with pytest.raises(ValueError, match="cannot be read") as error:
        ask(kept)
    assert "planted" not in str(error.value)
    assert OLD.split("$")[5] not in str(error.value)


def test_no_more_than_two_slow_hashes_are_worked_out_at_a_time(monkeypatch):
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow(*_, **__):
        begun.release()
        assert go_on.wait(5)
        return b"x" * 32

    monkeypatch.setattr(passwords.hashlib, "scrypt", slow)
    threads = [threading.Thread(target=matches, args=(OLD, "planted-x")) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert begun.acquire(timeout=5)
    assert begun.acquire(timeout=5)
    assert not begun.acquire(timeout=0.1)
    go_on.set()
    for thread in threads:
        thread.join()
    assert begun.acquire(blocking=False)
    assert begun.acquire(blocking=False)


def test_whoever_guesses_waits_longer_and_longer_and_never_for_ever():
    assert [delay(failures) for failures in range(13)] == [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert delay(10**9) == 300
    with pytest.raises(ValueError, match="-1"):
        delay(-1)


@given(st.integers(0, 10_000))
def test_one_more_failure_never_means_less_to_wait(failures):
    assert 0 <= delay(failures) <= delay(failures + 1) <= 300


@given(st.text(), st.text())
def test_no_other_text_fits(one, other):
    kept = hashed(one + "x" * 22, generated=True)
    assert matches(kept, one + "x" * 22)
    assert matches(kept, other) == (other == one + "x" * 22)


def test_a_ticket_is_a_guid_that_is_never_the_same():
    tickets = {new_ticket() for _ in range(100)}
    assert len(tickets) == 100
    assert all(ticket == f"{{{uuid.UUID(ticket)}}}" for ticket in tickets)
    assert len({uuid.UUID(ticket).version for ticket in tickets}) > 1  # all 128 bits are random
    assert ticket_digest("{x}") == hashlib.sha256(b"{x}").hexdigest()
