"""A fleet: many company files on disk, four workers on one PostgreSQL, of which one is killed again and again; all is there once.

And the same while the server itself is restarted, as a crash would, again and again.
"""

import os
import signal
import time
from contextlib import contextmanager

import pytest

from procore_qbd import CompanyFile, Memory
from procore_qbd.domain import Books, CreateVendor, VendorCompany
from procore_qbd.errors import JournalError
from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.worker import WorkerSettings, work
from support.postgres import Server
from support.processes import exit_code, fork, needs_processes

pytestmark = [needs_processes, pytest.mark.slow, pytest.mark.timeout(300)]

SETTINGS = WorkerSettings(lease=4, timeout=1, pause=0.05, retry_after=0.5, batch=10)
EACH = 2
PATIENCE = 200
"""Seconds within which a fleet must have done its work."""


class Fleet:
    """Company files in a folder, requests for each in one journal, and workers on them."""

    def __init__(self, url, folder, count):
        self.url, self.folder = url, folder
        self.names = [f"company {number:03}" for number in range(count)]
        self.workers = []
        first = folder / "first.company"
        CompanyFile.create(first).close()
        with CompanyFile.open(first) as made, Journal(SqlTables(url)) as journal:
            for at, name in enumerate(self.names):
                made.copy(self.path(name))
                journal.register(name)
                for number in range(at * EACH, (at + 1) * EACH):
                    vendor = VendorCompany(id=number + 1, name=f"Vendor {number + 1}")
                    journal.submit(name, CreateVendor(company_id=7, request_detail_id=number + 1, vendor=vendor))

    def path(self, name):
        return self.folder / f"{name}.company"

    @property
    def told(self):
        return (
            [int(one) for one in (self.folder / "told").read_text().split()] if (self.folder / "told").exists() else []
        )

    @contextmanager
    def line(self, name):
        with CompanyFile.open(self.path(name)) as company:
            yield Memory(company.process)

    def tell(self, _name, close_out):
        with (self.folder / "told").open("a") as out:
            out.write(f"{close_out.details[0].request_detail_id}\n")
        return True

    def _work(self):
        os.environ["PYTHONHASHSEED"] = "0"
        with Journal(SqlTables(self.url, patience=2)) as journal:
            work(
                journal,
                transport=self.line,
                books=lambda _: Books(),
                tell=self.tell,
                settings=SETTINGS,
                stop=(self.folder / "stop").exists,
                idle=0.1,
            )

    def _worker(self):
        while True:
            try:
                return self._work()
            except JournalError:  # the server is not there at all
                time.sleep(0.2)

    def start(self):
        self.workers.append(fork(self._worker))

    def kill(self):
        """The one that has worked longest."""
        worker = self.workers.pop(0)
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)

    def stop(self):
        (self.folder / "stop").touch()
        while self.workers:
            assert exit_code(self.workers.pop()) == 0

    def is_done(self):
        try:
            with Journal(SqlTables(self.url)) as journal:
                return (
                    not journal.due()
                    and journal.metrics().in_work == 0
                    and len(set(self.told)) == EACH * len(self.names)
                )
        except JournalError:
            return False

    def run(self, every, act):
        """Four workers, until all is done; every so many seconds something befalls them. How often, and in what time."""
        began, acts = time.monotonic(), 0
        for _ in range(4):
            self.start()
        next_act = began + every
        try:
            while not self.is_done():
                assert time.monotonic() - began < PATIENCE
                time.sleep(0.2)
                if time.monotonic() >= next_act:
                    act()
                    acts += 1
                    next_act = time.monotonic() + every
            took = time.monotonic() - began
            self.stop()
        finally:
            while self.workers:
                self.kill()
        return acts, took

    def must_be_there_once(self):
        for at, name in enumerate(self.names):
            with CompanyFile.open(self.path(name)) as company:
                names = sorted(one.name for one in company.records("Vendor"))
            assert names == sorted(f"Vendor {number + 1}" for number in range(at * EACH, (at + 1) * EACH))
        with Journal(SqlTables(self.url)) as journal:
            assert journal.metrics().oldest_doubt == 0
            for name in self.names:
                assert journal.count(name) == {"ended": EACH}
                assert journal.unfinished(name) == ()


def test_two_hundred_company_files_and_workers_that_are_killed(server, tmp_path):
    fleet = Fleet(server.schema(), tmp_path, 200)

    def another():
        fleet.kill()
        fleet.start()

    killed, took = fleet.run(2, another)
    print(f"{len(fleet.names) * EACH / took:.0f} requests a second, {killed} workers killed")  # noqa: T201
    assert killed >= 2
    fleet.must_be_there_once()


def test_a_server_that_is_restarted_again_and_again(server, tmp_path):
    """As a crash would stop it: what was promised to be on disk is there, and the rest is asked for again."""
    own = Server(server.folder.with_name(f"crashing{os.getpid()}")).make().start()
    fleet = Fleet(own.url(), tmp_path, 200)

    def crash():
        own.stop("immediate")
        own.start()

    try:
        crashes, _ = fleet.run(1, crash)
        assert crashes >= 3
        fleet.must_be_there_once()
    finally:
        own.stop("immediate")
