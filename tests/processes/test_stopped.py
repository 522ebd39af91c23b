"""Who is stopped and goes on later, and whose clock is set: nothing is written twice, and nobody waits for ever.

A worker is a process, and is stopped by SIGSTOP. Its lease runs out, another ends the work, lets QuickBooks forget the
replies; and then the first goes on, where it was, with what it had in mind.
"""

import functools
import os
import signal
from contextlib import closing

import pytest

from procore_qbd.errors import JournalError
from procore_qbd.journal.sql import SqlTables
from support.processes import (
    BEFORE,
    OVERTAKEN,
    WITHIN,
    Case,
    Clock,
    Moment,
    Watch,
    exit_code,
    needs_processes,
)

pytestmark = needs_processes

EXPORTS = ("commitment", "change order")
WAYS = {
    "a QuickBooks that remembers": {},
    "a QuickBooks that forgets": {"memory": "none"},
    "no message sets": {"fate": "no message sets"},
    "replies lost, a QuickBooks that forgets": {"fate": "reply lost", "memory": "none"},
}
HOUR = 3600.0


def stop():
    os.kill(os.getpid(), signal.SIGSTOP)


def wait_until_it_is_stopped(worker):
    _, status = os.waitpid(worker, os.WUNTRACED)
    assert os.WIFSTOPPED(status), status


@functools.cache
def undisturbed(world, way):
    case, watch = Case(world, *EXPORTS, **WAYS[way]), Watch()
    case.work(watch)
    case.succeed()
    return watch, case.ended()


def moments(world, way):
    """Every moment but those within a transaction: who is stopped there keeps the others out, see below."""
    watch, _ = undisturbed(world, way)
    return [one for one in watch.moments() if one.when != WITHIN or not one.name.startswith("Commit")]


def stopped_at(world, some, way):
    """How many were stopped, and how many of them were told, when they went on, that they had been overtaken."""
    _, usual = undisturbed(world, way)
    cells = overtaken = 0
    for moment in some:
        case = Case(world, *EXPORTS, **WAYS[way])
        zombie = case.forked(Watch(moment, stop))
        wait_until_it_is_stopped(zombie)
        case.succeed()
        assert case.ended() == usual, moment
        os.kill(zombie, signal.SIGCONT)
        code = exit_code(zombie)
        assert code in (0, OVERTAKEN), moment
        case.succeed()
        assert case.ended() == usual, moment
        cells, overtaken = cells + 1, overtaken + (code == OVERTAKEN)
    return cells, overtaken


@pytest.mark.slow
def test_some_who_are_stopped_and_go_on(world):
    way = "a QuickBooks that forgets"
    some = [one for one in moments(world, way) if one.name in ("Commit sending", "Send", "Commit ended")][9::3]
    cells, overtaken = stopped_at(world, some, way)
    assert cells == len(some) == overtaken > 5


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("way", WAYS)
def test_whoever_is_stopped_at_any_point_and_goes_on(world, way):
    some = moments(world, way)
    cells, overtaken = stopped_at(world, some, way)
    assert cells == len(some) > overtaken > cells // 3


def test_who_is_stopped_within_a_transaction_keeps_others_out_and_they_are_told_so(world):
    way = "a QuickBooks that remembers"
    watch, usual = undisturbed(world, way)
    within = Moment(watch.names.index("Commit sending") + 1, WITHIN)
    with closing(SqlTables(world.url, patience=0.05)) as tables:
        case = Case(world, *EXPORTS, tables=tables)
        zombie = case.forked(Watch(within, stop))
        wait_until_it_is_stopped(zombie)
        with pytest.raises(JournalError, match="another process is at work on it and does not end: try again"):
            case.succeed()
        os.kill(zombie, signal.SIGCONT)
        assert exit_code(zombie) == 0
        case.succeed()
        assert case.ended() == usual


# --- clocks ----------------------------------------------------------------------------------------------------------


def clock_set_at(world, some, way, jump):
    """A worker's clock is set in the middle of its drain; another, whose clock is right, works beside it."""
    _, usual = undisturbed(world, way)
    busy = 0
    for moment in some:
        case = Case(world, *EXPORTS, **WAYS[way])

        def set_and_stop(case=case):
            case.clock.now += jump
            stop()

        worker = case.forked(Watch(moment, set_and_stop))
        wait_until_it_is_stopped(worker)
        right = Clock(case.clock.now + 30)
        busy += case.drain(clock=right).busy
        os.kill(worker, signal.SIGCONT)
        assert exit_code(worker) in (0, OVERTAKEN), moment
        right.now += HOUR  # a lease by the wrong clock has run out by then
        case.clock.now = right.now
        case.succeed()
        assert case.ended() == usual, moment
        assert right.slept < HOUR
    return busy


def before(world, way):
    return [one for one in moments(world, way) if one.when == BEFORE]


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forth", "back"])
def test_a_clock_is_set_by_an_hour_before_a_document_is_sent(world, jump):
    way = "replies lost, a QuickBooks that forgets"
    some = [one for one in before(world, way) if one.name == "Commit sending"]
    assert clock_set_at(world, some, way, jump) == len(some) > 1


@pytest.mark.slow
@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forth", "back"])
def test_a_clock_is_set_by_an_hour_at_any_point(world, jump):
    way = "replies lost, a QuickBooks that forgets"
    some = before(world, way)
    assert 0 < clock_set_at(world, some, way, jump) < len(some)


@pytest.mark.slow
@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forth", "back"])
def test_whose_clock_is_set_and_who_dies_then_is_followed(world, jump):
    way = "replies lost, a QuickBooks that forgets"
    _, usual = undisturbed(world, way)
    for moment in before(world, way):
        case = Case(world, *EXPORTS, **WAYS[way])

        def set_and_die(case=case):
            case.clock.now += jump
            os.kill(os.getpid(), signal.SIGKILL)

        exit_code(case.forked(Watch(moment, set_and_die)))
        case.clock.now += HOUR
        case.succeed()
        assert case.ended() == usual, moment
