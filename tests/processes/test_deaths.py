"""Whoever dies, and whenever: each export is in the company file once, linked once, and Procore is told.

A worker is a process, and dies by SIGKILL: first at every point that it tells of, then at any instant.
"""

import ast
import functools
import os
import signal
import time
from pathlib import Path

import pytest

import procore_qbd.worker
from procore_qbd.chooser import Seeded
from procore_qbd.erp import vendors
from support.processes import (
    AFTER,
    BEFORE,
    BROKEN,
    DIED,
    FATES,
    WITHIN,
    Case,
    Moment,
    Watch,
    exit_code,
    needs_processes,
)

pytestmark = needs_processes

EXPORTS = dict.fromkeys(FATES, ("commitment", "change order")) | {"nothing": ("commitment", "broken", "change order")}
"""A record that is made and one that is changed; and, where nothing befalls them, a request that the library fails at."""


@pytest.fixture(autouse=True)
def broken(monkeypatch):
    """The library fails at a vendor."""
    create_vendor = vendors.create_vendor

    def create(request, links, books):
        if request.vendor.name == BROKEN:
            raise ZeroDivisionError
        return create_vendor(request, links, books)

    monkeypatch.setattr(vendors, "create_vendor", create)


def die():
    os.kill(os.getpid(), signal.SIGKILL)


@functools.cache
def undisturbed(world, fate, *exports):
    """The steps of a worker that does not die, and what all comes to."""
    case, watch = Case(world, *exports, fate=fate), Watch()
    case.work(watch)
    case.succeed()
    return watch, case.ended()


def killed_at(world, moments, fate, *exports):
    """How many cells of the matrix were filled: in each one a worker died, and all is as if it had not."""
    _, usual = undisturbed(world, fate, *exports)
    cells = 0
    for moment in moments:
        case = Case(world, *exports, fate=fate)
        assert exit_code(case.forked(Watch(moment, die))) == DIED, f"nobody came to {moment}"
        case.succeed()
        assert case.ended() == usual, moment
        cells += 1
    return cells


def names_in_code():
    """Each point that the worker's modules name; a name that is not written out would be none that a test can see."""
    found = set()
    for module in Path(procore_qbd.worker.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Commit":
                (name,) = node.keywords
                assert isinstance(name.value, ast.Constant), f"{module.name}:{node.lineno}"
                found.add(f"Commit {name.value.value}")
    return found


def test_what_is_exported_undisturbed_is_what_it_should_be(world):
    _, usual = undisturbed(world, "nothing", *EXPORTS["nothing"])
    assert [one for one in usual.records if one[0] in ("Vendor", "PurchaseOrder")] == [
        ("PurchaseOrder", "SC-001", "Concrete", ("1000.00", "250.25", "500.00")),
        ("PurchaseOrder", "SC-002", "Concrete", ("55.50", "700.00")),
        ("Vendor", "Alder", "", ()),
    ]
    assert {("work_order_contract", 42), ("line_item", 11), ("line_item", 12), ("change_order", 3)} <= set(usual.links)
    assert len(usual.links) == len(set(usual.links))
    assert usual.told == {
        ("create_commitment", (("SC-002 Concrete", True),)),
        ("create_commitment_change_order", (("SC-001 1 More", True),)),
    }
    assert usual.requests == {"ended": 2, "failed": 1}


def test_every_point_in_the_code_is_in_the_matrix_and_whatever_writes_to_the_journal_is_a_point(world):
    watches = [undisturbed(world, fate, *EXPORTS[fate])[0] for fate in FATES]
    assert {name for watch in watches for name in watch.names} == names_in_code() | {"Send", "Tell", "Sleep"}
    assert {name.partition(" ")[0] for watch in watches for name in watch.transactions} == {"Commit"}


def test_a_death_at_the_first_point_of_each_name_and_when_a_document_that_writes_is_on_its_way(world):
    fate = "9002: what was kept is torn"
    watch, _ = undisturbed(world, fate, "commitment")
    first = {watch.names.index(name) + 1 for name in watch.names}
    sending = watch.names.index("Commit sending") + 1
    moments = [one for one in watch.moments() if (one.step in first and one.when == BEFORE) or one.step == sending + 1]
    moments += [Moment(sending, WITHIN), Moment(sending, AFTER)]
    assert killed_at(world, moments, fate, "commitment") == len(first) + 5 > 15


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("fate", FATES)
def test_a_death_at_every_point_whatever_befalls_the_line(world, fate):
    watch, _ = undisturbed(world, fate, *EXPORTS[fate])
    moments = watch.moments()
    assert {moment.when for moment in moments} == {BEFORE, WITHIN, AFTER}
    assert killed_at(world, moments, fate, *EXPORTS[fate]) == len(moments) > 60


KINDS = (
    ("vendor",),
    ("commitment", "vendor"),
    ("change order",),
    ("budget",),
    ("vendor", "commitment", "change order"),
)


def killed_at_any_instant(world, deaths, seed):
    """Workers are killed, and those who go on for them, until so many have died; how many did not die in time."""
    dice, spared = Seeded(seed), 0
    long = {}
    while deaths > 0:
        exports, fate = KINDS[dice.pick(len(KINDS), "what")], FATES[dice.pick(len(FATES), "fate")]
        _, usual = undisturbed(world, fate, *exports)
        case = Case(world, *exports, fate=fate)
        for _ in range(1 + dice.pick(3, "how many die")):
            began = time.perf_counter()
            worker = case.forked()
            microseconds = dice.pick(int(1e6 * long.get(exports, 0.1)), "when")
            time.sleep(microseconds / 1e6)
            os.kill(worker, signal.SIGKILL)
            code = exit_code(worker)
            assert code in (0, DIED)
            if code == 0:
                spared += 1
                long[exports] = time.perf_counter() - began
                break
            deaths -= 1
            case.clock.now += 1000  # the lease runs out
        case.succeed()
        assert case.ended() == usual
    return spared


def test_a_death_at_any_instant(world):
    killed_at_any_instant(world, 8, seed=1)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.slow if seed < 4 else pytest.mark.long) for seed in range(2, 10)]
)
def test_two_thousand_deaths_at_any_instant(world, seed):
    """A quarter of them with the other deaths, the rest with the long proofs."""
    killed_at_any_instant(world, 250, seed)


def test_a_moment_that_never_comes_is_told(world):
    with pytest.raises(AssertionError, match="nobody came to"):
        killed_at(world, [Moment(1000, BEFORE)], "nothing", "vendor")
