"""The promise itself: in every weather each export is made exactly once, and has an end that Procore was told."""

import os
import subprocess
import sys
from math import inf

import pytest

from procore_qbd import ItemKind
from procore_qbd.chooser import Replay, Seeded, token_of
from procore_qbd.journal.store import Journal
from procore_qbd.testing.storm import BrokenError, Storm, Weather
from procore_qbd.testing.storm.many import chooser_of, failure_of, many, played, replay, until
from procore_qbd.testing.storm.plans import KINDS_OF_EXPORTS
from procore_qbd.testing.storm.report import StormReport
from procore_qbd.testing.storm.schedules import FEW_FAULTS, how_of, schedules
from procore_qbd.testing.storm.weather import ACCIDENTS, FAULTS


def test_a_hundred_exports_are_made_exactly_once():
    report, failure = until(100, processes=1)
    assert failure is None, "\n".join(failure.lines())
    assert report.exports >= 100
    assert sum(report.survived.values()) > 100
    assert any(rule.startswith("rule 1:") for rule in report.rules)  # the table decides that a kept reply is taken


def test_in_calm_weather_nothing_is_refused_and_nobody_is_asked():
    report = Storm(Seeded(0), weather=Weather(quiet=frozenset(FAULTS), tidy=True)).run()
    assert (report.exports, report.ended, report.asked) == (12, {"done": 12}, 0)


def test_what_is_deleted_unlinked_and_exported_again_is_there_once_in_every_weather():
    calm = Storm(Seeded(0), weather=Weather(quiet=frozenset(FAULTS), tidy=True), chains=["correction"] * 2)
    assert calm.run(close=False).ended == {"done": 8}
    assert len(list(calm.world.company.records("PurchaseOrder"))) == 2
    assert calm.world.journal.all_links("books").generations[ItemKind.WORK_ORDER_CONTRACT, 300] == 1
    report, failure = many(range(4), chains=["correction", "subcontract", "correction"])
    assert failure is None, "\n".join(failure.lines())
    assert report.ended["done"] > 30


def test_people_at_the_tool_change_their_minds_while_quickbooks_dies():
    calm = Storm(Seeded(0), weather=Weather(quiet=frozenset(FAULTS), tidy=True), chains=["correction"], tool=True)
    assert calm.run().ended == {"done": 4}
    report, failure = many(range(3), chains=["correction", "subcontract", "project"], tool=True)
    assert failure is None, "\n".join(failure.lines())
    assert report.ended["done"] > 20
    assert any("sent again" in what for what in report.survived)


@pytest.mark.slow
def test_people_at_the_tool_do_so_in_every_weather():
    report, failure = many(range(100, 140), chains=["correction", "subcontract", "project"], tool=True)
    assert failure is None, "\n".join(failure.lines())
    assert {"accepted again", "accepted by two at once", "somebody tries who may not"} <= report.survived.keys()


@pytest.mark.parametrize(
    "accident", [ACCIDENTS[1], *(pytest.param(one, marks=pytest.mark.slow) for one in ACCIDENTS[2:])]
)
def test_after_an_accident_the_company_file_is_frozen_with_words(accident):
    frozen = 0
    slow = frozenset(FAULTS) - {"lost on the way there", "dies"}
    for seed in range(8):
        storm = Storm(Seeded(seed, departures=0.12), weather=Weather(accident=accident, quiet=slow))
        report = storm.run()
        frozen += report.frozen
        assert bool(report.frozen) == bool(storm.world.journal.company("books").frozen)
    assert frozen


@pytest.mark.parametrize(
    "kind", ["vendor", *(pytest.param(one, marks=pytest.mark.slow) for one in KINDS_OF_EXPORTS if one != "vendor")]
)
def test_every_schedule_of_one_fault_is_survived(kind):
    """Of two faults: `nox -s schedules`."""
    found = schedules(1, [kind])
    assert found.failure is None, "\n".join(found.failure.lines())
    assert found.visited[kind] > 30


@pytest.mark.slow
def test_several_processes_play_the_same_schedules():
    alone, together = (schedules(1, ["vendor", "job"], processes=count) for count in (1, 2))
    assert together.visited == alone.visited
    assert together.report == alone.report
    assert list(alone.lines())[-1] == f"{alone.visited.total():8}  in all, 0 broken"


def test_a_schedule_that_fails_is_played_again_by_its_token(monkeypatch):
    monkeypatch.setattr(Journal, "to_clear", lambda self, claim, _, real=Journal.to_clear: real(self, claim, -inf))
    failure = schedules(1, ["cost codes"], FEW_FAULTS).failure
    assert "procore-qbd storm --kinds cost-codes --worst 5 --token c1-" in "\n".join(failure.lines())
    _, again = replay(failure.token, **how_of("cost codes", FEW_FAULTS))
    assert again.words == failure.words


def test_storms_go_on_until_all_was_taken_or_there_were_too_many(monkeypatch):
    report, _ = until(1, all_taken=3, processes=1)
    assert report.seeds == 3
    assert report.not_taken
    monkeypatch.setattr(StormReport, "not_taken", ())
    assert until(1, all_taken=3, processes=1)[0].seeds == 1


def fingerprint(seed):
    _, storm = played(chooser_of(seed))
    return storm.world.fingerprint


def test_a_token_plays_the_same_again():
    hand = chooser_of(7)
    _, storm = played(hand)
    _, again = played(Replay(token_of(hand.picks)))
    assert again.world.fingerprint == storm.world.fingerprint
    report, failure = replay(token_of(hand.picks))
    assert (report, failure) == (storm.world.report, None)


@pytest.mark.slow
def test_another_process_with_another_hash_seed_plays_the_same():
    code = "from procore_qbd.testing.storm.many import *; print(played(chooser_of(7))[1].world.fingerprint)"
    for seed in "1", "2":
        there = subprocess.run(  # noqa: S603
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert there.stdout.strip() == fingerprint(7)


def test_a_failure_comes_with_a_token_that_fails_and_a_shorter_one(monkeypatch):
    monkeypatch.setattr(Journal, "to_clear", lambda *_: ())
    tidy = Weather(tidy=True)
    error, _ = played(hand := chooser_of(3), weather=tidy, chains=["vendor"])
    assert isinstance(error, BrokenError)
    failure = failure_of(hand, error, 3, weather=tidy, chains=["vendor"])
    assert len(failure.shrunk) < len(failure.token)
    assert "keeps their replies" in failure.words
    assert failure.trace
    again, _ = played(Replay(failure.shrunk), weather=tidy, chains=["vendor"])
    assert isinstance(again, BrokenError)


@pytest.mark.slow
def test_what_is_purged_at_any_moment_changes_nothing(monkeypatch):
    """Before every commit whatever may go is taken out; late copies, restored files and people come all the same."""
    commit, purged = Storm._commit, []

    def purging(self, worker, course, step):
        purged.append(self.world.journal.purge("books", -1))
        return commit(self, worker, course, step)

    monkeypatch.setattr(Storm, "_commit", purging)
    for seed in range(40):
        error, _ = played(Seeded(seed))
        assert error is None, error
    assert sum(purged) > 100
