"""Whoever died in an earlier release, at whatever step: today's worker goes on, or settles it by looking; all is there once."""

import sys

import pytest

from procore_qbd import CompanyFile, Memory
from procore_qbd.errors import DivergedError
from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.qbxml import read_requests
from procore_qbd.testing.storm.world import LEASE, TIMEOUT
from procore_qbd.worker import drain
from support.histories import BOOKS, COURSES, archives, opened, written_in

QUICK = "vendor"


def goes_on(folder, weather, parts, written):
    for name in ("journal", "company"):
        (folder / name).write_bytes(parts[name])
    now, documents, told = [float(parts["now"]) + LEASE + TIMEOUT], [], []
    with (
        CompanyFile.open(folder / "company", clock=lambda: int(now[0])) as company,
        Journal(SqlTables(f"sqlite:///{folder / 'journal'}"), clock=lambda: now[0]) as journal,
    ):

        def process(document):
            now[0] += 1
            documents.append(document)
            return company.process(document)

        def sleep(seconds):
            now[0] += seconds

        def drained():
            return drain(
                "books",
                journal=journal,
                transport=Memory(process),
                books=BOOKS,
                tell=told.append,
                settings=COURSES[weather][0],
                sleep=sleep,
                clock=lambda: now[0],
            )

        known = [number for number, _ in journal.closings("books")]
        open_ = journal.requests("books", only_open=True)
        ended = drained()
        assert (ended.waiting, ended.asked, ended.frozen, ended.stopped) == (0, 0, None, None)
        assert ended.done == len(open_)
        assert len(told) == len(known) + len(open_)
        assert all(close_out.ok for close_out in told)
        assert journal.unfinished("books") == ()
        assert written_in(company) == written
        assert all(len(records) == 1 for records in written_in(company).values())
        documents.clear()
        drained()
        assert [one.name for document in documents for one in read_requests(document).requests if one.writes] == []


def all_go_on(path, folder, every=1):
    count = 0
    for number, (weather, name, parts, written) in enumerate(opened(path)):
        if number % every:
            continue
        there = folder / str(number)
        there.mkdir()
        try:
            goes_on(there, weather, parts, written)
        except BaseException as error:
            error.add_note(f"{path.parent.name}: {path.name}: {weather}: {name}")
            raise
        count += 1
    assert count > 30 // every


@pytest.mark.parametrize("path", [path for path in archives() if path.name.startswith(f"{QUICK}.")], ids=str)
def test_the_next_worker_goes_on(path, tmp_path):
    all_go_on(path, tmp_path, every=4)


@pytest.mark.slow
@pytest.mark.parametrize("path", archives(), ids=str)
def test_the_next_worker_goes_on_at_every_step_of_every_kind(path, tmp_path):
    all_go_on(path, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("path", archives(), ids=str)
def test_a_worker_that_would_send_other_bytes_settles_by_looking(path, tmp_path, monkeypatch):
    """A release that writes something else; here one that says so of every document that was sent."""

    def differs(*_):
        raise DivergedError("it would be sent with other bytes now")

    monkeypatch.setattr(sys.modules["procore_qbd.worker.steps"], "_must_be_the_same", differs)
    all_go_on(path, tmp_path)


def test_there_are_histories_of_every_kind():
    from procore_qbd.testing.storm.plans import KINDS_OF_EXPORTS

    folders = {path.parent for path in archives()}
    assert folders
    for folder in folders:
        assert {path.name.removesuffix(".tar.xz").replace("-", " ") for path in folder.iterdir()} == set(
            KINDS_OF_EXPORTS
        )
