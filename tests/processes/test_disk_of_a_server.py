"""The disk of a PostgreSQL server is full, in earnest: nothing is sent after it, it is told, and all goes on.

The whole cluster is on a small file system in memory. Without room for its log the server stops, as PostgreSQL does; a
person makes room and starts it again.
"""

import ctypes
import functools
import os
import shutil
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from procore_qbd.errors import JournalError
from procore_qbd.journal.sql import SqlTables
from support.postgres import Server, UnavailableError
from support.processes import BEFORE, JOURNALS, Case, Moment, Watch, World, exit_code, fork, needs_processes

pytestmark = [needs_processes, pytest.mark.slow]

EXPORTS = ("commitment", "change order")
SKIPPED = 77
NOBODY = 65534
SMALL_LOG = "wal_recycle = off\nmin_wal_size = 2MB\nmax_wal_size = 8MB\n"


def a_small_disk(folder):
    """A file system of 90 megabytes there, for this process and the server that it starts, which refuses user 0."""
    libc = ctypes.CDLL(None, use_errno=True)
    new_user, new_mounts, user, group = 0x10000000, 0x00020000, os.getuid(), os.getgid()
    if sys.platform != "linux" or libc.unshare(new_user | new_mounts):
        os._exit(SKIPPED)
    for what, words in (("setgroups", "deny"), ("uid_map", f"{NOBODY} {user} 1"), ("gid_map", f"{NOBODY} {group} 1")):
        Path(f"/proc/self/{what}").write_text(words, "ascii")
    if libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, b"size=90m"):
        os._exit(SKIPPED)


def full_at(world, folder):
    a_small_disk(folder)
    try:
        server = Server(folder, SMALL_LOG, wal_segment=1).make().start()
    except UnavailableError:
        os._exit(SKIPPED)
    try:
        failed = [one for step in steps_of(world) if (one := meets_a_full_disk(world, server, step)) is not None]
    finally:
        with suppress(UnavailableError):
            server.stop()
    names = undisturbed(world)[0].names
    assert len(failed) > len(names) // 4  # a small write may find room in a page that is there already
    assert any(one.startswith("Commit sending") for one in failed)


@functools.cache
def undisturbed(world):
    case, watch = Case(world, *EXPORTS, fate="reply lost"), Watch()
    case.work(watch)
    case.succeed()
    return watch, case.ended()


def steps_of(world):
    watch, _ = undisturbed(world)
    return [number for number, name in enumerate(watch.names, 1) if name in watch.transactions]


def meets_a_full_disk(world, server, step):
    """Before a step the disk is filled; the name of the step at which that was met, None where nobody minded."""
    ballast = server.folder / "ballast"

    def fill():
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(bytes(4096 * 16)):
                pass
        assert shutil.disk_usage(server.folder).free == 0
        with suppress(Exception):
            server.execute("SELECT pg_switch_wal()")  # what is written next needs a new file of the log

    with closing(SqlTables(server.schema())) as tables:
        case = Case(world, *EXPORTS, fate="reply lost", tables=tables)
        watch, met = Watch(Moment(step, BEFORE), fill), None
        try:
            case.work(watch)
        except JournalError as error:
            told, met = str(error), watch.names[-1]
            assert told.endswith("nothing was sent after it")
            assert met.startswith("Commit")
        ballast.unlink()
        let_it_run(server)
        case.clock.now += 1000
        case.succeed()
        assert case.ended() == undisturbed(world)[1], watch.names[step - 1]
    return met


def let_it_run(server):
    """There is room again: the server mends itself, or a person starts it; it may be about to stop."""
    for _ in range(100):
        with suppress(Exception):
            server.execute("SELECT 1")
            return
        with suppress(UnavailableError):
            server.start()
        time.sleep(0.1)
    pytest.fail("the server does not come back")


def test_a_full_disk_of_the_server_at_any_write(tmp_path):
    with World(JOURNALS["sqlite"]) as world:
        undisturbed(world)

        def told():
            try:
                full_at(world, tmp_path)
            except JournalError as error:
                pytest.fail(str(error))

        code = exit_code(fork(told))
    if code == SKIPPED:
        pytest.skip("NOT PROVED: a server with a full disk, for this system lets us make no file system in memory")
    assert code == 0
