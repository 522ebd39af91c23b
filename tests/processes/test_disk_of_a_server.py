"""A PostgreSQL server with a full disk, or one that may only be read: nothing is sent after it, and then all goes on.

The whole cluster is on a small file system in memory. Without room for its log the server stops, as PostgreSQL does; a
person makes room and starts it again.
"""

import functools
import os
import time
from contextlib import closing, suppress

import pytest

from procore_qbd.errors import JournalError
from procore_qbd.journal.sql import SqlTables
from support.postgres import Server, UnavailableError
from support.processes import BEFORE, JOURNALS, Case, Moment, Watch, World, exit_code, fork, needs_processes
from support.small_disk import SKIPPED, a_small_disk, fill

pytestmark = [needs_processes, pytest.mark.slow]

EXPORTS = ("commitment", "change order")
SMALL_LOG = "wal_recycle = off\nmin_wal_size = 2MB\nmax_wal_size = 8MB\n"


class Broken:
    """A server that is broken before a step, and mended."""

    def __init__(self, server):
        self.server = server


class Full(Broken):
    met_at_least = 0.25  # a small write may find room in a page that is there already
    words = "cannot be reached, or the connection was lost", "the disk is full: make room", "it is not known whether"

    def breaks(self):
        fill(self.server.folder)
        with suppress(Exception):
            self.server.execute("SELECT pg_switch_wal()")  # what is written next needs a new file of the log

    def is_mended(self):
        """There is room again: the server mends itself, or a person starts it; it may be about to stop."""
        (self.server.folder / "ballast").unlink()
        for _ in range(100):
            with suppress(Exception):
                self.server.execute("SELECT 1")
                return
            with suppress(UnavailableError):
                self.server.start()
            time.sleep(0.1)
        pytest.fail("the server does not come back")


class OnlyRead(Broken):
    met_at_least = 1.0
    words = ("may not be written: it is read-only, or a standby; name the primary",)

    def _set(self, how):
        self.server.execute(f"ALTER SYSTEM SET default_transaction_read_only = {how}", "SELECT pg_reload_conf()")
        while self.server.execute("SHOW default_transaction_read_only") != [(how,)]:
            time.sleep(0.01)

    def breaks(self):
        self._set("on")

    def is_mended(self):
        self._set("off")


def broken_at_any_write(world, folder, how):
    a_small_disk(folder, 90)
    try:
        server = Server(folder, SMALL_LOG, wal_segment=1).make().start()
    except UnavailableError:
        os._exit(SKIPPED)
    steps = steps_of(world)
    try:
        met = [one for step in steps if (one := met_at(world, server, step, how(server))) is not None]
    finally:
        with suppress(UnavailableError):
            server.stop()
    assert len(met) >= how.met_at_least * len(steps)
    assert any(one.startswith("Commit sending") for one in met)


@functools.cache
def undisturbed(world):
    case, watch = Case(world, *EXPORTS, fate="reply lost"), Watch()
    case.work(watch)
    case.succeed()
    return watch, case.ended()


def steps_of(world):
    watch, _ = undisturbed(world)
    return [number for number, name in enumerate(watch.names, 1) if name in watch.transactions]


def met_at(world, server, step, broken):
    """The server is broken before a step; the name of the step at which that was met, None where nobody minded."""
    with closing(SqlTables(server.schema())) as tables:
        case = Case(world, *EXPORTS, fate="reply lost", tables=tables)
        watch, met = Watch(Moment(step, BEFORE), broken.breaks), None
        try:
            case.work(watch)
        except JournalError as error:
            told, met = str(error), watch.names[-1]
            assert any(words in told for words in broken.words)
            assert told.endswith("nothing was sent after it")
            assert met.startswith("Commit")
        broken.is_mended()
        case.clock.now += 1000
        case.succeed()
        assert case.ended() == undisturbed(world)[1], watch.names[step - 1]
    return met


@pytest.mark.parametrize("how", [Full, OnlyRead])
def test_a_server_that_cannot_write_at_any_write(how, tmp_path):
    with World(JOURNALS["sqlite"]) as world:
        undisturbed(world)

        def told():
            try:
                broken_at_any_write(world, tmp_path, how)
            except JournalError as error:
                pytest.fail(str(error))

        code = exit_code(fork(told))
    if code == SKIPPED:
        pytest.skip("NOT PROVED: a server with a full disk, for this system lets us make no file system in memory")
    assert code == 0
