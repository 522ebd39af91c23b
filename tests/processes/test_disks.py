"""A disk that is full, fails, or may not be written: nothing is sent after it, it is told in words, and then all goes on.

The disks are real: a file system in memory that is filled up, a limit of the kernel for the size of files, a file that
loses its right to be written. What is particular about them is of SQLite's files; a database on a server has its own.
"""

import ctypes
import functools
import os
import struct
import sys
from contextlib import closing

import pytest

from procore_qbd.errors import JournalError
from procore_qbd.journal.sql import SqlTables
from support.processes import BEFORE, JOURNALS, Case, Moment, Watch, World, exit_code, fork, needs_processes
from support.small_disk import SKIPPED, a_small_disk, fill

resource = pytest.importorskip(
    "resource", reason="NOT PROVED: disks that fail, for this system has no limits for files"
)
pytestmark = needs_processes


@pytest.fixture(scope="module")
def world():
    """One for every disk: the journals on them are SQLite's, whatever the world's own is."""
    with World(JOURNALS["sqlite"]) as world:
        yield world


EXPORTS = ("commitment", "change order")
JOURNAL = "on a broken disk"
FULL = "cannot be written, the disk is full: make room, then go on"
FAILS = "cannot be read or written, the disk or network drive fails: see to it, then go on"
READ_ONLY = "may not be written: give this user the right to write it, its -wal and -shm files, and its folder"


@functools.cache
def undisturbed(world):
    case, watch = Case(world, *EXPORTS, fate="reply lost"), Watch()
    case.work(watch)
    case.succeed()
    return watch, case.ended()


def writes(world, *names):
    """The steps in which the journal is written; those of some names only."""
    watch, _ = undisturbed(world)
    steps = [number for number, name in enumerate(watch.names, 1) if name in watch.transactions]
    return [number for number in steps if not names or watch.names[number - 1].partition(" ")[2] in names]


def in_a_child(act, world, folder, *names):
    steps = writes(world, *names)

    def told():
        try:
            act(world, folder, steps)
        except JournalError as error:
            pytest.fail(str(error))

    code = exit_code(fork(told))
    if code == SKIPPED:
        pytest.skip("NOT PROVED: full disks, for this system lets us make no file system in memory")
    assert code == 0


def broken_at(world, folder, steps, ways):
    """Each write to the journal meets a disk that is broken until it is mended; the names of those that failed.

    Args:
        world: Where all happens.
        folder: Where the journal is.
        steps: Before which steps the disk breaks.
        ways: What breaks it and what mends it, each given the tables; and what is told then.
    """
    break_it, mend, words = ways
    _, usual = undisturbed(world)
    failed = []
    for step in steps:
        with closing(SqlTables(f"sqlite:///{folder / JOURNAL}")) as tables:
            case = Case(world, *EXPORTS, fate="reply lost", tables=tables)
            watch = Watch(Moment(step, BEFORE), functools.partial(break_it, tables))
            met = []
            for _ in range(2):  # it stays broken, and is met once more
                try:
                    case.work(watch)
                except JournalError as error:
                    told = str(error)
                    assert words in told
                    assert told.endswith("nothing is lost, and nothing was sent after it")
                    assert watch.names[-1].startswith("Commit")  # so nothing was
                    met.append(watch.names[-1])
                case.clock.now += 1000  # the lease runs out
            failed += met[:1]
            mend(tables)
            case.succeed()
            assert case.ended() == usual, watch.names[step - 1]
        for file in folder.glob(f"{JOURNAL}*"):
            file.unlink()
    return failed


# --- a disk that takes no byte ---------------------------------------------------------------------------------------


def no_byte(_):
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def any_byte(_):
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def failing_at(world, folder, steps):
    watch, _ = undisturbed(world)
    try:
        failed = broken_at(world, folder, steps, (no_byte, any_byte, FAILS))
    finally:
        any_byte(None)  # so that it can be told what went wrong
    assert len(failed) == len(steps)  # there or, where there was nothing to write, at the next
    assert set(failed) == {watch.names[step - 1] for step in steps}


def test_a_disk_that_fails_before_a_document_is_sent_lets_nothing_be_sent(world, tmp_path):
    in_a_child(failing_at, world, tmp_path, "sending")


@pytest.mark.slow
def test_a_disk_that_fails_at_any_write(world, tmp_path):
    assert len(writes(world)) > 15
    in_a_child(failing_at, world, tmp_path)


# --- a full disk -----------------------------------------------------------------------------------------------------


def full_at(world, folder, steps):
    a_small_disk(folder, 12)
    watch, _ = undisturbed(world)
    ways = (lambda _: fill(folder), lambda _: (folder / "ballast").unlink(), FULL)
    failed = broken_at(world, folder, steps, ways)
    assert len(failed) > len(steps) // 2  # a small write may find room in what the log has already
    assert {"Commit sending"} <= set(failed) <= set(watch.names)


def test_a_full_disk_before_a_document_is_sent_lets_nothing_be_sent(world, tmp_path):
    in_a_child(full_at, world, tmp_path, "sending")


@pytest.mark.slow
def test_a_full_disk_at_any_write(world, tmp_path):
    in_a_child(full_at, world, tmp_path)


# --- a file that may not be written ----------------------------------------------------------------------------------


def no_superuser():
    """Rights count for this process from here on, whoever it is of."""
    if os.getuid() == 0:
        header, nothing = struct.pack("Ii", 0x20080522, 0), bytes(24)
        assert ctypes.CDLL(None, use_errno=True).capset(header, nothing) == 0


def read_only_at(world, folder, steps):
    no_superuser()

    def turn(rights):
        def to(tables):
            tables._let_go()  # who has a file open already may go on
            for file in folder.glob(f"{JOURNAL}*"):  # SQLite gives -wal and -shm the rights that the journal has
                file.chmod(rights)

        return to

    watch, _ = undisturbed(world)
    failed = broken_at(world, folder, steps, (turn(0o444), turn(0o644), READ_ONLY))
    assert len(failed) == len(steps)  # there or, where there was nothing to write, at the next
    assert set(failed) == {watch.names[step - 1] for step in steps}


linux = pytest.mark.skipif(
    sys.platform != "linux", reason="NOT PROVED: journals that may not be written, for this is not Linux"
)


@linux
def test_a_journal_that_may_not_be_written_lets_nothing_be_sent(world, tmp_path):
    in_a_child(read_only_at, world, tmp_path, "sending")


@linux
@pytest.mark.slow
def test_a_journal_that_may_not_be_written_at_any_write(world, tmp_path):
    in_a_child(read_only_at, world, tmp_path)


@linux
def test_the_files_beside_a_journal_need_the_right_too(world, tmp_path):
    """SQLite makes them with the rights that the journal has, so who gives only that its right back changes nothing."""

    def act(world, folder, _steps):
        no_superuser()
        with closing(SqlTables(f"sqlite:///{folder / JOURNAL}")) as tables:
            case = Case(world, tables=tables)
            tables._let_go()
            (folder / JOURNAL).chmod(0o444)
            for give_back in (lambda: None, lambda: (folder / JOURNAL).chmod(0o644)):
                give_back()
                with pytest.raises(JournalError, match="its -wal and -shm files"):
                    case.drain()
                tables._let_go()
            for file in folder.glob(f"{JOURNAL}-*"):
                file.chmod(0o644)
            case.drain()

    in_a_child(act, world, tmp_path)


def test_every_kind_of_journal_is_tried():
    """The disk of a PostgreSQL is its server's: tests/journal/test_postgres.py has what it says of it."""
    assert list(JOURNALS) == ["sqlite", "postgres"], "say here how a disk breaks under the new one"
