"""The storm of the journal through each transport: what the line does to a document, and what a transport does to it."""

import itertools

import pytest

from procore_qbd import Memory
from procore_qbd.testing.request_processor import PythonCom, RequestProcessor
from procore_qbd.testing.storm.many import chooser_of, played
from procore_qbd.transports import Com, Files, InProcess, Only, Recorder, Redact, answer_files
from support.wsgi_line import FATES, http_through_an_agent


def wait_for(_seconds):
    """Somebody closes the dialog at once."""


def files(folder):
    def through(process, world, _chooser):
        def wait(seconds):
            answer_files(folder, process)
            world.turns.now += 0 * seconds  # the other side is as fast as QuickBooks

        return Files(folder, sleep=wait, clock=lambda: world.turns.now)

    return through


THROUGH = {
    "memory": lambda _: lambda process, *_: Memory(process),
    "only": lambda _: lambda process, *_: Only(Memory(process), adds=True, mods=True),
    "files": files,
    "recorder": lambda folder: lambda process, *_: Recorder(Memory(process), folder / "x", Redact(texts=False)),
    "com": lambda _: lambda process, *_: Com(through=InProcess(PythonCom(RequestProcessor(process))), sleep=wait_for),
    "http": lambda _: http_through_an_agent,
}
SEEDS = {"files": 1, "recorder": 1, "com": 2, "http": 3}


def stormed(through, seeds, tmp_path):
    exports = 0
    for seed in seeds:
        folder = tmp_path / str(seed)
        folder.mkdir()
        error, storm = played(chooser_of(seed), through=through(folder))
        assert error is None, (seed, error, storm.world.trace)
        exports += storm.world.report.exports
    return exports


@pytest.mark.parametrize("name", SEEDS)
def test_a_storm_goes_through_a_transport(name, tmp_path):
    assert stormed(THROUGH[name], range(70_000, 70_000 + SEEDS[name]), tmp_path)


MANY = {"memory": 5, "only": 10, "files": 15, "recorder": 20, "com": 40}


@pytest.mark.slow
@pytest.mark.parametrize("name", MANY)
def test_many_storms_go_through_a_transport(name, tmp_path):
    assert stormed(THROUGH[name], range(71_000, 71_000 + MANY[name]), tmp_path) > 4 * MANY[name]


def test_without_faults_of_its_own_a_transport_changes_nothing_of_a_storm(tmp_path):
    """The same seed is the same storm to the letter: what was sent and answered, and when."""
    number = itertools.count()
    prints = set()
    for name in ("memory", "only"):
        folder = tmp_path / str(next(number))
        folder.mkdir()
        prints.add(played(chooser_of(70_003), through=THROUGH[name](folder))[1].world.fingerprint)
    prints.add(played(chooser_of(70_003))[1].world.fingerprint)
    assert len(prints) == 1


@pytest.mark.slow
def test_every_fault_of_the_line_to_an_agent_strikes_in_a_hundred_storms():
    survived = set()
    for seed in range(72_000, 72_100):
        error, storm = played(chooser_of(seed), through=http_through_an_agent)
        assert error is None, (seed, error, storm.world.trace)
        survived.update(storm.line._transport.line.survived)
    assert survived == set(FATES)
